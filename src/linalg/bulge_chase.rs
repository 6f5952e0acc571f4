//! A symmetric band matrix to a tridiagonal one, by chasing bulges off its end.
//!
//! One reflection per column and block of the band (K. Murata & K. Horikoshi, 1975; B. Lang, SIAM J. Sci. Comput. 14,
//! 1993). A sweep may follow the one before two blocks behind; sweeps go in groups and steps in runs, so that what a
//! tile of both touches stays in cache, and tiles that touch nothing in common are done at the same time. What is
//! computed is the same in any order.
#![expect(
    clippy::inline_always,
    reason = "only code inlined into the dispatched caller gets its vector instructions"
)]

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::householder::reflector;
use super::panel_products::dispatch;
use super::vectors::{add_multiple, multiply_both, product, subtract_and_multiply};

/// Sweeps per group, and steps per run.
const GROUP: usize = 8;

/// The shape of a band whose lower triangle is stored by columns, with room for bulges.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) size: usize,
    pub(super) width: usize,
    pub(super) stride: usize,
}

/// Makes a band tridiagonal.
pub(super) fn chase(data: &mut [f64], shape: Shape) {
    let sweeps = shape.size.saturating_sub(2);
    let groups = sweeps.div_ceil(GROUP);
    let mut axes = vec![0.0; sweeps * (shape.width + 1)];
    // Run r of group g needs run r + 1 of the group before, and shares no column with runs beyond that.
    for wave in 0..=2 * groups + shape.steps(0) / GROUP {
        let first = (wave / 2).saturating_sub(shape.steps(0) / GROUP / 2 + 1);
        let last = groups.min(wave / 2 + 1);
        if first >= last {
            continue;
        }
        let mut free = &mut *data;
        let mut begin = 0;
        let mut tiles: Vec<Tile> = Vec::with_capacity(last - first);
        // Later groups are nearer to the first column.
        let axes = axes.chunks_mut(GROUP * (shape.width + 1)).enumerate().take(last).skip(first);
        for (group, axes) in axes.rev() {
            let tile = Extent { shape, first: group * GROUP, run: wave - 2 * group };
            let columns = tile.columns();
            if columns.is_empty() {
                continue;
            }
            let (_, rest) = std::mem::take(&mut free).split_at_mut((columns.start - begin) * shape.stride);
            let (own, rest) = rest.split_at_mut(columns.len() * shape.stride);
            tiles.push(Tile { extent: tile, begin: columns.start, data: own, axes });
            (free, begin) = (rest, columns.end);
        }
        tiles.into_par_iter().for_each(dispatch);
    }
}

impl Shape {
    /// Steps of the sweep that begins with column k: blocks of two rows and more.
    fn steps(&self, k: usize) -> usize {
        (self.size - k).saturating_sub(3) / self.width + 1
    }
}

/// Which steps of which sweeps a tile is.
#[derive(Clone, Copy)]
struct Extent {
    shape: Shape,
    /// The first sweep of the group.
    first: usize,
    run: usize,
}

impl Extent {
    /// The steps of sweep `first` + `number`, one behind those of the sweep before.
    fn steps(&self, number: usize) -> std::ops::Range<usize> {
        let all = self.shape.steps(self.first + number);
        (self.run * GROUP).saturating_sub(number)..((self.run + 1) * GROUP).saturating_sub(number).min(all)
    }

    /// The sweeps there are.
    fn sweeps(&self) -> std::ops::Range<usize> {
        0..GROUP.min(self.shape.size - 2 - self.first)
    }

    /// The columns that all steps touch.
    fn columns(&self) -> std::ops::Range<usize> {
        let of = |number: usize| {
            let (steps, start) = (self.steps(number), self.first + number + 1);
            let begin = if steps.start == 0 { start - 1 } else { start + steps.start * self.shape.width };
            (!steps.is_empty()).then(|| (begin, (start + steps.end * self.shape.width).min(self.shape.size)))
        };
        let both = |a: (usize, usize), b: (usize, usize)| (a.0.min(b.0), a.1.max(b.1));
        self.sweeps().filter_map(of).reduce(both).map_or(0..0, |(begin, end)| begin..end)
    }
}

/// Some steps of some sweeps.
struct Tile<'a> {
    extent: Extent,
    /// The first column of the data.
    begin: usize,
    data: &'a mut [f64],
    /// Per sweep β and the axis of its last reflection.
    axes: &'a mut [f64],
}

