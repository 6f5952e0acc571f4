//! Time per step of finite-N SGD: reduced in lockstep, reduced alone, explicit weights; and their ratios in one run.
//!
//! Times of groups are of many steps: read the items per second, replica-steps. The table at the end interleaves what it
//! compares and keeps the best of several rounds, so that its ratios hold on a busy machine too.
#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]
#![expect(clippy::expect_used, reason = "a benchmark that cannot go on has failed")]

use std::time::Instant;

use divan::Bencher;
use divan::counter::ItemsCount;
use saddlescope::model::{Learning, Matrix, Overlaps, Teacher};
use saddlescope::sim::sgd::{Direct, Precision, Reduced, ReplicaStart, SgdParameters};

const WIDTHS: [(usize, usize); 5] = [(2, 1), (3, 3), (6, 3), (10, 5), (20, 10)];
const DIMENSIONS: [u64; 4] = [100, 10_000, 1_000_000, 100_000_000];
const DIRECT_DIMENSIONS: [u64; 4] = [1_000, 10_000, 100_000, 1_000_000];

const LEARNING: Learning = Learning { eta: 0.05, label_noise: 0.0, gradient_flow: false };

/// Rounds of the table: short enough a stretch each to fall between two interruptions.
const ROUNDS: usize = 150;

fn main() {
    divan::main();
    if !std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        Table::measure().print();
    }
}

fn parameters(n: u64, p: usize, p_star: usize) -> (SgdParameters, Overlaps) {
    let m = Matrix::from_fn(p, p_star, |i, r| 0.1 * ((3 * i + 5 * r) as f64).sin());
    let start = Overlaps::new(m, Matrix::identity(p, p)).expect("a valid start");
    // A rate at which nothing diverges at any of these widths and dimensions.
    let parameters = SgdParameters { n, learning: LEARNING, seed: 1, teacher: Teacher::orthonormal(p_star) };
    (parameters, start)
}

fn reduced<const K: usize>(n: u64, (p, p_star): (usize, usize)) -> Reduced<K> {
    let (parameters, start) = parameters(n, p, p_star);
    let replicas: Vec<_> = (0..K as u64).map(|index| ReplicaStart { index, overlaps: &start }).collect();
    Reduced::new(&parameters, &replicas).expect("room for all replicas")
}

fn direct(n: u64, precision: Precision) -> Direct {
    let (parameters, start) = parameters(n, 6, 3);
    let replica = ReplicaStart { index: 0, overlaps: &start };
    let mut engine = Direct::new(&parameters, replica, precision).expect("room for the weights");
    engine.advance_to(2, &|| false);
    engine
}

fn run<const K: usize>(bencher: Bencher<'_, '_>, n: u64, widths: (usize, usize)) {
    const STEPS: u64 = 2000;
    let mut engine = reduced::<K>(n, widths);
    bencher.counter(ItemsCount::new(STEPS * K as u64)).bench_local(|| engine.advance(STEPS));
}

#[divan::bench(args = DIMENSIONS)]
fn lockstep_dimension(bencher: Bencher<'_, '_>, n: u64) {
    run::<8>(bencher, n, (6, 3));
}

#[divan::bench(args = WIDTHS)]
fn lockstep_widths(bencher: Bencher<'_, '_>, widths: (usize, usize)) {
    run::<8>(bencher, 10_000, widths);
}

#[divan::bench(args = WIDTHS)]
fn alone_widths(bencher: Bencher<'_, '_>, widths: (usize, usize)) {
    run::<1>(bencher, 10_000, widths);
}

#[divan::bench(args = DIRECT_DIMENSIONS, sample_count = 20)]
fn direct_single(bencher: Bencher<'_, '_>, n: u64) {
    run_direct(bencher, n, Precision::Single);
}

#[divan::bench(args = DIRECT_DIMENSIONS, sample_count = 20)]
fn direct_double(bencher: Bencher<'_, '_>, n: u64) {
    run_direct(bencher, n, Precision::Double);
}

fn run_direct(bencher: Bencher<'_, '_>, n: u64, precision: Precision) {
    let steps = (200_000 / n).max(1);
    let mut engine = direct(n, precision);
    bencher.counter(ItemsCount::new(steps)).bench_local(|| {
        let target = engine.step() + steps;
        engine.advance_to(target, &|| false)
    });
}

/// Nanoseconds per replica-step, the best of several interleaved rounds.
struct Table {
    lockstep: Vec<f64>,
    baseline: f64,
    alone: f64,
    single: Vec<f64>,
    double: Vec<f64>,
}

impl Table {
    fn measure() -> Self {
        let mut lockstep = DIMENSIONS.map(|n| reduced::<8>(n, (6, 3)));
        let (mut baseline, mut alone) = (reduced::<8>(10_000, (6, 3)), reduced::<1>(10_000, (6, 3)));
        let mut single = DIRECT_DIMENSIONS.map(|n| direct(n, Precision::Single));
        let mut double = DIRECT_DIMENSIONS.map(|n| direct(n, Precision::Double));
        let worst = f64::INFINITY;
        let mut best = Self {
            lockstep: vec![worst; 4],
            baseline: worst,
            alone: worst,
            single: vec![worst; 4],
            double: vec![worst; 4],
        };
        for _ in 0..ROUNDS {
            for (engine, best) in lockstep.iter_mut().zip(&mut best.lockstep) {
                keep(best, 8 * 1_000, || engine.advance(1_000));
            }
            keep(&mut best.baseline, 8 * 1_000, || baseline.advance_baseline(1_000));
            keep(&mut best.alone, 2_000, || alone.advance(2_000));
            let explicit =
                single.iter_mut().zip(&mut best.single).chain(double.iter_mut().zip(&mut best.double));
            for ((engine, best), n) in explicit.zip(DIRECT_DIMENSIONS.into_iter().cycle()) {
                let steps = (400_000 / n).max(1);
                let target = engine.step() + steps;
                keep(best, steps, || assert!(engine.advance_to(target, &|| false)));
            }
        }
        best
    }

    fn print(&self) {
        println!("\n(6, 3), nanoseconds per replica-step, best of {ROUNDS} rounds");
        for (n, time) in DIMENSIONS.iter().zip(&self.lockstep) {
            println!("reduced, lockstep, N = {n:<10} {time:12.1}");
        }
        println!("reduced, lockstep, without AVX    {:12.1}", self.baseline);
        println!("reduced, alone                    {:12.1}", self.alone);
        // At N = 10⁴: the reduced engine's cost does not depend on N.
        let reference = self.lockstep[1];
        for (name, times) in [("f32", &self.single), ("f64", &self.double)] {
            for (n, time) in DIRECT_DIMENSIONS.iter().zip(times) {
                let ratio = time / reference;
                println!("direct {name}, N = {n:<10}          {time:14.1}   {ratio:10.0} times the reduced");
            }
        }
    }
}

fn keep(best: &mut f64, steps: u64, work: impl FnOnce()) {
    let begun = Instant::now();
    work();
    *best = best.min(begun.elapsed().as_nanos() as f64 / steps as f64);
}
