use std::{collections::BTreeMap, path::Path};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    faults::{Fault, Order, System},
    *,
};

/// A client for plain HTTP on loopback: no pool, so that every call meets the fault on a connection of its own.
pub(crate) fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build().unwrap()
}

fn today() -> Timestamp {
    "2026-11-22T01:00:00Z".parse().unwrap()
}

async fn ask(sandbox: &Sandbox) -> reqwest::Result<reqwest::Response> {
    let url = sandbox.freebit.join("authOem/").unwrap();
    let credentials = &sandbox.credentials;
    let body = json!({"oemId": credentials.freebit_oem_id, "oemKey": credentials.freebit_oem_key});
    http().post(url).form(&[("json", body.to_string())]).send().await
}

#[tokio::test]
async fn every_system_listens_on_loopback_and_calls_are_counted() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    for url in [&sandbox.salesforce, &sandbox.whmcs, &sandbox.freebit, &sandbox.control] {
        assert_eq!(url.host_str(), Some("127.0.0.1"));
    }
    ask(&sandbox).await.unwrap();
    let counts: BTreeMap<String, BTreeMap<String, u64>> =
        http().get(sandbox.control.join("counts").unwrap()).send().await.unwrap().json().await.unwrap();
    assert_eq!(counts["freebit"]["/authOem/"], 1);
    http().delete(sandbox.control.join("counts").unwrap()).send().await.unwrap();
    assert!(sandbox.counts().is_empty());
}

#[tokio::test]
async fn faults_reach_the_wire() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let once = |fault| sandbox.misbehave(Order::on(System::Freebit, fault).times(1));

    once(Fault::Html500);
    let answer = ask(&sandbox).await.unwrap();
    assert_eq!(answer.status(), 500);
    assert!(answer.text().await.unwrap().starts_with("<!DOCTYPE html>"));

    once(Fault::TooMany429 { retry_after: 7 });
    let answer = ask(&sandbox).await.unwrap();
    assert_eq!((answer.status().as_u16(), &answer.headers()["retry-after"]), (429, &"7".parse().unwrap()));

    once(Fault::Unavailable503);
    assert_eq!(ask(&sandbox).await.unwrap().status(), 503);

    once(Fault::Garbage);
    let answer = ask(&sandbox).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(serde_json::from_slice::<Value>(&answer.bytes().await.unwrap()).is_err());

    once(Fault::VendorError { code: "400-356".to_owned(), message: None });
    let answer: Value = ask(&sandbox).await.unwrap().json().await.unwrap();
    assert_eq!((&answer["resultCode"], &answer["status"]["statusCode"]), (&json!("400"), &json!("356")));

    once(Fault::SlowBody { ms: 8 });
    once(Fault::Latency { ms: 1, jitter_ms: 0 });
    let answer: Value = ask(&sandbox).await.unwrap().json().await.unwrap();
    assert_eq!(answer["resultCode"], "100");
}

#[tokio::test]
async fn a_dropped_call_has_had_its_effect_or_not() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let url = sandbox.control.join("clock").unwrap();
    let keys = |sandbox: &Sandbox| sandbox.look(|world| world.freebit.keys_alive());
    for (fault, effect) in [(Fault::DropBefore, 0), (Fault::DropAfter, 1)] {
        sandbox.misbehave(Order::everywhere(fault).times(1));
        let error = ask(&sandbox).await.unwrap_err();
        assert!(error.is_request(), "the connection ends before the head of an answer: {error:?}");
        assert_eq!(keys(&sandbox), effect);
    }
    assert_eq!(http().post(url).json(&json!({})).send().await.unwrap().status(), 200, "control never misbehaves");
}

#[tokio::test]
async fn a_call_that_hangs_is_seen_and_has_had_its_effect_or_not() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let control = async |path: &str| -> Value {
        http().get(sandbox.control.join(path).unwrap()).send().await.unwrap().json().await.unwrap()
    };
    for (fault, keys, calls) in [(Fault::HangBefore, 0, 1), (Fault::HangAfter, 1, 2)] {
        sandbox.misbehave(Order::on(System::Freebit, fault).times(1));
        let hung = tokio::select! {
            _ = ask(&sandbox) => panic!("a call that hangs was answered"),
            hung = sandbox.hung(calls) => hung,
        };
        assert_eq!(hung, Hanging { now: 1, ever: calls });
        assert_eq!(sandbox.look(|world| world.freebit.keys_alive()), keys);
        assert_eq!(sandbox.counts()[&System::Freebit]["/authOem/"], calls, "counted all the same");
        let mut hanging = sandbox.hanging();
        hanging.wait_for(|hanging| hanging.now == 0).await.unwrap();
        assert_eq!(control(&format!("hanging/{calls}")).await, json!({"now": 0, "ever": calls}));
    }
    assert_eq!(control("hanging").await["ever"], 2);
}

