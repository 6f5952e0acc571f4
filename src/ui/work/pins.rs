//! The runs that are pinned, each with an ink of its own.

use super::RunStore;
use crate::figure::{PIN_LIMIT, Pin};
use crate::sim::EnsembleRecord;
use crate::ui::state::Notice;

/// The pinned runs, oldest first.
#[derive(Debug, Default)]
pub(in crate::ui) struct Pins {
    pins: Vec<Pin>,
    /// Counts changes.
    version: u64,
}

impl Pins {
    /// The runs.
    pub(in crate::ui) fn all(&self) -> &[Pin] {
        &self.pins
    }

    /// Another number after every change.
    pub(in crate::ui) fn version(&self) -> u64 {
        self.version
    }

    /// Keeps a run with what has arrived of its ensemble; says why not if it is not kept.
    pub(in crate::ui) fn add(&mut self, run: &RunStore, sgd: Option<&EnsembleRecord>) -> Option<Notice> {
        if run.is_running() {
            return Some(Notice::wrong("not pinned: the run is not complete yet"));
        }
        if let Some(pin) = self.pins.iter_mut().find(|pin| pin.spec == *run.scenario.spec()) {
            let again = Pin::new(pin.ink, &run.scenario, &run.trajectory, sgd);
            let points = |pin: &Pin| pin.sgd.as_ref().map_or(0, |sgd| sgd.loss.mean.len());
            if points(&again) > points(pin) {
                *pin = again;
                self.version += 1;
                return Some(Notice::done("the pinned run has what has arrived of its SGD since"));
            }
            return Some(Notice::done("this run is pinned; change a parameter to see the difference"));
        }
        let free = |ink: &usize| self.pins.iter().all(|pin| pin.ink != *ink);
        let Some(ink) = (0..PIN_LIMIT).find(free) else {
            return Some(Notice::wrong(format!("not pinned: {PIN_LIMIT} runs are; remove one first")));
        };
        self.pins.push(Pin::new(ink, &run.scenario, &run.trajectory, sgd));
        self.version += 1;
        None
    }

    /// Shows other pins instead; returns those that were shown.
    pub(in crate::ui) fn replace(&mut self, pins: Vec<Pin>) -> Vec<Pin> {
        self.version += 1;
        std::mem::replace(&mut self.pins, pins)
    }

    /// Lets one go.
    pub(in crate::ui) fn remove(&mut self, index: usize) {
        if index < self.pins.len() {
            self.pins.remove(index);
            self.version += 1;
        }
    }

    /// Lets all go.
    pub(in crate::ui) fn clear(&mut self) {
        self.pins.clear();
        self.version += 1;
    }
}
