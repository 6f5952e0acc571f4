//! What runs beside the window and what has arrived of it: the run, its ensemble, the jobs of the views, files.

mod ensemble;
mod export;
mod file_work;
mod pins;
mod run;
mod slot;
mod view_jobs;

pub(super) use self::ensemble::Ensemble;
pub(super) use self::export::{SaveRequest, SavedFiles, save_job};
pub(super) use self::file_work::{FileNews, FileOrder, FileWork, PATIENCE, without_reading};
pub(super) use self::pins::Pins;
pub use self::run::{EnsembleStore, RunStore};
pub use self::slot::Store;
pub(super) use self::slot::{JobSlot, drain_events};
pub(super) use self::view_jobs::{JobKind, JobVersions, ViewJobs};
