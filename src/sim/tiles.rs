//! Register tiles for products of small row-major matrices whose rows are padded to a multiple of [`LANE`] numbers.
//!
//! A tile is four rows of W vectors of a product, held in registers while the inner index runs; the vector type is
//! the dispatched one, so everything here is inlined by force into the dispatched caller. Where a fused multiply-add
//! would be emulated it is not fused. Never allocates; shapes are the caller's promise.
#![expect(
    clippy::inline_always,
    reason = "only code inlined into the dispatched caller gets its vector instructions"
)]

use pulp::{Simd, WithSimd};

/// Rows are padded with zeros to a multiple of this many numbers; also the height of a tile.
pub(super) const LANE: usize = 4;

/// Four rows of W vectors.
pub(super) type Tile<S, const W: usize> = [[<S as Simd>::f64s; W]; LANE];

/// a b + c, in one rounding where that is one instruction.
#[inline(always)]
pub(super) fn multiply_add<S: Simd>(simd: S, a: S::f64s, b: S::f64s, c: S::f64s) -> S::f64s {
    simd.mul_add_e_f64s(a, b, c)
}

/// One product of a right-hand side, tile by tile.
pub(super) trait Product<S: Simd> {
    /// Computes and stores rows i..i + 4, vectors j..j + W.
    fn tile<const W: usize>(&mut self, simd: S, i: usize, j: usize);
}

/// Computes rows i..i + 4 of a product from vector `first` to `width`, avoiding tiles of a single vector, which
/// cannot keep the multipliers busy.
#[inline(always)]
pub(super) fn fill_rows<S: Simd>(
    simd: S,
    product: &mut impl Product<S>,
    i: usize,
    first: usize,
    width: usize,
) {
    let mut j = first;
    while j + 2 <= width {
        product.tile::<2>(simd, i, j);
        j += 2;
    }
    if j < width {
        product.tile::<1>(simd, i, j);
    }
}

/// Computes the upper triangle of a symmetric product with `rows` rows of `stride` numbers.
#[inline(always)]
pub(super) fn fill_upper<S: Simd>(simd: S, product: &mut impl Product<S>, (rows, stride): (usize, usize)) {
    for i in (0..stride).step_by(LANE) {
        // Only vectors longer than LANE pad a row by so much.
        if S::F64_LANES > LANE && i >= rows {
            break;
        }
        fill_rows(simd, product, i, i / S::F64_LANES, stride / S::F64_LANES);
    }
}

/// A tile of zeros.
#[inline(always)]
pub(super) fn zero<S: Simd, const W: usize>(simd: S) -> Tile<S, W> {
    [[simd.splat_f64s(0.0); W]; LANE]
}

/// tile += column ⊗ row[j..j + W], the step of every product.
#[inline(always)]
fn add_outer<S: Simd, const W: usize>(
    simd: S,
    tile: &mut Tile<S, W>,
    column: [f64; LANE],
    (row, j): (&[f64], usize),
) {
    let row = S::as_simd_f64s(row).0;
    let row: [S::f64s; W] = std::array::from_fn(|c| row[j + c]);
    for (sums, x) in tile.iter_mut().zip(column) {
        let x = simd.splat_f64s(x);
        for (sum, y) in sums.iter_mut().zip(row) {
            *sum = multiply_add(simd, x, y, *sum);
        }
    }
}

/// tile += (Aᵀ B)[rows i..i + 4, vectors j..j + W] for A and B with rows of `stride` numbers, equally many.
#[inline(always)]
pub(super) fn add_transposed_product<S: Simd, const W: usize>(
    simd: S,
    tile: &mut Tile<S, W>,
    (a, i): (&[f64], usize),
    (b, j): (&[f64], usize),
    stride: usize,
) {
    for (a_row, b_row) in a.chunks_exact(stride).zip(b.chunks_exact(stride)) {
        add_outer(simd, tile, std::array::from_fn(|r| a_row[i + r]), (b_row, j));
    }
}

/// tile += (A B)[four given rows of A, vectors j..j + W] for B with rows of `stride` numbers.
#[inline(always)]
pub(super) fn add_product<S: Simd, const W: usize>(
    simd: S,
    tile: &mut Tile<S, W>,
    [a0, a1, a2, a3]: [&[f64]; LANE],
    (b, j): (&[f64], usize),
    stride: usize,
) {
    for ((((row, &x0), &x1), &x2), &x3) in b.chunks_exact(stride).zip(a0).zip(a1).zip(a2).zip(a3) {
        add_outer(simd, tile, [x0, x1, x2, x3], (row, j));
    }
}

/// tile = scale · tile + diag(rates) · rows[vectors j..j + W], for up to four rows.
#[inline(always)]
pub(super) fn add_rows<'a, S: Simd, const W: usize>(
    simd: S,
    tile: &mut Tile<S, W>,
    scale: f64,
    rates: [f64; LANE],
    (rows, j): (impl IntoIterator<Item = &'a [f64]>, usize),
) {
    let scale = simd.splat_f64s(scale);
    for ((sums, rate), row) in tile.iter_mut().zip(rates).zip(rows) {
        let (rate, row) = (simd.splat_f64s(rate), S::as_simd_f64s(row).0);
        for (c, sum) in sums.iter_mut().enumerate() {
            *sum = multiply_add(simd, rate, row[j + c], simd.mul_f64s(scale, *sum));
        }
    }
}

