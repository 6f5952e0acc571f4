//! The scenario: everything a run depends on, parsed and validated once.
//!
//! [`ScenarioSpec`] is the file as written (every key optional); [`Scenario`] is the same, known to be valid, with its
//! start drawn. What is in range say the rows of the parameters and `ranges`. Reads
//! text, never files.

mod given;
mod keys;
mod laws;
mod ranges;
mod teacher;
mod time;

use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub(crate) use self::keys::{check_inner_keys, check_keys, known_keys, syntax};
use self::ranges::check_ranges;
use super::start::{RandomStart, gaussian, orthogonal, weights};
use super::{Learning, Overlaps, ScenarioError, Teacher, lowest_loss_of_rank, rank};

pub use self::given::GivenStart;
pub use self::teacher::{TeacherKind, TeacherSection};
pub use self::time::{Horizon, TimeSection};

/// The largest width of student and teacher.
pub const MAX_WIDTH: usize = 64;

/// The longest text of a scenario or a sweep, in bytes: reading takes some ninety times as much memory at worst.
pub const MAX_TEXT_BYTES: usize = 8 << 20;

/// The largest number of exact output times.
pub const MAX_OUTPUT_TIMES: usize = 10_000;

/// A scenario file, section by section; absent keys take their defaults.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ScenarioSpec {
    /// `[model]`
    pub model: ModelSection,
    /// `[teacher]`
    #[serde(skip_serializing_if = "TeacherSection::is_default")]
    pub teacher: TeacherSection,
    /// `[start]`
    pub start: StartSection,
    /// `[time]`
    pub time: TimeSection,
    /// `[sgd]`; absent: ODE only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sgd: Option<SgdSection>,
}

/// `[model]`: widths and learning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelSection {
    /// Student width p, 1..=64.
    pub p: usize,
    /// Teacher width p*, 1..=64.
    pub p_star: usize,
    /// Learning rate η, in (0, 1e6].
    pub eta: f64,
    /// Label-noise variance Δ, in [0, 1e6].
    pub label_noise: f64,
    /// Drops the η² terms.
    pub gradient_flow: bool,
}

impl Default for ModelSection {
    fn default() -> Self {
        Self { p: 6, p_star: 3, eta: 0.01, label_noise: 0.0, gradient_flow: false }
    }
}

/// `[start]`: where ρ₀ = (M₀, Q₀) comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StartSection {
    /// The law of the start.
    pub kind: StartKind,
    /// ε, the scale of M₀, in (0, 1e3] and realisable.
    pub epsilon: f64,
    /// Seed of the draw, 0..=2⁶³ − 1.
    pub seed: u64,
    /// The direction of M₀, p numbers, for p* = 1 and the kinds "orthogonal" and "gaussian"; empty: that of the draw.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub direction: Vec<f64>,
    /// `kind = "file"`: the JSON file with p, p_star, T (optional), M0 and Q0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// `kind = "file"` without a path: M₀ itself, p rows of p* numbers.
    #[serde(rename = "M0", skip_serializing_if = "Option::is_none")]
    pub m_0: Option<Vec<Vec<f64>>>,
    /// Beside M₀: Q₀, p rows of p numbers.
    #[serde(rename = "Q0", skip_serializing_if = "Option::is_none")]
    pub q_0: Option<Vec<Vec<f64>>>,
    /// Beside M₀ and Q₀: T, p* rows of p* numbers; the identity if absent.
    #[serde(rename = "T", skip_serializing_if = "Option::is_none")]
    pub gram: Option<Vec<Vec<f64>>>,
}

impl Default for StartSection {
    fn default() -> Self {
        Self {
            kind: StartKind::Orthogonal,
            epsilon: 0.01,
            seed: 1,
            direction: Vec::new(),
            path: None,
            m_0: None,
            q_0: None,
            gram: None,
        }
    }
}

/// The law of the start (physics.md §3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StartKind {
    /// M₀ = ε G, Q₀ = I.
    #[default]
    Orthogonal,
    /// M₀ = ε G, Q₀ = I + ε (Z + Zᵀ)/√2.
    Gaussian,
    /// Random weights of dimension N: `[sgd] n` if given, else 1/ε².
    Weights,
    /// M₀, Q₀ (and T) given.
    File,
}

