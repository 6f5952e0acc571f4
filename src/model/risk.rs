//! The generalisation error ε_g = ½ E[(f − E[y|x])²] = ½ (τ² + 2κ) of an overlap state, label noise excluded.
//!
//! [`risk`] is the cancellation-free form of §2b: a sum of non-negative terms, never below zero.

use super::{Matrix, Overlaps, Teacher, TeacherMoments};

/// ε_g as a sum of non-negative terms (physics.md §2b), exact down to rounding of M and Q at the zero-loss manifold.
///
/// With A = M L⁻ᵀ, P = Q − A Aᵀ, D = AᵀA/p − LᵀL/p*, τ = tr D + tr P/p:
/// ε_g = ½ τ² + ‖D‖² + 2 tr(A Aᵀ P)/p² + ‖P‖²/p².
///
/// ```
/// use saddlescope::model::{Matrix, Overlaps, Teacher, risk};
///
/// // The plateau of gradient flow: M = 0, Q = p/(p+2) I, loss 1/p* + 1/(p+2).
/// let (p, p_star) = (6, 3);
/// let state = Overlaps::new(Matrix::zeros(p, p_star), Matrix::identity(p, p) * 0.75)?;
/// assert!((risk(&state, &Teacher::orthonormal(p_star)) - (1.0 / 3.0 + 1.0 / 8.0)).abs() < 1e-15);
/// # Ok::<(), saddlescope::model::ModelError>(())
/// ```
pub fn risk(state: &Overlaps, teacher: &Teacher) -> f64 {
    let p = state.p() as f64;
    let Split { a, excess, orthogonal, tau } = Split::of(state, teacher);
    // tr(A Aᵀ P) = Σ (P A) ∘ A, non-negative for P ⪰ 0; rounding may put it a hair below.
    let mixed = (&orthogonal * &a).dot(&a).max(0.0);
    0.5 * tau * tau + excess.norm_squared() + 2.0 * mixed / (p * p) + orthogonal.norm_squared() / (p * p)
}

/// A state split along the teachers' span (physics.md §2b).
pub(super) struct Split {
    /// M L⁻ᵀ.
    pub(super) a: Matrix,
    /// D = AᵀA/p − LᵀL/p*.
    pub(super) excess: Matrix,
    /// P = Q − A Aᵀ.
    pub(super) orthogonal: Matrix,
    /// tr D + tr P/p.
    pub(super) tau: f64,
}

impl Split {
    pub(super) fn of(state: &Overlaps, teacher: &Teacher) -> Self {
        let (p, p_star) = (state.p() as f64, state.p_star() as f64);
        let a = teacher.whiten(state.m());
        let factor = teacher.factor();
        let excess = a.tr_mul(&a) / p - factor.tr_mul(factor) / p_star;
        let orthogonal = state.q() - &a * a.transpose();
        let tau = excess.trace() + orthogonal.trace() / p;
        Self { a, excess, orthogonal, tau }
    }
}

impl TeacherMoments {
    /// tr T/p* and tr T²/p*² of a teacher of any Gram matrix, with its largest eigenvalue.
    pub fn of(teacher: &Teacher) -> Self {
        let p_star = teacher.p_star() as f64;
        Self {
            trace: teacher.gram().trace() / p_star,
            square: teacher.gram().norm_squared() / (p_star * p_star),
            strongest: teacher.spectrum().iter().copied().fold(0.0, f64::max) / p_star,
        }
    }
}
