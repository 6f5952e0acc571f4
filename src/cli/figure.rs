//! `figure`: the paper's figures as vector files, pictures and tables, without a window.
//!
//! Runs what a figure needs, with progress on every long part; every file is written whole or not at all, and carries the
//! scenario that made it.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::progress::Progress;
use super::run::{ensemble, integrate};
use super::{CliError, print_bytes};
use crate::export::{PaperStyle, Provenance, SheetFormat, check_target, make_folder, write_sheet};
use crate::figure::paper::{
    Companion, PaperFigure, closest_sheet, conserved_sheet, freedom_sheet, learning_rate_sheet,
    overlay_sheet, spectrum_sheet,
};
use crate::figure::{RunData, Scale, Sheet};
use crate::model::{Scenario, ScenarioSpec};
use crate::sim::learning_rate::{BestRate, HalfTimes, best_rate};
use crate::sim::{EnsembleRecord, Predictions, SpectrumTrack, Summary, Trajectory};

/// Dimension of Figure 5.
const FREEDOM_N: u64 = 40;

/// Which figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Which {
    /// The ODE against finite-N SGD.
    #[value(name = "1")]
    One,
    /// The learning rate and the escape.
    #[value(name = "2")]
    Two,
    /// The distance to the predicted solution.
    #[value(name = "3")]
    Three,
    /// The conserved polar factor.
    #[value(name = "4")]
    Four,
    /// Degrees of freedom.
    #[value(name = "5")]
    Five,
    /// The Hessian's spectrum along the run.
    #[value(name = "6")]
    Six,
    /// All six.
    All,
}

impl Which {
    fn figures(self) -> Vec<PaperFigure> {
        match self {
            Self::One => vec![PaperFigure::Overlay],
            Self::Two => vec![PaperFigure::LearningRate],
            Self::Three => vec![PaperFigure::Closest],
            Self::Four => vec![PaperFigure::Conserved],
            Self::Five => vec![PaperFigure::Freedom],
            Self::Six => vec![PaperFigure::Spectrum],
            Self::All => PaperFigure::ALL.to_vec(),
        }
    }
}

/// What to make, where, and how it looks.
#[derive(Clone, Debug, clap::Args)]
pub struct FigureOptions {
    /// The figure's number in the paper, or all.
    #[arg(value_name = "1..6|all")]
    pub which: Which,
    /// The folder for the files; made if it is not there.
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// Formats of the pictures; the data always come as CSV.
    #[arg(long, value_delimiter = ',', default_value = "svg,pdf,png", value_parser = format)]
    pub format: Vec<SheetFormat>,
    /// Fewer replicas and starts: all six in less than a minute.
    #[arg(long)]
    pub quick: bool,
    /// Width, 3 to 100 cm; absent: 17.8, a double column, and 8.6 for a figure of one panel.
    #[arg(long, value_name = "CM", value_parser = centimetres)]
    pub width: Option<f64>,
    /// Size of all type in the picture, 4 to 24 points: labels, ticks, legends, values and captions alike.
    #[arg(long, value_name = "PT", default_value_t = 8.0, value_parser = points)]
    pub font: f64,
    /// Dots per inch of PNG pictures, 30 to 1200.
    #[arg(long, value_name = "DPI", default_value_t = 300.0, value_parser = dots_per_inch)]
    pub dpi: f64,
    /// Light curves on a dark ground, for slides.
    #[arg(long)]
    pub dark: bool,
}

/// A format by its name, for the command line.
fn format(name: &str) -> Result<SheetFormat, String> {
    SheetFormat::by_name(name).ok_or_else(|| String::from("a format is svg, pdf, png, csv or npz"))
}

fn centimetres(text: &str) -> Result<f64, String> {
    in_range(text, PaperStyle::WIDTH_CM)
}

fn points(text: &str) -> Result<f64, String> {
    in_range(text, PaperStyle::FONT_PT)
}

fn dots_per_inch(text: &str) -> Result<f64, String> {
    in_range(text, PaperStyle::DPI)
}

/// A number in a range, for the command line.
fn in_range(text: &str, [low, high]: [f64; 2]) -> Result<f64, String> {
    let number = text.trim().parse().ok().filter(|number| (low..=high).contains(number));
    number.ok_or_else(|| format!("a number from {low} to {high}"))
}

impl FigureOptions {
    fn style(&self, sheet: &Sheet) -> PaperStyle {
        let single = sheet.panels().count() == 1;
        let preset = if single { PaperStyle::single_column() } else { PaperStyle::double_column() };
        PaperStyle {
            width_cm: self.width.unwrap_or(preset.width_cm),
            font_pt: self.font,
            dpi: self.dpi,
            dark: self.dark,
            ..preset
        }
    }

    /// Refuses a width that has no room for the type.
    fn checked(&self) -> Result<(), CliError> {
        let columns = [PaperStyle::single_column(), PaperStyle::double_column()];
        for preset in columns {
            let width_cm = self.width.unwrap_or(preset.width_cm);
            let style = PaperStyle { width_cm, font_pt: self.font, dpi: self.dpi, ..preset };
            style.checked().map_err(|error| CliError::Style(error.to_string()))?;
        }
        Ok(())
    }

