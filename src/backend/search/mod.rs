//! One box: reads what was typed, asks every system that can answer at the same time, and sends hits as each answers.
//!
//! Each system's hits are its own; joining those that are one customer is the screen's, by [`CustomerKey::same_customer`].
//! What a system cannot search is said instead of shown as nothing found.

mod remembered;
mod salesforce;
mod whmcs;

use std::collections::BTreeSet;

use futures_util::join;

use super::{Backend, Replies};
use crate::domain::customer::CustomerKey;
use crate::domain::phone::Msisdn;
use crate::domain::recognise::{What, recognise};
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::flow::fault::{Fault, FaultKind};
use crate::flow::query::{Hit, Reply, SearchReply, Searched};

/// Answers one search.
pub(super) async fn search(backend: &Backend, typed: &str, replies: &Replies) {
    let guesses: Vec<What> = recognise(typed, &backend.shapes).guesses.into_iter().map(|guess| guess.what).collect();
    let salesforce = salesforce::plan(&guesses, &backend.salesforce.names, backend.fixtures);
    let whmcs = whmcs::plan(&guesses, backend.fixtures);
    let line = guesses.iter().find_map(|what| whole_line(what, backend.fixtures));

    let mut asked = Vec::new();
    asked.extend((!salesforce.is_empty()).then_some(System::Salesforce));
    asked.extend((!whmcs.is_empty()).then_some(System::Whmcs));
    asked.extend(line.is_some().then_some(System::Freebit));
    send(replies, SearchReply::Asked(asked)).await;
    for (system, searched) in guesses.iter().flat_map(cannot).collect::<BTreeSet<_>>() {
        send(replies, SearchReply::CannotSearch(system, searched)).await;
    }

    // Typing on drops this future, and with it the search.
    tokio::time::sleep(backend.search_pause).await;
    let (in_salesforce, in_whmcs) = join!(
        salesforce::ask(backend, salesforce, &guesses, replies),
        Box::pin(whmcs::ask(backend, whmcs, &guesses, replies))
    );
    if let Some(line) = line {
        // Freebit cannot search, but it can say whether a line exists that nobody else knows of.
        if in_salesforce + in_whmcs == 0 {
            look_up(backend, line, replies).await;
        }
        send(replies, SearchReply::Finished(System::Freebit)).await;
    }
}

/// The line that was typed in full.
fn whole_line(what: &What, fixtures: crate::domain::phone::Fixtures) -> Option<Msisdn> {
    match what {
        What::Phone(phone) => Msisdn::try_from_phone(phone.clone(), fixtures).ok(),
        _ => None,
    }
}

async fn look_up(backend: &Backend, line: Msisdn, replies: &Replies) {
    match backend.freebit.line(&line, (backend.now.0)()).await {
        Ok(found) => {
            let hit = Hit {
                system: System::Freebit,
                key: CustomerKey { line: Some(line.clone()), ..CustomerKey::default() },
                name: Text::default(),
                kana: Text::default(),
                customer_number: Text::default(),
                why: Searched::LineNumber,
                matched: Text::line(found.msisdn.digits()),
                opens: Place::Line(Some(line)),
            };
            send(replies, SearchReply::Hits(System::Freebit, vec![hit])).await;
        }
        Err(fault) if fault.kind == FaultKind::NotFound => {}
        Err(fault) => send(replies, SearchReply::Failed(fault)).await,
    }
}

async fn send(replies: &Replies, reply: SearchReply) {
    replies.send(Reply::Search(reply)).await;
}

/// Sends one system's hits, each customer once, and its failure if there was one. Answers how many hits there were.
async fn answer(replies: &Replies, system: System, hits: Vec<Hit>, fault: Option<Fault>) -> usize {
    let mut once: Vec<Hit> = Vec::with_capacity(hits.len());
    for hit in hits {
        if !once.iter().any(|other| other.key.same_customer(&hit.key)) {
            once.push(hit);
        }
    }
    let found = once.len();
    if let Some(fault) = fault {
        send(replies, SearchReply::Failed(fault)).await;
    }
    send(replies, SearchReply::Hits(system, once)).await;
    found
}

/// What is remembered of a system that no call reaches.
async fn remember(replies: &Replies, system: System, hits: Vec<Hit>, fault: Fault) -> usize {
    let shut_out = fault.shuts_out();
    let hits = if shut_out { hits } else { Vec::new() };
    let some = !hits.is_empty();
    let found = answer(replies, system, hits, Some(fault)).await;
    if some {
        send(replies, SearchReply::Remembered(system)).await;
    }
    found
}

/// What systems cannot look for at all. Only what a person could expect of them is worth a line.
fn cannot(what: &What) -> Vec<(System, Searched)> {
    use System::{Freebit, Salesforce, Whmcs};
    match what {
        What::Phone(_) => vec![(Whmcs, Searched::Phone)],
        What::PostalCode(_) => vec![(Whmcs, Searched::PostalCode)],
        What::PhoneTail(_) | What::NameAndTail(..) => {
            vec![(Whmcs, Searched::PhoneTail), (Freebit, Searched::PhoneTail)]
        }
        What::CustomerNumber(_) => vec![(Whmcs, Searched::CustomerNumber)],
        What::Eid(_) => vec![(Whmcs, Searched::Eid), (Freebit, Searched::Eid)],
        What::Iccid(_) => vec![(Whmcs, Searched::Iccid), (Freebit, Searched::Iccid)],
        What::ProductNumber(_) => vec![(Whmcs, Searched::ProductNumber), (Freebit, Searched::ProductNumber)],
        What::InvoiceNumber(number) if number.parse::<u64>().is_err() => {
            vec![(Salesforce, Searched::Invoice), (Whmcs, Searched::Invoice)]
        }
        What::InvoiceNumber(_) => vec![(Salesforce, Searched::Invoice)],
        What::EmailFragment(part) if part.starts_with('@') => vec![(Whmcs, Searched::Email)],
        What::Email(_)
        | What::EmailFragment(_)
        | What::Name(_)
        | What::ClientId(_)
        | What::OrderNumber(_)
        | What::WhmcsOrderNumber(_)
        | What::WhmcsOrderId(_)
        | What::CaseNumber(_)
        | What::SalesforceId(_) => Vec::new(),
    }
}
