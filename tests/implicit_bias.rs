//! Where a run ends: near the whitened prediction, by how much, and that no solution is closer to the start than ρ̄.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and prints what it measured for --nocapture"
)]

#[path = "support/physics.rs"]
mod physics;

use physics::{Matrix, Random, complete, scenario, spec, started, tight};
use saddlescope::model::{
    Overlaps, Rule, Scenario, ScenarioSpec, StartKind, Teacher, distances, polar, rho_bar,
    rho_bar_sequential, rho_bar_whitened,
};

fn gaussian((p, p_star): (usize, usize), eta: f64, epsilon: f64, seed: u64) -> ScenarioSpec {
    let mut spec = spec(p, p_star, eta);
    (spec.start.kind, spec.start.epsilon, spec.start.seed) = (StartKind::Gaussian, epsilon, seed);
    (spec.time.rtol, spec.time.atol) = (1e-9, 1e-13);
    spec
}

/// Where a run ended.
struct End {
    /// ‖M − M̄‖ to the whitened prediction.
    distance: f64,
    /// The distance of M to the manifold itself: the tail's residual, and the floor's lift for p < p*.
    tail: f64,
    /// ‖M̄‖ √(1/rank) ‖polar(M) − R‖: what the prediction misses along the manifold.
    miss: f64,
    /// The condition number of the whitened M₀, by which small changes of M₀ turn its polar factor.
    condition: f64,
}

fn end_of(run: &Scenario) -> End {
    let (start, teacher) = (run.initial(), run.teacher());
    let bar = rho_bar_whitened(start, teacher).unwrap();
    let (states, _) = complete(run);
    let last = &states.last().unwrap().state;
    let turned = polar(last.m()).unwrap();
    let scale = bar.state.m().norm() / bar.rotation.norm();
    let eigen = start.q().clone().symmetric_eigen();
    let root = Matrix::from_diagonal(&eigen.eigenvalues.map(|q| 1.0 / q.sqrt()));
    let singular = (root * eigen.eigenvectors.tr_mul(start.m())).singular_values();
    End {
        distance: distances(last, &bar.state).m,
        tail: (last.m() - &turned * scale).norm(),
        miss: scale * (turned - bar.rotation).norm(),
        condition: singular.max() / singular.min(),
    }
}

/// 200 draws over all widths up to 6.
fn draws() -> impl Iterator<Item = ((usize, usize), u64)> {
    (0..200).map(|k| ((1 + k % 6, 1 + (k / 6) % 6), k as u64))
}

/// Norms relax on the plateau at 8η/(p(p+2)) while M grows at 4η/(p p*): a start with unequal norms, of order ε, has
/// ε^(1 + 2p*/(p+2)) of that left when it escapes, and turns by as much. Further corrections are of order ε³.
fn exponent((p, p_star): (usize, usize)) -> f64 {
    (1.0 + 2.0 * p_star as f64 / (p as f64 + 2.0)).min(3.0)
}

#[test]
fn runs_end_at_the_whitened_prediction_up_to_their_tail_and_what_is_left_of_unequal_norms() {
    // Measured over these draws: at most 0.69 κ p ε^e under gradient flow, and 0.16 κ p (ηε/p) more from noise.
    let (mut flow, mut noise) = (0.0_f64, 0.0_f64);
    for (widths, seed) in draws() {
        let (p, power) = (widths.0 as f64, exponent(widths).min(2.0));
        for (eta, epsilon) in [(0.02, 0.01), (0.005, 0.01), (0.02, 0.0025)] {
            let mut without = gaussian(widths, eta, epsilon, seed);
            without.model.gradient_flow = true;
            let still = end_of(&scenario(without));
            let (first, second) = (epsilon.powf(power), eta * epsilon / p);
            flow = flow.max(still.miss / (still.condition * p * first));
            let end = end_of(&scenario(gaussian(widths, eta, epsilon, seed)));
            noise = noise.max((end.miss - still.miss) / (still.condition * p * second));
            let bound = end.condition * p * (0.75 * first + 0.2 * second);
            let case = format!("{widths:?}, seed {seed}, η = {eta}, ε = {epsilon}");
            assert!(end.miss < bound + 1e-9, "{case}: {} of {bound}", end.miss);
            assert!(end.distance < end.tail + bound + 1e-9, "{case}: {} of {}", end.distance, end.tail);
        }
    }
    println!("largest constants: {flow:.3} for unequal norms, {noise:.3} for noise");
}

