//! Replicas as they are made: group by group, in any order and on any thread the same.
//!
//! What replicas share is worked out once for all of them; with `weights` starts each has its own.

use std::ops::Range;
use std::sync::Arc;

use super::{EnsembleError, EnsembleOptions};
use crate::model::{Engine, Scenario, SgdSection, StartKind, rho_bar, risk};
use crate::sim::sgd::factor::Start;
use crate::sim::sgd::group::{Group, Origin, Reference};
use crate::sim::sgd::{Common, Precision, SgdParameters, cost, start_seed};

/// What makes groups of replicas.
#[derive(Clone, Debug)]
pub(super) struct Builder {
    common: Arc<Common>,
    kind: (Engine, Precision),
    /// Where all replicas begin, unless each has its own start.
    shared: Option<Origin>,
    replicas: usize,
    /// Replicas of a group.
    batch: usize,
}

impl Builder {
    pub(super) fn new(
        scenario: &Scenario,
        sgd: &SgdSection,
        options: EnsembleOptions,
    ) -> Result<Self, EnsembleError> {
        let parameters = SgdParameters::of(scenario).ok_or(EnsembleError::NoSgd)?;
        parameters.check(scenario.model.p)?;
        let shares_start = scenario.start.kind != StartKind::Weights;
        Ok(Self {
            common: Arc::new(Common::of(parameters)),
            kind: (sgd.engine, options.precision),
            shared: shares_start.then(|| origin(scenario)),
            replicas: sgd.replicas,
            batch: if sgd.engine == Engine::Reduced { cost::LOCKSTEP } else { 1 },
        })
    }

    /// How many groups there are.
    pub(super) fn groups(&self) -> usize {
        self.replicas.div_ceil(self.batch)
    }

    /// How many replicas are in the first so many groups.
    pub(super) fn replicas_in(&self, groups: usize) -> usize {
        (groups * self.batch).min(self.replicas)
    }

    /// Makes a group; `None` soon after `stop` turns true.
    pub(super) fn group(
        &self,
        scenario: &Scenario,
        group: usize,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Option<Result<Group, EnsembleError>> {
        let replicas: Range<usize> = group * self.batch..self.replicas_in(group + 1);
        let mut origins = Vec::with_capacity(replicas.len());
        for index in replicas {
            if stop() {
                return None;
            }
            let origin = match &self.shared {
                Some(origin) => Ok(origin.clone()),
                None => replica_scenario(scenario, index).map(|own| origin(&own)),
            };
            match origin {
                Ok(origin) => origins.push((index as u64, origin)),
                Err(error) => return Some(Err(error)),
            }
        }
        Some(Group::begin(&self.common, self.kind, &origins).map_err(EnsembleError::Sgd))
    }
}

/// The start of a scenario, worked out.
fn origin(scenario: &Scenario) -> Origin {
    let (start, teacher) = (scenario.initial(), scenario.teacher());
    let reference = Reference {
        initial_risk: risk(start, teacher),
        prediction: rho_bar(start, teacher).map(|solution| solution.state),
    };
    Origin { start: Arc::new(Start::of(start, teacher)), reference: Arc::new(reference) }
}

/// The scenario of one replica: the given one, but with random weights of its own for `weights` starts.
///
/// Replica 0 starts where the scenario does.
pub(super) fn replica_scenario(scenario: &Scenario, index: usize) -> Result<Scenario, EnsembleError> {
    if scenario.start.kind != StartKind::Weights || index == 0 {
        return Ok(scenario.clone());
    }
    let mut spec = scenario.spec().clone();
    spec.start.seed = start_seed(spec.start.seed, index as u64);
    Ok(Scenario::new(spec)?)
}
