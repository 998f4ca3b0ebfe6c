//! Cards that end before the next invoice is charged to them. WHMCS tells pay methods one client at a time and no change of
//! them, so those of clients with an invoice to come are looked at, two with each look at the invoices and each once a day;
//! and those of whoever is read anyway.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::hear::Unheard;
use super::poll::{Poll, key};
use crate::backend::journal::{Heard, KnownState, Update};
use crate::domain::billing::{InvoiceStatus, PayMethod};
use crate::domain::customer::ClientId;
use crate::domain::notification::{Notification, NotificationKind, Owner, Source, Whose};
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::domain::time;

/// Clients whose pay methods are read with one look.
const CLIENTS: usize = 2;
/// Between two looks at the same client's.
const AGAIN: SignedDuration = SignedDuration::from_hours(24);
/// What is remembered of a client's card: which one was told of, and when it was looked at.
const CARD: &str = "card";

impl Poll<'_> {
    /// Looks at the cards of clients with an invoice to come.
    pub(super) async fn cards(&self) -> Result<Update, Unheard> {
        let (now, whmcs) = (self.now(), &self.hearing.backend.whmcs);
        let today = time::today(now);
        let mut coming: Vec<(ClientId, Date, Whose)> = Vec::new();
        for watched in whmcs.watched_invoices().await? {
            let (invoice, item) = (&watched.invoice, watched.item);
            let due = invoice.due.filter(|due| invoice.status == InvoiceStatus::Unpaid && *due >= today);
            let (Some(due), Some(client)) = (due, item.customer.client) else { continue };
            if let Some((_, first, _)) = coming.iter_mut().find(|(known, ..)| *known == client) {
                *first = due.min(*first);
            } else {
                let number = Text::line(&client.to_string());
                coming.push((client, due, Whose { key: item.customer, number, name: item.name }));
            }
        }
        let subjects = coming.iter().map(|(client, ..)| client.to_string()).collect();
        let known = self.hearing.journal.known_states(subjects).await?;
        let mut update = Update::default();
        let mut looked = 0;
        for (client, due, who) in coming {
            let before = of_client(&known, client);
            if looked == CLIENTS || before.is_some_and(|it| now.duration_since(it.at) < AGAIN) {
                continue;
            }
            looked += 1;
            let methods = whmcs.pay_methods(client).await?;
            tell(&mut update, (client, &who), (&methods, Some(due)), before, now);
        }
        Ok(update)
    }
}

/// What is known of a client's card.
pub fn of_client(known: &[KnownState], client: ClientId) -> Option<&KnownState> {
    let subject = client.to_string();
    known.iter().find(|state| state.subject == subject && state.aspect == CARD)
}

/// Tells of a client's default card where it ends before the next invoice is due, and takes back what was told of another.
pub fn tell(
    update: &mut Update,
    (client, who): (ClientId, &Whose),
    (methods, next): (&[PayMethod], Option<Date>),
    before: Option<&KnownState>,
    now: Timestamp,
) {
    let subject = client.to_string();
    let ends = next.and_then(|next| methods.first().filter(|method| method.ends_before(next)));
    let month = ends.and_then(|method| method.expires).map(|month| month.strftime("%Y-%m").to_string());
    let state = ends.zip(month.as_ref()).map(|(method, month)| format!("{} {month}", method.id)).unwrap_or_default();
    let told = |state: &str| key(Source::System(System::Whmcs), &subject, NotificationKind::CardExpiring, state);
    if let Some(other) = before.filter(|before| !before.state.is_empty() && before.state != state) {
        update.closed.push(told(&other.state));
    }
    if let (Some(method), Some(month)) = (ends, month) {
        let notification = Notification {
            key: told(&state),
            kind: NotificationKind::CardExpiring,
            who: Some(who.clone()),
            about: Text::line(format!("{} {}", method.brand, method.last_four).trim()),
            detail: Text::line(&month),
            drift: None,
            opens: Some(Place::PayMethods),
            owner: Owner::Nobody,
            at: now,
        };
        update.notifications.push(Heard { notification, owner: None });
    }
    update.states.push(KnownState { subject, aspect: CARD.to_owned(), state, at: now, covered: None });
}
