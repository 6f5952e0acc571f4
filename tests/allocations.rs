//! No allocation per step: a counting allocator around the stepper with the engine's kernel, and around whole runs,
//! where only snapshots may allocate.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and prints what it measured for --nocapture"
)]

#[path = "support/physics.rs"]
mod physics;

use allocation_counter::{AllocationInfo, measure};
use physics::{Matrix, Random, overlaps_of, spec, started, until};
use saddlescope::model::Learning;
use saddlescope::sim::kernel::{Kernel, KernelParameters};
use saddlescope::sim::tsit5::{StepOutcome, Tolerances, Tsit5};
use saddlescope::sim::{OdeRun, Status};

const SIZES: [(usize, usize); 4] = [(3, 3), (6, 3), (20, 10), (64, 32)];

fn assert_nothing(info: &AllocationInfo, what: &str) {
    assert_eq!((info.count_total, info.bytes_total), (0, 0), "{what}: {info:?}");
}

#[test]
fn the_counter_counts() {
    let info = measure(|| drop(Matrix::zeros(3, 3)));
    assert_eq!((info.count_total, info.bytes_total), (1, 72));
}

#[test]
fn stepping_with_the_kernel_allocates_nothing() {
    for (p, p_star) in SIZES {
        for unequal in [0.0, 0.1] {
            let teacher: Vec<f64> = (0..p_star).map(|r| 1.0 + unequal * r as f64 / p_star as f64).collect();
            let parameters = KernelParameters {
                p,
                p_star,
                teacher: &teacher,
                learning: Learning { eta: 0.1, label_noise: 0.01, gradient_flow: false },
            };
            let mut kernel = Kernel::new(&parameters);
            let mut state = vec![0.0; kernel.state_len()];
            let m = Random::new(1).matrix(p, p_star) * 0.01;
            kernel.pack(&m, &Matrix::identity(p, p), &mut state);
            let (entries, mut out) = (kernel.entries(), state.clone());
            let mut rhs = |alpha: f64, y: &[f64], dy: &mut [f64]| kernel.rhs(alpha, y, dy);
            let mut stepper =
                Tsit5::new(&mut rhs, 0.0, &state, entries, Tolerances::default(), f64::INFINITY);
            let info = measure(|| {
                for _ in 0..20 {
                    assert_eq!(stepper.step(&mut rhs, 1e6), StepOutcome::Accepted);
                    let middle = 0.5 * (stepper.previous_alpha() + stepper.alpha());
                    stepper.interpolate(middle, &mut out);
                }
            });
            assert_eq!(stepper.statistics().steps, 20);
            assert_nothing(&info, &format!("({p},{p_star}), unequal teachers {unequal}"));
        }
    }
}

/// A run at rest on a solution: after a while most steps pass without a snapshot. With p > p* it takes them for ever, as
/// on any tail; with p = p* it would go to its end at once.
fn resting_run(p: usize, p_star: usize) -> OdeRun {
    let mut random = Random::new(3);
    let teachers = random.weights(p_star, 2 * p_star);
    let students = random.orthonormal(p, p_star) * &teachers * (p as f64 / p_star as f64).sqrt();
    let (state, teacher) = overlaps_of(&students, &teachers);
    OdeRun::new(&started(until(spec(p, p_star, 0.1), 1e12), state, teacher))
}

#[test]
fn a_run_allocates_only_for_its_snapshots() {
    for (p, p_star) in [(4, 3), (6, 3), (20, 10), (64, 32)] {
        let mut run = resting_run(p, p_star);
        let _ = run.advance(40, &|| false, &mut drop);
        let (mut silent, mut snapshots) = (0, 0_u64);
        for _ in 0..80 {
            let mut given = 0;
            let mut status = Status::Running;
            let info = measure(|| status = run.advance(1, &|| false, &mut |_| given += 1));
            assert_eq!(status, Status::Running);
            snapshots += given;
            if given == 0 {
                silent += 1;
                assert_nothing(&info, &format!("({p},{p_star}), a step without a snapshot"));
            }
        }
        println!("({p},{p_star}): {silent} of 80 steps without a snapshot, {snapshots} snapshots");
        assert!(silent >= 20, "({p},{p_star}): {silent} silent steps are few to judge by");
    }
}

#[test]
fn the_memory_of_a_snapshot_does_not_depend_on_how_many_came_before() {
    let mut random = Random::new(2);
    let (state, teacher) = overlaps_of(&random.weights(5, 30), &random.weights(3, 30));
    let mut run = OdeRun::new(&started(spec(5, 3, 0.1), state, teacher));
    let mut most = 0;
    for _ in 0..400 {
        let mut given = 0;
        let info = measure(|| {
            let _ = run.advance(1, &|| false, &mut |_| given += 1);
        });
        assert_eq!(info.count_current, 0, "nothing is kept");
        most = most.max(info.count_total.checked_div(given).unwrap_or(info.count_total));
    }
    println!("at most {most} allocations a snapshot");
    assert!(most < 100, "{most}");
}
