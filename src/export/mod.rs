//! The door: scenarios, starts and states come in from files here, and data and pictures go out.
//!
//! The only place that touches files. What is written is whole or absent, and every number reads back to the same
//! f64. Reading ends in a valid type or in one line that names the file, the place and what would be right.

mod bounds;
mod carrier;
mod checkpoint;
mod csv;
mod data;
mod file;
mod file_error;
mod host;
mod json;
mod json_table;
mod load_error;
pub mod memory;
mod npy;
mod npy_text;
mod npz;
mod paper;
mod path;
mod png;
mod provenance;
mod read;
mod reason;
mod run;
mod scenario;
mod sheet;
mod sheet_data;
pub mod signals;
mod spreadsheet;
mod state;
mod sweep;
mod temporary;
mod window_store;
mod zip;

pub use self::bounds::{MAX_FILE_BYTES, MAX_JSON_VALUES, MAX_PNG_BYTES, MAX_TABLE_BYTES};
pub use self::checkpoint::{
    checkpoint_path, find_row_checkpoint, is_checkpoint, read_checkpoint, remove_checkpoint,
    row_checkpoint_path, write_checkpoint,
};
pub use self::csv::write_csv;
pub use self::data::{OdeBlock, PredictionBlock, RunData, SolverBlock};
pub use self::file::{check_room, check_target, make_folder, remove_empty_folder, same_file, write_whole};
pub use self::file_error::FileError;
pub use self::json::write_json;
pub use self::load_error::LoadError;
pub use self::npz::write_npz;
pub use self::paper::{
    PaperError, PaperStyle, Pixels, check_picture, render_pdf, render_pixels, render_png, render_svg,
};
pub use self::path::{absolute, free_name, free_path, is_file, is_taken, typed_path};
pub use self::png::{Image, write_png};
pub use self::provenance::{MADE_BY, Provenance};
pub use self::read::{
    load_command, load_pinned, load_scenario, load_shard, load_start, load_state, load_sweep, start_path,
};
pub use self::reason::reason;
pub use self::run::{RUN_FORMATS, RunFormat, check_run_room, write_run};
pub use self::scenario::{open_scenario, scenario_from_text, write_scenario};
pub use self::sheet::{SHEET_FORMATS, SheetContent, SheetFormat, write_sheet};
pub use self::sheet_data::{sheet_text, write_sheet_csv, write_sheet_npz};
pub use self::spreadsheet::spreadsheet_text;
pub use self::state::State;
pub use self::sweep::{
    RENEWAL, Resumed, SweepFileError, SweepSummary, SweepTaking, UnfinishedSweep, merge_sweeps,
};
pub use self::window_store::{KeptText, WindowStore};
