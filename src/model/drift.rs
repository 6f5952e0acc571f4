//! The overlap ODEs (N → ∞), written for clarity: the drift of (M, Q) and the same without cancellation.
//!
//! dM/dα and dQ/dα of physics.md §2 with the gradient-flow and η² parts of dQ apart, and the (A, P) form of §2b.
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

/// The state (A, P) of physics.md §2b: students on the teachers' orthonormal basis, and the rest of Q.
#[derive(Clone, Debug, PartialEq)]
pub struct FactoredState {
    /// A = M L⁻ᵀ, p × p*.
    pub a: Matrix,
    /// P = Q − A Aᵀ ⪰ 0, p × p.
    pub orthogonal: Matrix,
}

impl FactoredState {
    /// Splits overlaps along the teachers' span.
    pub fn of(state: &Overlaps, teacher: &Teacher) -> Self {
        let a = teacher.whiten(state.m());
        let orthogonal = state.q() - &a * a.transpose();
        Self { a, orthogonal }
    }
}

/// dA/dα and the two parts of dP/dα.
#[derive(Clone, Debug, PartialEq)]
pub struct FactoredDrift {
    /// dA/dα, p × p*.
    pub a: Matrix,
    /// The gradient-flow part of dP/dα, p × p.
    pub flow: Matrix,
    /// The η² part of dP/dα, p × p.
    pub noise: Matrix,
}

/// The drift of (A, P), physics.md §2b: equal to [`drift`], with nothing that cancels near the zero-loss manifold.
pub fn factored_drift(state: &FactoredState, teacher: &Teacher, eta: f64, label_noise: f64) -> FactoredDrift {
    let (a, rest) = (&state.a, &state.orthogonal);
    let (p, p_star) = (a.nrows() as f64, a.ncols() as f64);
    let factor = teacher.factor();
    let d = a.tr_mul(a) / p - factor.tr_mul(factor) / p_star;
    let tau = d.trace() + rest.trace() / p;
    let (ad, x) = (a * &d, a * a.transpose());
    let (ada, xp, rest_square) = (&ad * a.transpose(), &x * rest, rest * rest);
    let q = &x + rest;
    let kappa = d.norm_squared() + 2.0 * xp.trace() / (p * p) + rest.norm_squared() / (p * p);
    let c = &ada + (&xp + xp.transpose() + &rest_square) / p;
    let u = &ada * rest / p + &x * &rest_square / (p * p);
    let v = &ad * ad.transpose()
        + &xp * &x / (p * p)
        + &u
        + u.transpose()
        + (rest * &xp + &rest_square * rest) / (p * p);
    let rate = eta / p;
    let damping = (Matrix::identity(a.nrows(), a.nrows()) * tau + &q * (2.0 / p)) * (2.0 * rate);
    FactoredDrift {
        a: (a * tau + (ad + rest * a / p) * 2.0) * (-2.0 * rate),
        flow: -(&damping * rest + rest * &damping),
        noise: (q * (tau * tau + 2.0 * kappa + label_noise) + c * (4.0 * tau) + v * 8.0)
            * (4.0 * rate * rate),
    }
}
