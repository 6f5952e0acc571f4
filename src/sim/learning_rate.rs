//! The learning rate and the escape: the half-time α½(η), averaged over random starts, and η½, at which it is least.
//!
//! α½ is the α at which the loss is half its initial value (the paper's α_c, Figure 2). A learning rate at which a
//! start diverges or never gets there has a count of those, not a number that hides them. Starts are the same at every
//! η, so that the mean is a smooth function of η, and η½ a function of the scenario and the number of starts alone.

mod search;

use std::ops::ControlFlow;

use rayon::prelude::*;

use super::sweep::{Axis, Outcome, Range, Scale, Seeds, StopAt, SweepSection, SweepSpec};
use super::{Append, Mean};
use crate::model::{
    ConstantLearning, EscapeStart, Scenario, ScenarioError, ScenarioSpec, eta_max_escape, eta_max_start, risk,
};

pub use self::search::BestRateSearch;

/// What random starts come to at one learning rate.
#[derive(Clone, Debug, PartialEq)]
pub struct HalfTimes {
    /// The learning rate η.
    pub eta: f64,
    /// α½ over the starts that have one; `None` if none has.
    pub alpha: Option<Mean>,
    /// Starts that were run.
    pub starts: u64,
    /// Starts that diverged before their loss was half.
    pub diverged: u64,
    /// Starts that ended without ever halving their loss.
    pub stuck: u64,
}

/// The starts of one learning rate on their way.
#[derive(Clone, Debug)]
pub struct HalfTimesRun {
    /// With this learning rate.
    spec: ScenarioSpec,
    starts: u64,
    /// Of the seeds from 1 on.
    outcomes: Vec<Outcome>,
}

impl HalfTimesRun {
    /// The starts of seeds 1 to `starts` at learning rate `eta`, at α = 0.
    pub fn new(base: &ScenarioSpec, eta: f64, starts: u64) -> Self {
        let mut spec = base.without_sgd();
        spec.model.eta = eta;
        Self { spec, starts, outcomes: Vec::new() }
    }

    /// Runs the next so many starts, over all cores; breaks with what they all came to, `None` if told to stop.
    ///
    /// # Errors
    /// A specification that is not valid.
    pub fn advance(
        &mut self,
        count: usize,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<ControlFlow<Option<HalfTimes>>, ScenarioError> {
        let one = |seed: u64| {
            let mut spec = self.spec.clone();
            spec.start.seed = seed;
            Ok(Outcome::of(&Scenario::new(spec)?, StopAt::Half, stop))
        };
        let first = self.outcomes.len() as u64 + 1;
        let last = self.starts.min((first - 1).saturating_add(count as u64));
        let found: Vec<Option<Outcome>> =
            (first..=last).into_par_iter().map(one).collect::<Result<_, ScenarioError>>()?;
        let Some(found) = found.into_iter().collect::<Option<Vec<Outcome>>>() else {
            return Ok(ControlFlow::Break(None));
        };
        self.outcomes.extend(found);
        let is_complete = self.outcomes.len() as u64 >= self.starts;
        Ok(if is_complete { ControlFlow::Break(Some(self.times())) } else { ControlFlow::Continue(()) })
    }

    fn times(&self) -> HalfTimes {
        let times: Vec<f64> = self.outcomes.iter().filter_map(|outcome| outcome.alpha_half).collect();
        let diverged = |outcome: &&Outcome| outcome.alpha_half.is_none() && outcome.ending.is_diverged();
        let diverged = self.outcomes.iter().filter(diverged).count() as u64;
        let stuck = self.starts - times.len() as u64 - diverged;
        let (eta, starts) = (self.spec.model.eta, self.starts);
        HalfTimes { eta, alpha: Mean::of(&times), starts, diverged, stuck }
    }
}

impl HalfTimes {
    /// Runs the starts of seeds 1 to `starts` at learning rate `eta`, over all cores; `None` if told to stop.
    ///
    /// # Errors
    /// A specification that is not valid.
    pub fn of(
        base: &ScenarioSpec,
        eta: f64,
        starts: u64,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<Self>, ScenarioError> {
        let run = HalfTimesRun::new(base, eta, starts).advance(usize::MAX, stop)?;
        Ok(run.break_value().flatten())
    }

    /// The mean α½ if every start has one.
    pub fn complete(&self) -> Option<f64> {
        self.alpha.filter(|_| self.diverged + self.stuck == 0).map(|alpha| alpha.mean)
    }
}

/// η½, the η of least half-time: where the mean α½ over the starts is least.
#[derive(Clone, Debug, PartialEq)]
pub struct BestRate {
    /// Student width p.
    pub p: usize,
    /// What the starts come to there.
    pub at: HalfTimes,
    /// The η that maximises the escape rate g, in theory.
    pub theory: f64,
}

/// All of it, as it comes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RateRecord {
    /// α½ at several rates, in increasing η.
    pub times: Vec<HalfTimes>,
    /// η½ of several widths, in increasing p: one of each.
    pub best: Vec<BestRate>,
    /// (η, mean α½ by the escape law), in increasing η.
    pub law: Vec<[f64; 2]>,
}

impl RateRecord {
    /// η½ at a width, if it has been found.
    pub fn best_at(&self, p: usize) -> Option<&BestRate> {
        self.best.iter().find(|rate| rate.p == p)
    }

