//! What a lecturer does with the window: curves that end at the cursor, black, a spot, keys that lose nothing.

#![cfg(feature = "gui")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod ui_support;

use egui::{Color32, Event, Key, Modifiers, Role, Shape, ViewportCommand};
use egui_kittest::kittest::Queryable;
use saddlescope::ui::{PanelId, STEPS, Saved, View, ViewId};
use ui_support::{USUAL, Window};

/// The lesson at a step, complete on the screen.
fn at_step(title: &str) -> Window {
    let mut view = View { tab: ViewId::Lesson, ..View::default() };
    let index = STEPS.iter().position(|step| step.title == title).unwrap();
    view.lesson.step = index;
    view.lesson.own = Some(Box::default());
    Window::with(Saved { spec: STEPS[index].spec(), view, ..Saved::default() }, USUAL).settled()
}

/// How much of the picture of that name has no curve yet, in points from its right edge; `None` if nothing is hidden.
fn hidden(window: &Window, name: &str) -> Option<f32> {
    let place = window.place(name);
    let curves = window.harness.output().shapes.iter().filter(|clipped| {
        let rect = clipped.clip_rect;
        matches!(&clipped.shape, Shape::Mesh(_))
            && place.expand(1.0).contains_rect(rect)
            && rect.height() > 0.5 * place.height()
    });
    let end = curves.map(|clipped| clipped.clip_rect.right()).reduce(f32::max).unwrap();
    Some(place.right() - end).filter(|width| *width > 1.0)
}

#[test]
fn in_the_lesson_curves_end_at_the_cursor_until_time_has_passed() {
    let mut window = at_step("The plateau");
    let frame = window.place("Loss");
    let hidden = |window: &Window| hidden(window, "Loss");
    // 12 % of the run are seen.
    let width = hidden(&window).unwrap();
    assert!(width > 0.7 * frame.width() && width < 0.9 * frame.width(), "{width} of {frame}");
    window.press(Key::ArrowRight);
    let later = hidden(&window).unwrap();
    assert!(later < width, "{later} after {width}");
    window.press(Key::V);
    assert_eq!(hidden(&window), None);
    window.click("Reveal");
    assert!(hidden(&window).is_some());
    window.press(Key::End);
    assert_eq!(hidden(&window), None, "at the end all has been seen");
    window.press(Key::Home);
    window.press(Key::Num1);
    window.settle();
    window.press(Key::Home);
    assert_eq!(hidden(&window), None, "elsewhere curves are whole");
    window.press(Key::V);
    assert!(hidden(&window).is_some());
}

#[test]
fn what_is_not_yet_is_not_told_by_the_pointer_or_by_names_either() {
    let mut window = at_step("The plateau");
    let frame = window.place("Loss");
    let hover = |window: &mut Window| {
        // Across the whole height, in the middle of what is hidden.
        let words = (1..40).map(|share| {
            window.harness.hover_at(frame.lerp_inside(egui::vec2(0.6, share as f32 / 40.0)));
            window.harness.run();
            window.count("loss = ") + window.count("plateau loss")
        });
        words.max()
    };
    let before = hover(&mut window);
    window.press(Key::V);
    assert!(hover(&mut window) > before, "whole, there is something to hover over");
}

#[test]
fn play_is_the_large_button_of_the_card_and_lets_time_pass() {
    let mut window = at_step("The plateau");
    let [play, answer] = ["Play", "Show answer"]
        .map(|name| window.harness.get_by_role_and_label(Role::Button, name).rect().height());
    assert!(play > 1.2 * answer, "{play} beside {answer}");
    window.harness.get_by_role_and_label(Role::Button, "Play").click();
    window.harness.step();
    window.harness.step();
    assert!(window.view().playing && window.view().place > STEPS[2].place);
}

