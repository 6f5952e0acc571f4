//! The pinned runs in a row above the panels: the colour of each, what it has other than the run shown, and a way out.

use egui::{Button, RichText, Role, Ui, WidgetInfo};

use crate::figure::{Ink, Palette, Pin, shown_name};
use crate::model::ScenarioSpec;
use crate::ui::state::Action;
use crate::ui::theme::{Colours, ink};

/// Draws the row; nothing if no run is pinned.
pub(in crate::ui) fn pins_ui(
    ui: &mut Ui,
    pins: &[Pin],
    shown: &ScenarioSpec,
    palette: Palette,
    colours: Colours,
) -> Vec<Action> {
    let mut actions = Vec::new();
    if pins.is_empty() {
        return actions;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        ui.spacing_mut().button_padding = egui::vec2(4.0, 1.0);
        if let Some([short, full]) = shown_name(shown, pins) {
            ui.label(RichText::new("Shown").color(colours.weak));
            ui.add_space(6.0);
            swatch(ui, ink(palette, Ink::Main));
            ui.add_space(4.0);
            ui.label(short).on_hover_text(full);
            ui.add_space(10.0);
        }
        ui.label(RichText::new("Pinned").color(colours.weak));
        ui.add_space(6.0);
        for (index, pin) in pins.iter().enumerate() {
            actions.extend(pin_ui(ui, (index, pin), shown, palette, colours));
            ui.add_space(8.0);
        }
        if pins.len() > 1 && ui.button(RichText::new("Remove all").color(colours.weak)).clicked() {
            actions.push(Action::UnpinAll);
        }
    });
    actions
}

/// One run: its swatch, its name, which runs it again, and a cross, which lets it go.
fn pin_ui(
    ui: &mut Ui,
    (index, pin): (usize, &Pin),
    shown: &ScenarioSpec,
    palette: Palette,
    colours: Colours,
) -> Option<Action> {
    let label = pin.label(shown);
    if ui.available_size_before_wrap().x < width(ui, &label) {
        // A swatch without its name says nothing.
        ui.end_row();
    }
    swatch(ui, ink(palette, Ink::Pinned(pin.ink)));
    let again = ui.add(Button::new(label.as_str()).frame_when_inactive(false));
    let hint = format!("{}\na pinned run; click to run its settings again", pin.about(shown));
    let again = again.on_hover_text(hint).clicked();
    let cross = ui.add(Button::new(RichText::new("×").color(colours.weak)).frame_when_inactive(false));
    let name = format!("remove pin {label}");
    cross.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    if cross.on_hover_text("let this run go").clicked() {
        return Some(Action::Unpin(index));
    }
    again.then(|| Action::Edit(Box::new(pin.spec.clone())))
}

/// A piece of a run's line.
fn swatch(ui: &mut Ui, colour: egui::Color32) {
    let (_, rect) = ui.allocate_space(egui::vec2(14.0, 18.0));
    ui.painter().line_segment([rect.left_center(), rect.right_center()], egui::Stroke::new(2.0, colour));
}

/// The room that a run takes: swatch, name and cross.
fn width(ui: &Ui, label: &str) -> f32 {
    let font = egui::TextStyle::Button.resolve(ui.style());
    let text = ui.painter().layout_no_wrap(label.to_owned(), font, egui::Color32::PLACEHOLDER);
    text.size().x + 48.0
}
