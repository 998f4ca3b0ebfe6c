//! The open customer: every part with its own age and fault, as the answers come in.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::billing::{Activity, Invoice, Listing, PayMethod, Subscription, Ticket, WhmcsOrder};
use crate::domain::catalogue::Entry;
use crate::domain::customer::{Account, Client, CustomerKey};
use crate::domain::history::{Change, FollowUp, Message};
use crate::domain::ledger::{CreditEntry, Email, InvoiceDetail, Transaction};
use crate::domain::line::Line;
use crate::domain::links::LinkFinding;
use crate::domain::mail::Template;
use crate::domain::office::Office;
use crate::domain::order::{Case, Opportunity, Order, SimCard};
use crate::domain::phone::Msisdn;
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::service::{Addon, CancelRequest, Cycle, Product, Quote};
use crate::domain::status::Facts;
use crate::domain::text::Text;

use super::deeper::{Deeper, DeeperKind};
use super::fault::FaultKind;
use super::operation::OperationView;
use super::query::{Agent, CustomerPart, LineReads};
use super::remote::Remote;

/// One customer on the desk.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Customer {
    /// How it was opened; completed when a link names the other identity.
    pub key: CustomerKey,
    /// What the search showed, until the systems answer.
    pub called: Text,
    /// Salesforce account.
    pub account: Remote<Account>,
    /// WHMCS client.
    pub client: Remote<Client>,
    /// What the links say.
    pub links: Remote<Vec<LinkFinding>>,
    /// WHMCS services.
    pub subscriptions: Remote<Listing<Subscription>>,
    /// WHMCS invoices.
    pub invoices: Remote<Listing<Invoice>>,
    /// WHMCS pay methods. What is known of cards is never written down.
    #[serde(skip)]
    pub pay_methods: Remote<Vec<PayMethod>>,
    /// Salesforce orders.
    pub orders: Remote<Listing<Order>>,
    /// WHMCS orders.
    pub whmcs_orders: Remote<Listing<WhmcsOrder>>,
    /// Salesforce opportunities.
    pub opportunities: Remote<Listing<Opportunity>>,
    /// Salesforce cases.
    pub cases: Remote<Listing<Case>>,
    /// WHMCS tickets.
    pub tickets: Remote<Listing<Ticket>>,
    /// Cards from the inventory.
    pub sim_cards: Remote<Listing<SimCard>>,
    /// WHMCS activity log.
    pub activity: Remote<Listing<Activity>>,
    /// Lines that were read from Freebit, or are being read.
    pub lines: Vec<(Msisdn, Remote<Line>)>,
    /// How many lines may still be read from Freebit; `None` before the first was.
    #[serde(skip)]
    pub line_reads: Option<LineReads>,
    /// WHMCS transactions.
    pub transactions: Remote<Listing<Transaction>>,
    /// WHMCS credit entries.
    pub credits: Remote<Listing<CreditEntry>>,
    /// WHMCS e-mails.
    pub emails: Remote<Listing<Email>>,
    /// Add-ons of the services.
    pub addons: Remote<Listing<Addon>>,
    /// Cancellation requests.
    pub cancel_requests: Remote<Listing<CancelRequest>>,
    /// WHMCS's catalogue.
    #[serde(skip)]
    pub products: Remote<Vec<Product>>,
    /// The portal's catalogue.
    #[serde(skip)]
    pub catalogue: Remote<Vec<Entry>>,
    /// The templates of WHMCS's e-mails. Nothing is sent from a pack.
    #[serde(skip)]
    pub email_templates: Remote<Vec<Template>>,
    /// Changes of the Salesforce records.
    pub changes: Remote<Listing<Change>>,
    /// Promises.
    pub follow_ups: Remote<Listing<FollowUp>>,
    /// Items and payments of invoices.
    pub invoice_details: Keyed<u64, InvoiceDetail>,
    /// What was said in cases.
    pub case_messages: Keyed<SalesforceId, Listing<Message>>,
    /// What was said in tickets.
    pub ticket_messages: Keyed<u64, Listing<Message>>,
    /// What changes of product would cost, by service, product and cycle.
    #[serde(skip)]
    pub quotes: Keyed<(u64, u64, Cycle), Quote>,
    /// WHMCS's major version, once it is known: from 9 on a published invoice cannot be changed.
    pub whmcs_major: Option<u32>,
    /// When answers are promised.
    #[serde(skip)]
    pub office: Arc<Office>,
    /// The person at the desk, whose cases are "mine"; `None` until Salesforce says who that is.
    #[serde(skip)]
    pub agent: Option<Agent>,
    /// Changes of this customer on their way, and those that wait; newest first.
    #[serde(skip)]
    pub operations: Vec<OperationView>,
    /// When the field pack was made that all of this comes from; `None` once a system was asked.
    #[serde(skip)]
    pub from_pack: Option<Timestamp>,
    /// What was asked for since the customer was opened or read again.
    #[serde(skip)]
    asked: Vec<Deeper>,
}

