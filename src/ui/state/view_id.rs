//! The views of the window: their names and what each is for.

use serde::{Deserialize, Serialize};

/// One view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ViewId {
    /// Everything at a glance.
    #[default]
    Overview,
    /// How the plateau is left.
    Escape,
    /// Which solution is chosen.
    ImplicitBias,
    /// The Hessian along the run.
    Landscape,
    /// Escapes against the learning rate and the width.
    Sweeps,
    /// Step by step.
    Lesson,
}

impl ViewId {
    /// All of them, in the order of their tabs.
    pub const ALL: [Self; 6] =
        [Self::Overview, Self::Escape, Self::ImplicitBias, Self::Landscape, Self::Sweeps, Self::Lesson];

    /// Its name on the tab.
    pub fn name(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Escape => "Escape",
            Self::ImplicitBias => "Implicit bias",
            Self::Landscape => "Landscape",
            Self::Sweeps => "Sweeps",
            Self::Lesson => "Lesson",
        }
    }

    /// What it shows.
    pub(in crate::ui) fn about(self) -> &'static str {
        match self {
            Self::Overview => "everything at a glance",
            Self::Escape => "how the plateau is left: the gap, the growth of M, and when single runs escape",
            Self::ImplicitBias => "which solution is chosen: the closest to the start, and what is conserved",
            Self::Landscape => "the Hessian of the loss along the run: a saddle, then marginal minima",
            Self::Sweeps => "when the loss is half, against the learning rate and the width",
            Self::Lesson => {
                "short steps with scenarios of their own; yours comes back when you open another view"
            }
        }
    }
}
