//! The fast right-hand side of the overlap ODEs: dM/dα and dQ/dα of physics.md §2 in flat buffers, T diagonal.
//!
//! ```text
//! dM/dα = M diag(a) + b Q M      dQ/dα = c Q + Q Y + M Xᵀ + X Mᵀ      Y = y₁ Q + y₂ Q²      X = M diag(x) + z Q M
//! ```
//!
//! collects §2: with the symmetric Q², Q Y and M Xᵀ + X Mᵀ computed above the diagonal only, 2p³ multiplications at
//! p* = p/2, for any T. A state is the p* rows of Mᵀ, then the p rows of Q, each row padded with zeros to a multiple
//! of four numbers; padding stays zero and dQ exactly symmetric. Vector instructions are chosen at run time, so last
//! bits differ across processors. Never allocates after `new`, never checks for NaN.
#![expect(
    clippy::inline_always,
    reason = "only code inlined into the dispatched caller gets its vector instructions"
)]

use super::tiles::{
    LANE, Product, VectorLength, add_product, add_rows, add_transposed_product, fill_rows, fill_upper,
    mirror, store, sum_of_squares, zero,
};
use crate::model::Learning;
use nalgebra::DMatrix;
use pulp::{Arch, Simd, WithSimd};

/// What the right-hand side depends on besides the state.
#[derive(Clone, Copy, Debug)]
pub struct KernelParameters<'a> {
    /// Student width p ≥ 1.
    pub p: usize,
    /// Teacher width p* ≥ 1.
    pub p_star: usize,
    /// The diagonal of T, p* positive numbers: the caller rotates the teacher (M → M U) so that T is diagonal.
    pub teacher: &'a [f64],
    /// How it learns.
    pub learning: Learning,
}

/// The right-hand side with its scratch, for one (p, p*, T) and one way of learning.
#[derive(Clone, Debug)]
pub struct Kernel {
    arch: Arch,
    shape: Shape,
    constants: Constants,
    learning: Learning,
    /// The diagonal of T.
    teacher: Vec<f64>,
    /// Y, p rows, and Xᵀ, p* rows, padded as in a state.
    y: Vec<f64>,
    x: Vec<f64>,
}

/// Sizes of a state.
#[derive(Clone, Copy, Debug)]
struct Shape {
    p: usize,
    p_star: usize,
    /// Numbers in a padded row of p.
    stride: usize,
}

/// Constants of one integration.
#[derive(Clone, Copy, Debug)]
struct Constants {
    /// p, 1/p and 1/p*.
    students: f64,
    per_student: f64,
    per_teacher: f64,
    /// tr T/p* and tr T²/p*².
    trace: f64,
    trace_square: f64,
}

impl Kernel {
    /// Allocates all scratch, about p² + p p* numbers.
    ///
    /// # Panics
    /// If a width is zero or `teacher` does not hold p* numbers.
    pub fn new(parameters: &KernelParameters<'_>) -> Self {
        let &KernelParameters { p, p_star, teacher, learning } = parameters;
        assert!(p > 0 && p_star > 0 && teacher.len() == p_star, "needs p, p* >= 1 and p* teacher norms");
        let arch = Arch::new();
        let stride = p.next_multiple_of(LANE.max(arch.dispatch(VectorLength)));
        Self {
            arch,
            shape: Shape { p, p_star, stride },
            constants: Constants {
                students: p as f64,
                per_student: 1.0 / p as f64,
                per_teacher: 1.0 / p_star as f64,
                trace: teacher.iter().sum::<f64>() / p_star as f64,
                trace_square: teacher.iter().map(|t| t * t).sum::<f64>() / (p_star * p_star) as f64,
            },
            learning,
            teacher: teacher.to_vec(),
            y: vec![0.0; p * stride],
            x: vec![0.0; p_star * stride],
        }
    }

    /// Numbers in one state, padding included: a multiple of four.
    pub fn state_len(&self) -> usize {
        self.shape.stride * (self.shape.p + self.shape.p_star)
    }

    /// Where Q begins in a state: the numbers before are Mᵀ.
    pub fn split(&self) -> usize {
        self.shape.stride * self.shape.p_star
    }

