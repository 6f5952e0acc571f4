//! The algebraic tail of p > p*: the excess directions of Q decay as 1/α, and everything else follows them.
//!
//! physics.md §4 for x(α); the rest is §2b with P = x times the projector on the p − p* excess directions: X P = 0, and
//! dA/dα = 0 slaves τ + 2 D = 0, so that τ = 2 (p − p*) x/(p (p* + 2)), M = √(p/p* − p τ/2) R. T = I, Δ = 0, leading
//! order.

use super::ConstantLearning;

/// What is left a time after the escape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tail {
    /// x, the norm of each of the p − p* excess directions of Q.
    pub excess: f64,
    /// ‖M − M̄‖_F.
    pub distance_m: f64,
    /// ‖Q − Q̄‖_F.
    pub distance_q: f64,
}

impl Tail {
    /// d = √(d_M² + d_Q²).
    pub fn distance(&self) -> f64 {
        self.distance_m.hypot(self.distance_q)
    }
}

/// The tail `elapsed` (> 0) after the escape; `None` unless p > p*.
///
/// ```
/// use saddlescope::model::{ConstantLearning, distance_tail};
///
/// let learning = ConstantLearning { eta: 0.01, label_noise: 0.0, gradient_flow: false };
/// let tail = |elapsed| distance_tail((6, 3), learning, elapsed).map(|tail| tail.distance());
/// assert!((tail(1000.0).unwrap() / tail(2000.0).unwrap() - 2.0).abs() < 1e-12, "as 1/α");
/// assert_eq!(distance_tail((3, 3), learning, 1000.0), None);
/// ```
pub fn distance_tail((p, p_star): (usize, usize), learning: ConstantLearning, elapsed: f64) -> Option<Tail> {
    let (width, star) = (p as f64, p_star as f64);
    if p <= p_star || elapsed <= 0.0 {
        return None;
    }
    let excess = width * width * (star + 2.0) / (8.0 * learning.eta * (width + 2.0) * elapsed);
    let tau = 2.0 * (width - star) * excess / (width * (star + 2.0));
    let along = star.sqrt() * 0.5 * width * tau;
    let across = (width - star).sqrt() * excess;
    Some(Tail { excess, distance_m: 0.25 * width.sqrt() * star * tau, distance_q: along.hypot(across) })
}
