//! Looks for what was typed among the customers of the open pack: the readings are the search's own, the answer is here.

use crate::domain::links::client_in_link;
use crate::domain::name;
use crate::domain::phone::{Msisdn, Phone, PhoneTail};
use crate::domain::recognise::{What, recognise};
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::flow::{Customer, Searched};

use super::super::App;
use super::super::search::Found;

/// Why a customer of the pack matches, and where to look first.
struct Match {
    system: System,
    why: Searched,
    matched: Text,
    line: Option<Msisdn>,
    opens: Place,
}

impl Match {
    fn of(system: System, why: Searched, matched: impl Into<MatchText>) -> Self {
        Self { system, why, matched: matched.into().0, line: None, opens: Place::Dashboard }
    }

    fn opens(self, opens: Place) -> Self {
        Self { opens, ..self }
    }
}

/// A text that matched.
struct MatchText(Text);

impl From<&Text> for MatchText {
    fn from(text: &Text) -> Self {
        Self(text.clone())
    }
}

impl From<&str> for MatchText {
    fn from(text: &str) -> Self {
        Self(Text::line(text))
    }
}

impl From<String> for MatchText {
    fn from(text: String) -> Self {
        Self(Text::line(&text))
    }
}

impl App {
    /// Puts the customers of the open pack that fit what is typed among the hits.
    pub(in crate::app) fn find_packed(&mut self) {
        let Some(pack) = &self.packs.open else { return };
        let typed = self.search.text();
        if typed.is_empty() {
            return;
        }
        let guesses = recognise(typed, &self.search.shapes).guesses;
        let mut found = Vec::new();
        for customer in &pack.customers {
            let Some(it) = guesses.iter().find_map(|guess| matches(&guess.what, customer)) else { continue };
            let account = customer.account.value();
            let mut key = customer.key.clone();
            key.line = it.line.or(key.line);
            found.push(Found {
                key,
                name: customer.name().clone(),
                kana: account.map(|account| account.kana.clone()).unwrap_or_default(),
                customer_number: account.map(|account| account.number.clone()).unwrap_or_default(),
                why: vec![(it.system, it.why, it.matched)],
                opens: it.opens,
                packed: Some(pack.head.made),
            });
        }
        for found in found {
            self.search.join_packed(found);
        }
    }
}

/// Whether a reading of what was typed is of this customer.
fn matches(what: &What, customer: &Customer) -> Option<Match> {
    use System::{Freebit, Salesforce, Whmcs};
    match what {
        What::Phone(phone) => by_phone(customer, &|it| it == phone, Searched::Phone),
        What::PhoneTail(tail) => by_tail(customer, tail),
        What::NameAndTail(names, tail) => {
            named(customer, &names.as_typed)?;
            by_tail(customer, tail)
        }
        What::Name(names) => named(customer, &names.as_typed),
        What::Email(mail) => by_email(customer, &|it| it == mail.as_str()),
        What::EmailFragment(part) if part.starts_with('@') => by_email(customer, &|it| it.contains(part.as_str())),
        What::EmailFragment(part) => by_email(customer, &|it| it.starts_with(part.as_str())),
        What::PostalCode(code) => {
            let account = customer.account.value().filter(|it| it.address.contains(code.as_str()))?;
            Some(Match::of(Salesforce, Searched::PostalCode, &account.address))
        }
        What::CustomerNumber(number) => {
            let account = customer.account.value().filter(|it| it.number == *number)?;
            Some(Match::of(Salesforce, Searched::CustomerNumber, &account.number))
        }
        What::ClientId(id) => {
            let linked = customer.account.value().and_then(|it| client_in_link(&it.whmcs_link));
            (customer.key.client.or(linked) == Some(*id)).then(|| Match::of(Whmcs, Searched::ClientId, id.to_string()))
        }
        What::InvoiceNumber(number) => {
            let invoices = &customer.invoices.value()?.rows;
            let fits = |id: u64, own: &Text| *own == *number || id.to_string() == number.as_str();
            let invoice = invoices.iter().find(|it| fits(it.id, &it.number))?;
            let opens = Place::Invoice(Some(invoice.id));
            Some(Match::of(Whmcs, Searched::Invoice, number).opens(opens))
        }
        What::OrderNumber(number) => {
            let order = customer.orders.value()?.rows.iter().find(|it| it.number == *number)?;
            let opens = Place::Order(Some(order.number.clone()));
            Some(Match::of(Salesforce, Searched::Order, &order.number).opens(opens))
        }
        What::WhmcsOrderNumber(number) => by_whmcs_order(customer, &|_, own| own.parse() == Ok(*number)),
        What::WhmcsOrderId(wanted) => by_whmcs_order(customer, &|id, _| id == *wanted),
        What::CaseNumber(number) => {
            let case = customer.cases.value()?.rows.iter().find(|it| it.number == *number)?;
            let opens = Place::Case(Some(case.number.clone()));
            Some(Match::of(Salesforce, Searched::Case, &case.number).opens(opens))
        }
        What::Eid(eid) => by_card(customer, Searched::Eid, eid.as_str()),
        What::Iccid(iccid) => by_card(customer, Searched::Iccid, iccid.as_str()),
        What::ProductNumber(number) => by_card(customer, Searched::ProductNumber, number.as_str()),
        What::SalesforceId(id) => {
            (customer.key.account == Some(*id)).then(|| Match::of(Salesforce, Searched::RecordId, id.to_string()))
        }
    }
    .or_else(|| match what {
        // Only Freebit may know a line that was read.
        What::Phone(phone) => {
            let line = customer.lines.iter().find(|(line, _)| line.phone() == phone).map(|(line, _)| line)?;
            Some(of_line(Freebit, line, Searched::LineNumber))
        }
        _ => None,
    })
}

