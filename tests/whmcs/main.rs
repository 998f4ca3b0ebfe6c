//! The WHMCS client against hand-written answers in every shape WHMCS is known to give, and against the sandbox.

mod deeper;
mod desk;
mod queues;
#[path = "../vendor/mod.rs"]
mod vendor;

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::join_all;
use madoguchi::backend::breaker::BreakerRules;
use madoguchi::backend::http::{Error, Rules, Safety};
use madoguchi::backend::whmcs::convert::Names;
use madoguchi::backend::whmcs::{Login, Whmcs};
use madoguchi::domain::billing::{InvoiceStatus, PayMethodKind, ProductKind, ServiceStatus};
use madoguchi::domain::customer::ClientId;
use madoguchi::domain::money::Yen;
use madoguchi::domain::phone::Fixtures;
use madoguchi::domain::system::System;
use madoguchi::flow::fault::{FaultKind, Hint};
use madoguchi::sandbox::whmcs::{Empty, Lists, Numbers, Refusals, Release, Style};
use madoguchi::sandbox::{self, Sandbox, SandboxOptions, faults};
use serde_json::{Value, json};
use url::Url;
use vendor::{Answer, Vendor, bytes, json as reply, page, rules, silence, status};

const CLIENT: ClientId = ClientId(41);

fn login() -> Login {
    Login { identifier: "identifier".into(), secret: "the-secret".into(), access_key: Some("the-key".into()) }
}

#[expect(clippy::unwrap_used, reason = "a test's helper fails with its test")]
fn client_with(url: &Url, rules: Rules) -> Whmcs {
    let (http, _) = vendor::http(System::Whmcs, url, rules);
    let names = Names { fixtures: Fixtures::Allowed, ..Names::default() };
    Whmcs::new(http, url, login(), names).unwrap()
}

async fn whmcs(answer: impl Fn(usize) -> Answer + Send + Sync + 'static) -> (Whmcs, Vendor) {
    let vendor = Vendor::start(move |n, _| answer(n)).await;
    (client_with(&vendor.url, rules()), vendor)
}

/// A client that gets `body` whatever it asks.
async fn always(body: Value) -> Whmcs {
    whmcs(move |_| reply(&body)).await.0
}

#[tokio::test]
async fn credentials_travel_in_the_body_only() {
    let (whmcs, vendor) = whmcs(|_| reply(json!({"result": "success"}))).await;
    whmcs.read("GetClients", &[("search", "O'Neil & Sons=%")]).await.unwrap();
    let asked = &vendor.asked()[0];
    assert_eq!((asked.method.as_str(), asked.target.as_str()), ("POST", "/includes/api.php"));
    for (name, value) in [
        ("action", "GetClients"),
        ("responsetype", "json"),
        ("identifier", "identifier"),
        ("secret", "the-secret"),
        ("accesskey", "the-key"),
        ("search", "O'Neil & Sons=%"),
    ] {
        assert_eq!(asked.form(name).as_deref(), Some(value), "{name}");
    }
}

#[tokio::test]
async fn a_client_is_read_wherever_it_stands_in_the_answer() {
    let own = json!({
        "id": 41, "firstname": "Aiko", "lastname": "O&#039;Mori", "companyname": "Tea &amp; Co", "email": "aiko@example.jp",
        "address1": "1-2-3 Shiba", "address2": "", "city": "Minato-ku", "state": "Tokyo", "postcode": "105-0014",
        "phonenumber": "090-0123-4567", "status": "Active", "credit": "500.00", "language": "japanese",
        "customfields": [{"id": 9, "value": "x"}, {"id": 198, "value": "C-000123"}],
    });
    let mut as_text = own.clone();
    as_text["id"] = json!("41");
    as_text["customfields"] = json!({"customfield": [{"id": "198", "value": "C-000123"}]});
    let mut at_root = own.clone();
    at_root["result"] = json!("success");
    at_root["warning"] = json!("Something is deprecated");
    at_root.as_object_mut().unwrap().remove("id");
    at_root["userid"] = json!("41");
    for answer in [
        json!({"result": "success", "client": own, "firstname": "duplicated at the root"}),
        json!({"result": "success", "client": as_text}),
        at_root,
    ] {
        let client = always(answer.clone()).await.client(CLIENT).await.unwrap();
        assert_eq!(client.id, CLIENT, "{answer}");
        assert_eq!(client.name.as_str(), "Aiko O'Mori");
        assert_eq!(client.company.as_str(), "Tea & Co");
        assert_eq!(client.customer_number.as_str(), "C-000123");
        assert_eq!(client.credit, Some(Yen(500)));
        assert_eq!(client.phone.phone.unwrap().digits(), "09001234567");
        assert_eq!(client.address.as_str(), "1-2-3 Shiba, Minato-ku, Tokyo, 105-0014");
    }
}

