//! Where the dynamics ends: the manifold of minima, the predicted point ρ̄ on it, the polar factor S, distances.
//!
//! M̄ = √(p/p*) R T, Q̄ = (p/p*) R T Rᵀ with RᵀR = I for p ≥ p*; M̄ = c R, Q̄ = c² I with R Rᵀ = I for p < p*, T = I
//! (physics.md §4, §5). R is the polar factor of the start: the closest point of the manifold.

use serde::Serialize;

use super::{Matrix, Overlaps, Teacher, underparameterised_scale};

/// Singular values below this fraction of the largest leave the polar factor undefined.
pub(super) const RANK_TOLERANCE: f64 = 1e-13;

/// Newton steps that are enough for any condition number up to 1/RANK_TOLERANCE (9 suffice).
const NEWTON_STEPS: usize = 40;

/// Which rule gave the predicted solution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Rule {
    /// R = polar(M₀): exact for Q₀ ∝ I, T = I.
    #[serde(rename = "closest to the start: R = polar(M0)")]
    Closest,
    /// R = polar(M₀ T) for T ≠ I: the closest point, which the run need not end at.
    #[serde(rename = "closest to the start: R = polar(M0 T), a conjecture for T other than the identity")]
    ClosestConjecture,
    /// R = polar(Q₀^(−1/2) M₀): exact for any Q₀ under gradient flow as ε → 0.
    #[serde(rename = "closest to the whitened start: R = polar(Q0^(-1/2) M0)")]
    Whitened,
    /// R = polar(Q₀^(−1/2) M₀ T) for T ≠ I.
    #[serde(
        rename = "closest to the whitened start: R = polar(Q0^(-1/2) M0 T), a conjecture for T other than the identity"
    )]
    WhitenedConjecture,
    /// R from M₀ by Gram-Schmidt along T's eigenvectors, strongest first.
    #[serde(rename = "one teacher direction after the other: Gram-Schmidt of M0, the strongest first")]
    Sequential,
}

/// A predicted end point ρ̄ = (M̄, Q̄).
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    /// ρ̄ itself.
    pub state: Overlaps,
    /// R, p × p*, orthonormal along its shorter side.
    pub rotation: Matrix,
    /// The rule behind it.
    pub rule: Rule,
}

/// Euclidean (Frobenius) distances between two states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Distances {
    /// d = √(d_M² + d_Q²).
    pub total: f64,
    /// d_M = ‖M − M̄‖_F.
    pub m: f64,
    /// d_Q = ‖Q − Q̄‖_F.
    pub q: f64,
}

/// A state seen from the centre of the manifold of solutions (design: "Manifold view").
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct ManifoldPoint {
    /// ⟨M, M̄⟩/‖M̄‖_F: along the predicted solution.
    pub x: f64,
    /// ‖M − x M̄/‖M̄‖_F‖_F: away from it.
    pub y: f64,
}

/// The polar factor S = U Vᵀ of M = U Σ Vᵀ (thin SVD), p × p*; `None` if M is rank deficient.
///
/// ```
/// use saddlescope::model::{Matrix, polar};
///
/// let m = Matrix::from_row_slice(3, 1, &[0.0, 3.0, 4.0]);
/// let s = polar(&m).expect("full rank");
/// assert!((s - Matrix::from_row_slice(3, 1, &[0.0, 0.6, 0.8])).amax() < 1e-15);
/// ```
pub fn polar(m: &Matrix) -> Option<Matrix> {
    if m.nrows() < m.ncols() {
        return polar(&m.transpose()).map(|s| s.transpose());
    }
    let size = m.amax();
    if !(size > 0.0 && size.is_finite()) {
        return None;
    }
    let qr = (m / size).qr();
    let root = square_polar(qr.r())?;
    Some(qr.q() * root)
}

