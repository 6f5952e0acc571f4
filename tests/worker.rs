//! The worker's protocol, without sleeps and without clocks: jobs and tests wait for each other through channels.
//!
//! Timeouts are there only so that a broken promise fails instead of hanging.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and prints what it measured for --nocapture"
)]

#[path = "support/physics.rs"]
mod physics;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use physics::{Matrix, scenario, spec, until};
use saddlescope::model::{Overlaps, Scenario};
use saddlescope::sim::{
    Events, Mark, Observables, OdeRecord, Predictions, SNAPSHOT_BUDGET, Snapshot, Status, StopReason,
    Summary, Trajectory,
};
use saddlescope::worker::{Command, Event, Job, RunId, Runner, Worker};

/// A guard against hanging, nothing else: no test waits for it.
const GUARD: Duration = Duration::from_mins(1);

/// What a test's job does in one slice.
type Slice = Box<dyn FnMut(&dyn Fn() -> bool, &mut dyn FnMut(Snapshot)) -> Status + Send>;

/// A job whose slices the test writes.
struct Scripted {
    slice: Slice,
    found: Option<OdeRecord>,
    stop: StopReason,
    /// Told when the job is gone.
    gone: Option<Arc<AtomicBool>>,
}

impl Scripted {
    fn boxed(
        slice: impl FnMut(&dyn Fn() -> bool, &mut dyn FnMut(Snapshot)) -> Status + Send + 'static,
    ) -> Box<dyn Job> {
        Box::new(Self {
            slice: Box::new(slice),
            found: Some(begun()),
            stop: StopReason::Cancelled,
            gone: None,
        })
    }
}

/// What every run says first.
fn begun() -> OdeRecord {
    OdeRecord { predictions: Some(Box::default()), ..OdeRecord::default() }
}

impl Job for Scripted {
    fn advance(&mut self, cancelled: &(dyn Fn() -> bool + Sync)) -> Status {
        let found = self.found.get_or_insert_default();
        let mut sink = |snapshot| {
            found.trajectory.push(snapshot);
        };
        let status = (self.slice)(&|| cancelled(), &mut sink);
        if let Status::Stopped(stop) = status {
            self.stop = stop;
        }
        status
    }

    fn record(&mut self) -> Option<OdeRecord> {
        self.found.take()
    }

    fn progress(&self) -> (f64, f64) {
        (0.0, 1.0)
    }

    fn summary(&self) -> Summary {
        let statistics = saddlescope::sim::tsit5::Statistics::default();
        Summary { stop: self.stop, alpha: 0.0, events: Events::default(), statistics }
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        if let Some(gone) = &self.gone {
            gone.store(true, Ordering::Release);
        }
    }
}

/// Never ends by itself.
fn endless() -> Box<dyn Job> {
    Scripted::boxed(|cancelled, _| {
        std::thread::yield_now();
        if cancelled() { Status::Stopped(StopReason::Cancelled) } else { Status::Running }
    })
}

/// One snapshot, then the end.
fn quick() -> Box<dyn Job> {
    Scripted::boxed(|_, sink| {
        sink(snapshot(0));
        Status::Stopped(StopReason::Done)
    })
}

fn snapshot(tick: u64) -> Snapshot {
    let state = Overlaps::new(Matrix::zeros(1, 1), Matrix::identity(1, 1)).unwrap();
    Snapshot { alpha: tick as f64, state, observables: Observables::default(), mark: Mark::Tick(tick) }
}

/// A scenario that jobs tell apart by its seed.
fn numbered(seed: u64) -> Scenario {
    let mut spec = spec(2, 1, 0.1);
    spec.start.seed = seed;
    scenario(spec)
}

