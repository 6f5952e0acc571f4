//! Ensembles and their engines: the same bits however a run is cut, robust starts, divergence, memory, clear refusals.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use saddlescope::model::{
    Engine, Learning, Matrix, Overlaps, Scenario, ScenarioSpec, StartKind, Teacher, risk,
};
use saddlescope::sim::ensemble::{EnsembleError, EnsembleOptions, EnsembleRun, EnsembleStatus};
use saddlescope::sim::sgd::{Direct, Precision, Reduced, ReplicaStart, SgdError, SgdParameters};

fn parameters(n: u64, p_star: usize, eta: f64) -> SgdParameters {
    let learning = Learning { eta, label_noise: 0.0, gradient_flow: false };
    SgdParameters { n, learning, seed: 3, teacher: Teacher::orthonormal(p_star) }
}

fn noisy(label_noise: f64, parameters: SgdParameters) -> SgdParameters {
    SgdParameters { learning: Learning { label_noise, ..parameters.learning }, ..parameters }
}

fn start(p: usize, p_star: usize) -> Overlaps {
    let m = Matrix::from_fn(p, p_star, |i, r| 0.2 * ((3 * i + 5 * r + 1) as f64).sin());
    Overlaps::new(m, Matrix::identity(p, p)).unwrap()
}

fn scenario(text: &str) -> Scenario {
    Scenario::new(ScenarioSpec::from_toml(text).unwrap()).unwrap()
}

fn one_of(parameters: &SgdParameters, index: u64, start: &Overlaps) -> Reduced<1> {
    Reduced::new(parameters, &[ReplicaStart { index, overlaps: start }]).unwrap()
}

fn smallest_eigenvalue(matrix: &Matrix) -> f64 {
    matrix.clone().symmetric_eigenvalues().min()
}

fn check_state(state: &Overlaps) {
    let q = state.q();
    assert!(q == &q.transpose() && q.iter().chain(state.m()).all(|entry| entry.is_finite()));
    // Not the norm: squares of entries of a vanishing Q underflow.
    assert!(smallest_eigenvalue(q) >= -1e-14 * q.amax());
}

#[test]
fn a_replica_has_the_same_bits_alone_in_any_lane_and_with_any_instructions() {
    for (p, p_star, label_noise) in [(1, 1, 0.0), (3, 2, 0.1), (6, 3, 0.0), (2, 4, 0.0)] {
        let start = start(p, p_star);
        let parameters = noisy(label_noise, parameters(60, p_star, 0.2));
        let replica = |index| ReplicaStart { index, overlaps: &start };
        let mut lockstep =
            Reduced::<8>::new(&parameters, &std::array::from_fn::<_, 8, _>(|k| replica(k as u64))).unwrap();
        let mut others = Reduced::<8>::new(&parameters, &[replica(99), replica(5), replica(2)]).unwrap();
        let mut baseline = one_of(&parameters, 5, &start);
        let mut alone = one_of(&parameters, 5, &start);
        lockstep.advance(3000);
        others.advance(1000);
        others.advance(2000);
        baseline.advance_baseline(3000);
        alone.advance(3000);
        for state in [others.overlaps(1), baseline.overlaps(0), alone.overlaps(0)] {
            assert_eq!(state, lockstep.overlaps(5), "p = {p}");
        }
        assert_eq!(others.overlaps(2), lockstep.overlaps(2));
        assert_ne!(lockstep.overlaps(1), lockstep.overlaps(2));
    }
}

#[test]
fn an_ensemble_has_the_same_bits_for_any_number_of_threads_and_any_cut_of_the_run() {
    let text = "[model]\np = 3\np_star = 2\neta = 0.3\n[sgd]\nn = 200\nreplicas = 19\nengine = ";
    let grid = [0.0, 0.5, 1.0, 3.0, 10.0, 20.0];
    for engine in ["\"reduced\"", "\"direct\""] {
        let scenario = scenario(&format!("{text}{engine}"));
        let in_pool = |threads: usize, steps: u64, patience: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let mut run = EnsembleRun::new(&scenario, &grid).unwrap();
            pool.install(|| {
                loop {
                    // Stops at odd moments as well as at the end of a budget.
                    let asked = AtomicUsize::new(0);
                    let stop = || asked.fetch_add(1, Ordering::Relaxed) >= patience;
                    if run.advance(steps, &stop) == EnsembleStatus::Finished {
                        return run.report();
                    }
                }
            })
        };
        let whole = in_pool(1, u64::MAX, usize::MAX);
        assert_eq!(whole.alpha, grid);
        assert_eq!(whole, in_pool(3, u64::MAX, usize::MAX));
        assert_eq!(whole, in_pool(2, 37, usize::MAX));
        assert_eq!(whole, in_pool(2, u64::MAX, 50));
    }
}

