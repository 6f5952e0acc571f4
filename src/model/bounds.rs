//! How large and small overlaps may be that are read, so that every formula has numbers.

/// The largest entry of M, Q and T that is read, in size: powers of it that appear in any formula are numbers.
pub const MAX_OVERLAP: f64 = 1e30;

/// The smallest squared norm of a teacher that is read, for the same reason.
pub const LEAST_TEACHER: f64 = 1e-30;
