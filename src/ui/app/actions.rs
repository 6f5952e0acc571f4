//! What controls, keys and menus ask for, done: one place for every action.

use egui::ViewportCommand;

use super::App;
use crate::ui::state::{Action, History, Notice};
use crate::worker::Command;

impl App {
    /// Does what was asked for.
    pub(super) fn apply(&mut self, ctx: &egui::Context, action: Action) {
        self.notice = None;
        let view = &mut self.saved.view;
        match action {
            Action::Edit(spec) => self.edit(ctx, *spec),
            Action::Adopt(spec) => self.adopt_drawn(&spec),
            Action::Undo => self.travel(History::undo),
            Action::Redo => self.travel(History::redo),
            Action::File(wish) => self.file(ctx, wish),
            Action::Export(wish) => self.export(ctx, wish),
            Action::Reseed => self.reseed(ctx),
            Action::Pin => self.notice = self.pin(),
            Action::Unpin(index) => self.pins.remove(index),
            Action::UnpinAll => self.pins.clear(),
            Action::TogglePlay => {
                view.playing = !view.playing;
                if view.playing && view.place >= 1.0 {
                    view.place = 0.0;
                }
            }
            Action::Seek(alpha) => {
                if let Some(run) = &self.shown {
                    view.place = run.place_of(alpha, view.scale());
                }
            }
            Action::Nudge(by) => view.place = (view.place + by).clamp(0.0, 1.0),
            Action::ToggleScale => self.toggle_scale(),
            Action::ToggleSingleRuns => view.single_runs = !view.single_runs,
            Action::RunEnsemble => self.run_ensemble(),
            Action::ContinueEnsemble => self.ensemble.go_on(),
            Action::Zoom(wish) => self.zoom(wish),
            Action::Speed(speed) => view.speed = speed,
            Action::Show(tab) => self.show_view(tab),
            Action::Lesson(wish) => self.turn_lesson(wish),
            Action::Sweep(settings) => view.sweep = settings,
            Action::OtherStarts(count) => view.fan = count,
            Action::Turn(turn) => view.turn = turn,
            Action::ShowMatrices(source) => view.matrices = source,
            Action::Maximise(panel) => view.maximised = panel,
            Action::ToggleTheme => {
                view.dark = !view.dark;
                self.set_theme(ctx);
            }
            Action::Present(wish) => view.present(ctx, wish),
            Action::ToggleHelp => view.help = !view.help,
            Action::ToggleEquations => view.equations = !view.equations,
            Action::ToggleProjector => view.project(ctx),
            Action::Copy(text) => ctx.copy_text(text),
            Action::Quit => ctx.send_viewport_cmd(ViewportCommand::Close),
            Action::Cancel => {
                if let Some(run) = self.incoming.as_ref().or(self.shown.as_ref()) {
                    self.worker.send(Command::Cancel(run.id));
                }
                self.ensemble.cancel();
                self.jobs.cancel();
            }
        }
        ctx.request_repaint();
    }

    /// Keeps the run shown, and its ensemble, to compare with, unless a newer one is about to take its place; says why
    /// not.
    fn pin(&mut self) -> Option<Notice> {
        let run = self.incoming.as_ref().or(self.shown.as_ref())?;
        let sgd = self.ensemble.store_of(run.id).map(|sgd| &sgd.record);
        self.pins.add(run, sgd)
    }

    /// Begins the ensemble of the run shown, unless a newer one is about to take its place.
    fn run_ensemble(&mut self) {
        if let Some(run) = self.shown.as_ref().filter(|_| self.incoming.is_none()) {
            self.ensemble.begin(run);
        }
    }

    /// α linear or logarithmic, the cursor in place.
    fn toggle_scale(&mut self) {
        let view = &mut self.saved.view;
        let alpha = self.shown.as_ref().map(|run| run.alpha_at(view.place, view.scale()));
        view.log_alpha = !view.log_alpha;
        if let (Some(run), Some(alpha)) = (&self.shown, alpha) {
            view.place = run.place_of(alpha, view.scale());
        }
    }
}
