//! The grid of a sweep: every combination of its values, numbered.
//!
//! p varies slowest, then p*, η, ε, Δ, N, and the seed fastest. The number of a point is its identity: it does not
//! depend on how the sweep is run. What can be wrong with every point is refused here; what is wrong with one is its
//! outcome.

use super::axis::refused;
use super::{Axis, MAX_ROWS, Seeds, StopAt, SweepSpec};
use crate::model::{Engine, MAX_WIDTH, Scenario, ScenarioError, ScenarioSpec, StartKind};

/// Sweeps of at most so many points are refused if not one of them is valid; larger ones find out row by row.
const PROBED: u64 = 10_000;

/// An N with room for every width: smaller ones are wrong at some points only.
const ROOM: u64 = 2 * MAX_WIDTH as u64 + 1;

/// What varies, at one point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameters {
    /// Student width p.
    pub p: u64,
    /// Teacher width p*.
    pub p_star: u64,
    /// Learning rate η.
    pub eta: f64,
    /// Scale ε of M₀.
    pub epsilon: f64,
    /// Variance Δ of the label noise.
    pub label_noise: f64,
    /// Input dimension N; `None`: ODE only.
    pub n: Option<u64>,
    /// Seed of the start.
    pub seed: u64,
    /// Seed of the samples, where there is an N.
    pub sgd_seed: u64,
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
/// assert_eq!((at.p, at.eta, at.seed), (3, 0.2, 3));
/// assert_eq!(sweep.point(7)?.model.eta, 0.2);
/// # Ok::<(), saddlescope::model::ScenarioError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep {
    spec: SweepSpec,
    /// The values that vary; none where the base's single value holds.
    p: Vec<u64>,
    p_star: Vec<u64>,
    eta: Vec<f64>,
    epsilon: Vec<f64>,
    label_noise: Vec<f64>,
    n: Vec<u64>,
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
        let real = |axis: &Option<Axis>, key| axis.as_ref().map_or(Ok(Vec::new()), |axis| axis.values(key));
        let whole =
            |axis: &Option<Axis>, key| axis.as_ref().map_or(Ok(Vec::new()), |axis| axis.whole_values(key));
        let mut sweep = Self {
            p: whole(&varied.p, "sweep.p")?,
            p_star: whole(&varied.p_star, "sweep.p_star")?,
            eta: real(&varied.eta, "sweep.eta")?,
            epsilon: real(&varied.epsilon, "sweep.epsilon")?,
            label_noise: real(&varied.label_noise, "sweep.label_noise")?,
            n: whole(&varied.n, "sweep.n")?,
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
        let n = digit(&self.n, &mut rest).or_else(|| base.sgd.as_ref().map(|sgd| sgd.n));
        let label_noise = digit(&self.label_noise, &mut rest).unwrap_or(base.model.label_noise);
        let epsilon = digit(&self.epsilon, &mut rest).unwrap_or(base.start.epsilon);
        let eta = digit(&self.eta, &mut rest).unwrap_or(base.model.eta);
        let p_star = digit(&self.p_star, &mut rest).unwrap_or(base.model.p_star as u64);
        let p = digit(&self.p, &mut rest).unwrap_or(base.model.p as u64);
        Parameters { p, p_star, eta, epsilon, label_noise, n, seed, sgd_seed }
    }

    /// The scenario of point `index`.
    ///
    /// # Errors
    /// What makes this point no valid scenario: an ε or an N that its widths do not allow.
    pub fn point(&self, index: u64) -> Result<Scenario, ScenarioError> {
        let at = self.parameters(index);
        let mut spec = self.spec.base.clone();
        (spec.model.p, spec.model.p_star) = (at.p as usize, at.p_star as usize);
        (spec.model.eta, spec.model.label_noise) = (at.eta, at.label_noise);
        (spec.start.epsilon, spec.start.seed) = (at.epsilon, at.seed);
        if let Some(n) = at.n {
            let sgd = spec.sgd.get_or_insert_default();
            (sgd.n, sgd.seed) = (n, at.sgd_seed);
        }
        Scenario::new(spec)
    }

    fn count(&self) -> Result<u64, ScenarioError> {
        let lengths = [&self.eta, &self.epsilon, &self.label_noise].map(Vec::len);
        let wholes = [&self.p, &self.p_star, &self.n, &self.seeds].map(Vec::len);
        let product = |total: u128, &length: &usize| total.saturating_mul(length.max(1) as u128);
        let rows = lengths.iter().chain(&wholes).fold(1, product);
        let expected = format!("a sweep has at most {MAX_ROWS} rows; take fewer values");
        u64::try_from(rows)
            .ok()
            .filter(|rows| *rows <= MAX_ROWS)
            .ok_or_else(|| refused("sweep", &format!("({rows} rows)"), &expected))
    }

    /// Every value of every axis is in its range by itself.
    fn check_values(&self) -> Result<(), ScenarioError> {
        let width = |widths: &[u64], key, set: fn(&mut ScenarioSpec, usize)| {
            let far = |width: u64| usize::try_from(width).unwrap_or(usize::MAX);
            widths.iter().try_for_each(|&width| self.check_one(key, &|spec| set(spec, far(width))))
        };
        let number = |values: &[f64], key, set: fn(&mut ScenarioSpec, f64)| {
            values.iter().try_for_each(|&value| self.check_one(key, &|spec| set(spec, value)))
        };
        self.check_one("", &|_| ())?;
        width(&self.p, "sweep.p", |spec, p| spec.model.p = p)?;
        width(&self.p_star, "sweep.p_star", |spec, p_star| spec.model.p_star = p_star)?;
        number(&self.eta, "sweep.eta", |spec, eta| spec.model.eta = eta)?;
        number(&self.epsilon, "sweep.epsilon", |spec, epsilon| spec.start.epsilon = epsilon)?;
        number(&self.label_noise, "sweep.label_noise", |spec, noise| spec.model.label_noise = noise)?;
        let with_n = |n: u64| move |spec: &mut ScenarioSpec| spec.sgd.get_or_insert_default().n = n.max(ROOM);
        self.n.iter().try_for_each(|&n| self.check_one("sweep.n", &with_n(n)))
    }

    /// Checks the base with one value changed, with room for every width; errors name `key` instead, unless it is empty.
    fn check_one(&self, key: &'static str, change: &dyn Fn(&mut ScenarioSpec)) -> Result<(), ScenarioError> {
        let mut spec = self.spec.base.clone();
        if let Some(sgd) = &mut spec.sgd {
            sgd.n = sgd.n.max(ROOM);
        }
        change(&mut spec);
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
