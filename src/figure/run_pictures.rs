//! The pictures of one run: loss, overlaps, norms, distances, S, and the place on the manifold of solutions.
//!
//! One builder per picture; each reads a trajectory and adds what theory says. Guides are drawn only where their law
//! holds.

use super::ensemble::{add_distance, add_entries, add_risk};
use super::pin::shown_name;
use super::pins::{add_pinned_means, add_pins, main_curve};
use super::staircase::step_guides;
use super::words::conjecture;
use super::{
    Content, Entry, Figure, Guide, GuideShape, Ink, Plot, RunData, Scalar, Scale, Series, Stroke, fixed,
    number,
};
use crate::model::{ConvergenceLaw, Scenario, distance_tail};
use crate::sim::{Snapshot, StopReason};

/// Lifts the lower end of a fixed range to the data: a blow-up is cut above, and need not be empty below.
fn raise_floor(plot: &mut Plot) {
    if let Some((low, high)) = plot.y.range {
        let heights = plot.series.iter().flat_map(|series| &series.points).map(|[_, y]| *y);
        let least = heights.filter(|y| *y > 0.0).fold(high, f64::min);
        plot.y.range = Some((low.max(0.5 * least), high));
    }
}

/// The generalisation error with plateau level, escape law and tail (physics.md §4).
pub fn loss(run: &RunData<'_>) -> Figure {
    let mut plot = run.plot("generalisation error", Scale::Log10);
    plot.series.push(main_curve(run, run.scalar(Scalar::Risk)));
    add_risk(run, &mut plot);
    add_pinned_means(run, &mut plot, |sgd| &sgd.loss);
    add_pins(run, &mut plot, Scalar::Risk);
    raise_floor(&mut plot);
    plateau_guides(run, &mut plot.guides);
    convergence_guide(run, &mut plot.guides);
    if let Some(alpha) = run.events.alpha_half {
        plot.guides.push(Guide {
            label: String::from("α½"),
            meaning: format!("the loss is half its initial value at α = {}", fixed(alpha, 2)),
            shape: GuideShape::Vertical(alpha),
        });
    }
    Figure::single("loss", "Loss", plot)
}

fn plateau_guides(run: &RunData<'_>, guides: &mut Vec<Guide>) {
    let Some(level) = run.scenario.plateau() else { return };
    guides.push(Guide {
        label: String::from("plateau"),
        meaning: format!(
            "plateau loss {}: M = 0, Q = q I with q = {}",
            fixed(level.loss, 6),
            fixed(level.q, 4)
        ),
        shape: GuideShape::Horizontal(level.loss),
    });
    let Some(law) = run.scenario.escape_law() else { return };
    guides.extend(step_guides(run, &law));
    let Some(end) = law.alpha_at_gap(law.reach()) else { return };
    let points =
        (0..=160).map(|step| end * f64::from(step) / 160.0).map(|alpha| [alpha, level.loss - law.gap(alpha)]);
    guides.push(Guide {
        label: String::from("escape law"),
        meaning: format!("loss = plateau − a exp(2 g α) with g = {}, levelling off", number(level.rate)),
        shape: GuideShape::Curve(points.collect()),
    });
}

