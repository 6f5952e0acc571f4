//! Gradient flow has no limit of η and no best one: α½ ∝ 1/η, and neither pictures nor read-outs mark what is not there.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use saddlescope::figure::paper::{best_rates, half_times};
use saddlescope::figure::spectrum::stability;
use saddlescope::figure::{Content, Figure, GuideShape, Ink, Plot, RunData, half_time_map, readouts};
use saddlescope::model::{Scenario, ScenarioSpec};
use saddlescope::sim::learning_rate::{BestRate, HalfTimes, RateRecord, best_rate, law_half_times};
use saddlescope::sim::sweep::{Sweep, SweepSpec};
use saddlescope::sim::{FinishedRun, SpectrumTrack};

const NOTE: &str = "gradient flow: no best η, α½ ~ 1/η";

fn base(gradient_flow: bool) -> ScenarioSpec {
    let mut spec = ScenarioSpec::from_toml("[model]\np = 3\np_star = 3").unwrap();
    spec.model.gradient_flow = gradient_flow;
    spec
}

fn times(base: &ScenarioSpec, etas: &[f64]) -> Vec<HalfTimes> {
    etas.iter().map(|eta| HalfTimes::of(base, *eta, 2, &|| false).unwrap().unwrap()).collect()
}

fn plot(figure: Figure) -> Plot {
    let Content::Plots(mut plots) = figure.content else { panic!("{} is no plot", figure.id) };
    plots.remove(0).1
}

fn labels(plot: &Plot) -> Vec<&str> {
    plot.guides.iter().map(|guide| guide.label.as_str()).collect()
}

#[test]
fn states_of_gradient_flow_depend_on_eta_alpha_alone() {
    // Far beyond what SGD survives, whose norms blow up above 0.92.
    let found = times(&base(true), &[0.01, 0.1, 0.9, 5.0, 40.0]);
    let products: Vec<f64> = found.iter().map(|at| at.eta * at.complete().unwrap()).collect();
    for product in &products {
        assert!((product / products[0] - 1.0).abs() < 1e-6, "{products:?}");
    }
    // SGD is slower by a share of order η, and at large η never gets there.
    let noisy = times(&base(false), &[0.01, 0.1, 40.0]);
    let slower = |index: usize| noisy[index].eta * noisy[index].complete().unwrap() / products[0] - 1.0;
    assert!((1e-4..0.05).contains(&slower(0)) && slower(1) > 4.0 * slower(0), "{} {}", slower(0), slower(1));
    assert_eq!(noisy[2].complete(), None);
}

#[test]
fn no_best_rate_is_sought_or_drawn_under_gradient_flow() {
    let flow = base(true);
    assert_eq!(best_rate(&flow, 2, &|| false), Ok(None));
    let found = times(&flow, &[0.1, 0.3, 0.9]);
    let law = law_half_times(&flow, 2, (0.1, 0.9)).unwrap();
    let product = |[eta, alpha]: &[f64; 2]| eta * alpha;
    assert!(law.len() >= 200 && law.iter().all(|at| (product(at) / product(&law[0]) - 1.0).abs() < 1e-9));
    let record = RateRecord { times: found.clone(), best: Vec::new(), law };
    let against_eta = plot(half_times(&flow, &record));
    assert_eq!((labels(&against_eta), &against_eta.notes[..]), (vec!["escape law"], &[NOTE.to_owned()][..]));
    // Whatever rates there are: neither they nor a line through them.
    let rates = |p: usize| BestRate { p, at: found[0].clone(), theory: 1.0 };
    let against_p = plot(best_rates(&flow, &[rates(3), rates(6)]));
    assert!(against_p.series.is_empty() && against_p.notes == [NOTE]);
}

#[test]
fn a_map_of_gradient_flow_has_no_limits_over_it() {
    for flow in [false, true] {
        let text = format!("[model]\ngradient_flow = {flow}\n[sweep]\np = [3, 4]\neta = [0.1, 0.2]");
        let sweep = Sweep::new(SweepSpec::from_toml(&text).unwrap()).unwrap();
        let map = plot(half_time_map(&sweep.spec().base, &sweep, &[]));
        let limits = vec!["η_g, fastest growth", "η₀: no escape", "η_max: blow-up"];
        let expected = if flow { vec![] } else { limits };
        assert_eq!((labels(&map), map.notes.contains(&NOTE.to_owned())), (expected, flow));
    }
}

#[test]
fn the_least_half_time_is_marked_where_it_is_and_not_at_a_rate_that_was_tried() {
    let noisy = base(false);
    let best = best_rate(&noisy, 2, &|| false).unwrap().unwrap();
    let record = RateRecord { times: times(&noisy, &[0.1, 0.3, 0.5, 0.7]), ..RateRecord::default() };
    let marked = |record: &RateRecord| -> Vec<(String, GuideShape)> {
        let guides = plot(half_times(&noisy, record)).guides.into_iter();
        guides.filter(|guide| guide.label.starts_with("η½")).map(|guide| (guide.label, guide.shape)).collect()
    };
    assert!(marked(&record).is_empty(), "it has not been found yet");
    let found = RateRecord { best: vec![best.clone()], ..record };
    let label = format!("η½ = {:.4} (2 starts)", best.at.eta);
    assert_eq!(marked(&found), [(label, GuideShape::Vertical(best.at.eta))]);
    assert!(found.times.iter().all(|at| at.eta != best.at.eta && at.complete() > best.at.complete()));
    // That of another width is not its own.
    let other = RateRecord { best: vec![BestRate { p: 6, ..best }], ..found };
    assert!(marked(&other).is_empty());
}

#[test]
fn read_outs_name_no_limit_and_warn_of_none() {
    let said = |flow: bool| {
        let mut spec = base(flow);
        // Above all limits of SGD.
        spec.model.eta = 1.5;
        let found = readouts(&Scenario::new(spec).unwrap()).into_iter();
        found.filter(|readout| readout.name.contains('η')).collect::<Vec<_>>()
    };
    let values: Vec<String> = said(true).iter().map(|readout| readout.value.clone()).collect();
    assert_eq!(values, ["no limit", "no limit", "no limit", "no best η"]);
    assert!(said(true).iter().all(|readout| !readout.alarming && readout.meaning.contains("radient flow")));
    assert_eq!(said(false).iter().filter(|readout| readout.alarming).count(), 3);
    assert!(said(false).iter().all(|readout| readout.value.parse::<f64>().is_ok()));
}

#[test]
fn no_step_of_gradient_flow_overshoots() {
    let mut spec = base(true);
    spec.model.eta = 1.5;
    let scenario = Scenario::new(spec).unwrap();
    let run = FinishedRun::of(scenario);
    let FinishedRun { scenario, trajectory, .. } = &run;
    let track = SpectrumTrack::of(scenario, trajectory, 24, &|| false).unwrap();
    let data = RunData::of(&run);
    let plot = plot(stability(&data, &track));
    // 2/λ_max ends at the solutions' 0.9, below η.
    assert!(plot.series[0].points.last().unwrap()[1] < 1.0);
    assert!(plot.series.iter().all(|series| series.ink != Ink::Alarm) && plot.guides.is_empty());
    assert_eq!(plot.notes, ["gradient flow: no step overshoots"]);
}
