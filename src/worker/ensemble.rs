//! The finite-N ensemble as a job: slices of a few thousandths of a second, told point by point.
//!
//! Its times are the exact output times of the scenario it is started with. Where every replica has a start of its own,
//! their ODEs come first: a few milliseconds each. One that was stopped can be kept, and goes on as if it had not been.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use web_time::Instant;

use super::job::Job;
use crate::model::Scenario;
use crate::sim::ensemble::{EnsembleOptions, EnsembleRun, EnsembleStatus};
use crate::sim::{EnsembleRecord, ReplicaOde, Status, StopReason, Summary};

/// How long a slice takes, by the clock: short enough to fit into a frame.
const SLICE: Duration = Duration::from_millis(3);

/// What an ensemble worker is asked for.
#[derive(Clone, Debug)]
pub enum EnsembleRequest {
    /// The ensemble of this scenario from α = 0.
    Begin(Box<Scenario>),
    /// The rest of the ensemble that was stopped; what it told before is not told again.
    GoOn,
}

/// The ensemble that was stopped, if it is kept: shared by the worker and by who may ask it to go on.
#[derive(Clone, Debug, Default)]
pub struct StoppedEnsemble(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    is_wanted: bool,
    work: Option<Work>,
}

impl StoppedEnsemble {
    /// Keeps the ensemble that is stopped next.
    pub fn keep(&self) {
        self.lock().is_wanted = true;
    }

    /// Lets go of what is kept, and keeps nothing that is stopped from now on.
    pub fn forget(&self) {
        *self.lock() = Kept::default();
    }

    fn put(&self, work: Work) {
        let mut kept = self.lock();
        kept.work = Some(work).filter(|_| kept.is_wanted);
    }

    fn take(&self) -> Option<Work> {
        self.lock().work.take()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        // Each change is one assignment: a panic elsewhere leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An ensemble as the worker sees it; one that cannot be made fails at its first step.
#[derive(Debug)]
pub struct EnsembleJob {
    work: Result<Work, String>,
    /// Where it goes if it is stopped.
    kept_in: Option<StoppedEnsemble>,
}

/// An ensemble, and how much of it has been told.
#[derive(Debug)]
struct Work {
    run: EnsembleRun,
    told: usize,
    /// ODEs of replicas not told yet, and how many there have been.
    own: (Vec<ReplicaOde>, usize),
    status: EnsembleStatus,
}

impl EnsembleJob {
    /// An ensemble of the scenario at α = 0 that may take `memory` bytes.
    pub fn new(scenario: &Scenario, memory: u64) -> Self {
        Self { work: Work::begun(scenario, memory), kept_in: None }
    }

    /// What was asked for; it goes to `kept_in` if it is stopped.
    pub fn of(request: &EnsembleRequest, memory: u64, kept_in: &StoppedEnsemble) -> Self {
        let work = match request {
            EnsembleRequest::Begin(scenario) => Work::begun(scenario, memory),
            EnsembleRequest::GoOn => {
                kept_in.take().ok_or_else(|| String::from("there is no stopped SGD left to go on with"))
            }
        };
        Self { work, kept_in: Some(kept_in.clone()) }
    }
}

impl Work {
    fn begun(scenario: &Scenario, memory: u64) -> Result<Self, String> {
        let options = EnsembleOptions { memory_limit: memory, ..EnsembleOptions::default() };
        let run = EnsembleRun::with_options(scenario, &scenario.time.alphas, options);
        let run = run.map_err(|error| error.to_string())?;
        Ok(Self { run, told: 0, own: (Vec::new(), 0), status: EnsembleStatus::Running })
    }

    fn advance(&mut self, cancelled: &(dyn Fn() -> bool + Sync)) -> EnsembleStatus {
        if let Some(ode) = self.run.replica_ode(self.own.1, &|| cancelled()) {
            self.own.1 += 1;
            self.own.0.push(ode);
            return EnsembleStatus::Running;
        }
        let begun = Instant::now();
        match self.run.advance(u64::MAX, &|| cancelled() || begun.elapsed() >= SLICE) {
            EnsembleStatus::Stopped if !cancelled() => EnsembleStatus::Running,
            status => status,
        }
    }

    fn record(&mut self) -> EnsembleRecord {
        let mut record = EnsembleRecord::since(&self.run, self.told);
        self.told += record.points.len();
        record.own_odes = std::mem::take(&mut self.own.0);
        record.stopped = self.status == EnsembleStatus::Stopped;
        if self.status == EnsembleStatus::Finished {
            record.replicas = self.run.take_replicas();
        }
        record
    }
}

impl Drop for EnsembleJob {
    fn drop(&mut self) {
        let work = std::mem::replace(&mut self.work, Err(String::new()));
        if let (Ok(work), Some(place)) = (work, &self.kept_in)
            && work.status == EnsembleStatus::Stopped
        {
            place.put(work);
        }
    }
}

impl Job<EnsembleRecord> for EnsembleJob {
    fn advance(&mut self, cancelled: &(dyn Fn() -> bool + Sync)) -> Status {
        let Ok(work) = &mut self.work else { return Status::Stopped(StopReason::Cancelled) };
        // What panics on its way is not to be gone on with.
        work.status = EnsembleStatus::Running;
        work.status = work.advance(cancelled);
        match work.status {
            EnsembleStatus::Running => Status::Running,
            EnsembleStatus::Stopped | EnsembleStatus::Failed => Status::Stopped(StopReason::Cancelled),
            EnsembleStatus::Finished => Status::Stopped(StopReason::Done),
        }
    }

    fn record(&mut self) -> Option<EnsembleRecord> {
        Some(self.work.as_mut().ok()?.record())
    }

    fn failure(&self) -> Option<String> {
        match &self.work {
            Ok(work) => work.run.failure().map(ToString::to_string),
            Err(reason) => Some(reason.clone()),
        }
    }

    fn progress(&self) -> (f64, f64) {
        let fraction = self.work.as_ref().map_or(0.0, |work| work.run.progress().fraction());
        (fraction, 1.0)
    }

    fn summary(&self) -> Summary {
        let work = self.work.as_ref().ok();
        let alpha = work.and_then(|work| Some(work.run.points().last()?.alpha()));
        let finished = work.is_some_and(|work| work.status == EnsembleStatus::Finished);
        let stop = if finished { StopReason::Done } else { StopReason::Cancelled };
        Summary { alpha: alpha.unwrap_or(0.0), ..Summary::bare(stop) }
    }
}
