//! Where words go in a frame: a place that hides nothing of the data. What finds none goes outside of the frame.
//!
//! Lengths are in pt, of paper or of the screen, y downwards. Curves are sampled every few points of length; a place
//! costs what samples it covers or nearly touches, and cannot be had where other words are.

use super::{GuideShape, clip_segment};

/// Distance between samples of a curve, and the sides of the squares they are counted in, in pt.
const STEP: f64 = 2.0;

/// More squares a side are no frame.
const MOST_CELLS: f64 = 1e4;

/// An upright rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
}

impl Rect {
    /// The rectangle with a corner and a size.
    pub fn new(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self { x, y, width, height }
    }

    /// The right edge.
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// The lower edge.
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// Its centre.
    pub fn centre(&self) -> [f64; 2] {
        [self.x + 0.5 * self.width, self.y + 0.5 * self.height]
    }

    /// Whether a point is inside or on the edge.
    pub fn contains(&self, [x, y]: [f64; 2]) -> bool {
        (self.x..=self.right()).contains(&x) && (self.y..=self.bottom()).contains(&y)
    }

    /// Whether two have more than edges in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }
}

/// What is already in a frame.
#[derive(Clone, Debug)]
pub struct Obstacles {
    area: Rect,
    inner: Rect,
    /// Samples in every square of STEP, row by row.
    counts: Vec<u16>,
    columns: usize,
    taken: Vec<Rect>,
    clearance: f64,
}

impl Obstacles {
    /// An empty frame; words keep a margin from its edge, where the ticks are, and a clearance from what is in it.
    pub fn new(area: Rect, margin: f64, clearance: f64) -> Self {
        let (width, height) = (area.width - 2.0 * margin, area.height - 2.0 * margin);
        let inner = Rect::new(area.x + margin, area.y + margin, width, height);
        let cells = |length: f64| (length / STEP).clamp(0.0, MOST_CELLS).ceil() as usize + 1;
        let (columns, rows) = (cells(area.width), cells(area.height));
        Self { area, inner, counts: vec![0; columns * rows], columns, taken: Vec::new(), clearance }
    }

    /// Adds an area that words are not to cover: a mark, a cell.
    pub fn add_area(&mut self, rect: &Rect) {
        let Some([first, last]) = self.cells(rect) else { return };
        let (width, columns) = (last % self.columns + 1 - first % self.columns, self.columns);
        for start in (first..=last).step_by(columns) {
            for count in self.counts.iter_mut().skip(start).take(width) {
                *count = count.saturating_add(1);
            }
        }
    }

    /// The squares at the upper left and the lower right of what is inside the frame of a rectangle.
    fn cells(&self, rect: &Rect) -> Option<[usize; 2]> {
        let clamped = |[x, y]: [f64; 2]| {
            let (right, bottom) = (self.area.right(), self.area.bottom());
            [x.max(self.area.x).min(right), y.max(self.area.y).min(bottom)]
        };
        let touches = rect.right() >= self.area.x
            && rect.x <= self.area.right()
            && rect.bottom() >= self.area.y
            && rect.y <= self.area.bottom();
        let corners = [[rect.x, rect.y], [rect.right(), rect.bottom()]].map(clamped);
        match corners.map(|corner| self.cell(corner)) {
            [Some(first), Some(last)] if touches => Some([first, last]),
            _ => None,
        }
    }

    /// Adds a curve in pt; breaks where it is not finite.
    pub fn add_curve(&mut self, points: &[[f64; 2]]) {
        for pair in points.windows(2) {
            let [from, to] = pair else { continue };
            self.add_line(*from, *to);
        }
        for point in points {
            self.add(*point);
        }
    }

    fn add(&mut self, point: [f64; 2]) {
        let cell = self.cell(point);
        if let Some(count) = cell.and_then(|cell| self.counts.get_mut(cell)) {
            *count = count.saturating_add(1);
        }
    }

    /// The square that a point of the frame is in.
    fn cell(&self, [x, y]: [f64; 2]) -> Option<usize> {
        let index = |length: f64| (length / STEP) as usize;
        self.area.contains([x, y]).then(|| index(y - self.area.y) * self.columns + index(x - self.area.x))
    }

    fn add_line(&mut self, from: [f64; 2], to: [f64; 2]) {
        // A line that leaves the frame far away needs no samples there.
        let area = &self.area;
        let bounds = [area.x, area.right(), area.y, area.bottom()];
        let Some([from, to]) = clip_segment(from, to, bounds) else { return };
        let length = (to[0] - from[0]).hypot(to[1] - from[1]);
        // Twice as fine as the squares: none that the line crosses by more than a corner is missed.
        let steps = (2.0 * length / STEP).ceil() as usize;
        let at = |step: usize| {
            let share = step as f64 / steps.max(1) as f64;
            [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]
        };
        (0..=steps).for_each(|step| self.add(at(step)));
    }

    /// Where words can be.
    pub fn inner(&self) -> Rect {
        self.inner
    }

