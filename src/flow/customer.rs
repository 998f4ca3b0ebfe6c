//! The open customer: every part with its own age and fault, as the answers come in.

use crate::domain::billing::{Activity, Invoice, Listing, PayMethod, Subscription, Ticket, WhmcsOrder};
use crate::domain::customer::{Account, Client, CustomerKey};
use crate::domain::line::Line;
use crate::domain::links::LinkFinding;
use crate::domain::order::{Case, Opportunity, Order, SimCard};
use crate::domain::phone::Msisdn;
use crate::domain::status::Facts;
use crate::domain::text::Text;

use super::query::CustomerPart;
use super::remote::Remote;

/// One customer on the desk.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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
    /// WHMCS pay methods.
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
        }
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

    /// Every line that WHMCS, Salesforce or the caller names, each once.
    pub fn all_lines(&self) -> Vec<Msisdn> {
        let services = self.subscriptions.value().map(|l| l.rows.as_slice()).unwrap_or_default();
        let cards = self.sim_cards.value().map(|l| l.rows.as_slice()).unwrap_or_default();
        let named = services.iter().filter_map(|s| s.line.as_ref()).chain(cards.iter().filter_map(|c| c.line.as_ref()));
        let mut all: Vec<Msisdn> = Vec::new();
        for msisdn in named.chain(self.lines.iter().map(|(m, _)| m)) {
            if !all.contains(msisdn) {
                all.push(msisdn.clone());
            }
        }
        all
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
        }
    }

    /// The name to show: Salesforce's, else WHMCS's, else what the search showed.
    pub fn name(&self) -> &Text {
        let account = self.account.value().map(|account| &account.name);
        let client = self.client.value().map(|client| &client.name);
        account.or(client).unwrap_or(&self.called)
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
