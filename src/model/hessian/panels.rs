//! The first half of a wide eigenproblem: a dense symmetric matrix to a band, in products of matrices.
//!
//! Panels of [`WIDTH`] columns are reduced at a time (C. Bischof & C. Van Loan, SIAM J. Sci. Stat. Comput. 8, 1987), so
//! that the time is that of arithmetic and not of memory. Sums are grouped the same way for any number of threads.

use nalgebra::{DMatrixView, DMatrixViewMut};
use rayon::prelude::*;

use super::band::Band;
use super::eigen::{dot, reflector};
use crate::model::Matrix;

/// Columns per panel, and the half-width of the band.
pub(super) const WIDTH: usize = 32;

/// Columns per piece of work; a multiple of the panel's.
const SLAB: usize = 4 * WIDTH;

/// Groups of slabs, whose sums are added in order.
const GROUPS: usize = 4;

/// A band matrix between the reflections that made it.
#[derive(Debug)]
pub(super) struct Panels {
    size: usize,
    /// The band in its lower triangle, and below it the reflections.
    columns: Vec<f64>,
    /// T of each panel's Q = I − V T Vᵀ.
    factors: Vec<Matrix>,
}

/// V, Vᵀ and T of one panel.
struct Panel {
    v: Matrix,
    transposed: Matrix,
    t: Matrix,
}

impl Panels {
    /// Reduces a square matrix, of which the lower triangle is read.
    pub(super) fn of(matrix: Matrix) -> Self {
        let size = matrix.nrows();
        let mut panels = Self { size, columns: matrix.data.into(), factors: Vec::new() };
        panels.fill_corners();
        let mut first = 0;
        while first + WIDTH + 1 < size {
            let panel = panels.factor(first);
            panels.update(first + WIDTH, &panel);
            panels.factors.push(panel.t);
            first += WIDTH;
        }
        panels
    }

    /// The band.
    pub(super) fn band(&self) -> Band {
        Band::new(self.size, WIDTH, |row, column| self.columns[column * self.size + row])
    }

    /// Turns an eigenvector of the band into one of the matrix.
    pub(super) fn turn_back(&self, x: &mut [f64]) {
        for (number, t) in self.factors.iter().enumerate().rev() {
            let v = self.reflections(number * WIDTH);
            let mut part = Matrix::from_column_slice(v.nrows(), 1, &x[(number + 1) * WIDTH..]);
            part -= &v * (t * v.tr_mul(&part));
            x[(number + 1) * WIDTH..].copy_from_slice(part.as_slice());
        }
    }

    /// The diagonal blocks of all slabs as a whole: products read both of their triangles.
    fn fill_corners(&mut self) {
        for column in 0..self.size {
            for row in column + 1..self.size.min((column / SLAB + 1) * SLAB) {
                self.columns[row * self.size + column] = self.columns[column * self.size + row];
            }
        }
    }

    /// V of the panel that begins with column `first`: unit lower trapezoidal.
    fn reflections(&self, first: usize) -> Matrix {
        let below = first + WIDTH;
        let rows = self.size - below;
        Matrix::from_fn(rows, WIDTH.min(rows), |i, j| match i.cmp(&j) {
            std::cmp::Ordering::Less => 0.0,
            std::cmp::Ordering::Equal => 1.0,
            std::cmp::Ordering::Greater => self.columns[(first + j) * self.size + below + i],
        })
    }

