//! What the dynamics keeps and where it ends: S = polar(M) for isotropic starts, the gradient-flow invariant for any,
//! ρ̄ as the closest point of the manifold of solutions, and that manifold itself.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and prints what it measured for --nocapture"
)]

#[path = "support/physics.rs"]
mod physics;

use physics::{Matrix, Random, complete, polar_by_newton, scenario, spec, started, tight, until};
use saddlescope::model::{
    Overlaps, StartKind, Teacher, TeacherMoments, distances, drift, eta_max_plateau, eta_max_solution,
    rho_bar, risk, risk_cancelling,
};
use saddlescope::sim::{Predictions, Snapshot};

#[test]
fn the_polar_factor_of_isotropic_starts_is_conserved_to_1e_10() {
    for (p, p_star) in [(1, 1), (2, 1), (3, 3), (6, 3), (12, 3), (2, 4), (1, 3), (10, 10)] {
        for (seed, share) in [(1, 0.005), (2, 0.1), (3, 0.5), (4, 0.7)] {
            // Beyond η_c a run need not fall as far as its escape.
            let limit = eta_max_plateau(p, &TeacherMoments::orthonormal(p_star), 0.0)
                .min(eta_max_solution(p, p_star).unwrap_or(f64::INFINITY));
            let mut spec = spec(p, p_star, share * limit);
            spec.start.seed = seed;
            let (states, summary) = complete(&scenario(spec));
            assert!(summary.events.alpha_escape.is_some(), "({p},{p_star}), {share}: {summary:?}");
            let first = polar_by_newton(states[0].state.m());
            let drift = |at: &Snapshot| (polar_by_newton(at.state.m()) - &first).norm();
            let largest = states.iter().map(drift).fold(0.0, f64::max);
            println!("({p},{p_star}) seed {seed}, {share} of the largest η: ‖S − S₀‖ ≤ {largest:.1e}");
            assert!(largest < 1e-10, "({p},{p_star}), seed {seed}: {largest:e}");
        }
    }
}

#[test]
fn the_drift_that_is_shown_is_that_of_the_run_and_not_of_the_decomposition() {
    for (p, p_star) in [(3, 3), (6, 3), (2, 4), (10, 10)] {
        for (seed, eta) in [(1, 0.005), (2, 0.05), (3, 0.3)] {
            let mut spec = spec(p, p_star, eta);
            spec.start.seed = seed;
            let (states, _) = complete(&scenario(spec));
            let shown: Vec<f64> = states.iter().filter_map(|at| at.observables.s_drift).collect();
            let largest = shown.iter().copied().fold(0.0, f64::max);
            println!(
                "({p},{p_star}) seed {seed}, η = {eta}: shown {largest:.1e} over {} states",
                shown.len()
            );
            assert!(shown.len() > 50 && largest < 1e-10, "({p},{p_star}), seed {seed}: {largest:e}");
        }
    }
}

#[test]
fn polar_factors_are_exact_where_singular_values_nearly_agree() {
    let mut random = Random::new(41);
    // Two singular values that nearly agree and others well apart: every wide run passes there after its escape.
    for gap in [1e-1, 1e-2, 3e-3, 1e-3, 1e-4, 1e-6, 1e-8, 0.0] {
        for (p, p_star) in [(3, 3), (6, 3), (2, 4), (10, 10)] {
            let thin = p.min(p_star);
            let rotation = random_rotation(&mut random, p, p_star);
            let basis = random.orthonormal(thin, thin);
            let value = |i: usize| if i == 0 { 1.0 + gap } else { 1.0 / i as f64 };
            let values = Matrix::from_fn(thin, thin, |i, j| if i == j { value(i) } else { 0.0 });
            let stretch = &basis * values * basis.transpose();
            let m = if p >= p_star { &rotation * stretch } else { stretch * &rotation };
            let miss = (saddlescope::model::polar(&m).unwrap() - rotation).amax();
            // Rounding, times the condition number 10 of the widest.
            assert!(miss < 1e-13, "({p},{p_star}), singular values {gap:e} apart: {miss:e}");
        }
    }
}

