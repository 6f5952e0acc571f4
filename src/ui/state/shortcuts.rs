//! Every key of the window, a row each: which keys, what they do, and in which words menu, tooltips, help and README
//! say it.
//!
//! A new key is its row here and in the README, and what its action does.

use super::{Action, ExportRequest, FileRequest, LessonCommand, PanelId, Presentation, ViewId, ZoomRequest};

/// One command of the keyboard.
#[derive(Clone, Copy)]
pub(in crate::ui) struct Shortcut {
    /// Any of these, as in "ctrl shift C".
    pub(in crate::ui) keys: &'static [&'static str],
    /// What it does, for the help; neighbours with the same words share a line there.
    pub(in crate::ui) about: &'static str,
    /// Name and hint in the menu of files.
    pub(in crate::ui) menu: Option<(&'static str, &'static str)>,
    /// Whether it is asked for again and again while the key is held.
    pub(in crate::ui) repeats: bool,
    /// What is asked for; `None` where the system or a plot sees to it.
    pub(in crate::ui) action: fn(Held) -> Option<Action>,
}

/// What a key depends on besides itself.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::ui) struct Held {
    /// Whether shift is held.
    pub(in crate::ui) shift: bool,
    /// The panel that has all the room.
    pub(in crate::ui) maximised: Option<PanelId>,
}

impl Held {
    /// A step along the time bar, as a share of it.
    fn step(self, sign: f64) -> Action {
        Action::Nudge(sign * if self.shift { 0.05 } else { 0.005 })
    }
}

const STEP: &str = "step through time (with shift: ten times as far)";
const ENDS: &str = "start and end of the run";
const VIEWS: &str = "the views, from overview to lesson";
const ZOOM: &str = "zoom all panels over α about the cursor, and show everything again";
const UNDO: &str = "undo and redo changes of the scenario";
const FILES: &str = "open and save a scenario; files can be dropped on the window";
const TEXT: &str = "copy the scenario as text, paste one";
const STEPS: &str = "lesson: next step, step before";
const EXPORT: &str = "export all panels, or the one that is maximised; photograph the window";

const fn row(
    keys: &'static [&'static str],
    about: &'static str,
    action: fn(Held) -> Option<Action>,
) -> Shortcut {
    Shortcut { keys, about, menu: None, repeats: false, action }
}

const fn repeating(mut row: Shortcut) -> Shortcut {
    row.repeats = true;
    row
}

const fn in_menu(mut row: Shortcut, name: &'static str, hint: &'static str) -> Shortcut {
    row.menu = Some((name, hint));
    row
}

