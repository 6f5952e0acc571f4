//! Rest: a saddle that M cannot leave for want of rank, rest under loose tolerances, and a far end in one step.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use saddlescope::figure::{Content, Figure, Plot, RunData, gap, loss, readouts, status};
use saddlescope::model::{
    GivenStart, Horizon, Matrix, Overlaps, Scenario, ScenarioSpec, StartKind, Teacher, drift, rank,
};
use saddlescope::sim::{FinishedRun, Mark, StopReason, Summary, Trajectory};

fn spec(p: usize, p_star: usize, eta: f64) -> ScenarioSpec {
    let mut spec = ScenarioSpec::default();
    (spec.model.p, spec.model.p_star, spec.model.eta) = (p, p_star, eta);
    spec
}

/// A scenario that starts from this M and Q = I.
fn from_overlaps(mut spec: ScenarioSpec, m: Matrix) -> Scenario {
    (spec.model.p, spec.model.p_star) = m.shape();
    (spec.start.kind, spec.start.path) = (StartKind::File, Some(String::from("start.json")));
    let (p, p_star) = m.shape();
    let state = Overlaps::new(m, Matrix::identity(p, p)).unwrap();
    Scenario::with_start(spec, GivenStart { state, teacher: Teacher::orthonormal(p_star) }).unwrap()
}

/// M₀ = 0.01 u vᵀ, of rank one up to rounding.
fn rank_one(p: usize, p_star: usize) -> Matrix {
    Matrix::from_fn(p, p_star, |i, r| 0.01 * ((i + 1) as f64).sin() * ((2 * r + 1) as f64).cos())
}

fn value(scenario: &Scenario, name: &str) -> String {
    readouts(scenario).into_iter().find(|row| row.name == name).unwrap().value
}

fn said_at_the_end(run: &FinishedRun) -> String {
    status(&RunData::of(run), run.trajectory.snapshots().last().unwrap())
}

fn plot(figure: Figure) -> Plot {
    let Content::Plots(mut plots) = figure.content else { panic!("{} is no plot", figure.id) };
    plots.remove(0).1
}

fn labels(figure: Figure) -> Vec<String> {
    plot(figure).guides.into_iter().map(|guide| guide.label).collect()
}

#[test]
fn a_start_of_rank_one_has_no_escape_law_and_rests_in_a_saddle() {
    let scenario = from_overlaps(spec(4, 4, 0.01), rank_one(4, 4));
    assert_eq!((scenario.rank(), scenario.is_rank_deficient()), (1, true));
    assert!(scenario.escape_law().is_none());
    assert_eq!(value(&scenario, "α_esc, escape time"), "no law");
    let run = FinishedRun::of(scenario);
    let FinishedRun { scenario, trajectory, summary, predictions } = &run;
    assert_eq!(summary.stop, StopReason::Stationary);
    let risk = trajectory.snapshots().last().unwrap().observables.risk;
    assert!((risk - 0.2818).abs() < 1e-4, "{risk}");
    // One direction of four learnt: 9/32 without SGD noise.
    assert!((scenario.lowest_loss() - 9.0 / 32.0).abs() < 1e-12);
    let left = summary.events.alpha_escape.unwrap();
    assert!((1500.0..3500.0).contains(&left) && summary.alpha < 20_000.0, "{left} {summary:?}");
    let said = said_at_the_end(&run);
    assert!(said.starts_with("rests in a saddle: M has rank 1 of 4") && said.contains("0.2818"), "{said}");
    assert!(predictions.rho_bar.is_none() && predictions.s_0.is_none());
    let data = RunData::of(&run);
    assert_eq!(labels(loss(&data)), ["plateau", "saddle, η → 0"]);
    assert!(labels(gap(&data)).is_empty());
}