#[test]
fn label_noise_and_gradient_flow_conserve_the_polar_factor_too() {
    for (noise, flow) in [(0.2, false), (0.0, true)] {
        let mut spec = spec(6, 3, 0.2);
        (spec.model.label_noise, spec.model.gradient_flow) = (noise, flow);
        let (states, _) = complete(&scenario(spec));
        let first = polar_by_newton(states[0].state.m());
        let drift = |at: &Snapshot| (polar_by_newton(at.state.m()) - &first).norm();
        let largest = states.iter().map(drift).fold(0.0, f64::max);
        assert!(largest < 1e-10, "Δ = {noise}: {largest:e}");
    }
}

/// The direction of Mᵀ Q_⊥⁻¹ M, normalised, and the smallest eigenvalue of Q_⊥ = Q − M Mᵀ.
fn invariant(state: &Overlaps) -> (Matrix, f64) {
    let (m, teacher) = (state.m(), Teacher::orthonormal(state.p_star()));
    let rest = state.q() - m * m.transpose();
    let k = m.tr_mul(&rest.cholesky().unwrap().solve(m));
    (&k / k.norm(), state.orthogonal_margin(&teacher))
}

#[test]
fn gradient_flow_conserves_the_direction_of_the_whitened_overlaps_of_any_start() {
    for (p, p_star) in [(2, 1), (3, 3), (6, 3), (2, 4)] {
        let mut spec = tight(p, p_star, 0.05, 0.05);
        (spec.start.kind, spec.model.gradient_flow) = (StartKind::Gaussian, true);
        (spec.time.rtol, spec.time.atol) = (1e-12, 1e-15);
        let (states, _) = complete(&scenario(spec));
        let (first, _) = invariant(&states[0].state);
        // Q_⊥ is a difference of M and Q, known to about 1e-11: its inverse is exact to 1e-11 over its margin.
        let kept: Vec<&Snapshot> = states
            .iter()
            .filter(|at| at.state.orthogonal_margin(&Teacher::orthonormal(p_star)) > 1e-3)
            .collect();
        let miss = kept.iter().map(|at| (invariant(&at.state).0 - &first).norm()).fold(0.0, f64::max);
        let grown = kept[kept.len() - 1].state.m().norm() / states[0].state.m().norm();
        println!("({p},{p_star}): off by {miss:.1e} over {} states, ‖M‖ grown {grown:.1} times", kept.len());
        assert!(grown > 3.0, "through the escape");
        assert!(miss < 1e-8, "({p},{p_star}): {miss:e}");
    }
}

#[test]
fn the_noise_of_sgd_breaks_the_gradient_flow_invariant() {
    // The test above would see a broken law: with the η² terms the direction moves.
    let mut spec = tight(6, 3, 1.0, 0.05);
    spec.start.kind = StartKind::Gaussian;
    let (states, _) = complete(&scenario(spec));
    let (first, _) = invariant(&states[0].state);
    let usable = states.iter().filter(|at| at.state.orthogonal_margin(&Teacher::orthonormal(3)) > 1e-3);
    let miss = usable.map(|at| (invariant(&at.state).0 - &first).norm()).fold(0.0, f64::max);
    assert!(miss > 1e-3, "{miss:e}");
}

/// A random point of the set of solutions (p ≥ p*) or of minima (p < p*), T = I.
fn any_minimum(r: &Matrix) -> Overlaps {
    let (p, p_star) = r.shape();
    let (m, q) = if p >= p_star {
        let ratio = p as f64 / p_star as f64;
        (r * ratio.sqrt(), r * r.transpose() * ratio)
    } else {
        let square = (1.0 + 2.0 / p_star as f64) / (1.0 + 2.0 / p as f64);
        (r * square.sqrt(), Matrix::identity(p, p) * square)
    };
    Overlaps::new(m, (&q + q.transpose()) * 0.5).unwrap()
}

