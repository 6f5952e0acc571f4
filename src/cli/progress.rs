//! A line of progress on standard error for runs that take long; silent unless a terminal is there.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

/// Runs shorter than this say nothing; longer ones say so this often.
const INTERVAL: Duration = Duration::from_millis(250);

/// The progress of one run.
#[derive(Debug)]
pub(super) struct Progress {
    last: Instant,
    terminal: bool,
    shown: bool,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self { last: Instant::now(), terminal: io::stderr().is_terminal(), shown: false }
    }

    /// Shows how far the run is; its end is known as an upper bound only.
    pub(super) fn update(&mut self, alpha: f64, end: f64) {
        if !self.terminal || self.last.elapsed() < INTERVAL {
            return;
        }
        (self.last, self.shown) = (Instant::now(), true);
        let _ = write!(io::stderr(), "\r\x1b[Kalpha = {alpha:.4e}, at most {end:.4e}");
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
