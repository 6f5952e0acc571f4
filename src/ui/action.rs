//! What the user asked for: panels return these, one place applies them.

use super::asides::SweepSettings;
use super::exports::ExportWish;
use super::files::FileWish;
use super::lesson::LessonWish;
use super::views::ViewId;
use super::zoom::ZoomWish;
use crate::figure::{MatrixSource, Turn};
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
    /// Histogram of half-times.
    EscapeTimes,
    /// Distances of several starts to one prediction.
    Closest,
    /// Their losses.
    ClosestLoss,
    /// M, its prediction and the difference.
    Difference,
    /// The Hessian's spectrum along the run.
    Eigenvalues,
    /// The spectrum at the cursor.
    Levels,
    /// Directions down, flat, up.
    Counts,
    /// The learning rate against its limit.
    Stability,
    /// α½ against η.
    HalfTimes,
    /// η½, of least half-time, against p.
    BestRates,
    /// α½ over η and p.
    Map,
}

/// One wish of the user.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Action {
    /// Run this instead.
    Edit(Box<ScenarioSpec>),
    /// Take the last change back.
    Undo,
    /// Make it again.
    Redo,
    /// Something with files or the clipboard.
    File(FileWish),
    /// Save or copy pictures.
    Export(ExportWish),
    /// Draw another start.
    Reseed,
    /// Start or stop the clock.
    TogglePlay,
    /// Keep the run shown to compare with.
    Pin,
    /// Let a pinned run go.
    Unpin(usize),
    /// Let all pinned runs go.
    UnpinAll,
    /// Go to this α.
    Seek(f64),
    /// Go by this share of the time bar.
    Nudge(f64),
    /// α linear or logarithmic.
    ToggleScale,
    /// How fast the clock runs.
    Speed(f64),
    /// Vary other things in the sweeps view.
    Sweep(SweepSettings),
    /// Runs from other starts, so many.
    Fan(usize),
    /// See the sphere from elsewhere.
    Turn(Turn),
    /// See another part of the α axis.
    Zoom(ZoomWish),
    /// Show another view.
    Show(ViewId),
    /// Go through the lesson.
    Lesson(LessonWish),
    /// Show the matrices of the ODE, of the mean run, or of one run.
    ShowMatrices(MatrixSource),
    /// Show one panel alone, or all again.
    Maximise(Option<PanelId>),
    /// Light or dark.
    ToggleTheme,
    /// Show or hide the help.
    ToggleHelp,
    /// Show or hide the equations.
    ToggleEquations,
    /// Large type for a lecture hall, or back.
    ToggleProjector,
    /// Put this on the clipboard.
    Copy(String),
    /// Close the window; it comes back as it is left.
    Quit,
    /// Draw single SGD runs, or only their mean.
    ToggleSingleRuns,
    /// Begin an ensemble that takes long.
    RunEnsemble,
    /// Stop whatever runs.
    Cancel,
}
