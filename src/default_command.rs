//! The plain command: the window; without a display the dashboard of the same scenario as a picture and its data.
//!
//! Says which of the two it does. A window that cannot be opened is no reason to leave empty-handed.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use saddlescope::cli::CliError;
use saddlescope::export::{LoadError, RunData, free_name, open_scenario, reason, signals, write_run};
use saddlescope::model::{Scenario, ScenarioSpec};
use saddlescope::sim;
use saddlescope::worker::{Answer, Errand};

/// The name of what is written without a display, into the current folder.
const NAME: &str = "saddlescope";
#[cfg(feature = "gui")]
const ENDINGS: &[&str] = &["png", "csv"];
#[cfg(not(feature = "gui"))]
const ENDINGS: &[&str] = &["csv"];

/// Opens the window on `scenario` (else the last one, else the default), or writes what it would show.
///
/// # Errors
/// A scenario that cannot be read, a window that broke, or files that cannot be written.
pub(crate) fn start(scenario: Option<&Path>) -> Result<(), CliError> {
    let loaded = scenario.map(load).transpose()?;
    match open_window(scenario.zip(loaded.as_ref()))? {
        None => Ok(()),
        Some(reason) => {
            signals::install();
            say(&format!("saddlescope: {reason}"));
            write_files(loaded)
        }
    }
}

/// How long a disk may take for the scenario.
const PATIENCE: Duration = Duration::from_secs(10);

/// Reads a scenario; its start file is found from anywhere afterwards.
fn load(path: &Path) -> Result<Scenario, CliError> {
    let wanted = path.to_owned();
    let errand = Errand::begin(Arc::new(|| ()), move || open_scenario(&wanted));
    let unreadable = |reason: String| LoadError::Unreadable { path: path.to_owned(), reason };
    let answer = errand.map_err(|error| unreadable(reason(&error)))?.wait(PATIENCE);
    match answer {
        Answer::Ready(loaded) => Ok(loaded?),
        Answer::Pending => {
            let seconds = PATIENCE.as_secs();
            Err(unreadable(format!("nothing came from it for {seconds} s; is its disk still there?")).into())
        }
        Answer::Lost => Err(unreadable(String::from("reading it broke")).into()),
    }
}

/// Opens the window until it is closed; or says why there is none.
#[cfg(feature = "gui")]
fn open_window(scenario: Option<(&Path, &Scenario)>) -> Result<Option<String>, CliError> {
    use saddlescope::ui::{WindowError, run_window};

    let scenario = scenario.map(|(path, scenario)| (path.to_owned(), scenario.clone()));
    match run_window(scenario) {
        Ok(()) => Ok(None),
        Err(WindowError::NotOpened(reason)) => Ok(Some(format!("{reason}: writing the dashboard to files"))),
        Err(broken) => Err(CliError::Window(broken.to_string())),
    }
}

#[cfg(not(feature = "gui"))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature as with the window")]
fn open_window(_scenario: Option<(&Path, &Scenario)>) -> Result<Option<String>, CliError> {
    Ok(Some(String::from("built without the window (feature `gui`): writing the data to a file")))
}

fn write_files(scenario: Option<Scenario>) -> Result<(), CliError> {
    let scenario = match scenario {
        Some(scenario) => scenario,
        None => Scenario::new(ScenarioSpec::default()).map_err(CliError::Scenario)?,
    };
    let name = free_name(NAME, ENDINGS);
    let (trajectory, summary) = sim::run(&scenario);
    write_picture(&scenario, &name)?;
    let data = format!("{name}.csv");
    write_run(Path::new(&data), &RunData::new(&scenario, &trajectory, &summary))?;
    say(&format!("saddlescope: {data}: {}", saddlescope::figure::ending(&scenario, &summary)));
    Ok(())
}

#[cfg(feature = "gui")]
fn write_picture(scenario: &Scenario, name: &str) -> Result<(), CliError> {
    use saddlescope::export::{Image, MADE_BY, write_png};

    let drawn = saddlescope::ui::scenario_dashboard(scenario.clone(), (1440.0, 900.0), 2.0);
    let picture = drawn.map_err(|error| CliError::Picture(error.to_string()))?;
    let image = Image { width: picture.width, height: picture.height, rgba: &picture.rgba };
    let scenario = scenario.self_contained().to_toml().map_err(CliError::Scenario)?;
    let path = format!("{name}.png");
    write_png(Path::new(&path), image, &[("Software", MADE_BY), ("Scenario", &scenario)])?;
    say(&format!("saddlescope: {path}: the dashboard at the moment of escape"));
    Ok(())
}

#[cfg(not(feature = "gui"))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature as with the window")]
fn write_picture(_scenario: &Scenario, _name: &str) -> Result<(), CliError> {
    Ok(())
}

/// One line on standard output; a closed one is no error.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
