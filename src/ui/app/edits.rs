//! The scenario changed: by the controls, by what was taken back, by a file. Valid ones run; of others it says why not.
//!
//! A scenario from outside is adopted: read and checked once, by whoever brings it, and carried from there on.

use std::path::Path;

use egui::Context;

use super::App;
use crate::model::{Scenario, ScenarioSpec};
use crate::ui::state::{EditTime, History, Notice, ViewId};
use crate::ui::work::{FileOrder, RunStore, without_reading};
use crate::worker::Command;

impl App {
    /// Runs another scenario; the one before can be had again.
    pub(super) fn edit(&mut self, ctx: &Context, spec: ScenarioSpec) {
        self.note_edit(moment(ctx), spec);
        self.restart();
    }

    /// Runs an edited scenario whose start has been read; the one before can be had again.
    pub(super) fn edit_to(&mut self, at: EditTime, scenario: Scenario) {
        self.note_edit(at, scenario.spec().clone());
        self.run(scenario);
    }

    fn note_edit(&mut self, at: EditTime, spec: ScenarioSpec) {
        self.pin_step();
        self.history.record(&self.saved.spec, &spec, at);
        self.saved.documents.edited(&spec);
        self.saved.spec = spec;
    }

    /// Makes a scenario from outside the user's own and runs it: a file's, a pasted one, a preset. An open lesson is
    /// left; the scenario before can be had again.
    pub(super) fn adopt(&mut self, scenario: Scenario, file: Option<&Path>) {
        if self.saved.view.tab == ViewId::Lesson {
            self.bring_back(ViewId::default());
        }
        self.history.record_whole(&self.saved.spec, scenario.spec());
        self.saved.spec = scenario.spec().clone();
        match file {
            Some(path) => self.saved.documents.used(path, scenario.spec()),
            None => self.saved.documents.leave(),
        }
        self.run(scenario);
    }

    /// Adopts a scenario that has no file, of which it says what is wrong with it if it cannot run.
    pub(super) fn adopt_drawn(&mut self, spec: &ScenarioSpec) {
        match without_reading(spec, None) {
            Some(Ok(scenario)) => self.adopt(scenario, None),
            Some(Err(error)) => self.notice = Some(Notice::wrong(error)),
            None => self.notice = Some(Notice::wrong("it names a start file: open it as a file")),
        }
    }

    /// Draws another start, if it is one that is drawn.
    pub(super) fn reseed(&mut self, ctx: &Context) {
        // A full-period step keeps seeds small for long and never repeats one.
        let seed = (self.saved.spec.start.seed + 1) % (1 << 62);
        match self.saved.spec.other_start(seed) {
            Some(spec) => self.edit(ctx, spec),
            None => {
                self.notice = Some(Notice::done("a start from a file is not drawn: there is no other one"));
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
        match without_reading(&self.saved.spec, self.scenario.as_ref()) {
            Some(Ok(scenario)) => self.run(scenario),
            Some(Err(error)) => self.error = Some(error),
            None => self.order(FileOrder::Check(Box::new(self.saved.spec.clone()))),
        }
    }

    /// Runs a valid scenario; what goes on beside the run before is over.
    pub(super) fn run(&mut self, scenario: Scenario) {
        self.ensemble.clear();
        let id = self.worker.start(scenario.clone());
        self.error = None;
        self.scenario = Some(scenario.clone());
        self.incoming = Some(RunStore::new(id, scenario));
    }

    /// Stops the run and shows none.
    pub(super) fn stop_run(&mut self) {
        if let Some(run) = self.incoming.take().or(self.shown.take()) {
            self.worker.send(Command::Cancel(run.id));
        }
        self.ensemble.clear();
        (self.shown, self.scenario) = (None, None);
    }
}

/// Now, for what can be undone.
pub(super) fn moment(ctx: &Context) -> EditTime {
    ctx.input(|input| EditTime { time: input.time, pressed: input.pointer.press_start_time() })
}
