//! The notices so far: a ring that drops the oldest and says how many.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use crate::domain::status::Tone;
use crate::overlays::Remark;

const KEPT: usize = 200;
/// How long the newest notice stands in the status bar.
const SHOWN: SignedDuration = SignedDuration::from_secs(60);

/// The ring.
#[derive(Debug, Default)]
pub struct Notices {
    ring: VecDeque<Remark>,
    /// The newest that was not added quietly.
    newest: Option<Remark>,
    /// How many were dropped.
    pub dropped: u64,
}

impl Notices {
    /// Adds one that is only for the list: it does not take the status bar.
    pub fn keep(&mut self, at: Timestamp, tone: Tone, text: String) {
        self.ring.push_front(Remark { at, tone, text });
        if self.ring.len() > KEPT {
            self.ring.pop_front();
            self.dropped += 1;
        }
    }

    /// Adds one.
    pub fn add(&mut self, at: Timestamp, tone: Tone, text: String) {
        if self.ring.len() == KEPT {
            self.ring.pop_front();
            self.dropped += 1;
        }
        let kept = Remark { at, tone, text };
        self.newest = Some(kept.clone());
        self.ring.push_back(kept);
    }

    /// The one for the status bar, if it is fresh.
    pub fn fresh(&self, now: Timestamp) -> Option<&Remark> {
        self.newest.as_ref().filter(|kept| now.duration_since(kept.at) < SHOWN)
    }

    /// All of them, newest first.
    pub fn all(&self) -> Vec<Remark> {
        self.ring.iter().rev().cloned().collect()
    }
}
