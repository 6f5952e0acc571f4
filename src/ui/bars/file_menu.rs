//! The menu of files and the clipboard, at the left of the top bar.

use std::path::PathBuf;

use egui::{Button, Ui};

use crate::ui::state::{Action, FileRequest};

/// Draws the menu's button, and the menu while it is open.
pub(in crate::ui) fn file_menu_ui(ui: &mut Ui, recent: &[PathBuf]) -> Vec<Action> {
    let (mut wishes, mut quit) = (Vec::new(), false);
    ui.menu_button("File", |ui| {
        ui.set_min_width(220.0);
        let entries = [
            ("Open...", "ctrl O", "a scenario, or a result with one", FileRequest::AskOpen),
            ("Save...", "ctrl S", "the scenario as a TOML file", FileRequest::AskSave),
            ("Copy as text", "ctrl shift C", "the scenario, for a mail or a file", FileRequest::Copy),
            ("Paste", "ctrl V", "take copied text for a scenario", FileRequest::AskPaste),
        ];
        for (name, keys, about, wish) in entries {
            if ui.add(Button::new(name).shortcut_text(keys)).on_hover_text(about).clicked() {
                wishes.push(wish);
            }
        }
        if !recent.is_empty() {
            ui.separator();
        }
        for path in recent {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
            let button = ui.add(Button::new(name.as_ref()).truncate());
            if button.on_hover_text(path.display().to_string()).clicked() {
                wishes.push(FileRequest::Open(path.clone()));
            }
        }
        ui.separator();
        let button = ui.add(Button::new("Quit").shortcut_text("ctrl Q"));
        quit = button.on_hover_text("the window comes back as it is left").clicked();
    });
    wishes.into_iter().map(Action::File).chain(quit.then_some(Action::Quit)).collect()
}