/// A p × p* matrix, orthonormal along its shorter side.
fn random_rotation(random: &mut Random, p: usize, p_star: usize) -> Matrix {
    if p >= p_star { random.orthonormal(p, p_star) } else { random.orthonormal(p_star, p).transpose() }
}

#[test]
fn no_solution_is_closer_to_an_isotropic_start_than_the_prediction() {
    let mut random = Random::new(17);
    for (p, p_star) in [(2, 1), (3, 3), (6, 3), (8, 2), (2, 4)] {
        let mut spec = spec(p, p_star, 0.1);
        spec.start.epsilon = 0.05;
        let scenario = scenario(spec);
        let start = scenario.initial();
        let best = rho_bar(start, scenario.teacher()).unwrap();
        let nearest = distances(start, &best.state);
        // Half of the tries anywhere, half close by, at distances from 0.1 down to 1e-4.
        let closer = (0..10_000).filter(|&attempt| {
            let r = if attempt % 2 == 0 {
                random_rotation(&mut random, p, p_star)
            } else {
                let size = 10_f64.powf(-1.0 - 3.0 * random.uniform());
                polar_by_newton(&(&best.rotation + random.matrix(p, p_star) * size))
            };
            let there = distances(start, &any_minimum(&r));
            there.m < nearest.m - 1e-12 || there.total < nearest.total - 1e-12
        });
        assert_eq!(closer.count(), 0, "({p},{p_star})");
        // And the point itself is what an iteration without SVD finds.
        let found = polar_by_newton(start.m());
        assert!((found - &best.rotation).amax() < 1e-10, "({p},{p_star})");
    }
}

#[test]
fn isotropic_starts_end_at_the_prediction() {
    for (p, eta) in [(1, 0.02), (2, 0.3), (3, 0.5)] {
        let (states, _) = complete(&scenario(tight(p, p, eta, 1e-2)));
        let end = states.last().unwrap().observables.distance.unwrap();
        println!("p = p* = {p}: ends at {end:?} from the prediction");
        // The risk of 1e-12 is 2 tr P/p² to first order: d is a few 1e-12 p², and the step error 1e-11.
        assert!(end.total < 1e-10, "p = p* = {p}: {end:?}");
    }
    for (p, p_star) in [(2, 1), (6, 3)] {
        let mut spec = spec(p, p_star, 0.1);
        spec.model.gradient_flow = true;
        let distance = |alpha: f64| {
            let (states, _) = complete(&scenario(until(spec.clone(), alpha)));
            states.last().unwrap().observables.distance.unwrap().total
        };
        // The excess directions of Q decay as 1/α, and all of the distance with them.
        let (near, far) = (distance(1e5), distance(1e6));
        assert!((near / far / 10.0 - 1.0).abs() < 0.02, "({p},{p_star}): {near} then {far}");
    }
}

/// How far S = polar(M) at the end of an automatic run is from the plain and from the whitened prediction's R, and d_M
/// to both.
fn misses(kind: StartKind, seed: u64, epsilon: f64, flow: bool) -> [f64; 4] {
    let mut spec = tight(6, 3, 0.01, epsilon);
    (spec.start.kind, spec.start.seed, spec.model.gradient_flow) = (kind, seed, flow);
    let scenario = scenario(spec);
    let (states, _) = complete(&scenario);
    let end = states.last().unwrap();
    let s = polar_by_newton(end.state.m());
    let predictions = Predictions::of(&scenario);
    let [plain, white] =
        [predictions.rho_bar, predictions.whitened].map(|at| (&s - at.unwrap().rotation).norm());
    [plain, white, end.observables.distance.unwrap().m, end.observables.whitened.unwrap().m]
}

