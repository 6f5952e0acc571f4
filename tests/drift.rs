//! The equations themselves: drift and risk against simulated SGD steps, against the gradient of the risk by finite
//! differences, against their form without cancellation, and against the engine's fast kernel.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and prints what it measured for --nocapture"
)]

#[path = "support/physics.rs"]
mod physics;

use nalgebra::DVector;
use physics::{Matrix, Random, overlaps_of};
use saddlescope::model::{
    Drift, FactoredState, Learning, Overlaps, Teacher, drift, factored_drift, risk, risk_cancelling,
};
use saddlescope::sim::kernel::{Kernel, KernelParameters};

/// Weights in units of √N, learning rate and label noise.
struct Setting {
    students: Matrix,
    teachers: Matrix,
    eta: f64,
    label_noise: f64,
}

impl Setting {
    fn random(random: &mut Random, (p, p_star): (usize, usize), n: usize) -> Self {
        Self {
            students: random.weights(p, n) * 1.2,
            teachers: random.weights(p_star, n),
            eta: 0.3 + random.uniform(),
            label_noise: random.uniform(),
        }
    }

    fn overlaps(&self) -> (Overlaps, Teacher) {
        overlaps_of(&self.students, &self.teachers)
    }

    fn drift(&self, label_noise: f64) -> Drift {
        let (state, teacher) = self.overlaps();
        drift(&state, &teacher, self.eta, label_noise)
    }

    /// E[N ΔM] and E[N ΔQ] of one SGD step at finite N, exactly.
    ///
    /// The η² part is E[e² λ λᵀ |x|²/N]. For a polynomial f of x, homogeneous of degree k, E[f |x|²] = (N + k) E[f]:
    /// the error without label noise is of degree 2, so e² λ λᵀ is of degree 6, and Δ λ λᵀ of degree 2.
    fn exact_step(&self) -> (Matrix, Matrix) {
        let n = self.students.ncols() as f64;
        let (quiet, noisy) = (self.drift(0.0), self.drift(self.label_noise));
        let label = &noisy.q_noise - &quiet.q_noise;
        (noisy.m, noisy.q_flow + quiet.q_noise * (1.0 + 6.0 / n) + label * (1.0 + 2.0 / n))
    }
}

/// Running mean and variance of vectors.
struct Moments {
    count: f64,
    mean: DVector<f64>,
    square: DVector<f64>,
}

impl Moments {
    fn new(len: usize) -> Self {
        Self { count: 0.0, mean: DVector::zeros(len), square: DVector::zeros(len) }
    }

    fn add(&mut self, sample: &DVector<f64>) {
        self.count += 1.0;
        for ((mean, square), x) in self.mean.iter_mut().zip(self.square.iter_mut()).zip(sample.iter()) {
            let before = x - *mean;
            *mean += before / self.count;
            *square += before * (x - *mean);
        }
    }

    fn standard_errors(&self) -> DVector<f64> {
        self.square.map(|square| (square / (self.count - 1.0) / self.count).sqrt())
    }

    /// The largest distance of the means to `expected`, in standard errors.
    fn worst(&self, expected: &[f64]) -> f64 {
        assert_eq!(expected.len(), self.mean.len());
        let errors = self.standard_errors();
        let z = |i: usize| (self.mean[i] - expected[i]).abs() / errors[i];
        (0..expected.len()).map(z).fold(0.0, f64::max)
    }
}

/// What `entries` standard normal numbers all stay below with probability 1 − 1e-4 or more.
fn threshold(entries: usize) -> f64 {
    (2.0 * (2.0 * entries as f64 / 1e-4).ln()).sqrt()
}

/// One step of SGD on explicit weights: N ΔM, then the upper triangle of N ΔQ.
fn step(setting: &Setting, random: &mut Random, x: &mut DVector<f64>) -> DVector<f64> {
    let (p, p_star, n) = (setting.students.nrows(), setting.teachers.nrows(), setting.students.ncols());
    random.fill(x);
    // In units of √N the pre-activations are plain products.
    let (lambda, star) = (&setting.students * &*x, &setting.teachers * &*x);
    let label = star.norm_squared() / p_star as f64 + setting.label_noise.sqrt() * random.normal();
    let error = lambda.norm_squared() / p as f64 - label;
    // w ← w − η (2/p) e λ x/√N, and w/√N with it.
    let change = &lambda * (-setting.eta * 2.0 / p as f64 * error / n as f64);
    let moved = &setting.students + &change * x.transpose();
    let scale = n as f64;
    let dm = (&moved - &setting.students) * setting.teachers.transpose() * scale;
    let dq = (&moved * moved.transpose() - &setting.students * setting.students.transpose()) * scale;
    DVector::from_vec(flat(&dm, &dq))
}