fn convergence_guide(run: &RunData<'_>, guides: &mut Vec<Guide>) {
    if run.scenario.is_rank_deficient() {
        return guides.push(saddle_guide(run.scenario));
    }
    let law = run.scenario.convergence_law();
    let (_, end) = run.trajectory.span();
    match law {
        Some(ConvergenceLaw::Floor { loss }) => guides.push(Guide {
            label: String::from("floor"),
            meaning: format!("best loss of a student this narrow: {}; SGD noise adds O(η)", fixed(loss, 6)),
            shape: GuideShape::Horizontal(loss),
        }),
        Some(ConvergenceLaw::Algebraic { coefficient }) => {
            let Some(origin) = run.events.alpha_escape.filter(|from| 2.0 * from < end) else { return };
            let ratio = (end / origin - 1.0).powf(1.0 / 48.0);
            let points = (0..=48)
                .map(|step| origin * ratio.powi(step))
                .map(|elapsed| [origin + elapsed, coefficient / (elapsed * elapsed)]);
            guides.push(Guide {
                label: String::from("tail ~ 1/α²"),
                meaning: format!("algebraic tail of p > p*: loss = {}/(α − escape)²", number(coefficient)),
                shape: GuideShape::Curve(points.collect()),
            });
        }
        Some(ConvergenceLaw::Exponential { rate }) => {
            // Through the last state, back to where the loss begins to fall: the slope is the law, not the height.
            let (Some(last), Some(from)) = (run.trajectory.snapshots().last(), run.events.alpha_escape)
            else {
                return;
            };
            if rate <= 0.0 || last.observables.risk > 1e-6 {
                return;
            }
            let at = |alpha: f64| [alpha, last.observables.risk * (rate * (end - alpha)).exp()];
            let points = (0..=48).map(|step| at(from + (end - from) * f64::from(step) / 48.0));
            guides.push(Guide {
                label: String::from("exponential law"),
                meaning: format!(
                    "convergence of p = p*: loss ~ exp(−{} α), rate 8η/(p p*) (1 − η/η_c)",
                    number(rate)
                ),
                shape: GuideShape::Curve(points.collect()),
            });
        }
        None => {}
    }
}

/// The level of the saddle in which a start of less than full rank ends.
fn saddle_guide(scenario: &Scenario) -> Guide {
    let (rank, level) = (scenario.rank(), scenario.lowest_loss());
    Guide {
        label: String::from("saddle, η → 0"),
        meaning: format!(
            "M keeps its rank {rank}: the run ends in a saddle of loss {level:.6}; SGD noise adds O(η)"
        ),
        shape: GuideShape::Horizontal(level),
    }
}

/// Every M_ir against α, coloured by teacher.
pub fn overlaps(run: &RunData<'_>) -> Figure {
    let mut plot = run.plot("M_ir", Scale::Linear);
    let (p, p_star) = (run.scenario.model.p, run.scenario.model.p_star);
    let all = (0..p_star).flat_map(|r| (0..p).map(move |i| Entry::M(i, r))).collect();
    let entries = run.entries(all, &mut plot.notes);
    plot.series.extend(entries.into_iter().map(|entry| run.entry_series(entry)));
    add_entries(run, &mut plot);
    Figure::single("overlaps", "Overlaps M", plot)
}

/// Norms Q_ii coloured by neuron, and Q_ij in grey.
pub fn norms(run: &RunData<'_>) -> Figure {
    let mut plot = run.plot("Q", Scale::Linear);
    if let Some(StopReason::Diverged { .. }) = run.stop {
        plot.y.range = Some((-2.0, 8.0));
    }
    let p = run.scenario.model.p;
    let off = (0..p).flat_map(|j| (0..j).map(move |i| Entry::Q(i, j))).collect();
    let mut entries = run.entries(off, &mut plot.notes);
    entries.extend((0..p).map(|i| Entry::Q(i, i)));
    plot.series.extend(entries.into_iter().map(|entry| run.entry_series(entry)));
    if let Some(level) = run.scenario.plateau() {
        plot.guides.push(Guide {
            label: String::from("q"),
            meaning: format!("norm on the plateau: q = {}", fixed(level.q, 6)),
            shape: GuideShape::Horizontal(level.q),
        });
    }
    add_entries(run, &mut plot);
    Figure::single("norms", "Norms and overlaps Q", plot)
}

