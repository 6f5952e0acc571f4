//! The program as a black box: reference trajectories through every format, bad input, divergence, inspect, help.
//!
//! Every failure is one line on standard error that names the thing, the right exit code, and no file left behind.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use saddlescope::model::ScenarioSpec;
use serde_json::{Value, json};
use support::{Folder, assert_close, numbers, read_npz, same_bits, table};

#[test]
fn a_picture_that_cannot_be_made_is_refused_in_one_line_with_what_can() {
    for (options, expected) in [
        (["--font", "36"], "'36' for '--font <PT>': a number from 4 to 24"),
        (["--font", "3.9"], "'3.9' for '--font <PT>': a number from 4 to 24"),
        (["--font", "nan"], "'nan' for '--font <PT>': a number from 4 to 24"),
        (["--width", "-3"], "'-3' for '--width <CM>': a number from 3 to 100"),
        (["--dpi", "-3"], "'-3' for '--dpi <DPI>': a number from 30 to 1200"),
        (["--threads", "-3"], "'-3' for '--threads <N>'"),
        (["--width", "2"], "'2' for '--width <CM>': a number from 3 to 100"),
        (["--dpi", "1e9"], "'1e9' for '--dpi <DPI>': a number from 30 to 1200"),
    ] {
        let folder = Folder::new();
        let arguments = [&["figure", "5", "-o", "figures"], &options[..]].concat();
        let said = folder.fail(2, &arguments);
        assert!(said.contains(expected) && said.lines().count() == 1, "{said}");
    }
    let folder = Folder::new();
    let narrow = ["figure", "5", "-o", "figures", "--format", "svg", "--width", "3"];
    let said = folder.fail(2, &narrow);
    assert!(
        said.contains("no room in a width of 3 cm with type of 8 points: wider, or smaller type"),
        "{said}"
    );
    assert!(folder.names().is_empty(), "no empty folder is left: {:?}", folder.names());
    for (figure, dpi) in [("5", "1200"), ("1", "1200")] {
        // Before anything is run.
        let large = ["figure", figure, "-o", "figures", "--width", "100", "--dpi", dpi];
        let said = folder.fail(2, &large);
        assert!(said.contains("too many pixels") && folder.names().is_empty(), "{said}");
    }
    // Higher than it is wide: only its layout tells.
    let said =
        folder.fail(2, &["figure", "6", "-o", "figures", "--width", "9", "--dpi", "1200", "--font", "24"]);
    assert!(folder.names().is_empty(), "{said}");
    let said = folder.fail(2, &[&narrow[..], &["--font", "12"]].concat());
    assert!(said.contains("type of 12 points needs a width of 4.3 cm or more, not 3 cm"), "{said}");
}

const CASES: [(&str, &str); 3] = [
    ("overparameterized", include_str!("data/overparameterized.json")),
    ("random_student_gram", include_str!("data/random_student_gram.json")),
    ("general_teacher_noise", include_str!("data/general_teacher_noise.json")),
];

#[test]
fn reference_trajectories_come_back_to_one_part_in_ten_million() {
    for (name, reference) in CASES {
        let (folder, case) = (Folder::new(), serde_json::from_str::<Value>(reference).unwrap());
        folder.write_case("s.toml", &case);
        let line = folder.succeed(&["run", "s.toml", "-o", "out.json"]);
        assert!(line.starts_with("done at alpha = ") && line.ends_with("11 times in out.json\n"), "{line}");
        let found = folder.json("out.json");
        assert_eq!(found["ode"]["alpha"], case["alpha"], "{name}");
        for key in ["M", "Q", "risk"] {
            assert_close(&numbers(&found["ode"][key]), &numbers(&case[key]), 1e-7);
        }
    }
}

