//! The lesson: short steps that drive the instrument, one scenario each, and the user's own scenario meanwhile.
//!
//! Opening the lesson puts the user's scenario aside and every step loads its own; opening another view brings the
//! user's back, unless the step's was kept. Nothing plays by itself.

mod steps;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Origin, PanelId};
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
    /// The keys of the parameters that its question is about.
    pub sliders: &'static [&'static str],
    /// The axes of the first panel, which stay while sliders move; `None`: they fit what is there.
    pub frame: Option<StepFrame>,
    /// Where on the time bar it begins, 0..=1.
    pub place: f64,
    change: fn(&mut ScenarioSpec),
}

/// What is seen of a panel over time: α for all panels, heights for the first of its step; in values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepFrame {
    /// α from and to.
    pub alphas: [f64; 2],
    /// The y axis from and to.
    pub heights: [f64; 2],
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// Whether curves end at the cursor.
    pub reveals: bool,
    /// What was moved in the steps that are not shown: by step, the scenario and the place on the time bar.
    #[serde(skip)]
    pub moved: BTreeMap<usize, (ScenarioSpec, f64)>,
}

impl Default for Lesson {
    fn default() -> Self {
        Self { step: 0, answered: false, own: None, origin: None, reveals: true, moved: BTreeMap::new() }
    }
}

impl Lesson {
    /// The step that is shown.
    pub fn current(&self) -> &'static Step {
        let [first, ..] = &STEPS;
        STEPS.get(self.step).unwrap_or(first)
    }
}

/// What is asked of the lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum LessonCommand {
    /// The next step.
    Next,
    /// The step before.
    Back,
    /// A step, from 0, as it was left; the present one from its beginning.
    To(usize),
    /// This step from its beginning.
    Restart,
    /// Show or hide the answer.
    Answer,
    /// Leave with the step's scenario instead of the user's.
    Keep,
}
