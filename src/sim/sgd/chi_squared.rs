//! Exact χ² variates for any whole number of degrees of freedom, K lanes at a time.
//!
//! Marsaglia and Tsang (2000): with d = ν/2 − 1/3, c = 1/(3√d), t = c x, x normal, V = (1 + t)³, the candidate 2 d V is
//! accepted with probability exp(d a(t)), a(t) = 9t²/2 + 1 − V + ln V. As −t⁴ ≤ a(t) for |t| ≤ 1/4, a uniform number
//! below 1 − d t⁴ settles nearly all of them without a logarithm. ν = 1 is a squared normal and ν = 0 is zero. One
//! normal and one word of the main stream each, whatever happens.
#![expect(
    clippy::inline_always,
    reason = "only code inlined into the dispatched caller gets its vector instructions"
)]

use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::lanes::Lanes;
use super::streams::{Ziggurat, logarithm, uniform};

/// A χ² law.
#[derive(Clone, Copy, Debug)]
pub(super) enum ChiSquared {
    /// ν = 0.
    Zero,
    /// ν = 1.
    Square,
    /// ν ≥ 2, with d and c.
    Gamma { d: f64, c: f64 },
}

impl ChiSquared {
    /// The law of ν degrees of freedom.
    pub(super) fn new(freedom: u64) -> Self {
        match freedom {
            0 => Self::Zero,
            1 => Self::Square,
            _ => {
                let d = 0.5 * freedom as f64 - 1.0 / 3.0;
                Self::Gamma { d, c: 1.0 / (3.0 * d.sqrt()) }
            }
        }
    }

    /// One variate per lane from a normal and a word each.
    #[inline(always)]
    pub(super) fn sample<const K: usize>(
        self,
        normal: Lanes<K>,
        words: &[u64; K],
        auxiliary: &mut [Xoshiro256PlusPlus; K],
    ) -> Lanes<K> {
        let (d, c) = match self {
            Self::Zero => return Lanes::ZERO,
            Self::Square => return normal * normal,
            Self::Gamma { d, c } => (d, c),
        };
        let t = c * normal;
        let (square, root) = (t * t, Lanes::splat(1.0) + t);
        let mut out = 2.0 * d * (root * root * root);
        let bound = Lanes::splat(1.0) - d * (square * square);
        for k in 0..K {
            let chance = uniform(words[k]);
            if square.0[k] > 0.0625 || chance >= bound.0[k] {
                out.0[k] = finish((d, c), normal.0[k], chance, &mut auxiliary[k]);
            }
        }
        out
    }
}

/// The exact acceptance test, drawing again until it holds.
#[cold]
#[inline(never)]
fn finish((d, c): (f64, f64), normal: f64, chance: f64, auxiliary: &mut Xoshiro256PlusPlus) -> f64 {
    let (mut normal, mut chance) = (normal, chance);
    loop {
        let root = 1.0 + c * normal;
        if root > 0.0 {
            let cube = root * root * root;
            if logarithm(chance) < 0.5 * normal * normal + d * (1.0 - cube + logarithm(cube)) {
                return 2.0 * d * cube;
            }
        }
        normal = Ziggurat::tables().normal(auxiliary.next_u64(), auxiliary);
        chance = uniform(auxiliary.next_u64());
    }
}

#[cfg(test)]
mod tests {
    use super::super::streams::{Domain, Words, auxiliary};
    use super::*;

    #[test]
    fn the_first_three_moments_are_those_of_the_law_for_every_number_of_degrees_of_freedom() {
        let tables = Ziggurat::tables();
        for freedom in [0_u64, 1, 2, 3, 4, 7, 20, 91, 9_991] {
            let law = ChiSquared::new(freedom);
            let mut words = Words::<8>::new(std::array::from_fn(|k| freedom * 100 + k as u64));
            let mut rest = std::array::from_fn(|k| auxiliary(freedom, k as u64, Domain::ReducedRejections));
            let rounds = 60_000;
            let nu = freedom as f64;
            let (mut mean, mut square, mut cube) = (0.0, 0.0, 0.0);
            for _ in 0..rounds {
                let mut block = [[0; 8]; 2];
                words.fill(&mut block);
                let normals = tables.normals(&block[0], &mut rest);
                for value in law.sample(normals, &block[1], &mut rest).0 {
                    let centred = value - nu;
                    mean += centred;
                    square += centred * centred;
                    cube += centred * centred * centred;
                }
            }
            let count = f64::from(8 * rounds);
            // Central moments of χ²: 2ν, 8ν, 12ν(ν+4), and the sixth that the third's error needs.
            let sixth = 40.0 * nu * (3.0 * nu * nu + 52.0 * nu + 96.0);
            let errors = [
                (mean / count, 2.0 * nu),
                (square / count - 2.0 * nu, 8.0 * nu * nu + 48.0 * nu),
                (cube / count - 8.0 * nu, sixth - 64.0 * nu * nu),
            ];
            for (error, variance) in errors {
                assert!(error.abs() <= 4.5 * (variance / count).sqrt(), "{freedom}: {error} {variance}");
            }
        }
    }
}
