//! `sweep`: many small runs over a grid into one table, resumable and in shards; `merge` joins the shards.
//!
//! Rows are kept as they finish; the table is written whole at the end. A row that diverged or is no valid scenario is
//! a result like any other.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::progress::Progress;
use super::{CliError, print_bytes, signals};
use crate::export::{
    FileError, Resumed, RunFormat, SweepFileError, SweepSummary, UnfinishedSweep, check_target, load_shard,
    load_sweep, merge_sweeps, same_file,
};
use crate::figure::duration;
use crate::sim::sweep::{Shard, SweepRow, SweepRun};

pub(super) fn sweep(path: &Path, output: &Path, resume: bool, shard: Option<Shard>) -> Result<(), CliError> {
    let sweep = load_sweep(path)?;
    let shard = shard.map_or_else(|| load_shard(path), Ok)?;
    if same_file(output, path) {
        return Err(CliError::Overwrites { path: output.to_owned(), what: "the sweep" });
    }
    check_output(output)?;
    let standing = if resume {
        UnfinishedSweep::resume(output, &sweep, shard)?
    } else {
        Resumed::GoesOn(UnfinishedSweep::create(output, &sweep, shard)?, Vec::new())
    };
    let (file, there) = match standing {
        Resumed::GoesOn(file, there) => (file, there),
        Resumed::Finished(summary) => {
            return print_bytes(format!("{}; it was finished\n", describe(output, &summary)).as_bytes());
        }
    };
    signals::note_kept(&format!("finished rows are in {}.part; --resume goes on", output.display()));
    let run = SweepRun::new(sweep, shard).without(there);
    let before = run.done();
    let (file, elapsed) = compute(run, file)?;
    let summary = file.finish()?;
    let cost = cost(summary.rows - before, elapsed.as_secs_f64());
    print_bytes(format!("{}; {cost}\n", describe(output, &summary)).as_bytes())
}

/// What was computed, and how long it took.
fn cost(rows: u64, seconds: f64) -> String {
    if rows == 0 {
        return String::from("0 computed");
    }
    let each = 1e3 * seconds / rows as f64;
    if each < 1e3 {
        format!("{rows} computed in {}, {each:.3} ms a row", duration(seconds))
    } else {
        format!("{rows} computed in {}, {} a row", duration(seconds), duration(1e-3 * each))
    }
}

pub(super) fn merge(parts: &[PathBuf], output: &Path) -> Result<(), CliError> {
    check_output(output)?;
    let summary = merge_sweeps(parts, output)?;
    print_bytes(format!("{}\n", describe(output, &summary)).as_bytes())
}

fn check_output(output: &Path) -> Result<(), CliError> {
    check_target(output)?;
    match RunFormat::of(output) {
        Ok(RunFormat::Csv) => Ok(()),
        _ => Err(FileError::UnknownFormat { path: output.to_owned(), known: ".csv" }.into()),
    }
}

/// What the threads of a sweep share: one writes at a time.
struct Desk {
    file: UnfinishedSweep,
    progress: Progress,
    done: u64,
    failure: Option<SweepFileError>,
}

/// Runs all that is left, keeping every row; gives the file back, and how long it took.
fn compute(mut run: SweepRun, file: UnfinishedSweep) -> Result<(UnfinishedSweep, Duration), CliError> {
    let begun = Instant::now();
    let (before, total) = (run.done(), run.total());
    let desk = Mutex::new(Desk { file, progress: Progress::new(), done: before, failure: None });
    let failed = AtomicBool::new(false);
    run.advance(u64::MAX, &|| failed.load(Ordering::Relaxed), &|row: SweepRow| {
        // A thread that panicked at the desk has left its row whole or torn, never another's.
        let mut desk = desk.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if desk.failure.is_some() {
            return;
        }
        if let Err(error) = desk.file.push(&row) {
            desk.failure = Some(error);
            failed.store(true, Ordering::Relaxed);
        }
        desk.done += 1;
        let done = desk.done;
        desk.progress.rows(done, total, before);
    });
    let desk = desk.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    match desk.failure {
        Some(error) => Err(error.into()),
        None => Ok((desk.file, begun.elapsed())),
    }
}

/// The file, its rows and how they ended.
fn describe(output: &Path, summary: &SweepSummary) -> String {
    let endings: Vec<String> =
        summary.endings.iter().map(|(word, count)| format!("{word} {count}")).collect();
    let endings = if endings.is_empty() { String::new() } else { format!(" ({})", endings.join(", ")) };
    format!("{}: {} rows{endings}", output.display(), summary.rows)
}
