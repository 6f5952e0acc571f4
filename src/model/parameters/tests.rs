//! The rows of the parameters against the sections they read, and against their own words.

use super::*;
use crate::model::StartKind;

/// Every key that a file can have, from the sections themselves.
fn keys_of_the_sections() -> Vec<String> {
    let mut spec = ScenarioSpec { sgd: Some(SgdSection::default()), ..ScenarioSpec::default() };
    spec.teacher.kind = TeacherKind::Power;
    (spec.start.direction, spec.start.path) = (vec![1.0], Some(String::new()));
    (spec.start.m_0, spec.start.q_0, spec.start.gram) = (Some(vec![]), Some(vec![]), Some(vec![]));
    let written: toml::Table = toml::from_str(&spec.to_toml().unwrap()).unwrap();
    let keys = |(section, content): (&String, &toml::Value)| {
        let keys = content.as_table().unwrap().keys().map(|key| format!("{section}.{key}"));
        keys.collect::<Vec<_>>()
    };
    written.iter().flat_map(keys).collect()
}

#[test]
fn every_key_of_a_file_has_one_row_and_every_row_a_key() {
    let mut found = keys_of_the_sections();
    let mut rows: Vec<String> = PARAMETERS.iter().map(|row| row.key.to_owned()).collect();
    found.sort();
    rows.sort();
    assert_eq!(rows, found);
}

#[test]
fn what_is_set_is_read_and_nothing_else_changes() {
    let mut before = ScenarioSpec { sgd: Some(SgdSection::default()), ..ScenarioSpec::default() };
    before.time.alpha_max = Horizon::Until(1.0);
    let numbers = PARAMETERS.iter().filter(|row| (row.get)(&before).number().is_some());
    assert!(numbers.clone().count() >= 14);
    for row in numbers {
        assert!(row.slider.is_none() || row.expected.contains("number"), "{}", row.key);
        let mut after = before.clone();
        (row.set)(&mut after, 7.0);
        assert_eq!((row.get)(&after).number(), Some(7.0), "{}", row.key);
        assert_eq!(before.changed_keys(&after), [row.key]);
        let (_, name) = row.section_and_name();
        assert!(row.axis.is_none_or(|axis| axis.strip_prefix("sweep.") == Some(name)), "{name}");
    }
}

/// A number as the words of a range write it.
fn read(word: &str) -> Option<f64> {
    match word {
        "2^63" => Some(i64::MAX as f64),
        "10^12" => Some(1e12),
        other => other.parse().ok(),
    }
}

#[test]
fn the_words_of_a_range_have_its_numbers_and_defaults_lie_within() {
    for row in &PARAMETERS {
        let (low, high) = match row.range {
            Range::Whole(low, high) => (low as f64, high as f64),
            Range::Real(low, high) | Range::Above(low, high) => (low, high),
            Range::Choice(_) | Range::Other => continue,
        };
        let words = row.range_words().split([' ', ',']).filter_map(read).collect::<Vec<_>>();
        assert!(words.contains(&low) && words.contains(&high), "{}: {words:?}", row.key);
        assert_eq!(matches!(row.range, Range::Above(..)), row.expected.contains("above"), "{}", row.key);
        assert_eq!(row.check(&ScenarioSpec::default()), Ok(()));
        let (inside, outside) = (row.allows(high), row.allows(2.0 * high));
        assert!(inside && !outside && !row.allows(f64::NAN), "{}", row.key);
    }
}

#[test]
fn words_of_choices_are_those_of_files() {
    for (kind, choice) in [StartKind::Orthogonal, StartKind::Gaussian, StartKind::Weights, StartKind::File]
        .into_iter()
        .zip(STARTS)
    {
        assert_eq!(serde_json::to_value(kind).unwrap(), choice.word);
    }
    for (kind, choice) in
        [TeacherKind::Identity, TeacherKind::Linear, TeacherKind::Power, TeacherKind::Random]
            .into_iter()
            .zip(TEACHERS)
    {
        assert_eq!(serde_json::to_value(kind).unwrap(), choice.word);
    }
}

#[test]
fn a_section_that_only_one_has_differs_in_all_its_keys() {
    let plain = ScenarioSpec::default();
    let with_sgd = ScenarioSpec { sgd: Some(SgdSection::default()), ..ScenarioSpec::default() };
    assert!(plain.changed_keys(&plain).is_empty());
    let keys = plain.changed_keys(&with_sgd);
    assert!(keys.len() == 4 && keys.iter().all(|key| key.starts_with("sgd.")), "{keys:?}");
    assert_eq!(with_sgd.changed_keys(&plain), keys);
}
