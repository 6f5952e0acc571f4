//! Replicas that advance together on one thread: eight in lockstep, one alone, or one with explicit weights.
//!
//! Also watches when each one's risk is first at most half its initial value, at fixed steps, so that how a run is
//! cut into calls never shows in a result.

use std::io;
use std::sync::Arc;

use super::factor::Start;
use super::{Common, DIVERGENCE, Direct, Precision, Reduced, SgdError};
use crate::model::{Engine as Kind, Overlaps, distances};
use crate::sim::tape::Tape;

/// Steps of the reduced engine between two questions whether to stop, times p²: below a millisecond.
const PATIENCE: u64 = 1 << 14;

/// One of the engines, with its replicas.
#[derive(Clone, Debug)]
enum Engine {
    /// Up to eight in lockstep.
    Lockstep(Box<Reduced<8>>),
    /// One alone: half the wait of a lockstep of one.
    Alone(Box<Reduced<1>>),
    /// One with explicit weights.
    Explicit(Box<Direct>),
}

impl Engine {
    fn begin(
        common: &Arc<Common>,
        (kind, precision): (Kind, Precision),
        replicas: &[(u64, Origin)],
    ) -> Result<Self, SgdError> {
        let starts: Vec<_> = replicas.iter().map(|(index, origin)| (*index, &*origin.start)).collect();
        Ok(match (kind, replicas) {
            (Kind::Direct, [(index, origin)]) => {
                let start = (*index, Arc::clone(&origin.start));
                Self::Explicit(Box::new(Direct::begin(common, start, precision)?))
            }
            (_, [_]) => Self::Alone(Box::new(Reduced::begin(common, &starts)?)),
            _ => Self::Lockstep(Box::new(Reduced::begin(common, &starts)?)),
        })
    }

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

    /// Does what makes reading a replica quick and returns true, or returns false soon after `stop` turns true.
    fn prepare(&mut self, stop: &(dyn Fn() -> bool + Sync)) -> bool {
        match self {
            Self::Lockstep(_) | Self::Alone(_) => true,
            Self::Explicit(engine) => engine.prepare(&|| stop()),
        }
    }

    fn tape(&mut self, tape: &mut Tape<'_>) -> io::Result<()> {
        match self {
            Self::Lockstep(engine) => engine.tape(tape),
            Self::Alone(engine) => engine.tape(tape),
            Self::Explicit(engine) => engine.tape(tape),
        }
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

/// Where a replica begins, worked out: shared by all that begin there.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    /// Its state.
    pub(crate) start: Arc<Start>,
    /// What it is measured against.
    pub(crate) reference: Arc<Reference>,
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
    references: Vec<Arc<Reference>>,
    half_at: Vec<Option<u64>>,
    /// Steps between two looks at the risk.
    watch: u64,
    /// The step of the last look.
    looked_at: u64,
    /// tr Q beyond which the error of a typical sample is beyond `DIVERGENCE`.
    bursting: f64,
    patience: u64,
}

impl Group {
    /// Replicas at their starts, of one width, by their indices: at most eight, or one with explicit weights.
    pub(crate) fn begin(
        common: &Arc<Common>,
        kind: (Kind, Precision),
        replicas: &[(u64, Origin)],
    ) -> Result<Self, SgdError> {
        let engine = Engine::begin(common, kind, replicas)?;
        let references: Vec<_> = replicas.iter().map(|(_, origin)| Arc::clone(&origin.reference)).collect();
        let parameters = &common.parameters;
        let square = replicas.first().map_or(1, |(_, origin)| origin.start.overlaps.p().pow(2));
        Ok(Self {
            engine,
            half_at: vec![None; references.len()],
            references,
            watch: watch_interval(parameters.n),
            looked_at: 0,
            bursting: DIVERGENCE * square as f64 / (2.0 * parameters.learning.rate(0.0)),
            patience: (PATIENCE / square as u64).max(1),
        })
    }

    /// What a later step or reading depends on, to a tape or from it.
    pub(crate) fn tape(&mut self, tape: &mut Tape<'_>) -> io::Result<()> {
        self.half_at.iter_mut().try_for_each(|at| tape.optional_word(at))?;
        tape.u64(&mut self.looked_at)?;
        self.engine.tape(tape)
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
            if done >= self.patience || done == 0 {
                if stop() {
                    return false;
                }
                done = 0;
            }
            if !self.look_if_due(stop) {
                return false;
            }
            let step = self.engine.step();
            let mut next = target.min(step + self.patience).max(step);
            if self.is_watching() {
                next = next.min((step / self.watch + 1) * self.watch);
            }
            // Without a step to take as well: explicit weights are built on the way.
            if !self.engine.advance_to(next, stop) {
                return false;
            }
            done += next - step;
            if next >= target {
                return self.look_if_due(stop);
            }
        }
    }

    /// Reads the replica in a lane.
    fn read(&mut self, lane: usize) -> Reading {
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

    /// Reads every replica, in order; `None` soon after `stop` turns true.
    pub(crate) fn read_all(&mut self, stop: &(dyn Fn() -> bool + Sync)) -> Option<Vec<Reading>> {
        if stop() || !self.engine.prepare(stop) {
            return None;
        }
        Some((0..self.len()).map(|lane| self.read(lane)).collect())
    }

    fn is_watched(&self, lane: usize) -> bool {
        self.half_at[lane].is_none() && self.engine.diverged_at(lane).is_none()
    }

    fn is_watching(&self) -> bool {
        (0..self.len()).any(|lane| self.is_watched(lane))
    }

    /// Looks at the risks if it is time and returns true, or returns false soon after `stop` turns true.
    fn look_if_due(&mut self, stop: &(dyn Fn() -> bool + Sync)) -> bool {
        let step = self.engine.step();
        if step == self.looked_at || !step.is_multiple_of(self.watch) || !self.is_watching() {
            return true;
        }
        if !self.engine.prepare(stop) {
            return false;
        }
        self.looked_at = step;
        for lane in 0..self.len() {
            if self.is_watched(lane) && self.engine.risk(lane) <= 0.5 * self.references[lane].initial_risk {
                self.half_at[lane] = Some(step);
            }
        }
        true
    }
}

/// Steps between two looks at the risk of a replica: N/64, at least one, so that α is known to 1/64.
pub(crate) fn watch_interval(n: u64) -> u64 {
    (n / 64).max(1)
}
