//! `sweep` and `merge` as a black box: killed and resumed, cut into shards and joined, on a full disk, with bad input.
//!
//! However a sweep was run, its file has the same bytes; whatever goes wrong is one line, and OUT.csv whole or absent.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[expect(dead_code, unused_imports, reason = "a part of what the command-line tests share is enough here")]
mod support;

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rand::{RngExt as _, SeedableRng as _};
use saddlescope::sim::sweep::{Shard, Sweep, SweepSpec};
use support::Folder;

/// Runs of milliseconds: long enough to be killed within, and enough of them to be killed between.
const SMALL: &str =
    "[model]\np = 3\n[sweep]\neta = { from = 0.1, to = 1.0, steps = 10, scale = \"log\" }\nseeds = 6\n";

/// Every kind of ending, replicas included.
const MIXED: &str = "[model]\np_star = 2\n[sgd]\nreplicas = 2\n[sweep]\np = [2, 4]\neta = [0.2, 2.0]\n\
                     epsilon = [0.01, 0.5]\nn = [6, 100]\nseeds = 2\n";

impl Folder {
    fn spawn(&self, arguments: &[&str]) -> Child {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("saddlescope"));
        command.args(arguments).current_dir(self.path("")).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().unwrap()
    }

    /// Complete lines of a file; 0 if it is not there.
    fn lines(&self, name: &str) -> usize {
        fs::read_to_string(self.path(name)).map_or(0, |text| text.matches('\n').count())
    }
}

/// A folder with a sweep and its undisturbed result in whole.csv.
fn undisturbed(sweep: &str) -> Folder {
    let folder = Folder::new();
    folder.write("s.toml", sweep);
    let line = folder.succeed(&["sweep", "s.toml", "-o", "whole.csv"]);
    assert!(line.starts_with("whole.csv: ") && line.contains(" rows ("), "{line}");
    assert_eq!(folder.names(), ["s.toml", "whole.csv"], "no unfinished file stays");
    folder
}

/// The line of the header, from 1, that the first row stands in.
fn first_row(folder: &Folder, name: &str) -> usize {
    folder.read(name).lines().take_while(|line| line.starts_with('#')).count() + 2
}

#[test]
fn a_table_has_one_row_per_point_and_carries_its_sweep() {
    let folder = undisturbed(MIXED);
    let mut reader =
        csv::ReaderBuilder::new().comment(Some(b'#')).from_path(folder.path("whole.csv")).unwrap();
    let names = reader.headers().unwrap().clone();
    let place = |name: &str| names.iter().position(|found| found == name).unwrap();
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let sweep = Sweep::new(SweepSpec::from_toml(MIXED).unwrap()).unwrap();
    assert_eq!(records.len() as u64, sweep.rows());
    let mut words = std::collections::BTreeSet::new();
    for (index, record) in records.iter().enumerate() {
        let at = sweep.parameters(index as u64);
        let field = |name| &record[place(name)];
        assert_eq!(field("index").parse::<usize>().unwrap(), index);
        assert_eq!(["p", "n"].map(|key| field(key).parse().ok()), ["p", "n"].map(|key| at.value(key)));
        assert_eq!(field("eta").parse::<f64>().unwrap().to_bits(), at.value("eta").unwrap().to_bits());
        assert_eq!(field("seed").parse::<u64>().unwrap(), at.seed);
        words.insert(field("outcome").split(':').next().unwrap().to_owned());
    }
    for word in ["converged", "diverged", "done", "invalid"] {
        assert!(words.contains(word), "{word}: {words:?}");
    }
    let text = folder.read("whole.csv");
    let comments: Vec<&str> = text.lines().map_while(|line| line.strip_prefix('#')).map(str::trim).collect();
    let written = comments.iter().skip(1).take_while(|line| !line.starts_with("rows: "));
    let written = written.copied().collect::<Vec<_>>().join("\n");
    assert_eq!(SweepSpec::from_toml(&written).unwrap(), SweepSpec::from_toml(MIXED).unwrap());
}

