//! Replicas that advance together on one thread: eight in lockstep, one alone, or one with explicit weights.
//!
//! Also watches when each one's risk is first at most half its initial value, at fixed steps, so that how a run is
//! cut into calls never shows in a result.

use super::{DIVERGENCE, Direct, Reduced, SgdParameters};
use crate::model::{Overlaps, distances};

/// Steps of the reduced engine between two questions whether to stop, times p²: below a millisecond.
const PATIENCE: u64 = 1 << 14;

/// One of the engines, with its replicas.
#[derive(Clone, Debug)]
pub(crate) enum Engine {
    /// Up to eight in lockstep.
    Lockstep(Box<Reduced<8>>),
    /// One alone: half the wait of a lockstep of one.
    Alone(Box<Reduced<1>>),
    /// One with explicit weights.
    Explicit(Box<Direct>),
}

impl Engine {
    fn step(&self) -> u64 {
        match self {
            Self::Lockstep(engine) => engine.step(),
            Self::Alone(engine) => engine.step(),
            Self::Explicit(engine) => engine.step(),
        }
    }

    fn advance_to(&mut self, target: u64, stop: &(dyn Fn() -> bool + Sync)) -> bool {
        match self {
            Self::Lockstep(engine) => engine.advance(target.saturating_sub(engine.step())),
            Self::Alone(engine) => engine.advance(target.saturating_sub(engine.step())),
            Self::Explicit(engine) => return engine.advance_to(target, &|| stop()),
        }
        true
    }

    fn diverged_at(&self, lane: usize) -> Option<u64> {
        match self {
            Self::Lockstep(engine) => engine.diverged_at(lane),
            Self::Alone(engine) => engine.diverged_at(lane),
            Self::Explicit(engine) => engine.diverged_at(),
        }
    }

    fn overlaps(&mut self, lane: usize) -> Overlaps {
        match self {
            Self::Lockstep(engine) => engine.overlaps(lane),
            Self::Alone(engine) => engine.overlaps(lane),
            Self::Explicit(engine) => engine.overlaps(),
        }
    }

    fn risk(&mut self, lane: usize) -> f64 {
        match self {
            Self::Lockstep(engine) => engine.risk(lane),
            Self::Alone(engine) => engine.risk(lane),
            Self::Explicit(engine) => engine.risk(),
        }
    }
}

/// What a replica is measured against.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    /// Its risk at α = 0.
    pub(crate) initial_risk: f64,
    /// The prediction ρ̄ of its start, where a law is known.
    pub(crate) prediction: Option<Overlaps>,
}

/// One replica as it is now.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub(crate) overlaps: Overlaps,
    pub(crate) risk: f64,
    /// Distance to ρ̄.
    pub(crate) distance: Option<f64>,
    /// The step at which it diverged, or at which it is now, if its norms say that its next step will not be taken.
    pub(crate) diverged_at: Option<u64>,
    /// The step at which its risk was first seen at half its initial value.
    pub(crate) half_at: Option<u64>,
}

/// Replicas of one engine, the first in lane 0.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    engine: Engine,
    references: Vec<Reference>,
    half_at: Vec<Option<u64>>,
    /// Steps between two looks at the risk.
    watch: u64,
    /// tr Q beyond which the error of a typical sample is beyond `DIVERGENCE`.
    bursting: f64,
    patience: u64,
}

impl Group {
    pub(crate) fn new(
        engine: Engine,
        references: Vec<Reference>,
        parameters: &SgdParameters,
        p: usize,
    ) -> Self {
        let half_at = vec![None; references.len()];
        let (watch, patience) = (watch_interval(parameters.n), (PATIENCE / (p * p) as u64).max(1));
        let bursting = DIVERGENCE * (p * p) as f64 / (2.0 * parameters.eta);
        Self { engine, references, half_at, watch, bursting, patience }
    }

    pub(crate) fn len(&self) -> usize {
        self.references.len()
    }

    pub(crate) fn step(&self) -> u64 {
        self.engine.step()
    }

    /// The step at which each replica's risk was first seen at half its initial value, in order.
    pub(crate) fn half_at(&self) -> impl Iterator<Item = Option<u64>> + '_ {
        self.half_at.iter().copied()
    }

    /// Steps on to `target` and returns true, or returns false soon after `stop` turns true.
    pub(crate) fn advance_to(&mut self, target: u64, stop: &(dyn Fn() -> bool + Sync)) -> bool {
        let mut done = 0;
        loop {
            let step = self.engine.step();
            let mut next = target.min(step + self.patience);
            let watching = (0..self.len()).any(|lane| self.is_watched(lane));
            if watching {
                next = next.min((step / self.watch + 1) * self.watch);
            }
            if done >= self.patience || done == 0 {
                if stop() {
                    return false;
                }
                done = 0;
            }
            if !self.engine.advance_to(next.max(step), stop) {
                return false;
            }
            done += next.saturating_sub(step);
            if watching && next > step && next.is_multiple_of(self.watch) {
                self.look(next);
            }
            if next >= target {
                return true;
            }
        }
    }

    /// Reads the replica in a lane.
    pub(crate) fn read(&mut self, lane: usize) -> Reading {
        let overlaps = self.engine.overlaps(lane);
        let prediction = self.references[lane].prediction.as_ref();
        let bursting = (overlaps.q().trace() > self.bursting).then(|| self.step());
        Reading {
            risk: self.engine.risk(lane),
            distance: prediction.map(|prediction| distances(&overlaps, prediction).total),
            overlaps,
            diverged_at: self.engine.diverged_at(lane).or(bursting),
            half_at: self.half_at[lane],
        }
    }

    /// Reads every replica, in order.
    pub(crate) fn read_all(&mut self) -> Vec<Reading> {
        (0..self.len()).map(|lane| self.read(lane)).collect()
    }

    fn is_watched(&self, lane: usize) -> bool {
        self.half_at[lane].is_none() && self.engine.diverged_at(lane).is_none()
    }

    fn look(&mut self, step: u64) {
        for lane in 0..self.len() {
            if self.is_watched(lane) && self.engine.risk(lane) <= 0.5 * self.references[lane].initial_risk {
                self.half_at[lane] = Some(step);
            }
        }
    }
}

/// Steps between two looks at the risk of a replica: N/64, at least one, so that α is known to 1/64.
pub(crate) fn watch_interval(n: u64) -> u64 {
    (n / 64).max(1)
}
