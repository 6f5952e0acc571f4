//! A sheet laid out: the shared legend, rows of panels, the caption and the parameters, on a page of the asked size.
//!
//! Panels in a row share its width evenly and have the same height; rows with equally many panels share the left edges
//! of their frames. Without a given height every row takes what its tallest panel needs.

use super::legend::{Line, rows, rows_height};
use super::panel::Panel;
use super::scene::{Anchor, Item, Path, Rect};
use super::style::{Look, PT_PER_CM, PaperStyle};
use super::svg::Page;
use crate::figure::{Ink, Sheet};

/// Around everything, in pt.
const MARGIN: f64 = 2.0;

/// Between panels of a row, and between rows, in the base font size.
const BETWEEN: f64 = 1.6;
const ROWS: f64 = 0.9;

/// From line to line of a caption, in its font size.
const LINE: f64 = 1.3;

/// Lays a sheet out.
pub(super) fn page(sheet: &Sheet, style: &PaperStyle) -> Page {
    let style = style.within_limits();
    let look = Look::new(&style);
    let width = style.width_cm * PT_PER_CM;
    let inside = width - 2.0 * MARGIN;
    let panels = panels(&look, sheet, inside);
    let legend: Vec<Line> = sheet.legend.iter().map(|entry| Line::new(&look, entry)).collect();
    let words = words(&look, sheet, inside);
    let natural: Vec<f64> = panels.iter().map(|row| row_height(&look, row)).collect();
    let legend_height = rows_height(&look, &legend, inside);
    let around = 2.0 * MARGIN
        + legend_height
        + ROWS * look.em * panels.len().saturating_sub(1) as f64
        + words.iter().map(|line| LINE * line.size).sum::<f64>()
        + if words.is_empty() { 0.0 } else { 0.5 * look.em };
    let needed: f64 = natural.iter().sum();
    let height = style.height_cm.map_or(around + needed, |height| height * PT_PER_CM);
    let stretch = ((height - around) / needed.max(1.0)).max(0.3);
    let background = Path::rect(&Rect::new(0.0, 0.0, width, height));
    let mut items = vec![Item::fill(background, look.palette.background(), 1.0)];
    if !legend.is_empty() {
        items.push(rows(&look, &legend, [MARGIN, MARGIN], inside));
    }
    let mut y = MARGIN + legend_height;
    for (row, height) in panels.iter().zip(&natural) {
        let place = Rect::new(MARGIN, y, inside, stretch * height);
        items.extend(draw_row(&look, row, &place, &panels));
        y = place.bottom() + ROWS * look.em;
    }
    items.extend(caption(&words, y - (ROWS - 0.5) * look.em));
    Page { width, height, title: title(sheet), items }
}

/// What a viewer shows as the document's title.
fn title(sheet: &Sheet) -> String {
    let titles: Vec<&str> = sheet.panels().map(|figure| figure.title.as_str()).collect();
    if titles.is_empty() { sheet.id.clone() } else { titles.join(" · ") }
}

fn panels<'a>(look: &Look, sheet: &'a Sheet, width: f64) -> Vec<Vec<Panel<'a>>> {
    let shared = !sheet.legend.is_empty();
    let mut count = 0;
    let mut rows = Vec::new();
    for figures in sheet.rows.iter().filter(|row| !row.is_empty()) {
        let gaps = BETWEEN * look.em * (figures.len() - 1) as f64;
        let each = ((width - gaps) / figures.len() as f64).max(4.0 * look.em);
        let mut row = Vec::new();
        for figure in figures {
            row.push(Panel::new(look, figure, sheet.letter(count), each, shared));
            count += 1;
        }
        rows.push(row);
    }
    rows
}

fn row_height(look: &Look, row: &[Panel<'_>]) -> f64 {
    row_top(look, row) + row.iter().map(|panel| panel.natural_height(look)).fold(0.0, f64::max)
}

/// What is above the frames of a row, which are at one height.
fn row_top(look: &Look, row: &[Panel<'_>]) -> f64 {
    row.iter().map(|panel| panel.top(look)).fold(0.0, f64::max)
}

fn draw_row(look: &Look, row: &[Panel<'_>], place: &Rect, all: &[Vec<Panel<'_>>]) -> Vec<Item> {
    let gap = BETWEEN * look.em;
    let count = row.len() as f64;
    let width = (place.width - gap * (count - 1.0)) / count;
    let alike = || all.iter().filter(|other| other.len() == row.len());
    let left =
        |column: usize| alike().filter_map(|row| row.get(column)).map(|panel| panel.left).fold(0.0, f64::max);
    let draw = |(column, panel): (usize, &Panel<'_>)| {
        let x = place.x + (width + gap) * column as f64;
        panel.draw(look, &Rect::new(x, place.y, width, place.height), [left(column), row_top(look, row)])
    };
    row.iter().enumerate().map(draw).collect()
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
