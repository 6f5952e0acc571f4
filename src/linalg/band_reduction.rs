//! The first half of a wide eigenproblem: a dense symmetric matrix to a band, in products of matrices.
//!
//! BandReduction of [`WIDTH`] columns are reduced at a time (C. Bischof & C. Van Loan, SIAM J. Sci. Stat. Comput. 8,
//! 1987), so that the time is that of arithmetic and not of memory. The next panel is factored while the rest of the
//! matrix still takes the last one's update, so that no core waits for it. Sums are grouped the same way for any number
//! of threads.

use rayon::prelude::*;

use super::band::Band;
use super::panel_factor::{Panel, factor};
use super::panel_products::{Combine, Overlap, Pair, Row, STRIP, Short, WIDTH, dispatch};
use super::trailing::{Parts, Trailing};

/// Rows per piece of the work on reduction.
const PIECE: usize = 8 * WIDTH;

/// A band matrix between the reflections that made it.
#[derive(Debug)]
pub(super) struct BandReduction {
    size: usize,
    /// Columns of the band from the diagonal on.
    columns: Vec<[f64; WIDTH + 1]>,
    /// V and T of each panel's Q = I − V T Vᵀ.
    factors: Vec<(Vec<Row>, Vec<Row>)>,
}

/// What is needed of one panel after the other.
#[derive(Default)]
struct Workspace {
    parts: Parts,
    /// A V T, then W.
    w: Vec<Row>,
    /// −V and −W, in strips.
    left: Vec<Short>,
    /// W and V.
    right: Vec<Pair>,
}

impl BandReduction {
    /// Reduces the matrix of `size` rows whose lower triangle `entry` tells, by row and column.
    pub(super) fn of(size: usize, entry: impl Fn(usize, usize) -> f64 + Sync) -> Self {
        let mut trailing = Trailing::new(size, entry);
        let padded = trailing.padded();
        let mut reduction = Self { size, columns: Vec::with_capacity(size), factors: Vec::new() };
        let mut workspace = Workspace::default();
        let mut next = reduction.take(&trailing, 0).map(|columns| factor(columns, padded - WIDTH));
        while let Some(panel) = next {
            let from = reduction.columns.len();
            reduction.keep(&panel);
            workspace.prepare(&trailing, from, &panel);
            let operands = (workspace.left.as_slice(), workspace.right.as_slice());
            trailing.forget(from);
            trailing.update(&(from..from + WIDTH), from, operands);
            let columns = reduction.take(&trailing, from);
            let rest = from + WIDTH..padded;
            let look_ahead = || columns.map(|columns| factor(columns, padded - from - WIDTH));
            (next, ()) = rayon::join(look_ahead, || trailing.update(&rest, from, operands));
            reduction.factors.push((panel.v, panel.t));
        }
        for column in reduction.columns.len()..size {
            reduction.columns.push(std::array::from_fn(|apart| {
                if column + apart < size { trailing.entry(column + apart, column) } else { 0.0 }
            }));
        }
        reduction
    }

    /// The next panel's columns below the band, one after the other, if something is left to reduce there; its part on
    /// the diagonal is kept.
    fn take(&mut self, trailing: &Trailing, first: usize) -> Option<Vec<f64>> {
        let below = first + WIDTH;
        if below + 1 >= self.size {
            return None;
        }
        let height = trailing.padded() - below;
        let mut columns = vec![0.0; height * WIDTH];
        for (column, into) in (first..below).zip(columns.chunks_exact_mut(height)) {
            trailing.copy_column(column, below, into);
            let diagonal =
                |apart| if column + apart < below { trailing.entry(column + apart, column) } else { 0.0 };
            self.columns.push(std::array::from_fn(diagonal));
        }
        Some(columns)
    }

    /// Completes the panel's columns of the band.
    fn keep(&mut self, panel: &Panel) {
        let first = self.columns.len() - WIDTH;
        for (j, column) in self.columns[first..].iter_mut().enumerate() {
            column[WIDTH - j..].copy_from_slice(&panel.upper[j][..=j]);
        }
    }

    /// The band.
    pub(super) fn band(&self) -> Band {
        Band::new(self.size, WIDTH, |row, column| self.columns[column][row - column])
    }

