//! What is inside a frame: bands, theory, curves, marks and error bars, clipped to it.
//!
//! Curves are thinned to what a twentieth of a point shows, so that files stay small. Where several solid curves are
//! named, each after the first carries sparse marks, and so do the entries of each teacher after the first, so that
//! they are told apart without colour.

use super::frame::View;
use super::scene::{Item, Path, Pen, Rect};
use super::style::Look;
use crate::figure::{Band, Guide, GuideShape, Ink, Mesh, Plot, Rgb, Series, Stroke, clip_line, thin};
use crate::model::GOLDEN_SHARE;

/// Vertical deviation that nobody sees, in pt.
const TOLERANCE: f64 = 0.05;

/// Marks along a curve.
const MARKS: usize = 6;

/// Radii of marks, and of those with error bars, which they are not to hide; half the length of the bars' caps, in pt.
pub(super) const MARK: f64 = 1.6;
const MARK_WITH_BAR: f64 = 1.0;
pub(super) const ERROR_CAP: f64 = 2.0;

/// How far beyond a frame lines go, in pt.
const OUTSIDE: f64 = 12.0;

/// Width of what lies under a guide on a map, in guides.
const SEAM: f64 = 2.0;

/// Dashes of a second kind of the same, of theory, and of guides, in pt.
const DASHED: &[f64] = &[3.2, 1.8];
const DOTTED: &[f64] = &[0.9, 1.5];
const GUIDE: &[f64] = &[2.4, 1.4];

/// Dashes of the curves of theory on a map, in their order.
const ON_MAP: [&[f64]; 3] = [GUIDE, &[6.0, 1.4], &[0.9, 1.2]];

/// The shape of a sparse mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Symbol {
    Circle,
    Square,
    Triangle,
}

const SYMBOLS: [Symbol; 3] = [Symbol::Circle, Symbol::Square, Symbol::Triangle];

/// Everything inside the frame.
pub(super) fn curves(look: &Look, view: &View<'_>, area: &Rect) -> Item {
    let plot = view.plot;
    let mut items = plot.mesh.as_ref().map_or_else(Vec::new, |mesh| mesh_items(look, view, area, mesh));
    items.extend(plot.bands.iter().map(|band| band_item(look, view, area, band)));
    let (curved, straight): (Vec<&Guide>, Vec<&Guide>) =
        plot.guides.iter().partition(|guide| matches!(guide.shape, GuideShape::Curve(_)));
    items.extend(straight.into_iter().flat_map(|guide| guide_items(look, view, area, guide)));
    for series in &plot.series {
        items.extend(series_items(look, view, area, series));
    }
    // Over the curves: where both agree, both are seen.
    items.extend(curved.into_iter().flat_map(|guide| guide_items(look, view, area, guide)));
    Item::Group { name: String::from("curves"), clip: Some(*area), items }
}

/// A series in pt, in this order and with its breaks.
pub(super) fn placed(view: &View<'_>, area: &Rect, points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    points.iter().map(|point| view.place(area, *point)).collect()
}

/// What is left of a line; a path that turns back cannot be thinned by vertical distance.
fn thinned(view: &View<'_>, points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    if view.plot.equal_aspect { points.to_vec() } else { thin(points, TOLERANCE) }
}

/// The cells of a map.
fn mesh_items(look: &Look, view: &View<'_>, area: &Rect, mesh: &Mesh) -> Vec<Item> {
    let columns = mesh.columns().max(1);
    let cell = |(index, value): (usize, &f64)| {
        let (column, row) = (index % columns, index / columns);
        let corner = |right: usize, up: usize| {
            Some(view.place(area, [*mesh.x.get(column + right)?, *mesh.y.get(row + up)?]))
        };
        let corners = [corner(0, 0)?, corner(1, 0)?, corner(1, 1)?, corner(0, 1)?];
        let mut path = polyline(corners);
        path.close();
        let colour = look.palette.sequential(mesh.share(*value));
        // A stroke of its own colour closes the hairlines that viewers leave between neighbours.
        Some(Item::Shape { path, fill: Some((colour, 1.0)), pen: Some(Pen::solid(colour, 0.2)) })
    };
    mesh.cells.iter().enumerate().filter_map(cell).collect()
}

fn band_item(look: &Look, view: &View<'_>, area: &Rect, band: &Band) -> Item {
    let on_paper = |[x, low, high]: [f64; 3]| {
        let [[x, low], [_, high]] = [low, high].map(|y| view.at(area, [x, y]));
        [x, low, high]
    };
    let rows: Vec<[f64; 3]> =
        band.placed([view.plot.x.scale, view.plot.y.scale], view.y).into_iter().map(on_paper).collect();
    let rows = thin(&clip_rows(area, &rows), TOLERANCE);
    let low = rows.iter().map(|[x, low, _]| [*x, *low]);
    let mut path = polyline(low.chain(rows.iter().rev().map(|[x, _, high]| [*x, *high])));
    path.close();
    Item::fill(path, look.palette.ink(band.ink), Look::BAND)
}

