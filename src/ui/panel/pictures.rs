//! The pictures of the displayed run: made when a panel needs them, and again when what they show has changed.

use std::collections::HashMap;

use super::{Picture, Sources};
use crate::figure::{Figure, Orientation, RunData, Scale, TimeAxis};
use crate::ui::draw::PreparedFigure;
use crate::ui::state::{PanelId, View, Zoom};
use crate::ui::work::{EnsembleStore, JobVersions, Pins, RunStore, ViewJobs};
use crate::worker::RunId;

/// What pictures depend on: the run, the ensemble, the work beside them, how they are looked at, and the pins.
type PictureKey = (RunId, u64, Option<(RunId, u64)>, JobVersions, Scale, bool, u64);

/// The pictures of the displayed run, made when a panel needs them and again when the run or the scale of α changes.
#[derive(Debug, Default)]
pub struct Pictures {
    made_of: Option<PictureKey>,
    turn: Orientation,
    figures: HashMap<PanelId, PreparedFigure>,
}

impl Pictures {
    /// Drops what is out of date and makes what the view needs.
    pub(in crate::ui) fn refresh(
        &mut self,
        run: &RunStore,
        sgd: Option<&EnsembleStore>,
        jobs: &ViewJobs,
        pins: &Pins,
        view: &View,
    ) {
        let scale = view.scale();
        let ensemble = sgd.map(|sgd| (sgd.id, sgd.version));
        let key = (run.id, run.version, ensemble, jobs.versions(), scale, view.single_runs, pins.version());
        if self.made_of != Some(key) || self.turn != view.turn {
            self.figures.clear();
            (self.made_of, self.turn) = (Some(key), view.turn);
        }
        let data = RunData { pins: pins.all(), ..run.data(scale, sgd, view.single_runs) };
        let sources = Sources { id: run.id, run: data, jobs, turn: view.turn };
        for panel in view.panels().into_iter().chain(view.maximised) {
            if let (false, Picture::Plot(build)) = (self.figures.contains_key(&panel), panel.row().picture) {
                self.figures.insert(panel, PreparedFigure::new(build(&sources)));
            }
            if let Some(figure) = self.figures.get_mut(&panel) {
                figure.sharpen(panel_zoom(&figure.figure, view.alpha_range), view.heights_of(panel));
            }
        }
    }

    /// The run that the pictures show.
    #[cfg(test)]
    pub(in crate::ui) fn made_of_run(&self) -> Option<RunId> {
        self.made_of.map(|key| key.0)
    }

    /// The picture of a panel.
    pub fn get(&self, panel: PanelId) -> Option<&PreparedFigure> {
        self.figures.get(&panel)
    }
}

/// How a figure zooms: with all that are over time, or by itself.
pub(in crate::ui) fn panel_zoom(figure: &Figure, range: Option<[f64; 2]>) -> Zoom {
    if figure.time() == TimeAxis::Shared { Zoom::Shared(range) } else { Zoom::Independent }
}
