//! Keeps the window's state on the disk: a thread writes what has changed within a few seconds, with or without frames.

use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::export::{KeptText, WindowStore, is_file};
use crate::ui::state::{Geometry, Saved, WindowState};

/// From a change to the write: as long as a drag may last, and less than anyone waits before pulling a plug.
const DELAY: Duration = Duration::from_secs(2);

/// The thread that writes, and what it is to write.
#[derive(Debug)]
pub(in crate::ui) struct Keeper {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    desk: Mutex<Desk>,
    news: Condvar,
    /// Held while a file is written, so that an older state is never written over a newer one.
    store: Mutex<WindowStore>,
}

/// What is to be written.
#[derive(Debug, Default)]
struct Desk {
    /// The last state that was noted.
    noted: WindowState,
    /// What was written last.
    written: String,
    /// Since when the file is older than it.
    changed: Option<Instant>,
    is_over: bool,
    /// What went wrong and has not been said.
    problem: Option<String>,
    /// The same trouble is not said again with every change.
    has_failed: bool,
}

impl Keeper {
    /// Takes the newest state that no other window holds and begins to keep its changes; with what is to be said of it.
    ///
    /// # Errors
    /// Nothing can be kept: why.
    pub(in crate::ui) fn begin(
        folder: &std::path::Path,
    ) -> Result<(Self, WindowState, Option<String>), String> {
        let (store, kept) = WindowStore::take(folder)?;
        let (state, remark) = match kept {
            KeptText::Nothing => (WindowState::default(), None),
            KeptText::Text(text) => match WindowState::from_json(&text) {
                Ok(state) => (state, None),
                Err(error) => (WindowState::default(), Some(set_aside(&store, &error))),
            },
            KeptText::Unreadable(error) => (WindowState::default(), Some(set_aside(&store, &error))),
        };
        // A file of its own from the beginning: what is said of it is then true.
        let changed = (!is_file(store.path())).then(Instant::now);
        let desk = Desk { noted: state.clone(), changed, ..Desk::default() };
        let shared =
            Arc::new(Shared { desk: Mutex::new(desk), news: Condvar::new(), store: Mutex::new(store) });
        let own = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name(String::from("saddlescope-keep"));
        let thread = thread.spawn(move || own.serve()).map_err(|error| error.to_string())?;
        Ok((Self { shared, thread: Some(thread) }, state, remark))
    }

    /// Notes the state as it is now.
    pub(in crate::ui) fn note(&self, saved: &Saved, geometry: Geometry) {
        let mut desk = self.shared.desk();
        if desk.noted.saved != *saved || desk.noted.geometry != geometry {
            desk.noted = WindowState { saved: saved.clone(), geometry };
            desk.changed.get_or_insert_with(Instant::now);
            self.shared.news.notify_one();
        }
    }

    /// What went wrong since last asked.
    pub(in crate::ui) fn problem(&self) -> Option<String> {
        self.shared.desk().problem.take()
    }

    /// Writes at once what has not been written; for whoever ends the process.
    pub(in crate::ui) fn flusher(&self) -> impl Fn() + Send + 'static {
        let shared = Arc::clone(&self.shared);
        move || shared.write()
    }

    /// Where the state is kept.
    pub(in crate::ui) fn path(&self) -> PathBuf {
        locked(&self.shared.store).path().to_owned()
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.shared.desk().is_over = true;
        self.shared.news.notify_one();
        if let Some(thread) = self.thread.take() {
            // It does not panic; if it did, there is no one left to tell.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        locked(&self.desk)
    }

    /// Writes what changes until told to end, and then once more.
    fn serve(&self) {
        let mut desk = self.desk();
        while !desk.is_over {
            let left = desk.changed.map(|since| DELAY.saturating_sub(since.elapsed()));
            desk = match left {
                None => self.news.wait(desk).unwrap_or_else(PoisonError::into_inner),
                Some(left) if left.is_zero() => {
                    drop(desk);
                    self.write();
                    self.desk()
                }
                Some(left) => self.news.wait_timeout(desk, left).unwrap_or_else(PoisonError::into_inner).0,
            };
        }
        drop(desk);
        self.write();
    }

    /// Writes the state as noted last, if it is newer than the file.
    fn write(&self) {
        let store = locked(&self.store);
        let mut desk = self.desk();
        if desk.changed.take().is_none() {
            return;
        }
        let (state, before) = (desk.noted.clone(), desk.written.clone());
        // Frames go on while the disk works.
        drop(desk);
        let write = |text: String| {
            // The place of the cursor and the like are noted, but not kept.
            if text != before {
                store.write(&text).map_err(|error| error.to_string())?;
            }
            Ok(text)
        };
        let written = state.to_json().and_then(write);
        let mut desk = self.desk();
        match written {
            Ok(text) => (desk.written, desk.has_failed) = (text, false),
            Err(error) => {
                if !std::mem::replace(&mut desk.has_failed, true) {
                    desk.problem = Some(format!("the window's state is not kept: {error}"));
                }
                // Another try at the next change, or after a while.
                desk.changed.get_or_insert_with(Instant::now);
            }
        }
    }
}

