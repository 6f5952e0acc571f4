//! The Hessian's spectrum from overlaps against finite differences of the loss and against the full matrix in weight
//! space; exact spectra; the gradient against the drift.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and prints what it measured for --nocapture"
)]

#[path = "support/physics.rs"]
mod physics;

use physics::{Matrix, Random, complete, overlaps_of, scenario, spec, tight};
use saddlescope::model::{
    HessianSpectrum, Level, Overlaps, StartKind, Teacher, ZERO_TOLERANCE, drift, eta_max_solution,
    gradient_squared, hessian_spectrum, manifold_dimension, plateau_levels, plateau_levels_at, rho_bar,
    solution_levels, underparameterised_scale,
};

/// D = ωᵀω/p − ω*ᵀω*/p* of explicit weights in units of √N, N × N.
fn excess(students: &Matrix, teachers: &Matrix) -> Matrix {
    students.tr_mul(students) / students.nrows() as f64 - teachers.tr_mul(teachers) / teachers.nrows() as f64
}

fn loss(students: &Matrix, teachers: &Matrix) -> f64 {
    let d = excess(students, teachers);
    0.5 * d.trace().powi(2) + d.norm_squared()
}

fn gradient(students: &Matrix, teachers: &Matrix) -> Matrix {
    let d = excess(students, teachers);
    (students * d.trace() + students * d * 2.0) * (2.0 / students.nrows() as f64)
}

/// The Hessian applied to a move: the derivative of the gradient.
fn hessian_times(students: &Matrix, teachers: &Matrix, delta: &Matrix) -> Matrix {
    let p = students.nrows() as f64;
    let d = excess(students, teachers);
    let change = (delta.tr_mul(students) + students.tr_mul(delta)) / p;
    (students * change.trace() + delta * d.trace() + (delta * d + students * change) * 2.0) * (2.0 / p)
}

/// The full pN × pN matrix.
fn full_hessian(students: &Matrix, teachers: &Matrix) -> Matrix {
    let size = students.len();
    let mut full = Matrix::zeros(size, size);
    for k in 0..size {
        let mut delta = Matrix::zeros(students.nrows(), students.ncols());
        delta[k] = 1.0;
        full.column_mut(k).copy_from_slice(hessian_times(students, teachers, &delta).as_slice());
    }
    full
}

fn sorted(values: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values
}

/// Every eigenvalue as often as it occurs in dimension `n` ≥ p + p*.
fn with_multiplicities(spectrum: &HessianSpectrum, n: usize, p_star: usize) -> Vec<f64> {
    let times = n - spectrum.complement.len() - p_star;
    let outside = spectrum.complement.iter().flat_map(|value| std::iter::repeat_n(*value, times));
    sorted(spectrum.span.iter().copied().chain(outside))
}

/// The largest difference to the full matrix's eigenvalues, relative to the largest of them.
fn miss(students: &Matrix, teachers: &Matrix) -> f64 {
    let (state, teacher) = overlaps_of(students, teachers);
    let (n, p_star) = (students.ncols(), teachers.nrows());
    let spectrum = hessian_spectrum(&state, &teacher, Some(n as u64));
    let found = with_multiplicities(&spectrum, n, p_star);
    let expected = sorted(full_hessian(students, teachers).symmetric_eigenvalues().iter().copied());
    assert_eq!(found.len(), expected.len());
    let total = spectrum.negative() + spectrum.zero() + spectrum.positive();
    assert_eq!(total as usize, students.len(), "every direction is counted");
    let scale = expected.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    found.iter().zip(&expected).map(|(a, b)| (a - b).abs() / scale).fold(0.0, f64::max)
}

