//! Thinning of curves: drops points that the drawn line would pass through anyway.
//!
//! Ramer–Douglas–Peucker with a vertical tolerance, on positions (after the axis mapping). End points and breaks are
//! kept; no kept point is moved.

/// The points of a curve that a line drawn through the rest would miss by more than `tolerance` vertically.
///
/// ```
/// let line: Vec<[f64; 2]> = (0..100).map(|i| [f64::from(i), 2.0 * f64::from(i)]).collect();
/// assert_eq!(saddlescope::figure::thin(&line, 1e-9).len(), 2);
/// ```
///
/// Rows of more than two values are several curves over one x, as the edges of a band: none of them is missed by more.
pub fn thin<const N: usize>(points: &[[f64; N]], tolerance: f64) -> Vec<[f64; N]> {
    let is_break = |point: &[f64; N]| point.iter().any(|value| !value.is_finite());
    let mut kept = Vec::with_capacity(points.len());
    for piece in points.split_inclusive(is_break) {
        let broken = piece.last().is_some_and(is_break);
        let (run, gap) = piece.split_at(piece.len() - usize::from(broken));
        thin_run(run, tolerance, &mut kept);
        kept.extend_from_slice(gap);
    }
    kept
}

fn thin_run<const N: usize>(points: &[[f64; N]], tolerance: f64, kept: &mut Vec<[f64; N]>) {
    let Some(last) = points.len().checked_sub(1) else { return };
    let mut keep = vec![false; points.len()];
    keep[0] = true;
    keep[last] = true;
    let mut open = vec![(0, last)];
    while let Some((from, to)) = open.pop() {
        let farthest = (from + 1..to)
            .map(|index| (deviation(points[from], points[to], points[index]), index))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((distance, index)) = farthest
            && distance > tolerance
        {
            keep[index] = true;
            open.push((from, index));
            open.push((index, to));
        }
    }
    kept.extend(points.iter().zip(keep).filter_map(|(point, keep)| keep.then_some(*point)));
}

/// How far a point lies above or below the chord; the whole distance for a vertical chord.
fn deviation<const N: usize>(from: [f64; N], to: [f64; N], point: [f64; N]) -> f64 {
    let width = to[0] - from[0];
    let share = if width.abs() < f64::MIN_POSITIVE { 0.0 } else { (point[0] - from[0]) / width };
    let apart = |index: usize| (point[index] - from[index] - share * (to[index] - from[index])).abs();
    (1..N).map(apart).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thinned_line_stays_within_the_tolerance_of_every_point() {
        let curve: Vec<[f64; 2]> = (0..500).map(|i| [f64::from(i), (f64::from(i) * 0.02).sin()]).collect();
        let thinned = thin(&curve, 1e-3);
        // 10 radians of a sine in chords of sagitta 1e-3 need 112 at least.
        assert!(thinned.len() < 200, "{}", thinned.len());
        for point in &curve {
            let after = thinned.partition_point(|kept| kept[0] < point[0]).max(1);
            assert!(deviation(thinned[after - 1], thinned[after], *point) <= 1e-3);
        }
    }

    #[test]
    fn no_edge_of_a_band_is_missed() {
        let wave = |x: f64| (0.05 * x).sin();
        let band: Vec<[f64; 3]> = (0..300)
            .map(f64::from)
            .map(|x| [x, if x < 150.0 { 0.0 } else { wave(x) }, 2.0 + wave(3.0 * x)])
            .collect();
        let thinned = thin(&band, 0.05);
        assert!(thinned.len() < 150, "{}", thinned.len());
        for row in &band {
            let after = thinned.partition_point(|kept| kept[0] < row[0]).max(1);
            assert!(deviation(thinned[after - 1], thinned[after], *row) <= 0.05);
        }
        let steps = [[0.0, 0.0, 3.0], [1.0, 0.0, 3.0], [1.0, 0.0, 5.0], [2.0, 0.0, 5.0]];
        assert_eq!(thin(&steps, 1e-2), steps, "a histogram keeps its edges");
    }

    #[test]
    fn breaks_stay_breaks() {
        let curve = [[0.0, 1.0], [1.0, 1.0], [2.0, f64::NAN], [3.0, 2.0], [4.0, 2.0], [5.0, 2.0]];
        let thinned = thin(&curve, 0.1);
        assert_eq!(thinned.len(), 5);
        assert!(thinned[2][1].is_nan());
        assert!(thin::<2>(&[], 0.1).is_empty());
        assert_eq!(thin(&[[f64::NAN, 1.0]], 0.1).len(), 1);
    }
}
