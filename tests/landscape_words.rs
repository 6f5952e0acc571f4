//! What is said in words: the phase at the cursor, flat directions, conjectures, and why nothing is shown.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/physics.rs"]
mod physics;

use physics::{scenario, spec};
use saddlescope::figure::spectrum::{LIVE_WIDTH, counts, eigenvalues, levels, stability};
use saddlescope::figure::{
    Content, Figure, Orientation, RunData, distance, manifold, readouts, readouts_of_run, status,
};
use saddlescope::model::{ScenarioSpec, TeacherKind, hessian_spectrum};
use saddlescope::sim::{FinishedRun, SpectrumTrack};

fn finished(spec: ScenarioSpec) -> FinishedRun {
    FinishedRun::of(scenario(spec))
}

/// What the levels say at the first state past a share of the run.
fn levels_at(run: &FinishedRun, share: f64) -> Vec<String> {
    let end = run.trajectory.span().1;
    let at = run.trajectory.nearest(share * end).unwrap();
    notes(&levels(&RunData::of(run), Some(&hessian_spectrum(&at.state, run.scenario.teacher(), None))))
}

/// The sentence of the status line at the first state from `alpha` on.
fn said_at(run: &FinishedRun, alpha: f64) -> String {
    let states = run.trajectory.snapshots();
    status(&RunData::of(run), states.iter().find(|at| at.alpha >= alpha).or_else(|| states.last()).unwrap())
}

fn notes(figure: &Figure) -> Vec<String> {
    let Content::Plots(plots) = &figure.content else { panic!("{} is no plot", figure.id) };
    plots.iter().flat_map(|(_, plot)| plot.notes.clone()).collect()
}

fn unequal(mut spec: ScenarioSpec) -> ScenarioSpec {
    spec.teacher.kind = TeacherKind::Power;
    spec
}

#[test]
fn the_phases_of_a_run_are_told_in_their_order() {
    let run = finished(spec(6, 3, 0.05));
    let end = run.trajectory.span().1;
    let half = run.summary.events.alpha_half.unwrap();
    for (alpha, begin) in [
        (0.0, "norm learning"),
        (0.3 * half, "plateau: loss 0.4"),
        (1.05 * half, "escape: loss"),
        (end, "convergence as 1/α²"),
    ] {
        assert!(said_at(&run, alpha).starts_with(begin), "{}", said_at(&run, alpha));
    }
    assert!(said_at(&run, 0.3 * half).contains("near 1/p* + 1/(p+2), M grows unseen at g = "));
    let matched = finished(spec(3, 3, 0.05));
    assert!(said_at(&matched, matched.trajectory.span().1).starts_with("convergence exponentially: loss"));
}

#[test]
fn a_plateau_that_is_not_left_and_a_loss_that_stays_up_say_why() {
    // Below the largest η with a plateau, 0.9248, but beyond that where M grows.
    let mut shrinking = spec(3, 3, 0.91);
    shrinking.time.alpha_max = saddlescope::model::Horizon::Until(100.0);
    let said = said_at(&finished(shrinking), 90.0);
    assert!(said.contains("M shrinks at g = −") && !said.contains("near 1/p*"), "{said}");
    // Solutions are stable up to p p*/(2 (p* + 2)) = 1.8.
    let mut unstable = spec(6, 3, 1.9);
    unstable.time.alpha_max = saddlescope::model::Horizon::Until(2000.0);
    let said = said_at(&finished(unstable), 2000.0);
    assert!(
        said.starts_with("at rest: loss 0.2") && said.contains("above η_c = 1.8000, the largest with stable"),
        "{said}"
    );
    let mut noisy = spec(6, 1, 0.02);
    noisy.model.label_noise = 0.1;
    noisy.time.alpha_max = saddlescope::model::Horizon::Until(30_000.0);
    let said = said_at(&finished(noisy), 30_000.0);
    assert!(said.starts_with("at rest: loss ") && said.ends_with("held up by label noise Δ = 0.1"), "{said}");
}

