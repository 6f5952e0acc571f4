//! Trajectories: snapshots (α, M, Q) within a fixed budget, each stamped with the time *of* its state.
//!
//! Snapshots carry a tick of the run's arc length (how much has happened so far). When the budget is full every
//! second tick is dropped, so that a run of any length keeps between half and all of its budget, dense where things
//! happen. The rule depends on ticks alone: two copies fed the same snapshots stay equal.

use super::Observables;
use crate::model::Overlaps;

/// How many ticks a trajectory keeps at most.
pub const SNAPSHOT_BUDGET: usize = 480;

/// Why a snapshot was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The run's arc length passed this multiple of its spacing.
    Tick(u64),
    /// An exact output time of the scenario.
    Requested,
    /// The last state of the run.
    End,
}

/// One state of a run, with what is read from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// α = steps/N, the time of this state.
    pub alpha: f64,
    /// ρ = (M, Q).
    pub state: Overlaps,
    /// Risk, distances, S.
    pub observables: Observables,
    /// Why it was taken.
    pub mark: Mark,
}

/// The states a run went through, in increasing α.
#[derive(Clone, Debug, PartialEq)]
pub struct Trajectory {
    snapshots: Vec<Snapshot>,
    stride: u64,
    ticks: usize,
    budget: usize,
}

impl Default for Trajectory {
    fn default() -> Self {
        Self::with_budget(SNAPSHOT_BUDGET)
    }
}

impl Trajectory {
    /// An empty trajectory that keeps at most `budget` (at least 2) ticks, besides requested times and the end.
    pub fn with_budget(budget: usize) -> Self {
        Self { snapshots: Vec::new(), stride: 1, ticks: 0, budget: budget.max(2) }
    }

    /// Appends a snapshot, thinning when the budget is full; returns whether it was kept.
    pub fn push(&mut self, snapshot: Snapshot) -> bool {
        if let Mark::Tick(tick) = snapshot.mark {
            if tick % self.stride != 0 {
                return false;
            }
            self.ticks += 1;
        }
        if snapshot.mark == Mark::End
            && let Some(last) =
                self.snapshots.pop_if(|last| last.alpha >= snapshot.alpha && last.mark != Mark::Requested)
        {
            self.ticks -= usize::from(matches!(last.mark, Mark::Tick(_)));
        }
        self.snapshots.push(snapshot);
        while self.ticks > self.budget {
            self.stride *= 2;
            let stride = self.stride;
            self.snapshots.retain(|kept| !matches!(kept.mark, Mark::Tick(tick) if tick % stride != 0));
            self.ticks = self.snapshots.iter().filter(|kept| matches!(kept.mark, Mark::Tick(_))).count();
        }
        true
    }

    /// All snapshots, in increasing α.
    pub fn snapshots(&self) -> &[Snapshot] {
        &self.snapshots
    }

    /// A number of its states as a curve [α, number], where they have it.
    pub fn curve(&self, number: impl Fn(&Snapshot) -> Option<f64>) -> Vec<[f64; 2]> {
        self.snapshots.iter().filter_map(|at| Some([at.alpha, number(at)?])).collect()
    }

    /// The snapshots alone.
    pub fn into_snapshots(self) -> Vec<Snapshot> {
        self.snapshots
    }

    /// The spacing of the kept ticks: 1, 2, 4, ...
    pub fn stride(&self) -> u64 {
        self.stride
    }

    /// Whether nothing has been recorded.
    pub fn is_empty(&self) -> bool {
        self.snapshots.is_empty()
    }

    /// The first and the last recorded α; 0 and 0 for an empty trajectory.
    pub fn span(&self) -> (f64, f64) {
        let at = |snapshot: Option<&Snapshot>| snapshot.map_or(0.0, |snapshot| snapshot.alpha);
        (at(self.snapshots.first()), at(self.snapshots.last()))
    }

    /// The snapshot nearest to `alpha`.
    pub fn nearest(&self, alpha: f64) -> Option<&Snapshot> {
        let after = self.snapshots.partition_point(|snapshot| snapshot.alpha < alpha);
        let before = after.saturating_sub(1);
        let distance =
            |index: usize| self.snapshots.get(index).map(|snapshot| (snapshot.alpha - alpha).abs());
        match (distance(before), distance(after)) {
            (Some(left), Some(right)) if right < left => self.snapshots.get(after),
            _ => self.snapshots.get(before),
        }
    }

    /// What a file should hold: the requested times if there are any, else everything.
    pub fn output(&self) -> impl Iterator<Item = &Snapshot> {
        let requested = self.snapshots.iter().any(|snapshot| snapshot.mark == Mark::Requested);
        self.snapshots.iter().filter(move |snapshot| !requested || snapshot.mark == Mark::Requested)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Matrix;

    fn snapshot(tick: u64) -> Snapshot {
        let state = Overlaps::new(Matrix::zeros(1, 1), Matrix::identity(1, 1)).unwrap();
        let alpha = tick as f64;
        Snapshot { alpha, state, observables: Observables::default(), mark: Mark::Tick(tick) }
    }

    #[test]
    fn a_long_run_keeps_between_half_and_all_of_its_budget() {
        let mut trajectory = Trajectory::with_budget(100);
        for tick in 0..10_000 {
            trajectory.push(snapshot(tick));
            let kept = trajectory.snapshots().len();
            assert!(kept <= 100 && (tick < 100 || kept >= 50), "{kept} kept at tick {tick}");
        }
        assert_eq!(trajectory.stride(), 128);
        assert_eq!(trajectory.span().0, 0.0);
    }

    #[test]
    fn requested_times_and_the_end_are_never_thinned_away() {
        let mut trajectory = Trajectory::with_budget(10);
        for tick in 0..1000 {
            trajectory.push(snapshot(tick));
            if tick % 100 == 50 {
                trajectory.push(Snapshot {
                    mark: Mark::Requested,
                    alpha: tick as f64 + 0.5,
                    ..snapshot(tick)
                });
            }
        }
        assert_eq!(trajectory.output().count(), 10);
        assert!(trajectory.snapshots().is_sorted_by_key(|kept| kept.alpha));
    }

    #[test]
    fn the_nearest_snapshot_is_found_at_and_beyond_the_ends() {
        let mut trajectory = Trajectory::default();
        assert_eq!(trajectory.nearest(1.0), None);
        (0..5).for_each(|tick| {
            trajectory.push(snapshot(tick));
        });
        for (alpha, expected) in [(-3.0, 0.0), (1.4, 1.0), (1.6, 2.0), (99.0, 4.0)] {
            assert_eq!(trajectory.nearest(alpha).map(|found| found.alpha), Some(expected));
        }
    }
}
