//! A sweep file: a scenario, and in `[sweep]` the values that vary.
//!
//! The sections of the scenario are read as in a scenario file; a key that varies overrides the one there. Unknown
//! keys are refused with the nearest known one, wherever they are.

use serde::{Deserialize, Serialize};

use super::axis::refused;
use super::{Axis, Seeds};
use crate::model::{ScenarioError, ScenarioSpec, check_inner_keys, check_keys, syntax};

/// The keys of `[sweep]`.
const KEYS: &[&str] = &["stop", "p", "p_star", "eta", "epsilon", "label_noise", "n", "seeds"];

/// The keys of a range of values or seeds.
const RANGE_KEYS: &[&str] = &["from", "to", "steps", "scale", "count"];

/// A sweep file, section by section.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SweepSpec {
    /// What does not vary.
    pub base: ScenarioSpec,
    /// What does.
    pub sweep: SweepSection,
}

/// `[sweep]`: the axes of the grid, from the slowest to the fastest.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SweepSection {
    /// How far every run goes.
    pub stop: StopAt,
    /// Student widths p.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p: Option<Axis>,
    /// Teacher widths p*.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p_star: Option<Axis>,
    /// Learning rates η.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eta: Option<Axis>,
    /// Scales ε of M₀.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epsilon: Option<Axis>,
    /// Variances Δ of the label noise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label_noise: Option<Axis>,
    /// Input dimensions N of finite-N SGD beside the ODE.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<Axis>,
    /// Seeds of the starts; the samples of start number k, from 0, have the seed `[sgd] seed` + k.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seeds: Option<Seeds>,
}

/// How far the runs of a sweep go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StopAt {
    /// To the scenario's end.
    #[default]
    End,
    /// To the step in which the loss falls to half its initial value, or to the end if it never does.
    Half,
}

/// The section as it stands in a file.
#[derive(Serialize, Deserialize)]
struct SectionFile<S> {
    sweep: S,
}

impl SweepSpec {
    /// Parses a sweep file's text.
    ///
    /// ```
    /// use saddlescope::sim::sweep::SweepSpec;
    ///
    /// let text = "[model]\np = 3\n[sweep]\neta = { from = 0.02, to = 0.9, steps = 20, scale = \"log\" }\nseeds = 20";
    /// let spec = SweepSpec::from_toml(text)?;
    /// assert_eq!(SweepSpec::from_toml(&spec.to_toml()?)?, spec);
    ///
    /// let error = SweepSpec::from_toml("[sweep]\netas = [0.1]").unwrap_err();
    /// assert_eq!(error.to_string(), "line 2: unknown key `sweep.etas`; did you mean `eta`?");
    /// # Ok::<(), saddlescope::model::ScenarioError>(())
    /// ```
    ///
    /// # Errors
    /// Not TOML, a value of the wrong type, an unknown key, or nothing to vary.
    pub fn from_toml(text: &str) -> Result<Self, ScenarioError> {
        check_keys(text, &[("sweep", KEYS)])?;
        check_inner_keys(text, "sweep", RANGE_KEYS)?;
        let base = toml::from_str(text).map_err(|error| syntax(text, &error))?;
        let found: SectionFile<Option<SweepSection>> =
            toml::from_str(text).map_err(|error| syntax(text, &error))?;
        let sweep = found.sweep.filter(SweepSection::varies).ok_or_else(|| {
            let expected = "a sweep file has a section [sweep] with the values of p, p_star, eta, epsilon, \
                            label_noise or n, or with seeds, for example eta = [0.1, 0.2]";
            refused("sweep", "(nothing)", expected)
        })?;
        Ok(Self { base, sweep })
    }

    /// The sweep file's text; reads back to the same specification.
    ///
    /// # Errors
    /// [`ScenarioError::OutOfRange`] for a seed beyond TOML's integers.
    pub fn to_toml(&self) -> Result<String, ScenarioError> {
        let section = toml::to_string(&SectionFile { sweep: &self.sweep });
        let section = section.map_err(|error| refused("sweep", "(this)", &error.to_string()))?;
        Ok(format!("{}\n{section}", self.base.to_toml()?))
    }
}

impl SweepSection {
    /// Whether anything varies.
    fn varies(&self) -> bool {
        let Self { stop: _, p, p_star, eta, epsilon, label_noise, n, seeds } = self;
        [p, p_star, eta, epsilon, label_noise, n].iter().any(|axis| axis.is_some()) || seeds.is_some()
    }
}
