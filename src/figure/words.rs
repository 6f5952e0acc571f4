//! What is said in words and numbers: read-outs of a scenario, the verdict on a blow-up, how a run ended.
//!
//! Data for the window and the command line alike; every number comes from the model.

use super::number::{exact, fixed, readable};
use crate::model::{
    Learning, Scenario, TeacherMoments, degrees_of_freedom, escape_law, eta_best, eta_max_plateau,
    eta_max_solution, manifold_dimension, plateau,
};
use crate::sim::{StopReason, Summary};

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
    let (p, p_star) = (scenario.model.p, scenario.model.p_star);
    let learning = scenario.learning();
    let moments = TeacherMoments::of(scenario.teacher());
    let level = plateau(p, &moments, learning);
    let (none, equal) = (|| String::from("none"), scenario.teacher().is_orthonormal());
    let number = |value: Option<f64>| value.map_or_else(none, |value| fixed(value, 4));
    let rate = level.map_or_else(none, |level| readable(level.rate));
    let limit = |name, limit, meaning| rate_limit(learning, name, limit, meaning);
    vec![
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
        readout(
            "escape near α",
            level.map_or_else(none, |_| predicted_escape(scenario)),
            "Where the escape law is half-way down: about ln(c/ε)/g",
        ),
        limit(
            "η limit, plateau",
            Some(eta_max_plateau(p, &moments, learning.label_noise)),
            "Above this η there is no plateau: the norms blow up",
        ),
        limit(
            "η limit, solution",
            eta_max_solution(p, p_star).filter(|_| equal),
            "Above this η the solutions are unstable: p p*/(2 (p* + 2))",
        ),
        if learning.gradient_flow {
            readout("fastest escape at η", String::from("no best η"), FLOWS)
        } else {
            let best = fixed(eta_best(p, &moments, learning.label_noise), 4);
            readout("fastest escape at η", best, "The η that maximises g; close to linear in p")
        },
        readout(
            "solutions",
            dimensions(manifold_dimension(p as u64, p_star as u64)),
            "Dimension of the manifold of minima: p p* − p*(p* + 1)/2",
        ),
        readout("DOF at N = 10⁴", degrees_of_freedom(p as u64, 10_000).to_string(), "p N − p (p − 1)/2"),
    ]
}

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
    let value = limit.map_or_else(|| String::from(NO_LAW), |limit| fixed(limit, 4));
    Readout { alarming: limit.is_some_and(|limit| learning.eta > limit), ..readout(name, value, meaning) }
}

fn dimensions(count: u64) -> String {
    if count == 1 { String::from("1 dimension") } else { format!("{count} dimensions") }
}

fn predicted_escape(scenario: &Scenario) -> String {
    let law = escape_law(scenario.initial(), scenario.teacher(), scenario.learning());
    let told = law.filter(|law| law.reach() >= 0.5 * law.height);
    let alpha = told.and_then(|law| law.alpha_at_gap(0.5 * law.height));
    alpha.map_or_else(|| String::from(NO_LAW), |alpha| fixed(alpha, 1))
}

/// Why a run blew up: the limits its learning rate passed.
pub fn blow_up(scenario: &Scenario, alpha: f64) -> String {
    let (p, p_star) = (scenario.model.p, scenario.model.p_star);
    let Learning { eta, label_noise, gradient_flow } = scenario.learning();
    let moments = TeacherMoments::of(scenario.teacher());
    let limit = eta_max_plateau(p, &moments, label_noise);
    let stable = eta_max_solution(p, p_star).filter(|_| scenario.teacher().is_orthonormal());
    let reason = match stable {
        _ if gradient_flow => String::from("the start is too far out for the tolerances"),
        _ if eta > limit => {
            format!("η = {} is above {}, the largest with a plateau", exact(eta), fixed(limit, 4))
        }
        Some(stable) if eta > stable => {
            format!("η = {} is above {}, the largest with stable solutions", exact(eta), fixed(stable, 4))
        }
        _ => format!("η = {} is too large for this start", exact(eta)),
    };
    format!("diverged at α = {}: {reason}", fixed(alpha, 4))
}

/// How a run ended, and what it cost.
pub fn ending(scenario: &Scenario, summary: &Summary) -> String {
    let cost = format!("{} steps, {} evaluations", summary.statistics.steps, summary.statistics.evaluations);
    match summary.stop {
        StopReason::Done => format!("done at α = {} ({cost})", readable(summary.alpha)),
        StopReason::Converged => format!("converged at α = {} ({cost})", readable(summary.alpha)),
        StopReason::Stationary => format!("at rest from α = {} ({cost})", readable(summary.alpha)),
        StopReason::Diverged { alpha } => blow_up(scenario, alpha),
        StopReason::Cancelled => format!("stopped at α = {} ({cost})", readable(summary.alpha)),
    }
}

/// What is said of replicas that have diverged; nothing if none has.
pub(super) fn diverged_runs(count: usize) -> Option<String> {
    (count > 0).then(|| format!("{count} diverged"))
}
