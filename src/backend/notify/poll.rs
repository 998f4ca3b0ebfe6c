//! What no event tells: invoices in WHMCS, answers that are due, orders that take too long, this desk's own operations, and
//! whether the systems answer. Looked at by the one desk of a machine that listens, gently.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp, ToSpan as _};

use super::classify::notification;
use super::hear::{Hearing, Unheard};
use super::out::Out;
use crate::backend::journal::{Heard, KnownState, Update};
use crate::backend::operations::{Engine, Refused};
use crate::backend::salesforce::live::{Aspect, Wanted, word};
use crate::backend::salesforce::queues::DueCase;
use crate::backend::whmcs::queues::WatchedInvoice;
use crate::domain::change::What;
use crate::domain::money::Yen;
use crate::domain::notification::{Notification, NotificationKey, NotificationKind, Owner, Source, Whose};
use crate::domain::queue::QueueItem;
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::domain::time;
use crate::flow::live::RecordKind;
use crate::flow::msg::{Health, HealthState};
use crate::flow::operation::{OperationState, OperationView};

/// Between two looks at the journal and the clock, where no operation went on meanwhile: an idle desk is hardly woken.
pub const LOOK: Duration = Duration::from_mins(1);
/// What went wrong longer ago than this when it is first seen is no news.
const DAYS: i64 = 2;
/// A line may take its changes a little later than was said.
const GRACE: SignedDuration = SignedDuration::from_mins(2);

/// What is remembered of what was looked at.
const SLOW: &str = "slow";
const LOCK: &str = "lock";
const PAID: &str = "paid";
const HEALTH: &str = "health";
const ANSWER: &str = "answer";
/// The state of what stands.
pub(super) const STANDS: &str = "stands";

/// Looks for ever.
pub struct Poll<'a> {
    /// Reads and keeps.
    pub hearing: Hearing<'a>,
    /// Tells the screens.
    pub out: &'a Out<'a>,
}

