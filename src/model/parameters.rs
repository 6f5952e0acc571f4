//! Every parameter of a scenario, a row each: what it is called, what it means, its range, and how it is read and set.
//!
//! Known keys, range errors, controls, undo, the names of pins, captions, sweeps, their tables and the help are all
//! read from these rows. A new parameter is its field in a section, its row here, a line of the controls, and the
//! equations that it changes.

use super::parameter::{Choice, Parameter, Range, SliderScale, Told, Value};
use super::{Horizon, ScenarioSpec, SgdSection, TeacherKind};

/// What most rows have.
const ROW: Parameter = Parameter {
    key: "",
    symbol: "",
    meaning: "",
    range: Range::Other,
    expected: "",
    named: "",
    special: &[],
    told: Told::Unusual,
    is_detail: false,
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
        told: Told::Always,
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
        told: Told::Always,
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
        told: Told::Always,
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
        told: Told::Always,
        slider: Some(SliderScale::log(1e-6, 1.0)),
        axis: Some("sweep.epsilon"),
        get: |spec| Value::Real(spec.start.epsilon),
        set: |spec, value| spec.start.epsilon = value,
        matters: ScenarioSpec::uses_epsilon,
        ..ROW
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
        special: &[(Value::Flag(false), "SGD, not gradient flow")],
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
        set: |spec, value| spec.teacher.seed = value as u64,
        matters: |spec| spec.teacher.kind == TeacherKind::Random,
        ..ROW
    },
    Parameter {
        key: "start.kind",
        symbol: "start",
        meaning: "the law of the first overlaps; G has standard normal entries",
        range: Range::Choice(STARTS),
        named: "{} start",
        told: Told::Always,
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
        told: Told::Always,
        get: |spec| Value::Whole(spec.start.seed),
        set: |spec, value| spec.start.seed = value as u64,
        matters: |spec| spec.start.is_drawn(),
        ..ROW
    },
    Parameter {
        key: "start.direction",
        symbol: "direction",
        meaning: "for p_star = 1: where M0 points, p numbers; empty: as drawn",
        named: "another direction",
        special: &[(Value::Numbers(&[]), "the seed's own direction")],
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
        special: &[(Value::Absent, "no SGD")],
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
        special: &[(Value::Whole(1), "1 run")],
        get: |spec| of_sgd(spec, |sgd| Value::Whole(sgd.replicas as u64)),
        set: |spec, value| spec.sgd.get_or_insert_default().replicas = value as usize,
        ..ROW
    },
    Parameter {
        key: "sgd.engine",
        symbol: "engine",
        meaning: "how a step of SGD is taken",
        range: Range::Choice(ENGINES),
        named: "{} engine",
        special: &[(Value::Word("direct"), "explicit weights")],
        told: Told::Never,
        is_detail: true,
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
        told: Told::Never,
        is_detail: true,
        get: |spec| of_sgd(spec, |sgd| Value::Whole(sgd.seed)),
        set: |spec, value| spec.sgd.get_or_insert_default().seed = value as u64,
        ..ROW
    },
    Parameter {
        key: "time.alpha_max",
        symbol: "α_max",
        meaning: "until every phase has been seen, or until this α; a run at rest gets there at once",
        range: Range::Above(0.0, 1e15),
        expected: "\"auto\", or a number above 0, at most 1e15",
        named: "until α = {}",
        special: &[(Value::Word("auto"), "to the end")],
        told: Told::Never,
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
        told: Told::Never,
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
        told: Told::Never,
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
        told: Told::Never,
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
mod tests;
