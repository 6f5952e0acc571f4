//! No two files import each other, nor do longer circles of files: each can be read before those that use it. A folder's
//! own file and the files in it are one subject and apart from this.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use source::{Source, sources, without_tests};

#[allow(dead_code, reason = "this test reads files and looks at no folders")]
#[path = "support/source.rs"]
mod source;

/// A module by its names from the crate's root down.
type Module = Vec<String>;

/// One name that a `use` brings in, by its whole path; a star brings in all.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Import {
    path: Vec<String>,
    name: String,
    is_public: bool,
}

/// The modules of the crate with what each imports and names.
struct Crate {
    files: BTreeMap<Module, Contents>,
}

struct Contents {
    path: String,
    imports: Vec<Import>,
    mentions: Vec<Vec<String>>,
}

impl Crate {
    fn of(sources: &[Source]) -> Self {
        let files = sources.iter().filter(|source| source.path != "main.rs").map(|source| {
            let code = without_tests(&source.code());
            let (imports, rest) = imports(&code);
            let contents = Contents { path: source.path.clone(), imports, mentions: paths_in(&rest) };
            (module_of(&source.path), contents)
        });
        Self { files: files.collect() }
    }

    /// The module in which the thing named by a path from the root is written, followed through re-exports.
    fn home(&self, path: &[String], depth: usize) -> Option<Module> {
        let mut module = Module::new();
        for name in path {
            let mut child = module.clone();
            child.push(name.clone());
            if self.files.contains_key(&child) {
                module = child;
                continue;
            }
            if depth > 0
                && let Some(found) = self.re_exported(&module, name, depth)
            {
                return Some(found);
            }
            break;
        }
        (!module.is_empty()).then_some(module)
    }

    /// Where a name comes from that the module passes on.
    fn re_exported(&self, module: &Module, name: &str, depth: usize) -> Option<Module> {
        for import in &self.files.get(module)?.imports {
            let from = self.absolute(module, &import.path);
            // What a module imports for itself, its children may name through it.
            if import.name == name {
                return self.home(&from?, depth - 1);
            }
            if import.is_public && import.name == "*" {
                let whole = self.home(&from.clone()?, depth - 1)?;
                let inside = self.files.get(&whole)?;
                let passes_on = |other: &Import| other.is_public && other.name == name;
                if inside.imports.iter().any(passes_on) {
                    let mut path = whole;
                    path.push(name.to_owned());
                    return self.home(&path, depth - 1);
                }
            }
        }
        None
    }

    /// A path as written in a module, from the root; `None` outside this crate.
    fn absolute(&self, module: &Module, path: &[String]) -> Option<Vec<String>> {
        let mut base = module.clone();
        match path.first()?.as_str() {
            "crate" => return Some(path[1..].to_vec()),
            "self" => {}
            "super" => {
                let ups = path.iter().take_while(|name| *name == "super").count();
                base.truncate(module.len().checked_sub(ups)?);
                base.extend_from_slice(&path[ups..]);
                return Some(base);
            }
            first => {
                base.push(first.to_owned());
                return self.files.contains_key(&base).then(|| [module, path].concat());
            }
        }
        base.extend_from_slice(&path[1..]);
        Some(base)
    }

    /// For each module those that it uses, parents and children apart.
    fn uses(&self) -> BTreeMap<&Module, BTreeSet<Module>> {
        let mut uses = BTreeMap::new();
        for (module, contents) in &self.files {
            let imported = contents.imports.iter().map(|import| &import.path);
            let named = imported.chain(&contents.mentions).filter_map(|path| self.absolute(module, path));
            let homes = named.filter_map(|path| self.home(&path, 8));
            let others = homes.filter(|other| !is_parent(other, module) && !is_parent(module, other));
            uses.insert(module, others.filter(|other| other != module).collect());
        }
        uses
    }

    /// The circles: groups of files each of which leads to every other.
    fn circles(&self) -> Vec<Vec<String>> {
        let uses = self.uses();
        let reach: BTreeMap<&Module, BTreeSet<&Module>> =
            uses.keys().map(|&module| (module, reached(&uses, module))).collect();
        let mut seen = BTreeSet::new();
        let mut circles = Vec::new();
        for (&module, others) in &reach {
            if seen.contains(module) || !others.contains(module) {
                continue;
            }
            let group = others.iter().filter(|other| reach[**other].contains(module));
            let group: Vec<&Module> = group.copied().collect();
            seen.extend(group.iter().copied());
            circles.push(group.iter().map(|module| self.files[*module].path.clone()).collect());
        }
        circles
    }

