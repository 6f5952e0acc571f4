//! Frames, ticks and axis labels, as physics journals have them: thin, ticks inwards on all four sides.
//!
//! Minor ticks are half as long; labels stand outside, the y label upright along the axis.

use super::font::CAP;
use super::frame::{Span, View, share};
use super::scene::{Anchor, Item, Path, Pen, Rect};
use super::style::Look;
use crate::figure::Tick;

/// Lengths of ticks, in the base font size.
const MAJOR: f64 = 0.38;
const MINOR: f64 = 0.2;

/// Between a frame and its tick labels, and between these and the axis label, in the base font size.
const GAP: f64 = 0.35;
const LABEL_GAP: f64 = 0.5;

/// Room below a frame: tick labels, and the axis label where there is one.
pub(super) fn below(look: &Look, labelled: bool) -> f64 {
    let words = if labelled { look.small * CAP + LABEL_GAP * look.em + 1.1 * look.em } else { 0.3 * look.em };
    GAP * look.em + words
}

/// Room to the left of a frame: tick labels and the axis label.
pub(super) fn left(look: &Look, view: &View<'_>) -> f64 {
    tick_width(look, &view.y_ticks) + (GAP + LABEL_GAP + 1.0) * look.em
}

/// How far the last label of the x axis stands out to the right.
pub(super) fn right(look: &Look, view: &View<'_>, width: f64) -> f64 {
    let out = |tick: &Tick| {
        let label = tick.label.as_ref()?;
        Some(0.5 * look.small_width(label) - (1.0 - share(view.x, tick.position)) * width)
    };
    view.x_ticks.iter().filter_map(out).fold(0.0, f64::max)
}

fn tick_width(look: &Look, ticks: &[Tick]) -> f64 {
    let widths = ticks.iter().filter_map(|tick| tick.label.as_ref()).map(|label| look.small_width(label));
    widths.fold(0.0, f64::max)
}

/// The frame with its ticks and words; `left` is where the y label's left edge is.
pub(super) fn axes(look: &Look, view: &View<'_>, area: &Rect, left: f64) -> Item {
    let pen = || Pen::solid(look.text(), Look::AXIS);
    let mut items =
        vec![Item::stroke(Path::rect(area), pen()), Item::stroke(tick_marks(look, view, area), pen())];
    if view.plot.shows_x {
        items.extend(x_words(look, view, area));
    }
    items.extend(y_words(look, view, area, left));
    Item::group("axes", items)
}

/// Ticks on all four sides, inwards, in one path.
fn tick_marks(look: &Look, view: &View<'_>, area: &Rect) -> Path {
    let mut path = Path::default();
    let mut mark = |from: [f64; 2], to: [f64; 2]| {
        path.move_to(from);
        path.line_to(to);
    };
    for (length, at) in inner_ticks(look, &view.x_ticks, view.x) {
        let x = area.x + at * area.width;
        mark([x, area.bottom()], [x, area.bottom() - length]);
        mark([x, area.y], [x, area.y + length]);
    }
    for (length, at) in inner_ticks(look, &view.y_ticks, view.y) {
        let y = area.bottom() - at * area.height;
        mark([area.x, y], [area.x + length, y]);
        mark([area.right(), y], [area.right() - length, y]);
    }
    path
}

/// Length and share of the ticks that are not on a corner, where the frame is.
fn inner_ticks(look: &Look, ticks: &[Tick], span: Span) -> Vec<(f64, f64)> {
    let length = |tick: &Tick| look.em * if tick.label.is_some() { MAJOR } else { MINOR };
    let all = ticks.iter().map(|tick| (length(tick), share(span, tick.position)));
    all.filter(|(_, at)| (1e-3..=1.0 - 1e-3).contains(at)).collect()
}

fn x_words(look: &Look, view: &View<'_>, area: &Rect) -> Vec<Item> {
    let baseline = area.bottom() + GAP * look.em + CAP * look.small;
    let label = |tick: &Tick| {
        let x = area.x + share(view.x, tick.position) * area.width;
        Some(Item::text(tick.label.as_ref()?, [x, baseline], look.small, look.text(), Anchor::Middle))
    };
    let mut items: Vec<Item> = view.x_ticks.iter().filter_map(label).collect();
    let at = [area.centre()[0], baseline + (LABEL_GAP + CAP) * look.em];
    items.push(Item::text(&view.plot.x.label, at, look.em, look.text(), Anchor::Middle));
    items
}

fn y_words(look: &Look, view: &View<'_>, area: &Rect, left: f64) -> Vec<Item> {
    let label = |tick: &Tick| {
        let y = area.bottom() - share(view.y, tick.position) * area.height + 0.5 * CAP * look.small;
        let at = [area.x - GAP * look.em, y];
        Some(Item::text(tick.label.as_ref()?, at, look.small, look.text(), Anchor::End))
    };
    let mut items: Vec<Item> = view.y_ticks.iter().filter_map(label).collect();
    items.push(Item::Text {
        text: view.plot.y.label.clone(),
        at: [left + CAP * look.em, area.centre()[1]],
        size: look.em,
        colour: look.text(),
        anchor: Anchor::Middle,
        turned: true,
    });
    items
}
