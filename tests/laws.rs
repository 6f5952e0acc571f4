//! Every law of the plateau, the escape, the stability limits and the convergence against a simulation of the full
//! overlap ODEs: the laws come from expansions, the runs do not.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and prints what it measured for --nocapture"
)]

#[path = "support/physics.rs"]
mod physics;

use physics::{Matrix, Random, complete, scenario, spec, started, states_at, tight, until};
use saddlescope::model::{
    ConstantLearning, ConvergenceLaw, Overlaps, Plateau, Scenario, ScenarioSpec, Teacher, TeacherMoments,
    convergence_law, distance_tail, eta_best, eta_max_plateau, eta_max_solution, eta_max_start, plateau,
    risk, underparameterised_floor, underparameterised_scale,
};
use saddlescope::sim::{Snapshot, StopReason};

/// The widths at which every law is tried.
const WIDTHS: [(usize, usize); 5] = [(1, 1), (3, 3), (6, 3), (12, 3), (3, 1)];

fn sgd(eta: f64) -> ConstantLearning {
    ConstantLearning { eta, label_noise: 0.0, gradient_flow: false }
}

fn plateau_of(p: usize, p_star: usize, eta: f64) -> Plateau {
    plateau(p, &TeacherMoments::orthonormal(p_star), sgd(eta)).unwrap()
}

fn largest_plateau_eta(p: usize, p_star: usize) -> f64 {
    eta_max_plateau(p, &TeacherMoments::orthonormal(p_star), 0.0)
}

/// The α at which ‖M‖, starting from `from`, has grown to `to` at rate g.
fn growth_time(at: &Plateau, from: f64, to: f64) -> f64 {
    (to / from).ln() / at.rate
}

fn snapshots(spec: ScenarioSpec, alphas: &[f64]) -> Vec<Snapshot> {
    states_at(&scenario(physics::at_times(spec, alphas)))
}

#[test]
fn the_norms_and_the_loss_of_the_plateau_are_the_laws_at_any_eta() {
    for (p, p_star) in WIDTHS.into_iter().chain([(2, 4)]) {
        for share in [0.01, 0.3, 0.7] {
            let eta = share * largest_plateau_eta(p, p_star);
            let law = plateau_of(p, p_star, eta);
            // ‖M‖ about 1e-8 when looked at: it enters q and the loss with its square, 1e-16.
            let epsilon = 1e-30;
            let alpha = growth_time(&law, epsilon, 1e-8);
            let at = snapshots(tight(p, p_star, eta, epsilon), &[alpha]).remove(0);
            let q = Matrix::identity(p, p) * law.q;
            let off = (at.state.q() - q).amax();
            let miss = (at.observables.risk / law.loss - 1.0).abs();
            println!("({p},{p_star}) η = {eta:.3}: q off by {off:.1e}, loss by {miss:.1e}");
            assert!(at.state.m().amax() < 1e-6, "still on the plateau");
            assert!(off < 1e-9 && miss < 1e-9, "({p},{p_star}), η = {eta}: {off:e}, {miss:e}");
        }
    }
}

#[test]
fn overlaps_grow_on_the_plateau_at_the_escape_rate() {
    for (p, p_star) in WIDTHS.into_iter().chain([(2, 4)]) {
        for share in [0.01, 0.3, 0.7] {
            let eta = share * largest_plateau_eta(p, p_star);
            let law = plateau_of(p, p_star, eta);
            let (early, late) = (growth_time(&law, 1e-20, 1e-12), growth_time(&law, 1e-20, 1e-7));
            let at = snapshots(tight(p, p_star, eta, 1e-20), &[early, late]);
            let growth = (at[1].state.m().norm() / at[0].state.m().norm()).ln() / (late - early);
            let miss = (growth / law.rate - 1.0).abs();
            println!("({p},{p_star}) η = {eta:.3}: g = {growth:.6}, off by {miss:.1e}");
            // The norms have had 18 growth times to relax, M² is below 1e-12 and the integration errs by 1e-9.
            assert!(miss < 1e-7, "({p},{p_star}), η = {eta}: {growth} instead of {}", law.rate);
        }
    }
}

