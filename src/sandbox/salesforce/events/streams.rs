//! The streams that are open, how long they may be silent, and how they are cut.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// How streams live; what an order leaves out stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Pace {
    /// A stream that owes events and has none says so after this many milliseconds. The vendor promises 270 seconds.
    pub keepalive_ms: u64,
    /// A stream of which nothing is asked ends after this many milliseconds. The vendor's documents say 60 seconds.
    pub idle_ms: u64,
    /// Streams that may be open at once.
    pub streams: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Self { keepalive_ms: 270_000, idle_ms: 60_000, streams: 1000 }
    }
}

impl Pace {
    pub(super) fn keepalive(self) -> Duration {
        Duration::from_millis(self.keepalive_ms)
    }

    pub(super) fn idle(self) -> Duration {
        Duration::from_millis(self.idle_ms)
    }
}

/// An open subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenStream {
    /// What it hears.
    pub topic: String,
    /// Events sent so far.
    pub delivered: u64,
    /// Events asked for and not sent yet.
    pub pending: u32,
}

/// How many streams listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Streaming {
    /// At this moment.
    pub now: usize,
    /// Since the sandbox started.
    pub ever: u64,
}

/// All of them.
#[derive(Debug, Default)]
pub(in crate::sandbox) struct Streams {
    open: Mutex<BTreeMap<u64, OpenStream>>,
    count: watch::Sender<Streaming>,
    cut: watch::Sender<u64>,
    pace: Mutex<Pace>,
}

impl Streams {
    /// How streams live now.
    pub(in crate::sandbox) fn pace(&self) -> Pace {
        *self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How they live from now on, those that are open from their next word on.
    pub(in crate::sandbox) fn set_pace(&self, pace: Pace) {
        *self.pace.lock().unwrap_or_else(PoisonError::into_inner) = pace;
    }

    /// Those that are open.
    pub(in crate::sandbox) fn open(&self) -> Vec<OpenStream> {
        self.map().values().cloned().collect()
    }

    /// How many are open, and what becomes of that.
    pub(in crate::sandbox) fn count(&self) -> watch::Receiver<Streaming> {
        self.count.subscribe()
    }

    /// Ends every stream as if the server went away.
    pub(in crate::sandbox) fn cut(&self) {
        self.cut.send_modify(|times| *times += 1);
    }

    /// Told of the next cut.
    pub(super) fn cuts(&self) -> watch::Receiver<u64> {
        self.cut.subscribe()
    }

    /// Enters a stream; `None` when too many are open.
    pub(super) fn enter(self: &Arc<Self>, topic: String) -> Option<Ticket> {
        let mut open = self.map();
        if open.len() >= self.pace().streams {
            return None;
        }
        let number = self.count.borrow().ever + 1;
        open.insert(number, OpenStream { topic, delivered: 0, pending: 0 });
        self.count.send_replace(Streaming { now: open.len(), ever: number });
        Some(Ticket { streams: Arc::clone(self), number })
    }

    fn map(&self) -> MutexGuard<'_, BTreeMap<u64, OpenStream>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stream's place among the open ones, given back when it ends.
#[derive(Debug)]
pub(super) struct Ticket {
    streams: Arc<Streams>,
    number: u64,
}

impl Ticket {
    /// Notes that so many events more were sent and so many are owed.
    pub(super) fn note(&self, delivered: usize, pending: u32) {
        if let Some(stream) = self.streams.map().get_mut(&self.number) {
            stream.delivered += delivered as u64;
            stream.pending = pending;
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut open = self.streams.map();
        open.remove(&self.number);
        self.streams.count.send_modify(|count| count.now = open.len());
    }
}
