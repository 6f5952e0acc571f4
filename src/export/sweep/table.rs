//! The text of a sweep's file: comments that carry the sweep, a line of column names, one line per point.
//!
//! Columns: `index`, the parameters, `outcome`, the ODE's outcomes, and those of the finite-N replicas (`sgd_..`).
//! Absent values are empty; numbers read back to the same f64.

use std::path::Path;

use super::SweepFileError;
use crate::export::csv::number;
use crate::model::ScenarioError;
use crate::sim::sweep::{Ending, MAX_ROWS, Mean, Outcome, SgdOutcome, Shard, Sweep, SweepRow};

/// The columns.
const COLUMNS: [&str; 23] = [
    "index",
    "p",
    "p_star",
    "eta",
    "epsilon",
    "label_noise",
    "n",
    "seed",
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

/// The place of `outcome` among them.
const OUTCOME: usize = 8;

/// How the comment begins that says which share of a sweep a file holds; a whole sweep has none.
const SHARD: &str = "# shard: ";

/// How the comment begins that says how many rows the whole sweep has.
const ROWS: &str = "# rows: ";

/// Everything before the first row.
pub(super) fn header(sweep: &Sweep, shard: Shard) -> Result<String, ScenarioError> {
    let mut lines = vec![format!("# saddlescope {}", env!("CARGO_PKG_VERSION"))];
    lines.extend(sweep.spec().to_toml()?.lines().map(|line| format!("# {line}").trim_end().to_owned()));
    lines.extend([String::from("#"), format!("{ROWS}{}", sweep.rows())]);
    if shard != Shard::WHOLE {
        lines.push(format!("{SHARD}{} of {}", shard.number(), shard.of()));
    }
    lines.push(String::from("# columns: empty where a value does not apply or was not reached"));
    lines.push(COLUMNS.join(","));
    Ok(lines.join("\n") + "\n")
}

/// One row with its line end.
pub(super) fn line(row: &SweepRow) -> String {
    let fields = record(row);
    let quoted = fields.iter().map(|field| {
        if field.contains([',', '"']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field.clone() }
    });
    quoted.collect::<Vec<_>>().join(",") + "\n"
}

fn record(row: &SweepRow) -> [String; COLUMNS.len()] {
    let (at, outcome) = (&row.parameters, &row.outcome);
    let optional = |value: Option<f64>| value.map_or_else(String::new, number);
    let whole = |value: Option<u64>| value.map_or_else(String::new, |value| value.to_string());
    let Outcome { sgd, .. } = outcome;
    let count = |read: fn(&SgdOutcome) -> usize| whole(sgd.as_ref().map(|sgd| read(sgd) as u64));
    let (half, risk) = (sgd.and_then(|sgd| sgd.alpha_half), sgd.and_then(|sgd| sgd.risk));
    let mean = |mean: Option<Mean>| optional(mean.map(|mean| mean.mean));
    let sem = |mean: Option<Mean>| optional(mean.and_then(|mean| mean.sem));
    [
        row.index.to_string(),
        at.p.to_string(),
        at.p_star.to_string(),
        number(at.eta),
        number(at.epsilon),
        number(at.label_noise),
        whole(at.n),
        at.seed.to_string(),
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
    ]
}

/// A word, and for a point that is no scenario the reason, on one line.
fn ending(ending: &Ending) -> String {
    match ending {
        Ending::Invalid(reason) => format!("{}: {}", ending.name(), reason.replace(['\n', '\r'], " ")),
        _ => ending.name().to_owned(),
    }
}

/// A file's text, cut into header and rows.
#[derive(Clone, Debug)]
pub(super) struct Table<'a> {
    /// Comments and column names.
    pub(super) header: &'a str,
    /// How many rows the whole sweep has.
    pub(super) total: u64,
    /// The share of them that belongs here.
    pub(super) shard: Shard,
    /// The rows, in the file's order; all are of this share.
    pub(super) rows: Vec<Line<'a>>,
}

/// One row as it stands in a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// The number of its point.
    pub(super) index: u64,
    /// The word of its outcome.
    pub(super) outcome: &'a str,
    /// The line with its end.
    pub(super) text: &'a str,
}

impl<'a> Table<'a> {
    /// Cuts a text whose last line may be torn: it is then left out.
    pub(super) fn parse(path: &Path, text: &'a str) -> Result<Self, SweepFileError> {
        let whole = text.rfind('\n').map_or("", |end| text.split_at(end + 1).0);
        let bad = |line: usize, message: &str| SweepFileError::Table {
            path: path.to_owned(),
            line,
            message: message.to_owned(),
        };
        let comments = whole.split_inclusive('\n').take_while(|line| line.starts_with('#'));
        let (count, length) = comments.fold((0, 0), |(count, length), line| (count + 1, length + line.len()));
        let (comments, rest) = whole.split_at(length);
        let names = rest.split_inclusive('\n').next().unwrap_or_default();
        if names.trim_end() != COLUMNS.join(",") {
            return Err(bad(count + 1, "not the columns of a sweep; is this the file of one?"));
        }
        let (total, shard) = extent(comments).ok_or_else(|| {
            bad(1, "the comments do not say how many rows the sweep has, or which of them belong here")
        })?;
        let (header, rest) = whole.split_at(length + names.len());
        let cut = |(place, text): (usize, &'a str)| {
            let found = row(text).filter(|row| row.index < total && shard.holds(row.index));
            found.ok_or_else(|| {
                bad(count + 2 + place, "not a row of this sweep; remove the line and --resume it")
            })
        };
        let rows = rest.split_inclusive('\n').enumerate().map(cut).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { header, total, shard, rows })
    }

    /// The header of the whole sweep.
    pub(super) fn whole_header(&self) -> String {
        self.header.split_inclusive('\n').filter(|line| !line.starts_with(SHARD)).collect()
    }
}

