//! Runs kept to compare with: their scalar curves stay behind those of the run that is shown.
//!
//! A pin is named by what its scenario has other than the one shown, so its name changes with that one.

use super::escape::{gap_of, growth_of};
use super::{Ink, Plot, RunData, Series, rounded};
use crate::model::{Horizon, Scenario, ScenarioSpec, StartKind, TeacherKind, TeacherMoments, plateau};
use crate::sim::{Snapshot, Trajectory};

/// Runs that can be pinned at once: as many as there are inks to tell them apart.
pub const PIN_LIMIT: usize = 8;

/// Differences named in full; of more, the number.
const NAMED: usize = 3;

/// How much further than the run shown the axis of α goes for pins: beyond, it would be seen in a corner.
const REACH: f64 = 2.0;

/// A run that is kept: its scalar curves over α, read once.
#[derive(Clone, Debug, PartialEq)]
pub struct Pin {
    /// Which of the inks it has, 0..[`PIN_LIMIT`].
    pub ink: usize,
    /// What was run.
    pub spec: ScenarioSpec,
    /// The last α.
    pub end: f64,
    /// Generalisation error.
    pub loss: Vec<[f64; 2]>,
    /// Distance to its own ρ̄.
    pub distance: Vec<[f64; 2]>,
    /// Gap to its own plateau.
    pub gap: Vec<[f64; 2]>,
    /// Growth rate of M.
    pub growth: Vec<[f64; 2]>,
    /// Growth rate on the plateau, if there is one.
    pub rate: Option<f64>,
}

impl Pin {
    /// Keeps the scalar curves of a run.
    pub fn new(ink: usize, scenario: &Scenario, trajectory: &Trajectory) -> Self {
        let curve = |value: &dyn Fn(&Snapshot) -> Option<f64>| -> Vec<[f64; 2]> {
            let snapshots = trajectory.snapshots().iter();
            snapshots.filter_map(|at| Some([at.alpha, value(at)?])).collect()
        };
        Self {
            ink,
            spec: scenario.spec().clone(),
            end: trajectory.span().1,
            loss: curve(&|at| Some(at.observables.risk)),
            distance: curve(&|at| at.observables.distance.map(|apart| apart.total)),
            gap: gap_of(scenario).map_or_else(Vec::new, |gap| curve(&gap)),
            growth: curve(&growth_of(scenario)),
            rate: plateau(scenario.model.p, &TeacherMoments::of(scenario.teacher()), scenario.learning())
                .map(|level| level.rate),
        }
    }

    /// What it has other than the scenario shown.
    pub fn label(&self, shown: &ScenarioSpec) -> String {
        difference(shown, &self.spec)
    }
}

/// What the second scenario has other than the first, as far as the overlap equations see it: `η = 0.02, p = 12`.
///
/// ```
/// use saddlescope::{figure::difference, model::ScenarioSpec};
///
/// let mut other = ScenarioSpec::default();
/// (other.model.eta, other.model.p) = (0.02, 12);
/// assert_eq!(difference(&ScenarioSpec::default(), &other), "p = 12, η = 0.02");
/// ```
pub fn difference(shown: &ScenarioSpec, other: &ScenarioSpec) -> String {
    let changed = shown.changed_keys(other);
    // An absent teacher section means what a default one says.
    let alike = |key: &str, word: &Word| key.starts_with("teacher.") && word(shown) == word(other);
    let named = WORDS.iter().filter(|(key, word)| changed.iter().any(|own| own == key) && !alike(key, word));
    let words: Vec<String> = named.filter_map(|(_, word)| word(other)).collect();
    match words.len() {
        0 => String::from("the same settings"),
        count if count > NAMED => format!("{}, {} more", words[..NAMED].join(", "), count - NAMED),
        _ => words.join(", "),
    }
}

/// Says what a scenario has under a key, if it matters.
type Word = fn(&ScenarioSpec) -> Option<String>;

