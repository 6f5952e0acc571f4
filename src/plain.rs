//! The plain command: the window; without a display the dashboard of the same scenario as a picture and its data.
//!
//! Says which of the two it does. A window that cannot be opened is no reason to leave empty-handed.

use std::io::Write;
use std::path::Path;

use saddlescope::cli::CliError;
use saddlescope::export::{RunData, open_scenario, write_run};
use saddlescope::model::{Scenario, ScenarioSpec};
use saddlescope::sim;

/// What is written without a display, into the current folder.
#[cfg(feature = "gui")]
const PICTURE: &str = "saddlescope.png";
const DATA: &str = "saddlescope.csv";

/// Opens the window on `scenario` (else the last one, else the default), or writes what it would show.
///
/// # Errors
/// A scenario that cannot be read, or files that cannot be written.
pub(crate) fn start(scenario: Option<&Path>) -> Result<(), CliError> {
    let loaded = scenario.map(load).transpose()?;
    match open_window(scenario.zip(loaded.as_ref())) {
        Ok(()) => Ok(()),
        Err(reason) => {
            say(&format!("saddlescope: {reason}"));
            write_files(loaded)
        }
    }
}

/// Reads a scenario; its start file is found from anywhere afterwards.
fn load(path: &Path) -> Result<Scenario, CliError> {
    Ok(open_scenario(path)?)
}

#[cfg(feature = "gui")]
fn open_window(scenario: Option<(&Path, &Scenario)>) -> Result<(), String> {
    if !has_display() {
        return Err(String::from("no display: writing the dashboard to files"));
    }
    let scenario = scenario.map(|(path, scenario)| (path.to_owned(), scenario.clone()));
    saddlescope::ui::run_window(scenario).map_err(|error| format!("{error}; writing the dashboard to files"))
}

#[cfg(not(feature = "gui"))]
fn open_window(_scenario: Option<(&Path, &Scenario)>) -> Result<(), String> {
    Err(String::from("built without the window (feature `gui`): writing the data to a file"))
}

/// Whether there is anywhere to open a window.
#[cfg(feature = "gui")]
fn has_display() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(all(unix, not(target_os = "macos"))) || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

fn write_files(scenario: Option<Scenario>) -> Result<(), CliError> {
    let scenario = match scenario {
        Some(scenario) => scenario,
        None => Scenario::new(ScenarioSpec::default()).map_err(CliError::Scenario)?,
    };
    let (trajectory, summary) = sim::run(&scenario);
    write_picture(&scenario)?;
    write_run(Path::new(DATA), &RunData::new(&scenario, &trajectory, &summary))?;
    say(&format!("saddlescope: {DATA}: {}", saddlescope::figure::ending(&scenario, &summary)));
    Ok(())
}

#[cfg(feature = "gui")]
fn write_picture(scenario: &Scenario) -> Result<(), CliError> {
    use saddlescope::export::{Image, write_png};

    let drawn = saddlescope::ui::scenario_dashboard(scenario.clone(), (1440.0, 900.0), 2.0);
    let picture = drawn.map_err(|error| CliError::Picture(error.to_string()))?;
    let image = Image { width: picture.width, height: picture.height, rgba: &picture.rgba };
    let made_by = format!("saddlescope {}", env!("CARGO_PKG_VERSION"));
    let scenario = scenario.self_contained().to_toml().map_err(CliError::Scenario)?;
    write_png(Path::new(PICTURE), image, &[("Software", &made_by), ("Scenario", &scenario)])?;
    say(&format!("saddlescope: {PICTURE}: the dashboard at the moment of escape"));
    Ok(())
}

#[cfg(not(feature = "gui"))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature as with the window")]
fn write_picture(_scenario: &Scenario) -> Result<(), CliError> {
    Ok(())
}

/// One line on standard output; a closed one is no error.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
