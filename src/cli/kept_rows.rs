//! Long rows of a sweep on the disk: the state of a row's replicas, every minute and when a signal ends the command, in
//! `OUT.csv.part-INDEX` until the row is done.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::export::{read_checkpoint, remove_checkpoint, row_checkpoint_path, write_checkpoint};
use crate::model::Scenario;
use crate::sim::ensemble::{EnsembleOptions, EnsembleRun};
use crate::sim::sweep::RowKeeper;

/// How often a row is kept.
const INTERVAL: Duration = Duration::from_mins(1);

/// The files of the rows of one sweep.
#[derive(Debug)]
pub(super) struct KeptRows {
    output: PathBuf,
    /// Whether rows go on from what is there.
    resumes: bool,
    /// Rows on their way.
    rows: Mutex<BTreeMap<u64, Row>>,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    /// When it was begun, or last tried to be kept.
    since: Instant,
    /// Whether there is a file of it.
    is_kept: bool,
}

impl KeptRows {
    pub(super) fn new(output: &Path, resumes: bool) -> Self {
        Self { output: output.to_owned(), resumes, rows: Mutex::new(BTreeMap::new()) }
    }

    /// How many rows are kept half-way.
    pub(super) fn count(&self) -> usize {
        self.rows().values().filter(|row| row.is_kept).count()
    }

    fn rows(&self) -> MutexGuard<'_, BTreeMap<u64, Row>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn path(&self, index: u64) -> PathBuf {
        row_checkpoint_path(&self.output, index)
    }
}

impl RowKeeper for KeptRows {
    fn restore(
        &self,
        index: u64,
        scenario: &Scenario,
        grid: &[f64],
        options: EnsembleOptions,
    ) -> Option<EnsembleRun> {
        let path = self.resumes.then(|| self.path(index));
        // What cannot be read, or is of another sweep, is no loss but of time: the row begins anew.
        let run =
            path.and_then(|path| read_checkpoint(&path, scenario, grid, options, &mut |_| ()).ok().flatten());
        self.rows().insert(index, Row { since: Instant::now(), is_kept: run.is_some() });
        run
    }

    fn is_due(&self, index: u64) -> bool {
        // Whoever finds the list in use asks again soon.
        let Ok(rows) = self.rows.try_lock() else { return false };
        rows.get(&index).is_some_and(|row| row.since.elapsed() >= INTERVAL)
    }

    fn keep(&self, index: u64, scenario: &Scenario, run: &mut EnsembleRun) {
        // A disk that is full costs the time to begin anew, not the row.
        let is_written = write_checkpoint(&self.path(index), scenario, run).is_ok();
        if let Some(row) = self.rows().get_mut(&index) {
            // Not again before the next minute, whatever became of it.
            *row = Row { since: Instant::now(), is_kept: row.is_kept || is_written };
        }
    }

    fn forget(&self, index: u64) {
        self.rows().remove(&index);
        remove_checkpoint(&self.path(index));
    }
}
