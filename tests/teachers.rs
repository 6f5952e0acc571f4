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
use saddlescope::figure::{Content, GuideShape, RunData, loss};
use saddlescope::model::{
    Rest, Scenario, ScenarioSpec, StartKind, Step, TeacherKind, TeacherMoments, TeacherSection,
    eta_max_plateau,
};
use saddlescope::sim::{FinishedRun, Snapshot};

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
    let steps = built.staircase().unwrap();
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

/// Widths, spectra, learning rates (as shares of the largest with a plateau) and starts for the laws of T ≠ I.
fn unequal_scenarios() -> impl Iterator<Item = (String, Scenario)> {
    let widths = [(4, 3), (3, 3), (2, 3), (6, 3), (12, 4), (20, 3), (1, 2)];
    let shapes = [
        (TeacherKind::Power, 2.0),
        (TeacherKind::Power, 1.0),
        (TeacherKind::Linear, 0.2),
        (TeacherKind::Linear, 0.9),
        (TeacherKind::Random, 1.0),
    ];
    let rates = [(0.03, true), (0.005, false), (0.02, false), (0.1, false)];
    let all = widths.into_iter().flat_map(move |widths| shapes.map(|shape| (widths, shape)));
    let all = all.flat_map(move |case| rates.map(|rate| (case, rate)));
    all.flat_map(|(((p, p_star), (kind, number)), (share, flow))| {
        [1e-2, 1e-4, 1e-8, 1e-16].map(|epsilon| {
            let eta = share * eta_max_plateau(p, &TeacherMoments::orthonormal(p_star), 0.0);
            let mut spec = tight(p, p_star, eta, epsilon);
            (spec.time.rtol, spec.model.gradient_flow) = (1e-8, flow);
            let section = TeacherSection { kind, exponent: number, ratio: number.min(1.0), seed: 1 };
            let name = format!("({p},{p_star}) {kind:?} {number}, η {share} flow {flow}, ε = {epsilon:e}");
            (name, scenario(with_teacher(spec, section)))
        })
    })
}

#[test]
fn the_loss_is_on_every_step_that_the_law_tells_and_leaves_it_when_the_law_says() {
    let (mut told, mut worst) = (0, [0.0_f64; 3]);
    for (name, built) in unequal_scenarios() {
        let law = built.escape_law().unwrap();
        let steps = built.staircase().unwrap();
        let rests: Vec<Rest> = law.rests().into_iter().filter(|rest| rest.step > 0).collect();
        if rests.is_empty() {
            continue;
        }
        let (states, _) = complete(&built);
        for rest in rests {
            let (before, after) = (&steps[rest.step - 1], &steps[rest.step + 1]);
            let inside = states.iter().filter(|at| at.alpha >= rest.from && at.alpha <= rest.to);
            let apart: Vec<f64> = inside.map(|at| at.observables.risk - rest.loss).collect();
            // In shares of the level and of the steps on both sides: 2 % by the law itself, as much by the norms.
            let scale = (before.loss - rest.loss).min(rest.loss);
            let above = apart.iter().fold(0.0, |most: f64, x| most.max(*x)) / scale;
            let below = apart.iter().fold(0.0, |most: f64, x| most.max(-x)) / (rest.loss - after.loss);
            let late = rest.left_at.unwrap() / crossing(&states, &steps[rest.step], after) - 1.0;
            worst = [worst[0].max(above), worst[1].max(below), worst[2].max(late.abs())];
            told += 1;
            // Noise, where the law admits it, lifts levels by half as much again.
            let most = if built.model.gradient_flow { 0.04 } else { 0.06 };
            assert!(above < most && below < 0.04, "{name}, step {}: {above}, {below}", rest.step);
            assert!(late.abs() < 0.025, "{name}, step {}: {late}", rest.step);
        }
    }
    println!("{told} steps: above, below, time at worst {worst:.4?}");
    assert!(told > 400, "{told}");
}

#[test]
fn the_escape_law_of_unequal_teachers_is_right_as_far_as_it_is_told() {
    let mut whole = 0;
    for (name, built) in unequal_scenarios() {
        let law = built.escape_law().unwrap();
        let (states, _) = complete(&built);
        whole += usize::from(law.reach() > 0.5 * law.height);
        for share in [0.1, 0.5, 1.0] {
            let gap = share * law.reach();
            let after = states.iter().find(|at| at.observables.risk < law.plateau.loss - gap).unwrap();
            let Some(predicted) = law.alpha_at_gap(gap) else { continue };
            let late = predicted / after.alpha - 1.0;
            // Where the staircase is flat its α is no measure, and its height is: as on every step, above.
            let apart = (law.gap(after.alpha) - gap) / law.height;
            println!(
                "{name}: {share} of the reach at {:.1}, predicted {predicted:.1}, {apart:.4}",
                after.alpha
            );
            assert!(late.abs() < 0.06 || apart.abs() < 0.04, "{name}, {share}: {late}, {apart}");
        }
    }
    println!("{whole} of them one by one");
}

#[test]
fn direction_after_direction_has_its_guide_under_the_loss_and_equal_ones_have_none() {
    let steps_of = |p, kind, eta| {
        let mut spec = tight(p, 3, eta, 1e-4);
        spec.time.rtol = 1e-8;
        let section = TeacherSection { kind, exponent: 2.0, ..TeacherSection::default() };
        let built = scenario(with_teacher(spec, section));
        let run = FinishedRun::of(built);
        let FinishedRun { trajectory, .. } = &run;
        let run = RunData::of(&run);
        let Content::Plots(plots) = loss(&run).content else { panic!("the loss is a plot") };
        let guides = plots[0].1.guides.iter().filter(|guide| guide.label.starts_with("step "));
        guides
            .map(|guide| {
                let GuideShape::Curve(line) = &guide.shape else { panic!("a step has ends") };
                // In the middle the loss is said to rest on it.
                let [from, to] = [line[1][0], line[2][0]];
                let inside = trajectory.snapshots().iter().filter(|at| at.alpha > from && at.alpha < to);
                let apart = inside.map(|at| (at.observables.risk / line[0][1] - 1.0).abs());
                (guide.meaning.clone(), apart.fold(0.0, f64::max))
            })
            .collect::<Vec<_>>()
    };
    for p in [6, 20] {
        let steps = steps_of(p, TeacherKind::Power, 0.01);
        assert_eq!(steps.len(), 2, "{steps:?}");
        for (learnt, (meaning, apart)) in steps.iter().enumerate() {
            assert!(
                meaning.starts_with(&format!("{} of 3 directions learnt: loss", learnt + 1)),
                "{meaning}"
            );
            assert!(*apart < 0.05, "p = {p}, {meaning}: {apart}");
        }
    }
    assert!(steps_of(6, TeacherKind::Identity, 0.01).is_empty(), "all are learnt at once");
    assert!(steps_of(6, TeacherKind::Power, 0.5).is_empty(), "noise lifts the levels");
}