#[test]
fn singular_starts_stay_finite_positive_and_symmetric() {
    let teacher = Teacher::orthonormal(2);
    let solved = Matrix::from_fn(4, 2, |i, r| if i % 2 == r { 1.0 } else { 0.0 });
    let gram = &solved * solved.transpose();
    let twins = Matrix::from_element(4, 4, 0.5);
    let tiny = Matrix::identity(4, 4) * 1e-30;
    let along = Matrix::from_element(4, 2, 0.3);
    for (m, q) in [
        (Matrix::zeros(4, 2), Matrix::zeros(4, 4)),
        (solved.clone(), gram.clone()),
        (solved, gram + &tiny),
        (Matrix::zeros(4, 2), twins.clone()),
        (along.clone(), &along * along.transpose() + twins),
        (Matrix::zeros(4, 2), tiny),
    ] {
        let start = Overlaps::new(m, q).unwrap();
        for label_noise in [0.0, 0.1] {
            let parameters = noisy(label_noise, parameters(50, 2, 0.2));
            let mut engine = one_of(&parameters, 0, &start);
            let before = engine.overlaps(0);
            assert!((before.q() - start.q()).amax() < 1e-15 && (before.m() - start.m()).amax() < 1e-15);
            for _ in 0..20 {
                engine.advance(100);
                check_state(&engine.overlaps(0));
                assert!(engine.risk(0) >= 0.0 && engine.diverged_at(0).is_none());
            }
        }
        assert!((risk(&start, &teacher) - one_of(&parameters(50, 2, 0.2), 0, &start).risk(0)).abs() < 1e-14);
    }
}

#[test]
fn the_zero_loss_solution_is_a_fixed_point_of_both_engines() {
    let start = Overlaps::new(Matrix::identity(2, 2), Matrix::identity(2, 2)).unwrap();
    let parameters = parameters(40, 2, 0.3);
    let mut reduced = one_of(&parameters, 0, &start);
    reduced.advance(20_000);
    assert!(reduced.risk(0) < 1e-29, "{}", reduced.risk(0));
    let replica = ReplicaStart { index: 0, overlaps: &start };
    let mut direct = Direct::new(&parameters, replica, Precision::Double).unwrap();
    assert!(direct.advance_to(20_000, &|| false));
    assert!(direct.risk() < 1e-26, "{}", direct.risk());
}

#[test]
fn a_long_tail_is_followed_to_the_rounding_of_the_weights() {
    let start = start(2, 2);
    let mut engine = one_of(&parameters(30, 2, 0.25), 0, &start);
    engine.advance(200_000);
    assert!(engine.risk(0) < 1e-28, "p = p* converges exponentially: {}", engine.risk(0));
    for _ in 0..50 {
        engine.advance(1000);
        check_state(&engine.overlaps(0));
        assert!(engine.risk(0) >= 0.0);
    }
}

#[test]
fn the_least_dimension_works_and_a_smaller_one_is_refused() {
    let start = start(3, 2);
    let mut engine = one_of(&parameters(6, 2, 0.02), 0, &start);
    engine.advance(1000);
    check_state(&engine.overlaps(0));
    let error = Reduced::<1>::new(&parameters(5, 2, 0.02), &[ReplicaStart { index: 0, overlaps: &start }])
        .unwrap_err();
    assert_eq!(error.to_string(), "sgd.n = 5: with p = 3 and p* = 2, N must be at least p + p* + 1 = 6");
    let none = Reduced::<8>::new(&parameters(50, 2, 0.02), &[]).unwrap_err();
    assert!(matches!(none, SgdError::Replicas { found: 0, .. }), "{none}");
}