#[test]
fn the_three_formats_hold_the_same_numbers() {
    for (name, reference) in CASES {
        let (folder, case) = (Folder::new(), serde_json::from_str::<Value>(reference).unwrap());
        folder.write_case("s.toml", &case);
        for output in ["out.json", "out.csv", "out.npz"] {
            folder.succeed(&["run", "s.toml", "--output", output]);
        }
        let (json, archive) = (folder.json("out.json"), read_npz(&folder.path("out.npz")));
        for key in ["alpha", "risk", "distance", "distance_m", "distance_q", "s_drift", "M", "Q"] {
            assert!(same_bits(&numbers(&json["ode"][key]), &archive.numbers(key)), "{name}: {key}");
        }
        assert!(same_bits(&numbers(&json["rho_bar"]["M"]), &archive.numbers("rho_bar_M")));
        assert!(same_bits(&numbers(&json["rho_bar"]["Q"]), &archive.numbers("rho_bar_Q")));
        assert!(same_bits(&numbers(&json["events"]["alpha_half"]), &archive.numbers("alpha_half")));
        assert!(same_bits(&numbers(&case["T"]), &archive.numbers("T")));
        let (p, p_star) = (case["p"].as_u64().unwrap(), case["p_star"].as_u64().unwrap());
        assert_eq!(archive.shape("M"), [11, p, p_star]);
        assert_eq!(archive.shape("Q"), [11, p, p]);
        let (columns, comments) = table(&folder.path("out.csv"));
        for (name, column) in &columns {
            assert!(same_bits(column, &numbers(&json_column(&json["ode"], name))), "{name}");
        }
        assert_eq!(columns.len() as u64, 6 + p * p_star + p * (p + 1) / 2);
        // With the start written out: a result needs no other file.
        let scenario = saddlescope::export::load_scenario(&folder.path("s.toml")).unwrap().self_contained();
        assert_eq!(ScenarioSpec::from_toml(&archive.text("scenario")).unwrap(), scenario);
        assert_eq!(serde_json::from_value::<ScenarioSpec>(json["scenario"].clone()).unwrap(), scenario);
        let written = &comments[comments.find("[model]").unwrap()..comments.find("stop:").unwrap()];
        assert_eq!(ScenarioSpec::from_toml(written).unwrap(), scenario);
        let has_identity = scenario.start.gram.is_none();
        assert_eq!(
            (json["T"].is_null(), !comments.contains("\nT: [[")),
            (has_identity, has_identity),
            "{name}"
        );
    }
}

#[test]
fn a_result_of_a_start_file_runs_again_after_the_start_has_changed_or_gone() {
    for (name, reference) in CASES {
        let (folder, case) = (Folder::new(), serde_json::from_str::<Value>(reference).unwrap());
        folder.write_case("s.toml", &case);
        for format in ["csv", "json", "npz"] {
            folder.succeed(&["run", "s.toml", "-o", &format!("out.{format}")]);
        }
        let start = scenario_start(&folder);
        std::fs::remove_file(folder.path(&start)).unwrap();
        for format in ["csv", "json", "npz"] {
            folder.succeed(&["run", &format!("out.{format}"), "-o", "again.csv"]);
            assert_eq!(folder.read("again.csv"), folder.read("out.csv"), "{name}: {format}");
        }
    }
}

/// The start file that a case's scenario names.
fn scenario_start(folder: &Folder) -> String {
    ScenarioSpec::from_toml(&folder.read("s.toml")).unwrap().start.path.unwrap()
}

/// The column of a table in the JSON file: `risk`, or an entry such as `M_2_1`.
fn json_column(ode: &Value, name: &str) -> Value {
    let mut parts = name.split('_');
    let matrix = parts.next().unwrap();
    if !["M", "Q"].contains(&matrix) {
        return ode[name].clone();
    }
    let mut index = || parts.next().unwrap().parse::<usize>().unwrap() - 1;
    let (row, col) = (index(), index());
    ode[matrix].as_array().unwrap().iter().map(|at| at[row][col].clone()).collect()
}

#[test]
fn a_result_is_a_scenario_and_gives_itself_again() {
    let folder = Folder::new();
    folder
        .write("s.toml", "[model]\np = 3\neta = 0.3\n[start]\nkind = \"gaussian\"\n[time]\nalpha_max = 60\n");
    folder.succeed(&["run", "s.toml", "-o", "one.json"]);
    folder.succeed(&["run", "one.json", "-o", "two.json"]);
    assert_eq!(folder.read("one.json"), folder.read("two.json"));
    for output in ["one.npz", "two.npz"] {
        folder.succeed(&["run", "s.toml", "-o", output]);
    }
    assert_eq!(fs::read(folder.path("one.npz")).unwrap(), fs::read(folder.path("two.npz")).unwrap());
    let found = folder.json("one.json");
    let keys: Vec<&str> = found.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["events", "ode", "rho_bar", "scenario", "sgd", "solver"]);
    assert_eq!((&found["solver"]["stop"], &found["sgd"]), (&json!("done"), &Value::Null));
    assert_eq!(numbers(&found["ode"]["alpha"]).last(), Some(&60.0));
    assert!(
        numbers(&found["ode"]["risk"]).is_sorted_by(|before, after| after <= before),
        "the loss only falls"
    );
}

