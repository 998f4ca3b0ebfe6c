//! Opens one customer: everything that can be asked at once is asked at once, and every part is sent as it arrives.
//!
//! The longest chain is three calls: the account names the client, the client's services name the line, the line is read.
//! From a hit that knows both identities it is two. WHMCS takes four calls at a time; the ones that fill the top of the
//! screen queue first.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::join;
use tokio::sync::watch;

use super::cache::Owner;
use super::salesforce::names::standard;
use super::salesforce::wire::Record;
use super::salesforce::{Records, Rows, Whose, convert, soql};
use super::{Backend, Replies};
use crate::domain::billing::{Listing, ServiceStatus, Subscription};
use crate::domain::customer::{Account, Client, ClientId, CustomerKey};
use crate::domain::links::{self, LinkFinding, client_in_link};
use crate::domain::order::SimCard;
use crate::domain::phone::Msisdn;
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::flow::customer::Customer;
use crate::flow::fault::{Fault, FaultKind, Hint};
use crate::flow::query::{CustomerPart, Renewal, Reply};
use crate::flow::remote::Remote;
use crate::flow::said::Message;

/// How much is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// Everything a screen shows.
    Whole,
    /// What the systems may disagree on.
    Compared,
}

/// Reads everything about the customer that `key` names. Answers what was read.
pub(super) async fn open(backend: &Backend, key: CustomerKey, scope: Scope, replies: &Replies) -> Customer {
    let opening = Opening::new(backend, key.clone(), scope, replies);
    let searched = async {
        if let Some(line) = &key.line {
            opening.line(line).await;
        }
    };
    // The searched line is read at once; otherwise the services say which one to read.
    let pick = key.line.is_none();
    let everything = async {
        match (key.account, key.client) {
            (Some(account), Some(client)) => {
                let (cards, services) = join!(
                    opening.salesforce(Whose::Account(account), Some(client)),
                    opening.whmcs(client, pick, async |_| {})
                );
                opening.line_of_cards(pick, services.as_ref(), cards).await;
            }
            (Some(account), None) => Box::pin(opening.start_at_account(account, pick)).await,
            (None, Some(client)) => Box::pin(opening.start_at_client(client, pick)).await,
            (None, None) => {}
        }
    };
    join!(searched, everything);
    opening.whole.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Reads again what `renewal` names of the customer that `key` names. An identity that is not known has nothing to read.
pub(super) async fn renew(backend: &Backend, key: &CustomerKey, renewal: Renewal, replies: &Replies) {
    let opening = Opening::new(backend, key.clone(), Scope::Whole, replies);
    match (renewal, key.account, key.client) {
        (Renewal::Salesforce, Some(account), client) => {
            opening.salesforce(Whose::Account(account), client).await;
        }
        (Renewal::Invoices, _, Some(client)) => {
            let invoices = backend.whmcs.invoices(client).await;
            opening.part(Some(&Owner::Client(client)), invoices, CustomerPart::Invoices).await;
        }
        (Renewal::Salesforce, None, _) | (Renewal::Invoices, _, None) => {}
    }
}

struct Opening<'a> {
    backend: &'a Backend,
    replies: &'a Replies,
    scope: Scope,
    sides: Mutex<Sides>,
    /// What was read so far.
    whole: Mutex<Customer>,
}

/// What is known of the two identities so far, for judging their links.
#[derive(Default)]
struct Sides {
    account: Side<Account>,
    client: Side<Client>,
    same_looking: Vec<ClientId>,
    accounts: u64,
}

#[derive(Default)]
enum Side<T> {
    #[default]
    Waiting,
    Unreadable(Fault),
    Missing,
    Found(T),
}

impl<T: Clone> Side<T> {
    fn of(result: &Result<T, Fault>) -> Self {
        match result {
            Ok(value) => Self::Found(value.clone()),
            Err(fault) if fault.kind == FaultKind::NotFound => Self::Missing,
            Err(fault) => Self::Unreadable(fault.clone()),
        }
    }
}