/// The rank of M: min(p, p*) where [`polar`] is defined, and less where it is not, by the same tolerance.
///
/// Every state of a run has that of its start: dM/dα = L M + M R.
///
/// ```
/// use saddlescope::model::{Matrix, rank};
///
/// assert_eq!(rank(&Matrix::from_element(3, 2, 0.1)), 1);
/// assert_eq!(rank(&Matrix::identity(3, 2)), 2);
/// assert_eq!(rank(&Matrix::zeros(3, 2)), 0);
/// ```
pub fn rank(m: &Matrix) -> usize {
    let full = m.nrows().min(m.ncols());
    if polar(m).is_some() {
        return full;
    }
    let singular = m.singular_values();
    let least = RANK_TOLERANCE * singular.max();
    let counted = singular.iter().filter(|value| **value > least).count();
    counted.min(full.saturating_sub(1))
}

/// The polar factor of a square X by Newton's iteration X ← (γX + X⁻ᵀ/γ)/2, scaled by γ for speed from any condition
/// number; backward stable, whatever the gaps between singular values (N. J. Higham, Functions of Matrices, §8.6).
fn square_polar(mut x: Matrix) -> Option<Matrix> {
    for _ in 0..NEWTON_STEPS {
        let inverse = x.clone().try_inverse()?.transpose();
        let (norm, inverse_norm) = (x.norm(), inverse.norm());
        let condition = norm * inverse_norm;
        if !condition.is_finite() || condition * RANK_TOLERANCE >= 1.0 {
            return None;
        }
        let scale = (inverse_norm / norm).sqrt();
        let next = (&x * scale + inverse / scale) * 0.5;
        let change = (&next - &x).norm();
        x = next;
        // Quadratic: after a change of 1e-9 the next one is below rounding.
        if change < 1e-9 * x.norm() {
            return Some(x);
        }
    }
    None
}

/// ‖S − S₀‖_F, the drift of the conserved polar factor.
pub fn polar_drift(s: &Matrix, s_0: &Matrix) -> f64 {
    (s - s_0).norm()
}

/// ρ̄, the minimum closest to the start: R = polar(M₀ T), for T = I that is polar(M₀) (physics.md §5).
///
/// ‖M₀ − √(p/p*) R T‖ is least where tr(Rᵀ M₀ T) is largest (orthogonal Procrustes), and ‖Q₀ − (p/p*) R T Rᵀ‖ does not
/// depend on R if Q₀ ∝ I. That the run ends there is exact for T = I and Q₀ ∝ I, and a conjecture for T ≠ I: directions
/// of T are then learnt one after the other, the more so the smaller ε.
///
/// `None` if M₀ is rank deficient, or if no law is known (p < p* with T ≠ I).
pub fn rho_bar(start: &Overlaps, teacher: &Teacher) -> Option<Solution> {
    let rule = if teacher.is_orthonormal() { Rule::Closest } else { Rule::ClosestConjecture };
    on_manifold(polar(&towards(start.m(), teacher))?, teacher, rule)
}

/// M T, whose polar factor is that of the closest point of the manifold.
fn towards(m: &Matrix, teacher: &Teacher) -> Matrix {
    if teacher.is_orthonormal() { m.clone() } else { m * teacher.gram() }
}

/// The whitened prediction R = polar(Q₀^(−1/2) M₀) (physics.md §5): accounts for a start with unequal norms.
/// For T ≠ I polar(Q₀^(−1/2) M₀ T), a conjecture as for [`rho_bar`].
///
/// `None` if Q₀ is singular or M₀ rank deficient, or if no law is known.
pub fn rho_bar_whitened(start: &Overlaps, teacher: &Teacher) -> Option<Solution> {
    let eigen = start.q().clone().symmetric_eigen();
    if eigen.eigenvalues.min() <= RANK_TOLERANCE * eigen.eigenvalues.max() {
        return None;
    }
    let inverse_root = Matrix::from_diagonal(&eigen.eigenvalues.map(|value| 1.0 / value.sqrt()));
    let whitened = &eigen.eigenvectors * inverse_root * eigen.eigenvectors.tr_mul(start.m());
    let rule = if teacher.is_orthonormal() { Rule::Whitened } else { Rule::WhitenedConjecture };
    on_manifold(polar(&towards(&whitened, teacher))?, teacher, rule)
}

