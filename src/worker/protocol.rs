//! What window and engine say to each other; every message carries the id of its run.

use crate::model::Scenario;
use crate::sim::{EnsembleRecord, Predictions, Snapshot, Summary};

/// The number of a run; later runs have higher numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(pub u64);

/// What the window asks for.
#[derive(Clone, Debug)]
pub enum Command {
    /// Run this scenario; whatever runs is superseded.
    Start(RunId, Scenario),
    /// Stop this run if it is still going.
    Cancel(RunId),
}

/// What the engine tells.
#[derive(Clone, Debug)]
pub enum Event {
    /// The run has begun; what its start predicts.
    Started(RunId, Box<Predictions>),
    /// States in increasing α, later than all sent before.
    Snapshots(RunId, Vec<Snapshot>),
    /// What an ensemble has recorded since last told.
    Ensemble(RunId, Box<EnsembleRecord>),
    /// How far it is: α reached and the α at which it ends at the latest.
    Progress(RunId, f64, f64),
    /// The run is over, cancelled runs included. All of its snapshots were sent before.
    Finished(RunId, Summary),
    /// The run broke; what was sent before stays valid.
    Failed(RunId, String),
}

impl Event {
    /// The run it belongs to.
    pub fn id(&self) -> RunId {
        match self {
            Self::Started(id, _)
            | Self::Snapshots(id, _)
            | Self::Ensemble(id, _)
            | Self::Progress(id, ..)
            | Self::Finished(id, _)
            | Self::Failed(id, _) => *id,
        }
    }
}
