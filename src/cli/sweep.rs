//! `sweep`: many small runs over a grid into one table, resumable and in shards; `merge` joins the shards.
//!
//! Rows are kept as they finish; the table is written whole at the end. A row that diverged or is no valid scenario is
//! a result like any other. What ends a sweep early leaves its rows and says how to go on.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::consent::may_sweep;
use super::kept_rows::KeptRows;
use super::progress::Progress;
use super::sweep_cost::estimated_seconds;
use super::{CliError, remark, threads};
use crate::export::signals::{self, Polling};
use crate::export::{
    FileError, RENEWAL, Resumed, RunFormat, SweepFileError, SweepSummary, SweepTaking, UnfinishedSweep,
    check_target, checkpoint_path, find_row_checkpoint, load_shard, load_sweep, memory, merge_sweeps,
    same_file,
};
use crate::figure::duration;
use crate::sim::sweep::{Shard, Sweep, SweepRow, SweepRun};

/// How often signals and the clock are looked at.
const TURN: Duration = Duration::from_millis(50);

/// What to sweep, where to, and how.
#[derive(Clone, Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct SweepOptions {
    /// Scenario file that lists the values that vary in a section `[sweep]`; or any file that a sweep made.
    #[arg(value_name = "SWEEP.toml")]
    pub sweep: PathBuf,
    /// Where the table goes. Written whole or not at all; until then rows are kept in OUT.csv.part.
    #[arg(short, long, value_name = "OUT.csv")]
    pub output: PathBuf,
    /// Go on from OUT.csv.part, if it is there: only rows that were not finished are run.
    #[arg(long)]
    pub resume: bool,
    /// The same, and run rows again that are `invalid`, also those of a finished table.
    #[arg(long)]
    pub retry: bool,
    /// Replace OUT.csv even if it is the finished table of another sweep.
    #[arg(long)]
    pub force: bool,
    /// Only rows I-1, I-1+N ..: share I of N, to be joined by `merge`; I may be 1-4 or 3,7. Absent: that of a table,
    /// else all.
    #[arg(long, value_name = "I/N")]
    pub shard: Option<String>,
    /// Whether shares are counted from 1 or from 0, as the tasks of a job array may be.
    #[arg(long, value_name = "0|1", allow_negative_numbers = true,
        default_value_t = 1, value_parser = clap::value_parser!(u64).range(0..=1))]
    pub shard_from: u64,
    /// Threads to run on. Absent: SLURM_CPUS_PER_TASK, else RAYON_NUM_THREADS, else all cores this process may use.
    #[arg(long, value_name = "N", allow_negative_numbers = true,
        value_parser = clap::value_parser!(u64).range(1..=threads::MOST))]
    pub threads: Option<u64>,
    /// Begin what takes longer than a minute without asking.
    #[arg(short, long)]
    pub yes: bool,
}

impl SweepOptions {
    fn share(&self) -> Result<Shard, CliError> {
        let Some(text) = &self.shard else { return Ok(load_shard(&self.sweep)?) };
        let wrong = |reason| CliError::Shard { text: text.clone(), reason };
        Shard::parse(text, self.shard_from).map_err(wrong)
    }

    /// What is there of the sweep, opened for more.
    fn open(&self, sweep: &Sweep, shard: &Shard) -> Result<Resumed, CliError> {
        let taking = SweepTaking { retries: self.retry, replaces: self.force };
        if self.resume || self.retry {
            return Ok(UnfinishedSweep::resume(&self.output, sweep, shard, taking)?);
        }
        // The rows would be begun anew, and what is kept of them written over.
        if let Some(path) = find_row_checkpoint(&self.output) {
            return Err(SweepFileError::Unfinished { path }.into());
        }
        let created = UnfinishedSweep::create(&self.output, sweep, shard, taking)?;
        Ok(Resumed::GoesOn(created, Vec::new()))
    }
}

