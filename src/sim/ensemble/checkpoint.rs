//! An ensemble's exact state, written down and read back: every replica, its random streams, and the points so far.
//!
//! A run that is read back goes on to the same bits as one that was never written down, wherever it was cut. Who reads
//! must bring the scenario, the times and the options it was written with; what does not fit them is refused.

use std::io::{self, Read, Write};

use thiserror::Error;

use super::{EnsembleError, EnsembleOptions, EnsembleRun};
use crate::model::{Matrix, Overlaps, Scenario};
use crate::sim::sgd::{EnsemblePoint, Precision};
use crate::sim::tape::{Tape, damaged};

/// Groups made before their states are read.
const BATCH: usize = 64;

/// An ensemble that cannot be read back.
#[derive(Debug, Error)]
pub enum RestoreError {
    /// It cannot be made at all.
    #[error(transparent)]
    Ensemble(#[from] EnsembleError),
    /// What was read is not its state.
    #[error("it does not hold the state of this ensemble: {0}")]
    State(#[from] io::Error),
}

impl EnsembleRun {
    /// Writes down the exact state, for [`restore`](Self::restore).
    ///
    /// # Errors
    /// Those of `out`.
    pub fn save(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let mut tape = Tape::Out(out);
        self.tape_plan(&mut tape)?;
        let mut made = self.groups.len();
        tape.usize(&mut made)?;
        self.groups.iter_mut().try_for_each(|group| group.tape(&mut tape))?;
        self.tape_points(&mut tape)
    }

    /// Reads a state back that [`save`](Self::save) wrote of the same scenario, times and options. `made` hears how
    /// many replicas there are so far.
    ///
    /// # Errors
    /// Those of [`EnsembleRun::with_options`] and of `input`, and a state of something else.
    pub fn restore(
        scenario: &Scenario,
        grid: &[f64],
        options: EnsembleOptions,
        input: &mut dyn Read,
        made: &mut dyn FnMut(usize),
    ) -> Result<Self, RestoreError> {
        let mut run = Self::with_options(scenario, grid, options)?;
        let mut tape = Tape::In(input);
        run.tape_plan(&mut tape)?;
        let mut groups = 0;
        tape.usize(&mut groups)?;
        if groups > run.builder.groups() {
            return Err(damaged().into());
        }
        while run.groups.len() < groups {
            let first = run.groups.len();
            if run.build_next(groups.min(first + BATCH), &|| false).is_break() {
                return Err(run.failure.map_or_else(|| damaged().into(), RestoreError::Ensemble));
            }
            run.groups.iter_mut().skip(first).try_for_each(|group| group.tape(&mut tape))?;
            made(run.replicas_made());
        }
        run.tape_points(&mut tape)?;
        Ok(run)
    }

    /// What both sides must know alike, and the step that all replicas have reached.
    fn tape_plan(&mut self, tape: &mut Tape<'_>) -> io::Result<()> {
        let single = self.options.precision == Precision::Single;
        let followed = self.options.followed.map_or(u64::MAX, |index| index as u64);
        let known = [u64::from(single), followed, self.risk_curves.len() as u64, self.schedule.len() as u64];
        known.into_iter().chain(self.schedule.iter().copied()).try_for_each(|value| tape.same(value))?;
        tape.u64(&mut self.step)
    }

    /// The points so far, but not the last one: that is read from the replicas again, as the end of each is with it.
    fn tape_points(&mut self, tape: &mut Tape<'_>) -> io::Result<()> {
        let most = self.schedule.len().saturating_sub(1);
        let mut count = self.points.len().min(most);
        tape.usize(&mut count)?;
        if count > most {
            return Err(damaged());
        }
        let shape = (self.scenario.model.p, self.scenario.model.p_star);
        if tape.is_reading() {
            self.points = vec![EnsemblePoint::new(0.0, shape); count];
            self.risk_curves.iter_mut().for_each(|curve| *curve = vec![0.0; count]);
            let zero =
                Overlaps::symmetrised(Matrix::zeros(shape.0, shape.1), Matrix::zeros(shape.0, shape.0));
            self.followed = if self.options.followed.is_some() { vec![zero; count] } else { Vec::new() };
        }
        self.points.iter_mut().take(count).try_for_each(|point| point.tape(tape))?;
        for curve in &mut self.risk_curves {
            curve.iter_mut().take(count).try_for_each(|risk| tape.f64(risk))?;
        }
        self.followed.iter_mut().take(count).try_for_each(|state| tape_overlaps(state, tape))
    }
}

fn tape_overlaps(state: &mut Overlaps, tape: &mut Tape<'_>) -> io::Result<()> {
    let (mut m, mut q) = (state.m().clone(), state.q().clone());
    tape.f64s(m.as_mut_slice())?;
    tape.f64s(q.as_mut_slice())?;
    *state = Overlaps::symmetrised(m, q);
    Ok(())
}
