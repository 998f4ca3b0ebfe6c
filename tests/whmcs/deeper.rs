//! What is read when somebody looks closer: payments, credit, e-mails, add-ons, cancellations, prices, invoices, tickets.

use std::collections::BTreeSet;

use jiff::civil::Date;
use madoguchi::backend::whmcs::Whmcs;
use madoguchi::domain::billing::{Listing, ServiceStatus, Subscription};
use madoguchi::domain::customer::ClientId;
use madoguchi::domain::history::{MessageKind, Side};
use madoguchi::domain::ledger::EmailState;
use madoguchi::domain::money::Yen;
use madoguchi::domain::service::{CancelEffect, Cycle};
use madoguchi::flow::fault::FaultKind;
use madoguchi::sandbox::whmcs::{Empty, Lists, Numbers, Release, Style};
use serde_json::{Value, json};

use crate::vendor::{Vendor, json as reply, page, rules, status};
use crate::{CLIENT, always, client_with, whmcs, with_sandbox};

/// Every way PHP writes that there is nothing.
fn nothing(inner: &str) -> Vec<Value> {
    vec![json!(""), json!([]), json!({}), json!(null), json!([[]]), json!({inner: []}), json!({inner: ""})]
}

#[tokio::test]
async fn payments_and_refunds_come_newest_first_with_the_gateways_own_id() {
    let row = |id: Value, date: &str, amounts: [Value; 3]| {
        json!({
            "id": id, "userid": "41", "currency": "0", "gateway": "stripe", "date": date, "description": "Paid &amp; done",
            "amountin": amounts[0], "fees": amounts[1], "amountout": amounts[2], "rate": "1.00000", "transid": "pi_1",
            "invoiceid": "9001", "refundid": "0",
        })
    };
    let rows = [
        row(json!("7"), "2026-10-05 09:00:00", [json!("3300.00"), json!("49.50"), json!("0.00")]),
        row(json!(8), "0000-00-00 00:00:00", [json!(0), json!(""), json!(1100)]),
        row(json!("9"), "2026-11-05 09:00:00", [json!("3300.00"), json!("119.00"), json!("0.00")]),
    ];
    let answer = json!({"result": "success", "totalresults": "3", "transactions": {"transaction": rows}});
    let listing = always(answer).await.transactions(CLIENT).await.unwrap();
    assert_eq!(listing.rows.iter().map(|it| it.id).collect::<Vec<_>>(), [9, 7, 8], "one without a date is last");
    let [newest, older, refund] = &listing.rows[..] else { panic!("three rows") };
    assert_eq!((newest.received, newest.paid_out, newest.fee), (Some(Yen(3300)), Some(Yen(0)), Some(Yen(119))));
    assert_eq!(newest.at.unwrap().to_string(), "2026-11-05T00:00:00Z", "the server's clock is Japan's");
    assert_eq!((newest.reference.as_str(), newest.invoice), ("pi_1", Some(9001)));
    assert_eq!((newest.description.as_str(), newest.gateway.as_str()), ("Paid & done", "stripe"));
    assert_eq!(older.fee, None, "a fee that is no whole yen is unknown");
    assert_eq!((refund.at, refund.fee, refund.paid_out), (None, None, Some(Yen(1100))));
    for empty in nothing("transaction") {
        let answer = json!({"result": "success", "totalresults": 0, "transactions": empty});
        assert_eq!(always(answer).await.transactions(CLIENT).await.unwrap().total, 0);
    }
}

#[tokio::test]
async fn credit_names_the_invoice_only_where_whmcs_does() {
    let row = |id: u64, description: &str, amount: &str, relid: Value| json!({"id": id, "date": "2026-09-01", "description": description, "amount": amount, "relid": relid});
    let answer = json!({"result": "success", "totalresults": 3, "clientid": "41", "credits": {"credit": [
        row(5, "Compensation", "1500.00", json!(0)),
        row(6, "Credit Applied to Invoice #9001", "-500.00", json!("9001")),
        row(7, "Upgrade/Downgrade Credit", "120.00", json!(9001)),
    ]}});
    let listing = always(answer).await.credits(CLIENT).await.unwrap();
    let told: Vec<_> = listing.rows.iter().map(|it| (it.id, it.amount, it.invoice)).collect();
    assert_eq!(told, [(7, Some(Yen(120)), None), (6, Some(Yen(-500)), Some(9001)), (5, Some(Yen(1500)), None)]);
    assert_eq!(listing.rows[0].date, Some(Date::constant(2026, 9, 1)));
}