#[tokio::test]
async fn a_client_without_custom_fields_names_no_number() {
    for fields in [json!(""), json!([]), json!({}), json!(null), json!({"customfield": ""})] {
        let answer = json!({"result": "success", "client": {"id": 41, "customfields": fields}});
        let client = always(answer).await.client(CLIENT).await.unwrap();
        assert_eq!(client.customer_number.as_str(), "");
        assert_eq!(client.credit, None, "an unknown credit is not zero");
    }
}

#[tokio::test]
async fn services_are_read_with_numbers_as_text_and_fields_under_either_name() {
    let row = |field: &str| {
        json!({
            "id": "310", "clientid": "41", "orderid": "77", "name": "SIM 10GB", "groupname": "Mobile",
            "domain": "09001234567", "regdate": "2024-05-02", "nextduedate": "2026-12-01", "recurringamount": "1980.00",
            "billingcycle": "Monthly", "status": "Active", "password": "clear-text", "overidesuspenduntil": "0000-00-00",
            "suspensionreason": "", "customfields": {"customfield": [
                {"id": "31", field: "SIM Number", "value": "09001234568"},
                {"id": "32", field: "Serial Number", "value": "AX1234567890123"},
                {"id": "33", field: "OpportunityId", "value": "006D000000IqhSL"},
                {"id": "34", field: "Colour", "value": "R&amp;B"},
            ]},
        })
    };
    for field in ["name", "fieldname"] {
        let answer = json!({"result": "success", "totalresults": "1", "products": {"product": [row(field)]}});
        let listing = always(answer).await.subscriptions(CLIENT).await.unwrap();
        assert!(!format!("{listing:?}").contains("clear-text"));
        assert_eq!(listing.total, 1);
        let service = &listing.rows[0];
        assert_eq!((service.id, service.kind, &service.status), (310, ProductKind::Sim, &ServiceStatus::Active));
        assert_eq!(service.line.as_ref().unwrap().digits(), "09001234568", "the custom field wins over the label");
        assert_eq!(service.product_number.as_str(), "AX1234567890123");
        assert!(service.opportunity.is_some());
        assert_eq!(service.no_suspend_until, None);
        assert_eq!(service.amount, Some(Yen(1980)));
        assert_eq!(service.fields.len(), 1);
        assert_eq!(service.fields[0].1.as_str(), "R&B");
    }
}

#[tokio::test]
async fn lists_are_empty_in_five_ways_and_full_in_three() {
    for empty in [json!(""), json!([]), json!({}), json!(null), json!({"product": []}), json!({"product": ""})] {
        let listing =
            always(json!({"result": "success", "products": empty})).await.subscriptions(CLIENT).await.unwrap();
        assert_eq!((listing.rows.len(), listing.total), (0, 0));
    }
    let missing = always(json!({"result": "success", "totalresults": 0})).await.subscriptions(CLIENT).await.unwrap();
    assert_eq!(missing.rows.len(), 0);
    let row = json!({"id": 1, "status": "On Ice"});
    for full in [json!({"product": [row]}), json!({"product": row}), json!({"0": row})] {
        let listing = always(json!({"result": "success", "products": full})).await.subscriptions(CLIENT).await.unwrap();
        assert!(matches!(&listing.rows[0].status, ServiceStatus::Other(word) if word.as_str() == "On Ice"));
    }
}

