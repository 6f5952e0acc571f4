//! The search for the learning rate of least half-time, start by start.

use std::ops::ControlFlow;

use super::{BestRate, HalfTimes, HalfTimesRun, PRECISION, last_escaping};
use crate::model::{GoldenSection, ScenarioError, ScenarioSpec, eta_best};

/// The search for η½ of a specification, by golden sections of ln η between a fifth of η_g and the largest η at which
/// norms of 1 relax and M grows.
#[derive(Clone, Debug)]
pub struct BestRateSearch {
    spec: ScenarioSpec,
    starts: u64,
    theory: f64,
    ends: (f64, f64),
    /// What is left of ln η.
    section: GoldenSection,
    at_left: Option<HalfTimes>,
    at_right: Option<HalfTimes>,
    sampled: Option<HalfTimesRun>,
}

impl BestRateSearch {
    /// A search in which nothing has been run.
    pub fn new(spec: ScenarioSpec, starts: u64) -> Self {
        let moments = spec.teacher.moments(spec.model.p_star);
        let theory = eta_best(spec.model.p, &moments, spec.model.label_noise);
        let (low, high) = ((0.2 * theory).ln(), last_escaping(&spec).ln());
        let section = GoldenSection::new(low, high);
        let (at_left, at_right, sampled) = (None, None, None);
        Self { spec, starts, theory, ends: (low, high), section, at_left, at_right, sampled }
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
        let is_left = self.at_left.is_none();
        let place = if is_left { self.section.left() } else { self.section.right() };
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
        if self.section.width() <= PRECISION {
            let at = if is_left_better { at_left } else { at_right }.clone();
            let (low, high) = self.ends;
            let is_between =
                self.section.low() > low && self.section.high() < high && at.complete().is_some();
            let best = BestRate { p: self.spec.model.p, at, theory: self.theory };
            return ControlFlow::Break(is_between.then_some(best));
        }
        if is_left_better {
            self.section.keep_left();
            self.at_right = self.at_left.take();
        } else {
            self.section.keep_right();
            self.at_left = self.at_right.take();
        }
        ControlFlow::Continue(())
    }
}
