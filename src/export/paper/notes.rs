//! Words inside a frame: remarks, labels of guides at their lines, and the legend, where they hide nothing.
//!
//! What finds no free place goes above the frame, a guide's label as an entry of the legend. A legend with marks, or
//! with names of points, goes there in any case: beside data they would be read as some of it.

use std::collections::BTreeSet;

use super::curves::{ERROR_CAP, guide_points, mark_radius, placed};
use super::font::CAP;
use super::frame::View;
use super::legend::{Line, column, column_size, of_plot};
use super::scene::{Anchor, Item, Rect};
use super::style::Look;
use crate::figure::label_placement::{Obstacles, guide_places, seen};
use crate::figure::{Guide, Ink, Mesh, Stroke};

/// Between words and the middle of a curve, in pt: its sparse marks are not touched either.
const CLEARANCE: f64 = 2.2;

/// Between a label and its line beside the clearance, in pt: more than the raster of what is in the frame.
const GAP: f64 = 2.1;

/// Between words and the frame, in the small font size.
const MARGIN: f64 = 0.6;

/// From line to line of remarks, in the small font size.
pub(super) const REMARK_LINE: f64 = 1.25;

/// What of a plot's words is not in its frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Outside {
    legend: bool,
    remarks: bool,
    /// Guides by their place in the plot.
    guides: BTreeSet<usize>,
}

/// The words of one plot.
pub(super) struct Words {
    /// What is drawn inside the frame.
    pub(super) items: Vec<Item>,
    /// What is not.
    pub(super) outside: Outside,
    /// The legend that goes above the frame.
    pub(super) above: Vec<Line>,
    /// The remarks that go above the frame, in lines.
    pub(super) remarks: Vec<String>,
}

/// Finds places for all words of a plot but those that are outside already; `shared`: its curves are in the legend of
/// the sheet.
pub(super) fn words(look: &Look, view: &View<'_>, area: &Rect, outside: &Outside, shared: bool) -> Words {
    let mut obstacles = obstacles(look, view, area);
    let mut outside = outside.clone();
    let (mut items, remarks) = remarks(look, view, &mut obstacles, (area, &mut outside));
    items.extend(guide_labels(look, view, area, (&mut obstacles, &mut outside)));
    let mut lines = if shared { Vec::new() } else { of_plot(look, view.plot) };
    let guides = view.plot.guides.iter().enumerate().filter(|(index, _)| outside.guides.contains(index));
    lines.extend(guides.map(|(_, guide)| Line::guide(look, view.plot, guide)));
    let goes_above = outside.legend || view.plot.equal_aspect || lines.iter().any(Line::is_like_data);
    if lines.is_empty() {
        return Words { items, outside, above: lines, remarks };
    }
    let place = obstacles.free(obstacles.places(column_size(look, &lines)));
    if let Some(place) = place.filter(|_| !goes_above) {
        items.push(column(look, &lines, &place));
        return Words { items, outside, above: Vec::new(), remarks };
    }
    outside.legend = true;
    Words { items, outside, above: lines, remarks }
}

/// What words are not to hide: curves, guides, marks with their bars, and the cells of a map that have a value.
fn obstacles(look: &Look, view: &View<'_>, area: &Rect) -> Obstacles {
    let mut obstacles = Obstacles::new(*area, MARGIN * look.small, CLEARANCE);
    for series in &view.plot.series {
        let points = placed(view, area, &series.points);
        if series.stroke == Stroke::Points {
            let radius = if series.errors.is_empty() { mark_radius(series) } else { ERROR_CAP };
            for [x, y] in points.iter().filter(|[x, y]| x.is_finite() && y.is_finite()) {
                obstacles.add_area(&Rect::new(x - radius, y - radius, 2.0 * radius, 2.0 * radius));
            }
            for ([x, y], error) in series.points.iter().zip(&series.errors) {
                obstacles.add_curve(&[y - error, y + error].map(|y| view.place(area, [*x, y])));
            }
        } else {
            obstacles.add_curve(&points);
        }
    }
    for guide in &view.plot.guides {
        obstacles.add_curve(&guide_points(view, area, &guide.shape));
    }
    view.plot.mesh.iter().for_each(|mesh| add_cells(&mut obstacles, view, area, mesh));
    obstacles
}

