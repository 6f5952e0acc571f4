//! The line of the status bar that says how something went.

/// What the status line says once, until something else is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ui) struct Notice {
    pub(in crate::ui) text: String,
    pub(in crate::ui) alarming: bool,
}

impl Notice {
    /// That something was done.
    pub(in crate::ui) fn done(text: impl Into<String>) -> Self {
        Self { text: text.into(), alarming: false }
    }

    /// That something was not done, and why.
    pub(in crate::ui) fn wrong(text: impl Into<String>) -> Self {
        Self { text: text.into(), alarming: true }
    }
}