/// A dashed line; over the cells of a map it has a seam of the background's colour, so that it shows on every colour.
fn guide_items(look: &Look, view: &View<'_>, area: &Rect, guide: &Guide) -> Vec<Item> {
    let path = line_path(area, &guide_points(view, area, &guide.shape));
    let pen = guide_pen(look, view.plot, guide);
    let seam = view.plot.mesh.as_ref();
    let seam =
        seam.map(|_| Item::stroke(path.clone(), Pen::solid(look.palette.background(), SEAM * pen.width)));
    seam.into_iter().chain([Item::stroke(path, pen)]).collect()
}

/// The pen of a guide.
pub(super) fn guide_pen(look: &Look, plot: &Plot, guide: &Guide) -> Pen {
    let dash = ON_MAP.get(plot.guide_pattern(guide) % ON_MAP.len()).copied().unwrap_or(GUIDE);
    match guide.shape {
        GuideShape::Curve(_) => Pen { colour: look.palette.law(), width: Look::LAW, dash },
        _ => Pen { colour: look.palette.ink(Ink::Theory), width: Look::GUIDE, dash: GUIDE },
    }
}

/// A guide in pt.
pub(super) fn guide_points(view: &View<'_>, area: &Rect, shape: &GuideShape) -> Vec<[f64; 2]> {
    match shape {
        GuideShape::Horizontal(y) => {
            let [_, y] = view.place(area, [f64::NAN, *y]);
            vec![[area.x, y], [area.right(), y]]
        }
        GuideShape::Vertical(x) => {
            let [x, _] = view.place(area, [*x, f64::NAN]);
            vec![[x, area.y], [x, area.bottom()]]
        }
        GuideShape::Curve(points) => thinned(view, &placed(view, area, points)),
    }
}

fn series_items(look: &Look, view: &View<'_>, area: &Rect, series: &Series) -> Vec<Item> {
    let points = placed(view, area, &series.points);
    let pen = pen(look, view.plot, series);
    if series.stroke == Stroke::Points {
        let bars = Item::stroke(error_bars(view, area, series), Pen::solid(pen.colour, Look::AXIS));
        let radius = mark_radius(series);
        let marks = points.iter().filter(|point| is_placed(point)).map(|point| Path::circle(*point, radius));
        return std::iter::once(bars).chain(marks.map(|mark| Item::fill(mark, pen.colour, 1.0))).collect();
    }
    let mut items = vec![Item::stroke(line_path(area, &thinned(view, &points)), pen.clone())];
    let alone = lone_points(&points).into_iter();
    items.extend(alone.map(|point| Item::fill(Path::circle(point, 1.4), pen.colour, 1.0)));
    if let Some((symbol, order)) = symbol(view.plot, series) {
        let marks = spread(&points, area, order).into_iter();
        items.extend(marks.map(|at| mark(look, symbol, at, pen.colour)));
    }
    items
}

/// The pen of a series.
pub(super) fn pen(look: &Look, plot: &Plot, series: &Series) -> Pen {
    let solid = |other: &Series| other.stroke == Stroke::Solid && other.ink == series.ink;
    let over_its_like = series.stroke == Stroke::Dashed && plot.series.iter().any(solid);
    let colour = if over_its_like { look.palette.deep(series.ink) } else { look.palette.ink(series.ink) };
    Pen { colour, width: Look::CURVE * f64::from(series.width).min(1.2), dash: dash(series.stroke) }
}

/// The dashes of a stroke.
pub(super) fn dash(stroke: Stroke) -> &'static [f64] {
    match stroke {
        Stroke::Solid | Stroke::Points => &[],
        Stroke::Dashed => DASHED,
        Stroke::Dotted => DOTTED,
    }
}

/// The sparse mark of a teacher's curves; every fourth has none.
pub(super) fn teacher_symbol(ink: Ink) -> Option<Symbol> {
    let Ink::Teacher(r) = ink else { return None };
    SYMBOLS.get((r % (SYMBOLS.len() + 1)).checked_sub(1)?).copied()
}

/// The sparse mark of a series, with its place among the named solid curves; the first needs none, many have none.
pub(super) fn symbol(plot: &Plot, series: &Series) -> Option<(Symbol, usize)> {
    if series.entry.is_some() && series.stroke == Stroke::Solid {
        let alike = |other: &&Series| other.entry.is_some() && other.stroke == Stroke::Solid;
        let order = plot.series.iter().filter(alike).position(|other| other.entry == series.entry)?;
        return Some((teacher_symbol(series.ink)?, order));
    }
    let named = |other: &&Series| other.in_legend && other.stroke == Stroke::Solid;
    let order = plot.series.iter().filter(named).position(|other| other.label == series.label)?;
    let few = plot.series.iter().filter(named).count() <= SYMBOLS.len() + 1;
    let symbol = SYMBOLS.get(order.checked_sub(1)?)?;
    (few && series.in_legend).then_some((*symbol, order))
}