impl Poll<'_> {
    /// Looks again and again.
    pub async fn run(&self) {
        let clock = async {
            loop {
                self.keep(self.deadlines().await).await;
                let notify = &self.hearing.backend.notify;
                tokio::select! {
                    () = tokio::time::sleep(notify.look) => {}
                    () = notify.due.notified() => {}
                }
            }
        };
        let systems = async {
            let minutes = self.hearing.backend.notify.rules.poll_minutes;
            if minutes == 0 {
                return;
            }
            loop {
                self.keep(self.invoices().await).await;
                self.keep(self.answers().await).await;
                self.keep(self.cards().await).await;
                if let Ok(delivered) = self.hearing.backend.salesforce.deliveries().await {
                    self.out.figures(delivered).await;
                }
                tokio::time::sleep(Duration::from_mins(minutes.into())).await;
            }
        };
        let health = async {
            let mut known = self.hearing.backend.notify.health.subscribe();
            loop {
                let systems = known.borrow_and_update().clone();
                self.keep(self.answering(&systems).await).await;
                if known.changed().await.is_err() {
                    return;
                }
            }
        };
        futures_util::join!(clock, systems, health, self.compare());
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.hearing.backend.now.0)()
    }

    /// Keeps what was found and tells it. What could not be looked at is looked at again.
    pub(super) async fn keep(&self, found: Result<Update, Unheard>) {
        let kept = match found {
            Ok(update) if update.is_empty() => return,
            Ok(update) => self.hearing.journal.hear(update).await.map_err(Unheard::from),
            Err(unheard) => Err(unheard),
        };
        match kept {
            Ok(0) => {}
            Ok(_) => self.out.news().await,
            Err(Unheard::Fault(fault)) => tracing::info!(kind = ?fault.kind, "a look at a system failed"),
            Err(Unheard::Journal(error)) => tracing::error!(%error, "what was found cannot be kept"),
        }
    }

    /// Orders that take too long, lines that should take changes again, and what was paid and not delivered.
    async fn deadlines(&self) -> Result<Update, Unheard> {
        let mut update = self.slow_orders().await?;
        let now = self.now();
        let Ok(engine) = &self.hearing.backend.engine else { return Ok(update) };
        match engine.open_views(now).await {
            Ok(views) => self.operations(engine, &views, now, &mut update).await?,
            Err(Refused(why)) => tracing::warn!(why = %why.key, "the operations cannot be looked at"),
        }
        Ok(update)
    }

    async fn slow_orders(&self) -> Result<Update, Unheard> {
        let Hearing { backend, journal } = &self.hearing;
        let now = self.now();
        let before = now.checked_sub(i64::from(backend.waiting.stuck_minutes).minutes()).unwrap_or(now);
        let activating = &backend.salesforce.words.activation.activating;
        let activating = journal.in_state(Aspect::Activation.name(), activating.all().to_vec()).await?;
        let mut late: BTreeMap<SalesforceId, KnownState> = BTreeMap::new();
        let told = journal.in_state(SLOW, vec![STANDS.to_owned()]).await?;
        for state in activating.into_iter().filter(|state| state.at <= before) {
            let known = told.iter().any(|told| told.subject == state.subject && told.at == state.at);
            if let (false, Ok(id)) = (known, SalesforceId::parse(&state.subject)) {
                late.insert(id, state);
            }
        }
        let mut update = Update::default();
        if late.is_empty() {
            return Ok(update);
        }
        let wanted = [(RecordKind::Order, Wanted::Ids(late.keys().copied().collect()))].into();
        let seen = self.hearing.read(&wanted).await?;
        for (id, state) in late {
            update.states.push(KnownState { aspect: SLOW.to_owned(), state: STANDS.to_owned(), ..state.clone() });
            let Some(order) = seen.get(&id) else { continue };
            let still =
                order.states.iter().any(|(aspect, word, _)| *aspect == Aspect::Activation && *word == state.state);
            if still {
                let nothing = Text::default();
                let kind = NotificationKind::OrderSlow;
                update.notifications.push(notification(kind, &id, "", (&nothing, &nothing), state.at, Some(order)));
            }
        }
        Ok(update)
    }

    async fn operations(
        &self,
        engine: &Engine,
        views: &[OperationView],
        now: Timestamp,
        update: &mut Update,
    ) -> Result<(), Unheard> {
        let journal = self.hearing.journal;
        let known = |aspect| journal.in_state(aspect, vec![STANDS.to_owned()]);
        let (paid, locks) = (known(PAID).await?, known(LOCK).await?);
        let mut open: BTreeSet<(String, &str)> = BTreeSet::new();
        for view in views {
            let subject = view.id.to_string();
            let mut remember = |aspect: &'static str, at| {
                open.insert((subject.clone(), aspect));
                let (aspect, state) = (aspect.to_owned(), STANDS.to_owned());
                update.states.push(KnownState { subject: subject.clone(), aspect, state, at, covered: None });
            };
            if view.paid_not_delivered {
                remember(PAID, view.started);
                let told = of_operation(NotificationKind::PaidNotDelivered, view, view.started);
                update.notifications.push(told);
            }
            if let (OperationState::WaitsForSystem { until: Some(until), .. }, What::Sim(_)) =
                (&view.state, &view.change.what)
            {
                remember(LOCK, *until);
                if now.duration_since(*until) >= GRACE {
                    update.notifications.push(of_operation(NotificationKind::LockOverdue, view, *until));
                }
            }
        }
        for gone in paid.iter().chain(&locks).filter(|it| !open.contains(&(it.subject.clone(), it.aspect.as_str()))) {
            update.ended.push((gone.subject.clone(), gone.aspect.clone()));
            let over = |kind: NotificationKind| key(Source::Desk, &gone.subject, kind, &word(gone.at));
            if gone.aspect == PAID {
                update.closed.push(over(NotificationKind::PaidNotDelivered));
            } else {
                update.closed.push(over(NotificationKind::LockOverdue));
                if let Some(view) = ended(engine, &gone.subject, now).await
                    && view.state == OperationState::Done
                {
                    update.notifications.push(of_operation(NotificationKind::LockReleased, &view, now));
                }
            }
        }
        // Nothing that is known already is written again.
        let same = |state: &KnownState| {
            paid.iter()
                .chain(&locks)
                .any(|it| it.subject == state.subject && it.aspect == state.aspect && it.at == state.at)
        };
        update.states.retain(|state| !same(state));
        Ok(())
    }

    /// Invoices that went past their day, and cards that were refused.
    async fn invoices(&self) -> Result<Update, Unheard> {
        let now = self.now();
        let mut update = Update::default();
        let watched = self.hearing.backend.whmcs.watched_invoices().await?;
        for watched in &watched {
            let WatchedInvoice { invoice, .. } = watched;
            if let Some(due) = invoice.due
                && (1..=DAYS).contains(&time::days_between(due, time::today(now)))
            {
                update.notifications.push(of_invoice(NotificationKind::InvoiceOverdue, watched, &time::iso(due), now));
            }
            if let Some(tried) = invoice.last_capture
                && now.duration_since(tried) < SignedDuration::from_hours(24 * DAYS)
            {
                update.notifications.push(of_invoice(NotificationKind::CaptureFailed, watched, &word(tried), tried));
            }
        }
        Ok(update)
    }

    /// Cases whose answer is due soon or overdue, and those whose answer was given meanwhile.
    async fn answers(&self) -> Result<Update, Unheard> {
        let Hearing { backend, journal } = &self.hearing;
        let due = backend.salesforce.cases_due(&backend.asking()).await?;
        let stood = journal.in_state(ANSWER, vec![STANDS.to_owned()]).await?;
        let now = self.now();
        let mut update = Update::default();
        for DueCase { item, customer, owner } in &due.rows {
            let Some(at) = item.due else { continue };
            let (subject, aspect, state) = (item.number.to_string(), ANSWER.to_owned(), STANDS.to_owned());
            update.states.push(KnownState { subject: subject.clone(), aspect, state, at, covered: None });
            let state = format!("{} {}", NotificationKind::CaseDue.name(), word(at));
            let mut told = of_row(NotificationKind::CaseDue, item, &subject, &state, &time::date_time(at), now);
            if let Some(who) = &mut told.notification.who {
                who.number = customer.clone();
            }
            told.owner = owner.map(|owner| owner.as_str().to_owned());
            update.notifications.push(told);
        }
        for stood in stood {
            let now = update.states.iter().find(|it| it.subject == stood.subject);
            // One that is due at another time is told anew; one that is in no whole list was answered or closed.
            if now.map_or(!due.cut, |it| it.at != stood.at) {
                let source = Source::System(System::Salesforce);
                update.closed.push(key(source, &stood.subject, NotificationKind::CaseDue, &word(stood.at)));
                if now.is_none() {
                    update.ended.push((stood.subject, stood.aspect));
                }
            }
        }
        Ok(update)
    }

    /// Systems that stopped answering, or answer again.
    async fn answering(&self, systems: &[Health]) -> Result<Update, Unheard> {
        let mut update = Update::default();
        let down = self.hearing.journal.in_state(HEALTH, vec![STANDS.to_owned()]).await?;
        for health in systems {
            let name = health.system.name();
            let known = down.iter().find(|it| it.subject == name);
            match (health.state, known) {
                (HealthState::Down, None) => {
                    let at = self.now();
                    let (subject, aspect, state) = (name.to_owned(), HEALTH.to_owned(), STANDS.to_owned());
                    update.states.push(KnownState { subject, aspect, state, at, covered: None });
                    let why = health.fault.as_ref().map(|fault| Text::line(fault.kind.key())).unwrap_or_default();
                    update.notifications.push(of_system(NotificationKind::SystemDown, health.system, why, at));
                }
                (HealthState::Up, Some(known)) => {
                    let source = Source::System(health.system);
                    update.closed.push(key(source, name, NotificationKind::SystemDown, &word(known.at)));
                    update.ended.push((known.subject.clone(), known.aspect.clone()));
                    let since = Text::line(&time::date_time(known.at));
                    update.notifications.push(of_system(
                        NotificationKind::SystemBack,
                        health.system,
                        since,
                        self.now(),
                    ));
                }
                _ => {}
            }
        }
        Ok(update)
    }
}

