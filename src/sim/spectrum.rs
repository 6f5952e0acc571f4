//! The Hessian along a run: its spectrum at some of the states of a trajectory.
//!
//! Every state costs a diagonalisation, so there are fewer of them than snapshots; where they fall is where things
//! happen.

use super::{Append, Trajectory};
use crate::model::{HessianSpectrum, Scenario, hessian_spectrum};

/// Spectra at states of one run, in increasing α.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SpectrumTrack {
    /// α and the spectrum there.
    pub points: Vec<(f64, HessianSpectrum)>,
}

/// How many eigenvalues within the span are of which sign at one state, by the tolerance of its spectrum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SignCounts {
    /// α of the state.
    pub alpha: f64,
    /// Below zero.
    pub negative: usize,
    /// Within the tolerance of zero, and not on its way through.
    pub zero: usize,
    /// Within the tolerance of zero on its way from one sign to the other.
    pub crossing: usize,
    /// Above zero.
    pub positive: usize,
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

    /// Counts of signs within the span along the run, those that pass through zero apart.
    ///
    /// An eigenvalue, the k-th in order, crosses zero where it counts as zero at some states after which it has the
    /// other sign than before: nothing is flat there but a moment of it.
    pub fn counts(&self) -> Vec<SignCounts> {
        let signs: Vec<Vec<i8>> = self
            .points
            .iter()
            .map(|(_, spectrum)| spectrum.span.iter().map(|value| spectrum.sign(*value)).collect())
            .collect();
        let mut counts: Vec<SignCounts> = (self.points.iter().zip(&signs))
            .map(|((alpha, _), signs)| SignCounts {
                alpha: *alpha,
                negative: signs.iter().filter(|sign| **sign < 0).count(),
                zero: signs.iter().filter(|sign| **sign == 0).count(),
                crossing: 0,
                positive: signs.iter().filter(|sign| **sign > 0).count(),
            })
            .collect();
        for k in 0..signs.first().map_or(0, Vec::len) {
            let course: Vec<i8> = signs.iter().map(|signs| signs.get(k).copied().unwrap_or(0)).collect();
            for at in crossings(&course) {
                if let Some(at) = counts.get_mut(at) {
                    (at.zero, at.crossing) = (at.zero - 1, at.crossing + 1);
                }
            }
        }
        counts
    }

    /// The spectrum nearest to α.
    pub fn nearest(&self, alpha: f64) -> Option<&(f64, HessianSpectrum)> {
        let apart = |point: &&(f64, HessianSpectrum)| (point.0 - alpha).abs();
        self.points.iter().min_by(|a, b| apart(a).total_cmp(&apart(b)))
    }
}

impl Append for SpectrumTrack {
    fn append(&mut self, later: Self) {
        self.points.extend(later.points);
    }
}

/// Where a course of signs is zero between one sign and the other.
fn crossings(course: &[i8]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut last: Option<(usize, i8)> = None;
    for (index, sign) in course.iter().copied().enumerate().filter(|(_, sign)| *sign != 0) {
        if let Some((from, _)) = last.filter(|(_, before)| *before == -sign) {
            found.extend(from + 1..index);
        }
        last = Some((index, sign));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_through_zero_is_told_from_what_stays_there() {
        let found = |course: &[i8]| crossings(course);
        assert_eq!(found(&[-1, -1, 0, 0, 1]), [2, 3]);
        assert_eq!(found(&[1, 0, -1, 0, 1]), [1, 3]);
        assert_eq!(found(&[-1, 0, 0, 0]), [0; 0], "it stays");
        assert_eq!(found(&[0, 0, 1, 0, 1]), [0; 0], "it starts there, and comes back");
        assert_eq!(found(&[-1, 1, 0, 1]), [0; 0], "it has passed between two states");
    }
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
