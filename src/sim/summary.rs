//! How a run ended: why, where, what happened on the way, and what it cost.

use serde::Serialize;

use super::tsit5::Statistics;

/// Why a run is over.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StopReason {
    /// It reached the end it was given, or has shown every phase.
    Done,
    /// The risk fell below 1e-12.
    Converged,
    /// M and Q no longer change.
    Stationary,
    /// The norms blew up; the last finite state is at this α.
    Diverged {
        /// α of the last finite state.
        alpha: f64,
    },
    /// It was told to stop.
    Cancelled,
}

impl StopReason {
    /// One word, as files and tables have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Converged => "converged",
            Self::Stationary => "stationary",
            Self::Diverged { .. } => "diverged",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Whether a run goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Status {
    /// The budget is spent; call `advance` again.
    Running,
    /// The run is over.
    Stopped(StopReason),
}

/// When things happened; `None`: they did not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Events {
    /// The first α at which the risk is half its initial value.
    pub alpha_half: Option<f64>,
    /// The first α at which the risk is half-way from the plateau to its final value.
    pub alpha_escape: Option<f64>,
}

/// What is known of a run besides its states.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// Why it stopped.
    pub stop: StopReason,
    /// The last α.
    pub alpha: f64,
    /// When things happened.
    pub events: Events,
    /// What it cost.
    pub statistics: Statistics,
}

impl Summary {
    /// Of something that has neither a time nor events.
    pub fn bare(stop: StopReason) -> Self {
        Self { stop, alpha: 0.0, events: Events::default(), statistics: Statistics::default() }
    }
}
