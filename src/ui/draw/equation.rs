//! Equations as lines of text.

use egui::{Label, RichText, Ui};

use crate::ui::theme::Colours;

/// What separates equations that share a line if there is room.
const PAUSE: &str = ",   ";

/// Equations in a block of their own: broken at their pauses where they are too wide, then as large as the widest
/// allows.
pub(in crate::ui) fn equation_ui(ui: &mut Ui, lines: &[&str], size: f32, colours: Colours) {
    let frame = egui::Frame::new()
        .fill(colours.window)
        .corner_radius(4.0)
        .inner_margin(egui::Margin::symmetric(12, 8));
    frame.show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        let widest = |lines: &[&str]| {
            let galley = |line: &&str| {
                let font = egui::FontId::proportional(size);
                ui.painter().layout_no_wrap((*line).to_owned(), font, colours.text).size().x
            };
            lines.iter().map(galley).fold(1.0, f32::max)
        };
        let room = ui.available_width();
        let parts: Vec<&str> = lines.iter().flat_map(|line| line.split(PAUSE)).collect();
        let lines = if widest(lines) > room { parts.as_slice() } else { lines };
        let size = size * (room / widest(lines)).min(1.0);
        for line in lines {
            // Glyphs are placed on whole pixels: a hair smaller than what just fits.
            let text = RichText::new(*line).size((2.0 * size).floor() / 2.0);
            ui.add(Label::new(text).extend());
        }
    });
}
