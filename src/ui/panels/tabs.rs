//! The tabs: one per view.

use egui::{RichText, Ui};

use crate::ui::action::Action;
use crate::ui::theme::Colours;
use crate::ui::views::{VIEWS, ViewId};

/// The height of the row of tabs.
pub(in crate::ui) const TABS_HEIGHT: f32 = 26.0;

/// Draws the tabs in a row.
pub(in crate::ui) fn tabs_ui(ui: &mut Ui, current: ViewId, colours: Colours) -> Vec<Action> {
    let mut actions = Vec::new();
    ui.allocate_ui_with_layout(
        egui::vec2(ui.available_width(), TABS_HEIGHT),
        egui::Layout::left_to_right(egui::Align::Center),
        |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            ui.spacing_mut().button_padding = egui::vec2(10.0, 3.0);
            for (index, view) in VIEWS.into_iter().enumerate() {
                let colour = if view == current { colours.text } else { colours.weak };
                let hint = format!("{} ({})", view.about(), index + 1);
                let tab = ui.selectable_label(view == current, RichText::new(view.name()).color(colour));
                if tab.on_hover_text(hint).clicked() {
                    actions.push(Action::Show(view));
                }
            }
        },
    );
    actions
}
