//! Ensembles of finite-N SGD: R replicas over all cores, averaged at given times as they run.
//!
//! Replica r is a function of the scenario and r alone, and averages are taken in the order of the indices: the same
//! bits for any number of threads. Every point is stamped with the time of its states, steps/N. Replicas that diverge
//! are counted and left out from then on. Memory does not grow with the number of steps. Making replicas, stepping them
//! and reading them all happen within `advance`, and stop soon after they are told to.

mod build;
mod checkpoint;
mod error;
mod limits;
mod point;
mod progress;

use std::ops::ControlFlow;

use rayon::prelude::*;

pub use checkpoint::RestoreError;
pub use error::{EnsembleError, MemoryShortage};
pub use progress::Progress;

use build::{Builder, replica_scenario};
use limits::{check_memory, schedule};
use point::{Kept, OpenPoint, groups_at_a_time, replica_report};

use super::sgd::cost::{self, Work};
use super::sgd::group::{Group, Reading};
use super::sgd::{EnsemblePoint, EnsembleReport, Precision, ReplicaReport};
use super::{REPLICA_ODES, ReplicaOde};
use crate::model::{Overlaps, Scenario, SgdSection, StartKind};

/// Groups that each thread makes between two looks at how many there are.
const GROUPS_PER_THREAD: usize = 4;

/// What an ensemble keeps besides its averages.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EnsembleOptions {
    /// The first so many replicas keep their risk at every point.
    pub risk_curves: usize,
    /// This replica keeps its (M, Q) at every point.
    pub followed: Option<usize>,
    /// How the direct engine stores weights.
    pub precision: Precision,
    /// Bytes that it may take.
    pub memory_limit: u64,
}

impl Default for EnsembleOptions {
    fn default() -> Self {
        Self { risk_curves: 16, followed: Some(0), precision: Precision::Double, memory_limit: u64::MAX }
    }
}

/// Whether an ensemble goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnsembleStatus {
    /// The budget is spent; call `advance` again.
    Running,
    /// It was told to stop; `advance` would go on from there.
    Stopped,
    /// Every output time is recorded.
    Finished,
    /// A replica cannot be made; see [`EnsembleRun::failure`].
    Failed,
}

/// One ensemble, resumable.
///
/// ```
/// use saddlescope::model::{Scenario, ScenarioSpec};
/// use saddlescope::sim::ensemble::{EnsembleRun, EnsembleStatus};
///
/// let spec = ScenarioSpec::from_toml("[model]\np = 3\neta = 0.3\n[sgd]\nn = 1000\nreplicas = 10")?;
/// let mut run = EnsembleRun::new(&Scenario::new(spec)?, &[0.0, 10.0, 100.0])?;
/// assert_eq!(run.advance(u64::MAX, &|| false), EnsembleStatus::Finished);
/// let [first, _, last] = run.points() else { panic!("three output times") };
/// assert!(last.risk().mean + 5.0 * last.risk().sem < 0.5 * first.risk().mean);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct EnsembleRun {
    scenario: Scenario,
    sgd: SgdSection,
    options: EnsembleOptions,
    builder: Builder,
    /// Those that have been made.
    groups: Vec<Group>,
    /// Steps of the output times, increasing.
    schedule: Vec<u64>,
    /// The step that every replica has reached.
    step: u64,
    points: Vec<EnsemblePoint>,
    /// The point that is being recorded.
    open: Option<OpenPoint>,
    risk_curves: Vec<Vec<f64>>,
    followed: Vec<Overlaps>,
    /// Every replica at the last point.
    finals: Vec<ReplicaReport>,
    failure: Option<EnsembleError>,
}

impl EnsembleRun {
    /// An ensemble at α = 0, to be recorded at the times of `grid`: increasing, α ≥ 0.
    ///
    /// Each is rounded to a whole number of steps, and times that round to the same step are recorded once. Takes no
    /// time: replicas are made by [`advance`](Self::advance).
    ///
    /// # Errors
    /// No `[sgd]` section, bad times, or more memory than allowed.
    pub fn new(scenario: &Scenario, grid: &[f64]) -> Result<Self, EnsembleError> {
        Self::with_options(scenario, grid, EnsembleOptions::default())
    }

    /// The same, saying what to keep.
    ///
    /// # Errors
    /// As [`EnsembleRun::new`].
    pub fn with_options(
        scenario: &Scenario,
        grid: &[f64],
        options: EnsembleOptions,
    ) -> Result<Self, EnsembleError> {
        let sgd = scenario.sgd.clone().ok_or(EnsembleError::NoSgd)?;
        let schedule = schedule(grid, sgd.n)?;
        check_memory(scenario, &sgd, options, schedule.len())?;
        let builder = Builder::new(scenario, &sgd, options)?;
        Ok(Self {
            scenario: scenario.clone(),
            risk_curves: vec![Vec::new(); options.risk_curves.min(sgd.replicas)],
            sgd,
            options,
            builder,
            groups: Vec::new(),
            schedule,
            step: 0,
            points: Vec::new(),
            open: None,
            followed: Vec::new(),
            finals: Vec::new(),
            failure: None,
        })
    }

