//! The Hessian along a run: its spectrum at some of the states of a trajectory.
//!
//! Every state costs a diagonalisation, so there are fewer of them than snapshots; where they fall is where things happen.

use super::{Record, Trajectory};
use crate::model::{HessianSpectrum, Scenario, hessian_spectrum};

/// Spectra at states of one run, in increasing α.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SpectrumTrack {
    /// α and the spectrum there.
    pub points: Vec<(f64, HessianSpectrum)>,
}

impl SpectrumTrack {
    /// At about `most` (≥ 2) evenly chosen snapshots, first and last included; N is that of the scenario's `[sgd]`.
    /// `None` if told to stop.
    pub fn of(
        scenario: &Scenario,
        trajectory: &Trajectory,
        most: usize,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Self> {
        let snapshots = trajectory.snapshots();
        let n = scenario.sgd.as_ref().map(|sgd| sgd.n);
        let last = snapshots.len().saturating_sub(1);
        let mut chosen: Vec<usize> =
            (0..most).map(|k| (k * last + (most - 1) / 2) / (most - 1).max(1)).collect();
        chosen.dedup();
        let mut points = Vec::with_capacity(chosen.len());
        for at in chosen.into_iter().filter_map(|index| snapshots.get(index)) {
            if cancelled() {
                return None;
            }
            points.push((at.alpha, hessian_spectrum(&at.state, scenario.teacher(), n)));
        }
        Some(Self { points })
    }

    /// The spectrum nearest to α.
    pub fn nearest(&self, alpha: f64) -> Option<&(f64, HessianSpectrum)> {
        let apart = |point: &&(f64, HessianSpectrum)| (point.0 - alpha).abs();
        self.points.iter().min_by(|a, b| apart(a).total_cmp(&apart(b)))
    }
}

impl Record for SpectrumTrack {
    fn append(&mut self, later: Self) {
        self.points.extend(later.points);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ScenarioSpec;

    #[test]
    fn spectra_are_those_of_evenly_chosen_states_with_both_ends() {
        let scenario =
            Scenario::new(ScenarioSpec::from_toml("[model]\np = 2\np_star = 1\neta = 0.2").unwrap());
        let scenario = scenario.unwrap();
        let (trajectory, _) = crate::sim::run(&scenario);
        let track = SpectrumTrack::of(&scenario, &trajectory, 12, &|| false).unwrap();
        assert_eq!(track.points.len(), 12);
        let ends = (track.points[0].0, track.points[11].0);
        assert_eq!(ends, trajectory.span());
        assert!(track.points.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(track.nearest(-1.0).map(|point| point.0), Some(0.0));
        assert_eq!(SpectrumTrack::of(&scenario, &trajectory, 12, &|| true), None);
        let nothing = SpectrumTrack::of(&scenario, &Trajectory::default(), 12, &|| false);
        assert_eq!(nothing, Some(SpectrumTrack::default()));
    }
}
