//! The Hessian along a run as pictures: eigenvalues against α with the exact levels of plateau and solutions, and how
//! many directions lead down, nowhere and up (physics.md §6).

use super::{Content, Figure, Guide, GuideShape, Ink, Plot, RunData, Scale, Series, Stroke, number};
use crate::model::{HessianSpectrum, Level, plateau_levels, solution_levels};
use crate::sim::SpectrumTrack;

/// Eigenvalues below this share of the largest count as flat in pictures: along the tail of p > p* the flat directions of
/// the solutions are still this far from flat.
pub const FLAT: f64 = 1e-3;

/// Eigenvalue curves in one picture at most, evenly chosen among the sorted ones.
const CURVE_LIMIT: usize = 72;

fn single(id: &'static str, title: &str, plot: Plot) -> Figure {
    Figure { id, title: title.to_owned(), content: Content::Plots(vec![(1.0, plot)]) }
}

/// Eigenvalues within the span of W and W* (solid) and off it (dashed), with the exact levels.
pub fn eigenvalues(run: &RunData<'_>, track: &SpectrumTrack) -> Figure {
    let mut plot = run.plot("eigenvalue", Scale::Linear);
    if track.points.is_empty() {
        plot.notes.push(String::from("no spectrum yet"));
    }
    let p_and_star = (run.scenario.model.p, run.scenario.model.p_star);
    let span = curves(track, |spectrum| &spectrum.span);
    if span.0 < span.1 {
        plot.notes.push(format!("{} of {} eigenvalues", span.0, span.1));
    }
    for (label, ink, stroke, (_, _, curves)) in [
        ("off the span", Ink::Other(1), Stroke::Dashed, curves(track, |spectrum| &spectrum.complement)),
        ("in span(W, W*)", Ink::Main, Stroke::Solid, span),
    ] {
        for (index, points) in curves.into_iter().enumerate() {
            let series = Series { stroke, width: 0.7, ..Series::new(label, ink, points) };
            plot.series.push(Series { in_legend: index == 0, ..series });
        }
    }
    if run.scenario.teacher().is_orthonormal() {
        level_guides(run, p_and_star, &mut plot.guides);
    }
    single("eigenvalues", "Hessian spectrum", plot)
}

/// How many eigenvalue curves are drawn, how many there are, and the curves.
fn curves(
    track: &SpectrumTrack,
    pick: impl Fn(&HessianSpectrum) -> &Vec<f64>,
) -> (usize, usize, Vec<Vec<[f64; 2]>>) {
    let total = track.points.first().map_or(0, |(_, spectrum)| pick(spectrum).len());
    let shown = total.min(CURVE_LIMIT);
    let index = |k: usize| if shown > 1 { k * (total - 1) / (shown - 1) } else { 0 };
    let curve = |k: usize| {
        let at = |(alpha, spectrum): &(f64, HessianSpectrum)| Some([*alpha, *pick(spectrum).get(index(k))?]);
        track.points.iter().filter_map(at).collect()
    };
    (shown, total, (0..shown).map(curve).collect())
}

/// Exact levels over the part of the run to which they belong: the plateau's before the escape, the solutions' after.
fn level_guides(run: &RunData<'_>, (p, p_star): (usize, usize), guides: &mut Vec<Guide>) {
    let (start, end) = run.trajectory.span();
    let escape = run.events.alpha_escape.unwrap_or(end);
    // α = 0 has no place on a logarithmic axis.
    let start =
        run.trajectory.snapshots().iter().map(|at| at.alpha).find(|alpha| *alpha > 0.0).unwrap_or(start);
    let parts = [
        ("plateau", plateau_levels(p, p_star), [start, escape]),
        ("solutions", solution_levels(p, p_star), [escape, end]),
    ];
    for (name, levels, [from, to]) in parts {
        for (index, level) in levels.iter().enumerate() {
            guides.push(Guide {
                // One name for all levels of a kind, at the highest.
                label: if index + 1 == levels.len() { name.to_owned() } else { String::new() },
                meaning: format!("{name}: eigenvalue {} {}", number(level.value), times(level)),
                shape: GuideShape::Curve(vec![[from, level.value], [to, level.value]]),
            });
        }
    }
}

/// A multiplicity in words: ×18, ×(3 + 6 (N − p − p*)).
pub fn times(level: &Level) -> String {
    match (level.times.fixed, level.times.per_dimension) {
        (fixed, 0) => format!("×{fixed}"),
        (0, 1) => String::from("×(N - p - p*)"),
        (0, each) => format!("×{each} (N - p - p*)"),
        (fixed, 1) => format!("×({fixed} + N - p - p*)"),
        (fixed, each) => format!("×({fixed} + {each} (N - p - p*))"),
    }
}

/// A kind of direction: its name and look, and whether a share of the largest eigenvalue is of it.
type Kind = (&'static str, Ink, Stroke, fn(f64) -> bool);

/// Directions of the span that lead down, nowhere and up, against α.
pub fn counts(run: &RunData<'_>, track: &SpectrumTrack) -> Figure {
    let mut plot = run.plot("directions", Scale::Linear);
    plot.y = plot.y.with_integers();
    let kinds: [Kind; 3] = [
        ("negative", Ink::Other(1), Stroke::Solid, |share| share < -FLAT),
        ("zero", Ink::Main, Stroke::Dashed, |share| share.abs() <= FLAT),
        ("positive", Ink::Other(0), Stroke::Solid, |share| share > FLAT),
    ];
    for (label, ink, stroke, holds) in kinds {
        let count = |(alpha, spectrum): &(f64, HessianSpectrum)| {
            let scale = spectrum.highest().abs().max(spectrum.lowest().abs()).max(f64::MIN_POSITIVE);
            [*alpha, spectrum.span.iter().filter(|value| holds(**value / scale)).count() as f64]
        };
        let points = track.points.iter().map(count).collect();
        plot.series.push(Series { stroke, width: 1.2, ..Series::new(label, ink, points) });
    }
    let total = track.points.first().map_or(1, |(_, spectrum)| spectrum.span.len());
    plot.y.range = Some((-0.03 * total as f64, 1.03 * total as f64));
    single("counts", "Directions down, flat, up", plot)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Multiplicity;

    #[test]
    fn multiplicities_read_like_the_text() {
        let level = |fixed, per_dimension| Level { value: 0.0, times: Multiplicity { fixed, per_dimension } };
        let said: Vec<String> =
            [(18, 0), (0, 1), (0, 6), (3, 1), (15, 6)].map(|(a, b)| times(&level(a, b))).into();
        assert_eq!(
            said,
            ["×18", "×(N - p - p*)", "×6 (N - p - p*)", "×(3 + N - p - p*)", "×(15 + 6 (N - p - p*))"]
        );
    }
}
