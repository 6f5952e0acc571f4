//! A run as NumPy arrays: a zip archive of .npy members, little-endian, in C order.
//!
//! Whatever the JSON file has is here too, by the names of its keys: `M`, `risk` .. for what is under "ode" and
//! "events", and `rho_bar_..`, `sgd_..`, `sgd_final_..`, `sgd_own_ode_..`, `solver_..`. NaN where JSON has null.
//! `scenario` is the TOML as text; `readme` says what each array is.

use std::io::{self, Write};

use super::npy::Arrays;
use super::{OdeBlock, RunData, SolverBlock};
use crate::model::{Matrix, nested_rows};
use crate::sim::ReplicaOde;
use crate::sim::sgd::{EnsembleReport, ReplicaReport, Rows};

const ABOUT: &str = "\
A run of saddlescope (scenario: run it again with `saddlescope run FILE.npz -o OUT.npz`).
n output times, student width p, teacher width p*; with SGD k times, R replicas. NaN: no law applies, or not reached.";

/// Writes the arrays of a run.
///
/// # Errors
/// Whatever the writer says, or more than the 4 GiB of an archive.
pub fn write_npz<W: Write>(writer: &mut W, data: &RunData) -> io::Result<()> {
    let widths = (data.scenario.model.p as u64, data.scenario.model.p_star as u64);
    let mut arrays = Arrays::new(writer, ABOUT)?;
    let scenario = data.scenario.to_toml().map_err(io::Error::other)?;
    arrays.add_text("scenario", &scenario, "what was run, as TOML")?;
    write_ode(&mut arrays, &data.ode, widths)?;
    write_prediction(&mut arrays, data, widths)?;
    let event = |when: Option<f64>| when.unwrap_or(f64::NAN);
    arrays.add("alpha_half", &[], &[event(data.events.alpha_half)], "first α of half the initial risk")?;
    let meaning = "first α at which the risk is half-way from the plateau to its final value";
    arrays.add("alpha_escape", &[], &[event(data.events.alpha_escape)], meaning)?;
    if let Some(sgd) = &data.sgd {
        write_ensemble(&mut arrays, sgd, widths)?;
        write_replicas(&mut arrays, &sgd.finals, widths)?;
        write_own_odes(&mut arrays, &sgd.own_odes)?;
    }
    write_solver(&mut arrays, &data.solver)?;
    arrays.finish()
}

fn write_ode<W: Write>(arrays: &mut Arrays<W>, ode: &OdeBlock, (p, p_star): (u64, u64)) -> io::Result<()> {
    let count = ode.alpha.len() as u64;
    arrays.add("alpha", &[count], &ode.alpha, "(n) times α = steps/N of the states of the ODEs")?;
    arrays.add(
        "M",
        &[count, p, p_star],
        &ode.m.concat().concat(),
        "(n, p, p*) overlaps of student and teacher",
    )?;
    arrays.add("Q", &[count, p, p], &ode.q.concat().concat(), "(n, p, p) overlaps of the student")?;
    arrays.add("risk", &[count], &ode.risk, "(n) generalisation error, label noise excluded")?;
    for (name, column, meaning) in [
        ("distance", &ode.distance, "(n) d, the distance of (M, Q) to rho_bar"),
        ("distance_m", &ode.distance_m, "(n) its part in M"),
        ("distance_q", &ode.distance_q, "(n) its part in Q"),
        ("s_drift", &ode.s_drift, "(n) |S - S_0|, S the polar factor of M"),
    ] {
        arrays.add(name, &[count], &filled(column), meaning)?;
    }
    Ok(())
}

fn write_prediction<W: Write>(
    arrays: &mut Arrays<W>,
    data: &RunData,
    (p, p_star): (u64, u64),
) -> io::Result<()> {
    let identity = || nested_rows(&Matrix::identity(p_star as usize, p_star as usize));
    let gram = data.teacher.clone().unwrap_or_else(identity).concat();
    arrays.add("T", &[p_star, p_star], &gram, "(p*, p*) overlaps of the teacher")?;
    let missing = |entries: u64| vec![f64::NAN; entries as usize];
    let rho_bar = data.rho_bar.as_ref();
    let m_bar = rho_bar.map_or_else(|| missing(p * p_star), |at| at.m.concat());
    let q_bar = rho_bar.map_or_else(|| missing(p * p), |at| at.q.concat());
    arrays.add("rho_bar_M", &[p, p_star], &m_bar, "(p, p*) M of the predicted solution")?;
    arrays.add("rho_bar_Q", &[p, p], &q_bar, "(p, p) Q of the predicted solution")?;
    let rule = rho_bar.map(|at| serde_json::to_value(at.rule)).transpose()?;
    let rule = rule.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
    arrays.add_text("rho_bar_rule", rule, "how it was predicted; empty: no law applies")
}