#[test]
fn on_a_staircase_the_step_is_told() {
    let mut steep = unequal(spec(6, 3, 0.01));
    steep.teacher.exponent = 2.0;
    steep.start.epsilon = 1e-4;
    let run = finished(steep);
    let law = run.scenario.escape_law().unwrap();
    let rests = law.rests();
    assert_eq!(rests.len(), 3);
    for rest in &rests[1..] {
        let said = said_at(&run, 0.5 * (rest.from + rest.to));
        let begin = format!("step {} of the staircase: loss ", rest.step);
        assert!(
            said.starts_with(&begin) && said.contains(&format!("{} of 3 directions learnt", rest.step)),
            "{said}"
        );
        let said = said_at(&run, 0.5 * (rest.to + rest.left_at.unwrap()));
        assert!(said.starts_with(&format!("direction {} of 3 is being learnt", rest.step + 1)), "{said}");
    }
    assert!(said_at(&run, run.trajectory.span().1).starts_with("convergence"));
    let mut close = unequal(spec(3, 3, 0.05));
    (close.teacher.kind, close.teacher.ratio) = (TeacherKind::Linear, 0.9);
    let close = finished(close);
    let half = close.summary.events.alpha_half.unwrap();
    assert!(
        said_at(&close, half).starts_with("the directions are learnt together"),
        "{}",
        said_at(&close, half)
    );
}

#[test]
fn where_no_law_is_known_the_read_outs_do_not_say_never() {
    let value = |spec: ScenarioSpec, name: &str| {
        let found = readouts(&scenario(spec)).into_iter().find(|readout| readout.name == name);
        found.map(|readout| readout.value).unwrap()
    };
    let mut close = unequal(spec(3, 3, 0.05));
    (close.teacher.kind, close.teacher.ratio) = (TeacherKind::Linear, 0.9);
    for name in ["α_esc, escape time", "η_c, solutions"] {
        assert_eq!(value(close.clone(), name), "no law");
        assert!(value(spec(3, 3, 0.05), name).parse::<f64>().is_ok());
    }
    assert_eq!(value(spec(3, 3, 2.0), "α_esc, escape time"), "none", "there is no plateau to escape from");
}

#[test]
fn neighbouring_levels_are_one_with_all_their_directions() {
    let mut low = spec(6, 3, 0.01);
    low.start.epsilon = 1e-4;
    let run = finished(low);
    let names = |alpha: f64| -> Vec<String> {
        let at = run.trajectory.nearest(alpha).unwrap();
        let spectrum = hessian_spectrum(&at.state, run.scenario.teacher(), None);
        let Content::Plots(plots) = levels(&RunData::of(&run), Some(&spectrum)).content else {
            panic!("a plot")
        };
        plots[0].1.guides.iter().map(|guide| guide.label.clone()).collect()
    };
    let half = run.summary.events.alpha_half.unwrap();
    // The exact plateau has p p* = 18 down, p(p-1)/2 = 15 flat, p(p+1)/2 - 1 = 20 up and one above all.
    let plateau = names(0.5 * half);
    for (sign, times) in [("−0.22", "×18"), ("0.16", "×20"), ("0.66", "×1")] {
        let named = |name: &&String| name.starts_with(sign) && name.ends_with(times);
        assert_eq!(plateau.iter().filter(named).count(), 1, "{sign} {times}: {plateau:?}");
    }
    assert!(plateau.iter().any(|name| name.ends_with("×(15 + 6 (N − p − p*))")), "{plateau:?}");
    assert!(names(2.0 * run.summary.events.alpha_escape.unwrap()).iter().any(|name| name.ends_with("×12")));
}

#[test]
fn on_the_tail_the_directions_that_have_yet_to_become_flat_are_counted() {
    let run = finished(spec(6, 3, 0.05));
    let halfway = levels_at(&run, 0.5);
    assert_eq!(halfway[1], "flat here: 12 (|λ| < 0.01 of the largest)");
    assert_eq!(halfway[2], "flat on it: 30 + 3 (N − p − p*), 12 of them along it");
    assert_eq!(halfway[3], "not yet on it: 18 + 3 (N − p − p*) curve up");
}

#[test]
fn what_crosses_zero_is_not_counted_as_flat() {
    let mut long = spec(6, 3, 0.01);
    (long.start.epsilon, long.time.alpha_max) = (0.01, saddlescope::model::Horizon::Until(20_000.0));
    let run = finished(long);
    let track = SpectrumTrack::of(&run.scenario, &run.trajectory, 240, &|| false).unwrap();
    let figure = counts(&RunData::of(&run), &track);
    assert_eq!(notes(&figure), ["zero: |λ| < 0.01 of the largest"]);
    let Content::Plots(plots) = &figure.content else { panic!("a plot") };
    let curve = |name: &str| {
        let found = plots[0].1.series.iter().find(|series| series.label == name);
        found.expect(name).points.clone()
    };
    let [down, flat, up, crossing] = ["negative", "zero", "positive", "crossing zero"].map(curve);
    for k in 0..flat.len() {
        assert_eq!(down[k][1] + flat[k][1] + up[k][1] + crossing[k][1], 54.0, "α = {}", flat[k][0]);
        // What a single state tells: zero, whether it stays or not.
        assert_eq!(flat[k][1] + crossing[k][1], track.points[k].1.span_counts()[1] as f64);
    }
    let escape = run.summary.events.alpha_escape.unwrap();
    assert!(
        crossing.iter().any(|[alpha, count]| (0.7 * escape..1.5 * escape).contains(alpha) && *count > 0.0)
    );
    // Once the plateau's directions are lifted nothing is flat until the manifold is near: no blip between.
    let after: Vec<f64> =
        flat.iter().filter(|[alpha, _]| *alpha > 0.8 * escape).map(|[_, count]| *count).collect();
    assert!(after[0] == 0.0 && after.is_sorted() && after.last() == Some(&30.0), "{after:?}");
}

