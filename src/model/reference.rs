//! Second opinions: formulas that say again, in another way or where it can be done more plainly, what the rest of the
//! model says. Nothing of the product runs on them; the tests compare with them, and so may whoever checks a number.

use super::risk::Split;
use super::solution::{RANK_TOLERANCE, on_manifold};
use super::{Matrix, Overlaps, Rule, Solution, Teacher};

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

/// The drift of (A, P), physics.md §2b: equal to [`drift`](super::drift()), with nothing that cancels near the
/// zero-loss manifold.
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

/// ε_g = ½ (τ² + 2κ) straight from the traces (physics.md §2); cancels below about 1e-15 and can come out negative.
///
/// Kept as the second opinion on [`risk`](super::risk()).
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

/// Where unequal teachers lead as ε → 0: R is the Gram-Schmidt orthonormalisation of M₀ along T's eigenvectors, the
/// strongest first, because each direction is learnt in full before the next has grown and leaves it what is
/// orthogonal. When a direction t is learnt, what it still has along a stronger t' is ε^(t'/t − 1) of it.
///
/// For Q₀ ∝ I, gradient flow and distinct eigenvalues of T; `None` otherwise in T, for p < p*, and if M₀ is rank
/// deficient.
pub fn rho_bar_sequential(start: &Overlaps, teacher: &Teacher) -> Option<Solution> {
    let spectrum = teacher.spectrum();
    let mut order: Vec<usize> = (0..spectrum.len()).collect();
    order.sort_by(|&a, &b| spectrum[b].total_cmp(&spectrum[a]));
    let apart = |pair: &[usize]| spectrum[pair[0]] - spectrum[pair[1]] > 1e-9 * spectrum[pair[0]];
    if start.p() < start.p_star() || !order.windows(2).all(apart) {
        return None;
    }
    let directions = teacher.directions().select_columns(&order);
    let qr = (start.m() * &directions).qr();
    let (mut along, scale) = (qr.q(), qr.r().diagonal());
    if scale.amin() <= RANK_TOLERANCE * scale.amax() {
        return None;
    }
    for (mut column, diagonal) in along.column_iter_mut().zip(&scale) {
        column *= diagonal.signum();
    }
    on_manifold(along * directions.transpose(), teacher, Rule::Sequential)
}
