//! What the desk remembers of customers, looked through while their system cannot answer. Old, and only those that were open
//! at this desk: the screen says so.

use crate::backend::Backend;
use crate::backend::cache::Owner;
use crate::domain::billing::{Invoice, Listing, Subscription};
use crate::domain::customer::{Account, Client, Contact, CustomerKey};
use crate::domain::links::client_in_link;
use crate::domain::name;
use crate::domain::order::{Case, Order};
use crate::domain::phone::Msisdn;
use crate::domain::recognise::What;
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::flow::query::{Hit, Searched};

/// Why somebody who is remembered matches, and where to look first.
struct Match {
    why: Searched,
    matched: Text,
    opens: Place,
}

impl Match {
    fn person(why: Searched, matched: Text) -> Self {
        Self { why, matched, opens: Place::Dashboard }
    }
}

/// Accounts that are remembered and fit.
pub(super) fn accounts(backend: &Backend, guesses: &[What]) -> Vec<Hit> {
    let of = |(owner, known): &(Owner, crate::flow::remote::Known<Account>)| {
        let account = &known.value;
        let orders = backend.cache.last::<Listing<Order>>(owner).map(|it| it.value.rows).unwrap_or_default();
        let cases = backend.cache.last::<Listing<Case>>(owner).map(|it| it.value.rows).unwrap_or_default();
        let Match { why, matched, opens } =
            guesses.iter().find_map(|what| account_fits(what, account, &orders, &cases))?;
        Some(Hit {
            system: System::Salesforce,
            key: CustomerKey { account: Some(account.id), client: client_in_link(&account.whmcs_link), line: None },
            name: account.name.clone(),
            kana: account.kana.clone(),
            customer_number: account.number.clone(),
            why,
            matched,
            opens,
        })
    };
    backend.cache.all::<Account>().iter().filter_map(of).collect()
}

fn account_fits(what: &What, account: &Account, orders: &[Order], cases: &[Case]) -> Option<Match> {
    match what {
        What::CustomerNumber(number) if account.number == *number => {
            Some(Match::person(Searched::CustomerNumber, number.clone()))
        }
        What::Name(names) => {
            let why = name::matches(&names.as_typed, &[&account.name, &account.kana])?;
            let why = if why == name::Why::Reading { Searched::Kana } else { Searched::Name };
            Some(Match::person(why, account.name.clone()))
        }
        What::Phone(_) | What::PhoneTail(_) => account.phones.iter().find_map(|contact| phone_fits(what, contact)),
        What::NameAndTail(names, tail) => {
            name::matches(&names.as_typed, &[&account.name, &account.kana])?;
            account.phones.iter().find_map(|contact| phone_fits(&What::PhoneTail(tail.clone()), contact))
        }
        What::Email(_) | What::EmailFragment(_) => email_fits(what, &account.email),
        What::CaseNumber(number) => {
            let case = cases.iter().find(|case| case.number == *number)?;
            let opens = Place::Case(Some(case.number.clone()));
            Some(Match { why: Searched::Case, matched: number.clone(), opens })
        }
        What::OrderNumber(number) => {
            let order = orders.iter().find(|order| order.number == *number)?;
            let opens = Place::Order(Some(order.number.clone()));
            Some(Match { why: Searched::Order, matched: number.clone(), opens })
        }
        What::SalesforceId(id) if account.id == *id => Some(Match::person(Searched::RecordId, Text::line(id.as_str()))),
        _ => None,
    }
}

/// Clients that are remembered and fit.
pub(super) fn clients(backend: &Backend, guesses: &[What]) -> Vec<Hit> {
    let of = |(owner, known): &(Owner, crate::flow::remote::Known<Client>)| {
        let client = &known.value;
        let invoices = backend.cache.last::<Listing<Invoice>>(owner).map(|it| it.value.rows).unwrap_or_default();
        let services = backend.cache.last::<Listing<Subscription>>(owner).map(|it| it.value.rows).unwrap_or_default();
        let lines: Vec<&Msisdn> = services.iter().filter_map(|it| it.line.as_ref()).collect();
        let Match { why, matched, opens } =
            guesses.iter().find_map(|what| client_fits(what, client, &invoices, &lines))?;
        Some(Hit {
            system: System::Whmcs,
            key: CustomerKey { account: None, client: Some(client.id), line: None },
            name: client.name.clone(),
            kana: Text::default(),
            customer_number: client.customer_number.clone(),
            why,
            matched,
            opens,
        })
    };
    backend.cache.all::<Client>().iter().filter_map(of).collect()
}

fn client_fits(what: &What, client: &Client, invoices: &[Invoice], lines: &[&Msisdn]) -> Option<Match> {
    match what {
        What::ClientId(id) if client.id == *id => Some(Match::person(Searched::ClientId, Text::line(&id.to_string()))),
        What::Name(names) => {
            name::matches(&names.as_typed, &[&client.name])?;
            Some(Match::person(Searched::Name, client.name.clone()))
        }
        What::Email(_) | What::EmailFragment(_) => email_fits(what, &client.email),
        What::Phone(_) | What::PhoneTail(_) => {
            let line = lines.iter().find(|line| line_fits(what, line));
            let matched = |line: &&Msisdn| Match {
                why: Searched::LineNumber,
                matched: Text::line(line.digits()),
                opens: Place::Line(Some((*line).clone())),
            };
            line.map(matched).or_else(|| phone_fits(what, &client.phone))
        }
        What::InvoiceNumber(number) => {
            let named = |it: &&Invoice| it.number == *number || it.id.to_string() == number.as_str();
            let invoice = invoices.iter().find(named)?;
            let opens = Place::Invoice(Some(invoice.id));
            Some(Match { why: Searched::Invoice, matched: number.clone(), opens })
        }
        _ => None,
    }
}

fn phone_fits(what: &What, contact: &Contact) -> Option<Match> {
    let phone = contact.phone.as_ref()?;
    let why = match what {
        What::Phone(wanted) if wanted == phone => Searched::Phone,
        What::PhoneTail(tail) if phone.digits().ends_with(tail.digits()) => Searched::PhoneTail,
        _ => return None,
    };
    Some(Match::person(why, contact.written.clone()))
}

fn line_fits(what: &What, line: &Msisdn) -> bool {
    match what {
        What::Phone(wanted) => wanted.digits() == line.digits(),
        What::PhoneTail(tail) => line.digits().ends_with(tail.digits()),
        _ => false,
    }
}

fn email_fits(what: &What, email: &Text) -> Option<Match> {
    let stored = email.to_lowercase();
    let fits = match what {
        What::Email(typed) => stored == typed.as_str(),
        What::EmailFragment(part) if part.starts_with('@') => stored.contains(part.as_str()),
        What::EmailFragment(part) => stored.starts_with(part.as_str()),
        _ => false,
    };
    (fits && !stored.is_empty()).then(|| Match::person(Searched::Email, email.clone()))
}
