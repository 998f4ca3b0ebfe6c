//! Where the systems disagree about a customer. They are compared when somebody opens the customer, who reads it all anyway;
//! and, gently, by the desk that listens, once something happened to the customer and nothing more for a while: what goes
//! through all systems passes through states that are none. Who is to be compared is kept in the journal, so that another desk
//! goes on with it. What stands is looked at again until it is over, and is over only when what it is about was read.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;

use super::cards;
use super::hear::Unheard;
use super::poll::{Poll, STANDS};
use crate::backend::journal::{Heard, Journal, JournalError, KnownState, Update};
use crate::backend::salesforce::live::{Wanted, word};
use crate::backend::{Backend, Replies, customer, deeper};
use crate::domain::billing::ServiceStatus;
use crate::domain::customer::{ClientId, CustomerKey};
use crate::domain::drift::{self, Drift, Found, Topic};
use crate::domain::line::Line;
use crate::domain::notification::{Notification, NotificationKey, Owner, Source, Whose};
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::status::{Facts, NextDue, Place, TaskKind, summary};
use crate::domain::text::Text;
use crate::domain::time;
use crate::flow::customer::Customer;
use crate::flow::live::{Changed, RecordKind};
use crate::flow::msg::Msg;
use crate::flow::query::{CustomerPart, Reply, Slot};
use crate::flow::remote::Remote;

/// How long nothing happens before it is looked: an order goes its ten steps within a minute.
pub const SETTLE: SignedDuration = SignedDuration::from_mins(2);
/// What stands is looked at again, for no event tells that it is over in WHMCS or at Freebit.
const AGAIN: SignedDuration = SignedDuration::from_mins(30);
/// Who is to be compared, and from when on.
pub const TOUCHED: &str = "touched";
/// What stands of a drift is remembered behind this word.
const DIFFERS: &str = "differs ";
/// Lines of one customer that are read at most.
const LINES: usize = 3;
/// Records that are looked up at once.
const RECORDS: usize = 100;
/// Invoices that are looked into for data that never came.
const INVOICES: usize = 2;

/// How a customer is remembered: the account, or the client where no account is known.
fn subject(key: &CustomerKey) -> Option<String> {
    key.account.map(|account| account.as_str().to_owned()).or_else(|| key.client.map(|client| client.to_string()))
}

fn key_of(subject: &str) -> Option<CustomerKey> {
    if let Some(client) = subject.strip_prefix('#') {
        return Some(CustomerKey { client: Some(ClientId(client.parse().ok()?)), ..CustomerKey::default() });
    }
    let account = SalesforceId::parse(subject).ok()?;
    account.as_str().starts_with("001").then(|| CustomerKey { account: Some(account), ..CustomerKey::default() })
}

fn touch(subject: String, at: Timestamp) -> KnownState {
    KnownState { subject, aspect: TOUCHED.to_owned(), state: STANDS.to_owned(), at, covered: None }
}

/// Who is to be compared because of changes. Of most of them it is only known which record changed.
pub fn touched(backend: &Backend, changed: &[Changed], now: Timestamp) -> Vec<KnownState> {
    if backend.notify.rules.compared_per_minute == 0 {
        return Vec::new();
    }
    let names = &backend.salesforce.names;
    let links = [names.account_number.as_str(), names.account_whmcs.as_str()];
    let at = now.saturating_add(backend.notify.quiet).unwrap_or(now);
    let matters = |changed: &&Changed| match changed.record {
        RecordKind::Order | RecordKind::Opportunity => true,
        RecordKind::Account => {
            changed.fields.is_empty() || changed.fields.iter().any(|field| links.contains(&field.as_str()))
        }
        RecordKind::Case | RecordKind::OrderItem | RecordKind::Invoice => false,
    };
    let subjects = |changed: &Changed| match changed.account {
        Some(account) => vec![account.as_str().to_owned()],
        None => changed.ids.iter().map(Text::to_string).collect(),
    };
    changed.iter().filter(matters).flat_map(subjects).map(|subject| touch(subject, at)).collect()
}

