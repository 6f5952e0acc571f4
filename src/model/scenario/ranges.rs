//! What is in range: every number of a scenario, checked once.
//!
//! NaN and infinities are in no range.

use super::{
    Horizon, MAX_OUTPUT_TIMES, MAX_WIDTH, ModelSection, ScenarioSpec, SgdSection, StartKind, StartSection,
    TeacherKind, TeacherSection, TimeSection,
};
use crate::model::ScenarioError;
use crate::model::words::{LONGEST_QUOTE, number, shortened};

/// TOML integers end here, and so do seeds.
const MAX_SEED: u64 = i64::MAX as u64;

/// Checks every value of a specification.
///
/// # Errors
/// The first value out of range, with its key and what would be right.
pub(super) fn check_ranges(spec: &ScenarioSpec) -> Result<(), ScenarioError> {
    let ScenarioSpec { model, teacher, start, time, sgd } = spec;
    for (key, width) in [("model.p", model.p), ("model.p_star", model.p_star)] {
        let expected = "a width is a whole number from 1 to 64";
        ensure((1..=MAX_WIDTH).contains(&width), key, &width, expected)?;
    }
    ensure(
        model.eta > 0.0 && model.eta <= 1e6,
        "model.eta",
        &model.eta,
        "a learning rate is a number above 0, at most 1e6",
    )?;
    let noise = model.label_noise;
    ensure(
        (0.0..=1e6).contains(&noise),
        "model.label_noise",
        &noise,
        "a variance is a number from 0 to 1e6",
    )?;
    check_teacher(teacher, start.kind)?;
    check_epsilon(spec)?;
    ensure(start.seed <= MAX_SEED, "start.seed", &start.seed, "a seed is a whole number from 0 to 2^63 - 1")?;
    check_given(start)?;
    check_direction(model, start)?;
    check_time(time)?;
    sgd.as_ref().map_or(Ok(()), |sgd| check_sgd(model, sgd))
}

/// ε is a number with all its digits; that of random weights is 1/√N of a dimension that there can be.
fn check_epsilon(spec: &ScenarioSpec) -> Result<(), ScenarioError> {
    let epsilon = spec.start.epsilon;
    let expected = "the scale of M0 is a number above 0, at most 1000";
    ensure(epsilon > 0.0 && epsilon <= 1e3, "start.epsilon", &epsilon, expected)?;
    let expected = format!("the smallest scale of M0 is {:e}", f64::MIN_POSITIVE);
    ensure(epsilon >= f64::MIN_POSITIVE, "start.epsilon", &epsilon, &expected)?;
    let is_dimension = spec.start.kind == StartKind::Weights && spec.sgd.is_none();
    let expected =
        "random weights have a dimension N = 1/epsilon^2 of at most 10^18: the smallest scale is 1e-9";
    ensure(!is_dimension || epsilon >= 1e-9, "start.epsilon", &epsilon, expected)
}

/// A start is drawn, read from a path, or written out: one of them, and all of it.
fn check_given(start: &StartSection) -> Result<(), ScenarioError> {
    let written = [("start.M0", &start.m_0), ("start.Q0", &start.q_0), ("start.T", &start.gram)];
    let shown = |rows: &Option<Vec<Vec<f64>>>| format!("({} rows)", rows.as_ref().map_or(0, Vec::len));
    let first = written.iter().find(|(_, rows)| rows.is_some()).map(|(key, rows)| (*key, shown(rows)));
    if start.kind != StartKind::File {
        let path = start.path.as_ref().map(|path| ("start.path", format!("\"{path}\"")));
        let what = if path.is_some() { "a path" } else { "a start that is written out" };
        let expected = format!("{what} belongs to start.kind = \"file\" alone");
        return path.or(first).map_or(Ok(()), |(key, value)| Err(out_of_range(key, &value, &expected)));
    }
    let expected = match (&start.path, first) {
        (Some(_), None) => return Ok(()),
        (Some(_), Some((key, value))) => {
            let expected = "a start is read from its path or written out, not both; leave one of them out";
            return Err(out_of_range(key, &value, expected));
        }
        (None, None) => {
            let expected = "start.kind = \"file\" needs the path of a JSON file, or M0 and Q0 written out";
            return Err(out_of_range("start.path", &"(absent)", expected));
        }
        (None, Some(_)) => "a start that is written out has M0 and Q0, and T unless it is the identity",
    };
    match written.iter().take(2).find(|(_, rows)| rows.is_none()) {
        Some((key, _)) => Err(out_of_range(key, &"(absent)", expected)),
        None => Ok(()),
    }
}

