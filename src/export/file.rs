//! Files written whole or not at all: beside the target under another name, then renamed over it.
//!
//! A failed or interrupted write leaves the target as it was. A target is checked before a long run, so that a run is
//! not lost to a misspelt folder. Every error is one line with the path and what would be right.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::file_error::FileError;
use super::reason;
use super::temporary::Temporary;

/// Makes a folder, in a folder that is there, unless it is there already; returns whether it did.
///
/// # Errors
/// Something else is there, its own folder is absent, or nothing can be created in it.
pub fn make_folder(path: &Path) -> Result<bool, FileError> {
    if path.is_dir() {
        return Ok(false);
    }
    // A link to nothing is in the way too.
    if path.symlink_metadata().is_ok() {
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
    fs::create_dir(&path).map_err(refused)?;
    Ok(true)
}

/// Removes a folder in which there is nothing.
pub fn remove_empty_folder(path: &Path) {
    // With something in it, it stays, as it should.
    let _ = fs::remove_dir(path);
}

/// Checks that a file can be written at `path`: call it before the work whose result goes there.
///
/// # Errors
/// The path is a folder, not a regular file or write-protected; or its folder is absent or not writable.
pub fn check_target(path: &Path) -> Result<(), FileError> {
    temporary_beside(&resolve(path)?, path).map(drop)
}

/// Checks that a result of at least so many bytes has room at `path`, where the system tells what is free.
///
/// # Errors
/// Less is free; or the path itself is at fault, as for [`check_target`].
pub fn check_room(path: &Path, bytes: u64) -> Result<(), FileError> {
    let target = resolve(path)?;
    match free_bytes(folder_of(&target)) {
        Some(free) if free < bytes => {
            let (needed, free) = (megabytes(bytes), free / 1_000_000);
            Err(FileError::NoRoom { path: path.to_owned(), needed, free })
        }
        _ => Ok(()),
    }
}

/// Megabytes, rounded up.
pub(super) fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1_000_000)
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

/// Links that are followed, one to the next, at most: as many as Linux does.
const MOST_LINKS: usize = 40;

/// The file that will be replaced or made: links are followed, so that a link stays one, also one to a file that is not
/// there yet.
fn resolve(path: &Path) -> Result<PathBuf, FileError> {
    let named = path.to_owned();
    if path.as_os_str().is_empty() || path.file_name().is_none() || path.to_string_lossy().ends_with('/') {
        return Err(FileError::IsFolder { path: named });
    }
    let Ok(existing) = fs::metadata(path) else { return dangling(path) };
    if existing.is_dir() {
        Err(FileError::IsFolder { path: named })
    } else if !existing.is_file() {
        Err(FileError::NotRegular { path: named })
    } else if existing.permissions().readonly() {
        Err(FileError::ReadOnly { path: named })
    } else {
        Ok(fs::canonicalize(path).unwrap_or(named))
    }
}

/// Where links lead that lead to nothing that is there; the path itself if it is no link.
fn dangling(path: &Path) -> Result<PathBuf, FileError> {
    let mut target = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(next) = fs::read_link(&target) else { return Ok(target) };
        target = folder_of(&target).join(next);
    }
    Err(FileError::LinkLoop { path: path.to_owned() })
}

/// The folder of a file.
fn folder_of(target: &Path) -> &Path {
    target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// An empty file in the target's folder, removed again unless it is persisted.
fn temporary_beside(target: &Path, path: &Path) -> Result<Temporary, FileError> {
    let folder = folder_of(target);
    let (path, at) = (path.to_owned(), folder.to_owned());
    if !folder.is_dir() {
        return Err(FileError::NoFolder { path, folder: at });
    }
    let (length, most) = (target.file_name().map_or(0, std::ffi::OsStr::len), longest_name(folder));
    if length > most {
        return Err(FileError::NameTooLong { path, length, most });
    }
    Temporary::new(folder).map_err(|error| {
        // The message of `tempfile` ends in a random name that says nothing; the kind is what matters.
        let (kind, reason) = (error.kind(), reason(&io::Error::from(error.kind())));
        match kind {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => FileError::Write { path, reason },
            _ => FileError::FolderNotWritable { path, folder: at, reason },
        }
    })
}

/// Bytes that the name of a file in a folder may have.
#[cfg(unix)]
fn longest_name(folder: &Path) -> usize {
    let told = rustix::fs::statvfs(folder).ok().map(|system| system.f_namemax as usize);
    told.filter(|most| *most > 0).unwrap_or(LONGEST_NAME)
}

/// Bytes that the name of a file in a folder may have.
#[cfg(not(unix))]
fn longest_name(_folder: &Path) -> usize {
    LONGEST_NAME
}

/// What nearly every file system takes.
const LONGEST_NAME: usize = 255;

/// Bytes that are free for this user in a folder; `None` where the system does not tell.
#[cfg(unix)]
fn free_bytes(folder: &Path) -> Option<u64> {
    let system = rustix::fs::statvfs(folder).ok()?;
    // Some file systems of the network count nothing.
    (system.f_blocks > 0).then(|| system.f_bavail.saturating_mul(system.f_frsize))
}

/// Bytes that are free for this user in a folder; `None` where the system does not tell.
#[cfg(not(unix))]
fn free_bytes(_folder: &Path) -> Option<u64> {
    None
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
    fn a_link_to_nothing_is_followed_and_links_in_a_circle_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("far")).unwrap();
        let at = |name: &str| folder.path().join(name);
        let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, at(name)).unwrap();
        link("far/next", "out.csv");
        link("new.csv", "far/next");
        check_target(&at("out.csv")).unwrap();
        write_whole(&at("out.csv"), |writer| writer.write_all(b"new")).unwrap();
        assert_eq!(fs::read_to_string(at("far/new.csv")).unwrap(), "new");
        assert!(fs::symlink_metadata(at("out.csv")).unwrap().is_symlink());
        link("absent/new.csv", "lost.csv");
        assert!(matches!(check_target(&at("lost.csv")), Err(FileError::NoFolder { .. })));
        link("there.csv", "here.csv");
        link("here.csv", "there.csv");
        assert!(matches!(check_target(&at("here.csv")), Err(FileError::LinkLoop { .. })));
    }

    #[test]
    fn a_name_that_is_too_long_is_refused_before_anything_is_done() {
        let folder = tempfile::tempdir().unwrap();
        let most = longest_name(folder.path());
        let at = |length: usize| folder.path().join(format!("{}.csv", "a".repeat(length - 4)));
        check_target(&at(most)).unwrap();
        let refused = check_target(&at(most + 1)).unwrap_err();
        assert!(matches!(refused, FileError::NameTooLong { .. }) && refused.is_bad_target(), "{refused}");
    }

    #[cfg(unix)]
    #[test]
    fn a_result_that_is_larger_than_what_is_free_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        check_room(&path, 1000).unwrap();
        let refused = check_room(&path, u64::MAX / 2).unwrap_err().to_string();
        assert!(refused.contains("MB are free there"), "{refused}");
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
