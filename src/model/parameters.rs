//! Every parameter of a scenario, a row each: what it is called, what it means, its range, and how it is read and set.
//!
//! Known keys, range errors, controls, undo, the names of pins, captions, sweeps, their tables and the help are all
//! read from these rows. A new parameter is its field in a section, its row here, and the equations that it changes.

use super::{Horizon, ScenarioError, ScenarioSpec, SgdSection, TeacherKind};

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
    const fn log(low: f64, high: f64) -> Self {
        Self { low, high, smallest: Some(low), clamps: false }
    }
}

/// What most rows have.
const ROW: Parameter = Parameter {
    key: "",
    symbol: "",
    meaning: "",
    range: Range::Other,
    expected: "",
    named: "",
    slider: None,
    axis: None,
    get: |_| Value::Absent,
    set: |_, _| (),
    matters: |_| true,
};

const SEED: Range = Range::Whole(0, i64::MAX as u64);
const SEED_EXPECTED: &str = "a seed is a whole number from 0 to 2^63 - 1";
const WIDTH: Range = Range::Whole(1, super::MAX_WIDTH as u64);
const WIDTH_EXPECTED: &str = "a width is a whole number from 1 to 64";
const WIDTH_SLIDER: SliderScale = SliderScale { low: 1.0, high: 64.0, smallest: Some(1.0), clamps: true };

/// The laws of T.
pub const TEACHERS: &[Choice] = &[
    choice("identity", "equal", "T = I: orthonormal teachers, all as strong as each other"),
    choice("linear", "linear t", "T = diag(t), t falling in equal steps; tr T = p*"),
    choice("power", "power law", "T = diag(t), t_r ~ 1/r^γ; tr T = p*"),
    choice("random", "random", "T ~ Z Z^T, Z with p* by 2p* normal entries: overlapping teachers"),
];

/// The laws of the start.
pub const STARTS: &[Choice] = &[
    choice("orthogonal", "orthogonal", "M0 = ε G, Q0 = I"),
    choice("gaussian", "gaussian", "M0 = ε G, Q0 = I + ε (Z + Z^T)/√2: as from random weights"),
    choice("weights", "weights", "overlaps of random weights of dimension N: that of SGD, else 1/ε²"),
    choice("file", "file", "M0, Q0 and T from a JSON file, which is asked for"),
];

/// The engines.
pub const ENGINES: &[Choice] = &[
    choice(
        "reduced",
        "reduced",
        "the overlaps' own Markov chain: the exact law; a step costs the same for every N, and a run has α N steps",
    ),
    choice("direct", "direct", "explicit weights: the same law; a step costs in proportion to N"),
];

const fn choice(word: &'static str, label: &'static str, meaning: &'static str) -> Choice {
    Choice { word, label, meaning }
}

