//! The order parameters ρ = (M, Q) and the teacher's Gram matrix T.
//!
//! M = W W*ᵀ/N is p × p*, Q = W Wᵀ/N is p × p and exactly symmetric, T = W* W*ᵀ/N is p* × p* and positive
//! definite. Values here are finite and of the right shape by construction.

use super::{LEAST_TEACHER, MAX_OVERLAP, ModelError};

/// A dense real matrix; one scalar type throughout.
pub type Matrix = nalgebra::DMatrix<f64>;

/// Largest relative asymmetry that is taken for rounding in matrices read from outside.
const SYMMETRY_TOLERANCE: f64 = 1e-9;

/// Largest relative negative eigenvalue of Q − M T⁻¹ Mᵀ that is taken for rounding.
const REALISABLE_TOLERANCE: f64 = 1e-9;

/// The order parameters ρ = (M, Q) of a student of width p against a teacher of width p*.
///
/// ```
/// use saddlescope::model::{Matrix, Overlaps, Teacher, risk};
///
/// // A student equal to its teacher has no risk.
/// let identity = Matrix::identity(3, 3);
/// let state = Overlaps::new(identity.clone(), identity)?;
/// assert_eq!(risk(&state, &Teacher::orthonormal(3)), 0.0);
/// # Ok::<(), saddlescope::model::ModelError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Overlaps {
    m: Matrix,
    q: Matrix,
}

impl Overlaps {
    /// From M (p × p*) and Q (p × p).
    ///
    /// # Errors
    /// Wrong shapes, entries that are not finite or larger than [`MAX_OVERLAP`], or Q not symmetric. Asymmetry of the
    /// size of rounding is removed.
    pub fn new(m: Matrix, q: Matrix) -> Result<Self, ModelError> {
        let (p, p_star) = m.shape();
        check_shape("Q", &q, (p, p_star), (p, p))?;
        check_entries("M", &m)?;
        check_entries("Q", &q)?;
        check_symmetric("Q", &q)?;
        Ok(Self::symmetrised(m, q))
    }

    /// From matrices of the right shapes, averaging Q with its transpose.
    pub(crate) fn symmetrised(m: Matrix, mut q: Matrix) -> Self {
        symmetrise(&mut q);
        Self { m, q }
    }

    /// Teacher–student overlaps M, p × p*.
    pub fn m(&self) -> &Matrix {
        &self.m
    }

    /// Student–student overlaps Q, p × p, exactly symmetric.
    pub fn q(&self) -> &Matrix {
        &self.q
    }

    /// Student width.
    pub fn p(&self) -> usize {
        self.m.nrows()
    }

    /// Teacher width.
    pub fn p_star(&self) -> usize {
        self.m.ncols()
    }

    /// Smallest eigenvalue of Q − M T⁻¹ Mᵀ, the part of Q orthogonal to the teachers.
    pub fn orthogonal_margin(&self, teacher: &Teacher) -> f64 {
        let a = teacher.whiten(&self.m);
        smallest_eigenvalue(&self.q - &a * a.transpose())
    }

    /// The least input dimension N in which weights have these overlaps: p* and the rank of Q − M T⁻¹ Mᵀ.
    pub fn least_dimension(&self, teacher: &Teacher) -> usize {
        let a = teacher.whiten(&self.m);
        let mut rest = &self.q - &a * a.transpose();
        symmetrise(&mut rest);
        let least = REALISABLE_TOLERANCE * self.q.norm();
        let eigenvalues = rest.symmetric_eigenvalues();
        self.p_star() + eigenvalues.iter().filter(|&&value| value > least).count()
    }

    /// Checks that weights with these overlaps exist: Q − M T⁻¹ Mᵀ ⪰ 0, up to rounding.
    ///
    /// # Errors
    /// [`ModelError::Unrealisable`] with the smallest eigenvalue.
    pub fn check_realisable(&self, teacher: &Teacher) -> Result<(), ModelError> {
        let smallest = self.orthogonal_margin(teacher);
        if smallest >= -REALISABLE_TOLERANCE * self.q.norm().max(1.0) {
            Ok(())
        } else {
            Err(ModelError::Unrealisable { smallest })
        }
    }
}

