//! The corridor between window and engine: a named thread that runs the newest scenario and streams what it finds.
//!
//! Commands go through a ring of one (a newer start replaces an unread one), events through a bounded channel. The
//! stop flag overtakes the queue, a slow reader costs memory only up to one trajectory, and dropping the handle joins.

mod ensemble;
mod errand;
mod outbox;
mod protocol;
mod stepwise;
mod thread;
mod view_jobs;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};

pub use ensemble::{EnsembleJob, EnsembleRequest, StoppedEnsemble};
pub use errand::{Answer, Errand};
pub use protocol::{Command, Event, RunId};
pub use stepwise::{NextPiece, StepwiseJob};
pub use thread::{Job, OdeJob};
pub use view_jobs::{
    OtherStartsRequest, RateRequest, SpectrumRequest, map_job, other_starts_job, rate_job, spectrum_job,
};

use crate::model::Scenario;
use crate::sim::Append;

/// Events waiting for the reader at most; what comes after is merged until there is room.
const EVENT_CAPACITY: usize = 16;

/// Wakes the reader when there are events; called from the worker's thread.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// A running worker.
///
/// ```
/// use std::sync::Arc;
///
/// use saddlescope::model::{Scenario, ScenarioSpec};
/// use saddlescope::worker::{Event, Worker};
///
/// let mut worker = Worker::spawn(Arc::new(|| ()))?;
/// let id = worker.start(Scenario::new(ScenarioSpec::default())?);
/// let finished = worker.events().iter().find(|event| matches!(event, Event::Finished(..)));
/// assert_eq!(finished.map(|event| event.id()), Some(id));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Worker<R = Scenario, X = ()> {
    commands: Option<Sender<Command<R>>>,
    /// The other end of the ring, to take back a start that nobody has read.
    unread: Receiver<Command<R>>,
    events: Receiver<Event<X>>,
    wanted: Arc<AtomicU64>,
    last: RunId,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts a worker thread that integrates the ODEs; `wake` is called when there are events to read.
    ///
    /// # Errors
    /// If the system has no thread to give.
    pub fn spawn(wake: Wake) -> std::io::Result<Self> {
        Self::spawn_with(wake, |scenario| Box::new(OdeJob::new(scenario)))
    }
}

impl<R: Send + 'static, X: Append> Worker<R, X> {
    /// The same with another engine behind it, which may be asked for other things.
    ///
    /// # Errors
    /// If the system has no thread to give.
    pub fn spawn_with(
        wake: Wake,
        engine: impl Fn(&R) -> Box<dyn Job<X>> + Send + 'static,
    ) -> std::io::Result<Self> {
        let (commands, inbox) = bounded(1);
        let (sender, events) = bounded(EVENT_CAPACITY);
        let wanted = Arc::new(AtomicU64::new(0));
        let shared = Arc::clone(&wanted);
        let unread = inbox.clone();
        let channels = thread::Channels { inbox, events: sender, wanted: shared, wake };
        let builder = std::thread::Builder::new().name(String::from("saddlescope"));
        let thread = builder.spawn(move || thread::serve(&channels, &engine))?;
        Ok(Self { commands: Some(commands), unread, events, wanted, last: RunId(0), thread: Some(thread) })
    }

    /// Starts a request under a new id, superseding whatever runs.
    pub fn start(&mut self, request: R) -> RunId {
        let id = RunId(self.last.0 + 1);
        self.send(Command::Start(id, request));
        id
    }

    /// Sends a command; never blocks. Starts need ids above those before.
    pub fn send(&mut self, command: Command<R>) {
        match command {
            Command::Cancel(id) => self.cancel(id),
            Command::Start(id, ..) => {
                self.last = self.last.max(id);
                self.wanted.store(id.0, Ordering::Release);
                self.enqueue(command);
            }
        }
    }

    /// Stops a run if it is still the one that is wanted: a newer run is not its to stop.
    pub fn cancel(&self, id: RunId) {
        let _ = self.wanted.compare_exchange(id.0, 0, Ordering::AcqRel, Ordering::Acquire);
    }

    /// The stream of events.
    pub fn events(&self) -> &Receiver<Event<X>> {
        &self.events
    }

    fn enqueue(&self, mut command: Command<R>) {
        let Some(commands) = &self.commands else { return };
        while let Err(TrySendError::Full(back)) = commands.try_send(command) {
            command = back;
            // The unread start is out of date; if the worker took it meanwhile, there is room now.
            let _ = self.unread.try_recv();
        }
    }
}

impl<R, X> Drop for Worker<R, X> {
    fn drop(&mut self) {
        self.wanted.store(0, Ordering::Release);
        self.commands = None;
        // The last command, if unread, would otherwise still be run.
        let _ = self.unread.try_recv();
        if let Some(thread) = self.thread.take() {
            // A panic of the loop itself was nobody's run; there is no one left to tell.
            let _ = thread.join();
        }
    }
}
