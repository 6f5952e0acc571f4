//! What makes the picture of each panel.
//!
//! The window only chooses; every picture is made in `figure`.

use crate::figure::paper::{
    BEST_RATES, Companion, HALF_TIMES, best_rates, closest_distances, closest_losses, half_times, mark_rate,
};
use crate::figure::{
    Axis, Figure, MAP, Orientation, Plot, RunData, Scale, distance, escape_times, gap, growth, half_time_map,
    loss, manifold, norms, overlaps, polar_factor, spectrum,
};
use crate::model::HessianSpectrum;
use crate::sim::SpectrumTrack;
use crate::ui::state::PanelId;
use crate::ui::work::ViewJobs;
use crate::worker::RunId;

/// Everything that panels are made from.
pub(in crate::ui) struct Sources<'a> {
    pub(in crate::ui) id: RunId,
    pub(in crate::ui) run: RunData<'a>,
    pub(in crate::ui) jobs: &'a ViewJobs,
    pub(in crate::ui) turn: Orientation,
}

/// Makes a picture.
pub(in crate::ui) type Builder = fn(&Sources<'_>) -> Figure;

impl PanelId {
    /// What makes its picture; `None` for matrices, which change with the cursor.
    pub(in crate::ui) fn builder(self) -> Option<Builder> {
        Some(match self {
            Self::Loss => |from| loss(&from.run),
            Self::Overlaps => |from| overlaps(&from.run),
            Self::Norms => |from| norms(&from.run),
            Self::Distance => |from| distance(&from.run),
            Self::PolarFactor => |from| polar_factor(&from.run),
            Self::Manifold => |from| manifold(&from.run, from.jobs.fan(from.id), from.turn),
            Self::Gap => |from| gap(&from.run),
            Self::Growth => |from| growth(&from.run),
            Self::EscapeTimes => |from| escape_times(&from.run),
            Self::Closest => |from| closest_distances(&from.run, &companions(from)),
            Self::ClosestLoss => |from| closest_losses(&from.run, &companions(from)),
            Self::Eigenvalues => |from| spectrum::eigenvalues(&from.run, track(from)),
            Self::Levels => |from| match at_cursor(from) {
                Some((alpha, spectrum)) => spectrum::levels(&from.run, Some(spectrum)).of_state_at(*alpha),
                None => spectrum::levels(&from.run, None),
            },
            Self::Counts => |from| spectrum::counts(&from.run, track(from)),
            Self::Stability => |from| spectrum::stability(&from.run, track(from)),
            Self::HalfTimes => |from| match from.jobs.rates(from.id) {
                Some((base, record)) => {
                    let mut figure = half_times(base, record);
                    mark_rate(&mut figure, from.run.scenario.model.eta);
                    figure
                }
                None => nothing("half-time", HALF_TIMES),
            },
            Self::BestRates => |from| match from.jobs.rates(from.id) {
                Some((base, record)) => best_rates(base, &record.best),
                None => nothing("least-half-time", BEST_RATES),
            },
            Self::Map => |from| match from.jobs.map(from.id) {
                Some((sweep, rows)) => half_time_map(&sweep.spec().base, sweep, &rows.rows),
                None => nothing("map", MAP),
            },
            Self::MatrixM | Self::MatrixQ | Self::Difference => return None,
        })
    }
}

/// A picture of what has not arrived.
fn nothing(id: &'static str, title: &str) -> Figure {
    let axis = |label| Axis::new(label, Scale::Linear);
    let mut plot = Plot::new(axis("η"), axis(""));
    plot.notes.push(String::from("nothing has arrived yet"));
    Figure::single(id, title, plot)
}

static NO_TRACK: SpectrumTrack = SpectrumTrack { points: Vec::new() };

fn track<'a>(from: &'a Sources<'_>) -> &'a SpectrumTrack {
    from.jobs.spectrum(from.id).unwrap_or(&NO_TRACK)
}

fn at_cursor<'a>(from: &'a Sources<'_>) -> Option<&'a (f64, HessianSpectrum)> {
    from.jobs.cursor(from.id)?.points.first()
}

fn companions<'a>(from: &'a Sources<'_>) -> Vec<Companion<'a>> {
    let runs = from.jobs.fan(from.id).map_or(&[][..], |fan| &fan.runs);
    runs.iter().map(|run| Companion { seed: run.seed, trajectory: &run.trajectory }).collect()
}
