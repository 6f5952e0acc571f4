//! The scenario changed: by the controls, by what was taken back, by a file. Valid ones run; of others it says why not.

use std::path::Path;

use egui::Context;

use super::App;
use crate::export::load_start;
use crate::model::{Scenario, ScenarioSpec, StartKind};
use crate::ui::files::Notice;
use crate::ui::history::{History, Moment};
use crate::ui::state::RunStore;

impl App {
    /// Runs another scenario; the one before can be had again.
    pub(super) fn edit(&mut self, ctx: &Context, spec: ScenarioSpec) {
        let at = ctx.input(|input| Moment { time: input.time, pressed: input.pointer.press_start_time() });
        self.history.record(&self.saved.spec, &spec, at);
        self.saved.documents.edited(&spec);
        self.saved.spec = spec;
        self.restart();
    }

    /// Draws another start, if it is one that is drawn.
    pub(super) fn reseed(&mut self, ctx: &Context) {
        // A full-period step keeps seeds small for long and never repeats one.
        let seed = (self.saved.spec.start.seed + 1) % (1 << 62);
        match self.saved.spec.other_start(seed) {
            Some(spec) => self.edit(ctx, spec),
            None => {
                self.notice = Some(Notice::done("a start from a file is not drawn: there is no other one"))
            }
        }
    }

    /// To the scenario before or after this one.
    pub(super) fn travel(&mut self, step: fn(&mut History, &ScenarioSpec) -> Option<ScenarioSpec>) {
        if let Some(spec) = step(&mut self.history, &self.saved.spec) {
            self.saved.spec = spec;
            self.restart();
        }
    }

    /// Runs the edited scenario if it is valid; else says what is wrong and leaves everything as it is.
    pub(super) fn restart(&mut self) {
        match parse(&self.saved.spec) {
            Ok(scenario) => {
                self.ensemble.clear();
                let id = self.worker.start(scenario.clone());
                self.error = None;
                self.scenario = Some(scenario.clone());
                self.incoming = Some(RunStore::new(id, scenario));
            }
            Err(error) => self.error = Some(error),
        }
    }
}

/// A valid scenario from what is being edited, its start file read if it has one.
pub(super) fn parse(spec: &ScenarioSpec) -> Result<Scenario, String> {
    match (&spec.start.kind, &spec.start.path) {
        (StartKind::File, Some(path)) => {
            let start = load_start(Path::new(path)).map_err(|error| error.to_string())?;
            Scenario::with_start(spec.clone(), start).map_err(|error| error.to_string())
        }
        (StartKind::File, None) if !spec.start.is_written_out() => Err(String::from("choose a start file")),
        _ => Scenario::new(spec.clone()).map_err(|error| error.to_string()),
    }
}
