//! Why an ensemble cannot be made, in words a user can act on.

use thiserror::Error;

use crate::model::{Engine, ScenarioError};
use crate::sim::sgd::SgdError;

/// An ensemble that cannot be made.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum EnsembleError {
    /// The scenario has no `[sgd]` section.
    #[error("this scenario has no [sgd] section, which says N and the number of replicas")]
    NoSgd,
    /// The engine refuses.
    #[error(transparent)]
    Sgd(#[from] SgdError),
    /// A replica's own start cannot be drawn.
    #[error(transparent)]
    Start(#[from] ScenarioError),
    /// Bad output times.
    #[error(
        "output time {index} of the ensemble is {value}: they must be increasing numbers from 0 to {most:e}"
    )]
    Grid {
        /// Its place, from 0.
        index: usize,
        /// The time.
        value: f64,
        /// The last time that can be reached.
        most: f64,
    },
    /// No output times.
    #[error("an ensemble needs at least one output time")]
    NoTimes,
    /// An ensemble that does not fit into memory.
    #[error("{}", .0.words())]
    Memory(MemoryShortage),
}

/// An ensemble that needs more memory than it may have.
#[derive(Clone, Debug, PartialEq)]
pub struct MemoryShortage {
    /// The engine.
    pub engine: Engine,
    /// N.
    pub n: u64,
    /// Replicas.
    pub replicas: usize,
    /// Bytes needed.
    pub needed: f64,
    /// Bytes allowed.
    pub allowed: f64,
    /// Replicas that would fit.
    pub fitting: usize,
}

impl MemoryShortage {
    fn words(&self) -> String {
        let Self { n, replicas, needed, allowed, fitting, .. } = self;
        let (needed, allowed) = (bytes(*needed), bytes(*allowed));
        let (engine, other) = match self.engine {
            Engine::Reduced => ("reduced", ""),
            Engine::Direct => ("direct", ", or use engine = \"reduced\", which has the same law"),
        };
        let fit = match (fitting, self.engine) {
            (0, Engine::Direct) => String::from("not one replica fits: lower n"),
            (0, Engine::Reduced) => {
                String::from("not one replica fits: lower p or p_star, or the output times")
            }
            (1, _) => String::from("1 replica would fit"),
            (some, _) => format!("{some} replicas would fit"),
        };
        format!(
            "sgd.engine = \"{engine}\" with N = {n} and {replicas} replicas needs {needed} of memory, and {allowed} \
             are allowed; {fit}{other}"
        )
    }
}

/// An amount of memory in the unit that fits.
fn bytes(count: f64) -> String {
    const MIB: f64 = (1_u64 << 20) as f64;
    const GIB: f64 = (1_u64 << 30) as f64;
    if count < 0.9 * GIB { format!("{:.0} MiB", count / MIB) } else { format!("{:.1} GiB", count / GIB) }
}
