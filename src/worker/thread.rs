//! A thread of its own for an engine: waits for the newest start, runs it, and tells what is left to tell.

use crossbeam_channel::{Receiver, Select, TryRecvError};

use super::engine::Engine;
use super::protocol::Command;
use crate::sim::Append;

/// Serves commands until the handle is dropped.
pub(super) fn serve<R, X: Append>(inbox: &Receiver<Command<R>>, engine: &mut Engine<R, X>) {
    while let Some(command) = wait(inbox, engine) {
        if let Command::Start(id, request) = command {
            engine.begin(id, &request);
            engine.finish();
        }
    }
}

/// Waits for a command, handing over what is left whenever the reader makes room. `None`: the handle is gone.
fn wait<R, X: Append>(inbox: &Receiver<Command<R>>, engine: &mut Engine<R, X>) -> Option<Command<R>> {
    loop {
        engine.flush();
        if !engine.has_news() {
            return inbox.recv().ok();
        }
        let mut select = Select::new();
        let command = select.recv(inbox);
        select.send(engine.events());
        // Only readiness is asked for: `flush` does the sending.
        if select.ready() == command {
            match inbox.try_recv() {
                Ok(command) => return Some(command),
                Err(TryRecvError::Disconnected) => return None,
                Err(TryRecvError::Empty) => {}
            }
        }
    }
}
