//! What finite-N SGD adds to the pictures of a run: dashed means, bands of the standard error, thin single runs.
//!
//! Added over the ODE's curves, in the same colours, so that what belongs together is seen together.

use super::{Band, Entry, Ink, MeanCurve, Plot, RunData, Series, Stroke};
use crate::sim::EnsembleRecord;
use crate::sim::sgd::{EnsemblePoint, Moment};

/// The risk: mean, band, and, if wanted, single runs with the ODEs from their own starts.
pub(super) fn add_risk(run: &RunData<'_>, plot: &mut Plot) {
    let Some(record) = run.ensemble else { return };
    if run.single_runs {
        plot.series.splice(0..0, single_runs(record));
    }
    add_mean(plot, MeanCurve::risk(record), "SGD", Ink::Other(1));
}

/// The distance to each replica's ρ̄.
pub(super) fn add_distance(run: &RunData<'_>, plot: &mut Plot) {
    let Some(record) = run.ensemble else { return };
    let mean = MeanCurve::distance(record);
    if !mean.mean.is_empty() {
        add_mean(plot, mean, "d SGD", Ink::Other(4));
    }
}

/// The entries that have a curve in the plot.
pub(super) fn add_entries(run: &RunData<'_>, plot: &mut Plot) {
    let Some(record) = run.ensemble else { return };
    let drawn: Vec<(Entry, Ink)> =
        plot.series.iter().filter_map(|series| Some((series.entry?, series.ink))).collect();
    for (entry, ink) in drawn {
        let read = move |point: &EnsemblePoint| match entry {
            Entry::M(i, r) | Entry::S(i, r) => point.m(i, r).unwrap_or(Moment::NONE),
            Entry::Q(i, j) => point.q(i, j).unwrap_or(Moment::NONE),
        };
        add_mean(plot, MeanCurve::of(record, read), &format!("{} SGD", entry.name()), ink);
        if let Some(series) = plot.series.last_mut() {
            series.entry = Some(entry);
        }
    }
}

fn add_mean(plot: &mut Plot, curve: MeanCurve, label: &str, ink: Ink) {
    plot.bands.push(Band { ink, edges: curve.band });
    plot.series.push(Series {
        stroke: Stroke::Dashed,
        in_legend: false,
        ..Series::new(label, ink, curve.mean)
    });
}

fn single_runs(record: &EnsembleRecord) -> Vec<Series> {
    let alphas = || record.points.iter().map(EnsemblePoint::alpha);
    let curves = record.risk_curves.iter().enumerate().map(|(index, curve)| {
        let points = alphas().zip(curve).map(|(alpha, risk)| [alpha, *risk]).collect();
        let label = format!("SGD run {}", index + 1);
        Series { width: 0.5, in_legend: false, ..Series::new(&label, Ink::Quiet, points) }
    });
    let own = record.own_odes.iter().enumerate().map(|(index, ode)| {
        let label = format!("ODE from the start of run {}", index + 1);
        let curve = Series::new(&label, Ink::Other(0), ode.risk.clone());
        Series { width: 0.5, in_legend: false, stroke: Stroke::Dashed, ..curve }
    });
    own.take(record.risk_curves.len()).chain(curves).collect()
}