#[tokio::test]
async fn invoices_keep_no_date_as_no_date_and_yen_whole() {
    let row = json!({
        "id": 9001, "userid": 41, "invoicenum": "", "date": "2026-11-01", "duedate": "2026-11-10",
        "datepaid": "0000-00-00 00:00:00", "last_capture_attempt": "-0001-11-30 00:00:00", "total": "3300.00",
        "credit": "0.00", "status": "Unpaid", "paymentmethod": "stripe",
    });
    let paid = json!({"id": "9002", "date": "2026-10-01", "datepaid": "2026-10-05 09:00:00", "total": "12,345.00", "status": "Paid"});
    let broken = json!({"id": 9003, "total": "free"});
    let answer = json!({"result": "success", "totalresults": 3, "invoices": {"invoice": [paid, row, broken]}});
    let listing = always(answer).await.invoices(CLIENT).await.unwrap();
    assert_eq!((listing.rows.len(), listing.total), (2, 3), "a total that is no amount is not shown as one");
    let (newest, older) = (&listing.rows[0], &listing.rows[1]);
    assert_eq!((newest.id, newest.total, newest.paid, newest.last_capture), (9001, Yen(3300), None, None));
    assert_eq!((older.total, &older.status), (Yen(12_345), &InvoiceStatus::Paid));
    assert_eq!(older.paid.unwrap().to_string(), "2026-10-05T00:00:00Z", "the server's clock is Japan's");
}

#[tokio::test]
async fn pay_methods_come_flat_and_leave_their_tokens_behind() {
    let answer = json!({"result": "success", "clientid": "41", "paymethods": [
        {"id": 3, "type": "RemoteCreditCard", "card_last_four": "4242", "expiry_date": "02/28", "card_type": "Visa",
         "remote_token": "{\"customer\":\"cus_secret\"}", "last_updated": "17/05/2026 10:01"},
        {"id": 4, "type": "BankAccount", "bank_name": "Mizuho"},
    ]});
    let methods = always(answer).await.pay_methods(CLIENT).await.unwrap();
    assert!(!format!("{methods:?}").contains("cus_secret"));
    assert_eq!((methods[0].kind, methods[0].last_four.as_str()), (PayMethodKind::Card, "4242"));
    assert_eq!(methods[0].expires.unwrap().to_string(), "2028-02-01");
    assert_eq!((methods[1].kind, methods[1].brand.as_str()), (PayMethodKind::Bank, "Mizuho"));
    assert!(always(json!({"result": "success", "paymethods": []})).await.pay_methods(CLIENT).await.unwrap().is_empty());
}

#[tokio::test]
async fn order_numbers_are_longer_than_32_bits_and_notes_name_the_salesforce_order() {
    let answer = json!({"result": "success", "orders": {"order": [{
        "id": 77, "ordernum": 4_820_193_375_u64, "userid": 41, "date": "2026-11-20 13:59:35", "amount": "3300.00",
        "invoiceid": 0, "status": "Pending", "paymentstatus": "Unpaid", "notes": "sfOrderId=801D000000IqhSLIAZ\r\n",
        "lineitems": {"lineitem": [{"product": "Mobile - SIM 10GB"}, {"product": "Fee"}]},
    }]}});
    let orders = always(answer).await.orders(CLIENT).await.unwrap();
    let order = &orders.rows[0];
    assert_eq!((order.number.as_str(), order.invoice), ("4820193375", None));
    assert_eq!(order.salesforce_order.unwrap().as_str(), "801D000000IqhSLIAZ");
    assert_eq!(order.what.as_str(), "Mobile - SIM 10GB + Fee");
}

#[tokio::test]
async fn tickets_of_all_departments_are_asked_for_and_their_keys_dropped() {
    let vendor = Vendor::start(|_, _| {
        reply(json!({"result": "success", "totalresults": "1", "tickets": {"ticket": [{
            "id": "812", "tid": "ABC-123456", "c": "KPqH7yG3", "subject": "It&#039;s \u{1b}[31mdown", "status": "Open",
            "priority": "High", "date": "2026-11-21 09:12:00", "lastreply": "2026-11-21 10:02:11",
        }]}}))
    })
    .await;
    let tickets = client_with(&vendor.url, rules()).tickets(CLIENT).await.unwrap();
    assert_eq!(vendor.asked()[0].form("ignore_dept_assignments").as_deref(), Some("1"));
    assert_eq!(tickets.rows[0].number.as_str(), "ABC-123456");
    assert!(tickets.rows[0].subject.starts_with("It's"), "{}", tickets.rows[0].subject);
    let shown = format!("{tickets:?}");
    assert!(!shown.contains("KPqH7yG3") && !shown.contains('\u{1b}'));
}

