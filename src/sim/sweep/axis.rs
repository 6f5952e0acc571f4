//! The values of one parameter of a sweep: a list, or a range that ends exactly where it says.
//!
//! Reads from TOML; a value that is no number, or a range without values, is an error that names the key.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::model::ScenarioError;
use crate::model::words::number;

/// TOML integers end here, and so do seeds.
const MAX_SEED: u64 = i64::MAX as u64;

/// The largest number of rows.
pub const MAX_ROWS: u64 = 10_000_000;

/// The values that a parameter takes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Axis {
    /// These, in this order.
    List(Vec<f64>),
    /// Steps between two ends.
    Range(Range),
}

/// Values from one end to the other, both included exactly.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// The first value.
    pub from: f64,
    /// The last value.
    pub to: f64,
    /// How many values, at least 2.
    pub steps: u64,
    /// Equal differences or equal ratios.
    #[serde(default)]
    pub scale: Scale,
}

/// How the values of a range are spaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scale {
    /// Equal differences.
    #[default]
    Linear,
    /// Equal ratios; both ends above 0.
    Log,
}

/// The seeds of the random starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Seeds {
    /// 1, 2, .. up to this.
    Count(u64),
    /// These, in this order.
    List(Vec<u64>),
    /// So many from the first on.
    From {
        /// The first seed.
        from: u64,
        /// How many.
        count: u64,
    },
}

impl Axis {
    /// The values, in order; `key` is what errors call the axis.
    ///
    /// # Errors
    /// No values, values that are not finite, or a range that has none.
    pub(super) fn values(&self, key: &'static str) -> Result<Vec<f64>, ScenarioError> {
        match self {
            Self::List(list) if list.is_empty() => Err(refused(key, "[]", "a list has at least one value")),
            Self::List(list) => list.iter().map(|&value| finite(key, value)).collect(),
            Self::Range(range) => range.values(key),
        }
    }

    /// The values as whole numbers: those of a range rounded and taken once, those of a list whole as they are.
    ///
    /// # Errors
    /// As [`Axis::values`], and a list's value that is not a whole number from 0 to 2^53.
    pub(super) fn whole_values(&self, key: &'static str) -> Result<Vec<f64>, ScenarioError> {
        let rounded = matches!(self, Self::Range(_));
        let whole = |value: f64| {
            let near = if rounded { value.round() } else { value };
            let fits = near.fract() == 0.0 && (0.0..=9.007_199_254_740_992e15).contains(&near);
            if fits { Ok(near) } else { Err(refused(key, &number(value), "a whole number")) }
        };
        let mut found = self.values(key)?.into_iter().map(whole).collect::<Result<Vec<_>, _>>()?;
        if rounded {
            found.dedup();
        }
        Ok(found)
    }
}

impl Range {
    fn values(&self, key: &'static str) -> Result<Vec<f64>, ScenarioError> {
        let (from, to) = (finite(key, self.from)?, finite(key, self.to)?);
        let steps = self.steps;
        if !(2..=MAX_ROWS).contains(&steps) {
            let expected = format!("a range has 2 to {MAX_ROWS} steps; for one value write a list");
            return Err(refused(key, &format!("(steps = {steps})"), &expected));
        }
        let shown = format!("(from {} to {})", number(from), number(to));
        if from == to {
            return Err(refused(key, &shown, "a range has two different ends; for one value write a list"));
        }
        if self.scale == Scale::Log && !(from > 0.0 && to > 0.0) {
            return Err(refused(key, &shown, "a logarithmic range has both ends above 0"));
        }
        Ok(self.points())
    }

    /// All values, in order: the ends exactly as given, those between to 15 digits, so that 1e-7 is 1e-7.
    ///
    /// ```
    /// use saddlescope::sim::sweep::{Range, Scale};
    ///
    /// let range = Range { from: 1e-8, to: 1e-5, steps: 4, scale: Scale::Log };
    /// assert_eq!(range.points(), [1e-8, 1e-7, 1e-6, 1e-5]);
    /// ```
    pub fn points(&self) -> Vec<f64> {
        (0..self.steps).map(|step| self.at(step)).collect()
    }

    /// Value number `step`; the ends are exact.
    fn at(&self, step: u64) -> f64 {
        let last = self.steps.saturating_sub(1);
        if step == 0 || step == last {
            return if step == 0 { self.from } else { self.to };
        }
        let share = step as f64 / last as f64;
        to_15_digits(match self.scale {
            Scale::Linear => self.from * (1.0 - share) + self.to * share,
            Scale::Log => self.from * (self.to / self.from).powf(share),
        })
    }
}

/// A number to 15 significant digits, as many as every decimal has in a 64-bit float: 0.1 + 0.2 is 0.3.
///
/// ```
/// use saddlescope::sim::sweep::to_15_digits;
///
/// assert_eq!(to_15_digits(0.1 + 0.2), 0.3);
/// assert_eq!(to_15_digits(9.999999999999998e-8), 1e-7);
/// ```
pub fn to_15_digits(value: f64) -> f64 {
    format!("{value:.14e}").parse().unwrap_or(value)
}

