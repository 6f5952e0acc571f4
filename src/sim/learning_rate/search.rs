//! The search for the learning rate of least half-time, start by start.

use std::ops::ControlFlow;

use super::{BestRate, HalfTimes, HalfTimesRun, PRECISION, last_escaping};
use crate::model::{ScenarioError, ScenarioSpec, eta_best};

/// The search for η½ of a specification, by golden sections of ln η between a fifth of η_g and the largest η at which
/// norms of 1 relax and M grows.
#[derive(Clone, Debug)]
pub struct BestRateSearch {
    spec: ScenarioSpec,
    starts: u64,
    theory: f64,
    ends: (f64, f64),
    /// What is left of ln η, and the two places in it that are compared.
    low: f64,
    high: f64,
    left: f64,
    right: f64,
    at_left: Option<HalfTimes>,
    at_right: Option<HalfTimes>,
    sampled: Option<HalfTimesRun>,
}

/// The golden ratio's share of one.
fn golden() -> f64 {
    0.5 * (5.0_f64.sqrt() - 1.0)
}

impl BestRateSearch {
    /// A search in which nothing has been run.
    pub fn new(spec: ScenarioSpec, starts: u64) -> Self {
        let moments = spec.teacher.moments(spec.model.p_star);
        let theory = eta_best(spec.model.p, &moments, spec.model.label_noise);
        let (low, high) = ((0.2 * theory).ln(), last_escaping(&spec).ln());
        let (left, right) = (high - golden() * (high - low), low + golden() * (high - low));
        let (at_left, at_right, sampled) = (None, None, None);
        Self { spec, starts, theory, ends: (low, high), low, high, left, right, at_left, at_right, sampled }
    }

    /// Runs so many starts; breaks with η½, `None` if told to stop, and where the least is at an end of the interval:
    /// it is no optimum, as under gradient flow, whose α½ ∝ 1/η has none.
    ///
    /// # Errors
    /// A specification that is not valid.
    pub fn advance(
        &mut self,
        count: usize,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<ControlFlow<Option<BestRate>>, ScenarioError> {
        if self.spec.model.gradient_flow {
            return Ok(ControlFlow::Break(None));
        }
        let (place, is_left) = if self.at_left.is_none() { (self.left, true) } else { (self.right, false) };
        let run = self.sampled.get_or_insert_with(|| HalfTimesRun::new(&self.spec, place.exp(), self.starts));
        let ControlFlow::Break(found) = run.advance(count, stop)? else {
            return Ok(ControlFlow::Continue(()));
        };
        self.sampled = None;
        if found.is_none() {
            return Ok(ControlFlow::Break(None));
        }
        *(if is_left { &mut self.at_left } else { &mut self.at_right }) = found;
        Ok(self.narrow())
    }

    /// Takes the better side once both are known, until they are one place.
    fn narrow(&mut self) -> ControlFlow<Option<BestRate>> {
        let (Some(at_left), Some(at_right)) = (&self.at_left, &self.at_right) else {
            return ControlFlow::Continue(());
        };
        // A rate at which some start has no α½ is worse than any other.
        let cost = |at: &HalfTimes| at.complete().unwrap_or(f64::INFINITY);
        let is_left_better = cost(at_left) <= cost(at_right);
        if self.high - self.low <= PRECISION {
            let at = if is_left_better { at_left } else { at_right }.clone();
            let (low, high) = self.ends;
            let is_between = self.low > low && self.high < high && at.complete().is_some();
            let best = BestRate { p: self.spec.model.p, at, theory: self.theory };
            return ControlFlow::Break(is_between.then_some(best));
        }
        if is_left_better {
            (self.high, self.right) = (self.right, self.left);
            self.left = self.high - golden() * (self.high - self.low);
            self.at_right = self.at_left.take();
        } else {
            (self.low, self.left) = (self.left, self.right);
            self.right = self.low + golden() * (self.high - self.low);
            self.at_left = self.at_right.take();
        }
        ControlFlow::Continue(())
    }
}