    /// Makes the panel upper triangular below the band, by reflections of columns one after the other.
    fn factor(&mut self, first: usize) -> Panel {
        let (size, below) = (self.size, first + WIDTH);
        let count = WIDTH.min(size - below);
        let mut betas = Vec::with_capacity(count);
        let panel = &mut self.columns[first * size..below * size];
        for j in 0..count {
            let (done, rest) = panel.split_at_mut((j + 1) * size);
            let axis = &mut done[j * size + below + j..];
            let (alpha, beta) = reflector(axis);
            // The axis begins with 1 where its column now has α; 0 if there was nothing to reflect.
            axis[0] = 1.0;
            for column in rest.chunks_exact_mut(size) {
                let part = &mut column[below + j..];
                let along = beta * dot(axis, part);
                for (x, u) in part.iter_mut().zip(axis.iter()) {
                    *x -= along * u;
                }
            }
            axis[0] = alpha;
            betas.push(beta);
        }
        let v = self.reflections(first);
        let transposed = v.transpose();
        let overlap = &transposed * &v;
        let mut t = Matrix::zeros(count, count);
        for (j, beta) in betas.into_iter().enumerate() {
            let column = t.view((0, 0), (j, j)) * overlap.view((0, j), (j, 1)) * -beta;
            t.view_mut((0, j), (j, 1)).copy_from(&column);
            t[(j, j)] = beta;
        }
        Panel { v, transposed, t }
    }

    /// A ← Qᵀ A Q for the columns from `from` on: A − V Wᵀ − W Vᵀ with Y = A V T, W = Y − ½ V (Tᵀ Vᵀ Y).
    fn update(&mut self, from: usize, panel: &Panel) {
        let Panel { v, transposed, t } = panel;
        let y = self.times(from, panel) * t;
        let w = &y - v * (t.tr_mul(&(transposed * &y)) * 0.5);
        let (height, count) = v.shape();
        let mut left = v.clone().resize_horizontally(2 * count, 0.0);
        left.columns_mut(count, count).copy_from(&w);
        let mut right = w.transpose().resize_vertically(2 * count, 0.0);
        right.rows_mut(count, count).copy_from(transposed);
        let size = self.size;
        self.columns.par_chunks_mut(size * SLAB).enumerate().for_each(|(slab, columns)| {
            let (begin, end) = slab_range(slab, from, size);
            if begin < end {
                let mut all = DMatrixViewMut::from_slice(columns, size, columns.len() / size);
                let mut part = all.view_mut((begin, begin - slab * SLAB), (size - begin, end - begin));
                let (top, rows) = (begin - from, height - (begin - from));
                part.gemm(-1.0, &left.rows(top, rows), &right.columns(top, end - begin), 1.0);
            }
        });
    }

    /// A V for the columns from `from` on, of which the lower triangle and the slabs' corners are up to date.
    fn times(&self, from: usize, panel: &Panel) -> Matrix {
        let size = self.size;
        let slabs = size.div_ceil(SLAB);
        let group = |number: usize| {
            let (height, count) = panel.v.shape();
            let (mut straight, mut mirrored) = (Matrix::zeros(height, count), Matrix::zeros(count, height));
            for slab in (number..slabs).step_by(GROUPS) {
                let (begin, end) = slab_range(slab, from, size);
                if begin >= end {
                    continue;
                }
                let columns = &self.columns[slab * SLAB * size..end * size];
                let all = DMatrixView::from_slice(columns, size, end - slab * SLAB);
                let offset = begin - slab * SLAB;
                let (top, wide) = (begin - from, end - begin);
                let part = all.view((begin, offset), (size - begin, wide));
                straight.rows_mut(top, height - top).gemm(1.0, &part, &panel.v.rows(top, wide), 1.0);
                let below = height - top - wide;
                let lower = all.view((end, offset), (below, wide));
                let known = panel.transposed.columns(top + wide, below);
                mirrored.columns_mut(top, wide).gemm(1.0, &known, &lower, 1.0);
            }
            straight + mirrored.transpose()
        };
        let parts: Vec<Matrix> = (0..GROUPS).into_par_iter().map(group).collect();
        parts.into_iter().fold(Matrix::zeros(panel.v.nrows(), panel.v.ncols()), |sum, part| sum + part)
    }
}

/// The columns of a slab from `from` on.
fn slab_range(slab: usize, from: usize, size: usize) -> (usize, usize) {
    ((slab * SLAB).max(from), ((slab + 1) * SLAB).min(size))
}