#[test]
fn the_full_matrix_is_the_second_derivative_of_the_loss() {
    let mut random = Random::new(1);
    let (students, teachers) = (random.weights(2, 5), random.weights(2, 5));
    let full = full_hessian(&students, &teachers);
    let at = |step: &[(usize, f64)]| {
        let mut moved = students.clone();
        for &(k, by) in step {
            moved[k] += by;
        }
        loss(&moved, &teachers)
    };
    let mixed = |a: usize, b: usize, h: f64| {
        let corner = |x: f64, y: f64| at(&[(a, x * h), (b, y * h)]);
        (corner(1.0, 1.0) - corner(1.0, -1.0) - corner(-1.0, 1.0) + corner(-1.0, -1.0)) / (4.0 * h * h)
    };
    for a in 0..students.len() {
        for b in 0..students.len() {
            // The loss is of fourth degree: with two step widths nothing is left but rounding, 1e-16/h².
            let found = (4.0 * mixed(a, b, 1e-2) - mixed(a, b, 2e-2)) / 3.0;
            assert!((found - full[(a, b)]).abs() < 1e-11, "({a},{b}): {found} and {}", full[(a, b)]);
        }
    }
    let slope = gradient(&students, &teachers);
    for k in 0..students.len() {
        let central = |h: f64| (at(&[(k, h)]) - at(&[(k, -h)])) / (2.0 * h);
        assert!(((4.0 * central(1e-2) - central(2e-2)) / 3.0 - slope[k]).abs() < 1e-12);
    }
}

#[test]
fn overlaps_alone_give_the_spectrum_of_random_weights_and_teachers() {
    let mut random = Random::new(2);
    for (p, p_star, n) in [(1, 1, 2), (1, 3, 6), (2, 2, 4), (3, 2, 9), (4, 3, 8), (2, 5, 9), (5, 1, 7)] {
        let found = miss(&(random.weights(p, n) * 1.3), &random.weights(p_star, n));
        println!("({p},{p_star}), N = {n}: off by {found:.1e}");
        assert!(found < 1e-13, "({p},{p_star}): {found}");
    }
}

/// p* orthonormal rows in n dimensions.
fn orthonormal_teachers(random: &mut Random, p_star: usize, n: usize) -> Matrix {
    random.orthonormal(n, p_star).transpose()
}

#[test]
fn dependent_and_vanishing_weights_have_their_spectrum_too() {
    let mut random = Random::new(3);
    for (p, p_star, n) in [(2, 1, 3), (4, 2, 7), (3, 3, 8), (5, 3, 9), (2, 4, 6)] {
        let teachers = random.weights(p_star, n);
        let mut twins = random.weights(p, n);
        let first = twins.row(0).into_owned();
        twins.row_mut(p - 1).copy_from(&(first * -0.7));
        let mut idle = random.weights(p, n);
        idle.row_mut(0).fill(0.0);
        let inside = random.matrix(p, p_star) * &teachers;
        let basis = random.orthonormal(n, p + p_star).transpose();
        let outside = random.matrix(p, p) * basis.rows(0, p);
        let apart = random.matrix(p_star, p_star) * basis.rows(p, p_star);
        let cases = [
            ("two students on one line", twins, &teachers),
            ("a student at rest", idle, &teachers),
            ("no students", Matrix::zeros(p, n), &teachers),
            ("students in the teachers' span", inside, &teachers),
            ("M = 0", outside, &apart),
        ];
        for (name, students, teachers) in cases {
            let found = miss(&students, teachers);
            println!("({p},{p_star}), {name}: off by {found:.1e}");
            assert!(found < 1e-13, "({p},{p_star}), {name}: {found}");
        }
    }
}

#[test]
fn states_that_fall_apart_have_the_spectrum_of_the_full_matrix() {
    let mut random = Random::new(4);
    for (p, p_star) in [(1, 1), (3, 3), (5, 2), (2, 4), (6, 3)] {
        let n = 2 * (p + p_star) - 1;
        let teachers = orthonormal_teachers(&mut random, p_star, n);
        // Rows of one length and any overlap with the teachers: diagonal in the singular basis of M.
        let m = random.matrix(p, p_star) * 0.2;
        let rest = Matrix::identity(p, p) - &m * m.transpose();
        let root = rest.cholesky().unwrap().l();
        let off = {
            let all = random.matrix(n, p);
            let within = teachers.tr_mul(&(&teachers * &all));
            (all - within).qr().q().transpose()
        };
        let start = &m * &teachers + root * off;
        let found = miss(&start, &teachers);
        println!("({p},{p_star}): off by {found:.1e}");
        assert!(found < 1e-13, "({p},{p_star}): {found}");
        if p >= p_star {
            let turn = random.orthonormal(p, p_star);
            let solution = turn * &teachers * (p as f64 / p_star as f64).sqrt();
            assert!(miss(&solution, &teachers) < 1e-13, "({p},{p_star})");
        }
    }
}

