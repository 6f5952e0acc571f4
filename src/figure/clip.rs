//! Lines cut to a window: what lies far outside is neither drawn nor sampled, and what is seen keeps its slope.
//!
//! Positions are those of whoever draws: of axes, of paper or of the screen. A point that is not finite is a break.

/// The ends of the part of a segment inside `[x from, x to, y from, y to]` (Liang and Barsky); `None` if there is none
/// or an end is not finite. An end that is inside stays to the bit, so that neighbours join.
pub fn clip_segment(
    from: [f64; 2],
    to: [f64; 2],
    [x_low, x_high, y_low, y_high]: [f64; 4],
) -> Option<[[f64; 2]; 2]> {
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    if !(dx.is_finite() && dy.is_finite() && x_low <= x_high && y_low <= y_high) {
        return None;
    }
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    let sides =
        [(-dx, from[0] - x_low), (dx, x_high - from[0]), (-dy, from[1] - y_low), (dy, y_high - from[1])];
    for (toward, room) in sides {
        if toward == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if toward < 0.0 {
            enter = enter.max(room / toward);
        } else {
            leave = leave.min(room / toward);
        }
    }
    let at = |share: f64| match share {
        0.0 => from,
        1.0 => to,
        // Far ends cost digits: what is computed stays inside all the same.
        share => [(from[0] + share * dx).clamp(x_low, x_high), (from[1] + share * dy).clamp(y_low, y_high)],
    };
    (enter <= leave).then(|| [at(enter), at(leave)])
}

/// The parts of a line inside `[x from, x to, y from, y to]`, with breaks (NaN) between them.
pub fn clip_line(points: &[[f64; 2]], bounds: [f64; 4]) -> Vec<[f64; 2]> {
    let mut kept: Vec<[f64; 2]> = Vec::new();
    for pair in points.windows(2) {
        let &[from, to] = pair else { continue };
        let Some([start, end]) = clip_segment(from, to, bounds) else { continue };
        if kept.last() != Some(&start) {
            if !kept.is_empty() {
                kept.push([f64::NAN; 2]);
            }
            kept.push(start);
        }
        kept.push(end);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: [f64; 4] = [0.0, 1.0, 0.0, 1.0];

    #[test]
    fn a_line_inside_stays_as_it_is() {
        let inside = [[0.1, 0.2], [0.5, 0.9], [0.9, 0.1]];
        assert_eq!(clip_line(&inside, WINDOW), inside);
    }

    #[test]
    fn a_line_far_beyond_ends_at_the_window_and_keeps_its_slope() {
        assert_eq!(clip_line(&[[-1e12, 0.5], [1e12, 0.5]], WINDOW), [[0.0, 0.5], [1.0, 0.5]]);
        assert!(clip_line(&[[2.0, 0.5], [1e9, 0.5]], WINDOW).is_empty());
        let steep = clip_line(&[[0.5, 0.5], [1e6 + 0.5, 2e6 + 0.5]], WINDOW);
        assert!((steep[1][0] - 0.75).abs() < 1e-9 && (steep[1][1] - 1.0).abs() < 1e-9, "{steep:?}");
    }

    #[test]
    fn a_line_that_leaves_and_comes_back_has_a_break() {
        let bent = clip_line(&[[0.2, 0.5], [0.4, 3.0], [0.6, 0.5]], WINDOW);
        assert_eq!(bent.len(), 5);
        assert!(bent[2][0].is_nan());
        assert!(clip_line(&[[f64::NAN, 0.5], [0.5, 0.5]], WINDOW).is_empty());
    }
}
