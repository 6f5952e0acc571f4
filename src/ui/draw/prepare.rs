//! Figures made ready for egui: positions instead of values, thinned, with bounds, computed once per change.
//!
//! Points without a place on a logarithmic axis become breaks.

use std::cell::Cell;

use egui_plot::PlotPoint;

use super::MeshCache;
use crate::figure::{Axis, Band, Content, Figure, Guide, GuideShape, Plot, Scale, Stroke, thin};
use crate::ui::state::{Zoom, visible_range};

/// Share of the height that thinning may move a line: a quarter of a pixel in a panel of 500.
const THIN_TOLERANCE: f64 = 5e-4;

/// The least height of a zoomed plot, as a share of the whole.
const FLATTEST: f64 = 0.01;

/// A figure whose curves are ready to draw.
#[derive(Debug)]
pub struct PreparedFigure {
    /// The figure as it was.
    pub figure: Figure,
    /// Its plots, in order.
    pub plots: Vec<PreparedPlot>,
    /// The part of the height of a plot, at least, for which its curves have enough points.
    sharpness: f64,
}

/// One plot ready to draw.
#[derive(Debug)]
pub struct PreparedPlot {
    /// Curves in positions, in the order of the series.
    pub curves: Vec<Vec<PlotPoint>>,
    /// Guides in positions: a curve, or nothing for straight lines.
    pub guide_curves: Vec<Vec<PlotPoint>>,
    /// Bands in positions: x, lower, upper.
    pub bands: Vec<Vec<[f64; 3]>>,
    /// x from, x to, y from, y to, in positions.
    pub bounds: [f64; 4],
    /// What is seen of it after a zoom of its own: x from, x to, y from, y to, in positions; `None`: all.
    pub zoom: Cell<Option<[f64; 4]>>,
    /// How it was drawn last.
    pub sketch: MeshCache,
}

impl PreparedFigure {
    /// Prepares every plot of a figure.
    pub fn new(figure: Figure) -> Self {
        let plots = prepared(&figure, 1.0);
        Self { figure, plots, sharpness: 1.0 }
    }

    /// Gives curves more points where a small part of the height is seen, too small for those they have; what is seen
    /// whole again is as it was.
    pub(in crate::ui) fn sharpen(&mut self, zoom: Zoom, heights: Option<[f64; 2]>) {
        let Content::Plots(plots) = &self.figure.content else { return };
        let share = |((_, plot), ready): (&(f32, Plot), &PreparedPlot)| {
            let [_, _, low, high] = ready.seen(plot, zoom, heights)?;
            Some((high - low) / (ready.bounds[3] - ready.bounds[2]))
        };
        let least = plots.iter().zip(&self.plots).filter_map(share).fold(1.0, f64::min);
        let is_whole = least >= 1.0 && self.sharpness < 1.0;
        if least < self.sharpness || is_whole {
            // Zooming goes on in small steps: enough for some of them.
            self.sharpness = if is_whole { 1.0 } else { 0.25 * least };
            self.plots = prepared(&self.figure, self.sharpness);
        }
    }
}

/// The plots of a figure, with curves as exact as a part of the height asks for.
fn prepared(figure: &Figure, sharpness: f64) -> Vec<PreparedPlot> {
    match &figure.content {
        Content::Plots(plots) => plots.iter().map(|(_, plot)| PreparedPlot::new(plot, sharpness)).collect(),
        Content::Matrices(_) => Vec::new(),
    }
}

impl PreparedPlot {
    /// The bounds of a plot that shares its x axis: what all see along x, and along y the given heights or what fits.
    pub(super) fn seen(&self, plot: &Plot, zoom: Zoom, heights: Option<[f64; 2]>) -> Option<[f64; 4]> {
        let Zoom::Shared(window) = zoom else { return None };
        let [x_low, x_high, y_low, y_high] = self.bounds;
        let [from, to] = visible_range(window, [x_low, x_high], plot.x.scale);
        let heights = heights.map(|ends| ends.map(|y| plot.y.scale.place(y)));
        let heights = heights.or_else(|| window.and_then(|_| self.heights([from, to])));
        let [bottom, top] = heights.unwrap_or([y_low, y_high]);
        (from < to && bottom < top).then_some([from, to, bottom, top])
    }

