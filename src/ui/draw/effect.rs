//! Controls that may have no effect: they are disabled then, and their tooltip says why.

use egui::{Response, Ui, Widget};

/// Adds a widget with its tooltip; with a reason why it has no effect, disabled and with that reason instead.
pub(in crate::ui) fn add_ui(ui: &mut Ui, idle: Option<&str>, widget: impl Widget, about: &str) -> Response {
    let response = ui.add_enabled(idle.is_none(), widget).on_hover_text(about);
    match idle {
        Some(why) => response.on_disabled_hover_text(why),
        None => response,
    }
}
