//! `run`: a scenario's overlap ODEs, and the ensemble of its `[sgd]` section, to a file.
//!
//! The target is checked before the run; the file is written whole, also for a run that diverged. Words come after the
//! file: where they cannot be said nothing is lost.

use std::path::{Path, PathBuf};

use super::ensemble::EnsembleTask;
use super::progress::Progress;
use super::run_words::{describe, passed_by, passed_limit, short};
use super::{CliError, remark};
use crate::export::signals;
use crate::export::{
    RunData, RunFormat, check_run_room, check_target, checkpoint_path, is_checkpoint, load_pinned,
    load_scenario, remove_checkpoint, same_file, start_path, write_run,
};
use crate::model::Scenario;
use crate::sim::sgd::EnsembleReport;
use crate::sim::{OdeRun, Status, StopReason, Summary, Trajectory};

/// Accepted steps between two looks at the clock.
const STEPS_PER_TURN: usize = 100;

/// What to run, where to, and how.
#[derive(Clone, Debug, clap::Args)]
pub struct RunOptions {
    /// Scenario file (every key optional; see `saddlescope --help`), or any file that an earlier run made.
    #[arg(value_name = "SCENARIO.toml")]
    pub scenario: PathBuf,
    /// The pinned run of this number in a picture, from 1, instead of the picture's own.
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    pub pin: Option<usize>,
    /// Where the data goes.
    #[arg(short, long, value_name = "OUT.{csv,json,npz}", help = super::help::output_of_run())]
    pub output: PathBuf,
    /// Go on from the state of SGD in OUT.part, if it is there.
    #[arg(long)]
    pub resume: bool,
    /// Begin SGD that takes longer than a minute without asking.
    #[arg(short, long)]
    pub yes: bool,
    /// Threads to run on. Absent: SLURM_CPUS_PER_TASK, else RAYON_NUM_THREADS, else all cores this process may use.
    #[arg(long, value_name = "N", allow_negative_numbers = true,
        value_parser = clap::value_parser!(u64).range(1..=super::threads::MOST))]
    pub threads: Option<u64>,
}

pub(super) fn run(options: &RunOptions) -> Result<(), CliError> {
    let RunOptions { scenario: path, output, .. } = options;
    RunFormat::of(output)?;
    let scenario = options.pin.map_or_else(|| load_scenario(path), |number| load_pinned(path, number))?;
    check_output(&scenario, path, output)?;
    let checkpoint = checkpoint_path(output);
    if scenario.sgd.is_some() {
        check_target(&checkpoint)?;
        if !options.resume && is_checkpoint(&checkpoint) {
            return Err(CliError::Unfinished { path: checkpoint });
        }
    }
    check_run_room(output, &scenario, scenario.time.alphas.len().max(1))?;
    let (trajectory, summary) = integrate(&scenario);
    let mut data = RunData::new(&scenario, &trajectory, &summary);
    if scenario.sgd.is_some() {
        check_run_room(output, &scenario, trajectory.snapshots().len())?;
        data = data.with_ensemble(simulate(options, &scenario, &trajectory, checkpoint.clone())?);
    }
    write_run(output, &data)?;
    signals::note_kept(&format!("{} is written", output.display()));
    if scenario.sgd.is_some() {
        remove_checkpoint(&checkpoint);
    }
    say(&scenario, &trajectory, &summary, &data, output);
    match summary.stop {
        StopReason::Diverged { alpha } => Err(CliError::Diverged {
            path: path.to_owned(),
            alpha: short(alpha),
            limit: passed_limit(&scenario),
            output: output.to_owned(),
        }),
        StopReason::Cancelled => Err(CliError::Cancelled { path: path.to_owned(), reason: summary.stop }),
        StopReason::Done | StopReason::Converged | StopReason::Stationary => Ok(()),
    }
}

/// Says how the run ended, now that its file is there.
fn say(scenario: &Scenario, trajectory: &Trajectory, summary: &Summary, data: &RunData, output: &Path) {
    if let Some(sgd) = data.sgd.as_ref().filter(|sgd| sgd.diverged > 0) {
        let (diverged, replicas) = (sgd.diverged, sgd.replicas);
        remark(&format!(
            "sgd: {diverged} of {replicas} replicas diverged; means leave them out from then on"
        ));
    }
    let risk = trajectory.snapshots().last().map_or(f64::NAN, |last| last.observables.risk);
    let rows = data.ode.alpha.len();
    let diverged = matches!(summary.stop, StopReason::Diverged { .. });
    let passed = passed_by(scenario, summary, risk).filter(|_| !diverged).unwrap_or_default();
    remark(&format!("{}{passed}; {rows} times in {}", describe(summary, risk), output.display()));
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

/// Runs the scenario's ensemble over the ODE's output times.
fn simulate(
    options: &RunOptions,
    scenario: &Scenario,
    trajectory: &Trajectory,
    checkpoint: PathBuf,
) -> Result<EnsembleReport, CliError> {
    let task = EnsembleTask {
        name: &options.scenario,
        is_sure: options.yes,
        checkpoint: Some(checkpoint),
        resumes: options.resume,
    };
    let mut run = task.run(scenario, trajectory)?;
    let mut report = run.report();
    report.own_odes = run.replica_odes();
    Ok(report)
}
