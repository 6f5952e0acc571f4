//! The two number types of explicit weights, f64 and f32, and the inner loops over their rows.
//!
//! Sixteen partial sums at fixed places, added in a fixed order and in f64 across blocks: the same bits with any
//! instruction set. Nothing is fused.
#![expect(
    clippy::inline_always,
    reason = "only code inlined into the dispatched caller gets its vector instructions"
)]

use std::fmt::Debug;
use std::ops::{Add, Mul, Sub};

use rand_xoshiro::Xoshiro256PlusPlus;

use super::streams::Ziggurat;

/// Coordinates swept at a time: a stretch of x, its predecessor and a row stay in the first-level cache.
pub(super) const BLOCK: usize = 1024;

/// Partial sums of a dot product.
const SUMS: usize = 16;

/// A number type for explicit weights.
pub(super) trait Entry:
    Copy
    + Default
    + Debug
    + Send
    + Sync
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Into<f64>
{
    /// The nearest number of this type.
    fn from_f64(value: f64) -> Self;

    /// Normals that eight words make.
    const DRAWN: usize;

    /// Fills `out`, a multiple of sixteen numbers, with standard normals from the front of `words`.
    fn normals(tables: &Ziggurat, words: &[[u64; 8]], auxiliary: &mut Xoshiro256PlusPlus, out: &mut [Self]);
}

impl Entry for f64 {
    const DRAWN: usize = 8;

    #[inline(always)]
    fn from_f64(value: f64) -> Self {
        value
    }

    #[inline(always)]
    fn normals(tables: &Ziggurat, words: &[[u64; 8]], auxiliary: &mut Xoshiro256PlusPlus, out: &mut [Self]) {
        for (out, words) in out.as_chunks_mut().0.iter_mut().zip(words) {
            *out = tables.eight(words, auxiliary);
        }
    }
}

impl Entry for f32 {
    const DRAWN: usize = 16;

    #[inline(always)]
    fn from_f64(value: f64) -> Self {
        value as Self
    }

    #[inline(always)]
    fn normals(tables: &Ziggurat, words: &[[u64; 8]], auxiliary: &mut Xoshiro256PlusPlus, out: &mut [Self]) {
        for (out, words) in out.as_chunks_mut().0.iter_mut().zip(words) {
            *out = tables.sixteen(words, auxiliary);
        }
    }
}

/// row −= c x.
#[inline(always)]
pub(super) fn subtract<T: Entry>(row: &mut [T], c: T, x: &[T]) {
    for (w, &x) in row.iter_mut().zip(x) {
        *w = *w - c * x;
    }
}

/// Of each row: row −= c `old`, then row · `fresh`; whole groups of sixteen.
///
/// Rows taken together share the loads of both samples, and their sums do not wait for one another. Each row's result
/// is to the bit what it is alone.
#[inline(always)]
pub(super) fn subtract_and_dot<T: Entry, const R: usize>(
    rows: [&mut [T]; R],
    c: [T; R],
    old: &[T],
    fresh: &[T],
) -> [f64; R] {
    let mut sums = [[T::default(); SUMS]; R];
    let rows = rows.map(|row| row.as_chunks_mut::<SUMS>().0);
    let samples = old.as_chunks::<SUMS>().0.iter().zip(fresh.as_chunks::<SUMS>().0);
    for (group, (old, fresh)) in samples.enumerate() {
        for r in 0..R {
            let mut next = rows[r][group];
            for k in 0..SUMS {
                next[k] = next[k] - c[r] * old[k];
                sums[r][k] = sums[r][k] + next[k] * fresh[k];
            }
            rows[r][group] = next;
        }
    }
    sums.map(|sums| sums.map(Into::into).iter().sum())
}

/// row · `fresh`; whole groups of sixteen.
#[inline(always)]
pub(super) fn dot<T: Entry>(row: &[T], fresh: &[T]) -> f64 {
    let mut sums = [T::default(); SUMS];
    for (row, fresh) in row.as_chunks::<SUMS>().0.iter().zip(fresh.as_chunks::<SUMS>().0) {
        for k in 0..SUMS {
            sums[k] = sums[k] + row[k] * fresh[k];
        }
    }
    sums.map(Into::into).iter().sum()
}

/// The dot product of two rows in f64, however they are stored.
pub(super) fn exact_dot<T: Entry>(a: &[T], b: &[T]) -> f64 {
    let mut total = 0.0;
    for (a, b) in a.chunks(BLOCK).zip(b.chunks(BLOCK)) {
        let mut sums = [0.0; SUMS];
        for (a, b) in a.chunks(SUMS).zip(b.chunks(SUMS)) {
            for (sum, (&a, &b)) in sums.iter_mut().zip(a.iter().zip(b)) {
                *sum += a.into() * b.into();
            }
        }
        total += sums.iter().sum::<f64>();
    }
    total
}
