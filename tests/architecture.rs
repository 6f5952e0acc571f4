//! The house rules, read from the source: imports only go down, the window's crates stay in the window, files are
//! touched in one place, every file says what it is, and nothing outside tests may panic.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and prints what it measured for --nocapture"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Folders by level; files at the top are above all.
const LEVELS: [(&str, usize); 7] =
    [("model", 0), ("sim", 1), ("worker", 2), ("figure", 2), ("export", 3), ("ui", 4), ("cli", 4)];
const TOP: usize = 5;

/// Crates of the window.
const WINDOW: [&str; 4] = ["egui", "eframe", "egui_plot", "winit"];

/// What may panic.
const PANICS: [&str; 6] = [".unwrap()", ".expect(", "panic!(", "todo!(", "unimplemented!(", "unreachable!("];

fn level(folder: &str) -> Option<usize> {
    LEVELS.iter().find(|(name, _)| *name == folder).map(|(_, level)| *level)
}

/// A file of src/ by its path there, with its text.
struct Source {
    path: String,
    text: String,
}

impl Source {
    fn folder(&self) -> Option<&str> {
        self.path.split_once('/').map(|(folder, _)| folder)
    }

    /// The file's code: comments, strings and characters blanked.
    fn code(&self) -> String {
        blanked(&self.text)
    }
}

/// The text without comments and without what is inside strings and character literals.
fn blanked(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let skip = comment(rest).or_else(|| string(rest)).or_else(|| character(rest));
        if let Some(length) = skip {
            code.push(' ');
            code.extend(rest[..length].chars().filter(|&c| c == '\n'));
            rest = &rest[length..];
        } else {
            code.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    code
}

/// The length of the comment that the text begins with.
fn comment(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    text.starts_with("/*").then(|| text.find("*/").map_or(text.len(), |end| end + 2))
}

/// The length of the string, plain or raw, that the text begins with.
fn string(text: &str) -> Option<usize> {
    if let Some(raw) = text.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let body = raw[hashes..].strip_prefix('"')?;
        let close = format!("\"{}", "#".repeat(hashes));
        let end = body.find(&close).map_or(body.len(), |end| end + close.len());
        return Some(1 + hashes + 1 + end);
    }
    let body = text.strip_prefix('"')?;
    let mut escaped = false;
    let end = body.char_indices().find(|&(_, c)| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    Some(1 + end.map_or(body.len(), |(end, _)| end + 1))
}

/// The length of the character literal that the text begins with; lifetimes are none.
fn character(text: &str) -> Option<usize> {
    let body = text.strip_prefix('\'')?;
    if let Some(escape) = body.strip_prefix('\\') {
        let skipped = escape.chars().next()?.len_utf8();
        return escape[skipped..].find('\'').map(|end| 2 + skipped + end + 1);
    }
    let inside = body.chars().next()?;
    body[inside.len_utf8()..].starts_with('\'').then(|| 2 + inside.len_utf8())
}

/// The code before the test module, and outside items for tests.
fn without_tests(code: &str) -> String {
    let mut kept = String::new();
    let mut rest = code;
    while let Some(start) = rest.find("#[cfg(test)]") {
        kept.push_str(&rest[..start]);
        rest = &rest[start + item_length(&rest[start..])..];
    }
    kept + rest
}

/// The length of the item that the code begins with: to its closing brace, or to a semicolon before any.
fn item_length(code: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in code.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

/// The folders or top files that `crate::…` (or the library's own name) leads to.
fn targets(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for root in ["crate::", "saddlescope::"] {
        for (at, _) in code.match_indices(root) {
            let before = code[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let after = &code[at + root.len()..];
            if let Some(list) = after.strip_prefix('{') {
                found.extend(first_names(list));
            } else {
                found.extend(name(after));
            }
        }
    }
    found
}

/// The identifier that the text begins with.
fn name(text: &str) -> Option<String> {
    let word: String = text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!word.is_empty()).then_some(word)
}

/// The first name of every entry of a braced list, which the text begins inside of.
fn first_names(list: &str) -> Vec<String> {
    let (mut depth, mut names) = (0, Vec::from_iter(name(list)));
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.extend(name(&list[at + 1..])),
            _ => {}
        }
    }
    names
}

