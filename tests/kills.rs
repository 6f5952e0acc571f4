//! Commands killed at any moment: what stood at the target stands there or the whole new file does, never a part; what
//! is left beside it is removed by the next command; and resuming leads to the bytes of an undisturbed run.
//!
//! A few kills of each command; a hundred with SADDLESCOPE_FUZZ=deep, which prints what it did.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and prints what it did"
)]

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use support::Folder;

#[allow(dead_code, unused_imports, reason = "each test file uses its own part")]
mod support;

const RUN: &str = "[model]\np = 12\np_star = 6\n[time]\nalpha_max = 60.0\n[sgd]\nn = 400\nreplicas = 40\n";
const GRID: &str = "[model]\np = 4\np_star = 2\n[time]\nalpha_max = 40\n[sgd]\nreplicas = 9\n[sweep]\n\
    eta = { from = 0.1, to = 0.8, steps = 20 }\nn = [100, 300]\nseeds = 2\n";

/// A command, what it writes, and the file that may stand beside that on the way.
struct Case {
    arguments: &'static [&'static str],
    target: &'static str,
}

const CASES: [Case; 5] = [
    Case { arguments: &["run", "run.toml", "-o", "out.json", "--yes", "--resume"], target: "out.json" },
    Case { arguments: &["run", "run.toml", "-o", "out.npz", "--yes"], target: "out.npz" },
    Case { arguments: &["sweep", "grid.toml", "-o", "out.csv", "--yes", "--resume"], target: "out.csv" },
    Case { arguments: &["merge", "one.csv", "two.csv", "-o", "all.csv"], target: "all.csv" },
    Case {
        arguments: &["figure", "4", "-o", "figures", "--format", "png", "--quick"],
        target: "figures/figure-4.png",
    },
];

fn command(folder: &Folder, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_saddlescope"));
    command.current_dir(folder.path("")).args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("run.toml", RUN);
    folder.write("grid.toml", GRID);
    for (share, name) in [("1/2", "one.csv"), ("2/2", "two.csv")] {
        folder.succeed(&["sweep", "grid.toml", "-o", name, "--yes", "--shard", share]);
    }
    folder
}

#[test]
fn targets_are_whole_old_or_absent_under_every_kill_and_nothing_is_left_behind() {
    let deep = std::env::var("SADDLESCOPE_FUZZ").is_ok_and(|depth| depth == "deep");
    let kills = if deep { 100 } else { 4 };
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(7);
    let folder = folder();
    for case in &CASES {
        let path = folder.path(case.target);
        let begun = Instant::now();
        assert!(command(&folder, case.arguments).status().unwrap().success());
        let (whole, taken) = (fs::read(&path).unwrap(), begun.elapsed());
        let mut landed = 0;
        for turn in 0..kills {
            // Nothing, or an old file.
            let old = (turn % 2 == 1).then(|| b"old".to_vec());
            match &old {
                None => fs::remove_file(&path).unwrap_or_default(),
                Some(old) => fs::write(&path, old).unwrap(),
            }
            // The command may end before it: then the whole file is there.
            let wait = taken.mul_f64(rng.random_range(0.0..1.1)) + Duration::from_millis(1);
            let mut child = command(&folder, case.arguments).spawn().unwrap();
            std::thread::sleep(wait);
            child.kill().unwrap();
            landed += u32::from(!child.wait().unwrap().success());
            let found = fs::read(&path).ok();
            assert!(found == old || found.as_ref() == Some(&whole), "{}: a part is there", case.target);
        }
        // A finished table of another kind would be asked about.
        fs::remove_file(&path).unwrap_or_default();
        assert!(command(&folder, case.arguments).status().unwrap().success(), "{}", case.target);
        assert!(fs::read(&path).unwrap() == whole, "{}: other bytes after {kills} kills", case.target);
        println!("{}: {kills} kills, {landed} before the end", case.arguments.join(" "));
    }
    let names = folder.names();
    let litter: Vec<_> =
        names.iter().filter(|name| name.starts_with('.') || name.contains(".part")).collect();
    assert!(litter.is_empty(), "{litter:?}");
}
