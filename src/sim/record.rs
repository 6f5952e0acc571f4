//! What has arrived of an ensemble: points, single runs, and the replicas' ends, as pictures need them.
//!
//! Grows by appending; the parts of a run told piece by piece make the same record as told at once.

use super::ReplicaOde;
use super::ensemble::{EnsembleRun, Progress};
use super::sgd::{EnsemblePoint, ReplicaReport};
use crate::model::Overlaps;

/// What a run finds, told piece by piece.
pub trait Append: Send + 'static {
    /// Adds what came after.
    fn append(&mut self, later: Self);
}

/// The visible part of an ensemble.
#[derive(Clone, Debug, Default)]
pub struct EnsembleRecord {
    /// Averages, in increasing α.
    pub points: Vec<EnsemblePoint>,
    /// The risk of single replicas at every point.
    pub risk_curves: Vec<Vec<f64>>,
    /// (M, Q) of the first replica at every point.
    pub followed: Vec<Overlaps>,
    /// The α at which each replica's risk was first seen at half its initial value; `None`: not yet.
    pub half_times: Vec<Option<f64>>,
    /// The ODEs of the first replicas, where each has a start of its own.
    pub own_odes: Vec<ReplicaOde>,
    /// The end of every replica; empty until all are there.
    pub replicas: Vec<ReplicaReport>,
    /// How far the run is.
    pub progress: Option<Progress>,
    /// The α of its last point, once it has that.
    pub end: f64,
    /// Whether it was stopped before its end.
    pub stopped: bool,
}

impl EnsembleRecord {
    /// What `run` has recorded from point `from` on.
    pub fn since(run: &EnsembleRun, from: usize) -> Self {
        let rest = |curve: &Vec<f64>| curve.iter().skip(from).copied().collect();
        Self {
            points: run.points().iter().skip(from).cloned().collect(),
            risk_curves: run.risk_curves().iter().map(rest).collect(),
            followed: run.followed().iter().skip(from).cloned().collect(),
            half_times: run.half_times(),
            own_odes: Vec::new(),
            replicas: Vec::new(),
            progress: Some(run.progress()),
            end: run.end(),
            stopped: false,
        }
    }

    /// The α that every replica has reached: nothing is known of later ones. `None` before the first point.
    pub fn reach(&self) -> Option<f64> {
        self.points.last().map(EnsemblePoint::alpha)
    }

    /// Whether nothing is known at α yet, because the ensemble has not come so far.
    pub fn is_beyond(&self, alpha: f64) -> bool {
        self.reach().is_none_or(|reach| reach < self.end && alpha > reach)
    }

    /// The index of the point nearest to α; `None` beyond what has been reached.
    pub fn nearest(&self, alpha: f64) -> Option<usize> {
        if self.is_beyond(alpha) {
            return None;
        }
        let apart = |point: &EnsemblePoint| (point.alpha() - alpha).abs();
        let ranked = self.points.iter().enumerate().map(|(index, point)| (apart(point), index));
        ranked.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, index)| index)
    }

    /// How many replicas have diverged by the end of what is known.
    pub fn diverged(&self, replicas: usize) -> usize {
        self.points.last().map_or(0, |last| replicas.saturating_sub(last.alive()))
    }
}

impl Append for EnsembleRecord {
    fn append(&mut self, later: Self) {
        self.points.extend(later.points);
        self.followed.extend(later.followed);
        self.risk_curves.resize_with(self.risk_curves.len().max(later.risk_curves.len()), Vec::new);
        for (curve, more) in self.risk_curves.iter_mut().zip(later.risk_curves) {
            curve.extend(more);
        }
        self.own_odes.extend(later.own_odes);
        if !later.half_times.is_empty() {
            self.half_times = later.half_times;
        }
        if !later.replicas.is_empty() {
            self.replicas = later.replicas;
        }
        self.progress = later.progress.or(self.progress);
        (self.end, self.stopped) = (later.end, later.stopped);
    }
}
