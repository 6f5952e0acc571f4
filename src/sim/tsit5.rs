//! An adaptive Runge–Kutta integrator for systems dy/dα = f(α, y) on flat states: Tsitouras' 5(4) pair.
//!
//! Six evaluations a step (the last stage of a step is the first of the next), proportional-integral step control,
//! and the pair's free interpolant of order 4. Advances only forward, one accepted step at a time; a step never ends
//! beyond the point asked for and lands on it exactly. Never accepts a state that is not finite, never allocates
//! after `new`.
#![expect(
    clippy::inline_always,
    reason = "only code inlined into the dispatched caller gets its vector instructions"
)]

mod tableau;
mod vectors;

use pulp::Arch;
use vectors::{combine, rms};

use tableau::{A2, A3, A4, A5, A6, B, ERROR, NODES, dense_weights};

/// Longest vector of any instruction set: buffers are padded with zeros to a multiple of it.
const LONGEST_VECTOR: usize = 8;

/// Attempts of one step before it is given up.
const ATTEMPTS: usize = 100;

/// Step control: safety factor, exponents of the last two errors, bounds of the change.
const SAFETY: f64 = 0.9;
const PROPORTIONAL: f64 = 0.17;
const INTEGRAL: f64 = 0.04;
const SHRINK: f64 = 0.1;
const GROW: f64 = 10.0;

/// What a step may err by, per entry: absolute + relative · |entry|, in the root mean square over a state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerances {
    /// Relative part, dimensionless, ≥ 0.
    pub relative: f64,
    /// Absolute part, in the units of the state, > 0.
    pub absolute: f64,
}

impl Default for Tolerances {
    fn default() -> Self {
        Self { relative: 1e-8, absolute: 1e-12 }
    }
}

/// What an integration has cost so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Statistics {
    /// Accepted steps.
    pub steps: u64,
    /// Attempts that were repeated with a smaller step.
    pub rejected: u64,
    /// Calls of the right-hand side.
    pub evaluations: u64,
}

/// How a call of [`Tsit5::step`] ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum StepOutcome {
    /// One step forward.
    Accepted,
    /// No step is small enough, or nothing finite is left: a blow-up. The state stays at the last finite one.
    Underflow,
}

/// The integrator between two calls: a state, the step that led to it, and the size proposed for the next.
///
/// A right-hand side `FnMut(alpha, y, dy) -> f64` writes dy/dα and returns an observable of y, which is kept for both
/// ends of the last step. Where it jumps in α a step must end: the caller asks for that α.
#[derive(Clone, Debug)]
pub struct Tsit5 {
    arch: Arch,
    tolerances: Tolerances,
    /// Length of a state, and how many of its numbers are not padding.
    len: usize,
    entries: f64,
    alpha: f64,
    previous_alpha: f64,
    observable: f64,
    previous_observable: f64,
    current: Vec<f64>,
    previous: Vec<f64>,
    /// The seven stages of the last step: the first is the derivative at its start, the last at its end.
    stages: [Vec<f64>; 7],
    scratch: Vec<f64>,
    /// Proposed size of the next step, and the error of the last step that was not cut short.
    proposal: f64,
    last_error: f64,
    statistics: Statistics,
}

impl Tsit5 {
    /// Starts at `alpha` from `state`, of which `entries` numbers are not padding (padding must have derivative
    /// zero). `limit` is where the integration will end, `f64::INFINITY` if unknown: it bounds the first step.
    /// Evaluates the right-hand side twice.
    pub fn new<F: FnMut(f64, &[f64], &mut [f64]) -> f64>(
        rhs: &mut F,
        alpha: f64,
        state: &[f64],
        entries: usize,
        tolerances: Tolerances,
        limit: f64,
    ) -> Self {
        let len = state.len();
        let zeros = vec![0.0; len.next_multiple_of(LONGEST_VECTOR)];
        let mut current = zeros.clone();
        current[..len].copy_from_slice(state);
        let mut stages = std::array::from_fn(|_| zeros.clone());
        let [derivative, .., last]: &mut [Vec<f64>; 7] = &mut stages;
        let observable = rhs(alpha, state, &mut last[..len]);
        derivative.clone_from(last);
        let mut solver = Self {
            arch: Arch::new(),
            // A zero error over a zero tolerance would be NaN.
            tolerances: Tolerances { absolute: tolerances.absolute.max(f64::MIN_POSITIVE), ..tolerances },
            len,
            entries: entries as f64,
            alpha,
            previous_alpha: alpha,
            observable,
            previous_observable: observable,
            previous: current.clone(),
            current,
            stages,
            scratch: zeros,
            proposal: 0.0,
            last_error: 1.0,
            statistics: Statistics { evaluations: 2, ..Statistics::default() },
        };
        solver.proposal = solver.first_step(rhs);
        if limit > alpha {
            solver.proposal = solver.proposal.min(limit - alpha);
        }
        solver
    }

