//! Runs kept to compare with: their scalar curves stay behind those of the run that is shown.
//!
//! A pin is named by what its scenario has other than the one shown, so its name changes with that one, which is named
//! in turn by what it has other than its pins.

use super::ensemble::MeanCurve;
use super::escape::{gap_of, growth_of};
use super::{Band, Ink, Plot, RunData, Series, Stroke, number, rounded};
use crate::model::{
    Engine, Horizon, Scenario, ScenarioSpec, SgdSection, TeacherKind, TeacherMoments, plateau,
};
use crate::sim::{EnsembleRecord, Snapshot, Trajectory};

/// Runs that can be pinned at once: as many as there are inks to tell them apart.
pub const PIN_LIMIT: usize = 8;

/// Differences named in full; of more, the first ones and the number of the others.
const NAMED: usize = 4;

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
            sgd: ensemble.and_then(PinnedSgd::of),
        }
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

/// The name of a run that is a pin's in all that matters.
const SAME: &str = "the same settings";

/// The run shown, named by what it has other than its pins: in short, and in full. `None` where no pin differs.
pub fn shown_name(shown: &ScenarioSpec, pins: &[Pin]) -> Option<[String; 2]> {
    let all: Vec<String> = pins.iter().flat_map(|pin| differences(&pin.spec, shown)).collect();
    // In the order in which they are named, each once.
    let named = WORDS.iter().filter_map(|(_, word)| word(shown)).filter(|word| all.contains(word));
    let mut words: Vec<String> = Vec::new();
    for word in named.chain(all.iter().cloned()) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    (!words.is_empty()).then(|| [in_rounded(&words), words.join(", ")])
}

/// What the second scenario has other than the first, as far as a curve can show it: `η = 0.02, p = 12`.
///
/// ```
/// use saddlescope::{figure::difference, model::ScenarioSpec};
///
/// let mut other = ScenarioSpec::default();
/// (other.model.eta, other.model.p) = (0.02, 12);
/// assert_eq!(difference(&ScenarioSpec::default(), &other), "p = 12, η = 0.02");
/// ```
pub fn difference(shown: &ScenarioSpec, other: &ScenarioSpec) -> String {
    let words = differences(shown, other);
    if words.is_empty() { SAME.to_owned() } else { in_rounded(&words) }
}

/// The first of many words, and how many there are besides.
fn in_rounded(words: &[String]) -> String {
    if words.len() <= NAMED {
        return words.join(", ");
    }
    let kept = NAMED - 1;
    format!("{}, {} more", words[..kept].join(", "), words.len() - kept)
}

/// All that the second scenario has other than the first.
fn differences(shown: &ScenarioSpec, other: &ScenarioSpec) -> Vec<String> {
    let changed = shown.changed_keys(other);
    // An absent teacher section means what a default one says.
    let alike = |key: &str, word: &Word| key.starts_with("teacher.") && word(shown) == word(other);
    // Of an ensemble beside one that is not there, N and the number of runs say enough.
    let alone = shown.sgd.is_some() != other.sgd.is_some();
    let told = |key: &str| !alone || !matches!(key, "sgd.engine" | "sgd.seed");
    let named = WORDS.iter().filter(|(key, word)| changed.iter().any(|own| own == key) && !alike(key, word));
    named.filter(|(key, _)| told(key)).filter_map(|(_, word)| word(other)).collect()
}

/// Says something of an ensemble, if there is one.
fn of_sgd(spec: &ScenarioSpec, say: fn(&SgdSection) -> String) -> Option<String> {
    spec.sgd.as_ref().map(say)
}

/// Says what a scenario has under a key, if it matters.
type Word = fn(&ScenarioSpec) -> Option<String>;

