//! The limit of escape η₀: M shrinks above it in the full equations, and everything that names a limit names the right one.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[expect(dead_code, unused_imports, reason = "a part of what the command-line tests share is enough here")]
mod support;

use saddlescope::figure::paper::half_times;
use saddlescope::figure::{Content, Figure, Guide, GuideShape, RunData, half_time_map, readouts, status};
use saddlescope::model::{
    Horizon, PassedLimit, Scenario, ScenarioSpec, StabilityLimits, TeacherKind, TeacherMoments,
    eta_max_escape, eta_max_plateau,
};
use saddlescope::sim::learning_rate::RateRecord;
use saddlescope::sim::sweep::{Sweep, SweepSpec};
use saddlescope::sim::{FinishedRun, StopReason};
use support::Folder;

fn spec(p: usize, p_star: usize, eta: f64) -> ScenarioSpec {
    let mut spec = ScenarioSpec::default();
    (spec.model.p, spec.model.p_star, spec.model.eta) = (p, p_star, eta);
    spec
}

fn scenario(spec: ScenarioSpec) -> Scenario {
    Scenario::new(spec).unwrap()
}

/// The growth rate of ‖M‖ over the last half of a run that stays near its plateau.
fn growth(mut spec: ScenarioSpec, end: f64) -> f64 {
    spec.start.epsilon = 1e-9;
    (spec.time.alpha_max, spec.time.alphas) = (Horizon::Until(end), vec![0.5 * end, end]);
    let (trajectory, summary) = saddlescope::sim::run(&scenario(spec));
    assert!(!matches!(summary.stop, StopReason::Diverged { .. }), "{summary:?}");
    let norm = |alpha: f64| trajectory.nearest(alpha).unwrap().state.m().norm();
    (norm(end) / norm(0.5 * end)).ln() / (0.5 * end)
}

#[test]
fn m_grows_just_below_the_limit_of_escape_and_shrinks_just_above_in_the_full_equations() {
    for (p, p_star) in [(3, 3), (6, 3), (12, 3), (2, 4)] {
        let moments = TeacherMoments::orthonormal(p_star);
        let limit = eta_max_escape(p, &moments, 0.0).unwrap();
        // Norms relax slowly this near to the limit of the plateau.
        for (share, sign) in [(0.999, 1.0), (1.001, -1.0)] {
            let at = spec(p, p_star, share * limit);
            let rate = growth(at.clone(), 4000.0);
            let law = scenario(at).plateau().unwrap().rate;
            assert!(rate * sign > 0.0, "({p}, {p_star}) at {share} η₀: {rate}");
            assert!((rate / law - 1.0).abs() < 1e-3, "({p}, {p_star}) at {share} η₀: {rate}, law {law}");
        }
    }
}

#[test]
fn the_strongest_direction_of_an_unequal_teacher_and_label_noise_set_the_limit_of_escape() {
    let mut base = spec(4, 3, 0.1);
    (base.teacher.kind, base.teacher.ratio, base.model.label_noise) = (TeacherKind::Linear, 0.4, 1.0);
    let moments = base.teacher.moments(3);
    let limit = eta_max_escape(4, &moments, 1.0).unwrap();
    assert!((limit - 0.9704).abs() < 5e-5 && eta_max_plateau(4, &moments, 1.0) > 1.03 * limit);
    for (share, sign) in [(0.99, 1.0), (1.01, -1.0)] {
        base.model.eta = share * limit;
        // With this much noise M has been learnt long before α = 4000.
        let rate = growth(base.clone(), 400.0);
        assert!(rate * sign > 0.0, "at {share} η₀: {rate}");
    }
}

#[test]
fn a_learning_rate_is_told_the_limit_that_explains_its_run() {
    let limits = StabilityLimits::of(&scenario(spec(6, 3, 0.1)));
    assert_eq!(limits.why_at_rest(1.7, false), None);
    assert_eq!(limits.why_at_rest(2.0, true), Some(PassedLimit::Solution(1.8)));
    assert!(matches!(limits.why_at_rest(2.25, false), Some(PassedLimit::Escape(limit)) if limit < 2.2155));
    assert_eq!(limits.why_diverged(2.25), None, "it would rest on the plateau: its start was too far out");
    assert!(matches!(limits.why_diverged(2.3), Some(PassedLimit::Plateau(_))));
    let mut flow = spec(6, 3, 9.0);
    flow.model.gradient_flow = true;
    assert_eq!(StabilityLimits::of(&scenario(flow)), StabilityLimits::default());
}

