//! The application: drains the worker, applies actions, lays the panels out.
//!
//! `logic` changes the state and draws nothing; `ui` draws and only collects actions. One place applies them.

mod actions;
#[cfg(test)]
mod chaos;
mod display;
mod drop_hint;
mod edits;
mod exports;
mod files;
mod headless;
mod keeper;
mod lesson;
mod native;
#[cfg(test)]
mod orders;
mod presenter;
mod projector;
mod shortcuts;
#[cfg(test)]
mod test_window;
mod zoom;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use egui::Theme;

pub use self::headless::{DashboardError, dashboard, scenario_dashboard};
use self::lesson::OwnState;
pub use self::native::{APP_ID, WindowError, icon, run_window};
use crate::model::Scenario;
use crate::sim::StopReason;
use crate::ui::bars::{
    Controls, Edits, RunningWork, controls_ui, edit_ui, file_menu_ui, pins_ui, status_ui, tabs_ui, time_ui,
};
use crate::ui::dialogs::{PathDialog, equations_ui, help_ui};
use crate::ui::draw::{Drawing, Textures};
use crate::ui::panel::{Pictures, Shown, view_ui};
use crate::ui::state::{Action, DialogPurpose, Highlight, History, Notice, Saved, ViewId, Zoom};
use crate::ui::theme::{self, Colours, GAP};
use crate::ui::work::{
    Ensemble, EnsembleStore, FileWork, JobSlot, Pins, RunStore, SaveRequest, SavedFiles, ViewJobs,
    drain_events, save_job,
};
use crate::worker::{Event, OdeJob, Runner, Worker};

/// Seconds to go through a run at speed 1.
const PLAY_SECONDS: f64 = 10.0;

/// What each kind of work may take of a frame where there are no threads.
const FRAME_SHARE: Duration = Duration::from_millis(4);

/// The state of the window.
pub struct App {
    saved: Saved,
    worker: Worker,
    ensemble: Ensemble,
    jobs: ViewJobs,
    /// The last valid scenario.
    scenario: Option<Scenario>,
    /// What is wrong with the one being edited.
    error: Option<String>,
    /// What is drawn.
    shown: Option<RunStore>,
    /// What has been started and has sent nothing yet.
    incoming: Option<RunStore>,
    pictures: Pictures,
    textures: Textures,
    lit: Option<Highlight>,
    history: History,
    pins: Pins,
    /// What is the user's own while the lesson is open.
    own: Option<OwnState>,
    /// The dialog that is open, and what for.
    dialog: Option<(DialogPurpose, PathDialog)>,
    /// What is to be said until something is done.
    notice: Option<Notice>,
    /// Files that are read and looked for.
    files: FileWork,
    /// Files on their way.
    saves: JobSlot<SaveRequest, SavedFiles>,
    /// Where photographs of the window went.
    photographs: (Sender<Written>, Receiver<Written>),
    /// The window's title as last set.
    title: String,
}

/// A file that was written, or why not.
type Written = Result<PathBuf, String>;