#[tokio::test]
async fn a_lie_sounds_like_the_truth_and_does_nothing() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let add = async || {
        let form = [
            ("identifier", sandbox.credentials.whmcs_identifier.as_str()),
            ("secret", &sandbox.credentials.whmcs_secret),
            ("action", "AddClientNote"),
            ("userid", "1001"),
            ("notes", "called back"),
            ("responsetype", "json"),
        ];
        let url = sandbox.whmcs.join("includes/api.php").unwrap();
        http().post(url).form(&form).send().await.unwrap().json::<Value>().await.unwrap()
    };
    let whole = |sandbox: &Sandbox| sandbox.look(|world| serde_json::to_string(&world.whmcs).unwrap());
    let before = whole(&sandbox);
    sandbox.misbehave(Order::everywhere(Fault::NoEffect).times(1));
    assert_eq!(add().await["result"], "success");
    assert_eq!(whole(&sandbox), before);
    assert_eq!(add().await["result"], "success");
    assert_ne!(whole(&sandbox), before, "the fault is used up");
    sandbox.advance(jiff::SignedDuration::from_mins(3));
    assert_eq!(sandbox.now(), today() + jiff::SignedDuration::from_mins(3));
}

#[tokio::test]
async fn control_orders_and_lifts_faults_and_moves_the_clock() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let at = |path: &str| sandbox.control.join(path).unwrap();
    let order = json!({"system": "freebit", "matching": "authoem", "fault": {"kind": "html500"}});
    let id = http().post(at("faults")).json(&order).send().await.unwrap().json::<Value>().await.unwrap()["id"].clone();
    assert_eq!(ask(&sandbox).await.unwrap().status(), 500);
    let listed: Value = http().get(at("faults")).send().await.unwrap().json().await.unwrap();
    assert_eq!(listed[0]["fault"]["kind"], "html500");
    assert_eq!(http().delete(at(&format!("faults/{id}"))).send().await.unwrap().status(), 204);
    assert_eq!(http().delete(at(&format!("faults/{id}"))).send().await.unwrap().status(), 404);
    assert_eq!(ask(&sandbox).await.unwrap().status(), 200);
    let wrong = http().post(at("faults")).json(&json!({"fault": {"kind": "sulking"}})).send().await.unwrap();
    assert_eq!(wrong.status(), 422);
    for never in [json!({"times": 0}), json!({"probability": 7.0}), json!({"probability": -0.5})] {
        let mut order = never.clone();
        order["fault"] = json!({"kind": "garbage"});
        let refused = http().post(at("faults")).json(&order).send().await.unwrap();
        assert_eq!(refused.status(), 422, "{never}");
    }

    let lost = http().get(sandbox.control.clone()).send().await.unwrap();
    assert_eq!(lost.status(), 404);
    assert!(lost.text().await.unwrap().contains("POST /clock"), "whoever is lost is told the way");

    let moved: Value =
        http().post(at("clock")).json(&json!({"advance_seconds": 1800})).send().await.unwrap().json().await.unwrap();
    assert_eq!(moved["now"], "2026-11-22T01:30:00Z");
    let state: Value = http().get(at("state")).send().await.unwrap().json().await.unwrap();
    assert_eq!(state["now"], "2026-11-22T01:30:00Z");

    sandbox.misbehave(Order::everywhere(Fault::Html500));
    assert_eq!(http().post(at("reset")).send().await.unwrap().status(), 204);
    assert_eq!(ask(&sandbox).await.unwrap().status(), 200);
}

fn kept(path: &Path, today: Timestamp) -> SandboxOptions {
    SandboxOptions { state: Some(path.to_owned()), ..SandboxOptions::new(0, 1, today) }
}

