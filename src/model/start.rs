//! Seeded initial conditions ρ₀ = (M₀, Q₀) (physics.md §3) and the largest ε that is realisable.
//!
//! Every start is a pure function of the scenario: the same seed gives the same bits. Streams are
//! xoshiro256++ seeded through SplitMix64, one per purpose, so that a change in one draw moves no other.

use rand::SeedableRng;
use rand_distr::{ChiSquared, Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::overlaps::smallest_eigenvalue;
use super::{Matrix, ModelError, Overlaps, Teacher};

/// What a random stream is for; two purposes never share numbers.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
enum Purpose {
    TeacherOverlaps = 1,
    StudentOverlaps = 2,
    TeacherGram = 3,
}

/// A start drawn at random: which law, how large, and from which seed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RandomStart<'a> {
    pub(crate) p: usize,
    pub(crate) epsilon: f64,
    pub(crate) seed: u64,
    /// Where M₀ points, for p* = 1; empty: where it is drawn.
    pub(crate) direction: &'a [f64],
}

/// `orthogonal`: M₀ = ε G, Q₀ = I with G iid standard normal (physics.md §3).
///
/// # Errors
/// [`ModelError::EpsilonTooLarge`] if no weights have these overlaps.
pub(crate) fn orthogonal(draw: RandomStart<'_>, teacher: &Teacher) -> Result<Overlaps, ModelError> {
    let g = directed(draw, normal_matrix(draw, teacher.p_star(), Purpose::TeacherOverlaps));
    scaled(draw, teacher, &g, &Matrix::zeros(draw.p, draw.p))
}

/// `gaussian`: M₀ = ε G, Q₀ = I + ε (Z + Zᵀ)/√2: random weights of dimension 1/ε² to leading order.
///
/// # Errors
/// [`ModelError::EpsilonTooLarge`] if no weights have these overlaps.
pub(crate) fn gaussian(draw: RandomStart<'_>, teacher: &Teacher) -> Result<Overlaps, ModelError> {
    let g = directed(draw, normal_matrix(draw, teacher.p_star(), Purpose::TeacherOverlaps));
    let z = normal_matrix(draw, draw.p, Purpose::StudentOverlaps);
    scaled(draw, teacher, &g, &((&z + z.transpose()) / std::f64::consts::SQRT_2))
}

/// The drawn M₀ turned into the direction asked for, its length kept.
fn directed(draw: RandomStart<'_>, g: Matrix) -> Matrix {
    if g.ncols() != 1 || draw.direction.len() != g.nrows() {
        return g;
    }
    let direction = Matrix::from_column_slice(g.nrows(), 1, draw.direction);
    let length = g.norm() / direction.norm();
    direction * length
}

/// `weights`: the overlaps of W with iid standard normal entries in dimension `n`, exact in law at a cost that does
/// not grow with `n`.
///
/// On an orthonormal basis of the teachers' span the student rows are iid normal; what is orthogonal to it is a
/// Wishart matrix of n − p* degrees of freedom, drawn through Bartlett's triangular factor.
///
/// # Errors
/// [`ModelError::DimensionTooSmall`] for n < p + p*.
pub(crate) fn weights(p: usize, n: u64, seed: u64, teacher: &Teacher) -> Result<Overlaps, ModelError> {
    let p_star = teacher.p_star();
    let need = (p + p_star) as u64;
    if n < need {
        return Err(ModelError::DimensionTooSmall { n, need });
    }
    let scale = 1.0 / (n as f64).sqrt();
    let draw = RandomStart { p, epsilon: scale, seed, direction: &[] };
    let a = normal_matrix(draw, p_star, Purpose::TeacherOverlaps) * scale;
    let mut rng = stream(seed, Purpose::StudentOverlaps);
    let mut b = Matrix::zeros(p, p);
    for i in 0..p {
        for j in 0..i {
            let entry: f64 = StandardNormal.sample(&mut rng);
            b[(i, j)] = entry * scale;
        }
        let freedom = n - p_star as u64 - i as u64;
        // `freedom` is at least 1, so the law exists; the fallback is its mean.
        let square = ChiSquared::new(freedom as f64).map_or(freedom as f64, |law| law.sample(&mut rng));
        b[(i, i)] = square.sqrt() * scale;
    }
    let q = &a * a.transpose() + &b * b.transpose();
    Ok(Overlaps::symmetrised(a * teacher.factor().transpose(), q))
}

/// Z Zᵀ with Z of p* × 2p* standard normal entries: random teachers that overlap, and none of them too weak.
pub(crate) fn random_gram(p_star: usize, seed: u64) -> Matrix {
    let draw = RandomStart { p: p_star, epsilon: 1.0, seed, direction: &[] };
    let z = normal_matrix(draw, 2 * p_star, Purpose::TeacherGram);
    &z * z.transpose()
}

/// The largest ε for which M₀ = ε `g`, Q₀ = I + ε `k` is realisable: Q₀ − M₀ T⁻¹ M₀ᵀ ⪰ 0.
///
/// λ_min(I + ε k − ε² X) is concave in ε and 1 at ε = 0, so it crosses zero once; infinite if it never does.
pub(crate) fn largest_epsilon(g: &Matrix, k: &Matrix, teacher: &Teacher) -> f64 {
    let a = teacher.whiten(g);
    let x = &a * a.transpose();
    let identity = Matrix::identity(g.nrows(), g.nrows());
    let margin = |epsilon: f64| smallest_eigenvalue(&identity + k * epsilon - &x * (epsilon * epsilon));
    let (mut inside, mut outside) = (0.0, 1.0);
    while margin(outside) >= 0.0 {
        inside = outside;
        outside *= 2.0;
        if outside > 1e12 {
            return f64::INFINITY;
        }
    }
    while outside - inside > 1e-12 * outside {
        let middle = 0.5 * (inside + outside);
        if margin(middle) >= 0.0 {
            inside = middle;
        } else {
            outside = middle;
        }
    }
    inside
}