#[tokio::test]
async fn long_lists_are_paged_to_their_end_and_an_empty_page_ends_them() {
    let vendor = Vendor::start(|_, asked| {
        let start: usize = asked.form("limitstart").unwrap().parse().unwrap();
        let limit: usize = asked.form("limitnum").unwrap().parse().unwrap();
        let rows: Vec<Value> =
            (start..700.min(start + limit)).map(|id| json!({"id": id + 1, "total": "1.00"})).collect();
        reply(json!({"result": "success", "totalresults": "9999", "invoices": {"invoice": rows}}))
    })
    .await;
    let listing = client_with(&vendor.url, rules()).invoices(CLIENT).await.unwrap();
    assert_eq!((listing.rows.len(), vendor.calls()), (700, 3));
    assert!(!listing.complete(), "WHMCS claims more than it gives");
}

#[tokio::test]
async fn every_error_channel_becomes_a_fault_with_a_hint() {
    let error = |message: &str| json!({"result": "error", "message": message});
    let html = "<html>blocked</html>";
    let cases: Vec<(Answer, FaultKind, Hint, &str)> = vec![
        (
            status(403, error("Authentication Failed")),
            FaultKind::SignIn,
            Hint::CheckCredentials,
            "Authentication Failed",
        ),
        (status(403, error("Administrator Account Disabled")), FaultKind::SignIn, Hint::CheckCredentials, "Disabled"),
        (reply(error("Invalid or missing credentials")), FaultKind::SignIn, Hint::CheckCredentials, "credentials"),
        (status(403, error("Invalid IP 203.0.113.9")), FaultKind::NotPermitted, Hint::AllowAddress, "203.0.113.9"),
        (status(403, error("Forbidden IP 2001:db8::1")), FaultKind::NotPermitted, Hint::AllowAddress, "2001:db8::1"),
        (
            status(
                403,
                r#"{"result":"error","message":"Invalid Permissions: API action \u0022getclientsdetails\u0022 is not allowed"}"#,
            ),
            FaultKind::NotPermitted,
            Hint::AskPermission,
            "GetClientsDetails",
        ),
        (status(403, error("Access Denied")), FaultKind::NotPermitted, Hint::AskPermission, "Access Denied"),
        (
            reply(error("Command Not Found")),
            FaultKind::Refused,
            Hint::None,
            "does not know the action GetClientsDetails",
        ),
        (reply(error("API Function Not Found")), FaultKind::Refused, Hint::None, "does not know the action"),
        (reply(error("Client Not Found")), FaultKind::NotFound, Hint::None, "Client Not Found"),
        (reply(error("Client ID not found.")), FaultKind::NotFound, Hint::None, "Client ID not found"),
        (reply(error("It&#039;s \u{1b}[2J over")), FaultKind::Refused, Hint::None, "It's"),
        (
            reply(json!({"warning": "Invalid or Missing Payment Information"})),
            FaultKind::Refused,
            Hint::None,
            "Payment",
        ),
        (reply(json!({"status": "error", "message": "No"})), FaultKind::Refused, Hint::None, "No"),
        (status(400, error("Empty action request")), FaultKind::Refused, Hint::None, "Empty action"),
        (
            bytes(b"result=error;message=Invalid IP 203.0.113.9;"),
            FaultKind::NotPermitted,
            Hint::AllowAddress,
            "Invalid IP 203.0.113.9",
        ),
        (page(403), FaultKind::Broken, Hint::CheckNetwork, "web page instead of data (HTTP 403)"),
        (page(200), FaultKind::Broken, Hint::CheckNetwork, "web page"),
        (bytes(html.as_bytes()), FaultKind::Broken, Hint::CheckNetwork, "web page"),
        (page(500), FaultKind::Broken, Hint::TryAgain, "HTTP 500 with a web page"),
        (bytes(b"{\"result\":\"succ"), FaultKind::Unreadable, Hint::TryAgain, "no JSON"),
        (bytes(b"[]"), FaultKind::Unreadable, Hint::TryAgain, "no JSON object"),
        (bytes(b""), FaultKind::Unreadable, Hint::TryAgain, "no JSON"),
        (reply(json!({"result": "success"})), FaultKind::Unreadable, Hint::TryAgain, "GetClientsDetails"),
        (status(302, "").header("location", "https://example.com/"), FaultKind::Broken, Hint::CheckNetwork, "redirect"),
    ];
    for (answer, kind, hint, words) in cases {
        let (whmcs, _vendor) = whmcs(move |_| answer.clone()).await;
        let fault = whmcs.client(CLIENT).await.unwrap_err();
        assert_eq!((fault.kind, fault.hint), (kind, hint), "{fault}");
        assert!(fault.message.contains(words), "{fault} should say {words}");
        assert!(!fault.message.contains('\u{1b}') && !fault.message.contains("the-secret"));
    }
}

