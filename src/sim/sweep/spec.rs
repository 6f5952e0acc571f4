//! A sweep file: a scenario, and in `[sweep]` the values that vary.
//!
//! The sections of the scenario are read as in a scenario file; a key that varies overrides the one there. Unknown
//! keys are refused with the nearest known one, wherever they are.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::axis::refused;
use super::{Axis, Seeds};
use crate::model::words::one_of;
use crate::model::{Parameter, ScenarioError, ScenarioSpec, check_inner_keys, check_keys, syntax};

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

/// `[sweep]`: the axes of the grid, from the slowest to the fastest, and last the seeds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SweepSection {
    /// How far every run goes.
    pub stop: StopAt,
    /// By their place among the parameters that can vary.
    axes: BTreeMap<usize, Axis>,
    /// Seeds of the starts; the samples of start number k, from 0, have the seed `[sgd] seed` + k.
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
        check_keys(text, &[("sweep", ["stop"].into_iter().chain(axis_names()).chain(["seeds"]).collect())])?;
        check_inner_keys(text, "sweep", RANGE_KEYS)?;
        let base = toml::from_str(text).map_err(|error| syntax(text, &error))?;
        let found: SectionFile<Option<SweepSection>> =
            toml::from_str(text).map_err(|error| syntax(text, &error))?;
        let sweep = found.sweep.filter(SweepSection::varies).ok_or_else(|| {
            let expected = format!(
                "a sweep file has a section [sweep] with the values of {}, or with seeds, for example eta = [0.1, 0.2]",
                one_of(&axis_names().collect::<Vec<_>>())
            );
            refused("sweep", "(nothing)", &expected)
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
    /// Runs to `stop` from these starts; nothing else varies yet.
    pub fn new(stop: StopAt, seeds: Seeds) -> Self {
        Self { stop, axes: BTreeMap::new(), seeds: Some(seeds) }
    }

    /// The same with one axis more; `key` as in a file, `eta` for example. A parameter that cannot vary changes
    /// nothing.
    #[must_use]
    pub fn with(mut self, key: &str, axis: Axis) -> Self {
        if let Some(place) = axis_names().position(|name| name == key) {
            self.axes.insert(place, axis);
        }
        self
    }

    /// The values of a parameter that varies.
    pub fn axis(&self, key: &str) -> Option<&Axis> {
        axis_names().position(|name| name == key).and_then(|place| self.axes.get(&place))
    }

    /// Whether anything varies.
    fn varies(&self) -> bool {
        !self.axes.is_empty() || self.seeds.is_some()
    }
}

/// The keys of the axes, from the slowest to the fastest.
pub(super) fn axis_names() -> impl Iterator<Item = &'static str> {
    Parameter::axes().map(|row| row.section_and_name().1)
}

impl Serialize for SweepSection {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("stop", &self.stop)?;
        for (place, name) in axis_names().enumerate() {
            self.axes.get(&place).map_or(Ok(()), |axis| map.serialize_entry(name, axis))?;
        }
        self.seeds.as_ref().map_or(Ok(()), |seeds| map.serialize_entry("seeds", seeds))?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for SweepSection {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SectionVisitor;
        impl<'de> Visitor<'de> for SectionVisitor {
            type Value = SweepSection;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a section with the values that vary")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<SweepSection, A::Error> {
                let mut section = SweepSection::default();
                while let Some(key) = table.next_key::<String>()? {
                    match key.as_str() {
                        "stop" => section.stop = table.next_value()?,
                        "seeds" => section.seeds = Some(table.next_value()?),
                        other => section = section.with(other, table.next_value()?),
                    }
                }
                Ok(section)
            }
        }
        deserializer.deserialize_map(SectionVisitor)
    }
}
