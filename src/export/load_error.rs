//! Why a file does not give what it should, each in one line with what would be right.

use std::path::PathBuf;

use thiserror::Error;

use crate::model::ScenarioError;

/// Why a file does not give a scenario or a state.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The file cannot be read.
    #[error("cannot read {}: {reason}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The scenario is not valid.
    #[error("{}: {source}", .path.display())]
    Scenario {
        /// The scenario file.
        path: PathBuf,
        /// What is wrong in it.
        source: ScenarioError,
    },
    /// A picture or a table carries no scenario.
    #[error("{}: no scenario in it; give a .toml file, or a picture or result that saddlescope wrote", .path.display())]
    NoScenario {
        /// The file.
        path: PathBuf,
    },
    /// What made the file is a sweep, not one run.
    #[error(
        "{0}: made by a sweep, not by one run; `saddlescope sweep {0} -o OUT.csv` runs it again{figure}",
        .path.display(), figure = .remakes.as_deref().unwrap_or_default()
    )]
    Sweep {
        /// The file.
        path: PathBuf,
        /// How it is made again, if it is a figure.
        remakes: Option<String>,
    },
    /// What made the file is a command, not one run.
    #[error("{}: made by no run but by a command{remakes}", .path.display())]
    Command {
        /// The file.
        path: PathBuf,
        /// How it is made again.
        remakes: String,
    },
    /// The file does not say by which command it is made.
    #[error("{}: no command of a figure in it; `run` takes back a run, `sweep` a sweep", .path.display())]
    NoCommand {
        /// The file.
        path: PathBuf,
    },
    /// The file has not so many pinned runs.
    #[error("{}: there is no pin {number} in it; it has {count}", .path.display())]
    NoPin {
        /// The file.
        path: PathBuf,
        /// The one that was wanted, from 1.
        number: usize,
        /// How many there are.
        count: usize,
    },
    /// A JSON file does not hold what it should.
    #[error("{}: {message}", .path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// Place, key, and what would be right.
        message: String,
    },
}
