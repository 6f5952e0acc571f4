//! Figure 2: α_c against η, and the η at which it is least against the student's width.
//!
//! Over both the theory of the plateau: α_c as the escape law has it, and the η that maximises the escape rate g. Under
//! gradient flow states depend on η α alone: α_c ∝ 1/η exactly, and there is neither a limit nor a best η to be marked.

use super::panel;
use crate::figure::{
    Axis, Content, Figure, Guide, GuideShape, Ink, Plot, Scale, Series, Sheet, Stroke, chosen, fixed, number,
};
use crate::model::{Scenario, ScenarioSpec, escape_law, eta_best, eta_max_start, risk};
use crate::sim::learning_rate::{BestRate, HalfTimes, straight_line};

/// What there is to say of the best η under gradient flow; with the ~ of other laws, as the font on paper has no ∝.
pub(in crate::figure) const NO_BEST_RATE: &str = "gradient flow: no best η, α_c ~ 1/η";

/// α_c by the escape law: where the loss it gives is half the start's. `None` where there is no plateau.
///
/// The norms' relaxation, a time of order p/η, is not in it: it holds for ε → 0.
pub fn predicted_half_time(scenario: &Scenario) -> Option<f64> {
    let law = escape_law(scenario.initial(), scenario.teacher(), scenario.learning())?;
    let half = 0.5 * risk(scenario.initial(), scenario.teacher());
    law.alpha_at_gap(law.plateau.loss - half)
}

/// The two panels from α_c at several rates and the best rates of several widths; `base` says the rest.
pub fn learning_rate_sheet(base: &ScenarioSpec, times: &[HalfTimes], best: &[BestRate]) -> Sheet {
    let starts = times.first().map_or(0, |at| at.starts);
    let rows = vec![vec![half_times(base, times), best_rates(base, best)]];
    let caption = format!(
        "(a) α_c, where the loss is half its initial value, against the learning rate at p = p* = {}: mean over {starts} \
         random starts ± s.e.m. It grows as 1/η at small η and has no value where the norms blow up; the least is \
         marked. Dashed: the escape law. (b) The η at which the mean α_c is least against the student's width, with a straight fit. \
         Dashed: the η that maximises the escape rate g.",
        base.model.p
    );
    let parameters = format!(
        "(a) p = {0}, p* = {0}; (b) p* = {1}; ε = {2}, orthogonal starts, seeds 1 to {starts}",
        base.model.p,
        base.model.p_star,
        chosen(base.start.epsilon)
    );
    Sheet::new("figure-2", rows).with_caption(&caption).with_parameters(&parameters)
}

/// α_c against η, with the escape law and the largest η with a plateau.
pub fn half_times(base: &ScenarioSpec, times: &[HalfTimes]) -> Figure {
    let mut plot = Plot::new(Axis::new("η", Scale::Log10), Axis::new("α_c", Scale::Log10));
    let complete: Vec<&HalfTimes> = times.iter().filter(|at| at.complete().is_some()).collect();
    let points = complete.iter().filter_map(|at| Some([at.eta, at.complete()?])).collect();
    let errors = complete.iter().map(|at| at.alpha.and_then(|mean| mean.sem).unwrap_or(f64::NAN)).collect();
    plot.series.push(Series::marks("mean of the starts", Ink::Main, points, errors));
    if let Some(limit) = blow_up(base) {
        plot.guides.push(Guide {
            label: String::from("blow-up"),
            meaning: format!("above η = {} norms that start at 1 blow up", fixed(limit, 4)),
            shape: GuideShape::Vertical(limit),
        });
    }
    if base.model.gradient_flow {
        plot.notes.push(String::from(NO_BEST_RATE));
    } else if let Some(best) = least(times) {
        plot.guides.push(Guide {
            label: format!("least at η = {}", number(best.eta)),
            meaning: format!("of the rates tried, α_c is least at η = {}", number(best.eta)),
            shape: GuideShape::Vertical(best.eta),
        });
    }
    plot.guides.push(escape_guide(base, times));
    let lost: u64 = times.iter().map(|at| at.diverged + at.stuck).sum();
    if lost > 0 {
        let rates = times.iter().filter(|at| at.complete().is_none()).count();
        plot.notes.push(format!(
            "{rates} of {} rates left out: {lost} runs diverged or never got there",
            times.len()
        ));
    }
    panel("alpha-c", "Time to half the initial loss", plot)
}

