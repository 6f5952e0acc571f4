//! Every answer of the lesson is true: each number in it is computed again from the scenario of its step.

#![cfg(feature = "gui")]
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use saddlescope::figure::{Content, RunData, loss, readouts};
use saddlescope::model::{
    Scenario, ScenarioSpec, StartKind, TeacherMoments, eta_best, eta_max_escape, eta_max_plateau,
    hessian_spectrum, manifold_dimension, plateau,
};
use saddlescope::sim::learning_rate::best_rate;
use saddlescope::sim::{FinishedRun, Phase, Snapshot, StopReason, Summary};
use saddlescope::ui::{STEPS, Step, SweepSettings};

fn step(title: &str) -> &'static Step {
    STEPS.iter().find(|step| step.title == title).expect(title)
}

fn scenario(step: &Step, change: impl FnOnce(&mut ScenarioSpec)) -> Scenario {
    let mut spec = step.spec();
    change(&mut spec);
    Scenario::new(spec).unwrap()
}

fn run(scenario: &Scenario) -> (Snapshot, Summary) {
    let (trajectory, summary) = saddlescope::sim::run(scenario);
    (trajectory.snapshots().last().unwrap().clone(), summary)
}

#[test]
fn steps_on_the_plateau_open_on_it_also_when_their_question_is_tried() {
    for (title, p) in [("The plateau", 6), ("The plateau", 24), ("Saddle, then marginal minimum", 6)] {
        let scenario = scenario(step(title), |spec| spec.model.p = p);
        let (trajectory, _) = saddlescope::sim::run(&scenario);
        let alpha = step(title).place * trajectory.span().1;
        assert_eq!(
            Phase::of(&scenario, trajectory.nearest(alpha).unwrap()),
            Phase::Plateau,
            "{title}, p = {p}"
        );
    }
}

#[test]
fn the_answer_on_the_overlaps_is_true() {
    let (last, _) = run(&scenario(step("Student and teacher"), |_| ()));
    let apart = last.observables.distance.unwrap();
    assert!(apart.m < 0.03 && apart.q < 0.2, "{apart:?}");
    let (first, initial) = (scenario(step("Student and teacher"), |_| ()), last.state.m().norm());
    assert!(first.initial().m().norm() < 0.03 * initial);
}

#[test]
fn the_answer_on_the_norms_is_true() {
    for (p, q) in [(6, 0.75), (2, 0.5), (1, 1.0 / 3.0)] {
        let (last, _) = run(&scenario(step("First the norms"), |spec| spec.model.p = p));
        let norm = last.state.q().trace() / p as f64;
        assert!((norm - q).abs() < 0.02 && last.state.m().norm() < 0.1, "p = {p}: {norm}");
        assert!(norm > q, "SGD's noise lifts it");
    }
}

#[test]
fn the_step_on_the_norms_shows_a_plateau_and_nothing_that_does_not_apply_at_every_width_it_asks_for() {
    for p in [6, 2, 1] {
        let scenario = scenario(step("First the norms"), |spec| spec.model.p = p);
        let run = FinishedRun::of(scenario);
        let FinishedRun { scenario, trajectory, summary, .. } = &run;
        let last = trajectory.snapshots().last().unwrap();
        assert_eq!(Phase::of(scenario, last), Phase::Plateau, "p = {p}");
        assert_eq!((summary.events.alpha_half, summary.events.alpha_escape), (None, None), "p = {p}");
        for readout in readouts(scenario) {
            // For p* = 1 and p > 1 M grows up to the end of the plateau: that there is no limit of escape is an answer.
            let is_answer = readout.name == "η₀, escape";
            let lacking = !is_answer && ["no law", "none"].iter().any(|word| readout.value.starts_with(word));
            assert!(!lacking, "p = {p}: {readout:?}");
        }
        let Content::Plots(plots) = loss(&RunData::of(&run)).content else { panic!("the loss is a plot") };
        let labels: Vec<&str> = plots[0].1.guides.iter().map(|guide| guide.label.as_str()).collect();
        assert!(labels.contains(&"plateau"), "p = {p}: {labels:?}");
        assert!(!labels.iter().any(|label| ["floor", "α½"].contains(label)), "p = {p}: {labels:?}");
    }
}

#[test]
fn the_answer_on_the_plateau_is_true() {
    let loss = |p: usize, p_star: usize| {
        let moments = TeacherMoments::orthonormal(p_star);
        let learning = scenario(step("The plateau"), |_| ()).learning().constant().unwrap();
        plateau(p, &moments, learning).unwrap().loss
    };
    assert_eq!(
        (format!("{:.3}", loss(6, 3)), format!("{:.3}", loss(24, 3))),
        ("0.458".into(), "0.372".into())
    );
    for p in 1..=64 {
        assert!(loss(p, 3) > 1.0 / 3.0 && loss(p, 4) < loss(p, 3));
    }
}

