//! Undo and redo of the scenario: plain data that knows no clock; times come from the window's input.
//!
//! Changes of the same keys are one step while the mouse is held, or while they follow each other closely.

use std::collections::VecDeque;

use crate::model::ScenarioSpec;

/// Steps that are kept.
const LIMIT: usize = 100;

/// Seconds between two changes without the mouse that still are one step.
const CLOSE: f64 = 0.7;

/// When a change is made, as the window's input has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::ui) struct EditTime {
    /// Seconds since some time.
    pub(in crate::ui) time: f64,
    /// When the mouse was pressed, while it is held.
    pub(in crate::ui) pressed: Option<f64>,
}

/// The scenarios before and after the one that is edited.
#[derive(Debug, Default)]
pub(in crate::ui) struct History {
    past: VecDeque<ScenarioSpec>,
    /// The nearest at the end.
    future: Vec<ScenarioSpec>,
    /// The step that may still grow: what it changes, and when it last did.
    open: Option<(Vec<&'static str>, EditTime)>,
}

impl History {
    /// Notes a change at a moment: a new step, or the last one grown.
    pub(in crate::ui) fn record(&mut self, before: &ScenarioSpec, after: &ScenarioSpec, at: EditTime) {
        let keys = before.changed_keys(after);
        if keys.is_empty() {
            return;
        }
        let grows = self.open.as_ref().is_some_and(|(open, last)| *open == keys && continues(*last, at));
        if !grows {
            self.past.push_back(before.clone());
            if self.past.len() > LIMIT {
                self.past.pop_front();
            }
        }
        self.future.clear();
        self.open = Some((keys, at));
    }

    /// Notes that another scenario took the place of the one before as a whole: a step that neither grows nor is grown.
    pub(in crate::ui) fn record_whole(&mut self, before: &ScenarioSpec, after: &ScenarioSpec) {
        self.open = None;
        self.record(before, after, EditTime { time: 0.0, pressed: None });
        self.open = None;
    }

    /// The scenario before the last step; `now` becomes the one to redo.
    pub(in crate::ui) fn undo(&mut self, now: &ScenarioSpec) -> Option<ScenarioSpec> {
        let before = self.past.pop_back()?;
        self.future.push(now.clone());
        self.open = None;
        Some(before)
    }

    /// The scenario after the step that was undone last.
    pub(in crate::ui) fn redo(&mut self, now: &ScenarioSpec) -> Option<ScenarioSpec> {
        let after = self.future.pop()?;
        self.past.push_back(now.clone());
        self.open = None;
        Some(after)
    }

    /// Whether there is something to undo, and to redo.
    pub(in crate::ui) fn reach(&self) -> (bool, bool) {
        (!self.past.is_empty(), !self.future.is_empty())
    }
}

/// Whether a change belongs to the step that last grew then.
fn continues(last: EditTime, now: EditTime) -> bool {
    match now.pressed {
        Some(pressed) => last.pressed == Some(pressed),
        // The last change of a drag may come with the release.
        None => now.time - last.time < CLOSE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eta(value: f64) -> ScenarioSpec {
        let mut spec = ScenarioSpec::default();
        spec.model.eta = value;
        spec
    }

    fn at(time: f64, pressed: Option<f64>) -> EditTime {
        EditTime { time, pressed }
    }

    #[test]
    fn a_drag_is_one_step_however_long_and_the_next_drag_another() {
        let mut history = History::default();
        history.record(&eta(0.1), &eta(0.2), at(1.0, Some(0.9)));
        history.record(&eta(0.2), &eta(0.3), at(9.0, Some(0.9)));
        history.record(&eta(0.3), &eta(0.4), at(9.1, None));
        history.record(&eta(0.4), &eta(0.5), at(9.3, Some(9.2)));
        assert_eq!(history.undo(&eta(0.5)), Some(eta(0.4)));
        assert_eq!(history.undo(&eta(0.4)), Some(eta(0.1)));
        assert_eq!(history.undo(&eta(0.1)), None);
        assert_eq!(history.redo(&eta(0.1)), Some(eta(0.4)));
        assert_eq!(history.redo(&eta(0.4)), Some(eta(0.5)));
        assert_eq!(history.reach(), (true, false));
    }

    #[test]
    fn key_presses_are_one_step_while_they_follow_closely_and_change_the_same() {
        let mut history = History::default();
        history.record(&eta(0.1), &eta(0.2), at(1.0, None));
        history.record(&eta(0.2), &eta(0.3), at(1.6, None));
        history.record(&eta(0.3), &eta(0.4), at(2.4, None));
        let mut wider = eta(0.4);
        wider.model.p = 9;
        history.record(&eta(0.4), &wider, at(2.5, None));
        let steps = [eta(0.4), eta(0.3), eta(0.1)].map(Some);
        assert_eq!([(); 3].map(|()| history.undo(&wider)), steps);
    }

    #[test]
    fn a_change_after_undoing_ends_what_could_be_redone_and_begins_a_step() {
        let mut history = History::default();
        history.record(&eta(0.1), &eta(0.2), at(1.0, None));
        assert_eq!(history.undo(&eta(0.2)), Some(eta(0.1)));
        history.record(&eta(0.1), &eta(0.3), at(1.1, None));
        assert_eq!(history.reach(), (true, false));
        assert_eq!(history.undo(&eta(0.3)), Some(eta(0.1)));
        history.record(&eta(0.1), &eta(0.1), at(5.0, None));
        assert_eq!(history.reach(), (false, true), "no change is no step");
    }

    #[test]
    fn a_scenario_taken_as_a_whole_is_a_step_of_its_own() {
        let mut history = History::default();
        history.record(&eta(0.1), &eta(0.2), at(1.0, None));
        history.record_whole(&eta(0.2), &eta(0.3));
        history.record_whole(&eta(0.3), &eta(0.3));
        history.record(&eta(0.3), &eta(0.4), at(0.1, None));
        let steps = [eta(0.3), eta(0.2), eta(0.1)].map(Some);
        assert_eq!([(); 3].map(|()| history.undo(&eta(0.4))), steps);
    }

    #[test]
    fn a_hundred_steps_are_kept() {
        let mut history = History::default();
        for k in 0..250 {
            history.record(&eta(f64::from(k)), &eta(f64::from(k + 1)), at(f64::from(k), None));
        }
        let undone = std::iter::from_fn(|| history.undo(&eta(0.0))).count();
        assert_eq!(undone, LIMIT);
    }
}