#[tokio::test]
async fn an_e_mail_says_how_it_went_and_its_page_becomes_text() {
    let email = |state: Value| {
        let mut row = json!({
            "id": "12", "userid": "41", "subject": "Invoice &amp; receipt", "date": "2026-11-02 10:00:00",
            "to": "aiko@example.jp", "attachments": "",
            "message": "<html><head><style>p{color:red}</style></head><body><p>Dear Aiko,</p><p>&yen;3,300<br>due &lt;soon&gt;</p></body></html>",
        });
        row.as_object_mut().unwrap().extend(state.as_object().unwrap().clone());
        json!({"result": "success", "totalresults": 1, "emails": {"email": [row]}})
    };
    for (state, expected) in [
        (json!({}), EmailState::Sent),
        (json!({"pending": 0, "failed": "0", "failure_reason": ""}), EmailState::Sent),
        (json!({"pending": true, "failed": 0}), EmailState::Pending),
        (json!({"pending": "1", "failed": ""}), EmailState::Pending),
    ] {
        assert_eq!(always(email(state)).await.emails(CLIENT).await.unwrap().rows[0].state, expected);
    }
    let failed = json!({"pending": "0", "failed": "1", "failure_reason": "550 5.2.2 mailbox full\u{1b}[0m"});
    let listing = always(email(failed)).await.emails(CLIENT).await.unwrap();
    let it = &listing.rows[0];
    assert!(matches!(&it.state, EmailState::Failed(why) if why.as_str() == "550 5.2.2 mailbox full"));
    assert_eq!((it.subject.as_str(), it.to.as_str()), ("Invoice & receipt", "aiko@example.jp"));
    assert_eq!(it.body.as_str(), "Dear Aiko,\n\n¥3,300\ndue <soon>");
}

#[tokio::test]
async fn the_newest_e_mails_are_read_from_either_end_and_the_rest_is_counted() {
    for newest_first in [true, false] {
        let vendor = Vendor::start(move |_, asked| {
            let number = |name| asked.form(name).unwrap().parse::<usize>().unwrap();
            let mut ids: Vec<usize> = (1..=250).collect();
            if newest_first {
                ids.reverse();
            }
            let rows = ids.iter().skip(number("limitstart")).take(number("limitnum"));
            let rows: Vec<Value> = rows.map(|id| json!({"id": id, "subject": "Hello"})).collect();
            reply(json!({"result": "success", "totalresults": "250", "emails": {"email": rows}}))
        })
        .await;
        let listing = client_with(&vendor.url, rules()).emails(CLIENT).await.unwrap();
        assert_eq!((listing.rows.len(), listing.total), (100, 250));
        assert_eq!((listing.rows[0].id, listing.rows[99].id), (250, 151));
        let older = client_with(&vendor.url, rules()).older_emails(CLIENT, 100).await.unwrap();
        assert_eq!((older.rows.len(), older.rows[0].id, older.rows[99].id), (100, 150, 51));
        let oldest = client_with(&vendor.url, rules()).older_emails(CLIENT, 200).await.unwrap();
        assert_eq!((oldest.rows.len(), oldest.rows[0].id, oldest.rows[49].id), (50, 50, 1));
    }
}

#[tokio::test]
async fn add_ons_are_all_strings_and_belong_to_a_service() {
    let row = |id: &str, service: &str, status: &str| json!({"id": id, "qty": "1", "userid": "41", "orderid": "77", "serviceid": service, "addonid": "3", "name": "Voice &amp; mail", "setupfee": "1100.00", "recurring": "330.00", "billingcycle": "Monthly", "tax": "on", "status": status, "regdate": "2024-05-02", "nextduedate": "0000-00-00"});
    let rows = [row("22", "311", "Active"), row("21", "310", "Napping"), row("23", "0", "Active")];
    let answer = json!({"result": "success", "totalresults": 3, "addons": {"addon": rows}});
    let listing = always(answer).await.addons(CLIENT).await.unwrap();
    assert_eq!((listing.rows.len(), listing.total), (2, 3), "one without a service is left out and counted");
    let it = &listing.rows[0];
    assert_eq!((it.id, it.service, it.name.as_str()), (21, 310, "Voice & mail"));
    assert_eq!((it.amount, it.setup_fee, it.next_due), (Some(Yen(330)), Some(Yen(1100)), None));
    assert!(matches!(&it.status, ServiceStatus::Other(word) if word.as_str() == "Napping"));
}

