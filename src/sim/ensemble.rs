//! Ensembles of finite-N SGD: R replicas over all cores, averaged at given times as they run.
//!
//! Replica r is a function of the scenario and r alone, and averages are taken in the order of the indices: the same
//! bits for any number of threads. Every point is stamped with the time of its states, steps/N. Replicas that diverge
//! are counted and left out from then on. Memory does not grow with the number of steps.

use rayon::prelude::*;
use serde::Serialize;
use thiserror::Error;

use super::sgd::cost;
use super::sgd::group::{Engine, Group, Reading, Reference};
use super::sgd::{
    Direct, EnsemblePoint, EnsembleReport, Precision, Reduced, ReplicaReport, ReplicaStart, SgdError,
    SgdParameters, start_seed,
};
use crate::model::{Engine as Kind, Overlaps, Scenario, ScenarioError, SgdSection, StartKind, rho_bar, risk};

/// An ensemble that cannot be made.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum EnsembleError {
    /// The scenario has no `[sgd]` section.
    #[error("this scenario has no [sgd] section, which says N and the number of replicas")]
    NoSgd,
    /// The engine refuses.
    #[error(transparent)]
    Sgd(#[from] SgdError),
    /// A replica's own start cannot be drawn.
    #[error(transparent)]
    Start(#[from] ScenarioError),
    /// Bad output times.
    #[error(
        "output time {index} of the ensemble is {value}: they must be increasing numbers from 0 to {most:e}"
    )]
    Grid {
        /// Its place, from 0.
        index: usize,
        /// The time.
        value: f64,
        /// The last time that can be reached.
        most: f64,
    },
    /// No output times.
    #[error("an ensemble needs at least one output time")]
    NoTimes,
    /// Explicit weights that do not fit.
    #[error(
        "sgd.engine = \"direct\" with N = {n} and {replicas} replicas needs {need_gib:.1} GiB, and {limit_gib:.1} GiB are \
         free; lower n or replicas, or use engine = \"reduced\", which has the same law"
    )]
    Memory {
        /// N.
        n: u64,
        /// Replicas.
        replicas: usize,
        /// Memory needed, in GiB.
        need_gib: f64,
        /// Memory allowed, in GiB.
        limit_gib: f64,
    },
}

/// What an ensemble keeps besides its averages.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EnsembleOptions {
    /// The first so many replicas keep their risk at every point.
    pub risk_curves: usize,
    /// This replica keeps its (M, Q) at every point.
    pub followed: Option<usize>,
    /// How the direct engine stores weights.
    pub precision: Precision,
    /// Bytes that explicit weights may take.
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
}

/// How far an ensemble is, in steps of one replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// Steps taken, over all replicas.
    pub done: u64,
    /// Steps in all.
    pub total: u64,
}

impl Progress {
    /// From 0 to 1.
    pub fn fraction(&self) -> f64 {
        if self.total == 0 { 1.0 } else { self.done as f64 / self.total as f64 }
    }

    /// Seconds left if what is done took `elapsed` seconds; `None` before the first step.
    pub fn seconds_left(&self, elapsed: f64) -> Option<f64> {
        (self.done > 0).then(|| elapsed * (self.total - self.done) as f64 / self.done as f64)
    }
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
    groups: Vec<Group>,
    /// Steps of the output times, increasing.
    schedule: Vec<u64>,
    /// The step that every replica has reached.
    step: u64,
    points: Vec<EnsemblePoint>,
    risk_curves: Vec<Vec<f64>>,
    followed: Vec<Overlaps>,
}

