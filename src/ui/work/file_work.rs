//! Files that are read, written and looked for beside the window: no frame waits for a disk.
//!
//! What a disk answers at once is there in the same frame; what takes longer is said in the status line and taken in
//! when it comes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::export::{absolute, is_file, load_start, open_scenario, scenario_from_text, write_scenario};
use crate::model::{Scenario, ScenarioSpec, StartKind, TeacherSection};
use crate::ui::state::EditTime;
use crate::worker::{Answer, Errand, Wake};

/// How long a frame waits for a disk: shorter than is seen.
pub(in crate::ui) const PATIENCE: Duration = Duration::from_millis(40);

/// So many may be unanswered at the same time.
const MOST: usize = 8;

/// What a disk is asked for.
#[derive(Clone, Debug)]
pub(in crate::ui) enum FileOrder {
    /// A scenario, from any file that holds one.
    Open(PathBuf),
    /// The start in a file, for this scenario; when that was wished for.
    Start(PathBuf, Box<ScenarioSpec>, EditTime),
    /// The scenario that is edited, with the start file that it names.
    Check(Box<ScenarioSpec>),
    /// The scenario in a text that was pasted.
    Paste(String),
    /// A scenario to be written.
    Save(PathBuf, Box<ScenarioSpec>),
    /// Which of these files are gone.
    Recent(Vec<PathBuf>),
}

/// What became of it.
#[derive(Debug)]
pub(in crate::ui) enum FileNews {
    Opened(PathBuf, Result<Box<Scenario>, String>),
    /// Also the scenario that it was asked for.
    Started(PathBuf, Box<ScenarioSpec>, EditTime, Result<Box<Scenario>, String>),
    Checked(Box<ScenarioSpec>, Result<Box<Scenario>, String>),
    Pasted(Result<Box<Scenario>, String>),
    Saved(PathBuf, Box<ScenarioSpec>, Result<(), String>),
    Gone(Vec<PathBuf>),
}

/// Everything that has been asked for and is not answered.
pub(in crate::ui) struct FileWork {
    wake: Wake,
    pending: Vec<Pending>,
}

/// What has been asked for and is not answered.
struct Pending {
    /// What it is, in words.
    words: String,
    /// Whether its answer is a scenario to be shown.
    brings_scenario: bool,
    errand: Errand<FileNews>,
}

impl FileWork {
    /// Nothing is asked for; `wake` is called when there are answers.
    pub(in crate::ui) fn new(wake: Wake) -> Self {
        Self { wake, pending: Vec::new() }
    }

    /// Asks for something, and waits for the answer as long as nobody notices. `Ok(None)`: it comes later.
    ///
    /// # Errors
    /// It cannot be asked for: why, in one line.
    pub(in crate::ui) fn ask(&mut self, order: FileOrder) -> Result<Option<FileNews>, String> {
        let brings_scenario = order.brings_scenario();
        if brings_scenario {
            // Only the newest is wanted; what a slow disk says of those before comes too late.
            self.pending.retain(|before| !before.brings_scenario);
        }
        if self.pending.len() >= MOST {
            return Err(format!("still {}: the disk does not answer", self.words().unwrap_or_default()));
        }
        let words = order.words();
        let errand = Errand::begin(Arc::clone(&self.wake), move || order.fulfil())
            .map_err(|error| format!("no thread for {words}: {error}"))?;
        match errand.wait(PATIENCE) {
            Answer::Ready(news) => Ok(Some(news)),
            Answer::Lost => Err(format!("{words} broke")),
            Answer::Pending => {
                self.pending.push(Pending { words, brings_scenario, errand });
                Ok(None)
            }
        }
    }

    /// An answer that has come, or why there is none.
    pub(in crate::ui) fn take(&mut self) -> Option<Result<FileNews, String>> {
        for index in 0..self.pending.len() {
            match self.pending[index].errand.look() {
                Answer::Pending => {}
                Answer::Ready(news) => {
                    self.pending.remove(index);
                    return Some(Ok(news));
                }
                Answer::Lost => return Some(Err(format!("{} broke", self.pending.remove(index).words))),
            }
        }
        None
    }

    /// What is waited for, in words.
    pub(in crate::ui) fn words(&self) -> Option<&str> {
        self.pending.last().map(|pending| pending.words.as_str())
    }

    /// Whether anything is waited for.
    pub(in crate::ui) fn is_busy(&self) -> bool {
        !self.pending.is_empty()
    }
}

impl FileOrder {
    fn brings_scenario(&self) -> bool {
        matches!(self, Self::Open(_) | Self::Start(..) | Self::Check(_) | Self::Paste(_))
    }

    /// What is done, as "reading a.toml".
    fn words(&self) -> String {
        match self {
            Self::Open(path) | Self::Start(path, ..) => format!("reading {}", path.display()),
            Self::Check(spec) => {
                format!("reading {}", spec.start.path.as_deref().unwrap_or("the scenario"))
            }
            Self::Paste(_) => String::from("reading what was copied"),
            Self::Save(path, _) => format!("writing {}", path.display()),
            Self::Recent(_) => String::from("looking for recent files"),
        }
    }

