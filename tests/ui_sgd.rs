//! Finite-N SGD in the window: it grows beside the ODE, stops when told, and a long one waits to be asked for.
#![cfg(feature = "gui")]

mod ui_support;

use egui::Role;
use egui_kittest::kittest::Queryable;
use saddlescope::figure::{Content, Scale, loss};
use saddlescope::model::{Engine, Horizon, ScenarioSpec, SgdSection, StartKind};
use ui_support::Window;

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
    window.harness.get_by_label("simulate SGD").click();
    window.harness.run();
    window.settle();
    assert!(window.app().ensemble().is_none());
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
    window.harness.get_all_by_label("ODE").next().unwrap().click();
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
