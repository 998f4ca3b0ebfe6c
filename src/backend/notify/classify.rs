//! What an event means: which reads are old, and whether somebody should be told. Nothing is read or kept here.
//!
//! An event tells what became of a field, so that what it says is announced even when the record is another again by now.
//! Where a record had to be read instead (a gap, an event that only names it, a catch-up), what it is now is compared with
//! what is known of it.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::avro::{Change, ChangeKind, Event, Field, Said, Told};
use super::own::{Own, OwnChange};
use crate::backend::journal::{Heard, KnownState, Update};
use crate::backend::salesforce::live::{Aspect, Seen, word};
use crate::backend::salesforce::names::Names;
use crate::domain::customer::{EligibilityState, VerificationState};
use crate::domain::notification::{Notification, NotificationKey, NotificationKind, Owner, Source};
use crate::domain::order::{ActivationStatus, OrderStatus};
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::domain::{time, words};
use crate::flow::live::{Changed, RecordKind};

/// A record's own time is told by the second: what a query saw, it saw to the end of that second.
const SECOND: SignedDuration = SignedDuration::from_secs(1);
/// What came to a state longer than this before an event was not what the event told of.
const RECENT: SignedDuration = SignedDuration::from_mins(10);

/// The words and names of the organisation.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    /// What fields are called.
    pub names: &'a Names,
    /// What words mean.
    pub words: &'a words::Words,
}

/// What one event is about.
#[derive(Debug, Default)]
pub struct Glance {
    /// What changed, for the screens.
    pub changed: Vec<Changed>,
    /// What it says that fields became.
    pub facts: Vec<Fact>,
    /// Records that have to be read, because it does not say what became of them.
    pub looks: Vec<Look>,
    /// Records that are gone.
    pub gone: Vec<SalesforceId>,
    /// So much changed of a kind that all of it has to be read.
    pub overflow: Option<RecordKind>,
}

impl Glance {
    /// Every record of which something has to be known.
    pub fn subjects(&self) -> impl Iterator<Item = &SalesforceId> {
        self.facts.iter().map(|fact| &fact.subject).chain(self.looks.iter().map(|look| &look.id))
    }
}

/// What an event says that a field became.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    kind: RecordKind,
    subject: SalesforceId,
    aspect: Aspect,
    state: String,
    at: Timestamp,
    ours: bool,
    code: Text,
    words: Text,
}

/// A record that has to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Which kind.
    pub kind: RecordKind,
    /// Which.
    pub id: SalesforceId,
    /// What came to a state before is old.
    pub since: Timestamp,
}

/// The kind of record with a name.
fn kind_of_entity(name: &str) -> Option<RecordKind> {
    Some(match name {
        "Account" => RecordKind::Account,
        "Case" => RecordKind::Case,
        "Order" => RecordKind::Order,
        "OrderItem" => RecordKind::OrderItem,
        "Opportunity" => RecordKind::Opportunity,
        _ => return None,
    })
}

/// The kind of record with an id.
fn kind_of_id(id: &SalesforceId) -> Option<RecordKind> {
    Some(match id.as_str().get(..3)? {
        "001" => RecordKind::Account,
        "500" => RecordKind::Case,
        "801" => RecordKind::Order,
        "802" => RecordKind::OrderItem,
        "006" => RecordKind::Opportunity,
        _ => return None,
    })
}

