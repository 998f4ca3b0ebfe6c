//! What WHMCS can look for: clients by the beginning of a name or an address, services by their exact label, and records by
//! their own ids.

use futures_util::future::join_all;

use super::{answer, remember, remembered, send};
use crate::backend::whmcs::{convert, wire};
use crate::backend::{Backend, Replies};
use crate::domain::customer::{ClientId, CustomerKey};
use crate::domain::name;
use crate::domain::phone::{Fixtures, Msisdn};
use crate::domain::recognise::What;
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::flow::fault::{Fault, FaultKind};
use crate::flow::query::{Hit, SearchReply, Searched};

/// One thing to ask WHMCS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ask {
    /// Clients whose name begins so, compared with what was typed.
    Name { prefix: String, typed: Text },
    /// Clients whose e-mail begins so.
    Email(Text),
    /// The services of a line.
    Line(Msisdn),
    /// A client.
    Client(ClientId),
    /// An invoice by its id.
    Invoice(u64),
    /// An order by its id.
    Order(u64),
    /// An order by the number customers hold.
    OrderNumber(u64),
}

/// Prefixes of one name that are tried: each is a call.
const PREFIXES: usize = 4;
/// Clients read of one beginning.
const CLIENTS: u32 = 25;
/// Newest orders looked through for a customer's order number.
const NEWEST_ORDERS: u64 = 200;
/// Clients whose name is read for a hit that names only their id.
const NAMED: usize = 5;

/// What to ask for the readings of what was typed.
pub(super) fn plan(guesses: &[What], fixtures: Fixtures) -> Vec<Ask> {
    let mut asks = Vec::new();
    for what in guesses {
        match what {
            What::Name(names) => {
                // As typed first: an installation may tell accents apart, or keep names in kanji.
                let mut prefixes = vec![names.as_typed.to_string()];
                let others = names.romaji.iter().filter(|romaji| !romaji.eq_ignore_ascii_case(&names.as_typed));
                prefixes.extend(others.take(PREFIXES - 1).cloned());
                let typed = &names.as_typed;
                asks.extend(prefixes.into_iter().map(|prefix| Ask::Name { prefix, typed: typed.clone() }));
            }
            What::Email(email) => asks.push(Ask::Email(email.clone())),
            What::EmailFragment(part) if !part.starts_with('@') => asks.push(Ask::Email(part.clone())),
            What::Phone(phone) => {
                asks.extend(Msisdn::try_from_phone(phone.clone(), fixtures).ok().map(Ask::Line));
            }
            What::ClientId(id) => asks.push(Ask::Client(*id)),
            What::InvoiceNumber(number) => asks.extend(number.parse().ok().map(Ask::Invoice)),
            What::WhmcsOrderId(id) => asks.push(Ask::Order(*id)),
            What::WhmcsOrderNumber(number) => asks.push(Ask::OrderNumber(*number)),
            What::EmailFragment(_)
            | What::PhoneTail(_)
            | What::NameAndTail(..)
            | What::PostalCode(_)
            | What::CustomerNumber(_)
            | What::OrderNumber(_)
            | What::CaseNumber(_)
            | What::Eid(_)
            | What::Iccid(_)
            | What::ProductNumber(_)
            | What::SalesforceId(_) => {}
        }
    }
    asks
}

/// Asks everything at once and sends the hits of each question as it is answered. Answers how many there were.
pub(super) async fn ask(backend: &Backend, asks: Vec<Ask>, guesses: &[What], replies: &Replies) -> usize {
    if asks.is_empty() {
        return 0;
    }
    let one = |ask: Ask| async move {
        let result = hits(backend, &ask, replies).await;
        let hits = match result {
            Ok(hits) => hits,
            // Asking for an id that nobody has is an answer.
            Err(fault) if fault.kind == FaultKind::NotFound => Vec::new(),
            Err(fault) => {
                return remember(replies, System::Whmcs, remembered::clients(backend, guesses), fault).await;
            }
        };
        answer(replies, System::Whmcs, hits, None).await
    };
    let found = join_all(asks.into_iter().map(one)).await.into_iter().sum();
    send(replies, SearchReply::Finished(System::Whmcs)).await;
    found
}

