//! Sweeps as a library: the order of the grid, rows that depend on nothing but their index, shards, stopping, and
//! outcomes that agree with a run of their own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use saddlescope::model::{Scenario, ScenarioSpec};
use saddlescope::sim::ensemble::{EnsembleOptions, EnsembleRun};
use saddlescope::sim::sweep::{Ending, RowKeeper, Shard, Sweep, SweepRow, SweepRun, SweepSpec, SweepStatus};
use saddlescope::sim::{self, Mean};

fn sweep(text: &str) -> Sweep {
    Sweep::new(SweepSpec::from_toml(text).unwrap()).unwrap()
}

/// Every row, by index, computed on so many threads.
fn rows(sweep: &Sweep, shard: Shard, threads: usize) -> Vec<SweepRow> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let (mut run, found) = (SweepRun::new(sweep.clone(), shard), Mutex::new(Vec::new()));
    let status = pool.install(|| run.advance(u64::MAX, &|| false, &|row| found.lock().unwrap().push(row)));
    assert_eq!((status, run.done()), (SweepStatus::Finished, run.total()));
    let mut found = found.into_inner().unwrap();
    found.sort_by_key(|row| row.index);
    found
}

/// Widths, learning rates, an ε that some starts cannot have, and an N that is too small for some widths.
const MIXED: &str = "[model]\np_star = 2\n[sgd]\nreplicas = 3\n[sweep]\np = [2, 4]\neta = [0.2, 0.9]\n\
                     epsilon = [0.01, 0.5]\nn = [6, 200]\nseeds = 2\n";

/// Keeps every row at every chance.
#[derive(Default)]
struct Shelf {
    rows: Mutex<HashMap<u64, EnsembleRun>>,
    asked: AtomicUsize,
    kept: AtomicUsize,
}

impl RowKeeper for Shelf {
    fn restore(&self, index: u64, _: &Scenario, _: &[f64], _: EnsembleOptions) -> Option<EnsembleRun> {
        self.rows.lock().unwrap().get(&index).cloned()
    }

    fn is_due(&self, _: u64) -> bool {
        self.asked.fetch_add(1, Ordering::Relaxed) % 7 == 6
    }

    fn keep(&self, index: u64, _: &Scenario, run: &mut EnsembleRun) {
        self.kept.fetch_add(1, Ordering::Relaxed);
        self.rows.lock().unwrap().insert(index, run.clone());
    }

    fn forget(&self, index: u64) {
        self.rows.lock().unwrap().remove(&index);
    }
}

#[test]
fn rows_that_are_kept_stopped_and_gone_on_with_are_those_of_an_undisturbed_sweep() {
    for stop in ["half", "end"] {
        let sweep = sweep(&format!(
            "[model]\np = 4\np_star = 2\n[time]\nalpha_max = 40\n[sgd]\nreplicas = 9\n[sweep]\n\
             eta = [0.3, 0.8]\nn = [30, 300]\nseeds = 2\nstop = \"{stop}\"\n"
        ));
        let whole = rows(&sweep, Shard::WHOLE, 2);
        let (shelf, found) = (Shelf::default(), Mutex::new(Vec::new()));
        let mut run = SweepRun::new(sweep, Shard::WHOLE);
        let mut turns = 0;
        loop {
            let looks = AtomicUsize::new(0);
            turns += 1;
            let told = || looks.fetch_add(1, Ordering::Relaxed) > 40 + turns;
            let sink = |row| found.lock().unwrap().push(row);
            if run.advance_keeping(u64::MAX, &told, &sink, &shelf) == SweepStatus::Finished {
                break;
            }
        }
        let mut found = found.into_inner().unwrap();
        found.sort_by_key(|row| row.index);
        assert_eq!(found, whole);
        let kept = shelf.kept.load(Ordering::Relaxed);
        assert!(turns > 3 && kept > 20, "{turns} turns, kept {kept} times");
        assert!(shelf.rows.into_inner().unwrap().is_empty(), "rows that are over are forgotten");
    }
}