/// A client's services, as a search for cancellations needs them.
#[expect(clippy::unwrap_used, reason = "a test's helper fails with its test")]
async fn services(registered: &str) -> Listing<Subscription> {
    let rows = [json!({"id": "310", "regdate": registered}), json!({"id": "311", "regdate": registered})];
    always(json!({"result": "success", "products": {"product": rows}})).await.subscriptions(CLIENT).await.unwrap()
}

/// A WHMCS with 10,000 requests, one a day, of which every 1,000th is for service 310.
#[expect(clippy::unwrap_used, reason = "a test's helper fails with its test")]
async fn many_requests(newest_first: bool) -> Vendor {
    Vendor::start(move |_, asked| {
        let number = |name| asked.form(name).unwrap().parse::<usize>().unwrap();
        let start = Date::constant(2000, 1, 1);
        let row = |id: usize| {
            let at = start.checked_add(jiff::Span::new().days(id as i64)).unwrap();
            json!({"id": id, "date": format!("{at} 12:00:00"), "relid": if id.is_multiple_of(1000) { 310 } else { 5 }, "reason": "", "type": "Immediate"})
        };
        let mut ids: Vec<usize> = (1..=10_000).collect();
        if newest_first {
            ids.reverse();
        }
        let rows: Vec<Value> =
            ids.into_iter().skip(number("limitstart")).take(number("limitnum")).map(row).collect();
        reply(json!({"result": "success", "totalresults": 10_000, "packages": {"package": rows}}))
    })
    .await
}

#[tokio::test]
async fn cancellations_are_picked_out_of_everybodys() {
    let row = |id: Value, service: Value, kind: &str| json!({"id": id, "date": "2026-11-20 10:00:00", "relid": service, "reason": "Moving &amp; gone\r\nsorry", "type": kind});
    let rows = [
        row(json!("1"), json!("310"), "Immediate"),
        row(json!(2), json!(999), "Immediate"),
        row(json!(3), json!(311), "End of Billing Period"),
        row(json!(4), json!("311"), "When it rains"),
    ];
    let answer = json!({"result": "success", "totalresults": "4", "packages": {"package": rows}});
    let listing = always(answer).await.cancel_requests(&services("2024-05-02").await).await.unwrap();
    assert_eq!(listing.rows.iter().map(|it| (it.id, it.service)).collect::<Vec<_>>(), [(4, 311), (3, 311), (1, 310)]);
    assert_eq!(listing.total, 3, "other people's requests are none of this client's");
    assert!(matches!(&listing.rows[0].effect, CancelEffect::Other(word) if word.as_str() == "When it rains"));
    assert_eq!(
        (&listing.rows[1].effect, &listing.rows[2].effect),
        (&CancelEffect::EndOfPeriod, &CancelEffect::Immediate)
    );
    assert_eq!(listing.rows[2].reason.as_str(), "Moving & gone\nsorry");
    let (whmcs, vendor) = whmcs(|_| reply(json!({"result": "success"}))).await;
    let none = Listing { rows: Vec::new(), total: 0 };
    assert_eq!(whmcs.cancel_requests(&none).await.unwrap().total, 0);
    assert_eq!(vendor.calls(), 0, "without services there is nothing to look for");
}

