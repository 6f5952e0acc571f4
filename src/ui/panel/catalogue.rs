//! The catalogue of the panels, a row each: what a panel is called, what it shows, what makes its picture, and which
//! work beside the run it draws.
//!
//! A new panel is the builder of its picture in `figure`, its id, its row here, and its place in a view.

use crate::figure::paper::{
    BEST_RATES, HALF_TIMES, best_rates, closest_distances, closest_losses, half_times, mark_rate,
};
use crate::figure::{
    Axis, Figure, MAP, MatrixSource, Orientation, Plot, RunData, Scale, distance, escape_times, gap, growth,
    half_time_map, loss, manifold, matrix_difference, matrix_pair, norms, overlaps, polar_factor, spectrum,
};
use crate::sim::learning_rate::{best_rate_sweep, half_time_sweep};
use crate::sim::sweep::SweepSpec;
use crate::sim::{OtherStart, SpectrumTrack};
use crate::ui::state::PanelId;
use crate::ui::work::{JobKind, ViewJobs};
use crate::worker::RunId;

/// Everything that panels are made from.
pub(in crate::ui) struct Sources<'a> {
    pub(in crate::ui) id: RunId,
    pub(in crate::ui) run: RunData<'a>,
    pub(in crate::ui) jobs: &'a ViewJobs,
    pub(in crate::ui) turn: Orientation,
}

