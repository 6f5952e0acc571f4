//! What can be asked of files and the clipboard, and the line that says how it went.

use std::path::PathBuf;

use super::action::PanelId;

/// Endings of files that scenarios are written to.
pub(super) const SCENARIO: &[&str] = &["toml"];

/// Endings of files that hold a scenario.
pub(super) const HOLDS_SCENARIO: &[&str] = &["toml", "json", "csv", "npz", "svg", "pdf", "png"];

/// Endings of start files.
pub(super) const START: &[&str] = &["json"];

/// A wish that concerns files or the clipboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FileWish {
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
pub(super) enum Asking {
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

/// What the status line says once, until something else is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Notice {
    pub(super) text: String,
    pub(super) alarming: bool,
}

impl Notice {
    /// That something was done.
    pub(super) fn done(text: impl Into<String>) -> Self {
        Self { text: text.into(), alarming: false }
    }

    /// That something was not done, and why.
    pub(super) fn wrong(text: impl Into<String>) -> Self {
        Self { text: text.into(), alarming: true }
    }
}
