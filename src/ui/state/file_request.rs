//! What can be asked of files and the clipboard, and the line that says how it went.

use std::path::PathBuf;
use std::sync::LazyLock;

use super::PanelId;
use crate::export::{RUN_FORMATS, SHEET_FORMATS};

/// Endings of files that scenarios are written to.
pub(in crate::ui) const SCENARIO: &[&str] = &["toml"];

/// Endings of files that hold a scenario.
pub(in crate::ui) static HOLDS_SCENARIO: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let runs = RUN_FORMATS.iter().map(|format| format.extension);
    let pictures = SHEET_FORMATS.iter().filter(|format| format.is_picture()).map(|format| format.extension);
    SCENARIO.iter().copied().chain(runs).chain(pictures).collect()
});

/// Endings of start files.
pub(in crate::ui) const START: &[&str] = &["json"];

/// A wish that concerns files or the clipboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ui) enum FileRequest {
    /// Ask which file to open.
    AskOpen,
    /// Ask where to save the scenario.
    AskSave,
    /// Ask which start file to take.
    AskStart,
    /// Open this file: a scenario, or a result with one.
    Open(PathBuf),
    /// Copy the scenario as text.
    Copy,
    /// Ask the system for the text that was copied.
    AskPaste,
    /// Take this text for a scenario.
    Paste(String),
}

/// What an open dialog asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum DialogPurpose {
    /// A file to open.
    Open,
    /// A start file to take.
    Start,
    /// Where to save the scenario.
    Save,
    /// Where to save a panel.
    Picture(PanelId),
    /// Where to save all panels of the view.
    Pictures,
}