/// How many rows the whole sweep has, and the share of them that a file holds, from its comments.
fn extent(comments: &str) -> Option<(u64, Shard)> {
    let total = comments.lines().find_map(|line| line.strip_prefix(ROWS))?.parse().ok()?;
    (total <= MAX_ROWS).then_some((total, shard(comments)?))
}

/// The share of a sweep that comments name, the whole where they name none; `None` if it is no share.
pub(in crate::export) fn shard(comments: &str) -> Option<Shard> {
    match comments.lines().find_map(|line| line.strip_prefix(SHARD)) {
        None => Some(Shard::WHOLE),
        Some(words) => words.replace(" of ", "/").parse().ok(),
    }
}

/// A complete row; `None` if fields are missing or the index is no number.
fn row(text: &str) -> Option<Line<'_>> {
    // Only the outcome is ever quoted, and no field before it holds a comma.
    let mut fields = text.splitn(OUTCOME + 1, ',');
    let index = fields.next()?.parse().ok()?;
    let rest = fields.nth(OUTCOME - 1)?;
    let end = match rest.strip_prefix('"') {
        Some(quoted) => 1 + quoted.find("\",")? + 1,
        None => rest.find(',')?,
    };
    let after = rest.get(end..)?;
    let word = rest.trim_start_matches('"').split([':', ',', '"']).next()?;
    (after.matches(',').count() == COLUMNS.len() - OUTCOME - 1).then_some(Line { index, outcome: word, text })
}

/// Where two headers differ, in words.
pub(super) fn difference(found: &str, wanted: &str) -> String {
    let mut pairs = found.lines().map(Some).chain(std::iter::repeat(None)).zip(wanted.lines().enumerate());
    let apart = pairs.find(|(found, (_, wanted))| *found != Some(*wanted));
    let Some((found, (place, wanted))) = apart else { return String::from("it has more lines of comments") };
    let shown = |line: &str| line.trim_start_matches('#').trim().to_owned();
    format!("line {} says `{}`, here it is `{}`", place + 1, shown(found.unwrap_or_default()), shown(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::sweep::SweepSpec;

    fn sweep() -> Sweep {
        let text = "[model]\np = 3\n[sweep]\nepsilon = [0.01, 5.0]\nstop = \"half\"\n[start]\nseed = 3";
        Sweep::new(SweepSpec::from_toml(text).unwrap()).unwrap()
    }

    #[test]
    fn a_row_reads_back_whatever_its_outcome_says() {
        let sweep = sweep();
        let mut text = header(&sweep, Shard::WHOLE).unwrap();
        let rows: Vec<_> = (0..2).map(|index| SweepRow::of(&sweep, index, &|| false).unwrap()).collect();
        assert!(matches!(rows[1].outcome.ending, Ending::Invalid(_)));
        text.extend(rows.iter().map(line));
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
        let records: Vec<_> = reader.records().map(Result::unwrap).collect();
        for (row, record) in rows.iter().zip(&records) {
            assert_eq!(record.iter().collect::<Vec<_>>(), super::record(row));
        }
        let table = Table::parse(Path::new("x.csv"), &text).unwrap();
        let found: Vec<_> = table.rows.iter().map(|row| (row.index, row.outcome)).collect();
        assert_eq!(found, [(0, "half"), (1, "invalid")]);
        assert_eq!((table.total, table.shard), (2, Shard::WHOLE));
    }

    #[test]
    fn a_torn_last_line_is_left_out_and_a_torn_line_elsewhere_is_named() {
        let sweep = sweep();
        let head = header(&sweep, Shard::WHOLE).unwrap();
        let row = line(&SweepRow::of(&sweep, 1, &|| false).unwrap());
        let last = head.lines().count() + 1;
        for cut in 0..row.len() {
            let text = format!("{head}{row}{}", &row[..cut]);
            assert_eq!(Table::parse(Path::new("x.csv"), &text).unwrap().rows.len(), 1);
            let inside = format!("{head}{}\n{row}", &row[..cut]);
            if cut < row.len() - 1 {
                let error = Table::parse(Path::new("x.csv"), &inside).unwrap_err().to_string();
                assert!(error.starts_with(&format!("x.csv: line {last}: ")), "{error}");
            }
        }
    }

    #[test]
    fn the_header_of_a_shard_differs_by_its_line_alone() {
        let shard = Shard::new(2, 3).unwrap();
        let text = header(&sweep(), shard).unwrap();
        let table = Table::parse(Path::new("x.csv"), &text).unwrap();
        assert_eq!(table.shard, shard);
        assert_eq!(table.whole_header(), header(&sweep(), Shard::WHOLE).unwrap());
    }
}
