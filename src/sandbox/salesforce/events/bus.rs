//! The bus: the org's events in the order they were committed, as long as the vendor keeps them.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use tokio::sync::watch;
use uuid::Uuid;

use super::change::Change;
use super::platform::Said;

/// How long an event can be had, by the world's clock.
const KEPT: SignedDuration = SignedDuration::from_hours(72);
/// Events kept at most, so that a busy world stays small; the oldest go first.
const CAPACITY: usize = 50_000;
/// The position before the first event of a new world.
const BEGINNING: u64 = 5_936_000;
/// Events a day that all subscribers together may be sent: the vendor's allowance of an Enterprise org.
pub const DAILY_DELIVERIES: u64 = 25_000;
/// Platform events an hour that may be published, likewise.
pub const HOURLY_PUBLISHED: u64 = 250_000;

/// An event on the bus.
#[derive(Debug)]
pub struct Entry {
    /// Where it stands: later ones have higher positions, with gaps between.
    pub position: u64,
    /// Its own id.
    pub id: Uuid,
    /// World time of the commit, in milliseconds.
    pub at: i64,
    /// What it tells.
    pub event: Event,
}

/// What an event tells.
#[derive(Debug)]
pub enum Event {
    /// Records changed.
    Change(Change),
    /// The org said something by itself, or somebody said it through the API.
    Said(Said),
}

/// An event as the sandbox's own log tells it, to be compared with what a subscriber heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Emitted {
    /// Its position; the first eight bytes of its replay id.
    pub position: u64,
    /// The id every delivery of it carries.
    pub id: String,
    /// `/data/OrderChangeEvent`, `/event/Case_Status_Update__e`
    pub topic: String,
    /// The object that changed; empty for a platform event.
    pub entity: &'static str,
    /// `UPDATE`; empty for a platform event.
    pub change: &'static str,
    /// Which records changed.
    pub records: Vec<String>,
    /// The transaction; empty for a platform event.
    pub transaction: String,
    /// Which event of its transaction, from 1; 0 for a platform event.
    pub sequence: u32,
    /// World time of the commit.
    pub at: Timestamp,
}

/// The bus. A copy has the events and no subscribers.
#[derive(Debug)]
pub struct Bus {
    open: bool,
    ring: VecDeque<Arc<Entry>>,
    last: u64,
    count: u64,
    /// Everything up to here is gone.
    gone: u64,
    keys: u64,
    usage: Mutex<Usage>,
    /// The last position, for whoever waits for more.
    wake: watch::Sender<u64>,
}

/// What was delivered and published, by minute.
#[derive(Debug, Clone)]
struct Usage {
    allowed: u64,
    delivered: BTreeMap<i64, u64>,
    published: BTreeMap<i64, u64>,
}

impl Default for Bus {
    fn default() -> Self {
        Self::at(BEGINNING)
    }
}

impl Clone for Bus {
    fn clone(&self) -> Self {
        Self {
            open: self.open,
            ring: self.ring.clone(),
            last: self.last,
            count: self.count,
            gone: self.gone,
            keys: self.keys,
            usage: Mutex::new(self.usage().clone()),
            wake: watch::Sender::new(self.last),
        }
    }
}

impl Bus {
    /// An empty bus that counts on from a position.
    pub fn at(position: u64) -> Self {
        let usage = Usage { allowed: DAILY_DELIVERIES, delivered: BTreeMap::new(), published: BTreeMap::new() };
        Self {
            open: false,
            ring: VecDeque::new(),
            last: position,
            count: 0,
            gone: position,
            keys: 0,
            usage: Mutex::new(usage),
            wake: watch::Sender::new(position),
        }
    }

    /// From now on changes are events. Before, the world is being made and nobody could have listened.
    pub fn open(&mut self) {
        self.open = true;
    }

    /// Are changes events?
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Where the last event stands.
    pub fn last(&self) -> u64 {
        self.last
    }

    /// How many events there were.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Everything up to here is gone at this moment: events too old, and more than are kept.
    pub fn gone(&self, now: Timestamp) -> u64 {
        let oldest = oldest(now.as_millisecond());
        self.ring.iter().take_while(|entry| entry.at < oldest).last().map_or(self.gone, |entry| entry.position)
    }

    /// The events after a position, oldest first.
    pub fn after(&self, position: u64) -> impl Iterator<Item = &Arc<Entry>> {
        self.ring.range(self.ring.partition_point(|entry| entry.position <= position)..)
    }

