//! What waits over all customers: counted within few calls, listed the oldest first.

use std::collections::BTreeSet;

use jiff::Timestamp;
use madoguchi::domain::customer::ClientId;
use madoguchi::domain::money::Yen;
use madoguchi::domain::queue::{Queue, QueueItem};
use madoguchi::domain::status::Place;
use madoguchi::domain::text::Text;
use madoguchi::flow::fault::FaultKind;
use madoguchi::sandbox::whmcs::db::ModuleQueueEntry;
use serde_json::{Value, json};

use crate::vendor::{Vendor, json as reply, rules};
use crate::{always, client_with, with_sandbox};

const OURS: [Queue; 4] =
    [Queue::TicketsAwaiting, Queue::InvoicesOverdue, Queue::WhmcsOrdersPending, Queue::ModuleFailures];

/// A WHMCS where `n` of everything waits, one a minute, listed from the newest or from the oldest.
#[expect(clippy::unwrap_used, reason = "a test's helper fails with its test")]
async fn busy(n: usize, newest_first: bool) -> Vendor {
    Vendor::start(move |_, asked| {
        let action = asked.form("action").unwrap();
        let number = |name, otherwise| asked.form(name).map_or(otherwise, |it| it.parse::<usize>().unwrap());
        let at = |id: usize| format!("2026-11-20 {:02}:{:02}:00", id / 60, id % 60);
        let row = |id: usize| match action.as_str() {
            "GetTickets" => {
                json!({"id": id.to_string(), "tid": format!("T-{id}"), "userid": "41", "lastreply": at(id)})
            }
            "GetOrders" => json!({"id": id, "ordernum": 4_000_000_000_u64 + id as u64, "userid": 41, "date": at(id)}),
            "GetInvoices" => json!({"id": id, "userid": 41, "total": "100.00", "duedate": "2026-11-10"}),
            _ => json!({"id": id, "serviceType": "service", "serviceId": 310, "createdAt": at(id)}),
        };
        let mut ids: Vec<usize> = (1..=n).collect();
        if newest_first && action != "GetInvoices" {
            ids.reverse();
        }
        let rows: Vec<Value> =
            ids.into_iter().skip(number("limitstart", 0)).take(number("limitnum", n)).map(row).collect();
        let mut answer = json!({"result": "success", "totalresults": n.to_string()});
        match action.as_str() {
            "GetTickets" => answer["tickets"] = json!({"ticket": rows}),
            "GetOrders" => answer["orders"] = json!({"order": rows}),
            "GetInvoices" => answer["invoices"] = json!({"invoice": rows}),
            "GetModuleQueue" => answer = json!({"result": "success", "count": n, "queue": rows}),
            _ => answer["products"] = json!({"product": [{"id": "310", "clientid": "41", "name": "SIM 10GB"}]}),
        }
        reply(answer)
    })
    .await
}

fn at(written: &str) -> Timestamp {
    written.parse().expect("a timestamp")
}

#[tokio::test]
async fn counting_everything_costs_at_most_five_calls() {
    let oldest = Some(at("2026-11-19T15:01:00Z"));
    for (n, newest_first, calls, orders) in [
        (0, true, 4, None),
        (20, true, 4, oldest),
        (20, false, 4, oldest),
        (300, false, 4, oldest),
        (300, true, 5, None),
    ] {
        let vendor = busy(n, newest_first).await;
        let whmcs = client_with(&vendor.url, rules());
        for queue in OURS {
            let tally = whmcs.tally(queue).await.unwrap();
            assert_eq!((tally.count.n, tally.count.at_least), (n as u64, false), "{queue:?}");
            let expected = match queue {
                _ if n == 0 => None,
                Queue::WhmcsOrdersPending => orders,
                Queue::InvoicesOverdue => Some(at("2026-11-09T15:00:00Z")),
                _ => oldest,
            };
            assert_eq!(tally.oldest, expected, "{queue:?} of {n}, the newest first: {newest_first}");
        }
        assert_eq!(vendor.calls(), calls, "{n}, the newest first: {newest_first}");
    }
    let whmcs = always(json!({"result": "success"})).await;
    assert_eq!(whmcs.tally(Queue::CasesMine).await.unwrap_err().kind, FaultKind::NotFound);
}