/// A part that was read just now.
fn fresh<T>(part: &Remote<T>) -> Option<&T> {
    part.value().filter(|_| part.fault.is_none())
}

impl Backend {
    /// A change of this customer's is over: the systems are compared once it settled.
    pub(in crate::backend) async fn touch(&self, key: &CustomerKey) {
        let (Ok(engine), Some(subject)) = (&self.engine, subject(key)) else { return };
        if self.notify.rules.compared_per_minute == 0 {
            return;
        }
        let now = (self.now.0)();
        let at = now.saturating_add(self.notify.quiet).unwrap_or(now);
        let update = Update { states: vec![touch(subject, at)], ..Update::default() };
        if let Err(error) = engine.journal().hear(update).await {
            tracing::error!(%error, "who is to be compared cannot be kept");
        }
        self.notify.touched.notify_one();
        self.notify.nudge.notify_one();
    }

    /// Compares what somebody just read.
    pub(in crate::backend) async fn compare_opened(&self, customer: &Customer) {
        let Ok(engine) = &self.engine else { return };
        if !self.notify.rules.on || self.notify.rules.compared_per_minute == 0 {
            return;
        }
        let heard = async {
            let update = self.compared(engine.journal(), customer).await?;
            if update.is_empty() { Ok(0) } else { engine.journal().hear(update).await }
        };
        match heard.await {
            Ok(0) => {}
            Ok(_) => self.notify.nudge.notify_one(),
            Err(error) => tracing::error!(%error, "what the systems disagree on cannot be kept"),
        }
    }

    /// What the systems disagree on about a customer, what they do not any more, and whether the card is good for what comes.
    async fn compared(&self, journal: &Journal, customer: &Customer) -> Result<Update, JournalError> {
        let mut update = Update::default();
        let Some(subject) = subject(&customer.key) else { return Ok(update) };
        let now = (self.now.0)();
        let subjects = std::iter::once(subject.clone()).chain(customer.key.client.map(|client| client.to_string()));
        let known = journal.known_states(subjects.collect()).await?;
        let lines: Vec<&Line> = customer.lines.iter().filter_map(|(_, line)| fresh(line)).collect();
        let facts = Facts {
            account: fresh(&customer.account),
            subscriptions: fresh(&customer.subscriptions),
            invoices: fresh(&customer.invoices),
            pay_methods: fresh(&customer.pay_methods).map(Vec::as_slice),
            orders: fresh(&customer.orders),
            whmcs_orders: fresh(&customer.whmcs_orders),
            links: fresh(&customer.links).map(Vec::as_slice),
            ..Facts::default()
        };
        let who = whose(customer);
        let mut found = drift::found(&facts, &lines);
        found.extend(data_not_delivered(customer, now));
        for found in &found {
            let name = format!("{} {}", found.topic, found.what.name());
            let aspect = format!("{DIFFERS}{name}");
            let stood = known.iter().find(|it| it.subject == subject && it.aspect == aspect);
            let at = stood.map_or(now, |stood| stood.at);
            if stood.is_none() {
                let (subject, state) = (subject.clone(), STANDS.to_owned());
                update.states.push(KnownState { subject, aspect, state, at, covered: None });
            }
            update.notifications.push(told(found, key(&subject, &name, at), &who, at));
        }
        // What was found of the client before its account was known is no other matter.
        for stood in &known {
            let Some(name) = stood.aspect.strip_prefix(DIFFERS) else { continue };
            let Some(topic) = name.rsplit_once(' ').and_then(|(topic, _)| topic.parse().ok()) else { continue };
            let stands =
                stood.subject == subject && found.iter().any(|it| name == format!("{} {}", it.topic, it.what.name()));
            let judged = match topic {
                Topic::Invoice(id) => is_delivery_judged(customer, id),
                topic => drift::is_judged(topic, &facts, &lines),
            };
            if judged && !stands {
                update.closed.push(key(&stood.subject, name, stood.at));
                update.ended.push((stood.subject.clone(), stood.aspect.clone()));
            }
        }
        if let (Some(client), Some(methods)) = (customer.key.client, facts.pay_methods) {
            let next = match summary(&facts, time::today(now)).next_due {
                Some(NextDue::On(day, _)) => Some(day),
                Some(NextDue::Nothing) => None,
                None => return Ok(update),
            };
            cards::tell(&mut update, (client, &who), (methods, next), cards::of_client(&known, client), now);
        }
        Ok(update)
    }