    /// Takes one accepted step, of at most `alpha_end` − α and ending exactly there if that far, repeating it with
    /// smaller sizes as long as the error is too large. Does nothing unless `alpha_end` is beyond α.
    pub fn step<F: FnMut(f64, &[f64], &mut [f64]) -> f64>(
        &mut self,
        rhs: &mut F,
        alpha_end: f64,
    ) -> StepOutcome {
        if alpha_end.partial_cmp(&self.alpha) != Some(std::cmp::Ordering::Greater) {
            return StepOutcome::Accepted;
        }
        self.rotate();
        let mut growth = GROW;
        for _ in 0..ATTEMPTS {
            let left = alpha_end - self.alpha;
            // A sliver after this step is avoided by stretching it a little.
            let reaches_end = 1.01 * self.proposal >= left;
            if !self.proposal.is_finite() || (!reaches_end && self.proposal <= self.smallest_step()) {
                break;
            }
            let h = if reaches_end { left } else { self.proposal };
            let observable = self.attempt(rhs, h);
            let error = self.error(h);
            if error <= 1.0 {
                self.alpha = if reaches_end { alpha_end } else { self.alpha + h };
                self.observable = observable;
                self.propose_after_success(h, error, growth);
                self.statistics.steps += 1;
                return StepOutcome::Accepted;
            }
            self.statistics.rejected += 1;
            self.proposal =
                h * if error.is_finite() { (SAFETY * error.powf(-0.2)).max(SHRINK) } else { SHRINK };
            growth = 1.0;
        }
        self.restore();
        StepOutcome::Underflow
    }

    /// Goes on to `alpha_end` with the state as it is: for a system at rest, without an evaluation.
    ///
    /// Does nothing unless `alpha_end` is beyond α.
    pub fn rest_until(&mut self, alpha_end: f64) {
        if alpha_end.partial_cmp(&self.alpha) != Some(std::cmp::Ordering::Greater) {
            return;
        }
        self.rotate();
        self.current.copy_from_slice(&self.previous);
        for stage in &mut self.stages {
            stage.fill(0.0);
        }
        self.alpha = alpha_end;
        self.statistics.steps += 1;
    }

    /// Where the state is.
    pub fn alpha(&self) -> f64 {
        self.alpha
    }

    /// Where the last accepted step began.
    pub fn previous_alpha(&self) -> f64 {
        self.previous_alpha
    }

    /// The state at [`Self::alpha`].
    pub fn state(&self) -> &[f64] {
        &self.current[..self.len]
    }

    /// dy/dα at [`Self::alpha`].
    pub fn derivative(&self) -> &[f64] {
        &self.stages[6][..self.len]
    }

    /// What the right-hand side returned at [`Self::alpha`].
    pub fn observable(&self) -> f64 {
        self.observable
    }

    /// What the right-hand side returned at [`Self::previous_alpha`].
    pub fn previous_observable(&self) -> f64 {
        self.previous_observable
    }

    /// Writes the state at `alpha` inside the last accepted step, exact at both ends and of order 4 between them.
    /// `alpha` outside gives the nearer end. `out` has the length of a state.
    pub fn interpolate(&self, alpha: f64, out: &mut [f64]) {
        let h = self.alpha - self.previous_alpha;
        let theta = (alpha - self.previous_alpha) / h;
        if alpha >= self.alpha || h <= 0.0 {
            out.copy_from_slice(self.state());
        } else if alpha <= self.previous_alpha {
            out.copy_from_slice(&self.previous[..self.len]);
        } else {
            combine(self.arch, out, Some(&self.previous), h, self.stages.each_ref(), &dense_weights(theta));
        }
    }

    /// The cost so far.
    pub fn statistics(&self) -> Statistics {
        self.statistics
    }

