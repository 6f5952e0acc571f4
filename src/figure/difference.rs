//! What one scenario has other than another, in words.

use super::{exact, rounded};
use crate::model::{PARAMETERS, Parameter, ScenarioSpec, Told};

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
    // Of an ensemble beside one that is not there, N and the number of runs say enough.
    let alone = shown.sgd.is_some() != other.sgd.is_some();
    let said = |row: &&Parameter| !alone || !row.is_detail;
    let differs = |row: &&Parameter| {
        let is_new = (row.matters)(other) && !(row.matters)(shown);
        (row.get)(shown) != (row.get)(other) || is_new
    };
    PARAMETERS.iter().filter(differs).filter(said).filter_map(|row| name_of(row, other, rounded)).collect()
}

/// All that a curve can show of a scenario, in the order in which it is named.
pub(super) fn words_of(spec: &ScenarioSpec) -> impl Iterator<Item = String> {
    PARAMETERS.iter().filter_map(move |row| name_of(row, spec, rounded))
}

/// The parameters of a run in one line, every digit of them: those that say most, and what is not as usual.
pub(super) fn parameters_in_words(spec: &ScenarioSpec) -> String {
    let usual = ScenarioSpec::default();
    let is_told = |row: &&Parameter| match row.told {
        Told::Never => false,
        Told::Always => true,
        Told::Unusual => (row.get)(spec) != (row.get)(&usual),
    };
    let words = PARAMETERS.iter().filter(is_told).filter_map(|row| name_of(row, spec, exact));
    words.collect::<Vec<_>>().join(", ")
}

/// What a scenario is called by one of its parameters; `None` where that says nothing.
fn name_of(row: &Parameter, spec: &ScenarioSpec, written: fn(f64) -> String) -> Option<String> {
    if (row.matters)(spec) { row.name_of((row.get)(spec), written) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Engine, Horizon, SgdSection, StartKind, TeacherKind};

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
