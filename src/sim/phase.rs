//! The phase a state is in, in the field's words: norm learning, plateau, escape, convergence.
//!
//! Read from the loss against the plateau's law (physics.md §4) and the norms; without a plateau there is only
//! divergence or plain learning.

use super::Snapshot;
use crate::model::{Plateau, Scenario};

/// Where in its history a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The norms relax towards the plateau's q while M stays small.
    NormLearning,
    /// The loss sits at the plateau; M grows exponentially out of sight.
    Plateau,
    /// The loss leaves the plateau.
    Escape,
    /// The loss is on its way to its final value.
    Convergence,
    /// There is no plateau at this learning rate.
    Unbound,
}

impl Phase {
    /// The phase of one state of a run.
    pub fn of(scenario: &Scenario, snapshot: &Snapshot) -> Self {
        let Some(Plateau { loss, q, .. }) = scenario.plateau() else {
            return Self::Unbound;
        };
        let floor = scenario.lowest_loss();
        let (risk, height) = (snapshot.observables.risk, loss - floor);
        let norm = snapshot.state.q().trace() / scenario.model.p as f64;
        if risk < floor + 0.1 * height {
            Self::Convergence
        } else if risk < loss - 0.02 * height {
            Self::Escape
        } else if (norm - q).abs() > 0.02 * q {
            Self::NormLearning
        } else {
            Self::Plateau
        }
    }

    /// The phase's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::NormLearning => "norm learning",
            Self::Plateau => "plateau",
            Self::Escape => "escape",
            Self::Convergence => "convergence",
            Self::Unbound => "no plateau",
        }
    }
}
