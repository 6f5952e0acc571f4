//! `run`: a scenario's overlap ODEs, and the ensemble of its `[sgd]` section, to a file.
//!
//! The target is checked before the run; the file is written whole, also for a run that diverged.

use std::path::Path;

use super::consent::may_run;
use super::progress::Progress;
use super::{CliError, print_bytes};
use crate::export::{
    RunData, RunFormat, check_target, load_pinned, load_scenario, memory, same_file, start_path, write_run,
};
use crate::figure::duration;
use crate::model::{PassedLimit, Scenario, StabilityLimits};
use crate::sim::ensemble::{EnsembleOptions, EnsembleRun, EnsembleStatus};
use crate::sim::sgd::EnsembleReport;
use crate::sim::{OdeRun, OwnOde, Status, StopReason, Summary, Trajectory};

/// Accepted steps between two looks at the clock.
const STEPS_PER_TURN: usize = 100;

pub(super) fn run(path: &Path, pin: Option<usize>, output: &Path, is_sure: bool) -> Result<(), CliError> {
    RunFormat::of(output)?;
    let scenario = pin.map_or_else(|| load_scenario(path), |number| load_pinned(path, number))?;
    check_output(&scenario, path, output)?;
    let (trajectory, summary) = integrate(&scenario);
    let mut data = RunData::new(&scenario, &trajectory, &summary);
    if scenario.sgd.is_some() {
        data = data.with_ensemble(simulate(path, &scenario, &trajectory, is_sure)?);
    }
    write_run(output, &data)?;
    let risk = trajectory.snapshots().last().map_or(f64::NAN, |last| last.observables.risk);
    let rows = data.ode.alpha.len();
    let diverged = matches!(summary.stop, StopReason::Diverged { .. });
    let passed = passed_by(&scenario, &summary, risk).filter(|_| !diverged).unwrap_or_default();
    let line = format!("{}{passed}; {rows} times in {}\n", describe(&summary, risk), output.display());
    print_bytes(line.as_bytes())?;
    match summary.stop {
        StopReason::Diverged { alpha } => Err(CliError::Diverged {
            path: path.to_owned(),
            alpha: short(alpha),
            limit: passed_limit(&scenario),
            output: output.to_owned(),
        }),
        StopReason::Cancelled => Err(CliError::Unfinished { path: path.to_owned(), reason: summary.stop }),
        StopReason::Done | StopReason::Converged | StopReason::Stationary => Ok(()),
    }
}

fn check_output(scenario: &Scenario, path: &Path, output: &Path) -> Result<(), CliError> {
    let overwrites = |what| Err(CliError::Overwrites { path: output.to_owned(), what });
    if same_file(output, path) {
        return overwrites("the scenario");
    }
    if start_path(path, scenario.spec()).is_some_and(|start| same_file(output, &start)) {
        return overwrites("the start");
    }
    Ok(check_target(output)?)
}

/// Integrates a scenario's ODE, with progress.
pub(super) fn integrate(scenario: &Scenario) -> (Trajectory, Summary) {
    let (mut run, mut trajectory) = (OdeRun::new(scenario), Trajectory::default());
    let mut progress = Progress::new();
    let mut sink = |snapshot| {
        trajectory.push(snapshot);
    };
    while run.advance(STEPS_PER_TURN, &|| false, &mut sink) == Status::Running {
        progress.update(run.alpha(), run.expected_end());
    }
    (trajectory, run.summary())
}

/// Runs the scenario's ensemble over the ODE's output times and says how many replicas diverged.
fn simulate(
    path: &Path,
    scenario: &Scenario,
    trajectory: &Trajectory,
    is_sure: bool,
) -> Result<EnsembleReport, CliError> {
    let mut run = ensemble(path, scenario, trajectory, is_sure)?;
    let mut report = run.report();
    report.own_odes = OwnOde::all(&run);
    let (diverged, replicas) = (report.diverged, report.replicas);
    if diverged > 0 {
        let line =
            format!("sgd: {diverged} of {replicas} replicas diverged; means leave them out from then on\n");
        print_bytes(line.as_bytes())?;
    }
    Ok(report)
}

/// Runs the scenario's ensemble over the ODE's output times, with progress; `path` is what errors call it. What takes
/// long is asked for first, unless `is_sure`.
pub(super) fn ensemble(
    path: &Path,
    scenario: &Scenario,
    trajectory: &Trajectory,
    is_sure: bool,
) -> Result<EnsembleRun, CliError> {
    let grid: Vec<f64> = trajectory.output().map(|snapshot| snapshot.alpha).collect();
    let options = EnsembleOptions {
        risk_curves: 0,
        followed: None,
        memory_limit: memory::allowed(),
        ..EnsembleOptions::default()
    };
    let refused = |source| CliError::Ensemble { path: path.to_owned(), source };
    let mut run = EnsembleRun::with_options(scenario, &grid, options).map_err(refused)?;
    let threads = rayon::current_num_threads();
    let seconds = run.estimated_seconds(threads);
    if !may_run(seconds, threads, is_sure) {
        return Err(CliError::Declined { path: path.to_owned(), time: duration(seconds) });
    }
    let mut progress = Progress::new();
    // Slices of about a hundredth of the run, for the sake of the progress line.
    let slice = (run.progress().total / (100 * run.replica_count() as u64)).max(1);
    while run.advance(slice, &|| false) == EnsembleStatus::Running {
        progress.ensemble(run.progress());
    }
    Ok(run)
}

/// Why it stopped and where, when things happened, what it cost.
fn describe(summary: &Summary, risk: f64) -> String {
    let stop = match summary.stop {
        StopReason::Done => "done",
        StopReason::Converged => "converged",
        StopReason::Stationary => "stationary",
        StopReason::Diverged { .. } => "diverged",
        StopReason::Cancelled => "stopped early",
    };
    let when = |event: Option<f64>| event.map_or_else(|| String::from("never"), short);
    let (half, escape) = (when(summary.events.alpha_half), when(summary.events.alpha_escape));
    let (alpha, cost) = (short(summary.alpha), summary.statistics.evaluations);
    format!(
        "{stop} at alpha = {alpha}, risk {risk:.3e}; alpha_half = {half}, alpha_escape = {escape}; {cost} evaluations"
    )
}

/// Why a run that is not over yet will not converge, where that is known.
fn passed_by(scenario: &Scenario, summary: &Summary, risk: f64) -> Option<String> {
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
fn passed_limit(scenario: &Scenario) -> String {
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
fn short(value: f64) -> String {
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
