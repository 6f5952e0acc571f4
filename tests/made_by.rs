//! Files carry what made them, and the program makes it again: runs, sweeps, figures and pinned runs, seeds included.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[allow(dead_code, unused_imports, reason = "each test file uses its own part")]
mod support;

use saddlescope::export::{PaperStyle, Provenance, SHEET_FORMATS, load_pinned, load_scenario, write_sheet};
use saddlescope::figure::{Axis, Content, Figure, Ink, Plot, Scale, Series, Sheet};
use saddlescope::model::ScenarioSpec;
use support::{Folder, numbers, read_npz, same_bits};

const SCENARIO: &str = "[model]\np = 3\np_star = 2\neta = 0.3\n[start]\nseed = 7\n[time]\n\
                        alpha_max = 5\n[sgd]\nn = 100\nreplicas = 3\nseed = 4\n";
const SWEEP: &str =
    "[model]\np = 2\np_star = 1\n[sweep]\neta = [0.1, 0.2]\nseeds = [3, 9]\nstop = \"half\"\n";

#[test]
fn the_arrays_of_a_run_are_run_again_with_its_seeds() {
    let folder = Folder::new();
    folder.write("s.toml", SCENARIO);
    folder.succeed(&["run", "s.toml", "-o", "out.npz"]);
    folder.succeed(&["run", "out.npz", "-o", "again.npz"]);
    let bytes = |name: &str| std::fs::read(folder.path(name)).unwrap();
    assert_eq!(bytes("out.npz"), bytes("again.npz"));
    assert_eq!(
        load_scenario(&folder.path("out.npz")).unwrap().spec(),
        &ScenarioSpec::from_toml(SCENARIO).unwrap()
    );
}

#[test]
fn the_table_of_a_sweep_sweeps_again_and_run_says_which_command_does() {
    let folder = Folder::new();
    folder.write("grid.toml", SWEEP);
    folder.succeed(&["sweep", "grid.toml", "-o", "grid.csv"]);
    folder.succeed(&["sweep", "grid.csv", "-o", "again.csv"]);
    assert_eq!(folder.read("again.csv"), folder.read("grid.csv"));
    // Stopped within a row.
    let whole = folder.read("grid.csv");
    folder.write("half.csv.part", &whole[..whole.len() - 40]);
    folder.succeed(&["sweep", "half.csv.part", "-o", "other.csv"]);
    assert_eq!(folder.read("other.csv"), whole);
    folder.succeed(&["sweep", "half.csv.part", "-o", "half.csv", "--resume"]);
    assert_eq!(folder.read("half.csv"), whole);
    for from in ["grid.toml", "grid.csv"] {
        let message = folder.fail(2, &["run", from, "-o", "x.csv"]);
        assert!(message.contains(&format!("`saddlescope sweep {from} -o OUT.csv`")), "{message}");
    }
    let message = folder.fail(2, &["sweep", "grid.csv", "-o", "grid.csv"]);
    assert!(message.contains("that is the sweep of this run"), "{message}");
}

#[test]
fn the_share_of_a_sweep_makes_its_share_again() {
    let folder = Folder::new();
    folder.write("grid.toml", SWEEP);
    folder.succeed(&["sweep", "grid.toml", "-o", "two.csv", "--shard", "2/3"]);
    folder.succeed(&["sweep", "two.csv", "-o", "again.csv"]);
    assert_eq!(folder.read("again.csv"), folder.read("two.csv"));
    folder.succeed(&["sweep", "grid.toml", "-o", "whole.csv"]);
    folder.succeed(&["sweep", "two.csv", "-o", "all.csv", "--shard", "1/1"]);
    assert_eq!(folder.read("all.csv"), folder.read("whole.csv"));
}

