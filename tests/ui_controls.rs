//! Controls that have no effect: they are disabled, say why, and what stands in their place is offered beside them.

#![cfg(feature = "gui")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod ui_support;

use std::path::{Path, PathBuf};

use egui::{Event, Key, Modifiers, OutputCommand, Role};
use egui_kittest::kittest::{NodeT, Queryable};
use saddlescope::model::{Scenario, ScenarioSpec, SgdSection, StartKind, TeacherKind};
use saddlescope::sim::StopReason;
use saddlescope::ui::{Saved, View, ViewId};
use ui_support::{USUAL, Window, saved};

const START: &str =
    r#"{"p": 2, "p_star": 1, "T": [[1.5]], "M0": [[0.01], [0.02]], "Q0": [[1, 0.125], [0.125, 1]]}"#;

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("start.json");
    std::fs::write(&path, START).unwrap();
    (folder, path)
}

/// Chooses the start kind `file` and, in the dialog that opens, a path.
fn take_start(window: &mut Window, path: &Path) {
    window.click("file");
    type_path(window, path);
}

fn type_path(window: &mut Window, path: &Path) {
    window.harness.get_by_role_and_label(Role::TextInput, "path").focus();
    window.harness.run();
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.harness.event(Event::Text(path.to_string_lossy().into_owned()));
    window.harness.key_press(Key::Enter);
    window.harness.run_steps(3);
}

/// A window whose start is that of a file.
fn with_file(tab: ViewId) -> (tempfile::TempDir, Window) {
    let (folder, path) = folder();
    let view = View { tab, fan: 3, ..View::default() };
    let mut window = Window::with(Saved { view, ..Saved::default() }, USUAL).settled();
    take_start(&mut window, &path);
    window.settle();
    assert_eq!(window.app().error(), None);
    (folder, window)
}

fn is_disabled(window: &Window, role: Role, label: &str) -> bool {
    window.harness.get_by_role_and_label(role, label).accesskit_node().is_disabled()
}

/// Points at a control that must be disabled, and fails unless the words say why.
fn expect_reason(window: &mut Window, role: Role, label: &str, why: &str) {
    assert!(is_disabled(window, role, label), "{label} can be used");
    let place = window.harness.get_by_role_and_label(role, label).rect().center();
    window.harness.hover_at(place);
    window.harness.run_steps(4);
    window.expect(why);
    window.harness.hover_at(egui::pos2(700.0, 500.0));
    window.harness.run_steps(4);
}

#[test]
fn a_start_file_sets_both_widths_and_its_teacher_and_runs_at_once() {
    let (_folder, path) = folder();
    let mut window = Window::of(|spec| spec.teacher.kind = TeacherKind::Power);
    take_start(&mut window, &path);
    window.expect("the start of");
    window.settle();
    let spec = window.spec();
    assert_eq!((spec.model.p, spec.model.p_star, spec.teacher.kind), (2, 1, TeacherKind::Identity));
    assert_eq!((window.app().error(), spec.start.path.as_deref()), (None, path.to_str()));
    assert_eq!(window.run().scenario.initial().q()[(0, 1)], 0.125);
    assert_eq!(window.run().scenario.teacher().gram()[(0, 0)], 1.5);
    window.expect("start.json");
    window.click("undo");
    window.settle();
    assert_eq!((window.spec().model.p, window.spec().start.kind), (6, StartKind::Orthogonal));
}

#[test]
fn choosing_the_kind_file_asks_for_one_and_keeps_the_run_until_there_is_one() {
    let (folder, path) = folder();
    let wrong = folder.path().join("wrong.json");
    std::fs::write(&wrong, "{\"p\": 2, \"p_star\": 1}").unwrap();
    let mut window = Window::first();
    let (id, before) = (window.run().id, window.spec());
    window.click("file");
    window.expect("Choose a start file");
    assert!(!window.says("start.path") && !window.says("start.kind"), "{:#?}", window.texts());
    window.click("Cancel");
    assert_eq!((window.run().id, window.spec() == before, window.app().error()), (id, true, None));
    take_start(&mut window, &folder.path().join("absent.json"));
    window.expect("there is no file");
    type_path(&mut window, &wrong);
    window.expect("the key `M0` is missing");
    assert_eq!((window.run().id, window.spec() == before), (id, true), "what was drawn stays");
    type_path(&mut window, &path);
    window.settle();
    assert_eq!(window.spec().model.p, 2);
}

