//! Pictures that leave the window: what can be asked for, and the job that writes the files.
//!
//! Files are written by a worker, one after the other; what went wrong is told with what went well.

use std::ops::ControlFlow;
use std::path::PathBuf;

use crate::export::{PaperStyle, Provenance, is_taken, write_sheet};
use crate::figure::Sheet;
use crate::sim::Append;
use crate::worker::{Job, StepwiseJob};

/// Files to write.
#[derive(Clone, Debug)]
pub(in crate::ui) struct SaveRequest {
    /// Each with what it shows and what made it.
    pub(in crate::ui) files: Vec<(PathBuf, Sheet, Provenance)>,
    /// The path that was chosen; no other that is there already is replaced.
    pub(in crate::ui) chosen: PathBuf,
    pub(in crate::ui) style: PaperStyle,
}

/// What became of them.
#[derive(Clone, Debug, Default)]
pub(in crate::ui) struct SavedFiles {
    pub(in crate::ui) written: Vec<PathBuf>,
    pub(in crate::ui) failures: Vec<String>,
}

impl Append for SavedFiles {
    fn append(&mut self, later: Self) {
        self.written.extend(later.written);
        self.failures.extend(later.failures);
    }
}

/// The job of a [`SaveRequest`]: one piece per file.
pub(in crate::ui) fn save_job(request: &SaveRequest) -> Box<dyn Job<SavedFiles>> {
    let SaveRequest { files, chosen, style } = request.clone();
    let total = files.len();
    let paths: Vec<PathBuf> = files.iter().map(|(path, ..)| path.clone()).collect();
    let (mut files, mut is_checked) = (files.into_iter(), false);
    let next = move |_: &(dyn Fn() -> bool + Sync)| {
        let Some((path, sheet, provenance)) = files.next() else { return ControlFlow::Break(()) };
        let mut saved = SavedFiles::default();
        let is_first = !std::mem::replace(&mut is_checked, true);
        let taken = paths.iter().find(|path| is_first && **path != chosen && is_taken(path));
        if let Some(taken) = taken {
            saved.failures.push(format!("{} is there already; give another name", taken.display()));
            files = Vec::new().into_iter();
            return ControlFlow::Continue(Some(saved));
        }
        match write_sheet(&path, &sheet, &style, &provenance) {
            Ok(()) => saved.written.push(path),
            Err(error) => saved.failures.push(error.to_string()),
        }
        ControlFlow::Continue(Some(saved))
    };
    Box::new(StepwiseJob::new(total, Box::new(next)))
}

impl SavedFiles {
    /// What is said of them: the failures first.
    pub(in crate::ui) fn words(&self) -> (String, bool) {
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
