//! The lesson: every step by key and button, with its scenario, its panels and its words.
//!
//! The projector, the page of equations and the clipboard as well.

#![cfg(feature = "gui")]

mod ui_support;

use egui::{Key, OutputCommand, Rect, Role};
use egui_kittest::kittest::{NodeT, Queryable};
use saddlescope::figure::{CHAPTERS, NOTATION};
use saddlescope::ui::{STEPS, Saved, View, ViewId};
use ui_support::{USUAL, Window, saved};

const LAPTOP: [f32; 2] = [1024.0, 700.0];

/// The user's own scenario, unlike that of any step.
fn own() -> Saved {
    saved(|spec| (spec.start.seed, spec.model.eta) = (77, 0.1))
}

/// The step on the screen is this one: its scenario runs, its words and its panels are there and have room.
fn assert_shows(window: &Window, index: usize) {
    let (step, screen) = (&STEPS[index], window.harness.ctx.content_rect());
    assert_eq!(window.spec(), step.spec(), "{}", step.title);
    assert_eq!(window.run().scenario.spec(), &step.spec());
    window.expect(&format!("Step {} / {}", index + 1, STEPS.len()));
    window.expect(step.title);
    window.expect(&unbroken(step.text));
    window.expect(&unbroken(step.question));
    assert!(!window.says(&unbroken(step.answer)), "an answer is not shown unasked");
    for panel in step.panels {
        let name = format!("maximise {}", panel.title());
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
        window.press(Key::Backspace);
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
        let answer = unbroken(step.answer);
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
    assert_eq!(window.spec().model.p, 4, "what was moved is not lost");
    window.press(Key::S);
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
        for row in NOTATION {
            window.expect(row.meaning);
        }
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

/// Text with the spaces that no line may end at.
fn unbroken(text: &str) -> String {
    text.replace(" = ", "\u{a0}=\u{a0}").replace("(p + 2)", "(p\u{a0}+\u{a0}2)")
}

#[test]
fn a_click_on_the_time_or_the_status_copies_it() {
    let mut window = Window::first();
    window.slide("time", 0.5);
    window.harness.run();
    for label in ["α = ", "convergence"] {
        let mut nodes = window.harness.query_all_by_label_contains(label);
        let copied = nodes.rfind(|node| node.accesskit_node().role() == Role::Button).expect(label);
        copied.click_accesskit();
        drop(nodes);
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

#[test]
fn the_legend_of_a_panel_says_what_its_curves_are() {
    let mut window = Window::first();
    for (word, formula) in
        [("d whitened", "polar(Q₀^(−½) M₀)"), ("i ≠ j", "two neurons"), ("neuron 1", "|wᵢ|²/N")]
    {
        window.harness.get_by_role_and_label(Role::Label, word).hover();
        window.harness.run_steps(4);
        window.expect(formula);
    }
}
