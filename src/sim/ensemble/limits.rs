//! What an ensemble may be asked for: times that are whole numbers of steps, and no more memory than is allowed.

use super::{EnsembleError, EnsembleOptions, MemoryShortage};
use crate::model::{Engine, Scenario, SgdSection, StartKind};
use crate::sim::sgd::memory::Memory;
use crate::sim::sgd::{Direct, SgdError, cost};

/// Steps of the output times.
pub(super) fn schedule(grid: &[f64], n: u64) -> Result<Vec<u64>, EnsembleError> {
    let most = cost::MOST_STEPS / n as f64;
    let mut steps = Vec::with_capacity(grid.len());
    let mut before = f64::NEG_INFINITY;
    for (index, &value) in grid.iter().enumerate() {
        if !(value >= 0.0 && value <= most && value > before) {
            return Err(EnsembleError::Grid { index, value, most });
        }
        before = value;
        steps.push((value * n as f64).round() as u64);
    }
    steps.dedup();
    if steps.is_empty() { Err(EnsembleError::NoTimes) } else { Ok(steps) }
}

/// Refuses what needs more memory than it may have.
pub(super) fn check_memory(
    scenario: &Scenario,
    sgd: &SgdSection,
    options: EnsembleOptions,
    points: usize,
) -> Result<(), EnsembleError> {
    let (p, p_star) = (scenario.model.p, scenario.model.p_star);
    let keeps = (points, scenario.start.kind == StartKind::Weights);
    let memory = Memory::of(sgd, (p, p_star), options.precision, keeps);
    let memory = memory.ok_or(SgdError::Address { n: sgd.n })?;
    let (needed, allowed) = (memory.of_replicas(sgd.replicas), options.memory_limit as f64);
    if needed > allowed {
        return Err(EnsembleError::Memory(MemoryShortage {
            engine: sgd.engine,
            n: sgd.n,
            replicas: sgd.replicas,
            needed,
            allowed,
            fitting: memory.fitting(options.memory_limit),
        }));
    }
    if sgd.engine == Engine::Direct {
        Direct::check_room(sgd.n, p, p_star, options.precision)?;
    }
    Ok(())
}