/// An open mark.
pub(super) fn mark(look: &Look, symbol: Symbol, [x, y]: [f64; 2], colour: Rgb) -> Item {
    let path = match symbol {
        Symbol::Circle => Path::circle([x, y], 1.5),
        Symbol::Square => Path::rect(&Rect::new(x - 1.35, y - 1.35, 2.7, 2.7)),
        Symbol::Triangle => {
            let mut path = polyline([[x - 1.7, y + 1.2], [x + 1.7, y + 1.2], [x, y - 1.9]]);
            path.close();
            path
        }
    };
    Item::Shape { path, fill: Some((look.palette.background(), 1.0)), pen: Some(Pen::solid(colour, 0.7)) }
}

/// Evenly spread places on a curve; curves that run together have theirs apart.
fn spread(points: &[[f64; 2]], area: &Rect, order: usize) -> Vec<[f64; 2]> {
    // Multiples of the golden share spread any number of curves.
    let offset = (GOLDEN_SHARE * order as f64).fract();
    let at = |index: usize| interpolate(points, area.x + (index as f64 + offset) / MARKS as f64 * area.width);
    (0..MARKS).filter_map(at).filter(|point| area.contains(*point)).collect()
}

/// The point of a curve, ordered in x, at an x; `None` beside it and in its gaps.
fn interpolate(points: &[[f64; 2]], x: f64) -> Option<[f64; 2]> {
    let pair = points.windows(2).find(|pair| matches!(pair, [from, to] if from[0] <= x && x <= to[0]))?;
    let [from, to] = pair else { return None };
    let share = if to[0] > from[0] { (x - from[0]) / (to[0] - from[0]) } else { 0.0 };
    let at = [x, from[1] + share * (to[1] - from[1])];
    is_placed(&at).then_some(at)
}

/// Points without a neighbour, which a line does not show.
fn lone_points(points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let pieces = points.split(|point| !is_placed(point));
    pieces.filter_map(|piece| if let [alone] = piece { Some(*alone) } else { None }).collect()
}

/// The radius of the marks of a series.
pub(super) fn mark_radius(series: &Series) -> f64 {
    if series.errors.is_empty() { MARK } else { MARK_WITH_BAR }
}

/// Bars with caps that stand out from their marks however short the bars are.
fn error_bars(view: &View<'_>, area: &Rect, series: &Series) -> Path {
    let mut path = Path::default();
    for (&[x, y], &error) in series.points.iter().zip(&series.errors) {
        let [at, low] = view.place(area, [x, y - error]);
        let [_, high] = view.place(area, [x, y + error]);
        if !(at.is_finite() && high.is_finite()) {
            continue;
        }
        // A bar that reaches below zero on a log axis leaves the frame.
        let low = if low.is_finite() || error.is_nan() { low } else { area.bottom() + ERROR_CAP };
        for (from, to) in [
            ([at, low], [at, high]),
            ([at - ERROR_CAP, low], [at + ERROR_CAP, low]),
            ([at - ERROR_CAP, high], [at + ERROR_CAP, high]),
        ] {
            path.move_to(from);
            path.line_to(to);
        }
    }
    path
}

/// The rows of a band as far along x as a frame shows them, and a little beyond: its ends lie outside.
fn clip_rows(area: &Rect, rows: &[[f64; 3]]) -> Vec<[f64; 3]> {
    let bounds = [area.x - OUTSIDE, area.right() + OUTSIDE, f64::NEG_INFINITY, f64::INFINITY];
    let edge = |pick: fn(&[f64; 3]) -> [f64; 2]| {
        clip_line(&rows.iter().map(pick).collect::<Vec<[f64; 2]>>(), bounds)
    };
    let (low, high) = (edge(|[x, low, _]| [*x, *low]), edge(|[x, _, high]| [*x, *high]));
    let whole = low.into_iter().zip(high).map(|([x, low], [_, high])| [x, low, high]);
    whole.filter(|row| row.iter().all(|length| length.is_finite())).collect()
}

fn is_placed([x, y]: &[f64; 2]) -> bool {
    x.is_finite() && y.is_finite()
}

/// A line as far as a frame shows it, and a little beyond: its ends lie outside.
fn line_path(area: &Rect, points: &[[f64; 2]]) -> Path {
    let (x, y) = ([area.x - OUTSIDE, area.right() + OUTSIDE], [area.y - OUTSIDE, area.bottom() + OUTSIDE]);
    polyline(clip_line(points, [x[0], x[1], y[0], y[1]]))
}