#[test]
fn unequal_teachers_are_learnt_each_at_its_own_rate() {
    let mut random = Random::new(5);
    let (p, eta, epsilon) = (5, 0.1, 1e-20);
    let teacher = Teacher::from_gram(Matrix::from_diagonal(&[1.4, 0.9, 0.5].to_vec().into())).unwrap();
    let moments = TeacherMoments::of(&teacher);
    let law = plateau(p, &moments, sgd(eta)).unwrap();
    let start = Overlaps::new(random.matrix(p, 3) * epsilon, Matrix::identity(p, p)).unwrap();
    let (early, late) = (growth_time(&law, epsilon, 1e-12), growth_time(&law, epsilon, 1e-7));
    let spec = physics::at_times(tight(p, 3, eta, epsilon), &[early, late]);
    let at = states_at(&started(spec, start, teacher));
    for (r, t) in [1.4, 0.9, 0.5].into_iter().enumerate() {
        let norm = |snapshot: &Snapshot| snapshot.state.m().column(r).norm();
        let growth = (norm(&at[1]) / norm(&at[0])).ln() / (late - early);
        // g_r = 2h (2 t_r/p* − h S), and the law's rate is that of the strongest teacher.
        let expected = law.rate - 4.0 * eta / 5.0 * (1.4 - t) / 3.0;
        assert!((growth / expected - 1.0).abs() < 1e-8, "teacher {r}: {growth} instead of {expected}");
    }
}

#[test]
fn small_learning_rates_have_the_plateau_of_gradient_flow_up_to_order_eta() {
    for (p, p_star) in WIDTHS.into_iter().chain([(2, 4)]) {
        let (width, star) = (p as f64, p_star as f64);
        // Relative deviations of q, loss and g/η. Those of q and g are of order η; the loss is stationary at
        // gradient flow's q, so its own is of order η².
        let deviation = |eta: f64| {
            let at = plateau_of(p, p_star, eta);
            [
                at.q / (width / (width + 2.0)) - 1.0,
                at.loss / (1.0 / star + 1.0 / (width + 2.0)) - 1.0,
                at.rate / (4.0 * eta / (width * star)) - 1.0,
            ]
        };
        let small = 1e-3 * largest_plateau_eta(p, p_star);
        let (whole, half) = (deviation(small), deviation(0.5 * small));
        for ((whole, half), factor) in whole.into_iter().zip(half).zip([2.0, 4.0, 2.0]) {
            assert!(whole.abs() < 1e-2, "({p},{p_star}): {whole}");
            assert!((whole / half / factor - 1.0).abs() < 1e-2, "({p},{p_star}): {whole} and {half}");
        }
        let flow = ConstantLearning { gradient_flow: true, ..sgd(0.1) };
        let exact = plateau(p, &TeacherMoments::orthonormal(p_star), flow).unwrap();
        assert!((exact.loss - (1.0 / star + 1.0 / (width + 2.0))).abs() < 1e-15);
        assert!((exact.rate - 4.0 * 0.1 / (width * star)).abs() < 1e-15);
    }
}

/// The simulated loss gap over the law's, when the law's is `share` of the plateau.
fn gap_ratio(scenario: &Scenario, share: f64) -> f64 {
    let law = scenario.escape_law().unwrap();
    let alpha = law.alpha_at_gap(share * law.plateau.loss).unwrap();
    let spec = physics::at_times(scenario.spec().clone(), &[alpha]);
    let at = states_at(&started(spec, scenario.initial().clone(), scenario.teacher().clone())).remove(0);
    (law.plateau.loss - at.observables.risk) / law.gap(alpha)
}

