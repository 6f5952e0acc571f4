//! What can be asked about pictures that leave the window, and how they look.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::PanelId;
use crate::export::SHEET_FORMATS;

/// Endings of files that panels are written to; the first where none is typed.
pub(in crate::ui) static PICTURE: LazyLock<Vec<&str>> =
    LazyLock::new(|| SHEET_FORMATS.iter().map(|format| format.extension).collect());

/// How pictures that leave the window look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PictureLook {
    /// As wide as a page instead of a column.
    pub wide: bool,
    /// Light on dark, for slides.
    pub dark: bool,
    /// The whole range of axes that are zoomed, instead of what is seen.
    #[serde(skip)]
    pub whole: bool,
}

/// A wish for a picture or the data behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum ExportRequest {
    /// Ask where to save a panel.
    Save(PanelId),
    /// Ask where to save every panel of the view, one file each.
    SaveAll,
    /// Copy a panel as a picture.
    CopyPicture(PanelId),
    /// Copy the data behind a panel as a table.
    CopyData(PanelId),
    /// The window as it is, to a PNG in the current folder.
    Screenshot,
    /// Let pictures look like this from now on.
    Look(PictureLook),
}
