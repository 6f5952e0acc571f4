//! Single eigenvectors by inverse iteration.

use super::vectors::normalise;

/// Rounds: the first comes from nearly nothing to nearly all of the eigenvector, the others to rounding.
const ROUNDS: usize = 4;

/// A unit vector of `size` numbers to which `solve`, x ← (A − λ)⁻¹ x for an eigenvalue λ, leads.
pub(super) fn inverse_iteration(size: usize, solve: impl Fn(&mut [f64])) -> Vec<f64> {
    // Without structure, so that no eigenvector is orthogonal to it.
    let mut x: Vec<f64> = (0..size).map(|k| 1.0 + 0.5 * ((k * k + 1) as f64).sin()).collect();
    for _ in 0..ROUNDS {
        solve(&mut x);
        normalise(&mut x);
    }
    x
}

/// A pivot that may be divided by: one that vanishes is replaced by `least`, which is of the order of rounding.
pub(super) fn guarded(pivot: f64, least: f64) -> f64 {
    if pivot.abs() < least { least } else { pivot }
}
