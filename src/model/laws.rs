//! What theory knows of each phase: plateau, stability and convergence (physics.md §4); the escape has its own file.
//!
//! Laws are for T = I unless they take [`TeacherMoments`]; each is tested against a simulation. `None` means that
//! no law applies, never a guess.

use super::{ConstantLearning, GoldenSection, Teacher, lowest_loss};

/// What the plateau knows of the teacher: moments of its Gram matrix.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TeacherMoments {
    /// tr T/p*; 1 for T = I.
    pub trace: f64,
    /// tr T²/p*²; 1/p* for T = I.
    pub square: f64,
    /// The largest eigenvalue of T over p*; 1/p* for T = I.
    pub strongest: f64,
}

impl TeacherMoments {
    /// The moments of T = I.
    pub fn orthonormal(p_star: usize) -> Self {
        let share = 1.0 / p_star as f64;
        Self { trace: 1.0, square: share, strongest: share }
    }
}

/// The plateau: M = 0, Q = q I, and how fast M grows out of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plateau {
    /// q, the squared norm of every student neuron.
    pub q: f64,
    /// ε_pl, the loss; 1/p* + 1/(p+2) under gradient flow with T = I.
    pub loss: f64,
    /// g: M grows as e^(gα), the loss gap as e^(2gα). Can be negative at large η: then nothing escapes.
    pub rate: f64,
}

/// The plateau of a student of width `p` (physics.md §4), for any teacher Gram matrix.
///
/// q is the smaller root of (q − t₁) + 2q/p = h S(q), h = η/p, with t₁ = tr T/p*, t₂ = tr T²/p*² and
/// S(q) = (q−t₁)² + 2q²/p + 2t₂ + 4(q−t₁)q/p + 8q²/p² + Δ. `None` if there is no real root: the norms blow up.
///
/// ```
/// use saddlescope::model::{ConstantLearning, TeacherMoments, plateau};
///
/// let flow = ConstantLearning { eta: 0.01, label_noise: 0.0, gradient_flow: true };
/// let plateau = plateau(6, &TeacherMoments::orthonormal(3), flow).expect("gradient flow always has one");
/// assert!((plateau.q - 6.0 / 8.0).abs() < 1e-15);
/// assert!((plateau.loss - (1.0 / 3.0 + 1.0 / 8.0)).abs() < 1e-15);
/// assert!((plateau.rate - 4.0 * 0.01 / (6.0 * 3.0)).abs() < 1e-15);
/// ```
pub fn plateau(p: usize, teacher: &TeacherMoments, learning: ConstantLearning) -> Option<Plateau> {
    let width = p as f64;
    let h = learning.eta / width;
    let (beta, gamma) = (1.0 + 2.0 / width, 1.0 + 4.0 / width);
    let t_1 = teacher.trace;
    let q = if learning.gradient_flow {
        t_1 / beta
    } else {
        let constant = t_1 * t_1 + 2.0 * teacher.square + learning.label_noise;
        let (a, b, c) = (h * beta * gamma, beta * (2.0 * h * t_1 + 1.0), h * constant + t_1);
        let discriminant = b * b - 4.0 * a * c;
        if discriminant.is_nan() || discriminant < 0.0 {
            return None;
        }
        2.0 * c / (b + discriminant.sqrt())
    };
    // h S(q) = β q − t₁ by the equation itself; it vanishes for gradient flow.
    let rate = 2.0 * h * (2.0 * teacher.strongest + t_1 - beta * q);
    let loss = 0.5 * (q - t_1).powi(2) + q * q / width + teacher.square;
    Some(Plateau { q, loss, rate })
}

