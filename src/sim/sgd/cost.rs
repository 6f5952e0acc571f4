//! What finite-N SGD costs, guessed before it is run: to warn, and to size slices.
//!
//! Rates measured on one machine; right to a factor of two or so. Builds nothing, allocates nothing.

use super::Precision;
use crate::model::{Engine as Kind, Scenario, SgdSection};

/// Replicas in lockstep.
pub(crate) const LOCKSTEP: usize = 8;

/// The largest number of steps: all of them are exact in f64.
pub(crate) const MOST_STEPS: f64 = 9e15;

/// Seconds of an ensemble that is not begun unasked.
pub const LONG_SECONDS: f64 = 60.0;

/// A guess of the seconds that a scenario's ensemble takes to α on `threads` idle cores, without making it; `None`
/// without an `[sgd]` section.
pub fn estimated_seconds(scenario: &Scenario, alpha: f64, threads: usize) -> Option<f64> {
    let sgd = scenario.sgd.as_ref()?;
    let steps = (alpha * sgd.n as f64).min(MOST_STEPS) as u64;
    let widths = (scenario.model.p, scenario.model.p_star);
    Some(seconds(sgd, Precision::Double, widths, (steps, threads)))
}

/// The same for given steps of one replica.
pub(crate) fn seconds(
    sgd: &SgdSection,
    precision: Precision,
    widths: (usize, usize),
    (steps, threads): (u64, usize),
) -> f64 {
    let batch = if sgd.engine == Kind::Reduced { LOCKSTEP } else { 1 };
    let rounds = sgd.replicas.div_ceil(batch).div_ceil(threads.max(1)) as f64;
    rounds * steps as f64 * 1e-9 * step_nanoseconds(sgd, precision, widths)
}

/// A guess of the time of one step of one group, in nanoseconds: measured on one machine, (2, 1) to (20, 10).
fn step_nanoseconds(sgd: &SgdSection, precision: Precision, (p, p_star): (usize, usize)) -> f64 {
    let (p, widths) = (p as f64, (p + p_star) as f64);
    match sgd.engine {
        Kind::Reduced => (8.0 + 3.2 * widths + 0.4 * p * p) * if sgd.replicas == 1 { 3.5 } else { 8.0 },
        Kind::Direct => {
            let size = if precision == Precision::Single { 1.0 } else { 2.0 };
            // Beyond the second-level cache a sweep waits for memory.
            let memory = if sgd.n as f64 * widths * size > 1e6 { 2.5 } else { 1.0 };
            sgd.n as f64 * (1.5 + 0.08 * widths * size * memory)
        }
    }
}
