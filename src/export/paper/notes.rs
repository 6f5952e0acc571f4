//! Words inside a frame: remarks, labels of guides at their lines, and the legend, where they hide the least.
//!
//! A guide's label that finds no free place joins the legend; remarks and a legend that find none go above the frame.

use super::curves::{guide_points, placed};
use super::font::CAP;
use super::frame::View;
use super::legend::{Line, column, column_size, of_plot};
use super::scene::{Anchor, Item, Path, Rect};
use super::style::Look;
use crate::figure::place::{Clutter, guide_places, seen};
use crate::figure::{Guide, Ink};

/// Samples of curves that words inside the frame may hide.
const TOLERABLE: f64 = 1.0;

/// Between words and the frame, in the small font size.
const MARGIN: f64 = 0.6;

/// From line to line of remarks, in the small font size.
pub(super) const REMARK_LINE: f64 = 1.25;

/// Where the legend of a plot is, or its remarks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Inside the frame if that hides next to nothing, else above it.
    WhereItFits,
    /// Inside, come what may: nothing was kept free above.
    Inside,
    /// Above the frame.
    Above,
}

/// Where each is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places {
    pub(super) legend: Place,
    pub(super) remarks: Place,
}

/// The words of one plot.
pub(super) struct Words {
    /// What is drawn inside the frame.
    pub(super) items: Vec<Item>,
    /// The legend that goes above the frame.
    pub(super) above: Vec<Line>,
    /// The remarks that go above the frame, in lines.
    pub(super) remarks: Vec<String>,
}

/// Finds places for all words of a plot; `shared`: its curves are in the legend of the sheet.
pub(super) fn words(look: &Look, view: &View<'_>, area: &Rect, places: Places, shared: bool) -> Words {
    // On the many colours of a map no words can be read.
    let on_map = Places { legend: Place::Above, remarks: Place::Above };
    let places = if view.plot.mesh.is_some() { on_map } else { places };
    let mut clutter = Clutter::new(*area, MARGIN * look.small);
    for series in &view.plot.series {
        clutter.add_curve(&placed(view, area, &series.points));
    }
    for guide in &view.plot.guides {
        clutter.add_curve(&guide_points(view, area, &guide.shape));
    }
    let (mut items, remarks) = remarks(look, view, &mut clutter, (area, places.remarks));
    let (labels, homeless) = guide_labels(look, view, area, &mut clutter);
    items.extend(labels);
    let mut lines = if shared { Vec::new() } else { of_plot(look, view.plot) };
    lines.extend(homeless);
    if places.legend == Place::Above || lines.is_empty() {
        return Words { items, above: lines, remarks };
    }
    let size = column_size(look, &lines);
    let best = clutter.best(clutter.places(size));
    let fits = best.filter(|(_, cost)| places.legend == Place::Inside || *cost <= TOLERABLE);
    let Some((rect, cost)) = fits else { return Words { items, above: lines, remarks } };
    if cost > 0.0 {
        items.push(Item::fill(Path::rect(&rect), look.palette.background(), 0.8));
    }
    items.push(column(look, &lines, &rect));
    Words { items, above: Vec::new(), remarks }
}

/// The remarks of a plot, in its middle if there is nothing else; the lines of those that go above it.
fn remarks(
    look: &Look,
    view: &View<'_>,
    clutter: &mut Clutter,
    (area, asked): (&Rect, Place),
) -> (Vec<Item>, Vec<String>) {
    let remarks = view.plot.remarks();
    let wrapped = |share: f64| {
        let wrap = |remark: &String| look.font.wrap(remark, look.small, share * area.width);
        let lines: Vec<String> = remarks.iter().flat_map(wrap).collect();
        let widest = lines.iter().map(|line| look.small_width(line)).fold(0.0, f64::max);
        let size = [widest, REMARK_LINE * look.small * lines.len() as f64];
        (lines, size)
    };
    // Broad and low, or narrow and high, whichever hides less.
    let fitted = |share: f64| {
        let (lines, size) = wrapped(share);
        let (place, cost) = clutter.best(clutter.places(size))?;
        Some((cost, place, lines))
    };
    if remarks.is_empty() || asked == Place::Above {
        return (Vec::new(), wrapped(1.0).0);
    }
    let choices = if clutter.is_empty() { Vec::new() } else { Vec::from([0.9, 0.6, 0.4].map(fitted)) };
    let best = choices.into_iter().flatten().min_by(|(one, ..), (other, ..)| one.total_cmp(other));
    let hides = best.as_ref().is_none_or(|(cost, ..)| *cost > TOLERABLE);
    if hides && asked == Place::WhereItFits && !clutter.is_empty() {
        return (Vec::new(), wrapped(1.0).0);
    }
    let (place, lines) = best.map_or_else(
        || {
            let ([x, y], (lines, [width, height])) = (area.centre(), wrapped(0.9));
            (Rect::new(x - 0.5 * width, y - 0.5 * height, width, height), lines)
        },
        |(_, place, lines)| (place, lines),
    );
    clutter.take(place);
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

/// The labels that find a free place at their line, and the legend entries of the others.
fn guide_labels(look: &Look, view: &View<'_>, area: &Rect, clutter: &mut Clutter) -> (Vec<Item>, Vec<Line>) {
    let (mut items, mut homeless) = (Vec::new(), Vec::new());
    for guide in view.plot.guides.iter().filter(|guide| !guide.label.is_empty()) {
        let size = [look.small_width(&guide.label), look.small];
        let points = guide_points(view, area, &guide.shape);
        if seen(&points, area).is_empty() {
            continue;
        }
        let places = guide_places(&guide.shape, &points, &clutter.inner(), size, 0.3 * look.small);
        match clutter.best(places).filter(|(_, cost)| *cost <= TOLERABLE) {
            Some((place, _)) => {
                clutter.take(place);
                items.extend(view.plot.mesh.as_ref().map(|_| patch(look, &place)));
                items.push(label(look, guide, &place));
            }
            None => homeless.push(Line::guide(look, guide)),
        }
    }
    (items, homeless)
}

/// What a name stands on where the colours of a map are below it.
fn patch(look: &Look, place: &Rect) -> Item {
    let room = 0.2 * look.small;
    let rect = Rect::new(place.x - room, place.y - room, place.width + 2.0 * room, place.height + 2.0 * room);
    Item::fill(Path::rect(&rect), look.palette.background(), 0.9)
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
