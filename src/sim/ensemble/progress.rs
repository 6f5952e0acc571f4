//! How far an ensemble is, and how long the rest takes at the pace so far.

use serde::Serialize;

/// How far an ensemble is, in steps of one replica. Together they may be more than 64 bits count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// Steps taken, over all replicas.
    pub done: u128,
    /// Steps in all.
    pub total: u128,
}

impl Progress {
    /// From 0 to 1.
    pub fn fraction(&self) -> f64 {
        if self.total == 0 { 1.0 } else { self.done as f64 / self.total as f64 }
    }

    /// Seconds left if what is done took `elapsed` seconds; `None` before the first step.
    pub fn seconds_left(&self, elapsed: f64) -> Option<f64> {
        self.seconds_left_since(&Self::default(), elapsed)
    }

    /// Seconds left if what was done since `before` took `elapsed` seconds; `None` before the first step.
    pub fn seconds_left_since(&self, before: &Self, elapsed: f64) -> Option<f64> {
        let done = self.done.saturating_sub(before.done);
        (done > 0).then(|| elapsed * self.total.saturating_sub(self.done) as f64 / done as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_counts_what_was_done_in_the_time_that_it_took() {
        let progress = Progress { done: 75, total: 100 };
        assert_eq!(progress.seconds_left(30.0), Some(10.0));
        assert_eq!(progress.seconds_left_since(&Progress { done: 50, total: 100 }, 30.0), Some(30.0));
        assert_eq!(progress.seconds_left_since(&progress, 30.0), None);
        let most = Progress { done: 1, total: 9_000_000_000_000_000 * 100_000 };
        assert_eq!(most.seconds_left(1.0), Some(9e20 - 1.0));
    }
}
