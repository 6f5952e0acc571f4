//! A run as NumPy arrays: a zip archive of .npy members, little-endian f64 in C order.
//!
//! Members, with n output times: alpha, risk, distance, distance_m, distance_q, s_drift (n), M (n, p, p*),
//! Q (n, p, p), T (p*, p*), rho_bar_M (p, p*), rho_bar_Q (p, p), alpha_half and alpha_escape (one number each),
//! scenario (the TOML's UTF-8 bytes as uint8). NaN where JSON has null.

use std::io::{self, Seek, Write};

use npyz::WriterBuilder as _;
use npyz::npz::NpzWriter;

use super::RunData;
use crate::model::nested_rows;

/// Writes the arrays of a run.
///
/// # Errors
/// Whatever the writer says.
pub fn write_npz<W: Write + Seek>(writer: &mut W, data: &RunData) -> io::Result<()> {
    let (p, p_star) = (data.scenario.model.p as u64, data.scenario.model.p_star as u64);
    let (ode, count) = (&data.ode, data.ode.alpha.len() as u64);
    let mut archive = Archive { npz: NpzWriter::new(writer) };
    archive.numbers("alpha", &[count], ode.alpha.iter().copied())?;
    archive.numbers("risk", &[count], ode.risk.iter().copied())?;
    let columns = [
        ("distance", &ode.distance),
        ("distance_m", &ode.distance_m),
        ("distance_q", &ode.distance_q),
        ("s_drift", &ode.s_drift),
    ];
    for (name, column) in columns {
        archive.numbers(name, &[count], column.iter().map(|value| value.unwrap_or(f64::NAN)))?;
    }
    archive.numbers("M", &[count, p, p_star], ode.m.iter().flatten().flatten().copied())?;
    archive.numbers("Q", &[count, p, p], ode.q.iter().flatten().flatten().copied())?;
    archive.numbers("T", &[p_star, p_star], nested_rows(&data.teacher).into_iter().flatten())?;
    let rho_bar = data.rho_bar.as_ref();
    archive.matrix("rho_bar_M", [p, p_star], rho_bar.map(|at| at.m.as_slice()))?;
    archive.matrix("rho_bar_Q", [p, p], rho_bar.map(|at| at.q.as_slice()))?;
    for (name, when) in
        [("alpha_half", data.events.alpha_half), ("alpha_escape", data.events.alpha_escape)]
    {
        archive.numbers(name, &[], [when.unwrap_or(f64::NAN)])?;
    }
    let scenario = data.scenario.to_toml().map_err(io::Error::other)?;
    archive.bytes("scenario", scenario.as_bytes())?;
    // Dropping the archive would finish it too, but in silence if the disk is full.
    archive.npz.zip_writer().finish()?;
    Ok(())
}

struct Archive<W: Write + Seek> {
    npz: NpzWriter<W>,
}

impl<W: Write + Seek> Archive<W> {
    fn numbers(
        &mut self,
        name: &str,
        shape: &[u64],
        values: impl IntoIterator<Item = f64>,
    ) -> io::Result<()> {
        let mut array = self.npz.array(name, Default::default())?.default_dtype().shape(shape).begin_nd()?;
        array.extend(values)?;
        array.finish()
    }

    /// A matrix, or NaN in its place.
    fn matrix(&mut self, name: &str, shape: [u64; 2], rows: Option<&[Vec<f64>]>) -> io::Result<()> {
        match rows {
            Some(rows) => self.numbers(name, &shape, rows.iter().flatten().copied()),
            None => self.numbers(name, &shape, (0..shape[0] * shape[1]).map(|_| f64::NAN)),
        }
    }

    fn bytes(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let shape = [bytes.len() as u64];
        let mut array = self.npz.array(name, Default::default())?.default_dtype().shape(&shape).begin_nd()?;
        array.extend(bytes.iter().copied())?;
        array.finish()
    }
}