#[test]
fn the_miss_falls_with_epsilon_at_the_power_that_the_plateau_leaves() {
    for widths in [(2, 1), (6, 1), (6, 2), (4, 2), (6, 3), (3, 3), (4, 4), (2, 3)] {
        for seed in [11, 12, 13] {
            let miss = |epsilon: f64| {
                let mut run = gaussian(widths, 0.02, epsilon, seed);
                run.model.gradient_flow = true;
                end_of(&scenario(run)).miss
            };
            let found = (miss(0.01) / miss(0.0025)).ln() / 4.0_f64.ln();
            println!("{widths:?}: miss falls as ε^{found:.3}, law {:.3}", exponent(widths));
            assert!((found / exponent(widths) - 1.0).abs() < 0.05, "{widths:?}, seed {seed}: {found}");
        }
    }
}

/// A point of the manifold of minima with the rotation R.
fn on_manifold(rotation: &Matrix, bar: &Overlaps, teacher: &Teacher) -> Overlaps {
    let (p, p_star) = rotation.shape();
    if p < p_star {
        return Overlaps::new(rotation * (bar.q()[(0, 0)]).sqrt(), bar.q().clone()).unwrap();
    }
    let ratio = p as f64 / p_star as f64;
    let m = rotation * teacher.gram() * ratio.sqrt();
    let q = rotation * teacher.gram() * rotation.transpose() * ratio;
    Overlaps::new(m, (&q + q.transpose()) * 0.5).unwrap()
}

#[test]
fn no_point_of_the_manifold_is_closer_to_the_start_than_the_prediction() {
    let mut random = Random::new(1);
    let unequal = Teacher::from_gram(Matrix::from_row_slice(2, 2, &[1.5, 0.3, 0.3, 0.5])).unwrap();
    let cases = [
        ((3, 2), Teacher::orthonormal(2), Rule::Closest),
        ((6, 3), Teacher::orthonormal(3), Rule::Closest),
        ((2, 4), Teacher::orthonormal(4), Rule::Closest),
        ((4, 2), unequal, Rule::ClosestConjecture),
    ];
    for ((p, p_star), teacher, rule) in cases {
        let start = Overlaps::new(random.matrix(p, p_star) * 0.1, Matrix::identity(p, p)).unwrap();
        let bar = rho_bar(&start, &teacher).unwrap();
        assert_eq!(bar.rule, rule);
        let least = distances(&start, &bar.state);
        for attempt in 0..10_000 {
            // Half of the tries anywhere, half next to the prediction, where the distance is all but stationary.
            let rotation = if attempt % 2 == 0 {
                random.orthonormal(p.max(p_star), p.min(p_star))
            } else {
                let near = &bar.rotation + random.matrix(p, p_star) * 0.03;
                polar(&if p < p_star { near.transpose() } else { near }).unwrap()
            };
            let rotation = if p < p_star { rotation.transpose() } else { rotation };
            let other = distances(&start, &on_manifold(&rotation, &bar.state, &teacher));
            let closer = other.m < least.m || other.total < least.total;
            assert!(!closer, "({p},{p_star}): {other:?} is below {least:?}");
        }
    }
}

#[test]
fn unequal_teachers_lead_to_gram_schmidt_of_the_start_and_not_to_the_closest_solution() {
    let mut random = Random::new(3);
    let teacher = Teacher::from_gram(Matrix::from_diagonal(&vec![1.5, 1.0, 0.5].into())).unwrap();
    let g = random.matrix(3, 3);
    let mut misses = Vec::new();
    for epsilon in [1e-4, 1e-8, 1e-12] {
        let mut spec = tight(3, 3, 0.05, epsilon);
        spec.model.gradient_flow = true;
        let start = Overlaps::new(&g * epsilon, Matrix::identity(3, 3)).unwrap();
        let target = rho_bar_sequential(&start, &teacher).unwrap();
        let closest = rho_bar(&start, &teacher).unwrap();
        let (states, _) = complete(&started(spec, start, teacher.clone()));
        let last = states.last().unwrap();
        assert!(last.observables.risk < 1e-11, "all steps are taken: {}", last.observables.risk);
        let apart = |from: &Overlaps| distances(&last.state, from).m;
        println!(
            "ε = {epsilon:e}: {:.1e} from it, {:.2} from the closest",
            apart(&target.state),
            apart(&closest.state)
        );
        assert!(
            apart(&closest.state) > 0.3,
            "the closest solution is a conjecture, and not where the run ends"
        );
        misses.push(apart(&target.state));
    }
    // When t is learnt, what it has along a stronger t' is ε^(t'/t − 1) of it: here at most ε^(1/2), for 1 and 1.5.
    for pair in misses.windows(2) {
        assert!((pair[0] / pair[1] / 100.0).ln().abs() < 0.3, "{misses:?}");
    }
}