/// Overlaps Q_ij between neurons, i < j, in the colour of the first.
pub fn student_overlaps(run: &RunData<'_>) -> Figure {
    let mut plot = run.plot("Q_ij", Scale::Linear);
    let p = run.scenario.model.p;
    let off = (0..p).flat_map(|j| (0..j).map(move |i| Entry::Q(i, j))).collect();
    let entries = run.entries(off, &mut plot.notes);
    plot.series.extend(entries.into_iter().map(|entry| {
        let Entry::Q(first, _) = entry else { return run.entry_series(entry) };
        Series { ink: Ink::Neuron(first, p), ..run.entry_series(entry) }
    }));
    add_entries(run, &mut plot);
    Figure::single("student-overlaps", "Overlaps Q_ij", plot)
}

/// Norms Q_ii, coloured by neuron.
pub fn student_norms(run: &RunData<'_>) -> Figure {
    let mut plot = run.plot("Q_ii", Scale::Linear);
    let all = (0..run.scenario.model.p).map(|i| Entry::Q(i, i)).collect();
    let entries = run.entries(all, &mut plot.notes);
    plot.series.extend(entries.into_iter().map(|entry| run.entry_series(entry)));
    add_entries(run, &mut plot);
    Figure::single("student-norms", "Norms Q_ii", plot)
}

/// Distance to the predicted solution: d, its two parts, and d to the whitened prediction.
pub fn distance(run: &RunData<'_>) -> Figure {
    let mut plot = run.plot("distance to ρ̄", Scale::Log10);
    if run.predictions.rho_bar.is_none() {
        plot.notes.push(String::from("no solution is predicted for this start"));
    }
    let of = |pick: fn(&Snapshot) -> Option<f64>| run.curve(pick);
    let whitened = of(|at| at.observables.whitened.map(|distance| distance.total));
    plot.series = vec![
        Series { width: 1.6, ..Series::new("d", Ink::Main, run.scalar(Scalar::Distance)) }
            .with_meaning("d = √(‖M − M̄‖² + ‖Q − Q̄‖²), to ρ̄ = (M̄, Q̄)"),
        Series::new("d_M", Ink::Other(0), of(|at| at.observables.distance.map(|apart| apart.m)))
            .with_meaning("‖M − M̄‖, with M̄ = √(p/p*) polar(M₀)"),
        Series::new("d_Q", Ink::Other(1), of(|at| at.observables.distance.map(|apart| apart.q)))
            .with_meaning("‖Q − Q̄‖, with Q̄ = M̄ M̄ᵀ"),
        Series { stroke: Stroke::Dashed, ..Series::new("d whitened", Ink::Other(3), whitened) }
            .with_meaning("d to the solution predicted from the whitened start, polar(Q₀^(−½) M₀)"),
    ];
    if let (Some(d), Some([short, full])) =
        (plot.series.first_mut(), shown_name(run.scenario.spec(), run.pins))
    {
        // Beside the pins' distances, which are named alike.
        (d.label, d.meaning) = (format!("d, {short}"), format!("d, {full}: {}", d.meaning));
    }
    plot.series.retain(|series| !series.points.is_empty());
    plot.guides.extend(distance_guide(run));
    plot.notes.extend(conjecture(run));
    plot.notes.extend(residuals(run));
    add_distance(run, &mut plot);
    add_pinned_means(run, &mut plot, |sgd| &sgd.distance);
    add_pins(run, &mut plot, Scalar::Distance);
    raise_floor(&mut plot);
    Figure::single("distance", "Distance to ρ̄", plot)
}

/// What is left of both distances in M at the end of a run, in words.
fn residuals(run: &RunData<'_>) -> Option<String> {
    let last = run.trajectory.snapshots().last().filter(|_| run.stop.is_some())?;
    let (plain, whitened) = (last.observables.distance?, last.observables.whitened?);
    Some(format!("left in M: ρ̄ {}, whitened {}", number(plain.m), number(whitened.m)))
}

