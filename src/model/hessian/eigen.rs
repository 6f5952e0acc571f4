//! Eigenvalues of a dense symmetric matrix, and single eigenvectors: Householder reduction to a tridiagonal matrix,
//! whose eigenvalues are found by implicit QL steps and eigenvectors by inverse iteration.
//!
//! The reduction reads the matrix once per step, applying the last reflection's update on the way; this bounds its
//! time as the matrix outgrows the caches; wide matrices go through a band instead. Errors are of the order of rounding
//! times the norm.

use super::panels::Panels;
use super::pass::{Pass, Reflection};
use crate::model::Matrix;

/// QL steps per eigenvalue: two on average; never reached unless the matrix is not finite.
const QL_STEPS: usize = 60;

/// Below this the cosine of a rotation is zero, and its inverse no number; for matrices of the order of one.
const LEAST_SQUARE: f64 = 1e-300;

/// From this size on a matrix outgrows the caches, and two steps through a band are faster than one.
const WIDE: usize = 2000;

/// A symmetric matrix, reduced to where its eigenvalues can be read.
#[derive(Debug)]
pub(super) enum Solved {
    /// At once.
    Narrow(Reduced),
    /// Through a band.
    Wide(Panels),
}

impl Solved {
    /// Reduces the matrix of `size` rows whose lower triangle `entry` tells, by row and column.
    pub(super) fn of(size: usize, entry: impl Fn(usize, usize) -> f64 + Sync) -> Self {
        if size >= WIDE {
            return Self::Wide(Panels::of(size, entry));
        }
        let lower = |row, column| if row < column { 0.0 } else { entry(row, column) };
        Self::Narrow(Reduced::of(Matrix::from_fn(size, size, lower)))
    }

    /// All eigenvalues, ascending.
    pub(super) fn eigenvalues(&self) -> Vec<f64> {
        match self {
            Self::Narrow(reduced) => reduced.eigenvalues(),
            Self::Wide(panels) => {
                let (diagonal, off_diagonal) = panels.band().tridiagonal();
                tridiagonal_eigenvalues(diagonal, off_diagonal)
            }
        }
    }

    /// A unit eigenvector of the eigenvalue `value`; one of them if there are several.
    pub(super) fn eigenvector(&self, value: f64) -> Vec<f64> {
        match self {
            Self::Narrow(reduced) => reduced.eigenvector(value),
            Self::Wide(panels) => {
                let mut x = panels.band().eigenvector(value);
                panels.turn_back(&mut x);
                x
            }
        }
    }
}

/// A symmetric matrix as tridiagonal one between reflections.
#[derive(Debug)]
pub(super) struct Reduced {
    size: usize,
    /// Column k holds, below the diagonal, the reflection that made it tridiagonal.
    columns: Vec<f64>,
    /// β of each reflection I − β u uᵀ.
    scales: Vec<f64>,
    diagonal: Vec<f64>,
    /// Entry k couples k and k + 1.
    off_diagonal: Vec<f64>,
}

impl Reduced {
    /// Reduces a square matrix, of which the lower triangle is read.
    pub(super) fn of(matrix: Matrix) -> Self {
        let size = matrix.nrows();
        let mut reduced = Self {
            size,
            columns: matrix.data.into(),
            scales: Vec::with_capacity(size),
            diagonal: Vec::with_capacity(size),
            off_diagonal: Vec::with_capacity(size),
        };
        let mut last = Reflection::none(size);
        for k in 0..size {
            reduced.step(k, &mut last);
        }
        reduced
    }

    /// Makes column k tridiagonal; `last` is the update that columns from k on still miss, and becomes the next.
    fn step(&mut self, k: usize, last: &mut Reflection) {
        let size = self.size;
        let (done, rest) = self.columns.split_at_mut((k + 1) * size);
        let column = &mut done[k * size + k..];
        last.update_column(k, column);
        self.diagonal.push(column[0]);
        if k + 1 == size {
            return;
        }
        let (alpha, beta) = reflector(&mut column[1..]);
        self.off_diagonal.push(alpha);
        self.scales.push(beta);
        let axis = &column[1..];
        let mut product = vec![0.0; size - k - 1];
        Pass { columns: rest, size, first: k + 1, last, axis, product: &mut product }.run();
        last.follow(axis, beta, product);
    }

    /// All eigenvalues, ascending.
    pub(super) fn eigenvalues(&self) -> Vec<f64> {
        tridiagonal_eigenvalues(self.diagonal.clone(), self.off_diagonal.clone())
    }