#[test]
fn an_ensemble_goes_into_all_three_formats_with_every_replica() {
    let folder = Folder::new();
    let scenario =
        "[model]\np = 3\np_star = 2\neta = 0.3\n[time]\nalpha_max = 5\n[sgd]\nn = 100\nreplicas = 5\n";
    folder.write("s.toml", scenario);
    for output in ["out.json", "out.csv", "out.npz"] {
        folder.succeed(&["run", "s.toml", "-o", output]);
    }
    let sgd = folder.json("out.json")["sgd"].clone();
    let mean = numbers(&sgd["risk_mean"]);
    assert_eq!((sgd["replicas"].as_u64(), sgd["final"].as_array().unwrap().len()), (Some(5), 5));
    let finals: Vec<f64> =
        sgd["final"].as_array().unwrap().iter().map(|at| at["risk"].as_f64().unwrap()).collect();
    let last = finals.iter().sum::<f64>() / 5.0;
    assert!((mean.last().unwrap() - last).abs() < 1e-12 * last, "the mean is that of the replicas");
    let archive = read_npz(&folder.path("out.npz"));
    assert!(same_bits(&archive.numbers("sgd_risk_mean"), &mean));
    assert!(same_bits(&archive.numbers("sgd_final_risk"), &finals));
    assert_eq!(archive.shape("sgd_final_M"), [5, 3, 2]);
    let (columns, _) = table(&folder.path("out.csv"));
    let (_, column) = columns.iter().find(|(name, _)| name == "sgd_risk_mean").unwrap();
    let rows: Vec<f64> = column.iter().copied().filter(|value| !value.is_nan()).collect();
    assert_eq!(rows.last().map(|value| value.to_bits()), mean.last().map(|value| value.to_bits()));
}

#[test]
fn what_has_no_law_is_null_or_empty_or_nan() {
    let folder = Folder::new();
    let start = r#"{"p": 1, "p_star": 2, "T": [[2, 0], [0, 1]], "M0": [[0.1, 0.2]], "Q0": [[1]]}"#;
    folder.write("start.json", start);
    folder.write(
        "s.toml",
        "[model]\np = 1\np_star = 2\n[start]\nkind = \"file\"\npath = \"start.json\"\n[time]\nalphas = [0, 2]\n",
    );
    for output in ["out.json", "out.csv", "out.npz"] {
        folder.succeed(&["run", "s.toml", "-o", output]);
    }
    let json = folder.json("out.json");
    assert_eq!((&json["rho_bar"], &json["ode"]["distance"][1]), (&Value::Null, &Value::Null));
    assert!(table(&folder.path("out.csv")).0[2].1.iter().all(|distance| distance.is_nan()));
    let archive = read_npz(&folder.path("out.npz"));
    assert!(archive.numbers("rho_bar_M").iter().all(|entry| entry.is_nan()));
}

#[test]
fn a_diverging_run_writes_what_there_is_and_names_the_limit() {
    let folder = Folder::new();
    folder.write("s.toml", "[model]\neta = 3.0\n");
    let message = folder.fail(1, &["run", "s.toml", "-o", "out.json"]);
    assert!(message.contains("diverged at alpha = "), "{message}");
    assert!(message.contains("eta = 3 is above eta_max_plateau = 2.2720"), "{message}");
    let found = folder.json("out.json");
    assert_eq!(found["solver"]["stop"], "diverged");
    let last = found["ode"]["alpha"].as_array().unwrap().last().unwrap();
    assert_eq!(last, &found["solver"]["alpha_end"]);
    assert!(numbers(&found["ode"]["Q"]).iter().all(|entry| entry.is_finite()));
}

