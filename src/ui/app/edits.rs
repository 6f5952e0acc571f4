//! The scenario changed: by the controls, by what was taken back, by a file. Valid ones run; of others it says why not.
//!
//! A scenario from outside is adopted: read and checked once, by whoever brings it, and carried from there on.

use std::path::Path;

use egui::Context;

use super::App;
use crate::export::load_start;
use crate::model::{Scenario, ScenarioSpec, StartKind};
use crate::ui::files::Notice;
use crate::ui::history::{History, Moment};
use crate::ui::state::RunStore;
use crate::ui::views::ViewId;
use crate::worker::Command;

impl App {
    /// Runs another scenario; the one before can be had again.
    pub(super) fn edit(&mut self, ctx: &Context, spec: ScenarioSpec) {
        self.note_edit(ctx, spec);
        self.restart();
    }

    /// Runs an edited scenario whose start has been read; the one before can be had again.
    pub(super) fn edit_to(&mut self, ctx: &Context, scenario: Scenario) {
        self.note_edit(ctx, scenario.spec().clone());
        self.run(scenario);
    }

    fn note_edit(&mut self, ctx: &Context, spec: ScenarioSpec) {
        let at = ctx.input(|input| Moment { time: input.time, pressed: input.pointer.press_start_time() });
        self.history.record(&self.saved.spec, &spec, at);
        self.saved.documents.edited(&spec);
        self.saved.spec = spec;
    }

    /// Makes a scenario from outside the user's own and runs it: a file's, a pasted one, a preset. An open lesson is left;
    /// the scenario before can be had again.
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
        match parse(spec, None) {
            Ok(scenario) => self.adopt(scenario, None),
            Err(error) => self.notice = Some(Notice::wrong(error)),
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
        match parse(&self.saved.spec, self.scenario.as_ref()) {
            Ok(scenario) => self.run(scenario),
            Err(error) => self.error = Some(error),
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

/// A valid scenario from what is being edited. The start file it names is that of `known` if both name the same, else it
/// is read.
pub(super) fn parse(spec: &ScenarioSpec, known: Option<&Scenario>) -> Result<Scenario, String> {
    if spec.start.kind == StartKind::File && spec.start.path.is_none() && !spec.start.is_written_out() {
        return Err(String::from("choose a start file"));
    }
    let (StartKind::File, Some(path)) = (&spec.start.kind, &spec.start.path) else {
        return Scenario::new(spec.clone()).map_err(|error| error.to_string());
    };
    let same =
        |known: &&Scenario| known.start.kind == StartKind::File && known.start.path.as_ref() == Some(path);
    let start = match known.filter(same) {
        Some(known) => known.given_start().clone(),
        None => load_start(Path::new(path)).map_err(|error| error.to_string())?,
    };
    Scenario::with_start(spec.clone(), start).map_err(|error| error.to_string())
}