#[test]
fn numbers_that_were_not_reached_are_empty() {
    let folder = undisturbed(SMALL);
    let column = |name: &str| -> Vec<f64> {
        let mut reader =
            csv::ReaderBuilder::new().comment(Some(b'#')).from_path(folder.path("whole.csv")).unwrap();
        let place = reader.headers().unwrap().iter().position(|column| column == name).unwrap();
        let number = |text: &str| if text.is_empty() { f64::NAN } else { text.parse().unwrap() };
        reader.records().map(|record| number(&record.unwrap()[place])).collect()
    };
    assert!(column("n").iter().chain(&column("sgd_halved")).all(|value| value.is_nan()));
    let (risk, half, eta) = (column("risk"), column("alpha_half"), column("eta"));
    // Beyond 0.9248 there is no plateau for p = p* = 3.
    for row in 0..60 {
        assert_eq!((risk[row].is_nan(), half[row].is_nan()), (eta[row] > 0.93, eta[row] > 0.93), "{row}");
    }
}

#[cfg(unix)]
#[test]
fn a_sweep_killed_again_and_again_and_resumed_ends_with_the_bytes_of_an_undisturbed_one() {
    let folder = undisturbed(SMALL);
    let rows = folder.lines("whole.csv");
    let head = first_row(&folder, "whole.csv") - 1;
    for seed in 1..=4 {
        let mut rng = rand_xoshiro::Xoshiro256PlusPlus::seed_from_u64(seed);
        let (mut killed, mut before) = (0, 0);
        while killed < 6 {
            let mut child = folder.spawn(&["sweep", "s.toml", "-o", "out.csv", "--resume"]);
            // At a random moment after a random number of rows: within a row, between two, while it starts or ends.
            let enough = before + rng.random_range(0..rows / 4);
            while folder.lines("out.csv.part") < enough && child.try_wait().unwrap().is_none() {
                std::thread::sleep(Duration::from_micros(200));
            }
            std::thread::sleep(Duration::from_micros(rng.random_range(0..5000)));
            child.kill().unwrap();
            child.wait().unwrap();
            let kept = folder.lines("out.csv.part");
            if folder.path("out.csv").exists() {
                assert_eq!(folder.read("out.csv"), folder.read("whole.csv"), "whole or absent");
                break;
            }
            assert!(kept >= before, "{kept} lines, {before} before the last kill");
            (before, killed) = (kept, killed + 1);
        }
        folder.succeed(&["sweep", "s.toml", "-o", "out.csv", "--resume"]);
        assert_eq!(folder.read("out.csv"), folder.read("whole.csv"));
        assert!(before == 0 || before >= head);
        // A kill between the last rename and the removal leaves an unfinished file that is complete.
        let _ = fs::remove_file(folder.path("out.csv.part"));
        fs::remove_file(folder.path("out.csv")).unwrap();
        let stray: Vec<_> =
            folder.names().into_iter().filter(|name| !name.starts_with(".saddlescope-")).collect();
        assert_eq!(stray, ["s.toml", "whole.csv"]);
    }
}

#[test]
fn resuming_computes_what_is_missing_and_drops_a_torn_line() {
    let folder = undisturbed(SMALL);
    let whole = folder.read("whole.csv");
    let head = first_row(&folder, "whole.csv") - 1;
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    let (header, rows) = (lines[..head].concat(), &lines[head..]);
    // In any order, and torn anywhere: also within the header, and right before the line's end.
    let kept = [rows[40], rows[3], rows[17]].concat();
    let cut = |text: &str, at: usize| text[..at].to_owned();
    let torn = [0, 1, 9, rows[5].len() - 1].map(|at| format!("{header}{kept}{}", cut(rows[5], at)));
    let begun = [0, 3, header.len() - 1, header.len()].map(|at| cut(&header, at));
    for (part, computed) in torn.iter().map(|part| (part, 57)).chain(begun.iter().map(|part| (part, 60))) {
        folder.write("out.csv.part", part);
        let line = folder.succeed(&["sweep", "s.toml", "-o", "out.csv", "--resume"]);
        assert!(
            line.contains(&format!("60 rows (converged 54, diverged 6); {computed} computed in ")),
            "{line}"
        );
        assert_eq!(folder.read("out.csv"), whole);
        assert_eq!(folder.names(), ["out.csv", "s.toml", "whole.csv"]);
        fs::remove_file(folder.path("out.csv")).unwrap();
    }
    // Nothing is missing: nothing is computed.
    folder.write("out.csv.part", &whole);
    assert!(folder.succeed(&["sweep", "s.toml", "-o", "out.csv", "--resume"]).ends_with("; 0 computed\n"));
    let line = folder.succeed(&["sweep", "s.toml", "-o", "out.csv", "--resume"]);
    assert!(line.ends_with("; it was finished\n"), "{line}");
    assert_eq!(folder.read("out.csv"), whole);
    folder.write("out.csv", &lines[..head + 50].concat());
    let message = folder.fail(2, &["sweep", "s.toml", "-o", "out.csv", "--resume"]);
    assert!(message.contains("out.csv: 10 of 60 rows are missing: row 50 is the first"), "{message}");
}