#[tokio::test]
async fn a_state_file_outlives_the_sandbox() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.json");
    let sandbox = start(kept(&path, today())).await.unwrap();
    sandbox.ready().await.unwrap();
    sandbox.change(|world| world.freebit.rules.key_minutes = 7);
    sandbox.stop().await.unwrap();

    let later = "2026-11-25T01:00:00Z".parse().unwrap();
    let again = start(kept(&path, later)).await.unwrap();
    again.ready().await.unwrap();
    assert_eq!(again.look(|world| world.freebit.rules.key_minutes), 7);
    assert!(again.look(|world| world.clock.now()) >= later, "a world that slept wakes up today");
    again.change(|world| world.freebit.rules.key_minutes = 8);
    drop(again);
    assert_eq!(state::load(&path).unwrap().unwrap().freebit.rules.key_minutes, 8, "dropping saves too");

    let nowhere = start(kept(&folder.path().join("no/world.json"), today())).await;
    assert!(matches!(nowhere, Err(SandboxError::State(_))), "said before anything is written");
    std::fs::write(&path, "{}").unwrap();
    assert!(matches!(start(kept(&path, today())).await, Err(SandboxError::State(_))));
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let taken = sandbox.whmcs.port().unwrap();
    let ports = Some(Ports { salesforce: 0, whmcs: taken, freebit: 0, control: 0, pubsub: 0 });
    let options = SandboxOptions { ports, ..SandboxOptions::new(0, 1, today()) };
    let error = start(options).await.unwrap_err().to_string();
    assert!(error.contains(&taken.to_string()), "{error}");
}

/// A Salesforce access token.
async fn token(sandbox: &Sandbox) -> String {
    let credentials = &sandbox.credentials;
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", &credentials.salesforce_client_id),
        ("client_secret", &credentials.salesforce_client_secret),
    ];
    let url = sandbox.salesforce.join("services/oauth2/token").unwrap();
    let answer: Value = http().post(url).form(&form).send().await.unwrap().json().await.unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

async fn query(sandbox: &Sandbox, token: &str, soql: &str) -> reqwest::Response {
    let url = sandbox.salesforce.join("services/data/v66.0/query").unwrap();
    http().get(url).query(&[("q", soql)]).bearer_auth(token).send().await.unwrap()
}

#[tokio::test]
async fn one_customer_is_found_in_all_three_systems() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let soql = "SELECT Name, WH_Account__c, (SELECT OrderNumber FROM Orders) FROM Account \
                WHERE SF_Account_No__c = 'C-000001'";
    let answer: Value = query(&sandbox, &token(&sandbox).await, soql).await.json().await.unwrap();
    let account = &answer["records"][0];
    assert_eq!(account["Name"], "Emma Lindqvist");
    assert_eq!(account["WH_Account__c"], "#1001 - Emma Lindqvist");
    assert_eq!(account["Orders"]["totalSize"], 2);

    let form = [
        ("identifier", sandbox.credentials.whmcs_identifier.as_str()),
        ("secret", &sandbox.credentials.whmcs_secret),
        ("action", "GetClientsProducts"),
        ("clientid", "1001"),
        ("responsetype", "json"),
    ];
    let url = sandbox.whmcs.join("includes/api.php").unwrap();
    let answer: Value = http().post(url).form(&form).send().await.unwrap().json().await.unwrap();
    let products = answer["products"]["product"].as_array().unwrap();
    let line = products.iter().find_map(|product| product["domain"].as_str().filter(|it| !it.is_empty())).unwrap();
    assert_eq!(line, "09002000001");

    let key = ask(&sandbox).await.unwrap().json::<Value>().await.unwrap()["authKey"].clone();
    let url = sandbox.freebit.join("mvno/getDetail/").unwrap();
    let body = json!({"authKey": key, "requestDatas": [{"kind": "MVNO", "account": line}]}).to_string();
    let answer: Value = http().post(url).form(&[("json", body)]).send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["responseDatas"][0]["state"], "active");
}

#[tokio::test]
async fn an_ended_salesforce_session_needs_a_new_token() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let old = token(&sandbox).await;
    sandbox.misbehave(Order::on(System::Salesforce, Fault::ExpiredSession));
    assert_eq!(query(&sandbox, &old, "SELECT Id FROM User").await.status(), 401);
    let new = token(&sandbox).await;
    assert_eq!(query(&sandbox, &old, "SELECT Id FROM User").await.status(), 401, "the old token stays dead");
    assert_eq!(query(&sandbox, &new, "SELECT Id FROM User").await.status(), 200);
}

