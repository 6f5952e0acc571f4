//! Lines cut to the window of a plot: dashes are laid along what is seen, not along what lies outside.
//!
//! Without it a dashed line that runs a million windows far, after a deep zoom say, is made of millions of dashes.

use egui_plot::PlotPoint;

use crate::figure::clip_line;

/// The parts of a line inside `[x from, x to, y from, y to]`, with breaks (NaN) between them.
pub(in crate::ui) fn clipped(points: &[PlotPoint], bounds: [f64; 4]) -> Vec<PlotPoint> {
    let points: Vec<[f64; 2]> = points.iter().map(|at| [at.x, at.y]).collect();
    clip_line(&points, bounds).into_iter().map(PlotPoint::from).collect()
}