#[test]
fn direct_weights_have_exactly_the_overlaps_asked_for() {
    let teacher = Teacher::from_gram(Matrix::from_row_slice(2, 2, &[1.4, 0.5, 0.5, 0.8])).unwrap();
    for (n, p) in [(6, 3), (7, 3), (500, 3), (4096, 3), (30_000, 1)] {
        let start = start(p, 2);
        let parameters = SgdParameters { teacher: teacher.clone(), ..parameters(n, 2, 0.1) };
        for (precision, tolerance) in [(Precision::Double, 2e-15), (Precision::Single, 1e-7)] {
            let mut engine =
                Direct::new(&parameters, ReplicaStart { index: 0, overlaps: &start }, precision).unwrap();
            assert!(engine.advance_to(0, &|| false));
            let state = engine.overlaps();
            let error = (state.m() - start.m()).amax().max((state.q() - start.q()).amax());
            assert!(error < tolerance, "N = {n}, {precision:?}: {error:e}");
        }
    }
}

#[test]
fn a_replica_that_diverges_stands_still_and_leaves_its_neighbours_alone() {
    let start = start(1, 1);
    // Beyond the largest stable rate, 1/6 as N grows: by α = 3 some have diverged and some have not.
    let parameters = parameters(100, 1, 0.2);
    let replica = |index: usize| ReplicaStart { index: index as u64, overlaps: &start };
    let mut diverged = 0;
    for batch in 0..8 {
        let mut engine =
            Reduced::<8>::new(&parameters, &std::array::from_fn::<_, 8, _>(|k| replica(8 * batch + k)))
                .unwrap();
        engine.advance(300);
        for lane in 0..8 {
            let mut alone = one_of(&parameters, (8 * batch + lane) as u64, &start);
            alone.advance(300);
            assert_eq!(alone.overlaps(0), engine.overlaps(lane));
            assert_eq!(alone.diverged_at(0), engine.diverged_at(lane));
            check_state(&engine.overlaps(lane));
            assert!(engine.risk(lane).is_finite());
            diverged += u32::from(engine.diverged_at(lane).is_some());
        }
        if let Some(step) = engine.diverged_at(0) {
            let mut until = one_of(&parameters, (8 * batch) as u64, &start);
            until.advance(step);
            assert_eq!(until.diverged_at(0), None);
            assert_eq!(until.overlaps(0), engine.overlaps(0), "its last state before it diverged");
        }
    }
    assert!((8..56).contains(&diverged), "{diverged} of 64");
}

#[test]
fn both_engines_diverge_equally_often() {
    let text = "[model]\np = 1\np_star = 1\neta = 0.2\n[start]\nepsilon = 0.2\n[sgd]\nn = 100\nreplicas = 2000\nengine = ";
    let [reduced, direct] = ["\"reduced\"", "\"direct\""].map(|engine| {
        let mut run = EnsembleRun::new(&scenario(&format!("{text}{engine}")), &[0.0, 1.0, 3.0]).unwrap();
        assert_eq!(run.advance(u64::MAX, &|| false), EnsembleStatus::Finished);
        let report = run.report();
        assert_eq!(report.alive[2] + report.diverged, 2000);
        assert!(report.risk_mean[2].is_finite() && report.risk_max[2].is_finite());
        for replica in report.finals.iter().filter(|replica| replica.alpha_diverged.is_some()) {
            assert!(replica.alpha_diverged.unwrap() <= 3.0 && replica.risk.is_finite());
        }
        report.diverged as f64 / 2000.0
    });
    let sigma = (2.0 * reduced * (1.0 - reduced) / 2000.0).sqrt();
    assert!((reduced - direct).abs() < 4.0 * sigma && reduced > 0.1 && reduced < 0.9, "{reduced} {direct}");
}

#[test]
fn the_half_life_of_every_replica_is_where_its_own_risk_is_half_its_own_start() {
    let text =
        "[model]\np = 2\np_star = 1\neta = 0.2\n[start]\nkind = \"weights\"\n[sgd]\nn = 640\nreplicas = 9";
    let scenario = scenario(text);
    let grid: Vec<f64> = (0..=64 * 40).map(|k| f64::from(k) / 64.0).collect();
    let options = EnsembleOptions { risk_curves: 9, followed: Some(4), ..EnsembleOptions::default() };
    let mut run = EnsembleRun::with_options(&scenario, &grid, options).unwrap();
    assert_eq!(run.advance(u64::MAX, &|| false), EnsembleStatus::Finished);
    // The grid is that at which the run looks.
    for (replica, curve) in run.replicas().iter().zip(run.risk_curves()) {
        let first = curve.iter().position(|risk| *risk <= 0.5 * curve[0]).map(|index| grid[index]);
        assert!(first.is_some() && replica.alpha_half == first, "{first:?} {:?}", replica.alpha_half);
    }
    assert_eq!(run.followed().len(), grid.len());
    let own = run.replica_scenario(4).unwrap();
    assert!((run.followed()[0].q() - own.initial().q()).amax() < 1e-14);
    assert_eq!(own.start.kind, StartKind::Weights);
}

