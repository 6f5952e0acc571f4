//! What the paper's figures are made from: the runs, ensembles and sweeps behind each, with progress on every
//! long part.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use super::CliError;
use super::ensemble::EnsembleTask;
use super::progress::Progress;
use super::run::integrate;
use crate::export::Provenance;
use crate::figure::paper::{
    PaperFigure, closest_sheet, conserved_sheet, freedom_sheet, learning_rate_sheet, overlay_sheet,
    spectrum_sheet,
};
use crate::figure::{RunData, Scale, Sheet};
use crate::model::{Scenario, ScenarioSpec};
use crate::sim::learning_rate::{HalfTimes, RateRecord, best_rate, half_time_sweep, law_half_times};
use crate::sim::sweep::{Range, Scale as SweepScale};
use crate::sim::{EnsembleRecord, FinishedRun, OtherStart, Predictions, SpectrumTrack};

/// Dimension of Figure 5.
const FREEDOM_N: u64 = 40;

/// Runs what a figure needs and draws it; also the scenario or sweep that made it. `quick`: fewer replicas and starts;
/// `is_sure`: SGD that takes long is begun without asking.
///
/// # Errors
/// A scenario that is not valid, or an ensemble that is declined or cannot be made.
pub(super) fn make_figure(
    figure: PaperFigure,
    quick: bool,
    is_sure: bool,
) -> Result<(Sheet, Provenance), CliError> {
    let scenario = figure.scenario(quick).map_err(CliError::Scenario)?;
    let spec = scenario.spec().clone();
    let made = || Provenance::new(&spec).map_err(unwritten);
    Ok(match figure {
        PaperFigure::Overlay => (overlay(&finished(scenario), is_sure)?, made()?),
        PaperFigure::LearningRate => learning_rate(&spec, quick)?,
        PaperFigure::Closest => {
            let seeds = other_seeds(quick);
            let others = format!("seeds {} to {}", seeds.start(), seeds.end());
            (closest(&finished(scenario), &spec, seeds)?, made()?.with_remark("other_starts", &others))
        }
        PaperFigure::Conserved => (conserved_sheet(&data(&finished(scenario), Scale::Linear)), made()?),
        PaperFigure::Freedom => (freedom_sheet(FREEDOM_N), Provenance::without_scenario()),
        PaperFigure::Spectrum => (spectrum(&finished(scenario)), made()?),
    })
}

/// A scenario or sweep that cannot be written down.
fn unwritten(error: impl std::fmt::Display) -> CliError {
    CliError::Picture(error.to_string())
}

/// The seeds of the other starts of Figure 3.
fn other_seeds(quick: bool) -> RangeInclusive<u64> {
    if quick { 2..=4 } else { 2..=9 }
}

fn finished(scenario: Scenario) -> FinishedRun {
    let (trajectory, summary) = integrate(&scenario);
    FinishedRun::new(scenario, trajectory, summary)
}

fn data(run: &FinishedRun, alpha_scale: Scale) -> RunData<'_> {
    RunData { alpha_scale, ..RunData::of(run) }
}

fn overlay(run: &FinishedRun, is_sure: bool) -> Result<Sheet, CliError> {
    let name = PathBuf::from(PaperFigure::Overlay.name());
    let task = EnsembleTask { name: &name, is_sure, checkpoint: None, resumes: false };
    let record = EnsembleRecord::since(&task.run(&run.scenario, &run.trajectory)?, 0);
    Ok(overlay_sheet(&RunData { ensemble: Some(&record), ..RunData::of(run) }))
}

/// Rates from far below the best to beyond the last with a plateau; widths from the teacher's on.
fn learning_rate(base: &ScenarioSpec, quick: bool) -> Result<(Sheet, Provenance), CliError> {
    let (starts, rates, widths): (u64, u64, &[usize]) =
        if quick { (6, 16, &[3, 4, 6, 8, 10, 12]) } else { (20, 32, &[3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) };
    let (low, high) = (0.01_f64, 1.0_f64);
    let total = rates + widths.len() as u64;
    let mut progress = Progress::new();
    let law = law_half_times(base, starts, (low, high)).map_err(CliError::Scenario)?;
    let mut record = RateRecord { law, ..RateRecord::default() };
    for eta in (Range { from: low, to: high, steps: rates, scale: SweepScale::Log }).points() {
        record.times.extend(HalfTimes::of(base, eta, starts, &|| false).map_err(CliError::Scenario)?);
        progress.rows(record.times.len() as u64, total, 0);
    }
    for &p in widths {
        let mut spec = base.clone();
        spec.model.p = p;
        record.best.extend(best_rate(&spec, starts, &|| false).map_err(CliError::Scenario)?);
        progress.rows((record.times.len() + record.best.len()) as u64, total, 0);
    }
    let widths: Vec<String> = widths.iter().map(usize::to_string).collect();
    let made = Provenance::of_sweep(&half_time_sweep(base, &record.times)).map_err(unwritten)?;
    let made = made.with_remark("widths", &format!("{} in (b), with the same seeds", widths.join(", ")));
    Ok((learning_rate_sheet(base, &record), made))
}

fn closest(run: &FinishedRun, spec: &ScenarioSpec, seeds: RangeInclusive<u64>) -> Result<Sheet, CliError> {
    let mut others = Vec::new();
    for seed in seeds {
        let mut spec = spec.clone();
        spec.start.seed = seed;
        let scenario = Scenario::new(spec).map_err(CliError::Scenario)?;
        let predictions = Predictions::of(&scenario);
        others.push(OtherStart { seed, trajectory: integrate(&scenario).0, predictions });
    }
    Ok(closest_sheet(&data(run, Scale::Log10), &others))
}

/// States at which the spectrum is taken.
const SPECTRA: usize = 240;

fn spectrum(run: &FinishedRun) -> Sheet {
    let track = SpectrumTrack::of(&run.scenario, &run.trajectory, SPECTRA, &|| false).unwrap_or_default();
    spectrum_sheet(&data(run, Scale::Log10), &track)
}