/// All of them, in the order of the help.
pub(in crate::ui) static SHORTCUTS: [Shortcut; 41] = [
    row(&["space"], "play or pause", |_| Some(Action::TogglePlay)),
    repeating(row(&["left"], STEP, |held| Some(held.step(-1.0)))),
    repeating(row(&["right"], STEP, |held| Some(held.step(1.0)))),
    row(&["home"], ENDS, |_| Some(Action::Nudge(-1.0))),
    row(&["end"], ENDS, |_| Some(Action::Nudge(1.0))),
    row(&["1"], VIEWS, |_| Some(Action::Show(ViewId::ALL[0]))),
    row(&["2"], VIEWS, |_| Some(Action::Show(ViewId::ALL[1]))),
    row(&["3"], VIEWS, |_| Some(Action::Show(ViewId::ALL[2]))),
    row(&["4"], VIEWS, |_| Some(Action::Show(ViewId::ALL[3]))),
    row(&["5"], VIEWS, |_| Some(Action::Show(ViewId::ALL[4]))),
    row(&["6"], VIEWS, |_| Some(Action::Show(ViewId::ALL[5]))),
    row(&["R"], "another random start", |_| Some(Action::Reseed)),
    row(&["K"], "pin this run, to compare it with what comes next", |_| Some(Action::Pin)),
    row(&["L"], "α linear or logarithmic", |_| Some(Action::ToggleScale)),
    row(&["T"], "light or dark", |_| Some(Action::ToggleTheme)),
    repeating(row(&["+"], ZOOM, |_| Some(Action::Zoom(ZoomRequest::By(2.0))))),
    repeating(row(&["-"], ZOOM, |_| Some(Action::Zoom(ZoomRequest::By(0.5))))),
    row(&["0"], ZOOM, |_| Some(Action::Zoom(ZoomRequest::All))),
    row(
        &["right drag"],
        "zoom into part of α, in all panels (or ctrl and wheel; double click: everything)",
        |_| None,
    ),
    row(&["ctrl Z"], UNDO, |_| Some(Action::Undo)),
    row(&["ctrl Y", "ctrl shift Z"], UNDO, |_| Some(Action::Redo)),
    in_menu(
        row(&["ctrl O"], FILES, |_| Some(Action::File(FileRequest::AskOpen))),
        "Open...",
        "a scenario, or a result with one",
    ),
    in_menu(
        row(&["ctrl S"], FILES, |_| Some(Action::File(FileRequest::AskSave))),
        "Save...",
        "the scenario as a TOML file",
    ),
    in_menu(
        row(&["ctrl shift C"], TEXT, |_| Some(Action::File(FileRequest::Copy))),
        "Copy as text",
        "the scenario, for a mail or a file",
    ),
    // The system sends the text that is pasted.
    in_menu(
        row(&["ctrl V"], TEXT, |_| Some(Action::File(FileRequest::AskPaste))),
        "Paste",
        "take copied text for a scenario",
    ),
    in_menu(
        row(&["ctrl Q"], "quit; the window comes back as it is left", |_| Some(Action::Quit)),
        "Quit",
        "the window comes back as it is left",
    ),
    row(&["P"], "projector: large type, or back", |_| Some(Action::ToggleProjector)),
    row(&["E"], "equations, conventions and notation", |_| Some(Action::ToggleEquations)),
    row(&["N", "page down"], STEPS, |_| Some(Action::Lesson(LessonCommand::Next))),
    row(&["backspace", "page up"], STEPS, |_| Some(Action::Lesson(LessonCommand::Back))),
    row(&["S"], "lesson: this step from its beginning", |_| Some(Action::Lesson(LessonCommand::Restart))),
    row(&["A"], "lesson: show or hide the answer", |_| Some(Action::Lesson(LessonCommand::Answer))),
    row(&["V"], "curves up to the cursor alone: play shows the rest", |_| {
        Some(Action::Present(Presentation::Reveal))
    }),
    row(&["C"], "hide or show the controls at the left", |_| Some(Action::Present(Presentation::Controls))),
    row(&["F11", "F5"], "all of the screen, or a window again", |_| {
        Some(Action::Present(Presentation::FullScreen))
    }),
    row(&["B", "."], "a black window; any key or click brings the picture back", |_| {
        Some(Action::Present(Presentation::Blank))
    }),
    row(&["D"], "a spot of light about the pointer", |_| Some(Action::Present(Presentation::Spot))),
    row(&["ctrl E"], EXPORT, |held| {
        Some(Action::Export(held.maximised.map_or(ExportRequest::SaveAll, ExportRequest::Save)))
    }),
    row(&["F12"], EXPORT, |_| Some(Action::Export(ExportRequest::Screenshot))),
    row(
        &["Esc"],
        "close what is on top: equations, help, the panel that has all the room, the full screen",
        |_| Some(Action::Present(Presentation::CloseTop)),
    ),
    row(&["?"], "this help", |_| Some(Action::ToggleHelp)),
];

/// Words with the keys that do the same, as tooltips have it: "another random start (R)".
pub(in crate::ui) fn with_key(words: &str, action: &Action) -> String {
    let asks = |row: &&Shortcut| (row.action)(Held::default()).as_ref() == Some(action);
    match SHORTCUTS.iter().find(asks) {
        Some(row) => format!("{words} ({})", row.keys.join(" or ")),
        None => words.to_owned(),
    }
}

/// Keys and what they do, a line each: neighbours with the same words together.
pub fn key_help() -> Vec<(String, &'static str)> {
    let lines = SHORTCUTS.chunk_by(|one, next| one.about == next.about);
    let line = |rows: &[Shortcut]| {
        let between = if rows.iter().any(|row| row.keys.len() > 1) { "; " } else { ", " };
        let keys: Vec<String> = rows.iter().map(|row| row.keys.join(", ")).collect();
        Some((keys.join(between), rows.first()?.about))
    };
    lines.filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_has_the_same_keys() {
        let readme = include_str!("../../../README.md");
        for (keys, about) in key_help() {
            let row = format!("| {keys} | {about} |");
            assert!(readme.contains(&row), "{row}");
        }
    }

    #[test]
    fn tooltips_name_the_keys() {
        assert_eq!(with_key("redo", &Action::Redo), "redo (ctrl Y or ctrl shift Z)");
        assert_eq!(with_key("export", &Action::Export(ExportRequest::SaveAll)), "export (ctrl E)");
        assert_eq!(with_key("unpin", &Action::UnpinAll), "unpin");
    }
}
