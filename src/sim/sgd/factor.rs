//! The start of a replica in the coordinates of physics.md §8: Q₀ − A Aᵀ = B Bᵀ with B lower triangular.
//!
//! Rank revealing: a positive semidefinite matrix of any rank has a factor, exact zeros and all. Negative rounding is
//! taken for zero; what is small without cancellation is kept, however small.

use crate::model::{Matrix, Overlaps, Teacher};

/// Student rows in units w/√N: on an orthonormal basis of the teachers' span, and on p directions orthogonal to it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FactoredStart {
    /// A = M₀ L⁻ᵀ, p × p*.
    pub(super) a: Matrix,
    /// B, p × p, lower triangular with a non-negative diagonal.
    pub(super) b: Matrix,
}

/// A start, as given and in these coordinates.
#[derive(Clone, Debug)]
pub(crate) struct Start {
    pub(super) overlaps: Overlaps,
    pub(super) factored: FactoredStart,
}

impl Start {
    /// Of a realisable state.
    pub(crate) fn of(overlaps: &Overlaps, teacher: &Teacher) -> Self {
        Self { factored: FactoredStart::of(overlaps, teacher), overlaps: overlaps.clone() }
    }
}

impl FactoredStart {
    /// Of a realisable state.
    pub(super) fn of(start: &Overlaps, teacher: &Teacher) -> Self {
        let a = teacher.whiten(start.m());
        let b = lower_factor(&(start.q() - &a * a.transpose()), start.q());
        Self { a, b }
    }
}

/// A lower triangular B with B Bᵀ = `gram` up to rounding of `scale`, whose diagonal says what `gram` was before
/// something was subtracted from it.
fn lower_factor(gram: &Matrix, scale: &Matrix) -> Matrix {
    // C Cᵀ = gram, one column per pivot; then C = B O with O orthogonal.
    let columns = pivoted_columns(gram.clone(), scale);
    let mut b = columns.transpose().qr().r().transpose();
    for mut column in b.column_iter_mut() {
        if column.iter().find(|entry| **entry != 0.0).is_some_and(|&first| first < 0.0) {
            column.neg_mut();
        }
    }
    b
}

/// Cholesky with complete pivoting; a diagonal entry that has cancelled to rounding is no pivot.
fn pivoted_columns(mut rest: Matrix, scale: &Matrix) -> Matrix {
    let p = rest.nrows();
    let rounding = 4.0 * p as f64 * f64::EPSILON;
    let mut columns = Matrix::zeros(p, p);
    let mut used = vec![false; p];
    for k in 0..p {
        let candidates = (0..p).filter(|&i| !used[i] && rest[(i, i)] > rounding * scale[(i, i)]);
        let Some(pivot) = candidates.max_by(|&i, &j| rest[(i, i)].total_cmp(&rest[(j, j)])) else { break };
        used[pivot] = true;
        let root = rest[(pivot, pivot)].sqrt();
        for i in (0..p).filter(|&i| !used[i] || i == pivot) {
            columns[(i, k)] = if i == pivot { root } else { rest[(i, pivot)] / root };
        }
        for i in (0..p).filter(|&i| !used[i]) {
            for j in (0..p).filter(|&j| !used[j]) {
                rest[(i, j)] -= columns[(i, k)] * columns[(j, k)];
            }
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(gram: &Matrix, tolerance: f64) -> Matrix {
        let b = lower_factor(gram, gram);
        assert!((&b * b.transpose() - gram).amax() <= tolerance, "{b}");
        assert_eq!(b.upper_triangle(), Matrix::from_diagonal(&b.diagonal()), "lower triangular");
        assert!(b.diagonal().min() >= 0.0 && b.iter().all(|entry| entry.is_finite()));
        b
    }

    #[test]
    fn a_matrix_of_every_rank_has_a_factor() {
        for rank in 0..=5 {
            let c = Matrix::from_fn(5, rank, |i, j| ((3 * i + 7 * j + i * j + 1) as f64).sin());
            check(&(&c * c.transpose()), 1e-14);
        }
    }

    #[test]
    fn zero_and_identical_rows_are_factored_exactly() {
        assert_eq!(check(&Matrix::zeros(3, 3), 0.0), Matrix::zeros(3, 3));
        let b = check(&Matrix::from_element(3, 3, 0.25), 1e-16);
        assert!(b.view((0, 1), (3, 2)).amax() < 1e-16, "rank one: {b}");
    }

    #[test]
    fn tiny_rows_are_kept_and_negative_rounding_is_not() {
        let mut gram = Matrix::from_diagonal(&nalgebra::DVector::from_vec(vec![1.0, 1e-30, 1e-20]));
        assert!((check(&gram, 1e-34).diagonal()[1] - 1e-15).abs() < 1e-30);
        gram[(1, 1)] = -1e-17;
        assert_eq!(lower_factor(&gram, &Matrix::identity(3, 3)).row(1), Matrix::zeros(1, 3).row(0));
    }
}