/// All parameters, in the order in which differences are named and sweeps vary them.
pub static PARAMETERS: [Parameter; 25] = [
    Parameter {
        key: "model.p",
        symbol: "p",
        meaning: "student width: neurons that learn",
        range: WIDTH,
        expected: WIDTH_EXPECTED,
        named: "p = {}",
        slider: Some(WIDTH_SLIDER),
        axis: Some("sweep.p"),
        get: |spec| Value::Whole(spec.model.p as u64),
        set: |spec, value| spec.model.p = value as usize,
        ..ROW
    },
    Parameter {
        key: "model.p_star",
        symbol: "p*",
        meaning: "teacher width: neurons to be learned",
        range: WIDTH,
        expected: WIDTH_EXPECTED,
        named: "p* = {}",
        slider: Some(WIDTH_SLIDER),
        axis: Some("sweep.p_star"),
        get: |spec| Value::Whole(spec.model.p_star as u64),
        set: |spec, value| spec.model.p_star = value as usize,
        ..ROW
    },
    Parameter {
        key: "model.eta",
        symbol: "η",
        meaning: "learning rate of SGD",
        range: Range::Above(0.0, 1e6),
        expected: "a learning rate is a number above 0, at most 1e6",
        named: "η = {}",
        slider: Some(SliderScale::log(1e-4, 10.0)),
        axis: Some("sweep.eta"),
        get: |spec| Value::Real(spec.model.eta),
        set: |spec, value| spec.model.eta = value,
        ..ROW
    },
    Parameter {
        key: "start.epsilon",
        symbol: "ε",
        meaning: "scale of the first overlaps M0, no larger than weights can have; random weights have ε = 1/√N",
        range: Range::Above(0.0, 1e3),
        expected: "the scale of M0 is a number above 0, at most 1000",
        named: "ε = {}",
        slider: Some(SliderScale::log(1e-6, 1.0)),
        axis: Some("sweep.epsilon"),
        get: |spec| Value::Real(spec.start.epsilon),
        set: |spec, value| spec.start.epsilon = value,
        matters: ScenarioSpec::uses_epsilon,
    },
    Parameter {
        key: "model.label_noise",
        symbol: "Δ",
        meaning: "variance of the noise on the teacher's labels",
        range: Range::Real(0.0, 1e6),
        expected: "a variance is a number from 0 to 1e6",
        named: "Δ = {}",
        slider: Some(SliderScale { low: 0.0, high: 10.0, smallest: Some(1e-4), clamps: true }),
        axis: Some("sweep.label_noise"),
        get: |spec| Value::Real(spec.model.label_noise),
        set: |spec, value| spec.model.label_noise = value,
        ..ROW
    },
    Parameter {
        key: "model.gradient_flow",
        symbol: "gradient flow",
        meaning: "drop the η² terms: gradient flow on the population loss instead of SGD",
        named: "gradient flow",
        get: |spec| Value::Flag(spec.model.gradient_flow),
        ..ROW
    },
    Parameter {
        key: "teacher.kind",
        symbol: "T",
        meaning: "the teacher's overlaps; laws in closed form hold for the identity",
        range: Range::Choice(TEACHERS),
        named: "{} teacher",
        get: |spec| Value::Word(word(TEACHERS, spec.teacher.kind as usize)),
        ..ROW
    },
    Parameter {
        key: "teacher.ratio",
        symbol: "ratio",
        meaning: "linear t: the weakest over the strongest",
        range: Range::Real(1e-6, 1.0),
        expected: "the weakest teacher over the strongest is a number from 1e-6 to 1",
        named: "ratio = {}",
        slider: Some(SliderScale::log(1e-3, 1.0)),
        get: |spec| Value::Real(spec.teacher.ratio),
        set: |spec, value| spec.teacher.ratio = value,
        matters: |spec| spec.teacher.kind == TeacherKind::Linear,
        ..ROW
    },
    Parameter {
        key: "teacher.exponent",
        symbol: "γ",
        meaning: "power law: the exponent of t_r; at 0 all are equal",
        range: Range::Real(0.0, 5.0),
        expected: "the exponent of t_r ~ r^-exponent is a number from 0 to 5",
        named: "exponent = {}",
        slider: Some(SliderScale { low: 0.0, high: 5.0, smallest: None, clamps: false }),
        get: |spec| Value::Real(spec.teacher.exponent),
        set: |spec, value| spec.teacher.exponent = value,
        matters: |spec| spec.teacher.kind == TeacherKind::Power,
        ..ROW
    },
    Parameter {
        key: "teacher.seed",
        symbol: "teacher seed",
        meaning: "random: which of the draws of T",
        range: SEED,
        expected: SEED_EXPECTED,
        named: "teacher's seed {}",
        get: |spec| Value::Whole(spec.teacher.seed),
        matters: |spec| spec.teacher.kind == TeacherKind::Random,
        ..ROW
    },
    Parameter {
        key: "start.kind",
        symbol: "start",
        meaning: "the law of the first overlaps; G has standard normal entries",
        range: Range::Choice(STARTS),
        named: "{} start",
        get: |spec| Value::Word(word(STARTS, spec.start.kind as usize)),
        ..ROW
    },
    Parameter {
        key: "start.seed",
        symbol: "seed",
        meaning: "which of the random starts",
        range: SEED,
        expected: SEED_EXPECTED,
        named: "seed {}",
        get: |spec| Value::Whole(spec.start.seed),
        matters: |spec| spec.start.is_drawn(),
        ..ROW
    },
    Parameter {
        key: "start.direction",
        symbol: "direction",
        meaning: "for p_star = 1: where M0 points, p numbers; empty: as drawn",
        named: "another direction",
        get: |spec| Value::Numbers(&spec.start.direction),
        ..ROW
    },
    Parameter {
        key: "start.path",
        symbol: "start file",
        meaning: "for \"file\", from the scenario's folder: p, p_star, M0, Q0 and, unless it is the identity, T",
        named: "start from {}",
        get: |spec| spec.start.path.as_deref().map_or(Value::Absent, Value::Text),
        ..ROW
    },
    Parameter {
        key: "start.M0",
        symbol: "M₀",
        meaning: "for \"file\" without path: the start itself, as lists of rows",
        named: "another M₀",
        get: |spec| rows(spec.start.m_0.as_ref()),
        ..ROW
    },
    Parameter {
        key: "start.Q0",
        symbol: "Q₀",
        meaning: "beside M0: p rows of p numbers",
        named: "another Q₀",
        get: |spec| rows(spec.start.q_0.as_ref()),
        ..ROW
    },
    Parameter {
        key: "start.T",
        symbol: "T",
        meaning: "beside M0: p* rows of p* numbers; absent: the identity",
        named: "another T",
        get: |spec| rows(spec.start.gram.as_ref()),
        ..ROW
    },
    Parameter {
        key: "sgd.n",
        symbol: "N",
        meaning: "input dimension; fluctuations shrink as 1/√N",
        range: Range::Whole(1, 1_000_000_000_000),
        expected: "the dimension is a whole number from p + p* + 1 to 10^12",
        named: "N = {}",
        slider: Some(SliderScale::log(100.0, 1e8)),
        axis: Some("sweep.n"),
        get: |spec| of_sgd(spec, |sgd| Value::Whole(sgd.n)),
        set: |spec, value| spec.sgd.get_or_insert_default().n = value as u64,
        ..ROW
    },
    Parameter {
        key: "sgd.replicas",
        symbol: "runs",
        meaning: "independent runs of SGD",
        range: Range::Whole(1, 100_000),
        expected: "a whole number from 1 to 100000",
        named: "{} runs",
        get: |spec| of_sgd(spec, |sgd| Value::Whole(sgd.replicas as u64)),
        ..ROW
    },
    Parameter {
        key: "sgd.engine",
        symbol: "engine",
        meaning: "how a step of SGD is taken",
        range: Range::Choice(ENGINES),
        named: "{} engine",
        get: |spec| of_sgd(spec, |sgd| Value::Word(word(ENGINES, sgd.engine as usize))),
        ..ROW
    },
    Parameter {
        key: "sgd.seed",
        symbol: "SGD seed",
        meaning: "of the samples",
        range: SEED,
        expected: SEED_EXPECTED,
        named: "SGD seed {}",
        get: |spec| of_sgd(spec, |sgd| Value::Whole(sgd.seed)),
        ..ROW
    },
    Parameter {
        key: "time.alpha_max",
        symbol: "α_max",
        meaning: "until every phase has been seen, or until this α; a run at rest gets there at once",
        range: Range::Above(0.0, 1e15),
        expected: "\"auto\", or a number above 0, at most 1e15",
        named: "until α = {}",
        get: |spec| match spec.time.alpha_max {
            Horizon::Auto => Value::Word("auto"),
            Horizon::Until(alpha) => Value::Real(alpha),
        },
        set: |spec, value| spec.time.alpha_max = Horizon::Until(value),
        ..ROW
    },
    Parameter {
        key: "time.alphas",
        symbol: "output times",
        meaning: "output at exactly these times: increasing, from 0 to 1e15, at most 10000",
        get: |spec| Value::Numbers(&spec.time.alphas),
        ..ROW
    },
    Parameter {
        key: "time.rtol",
        symbol: "rtol",
        meaning: "relative tolerance per step",
        range: Range::Real(1e-13, 1e-2),
        expected: "a tolerance is a number from 1e-13 to 1e-2",
        named: "rtol = {}",
        get: |spec| Value::Real(spec.time.rtol),
        set: |spec, value| spec.time.rtol = value,
        ..ROW
    },
    Parameter {
        key: "time.atol",
        symbol: "atol",
        meaning: "absolute tolerance per step",
        range: Range::Real(1e-30, 1e-2),
        expected: "a tolerance is a number from 1e-30 to 1e-2",
        named: "atol = {}",
        get: |spec| Value::Real(spec.time.atol),
        set: |spec, value| spec.time.atol = value,
        ..ROW
    },
];