#[test]
fn a_start_without_its_file_kept_from_the_last_time_offers_to_browse() {
    let (_folder, path) = folder();
    let mut window = Window::with(saved(|spec| spec.start.kind = StartKind::File), USUAL);
    window.harness.run();
    window.expect("choose a start file");
    assert!(!window.says("start.path"), "{:#?}", window.texts());
    window.click("Browse...");
    type_path(&mut window, &path);
    window.settle();
    assert_eq!((window.app().error(), window.spec().model.p), (None, 2));
}

#[test]
fn what_a_start_file_does_not_use_is_disabled_and_says_why() {
    let (_folder, mut window) = with_file(ViewId::ImplicitBias);
    for (role, label, why) in [
        (Role::Slider, "p", "the start file sets p and p*"),
        (Role::Slider, "p*", "the start file sets p and p*"),
        (Role::Slider, "ε", "M₀ is that of the start file"),
        (Role::SpinButton, "seed", "there is no other one"),
        (Role::Button, "Reseed", "there is no other one"),
        (Role::SpinButton, "runs from other starts", "there are no others like it"),
    ] {
        expect_reason(&mut window, role, label, why);
    }
    let (id, before) = (window.run().id, window.spec());
    window.press(Key::R);
    window.expect("a start from a file is not drawn");
    assert_eq!((window.run().id, window.spec() == before), (id, true), "R does nothing");
    assert!(!window.value("Manifold of solutions").contains("other starts"));
    window.click("gaussian");
    window.settle();
    assert_eq!((window.app().error(), window.spec().start.path), (None, None));
    assert!(["p", "p*", "ε"].iter().all(|label| !is_disabled(&window, Role::Slider, label)));
    assert!(!is_disabled(&window, Role::Button, "Reseed"));
}

#[test]
fn the_scale_of_random_weights_is_that_of_n_while_sgd_has_one() {
    let beside = |spec: &mut ScenarioSpec| {
        spec.start.kind = StartKind::Weights;
        spec.sgd = Some(SgdSection { n: 400, replicas: 1, ..SgdSection::default() });
        spec.time.alpha_max = saddlescope::model::Horizon::Until(2.0);
    };
    let mut window = Window::of(beside);
    expect_reason(&mut window, Role::Slider, "ε", "ε = 1/√N");
    let shown = window.harness.get_by_role_and_label(Role::Slider, "ε");
    assert_eq!(shown.accesskit_node().numeric_value(), Some(0.05), "what N makes of it");
    assert_eq!(window.spec().start.epsilon, 0.01, "and what was chosen is kept");
    window.harness.get_by_role_and_label(Role::CheckBox, "simulate SGD").click();
    window.harness.run();
    assert!(!is_disabled(&window, Role::Slider, "ε"), "alone, the weights take N = 1/ε²");
}

#[test]
fn label_noise_is_idle_under_gradient_flow_unless_sgd_runs_beside_it() {
    let mut window = Window::of(|spec| spec.model.gradient_flow = true);
    expect_reason(&mut window, Role::Slider, "Δ", "gradient flow");
    window.harness.get_by_role_and_label(Role::CheckBox, "gradient flow").click();
    window.harness.run();
    assert!(!is_disabled(&window, Role::Slider, "Δ"));
}

#[test]
fn one_teacher_has_no_law_of_strengths_to_choose() {
    let mut window = Window::of(|spec| spec.model.p_star = 1);
    expect_reason(&mut window, Role::Button, "power law", "T = 1 by any law");
    window.slide("p*", 2.0);
    window.settle();
    assert!(!is_disabled(&window, Role::Button, "power law"));
}

#[test]
fn buttons_with_nothing_to_do_say_so() {
    let mut window = Window::first();
    for (name, why) in [("undo", "nothing to undo"), ("redo", "nothing to redo")] {
        expect_reason(&mut window, Role::Button, name, why);
    }
    let mut window = Window::with(saved(|spec| spec.model.eta = -1.0), USUAL);
    window.harness.run();
    expect_reason(&mut window, Role::Button, "Pin", "no run to keep yet");
    expect_reason(&mut window, Role::Button, "play", "no run to play yet");
    expect_reason(&mut window, Role::Slider, "time", "no run to move through yet");
}

