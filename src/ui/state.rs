//! What the window knows, split by lifetime: scenario and view (kept between sessions), and the run (recomputed).
//!
//! Nothing derived is saved; everything derived can be rebuilt from what is saved.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::action::PanelId;
use super::aside::Store;
use super::asides::{AsideVersions, Asides, SweepSettings};
use super::documents::Documents;
use super::exports::PictureLook;
use super::lesson::Lesson;
use super::pins::Pins;
use super::prepare::PreparedFigure;
use super::views::ViewId;
use crate::figure::{MatrixSource, RunData, Scale, Turn, duration, number};
use crate::model::{Scenario, ScenarioSpec};
use crate::sim::{EnsembleRecord, Events, Predictions, Snapshot, StopReason, Summary, Trajectory};
use crate::worker::RunId;

/// Kept between sessions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Saved {
    /// The last scenario.
    pub spec: ScenarioSpec,
    /// The last view.
    pub view: View,
    /// The files used last.
    pub documents: Documents,
}

/// How things are looked at; changes nothing that is computed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one switch of the view")]
pub struct View {
    /// Dark instead of light.
    pub dark: bool,
    /// α on a logarithmic axis.
    pub log_alpha: bool,
    /// Single SGD runs beside their mean.
    pub single_runs: bool,
    /// Which panels are seen.
    pub tab: ViewId,
    /// Whose matrices are seen.
    pub matrices: MatrixSource,
    /// How many runs from other starts are shown beside the run's own.
    pub fan: usize,
    /// What the sweeps view varies.
    pub sweep: SweepSettings,
    /// Where the lesson is.
    pub lesson: Lesson,
    /// Large type for a lecture hall.
    pub projector: bool,
    /// From where the sphere of solutions is seen.
    #[serde(skip)]
    pub turn: Turn,
    /// How pictures look that are saved and copied.
    pub pictures: PictureLook,
    /// Speed of the clock; 1 goes through a run in ten seconds.
    pub speed: f64,
    /// The panel that fills the window.
    #[serde(skip)]
    pub maximised: Option<PanelId>,
    /// Whether the clock runs.
    #[serde(skip)]
    pub playing: bool,
    /// Whether the help is open.
    #[serde(skip)]
    pub help: bool,
    /// The part of the α axis that is seen; `None`: all of it.
    #[serde(skip)]
    pub window: Option<[f64; 2]>,
    /// Whether the equations are open.
    #[serde(skip)]
    pub equations: bool,
    /// Place on the time bar, 0..=1.
    #[serde(skip)]
    pub place: f64,
}

impl Default for View {
    fn default() -> Self {
        Self {
            dark: false,
            log_alpha: false,
            single_runs: false,
            pictures: PictureLook::default(),
            tab: ViewId::default(),
            matrices: MatrixSource::default(),
            fan: 24,
            sweep: SweepSettings::default(),
            lesson: Lesson::default(),
            projector: false,
            turn: Turn::default(),
            speed: 1.0,
            maximised: None,
            playing: false,
            help: false,
            window: None,
            equations: false,
            place: 1.0,
        }
    }
}

impl View {
    /// How α is shown.
    pub fn scale(&self) -> Scale {
        if self.log_alpha { Scale::Log10 } else { Scale::Linear }
    }
}

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

/// What pictures depend on: the run, the ensemble, the work beside them, how they are looked at, and the pins.
type PictureKey = (RunId, u64, Option<(RunId, u64)>, AsideVersions, Scale, bool, u64);

/// Everything that panels are made from.
pub(super) struct Sources<'a> {
    pub(super) id: RunId,
    pub(super) run: RunData<'a>,
    pub(super) asides: &'a Asides,
    pub(super) turn: Turn,
}

/// The pictures of the displayed run, made when a panel needs them and again when the run or the scale of α changes.
#[derive(Debug, Default)]
pub struct Pictures {
    made_of: Option<PictureKey>,
    turn: Turn,
    figures: HashMap<PanelId, PreparedFigure>,
}

impl Pictures {
    /// Drops what is out of date and makes what the view needs.
    pub(super) fn refresh(
        &mut self,
        run: &RunStore,
        sgd: Option<&EnsembleStore>,
        asides: &Asides,
        pins: &Pins,
        view: &View,
    ) {
        let scale = view.scale();
        let ensemble = sgd.map(|sgd| (sgd.id, sgd.version));
        let key = (run.id, run.version, ensemble, asides.versions(), scale, view.single_runs, pins.version());
        if self.made_of != Some(key) || self.turn != view.turn {
            self.figures.clear();
            (self.made_of, self.turn) = (Some(key), view.turn);
        }
        let data = RunData { pins: pins.all(), ..run.data(scale, sgd, view.single_runs) };
        let sources = Sources { id: run.id, run: data, asides, turn: view.turn };
        for panel in view.panels().into_iter().chain(view.maximised) {
            if let (false, Some(build)) = (self.figures.contains_key(&panel), panel.builder()) {
                self.figures.insert(panel, PreparedFigure::new(build(&sources)));
            }
        }
    }

    /// The run that the pictures show.
    #[cfg(test)]
    pub(super) fn made_of_run(&self) -> Option<RunId> {
        self.made_of.map(|key| key.0)
    }

    /// The picture of a panel.
    pub fn get(&self, panel: PanelId) -> Option<&PreparedFigure> {
        self.figures.get(&panel)
    }
}
