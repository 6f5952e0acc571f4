//! The overlap ODEs (N → ∞), written for clarity: the drift of (M, Q).
//!
//! dM/dα and dQ/dα of physics.md §2 with the gradient-flow and η² parts of dQ apart; the (A, P) form of §2b is in
//! `reference`.
//! The integrator's fast kernel (`sim::kernel`) is tested against these.

use super::{Matrix, Overlaps, Teacher};

/// dM/dα and the two parts of dQ/dα at one state.
#[derive(Clone, Debug, PartialEq)]
pub struct Drift {
    /// dM/dα, p × p*.
    pub m: Matrix,
    /// The part of dQ/dα of order η: gradient flow on the population loss. p × p.
    pub q_flow: Matrix,
    /// The part of dQ/dα of order η²: the noise of SGD. p × p.
    pub q_noise: Matrix,
}

/// The drift of the overlaps under one-pass SGD with learning rate `eta` (> 0) and label-noise variance
/// `label_noise` (Δ ≥ 0), physics.md §2:
///
/// ```text
/// τ = tr Q/p − tr T/p*      κ = tr Q²/p² − 2 tr(M Mᵀ)/(p p*) + tr T²/p*²      C = Q²/p − M Mᵀ/p*
/// dM/dα = −(2η/p) [ τ M + 2 (Q M/p − M T/p*) ]
/// dQ/dα = −(4η/p) [ τ Q + 2 C ]
///         + (4η²/p²) [ (τ² + 2κ + Δ) Q + 4 τ C + 8 (Q³/p² − (Q M Mᵀ + M Mᵀ Q)/(p p*) + M T Mᵀ/p*²) ]
/// ```
///
/// Both are multiplied by N in the mean over one step of finite-N SGD as N → ∞.
///
/// ```
/// use saddlescope::model::{Matrix, Overlaps, Teacher, drift};
///
/// // A student equal to its teacher stays where it is: there is no error, hence no noise either.
/// let identity = Matrix::identity(2, 2);
/// let rest = drift(&Overlaps::new(identity.clone(), identity)?, &Teacher::orthonormal(2), 0.1, 0.0);
/// assert!(rest.m.amax() < 1e-16 && rest.q_flow.amax() < 1e-16 && rest.q_noise.amax() < 1e-16);
/// # Ok::<(), saddlescope::model::ModelError>(())
/// ```
pub fn drift(state: &Overlaps, teacher: &Teacher, eta: f64, label_noise: f64) -> Drift {
    let (p, p_star) = (state.p() as f64, state.p_star() as f64);
    let (m, q, gram) = (state.m(), state.q(), teacher.gram());
    let (q_square, m_square) = (q * q, m * m.transpose());
    let tau = q.trace() / p - gram.trace() / p_star;
    let kappa = q_square.trace() / (p * p) - 2.0 * m_square.trace() / (p * p_star)
        + gram.norm_squared() / (p_star * p_star);
    let c = &q_square / p - &m_square / p_star;
    let cross = q * &m_square;
    let cubic = q * &q_square / (p * p) - (&cross + cross.transpose()) / (p * p_star)
        + m * gram * m.transpose() / (p_star * p_star);
    let rate = eta / p;
    Drift {
        m: (m * tau + (q * m / p - m * gram / p_star) * 2.0) * (-2.0 * rate),
        q_flow: (q * tau + &c * 2.0) * (-4.0 * rate),
        q_noise: (q * (tau * tau + 2.0 * kappa + label_noise) + c * (4.0 * tau) + cubic * 8.0)
            * (4.0 * rate * rate),
    }
}