#[test]
fn bad_input_is_named_and_leaves_nothing_behind() {
    let folder = Folder::new();
    let sized = "[model]\np = 1\np_star = 1\n[start]\nkind = \"file\"\npath = ";
    let start = |name: &str, m: &str, q: &str| {
        folder.write(name, &format!(r#"{{"p": 1, "p_star": 1, "M0": {m}, "Q0": {q}}}"#));
        folder.write(&name.replace(".json", ".toml"), &format!("{sized}\"{name}\"\n"));
    };
    start("nan.json", "[[NaN]]", "[[1]]");
    start("ragged.json", "[[0.1, 0.2]]", "[[1]]");
    start("tall.json", "[[0.1]]", "[[1], [2]]");
    start("impossible.json", "[[1.5]]", "[[1]]");
    start("word.json", "[[\"a\"]]", "[[1]]");
    folder.write("key.toml", "[model]\netta = 1\n");
    folder.write("value.toml", "[model]\neta = -1\n");
    folder.write("epsilon.toml", "[start]\nepsilon = 5\n");
    folder.write("syntax.toml", "[model\n");
    folder.write("sgd.toml", "[sgd]\nn = 9\n");
    folder.write("memory.toml", "[sgd]\nn = 1000000000000\nengine = \"direct\"\n");
    folder.write("absent.toml", &format!("{sized}\"none.json\"\n"));
    fs::write(folder.path("binary.toml"), [0xff, 0xfe, 0, 10]).unwrap();
    let before = folder.names();
    let faults: [(&str, &[&str]); 14] = [
        ("nan.toml", &["nan.json: line 1: M0: NaN is not a number"]),
        ("ragged.toml", &["ragged.json: M0: row 1 has 2 entries", "p_star = 1 needs 1"]),
        ("tall.toml", &["tall.json: Q0 has 2 rows", "p = 1 needs 1"]),
        ("impossible.toml", &["impossible.json: no weights have these overlaps"]),
        ("word.toml", &["word.json: line 1, column ", "M0: ", "expected a number"]),
        ("key.toml", &["key.toml: line 2: unknown key `model.etta`; did you mean `eta`?"]),
        ("value.toml", &["value.toml: model.eta = -1: a learning rate is a number above 0"]),
        ("epsilon.toml", &["epsilon.toml: start.epsilon = 5 is too large", "the largest that works"]),
        ("syntax.toml", &["syntax.toml: line 1: "]),
        ("sgd.toml", &["sgd.toml: sgd.n = 9", "p + p* + 1 = 10"]),
        ("memory.toml", &["memory.toml: sgd.engine = \"direct\"", "use engine = \"reduced\""]),
        ("absent.toml", &["none.json: there is no such file"]),
        ("binary.toml", &["binary.toml: it is not text"]),
        ("nowhere.toml", &["nowhere.toml: there is no such file"]),
    ];
    for (scenario, parts) in faults {
        let message = folder.fail(2, &["run", scenario, "-o", "out.csv"]);
        assert!(parts.iter().all(|part| message.contains(part)), "{message}");
        assert_eq!(folder.names(), before, "{scenario}");
    }
}

#[test]
fn a_bad_target_is_named_before_anything_runs() {
    let folder = Folder::new();
    folder.write("s.toml", "[time]\nalphas = [0, 1]\n");
    fs::create_dir(folder.path("folder.csv")).unwrap();
    folder.write_case("case.toml", &serde_json::from_str(CASES[1].1).unwrap());
    let before = (folder.names(), folder.read("start.json"));
    let mut faults = vec![
        (
            "s.toml",
            "out.txt",
            "out.txt: the format is told by the extension, which must be .csv, .json or .npz",
        ),
        ("s.toml", "out", "out: the format is told by the extension"),
        ("s.toml", "none/out.csv", "there is no folder none; create it first"),
        ("s.toml", "folder.csv", "folder.csv: it is a folder"),
        ("s.toml", "s.toml/out.csv", "there is no folder s.toml"),
        ("case.toml", "start.json", "start.json: that is the start of this run"),
    ];
    if cfg!(target_os = "linux") {
        faults.push(("s.toml", "/proc/out.csv", "nothing can be created in the folder /proc"));
    }
    for (scenario, output, expected) in faults {
        let message = folder.fail(2, &["run", scenario, "-o", output]);
        assert!(message.contains(expected), "{message}");
        assert_eq!((folder.names(), folder.read("start.json")), before);
    }
}

#[test]
fn wrong_arguments_are_one_line_too() {
    let folder = Folder::new();
    folder.write("s.toml", "");
    let faults: [(&[&str], &str); 6] = [
        (&["run"], "--output"),
        (&["run", "s.toml"], "--output"),
        (&["run", "s.toml", "-o", "a.csv", "--fast"], "--fast"),
        (&["inspect"], "<STATE.json>"),
        (&["completions", "klingon"], "klingon"),
        (&["--wrong"], "--wrong"),
    ];
    for (arguments, expected) in faults {
        let message = folder.fail(2, arguments);
        assert!(message.contains(expected) && message.contains("--help"), "{message}");
    }
}

#[test]
fn help_and_completions_know_every_command_and_key() {
    let folder = Folder::new();
    let help = folder.succeed(&["--help"]);
    for word in
        ["run", "inspect", "completions", "p_star", "label_noise", "epsilon", "alphas", "rtol", "Exit codes"]
    {
        assert!(help.contains(word), "{word}");
    }
    assert!(folder.succeed(&["run", "--help"]).contains("s_drift"));
    assert!(folder.succeed(&["sweep", "--help"]).contains("plateau_loss_seen"));
    assert!(folder.succeed(&["merge", "--help"]).contains("<PART.csv>"));
    assert!(folder.succeed(&["--version"]).starts_with("saddlescope "));
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = folder.succeed(&["completions", shell]);
        assert!(script.contains("inspect") && script.contains("completions"), "{shell}");
    }
}

/// A state of the given entries, as `inspect` reads it.
fn state(p: usize, p_star: usize, m: impl Fn(usize, usize) -> f64, q: f64) -> Value {
    let rows = |cols: usize, entry: &dyn Fn(usize, usize) -> f64| -> Vec<Vec<f64>> {
        (0..p).map(|i| (0..cols).map(|j| entry(i, j)).collect()).collect()
    };
    let diagonal = |i, j| if i == j { q } else { 0.0 };
    json!({"p": p, "p_star": p_star, "eta": 0.01, "M": rows(p_star, &m), "Q": rows(p, &diagonal)})
}

fn inspect(state: &Value) -> Value {
    let folder = Folder::new();
    folder.write("state.json", &state.to_string());
    serde_json::from_str(&folder.succeed(&["inspect", "state.json"])).unwrap()
}

#[test]
fn inspect_knows_a_solution_and_its_laws() {
    // M = sqrt(p/p*) R, Q = (p/p*) R R^T with R the first column of the identity.
    let mut solution = state(2, 1, |i, _| if i == 0 { 2.0_f64.sqrt() } else { 0.0 }, 0.0);
    solution["Q"] = json!([[2.0, 0.0], [0.0, 0.0]]);
    solution["N"] = json!(1000);
    let found = inspect(&solution);
    let keys: Vec<&str> = found.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["distance", "hessian", "laws", "rho_bar", "rho_bar_whitened", "risk", "s"]);
    assert!(found["risk"].as_f64().unwrap() < 1e-30);
    for part in ["total", "m", "q"] {
        assert!(found["distance"][part].as_f64().unwrap() < 1e-14);
    }
    assert_close(&numbers(&found["s"]), &[1.0, 0.0], 1e-15);
    assert!(found["rho_bar_whitened"].is_null(), "Q is singular here");
    let hessian = found["hessian"].as_object().unwrap();
    assert!(hessian["steepest"].is_null(), "no direction leads down from a minimum");
    assert!(hessian["negative"] == 0 && hessian["lambda_min"].as_f64() >= Some(-1e-9));
    let laws = &found["laws"];
    assert_eq!((&laws["manifold_dimension"], &laws["dof"]), (&json!(1), &json!(1999)));
    assert_close(&numbers(&laws["eta_max_solution"]), &[1.0 / 3.0], 1e-15);
}

