//! The engine behind a worker, wherever it runs: takes the newest start, advances it in slices, and tells what is new.
//!
//! Between two slices it looks at the stop flag; a panic inside a job becomes `Failed` and the next command works.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crossbeam_channel::{Sender, TrySendError};
use web_time::Instant;

use super::Wake;
use super::job::Job;
use super::outbox::{Ending, Outbox};
use super::protocol::{Event, RunId};
use crate::sim::{Append, Status};

/// The reader is told at most this often while a run goes on: 30 times a second.
const TELL_EVERY: Duration = Duration::from_millis(33);

/// Makes the job of a request.
pub(super) type MakeJob<R, X> = Box<dyn Fn(&R) -> Box<dyn Job<X>> + Send>;

/// A job on its way, with what it has not told.
pub(super) struct Engine<R, X> {
    make: MakeJob<R, X>,
    events: Sender<Event<X>>,
    /// The id of the run that is wanted; 0: none.
    wanted: Arc<AtomicU64>,
    wake: Wake,
    running: Option<(RunId, Box<dyn Job<X>>)>,
    outbox: Outbox<X>,
    told: Instant,
}

impl<R, X: Append> Engine<R, X> {
    pub(super) fn new(
        make: MakeJob<R, X>,
        events: Sender<Event<X>>,
        wanted: Arc<AtomicU64>,
        wake: Wake,
    ) -> Self {
        let outbox = Outbox::new(RunId::default());
        Self { make, events, wanted, wake, running: None, outbox, told: Instant::now() }
    }

    /// Where events go.
    pub(super) fn events(&self) -> &Sender<Event<X>> {
        &self.events
    }

    /// Whether a job goes on.
    pub(super) fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// Whether something is still to be told.
    pub(super) fn has_news(&self) -> bool {
        !self.outbox.is_empty()
    }

    /// Begins a request in place of the one before, unless a newer one is on its way.
    pub(super) fn begin(&mut self, id: RunId, request: &R) {
        if self.wanted() > id {
            return;
        }
        (self.outbox, self.told) = (Outbox::new(id), Instant::now());
        if let Some((_, job)) = self.running.take() {
            let_go(job);
        }
        let make = &self.make;
        let begin = AssertUnwindSafe(|| {
            let mut job = make(request);
            // What is known before the first slice, whatever becomes of it.
            let record = job.record();
            (job, record)
        });
        match catch_unwind(begin) {
            Ok((job, record)) => {
                if let Some(record) = record {
                    self.outbox.record(record);
                }
                self.running = Some((id, job));
            }
            Err(panic) => self.outbox.end(Ending::Failed(panic_message(panic.as_ref()))),
        }
    }

    /// Goes on with what runs until it has ended, as what is no longer wanted does soon.
    pub(super) fn finish(&mut self) {
        while self.is_running() {
            self.advance();
        }
    }

    /// Does a slice of the job; does nothing without one.
    pub(super) fn advance(&mut self) {
        let Some((id, mut job)) = self.running.take() else { return };
        let wanted = &self.wanted;
        let unwanted = || wanted.load(Ordering::Acquire) != id.0;
        let outbox = &mut self.outbox;
        let tells = self.told.elapsed() >= TELL_EVERY;
        let slice = AssertUnwindSafe(|| {
            let status = job.advance(&unwanted);
            let stopped = matches!(status, Status::Stopped(_));
            if stopped || tells {
                job.record().into_iter().for_each(|record| outbox.record(record));
            }
            if stopped {
                outbox.end(job.failure().map_or_else(|| Ending::Finished(job.summary()), Ending::Failed));
                return false;
            }
            if tells {
                let (done, total) = job.progress();
                outbox.progress(done, total);
            }
            true
        });
        match catch_unwind(slice) {
            Ok(true) => self.running = Some((id, job)),
            Ok(false) => let_go(job),
            Err(panic) => {
                // What it had found before stays valid.
                if let Ok(Some(record)) = catch_unwind(AssertUnwindSafe(|| job.record())) {
                    self.outbox.record(record);
                }
                self.outbox.end(Ending::Failed(panic_message(panic.as_ref())));
                let_go(job);
            }
        }
        if tells {
            self.flush();
            self.told = Instant::now();
        }
    }

    /// Hands over what the channel has room for.
    pub(super) fn flush(&mut self) {
        let mut told = false;
        while let Some(event) = self.outbox.take() {
            match self.events.try_send(event) {
                Ok(()) => told = true,
                Err(TrySendError::Full(event)) => {
                    self.outbox.give_back(event);
                    break;
                }
                Err(TrySendError::Disconnected(_)) => break,
            }
        }
        if told {
            (self.wake)();
        }
    }

    /// Calls the reader.
    pub(super) fn call(&self) {
        (self.wake)();
    }

    fn wanted(&self) -> RunId {
        RunId(self.wanted.load(Ordering::Acquire))
    }
}

/// Drops a job that is over: what panics there was told before, and the next command works.
fn let_go<X>(job: Box<dyn Job<X>>) {
    let _ = catch_unwind(AssertUnwindSafe(move || drop(job)));
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    text.map_or_else(
        || String::from("the engine stopped unexpectedly"),
        |text| format!("the engine stopped: {text}"),
    )
}