impl Words<'_> {
    /// Looks at an event.
    pub fn glance(&self, event: &Event, own: &Own, now: Timestamp) -> Glance {
        match event {
            Event::Change(change) => self.change(change, &own.of_change(change)),
            Event::Told(told) => named(told, now),
        }
    }

    fn change(&self, change: &Change, own: &OwnChange<'_>) -> Glance {
        let header = &change.header;
        let Some(kind) = kind_of_entity(&header.entity) else { return Glance::default() };
        let ids: Vec<SalesforceId> = header.ids.iter().filter_map(|id| SalesforceId::parse(id).ok()).collect();
        // An id that is none stands for all that begin so.
        let overflow = header.kind == ChangeKind::Overflow || ids.len() < header.ids.len() || ids.is_empty();
        let account = match (kind, ids.as_slice()) {
            (RecordKind::Account, [id]) => Some(*id),
            _ => said_id(change, "AccountId"),
        };
        let ours = own.is_all(&ids);
        let changed = Changed {
            system: System::Salesforce,
            record: kind,
            ids: if overflow { Vec::new() } else { ids.iter().map(|id| Text::line(id.as_str())).collect() },
            account,
            client: None,
            fields: change.touched().map(Text::line).collect(),
            ours,
            at: header.at,
        };
        let mut glance = Glance { changed: vec![changed], ..Glance::default() };
        if overflow {
            glance.overflow = Some(kind);
            return glance;
        }
        let since = header.at.checked_sub(RECENT).unwrap_or(header.at);
        let look = |id: &SalesforceId| Look { kind, id: *id, since };
        match header.kind {
            ChangeKind::Delete => glance.gone = ids,
            ChangeKind::Gap | ChangeKind::Undelete => glance.looks = ids.iter().map(look).collect(),
            ChangeKind::Create | ChangeKind::Update | ChangeKind::Overflow => {
                let mut unsaid = false;
                for (aspect, field) in Aspect::fields(kind, self.names) {
                    let state = match change.said(field.as_str()) {
                        Said::Nothing => continue,
                        Said::Differs => {
                            unsaid = true;
                            continue;
                        }
                        Said::Emptied => String::new(),
                        Said::Became(field) => state_of(field),
                    };
                    let said = |field| match change.said(field) {
                        Said::Became(field) => Text::line(field.text()),
                        _ => Text::default(),
                    };
                    let (code, words) = match aspect {
                        Aspect::Activation => {
                            (said(self.names.order_error_code.as_str()), said(self.names.order_error_message.as_str()))
                        }
                        _ => Default::default(),
                    };
                    glance.facts.extend(ids.iter().map(|id| Fact {
                        kind,
                        subject: *id,
                        aspect,
                        state: state.clone(),
                        at: header.at,
                        ours: own.set(id, field.as_str()),
                        code: code.clone(),
                        words: words.clone(),
                    }));
                }
                // Who wrote in a case is not in its fields.
                if unsaid || (kind == RecordKind::Case && !ours) {
                    glance.looks = ids.iter().map(look).collect();
                }
            }
        }
        glance
    }

    /// What it means that an aspect came to a state.
    fn kind(&self, aspect: Aspect, state: &str) -> Option<NotificationKind> {
        let word = || Text::line(state);
        match aspect {
            Aspect::Status => match self.words.order_status(word()) {
                OrderStatus::Approved => Some(NotificationKind::OrderApproved),
                _ => None,
            },
            Aspect::Activation => match self.words.activation(word()) {
                ActivationStatus::Failed => Some(NotificationKind::OrderFailed),
                ActivationStatus::Activated => Some(NotificationKind::OrderActivated),
                _ => None,
            },
            Aspect::Verification => match self.words.verification(word()) {
                VerificationState::UnderReview => Some(NotificationKind::IdSubmitted),
                VerificationState::Verified => Some(NotificationKind::IdVerified),
                VerificationState::Rejected => Some(NotificationKind::IdRejected),
                VerificationState::NotSubmitted | VerificationState::Other(_) => None,
            },
            Aspect::Eligibility => match self.words.eligibility(word()) {
                EligibilityState::Pending => Some(NotificationKind::EligibilityAsked),
                EligibilityState::Eligible => Some(NotificationKind::Eligible),
                EligibilityState::Ineligible => Some(NotificationKind::Ineligible),
                EligibilityState::NotRequested | EligibilityState::Other(_) => None,
            },
            Aspect::EndsInternet if !state.is_empty() => Some(NotificationKind::CancellationInternet),
            Aspect::EndsSim if !state.is_empty() => Some(NotificationKind::CancellationSim),
            Aspect::Reply if !state.is_empty() => Some(NotificationKind::CaseReply),
            _ => None,
        }
    }

    /// Whether a fact is told to somebody, so that it has to be known whose it is about.
    pub fn tells(&self, fact: &Fact) -> Option<(RecordKind, SalesforceId)> {
        (!fact.ours && self.kind(fact.aspect, &fact.state).is_some()).then_some((fact.kind, fact.subject))
    }

    /// Two words for one thing, such as a card that was sent in and is being looked at.
    fn still(&self, aspect: Aspect, kind: NotificationKind, before: Option<&KnownState>) -> bool {
        matches!(kind, NotificationKind::IdSubmitted | NotificationKind::EligibilityAsked)
            && before.is_some_and(|before| self.kind(aspect, &before.state) == Some(kind))
    }
}

