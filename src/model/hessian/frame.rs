//! Coordinates in which the Hessian falls apart: the singular basis of M, and the parts that Q and T leave uncoupled.
//!
//! Orthogonal U, V with Uᵀ M V diagonal always exist. Where Uᵀ Q U and Vᵀ T V are sparse too, students and teachers
//! fall into parts without overlap: pairs for starts with Q₀ ∝ I and the states they lead to, one part of all for
//! others.

use crate::model::{Matrix, Overlaps, Teacher};

/// Entries below this fraction of the largest of M, Q, T in the adapted basis are rounding, not coupling.
const COUPLING_TOLERANCE: f64 = 1e-13;

/// Singular values closer than this fraction of the largest are one, and so are those this far from zero.
const DEGENERACY: f64 = 1e-12;

/// Eigenvalues of P = Q − A Aᵀ below this fraction of tr Q are the rounding of a P that is zero: its root would
/// be 10⁻⁸, and shift zero modes by as much.
const ROOT_TOLERANCE: f64 = 1e-14;

/// Students and teachers as rows in the p + p* coordinates of their span: first p* that hold the teachers, then p.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// ω, p × (p + p*): student rows, turned by Uᵀ.
    pub(super) omega: Matrix,
    /// ω*, p* × (p + p*): teacher rows, turned by Vᵀ.
    pub(super) teachers: Matrix,
    /// ω ωᵀ = Uᵀ Q U.
    pub(super) gram: Matrix,
    /// D = ωᵀω/p − ω*ᵀω*/p*.
    pub(super) excess: Matrix,
    /// τ = tr D.
    pub(super) tau: f64,
    /// U, p × p.
    pub(super) left: Matrix,
    /// V, p* × p*.
    pub(super) right: Matrix,
    /// The part of each student.
    pub(super) student_part: Vec<usize>,
    /// The part of each coordinate.
    pub(super) coordinate_part: Vec<usize>,
}

impl Frame {
    pub(super) fn of(state: &Overlaps, teacher: &Teacher) -> Self {
        let (p, p_star) = (state.p(), state.p_star());
        let (left, right) = adapted_basis(state, teacher);
        let m = left.tr_mul(state.m()) * &right;
        let q = left.tr_mul(state.q()) * &left;
        let t = right.tr_mul(teacher.gram()) * &right;
        let part = parts(&m, &q, &t);
        let mut omega = Matrix::zeros(p, p + p_star);
        let mut teachers = Matrix::zeros(p_star, p + p_star);
        let scale = q.trace().max(f64::MIN_POSITIVE);
        for number in 0..p + p_star {
            let members = |range: std::ops::Range<usize>| -> Vec<usize> {
                range.filter(|&node| part[node] == number).collect()
            };
            let rows = members(0..p);
            let columns: Vec<usize> = members(p..p + p_star).iter().map(|node| node - p).collect();
            let of = |matrix: &Matrix, i: &[usize], j: &[usize]| matrix.select_rows(i).select_columns(j);
            let (root, inverse) = roots(of(&t, &columns, &columns));
            let a = of(&m, &rows, &columns) * inverse;
            let rest = of(&q, &rows, &rows) - &a * a.transpose();
            let own: Vec<usize> = rows.iter().map(|i| p_star + i).collect();
            write(&mut teachers, &columns, &columns, &root);
            write(&mut omega, &rows, &columns, &a);
            write(&mut omega, &rows, &own, &positive_root(rest, ROOT_TOLERANCE * scale));
        }
        let excess = omega.tr_mul(&omega) / p as f64 - teachers.tr_mul(&teachers) / p_star as f64;
        let coordinate_part = [&part[p..], &part[..p]].concat();
        Self {
            gram: &omega * omega.transpose(),
            tau: excess.trace(),
            student_part: part[..p].to_vec(),
            omega,
            teachers,
            excess,
            left,
            right,
            coordinate_part,
        }
    }

    /// The number of coordinates, p + p*.
    pub(super) fn dimension(&self) -> usize {
        self.omega.ncols()
    }