fn check_direction(model: &ModelSection, start: &StartSection) -> Result<(), ScenarioError> {
    let direction = &start.direction;
    if direction.is_empty() {
        return Ok(());
    }
    let shown = format!("({} numbers)", direction.len());
    let kinds = matches!(start.kind, StartKind::Orthogonal | StartKind::Gaussian);
    let expected = "a direction belongs to p_star = 1 and start.kind = \"orthogonal\" or \"gaussian\"";
    ensure(model.p_star == 1 && kinds, "start.direction", &shown, expected)?;
    let expected = format!("one number for each of the p = {} students", model.p);
    ensure(direction.len() == model.p, "start.direction", &shown, &expected)?;
    let largest = direction.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
    let usable = direction.iter().all(|value| value.is_finite()) && (1e-9..=1e9).contains(&largest);
    ensure(usable, "start.direction", &format!("{direction:?}"), "numbers up to 1e9, not all of them zero")
}

fn check_teacher(teacher: &TeacherSection, start: StartKind) -> Result<(), ScenarioError> {
    ensure(
        (0.0..=5.0).contains(&teacher.exponent),
        "teacher.exponent",
        &teacher.exponent,
        "the exponent of t_r ~ r^-exponent is a number from 0 to 5",
    )?;
    ensure(
        (1e-6..=1.0).contains(&teacher.ratio),
        "teacher.ratio",
        &teacher.ratio,
        "the weakest teacher over the strongest is a number from 1e-6 to 1",
    )?;
    let seed = "a seed is a whole number from 0 to 2^63 - 1";
    ensure(teacher.seed <= MAX_SEED, "teacher.seed", &teacher.seed, seed)?;
    ensure(
        teacher.kind == TeacherKind::Identity || start != StartKind::File,
        "teacher.kind",
        &format!("\"{}\"", format!("{:?}", teacher.kind).to_lowercase()),
        "start.kind = \"file\" takes T from the start file; leave [teacher] out",
    )
}

fn check_time(time: &TimeSection) -> Result<(), ScenarioError> {
    let tolerance = |key, value: f64, low: f64| {
        let expected = format!("a tolerance is a number from {low:e} to 1e-2");
        ensure((low..=1e-2).contains(&value), key, &value, &expected)
    };
    tolerance("time.rtol", time.rtol, 1e-13)?;
    tolerance("time.atol", time.atol, 1e-30)?;
    if let Horizon::Until(end) = time.alpha_max {
        ensure(
            end > 0.0 && end <= 1e15,
            "time.alpha_max",
            &end,
            "\"auto\", or a number above 0, at most 1e15",
        )?;
    }
    let count = time.alphas.len();
    ensure(
        count <= MAX_OUTPUT_TIMES,
        "time.alphas",
        &format!("({count} values)"),
        "at most 10000 output times",
    )?;
    let mut previous = None;
    for &alpha in &time.alphas {
        let rising = previous.is_none_or(|before| alpha > before);
        ensure(
            (0.0..=1e15).contains(&alpha) && rising,
            "time.alphas",
            &alpha,
            "output times are increasing numbers from 0 to 1e15",
        )?;
        previous = Some(alpha);
    }
    if let (Horizon::Until(end), Some(last)) = (time.alpha_max, previous) {
        ensure(
            last <= end,
            "time.alphas",
            &last,
            &format!("the last output time is at most alpha_max = {end}"),
        )?;
    }
    Ok(())
}

fn check_sgd(model: &ModelSection, sgd: &SgdSection) -> Result<(), ScenarioError> {
    let least = (model.p + model.p_star + 1) as u64;
    let expected = format!("the dimension is a whole number from p + p* + 1 = {least} to 10^12");
    ensure((least..=1_000_000_000_000).contains(&sgd.n), "sgd.n", &sgd.n, &expected)?;
    ensure(
        (1..=100_000).contains(&sgd.replicas),
        "sgd.replicas",
        &sgd.replicas,
        "a whole number from 1 to 100000",
    )?;
    ensure(sgd.seed <= MAX_SEED, "sgd.seed", &sgd.seed, "a seed is a whole number from 0 to 2^63 - 1")
}

fn ensure(
    holds: bool,
    key: &'static str,
    value: &dyn std::fmt::Display,
    expected: &str,
) -> Result<(), ScenarioError> {
    if holds { Ok(()) } else { Err(out_of_range(key, value, expected)) }
}

/// The error for a value out of range.
pub(super) fn out_of_range(
    key: &'static str,
    value: &dyn std::fmt::Display,
    expected: &str,
) -> ScenarioError {
    let plain = value.to_string();
    // Digits are told up to what a column of controls holds.
    let short = plain.parse().ok().filter(|_| plain.len() > 24).map(number);
    let value = short.unwrap_or_else(|| shortened(&plain, LONGEST_QUOTE));
    ScenarioError::OutOfRange { key, value, expected: expected.to_owned() }
}
