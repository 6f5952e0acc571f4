//! The paper's figures from the command line: files that are there and whole, and data that show what the paper says.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[allow(dead_code, unused_imports, reason = "each test file uses its own part")]
mod support;

use saddlescope::export::SHEET_FORMATS;
use saddlescope::figure::paper::overlay_sheet;
use saddlescope::figure::{Content, RunData, Sheet, Stroke};
use saddlescope::model::{
    Scenario, ScenarioSpec, TeacherMoments, degrees_of_freedom, eta_max_start, plateau_levels,
    solution_levels,
};
use saddlescope::sim::ensemble::{EnsembleRun, EnsembleStatus};
use saddlescope::sim::{EnsembleRecord, FinishedRun};
use support::Folder;

/// A row of a sheet's table.
#[derive(Debug)]
struct Row {
    panel: String,
    kind: String,
    name: String,
    x: f64,
    y: f64,
}

/// Makes one figure and reads its table.
fn rows_of(number: &str) -> Vec<Row> {
    let folder = Folder::new();
    let out = folder.path("out");
    let said = folder.succeed(&["figure", number, "-o", out.to_str().unwrap(), "--quick", "--format", "svg"]);
    assert_eq!(said, format!("figure-{number}: figure-{number}.svg, figure-{number}.csv\n"));
    let path = out.join(format!("figure-{number}.csv"));
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_path(path).unwrap();
    let number = |field: &str| field.parse().unwrap_or(f64::NAN);
    let row = |record: csv::StringRecord| Row {
        panel: record[0].to_owned(),
        kind: record[2].to_owned(),
        name: record[3].to_owned(),
        x: number(&record[4]),
        y: number(&record[5]),
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn curve<'a>(rows: &'a [Row], panel: &str, kind: &str, name: &str) -> Vec<&'a Row> {
    let found: Vec<&Row> =
        rows.iter().filter(|row| row.panel == panel && row.kind == kind && row.name == name).collect();
    assert!(!found.is_empty(), "no {kind} {name} in {panel}");
    found
}

/// The run behind Figure 1, ten times as fast: the same physics at η = 0.1 and a tenth of the time.
fn overlay() -> (Sheet, usize) {
    let text = String::from("[model]\neta = 0.1")
        + "\n[start]\nkind = \"gaussian\"\n[time]\nalpha_max = 300\n[sgd]\nn = 3000\nreplicas = 10\n";
    let scenario = Scenario::new(ScenarioSpec::from_toml(&text).unwrap()).unwrap();
    let finished = FinishedRun::of(scenario);
    let alphas: Vec<f64> = finished.trajectory.snapshots().iter().map(|at| at.alpha).collect();
    let mut run = EnsembleRun::new(&finished.scenario, &alphas).unwrap();
    assert_eq!(run.advance(u64::MAX, &|| false), EnsembleStatus::Finished);
    let record = EnsembleRecord::since(&run, 0);
    let data = RunData { ensemble: Some(&record), ..RunData::of(&finished) };
    (overlay_sheet(&data), record.points.len())
}

#[test]
fn figure_1_has_the_mean_of_sgd_along_the_ode_in_four_panels() {
    let (sheet, points) = overlay();
    assert_eq!(sheet.panels().count(), 4);
    let (mut inside, mut total) = (0, 0);
    for figure in sheet.panels() {
        let Content::Plots(plots) = &figure.content else { panic!("{}", figure.id) };
        let plot = &plots[0].1;
        let solid: Vec<_> = plot.series.iter().filter(|series| series.stroke == Stroke::Solid).collect();
        let dashed: Vec<_> = plot.series.iter().filter(|series| series.stroke == Stroke::Dashed).collect();
        assert_eq!(solid.len(), dashed.len(), "{}", figure.id);
        assert_eq!(dashed.len(), plot.bands.len(), "{}", figure.id);
        for ((ode, mean), band) in solid.iter().zip(&dashed).zip(&plot.bands) {
            assert_eq!(mean.points.len(), points);
            for (([_, exact], [_, mean]), [_, low, high]) in
                ode.points.iter().zip(&mean.points).zip(&band.edges)
            {
                let sem = 0.5 * (high - low);
                total += 1;
                inside += usize::from((mean - exact).abs() <= 3.0 * sem + 1e-9);
            }
        }
    }
    // Three standard errors of ten runs hold 98.5 % of Student's t with 9 degrees of freedom; the entries of one run go
    // together, and past the escape its time scatters.
    assert!(inside * 100 >= 85 * total, "{inside} of {total}");
}

