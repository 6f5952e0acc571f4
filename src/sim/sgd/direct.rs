//! The direct engine: explicit weights W (p × N), a fresh Gaussian sample each step, overlaps read from the weights.
//!
//! λ = W x/√N, λ* = W* x/√N, e = |λ|²/p − |λ*|²/p* − √Δ ζ, w_i ← w_i − (2η/p) e λ_i x/√N (physics.md §1). One sweep a step: it
//! applies the last update, draws the next sample and accumulates all dot products. f64 is the one to trust; f32
//! halves the cost, and its weights cannot follow a loss below about 1e-12. A run can stop within a sweep.
#![expect(clippy::inline_always, reason = "only code inlined into the dispatched caller gets its vector instructions")]

use std::f64::consts::{PI, SQRT_2};

use pulp::{Arch, Simd, WithSimd};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::entry::{BLOCK, Entry, Sample, sweep_row};
use super::factor::FactoredStart;
use super::streams::{Domain, Words, Ziggurat, auxiliary, stream_seed};
use super::{DIVERGENCE, ReplicaStart, SgdError, SgdParameters};
use crate::model::{Matrix, Overlaps, risk};

/// Numbers processed between two questions whether to stop: well below a millisecond.
const PATIENCE: usize = 1 << 18;

/// One replica with explicit weights.
///
/// ```
/// use saddlescope::model::{Matrix, Overlaps, Teacher};
/// use saddlescope::sim::sgd::{Direct, ReplicaStart, SgdParameters};
///
/// let start = Overlaps::new(Matrix::identity(3, 2) * 0.1, Matrix::identity(3, 3))?;
/// let parameters = SgdParameters { n: 100, eta: 0.1, label_noise: 0.0, seed: 1, teacher: Teacher::orthonormal(2) };
/// let mut run = Direct::<f64>::new(&parameters, ReplicaStart { index: 0, overlaps: &start })?;
/// assert!(run.advance(0, &|| false), "the weights are built on first use");
/// assert!((run.overlaps().m() - start.m()).amax() < 1e-14, "with exactly the overlaps asked for");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Direct<T: Entry> {
    arch: Arch,
    parameters: SgdParameters,
    p: usize,
    start: FactoredStart,
    given: Overlaps,
    /// p student rows, then p* teacher rows, `stride` numbers each, zero beyond N.
    rows: Vec<T>,
    stride: usize,
    /// The sample of the last sweep.
    x: Vec<T>,
    /// (2η/(p√N)) e λ_i of the last sweep, yet to be taken off along x.
    pending: Vec<T>,
    /// W x and W* x over the coordinates swept so far.
    dots: Vec<f64>,
    /// Coordinates swept so far.
    cursor: usize,
    /// Coordinates whose weights exist.
    built: usize,
    words: Words<8>,
    auxiliary: Xoshiro256PlusPlus,
    step: u64,
    diverged: Option<u64>,
}

impl<T: Entry> Direct<T> {
    /// Bytes that one replica takes; `None` if they cannot be addressed.
    pub fn bytes(n: u64, p: usize, p_star: usize) -> Option<u64> {
        let numbers = stride::<T>(n)?.checked_mul(p + p_star + 1)?;
        numbers.checked_mul(size_of::<T>()).filter(|&bytes| isize::try_from(bytes).is_ok()).map(|bytes| bytes as u64)
    }