    /// The sandbox's own log after a position.
    pub fn log(&self, position: u64) -> impl Iterator<Item = Emitted> {
        self.after(position).map(|entry| entry.emitted())
    }

    /// Told of every commit; ends with the world.
    pub fn listen(&self) -> watch::Receiver<u64> {
        self.wake.subscribe()
    }

    /// Puts the events of one commit on the bus.
    pub(in crate::sandbox::salesforce) fn commit(&mut self, at: i64, events: impl IntoIterator<Item = Event>) {
        let before = self.last;
        for event in events {
            let id = match &event {
                Event::Change(_) => self.key(at),
                Event::Said(said) => {
                    *self.usage().published.entry(minute(at)).or_default() += 1;
                    said.id
                }
            };
            // Positions are the whole org's, and no client may count on the next one.
            self.count += 1;
            self.last += 1 + (mix(self.last) & 3);
            self.ring.push_back(Arc::new(Entry { position: self.last, id, at, event }));
        }
        if self.last == before {
            return;
        }
        let oldest = oldest(at);
        while let Some(first) = self.ring.front()
            && (self.ring.len() > CAPACITY || first.at < oldest)
        {
            self.gone = first.position;
            self.ring.pop_front();
        }
        self.wake.send_replace(self.last);
    }

    /// An id that no other event or transaction has.
    pub(in crate::sandbox::salesforce) fn key(&mut self, at: i64) -> Uuid {
        self.keys += 1;
        let (high, low) = (mix(self.last ^ (at as u64).rotate_left(24)), mix(self.keys ^ self.last.rotate_left(32)));
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&high.to_be_bytes());
        bytes[8..].copy_from_slice(&low.to_be_bytes());
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }

    /// How many events a day all subscribers together may be sent from now on.
    pub fn allow(&self, deliveries: u64) {
        self.usage().allowed = deliveries;
    }

    /// Takes one delivery off today's allowance; false when none is left.
    pub(super) fn deliver_one(&self, now: Timestamp) -> bool {
        let mut usage = self.usage();
        if usage.left(now) == 0 {
            return false;
        }
        *usage.delivered.entry(minute(now.as_millisecond())).or_default() += 1;
        true
    }

    /// Deliveries allowed in 24 hours, and how many are left at this moment.
    pub fn deliveries(&self, now: Timestamp) -> (u64, u64) {
        let mut usage = self.usage();
        let left = usage.left(now);
        (usage.allowed, left)
    }

    /// Platform events that may still be published this hour.
    pub fn publishable(&self, now: Timestamp) -> u64 {
        HOURLY_PUBLISHED.saturating_sub(since(&mut self.usage().published, now, 60))
    }

    fn usage(&self) -> MutexGuard<'_, Usage> {
        self.usage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Usage {
    fn left(&mut self, now: Timestamp) -> u64 {
        self.allowed.saturating_sub(since(&mut self.delivered, now, 24 * 60))
    }
}

impl Entry {
    fn emitted(&self) -> Emitted {
        let none = Emitted {
            position: self.position,
            id: self.id.to_string(),
            topic: super::topic::of(&self.event),
            entity: "",
            change: "",
            records: Vec::new(),
            transaction: String::new(),
            sequence: 0,
            at: Timestamp::from_millisecond(self.at).unwrap_or_default(),
        };
        match &self.event {
            Event::Said(_) => none,
            Event::Change(change) => Emitted {
                entity: change.entity.name,
                change: change.kind.word(),
                records: change.records.iter().map(ToString::to_string).collect(),
                transaction: change.commit.key.to_string(),
                sequence: change.sequence,
                ..none
            },
        }
    }
}

/// What was counted in the last so many minutes; what is older is forgotten.
fn since(counts: &mut BTreeMap<i64, u64>, now: Timestamp, minutes: i64) -> u64 {
    let first = minute(now.as_millisecond()) - minutes + 1;
    *counts = counts.split_off(&first);
    counts.values().sum()
}

fn minute(ms: i64) -> i64 {
    ms.div_euclid(60_000)
}

/// What is older than this is not kept, by a clock that shows `ms`.
fn oldest(ms: i64) -> i64 {
    ms.saturating_sub(KEPT.as_millis() as i64)
}

/// Spreads numbers that follow each other over all there are (splitmix64).
fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
