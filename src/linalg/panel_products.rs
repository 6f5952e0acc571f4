//! Products of tall matrices by register tiles, for the first half of a wide eigenproblem.
//!
//! A tile is [`COLUMNS`] rows of two vectors, which fill sixteen registers and keep the multipliers busy. Operands are
//! laid out so that every tile reads along rows of fixed length: nothing is packed on the way, as a general product
//! of matrices must. The vector type is the dispatched one, of at most eight numbers.
#![expect(
    clippy::inline_always,
    reason = "only code inlined into the dispatched caller gets its vector instructions"
)]

use pulp::{Arch, Simd, WithSimd};

/// Columns per panel, and the half-width of the band: a multiple of [`STRIP`] and of [`COLUMNS`].
pub(super) const WIDTH: usize = 48;

/// Rows that lie together, column by column: any two vectors divide it.
pub(super) const STRIP: usize = 16;

/// Rows per tile.
const COLUMNS: usize = 6;

/// A column of a strip.
pub(super) type Short = [f64; STRIP];
/// A row of a panel.
pub(super) type Row = [f64; WIDTH];
/// A row of two panels.
pub(super) type Pair = [f64; 2 * WIDTH];

type Tile<S> = [[<S as Simd>::f64s; 2]; COLUMNS];

/// Pairs of vectors in a number of numbers.
#[inline(always)]
const fn pairs<S: Simd>(numbers: usize) -> usize {
    numbers / (2 * S::F64_LANES)
}

/// Pair h of a row.
#[inline(always)]
fn pair<S: Simd, const N: usize>(row: &[f64; N], h: usize) -> [S::f64s; 2] {
    let row = S::as_simd_f64s(row).0;
    [row[2 * h], row[2 * h + 1]]
}

/// Pair h of six rows.
#[inline(always)]
fn load<S: Simd, const N: usize>(rows: &[[f64; N]], h: usize) -> Tile<S> {
    std::array::from_fn(|c| pair::<S, N>(&rows[c], h))
}

/// Writes pair h of six rows.
#[inline(always)]
fn store<S: Simd, const N: usize>(rows: &mut [[f64; N]], h: usize, tile: &Tile<S>) {
    for (row, values) in rows.iter_mut().zip(tile) {
        let row = S::as_mut_simd_f64s(row).0;
        (row[2 * h], row[2 * h + 1]) = (values[0], values[1]);
    }
}

/// tile += y ⊗ x, the step of every product.
#[inline(always)]
fn add_outer<S: Simd>(simd: S, tile: &mut Tile<S>, x: [S::f64s; 2], y: [f64; COLUMNS]) {
    for (sums, y) in tile.iter_mut().zip(y) {
        let y = simd.splat_f64s(y);
        sums[0] = simd.mul_add_e_f64s(x[0], y, sums[0]);
        sums[1] = simd.mul_add_e_f64s(x[1], y, sums[1]);
    }
}

/// Runs something with the vector instructions there are.
pub(super) fn dispatch(work: impl WithSimd<Output = ()>) {
    Arch::new().dispatch(work);
}

/// A slab's strips times a panel, and the transposed strips times the panel.
pub(super) struct Multiply<'a> {
    /// Strips of `stride` columns, of which `columns` are meant.
    pub(super) strips: &'a [Short],
    pub(super) stride: usize,
    pub(super) columns: std::ops::Range<usize>,
    /// Strips of the diagonal block, which are whole, and are not transposed.
    pub(super) corner: usize,
    /// The panel from the row of the first column on, which is also the row of the first strip.
    pub(super) panel: &'a [Row],
    /// To which strips times panel are added, from that row on, in strips of a panel's columns.
    pub(super) straight: &'a mut [Short],
    /// To which transposed strips times panel are added: a row per column.
    pub(super) mirrored: &'a mut [Row],
}

/// Strips per step: as many rows as a panel has columns, a piece that stays in the nearest cache.
const STEP: usize = WIDTH / STRIP;

impl WithSimd for Multiply<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { strips, stride, columns, corner, panel, straight, mirrored } = self;
        let steps =
            strips.chunks(stride * STEP).zip(straight.chunks_mut(WIDTH * STEP)).zip(panel.chunks(WIDTH));
        for (number, ((strips, sums), rows)) in steps.enumerate() {
            for (strip, sums) in strips.chunks_exact(stride).zip(sums.chunks_exact_mut(WIDTH)) {
                add_straight(simd, &strip[columns.clone()], &panel[..columns.len()], sums);
            }
            if number * STEP >= corner {
                for (block, sums) in mirrored.chunks_exact_mut(COLUMNS).enumerate() {
                    let first = columns.start + block * COLUMNS;
                    add_mirrored(simd, (strips, stride, first), rows, sums);
                }
            }
        }
    }
}

