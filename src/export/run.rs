//! The data of one run in the format its file name asks for.

use std::io::{self, Write};
use std::path::Path;

use super::file::megabytes;
use super::sheet::extension_of;
use super::zip::MAX_ARCHIVE_BYTES;
use super::{FileError, RunData, check_room, write_csv, write_json, write_npz, write_whole};
use crate::model::Scenario;

/// Bytes of a number: exactly in an array, at least in a text of usual numbers.
const NUMBER: u64 = 8;

/// Mean, standard error, least and largest.
const MOMENTS: u64 = 4;

/// A format for the data of a run.
#[derive(Debug)]
pub struct RunFormat {
    /// The extension of its files, in lower case.
    pub extension: &'static str,
    write: fn(&mut dyn Write, &RunData) -> io::Result<()>,
}

/// All formats for the data of a run: a table with the scenario in its comments, nested lists, NumPy arrays.
pub static RUN_FORMATS: [RunFormat; 3] = [
    RunFormat { extension: "csv", write: |mut out, data| write_csv(&mut out, data) },
    RunFormat { extension: "json", write: |out, data| write_json(out, data) },
    RunFormat { extension: "npz", write: |mut out, data| write_npz(&mut out, data) },
];

impl RunFormat {
    /// The format told by a path's extension.
    ///
    /// # Errors
    /// [`FileError::UnknownFormat`] for any extension that no format has.
    pub fn of(path: &Path) -> Result<&'static Self, FileError> {
        let extension = extension_of(path);
        let found = RUN_FORMATS.iter().find(|format| Some(format.extension) == extension.as_deref());
        found.ok_or_else(|| FileError::unknown_format(path, &RUN_FORMATS.each_ref().map(|row| row.extension)))
    }
}

/// Checks that the data of a run at so many times have room at `path` and in its format.
///
/// # Errors
/// They have none: what they take at least, and what there is.
pub fn check_run_room(path: &Path, scenario: &Scenario, times: usize) -> Result<(), FileError> {
    let needed = least_bytes(scenario, times as u64);
    if RunFormat::of(path)?.extension == "npz" && needed > MAX_ARCHIVE_BYTES {
        let (needed, most) = (megabytes(needed), megabytes(MAX_ARCHIVE_BYTES));
        return Err(FileError::TooLarge { path: path.to_owned(), needed, most, format: "an .npz archive" });
    }
    check_room(path, needed)
}

/// Bytes that M and Q of the ODEs, and their moments and last values over the replicas, take at least.
fn least_bytes(scenario: &Scenario, times: u64) -> u64 {
    let (p, p_star) = (scenario.model.p as u64, scenario.model.p_star as u64);
    let entries = p * (p + p_star);
    let replicas = scenario.sgd.as_ref().map_or(0, |sgd| sgd.replicas as u64);
    let moments = if replicas > 0 { MOMENTS } else { 0 };
    let numbers = times.saturating_mul(1 + moments).saturating_add(replicas).saturating_mul(entries);
    numbers.saturating_mul(NUMBER)
}

/// Writes the data of a run, whole or not at all, in the format told by the extension of `path`.
///
/// # Errors
/// An unknown extension, a target that cannot be written, or a failure on the way.
pub fn write_run(path: &Path, data: &RunData) -> Result<(), FileError> {
    let format = RunFormat::of(path)?;
    write_whole(path, |writer| (format.write)(writer, data))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ScenarioSpec, SgdSection};
    use crate::sim;

    #[test]
    fn what_a_run_takes_at_least_is_what_its_arrays_take_but_for_their_headers() {
        let mut spec = ScenarioSpec::default();
        (spec.model.p, spec.model.p_star) = (20, 16);
        spec.time.alphas = (0..200).map(f64::from).collect();
        let scenario = Scenario::new(spec).unwrap();
        let (trajectory, summary) = sim::run(&scenario);
        let mut bytes = Vec::new();
        write_npz(&mut bytes, &RunData::new(&scenario, &trajectory, &summary)).unwrap();
        let (least, is) = (least_bytes(&scenario, 200), bytes.len() as u64);
        assert!(least <= is && is < least + least / 10, "{least} and {is}");
    }

    #[test]
    fn an_archive_that_its_format_cannot_hold_is_refused_before_the_run() {
        let folder = tempfile::tempdir().unwrap();
        let mut spec = ScenarioSpec::default();
        (spec.model.p, spec.model.p_star) = (64, 64);
        spec.sgd = Some(SgdSection { n: 1000, replicas: 50_000, ..SgdSection::default() });
        let scenario = Scenario::new(spec).unwrap();
        check_run_room(&folder.path().join("a.npz"), &scenario, 1).unwrap();
        let refused = check_run_room(&folder.path().join("a.npz"), &scenario, 10_000).unwrap_err();
        assert!(refused.to_string().contains("an .npz archive holds at most 4295 MB"), "{refused}");
    }
}