/// Remote values by key. Few of them, so a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keyed<K, T>(Vec<(K, Remote<T>)>);

impl<K, T> Default for Keyed<K, T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: PartialEq, T> Keyed<K, T> {
    /// What is known under a key; `None` when it was never asked for.
    pub fn get(&self, key: &K) -> Option<&Remote<T>> {
        self.0.iter().find(|(it, _)| it == key).map(|(_, remote)| remote)
    }

    /// Every key with what is known under it, in the order they were asked for.
    pub fn iter(&self) -> impl Iterator<Item = &(K, Remote<T>)> {
        self.0.iter()
    }

    fn get_mut(&mut self, key: K) -> &mut Remote<T> {
        let at = self.0.iter().position(|(it, _)| *it == key).unwrap_or_else(|| {
            self.0.push((key, Remote::default()));
            self.0.len() - 1
        });
        &mut self.0[at].1
    }

    /// Nothing is on its way any more. What got no answer was never asked for: a cursor that ran over thousands of rows
    /// leaves nothing behind.
    fn end(&mut self) {
        self.0.retain(|(_, remote)| remote.known.is_some() || remote.fault.is_some());
        self.0.iter_mut().for_each(|(_, remote)| remote.loading = false);
    }
}

impl Customer {
    /// A customer about to be read.
    pub fn opening(key: CustomerKey, called: Text) -> Self {
        let mut customer = Self { key, called, ..Self::default() };
        customer.begin();
        customer
    }

    /// Marks every part as being read; what is known stays on the screen.
    pub fn begin(&mut self) {
        self.account.begin();
        self.client.begin();
        self.links.begin();
        self.subscriptions.begin();
        self.invoices.begin();
        self.pay_methods.begin();
        self.orders.begin();
        self.whmcs_orders.begin();
        self.opportunities.begin();
        self.cases.begin();
        self.tickets.begin();
        self.sim_cards.begin();
        self.activity.begin();
    }

