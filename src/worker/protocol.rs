//! What window and engine say to each other; every message carries the id of its run.
//!
//! A worker is asked for one kind of thing, `R`, usually a scenario; what it finds is a record `X` that grows by
//! appending: of an ODE, its predictions and states.

use crate::model::Scenario;
use crate::sim::{OdeRecord, Summary};

/// The number of a run; later runs have higher numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(pub u64);

/// What the window asks for.
#[derive(Clone, Debug)]
pub enum Command<R = Scenario> {
    /// Run this; whatever runs is superseded.
    Start(RunId, R),
    /// Stop this run if it is still going.
    Cancel(RunId),
}

/// What the engine tells.
#[derive(Clone, Debug)]
pub enum Event<X = OdeRecord> {
    /// What has been found since last told.
    Record(RunId, Box<X>),
    /// How far it is: what is done and what there is to do; of an ODE, α and the α at which it ends at the latest.
    Progress(RunId, f64, f64),
    /// The run is over, cancelled runs included. All that it found was sent before. A run
    /// that a newer one took the place of may end without a word.
    Finished(RunId, Summary),
    /// The run broke; what was sent before stays valid.
    Failed(RunId, String),
}

impl<X> Event<X> {
    /// The run it belongs to.
    pub fn id(&self) -> RunId {
        match self {
            Self::Record(id, _) | Self::Progress(id, ..) | Self::Finished(id, _) | Self::Failed(id, _) => *id,
        }
    }
}
