//! Ticks for logarithmic axes drawn in positions log₁₀(value), which egui_plot does not have.

use egui_plot::{GridInput, GridMark};

/// Grid marks at decades, labelled where there is room, and at 2..9 between them where there is more.
pub(super) fn log_marks(input: &GridInput) -> Vec<GridMark> {
    let (low, high) = input.bounds;
    if !(low.is_finite() && high.is_finite()) {
        return Vec::new();
    }
    // `base_step_size` is the width of the closest lines that can be told apart.
    let stride = labelled_stride(input.base_step_size);
    let mut marks = Vec::new();
    // Labels outside the axis would be drawn across its corner.
    let inside = |value: f64| value >= low && value <= high;
    for decade in low.floor() as i64..=high.ceil() as i64 {
        if decade.rem_euclid(stride) == 0 && inside(decade as f64) {
            marks.push(GridMark { value: decade as f64, step_size: stride as f64 });
        }
        if stride == 1 && input.base_step_size < 0.1 {
            marks.extend(
                (2..10).map(|digit| GridMark {
                    value: decade as f64 + f64::from(digit).log10(),
                    step_size: 0.1,
                }),
            );
        }
    }
    marks
}

/// Every how many decades a label fits.
fn labelled_stride(base_step: f64) -> i64 {
    [1, 2, 3, 5, 10, 20, 50].into_iter().find(|stride| *stride as f64 >= 5.0 * base_step).unwrap_or(100)
}

/// The label of a mark on a logarithmic axis: a power of ten, or nothing between decades.
pub(super) fn log_label(mark: GridMark) -> String {
    if (mark.value - mark.value.round()).abs() > 1e-6 {
        return String::new();
    }
    format!("10{}", superscript(mark.value.round() as i64))
}

/// An integer in superscript digits.
pub(super) fn superscript(value: i64) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let digits = value.unsigned_abs().to_string();
    let raised = digits.bytes().filter_map(|digit| DIGITS.get(usize::from(digit.wrapping_sub(b'0'))));
    let sign = if value < 0 { "⁻" } else { "" };
    sign.chars().chain(raised.copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_ten_are_written_as_in_a_paper() {
        assert_eq!(superscript(-12), "⁻¹²");
        assert_eq!(log_label(GridMark { value: 3.0, step_size: 1.0 }), "10³");
        assert_eq!(log_label(GridMark { value: 3.301, step_size: 0.1 }), "");
    }

    #[test]
    fn many_decades_are_labelled_sparsely() {
        let marks = log_marks(&GridInput { bounds: (-16.0, 0.0), base_step_size: 0.5 });
        assert!(marks.len() <= 6, "{}", marks.len());
        assert!(log_marks(&GridInput { bounds: (f64::NAN, 1.0), base_step_size: 0.5 }).is_empty());
    }
}
