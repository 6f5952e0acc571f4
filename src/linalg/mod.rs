//! Dense symmetric eigenproblems: eigenvalues, and single eigenvectors, of matrices up to some thousand rows.
//!
//! [`SymmetricEigen`] is all that others use. A matrix that fits the caches goes to tridiagonal form column by column
//! (`direct_reduction`), a wide one through a band in products of matrices (`band_reduction`, then `bulge_chase`);
//! eigenvalues come from QL steps (`tridiagonal`), vectors from inverse iteration. Knows no physics; uses all cores,
//! and gives the same bits for any number of them.

mod band;
mod band_reduction;
mod bulge_chase;
mod direct_reduction;
mod householder;
mod inverse_iteration;
mod panel_factor;
mod panel_products;
mod rank_two_pass;
mod symmetric_eigen;
mod trailing;
mod tridiagonal;
mod vectors;

pub(crate) use self::symmetric_eigen::SymmetricEigen;