/// A worker whose engine is the test's, and the seeds it was called with.
fn worker(engine: impl Fn(u64) -> Box<dyn Job> + Send + 'static) -> (Worker, Receiver<u64>) {
    let (called, calls) = unbounded();
    let engine = move |scenario: &Scenario| {
        let seed = scenario.start.seed;
        called.send(seed).unwrap();
        engine(seed)
    };
    (Worker::spawn_on(&Runner::threads(Arc::new(|| ())), engine).unwrap(), calls)
}

fn real_worker() -> Worker {
    Worker::spawn(Arc::new(|| ())).unwrap()
}

fn heard<T>(receiver: &Receiver<T>) -> T {
    receiver.recv_timeout(GUARD).expect("a promise was broken: nothing came")
}

fn is_end(event: &Event) -> bool {
    matches!(event, Event::Finished(..) | Event::Failed(..))
}

/// All events up to the end of run `id`.
fn events_until_end(worker: &Worker, id: RunId) -> Vec<Event> {
    let mut events = Vec::new();
    loop {
        events.push(heard(worker.events()));
        if events.last().is_some_and(|event| is_end(event) && event.id() == id) {
            return events;
        }
    }
}

/// Why run `id` stopped; nothing if it failed.
fn stop_of(events: &[Event], id: RunId) -> Option<StopReason> {
    events.iter().find_map(|event| match event {
        Event::Finished(found, summary) if *found == id => Some(summary.stop),
        _ => None,
    })
}

/// Started once and first, the end once and last, α rising, one id.
fn assert_well_told(events: &[Event]) {
    let id = events[0].id();
    let starts = |event: &Event| matches!(event, Event::Record(_, record) if record.predictions.is_some());
    assert!(starts(&events[0]), "{:?}", events[0]);
    assert!(events.iter().all(|event| event.id() == id), "one run, one id");
    assert_eq!(events.iter().filter(|event| starts(event)).count(), 1);
    let ends = events.iter().filter(|event| is_end(event)).count();
    assert!(ends == 1 && events.last().is_some_and(is_end), "one end, at the end");
    let alphas: Vec<f64> = snapshots(events).map(|at| at.alpha).collect();
    assert!(alphas.is_sorted_by(|a, b| a <= b), "states in increasing α");
}

fn snapshots(events: &[Event]) -> impl Iterator<Item = &Snapshot> {
    events.iter().flat_map(|event| {
        if let Event::Record(_, found) = event { found.trajectory.snapshots() } else { &[] }
    })
}

#[test]
fn a_reader_rebuilds_the_very_trajectory_of_the_run() {
    let mut worker = real_worker();
    for (p, p_star, eta) in [(6, 3, 0.01), (3, 3, 0.3), (2, 4, 0.05)] {
        let scenario = scenario(spec(p, p_star, eta));
        let (expected, summary) = saddlescope::sim::run(&scenario);
        let id = worker.start(scenario);
        let events = events_until_end(&worker, id);
        assert_well_told(&events);
        let mut rebuilt = Trajectory::default();
        snapshots(&events).cloned().for_each(|at| {
            rebuilt.push(at);
        });
        assert_eq!(rebuilt.snapshots(), expected.snapshots());
        let Some(Event::Finished(_, told)) = events.last() else { panic!("{:?}", events.last()) };
        assert_eq!(*told, summary);
    }
}

#[test]
fn the_start_tells_what_it_predicts() {
    let mut worker = real_worker();
    let scenario = scenario(spec(6, 3, 0.1));
    let expected = Predictions::of(&scenario);
    let id = worker.start(scenario);
    let events = events_until_end(&worker, id);
    let Event::Record(_, found) = &events[0] else { panic!("{:?}", events[0]) };
    assert_eq!(found.predictions.as_deref(), Some(&expected));
}

#[test]
fn run_numbers_rise() {
    let mut worker = real_worker();
    let ids: Vec<RunId> = (0..5).map(|seed| worker.start(numbered(seed))).collect();
    assert!(ids.is_sorted_by(|a, b| a < b));
    worker.send(Command::Start(RunId(100), numbered(9)));
    assert_eq!(worker.start(numbered(10)), RunId(101), "numbers given by hand are not given again");
}

