//! What the dynamics keeps and where it ends: S = polar(M) for isotropic starts, the gradient-flow invariant for any,
//! ρ̄ as the closest point of the manifold of solutions, and that manifold itself.

#[path = "support/physics.rs"]
mod physics;

use physics::{Matrix, Random, complete, scenario, spec, started, tight, until};
use saddlescope::model::{
    Overlaps, StartKind, Teacher, TeacherMoments, distances, drift, eta_max_plateau, rho_bar, risk,
    risk_cancelling,
};
use saddlescope::sim::Snapshot;

#[test]
fn the_polar_factor_of_isotropic_starts_is_conserved_to_1e_10() {
    for (p, p_star) in [(1, 1), (2, 1), (3, 3), (6, 3), (12, 3), (2, 4), (1, 3), (10, 10)] {
        for (seed, share) in [(1, 0.005), (2, 0.1), (3, 0.5), (4, 0.8)] {
            let limit = eta_max_plateau(p, &TeacherMoments::orthonormal(p_star), 0.0);
            let mut spec = spec(p, p_star, share * limit);
            spec.start.seed = seed;
            let (states, summary) = complete(&scenario(spec));
            assert!(summary.events.alpha_escape.is_some(), "the whole way, plateau and escape included");
            let drifts = states.iter().filter_map(|at| at.observables.s_drift);
            let (count, largest) = drifts.fold((0, 0.0_f64), |(count, top), s| (count + 1, top.max(s)));
            println!(
                "({p},{p_star}) seed {seed}, {share} η_max: ‖S − S₀‖ ≤ {largest:.1e} over {count} states"
            );
            assert!(count > 50 && largest < 1e-10, "({p},{p_star}), seed {seed}: {largest:e}");
        }
    }
}

#[test]
fn label_noise_and_gradient_flow_conserve_the_polar_factor_too() {
    for (noise, flow) in [(0.2, false), (0.0, true)] {
        let mut spec = spec(6, 3, 0.2);
        (spec.model.label_noise, spec.model.gradient_flow) = (noise, flow);
        let (states, _) = complete(&scenario(spec));
        let largest = states.iter().filter_map(|at| at.observables.s_drift).fold(0.0, f64::max);
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

/// The nearest orthonormal matrix, by Newton's iteration: independent of any SVD.
fn orthonormalised(mut x: Matrix) -> Matrix {
    if x.nrows() < x.ncols() {
        return orthonormalised(x.transpose()).transpose();
    }
    for _ in 0..60 {
        let inverse = (x.transpose() * &x).try_inverse().unwrap();
        x = (&x + &x * inverse) * 0.5;
    }
    x
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
                orthonormalised(&best.rotation + random.matrix(p, p_star) * size)
            };
            let there = distances(start, &any_minimum(&r));
            there.m < nearest.m - 1e-12 || there.total < nearest.total - 1e-12
        });
        assert_eq!(closer.count(), 0, "({p},{p_star})");
        // And the point itself is what an iteration without SVD finds.
        let found = orthonormalised(start.m() / start.m().norm());
        assert!((found - &best.rotation).amax() < 1e-10, "({p},{p_star})");
    }
}

#[test]
fn isotropic_starts_end_at_the_prediction() {
    for (p, eta) in [(1, 0.02), (2, 0.3), (3, 0.5)] {
        let (states, _) = complete(&scenario(spec(p, p, eta)));
        let end = states.last().unwrap().observables.distance.unwrap();
        // Risk 1e-12 of p = p* is linear in P, about 2 tr P/p* = 1e-12 p: d is of that order.
        assert!(end.total < 1e-10 * p as f64, "p = p* = {p}: {end:?}");
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

/// d_M to the plain and to the whitened prediction at one α.
fn misses(kind: StartKind, seed: u64, alpha: f64) -> (f64, f64) {
    let mut spec = until(spec(6, 3, 0.01), alpha);
    (spec.start.kind, spec.start.seed) = (kind, seed);
    let (states, _) = complete(&scenario(spec));
    let end = &states.last().unwrap().observables;
    (end.distance.unwrap().m, end.whitened.unwrap().m)
}

#[test]
fn the_whitened_prediction_is_met_where_the_plain_one_misses() {
    let mut plain_misses = Vec::new();
    for seed in 1..=6 {
        let alpha = 1e5;
        let (tail, _) = misses(StartKind::Orthogonal, seed, alpha);
        let (plain, white) = misses(StartKind::Gaussian, seed, alpha);
        println!("seed {seed}: d_M plain {plain:.5}, whitened {white:.5}, tail alone {tail:.5}");
        assert!((white / tail - 1.0).abs() < 0.05, "seed {seed}: {white} beyond the tail's {tail}");
        plain_misses.push((plain * plain - tail * tail).max(0.0).sqrt());
    }
    // Anisotropy of order ε = 0.01 turns the plain prediction by as much: 0.013 in the mean over starts.
    let mean = plain_misses.iter().sum::<f64>() / plain_misses.len() as f64;
    println!("plain misses by {plain_misses:.4?}, mean {mean:.4}");
    assert!((0.005..0.03).contains(&mean), "{plain_misses:?}");
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
    let run = started(until(spec(6, 3, 0.5), 100.0), start.clone(), Teacher::orthonormal(3));
    let (states, _) = complete(&run);
    assert!(states.iter().all(|at| distances(&at.state, &start).total < 1e-12));
}