#[test]
fn any_file_of_a_figure_makes_its_figure_again_as_it_was() {
    let folder = Folder::new();
    let extensions = SHEET_FORMATS.each_ref().map(|format| format.extension);
    let formats = extensions.join(",");
    folder.succeed(&[
        "figure", "5", "-o", "a", "--format", &formats, "--width", "8.6", "--font", "7", "--dark",
    ]);
    for extension in extensions {
        let (from, to) = (format!("a/figure-5.{extension}"), format!("from-{extension}"));
        folder.succeed(&["figure", &from, "-o", &to]);
        for made in extensions {
            let bytes = |folder_name: &str| {
                std::fs::read(folder.path(&format!("{folder_name}/figure-5.{made}"))).unwrap()
            };
            assert!(bytes("a") == bytes(&to), "{made} from {extension}");
        }
    }
    // What is given goes before what the file says.
    folder.succeed(&["figure", "a/figure-5.svg", "-o", "b", "--format", "svg", "--font", "8"]);
    assert_eq!(folder.read("b/figure-5.svg").matches("--font").count(), 0);
    assert!(
        folder
            .read("b/figure-5.svg")
            .contains("# command: saddlescope figure 5 -o figures --format svg --width 8.6 --dark")
    );
    let message = folder.fail(2, &["run", "a/figure-5.pdf", "-o", "x.csv"]);
    assert!(message.contains("`saddlescope figure a/figure-5.pdf -o DIR`"), "{message}");
    folder.write("s.toml", SCENARIO);
    folder.succeed(&["run", "s.toml", "-o", "run.csv"]);
    let message = folder.fail(2, &["figure", "run.csv", "-o", "c"]);
    assert!(message.contains("no command of a figure in it"), "{message}");
    assert!(!folder.path("c").exists());
}

#[test]
fn figure_2_carries_its_sweep_and_figure_3_its_starts() {
    let folder = Folder::new();
    for number in ["2", "3"] {
        folder.succeed(&["figure", number, "-o", "a", "--quick", "--format", "svg"]);
        folder.succeed(&["figure", &format!("a/figure-{number}.svg"), "-o", "b"]);
        for extension in ["svg", "csv"] {
            let name = |folder: &str| format!("{folder}/figure-{number}.{extension}");
            assert!(folder.read(&name("a")) == folder.read(&name("b")), "figure {number}, {extension}");
        }
    }
    let message = folder.fail(2, &["run", "a/figure-2.svg", "-o", "x.csv"]);
    assert!(message.contains("`saddlescope sweep a/figure-2.svg -o OUT.csv`"), "{message}");
    assert!(message.contains("`saddlescope figure a/figure-2.svg -o DIR`"), "{message}");
    // One row per rate and start, whose means are what the figure shows.
    folder.succeed(&["sweep", "a/figure-2.csv", "-o", "sweep.csv"]);
    let mut reader =
        csv::ReaderBuilder::new().comment(Some(b'#')).from_path(folder.path("sweep.csv")).unwrap();
    let names = reader.headers().unwrap().clone();
    let place = |name: &str| names.iter().position(|found| found == name).unwrap();
    let (eta, half) = (place("eta"), place("alpha_half"));
    let number = |field: &str| field.parse().unwrap_or(f64::NAN);
    let rows: Vec<[f64; 2]> =
        reader.records().map(|row| row.unwrap()).map(|row| [number(&row[eta]), number(&row[half])]).collect();
    let shown: Vec<[f64; 2]> = folder
        .read("a/figure-2.csv")
        .lines()
        .filter(|line| line.starts_with("half-time,1,series,"))
        .map(|line| line.split(',').collect::<Vec<_>>())
        .map(|fields| [4, 5].map(|index| fields[index].parse().unwrap()))
        .collect();
    assert!(shown.len() > 8);
    for [eta, mean] in shown {
        let own: Vec<f64> = rows.iter().filter(|[at, _]| *at == eta).map(|[_, time]| *time).collect();
        assert_eq!(own.len(), 6, "six starts at η = {eta}");
        assert!((own.iter().sum::<f64>() / 6.0 / mean - 1.0).abs() < 1e-12);
    }
    folder.succeed(&["run", "a/figure-3.csv", "-o", "run.csv"]);
    assert!(folder.read("run.csv").contains("# seed = 1\n"));
    for extension in ["svg", "csv"] {
        assert!(folder.read(&format!("a/figure-3.{extension}")).contains("# other_starts: seeds 2 to 4\n"));
    }
}

