//! The grid of a sweep: every combination of its values, numbered.
//!
//! Parameters vary in the order of their rows, p slowest and N fastest but for the seed. The number of a point is its
//! identity: it does not depend on how the sweep is run. What can be wrong with every point is refused here; what is
//! wrong with one is its outcome.

use super::axis::refused;
use super::spec::axis_names;
use super::{MAX_ROWS, Seeds, StopAt, SweepSpec};
use crate::model::{
    Engine, MAX_WIDTH, Parameter, ParameterRange, Scenario, ScenarioError, ScenarioSpec, StartKind,
};

/// Sweeps of at most so many points are refused if not one of them is valid; larger ones find out row by row.
const PROBED: u64 = 10_000;

/// An N with room for every width: smaller ones are wrong at some points only.
const ROOM: u64 = 2 * MAX_WIDTH as u64 + 1;

/// What varies, at one point.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    /// The value of every parameter that can vary, in the order of their rows; `None`: N, where there are only ODEs.
    pub values: Vec<Option<f64>>,
    /// Seed of the start.
    pub seed: u64,
    /// Seed of the samples, where there is an N.
    pub sgd_seed: u64,
}

impl Parameters {
    /// The value under a key of `[sweep]`, `eta` for example.
    pub fn value(&self, key: &str) -> Option<f64> {
        self.values.get(axis_names().position(|name| name == key)?).copied().flatten()
    }
}

/// A valid sweep.
///
/// ```
/// use saddlescope::sim::sweep::{Sweep, SweepSpec};
///
/// let spec = SweepSpec::from_toml("[model]\np = 3\n[sweep]\neta = [0.1, 0.2]\nseeds = 5")?;
/// let sweep = Sweep::new(spec)?;
/// assert_eq!(sweep.rows(), 10);
/// let at = sweep.parameters(7);
/// assert_eq!((at.value("p"), at.value("eta"), at.seed), (Some(3.0), Some(0.2), 3));
/// assert_eq!(sweep.point(7)?.model.eta, 0.2);
/// # Ok::<(), saddlescope::model::ScenarioError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep {
    spec: SweepSpec,
    /// The values of every parameter that can vary; none where the base's single value holds.
    axes: Vec<Vec<f64>>,
    seeds: Vec<u64>,
    rows: u64,
}

impl Sweep {
    /// Validates a specification.
    ///
    /// # Errors
    /// A value that is out of range at every point, more than [`MAX_ROWS`] rows, or a sweep of which no point is valid.
    pub fn new(spec: SweepSpec) -> Result<Self, ScenarioError> {
        check_base(&spec.base)?;
        let varied = &spec.sweep;
        let values = |(row, key): (&Parameter, &str)| {
            let (Some(axis), Some(name)) = (varied.axis(key), row.axis) else { return Ok(Vec::new()) };
            let is_whole = matches!(row.range, ParameterRange::Whole(..));
            if is_whole { axis.whole_values(name) } else { axis.values(name) }
        };
        let mut sweep = Self {
            axes: Parameter::axes().zip(axis_names()).map(values).collect::<Result<_, _>>()?,
            seeds: varied.seeds.as_ref().map_or(Ok(Vec::new()), Seeds::values)?,
            rows: 0,
            spec,
        };
        sweep.check_values()?;
        sweep.rows = sweep.count()?;
        sweep.check_some_point()?;
        Ok(sweep)
    }

    /// The specification behind it.
    pub fn spec(&self) -> &SweepSpec {
        &self.spec
    }

    /// How many points it has.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// How far every run goes.
    pub fn stop_at(&self) -> StopAt {
        self.spec.sweep.stop
    }

    /// What varies, at point `index` < [`Sweep::rows`].
    pub fn parameters(&self, index: u64) -> Parameters {
        let base = &self.spec.base;
        let mut rest = index;
        let start = rest % self.seeds.len().max(1) as u64;
        let sgd_seed = base.sgd.clone().unwrap_or_default().seed.saturating_add(start);
        let seed = digit(&self.seeds, &mut rest).unwrap_or(base.start.seed);
        let mut values: Vec<Option<f64>> = Parameter::axes().map(|row| (row.get)(base).number()).collect();
        for (value, axis) in values.iter_mut().zip(&self.axes).rev() {
            *value = digit(axis, &mut rest).or(*value);
        }
        Parameters { values, seed, sgd_seed }
    }