    /// p p* + p², the entries of M and Q: what a root mean square over a state divides by.
    pub fn entries(&self) -> usize {
        self.shape.p * (self.shape.p + self.shape.p_star)
    }

    /// Writes M (p × p*) and Q (p × p) into `state`, of `state_len` numbers. Only the upper triangle of Q is read.
    pub fn pack(&self, m: &DMatrix<f64>, q: &DMatrix<f64>, state: &mut [f64]) {
        let Shape { p, p_star, stride } = self.shape;
        state.fill(0.0);
        for (r, row) in state.chunks_exact_mut(stride).enumerate() {
            for (i, entry) in row.iter_mut().take(p).enumerate() {
                *entry = if r < p_star { m[(i, r)] } else { q[(i.min(r - p_star), i.max(r - p_star))] };
            }
        }
    }

    /// Reads M (p × p*) and Q (p × p) back into matrices of these shapes; allocates nothing.
    pub fn unpack(&self, state: &[f64], m: &mut DMatrix<f64>, q: &mut DMatrix<f64>) {
        let Shape { p, p_star, stride } = self.shape;
        for (r, row) in state.chunks_exact(stride).enumerate() {
            for (i, &entry) in row.iter().take(p).enumerate() {
                if r < p_star {
                    m[(i, r)] = entry;
                } else {
                    q[(r - p_star, i)] = entry;
                }
            }
        }
    }

    /// Writes the derivative of `state` at `alpha` with respect to α, both of `state_len` numbers, and returns the risk
    /// (τ² + 2κ)/2 of `state`, whose Q must be symmetric. The risk is a by-product whose terms cancel: below about
    /// 1e-15 it is rounding, and may be negative.
    pub fn rhs(&mut self, alpha: f64, state: &[f64], derivative: &mut [f64]) -> f64 {
        self.arch.dispatch(Evaluation { kernel: self, alpha, state, derivative })
    }

    /// The body of `rhs`, for rows of `stride` numbers: a constant after inlining for small ones.
    #[inline(always)]
    fn evaluate<S: Simd>(
        &mut self,
        simd: S,
        stride: usize,
        (alpha, state): (f64, &[f64]),
        derivative: &mut [f64],
    ) -> f64 {
        let Constants { students, per_student, per_teacher, trace, trace_square } = self.constants;
        // η/p and 4η²/p².
        let step = self.learning.rate(alpha) / students;
        let noise = if self.learning.gradient_flow { 0.0 } else { 4.0 * step * step };
        let (m, q) = state.split_at(self.shape.p_star * stride);
        let (dm, dq) = derivative.split_at_mut(self.shape.p_star * stride);
        let tau = q.iter().step_by(stride + 1).sum::<f64>() * per_student - trace;
        let (q_square, m_square) = (sum_of_squares(simd, q), sum_of_squares(simd, m));
        let kappa = (q_square * per_student - 2.0 * m_square * per_teacher) * per_student + trace_square;
        // The coefficients of C and of the cubic part in dQ/dα.
        let (of_c, of_cubic) = (4.0 * noise * tau - 8.0 * step, 8.0 * noise);

        let (linear, quadratic) = (of_c * per_student, of_cubic * per_student * per_student);
        let mut square = Square { q, y: &mut self.y, linear, quadratic, stride };
        fill_upper(simd, &mut square, (self.shape.p, stride));
        mirror(&mut self.y, stride);

        for first in (0..self.shape.p_star).step_by(LANE) {
            // Beyond the last teacher its row is computed again, and not stored.
            let teachers: [usize; LANE] = std::array::from_fn(|r| (first + r).min(self.shape.p_star - 1));
            let mut rows = TeacherRows {
                m: std::array::from_fn(|r| &m[teachers[r] * stride..(teachers[r] + 1) * stride]),
                q,
                dm: &mut dm[first * stride..],
                of_dm: ([0.0; LANE], -4.0 * step * per_student),
                x: &mut self.x[first * stride..],
                of_x: ([0.0; LANE], -of_cubic * per_student * per_teacher),
                stride,
            };
            for (r, &teacher) in teachers.iter().enumerate() {
                let t = self.teacher[teacher] * per_teacher;
                rows.of_dm.0[r] = -2.0 * step * (tau - 2.0 * t);
                rows.of_x.0[r] = 0.5 * (of_cubic * t - of_c) * per_teacher;
            }
            fill_rows(simd, &mut rows, 0, 0, stride / S::F64_LANES);
        }

        let of_q = noise * (tau * tau + 2.0 * kappa + self.learning.label_noise) - 4.0 * step * tau;
        let mut drift = StudentDrift { m, q, x: &self.x, y: &self.y, of_q, dq, stride };
        fill_upper(simd, &mut drift, (self.shape.p, stride));
        mirror(dq, stride);
        0.5 * tau * tau + kappa
    }
}