#[test]
fn the_losses_of_figure_1_have_the_colours_that_its_legend_says() {
    let (sheet, _) = overlay();
    let losses = sheet.panels().last().unwrap();
    let Content::Plots(plots) = &losses.content else { panic!("{}", losses.id) };
    let plot = &plots[0].1;
    for (start, stroke) in [("ODE", Stroke::Solid), ("SGD", Stroke::Dashed)] {
        let entry = sheet.legend.iter().find(|entry| entry.label.starts_with(start)).unwrap();
        let curves: Vec<_> = plot.series.iter().filter(|series| series.stroke == stroke).collect();
        assert!(
            !curves.is_empty() && curves.iter().all(|series| series.ink == entry.ink),
            "{start}: {curves:?}"
        );
    }
    let mean = sheet.legend.iter().find(|entry| entry.label.starts_with("SGD")).unwrap();
    assert!(plot.bands.iter().all(|band| band.ink == mean.ink));
}

#[test]
fn figure_2_has_its_minimum_near_one_half_and_a_straight_best_rate() {
    let rows = rows_of("2");
    let times = curve(&rows, "half-time", "series", "mean of the starts");
    let least = times.iter().min_by(|a, b| a.y.total_cmp(&b.y)).unwrap();
    assert!((0.4..0.65).contains(&least.x) && (25.0..36.0).contains(&least.y), "{least:?}");
    // The least itself, not the nearest of the rates tried, and the same number in both panels.
    let marked: Vec<_> = rows.iter().filter(|row| row.name.starts_with("η½ =")).collect();
    let measured = curve(&rows, "least-half-time", "series", "η½, 6 starts");
    let own = measured.iter().find(|row| row.x == 3.0).unwrap();
    assert!(!marked.is_empty() && marked.iter().all(|row| row.x == own.y), "{marked:?} {own:?}");
    assert_eq!(marked[0].name, format!("η½ = {:.4} (6 starts)", own.y));
    assert!((own.y / least.x - 1.0).abs() < 0.35 && times.iter().all(|row| row.x != own.y));
    let first = times[0];
    assert!(first.y > 20.0 * least.y, "it diverges as 1/η: {first:?}");
    let limit = curve(&rows, "half-time", "guide", "η_max: blow-up")[0].x;
    let expected = eta_max_start(3, &TeacherMoments::orthonormal(3), 0.0, 1.0);
    assert!((limit / expected - 1.0).abs() < 1e-12);
    assert!(times.iter().all(|row| row.x < limit), "what diverges is no number");
    // The escape law, where norms relax fast against the escape.
    let law = curve(&rows, "half-time", "guide", "escape law");
    for time in times.iter().filter(|row| row.x < 0.3) {
        let after = law.iter().position(|row| row.x > time.x).unwrap();
        let [before, after] = [law[after.saturating_sub(1)], law[after]];
        assert!((after.y / before.y - 1.0).abs() < 0.03, "dense: {before:?} {after:?}");
        assert!((before.y / time.y - 1.0).abs() < 0.06, "{time:?} {before:?}");
    }
    let no_escape = curve(&rows, "half-time", "guide", "η₀: no escape")[0].x;
    assert!((no_escape - 0.9).abs() < 1e-12 && law.len() >= 200, "{no_escape}");
    assert!(
        law.iter().all(|row| row.x <= no_escape) && law[law.len() - 1].y > 1e6 * least.y,
        "it diverges there"
    );
    let line: Vec<[f64; 2]> = measured.iter().map(|row| [row.x, row.y]).collect();
    let (slope, _, explained) = saddlescope::sim::learning_rate::straight_line(&line).unwrap();
    assert!(slope > 0.2 && explained > 0.999, "{slope} {explained}");
}

#[test]
fn figure_3_has_one_distance_that_vanishes_and_all_losses() {
    let rows = rows_of("3");
    let own = curve(&rows, "closest", "series", "run");
    let (middle, last) = (own[own.len() * 9 / 10], own[own.len() - 1]);
    assert!(last.y < 0.05, "{last:?}");
    // Algebraically: between two times the distance falls by their ratio, counted from the escape.
    let law = curve(&rows, "closest", "guide", "tail ~ 1/α");
    let end = law[law.len() - 1];
    assert!((end.y / last.y - 1.0).abs() < 0.03, "{end:?} {last:?}");
    assert!(middle.y > 1.05 * last.y);
    for seed in 2..=4 {
        let other = curve(&rows, "closest", "series", &format!("start {seed}"));
        assert!(other[other.len() - 1].y > 1.0, "start {seed} ends elsewhere");
        let loss = curve(&rows, "losses", "series", &format!("start {seed}"));
        assert!(loss[loss.len() - 1].y < 1e-4);
    }
}

#[test]
fn figure_4_drifts_by_rounding_alone() {
    let rows = rows_of("4");
    let drift = curve(&rows, "drift", "series", "drift of S");
    assert!(drift.iter().all(|row| row.y <= 1e-10));
    let names: std::collections::BTreeSet<&str> =
        rows.iter().filter(|row| row.panel == "elements").map(|row| row.name.as_str()).collect();
    assert_eq!(names.len(), 18, "S has 6 times 3 elements");
}

