//! The axes of a plot: where their grid lines and labels are, and what the labels say.

use egui_plot::{AxisHints, GridMark, Plot};

use crate::figure::{Plot as PlotData, Scale};
use crate::ui::ticks::{linear_marks, log_label, log_marks};

/// About as wide as the labels of a vertical axis, in points.
const LABELS_WIDTH: f32 = 44.0;

/// Half the height of a label.
const HALF_LINE: f64 = 6.0;

/// Half the width of a digit of a label.
const HALF_DIGIT: f64 = 4.0;

/// The plot with grid lines and labels where its axes want them. Labels are wider than high: along x they need room.
pub(super) fn with_marks<'a>(widget: Plot<'a>, plot: &PlotData) -> Plot<'a> {
    let (x_integers, y_integers) = (plot.x.integers, plot.y.integers);
    let widget = match plot.x.scale {
        Scale::Log10 => widget.x_grid_spacer(|input| log_marks(&input)),
        Scale::Linear => widget.x_grid_spacer(move |input| linear_marks(&input, 7.0, x_integers)),
    };
    match plot.y.scale {
        Scale::Log10 => widget.y_grid_spacer(|input| log_marks(&input)),
        Scale::Linear => widget.y_grid_spacer(move |input| linear_marks(&input, 3.2, y_integers)),
    }
}

/// An axis with its label, for a panel of so many points along it.
pub(super) fn axis<'a>(
    hints: AxisHints<'a>,
    scale: Scale,
    (label, length): (&'a str, f32),
    is_above: bool,
) -> AxisHints<'a> {
    let hints = if label.is_empty() { hints } else { hints.label(label) };
    hints.formatter(move |mark, range| {
        let span = *range.end() - *range.start();
        let text = match scale {
            Scale::Log10 => log_label(mark, span),
            Scale::Linear => linear_label(mark, span),
        };
        // At the end of an axis, where α ends with the run, a label would be cut.
        let room = (*range.end() - mark.value) / span;
        let needed = HALF_DIGIT * text.chars().count() as f64 + 1.0;
        let cut = if label.is_empty() {
            // A vertical axis: its lowest label is not to touch the highest of a plot below.
            room < 0.025 || (is_above && (1.0 - room) * f64::from(length) < HALF_LINE)
        } else {
            room * f64::from(length - LABELS_WIDTH) < needed
        };
        if cut { String::new() } else { text }
    })
}

/// Short decimal labels: as many digits as tell neighbours apart, e-notation for the very large.
fn linear_label(mark: GridMark, span: f64) -> String {
    if mark.value == 0.0 {
        return String::from("0");
    }
    if span >= 1e6 {
        return format!("{:.3e}", mark.value).replace(".000e", "e").replace("00e", "e").replace("0e", "e");
    }
    let digits = (-mark.step_size.log10() - 1e-9).ceil().clamp(0.0, 9.0) as usize;
    format!("{:.digits$}", mark.value)
}

/// How close labels may stand above each other: decades are few and may be close.
pub(super) fn labels(scale: Scale) -> std::ops::RangeInclusive<f32> {
    match scale {
        Scale::Linear => 14.0..=20.0,
        Scale::Log10 => 13.0..=20.0,
    }
}
