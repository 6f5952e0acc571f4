//! What all panels over time show of the α axis: moved by the pointer or keys, kept as long as runs cover it.

use super::App;
use crate::ui::state::{ZoomRequest, apply_zoom};

impl App {
    /// Shows another part of the axis.
    pub(super) fn zoom(&mut self, wish: ZoomRequest) {
        let Some(run) = &self.shown else { return };
        let view = &mut self.saved.view;
        let scale = view.scale();
        let full = [run.alpha_at(0.0, scale), run.alpha_at(1.0, scale)];
        view.alpha_range = apply_zoom(view.alpha_range, wish, full, run.alpha_at(view.place, scale), scale);
    }

    /// Shows everything again where neither the complete run nor a pinned one reaches as far as what is seen.
    pub(super) fn keep_window(&mut self) {
        let (Some(run), Some([_, high])) = (&self.shown, self.saved.view.alpha_range) else { return };
        let pinned = self.pins.all().iter().map(|pin| pin.end);
        let end = pinned.fold(run.trajectory.span().1, f64::max);
        if !run.is_running() && end < high * (1.0 - 1e-9) {
            self.saved.view.alpha_range = None;
        }
    }
}
