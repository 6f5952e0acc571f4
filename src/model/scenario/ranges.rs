//! What is in range: every number of a scenario by its row of the parameters, and here what concerns several of them.
//!
//! NaN and infinities are in no range.

use super::{
    Horizon, MAX_OUTPUT_TIMES, ModelSection, ScenarioSpec, SgdSection, StartKind, StartSection, TeacherKind,
    TeacherSection, TimeSection,
};
use crate::model::{PARAMETERS, ScenarioError};

/// Checks every value of a specification.
///
/// # Errors
/// The first value out of range, with its key and what would be right.
pub(super) fn check_ranges(spec: &ScenarioSpec) -> Result<(), ScenarioError> {
    PARAMETERS.iter().try_for_each(|row| row.check(spec))?;
    check_teacher(&spec.teacher, spec.start.kind)?;
    check_epsilon(spec)?;
    check_given(&spec.start)?;
    check_direction(&spec.model, &spec.start)?;
    check_time(&spec.time)?;
    spec.sgd.as_ref().map_or(Ok(()), |sgd| check_dimension(&spec.model, sgd))
}

/// ε has all its digits; that of random weights is 1/√N of a dimension that there can be.
fn check_epsilon(spec: &ScenarioSpec) -> Result<(), ScenarioError> {
    let epsilon = spec.start.epsilon;
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
        teacher.kind == TeacherKind::Identity || start != StartKind::File,
        "teacher.kind",
        &format!("\"{}\"", format!("{:?}", teacher.kind).to_lowercase()),
        "start.kind = \"file\" takes T from the start file; leave [teacher] out",
    )
}

fn check_time(time: &TimeSection) -> Result<(), ScenarioError> {
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

/// N has room for the widths.
fn check_dimension(model: &ModelSection, sgd: &SgdSection) -> Result<(), ScenarioError> {
    let least = (model.p + model.p_star + 1) as u64;
    let expected = format!("the dimension is a whole number from p + p* + 1 = {least} to 10^12");
    ensure(sgd.n >= least, "sgd.n", &sgd.n, &expected)
}

fn ensure(
    holds: bool,
    key: &'static str,
    value: &dyn std::fmt::Display,
    expected: &str,
) -> Result<(), ScenarioError> {
    if holds { Ok(()) } else { Err(out_of_range(key, value, expected)) }
}

fn out_of_range(key: &'static str, value: &dyn std::fmt::Display, expected: &str) -> ScenarioError {
    ScenarioError::out_of_range(key, &value.to_string(), expected)
}
