//! A dense symmetric matrix to a tridiagonal one, one Householder reflection a column.
//!
//! The matrix is read once per step, the last reflection's update applied on the way; this bounds the time as the
//! matrix outgrows the caches.

use nalgebra::DMatrix;

use super::householder::reflector;
use super::inverse_iteration::{guarded, inverse_iteration};
use super::rank_two_pass::{Pass, Reflection};
use super::tridiagonal::tridiagonal_eigenvalues;
use super::vectors::{dot, largest};

/// A symmetric matrix as tridiagonal one between reflections.
#[derive(Debug)]
pub(super) struct DirectReduction {
    size: usize,
    /// Column k holds, below the diagonal, the reflection that made it tridiagonal.
    columns: Vec<f64>,
    /// β of each reflection I − β u uᵀ.
    scales: Vec<f64>,
    diagonal: Vec<f64>,
    /// Entry k couples k and k + 1.
    off_diagonal: Vec<f64>,
}

impl DirectReduction {
    /// Reduces a square matrix, of which the lower triangle is read.
    pub(super) fn of(matrix: DMatrix<f64>) -> Self {
        let size = matrix.nrows();
        let mut reduced = Self {
            size,
            columns: matrix.data.into(),
            scales: Vec::with_capacity(size),
            diagonal: Vec::with_capacity(size),
            off_diagonal: Vec::with_capacity(size),
        };
        let mut last = Reflection::none(size);
        for k in 0..size {
            reduced.step(k, &mut last);
        }
        reduced
    }

    /// Makes column k tridiagonal; `last` is the update that columns from k on still miss, and becomes the next.
    fn step(&mut self, k: usize, last: &mut Reflection) {
        let size = self.size;
        let (done, rest) = self.columns.split_at_mut((k + 1) * size);
        let column = &mut done[k * size + k..];
        last.update_column(k, column);
        self.diagonal.push(column[0]);
        if k + 1 == size {
            return;
        }
        let (alpha, beta) = reflector(&mut column[1..]);
        self.off_diagonal.push(alpha);
        self.scales.push(beta);
        let axis = &column[1..];
        let mut product = vec![0.0; size - k - 1];
        Pass { columns: rest, size, first: k + 1, last, axis, product: &mut product }.run();
        last.follow(axis, beta, product);
    }

    /// All eigenvalues, ascending.
    pub(super) fn eigenvalues(&self) -> Vec<f64> {
        tridiagonal_eigenvalues(self.diagonal.clone(), self.off_diagonal.clone())
    }

    /// A unit eigenvector of the eigenvalue `value`; one of them if there are several.
    pub(super) fn eigenvector(&self, value: f64) -> Vec<f64> {
        let mut x = inverse_iteration(self.size, |x| self.solve_shifted(value, x));
        for (k, beta) in self.scales.iter().enumerate().rev() {
            let axis = &self.columns[k * self.size + k + 1..(k + 1) * self.size];
            let along = beta * dot(axis, &x[k + 1..]);
            x[k + 1..].iter_mut().zip(axis).for_each(|(x, u)| *x -= along * u);
        }
        x
    }

    /// x ← (T − value)⁻¹ x by elimination with row exchanges; pivots that vanish are replaced by rounding.
    fn solve_shifted(&self, value: f64, x: &mut [f64]) {
        let size = self.size;
        let norm = largest(&self.diagonal).max(largest(&self.off_diagonal));
        let least = (f64::EPSILON * norm).max(f64::MIN_POSITIVE);
        // Each row of the triangular factor has three entries.
        let mut upper: Vec<[f64; 3]> = Vec::with_capacity(size);
        let off = |k: usize| self.off_diagonal.get(k).copied().unwrap_or(0.0);
        let mut row = [self.diagonal[0] - value, off(0), 0.0];
        for k in 0..size - 1 {
            let mut below = [off(k), self.diagonal[k + 1] - value, off(k + 1)];
            if below[0].abs() > row[0].abs() {
                std::mem::swap(&mut row, &mut below);
                x.swap(k, k + 1);
            }
            let pivot = guarded(row[0], least);
            let factor = below[0] / pivot;
            upper.push([pivot, row[1], row[2]]);
            x[k + 1] -= factor * x[k];
            row = [below[1] - factor * row[1], below[2] - factor * row[2], 0.0];
        }
        upper.push([guarded(row[0], least), 0.0, 0.0]);
        for k in (0..size).rev() {
            let later = |by: usize| x.get(k + by).copied().unwrap_or(0.0);
            x[k] = (x[k] - upper[k][1] * later(1) - upper[k][2] * later(2)) / upper[k][0];
        }
    }
}