/// Lines through points, broken where they are not finite; points far outside are brought to where no pen shows.
fn polyline(points: impl IntoIterator<Item = [f64; 2]>) -> Path {
    let mut path = Path::default();
    let mut drawing = false;
    for point in points {
        if !is_placed(&point) {
            drawing = false;
            continue;
        }
        let point = point.map(|length| length.clamp(-1e5, 1e5));
        if drawing {
            path.line_to(point);
        } else {
            path.move_to(point);
        }
        drawing = true;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::PaperStyle;
    use crate::figure::{Axis, Scale};

    #[test]
    fn a_break_lifts_the_pen() {
        let path = polyline([[0.0, 0.0], [1.0, 1.0], [f64::NAN, 1.0], [3.0, 3.0], [4.0, 4.0]]);
        assert_eq!(path.data, "M0 0L1 1M3 3L4 4");
        assert_eq!(lone_points(&[[0.0, 0.0], [1.0, f64::NAN], [2.0, 2.0], [3.0, 3.0]]), [[0.0, 0.0]]);
    }

    /// A plot of a curve with its law, and of means with errors.
    fn plot() -> Plot {
        let axis = || Axis::new("x", Scale::Linear).with_range(0.0, 1.0);
        let line = vec![[0.0, 0.0], [1.0, 1.0]];
        let mut plot = Plot::new(axis(), axis());
        plot.series.push(Series::new("curve", Ink::Main, line.clone()));
        plot.series.push(Series::marks("means", Ink::Main, vec![[0.5, 0.2]], vec![1e-6]));
        let shape = GuideShape::Curve(line);
        plot.guides.push(Guide { label: String::from("law"), meaning: String::new(), shape });
        plot
    }

    fn shapes(plot: &Plot) -> Vec<(Path, Option<Pen>)> {
        let view = View::new(plot, (0.0, 1.0), (5.0, 5.0));
        let area = Rect::new(0.0, 0.0, 100.0, 100.0);
        let Item::Group { items, .. } = curves(&Look::new(&PaperStyle::default()), &view, &area) else {
            panic!("a group")
        };
        let shape = |item| if let Item::Shape { path, pen, .. } = item { Some((path, pen)) } else { None };
        items.into_iter().filter_map(shape).collect()
    }

    #[test]
    fn theory_is_dashed_over_the_curve_with_nothing_broad_and_pale_under_it() {
        let drawn = shapes(&plot());
        let (_, last) = drawn.last().unwrap();
        assert_eq!(last.as_ref().unwrap().dash, GUIDE);
        let laws = drawn.iter().filter(|(path, _)| path.data == "M0 100L100 0");
        assert_eq!(laws.count(), 2, "the curve and its law, once each");
    }

    #[test]
    fn a_band_far_beyond_a_zoomed_frame_keeps_the_slope_of_its_edges() {
        let mut plot = plot();
        (plot.series, plot.guides) = (Vec::new(), Vec::new());
        // Two rows a million frames apart: low is y = x, high is y = x + 0.5.
        plot.bands =
            vec![Band { ink: Ink::Main, edges: vec![[-1e6, -1e6, -1e6 + 0.5], [1e6, 1e6, 1e6 + 0.5]] }];
        let drawn = shapes(&plot);
        let numbers: Vec<f64> =
            drawn[0].0.data.split(['M', 'L', 'Z', ' ']).filter_map(|word| word.parse().ok()).collect();
        let corners = [[-12.0, 112.0], [112.0, -12.0], [112.0, -62.0], [-12.0, 62.0]];
        assert_eq!(numbers.len(), 8, "{}", drawn[0].0.data);
        let miss = numbers.iter().zip(corners.as_flattened()).map(|(is, right)| (is - right).abs());
        assert!(miss.fold(0.0, f64::max) < 0.1, "{}", drawn[0].0.data);
    }

    #[test]
    fn an_error_bar_stands_out_from_its_mark_however_short_it_is() {
        let drawn = shapes(&plot());
        let mark = drawn.iter().position(|(path, pen)| path.data.contains('A') && pen.is_none()).unwrap();
        let (bars, pen) = &drawn[mark - 1];
        assert!(pen.is_some() && bars.data.contains("M48 80L52 80"), "{}", bars.data);
        assert!(drawn[mark].0.data.starts_with("M49 80"), "{}", drawn[mark].0.data);
    }

    #[test]
    fn marks_lie_on_the_curve_and_not_in_its_gaps() {
        let points = [[0.0, 0.0], [10.0, 10.0], [20.0, f64::NAN], [30.0, 0.0]];
        assert_eq!(interpolate(&points, 5.0), Some([5.0, 5.0]));
        assert_eq!(interpolate(&points, 15.0), None);
        assert_eq!(interpolate(&points, 40.0), None);
    }
}
