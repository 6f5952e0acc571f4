//! The learning rate and the escape: α_c(η), averaged over random starts, and the η at which it is least.
//!
//! α_c is the α at which the loss is half its initial value (paper, Figure 2). A learning rate at which a start diverges
//! or never gets there has a count of those, not a number that hides them. Starts are the same at every η, so that the mean
//! is a smooth function of η.

use rayon::prelude::*;

use super::Record;
use super::sweep::{Axis, Ending, Mean, Outcome, Seeds, StopAt, SweepSection, SweepSpec};
use crate::model::{Scenario, ScenarioError, ScenarioSpec, eta_best, eta_max_start};

/// What random starts come to at one learning rate.
#[derive(Clone, Debug, PartialEq)]
pub struct HalfTimes {
    /// The learning rate η.
    pub eta: f64,
    /// α_c over the starts that have one; `None` if none has.
    pub alpha: Option<Mean>,
    /// Starts that were run.
    pub starts: u64,
    /// Starts that diverged before their loss was half.
    pub diverged: u64,
    /// Starts that ended without ever halving their loss.
    pub stuck: u64,
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
        let one = |seed: u64| {
            let mut spec = base.clone();
            (spec.model.eta, spec.start.seed, spec.sgd) = (eta, seed, None);
            Ok(Outcome::of(&Scenario::new(spec)?, StopAt::Half, stop))
        };
        let outcomes: Vec<Option<Outcome>> =
            (1..=starts).into_par_iter().map(one).collect::<Result<_, ScenarioError>>()?;
        let Some(outcomes) = outcomes.into_iter().collect::<Option<Vec<Outcome>>>() else { return Ok(None) };
        let times: Vec<f64> = outcomes.iter().filter_map(|outcome| outcome.alpha_half).collect();
        let diverged =
            |outcome: &&Outcome| outcome.alpha_half.is_none() && outcome.ending == Ending::Diverged;
        let diverged = outcomes.iter().filter(diverged).count() as u64;
        let stuck = starts - times.len() as u64 - diverged;
        Ok(Some(Self { eta, alpha: Mean::of(&times), starts, diverged, stuck }))
    }

    /// The mean α_c if every start has one.
    pub fn complete(&self) -> Option<f64> {
        self.alpha.filter(|_| self.diverged + self.stuck == 0).map(|alpha| alpha.mean)
    }
}

/// The η at which the mean α_c is least.
#[derive(Clone, Debug, PartialEq)]
pub struct BestRate {
    /// Student width p.
    pub p: usize,
    /// What the starts come to there.
    pub at: HalfTimes,
    /// The η that maximises the escape rate g, in theory.
    pub theory: f64,
}

/// Both, as they come.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RateRecord {
    /// α_c at several rates, in increasing η.
    pub times: Vec<HalfTimes>,
    /// The best rates of several widths.
    pub best: Vec<BestRate>,
}

impl Record for RateRecord {
    fn append(&mut self, later: Self) {
        self.times.extend(later.times);
        self.times.sort_by(|a, b| a.eta.total_cmp(&b.eta));
        self.best.extend(later.best);
    }
}

/// Share of ln η to which the minimum is found.
const PRECISION: f64 = 2e-3;

/// Finds the best η of a specification by golden sections of ln η, between a fifth of theory's best and the largest η
/// at which norms of 1 relax; `None` if told to stop, and where the least is at an end of these: it is no optimum, as under
/// gradient flow, whose α_c ∝ 1/η has none.
///
/// # Errors
/// A specification that is not valid.
pub fn best_rate(
    base: &ScenarioSpec,
    starts: u64,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Option<BestRate>, ScenarioError> {
    if base.model.gradient_flow {
        return Ok(None);
    }
    let moments = base.teacher.moments(base.model.p_star);
    let theory = eta_best(base.model.p, &moments, base.model.label_noise);
    let limit = eta_max_start(base.model.p, &moments, base.model.label_noise, 1.0);
    let golden = 0.5 * (5.0_f64.sqrt() - 1.0);
    let ends = ((0.2 * theory).ln(), limit.ln());
    let (mut low, mut high) = ends;
    let sample = |place: f64| HalfTimes::of(base, place.exp(), starts, stop);
    // A rate at which some start has no α_c is worse than any other.
    let cost = |at: &HalfTimes| at.complete().unwrap_or(f64::INFINITY);
    let (mut left, mut right) = (high - golden * (high - low), low + golden * (high - low));
    let (Some(mut at_left), Some(mut at_right)) = (sample(left)?, sample(right)?) else { return Ok(None) };
    while high - low > PRECISION {
        if cost(&at_left) <= cost(&at_right) {
            (high, right) = (right, left);
            left = high - golden * (high - low);
            let Some(next) = sample(left)? else { return Ok(None) };
            at_right = std::mem::replace(&mut at_left, next);
        } else {
            (low, left) = (left, right);
            right = low + golden * (high - low);
            let Some(next) = sample(right)? else { return Ok(None) };
            at_left = std::mem::replace(&mut at_right, next);
        }
    }
    let at = if cost(&at_left) <= cost(&at_right) { at_left } else { at_right };
    let is_between = low > ends.0 && high < ends.1 && at.complete().is_some();
    Ok(is_between.then_some(BestRate { p: base.model.p, at, theory }))
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
    sweep(base, SweepSection { eta: Some(Axis::List(etas)), ..SweepSection::default() }, times.first())
}

/// The sweep over the widths of these best rates and over the rates: each best one is in it, and neighbours to compare.
pub fn best_rate_sweep(base: &ScenarioSpec, best: &[BestRate]) -> SweepSpec {
    let p = best.iter().map(|rate| rate.p as f64).collect();
    let etas = best.iter().map(|rate| rate.at.eta).collect();
    let section =
        SweepSection { p: Some(Axis::List(p)), eta: Some(Axis::List(etas)), ..SweepSection::default() };
    sweep(base, section, best.first().map(|rate| &rate.at))
}

fn sweep(base: &ScenarioSpec, section: SweepSection, like: Option<&HalfTimes>) -> SweepSpec {
    let base = ScenarioSpec { sgd: None, ..base.clone() };
    let seeds = Some(Seeds::Count(like.map_or(1, |at| at.starts)));
    SweepSpec { base, sweep: SweepSection { stop: StopAt::Half, seeds, ..section } }
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
