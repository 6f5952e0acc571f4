//! The overlap ODEs as a resumable run: adaptive steps, snapshots, events, and the reason it stopped.
//!
//! The teacher is rotated so that T is diagonal while integrating; states given out are in the original basis.
//! Every snapshot is the dense output at its own α. Q is exactly symmetric throughout.

use super::kernel::{Kernel, KernelParameters};
use super::tsit5::{StepOutcome, Tolerances, Tsit5};
use super::{Events, HorizonPlan, Mark, Observer, Snapshot, Status, StopReason, Summary};
use crate::model::{Matrix, Overlaps, Scenario};

/// Arc length between snapshots. A typical run is about 20 long: 400 snapshots.
const ARC_SPACING: f64 = 0.05;

/// Weights of the arc length: per unit of ln α, of ln risk, and of relative change of (M, Q).
const ARC_WEIGHTS: [f64; 3] = [0.7, 0.25, 3.0];

/// A risk at rest changes at most so many times as fast as M and Q at rest.
const RISK_AT_REST: f64 = 1e3;

/// Risks below this are rounding.
const RISK_RESOLUTION: f64 = 1e-15;

/// An M that shrinks and has no larger entry is none: its squares are no part of any digit of Q or the risk.
const VANISHED: f64 = 1e-16;

/// Steps at rest after which it is first asked whether they still change anything.
const FIRST_LOOK: u64 = 1024;

/// One run of the overlap ODEs.
///
/// ```
/// use saddlescope::model::{Scenario, ScenarioSpec};
/// use saddlescope::sim::{OdeRun, Status, StopReason};
///
/// let scenario = Scenario::new(ScenarioSpec::from_toml("[model]\np = 3\neta = 0.3")?)?;
/// let mut run = OdeRun::new(&scenario);
/// let mut last = None;
/// while run.advance(100, &|| false, &mut |snapshot| last = Some(snapshot)) == Status::Running {}
/// assert_eq!(run.summary().stop, StopReason::Converged);
/// assert!(last.expect("a run has an end").observables.risk < 1e-11);
/// # Ok::<(), saddlescope::model::ScenarioError>(())
/// ```
#[derive(Debug)]
pub struct OdeRun {
    kernel: Kernel,
    stepper: Tsit5,
    observer: Observer,
    plan: HorizonPlan,
    basis: Option<Matrix>,
    shape: (usize, usize),
    requested: Vec<f64>,
    next_request: usize,
    arc: f64,
    /// α below which nothing has had time to happen: where ln α starts to count.
    onset: f64,
    initial_risk: f64,
    /// The state at the last step end, then scratch for dense output.
    previous: Vec<f64>,
    scratch: Vec<f64>,
    slope: Vec<f64>,
    events: Events,
    /// Whether snapshots are taken on the way, or of the end alone.
    sampled: bool,
    started: bool,
    rest: Rest,
    stop: Option<StopReason>,
}

/// How long a run with a fixed end has been at rest.
#[derive(Clone, Copy, Debug)]
struct Rest {
    /// Steps since it came to rest; 0: it has not.
    steps: u64,
    /// The fastest relative change when it was last looked at.
    change: f64,
    /// Whether nothing but rounding changes any more.
    is_settled: bool,
}

impl Default for Rest {
    fn default() -> Self {
        Self { steps: 0, change: f64::INFINITY, is_settled: false }
    }
}

