//! Which file the scenario came from, and the files used last; and the scenario's name, for the window's title.
//!
//! Plain data that is kept between sessions; whoever learns that a file is gone forgets it here.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::PRESETS;
use crate::export::absolute;
use crate::model::ScenarioSpec;

/// Files that are remembered.
pub(in crate::ui) const RECENT: usize = 8;

/// The file behind the scenario, and those used last.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Documents {
    /// Where the scenario came from or went to.
    pub origin: Option<Origin>,
    /// Scenario files, the last one first.
    pub recent: Vec<PathBuf>,
}

/// A file and the scenario in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// The file.
    pub path: PathBuf,
    /// What it holds.
    pub spec: ScenarioSpec,
}

impl Documents {
    /// Notes that a scenario was read from a file or written to it.
    pub(in crate::ui) fn used(&mut self, path: &Path, spec: &ScenarioSpec) {
        // What is kept is text.
        if path.to_str().is_none() {
            return;
        }
        let path = absolute(path);
        self.forget(&path);
        self.recent.insert(0, path.clone());
        self.recent.truncate(RECENT);
        self.origin = Some(Origin { path, spec: spec.clone() });
    }

    /// Notes that the scenario is another one now: a preset has no file.
    pub(in crate::ui) fn edited(&mut self, spec: &ScenarioSpec) {
        if preset_name(spec).is_some() {
            self.origin = None;
        }
    }

    /// Notes that the scenario came from elsewhere and no file is behind it.
    pub(in crate::ui) fn leave(&mut self) {
        self.origin = None;
    }

    /// Removes a file from those used last.
    pub(in crate::ui) fn forget(&mut self, path: &Path) {
        self.recent.retain(|recent| recent != path);
    }

    /// The scenario's name: its file's, changed or not, or its preset's.
    pub(in crate::ui) fn name(&self, spec: &ScenarioSpec) -> Option<String> {
        let Some(origin) = &self.origin else { return preset_name(spec).map(str::to_owned) };
        let stem = origin.path.file_stem()?.to_string_lossy();
        Some(if origin.spec == *spec { stem.into_owned() } else { format!("{stem} (changed)") })
    }

    /// The title of the window.
    pub(in crate::ui) fn title(&self, spec: &ScenarioSpec) -> String {
        self.name(spec).map_or_else(|| String::from("Saddlescope"), |name| format!("{name} – Saddlescope"))
    }

    /// Where the scenario would be saved: its own file, else a new one beside the last.
    pub(in crate::ui) fn suggestion(&self) -> PathBuf {
        if let Some(origin) = &self.origin {
            return origin.path.with_extension("toml");
        }
        let folder = self.recent.first().and_then(|path| path.parent()).unwrap_or(Path::new(""));
        absolute(&folder.join("scenario.toml"))
    }
}

fn preset_name(spec: &ScenarioSpec) -> Option<&'static str> {
    PRESETS.iter().find(|preset| preset.spec() == *spec).map(|preset| preset.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(names: impl IntoIterator<Item = String>) -> Documents {
        let mut documents = Documents::default();
        for name in names {
            documents.used(Path::new(&name), &ScenarioSpec::default());
        }
        documents
    }

    #[test]
    fn the_last_eight_files_are_kept_the_last_one_first_and_each_once() {
        let documents = used((0..12).chain([7]).map(|k| format!("/a/{k}.toml")));
        let names: Vec<String> = documents.recent.iter().map(|path| path.display().to_string()).collect();
        assert_eq!(names.len(), RECENT);
        assert_eq!(names[..3], ["/a/7.toml", "/a/11.toml", "/a/10.toml"]);
    }

    #[test]
    fn the_title_names_the_file_or_the_preset_and_says_what_is_changed() {
        let mut documents = used([String::from("/a/my run.toml")]);
        let mut spec = ScenarioSpec::default();
        assert_eq!(documents.title(&spec), "my run – Saddlescope");
        spec.model.eta = 0.5;
        assert_eq!(documents.title(&spec), "my run (changed) – Saddlescope");
        assert_eq!(documents.suggestion(), Path::new("/a/my run.toml"));
        let preset = PRESETS[3].spec();
        documents.edited(&preset);
        assert_eq!(documents.title(&preset), format!("{} – Saddlescope", PRESETS[3].name));
        assert_eq!(documents.title(&spec), "Saddlescope");
        assert_eq!(documents.suggestion(), Path::new("/a/scenario.toml"));
    }
}