    /// Reads a customer for being compared.
    async fn read_compared(&self, key: CustomerKey) -> Customer {
        let now = (self.now.0)();
        // Nobody waits for the pieces; what they come to is answered.
        let (messages, _) = mpsc::channel(1);
        let nobody = Replies { slot: Slot::Customer, generation: 0, messages };
        let mut customer = Box::pin(customer::open(self, key, customer::Scope::Compared, &nobody)).await;
        let services = fresh(&customer.subscriptions).map(|list| list.rows.as_slice()).unwrap_or_default();
        let mut lines: Vec<_> = services
            .iter()
            .filter(|service| service.status != ServiceStatus::Pending)
            .filter_map(|service| service.line.clone())
            .filter(|line| customer.line(line).is_none())
            .collect();
        lines.dedup();
        lines.truncate(LINES.saturating_sub(customer.lines.len()));
        for line in lines {
            let read = self.compared_line(&line).await;
            customer.take(CustomerPart::Line(line, read));
        }
        for _ in 0..INVOICES {
            let Some(next) = customer.top_up_to_read(time::today(now)).filter(|next| customer.ask(next)) else { break };
            let (messages, mut parts) = mpsc::channel(4);
            let replies = Replies { slot: Slot::Customer, generation: 0, messages };
            Box::pin(deeper::read(self, customer.key.clone(), next, &replies)).await;
            while let Ok(Msg::Reply { reply: Reply::Customer(part), .. }) = parts.try_recv() {
                customer.take(part);
            }
        }
        customer
    }
}

fn whose(customer: &Customer) -> Whose {
    let account = customer.account.value().map(|account| account.number.clone());
    let client = customer.key.client.map(|client| Text::line(&client.to_string()));
    let number = account.filter(|number| !number.is_empty()).or(client).unwrap_or_default();
    let key = CustomerKey { line: None, ..customer.key.clone() };
    Whose { key, number, name: customer.name().clone() }
}

/// Data that was paid for and never came.
fn data_not_delivered(customer: &Customer, now: Timestamp) -> Vec<Found> {
    let lost = customer.undelivered(now).into_iter();
    let found = lost.filter_map(|task| match (task.kind, &task.opens) {
        (TaskKind::TopUpNotDelivered { number, sum, .. }, Place::Invoice(Some(id))) => Some(Found {
            what: Drift::DataNotDelivered,
            topic: Topic::Invoice(*id),
            about: number,
            sum: Some(sum),
            opens: task.opens,
        }),
        _ => None,
    });
    found.collect()
}

/// Whether what an invoice paid for was looked for, in a line's history that was read just now; or it is too old to be.
fn is_delivery_judged(customer: &Customer, invoice: u64) -> bool {
    let looked_into = customer.invoice_details.get(&invoice).is_some_and(|detail| fresh(detail).is_some());
    let history = customer.lines.iter().any(|(_, line)| fresh(line).is_some_and(|line| line.top_ups.is_some()));
    looked_into && history
}

fn key(subject: &str, name: &str, at: Timestamp) -> NotificationKey {
    let state = Text::line(&format!("{name} {}", word(at)));
    NotificationKey { source: Source::Desk, subject: Text::line(subject), state }
}

fn told(found: &Found, key: NotificationKey, who: &Whose, at: Timestamp) -> Heard {
    let notification = Notification {
        key,
        kind: found.what.kind(),
        who: Some(who.clone()),
        about: found.about.clone(),
        detail: found.sum.map(|sum| Text::line(&sum.to_string())).unwrap_or_default(),
        drift: Some(found.what.clone()),
        opens: Some(found.opens.clone()),
        owner: Owner::Nobody,
        at,
    };
    Heard { notification, owner: None }
}