/// The rate of the least α_c that every start has; `None` while no greater rate has been tried, which alone says that
/// it is an optimum.
fn least(times: &[HalfTimes]) -> Option<&HalfTimes> {
    let complete = || times.iter().filter_map(|at| Some((at, at.complete()?)));
    let (best, _) = complete().min_by(|(_, one), (_, other)| one.total_cmp(other))?;
    let is_between = times.iter().any(|at| at.eta > best.eta) && times.iter().any(|at| at.eta < best.eta);
    is_between.then_some(best)
}

/// Marks the learning rate of a run in a picture against η.
pub fn mark_rate(figure: &mut Figure, eta: f64) {
    let Content::Plots(plots) = &mut figure.content else { return };
    for (_, plot) in plots {
        plot.guides.push(Guide {
            label: String::from("η"),
            meaning: format!("the learning rate of the run, {}", chosen(eta)),
            shape: GuideShape::Vertical(eta),
        });
    }
}

/// The largest η from which norms of 1 relax; `None` where nothing limits it.
fn blow_up(base: &ScenarioSpec) -> Option<f64> {
    if base.model.gradient_flow {
        return None;
    }
    let moments = base.teacher.moments(base.model.p_star);
    Some(eta_max_start(base.model.p, &moments, base.model.label_noise, 1.0)).filter(|limit| limit.is_finite())
}

/// The escape law's α_c, averaged over the same starts.
fn escape_guide(base: &ScenarioSpec, times: &[HalfTimes]) -> Guide {
    let mean = |at: &HalfTimes| {
        let predicted: Option<Vec<f64>> = (1..=at.starts)
            .map(|seed| {
                let mut spec = base.clone();
                (spec.model.eta, spec.start.seed) = (at.eta, seed);
                predicted_half_time(&Scenario::new(spec).ok()?)
            })
            .collect();
        let predicted = predicted.filter(|all| !all.is_empty())?;
        Some([at.eta, predicted.iter().sum::<f64>() / predicted.len() as f64])
    };
    Guide {
        label: String::from("escape law"),
        meaning: String::from("α at which the escape law has the loss at half its initial value"),
        shape: GuideShape::Curve(times.iter().filter_map(mean).collect()),
    }
}

/// The title of the best rates.
const BEST_RATES: &str = "Learning rate of fastest escape";

/// The best η against p, with a straight fit and the η that maximises g.
pub fn best_rates(base: &ScenarioSpec, best: &[BestRate]) -> Figure {
    let mut plot =
        Plot::new(Axis::new("p", Scale::Linear).with_integers(), Axis::new("η of least α_c", Scale::Linear));
    if base.model.gradient_flow {
        plot.notes.push(String::from(NO_BEST_RATE));
        return panel("best-eta", BEST_RATES, plot);
    }
    let points: Vec<[f64; 2]> = best.iter().map(|rate| [rate.p as f64, rate.at.eta]).collect();
    let ends = [0, points.len().saturating_sub(1)].map(|index| points.get(index).copied());
    plot.series.push(Series::marks("measured", Ink::Main, points.clone(), Vec::new()));
    if let (Some((slope, intercept, explained)), [Some(first), Some(last)]) = (straight_line(&points), ends) {
        let line = [first, last].map(|[p, _]| [p, intercept + slope * p]);
        let sign = if intercept < 0.0 { '−' } else { '+' };
        let label = format!("fit: {} p {sign} {}", fixed(slope, 3), fixed(intercept.abs(), 3));
        plot.notes.push(format!("R² of the fit: {}", fixed(explained, 4)));
        plot.series.push(Series::new(&label, Ink::Other(0), line.to_vec()));
    }
    let moments = base.teacher.moments(base.model.p_star);
    let theory = best.iter().map(|rate| [rate.p as f64, eta_best(rate.p, &moments, base.model.label_noise)]);
    // A curve, not a guide: the window of the plot holds all of it.
    let theory = Series::new("η of largest g", Ink::Theory, theory.collect());
    plot.series.push(Series { stroke: Stroke::Dashed, ..theory });
    panel("best-eta", BEST_RATES, plot)
}
