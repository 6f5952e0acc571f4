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
    #[error("{}: another process is writing there; wait for it, or give another output", .path.display())]
    Busy {
        /// The unfinished file.
        path: PathBuf,
    },
    /// A row cannot be added.
    #[error("writing {} failed: {reason}; its rows are kept, and --resume goes on from them", .path.display())]
    Append {
        /// The unfinished file.
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
}
