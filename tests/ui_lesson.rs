//! The lesson: every step by key and button, with its scenario, its panels and its words; and every answer is true.
//!
//! The projector, the page of equations and the clipboard as well.

#![cfg(feature = "gui")]
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod ui_support;

use egui::{Key, OutputCommand, Rect, Role};
use egui_kittest::kittest::{NodeT, Queryable};
use saddlescope::figure::{CHAPTERS, NOTATION};
use saddlescope::model::{
    Scenario, ScenarioSpec, StartKind, TeacherMoments, escape_law, eta_best, eta_max_plateau,
    eta_max_solution, hessian_spectrum, manifold_dimension, plateau,
};
use saddlescope::sim::{Snapshot, StopReason, Summary};
use saddlescope::ui::{PanelId, STEPS, Saved, Step, View, ViewId};
use ui_support::{USUAL, Window, saved};

const LAPTOP: [f32; 2] = [1024.0, 700.0];

/// The user's own scenario, unlike that of any step.
fn own() -> Saved {
    saved(|spec| (spec.start.seed, spec.model.eta) = (77, 0.1))
}

/// What the buttons of panels are called.
fn title(panel: PanelId) -> &'static str {
    match panel {
        PanelId::Loss => "Loss",
        PanelId::Overlaps => "Overlaps M",
        PanelId::Norms => "Norms and overlaps Q",
        PanelId::MatrixM => "Teacher–student overlaps M",
        PanelId::MatrixQ => "Student–student overlaps Q",
        PanelId::PolarFactor => "S = polar(M), its drift",
        PanelId::Manifold => "Manifold of solutions",
        PanelId::Gap => "Gap to the plateau",
        PanelId::Growth => "Growth rate of M",
        PanelId::Closest => "Distance to the ρ̄ of one start",
        PanelId::Eigenvalues => "Hessian spectrum",
        PanelId::Counts => "Directions down, flat, up",
        PanelId::Levels => "Levels at the cursor",
        PanelId::HalfTimes => "Time to half the initial loss",
        _ => panic!("{panel:?} is new in the lesson"),
    }
}

/// The step on the screen is this one: its scenario runs, its words and its panels are there and have room.
fn assert_shows(window: &Window, index: usize) {
    let (step, screen) = (&STEPS[index], window.harness.ctx.content_rect());
    assert_eq!(window.spec(), step.spec(), "{}", step.title);
    assert_eq!(window.run().scenario.spec(), &step.spec());
    window.expect(&format!("Step {} / {}", index + 1, STEPS.len()));
    window.expect(step.title);
    let unbroken = |text: &str| text.replace(" = ", "\u{a0}=\u{a0}");
    window.expect(&unbroken(step.text));
    window.expect(&unbroken(step.question));
    assert!(!window.says(&unbroken(step.answer)), "an answer is not shown unasked");
    for panel in step.panels {
        let name = format!("maximise {}", title(*panel));
        let button = window.harness.get_by_role_and_label(Role::Button, &name).rect();
        assert!(screen.contains_rect(button), "{name} at {button}");
    }
    let button = |name| window.harness.get_by_role_and_label(Role::Button, name).rect();
    let card = button("Next").right() - button("Back").left();
    for part in step.equation.iter().flat_map(|line| line.split(",   ")) {
        let lines = window.harness.query_all_by_label_contains(part);
        let lines: Vec<Rect> = lines.map(|node| node.rect()).collect();
        let legible = |line: &Rect| line.width() <= card && line.height() > 14.0;
        assert!(!lines.is_empty() && lines.iter().all(legible), "{}: {part}: {lines:?}", step.title);
    }
    assert!(window.app().error().is_none());
}

#[test]
fn every_step_is_reached_by_keys_and_leaves_by_them() {
    for size in [LAPTOP, USUAL] {
        let mut window = Window::with(own(), size).settled();
        window.press(Key::Num6);
        window.settle();
        assert_shows(&window, 0);
        for index in 1..STEPS.len() {
            window.press(if index % 2 == 0 { Key::N } else { Key::PageDown });
            window.settle();
            assert_shows(&window, index);
            assert!(!window.view().playing, "nothing plays by itself");
        }
        window.press(Key::PageDown);
        assert_eq!(window.view().lesson.step, STEPS.len() - 1, "the last has no next");
        window.press(Key::PageUp);
        window.press(Key::B);
        window.settle();
        assert_shows(&window, STEPS.len() - 3);
    }
}

