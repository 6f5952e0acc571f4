//! Events that wait for the reader: at most one of each kind, whatever the reader does.
//!
//! Snapshots wait in a trajectory of the usual budget, so that a reader who sleeps through a long run finds it thinned
//! and complete, not a queue without end.

use super::protocol::{Event, RunId};
use crate::sim::{Append, Predictions, Snapshot, Summary, Trajectory};

/// The end of a run as it is told.
#[derive(Debug)]
pub(super) enum Ending {
    Finished(Summary),
    Failed(String),
}

/// Unsent events of one run, in the order they will be told.
#[derive(Debug)]
pub(super) struct Outbox<X> {
    id: RunId,
    started: Option<Box<Predictions>>,
    snapshots: Trajectory,
    record: Option<Box<X>>,
    progress: Option<(f64, f64)>,
    ending: Option<Ending>,
    /// An event the channel had no room for.
    returned: Option<Event<X>>,
}

impl<X: Append> Outbox<X> {
    /// Nothing to tell.
    pub(super) fn empty() -> Self {
        Self {
            id: RunId::default(),
            started: None,
            snapshots: Trajectory::default(),
            record: None,
            progress: None,
            ending: None,
            returned: None,
        }
    }

    pub(super) fn new(id: RunId, predictions: Predictions) -> Self {
        Self { id, started: Some(Box::new(predictions)), ..Self::empty() }
    }

    pub(super) fn push(&mut self, snapshot: Snapshot) {
        self.snapshots.push(snapshot);
    }

    /// Adds to what waits: a record is bounded by what its run was asked for.
    pub(super) fn record(&mut self, record: X) {
        match &mut self.record {
            Some(waiting) => waiting.append(record),
            None => self.record = Some(Box::new(record)),
        }
    }

    pub(super) fn progress(&mut self, alpha: f64, end: f64) {
        self.progress = Some((alpha, end));
    }

    pub(super) fn end(&mut self, ending: Ending) {
        self.progress = None;
        self.ending = Some(ending);
    }

    pub(super) fn give_back(&mut self, event: Event<X>) {
        self.returned = Some(event);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.returned.is_none()
            && self.started.is_none()
            && self.snapshots.is_empty()
            && self.record.is_none()
            && self.progress.is_none()
            && self.ending.is_none()
    }

    /// The next event to tell.
    pub(super) fn take(&mut self) -> Option<Event<X>> {
        if let Some(event) = self.returned.take() {
            return Some(event);
        }
        if let Some(predictions) = self.started.take() {
            return Some(Event::Started(self.id, predictions));
        }
        if !self.snapshots.is_empty() {
            return Some(Event::Snapshots(self.id, std::mem::take(&mut self.snapshots).into_snapshots()));
        }
        if let Some(record) = self.record.take() {
            return Some(Event::Record(self.id, record));
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
