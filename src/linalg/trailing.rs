//! What is left to reduce of a wide symmetric matrix: its lower triangle in slabs of columns, each in strips of rows.
//!
//! A strip lies together in memory, so that products stream through it however large the matrix is, and no power of
//! two keeps columns from sharing the caches. Rows beyond the matrix are zero and stay so.

use rayon::prelude::*;

use super::panel_products::{Multiply, Pair, Row, STRIP, Short, Update, WIDTH, dispatch};

/// Columns per slab, the pieces of work.
const SLAB: usize = 2 * WIDTH;

/// Groups of slabs, whose sums are added in order: the same for any number of threads.
pub(super) const GROUPS: usize = 8;

/// The lower triangle of a symmetric matrix; diagonal blocks of slabs are whole.
#[derive(Debug)]
pub(super) struct Trailing {
    /// Rows, those of zeros included.
    padded: usize,
    slabs: Vec<Vec<Short>>,
}

/// A times a panel, in parts.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// Of each group, in strips of a panel's columns.
    pub(super) straight: Vec<Vec<Short>>,
    /// Of the transposed strips.
    pub(super) mirrored: Vec<Row>,
}

impl Trailing {
    /// The matrix of `size` rows whose lower triangle `entry` tells, by row and column.
    pub(super) fn new(size: usize, entry: impl Fn(usize, usize) -> f64 + Sync) -> Self {
        let padded = size.next_multiple_of(WIDTH);
        let slab = |number: usize| {
            let top = number * SLAB;
            let mut strips = vec![[0.0; STRIP]; (padded - top) / STRIP * SLAB];
            for (at, strip) in strips.chunks_exact_mut(SLAB).enumerate() {
                for (column, numbers) in strip.iter_mut().enumerate().take(size - top) {
                    for (r, number) in
                        numbers.iter_mut().enumerate().take(size.saturating_sub(top + at * STRIP))
                    {
                        let (row, column) = (top + at * STRIP + r, top + column);
                        *number = entry(row.max(column), row.min(column));
                    }
                }
            }
            strips
        };
        let slabs = (0..size.div_ceil(SLAB)).into_par_iter().map(slab).collect();
        Self { padded, slabs }
    }

    /// Rows, those of zeros included: a multiple of [`WIDTH`].
    pub(super) fn padded(&self) -> usize {
        self.padded
    }

    /// An entry of the lower triangle.
    pub(super) fn entry(&self, row: usize, column: usize) -> f64 {
        let (slab, offset) = (column / SLAB, column % SLAB);
        let below = row - slab * SLAB;
        self.slabs[slab][below / STRIP * SLAB + offset][below % STRIP]
    }

    /// Copies column `column` from row `row` on, a multiple of [`STRIP`].
    pub(super) fn copy_column(&self, column: usize, row: usize, into: &mut [f64]) {
        let (slab, offset) = (column / SLAB, column % SLAB);
        let strips = self.slabs[slab].chunks_exact(SLAB).skip((row - slab * SLAB) / STRIP);
        for (strip, into) in strips.zip(into.as_chunks_mut::<STRIP>().0) {
            *into = strip[offset];
        }
    }

    /// Gives back the memory of slabs that end before column `column`.
    pub(super) fn forget(&mut self, column: usize) {
        if let Some(slab) = (column / SLAB).checked_sub(1) {
            self.slabs[slab] = Vec::new();
        }
    }

    /// The part from row and column `from` on, a multiple of [`WIDTH`], times a panel of as many rows.
    pub(super) fn times(&self, from: usize, panel: &[Row], parts: &mut Parts) {
        let first = from / SLAB;
        parts.mirrored.clear();
        parts.mirrored.resize(panel.len(), [0.0; WIDTH]);
        parts.straight.resize_with(GROUPS, Vec::new);
        // The first slab may have lost its first panel.
        let (head, tail) = parts.mirrored.split_at_mut(((first + 1) * SLAB - from).min(panel.len()));
        let mut groups: Vec<Vec<(usize, &mut [Row])>> = (0..GROUPS).map(|_| Vec::new()).collect();
        for (number, mirrored) in std::iter::once(head).chain(tail.chunks_mut(SLAB)).enumerate() {
            groups[number % GROUPS].push((first + number, mirrored));
        }
        groups.into_par_iter().zip(&mut parts.straight).for_each(|(group, sums)| {
            sums.clear();
            sums.resize(panel.len() / STRIP * WIDTH, [0.0; STRIP]);
            for (slab, mirrored) in group {
                let top = slab * SLAB;
                let begin = top.max(from);
                let columns = begin - top..begin - top + mirrored.len();
                let row = begin - from;
                dispatch(Multiply {
                    strips: &self.slabs[slab][(begin - top) / STRIP * SLAB..],
                    stride: SLAB,
                    corner: columns.len() / STRIP,
                    columns,
                    panel: &panel[row..],
                    straight: &mut sums[row / STRIP * WIDTH..],
                    mirrored,
                });
            }
        });
    }

    /// Adds two panels' product to columns `columns`, multiples of [`WIDTH`]; operands begin with row `from`.
    pub(super) fn update(
        &mut self,
        columns: &std::ops::Range<usize>,
        from: usize,
        (left, right): (&[Short], &[Pair]),
    ) {
        let first = columns.start / SLAB;
        let last = columns.end.div_ceil(SLAB);
        // Tall slabs in pieces: a single panel is all there is to do before the next can be factored.
        self.slabs[first..last].par_iter_mut().enumerate().for_each(|(number, strips)| {
            let top = (first + number) * SLAB;
            let (begin, end) = (top.max(columns.start), (top + SLAB).min(columns.end));
            let height = PIECE / STRIP;
            let skipped = (begin - top) / STRIP;
            let pieces = strips[skipped * SLAB..].par_chunks_mut(height * SLAB);
            pieces.zip(left[(begin - from) / STRIP * 2 * WIDTH..].par_chunks(height * 2 * WIDTH)).for_each(
                |(strips, left)| {
                    dispatch(Update {
                        strips,
                        stride: SLAB,
                        columns: begin - top..end - top,
                        left,
                        right: &right[begin - from..end - from],
                    });
                },
            );
        });
    }
}

/// Rows per piece of a slab's update.
const PIECE: usize = 32 * STRIP;
