//! The program: reads the command line, opens the window or runs a command, turns an error into an exit code.

mod default_command;

use std::process::ExitCode;

use saddlescope::cli;

/// Every frame takes and gives back megabytes of vertices.
#[cfg(feature = "gui")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::tell_panics_in_one_line();
    let arguments = cli::parse();
    let outcome = match &arguments.command {
        Some(command) => cli::execute(command),
        None => default_command::start(arguments.scenario.as_deref()),
    };
    outcome.map_or_else(|error| cli::report(&error), |()| ExitCode::SUCCESS)
}
