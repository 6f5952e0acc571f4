//! What can be asked about pictures that leave the window, and how they look.

use serde::{Deserialize, Serialize};

use super::PanelId;

/// Endings of files that panels are written to; the first where none is typed.
pub(in crate::ui) const PICTURE: &[&str] = &["svg", "pdf", "png", "csv", "npz"];

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