#[test]
fn the_loss_leaves_the_plateau_as_the_escape_law_says() {
    for (p, p_star) in [(1, 1), (3, 3), (6, 3), (2, 4)] {
        let largest = largest_plateau_eta(p, p_star);
        let ratios = |share_of_eta: f64, flow: bool| {
            let mut spec = tight(p, p_star, share_of_eta * largest, 1e-8);
            spec.model.gradient_flow = flow;
            let scenario = scenario(spec);
            [1e-2, 1e-3, 1e-4].map(|share| gap_ratio(&scenario, share))
        };
        let flow = ratios(0.01, true);
        let noisy = [0.02, 0.01].map(|eta| ratios(eta, false)[2] - 1.0);
        println!("({p},{p_star}): gradient flow {flow:.6?} at 1e-2, 1e-3, 1e-4 of the plateau");
        println!("    SGD at 0.02, 0.01 of the largest η, less 1: {noisy:.5?}");
        // Amplitude and rate are exact in the limit of small gaps, and the rest is linear in the gap.
        assert!((flow[2] - 1.0).abs() < 1e-3, "({p},{p_star}): {flow:?}");
        assert!((flow[0] - 1.0).abs() < 0.03, "({p},{p_star}): {flow:?}");
        // The amplitude leaves out what noise does to the norms on the way: of order η.
        assert!((noisy[0] / noisy[1] - 2.0).abs() < 0.1, "({p},{p_star}): {noisy:?}");
    }
}

#[test]
fn the_escape_is_predicted_within_a_few_per_cent_for_any_epsilon() {
    for (p, p_star) in [(1, 1), (3, 3), (6, 3), (12, 3), (3, 1), (2, 4)] {
        let floor = underparameterised_floor(p, p_star);
        for epsilon in [1e-2, 1e-3, 1e-4, 1e-5, 1e-6] {
            let mut spec = spec(p, p_star, 0.01);
            spec.start.epsilon = epsilon;
            let scenario = scenario(spec);
            let law = scenario.escape_law().unwrap();
            let predicted = law.alpha_at_gap(0.5 * (law.plateau.loss - floor)).unwrap();
            let (_, summary) = saddlescope::sim::run(&scenario);
            let escape = summary.events.alpha_escape.unwrap();
            let miss = predicted / escape - 1.0;
            println!(
                "({p},{p_star}) ε = {epsilon:e}: escape at {escape:.1}, predicted {predicted:.1} ({miss:+.4})"
            );
            assert!(miss.abs() < 0.05, "({p},{p_star}), ε = {epsilon}: {predicted} instead of {escape}");
        }
    }
}

#[test]
fn norms_of_one_blow_up_just_above_the_limit_of_their_start_and_relax_just_below() {
    for (p, p_star) in [(1, 1), (2, 1), (3, 1), (8, 1), (3, 3), (6, 3), (12, 3), (4, 2)] {
        let limit = eta_max_start(p, &TeacherMoments::orthonormal(p_star), 0.0, 1.0);
        let fold = largest_plateau_eta(p, p_star);
        assert!(limit <= fold * (1.0 + 1e-12), "({p},{p_star})");
        let (_, above) = saddlescope::sim::run(&scenario(tight(p, p_star, 1.001 * limit, 1e-8)));
        assert!(matches!(above.stop, StopReason::Diverged { .. }), "({p},{p_star}) above: {above:?}");
        let start = Overlaps::new(Matrix::zeros(p, p_star), Matrix::identity(p, p)).unwrap();
        let below = until(tight(p, p_star, 0.999 * limit, 1e-2), 1e4);
        let (states, summary) = complete(&started(below, start, Teacher::orthonormal(p_star)));
        assert_eq!(summary.stop, StopReason::Done, "({p},{p_star}) just below");
        let q = states.last().unwrap().state.q()[(0, 0)];
        let rest = plateau_of(p, p_star, 0.999 * limit).q;
        assert!((q / rest - 1.0).abs() < 1e-6, "({p},{p_star}): q = {q}, plateau {rest}");
    }
}

