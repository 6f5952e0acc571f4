//! Random numbers for finite-N SGD: xoshiro256++ streams in lanes and a ziggurat for standard normals.
//!
//! A stream is a function of (seed, replica, domain) alone. Every normal of the ziggurat takes exactly one word of its
//! replica's main stream; the one in eighty that the rectangles do not settle is finished on that replica's own
//! auxiliary stream, so lanes never interact. The logarithm and the exponential are written out here: no platform's
//! mathematics library has a say, and the same seed gives the same bits everywhere.
#![expect(
    clippy::inline_always,
    reason = "only code inlined into the dispatched caller gets its vector instructions"
)]

use std::io;
use std::sync::LazyLock;

use rand::{Rng, SeedableRng};
use rand_xoshiro::{SplitMix64, Xoshiro256PlusPlus};

use super::lanes::Lanes;
use crate::sim::tape::{Tape, damaged};

/// What a stream of a replica is for; two domains never share numbers.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
pub(super) enum Domain {
    /// Samples of the reduced engine.
    Reduced = 1,
    /// What its rejection steps use beyond one word a number.
    ReducedRejections = 2,
    /// Samples of the direct engine.
    Direct = 3,
    /// What its rejection steps use beyond one word a number.
    DirectRejections = 4,
    /// Seeds of random starts.
    Start = 5,
}

/// The seed of one stream: three rounds of `SplitMix64`, absorbing the seed, the replica and the domain in turn.
pub(super) fn stream_seed(seed: u64, replica: u64, domain: Domain) -> u64 {
    [replica, domain as u64].iter().fold(scramble(seed), |state, &word| scramble(state ^ word))
}

/// The seed of a replica's own random start: a whole number below 2⁶³, as scenarios hold.
pub(crate) fn start_seed(seed: u64, replica: u64) -> u64 {
    stream_seed(seed, replica, Domain::Start) >> 1
}

fn scramble(word: u64) -> u64 {
    SplitMix64::seed_from_u64(word).next_u64()
}

/// The auxiliary generator of one replica.
pub(super) fn auxiliary(seed: u64, replica: u64, domain: Domain) -> Xoshiro256PlusPlus {
    Xoshiro256PlusPlus::seed_from_u64(stream_seed(seed, replica, domain))
}

/// The state of an auxiliary generator, to a tape or from it.
pub(super) fn tape_generator(tape: &mut Tape<'_>, generator: &mut Xoshiro256PlusPlus) -> io::Result<()> {
    /// The generator's own fields, as it serialises them.
    #[derive(serde::Serialize, serde::Deserialize)]
    struct State {
        s: [u64; 4],
    }
    let written = serde_json::to_value(&*generator)?;
    let mut state: State = serde_json::from_value(written)?;
    tape.words(&mut state.s)?;
    if tape.is_reading() {
        // The one state that a generator never leaves is none that it can come to.
        if state.s == [0; 4] {
            return Err(damaged());
        }
        *generator = serde_json::from_value(serde_json::to_value(&state)?)?;
    }
    Ok(())
}

/// K xoshiro256++ generators in lockstep, one lane each.
#[derive(Clone, Debug)]
pub(super) struct Words<const K: usize> {
    state: [[u64; K]; 4],
}

impl<const K: usize> Words<K> {
    /// One generator per seed.
    pub(super) fn new(seeds: [u64; K]) -> Self {
        let mut state = [[0; K]; 4];
        for (lane, seed) in seeds.into_iter().enumerate() {
            let mut mixer = SplitMix64::seed_from_u64(seed);
            for word in &mut state {
                word[lane] = mixer.next_u64();
            }
        }
        Self { state }
    }

    /// The state of every lane, to a tape or from it.
    pub(super) fn tape(&mut self, tape: &mut Tape<'_>) -> io::Result<()> {
        tape.words(self.state.as_flattened_mut())
    }

    /// The next words of every lane.
    #[inline(always)]
    pub(super) fn fill(&mut self, out: &mut [[u64; K]]) {
        let [s0, s1, s2, s3] = &mut self.state;
        for words in out {
            for k in 0..K {
                words[k] = s0[k].wrapping_add(s3[k]).rotate_left(23).wrapping_add(s0[k]);
                let shifted = s1[k] << 17;
                s2[k] ^= s0[k];
                s3[k] ^= s1[k];
                s1[k] ^= s2[k];
                s0[k] ^= s3[k];
                s2[k] ^= shifted;
                s3[k] = s3[k].rotate_left(45);
            }
        }
    }
}

/// A uniform number in (0, 1) from one word.
#[inline(always)]
pub(super) fn uniform(word: u64) -> f64 {
    ((word >> 11) as f64 + 0.5) * (1.0 / (1_u64 << 53) as f64)
}

/// Where the tail of the ziggurat begins, and the area of each of its 256 layers.
const TAIL: f64 = 3.654_152_885_361_009;
const AREA: f64 = 0.004_928_673_233_974_655;