    /// Whether there is nothing in the frame yet.
    pub fn is_empty(&self) -> bool {
        self.counts.iter().all(|count| *count == 0)
    }

    /// Makes a place unavailable.
    pub fn take(&mut self, rect: Rect) {
        self.taken.push(rect);
    }

    /// How many samples a place covers; infinite at the edge, outside, and on other words.
    pub fn cost(&self, rect: &Rect) -> f64 {
        let slack = 0.01;
        let inside = rect.x >= self.inner.x - slack
            && rect.y >= self.inner.y - slack
            && rect.right() <= self.inner.right() + slack
            && rect.bottom() <= self.inner.bottom() + slack;
        if !inside || self.taken.iter().any(|taken| taken.overlaps(rect)) {
            return f64::INFINITY;
        }
        let room = self.clearance;
        let around =
            Rect::new(rect.x - room, rect.y - room, rect.width + 2.0 * room, rect.height + 2.0 * room);
        let Some([first, last]) = self.cells(&around) else { return f64::INFINITY };
        let width = last % self.columns + 1 - first % self.columns;
        let rows = (first..=last).step_by(self.columns);
        let row = |start: usize| self.counts.get(start..start + width).unwrap_or_default();
        rows.flat_map(row).map(|count| f64::from(*count)).sum()
    }

    /// The first of the cheapest places, with what it costs; `None` if none can be had.
    pub fn best(&self, places: impl IntoIterator<Item = Rect>) -> Option<(Rect, f64)> {
        let priced = places.into_iter().map(|place| (place, self.cost(&place)));
        priced.filter(|(_, cost)| cost.is_finite()).min_by(|one, other| one.1.total_cmp(&other.1))
    }

    /// The first place that hides nothing.
    pub fn free(&self, places: impl IntoIterator<Item = Rect>) -> Option<Rect> {
        self.best(places).filter(|(_, cost)| *cost == 0.0).map(|(place, _)| place)
    }

