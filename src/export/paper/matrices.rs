//! Matrices on paper: square cells from the top left with their values where there is room, and one colour bar.
//!
//! Rows and columns are numbered from 1, as in the paper; zero is the middle of the bar, which has three ticks.

use super::bar::bar as colour_bar;
use super::font::CAP;
use super::scene::{Anchor, Item, Path, Pen, Rect};
use super::style::Look;
use crate::figure::{Ink, MatrixPicture, Palette, exact, in_cell};

/// Largest side of a cell, in the base font size.
const LARGEST_CELL: f64 = 3.2;

/// Between matrices, in the base font size; the numbers of rows are in it.
const BETWEEN: f64 = 2.2;

/// Height of names and column numbers above the cells, in the base font size.
const ABOVE: f64 = 2.6;

/// Width of the colour bar, and of it with its labels, in the base font size.
const BAR: f64 = 0.8;
const BAR_ROOM: f64 = 4.2;

/// Rows and columns of a picture; of an absent matrix, a square of three.
fn shape(picture: &MatrixPicture) -> (usize, usize) {
    picture.values.as_ref().map_or((3, 3), |values| (values.nrows().max(1), values.ncols().max(1)))
}

/// The side of a cell that fits a width, and a height.
fn cell(look: &Look, pictures: &[MatrixPicture], width: f64, height: f64) -> f64 {
    let columns: usize = pictures.iter().map(|picture| shape(picture).1).sum();
    let rows = pictures.iter().map(|picture| shape(picture).0).max().unwrap_or(1);
    let room = width - look.em * (BETWEEN * pictures.len() as f64 + BAR_ROOM);
    let side = (room / columns.max(1) as f64).min((height - (ABOVE + 0.5) * look.em) / rows as f64);
    side.clamp(0.5, LARGEST_CELL * look.em)
}

/// The height that matrices take at a width.
pub(super) fn natural_height(look: &Look, pictures: &[MatrixPicture], width: f64) -> f64 {
    let rows = pictures.iter().map(|picture| shape(picture).0).max().unwrap_or(1);
    rows as f64 * cell(look, pictures, width, width) + (ABOVE + 0.5) * look.em
}

/// Matrices side by side with their colour bar, centred in an area.
pub(super) fn matrices(look: &Look, pictures: &[MatrixPicture], area: &Rect) -> Item {
    let side = cell(look, pictures, area.width, area.height);
    let widths = pictures.iter().map(|picture| shape(picture).1 as f64 * side + BETWEEN * look.em);
    let total = widths.sum::<f64>() + BAR_ROOM * look.em;
    let mut x = area.x + (0.5 * (area.width - total)).max(0.0) + 0.8 * BETWEEN * look.em;
    let top = area.y + ABOVE * look.em;
    let mut items = Vec::new();
    let mut lowest = top;
    for picture in pictures {
        let (rows, columns) = shape(picture);
        let cells = Rect::new(x, top, columns as f64 * side, rows as f64 * side);
        items.push(matrix(look, picture, &cells, side));
        lowest = f64::max(lowest, cells.bottom());
        x = cells.right() + BETWEEN * look.em;
    }
    if let Some(first) = pictures.first() {
        let left = x - (BETWEEN - 1.2) * look.em;
        items.push(bar(look, first.limit, &Rect::new(left, top, BAR * look.em, lowest - top)));
    }
    Item::group("matrices", items)
}

fn matrix(look: &Look, picture: &MatrixPicture, cells: &Rect, side: f64) -> Item {
    let name_at = [cells.centre()[0], cells.y - (ABOVE - CAP - 0.2) * look.em];
    let mut items = vec![Item::text(&picture.name, name_at, look.em, look.text(), Anchor::Middle)];
    if let Some(values) = &picture.values {
        for row in 0..values.nrows() {
            for column in 0..values.ncols() {
                let square =
                    Rect::new(cells.x + side * column as f64, cells.y + side * row as f64, side, side);
                items.extend(entry(look, values[(row, column)], picture.limit, &square));
            }
        }
        items.extend(numbers(look, cells, side, shape(picture)));
    } else {
        let [x, y] = cells.centre();
        let quiet = look.palette.ink(Ink::Theory);
        for (line, text) in picture.missing.lines().enumerate() {
            let at = [x, y + 1.3 * look.small * line as f64];
            items.push(Item::text(text, at, look.small, quiet, Anchor::Middle));
        }
    }
    items.push(Item::stroke(Path::rect(cells), Pen::solid(look.text(), Look::AXIS)));
    Item::group("matrix", items)
}

/// A cell with its value where it has room.
fn entry(look: &Look, value: f64, limit: f64, square: &Rect) -> Vec<Item> {
    let colour = look.palette.signed(value / limit);
    // A stroke of its own colour closes the hairlines that viewers leave between neighbours.
    let pen = Some(Pen::solid(colour, 0.2));
    let mut items = vec![Item::Shape { path: Path::rect(square), fill: Some((colour, 1.0)), pen }];
    let size = look.small;
    let text = in_cell(value);
    if look.font.width("−0.00", size) <= 0.92 * square.width {
        let [x, y] = square.centre();
        let ink = Palette::readable_on(colour);
        items.push(Item::text(&text, [x, y + 0.5 * CAP * size], size, ink, Anchor::Middle));
    }
    items
}

/// Numbers of rows and columns: all where they have room, else every fifth.
fn numbers(look: &Look, cells: &Rect, side: f64, (rows, columns): (usize, usize)) -> Vec<Item> {
    let size = look.small;
    let every = if side >= 1.2 * size { 1 } else { 5 };
    let quiet = look.text();
    let shown = |count: usize| (1..=count).filter(move |number| number % every == 0 || *number == 1);
    let centre = |number: usize| side * (number as f64 - 0.5);
    let row = shown(rows).map(|number| {
        let at = [cells.x - 0.35 * look.em, cells.y + centre(number) + 0.5 * CAP * size];
        Item::text(&number.to_string(), at, size, quiet, Anchor::End)
    });
    let column = shown(columns).map(|number| {
        let at = [cells.x + centre(number), cells.y - 0.35 * look.em];
        Item::text(&number.to_string(), at, size, quiet, Anchor::Middle)
    });
    row.chain(column).collect()
}

/// The colours of the scale, with ticks at zero and at the largest round value and its negative.
fn bar(look: &Look, limit: f64, rect: &Rect) -> Item {
    let colours = (0..=32).map(|step| look.palette.signed(f64::from(step) / 16.0 - 1.0)).collect();
    let round = largest_round(limit);
    let tick = |value: f64| (0.5 + 0.5 * value / limit, Some(exact(value)));
    let items = colour_bar(look, rect, colours, [-round, 0.0, round].map(tick).into());
    Item::group("colour-bar", items)
}

/// 1, 2 or 5 times a power of ten, at most `limit`.
fn largest_round(limit: f64) -> f64 {
    let power = 10_f64.powf(limit.log10().floor());
    // The logarithm of a power of ten may round to below it.
    let factors = [10.0, 5.0, 2.0, 1.0].map(|factor| factor * power);
    factors.into_iter().find(|value| *value <= limit * (1.0 + 1e-9)).unwrap_or(limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_ends_at_round_values_within_the_scale() {
        assert_eq!([0.999, 1.0, 2.3, 0.05, 7.0].map(largest_round), [0.5, 1.0, 2.0, 0.05, 5.0]);
    }
}
