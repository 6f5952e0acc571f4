//! The text of a sweep's file: comments that carry the sweep, a line of column names, one line per point.
//!
//! Columns: `index`, the parameters, `outcome`, the ODE's outcomes, and those of the finite-N replicas (`sgd_..`).
//! Absent values are empty; numbers read back to the same f64. An unfinished file has two columns more, and comments
//! between its rows; the table of a share has the checksum of its rows in a comment, which joining takes out again.

use std::io::{self, Write};
use std::path::Path;

use super::SweepFileError;
use super::row::{Fault, Line, SEAL, checksum, columns};
use crate::model::ScenarioError;
use crate::model::words::shortened;
use crate::sim::sweep::{MAX_ROWS, Shard, Sweep};

/// How the comments of every file begin.
const MADE_BY: &str = "# saddlescope ";

/// How the comment begins that says which share of a sweep a file holds; a whole sweep has none.
const SHARD: &str = "# shard: ";

/// How the comment begins that says how many rows the whole sweep has.
const ROWS: &str = "# rows: ";

/// How the comment begins that has the checksum of a share's rows.
const SUM: &str = "# crc32: ";

/// Letters of a line that a message quotes.
const SHOWN: usize = 80;

/// From this comment on rows have a writer and a checksum, in a file that was begun without.
pub(super) const SEALED: &str = "# from here on rows end in writer,crc32\n";

/// Everything before the first row of a table, but for the checksum of a share.
pub(super) fn header(sweep: &Sweep, shard: &Shard) -> Result<String, ScenarioError> {
    let mut lines = vec![format!("# {}", crate::export::MADE_BY)];
    lines.extend(sweep.spec().to_toml()?.lines().map(|line| format!("# {line}").trim_end().to_owned()));
    lines.extend([String::from("#"), format!("{ROWS}{}", sweep.rows())]);
    if *shard != Shard::WHOLE {
        lines.push(format!("{SHARD}{}", shard.to_string().replace('/', " of ")));
    }
    lines.push(String::from("# columns: empty where a value does not apply or was not reached"));
    lines.push(columns().join(","));
    Ok(lines.join("\n") + "\n")
}

/// The same for an unfinished file.
pub(super) fn unfinished(header: &str) -> String {
    format!("{}{SEAL}\n", header.trim_end())
}

/// Writes a table: the header, in a share with the checksum of the rows, and the rows.
pub(super) fn write_finished(writer: &mut impl Write, header: &str, rows: &[Line<'_>]) -> io::Result<()> {
    let mut sum = crc32fast::Hasher::new();
    for row in rows {
        sum.update(row.text.as_bytes());
        sum.update(b"\n");
    }
    let sum = sum.finalize();
    for line in header.split_inclusive('\n') {
        writer.write_all(line.as_bytes())?;
        if line.starts_with(SHARD) {
            writeln!(writer, "{SUM}{sum:08x}")?;
        }
    }
    rows.iter().try_for_each(|row| writeln!(writer, "{}", row.text))
}

/// A file's text, cut into header and rows.
#[derive(Clone, Debug)]
pub(super) struct Table<'a> {
    /// Comments and column names, as a finished table has them, without a checksum.
    pub(super) header: String,
    /// How many rows the whole sweep has.
    pub(super) total: u64,
    /// The share of them that belongs here.
    pub(super) shard: Shard,
    /// The rows, in the file's order; all are of this share.
    pub(super) rows: Vec<Line<'a>>,
    /// Whether a row that is added has a writer and a checksum.
    pub(super) is_sealed: bool,
    /// How many rows have none, in an unfinished file or a table.
    pub(super) bare: u64,
    /// Bytes of complete lines.
    pub(super) length: usize,
    /// Where the rows begin.
    body: &'a str,
    /// The checksum of the rows, if the comments have it.
    sum: Option<&'a str>,
}

