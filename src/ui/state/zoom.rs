//! The part of the α axis that all panels over time show, kept in α so that it means the same on either scale.
//!
//! Pure functions between α, positions on an axis, and what the pointer did to one of the plots.

use crate::figure::Scale;

/// How a plot zooms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::ui) enum Zoom {
    /// Independent of all other plots.
    Independent,
    /// Along α with all others: this part, or everything.
    Shared(Option<[f64; 2]>),
}

/// A wish that concerns what is seen of the α axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::ui) enum ZoomRequest {
    /// From one α to another.
    To([f64; 2]),
    /// This many times closer, the cursor in place.
    By(f64),
    /// All of it.
    All,
}

/// The positions between which an axis of positions `full` is seen.
pub(in crate::ui) fn visible_range(window: Option<[f64; 2]>, full: [f64; 2], scale: Scale) -> [f64; 2] {
    let Some([low, high]) = window.map(|window| window.map(|alpha| scale.place(alpha))) else { return full };
    // α = 0 has no place on a logarithmic axis: from there on means from the left end.
    let low = if low.is_nan() { full[0] } else { low };
    if high > low { [low, high] } else { full }
}

/// What was asked for by moving the axis from `before` to `after`, in positions within `full`.
pub(in crate::ui) fn pan_or_zoom(
    before: [f64; 2],
    after: [f64; 2],
    full: [f64; 2],
    scale: Scale,
) -> Option<ZoomRequest> {
    let width = before[1] - before[0];
    let still = |side: usize| (after[side] - before[side]).abs() <= 1e-9 * width;
    if (still(0) && still(1)) || !after.iter().all(|end| end.is_finite()) {
        return None;
    }
    let (low, high) = (after[0].max(full[0]), after[1].min(full[1]));
    let room = full[1] - full[0];
    // Closer than this the digits of α run out.
    if high - low < 1e-9 * room {
        return None;
    }
    let everything = low - full[0] <= 1e-3 * room && full[1] - high <= 1e-3 * room;
    Some(if everything {
        ZoomRequest::All
    } else {
        ZoomRequest::To([low, high].map(|place| scale.value(place)))
    })
}

/// The window after a wish, on an axis of `full` α with the cursor at `cursor`.
pub(in crate::ui) fn apply_zoom(
    window: Option<[f64; 2]>,
    wish: ZoomRequest,
    full: [f64; 2],
    cursor: f64,
    scale: Scale,
) -> Option<[f64; 2]> {
    match wish {
        ZoomRequest::To(window) => Some(window),
        ZoomRequest::All => None,
        ZoomRequest::By(factor) => {
            let full = full.map(|alpha| scale.place(alpha));
            let before = visible_range(window, full, scale);
            let at = scale.place(cursor);
            // A cursor out of sight is no place to look at.
            let inside = at >= before[0] && at <= before[1];
            let at = if inside { at } else { 0.5 * (before[0] + before[1]) };
            let after = before.map(|end| at + (end - at) / factor);
            match pan_or_zoom(before, after, full, scale) {
                Some(ZoomRequest::To(window)) => Some(window),
                Some(_) => None,
                None => window,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_means_the_same_alpha_on_either_scale() {
        let window = Some([10.0, 100.0]);
        assert_eq!(visible_range(window, [0.0, 1000.0], Scale::Linear), [10.0, 100.0]);
        assert_eq!(visible_range(window, [-2.0, 3.0], Scale::Log10), [1.0, 2.0]);
        assert_eq!(visible_range(Some([0.0, 100.0]), [-2.0, 3.0], Scale::Log10), [-2.0, 2.0]);
        assert_eq!(visible_range(None, [-2.0, 3.0], Scale::Log10), [-2.0, 3.0]);
    }

    #[test]
    fn moving_an_axis_stays_within_the_run_and_far_out_shows_everything() {
        let moved = |after| pan_or_zoom([2.0, 4.0], after, [0.0, 10.0], Scale::Linear);
        assert_eq!(moved([2.0, 4.0]), None);
        assert_eq!(moved([-1.0, 5.0]), Some(ZoomRequest::To([0.0, 5.0])));
        assert_eq!(moved([-1.0, 12.0]), Some(ZoomRequest::All));
        assert_eq!(moved([3.0, 3.0 + 1e-12]), None);
        assert_eq!(moved([f64::NAN, 3.0]), None);
    }

    #[test]
    fn keys_zoom_about_the_cursor() {
        let by = |window, factor, cursor| {
            apply_zoom(window, ZoomRequest::By(factor), [0.0, 100.0], cursor, Scale::Linear)
        };
        assert_eq!(by(None, 2.0, 50.0), Some([25.0, 75.0]));
        assert_eq!(by(Some([25.0, 75.0]), 0.5, 50.0), None);
        assert_eq!(by(Some([20.0, 40.0]), 2.0, 90.0), Some([25.0, 35.0]), "the cursor is out of sight");
        assert_eq!(apply_zoom(Some([1.0, 2.0]), ZoomRequest::All, [0.0, 9.0], 0.0, Scale::Linear), None);
    }
}
