//! The ODE from a replica's own start: what an ensemble of random weights is compared with, replica by replica.
//!
//! With `weights` starts every replica has overlaps of its own, and so every replica has an ODE of its own.

use super::{OdeRun, Snapshot, Status};
use crate::model::Scenario;

/// Replicas whose own ODE is integrated at most.
pub const REPLICA_ODES: usize = 64;

/// The risk along the ODE from one replica's start.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct ReplicaOde {
    /// (α, risk), in increasing α.
    pub risk: Vec<[f64; 2]>,
    /// The α at which the risk is half its initial value; `None` if it never is.
    pub alpha_half: Option<f64>,
}

impl ReplicaOde {
    /// Integrates the ODE of a scenario to α = `end` > 0; `None` if told to stop.
    pub fn of(scenario: Scenario, end: f64, cancelled: &dyn Fn() -> bool) -> Option<Self> {
        let (mut ode, mut found) = (OdeRun::new(&scenario.until(end)), Self::default());
        let mut sink = |at: Snapshot| found.risk.push([at.alpha, at.observables.risk]);
        while ode.advance(usize::MAX, cancelled, &mut sink) == Status::Running {}
        found.alpha_half = ode.summary().events.alpha_half;
        (!cancelled()).then_some(found)
    }
}