#[tokio::test]
async fn addresses_joined_with_two_slashes_are_found() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    for (base, path, status, says) in [
        (&sandbox.salesforce, "/services/oauth2/token", 400, "grant_type"),
        (&sandbox.whmcs, "/includes/api.php", 403, "credentials"),
        (&sandbox.whmcs, "includes/api.php/", 403, "credentials"),
        (&sandbox.freebit, "/authOem/", 200, "json"),
    ] {
        let answer = http().post(format!("{base}{path}")).send().await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
        let text = answer.text().await.unwrap();
        assert!(text.contains(says), "{path}: {text}");
    }
    assert_eq!(sandbox.counts()[&System::Freebit]["/authOem/"], 1, "counted under its one name");
}

#[tokio::test]
async fn an_order_approved_over_the_wire_is_fulfilled_as_the_clock_goes_on() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let token = token(&sandbox).await;
    let order = async || {
        let soql = "SELECT Id, Status, Activation_Status__c, WHMCS_Order_ID__c FROM Order \
                    WHERE Account.SF_Account_No__c = 'C-000020'";
        query(&sandbox, &token, soql).await.json::<Value>().await.unwrap()["records"][0].clone()
    };
    let control = async |path: &str, body: Value| {
        let url = sandbox.control.join(path).unwrap();
        http().post(url).json(&body).send().await.unwrap().json::<Value>().await.unwrap()
    };
    let id = order().await["Id"].as_str().unwrap().to_owned();
    let put = async |word: &str| {
        let url = sandbox.salesforce.join(&format!("services/data/v66.0/sobjects/Order/{id}")).unwrap();
        let status =
            http().patch(url).bearer_auth(&token).json(&json!({"Status": word})).send().await.unwrap().status();
        assert_eq!(status, 204);
    };

    assert_eq!(control("worker", json!({"mode": "off"})).await, json!({"mode": "off", "busy_with": []}));
    put("Reactivate").await;
    control("clock", json!({"advance_seconds": 3600})).await;
    assert_eq!(order().await["Status"], "Reactivate", "nobody works");

    assert_eq!(control("worker", json!({"mode": "slow", "minutes": 2})).await["minutes"], 2);
    put("Approved").await;
    let busy: Value = http().get(sandbox.control.join("worker").unwrap()).send().await.unwrap().json().await.unwrap();
    assert_eq!(busy["busy_with"], json!([id]));
    control("clock", json!({"advance_seconds": 240})).await;
    assert_eq!(order().await["Activation_Status__c"], "Activating");

    let busy_row = "unable to obtain exclusive access to this record or 1 records: 801Q80000000001";
    let locked = Fault::VendorError { code: "UNABLE_TO_LOCK_ROW".to_owned(), message: Some(busy_row.to_owned()) };
    sandbox.misbehave(Order::on(System::Salesforce, locked).times(1));
    let refused = query(&sandbox, &token, "SELECT Id FROM User").await;
    assert_eq!(refused.status(), 400);
    let refused: Value = refused.json().await.unwrap();
    assert_eq!(refused, json!([{"message": busy_row, "errorCode": "UNABLE_TO_LOCK_ROW"}]));

    control("worker", json!({"mode": "on"})).await;
    control("clock", json!({"advance_seconds": 600})).await;
    let done = order().await;
    assert_eq!((&done["Status"], &done["Activation_Status__c"]), (&json!("Processed"), &json!("Activated")));
    let billing: u64 = done["WHMCS_Order_ID__c"].as_str().unwrap().parse().unwrap();
    assert!(sandbox.look(|world| world.whmcs.orders.get(billing).unwrap().notes.contains(&id)));
}

#[tokio::test]
async fn the_mail_flow_is_switched_at_the_control_endpoint() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let url = sandbox.control.join("flows").unwrap();
    let flows: Value = http().get(url.clone()).send().await.unwrap().json().await.unwrap();
    assert_eq!(flows, json!({"Tell_Customer_Of_Review": true}));
    let off = json!({"Tell_Customer_Of_Review": false});
    let flows: Value = http().post(url.clone()).json(&off).send().await.unwrap().json().await.unwrap();
    assert_eq!(flows, off);
    assert_eq!(http().post(url).json(&json!({"Nothing": true})).send().await.unwrap().status(), 404);
}
