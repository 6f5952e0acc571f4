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
struct Split {
    /// M L⁻ᵀ.
    a: Matrix,
    /// D = AᵀA/p − LᵀL/p*.
    excess: Matrix,
    /// P = Q − A Aᵀ.
    orthogonal: Matrix,
    /// tr D + tr P/p.
    tau: f64,
}

impl Split {
    fn of(state: &Overlaps, teacher: &Teacher) -> Self {
        let (p, p_star) = (state.p() as f64, state.p_star() as f64);
        let a = teacher.whiten(state.m());
        let factor = teacher.factor();
        let excess = a.tr_mul(&a) / p - factor.tr_mul(factor) / p_star;
        let orthogonal = state.q() - &a * a.transpose();
        let tau = excess.trace() + orthogonal.trace() / p;
        Self { a, excess, orthogonal, tau }
    }
}

/// ε_g = ½ (τ² + 2κ) straight from the traces (physics.md §2); cancels below about 1e-15 and can come out negative.
///
/// Kept as the second opinion on [`risk`].
pub fn risk_cancelling(state: &Overlaps, teacher: &Teacher) -> f64 {
    let (p, p_star) = (state.p() as f64, state.p_star() as f64);
    let (m, q, gram) = (state.m(), state.q(), teacher.gram());
    let tau = q.trace() / p - gram.trace() / p_star;
    let kappa = q.norm_squared() / (p * p) - 2.0 * m.norm_squared() / (p * p_star)
        + gram.norm_squared() / (p_star * p_star);
    0.5 * (tau * tau + 2.0 * kappa)
}

/// |∇L|², the squared gradient of the population loss with respect to ω = w/√N, as a sum of non-negative terms.
///
/// ∂L/∂ω = (2/p) [τ ω + 2 ω D] (physics.md §6), split along the teachers' span as in §2b:
/// |∇L|² = (4/p²) [ ‖τ A + 2 (A D + P A/p)‖² + tr(F P F) ], F = τ + 2Q/p. Gradient flow has dL/dα = −η |∇L|².
/// At a minimum what is left is rounding of Q, which enters linearly.
pub fn gradient_squared(state: &Overlaps, teacher: &Teacher) -> f64 {
    let p = state.p() as f64;
    let Split { a, excess, orthogonal, tau } = Split::of(state, teacher);
    let along = &a * tau + (&a * excess + &orthogonal * &a / p) * 2.0;
    let damping = Matrix::identity(a.nrows(), a.nrows()) * tau + state.q() * (2.0 / p);
    let off = (orthogonal * &damping).dot(&damping).max(0.0);
    4.0 * (along.norm_squared() + off) / (p * p)
}

/// How far the loss lies below that of the same norms without teacher overlap, 2‖M‖²/(p p*).
///
/// On the plateau, where Q is stationary under gradient flow, this is the whole loss gap to second order in M.
pub fn initial_gap(m: &Matrix) -> f64 {
    2.0 * m.norm_squared() / (m.nrows() * m.ncols()) as f64
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
