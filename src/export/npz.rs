//! A run as NumPy arrays: a zip archive of .npy members, little-endian f64 in C order.
//!
//! Members, with n output times: `alpha`, `risk`, `distance`, `distance_m`, `distance_q`, `s_drift` (n); `M` (n, p, p*),
//! `Q` (n, p, p), `T` (p*, p*), `rho_bar_M` (p, p*), `rho_bar_Q` (p, p); `alpha_half`, `alpha_escape` (one number
//! each); `scenario` (the TOML's UTF-8 bytes as uint8). NaN where JSON has null.

use std::io::{self, Write};

use npyz::{AutoSerialize, WriterBuilder as _};

use super::RunData;
use super::zip::ZipWriter;
use crate::model::nested_rows;

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
    let scenario = data.scenario.to_toml().map_err(io::Error::other)?;
    add(&mut archive, "scenario", &[scenario.len() as u64], scenario.as_bytes())?;
    archive.finish()
}

fn add<W: Write, T: AutoSerialize + Copy>(
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