impl<'a> Table<'a> {
    /// Cuts a text whose last line may be torn: it is then left out.
    pub(super) fn parse(path: &Path, text: &'a str) -> Result<Self, SweepFileError> {
        let whole = text.rfind('\n').map_or("", |end| text.split_at(end + 1).0);
        let (comments, rest) = whole.split_at(comments_of(whole).len());
        let lines = comments.lines().count();
        let names = rest.split_inclusive('\n').next().unwrap_or_default();
        let bad = |line: usize, message: &str| table_error(path, line, message.to_owned());
        let bare_names = names.trim_end().strip_suffix(SEAL);
        if bare_names.unwrap_or(names.trim_end()) != columns().join(",") {
            return Err(bad(lines + 1, "not the columns of a sweep; is this the file of one?"));
        }
        let (total, shard) = extent(comments).ok_or_else(|| {
            bad(1, "the comments do not say how many rows the sweep has, or which of them belong here")
        })?;
        let kept = |line: &&str| !line.starts_with(SUM);
        let header =
            comments.split_inclusive('\n').filter(kept).collect::<String>() + &columns().join(",") + "\n";
        let (_, body) = rest.split_at(names.len());
        let sum = comments.lines().find_map(|line| line.strip_prefix(SUM));
        let (rows, bare, is_sealed) = (Vec::new(), 0, bare_names.is_some());
        let mut table = Self { header, total, shard, rows, is_sealed, bare, length: whole.len(), body, sum };
        for (place, line) in body.split_inclusive('\n').enumerate() {
            table
                .take(line, lines + 2 + place)
                .map_err(|(line, message)| table_error(path, line, message))?;
        }
        Ok(table)
    }

    /// Takes in the next line after the names; the place is that of the file.
    fn take(&mut self, line: &'a str, place: usize) -> Result<(), (usize, String)> {
        self.is_sealed |= line == SEALED;
        if line.starts_with('#') {
            return Ok(());
        }
        match Line::parse(line, self.is_sealed, place) {
            Ok(row) if row.index < self.total && self.shard.holds(row.index) => {
                self.bare += u64::from(row.writer.is_none());
                self.rows.push(row);
                Ok(())
            }
            Err(Fault::Changed { written, found }) => {
                let row = Line::index_of(line).map_or_else(String::new, |index| format!("row {index} "));
                let message = format!(
                    "{row}is not what was written: its checksum is {written}, the line's {found}; remove the line \
                     and --resume the sweep"
                );
                Err((place, message))
            }
            Ok(_) | Err(Fault::Fields) => {
                Err((place, String::from("not a row of this sweep; remove the line and --resume it")))
            }
        }
    }

    /// The header of the whole sweep.
    pub(super) fn whole_header(&self) -> String {
        self.header.split_inclusive('\n').filter(|line| !line.starts_with(SHARD)).collect()
    }

    /// Refuses rows that are not those the comments have the checksum of.
    pub(super) fn check_sum(&self, path: &Path) -> Result<(), SweepFileError> {
        let found = checksum(self.body);
        match self.sum {
            Some(written) if written != found => {
                Err(SweepFileError::Changed { path: path.to_owned(), written: written.to_owned(), found })
            }
            _ => Ok(()),
        }
    }
}

pub(super) fn table_error(path: &Path, line: usize, message: String) -> SweepFileError {
    SweepFileError::Table { path: path.to_owned(), line, message }
}

/// The comments that a text begins with.
fn comments_of(text: &str) -> &str {
    let length = text.split_inclusive('\n').take_while(|line| line.starts_with('#')).map(str::len).sum();
    text.split_at(length).0
}

/// Whether a text is what a sweep begins a file with, or the beginning of it, and has not one complete row.
pub(super) fn is_without_rows(text: &str) -> bool {
    let names = columns().join(",");
    let is_begun = |line: &str| {
        let bare = line.trim_end();
        line.starts_with('#') || !line.ends_with('\n') || bare.strip_suffix(SEAL).unwrap_or(bare) == names
    };
    (text.starts_with(MADE_BY) || MADE_BY.starts_with(text)) && text.split_inclusive('\n').all(is_begun)
}

