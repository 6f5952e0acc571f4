//! The data behind a sheet: every curve, band, guide and matrix of every panel, as a table or as NumPy arrays.
//!
//! Table: `panel`, `plot` (from 1, top to bottom), `kind`, `name`, `x`, `y`, `low`, `high`, `row`, `column`, `value`,
//! `x_name`, `y_name`. A `series` has x and y, with its error bar from low to high; a `band` x, low and high; a `guide`
//! x and y, one of them empty for a level or a time; a `sample` its number as row and itself as x; a `matrix` row and
//! column from 1 and its entry as value (also as x, y and low = high); a `map` what a cell was computed at as x and y,
//! and the number there as value (also as low = high). `x_name` and `y_name` say what x and y are. Within a plot no two
//! things of a kind share a name. Empty: absent. Numbers read back to the same f64. Arrays: one per item,
//! `panel1_plot1_series1` .., the columns x to high, and `.._values` for the grid of a matrix or map; `index`, JSON
//! with what each is, and the α of the state it is of. A table says that α in its comments.

use std::io::{self, Write};

use serde::Serialize;

use super::Provenance;
use super::csv::number;
use super::npy::Arrays;
use crate::figure::{Band, Content, Figure, GuideShape, MatrixPicture, Plot, Series, Sheet};

/// Columns of numbers in an array, the first of a table.
const NUMBERS: [&str; 4] = ["x", "y", "low", "high"];

/// All columns of a table.
const COLUMNS: [&str; 13] =
    ["panel", "plot", "kind", "name", "x", "y", "low", "high", "row", "column", "value", "x_name", "y_name"];

/// What is absent in a row.
const NONE: f64 = f64::NAN;

/// What the archive of a sheet is.
const ABOUT: &str = "\
The data behind a picture of saddlescope. Each array has the columns x, y, low, high (NaN: absent); names, kinds and
quantities are in `index`, JSON. low to high is an error bar or a band. A matrix or map has its grid in .._values too.";

/// One curve, band, guide, sample or matrix.
#[derive(Serialize)]
struct Part {
    key: String,
    panel: String,
    plot: usize,
    kind: &'static str,
    name: String,
    x_name: String,
    y_name: String,
    /// The α of the state it is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    alpha: Option<f64>,
    columns: [&'static str; 4],
    #[serde(skip)]
    rows: Vec<Row>,
    /// Rows and columns of a grid, whose values the rows hold one row of it after the other.
    #[serde(skip)]
    grid: Option<(usize, usize)>,
}

/// One line of a table.
#[derive(Clone, Copy)]
struct Row {
    /// x, y, low, high.
    numbers: [f64; 4],
    /// Row and column, from 1; 0: none.
    place: [usize; 2],
    value: f64,
}

impl Row {
    fn at(numbers: [f64; 4]) -> Self {
        Self { numbers, place: [0, 0], value: NONE }
    }