    /// A replica at its start. The weights are built by the first [`advance`](Self::advance).
    ///
    /// # Errors
    /// N < p + p* + 1, widths that differ from the teacher's, or weights that cannot be addressed or allocated.
    pub fn new(parameters: &SgdParameters, replica: ReplicaStart<'_>) -> Result<Self, SgdError> {
        let p = super::common_width(parameters, &[replica], 1)?;
        let (n, p_star) = (parameters.n, parameters.teacher.p_star());
        let address = SgdError::Address { n };
        let stride = stride::<T>(n).filter(|_| Self::bytes(n, p, p_star).is_some()).ok_or(address.clone())?;
        let zeros = |count: usize| {
            let mut numbers = Vec::new();
            numbers.try_reserve_exact(count).map_err(|_| address.clone())?;
            numbers.resize(count, T::default());
            Ok(numbers)
        };
        let (seed, index) = (parameters.seed, replica.index);
        // Eight interleaved generators fill one sample; they are streams of this replica alone.
        let first = stream_seed(seed, index, Domain::Direct);
        Ok(Self {
            arch: Arch::new(),
            parameters: parameters.clone(),
            p,
            start: FactoredStart::of(replica.overlaps, &parameters.teacher),
            given: replica.overlaps.clone(),
            rows: zeros(stride * (p + p_star))?,
            stride,
            x: zeros(stride)?,
            pending: vec![T::default(); p],
            dots: vec![0.0; p + p_star],
            cursor: 0,
            built: 0,
            words: Words::new(std::array::from_fn(|lane| stream_seed(first, lane as u64, Domain::Direct))),
            auxiliary: auxiliary(seed, index, Domain::DirectRejections),
            step: 0,
            diverged: None,
        })
    }

    /// Takes `steps` steps and returns true, or returns false soon after `stop` turns true, possibly within a step:
    /// the next call goes on from there. A replica that has diverged stands still.
    pub fn advance(&mut self, steps: u64, stop: &dyn Fn() -> bool) -> bool {
        let n = self.parameters.n as usize;
        while self.built < n {
            if stop() {
                return false;
            }
            self.build(PATIENCE / (self.dots.len() * self.dots.len()) + 1);
        }
        let target = self.step + steps;
        let mut done = 0;
        while self.step < target {
            if self.diverged.is_some() {
                self.step = target;
                break;
            }
            if done >= PATIENCE {
                if stop() {
                    return false;
                }
                done = 0;
            }
            let arch = self.arch;
            arch.dispatch(Sweep { engine: self });
            done += BLOCK * self.dots.len();
            if self.cursor >= n {
                self.finish_step();
            }
        }
        true
    }

    /// Steps taken so far: α = step/N.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// The step at which the replica diverged; its state stays the last one before.
    pub fn diverged_at(&self) -> Option<u64> {
        self.diverged
    }

    /// ρ = (M, Q), read from the weights between two steps; p (p + p*) N multiplications.
    pub fn overlaps(&mut self) -> Overlaps {
        if self.built < self.parameters.n as usize {
            return self.given.clone();
        }
        if self.cursor == 0 {
            self.settle();
        }
        let (p, p_star, n) = (self.p, self.parameters.teacher.p_star(), self.parameters.n as f64);
        let row = |i: usize| &self.rows[i * self.stride..(i + 1) * self.stride];
        let overlap = |i: usize, j: usize| T::dot(row(i), row(j)) / n;
        let m = Matrix::from_fn(p, p_star, |i, r| overlap(i, p + r));
        let q = Matrix::from_fn(p, p, |i, j| overlap(i.min(j), i.max(j)));
        Overlaps::symmetrised(m, q)
    }

    /// The risk of the state read from the weights.
    pub fn risk(&mut self) -> f64 {
        risk(&self.overlaps(), &self.parameters.teacher)
    }

    /// W and W* row by row, N numbers each, between two steps.
    pub fn weights(&mut self) -> impl Iterator<Item = &[T]> {
        self.settle();
        let n = self.parameters.n as usize;
        self.rows.chunks_exact(self.stride).map(move |row| &row[..n])
    }

    /// Takes off what the last sweep left pending.
    fn settle(&mut self) {
        for (row, pending) in self.rows.chunks_exact_mut(self.stride).zip(&mut self.pending) {
            T::subtract(row, *pending, &self.x);
            *pending = T::default();
        }
    }