    /// The step that every replica has reached.
    pub(crate) fn step(&self) -> u64 {
        self.step
    }

    /// Makes the replicas, then moves every one on by up to `steps` steps, over the threads of the current rayon pool,
    /// recording on the way.
    ///
    /// Returns within milliseconds after `stop` turns true; nothing is lost, and `advance` goes on from there. The cuts
    /// between calls do not show in the results: `stop` may well be a clock.
    pub fn advance(&mut self, steps: u64, stop: &(dyn Fn() -> bool + Sync)) -> EnsembleStatus {
        match self.advance_or_break(steps, stop) {
            ControlFlow::Break(status) => status,
            ControlFlow::Continue(()) => EnsembleStatus::Finished,
        }
    }

    fn advance_or_break(
        &mut self,
        steps: u64,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> ControlFlow<EnsembleStatus> {
        self.build(stop)?;
        let end = self.step.saturating_add(steps);
        while let Some(&due) = self.schedule.get(self.points.len()) {
            let target = due.min(end);
            let arrived = self.groups.par_iter_mut().map(|group| group.advance_to(target, stop));
            if !arrived.reduce(|| true, |one, other| one & other) {
                return ControlFlow::Break(EnsembleStatus::Stopped);
            }
            self.step = target;
            if target < due {
                return ControlFlow::Break(EnsembleStatus::Running);
            }
            self.record(due, stop)?;
        }
        ControlFlow::Continue(())
    }

    /// Makes the groups that are not there yet, the next ones first.
    fn build(&mut self, stop: &(dyn Fn() -> bool + Sync)) -> ControlFlow<EnsembleStatus> {
        if self.failure.is_some() {
            return ControlFlow::Break(EnsembleStatus::Failed);
        }
        let batch = GROUPS_PER_THREAD * rayon::current_num_threads();
        while self.groups.len() < self.builder.groups() {
            self.build_next(self.builder.groups().min(self.groups.len() + batch), stop)?;
        }
        ControlFlow::Continue(())
    }

    /// Makes the groups up to `end`, in order.
    fn build_next(&mut self, end: usize, stop: &(dyn Fn() -> bool + Sync)) -> ControlFlow<EnsembleStatus> {
        let (builder, scenario) = (&self.builder, &self.scenario);
        let next = (self.groups.len()..end).into_par_iter();
        let made: Vec<_> = next.map(|group| builder.group(scenario, group, stop)).collect();
        for group in made {
            match group {
                Some(Ok(group)) => self.groups.push(group),
                Some(Err(error)) => {
                    self.failure = Some(error);
                    return ControlFlow::Break(EnsembleStatus::Failed);
                }
                None => return ControlFlow::Break(EnsembleStatus::Stopped),
            }
        }
        ControlFlow::Continue(())
    }

    /// Why a replica cannot be made.
    pub fn failure(&self) -> Option<&EnsembleError> {
        self.failure.as_ref()
    }

    /// Replicas that have been made: all of them before the first step.
    pub fn replicas_made(&self) -> usize {
        self.builder.replicas_in(self.groups.len())
    }

    /// The points recorded so far, in order of time.
    pub fn points(&self) -> &[EnsemblePoint] {
        &self.points
    }

    /// The risk at every point of the first `risk_curves` replicas; after a replica has diverged, that of its last
    /// state.
    pub fn risk_curves(&self) -> &[Vec<f64>] {
        &self.risk_curves
    }

    /// (M, Q) at every point of the replica that is followed.
    pub fn followed(&self) -> &[Overlaps] {
        &self.followed
    }

    /// The times at which points will have been recorded, steps/N.
    pub fn alphas(&self) -> Vec<f64> {
        self.schedule.iter().map(|&step| self.alpha(step)).collect()
    }

    /// The last of these times.
    pub fn end(&self) -> f64 {
        self.schedule.last().map_or(0.0, |&step| self.alpha(step))
    }

    /// How many replicas there are, diverged ones included.
    pub fn replica_count(&self) -> usize {
        self.sgd.replicas
    }

    /// How far the run is.
    pub fn progress(&self) -> Progress {
        let last = self.schedule.last().copied().unwrap_or(0);
        let done = self.groups.iter().map(|group| u128::from(group.step()) * group.len() as u128).sum();
        Progress { done, total: u128::from(last) * self.sgd.replicas as u128 }
    }

    /// A guess of the seconds that the whole run takes on `threads` idle cores, to warn before it begins. Once it runs,
    /// [`Progress::seconds_left`] knows better.
    pub fn estimated_seconds(&self, threads: usize) -> f64 {
        let work = Work {
            steps: self.schedule.last().copied().unwrap_or(0),
            points: self.schedule.len(),
            threads,
            has_own_starts: self.has_own_starts(),
        };
        let widths = (self.scenario.model.p, self.scenario.model.p_star);
        cost::seconds(&self.sgd, self.options.precision, widths, work)
    }

    /// The state, half-life and divergence of every replica, by index, as they are now; of those that have been made.
    pub fn replicas(&mut self) -> Vec<ReplicaReport> {
        if self.is_finished() {
            return self.finals.clone();
        }
        let n = self.sgd.n;
        let read = |group: &mut Group| group.read_all(&|| false).unwrap_or_default();
        let readings: Vec<Vec<Reading>> = self.groups.par_iter_mut().map(read).collect();
        readings.iter().flatten().map(|reading| replica_report(reading, n)).collect()
    }

    /// The same, without keeping what the end of a run keeps.
    pub(crate) fn take_replicas(&mut self) -> Vec<ReplicaReport> {
        if self.is_finished() { std::mem::take(&mut self.finals) } else { self.replicas() }
    }

    /// The first α at which each replica's risk was seen at half its initial value or below, by index; `None`: not yet.
    pub fn half_times(&self) -> Vec<Option<f64>> {
        let steps = self.groups.iter().flat_map(Group::half_at);
        let all = steps.chain(std::iter::repeat(None)).take(self.sgd.replicas);
        all.map(|step| step.map(|step| self.alpha(step))).collect()
    }

    /// Whether every replica has a start of its own, and with it an ODE of its own.
    pub fn has_own_starts(&self) -> bool {
        self.scenario.start.kind == StartKind::Weights
    }

    /// Everything, for a result file.
    pub fn report(&mut self) -> EnsembleReport {
        let finals = self.replicas();
        EnsembleReport::new((self.sgd.n, self.sgd.engine), &self.points, finals)
    }

    /// The same, using the run up.
    #[must_use]
    pub fn into_report(mut self) -> EnsembleReport {
        let finals = self.take_replicas();
        EnsembleReport::new((self.sgd.n, self.sgd.engine), &self.points, finals)
    }

    /// The scenario of replica `index` alone: with `weights` starts, one that begins at its own overlaps, for its ODE.
    ///
    /// # Errors
    /// None for the replicas of a run that exists.
    pub fn replica_scenario(&self, index: usize) -> Result<Scenario, EnsembleError> {
        replica_scenario(&self.scenario, index)
    }

    /// The ODE of replica `index` as far as the ensemble goes.
    ///
    /// `None` where replicas share their start, for an index beyond [`REPLICA_ODES`] or the replicas, and if told to
    /// stop.
    pub fn replica_ode(&self, index: usize, cancelled: &dyn Fn() -> bool) -> Option<ReplicaOde> {
        let exists =
            self.has_own_starts() && index < self.replica_count().min(REPLICA_ODES) && self.end() > 0.0;
        exists.then(|| ReplicaOde::of(self.replica_scenario(index).ok()?, self.end(), cancelled)).flatten()
    }

    /// The ODEs of all replicas that have one, by index.
    pub fn replica_odes(&self) -> Vec<ReplicaOde> {
        (0..REPLICA_ODES).map_while(|index| self.replica_ode(index, &|| false)).collect()
    }

    fn alpha(&self, step: u64) -> f64 {
        step as f64 / self.sgd.n as f64
    }

    fn is_finished(&self) -> bool {
        self.points.len() == self.schedule.len()
    }

    /// Records the point at which all groups are.
    fn record(&mut self, step: u64, stop: &(dyn Fn() -> bool + Sync)) -> ControlFlow<EnsembleStatus> {
        let shape = (self.scenario.model.p, self.scenario.model.p_star);
        let is_last = self.points.len() + 1 == self.schedule.len();
        let kept = Kept {
            risks: self.risk_curves.len(),
            followed: self.options.followed,
            finals: is_last.then_some(self.sgd.n),
        };
        let alpha = self.alpha(step);
        let mut open = self.open.take().unwrap_or_else(|| OpenPoint::new(alpha, shape));
        let chunk = groups_at_a_time(shape, rayon::current_num_threads());
        while open.groups < self.groups.len() {
            let next = self.groups.iter_mut().skip(open.groups).take(chunk).collect::<Vec<_>>();
            let readings: Vec<_> = next.into_par_iter().map(|group| group.read_all(stop)).collect();
            for readings in readings {
                let Some(readings) = readings else {
                    self.open = Some(open);
                    return ControlFlow::Break(EnsembleStatus::Stopped);
                };
                open.add_group(readings, kept);
            }
        }
        self.close(open);
        ControlFlow::Continue(())
    }

    /// Keeps a point that every group is in.
    fn close(&mut self, open: OpenPoint) {
        for (curve, risk) in self.risk_curves.iter_mut().zip(open.risks) {
            curve.push(risk);
        }
        self.followed.extend(open.followed);
        self.finals = open.finals;
        self.points.push(open.point);
    }
}