    /// The cells of a table behind its words.
    fn cells(&self) -> impl Iterator<Item = String> {
        let value = |value: f64| if value.is_nan() { String::new() } else { number(value) };
        let place = |place: usize| if place == 0 { String::new() } else { place.to_string() };
        let (numbers, places) = (self.numbers.map(value), self.place.map(place));
        numbers.into_iter().chain(places).chain([value(self.value)])
    }
}

/// Writes the data behind a sheet as a table with what made it in its comments.
///
/// # Errors
/// Whatever the writer says.
pub fn write_sheet_csv<W: Write>(writer: &mut W, sheet: &Sheet, provenance: &Provenance) -> io::Result<()> {
    provenance.write_comments(writer)?;
    writeln!(writer, "# figure: {}", sheet.id)?;
    sheet.panels().flat_map(quantities).try_for_each(|line| writeln!(writer, "# {line}"))?;
    write_states(writer, sheet)?;
    writeln!(
        writer,
        "# columns: x_name and y_name say what x and y are; a matrix or map has row, column and value"
    )?;
    let mut table = csv::Writer::from_writer(writer);
    table.write_record(COLUMNS)?;
    for part in parts(sheet) {
        let words = [part.panel, part.plot.to_string(), part.kind.to_owned(), part.name];
        let names = [part.x_name, part.y_name];
        for row in &part.rows {
            let cells: Vec<String> = words.iter().cloned().chain(row.cells()).chain(names.clone()).collect();
            table.write_record(cells)?;
        }
    }
    table.flush()
}

/// Writes which states the panels show, as comments.
pub(super) fn write_states<W: Write>(writer: &mut W, sheet: &Sheet) -> io::Result<()> {
    let mut states = sheet.panels().filter_map(|figure| Some((figure.alpha()?, figure.id)));
    states
        .try_for_each(|(alpha, id)| writeln!(writer, "# alpha: {}, that of the state in {id}", number(alpha)))
}

/// The data behind a sheet as the text of a table.
///
/// # Errors
/// None that is known: the text is made in memory.
pub fn sheet_text(sheet: &Sheet, provenance: &Provenance) -> io::Result<String> {
    let mut bytes = Vec::new();
    write_sheet_csv(&mut bytes, sheet, provenance)?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

/// Writes the data behind a sheet as NumPy arrays.
///
/// # Errors
/// Whatever the writer says, or more than the 4 GiB of an archive.
pub fn write_sheet_npz<W: Write>(writer: &mut W, sheet: &Sheet, provenance: &Provenance) -> io::Result<()> {
    let mut arrays = Arrays::new(writer, ABOUT)?;
    arrays.add_text("scenario", &provenance.scenario, "what made the picture, as TOML with comments")?;
    let parts = parts(sheet);
    for part in &parts {
        let numbers: Vec<[f64; 4]> = part.rows.iter().map(|row| row.numbers).collect();
        let shape = [part.rows.len() as u64, NUMBERS.len() as u64];
        let state = part.alpha.map_or_else(String::new, |alpha| format!(", at alpha = {}", number(alpha)));
        let meaning = format!(
            "{} \"{}\" in {}: x is {}, y is {}{state}",
            part.kind, part.name, part.panel, part.x_name, part.y_name
        );
        arrays.add(&part.key, &shape, numbers.as_flattened(), &meaning)?;
        if let Some((rows, columns)) = part.grid {
            let values: Vec<f64> = part.rows.iter().map(|row| row.value).collect();
            let meaning = format!("\"{}\" in {} as a grid", part.name, part.panel);
            arrays.add(&format!("{}_values", part.key), &[rows as u64, columns as u64], &values, &meaning)?;
        }
    }
    arrays.add_text(
        "index",
        &serde_json::to_string(&parts)?,
        "key, panel, plot, kind, name, x_name, y_name, alpha (that of the state, if it is of one), columns",
    )?;
    arrays.finish()
}

/// What x, y, low and high are in every plot of a figure.
fn quantities(figure: &Figure) -> Vec<String> {
    let Content::Plots(plots) = &figure.content else { return Vec::new() };
    let line = |(number, (_, plot)): (usize, &(f32, Plot))| {
        let spread = !plot.bands.is_empty() || plot.series.iter().any(|series| !series.errors.is_empty());
        let spread = if spread && plot.samples.is_empty() {
            format!("; low to high: {}", plot.spread)
        } else {
            String::new()
        };
        format!(
            "panel {}, plot {}: x is {}, y is {}{spread}",
            figure.id,
            number + 1,
            plot.x.label,
            plot.y.label
        )
    };
    plots.iter().enumerate().map(line).collect()
}

fn parts(sheet: &Sheet) -> Vec<Part> {
    sheet.panels().enumerate().flat_map(|(index, figure)| of_figure(index, figure)).collect()
}

fn of_figure(index: usize, figure: &Figure) -> Vec<Part> {
    let plots: Vec<([&str; 2], Vec<Raw>)> = match &figure.content {
        Content::Plots(plots) => {
            plots.iter().map(|(_, plot)| (names_of(plot), of_plot(plot).collect())).collect()
        }
        Content::Matrices(pictures) => vec![(["row", "column"], pictures.iter().map(of_matrix).collect())],
    };
    let mut parts = Vec::new();
    for ((names, mut raw), plot) in plots.into_iter().zip(1..) {
        tell_apart(&mut raw);
        let [x_name, y_name] = names.map(str::to_owned);
        let mut counted = Vec::new();
        parts.extend(raw.into_iter().map(|Raw { kind, name, alpha, rows, grid, .. }| {
            counted.push(kind);
            let number = counted.iter().filter(|other| **other == kind).count();
            let key = format!("panel{}_plot{plot}_{kind}{number}", index + 1);
            let (panel, x_name, y_name) = (figure.id.to_owned(), x_name.clone(), y_name.clone());
            Part { key, panel, plot, kind, name, x_name, y_name, alpha, columns: NUMBERS, rows, grid }
        }));
    }
    parts
}

/// What x and y are.
fn names_of(plot: &Plot) -> [&str; 2] {
    [&plot.x.label, &plot.y.label]
}

/// What is in a plot before it has a key.
struct Raw {
    kind: &'static str,
    name: String,
    /// What it is in full, where the name alone does not tell.
    meaning: String,
    /// The α of the state it is of.
    alpha: Option<f64>,
    rows: Vec<Row>,
    grid: Option<(usize, usize)>,
}

impl Raw {
    fn new(kind: &'static str, name: &str, rows: Vec<Row>) -> Self {
        Self { kind, name: name.to_owned(), meaning: String::new(), alpha: None, rows, grid: None }
    }
}

/// Gives every part of a kind a name of its own: its meaning where it has one, and a number where that is shared too.
fn tell_apart(parts: &mut [Raw]) {
    let count = |parts: &[Raw], of: &Raw| {
        parts.iter().filter(|other| (other.kind, &other.name) == (of.kind, &of.name)).count()
    };
    let shared: Vec<bool> = parts.iter().map(|part| part.name.is_empty() || count(parts, part) > 1).collect();
    for (part, shared) in parts.iter_mut().zip(shared) {
        if shared && !part.meaning.is_empty() {
            part.name.clone_from(&part.meaning);
        }
    }
    let totals: Vec<usize> = parts.iter().map(|part| count(parts, part)).collect();
    let mut seen: Vec<(&'static str, String)> = Vec::new();
    for (part, total) in parts.iter_mut().zip(totals) {
        if total > 1 {
            seen.push((part.kind, part.name.clone()));
            let number = seen.iter().filter(|(kind, name)| (*kind, name) == (part.kind, &part.name)).count();
            let numbered = format!("{} {number}", part.name);
            numbered.trim().clone_into(&mut part.name);
        }
    }
}

fn of_plot(plot: &Plot) -> impl Iterator<Item = Raw> + '_ {
    // Samples stand for the curves that sum them up.
    let drawn = plot.samples.is_empty();
    let series = plot.series.iter().filter(move |_| drawn).map(|series| {
        let rows = series.points.iter().enumerate().map(|(index, &[x, y])| {
            let error = series.errors.get(index).copied().unwrap_or(NONE);
            Row::at([x, y, y - error, y + error])
        });
        Raw::new("series", &series.label, rows.collect())
    });
    let samples = plot.samples.iter().map(|samples| {
        let row = |(index, value): (usize, &f64)| Row {
            place: [index + 1, 0],
            ..Row::at([*value, NONE, NONE, NONE])
        };
        Raw::new("sample", &samples.label, samples.values.iter().enumerate().map(row).collect())
    });
    let bands = plot.bands.iter().filter(move |_| drawn).map(|band| {
        let rows = band.edges.iter().map(|&[x, low, high]| Row::at([x, NONE, low, high]));
        Raw::new("band", &around(plot, band).unwrap_or_default(), rows.collect())
    });
    let guides = plot.guides.iter().map(|guide| {
        let rows = match &guide.shape {
            GuideShape::Horizontal(y) => vec![Row::at([NONE, *y, NONE, NONE])],
            GuideShape::Vertical(x) => vec![Row::at([*x, NONE, NONE, NONE])],
            GuideShape::Curve(points) => points.iter().map(|&[x, y]| Row::at([x, y, NONE, NONE])).collect(),
        };
        Raw { meaning: guide.meaning.clone(), ..Raw::new("guide", &guide.label, rows) }
    });
    let cells = plot.mesh.as_ref().map(|mesh| {
        let columns = mesh.columns().max(1);
        let [x, y] = &mesh.at;
        let cell = |(index, value): (usize, &f64)| {
            let (row, column) = (index / columns, index % columns);
            let numbers = [*x.get(column)?, *y.get(row)?, *value, *value];
            Some(Row { numbers, place: [row + 1, column + 1], value: *value })
        };
        let rows: Vec<Row> = mesh.cells.iter().enumerate().filter_map(cell).collect();
        let grid = Some((rows.len() / columns, columns));
        Raw { grid, ..Raw::new("map", &mesh.label, rows) }
    });
    let all = series.chain(samples).chain(bands).chain(guides).chain(cells);
    all.map(|raw| Raw { alpha: plot.alpha, ..raw })
}

/// The label of the curve that a band is drawn around: of its ink, and within it all along.
pub(super) fn around(plot: &Plot, band: &Band) -> Option<String> {
    let within = |series: &&Series| {
        let finite = series.points.iter().filter(|[_, y]| y.is_finite());
        series.ink == band.ink
            && finite.clone().count() == band.edges.len()
            && finite.zip(&band.edges).all(|([x, y], [at, low, high])| x == at && low <= y && y <= high)
    };
    plot.series.iter().find(within).map(|series| series.label.clone())
}

fn of_matrix(picture: &MatrixPicture) -> Raw {
    let rows = picture.values.iter().flat_map(|values| {
        let entry = |row: usize, column: usize| {
            let value = values[(row, column)];
            let numbers = [(row + 1) as f64, (column + 1) as f64, value, value];
            Row { numbers, place: [row + 1, column + 1], value }
        };
        (0..values.nrows()).flat_map(move |row| (0..values.ncols()).map(move |column| entry(row, column)))
    });
    let grid = picture.values.as_ref().map(nalgebra::Matrix::shape);
    Raw { grid, alpha: picture.alpha, ..Raw::new("matrix", &picture.name, rows.collect()) }
}
