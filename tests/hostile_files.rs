//! Files as accidents and strangers leave them: cut, spliced, with bits, numbers and words changed. Each is read as a
//! valid file of its kind or refused in one line of plain words; no panic, nothing endless, nothing unbounded.
//!
//! A few thousand cases of every kind from fixed seeds; a hundred thousand with SADDLESCOPE_FUZZ=deep, which prints
//! what it tried.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and prints what it tried"
)]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use saddlescope::export::{
    PaperStyle, Provenance, Resumed, RunData, SweepTaking, UnfinishedSweep, load_command, load_pinned,
    load_scenario, load_start, load_state, load_sweep, merge_sweeps, read_checkpoint, scenario_from_text,
    write_checkpoint, write_run, write_sheet,
};
use saddlescope::figure::paper::conserved_sheet;
use saddlescope::figure::{RunData as Drawn, Scale};
use saddlescope::model::{Scenario, ScenarioSpec, SgdSection};
use saddlescope::sim::FinishedRun;
use saddlescope::sim::ensemble::{EnsembleOptions, EnsembleRun};
use saddlescope::sim::sweep::{Shard, Sweep, SweepRun, SweepSpec};

/// Cases of each kind, and how many when asked for more.
const CASES: u64 = 2_000;
const DEEP: u64 = 100_000;

/// No file of these sizes may take longer, on a machine that does something else as well.
const LONGEST: Duration = Duration::from_secs(10);

/// A message beyond this is no line that anyone reads.
const LONGEST_LINE: usize = 600;

/// Words of programmers that have no place in a message.
const JARGON: [&str; 12] = [
    "panicked",
    "expected usize",
    "i128",
    "u128",
    "Option",
    "None",
    "Some(",
    "os error",
    "entity not found",
    "Utf8Error",
    "::",
    "src/",
];

/// What takes the place of a word or a number.
const WORDS: [&str; 34] = [
    "0",
    "-1",
    "1e400",
    "-1e400",
    "1e-400",
    "NaN",
    "nan",
    "inf",
    "null",
    "true",
    "1e308",
    "5e-324",
    "18446744073709551616",
    "9223372036854775807",
    "\"\"",
    "[]",
    "{}",
    "[[]]",
    "[1e308,1e308]",
    "\"../../../etc/passwd\"",
    "\"/dev/zero\"",
    "#",
    "\n",
    "\u{0}",
    "\u{feff}",
    "é",
    "=",
    "[model]",
    "p = 64",
    "\"file\"",
    "[[[[[[[[[[[[[[[[",
    "&lol;",
    "<!DOCTYPE a>",
    "0x7fffffffffffffff",
];

struct Fuzz {
    rng: Xoshiro256PlusPlus,
    name: &'static str,
    refused: u64,
    taken: u64,
}

impl Fuzz {
    fn below(&mut self, count: usize) -> usize {
        self.rng.random_range(0..count.max(1))
    }

    /// One of the files with a few things changed.
    fn damaged(&mut self, files: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = files[self.below(files.len())].clone();
        for _ in 0..=self.below(4) {
            self.damage(&mut bytes, files);
        }
        bytes
    }

    fn damage(&mut self, bytes: &mut Vec<u8>, files: &[Vec<u8>]) {
        let at = self.below(bytes.len());
        match self.below(9) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << self.below(8),
            1 if !bytes.is_empty() => bytes[at] = self.below(256) as u8,
            2 => bytes.truncate(at),
            3 => {
                let end = (at + self.below(64)).min(bytes.len());
                bytes.drain(at..end);
            }
            4 => {
                let end = (at + self.below(64)).min(bytes.len());
                let part = bytes[at..end].to_vec();
                let to = self.below(bytes.len());
                bytes.splice(to..to, part);
            }
            5 => {
                let other = &files[self.below(files.len())];
                let from = self.below(other.len());
                bytes.truncate(at);
                bytes.extend(&other[from..]);
            }
            6 => {
                let word = WORDS[self.below(WORDS.len())].as_bytes().to_vec();
                bytes.splice(at..at, word);
            }
            _ => self.replace_word(bytes, at),
        }
    }

    /// Puts something else in place of the word or number from `at` on.
    fn replace_word(&mut self, bytes: &mut Vec<u8>, at: usize) {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-+".contains(byte);
        let Some(begin) = bytes.iter().skip(at).position(is_part).map(|skipped| at + skipped) else { return };
        let length = bytes[begin..].iter().take_while(|byte| is_part(byte)).count();
        let word = WORDS[self.below(WORDS.len())].as_bytes().to_vec();
        bytes.splice(begin..begin + length, word);
    }

    /// Notes what was made of a case.
    fn note<X, E: std::fmt::Display>(&mut self, case: u64, bytes: &[u8], read: &Result<X, E>) {
        let Err(error) = read else {
            self.taken += 1;
            return;
        };
        self.refused += 1;
        let (line, name) = (error.to_string(), self.name);
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(400)]).into_owned();
        assert!(
            line.chars().count() <= LONGEST_LINE,
            "{name} {case}: a message of {} letters: {line}",
            line.len()
        );
        for word in JARGON {
            // What a file says itself may be quoted.
            let is_own = line.contains(word) && !String::from_utf8_lossy(bytes).contains(word);
            assert!(!is_own, "{name} {case}: {word:?} in {line:?}, of {shown:?}");
        }
    }
}