impl WithSimd for Tile<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, _simd: S) {
        let width = self.extent.shape.width;
        let axes = std::mem::take(&mut self.axes);
        let mut work = vec![0.0; 2 * width];
        for (number, own) in self.extent.sweeps().zip(axes.chunks_exact_mut(width + 1)) {
            for step in self.extent.steps(number) {
                self.step(self.extent.first + number, step, own, &mut work);
            }
        }
    }
}

impl Tile<'_> {
    /// Rows `row`.. of column `column`, as many as asked for.
    #[inline(always)]
    fn column(&mut self, column: usize, row: usize, rows: usize) -> &mut [f64] {
        let at = (column - self.begin) * self.extent.shape.stride + row - column;
        &mut self.data[at..at + rows]
    }

    /// One step of the sweep of column k: turns a block on the diagonal and the one below it, and reflects the first
    /// column of the bulge that this makes.
    #[inline(always)]
    fn step(&mut self, k: usize, step: usize, own: &mut [f64], work: &mut [f64]) {
        let Shape { size, width, .. } = self.extent.shape;
        let start = k + 1 + step * width;
        let rows = width.min(size - start);
        let end = start + rows;
        if step == 0 {
            self.reflect(k, start, rows, own);
        }
        self.turn_corner(start, rows, own, work);
        let below = width.min(size - end);
        if below > 0 {
            self.turn_block((start, end), below, own, work);
        }
    }

    /// Makes all but the first of some rows of a column vanish; β and the axis.
    #[inline(always)]
    fn reflect(&mut self, column: usize, row: usize, rows: usize, own: &mut [f64]) {
        let part = self.column(column, row, rows);
        let (beta, axis) = own.split_at_mut(1);
        let axis = &mut axis[..rows];
        axis.copy_from_slice(part);
        let (alpha, scale) = reflector(axis);
        beta[0] = scale;
        part.fill(0.0);
        part[0] = alpha;
    }

    /// H D H on the block of `rows` rows on the diagonal.
    #[inline(always)]
    fn turn_corner(&mut self, start: usize, rows: usize, own: &[f64], work: &mut [f64]) {
        let (beta, u, y) = (own[0], &own[1..=rows], &mut work[..rows]);
        y.fill(0.0);
        for j in 0..rows {
            let column = self.column(start + j, start + j, rows - j);
            let (diagonal, below) = (column[0], &column[1..]);
            let along = multiply_both(below, (u[j], &u[j + 1..]), &mut y[j + 1..]);
            y[j] += diagonal * u[j] + along;
        }
        let along = product(y, u);
        for (w, u) in y.iter_mut().zip(u) {
            *w = beta * (*w - 0.5 * beta * along * u);
        }
        for j in 0..rows {
            let column = self.column(start + j, start + j, rows - j);
            let (uj, yj) = (u[j], y[j]);
            for ((a, u), y) in column.iter_mut().zip(&u[j..]).zip(&y[j..]) {
                *a -= yj * u + uj * y;
            }
        }
    }

    /// B H on the block of `below` rows under the columns start..end, then the reflection of its first column on all.
    #[inline(always)]
    fn turn_block(&mut self, (start, end): (usize, usize), below: usize, own: &mut [f64], work: &mut [f64]) {
        let t = &mut work[..below];
        t.fill(0.0);
        let rows = end - start;
        for (column, &u) in (start..end).zip(&own[1..=rows]) {
            add_multiple(t, u, self.column(column, end, below));
        }
        let beta = own[0];
        if below == 1 {
            for (column, &u) in (start..end).zip(&own[1..=rows]) {
                self.column(column, end, 1)[0] -= beta * u * t[0];
            }
            return;
        }
        // The next axis is written over the last, of which each column still needs an entry.
        let (t, last) = work.split_at_mut(self.extent.shape.width);
        let (t, last) = (&t[..below], &mut last[..rows]);
        last.copy_from_slice(&own[1..=rows]);
        add_multiple(self.column(start, end, below), -beta * last[0], t);
        self.reflect(start, end, below, own);
        let (next, axis) = (own[0], &own[1..=below]);
        for (column, u) in (start + 1..end).zip(last[1..].iter()) {
            let part = self.column(column, end, below);
            let along = next * subtract_and_multiply(part, (beta * u, t), axis);
            add_multiple(part, -along, axis);
        }
    }
}
