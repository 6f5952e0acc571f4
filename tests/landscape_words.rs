//! What the pictures of landscape and implicit bias say in words: flat directions, conjectures, and why nothing is shown.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/physics.rs"]
mod physics;

use physics::{scenario, spec};
use saddlescope::figure::spectrum::{LIVE_WIDTH, counts, eigenvalues, levels, stability};
use saddlescope::figure::{Content, Figure, RunData, Scale, Turn, distance, manifold};
use saddlescope::model::{Scenario, ScenarioSpec, TeacherKind, hessian_spectrum};
use saddlescope::sim::{Predictions, SpectrumTrack, Summary, Trajectory};

struct Run {
    scenario: Scenario,
    trajectory: Trajectory,
    predictions: Predictions,
    summary: Summary,
}

impl Run {
    fn of(spec: ScenarioSpec) -> Self {
        let scenario = scenario(spec);
        let (trajectory, summary) = saddlescope::sim::run(&scenario);
        let predictions = Predictions::of(&scenario);
        Self { scenario, trajectory, predictions, summary }
    }

    fn data(&self) -> RunData<'_> {
        RunData {
            scenario: &self.scenario,
            trajectory: &self.trajectory,
            predictions: &self.predictions,
            events: self.summary.events,
            stop: Some(self.summary.stop),
            alpha_scale: Scale::Linear,
            ensemble: None,
            single_runs: false,
            pins: &[],
        }
    }

    /// What the levels say at the first state past a share of the run.
    fn levels_at(&self, share: f64) -> Vec<String> {
        let end = self.trajectory.span().1;
        let at = self.trajectory.nearest(share * end).unwrap();
        notes(&levels(&self.data(), Some(&hessian_spectrum(&at.state, self.scenario.teacher(), None))))
    }
}

fn notes(figure: &Figure) -> Vec<String> {
    let Content::Plots(plots) = &figure.content else { panic!("{} is no plot", figure.id) };
    plots.iter().flat_map(|(_, plot)| plot.notes.clone()).collect()
}

fn unequal(mut spec: ScenarioSpec) -> ScenarioSpec {
    spec.teacher.kind = TeacherKind::Power;
    spec
}

#[test]
fn on_the_tail_the_directions_that_have_yet_to_become_flat_are_counted() {
    let end = Run::of(spec(6, 3, 0.05)).levels_at(1.0);
    assert_eq!(end[1..3], ["flat here: 12", "flat on it: 30 + 3 (N - p - p*)"]);
    assert_eq!(end[3], "not on it yet: 18 + 3 (N - p - p*) still curve up");
}

#[test]
fn flat_directions_disagree_on_the_plateau_and_agree_where_the_run_ends() {
    for (run, dimension, flat, end) in [
        (spec(3, 3, 0.05), 3, "3", "in agreement: all lead along it"),
        (spec(6, 3, 0.05), 12, "30 + 3 (N - p - p*)", "in agreement: all but 12 of fourth order"),
        (spec(2, 4, 0.05), 5, "5", "in agreement: all lead along it"),
        (unequal(spec(3, 3, 0.05)), 3, "3", "in agreement: all lead along it"),
    ] {
        let mut run = run;
        // Far enough along the tail for its flat directions to look flat.
        if run.model.p > run.model.p_star {
            run.time.alpha_max = saddlescope::model::Horizon::Until(30_000.0);
        }
        let run = Run::of(run);
        let early = run.levels_at(0.02);
        assert_eq!(early[0], format!("manifold of solutions: {dimension} dimensions"));
        assert_eq!(early[2], format!("flat on it: {flat}"));
        assert!(early[3].starts_with("away from the manifold") && early[1] != format!("flat here: {flat}"));
        let late = run.levels_at(1.0);
        assert_eq!(
            (&late[1], late[3].as_str()),
            (&format!("flat here: {flat}"), end),
            "{:?}",
            run.scenario.model
        );
    }
}

#[test]
fn a_landscape_too_wide_to_be_live_says_so_in_every_panel() {
    let mut wide = spec(30, 20, 0.05);
    wide.time.alpha_max = saddlescope::model::Horizon::Until(1.0);
    let run = Run::of(wide);
    let none = SpectrumTrack { points: Vec::new() };
    let data = run.data();
    for figure in
        [eigenvalues(&data, &none), counts(&data, &none), stability(&data, &none), levels(&data, None)]
    {
        let said = notes(&figure).join("\n");
        assert!(said.contains(&format!("p + p* = {LIVE_WIDTH}, here 50")), "{}: {said}", figure.id);
    }
}

#[test]
fn the_prediction_is_called_a_conjecture_for_unequal_teachers_alone() {
    for (spec, expected) in [(spec(3, 3, 0.05), false), (unequal(spec(3, 3, 0.05)), true)] {
        let run = Run::of(spec);
        let data = run.data();
        for figure in [distance(&data), manifold(&data, None, Turn::default())] {
            let said = notes(&figure).iter().any(|note| note.contains("conjecture"));
            assert_eq!(said, expected, "{}", figure.id);
        }
    }
}