#[tokio::test]
async fn every_queue_is_paged_from_the_oldest_to_the_newest_whichever_way_whmcs_lists_it() {
    for (queue, newest_first) in OURS.into_iter().flat_map(|queue| [(queue, true), (queue, false)]) {
        for n in [0, 1, 25, 26, 110] {
            let vendor = busy(n, newest_first).await;
            let whmcs = client_with(&vendor.url, rules());
            let mut rows: Vec<QueueItem> = Vec::new();
            let mut from = None;
            loop {
                let page = whmcs.queue_page(queue, from.as_ref()).await.unwrap();
                assert_eq!(page.total, Some(n as u64));
                rows.extend(page.rows);
                match page.next {
                    Some(next) => from = Some(next),
                    None => break,
                }
            }
            assert_eq!(rows.len(), n, "{queue:?}, the newest first: {newest_first}");
            assert!(rows.is_sorted_by_key(|row| row.since), "{queue:?}");
            assert!(rows.iter().all(|row| row.customer.client == Some(ClientId(41))), "{queue:?}");
            assert!(vendor.calls() <= 3 * n.div_ceil(25).max(1), "{queue:?}: {} calls for {n}", vendor.calls());
        }
    }
}

#[tokio::test]
async fn what_waits_is_told_in_the_desks_words() {
    let one = async |queue, answer: Value| always(answer).await.queue_page(queue, None).await.unwrap().rows.remove(0);

    let ticket = json!({"id": "812", "tid": "ABC-1", "c": "secret", "userid": "0", "name": "Ken &amp; Co", "subject": "It&#039;s down", "status": "Customer-Reply", "priority": "High", "lastreply": "2026-11-21 10:00:00"});
    let it = one(Queue::TicketsAwaiting, json!({"result": "success", "tickets": {"ticket": [ticket]}})).await;
    assert_eq!(it.customer.client, None, "somebody who is no client");
    assert_eq!((it.number.as_str(), it.name.as_str(), it.what.as_str()), ("ABC-1", "Ken & Co", "It's down"));
    assert_eq!(
        (it.priority.as_str(), it.opens, it.since),
        ("High", Place::Ticket(Some(812)), Some(at("2026-11-21T01:00:00Z")))
    );

    let invoice = json!({"id": 9001, "userid": 41, "firstname": "Aiko", "lastname": "O&#039;Mori", "invoicenum": "", "duedate": "2026-11-10", "total": "3300.00", "status": "Unpaid", "paymentmethod": "stripe"});
    let it = one(Queue::InvoicesOverdue, json!({"result": "success", "invoices": {"invoice": [invoice]}})).await;
    assert_eq!((it.number.as_str(), it.name.as_str(), it.amount), ("9001", "Aiko O'Mori", Some(Yen(3300))));
    assert_eq!((it.opens, it.since), (Place::Invoice(Some(9001)), Some(at("2026-11-09T15:00:00Z"))));

    let order = json!({"id": 77, "ordernum": "4820193375", "userid": "41", "name": "Aiko Mori", "date": "2026-11-20 13:59:35", "amount": "3300.00", "status": "Pending", "paymentstatus": "Unpaid", "lineitems": {"lineitem": {"product": "SIM 10GB"}}});
    let it = one(Queue::WhmcsOrdersPending, json!({"result": "success", "orders": {"order": order}})).await;
    assert_eq!(
        (it.number.as_str(), it.status.iter().map(Text::as_str).collect::<Vec<_>>(), it.what.as_str()),
        ("4820193375", vec!["Pending", "Unpaid"], "SIM 10GB")
    );
    assert_eq!(it.opens, Place::WhmcsOrder(Some(77)));
}

