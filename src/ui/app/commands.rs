//! Keys held with ctrl (command on a Mac): what acts on the scenario as a whole.
//!
//! A text field that has the keyboard keeps them: there they act on its text.

use egui::{Key, Modifiers, Ui};

use crate::ui::action::Action;

const SHIFTED: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

/// What was asked for with ctrl held.
pub(super) fn commands(ui: &Ui) -> Vec<Action> {
    if ui.ctx().text_edit_focused() {
        return Vec::new();
    }
    // Those with shift first: the others would take them.
    let keys = [
        (SHIFTED, Key::Z, Action::Redo),
        (Modifiers::COMMAND, Key::Z, Action::Undo),
        (Modifiers::COMMAND, Key::Y, Action::Redo),
    ];
    ui.input_mut(|input| {
        let pressed = keys.into_iter().filter(|(modifiers, key, _)| input.consume_key(*modifiers, *key));
        pressed.map(|(_, _, action)| action).collect()
    })
}
