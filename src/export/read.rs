//! Scenarios, starts and states from files.
//!
//! A scenario or sweep is a TOML file, or any file that carries one (JSON, CSV, NPZ, and the pictures), which is then
//! run again. The path of a start file is taken from the scenario's folder. Every error is one line: the file, the
//! place, and what would be right.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::bounds::{MAX_FILE_BYTES, into_text, read_bytes};
use super::json_table::BoundedTable;
use super::load_error::LoadError;
use super::provenance::{command, has_content, pins};
use super::state::{json_error, parse_start, parse_state};
use super::sweep::shard;
use super::{RunFormat, SheetFormat, State};
use crate::model::words::plain;
use crate::model::{GivenStart, Scenario, ScenarioSpec, StartKind};
use crate::sim::sweep::{Shard, Sweep, SweepSpec};

/// Reads a scenario with its start: a TOML file, or a result or picture that carries one.
///
/// # Errors
/// A file that cannot be read or carries no scenario of one run, or the first thing in it that is not valid.
pub fn load_scenario(path: &Path) -> Result<Scenario, LoadError> {
    let text = load_text(path)?;
    if text.trim_start().starts_with('{') {
        let found = scenario_in_json(&text);
        return with_start(
            path,
            found.map_err(|message| LoadError::Json { path: path.to_owned(), message })?,
        );
    }
    let path_owned = || path.to_owned();
    let again =
        command(&text).map(|_| format!("; `saddlescope figure {} -o DIR` makes it again", path.display()));
    let table = toml::from_str::<toml::Table>(&text);
    match (table.as_ref().map(|table| (table.is_empty(), table.contains_key("sweep"))), again) {
        (Ok((_, true)), remakes) => Err(LoadError::Sweep { path: path_owned(), remakes }),
        (Ok((true, _)), Some(remakes)) => Err(LoadError::Command { path: path_owned(), remakes }),
        _ => with_start(path, parsed(path, &text)?),
    }
}

/// Reads the scenario of a run that was pinned in a picture, `number` from 1.
///
/// # Errors
/// As [`load_scenario`], or fewer pins.
pub fn load_pinned(path: &Path, number: usize) -> Result<Scenario, LoadError> {
    let pins = pins(&load_text(path)?);
    let found = number.checked_sub(1).and_then(|index| pins.get(index));
    let count = pins.len();
    let (_, text) = found.ok_or_else(|| LoadError::NoPin { path: path.to_owned(), number, count })?;
    with_start(path, parsed(path, text)?)
}

/// Reads the command that makes a figure again from any of its files.
///
/// # Errors
/// A file that cannot be read, or that carries no command.
pub fn load_command(path: &Path) -> Result<String, LoadError> {
    let text = load_text(path)?;
    command(&text).map(str::to_owned).ok_or_else(|| LoadError::NoCommand { path: path.to_owned() })
}

fn parsed(path: &Path, text: &str) -> Result<ScenarioSpec, LoadError> {
    ScenarioSpec::from_toml(text).map_err(|source| LoadError::Scenario { path: path.to_owned(), source })
}

/// A scenario with the start that its file names.
fn with_start(path: &Path, spec: ScenarioSpec) -> Result<Scenario, LoadError> {
    // Both at once are refused, whatever the file holds.
    let scenario = match start_path(path, &spec).filter(|_| !spec.start.is_written_out()) {
        Some(start) => Scenario::with_start(spec, load_start(&start)?),
        None => Scenario::new(spec),
    };
    scenario.map_err(|source| LoadError::Scenario { path: path.to_owned(), source })
}

/// Reads a start file: the widths, T (optional), M0 and Q0.
///
/// # Errors
/// A file that cannot be read, or the first thing in it that is not valid.
pub fn load_start(path: &Path) -> Result<GivenStart, LoadError> {
    let text = read_json(path, "a start")?;
    parse_start(&text).map_err(|message| LoadError::Json { path: path.to_owned(), message })
}

/// Reads a single state for `inspect`.
///
/// # Errors
/// A file that cannot be read, or the first thing in it that is not valid.
pub fn load_state(path: &Path) -> Result<State, LoadError> {
    let text = read_json(path, "a state")?;
    parse_state(&text).map_err(|message| LoadError::Json { path: path.to_owned(), message })
}

/// The text of a file that should be `what`, in JSON: what is plainly something else is said so.
fn read_json(path: &Path, what: &str) -> Result<String, LoadError> {
    let bytes = read_bytes(path, MAX_FILE_BYTES)?;
    let begins = bytes.trim_ascii_start().first();
    if begins.is_some_and(|byte| *byte != b'{') {
        let message = format!("{what} is a JSON file, which begins with {{; this is a file of another kind");
        return Err(LoadError::Json { path: path.to_owned(), message });
    }
    into_text(path, bytes)
}

/// Reads a sweep: a scenario with a section of the values that vary, from its TOML file or from any file it made.
///
/// # Errors
/// A file that cannot be read, or the first thing in it that is not valid.
pub fn load_sweep(path: &Path) -> Result<Sweep, LoadError> {
    let parsed = SweepSpec::from_toml(&load_text(path)?).and_then(Sweep::new);
    parsed.map_err(|source| LoadError::Scenario { path: path.to_owned(), source })
}

/// The share of a sweep that a table holds; the whole for any other file.
///
/// # Errors
/// A file that cannot be read.
pub fn load_shard(path: &Path) -> Result<Shard, LoadError> {
    let bytes = read_bytes(path, MAX_FILE_BYTES)?;
    let text = SheetFormat::of_bytes(&bytes).and_then(|format| format.made_by(&bytes));
    Ok(text.and_then(|text| shard(&text)).unwrap_or(Shard::WHOLE))
}

/// The text of a file, or what it carries.
fn load_text(path: &Path) -> Result<String, LoadError> {
    let bytes = read_bytes(path, MAX_FILE_BYTES)?;
    match SheetFormat::of_bytes(&bytes) {
        Some(format) => format.made_by(&bytes).ok_or_else(|| LoadError::NoScenario { path: path.to_owned() }),
        None => into_text(path, bytes).and_then(|text| {
            // Nothing is a scenario with every default, but not where a picture or a table should be.
            let is_result = SheetFormat::of(path).is_ok() || RunFormat::of(path).is_ok();
            let is_lost = is_result && !has_content(&text);
            if is_lost { Err(LoadError::NoScenario { path: path.to_owned() }) } else { Ok(text) }
        }),
    }
}

/// The start file of a scenario, from the scenario's own folder; `None` if its start is drawn.
pub fn start_path(scenario: &Path, spec: &ScenarioSpec) -> Option<PathBuf> {
    let start = spec.start.path.as_ref().filter(|_| spec.start.kind == StartKind::File)?;
    Some(scenario.parent().map_or_else(|| PathBuf::from(start), |folder| folder.join(start)))
}

/// The scenario in a result, through the same checks as one written by hand.
pub(super) fn scenario_in_json(text: &str) -> Result<ScenarioSpec, String> {
    #[derive(Deserialize)]
    struct RunResult {
        scenario: BoundedTable,
    }
    let found: RunResult = serde_json::from_str(text).map_err(|error| json_error(text, &error))?;
    if found.scenario.0.is_empty() {
        return Err(String::from("the scenario in it is empty"));
    }
    let written = toml::to_string(&found.scenario.0).map_err(|error| plain(&error.to_string()))?;
    ScenarioSpec::from_toml(&written)
        .map_err(|source| format!("the scenario in it, written as TOML, is not valid: {source}"))
}
