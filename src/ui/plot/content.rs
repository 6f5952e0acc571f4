//! What is inside the frame of a plot: cells, guides with their names, bands, curves, and the time cursor.
//!
//! Reports the curve under the pointer; decides nothing.

use egui_plot::{
    FilledArea, HLine, Line, LineStyle, MarkerShape, PlotPoint, PlotPoints, PlotUi, Points, Polygon, Text,
    VLine,
};

use super::Drawing;
use crate::figure::{GuideShape, Ink, Plot as PlotData, Scale, Series, Stroke};
use crate::ui::clip::clipped;
use crate::ui::prepare::PreparedPlot;
use crate::ui::theme::{colour, ink};

/// Draws everything inside the frame and returns the curve under the pointer.
pub(super) fn content_ui<'a>(
    ui: &mut PlotUi<'a>,
    plot: &'a PlotData,
    ready: &'a PreparedPlot,
    drawing: &Drawing,
) -> Option<usize> {
    mesh_ui(ui, plot, drawing);
    guides_ui(ui, plot, ready, drawing);
    let [from, to, ..] = window(ui);
    for (band, edges) in plot.bands.iter().zip(&ready.bands) {
        let fill = ink(drawing.palette, band.ink).gamma_multiply(0.22);
        let [x, low, high] = seen_of_band(edges, [from, to]);
        if x.len() > 1 {
            ui.add(FilledArea::new("band", &x, &low, &high).fill_color(fill).allow_hover(false));
        }
    }
    let nearest = nearest_curve(ui, ready);
    let hovered = nearest.filter(|_| ui.response().hovered());
    let looks = Looks::new(plot, drawing, hovered);
    for (index, (series, points)) in plot.series.iter().zip(&ready.curves).enumerate() {
        let (colour, width) = looks.of(index, series);
        match series.stroke {
            Stroke::Solid => {
                for piece in pieces(points) {
                    let line = Line::new(series.label.as_str(), PlotPoints::Borrowed(piece));
                    let line = line.color(colour).width(width).style(LineStyle::Solid);
                    ui.line(line.allow_band(false).allow_hover(false));
                }
            }
            // Drawn over what is in the frame, see `dashes`.
            Stroke::Dashed | Stroke::Dotted => {}
            Stroke::Points => {
                errors_ui(ui, plot, series, colour);
                let points = PlotPoints::Borrowed(points.as_slice());
                let marks =
                    Points::new(series.label.as_str(), points).radius(4.5).shape(MarkerShape::Diamond);
                ui.points(marks.color(colour).allow_hover(false));
            }
        }
    }
    if let Some(alpha) = drawing.cursor {
        let x = plot.x.scale.place(alpha);
        ui.vline(VLine::new("cursor", x).color(drawing.colours.accent).width(1.0).allow_hover(false));
    }
    if let Some([x, y]) = drawing.spot {
        let place = PlotPoint::new(plot.x.scale.place(x), plot.y.scale.place(y));
        let spot = Points::new("state", PlotPoints::Owned(vec![place])).radius(5.0).allow_hover(false);
        ui.points(spot.color(drawing.colours.accent));
    }
    hovered
}

/// The part of a band that is seen, one step beyond on either side, with no more steps than can be told apart.
fn seen_of_band([x, low, high]: &[Vec<f64>; 3], [from, to]: [f64; 2]) -> [Vec<f64>; 3] {
    const STEPS: f64 = 160.0;
    let step = (to - from) / STEPS;
    let mut kept = [Vec::new(), Vec::new(), Vec::new()];
    let last = x.len().saturating_sub(1);
    for (index, ((x, low), high)) in x.iter().zip(low).zip(high).enumerate() {
        let next = kept[0].last().is_none_or(|before| x - before >= step);
        if (next || index == last) && *x >= from - step && *x <= to + step {
            kept[0].push(*x);
            kept[1].push(*low);
            kept[2].push(*high);
        }
    }
    kept
}

/// How curves look while one of them is pointed at: it stands out, the others recede.
pub(super) struct Looks<'a> {
    plot: &'a PlotData,
    drawing: &'a Drawing,
    hovered: Option<usize>,
    dim: bool,
}

impl<'a> Looks<'a> {
    /// With the curve under the pointer.
    pub(super) fn new(plot: &'a PlotData, drawing: &'a Drawing, hovered: Option<usize>) -> Self {
        let mut looks = Self { plot, drawing, hovered, dim: false };
        looks.dim = plot.series.len() > 1 && (0..plot.series.len()).any(|index| looks.lit(index));
        looks
    }

    fn lit(&self, index: usize) -> bool {
        let entry = self.plot.series.get(index).and_then(|series| series.entry);
        self.hovered == Some(index) || (entry.is_some() && entry == self.drawing.lit)
    }

    /// Colour and width of a curve.
    pub(super) fn of(&self, index: usize, series: &Series) -> (egui::Color32, f32) {
        let (colour, width) = (ink(self.drawing.palette, series.ink), 1.5 * series.width);
        match self.lit(index) {
            true => (colour, width + 1.2),
            false if self.dim => (colour.gamma_multiply(0.35), width),
            false => (colour, width),
        }
    }
}

/// The parts of a line between its breaks: the plot library takes a break inside a line for two points that are equal or
/// not, and leaves specks where its ends are joined to nothing.
pub(super) fn pieces(points: &[PlotPoint]) -> impl Iterator<Item = &[PlotPoint]> {
    points.split(|at| at.x.is_nan() || at.y.is_nan()).filter(|piece| piece.len() > 1)
}

