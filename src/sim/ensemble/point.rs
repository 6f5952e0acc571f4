//! A point of an ensemble as it is recorded: replica by replica in the order of their indices, over several calls if
//! need be, as reading many wide replicas takes seconds.

use crate::model::Overlaps;
use crate::sim::sgd::group::Reading;
use crate::sim::sgd::{EnsemblePoint, ReplicaReport};

/// Products of a reading, about, that are worth a call to all threads: some milliseconds.
const PRODUCTS: usize = 1 << 22;

/// A point, of which some groups have been read.
#[derive(Clone, Debug)]
pub(super) struct OpenPoint {
    pub(super) point: EnsemblePoint,
    /// Groups that are in it.
    pub(super) groups: usize,
    /// The risks of the first replicas.
    pub(super) risks: Vec<f64>,
    /// The state of the replica that is followed.
    pub(super) followed: Option<Overlaps>,
    /// Every replica, at the last point alone.
    pub(super) finals: Vec<ReplicaReport>,
    replicas: usize,
}

/// What is kept of every point, besides averages.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    /// The first so many replicas keep their risk.
    pub(super) risks: usize,
    /// The replica that keeps its state.
    pub(super) followed: Option<usize>,
    /// At the last point every replica's state is kept; times are steps over this N.
    pub(super) finals: Option<u64>,
}

impl OpenPoint {
    pub(super) fn new(alpha: f64, shape: (usize, usize)) -> Self {
        let point = EnsemblePoint::new(alpha, shape);
        Self { point, groups: 0, risks: Vec::new(), followed: None, finals: Vec::new(), replicas: 0 }
    }

    /// Takes in the replicas of the next group.
    pub(super) fn add_group(&mut self, readings: Vec<Reading>, kept: Kept) {
        self.groups += 1;
        for reading in readings {
            if self.replicas < kept.risks {
                self.risks.push(reading.risk);
            }
            if reading.diverged_at.is_none() {
                self.point.add(&reading.overlaps, reading.risk, reading.distance);
            }
            if let Some(n) = kept.finals {
                self.finals.push(replica_report(&reading, n));
            }
            if kept.followed == Some(self.replicas) {
                self.followed = Some(reading.overlaps);
            }
            self.replicas += 1;
        }
    }
}

/// A replica as it is left, in dimension `n`.
pub(super) fn replica_report(reading: &Reading, n: u64) -> ReplicaReport {
    let alpha = |step: Option<u64>| step.map(|step| step as f64 / n as f64);
    let (half, diverged) = (alpha(reading.half_at), alpha(reading.diverged_at));
    ReplicaReport::new(&reading.overlaps, reading.risk, half, diverged)
}

/// How many groups are read at a time.
pub(super) fn groups_at_a_time((p, p_star): (usize, usize), threads: usize) -> usize {
    (PRODUCTS / (p * (p + p_star) * (p + p_star))).max(threads)
}
