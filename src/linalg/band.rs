//! The second half of a wide eigenproblem: a symmetric band matrix, made tridiagonal for its eigenvalues.
//!
//! Single eigenvectors come from the band itself, by inverse iteration.

use super::bulge_chase::{Shape, chase};
use super::inverse_iteration::{guarded, inverse_iteration};
use super::vectors::{add_multiple, largest};

/// The lower triangle of a symmetric band matrix; entry (i, j) is `data[j * stride + i − j]`.
#[derive(Clone, Debug)]
pub(super) struct Band {
    size: usize,
    width: usize,
    /// Twice the width, for bulges.
    stride: usize,
    data: Vec<f64>,
}

impl Band {
    /// The band of `width` entries below the diagonal, from a function of row and column.
    pub(super) fn new(size: usize, width: usize, entry: impl Fn(usize, usize) -> f64) -> Self {
        let stride = 2 * width + 1;
        let mut data = vec![0.0; size * stride];
        for (column, stored) in data.chunks_exact_mut(stride).enumerate() {
            for (below, value) in stored.iter_mut().take(width + 1).enumerate() {
                if column + below < size {
                    *value = entry(column + below, column);
                }
            }
        }
        Self { size, width, stride, data }
    }

    /// Diagonal and off-diagonal of the tridiagonal matrix with the same eigenvalues.
    pub(super) fn tridiagonal(mut self) -> (Vec<f64>, Vec<f64>) {
        chase(&mut self.data, Shape { size: self.size, width: self.width, stride: self.stride });
        let off = |column: usize| self.data[column * self.stride + 1];
        let diagonal = self.data.iter().step_by(self.stride).copied().collect();
        (diagonal, (0..self.size.saturating_sub(1)).map(off).collect())
    }

    /// A unit eigenvector of the eigenvalue `value`; one of them if there are several.
    pub(super) fn eigenvector(&self, value: f64) -> Vec<f64> {
        inverse_iteration(self.size, |x| self.solve_shifted(value, x))
    }

    /// x ← (B − value)⁻¹ x by elimination with row exchanges; pivots that vanish are replaced by rounding.
    fn solve_shifted(&self, value: f64, x: &mut [f64]) {
        let (size, width) = (self.size, self.width);
        let least = (f64::EPSILON * largest(&self.data)).max(f64::MIN_POSITIVE);
        let span = 3 * width + 1;
        // Row k from column k − width on; after elimination from column k on.
        let entry = |row: usize, column: usize| {
            let (low, high) = (row.min(column), row.max(column));
            let apart = high - low;
            let inside = high < size && apart <= width;
            let stored = if inside { self.data[low * self.stride + apart] } else { 0.0 };
            if row == column { stored - value } else { stored }
        };
        let row_of = |row: usize, first: usize| -> Vec<f64> {
            (first..first + span).map(|column| entry(row, column)).collect()
        };
        // The rows that may hold a pivot for column k, each from column k on.
        let mut open: Vec<Vec<f64>> = (0..=width.min(size - 1)).map(|row| row_of(row, 0)).collect();
        let mut upper: Vec<Vec<f64>> = Vec::with_capacity(size);
        for k in 0..size {
            let pivot = (0..open.len())
                .fold(0, |best, at| if open[at][0].abs() > open[best][0].abs() { at } else { best });
            open.swap(0, pivot);
            x.swap(k, k + pivot);
            let mut top = open.remove(0);
            top[0] = guarded(top[0], least);
            for (at, row) in open.iter_mut().enumerate() {
                let factor = row[0] / top[0];
                x[k + 1 + at] -= factor * x[k];
                add_multiple(row, -factor, &top);
                row.remove(0);
                row.push(0.0);
            }
            if k + 1 + width < size {
                open.push(row_of(k + 1 + width, k + 1));
            }
            upper.push(top);
        }
        for (k, row) in upper.iter().enumerate().rev() {
            let known: f64 = row[1..].iter().zip(&x[k + 1..]).map(|(a, x)| a * x).sum();
            x[k] = (x[k] - known) / row[0];
        }
    }
}
