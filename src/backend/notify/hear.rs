//! From events to what is kept and told: looked at, read where they do not say enough, compared with what is known, stored
//! together with how far the topics were heard, and only then shown.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};

use super::avro::Event;
use super::classify::{Glance, Look, Teller, Words};
use super::compare;
use super::own::Own;
use crate::backend::Backend;
use crate::backend::journal::{Heard, Journal, JournalError, Update};
use crate::backend::salesforce::live::{Found, Seen, Wanted};
use crate::domain::notification::{Notification, NotificationKey, NotificationKind, Owner, Source};
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::domain::time;
use crate::flow::fault::Fault;
use crate::flow::live::{Changed, RecordKind};

/// What every kind of record that says something by itself is.
pub const KINDS: [RecordKind; 4] = [RecordKind::Account, RecordKind::Case, RecordKind::Order, RecordKind::Opportunity];
/// Salesforce's clock and this machine's may differ by as much.
const SKEW: SignedDuration = SignedDuration::from_mins(2);

/// Why what was heard was not kept. Nothing of it is: it will be heard again.
#[derive(Debug, thiserror::Error)]
pub enum Unheard {
    /// What had to be read could not be.
    #[error("{0}")]
    Fault(#[from] Fault),
    /// It could not be kept.
    #[error("{0}")]
    Journal(#[from] JournalError),
}

/// What was heard at once.
#[derive(Debug, Default)]
pub struct Batch {
    /// Events in their order.
    pub events: Vec<Event>,
    /// Kinds of which an event could not be read.
    pub unreadable: BTreeSet<RecordKind>,
    /// How far the topics were heard with it.
    pub positions: Vec<(String, Vec<u8>)>,
    /// Kinds of which every change is told by itself. Another event that names such a record is no reason to read it: what
    /// it is by now would stand for changes that are still on their way.
    pub told: BTreeSet<RecordKind>,
    /// Topics that are listened to.
    pub topics: BTreeSet<String>,
}

/// What changed, and how far it was read.
#[derive(Debug, Default)]
pub struct Missed {
    /// What is old.
    pub changed: Vec<Changed>,
    /// More changed than was read: until then nothing is missing.
    pub until: Option<Timestamp>,
}

/// Takes events in.
pub struct Hearing<'a> {
    /// Who reads.
    pub backend: &'a Backend,
    /// Where it is kept.
    pub journal: &'a Journal,
}

impl Hearing<'_> {
    fn now(&self) -> Timestamp {
        (self.backend.now.0)()
    }