/// Holds the worker inside its first job, cancelled or not, until the test says go.
fn held_worker() -> (Worker, Receiver<u64>, Sender<()>) {
    let (go, gate) = bounded::<()>(1);
    let (worker, calls) = worker(move |seed| {
        let gate = gate.clone();
        match seed {
            0 => Scripted::boxed(move |cancelled, _| {
                heard(&gate);
                Status::Stopped(if cancelled() { StopReason::Cancelled } else { StopReason::Done })
            }),
            _ => quick(),
        }
    });
    (worker, calls, go)
}

#[test]
fn of_a_burst_of_starts_only_the_newest_is_run() {
    let (mut worker, calls, go) = held_worker();
    let first = worker.start(numbered(0));
    assert_eq!(heard(&calls), 0);
    // The worker is busy: whatever is sent now waits, and only the newest has room.
    let newest = (1..=1000).map(|seed| worker.start(numbered(seed))).last().unwrap();
    go.send(()).unwrap();
    let events = events_until_end(&worker, newest);
    assert_eq!(stop_of(&events, first), Some(StopReason::Cancelled), "superseded");
    assert_eq!(stop_of(&events, newest), Some(StopReason::Done));
    assert_eq!(calls.try_iter().collect::<Vec<_>>(), [1000], "no run in between was even begun");
    assert!(events.iter().all(|event| event.id() == first || event.id() == newest));
}

#[test]
fn a_burst_that_races_the_worker_still_ends_with_the_newest() {
    let mut worker = real_worker();
    for round in 0..20 {
        let newest = (0..30).map(|step| worker.start(numbered(100 * round + step))).last().unwrap();
        let events = events_until_end(&worker, newest);
        let stop = stop_of(&events, newest).unwrap();
        assert_eq!(stop, StopReason::Done, "the newest is not cancelled by its predecessors");
        let ids: Vec<RunId> = events.iter().map(Event::id).collect();
        assert!(ids.is_sorted(), "no event of an old run after one of a newer run");
    }
}

#[test]
fn cancelling_stops_a_run_and_tells_so() {
    let (mut worker, calls) = worker(|_| endless());
    let id = worker.start(numbered(7));
    assert_eq!(heard(&calls), 7);
    worker.send(Command::Cancel(id));
    let events = events_until_end(&worker, id);
    assert_well_told(&events);
    assert_eq!(stop_of(&events, id), Some(StopReason::Cancelled));
}

#[test]
fn cancelling_a_real_run_leaves_its_states_up_to_there() {
    let mut worker = real_worker();
    // Long enough to be told of while it goes on, whatever the machine.
    let id = worker.start(scenario(until(spec(40, 20, 0.01), 1e12)));
    let mut events = vec![heard(worker.events())];
    worker.send(Command::Cancel(id));
    events.extend(events_until_end(&worker, id));
    assert_well_told(&events);
    assert_eq!(stop_of(&events, id), Some(StopReason::Cancelled));
    let last = snapshots(&events).last().unwrap();
    let Some(Event::Finished(_, summary)) = events.last() else { panic!("{:?}", events.last()) };
    assert_eq!((last.mark, last.alpha.to_bits()), (Mark::End, summary.alpha.to_bits()));
}

#[test]
fn a_start_cancelled_before_it_was_read_ends_as_cancelled() {
    let (go, gate) = bounded::<()>(1);
    let (mut worker, calls) = worker(move |_| {
        let gate = gate.clone();
        Scripted::boxed(move |cancelled, _| {
            heard(&gate);
            Status::Stopped(if cancelled() { StopReason::Cancelled } else { StopReason::Done })
        })
    });
    worker.start(numbered(1));
    heard(&calls);
    let unread = worker.start(numbered(2));
    worker.send(Command::Cancel(unread));
    go.send(()).unwrap();
    heard(&calls);
    go.send(()).unwrap();
    let events = events_until_end(&worker, unread);
    assert_eq!(stop_of(&events, unread), Some(StopReason::Cancelled));
}