fn write_ensemble<W: Write>(
    arrays: &mut Arrays<W>,
    sgd: &EnsembleReport,
    (p, p_star): (u64, u64),
) -> io::Result<()> {
    let count = sgd.alpha.len() as u64;
    arrays.add("sgd_n", &[], &[counted(sgd.n)], "input dimension N")?;
    arrays.add("sgd_replicas", &[], &[counted(sgd.replicas as u64)], "replicas R")?;
    arrays.add(
        "sgd_diverged",
        &[],
        &[counted(sgd.diverged as u64)],
        "replicas that diverged, left out of means from then on",
    )?;
    let engine = serde_json::to_value(sgd.engine)?;
    arrays.add_text("sgd_engine", engine.as_str().unwrap_or_default(), "how a step is taken")?;
    arrays.add("sgd_alpha", &[count], &sgd.alpha, "(k) times α of the means")?;
    let alive: Vec<f64> = sgd.alive.iter().map(|alive| *alive as f64).collect();
    arrays.add("sgd_alive", &[count], &alive, "(k) replicas in the means")?;
    for (entry, moments, cols) in [
        ("M", [&sgd.m_mean, &sgd.m_sem, &sgd.m_min, &sgd.m_max], p_star),
        ("Q", [&sgd.q_mean, &sgd.q_sem, &sgd.q_min, &sgd.q_max], p),
    ] {
        for ((moment, words), rows) in MOMENTS.into_iter().zip(moments) {
            let (name, meaning) = (format!("sgd_{entry}_{moment}"), format!("{words} of {entry}"));
            arrays.add(&name, &[count, p, cols], &rows.concat().concat(), &format!("(k, ..) {meaning}"))?;
        }
    }
    let risks = [&sgd.risk_mean, &sgd.risk_sem, &sgd.risk_min, &sgd.risk_max];
    for ((moment, words), column) in MOMENTS.into_iter().zip(risks) {
        arrays.add(&format!("sgd_risk_{moment}"), &[count], column, &format!("(k) {words} of the risk"))?;
    }
    for ((moment, words), column) in MOMENTS.into_iter().zip([&sgd.distance_mean, &sgd.distance_sem]) {
        let column = column.clone().unwrap_or_else(|| vec![f64::NAN; sgd.alpha.len()]);
        let meaning = format!("(k) {words} of the distance of each replica to its own rho_bar");
        arrays.add(&format!("sgd_distance_{moment}"), &[count], &column, &meaning)?;
    }
    Ok(())
}

/// What there is of a quantity over the replicas, and in words.
const MOMENTS: [(&str, &str); 4] =
    [("mean", "mean"), ("sem", "standard error of the mean"), ("min", "smallest"), ("max", "largest")];

fn write_replicas<W: Write>(
    arrays: &mut Arrays<W>,
    finals: &[ReplicaReport],
    (p, p_star): (u64, u64),
) -> io::Result<()> {
    let count = finals.len() as u64;
    let flat = |rows: fn(&ReplicaReport) -> &Rows| -> Vec<f64> {
        finals.iter().flat_map(|replica| rows(replica).concat()).collect()
    };
    let column = |value: fn(&ReplicaReport) -> f64| finals.iter().map(value).collect::<Vec<_>>();
    let last = "of every replica at the end";
    arrays.add(
        "sgd_final_M",
        &[count, p, p_star],
        &flat(|replica| &replica.m),
        &format!("(R, p, p*) M {last}"),
    )?;
    arrays.add("sgd_final_Q", &[count, p, p], &flat(|replica| &replica.q), &format!("(R, p, p) Q {last}"))?;
    arrays.add("sgd_final_risk", &[count], &column(|replica| replica.risk), &format!("(R) risk {last}"))?;
    let half = column(|replica| replica.alpha_half.unwrap_or(f64::NAN));
    arrays.add("sgd_alpha_half", &[count], &half, "(R) first α at which each had half its initial risk")?;
    let diverged = column(|replica| replica.alpha_diverged.unwrap_or(f64::NAN));
    arrays.add("sgd_alpha_diverged", &[count], &diverged, "(R) α of its last state if it diverged")
}

/// The ODEs from the replicas' own starts, one after the other, where there are any.
fn write_own_odes<W: Write>(arrays: &mut Arrays<W>, odes: &[ReplicaOde]) -> io::Result<()> {
    if odes.is_empty() {
        return Ok(());
    }
    let half: Vec<Option<f64>> = odes.iter().map(|ode| ode.alpha_half).collect();
    let meaning = "its α_half, for each of the first replicas, whose ODE begins at its own start";
    arrays.add("sgd_own_ode_alpha_half", &[half.len() as u64], &filled(&half), meaning)?;
    let points =
        || odes.iter().zip(0_i64..).flat_map(|(ode, index)| ode.risk.iter().map(move |at| (index, at)));
    let owners: Vec<i64> = points().map(|(index, _)| index).collect();
    let shape = [owners.len() as u64];
    arrays.add("sgd_own_ode_replica", &shape, &owners, "replica, from 0, of every point of these ODEs")?;
    for (name, column, meaning) in [("alpha", 0, "α"), ("risk", 1, "risk")] {
        let values: Vec<f64> = points().filter_map(|(_, at)| at.get(column).copied()).collect();
        arrays.add(
            &format!("sgd_own_ode_{name}"),
            &shape,
            &values,
            &format!("{meaning} of every such point"),
        )?;
    }
    Ok(())
}

fn write_solver<W: Write>(arrays: &mut Arrays<W>, solver: &SolverBlock) -> io::Result<()> {
    arrays.add_text("solver_version", solver.version, "the program and its version")?;
    arrays.add_text("solver_method", solver.method, "the integrator of the ODEs")?;
    arrays.add("solver_rtol", &[], &[solver.rtol], "relative tolerance per step")?;
    arrays.add("solver_atol", &[], &[solver.atol], "absolute tolerance per step")?;
    arrays.add_text("solver_stop", solver.stop.name(), "why the run stopped")?;
    arrays.add("solver_alpha_end", &[], &[solver.alpha_end], "the last α")?;
    let statistics = solver.statistics;
    for (name, count, meaning) in [
        ("steps", statistics.steps, "accepted steps"),
        ("rejected", statistics.rejected, "attempts repeated with a smaller step"),
        ("evaluations", statistics.evaluations, "calls of the right-hand side"),
    ] {
        arrays.add(&format!("solver_{name}"), &[], &[counted(count)], meaning)?;
    }
    Ok(())
}

/// A count as NumPy's own whole number.
fn counted(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn filled(column: &[Option<f64>]) -> Vec<f64> {
    column.iter().map(|value| value.unwrap_or(f64::NAN)).collect()
}
