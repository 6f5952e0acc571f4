//! Sweeps in files: rows streamed to an unfinished file, a finished one in order of the index, and shards joined.
//!
//! `OUT.csv` is whole or absent. While a sweep runs, its rows stand in `OUT.csv.part` beside it, one write per row, in
//! the order in which they finish, each with its writer and a checksum: whatever stops the program, only rows in flight
//! are lost, and what changes on the disk is noticed. Comments carry the sweep that made a file; two files belong
//! together if these are the same.

mod error;
mod finished;
mod merge;
mod part;
mod row;
mod summary;
mod table;
mod writer;

pub use error::SweepFileError;
pub use finished::SweepTaking;
pub use merge::merge_sweeps;
pub use part::{Resumed, UnfinishedSweep};
pub use summary::SweepSummary;
pub(super) use table::shard;
pub use writer::RENEWAL;
