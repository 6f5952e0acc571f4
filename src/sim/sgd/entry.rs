//! The two number types of explicit weights, f64 and f32, and the inner loops over their rows.
//!
//! Partial sums at fixed places, added in a fixed order and in f64 across blocks: the same bits with any instruction
//! set. Nothing is fused.
#![expect(
    clippy::inline_always,
    reason = "only code inlined into the dispatched caller gets its vector instructions"
)]

use std::fmt::Debug;
use std::io;

use pulp::Simd;

use super::pairs::{pair, short_pair};
use crate::sim::tape::Tape;

/// Coordinates swept at a time: a stretch of x, its predecessor and a row stay in the first-level cache.
pub(super) const BLOCK: usize = 1024;

/// Partial sums of a dot product of two rows in f64.
const EXACT_SUMS: usize = 16;

/// A number type for explicit weights, and its vectors in the dispatched instruction set.
pub(super) trait Entry: Copy + Default + Debug + Send + Sync + Into<f64> {
    /// As many numbers as an instruction takes.
    type Vector<S: Simd>: Copy;

    /// Partial sums of a dot product: two of the widest vectors of 32 bytes.
    const SUMS: usize;

    /// Whole vectors of a row.
    fn vectors<S: Simd>(row: &[Self]) -> &[Self::Vector<S>];
    /// The same, to be changed.
    fn vectors_mut<S: Simd>(row: &mut [Self]) -> &mut [Self::Vector<S>];
    /// The number in every lane.
    fn splat<S: Simd>(simd: S, value: Self) -> Self::Vector<S>;
    /// a + x y.
    fn add_product<S: Simd>(
        simd: S,
        a: Self::Vector<S>,
        x: Self::Vector<S>,
        y: Self::Vector<S>,
    ) -> Self::Vector<S>;
    /// a − x y.
    fn subtract_product<S: Simd>(
        simd: S,
        a: Self::Vector<S>,
        x: Self::Vector<S>,
        y: Self::Vector<S>,
    ) -> Self::Vector<S>;
    /// The numbers in vectors.
    fn lanes<S: Simd>(vectors: &[Self::Vector<S>]) -> &[Self];

    /// The nearest number of this type.
    fn from_f64(value: f64) -> Self;

    /// Words that a pair of normals takes.
    const WORDS: usize;

    /// Fills `out`, an even number of them, with standard normals, pairs from its two halves.
    fn normals(words: &[u64], out: &mut [Self]);

    /// Numbers to a tape or from it.
    fn tape(tape: &mut Tape<'_>, numbers: &mut [Self]) -> io::Result<()>;
}

impl Entry for f64 {
    type Vector<S: Simd> = S::f64s;

    const SUMS: usize = 8;

    #[inline(always)]
    fn vectors<S: Simd>(row: &[Self]) -> &[S::f64s] {
        S::as_simd_f64s(row).0
    }

    #[inline(always)]
    fn vectors_mut<S: Simd>(row: &mut [Self]) -> &mut [S::f64s] {
        S::as_mut_simd_f64s(row).0
    }

    #[inline(always)]
    fn splat<S: Simd>(simd: S, value: Self) -> S::f64s {
        simd.splat_f64s(value)
    }

    #[inline(always)]
    fn add_product<S: Simd>(simd: S, a: S::f64s, x: S::f64s, y: S::f64s) -> S::f64s {
        simd.add_f64s(a, simd.mul_f64s(x, y))
    }

    #[inline(always)]
    fn subtract_product<S: Simd>(simd: S, a: S::f64s, x: S::f64s, y: S::f64s) -> S::f64s {
        simd.sub_f64s(a, simd.mul_f64s(x, y))
    }

    #[inline(always)]
    fn lanes<S: Simd>(vectors: &[S::f64s]) -> &[Self] {
        pulp::bytemuck::cast_slice(vectors)
    }

    const WORDS: usize = 2;