    /// Builds the weights of the next coordinates: W = √N [A | B] E and W* = √N L E with the discrete cosines
    /// E_k(n) = √(2/N) cos(π k (2n + 1)/(2N)), k = 1 .. p* + p, exactly orthonormal for N > p + p*.
    fn build(&mut self, coordinates: usize) {
        let (p, n) = (self.p, self.parameters.n);
        let factor = self.parameters.teacher.factor();
        let p_star = factor.nrows();
        let FactoredStart { a, b } = &self.start;
        let mut cosines = vec![0.0; p_star + p];
        let end = (self.built + coordinates).min(n as usize);
        for at in self.built..end {
            for (cosine, k) in cosines.iter_mut().zip(1_u128..) {
                let turns = (2 * at as u128 + 1) * k % (4 * u128::from(n));
                *cosine = SQRT_2 * (PI * turns as f64 / (2.0 * n as f64)).cos();
            }
            let (along, across) = cosines.split_at(p_star);
            let sum = |row: &mut dyn Iterator<Item = f64>, e: &[f64]| row.zip(e).map(|(c, e)| c * e).sum::<f64>();
            for (i, row) in self.rows.chunks_exact_mut(self.stride).enumerate() {
                row[at] = T::from_f64(if i < p {
                    sum(&mut a.row(i).iter().copied(), along) + sum(&mut b.row(i).iter().copied(), across)
                } else {
                    sum(&mut factor.row(i - p).iter().copied(), along)
                });
            }
        }
        self.built = end;
    }

    /// One block of coordinates: takes off the pending update, draws x, adds to the dot products.
    #[inline(always)]
    fn sweep_block(&mut self) {
        let n = self.parameters.n as usize;
        let range = self.cursor..(self.cursor + BLOCK).min(self.stride);
        let mut sample = Sample::zeros();
        sample.draw(Ziggurat::tables(), &mut self.words, &mut self.auxiliary);
        let fresh = sample.first(range.len(), n - self.cursor);
        let old = &mut self.x[range.clone()];
        let pending = self.pending.iter().copied().map(Some).chain(std::iter::repeat(None));
        for ((row, dot), pending) in self.rows.chunks_exact_mut(self.stride).zip(&mut self.dots).zip(pending) {
            *dot += sweep_row(&mut row[range.clone()], pending, old, fresh);
        }
        old.copy_from_slice(fresh);
        self.cursor += BLOCK;
    }

    /// Turns the dot products of a whole sweep into the update that the next one takes off.
    fn finish_step(&mut self) {
        let SgdParameters { n, eta, label_noise, ref teacher, .. } = self.parameters;
        let root = (n as f64).sqrt();
        let (students, teachers) = self.dots.split_at(self.p);
        let square = |dots: &[f64]| dots.iter().map(|dot| (dot / root) * (dot / root)).sum::<f64>();
        let mut error = square(students) / self.p as f64 - square(teachers) / teacher.p_star() as f64;
        if label_noise > 0.0 {
            let mut word = [[0; 8]];
            self.words.fill(&mut word);
            error -= label_noise.sqrt() * Ziggurat::tables().normal(word[0][0], &mut self.auxiliary);
        }
        let rate = 2.0 * eta / self.p as f64;
        if (rate * error).abs() <= DIVERGENCE {
            for (pending, dot) in self.pending.iter_mut().zip(students) {
                *pending = T::from_f64(rate * error * (dot / root) / root);
            }
            self.step += 1;
        } else {
            // The state stays the last one: nothing is pending.
            self.pending.fill(T::default());
            self.diverged = Some(self.step);
        }
        self.dots.fill(0.0);
        self.cursor = 0;
    }
}

/// Numbers in a row: whole sub-blocks, and never a multiple of the 4096 bytes at which rows would share cache sets.
fn stride<T: Entry>(n: u64) -> Option<usize> {
    let padded = usize::try_from(n).ok()?.checked_next_multiple_of(16)?;
    let page = 4096 / size_of::<T>();
    // Near multiples collide as well.
    let offset = padded % page;
    let clear = 8 * 16;
    if offset < clear || page - offset < clear { padded.checked_add(2 * clear) } else { Some(padded) }
}

/// One block of a sweep, as the dispatcher wants it.
struct Sweep<'a, T: Entry> {
    engine: &'a mut Direct<T>,
}

impl<T: Entry> WithSimd for Sweep<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.engine.sweep_block();
    }
}
