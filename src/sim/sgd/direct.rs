//! The direct engine: explicit weights W (p × N), a fresh Gaussian sample each step, overlaps read from the weights.
//!
//! λ = W x/√N, λ* = W* x/√N, e = |λ|²/p − |λ*|²/p* − √Δ ζ, w_i ← w_i − (2η/p) e λ_i x/√N (physics.md §1). The start has
//! exactly the overlaps asked for. A run can stop within a step, however large N is.

use pulp::Arch;

use super::entry::{BLOCK, Entry};
use super::factor::FactoredStart;
use super::streams::{Domain, Words, Ziggurat, auxiliary, stream_seed};
use super::weights::{LANES, Source, Weights};
use super::{DIVERGENCE, ReplicaStart, SgdError, SgdParameters};
use crate::model::{Matrix, Overlaps, risk};

/// Numbers processed between two questions whether to stop: about half a millisecond.
const PATIENCE: usize = 1 << 19;

/// How explicit weights are stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// f64: the one to trust.
    #[default]
    Double,
    /// f32, at half the cost: each sample to 24 bits. Updates below a weight's rounding, 6e-8 of it, are lost, so a loss
    /// below about 1e-12 cannot be followed.
    Single,
}

/// One replica with explicit weights.
///
/// ```
/// use saddlescope::model::{Matrix, Overlaps, Teacher};
/// use saddlescope::sim::sgd::{Direct, Precision, ReplicaStart, SgdParameters};
///
/// let start = Overlaps::new(Matrix::identity(3, 2) * 0.1, Matrix::identity(3, 3))?;
/// let parameters = SgdParameters { n: 100, eta: 0.1, label_noise: 0.0, seed: 1, teacher: Teacher::orthonormal(2) };
/// let replica = ReplicaStart { index: 0, overlaps: &start };
/// let mut run = Direct::new(&parameters, replica, Precision::Double)?;
/// assert!(run.advance_to(0, &|| false), "the weights are built on first use");
/// assert!((run.overlaps().m() - start.m()).amax() < 1e-14, "with exactly the overlaps asked for");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Direct {
    arch: Arch,
    parameters: SgdParameters,
    given: Overlaps,
    start: FactoredStart,
    weights: Stored,
    source: Source,
    step: u64,
    diverged: Option<u64>,
}

/// The weights in either precision.
#[derive(Clone, Debug)]
enum Stored {
    Double(Weights<f64>),
    Single(Weights<f32>),
}

impl Direct {
    /// Bytes that one replica takes; `None` if they cannot be addressed.
    pub fn bytes(n: u64, p: usize, p_star: usize, precision: Precision) -> Option<u64> {
        match precision {
            Precision::Double => Weights::<f64>::bytes(n, p + p_star),
            Precision::Single => Weights::<f32>::bytes(n, p + p_star),
        }
    }

    /// A replica at its start. The weights are built by the first [`advance_to`](Self::advance_to).
    ///
    /// # Errors
    /// N < p + p* + 1, widths that differ from the teacher's, or weights that cannot be addressed or allocated.
    pub fn new(
        parameters: &SgdParameters,
        replica: ReplicaStart<'_>,
        precision: Precision,
    ) -> Result<Self, SgdError> {
        let p = super::common_width(parameters, &[replica], 1)?;
        let (n, p_star) = (parameters.n, parameters.teacher.p_star());
        let (seed, index) = (parameters.seed, replica.index);
        // The generators are streams of this replica alone.
        let first = stream_seed(seed, index, Domain::Direct);
        let words = Words::new(std::array::from_fn(|lane| stream_seed(first, lane as u64, Domain::Direct)));
        Ok(Self {
            arch: Arch::new(),
            parameters: parameters.clone(),
            given: replica.overlaps.clone(),
            start: FactoredStart::of(replica.overlaps, &parameters.teacher),
            weights: match precision {
                Precision::Double => Stored::Double(Weights::new(n, p, p_star)?),
                Precision::Single => Stored::Single(Weights::new(n, p, p_star)?),
            },
            source: Source {
                words,
                auxiliary: auxiliary(seed, index, Domain::DirectRejections),
                block: [[0; LANES]; BLOCK / LANES],
            },
            step: 0,
            diverged: None,
        })
    }