    /// What point `index` runs, valid or not.
    pub(super) fn spec_at(&self, index: u64) -> ScenarioSpec {
        let at = self.parameters(index);
        let mut spec = self.spec.base.clone();
        for (row, value) in Parameter::axes().zip(&at.values) {
            if let Some(value) = value {
                (row.set)(&mut spec, *value);
            }
        }
        spec.start.seed = at.seed;
        if let Some(sgd) = &mut spec.sgd {
            sgd.seed = at.sgd_seed;
        }
        spec
    }

    /// The scenario of point `index`.
    ///
    /// # Errors
    /// What makes this point no valid scenario: an ε or an N that its widths do not allow.
    pub fn point(&self, index: u64) -> Result<Scenario, ScenarioError> {
        Scenario::new(self.spec_at(index))
    }

    fn count(&self) -> Result<u64, ScenarioError> {
        let lengths = self.axes.iter().map(Vec::len).chain([self.seeds.len()]);
        let rows = lengths.fold(1, |total: u128, length| total.saturating_mul(length.max(1) as u128));
        let expected = format!("a sweep has at most {MAX_ROWS} rows; take fewer values");
        u64::try_from(rows)
            .ok()
            .filter(|rows| *rows <= MAX_ROWS)
            .ok_or_else(|| refused("sweep", &format!("({rows} rows)"), &expected))
    }

    /// Every value of every axis is in its range by itself.
    fn check_values(&self) -> Result<(), ScenarioError> {
        self.check_one("", &|_| ())?;
        for (row, axis) in Parameter::axes().zip(&self.axes) {
            let key = row.axis.unwrap_or_default();
            axis.iter().try_for_each(|&value| self.check_one(key, &|spec| (row.set)(spec, value)))?;
        }
        Ok(())
    }

    /// Checks the base with one value changed, with room for every width; errors name `key` instead, unless it is
    /// empty.
    fn check_one(&self, key: &'static str, change: &dyn Fn(&mut ScenarioSpec)) -> Result<(), ScenarioError> {
        let mut spec = self.spec.base.clone();
        change(&mut spec);
        if let Some(sgd) = &mut spec.sgd {
            sgd.n = sgd.n.max(ROOM);
        }
        spec.check().map_err(|error| match error {
            ScenarioError::OutOfRange { value, expected, .. } if !key.is_empty() => {
                ScenarioError::OutOfRange { key, value, expected }
            }
            other => other,
        })
    }

    fn check_some_point(&self) -> Result<(), ScenarioError> {
        if self.rows > PROBED {
            return Ok(());
        }
        let mut first = None;
        for index in 0..self.rows {
            match self.point(index) {
                Ok(_) => return Ok(()),
                Err(error) => first = first.or_else(|| Some(error.to_string())),
            }
        }
        let (value, first) = (format!("({} points)", self.rows), first.unwrap_or_default());
        Err(refused("sweep", &value, &format!("not one of them is a valid scenario; the first: {first}")))
    }
}

/// What a sweep cannot have, whatever varies.
fn check_base(base: &ScenarioSpec) -> Result<(), ScenarioError> {
    if base.start.kind == StartKind::File {
        let expected = "a sweep draws its starts: \"orthogonal\", \"gaussian\" or \"weights\"";
        return Err(refused("start.kind", "\"file\"", expected));
    }
    if !base.time.alphas.is_empty() {
        let expected = "a sweep has one row per run and no output times; alpha_max says how far runs go";
        return Err(refused("time.alphas", &format!("({} values)", base.time.alphas.len()), expected));
    }
    if base.sgd.as_ref().is_some_and(|sgd| sgd.engine == Engine::Direct) {
        let expected =
            "a sweep steps the reduced engine, which has the same law, a step costing the same for every n";
        return Err(refused("sgd.engine", "\"direct\"", expected));
    }
    Ok(())
}

/// The value whose place is the last digit of a mixed-radix number, which is taken off; `None` for no values.
fn digit<T: Copy>(values: &[T], number: &mut u64) -> Option<T> {
    let base = values.len().max(1) as u64;
    let place = *number % base;
    *number /= base;
    values.get(place as usize).copied()
}
