//! Work beside the run: a worker of its own, and what it has sent for the newest request.
//!
//! It never holds up the ODE, and is dropped with its results when they no longer belong to what is shown.

use std::time::Instant;

use crate::sim::{Record, StopReason};
use crate::worker::{Event, Job, RunId, Wake, Worker};

/// What has arrived of one request.
#[derive(Debug)]
pub struct Store<X> {
    /// Its id, of its own worker.
    pub id: RunId,
    /// What has arrived.
    pub record: X,
    /// When it was started, or went on.
    pub begun: Instant,
    /// What was done by then, from 0 to 1.
    pub done_before: f64,
    /// What is done and what there is to do, in units of the job's own.
    pub progress: (f64, f64),
    /// Whether it is over, cancelled included.
    pub ended: bool,
    /// Whether it was told to stop.
    pub cancelled: bool,
    /// Why it broke, or was not begun.
    pub failure: Option<String>,
    /// Counts changes.
    pub version: u64,
}

impl<X: Default> Store<X> {
    /// A request of which nothing has arrived.
    pub fn new(id: RunId) -> Self {
        Self {
            id,
            record: X::default(),
            begun: Instant::now(),
            done_before: 0.0,
            progress: (0.0, 0.0),
            ended: false,
            cancelled: false,
            failure: None,
            version: 0,
        }
    }

    /// From 0 to 1.
    pub fn fraction(&self) -> f64 {
        let (done, total) = self.progress;
        if total > 0.0 { (done / total).min(1.0) } else { 0.0 }
    }

    /// Seconds left at the pace so far; `None` before the first progress and at the end.
    pub fn seconds_left(&self) -> Option<f64> {
        let share = self.fraction();
        let done = share - self.done_before;
        let left = self.begun.elapsed().as_secs_f64() * (1.0 - share) / done;
        (!self.ended && done > 0.0).then_some(left)
    }

    /// The same request going on under another id.
    fn go_on(&mut self, id: RunId) {
        (self.id, self.begun, self.done_before) = (id, Instant::now(), self.fraction());
        (self.ended, self.cancelled, self.failure) = (false, false, None);
        self.version += 1;
    }
}

/// A worker for requests `R` that find records `X`.
pub(super) struct Aside<R, X> {
    worker: Worker<R, X>,
    store: Option<Store<X>>,
}

impl<R: Send + 'static, X: Record + Default> Aside<R, X> {
    /// A worker with nothing to do.
    pub(super) fn spawn(
        wake: Wake,
        engine: impl Fn(&R) -> Box<dyn Job<X>> + Send + 'static,
    ) -> std::io::Result<Self> {
        Ok(Self { worker: Worker::spawn_with(wake, engine)?, store: None })
    }

    /// What has arrived.
    pub(super) fn store(&self) -> Option<&Store<X>> {
        self.store.as_ref()
    }

    /// Takes in what the worker sent.
    pub(super) fn drain(&mut self) {
        while let Ok(event) = self.worker.events().try_recv() {
            let Some(store) = self.store.as_mut().filter(|store| store.id == event.id()) else { continue };
            store.version += 1;
            match event {
                Event::Record(_, record) => store.record.append(*record),
                Event::Progress(_, done, total) => store.progress = (done, total),
                Event::Finished(_, summary) => {
                    store.ended = true;
                    store.cancelled = summary.stop == StopReason::Cancelled;
                }
                Event::Failed(_, message) => {
                    store.ended = true;
                    store.failure = Some(message);
                }
                Event::Started(..) | Event::Snapshots(..) => {}
            }
        }
    }

    /// Begins a request; whatever runs is superseded.
    pub(super) fn begin(&mut self, request: R) {
        self.store = Some(Store::new(self.worker.start(request)));
    }

    /// Asks for the rest of what was stopped; what has arrived stays.
    pub(super) fn go_on(&mut self, request: R) {
        if let Some(store) = self.store.as_mut().filter(|store| store.cancelled) {
            store.go_on(self.worker.start(request));
        }
    }

    /// Stops what runs and keeps what has arrived.
    pub(super) fn cancel(&self) {
        if let Some(store) = &self.store {
            self.worker.cancel(store.id);
        }
    }

    /// Stops what runs and forgets it.
    pub(super) fn clear(&mut self) {
        self.cancel();
        self.store = None;
    }

    /// Whether something runs.
    pub(super) fn is_busy(&self) -> bool {
        self.store.as_ref().is_some_and(|store| !store.ended)
    }
}
