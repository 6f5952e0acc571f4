//! Householder reflections I − β u uᵀ.

use super::vectors::{divide, largest};

/// Overwrites x by u and gives α, β with (I − β u uᵀ) x = α e₁.
pub(super) fn reflector(x: &mut [f64]) -> (f64, f64) {
    let (head, tail) = x.split_at_mut(1);
    let scale = largest(tail);
    if scale == 0.0 {
        let alpha = std::mem::take(&mut head[0]);
        return (alpha, 0.0);
    }
    let rest: f64 = tail.iter().map(|x| (x / scale).powi(2)).sum();
    let norm = (scale * rest.sqrt()).hypot(head[0]);
    let alpha = -norm.copysign(head[0]);
    let first = head[0] - alpha;
    divide(tail, first);
    head[0] = 1.0;
    (alpha, -first / alpha)
}
