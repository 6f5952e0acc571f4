//! The engine: overlap ODEs and finite-N SGD as resumable runs, and the trajectories they leave.
//!
//! A run is a value that `advance`s within a budget and says why it stopped; threads, clocks and files are the
//! caller's business.

pub mod ensemble;
mod finished_run;
mod horizon;
pub mod kernel;
pub mod learning_rate;
mod observer;
mod ode;
mod ode_record;
mod other_starts;
mod phase;
mod record;
mod replica_ode;
pub mod sgd;
mod spectrum;
mod statistics;
mod summary;
pub mod sweep;
mod tape;
mod tiles;
mod trajectory;
pub mod tsit5;

pub use finished_run::{FinishedRun, run};
pub use horizon::HorizonPlan;
pub use observer::{Observables, Observer, Predictions};
pub use ode::OdeRun;
pub use ode_record::OdeRecord;
pub use other_starts::{OtherStart, OtherStartRun, OtherStarts};
pub use phase::Phase;
pub use record::{Append, EnsembleRecord};
pub use replica_ode::{REPLICA_ODES, ReplicaOde};
pub use spectrum::{SignCounts, SpectrumTrack};
pub use statistics::Mean;
pub use summary::{Events, Status, StopReason, Summary};
pub use trajectory::{Mark, SNAPSHOT_BUDGET, Snapshot, Trajectory};
