//! Events that wait for the reader: at most one of each kind, whatever the reader does.
//!
//! Snapshots wait in a trajectory of the usual budget, so that a reader who sleeps through a long run finds it thinned
//! and complete, not a queue without end.

use super::protocol::{Event, RunId};
use crate::sim::{EnsembleRecord, Predictions, Snapshot, Summary, Trajectory};

/// The end of a run as it is told.
#[derive(Debug)]
pub(super) enum Ending {
    Finished(Summary),
    Failed(String),
}

/// Unsent events of one run, in the order they will be told.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    id: RunId,
    started: Option<Box<Predictions>>,
    snapshots: Trajectory,
    ensemble: Option<Box<EnsembleRecord>>,
    progress: Option<(f64, f64)>,
    ending: Option<Ending>,
    /// An event the channel had no room for.
    returned: Option<Event>,
}

impl Outbox {
    pub(super) fn new(id: RunId, predictions: Predictions) -> Self {
        Self { id, started: Some(Box::new(predictions)), ..Self::default() }
    }

    pub(super) fn push(&mut self, snapshot: Snapshot) {
        self.snapshots.push(snapshot);
    }

    /// Adds to what waits: an ensemble's record is bounded by its output times.
    pub(super) fn ensemble(&mut self, record: EnsembleRecord) {
        match &mut self.ensemble {
            Some(waiting) => waiting.append(record),
            None => self.ensemble = Some(Box::new(record)),
        }
    }

    pub(super) fn progress(&mut self, alpha: f64, end: f64) {
        self.progress = Some((alpha, end));
    }

    pub(super) fn end(&mut self, ending: Ending) {
        self.progress = None;
        self.ending = Some(ending);
    }

    pub(super) fn give_back(&mut self, event: Event) {
        self.returned = Some(event);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.returned.is_none()
            && self.started.is_none()
            && self.snapshots.is_empty()
            && self.ensemble.is_none()
            && self.progress.is_none()
            && self.ending.is_none()
    }

    /// The next event to tell.
    pub(super) fn take(&mut self) -> Option<Event> {
        if let Some(event) = self.returned.take() {
            return Some(event);
        }
        if let Some(predictions) = self.started.take() {
            return Some(Event::Started(self.id, predictions));
        }
        if !self.snapshots.is_empty() {
            return Some(Event::Snapshots(self.id, std::mem::take(&mut self.snapshots).into_snapshots()));
        }
        if let Some(record) = self.ensemble.take() {
            return Some(Event::Ensemble(self.id, record));
        }
        if let Some((alpha, end)) = self.progress.take() {
            return Some(Event::Progress(self.id, alpha, end));
        }
        Some(match self.ending.take()? {
            Ending::Finished(summary) => Event::Finished(self.id, summary),
            Ending::Failed(message) => Event::Failed(self.id, message),
        })
    }
}