#[test]
fn an_unfinished_sweep_is_neither_thrown_away_nor_mixed_with_another() {
    let folder = undisturbed(SMALL);
    let whole = folder.read("whole.csv");
    let head = first_row(&folder, "whole.csv") - 1;
    let half: String = whole.split_inclusive('\n').take(head + 20).collect();
    folder.write("out.csv.part", &half);
    let message = folder.fail(2, &["sweep", "s.toml", "-o", "out.csv"]);
    assert!(message.contains("out.csv.part: an unfinished sweep is there; add --resume"), "{message}");
    folder.write("other.toml", &SMALL.replace("seeds = 6", "seeds = 7"));
    let message = folder.fail(2, &["sweep", "other.toml", "-o", "out.csv", "--resume"]);
    assert!(
        message.contains("it is of another sweep: line ")
            && message.contains("says `seeds = 6`, here it is `seeds = 7`"),
        "{message}"
    );
    let message = folder.fail(2, &["sweep", "other.toml", "-o", "whole.csv", "--resume"]);
    assert!(message.contains("whole.csv: it is of another sweep"), "{message}");
    let message = folder.fail(2, &["sweep", "s.toml", "-o", "out.csv", "--resume", "--shard", "1/2"]);
    assert!(message.contains("here it is `shard: 1 of 2`"), "{message}");
    folder.write("out.csv.part", &half.replace("saddlescope 0", "saddlescope 99"));
    let message = folder.fail(2, &["sweep", "s.toml", "-o", "out.csv", "--resume"]);
    assert!(message.contains("line 1 says `saddlescope 99."), "{message}");
    let damaged = half.replacen("\n7,", "\n7;", 1);
    let line = 1 + damaged.lines().position(|line| line.starts_with("7;")).unwrap();
    folder.write("out.csv.part", &damaged);
    let message = folder.fail(2, &["sweep", "s.toml", "-o", "out.csv", "--resume"]);
    assert!(message.contains(&format!("out.csv.part: line {line}: not a row of this sweep")), "{message}");
    assert_eq!(folder.read("out.csv.part"), damaged);
    assert!(!folder.path("out.csv").exists());
}

#[test]
fn shards_joined_in_any_order_are_the_undivided_sweep() {
    for sweep in [SMALL, MIXED] {
        let folder = undisturbed(sweep);
        for number in 1..=3 {
            let (output, shard) = (format!("part{number}.csv"), format!("{number}/3"));
            folder.succeed(&["sweep", "s.toml", "-o", &output, "--shard", &shard]);
            assert!(folder.read(&output).contains(&format!("\n# shard: {number} of 3\n")));
        }
        folder.succeed(&["merge", "part3.csv", "part1.csv", "part2.csv", "-o", "out.csv"]);
        assert_eq!(folder.read("out.csv"), folder.read("whole.csv"));
        // One share is the whole, and a whole merges to itself.
        folder.succeed(&["sweep", "s.toml", "-o", "one.csv", "--shard", "1/1"]);
        folder.succeed(&["merge", "one.csv", "-o", "again.csv"]);
        assert_eq!(folder.read("again.csv"), folder.read("whole.csv"));
    }
}