/// The teacher, known through T = L Lᵀ = U diag(t) Uᵀ.
#[derive(Clone, Debug, PartialEq)]
pub struct Teacher {
    gram: Matrix,
    factor: Matrix,
    directions: Matrix,
    spectrum: Vec<f64>,
    orthonormal: bool,
}

impl Teacher {
    /// T = I, the default: `p_star` orthonormal teacher rows.
    pub fn orthonormal(p_star: usize) -> Self {
        let identity = Matrix::identity(p_star, p_star);
        Self {
            gram: identity.clone(),
            factor: identity.clone(),
            directions: identity,
            spectrum: vec![1.0; p_star],
            orthonormal: true,
        }
    }

    /// From a Gram matrix T (p* × p*).
    ///
    /// # Errors
    /// T not square, not finite, with entries beyond [`MAX_OVERLAP`] or norms below [`LEAST_TEACHER`], not symmetric,
    /// or not positive definite.
    pub fn from_gram(mut gram: Matrix) -> Result<Self, ModelError> {
        let p_star = gram.nrows();
        check_shape("T", &gram, (p_star, p_star), (p_star, p_star))?;
        check_entries("T", &gram)?;
        check_norms(&gram)?;
        check_symmetric("T", &gram)?;
        symmetrise(&mut gram);
        if gram == Matrix::identity(p_star, p_star) {
            return Ok(Self::orthonormal(p_star));
        }
        let eigen = gram.clone().symmetric_eigen();
        let smallest = eigen.eigenvalues.min();
        let singular = ModelError::SingularTeacher { smallest };
        if smallest <= 1e-12 * eigen.eigenvalues.max() {
            return Err(singular);
        }
        let factor = gram.clone().cholesky().ok_or(singular)?.l();
        let spectrum = eigen.eigenvalues.iter().copied().collect();
        Ok(Self { gram, factor, directions: eigen.eigenvectors, spectrum, orthonormal: false })
    }

    /// T, p* × p*.
    pub fn gram(&self) -> &Matrix {
        &self.gram
    }

    /// The lower triangular L of T = L Lᵀ.
    pub fn factor(&self) -> &Matrix {
        &self.factor
    }

    /// The orthogonal U of T = U diag(t) Uᵀ; the identity for T = I.
    pub fn directions(&self) -> &Matrix {
        &self.directions
    }

    /// The eigenvalues t of T, in the order of the columns of U.
    pub fn spectrum(&self) -> &[f64] {
        &self.spectrum
    }

    /// Teacher width p*.
    pub fn p_star(&self) -> usize {
        self.gram.nrows()
    }

    /// Whether T is the identity, as the laws in closed form ask.
    pub fn is_orthonormal(&self) -> bool {
        self.orthonormal
    }

    /// A = M L⁻ᵀ (p × p*): student rows on an orthonormal basis of the teachers' span, so that A Aᵀ = M T⁻¹ Mᵀ.
    pub fn whiten(&self, m: &Matrix) -> Matrix {
        if self.orthonormal {
            return m.clone();
        }
        let mut transposed = m.transpose();
        // L has a positive diagonal by construction, so the solve cannot fail.
        self.factor.solve_lower_triangular_mut(&mut transposed);
        transposed.transpose()
    }
}

/// A matrix as nested lists, row by row: the form of every file format.
pub fn nested_rows(matrix: &Matrix) -> Vec<Vec<f64>> {
    matrix.row_iter().map(|row| row.iter().copied().collect()).collect()
}

/// Averages a square matrix with its transpose, in place.
pub(crate) fn symmetrise(matrix: &mut Matrix) {
    for j in 0..matrix.ncols() {
        for i in 0..j {
            let mean = 0.5 * (matrix[(i, j)] + matrix[(j, i)]);
            matrix[(i, j)] = mean;
            matrix[(j, i)] = mean;
        }
    }
}