/// Whether an identifier occurs in the code.
fn names_word(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let part = |c: char| c.is_alphanumeric() || c == '_';
        let (before, after) = (code[..at].chars().next_back(), code[at + word.len()..].chars().next());
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

/// Imports that climb or go sideways.
fn climbing_imports(file: &Source) -> Vec<String> {
    let own = file.folder().map_or(Some(TOP), level);
    let Some(own) = own else { return vec![format!("{}: a folder without a level", file.path)] };
    let code = file.code();
    let up = format!("super::{}", "super::".repeat(file.path.matches('/').count()));
    let mut bad: Vec<String> = targets(&code)
        .into_iter()
        .filter(|target| file.folder() != Some(target.as_str()))
        .filter(|target| level(target).map_or(own < TOP, |other| other >= own))
        .map(|target| format!("{}: imports crate::{target}", file.path))
        .collect();
    // From a folder's own mod.rs one `super` is the crate; from its other files it takes two, and so on down.
    let climbs = if file.path.ends_with("/mod.rs") { &up["super::".len()..] } else { &up };
    if file.folder().is_some() && without_tests(&code).contains(climbs) {
        bad.push(format!("{}: reaches the crate through super", file.path));
    }
    bad
}

fn window_crates_elsewhere(file: &Source) -> Vec<String> {
    let code = file.code();
    let named = WINDOW.iter().filter(|word| names_word(&code, word));
    let outside = file.folder() != Some("ui");
    named.filter(|_| outside).map(|word| format!("{}: names {word}", file.path)).collect()
}

fn files_elsewhere(file: &Source) -> Vec<String> {
    let code = without_tests(&file.code());
    let touches = ["std::fs", "fs::", "File::", "OpenOptions"].into_iter().filter(|word| code.contains(word));
    let outside = file.folder() != Some("export");
    touches.filter(|_| outside).map(|word| format!("{}: {word} outside export", file.path)).collect()
}

fn missing_header(file: &Source) -> Vec<String> {
    let opens = file.text.starts_with("//! ");
    if opens { Vec::new() } else { vec![format!("{}: does not open with //!", file.path)] }
}

fn panics(file: &Source) -> Vec<String> {
    let code = without_tests(&file.code());
    let found = PANICS.iter().filter(|word| code.contains(**word));
    found.map(|word| format!("{}: {word} outside tests", file.path)).collect()
}

/// Every file of src/.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut folders, mut files) = (vec![root.clone()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inside = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
                files.push(Source { path: inside, text: std::fs::read_to_string(path).unwrap() });
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn assert_kept(rule: fn(&Source) -> Vec<String>) {
    let files = sources();
    assert!(files.len() > 40, "{} files found", files.len());
    let broken: Vec<String> = files.iter().flat_map(rule).collect();
    let list = broken.iter().fold(String::new(), |mut list, line| {
        let _ = write!(list, "\n  {line}");
        list
    });
    assert!(broken.is_empty(), "{list}");
}

#[test]
fn imports_only_go_down() {
    assert_kept(climbing_imports);
}

#[test]
fn the_windows_crates_are_named_only_in_the_window() {
    assert_kept(window_crates_elsewhere);
}

#[test]
fn only_the_door_touches_files() {
    assert_kept(files_elsewhere);
}

#[test]
fn every_file_says_what_it_is() {
    assert_kept(missing_header);
}

#[test]
fn nothing_outside_tests_may_panic() {
    assert_kept(panics);
}

fn file(path: &str, text: &str) -> Source {
    Source { path: path.to_owned(), text: text.to_owned() }
}

#[test]
fn the_checks_see_imports_that_climb() {
    let bad = [
        ("model/a.rs", "use crate::sim::run;"),
        ("model/a.rs", "use super::super::sim;"),
        ("model/mod.rs", "use super::sim;"),
        ("sim/sgd/b.rs", "fn f() { crate::worker::g() }"),
        ("sim/a.rs", "use crate::{model::Matrix, export::{x, y}};"),
        ("worker/a.rs", "use crate::figure::Axis;"),
        ("figure/a.rs", "#[cfg(test)]\nmod tests { use crate::ui::App; }"),
        ("export/a.rs", "use saddlescope::cli::run;"),
        ("model/a.rs", "use crate::run;"),
        ("novel/a.rs", ""),
    ];
    for (path, text) in bad {
        assert_eq!(climbing_imports(&file(path, text)).len(), 1, "{path}: {text}");
    }
    let good = [
        ("sim/a.rs", "use crate::model::{Matrix, Overlaps};\nuse crate::sim::tsit5::Tsit5;\nuse super::Run;"),
        ("sim/sgd/a.rs", "use super::super::Snapshot;"),
        ("model/mod.rs", "#[cfg(test)]\nmod tests { use super::drift; }"),
        ("ui/panels/a.rs", "pub(in crate::ui) fn f() {} // crate::cli"),
        ("plain.rs", "use saddlescope::ui;\nuse saddlescope::cli::Cli;"),
        ("model/a.rs", "//! [`crate::sim`]\nconst A: &str = \"crate::sim\";"),
    ];
    for (path, text) in good {
        assert_eq!(climbing_imports(&file(path, text)), Vec::<String>::new(), "{path}: {text}");
    }
}

#[test]
fn the_checks_see_the_window_and_files_in_the_wrong_place() {
    assert_eq!(window_crates_elsewhere(&file("figure/a.rs", "use egui::Color32;")).len(), 1);
    assert_eq!(window_crates_elsewhere(&file("main.rs", "eframe::run_native()")).len(), 1);
    assert!(window_crates_elsewhere(&file("figure/a.rs", "// egui\nlet megui = \"egui\";")).is_empty());
    assert!(window_crates_elsewhere(&file("ui/a.rs", "use egui::Ui;")).is_empty());
    assert_eq!(files_elsewhere(&file("sim/a.rs", "std::fs::write(a, b);")).len(), 2);
    assert_eq!(files_elsewhere(&file("model/a.rs", "File::open(path)")).len(), 1);
    assert!(files_elsewhere(&file("export/a.rs", "use std::fs;")).is_empty());
    assert!(files_elsewhere(&file("cli/a.rs", "#[cfg(test)]\nmod tests { use std::fs; }")).is_empty());
}

#[test]
fn the_checks_see_panics_and_missing_headers() {
    assert_eq!(panics(&file("model/a.rs", "fn f() { x.unwrap(); }")).len(), 1);
    assert_eq!(panics(&file("model/a.rs", "#[cfg(test)]\nmod tests { }\nfn f() { todo!() }")).len(), 1);
    let quoted =
        "/// x.unwrap()\nfn f() { let a = \"panic!(\"; let b = r#\"x.unwrap() \"\"#; let c = '\"'; }";
    assert!(panics(&file("model/a.rs", quoted)).is_empty());
    let fine = "fn f<'a>(x: &'a str) { x.unwrap_or(0); }\n#[cfg(test)]\nmod tests { fn g() { x.expect(1) } }";
    assert!(panics(&file("model/a.rs", fine)).is_empty());
    assert_eq!(missing_header(&file("model/a.rs", "use a;")).len(), 1);
    assert!(missing_header(&file("model/a.rs", "//! It owns a.\n")).is_empty());
}
