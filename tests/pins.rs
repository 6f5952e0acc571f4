//! Pinned runs as pictures see them: the ensemble that is kept with one, and what every curve is called.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use saddlescope::figure::{Content, Ink, Pin, Plot, RunData, Stroke, distance, gap, growth, legend, loss};
use saddlescope::model::{Horizon, Scenario, ScenarioSpec, SgdSection};
use saddlescope::sim::ensemble::{EnsembleRun, EnsembleStatus};
use saddlescope::sim::{EnsembleRecord, FinishedRun};

/// A run with its ensemble.
struct Both {
    run: FinishedRun,
    record: EnsembleRecord,
}

impl Both {
    fn of(change: impl FnOnce(&mut ScenarioSpec)) -> Self {
        let mut spec = ScenarioSpec::default();
        (spec.model.p, spec.model.eta, spec.time.alpha_max) = (3, 0.3, Horizon::Until(20.0));
        spec.sgd = Some(SgdSection { n: 200, replicas: 4, ..SgdSection::default() });
        change(&mut spec);
        let scenario = Scenario::new(spec).unwrap();
        let finished = FinishedRun::of(scenario);
        let times: Vec<f64> = finished.trajectory.snapshots().iter().map(|at| at.alpha).collect();
        let mut run = EnsembleRun::new(&finished.scenario, &times).unwrap();
        assert_eq!(run.advance(u64::MAX, &|| false), EnsembleStatus::Finished);
        let record = EnsembleRecord::since(&run, 0);
        Self { run: finished, record }
    }

    fn data<'a>(&'a self, pins: &'a [Pin]) -> RunData<'a> {
        let run = RunData::of(&self.run);
        RunData { ensemble: Some(&self.record), pins, ..run }
    }

    fn pin(&self) -> Pin {
        Pin::new(0, &self.run.scenario, &self.run.trajectory, Some(&self.record))
    }
}

fn plot(figure: saddlescope::figure::Figure) -> Plot {
    let Content::Plots(mut plots) = figure.content else { panic!("curves") };
    plots.remove(0).1
}

#[test]
fn a_pin_keeps_the_mean_and_the_band_of_its_ensemble_wherever_it_keeps_its_ode() {
    let (pinned, shown) =
        (Both::of(|_| ()), Both::of(|spec| spec.sgd.iter_mut().for_each(|sgd| sgd.n = 1000)));
    let pins = [pinned.pin()];
    for (figure, own) in [
        (loss(&shown.data(&pins)), loss(&pinned.data(&[]))),
        (distance(&shown.data(&pins)), distance(&pinned.data(&[]))),
    ] {
        let (plot, own) = (plot(figure), plot(own));
        let kept = plot.series.iter().find(|series| series.label == "SGD, N = 200").unwrap();
        let mean =
            own.series.iter().find(|series| series.stroke == Stroke::Dashed && series.label.ends_with("SGD"));
        assert_eq!(kept.points, mean.unwrap().points);
        assert_eq!((kept.stroke, kept.ink), (Stroke::Dashed, Ink::Pinned(0)));
        let band = plot.bands.iter().find(|band| band.ink == Ink::Pinned(0)).unwrap();
        assert_eq!(band.edges, own.bands[0].edges);
        assert!(band.edges.len() > 10);
    }
}

#[test]
fn the_run_shown_and_its_pin_are_named_by_what_tells_them_apart() {
    let (pinned, shown) = (Both::of(|_| ()), Both::of(|spec| spec.model.eta = 0.2));
    let pins = [pinned.pin()];
    let data = shown.data(&pins);
    for figure in [loss(&data), gap(&data), growth(&data)] {
        let plot = plot(figure);
        let labels: Vec<String> = legend(&plot).into_iter().map(|entry| entry.label).collect();
        assert_eq!(labels[..2], ["η = 0.3", "η = 0.2"]);
    }
    let labels: Vec<String> = legend(&plot(distance(&data))).into_iter().map(|entry| entry.label).collect();
    assert!(labels.contains(&String::from("d, η = 0.2")), "{labels:?}");
    // The dashed curve named in the legend is that of the run shown.
    let plot = plot(loss(&data));
    let mean = legend(&plot).into_iter().find(|entry| entry.label.starts_with("SGD mean")).unwrap();
    assert_eq!(mean.ink, Ink::Other(1));
}

#[test]
fn all_that_a_pin_has_otherwise_is_told_where_its_curve_is_pointed_at() {
    let shown = Both::of(|_| ());
    let pinned = Both::of(|spec| {
        (spec.model.p, spec.model.eta, spec.start.epsilon, spec.start.seed) = (4, 0.2, 0.02, 3);
        spec.sgd.iter_mut().for_each(|sgd| (sgd.n, sgd.replicas) = (300, 5));
    });
    let pins = [pinned.pin()];
    let plot = plot(loss(&shown.data(&pins)));
    let all = "p = 4, η = 0.2, ε = 0.02, seed 3, N = 300, 5 runs";
    let about =
        |label: &str| plot.series.iter().find(|series| series.label == label).unwrap().meaning.as_str();
    assert_eq!(about("p = 4, η = 0.2, ε = 0.02, 3 more"), all);
    assert_eq!(about("SGD, p = 4, η = 0.2, ε = 0.02, 3 more"), format!("SGD, {all}"));
    assert_eq!(
        about("p = 3, η = 0.3, ε = 0.01, 3 more"),
        "p = 3, η = 0.3, ε = 0.01, seed 1, N = 200, 4 runs"
    );
}

#[test]
fn a_pin_of_a_stopped_ensemble_says_how_far_its_sgd_goes() {
    let run = Both::of(|_| ());
    let mut record = run.record.clone();
    record.points.truncate(20);
    let reach = record.reach().unwrap();
    let pin = Pin::new(0, &run.run.scenario, &run.run.trajectory, Some(&record));
    let about = pin.about(run.run.scenario.spec());
    assert_eq!(about, format!("the same settings; SGD up to α = {}", saddlescope::figure::number(reach)));
    assert_eq!(run.pin().about(run.run.scenario.spec()), "the same settings");
}
