//! What the physics tests share: scenarios in one line, random matrices from fixed seeds, whole runs.

#![allow(dead_code, reason = "each test file uses its own part")]

use nalgebra::{DMatrix, DVector};
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;
use saddlescope::model::{GivenStart, Horizon, Overlaps, Scenario, ScenarioSpec, Teacher};
use saddlescope::sim::{OdeRun, Snapshot, Status, Summary};

pub(crate) type Matrix = DMatrix<f64>;

/// The default specification with other widths and learning rate.
pub(crate) fn spec(p: usize, p_star: usize, eta: f64) -> ScenarioSpec {
    let mut spec = ScenarioSpec::default();
    (spec.model.p, spec.model.p_star, spec.model.eta) = (p, p_star, eta);
    spec
}

/// The same, integrated as exactly as f64 allows within reason: `absolute` far below the smallest entry of M.
pub(crate) fn tight(p: usize, p_star: usize, eta: f64, epsilon: f64) -> ScenarioSpec {
    let mut spec = spec(p, p_star, eta);
    spec.start.epsilon = epsilon;
    (spec.time.rtol, spec.time.atol) = (1e-11, (1e-12 * epsilon.min(1e-2)).max(1e-30));
    spec
}

/// The specification with exact output times; the run ends at the last.
pub(crate) fn at_times(mut spec: ScenarioSpec, alphas: &[f64]) -> ScenarioSpec {
    spec.time.alphas = alphas.to_vec();
    spec
}

/// The specification with its end at `alpha`.
pub(crate) fn until(mut spec: ScenarioSpec, alpha: f64) -> ScenarioSpec {
    spec.time.alpha_max = Horizon::Until(alpha);
    spec
}

pub(crate) fn scenario(spec: ScenarioSpec) -> Scenario {
    Scenario::new(spec).unwrap()
}

/// A scenario from a state of our own.
pub(crate) fn started(spec: ScenarioSpec, state: Overlaps, teacher: Teacher) -> Scenario {
    Scenario::with_start(spec, GivenStart { state, teacher }).unwrap()
}

/// Every snapshot of a run, unthinned, and its summary.
pub(crate) fn complete(scenario: &Scenario) -> (Vec<Snapshot>, Summary) {
    let (mut run, mut snapshots) = (OdeRun::new(scenario), Vec::new());
    while run.advance(1000, &|| false, &mut |snapshot| snapshots.push(snapshot)) == Status::Running {}
    (snapshots, run.summary())
}

/// The states of a run at exact times, which must be increasing.
pub(crate) fn states_at(scenario: &Scenario) -> Vec<Snapshot> {
    let (snapshots, _) = complete(scenario);
    snapshots.into_iter().filter(|snapshot| snapshot.mark == saddlescope::sim::Mark::Requested).collect()
}

/// The largest difference of two states, each entry relative to max(1, |entry|).
pub(crate) fn error(found: &Overlaps, expected: &Overlaps) -> f64 {
    worst(found.m(), expected.m()).max(worst(found.q(), expected.q()))
}

/// The largest difference of two matrices, each entry relative to max(1, |entry|).
pub(crate) fn worst(found: &Matrix, expected: &Matrix) -> f64 {
    assert_eq!(found.shape(), expected.shape());
    found.iter().zip(expected.iter()).map(|(a, b)| (a - b).abs() / b.abs().max(1.0)).fold(0.0, |worst, e| {
        // A NaN must not hide.
        if e <= worst { worst } else { e }
    })
}

/// The polar factor of a square or tall matrix by Newton's iteration, without an SVD.
pub(crate) fn polar_by_newton(m: &Matrix) -> Matrix {
    if m.nrows() < m.ncols() {
        return polar_by_newton(&m.transpose()).transpose();
    }
    let qr = m.clone().qr();
    let mut x = qr.r();
    for _ in 0..100 {
        let inverse = x.clone().try_inverse().unwrap().transpose();
        // Scaled so that both terms are of one size: quadratic from the first steps on.
        let scale = (inverse.norm() / x.norm()).sqrt();
        let next = (&x * scale + inverse / scale) * 0.5;
        let done = (&next - &x).amax() < 1e-15;
        x = next;
        if done {
            break;
        }
    }
    qr.q() * x
}

/// Random matrices and states from a fixed seed.
pub(crate) struct Random(Xoshiro256PlusPlus);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    pub(crate) fn normal(&mut self) -> f64 {
        StandardNormal.sample(&mut self.0)
    }

    pub(crate) fn fill(&mut self, out: &mut DVector<f64>) {
        out.iter_mut().for_each(|entry| *entry = self.normal());
    }

    /// A whole number from `low` to `high`.
    pub(crate) fn whole(&mut self, low: usize, high: usize) -> usize {
        low + (self.uniform() * (high + 1 - low) as f64) as usize
    }

    /// A number in [0, 1).
    pub(crate) fn uniform(&mut self) -> f64 {
        rand_distr::StandardUniform.sample(&mut self.0)
    }

    pub(crate) fn matrix(&mut self, rows: usize, cols: usize) -> Matrix {
        Matrix::from_fn(rows, cols, |_, _| self.normal())
    }

    /// R with RᵀR = I (p ≥ k), uniform on the Stiefel manifold.
    pub(crate) fn orthonormal(&mut self, p: usize, k: usize) -> Matrix {
        let qr = self.matrix(p, k).qr();
        let mut r = qr.q();
        for (mut column, diagonal) in r.column_iter_mut().zip(qr.r().diagonal().iter()) {
            column *= diagonal.signum();
        }
        r
    }

    /// Weights in units of √N: `rows` × `n`, Gram matrix about the identity.
    pub(crate) fn weights(&mut self, rows: usize, n: usize) -> Matrix {
        self.matrix(rows, n) / (n as f64).sqrt()
    }
}

/// The overlaps of explicit weights in units of √N, and their teacher.
pub(crate) fn overlaps_of(students: &Matrix, teachers: &Matrix) -> (Overlaps, Teacher) {
    let symmetric = |w: &Matrix| {
        let gram = w * w.transpose();
        (&gram + gram.transpose()) * 0.5
    };
    let state = Overlaps::new(students * teachers.transpose(), symmetric(students)).unwrap();
    (state, Teacher::from_gram(symmetric(teachers)).unwrap())
}
