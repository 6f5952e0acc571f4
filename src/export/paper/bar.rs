//! Colour bars on paper: colours from the lowest value to the highest, with ticks, beside the frame or the cells.
//!
//! Measured first, so that a panel keeps room for it; the bar of a map has its quantity written along it.

use super::font::CAP;
use super::scene::{Anchor, Item, Path, Pen, Rect};
use super::style::Look;
use crate::figure::{Mesh, Rgb, Tick};

/// Between a frame and its bar, and the width of the bar, in the base font size.
const BEFORE: f64 = 0.8;
const WIDTH: f64 = 0.8;

/// Between the bar and its tick labels, and between these and the words along it, in the base font size.
const GAP: f64 = 0.35;
const LABEL_GAP: f64 = 0.5;

/// From line to line of the words along it, in the base font size.
const LINE: f64 = 1.2;

/// The bar of a map, measured.
pub(super) struct Bar {
    ticks: Vec<Tick>,
    /// From where to where the colours go, in positions.
    span: (f64, f64),
    /// What the colours are, in lines that fit along the bar.
    lines: Vec<String>,
}

impl Bar {
    /// The bar of a map beside a frame of this height; `None` where no cell has a value.
    pub(super) fn new(look: &Look, mesh: &Mesh, height: f64) -> Option<Self> {
        let (low, high) = (mesh.scale.place(mesh.range.0), mesh.scale.place(mesh.range.1));
        let is_real = low.is_finite() && high.is_finite() && low <= high;
        let room = (height / (2.4 * look.em)).clamp(2.0, 6.0);
        let lines = look.font.wrap(&mesh.label, look.em, height);
        is_real.then(|| Self { ticks: mesh.ticks(room), span: (low, high), lines })
    }

    /// The room it takes to the right of a frame.
    pub(super) fn room(&self, look: &Look) -> f64 {
        let words = if self.lines.is_empty() { 0.0 } else { LABEL_GAP + LINE * self.lines.len() as f64 };
        look.em * (BEFORE + WIDTH + GAP + words) + self.labels_width(look)
    }

    fn labels_width(&self, look: &Look) -> f64 {
        let labels = self.ticks.iter().filter_map(|tick| tick.label.as_ref());
        labels.map(|label| look.small_width(label)).fold(0.0, f64::max)
    }

    /// Draws it to the right of a frame.
    pub(super) fn draw(&self, look: &Look, frame: &Rect) -> Item {
        let rect = Rect::new(frame.right() + BEFORE * look.em, frame.y, WIDTH * look.em, frame.height);
        let colours = (0..=32).map(|step| look.palette.sequential(f64::from(step) / 32.0)).collect();
        let (low, high) = self.span;
        let share = |tick: &Tick| if high > low { (tick.position - low) / (high - low) } else { 0.5 };
        let ticks = self.ticks.iter().map(|tick| (share(tick), tick.label.clone())).collect();
        let mut items = bar(look, &rect, colours, ticks);
        let left = rect.right() + (GAP + LABEL_GAP) * look.em + self.labels_width(look);
        let line = |(index, text): (usize, &String)| Item::Text {
            text: text.clone(),
            at: [left + (CAP + LINE * index as f64) * look.em, rect.centre()[1]],
            size: look.em,
            colour: look.text(),
            anchor: Anchor::Middle,
            turned: true,
        };
        items.extend(self.lines.iter().enumerate().map(line));
        Item::group("colour-bar", items)
    }
}

/// Colours from the bottom to the top in a frame, with ticks at shares of the height.
pub(super) fn bar(
    look: &Look,
    rect: &Rect,
    colours: Vec<Rgb>,
    ticks: Vec<(f64, Option<String>)>,
) -> Vec<Item> {
    let pen = || Pen::solid(look.text(), Look::AXIS);
    let mut items = vec![Item::Gradient { rect: *rect, colours }, Item::stroke(Path::rect(rect), pen())];
    for (share, label) in ticks {
        let y = rect.bottom() - share * rect.height;
        let length = if label.is_some() { 0.3 } else { 0.16 } * look.em;
        items.push(Item::stroke(Path::line([rect.right() - length, y], [rect.right(), y]), pen()));
        let at = [rect.right() + GAP * look.em, y + 0.5 * CAP * look.small];
        let words = |label: String| Item::text(&label, at, look.small, look.text(), Anchor::Start);
        items.extend(label.map(words));
    }
    items
}