    /// A unit eigenvector of the eigenvalue `value`; one of them if there are several.
    pub(super) fn eigenvector(&self, value: f64) -> Vec<f64> {
        let mut x: Vec<f64> = (0..self.size).map(|k| 1.0 + 0.5 * ((k * k + 1) as f64).sin()).collect();
        for _ in 0..4 {
            self.solve_shifted(value, &mut x);
            normalise(&mut x);
        }
        for (k, beta) in self.scales.iter().enumerate().rev() {
            let axis = &self.columns[k * self.size + k + 1..(k + 1) * self.size];
            let along = beta * dot(axis, &x[k + 1..]);
            x[k + 1..].iter_mut().zip(axis).for_each(|(x, u)| *x -= along * u);
        }
        x
    }

    /// x ← (T − value)⁻¹ x by elimination with row exchanges; pivots that vanish are replaced by rounding.
    fn solve_shifted(&self, value: f64, x: &mut [f64]) {
        let size = self.size;
        let norm = largest(&self.diagonal).max(largest(&self.off_diagonal));
        let least = (f64::EPSILON * norm).max(f64::MIN_POSITIVE);
        // Each row of the triangular factor has three entries.
        let mut upper: Vec<[f64; 3]> = Vec::with_capacity(size);
        let off = |k: usize| self.off_diagonal.get(k).copied().unwrap_or(0.0);
        let mut row = [self.diagonal[0] - value, off(0), 0.0];
        for k in 0..size - 1 {
            let mut below = [off(k), self.diagonal[k + 1] - value, off(k + 1)];
            if below[0].abs() > row[0].abs() {
                std::mem::swap(&mut row, &mut below);
                x.swap(k, k + 1);
            }
            let pivot = guarded(row[0], least);
            let factor = below[0] / pivot;
            upper.push([pivot, row[1], row[2]]);
            x[k + 1] -= factor * x[k];
            row = [below[1] - factor * row[1], below[2] - factor * row[2], 0.0];
        }
        upper.push([guarded(row[0], least), 0.0, 0.0]);
        for k in (0..size).rev() {
            let later = |by: usize| x.get(k + by).copied().unwrap_or(0.0);
            x[k] = (x[k] - upper[k][1] * later(1) - upper[k][2] * later(2)) / upper[k][0];
        }
    }
}

/// All eigenvalues of a tridiagonal matrix, ascending.
fn tridiagonal_eigenvalues(mut d: Vec<f64>, mut e: Vec<f64>) -> Vec<f64> {
    let norm = largest(&d).max(largest(&e));
    if norm == 0.0 || !norm.is_finite() {
        d.sort_by(f64::total_cmp);
        return d;
    }
    // Of the order of one, so that squares neither vanish nor overflow; a power of two, so that nothing is rounded.
    let scale = 2.0_f64.powi(norm.log2().floor().clamp(-1000.0, 1000.0) as i32);
    divide(&mut d, scale);
    for e in &mut e {
        *e = (*e / scale).powi(2);
    }
    // The last row couples to none.
    e.push(0.0);
    let least = (f64::EPSILON * norm / scale).powi(2);
    for l in 0..d.len() {
        for _ in 0..QL_STEPS {
            let m = e.iter().skip(l).position(|e| *e <= least).map_or(l, |further| l + further);
            if m == l {
                break;
            }
            ql_step(&mut d, &mut e, l, m);
        }
    }
    for d in &mut d {
        *d *= scale;
    }
    d.sort_by(f64::total_cmp);
    d
}

pub(super) fn guarded(pivot: f64, least: f64) -> f64 {
    if pivot.abs() < least { least } else { pivot }
}