impl App {
    /// Starts the worker and the scenario in `saved`.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn new(ctx: &egui::Context, saved: Saved, runner: &Runner) -> std::io::Result<Self> {
        let mut app = Self::idle(ctx, saved, runner)?;
        let view = &mut app.saved.view;
        if view.tab == ViewId::Lesson {
            let step = view.lesson.current();
            (view.place, view.alpha_range) = (step.place, step.frame.map(|frame| frame.alphas));
        }
        app.restart();
        Ok(app)
    }

    /// Starts the worker and a scenario from outside instead of the one in `saved`, from `file` if it has one.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn opening(
        ctx: &egui::Context,
        saved: Saved,
        (scenario, file): (Scenario, Option<&Path>),
        runner: &Runner,
    ) -> std::io::Result<Self> {
        let mut app = Self::idle(ctx, saved, runner)?;
        app.adopt(scenario, file);
        Ok(app)
    }

    /// Starts the worker with nothing to do.
    fn idle(ctx: &egui::Context, saved: Saved, runner: &Runner) -> std::io::Result<Self> {
        theme::install(ctx);
        let mut app = Self {
            worker: Worker::spawn_on(runner, |scenario| Box::new(OdeJob::new(scenario)))?,
            ensemble: Ensemble::spawn(runner)?,
            jobs: ViewJobs::spawn(runner)?,
            scenario: None,
            error: None,
            shown: None,
            incoming: None,
            pictures: Pictures::default(),
            textures: Textures::default(),
            lit: None,
            history: History::default(),
            pins: Pins::default(),
            own: None,
            dialog: None,
            notice: None,
            saves: JobSlot::spawn(runner, save_job)?,
            files: FileWork::new(Arc::clone(runner.wake())),
            photographs: bounded(4),
            title: String::new(),
            saved,
        };
        app.look_for_recent();
        app.set_theme(ctx);
        Ok(app)
    }

    /// Says in the status line what went wrong elsewhere.
    pub(super) fn warn(&mut self, words: String) {
        self.notice = Some(Notice::wrong(words));
    }

    /// What is to be kept.
    pub fn saved(&self) -> &Saved {
        &self.saved
    }

    /// The run that is drawn.
    pub fn shown(&self) -> Option<&RunStore> {
        self.shown.as_ref()
    }

    /// The ensemble beside it, its own and no other's.
    pub fn ensemble(&self) -> Option<&EnsembleStore> {
        self.ensemble.store_of(self.shown.as_ref()?.id)
    }

    /// The window's title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What is wrong with the scenario being edited.
    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// Whether a run is complete on the screen and nothing newer is on its way.
    pub fn is_settled(&self) -> bool {
        let ode_done = self.incoming.is_none() && self.shown.as_ref().is_some_and(|run| !run.is_running());
        ode_done
            && !self.ensemble.is_busy()
            && !self.jobs.is_busy()
            && !self.saves.is_busy()
            && !self.files.is_busy()
    }

    /// Puts the cursor where the loss has fallen to half: the most telling still picture of a run.
    pub fn rest_at_escape(&mut self) {
        let alpha = self.shown.as_ref().and_then(|run| run.summary?.events.alpha_escape);
        if let (Some(run), Some(alpha)) = (&self.shown, alpha) {
            self.saved.view.place = run.place_of(alpha, self.saved.view.scale());
        }
    }

    /// Takes in what the worker sent and moves the clock; draws nothing.
    pub fn logic(&mut self, ctx: &egui::Context) {
        self.pump();
        if !self.drain() {
            ctx.request_repaint();
        }
        self.retitle(ctx);
        self.keep_window();
        let view = &mut self.saved.view;
        if view.playing {
            let seconds = f64::from(ctx.input(|input| input.stable_dt)).min(0.1);
            view.place = (view.place + seconds * view.speed / PLAY_SECONDS).min(1.0);
            if view.place >= 1.0 {
                view.playing = false;
            }
            ctx.request_repaint();
        }
        if let Some(run) = &self.shown {
            self.jobs.refresh(run, view, &view.jobs());
            self.pictures.refresh(run, self.ensemble.store_of(run.id), &self.jobs, &self.pins, view);
        }
    }

    /// Does a frame's share of the work where there are no threads: the run before all that goes on beside it.
    fn pump(&mut self) {
        self.worker.pump(FRAME_SHARE);
        self.ensemble.pump(FRAME_SHARE);
        self.jobs.pump(FRAME_SHARE);
        self.saves.pump(FRAME_SHARE);
    }

    /// Takes in what the workers sent, as much as fits into a frame; says whether that was all.
    fn drain(&mut self) -> bool {
        let events = self.worker.events().clone();
        let all = [
            drain_events(&events, |event| self.take(event)),
            self.ensemble.drain(),
            self.jobs.drain(),
            self.poll_files(),
            self.poll_exports(),
        ];
        !all.contains(&false)
    }

    /// Lays out the window and applies what was asked for.
    pub fn ui(&mut self, ui: &mut egui::Ui) {
        let theme = if self.saved.view.dark { Theme::Dark } else { Theme::Light };
        let colours = Colours::of(theme);
        let mut actions = shortcuts::requested(ui, self.dialog.is_some(), self.saved.view.maximised);
        if self.saved.view.blank {
            for action in presenter::blank_ui(ui, &actions) {
                self.apply(ui.ctx(), action);
            }
            return;
        }
        self.bars_ui(ui, colours, &mut actions);
        let frame = egui::Frame::new().fill(colours.window).inner_margin(GAP);
        let central = egui::CentralPanel::default().frame(frame);
        let lit = central.show(ui, |ui| self.central_ui(ui, theme, &mut actions)).inner;
        if self.saved.view.help {
            actions.extend(help_ui(ui, &self.saved.view.panels()));
        }
        drop_hint::drop_hint_ui(ui, colours);
        self.dialog_ui(&ui.ctx().clone(), colours);
        if self.saved.view.equations {
            actions.extend(equations_ui(ui, colours));
        }
        if self.saved.view.spot {
            presenter::spot_ui(ui.ctx(), colours);
        }
        self.saved.view.magnify(ui.ctx());
        if lit != self.lit {
            self.lit = lit;
            ui.ctx().request_repaint();
        }
        for action in actions {
            self.apply(ui.ctx(), action);
        }
    }

    /// Time above, status below, controls at the left.
    fn bars_ui(&self, ui: &mut egui::Ui, colours: Colours, actions: &mut Vec<Action>) {
        let bar = |margin: i8| {
            egui::Frame::new().fill(colours.panel).inner_margin(egui::Margin::symmetric(10, margin))
        };
        let (run, view, error) = (self.shown.as_ref(), &self.saved.view, self.error.as_deref());
        egui::Panel::top("time").exact_size(42.0).frame(bar(4)).show(ui, |ui| {
            ui.horizontal_centered(|ui| {
                let (can_undo, can_redo) = self.history.reach();
                actions.extend(file_menu_ui(ui, &self.saved.documents.recent));
                let edits = Edits { can_undo, can_redo, can_pin: run.is_some() };
                actions.extend(edit_ui(ui, edits, colours));
                actions.extend(time_ui(ui, run, view, colours));
            });
        });
        egui::Panel::bottom("status").exact_size(28.0).frame(bar(3)).show(ui, |ui| {
            let beside = RunningWork { sgd: self.ensemble(), words: self.jobs.words() };
            let notice = self.notice.as_ref().map(|notice| (notice.text.as_str(), notice.alarming));
            let error = error.map(|error| format!("shown is the last valid run: {error}"));
            let waits = self.files.words().map(|words| format!("{words} …"));
            let message = notice.or(waits.as_deref().map(|words| (words, false)));
            let message = message.or(error.as_deref().map(|error| (error, true)));
            actions.extend(status_ui(ui, run, &beside, view, message, colours));
        });
        if view.hides_controls {
            return;
        }
        let controls = Controls {
            spec: &self.saved.spec,
            scenario: self.scenario.as_ref(),
            events: run.and_then(|run| run.events_of(self.scenario.as_ref()?)),
            error,
            view,
            ensemble_waits: run.and_then(|run| self.ensemble.waiting_of(run.id)),
            colours,
        };
        egui::Panel::left("controls").exact_size(262.0).resizable(false).frame(bar(8)).show(ui, |ui| {
            actions.extend(controls_ui(ui, &controls));
        });
    }

    /// The panels; returns what is pointed at.
    fn central_ui(
        &mut self,
        ui: &mut egui::Ui,
        theme: Theme,
        actions: &mut Vec<Action>,
    ) -> Option<Highlight> {
        let colours = Colours::of(theme);
        actions.extend(tabs_ui(ui, &self.saved.view, colours));
        let (run, view) = (self.shown.as_ref()?, &self.saved.view);
        let cursor = Some(run.alpha_at(view.place, view.scale()));
        let palette = theme::palette(theme);
        actions.extend(pins_ui(ui, self.pins.all(), run.scenario.spec(), palette, colours));
        let zoom = Zoom::Shared(view.alpha_range);
        let reveals = view.reveals() && view.place < 1.0;
        let drawing = Drawing {
            palette,
            colours,
            cursor,
            reveals,
            heights: None,
            marker: None,
            captures_pointer: false,
            zoom,
            lit: self.lit,
        };
        let shown = Shown {
            run,
            sgd: self.ensemble.store_of(run.id),
            pictures: &self.pictures,
            view,
            spec: &self.saved.spec,
            fan: self.jobs.fan(run.id),
            drawing,
        };
        let (asked, entry) = view_ui(ui, &shown, &mut self.textures);
        actions.extend(asked);
        entry
    }

    fn take(&mut self, event: Event) {
        let id = event.id();
        let has_states = !matches!(&event, Event::Record(_, record) if record.trajectory.is_empty());
        if let Some(incoming) = self.incoming.take_if(|run| run.id == id && has_states) {
            // The first states of a newer run take the place of the old one's.
            self.shown = Some(incoming);
            self.ensemble.drop_unless_of(id);
        }
        let newest = self.incoming.as_ref().or(self.shown.as_ref()).is_some_and(|run| run.id == id);
        let both = [self.incoming.as_mut(), self.shown.as_mut()];
        let Some(run) = both.into_iter().flatten().find(|run| run.id == id) else { return };
        run.version += 1;
        match event {
            Event::Record(_, record) => run.append(*record),
            Event::Progress(_, alpha, end) => run.progress = Some((alpha, end)),
            Event::Finished(_, summary) => {
                run.summary = Some(summary);
                // A run that is out of date may still tell its end: nothing begins beside it.
                if newest && summary.stop != StopReason::Cancelled {
                    self.ensemble.plan(run);
                }
            }
            Event::Failed(_, message) => run.failure = Some(message),
        }
    }

    fn set_theme(&self, ctx: &egui::Context) {
        ctx.set_theme(if self.saved.view.dark { Theme::Dark } else { Theme::Light });
    }
}
