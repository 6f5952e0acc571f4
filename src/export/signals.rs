//! Signals that end a command or the window: what can be kept is kept, nothing unfinished is left behind.
//!
//! A command that can keep its work holds a `Polling` while it looks at `requested` now and then: the first signal
//! then only asks it to end. Without one, and at a second signal, the files on their way are removed, one line says
//! what stands, and the process ends at once. Signals that were ignored when it began stay ignored.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// A signal that asks a command to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Ctrl C.
    Interrupt,
    /// A system that shuts down, a scheduler, `kill`.
    Terminate,
    /// The terminal is gone.
    Hangup,
    /// A scheduler's word of warning before the time is up.
    Usr1,
}

impl Signal {
    const ALL: [Self; 4] = [Self::Interrupt, Self::Terminate, Self::Hangup, Self::Usr1];

    /// The exit code of a process that ended by it: 128 and its number.
    pub(crate) fn exit_code(self) -> u8 {
        128 + self.number()
    }

    fn number(self) -> u8 {
        match self {
            Self::Hangup => 1,
            Self::Interrupt => 2,
            Self::Usr1 => 10,
            Self::Terminate => 15,
        }
    }

    /// What happened, for the line that says so.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::Interrupt => "interrupted",
            Self::Terminate => "ended by SIGTERM",
            Self::Hangup => "ended by SIGHUP",
            Self::Usr1 => "ended by SIGUSR1",
        }
    }
}

/// One more than the place among all of the first signal that came; 0 before.
static REQUESTED: AtomicUsize = AtomicUsize::new(0);

/// How many look at [`requested`].
static POLLING: AtomicUsize = AtomicUsize::new(0);

/// What is done before the process ends.
static LAST: Mutex<Option<Box<dyn Fn() + Send>>> = Mutex::new(None);

/// What stands if the command ends now, in words.
static KEPT: Mutex<String> = Mutex::new(String::new());

/// The first signal that came.
pub(crate) fn requested() -> Option<Signal> {
    let place = REQUESTED.load(Ordering::SeqCst).checked_sub(1)?;
    Signal::ALL.get(place).copied()
}

/// While it lives, the first signal is left to whoever holds it: who must look at [`requested`] several times a second,
/// then keep the work, say so, and end with the signal's exit code.
#[derive(Debug)]
pub(crate) struct Polling(());

impl Polling {
    pub(crate) fn begin() -> Self {
        POLLING.fetch_add(1, Ordering::SeqCst);
        Self(())
    }
}

impl Drop for Polling {
    fn drop(&mut self) {
        POLLING.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Notes what stands if the command is ended from now on, such as "OUT.csv is written".
pub(crate) fn note_kept(words: &str) {
    words.clone_into(&mut KEPT.lock().unwrap_or_else(PoisonError::into_inner));
}

/// Has this done before a signal ends the process, instead of what was to be done until now.
pub fn before_end(last: impl Fn() + Send + 'static) {
    *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(last));
}

/// Takes note of signals from now on.
#[cfg(unix)]
pub fn install() {
    use super::host::is_ignored;

    let heard = Signal::ALL.map(native).into_iter().filter(|signal| !is_ignored(*signal));
    let heard: Vec<i32> = heard.collect();
    let (ready, is_ready) = std::sync::mpsc::sync_channel(1);
    let listen = move || {
        let signals = signal_hook::iterator::Signals::new(heard);
        let _ = ready.send(());
        // Without them the system's own way of ending remains.
        let Ok(mut signals) = signals else { return };
        for number in signals.forever() {
            if let Some(signal) = Signal::ALL.into_iter().find(|signal| native(*signal) == number) {
                receive(signal);
            }
        }
    };
    if std::thread::Builder::new().name(String::from("signals")).spawn(listen).is_ok() {
        let _ = is_ready.recv();
    }
}

/// Takes note of signals from now on; here there are none.
#[cfg(not(unix))]
pub fn install() {}

/// The system's own number.
#[cfg(unix)]
fn native(signal: Signal) -> i32 {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1};
    match signal {
        Signal::Interrupt => SIGINT,
        Signal::Terminate => SIGTERM,
        Signal::Hangup => SIGHUP,
        Signal::Usr1 => SIGUSR1,
    }
}

/// The first is left to a command that polls; a warning never ends one that has begun to keep its work.
#[cfg(unix)]
fn receive(signal: Signal) {
    let place = Signal::ALL.iter().position(|other| *other == signal).unwrap_or_default();
    let is_first = REQUESTED.compare_exchange(0, place + 1, Ordering::SeqCst, Ordering::SeqCst).is_ok();
    let polls = POLLING.load(Ordering::SeqCst) > 0;
    if polls && (is_first || signal == Signal::Usr1) {
        return;
    }
    end(signal);
}

/// Ends the process at once, without leaving anything unfinished.
#[cfg(unix)]
fn end(signal: Signal) -> ! {
    use std::io::{IsTerminal as _, Write as _};

    if let Some(last) = LAST.lock().unwrap_or_else(PoisonError::into_inner).take() {
        last();
    }
    super::temporary::remove_live();
    let kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = if kept.is_empty() { "nothing was written" } else { kept.as_str() };
    let mut stderr = std::io::stderr();
    // A line of progress is in the way.
    let clear = if stderr.is_terminal() { "\r\x1b[K" } else { "" };
    let _ = writeln!(stderr, "{clear}saddlescope: {}; {kept}", signal.describe());
    std::process::exit(i32::from(signal.exit_code()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_those_of_a_shell() {
        let codes = Signal::ALL.map(Signal::exit_code);
        assert_eq!(codes, [130, 143, 129, 138]);
    }
}
