//! Read-outs: the numbers that follow from a scenario, beside those of its run.
//!
//! Data for the window and the command line alike; every number comes from the model.

use super::number::{fixed, readable};
use crate::model::{
    Learning, Scenario, StabilityLimits, TeacherMoments, degrees_of_freedom, eta_best, manifold_dimension,
    risk,
};
use crate::sim::Events;

/// One derived number.
#[derive(Clone, Debug, PartialEq)]
pub struct Readout {
    /// Its name.
    pub name: &'static str,
    /// Its value, or why there is none.
    pub value: String,
    /// What it is, with its formula.
    pub meaning: &'static str,
    /// Whether a limit is passed.
    pub alarming: bool,
}

fn readout(name: &'static str, value: String, meaning: &'static str) -> Readout {
    Readout { name, value, meaning, alarming: false }
}

/// What follows from a scenario before it is run.
pub fn readouts(scenario: &Scenario) -> Vec<Readout> {
    readouts_of_run(scenario, None)
}

/// What follows from a scenario, and beside the laws' times those of its run.
pub fn readouts_of_run(scenario: &Scenario, events: Option<&Events>) -> Vec<Readout> {
    let p = scenario.model.p;
    let learning = scenario.learning();
    let moments = TeacherMoments::of(scenario.teacher());
    let level = scenario.plateau();
    let (none, equal) = (|| String::from("none"), scenario.teacher().is_orthonormal());
    let number = |value: Option<f64>| value.map_or_else(none, |value| fixed(value, 4));
    let rate = level.map_or_else(none, |level| readable(level.rate));
    let limits = StabilityLimits::of(scenario);
    let [half_time, escape_time] = times(scenario, level.is_some(), events);
    let limit = |name, limit, meaning| rate_limit(learning, name, limit, meaning);
    let mut told = vec![
        readout(
            "plateau loss",
            number(level.map(|level| level.loss)),
            if equal {
                "Loss while M is small: 1/p* + 1/(p+2) as η → 0"
            } else {
                "Loss while M is small: tr T²/p*² + 1/(p+2) as η → 0"
            },
        ),
        readout(
            "escape rate g",
            rate,
            if equal {
                "M grows as exp(g α) on the plateau; g = 4η/(p p*) as η → 0"
            } else {
                "M grows as exp(g α) along the strongest direction of T; g = 4η t/(p p*) as η → 0"
            },
        ),
        half_time,
        escape_time,
        limit(
            "η_max, plateau",
            limits.plateau,
            "Limit of the plateau: above it there is none, the norms blow up",
        ),
        limit("η₀, escape", limits.escape, ESCAPE_LIMIT),
        limit(
            "η_c, solutions",
            limits.solution,
            "Limit of the solutions: above it SGD noise makes them unstable: p p*/(2 (p* + 2))",
        ),
        if learning.gradient_flow {
            readout("η_g, fastest growth", String::from("no best η"), FLOWS)
        } else {
            let best = fixed(eta_best(p, &moments, learning.label_noise), 4);
            readout(
                "η_g, fastest growth",
                best,
                "The η that maximises the escape rate g; close to linear in p",
            )
        },
    ];
    told.extend(solutions(scenario));
    told.push(readout(
        "DOF at N = 10⁴",
        degrees_of_freedom(p as u64, 10_000).to_string(),
        "p N − p (p − 1)/2",
    ));
    told
}

/// The dimension of the manifold of solutions; for p < p* that there are none, and the dimension of the set of minima
/// where it is known, for T = I.
fn solutions(scenario: &Scenario) -> Vec<Readout> {
    let (p, p_star) = (scenario.model.p, scenario.model.p_star);
    let count = dimensions(manifold_dimension(p as u64, p_star as u64));
    if p >= p_star {
        return vec![readout(
            "solutions",
            count,
            "Dimension of the manifold of zero-loss solutions: p p* − p*(p* + 1)/2",
        )];
    }
    let mut told = vec![readout("solutions", String::from("none: p < p*"), "Zero loss needs p ≥ p*")];
    if scenario.teacher().is_orthonormal() {
        told.push(readout(
            "minima",
            count,
            "Dimension of the set of minima, all on the floor: p p* − p (p + 1)/2",
        ));
    }
    told
}

/// What the limit of escape is, and why there may be none.
const ESCAPE_LIMIT: &str = "Limit of escape: above it M shrinks on the plateau (g < 0) and the run stays there; none \
    where M grows up to the limit of the plateau";