#[test]
fn inspect_gives_the_laws_of_plateau_and_stability() {
    let found = inspect(&state(6, 3, |i, j| 0.01 * ((3 * i * i + 7 * j + 5 * i * j) as f64).sin(), 1.0));
    let law = |name: &str| found["laws"][name].as_f64().unwrap();
    assert!((law("escape_rate") / 0.00222 - 1.0).abs() < 0.01);
    assert!((law("plateau_loss") - (1.0 / 3.0 + 1.0 / 8.0)).abs() < 1e-4);
    assert!((law("plateau_q") - 0.75).abs() < 2e-3);
    assert!((law("eta_max_plateau") - 2.272).abs() < 1e-3 && (law("eta_best") - 1.445).abs() < 1e-3);
    assert_close(&[law("eta_max_solution"), law("manifold_dimension")], &[1.8, 12.0], 1e-15);
    assert!(found["laws"]["dof"].is_null(), "N is not given");
    // Q is proportional to the identity: the whitened prediction is the same one.
    for key in ["M", "Q"] {
        assert_close(&numbers(&found["rho_bar"][key]), &numbers(&found["rho_bar_whitened"][key]), 1e-12);
    }
    let gap = |key: &str| -> f64 {
        let target = numbers(&found["rho_bar"][key]);
        let here =
            numbers(&state(6, 3, |i, j| 0.01 * ((3 * i * i + 7 * j + 5 * i * j) as f64).sin(), 1.0)[key]);
        target.iter().zip(&here).map(|(a, b)| (a - b).powi(2)).sum()
    };
    let total = (gap("M") + gap("Q")).sqrt();
    assert_close(&[found["distance"]["total"].as_f64().unwrap()], &[total], 1e-14);
}

