//! A sheet laid out: the shared legend, rows of panels, the caption and the parameters, on a page of the asked size.
//!
//! Panels in a row share its width evenly and have the same height, in several rows where they would be too narrow for
//! their titles or to be read; rows with equally many panels share the left edges of their frames. Without a given
//! height every row takes what its tallest panel needs.

use super::legend::{Line, rows, rows_height};
use super::panel::{Panel, Room};
use super::scene::{Anchor, Item, Path, Rect};
use super::style::{Look, PT_PER_CM, PaperStyle};
use super::svg::Page;
use crate::figure::{Figure, Ink, Sheet};

/// Around everything, in pt.
const MARGIN: f64 = 2.0;

/// Between panels of a row, and between rows, in the base font size.
const BETWEEN: f64 = 1.6;
const ROWS: f64 = 0.9;

/// A panel beside others is at least as wide, in the base font size: two of them need more than one column of a page.
const NARROWEST: f64 = 18.0;

/// How low a frame can be on a page of a given height, as a share of what it would choose: the page grows for more.
const LEAST: f64 = 0.3;

/// Rounds in which words find their places.
const ROUNDS: usize = 12;

/// From line to line of a caption, in its font size.
const LINE: f64 = 1.3;

/// Lays a sheet out.
pub(super) fn page(sheet: &Sheet, style: &PaperStyle) -> Page {
    let look = Look::new(style);
    let width = style.width_cm * PT_PER_CM;
    let inside = width - 2.0 * MARGIN;
    let mut panels = panels(&look, sheet, inside);
    let legend: Vec<Line> = sheet.legend.iter().map(|entry| Line::new(&look, entry)).collect();
    let words = words(&look, sheet, inside);
    let legend_height = rows_height(&look, &legend, inside);
    let around = 2.0 * MARGIN
        + legend_height
        + ROWS * look.em * panels.len().saturating_sub(1) as f64
        + words.iter().map(|line| LINE * line.size).sum::<f64>()
        + if words.is_empty() { 0.0 } else { 0.5 * look.em };
    let top = MARGIN + legend_height;
    let mut laid = rows_on_page(&look, &panels, style, (inside, top, around));
    // What goes above a frame moves all frames, and is never taken back: a few rounds are enough.
    for _ in 0..ROUNDS {
        if !settle(&look, &mut panels, &laid.1) {
            break;
        }
        laid = rows_on_page(&look, &panels, style, (inside, top, around));
    }
    let (height, places) = laid;
    let background = Path::rect(&Rect::new(0.0, 0.0, width, height));
    let mut items = vec![Item::fill(background, look.palette.background(), 1.0)];
    if !legend.is_empty() {
        items.push(rows(&look, &legend, [MARGIN, MARGIN], inside));
    }
    for (row, place) in panels.iter().zip(&places) {
        let beside = beside(&look, row, place, &panels);
        items
            .extend(row.iter().zip(beside).map(|(panel, (place, corner))| panel.draw(&look, &place, corner)));
    }
    let bottom = places.last().map_or(top - ROWS * look.em, Rect::bottom);
    items.extend(caption(&words, bottom + 0.5 * look.em));
    Page { width, height, title: title(sheet), items }
}

/// The height of the page and the places of its rows, of which what is `around` them leaves room.
fn rows_on_page(
    look: &Look,
    panels: &[Vec<Panel<'_>>],
    style: &PaperStyle,
    (width, top, around): (f64, f64, f64),
) -> (f64, Vec<Rect>) {
    // Type has its size, whatever the height; frames give way, as far as they can.
    let rows: Vec<(f64, f64)> = panels.iter().map(|row| row_heights(look, row)).collect();
    let (fixed, frames) = rows.iter().fold((around, 0.0), |sum, row| (sum.0 + row.0, sum.1 + row.1));
    let named = panels.iter().zip(&rows).map(|(row, (_, frames))| named_share(look, row, *frames));
    let least = named.fold(LEAST, f64::max);
    let asked = style.height_cm.map(|height| height * PT_PER_CM);
    let stretch = asked.map_or(1.0, |height| ((height - fixed) / f64::max(frames, 1.0)).max(least));
    let height = asked.map_or(fixed + frames, |height| height.max(fixed + stretch * frames));
    let mut y = top;
    let place = |(fixed, frames): (f64, f64)| {
        let place = Rect::new(MARGIN, y, width, fixed + stretch * frames);
        y = place.bottom() + ROWS * look.em;
        place
    };
    (height, rows.into_iter().map(place).collect())
}

/// Moves words that have no place in their frames above them; whether there are such.
fn settle(look: &Look, panels: &mut [Vec<Panel<'_>>], places: &[Rect]) -> bool {
    let corners: Vec<Vec<(Rect, [f64; 2])>> =
        panels.iter().zip(places).map(|(row, place)| beside(look, row, place, panels)).collect();
    let mut is_more = false;
    for (row, corners) in panels.iter_mut().zip(corners) {
        for (panel, (place, corner)) in row.iter_mut().zip(corners) {
            is_more |= panel.settle(look, &place, corner);
        }
    }
    is_more
}

/// What a viewer shows as the document's title.
fn title(sheet: &Sheet) -> String {
    let titles: Vec<String> = sheet.panels().map(Figure::heading).collect();
    if titles.is_empty() { sheet.id.clone() } else { titles.join(" · ") }
}

/// All rows of panels, measured.
fn panels<'a>(look: &Look, sheet: &'a Sheet, width: f64) -> Vec<Vec<Panel<'a>>> {
    let (mut count, mut rows) = (0, Vec::new());
    for figures in sheet.rows.iter().filter(|row| !row.is_empty()) {
        let columns = columns(look, sheet, (figures, count), width);
        for beside in figures.chunks(columns) {
            let room = Room { folded: columns < figures.len(), ..room(look, sheet, beside.len(), width) };
            rows.push(measured(look, sheet, (beside, count), room));
            count += beside.len();
        }
    }
    let lefts: Vec<Vec<f64>> = rows.iter().map(|row| lefts(row, &rows)).collect();
    for (row, lefts) in rows.iter_mut().zip(lefts) {
        row.iter_mut().zip(lefts).for_each(|(panel, left)| panel.align(look, left));
    }
    rows
}

