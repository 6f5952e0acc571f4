//! Means over the replicas of an ensemble as curves over α.

use crate::sim::EnsembleRecord;
use crate::sim::sgd::{EnsemblePoint, Moment};

/// A mean over replicas and the band of its standard error, over α.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MeanCurve {
    /// (α, mean).
    pub mean: Vec<[f64; 2]>,
    /// (α, mean - s.e.m., mean + s.e.m.), where there is more than one replica.
    pub band: Vec<[f64; 3]>,
}

impl MeanCurve {
    pub(super) fn of(record: &EnsembleRecord, read: impl Fn(&EnsemblePoint) -> Moment) -> Self {
        let moments = || record.points.iter().map(|point| (point.alpha(), read(point)));
        let edges = moments().map(|(alpha, at)| [alpha, at.mean - at.sem, at.mean + at.sem]);
        Self {
            mean: moments().map(|(alpha, at)| [alpha, at.mean]).collect(),
            band: edges.filter(|edge| edge.iter().all(|value| value.is_finite())).collect(),
        }
    }

    /// The risk.
    pub(super) fn risk(record: &EnsembleRecord) -> Self {
        Self::of(record, EnsemblePoint::risk)
    }

    /// The distance to each replica's ρ̄; empty where one has none.
    pub(super) fn distance(record: &EnsembleRecord) -> Self {
        if record.points.iter().any(|point| point.distance().is_none()) {
            return Self::default();
        }
        Self::of(record, |point| point.distance().unwrap_or(Moment::NONE))
    }
}
