//! One row of a sweep as text: its fields, and in an unfinished file its writer and the checksum of both.
//!
//! `crc32` is that of everything before it in the line but the last comma, so that a digit that changed on a disk is
//! noticed. Finished tables have neither of the two.

use crate::export::csv::number;
use crate::model::{Parameter, ParameterRange};
use crate::sim::Mean;
use crate::sim::sweep::{Ending, Outcome, Parameters, SgdOutcome, SweepRow};

/// The columns of what came of a point, behind its index, its parameters and its seed.
const OUTCOMES: [&str; 15] = [
    "outcome",
    "alpha_end",
    "alpha_half",
    "alpha_escape",
    "plateau_loss",
    "plateau_loss_seen",
    "risk",
    "distance",
    "distance_whitened",
    "sgd_halved",
    "sgd_alpha_half_mean",
    "sgd_alpha_half_sem",
    "sgd_risk_mean",
    "sgd_risk_sem",
    "sgd_diverged",
];

/// The columns of a table.
pub(super) fn columns() -> Vec<&'static str> {
    let axes = Parameter::axes().map(|row| row.section_and_name().1);
    ["index"].into_iter().chain(axes).chain(["seed"]).chain(OUTCOMES).collect()
}

/// What the rows of an unfinished file have beyond these.
pub(super) const SEAL: &str = ",writer,crc32";

/// The place of `outcome` among the columns.
fn outcome_place() -> usize {
    Parameter::axes().count() + 2
}

/// One row as it stands in a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// The number of its point.
    pub(super) index: u64,
    /// The word of its outcome.
    pub(super) outcome: &'a str,
    /// Its fields as a table has them, without the line's end.
    pub(super) text: &'a str,
    /// Who wrote it, where the file says so.
    pub(super) writer: Option<&'a str>,
    /// The line of the file, from 1.
    pub(super) place: usize,
}

/// Why a line is not a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It has not the fields of one.
    Fields,
    /// It is not the line that was written.
    Changed {
        /// The checksum in it.
        written: String,
        /// That of the rest of it.
        found: String,
    },
}

/// The fields of a row, as a table has them, without a line's end.
pub(super) fn fields(row: &SweepRow) -> String {
    let fields = record(row);
    let quoted = fields.iter().map(|field| {
        if field.contains([',', '"']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field.clone() }
    });
    quoted.collect::<Vec<_>>().join(",")
}

/// The line of an unfinished file with these fields, by this writer.
pub(super) fn sealed(fields: &str, writer: &str) -> String {
    let text = format!("{fields},{writer}");
    let sum = checksum(&text);
    format!("{text},{sum}\n")
}

/// The CRC-32 of a text, as it is written: eight hexadecimal digits.
pub(super) fn checksum(text: &str) -> String {
    format!("{:08x}", crc32fast::hash(text.as_bytes()))
}

/// How the row of a point begins: its index and what varies there, up to the outcome.
pub(super) fn beginning(index: u64, at: &Parameters) -> String {
    let mut text = parameters(index, at).join(",");
    text.push(',');
    text
}

fn parameters(index: u64, at: &Parameters) -> Vec<String> {
    let value = |(row, value): (&Parameter, &Option<f64>)| match (value, row.range) {
        (None, _) => String::new(),
        (Some(whole), ParameterRange::Whole(..)) => (*whole as u64).to_string(),
        (Some(real), _) => number(*real),
    };
    let values = Parameter::axes().zip(&at.values).map(value);
    std::iter::once(index.to_string()).chain(values).chain([at.seed.to_string()]).collect()
}

pub(super) fn record(row: &SweepRow) -> Vec<String> {
    let (at, outcome) = (&row.parameters, &row.outcome);
    let optional = |value: Option<f64>| value.map_or_else(String::new, number);
    let whole = |value: Option<u64>| value.map_or_else(String::new, |value| value.to_string());
    let Outcome { sgd, .. } = outcome;
    let count = |read: fn(&SgdOutcome) -> usize| whole(sgd.as_ref().map(|sgd| read(sgd) as u64));
    let (half, risk) = (sgd.and_then(|sgd| sgd.alpha_half), sgd.and_then(|sgd| sgd.risk));
    let mean = |mean: Option<Mean>| optional(mean.map(|mean| mean.mean));
    let sem = |mean: Option<Mean>| optional(mean.and_then(|mean| mean.sem));
    let mut fields = parameters(row.index, at);
    fields.extend([
        ending(&outcome.ending),
        optional(outcome.alpha_end),
        optional(outcome.alpha_half),
        optional(outcome.alpha_escape),
        optional(outcome.plateau_loss),
        optional(outcome.plateau_loss_seen),
        optional(outcome.risk),
        optional(outcome.distance),
        optional(outcome.distance_whitened),
        count(|sgd| sgd.halved),
        mean(half),
        sem(half),
        mean(risk),
        sem(risk),
        count(|sgd| sgd.diverged),
    ]);
    fields
}

/// A word, and for a point that is no scenario the reason, on one line.
fn ending(ending: &Ending) -> String {
    match ending {
        Ending::Invalid(reason) => format!("{}: {}", ending.name(), reason.replace(['\n', '\r'], " ")),
        _ => ending.name().to_owned(),
    }
}

impl<'a> Line<'a> {
    /// Reads a line with its end, at a place of the file; `is_sealed`: with a writer and a checksum.
    pub(super) fn parse(line: &'a str, is_sealed: bool, place: usize) -> Result<Self, Fault> {
        let line = line.strip_suffix('\n').unwrap_or(line);
        if !is_sealed {
            let (index, outcome) = parts(line).ok_or(Fault::Fields)?;
            return Ok(Self { index, outcome, text: line, writer: None, place });
        }
        let (rest, written) = line.rsplit_once(',').ok_or(Fault::Fields)?;
        let (text, writer) = rest.rsplit_once(',').ok_or(Fault::Fields)?;
        let row = parts(text);
        let found = checksum(rest);
        if found != written {
            // Of a line that is no row at all, that is what is worth saying.
            let changed = Fault::Changed { written: written.to_owned(), found };
            return Err(row.map_or(Fault::Fields, |_| changed));
        }
        let (index, outcome) = row.ok_or(Fault::Fields)?;
        Ok(Self { index, outcome, text, writer: Some(writer), place })
    }

    /// The number that a line has as its index, whatever else is wrong with it.
    pub(super) fn index_of(line: &str) -> Option<u64> {
        line.split(',').next()?.parse().ok()
    }
}

/// Index and outcome of a complete row; `None` if fields are missing or the index is no number.
fn parts(text: &str) -> Option<(u64, &str)> {
    // Only the outcome is ever quoted, and no field before it holds a comma.
    let mut fields = text.splitn(outcome_place() + 1, ',');
    let index = fields.next()?.parse().ok()?;
    let rest = fields.nth(outcome_place() - 1)?;
    let end = match rest.strip_prefix('"') {
        Some(quoted) => 1 + quoted.find("\",")? + 1,
        None => rest.find(',')?,
    };
    let after = rest.get(end..)?;
    let word = rest.trim_start_matches('"').split([':', ',', '"']).next()?;
    (after.matches(',').count() == OUTCOMES.len() - 1).then_some((index, word))
}

/// Whether a row says that its point is no valid run, which may be the machine's fault.
pub(super) fn is_failed(row: &Line<'_>) -> bool {
    row.outcome == "invalid"
}
