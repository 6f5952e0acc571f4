//! The projector: everything larger, so that it can be read from the last row of a lecture hall.
//!
//! As large as the window allows: what is laid out never gets smaller than the smallest window.

use crate::ui::state::View;

/// How much larger everything is at most.
const ZOOM: f32 = 1.4;

/// The smallest window that everything has room in.
const SMALLEST: egui::Vec2 = egui::vec2(800.0, 560.0);

impl View {
    /// Switches the projector on or off.
    pub(in crate::ui) fn project(&mut self, ctx: &egui::Context) {
        self.projector = !self.projector;
        if !self.projector {
            ctx.set_zoom_factor(1.0);
        }
    }

    /// Keeps everything large while the projector is on.
    pub(in crate::ui) fn magnify(&self, ctx: &egui::Context) {
        let room = ctx.content_rect().size() * ctx.zoom_factor() / SMALLEST;
        let zoom = room.min_elem().clamp(1.0, ZOOM);
        if self.projector && (zoom - ctx.zoom_factor()).abs() > 1e-3 {
            ctx.set_zoom_factor(zoom);
        }
    }
}
