//! SECURITY.md says the limits that hold.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use saddlescope::export::{MAX_FILE_BYTES, MAX_JSON_VALUES, MAX_PNG_BYTES, MAX_TABLE_BYTES};
use saddlescope::model::{MAX_OUTPUT_TIMES, MAX_OVERLAP, MAX_TEXT_BYTES, MAX_WIDTH};

/// A number as the page writes it.
fn read(text: &str) -> f64 {
    let (number, unit) = text.split_once(' ').unwrap_or((text, ""));
    let factor = match unit {
        "" => 1.0,
        "MiB" => f64::from(1 << 20),
        "GiB" => f64::from(1 << 30),
        other => f64::NAN * other.len() as f64,
    };
    number.parse::<f64>().unwrap() * factor
}

#[test]
fn the_limits_on_the_page_are_those_of_the_code() {
    let page = include_str!("../SECURITY.md");
    let limits = [
        ("export::MAX_FILE_BYTES", MAX_FILE_BYTES as f64),
        ("export::MAX_TABLE_BYTES", MAX_TABLE_BYTES as f64),
        ("model::MAX_TEXT_BYTES", MAX_TEXT_BYTES as f64),
        ("export::MAX_JSON_VALUES", MAX_JSON_VALUES as f64),
        ("export::MAX_PNG_BYTES", MAX_PNG_BYTES as f64),
        ("model::MAX_OVERLAP", MAX_OVERLAP),
        ("model::MAX_WIDTH", MAX_WIDTH as f64),
        ("model::MAX_OUTPUT_TIMES", MAX_OUTPUT_TIMES as f64),
    ];
    let rows: Vec<Vec<&str>> = page
        .lines()
        .map(|line| line.split('|').map(str::trim).collect::<Vec<_>>())
        .filter(|cells| cells.len() == 5 && cells[3].starts_with('`'))
        .collect();
    assert_eq!(rows.len(), limits.len(), "one row a limit");
    for (name, value) in limits {
        let row = rows.iter().find(|row| row[3].trim_matches('`') == name).unwrap();
        assert_eq!(read(row[2]), value, "{name}");
    }
}
