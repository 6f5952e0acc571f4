//! A run kept to compare with: its scenario and its scalar curves.
//!
//! A pin is named by what its scenario has other than the one shown, so its name changes with that one, which is named
//! in turn by what it has other than its pins.

use super::difference::{SAME, difference, differences, in_short, words_of};
use super::{MeanCurve, Scalar, number};
use crate::model::{Scenario, ScenarioSpec};
use crate::sim::{EnsembleRecord, Trajectory};

/// Runs that can be pinned at once: as many as there are inks to tell them apart.
pub const PIN_LIMIT: usize = 8;

/// A run that is kept: its scalar curves over α, read once.
#[derive(Clone, Debug, PartialEq)]
pub struct Pin {
    /// Which of the inks it has, 0..[`PIN_LIMIT`].
    pub ink: usize,
    /// What was run.
    pub spec: ScenarioSpec,
    /// The same as files hold it: a given start written out.
    pub written: ScenarioSpec,
    /// The last α.
    pub end: f64,
    /// The curves of its scalars, in the order of [`Scalar::ALL`].
    curves: [Vec<[f64; 2]>; Scalar::ALL.len()],
    /// Growth rate on the plateau, if there is one.
    pub rate: Option<f64>,
    /// What had arrived of its ensemble, if it had one.
    pub sgd: Option<PinnedSgd>,
}

/// The ensemble of a run that is kept: what is drawn of it beside the curves of the ODE.
#[derive(Clone, Debug, PartialEq)]
pub struct PinnedSgd {
    /// Generalisation error.
    pub loss: MeanCurve,
    /// Distance to each replica's ρ̄; empty where there is none.
    pub distance: MeanCurve,
    /// The α that it had reached, if that was not its end.
    pub short_of_end: Option<f64>,
}

impl PinnedSgd {
    fn of(record: &EnsembleRecord) -> Option<Self> {
        let reach = record.reach()?;
        Some(Self {
            loss: MeanCurve::risk(record),
            distance: MeanCurve::distance(record),
            short_of_end: Some(reach).filter(|reach| *reach < record.end),
        })
    }
}

impl Pin {
    /// Keeps the scalar curves of a run, and of what has arrived of its ensemble.
    pub fn new(
        ink: usize,
        scenario: &Scenario,
        trajectory: &Trajectory,
        ensemble: Option<&EnsembleRecord>,
    ) -> Self {
        Self {
            ink,
            spec: scenario.spec().clone(),
            written: scenario.self_contained(),
            end: trajectory.span().1,
            curves: Scalar::ALL.map(|scalar| scalar.curve(scenario, trajectory)),
            rate: scenario.plateau().map(|level| level.rate),
            sgd: ensemble.and_then(PinnedSgd::of),
        }
    }

    /// The curve of a scalar; empty if its scenario has no such number.
    pub fn curve(&self, scalar: Scalar) -> &[[f64; 2]] {
        let found = Scalar::ALL.iter().zip(&self.curves).find(|(of, _)| **of == scalar);
        found.map_or(&[], |(_, curve)| curve)
    }

    /// What it has other than the scenario shown, in short.
    pub fn label(&self, shown: &ScenarioSpec) -> String {
        difference(shown, &self.spec)
    }

    /// All that it has other than the scenario shown.
    pub fn about(&self, shown: &ScenarioSpec) -> String {
        let words = differences(shown, &self.spec);
        let about = if words.is_empty() { SAME.to_owned() } else { words.join(", ") };
        match self.sgd.as_ref().and_then(|sgd| sgd.short_of_end) {
            Some(reach) => format!("{about}; SGD up to α = {}", number(reach)),
            None => about,
        }
    }
}

/// The run shown, named by what it has other than its pins: in short, and in full. `None` where no pin differs.
pub fn shown_name(shown: &ScenarioSpec, pins: &[Pin]) -> Option<[String; 2]> {
    let all: Vec<String> = pins.iter().flat_map(|pin| differences(&pin.spec, shown)).collect();
    // In the order in which they are named, each once.
    let named = words_of(shown).filter(|word| all.contains(word));
    let mut words: Vec<String> = Vec::new();
    for word in named.chain(all.iter().cloned()) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    (!words.is_empty()).then(|| [in_short(&words), words.join(", ")])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scalar_is_kept_as_it_is_drawn() {
        let scenario = Scenario::new(ScenarioSpec::default()).unwrap();
        let (trajectory, _) = crate::sim::run(&scenario);
        let pin = Pin::new(0, &scenario, &trajectory, None);
        for scalar in Scalar::ALL {
            let curve = scalar.curve(&scenario, &trajectory);
            assert!(curve.len() > 10, "{scalar:?}");
            assert_eq!(pin.curve(scalar), curve, "{scalar:?}");
        }
    }

    #[test]
    fn the_run_shown_is_named_by_all_that_any_pin_has_otherwise() {
        let pin = |change: fn(&mut ScenarioSpec)| {
            let mut spec = ScenarioSpec::default();
            change(&mut spec);
            let scenario = Scenario::new(spec).unwrap();
            Pin::new(0, &scenario, &Trajectory::default(), None)
        };
        let shown = ScenarioSpec::default();
        assert_eq!(shown_name(&shown, &[]), None);
        assert_eq!(shown_name(&shown, &[pin(|_| ())]), None);
        let pins = [pin(|spec| spec.start.seed = 5), pin(|spec| spec.model.eta = 0.05)];
        let eta = shown.model.eta;
        assert_eq!(shown_name(&shown, &pins), Some([(); 2].map(|()| format!("η = {eta}, seed 1"))));
        let many = pin(|spec| {
            (spec.model.p, spec.model.p_star, spec.model.eta) = (9, 2, 0.1);
            (spec.start.epsilon, spec.start.seed) = (0.1, 2);
        });
        assert_eq!(many.label(&shown), "p = 9, p* = 2, η = 0.1, 2 more");
        assert_eq!(many.about(&shown), "p = 9, p* = 2, η = 0.1, ε = 0.1, seed 2");
    }
}
