//! What stays inside the frame of a plot while time passes: cells, guides, bands, curves and marks.
//!
//! One item for the plot library, whose own would be laid out and tessellated in every frame.

use egui::{Color32, Mesh, Pos2, Rect, Shape};
use egui_plot::{PlotBounds, PlotGeometry, PlotItem, PlotItemBase, PlotPoint, PlotTransform};

use super::{
    BAND, CurveStyle, DASHED, DOTTED, Drawing, GUIDE, MeshKey, PreparedPlot, STEP, clipped, coarse, dashes,
    guide_dashes,
};
use crate::figure::{GuideShape, Ink, Plot as PlotData, Series, Stroke};
use crate::ui::theme::{colour, ink, law};

/// Width of what lies under a guide on a map, in guides.
const SEAM: f32 = 2.0;

/// How far beyond the frame lines are drawn, as a share of it.
const MARGIN: f64 = 0.02;

/// All that does not move with time: one item, drawn anew when it looks different.
pub(super) struct StaticLayer<'a> {
    base: PlotItemBase,
    plot: &'a PlotData,
    ready: &'a PreparedPlot,
    drawing: Drawing,
    hovered: Option<usize>,
}

impl<'a> StaticLayer<'a> {
    /// With the curve under the pointer.
    pub(super) fn new(
        (plot, ready): (&'a PlotData, &'a PreparedPlot),
        drawing: &Drawing,
        hovered: Option<usize>,
    ) -> Self {
        Self { base: PlotItemBase::new(String::new()), plot, ready, drawing: *drawing, hovered }
    }
}

impl PlotItem for StaticLayer<'_> {
    fn shapes(&self, ui: &egui::Ui, transform: &PlotTransform, shapes: &mut Vec<Shape>) {
        let look = MeshKey {
            frame: *transform.frame(),
            bounds: window(transform),
            pixels_per_point: ui.ctx().pixels_per_point(),
            palette: self.drawing.palette,
            panel: self.drawing.colours.panel,
            hovered: self.hovered,
            lit: self.drawing.lit,
        };
        shapes.extend(self.ready.sketch.shapes(ui.ctx(), &look, || self.drawn(transform)));
    }

    fn initialize(&mut self, _: std::ops::RangeInclusive<f64>) {}

    fn color(&self) -> Color32 {
        Color32::TRANSPARENT
    }

    fn geometry(&self) -> PlotGeometry<'_> {
        PlotGeometry::None
    }

    fn bounds(&self) -> PlotBounds {
        PlotBounds::NOTHING
    }

    fn base(&self) -> &PlotItemBase {
        &self.base
    }

    fn base_mut(&mut self) -> &mut PlotItemBase {
        &mut self.base
    }
}

impl StaticLayer<'_> {
    /// Cells, levels and times, bands, curves, marks, and curves of theory, from the lowest to the highest.
    fn drawn(&self, transform: &PlotTransform) -> Vec<Shape> {
        let Self { plot, ready, drawing, hovered, .. } = self;
        let mut shapes = Vec::new();
        shapes.extend(cells(plot, drawing, transform));
        straight_guides(plot, drawing, transform, &mut shapes);
        let [from, to, ..] = window(transform);
        let step = f64::from(STEP) * transform.dvalue_dpos()[0].abs();
        for (band, edges) in plot.bands.iter().zip(&ready.bands) {
            let fill = ink(drawing.palette, band.ink).gamma_multiply(BAND);
            shapes.extend(filled(&seen_of_band(edges, [from, to], step), fill, transform));
        }
        let looks = CurveStyle::new(plot, drawing, *hovered);
        let (mut broken, mut marks) = (Vec::new(), Vec::new());
        for (index, (series, points)) in plot.series.iter().zip(&ready.curves).enumerate() {
            let (colour, width) = looks.of(index, series);
            let stroke = egui::Stroke::new(width, colour);
            match series.stroke {
                Stroke::Solid => {
                    shapes.extend(runs(points, transform).into_iter().map(|line| Shape::line(line, stroke)));
                }
                Stroke::Dashed => dashed(points, transform, DASHED, stroke, &mut broken),
                Stroke::Dotted => dashed(points, transform, DOTTED, stroke, &mut broken),
                Stroke::Points => {
                    errors(plot, series, colour, transform, &mut marks);
                    let radius = mark_radius(series);
                    let at = |point| transform.position_from_point(point);
                    marks.extend(points.iter().map(|point| diamond(at(point), radius, colour)));
                }
            }
        }
        // Broken lines show what is below them, and marks are few.
        shapes.append(&mut broken);
        shapes.append(&mut marks);
        curved_guides(plot, ready, drawing, transform, &mut shapes);
        shapes
    }
}