    #[inline(always)]
    fn from_f64(value: f64) -> Self {
        value
    }

    #[inline(always)]
    fn normals(words: &[u64], out: &mut [Self]) {
        let (ones, others) = out.split_at_mut(out.len() / 2);
        let (radii, angles) = words.split_at(ones.len());
        let words = radii.iter().zip(angles);
        for ((one, other), (&radius, &angle)) in ones.iter_mut().zip(others).zip(words) {
            (*one, *other) = pair(radius, angle);
        }
    }

    fn tape(tape: &mut Tape<'_>, numbers: &mut [Self]) -> io::Result<()> {
        tape.f64s(numbers)
    }
}

impl Entry for f32 {
    type Vector<S: Simd> = S::f32s;

    const SUMS: usize = 16;

    #[inline(always)]
    fn vectors<S: Simd>(row: &[Self]) -> &[S::f32s] {
        S::as_simd_f32s(row).0
    }

    #[inline(always)]
    fn vectors_mut<S: Simd>(row: &mut [Self]) -> &mut [S::f32s] {
        S::as_mut_simd_f32s(row).0
    }

    #[inline(always)]
    fn splat<S: Simd>(simd: S, value: Self) -> S::f32s {
        simd.splat_f32s(value)
    }

    #[inline(always)]
    fn add_product<S: Simd>(simd: S, a: S::f32s, x: S::f32s, y: S::f32s) -> S::f32s {
        simd.add_f32s(a, simd.mul_f32s(x, y))
    }

    #[inline(always)]
    fn subtract_product<S: Simd>(simd: S, a: S::f32s, x: S::f32s, y: S::f32s) -> S::f32s {
        simd.sub_f32s(a, simd.mul_f32s(x, y))
    }

    #[inline(always)]
    fn lanes<S: Simd>(vectors: &[S::f32s]) -> &[Self] {
        pulp::bytemuck::cast_slice(vectors)
    }

    const WORDS: usize = 1;

    #[inline(always)]
    fn from_f64(value: f64) -> Self {
        value as Self
    }

    #[inline(always)]
    fn normals(words: &[u64], out: &mut [Self]) {
        let (ones, others) = out.split_at_mut(out.len() / 2);
        let out = ones.chunks_mut(64).zip(others.chunks_mut(64));
        for ((ones, others), words) in out.zip(words.chunks(64)) {
            // Apart, so that nothing wider than 32 bits halves the vectors of what follows.
            let (mut radii, mut angles) = ([0; 64], [0; 64]);
            for ((radius, angle), &word) in radii.iter_mut().zip(&mut angles).zip(words) {
                (*radius, *angle) = (word as u32, (word >> 32) as u32);
            }
            let words = radii.iter().zip(&angles);
            for ((one, other), (&radius, &angle)) in ones.iter_mut().zip(others).zip(words) {
                (*one, *other) = short_pair(radius, angle);
            }
        }
    }

