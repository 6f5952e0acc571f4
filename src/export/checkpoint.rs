//! Checkpoints: the exact state of an unfinished ensemble beside the result that it will be part of, `OUT.part`.
//!
//! A first line with the format, the scenario's text with its length, the state of every replica and of its random
//! streams, and a checksum of all that. A run that goes on from one ends in the same bytes as one that was never
//! stopped. Written whole or not at all, like any other file.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crc32fast::Hasher;

use super::LoadError;
use super::file::write_whole;
use super::file_error::FileError;
use super::reason;
use crate::model::Scenario;
use crate::sim::ensemble::{EnsembleOptions, EnsembleRun, RestoreError};

/// The first line.
const MAGIC: &[u8] = b"saddlescope checkpoint 1\n";

/// Bytes of the checksum at the end.
const SUM: u64 = 4;

/// Longest text of a scenario in one.
const MAX_TEXT: u64 = 64 << 20;

/// Bytes that are read at a time for the checksum.
const BLOCK: usize = 1 << 16;

/// Where the checkpoint of a result is kept.
pub fn checkpoint_path(output: &Path) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

/// The state of a row of a sweep that was not finished.
pub fn row_checkpoint_path(target: &Path, index: u64) -> PathBuf {
    let mut name = checkpoint_path(target).into_os_string();
    name.push(format!("-{index}"));
    PathBuf::from(name)
}

/// The state of any row of the sweep at `target` that was not finished, if there is one.
pub fn find_row_checkpoint(target: &Path) -> Option<PathBuf> {
    let checkpoint = checkpoint_path(target);
    let folder =
        checkpoint.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let begin = format!("{}-", checkpoint.file_name()?.to_str()?);
    let is_row = |name: &str| name.strip_prefix(&begin).is_some_and(|index| index.parse::<u64>().is_ok());
    let names = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.file_name());
    let found = names.filter(|name| name.to_str().is_some_and(is_row)).min()?;
    Some(checkpoint.with_file_name(found)).filter(|path| is_checkpoint(path))
}

/// Writes the state of an ensemble of a scenario.
///
/// # Errors
/// A file that cannot be written; what stood there is then as it was.
pub fn write_checkpoint(path: &Path, scenario: &Scenario, run: &mut EnsembleRun) -> Result<(), FileError> {
    let text = text_of(scenario);
    write_whole(path, |writer| {
        let mut out = Summed { inner: writer, hasher: Hasher::new() };
        out.write_all(MAGIC)?;
        out.write_all(&(text.len() as u64).to_le_bytes())?;
        out.write_all(text.as_bytes())?;
        run.save(&mut out)?;
        let sum = out.hasher.clone().finalize();
        out.inner.write_all(&sum.to_le_bytes())
    })
}

/// Reads the state back, for the same scenario, times and options; `None` if there is no such file. `made` hears how
/// many replicas there are so far.
///
/// # Errors
/// A file that cannot be read, was changed, is no checkpoint or is one of another run.
pub fn read_checkpoint(
    path: &Path,
    scenario: &Scenario,
    grid: &[f64],
    options: EnsembleOptions,
    made: &mut dyn FnMut(usize),
) -> Result<Option<EnsembleRun>, LoadError> {
    let unreadable = |reason: String| LoadError::Unreadable { path: path.to_owned(), reason };
    let kind = match fs::metadata(path) {
        Ok(kind) => kind,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(reason(&error))),
    };
    if !kind.is_file() {
        return Err(unreadable(String::from("it is not a regular file")));
    }
    let opened = File::open(path).and_then(|file| checked(file, kind.len()));
    let state = opened.map_err(|error| unreadable(reason(&error)))?;
    let mut state = state.map_err(|words| unreadable(words.to_owned()))?;
    if !is_of(&mut state, scenario).map_err(|error| unreadable(reason(&error)))? {
        let other = "it is of a run of another scenario; give that one, or remove it to begin anew";
        return Err(unreadable(other.to_owned()));
    }
    match EnsembleRun::restore(scenario, grid, options, &mut state, made) {
        Ok(run) => Ok(Some(run)),
        Err(RestoreError::Ensemble(error)) => Err(unreadable(error.to_string())),
        Err(RestoreError::State(_)) => Err(unreadable(String::from(
            "it does not fit this run: another version or kind of processor made it; remove it to begin anew",
        ))),
    }
}

/// Whether the state of an ensemble stands there, of whatever run.
pub fn is_checkpoint(path: &Path) -> bool {
    // Opening a pipe would wait for its other end.
    let is_file = fs::metadata(path).is_ok_and(|kind| kind.is_file());
    let begins = |mut file: File| {
        let mut begin = vec![0; MAGIC.len()];
        file.read_exact(&mut begin).map(|()| begin == MAGIC)
    };
    is_file && File::open(path).and_then(begins).unwrap_or(false)
}

/// Removes a checkpoint whose result is written; whatever else is there stays.
pub fn remove_checkpoint(path: &Path) {
    if is_checkpoint(path) {
        // What cannot be removed does no harm: the next run does not ask for it.
        let _ = fs::remove_file(path);
    }
}

