//! The question before SGD that takes long: at a terminal it waits for an answer, elsewhere it says how long and
//! begins.
//!
//! Asked for nothing that the window would begin unasked either.

use std::io::{self, BufRead, IsTerminal as _, Write};

use crate::figure::duration;
use crate::sim::sgd::LONG_SECONDS;

/// Whether an ensemble that would take so many seconds on so many threads is to be run; `is_sure`: without asking.
pub(super) fn may_run(seconds: f64, threads: usize, is_sure: bool) -> bool {
    may_begin("sgd", seconds, threads, is_sure)
}

/// The same for a whole sweep of so many rows.
pub(super) fn may_sweep(rows: u64, seconds: f64, threads: usize, is_sure: bool) -> bool {
    may_begin(&format!("{rows} rows"), seconds, threads, is_sure)
}

fn may_begin(what: &str, seconds: f64, threads: usize, is_sure: bool) -> bool {
    if seconds <= LONG_SECONDS {
        return true;
    }
    let cores = if threads == 1 { String::from("1 core") } else { format!("{threads} cores") };
    let guess = format!("{what}: about {} on {cores}", duration(seconds));
    if !is_sure && io::stdin().is_terminal() && io::stderr().is_terminal() {
        return agrees(&guess, &mut io::stdin().lock(), &mut io::stderr());
    }
    // If nobody reads it, nobody wanted to know.
    let _ = writeln!(io::stderr(), "{guess}");
    true
}

/// Asks whether to go on; anything but a yes is a no.
fn agrees(guess: &str, input: &mut impl BufRead, output: &mut impl Write) -> bool {
    let asked = write!(output, "{guess}; run it? [y/N] ").and_then(|()| output.flush());
    let mut answer = String::new();
    let read = asked.and_then(|()| input.read_line(&mut answer));
    read.is_ok() && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(answer: &str) -> (bool, String) {
        let mut asked = Vec::new();
        let agreed = agrees("sgd: about 3.9 days on 2 cores", &mut answer.as_bytes(), &mut asked);
        (agreed, String::from_utf8(asked).unwrap())
    }

    #[test]
    fn only_a_yes_begins_what_takes_long() {
        let question = "sgd: about 3.9 days on 2 cores; run it? [y/N] ";
        for (answer, agreed) in [
            ("y\n", true),
            ("Yes\n", true),
            ("n\n", false),
            ("\n", false),
            ("", false),
            ("yesterday\n", false),
        ] {
            assert_eq!(answered(answer), (agreed, question.to_owned()), "{answer:?}");
        }
    }
}