/// How many of the figures of a row have room beside each other, in as few lines as that takes, as even as these can
/// be.
fn columns(look: &Look, sheet: &Sheet, figures: (&[Figure], usize), width: f64) -> usize {
    let count = figures.0.len();
    let fits = |columns: &usize| {
        let room = room(look, sheet, *columns, width);
        let wide = || measured(look, sheet, figures, room).iter().all(|panel| panel.heading_fits(look));
        room.width >= NARROWEST * look.em && wide()
    };
    (1..=count).map(|lines| count.div_ceil(lines)).find(fits).unwrap_or(1)
}

/// What each of several panels beside each other has of a width.
fn room(look: &Look, sheet: &Sheet, columns: usize, width: f64) -> Room {
    let gaps = BETWEEN * look.em * (columns - 1) as f64;
    let width = ((width - gaps) / columns as f64).max(4.0 * look.em);
    Room { width, shared: !sheet.legend.is_empty(), folded: false }
}

/// Figures as panels, the first of which is the sheet's panel of that index.
fn measured<'a>(
    look: &Look,
    sheet: &Sheet,
    (figures, first): (&'a [Figure], usize),
    room: Room,
) -> Vec<Panel<'a>> {
    let panel = |(index, figure)| Panel::new(look, figure, sheet.letter(first + index), room);
    figures.iter().enumerate().map(panel).collect()
}

/// Where the frames of a row begin: below and above those of rows with equally many panels.
fn lefts(row: &[Panel<'_>], all: &[Vec<Panel<'_>>]) -> Vec<f64> {
    let alike = || all.iter().filter(|other| other.len() == row.len());
    let left = |column: usize| alike().filter_map(move |row| row.get(column)).map(|panel| panel.left);
    (0..row.len()).map(|column| left(column).fold(0.0, f64::max)).collect()
}

/// The height of a row's words and axes, and that of its frames if they may choose.
fn row_heights(look: &Look, row: &[Panel<'_>]) -> (f64, f64) {
    let natural = row.iter().map(|panel| panel.natural_height(look)).fold(0.0, f64::max);
    let gaps = row.iter().map(|panel| panel.gaps(look)).fold(0.0, f64::max);
    (row_top(look, row) + gaps, natural - gaps)
}

/// The share of the frames' height that the names of their axes need.
fn named_share(look: &Look, row: &[Panel<'_>], frames: f64) -> f64 {
    row.iter().map(|panel| panel.named_height(look)).fold(0.0, f64::max) / frames.max(1.0)
}

/// What is above the frames of a row, which are at one height.
fn row_top(look: &Look, row: &[Panel<'_>]) -> f64 {
    row.iter().map(|panel| panel.top(look)).fold(0.0, f64::max)
}

/// The place of each panel of a row, with where in it the frames begin.
fn beside(look: &Look, row: &[Panel<'_>], place: &Rect, all: &[Vec<Panel<'_>>]) -> Vec<(Rect, [f64; 2])> {
    let gap = BETWEEN * look.em;
    let count = row.len() as f64;
    let width = (place.width - gap * (count - 1.0)) / count;
    let top = row_top(look, row);
    let of = |(column, left): (usize, f64)| {
        let x = place.x + (width + gap) * column as f64;
        (Rect::new(x, place.y, width, place.height), [left, top])
    };
    lefts(row, all).into_iter().enumerate().map(of).collect()
}

/// A line below the panels.
struct Words {
    text: String,
    size: f64,
    colour: crate::figure::Rgb,
}

/// The caption and the parameters in lines.
fn words(look: &Look, sheet: &Sheet, width: f64) -> Vec<Words> {
    let lines = |text: &str, size: f64, ink: Ink| {
        let lines = look.font.wrap(text, size, width).into_iter();
        lines.map(|text| Words { text, size, colour: look.palette.ink(ink) }).collect::<Vec<Words>>()
    };
    let mut words = lines(&sheet.caption, look.em, Ink::Main);
    words.extend(lines(&sheet.parameters, look.small, Ink::Main));
    words
}

fn caption(words: &[Words], top: f64) -> Vec<Item> {
    let mut y = top;
    let line = |line: &Words| {
        y += LINE * line.size;
        let at = [MARGIN, y - 0.3 * line.size];
        Item::text(&line.text, at, line.size, line.colour, Anchor::Start)
    };
    words.iter().map(line).collect()
}

#[cfg(test)]
mod tests;
