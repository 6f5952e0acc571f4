//! A sweep on its way: rows over all cores, given out as they finish, resumable and cancellable.
//!
//! A row that was given out is done; a row that was stopped half-way is begun again. The order in which rows come is
//! the scheduler's; what they hold is not.

use std::sync::Arc;

use rayon::prelude::*;

use super::{KeepNothing, Outcome, Parameters, RowKeeper, Shard, Sweep};
use crate::sim::Append;

/// One point and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepRow {
    /// The number of the point.
    pub index: u64,
    /// What varies, there.
    pub parameters: Parameters,
    /// What came of it.
    pub outcome: Outcome,
}

impl SweepRow {
    /// Runs a point; `None` if it was told to stop.
    pub fn of(sweep: &Sweep, index: u64, stop: &(dyn Fn() -> bool + Sync)) -> Option<Self> {
        Self::kept_of(sweep, index, stop, &KeepNothing)
    }

    /// The same, kept on the way.
    fn kept_of(
        sweep: &Sweep,
        index: u64,
        stop: &(dyn Fn() -> bool + Sync),
        keeper: &dyn RowKeeper,
    ) -> Option<Self> {
        let outcome = match sweep.point(index) {
            Ok(scenario) => Outcome::kept_of(&scenario, sweep.stop_at(), stop, (index, keeper))?,
            Err(error) => Outcome::invalid(error.to_string()),
        };
        Some(Self { index, parameters: sweep.parameters(index), outcome })
    }
}

/// Rows as they come, in any order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SweepRows {
    /// The rows.
    pub rows: Vec<SweepRow>,
}

impl Append for SweepRows {
    fn append(&mut self, later: Self) {
        self.rows.extend(later.rows);
    }
}

/// Whether a sweep goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SweepStatus {
    /// The budget is spent; call `advance` again.
    Running,
    /// It was told to stop; `advance` would go on from there.
    Stopped,
    /// Every row has been given out.
    Finished,
}

/// A sweep, or a share of one, on its way.
///
/// ```
/// use std::sync::Mutex;
/// use saddlescope::sim::sweep::{Shard, Sweep, SweepRun, SweepSpec, SweepStatus};
///
/// let spec = SweepSpec::from_toml("[model]\np = 3\n[sweep]\neta = [0.3, 0.5]\nseeds = 2\nstop = \"half\"")?;
/// let mut run = SweepRun::new(Sweep::new(spec)?, Shard::WHOLE);
/// let rows = Mutex::new(Vec::new());
/// let status = run.advance(u64::MAX, &|| false, &|row| rows.lock().unwrap().push(row));
/// assert_eq!((status, run.done()), (SweepStatus::Finished, 4));
/// assert!(rows.lock().unwrap().iter().all(|row| row.outcome.alpha_half.is_some()));
/// # Ok::<(), saddlescope::model::ScenarioError>(())
/// ```
#[derive(Clone, Debug)]
pub struct SweepRun {
    sweep: Arc<Sweep>,
    shard: Shard,
    /// Whether a row has been given out, by its place in the shard.
    given: Vec<bool>,
    done: u64,
    /// No place before this one is left.
    first: usize,
}

impl SweepRun {
    /// A sweep of which no row is done.
    pub fn new(sweep: impl Into<Arc<Sweep>>, shard: Shard) -> Self {
        let sweep = sweep.into();
        let rows = shard.rows(sweep.rows());
        Self { sweep, shard, given: vec![false; rows as usize], done: 0, first: 0 }
    }

    /// The same without the rows of these indices: those of an earlier run.
    #[must_use]
    pub fn without(mut self, indices: impl IntoIterator<Item = u64>) -> Self {
        for index in indices {
            if let Some(place) = self.shard.place(index) {
                self.mark(place as usize);
            }
        }
        self
    }

    /// What is swept.
    pub fn sweep(&self) -> &Sweep {
        &self.sweep
    }

    /// Rows given out, those of earlier runs included.
    pub fn done(&self) -> u64 {
        self.done
    }

    /// Rows in all.
    pub fn total(&self) -> u64 {
        self.given.len() as u64
    }

    /// The indices of the rows that are left, in order.
    pub fn left(&self) -> impl Iterator<Item = u64> {
        let left = self.given.iter().enumerate().filter(|(_, given)| !**given);
        left.map(|(place, _)| self.shard.index(place as u64))
    }

    /// Runs up to `rows` more points over the threads of the current rayon pool, giving every row to `sink` as soon as
    /// it is there, in any order and from any thread.
    ///
    /// Returns within milliseconds after `stop` turns true; `advance` goes on from there.
    pub fn advance(
        &mut self,
        rows: u64,
        stop: &(dyn Fn() -> bool + Sync),
        sink: &(dyn Fn(SweepRow) + Sync),
    ) -> SweepStatus {
        self.advance_keeping(rows, stop, sink, &KeepNothing)
    }

    /// The same with rows that are kept on the way and gone on with.
    pub fn advance_keeping(
        &mut self,
        rows: u64,
        stop: &(dyn Fn() -> bool + Sync),
        sink: &(dyn Fn(SweepRow) + Sync),
        keeper: &dyn RowKeeper,
    ) -> SweepStatus {
        let left = self.given.iter().enumerate().skip(self.first).filter(|(_, given)| !**given);
        let next: Vec<usize> = left.map(|(place, _)| place).take(rows as usize).collect();
        let one = |&place: &usize| {
            let index = self.shard.index(place as u64);
            let row = if stop() { None } else { SweepRow::kept_of(&self.sweep, index, stop, keeper) };
            let is_over = row.map(sink).is_some();
            if is_over {
                // Not before it was given out.
                keeper.forget(index);
            }
            is_over
        };
        // Runs differ in length by orders of magnitude: every one may be taken by whoever is free.
        let finished: Vec<bool> = next.par_iter().with_max_len(1).map(one).collect();
        for (&place, _) in next.iter().zip(&finished).filter(|(_, finished)| **finished) {
            self.mark(place);
        }
        self.first = next.first().copied().unwrap_or(self.first);
        if self.done == self.total() {
            SweepStatus::Finished
        } else if finished.contains(&false) {
            SweepStatus::Stopped
        } else {
            SweepStatus::Running
        }
    }

    fn mark(&mut self, place: usize) {
        if let Some(given) = self.given.get_mut(place)
            && !*given
        {
            *given = true;
            self.done += 1;
        }
    }
}