#[test]
fn every_rank_below_the_full_one_ends_in_its_own_saddle_and_full_rank_has_its_law() {
    for rank_of in 0..=3 {
        let diagonal = Matrix::from_fn(5, 3, |i, r| if i == r && r < rank_of { 0.01 } else { 0.0 });
        assert_eq!(rank(&diagonal), rank_of);
        let scenario = from_overlaps(spec(5, 3, 0.05), diagonal);
        let run = FinishedRun::of(scenario);
        let last = run.trajectory.snapshots().last().unwrap();
        let said = said_at_the_end(&run);
        assert_eq!(value(&run.scenario, "α_esc, escape time") == "no law", rank_of < 3);
        assert_eq!(
            said.starts_with(&format!("rests in a saddle: M has rank {rank_of} of 3")),
            rank_of < 3,
            "{said}"
        );
        // SGD noise lifts the levels by a share of order η/p.
        let level = run.scenario.lowest_loss();
        assert!((last.observables.risk - level).abs() < 0.03, "{}, {level}", last.observables.risk);
    }
}

#[test]
fn directions_that_start_far_behind_the_others_are_waited_for() {
    // The last direction is learnt at about three times the α of the first two: before that nothing is at rest.
    let m = Matrix::from_fn(3, 3, |i, r| if i == r { [1e-2, 1e-2, 1e-9][r] } else { 0.0 });
    for (p, noise) in [(3, 0.05), (5, 0.0)] {
        let mut spec = spec(p, 3, 0.05);
        spec.model.label_noise = noise;
        let wide = m.clone().resize_vertically(p, 0.0);
        let scenario = from_overlaps(spec, wide);
        let (trajectory, summary) = saddlescope::sim::run(&scenario);
        let last = trajectory.snapshots().last().unwrap();
        assert!(last.state.m()[(2, 2)] > 0.9, "p = {p}: {summary:?}, {}", last.state.m());
        assert!(last.observables.risk < 0.02, "p = {p}: {summary:?}");
    }
}

#[test]
fn a_plateau_is_no_rest_however_loose_the_tolerances() {
    for (rtol, atol) in [(1e-2, 1e-2), (1e-2, 1e-12), (1e-4, 1e-6), (1e-8, 1e-2)] {
        let mut loose = spec(3, 3, 0.5);
        (loose.time.rtol, loose.time.atol) = (rtol, atol);
        let (trajectory, summary) = saddlescope::sim::run(&Scenario::new(loose).unwrap());
        let risk = trajectory.snapshots().last().unwrap().observables.risk;
        assert_eq!(summary.stop, StopReason::Converged, "{rtol}, {atol}: {summary:?}, risk {risk}");
        let half = summary.events.alpha_half.unwrap();
        assert!((20.0..50.0).contains(&half), "{rtol}, {atol}: {half}");
    }
}

#[test]
fn a_run_that_comes_to_rest_is_seen_to_at_any_tolerance() {
    for (p, p_star, noise) in [(2, 4, 0.0), (3, 3, 0.1), (4, 4, 0.02)] {
        let at = |rtol: f64, atol: f64| {
            let mut spec = spec(p, p_star, 0.1);
            (spec.model.label_noise, spec.time.rtol, spec.time.atol) = (noise, rtol, atol);
            let (trajectory, summary) = saddlescope::sim::run(&Scenario::new(spec).unwrap());
            (summary, trajectory.snapshots().last().unwrap().observables.risk)
        };
        let (exact, risk) = at(1e-8, 1e-12);
        let (loose, loose_risk) = at(1e-2, 1e-2);
        assert_eq!(
            (exact.stop, loose.stop),
            (StopReason::Stationary, StopReason::Stationary),
            "({p}, {p_star})"
        );
        assert!((loose_risk / risk - 1.0).abs() < 1e-3, "({p}, {p_star}): {risk}, {loose_risk}");
        assert!(loose.statistics.evaluations < 2 * exact.statistics.evaluations);
    }
}

/// With label noise, to this end, with these exact output times.
fn noisy(end: f64, alphas: &[f64]) -> (Trajectory, Summary) {
    let mut spec = spec(3, 3, 0.1);
    spec.model.label_noise = 0.1;
    (spec.time.alpha_max, spec.time.alphas) = (Horizon::Until(end), alphas.to_vec());
    saddlescope::sim::run(&Scenario::new(spec).unwrap())
}