    /// Places for a box of a size along the frame's edges: corners first, then between them, then inside.
    pub fn places(&self, [width, height]: [f64; 2]) -> Vec<Rect> {
        let inner = &self.inner;
        let (across, down) = (inner.width - width, inner.height - height);
        let at = |x: f64, y: f64| Rect::new(inner.x + x * across, inner.y + y * down, width, height);
        let corners = [(1.0, 0.0), (0.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
        let shares = || (0..=12).map(|step| f64::from(step) / 12.0);
        let grid = shares().flat_map(|y| shares().map(move |x| (x, y)));
        corners.into_iter().chain(grid).map(|(x, y)| at(x, y)).collect()
    }
}

/// Points along a curve inside an area, close enough to stand for it; breaks where it is not finite.
pub fn seen(points: &[[f64; 2]], area: &Rect) -> Vec<[f64; 2]> {
    const APART: f64 = 6.0;
    let mut seen: Vec<[f64; 2]> = points.iter().take(1).copied().collect();
    for pair in points.windows(2) {
        let [from, to] = pair else { continue };
        // Curves that leave the frame far away are not followed there.
        let bounds = [area.x, area.right(), area.y, area.bottom()];
        let Some([from, to]) = clip_segment(*from, *to, bounds) else {
            seen.push(*to);
            continue;
        };
        let length = (to[0] - from[0]).hypot(to[1] - from[1]);
        let steps = (length / APART).ceil().clamp(1.0, 500.0);
        let at = |step: usize| {
            let share = step as f64 / steps;
            [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]
        };
        seen.extend((1..steps as usize).map(at));
        seen.push(to);
    }
    seen.retain(|point| area.contains(*point));
    seen
}

/// Places for a guide's label beside its line, `points` in pt: above and below a level, left and right of a time or
/// along it, around a curve, and level with a point, which a label above or below would place elsewhere.
pub fn guide_places(
    shape: &GuideShape,
    points: &[[f64; 2]],
    area: &Rect,
    [width, height]: [f64; 2],
    gap: f64,
) -> Vec<Rect> {
    let rect = |x: f64, y: f64| Rect::new(x, y, width, height);
    let around = |[x, y]: [f64; 2]| {
        let (left, right) = (x - width - 2.0 * gap, x + 2.0 * gap);
        let (above, below) = (y - height - gap, y + gap);
        [rect(right, above), rect(left, above), rect(right, below), rect(left, below)]
    };
    let shares = [1.0, 0.0, 0.75, 0.5, 0.25, 0.9, 0.1, 0.85, 0.65, 0.35, 0.15];
    match shape {
        GuideShape::Horizontal(_) => {
            let level = points.first().map_or(area.y, |[_, y]| *y);
            let x = |share: f64| area.x + share * (area.width - width);
            let pair = |share: f64| [rect(x(share), level - height - gap), rect(x(share), level + gap)];
            shares.into_iter().flat_map(pair).collect()
        }
        GuideShape::Vertical(_) => {
            let time = points.first().map_or(area.x, |[x, _]| *x);
            let y = |share: f64| area.y + share * (area.height - height);
            let pair = |share: f64| [rect(time + gap, y(share)), rect(time - width - gap, y(share))];
            // Along the line where it does not fit across.
            let up = |share: f64| area.y + share * (area.height - width);
            let along = |x: f64, share: f64| Rect::new(x, up(share), height, width);
            let turned = |share: f64| [along(time - height - gap, share), along(time + gap, share)];
            let shares = || shares.into_iter().rev();
            shares().flat_map(pair).chain(shares().flat_map(turned)).collect()
        }
        GuideShape::Curve(_) if is_point(points) => {
            let level = |[x, y]: [f64; 2]| {
                let top = y - 0.5 * height;
                [rect(x + 2.0 * gap, top), rect(x - width - 2.0 * gap, top)]
            };
            points.first().into_iter().flat_map(|at| level(*at)).collect()
        }
        GuideShape::Curve(_) => {
            let inside = seen(points, area);
            let last = inside.len().saturating_sub(1) as f64;
            let at = |share: f64| inside.get((share * last).round() as usize).copied();
            let mut shares: Vec<f64> = (0..=40).map(|step| f64::from(step) / 40.0).collect();
            shares.sort_by(|one, other| (one - 0.5).abs().total_cmp(&(other - 0.5).abs()));
            shares.into_iter().filter_map(at).flat_map(around).collect()
        }
    }
}

/// Whether a guide marks one point.
pub fn is_point(points: &[[f64; 2]]) -> bool {
    let near = |[x, y]: [f64; 2], other: &[f64; 2]| (x - other[0]).hypot(y - other[1]) < 0.1;
    points.first().is_some_and(|first| points.iter().all(|other| near(*first, other)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_clear_of_lines_that_cross_the_frame_from_far_away() {
        let mut obstacles = Obstacles::new(Rect::new(0.0, 0.0, 100.0, 100.0), 2.0, 1.5);
        obstacles.add_curve(&[[-1e6, 50.0], [1e7, 50.0]]);
        obstacles.add_area(&Rect::new(-50.0, 0.0, 200.0, 20.0));
        let lines = |y: f64| Rect::new(10.0, y, 60.0, 10.0);
        for (y, is_free) in
            [(45.0, false), (36.0, true), (39.5, false), (54.0, true), (10.0, false), (24.5, true)]
        {
            assert_eq!(obstacles.free([lines(y)]).is_some(), is_free, "{y}");
        }
    }

    #[test]
    fn a_label_of_a_point_is_level_with_it_or_nowhere() {
        let area = Rect::new(0.0, 0.0, 100.0, 100.0);
        let point = [[30.0, 50.0]; 2];
        let places = guide_places(&GuideShape::Curve(Vec::new()), &point, &area, [20.0, 8.0], 3.0);
        assert!(places.len() >= 2 && places.iter().all(|place| place.centre()[1] == 50.0), "{places:?}");
    }

    #[test]
    fn words_go_where_the_curve_is_not_and_not_over_other_words() {
        let mut obstacles = Obstacles::new(Rect::new(0.0, 0.0, 100.0, 100.0), 2.0, 0.0);
        obstacles.add_curve(&[[90.0, 0.0], [90.0, 60.0]]);
        let size = [30.0, 20.0];
        let (first, cost) = obstacles.best(obstacles.places(size)).unwrap();
        assert_eq!((first.x, first.y, cost), (2.0, 2.0, 0.0));
        obstacles.take(first);
        let (second, _) = obstacles.best(obstacles.places(size)).unwrap();
        assert!(!first.overlaps(&second));
        assert!(obstacles.best([Rect::new(90.0, 0.0, 30.0, 10.0)]).is_none(), "outside the frame");
    }

    #[test]
    fn a_line_through_the_frame_has_a_name_beside_it_though_its_ends_are_outside() {
        let area = Rect::new(0.0, 0.0, 200.0, 100.0);
        let line = [[-50.0, -25.0], [300.0, 150.0]];
        let mut obstacles = Obstacles::new(area, 4.0, 0.0);
        obstacles.add_curve(&line);
        let places =
            guide_places(&GuideShape::Curve(Vec::new()), &line, &obstacles.inner(), [40.0, 8.0], 3.0);
        let (place, cost) = obstacles.best(places).unwrap();
        assert!(cost == 0.0 && area.contains(place.centre()), "{place:?}");
        let [x, y] = place.centre();
        assert!((y - 0.5 * x).abs() < 30.0, "it is near its line: {place:?}");
        assert!(seen(&[[f64::NAN, 0.0], [5.0, 5.0]], &area).len() == 1);
    }

    #[test]
    fn curves_that_break_or_leave_the_frame_are_fine() {
        let mut obstacles = Obstacles::new(Rect::new(0.0, 0.0, 10.0, 10.0), 0.0, 0.0);
        obstacles.add_curve(&[[f64::NAN, 1.0], [5.0, 5.0], [1e300, 1e300], [f64::INFINITY, 0.0]]);
        obstacles.add_curve(&[]);
        assert!(obstacles.cost(&Rect::new(0.0, 0.0, 10.0, 10.0)) >= 1.0);
    }
}
