//! Sweeps: many small runs over a grid of parameters, each reduced to one row of outcomes.
//!
//! A row is a function of the sweep and its index alone: the same bits on any number of threads, in any order, in any
//! shard. Runs are resumable and stop within milliseconds; files are the caller's business.

mod axis;
mod cost;
mod grid;
mod long_rows;
mod outcome;
mod run;
mod shard;
mod spec;

pub use axis::{Axis, MAX_ROWS, Range, Scale, Seeds, to_15_digits};
pub use cost::RowCost;
pub use grid::{Parameters, Sweep};
pub use long_rows::{KeepNothing, RowKeeper};
pub use outcome::{Ending, Outcome, SgdOutcome};
pub use run::{SweepRow, SweepRows, SweepRun, SweepStatus};
pub use shard::Shard;
pub use spec::{StopAt, SweepSection, SweepSpec};
