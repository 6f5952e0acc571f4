//! Finite-N SGD in the window: it grows beside the ODE, stops when told, and a long one waits to be asked for.
#![cfg(feature = "gui")]

mod ui_support;

use egui::Role;
use egui_kittest::kittest::Queryable;
use saddlescope::figure::{Content, MatrixSource, Scale, escape_times, loss, matrix_difference, number};
use saddlescope::model::{Engine, Horizon, ScenarioSpec, SgdSection, StartKind};
use saddlescope::sim::EnsembleRecord;
use ui_support::{Window, saved};

/// A short run with an ensemble of four.
fn with_sgd(spec: &mut ScenarioSpec) {
    spec.model.p = 3;
    spec.model.eta = 0.3;
    spec.time.alpha_max = Horizon::Until(20.0);
    spec.sgd = Some(SgdSection { n: 200, replicas: 4, ..SgdSection::default() });
}

#[test]
fn the_switch_adds_dashed_means_to_the_curves_and_takes_them_away() {
    let mut window = Window::of(|spec| {
        with_sgd(spec);
        spec.sgd = None;
    });
    assert!(window.app().ensemble().is_none());
    let alone = window.curves("Overlaps M").len();
    window.harness.get_by_label("simulate SGD").click();
    window.harness.run();
    window.settle();
    {
        let app = window.app();
        let ensemble = app.ensemble().unwrap();
        assert!(ensemble.ended && ensemble.failure.is_none());
        assert_eq!(ensemble.record.replicas.len(), 10, "the default number of runs");
        let (points, run) = (&ensemble.record.points, app.shown().unwrap());
        assert!(points.len() > 20 && points.last().unwrap().alpha() <= run.trajectory.span().1 + 1e-3);
    }
    let entries = {
        let run = window.run();
        run.scenario.model.p * run.scenario.model.p_star
    };
    let both = window.curves("Overlaps M").len();
    assert!(
        both >= alone + entries,
        "a dashed mean beside each of {entries} curves: {alone}, then {both} strokes"
    );
    window.harness.get_by_label("simulate SGD").click();
    window.harness.run();
    window.settle();
    assert!(window.app().ensemble().is_none());
    assert_eq!(window.curves("Overlaps M").len(), alone);
}

#[test]
fn a_change_of_parameters_begins_a_new_ensemble() {
    let mut window = Window::of(with_sgd);
    let before = window.app().ensemble().unwrap().id;
    window.harness.get_by_role_and_label(Role::Slider, "η").set_value_accesskit(0.2);
    window.harness.run();
    window.settle();
    let app = window.app();
    let ensemble = app.ensemble().unwrap();
    assert!(ensemble.id > before && ensemble.record.replicas.len() == 4);
}

#[test]
fn the_matrices_can_be_those_of_the_mean_or_of_one_run() {
    let mut window = Window::of(with_sgd);
    let place = |window: &Window| window.place("matrix M(α)");
    assert!(place(&window).is_positive());
    window.harness.get_all_by_label("mean").next().unwrap().click();
    window.harness.run();
    let said = window.value("matrix M(α), mean");
    let mean = {
        let app = window.app();
        let record = &app.ensemble().unwrap().record;
        record.points[record.nearest(window.cursor()).unwrap()].m_matrix(|moment| moment.mean)
    };
    assert_eq!(said, format!("3 by 3, largest magnitude {}", saddlescope::figure::number(mean.amax())));
    window.harness.get_all_by_label("run 1").next().unwrap().click();
    window.harness.run();
    let followed = window.app().ensemble().unwrap().record.followed.last().unwrap().m().amax();
    let said = window.value("matrix M(α), run 1");
    assert_eq!(said, format!("3 by 3, largest magnitude {}", saddlescope::figure::number(followed)));
    window.harness.get_all_by_role_and_label(Role::Button, "ODE").next().unwrap().click();
    window.harness.run();
    assert!(place(&window).is_positive());
}

#[test]
fn the_escape_view_shows_when_single_runs_escape() {
    let mut window = Window::of(|spec| {
        with_sgd(spec);
        spec.time.alpha_max = Horizon::Until(120.0);
        spec.start.epsilon = 0.1;
    });
    window.harness.get_by_label("Escape").click();
    window.harness.run();
    for plot in ["Loss", "Growth rate of M", "Gap to the plateau", "Half-times α½ of SGD runs"] {
        assert!(window.place(plot).is_positive(), "{plot}");
    }
    let record = window.app().ensemble().unwrap().record.clone();
    assert!(record.half_times.iter().all(Option::is_some), "{:?}", record.half_times);
    let ends: Vec<_> = record.replicas.iter().map(|replica| replica.alpha_half).collect();
    assert_eq!(record.half_times, ends, "told while they run, and at their end");
    window.press(egui::Key::Num1);
    assert!(window.place("Distance to ρ̄").is_positive());
}

