//! Keys held with ctrl (command on a Mac), pasted text and dropped files: what acts on the scenario as a whole.
//!
//! A text field that has the keyboard keeps the keys: there they act on its text.

use egui::{Align2, Event, FontId, Key, Modifiers, Ui};

use crate::ui::state::{Action, ExportRequest, FileRequest, PanelId};
use crate::ui::theme::Colours;

const SHIFTED: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

/// What was asked for by dropping a file or, unless a dialog is open, with ctrl held; a panel that has all the room is
/// exported alone.
pub(super) fn commands(ui: &Ui, in_dialog: bool, maximised: Option<PanelId>) -> Vec<Action> {
    let mut actions = Vec::new();
    ui.input(|input| {
        let dropped = input.raw.dropped_files.first().map(|file| file.path().to_owned());
        actions.extend(dropped.map(|path| Action::File(FileRequest::Open(path))));
    });
    if in_dialog || ui.ctx().text_edit_focused() {
        return actions;
    }
    // Those with shift first: the others would take them.
    let keys = [
        (SHIFTED, Key::Z, Action::Redo),
        (Modifiers::COMMAND, Key::Z, Action::Undo),
        (Modifiers::COMMAND, Key::Y, Action::Redo),
        (Modifiers::COMMAND, Key::O, Action::File(FileRequest::AskOpen)),
        (Modifiers::COMMAND, Key::S, Action::File(FileRequest::AskSave)),
        (SHIFTED, Key::C, Action::File(FileRequest::Copy)),
        (
            Modifiers::COMMAND,
            Key::E,
            Action::Export(maximised.map_or(ExportRequest::SaveAll, ExportRequest::Save)),
        ),
        (Modifiers::COMMAND, Key::Q, Action::Quit),
    ];
    ui.input_mut(|input| {
        let pressed = keys.into_iter().filter(|(modifiers, key, _)| input.consume_key(*modifiers, *key));
        actions.extend(pressed.map(|(_, _, action)| action));
        let pasted = input.events.iter().filter_map(|event| match event {
            Event::Paste(text) => Some(Action::File(FileRequest::Paste(text.clone()))),
            _ => None,
        });
        actions.extend(pasted);
    });
    actions
}

/// Says what happens to a file that is held over the window.
pub(super) fn drop_hint_ui(ui: &Ui, colours: Colours) {
    if ui.input(|input| input.raw.hovered_files.is_empty()) {
        return;
    }
    let screen = ui.ctx().content_rect();
    let layer = egui::LayerId::new(egui::Order::Foreground, egui::Id::unique("drop"));
    let painter = ui.ctx().layer_painter(layer);
    painter.rect_filled(screen, 0.0, colours.window.gamma_multiply(0.85));
    let text = "drop a scenario (.toml), or a result or picture of a run, to run it";
    painter.text(screen.center(), Align2::CENTER_CENTER, text, FontId::proportional(20.0), colours.text);
}
