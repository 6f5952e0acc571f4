//! Where windows keep their state between sessions: one file a window, written whole or not at all.
//!
//! Each open window holds the lock of its own file, so that a second window neither replaces what the first one keeps
//! nor takes it away: a new window goes on with the newest file that no window holds. What cannot be read is set aside
//! under another name, never overwritten.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::bounds::read_text;
use super::{FileError, write_whole};

/// Windows that keep their state at the same time.
const MOST_WINDOWS: usize = 32;

/// Bytes of one state: a scenario with a start written out is far smaller.
const MAX_STATE_BYTES: u64 = 32 << 20;

/// The file of one window, its own as long as this lives.
#[derive(Debug)]
pub struct WindowStore {
    path: PathBuf,
    /// Locked; the system lets go of it however the process ends.
    _lock: File,
}

/// What was found in a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeptText {
    /// Nothing was kept.
    Nothing,
    /// The text that was written last.
    Text(String),
    /// A file that cannot be read, and why.
    Unreadable(String),
}

impl WindowStore {
    /// Takes the newest file in `folder` that no other window holds, or a new one, which begins with what the newest of
    /// the others holds. Makes the folder if need be.
    ///
    /// # Errors
    /// Nothing can be kept there: one line with the path and the reason.
    pub fn take(folder: &Path) -> Result<(Self, KeptText), String> {
        let refused = |error: &io::Error| {
            format!("the window's state cannot be kept in {}: {}", folder.display(), super::reason(error))
        };
        fs::create_dir_all(folder).map_err(|error| refused(&error))?;
        let mut paths: Vec<(Option<SystemTime>, PathBuf)> = (1..=MOST_WINDOWS)
            .map(|number| folder.join(file_name(number)))
            .map(|path| (fs::metadata(&path).and_then(|data| data.modified()).ok(), path))
            .collect();
        // The newest first; those that are not there yet last, in their order.
        paths.sort_by_key(|(written, _)| std::cmp::Reverse(*written));
        let newest = paths.first().filter(|(written, _)| written.is_some()).map(|(_, path)| path.clone());
        for (_, path) in paths {
            let Some(lock) = lock(&path.with_extension("lock")).map_err(|error| refused(&error))? else {
                continue;
            };
            let source = if path.exists() { Some(&path) } else { newest.as_ref() };
            let kept = source.map_or(KeptText::Nothing, |path| read(path));
            return Ok((Self { path, _lock: lock }, kept));
        }
        Err(format!(
            "the window's state is not kept: {MOST_WINDOWS} windows keep theirs in {}",
            folder.display()
        ))
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Replaces what is kept.
    ///
    /// # Errors
    /// As [`write_whole`]; what was kept before is then still there.
    pub fn write(&self, text: &str) -> Result<(), FileError> {
        write_whole(&self.path, |writer| writer.write_all(text.as_bytes()))
    }

    /// Renames the file of this window, if there is one, so that it is not replaced; returns its new path.
    ///
    /// # Errors
    /// The system does not let it.
    pub fn set_aside(&self) -> io::Result<Option<PathBuf>> {
        if !super::is_taken(&self.path) {
            return Ok(None);
        }
        let aside = super::free_path(&self.path.with_extension("json.bad"));
        fs::rename(&self.path, &aside)?;
        Ok(Some(aside))
    }
}

fn file_name(number: usize) -> String {
    if number == 1 { String::from("window.json") } else { format!("window-{number}.json") }
}

/// The lock of a file; `None` if another holds it. Where a file system has no locks, whoever asks gets it.
fn lock(path: &Path) -> io::Result<Option<File>> {
    let file = File::options().create(true).truncate(false).write(true).open(path)?;
    Ok(if let Err(TryLockError::WouldBlock) = file.try_lock() { None } else { Some(file) })
}

fn read(path: &Path) -> KeptText {
    match read_text(path, MAX_STATE_BYTES) {
        Ok(text) => KeptText::Text(text),
        Err(error) => KeptText::Unreadable(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_windows_keep_their_own_and_both_are_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().join("new");
        let (first, kept) = WindowStore::take(&at).unwrap();
        assert_eq!(kept, KeptText::Nothing);
        first.write("first").unwrap();
        let (second, kept) = WindowStore::take(&at).unwrap();
        assert_eq!(kept, KeptText::Text(String::from("first")), "a new window begins with what is there");
        second.write("second").unwrap();
        assert_eq!(fs::read_to_string(first.path()).unwrap(), "first");
        let earlier = SystemTime::now() - std::time::Duration::from_mins(1);
        File::options().write(true).open(first.path()).unwrap().set_modified(earlier).unwrap();
        drop((first, second));
        let (_second, kept) = WindowStore::take(&at).unwrap();
        assert_eq!(kept, KeptText::Text(String::from("second")), "the newest first");
        let (_first, kept) = WindowStore::take(&at).unwrap();
        assert_eq!(kept, KeptText::Text(String::from("first")), "and then the other");
    }

    #[test]
    fn what_is_set_aside_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = WindowStore::take(folder.path()).unwrap();
        assert_eq!(store.set_aside().unwrap(), None);
        for damage in ["one", "two"] {
            store.write(damage).unwrap();
            let aside = store.set_aside().unwrap().unwrap();
            assert_eq!(fs::read_to_string(aside).unwrap(), damage);
            assert!(!store.path().exists());
        }
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let refused = WindowStore::take(&file.join("inside")).unwrap_err();
        assert!(refused.starts_with("the window's state cannot be kept in "), "{refused}");
    }

    #[test]
    fn no_more_windows_keep_their_state_than_there_are_files() {
        let folder = tempfile::tempdir().unwrap();
        let all: Vec<_> = (0..MOST_WINDOWS).map(|_| WindowStore::take(folder.path()).unwrap()).collect();
        assert!(WindowStore::take(folder.path()).unwrap_err().contains("32 windows"));
        drop(all);
    }
}