#[test]
fn every_step_is_reached_by_buttons_and_dots_and_answers_when_asked() {
    let mut window = Window::with(own(), LAPTOP).settled();
    window.click("Lesson");
    window.settle();
    for (index, step) in STEPS.iter().enumerate() {
        assert_shows(&window, index);
        let answer = step.answer.replace(" = ", "\u{a0}=\u{a0}");
        window.click("Show answer");
        window.expect(&answer);
        window.press(Key::A);
        assert!(!window.says(&answer));
        window.press(Key::A);
        if index + 1 < STEPS.len() {
            window.click("Next");
            window.settle();
        }
    }
    window.click(&format!("step 2: {}", STEPS[1].title));
    window.settle();
    assert_shows(&window, 1);
    window.click("Back");
    window.settle();
    assert_shows(&window, 0);
}

#[test]
fn the_users_scenario_comes_back_with_another_view_and_the_steps_can_be_kept() {
    let mut window = Window::with(own(), USUAL).settled();
    window.click("Lesson");
    window.settle();
    window.slide("p", 4.0);
    window.settle();
    assert_eq!((window.spec().model.p, window.view().tab), (4, ViewId::Lesson));
    window.click("Overview");
    window.settle();
    assert_eq!(window.run().scenario.spec(), &own().spec);
    window.press(Key::N);
    assert_eq!(window.spec(), own().spec, "keys of the lesson do nothing outside of it");
    window.press(Key::Num6);
    window.settle();
    window.click("Keep scenario");
    window.settle();
    window.press(Key::Num2);
    assert_eq!((window.spec(), window.view().tab), (STEPS[0].spec(), ViewId::Escape));
}

#[test]
fn a_lesson_is_resumed_where_it_was_left() {
    let mut window = Window::with(own(), USUAL).settled();
    window.press(Key::Num6);
    window.press(Key::N);
    window.settle();
    let text = serde_json::to_string(window.app().saved()).unwrap();
    let mut again = Window::with(serde_json::from_str(&text).unwrap(), USUAL).settled();
    assert_shows(&again, 1);
    again.press(Key::Num1);
    again.settle();
    assert_eq!(again.spec(), own().spec, "and still knows the user's scenario");
}

#[test]
fn the_step_of_a_lesson_is_framed_in_the_accent() {
    let mut window = Window::with(own(), USUAL).settled();
    window.press(Key::Num6);
    window.settle();
    let frames = |window: &Window| {
        let shapes = window.harness.output().shapes.iter();
        let frames = shapes.filter_map(|clipped| match &clipped.shape {
            egui::Shape::Rect(rect) if rect.stroke.width == 2.5 => Some(rect.rect),
            _ => None,
        });
        frames.collect::<Vec<Rect>>()
    };
    let lit = frames(&window);
    let inside = window.harness.get_by_role_and_label(Role::Image, "matrix M(α)").rect();
    assert!(lit.len() == 1 && lit[0].contains_rect(inside), "{lit:?} around {inside}");
    window.press(Key::Num1);
    window.settle();
    assert!(frames(&window).is_empty());
}

#[test]
fn the_projector_enlarges_every_view_without_cutting_anything() {
    let mut window = Window::with(Saved::default(), USUAL).settled();
    window.press(Key::P);
    // What a real window does: as many points as there are pixels for.
    window.harness.set_size(egui::vec2(USUAL[0] / 1.4, USUAL[1] / 1.4));
    window.harness.run();
    assert!(window.view().projector && (window.harness.ctx.zoom_factor() - 1.4).abs() < 1e-6);
    let screen = window.harness.ctx.content_rect();
    for key in [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6] {
        window.press(key);
        window.settle();
        for name in ["play", "Projector", "Equations", "Help", "Overview", "Lesson", "log"] {
            let place = window.harness.get_by_role_and_label(Role::Button, name).rect();
            assert!(screen.contains_rect(place), "{name} at {place} is cut in {:?}", window.view().tab);
        }
    }
    for index in 0..STEPS.len() {
        assert_shows(&window, index);
        window.press(Key::N);
        window.settle();
    }
    window.click("Projector");
    assert!(!window.view().projector && (window.harness.ctx.zoom_factor() - 1.0).abs() < 1e-6);
}

#[test]
fn the_projector_leaves_a_small_window_its_smallest_layout_and_is_kept() {
    let view = View { projector: true, ..View::default() };
    let mut window = Window::with(Saved { view, ..Saved::default() }, [800.0, 560.0]);
    window.harness.step();
    assert!((window.harness.ctx.zoom_factor() - 1.0).abs() < 1e-6);
}

#[test]
fn the_equations_open_and_close_by_button_key_and_cross() {
    for size in [LAPTOP, USUAL] {
        let mut window = Window::with(Saved::default(), size).settled();
        assert!(!window.says("Overlap equations"));
        window.click("Equations");
        for chapter in &CHAPTERS {
            window.expect(chapter.title);
            chapter.equations.iter().for_each(|line| window.expect(line));
        }
        NOTATION.iter().for_each(|row| window.expect(row.meaning));
        window.press(Key::E);
        assert!(!window.view().equations && !window.says("Overlap equations"));
        window.press(Key::E);
        window.expect("Overlap equations");
        window.click("Close window");
        assert!(!window.view().equations);
    }
}

