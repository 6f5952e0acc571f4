//! Axes: their quantity, their range, and how values become positions.

/// How an axis maps values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// As they are.
    #[default]
    Linear,
    /// By their decimal logarithm; values ≤ 0 have no place.
    Log10,
}

impl Scale {
    /// The position of a value on this axis; NaN where it has none.
    pub fn place(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Log10 if value > 0.0 => value.log10(),
            Self::Log10 => f64::NAN,
        }
    }

    /// The value at a position.
    pub fn value(self, position: f64) -> f64 {
        match self {
            Self::Linear => position,
            Self::Log10 => 10_f64.powf(position),
        }
    }
}

/// One axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Name of the quantity.
    pub label: String,
    /// How it maps values.
    pub scale: Scale,
    /// The range to show, in values; `None`: what the data need.
    pub range: Option<(f64, f64)>,
    /// Whether only whole numbers have a tick: a width, a count.
    pub integers: bool,
}

impl Axis {
    /// An axis that fits its data.
    pub fn new(label: &str, scale: Scale) -> Self {
        Self { label: label.to_owned(), scale, range: None, integers: false }
    }

    /// The same with a fixed range in values.
    #[must_use]
    pub fn with_range(mut self, low: f64, high: f64) -> Self {
        self.range = Some((low, high));
        self
    }

    /// The same with ticks at whole numbers only.
    #[must_use]
    pub fn with_integers(mut self) -> Self {
        self.integers = true;
        self
    }
}