/// The parts of a line that are seen, on the screen.
fn runs(points: &[PlotPoint], transform: &PlotTransform) -> Vec<Vec<Pos2>> {
    // Its ends are to lie outside of the frame.
    let [x_low, x_high, y_low, y_high] = window(transform);
    let (dx, dy) = (MARGIN * (x_high - x_low), MARGIN * (y_high - y_low));
    let seen = clipped(points, [x_low - dx, x_high + dx, y_low - dy, y_high + dy]);
    let on_screen = |run: &[PlotPoint]| run.iter().map(|at| transform.position_from_point(at)).collect();
    seen.split(|at| at.x.is_nan()).filter(|run| run.len() > 1).map(on_screen).collect()
}

/// Broken lines along a curve.
fn dashed(
    points: &[PlotPoint],
    transform: &PlotTransform,
    lengths: [f32; 2],
    stroke: egui::Stroke,
    shapes: &mut Vec<Shape>,
) {
    for run in runs(points, transform) {
        shapes
            .extend(dashes(&coarse(run), lengths).into_iter().map(|dash| Shape::line_segment(dash, stroke)));
    }
}

/// The area of a band.
fn filled(rows: &[[f64; 3]], fill: Color32, transform: &PlotTransform) -> Option<Shape> {
    let steps = rows.len().checked_sub(1).filter(|steps| *steps > 0)?;
    let mut mesh = Mesh::default();
    for [x, low, high] in rows {
        for y in [low, high] {
            mesh.colored_vertex(transform.position_from_point(&PlotPoint::new(*x, *y)), fill);
        }
    }
    for step in 0..steps as u32 {
        let [a, b, c, d] = [0, 1, 2, 3].map(|corner| 2 * step + corner);
        mesh.add_triangle(a, b, c);
        mesh.add_triangle(b, d, c);
    }
    Some(Shape::mesh(mesh))
}

/// A mark.
fn diamond(at: Pos2, radius: f32, colour: Color32) -> Shape {
    let corners = [[0.0, 1.0], [-1.0, 0.0], [0.0, -1.0], [1.0, 0.0]];
    let corners = corners.map(|[x, y]| at + radius * egui::vec2(x, y));
    Shape::convex_polygon(corners.to_vec(), colour, egui::Stroke::NONE)
}

/// The part of a band that is seen, one step beyond on either side. What is nearer together than a few points of the
/// screen is left out, but for upright edges: those of a histogram have two rows at one place.
fn seen_of_band(band: &[[f64; 3]], [from, to]: [f64; 2], step: f64) -> Vec<[f64; 3]> {
    let mut kept: Vec<[f64; 3]> = Vec::new();
    for (index, row) in band.iter().enumerate() {
        let x = row[0];
        let next = kept.last().is_none_or(|last| x == last[0] || x - last[0] >= step);
        let before = x < from && band.get(index + 1).is_some_and(|after| after[0] < from);
        let after =
            x > to && index.checked_sub(1).and_then(|last| band.get(last)).is_some_and(|last| last[0] > to);
        let is_end = index + 1 == band.len() || x > to;
        if (next || is_end) && !before && !after {
            kept.push(*row);
        }
    }
    kept
}

/// Half the length of the caps of error bars: they stand out from their marks however short the bars are.
pub(super) const CAP: f32 = 4.5;

/// Half the height of the marks of a series, which do not hide its error bars.
pub(super) fn mark_radius(series: &Series) -> f32 {
    if series.errors.is_empty() { 4.5 } else { 2.5 }
}

/// The error bars of marks; an end without a place on a logarithmic axis is at the bottom.
fn errors(
    plot: &PlotData,
    series: &Series,
    colour: Color32,
    transform: &PlotTransform,
    shapes: &mut Vec<Shape>,
) {
    let bottom = window(transform)[2];
    for ([x, y], error) in series.points.iter().zip(&series.errors) {
        let end = |value: f64| plot.y.scale.place(value);
        let (x, low, high) = (plot.x.scale.place(*x), end(y - error), end(y + error));
        if x.is_finite() && high.is_finite() {
            let low = if low.is_finite() { low } else { bottom };
            let ends = [low, high].map(|y| transform.position_from_point(&PlotPoint::new(x, y)));
            let across = egui::vec2(CAP, 0.0);
            for line in [ends, [ends[0] - across, ends[0] + across], [ends[1] - across, ends[1] + across]] {
                shapes.push(Shape::line_segment(line, egui::Stroke::new(1.2, colour)));
            }
        }
    }
}

