//! Numbers of a state that have curves of their own, which pinned runs keep: a row per number.

use crate::model::{Scenario, drift};
use crate::sim::{Snapshot, Trajectory};

enumerated! {
    /// A number of a state that is drawn over α.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Scalar {
        /// Generalisation error.
        Risk,
        /// Distance to its own ρ̄.
        Distance,
        /// Gap to its own plateau.
        Gap,
        /// Growth rate of M.
        Growth,
    }
}

/// Reads a number from a state; `None` where it has none.
type Read = Box<dyn Fn(&Snapshot) -> Option<f64>>;

impl Scalar {
    /// What reads it from a scenario's states; `None` if the scenario has no such number.
    fn reader(self, scenario: &Scenario) -> Option<Read> {
        match self {
            Self::Risk => Some(Box::new(|at| Some(at.observables.risk))),
            Self::Distance => Some(Box::new(|at| at.observables.distance.map(|apart| apart.total))),
            Self::Gap => gap_of(scenario),
            Self::Growth => Some(growth_of(scenario)),
        }
    }

    /// Its curve [α, number] of a run; empty if the scenario has no such number.
    pub fn curve(self, scenario: &Scenario, trajectory: &Trajectory) -> Vec<[f64; 2]> {
        self.reader(scenario).map_or_else(Vec::new, |read| trajectory.curve(read))
    }
}

/// The distance of a scenario's loss from its plateau, if it has one.
fn gap_of(scenario: &Scenario) -> Option<Read> {
    let level = scenario.plateau()?;
    // Below this the difference is rounding.
    Some(Box::new(move |at| {
        Some((level.loss - at.observables.risk).abs()).filter(|gap| *gap > 1e-14 * level.loss)
    }))
}

/// The growth rate of M in a scenario's states.
fn growth_of(scenario: &Scenario) -> Read {
    let (teacher, learning) = (scenario.teacher().clone(), scenario.learning());
    Box::new(move |at| {
        let speed = drift(&at.state, &teacher, learning.eta, learning.label_noise).m;
        // In units of its largest entry: squares of the smallest overlaps are no numbers.
        let size = at.state.m().amax();
        let (unit, speed) = (at.state.m() / size, speed / size);
        Some(unit.dot(&speed) / unit.norm_squared()).filter(|rate| rate.is_finite())
    })
}