/// Every record that an event of the organisation's own names is read.
fn named(told: &Told, now: Timestamp) -> Glance {
    let at = told.at().unwrap_or(now);
    let since = at.checked_sub(RECENT).unwrap_or(at);
    let mut glance = Glance::default();
    let mut account = None;
    for text in told.texts() {
        let Ok(id) = SalesforceId::parse(text) else { continue };
        match kind_of_id(&id) {
            Some(RecordKind::Account) => account = Some(id),
            Some(_) => {}
            None => continue,
        }
        glance.looks.extend(kind_of_id(&id).map(|kind| Look { kind, id, since }));
    }
    // Beside another record, the account only says whose it is.
    if glance.looks.iter().any(|look| look.kind != RecordKind::Account) {
        glance.looks.retain(|look| look.kind != RecordKind::Account);
    }
    glance.changed = glance
        .looks
        .iter()
        .map(|look| Changed {
            system: System::Salesforce,
            record: look.kind,
            ids: vec![Text::line(look.id.as_str())],
            account,
            client: None,
            fields: Vec::new(),
            ours: false,
            at,
        })
        .collect();
    glance
}

fn said_id(change: &Change, field: &str) -> Option<SalesforceId> {
    match change.said(field) {
        Said::Became(Field::Text(id)) => SalesforceId::parse(id).ok(),
        _ => None,
    }
}

/// A value as it is kept: moments and days alike as moments.
fn state_of(field: &Field) -> String {
    field.moment().map_or_else(|| field.text().to_owned(), word)
}

/// What is known of records, and what is to be kept.
pub struct Teller<'a> {
    /// The organisation's words.
    pub words: Words<'a>,
    /// Records that were read.
    pub seen: &'a HashMap<SalesforceId, Seen>,
    known: HashMap<(String, &'static str), KnownState>,
    update: Update,
}

impl<'a> Teller<'a> {
    /// Tells events in the light of what was read and what is known.
    pub fn new(words: Words<'a>, seen: &'a HashMap<SalesforceId, Seen>, known: Vec<KnownState>) -> Self {
        let aspects = [
            Aspect::Status,
            Aspect::Activation,
            Aspect::Verification,
            Aspect::Eligibility,
            Aspect::EndsInternet,
            Aspect::EndsSim,
            Aspect::Reply,
        ];
        let known = known.into_iter().filter_map(|state| {
            let aspect = aspects.iter().find(|aspect| aspect.name() == state.aspect)?;
            Some(((state.subject.clone(), aspect.name()), state))
        });
        Self { words, seen, known: known.collect(), update: Update::default() }
    }

    /// What an event says that a field became.
    pub fn fact(&mut self, fact: &Fact) {
        let key = (fact.subject.as_str().to_owned(), fact.aspect.name());
        let before = self.known.get(&key);
        if let Some(covered) = before.and_then(|before| before.covered) {
            let same = before.is_some_and(|before| before.state == fact.state);
            if fact.at < covered.saturating_sub(SECOND).unwrap_or(covered) || (same && fact.at < covered) {
                return;
            }
        }
        if let Some(kind) = self.words.kind(fact.aspect, &fact.state)
            && !fact.ours
            && !self.words.still(fact.aspect, kind, before)
        {
            let seen = self.seen.get(&fact.subject);
            let (code, words) = match seen {
                _ if !fact.code.is_empty() || !fact.words.is_empty() => (fact.code.clone(), fact.words.clone()),
                Some(seen) => (seen.code.clone(), seen.words.clone()),
                None => Default::default(),
            };
            let told = notification(kind, &fact.subject, &fact.state, (&code, &words), fact.at, seen);
            self.update.notifications.push(told);
        }
        if self.known.get(&key).is_none_or(|before| before.at <= fact.at) {
            let covered = self.known.get(&key).and_then(|before| before.covered);
            self.knows(fact.aspect, &fact.subject, fact.state.clone(), fact.at, covered);
        }
    }