#[test]
fn cancelling_an_old_run_does_not_touch_the_new_one() {
    let (mut worker, calls, go) = held_worker();
    let old = worker.start(numbered(1));
    events_until_end(&worker, old);
    let new = worker.start(numbered(0));
    assert_eq!((heard(&calls), heard(&calls)), (1, 0));
    // The new run is inside its slice and looks at the flag only after this.
    worker.send(Command::Cancel(old));
    go.send(()).unwrap();
    assert_eq!(stop_of(&events_until_end(&worker, new), new), Some(StopReason::Done));
}

#[test]
fn a_run_that_never_ends_gives_way_to_a_new_start() {
    let (mut worker, calls) = worker(|seed| if seed == 0 { endless() } else { quick() });
    let old = worker.start(numbered(0));
    heard(&calls);
    let new = worker.start(numbered(1));
    let events = events_until_end(&worker, new);
    let split = events.iter().position(|event| event.id() == new).unwrap();
    assert_well_told(&events[..split]);
    assert_well_told(&events[split..]);
    assert_eq!(stop_of(&events, old), Some(StopReason::Cancelled));
    assert_eq!(stop_of(&events, new), Some(StopReason::Done));
}

/// Panics without a message on the test's standard error.
fn quiet_panic(seed: u64) -> ! {
    match seed {
        1 => std::panic::resume_unwind(Box::new("a literal")),
        2 => std::panic::resume_unwind(Box::new(String::from("a built message"))),
        _ => std::panic::resume_unwind(Box::new(3)),
    }
}

#[test]
fn a_panic_becomes_a_failed_run_and_the_next_start_works() {
    let (mut worker, _calls) = worker(|seed| match seed {
        0 => quick(),
        // In the middle of a run, after a state that stays valid.
        1..=3 => Scripted::boxed(move |_, sink| {
            sink(snapshot(0));
            quiet_panic(seed)
        }),
        // Before there is a run at all.
        _ => quiet_panic(seed - 3),
    });
    let messages = ["a literal", "a built message", "unexpectedly"];
    for seed in 1..=6 {
        let failed = worker.start(numbered(seed));
        let events = events_until_end(&worker, failed);
        if seed <= 3 {
            assert_well_told(&events);
        } else {
            assert_eq!(events.len(), 1, "there was nothing to tell: {events:?}");
        }
        let Some(Event::Failed(_, message)) = events.last() else { panic!("{:?}", events.last()) };
        assert!(message.contains(messages[(seed as usize - 1) % 3]), "{message}");
        assert_eq!(snapshots(&events).count(), usize::from(seed <= 3), "what was found before is told");
        let next = worker.start(numbered(0));
        assert_eq!(stop_of(&events_until_end(&worker, next), next), Some(StopReason::Done));
    }
}

#[test]
fn dropping_the_handle_stops_the_run_and_waits_for_it() {
    let gone = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&gone);
    let (mut worker, calls) = worker(move |_| {
        let mut tick = 0;
        let slice = move |cancelled: &dyn Fn() -> bool, sink: &mut dyn FnMut(Snapshot)| {
            sink(snapshot(tick));
            tick += 1;
            if cancelled() { Status::Stopped(StopReason::Cancelled) } else { Status::Running }
        };
        let gone = Some(Arc::clone(&told));
        Box::new(Scripted { slice: Box::new(slice), found: Some(begun()), stop: StopReason::Done, gone })
    });
    worker.start(numbered(1));
    heard(&calls);
    assert!(!gone.load(Ordering::Acquire));
    drop(worker);
    assert!(gone.load(Ordering::Acquire), "after the drop there is no thread left that could run it");
}

