//! Numbers of a state that have curves of their own: the gap to the plateau and the growth rate of M.

use crate::model::{Scenario, drift};
use crate::sim::Snapshot;

/// The distance of a scenario's loss from its plateau, if it has one.
pub(super) fn gap_of(scenario: &Scenario) -> Option<impl Fn(&Snapshot) -> Option<f64>> {
    let level = scenario.plateau()?;
    // Below this the difference is rounding.
    Some(move |at: &Snapshot| {
        Some((level.loss - at.observables.risk).abs()).filter(|gap| *gap > 1e-14 * level.loss)
    })
}

/// The growth rate of M in a scenario's states.
pub(super) fn growth_of(scenario: &Scenario) -> impl Fn(&Snapshot) -> Option<f64> {
    let (teacher, learning) = (scenario.teacher(), scenario.learning());
    move |at: &Snapshot| {
        let speed = drift(&at.state, teacher, learning.eta, learning.label_noise).m;
        // In units of its largest entry: squares of the smallest overlaps are no numbers.
        let size = at.state.m().amax();
        let (unit, speed) = (at.state.m() / size, speed / size);
        Some(unit.dot(&speed) / unit.norm_squared()).filter(|rate| rate.is_finite())
    }
}
