//! What is read from a state along a run: risk, distances to the predictions, S, and the place on the manifold.
//!
//! The predictions are fixed by the start; quantities without a law or with a rank-deficient M are absent, never
//! zero.

use serde::Serialize;

use crate::model::{
    Distances, ManifoldPoint, Matrix, Overlaps, Scenario, Solution, Teacher, distances, manifold_point,
    polar, polar_drift, rho_bar, rho_bar_whitened, risk,
};

/// Everything read from one state.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Observables {
    /// The generalisation error ε_g, label noise excluded.
    pub risk: f64,
    /// Distance to ρ̄.
    pub distance: Option<Distances>,
    /// Distance to the whitened prediction.
    pub whitened: Option<Distances>,
    /// S = polar(M), p × p*; absent where it was not asked for.
    #[serde(skip)]
    pub s: Option<Matrix>,
    /// ‖S − S₀‖_F.
    pub s_drift: Option<f64>,
    /// Place relative to M̄.
    pub point: Option<ManifoldPoint>,
}

/// What a start says about the end (physics.md §5); absent where no law is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Predictions {
    /// ρ̄, closest to the start.
    pub rho_bar: Option<Solution>,
    /// The whitened prediction.
    pub whitened: Option<Solution>,
    /// S₀ = polar(M₀).
    pub s_0: Option<Matrix>,
}

impl Predictions {
    /// The predictions for a scenario's start.
    pub fn of(scenario: &Scenario) -> Self {
        let (start, teacher) = (scenario.initial(), scenario.teacher());
        Self {
            rho_bar: rho_bar(start, teacher),
            whitened: rho_bar_whitened(start, teacher),
            s_0: polar(start.m()),
        }
    }
}

/// Reads states of one run.
#[derive(Clone, Debug)]
pub struct Observer {
    teacher: Teacher,
    predictions: Predictions,
    polar_every: u64,
}

impl Observer {
    /// For runs from the scenario's start.
    pub fn new(scenario: &Scenario) -> Self {
        let start = scenario.initial();
        let (wide, thin) = (start.p().max(start.p_star()), start.p().min(start.p_star()));
        Self {
            teacher: scenario.teacher().clone(),
            predictions: Predictions::of(scenario),
            // S is the one cubic cost here: at large widths it is read at a power-of-two fraction of the ticks.
            polar_every: (wide * thin * thin / 256).next_power_of_two().clamp(1, 16) as u64,
        }
    }

    /// What the start predicts.
    pub fn predictions(&self) -> &Predictions {
        &self.predictions
    }

    /// Whether S is worth its cost at this tick.
    pub(crate) fn wants_polar(&self, tick: u64) -> bool {
        tick.is_multiple_of(self.polar_every)
    }

    /// Reads one state; S only if asked for, being the dearest.
    pub fn read(&self, state: &Overlaps, with_polar: bool) -> Observables {
        let apart = |solution: &Option<Solution>| solution.as_ref().map(|at| distances(state, &at.state));
        let Predictions { rho_bar, whitened, s_0 } = &self.predictions;
        let s = if with_polar && s_0.is_some() { polar(state.m()) } else { None };
        let s_drift = s.as_ref().zip(s_0.as_ref()).map(|(s, s_0)| polar_drift(s, s_0));
        Observables {
            risk: risk(state, &self.teacher),
            distance: apart(rho_bar),
            whitened: apart(whitened),
            s,
            s_drift,
            point: rho_bar.as_ref().map(|at| manifold_point(state.m(), at.state.m())),
        }
    }
}