impl OdeRun {
    /// A run at α = 0.
    pub fn new(scenario: &Scenario) -> Self {
        let (start, teacher, learning) = (scenario.initial(), scenario.teacher(), scenario.learning());
        let (p, p_star) = (start.p(), start.p_star());
        let mut kernel = Kernel::new(&KernelParameters { p, p_star, teacher: teacher.spectrum(), learning });
        let basis = (!teacher.is_orthonormal()).then(|| teacher.directions().clone());
        let mut state = vec![0.0; kernel.state_len()];
        let rotated = basis.as_ref().map_or_else(|| start.m().clone(), |u| start.m() * u);
        kernel.pack(&rotated, start.q(), &mut state);
        let plan = HorizonPlan::new(scenario);
        let tolerances = Tolerances { relative: scenario.time.rtol, absolute: scenario.time.atol };
        let entries = kernel.entries();
        let mut rhs = |alpha: f64, y: &[f64], dy: &mut [f64]| kernel.rhs(alpha, y, dy);
        let stepper = Tsit5::new(&mut rhs, 0.0, &state, entries, tolerances, plan.limit);
        Self {
            initial_risk: stepper.observable(),
            observer: Observer::new(scenario),
            plan,
            basis,
            shape: (p, p_star),
            requested: scenario.time.alphas.clone(),
            next_request: 0,
            arc: 0.0,
            onset: 1e-3 * (p * p_star) as f64 / (4.0 * learning.eta),
            scratch: state.clone(),
            slope: state.clone(),
            previous: state,
            events: Events::default(),
            sampled: true,
            started: false,
            rest: Rest::default(),
            stop: None,
            kernel,
            stepper,
        }
    }

    /// The same run, of which only the end is given out: events and steps as ever, at a lower cost.
    #[must_use]
    pub fn end_only(mut self) -> Self {
        self.sampled = false;
        self
    }

    /// Takes up to `steps` accepted steps, giving every snapshot to `sink` in increasing α.
    ///
    /// `cancelled` is asked before each step.
    pub fn advance(
        &mut self,
        steps: usize,
        cancelled: &dyn Fn() -> bool,
        sink: &mut dyn FnMut(Snapshot),
    ) -> Status {
        if let Some(reason) = self.stop {
            return Status::Stopped(reason);
        }
        if !self.started {
            self.started = true;
            if self.sampled {
                self.emit_start(sink);
            }
        }
        for _ in 0..steps {
            let reason = if cancelled() { Some(StopReason::Cancelled) } else { self.step(sink) };
            if let Some(reason) = reason {
                self.stop = Some(reason);
                self.emit_end(sink);
                return Status::Stopped(reason);
            }
        }
        Status::Running
    }

    /// The α reached so far.
    pub fn alpha(&self) -> f64 {
        self.stepper.alpha()
    }

    /// The risk at [`Self::alpha`].
    pub fn risk(&self) -> f64 {
        self.stepper.observable()
    }

    /// The α at which the run will end at the latest, as far as is known by now.
    pub fn expected_end(&self) -> f64 {
        self.plan.tail_end(self.events.alpha_escape)
    }

    /// What is known of the run so far; `stop` is `Cancelled` while it has not ended.
    pub fn summary(&self) -> Summary {
        Summary {
            stop: self.stop.unwrap_or(StopReason::Cancelled),
            alpha: self.stepper.alpha(),
            events: self.events,
            statistics: self.stepper.statistics(),
        }
    }

    /// The predictions of this run's start.
    pub fn observer(&self) -> &Observer {
        &self.observer
    }

    fn step(&mut self, sink: &mut dyn FnMut(Snapshot)) -> Option<StopReason> {
        let end = self.plan.tail_end(self.events.alpha_escape);
        if self.stepper.alpha() >= end {
            return Some(StopReason::Done);
        }
        self.previous.copy_from_slice(self.stepper.state());
        if self.rest.is_settled {
            self.stepper.rest_until(end);
            if self.sampled {
                self.emit_step(sink);
            }
            return None;
        }
        let kernel = &mut self.kernel;
        let is_quiet = self.rest.steps > 0 || self.stepper.alpha() >= self.plan.quiet_from;
        let longest = if is_quiet { self.plan.quiet_step } else { self.plan.longest_step };
        let next = end.min(self.stepper.alpha() + longest.min(self.plan.longest_step));
        match self.stepper.step(&mut |alpha: f64, y: &[f64], dy: &mut [f64]| kernel.rhs(alpha, y, dy), next) {
            StepOutcome::Underflow => return Some(StopReason::Diverged { alpha: self.stepper.alpha() }),
            StepOutcome::Accepted => {}
        }
        self.watch_events();
        if self.sampled {
            self.emit_step(sink);
        }
        if self.plan.converged(self.stepper.observable()) {
            return Some(StopReason::Converged);
        }
        let is_at_rest = self.is_at_rest(self.plan.stationary_rate());
        if !self.plan.is_auto() {
            self.settle(is_at_rest);
        }
        (is_at_rest && self.plan.is_auto()).then_some(StopReason::Stationary)
    }