#[tokio::test]
async fn success_has_more_than_one_marker() {
    for answer in [json!({"result": "success"}), json!({"status": "success"}), json!({"count": 1, "admin_users": []})] {
        assert!(always(answer).await.read("GetAdminUsers", &[]).await.is_ok());
    }
    // `status` of an invoice is not a verdict.
    let invoice = json!({"result": "success", "invoiceid": 9001, "userid": 41, "status": "error"});
    assert_eq!(always(invoice).await.invoice(9001).await.unwrap().userid, Some(41));
}

#[tokio::test]
async fn two_refused_sign_ins_are_enough() {
    let (whmcs, vendor) = whmcs(|_| status(403, json!({"result": "error", "message": "Authentication Failed"}))).await;
    for _ in 0..5 {
        assert_eq!(whmcs.client(CLIENT).await.unwrap_err().kind, FaultKind::SignIn);
    }
    assert_eq!(vendor.calls(), 2, "a third one could ban the address");
}

#[tokio::test]
async fn hello_does_not_need_every_permission() {
    let denied =
        json!({"result": "error", "message": "Invalid Permissions: API action \"whmcsdetails\" is not allowed"});
    let (whmcs, vendor) = whmcs(move |_| status(403, &denied)).await;
    assert_eq!(whmcs.hello().await.unwrap(), None, "an unknown version is not told");
    assert_eq!(vendor.calls(), 2);
}

#[tokio::test]
async fn the_version_comes_with_the_greeting() {
    let denied =
        json!({"result": "error", "message": "Invalid Permissions: API action \"whmcsdetails\" is not allowed"});
    let unknown = json!({"result": "error", "message": "Command Not Found"});
    let told = |version: Value| json!({"result": "success", "adminid": 1, "whmcs": {"version": version}});
    for (first, second, major) in [
        (reply(told(json!("9.0.1"))), None, Some(9)),
        (status(403, denied), Some(reply(told(json!("8.13.1-release.1")))), Some(8)),
        (reply(unknown), Some(reply(told(json!("7.10.2")))), Some(7)),
        (reply(told(json!(""))), None, None),
        (reply(json!({"result": "success"})), None, None),
    ] {
        let (whmcs, vendor) = whmcs(move |n| if n == 0 { first.clone() } else { second.clone().unwrap() }).await;
        assert_eq!(whmcs.hello().await.unwrap(), major, "{:?}", vendor.asked()[0].form("action"));
    }
}

