//! The command line: scenario in, files out, and one state inspected.
//!
//! Results go to standard output, one line about what went wrong to standard error; exit code 2 for bad input, 1 for
//! a failed run or write. A reader that goes away early is no error.

mod consent;
mod ensemble;
mod error;
mod figure;
mod figure_runs;
mod help;
mod inspect;
mod kept_rows;
mod progress;
mod run;
mod run_words;
mod sweep;
mod sweep_cost;
mod threads;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use clap_complete::Shell;

pub use error::CliError;
pub use figure::{FigureOptions, Wanted, Which};
pub use run::RunOptions;
pub use sweep::SweepOptions;

use crate::export::signals;
use crate::model::ZERO_TOLERANCE;

/// What the program was asked for.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "saddlescope",
    version,
    about = help::ABOUT,
    long_about = help::LONG_ABOUT,
    after_help = help::AFTER,
    after_long_help = help::after_long(),
    args_conflicts_with_subcommands = true,
    max_term_width = 110,
)]
pub struct Cli {
    /// Scenario to open in the window; absent: the default one.
    #[arg(value_name = "SCENARIO.toml")]
    pub scenario: Option<PathBuf>,
    /// What to do instead of opening the window.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What can be done without the window.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Integrate a scenario, with its SGD ensemble if it has one, and write the result to a file.
    #[command(long_about = help::RUN, after_long_help = help::RUN_AFTER)]
    Run(run::RunOptions),
    /// Run a scenario at every point of a grid, and write one row per point to a table.
    #[command(long_about = help::SWEEP, after_long_help = help::sweep_after())]
    Sweep(sweep::SweepOptions),
    /// Join the tables of a sweep's shards into that of the whole sweep.
    #[command(long_about = help::MERGE)]
    Merge {
        /// The tables, in any order.
        #[arg(value_name = "PART.csv", required = true)]
        parts: Vec<PathBuf>,
        /// Where the whole goes. Written whole or not at all.
        #[arg(short, long, value_name = "OUT.csv")]
        output: PathBuf,
        /// Replace OUT.csv even if it is the finished table of another sweep.
        #[arg(long)]
        force: bool,
    },
    /// Make the paper's figures as pictures, and tables of the data behind them.
    #[command(long_about = help::FIGURE, after_long_help = help::FIGURE_AFTER)]
    Figure(figure::FigureOptions),
    /// Print what theory knows of one state, as JSON.
    #[command(long_about = help::INSPECT, after_long_help = help::INSPECT_AFTER)]
    Inspect {
        /// JSON with the widths, eta, M, Q, and optionally T and N.
        #[arg(value_name = "STATE.json")]
        state: PathBuf,
        /// Count eigenvalues of at most this share of the largest as zero: above 0, below 1.
        #[arg(long, value_name = "X", default_value_t = ZERO_TOLERANCE, allow_negative_numbers = true,
            value_parser = inspect::tolerance)]
        tolerance: f64,
    },
    /// Print a completion script for a shell.
    #[command(long_about = help::COMPLETIONS)]
    Completions {
        /// The shell.
        shell: Shell,
    },
}

/// Parses the command line; help, version and mistakes end the program here.
pub fn parse() -> Cli {
    parsed().unwrap_or_else(|error| {
        if error.use_stderr() {
            complain(&error::clap_message(&error));
        } else {
            match error.print() {
                Err(failed) if failed.kind() != io::ErrorKind::BrokenPipe => {
                    std::process::exit(i32::from(report_code(&CliError::Stdout(failed))))
                }
                _ => {}
            }
        }
        std::process::exit(error.exit_code())
    })
}

fn parsed() -> Result<Cli, clap::Error> {
    let matches = Cli::command().try_get_matches()?;
    let mut cli = Cli::from_arg_matches(&matches)?;
    if let (Some(Command::Figure(options)), Some((_, found))) = (&mut cli.command, matches.subcommand()) {
        options.note_given(found);
    }
    Ok(cli)
}

/// Does what a command says.
///
/// # Errors
/// Whatever went wrong, in one line; see [`report`].
pub fn execute(command: &Command) -> Result<(), CliError> {
    signals::install();
    match command {
        Command::Run(options) => {
            threads::use_threads(options.threads)?;
            run::run(options)
        }
        Command::Figure(options) => {
            threads::use_threads(options.threads)?;
            figure::figure(options)
        }
        Command::Sweep(options) => sweep::sweep(options),
        Command::Merge { parts, output, force } => sweep::merge(parts, output, *force),
        Command::Inspect { state, tolerance } => inspect::inspect(state, *tolerance),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "saddlescope", &mut script);
            print_bytes(&script)
        }
    }
}

/// Says what went wrong in one line on standard error, and gives the exit code.
pub fn report(error: &CliError) -> ExitCode {
    ExitCode::from(report_code(error))
}

fn report_code(error: &CliError) -> u8 {
    complain(&error.to_string());
    error.exit_code()
}

/// From now on a fault of the program itself is told in one line, unless RUST_BACKTRACE asks for more.
pub fn tell_panics_in_one_line() {
    if std::env::var_os("RUST_BACKTRACE").is_none_or(|value| value == "0") {
        std::panic::set_hook(Box::new(|panic| {
            let message = panic.payload_as_str().unwrap_or("without a word");
            complain(&format!("a fault in the program itself: {message}"));
        }));
    }
}

/// One line on standard error; if even that is closed, the exit code has to do.
fn complain(message: &str) {
    let _ = writeln!(io::stderr(), "saddlescope: {}", error::one_line(message));
}

/// A line on standard output about a file that is written: where it cannot be said, the file says enough.
fn remark(line: &str) {
    let mut stdout = io::stdout().lock();
    let _ = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
}

/// Writes a result to standard output; a reader that has left early had all it wanted.
fn print_bytes(bytes: &[u8]) -> Result<(), CliError> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(CliError::Stdout(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_of_the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_lone_argument_is_a_scenario_and_a_command_is_a_command() {
        let cli = Cli::try_parse_from(["saddlescope", "my.toml"]).unwrap();
        assert_eq!(cli.scenario, Some(PathBuf::from("my.toml")));
        let cli = Cli::try_parse_from(["saddlescope", "run", "my.toml", "-o", "out.csv"]).unwrap();
        assert!(cli.scenario.is_none() && matches!(cli.command, Some(Command::Run(_))));
        assert!(Cli::try_parse_from(["saddlescope"]).unwrap().command.is_none());
    }
}