/// Reads damaged files of a kind, as many as there are to be.
fn fuzz<X, E: std::fmt::Display>(
    name: &'static str,
    files: &[Vec<u8>],
    mut read: impl FnMut(u64, &[u8]) -> Result<X, E>,
) {
    let deep = std::env::var("SADDLESCOPE_FUZZ").is_ok_and(|depth| depth == "deep");
    let cases = if deep { DEEP } else { CASES };
    let rng = Xoshiro256PlusPlus::seed_from_u64(name.bytes().map(u64::from).sum());
    let mut fuzz = Fuzz { rng, name, refused: 0, taken: 0 };
    for file in files {
        assert!(read(0, file).is_ok(), "{name}: a whole file is refused");
    }
    let mut longest = Duration::ZERO;
    for case in 0..cases {
        let bytes = fuzz.damaged(files);
        let begun = Instant::now();
        let found = read(case, &bytes);
        longest = longest.max(begun.elapsed());
        assert!(begun.elapsed() < LONGEST, "{name} {case}: took {:?}", begun.elapsed());
        fuzz.note(case, &bytes, &found);
    }
    println!(
        "{name}: {cases} cases, {} refused, {} taken, the longest {longest:?}",
        fuzz.refused, fuzz.taken
    );
    assert!(
        fuzz.refused > cases / 20 && fuzz.taken > 0,
        "{name}: {} refused, {} taken",
        fuzz.refused,
        fuzz.taken
    );
}

fn spec() -> ScenarioSpec {
    let mut spec = ScenarioSpec::default();
    (spec.model.p, spec.model.p_star, spec.model.eta) = (3, 2, 0.1);
    spec.time.alphas = vec![0.0, 1.0, 2.0];
    spec
}

fn with_sgd() -> ScenarioSpec {
    ScenarioSpec { sgd: Some(SgdSection { n: 40, replicas: 3, ..SgdSection::default() }), ..spec() }
}

/// A scenario with every section written out.
fn texts() -> Vec<Vec<u8>> {
    let written_out = Scenario::new(spec()).unwrap().self_contained();
    [spec(), with_sgd(), written_out].iter().map(|spec| spec.to_toml().unwrap().into_bytes()).collect()
}

const START: &str = r#"{"p": 3, "p_star": 2, "T": [[1.0, 0.1], [0.1, 1.0]], "eta": 0.1, "N": 100,
 "M0": [[0.1, 0.2], [0.3, -0.1], [0.0, 0.4]], "Q0": [[1.0, 0.1, 0.0], [0.1, 1.0, 0.2], [0.0, 0.2, 1.0]]}"#;
const STATE: &str = r#"{"p": 3, "p_star": 2, "T": [[1.0, 0.1], [0.1, 1.0]], "eta": 0.1, "N": 100,
 "M": [[0.1, 0.2], [0.3, -0.1], [0.0, 0.4]], "Q": [[1.0, 0.1, 0.0], [0.1, 1.0, 0.2], [0.0, 0.2, 1.0]]}"#;
const SWEEP: &str = "[model]\np = 3\np_star = 2\n[time]\nalpha_max = 5\n[sweep]\n\
    eta = { from = 0.1, to = 0.4, steps = 3, scale = \"log\" }\nepsilon = [1e-3, 1e-2]\nseeds = 2\nstop = \"half\"\n";

/// What is read back of a scenario is what it says.
fn assert_reads_back(scenario: &Scenario) {
    let spec = scenario.spec();
    let text = spec.to_toml().unwrap();
    assert_eq!(ScenarioSpec::from_toml(&text).as_ref(), Ok(spec), "{text}");
}

#[test]
fn scenarios() {
    fuzz("scenario", &texts(), |_, bytes| {
        let text = String::from_utf8_lossy(bytes);
        let spec = scenario_from_text(&text)?;
        let scenario = Scenario::new(spec).map_err(|error| error.to_string())?;
        assert_reads_back(&scenario);
        Ok::<_, String>(())
    });
}

/// Writes each case to a file of its own name and reads that.
fn fuzz_files<X, E: std::fmt::Display>(
    name: &'static str,
    ending: &str,
    files: &[Vec<u8>],
    read: impl Fn(&Path) -> Result<X, E>,
) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("a.{ending}"));
    fuzz(name, files, |_, bytes| {
        fs::write(&path, bytes).unwrap();
        read(&path)
    });
}

#[test]
fn starts_and_states() {
    fuzz_files("start", "json", &[START.replace("\"eta\": 0.1, \"N\": 100,", "").into_bytes()], load_start);
    fuzz_files("state", "json", &[STATE.as_bytes().to_vec()], |path| {
        let state = load_state(path)?;
        let at = &state.given;
        // What `inspect` computes of it.
        let spectrum = saddlescope::model::hessian_spectrum(&at.state, &at.teacher, state.n);
        let risk = saddlescope::model::risk(&at.state, &at.teacher);
        assert!(risk.is_finite() && risk > -1e-6 * at.state.q().norm_squared().max(1.0), "risk {risk}");
        assert!(spectrum.span.iter().all(|value| value.is_finite()));
        Ok::<_, saddlescope::export::LoadError>(())
    });
}

