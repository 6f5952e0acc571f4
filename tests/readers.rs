//! The README's lines for pandas, NumPy, R and gnuplot, run as they are printed over files of the program.
//!
//! A reader that is not installed is skipped with a message, unless `SADDLESCOPE_REQUIRE_READERS` is set.
//! `SADDLESCOPE_PYTHON` names the Python to use, absent `python3`.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test that cannot go on has failed")]

#[allow(dead_code, unused_imports, reason = "each test file uses its own part")]
mod support;

use std::process::Command;

use saddlescope::export::{PaperStyle, Provenance, write_sheet};
use saddlescope::figure::{Content, Figure, MatrixPicture, Sheet};
use saddlescope::model::{Matrix, ScenarioSpec};
use support::{Folder, table};

const README: &str = include_str!("../README.md");

/// The files that the lines of the README read.
fn files() -> Folder {
    let folder = Folder::new();
    folder.write("s.toml", "[model]\np = 2\np_star = 1\neta = 0.1\n[time]\nalpha_max = 100\n");
    folder.succeed(&["run", "s.toml", "-o", "out.csv"]);
    folder.succeed(&["run", "s.toml", "-o", "out.npz"]);
    folder.succeed(&["figure", "4", "-o", "figures", "--format", "svg"]);
    let values = Some(Matrix::from_row_slice(2, 1, &[1.25, -0.5]));
    let picture = MatrixPicture {
        name: String::from("M̄"),
        values,
        missing: String::new(),
        limit: 1.25,
        student: false,
        alpha: None,
    };
    let figure = Figure { id: "m", title: String::new(), content: Content::Matrices(vec![picture]) };
    let made = Provenance::new(&ScenarioSpec::default()).unwrap();
    write_sheet(&folder.path("m.csv"), &Sheet::from(figure), &PaperStyle::single_column(), &made).unwrap();
    folder
}

/// The indented lines below the paragraph that begins so.
fn lines_for(reader: &str) -> String {
    let section = README.split("## Reading the files").nth(1).unwrap();
    let after = &section[section.find(&format!("With {reader}")).unwrap()..];
    let lines = after.lines().skip_while(|line| !line.starts_with("    "));
    let block = lines.take_while(|line| line.is_empty() || line.starts_with("    "));
    block.fold(String::new(), |lines, line| lines + line.strip_prefix("    ").unwrap_or(line) + "\n")
}

/// Runs a reader in a folder over lines; `None` if it is not there.
fn read(folder: &Folder, command: &mut Command, name: &str, lines: &str) -> Option<String> {
    folder.write(name, lines);
    let Ok(output) = command.current_dir(folder.path(".")).arg(name).output() else { return None };
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (said, wrong) = (text(output.stdout), text(output.stderr));
    if wrong.contains("No module named") {
        return None;
    }
    assert!(output.status.success() && wrong.is_empty(), "{lines}\n{said}\n{wrong}");
    Some(said)
}

fn python() -> Command {
    Command::new(std::env::var_os("SADDLESCOPE_PYTHON").unwrap_or_else(|| "python3".into()))
}

/// What a reader said, or that it is absent.
fn found(reader: &str, said: Option<String>) -> Option<String> {
    let required = std::env::var_os("SADDLESCOPE_REQUIRE_READERS").is_some();
    assert!(said.is_some() || !required, "{reader} is not installed");
    if said.is_none() {
        println!("skipped: {reader} is not installed");
    }
    said
}

/// The last risk in the table.
fn last_risk(folder: &Folder) -> f64 {
    let (columns, _) = table(&folder.path("out.csv"));
    *columns.iter().find(|(name, _)| name == "risk").unwrap().1.last().unwrap()
}

/// The last line as a number.
fn last_number(said: &str) -> f64 {
    said.trim().lines().last().unwrap().trim().parse().unwrap()
}

#[test]
fn pandas_reads_a_run_a_figure_and_a_matrix() {
    let folder = files();
    let checks = "print(cells['value'].tolist())\nprint(repr(float(run['risk'].iloc[-1])))\n";
    let lines = lines_for("pandas") + checks;
    let Some(said) = found("pandas", read(&folder, &mut python(), "read.py", &lines)) else { return };
    assert!(said.contains("\n[1.25, -0.5]\n") && said.contains("x_name"), "{said}");
    assert_eq!(last_number(&said).to_bits(), last_risk(&folder).to_bits());
}

#[test]
fn numpy_reads_the_arrays_and_the_table() {
    let folder = files();
    let checks =
        "assert str(run['scenario']).startswith('[model]\\np = 2\\n')\nprint(repr(float(run['risk'][-1])))\n";
    let lines = lines_for("NumPy") + "assert table['risk'][-1] == run['risk'][-1]\n" + checks;
    let Some(said) = found("NumPy", read(&folder, &mut python(), "read.py", &lines)) else { return };
    assert!(said.contains("\nM: (n, p, p*) overlaps of student and teacher\n"), "{said}");
    assert_eq!(last_number(&said).to_bits(), last_risk(&folder).to_bits());
}

#[test]
fn r_reads_a_run() {
    let folder = files();
    let lines = lines_for("R:") + "cat(format(tail(run$risk, 1), digits = 15), \"\\n\")\n";
    let Some(said) = found("R", read(&folder, &mut Command::new("Rscript"), "read.R", &lines)) else {
        return;
    };
    assert!((last_number(&said) / last_risk(&folder) - 1.0).abs() < 1e-13, "{said}");
}

#[test]
fn gnuplot_draws_a_run() {
    let folder = files();
    let lines = format!("set terminal dumb\nset output \"plot.txt\"\n{}", lines_for("gnuplot"));
    let lines = lines
        + "unset logscale\n"
        + "stats \"out.csv\" using \"risk\" nooutput\nset print \"-\"\nprint sprintf(\"%.17g\", STATS_min)\n";
    let Some(said) = found("gnuplot", read(&folder, &mut Command::new("gnuplot"), "read.gp", &lines)) else {
        return;
    };
    assert!((last_number(&said) / last_risk(&folder) - 1.0).abs() < 1e-13, "{said}");
    assert!(folder.read("plot.txt").matches('*').count() > 20);
}
