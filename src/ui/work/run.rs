//! One run as it arrives, and the ensemble beside it.

use super::Store;
use crate::figure::{RunData, Scale, duration, number};
use crate::model::Scenario;
use crate::sim::{EnsembleRecord, Events, OdeRecord, Predictions, Snapshot, StopReason, Summary, Trajectory};
use crate::worker::RunId;

/// One run as it arrives.
#[derive(Debug)]
pub struct RunStore {
    /// Its id.
    pub id: RunId,
    /// What is run.
    pub scenario: Scenario,
    /// What has arrived.
    pub trajectory: Trajectory,
    /// What its start predicts.
    pub predictions: Predictions,
    /// How it ended.
    pub summary: Option<Summary>,
    /// Why it broke.
    pub failure: Option<String>,
    /// α reached and α of the end at the latest.
    pub progress: Option<(f64, f64)>,
    /// Counts changes of what is to be drawn.
    pub version: u64,
}

impl RunStore {
    /// A run of which nothing has arrived.
    pub fn new(id: RunId, scenario: Scenario) -> Self {
        Self {
            id,
            scenario,
            trajectory: Trajectory::default(),
            predictions: Predictions::default(),
            summary: None,
            failure: None,
            progress: None,
            version: 0,
        }
    }

    /// Takes in what has arrived.
    pub(in crate::ui) fn append(&mut self, record: OdeRecord) {
        if let Some(predictions) = record.predictions {
            self.predictions = *predictions;
        }
        for snapshot in record.trajectory.into_snapshots() {
            self.trajectory.push(snapshot);
        }
    }

    /// Whether the engine is still at it.
    pub fn is_running(&self) -> bool {
        self.summary.is_none() && self.failure.is_none()
    }

    /// When things happened, if this is a scenario's run and has ended by itself.
    pub fn events_of(&self, scenario: &Scenario) -> Option<Events> {
        let summary = self.summary.filter(|summary| summary.stop != StopReason::Cancelled)?;
        (self.scenario.spec() == scenario.spec()).then_some(summary.events)
    }

    /// Where the run blew up, if it did.
    pub fn diverged_at(&self) -> Option<f64> {
        match self.summary?.stop {
            StopReason::Diverged { alpha } => Some(alpha),
            _ => None,
        }
    }

    /// Everything a picture is made from.
    pub fn data<'a>(
        &'a self,
        alpha_scale: Scale,
        sgd: Option<&'a EnsembleStore>,
        single_runs: bool,
    ) -> RunData<'a> {
        RunData {
            scenario: &self.scenario,
            trajectory: &self.trajectory,
            predictions: &self.predictions,
            events: self.summary.map(|summary| summary.events).unwrap_or_default(),
            stop: self.summary.map(|summary| summary.stop),
            alpha_scale,
            ensemble: sgd.map(|sgd| &sgd.record).filter(|record| !record.points.is_empty()),
            single_runs,
            pins: &[],
        }
    }

    /// α at a place 0..=1 of the time bar.
    pub fn alpha_at(&self, place: f64, scale: Scale) -> f64 {
        let (low, high) = self.bar_range(scale);
        let place = place.clamp(0.0, 1.0);
        scale.value(low + place * (high - low))
    }

    /// The place 0..=1 of α on the time bar.
    pub fn place_of(&self, alpha: f64, scale: Scale) -> f64 {
        let (low, high) = self.bar_range(scale);
        let place = (scale.place(alpha) - low) / (high - low);
        if place.is_nan() { 0.0 } else { place.clamp(0.0, 1.0) }
    }

    /// The state nearest to α.
    pub fn at(&self, alpha: f64) -> Option<&Snapshot> {
        self.trajectory.nearest(alpha)
    }

    fn bar_range(&self, scale: Scale) -> (f64, f64) {
        let (_, end) = self.trajectory.span();
        match scale {
            Scale::Linear => (0.0, end.max(f64::MIN_POSITIVE)),
            Scale::Log10 => {
                let first = self.trajectory.snapshots().iter().map(|at| at.alpha).find(|alpha| *alpha > 0.0);
                let low = first.unwrap_or(1.0).log10();
                (low, end.log10().max(low + 1e-9))
            }
        }
    }
}

/// The ensemble beside the displayed run, as it arrives.
pub type EnsembleStore = Store<EnsembleRecord>;

impl EnsembleStore {
    /// How it is getting on, in words.
    pub fn words(&self, replicas: usize) -> String {
        let diverged = match self.record.diverged(replicas) {
            0 => String::new(),
            count => format!(", {count} of {replicas} diverged"),
        };
        if self.ended && self.cancelled {
            return self.stopped_words(&diverged);
        }
        if self.ended {
            return format!("SGD {replicas} runs{diverged}");
        }
        let left = self.seconds_left().map_or_else(String::new, |left| format!(", {} left", duration(left)));
        format!("SGD {:.0} %{left}{diverged}", 100.0 * self.fraction())
    }

    /// How far it had come when it was stopped.
    fn stopped_words(&self, diverged: &str) -> String {
        let (reach, end) = (self.record.reach().unwrap_or_default(), self.record.end);
        // Never all of it.
        let share = if end > 0.0 { (100.0 * reach / end).floor() } else { 0.0 };
        format!("SGD stopped at α = {} of {} ({share:.0} %){diverged}", number(reach), number(end))
    }
}
