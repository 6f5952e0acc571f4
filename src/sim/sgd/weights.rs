//! Explicit weights: W (p × N) and W* (p* × N) with given overlaps, and the sweeps of SGD over them.
//!
//! One sweep a step: block by block it takes off the last update, draws the next sample and adds to all dot products.
//! Rows are padded with zeros to whole groups of sixteen, and away from the strides at which they share cache sets.
#![expect(
    clippy::inline_always,
    reason = "only code inlined into the dispatched caller gets its vector instructions"
)]

use std::f64::consts::{PI, SQRT_2};
use std::io;

use aligned_vec::{AVec, ConstAlign};
use pulp::{Arch, Scalar, Simd, WithSimd};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::SgdError;
use super::entry::{BLOCK, Entry, dot, exact_dot, subtract, subtract_and_dot};
use super::factor::FactoredStart;
use super::streams::{Words, tape_generator};
use crate::model::Matrix;
use crate::sim::tape::{Tape, damaged};

/// Weights, the sample of the last sweep, and where the present one is.
#[derive(Clone, Debug)]
pub(super) struct Weights<T> {
    p: usize,
    n: usize,
    /// p student rows, p* teacher rows and the sample of the last sweep, `stride` numbers each, zero beyond N. Room is
    /// there from the first; the numbers come bit by bit, as filling gigabytes takes seconds.
    rows: AVec<T, ConstAlign<LINE>>,
    stride: usize,
    /// The sample of this sweep, a block of it.
    fresh: AVec<T, ConstAlign<LINE>>,
    /// What is to be taken off row i along x.
    pending: Vec<T>,
    /// W x and W* x over the coordinates swept so far.
    dots: Vec<f64>,
    /// Coordinates swept so far.
    cursor: usize,
    /// Coordinates whose weights exist.
    built: usize,
}

/// Bytes of a line of the cache: no vector lies across two.
const LINE: usize = 64;

/// Generators in lockstep: so many that the compiler steps them in vectors rather than one by one.
pub(super) const LANES: usize = 32;

/// Where samples come from: one main stream of interleaved generators, and what rejections use.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) words: Words<LANES>,
    pub(super) auxiliary: Xoshiro256PlusPlus,
    /// The words of one block.
    pub(super) block: [[u64; LANES]; BLOCK / LANES],
}

impl Source {
    /// The state of the generators, to a tape or from it; the words of a block are drawn when they are used.
    pub(super) fn tape(&mut self, tape: &mut Tape<'_>) -> io::Result<()> {
        self.words.tape(tape)?;
        tape_generator(tape, &mut self.auxiliary)
    }
}

impl<T: Entry> Weights<T> {
    /// Bytes of the weights and a sample; `None` if they cannot be addressed.
    pub(super) fn bytes(n: u64, widths: usize) -> Option<u64> {
        let numbers = stride::<T>(n)?.checked_mul(widths + 1)?;
        let bytes = numbers.checked_mul(size_of::<T>())?;
        isize::try_from(bytes).ok()?;
        Some(bytes as u64)
    }

    /// Room for p + p* rows, not built yet.
    pub(super) fn new(n: u64, p: usize, p_star: usize) -> Result<Self, SgdError> {
        let address = SgdError::Address { n };
        let stride =
            stride::<T>(n).filter(|_| Self::bytes(n, p + p_star).is_some()).ok_or(address.clone())?;
        let mut rows = AVec::new(LINE);
        rows.try_reserve_exact(stride * (p + p_star + 1)).map_err(|_| address)?;
        let mut fresh = AVec::new(LINE);
        fresh.resize(BLOCK, T::default());
        Ok(Self {
            p,
            n: n as usize,
            rows,
            stride,
            fresh,
            pending: vec![T::default(); p],
            dots: vec![0.0; p + p_star],
            cursor: 0,
            built: 0,
        })
    }

    /// Whether every weight exists.
    pub(super) fn is_built(&self) -> bool {
        self.built == self.n
    }

    /// How many numbers all rows have.
    fn numbers(&self) -> usize {
        self.stride * (self.dots.len() + 1)
    }

    /// Fills in the next numbers with zeros; true if all are there.
    pub(super) fn fill(&mut self, numbers: usize) -> bool {
        let all = self.numbers();
        self.rows.resize(self.rows.len().saturating_add(numbers).min(all), T::default());
        self.rows.len() == all
    }

    /// What a later step depends on, to a tape or from it: all rows, and where in a sweep they are. Weights that are
    /// not built are built anew.
    pub(super) fn tape(&mut self, tape: &mut Tape<'_>) -> io::Result<()> {
        let mut is_built = self.is_built();
        tape.flag(&mut is_built)?;
        if !is_built {
            self.built = 0;
            return Ok(());
        }
        self.fill(self.numbers());
        self.built = self.n;
        T::tape(tape, &mut self.rows)?;
        T::tape(tape, &mut self.pending)?;
        tape.f64s(&mut self.dots)?;
        tape.usize(&mut self.cursor)?;
        let is_whole = self.cursor.is_multiple_of(BLOCK) && self.cursor < self.n;
        if is_whole { Ok(()) } else { Err(damaged()) }
    }

    /// Whether no sweep is under way.
    pub(super) fn is_between_sweeps(&self) -> bool {
        self.cursor == 0
    }

