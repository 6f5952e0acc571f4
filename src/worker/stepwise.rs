//! A job in pieces: each does one thing that can be told at once, whatever the thing is.
//!
//! What a piece finds is kept until the loop asks for it; a piece that was told to stop gives nothing.

use std::ops::ControlFlow;

use super::job::Job;
use crate::sim::{Append, Status, StopReason, Summary};

/// Goes on with the present piece or begins the next: what it found, `None` while it is not done. It breaks if no piece
/// is left, or if told to stop on the way.
pub type NextPiece<X> = Box<dyn FnMut(&(dyn Fn() -> bool + Sync)) -> ControlFlow<(), Option<X>> + Send>;

/// A job made of pieces.
pub struct StepwiseJob<X> {
    next: NextPiece<X>,
    waiting: Option<X>,
    done: usize,
    total: usize,
    failure: Option<String>,
    stop: StopReason,
}

impl<X> StepwiseJob<X> {
    /// A job of `total` pieces.
    pub fn new(total: usize, next: NextPiece<X>) -> Self {
        Self { next, waiting: None, done: 0, total, failure: None, stop: StopReason::Cancelled }
    }

    /// A job that cannot be done.
    pub fn impossible(reason: String) -> Self {
        Self { failure: Some(reason), ..Self::new(0, Box::new(|_| ControlFlow::Break(()))) }
    }
}

impl<X: Append> Job<X> for StepwiseJob<X> {
    fn advance(&mut self, cancelled: &(dyn Fn() -> bool + Sync)) -> Status {
        let ControlFlow::Continue(piece) = (self.next)(cancelled) else {
            self.stop = if cancelled() { StopReason::Cancelled } else { StopReason::Done };
            return Status::Stopped(self.stop);
        };
        let Some(piece) = piece else { return Status::Running };
        self.done += 1;
        match &mut self.waiting {
            Some(waiting) => waiting.append(piece),
            None => self.waiting = Some(piece),
        }
        Status::Running
    }

    fn record(&mut self) -> Option<X> {
        self.waiting.take()
    }

    fn failure(&self) -> Option<String> {
        self.failure.clone()
    }

    fn progress(&self) -> (f64, f64) {
        (self.done as f64, self.total as f64)
    }

    fn summary(&self) -> Summary {
        Summary::bare(self.stop)
    }
}