#[test]
fn the_first_axis_varies_slowest_and_the_seed_fastest() {
    let sweep = sweep(
        "[sweep]\nseeds = { from = 5, count = 2 }\nn = [100, 200]\np = [3, 6]\np_star = [1, 2, 3]\neta = [0.1, 0.2]\n\
         label_noise = [0.0, 0.1]\nepsilon = { from = 0.01, to = 0.02, steps = 2 }\n[sgd]\nseed = 40\n",
    );
    assert_eq!(sweep.rows(), 2 * 3 * 2 * 2 * 2 * 2 * 2);
    let mut index = 0;
    for p in [3.0, 6.0] {
        for p_star in [1.0, 2.0, 3.0] {
            for eta in [0.1, 0.2] {
                for epsilon in [0.01, 0.02] {
                    for label_noise in [0.0, 0.1] {
                        for n in [100.0, 200.0] {
                            for (seed, sgd_seed) in [(5, 40), (6, 41)] {
                                let at = sweep.parameters(index);
                                let keys = ["p", "p_star", "eta", "epsilon", "label_noise", "n"];
                                let expected = [p, p_star, eta, epsilon, label_noise, n].map(Some);
                                assert_eq!(keys.map(|key| at.value(key)), expected);
                                assert_eq!((at.seed, at.sgd_seed), (seed, sgd_seed));
                                index += 1;
                            }
                        }
                    }
                }
            }
        }
    }
    let point = sweep.point(index - 1).unwrap();
    assert_eq!((point.model.p, point.start.epsilon, point.start.seed), (6, 0.02, 6));
    assert_eq!(point.sgd.as_ref().map(|sgd| (sgd.n, sgd.seed)), Some((200, 41)));
}

#[test]
fn what_does_not_vary_is_the_scenarios() {
    let sweep = sweep(
        "[model]\np = 4\neta = 0.3\n[start]\nkind = \"gaussian\"\nseed = 9\n[sweep]\np_star = [1, 2]\n",
    );
    let mut spec = ScenarioSpec::from_toml(
        "[model]\np = 4\neta = 0.3\np_star = 2\n[start]\nkind = \"gaussian\"\nseed = 9\n",
    );
    assert_eq!(sweep.point(1).unwrap(), Scenario::new(spec.clone().unwrap()).unwrap());
    if let Ok(spec) = &mut spec {
        spec.model.p_star = 1;
    }
    assert_eq!(sweep.point(0).unwrap(), Scenario::new(spec.unwrap()).unwrap());
    assert_eq!(sweep.parameters(0).value("n"), None);
}

#[test]
fn the_rows_are_the_same_on_any_number_of_threads_and_in_any_shards() {
    let sweep = sweep(MIXED);
    let whole = rows(&sweep, Shard::WHOLE, 1);
    assert_eq!(whole.len() as u64, sweep.rows());
    assert_eq!(rows(&sweep, Shard::WHOLE, 2), whole);
    assert_eq!(rows(&sweep, Shard::WHOLE, 3), whole);
    for of in [2, 3, 50] {
        let shards = (1..=of).map(|number| rows(&sweep, Shard::new(number, of).unwrap(), 2));
        let mut union: Vec<SweepRow> = shards.flatten().collect();
        union.sort_by_key(|row| row.index);
        assert_eq!(union, whole, "{of} shards");
    }
}

#[test]
fn points_that_are_no_scenario_are_rows_that_say_why() {
    let sweep = sweep(MIXED);
    let (mut too_wide, mut too_far) = (0, 0);
    for row in rows(&sweep, Shard::WHOLE, 2) {
        match (row.outcome.ending, sweep.point(row.index)) {
            (Ending::Invalid(reason), Err(error)) => {
                assert_eq!(reason, error.to_string());
                assert!(row.outcome.alpha_end.is_none() && row.outcome.sgd.is_none());
                too_wide += usize::from(reason.contains("p + p* + 1"));
                too_far += usize::from(reason.contains("the largest that works"));
            }
            (Ending::Invalid(reason), Ok(_)) => panic!("row {}: {reason}", row.index),
            (_, point) => assert!(point.is_ok() && row.outcome.sgd.is_some()),
        }
    }
    assert_eq!(too_wide, 8, "N = 6 is too small for p = 4, p* = 2, and for nothing else");
    assert!(too_far > 0, "some starts with epsilon = 0.5 do not exist");
}

