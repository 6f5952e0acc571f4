//! Means over replicas at given times, one replica after the other: mean, standard error, smallest and largest.
//!
//! Welford's update, in the order of the replicas' indices: the same bits for any number of threads. Memory is that of
//! the times, whatever the number of replicas and steps.

use std::io;

use crate::model::{Matrix, Overlaps};
use crate::sim::tape::Tape;

/// Mean, standard error and range of one quantity over the replicas alive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// The mean; NaN if no replica is alive.
    pub mean: f64,
    /// The standard error of the mean; NaN for fewer than two replicas.
    pub sem: f64,
    /// The smallest value; NaN if no replica is alive.
    pub min: f64,
    /// The largest value; NaN if no replica is alive.
    pub max: f64,
}

impl Moment {
    /// That of no replica.
    pub const NONE: Self = Self { mean: f64::NAN, sem: f64::NAN, min: f64::NAN, max: f64::NAN };
}

/// One quantity, replica by replica.
#[derive(Clone, Copy, Debug)]
struct Running {
    mean: f64,
    /// Σ (x − mean)².
    spread: f64,
    min: f64,
    max: f64,
}

const EMPTY: Running = Running { mean: 0.0, spread: 0.0, min: f64::INFINITY, max: f64::NEG_INFINITY };

impl Running {
    fn add(&mut self, value: f64, count: f64) {
        let before = value - self.mean;
        self.mean += before / count;
        self.spread += before * (value - self.mean);
        self.min = self.min.min(value);
        self.max = self.max.max(value);
    }

    fn tape(&mut self, tape: &mut Tape<'_>) -> io::Result<()> {
        let mut all = [self.mean, self.spread, self.min, self.max];
        tape.f64s(&mut all)?;
        [self.mean, self.spread, self.min, self.max] = all;
        Ok(())
    }

    fn moment(&self, count: usize) -> Moment {
        if count == 0 {
            return Moment::NONE;
        }
        let n = count as f64;
        let sem = if count > 1 { (self.spread / (n * (n - 1.0))).sqrt() } else { f64::NAN };
        Moment { mean: self.mean, sem, min: self.min, max: self.max }
    }
}

/// The ensemble at one time.
#[derive(Clone, Debug)]
pub struct EnsemblePoint {
    alpha: f64,
    alive: usize,
    shape: (usize, usize),
    /// M row by row, then the upper triangle of Q row by row.
    entries: Vec<Running>,
    risk: Running,
    distance: Option<Running>,
}

impl EnsemblePoint {
    /// No replica yet, at time `alpha`, for overlaps of shape (p, p*).
    pub(crate) fn new(alpha: f64, shape: (usize, usize)) -> Self {
        let (p, p_star) = shape;
        let entries = vec![EMPTY; p * p_star + p * (p + 1) / 2];
        Self { alpha, alive: 0, shape, entries, risk: EMPTY, distance: Some(EMPTY) }
    }

    /// All of it, to a tape or from it; the shape is known.
    pub(crate) fn tape(&mut self, tape: &mut Tape<'_>) -> io::Result<()> {
        tape.f64(&mut self.alpha)?;
        tape.usize(&mut self.alive)?;
        self.entries.iter_mut().try_for_each(|entry| entry.tape(tape))?;
        self.risk.tape(tape)?;
        tape.option(&mut self.distance, || EMPTY, |tape, distance| distance.tape(tape))
    }

    /// Takes in one replica.
    pub(crate) fn add(&mut self, overlaps: &Overlaps, risk: f64, distance: Option<f64>) {
        self.alive += 1;
        let count = self.alive as f64;
        let (p, p_star) = self.shape;
        let (m, q) = (overlaps.m(), overlaps.q());
        let teachers = (0..p).flat_map(|i| (0..p_star).map(move |r| m[(i, r)]));
        let students = (0..p).flat_map(|i| (i..p).map(move |j| q[(i, j)]));
        self.entries
            .iter_mut()
            .zip(teachers.chain(students))
            .for_each(|(entry, value)| entry.add(value, count));
        self.risk.add(risk, count);
        match (&mut self.distance, distance) {
            (Some(running), Some(distance)) => running.add(distance, count),
            // One replica without a prediction, and the mean has none.
            (running, _) => *running = None,
        }
    }