/// Makes the matrices of an α.
pub(in crate::ui) type AtCursor = fn(&RunData<'_>, MatrixSource, f64) -> Figure;

/// What makes the picture of a panel.
#[derive(Clone, Copy)]
pub(in crate::ui) enum Picture {
    /// A plot, made again when what it shows has changed.
    Plot(fn(&Sources<'_>) -> Figure),
    /// Matrices at an α, which change with the cursor: of the ODE, the mean run, or one run.
    AtCursor(AtCursor),
}

/// A row of the catalogue.
pub(in crate::ui) struct Panel {
    pub(in crate::ui) id: PanelId,
    /// Its picture's title, where nothing is special.
    pub(in crate::ui) title: &'static str,
    /// What it shows, with the formula: the hint on its title.
    pub(in crate::ui) definition: &'static str,
    pub(in crate::ui) picture: Picture,
    /// The work beside the run whose results it draws.
    pub(in crate::ui) job: Option<JobKind>,
    /// The sweep that it shows beside a run; `None` if it shows a run, or nothing yet.
    pub(in crate::ui) sweep: fn(&ViewJobs, RunId) -> Option<SweepSpec>,
}

/// What most rows have.
const ROW: Panel = Panel {
    id: PanelId::Loss,
    title: "",
    definition: "",
    picture: Picture::Plot(|from| loss(&from.run)),
    job: None,
    sweep: |_, _| None,
};

/// All panels, in the order of their ids.
pub(in crate::ui) static PANELS: [Panel; PanelId::ALL.len()] = [
    Panel {
        id: PanelId::Loss,
        title: "Loss",
        definition: "Generalisation error ε_g = ½ ⟨(f − y)²⟩ = ½ (τ² + 2κ), label noise excluded",
        picture: Picture::Plot(|from| loss(&from.run)),
        ..ROW
    },
    Panel {
        id: PanelId::Overlaps,
        title: "Overlaps M",
        definition: "Teacher–student overlaps M = W W*ᵀ/N: neuron i of the student with neuron r of the teacher",
        picture: Picture::Plot(|from| overlaps(&from.run)),
        ..ROW
    },
    Panel {
        id: PanelId::Norms,
        title: "Norms and overlaps Q",
        definition: "Student–student overlaps Q = W Wᵀ/N: squared norms Qᵢᵢ, and Qᵢⱼ between neurons",
        picture: Picture::Plot(|from| norms(&from.run)),
        ..ROW
    },
    Panel {
        id: PanelId::Distance,
        title: "Distance to ρ̄",
        definition: "d = √(‖M − M̄‖² + ‖Q − Q̄‖²), the distance to the predicted solution ρ̄ = (M̄, Q̄)",
        picture: Picture::Plot(|from| distance(&from.run)),
        ..ROW
    },
    Panel {
        id: PanelId::PolarFactor,
        title: "S = polar(M), its drift",
        definition: "S, the polar factor of M: M = S √(MᵀM). Conserved if Q₀ is a multiple of I; drift = ‖S(α) − S(0)‖",
        picture: Picture::Plot(|from| polar_factor(&from.run)),
        ..ROW
    },
    Panel {
        id: PanelId::MatrixM,
        title: "Teacher–student overlaps M",
        definition: "M = W W*ᵀ/N beside its prediction M̄ = √(p/p*) polar(M₀)",
        picture: Picture::AtCursor(|run, source, alpha| matrix_pair(run, source, alpha, false)),
        ..ROW
    },
    Panel {
        id: PanelId::MatrixQ,
        title: "Student–student overlaps Q",
        definition: "Q = W Wᵀ/N beside its prediction Q̄ = M̄ M̄ᵀ",
        picture: Picture::AtCursor(|run, source, alpha| matrix_pair(run, source, alpha, true)),
        ..ROW
    },
    Panel {
        id: PanelId::Manifold,
        title: "Manifold of solutions",
        definition: "Zero loss: M̄ = √(p/p*) R with RᵀR = I, at the distance √p from the centre M = 0",
        picture: Picture::Plot(|from| manifold(&from.run, from.jobs.fan(from.id), from.turn)),
        job: Some(JobKind::OtherStarts),
        ..ROW
    },
    Panel {
        id: PanelId::Gap,
        title: "Gap to the plateau",
        definition: "ε_pl − ε_g, below the plateau ε_pl; grows as exp(2gα)",
        picture: Picture::Plot(|from| gap(&from.run)),
        ..ROW
    },
    Panel {
        id: PanelId::Growth,
        title: "Growth rate of M",
        definition: "d ln ‖M‖/dα = ⟨M, dM/dα⟩/‖M‖²; on the plateau g = 2h (2/p* − h s(q)), h = η/p",
        picture: Picture::Plot(|from| growth(&from.run)),
        ..ROW
    },
    Panel {
        id: PanelId::EscapeTimes,
        title: "Half-times α½ of SGD runs",
        definition: "The half-time α½, the first α at which the loss is half its initial value, of every SGD run",
        picture: Picture::Plot(|from| escape_times(&from.run)),
        ..ROW
    },
    Panel {
        id: PanelId::Closest,
        title: "Distance to the ρ̄ of one start",
        definition: "d to the ρ̄ of this start: of its own run (the strong line) and of runs from other starts (thin)",
        picture: Picture::Plot(|from| closest_distances(&from.run, others(from))),
        job: Some(JobKind::OtherStarts),
        ..ROW
    },
    Panel {
        id: PanelId::ClosestLoss,
        title: "Generalisation errors",
        definition: "Generalisation errors ε_g of the same runs",
        picture: Picture::Plot(|from| closest_losses(&from.run, others(from))),
        job: Some(JobKind::OtherStarts),
        ..ROW
    },
    Panel {
        id: PanelId::Difference,
        title: "M, its prediction, and the difference",
        definition: "M, its prediction M̄ = √(p/p*) polar(M₀), and M − M̄",
        picture: Picture::AtCursor(matrix_difference),
        ..ROW
    },
    Panel {
        id: PanelId::Eigenvalues,
        title: "Hessian spectrum",
        definition: "Eigenvalues of the Hessian of ε_g in units of w/√N",
        picture: Picture::Plot(|from| spectrum::eigenvalues(&from.run, track(from))),
        job: Some(JobKind::Spectra),
        ..ROW
    },
    Panel {
        id: PanelId::Levels,
        title: "Levels at the cursor",
        definition: "Eigenvalues of the Hessian at the cursor, as long as they are frequent in span(W, W*)",
        picture: Picture::Plot(levels),
        job: Some(JobKind::Spectra),
        ..ROW
    },
    Panel {
        id: PanelId::Counts,
        title: "Directions down, flat, up",
        definition: "Eigenvalues in span(W, W*): negative, zero (|λ| < 0.01 of the largest), positive; thin dashed: \
            exactly",
        picture: Picture::Plot(|from| spectrum::counts(&from.run, track(from))),
        job: Some(JobKind::Spectra),
        ..ROW
    },
    Panel {
        id: PanelId::Stability,
        title: "Stability of a step",
        definition: "η against 2/λ_max: above it a step overshoots. At the solutions it is η_c = p p*/(2 (p* + 2))",
        picture: Picture::Plot(|from| spectrum::stability(&from.run, track(from))),
        job: Some(JobKind::Spectra),
        ..ROW
    },
    Panel {
        id: PanelId::HalfTimes,
        title: HALF_TIMES,
        definition: "The half-time α½, the first α at which the loss is half its initial value, against η",
        picture: Picture::Plot(rates_against_half_times),
        job: Some(JobKind::Sweeps),
        sweep: half_times_behind,
    },
    Panel {
        id: PanelId::BestRates,
        title: BEST_RATES,
        definition: "η½, the η of least half-time α½, against the width p; dashed: η_g, the η of fastest growth. \
            Gradient flow has none",
        picture: Picture::Plot(best_rates_of),
        job: Some(JobKind::Sweeps),
        sweep: best_rates_behind,
    },
    Panel {
        id: PanelId::Map,
        title: MAP,
        definition: "The half-time α½, the first α at which the loss is half its initial value, over η and p",
        picture: Picture::Plot(map_of),
        job: Some(JobKind::Sweeps),
        sweep: |jobs, run| jobs.map(run).map(|(sweep, _)| sweep.spec().clone()),
    },
];

// A panel without a row of its own, in its place, does not compile.
const _: () = {
    let mut place = 0;
    while place < PanelId::ALL.len() {
        assert!(PANELS[place].id as usize == place, "the rows are in the order of the ids");
        place += 1;
    }
};

impl PanelId {
    /// The title of its picture, where nothing is special.
    pub fn title(self) -> &'static str {
        self.row().title
    }

    /// Its row.
    pub(in crate::ui) fn row(self) -> &'static Panel {
        &PANELS[self as usize]
    }
}

fn levels(from: &Sources<'_>) -> Figure {
    match from.jobs.cursor(from.id).and_then(|track| track.points.first()) {
        Some((alpha, spectrum)) => spectrum::levels(&from.run, Some(spectrum)).of_state_at(*alpha),
        None => spectrum::levels(&from.run, None),
    }
}

fn rates_against_half_times(from: &Sources<'_>) -> Figure {
    let Some((base, record)) = from.jobs.rates(from.id) else { return nothing("half-time", HALF_TIMES) };
    let mut figure = half_times(base, record);
    mark_rate(&mut figure, from.run.scenario.model.eta);
    figure
}

fn best_rates_of(from: &Sources<'_>) -> Figure {
    let rates = from.jobs.rates(from.id);
    rates.map_or_else(
        || nothing("least-half-time", BEST_RATES),
        |(base, record)| best_rates(base, &record.best),
    )
}

fn map_of(from: &Sources<'_>) -> Figure {
    let Some((sweep, rows)) = from.jobs.map(from.id) else { return nothing("map", MAP) };
    half_time_map(&sweep.spec().base, sweep, &rows.rows)
}

fn half_times_behind(jobs: &ViewJobs, run: RunId) -> Option<SweepSpec> {
    let (base, record) = jobs.rates(run).filter(|(_, record)| !record.times.is_empty())?;
    Some(half_time_sweep(base, &record.times))
}

fn best_rates_behind(jobs: &ViewJobs, run: RunId) -> Option<SweepSpec> {
    let (base, record) = jobs.rates(run).filter(|(_, record)| !record.best.is_empty())?;
    Some(best_rate_sweep(base, &record.best))
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

fn others<'a>(from: &'a Sources<'_>) -> &'a [OtherStart] {
    from.jobs.fan(from.id).map_or(&[], |fan| &fan.runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_panel_says_what_it_is() {
        for (id, row) in PanelId::ALL.iter().zip(&PANELS) {
            assert_eq!(id.row().title, row.title);
            assert!(!row.title.is_empty() && !row.definition.is_empty());
        }
    }
}
