//! The pictures of the escape: the gap to the plateau, how fast M grows, and how half-times scatter at finite N.
//!
//! Each has the law of the plateau over it (physics.md §4), drawn only where there is a plateau.

use super::pins::{add_pins, main_curve};
use super::{Axis, words};
use super::{
    Band, Figure, Guide, GuideShape, Ink, Plot, RunData, Samples, Scalar, Scale, Series, Stroke, TimeAxis,
    number,
};
use crate::sim::{EnsembleRecord, Mean};

/// How far the loss is from its plateau, with the escape law exp(2 g α).
pub fn gap(run: &RunData<'_>) -> Figure {
    let mut plot = run.plot("|plateau − loss|", Scale::Log10);
    let Some(level) = run.scenario.plateau() else {
        plot.notes.push(String::from("no plateau at this η"));
        return Figure::single("gap", "Gap to the plateau", plot);
    };
    plot.series.push(main_curve(run, run.scalar(Scalar::Gap)));
    add_pins(run, &mut plot, Scalar::Gap);
    let law = run.scenario.escape_law();
    if let Some((law, end)) = law.and_then(|law| law.alpha_at_gap(law.reach()).map(|end| (law, end))) {
        let alphas = (0..=160).map(|step| end * f64::from(step) / 160.0);
        plot.guides.push(Guide {
            label: String::from("escape law"),
            meaning: format!("a exp(2 g α) with g = {}, levelling off", number(level.rate)),
            shape: GuideShape::Curve(alphas.map(|alpha| [alpha, law.gap(alpha)]).collect()),
        });
    }
    Figure::single("gap", "Gap to the plateau", plot)
}

/// The growth rate of ‖M‖, d ln ‖M‖/dα = ⟨M, dM/dα⟩/‖M‖², with g of the plateau.
pub fn growth(run: &RunData<'_>) -> Figure {
    let mut plot = run.plot("d ln ‖M‖/dα", Scale::Linear);
    plot.series.push(main_curve(run, run.scalar(Scalar::Growth)));
    add_pins(run, &mut plot, Scalar::Growth);
    if let Some(level) = run.scenario.plateau() {
        plot.guides.push(Guide {
            label: String::from("g"),
            meaning: format!("growth rate on the plateau: g = {}", number(level.rate)),
            shape: GuideShape::Horizontal(level.rate),
        });
        // The first moments, when norms are far from the plateau, would set the scale.
        let pinned = run.pins.iter().filter_map(|pin| pin.rate).map(f64::abs);
        let highest = pinned.fold(level.rate.abs(), f64::max);
        // Above the limit of escape M shrinks: the room is where the rates are.
        let pinned = run.pins.iter().filter_map(|pin| pin.rate);
        let shrinks = pinned.chain([level.rate]).any(|rate| rate < 0.0);
        plot.y.range = Some((if shrinks { -1.5 } else { -0.3 } * highest, 1.5 * highest));
    }
    Figure::single("growth", "Growth rate of M", plot)
}

/// How many replicas had halved their loss when: a histogram of α½, its mean, and the ODE's α½.
pub fn escape_times(run: &RunData<'_>) -> Figure {
    let runs = Axis::new("runs", Scale::Linear).with_integers();
    let mut plot = Plot::new(Axis::new("α½", run.alpha_scale), runs);
    plot.time = TimeAxis::Own;
    if let Some(alpha) = run.events.alpha_half {
        plot.guides.push(vertical("ODE", alpha, format!("α½ of the ODE: {}", number(alpha))));
        plot.x.range = Some((0.5 * alpha, 1.5 * alpha));
    }
    let Some(record) = run.ensemble else {
        plot.notes.push(String::from("simulate SGD to see how half-times scatter"));
        plot.y.range = Some((0.0, 1.0));
        return Figure::single("half-time-histogram", "Half-times α½ of SGD runs", plot);
    };
    // What single runs did beyond the α that all have reached would make their mean too early.
    let reach = record.reach().unwrap_or_default();
    let times: Vec<f64> = record.half_times.iter().flatten().copied().filter(|time| *time <= reach).collect();
    let own: Vec<f64> = record.own_odes.iter().filter_map(|ode| ode.alpha_half).collect();
    plot.notes.push(format!("{} of {} runs have halved their loss", times.len(), record.half_times.len()));
    if record.stopped {
        plot.notes.push(format!("SGD stopped at α = {}", number(reach)));
    }
    plot.notes.extend(words::diverged_runs(record.diverged(record.half_times.len())));
    plot.notes.extend(mean_guide(&mut plot.guides, &times));
    let bins = Bins::of(&times, &own, run.alpha_scale);
    if !(times.is_empty() && own.is_empty()) {
        plot.x.range = bins.range_with(run.events.alpha_half);
    }
    let highest = [bins.outline(&mut plot, &times, "SGD"), bins.outline(&mut plot, &own, "their ODEs")];
    plot.samples = samples(record);
    plot.y.range = Some((0.0, 1.15 * highest.into_iter().max().unwrap_or(0).max(1) as f64));
    Figure::single("half-time-histogram", "Half-times α½ of SGD runs", plot)
}

/// α½ of every run, and of its own ODE where it has one.
fn samples(record: &EnsembleRecord) -> Vec<Samples> {
    let of = |label: &str, times: &mut dyn Iterator<Item = Option<f64>>| Samples {
        label: label.to_owned(),
        values: times.map(|time| time.unwrap_or(f64::NAN)).collect(),
    };
    let runs = of("SGD", &mut record.half_times.iter().copied());
    let own = of("their ODEs", &mut record.own_odes.iter().map(|ode| ode.alpha_half));
    [runs, own].into_iter().filter(|samples| !samples.values.is_empty()).collect()
}

