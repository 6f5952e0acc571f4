//! The data of one run as every file format holds it: columns over the output times, and what is known besides.
//!
//! Built once from a trajectory; its serde form is the JSON file. `None` means that no law applies or that M is rank
//! deficient, never zero.

use serde::{Serialize, Serializer};

use super::MADE_BY;
use crate::model::{Matrix, Scenario, ScenarioSpec, Solution, nested_rows, polar, polar_drift};
use crate::sim::sgd::EnsembleReport;
use crate::sim::{Events, Predictions, StopReason, Summary, Trajectory};

/// Everything a file says about one run.
#[derive(Clone, Debug, Serialize)]
pub struct RunData {
    /// The scenario, a given start written out in it; running it again gives the same numbers, wherever the file is.
    pub scenario: ScenarioSpec,
    /// The overlap ODEs.
    pub ode: OdeBlock,
    /// The finite-N ensemble; `None`: ODE only.
    pub sgd: Option<EnsembleReport>,
    /// The predicted end point of this start.
    pub rho_bar: Option<PredictionBlock>,
    /// When things happened.
    pub events: Events,
    /// How it was integrated and why it stopped.
    pub solver: SolverBlock,
    /// T, p* × p*; `None`: the identity.
    #[serde(rename = "T", skip_serializing_if = "Option::is_none")]
    pub teacher: Option<Vec<Vec<f64>>>,
}

/// One entry per output time: the exact times asked for, else the run's own snapshots.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct OdeBlock {
    /// α, increasing.
    pub alpha: Vec<f64>,
    /// M, p × p*.
    #[serde(rename = "M")]
    pub m: Vec<Vec<Vec<f64>>>,
    /// Q, p × p.
    #[serde(rename = "Q")]
    pub q: Vec<Vec<Vec<f64>>>,
    /// The generalisation error, label noise excluded.
    pub risk: Vec<f64>,
    /// d, to ρ̄.
    pub distance: Vec<Option<f64>>,
    /// Its part in M.
    pub distance_m: Vec<Option<f64>>,
    /// Its part in Q.
    pub distance_q: Vec<Option<f64>>,
    /// ‖S − S₀‖_F.
    pub s_drift: Vec<Option<f64>>,
}

/// A predicted end point.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PredictionBlock {
    /// M̄, p × p*.
    #[serde(rename = "M")]
    pub m: Vec<Vec<f64>>,
    /// Q̄, p × p.
    #[serde(rename = "Q")]
    pub q: Vec<Vec<f64>>,
    /// The rule behind it, in words.
    pub rule: crate::model::Rule,
}

/// How the ODEs were integrated.
#[derive(Clone, Debug, Serialize)]
pub struct SolverBlock {
    /// The program and its version.
    pub version: &'static str,
    /// The integrator.
    pub method: &'static str,
    /// Relative tolerance per step.
    pub rtol: f64,
    /// Absolute tolerance per step.
    pub atol: f64,
    /// Why it stopped; one word in files.
    #[serde(serialize_with = "name")]
    pub stop: StopReason,
    /// The last α; where the norms blew up for a diverged run.
    pub alpha_end: f64,
    /// What it cost.
    pub statistics: crate::sim::tsit5::Statistics,
}

/// The word of a stop reason.
fn name<S: Serializer>(stop: &StopReason, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(stop.name())
}

impl RunData {
    /// The data of a finished run without an ensemble.
    pub fn new(scenario: &Scenario, trajectory: &Trajectory, summary: &Summary) -> Self {
        let predictions = Predictions::of(scenario);
        Self {
            scenario: scenario.self_contained(),
            ode: OdeBlock::new(trajectory, predictions.s_0.as_ref()),
            sgd: None,
            rho_bar: predictions.rho_bar.as_ref().map(PredictionBlock::new),
            events: summary.events,
            solver: SolverBlock::new(scenario, summary),
            teacher: (!scenario.teacher().is_orthonormal()).then(|| nested_rows(scenario.teacher().gram())),
        }
    }
}

impl RunData {
    /// The same with the ensemble that was run beside it.
    #[must_use]
    pub fn with_ensemble(mut self, report: EnsembleReport) -> Self {
        self.sgd = Some(report);
        self
    }
}

impl OdeBlock {
    fn new(trajectory: &Trajectory, s_0: Option<&Matrix>) -> Self {
        let mut block = Self::default();
        for snapshot in trajectory.output() {
            let (state, read) = (&snapshot.state, &snapshot.observables);
            block.alpha.push(snapshot.alpha);
            block.m.push(nested_rows(state.m()));
            block.q.push(nested_rows(state.q()));
            block.risk.push(read.risk);
            block.distance.push(read.distance.map(|apart| apart.total));
            block.distance_m.push(read.distance.map(|apart| apart.m));
            block.distance_q.push(read.distance.map(|apart| apart.q));
            // A wide run reads S at a fraction of its snapshots only; a file has it everywhere.
            let missing = || Some(polar_drift(&polar(state.m())?, s_0?));
            block.s_drift.push(read.s_drift.or_else(missing));
        }
        block
    }
}

impl PredictionBlock {
    /// The matrices and the rule of a prediction.
    pub fn new(solution: &Solution) -> Self {
        let (m, q) = (nested_rows(solution.state.m()), nested_rows(solution.state.q()));
        Self { m, q, rule: solution.rule }
    }
}

impl SolverBlock {
    fn new(scenario: &Scenario, summary: &Summary) -> Self {
        Self {
            version: MADE_BY,
            method: "Tsit5",
            rtol: scenario.time.rtol,
            atol: scenario.time.atol,
            stop: summary.stop,
            alpha_end: summary.alpha,
            statistics: summary.statistics,
        }
    }
}