/// The error bars of marks; an end without a place on a logarithmic axis is at the bottom.
fn errors_ui(ui: &mut PlotUi<'_>, plot: &PlotData, series: &Series, colour: egui::Color32) {
    let bottom = window(ui)[2];
    for ([x, y], error) in series.points.iter().zip(&series.errors) {
        let end = |value: f64| plot.y.scale.place(value);
        let (x, low, high) = (plot.x.scale.place(*x), end(y - error), end(y + error));
        if x.is_finite() && high.is_finite() {
            let low = if low.is_finite() { low } else { bottom };
            let bar = PlotPoints::from(vec![[x, low], [x, high]]);
            ui.line(Line::new("", bar).color(colour).width(1.2).allow_hover(false));
        }
    }
}

/// What is seen: x from, x to, y from, y to, in positions.
fn window(ui: &PlotUi<'_>) -> [f64; 4] {
    let bounds = ui.plot_bounds();
    let ([x_low, y_low], [x_high, y_high]) = (bounds.min(), bounds.max());
    [x_low, x_high, y_low, y_high]
}

/// The cells of a map, as polygons: there are some hundreds at most.
fn mesh_ui(ui: &mut PlotUi<'_>, plot: &PlotData, drawing: &Drawing) {
    let Some(mesh) = &plot.mesh else { return };
    let places =
        |edges: &[f64], scale: Scale| edges.iter().map(|edge| scale.place(*edge)).collect::<Vec<_>>();
    let (x, y) = (places(&mesh.x, plot.x.scale), places(&mesh.y, plot.y.scale));
    let columns = mesh.columns().max(1);
    for (index, value) in mesh.cells.iter().enumerate() {
        let (column, row) = (index % columns, index / columns);
        let (Some([left, right]), Some([low, high])) =
            (x.get(column..column + 2).and_then(as_pair), y.get(row..row + 2).and_then(as_pair))
        else {
            continue;
        };
        let corners = vec![[left, low], [right, low], [right, high], [left, high]];
        let fill = colour(drawing.palette.sequential(mesh.share(*value)));
        let cell = Polygon::new("", PlotPoints::from(corners)).fill_color(fill).allow_hover(false);
        ui.polygon(cell.stroke(egui::Stroke::new(0.5, fill)));
    }
}

fn as_pair(pair: &[f64]) -> Option<[f64; 2]> {
    pair.try_into().ok()
}

fn guides_ui<'a>(ui: &mut PlotUi<'a>, plot: &'a PlotData, ready: &'a PreparedPlot, drawing: &Drawing) {
    let colour = ink(drawing.palette, Ink::Theory);
    let [x_low, x_high, y_low, y_high] = window(ui);
    for (index, (guide, curve)) in plot.guides.iter().zip(&ready.guide_curves).enumerate() {
        let style = LineStyle::Dashed { length: 5.0 };
        let label_at = match &guide.shape {
            GuideShape::Horizontal(value) => {
                let y = plot.y.scale.place(*value);
                ui.hline(HLine::new("", y).color(colour).width(1.0).style(style).allow_hover(false));
                Some((PlotPoint::new(x_high, y), egui::Align2::RIGHT_BOTTOM))
            }
            GuideShape::Vertical(value) => {
                let x = plot.x.scale.place(*value);
                ui.vline(VLine::new("", x).color(colour).width(1.0).style(style).allow_hover(false));
                // Neighbours are named at different heights.
                let height = if index % 2 == 0 { 0.02 } else { 0.09 };
                Some((PlotPoint::new(x, y_low + height * (y_high - y_low)), beside(x, [x_low, x_high])))
            }
            GuideShape::Curve(_) => {
                let seen = clipped(curve, [x_low, x_high, y_low, y_high]);
                for piece in pieces(&seen) {
                    if plot.mesh.is_some() {
                        // Cells may be as dark as the line.
                        let under = Line::new("", PlotPoints::Owned(piece.to_vec()));
                        ui.line(under.color(drawing.colours.panel).width(3.5).allow_hover(false));
                    }
                    let line = Line::new("", PlotPoints::Owned(piece.to_vec())).color(colour).width(1.2);
                    ui.line(line.style(style).allow_hover(false));
                }
                let point = curve_label(curve, index, [x_low, x_high, y_low, y_high]);
                let raised = |at: PlotPoint| PlotPoint::new(at.x, at.y + 0.05 * (y_high - y_low));
                match curve.as_slice() {
                    // A place rather than a curve: its name stands beside it.
                    [first, last] if first == last => point.map(|point| (point, egui::Align2::LEFT_CENTER)),
                    _ => point.map(raised).map(|point| (point, beside(point.x, [x_low, x_high]))),
                }
            }
        };
        if let Some((point, anchor)) = label_at {
            let mut text = egui::RichText::new(&guide.label).small().color(colour);
            if plot.mesh.is_some() {
                text = text.background_color(drawing.colours.panel);
            }
            ui.text(Text::new("", point, text).anchor(anchor).allow_hover(false));
        }
    }
}

/// The side on which a name has room.
fn beside(x: f64, [low, high]: [f64; 2]) -> egui::Align2 {
    if x > low + 0.75 * (high - low) { egui::Align2::RIGHT_BOTTOM } else { egui::Align2::LEFT_BOTTOM }
}

/// Where a guide's name stands: at a point of the curve a third of the way through what is visible.
fn curve_label(
    curve: &[PlotPoint],
    index: usize,
    [x_low, x_high, y_low, y_high]: [f64; 4],
) -> Option<PlotPoint> {
    let visible: Vec<&PlotPoint> = curve
        .iter()
        .filter(|at| at.x >= x_low && at.x <= x_high && at.y >= y_low && at.y <= y_high)
        .collect();
    // Neighbours are named at different heights.
    visible.get((4 - index % 2) * visible.len() / 6).map(|point| **point)
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
