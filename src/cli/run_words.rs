//! The line that `run` says: why it stopped and where, and which limit of η was passed.

use crate::model::{PassedLimit, Scenario, StabilityLimits};
use crate::sim::{StopReason, Summary};

/// Why it stopped and where, when things happened, what it cost.
pub(super) fn describe(summary: &Summary, risk: f64) -> String {
    let stop = if summary.stop == StopReason::Cancelled { "stopped early" } else { summary.stop.name() };
    let when = |event: Option<f64>| event.map_or_else(|| String::from("never"), short);
    let (half, escape) = (when(summary.events.alpha_half), when(summary.events.alpha_escape));
    let (alpha, cost) = (short(summary.alpha), summary.statistics.evaluations);
    format!(
        "{stop} at alpha = {alpha}, risk {risk:.3e}; alpha_half = {half}, alpha_escape = {escape}; {cost} evaluations"
    )
}

/// Why a run that is not over yet will not converge, where that is known.
pub(super) fn passed_by(scenario: &Scenario, summary: &Summary, risk: f64) -> Option<String> {
    let (eta, escaped) = (scenario.model.eta, summary.events.alpha_escape.is_some());
    match StabilityLimits::of(scenario).why_at_rest(eta, escaped).filter(|_| risk > 1e-6)? {
        PassedLimit::Solution(limit) => {
            Some(format!("; no solution is stable: eta is above eta_max_solution = {}", short(limit)))
        }
        PassedLimit::Escape(limit) => {
            Some(format!("; nothing leaves the plateau: eta is above eta_max_escape = {}", short(limit)))
        }
        PassedLimit::Plateau(_) => None,
    }
}

/// Which limit of η a diverged run has passed, or that none is known.
pub(super) fn passed_limit(scenario: &Scenario) -> String {
    let (limits, eta) = (StabilityLimits::of(scenario), scenario.model.eta);
    if scenario.model.gradient_flow {
        return String::from("the start is too far out for the tolerances");
    }
    let above = |key: &str, limit: f64, what: &str| {
        format!("eta = {eta} is above {key} = {}, the largest with {what}", short(limit))
    };
    match limits.why_diverged(eta) {
        Some(PassedLimit::Plateau(limit)) => above("eta_max_plateau", limit, "a plateau"),
        Some(PassedLimit::Solution(limit)) => above("eta_max_solution", limit, "stable solutions"),
        Some(PassedLimit::Escape(_)) | None => {
            let plateau = limits.plateau.map_or_else(
                || String::from("any limit"),
                |limit| format!("eta_max_plateau = {}", short(limit)),
            );
            format!("eta = {eta} is too large for this start, though below {plateau}")
        }
    }
}

/// Five significant digits, for people.
pub(super) fn short(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 {
        return String::from("0");
    }
    if !(1e-3..1e7).contains(&size) {
        return format!("{value:.4e}");
    }
    let whole = if size < 1.0 { 0 } else { size.log10().floor() as usize };
    format!("{value:.*}", 4_usize.saturating_sub(whole))
}