#[test]
fn random_weights_bring_the_odes_of_their_own_starts() {
    let mut window = Window::of(|spec| {
        with_sgd(spec);
        spec.start.kind = StartKind::Weights;
    });
    let shared = window.app().ensemble().unwrap().record.own_odes.len();
    assert_eq!(shared, 4, "one for each run");
    let before = window.curves("Loss").len();
    window.harness.get_by_label("single runs").click();
    window.harness.run();
    assert!(window.curves("Loss").len() >= before + 4, "four runs more");
    let app = window.app();
    let figure = loss(&app.shown().unwrap().data(Scale::Linear, app.ensemble(), true));
    let Content::Plots(plots) = figure.content else { panic!("curves") };
    let own = plots[0].1.series.iter().filter(|series| series.label.starts_with("ODE from the start of run"));
    assert_eq!(own.count(), 4);
}

#[test]
fn explicit_weights_that_take_long_wait_to_be_asked_for() {
    let window = Window::of(|spec| {
        with_sgd(spec);
        spec.time.alpha_max = Horizon::Until(3000.0);
        spec.sgd = Some(SgdSection { n: 100_000, engine: Engine::Direct, ..SgdSection::default() });
    });
    assert!(window.app().ensemble().is_none());
    assert!(window.harness.query_by_label("Run anyway").is_some());
}

#[test]
fn an_ensemble_that_cannot_be_made_says_why_and_leaves_the_run() {
    let mut window = Window::of(|spec| {
        with_sgd(spec);
        spec.time.alpha_max = Horizon::Until(1e-9);
        spec.sgd = Some(SgdSection { n: 1_000_000_000_000, engine: Engine::Direct, ..SgdSection::default() });
    });
    window.harness.get_by_label("Run anyway").click();
    window.harness.run();
    window.settle();
    let app = window.app();
    let failure = app.ensemble().unwrap().failure.clone().unwrap();
    assert!(failure.contains("needs") && failure.contains("use engine = \"reduced\""), "{failure}");
    assert!(app.shown().unwrap().summary.is_some());
}

/// An ensemble that takes about a second, cancelled on its way.
fn cancelled() -> Window {
    let mut window = Window::with(saved(long_enough), ui_support::USUAL);
    window.wait_for("SGD on its way", |app| {
        app.ensemble().is_some_and(|sgd| sgd.record.reach().is_some_and(|reach| reach > 2.0))
    });
    window.click("Cancel");
    window.settle();
    window
}

fn long_enough(spec: &mut ScenarioSpec) {
    with_sgd(spec);
    spec.start.epsilon = 0.1;
    spec.sgd = Some(SgdSection { n: 100_000, replicas: 8, ..SgdSection::default() });
}

#[test]
fn a_cancelled_ensemble_says_how_far_it_came_and_shows_nothing_beyond() {
    let mut window = cancelled();
    let reach = {
        let app = window.app();
        let sgd = app.ensemble().unwrap();
        assert!(sgd.ended && sgd.cancelled && sgd.record.stopped && sgd.record.replicas.is_empty());
        sgd.record.reach().unwrap()
    };
    assert!(reach < 19.0, "cancelled before its end: {reach}");
    let share = (100.0 * reach / 20.0).floor();
    window.expect(&format!("SGD stopped at α = {} of 20.00 ({share} %)", number(reach)));
    assert!(!window.says("SGD 8 runs"));
    // The cursor is at the end of the run.
    window.harness.get_all_by_label("mean").next().unwrap().click();
    window.harness.run();
    window.expect(&format!("M(α), mean: SGD stopped at α = {}", number(reach)));
    let app = window.app();
    let run = app.shown().unwrap();
    let data = run.data(Scale::Linear, app.ensemble(), true);
    for (alpha, seen) in [(0.0, true), (reach, true), (reach + 0.1, false), (20.0, false)] {
        for source in [MatrixSource::Mean, MatrixSource::Replica] {
            let Content::Matrices(matrices) = matrix_difference(&data, source, alpha).content else {
                panic!()
            };
            let shown: Vec<bool> = matrices.iter().map(|matrix| matrix.values.is_some()).collect();
            assert_eq!(shown, [seen, true, seen], "{source:?} at {alpha}");
        }
    }
    let Content::Plots(plots) = escape_times(&data).content else { panic!("a histogram") };
    assert!(plots[0].1.notes.iter().any(|note| note.starts_with("SGD stopped at α = ")));
    let Content::Plots(plots) = loss(&data).content else { panic!("curves") };
    for series in plots[0].1.series.iter().filter(|series| series.label.starts_with("SGD")) {
        assert!(series.points.last().unwrap()[0] <= reach, "{}", series.label);
    }
}

