//! The switch between curves that end at the cursor and whole ones.

use egui::Ui;

use crate::ui::state::{Action, Presentation, View, with_key};

/// Draws the switch.
pub(in crate::ui) fn reveal_ui(ui: &mut Ui, view: &View) -> Option<Action> {
    let about = with_key(
        "curves up to the cursor alone: play shows the rest",
        &Action::Present(Presentation::Reveal),
    );
    let switch = ui.selectable_label(view.reveals(), "Reveal").on_hover_text(about);
    switch.clicked().then_some(Action::Present(Presentation::Reveal))
}
