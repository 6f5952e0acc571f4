//! What keeps finite-N SGD from running, in words a user can act on.

use thiserror::Error;

/// A run of finite-N SGD that cannot be made.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum SgdError {
    /// N has no room for the chain.
    #[error("sgd.n = {n}: with p = {p} and p* = {p_star}, N must be at least p + p* + 1 = {need}")]
    Dimension {
        /// N.
        n: u64,
        /// Student width.
        p: usize,
        /// Teacher width.
        p_star: usize,
        /// The least N.
        need: u64,
    },
    /// More or fewer replicas, or other widths, than an engine has room for.
    #[error("{found} replicas of one width were asked for; this engine holds 1 to {most}")]
    Replicas {
        /// Replicas asked for.
        found: usize,
        /// Replicas it holds.
        most: usize,
    },
    /// Explicit weights larger than this machine can address.
    #[error(
        "sgd.engine = \"direct\" with N = {n} needs more memory than can be addressed; use the reduced engine"
    )]
    Address {
        /// N.
        n: u64,
    },
}