/// Where a text that is the table of a sweep is of another sweep, or of another share, than a header says; `None` if it
/// is of the same, by whichever version, or no such table.
pub(super) fn is_of_another(text: &str, header: &str) -> Option<String> {
    let comments = comments_of(text);
    comments.lines().find(|line| line.starts_with(ROWS))?;
    let of_sweep = |text: &str| {
        let lines =
            comments_of(text).lines().filter(|line| !line.starts_with(MADE_BY) && !line.starts_with(SUM));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let is_apart = of_sweep(comments) != of_sweep(header);
    is_apart.then(|| {
        let kept = comments.split_inclusive('\n').filter(|line| !line.starts_with(SUM));
        difference(&kept.collect::<String>(), header)
    })
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

/// Where two headers differ, in words.
pub(super) fn difference(found: &str, wanted: &str) -> String {
    let mut pairs = found.lines().map(Some).chain(std::iter::repeat(None)).zip(wanted.lines().enumerate());
    let apart = pairs.find(|(found, (_, wanted))| *found != Some(*wanted));
    let Some((found, (place, wanted))) = apart else { return String::from("it has more lines of comments") };
    let shown = |line: &str| shortened(line.trim_start_matches('#').trim(), SHOWN);
    format!("line {} says `{}`, here it is `{}`", place + 1, shown(found.unwrap_or_default()), shown(wanted))
}

#[cfg(test)]
mod tests {
    use super::super::row::{fields, record, sealed};
    use super::*;
    use crate::sim::sweep::{Ending, SweepRow, SweepSpec};

    fn sweep() -> Sweep {
        let text = "[model]\np = 3\n[sweep]\nepsilon = [0.01, 5.0]\nstop = \"half\"\n[start]\nseed = 3";
        Sweep::new(SweepSpec::from_toml(text).unwrap()).unwrap()
    }

    fn row(index: u64) -> SweepRow {
        SweepRow::of(&sweep(), index, &|| false).unwrap()
    }

    fn parse(text: &str) -> Result<Table<'_>, String> {
        Table::parse(Path::new("x.csv"), text).map_err(|error| error.to_string())
    }

    fn written(header: &str, rows: &[Line<'_>]) -> String {
        let mut bytes = Vec::new();
        write_finished(&mut bytes, header, rows).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_row_reads_back_whatever_its_outcome_says() {
        let mut text = header(&sweep(), &Shard::WHOLE).unwrap();
        let rows: Vec<_> = (0..2).map(row).collect();
        assert!(matches!(rows[1].outcome.ending, Ending::Invalid(_)));
        text.extend(rows.iter().map(|row| fields(row) + "\n"));
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
        let records: Vec<_> = reader.records().map(Result::unwrap).collect();
        for (row, fields) in rows.iter().zip(&records) {
            assert_eq!(fields.iter().collect::<Vec<_>>(), record(row));
        }
        let table = parse(&text).unwrap();
        let found: Vec<_> = table.rows.iter().map(|row| (row.index, row.outcome)).collect();
        assert_eq!(found, [(0, "half"), (1, "invalid")]);
        assert_eq!((table.total, &table.shard, table.bare), (2, &Shard::WHOLE, 2));
        // The same with writers and checksums.
        let mut text = unfinished(&header(&sweep(), &Shard::WHOLE).unwrap());
        text.extend(rows.iter().map(|row| sealed(&fields(row), "c0ffee")));
        let sealed = parse(&text).unwrap();
        let same = sealed.rows.iter().zip(&table.rows).all(|(one, other)| one.text == other.text);
        assert!(same && sealed.rows.len() == 2 && sealed.header == table.header && sealed.bare == 0);
    }

    #[test]
    fn a_torn_last_line_is_left_out_and_a_torn_line_elsewhere_is_named() {
        let head = header(&sweep(), &Shard::WHOLE).unwrap();
        let texts = [
            (head.clone(), fields(&row(1)) + "\n"),
            (unfinished(&head), sealed(&fields(&row(1)), "0badcafe")),
        ];
        for (head, row) in texts {
            let last = head.lines().count() + 1;
            for cut in 0..row.len() {
                let text = format!("{head}{row}{}", &row[..cut]);
                assert_eq!(parse(&text).unwrap().rows.len(), 1);
                let inside = format!("{head}{}\n{row}", &row[..cut]);
                if cut < row.len() - 1 {
                    let error = parse(&inside).unwrap_err();
                    assert!(error.starts_with(&format!("x.csv: line {last}: ")), "{error}");
                }
            }
        }
    }

    #[test]
    fn no_character_of_an_unfinished_row_can_change_unnoticed() {
        let head = unfinished(&header(&sweep(), &Shard::WHOLE).unwrap());
        let (first, second) = (sealed(&fields(&row(0)), "00000001"), sealed(&fields(&row(1)), "00000001"));
        let line = head.lines().count() + 1;
        for at in 0..first.len() - 1 {
            for by in ["0", "7", "x", ","].into_iter().filter(|by| *by != &first[at..=at]) {
                let mut changed = first.clone();
                changed.replace_range(at..=at, by);
                let error = parse(&format!("{head}{changed}{second}")).unwrap_err();
                assert!(error.starts_with(&format!("x.csv: line {line}: ")), "{changed}: {error}");
            }
        }
        let changed = first.replacen("half", "done", 1);
        let error = parse(&format!("{head}{changed}")).unwrap_err();
        assert!(error.contains(": row 0 is not what was written: its checksum is "), "{error}");
    }

    #[test]
    fn the_header_of_a_shard_differs_by_its_line_alone_and_its_table_has_a_checksum() {
        let shard = Shard::new(2, 3).unwrap();
        let text = header(&sweep(), &shard).unwrap();
        let whole = header(&sweep(), &Shard::WHOLE).unwrap();
        let table = parse(&text).unwrap();
        assert_eq!((&table.shard, table.whole_header()), (&shard, whole.clone()));
        let several: Shard = "1,3-4/5".parse().unwrap();
        let many = header(&sweep(), &several).unwrap();
        assert_eq!(parse(&many).unwrap().shard, several);
        let rows = fields(&row(1)) + "\n";
        let source = text.clone() + &rows;
        let done = written(&text, &parse(&source).unwrap().rows);
        let table = parse(&done).unwrap();
        table.check_sum(Path::new("x.csv")).unwrap();
        assert_eq!((table.header, done.contains("\n# crc32: ")), (text, true));
        let changed = done.replacen(rows.trim_end(), &format!("{}0", rows.trim_end()), 1);
        let error = parse(&changed).unwrap().check_sum(Path::new("x.csv")).unwrap_err().to_string();
        assert!(error.starts_with("x.csv: its rows are not those that were written"), "{error}");
        assert!(!written(&whole, &[]).contains("crc32"));
    }

    #[test]
    fn a_file_without_a_row_is_one_whatever_was_cut_from_its_header() {
        let head = unfinished(&header(&sweep(), &Shard::WHOLE).unwrap());
        let row = sealed(&fields(&row(0)), "1");
        for cut in 0..head.len() + row.len() - 1 {
            assert!(is_without_rows(&format!("{head}{row}")[..cut]), "{cut}");
        }
        assert!(is_without_rows(&format!("{head}# writer 1\n")));
        assert!(!is_without_rows(&format!("{head}{row}")) && !is_without_rows("p,q\n1,2\n"));
        assert!(!is_without_rows("# notes of mine\n"));
    }

    #[test]
    fn another_sweep_is_told_by_what_it_varies_not_by_the_version_that_ran_it() {
        let whole = header(&sweep(), &Shard::WHOLE).unwrap();
        let older = whole.replacen(env!("CARGO_PKG_VERSION"), "0.0.1", 1);
        assert_eq!(is_of_another(&older, &whole), None);
        assert_eq!(is_of_another("a,b\n1,2\n", &whole), None);
        let other = whole.replacen("seed = 3", "seed = 4", 1);
        assert!(is_of_another(&other, &whole).unwrap().contains("says `seed = 4`, here it is `seed = 3`"));
        let shard = header(&sweep(), &Shard::new(1, 2).unwrap()).unwrap();
        assert!(is_of_another(&shard, &whole).is_some());
    }
}
