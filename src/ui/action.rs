//! What the user asked for: panels return these, one place applies them.

use super::views::ViewId;
use crate::figure::MatrixSource;
use crate::model::ScenarioSpec;

/// The panels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum PanelId {
    /// Generalisation error.
    Loss,
    /// Teacher–student overlaps.
    Overlaps,
    /// Student–student overlaps.
    Norms,
    /// Distance to the prediction.
    Distance,
    /// S and its drift.
    PolarFactor,
    /// M beside its prediction.
    MatrixM,
    /// Q beside its prediction.
    MatrixQ,
    /// Place on the manifold of solutions.
    Manifold,
    /// Gap between loss and plateau.
    Gap,
    /// Growth rate of M.
    Growth,
    /// Histogram of escape times.
    EscapeTimes,
}

/// One wish of the user.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Action {
    /// Run this instead.
    Edit(Box<ScenarioSpec>),
    /// Draw another start.
    Reseed,
    /// Start or stop the clock.
    TogglePlay,
    /// Go to this α.
    Seek(f64),
    /// Go by this share of the time bar.
    Nudge(f64),
    /// α linear or logarithmic.
    ToggleScale,
    /// How fast the clock runs.
    Speed(f64),
    /// Show another view.
    Show(ViewId),
    /// Show the matrices of the ODE, of the mean run, or of one run.
    ShowMatrices(MatrixSource),
    /// Show one panel alone, or all again.
    Maximise(Option<PanelId>),
    /// Light or dark.
    ToggleTheme,
    /// Show or hide the help.
    ToggleHelp,
    /// Draw single SGD runs, or only their mean.
    ToggleSingleRuns,
    /// Begin an ensemble that takes long.
    RunEnsemble,
    /// Stop whatever runs.
    Cancel,
}