/// The text that ctrl shift C copies.
fn copied(window: &mut Window) -> String {
    let modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);
    window.harness.event(Event::Key {
        key: Key::C,
        pressed: true,
        repeat: false,
        physical_key: None,
        modifiers,
    });
    window.harness.step();
    let commands = window.harness.output().platform_output.commands.clone();
    let text = commands.into_iter().find_map(|command| match command {
        OutputCommand::CopyText(text) => Some(text),
        _ => None,
    });
    // What is said of it is drawn with the next frame.
    window.harness.step();
    text.unwrap()
}

#[test]
fn a_copied_scenario_holds_its_start_file_and_runs_where_that_is_not() {
    let (folder, mut window) = with_file(ViewId::Overview);
    let text = copied(&mut window);
    window.expect("copied as text, with M₀, Q₀ and T of its start file");
    let start = window.run().scenario.initial().clone();
    folder.close().unwrap();
    assert!(!text.contains("path"), "{text}");
    let alone = Scenario::new(ScenarioSpec::from_toml(&text).unwrap()).unwrap();
    assert_eq!((alone.initial(), alone.teacher()), (&start, window.run().scenario.teacher()));
    let mut other = Window::first();
    other.harness.event(Event::Paste(text.clone()));
    other.harness.run_steps(2);
    other.settle();
    assert_eq!((other.app().error(), other.run().scenario.initial()), (None, &start));
    other.expect("in the scenario");
    assert_eq!(copied(&mut other), text, "and it is copied as it is");
}

#[test]
fn a_start_file_too_large_for_a_text_is_named_in_it_and_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.json");
    let rows = |value: &dyn Fn(usize, usize) -> f64| -> Vec<Vec<f64>> {
        (0..40).map(|i| (0..40).map(|j| value(i, j)).collect()).collect()
    };
    let (m, q) =
        (rows(&|i, j| if i == j { 0.01 } else { 0.0 }), rows(&|i, j| if i == j { 1.0 } else { 0.0 }));
    let text = serde_json::json!({"p": 40, "p_star": 40, "M0": m, "Q0": q}).to_string();
    std::fs::write(&path, text).unwrap();
    let mut window = Window::of(|spec| spec.time.alpha_max = saddlescope::model::Horizon::Until(1.0));
    take_start(&mut window, &path);
    window.settle();
    assert_eq!(window.run().summary.map(|summary| summary.stop), Some(StopReason::Done));
    let text = copied(&mut window);
    assert!(text.contains("large.json") && !text.contains("M0"), "{text}");
    window.expect("only names its start file");
}

#[test]
fn after_a_click_on_the_circle_the_other_starts_are_still_others() {
    let view = View { tab: ViewId::ImplicitBias, fan: 12, ..View::default() };
    let spec = ScenarioSpec::from_toml("[model]\np = 2\np_star = 1\neta = 0.1").unwrap();
    let mut window = Window::with(Saved { spec, view, ..Saved::default() }, USUAL).settled();
    let picture = window.place("Manifold of solutions");
    let right = picture.center() + egui::vec2(0.2 * picture.width().min(picture.height()), 0.0);
    window.harness.hover_at(right);
    window.harness.drag_at(right);
    window.harness.drop_at(right);
    window.harness.run_steps(3);
    window.settle();
    assert!(!window.spec().start.direction.is_empty(), "the click chose a direction");
    window.expect("M₀ points where you clicked");
    let said = window.value("Manifold of solutions");
    let angles = said.split("12 other starts of random direction end ").nth(1);
    let mut angles = angles.unwrap_or_else(|| panic!("{said}")).split(['°', ' ']);
    let mut next = || angles.find_map(|word| word.parse::<f64>().ok()).unwrap();
    let (least, most) = (next(), next());
    assert!(least < 60.0 && most > 120.0, "{said}");
}

#[test]
fn sweeps_beside_a_chosen_direction_cover_every_width() {
    let mut view = View { tab: ViewId::Sweeps, ..View::default() };
    (view.sweep.starts, view.sweep.rates, view.sweep.widest) = (1, 4, 3);
    let mut spec = ScenarioSpec::from_toml("[model]\np = 2\np_star = 1\neta = 0.1").unwrap();
    spec.start.direction = vec![0.6, 0.8];
    let window = Window::with(Saved { spec, view, ..Saved::default() }, USUAL).settled();
    let best = window.value("Best learning rate η½ against p");
    let plain = ScenarioSpec::from_toml("[model]\np = 2\np_star = 1\neta = 0.1").unwrap();
    let view = window.view();
    let drawn = Window::with(Saved { spec: plain, view, ..Saved::default() }, USUAL).settled();
    assert_eq!(best, drawn.value("Best learning rate η½ against p"));
}
