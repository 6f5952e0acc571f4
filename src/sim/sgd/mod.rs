//! Finite-N one-pass SGD, in two engines with one law (physics.md §8).
//!
//! [`Reduced`] steps the Markov chain of the overlaps, a step at a cost that does not depend on N; [`Direct`] steps
//! explicit weights. A replica is a function of (start, parameters, seed, its index) alone: the same bits in any lane,
//! on any number of threads, with any instruction set. No clocks, no threads, no files here.

mod chain;
mod chi_squared;
pub(crate) mod cost;
mod direct;
mod entry;
mod error;
pub(crate) mod factor;
pub(crate) mod group;
mod lanes;
pub(crate) mod memory;
mod moments;
mod pairs;
mod reduced;
mod report;
mod streams;
mod weights;

pub use cost::{LONG_SECONDS, estimated_seconds};
pub use direct::{Direct, Precision};
pub use error::SgdError;
pub use moments::{EnsemblePoint, Moment};
pub use reduced::Reduced;
pub use report::{EnsembleReport, ReplicaReport, Rows};

pub(crate) use streams::start_seed;

use crate::model::{Learning, Matrix, Overlaps, Scenario, Teacher};

/// A step that would multiply the sample's pre-activations by more than this is not taken: the replica has diverged.
///
/// One step maps λ to (1 − (2η/p) e |x|²/N) λ, |x|² ≈ N. The criterion has no scale of its own: at tr Q/p = 500 p/η,
/// where e is of this size, the noise multiplies Q a million times per unit of α, and there is no way back. Nothing
/// that it lets pass can overflow.
pub const DIVERGENCE: f64 = 1e3;

/// What a step of finite-N SGD depends on besides the state.
#[derive(Clone, Debug, PartialEq)]
pub struct SgdParameters {
    /// Input dimension N, at least p + p* + 1.
    pub n: u64,
    /// How the student learns; SGD has its noise, whatever the ODE beside it leaves out.
    pub learning: Learning,
    /// Seed of all samples.
    pub seed: u64,
    /// The teacher.
    pub teacher: Teacher,
}

impl SgdParameters {
    /// Those of a scenario; `None` without an `[sgd]` section.
    pub fn of(scenario: &Scenario) -> Option<Self> {
        let sgd = scenario.sgd.as_ref()?;
        Some(Self {
            n: sgd.n,
            learning: scenario.learning(),
            seed: sgd.seed,
            teacher: scenario.teacher().clone(),
        })
    }

    /// Checks that a student of width `p` and what SGD adds to it have room in N dimensions.
    pub(crate) fn check(&self, p: usize) -> Result<(), SgdError> {
        let p_star = self.teacher.p_star();
        let need = (p + p_star + 1) as u64;
        if self.n < need { Err(SgdError::Dimension { n: self.n, p, p_star, need }) } else { Ok(()) }
    }
}

/// One replica: which, and where it starts.
#[derive(Clone, Copy, Debug)]
pub struct ReplicaStart<'a> {
    /// Its index; with the seed it decides all its samples.
    pub index: u64,
    /// ρ₀, realisable.
    pub overlaps: &'a Overlaps,
}

/// What all replicas of an ensemble have in common, once for all of them.
#[derive(Clone, Debug)]
pub(crate) struct Common {
    parameters: SgdParameters,
    /// LᵀL/p*.
    target: Matrix,
}

impl Common {
    /// Of what a step depends on.
    pub(crate) fn of(parameters: SgdParameters) -> Self {
        let factor = parameters.teacher.factor();
        let target = factor.tr_mul(factor) / parameters.teacher.p_star() as f64;
        Self { parameters, target }
    }
}

/// The width of all starts, of which there must be 1 to `most`.
fn common_width<'a>(
    parameters: &SgdParameters,
    starts: impl ExactSizeIterator<Item = &'a Overlaps> + Clone,
    most: usize,
) -> Result<usize, SgdError> {
    let miscounted = SgdError::Replicas { found: starts.len(), most };
    let Some(first) = starts.clone().next().filter(|_| starts.len() <= most) else { return Err(miscounted) };
    let shape = (first.p(), parameters.teacher.p_star());
    if starts.into_iter().any(|start| start.m().shape() != shape) {
        return Err(miscounted);
    }
    parameters.check(shape.0)?;
    Ok(shape.0)
}