#[test]
fn every_word_of_lesson_and_equations_has_its_glyphs() {
    let window = Window::first();
    let steps = STEPS.iter().flat_map(|step| {
        [step.title, step.text, step.question, step.answer].into_iter().chain(step.equation.iter().copied())
    });
    let pages = CHAPTERS.iter().flat_map(|chapter| {
        [chapter.title, chapter.words].into_iter().chain(chapter.equations.iter().copied())
    });
    let rows = NOTATION.iter().flat_map(|row| [row.symbol, row.meaning, row.elsewhere]);
    let words: String = steps.chain(pages).chain(rows).collect();
    let font = egui::FontId::proportional(16.0);
    let missing: String =
        window.harness.ctx.fonts_mut(|fonts| words.chars().filter(|c| !fonts.has_glyph(&font, *c)).collect());
    assert_eq!(missing, "");
}

#[test]
fn a_click_on_a_read_out_copies_its_number() {
    let mut window = Window::first();
    for (name, value) in [("plateau loss", "0.4583"), ("solutions", "12")] {
        let label = format!("copy {name}: {value}");
        window.harness.query_all_by_label_contains(&label).next().expect(name).click_accesskit();
        window.harness.step();
        let commands = &window.harness.output().platform_output.commands;
        let copied = commands.iter().any(|command| *command == OutputCommand::CopyText(value.to_owned()));
        assert!(copied, "{name}: {commands:?}");
    }
}

#[test]
fn a_click_on_the_time_or_the_status_copies_it() {
    let mut window = Window::first();
    window.slide("time", 0.5);
    window.harness.run();
    for label in ["α = ", "convergence as"] {
        let nodes = window.harness.query_all_by_label_contains(label);
        let copied =
            nodes.filter(|node| node.accesskit_node().role() == Role::Button).next_back().expect(label);
        copied.click_accesskit();
        window.harness.step();
        let text = match window.harness.output().platform_output.commands.as_slice() {
            [OutputCommand::CopyText(text)] => text.clone(),
            other => panic!("{label}: {other:?}"),
        };
        let time = text.parse() == Ok(window.cursor());
        assert!(time || text.starts_with(label), "{text}");
    }
}

#[test]
fn the_title_of_a_panel_says_what_it_shows() {
    let mut window = Window::first();
    window.harness.get_by_role_and_label(Role::Label, "Distance to ρ̄").hover();
    window.harness.run_steps(4);
    window.expect("‖M − M̄‖²");
}

// The answers.

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
fn the_answer_on_the_plateau_is_true() {
    let loss = |p: usize, p_star: usize| {
        let moments = TeacherMoments::orthonormal(p_star);
        plateau(p, &moments, scenario(step("The plateau"), |_| ()).learning()).unwrap().loss
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
    let law = escape_law(scenario.initial(), scenario.teacher(), scenario.learning()).unwrap();
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
    let best = half(0.5).unwrap();
    assert!((best - 31.0).abs() < 1.0, "{best}");
    assert!([0.1, 0.2, 0.3, 0.4, 0.7, 0.8].iter().all(|eta| half(*eta).unwrap() > best));
    let moments = TeacherMoments::orthonormal(3);
    assert!((eta_best(3, &moments, 0.0) - 0.589).abs() < 1e-3);
    assert!((eta_max_solution(3, 3).unwrap() - 0.9).abs() < 1e-12);
    assert!((eta_max_plateau(3, &moments, 0.0) - 0.925).abs() < 5e-4);
    assert!(half(0.91).is_none() && at(0.91).0.observables.risk > 0.1, "it never gets there");
    assert!(matches!(at(0.93).1.stop, StopReason::Diverged { .. }));
    // α_c as 1/η while η is small.
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
    let count = |at: &Snapshot, holds: fn(f64) -> bool| {
        let spectrum = hessian_spectrum(&at.state, scenario.teacher(), None);
        spectrum.span.iter().filter(|value| holds(**value / spectrum.highest())).count()
    };
    let flat = saddlescope::figure::spectrum::FLAT;
    assert_eq!(flat, 1e-3);
    let on_plateau = trajectory.nearest(1000.0).unwrap();
    let last = trajectory.snapshots().last().unwrap();
    assert_eq!((count(on_plateau, |share| share < -1e-3), count(last, |share| share < -1e-3)), (18, 0));
    assert_eq!(count(last, |share| share.abs() <= 1e-3) as u64, manifold_dimension(6, 3));
    assert_eq!(manifold_dimension(6, 3), 12);
}
