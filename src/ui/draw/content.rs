//! What is inside the frame of a plot: what stays while time passes, the time cursor, and the curve under the pointer.

use egui_plot::{PlotPoint, PlotPoints, PlotUi, Points, VLine};

use super::{Drawing, PreparedPlot, StaticLayer};
use crate::figure::Plot as PlotData;

/// Draws everything inside the frame and returns the curve under the pointer.
pub(super) fn content_ui<'a>(
    ui: &mut PlotUi<'a>,
    plot: &'a PlotData,
    ready: &'a PreparedPlot,
    drawing: &Drawing,
) -> Option<usize> {
    let nearest = nearest_curve(ui, ready);
    let hovered = nearest.filter(|_| ui.response().hovered());
    ui.add(StaticLayer::new((plot, ready), drawing, hovered));
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
