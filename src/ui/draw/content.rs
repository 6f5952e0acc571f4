//! What is inside the frame of a plot: what stays while time passes, the time cursor, and the curve under the pointer.

use egui_plot::{PlotItem, PlotPoint, PlotPoints, PlotResponse, PlotUi, Points, VLine};

use super::{Drawing, PreparedPlot, StaticLayer};
use crate::figure::Plot as PlotData;

/// Draws everything inside the frame and returns the curve under the pointer.
pub(super) fn content_ui<'a>(
    ui: &mut PlotUi<'a>,
    plot: &'a PlotData,
    ready: &'a PreparedPlot,
    drawing: &Drawing,
) -> Option<usize> {
    let curtain = drawing.curtain().map(|alpha| plot.x.scale.place(alpha));
    let nearest = nearest_curve(ui, ready);
    let is_seen = curtain.is_none_or(|edge| ui.pointer_coordinate().is_none_or(|at| at.x <= edge));
    let hovered = nearest.filter(|_| is_seen && ui.response().hovered());
    if curtain.is_none() {
        ui.add(StaticLayer::new((plot, ready), drawing, hovered));
    }
    if let Some(alpha) = drawing.cursor {
        let x = plot.x.scale.place(alpha);
        ui.vline(VLine::new("cursor", x).color(drawing.colours.accent).width(1.0).allow_hover(false));
    }
    if let Some([x, y]) = drawing.marker {
        let place = PlotPoint::new(plot.x.scale.place(x), plot.y.scale.place(y));
        let spot = Points::new("state", PlotPoints::Owned(vec![place])).radius(5.0).allow_hover(false);
        ui.points(spot.color(drawing.colours.accent));
    }
    hovered
}

/// What stays, up to the cursor alone: what is not yet is cut off.
pub(super) fn past_ui(
    ui: &egui::Ui,
    (plot, ready): (&PlotData, &PreparedPlot),
    drawing: &Drawing,
    response: &PlotResponse<Option<usize>>,
) {
    let Some(alpha) = drawing.curtain() else { return };
    let (frame, transform) = (response.transform.frame(), &response.transform);
    let edge = transform.position_from_point_x(plot.x.scale.place(alpha));
    let mut shapes = Vec::new();
    StaticLayer::new((plot, ready), drawing, response.inner).shapes(ui, transform, &mut shapes);
    let past = frame.with_max_x(edge.clamp(frame.min.x, frame.max.x));
    ui.painter().with_clip_rect(past.intersect(ui.clip_rect())).extend(shapes);
}

/// The curve within a few points of the pointer.
fn nearest_curve(ui: &PlotUi<'_>, ready: &PreparedPlot) -> Option<usize> {
    const REACH: f32 = 8.0;
    let pointer = ui.response().hover_pos()?;
    let apart = |points: &[PlotPoint]| {
        let screen = points.iter().map(|point| ui.screen_from_plot(*point));
        let pairs = screen.clone().zip(screen.skip(1));
        pairs.map(|(a, b)| distance_to_segment(pointer, a, b)).fold(f32::INFINITY, f32::min)
    };
    let distances = ready.curves.iter().enumerate().map(|(index, points)| (apart(points), index));
    distances
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(distance, _)| *distance < REACH)
        .map(|(_, index)| index)
}

fn distance_to_segment(point: egui::Pos2, a: egui::Pos2, b: egui::Pos2) -> f32 {
    let along = b - a;
    let share = ((point - a).dot(along) / along.length_sq().max(1e-6)).clamp(0.0, 1.0);
    let distance = (point - (a + share * along)).length();
    if distance.is_nan() { f32::INFINITY } else { distance }
}