    /// Finds out whether a run at rest has come to rest to all its digits, so that the way to its end is one step.
    fn settle(&mut self, is_at_rest: bool) {
        if !is_at_rest || !self.plan.may_settle(self.stepper.observable()) {
            self.rest = Rest::default();
            return;
        }
        self.rest.steps += 1;
        // Rounding that never falls silent: twice the time has changed nothing any more.
        let ripe = self.rest.steps >= FIRST_LOOK && self.rest.steps.is_power_of_two();
        let is_stuck = ripe && {
            let (fastest, before) = (self.fastest_change(), self.rest.change);
            self.rest.change = fastest;
            fastest > 0.5 * before
        };
        self.rest.is_settled = is_stuck || self.is_at_rest(self.plan.settled_rate());
    }

    fn watch_events(&mut self) {
        if self.events.alpha_half.is_none() {
            self.events.alpha_half = self.crossing(0.5 * self.initial_risk);
        }
        if self.events.alpha_escape.is_none()
            && let Some(level) = self.plan.escape_risk
        {
            self.events.alpha_escape = self.crossing(level);
        }
    }

    /// Where in the last step the risk fell to `level`, by bisection on the dense output.
    fn crossing(&mut self, level: f64) -> Option<f64> {
        if !(self.stepper.previous_observable() > level && self.stepper.observable() <= level) {
            return None;
        }
        let (mut above, mut below) = (self.stepper.previous_alpha(), self.stepper.alpha());
        // 2^-52 of a step: no α between the two is left to try.
        for _ in 0..52 {
            let middle = 0.5 * (above + below);
            self.stepper.interpolate(middle, &mut self.scratch);
            let risk = self.kernel.rhs(middle, &self.scratch, &mut self.slope);
            if risk > level { above = middle } else { below = middle }
        }
        Some(below)
    }

    /// Whether M, Q and the risk change by no more than `rate` per unit α, each relative to its size.
    ///
    /// Read from the right-hand side at the state, whatever the tolerances of the steps that led there.
    /// On the plateau M still grows relative to itself, however small it is, so a plateau is not taken for rest; nor is
    /// a loss that still falls exponentially when M and Q have long settled to all digits that matter.
    fn is_at_rest(&self, rate: f64) -> bool {
        if self.stepper.alpha() < self.plan.earliest_rest(self.events.alpha_escape) {
            return false;
        }
        let (before, after) = (self.stepper.previous_observable(), self.stepper.observable());
        let elapsed = self.stepper.alpha() - self.stepper.previous_alpha();
        if after > RISK_RESOLUTION && (after / before).ln().abs() > RISK_AT_REST * rate * elapsed {
            return false;
        }
        self.changes().into_iter().all(|(change, size)| change <= rate * size)
    }

    /// The largest change per unit α of M and of Q, each with its size.
    ///
    /// The largest entry, not the root of a sum of squares: those of a tiny M underflow. An M that has shrunk to
    /// nothing, as above the limit of escape, does not change.
    fn changes(&self) -> [(f64, f64); 2] {
        let (split, end) = (self.kernel.split(), self.stepper.state().len());
        let norm = |values: &[f64]| values.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
        let [(m_change, m_size), q] = [0..split, split..end].map(|range| {
            let part = |values: &[f64]| values.get(range.clone()).map_or(0.0, norm);
            (part(self.stepper.derivative()), part(self.stepper.state()))
        });
        let m = self.stepper.derivative().iter().zip(self.stepper.state()).take(split);
        let growth: f64 = m.map(|(change, value)| change * (value / m_size)).sum();
        let vanishes = m_size < VANISHED && growth < 0.0;
        [(if vanishes { 0.0 } else { m_change }, m_size), q]
    }