    /// The heights of the curves between two positions along x, with a margin; `None` where there are none.
    pub fn heights(&self, [from, to]: [f64; 2]) -> Option<[f64; 2]> {
        let inside = |points: &[PlotPoint]| -> Vec<f64> {
            let ends = |pair: &[PlotPoint]| match pair {
                [a, b] => [crossing(*a, *b, from), crossing(*a, *b, to)],
                _ => [None, None],
            };
            let kept = points.iter().filter(|at| at.x >= from && at.x <= to).map(|at| at.y);
            kept.chain(points.windows(2).flat_map(ends).flatten()).filter(|y| y.is_finite()).collect()
        };
        let heights = self.curves.iter().flat_map(|points| inside(points));
        let (low, high) =
            heights.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), y| (low.min(y), high.max(y)));
        if low > high {
            return None;
        }
        // Flat curves stay flat: rounding is not to look like motion.
        let [_, _, bottom, top] = self.bounds;
        let room = (high - low).max(FLATTEST * (top - bottom));
        let (centre, half) = (0.5 * (low + high), 0.55 * room);
        Some([centre - half, centre + half])
    }

    fn new(plot: &Plot, sharpness: f64) -> Self {
        let place = |points: &[[f64; 2]]| -> Vec<[f64; 2]> {
            points.iter().map(|[x, y]| [plot.x.scale.place(*x), plot.y.scale.place(*y)]).collect()
        };
        let series: Vec<Vec<[f64; 2]>> = plot.series.iter().map(|series| place(&series.points)).collect();
        let levels = plot.guides.iter().filter_map(|guide| level(guide, plot.y.scale));
        let (x, y) = (extent(&series, 0, std::iter::empty()), extent(&series, 1, levels));
        // Marks are not to be cut by the frame.
        let marked = plot.series.iter().any(|series| series.stroke == Stroke::Points);
        let (x, y) = (span(&plot.x, x, if marked { 0.03 } else { 0.0 }), span(&plot.y, y, 0.05));
        let tolerance = THIN_TOLERANCE * sharpness * (y.1 - y.0);
        let monotone = !plot.equal_aspect;
        // Marks are not a line: none of them may be left out.
        let lines = plot.series.iter().map(|series| series.stroke != Stroke::Points);
        let curves = series
            .iter()
            .zip(lines)
            .map(|(points, line)| ready(points, tolerance, monotone && line))
            .collect();
        let guide_curves = plot
            .guides
            .iter()
            .map(|guide| match &guide.shape {
                GuideShape::Curve(points) => ready(&place(points), tolerance, monotone),
                GuideShape::Horizontal(_) | GuideShape::Vertical(_) => Vec::new(),
            })
            .collect();
        let edges = |band: &Band| thin(&band.placed([plot.x.scale, plot.y.scale], y), tolerance);
        let bands = plot.bands.iter().map(edges).collect();
        Self {
            curves,
            guide_curves,
            bands,
            bounds: [x.0, x.1, y.0, y.1],
            zoom: Cell::default(),
            sketch: MeshCache::default(),
        }
    }
}

/// The height at which a segment crosses a position along x.
fn crossing(a: PlotPoint, b: PlotPoint, x: f64) -> Option<f64> {
    let between = (a.x < x && x < b.x) || (b.x < x && x < a.x);
    between.then(|| a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x))
}

fn ready(points: &[[f64; 2]], tolerance: f64, monotone: bool) -> Vec<PlotPoint> {
    // A path that turns back cannot be thinned by vertical distance.
    // α = 0 has no place on a logarithmic axis, and a line that starts with a break is not drawn to its first point.
    let start = points.iter().position(|[x, y]| x.is_finite() && y.is_finite()).unwrap_or(points.len());
    let points = points.split_at(start).1;
    let kept = if monotone { thin(points, tolerance) } else { points.to_vec() };
    kept.into_iter().map(|[x, y]| PlotPoint::new(x, y)).collect()
}

