//! The kernel against the equations written plainly, entry by entry.

use super::*;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

struct Case {
    m: DMatrix<f64>,
    q: DMatrix<f64>,
    teacher: Vec<f64>,
}

impl Case {
    /// Entries of order one, Q symmetric; T the identity or a random diagonal.
    fn random(p: usize, p_star: usize, identity: bool) -> Self {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64((1000 * p + p_star) as u64);
        let mut draw = || rng.random_range(-1.0..1.0);
        let m = DMatrix::from_fn(p, p_star, |_, _| draw());
        let half = DMatrix::from_fn(p, p, |_, _| draw());
        let teacher = (0..p_star).map(|_| if identity { 1.0 } else { 1.5 + draw() }).collect();
        Self { m, q: &half + half.transpose(), teacher }
    }

    fn parameters(&self, eta: f64, label_noise: f64, gradient_flow: bool) -> KernelParameters<'_> {
        let (p, p_star) = self.m.shape();
        let learning = Learning { eta, label_noise, gradient_flow };
        KernelParameters { p, p_star, teacher: &self.teacher, learning }
    }

    /// dM, dQ and risk by the kernel; the padding of the derivative must be zero.
    fn fast(&self, parameters: &KernelParameters<'_>) -> (DMatrix<f64>, DMatrix<f64>, f64) {
        let mut kernel = Kernel::new(parameters);
        let mut state = vec![f64::NAN; kernel.state_len()];
        let mut derivative = state.clone();
        kernel.pack(&self.m, &self.q, &mut state);
        let risk = kernel.rhs(0.0, &state, &mut derivative);
        let (mut dm, mut dq) = (self.m.clone() * f64::NAN, self.q.clone() * f64::NAN);
        kernel.unpack(&derivative, &mut dm, &mut dq);
        for row in derivative.chunks_exact(kernel.shape.stride) {
            assert!(row[self.m.nrows()..].iter().all(|&x| x == 0.0));
        }
        (dm, dq, risk)
    }

    /// The same by the equations as they stand in physics.md §2, and the size of the terms they add up.
    fn plain(&self, parameters: &KernelParameters<'_>) -> (DMatrix<f64>, DMatrix<f64>, f64, f64) {
        let Learning { eta, label_noise, gradient_flow } = parameters.learning;
        let (p, p_star) = (self.m.nrows() as f64, self.m.ncols() as f64);
        let (m, q) = (&self.m, &self.q);
        let t = DMatrix::from_diagonal(&self.teacher.clone().into());
        let (qq, mm) = (q * q, m * m.transpose());
        let tau = q.trace() / p - t.trace() / p_star;
        let kappa =
            qq.trace() / (p * p) - 2.0 * mm.trace() / (p * p_star) + t.norm_squared() / (p_star * p_star);
        let c = &qq / p - &mm / p_star;
        let cubic = q * &qq / (p * p) - (q * &mm + &mm * q) / (p * p_star)
            + m * &t * m.transpose() / (p_star * p_star);
        let dm = (m * tau + (q * m / p - m * t / p_star) * 2.0) * (-2.0 * eta / p);
        let mut dq = (q * tau + &c * 2.0) * (-4.0 * eta / p);
        let noise = if gradient_flow { 0.0 } else { 4.0 * eta * eta / (p * p) };
        dq += (q * (tau * tau + 2.0 * kappa + label_noise) + &c * (4.0 * tau) + cubic * 8.0) * noise;
        let size =
            qq.norm() / p + mm.norm() / p_star + m.norm() + (noise + eta / p) * q.norm() * qq.norm() / p;
        (dm, dq, 0.5 * tau * tau + kappa, size.max(1.0))
    }
}

const SIZES: [(usize, usize); 12] =
    [(1, 1), (1, 5), (2, 1), (3, 3), (4, 2), (5, 9), (6, 3), (7, 7), (12, 4), (13, 5), (20, 10), (64, 33)];