fn scaled(draw: RandomStart, teacher: &Teacher, g: &Matrix, k: &Matrix) -> Result<Overlaps, ModelError> {
    let RandomStart { p, epsilon, seed, .. } = draw;
    let state = Overlaps::symmetrised(g * epsilon, Matrix::identity(p, p) + k * epsilon);
    if state.orthogonal_margin(teacher) >= 0.0 {
        return Ok(state);
    }
    let largest = largest_epsilon(g, k, teacher);
    Err(ModelError::EpsilonTooLarge { epsilon, p, p_star: teacher.p_star(), seed, largest })
}

fn normal_matrix(draw: RandomStart<'_>, cols: usize, purpose: Purpose) -> Matrix {
    let mut rng = stream(draw.seed, purpose);
    let entries: Vec<f64> = (0..draw.p * cols).map(|_| StandardNormal.sample(&mut rng)).collect();
    Matrix::from_row_slice(draw.p, cols, &entries)
}

fn stream(seed: u64, purpose: Purpose) -> Xoshiro256PlusPlus {
    // An odd multiplier spreads the purposes over the 64 bits that SplitMix64 then scrambles.
    Xoshiro256PlusPlus::seed_from_u64(seed ^ (purpose as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_direction_turns_the_start_and_keeps_its_length() {
        let teacher = Teacher::orthonormal(1);
        let drawn = RandomStart { p: 3, epsilon: 0.01, seed: 7, direction: &[] };
        let turned = RandomStart { direction: &[0.0, -2.0, 0.0], ..drawn };
        for law in [orthogonal, gaussian] {
            let (m, n) = (law(drawn, &teacher).unwrap(), law(turned, &teacher).unwrap());
            assert!((m.m().norm() - n.m().norm()).abs() < 1e-16);
            assert!((n.m()[1] + n.m().norm()).abs() < 1e-16, "{}", n.m());
            assert_eq!(m.q(), n.q());
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_bits_and_another_seed_others() {
        let teacher = Teacher::orthonormal(3);
        let draw = RandomStart { p: 6, epsilon: 0.01, seed: 7, direction: &[] };
        let (one, two) = (gaussian(draw, &teacher).unwrap(), gaussian(draw, &teacher).unwrap());
        assert_eq!(one, two);
        let other = gaussian(RandomStart { seed: 8, ..draw }, &teacher).unwrap();
        assert_ne!(one, other);
    }

    #[test]
    fn orthogonal_and_gaussian_starts_of_one_seed_share_their_teacher_overlaps() {
        let teacher = Teacher::orthonormal(3);
        let draw = RandomStart { p: 6, epsilon: 0.01, seed: 7, direction: &[] };
        assert_eq!(orthogonal(draw, &teacher).unwrap().m(), gaussian(draw, &teacher).unwrap().m());
    }

    #[test]
    fn the_largest_epsilon_is_the_inverse_of_the_largest_singular_value_for_orthogonal_starts() {
        let teacher = Teacher::orthonormal(3);
        let draw = RandomStart { p: 6, epsilon: 5.0, seed: 3, direction: &[] };
        let Err(ModelError::EpsilonTooLarge { largest, .. }) = orthogonal(draw, &teacher) else {
            panic!("epsilon = 5 is never realisable for p = 6")
        };
        let g = normal_matrix(draw, 3, Purpose::TeacherOverlaps);
        let expected = 1.0 / g.singular_values().max();
        assert!((largest - expected).abs() < 1e-10, "{largest} and {expected}");
        let at = |factor: f64| orthogonal(RandomStart { epsilon: largest * factor, ..draw }, &teacher);
        assert!(at(1.0 - 1e-6).is_ok() && at(1.0 + 1e-6).is_err());
    }

    #[test]
    fn random_weights_have_the_wishart_mean_and_variance() {
        let (p, n, draws) = (3, 50, 20_000);
        let teacher = Teacher::orthonormal(2);
        let (mut diagonal, mut square, mut corner) = (0.0, 0.0, 0.0);
        for seed in 0..draws {
            let state = weights(p, n, seed, &teacher).unwrap();
            assert!(state.orthogonal_margin(&teacher) > 0.0);
            diagonal += state.q()[(2, 2)];
            square += state.q()[(2, 2)].powi(2);
            corner += state.q()[(0, 2)].powi(2);
        }
        let count = draws as f64;
        let mean = diagonal / count;
        let variance = square / count - mean * mean;
        // Q_ii is chi-squared of n degrees over n: mean 1, variance 2/n; Q_ij has variance 1/n. Four standard errors.
        assert!((mean - 1.0).abs() < 4.0 * (2.0 / n as f64 / count).sqrt(), "{mean}");
        assert!((variance * n as f64 / 2.0 - 1.0).abs() < 4.0 * (3.0 / count).sqrt(), "{variance}");
        assert!((corner / count * n as f64 - 1.0).abs() < 4.0 * (3.0 / count).sqrt(), "{corner}");
    }

    #[test]
    fn weights_need_room_for_every_row() {
        let error = weights(3, 4, 1, &Teacher::orthonormal(2)).unwrap_err();
        assert_eq!(error, ModelError::DimensionTooSmall { n: 4, need: 5 });
    }
}