/// The height of a level worth keeping in view.
fn level(guide: &Guide, scale: Scale) -> Option<f64> {
    match guide.shape {
        GuideShape::Horizontal(y) => Some(scale.place(y)).filter(|place| place.is_finite()),
        GuideShape::Vertical(_) | GuideShape::Curve(_) => None,
    }
}

fn extent(series: &[Vec<[f64; 2]>], axis: usize, extra: impl Iterator<Item = f64>) -> (f64, f64) {
    let values = series.iter().flatten().filter_map(|point| point.get(axis).copied());
    values
        .chain(extra)
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
}

/// The range shown along an axis: the fixed one, or the data with a margin; never empty.
fn span(axis: &Axis, (low, high): (f64, f64), margin: f64) -> (f64, f64) {
    let fixed = axis.range.map(|(low, high)| (axis.scale.place(low), axis.scale.place(high)));
    let (low, high) = match fixed.filter(|(low, high)| low.is_finite() && high.is_finite() && low < high) {
        Some(range) => return range,
        None if low > high => (0.0, 1.0),
        None => (low, high),
    };
    let room = (high - low).max(1e-9 * high.abs().max(low.abs()).max(1e-3));
    // Curves that do not move get a window of their own size, so that rounding does not look like motion.
    let room = if axis.scale == Scale::Linear && room < 1e-6 * high.abs().max(low.abs()) {
        high.abs().max(low.abs())
    } else {
        room
    };
    (low - margin * room, high + margin * room.max(f64::MIN_POSITIVE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::{PaperStyle, Provenance, render_svg};
    use crate::figure::{Ink, Series, Sheet};

    fn line(points: &[[f64; 2]]) -> PreparedPlot {
        let axis = || Axis::new("", Scale::Linear);
        let mut plot = Plot::new(axis(), axis());
        plot.series.push(Series::new("", Ink::Main, points.to_vec()));
        PreparedPlot::new(&plot, 1.0)
    }

    #[test]
    fn heights_are_those_of_what_is_between_also_where_no_point_is() {
        let line = line(&[[0.0, 0.0], [10.0, 100.0]]);
        let [low, high] = line.heights([4.0, 6.0]).unwrap();
        assert!((low - 39.0).abs() < 1e-9 && (high - 61.0).abs() < 1e-9, "{low} to {high}");
        assert_eq!(line.heights([11.0, 12.0]), None);
    }

    #[test]
    fn a_curve_is_as_smooth_in_a_small_part_as_it_is_as_a_whole() {
        // Flat but for a wave of a thousandth of the height.
        let wave = |x: f64| if x > 0.5 { 0.001 * (40.0 * x).sin() } else { 1.0 - 2.0 * x };
        let points: Vec<[f64; 2]> = (0..=4000).map(|k| f64::from(k) / 4000.0).map(|x| [x, wave(x)]).collect();
        let axis = || Axis::new("", Scale::Linear);
        let mut plot = Plot::new(axis(), axis());
        plot.series.push(Series::new("", Ink::Main, points.clone()));
        let content = Content::Plots(vec![(1.0, plot.clone())]);
        let mut figure = PreparedFigure::new(Figure { id: "wave", title: String::new(), content });
        let apart = |figure: &PreparedFigure| {
            let curve = &figure.plots[0].curves[0];
            let inside = points.iter().filter(|[x, _]| (0.6..0.9).contains(x));
            let at = |x: f64| curve.windows(2).find_map(|pair| crossing(pair[0], pair[1], x));
            inside.filter_map(|[x, y]| at(*x).map(|on| (on - y).abs())).fold(0.0, f64::max)
        };
        let zoom = Zoom::Shared(Some([0.6, 0.9]));
        let [_, _, low, high] = figure.plots[0].seen(&plot, zoom, Some([-0.001, 0.001])).unwrap();
        assert!(apart(&figure) > 0.05 * (high - low), "{} is too coarse", apart(&figure));
        figure.sharpen(zoom, Some([-0.001, 0.001]));
        assert!(apart(&figure) <= THIN_TOLERANCE * (high - low), "{}", apart(&figure));
        let points = figure.plots[0].curves[0].len();
        figure.sharpen(zoom, Some([-0.0009, 0.0009]));
        assert_eq!(figure.plots[0].curves[0].len(), points, "a little closer needs no more points");
    }

    /// Corners of a polygon as shares of a frame, from its upper left.
    type Shares = Vec<[f64; 2]>;

    /// The polygon of the only band of a plot in its file.
    fn on_paper(plot: &Plot) -> Shares {
        let content = Content::Plots(vec![(1.0, plot.clone())]);
        let sheet = Sheet::from(Figure { id: "band", title: String::new(), content });
        let nothing = Provenance { version: String::new(), scenario: String::new() };
        let svg = render_svg(&sheet, &PaperStyle::single_column(), &nothing).unwrap();
        let attribute = |text: &str, name: &str| -> String {
            text.split(&format!(" {name}=\"")).nth(1).unwrap().split('"').next().unwrap().to_owned()
        };
        let clip = svg.split("<clipPath").nth(1).unwrap();
        let edge = |name: &str| attribute(clip, name).parse::<f64>().unwrap();
        let [x, y, width, height] = ["x", "y", "width", "height"].map(edge);
        let band = svg.split("<path").find(|path| path.contains("fill-opacity=\"0.25\"")).unwrap();
        let corner = |text: &str| {
            let (across, down) = text.split_once(' ').unwrap();
            let [across, down]: [f64; 2] = [across, down].map(|number| number.parse().unwrap());
            [(across - x) / width, (down - y) / height]
        };
        attribute(band, "d").trim_matches(['M', 'Z']).split('L').map(corner).collect()
    }

    #[test]
    fn a_band_that_reaches_zero_on_a_logarithmic_axis_is_the_same_polygon_on_screen_and_paper() {
        let x = Axis::new("x", Scale::Linear).with_range(0.0, 4.0);
        let mut plot = Plot::new(x, Axis::new("y", Scale::Log10).with_range(1e-3, 10.0));
        plot.series.push(Series::new("mean", Ink::Main, vec![[0.0, 1.0], [4.0, 1.0]]));
        let edges =
            vec![[0.0, 0.5, 2.0], [1.0, -0.5, 2.5], [2.0, 0.0, 2.0], [3.0, -1.0, -0.5], [4.0, 0.5, 2.0]];
        plot.bands.push(Band { ink: Ink::Main, edges });
        let prepared = PreparedPlot::new(&plot, 1.0);
        let [x_low, x_high, low, high] = prepared.bounds;
        let share = |x: f64, y: f64| [(x - x_low) / (x_high - x_low), (high - y) / (high - low)];
        let rows = &prepared.bands[0];
        assert_eq!(rows.len(), 5, "every row is there: {rows:?}");
        let lower = rows.iter().map(|[x, y, _]| share(*x, *y));
        let upper = rows.iter().rev().map(|[x, _, y]| share(*x, *y));
        let screen: Shares = lower.chain(upper).collect();
        let paper = on_paper(&plot);
        assert_eq!(screen.len(), paper.len(), "{screen:?} {paper:?}");
        for (one, other) in screen.iter().zip(&paper) {
            assert!((one[0] - other[0]).hypot(one[1] - other[1]) < 1e-3, "{screen:?} {paper:?}");
        }
        assert!(screen[1][1] > 1.5, "an edge below zero leaves the frame at the bottom: {:?}", screen[1]);
    }

    #[test]
    fn flat_curves_stay_flat() {
        let line = line(&[[0.0, 1.0], [1.0, 1.0 + 1e-12], [2.0, 3.0]]);
        let [low, high] = line.heights([0.0, 1.0]).unwrap();
        assert!(high - low > 0.02, "{low} to {high}");
    }
}