/// The layers under exp(−x²/2), from the base up: edges x, and what sampling needs of them.
pub(super) struct Ziggurat {
    edge: [f64; 257],
    /// Of every layer, its height relative to the density at its base.
    height: [f64; 256],
    /// Of every layer, twice the lower edge and the upper edge.
    layers: [[f64; 2]; 256],
}

static ZIGGURAT: LazyLock<Ziggurat> = LazyLock::new(Ziggurat::build);

impl Ziggurat {
    /// The tables, built on first use.
    pub(super) fn tables() -> &'static Self {
        &ZIGGURAT
    }

    fn build() -> Self {
        let bell = |x: f64| exponential(-0.5 * x * x);
        let mut edge = [0.0; 257];
        edge[0] = AREA / bell(TAIL);
        edge[1] = TAIL;
        for layer in 2..256 {
            let below: f64 = edge[layer - 1];
            edge[layer] = (-2.0 * logarithm(AREA / below + bell(below))).sqrt();
        }
        let layers = std::array::from_fn(|layer| [2.0 * edge[layer], edge[layer + 1]]);
        let density = edge.map(bell);
        let height = std::array::from_fn(|layer| density[layer + 1] / density[layer] - 1.0);
        Self { edge, height, layers }
    }

    /// A standard normal from one word of the main stream.
    #[inline(always)]
    pub(super) fn normal(&self, word: u64, auxiliary: &mut Xoshiro256PlusPlus) -> f64 {
        let [x, edge] = self.candidate(word);
        if x.abs() < edge { x } else { self.finish(x, layer(word), auxiliary) }
    }

    /// K normals from K words, one lane each.
    #[inline(always)]
    pub(super) fn normals<const K: usize>(
        &self,
        words: &[u64; K],
        auxiliary: &mut [Xoshiro256PlusPlus; K],
    ) -> Lanes<K> {
        let (mut out, mut outside) = self.candidates(words);
        while outside != 0 {
            let k = outside.trailing_zeros() as usize % K;
            out[k] = self.finish(out[k], layer(words[k]), &mut auxiliary[k]);
            outside &= outside - 1;
        }
        Lanes(out)
    }

    /// A candidate from each of at most 32 words, and a bit for each that is not accepted at once.
    #[inline(always)]
    fn candidates<const K: usize>(&self, words: &[u64; K]) -> ([f64; K], u32) {
        let (mut out, mut outside) = ([0.0; K], 0);
        for k in 0..K {
            let [x, edge] = self.candidate(words[k]);
            out[k] = x;
            outside |= u32::from(x.abs() >= edge) << k;
        }
        (out, outside)
    }

    /// A place in a layer's rectangle and the edge below which it is accepted: the low byte picks the layer, the upper
    /// 52 bits the place, an odd multiple of 2⁻⁵³, so that x and −x are equally likely.
    #[inline(always)]
    fn candidate(&self, word: u64) -> [f64; 2] {
        let [twice, edge] = self.layers[layer(word)];
        let place = f64::from_bits((word >> 12) | (1023 << 52)) - 1.5 + f64::EPSILON / 2.0;
        [place * twice, edge]
    }

    /// Whether the point at `x` and at the fraction `height` of the layer is below the density: exp z, relative to the
    /// layer's base, is at least its Taylor polynomial of second degree and, for z < 1, at most that plus z³/2.
    #[inline(always)]
    fn under_the_bell(&self, x: f64, layer: usize, height: f64) -> bool {
        let edge = self.edge[layer];
        let ratio = 1.0 + self.height[layer] * height;
        let z = 0.5 * (edge - x) * (edge + x);
        let bound = 1.0 + z + 0.5 * z * z;
        ratio < bound || (ratio <= bound + 0.5 * z * z * z && ratio * exponential(-z) < 1.0)
    }

    /// Decides a candidate outside its layer's rectangle; draws again until one is accepted.
    #[cold]
    #[inline(never)]
    fn finish(&self, mut x: f64, mut at: usize, auxiliary: &mut Xoshiro256PlusPlus) -> f64 {
        loop {
            if at == 0 {
                return tail(auxiliary).copysign(x);
            }
            if self.under_the_bell(x, at, uniform(auxiliary.next_u64())) {
                return x;
            }
            let word = auxiliary.next_u64();
            let [next, edge] = self.candidate(word);
            if next.abs() < edge {
                return next;
            }
            (x, at) = (next, layer(word));
        }
    }
}

/// The layer that a word picks.
#[inline(always)]
fn layer(word: u64) -> usize {
    (word & 0xff) as usize
}

/// A normal beyond `TAIL` (Marsaglia 1964).
fn tail(auxiliary: &mut Xoshiro256PlusPlus) -> f64 {
    loop {
        let beyond = -logarithm(uniform(auxiliary.next_u64())) / TAIL;
        if -2.0 * logarithm(uniform(auxiliary.next_u64())) >= beyond * beyond {
            return TAIL + beyond;
        }
    }
}

