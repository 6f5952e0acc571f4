//! Order, end points, blow-up and bookkeeping of the stepper on problems with closed form.

use super::*;

/// A pendulum-like problem with a closed form: y₀ = sin α, y₁ = cos α, y₂ = e^{sin α}, y₂' = y₁ y₂.
fn oscillator(_: f64, y: &[f64], dy: &mut [f64]) -> f64 {
    (dy[0], dy[1], dy[2]) = (y[1], -y[0], y[1] * y[2]);
    y[2]
}

fn exact(alpha: f64) -> [f64; 3] {
    [alpha.sin(), alpha.cos(), alpha.sin().exp()]
}

fn distance(y: &[f64], alpha: f64) -> f64 {
    y.iter().zip(exact(alpha)).map(|(y, exact)| (y - exact).abs()).fold(0.0, f64::max)
}

fn solver(tolerances: Tolerances) -> Tsit5 {
    Tsit5::new(&mut oscillator, 0.0, &exact(0.0), 3, tolerances, 10.0)
}

/// Errors at the end and, by the interpolant, in the middle of a single step of size h.
fn single_step(h: f64) -> (f64, f64) {
    let mut solver = solver(Tolerances { relative: 1e3, absolute: 1e3 });
    solver.proposal = h;
    assert_eq!(solver.step(&mut oscillator, h), StepOutcome::Accepted);
    let mut middle = [0.0; 3];
    solver.interpolate(0.4 * h, &mut middle);
    (distance(solver.state(), h), distance(&middle, 0.4 * h))
}

#[test]
fn a_step_errs_with_the_sixth_power_of_its_size_and_the_interpolant_with_the_fifth() {
    let (coarse, fine) = (single_step(0.2), single_step(0.1));
    let orders = ((coarse.0 / fine.0).log2(), (coarse.1 / fine.1).log2());
    assert!((orders.0 - 6.0).abs() < 0.5 && (orders.1 - 5.0).abs() < 0.5, "{orders:?}");
}

/// The same problem with its first two numbers put in as functions of α: y₂' = y₂ cos α.
fn driven(alpha: f64, y: &[f64], dy: &mut [f64]) -> f64 {
    (dy[0], dy[1], dy[2]) = (alpha.cos(), -alpha.sin(), alpha.cos() * y[2]);
    y[2]
}

#[test]
fn a_right_hand_side_that_depends_on_alpha_is_integrated_to_at_least_the_same_order() {
    let error = |h: f64| {
        let tolerances = Tolerances { relative: 1e3, absolute: 1e3 };
        let mut solver = Tsit5::new(&mut driven, 0.3, &exact(0.3), 3, tolerances, 10.0);
        solver.proposal = h;
        assert_eq!(solver.step(&mut driven, 0.3 + h), StepOutcome::Accepted);
        let mut middle = [0.0; 3];
        solver.interpolate(0.3 + 0.4 * h, &mut middle);
        (distance(solver.state(), 0.3 + h), distance(&middle, 0.3 + 0.4 * h))
    };
    let (coarse, fine) = (error(0.2), error(0.1));
    let orders = ((coarse.0 / fine.0).log2(), (coarse.1 / fine.1).log2());
    // Stages at wrong times would leave the second power.
    assert!(orders.0 > 5.5 && orders.1 > 4.5, "{orders:?}");
    let mut solver = Tsit5::new(&mut driven, 0.3, &exact(0.3), 3, Tolerances::default(), 10.0);
    while solver.alpha() < 10.0 {
        assert_eq!(solver.step(&mut driven, 10.0), StepOutcome::Accepted);
    }
    assert!(distance(solver.state(), 10.0) < 1e-7);
}

#[test]
fn errors_follow_the_tolerance_over_a_long_run() {
    for relative in [1e-5, 1e-7, 1e-9, 1e-11] {
        let mut solver = solver(Tolerances { relative, absolute: relative });
        let (mut worst, mut dense) = (0.0_f64, [0.0; 3]);
        while solver.alpha() < 10.0 {
            assert_eq!(solver.step(&mut oscillator, 10.0), StepOutcome::Accepted);
            let between = 0.3 * solver.previous_alpha() + 0.7 * solver.alpha();
            solver.interpolate(between, &mut dense);
            worst = worst.max(distance(&dense, between)).max(distance(solver.state(), solver.alpha()));
        }
        assert!(worst < 50.0 * relative, "{worst:e} at {relative:e}");
    }
}

