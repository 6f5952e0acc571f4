//! How a run is looked at: time, axes, panels, theme, help and keys; nothing of it restarts the run.

#![cfg(feature = "gui")]

mod ui_support;

use egui::{Event, Key, Modifiers, PointerButton, Role};
use egui_kittest::Node;
use egui_kittest::kittest::{NodeT, Queryable};
use saddlescope::figure::Scale;
use saddlescope::ui::{PanelId, View};
use ui_support::{PANELS, PLOTS, Window};

/// The clock advances by a tenth of a second per frame at most: 100 frames for the ten seconds of a run.
const FRAMES_OF_A_RUN: usize = 100;

/// Presses and releases the mouse at a share of the width of a picture, half-way down.
fn click_at(window: &mut Window, picture: &str, share: f32) {
    let place = window.place(picture);
    let at = egui::pos2(place.left() + share * place.width(), place.center().y);
    window.harness.hover_at(at);
    window.harness.drag_at(at);
    window.harness.drop_at(at);
    window.harness.run();
}

#[test]
fn playing_starts_over_at_the_end_advances_with_the_clock_and_stops_there() {
    let mut window = Window::first();
    assert!((window.view().place - 1.0).abs() < 1e-12, "a new run is shown at its end");
    window.harness.get_by_role_and_label(Role::Button, "play").click();
    window.harness.step();
    assert!(window.view().playing && window.view().place < 0.05, "{:?}", window.view());
    let from = window.view().place;
    window.harness.run_steps(FRAMES_OF_A_RUN / 2);
    let half = window.view().place - from;
    assert!((half - 0.5).abs() < 0.02, "{half} of a run in half its time");
    assert!(window.harness.query_by_role_and_label(Role::Button, "pause").is_some());
    window.harness.run_steps(FRAMES_OF_A_RUN / 2 + 2);
    assert_eq!((window.view().playing, window.view().place.to_bits()), (false, 1.0_f64.to_bits()));
    window.harness.run();
}

#[test]
fn pausing_stops_the_clock_where_it_is() {
    let mut window = Window::first();
    window.harness.get_by_role_and_label(Role::Button, "play").click();
    window.harness.step();
    window.harness.run_steps(20);
    window.harness.get_by_role_and_label(Role::Button, "pause").click();
    window.harness.run_steps(3);
    window.harness.run();
    let place = window.view().place;
    assert!(place > 0.1 && place < 0.4 && !window.view().playing, "{place}");
    window.harness.run_steps(5);
    assert_eq!(window.view().place.to_bits(), place.to_bits());
}

#[test]
fn speed_multiplies_the_clock() {
    let mut window = Window::first();
    window.harness.get_by_role_and_label(Role::ComboBox, "speed").click();
    window.harness.run();
    window.click("×4");
    window.press(Key::Home);
    window.harness.key_press(Key::Space);
    window.harness.step();
    let from = window.view().place;
    window.harness.run_steps(10);
    let gone = window.view().place - from;
    assert!((gone - 0.4).abs() < 0.05, "{gone} in a second at four times the speed");
}

#[test]
fn scrubbing_moves_the_cursor_and_the_matrices() {
    let mut window = Window::first();
    let end = window.run().trajectory.span().1;
    let shown = |window: &Window| (window.value("matrix M(α)"), window.value("matrix Q(α)"));
    let last = shown(&window);
    assert_eq!(window.value("matrix M̄").split(',').next(), Some("6 by 3"));
    window.slide("time", 0.0);
    window.harness.run();
    assert_eq!(window.cursor().to_bits(), 0.0_f64.to_bits());
    window.expect("α = 0");
    let first = shown(&window);
    assert!(first.0 != last.0 && first.1 != last.1, "{first:?}");
    window.slide("time", 0.5);
    window.harness.run();
    assert!((window.cursor() / end - 0.5).abs() < 1e-6, "{} of {end}", window.cursor());
}

#[test]
fn a_click_in_any_plot_over_time_moves_the_cursor_there() {
    let mut window = Window::first();
    let end = window.run().trajectory.span().1;
    let over_time = PLOTS.into_iter().filter(|plot| *plot != "Manifold of solutions");
    for (index, plot) in over_time.enumerate() {
        let share = 0.3 + 0.1 * index as f32;
        click_at(&mut window, plot, share);
        // The labels of the vertical axis take part of the width.
        let at = window.cursor() / end;
        assert!((at - f64::from(share)).abs() < 0.12, "{plot}: {at} after a click at {share}");
    }
    let before = window.cursor();
    click_at(&mut window, "Manifold of solutions", 0.5);
    assert_eq!(window.cursor().to_bits(), before.to_bits(), "its axes are not time");
}

