//! What the window runs: every control restarts the run, whatever is entered, and nothing that was drawn is lost.
//!
//! Through the accessible labels a user has, with the real engine behind.

#![cfg(feature = "gui")]

mod ui_support;

use egui::Role;
use egui_kittest::kittest::Queryable;
use saddlescope::model::{Horizon, ScenarioSpec, StartKind, TeacherKind};
use saddlescope::sim::StopReason;
use ui_support::{PLOTS, Window, saved};

/// Pictures that must change when the dynamics does.
const MOVING: [&str; 3] = ["Loss", "Overlaps M", "Norms and overlaps Q"];

/// The presets of the menu, with widths, learning rate and how each ends.
const PRESETS: [(&str, usize, usize, f64); 7] = [
    ("Figure 1: ODE at p = 6, p* = 3", 6, 3, 0.01),
    ("Figure 3: distance to ρ̄", 6, 3, 0.01),
    ("Figure 4: S is conserved", 6, 3, 0.01),
    ("p = 2, p* = 1: a circle of solutions", 2, 1, 0.01),
    ("p = p* = 3: matched", 3, 3, 0.1),
    ("p = 2, p* = 4: underparameterised", 2, 4, 0.01),
    ("η too large", 3, 3, 1.2),
];

/// A run that goes on until it is told to stop: the algebraic tail of p > p* never comes to rest, and the end is out of
/// reach.
fn endless(spec: &mut ScenarioSpec) {
    spec.time.alpha_max = Horizon::Until(1e15);
}

#[test]
fn the_first_start_shows_a_complete_run_of_the_default_scenario() {
    let window = Window::first();
    assert_eq!(window.app().error(), None);
    let run = window.run();
    assert_eq!(run.scenario.spec(), &ScenarioSpec::default());
    assert_eq!(run.summary.map(|summary| summary.stop), Some(StopReason::Done));
    let (from, to) = run.trajectory.span();
    assert!(from == 0.0 && to > 1000.0, "{from} to {to}");
    for plot in PLOTS {
        assert!(!window.curves(plot).is_empty(), "{plot} is empty");
    }
    window.expect("convergence as 1/α²");
    window.expect("done at α");
}

#[test]
fn every_slider_restarts_the_run_with_its_new_value_and_the_figures_change() {
    type Read = fn(&ScenarioSpec) -> f64;
    let sliders: [(&str, f64, Read); 5] = [
        ("p", 4.0, |spec| spec.model.p as f64),
        ("p*", 2.0, |spec| spec.model.p_star as f64),
        ("η", 0.2, |spec| spec.model.eta),
        ("ε", 0.001, |spec| spec.start.epsilon),
        ("Δ", 0.5, |spec| spec.model.label_noise),
    ];
    for (label, value, read) in sliders {
        let mut window = Window::first();
        let (id, before) = (window.run().id, MOVING.map(|plot| window.curves(plot)));
        window.slide(label, value);
        window.settle();
        assert!(window.run().id > id, "{label} restarts nothing");
        let shown = read(window.run().scenario.spec());
        assert!((shown - value).abs() < 1e-9, "{label}: {shown} is run instead of {value}");
        assert!(MOVING.map(|plot| window.curves(plot)) != before, "{label} leaves the pictures as they were");
        assert!(!window.curves("Loss").is_empty());
    }
}

#[test]
fn dragging_a_slider_with_the_mouse_restarts_the_run_at_every_step() {
    let mut window = Window::first();
    let rail = window.harness.get_by_role_and_label(Role::Slider, "η").rect();
    let at = |share: f32| egui::pos2(rail.left() + share * rail.width(), rail.center().y);
    window.harness.drag_at(at(0.3));
    window.harness.step();
    let mut last = window.spec().model.eta;
    for step in 4..9 {
        window.harness.hover_at(at(0.1 * step as f32));
        window.harness.step();
        let eta = window.spec().model.eta;
        assert!(eta > last, "{eta} after {last}");
        last = eta;
    }
    window.harness.drop_at(at(0.8));
    window.settle();
    assert_eq!(window.run().scenario.model.eta.to_bits(), window.spec().model.eta.to_bits());
}

