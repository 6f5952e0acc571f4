//! The jobs beside a run: spectra along it, runs from other starts, escapes against the learning rate, and maps.
//!
//! Each is a request, plain data, and a function that makes the job of it, to be given to a worker as its engine.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::job::Job;
use super::stepwise::StepwiseJob;
use crate::model::{GOLDEN_SHARE, Scenario, ScenarioError, ScenarioSpec, hessian_spectrum};
use crate::sim::learning_rate::{BestRateSearch, HalfTimesRun, RateRecord, law_half_times};
use crate::sim::sweep::{Sweep, SweepRow, SweepRows};
use crate::sim::{OtherStartRun, OtherStarts, Snapshot, SpectrumTrack, Status};

/// Steps of another start's ODE between two looks at whether to go on.
const SLICE_STEPS: usize = 64;

/// Spectra of the Hessian at these states, in their order.
#[derive(Clone, Debug)]
pub struct SpectrumRequest {
    /// The scenario: its teacher, and N if it has one.
    pub scenario: Scenario,
    /// The states, in increasing α.
    pub states: Vec<Snapshot>,
}

/// The job of a [`SpectrumRequest`]: one piece per state.
pub fn spectrum_job(request: &SpectrumRequest) -> Box<dyn Job<SpectrumTrack>> {
    let SpectrumRequest { scenario, states } = request.clone();
    let (total, mut states) = (states.len(), states.into_iter());
    let n = scenario.sgd.as_ref().map(|sgd| sgd.n);
    let next = move |cancelled: &(dyn Fn() -> bool + Sync)| {
        let Some(at) = states.next().filter(|_| !cancelled()) else { return ControlFlow::Break(()) };
        let spectrum = hessian_spectrum(&at.state, scenario.teacher(), n);
        ControlFlow::Continue(Some(SpectrumTrack { points: vec![(at.alpha, spectrum)] }))
    };
    Box::new(StepwiseJob::new(total, Box::new(next)))
}

/// Runs of a scenario from the starts of these seeds.
#[derive(Clone, Debug)]
pub struct OtherStartsRequest {
    /// The scenario, whose own seed is left out.
    pub scenario: Scenario,
    /// The seeds.
    pub seeds: Vec<u64>,
}

/// The job of a [`OtherStartsRequest`]: one piece per seed; seeds whose start cannot be made are passed over.
pub fn other_starts_job(request: &OtherStartsRequest) -> Box<dyn Job<OtherStarts>> {
    let OtherStartsRequest { scenario, seeds } = request.clone();
    let (total, mut seeds, mut going) = (seeds.len(), seeds.into_iter(), None);
    let next = move |cancelled: &(dyn Fn() -> bool + Sync)| {
        if going.is_none() {
            let Some(seed) = seeds.next().filter(|_| !cancelled()) else { return ControlFlow::Break(()) };
            match OtherStartRun::new(&scenario, seed) {
                Ok(run) => going = Some(run),
                Err(_) => return ControlFlow::Continue(Some(OtherStarts::default())),
            }
        }
        let Some(run) = &mut going else { return ControlFlow::Break(()) };
        if run.advance(SLICE_STEPS, &|| cancelled()) == Status::Running {
            return ControlFlow::Continue(None);
        }
        match going.take().filter(|_| !cancelled()) {
            Some(run) => ControlFlow::Continue(Some(OtherStarts { runs: vec![run.finish()] })),
            None => ControlFlow::Break(()),
        }
    };
    Box::new(StepwiseJob::new(total, Box::new(next)))
}

/// α½ against η for one scenario, by runs and by the escape law, and η½ against p.
#[derive(Clone, Debug, PartialEq)]
pub struct RateRequest {
    /// What does not vary.
    pub base: ScenarioSpec,
    /// Learning rates, in the order in which they are run.
    pub etas: Vec<f64>,
    /// Student widths of which the best rate is sought, after that.
    pub widths: Vec<usize>,
    /// Random starts per mean.
    pub starts: u64,
}

