//! One step of the overlaps' Markov chain, K replicas in lockstep (physics.md §8, notation there).
//!
//! In units w/√N a student row is [A | B], B lower triangular. With g, h normal and χ² of N − p* − p degrees of
//! freedom, A' = A − c gᵀ and B' B'ᵀ = B (I − h hᵀ/s₀) Bᵀ + v vᵀ, s₀ = |h|² + χ², v = B h/√s₀ − √s₀ c: the first factor
//! is known in closed form and the second is one sweep of rotations, so nothing can lose positivity, B = 0 included.
//! Lanes share no arithmetic, products are not fused and sums are in source order: a replica's bits are its own.
#![expect(
    clippy::inline_always,
    reason = "only code inlined into the dispatched caller gets its vector instructions"
)]

use std::io;

use rand_xoshiro::Xoshiro256PlusPlus;

use super::chi_squared::ChiSquared;
use super::factor::FactoredStart;
use super::lanes::Lanes;
use super::streams::{Domain, Words, Ziggurat, auxiliary, stream_seed, tape_generator};
use super::{DIVERGENCE, SgdParameters};
use crate::model::Learning;
use crate::sim::tape::Tape;

/// Keeps a rotation defined where B and its update are both zero; far below anything B can hold.
const FLOOR: f64 = 1e-150;

/// K replicas, their random streams and the scratch of a step.
#[derive(Clone, Debug)]
pub(super) struct Chain<const K: usize> {
    pub(super) constants: Constants,
    /// Rows of A, p × p*.
    a: Vec<Lanes<K>>,
    /// Rows of B, packed: row i has i + 1 entries.
    b: Vec<Lanes<K>>,
    words: Words<K>,
    auxiliary: [Xoshiro256PlusPlus; K],
    scratch: Scratch<K>,
    halted: [Option<Halted>; K],
    pub(super) step: u64,
}

/// What a step depends on.
#[derive(Clone, Debug)]
pub(super) struct Constants {
    pub(super) p: usize,
    pub(super) p_star: usize,
    learning: Learning,
    /// N.
    n: f64,
    /// √Δ.
    noise: f64,
    /// L, row-major; empty for T = I.
    teacher: Vec<f64>,
    chi_squared: ChiSquared,
}

/// Random numbers and vectors of one step.
#[derive(Clone, Debug)]
struct Scratch<const K: usize> {
    /// Words for g, h, the normal of χ², the label noise if any, and the uniform of χ².
    block: Vec<[u64; K]>,
    /// Normals from all of these but the last.
    normals: Vec<Lanes<K>>,
    /// B h.
    u: Vec<Lanes<K>>,
    /// λ.
    lambda: Vec<Lanes<K>>,
    columns: Vec<Column<K>>,
}

/// Column j of the update of B: what h makes of it, and the rotation that takes in v.
#[derive(Clone, Copy, Debug)]
struct Column<const K: usize> {
    h: Lanes<K>,
    keep: Lanes<K>,
    mix: Lanes<K>,
    cos: Lanes<K>,
    sin: Lanes<K>,
}

/// Where a replica diverged, and its last state.
#[derive(Clone, Debug)]
struct Halted {
    step: u64,
    a: Vec<f64>,
    b: Vec<f64>,
}

impl Constants {
    pub(super) fn new(p: usize, parameters: &SgdParameters) -> Self {
        let teacher = &parameters.teacher;
        let p_star = teacher.p_star();
        let n = parameters.n;
        let rows = teacher.factor().transpose();
        Self {
            p,
            p_star,
            learning: parameters.learning,
            n: n as f64,
            noise: parameters.learning.label_noise.sqrt(),
            teacher: if teacher.is_orthonormal() { Vec::new() } else { rows.as_slice().to_vec() },
            chi_squared: ChiSquared::new(n.saturating_sub((p + p_star) as u64)),
        }
    }
}

impl Constants {
    /// 2η/p at a step, with the learning rate of its α.
    #[inline(always)]
    fn rate(&self, step: u64) -> f64 {
        2.0 * self.learning.rate(step as f64 / self.n) / self.p as f64
    }
}

impl<const K: usize> Scratch<K> {
    fn new(constants: &Constants) -> Self {
        let Constants { p, p_star, noise, .. } = *constants;
        let normals = p_star + p + 1 + usize::from(noise > 0.0);
        let zero = Lanes::ZERO;
        Self {
            block: vec![[0; K]; normals + 1],
            normals: vec![zero; normals],
            u: vec![zero; p],
            lambda: vec![zero; p],
            columns: vec![Column { h: zero, keep: zero, mix: zero, cos: zero, sin: zero }; p],
        }
    }
}

