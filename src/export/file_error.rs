//! Why a file cannot be or was not written, each in one line with the path and what would be right.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::model::words::one_of;

/// Why a file cannot be or was not written.
#[derive(Debug, Error)]
pub enum FileError {
    /// The path names a folder.
    #[error("cannot write {}: it is a folder; give the path of a file", .path.display())]
    IsFolder {
        /// The target.
        path: PathBuf,
    },
    /// Files are to go into what is no folder.
    #[error("cannot write into {}: it is a file; give the path of a folder", .path.display())]
    NotAFolder {
        /// The target.
        path: PathBuf,
    },
    /// The path names a device, a pipe or the like.
    #[error("cannot write {}: it is not a regular file, and a result replaces its target as a whole", .path.display())]
    NotRegular {
        /// The target.
        path: PathBuf,
    },
    /// The file system takes no name of that length.
    #[error(
        "cannot write {}: its name has {length} bytes, and at most {most} are possible there; give a shorter one",
        .path.display()
    )]
    NameTooLong {
        /// The target.
        path: PathBuf,
        /// Bytes of its name.
        length: usize,
        /// Bytes that a name may have.
        most: usize,
    },
    /// Links that lead to each other.
    #[error("cannot write {}: it is a link that leads to no place; remove it or give another path", .path.display())]
    LinkLoop {
        /// The target.
        path: PathBuf,
    },
    /// The result is larger than what is free.
    #[error(
        "cannot write {}: it takes about {needed} MB, and {free} MB are free there; ask for fewer times, or give \
         another path",
        .path.display()
    )]
    NoRoom {
        /// The target.
        path: PathBuf,
        /// Megabytes that it takes at least.
        needed: u64,
        /// Megabytes that are free.
        free: u64,
    },
    /// The result is larger than its format can hold.
    #[error(
        "cannot write {}: it takes about {needed} MB, and {format} holds at most {most} MB; ask for fewer times, or \
         take another format",
        .path.display()
    )]
    TooLarge {
        /// The target.
        path: PathBuf,
        /// Megabytes that it takes at least.
        needed: u64,
        /// Megabytes that are possible.
        most: u64,
        /// The format, in words.
        format: &'static str,
    },
    /// The target exists and is write-protected.
    #[error("cannot write {}: the file there is read-only; remove it or give another path", .path.display())]
    ReadOnly {
        /// The target.
        path: PathBuf,
    },
    /// The target's folder does not exist.
    #[error("cannot write {}: there is no folder {}; create it first", .path.display(), .folder.display())]
    NoFolder {
        /// The target.
        path: PathBuf,
        /// Its folder.
        folder: PathBuf,
    },
    /// Nothing can be created in the target's folder.
    #[error("cannot write {}: nothing can be created in the folder {}: {reason}", .path.display(), .folder.display())]
    FolderNotWritable {
        /// The target.
        path: PathBuf,
        /// Its folder.
        folder: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// No format is known by the target's extension.
    #[error("cannot write {}: the format is told by the extension, which must be {known}", .path.display())]
    UnknownFormat {
        /// The target.
        path: PathBuf,
        /// The extensions that are known.
        known: String,
    },
    /// Writing failed; the target is as it was.
    #[error("writing {} failed: {reason}; nothing was left there", .path.display())]
    Write {
        /// The target.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
}

impl FileError {
    /// The error for a path with none of these extensions.
    pub(crate) fn unknown_format(path: &Path, extensions: &[&str]) -> Self {
        let dotted: Vec<String> = extensions.iter().map(|extension| format!(".{extension}")).collect();
        Self::UnknownFormat { path: path.to_owned(), known: one_of(&dotted) }
    }

    /// Whether the path itself is at fault, rather than the attempt to write there.
    pub fn is_bad_target(&self) -> bool {
        !matches!(self, Self::Write { .. })
    }
}
