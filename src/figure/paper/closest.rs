//! Figure 3: the distance to ρ̄ of one start, for the run from there and for runs from elsewhere; and all their losses.

use crate::figure::difference::parameters_in_words;
use crate::figure::{Axis, Figure, Ink, LegendEntry, Plot, RunData, Scale, Series, Sheet, Stroke, TimeAxis};
use crate::model::{Overlaps, distances};
use crate::sim::{OtherStart, Snapshot, Trajectory};

/// The two panels: distances to the ρ̄ of `run`'s start, and losses.
pub fn closest_sheet(run: &RunData<'_>, companions: &[OtherStart]) -> Sheet {
    let rows = vec![vec![closest_distances(run, companions), closest_losses(run, companions)]];
    let others = companions.len();
    let caption = format!(
        "(a) Euclidean distance between (M, Q) and the zero-loss solution ρ̄ predicted from one start: for the run \
         from that start (black) and for {others} runs from other random starts (grey). Only the first gets there, as \
         1/α (dashed: the law of the excess directions). (b) Their generalisation errors: all vanish."
    );
    Sheet::new("figure-3", rows)
        .with_legend(vec![
            LegendEntry::line("from the start of ρ̄", Ink::Main, Stroke::Solid),
            LegendEntry::line("from other starts", Ink::Quiet, Stroke::Solid),
        ])
        .with_caption(&caption)
        .with_parameters(&parameters_in_words(run.scenario))
}

/// Distances to the ρ̄ of `run`'s start.
pub fn closest_distances(run: &RunData<'_>, companions: &[OtherStart]) -> Figure {
    let mut plot = axes(run, "distance to ρ̄");
    if let Some(target) = run.predictions.rho_bar.as_ref().map(|solution| &solution.state) {
        fill(&mut plot, run, companions, |at| apart(at, target));
        plot.guides.extend(crate::figure::run_pictures::distance_guide(run));
    } else {
        plot.notes.push(String::from("no solution is predicted for this start"));
    }
    Figure::single("closest", "Distance to the ρ̄ of one start", plot)
}

/// Losses of all of them.
pub fn closest_losses(run: &RunData<'_>, companions: &[OtherStart]) -> Figure {
    let mut plot = axes(run, "generalisation error");
    fill(&mut plot, run, companions, |at| at.observables.risk);
    Figure::single("losses", "Generalisation errors", plot)
}

fn axes(run: &RunData<'_>, label: &str) -> Plot {
    let mut plot = Plot::new(Axis::new("α", run.alpha_scale), Axis::new(label, Scale::Log10));
    plot.time = TimeAxis::Shared;
    // On a logarithmic axis the decades before anything happens would take most of the room.
    if let (Scale::Log10, Some(escape)) = (run.alpha_scale, run.events.alpha_escape) {
        plot.x.range = Some((0.02 * escape, run.trajectory.span().1));
    }
    plot
}

fn apart(at: &Snapshot, target: &Overlaps) -> f64 {
    distances(&at.state, target).total
}

/// The companions in grey, then the run itself over them.
fn fill(plot: &mut Plot, run: &RunData<'_>, companions: &[OtherStart], value: impl Fn(&Snapshot) -> f64) {
    let curve = |trajectory: &Trajectory| -> Vec<[f64; 2]> {
        trajectory.snapshots().iter().map(|at| [at.alpha, value(at)]).collect()
    };
    for companion in companions {
        let label = format!("start {}", companion.seed);
        let points = curve(&companion.trajectory);
        let series = Series::new(&label, Ink::Quiet, points);
        plot.series.push(Series { in_legend: false, width: 0.8, ..series });
    }
    let own = Series::new("run", Ink::Main, curve(run.trajectory));
    plot.series.push(Series { in_legend: false, width: 1.4, ..own });
}
