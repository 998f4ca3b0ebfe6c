//! Whose line it is. A number is typed or read off a screen, and what is known of the caller says nothing of another's line.

use crate::backend::operations::plan::Planner;
use crate::backend::salesforce::names::standard as s;
use crate::backend::salesforce::soql::{Condition, Like, Name, Soql};
use crate::backend::salesforce::wire::Record;
use crate::backend::whmcs::convert;
use crate::domain::access::CallerLevel;
use crate::domain::billing::Subscription;
use crate::domain::change::Verbs as _;
use crate::domain::change::sim::Sim;
use crate::domain::change::spec;
use crate::domain::customer::{ClientId, CustomerKey};
use crate::domain::links::client_in_link;
use crate::domain::operation::CheckState;
use crate::domain::phone::Msisdn;
use crate::domain::phrase::Phrase;
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::text::Text;
use crate::flow::fault::Fault;

use super::services_of;

/// Cards and orders that are looked at of one number.
const ROWS: u32 = 20;

/// Whose the line is, as one record has it.
struct Holder {
    account: Option<SalesforceId>,
    client: Option<ClientId>,
    /// As people call them.
    name: Text,
}

impl Holder {
    /// Whether that is this customer; `None` where the record and the customer have no identity in common to compare.
    fn is(&self, key: &CustomerKey) -> Option<bool> {
        let account = self.account.zip(key.account).map(|(theirs, ours)| theirs == ours);
        let client = self.client.zip(key.client).map(|(theirs, ours)| theirs == ours);
        match (account, client) {
            (None, None) => None,
            (account, client) => Some(account == Some(true) || client == Some(true)),
        }
    }
}