    /// What the files of a circle use of each other, a line each.
    fn arrows(&self, circle: &[String]) -> String {
        let uses = self.uses();
        let inside = |module: &Module| circle.contains(&self.files[module].path);
        let lines = uses.iter().filter(|(module, _)| inside(module)).map(|(module, others)| {
            let others: Vec<&str> = others
                .iter()
                .filter(|&other| inside(other))
                .map(|other| self.files[other].path.as_str())
                .collect();
            format!("  {} -> {}", self.files[*module].path, others.join(", "))
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

fn is_parent(parent: &Module, child: &Module) -> bool {
    child.len() == parent.len() + 1 && child.starts_with(parent)
}

/// Everything that a module leads to; itself only by a circle.
fn reached<'a>(uses: &'a BTreeMap<&Module, BTreeSet<Module>>, from: &Module) -> BTreeSet<&'a Module> {
    let (mut found, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(module) = open.pop() {
        for other in uses.get(module).into_iter().flatten() {
            if found.insert(other) {
                open.push(other);
            }
        }
    }
    found
}

fn module_of(path: &str) -> Module {
    let path = path.trim_end_matches(".rs").trim_end_matches("/mod");
    if path == "lib" || path == "mod" { Module::new() } else { path.split('/').map(str::to_owned).collect() }
}

/// The names that the code's `use` statements bring in, and the code without them.
fn imports(code: &str) -> (Vec<Import>, String) {
    let (mut found, mut kept, mut rest) = (Vec::new(), String::new(), code.to_owned());
    while let Some(at) = next_use(&rest) {
        let end = rest[at..].find(';').map_or(rest.len(), |end| at + end + 1);
        let before = rest[..at].trim_end();
        let is_public = before.ends_with("pub") || visibility_ends(before);
        expand(&rest[at + 4..end - 1], &[], is_public, &mut found);
        kept.push_str(&rest[..at]);
        rest = rest[end..].to_owned();
    }
    (found, kept + &rest)
}

fn visibility_ends(before: &str) -> bool {
    before.ends_with(')') && before.rfind("pub(").is_some_and(|at| !before[at..].contains(['{', '}', ';']))
}

/// Where the next `use` statement begins.
fn next_use(code: &str) -> Option<usize> {
    code.match_indices("use ").map(|(at, _)| at).find(|&at| {
        let before = code[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '<')
    })
}

/// The leaves of a tree of names.
fn expand(tree: &str, base: &[String], is_public: bool, found: &mut Vec<Import>) {
    let tree = tree.trim();
    if let Some(open) = tree.find('{') {
        let mut base = base.to_vec();
        base.extend(
            tree[..open].split("::").map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned),
        );
        let inner = &tree[open + 1..tree.rfind('}').unwrap_or(tree.len())];
        for part in entries(inner) {
            expand(part, &base, is_public, found);
        }
        return;
    }
    let (path, alias) =
        tree.split_once(" as ").map_or((tree, None), |(path, alias)| (path, Some(alias.trim())));
    let mut path: Vec<String> =
        base.iter().cloned().chain(path.split("::").map(|name| name.trim().to_owned())).collect();
    if path.len() > 1 && path.last().is_some_and(|name| name == "self") {
        path.pop();
    }
    let Some(last) = path.last().cloned().filter(|name| !name.is_empty()) else { return };
    let name = alias.map_or_else(|| last.clone(), str::to_owned);
    if last == "*" {
        path.pop();
    }
    found.push(Import { path, name, is_public });
}

/// The entries of a braced list.
fn entries(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(&list[start..]);
    found
}

/// Paths in the code outside `use` that begin at the root, here or above.
fn paths_in(code: &str) -> Vec<Vec<String>> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    for root in ["crate::", "super::", "self::"] {
        for (at, _) in code.match_indices(root) {
            if code[..at].chars().next_back().is_some_and(|c| part(c) || c == ':') {
                continue;
            }
            let path: String = code[at..].chars().take_while(|&c| part(c) || c == ':').collect();
            // `pub(in crate::ui)` says who may look, and uses nothing.
            let says_who = code[..at].trim_end().ends_with("pub(in");
            if !says_who {
                found.push(path.split("::").filter(|name| !name.is_empty()).map(str::to_owned).collect());
            }
        }
    }
    found
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let files = sources();
    assert!(files.len() > 40, "{} files found", files.len());
    let house = Crate::of(&files);
    let circles: Vec<String> = house.circles().iter().map(|circle| house.arrows(circle)).collect();
    assert!(circles.is_empty(), "{} circles:\n{}", circles.len(), circles.join("\n\n"));
}

fn circles_of(files: &[(&str, &str)]) -> Vec<Vec<String>> {
    let file = |&(path, text): &(&str, &str)| Source { path: path.to_owned(), text: text.to_owned() };
    Crate::of(&files.iter().map(file).collect::<Vec<_>>()).circles()
}

#[test]
fn the_check_sees_circles_through_re_exports_lists_and_plain_paths() {
    let facade = (
        "a/mod.rs",
        "mod x;\nmod y;\npub use x::X;\npub(crate) use self::y::{Y as Z, other};\nuse self::y::hidden;",
    );
    let bad = [
        ("use super::Z;", "use super::X;"),
        ("use super::y::Y;", "fn f() { crate::a::x::g() }"),
        ("use crate::{a::{y::Y}, b};", "type A = super::x::X;"),
        ("use super::y;", "use crate::a::X;"),
        ("use super::hidden;", "use super::X;"),
    ];
    for (x, y) in bad {
        let circles = circles_of(&[facade, ("a/x.rs", x), ("a/y.rs", y)]);
        assert_eq!(circles, [["a/x.rs", "a/y.rs"]], "{x} | {y}");
    }
    let good = [
        ("use super::Z;", "use super::T;\npub(in crate::a::x) fn f() {}"),
        ("use super::Z;", "#[cfg(test)]\nmod tests { use super::super::X; }"),
        ("use super::Z;", "//! See [`super::X`].\nuse std::a::x;"),
    ];
    for (x, y) in good {
        let circles = circles_of(&[facade, ("a/x.rs", x), ("a/y.rs", y)]);
        assert_eq!(circles, Vec::<Vec<String>>::new(), "{x} | {y}");
    }
}