fn of_sgd<'a>(spec: &'a ScenarioSpec, read: fn(&SgdSection) -> Value<'a>) -> Value<'a> {
    spec.sgd.as_ref().map_or(Value::Absent, read)
}

fn rows(rows: Option<&Vec<Vec<f64>>>) -> Value<'_> {
    rows.map_or(Value::Absent, |rows| Value::Rows(rows))
}

/// Choices stand in the order of the enum's variants.
fn word(choices: &'static [Choice], place: usize) -> &'static str {
    choices.get(place).map_or("", |choice| choice.word)
}

impl Parameter {
    /// The row of a key, `section.key`.
    pub fn of(key: &str) -> Option<&'static Self> {
        PARAMETERS.iter().find(|row| row.key == key)
    }

    /// Those that a sweep can vary, from the slowest to the fastest.
    pub fn axes() -> impl Iterator<Item = &'static Self> + Clone {
        PARAMETERS.iter().filter(|row| row.axis.is_some())
    }

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

impl ScenarioSpec {
    /// The keys, as `section.key`, in which the two differ or which only one of them has.
    ///
    /// ```
    /// use saddlescope::model::ScenarioSpec;
    ///
    /// let (one, mut other) = (ScenarioSpec::default(), ScenarioSpec::default());
    /// other.model.eta = 0.02;
    /// assert_eq!(one.changed_keys(&other), ["model.eta"]);
    /// ```
    pub fn changed_keys(&self, other: &Self) -> Vec<&'static str> {
        let changed = |row: &&Parameter| (row.get)(self) != (row.get)(other);
        PARAMETERS.iter().filter(changed).map(|row| row.key).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::StartKind;