/// What the excess directions of p > p* leave of the distance: what lies above it is the prediction's miss.
pub(super) fn distance_guide(run: &RunData<'_>) -> Option<Guide> {
    let (model, (_, end)) = (&run.scenario.model, run.trajectory.span());
    let law = run.scenario.convergence_law();
    let learning = run.scenario.learning().constant()?;
    let origin = run.events.alpha_escape.filter(|from| 2.0 * from < end)?;
    if !matches!(law, Some(ConvergenceLaw::Algebraic { .. })) || run.scenario.is_rank_deficient() {
        return None;
    }
    let ratio = (end / origin - 1.0).powf(1.0 / 48.0);
    let elapsed = (0..=48).map(|step| origin * ratio.powi(step));
    let tail =
        |elapsed| distance_tail((model.p, model.p_star), learning, elapsed).map(|tail| tail.distance());
    Some(Guide {
        label: String::from("tail ~ 1/α"),
        meaning: String::from(
            "the p − p* excess directions of Q decay as 1/α; what is above this is missed by ρ̄",
        ),
        shape: GuideShape::Curve(
            elapsed.filter_map(|elapsed| Some([origin + elapsed, tail(elapsed)?])).collect(),
        ),
    })
}

/// The elements of S = polar(M), and its drift below.
pub fn polar_factor(run: &RunData<'_>) -> Figure {
    let mut elements = run.plot("S", Scale::Linear);
    elements.shows_x = false;
    let (p, p_star) = (run.scenario.model.p, run.scenario.model.p_star);
    let all = (0..p_star).flat_map(|r| (0..p).map(move |i| Entry::S(i, r))).collect();
    if run.predictions.s_0.is_none() {
        elements.notes.push(String::from("M is rank deficient at the start: S is not defined"));
    } else {
        let entries = run.entries(all, &mut elements.notes);
        elements.series.extend(entries.into_iter().map(|entry| run.entry_series(entry)));
    }
    let mut drift = run.plot("drift", Scale::Log10);
    // Rounding alone moves S by about 1e-16: exact agreement has no place on a log axis and needs no note.
    let moved = run.curve(|at| at.observables.s_drift.filter(|drift| *drift > 0.0));
    drift.series.push(Series::new("drift of S", Ink::Main, moved));
    drift.y.range = drift_range(&drift);
    let last = run.trajectory.snapshots().last().and_then(|at| at.observables.s_drift);
    drift
        .notes
        .extend(last.filter(|moved| *moved > DRIFTED).map(|moved| format!("moved by {}", number(moved))));
    Figure {
        id: "polar-factor",
        title: String::from("S = polar(M), its drift"),
        content: Content::Plots(vec![(0.5, elements), (0.5, drift)]),
    }
}

/// S that is conserved has moved by less.
const DRIFTED: f64 = 1e-9;

/// Whole decades from rounding up to the data, so that a drift of 1e-15 looks as small as it is.
fn drift_range(plot: &Plot) -> Option<(f64, f64)> {
    let largest = plot.series.iter().flat_map(|series| &series.points).map(|[_, y]| *y).fold(0.0, f64::max);
    (largest > 0.0).then(|| (1e-17, 10_f64.powf(largest.log10().ceil() + 1.0).max(1e-7)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::Axis;

    #[test]
    fn a_blow_up_is_cut_above_and_not_empty_below() {
        let mut plot = Plot::new(Axis::new("α", Scale::Linear), Axis::new("", Scale::Log10));
        plot.y.range = Some((1e-3, 1e3));
        raise_floor(&mut plot);
        assert!(plot.y.range.is_some_and(|(low, high)| low < high), "without data too");
        for (least, low) in [(0.5, 0.25), (1e-9, 1e-3)] {
            plot.y.range = Some((1e-3, 1e3));
            plot.series = vec![Series::new("", Ink::Main, vec![[0.0, least], [1.0, 1e9]])];
            raise_floor(&mut plot);
            assert_eq!(plot.y.range, Some((low, 1e3)));
        }
    }
}