impl Planner<'_> {
    /// Whether the line is this customer's: by a service that WHMCS bills them, or by a card or an order of theirs in
    /// Salesforce. A line that is somebody else's is left alone. One that no system links yet is a person's to judge, except
    /// where a caller has to be known as well as can be: then it has to be known whose the line is, too.
    pub(super) async fn theirs(&self, sim: &Sim) -> CheckState {
        let (line, key) = (sim.line(), &self.change.who.key);
        let own = match key.client {
            Some(client) => self.backend.whmcs.subscriptions(client).await.map(|it| it.rows),
            None => Ok(Vec::new()),
        };
        let billed = |rows: &Vec<Subscription>| services_of(line, rows).next().is_some();
        if own.as_ref().is_ok_and(billed) {
            return CheckState::Passed;
        }
        let (billed, recorded) = futures_util::join!(self.billed_to(line), self.recorded_for(line));
        let unread = [own.as_ref().err(), billed.as_ref().err(), recorded.as_ref().err()].into_iter().flatten().next();
        let why = unread.map(|fault| Phrase::new("check-line-unread").with("why", fault.phrase()));
        // The number that a colleague calls them by first.
        let holders: Vec<Holder> = [recorded, billed].into_iter().filter_map(Result::ok).flatten().collect();
        if holders.iter().any(|it| it.is(key) == Some(true)) {
            return CheckState::Passed;
        }
        if let Some(other) = holders.iter().find(|it| it.is(key) == Some(false)) {
            return CheckState::Failed(Phrase::new("check-line-of-another").with("who", other.name.clone()));
        }
        if let Some(ended) = own.iter().flatten().find(|service| service.line.as_ref() == Some(line)) {
            let service = ended.id.to_string();
            return CheckState::Warns(Phrase::new("check-line-was-theirs").with("service", service.as_str()));
        }
        match why {
            // A number that is still with another carrier is in nobody's records here.
            None if matches!(sim, Sim::PortIn(_)) => CheckState::Passed,
            why => {
                let why = why.unwrap_or_else(|| "check-line-of-nobody".into());
                if self.level(sim) == CallerLevel::V2 { CheckState::Failed(why) } else { CheckState::Warns(why) }
            }
        }
    }

    /// How well the caller has to be known for this change, at this desk.
    fn level(&self, sim: &Sim) -> CallerLevel {
        let Some(spec) = spec(sim.verb()) else { return CallerLevel::V2 };
        self.backend.engine.as_ref().map_or(spec.level, |engine| engine.rules.access.level(spec))
    }

    /// Whom WHMCS bills for the line. It finds a label as it is written, so both spellings are asked for.
    async fn billed_to(&self, line: &Msisdn) -> Result<Vec<Holder>, Fault> {
        let whmcs = &self.backend.whmcs;
        let grouped = line.to_string();
        let (bare, grouped) =
            futures_util::join!(whmcs.services_labelled(line.digits()), whmcs.services_labelled(&grouped));
        let holder = |row| {
            let service = convert::subscription(&row, &whmcs.names)?;
            services_of(line, std::slice::from_ref(&service)).next()?;
            let client = row.clientid.map(ClientId)?;
            Some(Holder { account: None, client: Some(client), name: Text::line(&format!("WHMCS {client}")) })
        };
        Ok(bare?.into_iter().chain(grouped?).filter_map(holder).collect())
    }

    /// Who has a card with the line in Salesforce's inventory, or an order that brings its number.
    async fn recorded_for(&self, line: &Msisdn) -> Result<Vec<Holder>, Fault> {
        let n = &self.backend.salesforce.names;
        let tail = Like::phone_ending(line.digits().strip_prefix('0').unwrap_or(line.digits()));
        // A card is its account's, or before it was given out that of the order it is kept for.
        let of_card = [n.sim_account.relation(), account_of(&n.sim_order), account_of(&n.sim_reserved)];
        let query = |object: &Name, number: &Name, status: &Name, accounts: &[Name]| {
            let of_account = [&s::ID, &n.account_number, &n.account_whmcs];
            let mut fields = vec![number.clone(), status.clone()];
            fields.extend(accounts.iter().flat_map(|account| of_account.map(|field| account.dot(field))));
            Soql::select(&fields, object).filter(&Condition::Like(number.clone(), tail.clone())).limit(ROWS)
        };
        let cards = query(&n.sim, &n.sim_line, &n.sim_status, &of_card);
        let orders = query(&s::ORDER, &n.order_mnp_number, &s::STATUS, &[s::ACCOUNT_PARENT]);
        let parts = [cards, orders].map(crate::backend::salesforce::Part::Query);
        let mut rows = self.backend.salesforce.batch("whose", &parts).await?.into_iter();
        let mut next = || rows.next().transpose().map(|rows| rows.unwrap_or_default().records);
        let (cards, orders) = (next()?, next()?);
        let words = &self.office.words;
        let on_line = |row: &Record, number: &Name| {
            Msisdn::parse(&row.text(number), self.backend.fixtures).is_ok_and(|it| it == *line)
        };
        let cards = cards.iter().filter(|row| on_line(row, &n.sim_line));
        let cards = cards.filter(|row| !words.card.retired.is(&row.text(&n.sim_status)));
        let orders = orders.iter().filter(|row| on_line(row, &n.order_mnp_number));
        let orders = orders.filter(|row| !words.order_status.cancelled.is(&row.text(&s::STATUS)));
        let of_cards = cards.filter_map(|row| of_card.iter().find_map(|account| self.held_by(row, account)));
        Ok(of_cards.chain(orders.filter_map(|row| self.held_by(row, &s::ACCOUNT_PARENT))).collect())
    }

    fn held_by(&self, row: &Record, account: &Name) -> Option<Holder> {
        let n = &self.backend.salesforce.names;
        let text = |field: &Name| row.text(&account.dot(field));
        Some(Holder {
            account: Some(SalesforceId::parse(&text(&s::ID)).ok()?),
            client: client_in_link(&text(&n.account_whmcs)),
            name: Text::line(&text(&n.account_number)),
        })
    }
}

/// The account of the order that a field of a card leads to.
fn account_of(order: &Name) -> Name {
    order.relation().dot(&s::ACCOUNT_PARENT)
}