#[test]
fn a_row_agrees_with_a_run_of_its_own() {
    let sweep = sweep(
        "[model]\np_star = 2\n[start]\nkind = \"gaussian\"\n[sweep]\np = [1, 2, 5]\neta = [0.05, 0.3, 3.0]\nseeds = 2\n",
    );
    let mut endings = Vec::new();
    for row in rows(&sweep, Shard::WHOLE, 2) {
        let (trajectory, summary) = sim::run(&sweep.point(row.index).unwrap());
        let found = &row.outcome;
        assert_eq!(found.alpha_end, Some(summary.alpha));
        assert_eq!(
            (found.alpha_half, found.alpha_escape),
            (summary.events.alpha_half, summary.events.alpha_escape)
        );
        let last = &trajectory.snapshots().last().unwrap().observables;
        if !found.ending.is_diverged() {
            assert_eq!(found.risk, Some(last.risk));
            assert_eq!(found.distance, last.distance.map(|apart| apart.total));
            assert_eq!(found.distance_whitened, last.whitened.map(|apart| apart.total));
        }
        endings.push(found.ending.name());
    }
    for name in ["done", "converged", "stationary", "diverged"] {
        assert!(endings.contains(&name), "{name}: {endings:?}");
    }
}

#[test]
fn the_plateau_that_is_seen_is_that_of_theory_as_far_as_the_start_lets_it_be() {
    let sweep = sweep(
        "[model]\np = 3\n[sweep]\np_star = [1, 3]\neta = [0.02, 0.3]\nepsilon = [1e-2, 1e-3]\nseeds = 3\n",
    );
    for row in rows(&sweep, Shard::WHOLE, 2) {
        let (theory, seen) = (row.outcome.plateau_loss.unwrap(), row.outcome.plateau_loss_seen.unwrap());
        // For small eta norms relax as exp(-r alpha), r = 4 eta/p, and the gap opens as epsilon^2 exp(2 g alpha),
        // 2g/r = 2/p*. Where the two are equal both are epsilon to the power 2/(1 + 2/p*).
        let (epsilon, teachers) =
            (row.parameters.value("epsilon").unwrap(), row.parameters.value("p_star").unwrap());
        let gap = epsilon.powf(2.0 * teachers / (teachers + 2.0));
        assert!((seen / theory - 1.0).abs() < 2.0 * gap, "{seen} and {theory} at {epsilon}");
    }
}

#[test]
fn half_way_rows_stop_early_and_have_the_same_half_way_time() {
    let text = "[model]\np = 3\n[sweep]\neta = [0.1, 0.5, 0.92, 2.0]\nseeds = 3\n";
    let (whole, half) = (sweep(text), sweep(&format!("{text}stop = \"half\"\n")));
    for (row, short) in rows(&whole, Shard::WHOLE, 2).iter().zip(rows(&half, Shard::WHOLE, 2)) {
        assert_eq!(short.outcome.alpha_half, row.outcome.alpha_half);
        if row.outcome.alpha_half.is_some() {
            assert_eq!(short.outcome.ending, Ending::Half);
            assert_eq!(short.outcome.alpha_end, row.outcome.alpha_half);
            assert!(short.outcome.risk.is_none());
        } else {
            assert_eq!(short.outcome, row.outcome);
        }
    }
}

#[test]
fn replicas_beside_the_ode_are_those_of_an_ensemble() {
    let text =
        "[model]\np = 3\n[sgd]\nreplicas = 10\nseed = 7\n[sweep]\neta = [0.3]\nn = [1000]\nseeds = 2\n";
    let sweep = sweep(text);
    for row in rows(&sweep, Shard::WHOLE, 2) {
        let sgd = row.outcome.sgd.unwrap();
        let scenario = sweep.point(row.index).unwrap();
        let mut run = sim::ensemble::EnsembleRun::new(&scenario, &[row.outcome.alpha_end.unwrap()]).unwrap();
        run.advance(u64::MAX, &|| false);
        let replicas = run.replicas();
        let halves: Vec<f64> = replicas.iter().filter_map(|replica| replica.alpha_half).collect();
        let risks: Vec<f64> = replicas.iter().map(|replica| replica.risk).collect();
        assert_eq!((sgd.halved, sgd.diverged), (10, 0));
        assert_eq!((sgd.alpha_half, sgd.risk), (Mean::of(&halves), Mean::of(&risks)));
        let ode = row.outcome.alpha_half.unwrap();
        let mean = sgd.alpha_half.unwrap();
        assert!((mean.mean - ode).abs() < 5.0 * mean.sem.unwrap() + 0.1 * ode, "{} and {ode}", mean.mean);
    }
}