#[test]
fn every_replica_of_a_weights_start_has_its_own_and_the_first_has_the_scenario_s() {
    let scenario = scenario("[start]\nkind = \"weights\"\n[sgd]\nn = 100\nreplicas = 3");
    let run = EnsembleRun::new(&scenario, &[0.0]).unwrap();
    assert_eq!(run.replica_scenario(0).unwrap(), scenario);
    let [one, two] = [1, 2].map(|index| run.replica_scenario(index).unwrap());
    assert!(one.initial() != two.initial() && one.initial() != scenario.initial());
}

#[test]
fn every_replica_of_a_weights_start_escapes_when_its_own_ode_does_or_so() {
    let text =
        "[model]\np = 2\np_star = 1\neta = 0.2\n[start]\nkind = \"weights\"\n[sgd]\nn = 1000\nreplicas = 64";
    let scenario = scenario(text);
    let mut run = EnsembleRun::new(&scenario, &[0.0, 40.0]).unwrap();
    assert_eq!(run.advance(u64::MAX, &|| false), EnsembleStatus::Finished);
    let own = run.replica_odes();
    assert_eq!(own.len(), 64);
    assert!(own.iter().all(|ode| ode.risk.first().unwrap()[0] == 0.0 && ode.risk.last().unwrap()[0] <= 40.0));
    let times: Vec<f64> = run.half_times().into_iter().map(Option::unwrap).collect();
    let odes: Vec<f64> = own.iter().map(|ode| ode.alpha_half.unwrap()).collect();
    // Noise on the way is of the order of the start itself, 1/√N: the own ODE tells part of when a replica escapes. Of 64
    // independent pairs the correlation has a standard deviation of 1/8.
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (time, ode) = (mean(&times), mean(&odes));
    let product =
        |f: &dyn Fn(f64, f64) -> f64| times.iter().zip(&odes).map(|(t, o)| f(t - time, o - ode)).sum::<f64>();
    let correlation = product(&|t, o| t * o) / (product(&|t, _| t * t) * product(&|_, o| o * o)).sqrt();
    assert!(correlation > 0.4, "{correlation}");
    let shared = EnsembleRun::new(&self::scenario("[sgd]\nreplicas = 2"), &[0.0, 1.0]).unwrap();
    assert!(shared.replica_odes().is_empty(), "replicas that share their start share its ODE");
}

#[test]
fn points_are_stamped_with_the_time_of_their_states_and_average_every_replica() {
    let scenario = scenario("[model]\np = 2\np_star = 1\neta = 0.1\n[sgd]\nn = 50\nreplicas = 11\nseed = 9");
    // 0.001 rounds to no step at all and 0.033 to two.
    let mut run = EnsembleRun::new(&scenario, &[0.0, 0.001, 0.033, 1.0]).unwrap();
    assert_eq!(run.alphas(), [0.0, 0.04, 1.0]);
    assert_eq!(run.advance(3, &|| false), EnsembleStatus::Running);
    assert_eq!(run.points().len(), 2);
    assert_eq!(run.progress().done, 33);
    assert_eq!(run.advance(u64::MAX, &|| false), EnsembleStatus::Finished);
    let parameters = SgdParameters::of(&scenario).unwrap();
    for point in run.points() {
        let states: Vec<_> = (0..11)
            .map(|index| {
                let mut engine = one_of(&parameters, index, scenario.initial());
                engine.advance((point.alpha() * 50.0).round() as u64);
                (engine.overlaps(0), engine.risk(0))
            })
            .collect();
        let mean =
            |read: &dyn Fn(&Overlaps) -> f64| states.iter().map(|(state, _)| read(state)).sum::<f64>() / 11.0;
        assert!((point.m(1, 0).unwrap().mean - mean(&|state| state.m()[(1, 0)])).abs() < 1e-14);
        assert!((point.q(0, 1).unwrap().mean - mean(&|state| state.q()[(0, 1)])).abs() < 1e-14);
        let largest = states.iter().map(|(_, risk)| *risk).fold(0.0, f64::max);
        assert_eq!(point.risk().max.to_bits(), f64::to_bits(largest));
        assert_eq!(point.alive(), 11);
    }
}