    /// The time of these states, steps/N.
    pub fn alpha(&self) -> f64 {
        self.alpha
    }

    /// Replicas that have not diverged by now: those averaged here.
    pub fn alive(&self) -> usize {
        self.alive
    }

    /// (p, p*) of the overlaps averaged here.
    pub fn shape(&self) -> (usize, usize) {
        self.shape
    }

    /// M_ir; `None` unless i < p and r < p*.
    pub fn m(&self, i: usize, r: usize) -> Option<Moment> {
        let (p, p_star) = self.shape;
        let place = (i < p && r < p_star).then(|| i * p_star + r)?;
        Some(self.entries.get(place)?.moment(self.alive))
    }

    /// Q_ij; `None` unless i, j < p.
    pub fn q(&self, i: usize, j: usize) -> Option<Moment> {
        let (p, p_star) = self.shape;
        let (i, j) = (i.min(j), i.max(j));
        // Row i of the upper triangle comes after rows of p, p − 1, ...
        let place = (j < p).then(|| p * p_star + i * (2 * p + 1 - i) / 2 + j - i)?;
        Some(self.entries.get(place)?.moment(self.alive))
    }

    /// The risk ε_g.
    pub fn risk(&self) -> Moment {
        self.risk.moment(self.alive)
    }

    /// The distance to each replica's ρ̄; `None` where no law is known.
    pub fn distance(&self) -> Option<Moment> {
        self.distance.map(|distance| distance.moment(self.alive))
    }

    /// One number of every M_ir, as a p × p* matrix.
    pub fn m_matrix(&self, read: impl Fn(Moment) -> f64) -> Matrix {
        Matrix::from_fn(self.shape.0, self.shape.1, |i, r| read(self.m(i, r).unwrap_or(Moment::NONE)))
    }

    /// One number of every Q_ij, as a symmetric p × p matrix.
    pub fn q_matrix(&self, read: impl Fn(Moment) -> f64) -> Matrix {
        Matrix::from_fn(self.shape.0, self.shape.0, |i, j| read(self.q(i, j).unwrap_or(Moment::NONE)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_those_of_the_textbook_at_every_place_of_m_and_q() {
        let state = |x: f64| {
            let m = Matrix::from_fn(3, 2, |i, r| x * (1 + 2 * i + r) as f64);
            let q = Matrix::from_fn(3, 3, |i, j| x * (100 + i + j + 10 * i * j) as f64);
            Overlaps::new(m, q).unwrap()
        };
        let mut point = EnsemblePoint::new(0.5, (3, 2));
        assert!(point.risk().mean.is_nan());
        for x in [1.0, 2.0, 6.0] {
            point.add(&state(x), x, Some(2.0 * x));
        }
        // 1, 2, 6: mean 3, standard deviation √7.
        let check = |found: Moment, scale: f64| {
            let sem = (7.0_f64 / 3.0).sqrt();
            assert!((found.mean - 3.0 * scale).abs() < 1e-12 && (found.sem - sem * scale).abs() < 1e-12);
            assert_eq!((found.min, found.max), (scale, 6.0 * scale));
        };
        check(point.risk(), 1.0);
        check(point.distance().unwrap(), 2.0);
        for (i, j) in [(0, 0), (0, 2), (1, 1), (2, 1), (2, 2)] {
            check(point.q(i, j).unwrap(), state(1.0).q()[(i, j)]);
            check(point.m(i, j.min(1)).unwrap(), state(1.0).m()[(i, j.min(1))]);
        }
        point.add(&state(1.0), 1.0, None);
        assert_eq!(point.distance(), None);
        assert_eq!(point.alive(), 4);
    }

    #[test]
    fn an_entry_that_is_not_there_is_none() {
        let point = EnsemblePoint::new(0.5, (3, 2));
        assert!(point.m(2, 1).is_some() && point.q(2, 2).is_some());
        assert!([(3, 0), (0, 2), (9, 9)].into_iter().all(|(i, r)| point.m(i, r).is_none()));
        assert!([(3, 0), (0, 3), (usize::MAX, 9)].into_iter().all(|(i, j)| point.q(i, j).is_none()));
    }
}
