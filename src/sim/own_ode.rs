//! The ODE from a replica's own start: what an ensemble of random weights is compared with, replica by replica.
//!
//! With `weights` starts every replica has overlaps of its own, and so every replica has an ODE of its own.

use super::ensemble::EnsembleRun;
use super::{OdeRun, Snapshot, Status};

/// Replicas whose own ODE is integrated at most.
pub const OWN_ODES: usize = 64;

/// The risk along the ODE from one replica's start.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct OwnOde {
    /// (α, risk), in increasing α.
    pub risk: Vec<[f64; 2]>,
    /// The α at which the risk is half its initial value; `None` if it never is.
    pub alpha_half: Option<f64>,
}

impl OwnOde {
    /// Integrates the ODE of replica `index` as far as the ensemble goes.
    ///
    /// `None` where replicas share their start, for an index beyond [`OWN_ODES`] or the replicas, and if told to stop.
    pub fn of(run: &EnsembleRun, index: usize, cancelled: &dyn Fn() -> bool) -> Option<Self> {
        if !run.has_own_starts() || index >= run.replica_count().min(OWN_ODES) {
            return None;
        }
        let end = run.alphas().last().copied().filter(|end| *end > 0.0)?;
        let scenario = run.replica_scenario(index).ok()?.until(end);
        let (mut ode, mut found) = (OdeRun::new(&scenario), Self::default());
        let mut sink = |at: Snapshot| found.risk.push([at.alpha, at.observables.risk]);
        while ode.advance(usize::MAX, cancelled, &mut sink) == Status::Running {}
        found.alpha_half = ode.summary().events.alpha_half;
        (!cancelled()).then_some(found)
    }

    /// Those of all replicas that have one, by index.
    pub fn all(run: &EnsembleRun) -> Vec<Self> {
        (0..OWN_ODES).map_while(|index| Self::of(run, index, &|| false)).collect()
    }
}
