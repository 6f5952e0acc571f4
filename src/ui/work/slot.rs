//! Work beside the run: a worker of its own, and what it has sent for the newest request.
//!
//! It never holds up the ODE, and is dropped with its results when they no longer belong to what is shown.

use std::time::Duration;

use crossbeam_channel::Receiver;
use web_time::Instant;

use crate::sim::{Append, StopReason};
use crate::worker::{Event, Job, RunId, Runner, Worker};

/// Events of one worker that a frame takes in: more than its channel holds, so that whatever is left has woken the
/// window again.
const EVENTS_PER_FRAME: usize = 64;

/// Takes in what a worker has sent, as much of it as fits into a frame; says whether that was all.
pub(in crate::ui) fn drain_events<X>(events: &Receiver<Event<X>>, mut take: impl FnMut(Event<X>)) -> bool {
    for _ in 0..EVENTS_PER_FRAME {
        let Ok(event) = events.try_recv() else { return true };
        take(event);
    }
    events.is_empty()
}

/// What has arrived of one request.
#[derive(Debug)]
pub struct Store<X> {
    /// Its id, of its own worker.
    pub id: RunId,
    /// The run it belongs to: it is shown beside no other.
    pub run: RunId,
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
            run: RunId::default(),
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
pub(in crate::ui) struct JobSlot<R, X> {
    worker: Worker<R, X>,
    store: Option<Store<X>>,
}

impl<R: Send + 'static, X: Append + Default> JobSlot<R, X> {
    /// A worker with nothing to do.
    pub(in crate::ui) fn spawn(
        runner: &Runner,
        engine: impl Fn(&R) -> Box<dyn Job<X>> + Send + 'static,
    ) -> std::io::Result<Self> {
        Ok(Self { worker: Worker::spawn_on(runner, engine)?, store: None })
    }

    /// What has arrived, whatever run it belongs to.
    pub(in crate::ui) fn store(&self) -> Option<&Store<X>> {
        self.store.as_ref()
    }

    /// What has arrived beside this run; nothing of any other.
    pub(in crate::ui) fn store_of(&self, run: RunId) -> Option<&Store<X>> {
        self.store.as_ref().filter(|store| store.run == run)
    }

    /// Works for about so long, where the worker has no thread.
    pub(in crate::ui) fn pump(&mut self, budget: Duration) {
        self.worker.pump(budget);
    }

    /// Takes in what the worker sent; says whether that was all.
    pub(in crate::ui) fn drain(&mut self) -> bool {
        drain_events(self.worker.events(), |event| {
            let Some(store) = self.store.as_mut().filter(|store| store.id == event.id()) else { return };
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
            }
        })
    }

    /// Begins a request beside a run; whatever runs is superseded.
    pub(in crate::ui) fn begin(&mut self, run: RunId, request: R) {
        self.store = Some(Store { run, ..Store::new(self.worker.start(request)) });
    }

    /// What was found for another run holds for this one as well: both ask for the same.
    pub(in crate::ui) fn pass_to(&mut self, run: RunId) {
        if let Some(store) = &mut self.store {
            store.run = run;
        }
    }

    /// Stops and forgets what belongs to another run; says whether there was such.
    pub(in crate::ui) fn drop_unless_of(&mut self, run: RunId) -> bool {
        let foreign = self.store.as_ref().is_some_and(|store| store.run != run);
        if foreign {
            self.clear();
        }
        foreign
    }

    /// Asks for the rest of what was stopped; what has arrived stays.
    pub(in crate::ui) fn go_on(&mut self, request: R) {
        if let Some(store) = self.store.as_mut().filter(|store| store.cancelled) {
            store.go_on(self.worker.start(request));
        }
    }

    /// Stops what runs and keeps what has arrived.
    pub(in crate::ui) fn cancel(&self) {
        if let Some(store) = &self.store {
            self.worker.cancel(store.id);
        }
    }

    /// Stops what runs and forgets it.
    pub(in crate::ui) fn clear(&mut self) {
        self.cancel();
        self.store = None;
    }

    /// Whether something runs.
    pub(in crate::ui) fn is_busy(&self) -> bool {
        self.store.as_ref().is_some_and(|store| !store.ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossbeam_channel::unbounded;

    #[test]
    fn a_frame_takes_in_a_part_of_an_endless_stream_and_says_that_more_is_left() {
        let (sender, events) = unbounded::<Event>();
        let send = |alpha: usize| sender.send(Event::Progress(RunId(1), alpha as f64, 1e9)).unwrap();
        (0..3).for_each(send);
        let mut taken = 0;
        // Each event that is taken in brings another.
        let all = drain_events(&events, |_| {
            taken += 1;
            send(taken);
        });
        assert_eq!((all, taken), (false, EVENTS_PER_FRAME));
        assert!(drain_events(&events, |_| taken += 1) && taken == EVENTS_PER_FRAME + 3);
    }
}
