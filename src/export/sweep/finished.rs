//! The finished table of a sweep as it is found: whole, to be repaired, or of another sweep, which is not replaced
//! unasked.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::Path;

use super::row::{Line, is_failed};
use super::table::{Table, difference, is_of_another};
use super::{SweepFileError, SweepSummary};
use crate::export::bounds;

/// No comments of a sweep are longer.
const LONGEST: u64 = 1 << 20;

/// How a sweep takes what is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SweepTaking {
    /// Rows that say that their point is no valid run are run again.
    pub retries: bool,
    /// The finished table of another sweep may be replaced.
    pub replaces: bool,
}

/// What stands at a target.
pub(super) enum Standing {
    /// Nothing that matters.
    Nothing,
    /// Every row.
    Finished(SweepSummary),
    /// The text of a table of this sweep with rows that are to be run again.
    ToRepair(String),
}

/// The finished table of the sweep of a header.
pub(super) fn finished_table(
    target: &Path,
    header: &str,
    taking: SweepTaking,
) -> Result<Standing, SweepFileError> {
    if matches!(fs::metadata(target), Err(error) if error.kind() == io::ErrorKind::NotFound) {
        return Ok(Standing::Nothing);
    }
    let text = bounds::read_table(target)?;
    if taking.replaces && is_of_another(&text, header).is_some() {
        return Ok(Standing::Nothing);
    }
    let table = matching(target, &text, header)?;
    let is_short = (table.rows.len() as u64) < table.shard.rows(table.total);
    if taking.retries && (is_short || table.rows.iter().any(is_failed)) {
        if !is_short {
            table.check_sum(target)?;
        }
        return Ok(Standing::ToRepair(text));
    }
    let summary = SweepSummary::of(&in_order(target, &table)?);
    table.check_sum(target)?;
    Ok(Standing::Finished(summary))
}

/// Refuses to replace the finished table of another sweep than that of a header, unless that was asked for.
pub(super) fn check_replaces(target: &Path, header: &str, replaces: bool) -> Result<(), SweepFileError> {
    let Ok(file) = File::open(target) else { return Ok(()) };
    if replaces || !file.metadata().is_ok_and(|data| data.is_file()) {
        return Ok(());
    }
    let mut comments = String::new();
    for line in BufReader::new(file.take(LONGEST)).lines() {
        // What is no text is no table.
        let Ok(line) = line else { return Ok(()) };
        if !line.starts_with('#') {
            break;
        }
        comments.push_str(&line);
        comments.push('\n');
    }
    match is_of_another(&comments, header) {
        Some(difference) => Err(SweepFileError::Replaces { path: target.to_owned(), difference }),
        None => Ok(()),
    }
}

/// The table in a text, if it has this header.
pub(super) fn matching<'a>(path: &Path, text: &'a str, header: &str) -> Result<Table<'a>, SweepFileError> {
    let remedy = "give the sweep and the shard that began it, or another output";
    let other = |difference| SweepFileError::Mismatch { path: path.to_owned(), difference, remedy };
    match Table::parse(path, text) {
        Ok(table) if table.header == header => Ok(table),
        Ok(table) => Err(other(difference(&table.header, header))),
        // Rows that fit no sweep are the lesser fault where the sweep is another.
        Err(error) => Err(is_of_another(text, header).map_or(error, other)),
    }
}

/// Every row of a table's share once, by index.
pub(super) fn in_order<'a>(path: &Path, table: &Table<'a>) -> Result<Vec<Line<'a>>, SweepFileError> {
    let sorted = once(path, table)?;
    let wanted = table.shard.rows(table.total);
    if sorted.len() as u64 == wanted {
        return Ok(sorted);
    }
    let absent = |index: &u64| sorted.binary_search_by_key(index, |row| row.index).is_err();
    let first = table.shard.indices(table.total).find(absent).unwrap_or_default();
    Err(SweepFileError::Missing {
        whose: path.display().to_string(),
        missing: wanted - sorted.len() as u64,
        total: wanted,
        which: format!("row {first} is the first"),
    })
}

/// The rows of a table by index, each once: what two writers have both written must be the same.
pub(super) fn once<'a>(path: &Path, table: &Table<'a>) -> Result<Vec<Line<'a>>, SweepFileError> {
    let mut sorted = table.rows.clone();
    sorted.sort_by_key(|row| row.index);
    let mut pairs = sorted.iter().zip(sorted.iter().skip(1));
    if let Some((one, other)) = pairs.find(|(one, other)| one.index == other.index && one.text != other.text)
    {
        let place = |row: &Line<'_>| {
            let by = row.writer.map_or_else(String::new, |writer| format!(" by writer {writer}"));
            format!("line {}{by}", row.place)
        };
        return Err(SweepFileError::Differs {
            path: path.to_owned(),
            index: one.index,
            one: place(one),
            other: place(other),
        });
    }
    sorted.dedup_by_key(|row| row.index);
    Ok(sorted)
}