#[test]
fn the_kernel_equals_the_equations_for_many_shapes_teachers_and_noises() {
    for (p, p_star) in SIZES {
        for (identity, eta, label_noise, flow) in [
            (true, 0.01, 0.0, false),
            (false, 0.7, 0.3, false),
            (false, 0.4, 0.2, true),
            (true, 2.0, 0.0, true),
        ] {
            let case = Case::random(p, p_star, identity);
            let parameters = case.parameters(eta, label_noise, flow);
            let (dm, dq, risk) = case.fast(&parameters);
            let (plain_dm, plain_dq, plain_risk, size) = case.plain(&parameters);
            assert!((dm - plain_dm).norm() <= 1e-13 * size, "dM at {p}, {p_star}");
            assert!((dq - plain_dq).norm() <= 1e-13 * size, "dQ at {p}, {p_star}");
            assert!((risk - plain_risk).abs() <= 1e-13 * size, "risk at {p}, {p_star}");
        }
    }
}

#[test]
fn the_derivative_of_q_is_exactly_symmetric() {
    for (p, p_star) in SIZES {
        let case = Case::random(p, p_star, false);
        let (_, dq, _) = case.fast(&case.parameters(0.7, 0.1, false));
        assert_eq!(dq, dq.transpose());
    }
}

#[test]
fn packing_and_unpacking_returns_the_matrices_and_counts_their_entries() {
    for (p, p_star) in SIZES {
        let case = Case::random(p, p_star, true);
        let kernel = Kernel::new(&case.parameters(0.1, 0.0, false));
        let mut state = vec![f64::NAN; kernel.state_len()];
        kernel.pack(&case.m, &case.q, &mut state);
        let (mut m, mut q) = (DMatrix::zeros(p, p_star), DMatrix::zeros(p, p));
        kernel.unpack(&state, &mut m, &mut q);
        assert_eq!((&m, &q), (&case.m, &case.q));
        assert!(state.len().is_multiple_of(LANE) && kernel.entries() == p * (p + p_star));
        assert_eq!(state[kernel.split()..].first(), case.q.as_slice().first());
    }
}

#[test]
fn a_student_equal_to_its_teacher_stays_where_it_is() {
    let one = DMatrix::identity(5, 5);
    let case = Case { m: one.clone(), q: one, teacher: vec![1.0; 5] };
    let (dm, dq, risk) = case.fast(&case.parameters(0.5, 0.0, false));
    assert!(dm.amax() < 1e-16 && dq.amax() < 1e-16 && risk.abs() < 1e-15);
}

#[test]
fn processors_without_vector_instructions_get_the_same_derivative() {
    for (p, p_star) in SIZES {
        let case = Case::random(p, p_star, false);
        let mut kernel = Kernel::new(&case.parameters(0.5, 0.1, false));
        let mut state = vec![0.0; kernel.state_len()];
        kernel.pack(&case.m, &case.q, &mut state);
        if kernel.arch.dispatch(VectorLength) > LANE {
            // Rows are padded for the dispatched instructions only.
            return;
        }
        let (mut fast, mut scalar) = (state.clone(), state.clone());
        let risk = kernel.rhs(0.0, &state, &mut fast);
        let evaluation =
            Evaluation { kernel: &mut kernel, alpha: 0.0, state: &state, derivative: &mut scalar };
        let scalar_risk = evaluation.with_simd(pulp::Scalar);
        let size = fast.iter().fold(1.0_f64, |size, x| size.max(x.abs()));
        assert!(fast.iter().zip(&scalar).all(|(a, b)| (a - b).abs() <= 1e-13 * size));
        assert!((risk - scalar_risk).abs() <= 1e-13 * risk.abs());
    }
}

#[test]
fn the_same_kernel_gives_the_same_bits_again() {
    let case = Case::random(9, 4, false);
    let parameters = case.parameters(0.3, 0.1, false);
    assert_eq!(case.fast(&parameters), case.fast(&parameters));
}