#[test]
fn half_way_replicas_stop_when_all_are_there() {
    let text = "[model]\np = 3\n[sgd]\nreplicas = 5\n[sweep]\neta = [0.3]\nn = [1000]\n";
    let (whole, half) = (sweep(text), sweep(&format!("{text}stop = \"half\"\n")));
    let (whole, half) = (rows(&whole, Shard::WHOLE, 1), rows(&half, Shard::WHOLE, 2));
    let of = |rows: &[SweepRow]| rows[0].outcome.sgd.unwrap();
    assert_eq!((of(&half).halved, of(&half).alpha_half), (5, of(&whole).alpha_half));
    assert!(of(&half).risk.is_none() && of(&whole).risk.is_some());
}

#[test]
fn a_stopped_sweep_goes_on_where_it_was_and_gives_every_row_once() {
    let sweep = sweep("[model]\np = 3\n[sweep]\neta = [0.3, 0.5]\nseeds = 10\n");
    let whole = rows(&sweep, Shard::WHOLE, 1);
    let (mut run, found) = (SweepRun::new(sweep, Shard::WHOLE), Mutex::new(Vec::new()));
    let looks = AtomicUsize::new(0);
    // Stops after a growing number of looks: within runs, and between them.
    let mut patience = 10;
    loop {
        looks.store(0, Ordering::Relaxed);
        let stop = || looks.fetch_add(1, Ordering::Relaxed) > patience;
        let before = run.done();
        let status = run.advance(3, &stop, &|row| found.lock().unwrap().push(row));
        assert!(run.done() - before <= 3);
        match status {
            SweepStatus::Finished => break,
            SweepStatus::Stopped => patience *= 2,
            SweepStatus::Running => {}
        }
    }
    let mut found = found.into_inner().unwrap();
    found.sort_by_key(|row| row.index);
    assert_eq!(found, whole);
}

#[test]
fn a_resumed_sweep_computes_only_what_is_missing() {
    let sweep = sweep("[model]\np = 3\n[sweep]\neta = [0.5]\nseeds = 9\nstop = \"half\"\n");
    let shard = Shard::new(2, 2).unwrap();
    let mut run = SweepRun::new(sweep, shard).without([1, 5, 5, 4]);
    assert_eq!((run.done(), run.total()), (2, 4));
    let found = Mutex::new(Vec::new());
    run.advance(u64::MAX, &|| false, &|row| found.lock().unwrap().push(row.index));
    let mut found = found.into_inner().unwrap();
    found.sort_unstable();
    assert_eq!(found, [3, 7]);
}

#[test]
fn a_sweep_reads_back_from_its_own_text() {
    let text = "[model]\np = 3\n[time]\nalpha_max = 10\n[sgd]\nn = 50\n[sweep]\nstop = \"half\"\neta = [0.1, 1]\n\
                epsilon = { from = 1e-3, to = 0.1, steps = 3, scale = \"log\" }\nseeds = { from = 3, count = 4 }\n";
    let spec = SweepSpec::from_toml(text).unwrap();
    assert_eq!(SweepSpec::from_toml(&spec.to_toml().unwrap()).unwrap(), spec);
}

/// Every text must be refused in one line that says this.
fn assert_refused(faults: &[(&str, &str)]) {
    for (text, expected) in faults {
        let message = SweepSpec::from_toml(text).and_then(Sweep::new).unwrap_err().to_string();
        assert!(message.contains(expected) && message.lines().count() == 1, "{text}: {message}");
    }
}

