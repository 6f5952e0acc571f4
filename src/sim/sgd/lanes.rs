//! K numbers in lockstep, one a replica: arithmetic lane by lane, nothing across lanes, no fused products.
//!
//! Plain arrays, written so that the compiler keeps a whole lane in vector registers of whatever instruction set the
//! dispatched caller was compiled for.
#![expect(
    clippy::inline_always,
    reason = "only code inlined into the dispatched caller gets its vector instructions"
)]

use std::ops::{Add, AddAssign, Mul, Sub, SubAssign};

/// One number per replica.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(align(32))]
pub(super) struct Lanes<const K: usize>(pub(super) [f64; K]);

impl<const K: usize> Lanes<K> {
    /// Zero in every lane.
    pub(super) const ZERO: Self = Self([0.0; K]);

    #[inline(always)]
    pub(super) fn splat(value: f64) -> Self {
        Self([value; K])
    }

    #[inline(always)]
    pub(super) fn sqrt(self) -> Self {
        self.map(f64::sqrt)
    }

    #[inline(always)]
    pub(super) fn recip(self) -> Self {
        self.map(|x| 1.0 / x)
    }

    #[inline(always)]
    fn map(self, f: impl Fn(f64) -> f64) -> Self {
        let mut out = self.0;
        for value in &mut out {
            *value = f(*value);
        }
        Self(out)
    }

    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(f64, f64) -> f64) -> Self {
        let mut out = self.0;
        for (value, other) in out.iter_mut().zip(other.0) {
            *value = f(*value, other);
        }
        Self(out)
    }
}

impl<const K: usize> Add for Lanes<K> {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.zip(other, |x, y| x + y)
    }
}

impl<const K: usize> Sub for Lanes<K> {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.zip(other, |x, y| x - y)
    }
}

impl<const K: usize> Mul for Lanes<K> {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.zip(other, |x, y| x * y)
    }
}

impl<const K: usize> AddAssign for Lanes<K> {
    #[inline(always)]
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl<const K: usize> SubAssign for Lanes<K> {
    #[inline(always)]
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl<const K: usize> Mul<Lanes<K>> for f64 {
    type Output = Lanes<K>;

    #[inline(always)]
    fn mul(self, other: Lanes<K>) -> Lanes<K> {
        Lanes::splat(self) * other
    }
}
