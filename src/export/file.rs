//! Files written whole or not at all: beside the target under another name, then renamed over it.
//!
//! A failed or interrupted write leaves the target as it was. A target is checked before a long run, so that a run is
//! not lost to a misspelt folder. Every error is one line with the path and what would be right.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::temporary::Temporary;

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
        known: &'static str,
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
    /// Whether the path itself is at fault, rather than the attempt to write there.
    pub fn is_bad_target(&self) -> bool {
        !matches!(self, Self::Write { .. })
    }
}

/// Makes a folder, in a folder that is there, unless it is there already.
///
/// # Errors
/// Something else is there, its own folder is absent, or nothing can be created in it.
pub fn make_folder(path: &Path) -> Result<(), FileError> {
    if path.is_dir() {
        return Ok(());
    }
    if path.exists() {
        return Err(FileError::NotAFolder { path: path.to_owned() });
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (path, folder) = (path.to_owned(), parent.to_owned());
    if !folder.is_dir() {
        return Err(FileError::NoFolder { path, folder });
    }
    let refused = |error: io::Error| FileError::FolderNotWritable {
        path: path.clone(),
        folder: folder.clone(),
        reason: reason(&error),
    };
    fs::create_dir(&path).map_err(refused)
}

/// Checks that a file can be written at `path`: call it before the work whose result goes there.
///
/// # Errors
/// The path is a folder, not a regular file or write-protected; or its folder is absent or not writable.
pub fn check_target(path: &Path) -> Result<(), FileError> {
    temporary_beside(&resolve(path)?, path).map(drop)
}

/// Writes a file whole or not at all.
///
/// # Errors
/// Those of [`check_target`], and whatever goes wrong in `write` or on the disk; the target is then as it was.
pub fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<&mut File>) -> io::Result<()>,
) -> Result<(), FileError> {
    let target = resolve(path)?;
    let mut temporary = temporary_beside(&target, path)?;
    let failed = |error: &io::Error| FileError::Write { path: path.to_owned(), reason: reason(error) };
    let file = temporary.as_file_mut().map_err(|error| failed(&error))?;
    let mut writer = BufWriter::new(&mut *file);
    write(&mut writer).and_then(|()| writer.flush()).map_err(|error| failed(&error))?;
    drop(writer);
    // A full disk may show only here.
    file.sync_all().map_err(|error| failed(&error))?;
    if let Ok(existing) = fs::metadata(&target) {
        file.set_permissions(existing.permissions()).map_err(|error| failed(&error))?;
    }
    temporary.persist(&target).map_err(|error| failed(&error))
}

/// Whether both paths lead to one existing file.
pub fn same_file(one: &Path, other: &Path) -> bool {
    matches!((fs::canonicalize(one), fs::canonicalize(other)), (Ok(one), Ok(other)) if one == other)
}

/// What the system says, in words.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => String::from("there is no such file"),
        io::ErrorKind::PermissionDenied => String::from("permission denied"),
        io::ErrorKind::IsADirectory => String::from("it is a folder"),
        io::ErrorKind::StorageFull => String::from("the disk is full"),
        _ => error.to_string(),
    }
}

/// The file that will be replaced: links are followed, so that a link stays one.
fn resolve(path: &Path) -> Result<PathBuf, FileError> {
    let path = path.to_owned();
    if path.as_os_str().is_empty() || path.file_name().is_none() || path.to_string_lossy().ends_with('/') {
        return Err(FileError::IsFolder { path });
    }
    let Ok(existing) = fs::metadata(&path) else { return Ok(path) };
    if existing.is_dir() {
        Err(FileError::IsFolder { path })
    } else if !existing.is_file() {
        Err(FileError::NotRegular { path })
    } else if existing.permissions().readonly() {
        Err(FileError::ReadOnly { path })
    } else {
        Ok(fs::canonicalize(&path).unwrap_or(path))
    }
}

/// An empty file in the target's folder, removed again unless it is persisted.
fn temporary_beside(target: &Path, path: &Path) -> Result<Temporary, FileError> {
    let folder = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let (path, at) = (path.to_owned(), folder.to_owned());
    if !folder.is_dir() {
        return Err(FileError::NoFolder { path, folder: at });
    }
    Temporary::new(folder).map_err(|error| FileError::FolderNotWritable {
        path,
        folder: at,
        // The message of `tempfile` ends in a random name that says nothing; the kind is what matters.
        reason: error.kind().to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("kept.csv");
        fs::write(&target, "old").unwrap();
        let error = write_whole(&target, |writer| {
            writer.write_all(b"half of the new")?;
            Err(io::Error::from(io::ErrorKind::StorageFull))
        });
        assert!(error.unwrap_err().to_string().ends_with("the disk is full; nothing was left there"));
        assert_eq!(fs::read_to_string(&target).unwrap(), "old");
        assert_eq!(names(folder.path()), ["kept.csv"]);
    }

    #[test]
    fn a_target_that_cannot_be_written_is_refused_before_anything_is_done() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| check_target(&folder.path().join(name)).unwrap_err();
        assert!(matches!(at("absent/out.csv"), FileError::NoFolder { .. }));
        assert!(matches!(at("."), FileError::IsFolder { .. }));
        assert!(matches!(at("new/"), FileError::IsFolder { .. }));
        assert!(matches!(check_target(Path::new("")), Err(FileError::IsFolder { .. })));
        check_target(&folder.path().join("fine.csv")).unwrap();
        assert!(names(folder.path()).is_empty(), "the check leaves nothing behind");
    }

    #[cfg(unix)]
    #[test]
    fn new_files_have_the_permissions_of_any_file_and_old_ones_keep_theirs() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let (plain, target) = (folder.path().join("plain"), folder.path().join("out.csv"));
        fs::write(&plain, "").unwrap();
        write_whole(&target, |writer| writer.write_all(b"1")).unwrap();
        assert_eq!(mode(&target), mode(&plain));
        fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).unwrap();
        write_whole(&target, |writer| writer.write_all(b"2")).unwrap();
        assert_eq!(mode(&target), 0o640);
        fs::set_permissions(&target, fs::Permissions::from_mode(0o440)).unwrap();
        let refused = write_whole(&target, |writer| writer.write_all(b"3")).unwrap_err();
        assert!(matches!(refused, FileError::ReadOnly { .. }));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_a_device_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link, full) =
            (folder.path().join("real"), folder.path().join("link"), folder.path().join("full.csv"));
        fs::write(&real, "old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        std::os::unix::fs::symlink("/dev/full", &full).unwrap();
        write_whole(&link, |writer| writer.write_all(b"new")).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "new");
        assert!(matches!(check_target(&full), Err(FileError::NotRegular { .. })));
    }
}
