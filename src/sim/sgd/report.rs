//! What an ensemble leaves behind: the "sgd" block of a result file.
//!
//! Matrices are nested lists, row by row; what is undefined (a standard error of one replica) is NaN, which JSON writes
//! as null.

use serde::Serialize;

use super::moments::{EnsemblePoint, Moment};
use crate::model::{Engine, Matrix, Overlaps, nested_rows};
use crate::sim::ReplicaOde;

/// A matrix as nested lists.
pub type Rows = Vec<Vec<f64>>;

/// The state in which a replica is left.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReplicaReport {
    /// M, p × p*.
    #[serde(rename = "M")]
    pub m: Rows,
    /// Q, p × p.
    #[serde(rename = "Q")]
    pub q: Rows,
    /// Its risk.
    pub risk: f64,
    /// The first α at which its risk was seen at half its initial value or below.
    pub alpha_half: Option<f64>,
    /// α of its last state before it diverged: that is the state given.
    pub alpha_diverged: Option<f64>,
}

impl ReplicaReport {
    /// Of a state.
    pub(crate) fn new(
        overlaps: &Overlaps,
        risk: f64,
        alpha_half: Option<f64>,
        alpha_diverged: Option<f64>,
    ) -> Self {
        Self { m: nested_rows(overlaps.m()), q: nested_rows(overlaps.q()), risk, alpha_half, alpha_diverged }
    }
}

/// Curves of an ensemble and the final state of every replica.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EnsembleReport {
    /// α of every point.
    pub alpha: Vec<f64>,
    /// Replicas R.
    pub replicas: usize,
    /// Input dimension N.
    pub n: u64,
    /// The engine.
    pub engine: Engine,
    /// Replicas that have diverged.
    pub diverged: usize,
    /// Replicas averaged at every point.
    pub alive: Vec<usize>,
    /// Means of M.
    #[serde(rename = "M_mean")]
    pub m_mean: Vec<Rows>,
    /// Standard errors of M.
    #[serde(rename = "M_sem")]
    pub m_sem: Vec<Rows>,
    /// Smallest M.
    #[serde(rename = "M_min")]
    pub m_min: Vec<Rows>,
    /// Largest M.
    #[serde(rename = "M_max")]
    pub m_max: Vec<Rows>,
    /// Means of Q.
    #[serde(rename = "Q_mean")]
    pub q_mean: Vec<Rows>,
    /// Standard errors of Q.
    #[serde(rename = "Q_sem")]
    pub q_sem: Vec<Rows>,
    /// Smallest Q.
    #[serde(rename = "Q_min")]
    pub q_min: Vec<Rows>,
    /// Largest Q.
    #[serde(rename = "Q_max")]
    pub q_max: Vec<Rows>,
    /// Mean risk.
    pub risk_mean: Vec<f64>,
    /// Standard error of the risk.
    pub risk_sem: Vec<f64>,
    /// Smallest risk.
    pub risk_min: Vec<f64>,
    /// Largest risk.
    pub risk_max: Vec<f64>,
    /// Mean distance to ρ̄; absent where no law is known.
    pub distance_mean: Option<Vec<f64>>,
    /// Standard error of the distance.
    pub distance_sem: Option<Vec<f64>>,
    /// The ODEs of the first replicas, where each has a start of its own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub own_odes: Vec<ReplicaOde>,
    /// Every replica, by index.
    #[serde(rename = "final")]
    pub finals: Vec<ReplicaReport>,
}

impl EnsembleReport {
    /// From the points of a run and its replicas.
    pub(crate) fn new(
        (n, engine): (u64, Engine),
        points: &[EnsemblePoint],
        finals: Vec<ReplicaReport>,
    ) -> Self {
        let rows = |read: &dyn Fn(&EnsemblePoint) -> Matrix| {
            points.iter().map(|at| nested_rows(&read(at))).collect()
        };
        let m = |read: fn(Moment) -> f64| rows(&|point| point.m_matrix(read));
        let q = |read: fn(Moment) -> f64| rows(&|point| point.q_matrix(read));
        let risk = |read: fn(Moment) -> f64| points.iter().map(|point| read(point.risk())).collect();
        let distance =
            |read: fn(Moment) -> f64| points.iter().map(|point| point.distance().map(read)).collect();
        Self {
            alpha: points.iter().map(EnsemblePoint::alpha).collect(),
            replicas: finals.len(),
            n,
            engine,
            diverged: finals.iter().filter(|replica| replica.alpha_diverged.is_some()).count(),
            alive: points.iter().map(EnsemblePoint::alive).collect(),
            m_mean: m(|moment| moment.mean),
            m_sem: m(|moment| moment.sem),
            m_min: m(|moment| moment.min),
            m_max: m(|moment| moment.max),
            q_mean: q(|moment| moment.mean),
            q_sem: q(|moment| moment.sem),
            q_min: q(|moment| moment.min),
            q_max: q(|moment| moment.max),
            risk_mean: risk(|moment| moment.mean),
            risk_sem: risk(|moment| moment.sem),
            risk_min: risk(|moment| moment.min),
            risk_max: risk(|moment| moment.max),
            distance_mean: distance(|moment| moment.mean),
            distance_sem: distance(|moment| moment.sem),
            own_odes: Vec::new(),
            finals,
        }
    }
}