    /// Takes one part of the answer.
    pub fn take(&mut self, part: CustomerPart) {
        match part {
            CustomerPart::Key(key) => {
                self.key.account = key.account.or(self.key.account.take());
                self.key.client = key.client.or(self.key.client);
                self.key.line = self.key.line.take().or(key.line);
            }
            CustomerPart::Account(part) => self.account.take(part),
            CustomerPart::Client(part) => self.client.take(part),
            CustomerPart::Links(part) => self.links.take(part),
            CustomerPart::Subscriptions(part) => self.subscriptions.take(part),
            CustomerPart::Invoices(part) => self.invoices.take(part),
            CustomerPart::PayMethods(part) => self.pay_methods.take(part),
            CustomerPart::Orders(part) => self.orders.take(part),
            CustomerPart::WhmcsOrders(part) => self.whmcs_orders.take(part),
            CustomerPart::Opportunities(part) => self.opportunities.take(part),
            CustomerPart::Cases(part) => self.cases.take(part),
            CustomerPart::Tickets(part) => self.tickets.take(part),
            CustomerPart::SimCards(part) => self.sim_cards.take(part),
            CustomerPart::Activity(part) => self.activity.take(part),
            CustomerPart::Line(msisdn, part) => self.line_mut(&msisdn).take(part),
            CustomerPart::LineReads(reads) => self.line_reads = Some(reads),
            CustomerPart::Transactions(part) => self.transactions.take(part),
            CustomerPart::Credits(part) => self.credits.take(part),
            CustomerPart::Emails(part) => self.emails.take(part),
            CustomerPart::OlderEmails(from, part) => self.emails.extend(from, part),
            CustomerPart::OlderActivity(from, part) => self.activity.extend(from, part),
            CustomerPart::Addons(part) => self.addons.take(part),
            CustomerPart::CancelRequests(part) => self.cancel_requests.take(part),
            CustomerPart::Products(part) => self.products.take(part),
            CustomerPart::Catalogue(part) => self.catalogue.take(part),
            CustomerPart::EmailTemplates(part) => self.email_templates.take(part),
            CustomerPart::Changes(part) => self.changes.take(part),
            CustomerPart::FollowUps(part) => self.follow_ups.take(part),
            CustomerPart::Invoice(id, part) => self.invoice_details.get_mut(id).take(part),
            CustomerPart::Case(id, part) => self.case_messages.get_mut(id).take(part),
            CustomerPart::Ticket(id, part) => self.ticket_messages.get_mut(id).take(part),
            CustomerPart::Quote { service, product, cycle, quote } => {
                self.quotes.get_mut((service, product, cycle)).take(quote);
            }
        }
    }

    /// Marks a part as being read, unless it was asked for already or it is not known yet whose it would be. Returns
    /// whether it is to be read now. It replaces what is on its way of the same kind.
    pub fn ask(&mut self, deeper: &Deeper) -> bool {
        if self.asked.contains(deeper) || self.is_nobodys_yet(deeper) {
            return false;
        }
        self.replace(deeper);
        self.asked.push(deeper.clone());
        match deeper {
            Deeper::Transactions => self.transactions.begin(),
            Deeper::Credits => self.credits.begin(),
            Deeper::Emails | Deeper::OlderEmails(_) => self.emails.begin(),
            Deeper::OlderActivity(_) => self.activity.begin(),
            Deeper::Addons => self.addons.begin(),
            Deeper::CancelRequests => self.cancel_requests.begin(),
            Deeper::Products => self.products.begin(),
            Deeper::Catalogue => self.catalogue.begin(),
            Deeper::EmailTemplates => self.email_templates.begin(),
            Deeper::Changes => self.changes.begin(),
            Deeper::FollowUps => self.follow_ups.begin(),
            Deeper::Invoice(id) => self.invoice_details.get_mut(*id).begin(),
            Deeper::Case(id) => self.case_messages.get_mut(*id).begin(),
            Deeper::Ticket(id) => self.ticket_messages.get_mut(*id).begin(),
            Deeper::Line(msisdn) => self.line_mut(msisdn).begin(),
            Deeper::Quote { service, product, cycle } => self.quotes.get_mut((*service, *product, *cycle)).begin(),
        }
        true
    }

    /// The identity that this part belongs to is still being looked for: asked now, it would be nobody's.
    fn is_nobodys_yet(&self, deeper: &Deeper) -> bool {
        match deeper {
            Deeper::Changes | Deeper::FollowUps => self.key.account.is_none() && self.account.loading,
            Deeper::Transactions
            | Deeper::Credits
            | Deeper::Emails
            | Deeper::OlderEmails(_)
            | Deeper::OlderActivity(_)
            | Deeper::Addons
            | Deeper::CancelRequests
            | Deeper::Quote { .. } => self.key.client.is_none() && self.client.loading,
            Deeper::Products
            | Deeper::Catalogue
            | Deeper::EmailTemplates
            | Deeper::Invoice(_)
            | Deeper::Case(_)
            | Deeper::Ticket(_)
            | Deeper::Line(_) => false,
        }
    }

