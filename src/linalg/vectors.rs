//! Sums, products and updates of vectors, unrolled where the loops around them are hot.
#![expect(
    clippy::inline_always,
    reason = "only code inlined into the dispatched caller gets its vector instructions"
)]

/// The largest magnitude.
pub(super) fn largest(x: &[f64]) -> f64 {
    x.iter().fold(0.0, |most, x| most.max(x.abs()))
}

/// The scalar product, summed in order.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// x / by into x.
pub(super) fn divide(x: &mut [f64], by: f64) {
    for x in x {
        *x /= by;
    }
}

/// Scales to length one.
pub(super) fn normalise(x: &mut [f64]) {
    // Scaled first: a vector just solved for can be as large as 1/rounding², and larger.
    divide(x, largest(x));
    divide(x, dot(x, x).sqrt());
}

/// x + a y into x.
#[inline(always)]
pub(super) fn add_multiple(x: &mut [f64], a: f64, y: &[f64]) {
    for (x, y) in x.iter_mut().zip(y) {
        *x += a * y;
    }
}

/// Sums held at a time: two vectors.
const SUMS: usize = 8;

/// The sum of all, by halves, so that few additions wait for each other.
#[inline(always)]
fn total([a, b, c, d, e, f, g, h]: [f64; SUMS]) -> f64 {
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

/// The scalar product, in as many sums as vectors hold numbers.
#[inline(always)]
pub(super) fn product(x: &[f64], y: &[f64]) -> f64 {
    let mut sums = [0.0; SUMS];
    let ((xs, x_rest), (ys, y_rest)) = (x.as_chunks::<SUMS>(), y.as_chunks::<SUMS>());
    for (x, y) in xs.iter().zip(ys) {
        for ((sum, x), y) in sums.iter_mut().zip(x).zip(y) {
            *sum += x * y;
        }
    }
    for ((sum, x), y) in sums.iter_mut().zip(x_rest).zip(y_rest) {
        *sum += x * y;
    }
    total(sums)
}

/// y + a u into y, and a · x for the same a.
#[inline(always)]
pub(super) fn multiply_both(a: &[f64], (u, x): (f64, &[f64]), y: &mut [f64]) -> f64 {
    let mut sums = [0.0; SUMS];
    let ((many, rest), (xs, x_rest), (ys, y_rest)) =
        (a.as_chunks::<SUMS>(), x.as_chunks::<SUMS>(), y.as_chunks_mut::<SUMS>());
    for ((a, x), y) in many.iter().zip(xs).zip(ys) {
        for (((sum, a), x), y) in sums.iter_mut().zip(a).zip(x).zip(y) {
            *sum += a * x;
            *y += u * a;
        }
    }
    for (((sum, a), x), y) in sums.iter_mut().zip(rest).zip(x_rest).zip(y_rest) {
        *sum += a * x;
        *y += u * a;
    }
    total(sums)
}

/// x − a t into x, and its product with u.
#[inline(always)]
pub(super) fn subtract_and_multiply(x: &mut [f64], (a, t): (f64, &[f64]), u: &[f64]) -> f64 {
    let mut sums = [0.0; SUMS];
    let ((xs, x_rest), (ts, t_rest), (us, u_rest)) =
        (x.as_chunks_mut::<SUMS>(), t.as_chunks::<SUMS>(), u.as_chunks::<SUMS>());
    for ((x, t), u) in xs.iter_mut().zip(ts).zip(us) {
        for (((sum, x), t), u) in sums.iter_mut().zip(x).zip(t).zip(u) {
            *x -= a * t;
            *sum += *x * u;
        }
    }
    for (((sum, x), t), u) in sums.iter_mut().zip(x_rest).zip(t_rest).zip(u_rest) {
        *x -= a * t;
        *sum += *x * u;
    }
    total(sums)
}
