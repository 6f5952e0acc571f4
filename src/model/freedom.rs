//! Counting: degrees of freedom of the student and dimension of its set of solutions (physics.md §5, §7).
//!
//! Exact integers, no floating point.

/// Degrees of freedom of the function a student of width `p` computes in dimension `n` (physics.md §7).
///
/// f depends on W only through WᵀW, of rank at most p: pN − p(p−1)/2 for p ≤ N, N(N+1)/2 beyond.
///
/// ```
/// assert_eq!(saddlescope::model::degrees_of_freedom(1, 10), 10);
/// assert_eq!(saddlescope::model::degrees_of_freedom(10, 10), 55);
/// assert_eq!(saddlescope::model::degrees_of_freedom(64, 10), 55);
/// ```
pub fn degrees_of_freedom(p: u64, n: u64) -> u128 {
    let width = u128::from(p.min(n));
    width * u128::from(n) - width * (width.saturating_sub(1)) / 2
}

/// Dimension of the set of minima in overlap space (physics.md §5).
///
/// For p ≥ p* the Stiefel manifold of R with RᵀR = I, p p* − p*(p*+1)/2; for p < p* that of R Rᵀ = I.
pub fn manifold_dimension(p: u64, p_star: u64) -> u64 {
    let (wide, thin) = (p.max(p_star), p.min(p_star));
    wide * thin - thin * (thin + 1) / 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Matrix;

    #[test]
    fn degrees_of_freedom_meet_at_full_rank() {
        for n in 1..40 {
            assert_eq!(degrees_of_freedom(n, n), u128::from(n) * (u128::from(n) + 1) / 2);
            assert_eq!(degrees_of_freedom(n + 7, n), degrees_of_freedom(n, n));
        }
    }

    #[test]
    fn degrees_of_freedom_are_parameters_less_rotations() {
        for p in 1..20 {
            // Rotations of the student's rows among themselves leave the function as it is.
            let rotations = u128::from(p * (p - 1) / 2);
            assert_eq!(degrees_of_freedom(p, 100) + rotations, u128::from(p) * 100);
        }
    }

    /// The rank of all vectors c (R A + B R), A and B skew: what is tangent to the set of minima at R, which rotations
    /// of students and teachers carry into all of it.
    fn tangent_rank(p: usize, p_star: usize) -> u64 {
        let skew = |side: usize| {
            let pairs = (0..side).flat_map(move |i| (0..i).map(move |j| (i, j)));
            pairs.map(move |(i, j)| {
                let mut generator = Matrix::zeros(side, side);
                (generator[(i, j)], generator[(j, i)]) = (1.0, -1.0);
                generator
            })
        };
        let r = Matrix::identity(p, p_star);
        let moves = skew(p_star).map(|a| &r * a).chain(skew(p).map(|b| b * &r));
        let columns: Vec<f64> = moves.flat_map(|step| step.iter().copied().collect::<Vec<_>>()).collect();
        if columns.is_empty() {
            return 0;
        }
        Matrix::from_column_slice(p * p_star, columns.len() / (p * p_star), &columns).rank(1e-9) as u64
    }

    #[test]
    fn the_dimension_is_the_rank_of_what_is_tangent_to_the_minima() {
        for p in 1..7 {
            for p_star in 1..7 {
                let expected = tangent_rank(p, p_star);
                assert_eq!(manifold_dimension(p as u64, p_star as u64), expected, "({p},{p_star})");
            }
        }
    }

    #[test]
    fn one_teacher_has_a_sphere_of_solutions() {
        assert_eq!(manifold_dimension(2, 1), 1, "a circle");
        assert_eq!(manifold_dimension(3, 1), 2, "a sphere");
        assert_eq!(manifold_dimension(6, 3), 12);
        assert_eq!(manifold_dimension(3, 3), 3, "rotations in three dimensions");
        assert_eq!(manifold_dimension(2, 4), 5);
    }
}