    /// Every key that a file can have, from the sections themselves.
    fn keys_of_the_sections() -> Vec<String> {
        let mut spec = ScenarioSpec { sgd: Some(SgdSection::default()), ..ScenarioSpec::default() };
        spec.teacher.kind = TeacherKind::Power;
        (spec.start.direction, spec.start.path) = (vec![1.0], Some(String::new()));
        (spec.start.m_0, spec.start.q_0, spec.start.gram) = (Some(vec![]), Some(vec![]), Some(vec![]));
        let written: toml::Table = toml::from_str(&spec.to_toml().unwrap()).unwrap();
        let keys = |(section, content): (&String, &toml::Value)| {
            let keys = content.as_table().unwrap().keys().map(|key| format!("{section}.{key}"));
            keys.collect::<Vec<_>>()
        };
        written.iter().flat_map(keys).collect()
    }

    #[test]
    fn every_key_of_a_file_has_one_row_and_every_row_a_key() {
        let mut found = keys_of_the_sections();
        let mut rows: Vec<String> = PARAMETERS.iter().map(|row| row.key.to_owned()).collect();
        found.sort();
        rows.sort();
        assert_eq!(rows, found);
    }

    #[test]
    fn what_is_set_is_read_and_nothing_else_changes() {
        for row in PARAMETERS.iter().filter(|row| row.slider.is_some() || row.axis.is_some()) {
            let before = ScenarioSpec { sgd: Some(SgdSection::default()), ..ScenarioSpec::default() };
            let mut after = before.clone();
            (row.set)(&mut after, 7.0);
            assert_eq!((row.get)(&after).number(), Some(7.0), "{}", row.key);
            assert_eq!(before.changed_keys(&after), [row.key]);
            let (_, name) = row.section_and_name();
            assert!(row.axis.is_none_or(|axis| axis.strip_prefix("sweep.") == Some(name)), "{name}");
        }
    }

    /// A number as the words of a range write it.
    fn read(word: &str) -> Option<f64> {
        match word {
            "2^63" => Some(i64::MAX as f64),
            "10^12" => Some(1e12),
            other => other.parse().ok(),
        }
    }

    #[test]
    fn the_words_of_a_range_have_its_numbers_and_defaults_lie_within() {
        for row in &PARAMETERS {
            let (low, high) = match row.range {
                Range::Whole(low, high) => (low as f64, high as f64),
                Range::Real(low, high) | Range::Above(low, high) => (low, high),
                Range::Choice(_) | Range::Other => continue,
            };
            let words = row.range_words().split([' ', ',']).filter_map(read).collect::<Vec<_>>();
            assert!(words.contains(&low) && words.contains(&high), "{}: {words:?}", row.key);
            assert_eq!(matches!(row.range, Range::Above(..)), row.expected.contains("above"), "{}", row.key);
            assert_eq!(row.check(&ScenarioSpec::default()), Ok(()));
            let (inside, outside) = (row.allows(high), row.allows(2.0 * high));
            assert!(inside && !outside && !row.allows(f64::NAN), "{}", row.key);
        }
    }

    #[test]
    fn words_of_choices_are_those_of_files() {
        for (kind, choice) in
            [StartKind::Orthogonal, StartKind::Gaussian, StartKind::Weights, StartKind::File]
                .into_iter()
                .zip(STARTS)
        {
            assert_eq!(serde_json::to_value(kind).unwrap(), choice.word);
        }
        for (kind, choice) in
            [TeacherKind::Identity, TeacherKind::Linear, TeacherKind::Power, TeacherKind::Random]
                .into_iter()
                .zip(TEACHERS)
        {
            assert_eq!(serde_json::to_value(kind).unwrap(), choice.word);
        }
    }

    #[test]
    fn a_section_that_only_one_has_differs_in_all_its_keys() {
        let plain = ScenarioSpec::default();
        let with_sgd = ScenarioSpec { sgd: Some(SgdSection::default()), ..ScenarioSpec::default() };
        assert!(plain.changed_keys(&plain).is_empty());
        let keys = plain.changed_keys(&with_sgd);
        assert!(keys.len() == 4 && keys.iter().all(|key| key.starts_with("sgd.")), "{keys:?}");
        assert_eq!(with_sgd.changed_keys(&plain), keys);
    }
}