fn of_line(system: System, line: &Msisdn, why: Searched) -> Match {
    let found = Match::of(system, why, line.digits()).opens(Place::Line(Some(line.clone())));
    Match { line: Some(line.clone()), ..found }
}

fn named(customer: &Customer, typed: &Text) -> Option<Match> {
    let account = customer.account.value();
    let client = customer.client.value();
    if let Some(account) = account
        && let Some(why) = name::matches(typed, &[&account.name, &account.kana])
    {
        let (why, matched) = match why {
            name::Why::Written => (Searched::Name, &account.name),
            name::Why::Reading => (Searched::Kana, &account.kana),
        };
        return Some(Match::of(System::Salesforce, why, matched));
    }
    let client = client.filter(|client| name::matches(typed, &[&client.name, &client.company]).is_some())?;
    Some(Match::of(System::Whmcs, Searched::Name, &client.name))
}

fn by_phone(customer: &Customer, fits: &dyn Fn(&Phone) -> bool, why: Searched) -> Option<Match> {
    if let Some(line) = customer.all_lines().iter().find(|line| fits(line.phone())) {
        return Some(of_line(System::Whmcs, line, Searched::LineNumber));
    }
    let of_account = customer.account.value().map(|it| it.phones.as_slice()).unwrap_or_default();
    let of_account = of_account.iter().map(|contact| (System::Salesforce, contact));
    let of_client = customer.client.value().map(|it| (System::Whmcs, &it.phone));
    let (system, contact) =
        of_account.chain(of_client).find(|(_, contact)| contact.phone.as_ref().is_some_and(fits))?;
    Some(Match::of(system, why, &contact.written))
}

fn by_tail(customer: &Customer, tail: &PhoneTail) -> Option<Match> {
    by_phone(customer, &|it| it.matches_suffix(tail), Searched::PhoneTail)
}

fn by_email(customer: &Customer, fits: &dyn Fn(&str) -> bool) -> Option<Match> {
    let of_account = customer.account.value().map(|it| (System::Salesforce, &it.email));
    let of_client = customer.client.value().map(|it| (System::Whmcs, &it.email));
    let (system, email) =
        of_account.into_iter().chain(of_client).find(|(_, email)| !email.is_empty() && fits(&email.to_lowercase()))?;
    Some(Match::of(system, Searched::Email, email))
}

fn by_whmcs_order(customer: &Customer, fits: &dyn Fn(u64, &str) -> bool) -> Option<Match> {
    let order = customer.whmcs_orders.value()?.rows.iter().find(|it| fits(it.id, &it.number))?;
    let opens = Place::WhmcsOrder(Some(order.id));
    Some(Match::of(System::Whmcs, Searched::WhmcsOrder, &order.number).opens(opens))
}

/// By a number on or in a card, wherever it is written down.
fn by_card(customer: &Customer, why: Searched, number: &str) -> Option<Match> {
    let pick = |eid: &Text, iccid: &Text, product: &Text| match why {
        Searched::Eid => *eid == number,
        Searched::Iccid => *iccid == number,
        _ => *product == number,
    };
    let none = Text::default();
    let cards = customer.sim_cards.value().map(|list| list.rows.as_slice()).unwrap_or_default();
    let card = cards.iter().find(|it| pick(&it.eid, &it.iccid, &it.product_number)).map(|it| it.line.clone());
    let services = customer.subscriptions.value().map(|list| list.rows.as_slice()).unwrap_or_default();
    let service = || services.iter().find(|it| pick(&it.eid, &none, &it.product_number)).map(|it| it.line.clone());
    let read = || {
        let mut lines = customer.lines.iter().filter_map(|(_, line)| line.value());
        lines.find(|it| pick(&it.eid, &it.iccid, &it.product_number)).map(|it| Some(it.msisdn.clone()))
    };
    let line = card.or_else(service).or_else(read)?;
    let opens = line.clone().map_or(Place::Dashboard, |line| Place::Line(Some(line)));
    Some(Match { line, ..Match::of(System::Salesforce, why, number).opens(opens) })
}