/// Smallest eigenvalue of a symmetric matrix; 0 for an empty one.
pub(crate) fn smallest_eigenvalue(mut matrix: Matrix) -> f64 {
    symmetrise(&mut matrix);
    matrix.symmetric_eigenvalues().iter().copied().reduce(f64::min).unwrap_or(0.0)
}

pub(crate) fn check_shape(
    name: &'static str,
    matrix: &Matrix,
    (p, p_star): (usize, usize),
    (need_rows, need_cols): (usize, usize),
) -> Result<(), ModelError> {
    let (rows, cols) = matrix.shape();
    if (rows, cols) == (need_rows, need_cols) {
        Ok(())
    } else {
        Err(ModelError::Shape { name, rows, cols, p, p_star, need_rows, need_cols })
    }
}

fn check_entries(name: &'static str, matrix: &Matrix) -> Result<(), ModelError> {
    for (col, column) in matrix.column_iter().enumerate() {
        for (row, &value) in column.iter().enumerate() {
            if !value.is_finite() {
                return Err(ModelError::NotFinite { name, row, col, value });
            }
            if value.abs() > MAX_OVERLAP {
                return Err(ModelError::TooLarge { name, row, col, value });
            }
        }
    }
    Ok(())
}

/// Teachers of no length at all are left to the question whether T is positive definite.
fn check_norms(gram: &Matrix) -> Result<(), ModelError> {
    let norms = gram.diagonal();
    let weak = norms.iter().enumerate().find(|(_, norm)| **norm > 0.0 && **norm < LEAST_TEACHER);
    weak.map_or(Ok(()), |(row, &value)| Err(ModelError::WeakTeacher { row, value }))
}

fn check_symmetric(name: &'static str, matrix: &Matrix) -> Result<(), ModelError> {
    let scale = matrix.amax().max(f64::MIN_POSITIVE);
    for col in 0..matrix.ncols() {
        for row in 0..col {
            let (upper, lower) = (matrix[(row, col)], matrix[(col, row)]);
            if (upper - lower).abs() > SYMMETRY_TOLERANCE * scale {
                return Err(ModelError::NotSymmetric { name, row, col, upper, lower });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asymmetric_q_is_refused_with_its_entry() {
        let mut q = Matrix::identity(2, 2);
        q[(0, 1)] = 0.5;
        let error = Overlaps::new(Matrix::zeros(2, 1), q).unwrap_err();
        assert!(error.to_string().contains("Q[1,2] = 0.5, Q[2,1] = 0"), "{error}");
    }

    #[test]
    fn a_singular_teacher_is_refused() {
        let error = Teacher::from_gram(Matrix::from_element(2, 2, 1.0)).unwrap_err();
        assert!(matches!(error, ModelError::SingularTeacher { .. }));
    }

    #[test]
    fn whitening_reproduces_the_projection_on_the_teachers() {
        let gram = Matrix::from_row_slice(2, 2, &[2.0, 0.4, 0.4, 0.7]);
        let teacher = Teacher::from_gram(gram.clone()).unwrap();
        let m = Matrix::from_row_slice(3, 2, &[0.1, -0.3, 0.2, 0.5, -0.7, 0.05]);
        let a = teacher.whiten(&m);
        let projection = &m * gram.try_inverse().unwrap() * m.transpose();
        assert!((&a * a.transpose() - projection).amax() < 1e-14);
        assert!((a * teacher.factor().transpose() - m).amax() < 1e-15);
    }

    #[test]
    fn overlaps_larger_than_the_norms_are_unrealisable() {
        let state = Overlaps::new(Matrix::from_element(1, 1, 1.5), Matrix::identity(1, 1)).unwrap();
        let error = state.check_realisable(&Teacher::orthonormal(1)).unwrap_err();
        assert_eq!(error, ModelError::Unrealisable { smallest: -1.25 });
    }
}