pub(super) fn largest(x: &[f64]) -> f64 {
    x.iter().fold(0.0, |most, x| most.max(x.abs()))
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn divide(x: &mut [f64], by: f64) {
    for x in x {
        *x /= by;
    }
}

pub(super) fn normalise(x: &mut [f64]) {
    // Scaled first: a vector just solved for can be as large as 1/rounding², and larger.
    divide(x, largest(x));
    divide(x, dot(x, x).sqrt());
}

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

/// One QL step with Wilkinson's shift on rows l..=m, given the squares of the off-diagonal: no roots on the way, which
/// is what steps with them mostly wait for (B. Parlett, The Symmetric Eigenvalue Problem, 1980, §8.15; LAPACK's `dsterf`).
fn ql_step(d: &mut [f64], squares: &mut [f64], l: usize, m: usize) {
    let root = squares[l].sqrt();
    let half = (d[l + 1] - d[l]) / (2.0 * root);
    let shift = d[l] - root / (half + half.hypot(1.0).copysign(half));
    let (mut cosine, mut sine) = (1.0, 0.0);
    let mut gamma = d[m] - shift;
    let mut p = gamma * gamma;
    for i in (l..m).rev() {
        let square = squares[i];
        let r = p + square;
        squares[i + 1] = sine * r;
        let (last_cosine, last_gamma, last_p) = (cosine, gamma, p);
        (cosine, sine) = (p / r, square / r);
        gamma = cosine * (d[i] - shift) - sine * last_gamma;
        d[i + 1] = last_gamma + (d[i] - gamma);
        // γ²/c; not divided by c itself, for which this would have to wait.
        p = if last_p > LEAST_SQUARE { gamma * gamma * (r / last_p) } else { last_cosine * square };
    }
    squares[m] = 0.0;
    squares[l] = sine * p;
    d[l] = shift + gamma;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A matrix without structure.
    fn sample(size: usize) -> Matrix {
        let m = Matrix::from_fn(size, size, |i, j| ((i * i + 3 * i * j + 7 * j * j + 1) as f64).sin());
        &m + m.transpose()
    }

    #[test]
    fn both_ways_give_eigenvalues_and_vectors_of_any_size() {
        for size in
            [1, 2, 3, 16, 47, 48, 49, 50, 51, 95, 96, 97, 98, 99, 143, 144, 145, 146, 147, 192, 200, 261]
        {
            let matrix = sample(size);
            let expected = {
                let mut values: Vec<f64> = matrix.symmetric_eigenvalues().iter().copied().collect();
                values.sort_by(f64::total_cmp);
                values
            };
            let norm = matrix.norm();
            for solved in [
                Solved::Narrow(Reduced::of(matrix.clone())),
                Solved::Wide(Panels::of(size, |i, j| matrix[(i, j)])),
            ] {
                let found = solved.eigenvalues();
                assert_eq!(found.len(), size);
                for (a, b) in found.iter().zip(&expected) {
                    assert!((a - b).abs() < 1e-13 * norm, "{size}: {a} and {b}");
                }
                let x = Matrix::from_column_slice(size, 1, &solved.eigenvector(found[0]));
                let rest = (&matrix * &x - &x * found[0]).norm();
                assert!((x.norm() - 1.0).abs() < 1e-13 && rest < 1e-12 * norm, "{size}: {rest}");
            }
        }
    }

    #[test]
    fn a_matrix_of_many_panels_gives_the_same_bits_for_any_number_of_threads() {
        let matrix = sample(1203);
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let solved = Solved::Wide(Panels::of(1203, |i, j| matrix[(i, j)]));
                let values = solved.eigenvalues();
                let x = solved.eigenvector(values[0]);
                (values, x)
            })
        };
        let (values, x) = with(1);
        for threads in [2, 3] {
            assert_eq!((values.clone(), x.clone()), with(threads));
        }
        let norm = matrix.norm();
        let narrow = Reduced::of(matrix.clone()).eigenvalues();
        let apart = narrow.iter().zip(&values).fold(0.0_f64, |most, (a, b)| most.max((a - b).abs()));
        assert!(apart < 1e-14 * norm, "{apart}");
        let x = Matrix::from_column_slice(1203, 1, &x);
        let rest = (&matrix * &x - &x * values[0]).norm();
        assert!(rest < 1e-13 * norm, "{rest}");
    }

    #[test]
    fn eigenvalues_of_a_tridiagonal_matrix_are_known_at_any_scale() {
        // The second difference: 2 − 2 cos(π k/(n + 1)).
        for scale in [1e-300, 1e-160, 1.0, 1e160, 1e300] {
            let size = 300;
            let found = tridiagonal_eigenvalues(vec![2.0 * scale; size], vec![-scale; size - 1]);
            for (k, value) in found.iter().enumerate() {
                let angle = std::f64::consts::PI * (k + 1) as f64 / (size + 1) as f64;
                let expected = 4.0 * (angle / 2.0).sin().powi(2);
                assert!((value / scale - expected).abs() < 1e-14, "{scale}: {k}");
            }
        }
    }

    #[test]
    fn matrices_that_are_diagonal_or_zero_stay_so() {
        for size in [1, 5, 40, 130] {
            let diagonal = Matrix::from_fn(size, size, |i, j| if i == j { (i % 7) as f64 } else { 0.0 });
            for matrix in [Matrix::zeros(size, size), diagonal] {
                let mut expected: Vec<f64> = matrix.diagonal().iter().copied().collect();
                expected.sort_by(f64::total_cmp);
                for solved in [
                    Solved::Narrow(Reduced::of(matrix.clone())),
                    Solved::Wide(Panels::of(size, |i, j| matrix[(i, j)])),
                ] {
                    assert_eq!(solved.eigenvalues(), expected);
                    assert!(solved.eigenvector(expected[0]).iter().all(|x| x.is_finite()));
                }
            }
        }
    }
}