    /// The first step after Hairer, Nørsett and Wanner, Solving Ordinary Differential Equations I, II.4.
    fn first_step<F: FnMut(f64, &[f64], &mut [f64]) -> f64>(&mut self, rhs: &mut F) -> f64 {
        let [slope, trial_slope, ..] = &mut self.stages;
        let norm = |error: &[f64], y: &[f64]| rms(self.arch, self.tolerances, self.entries, (error, y, y));
        let (size, speed) = (norm(&self.current, &self.current), norm(slope, &self.current));
        let h = if size < 1e-5 || speed < 1e-5 { 1e-6 } else { 0.01 * size / speed };
        combine(self.arch, &mut self.scratch, Some(&self.current), h, [slope], &[1.0]);
        rhs(self.alpha + h, &self.scratch[..self.len], &mut trial_slope[..self.len]);
        for (trial, slope) in trial_slope.iter_mut().zip(slope.iter()) {
            *trial -= slope;
        }
        let steepest = speed.max(norm(trial_slope, &self.current) / h);
        let bound = if steepest <= 1e-15 { (1e-3 * h).max(1e-6) } else { (0.01 / steepest).powf(0.2) };
        bound.min(100.0 * h)
    }

    /// Makes the end of the last step the start of the next.
    fn rotate(&mut self) {
        std::mem::swap(&mut self.previous, &mut self.current);
        let [first, .., last] = &mut self.stages;
        std::mem::swap(first, last);
        self.previous_alpha = self.alpha;
        self.previous_observable = self.observable;
    }

    /// Takes back a step that failed: the state is again the one it started from.
    fn restore(&mut self) {
        self.current.copy_from_slice(&self.previous);
        let [first, .., last] = &mut self.stages;
        last.copy_from_slice(first);
    }

    /// Below this a step no longer changes α.
    fn smallest_step(&self) -> f64 {
        (16.0 * f64::EPSILON * self.alpha.abs()).max(f64::MIN_POSITIVE)
    }

    /// Computes all stages of a step of size `h` and its end; returns the observable there.
    fn attempt<F: FnMut(f64, &[f64], &mut [f64]) -> f64>(&mut self, rhs: &mut F, h: f64) -> f64 {
        let (arch, n, y, trial) = (self.arch, self.len, &self.previous, &mut self.scratch);
        let at = |node: f64| self.alpha + node * h;
        let [k1, k2, k3, k4, k5, k6, k7] = &mut self.stages;
        combine(arch, trial, Some(y), h, [k1], &A2);
        rhs(at(NODES[0]), &trial[..n], &mut k2[..n]);
        combine(arch, trial, Some(y), h, [k1, k2], &A3);
        rhs(at(NODES[1]), &trial[..n], &mut k3[..n]);
        combine(arch, trial, Some(y), h, [k1, k2, k3], &A4);
        rhs(at(NODES[2]), &trial[..n], &mut k4[..n]);
        combine(arch, trial, Some(y), h, [k1, k2, k3, k4], &A5);
        rhs(at(NODES[3]), &trial[..n], &mut k5[..n]);
        combine(arch, trial, Some(y), h, [k1, k2, k3, k4, k5], &A6);
        rhs(at(NODES[4]), &trial[..n], &mut k6[..n]);
        combine(arch, &mut self.current, Some(y), h, [k1, k2, k3, k4, k5, k6], &B);
        self.statistics.evaluations += 6;
        rhs(at(1.0), &self.current[..n], &mut k7[..n])
    }

    /// The error of the attempted step in units of the tolerance; NaN or infinite if anything in it is.
    fn error(&mut self, h: f64) -> f64 {
        combine(self.arch, &mut self.scratch, None, h, self.stages.each_ref(), &ERROR);
        rms(self.arch, self.tolerances, self.entries, (&self.scratch, &self.previous, &self.current))
    }

    /// Chooses the next size after a step of size `h` was accepted; `growth` bounds its increase.
    fn propose_after_success(&mut self, h: f64, error: f64, growth: f64) {
        // No change of size is ever based on an error that is zero by luck.
        let error = error.max(1e-4);
        let factor = SAFETY * error.powf(-PROPORTIONAL) * self.last_error.powf(INTEGRAL);
        let next = h * factor.clamp(SHRINK, growth);
        if h < self.proposal {
            // Cut short by the end that was asked for: its small error says nothing against the size proposed before.
            self.proposal = self.proposal.max(next);
        } else {
            self.proposal = next;
            self.last_error = error;
        }
    }
}

#[cfg(test)]
mod tests;