#[tokio::test]
async fn a_long_list_of_cancellations_is_read_from_its_new_end_and_no_further_than_needed() {
    for newest_first in [true, false] {
        let vendor = many_requests(newest_first).await;
        let whmcs = client_with(&vendor.url, rules());
        // The last request is of 2027-05-19; the services began a good 1,000 days earlier.
        let found = whmcs.cancel_requests(&services("2024-05-02").await).await.unwrap();
        assert_eq!(found.rows.iter().map(|it| it.id).collect::<Vec<_>>()[..2], [10_000, 9_000]);
        assert!(found.complete(), "nobody cancels what is not there yet");
        let cheap = vendor.calls();
        assert!(cheap <= 3, "{cheap}");
        // Services as old as the list: four calls are spent, and what was not looked at is said.
        let found = whmcs.cancel_requests(&services("1999-01-01").await).await.unwrap();
        assert_eq!(vendor.calls() - cheap, 4);
        assert_eq!(found.total - found.rows.len() as u64, 6_000);
    }
}

#[tokio::test]
async fn the_catalogue_offers_only_what_has_a_price_in_yen() {
    let product = |pid: u64, paytype: &str, pricing: Value| json!({"pid": pid, "gid": "2", "name": "SIM &amp; go", "paytype": paytype, "description": "<b>x</b>", "pricing": pricing, "customfields": {"customfield": []}});
    let jpy = json!({"JPY": {"prefix": "¥", "suffix": " JPY", "msetupfee": "0.00", "monthly": "1980.00", "quarterly": "-1.00", "semiannually": "-1.00", "annually": "19800.00", "biennially": "", "triennially": "-1.00"}});
    let usd = json!({"USD": {"monthly": "18.00"}});
    let rows = [
        product(22, "recurring", jpy.clone()),
        product(23, "onetime", jpy),
        product(24, "free", json!({})),
        product(25, "recurring", usd),
        product(26, "recurring", json!("")),
    ];
    let answer = json!({"result": "success", "totalresults": 5, "products": {"product": rows}});
    let products = always(answer).await.products().await.unwrap();
    let prices: Vec<_> = products.iter().map(|it| it.prices.clone()).collect();
    assert_eq!(
        prices,
        [
            vec![(Cycle::Monthly, Yen(1980)), (Cycle::Annually, Yen(19_800))],
            vec![(Cycle::OneTime, Yen(1980))],
            vec![(Cycle::Free, Yen(0))],
            vec![],
            vec![],
        ]
    );
    assert_eq!((products[0].id, products[0].group, products[0].name.as_str()), (22, 2, "SIM & go"));
}

#[tokio::test]
async fn an_invoice_says_what_it_is_for_and_what_was_paid() {
    let invoice = |transactions: Value| {
        json!({
            "result": "success", "invoiceid": "9001", "invoicenum": "", "userid": 41, "subtotal": "3000.00",
            "credit": "0.00", "tax": "300.00", "tax2": "0.00", "total": "3300.00", "balance": "1100.00",
            "status": "Unpaid", "notes": "Call &amp; ask\r\nfirst", "ccgateway": true,
            "items": {"item": [
                {"id": 501, "type": "Hosting", "relid": "310", "description": "SIM 10GB", "amount": "2000.00", "taxed": 1},
                {"id": 502, "type": "Addon", "relid": 21, "description": "Voice", "amount": "1000.00", "taxed": ""},
                {"id": 503, "type": "", "relid": 0, "description": "Router", "amount": "free"},
            ]},
            "transactions": transactions,
        })
    };
    for empty in nothing("transaction") {
        let detail = always(invoice(empty)).await.invoice_detail(9001).await.unwrap();
        assert!(detail.transactions.is_empty());
    }
    let paid = json!({"transaction": [
        {"id": "8", "date": "2026-11-06 09:00:00", "amountin": "0.00", "amountout": "1100.00", "transid": "re_1", "invoiceid": "9001"},
        {"id": "7", "date": "2026-11-05 09:00:00", "amountin": "3300.00", "amountout": "0.00", "transid": "pi_1", "invoiceid": "9001"},
    ]});
    let detail = always(invoice(paid)).await.invoice_detail(9001).await.unwrap();
    assert_eq!(detail.transactions.iter().map(|it| it.id).collect::<Vec<_>>(), [7, 8], "oldest first");
    assert_eq!((detail.subtotal, detail.tax, detail.balance), (Some(Yen(3000)), Some(Yen(300)), Some(Yen(1100))));
    assert_eq!(detail.notes.as_str(), "Call & ask\nfirst");
    let told: Vec<_> = detail.items.iter().map(|it| (it.amount, it.taxed, it.service)).collect();
    let expected = [(Some(Yen(2000)), Some(true), Some(310)), (Some(Yen(1000)), Some(false), None), (None, None, None)];
    assert_eq!(told, expected, "the number of an add-on is no service's");
    let other = json!({"result": "success", "invoiceid": 9002});
    assert_eq!(always(other).await.invoice_detail(9001).await.unwrap_err().kind, FaultKind::Unreadable);
}

