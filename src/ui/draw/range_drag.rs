//! A part of the x axis chosen by dragging with the right button: shaded from top to bottom until it is let go.

use egui::{Color32, PointerButton, Pos2, Rect, Ui};
use egui_plot::PlotResponse;

/// Points that a drag must cover to be one.
const LEAST: f32 = 4.0;

/// Shades what is being chosen; its ends in positions along x once it is.
pub(super) fn band_ui<R>(ui: &Ui, response: &PlotResponse<R>, colour: Color32) -> Option<[f64; 2]> {
    let (plot, key) = (&response.response, response.response.id.with("band"));
    if plot.drag_started_by(PointerButton::Secondary) {
        let origin = ui.input(|input| input.pointer.press_origin())?;
        ui.data_mut(|data| data.insert_temp(key, origin));
    }
    let origin: Pos2 = ui.data(|data| data.get_temp(key))?;
    let pointer = ui.input(|input| input.pointer.latest_pos())?;
    let frame = *response.transform.frame();
    let ends =
        [origin.x.min(pointer.x), origin.x.max(pointer.x)].map(|x| x.min(frame.right()).max(frame.left()));
    if plot.dragged_by(PointerButton::Secondary) {
        let band = Rect::from_x_y_ranges(ends[0]..=ends[1], frame.y_range());
        ui.painter().rect_filled(band, 0.0, colour.gamma_multiply(0.2));
        for x in ends {
            ui.painter().vline(x, frame.y_range(), egui::Stroke::new(1.0, colour));
        }
        return None;
    }
    ui.data_mut(|data| data.remove::<Pos2>(key));
    let chosen = plot.drag_stopped_by(PointerButton::Secondary) && ends[1] - ends[0] > LEAST;
    let position = |x: f32| response.transform.value_from_position(egui::pos2(x, frame.center().y)).x;
    chosen.then(|| ends.map(position))
}
