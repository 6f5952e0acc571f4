//! What can be wrong with a state or a scenario, in words a user can act on.
//!
//! Every message is one line: what is wrong, where, and what would be right.

use thiserror::Error;

use super::bounds::{LEAST_TEACHER, MAX_OVERLAP};
use super::words::{LONGEST_QUOTE, number, shortened};

/// An invalid state, teacher or start.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ModelError {
    /// A matrix has the wrong number of rows or columns.
    #[error("{name} is {rows} x {cols}, but p = {p} and p* = {p_star} need {need_rows} x {need_cols}")]
    Shape {
        /// Name of the matrix, as in the notation table.
        name: &'static str,
        /// Rows found.
        rows: usize,
        /// Columns found.
        cols: usize,
        /// Student width.
        p: usize,
        /// Teacher width.
        p_star: usize,
        /// Rows needed.
        need_rows: usize,
        /// Columns needed.
        need_cols: usize,
    },
    /// A nested list has rows of different lengths.
    #[error("{name}: row {} has {found} entries, the first row has {first}; a matrix needs equal rows", row + 1)]
    Ragged {
        /// Name of the matrix.
        name: &'static str,
        /// Index of the odd row, from 0.
        row: usize,
        /// Its length.
        found: usize,
        /// Length of the first row.
        first: usize,
    },
    /// A matrix entry is NaN or infinite.
    #[error("{name}[{},{}] = {value} is not a finite number", row + 1, col + 1)]
    NotFinite {
        /// Name of the matrix.
        name: &'static str,
        /// Row, from 0.
        row: usize,
        /// Column, from 0.
        col: usize,
        /// The offending value.
        value: f64,
    },
    /// A matrix entry is so large that its powers would be no numbers.
    #[error("{name}[{},{}] = {value:e}: an overlap is at most {MAX_OVERLAP:e} in size", row + 1, col + 1)]
    TooLarge {
        /// Name of the matrix.
        name: &'static str,
        /// Row, from 0.
        row: usize,
        /// Column, from 0.
        col: usize,
        /// The offending value.
        value: f64,
    },
    /// A teacher is so weak that powers of its overlaps would be no numbers.
    #[error("T[{0},{0}] = {value:e}: the squared norm of a teacher is at least {LEAST_TEACHER:e}", row + 1)]
    WeakTeacher {
        /// Row, from 0.
        row: usize,
        /// The offending value.
        value: f64,
    },
    /// Q or T differs from its transpose.
    #[error(
        "{name} is not symmetric: {name}[{0},{1}] = {2}, {name}[{1},{0}] = {3}",
        row + 1,
        col + 1,
        number(*upper),
        number(*lower)
    )]
    NotSymmetric {
        /// Name of the matrix.
        name: &'static str,
        /// Row, from 0.
        row: usize,
        /// Column, from 0.
        col: usize,
        /// Entry above the diagonal.
        upper: f64,
        /// Entry below the diagonal.
        lower: f64,
    },
    /// T is not positive definite.
    #[error(
        "T is not positive definite (smallest eigenvalue {smallest:.3e}): teacher rows must be linearly independent"
    )]
    SingularTeacher {
        /// Smallest eigenvalue of T.
        smallest: f64,
    },
    /// Q − M T⁻¹ Mᵀ has a negative eigenvalue: no weights have these overlaps.
    #[error(
        "no weights have these overlaps: Q - M T^-1 M^T has the eigenvalue {smallest:.3e}, and needs all of them >= 0"
    )]
    Unrealisable {
        /// Smallest eigenvalue of Q − M T⁻¹ Mᵀ.
        smallest: f64,
    },
    /// The drawn start is not realisable at this ε.
    #[error(
        "start.epsilon = {} is too large for p = {p}, p* = {p_star}, seed {seed}: Q0 - M0 T^-1 M0^T would not \
         be positive semidefinite; the largest that works for this draw is {largest:.6}",
        number(*epsilon)
    )]
    EpsilonTooLarge {
        /// The ε asked for.
        epsilon: f64,
        /// Student width.
        p: usize,
        /// Teacher width.
        p_star: usize,
        /// Seed of the draw.
        seed: u64,
        /// Largest ε that is realisable for this draw.
        largest: f64,
    },
    /// `weights` starts need room for all rows.
    #[error("start.kind = \"weights\" needs a dimension N >= p + p* = {need}, but N = {n}")]
    DimensionTooSmall {
        /// The dimension asked for.
        n: u64,
        /// p + p*.
        need: u64,
    },
}

/// An invalid scenario: the key, what it holds, and what would be right.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ScenarioError {
    /// The text is not TOML, or a value has the wrong type.
    #[error("line {line}: {message}")]
    Syntax {
        /// Line in the text, from 1.
        line: usize,
        /// What the parser says, on one line.
        message: String,
    },
    /// A key that no scenario has.
    #[error("line {line}: unknown key `{key}`{hint}")]
    UnknownKey {
        /// Line in the text, from 1.
        line: usize,
        /// The key with its section.
        key: String,
        /// `; did you mean ...?` or the list of known keys.
        hint: String,
    },
    /// A value outside its range.
    #[error("{key} = {value}: {expected}")]
    OutOfRange {
        /// The key with its section.
        key: &'static str,
        /// The value found.
        value: String,
        /// What would be right.
        expected: String,
    },
    /// The start cannot be made.
    #[error(transparent)]
    Start(#[from] ModelError),
}

impl ScenarioError {
    /// The error for a value that is out of its range; digits are told up to what a column of controls holds.
    pub(crate) fn out_of_range(key: &'static str, value: &str, expected: &str) -> Self {
        let short = value.parse().ok().filter(|_| value.len() > 24).map(number);
        let value = short.unwrap_or_else(|| shortened(value, LONGEST_QUOTE));
        Self::OutOfRange { key, value, expected: expected.to_owned() }
    }
}
