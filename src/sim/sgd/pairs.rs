//! Standard normals in pairs, √(−2 ln u) (cos θ, sin θ) (Box and Muller 1958), for explicit weights.
//!
//! A pair is a function of its words without branches or tables, so a block of them is made with vector instructions.
//! Additions, multiplications, one division and one square root, each rounded as IEEE 754 says and none fused: the same
//! bits everywhere. The angle is uniform on an eighth of the circle either side of an axis; which of the four axes, two
//! bits of the word say.
#![expect(
    clippy::inline_always,
    reason = "only code inlined into the dispatched caller gets its vector instructions"
)]

use std::f32::consts::FRAC_PI_2 as SHORT_QUARTER;
use std::f64::consts::{FRAC_PI_2, LN_2};
use std::ops::{Add, Mul};

/// √½ as an f64 and an f32, in bits.
const ROOT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
const SHORT_ROOT_HALF: u32 = 0x3f35_04f3;

/// 2⁵², to which a small whole number is added by its bits.
const WHOLE: f64 = (1_u64 << 52) as f64;

/// artanh s/s, sin θ/θ and cos θ as polynomials in the square, from the highest power down: Taylor's, to 2e-17 for
/// |s| < 0.172 and |θ| ≤ π/4.
const ARTANH: [f64; 11] = [
    1.0 / 21.0,
    1.0 / 19.0,
    1.0 / 17.0,
    1.0 / 15.0,
    1.0 / 13.0,
    1.0 / 11.0,
    1.0 / 9.0,
    1.0 / 7.0,
    1.0 / 5.0,
    1.0 / 3.0,
    1.0,
];
const SINE: [f64; 9] = [
    1.0 / 355_687_428_096_000.0,
    -1.0 / 1_307_674_368_000.0,
    1.0 / 6_227_020_800.0,
    -1.0 / 39_916_800.0,
    1.0 / 362_880.0,
    -1.0 / 5_040.0,
    1.0 / 120.0,
    -1.0 / 6.0,
    1.0,
];
const COSINE: [f64; 9] = [
    1.0 / 20_922_789_888_000.0,
    -1.0 / 87_178_291_200.0,
    1.0 / 479_001_600.0,
    -1.0 / 3_628_800.0,
    1.0 / 40_320.0,
    -1.0 / 720.0,
    1.0 / 24.0,
    -0.5,
    1.0,
];

/// As many of the last coefficients as single precision needs.
const SHORT: usize = 5;

/// A pair from two words: 53 bits for the radius, 52 and the two lowest for the angle.
#[inline(always)]
pub(super) fn pair(radius: u64, angle: u64) -> (f64, f64) {
    let radius = (-2.0 * logarithm(unit(radius) + 0.5)).sqrt();
    let theta = unit(angle) * FRAC_PI_2;
    let square = theta * theta;
    let (cosine, sine) = (horner(COSINE, square), theta * horner(SINE, square));
    let signed = f64::from_bits(radius.to_bits() ^ ((angle & 2) << 62));
    let (one, other) = if angle & 1 == 0 { (cosine, sine) } else { (sine, cosine) };
    (signed * one, signed * other)
}

/// A pair to 24 bits from two half words: 31 bits for the radius, 23 and the two lowest for the angle.
#[inline(always)]
pub(super) fn short_pair(radius: u32, angle: u32) -> (f32, f32) {
    let radius = (-2.0 * short_logarithm(((radius >> 1).cast_signed() as f32 + 0.5) * SHORT_STEP)).sqrt();
    let place = f32::from_bits((angle >> 9) | (127 << 23)) - 1.5 + f32::EPSILON / 2.0;
    let theta = place * SHORT_QUARTER;
    let square = theta * theta;
    let (cosine, sine) =
        (horner(short::<SHORT>(COSINE), square), theta * horner(short::<SHORT>(SINE), square));
    let signed = f32::from_bits(radius.to_bits() ^ ((angle & 2) << 30));
    let (one, other) = if angle & 1 == 0 { (cosine, sine) } else { (sine, cosine) };
    (signed * one, signed * other)
}

/// 2⁻³¹.
const SHORT_STEP: f32 = 1.0 / (1_u32 << 31) as f32;

/// An odd multiple of 2⁻⁵³ in (−½, ½), from the upper 52 bits.
#[inline(always)]
fn unit(word: u64) -> f64 {
    f64::from_bits((word >> 12) | (1023 << 52)) - 1.5 + f64::EPSILON / 2.0
}

/// ln x for a normal number x > 0, to a few units in the last place: k ln 2 + 2 artanh s with x = 2ᵏ m,
/// √½ ≤ m < √2 and s = (m − 1)/(m + 1).
#[inline(always)]
fn logarithm(x: f64) -> f64 {
    let above = x.to_bits() + ((1023 << 52) - ROOT_HALF);
    let k = f64::from_bits((above >> 52) | WHOLE.to_bits()) - (WHOLE + 1023.0);
    let m = f64::from_bits((above & ((1 << 52) - 1)) + ROOT_HALF);
    let s = (m - 1.0) / (m + 1.0);
    k * LN_2 + 2.0 * s * horner(ARTANH, s * s)
}

