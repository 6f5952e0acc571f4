//! The direct engine: explicit weights W (p × N), a fresh Gaussian sample each step, overlaps read from the weights.
//!
//! λ = W x/√N, λ* = W* x/√N, e = |λ|²/p − |λ*|²/p* − √Δ ζ, w_i ← w_i − (2η/p) e λ_i x/√N (physics.md §1). The start has
//! exactly the overlaps asked for. A run can stop within a step, however large N is.

use std::io;
use std::sync::Arc;

use pulp::Arch;

use super::entry::{BLOCK, Entry};
use super::factor::Start;
use super::streams::{Domain, Words, Ziggurat, auxiliary, stream_seed};
use super::weights::{LANES, Source, Weights};
use super::{Common, DIVERGENCE, ReplicaStart, SgdError, SgdParameters};
use crate::model::{Matrix, Overlaps, risk};
use crate::sim::tape::Tape;

/// Numbers processed between two questions whether to stop: about half a millisecond.
const PATIENCE: usize = 1 << 19;

/// How explicit weights are stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// f64: the one to trust.
    #[default]
    Double,
    /// f32, at half the cost: each sample to 24 bits. Updates below a weight's rounding, 6e-8 of it, are lost, so a
    /// loss below about 1e-12 cannot be followed.
    Single,
}

/// One replica with explicit weights.
///
/// ```
/// use saddlescope::model::{Learning, Matrix, Overlaps, Teacher};
/// use saddlescope::sim::sgd::{Direct, Precision, ReplicaStart, SgdParameters};
///
/// let start = Overlaps::new(Matrix::identity(3, 2) * 0.1, Matrix::identity(3, 3))?;
/// let learning = Learning { eta: 0.1, label_noise: 0.0, gradient_flow: false };
/// let parameters = SgdParameters { n: 100, learning, seed: 1, teacher: Teacher::orthonormal(2) };
/// let replica = ReplicaStart { index: 0, overlaps: &start };
/// let mut run = Direct::new(&parameters, replica, Precision::Double)?;
/// assert!(run.advance_to(0, &|| false), "the weights are built on first use");
/// assert!((run.overlaps().m() - start.m()).amax() < 1e-14, "with exactly the overlaps asked for");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Direct {
    arch: Arch,
    common: Arc<Common>,
    start: Arc<Start>,
    weights: Stored,
    source: Source,
    step: u64,
    diverged: Option<u64>,
    /// Overlaps of the present state, as far as they have been read: of gigabytes that takes seconds.
    read: Vec<f64>,
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

    /// Whether one replica could have its memory now: asked for, not used.
    pub(crate) fn check_room(n: u64, p: usize, p_star: usize, precision: Precision) -> Result<(), SgdError> {
        match precision {
            Precision::Double => Weights::<f64>::new(n, p, p_star).map(drop),
            Precision::Single => Weights::<f32>::new(n, p, p_star).map(drop),
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
        super::common_width(parameters, std::iter::once(replica.overlaps), 1)?;
        let start = Arc::new(Start::of(replica.overlaps, &parameters.teacher));
        Self::begin(&Arc::new(Common::of(parameters.clone())), (replica.index, start), precision)
    }

    /// The same of a start that is worked out already, by its replica's index.
    pub(super) fn begin(
        common: &Arc<Common>,
        (index, start): (u64, Arc<Start>),
        precision: Precision,
    ) -> Result<Self, SgdError> {
        let parameters = &common.parameters;
        let p = super::common_width(parameters, std::iter::once(&start.overlaps), 1)?;
        let (n, p_star, seed) = (parameters.n, parameters.teacher.p_star(), parameters.seed);
        // The generators are streams of this replica alone.
        let first = stream_seed(seed, index, Domain::Direct);
        let words = Words::new(std::array::from_fn(|lane| stream_seed(first, lane as u64, Domain::Direct)));
        Ok(Self {
            arch: Arch::new(),
            common: Arc::clone(common),
            start,
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
            read: Vec::new(),
        })
    }

    /// Steps on until `target` steps have been taken and returns true, or returns false soon after `stop` turns true,
    /// possibly within a step. A replica that has diverged stands still.
    pub fn advance_to(&mut self, target: u64, stop: &dyn Fn() -> bool) -> bool {
        let Self { arch, common, start, weights, source, step, diverged, read } = self;
        if *step < target {
            read.clear();
        }
        let mut run = Run { arch: *arch, common, start, source, step, diverged, stop };
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
        self.prepare(&|| false);
        let (p, p_star) = (self.start.overlaps.p(), self.start.overlaps.p_star());
        if self.read.is_empty() {
            return self.start.overlaps.clone();
        }
        let mut found = self.read.iter().copied();
        let mut next = || found.next().unwrap_or(f64::NAN);
        let (mut m, mut q) = (Matrix::zeros(p, p_star), Matrix::zeros(p, p));
        for i in 0..p {
            (0..p_star).for_each(|r| m[(i, r)] = next());
            for j in i..p {
                q[(i, j)] = next();
                q[(j, i)] = q[(i, j)];
            }
        }
        Overlaps::symmetrised(m, q)
    }

    /// Reads the overlaps from the weights and returns true, or returns false soon after `stop` turns true; what has
    /// been read is kept.
    pub(super) fn prepare(&mut self, stop: &dyn Fn() -> bool) -> bool {
        let widths = (self.start.overlaps.p(), self.start.overlaps.p_star());
        match &mut self.weights {
            Stored::Double(weights) => read_overlaps(weights, widths, &mut self.read, stop),
            Stored::Single(weights) => read_overlaps(weights, widths, &mut self.read, stop),
        }
    }

    /// What a later step depends on, to a tape or from it.
    pub(super) fn tape(&mut self, tape: &mut Tape<'_>) -> io::Result<()> {
        self.read.clear();
        match &mut self.weights {
            Stored::Double(weights) => weights.tape(tape)?,
            Stored::Single(weights) => weights.tape(tape)?,
        }
        self.source.tape(tape)?;
        tape.u64(&mut self.step)?;
        tape.optional_word(&mut self.diverged)
    }

    /// The risk of the state read from the weights.
    pub fn risk(&mut self) -> f64 {
        risk(&self.overlaps(), &self.common.parameters.teacher)
    }
}