/// The keys that matter, in the order in which they are named.
const WORDS: [(&str, Word); 18] = [
    ("model.p", |spec| Some(format!("p = {}", spec.model.p))),
    ("model.p_star", |spec| Some(format!("p* = {}", spec.model.p_star))),
    ("model.eta", |spec| Some(format!("η = {}", rounded(spec.model.eta)))),
    ("start.epsilon", |spec| Some(format!("ε = {}", rounded(spec.start.epsilon)))),
    ("model.label_noise", |spec| Some(format!("Δ = {}", rounded(spec.model.label_noise)))),
    ("model.gradient_flow", |spec| {
        Some(String::from(if spec.model.gradient_flow { "gradient flow" } else { "SGD, not gradient flow" }))
    }),
    ("teacher.kind", |spec| Some(format!("{} teacher", word_of(&spec.teacher.kind)))),
    ("teacher.ratio", |spec| {
        (spec.teacher.kind == TeacherKind::Linear).then(|| format!("ratio = {}", rounded(spec.teacher.ratio)))
    }),
    ("teacher.exponent", |spec| {
        let power = spec.teacher.kind == TeacherKind::Power;
        power.then(|| format!("exponent = {}", rounded(spec.teacher.exponent)))
    }),
    ("teacher.seed", |spec| {
        let random = spec.teacher.kind == TeacherKind::Random;
        random.then(|| format!("teacher's seed {}", spec.teacher.seed))
    }),
    ("start.kind", |spec| Some(format!("{} start", word_of(&spec.start.kind)))),
    ("start.seed", |spec| Some(format!("seed {}", spec.start.seed))),
    ("start.direction", |spec| {
        let own =
            if spec.start.direction.is_empty() { "the seed's own direction" } else { "another direction" };
        Some(String::from(own))
    }),
    ("start.path", |spec| spec.start.path.as_ref().map(|path| format!("start from {path}"))),
    // N is that of the weights a start is drawn from; the equations themselves have none.
    ("sgd.n", |spec| {
        let drawn = spec.sgd.as_ref().filter(|_| spec.start.kind == StartKind::Weights);
        drawn.map(|sgd| format!("N = {}", sgd.n))
    }),
    ("time.alpha_max", |spec| {
        Some(match spec.time.alpha_max {
            Horizon::Auto => String::from("to the end"),
            Horizon::Until(alpha) => format!("until α = {}", rounded(alpha)),
        })
    }),
    ("time.rtol", |spec| Some(format!("rtol = {}", rounded(spec.time.rtol)))),
    ("time.atol", |spec| Some(format!("atol = {}", rounded(spec.time.atol)))),
];

/// A choice as it is written in the file.
fn word_of(choice: &impl serde::Serialize) -> String {
    let written = serde_json::to_value(choice).ok();
    written.as_ref().and_then(serde_json::Value::as_str).unwrap_or("another").to_owned()
}

/// Adds the curve of every pin behind all others.
pub(super) fn add_pins(run: &RunData<'_>, plot: &mut Plot, pick: fn(&Pin) -> &[[f64; 2]]) {
    let drawn = run.pins.iter().filter(|pin| !pick(pin).is_empty());
    let curve = |pin: &Pin| {
        let label = pin.label(run.scenario.spec());
        Series { width: 0.75, ..Series::new(&label, Ink::Pinned(pin.ink), pick(pin).to_vec()) }
    };
    let curves: Vec<Series> = drawn.map(curve).collect();
    plot.series.splice(0..0, curves);
}

/// Where the axis of α ends: with the run, or with the last pin if that is not much further.
pub(super) fn last_alpha(run: &RunData<'_>) -> f64 {
    let (_, own) = run.trajectory.span();
    let pinned = run.pins.iter().map(|pin| pin.end).fold(own, f64::max);
    pinned.min(REACH * own)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SgdSection;

    fn changed(change: impl FnOnce(&mut ScenarioSpec)) -> String {
        let mut other = ScenarioSpec::default();
        change(&mut other);
        difference(&ScenarioSpec::default(), &other)
    }

    #[test]
    fn a_pin_is_named_by_its_own_values_in_the_order_of_the_controls() {
        assert_eq!(changed(|spec| spec.model.eta = 0.02), "η = 0.02");
        assert_eq!(
            changed(|spec| (spec.start.seed, spec.model.p, spec.model.label_noise) = (5, 12, 0.5)),
            "p = 12, Δ = 0.5, seed 5"
        );
        assert_eq!(changed(|spec| spec.start.kind = StartKind::Gaussian), "gaussian start");
        assert_eq!(changed(|spec| spec.time.alpha_max = Horizon::Until(50.0)), "until α = 50");
        assert_eq!(changed(|spec| spec.model.eta = 0.021_379_620_895), "η = 0.02138");
        assert_eq!(changed(|spec| spec.start.epsilon = 1e-6), "ε = 10⁻⁶");
        assert_eq!(changed(|spec| spec.teacher.kind = TeacherKind::Power), "power teacher, exponent = 1");
        assert_eq!(changed(|spec| spec.start.direction = vec![1.0, 0.0]), "another direction");
    }

    #[test]
    fn more_differences_than_can_be_read_are_counted() {
        let five = changed(|spec| {
            (spec.model.p, spec.model.p_star, spec.model.eta) = (9, 2, 0.1);
            (spec.start.epsilon, spec.start.seed) = (0.1, 2);
        });
        assert_eq!(five, "p = 9, p* = 2, η = 0.1, 2 more");
    }

    #[test]
    fn what_the_equations_do_not_see_is_no_difference() {
        assert_eq!(changed(|_| ()), "the same settings");
        assert_eq!(changed(|spec| spec.teacher.ratio = 0.25), "the same settings");
        assert_eq!(changed(|spec| spec.sgd = Some(SgdSection::default())), "the same settings");
        assert_eq!(changed(|spec| spec.time.alphas = vec![1.0]), "the same settings");
        let weights = changed(|spec| {
            (spec.start.kind, spec.sgd) = (StartKind::Weights, Some(SgdSection::default()));
        });
        assert_eq!(weights, "weights start, N = 10000");
    }
}