/// The law of the escape and its half-way α, by seed and width at the same η/p.
fn escape(seed: u64, p: usize) -> (f64, f64) {
    let step = step("Escape, and what width changes");
    let per_neuron = step.spec().model.eta / step.spec().model.p as f64;
    let scenario = scenario(step, |spec| {
        (spec.model.p, spec.model.eta, spec.start.seed) = (p, per_neuron * p as f64, seed);
    });
    let law = scenario.escape_law().unwrap();
    let (_, summary) = run(&scenario);
    let alpha = summary.events.alpha_escape.unwrap();
    let predicted = law.alpha_at_gap(0.5 * law.height).unwrap();
    assert!((predicted / alpha - 1.0).abs() < 0.05, "law {predicted}, run {alpha}");
    (law.plateau.rate, predicted)
}

#[test]
fn the_answer_on_width_is_true_the_rate_stays_and_only_the_prefactor_changes() {
    let own = step("Escape, and what width changes").spec().start.seed;
    let ((rate, narrow), (wide_rate, wide)) = (escape(own, 3), escape(own, 12));
    assert!((rate / wide_rate - 1.0).abs() < 2e-3, "{rate} and {wide_rate}");
    assert!((rate - 0.0044).abs() < 5e-5 && (narrow - 970.0).abs() < 5.0 && (wide - 860.0).abs() < 5.0);
    // Not by luck of the draw: in the mean of many starts as well.
    let mean = |p: usize| (1..=20).map(|seed| escape(seed, p).1).sum::<f64>() / 20.0;
    let gain = 1.0 - mean(12) / mean(3);
    assert!((0.06..0.15).contains(&gain), "a tenth sooner: {gain}");
}

#[test]
fn the_answer_on_the_learning_rate_is_true() {
    let step = step("The best learning rate");
    let at = |eta: f64| run(&scenario(step, |spec| spec.model.eta = eta));
    let half = |eta: f64| at(eta).1.events.alpha_half;
    // η½ as the panel of this step marks it, over as many starts.
    let starts = SweepSettings::default().starts;
    let rate = best_rate(&step.spec(), starts, &|| false).unwrap().unwrap().at.eta;
    assert!(step.answer.contains(&format!("η½ = {rate:.2}")), "{rate}");
    let best = half(rate).unwrap();
    assert!((best - 31.0).abs() < 1.0, "{best}");
    assert!([0.1, 0.2, 0.3, 0.4, 0.7, 0.8].iter().all(|eta| half(*eta).unwrap() > best));
    let moments = TeacherMoments::orthonormal(3);
    assert!((eta_best(3, &moments, 0.0) - 0.589).abs() < 1e-3);
    assert!((eta_max_escape(3, &moments, 0.0).unwrap() - 0.9).abs() < 1e-12);
    for p in 3..20_usize {
        let width = p as f64;
        let limit = eta_max_escape(p, &TeacherMoments::orthonormal(p), 0.0).unwrap();
        assert!((limit / (width * width / (2.0 * (width + 2.0))) - 1.0).abs() < 1e-12, "p = p* = {p}");
    }
    assert!((eta_max_plateau(3, &moments, 0.0) - 0.925).abs() < 5e-4);
    let (last, summary) = at(0.91);
    assert!(summary.events.alpha_half.is_none(), "it never gets there");
    assert!(last.state.m().norm() < scenario(step, |_| ()).initial().m().norm(), "M shrinks");
    assert_eq!(Phase::of(&scenario(step, |spec| spec.model.eta = 0.91), &last), Phase::Plateau);
    assert!(matches!(at(0.93).1.stop, StopReason::Diverged { .. }));
    // α½ as 1/η while η is small.
    let ratio = half(0.01).unwrap() / half(0.02).unwrap();
    assert!((ratio - 2.0).abs() < 0.05, "{ratio}");
}

#[test]
fn the_answer_on_the_circle_is_true() {
    assert_eq!([(2, 1), (3, 1), (3, 2)].map(|(p, p_star)| manifold_dimension(p, p_star)), [1, 2, 3]);
}

#[test]
fn the_answer_on_the_conserved_factor_is_true() {
    let step = step("The closest solution, and why");
    let drift = |kind, epsilon| {
        let scenario = scenario(step, |spec| (spec.start.kind, spec.start.epsilon) = (kind, epsilon));
        run(&scenario).0.observables.s_drift.unwrap()
    };
    assert!(drift(StartKind::Orthogonal, 0.01) < 1e-13);
    let (large, small) = (drift(StartKind::Gaussian, 0.01), drift(StartKind::Gaussian, 0.001));
    assert!((large - 0.02).abs() < 1e-3 && (small - 0.002).abs() < 1e-4, "{large} and {small}");
}

#[test]
fn the_answer_on_the_curvature_is_true() {
    let step = step("Saddle, then marginal minimum");
    let scenario = scenario(step, |_| ());
    let (trajectory, _) = saddlescope::sim::run(&scenario);
    let counts = |at: &Snapshot| hessian_spectrum(&at.state, scenario.teacher(), None).span_counts();
    assert_eq!(counts(trajectory.nearest(1000.0).unwrap()), [18, 15, 21]);
    assert_eq!(counts(trajectory.snapshots().last().unwrap()), [0, 12 + 18, 24]);
    // First those along the manifold alone: p p* - p* (p* + 1)/2; the others are p (p - p*).
    assert!(trajectory.snapshots().iter().any(|at| counts(at) == [0, 12, 42]));
    assert_eq!((manifold_dimension(6, 3), 6 * (6 - 3)), (12, 18));
}