#[test]
fn what_cannot_be_joined_is_named() {
    let folder = undisturbed(SMALL);
    for number in 1..=4 {
        let (output, shard) = (format!("part{number}.csv"), format!("{number}/4"));
        folder.succeed(&["sweep", "s.toml", "-o", &output, "--shard", &shard]);
    }
    folder.write("other.toml", &SMALL.replace("steps = 10", "steps = 11"));
    folder.succeed(&["sweep", "other.toml", "-o", "other.csv", "--shard", "2/4"]);
    let part = folder.read("part2.csv");
    let lines = part.split_inclusive('\n').count();
    folder.write("short.csv", &part.split_inclusive('\n').take(lines - 2).collect::<String>());
    let before = folder.names();
    let faults: [(&[&str], &str); 8] = [
        (&["part1.csv", "part3.csv"], "30 of 60 rows are missing: shards 2, 4 of 4"),
        (&["part1.csv", "part3.csv", "part4.csv"], "15 of 60 rows are missing: shard 2 of 4"),
        (&["part1.csv", "short.csv", "part3.csv", "part4.csv"], "2 of 60 rows are missing: rows 53, 57"),
        (
            &["part1.csv", "part2.csv", "part1.csv"],
            "row 0 is in part1.csv and in part1.csv; give every part once",
        ),
        (&["part1.csv", "other.csv"], "other.csv: it is of another sweep: line "),
        (&["part1.csv", "s.toml"], "s.toml: line 1: not the columns of a sweep"),
        (&["part1.csv", "none.csv"], "cannot read none.csv: there is no such file"),
        (&[], "PART.csv"),
    ];
    for (parts, expected) in faults {
        let message = folder.fail(2, &[&["merge", "-o", "out.csv"], parts].concat());
        assert!(message.contains(expected), "{message}");
        assert_eq!(folder.names(), before);
    }
    let message = folder.fail(2, &["merge", "part1.csv", "-o", "part1.csv"]);
    assert!(message.contains("part1.csv: that is one of the parts"), "{message}");
}

#[test]
fn comments_that_changed_on_a_disk_are_noticed_where_tables_are_joined() {
    let folder = undisturbed(SMALL);
    let whole = folder.read("whole.csv");
    for (from, to, expected) in [
        ("# seed = 1\n", "# seed = u\n", "the comments hold no sweep"),
        ("steps = 10", "steps = 11", "the comments say 60 rows, and the sweep in them has 66"),
        ("from = 0.1", "from = 0.2", "row 0 is not at the point of the sweep in the comments"),
    ] {
        assert!(whole.contains(from), "{from}");
        folder.write("damaged.csv", &whole.replacen(from, to, 1));
        let message = folder.fail(2, &["merge", "damaged.csv", "-o", "out.csv"]);
        assert!(message.contains(expected) && !folder.path("out.csv").exists(), "{message}");
    }
}

#[test]
fn bad_sweeps_and_targets_are_named_before_anything_runs() {
    let folder = Folder::new();
    folder.write("s.toml", SMALL);
    folder.write("run.toml", "[model]\np = 3\n");
    folder.write("key.toml", "[sweep]\neta = [1]\nepsilo = [1]\n");
    folder.write("range.toml", "[sweep]\neta = { from = 0, to = 1, steps = 3, scale = \"log\" }\n");
    folder.write("syntax.toml", "[sweep\n");
    folder.write("none.toml", "[sweep]\nepsilon = [5]\n");
    fs::create_dir(folder.path("folder.csv")).unwrap();
    let before = folder.names();
    let mut faults = vec![
        ("absent.toml", "out.csv", "cannot read absent.toml: there is no such file"),
        ("run.toml", "out.csv", "run.toml: sweep = (nothing): a sweep file has a section [sweep]"),
        ("key.toml", "out.csv", "key.toml: line 3: unknown key `sweep.epsilo`; did you mean `epsilon`?"),
        (
            "range.toml",
            "out.csv",
            "range.toml: sweep.eta = (from 0 to 1): a logarithmic range has both ends above 0",
        ),
        ("syntax.toml", "out.csv", "syntax.toml: line 1: "),
        (
            "none.toml",
            "out.csv",
            "none.toml: sweep = (1 points): not one of them is a valid scenario; the first: ",
        ),
        ("s.toml", "out.npz", "out.npz: the format is told by the extension, which must be .csv"),
        ("s.toml", "none/out.csv", "there is no folder none; create it first"),
        ("s.toml", "folder.csv", "folder.csv: it is a folder"),
        ("s.toml", "s.toml", "that is the sweep of this run"),
    ];
    if cfg!(target_os = "linux") {
        faults.push(("s.toml", "/dev/full", "/dev/full: it is not a regular file"));
        faults.push(("s.toml", "/proc/out.csv", "nothing can be created in the folder /proc"));
    }
    for (sweep, output, expected) in faults {
        for arguments in [&["sweep", sweep, "-o", output][..], &["sweep", sweep, "-o", output, "--resume"]] {
            let message = folder.fail(2, arguments);
            assert!(message.contains(expected), "{message}");
            assert_eq!(folder.names(), before);
        }
    }
    for shard in ["0/4", "5/4", "1", "a/b", "1/0"] {
        let message = folder.fail(2, &["sweep", "s.toml", "-o", "out.csv", "--shard", shard]);
        assert!(message.contains("a shard is I/N with whole numbers 1 <= I <= N"), "{message}");
    }
}