/// An operation that is over.
async fn ended(engine: &Engine, id: &str, now: Timestamp) -> Option<OperationView> {
    engine.one_view(id.parse().ok()?, now).await.ok()
}

pub(super) fn key(source: Source, subject: &str, kind: NotificationKind, state: &str) -> NotificationKey {
    let state = Text::line(&format!("{} {state}", kind.name()));
    NotificationKey { source, subject: Text::line(subject), state }
}

fn of_operation(kind: NotificationKind, view: &OperationView, at: Timestamp) -> Heard {
    let who = view.who();
    let line = match &view.change.what {
        What::Sim(sim) => Some(sim.line().clone()),
        _ => None,
    };
    let notification = Notification {
        key: key(Source::Desk, &view.id.to_string(), kind, &word(at)),
        kind,
        who: Some(Whose { key: who.key.clone(), number: who.number.clone(), name: Text::default() }),
        about: line.as_ref().map(|line| Text::line(&line.to_string())).unwrap_or_default(),
        detail: Text::default(),
        drift: None,
        opens: Some(line.map_or(Place::Dashboard, |line| Place::Line(Some(line)))),
        owner: Owner::Other(view.actor.name.clone()),
        at,
    };
    Heard { notification, owner: None }
}

fn of_invoice(kind: NotificationKind, watched: &WatchedInvoice, state: &str, at: Timestamp) -> Heard {
    let id = watched.invoice.id.to_string();
    let Yen(yen) = watched.invoice.total;
    let state = format!("{} {state}", kind.name());
    of_row(kind, &watched.item, &id, &state, &format!("¥{yen}"), at)
}

fn of_row(kind: NotificationKind, row: &QueueItem, subject: &str, state: &str, detail: &str, at: Timestamp) -> Heard {
    let number = match row.customer.client {
        // What stands in a row is what the row is about; the customer's number is the client's.
        Some(client) if row.system == System::Whmcs => Text::line(&client.to_string()),
        _ => Text::default(),
    };
    let notification = Notification {
        key: NotificationKey {
            source: Source::System(row.system),
            subject: Text::line(subject),
            state: Text::line(state),
        },
        kind,
        who: Some(Whose { key: row.customer.clone(), number, name: row.name.clone() }),
        about: row.number.clone(),
        detail: Text::line(detail),
        drift: None,
        opens: Some(row.opens.clone()),
        owner: if row.owner.is_empty() { Owner::Nobody } else { Owner::Other(row.owner.clone()) },
        at,
    };
    Heard { notification, owner: None }
}

fn of_system(kind: NotificationKind, system: System, detail: Text, at: Timestamp) -> Heard {
    let notification = Notification {
        key: key(Source::System(system), system.name(), kind, &word(at)),
        kind,
        who: None,
        about: Text::default(),
        detail,
        drift: None,
        opens: None,
        owner: Owner::Nobody,
        at,
    };
    Heard { notification, owner: None }
}