/// One call of `rhs`, as the dispatcher wants it.
struct Evaluation<'a> {
    kernel: &'a mut Kernel,
    alpha: f64,
    state: &'a [f64],
    derivative: &'a mut [f64],
}

impl WithSimd for Evaluation<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let Self { kernel, alpha, state, derivative } = self;
        let state = (alpha, state);
        match kernel.shape.stride {
            4 => kernel.evaluate(simd, 4, state, derivative),
            8 => kernel.evaluate(simd, 8, state, derivative),
            12 => kernel.evaluate(simd, 12, state, derivative),
            stride => kernel.evaluate(simd, stride, state, derivative),
        }
    }
}

/// Y = linear · Q + quadratic · Q².
struct Square<'a> {
    q: &'a [f64],
    y: &'a mut [f64],
    linear: f64,
    quadratic: f64,
    stride: usize,
}

impl<S: Simd> Product<S> for Square<'_> {
    #[inline(always)]
    fn tile<const W: usize>(&mut self, simd: S, i: usize, j: usize) {
        let Self { q, stride, .. } = *self;
        let mut tile = zero::<S, W>(simd);
        // Gradient flow has no cubic part.
        if self.quadratic != 0.0 {
            add_transposed_product(simd, &mut tile, (q, i), (q, j), stride);
        }
        let rows = q[i * stride..].chunks_exact(stride);
        add_rows(simd, &mut tile, self.quadratic, [self.linear; LANE], (rows, j));
        store::<S, W>(self.y, (i, j), &tile, stride);
    }
}

/// Up to four rows of dMᵀ and of Xᵀ, each one diagonal · Mᵀ + number · Mᵀ Q.
struct TeacherRows<'a> {
    m: [&'a [f64]; LANE],
    q: &'a [f64],
    dm: &'a mut [f64],
    of_dm: ([f64; LANE], f64),
    x: &'a mut [f64],
    of_x: ([f64; LANE], f64),
    stride: usize,
}

impl<S: Simd> Product<S> for TeacherRows<'_> {
    #[inline(always)]
    fn tile<const W: usize>(&mut self, simd: S, i: usize, j: usize) {
        let mut product = zero::<S, W>(simd);
        add_product(simd, &mut product, self.m, (self.q, j), self.stride);
        for (out, (diagonal, number)) in [(&mut *self.dm, self.of_dm), (&mut *self.x, self.of_x)] {
            let mut tile = product;
            add_rows(simd, &mut tile, number, diagonal, (self.m, j));
            store::<S, W>(out, (i, j), &tile, self.stride);
        }
    }
}

/// dQ = `of_q` · Q + Q Y + M Xᵀ + X Mᵀ.
struct StudentDrift<'a> {
    m: &'a [f64],
    q: &'a [f64],
    x: &'a [f64],
    y: &'a [f64],
    of_q: f64,
    dq: &'a mut [f64],
    stride: usize,
}

impl<S: Simd> Product<S> for StudentDrift<'_> {
    #[inline(always)]
    fn tile<const W: usize>(&mut self, simd: S, i: usize, j: usize) {
        let Self { m, q, x, y, stride, .. } = *self;
        let mut tile = zero::<S, W>(simd);
        add_transposed_product(simd, &mut tile, (q, i), (y, j), stride);
        add_transposed_product(simd, &mut tile, (m, i), (x, j), stride);
        add_transposed_product(simd, &mut tile, (x, i), (m, j), stride);
        let rows = q[i * stride..].chunks_exact(stride);
        add_rows(simd, &mut tile, 1.0, [self.of_q; LANE], (rows, j));
        store::<S, W>(self.dq, (i, j), &tile, stride);
    }
}

#[cfg(test)]
mod tests;
