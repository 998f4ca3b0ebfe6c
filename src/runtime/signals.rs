//! Signals as values.

use std::io;

use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

/// What a signal means for the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signal {
    /// Come to an end; the signal's number.
    End(u8),
    /// The terminal has a new size.
    Resized,
    /// The program was stopped and runs again.
    Continued,
}

/// Listens to the signals the desk knows. Several may listen; each gets every signal.
pub(super) struct Signals {
    hang_up: Stream,
    interrupt: Stream,
    terminate: Stream,
    resized: Stream,
    continued: Stream,
}

impl Signals {
    /// # Errors
    /// The system refuses a handler.
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            hang_up: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            resized: signal(SignalKind::window_change())?,
            continued: signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?,
        })
    }

    /// The next signal. May be dropped and called again. Those that end the desk come first: a shell that ends a stopped
    /// job continues it, so both wait at once.
    pub(super) async fn next(&mut self) -> Signal {
        tokio::select! {
            biased;
            Some(()) = self.terminate.recv() => Signal::End(15),
            Some(()) = self.hang_up.recv() => Signal::End(1),
            Some(()) = self.interrupt.recv() => Signal::End(2),
            Some(()) = self.resized.recv() => Signal::Resized,
            Some(()) = self.continued.recv() => Signal::Continued,
            else => std::future::pending().await,
        }
    }
}
