//! When a run has shown everything: the end of the "auto" horizon (and of a fixed one).
//!
//! Auto: to risk 1e-12 where the loss decays exponentially (p = p*), to four times the escape time on the algebraic
//! tail (p > p*), to a stationary state where SGD noise or a narrow student leaves a floor. A cap from the escape law
//! ends runs that do none of these.

use crate::model::{Horizon, Scenario, TeacherMoments, escape_law, lowest_loss, plateau};

/// Risk below which an exponentially converging run is over.
const CONVERGED_RISK: f64 = 1e-12;

/// The algebraic tail is followed for this many escape times in all.
const TAIL_ESCAPES: f64 = 4.0;

/// A run does not rest before this many times the law's last escape, which is right to a few growth times.
const STAIRCASE_ESCAPES: f64 = 1.5;

/// Relative change per growth time below which a state is stationary, unless the integration is coarser.
const STATIONARY_CHANGE: f64 = 1e-6;

/// Steps times the fastest decay rate at the solution, for exponentially converging runs.
///
/// At the edge of stability (about 3.3) the step control keeps the fast modes alive at the size of the tolerance, and the
/// loss, linear in Q, would stop falling there. Well inside it they die out, and the loss falls to rounding.
const LONGEST_STEP: f64 = 2.0;

/// The end of a run, decided before it starts.
#[derive(Clone, Debug, PartialEq)]
pub struct HorizonPlan {
    /// No run goes beyond this α.
    pub limit: f64,
    /// No step is longer, so that fast modes die out on an exponential tail; infinite where it does not matter.
    pub longest_step: f64,
    /// The loss half-way between plateau and final loss, whose crossing is the escape; `None` without a plateau.
    pub escape_risk: Option<f64>,
    auto: bool,
    converges: bool,
    tail: bool,
    last_escape: f64,
    stationary_rate: f64,
}

impl HorizonPlan {
    /// Plans the end of a scenario's run.
    pub fn new(scenario: &Scenario) -> Self {
        let (p, p_star) = (scenario.model.p, scenario.model.p_star);
        let (teacher, learning) = (scenario.teacher(), scenario.learning());
        let moments = TeacherMoments::of(teacher);
        let law = escape_law(scenario.initial(), teacher, learning);
        let floor = lowest_loss(p, teacher);
        let escape_risk = plateau(p, &moments, learning).map(|at| 0.5 * (at.loss + floor));
        let noisy = learning.label_noise > 0.0 && !learning.gradient_flow;
        let unit = (p * p_star) as f64 / (4.0 * learning.eta);
        let predicted = law.and_then(|law| law.last_escape()).unwrap_or(0.0);
        let auto_limit = 40.0 * (predicted + 5.0 * unit);
        let (auto, limit) = match (scenario.time.alpha_max, scenario.time.alphas.last()) {
            (Horizon::Until(end), _) => (false, end),
            (Horizon::Auto, Some(&last)) => (false, last),
            (Horizon::Auto, None) => (true, auto_limit),
        };
        let gram = teacher.gram().trace() + 2.0 * moments.strongest * p_star as f64;
        let fastest = 8.0 * learning.eta * gram / (p * p_star) as f64;
        let exponential = p == p_star && !noisy;
        Self {
            longest_step: if exponential { LONGEST_STEP / fastest } else { f64::INFINITY },
            limit,
            escape_risk,
            auto,
            converges: p >= p_star && !noisy,
            tail: p > p_star && !noisy,
            // Unequal teachers escape one by one; the tail starts after the last of them.
            last_escape: if teacher.is_orthonormal() { 0.0 } else { predicted },
            stationary_rate: STATIONARY_CHANGE.max(100.0 * scenario.time.rtol) / unit,
        }
    }

    /// Whether the run ends at a given α or when everything has been seen.
    pub fn is_auto(&self) -> bool {
        self.auto
    }

    /// Whether an exponentially converging run has arrived.
    pub(crate) fn converged(&self, risk: f64) -> bool {
        self.auto && self.converges && risk <= CONVERGED_RISK
    }

    /// The α at which the tail has been followed far enough, once the escape is known.
    pub(crate) fn tail_end(&self, alpha_escape: Option<f64>) -> f64 {
        match alpha_escape {
            Some(escape) if self.auto && self.tail => {
                (TAIL_ESCAPES * escape.max(self.last_escape)).min(self.limit)
            }
            _ => self.limit,
        }
    }

    /// No state before this α is taken for rest: what has escaped is shown near the middle, and between the steps of
    /// unequal teachers everything rests but what is still too small to be seen.
    pub(crate) fn earliest_rest(&self, alpha_escape: Option<f64>) -> f64 {
        (2.0 * alpha_escape.unwrap_or(0.0)).max(STAIRCASE_ESCAPES * self.last_escape)
    }

    /// The relative rate of change of M and Q below which an automatic run has come to rest.
    pub(crate) fn stationary_rate(&self) -> Option<f64> {
        self.auto.then_some(self.stationary_rate)
    }
}
