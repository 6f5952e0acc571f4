//! A run as NumPy arrays: a zip archive of .npy members, little-endian f64 in C order.
//!
//! Members, with n output times: `alpha`, `risk`, `distance`, `distance_m`, `distance_q`, `s_drift` (n); `M` (n, p, p*),
//! `Q` (n, p, p), `T` (p*, p*), `rho_bar_M` (p, p*), `rho_bar_Q` (p, p); `alpha_half`, `alpha_escape` (one number
//! each); `scenario` (the TOML's UTF-8 bytes as uint8). NaN where JSON has null. With an ensemble of R replicas and k
//! times: `sgd_alpha`, `sgd_alive`, `sgd_risk_mean`, `sgd_risk_sem` (k); `sgd_M_mean`, `sgd_M_sem` (k, p, p*);
//! `sgd_Q_mean`, `sgd_Q_sem` (k, p, p); `sgd_final_M` (R, p, p*), `sgd_final_Q` (R, p, p), `sgd_final_risk`,
//! `sgd_alpha_half`, `sgd_alpha_diverged` (R).

use std::io::{self, Write};

use npyz::{AutoSerialize, WriterBuilder as _};

use super::RunData;
use super::zip::ZipWriter;
use crate::model::nested_rows;
use crate::sim::sgd::{EnsembleReport, Rows};

/// Writes the arrays of a run.
///
/// # Errors
/// Whatever the writer says, or more than the 4 GiB of an archive.
pub fn write_npz<W: Write>(writer: &mut W, data: &RunData) -> io::Result<()> {
    let (p, p_star) = (data.scenario.model.p as u64, data.scenario.model.p_star as u64);
    let (ode, count) = (&data.ode, data.ode.alpha.len() as u64);
    let mut archive = ZipWriter::new(writer);
    let mut numbers = |name: &str, shape: &[u64], values: &[f64]| add(&mut archive, name, shape, values);
    numbers("alpha", &[count], &ode.alpha)?;
    numbers("risk", &[count], &ode.risk)?;
    numbers("distance", &[count], &filled(&ode.distance))?;
    numbers("distance_m", &[count], &filled(&ode.distance_m))?;
    numbers("distance_q", &[count], &filled(&ode.distance_q))?;
    numbers("s_drift", &[count], &filled(&ode.s_drift))?;
    numbers("M", &[count, p, p_star], &ode.m.concat().concat())?;
    numbers("Q", &[count, p, p], &ode.q.concat().concat())?;
    numbers("T", &[p_star, p_star], &nested_rows(&data.teacher).concat())?;
    let missing = |entries: u64| vec![f64::NAN; entries as usize];
    let rho_bar = data.rho_bar.as_ref();
    let m_bar = rho_bar.map_or_else(|| missing(p * p_star), |at| at.m.concat());
    let q_bar = rho_bar.map_or_else(|| missing(p * p), |at| at.q.concat());
    numbers("rho_bar_M", &[p, p_star], &m_bar)?;
    numbers("rho_bar_Q", &[p, p], &q_bar)?;
    numbers("alpha_half", &[], &filled(&[data.events.alpha_half]))?;
    numbers("alpha_escape", &[], &filled(&[data.events.alpha_escape]))?;
    if let Some(sgd) = &data.sgd {
        write_ensemble(&mut archive, sgd, (p, p_star))?;
    }
    let scenario = data.scenario.to_toml().map_err(io::Error::other)?;
    add(&mut archive, "scenario", &[scenario.len() as u64], scenario.as_bytes())?;
    archive.finish()
}

fn write_ensemble<W: Write>(
    archive: &mut ZipWriter<W>,
    sgd: &EnsembleReport,
    (p, p_star): (u64, u64),
) -> io::Result<()> {
    let (count, replicas) = (sgd.alpha.len() as u64, sgd.finals.len() as u64);
    let alive: Vec<f64> = sgd.alive.iter().map(|alive| *alive as f64).collect();
    for (name, column) in
        [("alpha", &sgd.alpha), ("alive", &alive), ("risk_mean", &sgd.risk_mean), ("risk_sem", &sgd.risk_sem)]
    {
        add(archive, &format!("sgd_{name}"), &[count], column)?;
    }
    for (name, rows, cols) in [
        ("M_mean", &sgd.m_mean, p_star),
        ("M_sem", &sgd.m_sem, p_star),
        ("Q_mean", &sgd.q_mean, p),
        ("Q_sem", &sgd.q_sem, p),
    ] {
        add(archive, &format!("sgd_{name}"), &[count, p, cols], &rows.concat().concat())?;
    }
    let finals = || sgd.finals.iter();
    let flat = |rows: &Rows| rows.concat();
    let m: Vec<f64> = finals().flat_map(|replica| flat(&replica.m)).collect();
    let q: Vec<f64> = finals().flat_map(|replica| flat(&replica.q)).collect();
    add(archive, "sgd_final_M", &[replicas, p, p_star], &m)?;
    add(archive, "sgd_final_Q", &[replicas, p, p], &q)?;
    let risk: Vec<f64> = finals().map(|replica| replica.risk).collect();
    let half: Vec<Option<f64>> = finals().map(|replica| replica.alpha_half).collect();
    let diverged: Vec<Option<f64>> = finals().map(|replica| replica.alpha_diverged).collect();
    add(archive, "sgd_final_risk", &[replicas], &risk)?;
    add(archive, "sgd_alpha_half", &[replicas], &filled(&half))?;
    add(archive, "sgd_alpha_diverged", &[replicas], &filled(&diverged))
}

/// Adds an array under a name.
pub(super) fn add<W: Write, T: AutoSerialize + Copy>(
    archive: &mut ZipWriter<W>,
    name: &str,
    shape: &[u64],
    values: &[T],
) -> io::Result<()> {
    let mut bytes = Vec::new();
    let mut array = npyz::WriteOptions::new().default_dtype().shape(shape).writer(&mut bytes).begin_nd()?;
    array.extend(values.iter().copied())?;
    array.finish()?;
    archive.add(&format!("{name}.npy"), &bytes)
}

fn filled(column: &[Option<f64>]) -> Vec<f64> {
    column.iter().map(|value| value.unwrap_or(f64::NAN)).collect()
}