    /// Steps on until `target` steps have been taken and returns true, or returns false soon after `stop` turns true,
    /// possibly within a step. A replica that has diverged stands still.
    pub fn advance_to(&mut self, target: u64, stop: &dyn Fn() -> bool) -> bool {
        let Self { arch, parameters, start, weights, source, step, diverged, .. } = self;
        let mut run = Run { arch: *arch, parameters, start, source, step, diverged, stop };
        match weights {
            Stored::Double(weights) => run.go(weights, target),
            Stored::Single(weights) => run.go(weights, target),
        }
    }

    /// Steps taken so far: α = step/N.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// The step at which the replica diverged; its state stays the last one before.
    pub fn diverged_at(&self) -> Option<u64> {
        self.diverged
    }

    /// ρ = (M, Q), read from the weights; as given while they are not built yet. After a stop within a
    /// step, some coordinates are a step ahead of the others.
    pub fn overlaps(&mut self) -> Overlaps {
        match &mut self.weights {
            Stored::Double(weights) => read(weights, &self.given),
            Stored::Single(weights) => read(weights, &self.given),
        }
    }

    /// The risk of the state read from the weights.
    pub fn risk(&mut self) -> f64 {
        risk(&self.overlaps(), &self.parameters.teacher)
    }
}

fn read<T: Entry>(weights: &mut Weights<T>, given: &Overlaps) -> Overlaps {
    if !weights.is_built() {
        return given.clone();
    }
    if weights.is_between_sweeps() {
        weights.settle();
    }
    let (p, p_star) = (given.p(), given.p_star());
    let m = Matrix::from_fn(p, p_star, |i, r| weights.overlap(i, p + r));
    let q = Matrix::from_fn(p, p, |i, j| weights.overlap(i.min(j), i.max(j)));
    Overlaps::symmetrised(m, q)
}

/// One call of `advance_to`, whatever the precision.
struct Run<'a> {
    arch: Arch,
    parameters: &'a SgdParameters,
    start: &'a FactoredStart,
    source: &'a mut Source,
    step: &'a mut u64,
    diverged: &'a mut Option<u64>,
    stop: &'a dyn Fn() -> bool,
}

impl Run<'_> {
    fn go<T: Entry>(&mut self, weights: &mut Weights<T>, target: u64) -> bool {
        let p = self.start.a.nrows();
        let widths = p + self.parameters.teacher.p_star();
        while !weights.is_built() {
            if (self.stop)() {
                return false;
            }
            // A cosine costs as much as some twenty products.
            weights.build(
                self.start,
                self.parameters.teacher.factor(),
                PATIENCE / (widths * (widths + 20)) + 1,
            );
        }
        let (mut done, mut products) = (0, Vec::with_capacity(widths));
        while *self.step < target && self.diverged.is_none() {
            if done >= PATIENCE {
                if (self.stop)() {
                    return false;
                }
                done = 0;
            }
            done += BLOCK * widths;
            if weights.sweep(self.arch, self.source, &mut products) {
                self.finish_step(weights, &products);
            }
        }
        *self.step = target.max(*self.step);
        true
    }

    /// Turns the dot products of a sweep into its update, unless the replica diverges here.
    fn finish_step<T: Entry>(&mut self, weights: &mut Weights<T>, dots: &[f64]) {
        let SgdParameters { n, eta, label_noise, teacher, .. } = self.parameters;
        let (p, root) = (self.start.a.nrows(), (*n as f64).sqrt());
        let (students, teachers) = dots.split_at(p);
        let square = |dots: &[f64]| dots.iter().map(|dot| (dot / root) * (dot / root)).sum::<f64>();
        let mut error = square(students) / p as f64 - square(teachers) / teacher.p_star() as f64;
        if *label_noise > 0.0 {
            let mut words = [[0; LANES]];
            self.source.words.fill(&mut words);
            let zeta = Ziggurat::tables().normal(words[0][0], &mut self.source.auxiliary);
            error -= label_noise.sqrt() * zeta;
        }
        let rate = 2.0 * eta / p as f64;
        if (rate * error).abs() <= DIVERGENCE {
            weights.set_update(students.iter().map(|dot| rate * error * (dot / root) / root));
            *self.step += 1;
        } else {
            weights.set_update(students.iter().map(|_| 0.0));
            *self.diverged = Some(*self.step);
        }
    }
}
