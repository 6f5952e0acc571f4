//! Runs kept to compare with: their scalar curves stay behind those of the run that is shown.

use super::pin::shown_name;
use super::{Band, Ink, MeanCurve, Pin, PinnedSgd, Plot, RunData, Scalar, Series, Stroke};

/// Adds the curve of every pin behind all others.
pub(super) fn add_pins(run: &RunData<'_>, plot: &mut Plot, scalar: Scalar) {
    let drawn = run.pins.iter().filter(|pin| !pin.curve(scalar).is_empty());
    let curve = |pin: &Pin| {
        let (label, meaning) = (pin.label(run.scenario.spec()), pin.about(run.scenario.spec()));
        Series {
            width: 0.75,
            meaning,
            ..Series::new(&label, Ink::Pinned(pin.ink), pin.curve(scalar).to_vec())
        }
    };
    let curves: Vec<Series> = drawn.map(curve).collect();
    plot.series.splice(0..0, curves);
}

/// Adds the mean and the band of every pin's ensemble behind all others.
pub(super) fn add_pinned_means(run: &RunData<'_>, plot: &mut Plot, pick: fn(&PinnedSgd) -> &MeanCurve) {
    let kept = run.pins.iter().filter_map(|pin| Some((pin, pick(pin.sgd.as_ref()?))));
    let (mut curves, mut bands) = (Vec::new(), Vec::new());
    for (pin, curve) in kept.filter(|(_, curve)| !curve.mean.is_empty()) {
        let (shown, ink) = (run.scenario.spec(), Ink::Pinned(pin.ink));
        let [label, meaning] = [pin.label(shown), pin.about(shown)].map(|name| format!("SGD, {name}"));
        let mean = Series::new(&label, ink, curve.mean.clone());
        curves.push(Series { width: 0.75, stroke: Stroke::Dashed, in_legend: false, meaning, ..mean });
        bands.push(Band { ink, edges: curve.band.clone() });
    }
    plot.series.splice(0..0, curves);
    plot.bands.splice(0..0, bands);
}

/// The curve of the run shown: by itself the ODE's, beside pins named by what it has other than they.
pub(super) fn main_curve(run: &RunData<'_>, points: Vec<[f64; 2]>) -> Series {
    let name = shown_name(run.scenario.spec(), run.pins);
    let [label, meaning] = name.unwrap_or_else(|| [String::from("ODE"), String::new()]);
    Series { width: 1.6, meaning, ..Series::new(&label, Ink::Main, points) }
}
