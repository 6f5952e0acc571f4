//! What the user asked for: panels return these, one place applies them.

use super::{ExportRequest, FileRequest, LessonCommand, PanelId, SweepSettings, ViewId, ZoomRequest};
use crate::figure::{MatrixSource, Orientation};
use crate::model::ScenarioSpec;

/// One request of the user.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::ui) enum Action {
    /// Run this instead.
    Edit(Box<ScenarioSpec>),
    /// Take this scenario, which comes from elsewhere, for the user's own.
    Adopt(Box<ScenarioSpec>),
    /// Take the last change back.
    Undo,
    /// Make it again.
    Redo,
    /// Something with files or the clipboard.
    File(FileRequest),
    /// Save or copy pictures.
    Export(ExportRequest),
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
    OtherStarts(usize),
    /// See the sphere from elsewhere.
    Turn(Orientation),
    /// See another part of the α axis.
    Zoom(ZoomRequest),
    /// Show another view.
    Show(ViewId),
    /// Go through the lesson.
    Lesson(LessonCommand),
    /// Show the matrices of the ODE, of the mean run, or of one run.
    ShowMatrices(MatrixSource),
    /// Show one panel alone, or all again.
    Maximise(Option<PanelId>),
    /// Light or dark.
    ToggleTheme,
    /// Something of a lecturer's.
    Present(Presentation),
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
    /// Go on with the ensemble that was stopped.
    ContinueEnsemble,
    /// Stop whatever runs.
    Cancel,
}

/// What a lecturer does with the window besides physics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum Presentation {
    /// Curves up to the cursor alone, or whole.
    Reveal,
    /// A black window, or the picture again.
    Blank,
    /// A spot of light about the pointer, or none.
    Spot,
    /// All of the screen, or a window again.
    FullScreen,
    /// Show or hide the controls at the left.
    Controls,
    /// Close what is on top: black, equations, help, the panel that has all the room, the full screen.
    CloseTop,
}