#[test]
fn a_burst_of_changes_ends_with_the_newest_run() {
    let mut window = Window::first();
    let first = window.run().id.0;
    let values: Vec<f64> = (1..=40).map(|step| 0.005 * f64::from(step)).collect();
    for eta in &values {
        window.slide("η", *eta);
    }
    window.settle();
    let eta = window.run().scenario.model.eta;
    assert_eq!((eta.to_bits(), window.run().id.0), (0.2_f64.to_bits(), first + values.len() as u64));
    assert_eq!(window.app().error(), None);
    assert!(window.run().trajectory.snapshots().is_sorted_by(|a, b| a.alpha < b.alpha));
}

#[test]
fn numbers_are_taken_with_a_decimal_comma_and_what_is_none_changes_nothing() {
    let mut window = Window::first();
    window.enter("η", "0,02");
    window.settle();
    assert_eq!(window.spec().model.eta, 0.02);
    for text in ["nan", "0,0,1", "fast", ""] {
        for label in ["η", "Δ"] {
            let before = window.spec();
            window.enter(label, text);
            assert_eq!(window.spec(), before, "{label} = {text}");
        }
    }
}

#[test]
fn a_number_out_of_range_is_explained_beside_the_old_run_until_it_is_corrected() {
    let entries = [
        ("η", "-0.5", "model.eta = -0.5: a learning rate is a number above 0, at most 1e6", "0.02"),
        ("η", "1e300", "a learning rate is a number above 0, at most 1e6", "0.02"),
        ("ε", "0", "start.epsilon = 0: the scale of M0 is a number above 0, at most 1000", "0.02"),
        ("ε", "1", "start.epsilon = 1 is too large for p = 6, p* = 3, seed 1", "0.02"),
        ("seed", "9223372036854775808", "start.seed = 9223372036854775808: a seed is a whole number", "7"),
    ];
    for (label, wrong, message, right) in entries {
        let mut window = Window::first();
        let (id, before) = (window.run().id, window.curves("Loss"));
        window.enter(label, wrong);
        assert!(window.count(message) >= 2, "{label} = {wrong}: {:?}", window.app().error());
        assert_eq!((window.run().id, window.curves("Loss") == before), (id, true), "{label} = {wrong}");
        window.enter(label, right);
        window.settle();
        assert_eq!(window.app().error(), None);
        assert!(!window.says(message) && window.run().id > id);
    }
}

#[test]
fn words_that_are_no_number_change_nothing() {
    for nonsense in ["", "eta", "NaN"] {
        let mut window = Window::first();
        let id = window.run().id;
        window.enter("η", nonsense);
        assert_eq!((window.spec().model.eta, window.run().id), (0.01, id), "\"{nonsense}\"");
        assert_eq!(window.app().error(), None, "\"{nonsense}\"");
    }
}

#[test]
fn numbers_beyond_all_bounds_are_explained_until_they_are_corrected() {
    for nonsense in ["inf", "1e999"] {
        let mut window = Window::first();
        let id = window.run().id;
        window.enter("η", nonsense);
        assert!(window.app().error().is_some(), "\"{nonsense}\" became {}", window.spec().model.eta);
        assert_eq!(window.run().id, id, "\"{nonsense}\"");
        window.enter("η", "0.02");
        window.settle();
        assert_eq!(window.app().error(), None);
    }
}

#[test]
fn widths_beyond_the_limits_are_held_at_them() {
    let mut window = Window::of(|spec| spec.time.alpha_max = Horizon::Until(1.0));
    for (label, text, width) in [("p", "1000", 64), ("p", "0", 1), ("p*", "-3", 1), ("p*", "65", 64)] {
        window.enter(label, text);
        window.settle();
        let model = window.spec().model;
        assert_eq!(if label == "p" { model.p } else { model.p_star }, width, "{label} = {text}");
        assert_eq!(window.app().error(), None);
    }
}

#[test]
fn divergence_is_told_with_its_alpha_and_the_limit_that_was_passed() {
    let mut window = Window::first();
    window.slide("p", 3.0);
    window.slide("η", 1.2);
    window.settle();
    let alpha = window.run().diverged_at().expect("η = 1.2 is too large");
    window.expect(&format!("diverged at α = {alpha:.4}: η = 1.2 is above"));
    window.expect("the largest with a plateau");
    window.expect("passed");
    assert!(window.run().trajectory.snapshots().len() > 10);
    for plot in MOVING {
        assert!(!window.curves(plot).is_empty(), "{plot} shows nothing of the blow-up");
    }
    window.slide("η", 0.1);
    window.settle();
    assert!(window.run().diverged_at().is_none() && !window.says("diverged"));
}