#[tokio::test]
async fn reads_are_repeated_and_writes_are_not() {
    let (whmcs, vendor) = whmcs(|n| if n < 2 { page(500) } else { reply(json!({"result": "success"})) }).await;
    whmcs.read("GetClients", &[]).await.unwrap();
    assert_eq!(vendor.calls(), 3);

    let vendor = Vendor::start(|_, _| status(503, "")).await;
    let (http, told) = vendor::http(System::Whmcs, &vendor.url, rules());
    let url = vendor.url.clone();
    let error = http.send(Safety::Write, "AddOrder", |client| client.post(url.clone())).await.unwrap_err();
    assert!(matches!(error, Error::Server { status: 503, .. }));
    assert_eq!(vendor.calls(), 1, "a write whose answer failed may have had its effect");
    assert_eq!(told.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn an_answer_that_never_comes_is_a_timeout() {
    let vendor = Vendor::start(|_, _| silence()).await;
    let rules = Rules { answer: Duration::from_millis(30), retries: 1, ..rules() };
    let fault = client_with(&vendor.url, rules).client(CLIENT).await.unwrap_err();
    assert_eq!((fault.kind, vendor.calls()), (FaultKind::Timeout, 2));
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    // The port was the system's choice and is free again: nobody answers there.
    let url = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap()
    };
    let fault = client_with(&url, rules()).client(CLIENT).await.unwrap_err();
    assert_eq!((fault.kind, fault.hint), (FaultKind::Unreachable, Hint::CheckNetwork));
}

#[tokio::test]
async fn retry_after_is_honoured_when_short_and_told_when_long() {
    let (whmcs, vendor) = whmcs(|n| match n {
        0 => status(429, "").header("retry-after", "0"),
        _ => reply(json!({"result": "success"})),
    })
    .await;
    whmcs.read("GetClients", &[]).await.unwrap();
    assert_eq!(vendor.calls(), 2);

    let vendor = Vendor::start(|_, _| status(429, "").header("retry-after", "3600")).await;
    let fault = client_with(&vendor.url, rules()).client(CLIENT).await.unwrap_err();
    assert_eq!((fault.kind, fault.hint), (FaultKind::TooMany, Hint::Wait));
    assert!(fault.message.contains("3600 s"), "{fault}");
    assert_eq!(vendor.calls(), 1);
}

#[tokio::test]
async fn a_system_that_keeps_failing_is_left_alone_and_probed_later() {
    let vendor = Vendor::start(|n, _| if n < 3 { status(503, "") } else { reply(json!({"result": "success"})) }).await;
    let open_for = |cool_down| Rules { retries: 0, breaker: BreakerRules { failures: 3, cool_down }, ..rules() };
    let whmcs = client_with(&vendor.url, open_for(Duration::from_hours(1)));
    for _ in 0..3 {
        assert_eq!(whmcs.read("GetClients", &[]).await.unwrap_err().kind, FaultKind::Broken);
    }
    let held = whmcs.read("GetClients", &[]).await.unwrap_err();
    assert_eq!((held.kind, held.hint, vendor.calls()), (FaultKind::Held, Hint::Wait, 3));

    let vendor = Vendor::start(|n, _| if n < 3 { status(503, "") } else { reply(json!({"result": "success"})) }).await;
    let whmcs = client_with(&vendor.url, open_for(Duration::ZERO));
    for _ in 0..3 {
        whmcs.read("GetClients", &[]).await.unwrap_err();
    }
    // All the reads of a customer come at once: those beside the probe wait for it, and none is turned away.
    let all = futures_util::future::join_all((0..6).map(|_| whmcs.read("GetClients", &[]))).await;
    assert!(all.iter().all(Result::is_ok), "{all:?}");
    assert_eq!(vendor.calls(), 9);
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let vendor = Vendor::start(|_, _| bytes(&vec![b' '; 100_000])).await;
    let fault = client_with(&vendor.url, Rules { largest_answer: 50_000, ..rules() }).client(CLIENT).await.unwrap_err();
    assert_eq!((fault.kind, vendor.calls()), (FaultKind::Unreadable, 1));
}

#[tokio::test]
async fn the_newest_orders_are_found_at_either_end_of_the_list() {
    for newest_first in [true, false] {
        let vendor = Vendor::start(move |_, asked| {
            let number = |name| asked.form(name).unwrap().parse::<usize>().unwrap();
            let mut ids: Vec<usize> = (1..=500).collect();
            if newest_first {
                ids.reverse();
            }
            let rows = ids.iter().skip(number("limitstart")).take(number("limitnum"));
            let rows: Vec<Value> =
                rows.map(|id| json!({"id": id, "ordernum": 4_000_000_000_u64 + *id as u64})).collect();
            reply(json!({"result": "success", "totalresults": 500, "orders": {"order": rows}}))
        })
        .await;
        let orders = client_with(&vendor.url, rules()).newest_orders(200).await.unwrap();
        let ids: Vec<u64> = orders.iter().filter_map(|order| order.id).collect();
        assert_eq!((ids.len(), ids.iter().max(), ids.iter().min()), (200, Some(&500), Some(&301)));
    }
}

/// A sandbox with a small invented population, and a client on it.
#[expect(clippy::unwrap_used, reason = "a test's helper fails with its test")]
async fn with_sandbox() -> (Sandbox, Whmcs) {
    let today = "2026-11-22T03:00:00Z".parse().unwrap();
    let options = SandboxOptions::new(40, 7, today);
    let sandbox = sandbox::start(options).await.unwrap();
    sandbox.ready().await.unwrap();
    let (http, _) = vendor::http(System::Whmcs, &sandbox.whmcs, rules());
    let login = Login {
        identifier: sandbox.credentials.whmcs_identifier.clone().into(),
        secret: sandbox.credentials.whmcs_secret.clone().into(),
        access_key: None,
    };
    let names = Names { fixtures: Fixtures::Allowed, ..Names::default() };
    let whmcs = Whmcs::new(http, &sandbox.whmcs, login, names).unwrap();
    (sandbox, whmcs)
}

#[tokio::test]
async fn the_sandboxes_clients_are_read_as_they_are_in_every_variant() {
    let (sandbox, whmcs) = with_sandbox().await;
    let ids: Vec<u64> = sandbox.look(|world| world.whmcs.clients.iter().map(|client| client.id).take(12).collect());
    assert!(!ids.is_empty());
    let style = |numbers, empty, lists| Style { numbers, empty, lists, ..Style::default() };
    for style in [
        Style::default(),
        style(Numbers::Text, Empty::Text, Lists::default()),
        style(Numbers::Native, Empty::Array, Lists::default()),
        style(Numbers::Text, Empty::Object, Lists::Keyed),
        style(Numbers::Native, Empty::Null, Lists::Collapsed),
        Style { release: Release::V8, ..style(Numbers::Text, Empty::Missing, Lists::default()) },
    ] {
        sandbox.change(|world| world.whmcs.settings.style = style);
        for id in &ids {
            let client = whmcs.client(ClientId(*id)).await.unwrap();
            let services = whmcs.subscriptions(ClientId(*id)).await.unwrap();
            let invoices = whmcs.invoices(ClientId(*id)).await.unwrap();
            let methods = whmcs.pay_methods(ClientId(*id)).await.unwrap();
            let orders = whmcs.orders(ClientId(*id)).await.unwrap();
            let tickets = whmcs.tickets(ClientId(*id)).await.unwrap();
            sandbox.look(|world| {
                let db = &world.whmcs;
                let stored = db.clients.get(*id).unwrap();
                assert_eq!(client.email.as_str(), stored.email, "{style:?}");
                assert_eq!(client.credit, Some(Yen(stored.credit)));
                assert_eq!(client.customer_number.as_str(), stored.custom_fields.get(&198).map_or("", String::as_str));
                assert_eq!(services.rows.len(), db.services.of(*id).count(), "{style:?}");
                assert_eq!(invoices.rows.len(), db.invoices.of(*id).count());
                assert_eq!(methods.len(), db.pay_methods.of(*id).count());
                assert_eq!(orders.rows.len(), db.orders.of(*id).count());
                assert_eq!(tickets.rows.len(), db.tickets.of(*id).count());
            });
        }
    }
}

#[tokio::test]
async fn the_sandboxes_refusals_are_understood() {
    let (sandbox, _) = with_sandbox().await;
    for refusals in [Refusals::default(), Refusals::Nvp] {
        sandbox.change(|world| world.whmcs.settings.style = Style { refusals, ..Style::default() });
        let fault = client_with(&sandbox.whmcs, rules()).client(CLIENT).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::SignIn, "{fault}");
    }
}

