//! What can go wrong on the command line, each in one line, with its exit code.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::export::{FileError, LoadError, SweepFileError, reason};
use crate::model::ScenarioError;
use crate::sim::StopReason;
use crate::sim::ensemble::EnsembleError;

/// Longest message; a stray binary file must not fill the terminal.
const LONGEST: usize = 400;

/// Why a command failed.
#[derive(Debug, Error)]
pub enum CliError {
    /// The input is not readable or not valid.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The result has no place to go, or writing it failed.
    #[error(transparent)]
    File(#[from] FileError),
    /// The rows of a sweep cannot be kept or joined.
    #[error(transparent)]
    Sweep(#[from] SweepFileError),
    /// The result would replace the input.
    #[error("cannot write {}: that is {what} of this run; give another path", .path.display())]
    Overwrites {
        /// The target.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// The ensemble cannot be made.
    #[error("{}: {source}", .path.display())]
    Ensemble {
        /// The scenario file.
        path: PathBuf,
        /// Why.
        source: EnsembleError,
    },
    /// The ensemble takes too long.
    #[error("{}: not run: SGD takes about {time}; lower n, replicas or alpha_max, or say yes; nothing was written",
        .path.display())]
    Declined {
        /// The scenario file.
        path: PathBuf,
        /// How long, in words.
        time: String,
    },
    /// The sweep takes too long.
    #[error("{}: not run: the sweep takes about {time}; take fewer rows, or lower n, replicas or alpha_max, or say \
        yes", .path.display())]
    DeclinedSweep {
        /// The sweep's file.
        path: PathBuf,
        /// How long, in words.
        time: String,
    },
    /// The rows of a sweep take more memory than there is.
    #[error(
        "{}: not run: rows take about {} MB on {threads} threads, and {} MB may be taken; give fewer threads by \
         --threads, or lower replicas",
        .path.display(), (.needed / 1e6).ceil(), (.allowed / 1e6).floor())]
    SweepMemory {
        /// The sweep's file.
        path: PathBuf,
        /// Bytes that rows take at the same time.
        needed: f64,
        /// Bytes that may be taken.
        allowed: f64,
        /// Threads.
        threads: usize,
    },
    /// A signal ended a command that keeps its work.
    #[error("{how}; {kept}")]
    Ended {
        /// Which signal, in words.
        how: &'static str,
        /// What is kept, and how to go on.
        kept: String,
        /// The exit code of a process that ended by it.
        code: u8,
    },
    /// A share of a sweep that is none.
    #[error("invalid value '{text}' for '--shard <I/N>': {reason}; see saddlescope --help")]
    Shard {
        /// What was given.
        text: String,
        /// What would be right.
        reason: String,
    },
    /// A number of threads in the environment that is none.
    #[error("{0}")]
    Threads(String),
    /// The system gives no threads.
    #[error("cannot begin {threads} threads: {reason}; give a smaller number by --threads")]
    NoThreads {
        /// How many were wanted.
        threads: usize,
        /// What the system says.
        reason: String,
    },
    /// The norms blew up.
    #[error("{}: diverged at alpha = {alpha}: {limit}; {} holds the run up to there", .path.display(),
        .output.display())]
    Diverged {
        /// The scenario file.
        path: PathBuf,
        /// α of the last finite state.
        alpha: String,
        /// Which limit of η was passed.
        limit: String,
        /// The file written.
        output: PathBuf,
    },
    /// The state of an earlier run would be lost.
    #[error(
        "{}: it has the state of a run that was not finished; add --resume to go on from it, or remove it to begin \
         anew",
        .path.display()
    )]
    Unfinished {
        /// The state's file.
        path: PathBuf,
    },
    /// The run stopped before its end.
    #[error("{}: stopped before its end", .path.display())]
    Cancelled {
        /// The scenario file.
        path: PathBuf,
        /// Why.
        reason: StopReason,
    },
    /// The scenario is not valid.
    #[error(transparent)]
    Scenario(ScenarioError),
    /// No picture can look as it was asked for.
    #[error("{0}")]
    Style(String),
    /// The window broke while it was open.
    #[error("{0}")]
    Window(String),
    /// The dashboard cannot be drawn.
    #[error("no picture: {0}")]
    Picture(String),
    /// Standard output does not take the result.
    #[error("cannot write to standard output: {}", reason(.0))]
    Stdout(io::Error),
}

impl CliError {
    /// 2 for bad input, 1 for a failed run or write.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Load(_)
            | Self::Scenario(_)
            | Self::Overwrites { .. }
            | Self::Ensemble { .. }
            | Self::SweepMemory { .. }
            | Self::Unfinished { .. }
            | Self::Style(_)
            | Self::Shard { .. }
            | Self::Threads(_) => 2,
            Self::Ended { code, .. } => *code,
            Self::File(error) if error.is_bad_target() => 2,
            Self::Sweep(error) if error.is_bad_input() => 2,
            Self::File(_)
            | Self::Sweep(_)
            | Self::Declined { .. }
            | Self::DeclinedSweep { .. }
            | Self::NoThreads { .. }
            | Self::Diverged { .. }
            | Self::Cancelled { .. }
            | Self::Window(_)
            | Self::Picture(_)
            | Self::Stdout(_) => 1,
        }
    }
}

/// The command-line parser's complaint without its usage block.
pub(super) fn clap_message(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let complaint = text.split("\n\nUsage:").next().unwrap_or_default();
    let complaint = complaint.split("\n\nFor more information").next().unwrap_or_default();
    let plain = complaint.trim().trim_start_matches("error: ").replace("\n\n  tip: ", "; ");
    let words: Vec<&str> = plain.split_whitespace().collect();
    format!("{}; see saddlescope --help", words.join(" "))
}

/// Printable, on one line, of bounded length.
pub(super) fn one_line(message: &str) -> String {
    let mut line: String =
        message.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    if let Some((cut, _)) = line.char_indices().nth(LONGEST) {
        line.truncate(cut);
        line.push_str(" ...");
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_message_quotes_stays_on_one_line_of_bounded_length() {
        assert_eq!(one_line("a\r\nb\u{1b}[31mc"), "a  b [31mc");
        assert_eq!(one_line(&"é".repeat(5000)).chars().count(), LONGEST + 4);
    }
}
