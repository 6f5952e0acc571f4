//! Whole trajectories at default tolerances, the same as rows of a sweep, and the latency from a start command to its
//! complete trajectory.
//!
//! The last is what a slider drag waits for, without drawing: through the worker's thread, events included.
#![expect(clippy::expect_used, reason = "a bench without its scenario or thread measures nothing")]

use divan::{Bencher, black_box};
use saddlescope::model::{Scenario, ScenarioSpec};
use saddlescope::sim::sweep::{Outcome, StopAt};
use saddlescope::sim::{Trajectory, run};
use saddlescope::worker::{Event, Worker};
use std::sync::Arc;

const SIZES: [(usize, usize); 4] = [(3, 3), (6, 3), (20, 10), (64, 32)];
const DRAGGED: [(usize, usize); 2] = [(6, 3), (10, 10)];

fn main() {
    divan::main();
}

fn scenario((p, p_star): (usize, usize)) -> Scenario {
    let mut spec = ScenarioSpec::default();
    (spec.model.p, spec.model.p_star) = (p, p_star);
    Scenario::new(spec).expect("the default start is realisable at these widths")
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn trajectory(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let scenario = scenario(size);
    bencher.bench_local(|| run(black_box(&scenario)));
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn row(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let scenario = scenario(size);
    bencher.bench_local(|| Outcome::of(black_box(&scenario), StopAt::End, &|| false));
}

#[divan::bench(args = DRAGGED, sample_count = 50)]
fn start_to_finished(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let scenario = scenario(size);
    let mut worker = Worker::spawn(Arc::new(|| ())).expect("the system has a thread to give");
    bencher.bench_local(|| {
        let id = worker.start(scenario.clone());
        let mut trajectory = Trajectory::default();
        for event in worker.events() {
            match event {
                Event::Record(_, found) => {
                    found.trajectory.into_snapshots().into_iter().for_each(|snapshot| {
                        trajectory.push(snapshot);
                    });
                }
                Event::Finished(finished, _) if finished == id => break,
                _ => {}
            }
        }
        trajectory
    });
}