#[test]
fn inspect_says_null_where_no_law_applies() {
    let plateau = inspect(&state(2, 1, |_, _| 0.0, 0.5));
    for key in ["rho_bar", "rho_bar_whitened", "distance", "s"] {
        assert!(plateau[key].is_null(), "{key}: M = 0 has no direction");
    }
    let mut fast = state(2, 3, |i, j| if i == j { 0.1 } else { 0.0 }, 1.0);
    fast["eta"] = json!(100.0);
    let laws = inspect(&fast)["laws"].clone();
    assert!(laws["plateau_loss"].is_null() && laws["escape_rate"].is_null(), "no plateau at this eta");
    assert!(laws["eta_max_solution"].is_null(), "no zero loss for p < p*");
}

#[test]
fn inspect_gives_the_hessian_with_its_multiplicities() {
    // Gradient flow's plateau, whose spectrum is known exactly.
    let (p, p_star, n) = (6, 3, 1000);
    let mut plateau = state(p, p_star, |_, _| 0.0, 0.75);
    let open = inspect(&plateau)["hessian"].clone();
    plateau["N"] = json!(n);
    let found = inspect(&plateau)["hessian"].clone();
    assert_eq!(found["span"], open["span"]);
    assert_eq!((numbers(&found["span"]).len(), numbers(&found["complement"]).len()), (54, 6));
    assert!(numbers(&found["span"]).is_sorted() && numbers(&found["complement"]).is_sorted());
    let counts = |of: &Value| ["negative", "zero", "positive"].map(|key| of[key].as_u64().unwrap());
    assert_eq!(counts(&open), [18, 15, 21], "the span alone");
    assert_eq!(counts(&found), [18, 15 + 6 * (n - 9), 21]);
    assert_close(&numbers(&found["lambda_min"]), &[-4.0 / 18.0], 1e-14);
    assert_close(&numbers(&found["lambda_max"]), &[4.0 / 6.0], 1e-14);
    assert_eq!(found["tolerance"], 0.01, "a share of the largest");
    let levels = found["levels"].as_array().unwrap();
    let times = |key: &str| levels.iter().map(|level| level[key].as_u64().unwrap()).collect::<Vec<_>>();
    assert_eq!((times("fixed"), times("per_dimension")), (vec![18, 15, 20, 1], vec![0, 6, 0, 0]));
    let steepest = &found["steepest"];
    let at = |key: &str| steepest[key].as_u64().unwrap() as usize - 1;
    assert_close(&[numbers(&steepest["dM"][at("student")][at("teacher")])[0].abs()], &[1.0], 1e-12);
}

