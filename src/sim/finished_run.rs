//! A whole run of a scenario: its states, its end, and what theory predicts of it.

use super::{OdeRun, Predictions, Status, Summary, Trajectory};
use crate::model::Scenario;

/// A run of a scenario's ODEs that is over.
#[derive(Clone, Debug)]
pub struct FinishedRun {
    /// What was run.
    pub scenario: Scenario,
    /// Its states, in order of α.
    pub trajectory: Trajectory,
    /// How it ended.
    pub summary: Summary,
    /// What theory predicts of it.
    pub predictions: Predictions,
}

impl FinishedRun {
    /// Runs the scenario to its end.
    pub fn of(scenario: Scenario) -> Self {
        let (trajectory, summary) = run(&scenario);
        Self::new(scenario, trajectory, summary)
    }

    /// The scenario's run, with what theory predicts of it.
    pub fn new(scenario: Scenario, trajectory: Trajectory, summary: Summary) -> Self {
        let predictions = Predictions::of(&scenario);
        Self { scenario, trajectory, summary, predictions }
    }
}

/// Runs a scenario's ODE to its end.
///
/// ```
/// use saddlescope::model::{Scenario, ScenarioSpec};
///
/// let scenario = Scenario::new(ScenarioSpec::default())?;
/// let (trajectory, summary) = saddlescope::sim::run(&scenario);
/// let escape = summary.events.alpha_escape.expect("this student escapes");
/// assert!(trajectory.span().1 >= 4.0 * escape, "three escape times of algebraic tail");
/// # Ok::<(), saddlescope::model::ScenarioError>(())
/// ```
pub fn run(scenario: &Scenario) -> (Trajectory, Summary) {
    let mut run = OdeRun::new(scenario);
    let mut trajectory = Trajectory::default();
    let mut sink = |snapshot| {
        trajectory.push(snapshot);
    };
    while run.advance(1000, &|| false, &mut sink) == Status::Running {}
    (trajectory, run.summary())
}