#[test]
fn every_preset_loads_and_runs_to_its_end() {
    let mut window = Window::first();
    for (name, p, p_star, eta) in PRESETS {
        window.harness.get_by_role_and_label(Role::ComboBox, "presets").click();
        window.harness.run();
        window.click(name);
        window.settle();
        let model = window.run().scenario.model.clone();
        assert_eq!((model.p, model.p_star, model.eta.to_bits()), (p, p_star, eta.to_bits()), "{name}");
        assert_eq!(window.app().error(), None, "{name}");
        let stop = window.run().summary.map(|summary| summary.stop).expect("a settled run has a summary");
        assert!(stop != StopReason::Cancelled, "{name} was cancelled");
        assert_eq!(matches!(stop, StopReason::Diverged { .. }), name == "η too large", "{name}: {stop:?}");
        assert!(!window.curves("Loss").is_empty(), "{name} draws nothing");
    }
}

#[test]
fn every_kind_of_random_start_runs() {
    let mut window = Window::first();
    let kinds = [
        ("gaussian", StartKind::Gaussian),
        ("weights", StartKind::Weights),
        ("orthogonal", StartKind::Orthogonal),
    ];
    for (name, kind) in kinds {
        let before = window.curves("Overlaps M");
        window.click(name);
        window.settle();
        assert_eq!(window.run().scenario.start.kind, kind);
        assert!(window.curves("Overlaps M") != before, "{name} leaves the overlaps as they were");
    }
}

#[test]
fn every_kind_of_teacher_is_chosen_varied_run_and_undone() {
    let mut window = Window::first();
    let first = window.spec();
    let gram = |window: &Window| window.run().scenario.teacher().gram().clone();
    let choose = |window: &mut Window, name: &str| {
        window.click(name);
        window.settle();
    };
    choose(&mut window, "linear t");
    window.slide("ratio", 0.25);
    window.settle();
    let linear = gram(&window);
    assert!((linear[(2, 2)] / linear[(0, 0)] - 0.25).abs() < 1e-12, "{linear}");
    choose(&mut window, "power law");
    window.slide("γ", 2.0);
    window.settle();
    let power = gram(&window);
    assert!((power[(1, 1)] / power[(0, 0)] - 0.25).abs() < 1e-12, "{power}");
    choose(&mut window, "random");
    let random = gram(&window);
    window.enter("teacher seed", "7");
    window.settle();
    assert!(random[(0, 1)] != 0.0 && gram(&window) != random);
    choose(&mut window, "equal");
    assert!(window.run().scenario.teacher().is_orthonormal());
    assert!(!window.says("teacher seed") && !window.says("ratio"), "no number without a use");
    for _ in 0..7 {
        window.click("undo");
        window.settle();
    }
    assert_eq!(window.spec(), first);
    window.click("redo");
    window.settle();
    assert_eq!(window.spec().teacher.kind, TeacherKind::Linear);
}

#[test]
fn a_law_of_teachers_holds_for_every_width_and_leaves_files_their_own() {
    let mut window = Window::of(|spec| spec.teacher.kind = TeacherKind::Power);
    for width in [5.0, 1.0, 2.0] {
        window.slide("p*", width);
        window.settle();
        let run = window.run();
        let teacher = run.scenario.teacher();
        assert_eq!((window.app().error(), teacher.p_star()), (None, width as usize));
        assert!((teacher.gram().trace() - width).abs() < 1e-12, "learning rates mean the same");
        drop(run);
        assert_eq!(window.says("T = 1 by any law"), width < 2.0);
    }
    let mut window = Window::of(|spec| {
        (spec.model.p, spec.model.p_star, spec.start.kind) = (1, 1, StartKind::File);
        (spec.start.m_0, spec.start.q_0) = (Some(vec![vec![0.01]]), Some(vec![vec![1.0]]));
    });
    window.expect("T is that of the start");
    window.click("gaussian");
    window.settle();
    assert_eq!((window.app().error(), window.spec().start.m_0), (None, None));
}

#[test]
fn reseeding_draws_another_start() {
    let mut window = Window::first();
    let (seed, before) = (window.spec().start.seed, window.curves("Overlaps M"));
    window.click("Reseed");
    window.settle();
    assert_ne!(window.run().scenario.start.seed, seed);
    assert!(window.curves("Overlaps M") != before, "the same start again");
}