/// The largest η with a plateau; beyond it the norms blow up from the start.
///
/// 0.9248 for p = p* = 3, 2.272 for (6, 3), 0.6717 for (3, 1), without label noise.
pub fn eta_max_plateau(p: usize, teacher: &TeacherMoments, label_noise: f64) -> f64 {
    let width = p as f64;
    let (beta, gamma) = (1.0 + 2.0 / width, 1.0 + 4.0 / width);
    let t_1 = teacher.trace;
    let constant = t_1 * t_1 + 2.0 * teacher.square + label_noise;
    // The discriminant of the plateau equation vanishes: a h² + b h − β = 0.
    let a = 4.0 * (gamma * constant - beta * t_1 * t_1);
    let b = 8.0 * t_1 / width;
    width * 2.0 * beta / (b + (b * b + 4.0 * a * beta).sqrt())
}

/// The largest η at which norms that start at Q = q₀ I, M = 0, relax to the plateau: at most [`eta_max_plateau`].
///
/// q₀ has to lie below the larger, unstable root of the plateau's equation, β q₀ − t₁ = h S(q₀) there. For q₀ = 1 and T
/// = I that is η = p/(1 + p/p* + 4/p) where it matters: for (1, 1), whose roots meet at q < 1.
///
/// ```
/// let moments = saddlescope::model::TeacherMoments::orthonormal(1);
/// let limit = saddlescope::model::eta_max_start(1, &moments, 0.0, 1.0);
/// assert!((limit - 1.0 / 6.0).abs() < 1e-14);
/// ```
pub fn eta_max_start(p: usize, teacher: &TeacherMoments, label_noise: f64, q_0: f64) -> f64 {
    let fold = eta_max_plateau(p, teacher, label_noise);
    let width = p as f64;
    let (beta, gamma) = (1.0 + 2.0 / width, 1.0 + 4.0 / width);
    let (h, t_1) = (fold / width, teacher.trace);
    // Where both roots meet.
    if q_0 <= (2.0 * h * t_1 + 1.0) / (2.0 * h * gamma) {
        return fold;
    }
    width * (beta * q_0 - t_1) / noise(p, teacher, label_noise, q_0)
}

/// S(q), what SGD's noise does to norms of q while M is small: see [`plateau`].
fn noise(p: usize, teacher: &TeacherMoments, label_noise: f64, q: f64) -> f64 {
    let width = p as f64;
    let (beta, gamma, t_1) = (1.0 + 2.0 / width, 1.0 + 4.0 / width, teacher.trace);
    beta * gamma * q * q - 2.0 * beta * t_1 * q + t_1 * t_1 + 2.0 * teacher.square + label_noise
}

/// η₀, the limit of escape: at larger η, up to [`eta_max_plateau`], M shrinks on the plateau and the run stays there.
///
/// The rate g = 2h (2t/p* − h S(q)) of the strongest direction t vanishes where β q₀ − t₁ = h S(q₀) = 2t/p*, with β = 1
/// + 2/p:
///
/// ```text
/// q₀ = (t₁ + 2t/p*)/β        h₀ = (2t/p*)/S(q₀)        η₀ = p h₀
/// ```
///
/// `None` where q₀ is the larger root of the plateau's equation at h₀: g > 0 then holds up to the end of the plateau.
///
/// ```
/// use saddlescope::model::{TeacherMoments, eta_max_escape};
///
/// let limit = |p, p_star| eta_max_escape(p, &TeacherMoments::orthonormal(p_star), 0.0);
/// assert!((limit(3, 3).unwrap() - 0.9).abs() < 1e-14, "p = p*: η_c");
/// assert!((limit(6, 3).unwrap() - 2.2154).abs() < 5e-5);
/// assert_eq!(limit(3, 1), None);
/// ```
pub fn eta_max_escape(p: usize, teacher: &TeacherMoments, label_noise: f64) -> Option<f64> {
    let width = p as f64;
    let (beta, gamma) = (1.0 + 2.0 / width, 1.0 + 4.0 / width);
    let q = (teacher.trace + 2.0 * teacher.strongest) / beta;
    let h = 2.0 * teacher.strongest / noise(p, teacher, label_noise, q);
    // Half the sum of the roots.
    let middle = (2.0 * h * teacher.trace + 1.0) / (2.0 * h * gamma);
    (q <= middle).then_some(width * h)
}

