//! The unfinished file of a sweep: begun, resumed, added to row by row, and put in order at the end.
//!
//! Locked while it is open, and signed by its writer, so that two processes never write one, with locks or without. A
//! failed write leaves no torn row behind, and a torn row left by a crash is dropped. The finished file is written
//! whole, and only then the unfinished one removed.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::finished::{Standing, SweepTaking, check_replaces, finished_table, in_order, matching};
use super::row::{Line, fields, is_failed, sealed};
use super::table::{SEALED, Table, header, is_without_rows, unfinished, write_finished};
use super::writer::{Claim, Writer, claims, now};
use super::{SweepFileError, SweepSummary};
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
    writer: Writer,
    /// Rows that were taken over without checksums.
    bare: u64,
    /// The file has this writer's line, and is to have its last one.
    is_signed: bool,
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
    /// Begins a sweep whose finished file will be `target`; an unfinished file without a single row is taken over.
    ///
    /// # Errors
    /// An unfinished sweep is there, another process writes it, the finished table of another sweep would be replaced,
    /// or nothing can be written there.
    pub fn create(
        target: &Path,
        sweep: &Sweep,
        shard: &Shard,
        taking: SweepTaking,
    ) -> Result<Self, SweepFileError> {
        let header = header(sweep, shard)?;
        check_replaces(target, &header, taking.replaces)?;
        if let Some((mut there, text)) = Self::open(target)? {
            if !is_without_rows(&text) {
                return Err(SweepFileError::Unfinished { path: there.path.clone() });
            }
            there.begin(&header, &[])?;
            return Ok(there);
        }
        let path = part_path(target);
        let opened = OpenOptions::new().read(true).append(true).create_new(true).open(&path);
        let file = opened.map_err(|error| match error.kind() {
            // It was not there a moment ago.
            io::ErrorKind::AlreadyExists => SweepFileError::Busy { path: path.clone(), who: String::new() },
            _ => FileError::Write { path: path.clone(), reason: reason(&error) }.into(),
        })?;
        let mut begun = Self::locked(target, path, file)?;
        begun.begin(&header, &[])?;
        Ok(begun)
    }

    /// Goes on with a sweep, or begins it if nothing of it is there.
    ///
    /// # Errors
    /// What is there is of another sweep, damaged, in use, or cannot be read or written.
    pub fn resume(
        target: &Path,
        sweep: &Sweep,
        shard: &Shard,
        taking: SweepTaking,
    ) -> Result<Resumed, SweepFileError> {
        let wanted = header(sweep, shard)?;
        let there = Self::open(target)?;
        let Some((mut part, text)) = there.filter(|(_, text)| !is_without_rows(text)) else {
            return Self::after_finished(target, sweep, shard, taking);
        };
        let table = matching(&part.path, &text, &wanted)?;
        let kept: Vec<Line<'_>> =
            table.rows.iter().filter(|row| !(taking.retries && is_failed(row))).copied().collect();
        let indices = kept.iter().map(|row| row.index).collect();
        if kept.len() == table.rows.len() {
            part.go_on(&table)?;
        } else {
            part.rewrite(&wanted, &kept)?;
        }
        Ok(Resumed::GoesOn(part, indices))
    }

    /// Where a sweep stands of which there is no unfinished row: its table may be there.
    fn after_finished(
        target: &Path,
        sweep: &Sweep,
        shard: &Shard,
        taking: SweepTaking,
    ) -> Result<Resumed, SweepFileError> {
        let wanted = header(sweep, shard)?;
        match finished_table(target, &wanted, taking)? {
            Standing::Finished(summary) => {
                // It may have stopped before its first row, or right after its last.
                let _ = fs::remove_file(part_path(target));
                Ok(Resumed::Finished(summary))
            }
            Standing::Nothing => Ok(Resumed::GoesOn(Self::create(target, sweep, shard, taking)?, Vec::new())),
            Standing::ToRepair(text) => {
                let table = Table::parse(target, &text)?;
                let kept: Vec<Line<'_>> = table.rows.iter().filter(|row| !is_failed(row)).copied().collect();
                let mut begun = Self::create(target, sweep, shard, taking)?;
                begun.rewrite(&wanted, &kept)?;
                Ok(Resumed::GoesOn(begun, kept.iter().map(|row| row.index).collect()))
            }
        }
    }

    /// Adds a row with a single write.
    ///
    /// # Errors
    /// Whatever the system says, or another process writes there too; the file then ends with the row before.
    pub fn push(&mut self, row: &SweepRow) -> Result<(), SweepFileError> {
        self.append(&sealed(&fields(row), &self.writer.id))
    }

    /// Says once more that this process is at work: to be called every [`super::RENEWAL`].
    ///
    /// # Errors
    /// Another process writes there too. That the disk is full, the next row will say.
    pub fn renew(&mut self) -> Result<(), SweepFileError> {
        match self.append(&self.writer.line(now())) {
            Err(SweepFileError::Append { .. }) => Ok(()),
            other => other,
        }
    }

    /// Where its rows stand until all are there.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many rows were taken over that have no checksum: those of a file that was begun without.
    pub fn bare_rows(&self) -> u64 {
        self.bare
    }

    /// Ends without a finished file: what there is stays, but for a file without any row. Gives the number of rows.
    pub fn stop(mut self) -> u64 {
        let rows = self
            .read()
            .ok()
            .and_then(|text| Table::parse(&self.path, &text).ok().map(|table| table.rows.len()));
        if rows == Some(0) {
            let _ = fs::remove_file(&self.path);
            self.is_signed = false;
        }
        rows.unwrap_or_default() as u64
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
        write_whole(&self.target, |writer| write_finished(writer, &table.header, &rows))
            .map_err(SweepFileError::of_finishing)?;
        // The result is there; an unfinished file that cannot be removed is in nobody's way but the next sweep's.
        let _ = fs::remove_file(&self.path);
        self.is_signed = false;
        Ok(summary)
    }

    /// The unfinished file of a target with its text, unless there is none; refused while another process writes it.
    fn open(target: &Path) -> Result<Option<(Self, String)>, SweepFileError> {
        let path = part_path(target);
        let file = match OpenOptions::new().read(true).append(true).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(LoadError::Unreadable { path, reason: reason(&error) }.into()),
        };
        if !file.metadata().is_ok_and(|data| data.is_file()) {
            return Err(FileError::NotRegular { path }.into());
        }
        let mut there = Self::locked(target, path, file)?;
        let text = there.read()?;
        there.refuse_others(&text)?;
        Ok(Some((there, text)))
    }

    fn locked(target: &Path, path: PathBuf, file: File) -> Result<Self, SweepFileError> {
        // Some network file systems have no locks; the lines of the writers tell there.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            let last = claims(&bounds::table_text(&path, &file).unwrap_or_default()).pop();
            return Err(busy(&path, last.as_ref(), now()));
        }
        let target = target.to_owned();
        Ok(Self { target, path, file, length: 0, writer: Writer::here(), bare: 0, is_signed: false })
    }

    /// Writes the header and rows that were there before into the file, whatever it held; without a header it is not
    /// left behind.
    fn begin(&mut self, header: &str, rows: &[Line<'_>]) -> Result<(), SweepFileError> {
        self.length = 0;
        let text = self.beginning(header, rows);
        let written = self.cut_back().and_then(|()| self.file.write_all(text.as_bytes()));
        if let Err(error) = written {
            let _ = fs::remove_file(&self.path);
            return Err(FileError::Write { path: self.path.clone(), reason: reason(&error) }.into());
        }
        (self.length, self.is_signed) = (text.len() as u64, true);
        self.refuse_earlier()
    }

    /// Replaces the file by one with these rows alone, at once or not at all.
    fn rewrite(&mut self, header: &str, rows: &[Line<'_>]) -> Result<(), SweepFileError> {
        let text = self.beginning(header, rows);
        write_whole(&self.path, |writer| writer.write_all(text.as_bytes()))?;
        let reopened = OpenOptions::new().read(true).append(true).open(&self.path);
        let file = reopened.map_err(|error| self.failed(&error))?;
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            self.is_signed = false;
            return Err(busy(&self.path, None, now()));
        }
        (self.file, self.length, self.is_signed) = (file, text.len() as u64, true);
        Ok(())
    }

    /// What an unfinished file of this writer begins with.
    fn beginning(&self, header: &str, rows: &[Line<'_>]) -> String {
        let kept = rows.iter().map(|row| sealed(row.text, row.writer.unwrap_or(&self.writer.id)));
        unfinished(header) + &self.writer.line(now()) + &kept.collect::<String>()
    }

    /// Adds to a file what this writer has to say at first.
    fn go_on(&mut self, table: &Table<'_>) -> Result<(), SweepFileError> {
        (self.length, self.bare) = (table.length as u64, table.bare);
        self.cut_back().map_err(|error| self.failed(&error))?;
        let sealed = if table.is_sealed { "" } else { SEALED };
        self.append(&format!("{sealed}{}", self.writer.line(now())))?;
        self.is_signed = true;
        self.refuse_earlier()
    }

    /// Adds whole lines with a single write, if nobody else does.
    fn append(&mut self, text: &str) -> Result<(), SweepFileError> {
        self.refuse_rows_of_others()?;
        if let Err(error) = self.file.write_all(text.as_bytes()) {
            // Without this half a row might stay; if it fails too, resuming drops what is torn.
            let _ = self.cut_back();
            return Err(self.failed(&error));
        }
        self.length += text.len() as u64;
        Ok(())
    }

    /// Refuses a file in which another writer may still be at work.
    fn refuse_others(&self, text: &str) -> Result<(), SweepFileError> {
        let time = now();
        let alive = claims(text).into_iter().find(|claim| claim.is_alive(&self.writer, time));
        alive.map_or(Ok(()), |claim| Err(busy(&self.path, Some(&claim), time)))
    }

    /// Of two that signed at the same time where there are no locks the later one goes.
    fn refuse_earlier(&mut self) -> Result<(), SweepFileError> {
        let (text, time) = (self.read()?, now());
        let all = claims(&text);
        let mut earlier = all.iter().take_while(|claim| claim.writer.id != self.writer.id);
        let alive = earlier.find(|claim| claim.is_alive(&self.writer, time));
        alive.map_or(Ok(()), |claim| Err(busy(&self.path, Some(claim), time)))
    }

    /// Ends where another writer has added rows since the last line of this one; takes note of what else it said.
    fn refuse_rows_of_others(&mut self) -> Result<(), SweepFileError> {
        let length = self.file.metadata().map_err(|error| self.failed(&error))?.len();
        if length == self.length {
            return Ok(());
        }
        let mut added = Vec::new();
        let read =
            self.file.seek(SeekFrom::Start(self.length)).and_then(|_| self.file.read_to_end(&mut added));
        read.map_err(|error| self.failed(&error))?;
        let added = String::from_utf8_lossy(&added);
        if added.lines().any(|line| !line.is_empty() && !line.starts_with('#')) {
            let time = now();
            let other = claims(&added).pop();
            return Err(busy(&self.path, other.as_ref(), time));
        }
        self.length = length;
        Ok(())
    }

    fn cut_back(&mut self) -> io::Result<()> {
        self.file.set_len(self.length)?;
        self.file.seek(SeekFrom::Start(self.length)).map(drop)
    }

    fn read(&mut self) -> Result<String, SweepFileError> {
        let rewound = self.file.rewind();
        rewound.map_err(|error| LoadError::Unreadable { path: self.path.clone(), reason: reason(&error) })?;
        let mut text = bounds::table_text(&self.path, &self.file)?;
        // A machine that lost its power may leave zeros where the last rows were to be.
        text.truncate(text.trim_end_matches('\0').len());
        Ok(text)
    }

    fn failed(&self, error: &io::Error) -> SweepFileError {
        SweepFileError::Append { path: self.path.clone(), reason: reason(error) }
    }
}

impl Drop for UnfinishedSweep {
    /// Whoever goes on need not wait for this writer, on any machine.
    fn drop(&mut self) {
        if self.is_signed {
            // Without it the others wait until it has been silent for long.
            let _ = self.append(&self.writer.last_line(now()));
        }
    }
}

/// Where the rows stand until all are there.
fn part_path(target: &Path) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

/// Another process writes there; who it is, if that is known.
fn busy(path: &Path, who: Option<&Claim>, time: u64) -> SweepFileError {
    let who = who.map_or_else(String::new, |claim| format!(" ({})", claim.describe(time)));
    SweepFileError::Busy { path: path.to_owned(), who }
}