impl EnsembleRun {
    /// An ensemble at α = 0, to be recorded at the times of `grid`: increasing, α ≥ 0.
    ///
    /// Each is rounded to a whole number of steps, and times that round to the same step are recorded once.
    ///
    /// # Errors
    /// No `[sgd]` section, bad times, or weights that do not fit.
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
        let parameters = SgdParameters::of(scenario).ok_or(EnsembleError::NoSgd)?;
        let schedule = schedule(grid, sgd.n)?;
        check_memory(scenario, &sgd, options)?;
        let batch = if sgd.engine == Kind::Reduced { cost::LOCKSTEP } else { 1 };
        let firsts: Vec<usize> = (0..sgd.replicas).step_by(batch).collect();
        let make = |&first: &usize| {
            let replicas = first..(first + batch).min(sgd.replicas);
            make_group(scenario, &parameters, (sgd.engine, options.precision), replicas)
        };
        let groups = firsts.par_iter().map(make).collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            scenario: scenario.clone(),
            risk_curves: vec![Vec::new(); options.risk_curves.min(sgd.replicas)],
            sgd,
            options,
            groups,
            schedule,
            step: 0,
            points: Vec::new(),
            followed: Vec::new(),
        })
    }

    /// Moves every replica on by up to `steps` steps, over the threads of the current rayon pool, recording on the way.
    ///
    /// Returns within milliseconds after `stop` turns true; nothing is lost, and `advance` goes on from there. The cuts
    /// between calls do not show in the results.
    pub fn advance(&mut self, steps: u64, stop: &(dyn Fn() -> bool + Sync)) -> EnsembleStatus {
        let end = self.step.saturating_add(steps);
        while let Some(&due) = self.schedule.get(self.points.len()) {
            let target = due.min(end);
            let arrived = self.groups.par_iter_mut().map(|group| group.advance_to(target, stop));
            if !arrived.reduce(|| true, |one, other| one & other) {
                return EnsembleStatus::Stopped;
            }
            self.step = target;
            if target < due {
                return EnsembleStatus::Running;
            }
            self.record(due);
        }
        EnsembleStatus::Finished
    }

    /// The points recorded so far, in order of time.
    pub fn points(&self) -> &[EnsemblePoint] {
        &self.points
    }

    /// The risk at every point of the first `risk_curves` replicas; after a replica has diverged, that of its last state.
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
        let done = self.groups.iter().map(|group| group.step() * group.len() as u64).sum();
        Progress { done, total: last * self.sgd.replicas as u64 }
    }

    /// A guess of the seconds that the whole run takes on `threads` idle cores, to warn before it begins. Once it runs,
    /// [`Progress::seconds_left`] knows better.
    pub fn estimated_seconds(&self, threads: usize) -> f64 {
        let last = self.schedule.last().copied().unwrap_or(0);
        cost::seconds(
            &self.sgd,
            self.options.precision,
            (self.scenario.model.p, self.scenario.model.p_star),
            (last, threads),
        )
    }

    /// The state, half-life and divergence of every replica, by index, as they are now.
    pub fn replicas(&mut self) -> Vec<ReplicaReport> {
        let n = self.sgd.n as f64;
        let alpha = |step: Option<u64>| step.map(|step| step as f64 / n);
        let report = |reading: Reading| {
            let (half, diverged) = (alpha(reading.half_at), alpha(reading.diverged_at));
            ReplicaReport::new(&reading.overlaps, reading.risk, half, diverged)
        };
        self.read_groups().into_iter().map(report).collect()
    }

    /// The first α at which each replica's risk was seen at half its initial value or below, by index; `None`: not yet.
    pub fn half_times(&self) -> Vec<Option<f64>> {
        let steps = self.groups.iter().flat_map(Group::half_at);
        steps.map(|step| step.map(|step| self.alpha(step))).collect()
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

    /// The scenario of replica `index` alone: with `weights` starts, one that begins at its own overlaps, for its ODE.
    ///
    /// # Errors
    /// None for the replicas of a run that exists.
    pub fn replica_scenario(&self, index: usize) -> Result<Scenario, EnsembleError> {
        replica_scenario(&self.scenario, index)
    }

    fn alpha(&self, step: u64) -> f64 {
        step as f64 / self.sgd.n as f64
    }

    /// Every replica, by index.
    fn read_groups(&mut self) -> Vec<Reading> {
        let readings: Vec<Vec<Reading>> = self.groups.par_iter_mut().map(Group::read_all).collect();
        readings.into_iter().flatten().collect()
    }

    fn record(&mut self, step: u64) {
        let shape = (self.scenario.model.p, self.scenario.model.p_star);
        let mut point = EnsemblePoint::new(self.alpha(step), shape);
        for (index, reading) in self.read_groups().into_iter().enumerate() {
            if let Some(curve) = self.risk_curves.get_mut(index) {
                curve.push(reading.risk);
            }
            if reading.diverged_at.is_none() {
                point.add(&reading.overlaps, reading.risk, reading.distance);
            }
            if self.options.followed == Some(index) {
                self.followed.push(reading.overlaps);
            }
        }
        self.points.push(point);
    }
}