#[test]
fn inspect_counts_what_the_window_counts_and_by_another_tolerance_where_it_is_asked_to() {
    let folder = Folder::new();
    folder.write("s.toml", "[time]\nalphas = [800, 3000, 9000]\n");
    folder.succeed(&["run", "s.toml", "-o", "out.json"]);
    let ode = folder.json("out.json")["ode"].clone();
    let mut zeros = Vec::new();
    for at in 0..3 {
        let state = json!({"p": 6, "p_star": 3, "eta": 0.01, "M": ode["M"][at], "Q": ode["Q"][at]});
        folder.write("state.json", &state.to_string());
        let counted = |arguments: &[&str]| -> Value {
            let text = folder.succeed(&[&["inspect", "state.json"], arguments].concat());
            serde_json::from_str::<Value>(&text).unwrap()["hessian"].clone()
        };
        let matrix = |key: &str, columns| {
            saddlescope::model::Matrix::from_row_slice(6, columns, &numbers(&ode[key][at]))
        };
        let overlaps = saddlescope::model::Overlaps::new(matrix("M", 3), matrix("Q", 6)).unwrap();
        let teacher = saddlescope::model::Teacher::orthonormal(3);
        let window = saddlescope::model::hessian_spectrum(&overlaps, &teacher, None).span_counts();
        let (own, strict) = (counted(&[]), counted(&["--tolerance", "1e-9"]));
        let counts =
            |of: &Value| ["negative", "zero", "positive"].map(|key| of[key].as_u64().unwrap() as usize);
        assert_eq!(counts(&own), window);
        assert_eq!((&own["tolerance"], &strict["tolerance"]), (&json!(0.01), &json!(1e-9)));
        assert_eq!(
            (counts(&strict)[1], &strict["span"]),
            (0, &own["span"]),
            "nothing is flat but in a limit"
        );
        zeros.push(counts(&own)[1]);
    }
    assert_eq!(zeros[0], 15, "the plateau");
    assert!(zeros[2] > 12, "the manifold, and most of what fades: {zeros:?}");
}

#[test]
fn a_tolerance_that_is_no_share_is_refused() {
    let folder = Folder::new();
    folder.write("state.json", &state(2, 1, |_, _| 0.1, 1.0).to_string());
    for wrong in ["0", "1", "-0.1", "nan", "inf", "much"] {
        let message = folder.fail(2, &["inspect", "state.json", "--tolerance", wrong]);
        assert!(message.contains("above 0 and below 1"), "{wrong}: {message}");
    }
}

#[test]
fn inspect_hides_the_laws_of_the_identity_for_other_teachers() {
    let mut unequal = state(3, 2, |i, r| 0.01 * ((i * i + 5 * r + 1) as f64).sin(), 1.0);
    unequal["T"] = json!([[1.5, 0.2], [0.2, 0.5]]);
    let found = inspect(&unequal);
    let laws = &found["laws"];
    assert!(laws["eta_max_solution"].is_null(), "known for the identity only");
    for law in ["plateau_loss", "plateau_q", "escape_rate", "eta_max_plateau", "eta_best"] {
        assert!(laws[law].is_f64(), "{law} holds for any T");
    }
    assert!(found["rho_bar"]["rule"].as_str().unwrap().contains("a conjecture"));
    assert_eq!(numbers(&found["hessian"]["span"]).len(), 15);
}

#[test]
fn a_run_takes_its_teacher_from_the_scenario_and_says_so() {
    let folder = Folder::new();
    let teacher = "[teacher]\nkind = \"power\"\nexponent = 2.0\n";
    folder.write("s.toml", &format!("[model]\np = 3\n{teacher}[time]\nalphas = [0, 1]\n"));
    folder.succeed(&["run", "s.toml", "-o", "out.json"]);
    let result = folder.json("out.json");
    assert_eq!(result["scenario"]["teacher"]["kind"], "power");
    folder.succeed(&["run", "out.json", "-o", "again.json"]);
    assert_eq!(folder.json("again.json")["ode"], result["ode"]);
    // tr T² enters the loss of the start.
    folder.write("plain.toml", "[model]\np = 3\n[time]\nalphas = [0, 1]\n");
    folder.succeed(&["run", "plain.toml", "-o", "plain.json"]);
    let plain = folder.json("plain.json");
    assert!(plain["scenario"].get("teacher").is_none(), "the identity goes without saying");
    assert!(numbers(&plain["ode"]["risk"])[0] < numbers(&result["ode"]["risk"])[0]);
}

