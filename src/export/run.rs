//! The data of one run in the format its file name asks for.

use std::path::Path;

use super::{FileError, RunData, write_csv, write_json, write_npz, write_whole};

/// A format for the data of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunFormat {
    /// A table with the scenario in its comments.
    Csv,
    /// Everything, as nested lists.
    Json,
    /// NumPy arrays.
    Npz,
}

impl RunFormat {
    /// The format told by a path's extension.
    ///
    /// # Errors
    /// [`FileError::UnknownFormat`] for any extension but csv, json and npz.
    pub fn of(path: &Path) -> Result<Self, FileError> {
        let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
        match extension.as_deref() {
            Some("csv") => Ok(Self::Csv),
            Some("json") => Ok(Self::Json),
            Some("npz") => Ok(Self::Npz),
            _ => Err(FileError::UnknownFormat { path: path.to_owned(), known: ".csv, .json or .npz" }),
        }
    }
}

/// Writes the data of a run, whole or not at all, in the format told by the extension of `path`.
///
/// # Errors
/// An unknown extension, a target that cannot be written, or a failure on the way.
pub fn write_run(path: &Path, data: &RunData) -> Result<(), FileError> {
    let format = RunFormat::of(path)?;
    write_whole(path, |writer| match format {
        RunFormat::Csv => write_csv(writer, data),
        RunFormat::Json => write_json(writer, data),
        RunFormat::Npz => write_npz(writer, data),
    })
}
