//! What one scenario has other than another, in words.

use super::rounded;
use crate::model::{Engine, Horizon, ScenarioSpec, SgdSection, TeacherKind};

/// Differences named in full; of more, the first ones and the number of the others.
const NAMED: usize = 4;

/// The name of a run that is a pin's in all that matters.
pub(super) const SAME: &str = "the same settings";

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
    if words.is_empty() { SAME.to_owned() } else { in_short(&words) }
}

/// The first of many words, and how many there are besides.
pub(super) fn in_short(words: &[String]) -> String {
    if words.len() <= NAMED {
        return words.join(", ");
    }
    let kept = NAMED - 1;
    format!("{}, {} more", words[..kept].join(", "), words.len() - kept)
}

/// All that the second scenario has other than the first.
pub(super) fn differences(shown: &ScenarioSpec, other: &ScenarioSpec) -> Vec<String> {
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

/// All that a curve can show of a scenario, in the order in which it is named.
pub(super) fn words_of(spec: &ScenarioSpec) -> impl Iterator<Item = String> {
    WORDS.iter().filter_map(move |(_, word)| word(spec))
}

/// A choice as it is written in the file.
fn word_of(choice: &impl serde::Serialize) -> String {
    let written = serde_json::to_value(choice).ok();
    written.as_ref().and_then(serde_json::Value::as_str).unwrap_or("another").to_owned()
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
}