#[test]
fn beyond_the_largest_eta_there_is_no_plateau_and_just_below_there_is() {
    for (p, p_star) in WIDTHS {
        let limit = largest_plateau_eta(p, p_star);
        let (_, above) = saddlescope::sim::run(&scenario(tight(p, p_star, 1.001 * limit, 1e-8)));
        assert!(matches!(above.stop, StopReason::Diverged { .. }), "({p},{p_star}) above: {above:?}");
        // Near the fold the norms relax ever more slowly; with M = 0 there is nothing that could leave.
        let eta = 0.999 * limit;
        let teacher = Teacher::orthonormal(p_star);
        // From norms below q: Q₀ = I lies beyond the other, unstable root for p = 1.
        let start = Overlaps::new(Matrix::zeros(p, p_star), Matrix::identity(p, p) * 0.5).unwrap();
        let below = started(until(tight(p, p_star, eta, 1e-2), 1e4), start, teacher);
        let (states, summary) = complete(&below);
        assert_eq!(summary.stop, StopReason::Done, "({p},{p_star}) just below");
        let q = states.last().unwrap().state.q()[(0, 0)];
        let expected = plateau_of(p, p_star, eta).q;
        assert!((q / expected - 1.0).abs() < 1e-8, "({p},{p_star}): q = {q}, not {expected}");
    }
}

/// A solution with random orthonormal R, its students lifted by √δ out of the teachers' span: P = δ M̄ M̄ᵀ.
fn lifted_solution(p: usize, p_star: usize, lift: f64) -> Overlaps {
    let r = Random::new(11).orthonormal(p, p_star);
    let ratio = p as f64 / p_star as f64;
    let q = &r * r.transpose() * (ratio * (1.0 + lift));
    Overlaps::new(r * ratio.sqrt(), (&q + q.transpose()) * 0.5).unwrap()
}

/// tr M M ᵀ P/tr (M Mᵀ)², how far students are lifted out of the teachers' span.
fn lift_of(state: &Overlaps) -> f64 {
    let x = state.m() * state.m().transpose();
    (state.q() - &x).dot(&x) / x.norm_squared()
}

#[test]
fn solutions_lose_their_stability_at_eta_c_with_the_linear_rate() {
    for (p, p_star) in WIDTHS {
        let limit = eta_max_solution(p, p_star).unwrap();
        for share in [0.5, 0.95, 0.99, 1.01, 1.05] {
            let eta = share * limit;
            // dP/dα on P ∝ M̄ M̄ᵀ: −(8h/p*)(1 − η/η_c) P.
            let rate = -8.0 * eta / (p * p_star) as f64 * (1.0 - share);
            let (lift, alpha) = (1e-7, 1.0 / rate.abs());
            let spec = physics::at_times(tight(p, p_star, eta, 1e-3), &[alpha]);
            let run = started(spec, lifted_solution(p, p_star, lift), Teacher::orthonormal(p_star));
            let found = (lift_of(&states_at(&run)[0].state) / lift).ln() / alpha;
            println!("({p},{p_star}) η = {share} η_c: rate {found:.6}, linear {rate:.6}");
            // Of second order in the lift (1e-7, over the distance 0.01 to the limit), and rounding of Q against it.
            assert!((found / rate - 1.0).abs() < 1e-3, "({p},{p_star}), {share} η_c: {found}, not {rate}");
        }
    }
}

#[test]
fn a_disturbed_solution_is_found_again_below_eta_c_and_lost_above() {
    for (p, p_star) in WIDTHS {
        let mut random = Random::new(3);
        // Weights in the smallest space with room for all: solution, then noise on every weight.
        let n = 2 * p + p_star;
        let mut students = Matrix::zeros(p, n);
        let r = random.orthonormal(p, p_star) * (p as f64 / p_star as f64).sqrt();
        students.columns_mut(0, p_star).copy_from(&r);
        students += random.matrix(p, n) * 1e-3;
        let (state, teacher) = physics::overlaps_of(&students, &Matrix::identity(p_star, n));
        let limit = eta_max_solution(p, p_star).unwrap();
        for (share, stable) in [(0.9, true), (1.1, false)] {
            let eta = share * limit;
            let alpha = 10.0 * (p * p_star) as f64 / (8.0 * eta);
            let spec = physics::at_times(tight(p, p_star, eta, 1e-3), &[0.5 * alpha, alpha]);
            let at = states_at(&started(spec, state.clone(), teacher.clone()));
            let lift: Vec<f64> = at.iter().map(|snapshot| lift_of(&snapshot.state)).collect();
            println!("({p},{p_star}) {share} η_c: lift {lift:?}");
            assert_eq!(lift[1] < lift[0], stable, "({p},{p_star}), {share} η_c: {lift:?}");
        }
    }
}

