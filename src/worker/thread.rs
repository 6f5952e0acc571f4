//! The worker's loop: take the newest start, advance it in slices, tell what is new, stop when told.
//!
//! Between two steps the run looks at the stop flag; a panic inside it becomes `Failed` and the next command works.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Select, Sender, TrySendError};

use super::Wake;
use super::outbox::{Ending, Outbox};
use super::protocol::{Command, Event, RunId};
use crate::model::Scenario;
use crate::sim::{Append, OdeRun, Predictions, Snapshot, Status, Summary};

/// The reader is told at most this often while a run goes on: 30 times a second.
const TELL_EVERY: Duration = Duration::from_millis(33);

/// Steps between two looks at the clock.
const SLICE_STEPS: usize = 16;

/// A run as the worker sees it.
pub trait Job<X = ()> {
    /// What the start predicts; nothing for anything but an ODE.
    fn predictions(&self) -> Predictions {
        Predictions::default()
    }
    /// Takes a slice of steps; `cancelled` is to be asked at least every few milliseconds.
    fn advance(&mut self, cancelled: &(dyn Fn() -> bool + Sync), sink: &mut dyn FnMut(Snapshot)) -> Status;
    /// What has been recorded since last asked.
    fn record(&mut self) -> Option<X> {
        None
    }
    /// Why it cannot run, once it has stopped.
    fn failure(&self) -> Option<String> {
        None
    }
    /// α reached and the α of the end at the latest.
    fn progress(&self) -> (f64, f64);
    /// What is known of the run.
    fn summary(&self) -> Summary;
}

/// The ODE as a job.
#[derive(Debug)]
pub struct OdeJob(OdeRun);

impl OdeJob {
    /// A run of the scenario at α = 0.
    pub fn new(scenario: &Scenario) -> Self {
        Self(OdeRun::new(scenario))
    }
}

impl Job for OdeJob {
    fn predictions(&self) -> Predictions {
        self.0.observer().predictions().clone()
    }

    fn advance(&mut self, cancelled: &(dyn Fn() -> bool + Sync), sink: &mut dyn FnMut(Snapshot)) -> Status {
        self.0.advance(SLICE_STEPS, &|| cancelled(), sink)
    }

    fn progress(&self) -> (f64, f64) {
        (self.0.alpha(), self.0.expected_end())
    }

    fn summary(&self) -> Summary {
        self.0.summary()
    }
}

/// What the loop reads from and writes to.
pub(super) struct Channels<R, X> {
    pub(super) inbox: Receiver<Command<R>>,
    pub(super) events: Sender<Event<X>>,
    /// The id of the run that is wanted; 0: none.
    pub(super) wanted: Arc<AtomicU64>,
    pub(super) wake: Wake,
}

impl<R, X: Append> Channels<R, X> {
    fn wanted(&self) -> RunId {
        RunId(self.wanted.load(Ordering::Acquire))
    }

    /// Hands over what the channel has room for.
    fn flush(&self, outbox: &mut Outbox<X>) {
        let mut told = false;
        while let Some(event) = outbox.take() {
            match self.events.try_send(event) {
                Ok(()) => told = true,
                Err(TrySendError::Full(event)) => {
                    outbox.give_back(event);
                    break;
                }
                Err(TrySendError::Disconnected(_)) => break,
            }
        }
        if told {
            (self.wake)();
        }
    }

    /// Waits for a command, handing over what is left whenever the reader makes room. `None`: the handle is gone.
    fn wait(&self, outbox: &mut Outbox<X>) -> Option<Command<R>> {
        loop {
            self.flush(outbox);
            if outbox.is_empty() {
                return self.inbox.recv().ok();
            }
            let mut select = Select::new();
            let command = select.recv(&self.inbox);
            select.send(&self.events);
            // Only readiness is asked for: `flush` does the sending.
            if select.ready() == command {
                match self.inbox.try_recv() {
                    Ok(command) => return Some(command),
                    Err(crossbeam_channel::TryRecvError::Disconnected) => return None,
                    Err(crossbeam_channel::TryRecvError::Empty) => {}
                }
            }
        }
    }
}

/// Serves commands until the handle is dropped.
pub(super) fn serve<R, X: Append>(channels: &Channels<R, X>, engine: &dyn Fn(&R) -> Box<dyn Job<X>>) {
    let mut outbox = Outbox::empty();
    while let Some(command) = channels.wait(&mut outbox) {
        if let Command::Start(id, request) = command {
            // A newer start is on its way: this one is out of date.
            if channels.wanted() > id {
                continue;
            }
            outbox = Outbox::new(id, Predictions::default());
            let attempt = AssertUnwindSafe(|| run(channels, engine, (id, &request), &mut outbox));
            if let Err(panic) = catch_unwind(attempt) {
                outbox.end(Ending::Failed(panic_message(panic.as_ref())));
            }
        }
    }
}

/// Runs one request to its end, or until it is no longer wanted.
fn run<R, X: Append>(
    channels: &Channels<R, X>,
    engine: &dyn Fn(&R) -> Box<dyn Job<X>>,
    (id, request): (RunId, &R),
    outbox: &mut Outbox<X>,
) {
    let mut job = engine(request);
    *outbox = Outbox::new(id, job.predictions());
    let wanted = &channels.wanted;
    let unwanted = || wanted.load(Ordering::Acquire) != id.0;
    let mut told = Instant::now();
    loop {
        let status = job.advance(&unwanted, &mut |snapshot| outbox.push(snapshot));
        if let Status::Stopped(_) = status {
            job.record().into_iter().for_each(|record| outbox.record(record));
            let summary = job.summary();
            outbox.end(job.failure().map_or(Ending::Finished(summary), Ending::Failed));
            return;
        }
        if told.elapsed() >= TELL_EVERY {
            let (alpha, end) = job.progress();
            job.record().into_iter().for_each(|record| outbox.record(record));
            outbox.progress(alpha, end);
            channels.flush(outbox);
            told = Instant::now();
        }
    }
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    text.map_or_else(
        || String::from("the engine stopped unexpectedly"),
        |text| format!("the engine stopped: {text}"),
    )
}
