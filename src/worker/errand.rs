//! Work that may never end, as reading from a disk that is gone: on a thread of its own, waited for only so long.

use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, TryRecvError, bounded};

use super::Wake;

/// Something that was asked for and answers once, or never.
#[derive(Debug)]
pub struct Errand<T> {
    answer: Receiver<T>,
}

/// How an errand is getting on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<T> {
    /// What was found.
    Ready(T),
    /// Nothing yet.
    Pending,
    /// It broke: there will be none.
    Lost,
}

impl<T: Send + 'static> Errand<T> {
    /// Begins it; `wake` is called when there is an answer.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn begin(wake: Wake, work: impl FnOnce() -> T + Send + 'static) -> std::io::Result<Self> {
        let (sender, answer) = bounded(1);
        let run = move || {
            // Whoever asked may be gone.
            let _ = sender.send(work());
            wake();
        };
        std::thread::Builder::new().name(String::from("saddlescope-errand")).spawn(run)?;
        Ok(Self { answer })
    }

    /// Waits for the answer, but not longer than this.
    pub fn wait(&self, patience: Duration) -> Answer<T> {
        match self.answer.recv_timeout(patience) {
            Ok(answer) => Answer::Ready(answer),
            Err(RecvTimeoutError::Timeout) => Answer::Pending,
            Err(RecvTimeoutError::Disconnected) => Answer::Lost,
        }
    }

    /// The answer, if it is there.
    pub fn look(&self) -> Answer<T> {
        match self.answer.try_recv() {
            Ok(answer) => Answer::Ready(answer),
            Err(TryRecvError::Empty) => Answer::Pending,
            Err(TryRecvError::Disconnected) => Answer::Lost,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// A guard against hanging, nothing else.
    const GUARD: Duration = Duration::from_mins(1);

    #[test]
    fn an_answer_is_waited_for_only_so_long_and_comes_later() {
        let (go, gate) = bounded::<()>(1);
        let (rings, bell) = bounded(1);
        let wake = Arc::new(move || rings.send(()).unwrap());
        let errand = Errand::begin(wake, move || gate.recv().is_ok()).unwrap();
        assert_eq!(errand.wait(Duration::from_millis(1)), Answer::Pending);
        assert_eq!(errand.look(), Answer::Pending);
        go.send(()).unwrap();
        bell.recv_timeout(GUARD).unwrap();
        assert_eq!(errand.look(), Answer::Ready(true));
    }

    #[test]
    fn an_errand_that_breaks_is_lost_and_says_so() {
        let errand =
            Errand::begin(Arc::new(|| ()), || -> u8 { std::panic::resume_unwind(Box::new(())) }).unwrap();
        assert_eq!(errand.wait(GUARD), Answer::Lost);
        assert_eq!(errand.look(), Answer::Lost);
    }
}