/// Frobenius distances of `state` to `target`.
pub fn distances(state: &Overlaps, target: &Overlaps) -> Distances {
    let apart = |a: &Matrix, b: &Matrix| a.zip_fold(b, 0.0, |sum, x, y| sum + (x - y) * (x - y));
    let (m, q) = (apart(state.m(), target.m()), apart(state.q(), target.q()));
    Distances { total: (m + q).sqrt(), m: m.sqrt(), q: q.sqrt() }
}

/// Coordinates of M relative to M̄; the zero-loss solutions lie on the circle of radius ‖M̄‖_F = √p (T = I, p ≥ p*).
pub fn manifold_point(m: &Matrix, m_bar: &Matrix) -> ManifoldPoint {
    let length = m_bar.norm();
    let x = m.dot(m_bar) / length;
    let y = (m - m_bar * (x / length)).norm();
    ManifoldPoint { x, y }
}

pub(super) fn on_manifold(rotation: Matrix, teacher: &Teacher, rule: Rule) -> Option<Solution> {
    let (p, p_star) = rotation.shape();
    let (m, q) = if p >= p_star {
        let ratio = p as f64 / p_star as f64;
        let rt = &rotation * teacher.gram();
        (&rt * ratio.sqrt(), &rt * rotation.transpose() * ratio)
    } else if teacher.is_orthonormal() {
        let scale = underparameterised_scale(p, p_star);
        (&rotation * scale, Matrix::identity(p, p) * (scale * scale))
    } else {
        return None;
    };
    Some(Solution { state: Overlaps::symmetrised(m, q), rotation, rule })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::risk;

    fn sample(p: usize, p_star: usize) -> Matrix {
        Matrix::from_fn(p, p_star, |i, r| ((i * i + 3 * i * r + 5 * r + 1) as f64).sin() * 0.01)
    }

    #[test]
    fn every_prediction_has_no_risk_when_the_student_is_wide_enough() {
        let gram = Matrix::from_row_slice(2, 2, &[1.5, 0.3, 0.3, 0.8]);
        for teacher in [Teacher::orthonormal(2), Teacher::from_gram(gram).unwrap()] {
            for p in 2..7 {
                let start = Overlaps::new(sample(p, 2), Matrix::identity(p, p)).unwrap();
                for solution in [rho_bar(&start, &teacher), rho_bar_whitened(&start, &teacher)] {
                    // Rounding of Q enters linearly, through the part of it that is orthogonal to the teachers.
                    assert!(risk(&solution.unwrap().state, &teacher) < 1e-15, "p = {p}");
                }
            }
        }
    }

    #[test]
    fn both_predictions_agree_for_an_isotropic_start() {
        let start = Overlaps::new(sample(5, 2), Matrix::identity(5, 5) * 1.7).unwrap();
        let teacher = Teacher::orthonormal(2);
        let (plain, white) =
            (rho_bar(&start, &teacher).unwrap(), rho_bar_whitened(&start, &teacher).unwrap());
        assert!(distances(&plain.state, &white.state).total < 1e-13);
    }

    #[test]
    fn a_narrow_student_has_orthonormal_rows_in_its_prediction() {
        let start = Overlaps::new(sample(2, 4), Matrix::identity(2, 2)).unwrap();
        let solution = rho_bar(&start, &Teacher::orthonormal(4)).unwrap();
        let gram = &solution.rotation * solution.rotation.transpose();
        assert!((gram - Matrix::identity(2, 2)).amax() < 1e-14);
        assert!((solution.state.q()[(0, 0)] - (1.0 + 2.0 / 4.0) / (1.0 + 2.0 / 2.0)).abs() < 1e-15);
    }

    #[test]
    fn a_rank_deficient_start_has_no_polar_factor() {
        assert_eq!(polar(&Matrix::zeros(3, 2)), None);
        assert_eq!(polar(&Matrix::from_element(3, 2, 0.5)), None);
    }

    #[test]
    fn the_solution_lies_on_the_circle_of_radius_root_p() {
        let start = Overlaps::new(sample(6, 3), Matrix::identity(6, 6)).unwrap();
        let bar = rho_bar(&start, &Teacher::orthonormal(3)).unwrap().state;
        let point = manifold_point(bar.m(), bar.m());
        assert!((point.x - 6.0_f64.sqrt()).abs() < 1e-14 && point.y < 1e-14);
    }
}