#[test]
fn the_whitened_prediction_is_met_where_the_plain_one_misses() {
    let (mut plain_sum, mut white_sum) = (0.0, 0.0);
    for seed in 1..=6 {
        let [_, _, tail, _] = misses(StartKind::Orthogonal, seed, 0.01, false);
        let [plain, white, d_plain, d_white] = misses(StartKind::Gaussian, seed, 0.01, false);
        println!("seed {seed}: S misses R by {plain:.5} plain, {white:.5} whitened");
        println!("    d_M: plain {d_plain:.5}, whitened {d_white:.5}, tail alone {tail:.5}");
        assert!((d_white / tail - 1.0).abs() < 0.02, "seed {seed}: {d_white} is not the tail's {tail}");
        assert!(white < 0.1 * plain, "seed {seed}: {white} after {plain}");
        (plain_sum, white_sum) = (plain_sum + plain / 6.0, white_sum + white / 6.0);
    }
    println!("mean miss of S: {plain_sum:.5} plain, {white_sum:.5} whitened");
}

#[test]
fn the_whitened_prediction_is_exact_for_gradient_flow_as_epsilon_vanishes() {
    for seed in 1..=3 {
        let [[plain, white, ..], [plain_small, white_small, ..]] =
            [1e-2, 1e-3].map(|epsilon| misses(StartKind::Gaussian, seed, epsilon, true));
        println!(
            "seed {seed}: plain {plain:.2e} → {plain_small:.2e}, whitened {white:.2e} → {white_small:.2e}"
        );
        // The plain rule misses by the anisotropy of Q₀, of order ε; the whitened one by a higher order.
        assert!((plain / plain_small / 10.0 - 1.0).abs() < 0.1, "seed {seed}: {plain} then {plain_small}");
        assert!(
            white_small < 0.1 * plain_small && white / white_small > 30.0,
            "seed {seed}: {white}, {white_small}"
        );
    }
}

#[test]
fn every_point_of_the_manifold_has_no_risk_and_no_drift() {
    let mut random = Random::new(29);
    for _ in 0..200 {
        let p_star = random.whole(1, 5);
        let p = random.whole(p_star, 9);
        let teachers = random.weights(p_star, p_star + 6);
        let r = random.orthonormal(p, p_star);
        // W = √(p/p*) R W*: M̄ = √(p/p*) R T, Q̄ = (p/p*) R T Rᵀ.
        let students = &r * &teachers * (p as f64 / p_star as f64).sqrt();
        let (state, teacher) = physics::overlaps_of(&students, &teachers);
        let scale = state.q().amax().max(1.0);
        let rounding = 1e-13 * scale.powi(3);
        assert!((0.0..rounding).contains(&risk(&state, &teacher)), "{:e}", risk(&state, &teacher));
        assert!(risk_cancelling(&state, &teacher).abs() < rounding);
        let rest = drift(&state, &teacher, 0.3, 0.0);
        let largest = rest.m.amax().max(rest.q_flow.amax()).max(rest.q_noise.amax());
        assert!(largest < rounding, "({p},{p_star}): {largest:e}");
    }
}

#[test]
fn every_minimum_of_a_narrow_student_is_stationary_under_gradient_flow() {
    let mut random = Random::new(31);
    for (p, p_star) in [(1, 2), (2, 4), (3, 7)] {
        let teacher = Teacher::orthonormal(p_star);
        let floor = saddlescope::model::underparameterised_floor(p, p_star);
        for _ in 0..50 {
            let state = any_minimum(&random_rotation(&mut random, p, p_star));
            let rest = drift(&state, &teacher, 0.3, 0.0);
            assert!(rest.m.amax().max(rest.q_flow.amax()) < 1e-14, "({p},{p_star})");
            assert!((risk(&state, &teacher) - floor).abs() < 1e-14);
        }
    }
}

#[test]
fn a_run_started_on_the_manifold_stays_there() {
    let r = Random::new(37).orthonormal(6, 3);
    let start = any_minimum(&r);
    let run = started(until(tight(6, 3, 0.5, 1e-2), 100.0), start.clone(), Teacher::orthonormal(3));
    let (states, _) = complete(&run);
    let away = states.iter().map(|at| distances(&at.state, &start).total).fold(0.0, f64::max);
    // Steps as long as stability allows let rounding grow up to the tolerance, 1e-11 of each of 54 entries.
    assert!(away < 1e-10, "{away:e}");
}
