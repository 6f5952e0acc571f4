//! A fan of runs: the same scenario from other random starts, to see where each one ends.
//!
//! Every run draws its own direction, also where the scenario's own start has been given one.

use super::{Append, OdeRun, Predictions, Status, Trajectory};
use crate::model::{Scenario, ScenarioError};

/// Snapshots kept of each run of a fan.
const BUDGET: usize = 120;

/// One run of a fan.
#[derive(Clone, Debug)]
pub struct OtherStart {
    /// The seed of its start.
    pub seed: u64,
    /// Where it went.
    pub trajectory: Trajectory,
    /// Where it was predicted to go.
    pub predictions: Predictions,
}

/// A run from another start on its way.
#[derive(Debug)]
pub struct OtherStartRun {
    seed: u64,
    run: OdeRun,
    trajectory: Trajectory,
}

impl OtherStartRun {
    /// The scenario from the start of another seed, at α = 0.
    ///
    /// # Errors
    /// A seed whose start cannot be made: an ε too large for this draw; and a start that is given, which has no others.
    pub fn new(scenario: &Scenario, seed: u64) -> Result<Self, ScenarioError> {
        let mut spec = scenario.spec().other_start(seed).ok_or_else(|| ScenarioError::OutOfRange {
            key: "start.kind",
            value: String::from("\"file\""),
            expected: String::from("a start that is given has no others"),
        })?;
        // Beside random weights `[sgd]` stays: it says what their dimension is.
        spec.time.alphas = Vec::new();
        let run = OdeRun::new(&Scenario::new(spec)?);
        Ok(Self { seed, run, trajectory: Trajectory::with_budget(BUDGET) })
    }

    /// Takes so many steps at most.
    pub fn advance(&mut self, steps: usize, cancelled: &dyn Fn() -> bool) -> Status {
        let trajectory = &mut self.trajectory;
        self.run.advance(steps, cancelled, &mut |snapshot| {
            trajectory.push(snapshot);
        })
    }

    /// What has been seen of it.
    pub fn finish(self) -> OtherStart {
        let predictions = self.run.observer().predictions().clone();
        OtherStart { seed: self.seed, trajectory: self.trajectory, predictions }
    }
}

impl OtherStart {
    /// Runs the scenario from the start of another seed; `None` if told to stop.
    ///
    /// # Errors
    /// As [`OtherStartRun::new`].
    pub fn of(
        scenario: &Scenario,
        seed: u64,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Option<Self>, ScenarioError> {
        let mut run = OtherStartRun::new(scenario, seed)?;
        while run.advance(usize::MAX, cancelled) == Status::Running {}
        Ok((!cancelled()).then(|| run.finish()))
    }
}

/// Runs from other starts, as they come.
#[derive(Clone, Debug, Default)]
pub struct OtherStarts {
    /// The runs.
    pub runs: Vec<OtherStart>,
}

impl Append for OtherStarts {
    fn append(&mut self, later: Self) {
        self.runs.extend(later.runs);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ScenarioSpec;

    #[test]
    fn every_run_of_a_fan_ends_at_the_solution_of_its_own_start() {
        let spec = ScenarioSpec::from_toml("[model]\np = 3\np_star = 1\neta = 0.1").unwrap();
        let scenario = Scenario::new(spec).unwrap();
        let mut ends = Vec::new();
        for seed in 2..5 {
            let run = OtherStart::of(&scenario, seed, &|| false).unwrap().unwrap();
            assert!(run.trajectory.snapshots().len() <= BUDGET + 2);
            let last = run.trajectory.snapshots().last().unwrap();
            let apart = last.observables.distance.unwrap().total;
            assert!(apart < 0.1, "seed {seed}: {apart}");
            ends.push(last.state.m().clone());
        }
        assert!((&ends[0] - &ends[1]).norm() > 0.3, "starts elsewhere end elsewhere");
        assert!(OtherStart::of(&scenario, 2, &|| true).unwrap().is_none());
    }

    #[test]
    fn other_starts_go_their_own_ways_also_where_the_runs_own_direction_was_chosen() {
        let mut spec = ScenarioSpec::from_toml("[model]\np = 2\np_star = 1\neta = 0.1").unwrap();
        spec.start.direction = vec![0.6, 0.8];
        let scenario = Scenario::new(spec).unwrap();
        let angle = |seed| {
            let run = OtherStart::of(&scenario, seed, &|| false).unwrap().unwrap();
            let m = run.trajectory.snapshots().last().unwrap().state.m().clone();
            m[1].atan2(m[0]).to_degrees()
        };
        let mut angles: Vec<f64> = (2..14).map(angle).collect();
        angles.sort_by(f64::total_cmp);
        let apart = angles.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::INFINITY, f64::min);
        assert!(apart > 0.01 && angles[11] - angles[0] > 180.0, "{angles:?}");
    }

    #[test]
    fn other_random_weights_have_the_dimension_of_the_sgd_beside_them() {
        let text = "[start]\nkind = \"weights\"\nepsilon = 0.001\n[time]\nalpha_max = 1\n[sgd]\nn = 50";
        let scenario = Scenario::new(ScenarioSpec::from_toml(text).unwrap()).unwrap();
        let run = OtherStart::of(&scenario, 5, &|| false).unwrap().unwrap();
        let m = run.trajectory.snapshots().first().unwrap().state.m().clone();
        let scale = m.norm() / (m.len() as f64).sqrt();
        assert!((scale * 50.0_f64.sqrt() - 1.0).abs() < 0.5, "{scale}");
    }

    #[test]
    fn a_start_that_is_given_has_no_others() {
        let text = "[model]\np = 1\np_star = 1\n[start]\nkind = \"file\"\nM0 = [[0.1]]\nQ0 = [[1.0]]";
        let scenario = Scenario::new(ScenarioSpec::from_toml(text).unwrap()).unwrap();
        let error = OtherStart::of(&scenario, 5, &|| false).unwrap_err();
        assert!(error.to_string().contains("has no others"), "{error}");
    }
}