    /// The files of one figure: its pictures, then its table.
    fn files(&self, figure: PaperFigure) -> Vec<PathBuf> {
        let mut formats = self.format.clone();
        formats.retain(|format| *format != SheetFormat::Csv);
        formats.push(SheetFormat::Csv);
        let name = |format: SheetFormat| format!("{}.{}", figure.name(), format.extension());
        formats.into_iter().map(|format| self.output.join(name(format))).collect()
    }
}

pub(super) fn figure(options: &FigureOptions) -> Result<(), CliError> {
    // Nothing is run for a picture that cannot be drawn.
    options.checked()?;
    make_folder(&options.output)?;
    let figures = options.which.figures();
    for figure in &figures {
        options.files(*figure).iter().try_for_each(|path| check_target(path))?;
    }
    for figure in figures {
        let (sheet, spec) = make(figure, options.quick)?;
        let provenance = Provenance::new(&spec).map_err(|error| CliError::Picture(error.to_string()))?;
        let mut names = Vec::new();
        for path in options.files(figure) {
            write_sheet(&path, &sheet, &options.style(&sheet), &provenance)?;
            names.push(file_name(&path));
        }
        let line = format!("{}: {}\n", figure.name(), names.join(", "));
        print_bytes(line.as_bytes())?;
    }
    Ok(())
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// Runs what a figure needs and draws it; also the scenario that made it.
fn make(figure: PaperFigure, quick: bool) -> Result<(Sheet, ScenarioSpec), CliError> {
    let scenario = figure.scenario(quick).map_err(CliError::Scenario)?;
    let spec = scenario.spec().clone();
    let sheet = match figure {
        PaperFigure::Overlay => overlay(&Finished::of(scenario))?,
        PaperFigure::LearningRate => learning_rate(&spec, quick)?,
        PaperFigure::Closest => closest(&Finished::of(scenario), &spec, quick)?,
        PaperFigure::Conserved => conserved_sheet(&Finished::of(scenario).data(None, Scale::Linear)),
        PaperFigure::Freedom => freedom_sheet(FREEDOM_N),
        PaperFigure::Spectrum => spectrum(&Finished::of(scenario)),
    };
    Ok((sheet, spec))
}

/// A run that is over.
struct Finished {
    scenario: Scenario,
    trajectory: Trajectory,
    summary: Summary,
    predictions: Predictions,
}

impl Finished {
    fn of(scenario: Scenario) -> Self {
        let (trajectory, summary) = integrate(&scenario);
        let predictions = Predictions::of(&scenario);
        Self { scenario, trajectory, summary, predictions }
    }

    fn data<'a>(&'a self, ensemble: Option<&'a EnsembleRecord>, alpha_scale: Scale) -> RunData<'a> {
        let run = RunData::ended(&self.scenario, &self.trajectory, &self.predictions, &self.summary);
        RunData { alpha_scale, ensemble, ..run }
    }
}

fn overlay(run: &Finished) -> Result<Sheet, CliError> {
    let name = PathBuf::from(PaperFigure::Overlay.name());
    let record = EnsembleRecord::since(&ensemble(&name, &run.scenario, &run.trajectory)?, 0);
    Ok(overlay_sheet(&run.data(Some(&record), Scale::Linear)))
}

/// Rates from far below the best to beyond the last with a plateau; widths from the teacher's on.
fn learning_rate(base: &ScenarioSpec, quick: bool) -> Result<Sheet, CliError> {
    let (starts, rates, widths): (u64, i32, &[usize]) =
        if quick { (6, 16, &[3, 4, 6, 8, 10, 12]) } else { (20, 32, &[3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) };
    let (low, high) = (0.01_f64, 1.0_f64);
    let total = rates as u64 + widths.len() as u64;
    let mut progress = Progress::new();
    let mut times: Vec<HalfTimes> = Vec::new();
    for step in 0..rates {
        let eta = low * (high / low).powf(f64::from(step) / f64::from(rates - 1));
        times.extend(HalfTimes::of(base, eta, starts, &|| false).map_err(CliError::Scenario)?);
        progress.rows(times.len() as u64, total, 0);
    }
    let mut best: Vec<BestRate> = Vec::new();
    for &p in widths {
        let mut spec = base.clone();
        spec.model.p = p;
        best.extend(best_rate(&spec, starts, &|| false).map_err(CliError::Scenario)?);
        progress.rows((times.len() + best.len()) as u64, total, 0);
    }
    Ok(learning_rate_sheet(base, &times, &best))
}

fn closest(run: &Finished, spec: &ScenarioSpec, quick: bool) -> Result<Sheet, CliError> {
    let seeds = if quick { 2..=4 } else { 2..=9 };
    let mut others = Vec::new();
    for seed in seeds {
        let mut spec = spec.clone();
        spec.start.seed = seed;
        let scenario = Scenario::new(spec).map_err(CliError::Scenario)?;
        others.push((seed, integrate(&scenario).0));
    }
    let companions: Vec<Companion<'_>> =
        others.iter().map(|(seed, trajectory)| Companion { seed: *seed, trajectory }).collect();
    Ok(closest_sheet(&run.data(None, Scale::Log10), &companions))
}

/// States at which the spectrum is taken.
const SPECTRA: usize = 240;

fn spectrum(run: &Finished) -> Sheet {
    let track = SpectrumTrack::of(&run.scenario, &run.trajectory, SPECTRA, &|| false).unwrap_or_default();
    spectrum_sheet(&run.data(None, Scale::Linear), &track)
}