#[test]
fn a_run_stops_within_milliseconds() {
    for (engine, n, replicas) in [("reduced", 1_000_000_u64, 40), ("direct", 2_000_000, 2)] {
        let text = format!("[sgd]\nn = {n}\nreplicas = {replicas}\nengine = \"{engine}\"");
        let mut run = EnsembleRun::new(&scenario(&text), &[1000.0]).unwrap();
        let begun = Instant::now();
        let late = AtomicUsize::new(0);
        let stop = || {
            let over = begun.elapsed() > Duration::from_millis(50);
            late.fetch_add(usize::from(over), Ordering::Relaxed);
            over
        };
        assert_eq!(run.advance(u64::MAX, &stop), EnsembleStatus::Stopped);
        // Generous for an unoptimised build on a busy machine; the point is seconds, not minutes.
        assert!(begun.elapsed() < Duration::from_secs(2), "{engine}: {:?}", begun.elapsed());
    }
}

#[test]
fn what_cannot_run_is_refused_in_words() {
    let message = |text: &str, grid: &[f64], limit: u64| {
        let options = EnsembleOptions { memory_limit: limit, ..EnsembleOptions::default() };
        EnsembleRun::with_options(&scenario(text), grid, options).unwrap_err().to_string()
    };
    assert!(message("", &[1.0], 0).contains("no [sgd] section"));
    assert!(message("[sgd]", &[], 0).contains("at least one output time"));
    assert!(message("[sgd]", &[0.0, 2.0, 2.0], 0).contains("output time 2 of the ensemble is 2"));
    assert!(message("[sgd]", &[f64::NAN], 0).contains("output time 0"));
    let direct = "[sgd]\nengine = \"direct\"\nn = 100000000\nreplicas = 10";
    let refused = message(direct, &[1.0], 8 << 30);
    assert!(refused.contains("74.5 GiB") && refused.contains("8.0 GiB"), "{refused}");
    let error =
        EnsembleRun::new(&scenario("[sgd]\nengine = \"direct\"\nn = 1000000000000"), &[1.0]).unwrap_err();
    assert!(matches!(error, EnsembleError::Sgd(SgdError::Address { .. })), "{error}");
}

#[test]
fn the_report_reads_back_from_json() {
    let mut spec =
        ScenarioSpec::from_toml("[model]\np = 2\np_star = 1\n[sgd]\nn = 20\nreplicas = 1").unwrap();
    spec.sgd.as_mut().unwrap().engine = Engine::Direct;
    let mut run = EnsembleRun::new(&Scenario::new(spec).unwrap(), &[0.0, 1.0]).unwrap();
    run.advance(u64::MAX, &|| false);
    let report = run.report();
    let value = serde_json::to_value(&report).unwrap();
    assert_eq!(value["final"][0]["M"][1][0].as_f64(), Some(report.finals[0].m[1][0]));
    assert_eq!(value["M_mean"].as_array().unwrap().len(), 2);
    assert!(value["risk_sem"][1].is_null(), "one replica has no standard error");
    assert_eq!(value["engine"], "direct");
}

#[test]
fn memory_does_not_grow_with_the_number_of_steps() {
    let start = start(6, 3);
    let replicas: Vec<_> = (0..8).map(|index| ReplicaStart { index, overlaps: &start }).collect();
    let mut engine = Reduced::<8>::new(&parameters(1000, 3, 0.1), &replicas).unwrap();
    engine.advance(1);
    let during = allocation_counter::measure(|| engine.advance(20_000));
    assert_eq!(during.count_total, 0, "a step of the reduced engine allocates nothing");

    let scenario = scenario("[model]\np = 2\np_star = 1\n[sgd]\nn = 100\nreplicas = 8");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build().unwrap();
    let retained = |last: f64| {
        let mut run = None;
        let info = allocation_counter::measure(|| {
            let mut made = EnsembleRun::new(&scenario, &[0.0, 0.5 * last, last]).unwrap();
            pool.install(|| made.advance(u64::MAX, &|| false));
            run = Some(made);
        });
        assert!(run.is_some());
        info.bytes_max
    };
    let (short, long) = (retained(10.0), retained(1000.0));
    assert!(long <= short + 4096, "{short} bytes for 1 000 steps, {long} for 100 000");
}