/// States are as good after a panic as before.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps a damaged file under another name; what is to be said of it.
fn set_aside(store: &WindowStore, error: &str) -> String {
    match store.set_aside() {
        Ok(Some(aside)) => {
            format!("what was kept could not be read and is now {} ({error})", aside.display())
        }
        Ok(None) => format!("what another window keeps could not be read ({error})"),
        Err(failed) => format!("what was kept could not be read ({error}), nor renamed ({failed})"),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A guard against hanging, nothing else.
    const GUARD: Duration = Duration::from_mins(1);

    fn dark() -> WindowState {
        let mut state = WindowState::default();
        state.saved.view.dark = true;
        state
    }

    fn note(keeper: &Keeper, state: &WindowState) {
        keeper.note(&state.saved, state.geometry);
    }

    fn kept(folder: &std::path::Path) -> WindowState {
        Keeper::begin(folder).unwrap().1
    }

    #[test]
    fn a_change_is_written_without_a_frame_and_without_an_end() {
        let folder = tempfile::tempdir().unwrap();
        let (keeper, _, _) = Keeper::begin(folder.path()).unwrap();
        note(&keeper, &dark());
        let (begun, path) = (Instant::now(), folder.path().join("window.json"));
        while !path.exists() {
            assert!(begun.elapsed() < GUARD, "nothing is written");
            std::thread::sleep(Duration::from_millis(10));
        }
        assert_eq!(WindowState::from_json(&fs::read_to_string(&path).unwrap()), Ok(dark()));
        // As after a kill: the keeper is never dropped.
        std::mem::forget(keeper);
    }

    #[test]
    fn what_was_noted_is_there_at_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let (keeper, state, remark) = Keeper::begin(folder.path()).unwrap();
        assert_eq!((state, remark), (WindowState::default(), None));
        note(&keeper, &dark());
        drop(keeper);
        assert_eq!(kept(folder.path()), dark());
    }

    #[test]
    fn a_flush_writes_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let (keeper, ..) = Keeper::begin(folder.path()).unwrap();
        note(&keeper, &dark());
        keeper.flusher()();
        let text = fs::read_to_string(keeper.path()).unwrap();
        assert_eq!(WindowState::from_json(&text), Ok(dark()));
    }

    #[test]
    fn a_second_window_has_a_file_also_if_nothing_is_changed_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let first = Keeper::begin(folder.path()).unwrap().0;
        first.note(&dark().saved, Geometry::default());
        first.flusher()();
        let (second, state, _) = Keeper::begin(folder.path()).unwrap();
        second.flusher()();
        assert_eq!(state, dark(), "it begins as the first one is");
        assert_eq!(WindowState::from_json(&fs::read_to_string(second.path()).unwrap()), Ok(dark()));
    }

    #[test]
    fn a_damaged_file_is_kept_aside_and_said_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("window.json");
        for damage in [&b"{\"saved\": {"[..], b"\xff\xfe", b""] {
            fs::write(&path, damage).unwrap();
            let (keeper, state, remark) = Keeper::begin(folder.path()).unwrap();
            assert_eq!(state, WindowState::default());
            let remark = remark.unwrap();
            let named = remark.split_whitespace().find(|word| word.contains(".bad")).unwrap();
            assert_eq!(fs::read(named).unwrap(), damage);
            note(&keeper, &dark());
            drop(keeper);
            let (_keeper, state, remark) = Keeper::begin(folder.path()).unwrap();
            assert_eq!((state, remark), (dark(), None));
        }
    }

    #[test]
    fn trouble_with_the_disk_is_said_once_and_what_was_kept_stays() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().join("state");
        let (keeper, ..) = Keeper::begin(&at).unwrap();
        note(&keeper, &dark());
        keeper.flusher()();
        fs::rename(&at, folder.path().join("gone")).unwrap();
        note(&keeper, &WindowState::default());
        keeper.flusher()();
        let problem = keeper.problem().unwrap();
        assert!(problem.starts_with("the window's state is not kept: "), "{problem}");
        keeper.flusher()();
        assert_eq!(keeper.problem(), None);
        fs::rename(folder.path().join("gone"), &at).unwrap();
        assert_eq!(WindowState::from_json(&fs::read_to_string(at.join("window.json")).unwrap()), Ok(dark()));
        keeper.flusher()();
        assert_eq!(
            WindowState::from_json(&fs::read_to_string(at.join("window.json")).unwrap()),
            Ok(WindowState::default())
        );
    }
}
