//! What a row of a sweep takes, guessed without its SGD: the ODE goes first, as far as it is let, and says how far the
//! replicas would have to go.

use super::outcome::PATIENCE;
use super::{StopAt, Sweep};
use crate::sim::sgd::estimated_seconds;
use crate::sim::{OdeRun, Status, StopReason};

/// Replicas that stop half-way, all of them, go so much farther than the ODE.
const LAST_HALF: f64 = 1.25;

/// Less of an ODE says nothing of the rest.
const LEAST_SHARE: f64 = 1e-9;

/// What one row takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RowCost {
    /// The share of its ODE that was integrated for this, above 0, at most 1.
    pub ode_share: f64,
    /// Seconds of its SGD on one core; 0 without.
    pub sgd_seconds: f64,
    /// The same if it has all cores.
    pub sgd_seconds_alone: f64,
}

impl RowCost {
    /// Of a point, with so many cores; integrates its ODE until `stop` turns true.
    ///
    /// ```
    /// use saddlescope::sim::sweep::{RowCost, Sweep, SweepSpec};
    ///
    /// let text = "[model]\np = 3\n[sgd]\nreplicas = 8\n[sweep]\neta = [0.3]\nn = [1000, 1000000]\n";
    /// let sweep = Sweep::new(SweepSpec::from_toml(text)?)?;
    /// let costs = [0, 1].map(|index| RowCost::of(&sweep, index, 1, &|| false));
    /// assert!(costs[1].sgd_seconds > 900.0 * costs[0].sgd_seconds);
    /// # Ok::<(), saddlescope::model::ScenarioError>(())
    /// ```
    pub fn of(sweep: &Sweep, index: u64, cores: usize, stop: &dyn Fn() -> bool) -> Self {
        let Ok(scenario) = sweep.point(index) else {
            return Self { ode_share: 1.0, sgd_seconds: 0.0, sgd_seconds_alone: 0.0 };
        };
        let is_to_half = sweep.stop_at() == StopAt::Half;
        let mut run = OdeRun::new(&scenario).end_only();
        let (half, is_over) = loop {
            let status = run.advance(1, stop, &mut |_| ());
            let half = run.summary().events.alpha_half.filter(|_| is_to_half);
            match status {
                _ if half.is_some() => break (half, true),
                Status::Running => {}
                Status::Stopped(reason) => break (None, reason != StopReason::Cancelled),
            }
        };
        let end = if is_over { run.alpha() } else { run.expected_end() };
        let far = match half {
            Some(half) => LAST_HALF * half,
            None if is_to_half => PATIENCE * end,
            None => end,
        };
        let seconds = |cores| estimated_seconds(&scenario, far, cores).unwrap_or(0.0);
        Self {
            ode_share: if is_over { 1.0 } else { (run.alpha() / end).clamp(LEAST_SHARE, 1.0) },
            sgd_seconds: seconds(1),
            sgd_seconds_alone: seconds(cores),
        }
    }
}
