//! The way out when the loop does not find it: it may hang in a write to a terminal that takes nothing.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::{sleep, timeout};

use super::signals::{Signal, Signals};
use super::{ANSWERING, Exit};
use crate::terminal::abandon;

/// How long the loop may take after a signal: the terminal's last answer, and some.
const PATIENCE: Duration = Duration::from_millis(500);
/// Between two looks.
const TURN: Duration = Duration::from_millis(25);

/// How far the loop is with leaving.
#[derive(Debug, Default)]
pub(super) struct Leaving {
    /// It has left by itself, and given the terminal back.
    left: AtomicBool,
    /// It waits for changes that are being sent.
    waits: AtomicBool,
}

impl Leaving {
    /// The loop has left, and the terminal is given back.
    pub(super) fn left(&self) {
        self.left.store(true, Ordering::Relaxed);
    }

    /// Whether the loop waits for changes that are being sent.
    pub(super) fn waits(&self, waits: bool) {
        self.waits.store(waits, Ordering::Relaxed);
    }

    /// Whether it leaves within so long. Counted in short turns: while the program is stopped the loop has no time either,
    /// and when it runs again it comes first.
    async fn leaves_within(&self, patience: Duration) -> bool {
        let mut turns = patience.as_millis() / TURN.as_millis();
        while turns > 0 && !self.left.load(Ordering::Relaxed) {
            sleep(TURN).await;
            turns -= 1;
        }
        self.left.load(Ordering::Relaxed)
    }
}

/// Ends the process when a signal asked for it and the loop did not get to it in time.
///
/// # Errors
/// The system refuses a signal handler.
pub(super) fn leave_anyway() -> io::Result<Arc<Leaving>> {
    let mut signals = Signals::ends()?;
    let leaving = Arc::new(Leaving::default());
    let loops = Arc::clone(&leaving);
    tokio::spawn(async move {
        let number = loop {
            if let Signal::End(number) = signals.next().await {
                break number;
            }
        };
        let left = loops.leaves_within(PATIENCE).await
            || loops.waits.load(Ordering::Relaxed) && loops.leaves_within(ANSWERING).await;
        if !left {
            // What it writes may hang as well.
            drop(timeout(TURN * 4, tokio::task::spawn_blocking(abandon)).await);
            std::process::exit(i32::from(Exit::Signal(number).code()));
        }
    });
    Ok(leaving)
}
