//! Rows that take long: the memory that they take is told before the sweep begins, and their ensembles can be kept on
//! the way and gone on with, to the same bytes.

use super::Sweep;
use crate::model::{Scenario, StartKind};
use crate::sim::ensemble::{EnsembleOptions, EnsembleRun};
use crate::sim::sgd::Precision;
use crate::sim::sgd::memory::Memory;

/// What rows are kept with: somewhere outside, so that a later process can go on with them.
///
/// Called from the threads of the sweep; a row has one caller at a time.
pub trait RowKeeper: Sync {
    /// The ensemble of a row as far as it came before, for the same scenario, times and options.
    fn restore(
        &self,
        index: u64,
        scenario: &Scenario,
        grid: &[f64],
        options: EnsembleOptions,
    ) -> Option<EnsembleRun>;

    /// Whether a row is to be kept now: asked several times a second.
    fn is_due(&self, index: u64) -> bool;

    /// Keeps the ensemble of a row; also when it is told to stop.
    fn keep(&self, index: u64, scenario: &Scenario, run: &mut EnsembleRun);

    /// A row is over: what was kept of it is of no more use.
    fn forget(&self, index: u64);
}

/// Keeps nothing: every row begins anew.
#[derive(Clone, Copy, Debug)]
pub struct KeepNothing;

impl RowKeeper for KeepNothing {
    fn restore(&self, _: u64, _: &Scenario, _: &[f64], _: EnsembleOptions) -> Option<EnsembleRun> {
        None
    }

    fn is_due(&self, _: u64) -> bool {
        false
    }

    fn keep(&self, _: u64, _: &Scenario, _: &mut EnsembleRun) {}

    fn forget(&self, _: u64) {}
}

impl Sweep {
    /// Bytes that the ensemble of a point takes; `None` without SGD.
    pub fn row_bytes(&self, index: u64) -> Option<f64> {
        let spec = self.spec_at(index);
        let (sgd, widths) = (spec.sgd?, (spec.model.p, spec.model.p_star));
        let has_own_starts = spec.start.kind == StartKind::Weights;
        let memory = Memory::of(&sgd, widths, Precision::Double, (1, has_own_starts))?;
        Some(memory.of_replicas(sgd.replicas))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::ensemble::EnsembleError;
    use crate::sim::sweep::SweepSpec;

    #[test]
    fn the_memory_of_a_row_is_that_of_its_ensemble() {
        let text = "[model]\np = 3\n[sgd]\nreplicas = 5000\n[sweep]\np = [3, 20]\nn = [100, 1000]\n";
        let sweep = Sweep::new(SweepSpec::from_toml(text).unwrap()).unwrap();
        for index in 0..sweep.rows() {
            let needed = sweep.row_bytes(index).unwrap();
            let options = EnsembleOptions { memory_limit: 0, ..EnsembleOptions::default() };
            let refused = EnsembleRun::with_options(&sweep.point(index).unwrap(), &[1.0], options);
            let Err(EnsembleError::Memory(short)) = refused else { panic!("{refused:?}") };
            assert_eq!(short.needed.to_bits(), needed.to_bits());
        }
        let ode = Sweep::new(SweepSpec::from_toml("[sweep]\neta = [0.1, 0.2]\n").unwrap()).unwrap();
        assert_eq!(ode.row_bytes(0), None);
    }
}