    /// Builds the weights of the next coordinates: W = √N [A | B] E and W* = √N L E with the discrete cosines
    /// E_k(n) = √(2/N) cos(π k (2n + 1)/(2N)), k = 1 .. p* + p, exactly orthonormal for N > p + p*.
    pub(super) fn build(&mut self, start: &FactoredStart, teacher: &Matrix, coordinates: usize) {
        let (p, p_star, n) = (self.p, teacher.nrows(), self.n as u128);
        let mut cosines = vec![0.0; p_star + p];
        let end = (self.built + coordinates).min(self.n);
        for at in self.built..end {
            for (cosine, k) in cosines.iter_mut().zip(1_u128..) {
                let quarters = (2 * at as u128 + 1) * k % (4 * n);
                *cosine = SQRT_2 * (PI * quarters as f64 / (2 * n) as f64).cos();
            }
            let (along, across) = cosines.split_at(p_star);
            for (i, row) in self.rows.chunks_exact_mut(self.stride).take(p + p_star).enumerate() {
                row[at] = T::from_f64(match i.checked_sub(p) {
                    None => sum(&start.a, i, along) + sum(&start.b, i, across),
                    Some(r) => sum(teacher, r, along),
                });
            }
        }
        self.built = end;
    }

    /// Sweeps the next block; true after the last, with W x and W* x in `products`.
    pub(super) fn sweep(&mut self, arch: Arch, source: &mut Source, products: &mut Vec<f64>) -> bool {
        arch.dispatch(Sweep { weights: self, source });
        if self.cursor < self.n {
            return false;
        }
        self.cursor = 0;
        products.clone_from(&self.dots);
        self.dots.fill(0.0);
        true
    }

    /// The update of the sweep just done: row i −= `update[i]` x. Taken off by the next sweep.
    pub(super) fn set_update(&mut self, update: impl Iterator<Item = f64>) {
        self.pending.iter_mut().zip(update).for_each(|(pending, value)| *pending = T::from_f64(value));
    }

    /// Takes the update off now and returns true, or returns false soon after `stop` turns true; between sweeps only.
    pub(super) fn settle(&mut self, stop: &dyn Fn() -> bool) -> bool {
        let (rows, x) = self.rows.split_at_mut(self.dots.len() * self.stride);
        for (row, pending) in rows.chunks_exact_mut(self.stride).zip(&mut self.pending) {
            if (*pending).into() == 0.0 {
                continue;
            }
            subtract(Scalar, row, *pending, x);
            *pending = T::default();
            if self.n > BLOCK * BLOCK && stop() {
                return false;
            }
        }
        true
    }

    /// How many numbers one dot product reads of each row.
    pub(super) fn numbers_of_a_row(&self) -> usize {
        self.stride
    }

    /// w_i · w_j / N, teachers after students.
    pub(super) fn overlap(&self, i: usize, j: usize) -> f64 {
        let row = |i: usize| &self.rows[i * self.stride..(i + 1) * self.stride];
        exact_dot(row(i), row(j)) / self.n as f64
    }

    #[inline(always)]
    fn sweep_block<S: Simd>(&mut self, simd: S, source: &mut Source) {
        let range = self.cursor..(self.cursor + BLOCK).min(self.stride);
        let inside = (self.n - self.cursor).min(BLOCK);
        let words = &mut source.block[..(range.len() / 2 * T::WORDS).div_ceil(LANES)];
        source.words.fill(words);
        let fresh = &mut self.fresh[..range.len()];
        T::normals(words.as_flattened(), fresh);
        // Beyond N there is nothing.
        fresh[inside..].fill(T::default());
        let (students, others) = self.rows.split_at_mut(self.p * self.stride);
        let (teachers, x) = others.split_at_mut((self.dots.len() - self.p) * self.stride);
        let old = &mut x[range.clone()];
        let (student_dots, teacher_dots) = self.dots.split_at_mut(self.p);
        let mut rows = students.chunks_exact_mut(self.stride).map(|row| &mut row[range.clone()]);
        let (threes, rest) = self.pending.as_chunks::<3>();
        let (dots_of_threes, dots_of_rest) = student_dots.split_at_mut(3 * threes.len());
        for (c, sums) in threes.iter().zip(dots_of_threes.as_chunks_mut::<3>().0) {
            if let (Some(one), Some(two), Some(three)) = (rows.next(), rows.next(), rows.next()) {
                let products = subtract_and_dot(simd, [one, two, three], *c, (old, fresh));
                sums.iter_mut().zip(products).for_each(|(sum, product)| *sum += product);
            }
        }
        for ((row, c), sum) in rows.zip(rest).zip(dots_of_rest) {
            let [product] = subtract_and_dot(simd, [row], [*c], (old, fresh));
            *sum += product;
        }
        for (row, sum) in teachers.chunks_exact(self.stride).zip(teacher_dots) {
            *sum += dot(simd, &row[range.clone()], fresh);
        }
        old.copy_from_slice(fresh);
        self.cursor += BLOCK;
    }
}

/// Row i of a matrix times a vector.
fn sum(matrix: &Matrix, i: usize, vector: &[f64]) -> f64 {
    matrix.row(i).iter().zip(vector).map(|(entry, x)| entry * x).sum()
}

/// Numbers in a row: whole groups of sixteen, well away from multiples of 4096 bytes.
fn stride<T>(n: u64) -> Option<usize> {
    const CLEAR: usize = 64;
    let padded = usize::try_from(n).ok()?.checked_next_multiple_of(16)?;
    let (page, offset) = (4096 / size_of::<T>(), padded % (4096 / size_of::<T>()));
    if offset < CLEAR || page - offset < CLEAR { padded.checked_add(2 * CLEAR) } else { Some(padded) }
}

/// One block of a sweep, as the dispatcher wants it.
struct Sweep<'a, T> {
    weights: &'a mut Weights<T>,
    source: &'a mut Source,
}

impl<T: Entry> WithSimd for Sweep<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        self.weights.sweep_block(simd, self.source);
    }
}
