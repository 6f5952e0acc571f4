//! The colour bar of a map, to the right of its frame: colours, ticks, and what they are.

use std::f32::consts::FRAC_PI_2;

use egui::{Align2, Pos2, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::Drawing;
use crate::figure::{Mesh, number};
use crate::ui::theme::colour;

/// The room it takes to the right of a frame.
pub(super) const BAR_ROOM: f32 = 84.0;

/// Between the frame and the bar, its width, and what is between it and its labels.
const BEFORE: f32 = 12.0;
const WIDTH: f32 = 10.0;
const GAP: f32 = 4.0;

/// StepwiseJob of one colour.
const STEPS: u16 = 96;

/// Height of a tick's label with what keeps it from the next.
const LABEL: f64 = 34.0;

/// Draws it beside a frame.
pub(super) fn bar_ui(ui: &Ui, frame: Rect, (title, mesh): (&str, &Mesh), drawing: &Drawing) {
    let (low, high) = (mesh.scale.place(mesh.range.0), mesh.scale.place(mesh.range.1));
    if !(low.is_finite() && high.is_finite() && low <= high) {
        return;
    }
    let bar = Rect::from_min_size(pos2(frame.max.x + BEFORE, frame.min.y), vec2(WIDTH, frame.height()));
    let height = bar.height() / f32::from(STEPS);
    for step in 0..STEPS {
        let share = f64::from(step) / f64::from(STEPS - 1);
        let top = bar.max.y - height * f32::from(step + 1);
        let piece = Rect::from_min_size(pos2(bar.min.x, top), vec2(WIDTH, height + 0.5));
        ui.painter().rect_filled(piece.intersect(bar), 0.0, colour(drawing.palette.sequential(share)));
    }
    let stroke = egui::Stroke::new(1.0, drawing.colours.outline);
    ui.painter().rect_stroke(bar, 0.0, stroke, egui::StrokeKind::Outside);
    let right = ticks_ui(ui, bar, (mesh, low, high), drawing);
    label_ui(ui, bar, right, &mesh.label, drawing);
    let response = ui.interact(bar, ui.scope_id().with((title, "bar")), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, format!("colours of {title}")));
    let said = format!("{} from {} to {}", mesh.label, number(mesh.range.0), number(mesh.range.1));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_value(said));
}

/// Draws the ticks with their labels; where the widest ends.
fn ticks_ui(ui: &Ui, bar: Rect, (mesh, low, high): (&Mesh, f64, f64), drawing: &Drawing) -> f32 {
    let font = egui::TextStyle::Small.resolve(ui.style());
    let stroke = egui::Stroke::new(1.0, drawing.colours.weak);
    let mut right = bar.max.x;
    for tick in mesh.ticks((f64::from(bar.height()) / LABEL).max(2.0)) {
        let share = if high > low { (tick.position - low) / (high - low) } else { 0.5 };
        let y = bar.max.y - share as f32 * bar.height();
        let Some(label) = tick.label else { continue };
        let ends = [pos2(bar.max.x, y), pos2(bar.max.x + GAP, y)];
        ui.painter().line_segment(ends, stroke);
        let at = pos2(bar.max.x + 2.0 * GAP, y.min(bar.max.y - 6.0).max(bar.min.y + 6.0));
        let place = ui.painter().text(at, Align2::LEFT_CENTER, label, font.clone(), drawing.colours.weak);
        right = right.max(place.max.x);
    }
    right
}

/// Draws what the colours are along the bar, reading upwards.
fn label_ui(ui: &Ui, bar: Rect, right: f32, label: &str, drawing: &Drawing) {
    let font = egui::TextStyle::Small.resolve(ui.style());
    let galley = ui.painter().layout_no_wrap(label.to_owned(), font, drawing.colours.text);
    let at = Pos2::new(right + GAP, bar.center().y + 0.5 * galley.size().x);
    let shape = egui::epaint::TextShape::new(at, galley, drawing.colours.text);
    ui.painter().add(shape.with_angle(-FRAC_PI_2));
}
