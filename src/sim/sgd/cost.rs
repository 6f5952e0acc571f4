//! What finite-N SGD costs, guessed before it is run: to warn, and to size slices.
//!
//! Rates measured on one machine; right to a factor of two or so. Builds nothing, allocates nothing.

use super::Precision;
use crate::model::{Engine as Kind, Scenario, SgdSection, StartKind};

/// Replicas in lockstep.
pub(crate) const LOCKSTEP: usize = 8;

/// The largest number of steps: all of them are exact in f64.
pub(crate) const MOST_STEPS: f64 = 9e15;

/// Seconds of an ensemble that is not begun unasked.
pub const LONG_SECONDS: f64 = 60.0;

/// What an ensemble does: steps of each replica, points recorded, on so many threads; and whether every replica has a
/// start of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Work {
    pub(crate) steps: u64,
    pub(crate) points: usize,
    pub(crate) threads: usize,
    pub(crate) has_own_starts: bool,
}

/// A guess of the seconds that a scenario's ensemble takes to α on `threads` idle cores, recorded at the scenario's
/// output times, without making it; `None` without an `[sgd]` section.
pub fn estimated_seconds(scenario: &Scenario, alpha: f64, threads: usize) -> Option<f64> {
    let sgd = scenario.sgd.as_ref()?;
    let work = Work {
        steps: (alpha * sgd.n as f64).min(MOST_STEPS) as u64,
        points: scenario.time.alphas.len(),
        threads,
        has_own_starts: scenario.start.kind == StartKind::Weights,
    };
    Some(seconds(sgd, Precision::Double, (scenario.model.p, scenario.model.p_star), work))
}

/// The same for given work: making the replicas, stepping them and reading them.
pub(crate) fn seconds(sgd: &SgdSection, precision: Precision, widths: (usize, usize), work: Work) -> f64 {
    let batch = if sgd.engine == Kind::Reduced { LOCKSTEP } else { 1 };
    let threads = work.threads.max(1);
    let rounds = sgd.replicas.div_ceil(batch).div_ceil(threads) as f64;
    let stepping = rounds * work.steps as f64 * step_nanoseconds(sgd, precision, widths);
    let each = sgd.replicas.div_ceil(threads) as f64;
    let making = each * making_nanoseconds(sgd, widths, work.has_own_starts);
    let (p, p_star) = (widths.0 as f64, widths.1 as f64);
    // Averages are taken by one thread, in order.
    let adding = sgd.replicas as f64 * 6.0 * (p * p_star + 0.5 * p * p);
    let recording = work.points as f64 * (each * reading_nanoseconds(sgd, (p, p_star)) + adding);
    1e-9 * (stepping + making + recording)
}

/// A guess of the time in which one replica is made, in nanoseconds.
fn making_nanoseconds(sgd: &SgdSection, (p, p_star): (usize, usize), has_own_starts: bool) -> f64 {
    let (p, widths) = (p as f64, (p + p_star) as f64);
    let start = if has_own_starts { 3e4 + 20.0 * p * p * widths } else { 2e3 + 4.0 * p * widths };
    match sgd.engine {
        Kind::Reduced => start,
        // A cosine and a row of products for each coordinate.
        Kind::Direct => start + sgd.n as f64 * widths * (15.0 + widths),
    }
}

/// A guess of the time in which one replica is read, in nanoseconds.
fn reading_nanoseconds(sgd: &SgdSection, (p, p_star): (f64, f64)) -> f64 {
    match sgd.engine {
        Kind::Reduced => 3e3 + p * (p + p_star) * (p + p_star),
        Kind::Direct => 3e3 + sgd.n as f64 * (p * p_star + 0.5 * p * (p + 1.0)),
    }
}

/// A guess of the time of one step of one group, in nanoseconds: measured on one machine, (2, 1) to (64, 32).
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
