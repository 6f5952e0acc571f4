//! The door: scenarios, starts and states come in from files here, and data and pictures go out.
//!
//! The only place that touches files. What is written is whole or absent, and every number reads back to the same
//! f64. Reading ends in a valid type or in one line that names the file, the place and what would be right.

mod csv;
mod data;
mod file;
mod json;
mod npz;
mod path;
mod png;
mod read;
mod run;
mod scenario;
mod state;
mod sweep;
mod zip;

pub use self::csv::write_csv;
pub use self::data::{OdeBlock, PredictionBlock, RunData, SolverBlock, SolverStop};
pub use self::file::{FileError, check_target, same_file, write_whole};
pub use self::json::write_json;
pub use self::npz::write_npz;
pub use self::path::{absolute, is_file, is_taken, typed_path};
pub use self::png::{Image, write_png};
pub use self::read::{LoadError, free_memory, load_scenario, load_start, load_state, load_sweep, start_path};
pub use self::run::{RunFormat, write_run};
pub use self::scenario::{open_scenario, scenario_from_text, write_scenario};
pub use self::state::State;
pub use self::sweep::{Resumed, SweepFileError, SweepSummary, UnfinishedSweep, merge_sweeps};
