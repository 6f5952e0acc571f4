//! Ticks for logarithmic axes drawn in positions log₁₀(value), which egui_plot does not have.

use egui_plot::{GridInput, GridMark};

use crate::figure::superscript;

/// Grid marks: decades where there are some, with 2..9 between them; round values where there are none.
pub(super) fn log_marks(input: &GridInput) -> Vec<GridMark> {
    let (low, high) = input.bounds;
    if !(low.is_finite() && high.is_finite() && low < high) {
        return Vec::new();
    }
    if high - low < NARROW {
        return narrow_marks(low, high);
    }
    // `base_step_size` is the width of the closest lines that can be told apart.
    let stride = labelled_stride(input.base_step_size);
    let mut marks = Vec::new();
    for decade in low.floor() as i64..=high.ceil() as i64 {
        if decade.rem_euclid(stride) == 0 {
            marks.push(GridMark { value: decade as f64, step_size: stride as f64 });
        }
        if stride == 1 && input.base_step_size < 0.1 {
            let between = |digit: i32| decade as f64 + f64::from(digit).log10();
            let step = |digit: i32| if digit == 2 || digit == 5 { 0.3 } else { 0.1 };
            marks.extend((2..10).map(|digit| GridMark { value: between(digit), step_size: step(digit) }));
        }
    }
    // Labels outside the axis would be drawn across its corner.
    marks.retain(|mark| mark.value >= low && mark.value <= high);
    marks
}

/// Grid marks of a linear axis: labelled at 1, 2 or 5 times a power of ten, at least `room` of the closest lines
/// apart, with four unlabelled lines between; at whole numbers only for `integers`.
pub(super) fn linear_marks(input: &GridInput, room: f64, integers: bool) -> Vec<GridMark> {
    let (low, high) = input.bounds;
    let rough = room * input.base_step_size;
    if !(low.is_finite() && high.is_finite() && rough > 0.0 && rough.is_finite()) {
        return Vec::new();
    }
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power).into_iter().find(|step| *step >= rough);
    let step = step.unwrap_or(rough).max(if integers { 1.0 } else { 0.0 });
    let parts = if integers && step < 5.0 { 1 } else { 5 };
    let fine = step / f64::from(parts);
    let first = (low / fine).ceil();
    let count = ((high / fine).floor() - first).clamp(0.0, 500.0) as i64;
    let mark = |index: i64| {
        let place = first as i64 + index;
        let labelled = place.rem_euclid(i64::from(parts)) == 0;
        GridMark { value: place as f64 * fine, step_size: if labelled { step } else { fine } }
    };
    (0..=count).map(mark).collect()
}

/// Fewer decades than this have marks at round values instead.
const NARROW: f64 = 0.75;

/// About four round values between 10^low and 10^high.
fn narrow_marks(low: f64, high: f64) -> Vec<GridMark> {
    let (from, to) = (10_f64.powf(low), 10_f64.powf(high));
    let rough = (to - from) / 4.0;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power).into_iter().find(|step| *step >= rough);
    let step = step.unwrap_or(rough);
    // A mark on the very edge is inside, whatever the rounding of the logarithm.
    let first = (from / step - 1e-9).ceil() as i64;
    let values = (0..12).map(|index| (first + index) as f64 * step);
    values
        .take_while(|value| *value <= to * (1.0 + 1e-9))
        .map(|value| GridMark { value: value.log10(), step_size: high - low })
        .collect()
}

/// Every how many decades a label fits.
fn labelled_stride(base_step: f64) -> i64 {
    [1, 2, 3, 5, 10, 20, 50].into_iter().find(|stride| *stride as f64 >= 3.0 * base_step).unwrap_or(100)
}

/// The label of a mark on an axis of `span` decades: a power of ten, a round value on short axes, or nothing.
pub(super) fn log_label(mark: GridMark, span: f64) -> String {
    let nearest = mark.value.round();
    if span < NARROW {
        return plain(10_f64.powf(mark.value));
    }
    if (mark.value - nearest).abs() < 1e-6 {
        return format!("10{}", superscript(nearest as i64));
    }
    if span < 2.0 && mark.step_size > 0.2 { plain(10_f64.powf(mark.value)) } else { String::new() }
}

/// A round value with no trailing zeros.
fn plain(value: f64) -> String {
    if !(1e-4..1e6).contains(&value) {
        return format!("{value:.1e}");
    }
    let text = format!("{value:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_ten_are_written_as_in_a_paper() {
        assert_eq!(log_label(GridMark { value: 3.0, step_size: 1.0 }, 4.0), "10³");
        assert_eq!(log_label(GridMark { value: 3.301, step_size: 0.1 }, 4.0), "");
    }

    #[test]
    fn an_axis_without_a_decade_is_labelled_with_round_values() {
        let input = GridInput { bounds: (0.2_f64.log10(), 0.45_f64.log10()), base_step_size: 0.01 };
        let labels: Vec<String> = log_marks(&input).into_iter().map(|mark| log_label(mark, 0.35)).collect();
        assert_eq!(labels, ["0.2", "0.3", "0.4"]);
    }

    #[test]
    fn many_decades_are_labelled_sparsely() {
        let marks = log_marks(&GridInput { bounds: (-16.0, 0.0), base_step_size: 0.5 });
        assert!(marks.len() <= 9, "{}", marks.len());
        assert!(log_marks(&GridInput { bounds: (f64::NAN, 1.0), base_step_size: 0.5 }).is_empty());
    }
}
