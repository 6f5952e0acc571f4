//! The corridor between window and engine: a worker runs the newest scenario and streams what it finds, on a thread of
//! its own or, where there are none, within the frames of the window.
//!
//! A newer start replaces one that nobody has begun; events go through a bounded channel. The stop flag overtakes the
//! queue, a slow reader costs memory only up to one trajectory, and dropping the handle stops the work and joins its
//! thread.

mod engine;
mod ensemble;
mod errand;
mod job;
mod outbox;
mod protocol;
mod stepwise;
mod thread;
mod view_jobs;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use web_time::Instant;

pub use ensemble::{EnsembleJob, EnsembleRequest, StoppedEnsemble};
pub use errand::{Answer, Errand};
pub use job::{Job, OdeJob};
pub use protocol::{Command, Event, RunId};
pub use stepwise::{NextPiece, StepwiseJob};
pub use view_jobs::{
    OtherStartsRequest, RateRequest, SpectrumRequest, map_job, other_starts_job, rate_job, spectrum_job,
};

use engine::Engine;

use crate::model::Scenario;
use crate::sim::{Append, OdeRecord};

/// Events waiting for the reader at most; what comes after is merged until there is room.
const EVENT_CAPACITY: usize = 16;

/// Wakes the reader when there are events; called from wherever the worker runs.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// Where workers run, and whom they wake.
#[derive(Clone)]
pub struct Runner {
    wake: Wake,
    has_threads: bool,
}

impl Runner {
    /// On a thread each.
    pub fn threads(wake: Wake) -> Self {
        Self { wake, has_threads: true }
    }

    /// Without threads: within [`Worker::pump`], as where there are none.
    pub fn pumped(wake: Wake) -> Self {
        Self { wake, has_threads: false }
    }

    /// Wakes the reader.
    pub fn wake(&self) -> &Wake {
        &self.wake
    }
}

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
pub struct Worker<R = Scenario, X = OdeRecord> {
    place: Place<R, X>,
    events: Receiver<Event<X>>,
    wanted: Arc<AtomicU64>,
    last: RunId,
}

/// Where the engine is.
enum Place<R, X> {
    Thread {
        commands: Option<Sender<Command<R>>>,
        /// The other end of the ring, to take back a start that nobody has read.
        unread: Receiver<Command<R>>,
        thread: Option<JoinHandle<()>>,
    },
    Here {
        engine: Box<Engine<R, X>>,
        next: Option<(RunId, R)>,
    },
}

impl Worker {
    /// Starts a worker thread that integrates the ODEs; `wake` is called when there are events to read.
    ///
    /// # Errors
    /// If the system has no thread to give.
    pub fn spawn(wake: Wake) -> std::io::Result<Self> {
        Self::spawn_on(&Runner::threads(wake), |scenario| Box::new(OdeJob::new(scenario)))
    }
}

impl<R: Send + 'static, X: Append> Worker<R, X> {
    /// A worker with another engine behind it, which may be asked for other things.
    ///
    /// # Errors
    /// If the system has no thread to give.
    pub fn spawn_on(
        runner: &Runner,
        engine: impl Fn(&R) -> Box<dyn Job<X>> + Send + 'static,
    ) -> std::io::Result<Self> {
        let (sender, events) = bounded(EVENT_CAPACITY);
        let (wanted, wake) = (Arc::new(AtomicU64::new(0)), Arc::clone(&runner.wake));
        let shared = Arc::clone(&wanted);
        let place = if runner.has_threads {
            let (commands, inbox) = bounded(1);
            let unread = inbox.clone();
            let builder = std::thread::Builder::new().name(String::from("saddlescope"));
            // Jobs stay on the thread that made them.
            let serve =
                move || thread::serve(&inbox, &mut Engine::new(Box::new(engine), sender, shared, wake));
            Place::Thread { commands: Some(commands), unread, thread: Some(builder.spawn(serve)?) }
        } else {
            Place::Here { engine: Box::new(Engine::new(Box::new(engine), sender, shared, wake)), next: None }
        };
        Ok(Self { place, events, wanted, last: RunId(0) })
    }

    /// Starts a request under a new id, superseding whatever runs.
    pub fn start(&mut self, request: R) -> RunId {
        let id = RunId(self.last.0 + 1);
        self.send(Command::Start(id, request));
        id
    }

    /// Sends a command; never blocks. Starts need ids above those before.
    pub fn send(&mut self, command: Command<R>) {
        let (id, request) = match command {
            Command::Cancel(id) => return self.cancel(id),
            Command::Start(id, request) => (id, request),
        };
        self.last = self.last.max(id);
        self.wanted.store(id.0, Ordering::Release);
        match &mut self.place {
            Place::Here { engine, next } => {
                *next = Some((id, request));
                engine.call();
            }
            Place::Thread { commands: Some(commands), unread, .. } => {
                let mut command = Command::Start(id, request);
                while let Err(TrySendError::Full(back)) = commands.try_send(command) {
                    command = back;
                    // The unread start is out of date; if the worker took it meanwhile, there is room now.
                    let _ = unread.try_recv();
                }
            }
            Place::Thread { .. } => {}
        }
    }

    /// Stops a run if it is still the one that is wanted: a newer run is not its to stop.
    pub fn cancel(&self, id: RunId) {
        let _ = self.wanted.compare_exchange(id.0, 0, Ordering::AcqRel, Ordering::Acquire);
        if let Place::Here { engine, .. } = &self.place {
            engine.call();
        }
    }

    /// The stream of events.
    pub fn events(&self) -> &Receiver<Event<X>> {
        &self.events
    }

    /// Works for about `budget` where there is no thread, and asks to be called again while there is more to do.
    pub fn pump(&mut self, budget: Duration) {
        let Place::Here { engine, next } = &mut self.place else { return };
        let begun = Instant::now();
        if let Some((id, request)) = next.take() {
            // The one before ends first, and says so.
            engine.finish();
            engine.flush();
            engine.begin(id, &request);
        }
        while engine.is_running() && begun.elapsed() < budget {
            engine.advance();
        }
        engine.flush();
        if engine.is_running() || engine.has_news() {
            engine.call();
        }
    }
}

impl<R, X> Drop for Worker<R, X> {
    fn drop(&mut self) {
        self.wanted.store(0, Ordering::Release);
        let Place::Thread { commands, unread, thread } = &mut self.place else { return };
        *commands = None;
        // The last command, if unread, would otherwise still be run.
        let _ = unread.try_recv();
        if let Some(thread) = thread.take() {
            // A panic of the loop itself was nobody's run; there is no one left to tell.
            let _ = thread.join();
        }
    }
}