fn assert_levels(state: &Overlaps, expected: &[Level], what: &str) {
    let spectrum = hessian_spectrum(state, &Teacher::orthonormal(state.p_star()), None);
    let found = spectrum.levels();
    let times = |levels: &[Level]| levels.iter().map(|level| level.times).collect::<Vec<_>>();
    assert_eq!(times(&found), times(expected), "{what}: {found:?} instead of {expected:?}");
    let scale = spectrum.highest();
    for (a, b) in found.iter().zip(expected) {
        assert!((a.value - b.value).abs() < 1e-13 * scale, "{what}: {} instead of {}", a.value, b.value);
    }
}

const WIDTHS: [(usize, usize); 12] =
    [(1, 1), (2, 1), (1, 2), (3, 1), (1, 5), (2, 2), (6, 3), (3, 6), (5, 5), (7, 4), (20, 20), (12, 3)];

#[test]
fn the_plateau_at_any_norm_has_its_exact_spectrum() {
    for (p, p_star) in WIDTHS {
        for q in [0.4, 0.8, 1.3] {
            let state = Overlaps::new(Matrix::zeros(p, p_star), Matrix::identity(p, p) * q).unwrap();
            assert_levels(&state, &plateau_levels_at(p, p_star, q), &format!("({p},{p_star}), q = {q}"));
        }
        // That of gradient flow is the one at q = p/(p + 2), up to rounding.
        let flow = plateau_levels_at(p, p_star, p as f64 / (p as f64 + 2.0));
        for (a, b) in flow.iter().zip(plateau_levels(p, p_star)) {
            assert!((a.value - b.value).abs() < 1e-14 && a.times == b.times, "({p},{p_star}): {a:?} {b:?}");
        }
    }
}

#[test]
fn the_plateau_is_a_saddle_with_its_exact_spectrum() {
    for (p, p_star) in WIDTHS {
        let q = p as f64 / (p as f64 + 2.0);
        let state = Overlaps::new(Matrix::zeros(p, p_star), Matrix::identity(p, p) * q).unwrap();
        assert_levels(&state, &plateau_levels(p, p_star), &format!("plateau ({p},{p_star})"));
        let spectrum = hessian_spectrum(&state, &Teacher::orthonormal(p_star), Some(1000));
        assert_eq!(spectrum.negative(), (p * p_star) as u64, "one way down per overlap");
        let flat = (p * (p - 1) / 2 + p * (1000 - p - p_star)) as u64;
        assert_eq!((spectrum.zero(), spectrum.positive()), (flat, (p * (p + 1) / 2) as u64));
    }
}

#[test]
fn every_minimum_is_marginal_with_its_exact_spectrum() {
    let mut random = Random::new(5);
    for (p, p_star) in WIDTHS {
        let start = Overlaps::new(random.matrix(p, p_star), Matrix::identity(p, p)).unwrap();
        let minimum = rho_bar(&start, &Teacher::orthonormal(p_star)).unwrap().state;
        assert_levels(&minimum, &solution_levels(p, p_star), &format!("minimum of ({p},{p_star})"));
        let spectrum = hessian_spectrum(&minimum, &Teacher::orthonormal(p_star), Some(1000));
        assert_eq!(spectrum.negative(), 0);
        // The flat directions are the manifold, and the rotations of the students' rows off the teachers' span.
        let rank = p.min(p_star);
        let flat = manifold_dimension(p as u64, p_star as u64) + ((p - rank) * (1000 - p_star)) as u64;
        assert_eq!(spectrum.zero(), flat, "({p},{p_star})");
        if let Some(limit) = eta_max_solution(p, p_star) {
            assert!((limit * spectrum.highest() / 2.0 - 1.0).abs() < 1e-13, "η_c = 2/λ_max");
            let condition = (p_star + 2) as f64;
            assert!((spectrum.condition().unwrap() / condition - 1.0).abs() < 1e-12);
        }
    }
}

#[test]
fn the_narrow_minimum_has_its_own_doubly_stiff_level() {
    let (p, p_star) = (3, 6);
    let c = underparameterised_scale(p, p_star);
    let state = Overlaps::new(Matrix::identity(p, p_star) * c, Matrix::identity(p, p) * (c * c)).unwrap();
    let spectrum = hessian_spectrum(&state, &Teacher::orthonormal(p_star), None);
    let double = 8.0 * c * c / 9.0;
    assert_eq!(spectrum.span.iter().filter(|value| (*value - double).abs() < 1e-14).count(), 5);
}