/// The same in single precision.
#[inline(always)]
fn short_logarithm(x: f32) -> f32 {
    let above = x.to_bits() + ((127 << 23) - SHORT_ROOT_HALF);
    let k = ((above >> 23).cast_signed() - 127) as f32;
    let m = f32::from_bits((above & ((1 << 23) - 1)) + SHORT_ROOT_HALF);
    let s = (m - 1.0) / (m + 1.0);
    k * std::f32::consts::LN_2 + 2.0 * s * horner(short::<SHORT>(ARTANH), s * s)
}

/// A polynomial, highest power first.
#[inline(always)]
fn horner<T: Copy + Add<Output = T> + Mul<Output = T>, const D: usize>(coefficients: [T; D], x: T) -> T {
    let mut sum = coefficients[0];
    for &coefficient in &coefficients[1..] {
        sum = sum * x + coefficient;
    }
    sum
}

/// The last D coefficients, in single precision.
#[inline(always)]
fn short<const D: usize>(coefficients: impl AsRef<[f64]>) -> [f32; D] {
    let all = coefficients.as_ref();
    std::array::from_fn(|k| all[all.len() - D + k] as f32)
}

#[cfg(test)]
mod tests {
    use super::super::streams::tests::assert_standard_normal;
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    #[test]
    fn a_pair_is_what_the_standard_librarys_functions_make_of_its_words() {
        let mut words = Xoshiro256PlusPlus::seed_from_u64(3);
        for _ in 0..100_000 {
            let (radius, angle) = (words.next_u64(), words.next_u64());
            let (x, y) = pair(radius, angle);
            let length = (-2.0 * (unit(radius) + 0.5).ln()).sqrt();
            assert!((x.hypot(y) - length).abs() < 2e-15 * (1.0 + length), "{radius:x}");
            // From the nearest axis, turned as the two lowest bits say; odd ones mirror.
            let from_axis = unit(angle) * FRAC_PI_2;
            let turned = if angle & 1 == 0 { from_axis } else { FRAC_PI_2 - from_axis };
            let (sine, cosine) = turned.sin_cos();
            let sign = if angle & 2 == 0 { length } else { -length };
            assert!((x - sign * cosine).abs() < 1e-15 * (1.0 + length), "{angle:x}");
            assert!((y - sign * sine).abs() < 1e-15 * (1.0 + length), "{angle:x}");
            let (short_x, short_y) = short_pair(radius as u32, (radius >> 32) as u32);
            let length =
                (-2.0 * ((f64::from(radius as u32 >> 1) + 0.5) / f64::from(1_u32 << 31)).ln()).sqrt();
            let short_length = f64::from(short_x).hypot(f64::from(short_y));
            // Near radius 0 a uniform number just below 1 is rounded to 24 bits.
            assert!((short_length - length).abs() < 1e-6 + 1e-7 / length, "{short_length} {length}");
        }
    }

    #[test]
    fn pairs_are_normal_and_independent() {
        let mut words = Xoshiro256PlusPlus::seed_from_u64(4);
        let (mut long, mut short) = (Vec::new(), Vec::new());
        for _ in 0..2_000_000 {
            let word = words.next_u64();
            long.push(pair(words.next_u64(), word));
            let (x, y) = short_pair(word as u32, (word >> 32) as u32);
            short.push((f64::from(x), f64::from(y)));
        }
        for pairs in [long, short] {
            assert_standard_normal(pairs.iter().flat_map(|&(x, y)| [x, y]));
            // Their product, and that of their squares, as of independent numbers.
            let count = pairs.len() as f64;
            let product = pairs.iter().map(|(x, y)| x * y).sum::<f64>() / count;
            let squares = pairs.iter().map(|(x, y)| x * x * y * y).sum::<f64>() / count;
            assert!(product.abs() < 4.5 / count.sqrt(), "{product}");
            assert!((squares - 1.0).abs() < 4.5 * (8.0 / count).sqrt(), "{squares}");
        }
    }

    #[test]
    fn the_extreme_words_make_numbers() {
        for word in [0, u64::MAX, u64::from(u32::MAX), !u64::from(u32::MAX)] {
            for (x, y) in [pair(word, word), pair(word, !word)] {
                assert!(x.is_finite() && y.is_finite() && x.hypot(y) < 8.7, "{word:x}: {x}, {y}");
            }
            let (x, y) = short_pair(word as u32, (word >> 32) as u32);
            assert!(x.is_finite() && y.is_finite() && x.hypot(y) < 6.7, "{word:x}: {x}, {y}");
        }
    }
}
