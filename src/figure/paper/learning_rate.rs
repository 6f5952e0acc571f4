//! Figure 2: the half-time α½ against η, and η½, at which it is least, against the student's width.
//!
//! Over both the theory of the plateau: α½ as the escape law has it, and η_g, which maximises the escape rate g. Under
//! gradient flow states depend on η α alone: α½ ∝ 1/η exactly, and there is neither a limit nor a best η to be marked.

use crate::figure::words::{BLOW_UP, NO_BEST_RATE, NO_ESCAPE};
use crate::figure::{
    Axis, Content, Figure, Guide, GuideShape, Ink, Plot, Scale, Series, Sheet, Stroke, exact, fixed, number,
};
use crate::model::{ScenarioSpec, eta_best, eta_max_escape, eta_max_start};
use crate::sim::learning_rate::{BestRate, RateRecord, straight_line};

/// The titles of the two panels, which name what each shows and are not to be taken for each other.
pub const HALF_TIMES: &str = "Half-time α½ against η";
/// See [`HALF_TIMES`].
pub const BEST_RATES: &str = "Best learning rate η½ against p";

/// The two panels from α½ at several rates and η½ of several widths; `base` says the rest.
pub fn learning_rate_sheet(base: &ScenarioSpec, record: &RateRecord) -> Sheet {
    let starts = record.starts().unwrap_or(0);
    let rows = vec![vec![half_times(base, record), best_rates(base, &record.best)]];
    let caption = format!(
        "(a) The half-time α½ (the paper's α_c), where the loss is half its initial value, against the learning rate \
         at p = p* = {}: mean over {starts} random starts ± s.e.m. It grows as 1/η at small η, diverges at η₀, above \
         which M shrinks on the plateau, and has no value where the norms blow up; η½, where it is least, is marked. \
         Dashed: the escape law. (b) η½ over as many starts against the student's width, with a straight fit. Dashed: \
         η_g, which maximises the escape rate g.",
        base.model.p
    );
    let parameters = format!(
        "(a) p = {0}, p* = {0}; (b) p* = {1}; ε = {2}, orthogonal starts, seeds 1 to {starts}",
        base.model.p,
        base.model.p_star,
        exact(base.start.epsilon)
    );
    Sheet::new("figure-2", rows).with_caption(&caption).with_parameters(&parameters)
}

/// α½ against η, with the escape law, η½ and the largest η at which M grows and norms relax.
pub fn half_times(base: &ScenarioSpec, record: &RateRecord) -> Figure {
    let mut plot = Plot::new(Axis::new("η", Scale::Log10), Axis::new("α½", Scale::Log10));
    let times = &record.times;
    let complete = || times.iter().filter_map(|at| Some((at, at.complete()?)));
    let points = complete().map(|(at, mean)| [at.eta, mean]).collect();
    let errors = complete().map(|(at, _)| at.alpha.and_then(|mean| mean.sem).unwrap_or(f64::NAN)).collect();
    plot.series.push(Series::marks("mean of the starts", Ink::Main, points, errors));
    plot.guides.extend(limits(base));
    if base.model.gradient_flow {
        plot.notes.push(String::from(NO_BEST_RATE));
    } else if let Some(best) = record.best_at(base.model.p) {
        plot.guides.push(least_guide(best));
    }
    if !record.law.is_empty() {
        plot.guides.push(Guide {
            label: String::from("escape law"),
            meaning: String::from(
                "α at which the escape law has the loss at half its initial value: mean of the starts",
            ),
            shape: GuideShape::Curve(record.law.clone()),
        });
    }
    let lost: u64 = times.iter().map(|at| at.diverged + at.stuck).sum();
    if lost > 0 {
        let rates = times.iter().filter(|at| at.complete().is_none()).count();
        plot.notes.push(format!(
            "{rates} of {} rates left out: {lost} runs diverged or never got there",
            times.len()
        ));
    }
    Figure::single("half-time", HALF_TIMES, plot)
}

/// Marks η½ with the number of starts that it is the mean of.
fn least_guide(best: &BestRate) -> Guide {
    let (eta, starts) = (number(best.at.eta), best.at.starts);
    let alpha = best.at.complete().map_or_else(String::new, number);
    Guide {
        label: format!("η½ = {eta} ({starts} starts)"),
        meaning: format!(
            "η of least half-time: the mean α½ of {starts} starts is least, {alpha}, at η½ = {eta}"
        ),
        shape: GuideShape::Vertical(best.at.eta),
    }
}

/// The ends of α½(η): where M no longer grows on the plateau, and where norms of 1 no longer relax.
fn limits(base: &ScenarioSpec) -> Vec<Guide> {
    if base.model.gradient_flow {
        return Vec::new();
    }
    let (p, noise) = (base.model.p, base.model.label_noise);
    let moments = base.teacher.moments(base.model.p_star);
    let blow_up = eta_max_start(p, &moments, noise, 1.0);
    let escape = eta_max_escape(p, &moments, noise).filter(|limit| *limit < blow_up);
    let guide = |label: &str, limit: f64, meaning: String| Guide {
        label: label.to_owned(),
        meaning,
        shape: GuideShape::Vertical(limit),
    };
    let no_escape = escape.map(|limit| {
        guide(NO_ESCAPE, limit, format!("above η₀ = {limit:.4} M shrinks on the plateau: nothing escapes"))
    });
    let blow_up = Some(blow_up)
        .filter(|limit| limit.is_finite())
        .map(|limit| guide(BLOW_UP, limit, format!("above η = {limit:.4} norms that start at 1 blow up")));
    no_escape.into_iter().chain(blow_up).collect()
}

/// Marks the learning rate of a run in a picture against η.
pub fn mark_rate(figure: &mut Figure, eta: f64) {
    let Content::Plots(plots) = &mut figure.content else { return };
    for (_, plot) in plots {
        plot.guides.push(Guide {
            label: String::from("η"),
            meaning: format!("the learning rate of the run, {}", exact(eta)),
            shape: GuideShape::Vertical(eta),
        });
    }
}

/// η½ against p, with a straight fit and η_g.
pub fn best_rates(base: &ScenarioSpec, best: &[BestRate]) -> Figure {
    let mut plot = Plot::new(Axis::new("p", Scale::Linear).with_integers(), Axis::new("η½", Scale::Linear));
    if base.model.gradient_flow {
        plot.notes.push(String::from(NO_BEST_RATE));
        return Figure::single("least-half-time", BEST_RATES, plot);
    }
    let measured = best.first().map_or_else(String::new, |rate| format!("η½, {} starts", rate.at.starts));
    let points: Vec<[f64; 2]> = best.iter().map(|rate| [rate.p as f64, rate.at.eta]).collect();
    let ends = [0, points.len().saturating_sub(1)].map(|index| points.get(index).copied());
    plot.series.push(Series::marks(&measured, Ink::Main, points.clone(), Vec::new()));
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
    let theory = Series::new("η_g, fastest growth", Ink::Theory, theory.collect());
    plot.series.push(Series { stroke: Stroke::Dashed, ..theory });
    Figure::single("least-half-time", BEST_RATES, plot)
}