fn add_cells(obstacles: &mut Obstacles, view: &View<'_>, area: &Rect, mesh: &Mesh) {
    let columns = mesh.columns().max(1);
    for (index, _) in mesh.cells.iter().enumerate().filter(|(_, value)| !value.is_nan()) {
        let (column, row) = (index % columns, index / columns);
        let edges = (mesh.x.get(column..column + 2), mesh.y.get(row..row + 2));
        if let (Some(&[left, right]), Some(&[low, high])) = edges {
            let [one, other] = [[left, high], [right, low]].map(|corner| view.place(area, corner));
            obstacles.add_area(&Rect::new(one[0], one[1], other[0] - one[0], other[1] - one[1]));
        }
    }
}

/// The remarks of a plot, in its middle if there is nothing else; the lines of those that go above it.
fn remarks(
    look: &Look,
    view: &View<'_>,
    obstacles: &mut Obstacles,
    (area, outside): (&Rect, &mut Outside),
) -> (Vec<Item>, Vec<String>) {
    let remarks = view.plot.remarks();
    let wrapped = |share: f64| {
        let wrap = |remark: &String| look.font.wrap(remark, look.small, share * area.width);
        let lines: Vec<String> = remarks.iter().flat_map(wrap).collect();
        let widest = lines.iter().map(|line| look.small_width(line)).fold(0.0, f64::max);
        let size = [widest, REMARK_LINE * look.small * lines.len() as f64];
        (lines, size)
    };
    if remarks.is_empty() || outside.remarks {
        return (Vec::new(), wrapped(1.0).0);
    }
    let middle = || {
        let ([x, y], (lines, [width, height])) = (area.centre(), wrapped(0.9));
        Some((Rect::new(x - 0.5 * width, y - 0.5 * height, width, height), lines))
    };
    // Broad and low, or narrow and high.
    let fitted = |share: f64| {
        let (lines, size) = wrapped(share);
        Some((obstacles.free(obstacles.places(size))?, lines))
    };
    let found = if obstacles.is_empty() { middle() } else { [0.9, 0.6, 0.4].into_iter().find_map(fitted) };
    let Some((place, lines)) = found else {
        outside.remarks = true;
        return (Vec::new(), wrapped(1.0).0);
    };
    obstacles.take(place);
    (remark_items(look, &lines, [place.x, place.y]), Vec::new())
}

/// Lines of remarks from a top left corner.
pub(super) fn remark_items(look: &Look, lines: &[String], [x, y]: [f64; 2]) -> Vec<Item> {
    let at = |index: usize| [x, y + (1.0 + REMARK_LINE * index as f64) * look.small];
    let text = |(index, line): (usize, &String)| {
        Item::text(line, at(index), look.small, look.palette.ink(Ink::Theory), Anchor::Start)
    };
    lines.iter().enumerate().map(text).collect()
}

/// The labels that find a free place at their line; the others are outside from now on.
fn guide_labels(
    look: &Look,
    view: &View<'_>,
    area: &Rect,
    (obstacles, outside): (&mut Obstacles, &mut Outside),
) -> Vec<Item> {
    let mut items = Vec::new();
    for (index, guide) in view.plot.guides.iter().enumerate().filter(|(_, guide)| !guide.label.is_empty()) {
        let size = [look.small_width(&guide.label), look.small];
        let points = guide_points(view, area, &guide.shape);
        if seen(&points, area).is_empty() || outside.guides.contains(&index) {
            continue;
        }
        let places = guide_places(&guide.shape, &points, &obstacles.inner(), size, CLEARANCE + GAP);
        match obstacles.free(places) {
            Some(place) => {
                obstacles.take(place);
                items.push(label(look, guide, &place));
            }
            None => {
                outside.guides.insert(index);
            }
        }
    }
    items
}

/// A label in its place, reading upwards where that is high and narrow.
fn label(look: &Look, guide: &Guide, place: &Rect) -> Item {
    let (colour, text) = (look.palette.ink(Ink::Theory), guide.label.clone());
    let turned = place.height > look.small;
    let across = if turned { place.width } else { place.height };
    let baseline = 0.5 * (across + CAP * look.small);
    let at = if turned { [place.x + baseline, place.bottom()] } else { [place.x, place.y + baseline] };
    Item::Text { text, at, size: look.small, colour, anchor: Anchor::Start, turned }
}
