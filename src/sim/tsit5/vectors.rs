//! Sums over vectors and their error norm, with the vector instructions at hand.

use pulp::{Arch, Simd, WithSimd};

use super::Tolerances;

/// out = base + h Σ weights · stages, with the vector instructions at hand.
pub(super) fn combine<const N: usize>(
    arch: Arch,
    out: &mut [f64],
    base: Option<&Vec<f64>>,
    h: f64,
    stages: [&Vec<f64>; N],
    weights: &[f64; N],
) {
    arch.dispatch(Combination { out, base, h, stages, weights });
}

struct Combination<'a, const N: usize> {
    out: &'a mut [f64],
    base: Option<&'a Vec<f64>>,
    h: f64,
    stages: [&'a Vec<f64>; N],
    weights: &'a [f64; N],
}

impl<const N: usize> WithSimd for Combination<'_, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self { out, base, h, stages, weights } = self;
        let n = out.len();
        // Equal lengths let the loops below run without bounds checks. No `map`: it is not always inlined.
        let (mut slices, mut scaled) = ([[].as_slice(); N], [0.0; N]);
        for s in 0..N {
            slices[s] = &stages[s][..n];
            scaled[s] = h * weights[s];
        }
        if let Some(base) = base {
            for (i, (out, base)) in out.iter_mut().zip(base).enumerate() {
                *out = base + weighted_sum(&slices, &scaled, i);
            }
        } else {
            for (i, out) in out.iter_mut().enumerate() {
                *out = weighted_sum(&slices, &scaled, i);
            }
        }
    }
}

/// Σ weights · stages at one index.
#[inline(always)]
fn weighted_sum<const N: usize>(stages: &[&[f64]; N], weights: &[f64; N], i: usize) -> f64 {
    let mut sum = weights[0] * stages[0][i];
    for s in 1..N {
        sum += weights[s] * stages[s][i];
    }
    sum
}

/// The root mean square of error/(absolute + relative · max(|y₀|, |y₁|)) over `entries` numbers, for (error, y₀, y₁)
/// of padded length; not finite if any number in them is not.
pub(super) fn rms(
    arch: Arch,
    tolerances: Tolerances,
    entries: f64,
    vectors: (&[f64], &[f64], &[f64]),
) -> f64 {
    (arch.dispatch(ErrorNorm { tolerances, vectors }) / entries).sqrt()
}

struct ErrorNorm<'a> {
    tolerances: Tolerances,
    vectors: (&'a [f64], &'a [f64], &'a [f64]),
}

impl WithSimd for ErrorNorm<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let (errors, starts, ends) = self.vectors;
        let [errors, starts, ends] = [errors, starts, ends].map(|vector| S::as_simd_f64s(vector).0);
        let relative = simd.splat_f64s(self.tolerances.relative);
        let absolute = simd.splat_f64s(self.tolerances.absolute);
        let mut sum = simd.splat_f64s(0.0);
        for ((&error, &start), &end) in errors.iter().zip(starts).zip(ends) {
            let size = simd.max_f64s(simd.abs_f64s(start), simd.abs_f64s(end));
            let ratio = simd.div_f64s(error, simd.add_f64s(absolute, simd.mul_f64s(relative, size)));
            // An infinite end has an infinite tolerance; zero times infinity is NaN.
            let finite = simd.mul_f64s(end, simd.splat_f64s(0.0));
            sum = simd.add_f64s(sum, simd.add_f64s(simd.mul_f64s(ratio, ratio), finite));
        }
        simd.reduce_sum_f64s(sum)
    }
}
