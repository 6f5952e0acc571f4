//! The engine against an independent integration of the same equations: six stored trajectories, every entry of
//! M and Q and the risk at every stored α, at tight and at default tolerances.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and prints what it measured for --nocapture"
)]

#[path = "support/physics.rs"]
mod physics;

use physics::{Matrix, states_at, worst};
use saddlescope::model::{GivenStart, Overlaps, Scenario, ScenarioSpec, nested_rows};
use saddlescope::sim::Snapshot;
use serde::Deserialize;

#[derive(Deserialize)]
struct Reference {
    cases: Vec<Case>,
}

/// One stored trajectory; `self_error` is how far its own entries move when its tolerance is tightened.
#[derive(Deserialize)]
#[expect(non_snake_case, reason = "the file's keys are the paper's letters")]
struct Case {
    name: String,
    p: usize,
    p_star: usize,
    eta: f64,
    noise: f64,
    T: Vec<Vec<f64>>,
    M0: Vec<Vec<f64>>,
    Q0: Vec<Vec<f64>>,
    alpha: Vec<f64>,
    M: Vec<Vec<Vec<f64>>>,
    Q: Vec<Vec<Vec<f64>>>,
    risk: Vec<f64>,
    self_error: f64,
}

impl Case {
    fn all() -> Vec<Self> {
        let reference: Reference = serde_json::from_str(include_str!("data/reference.json")).unwrap();
        reference.cases
    }

    fn scenario(&self, tolerances: Option<(f64, f64)>) -> Scenario {
        let mut spec = ScenarioSpec::default();
        (spec.model.p, spec.model.p_star) = (self.p, self.p_star);
        (spec.model.eta, spec.model.label_noise) = (self.eta, self.noise);
        spec.time.alphas.clone_from(&self.alpha);
        if let Some(tolerances) = tolerances {
            (spec.time.rtol, spec.time.atol) = tolerances;
        }
        let start = GivenStart::from_rows((self.p, self.p_star), Some(&self.T), &self.M0, &self.Q0).unwrap();
        Scenario::with_start(spec, start).unwrap()
    }

    /// The largest error of M, Q and the risk over all stored α, relative to max(1, |entry|).
    fn error(&self, snapshots: &[Snapshot]) -> f64 {
        let alphas: Vec<f64> = snapshots.iter().map(|snapshot| snapshot.alpha).collect();
        assert_eq!(alphas, self.alpha, "{}: a state is stamped with its own time", self.name);
        let of = |(index, snapshot): (usize, &Snapshot)| {
            let risk = (snapshot.observables.risk - self.risk[index]).abs() / self.risk[index].abs().max(1.0);
            worst(snapshot.state.m(), &matrix(&self.M[index]))
                .max(worst(snapshot.state.q(), &matrix(&self.Q[index])))
                .max(risk)
        };
        snapshots.iter().enumerate().map(of).fold(0.0, f64::max)
    }
}

fn matrix(rows: &[Vec<f64>]) -> Matrix {
    Matrix::from_row_iterator(rows.len(), rows[0].len(), rows.iter().flatten().copied())
}

#[test]
fn the_six_stored_trajectories_are_all_here_and_know_their_own_error() {
    let cases = Case::all();
    let names: Vec<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    let expected = [
        "overparameterized",
        "matched",
        "underparameterized",
        "random_student_gram",
        "single_unit",
        "general_teacher_noise",
    ];
    assert_eq!(names, expected);
    for case in &cases {
        assert!(case.self_error < 2e-10, "{}: good enough to judge an error of 1e-8", case.name);
        assert_eq!(case.alpha.len(), 25);
    }
}

#[test]
fn every_entry_of_every_stored_trajectory_is_met_to_1e_8() {
    for case in Case::all() {
        let error = case.error(&states_at(&case.scenario(Some((1e-11, 1e-14)))));
        println!("{}: {error:.2e} (self-error of the reference {:.1e})", case.name, case.self_error);
        assert!(error <= 1e-8, "{}: {error:e}", case.name);
        // Ours adds little: the two integrations differ by no more than a few times what the reference admits.
        assert!(error <= 10.0 * case.self_error, "{}: {error:e} against {:e}", case.name, case.self_error);
    }
}

#[test]
fn the_default_tolerances_meet_the_stored_trajectories_to_1e_7() {
    for case in Case::all() {
        let error = case.error(&states_at(&case.scenario(None)));
        println!("{}: {error:.2e}", case.name);
        assert!(error <= 1e-7, "{}: {error:e}", case.name);
    }
}

#[test]
fn stored_starts_are_taken_as_they_are() {
    for case in Case::all() {
        let scenario = case.scenario(None);
        let start: &Overlaps = scenario.initial();
        assert_eq!(nested_rows(start.m()), case.M0, "{}", case.name);
        assert!(worst(start.q(), &matrix(&case.Q0)) < 1e-15, "{}", case.name);
        assert!(worst(scenario.teacher().gram(), &matrix(&case.T)) < 1e-15, "{}", case.name);
    }
}