async fn hits(backend: &Backend, ask: &Ask, replies: &Replies) -> Result<Vec<Hit>, Fault> {
    let whmcs = &backend.whmcs;
    match ask {
        Ask::Name { prefix, typed } => {
            let rows = beginning(backend, prefix, replies).await?;
            let named = rows.iter().filter_map(|row| {
                let parts = [&row.firstname, &row.lastname, &row.companyname].map(|part| Text::html(part));
                let why = match name::matches(typed, &[&parts[0], &parts[1], &parts[2]])? {
                    name::Why::Written => Searched::Name,
                    name::Why::Reading => Searched::Kana,
                };
                let hit = of_row(row)?;
                Some(Hit { why, matched: hit.name.clone(), ..hit })
            });
            Ok(named.collect())
        }
        Ask::Email(email) => {
            let rows = beginning(backend, email, replies).await?;
            let begins = |row: &&wire::ClientRow| row.email.to_lowercase().starts_with(email.as_str());
            let hit = |row: &wire::ClientRow| {
                Some(Hit { why: Searched::Email, matched: Text::html(&row.email), ..of_row(row)? })
            };
            Ok(rows.iter().filter(begins).filter_map(hit).collect())
        }
        Ask::Line(line) => {
            let services = whmcs.services_labelled(line.digits()).await?;
            let clients = services.iter().filter_map(|row| row.clientid.map(ClientId));
            let line = Some(line.clone());
            named(backend, clients, |hit| Hit {
                key: CustomerKey { line: line.clone(), ..hit.key },
                why: Searched::LineNumber,
                matched: line.as_ref().map(|line| Text::line(line.digits())).unwrap_or_default(),
                opens: Place::Line(line.clone()),
                ..hit
            })
            .await
        }
        Ask::Client(id) => {
            named(backend, [*id].into_iter(), |hit| Hit {
                why: Searched::ClientId,
                matched: Text::line(&id.to_string()),
                ..hit
            })
            .await
        }
        Ask::Invoice(id) => {
            let invoice = whmcs.invoice(*id).await?;
            named(backend, invoice.userid.map(ClientId).into_iter(), |hit| Hit {
                why: Searched::Invoice,
                matched: Text::line(&id.to_string()),
                opens: Place::Invoice(Some(*id)),
                ..hit
            })
            .await
        }
        Ask::Order(id) => Ok(whmcs.order(*id).await?.as_ref().and_then(of_order).into_iter().collect()),
        Ask::OrderNumber(number) => {
            let newest = whmcs.newest_orders(NEWEST_ORDERS).await?;
            let bounded = SearchReply::LookedOnlyAt {
                system: System::Whmcs,
                searched: Searched::WhmcsOrder,
                newest: newest.len() as u64,
            };
            send(replies, bounded).await;
            let number = number.to_string();
            let same = |order: &&wire::Order| order.ordernum.trim_start_matches('0') == number.trim_start_matches('0');
            Ok(newest.iter().filter(same).filter_map(of_order).collect())
        }
    }
}

/// Clients whose name or address begins so, and a word when there may be more.
async fn beginning(backend: &Backend, prefix: &str, replies: &Replies) -> Result<Vec<wire::ClientRow>, Fault> {
    let rows = backend.whmcs.clients_beginning(prefix, CLIENTS).await?;
    if rows.len() >= CLIENTS as usize {
        send(replies, SearchReply::OnlyFirst(System::Whmcs)).await;
    }
    Ok(rows)
}

/// A hit without its reason.
fn of_client(id: ClientId, name: Text, customer_number: Text) -> Hit {
    Hit {
        system: System::Whmcs,
        key: CustomerKey { client: Some(id), ..CustomerKey::default() },
        name,
        kana: Text::default(),
        customer_number,
        why: Searched::Name,
        matched: Text::default(),
        opens: Place::Dashboard,
    }
}

fn of_row(row: &wire::ClientRow) -> Option<Hit> {
    let person = convert::name(&row.firstname, &row.lastname);
    let name = if person.is_empty() { Text::html(&row.companyname) } else { person };
    Some(of_client(ClientId(row.id?), name, Text::default()))
}

fn of_order(order: &wire::Order) -> Option<Hit> {
    let hit = of_client(ClientId(order.userid?), Text::html(&order.name), Text::default());
    Some(Hit {
        why: Searched::WhmcsOrder,
        matched: Text::html(&order.ordernum),
        opens: Place::WhmcsOrder(order.id),
        ..hit
    })
}

/// Hits for clients of whom only the id is known: their names are read.
async fn named(
    backend: &Backend,
    clients: impl Iterator<Item = ClientId>,
    reason: impl Fn(Hit) -> Hit,
) -> Result<Vec<Hit>, Fault> {
    let mut ids: Vec<ClientId> = clients.collect();
    ids.sort_unstable();
    ids.dedup();
    let clients = join_all(ids.into_iter().take(NAMED).map(|id| backend.whmcs.client(id))).await;
    clients
        .into_iter()
        .map(|client| client.map(|client| reason(of_client(client.id, client.name, client.customer_number))))
        .collect()
}