pub(super) fn sweep(options: &SweepOptions) -> Result<(), CliError> {
    let (path, output) = (&options.sweep, &options.output);
    let shard = options.share()?;
    let sweep = load_sweep(path)?;
    if same_file(output, path) {
        return Err(CliError::Overwrites { path: output.to_owned(), what: "the sweep" });
    }
    check_output(output)?;
    check_target(&checkpoint_path(output))?;
    threads::use_threads(options.threads)?;
    let (file, there) = match options.open(&sweep, &shard)? {
        Resumed::GoesOn(file, there) => (file, there),
        Resumed::Finished(summary) => {
            remark(&format!("{}; it was finished", describe(output, &summary)));
            return Ok(());
        }
    };
    signals::note_kept(&format!(
        "rows that were finished are in {}; --resume goes on",
        file.path().display()
    ));
    let run = SweepRun::new(sweep, shard).without(there);
    let (before, cores) = (run.done(), rayon::current_num_threads());
    if let Some((needed, allowed)) = memory_shortage(&run, cores) {
        file.stop();
        return Err(CliError::SweepMemory { path: path.to_owned(), needed, allowed, threads: cores });
    }
    let guess = estimated_seconds(&run, cores);
    if !may_sweep(run.total() - before, guess, cores, options.yes) {
        file.stop();
        return Err(CliError::DeclinedSweep { path: path.to_owned(), time: duration(guess) });
    }
    let rows = KeptRows::new(output, options.resume || options.retry);
    let (file, elapsed) = compute(run, file, guess, &rows)?;
    let bare = file.bare_rows();
    let summary = file.finish()?;
    let cost = cost(summary.rows.saturating_sub(before), elapsed.as_secs_f64());
    signals::note_kept(&format!("{} is written", output.display()));
    if bare > 0 {
        remark(&format!("{bare} rows were taken over from a file without checksums, as they were"));
    }
    remark(&format!("{}; {cost}", describe(output, &summary)));
    Ok(())
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

pub(super) fn merge(parts: &[PathBuf], output: &Path, replaces: bool) -> Result<(), CliError> {
    check_output(output)?;
    let summary = merge_sweeps(parts, output, replaces)?;
    remark(&describe(output, &summary));
    Ok(())
}

fn check_output(output: &Path) -> Result<(), CliError> {
    check_target(output)?;
    match RunFormat::of(output) {
        Ok(format) if format.extension == "csv" => Ok(()),
        _ => Err(FileError::unknown_format(output, &["csv"]).into()),
    }
}

/// What the threads of a sweep share: one writes at a time.
struct SweepWriter {
    file: UnfinishedSweep,
    progress: Progress,
    /// Rows that were there, that are done, and in all.
    before: u64,
    done: u64,
    total: u64,
    /// Seconds that all of it was guessed to take.
    guess: f64,
    renewed: Instant,
    failure: Option<SweepFileError>,
}

impl SweepWriter {
    fn take(&mut self, row: &SweepRow) {
        if self.failure.is_some() {
            return;
        }
        match self.file.push(row) {
            Ok(()) => {
                self.done += 1;
                self.progress.rows(self.done, self.total, self.before);
            }
            Err(error) => self.failure = Some(error),
        }
    }

    /// What is to be done whether rows finish or not.
    fn tick(&mut self) {
        if self.done == self.before {
            self.progress.first_row(self.done, self.total, self.guess);
        }
        if self.failure.is_none() && self.renewed.elapsed() >= RENEWAL {
            self.renewed = Instant::now();
            self.failure = self.file.renew().err();
        }
    }
}

/// The desk; a thread that panicked at it has left its row whole or torn, never another's.
fn at(desk: &Mutex<SweepWriter>) -> MutexGuard<'_, SweepWriter> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs all that is left, keeping every row; gives the file back, and how long it took.
fn compute(
    mut run: SweepRun,
    file: UnfinishedSweep,
    guess: f64,
    rows: &KeptRows,
) -> Result<(UnfinishedSweep, Duration), CliError> {
    let (begun, polling) = (Instant::now(), Polling::begin());
    let (before, total) = (run.done(), run.total());
    let progress = Progress::new();
    let desk =
        SweepWriter { file, progress, before, done: before, total, guess, renewed: begun, failure: None };
    let (desk, is_over, has_failed) = (Mutex::new(desk), AtomicBool::new(false), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let watch = || {
            while !is_over.load(Ordering::Relaxed) {
                let mut desk = at(&desk);
                desk.tick();
                has_failed.fetch_or(desk.failure.is_some(), Ordering::Relaxed);
                drop(desk);
                std::thread::park_timeout(TURN);
            }
        };
        // Without it rows are kept all the same; only long silence tells others nothing.
        let watcher =
            std::thread::Builder::new().name(String::from("sweep-watch")).spawn_scoped(scope, watch).ok();
        let stop = || has_failed.load(Ordering::Relaxed) || signals::requested().is_some();
        let take = |row: SweepRow| {
            let mut desk = at(&desk);
            desk.take(&row);
            has_failed.fetch_or(desk.failure.is_some(), Ordering::Relaxed);
        };
        run.advance_keeping(u64::MAX, &stop, &take, rows);
        is_over.store(true, Ordering::Relaxed);
        if let Some(watcher) = watcher {
            watcher.thread().unpark();
        }
    });
    let SweepWriter { file, failure, done, .. } = desk.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(error) = failure {
        return Err(error.into());
    }
    if let Some(signal) = signals::requested().filter(|_| done < total) {
        return Err(ended(signal, file, total, rows.count()));
    }
    // From here on a signal ends at once: what is left to do takes no time, and the rows are there.
    drop(polling);
    Ok((file, begun.elapsed()))
}

/// The memory that rows of SGD take at the same time and what may be taken, in bytes, if that is less.
fn memory_shortage(run: &SweepRun, threads: usize) -> Option<(f64, f64)> {
    let largest = run.left().filter_map(|index| run.sweep().row_bytes(index)).fold(0.0, f64::max);
    // A thread that waits for the replicas of one row may take up another.
    let at_once = if threads == 1 { 1 } else { 2 * threads as u64 - 1 };
    let needed = largest * at_once.min(run.total() - run.done()) as f64;
    let allowed = memory::allowed() as f64;
    (needed > allowed).then_some((needed, allowed))
}

/// What a signal that came before the last row leaves.
fn ended(signal: signals::Signal, file: UnfinishedSweep, total: u64, half_way: usize) -> CliError {
    let path = file.path().display().to_string();
    let more = if half_way == 1 { "one more" } else { "others" };
    let kept = match (file.stop(), half_way) {
        (0, 0) => String::from("no row was finished, and nothing is kept"),
        (0, 1) => format!("no row was finished; how far the first came is in {path}-ROW; --resume goes on"),
        (0, _) => format!("no row was finished; how far {half_way} came is in {path}-ROW; --resume goes on"),
        (rows, 0) => format!("{rows} of {total} rows are kept in {path}; --resume goes on from them"),
        (rows, _) => format!(
            "{rows} of {total} rows are kept in {path}, and how far {more} came in {path}-ROW; --resume goes on from \
             them"
        ),
    };
    CliError::Ended { how: signal.describe(), kept, code: signal.exit_code() }
}

/// The file, its rows and how they ended.
fn describe(output: &Path, summary: &SweepSummary) -> String {
    let endings: Vec<String> =
        summary.endings.iter().map(|(word, count)| format!("{word} {count}")).collect();
    let endings = if endings.is_empty() { String::new() } else { format!(" ({})", endings.join(", ")) };
    format!("{}: {} rows{endings}", output.display(), summary.rows)
}