#[tokio::test]
async fn a_ticket_tells_staff_from_customers_and_notes_from_replies() {
    let answer = json!({
        "result": "success", "ticketid": "812", "tid": "ABC-123456", "c": "KPqH7yG3", "subject": "Down",
        "replies": {"reply": [
            {"replyid": "0", "name": "Aiko Mori", "requestor_name": "Aiko Mori", "date": "2026-11-21 09:12:00",
             "message": "Hello,\r\n\r\nIt&#039;s \u{1b}[31mdown", "attachment": "123_a.png|987_b_2.pdf", "admin": ""},
            {"replyid": "31", "name": "", "requestor_name": "Desk One", "date": "2026-11-21 09:40:00",
             "message": "Checking", "attachments": [[]], "admin": "Desk One"},
            {"replyid": "32", "name": "", "requestor_name": "Ken &amp; Co", "date": "2026-11-21 09:50:00",
             "message": "Thanks", "attachments": [{"filename": "log.txt", "index": 0}], "admin": ""},
        ]},
        "notes": {"note": [{"noteid": "4", "date": "2026-11-21 09:41:00", "message": "NOC told", "admin": ""}]},
    });
    let listing = always(answer).await.ticket_messages(812).await.unwrap();
    assert_eq!(listing.total, 4);
    let told: Vec<_> = listing.rows.iter().map(|it| (it.who.as_str(), it.side, it.kind, it.public)).collect();
    let expected = [
        ("Ken & Co", Side::Customer, MessageKind::Reply, true),
        ("", Side::Staff, MessageKind::Note, false),
        ("Desk One", Side::Staff, MessageKind::Reply, true),
        ("Aiko Mori", Side::Customer, MessageKind::Reply, true),
    ];
    assert_eq!(told, expected);
    let files = |n: usize| listing.rows[n].files.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        (files(0), files(2), files(3)),
        (vec!["log.txt".into()], vec![], vec!["a.png".into(), "b_2.pdf".into()])
    );
    assert!(listing.rows[3].body.starts_with("Hello,\n\nIt's"), "{}", listing.rows[3].body);
    assert!(!format!("{listing:?}").contains("KPqH7yG3"));
    for (replies, notes) in nothing("reply").into_iter().zip(nothing("note")) {
        let answer = json!({"result": "success", "id": 812, "replies": replies, "notes": notes});
        assert_eq!(always(answer).await.ticket_messages(812).await.unwrap().total, 0);
    }
}

/// Answers the question for the service with `service`, and the one for the price with `price`.
async fn pricing(service: Value, price: crate::vendor::Answer) -> (Whmcs, Vendor) {
    let vendor = Vendor::start(move |_, asked| match asked.form("action").as_deref() {
        Some("GetClientsProducts") => reply(json!({"result": "success", "products": {"product": [service]}})),
        _ => price.clone(),
    })
    .await;
    (client_with(&vendor.url, rules()), vendor)
}

#[tokio::test]
async fn a_price_is_asked_for_dry_and_kept_as_written() {
    let answer = json!({
        "result": "success", "oldproductid": "12", "oldproductname": "SIM 3GB", "newproductid": "22",
        "newproductname": "SIM &amp; 10GB", "daysuntilrenewal": "9", "totaldays": 30, "newproductbillingcycle": "monthly",
        "price": "¥-267 JPY", "upgradeinprogress": 0,
    });
    let service = json!({"id": "310", "clientid": "41", "paymentmethod": "stripe"});
    let (whmcs, vendor) = pricing(service, reply(answer)).await;
    let quote = whmcs.quote(CLIENT, 310, 22, Cycle::SemiAnnually).await.unwrap();
    assert_eq!((quote.from.as_str(), quote.to.as_str(), quote.price.as_str()), ("SIM 3GB", "SIM & 10GB", "¥-267 JPY"));
    assert_eq!((quote.days_left, quote.days_total, quote.in_progress), (Some(9), Some(30), Some(false)));
    let asked = vendor.asked();
    assert_eq!(asked.len(), 2);
    for (name, value) in [
        ("action", "UpgradeProduct"),
        ("calconly", "1"),
        ("serviceid", "310"),
        ("type", "product"),
        ("newproductid", "22"),
        ("newproductbillingcycle", "semiannually"),
        ("paymentmethod", "stripe"),
    ] {
        assert_eq!(asked[1].form(name).as_deref(), Some(value), "{name}");
    }
    assert_eq!(asked[1].body.matches("calconly").count(), 1);
}