#[test]
fn what_was_moved_in_a_step_is_there_again_and_one_key_begins_it_anew() {
    let mut window = at_step("The plateau");
    window.slide("p", 24.0);
    window.settle();
    for key in [Key::PageDown, Key::PageUp] {
        window.press(key);
        window.settle();
    }
    assert_eq!(window.spec().model.p, 24, "a remote loses nothing");
    window.press(Key::Num1);
    window.settle();
    window.press(Key::Num6);
    window.settle();
    assert_eq!(window.spec().model.p, 24);
    window.press(Key::S);
    window.settle();
    assert_eq!((window.spec(), window.view().place), (STEPS[2].spec(), STEPS[2].place));
}

#[test]
fn without_the_left_panel_the_card_has_the_sliders_of_its_question() {
    let mut window = at_step("The plateau");
    window.press(Key::C);
    assert!(window.view().hides_controls && !window.says("What follows"));
    assert_eq!(window.harness.query_all_by_role(Role::Slider).count(), 3, "p, p* and time");
    window.slide("p", 24.0);
    window.settle();
    assert_eq!(window.run().scenario.spec().model.p, 24);
    window.press(Key::C);
    window.expect("What follows");
}

#[test]
fn a_black_window_hides_everything_and_what_brings_it_back_does_nothing_else() {
    for key in [Key::B, Key::Period] {
        let mut window = at_step("The plateau");
        window.press(key);
        assert_eq!(window.texts(), ["show the picture again"]);
        let black = |clipped: &egui::epaint::ClippedShape| match &clipped.shape {
            Shape::Rect(rect) => rect.fill == Color32::BLACK && rect.rect.size() == USUAL.into(),
            _ => false,
        };
        assert!(window.harness.output().shapes.iter().any(black));
        window.press(Key::PageDown);
        window.settle();
        assert_eq!((window.view().blank, window.view().lesson.step), (false, 2));
        window.press(key);
        window.click("show the picture again");
        assert!(!window.view().blank);
        window.press(key);
        window.press(Key::Escape);
        assert!(!window.view().blank);
    }
}

#[test]
fn escape_closes_one_thing_at_a_time() {
    let mut window = Window::first();
    window.click("maximise Loss");
    window.press(Key::Questionmark);
    window.press(Key::E);
    let open = |window: &Window| {
        let view = window.view();
        (view.equations, view.help, view.maximised)
    };
    assert_eq!(open(&window), (true, true, Some(PanelId::Loss)));
    for left in
        [(false, true, Some(PanelId::Loss)), (false, false, Some(PanelId::Loss)), (false, false, None)]
    {
        window.press(Key::Escape);
        assert_eq!(open(&window), left);
    }
}

#[test]
fn full_screen_is_entered_by_two_keys_and_left_by_a_third() {
    let mut window = Window::first();
    let asked = |window: &mut Window, key: Key| {
        let modifiers = Modifiers::NONE;
        window.harness.event(Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers });
        window.harness.step();
        let output = window.harness.output().viewport_output.values();
        let commands: Vec<bool> = output
            .flat_map(|viewport| &viewport.commands)
            .filter_map(
                |command| if let ViewportCommand::Fullscreen(on) = command { Some(*on) } else { None },
            )
            .collect();
        window.harness.event(Event::Key {
            key,
            physical_key: None,
            pressed: false,
            repeat: false,
            modifiers,
        });
        window.harness.step();
        commands
    };
    assert_eq!(asked(&mut window, Key::F11), [true]);
    assert_eq!(asked(&mut window, Key::F5), [true]);
    assert!(asked(&mut window, Key::Escape).is_empty(), "a window is no full screen");
    let viewports = &mut window.harness.input_mut().viewports;
    viewports.entry(egui::ViewportId::ROOT).or_default().fullscreen = Some(true);
    assert_eq!(asked(&mut window, Key::Escape), [false]);
    assert_eq!(asked(&mut window, Key::F11), [false]);
}

#[test]
fn a_spot_follows_the_pointer() {
    let mut window = Window::first();
    let spots = |window: &Window| {
        let shapes = window.harness.output().shapes.iter();
        let spots = shapes.filter_map(|clipped| match &clipped.shape {
            Shape::Circle(circle) if circle.radius > 20.0 => Some(circle.center),
            _ => None,
        });
        spots.collect::<Vec<_>>()
    };
    window.press(Key::D);
    for at in [egui::pos2(600.0, 300.0), egui::pos2(900.0, 500.0)] {
        window.harness.hover_at(at);
        window.harness.run();
        assert_eq!(spots(&window), [at]);
    }
    window.press(Key::D);
    assert!(spots(&window).is_empty());
}