impl<const K: usize> Chain<K> {
    /// Replicas at their starts, at most K; further lanes hold zeros and streams that nobody asked for.
    pub(super) fn new(p: usize, parameters: &SgdParameters, replicas: &[(u64, &FactoredStart)]) -> Self {
        let constants = Constants::new(p, parameters);
        let mut a = vec![Lanes::ZERO; p * constants.p_star];
        let mut b = vec![Lanes::ZERO; p * (p + 1) / 2];
        for (lane, (_, start)) in replicas.iter().enumerate() {
            let rows = (0..p).flat_map(|i| (0..constants.p_star).map(move |r| (i, r)));
            a.iter_mut().zip(rows).for_each(|(entry, at)| entry.0[lane] = start.a[at]);
            let rows = (0..p).flat_map(|i| (0..=i).map(move |j| (i, j)));
            b.iter_mut().zip(rows).for_each(|(entry, at)| entry.0[lane] = start.b[at]);
        }
        let (seed, index) =
            (parameters.seed, |k: usize| replicas.get(k).map_or(u64::MAX, |replica| replica.0));
        Self {
            scratch: Scratch::new(&constants),
            constants,
            a,
            b,
            words: Words::new(std::array::from_fn(|k| stream_seed(seed, index(k), Domain::Reduced))),
            auxiliary: std::array::from_fn(|k| auxiliary(seed, index(k), Domain::ReducedRejections)),
            halted: std::array::from_fn(|_| None),
            step: 0,
        }
    }

    /// The step at which the replica in a lane diverged.
    pub(super) fn halted_at(&self, lane: usize) -> Option<u64> {
        self.halted.get(lane)?.as_ref().map(|halted| halted.step)
    }

    /// A, row-major, and the packed rows of B of the replica in a lane; its last ones if it diverged.
    pub(super) fn factors(&self, lane: usize) -> (Vec<f64>, Vec<f64>) {
        let read = |values: &[Lanes<K>]| values.iter().map(|value| value.0[lane]).collect();
        match &self.halted[lane] {
            Some(halted) => (halted.a.clone(), halted.b.clone()),
            None => (read(&self.a), read(&self.b)),
        }
    }

    /// What a later step depends on, to a tape or from it.
    pub(super) fn tape(&mut self, tape: &mut Tape<'_>) -> io::Result<()> {
        for values in [&mut self.a, &mut self.b] {
            values.iter_mut().try_for_each(|value| tape.f64s(&mut value.0))?;
        }
        self.words.tape(tape)?;
        self.auxiliary.iter_mut().try_for_each(|generator| tape_generator(tape, generator))?;
        let (a, b) = (self.a.len(), self.b.len());
        let empty = || Halted { step: 0, a: vec![0.0; a], b: vec![0.0; b] };
        for halted in &mut self.halted {
            tape.option(halted, empty, |tape, halted| {
                tape.u64(&mut halted.step)?;
                tape.f64s(&mut halted.a)?;
                tape.f64s(&mut halted.b)
            })?;
        }
        tape.u64(&mut self.step)
    }

    /// Takes steps. Inlined into whoever picks the instruction set.
    #[inline(always)]
    pub(super) fn advance(&mut self, steps: u64) {
        let tables = Ziggurat::tables();
        for _ in 0..steps {
            self.take_step(tables);
            self.step += 1;
        }
    }

    #[inline(always)]
    fn take_step(&mut self, tables: &Ziggurat) {
        let Constants { p, p_star, n, chi_squared, .. } = self.constants;
        let rate = self.constants.rate(self.step);
        let Scratch { block, normals, .. } = &mut self.scratch;
        self.words.fill(block);
        for (normals, words) in normals.iter_mut().zip(block.iter()) {
            *normals = tables.normals(words, &mut self.auxiliary);
        }
        let normal = normals[p_star + p];
        let rest = chi_squared.sample(normal, &block[block.len() - 1], &mut self.auxiliary);
        let mut error = self.project();
        let allowed = DIVERGENCE / rate;
        // False for NaN too.
        if !error.0.iter().fold(true, |all, e| all & (e.abs() <= allowed)) {
            self.halt(&mut error, allowed);
        }
        let root = self.contract(rest);
        self.absorb(rate / n * error, root);
    }

    /// Computes u = B h and λ = A g + u; returns e = |λ|²/p − |L g|²/p* − √Δ ζ.
    #[inline(always)]
    fn project(&mut self) -> Lanes<K> {
        let Constants { p, p_star, noise, .. } = self.constants;
        let Scratch { normals, u, lambda, .. } = &mut self.scratch;
        let (g, rest) = normals.split_at(p_star);
        let (h, rest) = rest.split_at(p);
        let mut students = Lanes::ZERO;
        let mut b = self.b.as_slice();
        let rows = self.a.chunks_exact(p_star).zip(u).zip(lambda).enumerate();
        for (i, ((a, u), lambda)) in rows {
            let (row, below) = b.split_at(i + 1);
            b = below;
            *u = dot(row, h);
            *lambda = dot(a, g) + *u;
            students += *lambda * *lambda;
        }
        let teachers = self.constants.teacher_square(g);
        let error = (1.0 / p as f64) * students - (1.0 / p_star as f64) * teachers;
        rest.get(1).map_or(error, |&zeta| error - noise * zeta)
    }