#[test]
fn an_ensemble_that_goes_on_ends_with_the_same_bits_as_one_that_was_never_stopped() {
    let mut window = cancelled();
    let before = window.app().ensemble().unwrap().record.points.len();
    window.click("Continue SGD");
    window.settle();
    assert!(!window.says("SGD stopped") && !window.says("Continue SGD"));
    window.expect("SGD 8 runs");
    let undisturbed = Window::of(long_enough);
    let (app, other) = (window.app(), undisturbed.app());
    let [record, whole] = [&app, &other].map(|app| &app.ensemble().unwrap().record);
    assert!(record.points.len() > before && !record.stopped);
    let bits = |record: &EnsembleRecord| -> Vec<u64> {
        let points = record.points.iter();
        points
            .flat_map(|at| {
                [
                    at.alpha(),
                    at.risk().mean,
                    at.risk().sem,
                    at.m(0, 0).unwrap().mean,
                    at.q(1, 2).unwrap().mean,
                ]
            })
            .map(f64::to_bits)
            .collect()
    };
    assert_eq!(bits(record), bits(whole));
    assert_eq!(record.risk_curves, whole.risk_curves);
    assert_eq!(record.half_times, whole.half_times);
    assert_eq!(record.followed, whole.followed);
    assert_eq!(record.replicas.len(), whole.replicas.len());
}

#[test]
fn a_cancelled_ensemble_of_another_run_is_not_gone_on_with() {
    let mut window = cancelled();
    window.slide("η", 0.2);
    window.settle();
    assert!(!window.says("Continue SGD"));
    assert!(window.app().ensemble().unwrap().record.reach() > Some(19.9));
}

#[test]
fn a_long_run_of_the_reduced_engine_waits_to_be_asked_for_too() {
    let window = Window::of(|spec| {
        with_sgd(spec);
        spec.time.alpha_max = Horizon::Until(3000.0);
        spec.sgd = Some(SgdSection { n: 100_000_000, ..SgdSection::default() });
    });
    assert!(window.app().ensemble().is_none());
    assert!(window.harness.query_by_label("Run anyway").is_some());
    // 3 × 10¹¹ steps: hours or days, however many cores share them.
    let told = |text: &String| text.starts_with("about ") && (text.contains(" h ") || text.contains(" day"));
    assert!(window.texts().iter().any(told), "{:#?}", window.texts());
}

#[test]
fn a_start_below_the_noise_of_sgd_is_told_beside_epsilon_and_in_the_status() {
    let mut window = Window::of(|spec| {
        with_sgd(spec);
        spec.sgd = Some(SgdSection { n: 100, replicas: 4, ..SgdSection::default() });
    });
    window.expect("ε is below 1/√N = 0.1, that of random weights: SGD leaves long before the ODE");
    window.expect("ε < 1/√N = 0.1");
    window.slide("ε", 0.1);
    window.settle();
    assert!(!window.says("1/√N"), "{:#?}", window.texts());
    let weights = Window::of(|spec| {
        with_sgd(spec);
        spec.sgd = Some(SgdSection { n: 100, replicas: 4, ..SgdSection::default() });
        spec.start.kind = StartKind::Weights;
    });
    assert!(!weights.says("ε is below"));
}

#[test]
fn the_histogram_of_escape_times_reaches_to_that_of_the_ode() {
    let window = Window::of(|spec| {
        with_sgd(spec);
        spec.time.alpha_max = Horizon::Until(200.0);
        spec.sgd = Some(SgdSection { n: 100, replicas: 8, ..SgdSection::default() });
    });
    let app = window.app();
    let run = app.shown().unwrap();
    let half = run.summary.unwrap().events.alpha_half.unwrap();
    let times: Vec<f64> = app.ensemble().unwrap().record.half_times.iter().flatten().copied().collect();
    let latest = times.iter().copied().fold(0.0, f64::max);
    let Content::Plots(plots) = escape_times(&run.data(Scale::Linear, app.ensemble(), false)).content else {
        panic!("a histogram")
    };
    let (low, high) = plots[0].1.x.range.unwrap();
    assert!(low < half && half < high, "{half} is not in {low} to {high}; the last run left at {latest}");
    assert!(times.iter().all(|time| (low..=high).contains(time)));
    // Without any run that has left, too.
    let Content::Plots(plots) = escape_times(&run.data(Scale::Linear, None, false)).content else {
        panic!("a histogram")
    };
    assert!(plots[0].1.x.range.is_some_and(|(low, high)| (low..high).contains(&half)));
}

#[test]
fn a_pin_keeps_its_ensemble_and_the_run_shown_is_named_beside_it() {
    let mut window = Window::of(with_sgd);
    window.press(egui::Key::K);
    window.harness.get_by_role_and_label(Role::Slider, "N").set_value_accesskit(400.0);
    window.harness.run();
    window.settle();
    assert!(
        window.says("N = 200") && window.says("N = 400") && window.says("Shown"),
        "{:#?}",
        window.texts()
    );
    assert!(!window.says("the same settings"));
    let with_pin = window.curves("Loss").len();
    window.harness.get_by_label("remove pin N = 200").click();
    window.harness.run();
    assert!(window.curves("Loss").len() < with_pin && !window.says("Shown"));
}
