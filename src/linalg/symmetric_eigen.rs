//! The eigenproblem of a dense symmetric matrix: its reduction, all eigenvalues, single eigenvectors.
//!
//! Errors are of the order of rounding times the norm.

use nalgebra::DMatrix;

use super::band_reduction::BandReduction;
use super::direct_reduction::DirectReduction;
use super::tridiagonal::tridiagonal_eigenvalues;

/// From this size on a matrix outgrows the caches, and two steps through a band are faster than one.
const WIDE: usize = 2000;

/// A symmetric matrix, reduced to where its eigenvalues can be read.
#[derive(Debug)]
pub(crate) struct SymmetricEigen(Reduction);

#[derive(Debug)]
enum Reduction {
    /// To a tridiagonal matrix at once.
    Direct(DirectReduction),
    /// Through a band.
    Banded(BandReduction),
}

impl SymmetricEigen {
    /// Reduces the matrix of `size` rows whose lower triangle `entry` tells, by row and column.
    pub(crate) fn of(size: usize, entry: impl Fn(usize, usize) -> f64 + Sync) -> Self {
        if size >= WIDE {
            return Self(Reduction::Banded(BandReduction::of(size, entry)));
        }
        let lower = |row, column| if row < column { 0.0 } else { entry(row, column) };
        Self(Reduction::Direct(DirectReduction::of(DMatrix::from_fn(size, size, lower))))
    }

    /// All eigenvalues, ascending.
    pub(crate) fn eigenvalues(&self) -> Vec<f64> {
        match &self.0 {
            Reduction::Direct(direct) => direct.eigenvalues(),
            Reduction::Banded(banded) => {
                let (diagonal, off_diagonal) = banded.band().tridiagonal();
                tridiagonal_eigenvalues(diagonal, off_diagonal)
            }
        }
    }

    /// A unit eigenvector of the eigenvalue `value`; one of them if there are several.
    pub(crate) fn eigenvector(&self, value: f64) -> Vec<f64> {
        match &self.0 {
            Reduction::Direct(direct) => direct.eigenvector(value),
            Reduction::Banded(banded) => {
                let mut x = banded.band().eigenvector(value);
                banded.turn_back(&mut x);
                x
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A matrix without structure.
    fn sample(size: usize) -> DMatrix<f64> {
        let m = DMatrix::from_fn(size, size, |i, j| ((i * i + 3 * i * j + 7 * j * j + 1) as f64).sin());
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
                SymmetricEigen(Reduction::Direct(DirectReduction::of(matrix.clone()))),
                SymmetricEigen(Reduction::Banded(BandReduction::of(size, |i, j| matrix[(i, j)]))),
            ] {
                let found = solved.eigenvalues();
                assert_eq!(found.len(), size);
                for (a, b) in found.iter().zip(&expected) {
                    assert!((a - b).abs() < 1e-13 * norm, "{size}: {a} and {b}");
                }
                let x = DMatrix::from_column_slice(size, 1, &solved.eigenvector(found[0]));
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
                let solved =
                    SymmetricEigen(Reduction::Banded(BandReduction::of(1203, |i, j| matrix[(i, j)])));
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
        let narrow = DirectReduction::of(matrix.clone()).eigenvalues();
        let apart = narrow.iter().zip(&values).fold(0.0_f64, |most, (a, b)| most.max((a - b).abs()));
        assert!(apart < 1e-14 * norm, "{apart}");
        let x = DMatrix::from_column_slice(1203, 1, &x);
        let rest = (&matrix * &x - &x * values[0]).norm();
        assert!(rest < 1e-13 * norm, "{rest}");
    }

    #[test]
    fn matrices_that_are_diagonal_or_zero_stay_so() {
        for size in [1, 5, 40, 130] {
            let diagonal = DMatrix::from_fn(size, size, |i, j| if i == j { (i % 7) as f64 } else { 0.0 });
            for matrix in [DMatrix::zeros(size, size), diagonal] {
                let mut expected: Vec<f64> = matrix.diagonal().iter().copied().collect();
                expected.sort_by(f64::total_cmp);
                for solved in [
                    SymmetricEigen(Reduction::Direct(DirectReduction::of(matrix.clone()))),
                    SymmetricEigen(Reduction::Banded(BandReduction::of(size, |i, j| matrix[(i, j)]))),
                ] {
                    assert_eq!(solved.eigenvalues(), expected);
                    assert!(solved.eigenvector(expected[0]).iter().all(|x| x.is_finite()));
                }
            }
        }
    }
}
