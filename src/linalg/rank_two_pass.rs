//! One pass over a symmetric matrix: subtract the last reflection's update and multiply by the next one's axis.
//!
//! Only the lower triangle is touched, two columns at a time, in the widest vectors the processor has.
#![expect(
    clippy::inline_always,
    reason = "only code inlined into the dispatched caller gets its vector instructions"
)]

use pulp::{Arch, Simd, WithSimd};

/// The update A − v wᵀ − w vᵀ that a reflection leaves to be done; entry 0 belongs to row `first`.
#[derive(Debug)]
pub(super) struct Reflection {
    first: usize,
    v: Vec<f64>,
    w: Vec<f64>,
}

impl Reflection {
    /// The update that changes nothing.
    pub(super) fn none(size: usize) -> Self {
        Self { first: 0, v: vec![0.0; size], w: vec![0.0; size] }
    }

    /// Applies the update to column k from its diagonal on.
    pub(super) fn update_column(&self, k: usize, column: &mut [f64]) {
        let at = k - self.first;
        let (v, w) = (&self.v[at..], &self.w[at..]);
        for ((a, x), y) in column.iter_mut().zip(v).zip(w) {
            *a -= x * w[0] + y * v[0];
        }
    }

    /// Becomes the update of the reflection I − β u uᵀ, given A u for the rows of u, which are one fewer.
    pub(super) fn follow(&mut self, u: &[f64], beta: f64, product: Vec<f64>) {
        let along: f64 = product.iter().zip(u).map(|(y, u)| y * u).sum();
        self.first += usize::from(self.v.len() > u.len());
        self.v.clear();
        self.v.extend_from_slice(u);
        self.w = product;
        for (w, u) in self.w.iter_mut().zip(u) {
            *w = beta * (*w - 0.5 * beta * along * u);
        }
    }
}

/// The pass over columns `first`.. of a matrix of `size` rows; `product` becomes A `axis`.
pub(super) struct Pass<'a> {
    pub(super) columns: &'a mut [f64],
    pub(super) size: usize,
    pub(super) first: usize,
    pub(super) last: &'a Reflection,
    pub(super) axis: &'a [f64],
    pub(super) product: &'a mut [f64],
}

impl Pass<'_> {
    pub(super) fn run(self) {
        Arch::new().dispatch(self);
    }
}

impl WithSimd for Pass<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let skip = self.first - self.last.first;
        let (v, w) = (&self.last.v[skip..], &self.last.w[skip..]);
        let mut pairs = self.columns.chunks_exact_mut(2 * self.size);
        let mut j = 0;
        for pair in &mut pairs {
            let (left, right) = pair.split_at_mut(self.size);
            let top = self.first + j;
            let (left, right) = (&mut left[top..], &mut right[top + 1..]);
            // The two by two corner, then what is below it.
            let [v0, v1, w0, w1] = [v[j], v[j + 1], w[j], w[j + 1]];
            let (u0, u1) = (self.axis[j], self.axis[j + 1]);
            left[0] -= 2.0 * v0 * w0;
            left[1] -= v1 * w0 + w1 * v0;
            right[0] -= 2.0 * v1 * w1;
            self.product[j] += left[0] * u0 + left[1] * u1;
            self.product[j + 1] += left[1] * u0 + right[0] * u1;
            let below = j + 2;
            let sums = Below {
                a: [&mut left[2..], &mut right[1..]],
                known: [&v[below..], &w[below..], &self.axis[below..]],
                y: &mut self.product[below..],
                tops: [[v0, w0, u0], [v1, w1, u1]],
            }
            .run(simd);
            self.product[j] += sums[0];
            self.product[j + 1] += sums[1];
            j += 2;
        }
        if let [.., corner] = pairs.into_remainder() {
            *corner -= 2.0 * v[j] * w[j];
            self.product[j] += *corner * self.axis[j];
        }
    }
}

/// Two columns below the rows of their diagonal.
struct Below<'a> {
    a: [&'a mut [f64]; 2],
    /// v, w and the axis.
    known: [&'a [f64]; 3],
    y: &'a mut [f64],
    /// v, w and the axis at the two columns' own rows.
    tops: [[f64; 3]; 2],
}

impl Below<'_> {
    /// Updates both columns, adds them to y, and gives their products with the axis.
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> [f64; 2] {
        let Self { a: [left, right], known: [v, w, u], y, tops } = self;
        let (left, left_end) = S::as_mut_simd_f64s(left);
        let (right, right_end) = S::as_mut_simd_f64s(right);
        let ((v, v_end), (w, w_end), (u, u_end)) =
            (S::as_simd_f64s(v), S::as_simd_f64s(w), S::as_simd_f64s(u));
        let (y, y_end) = S::as_mut_simd_f64s(y);
        let [[v0, w0, u0], [v1, w1, u1]] = tops.map(|top| top.map(|x| simd.splat_f64s(x)));
        let (mut sum0, mut sum1) = (simd.splat_f64s(0.0), simd.splat_f64s(0.0));
        let fma = |a, b, c| simd.mul_add_e_f64s(a, b, c);
        let minus = |x| simd.neg_f64s(x);
        let (v0, w0, v1, w1) = (minus(v0), minus(w0), minus(v1), minus(w1));
        for (((((a, b), v), w), u), y) in left.iter_mut().zip(right).zip(v).zip(w).zip(u).zip(y) {
            let x0 = fma(*v, w0, fma(*w, v0, *a));
            let x1 = fma(*v, w1, fma(*w, v1, *b));
            (*a, *b) = (x0, x1);
            (sum0, sum1) = (fma(x0, *u, sum0), fma(x1, *u, sum1));
            *y = fma(x0, u0, fma(x1, u1, *y));
        }
        let mut sums = [simd.reduce_sum_f64s(sum0), simd.reduce_sum_f64s(sum1)];
        let ends = left_end.iter_mut().zip(right_end).zip(v_end).zip(w_end).zip(u_end).zip(y_end);
        for (((((a, b), v), w), u), y) in ends {
            *a -= v * tops[0][1] + w * tops[0][0];
            *b -= v * tops[1][1] + w * tops[1][0];
            sums[0] += *a * u;
            sums[1] += *b * u;
            *y += *a * tops[0][2] + *b * tops[1][2];
        }
        sums
    }
}
