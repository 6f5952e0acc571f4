//! What a file that is held over the window would do.

use egui::{Align2, FontId, Ui};

use crate::ui::theme::Colours;

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
