//! When a run has shown everything: the end of the "auto" horizon (and of a fixed one).
//!
//! Auto: to risk 1e-12 where the loss decays exponentially (p = p*), to four times the escape time on the algebraic
//! tail (p > p*), to a stationary state where SGD noise or a narrow student leaves a floor. A cap from the escape law
//! ends runs that do none of these. A fixed horizon is reached in one step by a run that has come to rest.

use super::tsit5::Tolerances;
use crate::model::{EscapeStart, Horizon, Scenario, TeacherMoments};

/// Risk below which an exponentially converging run is over.
const CONVERGED_RISK: f64 = 1e-12;

/// The algebraic tail is followed for this many escape times in all.
const TAIL_ESCAPES: f64 = 4.0;

/// A run does not rest before this many times the law's last escape, which is right to a few growth times.
const STAIRCASE_ESCAPES: f64 = 1.5;

/// Relative change per growth time below which a state is stationary.
const STATIONARY_CHANGE: f64 = 1e-6;

/// Relative change per growth time that is rounding: a state at rest to all its digits.
const SETTLED_CHANGE: f64 = 1e-12;

/// Above this risk nothing is on its algebraic tail any more that changes by no more than rounding.
const TAIL_RISK: f64 = 1e-6;

/// Steps times the fastest decay rate at the solution, for exponentially converging runs and where rest is to be seen.
///
/// At the edge of stability (about 3.3) the step control keeps the fast modes alive at the size of the tolerance, and
/// the loss, linear in Q, would stop falling there. Well inside it they die out, and the loss falls to rounding.
const LONGEST_STEP: f64 = 2.0;

/// The end of a run, decided before it starts.
#[derive(Clone, Debug, PartialEq)]
pub struct HorizonPlan {
    /// No run goes beyond this α.
    pub limit: f64,
    /// No step is longer, so that fast modes die out on an exponential tail; infinite where it does not matter.
    pub longest_step: f64,
    /// Steps of a run at rest are no longer, so that it comes to rest to all digits.
    pub(crate) quiet_step: f64,
    /// From this α on neither are those of a run with loose tolerances, which would never be quiet enough for rest to
    /// be seen: from the start where rest ends the run, else only beyond any rest, so that steps cost what they are
    /// asked to.
    pub(crate) quiet_from: f64,
    /// The loss half-way between plateau and final loss, whose crossing is the escape; `None` without a plateau.
    pub escape_risk: Option<f64>,
    auto: bool,
    converges: bool,
    tail: bool,
    last_escape: f64,
    unseen_until: f64,
    stationary_rate: f64,
    settled_rate: f64,
}

impl HorizonPlan {
    /// Plans the end of a scenario's run.
    pub fn new(scenario: &Scenario) -> Self {
        let (p, p_star) = (scenario.model.p, scenario.model.p_star);
        let (teacher, learning) = (scenario.teacher(), scenario.learning());
        let (constant, moments) = (learning.constant(), TeacherMoments::of(teacher));
        let escape = EscapeStart::new(scenario.initial(), teacher);
        let floor = scenario.lowest_loss();
        let escape_risk = scenario.plateau().map(|at| 0.5 * (at.loss + floor));
        let noisy = learning.label_noise > 0.0 && !learning.gradient_flow;
        let unit = (p * p_star) as f64 / (4.0 * learning.eta);
        let predicted = constant.and_then(|learning| escape.last_escape(learning)).unwrap_or(0.0);
        // Equal teachers escape together, unless the singular values of the start are far apart.
        let half_way = constant
            .and_then(|learning| escape.law(learning))
            .and_then(|law| law.alpha_at_gap(0.5 * law.height));
        let together = teacher.is_orthonormal() && half_way.is_none_or(|half| predicted <= 2.0 * half);
        let auto_limit = 40.0 * (predicted + 5.0 * unit);
        let (auto, limit) = match (scenario.time.alpha_max, scenario.time.alphas.last()) {
            (Horizon::Until(end), _) => (false, end),
            (Horizon::Auto, Some(&last)) => (false, last),
            (Horizon::Auto, None) => (true, auto_limit),
        };
        let gram = teacher.gram().trace() + 2.0 * moments.strongest * p_star as f64;
        let fastest = 8.0 * learning.eta * gram / (p * p_star) as f64;
        let exponential = p == p_star && !noisy;
        let ordinary = Tolerances::default();
        let loose = scenario.time.rtol > ordinary.relative || scenario.time.atol > ordinary.absolute;
        let tail = p > p_star && !noisy && !scenario.is_rank_deficient();
        let quiet_step = LONGEST_STEP / fastest;
        Self {
            longest_step: if exponential { quiet_step } else { f64::INFINITY },
            quiet_step,
            quiet_from: match (loose && !tail, auto) {
                (true, true) => 0.0,
                (true, false) => auto_limit,
                (false, _) => f64::INFINITY,
            },
            limit,
            escape_risk,
            auto,
            converges: p >= p_star && !noisy,
            tail,
            // Unequal teachers escape one by one; the tail starts after the last of them.
            last_escape: if together { 0.0 } else { predicted },
            // However slow the growth of M on the plateau, it is no rest if it is seen before the end.
            unseen_until: if auto || predicted >= limit { 0.0 } else { predicted },
            stationary_rate: STATIONARY_CHANGE / unit,
            settled_rate: SETTLED_CHANGE / unit,
        }
    }

    /// Whether the run ends at a given α or when everything has been seen.
    pub fn is_auto(&self) -> bool {
        self.auto
    }

    /// Whether an exponentially converging run has arrived.
    pub(crate) fn converged(&self, risk: f64) -> bool {
        // Loose steps leave what weights can have, where the risk may be negative: that is no convergence.
        self.auto && self.converges && risk.abs() <= CONVERGED_RISK
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
        let predicted = self.last_escape.max(self.unseen_until);
        (2.0 * alpha_escape.unwrap_or(0.0)).max(STAIRCASE_ESCAPES * predicted)
    }

    /// The relative rate of change of M and Q below which a run has come to rest.
    pub(crate) fn stationary_rate(&self) -> f64 {
        self.stationary_rate
    }

    /// The relative rate of change of M and Q that is rounding.
    pub(crate) fn settled_rate(&self) -> f64 {
        self.settled_rate
    }

    /// Whether a state of this risk may rest for ever: not on the algebraic tail, whose changes are small but never
    /// over.
    pub(crate) fn may_settle(&self, risk: f64) -> bool {
        !self.tail || risk > TAIL_RISK
    }
}
