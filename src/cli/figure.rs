//! `figure`: the paper's figures as vector files, pictures and tables, without a window.
//!
//! Looks that cannot be drawn are refused before anything is run; every file is written whole or not at all, and
//! carries the scenario or sweep behind it and the command that makes it again.

use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgMatches, Parser as _, ValueEnum};

use super::figure_runs::make_figure;
use super::{Cli, CliError, Command, remark, threads};
use crate::export::{
    LoadError, PaperStyle, SHEET_FORMATS, SheetContent, SheetFormat, check_picture, check_target,
    load_command, make_folder, remove_empty_folder, write_sheet,
};
use crate::figure::Sheet;
use crate::figure::paper::PaperFigure;
use crate::model::words::one_of;

/// What is made unless it is said otherwise: formats, size of type in points, dots per inch. The command in a file says
/// only what differs: changed here, files from before would not be made again as they were.
const FORMATS: &str = "svg,pdf,png";
const FONT: f64 = 8.0;
const DPI: f64 = 300.0;

/// Height over width of a figure at least.
const FLATTEST: f64 = 0.2;

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

/// What to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Figures by their number.
    Figures(Which),
    /// What made this file, once more.
    Again(PathBuf),
}

impl Wanted {
    /// A number, `all`, or the path of a file, which has an extension.
    fn parse(text: &str) -> Result<Self, String> {
        match Which::from_str(text, true) {
            Ok(which) => Ok(Self::Figures(which)),
            Err(_) if Path::new(text).extension().is_some() => Ok(Self::Again(PathBuf::from(text))),
            Err(_) => Err(String::from("a figure is 1 to 6, or all, or a file of one to make it again")),
        }
    }
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
    /// The figure's number in the paper, or all; or any file of a figure, to make it again as it was.
    #[arg(value_name = "1..6|all|FILE", value_parser = Wanted::parse)]
    pub wanted: Wanted,
    /// The folder for the files; made if it is not there.
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// Formats of the pictures; the data always come as CSV.
    #[arg(long, value_delimiter = ',', default_value = FORMATS, value_parser = format,
        help = super::help::formats_of_figure())]
    pub format: Vec<&'static SheetFormat>,
    /// Fewer replicas and starts: all six in less than a minute.
    #[arg(long)]
    pub quick: bool,
    /// Width, 3 to 100 cm; absent: 17.8, a double column, and 8.6 for a figure of one panel.
    #[arg(long, value_name = "CM", allow_negative_numbers = true, value_parser = centimetres)]
    pub width: Option<f64>,
    /// Size of all type in the picture, 4 to 24 points: labels, ticks, legends, values and captions alike.
    #[arg(long, value_name = "PT", allow_negative_numbers = true, default_value_t = FONT, value_parser = points)]
    pub font: f64,
    /// Dots per inch of PNG pictures, 30 to 1200.
    #[arg(long, value_name = "DPI", allow_negative_numbers = true, default_value_t = DPI, value_parser = dots_per_inch)]
    pub dpi: f64,
    /// Begin SGD that takes longer than a minute without asking.
    #[arg(short, long)]
    pub yes: bool,
    /// Threads to run on. Absent: SLURM_CPUS_PER_TASK, else RAYON_NUM_THREADS, else all cores this process may use.
    #[arg(long, value_name = "N", allow_negative_numbers = true,
        value_parser = clap::value_parser!(u64).range(1..=threads::MOST))]
    pub threads: Option<u64>,
    /// Light curves on a dark ground, for slides.
    #[arg(long)]
    pub dark: bool,
    /// The options that were given, by name: they go before those of a file.
    #[arg(skip)]
    given: Vec<&'static str>,
}

/// The options that say how a figure looks.
const LOOKS: [&str; 4] = ["format", "width", "font", "dpi"];