    /// A read of this kind is over. One that was replaced by a newer one got no answer, and may be asked for again.
    pub fn ended(&mut self, kind: DeeperKind) {
        match kind {
            DeeperKind::Transactions => self.transactions.loading = false,
            DeeperKind::Credits => self.credits.loading = false,
            DeeperKind::Emails | DeeperKind::OlderEmails => self.emails.loading = false,
            DeeperKind::OlderActivity => self.activity.loading = false,
            DeeperKind::Addons => self.addons.loading = false,
            DeeperKind::CancelRequests => self.cancel_requests.loading = false,
            DeeperKind::Products => self.products.loading = false,
            DeeperKind::Catalogue => self.catalogue.loading = false,
            DeeperKind::EmailTemplates => self.email_templates.loading = false,
            DeeperKind::Changes => self.changes.loading = false,
            DeeperKind::FollowUps => self.follow_ups.loading = false,
            DeeperKind::Invoice => self.invoice_details.end(),
            DeeperKind::Case => self.case_messages.end(),
            DeeperKind::Ticket => self.ticket_messages.end(),
            DeeperKind::Line => self.lines.iter_mut().for_each(|(_, line)| line.loading = false),
            DeeperKind::Quote => self.quotes.end(),
        }
    }

    /// The reads of this kind are replaced by one of `deeper`: those that have no answer yet may be asked for again.
    fn replace(&mut self, deeper: &Deeper) {
        self.ended(deeper.kind());
        let Self { asked, lines, invoice_details, case_messages, ticket_messages, quotes, .. } = self;
        asked.retain(|it| match it {
            Deeper::Invoice(id) => answered(invoice_details.get(id)),
            Deeper::Case(id) => answered(case_messages.get(id)),
            Deeper::Ticket(id) => answered(ticket_messages.get(id)),
            Deeper::Line(msisdn) => answered(lines.iter().find(|(it, _)| it == msisdn).map(|(_, line)| line)),
            Deeper::Quote { service, product, cycle } => answered(quotes.get(&(*service, *product, *cycle))),
            _ => true,
        });
    }

    /// Whether a part that is read when somebody looks was asked for.
    pub fn has_asked(&self, deeper: &Deeper) -> bool {
        self.asked.contains(deeper)
    }

    /// Lets one of them be read again by the page that needs it.
    pub fn forget(&mut self, deeper: &Deeper) {
        self.asked.retain(|it| it != deeper);
    }

    /// Lets every part that is read when somebody looks be read again.
    pub fn forget_asked(&mut self) {
        self.asked.clear();
    }

    /// The read is over: a part that got no answer is no longer on its way.
    pub fn end(&mut self) {
        self.account.loading = false;
        self.client.loading = false;
        self.links.loading = false;
        self.subscriptions.loading = false;
        self.invoices.loading = false;
        self.pay_methods.loading = false;
        self.orders.loading = false;
        self.whmcs_orders.loading = false;
        self.opportunities.loading = false;
        self.cases.loading = false;
        self.tickets.loading = false;
        self.sim_cards.loading = false;
        self.activity.loading = false;
    }

    /// A read is over that began with what a pack knew: once a system told of the customer, they are no longer the pack's.
    pub fn is_live_again(&mut self) {
        let Some(made) = self.from_pack else { return };
        let account = self.account.known.as_ref().map(|it| it.read_at);
        let client = self.client.known.as_ref().map(|it| it.read_at);
        if account.max(client).is_some_and(|at| at > made) {
            self.from_pack = None;
        }
    }

    /// True while any part is on its way.
    pub fn loading(&self) -> bool {
        self.account.loading
            || self.client.loading
            || self.subscriptions.loading
            || self.orders.loading
            || self.lines.iter().any(|(_, line)| line.loading)
    }

