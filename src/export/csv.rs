//! A run as a table: `#` comments with the version, the scenario as TOML and the events, a header row, one row per
//! output time. The events are the half-time `alpha_half`, the first α at which the loss is half its initial value, and
//! the escape time `alpha_escape`, the first at which it is half-way from the plateau to its final value.
//!
//! Columns: `alpha`, `risk`, `distance`, `distance_m`, `distance_q`, `s_drift`, the entries of M row by row (`M_1_1`,
//! `M_1_2` ..) and the upper triangle of Q, which is exactly symmetric; indices count from 1. With an ensemble follow
//! its means and standard errors at the step nearest to the row's α: `sgd_alive`, `sgd_risk_mean`, `sgd_risk_sem`,
//! `sgd_M_1_1_mean`, `sgd_M_1_1_sem` .. and likewise Q. Absent values are empty; numbers read back to the same f64.

use std::io::{self, Write};

use super::RunData;
use crate::sim::sgd::{EnsembleReport, Rows};

/// Columns before the matrix entries.
const SCALARS: [&str; 6] = ["alpha", "risk", "distance", "distance_m", "distance_q", "s_drift"];

/// Writes the table of a run.
///
/// # Errors
/// Whatever the writer says.
pub fn write_csv<W: Write>(writer: &mut W, data: &RunData) -> io::Result<()> {
    write_comments(writer, data)?;
    let mut table = csv::Writer::from_writer(writer);
    let (p, p_star) = (data.scenario.model.p, data.scenario.model.p_star);
    let entries = entry_names(p, p_star);
    let scalars = SCALARS.iter().map(|&name| name.to_owned());
    let sgd = data.sgd.iter().flat_map(|_| sgd_header(&entries));
    table.write_record(scalars.chain(entries.iter().cloned()).chain(sgd))?;
    for row in 0..data.ode.alpha.len() {
        let sgd = data.sgd.iter().flat_map(|sgd| sgd_record(sgd, data, row));
        table.write_record(record(data, row).into_iter().chain(sgd))?;
    }
    table.flush()
}

fn write_comments<W: Write>(writer: &mut W, data: &RunData) -> io::Result<()> {
    writeln!(writer, "# {}", data.solver.version)?;
    let scenario = data.scenario.to_toml().map_err(io::Error::other)?;
    for line in scenario.lines() {
        writeln!(writer, "{}", format!("# {line}").trim_end())?;
    }
    writeln!(writer, "#")?;
    writeln!(writer, "# stop: {} at alpha = {:?}", data.solver.stop.name(), data.solver.alpha_end)?;
    for (name, when) in [("alpha_half", data.events.alpha_half), ("alpha_escape", data.events.alpha_escape)] {
        let when = when.map_or_else(|| String::from("never"), |alpha| format!("{alpha:?}"));
        writeln!(writer, "# {name}: {when}")?;
    }
    if let Some(rows) = &data.teacher {
        writeln!(writer, "# T: {rows:?}")?;
    }
    writeln!(writer, "# columns: M row by row, Q its upper triangle; empty where no law applies")
}

/// The entries of M row by row, then the upper triangle of Q.
fn entry_names(p: usize, p_star: usize) -> Vec<String> {
    let mut names = Vec::new();
    for i in 1..=p {
        names.extend((1..=p_star).map(|r| format!("M_{i}_{r}")));
    }
    for i in 1..=p {
        names.extend((i..=p).map(|j| format!("Q_{i}_{j}")));
    }
    names
}

fn record(data: &RunData, row: usize) -> Vec<String> {
    let ode = &data.ode;
    let optional =
        |column: &[Option<f64>]| column.get(row).copied().flatten().map_or_else(String::new, number);
    let plain = |column: &[f64]| column.get(row).copied().map_or_else(String::new, number);
    let mut fields = vec![plain(&ode.alpha), plain(&ode.risk)];
    fields.extend(
        [&ode.distance, &ode.distance_m, &ode.distance_q, &ode.s_drift].map(|column| optional(column)),
    );
    fields.extend(entries(ode.m.get(row), ode.q.get(row)).into_iter().map(number));
    fields
}

/// The values that go with [`entry_names`].
fn entries(m: Option<&Rows>, q: Option<&Rows>) -> Vec<f64> {
    let mut values: Vec<f64> = m.into_iter().flatten().flatten().copied().collect();
    for (i, line) in q.into_iter().flatten().enumerate() {
        values.extend(line.iter().skip(i));
    }
    values
}

fn sgd_header(entries: &[String]) -> Vec<String> {
    let mut names = vec![String::from("sgd_alive")];
    let pairs = std::iter::once("risk").chain(entries.iter().map(String::as_str));
    names.extend(pairs.flat_map(|name| [format!("sgd_{name}_mean"), format!("sgd_{name}_sem")]));
    names
}

/// The ensemble at the step nearest to the row's α; empty where it was not recorded.
fn sgd_record(sgd: &EnsembleReport, data: &RunData, row: usize) -> Vec<String> {
    let alpha = data.ode.alpha.get(row).copied().unwrap_or(f64::NAN);
    let nearest = sgd.alpha.iter().position(|at| ((at - alpha) * sgd.n as f64).abs() <= 0.5 + 1e-6);
    let columns = sgd_header(&entry_names(data.scenario.model.p, data.scenario.model.p_star)).len();
    let Some(at) = nearest else { return vec![String::new(); columns] };
    let mut fields = vec![sgd.alive.get(at).map_or_else(String::new, ToString::to_string)];
    let risk = [&sgd.risk_mean, &sgd.risk_sem].map(|column| column.get(at).copied().unwrap_or(f64::NAN));
    let mean = entries(sgd.m_mean.get(at), sgd.q_mean.get(at));
    let error = entries(sgd.m_sem.get(at), sgd.q_sem.get(at));
    let pairs = mean.into_iter().zip(error).flat_map(|(mean, error)| [mean, error]);
    // A standard error of one replica is not a number: absent, like whatever else does not exist.
    let value = |value: f64| if value.is_nan() { String::new() } else { number(value) };
    fields.extend(risk.into_iter().chain(pairs).map(value));
    fields
}

/// The shortest decimal that reads back to the same f64, with an exponent where it is shorter.
pub(super) fn number(value: f64) -> String {
    format!("{value:?}")
}
