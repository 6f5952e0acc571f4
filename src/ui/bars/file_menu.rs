//! The menu of files and the clipboard, at the left of the top bar.

use std::path::PathBuf;

use egui::{Button, Ui};

use crate::ui::state::{Action, FileRequest, Held, SHORTCUTS, Shortcut};

/// Draws the menu's button, and the menu while it is open.
pub(in crate::ui) fn file_menu_ui(ui: &mut Ui, recent: &[PathBuf]) -> Vec<Action> {
    let mut actions = Vec::new();
    ui.menu_button("File", |ui| {
        ui.set_min_width(220.0);
        let entries =
            SHORTCUTS.iter().filter_map(|row| Some((row, row.menu?, (row.action)(Held::default())?)));
        let (quit, files): (Vec<_>, Vec<_>) = entries.partition(|(.., action)| *action == Action::Quit);
        let entry_ui = |ui: &mut Ui, (row, (name, hint), action): (&Shortcut, (&str, &str), Action)| {
            let button = Button::new(name).shortcut_text(row.keys.first().copied().unwrap_or_default());
            ui.add(button).on_hover_text(hint).clicked().then_some(action)
        };
        for entry in files {
            actions.extend(entry_ui(ui, entry));
        }
        if !recent.is_empty() {
            ui.separator();
        }
        for path in recent {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
            let button = ui.add(Button::new(name.as_ref()).truncate());
            if button.on_hover_text(path.display().to_string()).clicked() {
                actions.push(Action::File(FileRequest::Open(path.clone())));
            }
        }
        ui.separator();
        for entry in quit {
            actions.extend(entry_ui(ui, entry));
        }
    });
    actions
}
