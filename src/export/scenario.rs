//! Scenarios as documents: opened from any file that holds one, read from text, written to a file.
//!
//! A start file is known by its absolute path afterwards, so that the scenario can be moved and saved anywhere.

use std::io::Write as _;
use std::path::Path;

use super::LoadError;
use super::file::write_whole;
use super::file_error::FileError;
use super::path::absolute;
use super::read::{load_scenario, scenario_in_json, start_path};
use crate::model::{Scenario, ScenarioError, ScenarioSpec};

/// Reads a scenario with its start from a TOML file, or from a result or picture that carries one.
///
/// # Errors
/// A file that cannot be read, or the first thing in it that is not valid.
pub fn open_scenario(path: &Path) -> Result<Scenario, LoadError> {
    let scenario = load_scenario(path)?;
    Ok(match start_path(path, scenario.spec()) {
        Some(start) => scenario.with_start_path(absolute(&start).to_string_lossy().into_owned()),
        None => scenario,
    })
}

/// Reads a scenario from text: TOML, or a result as JSON.
///
/// # Errors
/// What is wrong with it, in one line.
pub fn scenario_from_text(text: &str) -> Result<ScenarioSpec, String> {
    if text.trim().is_empty() {
        return Err(String::from("there is no text"));
    }
    if text.trim_start().starts_with('{') {
        return scenario_in_json(text);
    }
    let parsed = ScenarioSpec::from_toml(text).map_err(|error| error.to_string());
    parsed.map_err(|message| message.lines().collect::<Vec<_>>().join(" "))
}

/// Writes a scenario as TOML, whole or not at all.
///
/// # Errors
/// A file that cannot be written.
pub fn write_scenario(path: &Path, spec: &ScenarioSpec) -> Result<(), FileError> {
    let text = spec.to_toml().map_err(|error: ScenarioError| FileError::Write {
        path: path.to_owned(),
        reason: error.to_string(),
    })?;
    write_whole(path, |writer| writer.write_all(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_scenario_opens_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        let mut spec = ScenarioSpec::default();
        spec.model.eta = 0.1 + 0.2;
        write_scenario(&path, &spec).unwrap();
        assert_eq!(open_scenario(&path).unwrap().spec(), &spec);
        assert_eq!(scenario_from_text(&std::fs::read_to_string(&path).unwrap()), Ok(spec));
    }

    #[test]
    fn the_table_of_a_run_holds_its_scenario_and_another_table_none() {
        use crate::export::{RunData, write_run};
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let mut spec = ScenarioSpec::default();
        (spec.model.p, spec.model.p_star) = (2, 1);
        (spec.time.alphas, spec.sgd) = (vec![1.0, 2.0], Some(crate::model::SgdSection::default()));
        let scenario = Scenario::new(spec.clone()).unwrap();
        let (trajectory, summary) = crate::sim::run(&scenario);
        write_run(&path, &RunData::new(&scenario, &trajectory, &summary)).unwrap();
        assert_eq!(open_scenario(&path).unwrap().spec(), &spec);
        std::fs::write(&path, "a,b\n1,2\n").unwrap();
        let error = open_scenario(&path).unwrap_err().to_string();
        assert!(error.contains("a.csv"), "{error}");
    }

    #[test]
    fn text_that_is_no_scenario_is_explained_in_one_line() {
        for text in ["", "hello there", "{\"a\": 1}", "[model]\netaa = 1", "[model]\np = \"x\"", "{"] {
            let message = scenario_from_text(text).unwrap_err();
            assert!(!message.is_empty() && !message.contains('\n'), "{text}: {message}");
        }
    }
}
