//! Shards of a sweep joined: every row once, in order, under the header of the whole.
//!
//! The result equals byte for byte the file of the undivided sweep. Parts of different sweeps, a row twice and missing
//! rows are refused, each by name.

use std::path::{Path, PathBuf};

use super::finished::{check_replaces, once};
use super::row::{Line, beginning};
use super::table::{Table, difference, table_error, write_finished};
use super::{SweepFileError, SweepSummary};
use crate::export::provenance::from_comments;
use crate::export::{bounds, check_target, same_file, write_whole};
use crate::sim::sweep::{MAX_ROWS, Sweep, SweepSpec};

/// How many missing rows or shards are named.
const NAMED: usize = 5;

/// Joins the files of shards into that of the whole sweep, written whole or not at all.
///
/// # Errors
/// Parts that cannot be read or are not of one sweep, a row that was changed, in two parts or in none, or a target that
/// cannot be written or, unless `replaces`, is the finished table of another sweep.
pub fn merge_sweeps(
    parts: &[PathBuf],
    output: &Path,
    replaces: bool,
) -> Result<SweepSummary, SweepFileError> {
    check_target(output)?;
    if parts.iter().any(|part| same_file(part, output)) {
        return Err(SweepFileError::Overwrites { path: output.to_owned() });
    }
    let texts = parts.iter().map(|path| bounds::read_table(path)).collect::<Result<Vec<_>, _>>()?;
    let named = || parts.iter().zip(&texts);
    let tables = named().map(|(path, text)| Table::parse(path, text)).collect::<Result<Vec<_>, _>>()?;
    let Some(first) = tables.first() else { return Ok(SweepSummary::default()) };
    let (header, total) = (first.whole_header(), first.total);
    check_replaces(output, &header, replaces)?;
    for (path, table) in parts.iter().zip(&tables) {
        if table.whole_header() != header {
            let difference = difference(&table.whole_header(), &header);
            let remedy = "give the parts of one sweep";
            return Err(SweepFileError::Mismatch { path: path.clone(), difference, remedy });
        }
    }
    let mut rows: Vec<(Line<'_>, &PathBuf)> = Vec::new();
    for (table, path) in tables.iter().zip(parts) {
        rows.extend(once(path, table)?.into_iter().map(|row| (row, path)));
    }
    rows.sort_by_key(|(row, _)| row.index);
    let mut pairs = rows.iter().zip(rows.iter().skip(1));
    if let Some(((row, one), (_, other))) = pairs.find(|(one, next)| one.0.index == next.0.index) {
        return Err(SweepFileError::Twice { index: row.index, one: (*one).clone(), other: (*other).clone() });
    }
    let lines: Vec<_> = rows.iter().map(|(row, _)| *row).collect();
    if lines.len() as u64 != total {
        return Err(missing(&lines, total, &tables));
    }
    tables.iter().zip(parts).try_for_each(|(table, path)| table.check_sum(path))?;
    check_rows(&header, total, &rows)?;
    write_whole(output, |writer| write_finished(writer, &header, &lines))?;
    Ok(SweepSummary::of(&lines))
}

/// Checks that the rows are those of the sweep that the comments hold: a digit may have changed in either.
fn check_rows(header: &str, total: u64, rows: &[(Line<'_>, &PathBuf)]) -> Result<(), SweepFileError> {
    let Some((_, first)) = rows.first() else { return Ok(()) };
    let sweep = SweepSpec::from_toml(&from_comments(header)).and_then(Sweep::new);
    let sweep =
        sweep.map_err(|error| table_error(first, 1, format!("the comments hold no sweep: {error}")))?;
    if sweep.rows() != total {
        let rows = sweep.rows();
        let message = format!("the comments say {total} rows, and the sweep in them has {rows}");
        return Err(table_error(first, 1, message));
    }
    let is_foreign = |(row, _): &&(Line<'_>, &PathBuf)| {
        !row.text.starts_with(&beginning(row.index, &sweep.parameters(row.index)))
    };
    match rows.iter().find(is_foreign) {
        None => Ok(()),
        Some((row, path)) => {
            let message = format!("row {} is not at the point of the sweep in the comments", row.index);
            Err(table_error(path, row.place, message))
        }
    }
}

/// Which rows are in none of the parts: whole shards if some are absent, else the first few rows.
fn missing(found: &[Line<'_>], total: u64, tables: &[Table<'_>]) -> SweepFileError {
    let is_absent = |index: &u64| found.binary_search_by_key(index, |row| row.index).is_err();
    let absent: Vec<u64> = (0..total).filter(is_absent).collect();
    let which = absent_shards(tables).map_or_else(
        || listed("row", &absent),
        |(shards, of)| format!("{} of {of}", listed("shard", &shards)),
    );
    SweepFileError::Missing { whose: String::from("the parts"), missing: absent.len() as u64, total, which }
}

/// The shards that are not among the parts, and how many there are in all; `None` if that is not what is wrong.
fn absent_shards(tables: &[Table<'_>]) -> Option<(Vec<u64>, u64)> {
    let of = tables.first()?.shard.of();
    if tables.iter().any(|table| table.shard.of() != of) {
        return None;
    }
    // Share I of a sweep has its point I - 1, if the sweep has so many.
    let here = |number: u64| tables.iter().any(|table| table.shard.holds(number - 1));
    let absent: Vec<u64> = (1..=of.min(MAX_ROWS)).filter(|&number| !here(number)).collect();
    (!absent.is_empty()).then_some((absent, of))
}

/// The first few numbers of something, and how many more there are.
fn listed(what: &str, numbers: &[u64]) -> String {
    let names: Vec<String> = numbers.iter().take(NAMED).map(u64::to_string).collect();
    let plural = if numbers.len() == 1 { "" } else { "s" };
    let rest = match numbers.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{what}{plural} {}{rest}", names.join(", "))
}