#[test]
fn a_picture_with_pins_is_run_as_its_own_run_and_on_demand_as_a_pinned_one() {
    let spec = |eta: f64| {
        let mut spec = ScenarioSpec::default();
        (spec.model.p, spec.model.p_star, spec.model.eta) = (2, 1, eta);
        spec.time.alphas = vec![1.0];
        spec
    };
    let made = Provenance::new(&spec(0.1)).unwrap();
    let made = made.with_pin("η = 0.2", &spec(0.2)).unwrap().with_pin("η = 0.3", &spec(0.3)).unwrap();
    let mut plot = Plot::new(Axis::new("α", Scale::Linear), Axis::new("loss", Scale::Linear));
    plot.series.push(Series::new("ODE", Ink::Main, vec![[0.0, 1.0], [1.0, 0.5]]));
    let figure = Figure { id: "loss", title: String::new(), content: Content::Plots(vec![(1.0, plot)]) };
    let folder = Folder::new();
    for extension in SHEET_FORMATS.each_ref().map(|format| format.extension) {
        let name = format!("loss.{extension}");
        let path = folder.path(&name);
        write_sheet(&path, &Sheet::from(figure.clone()), &PaperStyle::single_column(), &made).unwrap();
        assert_eq!(load_scenario(&path).unwrap().spec(), &spec(0.1), "{extension}");
        assert_eq!(load_pinned(&path, 1).unwrap().spec(), &spec(0.2), "{extension}");
        folder.succeed(&["run", &name, "--pin", "2", "-o", "pin.csv"]);
        assert!(folder.read("pin.csv").contains("# eta = 0.3\n"), "{extension}");
        let message = folder.fail(2, &["run", &name, "--pin", "3", "-o", "pin.csv"]);
        assert!(message.contains("there is no pin 3 in it; it has 2"), "{message}");
    }
}

/// Every number and text of a value with its path, and lists as one.
fn leaves(path: &str, value: &serde_json::Value, found: &mut Vec<(String, serde_json::Value)>) {
    match value {
        serde_json::Value::Object(entries) => {
            entries.iter().for_each(|(key, inner)| leaves(&format!("{path}.{key}"), inner, found));
        }
        _ => found.push((path.trim_start_matches('.').to_owned(), value.clone())),
    }
}

/// The array that holds what JSON has under a path.
fn array_of(path: &str) -> String {
    let (first, rest) = path.split_once('.').unwrap();
    match first {
        "ode" | "events" => rest.to_owned(),
        "solver" => format!("solver_{}", rest.trim_start_matches("statistics.")),
        _ => format!("{first}_{rest}"),
    }
}

#[test]
fn arrays_hold_whatever_json_does_and_say_what_they_are() {
    let folder = Folder::new();
    folder.write("s.toml", &SCENARIO.replace("[start]", "[start]\nkind = \"weights\""));
    for output in ["out.json", "out.npz"] {
        folder.succeed(&["run", "s.toml", "-o", output]);
    }
    let (json, archive) = (folder.json("out.json"), read_npz(&folder.path("out.npz")));
    let mut all = Vec::new();
    leaves("", &json, &mut all);
    let plain = |path: &str| !path.starts_with("scenario.") && !["sgd.final", "sgd.own_odes"].contains(&path);
    let mut compared = 0;
    for (path, value) in all.iter().filter(|(path, _)| plain(path)) {
        let name = array_of(path);
        match value.as_str() {
            Some(text) => assert_eq!(archive.text(&name), text, "{name}"),
            None if value.is_u64() => assert_eq!(archive.whole(&name), value.as_i64().unwrap(), "{name}"),
            None => assert!(same_bits(&archive.numbers(&name), &numbers(value)), "{name}"),
        }
        compared += 1;
    }
    assert!(compared > 35, "{compared}");
    let finals = json["sgd"]["final"].as_array().unwrap();
    for (key, name) in [
        ("M", "sgd_final_M"),
        ("Q", "sgd_final_Q"),
        ("risk", "sgd_final_risk"),
        ("alpha_half", "sgd_alpha_half"),
        ("alpha_diverged", "sgd_alpha_diverged"),
    ] {
        let values: Vec<f64> = finals.iter().flat_map(|replica| numbers(&replica[key])).collect();
        assert!(same_bits(&archive.numbers(name), &values), "{name}");
    }
    let odes = json["sgd"]["own_odes"].as_array().unwrap();
    assert_eq!(odes.len(), 3);
    let points: Vec<f64> = odes.iter().flat_map(|ode| numbers(&ode["risk"])).collect();
    let risks: Vec<f64> = points.chunks(2).map(|point| point[1]).collect();
    assert!(same_bits(&archive.numbers("sgd_own_ode_risk"), &risks));
    assert_eq!(archive.whole("format_version"), 1);
    let readme = archive.text("readme");
    for name in archive.names() {
        assert!(readme.lines().any(|line| line.starts_with(&format!("{name}: "))), "{name} in {readme}");
    }
}