/// All of M, then the upper triangle of Q.
fn flat(m: &Matrix, q: &Matrix) -> Vec<f64> {
    let upper = (0..q.ncols()).flat_map(|j| (0..=j).map(move |i| q[(i, j)]));
    m.iter().copied().chain(upper).collect()
}

#[test]
fn the_drift_is_the_mean_of_an_sgd_step_on_explicit_weights() {
    for (seed, widths, n) in [(1, (3, 2), 40), (2, (2, 3), 40), (3, (1, 1), 12)] {
        let mut random = Random::new(seed);
        let setting = Setting::random(&mut random, widths, n);
        let (m, q) = setting.exact_step();
        let expected = flat(&m, &q);
        let (mut moments, mut x) = (Moments::new(expected.len()), DVector::zeros(n));
        for _ in 0..150_000 {
            moments.add(&step(&setting, &mut random, &mut x));
        }
        let worst = moments.worst(&expected);
        let noise = setting.drift(setting.label_noise).q_noise;
        let blind = moments.worst(&flat(&m, &(&q - noise)));
        println!(
            "{widths:?}, N = {n}: worst z = {worst:.2} of {}, {blind:.1} without the η² part",
            expected.len()
        );
        assert!(worst < threshold(expected.len()), "{widths:?}: {worst}");
        assert!(blind > 2.0 * threshold(expected.len()), "a missing η² part would be seen: {blind}");
    }
}

#[test]
fn the_risk_is_the_mean_squared_error_of_explicit_weights() {
    for (seed, widths) in [(4, (3, 2)), (5, (2, 4)), (6, (1, 1))] {
        let mut random = Random::new(seed);
        let setting = Setting::random(&mut random, widths, 12);
        let (state, teacher) = setting.overlaps();
        let (mut moments, mut x) = (Moments::new(1), DVector::zeros(12));
        for _ in 0..200_000 {
            random.fill(&mut x);
            let student = (&setting.students * &x).norm_squared() / widths.0 as f64;
            let label = (&setting.teachers * &x).norm_squared() / widths.1 as f64;
            moments.add(&DVector::from_element(1, 0.5 * (student - label).powi(2)));
        }
        let z = moments.worst(&[risk(&state, &teacher)]);
        assert!(z < threshold(1), "{widths:?}: {z}");
    }
}

/// ∂ risk/∂ω by the five-point rule, exact for the quartic polynomial that the risk is.
fn gradient(students: &Matrix, teachers: &Matrix) -> Matrix {
    let h = 0.1;
    let at = |i: usize, k: usize, shift: f64| {
        let mut moved = students.clone();
        moved[(i, k)] += shift;
        let (state, teacher) = overlaps_of(&moved, teachers);
        risk_cancelling(&state, &teacher)
    };
    Matrix::from_fn(students.nrows(), students.ncols(), |i, k| {
        (8.0 * (at(i, k, h) - at(i, k, -h)) - (at(i, k, 2.0 * h) - at(i, k, -2.0 * h))) / (12.0 * h)
    })
}

#[test]
fn the_gradient_flow_part_is_eta_times_the_gradient_of_the_risk() {
    let mut random = Random::new(7);
    for _ in 0..30 {
        let widths = (random.whole(1, 5), random.whole(1, 4));
        let setting = Setting::random(&mut random, widths, widths.0 + widths.1 + 2);
        let found = setting.drift(setting.label_noise);
        let slope = gradient(&setting.students, &setting.teachers) * -setting.eta;
        // dω/dα = −η ∂L/∂ω, M = ω ω*ᵀ, Q = ω ωᵀ.
        let dm = &slope * setting.teachers.transpose();
        let dq = &slope * setting.students.transpose();
        let dq = &dq + dq.transpose();
        // Rounding: 1e-16 of a risk of a few units over h = 0.1.
        let small = 1e-12 * (1.0 + dm.amax() + dq.amax());
        assert!((found.m - dm).amax() < small && (found.q_flow - dq).amax() < small, "{widths:?}");
    }
}

