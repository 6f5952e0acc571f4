//! What pictures of one run are made from, and the plots and curves that they begin with.

use super::{Axis, Entry, Guide, GuideShape, Ink, Pin, Plot, Scalar, Scale, Series, TimeAxis, fixed};
use crate::model::Scenario;
use crate::sim::{EnsembleRecord, Events, FinishedRun, Predictions, Snapshot, StopReason, Trajectory};

/// Curves of matrix entries drawn in one picture at most; the largest are chosen.
const CURVE_LIMIT: usize = 48;

/// How much further than the run shown the axis of α goes for pins: beyond, it would be seen in a corner.
const REACH: f64 = 2.0;

/// Everything a picture of one run is made from.
#[derive(Clone, Copy, Debug)]
pub struct RunData<'a> {
    /// What was run.
    pub scenario: &'a Scenario,
    /// Where it went.
    pub trajectory: &'a Trajectory,
    /// Where it was predicted to go.
    pub predictions: &'a Predictions,
    /// When things happened.
    pub events: Events,
    /// Why it stopped, if it has.
    pub stop: Option<StopReason>,
    /// How α is shown.
    pub alpha_scale: Scale,
    /// What has arrived of finite-N SGD.
    pub ensemble: Option<&'a EnsembleRecord>,
    /// Whether single SGD runs are drawn.
    pub single_runs: bool,
    /// Runs to compare with.
    pub pins: &'a [Pin],
}

impl<'a> RunData<'a> {
    /// A run that has ended, alone, on a linear axis.
    pub fn of(run: &'a FinishedRun) -> Self {
        Self {
            scenario: &run.scenario,
            trajectory: &run.trajectory,
            predictions: &run.predictions,
            events: run.summary.events,
            stop: Some(run.summary.stop),
            alpha_scale: Scale::Linear,
            ensemble: None,
            single_runs: false,
            pins: &[],
        }
    }
}

impl RunData<'_> {
    /// Where the axis of α ends: with the run, or with the last pin if that is not much further.
    pub(super) fn last_alpha(&self) -> f64 {
        let (_, own) = self.trajectory.span();
        let pinned = self.pins.iter().map(|pin| pin.end).fold(own, f64::max);
        pinned.min(REACH * own)
    }

    pub(super) fn plot(&self, label: &str, scale: Scale) -> Plot {
        let mut plot = Plot::new(Axis::new("α", self.alpha_scale), Axis::new(label, scale));
        plot.time = TimeAxis::Shared;
        let end = self.last_alpha();
        let first = self.trajectory.snapshots().iter().map(|at| at.alpha).find(|alpha| *alpha > 0.0);
        plot.x.range = match (self.alpha_scale, first) {
            (Scale::Linear, _) if end > 0.0 => Some((0.0, end)),
            (Scale::Log10, Some(first)) if first < end => Some((first, end)),
            _ => None,
        };
        if let Some(StopReason::Diverged { alpha }) = self.stop {
            // What matters of a blow-up is that it happens: the last decades before it hide all else.
            if scale == Scale::Log10 {
                plot.y.range = Some((1e-3, 1e3));
            }
            plot.guides.push(Guide {
                label: String::from("blow-up"),
                meaning: format!("the norms diverge at α = {}", fixed(alpha, 4)),
                shape: GuideShape::Vertical(alpha),
            });
        }
        plot
    }

    /// The curve of a scalar, which pins keep, too.
    pub(super) fn scalar(&self, scalar: Scalar) -> Vec<[f64; 2]> {
        scalar.curve(self.scenario, self.trajectory)
    }

    pub(super) fn curve(&self, value: impl Fn(&Snapshot) -> Option<f64>) -> Vec<[f64; 2]> {
        self.trajectory.curve(value)
    }

    /// The entries to draw: all, or the largest at the end, with a note of what is left out.
    pub(super) fn entries(&self, all: Vec<Entry>, notes: &mut Vec<String>) -> Vec<Entry> {
        let Some(last) = self.trajectory.snapshots().last().filter(|_| all.len() > CURVE_LIMIT) else {
            return all;
        };
        let total = all.len();
        let mut ranked = all;
        ranked.sort_by(|a, b| value_of(last, *b).abs().total_cmp(&value_of(last, *a).abs()));
        ranked.truncate(CURVE_LIMIT);
        notes.push(format!("the {CURVE_LIMIT} largest of {total}"));
        ranked
    }

    pub(super) fn entry_series(&self, entry: Entry) -> Series {
        let p = self.scenario.model.p;
        let ink = match entry {
            Entry::M(_, r) | Entry::S(_, r) => Ink::Teacher(r),
            Entry::Q(i, j) if i == j => Ink::Neuron(i, p),
            Entry::Q(..) => Ink::Quiet,
        };
        let points = self.curve(|snapshot| Some(value_of(snapshot, entry)).filter(|value| !value.is_nan()));
        Series { entry: Some(entry), in_legend: false, ..Series::new(&entry.name(), ink, points) }
    }
}

/// The value of an entry in a snapshot; NaN where S was not read.
fn value_of(snapshot: &Snapshot, entry: Entry) -> f64 {
    match entry {
        Entry::M(i, r) => snapshot.state.m()[(i, r)],
        Entry::Q(i, j) => snapshot.state.q()[(i, j)],
        Entry::S(i, r) => snapshot.observables.s.as_ref().map_or(f64::NAN, |s| s[(i, r)]),
    }
}