impl<'a> Opening<'a> {
    fn new(backend: &'a Backend, key: CustomerKey, scope: Scope, replies: &'a Replies) -> Self {
        let mut whole = Customer::opening(key, Text::default());
        whole.office = Arc::clone(&backend.office);
        Self { backend, replies, scope, sides: Mutex::default(), whole: Mutex::new(whole) }
    }

    async fn send(&self, part: CustomerPart) {
        self.whole.lock().unwrap_or_else(PoisonError::into_inner).take(part.clone());
        self.replies.send(Reply::Customer(part)).await;
    }

    async fn part<T: Clone + Send + 'static>(
        &self,
        owner: Option<&Owner>,
        result: Result<T, Fault>,
        part: impl FnOnce(Remote<T>) -> CustomerPart,
    ) {
        self.send(part(self.backend.remembered(owner, result))).await;
    }

    fn sides(&self) -> MutexGuard<'_, Sides> {
        self.sides.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The account is known, the client is what its link names.
    async fn start_at_account(&self, id: SalesforceId, pick: bool) {
        let cards = self.salesforce(Whose::Account(id), None).await;
        let linked = match &self.sides().account {
            Side::Found(account) => client_in_link(&account.whmcs_link),
            _ => self
                .backend
                .cache
                .last::<Account>(&Owner::Account(id))
                .and_then(|k| client_in_link(&k.value.whmcs_link)),
        };
        let services = if let Some(client) = linked {
            self.send(CustomerPart::Key(CustomerKey { account: Some(id), client: Some(client), line: None })).await;
            Box::pin(self.whmcs(client, pick, async |_| {})).await
        } else {
            self.no_client().await;
            None
        };
        self.line_of_cards(pick, services.as_ref(), cards).await;
    }

    /// The client is known, the account is the one with the customer number that the client names.
    async fn start_at_client(&self, id: ClientId, pick: bool) {
        let found: Mutex<Option<Listing<SimCard>>> = Mutex::default();
        let and_account = async |client: Result<Client, Fault>| {
            let number = client.ok().map(|client| client.customer_number).filter(|number| !number.is_empty());
            // Without a number only the other direction is left: an account whose link names this client.
            let whose = number.map_or(Whose::Client(id), Whose::Number);
            let cards = self.salesforce(whose, Some(id)).await;
            *found.lock().unwrap_or_else(PoisonError::into_inner) = cards;
        };
        let services = Box::pin(self.whmcs(id, pick, and_account)).await;
        let cards = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.line_of_cards(pick, services.as_ref(), cards).await;
    }

    /// All of Salesforce's parts from one call. Answers with the cards, which name the lines where WHMCS does not.
    async fn salesforce(&self, whose: Whose, client: Option<ClientId>) -> Option<Listing<SimCard>> {
        let (names, called) = (&self.backend.salesforce.names, self.backend.salesforce.called());
        let (account, records) = match self.backend.salesforce.customer(&whose).await {
            Ok(records) => (self.choose_account(&whose, client, &records), Some(records)),
            Err(fault) => (Err(fault), None),
        };
        let id = account.as_ref().ok().map(|account| account.id);
        let known = id.or_else(|| match &whose {
            Whose::Account(id) => Some(*id),
            Whose::Number(_) | Whose::Client(_) => {
                let client = Owner::Client(client?);
                Some(self.backend.cache.last::<SalesforceId>(&client)?.value)
            }
        });
        if let (Some(client), Some(id)) = (client, &id) {
            let _ = self.backend.remembered(Some(&Owner::Client(client)), Ok(*id));
            if !matches!(whose, Whose::Account(_)) {
                let key = CustomerKey { account: Some(*id), client: Some(client), line: None };
                self.send(CustomerPart::Key(key)).await;
            }
        }
        let owner = known.map(Owner::Account);
        self.sides().account = Side::of(&account);
        let missing = account.as_ref().err().cloned();
        self.part(owner.as_ref(), account, CustomerPart::Account).await;
        self.judge_links().await;
        let records = records.unwrap_or_else(|| Records::all_failed(missing.as_ref()));
        let list = |rows: Result<Rows, Fault>| match (&id, &missing) {
            (Some(id), _) => rows.map(|rows| (rows, *id)),
            (None, Some(fault)) => Err(fault.clone()),
            (None, None) => Err(not_found(System::Salesforce, Hint::AccountNotKnown)),
        };
        let orders =
            read(list(records.orders), &standard::ACCOUNT_ID, |row| convert::order(row, called, self.backend.fixtures));
        let cases = read(list(records.cases), &standard::ACCOUNT_ID, convert::case);
        let opportunities =
            read(list(records.opportunities), &standard::ACCOUNT_ID, |row| convert::opportunity(row, names));
        let cards =
            read(list(records.cards), &names.sim_account, |row| convert::sim_card(row, called, self.backend.fixtures));
        let kept = cards.as_ref().ok().cloned().or_else(|| self.backend.remembers(owner.as_ref()));
        self.part(owner.as_ref(), orders, CustomerPart::Orders).await;
        self.part(owner.as_ref(), cases, CustomerPart::Cases).await;
        self.part(owner.as_ref(), opportunities, CustomerPart::Opportunities).await;
        self.part(owner.as_ref(), cards, CustomerPart::SimCards).await;
        kept
    }

    /// The one account that is meant, or why there is none. Several are told, never guessed between, unless exactly one of
    /// them names the client back.
    fn choose_account(&self, whose: &Whose, client: Option<ClientId>, records: &Records) -> Result<Account, Fault> {
        let called = self.backend.salesforce.called();
        let rows = records.accounts.as_ref().map_err(Clone::clone)?;
        let mut accounts: Vec<Account> = rows.records.iter().filter_map(|row| convert::account(row, called)).collect();
        if let Whose::Client(id) = whose {
            accounts.retain(|account| client_in_link(&account.whmcs_link) == Some(*id));
        }
        let several = accounts.len();
        self.sides().accounts = several as u64;
        if several > 1 {
            accounts.retain(|account| client.is_some() && client_in_link(&account.whmcs_link) == client);
        }
        match accounts.len() {
            1 => Ok(accounts.remove(0)),
            _ if several > 1 => Err(not_found(System::Salesforce, Hint::SeveralAccounts)),
            _ => Err(not_found(
                System::Salesforce,
                match whose {
                    Whose::Account(_) => Hint::None,
                    Whose::Number(_) => Hint::NumberNotKnown,
                    Whose::Client(_) => Hint::AccountNotNamed,
                },
            )),
        }
    }

    /// All of WHMCS's parts. Answers with the services once everything is read; `with_client` runs as soon as the client
    /// is there, beside the rest.
    async fn whmcs(
        &self,
        id: ClientId,
        pick: bool,
        with_client: impl AsyncFnOnce(Result<Client, Fault>),
    ) -> Option<Listing<Subscription>> {
        let (whmcs, owner) = (&self.backend.whmcs, Owner::Client(id));
        let owner = Some(&owner);
        let (known, exists) = watch::channel(None);
        let client = async {
            let client = whmcs.client(id).await;
            self.sides().client = Side::of(&client);
            // Nobody may listen any more.
            let _ = known.send(Some(match &client {
                Err(fault) if fault.kind == FaultKind::NotFound => Err(fault.clone()),
                _ => Ok(()),
            }));
            self.part(owner, client.clone(), CustomerPart::Client).await;
            self.judge_links().await;
            join!(with_client(client.clone()), self.look_for_twins(client.ok()));
        };
        // WHMCS answers an empty list for a client that does not exist, which must not be shown as "has none".
        let really = Really { exists };
        let services = async {
            let services = really.empty(whmcs.subscriptions(id).await, no_rows).await;
            // Where WHMCS does not answer, what it said last tells which line is theirs.
            let kept = services.as_ref().ok().cloned().or_else(|| self.backend.remembers(owner));
            self.part(owner, services, CustomerPart::Subscriptions).await;
            if let Some(line) = kept.as_ref().filter(|_| pick).and_then(first_line) {
                self.line(line).await;
            }
            kept
        };
        let invoices = async {
            let invoices = really.empty(whmcs.invoices(id).await, no_rows).await;
            self.part(owner, invoices, CustomerPart::Invoices).await;
        };
        let pay_methods = async {
            let methods = really.empty(whmcs.pay_methods(id).await, Vec::is_empty).await;
            self.part(owner, methods, CustomerPart::PayMethods).await;
        };
        let orders = async {
            let orders = really.empty(whmcs.orders(id).await, no_rows).await;
            self.part(owner, orders, CustomerPart::WhmcsOrders).await;
        };
        let tickets = async {
            if self.scope == Scope::Compared {
                return;
            }
            let tickets = really.empty(whmcs.tickets(id).await, no_rows).await;
            self.part(owner, tickets, CustomerPart::Tickets).await;
        };
        let activity = async {
            if self.scope == Scope::Compared {
                return;
            }
            let activity = really.empty(whmcs.activity(id).await, no_rows).await;
            self.part(owner, activity, CustomerPart::Activity).await;
        };
        let ((), services, (), (), (), (), ()) =
            join!(client, services, invoices, pay_methods, orders, tickets, activity);
        services
    }

    /// No client is named. Where the account was read, that is known and not a failure to read; where it could not be, the
    /// account's failure is the client's.
    async fn no_client(&self) {
        let fault = match &self.sides().account {
            Side::Unreadable(fault) => fault.clone(),
            Side::Found(_) => not_found(System::Whmcs, Hint::ClientNotNamed),
            Side::Waiting | Side::Missing => not_found(System::Whmcs, Hint::AccountNotKnown),
        };
        self.sides().client = Side::of(&Err(fault.clone()));
        self.judge_links().await;
        self.part(None, Err(fault.clone()), CustomerPart::Client).await;
        self.part(None, Err(fault.clone()), CustomerPart::Subscriptions).await;
        self.part(None, Err(fault.clone()), CustomerPart::Invoices).await;
        self.part(None, Err(fault.clone()), CustomerPart::PayMethods).await;
        self.part(None, Err(fault.clone()), CustomerPart::WhmcsOrders).await;
        self.part(None, Err(fault.clone()), CustomerPart::Tickets).await;
        self.part(None, Err(fault), CustomerPart::Activity).await;
    }

    /// Other clients with the same name that name the same customer number: WHMCS cannot search by the number itself.
    async fn look_for_twins(&self, client: Option<Client>) {
        let Some(client) = client.filter(|client| !client.customer_number.is_empty() && !client.name.is_empty()) else {
            return;
        };
        let Ok(rows) = self.backend.whmcs.clients_beginning(&client.name, 10).await else { return };
        let others = rows.into_iter().filter_map(|row| row.id.map(ClientId)).filter(|id| *id != client.id).take(3);
        let read = others.map(|id| self.backend.whmcs.client(id));
        let twins: Vec<ClientId> = futures_util::future::join_all(read)
            .await
            .into_iter()
            .filter_map(Result::ok)
            .filter(|twin| twin.customer_number == client.customer_number)
            .map(|twin| twin.id)
            .collect();
        if !twins.is_empty() {
            self.sides().same_looking = twins;
            self.judge_links().await;
        }
    }

    /// Sends what the links say, once both sides were looked for; again when more becomes known.
    async fn judge_links(&self) {
        let remote = {
            let sides = self.sides();
            let result = match (&sides.account, &sides.client) {
                (Side::Waiting, _) | (_, Side::Waiting) => return,
                (Side::Unreadable(fault), _) | (_, Side::Unreadable(fault)) => Err(fault.clone()),
                (account, client) => Ok(sides.findings(account, client)),
            };
            self.backend.remembered(None, result)
        };
        self.send(CustomerPart::Links(remote)).await;
    }

    async fn line(&self, msisdn: &Msisdn) {
        let line = match self.scope {
            Scope::Whole => self.backend.line(msisdn).await,
            Scope::Compared => self.backend.compared_line(msisdn).await,
        };
        self.send(CustomerPart::LineReads(self.backend.freebit.reads())).await;
        self.send(CustomerPart::Line(msisdn.clone(), line)).await;
    }

    /// Where no service names a line, a card of the inventory may.
    async fn line_of_cards(
        &self,
        pick: bool,
        services: Option<&Listing<Subscription>>,
        cards: Option<Listing<SimCard>>,
    ) {
        let read_already = services.and_then(first_line).is_some();
        let card = cards.as_ref().and_then(|cards| cards.rows.iter().find_map(|card| card.line.as_ref()));
        if let Some(line) = card.filter(|_| pick && !read_already) {
            self.line(line).await;
        }
    }
}