#[test]
fn between_the_two_limits_a_run_leaves_the_plateau_and_does_not_converge() {
    for (p, p_star) in [(6, 3), (3, 1)] {
        let eta = 1.05 * eta_max_solution(p, p_star).unwrap();
        assert!(eta < largest_plateau_eta(p, p_star));
        let (_, summary) = saddlescope::sim::run(&scenario(spec(p, p_star, eta)));
        println!("({p},{p_star}) η = {eta}: {summary:?}");
        assert_ne!(summary.stop, StopReason::Converged);
    }
}

/// The α of the escape of one scenario.
fn escape_time(p: usize, p_star: usize, eta: f64, epsilon: f64) -> f64 {
    let mut spec = spec(p, p_star, eta);
    (spec.start.epsilon, spec.time.atol) = (epsilon, 1e-15);
    let (_, summary) = saddlescope::sim::run(&scenario(spec));
    summary.events.alpha_escape.unwrap_or(f64::INFINITY)
}

#[test]
fn the_escape_is_earliest_near_the_best_eta_and_the_nearer_the_smaller_epsilon() {
    for (p, p_star) in [(3, 3), (6, 3), (12, 3)] {
        let best = eta_best(p, &TeacherMoments::orthonormal(p_star), 0.0);
        let earliest = |epsilon: f64| {
            let off = |step: i32| 0.03 * f64::from(step);
            let times =
                (-9..=9).map(|step| (escape_time(p, p_star, best * (1.0 + off(step)), epsilon), off(step)));
            times.min_by(|a, b| a.0.total_cmp(&b.0)).unwrap().1
        };
        let (coarse, fine) = (earliest(1e-2), earliest(1e-8));
        println!("({p},{p_star}): earliest at {coarse:+.2} (ε = 1e-2), {fine:+.2} (ε = 1e-8) of η_best");
        // α_escape = ln(c/ε)/g: where the prefactor c(η) pulls weighs as 1/ln(1/ε).
        assert!(coarse.abs() < 0.25, "({p},{p_star}): {coarse}");
        assert!(fine.abs() < 0.1 && fine.abs() <= coarse.abs(), "({p},{p_star}): {fine} after {coarse}");
    }
}

#[test]
fn matched_students_converge_exponentially_at_the_listed_rate() {
    for width in [1, 2, 3] {
        for eta in [0.01, 0.05] {
            let (states, summary) = complete(&scenario(tight(width, width, eta, 1e-2)));
            assert_eq!(summary.stop, StopReason::Converged);
            let law = convergence_law(width, &Teacher::orthonormal(width), sgd(eta));
            let Some(ConvergenceLaw::Exponential { rate }) = law else { panic!("p = p* decays") };
            let below = |level: f64| states.iter().find(|at| at.observables.risk < level).unwrap();
            let (early, late) = (below(1e-4), below(1e-7));
            let slope = (early.observables.risk / late.observables.risk).ln() / (late.alpha - early.alpha);
            // The traceless modes of P decay a little faster, at (8h/p*)(1 − 4h/p*), until the trace is left.
            let h = eta / width as f64;
            let traceless = 8.0 * h / width as f64 * (1.0 - 4.0 * h / width as f64);
            let fastest = if width == 1 { rate } else { traceless };
            println!("p = p* = {width}, η = {eta}: rate {slope:.6}, law {rate:.6}, traceless {fastest:.6}");
            // Curvature at risk 1e-4 and the step error 1e-11 against P at 1e-7, over a factor of 1000.
            let between = (1.0 - 1e-4) * rate..(1.0 + 1e-4) * fastest;
            assert!(between.contains(&slope), "{width}, {eta}: {slope} is not in {between:?}");
            let small = 8.0 * eta / (width * width) as f64;
            let limit = eta_max_solution(width, width).unwrap();
            assert!((rate / small - (1.0 - eta / limit)).abs() < 1e-12, "8η/(p p*), slowed by noise");
        }
    }
}

