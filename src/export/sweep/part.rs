//! The unfinished file of a sweep: begun, resumed, added to row by row, and put in order at the end.
//!
//! Locked while it is open, so that two processes never write one. A failed write leaves no torn row behind, and a
//! torn row left by a crash is dropped. The finished file is written whole, and only then the unfinished one removed.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::SweepFileError;
use super::table::{Line, Table, difference, header, line};
use crate::export::{FileError, LoadError, bounds, reason, write_whole};
use crate::sim::sweep::{Shard, Sweep, SweepRow};

/// The rows of a sweep on their way.
#[derive(Debug)]
pub struct UnfinishedSweep {
    target: PathBuf,
    path: PathBuf,
    file: File,
    /// Bytes of complete lines.
    length: u64,
}

/// What a finished sweep holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SweepSummary {
    /// Rows in the file.
    pub rows: u64,
    /// How many ended in which way.
    pub endings: BTreeMap<String, u64>,
}

/// Where a sweep that is to be resumed stands.
#[derive(Debug)]
pub enum Resumed {
    /// Its table is there already.
    Finished(SweepSummary),
    /// It goes on: the file, and the indices of the rows that are in it.
    GoesOn(UnfinishedSweep, Vec<u64>),
}

impl UnfinishedSweep {
    /// Begins a sweep whose finished file will be `target`.
    ///
    /// # Errors
    /// An unfinished sweep is there, or nothing can be written there.
    pub fn create(target: &Path, sweep: &Sweep, shard: Shard) -> Result<Self, SweepFileError> {
        let (path, text) = (part_path(target), header(sweep, shard)?);
        let opened = OpenOptions::new().read(true).write(true).create_new(true).open(&path);
        let file = opened.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => SweepFileError::Unfinished { path: path.clone() },
            _ => FileError::Write { path: path.clone(), reason: reason(&error) }.into(),
        })?;
        let mut begun = Self::locked(target, path, file)?;
        begun.begin(&text)?;
        Ok(begun)
    }

    /// Goes on with a sweep, or begins it if nothing of it is there.
    ///
    /// # Errors
    /// What is there is of another sweep, damaged, in use, or cannot be read or written.
    pub fn resume(target: &Path, sweep: &Sweep, shard: Shard) -> Result<Resumed, SweepFileError> {
        let path = part_path(target);
        let file = match OpenOptions::new().read(true).write(true).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return match finished(target, sweep, shard)? {
                    Some(summary) => Ok(Resumed::Finished(summary)),
                    None => Ok(Resumed::GoesOn(Self::create(target, sweep, shard)?, Vec::new())),
                };
            }
            Err(error) => return Err(LoadError::Unreadable { path, reason: reason(&error) }.into()),
        };
        if !file.metadata().is_ok_and(|data| data.is_file()) {
            return Err(FileError::NotRegular { path }.into());
        }
        let mut begun = Self::locked(target, path, file)?;
        let (text, wanted) = (begun.read()?, header(sweep, shard)?);
        if wanted.starts_with(&text) && text != wanted {
            // It was stopped before it had a single row.
            begun.begin(&wanted)?;
            return Ok(Resumed::GoesOn(begun, Vec::new()));
        }
        let table = matching(&begun.path, &text, &wanted)?;
        begun.length = (wanted.len() + table.rows.iter().map(|row| row.text.len()).sum::<usize>()) as u64;
        begun.cut_back().map_err(|error| begun.failed(&error))?;
        Ok(Resumed::GoesOn(begun, table.rows.iter().map(|row| row.index).collect()))
    }

    /// Adds a row with a single write.
    ///
    /// # Errors
    /// Whatever the system says; the file then ends with the row before.
    pub fn push(&mut self, row: &SweepRow) -> Result<(), SweepFileError> {
        let text = line(row);
        if let Err(error) = self.file.write_all(text.as_bytes()) {
            // Without this half a row might stay; if it fails too, resuming drops what is torn.
            let _ = self.cut_back();
            return Err(self.failed(&error));
        }
        self.length += text.len() as u64;
        Ok(())
    }

    /// Writes the finished file, in order of the index, and removes the unfinished one.
    ///
    /// # Errors
    /// Rows are missing, or the finished file cannot be written; the unfinished one then stays.
    pub fn finish(mut self) -> Result<SweepSummary, SweepFileError> {
        let text = self.read()?;
        let table = Table::parse(&self.path, &text)?;
        let rows = in_order(&self.path, &table)?;
        let summary = SweepSummary::of(&rows);
        write_whole(&self.target, |writer| {
            writer.write_all(table.header.as_bytes())?;
            rows.iter().try_for_each(|row| writer.write_all(row.text.as_bytes()))
        })?;
        // The result is there; an unfinished file that cannot be removed is in nobody's way but the next sweep's.
        let _ = fs::remove_file(&self.path);
        Ok(summary)
    }

    fn locked(target: &Path, path: PathBuf, file: File) -> Result<Self, SweepFileError> {
        // Some network file systems have no locks; a sweep runs there all the same.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(SweepFileError::Busy { path });
        }
        Ok(Self { target: target.to_owned(), path, file, length: 0 })
    }

    /// Writes the header into an empty file; without it the file is not left behind.
    fn begin(&mut self, text: &str) -> Result<(), SweepFileError> {
        let written = self.cut_back().and_then(|()| self.file.write_all(text.as_bytes()));
        if let Err(error) = written {
            let _ = fs::remove_file(&self.path);
            return Err(FileError::Write { path: self.path.clone(), reason: reason(&error) }.into());
        }
        self.length = text.len() as u64;
        Ok(())
    }

    fn cut_back(&mut self) -> io::Result<()> {
        self.file.set_len(self.length)?;
        self.file.seek(SeekFrom::Start(self.length)).map(drop)
    }

    fn read(&mut self) -> Result<String, SweepFileError> {
        let rewound = self.file.rewind();
        rewound.map_err(|error| LoadError::Unreadable { path: self.path.clone(), reason: reason(&error) })?;
        Ok(bounds::table_text(&self.path, &self.file)?)
    }

    fn failed(&self, error: &io::Error) -> SweepFileError {
        SweepFileError::Append { path: self.path.clone(), reason: reason(error) }
    }
}

