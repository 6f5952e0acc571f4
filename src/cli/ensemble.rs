//! The ensemble of a command: asked for where it takes long, run with progress, and kept where it is ended early.
//!
//! A checkpoint is written every minute beside the result, and when a signal ends the command; `--resume` goes on from
//! it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::CliError;
use super::consent::may_run;
use super::progress::Progress;
use crate::export::signals::{self, Polling, Signal};
use crate::export::{memory, read_checkpoint, write_checkpoint};
use crate::figure::duration;
use crate::model::Scenario;
use crate::sim::Trajectory;
use crate::sim::ensemble::{EnsembleOptions, EnsembleRun, EnsembleStatus};

/// How often signals and the clock are looked at.
const TURN: Duration = Duration::from_millis(50);

/// How often a checkpoint is written, at least.
const INTERVAL: Duration = Duration::from_mins(1);

/// Writing takes no more than one part in so many of the time.
const SHARE: u32 = 20;

/// How a command runs an ensemble.
#[derive(Clone, Debug)]
pub(super) struct EnsembleTask<'a> {
    /// What errors call the scenario.
    pub(super) name: &'a Path,
    /// What takes long is run without asking.
    pub(super) is_sure: bool,
    /// Where checkpoints go; `None`: nothing is kept.
    pub(super) checkpoint: Option<PathBuf>,
    /// Whether it goes on from the checkpoint, if there is one.
    pub(super) resumes: bool,
}

impl EnsembleTask<'_> {
    /// Runs the scenario's ensemble over the ODE's output times.
    pub(super) fn run(&self, scenario: &Scenario, trajectory: &Trajectory) -> Result<EnsembleRun, CliError> {
        let mut run = self.begin(scenario, trajectory)?;
        let threads = rayon::current_num_threads();
        let seconds = run.estimated_seconds(threads) * (1.0 - run.progress().fraction());
        if !may_run(seconds, threads, self.is_sure) {
            return Err(CliError::Declined { path: self.name.to_owned(), time: duration(seconds) });
        }
        self.advance(scenario, &mut run, seconds)?;
        Ok(run)
    }

    /// The ensemble at its beginning, or as far as it came before.
    fn begin(&self, scenario: &Scenario, trajectory: &Trajectory) -> Result<EnsembleRun, CliError> {
        let grid: Vec<f64> = trajectory.output().map(|snapshot| snapshot.alpha).collect();
        let options = EnsembleOptions {
            risk_curves: 0,
            followed: None,
            memory_limit: memory::allowed(),
            ..EnsembleOptions::default()
        };
        if let Some(path) = self.checkpoint.as_ref().filter(|_| self.resumes) {
            let mut progress = Progress::new();
            let replicas = scenario.sgd.as_ref().map_or(0, |sgd| sgd.replicas);
            let mut made = |count| progress.replicas(count, replicas);
            if let Some(run) = read_checkpoint(path, scenario, &grid, options, &mut made)? {
                return Ok(run);
            }
        }
        let refused = |source| CliError::Ensemble { path: self.name.to_owned(), source };
        EnsembleRun::with_options(scenario, &grid, options).map_err(refused)
    }

    /// Moves it on to its end, with progress and checkpoints.
    fn advance(&self, scenario: &Scenario, run: &mut EnsembleRun, guess: f64) -> Result<(), CliError> {
        // Without a place for it nothing can be kept: the first signal ends the command.
        let _polling = self.checkpoint.as_ref().map(|_| Polling::begin());
        let (mut progress, mut kept) = (Progress::of_ensemble(run.progress(), guess), Instant::now());
        let mut interval = INTERVAL;
        loop {
            let turn = Instant::now();
            let signal = || signals::requested().filter(|_| self.checkpoint.is_some());
            match run.advance(u64::MAX, &|| turn.elapsed() >= TURN || signal().is_some()) {
                EnsembleStatus::Finished => return Ok(()),
                EnsembleStatus::Failed => return Err(self.failed(run)),
                EnsembleStatus::Running | EnsembleStatus::Stopped => {}
            }
            let Some(path) = &self.checkpoint else {
                progress.ensemble(run);
                continue;
            };
            if let Some(signal) = signal() {
                write_checkpoint(path, scenario, run)?;
                return Err(ended(signal, run, path));
            }
            if kept.elapsed() >= interval {
                let begun = Instant::now();
                write_checkpoint(path, scenario, run)?;
                interval = INTERVAL.max(SHARE * begun.elapsed());
                kept = Instant::now();
            }
            progress.ensemble(run);
        }
    }

    /// Why a replica cannot be made.
    fn failed(&self, run: &EnsembleRun) -> CliError {
        let path = self.name.to_owned();
        match run.failure() {
            Some(source) => CliError::Ensemble { path, source: source.clone() },
            None => CliError::Cancelled { path, reason: crate::sim::StopReason::Cancelled },
        }
    }
}

/// What a signal leaves that came before the end.
fn ended(signal: Signal, run: &EnsembleRun, path: &Path) -> CliError {
    let percent = (100.0 * run.progress().fraction()).floor();
    let kept = format!("{percent:.0} % of SGD is kept in {}; --resume goes on from there", path.display());
    CliError::Ended { how: signal.describe(), kept, code: signal.exit_code() }
}