#[test]
fn dropping_the_handle_forgets_starts_that_nobody_read() {
    let (mut worker, calls, go) = held_worker();
    worker.start(numbered(0));
    assert_eq!(heard(&calls), 0);
    worker.start(numbered(1));
    let dropping = std::thread::spawn(move || drop(worker));
    // Whether the drop has begun or not, the unread start is out of date once it has; before, it is quick.
    go.send(()).unwrap();
    dropping.join().unwrap();
    let begun: Vec<u64> = calls.try_iter().collect();
    assert!(begun.is_empty() || begun == [1], "{begun:?}");
    assert!(calls.recv().is_err(), "the engine is gone");
}

#[test]
fn dropping_the_handle_of_an_idle_worker_with_unread_events_ends_too() {
    for starts in 0..40 {
        let mut worker = real_worker();
        for seed in 0..starts {
            worker.start(numbered(seed));
        }
        drop(worker);
    }
}

/// A run of many snapshots that fills the queue first, then goes on for `more` snapshots; tells when it is done.
fn chatterbox(events: Receiver<Event>, more: u64, done: Sender<u64>) -> Box<dyn Job> {
    let (mut tick, mut left) = (0, more);
    Scripted::boxed(move |_, sink| {
        for _ in 0..16 {
            sink(snapshot(tick));
            tick += 1;
        }
        if events.is_full() {
            left = left.saturating_sub(16);
        }
        std::thread::yield_now();
        if left > 0 {
            return Status::Running;
        }
        done.send(tick).unwrap();
        Status::Stopped(StopReason::Done)
    })
}

#[test]
fn a_reader_who_sleeps_through_a_long_run_finds_it_thinned_and_complete() {
    let (done, finished) = bounded(1);
    let (hand_over, queue) = bounded::<Receiver<Event>>(1);
    let engine = move |_: &Scenario| chatterbox(heard(&queue), 100_000, done.clone());
    let mut worker = Worker::spawn_on(&Runner::threads(Arc::new(|| ())), engine).unwrap();
    hand_over.send(worker.events().clone()).unwrap();
    let capacity = worker.events().capacity().unwrap();
    let id = worker.start(numbered(1));
    // Nothing is read, and yet the run comes to its end.
    let ticks = heard(&finished);
    let events = events_until_end(&worker, id);
    assert_well_told(&events);
    // What waited: the queue, one event that found no room, one batch of the rest, the end.
    assert!(events.len() <= capacity + 4, "{} events waited", events.len());
    let batches = events.iter().filter_map(|event| match event {
        Event::Record(_, found) => Some(found.trajectory.snapshots().len()),
        _ => None,
    });
    assert!(batches.max().unwrap() <= SNAPSHOT_BUDGET);
    let mut trajectory = Trajectory::default();
    snapshots(&events).cloned().for_each(|at| {
        trajectory.push(at);
    });
    let kept = trajectory.snapshots();
    let last = kept.last().unwrap().alpha;
    println!("{ticks} ticks told in {} events, {} kept up to {last}", events.len(), kept.len());
    assert!(kept.len() <= SNAPSHOT_BUDGET && kept.len() >= SNAPSHOT_BUDGET / 2);
    assert_eq!(kept[0].alpha.to_bits(), 0.0_f64.to_bits());
    // What waited together was thinned together, to no fewer than half the budget.
    let stride = (ticks / (SNAPSHOT_BUDGET as u64 / 2)).next_power_of_two();
    let there: std::collections::HashSet<u64> = kept.iter().map(|at| at.alpha as u64).collect();
    assert!((0..ticks).step_by(stride as usize).all(|tick| there.contains(&tick)), "every tick of {stride}");
}