    /// Turns an eigenvector of the band into one of the matrix.
    pub(super) fn turn_back(&self, x: &mut [f64]) {
        for (number, (v, t)) in self.factors.iter().enumerate().rev() {
            let part = &mut x[(number + 1) * WIDTH..];
            let mut along = [0.0; WIDTH];
            for (row, x) in v.iter().zip(part.iter()) {
                along.iter_mut().zip(row).for_each(|(sum, v)| *sum += v * x);
            }
            let turned: Row = std::array::from_fn(|k| t[k].iter().zip(&along).map(|(t, y)| t * y).sum());
            for (row, x) in v.iter().zip(part) {
                *x -= row.iter().zip(&turned).map(|(v, y)| v * y).sum::<f64>();
            }
        }
    }
}

impl Workspace {
    /// The operands of A ← Qᵀ A Q from row and column `from` on: A − V Wᵀ − W Vᵀ with Y = A V T, W = Y − ½ V (Tᵀ Vᵀ Y).
    fn prepare(&mut self, trailing: &Trailing, from: usize, panel: &Panel) {
        let Self { parts, w, left, right } = self;
        trailing.times(from, &panel.scaled, parts);
        w.resize(panel.v.len(), [0.0; WIDTH]);
        let pieces = w.par_chunks_mut(PIECE).zip(parts.mirrored.par_chunks(PIECE)).enumerate();
        let overlaps: Vec<Vec<Row>> = pieces
            .zip(panel.v.par_chunks(PIECE))
            .map(|((number, (w, mirrored)), v)| {
                w.copy_from_slice(mirrored);
                add_strips(w, &parts.straight, number * PIECE / STRIP * WIDTH);
                let mut sums = vec![[0.0; WIDTH]; WIDTH];
                dispatch(Overlap { a: v, b: w, sums: &mut sums });
                sums
            })
            .collect();
        let mut overlap = vec![[0.0; WIDTH]; WIDTH];
        for (sum, part) in overlap.as_flattened_mut().iter_mut().zip(0..) {
            *sum = overlaps.iter().map(|piece| piece.as_flattened()[part]).sum();
        }
        let mut half = vec![[0.0; WIDTH]; WIDTH];
        for (i, j) in (0..WIDTH).flat_map(|i| (0..WIDTH).map(move |j| (i, j))) {
            half[i][j] = -0.5 * (0..WIDTH).map(|k| panel.t[k][i] * overlap[k][j]).sum::<f64>();
        }
        left.resize(panel.v.len() / STRIP * 2 * WIDTH, [0.0; STRIP]);
        right.resize(panel.v.len(), [0.0; 2 * WIDTH]);
        left.par_chunks_mut(PIECE / STRIP * 2 * WIDTH)
            .zip(right.par_chunks_mut(PIECE))
            .zip(w.par_chunks_mut(PIECE).zip(panel.v.par_chunks(PIECE)))
            .for_each(|((left, right), (w, v))| {
                dispatch(Combine { a: v, square: &half, sums: w });
                lay_out((v, w), left, right);
            });
    }
}

/// Adds all groups' strips of a panel's columns, from column `first` on, to its rows.
fn add_strips(rows: &mut [Row], groups: &[Vec<Short>], first: usize) {
    for (rows, at) in rows.chunks_exact_mut(STRIP).zip((first..).step_by(WIDTH)) {
        let mut strip = [[0.0; STRIP]; WIDTH];
        for group in groups {
            for (sum, x) in strip.as_flattened_mut().iter_mut().zip(group[at..].as_flattened()) {
                *sum += x;
            }
        }
        for (r, row) in rows.iter_mut().enumerate() {
            row.iter_mut().zip(&strip).for_each(|(sum, column)| *sum += column[r]);
        }
    }
}

/// −V and −W in strips, and W and V in rows.
fn lay_out((v, w): (&[Row], &[Row]), left: &mut [Short], right: &mut [Pair]) {
    for ((v, w), right) in v.iter().zip(w).zip(right) {
        right[..WIDTH].copy_from_slice(w);
        right[WIDTH..].copy_from_slice(v);
    }
    let strips = left.chunks_exact_mut(2 * WIDTH).zip(v.chunks_exact(STRIP).zip(w.chunks_exact(STRIP)));
    for (strip, (v, w)) in strips {
        for k in 0..WIDTH {
            strip[k] = std::array::from_fn(|r| -v[r][k]);
            strip[WIDTH + k] = std::array::from_fn(|r| -w[r][k]);
        }
    }
}