#[test]
fn sweeps() {
    fuzz_files("sweep", "toml", &[SWEEP.as_bytes().to_vec()], |path| {
        let sweep = load_sweep(path)?;
        assert!(sweep.rows() > 0);
        // Valid or not, it says so.
        let _ = sweep.point(sweep.rows() - 1);
        Ok::<_, saddlescope::export::LoadError>(())
    });
}

/// Every file that carries a scenario, as the program writes it.
fn carriers(folder: &Path) -> Vec<(&'static str, Vec<u8>)> {
    let scenario = Scenario::new(spec()).unwrap();
    let run = FinishedRun::of(scenario);
    let FinishedRun { scenario, trajectory, summary, .. } = &run;
    let data = RunData::new(scenario, trajectory, summary);
    let sheet = conserved_sheet(&Drawn { alpha_scale: Scale::Linear, ..Drawn::of(&run) });
    let made = Provenance::new(scenario.spec()).unwrap().with_command("saddlescope figure 4 -o figures");
    let made = made.with_pin("pinned", scenario.spec()).unwrap();
    let mut found = Vec::new();
    for ending in ["csv", "json", "npz"] {
        let path = folder.join(format!("run.{ending}"));
        write_run(&path, &data).unwrap();
        found.push((ending, fs::read(path).unwrap()));
    }
    for ending in ["svg", "pdf", "png"] {
        let path = folder.join(format!("sheet.{ending}"));
        let style = PaperStyle { dpi: 40.0, ..PaperStyle::double_column() };
        write_sheet(&path, &sheet, &style, &made).unwrap();
        found.push((ending, fs::read(path).unwrap()));
    }
    found
}

#[test]
fn files_that_carry_a_scenario() {
    let folder = tempfile::tempdir().unwrap();
    for (ending, bytes) in carriers(folder.path()) {
        let name: &'static str = match ending {
            "csv" => "result as CSV",
            "json" => "result as JSON",
            "npz" => "result as NPZ",
            "svg" => "picture as SVG",
            "pdf" => "picture as PDF",
            _ => "picture as PNG",
        };
        fuzz_files(name, ending, &[bytes], |path| {
            // Neither may break, whatever the third says.
            let (_, _) = (load_command(path), load_pinned(path, 1));
            let scenario = load_scenario(path)?;
            assert_reads_back(&scenario);
            Ok::<_, saddlescope::export::LoadError>(())
        });
    }
}

#[test]
fn unfinished_tables() {
    let folder = tempfile::tempdir().unwrap();
    let sweep = Sweep::new(SweepSpec::from_toml(SWEEP).unwrap()).unwrap();
    let output = folder.path().join("grid.csv");
    let part = folder.path().join("grid.csv.part");
    let mut unfinished =
        UnfinishedSweep::create(&output, &sweep, &Shard::WHOLE, SweepTaking::default()).unwrap();
    let rows = std::sync::Mutex::new(Vec::new());
    SweepRun::new(sweep.clone(), Shard::WHOLE).advance(6, &|| false, &|row| rows.lock().unwrap().push(row));
    rows.into_inner().unwrap().iter().for_each(|row| unfinished.push(row).unwrap());
    drop(unfinished);
    let bytes = fs::read(&part).unwrap();
    fuzz("unfinished table", &[bytes], |_, bytes| {
        fs::write(&part, bytes).unwrap();
        let merged = folder.path().join("all.csv");
        // Not all rows are there: it is refused in any case.
        let joined = merge_sweeps(std::slice::from_ref(&part), &merged, true);
        assert!(joined.is_err() && !merged.exists(), "{}", fs::read_to_string(&part).unwrap());
        match UnfinishedSweep::resume(&output, &sweep, &Shard::WHOLE, SweepTaking::default())? {
            Resumed::GoesOn(_, rows) => assert!(rows.iter().all(|row| *row < 12), "{rows:?}"),
            Resumed::Finished(_) => panic!("nothing was finished"),
        }
        Ok::<_, saddlescope::export::SweepFileError>(())
    });
}

#[test]
fn states_of_ensembles() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.json.part");
    let scenario = Scenario::new(with_sgd()).unwrap();
    let grid = [0.0, 1.0, 2.0];
    let mut run = EnsembleRun::with_options(&scenario, &grid, EnsembleOptions::default()).unwrap();
    run.advance(30, &|| false);
    write_checkpoint(&path, &scenario, &mut run).unwrap();
    let bytes = fs::read(&path).unwrap();
    fuzz("state of an ensemble", &[bytes], |_, bytes| {
        fs::write(&path, bytes).unwrap();
        let read = read_checkpoint(&path, &scenario, &grid, EnsembleOptions::default(), &mut |_| ())?;
        assert!(read.is_some_and(|run| run.replica_count() == 3));
        Ok::<_, saddlescope::export::LoadError>(())
    });
}