#[test]
fn inspect_names_what_is_wrong_with_a_state() {
    let folder = Folder::new();
    let good = state(2, 1, |_, _| 0.1, 1.0);
    let faults = [
        ("eta", json!(0), "eta = 0: a learning rate is a number above 0"),
        ("eta", Value::Null, "the key `eta` is missing"),
        ("p", json!(3), "M has 2 rows, but p = 3 needs 3"),
        ("p", json!(65), "p = 65: a width is a whole number from 1 to 64"),
        ("N", json!(0.5), "N = 0.5: the dimension is a whole number from 1 to 10^12"),
        ("N", json!(1), "N = 1: weights with these overlaps have a dimension of at least 3"),
        ("T", json!([[0]]), "T is not positive definite"),
        ("M", json!([[0.1], [0.1, 0.2]]), "M: row 2 has 2 entries"),
        ("Q", json!([[1, 2], [0, 1]]), "Q is not symmetric: Q[1,2] = 2, Q[2,1] = 0"),
    ];
    for (key, value, expected) in faults {
        let mut bad = good.clone();
        bad[key] = value;
        folder.write("state.json", &bad.to_string());
        let message = folder.fail(2, &["inspect", "state.json"]);
        assert!(message.contains("state.json: ") && message.contains(expected), "{message}");
    }
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let folder = Folder::new();
    // More than a pipe holds, so that the program is still writing when nobody reads.
    let wide = state(64, 64, |i, j| 0.001 * ((i * i + 5 * i * j + 3 * j) as f64).sin(), 1.0);
    folder.write("state.json", &wide.to_string());
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("saddlescope"));
    command.args(["inspect", "state.json"]).current_dir(folder.path("")).stderr(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()));
}

#[test]
fn sgd_that_takes_long_says_how_long_where_nobody_can_be_asked() {
    let folder = Folder::new();
    let section = "[time]\nalpha_max = 100\n[sgd]\nn = 1000000000\nreplicas = 1\n";
    folder.write("long.toml", section);
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("saddlescope"));
    command.args(["run", "long.toml", "-o", "out.csv"]).current_dir(folder.path("")).stdin(Stdio::null());
    let mut child = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(line.starts_with("sgd: about ") && line.contains(" h on ") && line.contains("core"), "{line}");
    assert!(!folder.names().contains(&String::from("out.csv")));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_output_is_a_failed_write() {
    let folder = Folder::new();
    for arguments in [&["completions", "bash"][..], &["--help"], &["run", "--help"], &["--version"]] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("saddlescope"));
        let output = command.args(arguments).current_dir(folder.path("")).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(said, "saddlescope: cannot write to standard output: the disk is full\n", "{arguments:?}");
    }
}

#[test]
fn a_file_of_another_kind_is_no_state_and_is_told_so() {
    let folder = Folder::new();
    folder.write("a.toml", "[model]\np = 2\n[time]\nalphas = [0, 1]\n");
    folder.succeed(&["run", "a.toml", "-o", "a.csv"]);
    for name in ["a.toml", "a.csv"] {
        let said = folder.fail(2, &["inspect", name]);
        assert!(said.contains(&format!("{name}: a state is a JSON file, which begins with {{")), "{said}");
    }
}

#[test]
fn the_example_of_a_state_in_the_readme_can_be_inspected() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(path).unwrap();
    let (_, example) = readme.split_once("cat > state.json <<'END'\n").unwrap();
    let (example, _) = example.split_once("    END\n").unwrap();
    let found = inspect(&serde_json::from_str(example).unwrap());
    assert_eq!(found["laws"]["dof"], json!(1999));
    assert!(found["hessian"]["steepest"]["dM"].is_array(), "it is near a saddle");
}

#[cfg(unix)]
#[test]
fn a_scenario_that_never_comes_is_waited_for_only_so_long() {
    let folder = Folder::new();
    // A pipe that stays open and says nothing, as a disk that is gone.
    let (reader, _writer) = std::io::pipe().unwrap();
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("saddlescope"));
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").current_dir(folder.path(""));
    let output = command.arg("/dev/stdin").stdin(reader).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("nothing came from it for 10 s") && folder.names().is_empty(), "{said}");
}