/// The keys that matter, in the order in which they are named.
const WORDS: [(&str, Word); 24] = [
    ("model.p", |spec| Some(format!("p = {}", spec.model.p))),
    ("model.p_star", |spec| Some(format!("p* = {}", spec.model.p_star))),
    ("model.eta", |spec| Some(format!("η = {}", rounded(spec.model.eta)))),
    ("start.epsilon", |spec| spec.uses_epsilon().then(|| format!("ε = {}", rounded(spec.start.epsilon)))),
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
    ("start.seed", |spec| spec.start.is_drawn().then(|| format!("seed {}", spec.start.seed))),
    ("start.direction", |spec| {
        let own =
            if spec.start.direction.is_empty() { "the seed's own direction" } else { "another direction" };
        Some(String::from(own))
    }),
    ("start.path", |spec| spec.start.path.as_ref().map(|path| format!("start from {path}"))),
    ("start.M0", |spec| spec.start.m_0.as_ref().map(|_| String::from("another M₀"))),
    ("start.Q0", |spec| spec.start.q_0.as_ref().map(|_| String::from("another Q₀"))),
    ("start.T", |spec| spec.start.gram.as_ref().map(|_| String::from("another T"))),
    ("sgd.n", |spec| of_sgd(spec, |sgd| format!("N = {}", sgd.n)).or_else(|| Some(String::from("no SGD")))),
    ("sgd.replicas", |spec| {
        of_sgd(
            spec,
            |sgd| {
                if sgd.replicas == 1 { String::from("1 run") } else { format!("{} runs", sgd.replicas) }
            },
        )
    }),
    ("sgd.engine", |spec| {
        of_sgd(spec, |sgd| {
            String::from(if sgd.engine == Engine::Direct { "explicit weights" } else { "reduced engine" })
        })
    }),
    ("sgd.seed", |spec| of_sgd(spec, |sgd| format!("SGD seed {}", sgd.seed))),
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
        let (label, meaning) = (pin.label(run.scenario.spec()), pin.about(run.scenario.spec()));
        Series { width: 0.75, meaning, ..Series::new(&label, Ink::Pinned(pin.ink), pick(pin).to_vec()) }
    };
    let curves: Vec<Series> = drawn.map(curve).collect();
    plot.series.splice(0..0, curves);
}

/// Adds the mean and the band of every pin's ensemble behind all others.
pub(super) fn add_pinned_means(run: &RunData<'_>, plot: &mut Plot, pick: fn(&PinnedSgd) -> &MeanCurve) {
    let kept = run.pins.iter().filter_map(|pin| Some((pin, pick(pin.sgd.as_ref()?))));
    let (mut curves, mut bands) = (Vec::new(), Vec::new());
    for (pin, curve) in kept.filter(|(_, curve)| !curve.mean.is_empty()) {
        let (shown, ink) = (run.scenario.spec(), Ink::Pinned(pin.ink));
        let [label, meaning] = [pin.label(shown), pin.about(shown)].map(|name| format!("SGD, {name}"));
        let mean = Series::new(&label, ink, curve.mean.clone());
        curves.push(Series { width: 0.75, stroke: Stroke::Dashed, in_legend: false, meaning, ..mean });
        bands.push(Band { ink, edges: curve.band.clone() });
    }
    plot.series.splice(0..0, curves);
    plot.bands.splice(0..0, bands);
}

/// The curve of the run shown: by itself the ODE's, beside pins named by what it has other than they.
pub(super) fn main_curve(run: &RunData<'_>, points: Vec<[f64; 2]>) -> Series {
    let name = shown_name(run.scenario.spec(), run.pins);
    let [label, meaning] = name.unwrap_or_else(|| [String::from("ODE"), String::new()]);
    Series { width: 1.6, meaning, ..Series::new(&label, Ink::Main, points) }
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
    use crate::model::StartKind;

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
        let four = changed(|spec| {
            (spec.model.p, spec.model.p_star, spec.model.eta, spec.start.seed) = (9, 2, 0.1, 2);
        });
        assert_eq!(four, "p = 9, p* = 2, η = 0.1, seed 2", "one word is as long as \"1 more\"");
    }

    #[test]
    fn what_the_equations_do_not_see_is_no_difference() {
        assert_eq!(changed(|_| ()), "the same settings");
        assert_eq!(changed(|spec| spec.teacher.ratio = 0.25), "the same settings");
        assert_eq!(changed(|spec| spec.time.alphas = vec![1.0]), "the same settings");
    }

    #[test]
    fn an_ensemble_is_named_by_its_dimension_and_its_number_of_runs() {
        let with = |change: fn(&mut SgdSection)| {
            let mut spec = ScenarioSpec { sgd: Some(SgdSection::default()), ..ScenarioSpec::default() };
            spec.sgd.iter_mut().for_each(change);
            spec
        };
        let (none, usual) = (ScenarioSpec::default(), with(|_| ()));
        assert_eq!(difference(&none, &usual), "N = 10000, 10 runs");
        assert_eq!(difference(&usual, &none), "no SGD");
        assert_eq!(difference(&usual, &with(|sgd| sgd.n = 200)), "N = 200");
        assert_eq!(difference(&usual, &with(|sgd| (sgd.n, sgd.replicas) = (200, 1))), "N = 200, 1 run");
        assert_eq!(difference(&usual, &with(|sgd| sgd.seed = 2)), "SGD seed 2");
        assert_eq!(difference(&usual, &with(|sgd| sgd.engine = Engine::Direct)), "explicit weights");
        assert_eq!(difference(&usual, &usual), "the same settings");
        let weights = changed(|spec| {
            (spec.start.kind, spec.sgd) = (StartKind::Weights, Some(SgdSection::default()));
        });
        assert_eq!(weights, "weights start, N = 10000, 10 runs");
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
