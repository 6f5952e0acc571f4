//! The finite-N ensemble as a job: slices of a few hundredths of a second, told point by point.
//!
//! Its times are the exact output times of the scenario it is started with. Where every replica has a start of its own,
//! their ODEs come first: a few milliseconds each.

use super::thread::Job;
use crate::model::Scenario;
use crate::sim::ensemble::{EnsembleOptions, EnsembleRun, EnsembleStatus};
use crate::sim::{EnsembleRecord, OwnOde, Snapshot, Status, StopReason, Summary};

/// How long a slice aims to take, in seconds: the reader hears of progress this often at the most.
const SLICE_SECONDS: f64 = 0.03;

/// An ensemble as the worker sees it; one that cannot be made fails at its first step.
#[derive(Debug)]
pub struct EnsembleJob {
    run: Result<EnsembleRun, String>,
    slice: u64,
    told: usize,
    /// ODEs of replicas not told yet, and how many there have been.
    own: (Vec<OwnOde>, usize),
    stop: StopReason,
}

impl EnsembleJob {
    /// An ensemble of the scenario at α = 0 that may take `memory` bytes.
    pub fn new(scenario: &Scenario, memory: u64) -> Self {
        let options = EnsembleOptions { memory_limit: memory, ..EnsembleOptions::default() };
        let run = EnsembleRun::with_options(scenario, &scenario.time.alphas, options);
        let slice = run.as_ref().map_or(1, slice_steps);
        Self {
            run: run.map_err(|error| error.to_string()),
            slice,
            told: 0,
            own: (Vec::new(), 0),
            stop: StopReason::Cancelled,
        }
    }
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

fn slice_steps(run: &EnsembleRun) -> u64 {
    let steps = run.progress().total / run.replica_count().max(1) as u64;
    let per_step = run.estimated_seconds(threads()) / steps.max(1) as f64;
    (SLICE_SECONDS / per_step.max(1e-9)).clamp(1.0, 1e8) as u64
}

impl Job<EnsembleRecord> for EnsembleJob {
    fn advance(&mut self, cancelled: &(dyn Fn() -> bool + Sync), _sink: &mut dyn FnMut(Snapshot)) -> Status {
        let Ok(run) = &mut self.run else { return Status::Stopped(StopReason::Cancelled) };
        if let Some(ode) = OwnOde::of(run, self.own.1, &|| cancelled()) {
            self.own.1 += 1;
            self.own.0.push(ode);
            return Status::Running;
        }
        match run.advance(self.slice, cancelled) {
            EnsembleStatus::Running => return Status::Running,
            EnsembleStatus::Stopped => self.stop = StopReason::Cancelled,
            EnsembleStatus::Finished => self.stop = StopReason::Done,
        }
        Status::Stopped(self.stop)
    }

    fn record(&mut self) -> Option<EnsembleRecord> {
        let run = self.run.as_mut().ok()?;
        let mut record = EnsembleRecord::since(run, self.told);
        self.told += record.points.len();
        record.own_odes = std::mem::take(&mut self.own.0);
        if self.stop == StopReason::Done {
            record.replicas = run.replicas();
        }
        Some(record)
    }

    fn failure(&self) -> Option<String> {
        self.run.as_ref().err().cloned()
    }

    fn progress(&self) -> (f64, f64) {
        let fraction = self.run.as_ref().map_or(0.0, |run| run.progress().fraction());
        (fraction, 1.0)
    }

    fn summary(&self) -> Summary {
        let alpha = self.run.as_ref().ok().and_then(|run| Some(run.points().last()?.alpha()));
        Summary { alpha: alpha.unwrap_or(0.0), ..Summary::bare(self.stop) }
    }
}