/// ln x for a normal number x > 0, to a few units in the last place, from additions and multiplications only.
pub(super) fn logarithm(x: f64) -> f64 {
    let bits = x.to_bits();
    let mut exponent = (bits >> 52).cast_signed() - 1023;
    let mut mantissa = f64::from_bits((bits & ((1 << 52) - 1)) | (1023 << 52));
    if mantissa > std::f64::consts::SQRT_2 {
        mantissa *= 0.5;
        exponent += 1;
    }
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let square = s * s;
    // 2 artanh s; |s| < 0.172, so twelve terms reach 1e-19.
    let series = (0..12).rev().fold(0.0, |sum, k| sum * square + 1.0 / f64::from(2 * k + 1));
    exponent as f64 * std::f64::consts::LN_2 + 2.0 * s * series
}

/// exp x for −700 < x ≤ 0, to a few units in the last place, from additions and multiplications only.
pub(super) fn exponential(x: f64) -> f64 {
    let halvings = (0.5 - x * std::f64::consts::LOG2_E) as u64;
    let rest = x + halvings as f64 * std::f64::consts::LN_2;
    let series = (1..20).rev().fold(1.0, |sum, k| 1.0 + sum * rest / f64::from(k));
    series * f64::from_bits((1023 - halvings) << 52)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    #[test]
    fn logarithm_and_exponential_are_those_of_the_standard_library() {
        for k in 1..2000 {
            let x = f64::from(k) * 0.005;
            assert!((logarithm(x) - x.ln()).abs() < 4e-16 * (1.0 + x.ln().abs()), "ln {x}");
            assert!((exponential(-x) / (-x).exp() - 1.0).abs() < 1e-14, "exp -{x}");
        }
        assert!((logarithm(1e-300) + 690.775_527_898_213_7).abs() < 1e-12);
    }

    #[test]
    fn the_ziggurat_has_its_published_edges_and_closes_at_the_top() {
        let tables = Ziggurat::tables();
        // Published for the area rounded to twelve digits.
        assert!((tables.edge[0] - 3.910_757_959_537).abs() < 2e-11);
        assert!((tables.edge[2] - 3.449_278_298_561).abs() < 2e-11);
        let top = AREA / tables.edge[255] + exponential(-0.5 * tables.edge[255] * tables.edge[255]);
        assert!((top - 1.0).abs() < 1e-12, "{top}");
    }

    #[test]
    fn a_lane_is_the_published_generator_whatever_its_neighbours() {
        let mut wide = Words::<8>::new(std::array::from_fn(|k| 100 + k as u64));
        let mut block = [[0; 8]; 50];
        wide.fill(&mut block);
        for (lane, seed) in (100..108).enumerate() {
            let mut reference = Xoshiro256PlusPlus::seed_from_u64(seed);
            assert!(block.iter().all(|words| words[lane] == reference.next_u64()));
        }
    }

    #[test]
    fn normals_have_the_moments_and_tails_of_the_normal_law() {
        let tables = Ziggurat::tables();
        let mut words = Words::<8>::new(std::array::from_fn(|lane| 7 + lane as u64));
        let mut auxiliary = std::array::from_fn(|lane| auxiliary(7, lane as u64, Domain::ReducedRejections));
        assert_standard_normal((0..500_000).flat_map(|_| {
            let mut block = [[0; 8]];
            words.fill(&mut block);
            tables.normals(&block[0], &mut auxiliary).0
        }));
    }

    /// Compares moments and tails of many numbers with those of the normal law, each in units of its exact standard
    /// error: 4.5 of them over six numbers happen by chance once in 25 000 times.
    pub(in super::super) fn assert_standard_normal(numbers: impl Iterator<Item = f64>) {
        let (mut count, mut sums, mut beyond) = (0_u32, [0.0; 4], [0_u32; 2]);
        for x in numbers {
            let square = x * x;
            for (sum, power) in sums.iter_mut().zip([x, square, x * square, square * square]) {
                *sum += power;
            }
            beyond[0] += u32::from(x > 2.0);
            beyond[1] += u32::from(x.abs() > TAIL);
            count += 1;
        }
        let count = f64::from(count);
        let exact = [(0.0, 1.0), (1.0, 2.0), (0.0, 15.0), (3.0, 96.0)];
        for (sum, (mean, variance)) in sums.into_iter().zip(exact) {
            assert!(((sum / count - mean) * (count / variance).sqrt()).abs() < 4.5, "{sum} {mean}");
        }
        for (hits, chance) in beyond.into_iter().zip([0.022_750_131_948_179, 2.580_324_876_539e-4]) {
            assert!(((f64::from(hits) - count * chance) / (count * chance).sqrt()).abs() < 4.5, "{hits}");
        }
    }
}