#[test]
fn gradient_flow_drops_the_noise_of_the_gradient() {
    let mut window = Window::of(|spec| spec.model.eta = 0.5);
    let before = window.curves("Loss");
    window.harness.get_by_role_and_label(Role::CheckBox, "gradient flow").click();
    window.harness.run();
    window.settle();
    assert!(window.run().scenario.model.gradient_flow && window.curves("Loss") != before);
}

#[test]
fn the_horizon_can_be_set_by_hand_and_given_back() {
    let mut window = Window::first();
    let automatic = window.run().trajectory.span().1;
    let auto = "until every phase has been seen";
    window.harness.get_by_role_and_label(Role::CheckBox, auto).click();
    window.harness.run();
    window.settle();
    assert_eq!(window.spec().time.alpha_max, Horizon::Until(1000.0));
    window.enter("until α =", "250");
    window.settle();
    assert!((window.run().trajectory.span().1 - 250.0).abs() < 1e-9);
    window.enter("until α =", "-1");
    window.expect("time.alpha_max = -1: \"auto\", or a number above 0, at most 1e15");
    assert!((window.run().trajectory.span().1 - 250.0).abs() < 1e-9);
    window.harness.get_by_role_and_label(Role::CheckBox, auto).click();
    window.harness.run();
    window.settle();
    assert_eq!(window.spec().time.alpha_max, Horizon::Auto);
    assert!((window.run().trajectory.span().1 - automatic).abs() < 1e-9);
}

#[test]
fn cancelling_a_long_run_stops_it_and_keeps_what_was_drawn() {
    let mut window = Window::with(saved(endless), ui_support::USUAL);
    window.wait_for("states of an endless run", |app| {
        app.shown().is_some_and(|run| run.is_running() && run.trajectory.snapshots().len() > 20)
    });
    window.expect("ODE at α");
    window.harness.get_by_role_and_label(Role::Button, "Cancel").click();
    window.harness.step();
    window.settle();
    let kept = window.run().trajectory.span().1;
    assert_eq!(window.run().summary.map(|summary| summary.stop), Some(StopReason::Cancelled));
    assert!(kept > 0.0 && !window.curves("Loss").is_empty());
    window.expect("stopped at α");
    assert!(window.harness.query_by_role_and_label(Role::Button, "Cancel").is_none());
}

#[test]
fn a_change_during_a_long_run_supersedes_it() {
    let mut window = Window::with(saved(endless), ui_support::USUAL);
    window.wait_for("states of an endless run", |app| app.shown().is_some());
    window.enter("until α =", "100");
    window.settle();
    assert!((window.run().trajectory.span().1 - 100.0).abs() < 1e-9);
    assert_eq!(window.run().summary.map(|summary| summary.stop), Some(StopReason::Done));
}

#[test]
fn a_wrong_scenario_kept_from_the_last_time_is_explained_and_can_be_mended() {
    let mut window = Window::with(saved(|spec| spec.model.eta = -1.0), ui_support::USUAL);
    window.harness.run();
    window.expect("model.eta = -1: a learning rate is a number above 0, at most 1e6");
    assert!(window.app().shown().is_none());
    window.enter("η", "0.1");
    window.settle();
    assert_eq!(window.app().error(), None);
}

#[test]
fn runs_from_other_starts_go_with_the_run_they_were_made_for() {
    let mut window = Window::first();
    let alone = window.curves("Manifold of solutions").len();
    window.harness.key_press(egui::Key::Num3);
    window.settle();
    window.harness.key_press(egui::Key::Num1);
    window.settle();
    assert!(
        window.curves("Manifold of solutions").len() > alone,
        "other starts are seen in the overview too"
    );
    // Other widths have no place in the same picture, whatever the view.
    for (view, name, value) in
        [(egui::Key::Num1, "p", 8.0), (egui::Key::Num3, "p", 5.0), (egui::Key::Num3, "p*", 2.0)]
    {
        window.harness.key_press(view);
        window.harness.step();
        window.slide(name, value);
        window.settle();
        assert_eq!(window.app().error(), None);
    }
    window.harness.key_press(egui::Key::Num1);
    window.settle();
    window.slide("η", 0.02);
    window.settle();
    assert_eq!(window.curves("Manifold of solutions").len(), alone, "they are another run's");
}