#[test]
fn figure_5_has_exact_integers() {
    let rows = rows_of("5");
    for row in curve(&rows, "freedom", "series", "DOF") {
        assert_eq!(row.y, degrees_of_freedom(row.x as u64, 40) as f64, "{row:?}");
    }
}

#[test]
fn figure_6_has_the_exact_levels_of_plateau_and_solutions() {
    let rows = rows_of("6");
    let values: Vec<&Row> =
        rows.iter().filter(|row| row.kind == "series" && row.panel == "eigenvalues").collect();
    let names: std::collections::BTreeSet<&str> = values.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names.iter().filter(|name| name.starts_with("in span(W, W*)")).count(), 54, "{names:?}");
    let nearest = |alpha: f64, levels: &[saddlescope::model::Level], tolerance: f64| {
        let at =
            values.iter().map(|row| row.x).min_by(|a, b| (a - alpha).abs().total_cmp(&(b - alpha).abs()));
        let there: Vec<f64> = values.iter().filter(|row| Some(row.x) == at).map(|row| row.y).collect();
        assert!(there.len() >= 54, "{}", there.len());
        for value in &there {
            let apart = levels.iter().map(|level| (level.value - value).abs()).fold(f64::INFINITY, f64::min);
            assert!(apart < tolerance, "α = {alpha}: {value} is {apart} from every level");
        }
        for level in levels {
            let apart = there.iter().map(|value| (level.value - value).abs()).fold(f64::INFINITY, f64::min);
            assert!(apart < tolerance, "α = {alpha}: no eigenvalue at {}", level.value);
        }
    };
    // Deep in the plateau SGD lifts q by O(η/p) and M is of order 0.02; at the end the tail has 1/α left.
    nearest(800.0, &plateau_levels(6, 3), 0.02);
    nearest(1e9, &solution_levels(6, 3), 0.03);
    let last = |name: &str| curve(&rows, "counts", "series", name).last().map(|row| row.y).unwrap();
    // Exactly: 12 along the manifold, 18 in which the excess neurons fade.
    assert_eq!(["negative", "zero", "positive"].map(last), [0.0, 12.0 + 18.0, 24.0]);
    let at = |name: &str, alpha: f64| {
        let apart = |row: &&&Row| (row.x - alpha).abs();
        curve(&rows, "counts", "series", name).iter().min_by(|a, b| apart(a).total_cmp(&apart(b))).unwrap().y
    };
    assert_eq!(["negative", "zero", "positive"].map(|name| at(name, 800.0)), [18.0, 15.0, 21.0]);
    for (name, exact) in [
        ("18 down", 18.0),
        ("15 flat", 15.0),
        ("21 up", 21.0),
        ("30 flat", 30.0),
        ("24 up", 24.0),
        ("12 along the manifold", 12.0),
    ] {
        assert!(curve(&rows, "counts", "guide", name).iter().all(|row| row.y == exact), "{name}");
    }
}

#[test]
fn every_file_carries_a_scenario_that_runs_again() {
    let folder = Folder::new();
    folder.succeed(&["figure", "4", "-o", folder.path("f").to_str().unwrap(), "--quick"]);
    let mut results = Vec::new();
    for extension in ["svg", "pdf", "png", "csv"] {
        let from = format!("f/figure-4.{extension}");
        folder.succeed(&["run", &from, "-o", "again.csv"]);
        results.push(folder.read("again.csv"));
    }
    assert!(results.iter().all(|result| *result == results[0] && result.contains("# p = 6")));
}

#[test]
fn what_cannot_be_made_is_named_and_leaves_nothing() {
    let folder = Folder::new();
    folder.write("file", "");
    let [others @ .., last] = &SHEET_FORMATS.each_ref().map(|format| format.extension);
    let known = format!("a format is {} or {last}", others.join(", "));
    for (arguments, expected) in [
        (&["figure", "7", "-o", "d"][..], "invalid value '7'"),
        (&["figure", "5", "-o", "nowhere/d"][..], "there is no folder nowhere"),
        (&["figure", "5", "-o", "file"][..], "it is a file; give the path of a folder"),
        (&["figure", "5", "-o", "d", "--format", "gif"][..], &known),
        (&["figure", "5", "-o", "d", "--width", "1"][..], "a number from 3 to 100"),
    ] {
        let message = folder.fail(2, arguments);
        assert!(message.contains(expected) && message.lines().count() == 1, "{arguments:?}: {message}");
    }
    assert!(folder.fail(2, &["run", "file", "-o", "x.svg"]).contains("the extension"));
    assert_eq!(folder.names(), ["file"]);
}