fn vertical(label: &str, alpha: f64, meaning: String) -> Guide {
    Guide { label: label.to_owned(), meaning, shape: GuideShape::Vertical(alpha) }
}

/// A guide at the mean of the times; what there is to say about it.
fn mean_guide(guides: &mut Vec<Guide>, times: &[f64]) -> Option<String> {
    let Mean { mean, sem } = Mean::of(times)?;
    let text = match sem {
        Some(sem) => format!("mean {} ± {}", number(mean), number(sem)),
        None => format!("mean {}", number(mean)),
    };
    guides.push(vertical("mean", mean, format!("mean α½ of the runs that have halved their loss: {text}")));
    Some(text)
}

/// Equal bins over the positions of an axis.
struct Bins {
    low: f64,
    width: f64,
    count: usize,
    scale: Scale,
}

impl Bins {
    /// As many as Rice's rule wants, 2 n^(1/3), over all values of both sets.
    fn of(times: &[f64], own: &[f64], scale: Scale) -> Self {
        let places = || times.iter().chain(own).map(|time| scale.place(*time)).filter(|at| at.is_finite());
        let (low, high) =
            (places().fold(f64::INFINITY, f64::min), places().fold(f64::NEG_INFINITY, f64::max));
        let count = ((2.0 * (times.len().max(own.len()) as f64).cbrt()).ceil() as usize).clamp(4, 48);
        // Times that all agree still need bins of some width.
        let room = (high - low).max(1e-3 * high.abs()).max(1e-9);
        Self { low: low - 0.01 * room, width: 1.02 * room / count as f64, count, scale }
    }

    /// From the first bin to the last, and on to a guide outside of them with a little room beyond it.
    fn range_with(&self, guide: Option<f64>) -> Option<(f64, f64)> {
        let guide = guide.map(|alpha| self.scale.place(alpha)).filter(|place| place.is_finite())?;
        let (first, last) = (self.low, self.low + self.width * self.count as f64);
        let (low, high) = (first.min(guide), last.max(guide));
        let room = 0.05 * (high - low);
        let low = if guide < first { low - room } else { low };
        let high = if guide > last { high + room } else { high };
        Some((self.scale.value(low), self.scale.value(high)))
    }

    /// Adds the outline of the histogram of `times`, filled for the first of a plot; the highest count.
    fn outline(&self, plot: &mut Plot, times: &[f64], label: &str) -> usize {
        if times.is_empty() {
            return 0;
        }
        let mut counts = vec![0_usize; self.count];
        for time in times {
            let bin = ((self.scale.place(*time) - self.low) / self.width) as usize;
            if let Some(count) = counts.get_mut(bin) {
                *count += 1;
            }
        }
        let edge = |bin: usize| self.scale.value(self.low + self.width * bin as f64);
        let mut points = vec![[edge(0), 0.0]];
        for (bin, count) in counts.iter().enumerate() {
            points.extend([edge(bin), edge(bin + 1)].map(|x| [x, *count as f64]));
        }
        points.push([edge(self.count), 0.0]);
        let first = plot.series.is_empty();
        let (ink, stroke) = if first { (Ink::Other(1), Stroke::Solid) } else { (Ink::Main, Stroke::Dashed) };
        if first {
            plot.bands.push(Band { ink, edges: points.iter().map(|[x, y]| [*x, 0.0, *y]).collect() });
        }
        plot.series.push(Series { stroke, ..Series::new(label, ink, points) });
        counts.into_iter().max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::Content;
    use crate::model::Scenario;
    use crate::sim::FinishedRun;

    #[test]
    fn every_time_is_in_one_bin_on_either_axis() {
        let times: Vec<f64> = (1..=200).map(|k| 10.0 + f64::from(k * k) * 0.01).collect();
        for scale in [Scale::Linear, Scale::Log10] {
            let mut plot = Plot::new(Axis::new("α½", scale), Axis::new("runs", Scale::Linear));
            let bins = Bins::of(&times, &[], scale);
            let highest = bins.outline(&mut plot, &times, "SGD");
            let tops: f64 = plot.series[0].points[1..]
                .chunks(2)
                .filter(|pair| pair.len() == 2)
                .map(|pair| pair[0][1])
                .sum();
            assert_eq!(tops as usize, times.len(), "{scale:?}");
            assert!(highest >= times.len() / bins.count);
        }
    }

    #[test]
    fn half_a_run_has_no_tick() {
        let spec = crate::model::ScenarioSpec::from_toml("[time]\nalpha_max = 1").unwrap();
        let scenario = Scenario::new(spec).unwrap();
        let run = FinishedRun::of(scenario);

        let figure = escape_times(&RunData::of(&run));
        let Content::Plots(plots) = &figure.content else { panic!("no plot") };
        for high in [1.0, 1.15, 2.3, 40.0] {
            let ticks = crate::figure::ticks::ticks(&plots[0].1.y, (0.0, high), 5.0);
            assert!(ticks.len() > 1 && ticks.iter().all(|tick| tick.position.fract() == 0.0), "{ticks:?}");
        }
    }

    #[test]
    fn times_that_agree_fill_one_bin() {
        let mut plot = Plot::new(Axis::new("α½", Scale::Linear), Axis::new("runs", Scale::Linear));
        let times = [32.0; 7];
        assert_eq!(Bins::of(&times, &[], Scale::Linear).outline(&mut plot, &times, "SGD"), 7);
        assert_eq!(mean_guide(&mut plot.guides, &times).as_deref(), Some("mean 32.00 ± 0"));
        assert_eq!(mean_guide(&mut plot.guides, &[]), None);
    }
}
