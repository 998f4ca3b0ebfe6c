//! Signals as values.

use std::future::poll_fn;
use std::io;
use std::task::Poll;

use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

/// What a signal means for the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signal {
    /// Come to an end; the signal's number.
    End(u8),
    /// Stop, as a shell stops a job.
    Stop,
    /// The terminal has a new size.
    Resized,
    /// The program was stopped and runs again.
    Continued,
}

/// What asks to end. The last three mean nothing to the desk; but unheard the system would end it for them, with the terminal
/// still taken.
const ENDS: [SignalKind; 7] = [
    SignalKind::terminate(),
    SignalKind::hangup(),
    SignalKind::interrupt(),
    SignalKind::quit(),
    SignalKind::alarm(),
    SignalKind::user_defined1(),
    SignalKind::user_defined2(),
];

/// Listens to signals, the first of several that wait first. Several may listen; each gets every signal.
pub(super) struct Signals(Vec<(Signal, Stream)>);

impl Signals {
    /// Listens to those that ask to end.
    ///
    /// # Errors
    /// The system refuses a handler.
    pub(super) fn ends() -> io::Result<Self> {
        let ends = ENDS.into_iter().map(|kind| Ok((Signal::End(kind.as_raw_value() as u8), signal(kind)?)));
        ends.collect::<io::Result<_>>().map(Self)
    }

    /// Listens to all that the desk knows. Those that end it come first: a shell that ends a stopped job continues it, so
    /// both wait at once.
    ///
    /// # Errors
    /// The system refuses a handler.
    pub(super) fn all() -> io::Result<Self> {
        let of = |signal: rustix::process::Signal| SignalKind::from_raw(signal.as_raw());
        let mut signals = Self::ends()?;
        for (meaning, kind) in [
            (Signal::Stop, of(rustix::process::Signal::TSTP)),
            (Signal::Resized, SignalKind::window_change()),
            (Signal::Continued, of(rustix::process::Signal::CONT)),
        ] {
            signals.0.push((meaning, signal(kind)?));
        }
        Ok(signals)
    }

    /// The next signal. May be dropped and called again.
    pub(super) async fn next(&mut self) -> Signal {
        poll_fn(|context| {
            let mut came = |stream: &mut Stream| stream.poll_recv(context) == Poll::Ready(Some(()));
            let mut signals = self.0.iter_mut();
            signals.find_map(|(meaning, stream)| came(stream).then_some(*meaning)).map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }
}
