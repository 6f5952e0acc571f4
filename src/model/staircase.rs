//! Unequal teachers are learnt one after the other: the loss comes down a staircase, one step per direction of T.
//!
//! Exact for gradient flow, Q₀ ∝ I and ε → 0, where a direction is learnt in full before the next has grown.

use super::{ConstantLearning, Teacher};

/// A plateau of the staircase, and how fast it is left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The loss on it.
    pub loss: f64,
    /// The growth rate of the overlap with the strongest direction not yet learnt, per unit α; 0 on the last one.
    pub rate: f64,
}

/// The plateaus of gradient flow at learning rate `eta` for a student of width `p`, from the first to the final loss.
///
/// With T's eigenvalues t₁ ≥ t₂ ≥ …, k of them learnt and s_k = Σ_{r>k} t_r/p*, a state is stationary if unused student
/// directions have the norm q = −pτ/2 and learnt ones obey D = −τ/2; then τ = −s_k/(1 + p/2), and
///
/// ```text
/// loss_k = s_k²/(p+2) + Σ_{r>k} (t_r/p*)²          g_r = −(2η/p) [τ + 2q/p − 2t_r/p*] = 4η t_r/(p p*)
/// ```
///
/// so that every direction grows at its own rate on every plateau. A student has room for p of them. For T = I all
/// steps are taken at once: the first loss is the plateau's, the last one the minimum's.
///
/// ```
/// use saddlescope::model::{ConstantLearning, Teacher, staircase};
///
/// let learning = ConstantLearning { eta: 0.01, label_noise: 0.0, gradient_flow: false };
/// let steps = staircase(6, &Teacher::orthonormal(3), learning);
/// assert!((steps[0].loss - (1.0 / 3.0 + 1.0 / 8.0)).abs() < 1e-15);
/// assert!((steps[0].rate - 4.0 * 0.01 / (6.0 * 3.0)).abs() < 1e-15);
/// assert_eq!(steps[3].loss, 0.0);
/// ```
pub fn staircase(p: usize, teacher: &Teacher, learning: ConstantLearning) -> Vec<Step> {
    steps(p, teacher, learning.eta)
}

/// The steps; their losses are the same at every η.
fn steps(p: usize, teacher: &Teacher, eta: f64) -> Vec<Step> {
    let (width, p_star) = (p as f64, teacher.p_star());
    let mut shares: Vec<f64> = teacher.spectrum().iter().map(|t| t / p_star as f64).collect();
    shares.sort_by(|a, b| b.total_cmp(a));
    let last = p.min(p_star);
    let step = |learnt: usize| {
        let left = &shares[learnt..];
        let (sum, square) = (left.iter().sum::<f64>(), left.iter().map(|share| share * share).sum::<f64>());
        let next = left.first().filter(|_| learnt < last).map_or(0.0, |share| 4.0 * eta * share / width);
        Step { loss: sum * sum / (width + 2.0) + square, rate: next }
    };
    (0..=last).map(step).collect()
}

/// The students that have learnt nothing, while their norms follow a step down: slower than the overlaps that make it.
///
/// With k directions learnt and those at their balance D = −τ/2, n = p − k unused students of squared norm p u make the
/// loss of the plateau and, beyond it, n (p+2)/(k+2) (u − u*)², u* = s_k/(p+2), while
///
/// ```text
/// du/dα = −(8η/p) (p+2)/(k+2) u (u − u*)
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct UnusedNorms {
    /// u*.
    rest: f64,
    /// (8η/p) (p+2)/(k+2).
    speed: f64,
    /// n (p+2)/(k+2).
    stiffness: f64,
}

impl UnusedNorms {
    /// Those of a student of width `p` with `learnt` ≤ p directions learnt and Σ t_r/p* = `left` to learn.
    pub(super) fn new(p: usize, learnt: usize, left: f64, eta: f64) -> Self {
        let (width, per_step) = (p as f64, (p as f64 + 2.0) / (learnt as f64 + 2.0));
        Self {
            rest: left / (width + 2.0),
            speed: 8.0 * eta / width * per_step,
            stiffness: (width - learnt as f64) * per_step,
        }
    }

    /// u a time after it was `u` > 0.
    pub(super) fn after(&self, u: f64, time: f64) -> f64 {
        let growth = self.speed * self.rest * time;
        // u*/(1 + (u*/u − 1) e^(−growth)), written so that it holds for u* = 0 as well.
        let fading = if growth > 0.0 { -(-growth).exp_m1() * u / self.rest } else { self.speed * u * time };
        u / ((-growth).exp() + fading)
    }

    /// The time that u takes until it makes no more than `excess` > 0 of loss.
    pub(super) fn settling(&self, u: f64, excess: f64) -> f64 {
        let apart = (excess / self.stiffness).sqrt();
        if u - self.rest <= apart {
            return 0.0;
        }
        let (before, after) = (1.0 / u, 1.0 / (self.rest + apart));
        if self.rest > 0.0 {
            ((1.0 - self.rest * before) / (1.0 - self.rest * after)).ln() / (self.speed * self.rest)
        } else {
            (after - before) / self.speed
        }
    }
}