/// Strip times panel.
#[inline(always)]
fn add_straight<S: Simd>(simd: S, strip: &[Short], panel: &[Row], sums: &mut [Short]) {
    for (block, sums) in sums.chunks_exact_mut(COLUMNS).enumerate() {
        for h in 0..pairs::<S>(STRIP) {
            let mut tile = load::<S, STRIP>(sums, h);
            for (a, row) in strip.iter().zip(panel) {
                let y = std::array::from_fn(|c| row[block * COLUMNS + c]);
                add_outer(simd, &mut tile, pair::<S, STRIP>(a, h), y);
            }
            store::<S, STRIP>(sums, h, &tile);
        }
    }
}

/// Six transposed columns of some strips times the panel's rows.
#[inline(always)]
fn add_mirrored<S: Simd>(
    simd: S,
    (strips, stride, first): (&[Short], usize, usize),
    rows: &[Row],
    sums: &mut [Row],
) {
    for h in 0..pairs::<S>(WIDTH) {
        let mut tile = load::<S, WIDTH>(sums, h);
        for (strip, rows) in strips.chunks_exact(stride).zip(rows.as_chunks::<STRIP>().0) {
            let columns: [&Short; COLUMNS] = std::array::from_fn(|c| &strip[first + c]);
            for (r, row) in rows.iter().enumerate() {
                add_outer(simd, &mut tile, pair::<S, WIDTH>(row, h), columns.map(|column| column[r]));
            }
        }
        store::<S, WIDTH>(sums, h, &tile);
    }
}

/// Adds to columns of strips the products of two panels' strips and rows.
pub(super) struct Update<'a> {
    /// Strips of `stride` columns, of which `columns` are meant.
    pub(super) strips: &'a mut [Short],
    pub(super) stride: usize,
    pub(super) columns: std::ops::Range<usize>,
    /// Two panels' columns in the same strips.
    pub(super) left: &'a [Short],
    /// Two panels' rows for the columns meant.
    pub(super) right: &'a [Pair],
}

impl WithSimd for Update<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let left = self.left.as_chunks::<{ 2 * WIDTH }>().0;
        for (strip, left) in self.strips.chunks_exact_mut(self.stride).zip(left) {
            let columns = strip[self.columns.clone()].chunks_exact_mut(COLUMNS);
            for (sums, right) in columns.zip(self.right.as_chunks::<COLUMNS>().0) {
                for h in 0..pairs::<S>(STRIP) {
                    let mut tile = load::<S, STRIP>(sums, h);
                    for (k, x) in left.iter().enumerate() {
                        let y = std::array::from_fn(|c| right[c][k]);
                        add_outer(simd, &mut tile, pair::<S, STRIP>(x, h), y);
                    }
                    store::<S, STRIP>(sums, h, &tile);
                }
            }
        }
    }
}

/// sums += Aᵀ B for two panels.
pub(super) struct Overlap<'a> {
    pub(super) a: &'a [Row],
    pub(super) b: &'a [Row],
    pub(super) sums: &'a mut [Row],
}

impl WithSimd for Overlap<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        for (a, b) in self.a.chunks(WIDTH).zip(self.b.chunks(WIDTH)) {
            for (block, sums) in self.sums.chunks_exact_mut(COLUMNS).enumerate() {
                for h in 0..pairs::<S>(WIDTH) {
                    let mut tile = load::<S, WIDTH>(sums, h);
                    for (a, b) in a.iter().zip(b) {
                        let y = std::array::from_fn(|c| a[block * COLUMNS + c]);
                        add_outer(simd, &mut tile, pair::<S, WIDTH>(b, h), y);
                    }
                    store::<S, WIDTH>(sums, h, &tile);
                }
            }
        }
    }
}

/// sums += A S for a panel and a square matrix; the number of rows is a multiple of [`WIDTH`].
pub(super) struct Combine<'a> {
    pub(super) a: &'a [Row],
    pub(super) square: &'a [Row],
    pub(super) sums: &'a mut [Row],
}

impl WithSimd for Combine<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        for (a, sums) in self.a.as_chunks::<COLUMNS>().0.iter().zip(self.sums.chunks_exact_mut(COLUMNS)) {
            for h in 0..pairs::<S>(WIDTH) {
                let mut tile = load::<S, WIDTH>(sums, h);
                for (k, x) in self.square.iter().enumerate() {
                    let y = std::array::from_fn(|c| a[c][k]);
                    add_outer(simd, &mut tile, pair::<S, WIDTH>(x, h), y);
                }
                store::<S, WIDTH>(sums, h, &tile);
            }
        }
    }
}