#[tokio::test]
async fn the_sandboxes_misbehaviour_is_survived() {
    let (sandbox, whmcs) = with_sandbox().await;
    let fault = |fault| faults::Order::on(faults::System::Whmcs, fault).times(1);
    for trouble in
        [faults::Fault::Html500, faults::Fault::Unavailable503, faults::Fault::DropBefore, faults::Fault::DropAfter]
    {
        sandbox.misbehave(fault(trouble.clone()));
        assert!(whmcs.hello().await.is_ok(), "{trouble:?} once is repeated away");
    }
    sandbox.misbehave(fault(faults::Fault::Garbage));
    assert_eq!(whmcs.hello().await.unwrap_err().kind, FaultKind::Unreadable);
    assert_eq!(whmcs.client(ClientId(999_999)).await.unwrap_err().kind, FaultKind::NotFound);
}

/// The API actions that a file of the source names, by the verbs they begin with.
#[expect(clippy::unwrap_used, reason = "a test's helper fails with its test")]
fn actions(file: &std::path::Path, verbs: &[&str]) -> Vec<String> {
    let source = std::fs::read_to_string(file).unwrap();
    let words = source.split("#[cfg(test)]").next().unwrap().split('"').skip(1).step_by(2);
    let action = |word: &&str| {
        word.chars().all(char::is_alphanumeric)
            && verbs.iter().any(|verb| word.len() > verb.len() && word.starts_with(verb))
    };
    words.filter(action).map(str::to_owned).collect()
}

