//! What is kept: changes that can be taken back, files, the clipboard, pins, and a zoom shared by all panels.

#![cfg(feature = "gui")]

mod ui_support;

use egui::{Key, Modifiers, Role};
use egui_kittest::kittest::Queryable;
use ui_support::Window;

const SHIFTED: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

/// Presses a key with others held and waits for the run it may start.
fn command(window: &mut Window, modifiers: Modifiers, key: Key) {
    window.harness.key_press_modifiers(modifiers, key);
    window.harness.run_steps(2);
    window.settle();
}

/// Drags a slider by its rail from one share of it to another, in some steps.
fn drag(window: &mut Window, label: &str, from: f32, to: f32) {
    let rail = window.harness.get_by_role_and_label(Role::Slider, label).rect();
    let at = |share: f32| egui::pos2(rail.left() + share * rail.width(), rail.center().y);
    window.harness.drag_at(at(from));
    window.harness.step();
    for step in 1..=6 {
        window.harness.hover_at(at(from + (to - from) * step as f32 / 6.0));
        window.harness.step();
    }
    window.harness.drop_at(at(to));
    window.harness.step();
    window.settle();
}

#[test]
fn a_drag_is_undone_in_one_step_and_redone_with_either_key() {
    let mut window = Window::first();
    let first = window.spec();
    drag(&mut window, "η", 0.4, 0.7);
    let dragged = window.spec();
    assert!(dragged.model.eta > first.model.eta);
    command(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(window.spec(), first);
    assert_eq!(window.run().scenario.spec(), &first, "what was taken back is run");
    command(&mut window, SHIFTED, Key::Z);
    assert_eq!(window.spec(), dragged);
    command(&mut window, Modifiers::COMMAND, Key::Z);
    command(&mut window, Modifiers::COMMAND, Key::Y);
    assert_eq!(window.spec(), dragged);
}

#[test]
fn undo_and_redo_have_buttons_that_go_through_everything_that_was_changed() {
    let mut window = Window::first();
    let first = window.spec();
    window.press(Key::R);
    window.settle();
    window.enter("p*", "2");
    window.settle();
    let last = window.spec();
    assert!(last.start.seed != first.start.seed && last.model.p_star == 2);
    for _ in 0..2 {
        window.click("undo");
        window.settle();
    }
    assert_eq!(window.spec(), first);
    window.click("undo");
    assert_eq!(window.spec(), first, "there is nothing before the first");
    for _ in 0..3 {
        window.click("redo");
        window.settle();
    }
    assert_eq!(window.spec(), last);
}

#[test]
fn a_text_field_undoes_its_own_text() {
    let mut window = Window::first();
    window.enter("p*", "2");
    window.settle();
    window.begin_entry("p");
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    window.harness.run();
    assert_eq!(window.spec().model.p_star, 2);
}