#[tokio::test]
async fn failed_commands_are_looked_up_once_a_service_and_an_add_ons_stays_unknown() {
    let vendor = Vendor::start(|_, asked| {
        let row = |id: u64, kind: &str, service: Value, done: Value| json!({"id": id, "serviceType": kind, "serviceId": service, "moduleName": "freebit", "moduleAction": "CreateAccount", "lastAttempt": "2026-11-21 10:00:00", "lastAttemptError": "Line is &quot;busy&quot;", "numRetries": 2, "completed": done, "createdAt": "2026-11-21 09:00:00"});
        match asked.form("action").as_deref() {
            Some("GetModuleQueue") => reply(json!({"result": "success", "count": 5, "queue": [
                row(1, "service", json!("310"), json!(0)),
                row(2, "service", json!(310), json!("0")),
                row(3, "addon", json!(21), json!(0)),
                row(4, "service", json!(404), json!("")),
                row(5, "service", json!(311), json!("1")),
            ]})),
            _ if asked.form("serviceid").as_deref() == Some("310") => reply(
                json!({"result": "success", "products": {"product": [{"id": "310", "clientid": "41", "name": "SIM 10GB"}]}}),
            ),
            _ => reply(json!({"result": "success", "products": ""})),
        }
    })
    .await;
    let page = client_with(&vendor.url, rules()).queue_page(Queue::ModuleFailures, None).await.unwrap();
    assert_eq!(page.total, Some(4), "what was carried out at last waits no more");
    let told: Vec<_> = page.rows.iter().map(|it| (it.number.as_str(), it.customer.client, it.opens.clone())).collect();
    let expected = [
        ("310", Some(ClientId(41)), Place::Subscription(Some(310))),
        ("310", Some(ClientId(41)), Place::Subscription(Some(310))),
        ("21", None, Place::Subscription(None)),
        ("404", None, Place::Subscription(Some(404))),
    ];
    assert_eq!(told, expected);
    assert_eq!(page.rows[0].what.as_str(), "freebit CreateAccount SIM 10GB");
    assert_eq!(page.rows[0].status[0].as_str(), "Line is \"busy\"");
    assert_eq!(vendor.calls(), 3, "the queue, and two services");
}

#[tokio::test]
async fn the_sandboxes_queues_hold_what_waits_in_its_world() {
    let (sandbox, whmcs) = with_sandbox().await;
    let today = Timestamp::to_zoned("2026-11-22T03:00:00Z".parse().unwrap(), madoguchi::domain::time::jst()).date();
    sandbox.change(|world| {
        for service_id in [1, 2, 2] {
            let now = jiff::civil::date(2026, 11, 22).at(9, 0, 0, 0);
            world.whmcs.module_queue.insert(ModuleQueueEntry {
                id: 0,
                service_type: "service".to_owned(),
                service_id,
                module: "freebit".to_owned(),
                action: "CreateAccount".to_owned(),
                last_attempt: now,
                last_error: "busy".to_owned(),
                retries: 1,
                completed: false,
                created: now,
            });
        }
    });
    let [invoices, orders, failures] = sandbox.look(|world| {
        let db = &world.whmcs;
        [
            db.invoices.iter().filter(|it| it.is_overdue(today)).map(|it| it.id).collect::<BTreeSet<u64>>(),
            db.orders.iter().filter(|it| it.status == "Pending").map(|it| it.id).collect(),
            db.module_queue.open().map(|it| it.service_id).collect(),
        ]
    });
    for (queue, ids) in
        [(Queue::InvoicesOverdue, invoices), (Queue::WhmcsOrdersPending, orders), (Queue::ModuleFailures, failures)]
    {
        let page = whmcs.queue_page(queue, None).await.unwrap();
        assert!(page.next.is_none() && !ids.is_empty(), "{queue:?} {}", ids.len());
        let opened: BTreeSet<u64> = page
            .rows
            .iter()
            .filter_map(|row| match row.opens {
                Place::Invoice(id) | Place::WhmcsOrder(id) | Place::Subscription(id) => id,
                _ => None,
            })
            .collect();
        assert_eq!(opened, ids, "{queue:?}");
        let tally = whmcs.tally(queue).await.unwrap();
        assert_eq!(Some(tally.count.n), page.total);
        assert_eq!(tally.oldest, page.rows[0].since, "{queue:?}");
        assert!(page.rows.iter().all(|row| row.customer.client.is_some()), "{queue:?}");
    }
    let page = whmcs.queue_page(Queue::TicketsAwaiting, None).await.unwrap();
    let tally = whmcs.tally(Queue::TicketsAwaiting).await.unwrap();
    assert_eq!((Some(tally.count.n), tally.oldest), (page.total, page.rows.first().and_then(|row| row.since)));
}