/// Reads what is not read yet, row by row: M_ir, then Q_ij for j ≥ i. Nothing of weights that are not built.
fn read_overlaps<T: Entry>(
    weights: &mut Weights<T>,
    (p, p_star): (usize, usize),
    read: &mut Vec<f64>,
    stop: &dyn Fn() -> bool,
) -> bool {
    if !weights.is_built() {
        return true;
    }
    if weights.is_between_sweeps() && !weights.settle(stop) {
        return false;
    }
    let teachers = move |i| (p..p + p_star).map(move |r| (i, r));
    let students = move |i| (i..p).map(move |j| (i, j));
    let pairs = (0..p).flat_map(|i| teachers(i).chain(students(i)));
    let size = weights.numbers_of_a_row();
    let mut patience = PATIENCE;
    for (i, j) in pairs.skip(read.len()) {
        patience = patience.saturating_sub(size);
        if patience == 0 {
            if stop() {
                return false;
            }
            patience = PATIENCE;
        }
        read.push(weights.overlap(i, j));
    }
    true
}

/// One call of `advance_to`, whatever the precision.
struct Run<'a> {
    arch: Arch,
    common: &'a Common,
    start: &'a Start,
    source: &'a mut Source,
    step: &'a mut u64,
    diverged: &'a mut Option<u64>,
    stop: &'a dyn Fn() -> bool,
}

impl Run<'_> {
    fn go<T: Entry>(&mut self, weights: &mut Weights<T>, target: u64) -> bool {
        let teacher = &self.common.parameters.teacher;
        let widths = self.start.overlaps.p() + teacher.p_star();
        while !weights.is_built() {
            if (self.stop)() {
                return false;
            }
            if !weights.fill(PATIENCE) {
                continue;
            }
            // A cosine costs as much as some twenty products.
            weights.build(&self.start.factored, teacher.factor(), PATIENCE / (widths * (widths + 20)) + 1);
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
        let SgdParameters { n, learning, teacher, .. } = &self.common.parameters;
        let (p, root) = (self.start.overlaps.p(), (*n as f64).sqrt());
        let (students, teachers) = dots.split_at(p);
        let square = |dots: &[f64]| dots.iter().map(|dot| (dot / root) * (dot / root)).sum::<f64>();
        let mut error = square(students) / p as f64 - square(teachers) / teacher.p_star() as f64;
        if learning.label_noise > 0.0 {
            let mut words = [[0; LANES]];
            self.source.words.fill(&mut words);
            let zeta = Ziggurat::tables().normal(words[0][0], &mut self.source.auxiliary);
            error -= learning.label_noise.sqrt() * zeta;
        }
        let rate = 2.0 * learning.rate(*self.step as f64 / *n as f64) / p as f64;
        if (rate * error).abs() <= DIVERGENCE {
            weights.set_update(students.iter().map(|dot| rate * error * (dot / root) / root));
            *self.step += 1;
        } else {
            weights.set_update(students.iter().map(|_| 0.0));
            *self.diverged = Some(*self.step);
        }
    }
}