    /// Random starts behind every mean; `None` while there is none.
    pub fn starts(&self) -> Option<u64> {
        self.times.iter().chain(self.best.iter().map(|rate| &rate.at)).map(|at| at.starts).next()
    }
}

impl Append for RateRecord {
    fn append(&mut self, later: Self) {
        self.times.extend(later.times);
        self.times.sort_by(|a, b| a.eta.total_cmp(&b.eta));
        self.best.extend(later.best);
        self.best.sort_by_key(|rate| rate.p);
        self.law.extend(later.law);
    }
}

/// Precision of ln η½, which four digits of it need.
const PRECISION: f64 = 1e-4;

/// The largest η of a specification at which norms that start at 1 relax to a plateau and M grows on it; infinite under
/// gradient flow.
fn last_escaping(base: &ScenarioSpec) -> f64 {
    if base.model.gradient_flow {
        return f64::INFINITY;
    }
    let (p, moments) = (base.model.p, base.teacher.moments(base.model.p_star));
    let start = eta_max_start(p, &moments, base.model.label_noise, 1.0);
    eta_max_escape(p, &moments, base.model.label_noise).unwrap_or(f64::INFINITY).min(start)
}

/// Points of the escape law's curve up to its end, and in the last hundredth before it.
const LAW_POINTS: [u64; 2] = [200, 49];

/// The mean α½ of the same starts by the escape law: (η, α½) between two rates, as far as there is a law.
///
/// Dense, and denser where g vanishes and α½ diverges as 1/g. The norms' relaxation, a time of order p/η, is not in it:
/// it holds for ε → 0.
///
/// # Errors
/// A specification that is not valid.
pub fn law_half_times(
    base: &ScenarioSpec,
    starts: u64,
    (low, high): (f64, f64),
) -> Result<Vec<[f64; 2]>, ScenarioError> {
    let drawn = (1..=starts).map(|seed| {
        let mut spec = base.clone();
        (spec.start.seed, spec.sgd) = (seed, None);
        Scenario::new(spec)
    });
    let drawn: Vec<Scenario> = drawn.collect::<Result<_, _>>()?;
    let starts: Vec<(EscapeStart<'_>, &Scenario)> =
        drawn.iter().map(|from| (EscapeStart::new(from.initial(), from.teacher()), from)).collect();
    let mean = |eta: f64| {
        let all: Option<Vec<f64>> = starts.iter().map(|start| law_half_time(start, eta)).collect();
        let all = all.filter(|all| !all.is_empty())?;
        Some([eta, all.iter().sum::<f64>() / all.len() as f64])
    };
    Ok(law_rates(low, high.min(last_escaping(base))).into_par_iter().filter_map(mean).collect())
}

/// Where the law of one start has half the initial loss.
fn law_half_time((start, scenario): &(EscapeStart<'_>, &Scenario), eta: f64) -> Option<f64> {
    let law = start.law(ConstantLearning { eta, ..scenario.learning().constant()? })?;
    let half = 0.5 * risk(scenario.initial(), scenario.teacher());
    law.alpha_at_gap(law.plateau.loss - half)
}

/// Rates from `low` to `end`, evenly in ln η, and ever more closely before the end.
fn law_rates(low: f64, end: f64) -> Vec<f64> {
    let [even, close] = LAW_POINTS;
    let near = 0.99 * end;
    if !(low < near && end.is_finite()) {
        return Vec::new();
    }
    let mut rates = Range { from: low, to: near, steps: even, scale: Scale::Log }.points();
    // From a hundredth to 1e-8 of the end.
    rates.extend((1..=close).map(|step| end * (1.0 - 0.01 * 10_f64.powf(-6.0 * step as f64 / close as f64))));
    rates.push(end);
    rates
}

/// Finds η½ of a specification; `None` where there is none, and if told to stop.
///
/// # Errors
/// A specification that is not valid.
pub fn best_rate(
    base: &ScenarioSpec,
    starts: u64,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Option<BestRate>, ScenarioError> {
    let mut search = BestRateSearch::new(base.clone(), starts);
    loop {
        if let ControlFlow::Break(found) = search.advance(usize::MAX, stop)? {
            return Ok(found);
        }
    }
}

/// The straight line of least squares through points (x, y): slope, intercept, and the share R² of the variance it
/// explains. `None` for fewer than two different x.
pub fn straight_line(points: &[[f64; 2]]) -> Option<(f64, f64, f64)> {
    let count = points.len() as f64;
    let mean = |axis: usize| points.iter().filter_map(|point| point.get(axis)).sum::<f64>() / count;
    let (x_0, y_0) = (mean(0), mean(1));
    let sum = |f: &dyn Fn(f64, f64) -> f64| points.iter().map(|[x, y]| f(x - x_0, y - y_0)).sum::<f64>();
    let (xx, xy, yy) = (sum(&|x, _| x * x), sum(&|x, y| x * y), sum(&|_, y| y * y));
    (xx > 0.0).then(|| {
        let slope = xy / xx;
        let explained = if yy > 0.0 { slope * xy / yy } else { 1.0 };
        (slope, y_0 - slope * x_0, explained)
    })
}

/// The sweep whose means of α_half these are.
pub fn half_time_sweep(base: &ScenarioSpec, times: &[HalfTimes]) -> SweepSpec {
    let etas = times.iter().map(|at| at.eta).collect();
    sweep(base, times.first(), |section| section.with("eta", Axis::List(etas)))
}

/// The sweep over the widths of these best rates and over the rates: each best one is in it, and neighbours to compare.
pub fn best_rate_sweep(base: &ScenarioSpec, best: &[BestRate]) -> SweepSpec {
    let p = best.iter().map(|rate| rate.p as f64).collect();
    let etas = best.iter().map(|rate| rate.at.eta).collect();
    let like = best.first().map(|rate| &rate.at);
    sweep(base, like, |section| section.with("p", Axis::List(p)).with("eta", Axis::List(etas)))
}

fn sweep(
    base: &ScenarioSpec,
    like: Option<&HalfTimes>,
    over: impl FnOnce(SweepSection) -> SweepSection,
) -> SweepSpec {
    let base = ScenarioSpec { sgd: None, ..base.clone() };
    let seeds = Seeds::Count(like.map_or(1, |at| at.starts));
    SweepSpec { base, sweep: over(SweepSection::new(StopAt::Half, seeds)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_through_points_on_a_line_is_that_line() {
        let points: Vec<[f64; 2]> = (0..5).map(|x| [f64::from(x), 2.0 - 3.0 * f64::from(x)]).collect();
        let (slope, intercept, explained) = straight_line(&points).unwrap();
        assert!((slope + 3.0).abs() < 1e-12 && (intercept - 2.0).abs() < 1e-12);
        assert!((explained - 1.0).abs() < 1e-12);
        assert_eq!(straight_line(&[[1.0, 2.0]]), None);
        assert_eq!(straight_line(&[]), None);
    }

    #[test]
    fn eta_half_is_the_least_of_many_rates_around_it_to_four_digits() {
        let base = ScenarioSpec::from_toml("[model]\np = 3\np_star = 3").unwrap();
        let best = best_rate(&base, 4, &|| false).unwrap().unwrap();
        let mean = |eta: f64| HalfTimes::of(&base, eta, 4, &|| false).unwrap().unwrap().complete().unwrap();
        let least = best.at.complete().unwrap();
        for step in 1..=20 {
            let share = 1.0 + 1e-3 * f64::from(step);
            assert!(mean(best.at.eta * share) > least && mean(best.at.eta / share) > least, "{share}");
        }
        assert_eq!(best_rate(&base, 4, &|| false), Ok(Some(best)), "the same starts, the same bits");
    }

    #[test]
    fn the_law_of_the_half_time_is_dense_and_diverges_at_the_limit_of_escape() {
        let base = ScenarioSpec::from_toml("[model]\np = 3\np_star = 3").unwrap();
        let law = law_half_times(&base, 2, (0.01, 1.0)).unwrap();
        assert!(law.len() >= 200 && law.is_sorted_by(|a, b| a[0] < b[0]), "{}", law.len());
        let (last, before) = (law[law.len() - 1], law.iter().rev().find(|[eta, _]| *eta < 0.8).unwrap());
        assert!((last[0] / 0.9 - 1.0).abs() < 1e-7 && last[1] > 1e6 * before[1], "{last:?}");
        // As 1/g, and g is linear in what is left of η.
        let near: Vec<_> = law.iter().filter(|[eta, _]| (1e-6..1e-4).contains(&(1.0 - eta / 0.9))).collect();
        let scaled: Vec<f64> = near.iter().map(|[eta, alpha]| alpha * (1.0 - eta / 0.9)).collect();
        assert!(scaled.len() > 10 && scaled.iter().all(|value| (value / scaled[0] - 1.0).abs() < 0.02));
        // No kink: neighbours turn by little, where the curve itself does: up to two thirds of its end.
        let slopes: Vec<f64> = law
            .windows(2)
            .map(|pair| (pair[1][1] / pair[0][1]).ln() / (pair[1][0] / pair[0][0]).ln())
            .collect();
        let even = &slopes[..180];
        assert!(
            even.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 0.1 * (1.0 + pair[0].abs())),
            "{even:?}"
        );
        // Where M grows up to the end of the plateau the curve ends there, finite.
        let narrow = ScenarioSpec::from_toml("[model]\np = 3\np_star = 1").unwrap();
        let law = law_half_times(&narrow, 2, (0.01, 1.0)).unwrap();
        let (first, last) = (law[0], law[law.len() - 1]);
        assert!(law.len() >= 200 && last[0] < 0.672 && last[1] < first[1], "{first:?} {last:?}");
    }

    #[test]
    fn the_best_rate_is_a_minimum_and_near_the_one_of_theory() {
        let base = ScenarioSpec::from_toml("[model]\np = 3\np_star = 3").unwrap();
        let best = best_rate(&base, 3, &|| false).unwrap().unwrap();
        let mean = |eta: f64| HalfTimes::of(&base, eta, 3, &|| false).unwrap().unwrap().complete().unwrap();
        let least = best.at.complete().unwrap();
        assert!(mean(0.9 * best.at.eta) > least && mean(1.1 * best.at.eta) > least);
        assert!((best.at.eta / best.theory - 1.0).abs() < 0.3, "{} {}", best.at.eta, best.theory);
        let beyond = HalfTimes::of(&base, 1.1, 3, &|| false).unwrap().unwrap();
        assert_eq!((beyond.diverged, beyond.complete()), (3, None));
        assert_eq!(best_rate(&base, 3, &|| true), Ok(None));
    }
}