/// Steps of the output times.
fn schedule(grid: &[f64], n: u64) -> Result<Vec<u64>, EnsembleError> {
    let most = cost::MOST_STEPS / n as f64;
    let mut steps = Vec::with_capacity(grid.len());
    let mut before = f64::NEG_INFINITY;
    for (index, &value) in grid.iter().enumerate() {
        if !(value >= 0.0 && value <= most && value > before) {
            return Err(EnsembleError::Grid { index, value, most });
        }
        before = value;
        steps.push((value * n as f64).round() as u64);
    }
    steps.dedup();
    if steps.is_empty() { Err(EnsembleError::NoTimes) } else { Ok(steps) }
}

/// Refuses explicit weights beyond the limit.
fn check_memory(
    scenario: &Scenario,
    sgd: &SgdSection,
    options: EnsembleOptions,
) -> Result<(), EnsembleError> {
    if sgd.engine == Kind::Reduced {
        return Ok(());
    }
    let one = Direct::bytes(sgd.n, scenario.model.p, scenario.model.p_star, options.precision);
    let need = one.ok_or(SgdError::Address { n: sgd.n })? as f64 * sgd.replicas as f64;
    if need <= options.memory_limit as f64 {
        return Ok(());
    }
    let gib = |bytes: f64| bytes / f64::from(1 << 30);
    let (need_gib, limit_gib) = (gib(need), gib(options.memory_limit as f64));
    Err(EnsembleError::Memory { n: sgd.n, replicas: sgd.replicas, need_gib, limit_gib })
}

/// The scenario of one replica: the given one, but with random weights of its own for `weights` starts.
///
/// Replica 0 starts where the scenario does.
fn replica_scenario(scenario: &Scenario, index: usize) -> Result<Scenario, EnsembleError> {
    if scenario.start.kind != StartKind::Weights || index == 0 {
        return Ok(scenario.clone());
    }
    let mut spec = scenario.spec().clone();
    spec.start.seed = start_seed(spec.start.seed, index as u64);
    Ok(Scenario::new(spec)?)
}

fn make_group(
    scenario: &Scenario,
    parameters: &SgdParameters,
    (kind, precision): (Kind, Precision),
    replicas: std::ops::Range<usize>,
) -> Result<Group, EnsembleError> {
    let own =
        replicas.clone().map(|index| replica_scenario(scenario, index)).collect::<Result<Vec<_>, _>>()?;
    let start = |(index, own)| ReplicaStart { index: index as u64, overlaps: Scenario::initial(own) };
    let starts: Vec<_> = replicas.zip(&own).map(start).collect();
    let engine = match (kind, starts.as_slice()) {
        (Kind::Direct, &[only]) => Engine::Explicit(Box::new(Direct::new(parameters, only, precision)?)),
        (_, only @ [_]) => Engine::Alone(Box::new(Reduced::new(parameters, only)?)),
        (_, all) => Engine::Lockstep(Box::new(Reduced::new(parameters, all)?)),
    };
    let reference = |own: &Scenario| Reference {
        initial_risk: risk(own.initial(), own.teacher()),
        prediction: rho_bar(own.initial(), own.teacher()).map(|solution| solution.state),
    };
    let references = own.iter().map(reference).collect();
    Ok(Group::new(engine, references, parameters, scenario.model.p))
}