    fn tape(tape: &mut Tape<'_>, numbers: &mut [Self]) -> io::Result<()> {
        tape.f32s(numbers)
    }
}

/// Of each of R rows: row −= c `old`, then row · `fresh`; whole groups of sixteen.
///
/// Rows taken together share the loads of both samples, and their sums do not wait for one another. Each row's result
/// is to the bit what it is alone.
#[inline(always)]
pub(super) fn subtract_and_dot<T: Entry, S: Simd, const R: usize>(
    simd: S,
    rows: [&mut [T]; R],
    c: [T; R],
    (old, fresh): (&[T], &[T]),
) -> [f64; R] {
    // A constant of this instruction set: one call is left.
    match T::SUMS * size_of::<T>() / size_of::<T::Vector<S>>() {
        1 => subtract_and_sum::<T, S, R, 1>(simd, rows, c, old, fresh),
        2 => subtract_and_sum::<T, S, R, 2>(simd, rows, c, old, fresh),
        4 => subtract_and_sum::<T, S, R, 4>(simd, rows, c, old, fresh),
        8 => subtract_and_sum::<T, S, R, 8>(simd, rows, c, old, fresh),
        _ => subtract_and_sum::<T, S, R, 16>(simd, rows, c, old, fresh),
    }
}

/// The same with V vectors of partial sums.
#[inline(always)]
fn subtract_and_sum<T: Entry, S: Simd, const R: usize, const V: usize>(
    simd: S,
    rows: [&mut [T]; R],
    c: [T; R],
    old: &[T],
    fresh: &[T],
) -> [f64; R] {
    let c = c.map(|c| T::splat(simd, c));
    let mut sums = [[T::splat(simd, T::default()); V]; R];
    let mut rows = rows.map(|row| T::vectors_mut::<S>(row).as_chunks_mut::<V>().0.iter_mut());
    let samples = T::vectors::<S>(old).as_chunks::<V>().0.iter();
    for (old, fresh) in samples.zip(T::vectors::<S>(fresh).as_chunks::<V>().0) {
        for r in 0..R {
            let Some(row) = rows[r].next() else { break };
            for v in 0..V {
                row[v] = T::subtract_product(simd, row[v], c[r], old[v]);
                sums[r][v] = T::add_product(simd, sums[r][v], row[v], fresh[v]);
            }
        }
    }
    sums.map(|sums| total::<T, S>(&sums))
}

/// row · `fresh`; whole groups of sixteen.
#[inline(always)]
pub(super) fn dot<T: Entry, S: Simd>(simd: S, row: &[T], fresh: &[T]) -> f64 {
    match T::SUMS * size_of::<T>() / size_of::<T::Vector<S>>() {
        1 => sum_products::<T, S, 1>(simd, row, fresh),
        2 => sum_products::<T, S, 2>(simd, row, fresh),
        4 => sum_products::<T, S, 4>(simd, row, fresh),
        8 => sum_products::<T, S, 8>(simd, row, fresh),
        _ => sum_products::<T, S, 16>(simd, row, fresh),
    }
}

#[inline(always)]
fn sum_products<T: Entry, S: Simd, const V: usize>(simd: S, row: &[T], fresh: &[T]) -> f64 {
    let mut sums = [T::splat(simd, T::default()); V];
    let row = T::vectors::<S>(row).as_chunks::<V>().0;
    for (row, fresh) in row.iter().zip(T::vectors::<S>(fresh).as_chunks::<V>().0) {
        for v in 0..V {
            sums[v] = T::add_product(simd, sums[v], row[v], fresh[v]);
        }
    }
    total::<T, S>(&sums)
}

/// The sum of all lanes, in order.
#[inline(always)]
fn total<T: Entry, S: Simd>(sums: &[T::Vector<S>]) -> f64 {
    T::lanes::<S>(sums).iter().map(|&sum| sum.into()).sum()
}

/// row −= c x.
#[inline(always)]
pub(super) fn subtract<T: Entry, S: Simd>(simd: S, row: &mut [T], c: T, x: &[T]) {
    let c = T::splat(simd, c);
    for (w, &x) in T::vectors_mut::<S>(row).iter_mut().zip(T::vectors::<S>(x)) {
        *w = T::subtract_product(simd, *w, c, x);
    }
}

/// The dot product of two rows in f64, however they are stored.
pub(super) fn exact_dot<T: Entry>(a: &[T], b: &[T]) -> f64 {
    let mut total = 0.0;
    for (a, b) in a.chunks(BLOCK).zip(b.chunks(BLOCK)) {
        let mut sums = [0.0; EXACT_SUMS];
        for (a, b) in a.chunks(EXACT_SUMS).zip(b.chunks(EXACT_SUMS)) {
            for (sum, (&a, &b)) in sums.iter_mut().zip(a.iter().zip(b)) {
                *sum += a.into() * b.into();
            }
        }
        total += sums.iter().sum::<f64>();
    }
    total
}
