//! What the sweeps view varies.

use serde::{Deserialize, Serialize};

/// What the sweeps view varies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SweepSettings {
    /// Random starts per mean.
    pub starts: u64,
    /// Learning rates.
    pub rates: usize,
    /// The largest student width.
    pub widest: usize,
}

impl Default for SweepSettings {
    fn default() -> Self {
        Self { starts: 8, rates: 24, widest: 12 }
    }
}