impl SweepSummary {
    pub(super) fn of(rows: &[Line<'_>]) -> Self {
        let mut summary = Self { rows: rows.len() as u64, ..Self::default() };
        for row in rows {
            *summary.endings.entry(row.outcome.to_owned()).or_default() += 1;
        }
        summary
    }
}

/// Where the rows stand until all are there.
fn part_path(target: &Path) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

/// The finished table of a sweep; `None` if there is nothing.
fn finished(target: &Path, sweep: &Sweep, shard: Shard) -> Result<Option<SweepSummary>, SweepFileError> {
    if matches!(fs::metadata(target), Err(error) if error.kind() == io::ErrorKind::NotFound) {
        return Ok(None);
    }
    let text = bounds::read_table(target)?;
    let table = matching(target, &text, &header(sweep, shard)?)?;
    Ok(Some(SweepSummary::of(&in_order(target, &table)?)))
}

/// The table in a text, if it has this header.
fn matching<'a>(path: &Path, text: &'a str, header: &str) -> Result<Table<'a>, SweepFileError> {
    if text.starts_with(header) {
        return Table::parse(path, text);
    }
    let remedy = "give the sweep and the shard that began it, or another output";
    Err(SweepFileError::Mismatch { path: path.to_owned(), difference: difference(text, header), remedy })
}

/// Every row of a table's share once, by index.
fn in_order<'a>(path: &Path, table: &Table<'a>) -> Result<Vec<Line<'a>>, SweepFileError> {
    let mut sorted = table.rows.clone();
    sorted.sort_by_key(|row| row.index);
    // The same row twice holds the same numbers.
    sorted.dedup_by_key(|row| row.index);
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