fn random_state(random: &mut Random) -> (Overlaps, Teacher) {
    let (p, p_star) = (random.whole(1, 7), random.whole(1, 7));
    let n = p + p_star + random.whole(0, 9);
    overlaps_of(&random.weights(p, n), &random.weights(p_star, n))
}

#[test]
fn the_trace_is_known_in_closed_form() {
    let mut random = Random::new(6);
    for _ in 0..50 {
        let (state, teacher) = random_state(&mut random);
        let (p, p_star) = (state.p() as f64, state.p_star() as f64);
        let tau = state.q().trace() / p - teacher.gram().trace() / p_star;
        for n in [p + p_star, p + p_star + 5.0, 1e4] {
            let expected = (n + 2.0) * (4.0 * state.q().trace() / (p * p) + 2.0 * tau);
            let spectrum = hessian_spectrum(&state, &teacher, Some(n as u64));
            let size = spectrum.highest().abs().max(spectrum.lowest().abs()) * p * n;
            assert!((spectrum.trace() - expected).abs() < 1e-13 * size, "{} {expected}", spectrum.trace());
        }
    }
}

/// d(risk)/dα along the gradient-flow drift, by the chain rule.
fn slope(state: &Overlaps, teacher: &Teacher, eta: f64) -> f64 {
    let (p, p_star) = (state.p() as f64, state.p_star() as f64);
    let tau = state.q().trace() / p - teacher.gram().trace() / p_star;
    let change = drift(state, teacher, eta, 0.0);
    tau * change.q_flow.trace() / p + 2.0 * state.q().dot(&change.q_flow) / (p * p)
        - 4.0 * state.m().dot(&change.m) / (p * p_star)
}

#[test]
fn the_loss_falls_by_the_learning_rate_times_the_squared_gradient() {
    let mut random = Random::new(7);
    let (eta, mut worst) = (0.3, 0.0_f64);
    for _ in 0..1000 {
        let (state, teacher) = random_state(&mut random);
        let expected = -eta * gradient_squared(&state, &teacher);
        worst = worst.max((slope(&state, &teacher, eta) / expected - 1.0).abs());
    }
    println!("d(risk)/dα = −η |∇L|²: off by {worst:.1e} at worst");
    assert!(worst < 1e-10, "{worst}");
}

#[test]
fn the_gradient_is_that_of_explicit_weights() {
    let mut random = Random::new(8);
    for _ in 0..50 {
        let (p, p_star) = (random.whole(1, 5), random.whole(1, 5));
        let (students, teachers) = (random.weights(p, 12), random.weights(p_star, 12));
        let (state, teacher) = overlaps_of(&students, &teachers);
        let expected = gradient(&students, &teachers).norm_squared();
        assert!((gradient_squared(&state, &teacher) / expected - 1.0).abs() < 1e-11);
    }
}

#[test]
fn the_gradient_vanishes_on_the_plateau_and_at_every_minimum() {
    for (p, p_star) in WIDTHS {
        let teacher = Teacher::orthonormal(p_star);
        let q = p as f64 / (p as f64 + 2.0);
        let plateau = Overlaps::new(Matrix::zeros(p, p_star), Matrix::identity(p, p) * q).unwrap();
        let start = Overlaps::new(Random::new(9).matrix(p, p_star), Matrix::identity(p, p)).unwrap();
        for state in [plateau, rho_bar(&start, &teacher).unwrap().state] {
            // Rounding of Q enters linearly, through the part of it that is orthogonal to the teachers.
            assert!(gradient_squared(&state, &teacher) < 1e-14, "({p},{p_star})");
        }
    }
}

