//! A run as a table: `#` comments with the version, the scenario as TOML and the events, a header row, one row per
//! output time.
//!
//! Columns: `alpha`, `risk`, `distance`, `distance_m`, `distance_q`, `s_drift`, the entries of M row by row (`M_1_1`,
//! `M_1_2` ..) and the upper triangle of Q, which is exactly symmetric; indices count from 1. Absent values are empty;
//! numbers read back to the same f64.

use std::io::{self, Write};

use super::RunData;

/// Columns before the matrix entries.
const SCALARS: [&str; 6] = ["alpha", "risk", "distance", "distance_m", "distance_q", "s_drift"];

/// Writes the table of a run.
///
/// # Errors
/// Whatever the writer says.
pub fn write_csv<W: Write>(writer: &mut W, data: &RunData) -> io::Result<()> {
    write_comments(writer, data)?;
    let mut table = csv::Writer::from_writer(writer);
    table.write_record(header(data.scenario.model.p, data.scenario.model.p_star))?;
    for row in 0..data.ode.alpha.len() {
        table.write_record(record(data, row))?;
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
    writeln!(writer, "# columns: M row by row, Q its upper triangle; empty where no law applies")
}

fn header(p: usize, p_star: usize) -> Vec<String> {
    let mut names: Vec<String> = SCALARS.iter().map(|&name| name.to_owned()).collect();
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
    let (m, q) = (ode.m.get(row).into_iter().flatten(), ode.q.get(row).into_iter().flatten());
    fields.extend(m.flatten().copied().map(number));
    for (i, line) in q.enumerate() {
        fields.extend(line.iter().skip(i).copied().map(number));
    }
    fields
}

/// The shortest decimal that reads back to the same f64, with an exponent where it is shorter.
fn number(value: f64) -> String {
    format!("{value:?}")
}
