//! Golden-section search: the interval that holds a single extremum, and the two places in it that are compared.

/// An interval cut by the golden ratio from both ends.
///
/// ```
/// use saddlescope::model::GoldenSection;
///
/// let mut section = GoldenSection::new(0.0, 4.0);
/// let height = |x: f64| -(x - 1.25) * (x - 1.25);
/// while section.width() > 1e-6 {
///     if height(section.left()) < height(section.right()) { section.keep_right() } else { section.keep_left() }
/// }
/// assert!((section.middle() - 1.25).abs() < 1e-6);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GoldenSection {
    low: f64,
    high: f64,
    left: f64,
    right: f64,
}

/// The golden ratio's share of one, φ − 1 = (√5 − 1)/2.
pub const GOLDEN_SHARE: f64 = 0.618_033_988_749_894_9;

impl GoldenSection {
    /// The interval from `low` to `high`, both finite.
    pub fn new(low: f64, high: f64) -> Self {
        let cut = GOLDEN_SHARE * (high - low);
        Self { low, high, left: high - cut, right: low + cut }
    }

    /// The lower end of what is left.
    pub fn low(&self) -> f64 {
        self.low
    }

    /// The upper end of what is left.
    pub fn high(&self) -> f64 {
        self.high
    }

    /// The lower of the two places.
    pub fn left(&self) -> f64 {
        self.left
    }

    /// The upper of the two places.
    pub fn right(&self) -> f64 {
        self.right
    }

    /// How long what is left is.
    pub fn width(&self) -> f64 {
        self.high - self.low
    }

    /// The middle of what is left.
    pub fn middle(&self) -> f64 {
        0.5 * (self.low + self.high)
    }

    /// The extremum is below the right place, which becomes the end; the left one is the new right one, bit for bit.
    pub fn keep_left(&mut self) {
        (self.high, self.right) = (self.right, self.left);
        self.left = self.high - GOLDEN_SHARE * self.width();
    }

    /// The extremum is above the left place, which becomes the end; the right one is the new left one, bit for bit.
    pub fn keep_right(&mut self) {
        (self.low, self.left) = (self.left, self.right);
        self.right = self.low + GOLDEN_SHARE * self.width();
    }
}
