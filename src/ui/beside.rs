//! The finite-N ensemble beside the displayed run: begun when the run is complete, dropped when it changes.
//!
//! It has a worker of its own, so that it never holds up the ODE. A long one with explicit weights waits to be asked for.

use std::sync::Arc;

use super::aside::Aside;
use super::state::{EnsembleStore, RunStore};
use crate::export::free_memory;
use crate::model::{Engine, Scenario};
use crate::sim::EnsembleRecord;
use crate::sim::sgd::estimated_seconds;
use crate::worker::{EnsembleJob, Job, Wake};

/// Seconds of an ensemble with explicit weights that is not begun unasked.
const LONG: f64 = 60.0;

/// The ensemble worker and what it has sent.
pub(super) struct Beside {
    aside: Aside<Scenario, EnsembleRecord>,
    /// An ensemble that would take so many seconds, to be begun on request.
    waiting: Option<f64>,
}

impl Beside {
    /// A worker with nothing to do.
    pub(super) fn spawn(wake: Wake) -> std::io::Result<Self> {
        let engine = |scenario: &Scenario| -> Box<dyn Job<EnsembleRecord>> {
            Box::new(EnsembleJob::new(scenario, free_memory()))
        };
        Ok(Self { aside: Aside::spawn(wake, engine)?, waiting: None })
    }

    /// What has arrived.
    pub(super) fn store(&self) -> Option<&EnsembleStore> {
        self.aside.store()
    }

    /// How long the ensemble would take that waits to be asked for, in seconds.
    pub(super) fn waiting(&self) -> Option<f64> {
        self.waiting
    }

    /// Takes in what the worker sent.
    pub(super) fn drain(&mut self) {
        self.aside.drain();
    }

    /// Begins the ensemble of a complete run if its scenario has one; a long one with explicit weights waits.
    pub(super) fn plan(&mut self, run: &RunStore) {
        let Some(scenario) = over_its_times(run) else { return };
        if scenario.sgd.as_ref().is_some_and(|sgd| sgd.engine == Engine::Direct) {
            let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
            let seconds = estimated_seconds(&scenario, run.trajectory.span().1, threads);
            self.waiting = seconds.filter(|seconds| *seconds > LONG);
            if self.waiting.is_some() {
                return;
            }
        }
        self.begin(run);
    }

    /// Begins the ensemble of a run, however long.
    pub(super) fn begin(&mut self, run: &RunStore) {
        self.waiting = None;
        if let Some(scenario) = over_its_times(run) {
            self.aside.begin(scenario);
        }
    }

    /// Stops the ensemble and keeps what has arrived.
    pub(super) fn cancel(&self) {
        self.aside.cancel();
    }

    /// Stops the ensemble and forgets it.
    pub(super) fn clear(&mut self) {
        self.aside.clear();
        self.waiting = None;
    }
}

/// The same wake for one worker more.
pub(super) fn shared_wake(wake: &Arc<dyn Fn() + Send + Sync>) -> Wake {
    let wake = Arc::clone(wake);
    Box::new(move || wake())
}

/// The scenario of a run with the times at which it was recorded, if it asks for an ensemble.
fn over_its_times(run: &RunStore) -> Option<Scenario> {
    run.scenario.sgd.as_ref()?;
    let mut alphas: Vec<f64> = run.trajectory.snapshots().iter().map(|at| at.alpha).collect();
    alphas.dedup();
    Some(run.scenario.clone().with_times(alphas))
}