/// A format by its name, for the command line.
fn format(name: &str) -> Result<&'static SheetFormat, String> {
    let known = || format!("a format is {}", one_of(&SHEET_FORMATS.each_ref().map(|row| row.extension)));
    SheetFormat::by_name(name).ok_or_else(known)
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
    /// Takes note of the options that were given rather than left at their defaults.
    pub(super) fn note_given(&mut self, found: &ArgMatches) {
        let given = |option: &&str| found.value_source(option) == Some(ValueSource::CommandLine);
        self.given = LOOKS.into_iter().filter(given).collect();
    }

    /// The same for the figures of a file: as it was made, but for what is given here.
    fn resolved(&self) -> Result<(Which, Self), CliError> {
        let path = match &self.wanted {
            Wanted::Figures(which) => return Ok((*which, self.clone())),
            Wanted::Again(path) => path,
        };
        let written = Cli::try_parse_from(load_command(path)?.split_whitespace()).ok();
        let Some(Command::Figure(Self { wanted: Wanted::Figures(which), .. })) =
            written.as_ref().and_then(|cli| cli.command.as_ref())
        else {
            return Err(LoadError::NoCommand { path: path.clone() }.into());
        };
        let (which, mut options) = (*which, self.clone());
        if let Some(Command::Figure(before)) = written.and_then(|cli| cli.command) {
            options.take_looks(&before);
        }
        Ok((which, options))
    }

    /// Takes over what was not given here.
    fn take_looks(&mut self, before: &Self) {
        let open = |option| !self.given.contains(&option);
        let [format, width, font, dpi] = LOOKS.map(open);
        if format {
            self.format.clone_from(&before.format);
        }
        if width {
            self.width = before.width;
        }
        if font {
            self.font = before.font;
        }
        if dpi {
            self.dpi = before.dpi;
        }
        self.quick |= before.quick;
        self.dark |= before.dark;
    }

    /// The command that makes a figure's files as they are, in a folder of its own.
    fn command(&self, figure: PaperFigure) -> String {
        let formats: Vec<&str> = self.format.iter().map(|format| format.extension).collect();
        let looks = [
            Some(formats.join(","))
                .filter(|formats| formats != FORMATS)
                .map(|formats| format!("--format {formats}")),
            self.quick.then(|| String::from("--quick")),
            self.width.map(|width| format!("--width {width}")),
            (self.font.to_bits() != FONT.to_bits()).then(|| format!("--font {}", self.font)),
            (self.dpi.to_bits() != DPI.to_bits()).then(|| format!("--dpi {}", self.dpi)),
            self.dark.then(|| String::from("--dark")),
        ];
        let begin = format!("saddlescope figure {} -o figures", figure.number());
        std::iter::once(begin).chain(looks.into_iter().flatten()).collect::<Vec<_>>().join(" ")
    }

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
            let across = width_cm / 2.54 * self.dpi;
            // No figure is flatter; its height is known only once it is run.
            if self.in_pixels() && FLATTEST * across * across > PaperStyle::MAX_PIXELS as f64 {
                let words = format!(
                    "a PNG of {width_cm} cm at {} dots per inch has too many pixels: lower --dpi or --width, or take \
                     svg or pdf",
                    self.dpi
                );
                return Err(CliError::Style(words));
            }
            style.checked().map_err(|error| CliError::Style(error.to_string()))?;
        }
        Ok(())
    }

    fn in_pixels(&self) -> bool {
        self.format.iter().any(|format| format.content == SheetContent::Pixels)
    }

    /// Refuses a look in which a figure cannot be drawn, before any of its files is written.
    fn check_pictures(&self, sheet: &Sheet) -> Result<(), CliError> {
        let is_drawn = self.format.iter().any(|format| format.is_picture());
        if !is_drawn {
            return Ok(());
        }
        let checked = check_picture(sheet, &self.style(sheet), self.in_pixels());
        checked.map_err(|error| CliError::Style(error.to_string()))
    }

    /// The files of one figure: its pictures, then its table.
    fn files(&self, figure: PaperFigure) -> Vec<PathBuf> {
        let table = SheetFormat::TABLE.extension;
        let wanted = self.format.iter().map(|format| format.extension).filter(|name| *name != table);
        let name = |extension| self.output.join(format!("{}.{extension}", figure.name()));
        wanted.chain([table]).map(name).collect()
    }
}

pub(super) fn figure(options: &FigureOptions) -> Result<(), CliError> {
    let (which, options) = options.resolved()?;
    // Nothing is run for a picture that cannot be drawn.
    options.checked()?;
    let is_new = make_folder(&options.output)?;
    let made = make_all(which, &options);
    if is_new && made.is_err() {
        remove_empty_folder(&options.output);
    }
    made
}

fn make_all(which: Which, options: &FigureOptions) -> Result<(), CliError> {
    let figures = which.figures();
    for figure in &figures {
        options.files(*figure).iter().try_for_each(|path| check_target(path))?;
    }
    for figure in figures {
        let (sheet, provenance) = make_figure(figure, options.quick, options.yes)?;
        options.check_pictures(&sheet)?;
        let provenance = provenance.with_command(&options.command(figure));
        let mut names = Vec::new();
        for path in options.files(figure) {
            write_sheet(&path, &sheet, &options.style(&sheet), &provenance)?;
            names.push(file_name(&path));
        }
        remark(&format!("{}: {}", figure.name(), names.join(", ")));
    }
    Ok(())
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