#[test]
fn dragging_in_a_plot_carries_the_cursor_along() {
    let mut window = Window::first();
    let place = window.place("Loss");
    let at = |share: f32| egui::pos2(place.left() + share * place.width(), place.center().y);
    window.harness.drag_at(at(0.3));
    window.harness.step();
    let mut last = 0.0;
    for share in [0.4, 0.5, 0.6, 0.7] {
        window.harness.hover_at(at(share));
        window.harness.step();
        assert!(window.cursor() > last, "{} after {last}", window.cursor());
        last = window.cursor();
    }
    window.harness.drop_at(at(0.7));
    window.harness.run();
    assert_eq!(window.cursor().to_bits(), last.to_bits());
}

#[test]
fn changing_the_scale_of_time_keeps_the_cursor() {
    let mut window = Window::first();
    window.slide("time", 0.3);
    window.harness.run();
    let (alpha, linear) = (window.cursor(), window.curves("Loss"));
    window.click("log");
    assert_eq!(window.view().scale(), Scale::Log10);
    assert!((window.cursor() / alpha - 1.0).abs() < 1e-9, "{} instead of {alpha}", window.cursor());
    assert!(window.curves("Loss") != linear);
    window.click("linear");
    assert_eq!(window.view().scale(), Scale::Linear);
    assert!((window.cursor() / alpha - 1.0).abs() < 1e-9);
    assert!(window.curves("Loss") == linear, "there and back again");
}

#[test]
fn every_panel_can_fill_the_window_and_be_put_back() {
    let mut window = Window::first();
    let ids = [
        PanelId::Loss,
        PanelId::Overlaps,
        PanelId::Norms,
        PanelId::Distance,
        PanelId::PolarFactor,
        PanelId::Manifold,
        PanelId::MatrixM,
        PanelId::MatrixQ,
    ];
    for (index, (title, id)) in PANELS.into_iter().zip(ids).enumerate() {
        window.click(&format!("maximise {title}"));
        assert_eq!(window.view().maximised, Some(id));
        let buttons = PANELS.map(|panel| window.count(&format!("maximise {panel}")));
        assert_eq!(buttons, [0; 8], "{title} is not alone");
        if index % 2 == 0 {
            window.click(&format!("restore {title}"));
        } else {
            window.press(Key::Escape);
        }
        assert_eq!(window.view().maximised, None);
        assert_eq!(PANELS.map(|panel| window.count(&format!("maximise {panel}"))), [1; 8]);
    }
}

#[test]
fn the_theme_can_be_switched_there_and_back() {
    let mut window = Window::first();
    assert!(!window.view().dark);
    window.click("Dark");
    assert!(window.view().dark && window.harness.ctx.theme() == egui::Theme::Dark);
    window.click("Light");
    assert!(!window.view().dark && window.harness.ctx.theme() == egui::Theme::Light);
}

#[test]
fn the_help_opens_and_closes_by_button_key_and_cross() {
    let mut window = Window::first();
    assert!(!window.says("this help"));
    window.click("Help");
    window.expect("this help");
    window.click("Help");
    assert!(!window.says("this help"));
    window.press(Key::Questionmark);
    window.expect("play or pause");
    window.click("Close window");
    assert!(!window.says("this help") && !window.view().help);
}

#[test]
fn every_key_does_what_the_help_says() {
    let mut window = Window::first();
    let end = window.run().trajectory.span().1;
    window.press(Key::Home);
    assert_eq!(window.cursor().to_bits(), 0.0_f64.to_bits());
    window.press(Key::ArrowRight);
    window.press(Key::ArrowRight);
    let two = window.view().place;
    assert!(two > 0.0);
    window.press(Key::ArrowLeft);
    let one = window.view().place;
    assert!((two - 2.0 * one).abs() < 1e-12, "{one}, {two}");
    window.harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowRight);
    window.harness.run();
    assert!((window.view().place - 11.0 * one).abs() < 1e-12, "with shift: ten times as far");
    window.press(Key::End);
    assert!((window.cursor() - end).abs() < 1e-9 * end);
    window.press(Key::L);
    assert!(window.view().log_alpha);
    window.press(Key::T);
    assert!(window.view().dark);
    let seed = window.spec().start.seed;
    window.press(Key::R);
    window.settle();
    assert_ne!(window.run().scenario.start.seed, seed);
    window.harness.key_press(Key::Space);
    window.harness.step();
    assert!(window.view().playing);
    window.harness.key_press(Key::Space);
    window.harness.run_steps(2);
    assert!(!window.view().playing);
    window.press(Key::Questionmark);
    assert!(window.view().help);
}

#[test]
fn a_double_click_ends_a_zoom() {
    let mut window = Window::first();
    let before = window.curves("Loss");
    let corner = egui::vec2(0.3, 0.3);
    window.drag_right("Loss", [corner, egui::vec2(0.6, 0.7)]);
    window.harness.run_steps(3);
    assert!(window.curves("Loss") != before, "a right drag zooms");
    let at = window.place("Loss").lerp_inside(corner);
    // Both clicks within one frame's time: a frame of the harness is longer than a double click.
    window.harness.input_mut().time = Some(1000.0);
    for time in [1000.00, 1000.05, 1000.10, 1000.15] {
        window.harness.input_mut().time = Some(time);
        let pressed = [1000.00, 1000.10].contains(&time);
        if pressed {
            window.harness.drag_at(at);
        } else {
            release(&window, at);
        }
        window.harness.step();
    }
    window.harness.run();
    assert!(window.curves("Loss") == before, "a double click shows everything again");
}

