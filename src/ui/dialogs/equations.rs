//! The model on one page: equations, conventions and the notation table, to read, select and copy.

use egui::{Grid, Label, RichText, ScrollArea, Ui};

use crate::figure::{CHAPTERS, NOTATION};
use crate::ui::draw::equation_ui;
use crate::ui::state::Action;
use crate::ui::theme::Colours;

/// Draws the page while it is open.
pub(in crate::ui) fn equations_ui(ui: &Ui, colours: Colours) -> Vec<Action> {
    let mut open = true;
    let screen = ui.ctx().content_rect().size();
    let window = egui::Window::new("Equations")
        .open(&mut open)
        .collapsible(false)
        .default_width(680.0_f32.min(screen.x - 60.0))
        .default_height((screen.y - 120.0).min(760.0))
        .pivot(egui::Align2::CENTER_CENTER)
        .default_pos(ui.ctx().content_rect().center());
    window.show(ui, |ui| {
        ui.style_mut().interaction.selectable_labels = true;
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            for chapter in &CHAPTERS {
                ui.label(RichText::new(chapter.title).size(16.0).strong());
                equation_ui(ui, chapter.equations, 16.0, colours);
                ui.add(Label::new(RichText::new(chapter.words).color(colours.weak)).wrap());
                ui.add_space(12.0);
            }
            notation_ui(ui, colours);
        });
    });
    if open { Vec::new() } else { vec![Action::ToggleEquations] }
}

fn notation_ui(ui: &mut Ui, colours: Colours) {
    ui.label(RichText::new("Notation").size(16.0).strong());
    Grid::new("notation").num_columns(3).striped(true).spacing([18.0, 5.0]).show(ui, |ui| {
        for heading in ["symbol", "meaning", "elsewhere"] {
            ui.label(RichText::new(heading).color(colours.weak));
        }
        ui.end_row();
        for row in &NOTATION {
            ui.label(RichText::new(row.symbol).size(15.0));
            ui.label(row.meaning);
            ui.label(RichText::new(row.elsewhere).color(colours.weak));
            ui.end_row();
        }
    });
}