#[tokio::test]
async fn a_price_is_never_asked_for_twice_nor_without_saying_that_it_is_a_question() {
    let service = json!({"id": 310, "clientid": 41, "paymentmethod": "stripe"});
    let refused = json!({"result": "error", "message": "Previous upgrade invoice still unpaid"});
    for (answer, kind) in [
        (status(503, ""), FaultKind::Broken),
        (page(500), FaultKind::Broken),
        (reply(refused), FaultKind::Refused),
        (reply(json!({"warning": "No price"})), FaultKind::Refused),
        (reply(json!({"result": "success"})), FaultKind::Unreadable),
    ] {
        let (whmcs, vendor) = pricing(service.clone(), answer).await;
        assert_eq!(whmcs.quote(CLIENT, 310, 22, Cycle::Monthly).await.unwrap_err().kind, kind);
        assert_eq!(vendor.calls(), 2, "a write is sent once, also a dry one");
    }
    let (whmcs, vendor) = pricing(service, reply(json!({"result": "success"}))).await;
    assert!(whmcs.read("UpgradeProduct", &[("serviceid", "310"), ("newproductid", "22")]).await.is_err());
    assert_eq!(vendor.calls(), 0);
    // A service of somebody else, and one without a payment method.
    for (service, kind) in [
        (json!({"id": 311, "clientid": 41, "paymentmethod": "stripe"}), FaultKind::NotFound),
        (json!({"id": 310, "clientid": 41, "paymentmethod": ""}), FaultKind::Refused),
    ] {
        let (whmcs, vendor) = pricing(service, reply(json!({"result": "success"}))).await;
        assert_eq!(whmcs.quote(CLIENT, 310, 22, Cycle::Monthly).await.unwrap_err().kind, kind);
        assert_eq!(vendor.calls(), 1);
    }
}

