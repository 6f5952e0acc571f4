//! Matrices as coloured cells: M beside M̄, Q beside Q̄, on one zero-centred colour scale.
//!
//! Rows and columns are counted from the top left, as matrices are written.

use super::{Content, Entry, Figure, RunData};
use crate::model::{Matrix, Overlaps};
use crate::sim::Snapshot;

/// One matrix with its name and colour scale.
#[derive(Clone, Debug, PartialEq)]
pub struct MatrixPicture {
    /// Name above it.
    pub name: String,
    /// What is said where there is nothing to show.
    pub values: Option<Matrix>,
    /// The largest magnitude of the colour scale, > 0; zero is in the middle.
    pub limit: f64,
    /// Whether it is Q, whose cells are symmetric, rather than M.
    pub student: bool,
}

impl MatrixPicture {
    /// The entry of cell (row, column), from 0.
    pub fn entry(&self, row: usize, col: usize) -> Entry {
        if self.student { Entry::Q(row.min(col), row.max(col)) } else { Entry::M(row, col) }
    }
}

/// M(α) beside M̄, or Q(α) beside Q̄, on the scale of the larger of both.
pub fn matrix_pair(run: &RunData<'_>, at: Option<&Snapshot>, student: bool) -> Figure {
    let select = |state: &Overlaps| if student { state.q().clone() } else { state.m().clone() };
    let now = at.map(|snapshot| select(&snapshot.state));
    let end = run.predictions.rho_bar.as_ref().map(|solution| select(&solution.state));
    let largest = |matrix: &Option<Matrix>| matrix.as_ref().map_or(0.0, Matrix::amax);
    // The prediction sets the scale, so that growth is seen as growth; only what exceeds it stretches it.
    let limit = largest(&now).max(largest(&end)).max(1e-300);
    let (id, names): (_, [&str; 2]) = if student { ("q", ["Q(α)", "Q̄"]) } else { ("m", ["M(α)", "M̄"]) };
    let picture =
        |name: &str, values: Option<Matrix>| MatrixPicture { name: name.to_owned(), values, limit, student };
    let title = if student { "Student–student overlaps Q" } else { "Teacher–student overlaps M" };
    let content = Content::Matrices(vec![picture(names[0], now), picture(names[1], end)]);
    Figure { id, title: title.to_owned(), content }
}
