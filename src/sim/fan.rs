//! A fan of runs: the same scenario from other random starts, to see where each one ends.

use super::{OdeRun, Predictions, Record, Status, Trajectory};
use crate::model::{Scenario, ScenarioError};

/// Snapshots kept of each run of a fan.
const BUDGET: usize = 120;

/// One run of a fan.
#[derive(Clone, Debug)]
pub struct FanRun {
    /// The seed of its start.
    pub seed: u64,
    /// Where it went.
    pub trajectory: Trajectory,
    /// Where it was predicted to go.
    pub predictions: Predictions,
}

impl FanRun {
    /// Runs the scenario from the start of another seed; `None` if told to stop.
    ///
    /// # Errors
    /// A seed whose start cannot be made: an ε too large for this draw.
    pub fn of(
        scenario: &Scenario,
        seed: u64,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Option<Self>, ScenarioError> {
        let mut spec = scenario.spec().clone();
        (spec.start.seed, spec.sgd, spec.time.alphas) = (seed, None, Vec::new());
        let scenario = Scenario::new(spec)?;
        let (mut run, mut trajectory) = (OdeRun::new(&scenario), Trajectory::with_budget(BUDGET));
        let mut sink = |snapshot| {
            trajectory.push(snapshot);
        };
        while run.advance(usize::MAX, cancelled, &mut sink) == Status::Running {}
        let predictions = run.observer().predictions().clone();
        Ok((!cancelled()).then_some(Self { seed, trajectory, predictions }))
    }
}

/// Runs from other starts, as they come.
#[derive(Clone, Debug, Default)]
pub struct Fan {
    /// The runs.
    pub runs: Vec<FanRun>,
}

impl Record for Fan {
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
            let run = FanRun::of(&scenario, seed, &|| false).unwrap().unwrap();
            assert!(run.trajectory.snapshots().len() <= BUDGET + 2);
            let last = run.trajectory.snapshots().last().unwrap();
            let apart = last.observables.distance.unwrap().total;
            assert!(apart < 0.1, "seed {seed}: {apart}");
            ends.push(last.state.m().clone());
        }
        assert!((&ends[0] - &ends[1]).norm() > 0.3, "starts elsewhere end elsewhere");
        assert!(FanRun::of(&scenario, 2, &|| true).unwrap().is_none());
    }
}
