//! The two number types of explicit weights, f64 and f32, and the inner loops of a sweep.
//!
//! Sixteen partial sums at fixed places, added in a fixed order and in f64 across blocks: the same bits with any
//! instruction set. Nothing is fused.
#![expect(clippy::inline_always, reason = "only code inlined into the dispatched caller gets its vector instructions")]

use std::fmt::Debug;
use std::ops::{Add, Mul, Sub};

use rand_xoshiro::Xoshiro256PlusPlus;

use super::streams::{Words, Ziggurat};

/// Coordinates drawn and swept at a time: x, its predecessor and a row stay in the first-level cache.
pub(super) const BLOCK: usize = 512;

/// Partial sums of a dot product.
const SUMS: usize = 16;

mod sealed {
    /// Only f32 and f64 are entries.
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// A number type for explicit weights: f64, or f32 at half the cost.
pub trait Entry:
    sealed::Sealed
    + Copy
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

    /// As many standard normals from one word as it has room for, written to the front of `out`; returns how many.
    #[doc(hidden)]
    fn normals(tables: &Samples<'_>, word: u64, auxiliary: &mut Xoshiro256PlusPlus, out: &mut [Self]);

    /// Normals that one word makes: 1 or 2.
    #[doc(hidden)]
    const PER_WORD: usize;

    /// The dot product of two rows, in f64.
    #[doc(hidden)]
    fn dot(a: &[Self], b: &[Self]) -> f64 {
        let mut total = 0.0;
        for (a, b) in a.chunks(BLOCK).zip(b.chunks(BLOCK)) {
            let mut sums = [0.0; SUMS];
            for (a, b) in a.as_chunks::<SUMS>().0.iter().zip(b.as_chunks::<SUMS>().0) {
                for (sum, (&a, &b)) in sums.iter_mut().zip(a.iter().zip(b)) {
                    *sum += a.into() * b.into();
                }
            }
            total += sums.iter().sum::<f64>();
        }
        total
    }

    /// row −= c x.
    #[doc(hidden)]
    fn subtract(row: &mut [Self], c: Self, x: &[Self]) {
        for (w, &x) in row.iter_mut().zip(x) {
            *w = *w - c * x;
        }
    }
}