/// Over what the laws say of them, `times` escapes into a run: risk (α − α_escape)², excess norms, and both distances.
fn tail_ratios((p, p_star): (usize, usize), flow: bool, times: f64) -> [f64; 4] {
    let eta = 0.005 * largest_plateau_eta(p, p_star);
    let mut spec = spec(p, p_star, eta);
    spec.model.gradient_flow = flow;
    let automatic = scenario(spec.clone());
    let (_, summary) = saddlescope::sim::run(&automatic);
    let escape = summary.events.alpha_escape.unwrap();
    let law = automatic.convergence_law();
    let Some(ConvergenceLaw::Algebraic { coefficient }) = law else { panic!("p > p* has an algebraic tail") };
    let (states, _) = complete(&scenario(until(spec, times * escape)));
    let last = states.last().unwrap();
    let age = last.alpha - escape;
    // The p − p* excess directions of Q hold x(α) ≃ p²(p*+2)/(8η(p+2)α).
    let tail = distance_tail((p, p_star), sgd(eta), age).unwrap();
    let mut norms: Vec<f64> = last.state.q().symmetric_eigenvalues().iter().copied().collect();
    norms.sort_by(f64::total_cmp);
    let x = norms[..p - p_star].iter().sum::<f64>() / (p - p_star) as f64;
    let apart = last.observables.distance.unwrap();
    let risk = last.observables.risk * age * age / coefficient;
    [risk, x / tail.excess, apart.m / tail.distance_m, apart.q / tail.distance_q]
}

#[test]
fn wide_students_converge_algebraically_with_the_listed_coefficients() {
    for widths in [(2, 1), (6, 3), (12, 3), (4, 2)] {
        for flow in [true, false] {
            let [auto, later, last] = [4.0, 40.0, 400.0].map(|times| tail_ratios(widths, flow, times));
            println!("{widths:?}, flow {flow}: risk and x over laws {auto:.4?}, {later:.4?}, {last:.4?}");
            // The origin of the tail is off by a constant: ten times the age, a tenth of the error. The coefficients
            // are of leading order in η, here 0.005 of the largest.
            let order_eta = if flow { 0.0 } else { 0.01 };
            for (ratios, bound) in [(auto, 0.15), (later, 0.015), (last, 0.0015)] {
                let off = ratios.map(|ratio| (ratio - 1.0).abs());
                assert!(off.iter().all(|off| *off < bound + order_eta), "{widths:?}, {flow}: {ratios:?}");
            }
        }
    }
}

#[test]
fn at_any_stable_learning_rate_the_tail_of_the_loss_has_the_amplitude_that_noise_gives_it() {
    // Shares of η_c: gradient flow's amplitude alone would miss by a factor of 1.75 at (6, 3), η = 1.
    for ((p, p_star), eta) in [((6, 3), 1.0), ((6, 3), 1.5), ((2, 1), 0.2), ((12, 3), 2.0), ((4, 2), 0.6)] {
        let scenario = scenario(until(spec(p, p_star, eta), 4000.0 / eta));
        let law = scenario.convergence_law();
        let Some(ConvergenceLaw::Algebraic { coefficient }) = law else {
            panic!("({p},{p_star}) has a tail")
        };
        let (states, summary) = complete(&scenario);
        let last = states.last().unwrap();
        let age = last.alpha - summary.events.alpha_escape.unwrap();
        let ratio = last.observables.risk * age * age / coefficient;
        println!("({p},{p_star}), η = {eta}: risk over law {ratio:.4}");
        assert!((ratio - 1.0).abs() < 0.03, "({p},{p_star}), η = {eta}: {ratio}");
    }
    let at = |eta| {
        convergence_law(
            6,
            &Teacher::orthonormal(3),
            ConstantLearning { eta, ..scenario(spec(6, 3, 0.1)).learning().constant().unwrap() },
        )
    };
    assert_eq!(at(1.8), None, "at η_c no solution is stable");
}

