//! Teachers other than the identity: their normalisation, and the staircase by which the loss comes down.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and prints what it measured for --nocapture"
)]

#[path = "support/physics.rs"]
mod physics;

use physics::{complete, scenario, tight, until};
use saddlescope::model::{ScenarioSpec, StartKind, Step, TeacherKind, TeacherSection, staircase};
use saddlescope::sim::Snapshot;

fn with_teacher(mut spec: ScenarioSpec, teacher: TeacherSection) -> ScenarioSpec {
    spec.teacher = teacher;
    spec
}

const KINDS: [TeacherKind; 4] =
    [TeacherKind::Identity, TeacherKind::Linear, TeacherKind::Power, TeacherKind::Random];

#[test]
fn every_teacher_has_the_trace_of_the_identity_and_is_positive() {
    for kind in KINDS {
        for p_star in [1, 2, 3, 17, 64] {
            let section = TeacherSection { kind, exponent: 5.0, ratio: 1e-6, seed: 4 };
            let built = scenario(with_teacher(tight(p_star, p_star, 0.01, 1e-8), section));
            let teacher = built.teacher();
            assert!((teacher.gram().trace() / p_star as f64 - 1.0).abs() < 1e-14, "{kind:?}, {p_star}");
            assert!(teacher.spectrum().iter().all(|&t| t > 0.0), "{kind:?}, {p_star}");
            assert_eq!(teacher.is_orthonormal(), kind == TeacherKind::Identity || p_star == 1);
        }
    }
}

#[test]
fn spectra_follow_their_laws() {
    let spectrum = |kind, exponent, ratio| {
        let section = TeacherSection { kind, exponent, ratio, seed: 1 };
        let built = scenario(with_teacher(tight(4, 4, 0.01, 1e-3), section));
        built.teacher().gram().diagonal().iter().copied().collect::<Vec<f64>>()
    };
    let linear = spectrum(TeacherKind::Linear, 1.0, 0.25);
    assert!((linear[3] / linear[0] - 0.25).abs() < 1e-15);
    assert!((linear[0] - 2.0 * linear[1] + linear[2]).abs() < 1e-15, "equal steps");
    let power = spectrum(TeacherKind::Power, 1.5, 0.5);
    assert!((power[3] / power[0] - 4.0_f64.powf(-1.5)).abs() < 1e-15);
    assert!(spectrum(TeacherKind::Power, 0.0, 0.5).iter().all(|&t| t == 1.0), "γ = 0 is the identity");
}

#[test]
fn random_teachers_overlap_and_follow_their_seed() {
    let gram = |seed| {
        let section = TeacherSection { kind: TeacherKind::Random, seed, ..TeacherSection::default() };
        scenario(with_teacher(tight(3, 3, 0.01, 1e-3), section)).teacher().gram().clone()
    };
    assert_eq!(gram(1), gram(1));
    assert_ne!(gram(1), gram(2));
    assert!(gram(1)[(0, 1)] != 0.0);
}

#[test]
fn every_start_goes_with_every_teacher() {
    for kind in KINDS {
        for start in [StartKind::Orthogonal, StartKind::Gaussian, StartKind::Weights] {
            let mut spec = until(tight(4, 3, 0.05, 0.02), 5.0);
            spec.start.kind = start;
            let section = TeacherSection { kind, ..TeacherSection::default() };
            let (states, _) = complete(&scenario(with_teacher(spec, section)));
            assert!(states.last().unwrap().observables.risk.is_finite(), "{kind:?}, {start:?}");
        }
    }
}

/// Gradient flow from an orthogonal start far down, with t_r ∝ r^(−2): rates well apart.
fn descent(p: usize, p_star: usize, epsilon: f64) -> (Vec<Snapshot>, Vec<Step>) {
    let mut spec = tight(p, p_star, 0.05, epsilon);
    spec.model.gradient_flow = true;
    let section = TeacherSection { kind: TeacherKind::Power, exponent: 2.0, ..TeacherSection::default() };
    let built = scenario(with_teacher(spec, section));
    let steps = staircase(p, built.teacher(), 0.05);
    (complete(&built).0, steps)
}

/// When the loss passes half-way between two plateaus.
fn crossing(states: &[Snapshot], from: &Step, to: &Step) -> f64 {
    let level = 0.5 * (from.loss + to.loss);
    let after = states.iter().position(|state| state.observables.risk < level).unwrap();
    let (a, b) = (&states[after - 1], &states[after]);
    let share = (a.observables.risk - level) / (a.observables.risk - b.observables.risk);
    a.alpha + share * (b.alpha - a.alpha)
}

#[test]
fn a_spectrum_breaks_the_plateau_into_one_step_per_direction() {
    for (p, p_star) in [(4, 3), (3, 3), (2, 3)] {
        let (states, steps) = descent(p, p_star, 1e-16);
        let times: Vec<f64> = steps.windows(2).map(|pair| crossing(&states, &pair[0], &pair[1])).collect();
        assert_eq!(times.len(), p.min(p_star), "({p},{p_star})");
        // Between two steps the loss rests on the plateau: it is the closest there to the level of its own.
        let mut begin = 0.0;
        for (step, &end) in steps.iter().zip(&times) {
            let rest = states.iter().filter(|state| state.alpha > begin && state.alpha < end);
            let miss = |state: &Snapshot| (state.observables.risk / step.loss - 1.0).abs();
            let closest = rest.map(miss).fold(f64::INFINITY, f64::min);
            println!("({p},{p_star}): level {:.5}, missed by {closest:.1e}, left at {end:.1}", step.loss);
            assert!(closest < 1e-4, "({p},{p_star}): {closest}");
            begin = end;
        }
        assert_eq!(rests(&states, &steps), p.min(p_star), "({p},{p_star})");
    }
}

/// How many times the loss comes to rest above its final value.
fn rests(states: &[Snapshot], steps: &[Step]) -> usize {
    let slowest = steps.iter().map(|step| step.rate).filter(|&rate| rate > 0.0).fold(f64::INFINITY, f64::min);
    let (highest, last) = (steps[0].loss, steps.last().unwrap().loss);
    let ends = last + 0.5 * (steps[steps.len() - 2].loss - last);
    let (mut count, mut resting) = (0, false);
    for pair in states.windows(2) {
        let [a, b] = [&pair[0], &pair[1]].map(|state| state.observables.risk);
        if b < ends {
            break;
        }
        let slope = (a - b).abs() / (pair[1].alpha - pair[0].alpha) / highest;
        let rests = slope < 1e-3 * slowest;
        count += usize::from(rests && !resting);
        resting = rests;
    }
    count
}

#[test]
fn every_step_comes_later_for_smaller_starts_by_its_own_growth_rate() {
    for (p, p_star) in [(4, 3), (3, 3), (2, 3)] {
        let ((one, steps), (two, _)) = (descent(p, p_star, 1e-12), descent(p, p_star, 1e-18));
        for pair in steps.windows(2) {
            let delay = crossing(&two, &pair[0], &pair[1]) - crossing(&one, &pair[0], &pair[1]);
            let rate = 1e6_f64.ln() / delay;
            println!("({p},{p_star}): rate {rate:.6}, law {:.6}", pair[0].rate);
            // Half-way is read off between two states of the run.
            assert!((rate / pair[0].rate - 1.0).abs() < 2e-3, "({p},{p_star}): {rate} {}", pair[0].rate);
        }
    }
}
