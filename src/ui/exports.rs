//! Pictures that leave the window: what can be asked for, and the job that writes the files.
//!
//! Files are written by a worker, one after the other; what went wrong is told with what went well.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::action::PanelId;
use crate::export::{PaperStyle, Provenance, is_taken, write_sheet};
use crate::figure::Sheet;
use crate::sim::Record;
use crate::worker::{Job, Pieces};

/// Endings of files that panels are written to; the first where none is typed.
pub(super) const PICTURE: &[&str] = &["svg", "pdf", "png", "csv", "npz"];

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
pub(super) enum ExportWish {
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

/// Files to write.
#[derive(Clone, Debug)]
pub(super) struct SaveRequest {
    /// Each with what it shows and what made it.
    pub(super) files: Vec<(PathBuf, Sheet, Provenance)>,
    /// The path that was chosen; no other that is there already is replaced.
    pub(super) chosen: PathBuf,
    pub(super) style: PaperStyle,
}

/// What became of them.
#[derive(Clone, Debug, Default)]
pub(super) struct SavedFiles {
    pub(super) written: Vec<PathBuf>,
    pub(super) failures: Vec<String>,
}

impl Record for SavedFiles {
    fn append(&mut self, later: Self) {
        self.written.extend(later.written);
        self.failures.extend(later.failures);
    }
}

/// The job of a [`SaveRequest`]: one piece per file.
pub(super) fn save_job(request: &SaveRequest) -> Box<dyn Job<SavedFiles>> {
    let SaveRequest { files, chosen, style } = request.clone();
    let total = files.len();
    let paths: Vec<PathBuf> = files.iter().map(|(path, ..)| path.clone()).collect();
    let (mut files, mut is_checked) = (files.into_iter(), false);
    let next = move |_: &(dyn Fn() -> bool + Sync)| {
        let (path, sheet, provenance) = files.next()?;
        let mut saved = SavedFiles::default();
        let is_first = !std::mem::replace(&mut is_checked, true);
        let taken = paths.iter().find(|path| is_first && **path != chosen && is_taken(path));
        if let Some(taken) = taken {
            saved.failures.push(format!("{} is there already; give another name", taken.display()));
            files = Vec::new().into_iter();
            return Some(saved);
        }
        match write_sheet(&path, &sheet, &style, &provenance) {
            Ok(()) => saved.written.push(path),
            Err(error) => saved.failures.push(error.to_string()),
        }
        Some(saved)
    };
    Box::new(Pieces::new(total, Box::new(next)))
}

impl SavedFiles {
    /// What is said of them: the failures first.
    pub(super) fn words(&self) -> (String, bool) {
        match (self.failures.first(), self.written.as_slice()) {
            (Some(failure), _) => (failure.clone(), true),
            (None, [one]) => (format!("saved to {}", one.display()), false),
            (None, many) => {
                let folder =
                    many.first().and_then(|path| path.parent()).map(|path| path.display().to_string());
                let folder = folder.filter(|folder| !folder.is_empty()).unwrap_or_else(|| String::from("."));
                (format!("saved {} files in {folder}", many.len()), false)
            }
        }
    }
}
