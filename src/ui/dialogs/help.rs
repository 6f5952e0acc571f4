//! The help: keys, and what the panels show.

use egui::Ui;

use crate::ui::state::{Action, PanelId, key_help};

/// Draws the help window while it is open, with the panels that are seen; where the window is low it scrolls.
pub(in crate::ui) fn help_ui(ui: &Ui, panels: &[PanelId]) -> Vec<Action> {
    let mut open = true;
    let screen = ui.ctx().content_rect();
    let window = egui::Window::new("Help")
        .open(&mut open)
        .collapsible(false)
        .resizable(false)
        .pivot(egui::Align2::CENTER_CENTER)
        .default_pos(screen.center());
    window.show(ui, |ui| {
        let height = (screen.height() - 110.0).max(120.0);
        let scroll = egui::ScrollArea::vertical().max_height(height).min_scrolled_height(height);
        scroll.show(ui, |ui| {
            let panel = |panel: &PanelId| (panel.title().to_owned(), panel.row().definition);
            let panels = panels.iter().map(panel).collect();
            for (heading, rows) in [("Keys", key_help()), ("Panels of this view", panels)] {
                ui.label(egui::RichText::new(heading).strong());
                egui::Grid::new(heading).num_columns(2).show(ui, |ui| {
                    for (name, about) in rows {
                        ui.label(name);
                        ui.label(about);
                        ui.end_row();
                    }
                });
                ui.add_space(8.0);
            }
            ui.label("Hover over a cell to find its curve, over a curve to find its cell.");
            ui.label("Click or drag in a plot to move the time cursor.");
        });
    });
    if open { Vec::new() } else { vec![Action::ToggleHelp] }
}