/// The lowest population loss of a student of width `p`: the last step of the [`staircase`], 0 for p ≥ p*.
pub fn lowest_loss(p: usize, teacher: &Teacher) -> f64 {
    // No rate is asked for.
    steps(p, teacher, 0.0).last().map_or(0.0, |step| step.loss)
}

/// The lowest population loss that M of this rank allows: the step of the [`staircase`] with so many directions learnt.
///
/// M keeps the rank it starts with, so that a start of less than min(p, p*) ends in a saddle.
pub fn lowest_loss_of_rank(p: usize, rank: usize, teacher: &Teacher) -> f64 {
    let steps = steps(p, teacher, 0.0);
    steps.get(rank).or(steps.last()).map_or(0.0, |step| step.loss)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Matrix, Overlaps, drift, risk, underparameterised_floor};

    #[test]
    fn every_plateau_is_stationary_and_its_loss_is_the_risk_of_its_state() {
        let t = [2.0, 0.7, 0.3];
        let teacher = Teacher::from_gram(Matrix::from_diagonal(&t.to_vec().into())).unwrap();
        for p in [1_usize, 2, 3, 5] {
            for (learnt, step) in steps(p, &teacher, 0.1).into_iter().enumerate() {
                let left: f64 = t[learnt..].iter().map(|t| t / 3.0).sum();
                let tau = -left / (1.0 + p as f64 / 2.0);
                // Student r has the direction of teacher r; the others rest on their own.
                let mut q = Matrix::identity(p, p) * (-tau * p as f64 / 2.0);
                let mut m = Matrix::zeros(p, 3);
                for r in 0..learnt {
                    q[(r, r)] = p as f64 * (t[r] / 3.0 - tau / 2.0);
                    m[(r, r)] = (q[(r, r)] * t[r]).sqrt();
                }
                let state = Overlaps::new(m, q).unwrap();
                let change = drift(&state, &teacher, 0.1, 0.0);
                assert!(change.m.amax() < 1e-15 && change.q_flow.amax() < 1e-15, "p = {p}, {learnt} learnt");
                assert!((risk(&state, &teacher) - step.loss).abs() < 1e-15, "p = {p}, {learnt} learnt");
            }
        }
    }

    #[test]
    fn equal_teachers_end_at_the_minimum() {
        for (p, p_star) in [(1, 2), (2, 4), (3, 3), (5, 2)] {
            let last = steps(p, &Teacher::orthonormal(p_star), 0.1).pop().unwrap();
            assert!((last.loss - underparameterised_floor(p, p_star)).abs() < 1e-15);
        }
    }

    #[test]
    fn unused_norms_follow_the_drift_and_make_their_part_of_the_loss() {
        let t = [2.0, 0.7, 0.3];
        let teacher = Teacher::from_gram(Matrix::from_diagonal(&t.to_vec().into())).unwrap();
        for (p, learnt) in [(2, 1), (4, 1), (4, 2), (5, 3), (20, 1), (20, 2)] {
            let left: f64 = t[learnt..].iter().map(|t| t / 3.0).sum();
            let norms = UnusedNorms::new(p, learnt, left, 0.1);
            for u in [0.5 * norms.rest + 1e-3, norms.rest + 0.1 / p as f64] {
                // The learnt directions at their balance: τ = (n u − s)/(1 + k/2).
                let tau = ((p - learnt) as f64 * u - left) / (1.0 + learnt as f64 / 2.0);
                let mut q = Matrix::identity(p, p) * (p as f64 * u);
                let mut m = Matrix::zeros(p, 3);
                for r in 0..learnt {
                    q[(r, r)] = p as f64 * (t[r] / 3.0 - tau / 2.0);
                    m[(r, r)] = (q[(r, r)] * t[r]).sqrt();
                }
                let state = Overlaps::new(m, q).unwrap();
                let change = drift(&state, &teacher, 0.1, 0.0).q_flow[(p - 1, p - 1)] / p as f64;
                let law = -norms.speed * u * (u - norms.rest);
                assert!((change - law).abs() < 1e-14, "({p}, {learnt}), u = {u}: {change}, {law}");
                let excess = risk(&state, &teacher) - steps(p, &teacher, 0.1)[learnt].loss;
                let law = norms.stiffness * (u - norms.rest).powi(2);
                assert!((excess - law).abs() < 1e-14, "({p}, {learnt}), u = {u}: {excess}, {law}");
                let (now, soon) = (norms.after(u, 3.0), norms.after(u, 3.0 + 1e-5));
                let slope = (soon - now) / 1e-5;
                assert!((slope + norms.speed * now * (now - norms.rest)).abs() < 1e-8 * (1.0 + slope.abs()));
            }
        }
    }

    #[test]
    fn unused_norms_have_settled_when_they_are_said_to() {
        for left in [0.0, 1e-9, 0.2] {
            let norms = UnusedNorms::new(6, 2, left, 0.1);
            for excess in [1e-2, 1e-6] {
                let time = norms.settling(0.4, excess);
                let made = norms.stiffness * (norms.after(0.4, time) - norms.rest).powi(2);
                assert!((made / excess - 1.0).abs() < 1e-6, "{left}, {excess}: {made}");
                assert!(norms.settling(norms.rest, excess) == 0.0);
            }
        }
    }
}
