//! One panel of a wide eigenproblem: its columns to an upper triangle, and the product of the reflections that do it.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into the dispatched caller gets its vector instructions"
)]

use pulp::{Simd, WithSimd};

use super::householder::reflector;
use super::panel_products::{Combine, Overlap, Row, WIDTH, dispatch};
use super::vectors::{add_multiple, product};

/// Q = I − V T Vᵀ of one panel.
#[derive(Debug)]
pub(super) struct Panel {
    /// V: unit lower trapezoidal.
    pub(super) v: Vec<Row>,
    /// T: upper triangular.
    pub(super) t: Vec<Row>,
    /// V T.
    pub(super) scaled: Vec<Row>,
    /// Column j of the upper triangle that is left of the panel, to its diagonal.
    pub(super) upper: Vec<Row>,
}

/// Makes columns of `height` rows, one after the other, upper triangular by reflections; there may be fewer reflections
/// than columns.
pub(super) fn factor(mut columns: Vec<f64>, height: usize) -> Panel {
    let mut betas = [0.0; WIDTH];
    dispatch(Reflections { columns: &mut columns, height, betas: &mut betas });
    let (mut v, mut upper) = (vec![[0.0; WIDTH]; height], vec![[0.0; WIDTH]; WIDTH]);
    for (j, column) in columns.chunks_exact(height).enumerate() {
        upper[j][..=j].copy_from_slice(&column[..=j]);
        v[j][j] = 1.0;
        for (row, x) in v[j + 1..].iter_mut().zip(&column[j + 1..]) {
            row[j] = *x;
        }
    }
    let mut overlap = vec![[0.0; WIDTH]; WIDTH];
    dispatch(Overlap { a: &v, b: &v, sums: &mut overlap });
    let mut t = vec![[0.0; WIDTH]; WIDTH];
    for (j, beta) in betas.into_iter().enumerate() {
        for row in &mut t[..j] {
            row[j] = -beta * row[..j].iter().zip(&overlap).map(|(t, along)| t * along[j]).sum::<f64>();
        }
        t[j][j] = beta;
    }
    let mut scaled = vec![[0.0; WIDTH]; height];
    dispatch(Combine { a: &v, square: &t, sums: &mut scaled });
    Panel { v, t, scaled, upper }
}

/// Reflections of columns one after the other; each column keeps its axis below its diagonal.
struct Reflections<'a> {
    columns: &'a mut [f64],
    height: usize,
    betas: &'a mut [f64; WIDTH],
}

impl WithSimd for Reflections<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        for (j, into) in self.betas.iter_mut().enumerate() {
            let (done, rest) = self.columns.split_at_mut((j + 1) * self.height);
            let axis = &mut done[j * self.height + j..];
            let (alpha, beta) = reflector(axis);
            // The axis begins with 1 where its column now has α; 0 if there was nothing to reflect.
            axis[0] = 1.0;
            for column in rest.chunks_exact_mut(self.height) {
                let part = &mut column[j..];
                let along = beta * product(axis, part);
                add_multiple(part, -along, axis);
            }
            axis[0] = alpha;
            *into = beta;
        }
    }
}
