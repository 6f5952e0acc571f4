//! The time that a sweep will take, guessed from a few of its rows before it begins.

use std::time::{Duration, Instant};

use crate::model::GOLDEN_SHARE;
use crate::sim::sweep::{RowCost, SweepRun};

/// No more rows are looked at.
const SAMPLES: u64 = 64;

/// Of rows without SGD, which are run for this, one in so many.
const ONE_IN: u64 = 8;

/// Time for all of them, and for one.
const PATIENCE: Duration = Duration::from_millis(500);
const PATIENCE_EACH: Duration = Duration::from_millis(250);

/// A guess of the seconds that the rest of a sweep takes on so many cores; 0 if nothing is left.
pub(super) fn estimated_seconds(run: &SweepRun, cores: usize) -> f64 {
    let begun = Instant::now();
    let (mut seconds, mut longest, mut seen) = (0.0, 0.0_f64, 0_u64);
    for index in sample(run) {
        if seen > 0 && begun.elapsed() > PATIENCE {
            break;
        }
        let started = Instant::now();
        let cost = RowCost::of(run.sweep(), index, cores, &|| started.elapsed() > PATIENCE_EACH);
        let ode = started.elapsed().as_secs_f64() / cost.ode_share;
        seconds += ode + cost.sgd_seconds;
        longest = longest.max(ode + cost.sgd_seconds_alone);
        seen += 1;
    }
    let rows = (run.total() - run.done()) as f64;
    // A single row may have the replicas of all cores; many rows share them.
    (seconds / seen.max(1) as f64 * rows / cores as f64).max(longest)
}

/// Some of the rows that are left, in an order without a trend: there may be no time for all of them.
fn sample(run: &SweepRun) -> Vec<u64> {
    let left = run.total() - run.done();
    let has_sgd = run.left().next().is_some_and(|index| run.sweep().parameters(index).value("n").is_some());
    let wanted = if has_sgd { left } else { left.div_ceil(ONE_IN) }.min(SAMPLES);
    // Multiples of the golden share fill a range evenly, in step with no axis of a grid.
    let place = |turn: u64| ((turn as f64 * GOLDEN_SHARE).fract() * left as f64) as u64;
    let mut turns: Vec<(u64, u64)> = (0..wanted).map(|turn| (place(turn), turn)).collect();
    turns.sort_unstable();
    turns.dedup_by_key(|(place, _)| *place);
    let mut turns = turns.into_iter().peekable();
    let mut found: Vec<(u64, u64)> = Vec::new();
    for (place, index) in run.left().enumerate() {
        if let Some((_, turn)) = turns.next_if(|(wanted, _)| *wanted == place as u64) {
            found.push((turn, index));
        }
    }
    found.sort_unstable();
    found.into_iter().map(|(_, index)| index).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::sweep::{Shard, Sweep, SweepSpec};

    fn run(text: &str) -> SweepRun {
        SweepRun::new(Sweep::new(SweepSpec::from_toml(text).unwrap()).unwrap(), Shard::WHOLE)
    }

    #[test]
    fn rows_are_looked_at_all_over_the_grid_each_once_and_none_that_is_done() {
        let sgd = run("[model]\np = 3\n[sweep]\neta = [0.1, 0.2]\nn = [100, 200, 300]\nseeds = 5\n");
        let mut all = sample(&sgd);
        all.sort_unstable();
        all.dedup();
        assert!(all.len() > 20 && all.iter().all(|index| *index < 30), "{all:?}");
        let rest = sample(&sgd.clone().without(0..20));
        assert!(!rest.is_empty() && rest.iter().all(|index| (20..30).contains(index)));
        assert!(sample(&sgd.without(0..30)).is_empty());
        let ode = run("[model]\np = 3\n[sweep]\nseeds = 1000\n");
        assert_eq!(sample(&ode).len() as u64, SAMPLES);
        let few = run("[model]\np = 3\n[sweep]\nseeds = 60\n");
        assert!(sample(&few).len() <= 8, "what is run twice is a small share");
    }

    #[test]
    fn twice_the_rows_or_half_the_cores_take_about_twice_as_long_and_large_n_takes_weeks() {
        let sweep = |n: &str, seeds: u64| {
            run(&format!(
                "[model]\np = 3\neta = 0.3\n[time]\nalpha_max = 10\n[sgd]\nreplicas = 8\n[sweep]\nn = [{n}]\nseeds = \
                 {seeds}\n"
            ))
        };
        let seconds = |n, seeds, cores| estimated_seconds(&sweep(n, seeds), cores);
        let ratio = seconds("1e9", 40, 2) / seconds("1e9", 20, 2);
        assert!((1.9..2.1).contains(&ratio), "{ratio}");
        let ratio = seconds("1e9", 40, 1) / seconds("1e9", 40, 2);
        assert!((1.9..2.1).contains(&ratio), "{ratio}");
        assert!(seconds("1e12", 100, 64) > 1e6);
    }
}