#[test]
fn a_sleeping_reader_does_not_keep_a_new_start_waiting() {
    let (done, finished) = bounded(1);
    let (hand_over, queue) = bounded::<Receiver<Event>>(1);
    let engine = move |scenario: &Scenario| {
        let done = done.clone();
        if scenario.start.seed == 1 {
            return chatterbox(heard(&queue), 1000, done);
        }
        Scripted::boxed(move |_, _| {
            done.send(0).unwrap();
            Status::Stopped(StopReason::Done)
        })
    };
    let mut worker = Worker::spawn_on(&Runner::threads(Arc::new(|| ())), engine).unwrap();
    hand_over.send(worker.events().clone()).unwrap();
    worker.start(numbered(1));
    assert!(heard(&finished) > 0);
    // The queue is full and the end of the first run still waits for room; the next run is begun all the same.
    let next = worker.start(numbered(2));
    assert_eq!(heard(&finished), 0);
    let events = events_until_end(&worker, next);
    let split = events.iter().position(|event| event.id() == next).unwrap();
    assert_well_told(&events[split..]);
}

#[test]
fn the_reader_is_woken_for_everything_there_is_to_read() {
    let (wake, woken) = unbounded();
    let woken_times = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&woken_times);
    let wake = Arc::new(move || {
        count.fetch_add(1, Ordering::Relaxed);
        // The reader may be gone by the last call.
        let _ = wake.send(());
    });
    let mut worker = Worker::spawn(wake).unwrap();
    let id = worker.start(numbered(1));
    let mut events = Vec::new();
    // A reader who looks only when woken misses nothing.
    while !events.last().is_some_and(is_end) {
        heard(&woken);
        events.extend(worker.events().try_iter());
    }
    assert_well_told(&events);
    assert_eq!(events[0].id(), id);
    assert!(woken_times.load(Ordering::Relaxed) <= events.len(), "never woken for nothing");
}

/// A job whose first record breaks.
struct Unrecordable;

impl Job for Unrecordable {
    fn advance(&mut self, _: &(dyn Fn() -> bool + Sync)) -> Status {
        Status::Stopped(StopReason::Done)
    }

    fn record(&mut self) -> Option<OdeRecord> {
        quiet_panic(1)
    }

    fn progress(&self) -> (f64, f64) {
        (0.0, 1.0)
    }

    fn summary(&self) -> Summary {
        Summary::bare(StopReason::Done)
    }
}

#[test]
fn a_job_that_breaks_before_its_first_slice_fails_and_the_next_start_works() {
    let (mut worker, _calls) =
        worker(|seed| if seed == 0 { quick() } else { Box::new(Unrecordable) as Box<dyn Job> });
    let failed = worker.start(numbered(1));
    assert!(matches!(events_until_end(&worker, failed).as_slice(), [Event::Failed(..)]));
    let next = worker.start(numbered(0));
    assert_eq!(stop_of(&events_until_end(&worker, next), next), Some(StopReason::Done));
}

#[test]
fn without_threads_a_run_that_is_superseded_ends_before_the_next_begins() {
    let engine = |scenario: &Scenario| {
        let (is_first, mut slices) = (scenario.start.seed == 1, 0);
        Scripted::boxed(move |cancelled, sink| {
            sink(snapshot(slices));
            slices += 1;
            // As work does that looks up only now and then.
            if slices.is_multiple_of(3) && cancelled() {
                return Status::Stopped(StopReason::Cancelled);
            }
            if is_first { Status::Running } else { Status::Stopped(StopReason::Done) }
        })
    };
    let mut worker = Worker::spawn_on(&Runner::pumped(Arc::new(|| ())), engine).unwrap();
    let first = worker.start(numbered(1));
    worker.pump(Duration::from_millis(1));
    let next = worker.start(numbered(2));
    worker.pump(Duration::from_millis(1));
    let events: Vec<Event> = worker.events().try_iter().collect();
    assert_eq!(stop_of(&events, first), Some(StopReason::Cancelled));
    assert_eq!(stop_of(&events, next), Some(StopReason::Done));
    let split = events.iter().position(|event| event.id() == next).unwrap();
    assert_well_told(&events[..split]);
    assert_well_told(&events[split..]);
}