/// The actions that the example of the configuration lists behind `mark`.
#[expect(clippy::unwrap_used, reason = "a test's helper fails with its test")]
fn listed(mark: &str) -> BTreeSet<String> {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/config.example.toml");
    let example = std::fs::read_to_string(example).unwrap();
    let (_, listed) = example.split_once(mark).unwrap();
    let (listed, _) = listed.split_once('.').unwrap();
    listed.split([' ', '\n', '#', '|']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Whoever sets up the credential reads them in the example; one that is missing there would be missing in the role.
#[test]
fn every_action_that_is_sent_is_in_the_example_of_the_configuration() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(root.join("src/backend/whmcs")).unwrap();
    let sent: BTreeSet<String> =
        files.flat_map(|file| actions(&file.unwrap().path(), &["Get", "Whmcs", "Upgrade"])).collect();
    assert_eq!(sent, listed("credential should allow:"));
    let carried = root.join("src/backend/operations/carry/whmcs");
    let verbs = ["Add", "Apply", "Capture", "Create", "Send", "Update"];
    let money = ["bills.rs", "credit.rs", "mail.rs", "services.rs"].map(|name| actions(&carried.join(name), &verbs));
    let written: BTreeSet<String> = money.concat().into_iter().collect();
    let listed = listed("need these as well:");
    let missing: Vec<_> = written.difference(&listed).collect();
    assert_eq!(missing, Vec::<&String>::new(), "should be in the example");
}

/// A screen asks for a dozen things at once, and nobody knows yet whether the secret is right.
#[tokio::test]
async fn a_wrong_secret_is_tried_twice_however_much_is_asked_at_once() {
    let refused = || status(403, json!({"result": "error", "message": "Authentication Failed"}));
    let (wrong, vendor) = whmcs(move |_| refused()).await;
    let many = async |whmcs: &Whmcs| join_all((0..12).map(|_| whmcs.client(CLIENT))).await;
    assert!(many(&wrong).await.iter().all(|read| read.as_ref().is_err_and(|it| it.kind == FaultKind::SignIn)));
    assert_eq!(vendor.calls(), 2);
    // A ban lasts a quarter of an hour.
    for (minutes, calls) in [(15, 2), (2, 3)] {
        tokio::time::pause();
        tokio::time::advance(Duration::from_mins(minutes)).await;
        tokio::time::resume();
        many(&wrong).await;
        assert_eq!(vendor.calls(), calls);
    }

    // The secret is changed while the desk works: what waited for a lane is not sent any more.
    let good = reply(json!({"result": "success"}));
    let (whmcs, vendor) = whmcs(move |n| if n == 0 { good.clone() } else { refused() }).await;
    whmcs.read("GetStats", &[]).await.unwrap();
    many(&whmcs).await;
    assert!(vendor.calls() <= 1 + 4 + 1, "those that were on their way, and one that tries: {}", vendor.calls());
}

/// While the credentials are tried the others wait; once they are good all are sent, and nothing is for nothing.
#[tokio::test]
async fn what_waits_for_the_first_call_is_sent_after_it_or_fails_with_it() {
    let (good, vendor) = whmcs(|_| reply(json!({"result": "success"}))).await;
    let many = join_all((0..12).map(|_| good.read("GetStats", &[]))).await;
    assert!(many.iter().all(Result::is_ok) && vendor.calls() == 12);

    let vendor = Vendor::start(|_, _| status(503, "")).await;
    let whmcs = client_with(&vendor.url, Rules { retries: 0, ..rules() });
    let many = join_all((0..12).map(|_| whmcs.read("GetStats", &[]))).await;
    assert!(many.iter().all(|read| read.as_ref().is_err_and(|it| it.kind == FaultKind::Broken)), "{many:?}");
    assert_eq!(vendor.calls(), 1);
    assert!(whmcs.read("GetStats", &[]).await.is_err() && vendor.calls() == 2, "the next one tries anew");
}
