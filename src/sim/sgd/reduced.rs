//! The reduced engine: overlaps under one-pass SGD, K replicas in lockstep, at a cost that does not depend on N.
//!
//! Exact in law for every N ≥ p + p* + 1, T and Δ ≥ 0. Instructions are chosen at run time; the bits are the same with
//! all of them. Unlike with explicit weights, identical students separate by rounding.
#![expect(
    clippy::inline_always,
    reason = "only code inlined into the dispatched caller gets its vector instructions"
)]

use std::io;
use std::sync::Arc;

use pulp::{Arch, Simd, WithSimd};

use super::chain::{Chain, Constants};
use super::factor::Start;
use super::{Common, ReplicaStart, SgdError, SgdParameters};
use crate::model::{Matrix, Overlaps};
use crate::sim::tape::Tape;

/// Up to K replicas of one width: K = 8 for throughput, 1 for one alone.
///
/// ```
/// use saddlescope::model::{Learning, Matrix, Overlaps, Teacher};
/// use saddlescope::sim::sgd::{Reduced, ReplicaStart, SgdParameters};
///
/// let start = Overlaps::new(Matrix::identity(3, 2) * 0.1, Matrix::identity(3, 3))?;
/// let learning = Learning { eta: 0.1, label_noise: 0.0, gradient_flow: false };
/// let parameters = SgdParameters { n: 1000, learning, seed: 1, teacher: Teacher::orthonormal(2) };
/// let mut run = Reduced::<1>::new(&parameters, &[ReplicaStart { index: 0, overlaps: &start }])?;
/// let before = run.risk(0);
/// run.advance(50_000);
/// assert!(run.risk(0) < 0.5 * before, "escaped by alpha = 50");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Reduced<const K: usize> {
    arch: Arch,
    common: Arc<Common>,
    chain: Chain<K>,
    replicas: usize,
}

impl<const K: usize> Reduced<K> {
    /// Replicas at their starts, all of one width, the first in lane 0.
    ///
    /// # Errors
    /// N < p + p* + 1, no replica, more than K, or starts of different widths.
    pub fn new(parameters: &SgdParameters, replicas: &[ReplicaStart<'_>]) -> Result<Self, SgdError> {
        super::common_width(parameters, replicas.iter().map(|replica| replica.overlaps), K)?;
        let start = |replica: &ReplicaStart<'_>| Start::of(replica.overlaps, &parameters.teacher);
        let starts: Vec<Start> = replicas.iter().map(start).collect();
        let indices = replicas.iter().map(|replica| replica.index);
        let common = Arc::new(Common::of(parameters.clone()));
        Self::begin(&common, &indices.zip(&starts).collect::<Vec<_>>())
    }

    /// The same of starts that are worked out already, by their replicas' indices.
    pub(super) fn begin(common: &Arc<Common>, replicas: &[(u64, &Start)]) -> Result<Self, SgdError> {
        let starts = replicas.iter().map(|(_, start)| &start.overlaps);
        let p = super::common_width(&common.parameters, starts, K)?;
        let factored: Vec<_> = replicas.iter().map(|(index, start)| (*index, &start.factored)).collect();
        let chain = Chain::new(p, &common.parameters, &factored);
        Ok(Self { arch: Arch::new(), common: Arc::clone(common), chain, replicas: replicas.len() })
    }

    /// What a later step depends on, to a tape or from it.
    pub(super) fn tape(&mut self, tape: &mut Tape<'_>) -> io::Result<()> {
        self.chain.tape(tape)
    }

    /// Takes `steps` steps; a replica that has diverged stands still.
    pub fn advance(&mut self, steps: u64) {
        self.arch.dispatch(Advance { chain: &mut self.chain, steps });
    }

    /// The same with the instructions that every processor has: same bits, slower.
    pub fn advance_baseline(&mut self, steps: u64) {
        Advance { chain: &mut self.chain, steps }.with_simd(pulp::Scalar);
    }

    /// Steps taken so far: α = step/N.
    pub fn step(&self) -> u64 {
        self.chain.step
    }

    /// Replicas in use.
    pub fn replicas(&self) -> usize {
        self.replicas
    }

    /// The step at which the replica in `lane` (< K) diverged; its state stays the last one before.
    pub fn diverged_at(&self, lane: usize) -> Option<u64> {
        self.chain.halted_at(lane)
    }

    /// ρ = (M, Q) of the replica in `lane` (< K).
    pub fn overlaps(&self, lane: usize) -> Overlaps {
        let (a, b) = self.factors(lane);
        let q = &a * a.transpose() + &b * b.transpose();
        Overlaps::symmetrised(a * self.common.parameters.teacher.factor().transpose(), q)
    }

    /// The risk of the replica in `lane` (< K) from its factors: right to rounding of A and B, never negative
    /// (physics.md §2b, with tr(A Aᵀ P) = ‖Aᵀ B‖²).
    pub fn risk(&self, lane: usize) -> f64 {
        let (a, b) = self.factors(lane);
        let p = a.nrows() as f64;
        let excess = a.tr_mul(&a) / p - &self.common.target;
        let tau = excess.trace() + b.norm_squared() / p;
        let (mixed, rest) = (a.tr_mul(&b).norm_squared(), b.tr_mul(&b).norm_squared());
        0.5 * tau * tau + excess.norm_squared() + (2.0 * mixed + rest) / (p * p)
    }

    /// A, p × p*, and B, p × p, of the replica in a lane.
    fn factors(&self, lane: usize) -> (Matrix, Matrix) {
        let Constants { p, p_star, .. } = self.chain.constants;
        let (a, packed) = self.chain.factors(lane);
        let mut b = Matrix::zeros(p, p);
        let places = (0..p).flat_map(|i| (0..=i).map(move |j| (i, j)));
        places.zip(packed).for_each(|(at, entry)| b[at] = entry);
        (Matrix::from_row_slice(p, p_star, &a), b)
    }
}

/// A number of steps, as the dispatcher wants it.
struct Advance<'a, const K: usize> {
    chain: &'a mut Chain<K>,
    steps: u64,
}

impl<const K: usize> WithSimd for Advance<'_, K> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.chain.advance(self.steps);
    }
}
