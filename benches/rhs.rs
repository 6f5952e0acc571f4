//! The fast right-hand side against a plain matrix-product version of the same equations, in one run.
//!
//! Read the ratio of the two rows of a size, not the nanoseconds. Both reuse their buffers.

use divan::{Bencher, black_box};
use nalgebra::DMatrix;
use saddlescope::model::Learning;
use saddlescope::sim::kernel::{Kernel, KernelParameters};

const SIZES: [(usize, usize); 7] = [(2, 1), (4, 2), (6, 3), (10, 5), (20, 10), (50, 25), (64, 32)];
const ETA: f64 = 0.01;

const LEARNING: Learning = Learning { eta: ETA, label_noise: 0.0, gradient_flow: false };

fn main() {
    divan::main();
}

/// A state of the given widths with entries of order one, without a random number.
fn state(p: usize, p_star: usize) -> (DMatrix<f64>, DMatrix<f64>) {
    let m = DMatrix::from_fn(p, p_star, |i, r| 0.1 * ((3 * i + 5 * r) as f64).sin());
    let q = DMatrix::from_fn(p, p, |i, j| f64::from(u8::from(i == j)) + 0.1 * ((i * j) as f64).cos());
    (m, q)
}

/// Buffers of the plain version, T = I.
struct Plain {
    m_square: DMatrix<f64>,
    q_square: DMatrix<f64>,
    transposed: DMatrix<f64>,
    cross: DMatrix<f64>,
    c: DMatrix<f64>,
    dm: DMatrix<f64>,
    dq: DMatrix<f64>,
}

impl Plain {
    fn new(p: usize, p_star: usize) -> Self {
        let square = DMatrix::zeros(p, p);
        Self {
            m_square: square.clone(),
            q_square: square.clone(),
            transposed: DMatrix::zeros(p_star, p),
            cross: square.clone(),
            c: square.clone(),
            dm: DMatrix::zeros(p, p_star),
            dq: square,
        }
    }

    fn rhs(&mut self, m: &DMatrix<f64>, q: &DMatrix<f64>) -> f64 {
        let (p, p_star) = (m.nrows() as f64, m.ncols() as f64);
        let rate = ETA / p;
        let noise = 4.0 * rate * rate;
        self.q_square.gemm(1.0, q, q, 0.0);
        m.transpose_to(&mut self.transposed);
        m.mul_to(&self.transposed, &mut self.m_square);
        self.c.zip_zip_apply(&self.q_square, &self.m_square, |c, q, m| *c = q / p - m / p_star);
        let tau = q.trace() / p - 1.0;
        let kappa =
            self.q_square.trace() / (p * p) - 2.0 * self.m_square.trace() / (p * p_star) + 1.0 / p_star;
        self.dm.copy_from(m);
        self.dm.gemm(-4.0 * rate / p, q, m, -2.0 * rate * (tau - 2.0 / p_star));
        self.cross.gemm(8.0 * noise / (p * p), q, &self.q_square, 0.0);
        self.cross.gemm(-8.0 * noise / (p * p_star), q, &self.m_square, 1.0);
        self.cross.gemm(-8.0 * noise / (p * p_star), &self.m_square, q, 1.0);
        let (of_q, of_c) =
            (noise * (tau * tau + 2.0 * kappa) - 4.0 * rate * tau, 4.0 * noise * tau - 8.0 * rate);
        self.dq.zip_zip_apply(q, &self.c, |dq, q, c| *dq = of_q * q + of_c * c);
        let of_m = 8.0 * noise / (p_star * p_star);
        self.dq.zip_zip_apply(&self.cross, &self.m_square, |dq, cross, m| *dq += cross + of_m * m);
        0.5 * tau * tau + kappa
    }
}

#[divan::bench(args = SIZES, sample_size = 64)]
fn kernel(bencher: Bencher<'_, '_>, (p, p_star): (usize, usize)) {
    let teacher = vec![1.0; p_star];
    let parameters = KernelParameters { p, p_star, teacher: &teacher, learning: LEARNING };
    run_kernel(bencher, &parameters);
}

#[divan::bench(args = SIZES, sample_size = 64)]
fn kernel_unequal_teachers(bencher: Bencher<'_, '_>, (p, p_star): (usize, usize)) {
    let teacher: Vec<f64> = (0..p_star).map(|r| 1.0 + 0.1 * r as f64).collect();
    let parameters = KernelParameters { p, p_star, teacher: &teacher, learning: LEARNING };
    run_kernel(bencher, &parameters);
}

fn run_kernel(bencher: Bencher<'_, '_>, parameters: &KernelParameters<'_>) {
    let mut kernel = Kernel::new(parameters);
    let mut packed = vec![0.0; kernel.state_len()];
    let mut derivative = packed.clone();
    let (m, q) = state(parameters.p, parameters.p_star);
    kernel.pack(&m, &q, &mut packed);
    bencher.bench_local(|| kernel.rhs(black_box(0.0), black_box(&packed), black_box(&mut derivative)));
}

#[divan::bench(args = SIZES, sample_size = 64)]
fn plain(bencher: Bencher<'_, '_>, (p, p_star): (usize, usize)) {
    let mut plain = Plain::new(p, p_star);
    let (m, q) = state(p, p_star);
    bencher.bench_local(|| {
        let risk = plain.rhs(black_box(&m), black_box(&q));
        black_box((&plain.dm, &plain.dq));
        risk
    });
}