    /// What is known of one line; a place is made for it when there is none.
    pub fn line_mut(&mut self, msisdn: &Msisdn) -> &mut Remote<Line> {
        let at = self.lines.iter().position(|(m, _)| m == msisdn).unwrap_or_else(|| {
            self.lines.push((msisdn.clone(), Remote::default()));
            self.lines.len() - 1
        });
        &mut self.lines[at].1
    }

    /// What is known of one line.
    pub fn line(&self, msisdn: &Msisdn) -> Option<&Remote<Line>> {
        self.lines.iter().find(|(m, _)| m == msisdn).map(|(_, line)| line)
    }

    /// Every line that WHMCS, Salesforce or the caller names, each once; numbers that open orders bring along too.
    pub fn all_lines(&self) -> Vec<Msisdn> {
        let services = self.subscriptions.value().map(|l| l.rows.as_slice()).unwrap_or_default();
        let cards = self.sim_cards.value().map(|l| l.rows.as_slice()).unwrap_or_default();
        let orders = self.orders.value().map(|l| l.rows.as_slice()).unwrap_or_default();
        let arriving =
            orders.iter().filter(|order| order.open()).filter_map(|order| order.port_in.as_ref()?.line.as_ref());
        let named = services.iter().filter_map(|s| s.line.as_ref()).chain(cards.iter().filter_map(|c| c.line.as_ref()));
        let named = named.chain(arriving);
        let mut all: Vec<Msisdn> = Vec::new();
        for msisdn in named.chain(self.lines.iter().map(|(m, _)| m)) {
            if !all.contains(msisdn) {
                all.push(msisdn.clone());
            }
        }
        all
    }

    /// Whether the customer has no lines is known: both systems that name them told of theirs. A client or account that
    /// does not exist names none.
    pub fn knows_its_lines(&self) -> bool {
        fn told<T>(part: &Remote<T>) -> bool {
            part.known.is_some() || part.fault.as_ref().is_some_and(|fault| fault.kind == FaultKind::NotFound)
        }
        let any = self.subscriptions.known.is_some() || self.sim_cards.known.is_some();
        any && told(&self.subscriptions) && told(&self.sim_cards)
    }

    /// What the status is computed from.
    pub fn facts(&self) -> Facts<'_> {
        Facts {
            account: self.account.value(),
            subscriptions: self.subscriptions.value(),
            invoices: self.invoices.value(),
            pay_methods: self.pay_methods.value().map(Vec::as_slice),
            orders: self.orders.value(),
            whmcs_orders: self.whmcs_orders.value(),
            cases: self.cases.value(),
            opportunities: self.opportunities.value(),
            links: self.links.value().map(Vec::as_slice),
            follow_ups: self.follow_ups.value(),
        }
    }

    /// The name to show: Salesforce's, else WHMCS's, else what the search showed.
    pub fn name(&self) -> &Text {
        let account = self.account.value().map(|account| &account.name);
        let client = self.client.value().map(|client| &client.name);
        account.or(client).unwrap_or(&self.called)
    }

    /// What they are called in the systems, and how that is read.
    pub fn names(&self) -> Vec<&str> {
        let account = self.account.value().map(|account| [&account.name, &account.kana]);
        let client = self.client.value().map(|client| [&client.name, &client.company]);
        let all = account.into_iter().chain(client).flatten().chain([&self.called]);
        all.map(Text::as_str).filter(|name| !name.is_empty()).collect()
    }

    /// How the audit log calls the customer: customer number, else client id, else record id; never a name.
    pub fn reference(&self) -> String {
        match (self.account.value(), &self.key) {
            (Some(account), _) if !account.number.is_empty() => account.number.to_string(),
            (_, CustomerKey { client: Some(client), .. }) => client.to_string(),
            (_, CustomerKey { account: Some(account), .. }) => account.to_string(),
            _ => "?".to_owned(),
        }
    }
}

fn answered<T>(remote: Option<&Remote<T>>) -> bool {
    remote.is_some_and(|remote| remote.known.is_some() || remote.fault.is_some())
}