/// What is seen: x from, x to, y from, y to, in positions.
fn window(transform: &PlotTransform) -> [f64; 4] {
    let bounds = transform.bounds();
    let ([x_low, y_low], [x_high, y_high]) = (bounds.min(), bounds.max());
    [x_low, x_high, y_low, y_high]
}

/// The cells of a map.
fn cells(plot: &PlotData, drawing: &Drawing, transform: &PlotTransform) -> Option<Shape> {
    let map = plot.mesh.as_ref()?;
    let x: Vec<f32> =
        map.x.iter().map(|edge| transform.position_from_point_x(plot.x.scale.place(*edge))).collect();
    let y: Vec<f32> =
        map.y.iter().map(|edge| transform.position_from_point_y(plot.y.scale.place(*edge))).collect();
    let columns = map.columns().max(1);
    let mut mesh = Mesh::default();
    for (index, value) in map.cells.iter().enumerate() {
        let (column, row) = (index % columns, index / columns);
        if let (Some([left, right]), Some([low, high])) =
            (x.get(column..column + 2).and_then(as_pair), y.get(row..row + 2).and_then(as_pair))
        {
            let cell = Rect::from_two_pos(Pos2::new(left, low), Pos2::new(right, high));
            mesh.add_colored_rect(cell, colour(drawing.palette.sequential(map.share(*value))));
        }
    }
    Some(Shape::mesh(mesh))
}

fn as_pair(pair: &[f32]) -> Option<[f32; 2]> {
    pair.try_into().ok()
}

/// Levels and times of theory, in broken lines below the curves.
fn straight_guides(plot: &PlotData, drawing: &Drawing, transform: &PlotTransform, shapes: &mut Vec<Shape>) {
    let stroke = egui::Stroke::new(1.0, ink(drawing.palette, Ink::Theory));
    let [x_low, x_high, y_low, y_high] = window(transform);
    let point = |x: f64, y: f64| PlotPoint::new(x, y);
    for guide in &plot.guides {
        let line = match &guide.shape {
            GuideShape::Horizontal(value) => {
                let y = plot.y.scale.place(*value);
                [point(x_low, y), point(x_high, y)]
            }
            GuideShape::Vertical(value) => {
                let x = plot.x.scale.place(*value);
                [point(x, y_low), point(x, y_high)]
            }
            GuideShape::Curve(_) => continue,
        };
        dashed(&line, transform, GUIDE, stroke, shapes);
    }
}

/// Curves of theory, in broken lines over the curves: where both agree, both are seen. Over the cells of a map they
/// have a seam of the panel's colour, so that they show on every colour.
fn curved_guides(
    plot: &PlotData,
    ready: &PreparedPlot,
    drawing: &Drawing,
    transform: &PlotTransform,
    shapes: &mut Vec<Shape>,
) {
    let width = if plot.mesh.is_some() { 1.8 } else { 1.4 };
    let stroke = egui::Stroke::new(width, law(drawing.palette));
    for (guide, curve) in plot.guides.iter().zip(&ready.guide_curves) {
        if !matches!(guide.shape, GuideShape::Curve(_)) {
            continue;
        }
        if plot.mesh.is_some() {
            let seam = egui::Stroke::new(SEAM * width, drawing.colours.panel);
            shapes.extend(runs(curve, transform).into_iter().map(|line| Shape::line(line, seam)));
        }
        dashed(curve, transform, guide_dashes(plot, guide), stroke, shapes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_is_cut_to_what_is_seen_and_a_histogram_keeps_its_edges() {
        let many: Vec<[f64; 3]> = (0..1000).map(f64::from).map(|x| [x, x, x]).collect();
        let seen = seen_of_band(&many, [200.5, 520.5], 2.0);
        assert!(seen.len() < 165 && seen[0][0] <= 200.5 && seen[seen.len() - 1][0] >= 520.5, "{seen:?}");
        let histogram = [[0.0, 0.0, 3.0], [1.0, 0.0, 3.0], [1.0, 0.0, 5.0], [2.0, 0.0, 5.0]];
        assert_eq!(seen_of_band(&histogram, [0.0, 2.0], 0.1), histogram);
        assert_eq!(seen_of_band(&histogram, [1.4, 1.6], 0.01), histogram[2..]);
        assert!(seen_of_band(&histogram, [3.0, 4.0], 0.1).len() < 2);
    }
}
