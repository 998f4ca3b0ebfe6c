//! Reads one more part of an open customer, when somebody looks at it.

use super::cache::Owner;
use super::salesforce::Partly;
use super::{Backend, Replies};
use crate::domain::billing::{Listing, Subscription};
use crate::domain::customer::{Client, ClientId, CustomerKey};
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::system::System;
use crate::flow::deeper::Deeper;
use crate::flow::fault::{Fault, FaultKind, Hint};
use crate::flow::query::{CustomerPart, Reply};
use crate::flow::remote::{Known, Remote};
use crate::flow::said::Message;

/// Reads what `deeper` names of the customer that `key` names, and sends it. What follows a running cursor waits until the
/// cursor rests: a newer read drops this one within its pause, so that running over a list costs one call or two.
pub(super) async fn read(backend: &Backend, key: CustomerKey, deeper: Deeper, replies: &Replies) {
    if deeper.follows_cursor() {
        backend.cursor.moved().await;
    }
    at_once(backend, key, deeper, replies).await;
}

/// The same for what follows no cursor.
pub(super) async fn at_once(backend: &Backend, key: CustomerKey, deeper: Deeper, replies: &Replies) {
    let Backend { whmcs, salesforce, .. } = backend;
    let of = Of { backend, key: &key };
    let own = Owner::Deeper(deeper.clone());
    let part = match deeper {
        Deeper::Line(msisdn) => {
            let line = backend.line(&msisdn).await;
            replies.send(Reply::Customer(CustomerPart::LineReads(backend.freebit.reads()))).await;
            CustomerPart::Line(msisdn, line)
        }
        Deeper::Transactions => CustomerPart::Transactions(of.client(async |id| whmcs.transactions(id).await).await),
        Deeper::Credits => CustomerPart::Credits(of.client(async |id| whmcs.credits(id).await).await),
        Deeper::Emails => CustomerPart::Emails(of.client(async |id| whmcs.emails(id).await).await),
        // Not kept: what is remembered of a list are its newest rows.
        Deeper::OlderEmails(from) => {
            let older = match of.whmcs() {
                Ok(id) => whmcs.older_emails(id, from).await,
                Err(fault) => Err(fault),
            };
            CustomerPart::OlderEmails(from, backend.remembered(None, older))
        }
        Deeper::OlderActivity(from) => {
            let older = match of.whmcs() {
                Ok(id) => whmcs.older_activity(id, from).await,
                Err(fault) => Err(fault),
            };
            CustomerPart::OlderActivity(from, backend.remembered(None, older))
        }
        Deeper::Addons => CustomerPart::Addons(of.client(async |id| whmcs.addons(id).await).await),
        Deeper::CancelRequests => CustomerPart::CancelRequests(
            of.client(async |id| whmcs.cancel_requests(&of.services(id).await?).await).await,
        ),
        Deeper::Products => CustomerPart::Products(backend.remembered(Some(&own), whmcs.products().await)),
        Deeper::Catalogue => {
            let sold = salesforce.catalogue(&backend.office.sale.price_book).await;
            CustomerPart::Catalogue(backend.remembered(Some(&own), sold))
        }
        Deeper::EmailTemplates => {
            CustomerPart::EmailTemplates(backend.remembered(Some(&own), whmcs.email_templates().await))
        }
        Deeper::Invoice(id) => {
            CustomerPart::Invoice(id, backend.remembered(Some(&own), whmcs.invoice_detail(id).await))
        }
        Deeper::Ticket(id) => CustomerPart::Ticket(id, backend.remembered(Some(&own), whmcs.ticket_messages(id).await)),
        Deeper::Quote { service, product, cycle } => {
            let quote = match of.whmcs() {
                Ok(client) => whmcs.quote(client, service, product, cycle).await,
                Err(fault) => Err(fault),
            };
            CustomerPart::Quote { service, product, cycle, quote: backend.remembered(Some(&own), quote) }
        }
        Deeper::Changes => CustomerPart::Changes(of.account(async |id| salesforce.changes(id).await).await),
        Deeper::FollowUps => CustomerPart::FollowUps(of.account(async |id| salesforce.follow_ups(id).await).await),
        Deeper::Case(id) => CustomerPart::Case(id, backend.partly(&own, salesforce.messages(id).await)),
    };
    replies.send(Reply::Customer(part)).await;
}

/// Whose parts are read.
struct Of<'a> {
    backend: &'a Backend,
    key: &'a CustomerKey,
}

impl Of<'_> {
    fn whmcs(&self) -> Result<ClientId, Fault> {
        self.key.client.ok_or_else(|| Fault {
            system: System::Whmcs,
            kind: FaultKind::NotFound,
            message: Message::default(),
            hint: Hint::ClientNotNamed,
        })
    }

    /// A list of the WHMCS client's. WHMCS answers an empty list for a client that does not exist, which must not be shown
    /// as "has none": unless the client was seen, it is looked for.
    async fn client<T: Clone + Send + 'static>(
        &self,
        read: impl AsyncFnOnce(ClientId) -> Result<Listing<T>, Fault>,
    ) -> Remote<Listing<T>> {
        let id = match self.whmcs() {
            Ok(id) => id,
            Err(fault) => return Remote::failed(fault, None),
        };
        let owner = Owner::Client(id);
        let mut answer = read(id).await;
        let empty = answer.as_ref().is_ok_and(|listing| listing.rows.is_empty());
        if empty && self.backend.cache.last::<Client>(&owner).is_none() {
            answer = match self.backend.whmcs.client(id).await {
                Err(fault) if fault.kind == FaultKind::NotFound => Err(fault),
                _ => answer,
            };
        }
        self.backend.remembered(Some(&owner), answer)
    }

    /// Something of the Salesforce account: the one the key names, or the one that was found when the client was opened.
    async fn account<T: Clone + Send + 'static>(&self, read: impl AsyncFnOnce(SalesforceId) -> Partly<T>) -> Remote<T> {
        let found = || self.backend.cache.last(&Owner::Client(self.key.client?)).map(|known| known.value);
        match self.key.account.or_else(found) {
            Some(id) => self.backend.partly(&Owner::Account(id), read(id).await),
            None => Remote::failed(
                Fault {
                    system: System::Salesforce,
                    kind: FaultKind::NotFound,
                    message: Message::default(),
                    hint: Hint::AccountNotKnown,
                },
                None,
            ),
        }
    }

    /// The client's services as they were read when the customer was opened.
    async fn services(&self, id: ClientId) -> Result<Listing<Subscription>, Fault> {
        match self.backend.cache.last(&Owner::Client(id)) {
            Some(known) => Ok(known.value),
            None => self.backend.whmcs.subscriptions(id).await,
        }
    }
}

impl Backend {
    /// What was read is shown although parts are missing; only what is whole is kept for worse times.
    fn partly<T: Clone + Send + 'static>(&self, owner: &Owner, read: Partly<T>) -> Remote<T> {
        let Partly { value, fault } = read;
        match (value, fault) {
            (Some(value), None) => self.remembered(Some(owner), Ok(value)),
            (Some(value), fault) => Remote::answered(Some(Known { value, read_at: (self.now.0)() }), fault),
            (None, fault) => Remote::answered(self.cache.last(owner), fault),
        }
    }
}