/// η_c = p p*/(2 (p* + 2)), the largest η for which the zero-loss manifold is stable under SGD noise (T = I, p ≥ p*).
///
/// It is 2/λ_max of the Hessian there. `None` for p < p*.
pub fn eta_max_solution(p: usize, p_star: usize) -> Option<f64> {
    (p >= p_star).then(|| (p * p_star) as f64 / (2.0 * (p_star + 2) as f64))
}

/// The η that maximises the escape rate g; close to linear in p (0.589 for (3,3), 1.445 for (6,3), 3.449 for (12,3)).
pub fn eta_best(p: usize, teacher: &TeacherMoments, label_noise: f64) -> f64 {
    let rate = |eta: f64| {
        plateau(p, teacher, ConstantLearning { eta, label_noise, gradient_flow: false })
            .map_or(f64::NEG_INFINITY, |at| at.rate)
    };
    // g rises from 0, has one maximum, and ends at the fold where the plateau is lost.
    let fold = eta_max_plateau(p, teacher, label_noise);
    let mut section = GoldenSection::new(0.0, fold);
    let (mut at_left, mut at_right) = (rate(section.left()), rate(section.right()));
    while section.width() > 1e-9 * fold {
        if at_left < at_right {
            section.keep_right();
            (at_left, at_right) = (at_right, rate(section.right()));
        } else {
            section.keep_left();
            (at_left, at_right) = (rate(section.left()), at_left);
        }
    }
    section.middle()
}

/// How the loss ends (physics.md §4, T = I, leading order in η).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ConvergenceLaw {
    /// p = p*, Δ = 0: loss ~ e^(−rate α), rate = 8η/(p p*) (1 − η/η_c), without the bracket under gradient flow.
    ///
    /// The slowest mode is the trace of P = Q − M Mᵀ, whose linearised equation (physics.md §2b) closes on itself.
    Exponential {
        /// The decay rate per unit α.
        rate: f64,
    },
    /// p > p*, Δ = 0: loss ≃ coefficient/α², better coefficient/(α − α_esc)².
    Algebraic {
        /// (p−p*) p² (p*+2)/(64 η² (p+2)) · [1 + (2η/p)/(1 − η/η_c)], without the bracket under gradient flow.
        coefficient: f64,
    },
    /// p < p*, any T: the minimum of the population loss; SGD noise lifts the loss above it by O(η).
    Floor {
        /// The loss of the best rank-p student.
        loss: f64,
    },
}

/// The convergence law, where one is known: unless p < p* none for T ≠ I, nor for Δ > 0.
pub fn convergence_law(p: usize, teacher: &Teacher, learning: ConstantLearning) -> Option<ConvergenceLaw> {
    let p_star = teacher.p_star();
    let noisy = learning.label_noise > 0.0 && !learning.gradient_flow;
    if (noisy || !teacher.is_orthonormal()) && p >= p_star {
        return None;
    }
    let (width, star, eta) = (p as f64, p_star as f64, learning.eta);
    Some(match p.cmp(&p_star) {
        std::cmp::Ordering::Less => ConvergenceLaw::Floor { loss: lowest_loss(p, teacher) },
        std::cmp::Ordering::Equal => {
            let noise = if learning.gradient_flow { 0.0 } else { eta * 2.0 * (star + 2.0) / (width * star) };
            ConvergenceLaw::Exponential { rate: 8.0 * eta / (width * star) * (1.0 - noise) }
        }
        std::cmp::Ordering::Greater => {
            let flow = (width - star) * width * width * (star + 2.0) / (64.0 * eta * eta * (width + 2.0));
            ConvergenceLaw::Algebraic { coefficient: flow * tail_noise(p, p_star, learning)? }
        }
    })
}

