//! What a parameter is: its names, its range, and how it is read and set.

use super::{ScenarioError, ScenarioSpec};

/// One parameter.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// `section.key`, as in a file.
    pub key: &'static str,
    /// As in formulas, or the short name of what has no letter.
    pub symbol: &'static str,
    /// What it is, in half a line.
    pub meaning: &'static str,
    /// What its value can be.
    pub range: Range,
    /// What is said of a value that is out of range: what would be right.
    pub expected: &'static str,
    /// How a run is told from another that differs in this: `{}` is the value; empty: not at all.
    pub named: &'static str,
    /// Values that have a name of their own.
    pub special: &'static [(Value<'static>, &'static str)],
    /// When the line under a figure names it.
    pub told: Told,
    /// Whether that an ensemble is there says enough, beside a run without one.
    pub is_detail: bool,
    /// The ends of its slider, where it has one.
    pub slider: Option<SliderScale>,
    /// Its key in `[sweep]`, where it can be varied; its column in a table is the last part.
    pub axis: Option<&'static str>,
    /// Reads it.
    pub get: for<'a> fn(&'a ScenarioSpec) -> Value<'a>,
    /// Sets it to a number, where it is one.
    pub set: fn(&mut ScenarioSpec, f64),
    /// Whether it changes anything in this scenario.
    pub matters: fn(&ScenarioSpec) -> bool,
}

/// What a parameter can be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Range {
    /// A whole number between two, both included.
    Whole(u64, u64),
    /// A number between two, both included.
    Real(f64, f64),
    /// A number above the first, at most the second.
    Above(f64, f64),
    /// One of these words.
    Choice(&'static [Choice]),
    /// What no single number says: the section's documentation has it.
    Other,
}

/// When the line of parameters under a figure names one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// In every figure.
    Always,
    /// Where it is not as in a scenario of which nothing is set.
    Unusual,
    /// It changes no curve.
    Never,
}

/// One word of a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// As in a file.
    pub word: &'static str,
    /// As on a button.
    pub label: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

/// The value of a parameter in one scenario.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// Its section or its key is left out.
    Absent,
    /// A whole number.
    Whole(u64),
    /// A number.
    Real(f64),
    /// Yes or no.
    Flag(bool),
    /// A choice.
    Word(&'static str),
    /// A path.
    Text(&'a str),
    /// A list.
    Numbers(&'a [f64]),
    /// A matrix, row by row.
    Rows(&'a [Vec<f64>]),
}

impl Value<'_> {
    /// The number that it is; `None` for what is none.
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Whole(whole) => Some(whole as f64),
            Self::Real(real) => Some(real),
            _ => None,
        }
    }
}

/// The scale of a slider; what is typed may lie beyond its ends unless it is clamped.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SliderScale {
    /// Its left end.
    pub low: f64,
    /// Its right end.
    pub high: f64,
    /// The smallest number above 0 on a logarithmic slider; `None`: linear.
    pub smallest: Option<f64>,
    /// Whether what is typed is brought between the ends.
    pub clamps: bool,
}

impl SliderScale {
    pub(super) const fn log(low: f64, high: f64) -> Self {
        Self { low, high, smallest: Some(low), clamps: false }
    }
}

impl Parameter {
    /// Section and key.
    pub fn section_and_name(&self) -> (&'static str, &'static str) {
        self.key.split_once('.').unwrap_or(("", self.key))
    }

    /// Its range in words, as in "above 0, at most 1e6"; empty where it has none.
    pub fn range_words(&self) -> &'static str {
        let (_, words) = self.expected.split_once("number ").unwrap_or_default();
        words.strip_prefix("from ").unwrap_or(words)
    }

    /// What it is, and its range.
    pub fn description(&self) -> String {
        match self.range_words() {
            "" => self.meaning.to_owned(),
            words => format!("{} ({words})", self.meaning),
        }
    }

    /// What a run is called by a value of this, which is written so; `None` where that says nothing.
    pub fn name_of(&self, value: Value<'_>, written: fn(f64) -> String) -> Option<String> {
        if let Some((_, name)) = self.special.iter().find(|(special, _)| *special == value) {
            return Some((*name).to_owned());
        }
        if self.named.is_empty() {
            return None;
        }
        let value = match value {
            Value::Absent => return None,
            Value::Whole(whole) => whole.to_string(),
            Value::Real(real) => written(real),
            Value::Word(word) => word.to_owned(),
            Value::Text(text) => text.to_owned(),
            Value::Flag(_) | Value::Numbers(_) | Value::Rows(_) => String::new(),
        };
        Some(self.named.replace("{}", &value))
    }

    /// Whether a number is in its range; of what has none, everything is.
    pub fn allows(&self, number: f64) -> bool {
        match self.range {
            Range::Whole(low, high) => number.fract() == 0.0 && (low as f64..=high as f64).contains(&number),
            Range::Real(low, high) => (low..=high).contains(&number),
            Range::Above(low, high) => number > low && number <= high,
            Range::Choice(_) | Range::Other => true,
        }
    }

    /// Checks that its value is in its range.
    ///
    /// # Errors
    /// [`ScenarioError::OutOfRange`] with what would be right.
    pub fn check(&self, spec: &ScenarioSpec) -> Result<(), ScenarioError> {
        let value = (self.get)(spec);
        let holds = match (value, self.range) {
            (Value::Whole(whole), Range::Whole(low, high)) => (low..=high).contains(&whole),
            _ => value.number().is_none_or(|number| self.allows(number)),
        };
        let shown = match value {
            Value::Whole(whole) => whole.to_string(),
            _ => value.number().map_or_else(String::new, |number| number.to_string()),
        };
        if holds { Ok(()) } else { Err(ScenarioError::out_of_range(self.key, &shown, self.expected)) }
    }
}