    fn fulfil(self) -> FileNews {
        match self {
            Self::Open(path) => {
                let opened = open_scenario(&path).map(Box::new).map_err(|error| error.to_string());
                FileNews::Opened(path, opened)
            }
            Self::Start(path, spec, at) => {
                let started = started(&path, (*spec).clone());
                FileNews::Started(path, spec, at, started.map(Box::new))
            }
            Self::Check(spec) => {
                let checked = scenario_of(&spec, None).map(Box::new);
                FileNews::Checked(spec, checked)
            }
            Self::Paste(text) => {
                let spec = scenario_from_text(&text);
                FileNews::Pasted(spec.and_then(|spec| scenario_of(&spec, None)).map(Box::new))
            }
            Self::Save(path, spec) => {
                let written = write_scenario(&path, &spec).map_err(|error| error.to_string());
                FileNews::Saved(path, spec, written)
            }
            Self::Recent(paths) => FileNews::Gone(paths.into_iter().filter(|path| !is_file(path)).collect()),
        }
    }
}

/// A scenario with the start in a file, with its widths and its teacher.
fn started(path: &Path, mut spec: ScenarioSpec) -> Result<Scenario, String> {
    let start = load_start(path).map_err(|error| error.to_string())?;
    spec.start.read_from(absolute(path).to_string_lossy().into_owned());
    (spec.model.p, spec.model.p_star) = (start.state.p(), start.state.p_star());
    spec.teacher = TeacherSection::default();
    Scenario::with_start(spec, start).map_err(|error| error.to_string())
}

/// A valid scenario from what is being edited. The start file it names is that of `known` if both name the same, else
/// it is read.
fn scenario_of(spec: &ScenarioSpec, known: Option<&Scenario>) -> Result<Scenario, String> {
    if spec.start.kind == StartKind::File && spec.start.path.is_none() && !spec.start.is_written_out() {
        return Err(String::from("choose a start file"));
    }
    let Some(path) = start_file(spec) else {
        return Scenario::new(spec.clone()).map_err(|error| error.to_string());
    };
    let start = match known.filter(|known| start_file(known.spec()) == Some(path)) {
        Some(known) => known.given_start().clone(),
        None => load_start(Path::new(path)).map_err(|error| error.to_string())?,
    };
    Scenario::with_start(spec.clone(), start).map_err(|error| error.to_string())
}

/// The scenario that is edited, if no file has to be read for it.
pub(in crate::ui) fn without_reading(
    spec: &ScenarioSpec,
    known: Option<&Scenario>,
) -> Option<Result<Scenario, String>> {
    let is_known =
        start_file(spec).is_none_or(|path| known.and_then(|known| start_file(known.spec())) == Some(path));
    is_known.then(|| scenario_of(spec, known))
}

/// The start file that a scenario names.
fn start_file(spec: &ScenarioSpec) -> Option<&str> {
    spec.start.path.as_deref().filter(|_| spec.start.kind == StartKind::File)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work() -> FileWork {
        let wake: Wake = Arc::new(|| ());
        FileWork::new(wake)
    }

    #[test]
    fn a_disk_that_answers_is_heard_in_the_same_frame() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        std::fs::write(&path, "[model]\neta = 0.02\n").unwrap();
        let news = work().ask(FileOrder::Open(path)).unwrap();
        assert!(matches!(news, Some(FileNews::Opened(_, Ok(scenario))) if scenario.model.eta == 0.02));
    }

    #[test]
    fn what_needs_no_file_is_not_asked_of_the_disk() {
        let spec = ScenarioSpec::default();
        assert!(without_reading(&spec, None).is_some_and(|scenario| scenario.is_ok()));
        let mut named = spec.clone();
        named.start.read_from(String::from("/nowhere/start.json"));
        assert!(without_reading(&named, None).is_none());
        named.start.path = None;
        assert_eq!(without_reading(&named, None).unwrap().unwrap_err(), "choose a start file");
    }

    #[cfg(unix)]
    #[test]
    fn a_disk_that_is_gone_holds_up_no_frame_and_is_named() {
        let folder = tempfile::tempdir().unwrap();
        // Through a handed-over descriptor a pipe may be read: one that nobody writes to.
        let (reader, _writer) = std::io::pipe().unwrap();
        let path = PathBuf::from(format!("/dev/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&reader)));
        let mut work = work();
        for _ in 0..3 {
            assert!(work.ask(FileOrder::Open(path.clone())).unwrap().is_none());
            assert_eq!(work.pending.len(), 1, "only the newest is wanted");
        }
        assert!(work.is_busy() && work.take().is_none());
        let here = folder.path().join("a.toml");
        std::fs::write(&here, "").unwrap();
        assert!(matches!(work.ask(FileOrder::Open(here)), Ok(Some(FileNews::Opened(_, Ok(_))))));
        assert!(!work.is_busy(), "an older file does not come after a newer one");
        for _ in 0..MOST {
            let errand = Errand::begin(Arc::new(|| ()), || FileNews::Gone(Vec::new())).unwrap();
            let words = String::from("reading /dev/fd/7");
            work.pending.push(Pending { words, brings_scenario: false, errand });
        }
        let refused = work.ask(FileOrder::Open(folder.path().join("a"))).unwrap_err();
        assert!(refused.contains("/dev/fd/") && refused.ends_with("the disk does not answer"), "{refused}");
    }
}
