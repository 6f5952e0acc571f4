//! What can be wrong with the files of a sweep, each in one line that says what would be right.

use std::path::PathBuf;

use thiserror::Error;

use crate::export::{FileError, LoadError};
use crate::model::ScenarioError;

/// Why the rows of a sweep cannot be kept or joined.
#[derive(Debug, Error)]
pub enum SweepFileError {
    /// The finished file cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The sweep cannot be written down.
    #[error(transparent)]
    Sweep(#[from] ScenarioError),
    /// An unfinished sweep is there.
    #[error(
        "{}: an unfinished sweep is there; add --resume to go on with it, or remove it to start over", .path.display()
    )]
    Unfinished {
        /// The unfinished file.
        path: PathBuf,
    },
    /// Another process writes there.
    #[error(
        "{}: another process is writing there{who}; wait for it (after 10 minutes of silence it counts as gone), or \
         give another output", .path.display()
    )]
    Busy {
        /// The unfinished file.
        path: PathBuf,
        /// What is known of it, in brackets.
        who: String,
    },
    /// The finished table of another sweep would be replaced.
    #[error(
        "{}: the finished table of another sweep is there: {difference}; add --force to replace it, or give another \
         output", .path.display()
    )]
    Replaces {
        /// The table.
        path: PathBuf,
        /// Where the sweeps differ.
        difference: String,
    },
    /// The rows of a table are not those that were written.
    #[error(
        "{}: its rows are not those that were written: their checksum is {found}, it should be {written}; sweep this \
         share again, without --resume", .path.display()
    )]
    Changed {
        /// The table.
        path: PathBuf,
        /// The checksum in its comments.
        written: String,
        /// That of its rows.
        found: String,
    },
    /// One row of a file is there twice and not the same.
    #[error(
        "{}: row {index} is there twice and not the same, in {one} and in {other}; remove the wrong line, or both, and \
         --resume the sweep", .path.display()
    )]
    Differs {
        /// The file.
        path: PathBuf,
        /// The row.
        index: u64,
        /// Where and by whom.
        one: String,
        /// And the other.
        other: String,
    },
    /// A row cannot be added, or the finished table not be written.
    #[error("writing {} failed: {reason}; its rows are kept, and --resume goes on from them", .path.display())]
    Append {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The file is of another sweep.
    #[error("{}: it is of another sweep: {difference}; {remedy}", .path.display())]
    Mismatch {
        /// The file.
        path: PathBuf,
        /// Where they differ.
        difference: String,
        /// What would be right.
        remedy: &'static str,
    },
    /// The file is not a sweep's, or damaged.
    #[error("{}: line {line}: {message}", .path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// Line in it, from 1.
        line: usize,
        /// What is wrong there.
        message: String,
    },
    /// A row is in two parts.
    #[error("row {index} is in {} and in {}; give every part once", .one.display(), .other.display())]
    Twice {
        /// The row.
        index: u64,
        /// A part that has it.
        one: PathBuf,
        /// The other.
        other: PathBuf,
    },
    /// Rows are missing.
    #[error("{whose}: {missing} of {total} rows are missing: {which}")]
    Missing {
        /// Where they should be.
        whose: String,
        /// How many.
        missing: u64,
        /// How many there should be.
        total: u64,
        /// Whole shards, or the first few rows.
        which: String,
    },
    /// The result would replace a part.
    #[error("cannot write {}: that is one of the parts; give another path", .path.display())]
    Overwrites {
        /// The target.
        path: PathBuf,
    },
}

impl SweepFileError {
    /// Whether what was given is at fault, rather than the attempt to write.
    pub fn is_bad_input(&self) -> bool {
        match self {
            Self::File(error) => error.is_bad_target(),
            Self::Append { .. } => false,
            _ => true,
        }
    }

    /// What went wrong with the finished table, whose rows are in the unfinished file.
    pub(super) fn of_finishing(error: FileError) -> Self {
        match error {
            FileError::Write { path, reason } => Self::Append { path, reason },
            other => other.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_that_finds_no_room_loses_no_row_and_says_so() {
        let full =
            FileError::Write { path: PathBuf::from("b.csv"), reason: String::from("the disk is full") };
        let error = SweepFileError::of_finishing(full);
        assert!(!error.is_bad_input());
        assert_eq!(
            error.to_string(),
            "writing b.csv failed: the disk is full; its rows are kept, and --resume goes on from them"
        );
    }
}