/// Writes a tile at rows i..i + 4, those that exist, and vectors j..j + W of a matrix with rows of `stride` numbers.
#[inline(always)]
pub(super) fn store<S: Simd, const W: usize>(
    out: &mut [f64],
    (i, j): (usize, usize),
    tile: &Tile<S, W>,
    stride: usize,
) {
    for (row, values) in out[i * stride..].chunks_exact_mut(stride).zip(tile) {
        let row = S::as_mut_simd_f64s(row).0;
        for (c, value) in values.iter().enumerate() {
            row[j + c] = *value;
        }
    }
}

/// The sum of the squares of a padded slice.
#[inline(always)]
pub(super) fn sum_of_squares<S: Simd>(simd: S, numbers: &[f64]) -> f64 {
    let mut sums = [simd.splat_f64s(0.0); 4];
    let (fours, rest) = S::as_simd_f64s(numbers).0.as_chunks::<4>();
    for four in fours {
        for (sum, &x) in sums.iter_mut().zip(four) {
            *sum = multiply_add(simd, x, x, *sum);
        }
    }
    for (sum, &x) in sums.iter_mut().zip(rest) {
        *sum = multiply_add(simd, x, x, *sum);
    }
    let [a, b, c, d] = sums;
    simd.reduce_sum_f64s(simd.add_f64s(simd.add_f64s(a, b), simd.add_f64s(c, d)))
}

/// Copies the strict upper triangle of a matrix with rows of `stride` numbers onto its lower one.
#[inline(always)]
pub(super) fn mirror(matrix: &mut [f64], stride: usize) {
    for i in 1..matrix.len() / stride {
        let (above, row) = matrix.split_at_mut(i * stride);
        for (entry, above) in row.iter_mut().zip(above.chunks_exact(stride)) {
            *entry = above[i];
        }
    }
}

/// Numbers in the vectors of the dispatched instruction set.
pub(super) struct VectorLength;

impl WithSimd for VectorLength {
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) -> usize {
        S::F64_LANES
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "small integers are exact")]
mod tests {
    use super::*;
    use pulp::Arch;

    const STRIDE: usize = 24;
    const ROWS: usize = 19;

    /// Small integers, whose products and sums are exact with and without fusing.
    fn integers(seed: usize) -> Vec<f64> {
        let entry = |index: usize| ((seed + 7 * index) % 11) as f64 - 5.0;
        (0..ROWS * STRIDE).map(|index| if index % STRIDE < ROWS { entry(index) } else { 0.0 }).collect()
    }

    /// Aᵀ B and A B, whole.
    struct Both<'a> {
        a: &'a [f64],
        b: &'a [f64],
        transposed: Vec<f64>,
        plain: Vec<f64>,
    }

    impl<S: Simd> Product<S> for Both<'_> {
        fn tile<const W: usize>(&mut self, simd: S, i: usize, j: usize) {
            let (mut transposed, mut plain) = (zero::<S, W>(simd), zero::<S, W>(simd));
            add_transposed_product(simd, &mut transposed, (self.a, i), (self.b, j), STRIDE);
            store::<S, W>(&mut self.transposed, (i, j), &transposed, STRIDE);
            let rows = std::array::from_fn(|r| &self.a[(i + r).min(ROWS - 1) * STRIDE..][..STRIDE]);
            add_product(simd, &mut plain, rows, (self.b, j), STRIDE);
            store::<S, W>(&mut self.plain, (i, j), &plain, STRIDE);
        }
    }

    impl WithSimd for &mut Both<'_> {
        type Output = f64;

        fn with_simd<S: Simd>(self, simd: S) -> f64 {
            for i in (0..ROWS).step_by(LANE) {
                fill_rows(simd, self, i, 0, STRIDE / S::F64_LANES);
            }
            sum_of_squares(simd, self.a)
        }
    }

    #[test]
    fn tiles_cover_products_exactly_with_and_without_vector_instructions() {
        let (a, b) = (integers(1), integers(4));
        let mut both =
            Both { a: &a, b: &b, transposed: vec![f64::NAN; a.len()], plain: vec![f64::NAN; a.len()] };
        for arch in [None, Some(Arch::new())] {
            let squares = match arch {
                Some(arch) => arch.dispatch(&mut both),
                None => (&mut both).with_simd(pulp::Scalar),
            };
            assert_eq!(squares, a.iter().map(|x| x * x).sum::<f64>());
            for (index, (&transposed, &plain)) in both.transposed.iter().zip(&both.plain).enumerate() {
                let (i, j) = (index / STRIDE, index % STRIDE);
                let sum =
                    |left: &dyn Fn(usize) -> f64| (0..ROWS).map(|k| left(k) * b[k * STRIDE + j]).sum::<f64>();
                assert_eq!(transposed, sum(&|k| a[k * STRIDE + i]));
                assert_eq!(plain, sum(&|k| a[i * STRIDE + k]));
            }
        }
    }

    #[test]
    fn mirroring_copies_the_upper_triangle_and_nothing_else() {
        let original = integers(3);
        let mut mirrored = original.clone();
        mirror(&mut mirrored, STRIDE);
        for index in 0..original.len() {
            let (i, j) = (index / STRIDE, index % STRIDE);
            let expected = if j < i { original[j * STRIDE + i] } else { original[index] };
            assert_eq!(mirrored[index], expected);
        }
    }
}