#[test]
fn an_end_far_beyond_rest_is_reached_in_one_step_and_every_time_asked_for_is_exact() {
    let (_, near) = noisy(1e4, &[]);
    let asked = [100.0, 300.0, 3e4, 1e9, 1e15];
    let (trajectory, summary) = noisy(1e15, &asked);
    assert_eq!((summary.stop, summary.alpha), (StopReason::Done, 1e15));
    assert_eq!(
        summary.statistics.evaluations, near.statistics.evaluations,
        "what comes after rest costs nothing"
    );
    // On the way the states are those of a tighter run, and what it rests in is a zero of the drift.
    let mut spec = spec(3, 3, 0.1);
    (spec.model.label_noise, spec.time.rtol, spec.time.atol) = (0.1, 1e-11, 1e-15);
    (spec.time.alpha_max, spec.time.alphas) = (Horizon::Until(3e4), asked[..3].to_vec());
    let (tight, _) = saddlescope::sim::run(&Scenario::new(spec).unwrap());
    let requested = |trajectory: &Trajectory| -> Vec<(f64, Overlaps)> {
        let marked = trajectory.snapshots().iter().filter(|at| at.mark == Mark::Requested);
        marked.map(|at| (at.alpha, at.state.clone())).collect()
    };
    let (found, exact) = (requested(&trajectory), requested(&tight));
    assert_eq!(found.iter().map(|(alpha, _)| *alpha).collect::<Vec<_>>(), asked);
    let apart = |a: &Overlaps, b: &Overlaps| (a.m() - b.m()).amax().max((a.q() - b.q()).amax());
    for ((alpha, state), (_, exact)) in found.iter().zip(&exact) {
        assert!(apart(state, exact) < 1e-7, "α = {alpha}: {}", apart(state, exact));
    }
    assert!(found[3..].iter().all(|(_, state)| state == &found[4].1), "flat");
    assert!(apart(&found[2].1, &exact[2].1) < 1e-11, "at rest to all digits");
    let left = drift(&found[4].1, &Teacher::orthonormal(3), 0.1, 0.1);
    assert!(left.m.amax() < 1e-13 && (left.q_flow + left.q_noise).amax() < 1e-13);
    // The curve has points over all decades to the end, as many per decade as before.
    let late = trajectory.snapshots().iter().filter(|at| at.alpha > 1e5 && at.alpha < 1e14).count();
    assert!(late > 60, "{late}");
    assert!(trajectory.snapshots().is_sorted_by(|a, b| a.alpha <= b.alpha));
}

#[test]
fn a_run_that_stays_on_its_plateau_for_good_or_converges_reaches_a_far_end_too() {
    let mut converges = spec(3, 3, 0.3);
    converges.time.alpha_max = Horizon::Until(1e12);
    let mut stays = spec(3, 3, 0.91);
    stays.time.alpha_max = Horizon::Until(1e12);
    let mut narrow = spec(2, 4, 0.1);
    narrow.time.alpha_max = Horizon::Until(1e12);
    for spec in [converges, stays, narrow] {
        let (trajectory, summary) = saddlescope::sim::run(&Scenario::new(spec.clone()).unwrap());
        assert_eq!((summary.stop, trajectory.span().1), (StopReason::Done, 1e12), "{:?}", spec.model);
        assert!(summary.statistics.evaluations < 2_000_000, "{:?}: {summary:?}", spec.model);
    }
}

#[test]
fn a_slow_escape_and_an_algebraic_tail_are_no_rest() {
    // 0.01 % below the limit of escape: M grows for a long time before it is seen, and is waited for.
    let mut slow = spec(3, 3, 0.9 * (1.0 - 1e-4));
    slow.time.alpha_max = Horizon::Until(1e6);
    let (_, summary) = saddlescope::sim::run(&Scenario::new(slow).unwrap());
    assert!(summary.events.alpha_half.is_some(), "{summary:?}");
    // p > p*: loss ~ 1/α², for ever.
    let mut tail = spec(6, 3, 1.0);
    (tail.time.alpha_max, tail.time.alphas) = (Horizon::Until(4e4), vec![2e4, 4e4]);
    let (trajectory, _) = saddlescope::sim::run(&Scenario::new(tail).unwrap());
    let risk = |alpha: f64| trajectory.nearest(alpha).unwrap().observables.risk;
    assert!((risk(2e4) / risk(4e4) / 4.0 - 1.0).abs() < 0.01, "{} {}", risk(2e4), risk(4e4));
}
