//! The house rules, read from the source: imports only go down, the window's crates stay in the window, files are
//! touched in one place, every file says what it is, and nothing outside tests may panic.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and prints what it measured for --nocapture"
)]

use std::fmt::Write as _;

use source::{Source, sources, without_tests};

#[path = "support/source.rs"]
mod source;

/// Folders by level; files at the top are above all.
const LEVELS: [(&str, usize); 8] = [
    ("linalg", 0),
    ("model", 1),
    ("sim", 2),
    ("worker", 3),
    ("figure", 3),
    ("export", 4),
    ("ui", 5),
    ("cli", 5),
];
const TOP: usize = 6;

/// Folders and files of the window by level.
const WINDOW_LEVELS: [(&str, usize); 9] = [
    ("raster", 0),
    ("theme", 0),
    ("state", 1),
    ("work", 2),
    ("draw", 3),
    ("panel", 4),
    ("bars", 4),
    ("dialogs", 5),
    ("app", 6),
];

/// Crates of the window.
const WINDOW: [&str; 4] = ["egui", "eframe", "egui_plot", "winit"];

/// What may panic.
const PANICS: [&str; 6] = [".unwrap()", ".expect(", "panic!(", "todo!(", "unimplemented!(", "unreachable!("];

fn level(folder: &str) -> Option<usize> {
    LEVELS.iter().find(|(name, _)| *name == folder).map(|(_, level)| *level)
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

/// Imports that climb or go sideways within the window, and egui where it is not known.
fn climbing_within_the_window(file: &Source) -> Vec<String> {
    let level = |name: &str| WINDOW_LEVELS.iter().find(|(own, _)| *own == name).map(|(_, level)| *level);
    let Some(inside) = file.path.strip_prefix("ui/").filter(|inside| *inside != "mod.rs") else {
        return Vec::new();
    };
    let folder = inside.split(['/', '.']).next().unwrap_or_default();
    let Some(own) = level(folder) else { return vec![format!("{}: without a level", file.path)] };
    let code = without_tests(&file.code());
    let targets = code.match_indices("crate::ui::").filter_map(|(at, root)| name(&code[at + root.len()..]));
    let climbs = targets.filter(|target| target != folder && level(target).is_some_and(|other| other >= own));
    let mut bad: Vec<String> = climbs.map(|target| format!("{}: imports {target}", file.path)).collect();
    if folder == "state" && names_word(&code, "egui") {
        bad.push(format!("{}: names egui", file.path));
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
    if file.is_tests() {
        return Vec::new();
    }
    let code = without_tests(&file.code());
    let found = PANICS.iter().filter(|word| code.contains(**word));
    found.map(|word| format!("{}: {word} outside tests", file.path)).collect()
}

fn assert_kept(rule: impl Fn(&Source) -> Vec<String>) {
    let files = sources();
    assert!(files.len() > 40, "{} files found", files.len());
    let broken: Vec<String> = files.iter().flat_map(&rule).collect();
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
fn files_of_tests_are_compiled_for_tests_only() {
    let declared = |file: &Source| {
        let code = file.code();
        let bare = code.matches("mod tests;").count() - code.matches("#[cfg(test)]\nmod tests;").count();
        (0..bare).map(|_| format!("{}: mod tests outside cfg(test)", file.path)).collect()
    };
    assert_kept(declared);
}

#[test]
fn imports_only_go_down_within_the_window() {
    assert_kept(climbing_within_the_window);
    let bad = |path: &str, text: &str| climbing_within_the_window(&file(path, text)).len();
    assert_eq!(bad("ui/state/a.rs", "use crate::ui::work::Pins;\nfn f(c: &egui::Context) {}"), 2);
    assert_eq!(bad("ui/panel/a.rs", "use crate::ui::bars::x;"), 1);
    assert_eq!(bad("ui/bars/a.rs", "use crate::ui::draw::x;\nuse crate::ui::theme::y;"), 0);
    assert_eq!(bad("ui/new/a.rs", ""), 1);
}

#[test]
fn every_file_says_what_it_is() {
    assert_kept(missing_header);
}

#[test]
fn nothing_outside_tests_may_panic() {
    assert_kept(panics);
}

/// Lines that are wider than a reader's screen: rustfmt leaves comments and strings alone.
fn wide_lines(file: &Source) -> Vec<String> {
    let wide = file.text.lines().enumerate().filter(|(_, line)| line.chars().count() > 120);
    wide.map(|(at, line)| format!("{}:{}: {} columns", file.path, at + 1, line.chars().count())).collect()
}

#[test]
fn lines_have_at_most_120_columns() {
    assert_kept(wide_lines);
    assert_eq!(wide_lines(&file("a.rs", &format!("ab\n{}η", "x".repeat(120)))), ["a.rs:2: 121 columns"]);
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
        ("main.rs", "use saddlescope::ui;\nuse saddlescope::cli::Cli;"),
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