/// The scenario as it is compared: what it says, with a given start written out.
fn text_of(scenario: &Scenario) -> String {
    // A scenario that cannot be written down has a seed beyond all files; every other text is its own.
    scenario.self_contained().to_toml().unwrap_or_default()
}

/// The file behind its first line, once its checksum is right; else what it is.
fn checked(mut file: File, length: u64) -> io::Result<Result<impl Read, &'static str>> {
    let mut begin = vec![0; MAGIC.len()];
    if length < MAGIC.len() as u64 + SUM {
        return Ok(Err("it is no checkpoint of a run"));
    }
    file.read_exact(&mut begin)?;
    if begin != MAGIC {
        return Ok(Err("it is no checkpoint of a run"));
    }
    let mut hasher = Hasher::new();
    hasher.update(&begin);
    let mut rest = (&file).take(length - MAGIC.len() as u64 - SUM);
    let mut block = vec![0; BLOCK];
    loop {
        let count = rest.read(&mut block)?;
        if count == 0 {
            break;
        }
        hasher.update(block.get(..count).unwrap_or_default());
    }
    let mut sum = [0; 4];
    file.read_exact(&mut sum)?;
    if hasher.finalize() != u32::from_le_bytes(sum) {
        return Ok(Err("its checksum is wrong: it was changed or cut off; remove it to begin anew"));
    }
    file.seek(SeekFrom::Start(MAGIC.len() as u64))?;
    Ok(Ok(BufReader::new(file.take(length - MAGIC.len() as u64 - SUM))))
}

/// Whether a checkpoint is one of a scenario.
fn is_of(state: &mut impl Read, scenario: &Scenario) -> io::Result<bool> {
    let mut length = [0; 8];
    state.read_exact(&mut length)?;
    let length = u64::from_le_bytes(length);
    if length > MAX_TEXT {
        return Ok(false);
    }
    let mut text = vec![0; length as usize];
    state.read_exact(&mut text)?;
    Ok(text == text_of(scenario).as_bytes())
}

/// A writer that sums up what goes through it.
struct Summed<W> {
    inner: W,
    hasher: Hasher,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.hasher.update(bytes.get(..count).unwrap_or_default());
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ScenarioSpec;
    use crate::sim::ensemble::EnsembleStatus;

    const GRID: [f64; 4] = [0.0, 1.0, 2.5, 7.0];

    fn scenario(engine: &str, start: &str) -> Scenario {
        let text = format!(
            "[model]\np = 3\np_star = 2\neta = 0.3\nlabel_noise = 0.1\n[start]\nkind = \"{start}\"\n\
             [sgd]\nn = 60\nreplicas = 11\nengine = \"{engine}\""
        );
        Scenario::new(ScenarioSpec::from_toml(&text).unwrap()).unwrap()
    }

    fn options() -> EnsembleOptions {
        EnsembleOptions { risk_curves: 2, followed: Some(1), ..EnsembleOptions::default() }
    }

    #[test]
    fn a_run_that_goes_on_from_checkpoints_ends_in_the_same_bits() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.json.part");
        for (engine, start) in [("reduced", "orthogonal"), ("reduced", "weights"), ("direct", "weights")] {
            let scenario = scenario(engine, start);
            let mut whole = EnsembleRun::with_options(&scenario, &GRID, options()).unwrap();
            assert_eq!(whole.advance(u64::MAX, &|| false), EnsembleStatus::Finished);
            for stride in [1, 37, 149] {
                let mut run = EnsembleRun::with_options(&scenario, &GRID, options()).unwrap();
                while run.advance(stride, &|| false) == EnsembleStatus::Running {
                    write_checkpoint(&path, &scenario, &mut run).unwrap();
                    run = read_checkpoint(&path, &scenario, &GRID, options(), &mut |_| ()).unwrap().unwrap();
                }
                assert_eq!(
                    format!("{:?}", run.report()),
                    format!("{:?}", whole.report()),
                    "{engine} {stride}"
                );
                assert_eq!(run.risk_curves(), whole.risk_curves());
                assert_eq!(run.followed(), whole.followed());
            }
        }
    }

    #[test]
    fn what_is_damaged_or_of_another_run_is_refused_in_one_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.json.part");
        let (own, other) = (scenario("reduced", "orthogonal"), scenario("direct", "orthogonal"));
        let read = |scenario| read_checkpoint(&path, scenario, &GRID, options(), &mut |_| ());
        assert!(read(&own).unwrap().is_none(), "nothing is there");
        let mut run = EnsembleRun::with_options(&own, &GRID, options()).unwrap();
        let _ = run.advance(70, &|| false);
        write_checkpoint(&path, &own, &mut run).unwrap();
        assert!(read(&own).unwrap().is_some());
        let words = |error: LoadError| error.to_string();
        assert!(words(read(&other).unwrap_err()).contains("another scenario"));
        let bytes = fs::read(&path).unwrap();
        for at in (0..bytes.len()).step_by(bytes.len() / 97 + 1) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x10;
            fs::write(&path, &damaged).unwrap();
            let said = words(read(&own).unwrap_err());
            assert!(!said.contains('\n') && said.contains("out.json.part"), "byte {at}: {said}");
            fs::write(&path, &bytes[..at]).unwrap();
            assert!(read(&own).is_err(), "cut off at {at}");
        }
    }
}
