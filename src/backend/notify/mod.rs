//! What happens elsewhere: heard from Salesforce's event bus, seen by looking at WHMCS gently, told by this desk's own
//! journal and clock.
//!
//! - `avro`, `bitmap`: what an event says. `proto`, `pubsub`, `refused`: how it is asked for, and what is done when it is not
//!   given; `through`: by which proxy.
//! - `classify`: what it means; `own`: what of it this site did. `hear`: what is read about it, and kept. `stream`: one connection after the other; `pace`:
//!   when the next one is tried.
//! - `poll`: what no event tells: WHMCS, deadlines, this desk's own operations, whether the systems answer.
//! - `compare`: where the systems disagree about a customer that something happened to. `cards`: which end too soon.
//! - `out`: who is told; `site`: the other desks of this machine. `tend`: what a person does about it.

pub mod avro;
pub mod bitmap;
mod cards;
mod classify;
mod compare;
mod hear;
mod out;
mod own;
mod pace;
mod poll;
pub mod proto;
pub mod pubsub;
pub mod refused;
mod site;
mod stream;
mod tend;
mod through;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::SignedDuration;
use serde::Deserialize;
use tokio::sync::mpsc::Sender;
use tokio::sync::{Mutex as Turn, Notify, watch};
use url::Url;

use super::Backend;
use super::salesforce::Pass;
use super::trust::Trust;
use crate::domain::system::System;
use crate::flow::live::{Live, Stream as Shown, StreamState};
use crate::flow::msg::{Health, HealthState, Msg};
use crate::flow::said::{self, Message};
use out::{Out, Seen};
use pubsub::{Bus, BusError, Client, Schemas};
use refused::Refused;

/// What is listened to, and how.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// Whether the desk hears of what happens elsewhere.
    pub on: bool,
    /// Topics of Salesforce's event bus.
    pub topics: Vec<String>,
    /// Events of one topic that may be on their way at once, up to 100.
    pub at_once: i32,
    /// Minutes between two looks at what no event tells; 0 for never.
    pub poll_minutes: u32,
    /// Customers in a minute of whom the systems are compared after something happened to them; 0 for none.
    pub compared_per_minute: u32,
    /// Changes let go in a minute after a system was held; at least 1.
    pub release_per_minute: u32,
}

impl Default for Rules {
    fn default() -> Self {
        let topics = [
            "/data/AccountChangeEvent",
            "/data/CaseChangeEvent",
            "/data/OrderChangeEvent",
            "/data/OrderItemChangeEvent",
            "/data/OpportunityChangeEvent",
            "/event/Account_Eligibility_Update__e",
            "/event/Case_Status_Update__e",
        ];
        let topics = topics.map(str::to_owned).into();
        Self { on: true, topics, at_once: 100, poll_minutes: 5, compared_per_minute: 2, release_per_minute: 6 }
    }
}

/// Where events are heard, and how.
#[derive(Debug, Clone)]
pub struct Setup {
    /// What is listened to.
    pub rules: Rules,
    /// The event bus's address; `None` where it is beside Salesforce's other calls.
    pub bus: Option<Url>,
    /// A file with a certificate that is trusted besides the usual ones.
    pub trusted: Option<PathBuf>,
    /// The first pause before a connection that ended is tried again.
    pub pause: Duration,
    /// Between two looks at the journal's deadlines.
    pub look: Duration,
    /// A topic of which nothing came by then is listened to all the same: its first word may take minutes.
    pub settle: Duration,
    /// How long nothing happens to a customer before the systems are compared: what goes through all of them takes its time.
    pub quiet: SignedDuration,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            rules: Rules::default(),
            bus: None,
            trusted: None,
            pause: pace::FIRST,
            look: poll::LOOK,
            settle: stream::SETTLED,
            quiet: compare::SETTLE,
        }
    }
}

/// How each system did when it was last called.
pub(super) type KnownHealth = watch::Sender<Vec<Health>>;

/// A system's health became known.
pub(super) fn note(known: &KnownHealth, health: &Health) {
    known.send_modify(|known| {
        known.retain(|it| it.system != health.system);
        known.push(health.clone());
    });
}

