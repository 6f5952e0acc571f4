//! What a figure is drawn with, and what the pointer did on it.

use crate::figure::{Entry, Palette};
use crate::ui::state::{Highlight, Zoom, ZoomRequest};
use crate::ui::theme::Colours;

/// Opacity of bands.
pub(super) const BAND: f32 = 0.22;

/// What is needed to draw a figure besides its data.
#[derive(Clone, Copy)]
pub(in crate::ui) struct Drawing {
    pub(in crate::ui) palette: Palette,
    pub(in crate::ui) colours: Colours,
    /// The time cursor; `None` where x is not α.
    pub(in crate::ui) cursor: Option<f64>,
    /// Whether curves end at the cursor.
    pub(in crate::ui) reveals: bool,
    /// The ends of the y axis, in values; `None`: they fit what is there.
    pub(in crate::ui) heights: Option<[f64; 2]>,
    /// The state at the cursor where axes are not time.
    pub(in crate::ui) marker: Option<[f64; 2]>,
    /// Whether dragging and clicking mean something else than moving the axes.
    pub(in crate::ui) captures_pointer: bool,
    /// What zooming moves.
    pub(in crate::ui) zoom: Zoom,
    /// What is pointed at anywhere in the window.
    pub(in crate::ui) lit: Option<Highlight>,
}

impl Drawing {
    /// The α from which on nothing is shown yet.
    pub(in crate::ui) fn curtain(&self) -> Option<f64> {
        self.cursor.filter(|_| self.reveals)
    }
}

/// What the pointer did.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::ui) struct Pointed {
    /// The α it asked for.
    pub(in crate::ui) seek: Option<f64>,
    /// The curve it is on.
    pub(in crate::ui) entry: Option<Entry>,
    /// How far it was dragged, where that is not a matter of the axes.
    pub(in crate::ui) dragged: Option<egui::Vec2>,
    /// Where it clicked, where axes are not time.
    pub(in crate::ui) clicked: Option<[f64; 2]>,
    /// What is to be seen of the axis that it shares with others.
    pub(in crate::ui) zoom: Option<ZoomRequest>,
}