#[test]
fn the_steepest_direction_changes_the_overlaps_as_the_full_eigenvector_does() {
    let mut random = Random::new(10);
    for (p, p_star, n) in [(1, 1, 3), (3, 2, 6), (4, 4, 9), (2, 3, 7)] {
        let (students, teachers) = (random.weights(p, n), random.weights(p_star, n));
        let eigen = full_hessian(&students, &teachers).symmetric_eigen();
        let lowest = eigen.eigenvalues.argmin().0;
        let delta = Matrix::from_column_slice(p, n, eigen.eigenvectors.column(lowest).as_slice());
        let (state, teacher) = overlaps_of(&students, &teachers);
        let found = hessian_spectrum(&state, &teacher, Some(n as u64)).steepest;
        let (m, q) = (&delta * teachers.transpose(), &delta * students.transpose());
        let sign = found.m.dot(&m).signum();
        assert!((found.value - eigen.eigenvalues[lowest]).abs() < 1e-13);
        assert!((&found.m - &m * sign).amax() < 1e-10, "({p},{p_star}): {} {m}", found.m);
        assert!((&found.q - (&q + q.transpose()) * sign).amax() < 1e-10, "({p},{p_star})");
        assert_eq!(found.m[(found.student, found.teacher)].abs(), found.m.amax());
    }
}

#[test]
fn gradient_flow_leaves_the_plateau_along_the_steepest_direction() {
    // Linear growth at rate −η λ_min, the escape rate of small η.
    let (p, p_star, eta) = (4, 2, 0.05);
    let q = p as f64 / (p as f64 + 2.0);
    let plateau = Overlaps::new(Matrix::zeros(p, p_star), Matrix::identity(p, p) * q).unwrap();
    let teacher = Teacher::orthonormal(p_star);
    let steepest = hessian_spectrum(&plateau, &teacher, None).steepest;
    let moved = Overlaps::new(&steepest.m * 1e-8, plateau.q().clone()).unwrap();
    let change = drift(&moved, &teacher, eta, 0.0).m;
    assert!((change - &steepest.m * (-eta * steepest.value * 1e-8)).amax() < 1e-20);
    assert!(steepest.q.amax() < 1e-15, "norms rest");
}

#[test]
fn along_a_run_the_blocks_agree_with_the_full_matrix_and_the_index_falls() {
    let (p, p_star) = (4, 2);
    let mut run = tight(p, p_star, 0.05, 1e-2);
    run.model.gradient_flow = true;
    let (states, _) = complete(&scenario(run));
    let (first, last) = (states.first().unwrap(), states.last().unwrap());
    let index = |state: &Overlaps| hessian_spectrum(state, &Teacher::orthonormal(p_star), None).negative();
    println!("index {} → {}, risk {:.1e}", index(&first.state), index(&last.state), last.observables.risk);
    assert!(index(&first.state) >= (p * p_star) as u64 && index(&last.state) < (p * p_star) as u64);
    for snapshot in states.iter().step_by(states.len() / 12) {
        let (students, teachers) = weights_of(&snapshot.state);
        let spectrum = hessian_spectrum(&snapshot.state, &Teacher::orthonormal(p_star), None);
        let expected = sorted(full_hessian(&students, &teachers).symmetric_eigenvalues().iter().copied());
        for (a, b) in spectrum.span.iter().zip(&expected) {
            assert!((a - b).abs() < 1e-13 * spectrum.highest(), "α = {}: {a} and {b}", snapshot.alpha);
        }
    }
}

/// Weights in p + p* dimensions with the given overlaps, T = I.
fn weights_of(state: &Overlaps) -> (Matrix, Matrix) {
    let (p, p_star) = (state.p(), state.p_star());
    let rest = state.q() - state.m() * state.m().transpose();
    let eigen = rest.symmetric_eigen();
    let root = &eigen.eigenvectors * Matrix::from_diagonal(&eigen.eigenvalues.map(|x| x.max(0.0).sqrt()));
    let mut students = state.m().clone().resize_horizontally(p + p_star, 0.0);
    students.columns_mut(p_star, p).copy_from(&root);
    (students, Matrix::identity(p_star, p + p_star))
}

#[test]
fn wide_states_that_fall_apart_are_counted_in_full() {
    let mut wide = spec(64, 64, 0.5);
    wide.start.epsilon = 1e-3;
    let start = scenario(wide);
    let spectrum = hessian_spectrum(start.initial(), start.teacher(), Some(10_000));
    assert_eq!(spectrum.span.len(), 64 * 128);
    assert_eq!(spectrum.negative() + spectrum.zero() + spectrum.positive(), 640_000);
    // The same sums as for one block, in closed form: Σ λ over all directions is the trace.
    let tau = start.initial().q().trace() / 64.0 - 1.0;
    let expected = 10_002.0 * (4.0 * start.initial().q().trace() / 4096.0 + 2.0 * tau);
    assert!((spectrum.trace() / expected - 1.0).abs() < 1e-12);
}

