//! The application: drains the worker, applies actions, lays the panels out.
//!
//! `logic` changes the state and draws nothing; `ui` draws and only collects actions. One place applies them.

use std::sync::Arc;

use egui::{Key, Theme};

use super::action::Action;
use super::asides::Asides;
use super::beside::{Beside as Ensemble, shared_wake};
use super::heatmap::Textures;
use super::lesson::LessonWish;
use super::panels::{
    Beside, Controls, Shown, controls_ui, equations_ui, help_ui, status_ui, tabs_ui, time_ui, view_ui,
};
use super::plot::Drawing;
use super::state::{EnsembleStore, Pictures, RunStore, Saved};
use super::theme::{self, Colours, GAP};
use super::views::VIEWS;
use crate::export::load_start;
use crate::figure::Entry;
use crate::model::{Scenario, ScenarioSpec, StartKind};
use crate::sim::StopReason;
use crate::worker::{Command, Event, Worker};

/// Seconds to go through a run at speed 1.
const PLAY_SECONDS: f64 = 10.0;

/// The state of the window.
pub struct App {
    saved: Saved,
    worker: Worker,
    ensemble: Ensemble,
    asides: Asides,
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
    lit: Option<Entry>,
}

impl App {
    /// Starts the worker and the scenario in `saved`.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn new(
        ctx: &egui::Context,
        saved: Saved,
        wake: Box<dyn Fn() + Send + Sync>,
    ) -> std::io::Result<Self> {
        theme::install(ctx);
        let wake: Arc<dyn Fn() + Send + Sync> = Arc::from(wake);
        let mut app = Self {
            worker: Worker::spawn(shared_wake(&wake))?,
            ensemble: Ensemble::spawn(shared_wake(&wake))?,
            asides: Asides::spawn(&wake)?,
            scenario: None,
            error: None,
            shown: None,
            incoming: None,
            pictures: Pictures::default(),
            textures: Textures::default(),
            lit: None,
            saved,
        };
        app.set_theme(ctx);
        app.restart();
        Ok(app)
    }

    /// What is to be kept.
    pub fn saved(&self) -> &Saved {
        &self.saved
    }

    /// The run that is drawn.
    pub fn shown(&self) -> Option<&RunStore> {
        self.shown.as_ref()
    }

    /// The ensemble beside it.
    pub fn ensemble(&self) -> Option<&EnsembleStore> {
        self.ensemble.store()
    }

    /// What is wrong with the scenario being edited.
    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// Whether a run is complete on the screen and nothing newer is on its way.
    pub fn is_settled(&self) -> bool {
        let ensemble_done = self.ensemble.store().is_none_or(|sgd| sgd.ended);
        let ode_done = self.incoming.is_none() && self.shown.as_ref().is_some_and(|run| !run.is_running());
        ode_done && ensemble_done && !self.asides.is_busy()
    }

    /// Puts the cursor where the loss has fallen to half: the most telling still picture of a run.
    pub fn rest_at_escape(&mut self) {
        let alpha = self.shown.as_ref().and_then(|run| run.summary?.events.alpha_escape);
        if let (Some(run), Some(alpha)) = (&self.shown, alpha) {
            self.saved.view.place = run.place_of(alpha, self.saved.view.scale());
        }
    }

    /// Takes in what the worker sent and moves the clock; draws nothing.
    pub fn tick(&mut self, ctx: &egui::Context) {
        while let Ok(event) = self.worker.events().try_recv() {
            self.take(event);
        }
        self.ensemble.drain();
        self.asides.drain();
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
            self.asides.refresh(run, view);
            self.pictures.refresh(run, self.ensemble.store(), &self.asides, view);
        }
    }

    /// Lays out the window and applies what was asked for.
    pub fn show(&mut self, ui: &mut egui::Ui) {
        let theme = if self.saved.view.dark { Theme::Dark } else { Theme::Light };
        let colours = Colours::of(theme);
        let mut actions = shortcuts(ui);
        self.bars_ui(ui, colours, &mut actions);
        let frame = egui::Frame::new().fill(colours.window).inner_margin(GAP);
        let central = egui::CentralPanel::default().frame(frame);
        let lit = central.show(ui, |ui| self.central_ui(ui, theme, &mut actions)).inner;
        if self.saved.view.help {
            actions.extend(help_ui(ui));
        }
        if self.saved.view.equations {
            actions.extend(equations_ui(ui, colours));
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
            actions.extend(time_ui(ui, run, view, colours));
        });
        egui::Panel::bottom("status").exact_size(28.0).frame(bar(3)).show(ui, |ui| {
            let beside = Beside { sgd: self.ensemble.store(), words: self.asides.words() };
            actions.extend(status_ui(ui, run, &beside, view, error, colours));
        });
        let controls = Controls {
            spec: &self.saved.spec,
            scenario: self.scenario.as_ref(),
            error,
            view,
            ensemble_waits: self.ensemble.waiting(),
            colours,
        };
        egui::Panel::left("controls").exact_size(262.0).resizable(false).frame(bar(8)).show(ui, |ui| {
            actions.extend(controls_ui(ui, &controls));
        });
    }

    /// The panels; returns the entry pointed at.
    fn central_ui(&mut self, ui: &mut egui::Ui, theme: Theme, actions: &mut Vec<Action>) -> Option<Entry> {
        let colours = Colours::of(theme);
        actions.extend(tabs_ui(ui, self.saved.view.tab, colours));
        let (run, view) = (self.shown.as_ref()?, &self.saved.view);
        let cursor = Some(run.alpha_at(view.place, view.scale()));
        let palette = theme::palette(theme);
        let drawing = Drawing { palette, colours, cursor, spot: None, held: false, lit: self.lit };
        let shown = Shown {
            run,
            sgd: self.ensemble.store(),
            pictures: &self.pictures,
            view,
            fan: self.asides.fan(),
            drawing,
        };
        let (asked, entry) = view_ui(ui, &shown, &mut self.textures);
        actions.extend(asked);
        entry
    }

    fn take(&mut self, event: Event) {
        let id = event.id();
        if let Some(incoming) =
            self.incoming.take_if(|run| run.id == id && !matches!(event, Event::Started(..)))
        {
            // The first states of a newer run take the place of the old one's.
            self.shown = Some(incoming);
        }
        let both = [self.incoming.as_mut(), self.shown.as_mut()];
        let Some(run) = both.into_iter().flatten().find(|run| run.id == id) else { return };
        run.version += 1;
        match event {
            Event::Started(_, predictions) => run.predictions = *predictions,
            Event::Snapshots(_, batch) => batch.into_iter().for_each(|snapshot| {
                run.trajectory.push(snapshot);
            }),
            Event::Progress(_, alpha, end) => run.progress = Some((alpha, end)),
            Event::Record(..) => {}
            Event::Finished(_, summary) => {
                run.summary = Some(summary);
                if summary.stop != StopReason::Cancelled {
                    self.ensemble.plan(run);
                }
            }
            Event::Failed(_, message) => run.failure = Some(message),
        }
    }

    fn apply(&mut self, ctx: &egui::Context, action: Action) {
        let view = &mut self.saved.view;
        match action {
            Action::Edit(spec) => self.edit(*spec),
            Action::Reseed => {
                let mut spec = self.saved.spec.clone();
                spec.start.direction.clear();
                // A full-period step keeps seeds small for long and never repeats one.
                spec.start.seed = (spec.start.seed + 1) % (1 << 62);
                self.edit(spec);
            }
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
            Action::ToggleScale => {
                let alpha = self.shown.as_ref().map(|run| run.alpha_at(view.place, view.scale()));
                view.log_alpha = !view.log_alpha;
                if let (Some(run), Some(alpha)) = (&self.shown, alpha) {
                    view.place = run.place_of(alpha, view.scale());
                }
            }
            Action::ToggleSingleRuns => view.single_runs = !view.single_runs,
            Action::RunEnsemble => {
                if let Some(run) = &self.shown {
                    self.ensemble.begin(run);
                }
            }
            Action::Speed(speed) => view.speed = speed,
            Action::Show(tab) => self.teach(|saved| saved.show(tab)),
            Action::Lesson(wish) => self.teach(|saved| saved.turn(wish)),
            Action::Sweep(settings) => view.sweep = settings,
            Action::Fan(count) => view.fan = count,
            Action::Turn(turn) => view.turn = turn,
            Action::ShowMatrices(source) => view.matrices = source,
            Action::Maximise(panel) => view.maximised = panel,
            Action::ToggleTheme => {
                view.dark = !view.dark;
                self.set_theme(ctx);
            }
            Action::ToggleHelp => view.help = !view.help,
            Action::ToggleEquations => view.equations = !view.equations,
            Action::ToggleProjector => view.project(ctx),
            Action::Copy(text) => ctx.copy_text(text),
            Action::Cancel => {
                if let Some(run) = self.incoming.as_ref().or(self.shown.as_ref()) {
                    self.worker.send(Command::Cancel(run.id));
                }
                self.ensemble.cancel();
                self.asides.cancel();
            }
        }
        ctx.request_repaint();
    }

    fn edit(&mut self, spec: ScenarioSpec) {
        self.saved.spec = spec;
        self.restart();
    }

    /// Shows a view or a step, and runs the scenario that comes with it.
    fn teach(&mut self, turn: impl FnOnce(&mut Saved) -> bool) {
        if turn(&mut self.saved) {
            self.restart();
        }
    }

    /// Runs the edited scenario if it is valid; else says what is wrong and leaves everything as it is.
    fn restart(&mut self) {
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

    fn set_theme(&self, ctx: &egui::Context) {
        ctx.set_theme(if self.saved.view.dark { Theme::Dark } else { Theme::Light });
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.tick(ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.show(ui);
    }

    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        eframe::set_value(storage, eframe::APP_KEY, &self.saved);
    }
}

