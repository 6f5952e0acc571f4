//! What the noise of finite-N SGD is worth as a start: on the plateau it adds to M as a larger M₀ would.
//!
//! For T = I and to leading order in 1/N. Below this scale SGD leaves the plateau by its noise, not by its start.

use super::{ConstantLearning, TeacherMoments, plateau};

/// The scale of M₀ that the noise of SGD in dimension `n` is worth: M grows as from √(ε² + this²), T = I.
///
/// A step on the plateau, M = 0 and Q = q I, moves M_ir by −(2η/(p N)) e λ_i λ*_r, whose mean is zero and whose
/// variance is (2η/(p N))² V with V = E[e² λ_i² λ*_r²]. In a unit of α there are N steps, and M grows as e^(gα), so
/// that what they add is that of a start of variance ∫ (2η/p)² (V/N) e^(−2gα) dα = (2η/p)² V/(2 g N). Wick's theorem
/// gives V = q³(p+2)(p+4)/p² − 2q²(p+2)(p*+2)/(p p*) + q(p*+2)(p*+4)/p*² + Δ q. `None` where nothing escapes.
///
/// ```
/// use saddlescope::model::{ConstantLearning, noise_scale};
///
/// let learning = ConstantLearning { eta: 0.1, label_noise: 0.0, gradient_flow: false };
/// let [hundred, million] = [100, 1_000_000].map(|n| noise_scale(6, 3, learning, n).expect("it escapes"));
/// // It shrinks as 1/√N, and is smaller than that of random weights.
/// assert!((hundred / million - 100.0).abs() < 1e-9 && hundred < 0.1);
/// ```
pub fn noise_scale(p: usize, p_star: usize, learning: ConstantLearning, n: u64) -> Option<f64> {
    // SGD has its noise whatever the ODE beside it leaves out.
    let learning = ConstantLearning { gradient_flow: false, ..learning };
    let level =
        plateau(p, &TeacherMoments::orthonormal(p_star), learning).filter(|level| level.rate > 0.0)?;
    let (p, p_star, q) = (p as f64, p_star as f64, level.q);
    let student = q.powi(3) * (p + 2.0) * (p + 4.0) / (p * p);
    let mixed = 2.0 * q * q * (p + 2.0) * (p_star + 2.0) / (p * p_star);
    let teacher = q * (p_star + 2.0) * (p_star + 4.0) / (p_star * p_star);
    let variance = student - mixed + teacher + learning.label_noise * q;
    Some(2.0 * learning.eta / p * (variance / (2.0 * level.rate * n as f64)).sqrt())
}
