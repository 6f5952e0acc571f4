//! What one run of a sweep comes to: when things happened, how it ended, and the finite-N ensemble beside it.
//!
//! Pure in the scenario. What does not apply or was not reached is absent, never zero; a diverged run has no final
//! risk.

use super::{KeepNothing, RowKeeper, StopAt};
use crate::model::Scenario;
use crate::sim::ensemble::{EnsembleError, EnsembleOptions, EnsembleRun, EnsembleStatus};
use crate::sim::sgd::ReplicaReport;
use crate::sim::statistics::Mean;
use crate::sim::{Observables, OdeRun, Status, StopReason};

/// With [`StopAt::Half`] replicas are given so many times the ODE's α to get there.
pub(super) const PATIENCE: f64 = 4.0;

/// They are looked at so many times on the way.
const LOOKS: u64 = 64;

/// How a run of a sweep ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// It stopped by itself.
    Stopped(StopReason),
    /// The loss is half its initial value, which was all that was asked for.
    Half,
    /// There is no such scenario, and this is why.
    Invalid(String),
}

impl Ending {
    /// Whether the norms blew up.
    pub fn is_diverged(&self) -> bool {
        matches!(self, Self::Stopped(StopReason::Diverged { .. }))
    }

    /// One word.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Stopped(reason) => reason.name(),
            Self::Half => "half",
            Self::Invalid(_) => "invalid",
        }
    }
}

/// What the replicas of finite-N SGD came to by the α at which the ODE ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SgdOutcome {
    /// How many replicas got to half their initial risk.
    pub halved: usize,
    /// The α at which those did.
    pub alpha_half: Option<Mean>,
    /// The final risk of those that did not diverge; absent with [`StopAt::Half`].
    pub risk: Option<Mean>,
    /// How many diverged.
    pub diverged: usize,
}

/// One run, reduced to what is compared over a sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// How it ended.
    pub ending: Ending,
    /// Where it ended: the last finite state, or where the loss was half.
    pub alpha_end: Option<f64>,
    /// The α at which the risk is half its initial value.
    pub alpha_half: Option<f64>,
    /// The α at which the risk is half-way from the plateau to its final value.
    pub alpha_escape: Option<f64>,
    /// The plateau's loss in theory.
    pub plateau_loss: Option<f64>,
    /// The loss in the step in which its logarithm changed most slowly before the escape.
    pub plateau_loss_seen: Option<f64>,
    /// The final risk.
    pub risk: Option<f64>,
    /// The final distance to ρ̄.
    pub distance: Option<f64>,
    /// The final distance to the whitened prediction.
    pub distance_whitened: Option<f64>,
    /// The finite-N ensemble.
    pub sgd: Option<SgdOutcome>,
}

impl Outcome {
    /// Of a point that is no scenario.
    pub fn invalid(reason: String) -> Self {
        Self {
            ending: Ending::Invalid(reason),
            alpha_end: None,
            alpha_half: None,
            alpha_escape: None,
            plateau_loss: None,
            plateau_loss_seen: None,
            risk: None,
            distance: None,
            distance_whitened: None,
            sgd: None,
        }
    }

    /// Runs a scenario; `None` if it was told to stop on the way.
    pub fn of(scenario: &Scenario, stop_at: StopAt, stop: &(dyn Fn() -> bool + Sync)) -> Option<Self> {
        Self::kept_of(scenario, stop_at, stop, (0, &KeepNothing))
    }

    /// The same for a row of this index, kept on the way.
    pub(super) fn kept_of(
        scenario: &Scenario,
        stop_at: StopAt,
        stop: &(dyn Fn() -> bool + Sync),
        kept: (u64, &dyn RowKeeper),
    ) -> Option<Self> {
        let mut outcome = integrate(scenario, stop_at, stop)?;
        if scenario.sgd.is_some()
            && let Some(end) = outcome.alpha_end
        {
            match simulate(scenario, (stop_at, end), stop, kept) {
                Ok(sgd) => outcome.sgd = Some(sgd?),
                Err(error) => return Some(Self::invalid(error.to_string())),
            }
        }
        Some(outcome)
    }
}

/// Where the loss changed most slowly so far.
struct Flattest {
    slope: f64,
    loss: Option<f64>,
}