#[test]
fn the_drift_without_cancellation_is_the_same_drift() {
    let mut random = Random::new(8);
    for _ in 0..50 {
        let widths = (random.whole(1, 9), random.whole(1, 6));
        let setting = Setting::random(&mut random, widths, widths.0 + widths.1 + 3);
        let (state, teacher) = setting.overlaps();
        let plain = setting.drift(setting.label_noise);
        let split = FactoredState::of(&state, &teacher);
        let factored = factored_drift(&split, &teacher, setting.eta, setting.label_noise);
        // M = A Lᵀ and Q = P + A Aᵀ.
        let mixed = &factored.a * split.a.transpose();
        let pairs = [
            (&factored.a * teacher.factor().transpose(), plain.m),
            (factored.flow + &mixed + mixed.transpose(), plain.q_flow),
            (factored.noise, plain.q_noise),
        ];
        for (found, expected) in pairs {
            let scale = 1.0 + expected.amax();
            assert!((found - expected).amax() < 1e-13 * scale, "{widths:?}");
        }
    }
}

#[test]
fn the_engines_kernel_is_the_same_drift_and_risk_for_any_teacher() {
    let mut random = Random::new(9);
    for trial in 0..50 {
        let widths = (random.whole(1, 12), random.whole(1, 9));
        let setting = Setting::random(&mut random, widths, widths.0 + widths.1 + 3);
        let (state, teacher) = setting.overlaps();
        let gradient_flow = trial % 5 == 0;
        let mut kernel = Kernel::new(&KernelParameters {
            p: widths.0,
            p_star: widths.1,
            teacher: teacher.spectrum(),
            learning: Learning { eta: setting.eta, label_noise: setting.label_noise, gradient_flow },
        });
        let (mut packed, u) = (vec![0.0; kernel.state_len()], teacher.directions());
        let mut slope = packed.clone();
        kernel.pack(&(state.m() * u), state.q(), &mut packed);
        let found_risk = kernel.rhs(0.0, &packed, &mut slope);
        let (mut dm, mut dq) = (Matrix::zeros(widths.0, widths.1), Matrix::zeros(widths.0, widths.0));
        kernel.unpack(&slope, &mut dm, &mut dq);
        let plain = setting.drift(setting.label_noise);
        let expected = if gradient_flow { plain.q_flow } else { plain.q_flow + plain.q_noise };
        let scale = 1.0 + plain.m.amax() + expected.amax();
        assert!((dm * u.transpose() - plain.m).amax() < 1e-13 * scale, "{widths:?}");
        assert!((dq - expected).amax() < 1e-13 * scale, "{widths:?}");
        assert!((found_risk - risk(&state, &teacher)).abs() < 1e-13 * (1.0 + found_risk), "{widths:?}");
    }
}

#[test]
fn both_forms_of_the_risk_agree_and_the_safe_one_is_never_negative() {
    let mut random = Random::new(10);
    for trial in 0..2000 {
        let widths = (random.whole(1, 8), random.whole(1, 5));
        let n = widths.0 + widths.1 + 2;
        let mut setting = Setting::random(&mut random, widths, n);
        if trial % 2 == 0 && widths.0 >= widths.1 {
            // As near to a solution as rounding allows and further: where the traces cancel.
            let ratio = widths.0 as f64 / widths.1 as f64;
            let size = 10_f64.powf(-16.0 * random.uniform());
            setting.students = random.orthonormal(widths.0, widths.1) * &setting.teachers * ratio.sqrt()
                + random.matrix(widths.0, n) * size;
        }
        let (state, teacher) = setting.overlaps();
        let (safe, plain) = (risk(&state, &teacher), risk_cancelling(&state, &teacher));
        let scale = 1.0 + state.q().norm_squared() + teacher.gram().norm_squared();
        assert!(safe >= 0.0, "{widths:?}: {safe:e}");
        assert!((safe - plain).abs() < 1e-14 * scale, "{widths:?}: {safe:e} and {plain:e}");
    }
}

#[test]
fn near_a_solution_the_safe_risk_keeps_its_digits() {
    // W = √(p/p*) R W* with one student moved by δ orthogonally to everything: P = δ² e eᵀ, M as before.
    let (p, p_star) = (4, 2);
    let r = Random::new(12).orthonormal(p, p_star);
    let m = &r * 2.0_f64.sqrt();
    for delta in [1e-2, 1e-4, 1e-6] {
        let mut q = &m * m.transpose();
        q[(0, 0)] += delta * delta;
        let state = Overlaps::new(m.clone(), q).unwrap();
        let square = delta * delta;
        let x = (&m * m.transpose())[(0, 0)];
        let width = p as f64;
        // ½ τ² + 2 tr(X P)/p² + ‖P‖²/p² with D = 0 and τ = δ²/p.
        let expected =
            0.5 * (square / width).powi(2) + (2.0 * x * square + square * square) / (width * width);
        let found = risk(&state, &Teacher::orthonormal(p_star));
        assert!((found - expected).abs() < 1e-15, "δ = {delta}: {found:e} instead of {expected:e}");
    }
}
