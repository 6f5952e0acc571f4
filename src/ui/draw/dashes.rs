//! Broken lines, one stroke per dash: the plot library makes one per dash and point, and an ensemble has many of both.
//!
//! A dash is straight between two places of the line; what is finer than a few points of the screen is not followed.

use egui::Pos2;

use crate::figure::{Guide, Plot};

/// Points of the screen that a line is followed by.
pub(super) const STEP: f32 = 3.0;

/// Dash and gap.
pub(super) const DASHED: [f32; 2] = [9.0, 6.0];

/// Dot and gap.
pub(super) const DOTTED: [f32; 2] = [2.0, 5.0];

/// Dash and gap of guides.
pub(super) const GUIDE: [f32; 2] = [5.0, 3.0];

/// Dashes and gaps of the curves of theory on a map, in their order.
pub(super) const ON_MAP: [[f32; 2]; 3] = [GUIDE, [13.0, 3.0], [2.0, 2.5]];

/// Dash and gap of a guide of a plot.
pub(super) fn guide_dashes(plot: &Plot, guide: &Guide) -> [f32; 2] {
    ON_MAP.get(plot.guide_pattern(guide) % ON_MAP.len()).copied().unwrap_or(GUIDE)
}

/// The line without points nearer than a step to the one before; its end stays.
pub(super) fn coarse(line: impl IntoIterator<Item = Pos2>) -> Vec<Pos2> {
    let (mut kept, mut end): (Vec<Pos2>, Option<Pos2>) = (Vec::new(), None);
    for at in line {
        if kept.last().is_none_or(|last| last.distance(at) >= STEP) {
            kept.push(at);
        }
        end = Some(at);
    }
    kept.extend(end.filter(|end| kept.last() != Some(end)));
    kept
}

/// Dashes along a line, each from its first place to its last.
pub(super) fn dashes(line: &[Pos2], [dash, gap]: [f32; 2]) -> Vec<[Pos2; 2]> {
    let Some(first) = line.first() else { return Vec::new() };
    let (mut made, mut start, mut left) = (Vec::new(), Some(*first), dash);
    for pair in line.windows(2) {
        let [mut from, to] = [pair[0], pair[1]];
        let mut length = from.distance(to);
        while length > left {
            from += (to - from) * (left / length);
            length -= left;
            (start, left) = match start {
                Some(start) => {
                    made.push([start, from]);
                    (None, gap)
                }
                None => (Some(from), dash),
            };
        }
        left -= length;
    }
    if let (Some(start), Some(end)) = (start, line.last()) {
        made.push([start, *end]);
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f32) -> Pos2 {
        Pos2::new(x, 0.0)
    }

    #[test]
    fn dashes_and_gaps_have_their_lengths_whatever_the_points() {
        let expected = [[at(0.0), at(9.0)], [at(15.0), at(24.0)], [at(30.0), at(32.0)]];
        for points in [vec![0.0, 32.0], vec![0.0, 3.0, 9.0, 10.0, 23.0, 32.0]] {
            let line: Vec<Pos2> = points.into_iter().map(at).collect();
            let made = dashes(&line, DASHED);
            assert_eq!(made.len(), expected.len());
            for (one, other) in made.iter().flatten().zip(expected.iter().flatten()) {
                assert!(one.distance(*other) < 1e-3, "{made:?}");
            }
        }
        assert_eq!(dashes(&[], DASHED), Vec::<[Pos2; 2]>::new());
    }

    #[test]
    fn a_line_is_followed_by_steps_to_its_end() {
        let line = coarse((0..=1000).map(|index| at(0.1 * index as f32)));
        assert!(line.len() <= 35 && line.last() == Some(&at(100.0)), "{line:?}");
        assert!(line.windows(2).all(|pair| pair[0].distance(pair[1]) < STEP + 0.2));
    }
}
