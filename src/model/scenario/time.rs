//! `[time]`: the end of a run, the times it is read at, and the tolerances of its steps.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// `[time]`: how far, at which times, how exactly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TimeSection {
    /// `"auto"` or the last α.
    pub alpha_max: Horizon,
    /// Exact output times, increasing; empty: the run chooses its own.
    pub alphas: Vec<f64>,
    /// Relative tolerance per step, in [1e-13, 1e-2].
    pub rtol: f64,
    /// Absolute tolerance per step, in [1e-30, 1e-2].
    pub atol: f64,
}

impl Default for TimeSection {
    fn default() -> Self {
        Self { alpha_max: Horizon::Auto, alphas: Vec::new(), rtol: 1e-8, atol: 1e-12 }
    }
}

/// The end of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Horizon {
    /// Until every phase has been seen.
    #[default]
    Auto,
    /// Until this α > 0.
    Until(f64),
}

impl Serialize for Horizon {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Auto => serializer.serialize_str("auto"),
            Self::Until(alpha) => serializer.serialize_f64(*alpha),
        }
    }
}

impl<'de> Deserialize<'de> for Horizon {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "alpha_max is \"auto\" or a number")]
        enum Raw {
            Number(f64),
            Word(String),
        }
        match Raw::deserialize(deserializer)? {
            Raw::Number(alpha) => Ok(Self::Until(alpha)),
            Raw::Word(word) if word == "auto" => Ok(Self::Auto),
            Raw::Word(word) => {
                Err(serde::de::Error::custom(format!("alpha_max = \"{word}\": either \"auto\" or a number")))
            }
        }
    }
}
