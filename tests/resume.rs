//! A run that a signal ends keeps its state, and goes on from there to the same bytes; words that cannot be said lose no file.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs::File;
use std::process::{Command, Stdio};
use std::time::Duration;

use support::Folder;

#[allow(dead_code, unused_imports, reason = "each test file uses its own part")]
mod support;

/// SGD of about a second or more.
const LONG: &str =
    "[model]\np = 6\np_star = 3\neta = 0.1\n[time]\nalpha_max = 20.0\n[sgd]\nn = 30000\nreplicas = 8\n";

fn command(folder: &Folder, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_saddlescope"));
    command.current_dir(folder.path("")).args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Whether SIGINT, the second signal, is ignored by this process.
fn is_interrupt_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 0b10 != 0)
}

#[test]
fn a_run_that_was_ended_by_signals_goes_on_to_the_same_bytes() {
    let folder = Folder::new();
    folder.write("long.toml", LONG);
    assert!(command(&folder, &["run", "long.toml", "-o", "whole.json"]).status().unwrap().success());
    // What runs behind a shell's `&` ignores ctrl C, and so do its children.
    let second = if is_interrupt_ignored() { ("USR1", 138) } else { ("INT", 130) };
    for (signal, code) in [("TERM", 143), second] {
        let mut child =
            command(&folder, &["run", "long.toml", "-o", "out.json", "--resume"]).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(250));
        let sent = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status();
        assert!(sent.unwrap().success(), "it was over before the signal came");
        assert_eq!(child.wait().unwrap().code(), Some(code), "{signal}");
        assert_eq!(folder.names(), ["long.toml", "out.json.part", "whole.json"], "{signal}");
    }
    let kept = std::fs::read(folder.path("out.json.part")).unwrap();
    let said = folder.fail(2, &["run", "long.toml", "-o", "out.json"]);
    assert!(
        said.contains("out.json.part: it has the state of a run that was not finished; add --resume"),
        "{said}"
    );
    assert!(std::fs::read(folder.path("out.json.part")).unwrap() == kept, "not begun anew unasked");
    folder.write("other.toml", &LONG.replace("eta = 0.1", "eta = 0.2"));
    let said = folder.fail(2, &["run", "other.toml", "-o", "out.json", "--resume"]);
    assert!(said.contains("it is of a run of another scenario; give that one, or remove it"), "{said}");
    std::fs::remove_file(folder.path("other.toml")).unwrap();
    assert!(
        command(&folder, &["run", "long.toml", "-o", "out.json", "--resume"]).status().unwrap().success()
    );
    assert_eq!(
        folder.names(),
        ["long.toml", "out.json", "whole.json"],
        "the state went when the result was there"
    );
    assert!(folder.read("out.json") == folder.read("whole.json"));
}

#[test]
fn a_long_row_of_a_sweep_goes_on_from_where_a_signal_ended_it_to_the_same_bytes() {
    // A second row would take as long again; the first is half-way after a few seconds.
    const GRID: &str = "[model]\np = 6\np_star = 3\neta = 0.1\n[time]\nalpha_max = 20.0\n[sgd]\nreplicas = 8\n\
        [sweep]\nn = [80000]\n";
    let folder = Folder::new();
    folder.write("grid.toml", GRID);
    let arguments = |name| ["sweep", "grid.toml", "-o", name, "--resume", "--threads", "1", "--yes"];
    assert!(command(&folder, &arguments("whole.csv")).status().unwrap().success());
    let mut child = command(&folder, &arguments("out.csv")).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(2500));
    let sent = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(sent.unwrap().success(), "it was over before the signal came");
    assert_eq!(child.wait().unwrap().code(), Some(143));
    assert_eq!(folder.names(), ["grid.toml", "out.csv.part-0", "whole.csv"]);
    let kept = std::fs::read(folder.path("out.csv.part-0")).unwrap();
    let said = folder.fail(2, &["sweep", "grid.toml", "-o", "out.csv", "--yes"]);
    assert!(said.contains("out.csv.part-0: an unfinished sweep is there; add --resume"), "{said}");
    assert!(std::fs::read(folder.path("out.csv.part-0")).unwrap() == kept, "not begun anew unasked");
    assert!(command(&folder, &arguments("out.csv")).status().unwrap().success());
    assert_eq!(folder.names(), ["grid.toml", "out.csv", "whole.csv"]);
    assert!(folder.read("out.csv") == folder.read("whole.csv"));
}

#[test]
fn a_full_log_loses_no_result() {
    let folder = Folder::new();
    folder.write(
        "dv.toml",
        "[model]\np = 3\np_star = 3\neta = 0.88\n[time]\nalpha_max = 60.0\n[sgd]\nn = 30\nreplicas = 50\n",
    );
    folder.write("grid.toml", "[model]\np = 2\np_star = 1\n[sweep]\neta = [0.3, 0.5]\n");
    let full = || File::options().write(true).open("/dev/full").unwrap();
    for (arguments, file) in [
        (&["run", "dv.toml", "-o", "dv.csv"][..], "dv.csv"),
        (&["sweep", "grid.toml", "-o", "grid.csv"], "grid.csv"),
        (&["merge", "grid.csv", "-o", "merged.csv"], "merged.csv"),
        (&["figure", "5", "-o", "figures", "--format", "svg"], "figures/figure-5.svg"),
    ] {
        let status = command(&folder, arguments).stdout(full()).stderr(full()).status().unwrap();
        assert!(status.success() && folder.path(file).is_file(), "{arguments:?}: {status}");
    }
    assert!(!command(&folder, &["completions", "bash"]).stdout(full()).status().unwrap().success());
}