#[test]
fn what_a_sweep_file_cannot_say_is_named_with_its_line() {
    assert_refused(&[
        ("", "sweep = (nothing): a sweep file has a section [sweep]"),
        ("[sweep]\n", "sweep = (nothing): "),
        ("[sweep]\nstop = \"half\"\n", "sweep = (nothing): "),
        (
            "[sweep]\neta = 0.1\n",
            "line 2: expected a list [0.1, 0.2] or a range { from = 0.1, to = 1, steps = 10, scale = \"log\" }, found `0.1`",
        ),
        ("[sweep]\neta = [\"a\"]\n", "line 2: "),
        ("[sweep]\nseeds = -3\n", "line 2: a number of seeds is at least 1"),
        ("[sweep]\nseed = 3\n", "line 2: unknown key `sweep.seed`; did you mean `seeds`?"),
        ("[sweeps]\neta = [1]\n", "line 1: unknown key `sweeps`; did you mean `sweep`?"),
        (
            "[sweep]\neta = { from = 1, to = 2, step = 3 }\n",
            "line 2: unknown key `sweep.eta.step`; did you mean `steps`?",
        ),
        (
            "[sweep.eta]\nfrom = 1\ntoo = 2\nsteps = 3\n",
            "line 3: unknown key `sweep.eta.too`; did you mean `to`?",
        ),
        ("[sweep]\neta = { from = 1, to = 2 }\n", "line 2: the key `steps` is missing"),
        (
            "[sweep]\neta = { from = 1, to = 2, steps = 3, scale = \"cubic\" }\n",
            "line 2: unknown word `cubic`; known are `linear` or `log`",
        ),
        ("[sweep]\nstop = \"soon\"\neta = [1]\n", "line 2: unknown word `soon`; known are "),
        ("eta = [1]\n", "line 1: unknown key `eta`; it belongs under [model]"),
    ]);
}

#[test]
fn values_that_no_point_can_have_are_named_with_what_would_be_right() {
    assert_refused(&[
        ("[sweep]\neta = []\n", "sweep.eta = []: a list has at least one value"),
        ("[sweep]\neta = [-1]\n", "sweep.eta = -1: a learning rate is a number above 0"),
        ("[sweep]\neta = [nan]\n", "sweep.eta = NaN: a finite number"),
        ("[sweep]\np = [2.5]\n", "sweep.p = 2.5: a whole number"),
        ("[sweep]\np = [0, 3]\n", "sweep.p = 0: a width is a whole number from 1 to 64"),
        ("[sweep]\np_star = [1, 65]\n", "sweep.p_star = 65: a width"),
        ("[sweep]\nn = [1e13]\n", "sweep.n = 10000000000000: the dimension"),
        ("[sweep]\nlabel_noise = [-0.1]\n", "sweep.label_noise = -0.1: a variance"),
        ("[sweep]\nseeds = 0\n", "sweep.seeds = (0 seeds): 1 to"),
        ("[sweep]\neta = { from = 1, to = 2, steps = 1 }\n", "sweep.eta = (steps = 1): a range has 2 to"),
        (
            "[sweep]\neta = { from = 1, to = 1, steps = 3 }\n",
            "sweep.eta = (from 1 to 1): a range has two different ends",
        ),
        ("[sweep]\nlabel_noise = { from = 0, to = 1, steps = 3, scale = \"log\" }\n", "both ends above 0"),
        (
            "[sweep]\nseeds = 4000\neta = { from = 0.1, to = 1, steps = 4000 }\n",
            "sweep = (16000000 rows): a sweep has at most",
        ),
        ("[model]\neta = 0\n[sweep]\nseeds = 2\n", "model.eta = 0: a learning rate"),
        (
            "[time]\nalphas = [1]\n[sweep]\nseeds = 2\n",
            "time.alphas = (1 values): a sweep has one row per run",
        ),
        (
            "[start]\nkind = \"file\"\npath = \"a\"\n[sweep]\neta = [1]\n",
            "start.kind = \"file\": a sweep draws its starts",
        ),
        (
            "[sgd]\nengine = \"direct\"\n[sweep]\neta = [1]\n",
            "sgd.engine = \"direct\": a sweep steps the reduced engine",
        ),
        (
            "[sgd]\nn = 3\n[sweep]\neta = [1]\n",
            "sweep = (1 points): not one of them is a valid scenario; the first: sgd.n = 3",
        ),
        (
            "[sweep]\nepsilon = [7, 8]\n",
            "sweep = (2 points): not one of them is a valid scenario; the first: start.epsilon = 7",
        ),
    ]);
}

proptest! {
    #[test]
    fn every_row_is_in_exactly_one_shard(rows in 0_u64..500, of in 1_u64..40) {
        let mut seen = vec![0; rows as usize];
        for number in 1..=of {
            let shard = Shard::new(number, of).unwrap();
            let indices: Vec<u64> = shard.indices(rows).collect();
            prop_assert_eq!(indices.len() as u64, shard.rows(rows));
            for (place, &index) in indices.iter().enumerate() {
                prop_assert_eq!(shard.place(index), Some(place as u64));
                seen[index as usize] += 1;
            }
        }
        prop_assert!(seen.iter().all(|&times| times == 1));
    }
}
