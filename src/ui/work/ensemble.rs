//! The finite-N ensemble beside the displayed run: begun when the run is complete, dropped when it changes, and never
//! shown beside another.
//!
//! It has a worker of its own, so that it never holds up the ODE. A long one waits to be asked for, and one that was
//! stopped can go on.

use std::time::Duration;

use super::{EnsembleStore, JobSlot, RunStore};
use crate::export::memory;
use crate::model::Scenario;
use crate::sim::EnsembleRecord;
use crate::sim::sgd::{LONG_SECONDS, estimated_seconds};
use crate::worker::{EnsembleJob, EnsembleRequest, Job, RunId, Runner, StoppedEnsemble};

/// The ensemble worker and what it has sent.
pub(in crate::ui) struct Ensemble {
    slot: JobSlot<EnsembleRequest, EnsembleRecord>,
    /// The one that was stopped, to go on.
    stopped: StoppedEnsemble,
    /// The run whose ensemble would take so many seconds, to be begun on request.
    waiting: Option<(RunId, f64)>,
}

impl Ensemble {
    /// A worker with nothing to do.
    pub(in crate::ui) fn spawn(runner: &Runner) -> std::io::Result<Self> {
        let stopped = StoppedEnsemble::default();
        let kept_in = stopped.clone();
        let engine = move |request: &EnsembleRequest| -> Box<dyn Job<EnsembleRecord>> {
            Box::new(EnsembleJob::of(request, memory::allowed(), &kept_in))
        };
        Ok(Self { slot: JobSlot::spawn(runner, engine)?, stopped, waiting: None })
    }

    /// What has arrived of the ensemble of this run.
    pub(in crate::ui) fn store_of(&self, run: RunId) -> Option<&EnsembleStore> {
        self.slot.store_of(run)
    }

    /// How long the ensemble of this run would take, in seconds, if it waits to be asked for.
    pub(in crate::ui) fn waiting_of(&self, run: RunId) -> Option<f64> {
        self.waiting.filter(|(of, _)| *of == run).map(|(_, seconds)| seconds)
    }

    /// Whether an ensemble is on its way.
    pub(in crate::ui) fn is_busy(&self) -> bool {
        self.slot.is_busy()
    }

    /// Works for about so long, where the worker has no thread.
    pub(in crate::ui) fn pump(&mut self, budget: Duration) {
        self.slot.pump(budget);
    }

    /// Takes in what the worker sent; says whether that was all.
    pub(in crate::ui) fn drain(&mut self) -> bool {
        self.slot.drain()
    }

    /// Begins the ensemble of the newest run, now complete, if its scenario has one; a long one waits to be asked for.
    /// That of any run before is over.
    pub(in crate::ui) fn plan(&mut self, run: &RunStore) {
        self.clear();
        let Some(scenario) = over_its_times(run) else { return };
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let seconds = estimated_seconds(&scenario, run.trajectory.span().1, threads);
        self.waiting = seconds.filter(|seconds| *seconds > LONG_SECONDS).map(|seconds| (run.id, seconds));
        if self.waiting.is_none() {
            self.begin(run);
        }
    }

    /// Begins the ensemble of a run, however long.
    pub(in crate::ui) fn begin(&mut self, run: &RunStore) {
        self.waiting = None;
        if let Some(scenario) = over_its_times(run) {
            self.stopped.forget();
            self.slot.begin(run.id, EnsembleRequest::Begin(Box::new(scenario)));
        }
    }

    /// Stops the ensemble and keeps what has arrived, and the ensemble itself, to go on.
    pub(in crate::ui) fn cancel(&self) {
        self.stopped.keep();
        self.slot.cancel();
    }

    /// Goes on with the ensemble that was stopped.
    pub(in crate::ui) fn go_on(&mut self) {
        self.slot.go_on(EnsembleRequest::GoOn);
    }

    /// Stops and forgets the ensemble of any other run.
    pub(in crate::ui) fn drop_unless_of(&mut self, run: RunId) {
        if self.slot.drop_unless_of(run) {
            self.stopped.forget();
        }
        self.waiting = self.waiting.filter(|(of, _)| *of == run);
    }

    /// Stops the ensemble and forgets it.
    pub(in crate::ui) fn clear(&mut self) {
        self.stopped.forget();
        self.slot.clear();
        self.waiting = None;
    }
}

/// The scenario of a run with the times at which it was recorded, if it asks for an ensemble.
fn over_its_times(run: &RunStore) -> Option<Scenario> {
    run.scenario.sgd.as_ref()?;
    let mut alphas: Vec<f64> = run.trajectory.snapshots().iter().map(|at| at.alpha).collect();
    alphas.dedup();
    Some(run.scenario.clone().with_times(alphas))
}