#[tokio::test]
async fn the_sandboxes_clients_are_read_deeper_in_every_variant() {
    let (sandbox, whmcs) = with_sandbox().await;
    let ids: Vec<u64> = sandbox.look(|world| world.whmcs.clients.iter().map(|client| client.id).collect());
    let style = |numbers, empty, lists| Style { numbers, empty, lists, ..Style::default() };
    for style in [
        Style::default(),
        style(Numbers::Text, Empty::Text, Lists::default()),
        style(Numbers::Text, Empty::Object, Lists::Keyed),
        style(Numbers::Native, Empty::Null, Lists::Collapsed),
        Style { release: Release::V8, ..style(Numbers::Text, Empty::Missing, Lists::default()) },
    ] {
        sandbox.change(|world| world.whmcs.settings.style = style);
        let mut products: BTreeSet<u64> = whmcs.products().await.unwrap().iter().map(|it| it.id).collect();
        sandbox.look(|world| world.whmcs.products.iter().for_each(|it| assert!(products.remove(&it.id), "{style:?}")));
        assert!(products.is_empty());
        // Everybody once; of the other variants a few are enough.
        let many = if style == Style::default() { ids.len() } else { 8 };
        for id in ids.iter().take(many) {
            let client = ClientId(*id);
            let transactions = whmcs.transactions(client).await.unwrap();
            let credits = whmcs.credits(client).await.unwrap();
            let emails = whmcs.emails(client).await.unwrap();
            let addons = whmcs.addons(client).await.unwrap();
            let services = whmcs.subscriptions(client).await.unwrap();
            let requests = whmcs.cancel_requests(&services).await.unwrap();
            let (invoices, tickets) = sandbox.look(|world| {
                let db = &world.whmcs;
                assert_eq!(transactions.rows.len(), db.transactions.of(*id).count(), "{style:?}");
                let paid: i64 = db.transactions.of(*id).map(|it| it.amount_in).sum();
                assert_eq!(transactions.rows.iter().filter_map(|it| it.received).sum::<Yen>(), Yen(paid));
                assert_eq!(credits.rows.len(), db.credits.of(*id).count());
                assert_eq!(emails.total, db.emails.of(*id).count() as u64, "{style:?}");
                let failed = db.emails.of(*id).rev().take(100).filter(|it| it.failure.is_some()).count();
                assert_eq!(emails.rows.iter().filter(|it| matches!(it.state, EmailState::Failed(_))).count(), failed);
                assert!(emails.rows.iter().all(|it| !it.body.contains("<p>")));
                assert_eq!(addons.rows.len(), db.addons.of(*id).count());
                assert_eq!(requests.rows.len(), db.cancel_requests.of(*id).count());
                assert!(requests.complete());
                let of = |ids: &mut dyn Iterator<Item = u64>| ids.take(2).collect::<Vec<u64>>();
                (of(&mut db.invoices.of(*id).map(|it| it.id)), of(&mut db.tickets.of(*id).map(|it| it.id)))
            });
            for invoice in invoices {
                let detail = whmcs.invoice_detail(invoice).await.unwrap();
                sandbox.look(|world| {
                    let stored = world.whmcs.invoices.get(invoice).unwrap();
                    assert_eq!(detail.items.len(), stored.items.len(), "{style:?}");
                    assert_eq!(detail.subtotal, Some(Yen(stored.subtotal())));
                    let paid: i64 = world.whmcs.paid_towards(stored);
                    let received: Yen = detail.transactions.iter().filter_map(|it| it.received).sum();
                    let returned: Yen = detail.transactions.iter().filter_map(|it| it.paid_out).sum();
                    assert_eq!(received - returned, Yen(paid));
                });
            }
            for ticket in tickets {
                let messages = whmcs.ticket_messages(ticket).await.unwrap();
                sandbox.look(|world| {
                    let stored = world.whmcs.tickets.get(ticket).unwrap();
                    assert_eq!(messages.rows.len(), 1 + stored.replies.len() + stored.notes.len(), "{style:?}");
                });
            }
        }
    }
    assert_eq!(whmcs.ticket_messages(999_999).await.unwrap_err().kind, FaultKind::NotFound);
    assert_eq!(whmcs.invoice_detail(999_999).await.unwrap_err().kind, FaultKind::NotFound);
}

#[tokio::test]
async fn the_sandboxes_prices_are_asked_for_and_nothing_changes() {
    let (sandbox, whmcs) = with_sandbox().await;
    let (client, service, group) = sandbox.look(|world| {
        let db = &world.whmcs;
        let it = db.services.iter().find(|it| it.next_due.is_some() && it.recurring > 0).unwrap();
        (it.client_id, it.id, db.products.get(it.product_id).unwrap().group_id)
    });
    let stored = |id: u64| {
        sandbox.look(move |world| {
            let it = world.whmcs.services.get(id).unwrap();
            (it.product_id, it.recurring, world.whmcs.orders.len(), world.whmcs.invoices.len())
        })
    };
    let before = stored(service);
    let products = whmcs.products().await.unwrap();
    let mut asked = 0;
    for product in products.iter().filter(|it| it.group == group) {
        for (cycle, _) in &product.prices {
            let quote = whmcs.quote(ClientId(client), service, product.id, *cycle).await.unwrap();
            assert_eq!(quote.to, product.name);
            assert!(quote.price.contains('¥') && quote.days_left <= quote.days_total, "{quote:?}");
            assert_eq!(quote.in_progress, Some(false));
            asked += 1;
        }
    }
    assert!(asked > 1);
    assert_eq!(stored(service), before);
    let stranger = whmcs.quote(ClientId(client + 1), service, products[0].id, Cycle::Monthly).await;
    assert_eq!(stranger.unwrap_err().kind, FaultKind::NotFound, "a service is quoted to its own client only");
    let unoffered = whmcs.quote(ClientId(client), service, products[0].id, Cycle::Triennially).await;
    assert_eq!(unoffered.unwrap_err().kind, FaultKind::Refused);
}