/// What the desk remembers of what it heard, besides the journal.
#[derive(Debug)]
pub(super) struct Ears {
    rules: Rules,
    pause: Duration,
    look: Duration,
    settle: Duration,
    quiet: SignedDuration,
    /// Told when something happened to a customer of whom the systems are to be compared.
    touched: Notify,
    /// Told when an operation went on, so that its deadlines are looked at.
    due: Notify,
    bus: Bus,
    schemas: Schemas,
    /// Topics that were found good, and those whose position was lost.
    checked: Mutex<BTreeSet<String>>,
    lost: Mutex<BTreeSet<String>>,
    seen: Turn<Seen>,
    /// How each system did when it was last called.
    health: KnownHealth,
    /// Told when this desk itself changed what other desks should see.
    nudge: Notify,
}

impl Ears {
    /// Ears for a setup; `beside` is Salesforce's own address.
    pub(super) fn new(setup: Setup, trust: &Trust, beside: &Url, health: KnownHealth) -> Result<Self, BusError> {
        Ok(Self {
            rules: setup.rules,
            pause: setup.pause,
            look: setup.look,
            settle: setup.settle,
            quiet: setup.quiet,
            touched: Notify::new(),
            due: Notify::new(),
            bus: Bus::new(setup.bus.as_ref().unwrap_or(beside), setup.trusted.as_ref(), trust)?,
            schemas: Schemas::default(),
            checked: Mutex::default(),
            lost: Mutex::default(),
            seen: Turn::default(),
            health,
            nudge: Notify::new(),
        })
    }

    fn checked(&self, topic: &str) -> bool {
        in_it(&self.checked, |topics| topics.contains(topic))
    }

    fn check(&self, topic: &str) {
        in_it(&self.checked, |topics| topics.insert(topic.to_owned()));
    }

    fn is_lost(&self, topic: &str) -> bool {
        in_it(&self.lost, |topics| topics.contains(topic))
    }

    fn lose(&self, topic: &str) {
        in_it(&self.lost, |topics| topics.insert(topic.to_owned()));
    }

    fn found(&self, topic: &str) {
        in_it(&self.lost, |topics| topics.remove(topic));
    }
}

fn in_it<T>(topics: &Mutex<BTreeSet<String>>, with: impl FnOnce(&mut BTreeSet<String>) -> T) -> T {
    with(&mut topics.lock().unwrap_or_else(PoisonError::into_inner))
}

impl Ears {
    /// The topics that are listened to; `None` where nothing is.
    pub(super) fn topics(&self) -> Option<&[String]> {
        self.rules.on.then_some(&*self.rules.topics)
    }

    /// A connection of its own to the event bus.
    pub(super) async fn client(&self, pass: Pass) -> Result<Client<'_>, Refused> {
        Ok(Client { channel: self.bus.connect().await?, pass, schemas: &self.schemas })
    }

    /// How a system did when it was last called.
    pub(super) fn state_of(&self, system: System) -> HealthState {
        self.health.borrow().iter().find(|it| it.system == system).map_or(HealthState::Unknown, |it| it.state)
    }
}

impl Backend {
    /// Between two changes that are let go after a system was held.
    pub(super) fn release_pace(&self) -> SignedDuration {
        SignedDuration::from_millis(60_000 / i64::from(self.notify.rules.release_per_minute.max(1)))
    }

    /// An operation of this desk's went as far as it goes for now: what is to be told of it is looked for at once.
    pub(super) fn went_on(&self) {
        self.notify.due.notify_one();
        // Another desk may be the one that looks.
        self.notify.nudge.notify_one();
    }

    /// Tells what happens elsewhere, as it happens. Never ends by itself; dropped, it is over at once.
    pub async fn live(self: Arc<Self>, messages: Sender<Msg>) {
        let stands = |state| Msg::Live(Live::Stream(Shown { state, delivered: None, since: (self.now.0)() }));
        if !self.notify.rules.on {
            let _ = messages.send(stands(StreamState::Off)).await;
            return std::future::pending().await;
        }
        if let Ok(engine) = &self.engine {
            let out = Out::new(&self, engine.journal(), &messages);
            Box::pin(site::run(&self, engine.journal(), &out)).await;
        } else {
            // What cannot be kept would be announced again with every start, or never.
            let why = Message::ours(said::NOT_ANNOUNCED);
            let _ = messages.send(stands(StreamState::Lost { why, again: None })).await;
        }
        // Where it cannot go on, it is over for this desk.
        std::future::pending::<()>().await;
    }
}
