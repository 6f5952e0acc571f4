//! Progress on standard error for runs that take long: a live line on a terminal, a plain one a minute elsewhere.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use crate::figure::duration;
use crate::sim::ensemble;

/// Runs shorter than this say nothing; longer ones say so this often.
const INTERVAL: Duration = Duration::from_millis(250);

/// How often where there is no terminal: long jobs leave a trace in their logs, short ones nothing.
const PLAIN_INTERVAL: Duration = Duration::from_mins(1);

/// The progress of one run.
#[derive(Debug)]
pub(super) struct Progress {
    begun: Instant,
    last: Instant,
    terminal: bool,
    shown: bool,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self {
            begun: Instant::now(),
            last: Instant::now(),
            terminal: io::stderr().is_terminal(),
            shown: false,
        }
    }

    /// Shows how far the run is; its end is known as an upper bound only.
    pub(super) fn update(&mut self, alpha: f64, end: f64) {
        self.show(|| format!("alpha = {alpha:.4e}, at most {end:.4e}"));
    }

    /// Shows how much of an ensemble is done, and the time left.
    pub(super) fn ensemble(&mut self, done: ensemble::Progress) {
        let elapsed = self.begun.elapsed().as_secs_f64();
        let left = done.seconds_left(elapsed).map(duration);
        let left = left.map_or_else(String::new, |left| format!(", {left} left"));
        self.show(|| format!("sgd {:.0} %{left}", 100.0 * done.fraction()));
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

    /// On a terminal a line that is overwritten, every now and then; elsewhere a line a minute.
    fn show(&mut self, line: impl Fn() -> String) {
        let interval = if self.terminal { INTERVAL } else { PLAIN_INTERVAL };
        if self.last.elapsed() < interval {
            return;
        }
        self.last = Instant::now();
        if self.terminal {
            self.shown = true;
            let _ = write!(io::stderr(), "\r\x1b[K{}", line());
        } else {
            let _ = writeln!(io::stderr(), "{}", line());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
