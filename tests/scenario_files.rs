//! Scenario and start files: what is good reads back the same, what is bad is named in one line, nothing panics.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use saddlescope::export::{load_scenario, load_state};
use saddlescope::model::{
    Engine, Horizon, ModelSection, Scenario, ScenarioSpec, SgdSection, StartKind, StartSection, TeacherKind,
    TeacherSection, TimeSection,
};
use tempfile::TempDir;

const START: &str = include_str!("data/random_student_gram.json");

const FULL: &str = r#"
# A comment, and every key there is.
[model]
p = 4
p_star = 2
eta = 1
label_noise = 0.5
gradient_flow = true
[teacher]
kind = "power"
exponent = 1.5
ratio = 0.1
seed = 3
[start]
kind = "gaussian"
epsilon = 1e-3
seed = 9223372036854775807
[time]
alpha_max = 250
alphas = [0, 0.5, 100.25]
rtol = 1e-6
atol = 1e-10
[sgd]
n = 1_000
replicas = 3
engine = "direct"
seed = 0
"#;

fn folder_with(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// What is wrong with a scenario, which must be one line.
fn fault(text: &str) -> String {
    let folder = folder_with(&[("s.toml", text)]);
    let message = load_scenario(&folder.path().join("s.toml")).expect_err(text).to_string();
    assert!(!message.contains('\n'), "{message}");
    assert!(message.contains("s.toml: "), "{message} does not name its file");
    message
}

#[test]
fn an_empty_file_is_the_default_scenario() {
    let folder = folder_with(&[("s.toml", ""), ("mark.toml", "\u{feff}[model]\np = 6\n")]);
    let read = |name: &str| load_scenario(&folder.path().join(name)).unwrap();
    assert_eq!(read("s.toml").spec(), &ScenarioSpec::default());
    assert_eq!(read("s.toml"), read("mark.toml"), "a byte order mark changes nothing");
}

#[test]
fn every_key_is_read() {
    let spec = ScenarioSpec::from_toml(FULL).unwrap();
    let ScenarioSpec { model, teacher, start, time, sgd } = spec;
    assert_eq!(model, ModelSection { p: 4, p_star: 2, eta: 1.0, label_noise: 0.5, gradient_flow: true });
    assert_eq!(teacher, TeacherSection { kind: TeacherKind::Power, exponent: 1.5, ratio: 0.1, seed: 3 });
    let seed = i64::MAX as u64;
    assert_eq!(start, StartSection { kind: StartKind::Gaussian, epsilon: 1e-3, seed, ..Default::default() });
    let alphas = vec![0.0, 0.5, 100.25];
    assert_eq!(time, TimeSection { alpha_max: Horizon::Until(250.0), alphas, rtol: 1e-6, atol: 1e-10 });
    assert_eq!(sgd, Some(SgdSection { n: 1000, replicas: 3, engine: Engine::Direct, seed: 0 }));
}

#[test]
fn a_value_of_hundreds_of_digits_is_told_in_short() {
    let mut spec = ScenarioSpec::default();
    spec.model.eta = 1e300;
    let error = Scenario::new(spec).unwrap_err().to_string();
    assert!(error.contains("model.eta = 1e300: ") && error.len() < 120, "{error}");
}

#[test]
fn every_value_out_of_range_is_named_by_its_key() {
    let faults = [
        ("model", "p", vec!["0", "65", "-1", "1.5", "nan", "\"six\"", "[6]"]),
        ("model", "p_star", vec!["0", "65", "99999999999999999999"]),
        ("model", "eta", vec!["0", "-0.1", "nan", "inf", "1e7", "true"]),
        ("model", "label_noise", vec!["-1e-9", "nan", "inf", "2e6"]),
        ("model", "gradient_flow", vec!["1", "\"yes\""]),
        ("teacher", "kind", vec!["\"gaussian\"", "2"]),
        ("teacher", "exponent", vec!["-0.1", "5.1", "nan", "\"steep\""]),
        ("teacher", "ratio", vec!["0", "1.01", "nan", "-1"]),
        ("teacher", "seed", vec!["-1", "9223372036854775808", "0.5"]),
        ("start", "kind", vec!["\"random\"", "1", "\"Orthogonal\""]),
        ("start", "epsilon", vec!["0", "-1", "nan", "inf", "1001", "5.0"]),
        ("start", "seed", vec!["-1", "9223372036854775808", "0.5"]),
        ("start", "path", vec!["1"]),
        ("time", "alpha_max", vec!["0", "-1", "nan", "inf", "1e16", "\"later\"", "[1]"]),
        ("time", "alphas", vec!["[1, 1]", "[2, 1]", "[-1]", "[nan]", "[0, inf]", "5", "[\"a\"]"]),
        ("time", "rtol", vec!["0", "1e-14", "0.1", "nan", "-1e-8"]),
        ("time", "atol", vec!["0", "1e-31", "0.1", "nan"]),
        ("sgd", "n", vec!["9", "-5", "1000000000001", "1.5"]),
        ("sgd", "replicas", vec!["0", "100001"]),
        ("sgd", "engine", vec!["\"exact\"", "2"]),
        ("sgd", "seed", vec!["-1", "9223372036854775808"]),
    ];
    for (section, key, values) in faults {
        for value in values {
            let message = fault(&format!("[{section}]\n{key} = {value}\n"));
            assert!(message.contains(key), "{section}.{key} = {value}: {message}");
        }
    }
}

#[test]
fn values_that_do_not_go_together_are_named() {
    let late = fault("[time]\nalpha_max = 5\nalphas = [6]\n");
    assert!(late.contains("time.alphas = 6") && late.contains("alpha_max = 5"), "{late}");
    assert!(fault("[start]\nkind = \"file\"\n").contains("start.path"));
    let many = vec!["1"; 10_001].join(", ");
    assert!(fault(&format!("[time]\nalphas = [{many}]\n")).contains("at most 10000"));
    let large = fault("[start]\nepsilon = 0.9\n");
    assert!(large.contains("start.epsilon = 0.9") && large.contains("the largest that works"), "{large}");
    let narrow = fault("[start]\nkind = \"weights\"\nepsilon = 0.5\n");
    assert!(narrow.contains("N >= p + p* = 9"), "{narrow}");
}

#[test]
fn unknown_keys_are_refused_with_the_nearest_known_one() {
    let faults = [
        ("[model]\nlabelnoise = 0\n", "line 2: unknown key `model.labelnoise`; did you mean `label_noise`?"),
        ("[modell]\n", "line 1: unknown key `modell`; did you mean `model`?"),
        ("eta = 1\n", "line 1: unknown key `eta`; it belongs under [model]"),
        ("[time]\n\nalpha = 3\n", "line 3: unknown key `time.alpha`; did you mean `alphas`?"),
        ("[model.p]\n", "line 1: "),
        ("[[model]]\np = 1\n", "line 1: "),
        ("[model]\np = 1\np = 2\n", "line 3: "),
        ("[model\n", "line 1: "),
    ];
    for (text, expected) in faults {
        let message = fault(text);
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn a_start_file_is_found_from_the_folder_of_its_scenario() {
    let scenario = "[model]\np = 4\np_star = 2\n[start]\nkind = \"file\"\npath = \"starts/one.json\"\n";
    let folder = folder_with(&[("s.toml", scenario), ("starts/one.json", START)]);
    let read = load_scenario(&folder.path().join("s.toml")).unwrap();
    assert_eq!((read.initial().p(), read.initial().p_star()), (4, 2));
    let expected: serde_json::Value = serde_json::from_str(START).unwrap();
    assert_eq!(read.initial().m()[(3, 1)].to_bits(), expected["M0"][3][1].as_f64().unwrap().to_bits());
    assert_eq!(read.spec().start.path.as_deref(), Some("starts/one.json"));
}

#[test]
fn a_start_file_brings_its_own_teacher() {
    let start = "[model]\np = 4\np_star = 2\n[start]\nkind = \"file\"\npath = \"one.json\"\n";
    let twice = format!("[teacher]\nkind = \"power\"\n{start}");
    let folder = folder_with(&[("s.toml", start), ("twice.toml", &twice), ("one.json", START)]);
    assert!(load_scenario(&folder.path().join("s.toml")).is_ok());
    let message = load_scenario(&folder.path().join("twice.toml")).unwrap_err().to_string();
    assert!(message.ends_with(
        "teacher.kind = \"power\": start.kind = \"file\" takes T from the start file; leave [teacher] out"
    ));
}

#[test]
fn a_start_file_of_other_widths_or_none_at_all_is_named() {
    let text = "[start]\nkind = \"file\"\npath = \"one.json\"\n";
    let folder =
        folder_with(&[("s.toml", text), ("one.json", START), ("two.toml", &text.replace("one", "two"))]);
    let message = |name: &str| load_scenario(&folder.path().join(name)).unwrap_err().to_string();
    let widths = message("s.toml");
    assert!(widths.contains("one.json") && widths.contains("p = 4") && widths.contains("p = 6"), "{widths}");
    let absent = message("two.toml");
    assert!(absent.contains("two.json: there is no such file"), "{absent}");
    assert!(message(".").contains("it is a folder"));
}

/// A scenario of p = 2, p* = 1 with a start written out.
const WRITTEN: &str = "[model]\np = 2\np_star = 1\n[start]\nkind = \"file\"\nM0 = [[0.01], [0.02]]\n\
                       Q0 = [[1, 0.1], [0.1, 1]]\nT = [[1.5]]\n";

#[test]
fn a_start_may_be_written_out_in_its_scenario() {
    let folder = folder_with(&[("s.toml", WRITTEN), ("plain.toml", &WRITTEN.replace("T = [[1.5]]", ""))]);
    let read = load_scenario(&folder.path().join("s.toml")).unwrap();
    assert_eq!((read.initial().m()[(1, 0)], read.initial().q()[(0, 1)]), (0.02, 0.1));
    assert_eq!(read.teacher().gram()[(0, 0)], 1.5);
    assert!(load_scenario(&folder.path().join("plain.toml")).unwrap().teacher().is_orthonormal());
}

#[test]
fn what_is_wrong_with_a_start_that_is_written_out_is_named() {
    let altered = |from: &str, to: &str| {
        assert!(WRITTEN.contains(from), "{from}");
        fault(&WRITTEN.replace(from, to))
    };
    for (from, to, expected) in [
        ("Q0 = [[1, 0.1], [0.1, 1]]\n", "", "start.Q0 = (absent): a start that is written out has M0 and Q0"),
        ("M0 = [[0.01], [0.02]]\n", "", "start.M0 = (absent): a start that is written out has M0 and Q0"),
        (
            "T = ",
            "path = \"a.json\"\nT = ",
            "start.M0 = (2 rows): a start is read from its path or written out",
        ),
        (
            "\"file\"",
            "\"gaussian\"",
            "start.M0 = (2 rows): a start that is written out belongs to start.kind",
        ),
        ("[[0.01], [0.02]]", "[[0.01]]", "M0 is 1 x 1, but p = 2 and p* = 1 need 2 x 1"),
        ("[[0.01], [0.02]]", "[[0.01], [0.02, 3]]", "M0: row 2 has 2 entries"),
        ("[[0.01], [0.02]]", "[[2], [0.02]]", "no weights have these overlaps"),
        ("[[0.01], [0.02]]", "[[nan], [0.02]]", "is not a finite number"),
        ("[[0.01], [0.02]]", "0.1", "line 6: "),
        ("[0.1, 1]]", "[0.2, 1]]", "not symmetric"),
        ("T = [[1.5]]", "T = [[-1]]", "T is not positive definite"),
        ("T = [[1.5]]", "T0 = [[1.5]]", "line 8: unknown key `start.T0`"),
        ("[start]", "[teacher]\nkind = \"power\"\n[start]", "leave [teacher] out"),
    ] {
        let message = altered(from, to);
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn deep_nesting_is_refused_not_followed() {
    for text in [format!("a = {}", "[".repeat(100_000)), format!("[{}]", vec!["a"; 50_000].join("."))] {
        fault(&text);
    }
    let folder = folder_with(&[("x.json", &format!("{{\"p\": {}", "[".repeat(100_000)))]);
    load_state(&folder.path().join("x.json")).unwrap_err();
}

fn any_spec() -> impl Strategy<Value = ScenarioSpec> {
    let model = (1..=64_usize, 1..=64_usize, 1e-12..1e6_f64, 0.0..1e6_f64, any::<bool>());
    let kind = prop_oneof![
        Just(StartKind::Orthogonal),
        Just(StartKind::Gaussian),
        Just(StartKind::Weights),
        Just(StartKind::File)
    ];
    let law = prop_oneof![
        Just(TeacherKind::Identity),
        Just(TeacherKind::Linear),
        Just(TeacherKind::Power),
        Just(TeacherKind::Random)
    ];
    let teacher = (law, 0.0..5.0_f64, 1e-6..1.0_f64, 0..=i64::MAX as u64);
    let path = proptest::option::of(any::<String>());
    let direction = proptest::collection::vec(-1e9..1e9_f64, 0..4);
    let number = prop_oneof![any::<f64>().prop_filter("finite", |x| x.is_finite()), -1.0..1.0_f64];
    let rows = proptest::collection::vec(proptest::collection::vec(number, 0..4), 0..4);
    let rows = || proptest::option::of(rows.clone());
    let start = (kind, 1e-12..1e3_f64, 0..=i64::MAX as u64, path, direction, rows(), rows(), rows());
    let end = prop_oneof![Just(Horizon::Auto), (1e-9..1e15_f64).prop_map(Horizon::Until)];
    let times = proptest::collection::vec(0.0..1e15_f64, 0..20);
    let time = (end, times, 1e-13..1e-2_f64, 1e-30..1e-2_f64);
    let engine = prop_oneof![Just(Engine::Reduced), Just(Engine::Direct)];
    let sgd =
        proptest::option::of((0..=1_000_000_000_000_u64, 1..100_000_usize, engine, 0..=i64::MAX as u64));
    (model, teacher, start, time, sgd).prop_map(|(model, teacher, start, time, sgd)| ScenarioSpec {
        model: ModelSection {
            p: model.0,
            p_star: model.1,
            eta: model.2,
            label_noise: model.3,
            gradient_flow: model.4,
        },
        teacher: TeacherSection { kind: teacher.0, exponent: teacher.1, ratio: teacher.2, seed: teacher.3 },
        start: StartSection {
            kind: start.0,
            epsilon: start.1,
            seed: start.2,
            path: start.3,
            direction: start.4,
            m_0: start.5,
            q_0: start.6,
            gram: start.7,
        },
        time: TimeSection { alpha_max: time.0, alphas: time.1, rtol: time.2, atol: time.3 },
        sgd: sgd.map(|(n, replicas, engine, seed)| SgdSection { n, replicas, engine, seed }),
    })
}

/// Whatever a file holds, reading it ends in a value or in one line.
fn reads_without_panic(path: &Path) {
    let faults = [
        load_scenario(path).err().map(|error| error.to_string()),
        load_state(path).err().map(|error| error.to_string()),
    ];
    for message in faults.into_iter().flatten() {
        assert!(!message.contains('\n'), "{message}");
    }
}

/// `text` with some of its bytes replaced, removed or doubled.
fn mutated(text: &str, edits: &[(usize, u8, u8)]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for &(place, byte, what) in edits {
        let at = place % bytes.len().max(1);
        match what % 4 {
            0 if at < bytes.len() => bytes[at] = byte,
            1 if at < bytes.len() => {
                bytes.remove(at);
            }
            2 => bytes.insert(at, byte),
            _ => bytes.truncate(at.max(1)),
        }
    }
    bytes
}

proptest! {
    #[test]
    fn a_specification_survives_toml_and_json(spec in any_spec()) {
        let toml = spec.to_toml().unwrap();
        prop_assert_eq!(&ScenarioSpec::from_toml(&toml).unwrap(), &spec);
        let json = serde_json::to_string(&spec).unwrap();
        prop_assert_eq!(&serde_json::from_str::<ScenarioSpec>(&json).unwrap(), &spec);
    }

    #[test]
    fn a_damaged_start_that_is_written_out_never_panics(edits in proptest::collection::vec(any::<(usize, u8, u8)>(), 1..5)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.toml");
        fs::write(&path, mutated(WRITTEN, &edits)).unwrap();
        reads_without_panic(&path);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("any");
        fs::write(&path, bytes).unwrap();
        reads_without_panic(&path);
    }

    #[test]
    fn arbitrary_text_never_panics(text in "[\\[\\]{}=\"'.,#a-z0-9_ \n\r\t-]{0,200}") {
        if let Ok(spec) = ScenarioSpec::from_toml(&text) {
            let _ = Scenario::new(spec);
        }
    }

    #[test]
    fn a_damaged_scenario_never_panics(edits in proptest::collection::vec(any::<(usize, u8, u8)>(), 1..5)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.toml");
        fs::write(&path, mutated(FULL, &edits)).unwrap();
        reads_without_panic(&path);
    }

    #[test]
    fn a_damaged_start_never_panics(edits in proptest::collection::vec(any::<(usize, u8, u8)>(), 1..5)) {
        let folder = tempfile::tempdir().unwrap();
        let scenario = folder.path().join("s.toml");
        fs::write(&scenario, "[model]\np = 4\np_star = 2\n[start]\nkind = \"file\"\npath = \"x.json\"\n").unwrap();
        // The start itself comes first; most edits would fall into the trajectories after it.
        let head = START.split("\"alpha\"").next().unwrap();
        let text = format!("{head}\"end\": 0}}");
        fs::write(folder.path().join("x.json"), mutated(&text, &edits)).unwrap();
        reads_without_panic(&scenario);
        reads_without_panic(&folder.path().join("x.json"));
    }
}