/// The risk at which an automatic run comes to rest.
fn resting_risk(spec: ScenarioSpec) -> (f64, Overlaps) {
    let (states, summary) = complete(&scenario(spec));
    assert_eq!(summary.stop, StopReason::Stationary);
    let last = states.last().unwrap();
    (last.observables.risk, last.state.clone())
}

#[test]
fn narrow_students_end_on_the_floor_lifted_linearly_by_eta() {
    for (p, p_star) in [(1, 2), (2, 4), (3, 7)] {
        let floor = underparameterised_floor(p, p_star);
        let scale = underparameterised_scale(p, p_star);
        let slope = |eta: f64| (resting_risk(tight(p, p_star, eta, 1e-2)).0 - floor) / eta;
        let largest = largest_plateau_eta(p, p_star);
        let slopes = [0.04, 0.02, 0.01].map(|share| slope(share * largest));
        // lift/η = a + b η + O(η²): halving η halves its change.
        let order = (slopes[0] - slopes[1]) / (slopes[1] - slopes[2]);
        println!(
            "({p},{p_star}): lift/η at 0.04, 0.02, 0.01 of the largest: {slopes:.4?}, changes as {order:.3}"
        );
        assert!(slopes.iter().all(|slope| *slope > 0.0), "noise only lifts: {slopes:?}");
        assert!((order - 2.0).abs() < 0.2, "({p},{p_star}): {slopes:?}");
        let mut flow = tight(p, p_star, 0.05, 1e-2);
        flow.model.gradient_flow = true;
        let (at_rest, state) = resting_risk(flow);
        // At rest M and Q change by less than 1e-6 of themselves per growth time.
        assert!((at_rest - floor).abs() < 1e-6, "({p},{p_star}): {at_rest} instead of {floor}");
        let q = Matrix::identity(p, p) * (scale * scale);
        assert!((state.q() - q).amax() < 1e-5, "({p},{p_star}): Q = c² I");
    }
}

#[test]
fn label_noise_leaves_a_floor_of_order_eta_times_its_variance() {
    for (p, p_star) in [(1, 1), (3, 3), (4, 2), (6, 3)] {
        let limit = eta_max_solution(p, p_star).unwrap();
        let over_law = |share: f64, label_noise: f64| {
            let eta = share * limit;
            let h = eta / p as f64;
            // The slowest to settle are the excess norms, at the rate 4h²Δ; for p = p* the trace of P, at 8h/p*.
            let slowest = if p > p_star { 4.0 * h * h * label_noise } else { 8.0 * h / p_star as f64 };
            let settled = 40.0 * (p * p_star) as f64 / eta + 20.0 / slowest;
            let mut spec = until(tight(p, p_star, eta, 1e-2), settled);
            spec.model.label_noise = label_noise;
            let (states, _) = complete(&scenario(spec));
            // P = ηΔp*/(2p) M̄ M̄ᵀ balances noise and drift to first order; its risk is ηΔ/p.
            states.last().unwrap().observables.risk / (h * label_noise)
        };
        let floors = [0.04, 0.02, 0.01].map(|share| over_law(share, 0.5));
        let order = (floors[0] - floors[1]) / (floors[1] - floors[2]);
        println!("({p},{p_star}): floor over ηΔ/p {floors:.4?}, changes as {order:.3}");
        assert!((order - 2.0).abs() < 0.2, "({p},{p_star}): {floors:?}");
        assert!((2.0 * floors[2] - floors[1] - 1.0).abs() < 2e-3, "({p},{p_star}): {floors:?} tends to 1");
    }
}

#[test]
fn the_risk_of_every_law_is_that_of_its_state() {
    // The laws' losses are risks of states; the two must agree wherever both exist.
    for (p, p_star) in WIDTHS.into_iter().chain([(2, 4), (5, 9)]) {
        let law = plateau_of(p, p_star, 0.05);
        let state = Overlaps::new(Matrix::zeros(p, p_star), Matrix::identity(p, p) * law.q).unwrap();
        assert!((risk(&state, &Teacher::orthonormal(p_star)) - law.loss).abs() < 1e-14);
    }
}