    /// The Hessian between ω_ia and ω_jb (physics.md §6, written out):
    /// (4/p²) [ω_ia ω_jb + ω_ib ω_ja + (ω ωᵀ)_ij δ_ab] + (2/p) δ_ij [τ δ_ab + 2 D_ab].
    pub(super) fn entry(&self, (i, a): (usize, usize), (j, b): (usize, usize)) -> f64 {
        let p = self.omega.nrows() as f64;
        let omega = &self.omega;
        let mut quadratic = omega[(i, a)] * omega[(j, b)] + omega[(i, b)] * omega[(j, a)];
        if a == b {
            quadratic += self.gram[(i, j)];
        }
        let mut linear = 0.0;
        if i == j {
            linear = 2.0 * self.excess[(a, b)] + if a == b { self.tau } else { 0.0 };
        }
        (4.0 * quadratic / p + 2.0 * linear) / p
    }
}

fn write(into: &mut Matrix, rows: &[usize], columns: &[usize], block: &Matrix) {
    for (r, &i) in rows.iter().enumerate() {
        for (c, &j) in columns.iter().enumerate() {
            into[(i, j)] = block[(r, c)];
        }
    }
}

/// U and V: singular vectors of M; among those of one singular value, eigenvectors of Q and T.
fn adapted_basis(state: &Overlaps, teacher: &Teacher) -> (Matrix, Matrix) {
    let (mut left, mut right, values) = singular_vectors(state.m());
    let largest = values.first().copied().unwrap_or(0.0);
    let mut first = 0;
    while first < values.len() {
        let here = values[first];
        let end =
            values.iter().position(|&value| here - value > DEGENERACY * largest).unwrap_or(values.len());
        let end = end.max(first + 1);
        if end - first > 1 {
            let (u, v) = (
                left.columns(first, end - first).into_owned(),
                right.columns(first, end - first).into_owned(),
            );
            let (q, t) = (u.tr_mul(state.q()) * &u, v.tr_mul(teacher.gram()) * &v);
            // Any mixture of the two: its eigenvectors are those of both, if they have common ones.
            let mixture = &q / q.norm().max(f64::MIN_POSITIVE) + &t / (t.norm() * std::f64::consts::PI);
            let turn = mixture.symmetric_eigen().eigenvectors;
            left.columns_mut(first, end - first).copy_from(&(u * &turn));
            right.columns_mut(first, end - first).copy_from(&(v * &turn));
        }
        first = end;
    }
    (completed(&left, state.q()), completed(&right, teacher.gram()))
}

/// An orthogonal matrix that begins with the given columns; the others are eigenvectors of `gram` off their span.
fn completed(columns: &Matrix, gram: &Matrix) -> Matrix {
    let (size, known) = columns.shape();
    if known == size {
        return columns.clone();
    }
    // Eigenvalues are 0 on the span and 1 off it: nothing in between, and no small gaps.
    let eigen = (Matrix::identity(size, size) - columns * columns.transpose()).symmetric_eigen();
    let off: Vec<usize> = (0..size).filter(|&k| eigen.eigenvalues[k] > 0.5).collect();
    let basis = eigen.eigenvectors.select_columns(&off);
    let turn = (basis.tr_mul(gram) * &basis).symmetric_eigen().eigenvectors;
    let mut all = columns.clone().resize_horizontally(size, 0.0);
    all.columns_mut(known, size - known).copy_from(&(basis * turn));
    all
}

/// Singular vectors and values of M above rounding, largest first, by one-sided Jacobi rotations: as exact for small
/// singular values and close ones as for others (J. Demmel & K. Veselić, SIAM J. Matrix Anal. 13, 1992).
fn singular_vectors(m: &Matrix) -> (Matrix, Matrix, Vec<f64>) {
    if m.nrows() < m.ncols() {
        let (right, left, values) = singular_vectors(&m.transpose());
        return (left, right, values);
    }
    let (mut columns, mut right) = (m.clone(), Matrix::identity(m.ncols(), m.ncols()));
    // Converges quadratically: a handful of sweeps; the bound is for what is not finite.
    for _ in 0..60 {
        if !sweep(&mut columns, &mut right) {
            break;
        }
    }
    let norms: Vec<f64> = columns.column_iter().map(|column| column.norm()).collect();
    let largest = norms.iter().copied().fold(0.0, f64::max);
    let mut order: Vec<usize> = (0..norms.len()).filter(|&k| norms[k] > DEGENERACY * largest).collect();
    order.sort_by(|&a, &b| norms[b].total_cmp(&norms[a]));
    let mut left = columns.select_columns(&order);
    for (mut column, &k) in left.column_iter_mut().zip(&order) {
        column /= norms[k];
    }
    let values = order.iter().map(|&k| norms[k]).collect();
    (left, right.select_columns(&order), values)
}