#[test]
fn at_a_rate_above_the_limit_of_escape_the_phase_and_the_read_outs_name_it() {
    let at = scenario(spec(3, 3, 0.91));
    let run = FinishedRun::of(at);
    let FinishedRun { scenario: at, trajectory, .. } = &run;
    let said = status(&RunData::of(&run), trajectory.snapshots().last().unwrap());
    assert!(said.starts_with("plateau: ") && said.contains("M shrinks"), "{said}");
    assert!(said.ends_with("η is above η₀ = 0.9000, the limit of escape"), "{said}");
    let found = readouts(at);
    let row = |name: &str| found.iter().find(|row| row.name == name).unwrap();
    assert_eq!((row("η₀, escape").value.as_str(), row("η₀, escape").alarming), ("0.9000", true));
    assert!(!row("η_max, plateau").alarming);
    let narrow = readouts(&scenario(spec(3, 1, 0.1)));
    assert_eq!(narrow.iter().find(|row| row.name == "η₀, escape").unwrap().value, "none");
}

#[test]
fn run_and_inspect_name_the_limit_of_escape() {
    let folder = Folder::new();
    folder.write("s.toml", "[model]\np = 3\np_star = 3\neta = 0.91\n");
    let said = folder.succeed(&["run", "s.toml", "-o", "out.json"]);
    assert!(said.contains("nothing leaves the plateau: eta is above eta_max_escape = 0.9"), "{said}");
    // Between the limits of the solutions and of escape it leaves, and finds no stable solution.
    folder.write("wide.toml", "[model]\np = 6\np_star = 3\neta = 1.9\n");
    let said = folder.succeed(&["run", "wide.toml", "-o", "out.json"]);
    assert!(said.contains("eta is above eta_max_solution = 1.8"), "{said}");
    for (p_star, limit) in [(3, Some(0.9)), (1, None)] {
        let identity = |rows: usize, columns: usize| {
            let row = |i: usize| {
                (0..columns).map(|j| if i == j { "0.5" } else { "0" }).collect::<Vec<_>>().join(",")
            };
            (0..rows).map(|i| format!("[{}]", row(i))).collect::<Vec<_>>().join(",")
        };
        let state = format!(
            "{{\"p\": 3, \"p_star\": {p_star}, \"eta\": 0.1, \"M\": [{}], \"Q\": [{}]}}",
            identity(3, p_star),
            identity(3, 3)
        );
        folder.write("state.json", &state);
        let laws: serde_json::Value =
            serde_json::from_str(&folder.succeed(&["inspect", "state.json"])).unwrap();
        let found = laws["laws"]["eta_max_escape"].as_f64();
        assert!(laws["laws"].as_object().unwrap().contains_key("eta_max_escape"));
        assert_eq!(found.map(|value| (value * 1e12).round() / 1e12), limit);
    }
}

fn guides(figure: Figure) -> Vec<Guide> {
    let Content::Plots(mut plots) = figure.content else { panic!("{} is no plot", figure.id) };
    plots.remove(0).1.guides
}

#[test]
fn the_map_and_the_half_times_have_the_limit_of_escape_beside_the_blow_up() {
    let find = |guides: &[Guide], label: &str| guides.iter().find(|guide| guide.label == label).cloned();
    let drawn = guides(half_times(&spec(3, 3, 0.1), &RateRecord::default()));
    let at = |label: &str| match find(&drawn, label).map(|guide| guide.shape) {
        Some(GuideShape::Vertical(eta)) => eta,
        other => panic!("{label}: {other:?}"),
    };
    assert!((at("η₀: no escape") - 0.9).abs() < 1e-12 && (at("η_max: blow-up") - 0.9248).abs() < 5e-4);
    let narrow = guides(half_times(&spec(3, 1, 0.1), &RateRecord::default()));
    assert_eq!(find(&narrow, "η₀: no escape"), None, "M grows up to the end of the plateau");
    let text = "[model]\np_star = 3\n[sweep]\np = [3, 6, 12]\neta = [0.1, 0.2]";
    let sweep = Sweep::new(SweepSpec::from_toml(text).unwrap()).unwrap();
    let map = guides(half_time_map(&sweep.spec().base, &sweep, &[]));
    let Some(GuideShape::Curve(line)) = find(&map, "η₀: no escape").map(|guide| guide.shape) else {
        panic!("{map:?}")
    };
    for ([eta, p], expected) in line.iter().zip([(3.0, 0.9), (6.0, 2.2154), (12.0, 5.3053)]) {
        assert!(*p == expected.0 && (eta - expected.1).abs() < 5e-5, "{eta} at {p}");
    }
    assert_eq!(line.len(), 3);
}
