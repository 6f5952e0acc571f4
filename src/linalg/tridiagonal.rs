//! Eigenvalues of a symmetric tridiagonal matrix by implicit QL steps.

use super::vectors::{divide, largest};

/// QL steps per eigenvalue: two on average; never reached unless the matrix is not finite.
const QL_STEPS: usize = 60;

/// Below this the cosine of a rotation is zero, and its inverse no number; for matrices of the order of one.
const LEAST_SQUARE: f64 = 1e-300;

/// All eigenvalues of a tridiagonal matrix, ascending.
pub(super) fn tridiagonal_eigenvalues(mut d: Vec<f64>, mut e: Vec<f64>) -> Vec<f64> {
    let norm = largest(&d).max(largest(&e));
    if norm == 0.0 || !norm.is_finite() {
        d.sort_by(f64::total_cmp);
        return d;
    }
    // Of the order of one, so that squares neither vanish nor overflow; a power of two, so that nothing is rounded.
    let scale = 2.0_f64.powi(norm.log2().floor().clamp(-1000.0, 1000.0) as i32);
    divide(&mut d, scale);
    for e in &mut e {
        *e = (*e / scale).powi(2);
    }
    // The last row couples to none.
    e.push(0.0);
    let least = (f64::EPSILON * norm / scale).powi(2);
    for l in 0..d.len() {
        for _ in 0..QL_STEPS {
            let m = e.iter().skip(l).position(|e| *e <= least).map_or(l, |further| l + further);
            if m == l {
                break;
            }
            ql_step(&mut d, &mut e, l, m);
        }
    }
    for d in &mut d {
        *d *= scale;
    }
    d.sort_by(f64::total_cmp);
    d
}

/// One QL step with Wilkinson's shift on rows l..=m, given the squares of the off-diagonal: no roots on the way, which
/// is what steps with them mostly wait for (B. Parlett, The Symmetric Eigenvalue Problem, 1980, §8.15; LAPACK's
/// `dsterf`).
fn ql_step(d: &mut [f64], squares: &mut [f64], l: usize, m: usize) {
    let root = squares[l].sqrt();
    let half = (d[l + 1] - d[l]) / (2.0 * root);
    let shift = d[l] - root / (half + half.hypot(1.0).copysign(half));
    let (mut cosine, mut sine) = (1.0, 0.0);
    let mut gamma = d[m] - shift;
    let mut p = gamma * gamma;
    for i in (l..m).rev() {
        let square = squares[i];
        let r = p + square;
        squares[i + 1] = sine * r;
        let (last_cosine, last_gamma, last_p) = (cosine, gamma, p);
        (cosine, sine) = (p / r, square / r);
        gamma = cosine * (d[i] - shift) - sine * last_gamma;
        d[i + 1] = last_gamma + (d[i] - gamma);
        // γ²/c; not divided by c itself, for which this would have to wait.
        p = if last_p > LEAST_SQUARE { gamma * gamma * (r / last_p) } else { last_cosine * square };
    }
    squares[m] = 0.0;
    squares[l] = sine * p;
    d[l] = shift + gamma;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eigenvalues_of_a_tridiagonal_matrix_are_known_at_any_scale() {
        // The second difference: 2 − 2 cos(π k/(n + 1)).
        for scale in [1e-300, 1e-160, 1.0, 1e160, 1e300] {
            let size = 300;
            let found = tridiagonal_eigenvalues(vec![2.0 * scale; size], vec![-scale; size - 1]);
            for (k, value) in found.iter().enumerate() {
                let angle = std::f64::consts::PI * (k + 1) as f64 / (size + 1) as f64;
                let expected = 4.0 * (angle / 2.0).sin().powi(2);
                assert!((value / scale - expected).abs() < 1e-14, "{scale}: {k}");
            }
        }
    }
}
