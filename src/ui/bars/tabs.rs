//! The tabs: one per view.

use egui::{RichText, Ui};

use crate::ui::draw::reveal_ui;
use crate::ui::state::{Action, ExportRequest, View, ViewId, with_key};
use crate::ui::theme::Colours;

/// The height of the row of tabs.
pub(in crate::ui) const TABS_HEIGHT: f32 = 26.0;

/// The room that the switch of what is revealed needs beside the tabs.
const REVEAL_ROOM: f32 = 72.0;

/// Draws the tabs in a row.
pub(in crate::ui) fn tabs_ui(ui: &mut Ui, seen: &View, colours: Colours) -> Vec<Action> {
    let current = seen.tab;
    let mut actions = Vec::new();
    ui.allocate_ui_with_layout(
        egui::vec2(ui.available_width(), TABS_HEIGHT),
        egui::Layout::left_to_right(egui::Align::Center),
        |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            ui.spacing_mut().button_padding = egui::vec2(10.0, 3.0);
            for view in ViewId::ALL {
                let colour = if view == current { colours.text } else { colours.weak };
                let hint = with_key(view.about(), &Action::Show(view));
                let tab = ui.selectable_label(view == current, RichText::new(view.name()).color(colour));
                if tab.on_hover_text(hint).clicked() {
                    actions.push(Action::Show(view));
                }
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                actions.extend(export_ui(ui, seen).map(Action::Export));
                // The lesson has its own on the card.
                if current != ViewId::Lesson && ui.available_width() > REVEAL_ROOM {
                    actions.extend(reveal_ui(ui, seen));
                }
            });
        },
    );
    actions
}

/// The menu of pictures: of all panels, and of the window.
fn export_ui(ui: &mut Ui, seen: &View) -> Option<ExportRequest> {
    let mut wish = None;
    ui.menu_button("Export", |ui| {
        ui.set_min_width(230.0);
        let screenshot = with_key("Window screenshot", &Action::Export(ExportRequest::Screenshot));
        let entries = [
            ("Export all panels...", "every panel of this view, one file each", ExportRequest::SaveAll),
            (screenshot.as_str(), "a PNG in the current folder", ExportRequest::Screenshot),
        ];
        for (name, about, asked) in entries {
            if ui.button(name).on_hover_text(about).clicked() {
                wish = Some(asked);
            }
        }
        let mut look = seen.pictures;
        let switches = [
            (&mut look.wide, "double column", "pictures 17.8 cm wide, a double column, instead of 8.6 cm"),
            (&mut look.dark, "dark pictures", "light on dark, for slides, instead of dark on white"),
            (&mut look.whole, "whole range", "all of every axis, also where the window shows a part of it"),
        ];
        for (value, name, about) in switches {
            ui.checkbox(value, name).on_hover_text(about);
        }
        if look != seen.pictures {
            wish = Some(ExportRequest::Look(look));
        }
        ui.label(RichText::new("A panel alone: right-click on it.").small());
    });
    wish
}
