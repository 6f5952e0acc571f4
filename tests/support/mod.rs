//! What the command-line tests share: a folder to run the program in, and readers of what it wrote.

mod npz;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;
use tempfile::TempDir;

pub(crate) use npz::read_npz;

/// A folder of its own for one test.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).unwrap()
    }

    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let mut command = assert_cmd::cargo::cargo_bin_cmd!("saddlescope");
        command.current_dir(self.0.path()).args(arguments).output().unwrap()
    }

    /// Runs what must succeed, and gives its standard output.
    pub(crate) fn succeed(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        // On a loaded machine it is said how far it is.
        let said: String = stderr.lines().filter(|line| !line.ends_with(" left")).collect();
        assert_eq!((output.status.code(), said.as_str()), (Some(0), ""), "{arguments:?}: {stdout}");
        stdout
    }

    /// Runs what must fail, and gives its one line on standard error.
    pub(crate) fn fail(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {message}");
        assert!(message.starts_with("saddlescope: "), "{arguments:?}: {message}");
        assert_eq!(message.trim_end().lines().count(), 1, "{arguments:?}: {message}");
        message
    }

    /// A scenario and start file from a reference case.
    pub(crate) fn write_case(&self, name: &str, case: &Value) {
        self.write("start.json", &case.to_string());
        let number = |key: &str| case[key].to_string();
        let scenario = format!(
            "[model]\np = {}\np_star = {}\neta = {}\nlabel_noise = {}\n[start]\nkind = \"file\"\npath = \
             \"start.json\"\n[time]\nalphas = {}\n",
            number("p"),
            number("p_star"),
            number("eta"),
            number("noise"),
            case["alpha"]
        );
        self.write(name, &scenario);
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// All numbers of nested lists, in order; NaN for null.
pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(items) => items.iter().flat_map(numbers).collect(),
        Value::Null => vec![f64::NAN],
        other => vec![other.as_f64().unwrap()],
    }
}

pub(crate) fn assert_close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (a, b) in found.iter().zip(expected) {
        assert!((a - b).abs() <= tolerance * b.abs().max(1.0), "{a} instead of {b}");
    }
}

/// The columns of a CSV file by name, and its comments without their `#`.
pub(crate) fn table(path: &Path) -> (Vec<(String, Vec<f64>)>, String) {
    let content = fs::read_to_string(path).unwrap();
    let comments = content.lines().filter_map(|line| line.strip_prefix('#')).collect::<Vec<_>>();
    let comments = comments.iter().map(|line| line.trim()).collect::<Vec<_>>().join("\n");
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_path(path).unwrap();
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let mut columns: Vec<(String, Vec<f64>)> = names.into_iter().map(|name| (name, Vec::new())).collect();
    for record in reader.records() {
        for (column, field) in columns.iter_mut().zip(record.unwrap().iter()) {
            column.1.push(if field.is_empty() { f64::NAN } else { field.parse().unwrap() });
        }
    }
    (columns, comments)
}

pub(crate) fn same_bits(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()))
}