/// The ODE's part.
fn integrate(scenario: &Scenario, stop_at: StopAt, stop: &dyn Fn() -> bool) -> Option<Outcome> {
    let mut run = OdeRun::new(scenario).end_only();
    let mut flattest = Flattest { slope: f64::INFINITY, loss: None };
    let mut last = Observables::default();
    let ending = loop {
        let (alpha, risk) = (run.alpha(), run.risk());
        let status = run.advance(1, stop, &mut |snapshot| last = snapshot.observables);
        let events = run.summary().events;
        if events.alpha_escape.is_none() && run.alpha() > alpha {
            flattest.see((alpha, risk), (run.alpha(), run.risk()));
        }
        match status {
            Status::Stopped(StopReason::Cancelled) => return None,
            Status::Stopped(reason) => break Ending::Stopped(reason),
            Status::Running if stop_at == StopAt::Half && events.alpha_half.is_some() => break Ending::Half,
            Status::Running => {}
        }
    };
    let events = run.summary().events;
    let escaped = events.alpha_half.is_some() || events.alpha_escape.is_some();
    let known = !(ending == Ending::Half || ending.is_diverged());
    Some(Outcome {
        alpha_end: if ending == Ending::Half { events.alpha_half } else { Some(run.alpha()) },
        alpha_half: events.alpha_half,
        alpha_escape: events.alpha_escape,
        plateau_loss: scenario.plateau().map(|at| at.loss),
        plateau_loss_seen: flattest.loss.filter(|_| escaped),
        risk: known.then_some(last.risk),
        distance: last.distance.filter(|_| known).map(|apart| apart.total),
        distance_whitened: last.whitened.filter(|_| known).map(|apart| apart.total),
        sgd: None,
        ending,
    })
}

impl Flattest {
    /// Takes in a step from one (α, risk) to the next.
    fn see(&mut self, before: (f64, f64), after: (f64, f64)) {
        let slope = ((after.1 / before.1).ln() / (after.0 - before.0)).abs();
        if slope < self.slope {
            *self = Self { slope, loss: Some(0.5 * (before.1 + after.1)) };
        }
    }
}

/// The ensemble's part, to `end`; `None` if it was told to stop.
fn simulate(
    scenario: &Scenario,
    (stop_at, end): (StopAt, f64),
    stop: &(dyn Fn() -> bool + Sync),
    (index, keeper): (u64, &dyn RowKeeper),
) -> Result<Option<SgdOutcome>, EnsembleError> {
    let options = EnsembleOptions { risk_curves: 0, followed: None, ..EnsembleOptions::default() };
    let to_half = stop_at == StopAt::Half;
    let end = if to_half { PATIENCE * end } else { end };
    let mut run = match keeper.restore(index, scenario, &[end], options) {
        Some(run) => run,
        None => EnsembleRun::with_options(scenario, &[end], options)?,
    };
    let steps = run.progress().total / run.replica_count().max(1) as u128;
    let steps = u64::try_from(steps).unwrap_or(u64::MAX);
    let slice = if to_half { (steps / LOOKS).max(1) } else { u64::MAX };
    loop {
        // Looks are at the same steps however often the row was begun.
        let budget = slice - run.step() % slice;
        match run.advance(budget, &|| stop() || keeper.is_due(index)) {
            EnsembleStatus::Stopped => {
                keeper.keep(index, scenario, &mut run);
                if stop() {
                    return Ok(None);
                }
                continue;
            }
            EnsembleStatus::Finished => break,
            EnsembleStatus::Failed => {
                return Err(run.failure().cloned().unwrap_or(EnsembleError::NoSgd));
            }
            EnsembleStatus::Running => {}
        }
        let over = |found: &ReplicaReport| found.alpha_half.is_some() || found.alpha_diverged.is_some();
        if to_half && run.replicas().iter().all(over) {
            break;
        }
    }
    let replicas = run.replicas();
    let halves: Vec<f64> = replicas.iter().filter_map(|replica| replica.alpha_half).collect();
    let alive = replicas.iter().filter(|replica| replica.alpha_diverged.is_none());
    let risks: Vec<f64> = alive.map(|replica| replica.risk).collect();
    Ok(Some(SgdOutcome {
        halved: halves.len(),
        alpha_half: Mean::of(&halves),
        risk: if to_half { None } else { Mean::of(&risks) },
        diverged: replicas.len() - risks.len(),
    }))
}