    /// The relative change per unit α of M or Q, whichever is larger.
    fn fastest_change(&self) -> f64 {
        let relative = |(change, size): (f64, f64)| if size > 0.0 { change / size } else { 0.0 };
        self.changes().into_iter().map(relative).fold(0.0, f64::max)
    }

    /// How much has happened over the last step: in time, loss and overlaps.
    fn arc_of_step(&self) -> f64 {
        let (before, after) = (self.stepper.previous_alpha(), self.stepper.alpha());
        let time = ((after + self.onset) / (before + self.onset)).ln();
        let floor = |risk: f64| risk.max(RISK_RESOLUTION).ln();
        let loss = (floor(self.stepper.observable()) - floor(self.stepper.previous_observable())).abs();
        let (mut change, mut size) = (0.0, 0.0);
        for (new, old) in self.stepper.state().iter().zip(&self.previous) {
            change += (new - old) * (new - old);
            size += new * new;
        }
        let [per_time, per_loss, per_state] = ARC_WEIGHTS;
        per_time * time + per_loss * loss + per_state * (change / size.max(f64::MIN_POSITIVE)).sqrt()
    }

    /// Snapshots due within the last step: ticks of the arc length and requested times, in order.
    fn emit_step(&mut self, sink: &mut dyn FnMut(Snapshot)) {
        let (before, after) = (self.stepper.previous_alpha(), self.stepper.alpha());
        let length = self.arc_of_step() / ARC_SPACING;
        let first = self.arc.floor() as u64 + 1;
        let last = (self.arc + length).floor() as u64;
        for tick in first..=last {
            let fraction = ((tick as f64 - self.arc) / length).clamp(0.0, 1.0);
            let alpha = if self.rest.is_settled {
                // At rest time alone goes on, and it counts by its logarithm.
                let ratio = (after + self.onset) / (before + self.onset);
                ((before + self.onset) * ratio.powf(fraction) - self.onset).clamp(before, after)
            } else {
                before + fraction * (after - before)
            };
            self.emit_requested(alpha, sink);
            self.emit(alpha, Mark::Tick(tick), sink);
        }
        self.emit_requested(after, sink);
        self.arc += length;
    }

    fn emit_requested(&mut self, until: f64, sink: &mut dyn FnMut(Snapshot)) {
        while let Some(&alpha) = self.requested.get(self.next_request)
            && alpha <= until
        {
            self.next_request += 1;
            self.emit(alpha, Mark::Requested, sink);
        }
    }

    fn emit_start(&mut self, sink: &mut dyn FnMut(Snapshot)) {
        self.emit(0.0, Mark::Tick(0), sink);
        self.emit_requested(0.0, sink);
    }

    fn emit_end(&mut self, sink: &mut dyn FnMut(Snapshot)) {
        self.emit(self.stepper.alpha(), Mark::End, sink);
    }

    fn emit(&mut self, alpha: f64, mark: Mark, sink: &mut dyn FnMut(Snapshot)) {
        self.stepper.interpolate(alpha, &mut self.scratch);
        let (p, p_star) = self.shape;
        let (mut m, mut q) = (Matrix::zeros(p, p_star), Matrix::zeros(p, p));
        self.kernel.unpack(&self.scratch, &mut m, &mut q);
        if let Some(u) = &self.basis {
            m *= u.transpose();
        }
        let state = Overlaps::symmetrised(m, q);
        let with_polar = match mark {
            Mark::Tick(tick) => self.observer.wants_polar(tick),
            Mark::Requested | Mark::End => true,
        };
        let observables = self.observer.read(&state, with_polar);
        sink(Snapshot { alpha, state, observables, mark });
    }
}
