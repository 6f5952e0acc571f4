//! Sentences about a run that more than one place says: what a limit means, why it blew up, how it ended.

use super::RunData;
use super::number::{exact, fixed, readable};
use crate::model::{PassedLimit, Rule, Scenario, StabilityLimits};
use crate::sim::{StopReason, Summary};

/// What there is to say of the best η under gradient flow; with the ~ of other laws, as the font on paper has no ∝.
pub(super) const NO_BEST_RATE: &str = "gradient flow: no best η, α½ ~ 1/η";

/// What begins at η₀.
pub(super) const NO_ESCAPE: &str = "η₀: no escape";

/// What begins at the largest η from which norms relax.
pub(super) const BLOW_UP: &str = "η_max: blow-up";

/// What the minima of the loss are called: for p < p* none of them is a solution.
pub(super) fn minima(p: usize, p_star: usize) -> &'static str {
    if p < p_star { "minima" } else { "solutions" }
}

/// Why a run blew up: the limit its learning rate passed.
pub fn blow_up(scenario: &Scenario, alpha: f64) -> String {
    let eta = scenario.model.eta;
    let reason = match StabilityLimits::of(scenario).why_diverged(eta) {
        _ if scenario.model.gradient_flow => String::from("the start is too far out for the tolerances"),
        Some(limit) => passed_words(eta, limit),
        None => format!("η = {} is too large for this start", exact(eta)),
    };
    format!("diverged at α = {}: {reason}", fixed(alpha, 4))
}

/// That a learning rate is above a limit, and what follows from it.
pub(super) fn passed_words(eta: f64, limit: PassedLimit) -> String {
    let eta = exact(eta);
    match limit {
        PassedLimit::Plateau(limit) => {
            let limit = fixed(limit, 4);
            format!("η = {eta} is above η_max = {limit}, the largest with a plateau")
        }
        PassedLimit::Escape(limit) => {
            let limit = fixed(limit, 4);
            format!("η = {eta} is above η₀ = {limit}, the limit of escape: M shrinks on the plateau")
        }
        PassedLimit::Solution(limit) => {
            let limit = fixed(limit, 4);
            format!("η = {eta} is above η_c = {limit}, the largest with stable solutions")
        }
    }
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

/// What has to be said of ρ̄ where nothing proves that the run ends there.
pub(super) fn conjecture(run: &RunData<'_>) -> Option<String> {
    let rule = run.predictions.rho_bar.as_ref()?.rule;
    (rule == Rule::ClosestConjecture)
        .then(|| String::from("unequal teachers: ρ̄ is the closest solution, a conjecture"))
}