    /// What a record that was read is by now. What it came to before `since` is no news, unless it is known otherwise; nor is
    /// what this site did.
    pub fn look(&mut self, id: &SalesforceId, since: Timestamp, ours: impl Fn(Aspect, &str) -> bool) {
        let Some(seen) = self.seen.get(id) else { return };
        for (aspect, state, own) in &seen.states {
            let key = (id.as_str().to_owned(), aspect.name());
            let before = self.known.get(&key);
            let at = match before {
                Some(before) if before.state == *state => before.at,
                _ => own.unwrap_or(seen.modified),
            };
            let news = match before {
                Some(before) if *aspect == Aspect::Reply => before.state < *state,
                Some(before) => before.state != *state,
                None => at >= since,
            };
            if news
                && let Some(kind) = self.words.kind(*aspect, state)
                && !self.words.still(*aspect, kind, before)
                && !ours(*aspect, state)
            {
                let told = notification(kind, id, state, (&seen.code, &seen.words), at, Some(seen));
                self.update.notifications.push(told);
            }
            let until = seen.modified.saturating_add(SECOND).unwrap_or(seen.modified);
            self.knows(*aspect, id, state.clone(), at, Some(until));
        }
    }

    /// A record is gone.
    pub fn gone(&mut self, id: &SalesforceId) {
        let of_it: Vec<_> = self.known.keys().filter(|(subject, _)| subject == id.as_str()).cloned().collect();
        for (subject, aspect) in of_it {
            self.known.remove(&(subject.clone(), aspect));
            self.update.states.retain(|state| state.subject != subject);
            self.update.ended.push((subject, aspect.to_owned()));
        }
    }

    /// What is to be kept.
    pub fn finish(self) -> Update {
        self.update
    }

    fn knows(
        &mut self,
        aspect: Aspect,
        subject: &SalesforceId,
        state: String,
        at: Timestamp,
        covered: Option<Timestamp>,
    ) {
        let subject = subject.as_str().to_owned();
        let known = KnownState { subject: subject.clone(), aspect: aspect.name().to_owned(), state, at, covered };
        self.update.states.push(known.clone());
        self.known.insert((subject, aspect.name()), known);
    }
}

/// A notification about a record.
pub fn notification(
    kind: NotificationKind,
    subject: &SalesforceId,
    state: &str,
    (code, words): (&Text, &Text),
    at: Timestamp,
    seen: Option<&Seen>,
) -> Heard {
    let about = seen.map_or_else(|| Text::line(subject.as_str()), |seen| seen.about.clone());
    let joined = |parts: [&Text; 2]| {
        let parts: Vec<&str> = parts.into_iter().map(Text::as_str).filter(|part| !part.is_empty()).collect();
        Text::line(&parts.join(" "))
    };
    let detail = match kind {
        NotificationKind::OrderFailed => joined([code, words]),
        NotificationKind::IdRejected => words.clone(),
        NotificationKind::Eligible | NotificationKind::CaseReply => code.clone(),
        NotificationKind::CancellationInternet | NotificationKind::CancellationSim => {
            // The day by Japan's calendar.
            state.parse().map(|end| Text::line(&time::today(end).to_string())).unwrap_or_default()
        }
        _ => Text::default(),
    };
    let opens = match kind {
        NotificationKind::OrderFailed | NotificationKind::OrderSlow => Place::Xray(about.clone()),
        NotificationKind::OrderApproved | NotificationKind::OrderActivated => Place::Order(Some(about.clone())),
        NotificationKind::CancellationInternet | NotificationKind::CancellationSim => Place::Opportunity(*subject),
        NotificationKind::CaseReply | NotificationKind::CaseDue => Place::Case(Some(about.clone())),
        _ => Place::Dashboard,
    };
    let came_to = match kind {
        NotificationKind::OrderFailed if !code.is_empty() => format!("{} {code} {}", kind.name(), word(at)),
        NotificationKind::CancellationInternet | NotificationKind::CancellationSim => {
            format!("{} {state} {}", kind.name(), word(at))
        }
        _ => format!("{} {}", kind.name(), word(at)),
    };
    let owner = seen.and_then(|seen| seen.owner.clone());
    Heard {
        owner: owner.as_ref().map(|(id, _)| id.clone()),
        notification: Notification {
            key: NotificationKey {
                source: Source::System(System::Salesforce),
                subject: Text::line(subject.as_str()),
                state: Text::line(&came_to),
            },
            kind,
            who: seen.and_then(|seen| seen.who.clone()),
            about,
            detail,
            drift: None,
            opens: seen.is_some().then_some(opens),
            owner: owner.map_or(Owner::Nobody, |(_, name)| Owner::Other(name)),
            at,
        },
    }
}

#[cfg(test)]
#[path = "classify_tests.rs"]
mod tests;