    /// Fills in what h makes of the columns of B: the lower factor of I − h hᵀ/s₀; returns √s₀.
    #[inline(always)]
    fn contract(&mut self, chi_squared: Lanes<K>) -> Lanes<K> {
        let Constants { p, p_star, .. } = self.constants;
        let Scratch { normals, columns, .. } = &mut self.scratch;
        let mut below = chi_squared;
        for (&h, column) in normals[p_star..p_star + p].iter().zip(columns).rev() {
            let sum = below + h * h;
            let scale = (sum * below + Lanes::splat(FLOOR * FLOOR)).sqrt().recip();
            column.h = h;
            column.keep = below * scale;
            column.mix = h * scale;
            below = sum;
        }
        below.sqrt()
    }

    /// Takes the step: A −= c gᵀ, and row by row B → B', with c = (2η/(pN)) e λ; `rate` is (2η/(pN)) e.
    #[inline(always)]
    fn absorb(&mut self, rate: Lanes<K>, root: Lanes<K>) {
        let p_star = self.constants.p_star;
        let Scratch { normals, u, lambda, columns, .. } = &mut self.scratch;
        let g = &normals[..p_star];
        let inverse = root.recip();
        let mut b = self.b.as_mut_slice();
        let rows = self.a.chunks_exact_mut(p_star).zip(u).zip(lambda).enumerate();
        for (i, ((a, &mut u), &mut lambda)) in rows {
            let c = rate * lambda;
            for (a, &g) in a.iter_mut().zip(g) {
                *a -= c * g;
            }
            let (row, below) = std::mem::take(&mut b).split_at_mut(i + 1);
            b = below;
            rotate_row(row, columns, u, u * inverse - root * c);
        }
    }

    /// Sets aside the state of every lane whose error is beyond `allowed`, and puts zeros in its place.
    #[cold]
    #[inline(never)]
    fn halt(&mut self, error: &mut Lanes<K>, allowed: f64) {
        for (lane, error) in error.0.iter_mut().enumerate() {
            if error.abs() <= allowed {
                continue;
            }
            if self.halted[lane].is_none() {
                let (a, b) = self.factors(lane);
                self.halted[lane] = Some(Halted { step: self.step, a, b });
            }
            let Scratch { u, lambda, .. } = &mut self.scratch;
            for values in [&mut self.a, &mut self.b, u, lambda] {
                for value in values.iter_mut() {
                    value.0[lane] = 0.0;
                }
            }
            *error = 0.0;
        }
    }
}

impl Constants {
    /// |L g|², lane by lane.
    #[inline(always)]
    fn teacher_square<const K: usize>(&self, g: &[Lanes<K>]) -> Lanes<K> {
        if self.teacher.is_empty() {
            return dot(g, g);
        }
        let mut square = Lanes::ZERO;
        for (r, row) in self.teacher.chunks_exact(self.p_star).enumerate() {
            let mut along = Lanes::ZERO;
            for (&entry, &g) in row[..=r].iter().zip(g) {
                along += entry * g;
            }
            square += along * along;
        }
        square
    }
}

/// Row i of B times the factor of I − h hᵀ/s₀, then the rotations that take in v; `x` is that row times h, `y` is v_i.
#[inline(always)]
fn rotate_row<const K: usize>(
    row: &mut [Lanes<K>],
    columns: &mut [Column<K>],
    mut x: Lanes<K>,
    mut y: Lanes<K>,
) {
    let Some((diagonal, row)) = row.split_last_mut() else { return };
    let (earlier, own) = columns.split_at_mut(row.len());
    for (entry, &Column { h, keep, mix, cos, sin }) in row.iter_mut().zip(earlier.iter()) {
        x -= h * *entry;
        let t = keep * *entry - mix * x;
        *entry = cos * t + sin * y;
        y = cos * y - sin * t;
    }
    let Some(own) = own.first_mut() else { return };
    let d = own.keep * *diagonal;
    let r = (d * d + y * y + Lanes::splat(FLOOR * FLOOR)).sqrt();
    let inverse = r.recip();
    own.cos = (d + Lanes::splat(FLOOR)) * inverse;
    own.sin = y * inverse;
    *diagonal = r;
}

/// Σ_j a_j b_j over the shorter of the two, lane by lane, in order.
#[inline(always)]
fn dot<const K: usize>(a: &[Lanes<K>], b: &[Lanes<K>]) -> Lanes<K> {
    let mut sum = Lanes::ZERO;
    for (&a, &b) in a.iter().zip(b) {
        sum += a * b;
    }
    sum
}