    fn words(&self) -> Words<'_> {
        let (names, words) = self.backend.salesforce.called();
        Words { names, words }
    }

    /// Takes events in. Answers what changed.
    ///
    /// # Errors
    /// Nothing was kept; the same can be taken in later.
    pub async fn take(&self, batch: &Batch) -> Result<Vec<Changed>, Unheard> {
        let (words, now) = (self.words(), self.now());
        let mut own = Own::of(self.backend, &batch.events).await;
        let glance = |event: &Event| {
            let mut glance = words.glance(event, &own, now);
            if matches!(event, Event::Told(_)) {
                glance.looks.retain(|look| !batch.told.contains(&look.kind));
            }
            glance
        };
        let glances: Vec<Glance> = batch.events.iter().map(glance).collect();
        // Who wrote in a case is told apart by who they are.
        let looks = glances.iter().flat_map(|glance| &glance.looks).filter(|look| look.kind != RecordKind::Case);
        if let Some(since) = looks.map(|look| look.since).min() {
            own = own.lately(self.backend, since).await;
        }

        let mut ids: BTreeMap<RecordKind, BTreeSet<SalesforceId>> = BTreeMap::new();
        for glance in &glances {
            let looks = glance.looks.iter().map(|look| (look.kind, look.id));
            let told = glance.facts.iter().filter_map(|fact| words.tells(fact));
            for (kind, id) in looks.chain(told) {
                ids.entry(kind).or_default().insert(id);
            }
        }
        let wanted = ids.into_iter().map(|(kind, ids)| (kind, Wanted::Ids(ids.into_iter().collect()))).collect();
        let seen = self.read(&wanted).await?;
        let gone = glances.iter().flat_map(|glance| &glance.gone);
        let subjects = glances.iter().flat_map(Glance::subjects).chain(gone).collect::<BTreeSet<_>>();
        let subjects = subjects.into_iter().map(|id| id.as_str().to_owned()).collect();
        let mut teller = Teller::new(words, &seen, self.journal.known_states(subjects).await?);
        for glance in &glances {
            glance.facts.iter().for_each(|fact| teller.fact(fact));
            for Look { kind, id, since } in &glance.looks {
                teller.look(id, *since, |aspect, state| own.did(words.names, (*kind, id), aspect, state));
            }
            glance.gone.iter().for_each(|id| teller.gone(id));
        }
        let mut update = Update { positions: batch.positions.clone(), ..teller.finish() };
        let mut changed: Vec<Changed> = glances.iter().flat_map(|glance| glance.changed.clone()).collect();
        for changed in changed.iter_mut().filter(|it| it.account.is_none()) {
            let seen = changed.ids.first().and_then(|id| SalesforceId::parse(id).ok()).and_then(|id| seen.get(&id));
            changed.account = seen.filter(|_| changed.ids.len() == 1).and_then(|seen| seen.account);
        }
        // Whatever happened to a whole kind happened since the last that was heard of it.
        let whole: BTreeSet<RecordKind> =
            glances.iter().filter_map(|glance| glance.overflow).chain(batch.unreadable.iter().copied()).collect();
        if !whole.is_empty() {
            let positions = self.journal.positions().await?;
            let heard = positions.iter().filter(|(topic, _)| batch.topics.contains(*topic));
            let since = heard.map(|(_, position)| position.at).min().unwrap_or(now);
            let missed = self.read_since(&whole, since).await?;
            if missed.until.is_some() {
                self.tell_gap(since, missed.until).await?;
            }
            changed.extend(missed.changed);
        }
        update.states.extend(compare::touched(self.backend, &changed, now));
        if !update.is_empty() {
            let touches = update.states.iter().any(|state| state.aspect == compare::TOUCHED);
            self.journal.hear(update).await?;
            if touches {
                self.backend.notify.touched.notify_one();
            }
        }
        Ok(changed)
    }

    /// Reads what changed of some kinds since a moment, and tells what is others than known. Answers what is old.
    pub async fn read_since(&self, kinds: &BTreeSet<RecordKind>, since: Timestamp) -> Result<Missed, Unheard> {
        let since = since.checked_sub(SKEW).unwrap_or(since);
        let wanted = kinds.iter().map(|kind| (*kind, Wanted::Since(since))).collect();
        let (seen, until) = self.found(&wanted).await?;
        let subjects = seen.keys().map(|id| id.as_str().to_owned()).collect();
        let mut teller = Teller::new(self.words(), &seen, self.journal.known_states(subjects).await?);
        let mut order: Vec<&Seen> = seen.values().collect();
        order.sort_by_key(|seen| seen.modified);
        let own = Own::default().lately(self.backend, since).await;
        let names = &self.backend.salesforce.names;
        for Seen { kind, id, .. } in order {
            teller.look(id, since, |aspect, state| own.did(names, (*kind, id), aspect, state));
        }
        let update = teller.finish();
        if !update.is_empty() {
            self.journal.hear(update).await?;
        }
        Ok(Missed { changed: self.whole(kinds), until })
    }

    /// Anything of some kinds may have changed.
    pub fn whole(&self, kinds: &BTreeSet<RecordKind>) -> Vec<Changed> {
        let at = self.now();
        let whole = |record: &RecordKind| Changed {
            system: System::Salesforce,
            record: *record,
            ids: Vec::new(),
            account: None,
            client: None,
            fields: Vec::new(),
            ours: false,
            at,
        };
        kinds.iter().map(whole).collect()
    }

    /// Remembers which orders are being activated, so that those that take too long are found.
    pub async fn learn(&self) -> Result<(), Unheard> {
        let wanted = [(RecordKind::Order, Wanted::Activating)].into();
        let seen = self.read(&wanted).await?;
        let mut teller = Teller::new(self.words(), &seen, Vec::new());
        let now = self.now();
        // What they are is no news.
        for id in seen.keys() {
            teller.look(id, now, |_, _| true);
        }
        self.journal.hear(teller.finish()).await?;
        Ok(())
    }

    /// Says that events may have been missed, and between when they were read instead: until now, unless that was too many.
    pub async fn tell_gap(&self, from: Timestamp, until: Option<Timestamp>) -> Result<(), Unheard> {
        let until = until.unwrap_or_else(|| self.now());
        let between = format!("{} – {}", time::date_time(from), time::date_time(until));
        let notification = Notification {
            key: NotificationKey {
                source: Source::System(System::Salesforce),
                subject: Text::line("events"),
                state: Text::line(&format!("{} {until}", NotificationKind::EventsRead.name())),
            },
            kind: NotificationKind::EventsRead,
            who: None,
            about: Text::default(),
            detail: Text::line(&between),
            drift: None,
            opens: None,
            owner: Owner::Nobody,
            at: until,
        };
        let heard = Heard { notification, owner: None };
        self.journal.hear(Update { notifications: vec![heard], ..Update::default() }).await?;
        Ok(())
    }

    /// Reads records. What Salesforce refuses to tell is told without; while it is in trouble nothing is.
    pub async fn read(&self, wanted: &BTreeMap<RecordKind, Wanted>) -> Result<HashMap<SalesforceId, Seen>, Unheard> {
        Ok(self.found(wanted).await?.0)
    }

    /// The same, and until when nothing is missing where more changed than was read.
    async fn found(
        &self,
        wanted: &BTreeMap<RecordKind, Wanted>,
    ) -> Result<(HashMap<SalesforceId, Seen>, Option<Timestamp>), Unheard> {
        if wanted.is_empty() {
            return Ok((HashMap::new(), None));
        }
        match self.backend.salesforce.seen(wanted, &self.backend.waiting).await {
            Ok(Found { fault: Some(fault), .. }) | Err(fault) if fault.kind.is_outage() => Err(fault.into()),
            Ok(Found { seen, fault, until }) => {
                if let Some(fault) = fault {
                    tracing::warn!(kind = ?fault.kind, "what events are about cannot be read");
                }
                if let Some(until) = until {
                    tracing::warn!(%until, "more changed than is read");
                }
                Ok((seen.into_iter().map(|seen| (seen.id, seen)).collect(), until))
            }
            Err(fault) => {
                tracing::warn!(kind = ?fault.kind, "what events are about cannot be read");
                Ok((HashMap::new(), None))
            }
        }
    }
}
