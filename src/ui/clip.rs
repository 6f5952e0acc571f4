//! Lines cut to the window of a plot: dashes are laid along what is seen, not along what lies outside.
//!
//! Without it a dashed line that runs a million windows far, after a deep zoom say, is made of millions of dashes.

use egui_plot::PlotPoint;

/// The parts of a line inside `[x from, x to, y from, y to]`, with breaks (NaN) between them.
pub(super) fn clipped(points: &[PlotPoint], bounds: [f64; 4]) -> Vec<PlotPoint> {
    let mut kept: Vec<PlotPoint> = Vec::new();
    for pair in points.windows(2) {
        let [from, to] = [pair[0], pair[1]];
        let Some((start, end)) = segment(from, to, bounds) else { continue };
        let joins = kept.last().is_some_and(|last| last.x == start.x && last.y == start.y);
        if !joins {
            if !kept.is_empty() {
                kept.push(PlotPoint::new(f64::NAN, f64::NAN));
            }
            kept.push(start);
        }
        kept.push(end);
    }
    kept
}

/// The part of one segment inside the bounds (Liang and Barsky); `None` if there is none or an end is not finite.
fn segment(
    from: PlotPoint,
    to: PlotPoint,
    [x_low, x_high, y_low, y_high]: [f64; 4],
) -> Option<(PlotPoint, PlotPoint)> {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    if !(dx.is_finite() && dy.is_finite() && x_low <= x_high && y_low <= y_high) {
        return None;
    }
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    let sides = [(-dx, from.x - x_low), (dx, x_high - from.x), (-dy, from.y - y_low), (dy, y_high - from.y)];
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
    // An end that is inside stays to the bit, so that neighbours join.
    let at = |share: f64| match share {
        0.0 => from,
        1.0 => to,
        // Far ends cost digits: what is computed stays inside all the same.
        share => PlotPoint::new(
            (from.x + share * dx).clamp(x_low, x_high),
            (from.y + share * dy).clamp(y_low, y_high),
        ),
    };
    (enter <= leave).then(|| (at(enter), at(leave)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: [f64; 4] = [0.0, 1.0, 0.0, 1.0];

    fn line(points: &[[f64; 2]]) -> Vec<PlotPoint> {
        points.iter().map(|[x, y]| PlotPoint::new(*x, *y)).collect()
    }

    #[test]
    fn a_line_inside_stays_as_it_is() {
        let inside = line(&[[0.1, 0.2], [0.5, 0.9], [0.9, 0.1]]);
        assert_eq!(clipped(&inside, WINDOW), inside);
    }

    #[test]
    fn a_line_far_beyond_ends_at_the_window() {
        assert_eq!(clipped(&line(&[[-1e12, 0.5], [1e12, 0.5]]), WINDOW), line(&[[0.0, 0.5], [1.0, 0.5]]));
        assert!(clipped(&line(&[[2.0, 0.5], [1e9, 0.5]]), WINDOW).is_empty());
    }

    #[test]
    fn a_line_that_leaves_and_comes_back_has_a_break() {
        let bent = clipped(&line(&[[0.2, 0.5], [0.4, 3.0], [0.6, 0.5]]), WINDOW);
        assert_eq!(bent.len(), 5);
        assert!(bent[2].x.is_nan());
        assert!(clipped(&line(&[[f64::NAN, 0.5], [0.5, 0.5]]), WINDOW).is_empty());
    }
}
