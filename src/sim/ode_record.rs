//! What has arrived of an ODE run: its predictions, and its states as they come.

use super::{Append, Predictions, Trajectory};

/// The visible part of a run. Its states are thinned to the usual budget, whoever waits for them however long.
#[derive(Clone, Debug, Default)]
pub struct OdeRecord {
    /// What the start predicts; comes first.
    pub predictions: Option<Box<Predictions>>,
    /// The states, in increasing α.
    pub trajectory: Trajectory,
}

impl Append for OdeRecord {
    fn append(&mut self, later: Self) {
        self.predictions = later.predictions.or(self.predictions.take());
        for snapshot in later.trajectory.into_snapshots() {
            self.trajectory.push(snapshot);
        }
    }
}