/// What is told where nothing is known, which is not the same as "never".
const NO_LAW: &str = "no law";

/// Why nothing is said of η under gradient flow, where it is but the unit of time.
const FLOWS: &str =
    "Gradient flow has no η² terms: states depend on η α alone, and no η is too large or best";

/// A limit of η that the noise of SGD sets.
fn rate_limit(learning: Learning, name: &'static str, limit: Option<f64>, meaning: &'static str) -> Readout {
    if learning.gradient_flow {
        return readout(name, String::from("no limit"), FLOWS);
    }
    let none = if meaning == ESCAPE_LIMIT { "none" } else { NO_LAW };
    let value = limit.map_or_else(|| String::from(none), |limit| fixed(limit, 4));
    Readout { alarming: limit.is_some_and(|limit| learning.eta > limit), ..readout(name, value, meaning) }
}

fn dimensions(count: u64) -> String {
    if count == 1 { String::from("1 dimension") } else { format!("{count} dimensions") }
}

/// α½ by the escape law; the norms' relaxation, a time of order p/η, is not in it.
fn predicted_half_time(scenario: &Scenario) -> String {
    let law = scenario.escape_law();
    let half = 0.5 * risk(scenario.initial(), scenario.teacher());
    law_time(law.and_then(|law| law.alpha_at_gap(law.plateau.loss - half)))
}

fn predicted_escape(scenario: &Scenario) -> String {
    let law = scenario.escape_law();
    let told = law.filter(|law| law.reach() >= 0.5 * law.height);
    let alpha = told.and_then(|law| law.alpha_at_gap(0.5 * law.height));
    law_time(alpha)
}

/// An α that a law gives.
fn law_time(alpha: Option<f64>) -> String {
    alpha.map_or_else(|| String::from(NO_LAW), readable)
}

/// When the loss is half, and when it is half-way off its plateau: by the law, and beside it in the run.
fn times(scenario: &Scenario, has_plateau: bool, events: Option<&Events>) -> [Readout; 2] {
    let law = |predict: fn(&Scenario) -> String| {
        if has_plateau { predict(scenario) } else { String::from("none") }
    };
    [
        readout(
            "α½, half-time",
            beside(law(predicted_half_time), events, |events| events.alpha_half),
            "First α at which the loss is half its initial value: by the escape law, for ε → 0 / in the run (–: not \
             reached)",
        ),
        readout(
            "α_esc, escape time",
            beside(law(predicted_escape), events, |events| events.alpha_escape),
            "First α at which the loss is half-way from the plateau to its final value: by the escape law, about \
             ln(c/ε)/g, none where M starts without its full rank / in the run (–: not reached)",
        ),
    ]
}

/// The law's α, and beside it that of the run where there is one.
fn beside(law: String, run: Option<&Events>, when: fn(&Events) -> Option<f64>) -> String {
    let Some(events) = run else { return law };
    format!("{law} / {}", when(events).map_or_else(|| String::from("–"), readable))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(&'static str, String, &'static str)> {
        let scenario = Scenario::new(crate::model::ScenarioSpec::from_toml(text).unwrap()).unwrap();
        let counted = readouts(&scenario).into_iter();
        let counted = counted.filter(|readout| matches!(readout.name, "solutions" | "minima"));
        counted.map(|readout| (readout.name, readout.value, readout.meaning)).collect()
    }

    #[test]
    fn a_student_narrower_than_its_teacher_has_minima_and_no_solutions() {
        let wide = told("[model]\np = 3\np_star = 2");
        assert_eq!(wide.len(), 1);
        assert_eq!((wide[0].0, wide[0].1.as_str()), ("solutions", "3 dimensions"));
        assert!(wide[0].2.ends_with("p p* − p*(p* + 1)/2"));
        let narrow = told("[model]\np = 2\np_star = 4");
        assert_eq!((narrow[0].0, narrow[0].1.as_str()), ("solutions", "none: p < p*"));
        assert_eq!((narrow[1].0, narrow[1].1.as_str()), ("minima", "5 dimensions"));
        assert!(narrow[1].2.ends_with("p p* − p (p + 1)/2"), "{}", narrow[1].2);
        let unequal = told("[model]\np = 2\np_star = 4\n[teacher]\nkind = \"power\"");
        assert_eq!(unequal.len(), 1, "no dimension is known: {unequal:?}");
        assert_eq!(unequal[0].1, "none: p < p*");
    }
}
