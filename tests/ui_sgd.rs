//! Finite-N SGD in the window: it grows beside the ODE, stops when told, and a long one waits to be asked for.
#![cfg(feature = "gui")]

mod ui_support;

use egui::Role;
use egui_kittest::kittest::Queryable;
use saddlescope::model::{Engine, Horizon, ScenarioSpec, SgdSection};
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
