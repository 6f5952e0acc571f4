//! The lesson: short steps that drive the instrument, one scenario each, and the user's own scenario meanwhile.
//!
//! Opening the lesson puts the user's scenario aside and every step loads its own; opening another view brings the
//! user's back, unless the step's was kept. Nothing plays by itself.

mod steps;

use serde::{Deserialize, Serialize};

use super::action::PanelId;
use super::documents::Origin;
use super::state::Saved;
use super::views::ViewId;
use crate::model::ScenarioSpec;

pub use self::steps::STEPS;

/// One step: what is said, what is loaded, what is seen, and what can be found out by moving a slider.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// Its heading.
    pub title: &'static str,
    /// Two or three sentences.
    pub text: &'static str,
    /// The equation, line by line.
    pub equation: &'static [&'static str],
    /// A question that the sliders answer.
    pub question: &'static str,
    /// The answer.
    pub answer: &'static str,
    /// The panels; the first is what the step is about.
    pub panels: &'static [PanelId],
    /// The view that needs the same work beside the run.
    work: ViewId,
    /// Where on the time bar it begins, 0..=1.
    pub place: f64,
    change: fn(&mut ScenarioSpec),
}

impl Step {
    /// The scenario it loads: defaults with its changes.
    pub fn spec(&self) -> ScenarioSpec {
        let mut spec = ScenarioSpec::default();
        (self.change)(&mut spec);
        spec
    }
}

/// Where the lesson is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lesson {
    /// The step that is shown, from 0.
    pub step: usize,
    /// Whether its answer is shown.
    #[serde(skip)]
    pub answered: bool,
    /// The user's own scenario while the lesson is open.
    pub own: Option<Box<ScenarioSpec>>,
    /// The file behind it.
    pub origin: Option<Origin>,
}

impl Lesson {
    /// The step that is shown.
    pub fn current(&self) -> &'static Step {
        let [first, ..] = &STEPS;
        STEPS.get(self.step).unwrap_or(first)
    }

    /// The view whose work beside the run its panels need.
    pub(super) fn work(&self) -> ViewId {
        self.current().work
    }
}

/// What is asked of the lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LessonWish {
    /// The next step.
    Next,
    /// The step before.
    Back,
    /// This step, from 0; the present one is loaded again.
    To(usize),
    /// Show or hide the answer.
    Answer,
    /// Leave with the step's scenario instead of the user's.
    Keep,
}

impl Saved {
    /// Shows a view; says whether another scenario came with it.
    pub(super) fn show(&mut self, tab: ViewId) -> bool {
        let (was, is) = (self.view.tab == ViewId::Lesson, tab == ViewId::Lesson);
        (self.view.tab, self.view.maximised) = (tab, None);
        if is && !was {
            self.view.lesson.own = Some(Box::new(self.spec.clone()));
            self.view.lesson.origin = self.documents.origin.take();
            return self.load(self.view.lesson.step);
        }
        let own = if is { None } else { self.view.lesson.own.take() };
        let Some(own) = own else { return false };
        (self.spec, self.view.playing) = (*own, false);
        self.documents.origin = self.view.lesson.origin.take();
        true
    }

    /// Does what is asked of an open lesson; says whether another scenario came with it.
    pub(super) fn turn(&mut self, wish: LessonWish) -> bool {
        if self.view.tab != ViewId::Lesson {
            return false;
        }
        let step = self.view.lesson.step;
        match wish {
            LessonWish::Next if step + 1 < STEPS.len() => self.load(step + 1),
            LessonWish::Back if step > 0 => self.load(step - 1),
            LessonWish::To(step) => self.load(step),
            // What a scenario that is kept takes the place of, only the application knows.
            LessonWish::Next | LessonWish::Back | LessonWish::Keep => false,
            LessonWish::Answer => {
                self.view.lesson.answered = !self.view.lesson.answered;
                false
            }
        }
    }

    fn load(&mut self, step: usize) -> bool {
        let view = &mut self.view;
        (view.lesson.step, view.lesson.answered) = (step.min(STEPS.len() - 1), false);
        let step = view.lesson.current();
        (view.place, view.playing, view.maximised, view.window) = (step.place, false, None, None);
        self.spec = step.spec();
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_scenario_comes_back_with_its_file() {
        let mut saved = Saved::default();
        saved.spec.start.seed = 77;
        let own = saved.spec.clone();
        saved.documents.used(std::path::Path::new("/a/mine.toml"), &own);
        assert!(saved.show(ViewId::Lesson) && saved.spec == STEPS[0].spec());
        assert!(saved.turn(LessonWish::Next) && !saved.show(ViewId::Lesson));
        assert_eq!(saved.spec, STEPS[1].spec());
        assert_eq!(saved.documents.origin, None, "a step has no file");
        assert!(saved.show(ViewId::Escape) && saved.spec == own);
        assert_eq!(saved.documents.title(&saved.spec), "mine – Saddlescope");
        assert!(!saved.turn(LessonWish::Next), "a closed lesson does nothing");
        assert!(saved.show(ViewId::Lesson) && saved.spec == STEPS[1].spec(), "it goes on where it was");
    }

    #[test]
    fn the_lesson_ends_at_its_ends() {
        let mut saved = Saved::default();
        saved.show(ViewId::Lesson);
        assert!(!saved.turn(LessonWish::Back));
        for step in 1..STEPS.len() {
            assert!(saved.turn(LessonWish::Next));
            assert_eq!(saved.view.lesson.step, step);
        }
        assert!(!saved.turn(LessonWish::Next) && saved.view.lesson.step == STEPS.len() - 1);
        saved.turn(LessonWish::To(1000));
        assert_eq!(saved.view.lesson.step, STEPS.len() - 1);
    }
}