/// A valid scenario from what is being edited, its start file read if it has one.
fn parse(spec: &ScenarioSpec) -> Result<Scenario, String> {
    match (&spec.start.kind, &spec.start.path) {
        (StartKind::File, Some(path)) => {
            let start = load_start(std::path::Path::new(path)).map_err(|error| error.to_string())?;
            Scenario::with_start(spec.clone(), start).map_err(|error| error.to_string())
        }
        _ => Scenario::new(spec.clone()).map_err(|error| error.to_string()),
    }
}

/// Keys that act everywhere, unless a text field has the keyboard.
fn shortcuts(ui: &egui::Ui) -> Vec<Action> {
    if ui.ctx().egui_wants_keyboard_input() {
        return Vec::new();
    }
    ui.input(|input| {
        // With these held, keys belong to the system or to the plots.
        if input.modifiers.ctrl || input.modifiers.alt || input.modifiers.command {
            return Vec::new();
        }
        let step = if input.modifiers.shift { 0.05 } else { 0.005 };
        let keys = [
            (Key::Space, Action::TogglePlay),
            (Key::R, Action::Reseed),
            (Key::L, Action::ToggleScale),
            (Key::T, Action::ToggleTheme),
            (Key::P, Action::ToggleProjector),
            (Key::E, Action::ToggleEquations),
            (Key::N, Action::Lesson(LessonWish::Next)),
            (Key::PageDown, Action::Lesson(LessonWish::Next)),
            (Key::B, Action::Lesson(LessonWish::Back)),
            (Key::PageUp, Action::Lesson(LessonWish::Back)),
            (Key::A, Action::Lesson(LessonWish::Answer)),
            (Key::Questionmark, Action::ToggleHelp),
            (Key::Escape, Action::Maximise(None)),
            (Key::ArrowLeft, Action::Nudge(-step)),
            (Key::ArrowRight, Action::Nudge(step)),
            (Key::Home, Action::Nudge(-1.0)),
            (Key::End, Action::Nudge(1.0)),
        ];
        let digits = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6];
        let views = digits.into_iter().zip(VIEWS.map(Action::Show));
        let keys = keys.into_iter().chain(views);
        keys.filter(|(key, _)| input.key_pressed(*key)).map(|(_, action)| action).collect()
    })
}