/// How much SGD's noise lifts the loss of the algebraic tail; `None` where no solution is stable.
///
/// The excess x drives the norms y within the teachers' span through the noise of SGD, (8η/(p p*)) y = (4η²/p²)(p/p*)
/// [2r₀ + 4y/p + 8y/(p p*)] with r₀ the loss of gradient flow, so that y = η r₀/(1 − η/η_c), and the loss is r₀ + 2y/p.
fn tail_noise(p: usize, p_star: usize, learning: ConstantLearning) -> Option<f64> {
    if learning.gradient_flow {
        return Some(1.0);
    }
    let left = 1.0 - learning.eta / eta_max_solution(p, p_star)?;
    (left > 0.0).then_some(1.0 + 2.0 * learning.eta / (p as f64 * left))
}

/// c with c² = (1 + 2/p*)/(1 + 2/p): M̄ = c R, Q̄ = c² I minimise the population loss for p < p*, T = I.
pub fn underparameterised_scale(p: usize, p_star: usize) -> f64 {
    ((1.0 + 2.0 / p_star as f64) / (1.0 + 2.0 / p as f64)).sqrt()
}

/// The loss at that minimum; 0 for p ≥ p*.
pub fn underparameterised_floor(p: usize, p_star: usize) -> f64 {
    if p >= p_star {
        return 0.0;
    }
    let (width, star) = (p as f64, p_star as f64);
    let square = underparameterised_scale(p, p_star).powi(2);
    0.5 * (square - 1.0).powi(2) + square * square / width - 2.0 * square / star + 1.0 / star
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Matrix, Overlaps, drift, risk};

    fn sgd(eta: f64) -> ConstantLearning {
        ConstantLearning { eta, label_noise: 0.0, gradient_flow: false }
    }

    #[test]
    fn the_plateau_is_a_fixed_point_of_the_norms_and_its_loss_and_rate_are_those_of_the_drift() {
        let gram = Matrix::from_row_slice(3, 3, &[1.3, 0.2, 0.0, 0.2, 0.9, -0.1, 0.0, -0.1, 0.6]);
        for teacher in [Teacher::orthonormal(3), Teacher::from_gram(gram).unwrap()] {
            for (p, eta, noise) in [(1, 0.02, 0.0), (3, 0.3, 0.0), (6, 1.0, 0.1), (12, 0.01, 0.5)] {
                let learning = ConstantLearning { label_noise: noise, ..sgd(eta) };
                let at = plateau(p, &TeacherMoments::of(&teacher), learning).unwrap();
                let strongest = teacher.directions().column(
                    teacher.spectrum().iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).unwrap().0,
                );
                let tiny = 1e-7;
                let mut m = Matrix::zeros(p, 3);
                m.row_mut(0).copy_from(&(strongest.transpose() * tiny));
                let state = Overlaps::new(m.clone(), Matrix::identity(p, p) * at.q).unwrap();
                let change = drift(&state, &teacher, eta, noise);
                assert!((change.q_flow + change.q_noise).amax() < 1e-12);
                assert!((change.m - m * at.rate).amax() < 1e-12 * tiny);
                assert!((risk(&state, &teacher) - at.loss).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn the_plateau_is_lost_exactly_at_its_largest_eta() {
        for (p, p_star, expected) in [(3, 3, 0.9248), (6, 3, 2.272), (3, 1, 0.6717)] {
            let moments = TeacherMoments::orthonormal(p_star);
            let limit = eta_max_plateau(p, &moments, 0.0);
            assert!((limit / expected - 1.0).abs() < 5e-4, "({p},{p_star}): {limit}");
            assert!(plateau(p, &moments, sgd(limit * (1.0 - 1e-9))).is_some());
            assert!(plateau(p, &moments, sgd(limit * (1.0 + 1e-9))).is_none());
        }
    }

    #[test]
    fn the_best_eta_has_the_largest_rate() {
        for (p, p_star, expected) in [(3, 3, 0.589), (6, 3, 1.445), (12, 3, 3.449)] {
            let moments = TeacherMoments::orthonormal(p_star);
            let best = eta_best(p, &moments, 0.0);
            assert!((best - expected).abs() < 1e-3, "({p},{p_star}): {best}");
            let top = plateau(p, &moments, sgd(best)).unwrap().rate;
            for step in 1..200 {
                let eta = eta_max_plateau(p, &moments, 0.0) * f64::from(step) / 200.0;
                assert!(plateau(p, &moments, sgd(eta)).unwrap().rate <= top);
            }
        }
    }

    #[test]
    fn the_solution_limits_are_the_listed_ones() {
        for (p, p_star, expected) in [(1, 1, 1.0 / 6.0), (3, 3, 0.9), (6, 3, 1.8), (12, 3, 3.6), (3, 1, 0.5)]
        {
            assert!((eta_max_solution(p, p_star).unwrap() - expected).abs() < 1e-15);
        }
        assert_eq!(eta_max_solution(2, 4), None);
    }

    #[test]
    fn the_limits_of_escape_are_the_listed_ones_and_growth_changes_its_sign_there() {
        for (p, p_star, expected) in [(3, 3, 0.9), (6, 3, 2.2154), (12, 3, 5.3053), (2, 4, 0.5333)] {
            let moments = TeacherMoments::orthonormal(p_star);
            let limit = eta_max_escape(p, &moments, 0.0).unwrap();
            assert!((limit - expected).abs() < 5e-5, "({p},{p_star}): {limit}");
            let rate = |share: f64| plateau(p, &moments, sgd(share * limit)).unwrap().rate;
            assert!(rate(1.0 - 1e-6) > 0.0 && rate(1.0 + 1e-6) < 0.0, "({p},{p_star})");
        }
        // The larger root: M grows as long as there is a plateau.
        let moments = TeacherMoments::orthonormal(1);
        assert_eq!(eta_max_escape(3, &moments, 0.0), None);
        let end = eta_max_plateau(3, &moments, 0.0) * (1.0 - 1e-12);
        assert!(plateau(3, &moments, sgd(end)).unwrap().rate > 0.0);
    }

    #[test]
    fn without_excess_students_nothing_escapes_above_the_limit_of_the_solutions() {
        for width in 1..=64 {
            let found = eta_max_escape(width, &TeacherMoments::orthonormal(width), 0.0);
            let solution = eta_max_solution(width, width).unwrap();
            assert!(found.is_none_or(|limit| (limit / solution - 1.0).abs() < 1e-12), "{width}: {found:?}");
        }
    }

    #[test]
    fn the_limit_of_escape_is_that_of_the_strongest_direction_for_any_teacher_and_label_noise() {
        let gram = Matrix::from_diagonal(&vec![10.0 / 9.0, 1.0, 8.0 / 9.0].into());
        let moments = TeacherMoments::of(&Teacher::from_gram(gram).unwrap());
        for (p, label_noise) in [(3, 0.0), (3, 0.4), (6, 0.1), (2, 1.0)] {
            let limit = eta_max_escape(p, &moments, label_noise).unwrap();
            let rate = |share: f64| {
                plateau(p, &moments, ConstantLearning { label_noise, ..sgd(share * limit) }).unwrap().rate
            };
            assert!(rate(1.0 - 1e-6) > 0.0 && rate(1.0 + 1e-6) < 0.0, "{p}, {label_noise}");
        }
    }

    #[test]
    fn the_underparameterised_minimum_is_stationary_and_its_loss_is_the_floor() {
        for (p, p_star) in [(1, 2), (2, 4), (3, 7)] {
            let scale = underparameterised_scale(p, p_star);
            let m = Matrix::identity(p, p_star) * scale;
            let state = Overlaps::new(m, Matrix::identity(p, p) * (scale * scale)).unwrap();
            let teacher = Teacher::orthonormal(p_star);
            let change = drift(&state, &teacher, 0.1, 0.0);
            assert!(change.m.amax() < 1e-15 && change.q_flow.amax() < 1e-15);
            assert!((risk(&state, &teacher) - underparameterised_floor(p, p_star)).abs() < 1e-15);
        }
    }
}