#[test]
fn a_start_with_unequal_norms_is_one_block_and_its_trace_and_squares_are_right() {
    // Both sums follow from the matrix without any eigenvalue: Σ λ = tr H, Σ λ² = ‖H‖².
    let mut wide = spec(8, 5, 0.1);
    wide.start.kind = StartKind::Gaussian;
    let start = scenario(wide);
    let spectrum = hessian_spectrum(start.initial(), start.teacher(), None);
    let (students, teachers) = weights_of(start.initial());
    let full = full_hessian(&students, &teachers);
    let squares: f64 = spectrum.span.iter().map(|value| value * value).sum();
    assert!((squares / full.norm_squared() - 1.0).abs() < 1e-13);
    assert!((spectrum.trace() - full.trace()).abs() < 1e-13 * full.norm());
    assert_eq!(spectrum.tolerance, ZERO_TOLERANCE);
}

#[test]
fn the_one_tolerance_is_below_every_exact_level_that_is_not_zero() {
    for (p, p_star) in (1..=64).flat_map(|p| (1..=64).map(move |p_star| (p, p_star))) {
        for levels in [plateau_levels(p, p_star), solution_levels(p, p_star)] {
            let sizes = || levels.iter().map(|level| level.value.abs());
            let largest = sizes().fold(0.0, f64::max);
            let least = sizes().filter(|size| *size > 0.0).fold(f64::INFINITY, f64::min);
            assert!(least > ZERO_TOLERANCE * largest, "({p},{p_star}): {}", least / largest);
        }
    }
}

/// From where to where in α, among these states, the span has these counts.
fn stretch(states: &[saddlescope::sim::Snapshot], counts: [usize; 3]) -> Option<(f64, f64)> {
    let teacher = Teacher::orthonormal(3);
    let has = |state: &Overlaps| hessian_spectrum(state, &teacher, None).span_counts() == counts;
    let at: Vec<f64> = states.iter().filter(|at| has(&at.state)).map(|at| at.alpha).collect();
    at.first().copied().zip(at.last().copied())
}

#[test]
fn runs_at_the_default_epsilon_count_the_exact_plateau_for_a_stretch_and_the_exact_solution_at_their_end() {
    for (seed, kind) in (1..=6).flat_map(|seed| [(seed, StartKind::Orthogonal), (seed, StartKind::Gaussian)])
    {
        let mut run = spec(6, 3, 0.01);
        (run.start.epsilon, run.start.seed, run.start.kind) = (1e-2, seed, kind);
        run.time.alpha_max = saddlescope::model::Horizon::Until(20_000.0);
        run.time.alphas = (0..=400).map(|step| 50.0 * f64::from(step)).collect();
        let (trajectory, summary) = saddlescope::sim::run(&scenario(run));
        let states = trajectory.snapshots();
        let (from, to) = stretch(states, [18, 15, 21]).expect("the plateau's exact counts");
        assert!(to - from >= 300.0 && to < 1500.0, "{kind:?} {seed}: {from} to {to}");
        let (from, to) = stretch(states, [0, 12, 42]).expect("the manifold's directions alone");
        let escape = summary.events.alpha_escape.unwrap();
        assert!(from > escape && to - from > 1000.0, "{kind:?} {seed}: {from} to {to}");
        let (from, to) = stretch(states, [0, 30, 24]).expect("the solutions' exact counts");
        assert!(from < 19_000.0 && to == 20_000.0, "{kind:?} {seed}: {from} to {to}");
    }
}

#[test]
fn another_tolerance_counts_what_is_flat_but_for_rounding() {
    let mut lifted = Matrix::identity(6, 6) * 0.75;
    lifted[(0, 0)] += 1e-4;
    let state = Overlaps::new(Matrix::zeros(6, 3), lifted).unwrap();
    let spectrum = hessian_spectrum(&state, &Teacher::orthonormal(3), None);
    assert_eq!(spectrum.span_counts(), [18, 15, 21]);
    let strict = spectrum.clone().with_tolerance(1e-9);
    assert_eq!(strict.tolerance, 1e-9);
    assert!(
        strict.span_counts()[1] < 15 && strict.levels() == spectrum.levels(),
        "levels are no matter of it"
    );
}
