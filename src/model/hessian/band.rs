//! The second half of a wide eigenproblem: a symmetric band matrix to a tridiagonal one, by chasing bulges off its end.
//!
//! One reflection per column and block of the band (K. Murata & K. Horikoshi, 1975; B. Lang, SIAM J. Sci. Comput. 14,
//! 1993). Single eigenvectors come from the band itself, by inverse iteration.
#![expect(
    clippy::inline_always,
    reason = "only code inlined into the dispatched caller gets its vector instructions"
)]

use pulp::{Arch, Simd, WithSimd};

use super::eigen::{guarded, largest, normalise, reflector};

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
        Arch::new().dispatch(Chase(&mut self));
        let off = |column: usize| self.data[column * self.stride + 1];
        let diagonal = self.data.iter().step_by(self.stride).copied().collect();
        (diagonal, (0..self.size.saturating_sub(1)).map(off).collect())
    }

    /// Row and rows.. of column `column` from `row` on.
    #[inline(always)]
    fn column(&mut self, column: usize, row: usize, rows: usize) -> &mut [f64] {
        let at = column * self.stride + row - column;
        &mut self.data[at..at + rows]
    }

    /// Reflects column k and chases the bulge that this makes.
    #[inline(always)]
    fn chase(&mut self, k: usize, axis: &mut Vec<f64>, work: &mut Vec<f64>) {
        let mut start = k + 1;
        let mut rows = self.width.min(self.size - start);
        let mut beta = self.reflect(k, start, rows, axis);
        loop {
            let end = start + rows;
            self.turn_corner(start, axis, beta, work);
            let below = self.width.min(self.size - end);
            if below == 0 {
                return;
            }
            self.turn_block_right((start, end), below, (axis, beta), work);
            if below == 1 {
                return;
            }
            beta = self.reflect(start, end, below, axis);
            for column in start + 1..end {
                let part = self.column(column, end, below);
                let along = beta * product(axis, part);
                add_multiple(part, -along, axis);
            }
            (start, rows) = (end, below);
        }
    }

    /// Makes all but the first of some rows of a column vanish; the axis and β.
    #[inline(always)]
    fn reflect(&mut self, column: usize, row: usize, rows: usize, axis: &mut Vec<f64>) -> f64 {
        let part = self.column(column, row, rows);
        axis.clear();
        axis.extend_from_slice(part);
        let (alpha, beta) = reflector(axis);
        part.fill(0.0);
        part[0] = alpha;
        beta
    }

    /// H D H on the diagonal block that begins at `start`.
    #[inline(always)]
    fn turn_corner(&mut self, start: usize, u: &[f64], beta: f64, y: &mut Vec<f64>) {
        let rows = u.len();
        y.clear();
        y.resize(rows, 0.0);
        for j in 0..rows {
            let column = self.column(start + j, start + j, rows - j);
            let (own, below) = (column[0], &column[1..]);
            y[j] += own * u[j] + product(below, &u[j + 1..]);
            add_multiple(&mut y[j + 1..], u[j], below);
        }
        let along = product(y, u);
        for (w, u) in y.iter_mut().zip(u) {
            *w = beta * (*w - 0.5 * beta * along * u);
        }
        for j in 0..rows {
            let column = self.column(start + j, start + j, rows - j);
            add_multiple(column, -y[j], &u[j..]);
            add_multiple(column, -u[j], &y[j..]);
        }
    }

    /// B H on the block of `below` rows under the columns start..end.
    #[inline(always)]
    fn turn_block_right(
        &mut self,
        (start, end): (usize, usize),
        below: usize,
        (u, beta): (&[f64], f64),
        t: &mut Vec<f64>,
    ) {
        t.clear();
        t.resize(below, 0.0);
        for (column, u) in (start..end).zip(u) {
            add_multiple(t, *u, self.column(column, end, below));
        }
        for (column, u) in (start..end).zip(u) {
            add_multiple(self.column(column, end, below), -beta * u, t);
        }
    }

    /// A unit eigenvector of the eigenvalue `value`; one of them if there are several.
    pub(super) fn eigenvector(&self, value: f64) -> Vec<f64> {
        let mut x: Vec<f64> = (0..self.size).map(|k| 1.0 + 0.5 * ((k * k + 1) as f64).sin()).collect();
        for _ in 0..4 {
            self.solve_shifted(value, &mut x);
            normalise(&mut x);
        }
        x
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

/// The whole reduction, for the vector instructions there are.
struct Chase<'a>(&'a mut Band);

impl WithSimd for Chase<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let (mut axis, mut work) = (Vec::new(), Vec::new());
        for k in 0..self.0.size.saturating_sub(2) {
            self.0.chase(k, &mut axis, &mut work);
        }
    }
}

/// x + a y into x.
#[inline(always)]
pub(super) fn add_multiple(x: &mut [f64], a: f64, y: &[f64]) {
    for (x, y) in x.iter_mut().zip(y) {
        *x += a * y;
    }
}

/// The scalar product, in as many sums as a vector holds numbers.
#[inline(always)]
pub(super) fn product(x: &[f64], y: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let (xs, ys) = (x.chunks_exact(8), y.chunks_exact(8));
    let rest: f64 = xs.remainder().iter().zip(ys.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in xs.zip(ys) {
        for ((sum, x), y) in sums.iter_mut().zip(x).zip(y) {
            *sum += x * y;
        }
    }
    sums.iter().sum::<f64>() + rest
}
