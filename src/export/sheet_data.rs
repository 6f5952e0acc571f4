//! The data behind a sheet: every curve, band, guide and matrix of every panel, as a table or as NumPy arrays.
//!
//! Table: `panel`, `plot` (from 1, top to bottom), `kind`, `name`, `x`, `y`, `low`, `high`. A `series` has x and y, with
//! its error bar from low to high; a `band` x, low and high; a `guide` x and y, one of them empty for a level or a time;
//! a `matrix` its row as x, its column as y, both from 1, and its entry as low = high; a `map` the x and y of a cell
//! and its value as low = high. Empty: absent. Numbers read back to the same f64. Arrays: one per item, `panel1_plot1_series1` .., columns as in the table, and `index`, JSON with
//! what each is; `scenario` and `index` are UTF-8 bytes as uint8.

use std::io::{self, Write};

use serde::Serialize;

use super::Provenance;
use super::npz::add;
use super::zip::ZipWriter;
use crate::figure::{Band, Content, Figure, GuideShape, MatrixPicture, Plot, Series, Sheet};

/// Columns of numbers.
const NUMBERS: [&str; 4] = ["x", "y", "low", "high"];

/// What is absent in a row.
const NONE: f64 = f64::NAN;

/// One curve, band, guide or matrix.
#[derive(Serialize)]
struct Part {
    key: String,
    panel: String,
    plot: usize,
    kind: &'static str,
    name: String,
    /// The α of the state it is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    alpha: Option<f64>,
    columns: [&'static str; 4],
    #[serde(skip)]
    rows: Vec<[f64; 4]>,
}

/// Writes the data behind a sheet as a table with what made it in its comments.
///
/// # Errors
/// Whatever the writer says.
pub fn write_sheet_csv<W: Write>(writer: &mut W, sheet: &Sheet, provenance: &Provenance) -> io::Result<()> {
    provenance.write_comments(writer)?;
    writeln!(writer, "# figure: {}", sheet.id)?;
    for figure in sheet.panels() {
        if let Some(alpha) = figure.alpha() {
            writeln!(writer, "# alpha: {alpha:?}, that of the state in {}", figure.id)?;
        }
    }
    writeln!(writer, "# columns: a matrix has its row as x, its column as y and its entry as low = high")?;
    let mut table = csv::Writer::from_writer(writer);
    table.write_record(["panel", "plot", "kind", "name"].iter().chain(&NUMBERS))?;
    for part in parts(sheet) {
        let plot = part.plot.to_string();
        for row in &part.rows {
            let numbers = row.map(|value| if value.is_nan() { String::new() } else { format!("{value:?}") });
            let words = [part.panel.as_str(), &plot, part.kind, &part.name];
            table.write_record(words.into_iter().chain(numbers.iter().map(String::as_str)))?;
        }
    }
    table.flush()
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
    let mut archive = ZipWriter::new(writer);
    let parts = parts(sheet);
    for part in &parts {
        let shape = [part.rows.len() as u64, NUMBERS.len() as u64];
        add(&mut archive, &part.key, &shape, part.rows.as_flattened())?;
    }
    let index = serde_json::to_string(&parts)?;
    add(&mut archive, "index", &[index.len() as u64], index.as_bytes())?;
    let scenario = provenance.scenario.as_bytes();
    add(&mut archive, "scenario", &[scenario.len() as u64], scenario)?;
    archive.finish()
}

fn parts(sheet: &Sheet) -> Vec<Part> {
    sheet.panels().enumerate().flat_map(|(index, figure)| of_figure(index, figure)).collect()
}

fn of_figure(index: usize, figure: &Figure) -> Vec<Part> {
    let mut parts = Vec::new();
    match &figure.content {
        Content::Plots(plots) => {
            for (number, (_, plot)) in plots.iter().enumerate() {
                parts.extend(of_plot(plot).map(|part| (number + 1, plot.alpha, part)));
            }
        }
        Content::Matrices(pictures) => {
            parts.extend(pictures.iter().map(|picture| (1, picture.alpha, of_matrix(picture))));
        }
    }
    let mut counted = Vec::new();
    let named = |(plot, alpha, (kind, name, rows)): (usize, Option<f64>, Raw)| {
        counted.push((plot, kind));
        let number = counted.iter().filter(|other| **other == (plot, kind)).count();
        let key = format!("panel{}_plot{plot}_{kind}{number}", index + 1);
        Part { key, panel: figure.id.to_owned(), plot, kind, name, alpha, columns: NUMBERS, rows }
    };
    parts.into_iter().map(named).collect()
}

/// Kind, name and rows.
type Raw = (&'static str, String, Vec<[f64; 4]>);

fn of_plot(plot: &Plot) -> impl Iterator<Item = Raw> + '_ {
    let series = plot.series.iter().map(|series| {
        let rows = series.points.iter().enumerate().map(|(index, &[x, y])| {
            let error = series.errors.get(index).copied().unwrap_or(NONE);
            [x, y, y - error, y + error]
        });
        ("series", series.label.clone(), rows.collect())
    });
    let bands = plot.bands.iter().map(|band| {
        let rows = band.edges.iter().map(|&[x, low, high]| [x, NONE, low, high]);
        ("band", around(plot, band).unwrap_or_default(), rows.collect())
    });
    let guides = plot.guides.iter().map(|guide| {
        let rows = match &guide.shape {
            GuideShape::Horizontal(y) => vec![[NONE, *y, NONE, NONE]],
            GuideShape::Vertical(x) => vec![[*x, NONE, NONE, NONE]],
            GuideShape::Curve(points) => points.iter().map(|&[x, y]| [x, y, NONE, NONE]).collect(),
        };
        ("guide", guide.label.clone(), rows)
    });
    let cells = plot.mesh.as_ref().map(|mesh| {
        let columns = mesh.columns().max(1);
        let [x, y] = &mesh.at;
        let rows = mesh.cells.iter().enumerate().filter_map(|(index, value)| {
            Some([*x.get(index % columns)?, *y.get(index / columns)?, *value, *value])
        });
        ("map", mesh.label.clone(), rows.collect())
    });
    series.chain(bands).chain(guides).chain(cells)
}

/// The label of the curve that a band is drawn around: of its ink, and within it all along.
fn around(plot: &Plot, band: &Band) -> Option<String> {
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
            [(row + 1) as f64, (column + 1) as f64, value, value]
        };
        (0..values.nrows()).flat_map(move |row| (0..values.ncols()).map(move |column| entry(row, column)))
    });
    ("matrix", picture.name.clone(), rows.collect())
}