/// Runs the program where no file may grow beyond so many bytes, a multiple of 512: as on a full disk, writes fail.
#[cfg(target_os = "linux")]
fn with_room_for(folder: &Folder, bytes: usize, arguments: &str) -> (Option<i32>, String) {
    let program = assert_cmd::cargo::cargo_bin!("saddlescope");
    let script = format!("trap '' XFSZ; ulimit -f {}; exec '{}' {arguments}", bytes / 512, program.display());
    let output = Command::new("sh").args(["-c", &script]).current_dir(folder.path("")).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_the_sweep_with_one_line_and_loses_no_row() {
    let folder = undisturbed(SMALL);
    let (code, message) = with_room_for(&folder, 4096, "sweep s.toml -o out.csv");
    assert_eq!((code, message.lines().count()), (Some(1), 1), "{message}");
    assert!(message.contains("writing out.csv.part failed: ") && message.contains("--resume"), "{message}");
    let kept = folder.read("out.csv.part");
    assert!(kept.ends_with('\n') && kept.len() > 2048, "no torn row");
    assert!(!folder.path("out.csv").exists());
    // Not even the header finds room: nothing is left.
    let (code, message) = with_room_for(&folder, 0, "sweep s.toml -o none.csv");
    assert_eq!((code, message.lines().count()), (Some(1), 1), "{message}");
    assert!(message.contains("writing none.csv.part failed: ") && message.contains("nothing was left there"));
    assert_eq!(folder.names(), ["out.csv.part", "s.toml", "whole.csv"]);
    folder.succeed(&["sweep", "s.toml", "-o", "out.csv", "--resume"]);
    assert_eq!(folder.read("out.csv"), folder.read("whole.csv"));
}

#[cfg(target_os = "linux")]
#[test]
fn an_unfinished_file_on_a_device_or_in_use_is_refused() {
    let folder = undisturbed(SMALL);
    std::os::unix::fs::symlink("/dev/full", folder.path("out.csv.part")).unwrap();
    let message = folder.fail(2, &["sweep", "s.toml", "-o", "out.csv", "--resume"]);
    assert!(message.contains("out.csv.part: it is not a regular file"), "{message}");
    let part = fs::File::create(folder.path("used.csv.part")).unwrap();
    part.lock().unwrap();
    let message = folder.fail(2, &["sweep", "s.toml", "-o", "used.csv", "--resume"]);
    assert!(message.contains("used.csv.part: another process is writing there"), "{message}");
}

#[test]
fn a_shard_without_rows_is_a_table_without_rows() {
    let folder = Folder::new();
    folder.write("s.toml", "[sweep]\neta = [0.5]\nstop = \"half\"\n");
    folder.succeed(&["sweep", "s.toml", "-o", "one.csv", "--shard", "1/2"]);
    let line = folder.succeed(&["sweep", "s.toml", "-o", "two.csv", "--shard", "2/2"]);
    assert_eq!(line, "two.csv: 0 rows; 0 computed\n");
    folder.succeed(&["merge", "one.csv", "two.csv", "-o", "out.csv"]);
    assert_eq!(Shard::WHOLE.rows(1), 1);
    assert_eq!(folder.lines("out.csv"), first_row(&folder, "out.csv"));
}
