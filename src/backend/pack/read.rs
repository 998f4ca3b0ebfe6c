//! Reads customers for a pack, one after the other: what opening one reads, and what somebody without a link will look for.

use futures_util::{future::join_all, join};
use tokio::sync::mpsc;

use super::super::cache::Owner;
use super::super::{Backend, Replies, customer, deeper};
use crate::domain::customer::CustomerKey;
use crate::domain::line::Line;
use crate::domain::queue::Queue;
use crate::domain::text::Text;
use crate::flow::Customer;
use crate::flow::deeper::Deeper;
use crate::flow::fault::Fault;
use crate::flow::msg::Msg;
use crate::flow::pack::{PackOf, PackReply};
use crate::flow::query::{CustomerPart, Reply};
use crate::flow::remote::Remote;

/// Cases of a customer whose words are taken along: the open ones, at most so many.
const CASES: usize = 3;
/// Pages of promises that are looked through.
const PAGES: usize = 5;

/// Reads them and sends each as it is done.
pub(super) async fn read(backend: &Backend, of: PackOf, replies: &Replies) {
    let most = backend.office.pack.customers;
    let mut rows = match of {
        PackOf::These(rows) => once(rows),
        PackOf::Today => match Box::pin(today(backend)).await {
            Ok(rows) => rows,
            Err(fault) => return replies.send(Reply::Pack(PackReply::NotReading(fault))).await,
        },
    };
    let left_out = rows.len().saturating_sub(most);
    rows.truncate(most);
    replies.send(Reply::Pack(PackReply::Reading(rows.clone(), left_out))).await;
    for (at, (key, called)) in rows.into_iter().enumerate() {
        let customer = Box::pin(whole(backend, key, called, replies)).await;
        replies.send(Reply::Pack(PackReply::Read(at, Box::new(customer)))).await;
    }
}

/// Each customer once.
fn once(rows: Vec<(CustomerKey, Text)>) -> Vec<(CustomerKey, Text)> {
    let mut once: Vec<(CustomerKey, Text)> = Vec::with_capacity(rows.len());
    for (key, called) in rows {
        let known = key.account.is_some() || key.client.is_some() || key.line.is_some();
        if known && !once.iter().any(|(it, _)| it.same_customer(&key)) {
            once.push((key, called));
        }
    }
    once
}

/// Whom the person at the desk promised something by today.
async fn today(backend: &Backend) -> Result<Vec<(CustomerKey, Text)>, Fault> {
    let mut rows = Vec::new();
    let mut from = None;
    for _ in 0..PAGES {
        let page = backend.salesforce.queue_page(&backend.asking(), Queue::FollowUpsDue, from.as_ref()).await?;
        rows.extend(page.rows.into_iter().map(|row| (row.customer, row.name)));
        from = page.next;
        if from.is_none() {
            break;
        }
    }
    Ok(once(rows))
}

/// Everything of one customer that a pack takes.
async fn whole(backend: &Backend, key: CustomerKey, called: Text, replies: &Replies) -> Customer {
    let mut customer = Customer::opening(key.clone(), called);
    let read = async |own| _ = Box::pin(customer::open(backend, key, customer::Scope::Whole, &own)).await;
    gather(&mut customer, replies, read).await;
    customer.end();
    let key = customer.key.clone();
    let mut wanted = vec![
        Deeper::Changes,
        Deeper::FollowUps,
        Deeper::Transactions,
        Deeper::Credits,
        Deeper::Emails,
        Deeper::Addons,
        Deeper::CancelRequests,
    ];
    let cases = customer.cases.value().map(|list| list.rows.as_slice()).unwrap_or_default();
    wanted.extend(cases.iter().filter(|case| !case.closed).take(CASES).map(|case| Deeper::Case(case.id)));
    gather(&mut customer, replies, async |own| {
        join_all(wanted.into_iter().map(|it| deeper::at_once(backend, key.clone(), it, &own))).await;
    })
    .await;
    // Freebit is asked for one line, as when a customer is opened. Of the others, what was read before.
    for msisdn in customer.all_lines() {
        if customer.line(&msisdn).is_none()
            && let Some(known) = backend.cache.last::<Line>(&Owner::Line(msisdn.clone()))
        {
            customer.line_mut(&msisdn).take(Remote::answered(Some(known), None));
        }
    }
    customer
}

/// Has something read and takes its parts as they come.
async fn gather(customer: &mut Customer, replies: &Replies, read: impl AsyncFnOnce(Replies)) {
    let (messages, mut parts) = mpsc::channel(16);
    let own = Replies { slot: replies.slot, generation: replies.generation, messages };
    let take = async {
        while let Some(msg) = parts.recv().await {
            match msg {
                Msg::Reply { reply: Reply::Customer(CustomerPart::LineReads(_)), .. } => {}
                Msg::Reply { reply: Reply::Customer(part), .. } => customer.take(part),
                _ => {}
            }
        }
    };
    // The channel ends with what writes into it.
    join!(read(own), take);
}