impl Poll<'_> {
    /// Compares the systems about customers that something happened to, one after the other.
    pub(super) async fn compare(&self) {
        let notify = &self.hearing.backend.notify;
        if notify.rules.compared_per_minute == 0 {
            return;
        }
        let apart = Duration::from_mins(1) / notify.rules.compared_per_minute;
        loop {
            let next = match self.next_touched().await {
                Ok(next) => next,
                Err(error) => {
                    tracing::error!(%error, "who is to be compared cannot be read");
                    tokio::time::sleep(apart).await;
                    continue;
                }
            };
            let wait = next.as_ref().map(|next| Duration::try_from(next.at.duration_since(self.now())).ok());
            match (next, wait) {
                (Some(next), None | Some(None | Some(Duration::ZERO))) => {
                    if self.compare_next(next).await {
                        tokio::time::sleep(apart).await;
                    }
                }
                (Some(_), Some(Some(wait))) => {
                    tokio::select! {
                        () = tokio::time::sleep(wait) => {}
                        () = notify.touched.notified() => {}
                    }
                }
                (None, _) => notify.touched.notified().await,
            }
        }
    }

    async fn next_touched(&self) -> Result<Option<KnownState>, JournalError> {
        Ok(self.hearing.journal.in_state(TOUCHED, vec![STANDS.to_owned()]).await?.into_iter().next())
    }

    /// Compares one, or finds out whose a record is. Answers whether systems were asked about a customer.
    async fn compare_next(&self, next: KnownState) -> bool {
        let Some(key) = key_of(&next.subject) else {
            let found = self.owners().await;
            let failed = found.is_err();
            self.keep(found).await;
            return failed;
        };
        let customer = Box::pin(self.hearing.backend.read_compared(key)).await;
        let now = self.now();
        let unread = customer.account.fault.iter().chain(&customer.client.fault).any(|fault| fault.kind.is_outage());
        let compared = self.hearing.backend.compared(self.hearing.journal, &customer).await;
        let found = compared.map_err(Unheard::from).map(|mut update| {
            let stands = update.notifications.iter().any(|heard| heard.notification.drift.is_some());
            update.ended.push((next.subject.clone(), next.aspect.clone()));
            if stands || unread {
                // What ended is written before what stands, or it would be gone at once.
                let subject = subject(&customer.key).unwrap_or(next.subject);
                update.ended.retain(|(it, aspect)| (it, aspect.as_str()) != (&subject, TOUCHED));
                update.states.push(touch(subject, now.saturating_add(AGAIN).unwrap_or(now)));
            }
            update
        });
        self.keep(found).await;
        true
    }

    /// Whose the records are that something happened to. Who is nobody's, or gone, is forgotten.
    async fn owners(&self) -> Result<Update, Unheard> {
        let touched = self.hearing.journal.in_state(TOUCHED, vec![STANDS.to_owned()]).await?;
        let records: Vec<KnownState> =
            touched.into_iter().filter(|it| key_of(&it.subject).is_none()).take(RECORDS).collect();
        let mut wanted: BTreeMap<RecordKind, Vec<SalesforceId>> = BTreeMap::new();
        for id in records.iter().filter_map(|it| SalesforceId::parse(&it.subject).ok()) {
            let kind = if id.as_str().starts_with("006") { RecordKind::Opportunity } else { RecordKind::Order };
            wanted.entry(kind).or_default().push(id);
        }
        let wanted = wanted.into_iter().map(|(kind, ids)| (kind, Wanted::Ids(ids))).collect();
        let seen = self.hearing.read(&wanted).await?;
        let mut update = Update::default();
        for record in records {
            let id = SalesforceId::parse(&record.subject).ok();
            let account = id.and_then(|id| seen.get(&id)).and_then(|seen| seen.account);
            update.states.extend(account.map(|account| touch(account.as_str().to_owned(), record.at)));
            update.ended.push((record.subject, record.aspect));
        }
        Ok(update)
    }
}