/// `[sgd]`: the finite-N ensemble beside the ODE.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SgdSection {
    /// Input dimension N, at least p + p* + 1 and at most 10¹².
    pub n: u64,
    /// Replicas R, 1..=100 000.
    pub replicas: usize,
    /// How a step is taken.
    pub engine: Engine,
    /// Seed of the samples, 0..=2⁶³ − 1.
    pub seed: u64,
}

impl Default for SgdSection {
    fn default() -> Self {
        Self { n: 10_000, replicas: 10, engine: Engine::Reduced, seed: 1 }
    }
}

/// How finite-N SGD is simulated (physics.md §8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// The overlaps' own Markov chain: exact in law, and a step costs the same for every N.
    #[default]
    Reduced,
    /// Explicit weights: cost proportional to N.
    Direct,
}

impl ScenarioSpec {
    /// Parses a scenario file's text.
    ///
    /// ```
    /// use saddlescope::model::ScenarioSpec;
    ///
    /// let spec = ScenarioSpec::from_toml("[model]\np = 3\neta = 0.5")?;
    /// assert_eq!((spec.model.p, spec.model.p_star, spec.model.eta), (3, 3, 0.5));
    ///
    /// let error = ScenarioSpec::from_toml("[model]\nlabelnoise = 0.1").unwrap_err();
    /// assert_eq!(error.to_string(), "line 2: unknown key `model.labelnoise`; did you mean `label_noise`?");
    /// # Ok::<(), saddlescope::model::ScenarioError>(())
    /// ```
    ///
    /// # Errors
    /// Not TOML, a value of the wrong type, or an unknown key, each with its line.
    pub fn from_toml(text: &str) -> Result<Self, ScenarioError> {
        check_keys(text, &[])?;
        toml::from_str(text).map_err(|error| syntax(text, &error))
    }

    /// Checks that every value is in its range; whether the start can be made only [`Scenario::new`] knows.
    ///
    /// # Errors
    /// The first value out of range.
    pub fn check(&self) -> Result<(), ScenarioError> {
        check_ranges(self)
    }

    /// The scenario file's text; reads back to the same specification.
    ///
    /// # Errors
    /// [`ScenarioError::OutOfRange`] for a seed beyond TOML's integers.
    pub fn to_toml(&self) -> Result<String, ScenarioError> {
        toml::to_string(self).map_err(|error| ScenarioError::OutOfRange {
            key: "scenario",
            value: String::from("(this)"),
            expected: error.to_string(),
        })
    }
}

/// A valid scenario with its start: every accessor below holds what its section's documentation promises.
///
/// ```
/// use saddlescope::model::{Scenario, ScenarioSpec};
///
/// let scenario = Scenario::new(ScenarioSpec::default())?;
/// assert_eq!(scenario.initial().m().shape(), (6, 3));
///
/// let mut spec = ScenarioSpec::default();
/// spec.model.eta = -1.0;
/// let error = Scenario::new(spec).unwrap_err().to_string();
/// assert_eq!(error, "model.eta = -1: a learning rate is a number above 0, at most 1e6");
/// # Ok::<(), saddlescope::model::ScenarioError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    spec: Box<ScenarioSpec>,
    start: Arc<GivenStart>,
    /// Of M₀.
    rank: usize,
}

impl Deref for Scenario {
    type Target = ScenarioSpec;

    fn deref(&self) -> &ScenarioSpec {
        &self.spec
    }
}