#[test]
fn both_ends_of_a_step_are_exact_with_their_derivatives_and_observables() {
    let mut solver = solver(Tolerances::default());
    let (mut before, mut out) = (solver.state().to_vec(), [0.0; 3]);
    for end in [0.5, 0.5 + 1e-9, 0.7, 0.7_f64.next_up(), 3.0] {
        while solver.alpha() < end {
            assert_eq!(solver.step(&mut oscillator, end), StepOutcome::Accepted);
            solver.interpolate(solver.previous_alpha(), &mut out);
            assert_eq!(out.as_slice(), before);
            solver.interpolate(solver.alpha(), &mut out);
            assert_eq!(out.as_slice(), solver.state());
            assert_eq!((solver.previous_observable(), solver.observable()), (before[2], out[2]));
            assert_eq!(solver.derivative()[..2], [out[1], -out[0]]);
            before = out.to_vec();
        }
        assert_eq!(solver.alpha().to_bits(), end.to_bits());
    }
    let cost = solver.statistics();
    assert_eq!(solver.step(&mut oscillator, 2.0), StepOutcome::Accepted);
    assert_eq!(solver.statistics(), cost, "a step back does nothing");
}

#[test]
fn a_step_cut_short_does_not_shorten_the_steps_after_it() {
    let (mut free, mut cut) = (solver(Tolerances::default()), solver(Tolerances::default()));
    for _ in 0..20 {
        assert_eq!(free.step(&mut oscillator, f64::INFINITY), StepOutcome::Accepted);
        assert_eq!(cut.step(&mut oscillator, f64::INFINITY), StepOutcome::Accepted);
    }
    let proposal = cut.proposal;
    assert_eq!(cut.step(&mut oscillator, cut.alpha() + 1e-6), StepOutcome::Accepted);
    assert!(cut.proposal >= proposal);
}

#[test]
fn a_blow_up_is_an_underflow_that_keeps_the_last_finite_state() {
    let mut square = |_: f64, y: &[f64], dy: &mut [f64]| {
        dy[0] = y[0] * y[0];
        y[0]
    };
    let mut solver = Tsit5::new(&mut square, 0.0, &[1.0], 1, Tolerances::default(), 5.0);
    let outcome = (0..10_000).find_map(|_| {
        let outcome = solver.step(&mut square, 5.0);
        (outcome == StepOutcome::Underflow).then_some(outcome)
    });
    assert_eq!(outcome, Some(StepOutcome::Underflow));
    assert!((solver.alpha() - 1.0).abs() < 1e-6 && solver.state()[0] > 1e6 && solver.state()[0].is_finite());
    assert_eq!((solver.derivative()[0], solver.observable()), (solver.state()[0].powi(2), solver.state()[0]));
    assert_eq!(solver.step(&mut square, 5.0), StepOutcome::Underflow, "and stays one");
}

#[test]
fn a_state_that_is_not_finite_is_never_accepted() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut wall = |_: f64, y: &[f64], dy: &mut [f64]| {
            dy[0] = if y[0] > 0.5 { bad } else { 1.0 };
            0.0
        };
        let mut solver = Tsit5::new(&mut wall, 0.0, &[0.0], 1, Tolerances::default(), 1.0);
        let outcomes: Vec<_> = (0..500).map(|_| solver.step(&mut wall, 1.0)).collect();
        assert_eq!(outcomes.last(), Some(&StepOutcome::Underflow));
        assert!((solver.state()[0] - 0.5).abs() < 1e-9);
        assert_eq!(solver.derivative(), [1.0]);
    }
    let mut jump = |_: f64, y: &[f64], dy: &mut [f64]| {
        dy[0] = if y[0] == 0.0 { f64::MAX } else { 0.0 };
        0.0
    };
    let mut solver = Tsit5::new(&mut jump, 0.0, &[0.0], 1, Tolerances { relative: 1.0, absolute: 1.0 }, 1e9);
    let _ = solver.step(&mut jump, 1e9);
    assert!(solver.state()[0].is_finite());
    let mut nothing = |_: f64, _: &[f64], dy: &mut [f64]| {
        dy[0] = f64::NAN;
        f64::NAN
    };
    let mut solver = Tsit5::new(&mut nothing, 0.0, &[1.0], 1, Tolerances::default(), 1.0);
    assert_eq!(solver.step(&mut nothing, 1.0), StepOutcome::Underflow);
    assert_eq!((solver.alpha(), solver.state()), (0.0, [1.0].as_slice()));
}

#[test]
fn the_cost_of_a_fixed_problem_is_pinned() {
    let mut solver = solver(Tolerances::default());
    while solver.alpha() < 10.0 {
        assert_eq!(solver.step(&mut oscillator, 10.0), StepOutcome::Accepted);
    }
    assert_eq!(solver.statistics(), Statistics { steps: 122, rejected: 4, evaluations: 758 });
}