#[test]
fn the_times_of_the_run_stand_beside_those_of_the_law() {
    let run = finished(spec(6, 3, 0.01));
    let events = run.summary.events;
    for (name, measured) in
        [("α½, half-time", events.alpha_half), ("α_esc, escape time", events.alpha_escape)]
    {
        let value = |events| {
            let found =
                readouts_of_run(&run.scenario, events).into_iter().find(|readout| readout.name == name);
            found.unwrap().value
        };
        let (alone, both) = (value(None), value(Some(&events)));
        let (law, seen) = both.split_once(" / ").expect(&both);
        assert_eq!(law, alone);
        assert!((seen.parse::<f64>().unwrap() / measured.unwrap() - 1.0).abs() < 5e-4, "{both}");
        assert!((law.parse::<f64>().unwrap() / measured.unwrap() - 1.0).abs() < 0.1, "{both}");
    }
    let none = saddlescope::sim::Events::default();
    let said = readouts_of_run(&run.scenario, Some(&none));
    assert_eq!(said.iter().filter(|readout| readout.value.ends_with(" / –")).count(), 2);
}

#[test]
fn flat_directions_disagree_on_the_plateau_and_agree_where_the_run_ends() {
    for (run, dimension, flat, end) in [
        (spec(3, 3, 0.05), 3, "3", "in agreement: all lead along it"),
        (
            spec(6, 3, 0.05),
            12,
            "30 + 3 (N − p − p*)",
            "in agreement: 12 along it, the others of fourth order",
        ),
        (spec(2, 4, 0.05), 5, "5", "in agreement: all lead along it"),
        (unequal(spec(3, 3, 0.05)), 3, "3", "in agreement: all lead along it"),
    ] {
        let mut run = run;
        // Far enough along the tail for its flat directions to look flat.
        if run.model.p > run.model.p_star {
            run.time.alpha_max = saddlescope::model::Horizon::Until(30_000.0);
        }
        let run = finished(run);
        let early = levels_at(&run, 0.02);
        let (p, p_star) = (run.scenario.model.p, run.scenario.model.p_star);
        let set = if p < p_star { "minima" } else { "solutions" };
        let along = if p > p_star { format!(", {dimension} of them along it") } else { String::new() };
        assert_eq!(early[0], format!("manifold of {set}: {dimension} dimensions"));
        assert_eq!(early[2], format!("flat on it: {flat}{along}"));
        let here = format!("flat here: {flat} (|λ| < 0.01 of the largest)");
        assert!(early[3].starts_with("away from the manifold") && early[1] != here);
        let late = levels_at(&run, 1.0);
        assert_eq!((&late[1], late[3].as_str()), (&here, end), "{:?}", run.scenario.model);
    }
}

#[test]
fn a_landscape_too_wide_to_be_live_says_so_in_every_panel() {
    let mut wide = spec(30, 20, 0.05);
    wide.time.alpha_max = saddlescope::model::Horizon::Until(1.0);
    let run = finished(wide);
    let none = SpectrumTrack { points: Vec::new() };
    let data = RunData::of(&run);
    for figure in
        [eigenvalues(&data, &none), counts(&data, &none), stability(&data, &none), levels(&data, None)]
    {
        let said = notes(&figure).join("\n");
        assert!(said.contains(&format!("p + p* = {LIVE_WIDTH}, here 50")), "{}: {said}", figure.id);
    }
}

#[test]
fn the_prediction_is_called_a_conjecture_for_unequal_teachers_alone() {
    for (spec, expected) in [(spec(3, 3, 0.05), false), (unequal(spec(3, 3, 0.05)), true)] {
        let run = finished(spec);
        let data = RunData::of(&run);
        for figure in [distance(&data), manifold(&data, None, Orientation::default())] {
            let said = notes(&figure).iter().any(|note| note.contains("conjecture"));
            assert_eq!(said, expected, "{}", figure.id);
        }
    }
}
