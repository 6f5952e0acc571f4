//! The Hessian along a run as pictures: eigenvalues against α with the exact levels of plateau and solutions, and how
//! many directions lead down, nowhere and up (physics.md §6).

use super::flatness::{flat_words, zero_words};
use super::words::minima;
use super::{Axis, Figure, Guide, GuideShape, Ink, Plot, RunData, Scale, Series, Stroke, number};
use crate::model::{
    HessianSpectrum, Level, ZERO_TOLERANCE, eta_max_solution, manifold_dimension, plateau_levels_at,
    solution_levels,
};
use crate::sim::{SignCounts, SpectrumTrack};

/// Widths p + p* up to which spectra are taken while one waits.
pub const LIVE_WIDTH: usize = 40;

/// Eigenvalue curves in one picture at most, evenly chosen among the sorted ones.
const CURVE_LIMIT: usize = 72;

/// Eigenvalues within the span of W and W* (solid) and off it (dashed), with the exact levels.
pub fn eigenvalues(run: &RunData<'_>, track: &SpectrumTrack) -> Figure {
    let mut plot = run.plot("eigenvalue", Scale::Linear);
    plot.notes.extend(absence(run, track));
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
        level_guides(run, &mut plot.guides);
    }
    Figure::single("eigenvalues", "Hessian spectrum", plot)
}

/// Why there is no spectrum along a run; `None` if there is one.
fn absence(run: &RunData<'_>, track: &SpectrumTrack) -> Option<String> {
    track.points.is_empty().then(|| no_spectrum(run))
}

