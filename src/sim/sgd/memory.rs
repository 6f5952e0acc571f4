//! The memory that an ensemble takes, told before it is made, for either engine: to refuse what does not fit.
//!
//! Counted from what a replica and a point keep, results included; right to a few percent, rather more than less.

use super::{Direct, Precision};
use crate::model::{Engine as Kind, SgdSection};

/// Bytes of a number.
const NUMBER: f64 = 8.0;

/// Bytes of a list's head.
const HEAD: f64 = 24.0;

/// What else a replica takes: its generators, its counters, and what allocations waste.
const SMALL: f64 = 600.0;

/// What a replica with explicit weights takes besides them: blocks of words and of samples.
const BLOCKS: f64 = 20_480.0;

/// Bytes that an ensemble takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Memory {
    /// Whatever the number of replicas: its points.
    pub(crate) fixed: f64,
    /// Each replica.
    pub(crate) each: f64,
}

impl Memory {
    /// Of an ensemble of widths (p, p*) recorded at `points` times; `has_own_starts`: every replica has one. `None` if
    /// a replica's weights cannot be addressed.
    pub(crate) fn of(
        sgd: &SgdSection,
        (p, p_star): (usize, usize),
        precision: Precision,
        (points, has_own_starts): (usize, bool),
    ) -> Option<Self> {
        let (width, teachers) = (p as f64, p_star as f64);
        let overlaps = NUMBER * (width * teachers + width * width);
        let engine = match sgd.engine {
            Kind::Reduced => reduced(width, teachers, sgd.replicas),
            // The sample of each step and its product are beside the weights.
            Kind::Direct => {
                let weights = Direct::bytes(sgd.n, p, p_star, precision)? as f64;
                let start = if has_own_starts { 2.0 * overlaps } else { 0.0 };
                weights + start + overlaps + BLOCKS
            }
        };
        let prediction = if has_own_starts { overlaps } else { 0.0 };
        let result = overlaps + 2.0 * width * HEAD;
        let moments = 4.0 * NUMBER * (width * teachers + 0.5 * width * (width + 1.0));
        // Four matrices of M and four of Q of every point, as lists of lists, once the result is written.
        let lists = 4.0 * (overlaps + 2.0 * width * HEAD);
        Some(Self { fixed: points as f64 * (moments + lists), each: engine + prediction + result + SMALL })
    }

    /// In all.
    pub(crate) fn of_replicas(&self, replicas: usize) -> f64 {
        self.fixed + self.each * replicas as f64
    }

    /// How many replicas fit into so many bytes.
    pub(crate) fn fitting(&self, bytes: u64) -> usize {
        ((bytes as f64 - self.fixed) / self.each).max(0.0) as usize
    }
}

/// Bytes of one replica of the reduced engine: its factors, the same again for its last state if it diverges, and its
/// share of the scratch of a step.
fn reduced(p: f64, p_star: f64, replicas: usize) -> f64 {
    let factors = p * p_star + 0.5 * p * (p + 1.0);
    let scratch = 2.0 * (p_star + p + 2.0) + 7.0 * p;
    // The last lockstep may have empty lanes.
    let lanes = if replicas == 1 { 1.0 } else { replicas.next_multiple_of(8) as f64 / replicas as f64 };
    let teacher = p_star * p_star / if replicas == 1 { 1.0 } else { 8.0 };
    NUMBER * (lanes * (factors + scratch) + factors + teacher)
}