impl Scenario {
    /// Validates a specification and draws its start.
    ///
    /// # Errors
    /// The first value out of range, or a start that cannot be made. `kind = "file"` with a path needs
    /// [`Scenario::with_start`].
    pub fn new(spec: ScenarioSpec) -> Result<Self, ScenarioError> {
        check_ranges(&spec)?;
        let teacher = spec.teacher.teacher(spec.model.p_star)?;
        let (epsilon, seed, direction) =
            (spec.start.epsilon, spec.start.seed, spec.start.direction.as_slice());
        let draw = RandomStart { p: spec.model.p, epsilon, seed, direction };
        let state = match spec.start.kind {
            StartKind::Orthogonal => orthogonal(draw, &teacher)?,
            StartKind::Gaussian => gaussian(draw, &teacher)?,
            StartKind::Weights => weights(draw.p, weights_dimension(&spec), draw.seed, &teacher)?,
            StartKind::File => {
                let given = spec.start.written_out((spec.model.p, spec.model.p_star))?;
                return Ok(Self::from_parts(spec, given));
            }
        };
        Ok(Self::from_parts(spec, GivenStart { state, teacher }))
    }

    /// Validates a specification whose start was read from a file.
    ///
    /// # Errors
    /// The first value out of range, or widths that differ from those of the start.
    pub fn with_start(spec: ScenarioSpec, start: GivenStart) -> Result<Self, ScenarioError> {
        check_ranges(&spec)?;
        let found = (start.state.p(), start.state.p_star());
        let wanted = (spec.model.p, spec.model.p_star);
        if found != wanted {
            let value = spec.start.path.clone().unwrap_or_default();
            let expected = format!(
                "the file has p = {}, p_star = {}, but [model] says p = {}, p_star = {}; make them equal",
                found.0, found.1, wanted.0, wanted.1
            );
            return Err(ScenarioError::OutOfRange {
                key: "start.path",
                value: format!("\"{value}\""),
                expected,
            });
        }
        Ok(Self::from_parts(spec, start))
    }

    fn from_parts(spec: ScenarioSpec, start: GivenStart) -> Self {
        let rank = rank(start.state.m());
        Self { spec: Box::new(spec), start: Arc::new(start), rank }
    }

    /// The same scenario, its start file known by another path: relative paths end with their folder.
    #[must_use]
    pub fn with_start_path(mut self, path: String) -> Self {
        self.spec.start.path = Some(path);
        self
    }

    /// The same scenario with other output times, increasing and ≥ 0: those of a run it goes beside.
    #[must_use]
    pub fn with_times(mut self, alphas: Vec<f64>) -> Self {
        self.spec.time.alphas = alphas;
        self
    }

    /// The same scenario without exact output times, ending at α = `end` at the latest; `end` > 0.
    #[must_use]
    pub fn until(mut self, end: f64) -> Self {
        self.spec.time.alphas = Vec::new();
        self.spec.time.alpha_max = Horizon::Until(end);
        self
    }

    /// The specification behind it, to edit a copy of.
    pub fn spec(&self) -> &ScenarioSpec {
        &self.spec
    }

    /// The rank of M₀, which M keeps.
    pub fn rank(&self) -> usize {
        self.rank
    }

    /// Whether M₀ leaves out directions that the student has room for: the run ends in a saddle.
    pub fn is_rank_deficient(&self) -> bool {
        self.rank < self.model.p.min(self.model.p_star)
    }

    /// The lowest population loss that the run can come to.
    pub fn lowest_loss(&self) -> f64 {
        lowest_loss_of_rank(self.model.p, self.rank, self.teacher())
    }

    /// The start with its teacher, to carry to another specification: a start file need not be read again.
    pub fn given_start(&self) -> &GivenStart {
        &self.start
    }

    /// ρ₀ = (M₀, Q₀).
    pub fn initial(&self) -> &Overlaps {
        &self.start.state
    }

    /// The teacher.
    pub fn teacher(&self) -> &Teacher {
        &self.start.teacher
    }

    /// η, Δ and whether the η² terms are dropped.
    pub fn learning(&self) -> Learning {
        let ModelSection { eta, label_noise, gradient_flow, .. } = self.spec.model;
        Learning { eta, label_noise, gradient_flow }
    }
}

/// The dimension of a `weights` start.
fn weights_dimension(spec: &ScenarioSpec) -> u64 {
    spec.sgd.as_ref().map_or_else(|| spec.start.epsilon.powi(-2).round() as u64, |sgd| sgd.n)
}
