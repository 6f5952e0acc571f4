//! The data behind a sheet for the clipboard: tab-separated, as a spreadsheet takes it.
//!
//! One column per curve beside those of its x, with a line of names; a matrix or map as the grid it is. Panels and
//! plots stand below each other. What made it follows in comments, so that names are in the first line.

use std::io;

use super::Provenance;
use super::csv::number;
use super::sheet_data::{around, write_states};
use crate::figure::{Content, Figure, GuideShape, MatrixPicture, Mesh, Plot, Sheet};

/// The data behind a sheet as tab-separated text.
///
/// # Errors
/// None that is known: the text is made in memory.
pub fn spreadsheet_text(sheet: &Sheet, provenance: &Provenance) -> io::Result<String> {
    let blocks: Vec<String> = sheet.panels().flat_map(blocks).collect();
    let mut comments = Vec::new();
    provenance.write_comments(&mut comments)?;
    write_states(&mut comments, sheet)?;
    Ok(blocks.join("\n") + "\n" + &String::from_utf8(comments).map_err(io::Error::other)?)
}

fn blocks(figure: &Figure) -> Vec<String> {
    match &figure.content {
        Content::Plots(plots) => plots.iter().flat_map(|(_, plot)| of_plot(plot)).collect(),
        Content::Matrices(pictures) => pictures.iter().map(of_matrix).collect(),
    }
}

/// A name and the numbers below it.
type Column = (String, Vec<f64>);

/// Columns that go with one x, or alone.
struct Group {
    x: Option<Column>,
    columns: Vec<Column>,
}

fn of_plot(plot: &Plot) -> Vec<String> {
    let mut groups: Vec<Group> = Vec::new();
    if plot.samples.is_empty() {
        add_curves(plot, &mut groups);
    } else {
        let longest = plot.samples.iter().map(|samples| samples.values.len()).max().unwrap_or(0);
        let columns = plot
            .samples
            .iter()
            .map(|samples| (format!("{}, {}", plot.x.label, samples.label), samples.values.clone()));
        let runs = (1..=longest).map(|run| run as f64).collect();
        groups.push(Group { x: Some((String::from("run"), runs)), columns: columns.collect() });
    }
    add_guides(plot, &mut groups);
    let columns: Vec<Column> =
        groups.into_iter().flat_map(|group| group.x.into_iter().chain(group.columns)).collect();
    let table = (!columns.is_empty()).then(|| beside(&columns));
    table.into_iter().chain(plot.mesh.as_ref().map(|mesh| of_mesh(plot, mesh))).collect()
}

fn add_curves(plot: &Plot, groups: &mut Vec<Group>) {
    for series in &plot.series {
        let name = if series.entry.is_some() { series.label.clone() } else { named(plot, &series.label) };
        let (x, y): (Vec<f64>, Vec<f64>) = series.points.iter().map(|&[x, y]| (x, y)).unzip();
        let edges = |sign: f64| y.iter().zip(&series.errors).map(|(y, error)| y + sign * error).collect();
        let (low, high) = ((format!("{name}, low"), edges(-1.0)), (format!("{name}, high"), edges(1.0)));
        let columns = group_of(plot, groups, x);
        columns.push((name, y));
        if !series.errors.is_empty() {
            columns.extend([low, high]);
        }
    }
    for band in &plot.bands {
        let name = around(plot, band).unwrap_or_else(|| String::from("band"));
        let column = |place: usize| band.edges.iter().filter_map(|edge| edge.get(place).copied()).collect();
        let columns = group_of(plot, groups, column(0));
        columns.extend([(format!("{name}, low"), column(1)), (format!("{name}, high"), column(2))]);
    }
}

fn add_guides(plot: &Plot, groups: &mut Vec<Group>) {
    for guide in &plot.guides {
        let name = if guide.label.is_empty() { &guide.meaning } else { &guide.label };
        match &guide.shape {
            GuideShape::Horizontal(y) => {
                groups.push(Group { x: None, columns: vec![(named(plot, name), vec![*y])] });
            }
            GuideShape::Vertical(x) => {
                groups
                    .push(Group { x: None, columns: vec![(format!("{}, {name}", plot.x.label), vec![*x])] });
            }
            GuideShape::Curve(points) => {
                let (x, y) = points.iter().map(|&[x, y]| (x, y)).unzip();
                group_of(plot, groups, x).push((named(plot, name), y));
            }
        }
    }
}

fn named(plot: &Plot, name: &str) -> String {
    format!("{}, {name}", plot.y.label)
}

/// The columns that go with these x, to the bit.
fn group_of<'a>(plot: &Plot, groups: &'a mut Vec<Group>, x: Vec<f64>) -> &'a mut Vec<Column> {
    let bits = |x: &[f64]| x.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
    let wanted = bits(&x);
    let found = groups.iter().position(|group| group.x.as_ref().is_some_and(|(_, own)| bits(own) == wanted));
    let index = found.unwrap_or(groups.len());
    if found.is_none() {
        groups.push(Group { x: Some((plot.x.label.clone(), x)), columns: Vec::new() });
    }
    &mut groups[index].columns
}

/// Columns beside each other under their names.
fn beside(columns: &[Column]) -> String {
    let longest = columns.iter().map(|(_, values)| values.len()).max().unwrap_or(0);
    let names = columns.iter().map(|(name, _)| name.clone());
    let lines = (0..longest).map(|row| line(columns.iter().map(|(_, values)| cell(values.get(row)))));
    line(names) + &lines.collect::<String>()
}

fn of_matrix(picture: &MatrixPicture) -> String {
    let columns = picture.values.as_ref().map_or(0, nalgebra::Matrix::ncols);
    let head =
        line(std::iter::once(picture.name.clone()).chain((1..=columns).map(|column| column.to_string())));
    let rows = picture.values.iter().flat_map(|values| values.row_iter()).zip(1..);
    let rows = rows.map(|(row, number)| {
        line(std::iter::once(number.to_string()).chain(row.iter().map(|value| cell(Some(value)))))
    });
    head + &rows.collect::<String>()
}

/// The number of every cell under the value of x that it is of, beside that of y.
fn of_mesh(plot: &Plot, mesh: &Mesh) -> String {
    let [x, y] = &mesh.at;
    let corner = format!("{} (rows: {}, columns: {})", mesh.label, plot.y.label, plot.x.label);
    let head = line(std::iter::once(corner).chain(x.iter().map(|x| cell(Some(x)))));
    let rows = y.iter().zip(mesh.cells.chunks(mesh.columns().max(1)));
    let rows = rows.map(|(y, cells)| {
        line(std::iter::once(cell(Some(y))).chain(cells.iter().map(|value| cell(Some(value)))))
    });
    head + &rows.collect::<String>()
}

fn cell(value: Option<&f64>) -> String {
    value.filter(|value| !value.is_nan()).map_or_else(String::new, |value| number(*value))
}

/// One line; no cell breaks it.
fn line(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.map(|cell| cell.replace(['\t', '\n', '\r'], " ")).collect();
    cells.join("\t") + "\n"
}
