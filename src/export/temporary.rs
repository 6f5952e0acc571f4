//! Files on their way: under a name of their own beside the target until they are whole, then renamed.
//!
//! `.saddlescope-HOST-PID-XXXXXX` says whose a file is. All of this process are known here, so that it can remove them
//! before it ends early; what a process left that was killed is removed by the next one that writes into the folder.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tempfile::{Builder, NamedTempFile};

use super::host::{host_name, is_alive};

/// How the name of every file on its way begins.
const PREFIX: &str = ".saddlescope-";

/// Letters and digits at the end of a name, drawn at random.
const RANDOM: usize = 6;

/// A file of another machine is left behind, not on its way, if nothing was written to it for so long.
const ABANDONED: Duration = Duration::from_hours(7 * 24);

/// No more entries of a folder are looked at.
const MAX_ENTRIES: usize = 100_000;

static DESK: Mutex<Desk> = Mutex::new(Desk { live: BTreeSet::new(), cleared: BTreeSet::new() });

/// What this process has on its way.
struct Desk {
    /// Files that are neither whole nor given up.
    live: BTreeSet<PathBuf>,
    /// Folders that were cleared of what dead processes left.
    cleared: BTreeSet<PathBuf>,
}

fn desk() -> MutexGuard<'static, Desk> {
    // A set of paths is as good after a panic as before.
    DESK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An empty file beside a target, removed again unless it is persisted.
#[derive(Debug)]
pub(super) struct Temporary {
    /// Taken out to be persisted.
    file: Option<NamedTempFile>,
    path: PathBuf,
}

impl Temporary {
    /// Makes one in a folder, which is first cleared of what dead processes have left there.
    pub(super) fn new(folder: &Path) -> io::Result<Self> {
        let folder = std::path::absolute(folder)?;
        if desk().cleared.insert(folder.clone()) {
            clear(&folder);
        }
        let prefix = format!("{PREFIX}{}-{}-", host_name(), std::process::id());
        let mut builder = Builder::new();
        builder.prefix(&prefix).rand_bytes(RANDOM);
        #[cfg(unix)]
        {
            // What the umask leaves of this, as for any file; the default would be private to the user.
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        // Whoever removes the live ones sees this one, or it is not begun.
        let mut desk = desk();
        let file = builder.tempfile_in(&folder)?;
        let path = file.path().to_owned();
        desk.live.insert(path.clone());
        Ok(Self { file: Some(file), path })
    }

    /// The file, to be written to.
    pub(super) fn as_file_mut(&mut self) -> io::Result<&mut File> {
        self.file.as_mut().map(NamedTempFile::as_file_mut).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Renames it to its target, whole.
    pub(super) fn persist(mut self, target: &Path) -> io::Result<()> {
        let file = self.file.take().ok_or(io::ErrorKind::NotFound)?;
        // Whoever removes the live ones waits until this one is whole.
        let _desk = desk();
        file.persist(target).map(drop).map_err(|error| error.error)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let mut desk = desk();
        drop(self.file.take());
        desk.live.remove(&self.path);
    }
}

/// Removes what this process has on its way, and lets it begin nothing more: only for one that ends at once.
pub(crate) fn remove_live() {
    let desk = desk();
    for path in &desk.live {
        // What is not there any more is as good as removed.
        let _ = fs::remove_file(path);
    }
    // Whoever wants to begin or to end a file now waits for the end of the process.
    std::mem::forget(desk);
}

/// Removes what processes that are no more have left in a folder.
fn clear(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let host = host_name();
    for entry in entries.take(MAX_ENTRIES).flatten() {
        let name = entry.file_name();
        let Some(owner) = name.to_str().and_then(Owner::of_name) else { continue };
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        let path = entry.path();
        if !is_file || desk().live.contains(&path) {
            continue;
        }
        let unchanged = || entry.metadata().ok()?.modified().ok()?.elapsed().ok();
        if owner.is_gone(&host, unchanged) {
            // Another process may be faster, or it is not ours to remove.
            let _ = fs::remove_file(path);
        }
    }
}

/// Whose a file on its way is, by its name.
#[derive(Debug, PartialEq, Eq)]
enum Owner<'a> {
    /// A process of a machine.
    Process { host: &'a str, process: u32 },
    /// The name does not say.
    Unknown,
}

impl<'a> Owner<'a> {
    /// `None` if it is no name of a file on its way.
    fn of_name(name: &'a str) -> Option<Self> {
        let rest = name.strip_prefix(PREFIX)?;
        let is_random =
            |part: &str| part.len() == RANDOM && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if is_random(rest) {
            return Some(Self::Unknown);
        }
        let (rest, random) = rest.rsplit_once('-')?;
        let (host, process) = rest.rsplit_once('-')?;
        let process = process.parse().ok().filter(|_| is_random(random))?;
        Some(Self::Process { host, process })
    }

    /// Whether nobody will go on with it; `unchanged` says for how long nothing was written to it.
    fn is_gone(&self, here: &str, unchanged: impl Fn() -> Option<Duration>) -> bool {
        match self {
            // Ours that are live were left out before.
            Self::Process { host, process } if *host == here => {
                *process == std::process::id() || !is_alive(*process)
            }
            Self::Process { .. } | Self::Unknown => unchanged().is_some_and(|time| time > ABANDONED),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_a_dead_process_of_this_machine_left_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let dead = child.id();
        child.wait().unwrap();
        let (host, alive) = (host_name(), std::os::unix::process::parent_id());
        let kept = [
            format!("{PREFIX}{host}-{alive}-abcdef"),
            format!("{PREFIX}another_{host}-{dead}-abcdef"),
            format!("{PREFIX}{host}-{dead}-abcdefg"),
            format!("{PREFIX}{host}-{dead}"),
            format!("{PREFIX}abc123"),
            format!("x{PREFIX}{host}-{dead}-abcdef"),
        ];
        for name in kept.iter().chain([&format!("{PREFIX}{host}-{dead}-abcdef")]) {
            fs::write(folder.path().join(name), "").unwrap();
        }
        fs::create_dir(folder.path().join(format!("{PREFIX}{host}-{dead}-folder"))).unwrap();
        drop(Temporary::new(folder.path()).unwrap());
        let mut expected = kept.to_vec();
        expected.push(format!("{PREFIX}{host}-{dead}-folder"));
        expected.sort();
        assert_eq!(names(folder.path()), expected);
    }

    #[test]
    fn a_file_of_another_machine_goes_after_a_week_without_a_change() {
        let (week, day) = (Duration::from_hours(7 * 24 + 1), Duration::from_hours(24));
        for owner in [Owner::Unknown, Owner::Process { host: "there", process: 1 }] {
            assert!(owner.is_gone("here", || Some(week)));
            assert!(!owner.is_gone("here", || Some(day)) && !owner.is_gone("here", || None));
        }
    }

    #[test]
    fn the_name_says_whose_a_file_is_also_where_the_machine_has_hyphens() {
        let owner = |name| Owner::of_name(name);
        assert_eq!(owner(".saddlescope-a-b-12-Ab3dEf"), Some(Owner::Process { host: "a-b", process: 12 }));
        assert_eq!(owner(".saddlescope-Ab3dEf"), Some(Owner::Unknown));
        for name in ["saddlescope.csv", ".saddlescope-", ".saddlescope-a-b-Ab3dEf", ".saddlescope-a-1-ab/def"]
        {
            assert_eq!(owner(name), None, "{name}");
        }
    }
}
