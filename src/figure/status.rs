//! The phase at the cursor in a sentence: what the loss does, and why.
//!
//! A law is named where the run is seen to follow it.

use super::{RunData, exact, fixed, number};
use crate::model::{
    EscapeLaw, TeacherMoments, escape_law, eta_max_solution, lowest_loss, plateau, staircase,
};
use crate::sim::{Phase, Snapshot};

/// The largest d ln loss / d ln α of a loss that rests.
const RESTING: f64 = 0.1;

/// d ln loss / d ln α of a loss that falls as 1/α²; the tail begins less steep, and after the escape steeper.
const ALGEBRAIC: std::ops::Range<f64> = 1.0..4.0;

/// The state at the cursor in a sentence.
pub fn status(run: &RunData<'_>, at: &Snapshot) -> String {
    let (p, teacher) = (run.scenario.model.p, run.scenario.teacher());
    let level = plateau(p, &TeacherMoments::of(teacher), run.scenario.learning());
    let loss = number(at.observables.risk);
    match (Phase::of(run.scenario, at), level) {
        (Phase::NormLearning, Some(level)) => {
            let norm = at.state.q().trace() / p as f64;
            format!(
                "norm learning: loss {loss}, mean norm {} relaxing to q = {}",
                fixed(norm, 3),
                fixed(level.q, 3)
            )
        }
        (Phase::Plateau, Some(level)) if level.rate <= 0.0 => {
            format!("plateau: loss {loss}, M shrinks at g = {}: η is too large to escape", number(level.rate))
        }
        (Phase::Plateau, Some(level)) => {
            let formula = 1.0 / teacher.p_star() as f64 + 1.0 / (p as f64 + 2.0);
            let near = teacher.is_orthonormal() && (at.observables.risk / formula - 1.0).abs() < 0.03;
            let formula = if near { " near 1/p* + 1/(p+2)" } else { "" };
            format!("plateau: loss {loss}{formula}, M grows unseen at g = {}", number(level.rate))
        }
        (Phase::Escape | Phase::Convergence, Some(_)) if rests(run, at) && why_at_rest(run).is_some() => {
            format!("at rest: loss {loss}, {}", why_at_rest(run).unwrap_or_default())
        }
        (phase @ (Phase::Escape | Phase::Convergence), Some(level)) => {
            let on_stairs = || staircase_words(run, at, &loss);
            match phase {
                _ if !teacher.is_orthonormal() => on_stairs(),
                Phase::Convergence => None,
                _ => Some(format!(
                    "escape: loss {loss} leaves the plateau at {}, growth rate g = {}",
                    fixed(level.loss, 4),
                    number(level.rate)
                )),
            }
            .unwrap_or_else(|| convergence(run, at, &loss))
        }
        (Phase::Convergence, None) => convergence(run, at, &loss),
        (Phase::Unbound, _) | (_, None) => {
            format!("no plateau at this η: loss {loss}, the norms grow without bound")
        }
    }
}

/// How the loss goes to its final value.
fn convergence(run: &RunData<'_>, at: &Snapshot, loss: &str) -> String {
    let (p, p_star) = (run.scenario.model.p, run.scenario.model.p_star);
    let fall = -steepness(run, at).unwrap_or_default();
    let how = match p.cmp(&p_star) {
        std::cmp::Ordering::Less => " to the floor of a narrow student",
        std::cmp::Ordering::Equal if fall > 1.0 => " exponentially",
        std::cmp::Ordering::Greater if ALGEBRAIC.contains(&fall) => " as 1/α², along the excess directions",
        std::cmp::Ordering::Equal | std::cmp::Ordering::Greater => "",
    };
    let apart = at.observables.distance;
    let apart = apart.map_or_else(String::new, |apart| format!(", {} from ρ̄", number(apart.total)));
    format!("convergence{how}: loss {loss}{apart}")
}

/// Where on the staircase of an unequal teacher the loss is; `None` below its last step.
fn staircase_words(run: &RunData<'_>, at: &Snapshot, loss: &str) -> Option<String> {
    let (scenario, risk) = (run.scenario, at.observables.risk);
    let law = escape_law(scenario.initial(), scenario.teacher(), scenario.learning())?;
    let steps = staircase(scenario.model.p, scenario.teacher(), scenario.model.eta);
    let directions = scenario.model.p_star;
    let rests = EscapeLaw::rests(&law);
    if let Some(rest) = rests.iter().find(|rest| rest.step > 0 && (rest.from..rest.to).contains(&at.alpha)) {
        return Some(format!(
            "step {} of the staircase: loss {loss}, {} of {directions} directions learnt, the next grows at g = {}",
            rest.step,
            rest.step,
            number(rest.rate)
        ));
    }
    let learning = steps.windows(2).position(|pair| risk > 0.5 * (pair[0].loss + pair[1].loss))? + 1;
    let lowest = number(steps[learning].loss);
    Some(if law.reach() > 0.5 * law.height {
        format!("direction {learning} of {directions} is being learnt: loss {loss}, on its way to {lowest}")
    } else {
        format!(
            "the directions are learnt together: loss {loss}, {learning} or more of {directions} under way"
        )
    })
}

/// Whether the loss has not moved for the last fifth of the time up to here.
fn rests(run: &RunData<'_>, at: &Snapshot) -> bool {
    steepness(run, at).is_some_and(|slope| slope.abs() < RESTING)
}

/// Why a loss that rests above the lowest may do so.
fn why_at_rest(run: &RunData<'_>) -> Option<String> {
    let (scenario, learning) = (run.scenario, run.scenario.learning());
    if learning.gradient_flow || lowest_loss(scenario.model.p, scenario.teacher()) > 0.0 {
        return None;
    }
    let stable = eta_max_solution(scenario.model.p, scenario.model.p_star)
        .filter(|stable| scenario.teacher().is_orthonormal() && learning.eta > *stable);
    match stable {
        Some(stable) => Some(format!(
            "η = {} is above {}, the largest with stable solutions",
            exact(learning.eta),
            fixed(stable, 4)
        )),
        None if learning.label_noise > 0.0 => {
            Some(format!("held up by label noise Δ = {}", exact(learning.label_noise)))
        }
        None => None,
    }
}

/// d ln loss / d ln α over the last fifth of the time up to a state; `None` at the start.
fn steepness(run: &RunData<'_>, at: &Snapshot) -> Option<f64> {
    let states = run.trajectory.snapshots();
    let index = states.partition_point(|state| state.alpha < 0.8 * at.alpha);
    let before = states.get(index.checked_sub(1)?).filter(|before| before.alpha > 0.0)?;
    let slope = (at.observables.risk / before.observables.risk).ln() / (at.alpha / before.alpha).ln();
    slope.is_finite().then_some(slope)
}
