//! Progress on standard error for runs that take long: a live line on a terminal, a plain one a minute elsewhere.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use crate::figure::duration;
use crate::sim::ensemble;

/// Runs shorter than this say nothing; longer ones say so this often.
const INTERVAL: Duration = Duration::from_millis(250);

/// When there is a line where there is no terminal: soon, again once the pace is known, then every minute: long jobs
/// leave a trace in their logs, short ones nothing.
const PLAIN: [Duration; 3] = [Duration::from_secs(2), Duration::from_secs(8), Duration::from_mins(1)];

/// Below this share of an ensemble its pace says less than the guess that was made before.
const KNOWN: f64 = 0.02;

/// The progress of one run.
#[derive(Debug)]
pub(super) struct Progress {
    begun: Instant,
    last: Instant,
    /// The α of the last line.
    alpha: f64,
    /// How far an ensemble was when it began, and how many seconds it was guessed to take.
    ensemble: (ensemble::Progress, f64),
    terminal: bool,
    /// Plain lines said.
    said: usize,
    shown: bool,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self {
            begun: Instant::now(),
            last: Instant::now(),
            alpha: 0.0,
            ensemble: (ensemble::Progress::default(), 0.0),
            terminal: io::stderr().is_terminal(),
            said: 0,
            shown: false,
        }
    }

    /// That of an ensemble, which is so far and was guessed to take so many seconds from here.
    pub(super) fn of_ensemble(before: ensemble::Progress, guess: f64) -> Self {
        Self { ensemble: (before, guess), ..Self::new() }
    }

    /// Shows how far the run is; its end is known as an upper bound only, and so is the time left.
    pub(super) fn update(&mut self, alpha: f64, end: f64) {
        let (since, passed) = (self.alpha, self.last.elapsed().as_secs_f64());
        let is_shown = self.show(|| {
            let pace = (alpha - since) / passed;
            let left = duration((end - alpha).max(0.0) / pace);
            format!("alpha = {alpha:.4e}, at most {end:.4e}; at this pace {left} at most")
        });
        if is_shown {
            self.alpha = alpha;
        }
    }

    /// Shows how many replicas of an ensemble have been made.
    pub(super) fn replicas(&mut self, made: usize, all: usize) {
        self.show(|| format!("sgd: {made} of {all} replicas made"));
    }

    /// Shows how much of an ensemble is done, and the time left.
    pub(super) fn ensemble(&mut self, run: &ensemble::EnsembleRun) {
        if run.replicas_made() < run.replica_count() {
            return self.replicas(run.replicas_made(), run.replica_count());
        }
        let (done, elapsed) = (run.progress(), self.begun.elapsed().as_secs_f64());
        let (before, guess) = self.ensemble;
        let fraction = done.fraction();
        let measured =
            done.seconds_left_since(&before, elapsed).filter(|_| fraction - before.fraction() > KNOWN);
        let (about, left) = measured.map_or(("about ", (guess - elapsed).max(0.0)), |left| ("", left));
        self.show(|| format!("sgd {:.0} %, {about}{} left", (100.0 * fraction).floor(), duration(left)));
    }

    /// Shows how many rows of a sweep are left before one is done, and a guess of the time.
    pub(super) fn first_row(&mut self, done: u64, total: u64, seconds: f64) {
        let left = (seconds - self.begun.elapsed().as_secs_f64()).max(0.0);
        self.show(|| format!("{done} of {total} rows, about {} left", duration(left)));
    }

    /// Shows how many rows of a sweep are done, and the time left; `before` were there when it began.
    pub(super) fn rows(&mut self, done: u64, total: u64, before: u64) {
        let elapsed = self.begun.elapsed().as_secs_f64();
        let (fresh, missing) = ((done - before) as f64, (total - done) as f64);
        self.show(|| format!("{done} of {total} rows, {} left", duration(elapsed * missing / fresh)));
    }

    /// On a terminal a line that is overwritten, every now and then; elsewhere few lines. Whether there was one now.
    fn show(&mut self, line: impl Fn() -> String) -> bool {
        let [.., last] = PLAIN;
        let interval = if self.terminal { INTERVAL } else { PLAIN.get(self.said).copied().unwrap_or(last) };
        if self.last.elapsed() < interval {
            return false;
        }
        if self.terminal {
            self.shown = true;
            let _ = write!(io::stderr(), "\r\x1b[K{}", line());
        } else {
            self.said += 1;
            let _ = writeln!(io::stderr(), "{}", line());
        }
        self.last = Instant::now();
        true
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