/// Knows, once it was read, whether the client exists at all.
struct Really {
    exists: watch::Receiver<Option<Result<(), Fault>>>,
}

impl Really {
    /// An empty answer waits until it is known whether the client exists, and is a fault if it does not.
    async fn empty<T>(&self, answer: Result<T, Fault>, is_empty: impl Fn(&T) -> bool) -> Result<T, Fault> {
        match answer {
            Ok(value) if is_empty(&value) => {
                let mut exists = self.exists.clone();
                let known = exists.wait_for(Option::is_some).await;
                match known.ok().as_deref() {
                    Some(Some(Err(fault))) => Err(fault.clone()),
                    _ => Ok(value),
                }
            }
            other => other,
        }
    }
}

fn no_rows<T>(listing: &Listing<T>) -> bool {
    listing.rows.is_empty()
}

impl Sides {
    fn findings(&self, account: &Side<Account>, client: &Side<Client>) -> Vec<LinkFinding> {
        let mut found = links::findings(account.found(), client.found(), &self.same_looking);
        if self.accounts > 1 {
            found.retain(|finding| !matches!(finding, LinkFinding::AccountMissing(_)));
            found.push(LinkFinding::SeveralAccounts(self.accounts));
        }
        found
    }
}

impl<T> Side<T> {
    fn found(&self) -> Option<&T> {
        if let Self::Found(value) = self { Some(value) } else { None }
    }
}

impl Records {
    fn all_failed(fault: Option<&Fault>) -> Self {
        let failed = || Err(fault.cloned().unwrap_or_else(|| not_found(System::Salesforce, Hint::AccountNotKnown)));
        Self { accounts: failed(), orders: failed(), opportunities: failed(), cases: failed(), cards: failed() }
    }
}

fn read<T>(
    rows: Result<(Rows, SalesforceId), Fault>,
    owner: &soql::Name,
    row: impl Fn(&Record) -> Option<T>,
) -> Result<Listing<T>, Fault> {
    rows.map(|(rows, id)| convert::listing(&rows, owner, &id, row))
}

/// The line to read first: of an active service if there is one.
fn first_line(services: &Listing<Subscription>) -> Option<&Msisdn> {
    let lines = || services.rows.iter().filter_map(|service| Some((service, service.line.as_ref()?)));
    let active = lines().find(|(service, _)| service.status == ServiceStatus::Active);
    active.or_else(|| lines().next()).map(|(_, line)| line)
}

fn not_found(system: System, why: Hint) -> Fault {
    Fault { system, kind: FaultKind::NotFound, message: Message::default(), hint: why }
}