/// The job of a [`RateRequest`]: the law, then one piece per rate and one per width.
pub fn rate_job(request: &RateRequest) -> Box<dyn Job<RateRecord>> {
    let RateRequest { base, etas, widths, starts } = request.clone();
    let total = 1 + etas.len() + widths.len();
    if let Err(error) = Scenario::new(base.clone()) {
        return Box::new(StepwiseJob::impossible(error.to_string()));
    }
    let ends = etas.iter().fold((f64::INFINITY, 0.0_f64), |(low, high), eta| (low.min(*eta), high.max(*eta)));
    let (mut ends, mut etas, mut widths) = (Some(ends), etas.into_iter(), widths.into_iter());
    // As many starts at a time as there are cores.
    let chunk = rayon::current_num_threads();
    let (mut times, mut best) = (None, None);
    let next = move |cancelled: &(dyn Fn() -> bool + Sync)| {
        if cancelled() {
            return ControlFlow::Break(());
        }
        if let Some(ends) = ends.take() {
            let law = law_half_times(&base, starts, ends).unwrap_or_default();
            return ControlFlow::Continue(Some(RateRecord { law, ..RateRecord::default() }));
        }
        times = times.take().or_else(|| etas.next().map(|eta| HalfTimesRun::new(&base, eta, starts)));
        let found = if let Some(run) = &mut times {
            let found = finished(run.advance(chunk, cancelled), &mut times);
            found.map(|times| RateRecord { times, ..RateRecord::default() })
        } else {
            let search = |p| {
                let mut spec = base.clone();
                spec.model.p = p;
                BestRateSearch::new(spec, starts)
            };
            best = best.take().or_else(|| widths.next().map(search));
            let Some(search) = &mut best else { return ControlFlow::Break(()) };
            let found = finished(search.advance(chunk, cancelled), &mut best);
            found.map(|best| RateRecord { best, ..RateRecord::default() })
        };
        if cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(found) }
    };
    Box::new(StepwiseJob::new(total, Box::new(next)))
}

/// What came of work that is over now, and is let go: one thing or none; `None` while it goes on.
fn finished<T, W>(
    step: Result<ControlFlow<Option<T>>, ScenarioError>,
    work: &mut Option<W>,
) -> Option<Vec<T>> {
    let found = match step {
        Ok(ControlFlow::Continue(())) => return None,
        Ok(ControlFlow::Break(found)) => found,
        Err(_) => None,
    };
    *work = None;
    Some(found.into_iter().collect())
}

/// The job of a sweep for a map: one piece per row, in an order that fills the map evenly.
pub fn map_job(sweep: &Arc<Sweep>) -> Box<dyn Job<SweepRows>> {
    let sweep = Arc::clone(sweep);
    let rows = sweep.rows();
    let mut order = scattered(rows).into_iter();
    let next = move |cancelled: &(dyn Fn() -> bool + Sync)| {
        let row = order.next().and_then(|index| SweepRow::of(&sweep, index, cancelled));
        row.map_or(ControlFlow::Break(()), |row| ControlFlow::Continue(Some(SweepRows { rows: vec![row] })))
    };
    Box::new(StepwiseJob::new(rows as usize, Box::new(next)))
}

/// 0 to `count` − 1, each once, neighbours far apart: multiples of a step that has no divisor in common with `count`.
fn scattered(count: u64) -> Vec<u64> {
    let common = |mut a: u64, mut b: u64| {
        while b > 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    // The golden ratio's share spreads multiples most evenly.
    let wanted = (count as f64 * GOLDEN_SHARE) as u64;
    let step = (wanted.max(1)..=wanted + count).find(|step| common(*step, count.max(1)) == 1).unwrap_or(1);
    (0..count).map(|index| index * step % count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scattered_indices_are_all_of_them_once() {
        for count in [0, 1, 2, 12, 97, 240] {
            let mut all = scattered(count);
            all.sort_unstable();
            assert_eq!(all, (0..count).collect::<Vec<_>>());
        }
    }
}
