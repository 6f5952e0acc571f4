//! The buttons at the left of the top bar that act on the scenario and its run as a whole: undo, redo, pin.

use egui::{Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

use crate::ui::draw::add_ui;
use crate::ui::state::{Action, with_key};
use crate::ui::theme::Colours;

/// What can be done at the moment.
#[derive(Clone, Copy)]
pub(in crate::ui) struct Edits {
    pub(in crate::ui) can_undo: bool,
    pub(in crate::ui) can_redo: bool,
    pub(in crate::ui) can_pin: bool,
}

/// Draws the buttons.
pub(in crate::ui) fn edit_ui(ui: &mut Ui, edits: Edits, colours: Colours) -> Vec<Action> {
    let mut actions = Vec::new();
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let undo = (edits.can_undo, false);
        let about =
            if undo.0 { with_key("undo the last change", &Action::Undo) } else { "nothing to undo".into() };
        if arrow_button(ui, "undo", &about, undo, colours) {
            actions.push(Action::Undo);
        }
        let redo = (edits.can_redo, true);
        let about =
            if redo.0 { with_key("redo what was undone", &Action::Redo) } else { "nothing to redo".into() };
        if arrow_button(ui, "redo", &about, redo, colours) {
            actions.push(Action::Redo);
        }
        let idle = (!edits.can_pin).then_some("no run to keep yet");
        let about = with_key("keep this run to compare with", &Action::Pin);
        if add_ui(ui, idle, egui::Button::new("Pin"), &about).clicked() {
            actions.push(Action::Pin);
        }
    });
    actions
}

/// An arrow that turns back, or forward if mirrored; drawn because fonts lack it.
fn arrow_button(
    ui: &mut Ui,
    name: &str,
    about: &str,
    (enabled, mirrored): (bool, bool),
    colours: Colours,
) -> bool {
    let sense = if enabled { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(vec2(24.0, 26.0), sense);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
    if enabled && (response.hovered() || response.has_focus()) {
        ui.painter().rect_filled(rect, 4.0, colours.control_hover);
    }
    if response.has_focus() {
        ui.painter().rect_stroke(rect, 4.0, Stroke::new(1.5, colours.accent), egui::StrokeKind::Inside);
    }
    let colour = if enabled { colours.text } else { colours.outline };
    let sign = if mirrored { -1.0 } else { 1.0 };
    let at = |x: f32, y: f32| rect.center() + vec2(sign * x, y);
    // Along the top and three quarters of a turn back.
    let turn = (0..=12).map(|k| (f64::from(k) / 12.0 * std::f64::consts::PI) as f32);
    let arc = turn.map(|angle| at(1.5 + 4.0 * angle.sin(), 0.5 - 4.0 * angle.cos()));
    let path: Vec<egui::Pos2> = std::iter::once(at(-5.0, -3.5)).chain(arc).chain([at(-2.0, 4.5)]).collect();
    ui.painter().add(Shape::line(path, Stroke::new(1.6, colour)));
    let head = [(-7.0, -3.5), (-2.5, -7.0), (-2.5, 0.0)].map(|(x, y)| at(x, y));
    ui.painter().add(Shape::convex_polygon(head.map(|p| pos2(p.x, p.y)).to_vec(), colour, Stroke::NONE));
    response.on_hover_text(about).clicked() && enabled
}