#[test]
fn keys_work_while_a_control_has_the_keyboard_which_keeps_its_own() {
    let mut window = Window::first();
    window.harness.get_by_role_and_label(Role::Slider, "time").focus();
    window.harness.run();
    assert!(window.harness.ctx.egui_wants_keyboard_input());
    window.press(Key::T);
    assert!(window.view().dark);
    let place = window.view().place;
    window.press(Key::Space);
    assert_eq!((window.view().playing, window.view().place), (false, place), "space is the slider's");
}

#[test]
fn held_keys_switch_once_and_digits_go_by_their_place() {
    let mut window = Window::first();
    let press = |window: &mut Window, key, physical_key, repeat| {
        let modifiers = Modifiers::NONE;
        window.harness.event(Event::Key { key, physical_key, pressed: true, repeat, modifiers });
        window.harness.run();
    };
    press(&mut window, Key::T, None, false);
    for _ in 0..5 {
        press(&mut window, Key::T, None, true);
    }
    assert!(window.view().dark, "once");
    press(&mut window, Key::Home, None, false);
    for _ in 0..3 {
        press(&mut window, Key::ArrowRight, None, true);
    }
    assert!((window.view().place - 0.015).abs() < 1e-12, "time goes on");
    // The sixth key of the row is a minus in France, the first a plus in Bohemia.
    press(&mut window, Key::Minus, Some(Key::Num6), false);
    assert_eq!(window.view().tab, ViewId::Lesson);
    press(&mut window, Key::Plus, Some(Key::Num1), false);
    assert_eq!(window.view().tab, ViewId::Overview);
}

#[test]
fn the_switch_lies_over_no_other_button() {
    for size in [USUAL, [1024.0, 700.0], [800.0, 560.0]] {
        let mut window = Window::with(Saved::default(), size).settled();
        for key in [Key::Num1, Key::Num6] {
            window.press(key);
            window.settle();
            let buttons: Vec<_> = window.harness.query_all_by_role(Role::Button).collect();
            let Some(switch) = window.harness.query_by_role_and_label(Role::Button, "Reveal") else {
                assert!(size[0] < 1000.0 && key == Key::Num1, "none at {size:?}");
                continue;
            };
            let over = buttons.iter().filter(|button| button.rect().intersects(switch.rect().shrink(1.0)));
            assert_eq!(over.count(), 1, "{size:?}");
        }
    }
}

#[test]
fn the_axes_of_a_step_stay_while_a_slider_moves_and_its_own_run_stays_to_compare_with() {
    let mut window = at_step("The plateau");
    window.press(Key::End);
    let frame = STEPS[2].frame.unwrap();
    assert_eq!(window.view().alpha_range, Some(frame.alphas));
    assert_eq!(window.count("Pinned"), 0);
    window.slide("p", 24.0);
    window.settle();
    assert_eq!(window.view().alpha_range, Some(frame.alphas));
    window.expect("Pinned");
    window.expect("remove pin p = 6");
    // 0.458 and 0.372 of the step's question, in the same frame.
    let frame = window.place("Loss");
    let x = frame.left() + 0.15 * frame.width();
    let curves = window.curves("Loss");
    let pieces = curves.iter().flat_map(|curve| curve.corners.windows(2));
    let heights = pieces.filter_map(|piece| {
        let [(from, _), (to, _)] = piece else { return None };
        let share = (x - from.x) / (to.x - from.x);
        (from.x < x && x < to.x).then_some(from.y + share * (to.y - from.y))
    });
    let (top, bottom) = heights.fold((f32::MAX, f32::MIN), |(low, high), y| (low.min(y), high.max(y)));
    let apart = bottom - top;
    assert!(apart > 0.25 * frame.height(), "{apart} of {}", frame.height());
    window.click("Fit axes");
    assert_eq!((window.view().alpha_range, window.count("Fit axes")), (None, 0));
}