/// Makes every pair of columns orthogonal once; whether any was not.
fn sweep(columns: &mut Matrix, right: &mut Matrix) -> bool {
    let mut turned = false;
    for j in 0..columns.ncols() {
        for i in 0..j {
            let (x, y) = (columns.column(i), columns.column(j));
            let (xx, yy, xy) = (x.norm_squared(), y.norm_squared(), x.dot(&y));
            if xy.abs() <= f64::EPSILON * (xx * yy).sqrt() || xy == 0.0 {
                continue;
            }
            turned = true;
            let zeta = (yy - xx) / (2.0 * xy);
            let tangent = zeta.signum() / (zeta.abs() + zeta.hypot(1.0));
            let cosine = 1.0 / tangent.hypot(1.0);
            rotate(columns, (i, j), (cosine, cosine * tangent));
            rotate(right, (i, j), (cosine, cosine * tangent));
        }
    }
    turned
}

fn rotate(matrix: &mut Matrix, (i, j): (usize, usize), (cosine, sine): (f64, f64)) {
    for k in 0..matrix.nrows() {
        let (x, y) = (matrix[(k, i)], matrix[(k, j)]);
        matrix[(k, i)] = cosine * x - sine * y;
        matrix[(k, j)] = sine * x + cosine * y;
    }
}

/// The part of every student and then of every teacher: which are linked, directly or not, by an entry of M, Q or T.
fn parts(m: &Matrix, q: &Matrix, t: &Matrix) -> Vec<usize> {
    let (p, p_star) = m.shape();
    let least = COUPLING_TOLERANCE * q.amax().max(t.amax()).max(m.amax());
    let linked = |a: usize, b: usize| {
        let entry = match (a < p, b < p) {
            (true, true) => q[(a, b)],
            (true, false) => m[(a, b - p)],
            (false, true) => m[(b, a - p)],
            (false, false) => t[(a - p, b - p)],
        };
        entry.abs() > least
    };
    let mut part: Vec<Option<usize>> = vec![None; p + p_star];
    let mut count = 0;
    for root in 0..part.len() {
        if part[root].is_some() {
            continue;
        }
        let mut open = vec![root];
        part[root] = Some(count);
        while let Some(node) = open.pop() {
            for (other, at) in part.iter_mut().enumerate() {
                if at.is_none() && linked(node, other) {
                    *at = Some(count);
                    open.push(other);
                }
            }
        }
        count += 1;
    }
    part.into_iter().flatten().collect()
}

/// T^(1/2) and T^(−1/2) of a positive definite T.
fn roots(t: Matrix) -> (Matrix, Matrix) {
    if t.is_empty() {
        return (t.clone(), t);
    }
    let eigen = t.symmetric_eigen();
    let with = |power: fn(f64) -> f64| {
        let diagonal = Matrix::from_diagonal(&eigen.eigenvalues.map(power));
        &eigen.eigenvectors * diagonal * eigen.eigenvectors.transpose()
    };
    (with(f64::sqrt), with(|value| 1.0 / value.sqrt()))
}

/// B with B Bᵀ = P, eigenvalues of P up to `least` taken for zero.
fn positive_root(rest: Matrix, least: f64) -> Matrix {
    if rest.is_empty() {
        return rest;
    }
    let eigen = rest.symmetric_eigen();
    let root = eigen.eigenvalues.map(|value| if value > least { value.sqrt() } else { 0.0 });
    eigen.eigenvectors * Matrix::from_diagonal(&root)
}
