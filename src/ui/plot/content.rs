//! What is inside the frame of a plot: cells, guides, bands, curves, and the time cursor.
//!
//! Reports the curve under the pointer; decides nothing.

use egui_plot::{
    FilledArea, HLine, Line, LineStyle, MarkerShape, PlotPoint, PlotPoints, PlotUi, Points, Polygon, VLine,
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

/// The part of a band that is seen, one step beyond on either side, with no more steps than can be told apart. A band
/// of few points is left as it is: the upright edges of a histogram have two at one place.
fn seen_of_band([x, low, high]: &[Vec<f64>; 3], [from, to]: [f64; 2]) -> [Vec<f64>; 3] {
    const STEPS: usize = 160;
    let step = if x.len() > STEPS { (to - from) / STEPS as f64 } else { 0.0 };
    let mut kept = [Vec::new(), Vec::new(), Vec::new()];
    let last = x.len().saturating_sub(1);
    for (index, ((x, low), high)) in x.iter().zip(low).zip(high).enumerate() {
        let next = kept[0].last().is_none_or(|before| x - before >= step);
        let inside = step == 0.0 || (*x >= from - step && *x <= to + step);
        if (next || index == last) && inside {
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
        let meant = self.drawing.lit.zip(self.plot.series.get(index));
        self.hovered == Some(index) || meant.is_some_and(|(lit, series)| lit.is_curve(series))
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
    let window = window(ui);
    for (guide, curve) in plot.guides.iter().zip(&ready.guide_curves) {
        let style = LineStyle::Dashed { length: 5.0 };
        match &guide.shape {
            GuideShape::Horizontal(value) => {
                let y = plot.y.scale.place(*value);
                ui.hline(HLine::new("", y).color(colour).width(1.0).style(style).allow_hover(false));
            }
            GuideShape::Vertical(value) => {
                let x = plot.x.scale.place(*value);
                ui.vline(VLine::new("", x).color(colour).width(1.0).style(style).allow_hover(false));
            }
            GuideShape::Curve(_) => {
                let seen = clipped(curve, window);
                for piece in pieces(&seen) {
                    let line = || Line::new("", PlotPoints::Owned(piece.to_vec())).allow_hover(false);
                    if plot.mesh.is_some() {
                        // A seam that shows on every colour of the map.
                        ui.line(line().color(drawing.colours.panel.gamma_multiply(0.6)).width(3.2));
                    }
                    ui.line(line().color(colour).width(1.2).style(style));
                }
            }
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_of_many_points_is_thinned_to_what_is_seen_and_a_histogram_keeps_its_edges() {
        let many: Vec<f64> = (0..1000).map(f64::from).collect();
        let [x, low, high] = seen_of_band(&[many.clone(), many.clone(), many.clone()], [200.0, 520.0]);
        assert!(x.len() < 170 && x[0] <= 200.0 && x[x.len() - 1] >= 520.0, "{x:?}");
        assert!(x == low && x == high);
        let histogram = [vec![0.0, 1.0, 1.0, 2.0], vec![0.0; 4], vec![3.0, 3.0, 5.0, 5.0]];
        assert_eq!(seen_of_band(&histogram, [0.0, 2.0]), histogram);
    }
}
