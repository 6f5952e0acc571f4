//! The axes of a plot: how much room their labels have, and where a label would be cut.
//!
//! What is marked and said is the business of `figure::ticks`.

use egui_plot::{AxisHints, Plot};

use super::AxisTicks;
use crate::figure::{Axis, Plot as PlotData, widest_label};

/// About as wide as the labels of a vertical axis, in points.
const LABELS_WIDTH: f32 = 44.0;

/// Half the height of a label.
const HALF_LINE: f64 = 6.0;

/// Half the width of a digit of a label.
const HALF_DIGIT: f64 = 4.0;

/// Between labels beside each other, and from a label to the one above it.
const BESIDE: f64 = 24.0;
const ABOVE: f64 = 25.0;

/// The plot with the grid lines and labels of its axes.
pub(super) fn with_axes<'a>(widget: Plot<'a>, plot: &'a PlotData, size: egui::Vec2) -> Plot<'a> {
    let (across, up) = (AxisTicks::default(), AxisTicks::default());
    let beside = move |range| BESIDE + 2.0 * HALF_DIGIT * widest_label(&plot.x, range).chars().count() as f64;
    let (x, y) = (across.clone(), up.clone());
    widget
        .x_grid_spacer(move |input| x.marks(&plot.x, &input, beside))
        .y_grid_spacer(move |input| y.marks(&plot.y, &input, |_| ABOVE))
        .custom_x_axes(vec![horizontal(AxisHints::new_x(), &plot.x, across, size.x)])
        .custom_y_axes(vec![vertical(AxisHints::new_y(), up, size.y, !plot.shows_x).min_thickness(34.0)])
}

/// Labels are as far apart as the engine has them: none fades, and none is left out.
const SPACING: std::ops::RangeInclusive<f32> = 0.5..=1.0;

fn horizontal<'a>(hints: AxisHints<'a>, axis: &'a Axis, ticks: AxisTicks, length: f32) -> AxisHints<'a> {
    hints.label_spacing(SPACING).label(axis.label.as_str()).formatter(move |mark, range| {
        let text = ticks.label(mark.value);
        // At the end of an axis, where α ends with the run, a label would be cut.
        let room = (*range.end() - mark.value) / (*range.end() - *range.start());
        let needed = HALF_DIGIT * text.chars().count() as f64 + 1.0;
        if room * f64::from(length - LABELS_WIDTH) < needed { String::new() } else { text }
    })
}

/// `is_above`: the lowest label is not to touch the highest of a plot below.
fn vertical(hints: AxisHints<'_>, ticks: AxisTicks, length: f32, is_above: bool) -> AxisHints<'_> {
    hints.label_spacing(SPACING).formatter(move |mark, range| {
        let room = (*range.end() - mark.value) / (*range.end() - *range.start());
        let cut = room < 0.025 || (is_above && (1.0 - room) * f64::from(length) < HALF_LINE);
        if cut { String::new() } else { ticks.label(mark.value) }
    })
}
