//! Where words go in a frame: the place of a few that hides the least of the curves.
//!
//! Curves are sampled every few points of length; a place costs what samples it covers, and cannot be had where other
//! words are.

use super::scene::Rect;

/// Distance between samples of a curve, in pt.
const STEP: f64 = 2.0;

/// What is already in a frame.
pub(super) struct Clutter {
    area: Rect,
    inner: Rect,
    samples: Vec<[f64; 2]>,
    taken: Vec<Rect>,
}

impl Clutter {
    /// An empty frame; words keep a margin from its edge, where the ticks are.
    pub(super) fn new(area: Rect, margin: f64) -> Self {
        let (width, height) = (area.width - 2.0 * margin, area.height - 2.0 * margin);
        let inner = Rect::new(area.x + margin, area.y + margin, width, height);
        Self { area, inner, samples: Vec::new(), taken: Vec::new() }
    }

    /// Adds a curve in pt; breaks where it is not finite.
    pub(super) fn add_curve(&mut self, points: &[[f64; 2]]) {
        for pair in points.windows(2) {
            let [from, to] = pair else { continue };
            self.add_line(*from, *to);
        }
        self.samples.extend(points.iter().filter(|point| self.area.contains(**point)));
    }

    fn add_line(&mut self, from: [f64; 2], to: [f64; 2]) {
        let length = (to[0] - from[0]).hypot(to[1] - from[1]);
        if !length.is_finite() {
            return;
        }
        // A line that leaves the frame far away needs no samples there.
        let steps = (length / STEP).min(2000.0) as usize;
        let at = |step: usize| {
            let share = step as f64 / (steps + 1) as f64;
            [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]
        };
        self.samples.extend((1..=steps).map(at).filter(|point| self.area.contains(*point)));
    }

    /// Where words can be.
    pub(super) fn inner(&self) -> Rect {
        self.inner
    }

    /// Whether there is nothing in the frame yet.
    pub(super) fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    /// Makes a place unavailable.
    pub(super) fn take(&mut self, rect: Rect) {
        self.taken.push(rect);
    }

    /// How many samples a place covers; infinite at the edge, outside, and on other words.
    pub(super) fn cost(&self, rect: &Rect) -> f64 {
        let slack = 0.01;
        let inside = rect.x >= self.inner.x - slack
            && rect.y >= self.inner.y - slack
            && rect.right() <= self.inner.right() + slack
            && rect.bottom() <= self.inner.bottom() + slack;
        if !inside || self.taken.iter().any(|taken| taken.overlaps(rect)) {
            return f64::INFINITY;
        }
        self.samples.iter().filter(|sample| rect.contains(**sample)).count() as f64
    }

    /// The first of the cheapest places, with what it costs; `None` if none can be had.
    pub(super) fn best(&self, places: impl IntoIterator<Item = Rect>) -> Option<(Rect, f64)> {
        let priced = places.into_iter().map(|place| (place, self.cost(&place)));
        priced.filter(|(_, cost)| cost.is_finite()).min_by(|one, other| one.1.total_cmp(&other.1))
    }

    /// Places for a box of a size along the frame's edges: corners first, then between them, then inside.
    pub(super) fn places(&self, [width, height]: [f64; 2]) -> Vec<Rect> {
        let inner = &self.inner;
        let (across, down) = (inner.width - width, inner.height - height);
        let at = |x: f64, y: f64| Rect::new(inner.x + x * across, inner.y + y * down, width, height);
        let corners = [(1.0, 0.0), (0.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
        let thirds = [0.0, 0.25, 0.5, 0.75, 1.0];
        let grid = thirds.into_iter().flat_map(|y| thirds.into_iter().map(move |x| (x, y)));
        corners.into_iter().chain(grid).map(|(x, y)| at(x, y)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_go_where_the_curve_is_not_and_not_over_other_words() {
        let mut clutter = Clutter::new(Rect::new(0.0, 0.0, 100.0, 100.0), 2.0);
        clutter.add_curve(&[[90.0, 0.0], [90.0, 60.0]]);
        let size = [30.0, 20.0];
        let (first, cost) = clutter.best(clutter.places(size)).unwrap();
        assert_eq!((first.x, first.y, cost), (2.0, 2.0, 0.0));
        clutter.take(first);
        let (second, _) = clutter.best(clutter.places(size)).unwrap();
        assert!(!first.overlaps(&second));
        assert!(clutter.best([Rect::new(90.0, 0.0, 30.0, 10.0)]).is_none(), "outside the frame");
    }

    #[test]
    fn curves_that_break_or_leave_the_frame_are_fine() {
        let mut clutter = Clutter::new(Rect::new(0.0, 0.0, 10.0, 10.0), 0.0);
        clutter.add_curve(&[[f64::NAN, 1.0], [5.0, 5.0], [1e300, 1e300], [f64::INFINITY, 0.0]]);
        clutter.add_curve(&[]);
        assert!(clutter.cost(&Rect::new(0.0, 0.0, 10.0, 10.0)) >= 1.0);
    }
}
