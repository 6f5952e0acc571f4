//! Events that wait for the reader: at most one of each kind, whatever the reader does.
//!
//! What has been found waits in one record, which is bounded by what was asked for: a reader who sleeps through a long
//! run finds it thinned and complete, not a queue without end.

use super::protocol::{Event, RunId};
use crate::sim::{Append, Summary};

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
    record: Option<Box<X>>,
    progress: Option<(f64, f64)>,
    ending: Option<Ending>,
    /// An event the channel had no room for.
    returned: Option<Event<X>>,
}

impl<X: Append> Outbox<X> {
    /// Of a run of which nothing is to be told yet.
    pub(super) fn new(id: RunId) -> Self {
        Self { id, record: None, progress: None, ending: None, returned: None }
    }

    /// Adds to what waits.
    pub(super) fn record(&mut self, record: X) {
        match &mut self.record {
            Some(waiting) => waiting.append(record),
            None => self.record = Some(Box::new(record)),
        }
    }

    pub(super) fn progress(&mut self, done: f64, total: f64) {
        self.progress = Some((done, total));
    }

    pub(super) fn end(&mut self, ending: Ending) {
        self.progress = None;
        self.ending = Some(ending);
    }

    /// Takes back the event that was taken last.
    pub(super) fn give_back(&mut self, event: Event<X>) {
        self.returned = Some(event);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.returned.is_none() && self.record.is_none() && self.progress.is_none() && self.ending.is_none()
    }

    /// The next event to tell.
    pub(super) fn take(&mut self) -> Option<Event<X>> {
        if let Some(event) = self.returned.take() {
            return Some(event);
        }
        if let Some(record) = self.record.take() {
            return Some(Event::Record(self.id, record));
        }
        if let Some((done, total)) = self.progress.take() {
            return Some(Event::Progress(self.id, done, total));
        }
        Some(match self.ending.take()? {
            Ending::Finished(summary) => Event::Finished(self.id, summary),
            Ending::Failed(message) => Event::Failed(self.id, message),
        })
    }
}
