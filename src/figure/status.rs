//! The phase at the cursor in a sentence: what the loss does, and why.
//!
//! A law is named where the run is seen to follow it.

use super::noise::StartBelowNoise;
use super::words::passed_words;
use super::{RunData, exact, fixed, number};
use crate::model::{EscapeLaw, StabilityLimits};
use crate::sim::{Phase, Snapshot};

/// The largest d ln loss / d ln α of a loss that rests.
const RESTING: f64 = 0.1;

/// d ln loss / d ln α of a loss that falls as 1/α²; the tail begins less steep, and after the escape steeper.
const ALGEBRAIC: std::ops::Range<f64> = 1.0..4.0;

/// The state at the cursor in a sentence, and what of it does not hold for SGD.
pub fn status(run: &RunData<'_>, at: &Snapshot) -> String {
    let apart = StartBelowNoise::of(run.scenario);
    let apart = apart.map_or_else(String::new, |noise| noise.status(Phase::of(run.scenario, at)));
    format!("{}{apart}", sentence(run, at))
}

/// What the ODE does, in a sentence.
fn sentence(run: &RunData<'_>, at: &Snapshot) -> String {
    let (p, teacher, level) = (run.scenario.model.p, run.scenario.teacher(), run.scenario.plateau());
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
        (phase, Some(_)) if in_saddle(run, at, phase) => {
            let (rank, full) = (run.scenario.rank(), p.min(teacher.p_star()));
            format!("rests in a saddle: M has rank {rank} of {full} and keeps it, loss {loss}")
        }
        (Phase::Plateau, Some(level)) if level.rate <= 0.0 => {
            let why = StabilityLimits::of(run.scenario).escape.map_or_else(String::new, |limit| {
                format!(": η is above η₀ = {}, the limit of escape", fixed(limit, 4))
            });
            format!("plateau: loss {loss}, M shrinks at g = {}{why}", number(level.rate))
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
    let law = scenario.escape_law()?;
    let steps = scenario.staircase()?;
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
    if learning.gradient_flow || scenario.lowest_loss() > 0.0 {
        return None;
    }
    let escaped = run.events.alpha_escape.is_some();
    match StabilityLimits::of(scenario).why_at_rest(learning.eta, escaped) {
        Some(limit) => Some(passed_words(learning.eta, limit)),
        None if learning.label_noise > 0.0 => {
            Some(format!("held up by label noise Δ = {}", exact(learning.label_noise)))
        }
        None => None,
    }
}

/// Whether a start of less than full rank has come to where it ends: the directions that M lacks never grow.
fn in_saddle(run: &RunData<'_>, at: &Snapshot, phase: Phase) -> bool {
    let (scenario, equal) = (run.scenario, run.scenario.teacher().is_orthonormal());
    let below = match phase {
        Phase::Plateau => scenario.rank() == 0,
        // Unequal teachers rest on the way as well.
        Phase::Escape => equal && rests(run, at),
        Phase::Convergence => rests(run, at),
        Phase::NormLearning | Phase::Unbound => false,
    };
    scenario.is_rank_deficient() && below
}

/// d ln loss / d ln α over the last fifth of the time up to a state; `None` at the start.
fn steepness(run: &RunData<'_>, at: &Snapshot) -> Option<f64> {
    let states = run.trajectory.snapshots();
    let index = states.partition_point(|state| state.alpha < 0.8 * at.alpha);
    let before = states.get(index.checked_sub(1)?).filter(|before| before.alpha > 0.0)?;
    let slope = (at.observables.risk / before.observables.risk).ln() / (at.alpha / before.alpha).ln();
    slope.is_finite().then_some(slope)
}
