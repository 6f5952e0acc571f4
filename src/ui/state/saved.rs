//! What is kept between sessions: the scenario, how it is looked at, and the files used last.
//!
//! Opening the lesson puts the user's scenario aside; opening another view brings it back, unless the step's was kept.

use serde::{Deserialize, Serialize};

use super::{Documents, Lesson, LessonCommand, PanelId, PictureLook, STEPS, SweepSettings, ViewId};
use crate::figure::{MatrixSource, Orientation, Scale};
use crate::model::ScenarioSpec;

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
    /// Whether curves end at the cursor, outside of the lesson.
    pub reveals: bool,
    /// Whether the controls at the left are out of the way.
    pub hides_controls: bool,
    /// Whether the window is black.
    #[serde(skip)]
    pub blank: bool,
    /// Whether there is a spot of light about the pointer.
    #[serde(skip)]
    pub spot: bool,
    /// From where the sphere of solutions is seen.
    #[serde(skip)]
    pub turn: Orientation,
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
    pub alpha_range: Option<[f64; 2]>,
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
            reveals: false,
            hides_controls: false,
            blank: false,
            spot: false,
            turn: Orientation::default(),
            speed: 1.0,
            maximised: None,
            playing: false,
            help: false,
            alpha_range: None,
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

    /// The heights of a panel whose axes stay: the first of a step, while α is seen as the step begins.
    pub(in crate::ui) fn heights_of(&self, panel: PanelId) -> Option<[f64; 2]> {
        let step = (self.tab == ViewId::Lesson).then(|| self.lesson.current())?;
        let frame = step.frame.filter(|_| step.panels.first() == Some(&panel))?;
        (self.alpha_range == Some(frame.alphas)).then_some(frame.heights)
    }

    /// Whether curves end at the cursor: a choice of the lesson, and one of all other views.
    pub fn reveals(&self) -> bool {
        if self.tab == ViewId::Lesson { self.lesson.reveals } else { self.reveals }
    }

    /// The other choice.
    pub(in crate::ui) fn toggle_reveal(&mut self) {
        let choice = if self.tab == ViewId::Lesson { &mut self.lesson.reveals } else { &mut self.reveals };
        *choice = !*choice;
    }
}

impl Saved {
    /// Shows a view; says whether another scenario came with it.
    pub(in crate::ui) fn show_view(&mut self, tab: ViewId) -> bool {
        let (was, is) = (self.view.tab == ViewId::Lesson, tab == ViewId::Lesson);
        (self.view.tab, self.view.maximised) = (tab, None);
        if is && !was {
            self.view.lesson.own = Some(Box::new(self.spec.clone()));
            self.view.lesson.origin = self.documents.origin.take();
            return self.load(self.view.lesson.step);
        }
        let own = if is { None } else { self.view.lesson.own.take() };
        let Some(own) = own else { return false };
        self.keep_moved();
        (self.spec, self.view.playing) = (*own, false);
        self.documents.origin = self.view.lesson.origin.take();
        true
    }

    /// Does what is asked of an open lesson; says whether another scenario came with it.
    pub(in crate::ui) fn lesson_command(&mut self, command: LessonCommand) -> bool {
        if self.view.tab != ViewId::Lesson {
            return false;
        }
        let step = self.view.lesson.step;
        match command {
            LessonCommand::Next if step + 1 < STEPS.len() => self.load(step + 1),
            LessonCommand::Back if step > 0 => self.load(step - 1),
            LessonCommand::To(to) if to != step => self.load(to),
            LessonCommand::To(_) | LessonCommand::Restart => self.begin(step),
            // What a scenario that is kept takes the place of, only the application knows.
            LessonCommand::Next | LessonCommand::Back | LessonCommand::Keep => false,
            LessonCommand::Answer => {
                self.view.lesson.answered = !self.view.lesson.answered;
                false
            }
        }
    }

    /// Shows a step as it was left; what was moved in the one that was shown is kept for its return.
    fn load(&mut self, step: usize) -> bool {
        if step != self.view.lesson.step {
            self.keep_moved();
        }
        self.begin(step);
        let step = self.view.lesson.step;
        if let Some((spec, place)) = self.view.lesson.moved.remove(&step) {
            (self.spec, self.view.place) = (spec, place);
        }
        true
    }

    /// Keeps what was moved in the step that is shown, for its return.
    fn keep_moved(&mut self) {
        let (step, moved) = (self.view.lesson.step, (self.spec.clone(), self.view.place));
        self.view.lesson.moved.insert(step, moved);
    }

    /// Shows a step as at its first time.
    fn begin(&mut self, step: usize) -> bool {
        let view = &mut self.view;
        (view.lesson.step, view.lesson.answered) = (step.min(STEPS.len() - 1), false);
        let step = view.lesson.current();
        (view.place, view.playing, view.maximised) = (step.place, false, None);
        view.alpha_range = step.frame.map(|frame| frame.alphas);
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
        assert!(saved.show_view(ViewId::Lesson) && saved.spec == STEPS[0].spec());
        assert!(saved.lesson_command(LessonCommand::Next) && !saved.show_view(ViewId::Lesson));
        assert_eq!(saved.spec, STEPS[1].spec());
        assert_eq!(saved.documents.origin, None, "a step has no file");
        assert!(saved.show_view(ViewId::Escape) && saved.spec == own);
        assert_eq!(saved.documents.title(&saved.spec), "mine – Saddlescope");
        assert!(!saved.lesson_command(LessonCommand::Next), "a closed lesson does nothing");
        assert!(saved.show_view(ViewId::Lesson) && saved.spec == STEPS[1].spec(), "it goes on where it was");
    }

    #[test]
    fn the_lesson_ends_at_its_ends() {
        let mut saved = Saved::default();
        saved.show_view(ViewId::Lesson);
        assert!(!saved.lesson_command(LessonCommand::Back));
        for step in 1..STEPS.len() {
            assert!(saved.lesson_command(LessonCommand::Next));
            assert_eq!(saved.view.lesson.step, step);
        }
        assert!(!saved.lesson_command(LessonCommand::Next) && saved.view.lesson.step == STEPS.len() - 1);
        saved.lesson_command(LessonCommand::To(1000));
        assert_eq!(saved.view.lesson.step, STEPS.len() - 1);
    }
}
