//! Into the lesson, through its steps, and out of it: what is the user's own is put aside and comes back as it was.
//!
//! Undo, pins and zoom of a step end with the step; the user's are not touched meanwhile.

use super::App;
use crate::figure::{Pin, Scale};
use crate::model::Scenario;
use crate::ui::state::{History, LessonCommand, PanelId, View, ViewId};

/// The user's own state while the lesson is open, besides what is kept between sessions.
pub(super) struct OwnState {
    history: History,
    pins: Vec<Pin>,
    /// The last valid scenario with its start, and what is wrong with the one that was edited.
    scenario: Option<Scenario>,
    error: Option<String>,
    /// The place of the cursor on a linear and on a logarithmic time bar.
    places: [f64; 2],
    window: Option<[f64; 2]>,
    maximised: Option<(ViewId, PanelId)>,
}

impl Default for OwnState {
    /// That of a session that began in the lesson.
    fn default() -> Self {
        Self {
            history: History::default(),
            pins: Vec::new(),
            scenario: None,
            error: None,
            places: [View::default().place; 2],
            window: None,
            maximised: None,
        }
    }
}

impl App {
    /// Shows a view. The lesson brings a scenario of its own; any other view brings the user's back.
    pub(super) fn show_view(&mut self, tab: ViewId) {
        let (was, is) = (self.saved.view.tab == ViewId::Lesson, tab == ViewId::Lesson);
        if was && !is {
            self.leave_lesson(tab);
            return;
        }
        if is && !was {
            self.own = Some(self.put_aside());
        }
        if self.saved.show_view(tab) {
            self.restart();
        }
    }

    /// Does what is asked of an open lesson.
    pub(super) fn turn_lesson(&mut self, wish: LessonCommand) {
        if wish == LessonCommand::Keep {
            self.keep_step();
            return;
        }
        let (step, before) = (self.saved.view.lesson.step, self.saved.spec.clone());
        if !self.saved.lesson_command(wish) {
            return;
        }
        if self.saved.view.lesson.step == step {
            // The same step as it was: an edit like others.
            self.history.record_whole(&before, &self.saved.spec);
        } else {
            self.history = History::default();
            self.pins.clear();
        }
        self.restart();
    }

    /// Keeps the step's own run to compare with, once something is moved in it.
    pub(super) fn pin_step(&mut self) {
        let view = &self.saved.view;
        let own = (view.tab == ViewId::Lesson).then(|| view.lesson.current().spec());
        let run = self
            .shown
            .as_ref()
            .filter(|run| self.incoming.is_none() && own.as_ref() == Some(run.scenario.spec()));
        if let Some(run) = run
            && own.as_ref() == Some(&self.saved.spec)
        {
            self.pins.add(run, None);
        }
    }

    /// Takes the user's own state out of the window.
    fn put_aside(&mut self) -> OwnState {
        let view = &mut self.saved.view;
        let (place, scale) = (view.place, view.scale());
        let place_on = |other: Scale| match &self.shown {
            Some(run) if other != scale => run.place_of(run.alpha_at(place, scale), other),
            _ => place,
        };
        OwnState {
            history: std::mem::take(&mut self.history),
            pins: self.pins.replace(Vec::new()),
            scenario: self.scenario.clone(),
            error: self.error.take(),
            places: [Scale::Linear, Scale::Log10].map(place_on),
            window: view.alpha_range.take(),
            maximised: view.maximised.map(|panel| (view.tab, panel)),
        }
    }

    /// Shows another view and brings back what was put aside, all but the scenario that runs; returns that.
    pub(super) fn bring_back(&mut self, tab: ViewId) -> (Option<Scenario>, Option<String>) {
        self.saved.show_view(tab);
        let own = self.own.take().unwrap_or_default();
        self.history = own.history;
        self.pins.replace(own.pins);
        let view = &mut self.saved.view;
        let [linear, log] = own.places;
        view.place = if view.log_alpha { log } else { linear };
        view.alpha_range = own.window;
        view.maximised = own.maximised.filter(|(of, _)| *of == tab).map(|(_, panel)| panel);
        (own.scenario, own.error)
    }

    /// Shows another view with the user's own scenario: the last valid one runs, and what was wrong with it is said.
    fn leave_lesson(&mut self, tab: ViewId) {
        let was = self.saved.spec.clone();
        match self.bring_back(tab) {
            (Some(scenario), error) => {
                self.run(scenario);
                self.error = error;
            }
            (None, _) if self.saved.spec == was => {}
            (None, _) => {
                self.restart();
                if self.error.is_some() {
                    // There is no run of the user's own: that of the step is none.
                    self.stop_run();
                }
            }
        }
    }

    /// Leaves the lesson with the scenario of its step: an edit of the user's own, which can be undone. Its run goes
    /// on.
    fn keep_step(&mut self) {
        if self.saved.view.tab != ViewId::Lesson {
            return;
        }
        let kept = self.saved.spec.clone();
        let file = self.saved.documents.origin.take();
        let seen = (self.saved.view.place, self.saved.view.alpha_range);
        self.bring_back(ViewId::Overview);
        (self.saved.view.place, self.saved.view.alpha_range) = seen;
        self.saved.view.maximised = None;
        self.history.record_whole(&self.saved.spec, &kept);
        self.saved.documents.edited(&kept);
        // A step that was saved has a file of its own.
        self.saved.documents.origin = file.or(self.saved.documents.origin.take());
        self.saved.spec = kept;
    }
}