/// Lets the mouse go without taking it away.
fn release(window: &Window, pos: egui::Pos2) {
    window.harness.event(Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed: false,
        modifiers: Modifiers::NONE,
    });
}

/// What shortcuts could change.
fn state(window: &Window) -> (View, u64, u64) {
    (window.view(), window.spec().start.seed, window.run().id.0)
}

#[test]
fn keys_belong_to_a_text_field_while_it_has_the_keyboard() {
    let keys = [
        Key::Space,
        Key::R,
        Key::L,
        Key::T,
        Key::ArrowLeft,
        Key::ArrowRight,
        Key::Home,
        Key::End,
        Key::Questionmark,
    ];
    let mut window = Window::first();
    window.slide("time", 0.5);
    window.harness.run();
    let before = state(&window);
    window.begin_entry("η");
    for key in keys {
        window.press(key);
        assert_eq!(state(&window), before, "{key:?}");
    }
    window.press(Key::Escape);
    window.harness.run();
    assert!(!window.harness.ctx.egui_wants_keyboard_input(), "Escape leaves the field");
    window.press(Key::L);
    assert!(window.view().log_alpha, "and the keys work again");
}

#[test]
fn keys_work_again_after_a_number_was_confirmed() {
    let mut window = Window::first();
    window.enter("η", "0.02");
    window.settle();
    window.press(Key::T);
    assert!(window.view().dark);
}

#[test]
fn keys_work_after_the_mouse_was_used() {
    let mut window = Window::first();
    let rail = window.harness.get_by_role_and_label(Role::Slider, "time").rect();
    for place in [rail.center(), window.place("Loss").center(), window.place("matrix M̄").center()] {
        window.harness.hover_at(place);
        window.harness.drag_at(place);
        release(&window, place);
        window.harness.run();
        let log = window.view().log_alpha;
        window.press(Key::L);
        assert_ne!(window.view().log_alpha, log, "after a click at {place}");
    }
    for button in ["Dark", "Help", "Help", "maximise Loss", "orthogonal"] {
        window.click(button);
        let log = window.view().log_alpha;
        window.press(Key::L);
        assert_ne!(window.view().log_alpha, log, "after {button}");
    }
}

#[test]
fn the_keyboard_reaches_every_control() {
    let mut window = Window::first();
    let mut reached = std::collections::BTreeSet::new();
    for _ in 0..60 {
        window.press(Key::Tab);
        let nodes = window.harness.root().children_recursive();
        let focused = nodes.filter(Node::is_focused).filter_map(|node| node.accesskit_node().label());
        reached.extend(focused);
    }
    for name in
        ["play", "time", "log", "speed", "Dark", "Help", "presets", "p", "η", "Reseed", "maximise Loss"]
    {
        assert!(reached.contains(name), "{name} is not among {reached:?}");
    }
}

#[test]
fn pointing_at_a_cell_lights_its_curve() {
    let mut window = Window::first();
    let panels = ["Overlaps M", "Loss"];
    let before = panels.map(|panel| window.curves(panel));
    window.harness.get_by_role_and_label(Role::Image, "matrix M(α)").hover();
    window.harness.run_steps(4);
    let value = window.value("matrix M(α)");
    assert!(value.starts_with("row 4, column 2: ") || value.starts_with("row 3, column 2: "), "{value}");
    let after = panels.map(|panel| window.curves(panel));
    assert!(after[0] != before[0], "the other overlaps recede");
    assert!(after[1] == before[1], "no curve of the loss is one entry's");
}

#[test]
fn pointing_at_a_word_of_a_legend_lights_its_curves_in_all_panels() {
    let mut window = Window::first();
    let panels = ["Overlaps M", "S = polar(M), its drift: S", "Loss"];
    let before = panels.map(|panel| window.curves(panel));
    window.harness.get_all_by_role_and_label(Role::Label, "teacher 1").next().unwrap().hover();
    window.harness.run_steps(4);
    let after = panels.map(|panel| window.curves(panel));
    assert!(after[0] != before[0] && after[1] != before[1], "the others recede");
    assert!(after[2] == before[2], "no curve of the loss is one teacher's");
}

#[test]
fn looking_at_a_run_never_restarts_it() {
    let mut window = Window::first();
    let id = window.run().id;
    for key in [Key::L, Key::T, Key::Home, Key::End, Key::ArrowLeft, Key::Questionmark, Key::Escape] {
        window.press(key);
    }
    window.click("maximise Loss");
    window.slide("time", 0.4);
    assert_eq!(window.run().id, id);
    assert!(window.app().is_settled());
}
