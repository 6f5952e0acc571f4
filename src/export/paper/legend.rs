//! Legends: a swatch and a label per entry, without a frame, in a column inside a plot or in rows above it.

use super::curves::{MARK, Symbol, dash, guide_pen, mark, symbol, teacher_symbol};
use super::font::CAP;
use super::scene::{Anchor, Item, Path, Pen, Rect};
use super::style::Look;
use crate::figure::label_placement::is_point;
use crate::figure::{Guide, GuideShape, Ink, LegendEntry, Plot, Rgb, Stroke, Swatch, legend};

/// Length of a swatch, and what is between it and its label, in the small font size.
const SWATCH: f64 = 2.0;
const GAP: f64 = 0.5;

/// Between entries of a row, in the small font size.
const BETWEEN: f64 = 1.4;

/// From baseline to baseline, in the small font size.
const LINE: f64 = 1.4;

/// One entry with what is drawn for it.
#[derive(Clone)]
pub(super) struct Line {
    entry: LegendEntry,
    symbol: Option<Symbol>,
    /// The line of its swatch; `None`: a label alone.
    pen: Option<Pen>,
}

impl Line {
    /// An entry as it is.
    pub(super) fn new(look: &Look, entry: &LegendEntry) -> Self {
        let (Swatch::Line(stroke) | Swatch::LineInBand(stroke)) = entry.swatch;
        let pen = Pen { colour: look.palette.ink(entry.ink), width: Look::CURVE, dash: dash(stroke) };
        Self { entry: entry.clone(), symbol: teacher_symbol(entry.ink), pen: Some(pen) }
    }

    /// Whether it would be read as one of the data beside them: a mark, or the name of a point without a line.
    pub(super) fn is_like_data(&self) -> bool {
        self.is_mark() || self.pen.is_none()
    }

    /// Whether its swatch is a mark.
    fn is_mark(&self) -> bool {
        self.entry.swatch == Swatch::Line(Stroke::Points)
    }

    /// The entry of a guide; of a point that has no line, its label.
    pub(super) fn guide(look: &Look, plot: &Plot, guide: &Guide) -> Self {
        let entry = LegendEntry::line(&guide.label, Ink::Theory, Stroke::Dashed);
        let pen = guide_pen(look, plot, guide);
        let is_line = !matches!(&guide.shape, GuideShape::Curve(points) if is_point(points));
        Self { entry, symbol: None, pen: is_line.then_some(pen) }
    }
}

/// The legend of a plot.
pub(super) fn of_plot(look: &Look, plot: &Plot) -> Vec<Line> {
    let line = |entry: LegendEntry| {
        let series = plot.series.iter().find(|series| series.in_legend && series.label == entry.label);
        let line = Line::new(look, &entry);
        let named = series.and_then(|series| symbol(plot, series)).map(|(symbol, _)| symbol);
        Line { symbol: named.or(line.symbol), ..line }
    };
    legend(plot).into_iter().map(line).collect()
}

fn line_width(look: &Look, line: &Line, text: &str) -> f64 {
    let swatch = if line.pen.is_some() { SWATCH + GAP } else { 0.0 };
    look.small_width(text) + swatch * look.small
}

/// Width and height of a column.
pub(super) fn column_size(look: &Look, lines: &[Line]) -> [f64; 2] {
    let width = lines.iter().map(|line| line_width(look, line, &line.entry.label)).fold(0.0, f64::max);
    [width, LINE * look.small * lines.len() as f64]
}

/// Entries below each other.
pub(super) fn column(look: &Look, lines: &[Line], place: &Rect) -> Item {
    let at = |index: usize| [place.x, place.y + LINE * look.small * index as f64];
    let items = lines
        .iter()
        .enumerate()
        .flat_map(|(index, line)| draw(look, line, std::slice::from_ref(&line.entry.label), at(index)));
    Item::group("legend", items.collect())
}

/// An entry with the lines that are written for it, and its place from the top left.
type InRow<'a> = ([f64; 2], &'a Line, Vec<String>);

/// Entries beside each other in as many rows as a width needs; one that is wider than all of it has several lines.
fn flow<'a>(look: &Look, lines: &'a [Line], width: f64) -> Vec<InRow<'a>> {
    let (mut x, mut y) = (0.0, 0.0);
    let mut placed: Vec<InRow<'a>> = Vec::new();
    let mut before: Option<&LegendEntry> = None;
    for line in lines {
        let mut text = line.entry.text_behind(before);
        if x > 0.0 && x + line_width(look, line, text) > width {
            let rows = placed.last().map_or(1, |(.., rows)| rows.len());
            (x, y) = (0.0, y + LINE * look.small * rows as f64);
            text = &line.entry.label;
        }
        let rows = in_lines(look, line, text, width);
        let at = [x, y];
        // Nothing stands behind what has several lines.
        x += if rows.len() > 1 { width } else { line_width(look, line, text) + BETWEEN * look.small };
        placed.push((at, line, rows));
        before = Some(&line.entry);
    }
    placed
}

/// What is written for an entry, in lines of at most that width with its swatch.
fn in_lines(look: &Look, line: &Line, text: &str, width: f64) -> Vec<String> {
    let total = line_width(look, line, text);
    if total <= width {
        return vec![text.to_owned()];
    }
    look.font.wrap(text, look.small, width - (total - look.small_width(text)))
}

/// The height of rows.
pub(super) fn rows_height(look: &Look, lines: &[Line], width: f64) -> f64 {
    let bottom = |([_, y], _, rows): &InRow<'_>| y + (LINE * rows.len() as f64 + 0.2) * look.small;
    flow(look, lines, width).last().map_or(0.0, bottom)
}

/// Entries beside each other from a top left corner.
pub(super) fn rows(look: &Look, lines: &[Line], [x, y]: [f64; 2], width: f64) -> Item {
    let placed = flow(look, lines, width).into_iter();
    let items =
        placed.flat_map(|([across, down], line, text)| draw(look, line, &text, [x + across, y + down]));
    Item::group("legend", items.collect())
}

/// One entry whose first line has its top left corner there.
fn draw(look: &Look, line: &Line, rows: &[String], [x, y]: [f64; 2]) -> Vec<Item> {
    let size = look.small;
    let middle = y + 0.5 * LINE * size;
    let text = |(index, text): (usize, &String), x: f64, colour: Rgb| {
        let baseline = middle + (0.5 * CAP + LINE * index as f64) * size;
        Item::text(text, [x, baseline], size, colour, Anchor::Start)
    };
    let Some(pen) = &line.pen else {
        let colour = look.palette.ink(line.entry.ink);
        return rows.iter().enumerate().map(|row| text(row, x, colour)).collect();
    };
    let right = x + SWATCH * size;
    let mut items = Vec::new();
    if let Swatch::LineInBand(_) = line.entry.swatch {
        let band = Rect::new(x, middle - 0.35 * size, SWATCH * size, 0.7 * size);
        items.push(Item::fill(Path::rect(&band), pen.colour, Look::BAND));
    }
    if line.is_mark() {
        items.push(Item::fill(Path::circle([0.5 * (x + right), middle], MARK), pen.colour, 1.0));
    } else {
        items.push(Item::stroke(Path::line([x, middle], [right, middle]), pen.clone()));
    }
    items.extend(line.symbol.map(|symbol| mark(look, symbol, [0.5 * (x + right), middle], pen.colour)));
    items.extend(rows.iter().enumerate().map(|row| text(row, right + GAP * size, look.text())));
    items
}