/// Why there is no spectrum.
fn no_spectrum(run: &RunData<'_>) -> String {
    let width = run.scenario.model.p + run.scenario.model.p_star;
    if width > LIVE_WIDTH {
        format!(
            "spectra are live up to p + p* = {LIVE_WIDTH}, here {width}:\n`saddlescope inspect` takes wider ones"
        )
    } else {
        String::from("no spectrum yet")
    }
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

/// The name of the plateau's levels and counts.
const PLATEAU: &str = "plateau";

/// Levels that belong to a part of a run: its name, and from where to where in α.
type Part = (&'static str, Vec<Level>, [f64; 2]);

/// Exact levels over the part of the run to which they belong: the plateau's before the escape, the solutions' after.
fn exact_levels(run: &RunData<'_>) -> Vec<Part> {
    let (p, p_star) = (run.scenario.model.p, run.scenario.model.p_star);
    let (start, end) = run.trajectory.span();
    let escape = run.events.alpha_escape.unwrap_or(end);
    // α = 0 has no place on a logarithmic axis.
    let start =
        run.trajectory.snapshots().iter().map(|at| at.alpha).find(|alpha| *alpha > 0.0).unwrap_or(start);
    let resting = run.scenario.plateau();
    let resting = resting.map(|at| (PLATEAU, plateau_levels_at(p, p_star, at.q), [start, escape]));
    // A run that never escapes is at no solution, and one whose M lacks rank ends in a saddle.
    let is_solved = escape < end && !run.scenario.is_rank_deficient();
    let solved = is_solved.then(|| (minima(p, p_star), solution_levels(p, p_star), [escape, end]));
    resting.into_iter().chain(solved).collect()
}

/// A line at every exact level.
fn level_guides(run: &RunData<'_>, guides: &mut Vec<Guide>) {
    for (name, levels, [from, to]) in exact_levels(run) {
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

/// Exact counts of the levels in the span, and of those along the manifold where others are flat at solutions as well.
fn count_guides(run: &RunData<'_>, guides: &mut Vec<Guide>) {
    let (p, p_star) = (run.scenario.model.p, run.scenario.model.p_star);
    for (name, levels, [from, to]) in exact_levels(run) {
        // Counted as those of the run: SGD lifts what is flat on the plateau by a little.
        let zero = ZERO_TOLERANCE * levels.iter().map(|level| level.value.abs()).fold(0.0, f64::max);
        let of = |holds: &dyn Fn(f64) -> bool| {
            levels.iter().filter(|level| holds(level.value)).map(|level| level.times.fixed).sum::<u64>()
        };
        let kinds = [
            ("down", of(&|at| at < -zero)),
            ("flat", of(&|at| at.abs() <= zero)),
            ("up", of(&|at| at > zero)),
        ];
        let along = Some(manifold_dimension(p as u64, p_star as u64))
            .filter(|along| name != PLATEAU && *along < kinds[1].1)
            .map(|along| ("along the manifold", along));
        let place = if name == PLATEAU {
            String::from("on the plateau as M → 0")
        } else {
            format!("at the {name}")
        };
        for (kind, count) in kinds.into_iter().chain(along) {
            guides.push(Guide {
                // Where it is says whose it is; that none leads down needs no name.
                label: if count == 0 { String::new() } else { format!("{count} {kind}") },
                meaning: format!("exactly, {place}: {count} {kind}"),
                shape: GuideShape::Curve(vec![[from, count as f64], [to, count as f64]]),
            });
        }
    }
}

/// A multiplicity in words: ×18, ×(3 + 6 (N − p − p*)).
pub fn times(level: &Level) -> String {
    match (level.times.fixed, level.times.per_dimension) {
        (fixed, 0) => format!("×{fixed}"),
        (0, 1) => String::from("×(N − p − p*)"),
        (0, each) => format!("×{each} (N − p − p*)"),
        (fixed, 1) => format!("×({fixed} + N − p − p*)"),
        (fixed, each) => format!("×({fixed} + {each} (N − p − p*))"),
    }
}

/// A kind of direction: its name and look, and how many there are.
type Kind = (&'static str, Ink, Stroke, fn(&SignCounts) -> usize);

/// Directions of the span that lead down, nowhere and up, against α, with the exact counts of plateau and solutions.
/// Those that pass through zero are none of the three, and have a curve of their own.
pub fn counts(run: &RunData<'_>, track: &SpectrumTrack) -> Figure {
    let mut plot = run.plot("directions", Scale::Linear);
    plot.y = plot.y.with_integers();
    let kinds: [Kind; 4] = [
        ("negative", Ink::Other(1), Stroke::Solid, |at| at.negative),
        ("zero", Ink::Main, Stroke::Dashed, |at| at.zero),
        ("positive", Ink::Other(0), Stroke::Solid, |at| at.positive),
        ("crossing zero", Ink::Quiet, Stroke::Solid, |at| at.crossing),
    ];
    let counts = track.counts();
    for (label, ink, stroke, of) in kinds {
        let points = counts.iter().map(|at| [at.alpha, of(at) as f64]).collect();
        plot.series.push(Series { stroke, width: 1.2, ..Series::new(label, ink, points) });
    }
    if track.points.is_empty() {
        plot.notes.push(no_spectrum(run));
    } else {
        let tolerance = track.points.first().map_or(ZERO_TOLERANCE, |(_, spectrum)| spectrum.tolerance);
        plot.notes.push(format!("zero: {}", zero_words(tolerance)));
        if run.scenario.teacher().is_orthonormal() {
            count_guides(run, &mut plot.guides);
        }
    }
    let total = track.points.first().map_or(1, |(_, spectrum)| spectrum.span.len());
    plot.y.range = Some((-0.03 * total as f64, 1.03 * total as f64));
    Figure::single("counts", "Directions down, flat, up", plot)
}

/// The levels at one state: as long as their multiplicity in the span, coloured by their sign; and in words how many
/// directions are flat there and at a solution.
pub fn levels(run: &RunData<'_>, spectrum: Option<&HessianSpectrum>) -> Figure {
    let mut plot = Plot::new(
        Axis::new("how many, in span(W, W*)", Scale::Linear).with_integers(),
        Axis::new("eigenvalue", Scale::Linear),
    );
    let Some(spectrum) = spectrum else {
        plot.notes.push(no_spectrum(run));
        return Figure::single("levels", "Levels at the cursor", plot);
    };
    let levels = merge_close_levels(spectrum);
    let largest = levels.iter().map(|level| level.times.fixed).max().unwrap_or(1).max(1) as f64;
    for level in &levels {
        let ink = match spectrum.sign(level.value) {
            -1 => Ink::Other(1),
            1 => Ink::Other(0),
            _ => Ink::Main,
        };
        // Levels that occur off the span alone still have a mark.
        let length = (level.times.fixed as f64).max(0.02 * largest);
        let label = format!("{} {}", number(level.value), times(level));
        let bar = Series::new(&label, ink, vec![[0.0, level.value], [length, level.value]]);
        plot.series.push(Series { in_legend: false, width: 1.6, ..bar });
    }
    named_levels(&levels, spectrum, &mut plot.guides);
    plot.x.range = Some((0.0, 1.45 * largest));
    plot.notes = flat_words(spectrum, run.scenario.teacher());
    // Words stand above the levels.
    let (low, high) = (spectrum.lowest().min(0.0), spectrum.highest().max(0.0));
    plot.y.range = Some((low - 0.06 * (high - low), high + 0.42 * (high - low)));
    Figure::single("levels", "Levels at the cursor", plot)
}

/// Levels as a picture tells them apart: neighbours of one sign within a hair are one, at their mean, and so are all
/// that count as zero.
fn merge_close_levels(spectrum: &HessianSpectrum) -> Vec<Level> {
    const HAIR: f64 = 8e-3;
    let scale = spectrum.scale();
    let sign = |value: f64| spectrum.sign(value);
    let often = |level: &Level| (level.times.fixed + level.times.per_dimension) as f64;
    let mut groups: Vec<(f64, Level)> = Vec::new();
    for level in &spectrum.levels() {
        match groups.last_mut() {
            Some((first, group))
                if sign(level.value) == sign(*first)
                    && (sign(*first) == 0 || level.value - *first <= HAIR * scale) =>
            {
                let share = often(level) / (often(group) + often(level));
                group.value += share * (level.value - group.value);
                group.times.fixed += level.times.fixed;
                group.times.per_dimension += level.times.per_dimension;
            }
            _ => groups.push((level.value, *level)),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Names the flat level and the most frequent ones, as far apart as their names need.
fn named_levels(levels: &[Level], spectrum: &HessianSpectrum, guides: &mut Vec<Guide>) {
    const NAMES: usize = 8;
    let mut ranked: Vec<&Level> = levels.iter().collect();
    // The flat one has its name in any case: it is what the words beside it count.
    let is_flat = |level: &Level| spectrum.sign(level.value) == 0;
    let scale = spectrum.scale();
    ranked.sort_by_key(|level| {
        std::cmp::Reverse((is_flat(level), level.times.fixed + level.times.per_dimension))
    });
    let mut taken: Vec<f64> = Vec::new();
    for level in ranked {
        let free = taken.iter().all(|value| (value - level.value).abs() > 0.08 * scale);
        if free && taken.len() < NAMES {
            taken.push(level.value);
            let end = level.times.fixed as f64;
            guides.push(Guide {
                label: format!("{} {}", number(level.value), times(level)),
                meaning: format!("eigenvalue {}, {}", number(level.value), times(level)),
                shape: GuideShape::Curve(vec![[end, level.value], [end, level.value]]),
            });
        }
    }
}

/// η against the stability limit 2/λ_max of the state: where η is above, a step overshoots along the stiffest
/// direction.
pub fn stability(run: &RunData<'_>, track: &SpectrumTrack) -> Figure {
    let mut plot = run.plot("2/λ_max", Scale::Log10);
    let eta = run.scenario.model.eta;
    // Without steps none overshoots: under gradient flow η has no limit to be drawn against.
    let flows = run.scenario.learning().gradient_flow;
    let limit = |(alpha, spectrum): &(f64, HessianSpectrum)| [*alpha, 2.0 / spectrum.highest()];
    let points: Vec<[f64; 2]> =
        track.points.iter().map(limit).filter(|[_, limit]| *limit > 0.0 && limit.is_finite()).collect();
    let past: Vec<[f64; 2]> = points
        .iter()
        .map(|[alpha, limit]| [*alpha, if *limit < eta && !flows { *limit } else { f64::NAN }])
        .collect();
    if let Some(why) = absence(run, track) {
        plot.notes.push(why);
        // Words stand above η_c, the limit of the solutions.
        let highest =
            eta_max_solution(run.scenario.model.p, run.scenario.model.p_star).unwrap_or(eta).max(eta);
        plot.y.range = Some((0.3 * eta, 100.0 * highest));
    }
    let passed = past.iter().any(|[_, limit]| !limit.is_nan());
    plot.series.push(Series { width: 1.4, ..Series::new("2/λ_max", Ink::Main, points) });
    if passed {
        plot.series.push(Series { width: 2.4, ..Series::new("below η: unstable", Ink::Alarm, past) });
        plot.notes.push(String::from("η is above 2/λ_max: the solutions there are unstable"));
    }
    if flows {
        plot.notes.push(String::from("gradient flow: no step overshoots"));
        return Figure::single("stability", "Stability of a step", plot);
    }
    plot.guides.push(Guide {
        label: format!("η = {}", number(eta)),
        meaning: format!("the learning rate, {}", number(eta)),
        shape: GuideShape::Horizontal(eta),
    });
    if let Some(limit) = eta_max_solution(run.scenario.model.p, run.scenario.model.p_star)
        .filter(|_| run.scenario.teacher().is_orthonormal())
    {
        plot.guides.push(Guide {
            label: String::from("η_c"),
            meaning: format!("limit of the solutions: η_c = p p*/(2 (p* + 2)) = {}", number(limit)),
            shape: GuideShape::Horizontal(limit),
        });
    }
    Figure::single("stability", "Stability of a step", plot)
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
            ["×18", "×(N − p − p*)", "×6 (N − p − p*)", "×(3 + N − p − p*)", "×(15 + 6 (N − p − p*))"]
        );
    }
}
