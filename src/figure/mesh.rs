//! Coloured cells under the curves of a plot: one number over two parameters.

use super::{Axis, Scale, Tick, number, ticks};

/// Coloured cells: x increases to the right, y upwards.
#[derive(Clone, Debug, PartialEq)]
pub struct Mesh {
    /// Edges of the columns along x, in values, increasing; one more than columns.
    pub x: Vec<f64>,
    /// Edges of the rows along y, in values, increasing; one more than rows.
    pub y: Vec<f64>,
    /// The value of x that each column is computed at, and that of y for each row.
    pub at: [Vec<f64>; 2],
    /// Row by row from the bottom, left to right; NaN: nothing there.
    pub cells: Vec<f64>,
    /// How cells map to colours.
    pub scale: Scale,
    /// The lowest and the highest colour, in values.
    pub range: (f64, f64),
    /// What the colours are.
    pub label: String,
}

impl Mesh {
    /// Whether any cell has a value.
    pub fn is_filled(&self) -> bool {
        self.cells.iter().any(|value| value.is_finite())
    }

    /// The ticks of its colour bar, about `room` labels of them; of a map of one value, that value.
    pub fn ticks(&self, room: f64) -> Vec<Tick> {
        let span = (self.scale.place(self.range.0), self.scale.place(self.range.1));
        if span.0 == span.1 {
            return vec![Tick { position: span.0, label: Some(number(self.range.0)) }];
        }
        ticks(&Axis::new("", self.scale), span, room)
    }

    /// Cells per row.
    pub fn columns(&self) -> usize {
        self.x.len().saturating_sub(1)
    }

    /// Where a value is on the colour scale, 0 to 1; NaN where it has no place.
    pub fn share(&self, value: f64) -> f64 {
        let place = |value: f64| self.scale.place(value);
        let (low, high) = (place(self.range.0), place(self.range.1));
        if high > low { ((place(value) - low) / (high - low)).clamp(0.0, 1.0) } else { place(value) * 0.0 }
    }

    /// The value of the cell at a point; `None` outside.
    pub fn at(&self, x: f64, y: f64) -> Option<f64> {
        let cell = |edges: &[f64], value: f64| {
            let after = edges.partition_point(|edge| *edge <= value);
            (after > 0 && after < edges.len()).then(|| after - 1)
        };
        let (column, row) = (cell(&self.x, x)?, cell(&self.y, y)?);
        self.cells.get(row * self.columns() + column).copied().filter(|value| !value.is_nan())
    }
}