impl Seeds {
    /// The seeds, in order.
    ///
    /// # Errors
    /// None, too many, or beyond 2^63 − 1.
    pub(super) fn values(&self) -> Result<Vec<u64>, ScenarioError> {
        let refused = |value: &str, expected: &str| Err(refused("sweep.seeds", value, expected));
        let in_range = "seeds are whole numbers from 0 to 2^63 - 1";
        let (from, count) = match self {
            Self::Count(count) => (1, *count),
            Self::From { from, count } => (*from, *count),
            Self::List(list) if list.is_empty() => return refused("[]", "a list has at least one seed"),
            Self::List(list) => {
                let far = list.iter().find(|seed| **seed > MAX_SEED);
                return far.map_or_else(|| Ok(list.clone()), |seed| refused(&seed.to_string(), in_range));
            }
        };
        if !(1..=MAX_ROWS).contains(&count) {
            return refused(&format!("({count} seeds)"), &format!("1 to {MAX_ROWS} seeds"));
        }
        match from.checked_add(count - 1) {
            Some(last) if last <= MAX_SEED => Ok((from..=last).collect()),
            _ => refused(&format!("(from {from})"), in_range),
        }
    }
}

fn finite(key: &'static str, value: f64) -> Result<f64, ScenarioError> {
    if value.is_finite() { Ok(value) } else { Err(refused(key, &number(value), "a finite number")) }
}

/// The error for a value that an axis cannot have.
pub(super) fn refused(key: &'static str, value: &str, expected: &str) -> ScenarioError {
    ScenarioError::out_of_range(key, value, expected)
}

impl<'de> Deserialize<'de> for Axis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AxisVisitor;
        impl<'de> Visitor<'de> for AxisVisitor {
            type Value = Axis;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "a list [0.1, 0.2] or a range { from = 0.1, to = 1, steps = 10, scale = \"log\" }",
                )
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Axis, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(Axis::List)
            }

            fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<Axis, A::Error> {
                Range::deserialize(MapAccessDeserializer::new(table)).map(Axis::Range)
            }
        }
        deserializer.deserialize_any(AxisVisitor)
    }
}

impl<'de> Deserialize<'de> for Seeds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Run {
            #[serde(default = "first_seed")]
            from: u64,
            count: u64,
        }
        struct SeedsVisitor;
        impl<'de> Visitor<'de> for SeedsVisitor {
            type Value = Seeds;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of seeds, a list [1, 5, 9] or { from = 1, count = 20 }")
            }

            fn visit_i64<E: serde::de::Error>(self, count: i64) -> Result<Seeds, E> {
                let count = u64::try_from(count);
                count.map(Seeds::Count).map_err(|_| E::custom("a number of seeds is at least 1"))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Seeds, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(Seeds::List)
            }

            fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<Seeds, A::Error> {
                let Run { from, count } = Run::deserialize(MapAccessDeserializer::new(table))?;
                Ok(Seeds::From { from, count })
            }
        }
        deserializer.deserialize_any(SeedsVisitor)
    }
}

fn first_seed() -> u64 {
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_end_exactly_where_they_say_and_are_evenly_spaced_between() {
        for (from, to, steps) in [(0.02, 0.9, 20), (0.9, 0.02, 7), (1e-3, 1e3, 2), (0.1, 0.3, 1001)] {
            for scale in [Scale::Linear, Scale::Log] {
                let values = Range { from, to, steps, scale }.values("sweep.eta").unwrap();
                assert_eq!((values.len() as u64, values[0]), (steps, from));
                assert_eq!(values.last(), Some(&to));
                let apart = |pair: &[f64]| match scale {
                    Scale::Linear => pair[1] - pair[0],
                    Scale::Log => (pair[1] / pair[0]).ln(),
                };
                let first = apart(&values);
                assert!(values.windows(2).all(|pair| (apart(pair) / first - 1.0).abs() < 1e-9));
            }
        }
    }

    #[test]
    fn values_that_are_round_are_exactly_so() {
        let range = |from, to, steps, scale| Range { from, to, steps, scale }.values("sweep.eta").unwrap();
        let decades = range(1e-10, 1e-2, 9, Scale::Log);
        assert_eq!(decades, [1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2]);
        assert_eq!(range(0.1, 0.9, 9, Scale::Linear), [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]);
        assert_eq!(range(-0.3, 0.3, 7, Scale::Linear)[2..5], [-0.1, 0.0, 0.1]);
        // The ends are those given, with every digit they have.
        let third = 1.0 / 3.0;
        assert_eq!(range(third, 10.0 * third, 3, Scale::Log)[0].to_bits(), third.to_bits());
    }

    #[test]
    fn whole_numbers_of_a_range_are_rounded_and_taken_once() {
        let range = Axis::Range(Range { from: 1.0, to: 8.0, steps: 9, scale: Scale::Log });
        assert_eq!(range.whole_values("sweep.p").unwrap(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0]);
        let list = Axis::List(vec![3.0, 1.0, 3.0]);
        assert_eq!(list.whole_values("sweep.p").unwrap(), [3.0, 1.0, 3.0]);
        let error = Axis::List(vec![2.5]).whole_values("sweep.p").unwrap_err();
        assert_eq!(error.to_string(), "sweep.p = 2.5: a whole number");
    }

    #[test]
    fn seeds_are_counted_listed_or_begin_somewhere() {
        assert_eq!(Seeds::Count(3).values().unwrap(), [1, 2, 3]);
        assert_eq!(Seeds::From { from: 7, count: 2 }.values().unwrap(), [7, 8]);
        assert_eq!(Seeds::List(vec![5, 1]).values().unwrap(), [5, 1]);
        assert!(Seeds::Count(0).values().is_err());
        assert!(Seeds::List(vec![1, MAX_SEED + 1]).values().is_err());
        assert!(Seeds::From { from: MAX_SEED, count: 2 }.values().is_err());
    }
}
