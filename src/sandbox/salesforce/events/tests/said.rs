//! The org's own events, and those that clients publish.

use serde_json::{Value, json};
use tonic::Code;

use super::changes::{case, fields, write};
use super::client::*;
use crate::sandbox::salesforce::setup;
use crate::sandbox::{Sandbox, worker};

const CASE: &str = "/event/Case_Status_Update__e";
const ELIGIBILITY: &str = "/event/Account_Eligibility_Update__e";
const PROVISION: &str = "/event/OrderProvisionRequested__e";

fn account(sandbox: &Sandbox) -> String {
    write(sandbox, |db| db.insert("Account", fields(json!({"LastName": "高瀬"}))).unwrap())
}

#[tokio::test]
async fn a_platform_event_is_written_byte_by_byte_as_avro_has_it() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let mut client = Client::of(&sandbox).await;
    let mut stream = client.listen(&sandbox, CASE, 5).await;
    let id = case(&sandbox, "no account");
    let event = stream.events(1).await.remove(0).event.unwrap();
    // 2026-11-22T01:00:00Z is 1,795,309,200,000 ms: doubled, seven bits a byte, the lowest first.
    let mut expected = vec![0x80, 0x8a, 0xa3, 0x8c, 0xc0, 0x68];
    let user = setup::user_id().to_string();
    expected.push(36);
    expected.extend(user.as_bytes());
    expected.push(0);
    expected.extend([2, 36]);
    expected.extend(id.as_bytes());
    assert_eq!(event.payload, expected);
    assert_eq!(event.id.len(), 36);
}

#[tokio::test]
async fn the_flows_tell_of_reviews_cases_and_orders() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let mut client = Client::of(&sandbox).await;
    let account = account(&sandbox);
    let mut reviews = client.listen(&sandbox, ELIGIBILITY, 5).await;
    let mut cases = client.listen(&sandbox, CASE, 5).await;
    let mut orders = client.listen(&sandbox, PROVISION, 5).await;

    let path = format!("/sobjects/Account/{account}");
    let body = json!({"Internet_Eligibility_Status__c": "Eligible", "Internet_Eligibility__c": "Home 1G"});
    assert_eq!(client.rest("PATCH", &path, body).await.0, 204);
    assert_eq!(client.rest("PATCH", &path, json!({"Phone": "03-0000-0000"})).await.0, 204);
    assert_eq!(client.rest("PATCH", &path, json!({"Id_Verification_Status__c": "Submitted"})).await.0, 204);
    let events = reviews.events(2).await;
    let told = client.read(&events[0]).await.0;
    assert_eq!(told["Account_Id__c"], json!(account));
    assert_eq!(
        (&told["Internet_Eligibility_Status__c"], &told["Internet_Eligibility__c"]),
        (&json!("Eligible"), &json!("Home 1G"))
    );
    assert_eq!(told["Id_Verification_Status__c"], Value::Null);
    assert_eq!(told["CreatedDate"], today().as_millisecond());
    assert_eq!(client.read(&events[1]).await.0["Id_Verification_Status__c"], "Submitted");

    let case = json!({"Subject": "x", "AccountId": account});
    let case = client.rest("POST", "/sobjects/Case", case).await.1["id"].as_str().unwrap().to_owned();
    client.rest("PATCH", &format!("/sobjects/Case/{case}"), json!({"Priority": "High"})).await;
    client.rest("PATCH", &format!("/sobjects/Case/{case}"), json!({"Status": "In Progress"})).await;
    client.rest("POST", "/sobjects/CaseComment", json!({"ParentId": case, "CommentBody": "hello"})).await;
    for event in cases.events(3).await {
        let told = client.read(&event).await.0;
        assert_eq!((&told["Account_Id__c"], &told["Case_Id__c"]), (&json!(account), &json!(case)));
    }

    let order = write(&sandbox, |db| {
        let order = json!({"AccountId": account, "Status": "Pending Review", "EffectiveDate": "2026-11-22"});
        let order = db.insert("Order", fields(order)).unwrap();
        db.update(&order, fields(json!({"Status": "Approved"}))).unwrap();
        order
    });
    let told = client.read(&orders.events(1).await[0]).await.0;
    assert_eq!((&told["Order_Id__c"], &told["Account_Id__c"]), (&json!(order), &json!(account)));
}

#[tokio::test]
async fn what_the_worker_does_is_heard_though_nobody_calls() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let mut client = Client::of(&sandbox).await;
    let account = account(&sandbox);
    let mut stream = client.listen(&sandbox, "/data/OrderChangeEvent", 50).await;
    sandbox.change(|world| {
        world.clock.run_at(600.0);
        let order = json!({"AccountId": account, "Status": "Pending Review", "EffectiveDate": "2026-11-22"});
        let order = world.salesforce.insert("Order", fields(order)).unwrap();
        world.salesforce.update(&order, fields(json!({"Status": "Approved"}))).unwrap();
        worker::listen(world);
    });
    let failed = loop {
        let mut failed = None;
        for event in stream.next().await.events {
            let told = client.read(&event).await;
            failed = failed.or((told.0["Activation_Status__c"] == "Failed").then_some(told));
        }
        if let Some(failed) = failed {
            break failed;
        }
    };
    assert_eq!(failed.header("changeOrigin"), "");
    assert_eq!(failed.header("commitUser"), &json!(setup::Staff::Worker.id().to_string()));
}

#[tokio::test]
async fn rest_publishes_what_is_heard_and_calls_it_an_error() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let mut client = Client::of(&sandbox).await;
    let mut stream = client.listen(&sandbox, CASE, 5).await;
    let body = json!({"Case_Id__c": "500Q80000000001AAA", "Account_Id__c": ""});
    let (status, answer) = client.rest("POST", "/sobjects/Case_Status_Update__e", body).await;
    assert_eq!((status, &answer["success"]), (201, &json!(true)));
    assert!(answer["id"].as_str().unwrap().starts_with("e01"));
    assert_eq!(answer["errors"][0]["statusCode"], "OPERATION_ENQUEUED");
    let event = stream.events(1).await.remove(0);
    assert_eq!(answer["errors"][0]["message"], event.event.as_ref().unwrap().id);
    let told = client.read(&event).await.0;
    assert_eq!((&told["Case_Id__c"], &told["Account_Id__c"]), (&json!("500Q80000000001AAA"), &Value::Null));
    for (body, code) in [
        (json!({"Nothing__c": "x"}), "INVALID_FIELD"),
        (json!({"Case_Id__c": 5}), "JSON_PARSER_ERROR"),
        (json!([]), "JSON_PARSER_ERROR"),
    ] {
        let (status, answer) = client.rest("POST", "/sobjects/Case_Status_Update__e", body).await;
        assert_eq!((status, &answer[0]["errorCode"]), (400, &json!(code)));
    }
}

#[tokio::test]
async fn grpc_publishes_and_says_what_became_of_each() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let mut client = Client::of(&sandbox).await;
    let mut stream = client.listen(&sandbox, CASE, 5).await;
    let topic: TopicAnswer = client.call("GetTopic", Name { name: CASE.to_owned() }).await.unwrap();
    let event = |id: &str, payload: &[u8]| Produced {
        id: id.to_owned(),
        schema: topic.schema.clone(),
        payload: payload.to_vec(),
    };
    // CreatedDate 1, CreatedById "u", no account, case "c"; then one that ends too soon, and one that does not end.
    let good = [0x02, 0x02, b'u', 0x00, 0x02, 0x02, b'c'];
    let own = "0b6a5c53-6f54-4d3c-9d7e-2f5f6a1c0f11";
    let events = vec![event(own, &good), event("short", &good[..6]), event("long", &[&good[..], &[0]].concat())];
    let publish = |topic: &str, events: Vec<Produced>| Publish { topic: topic.to_owned(), events };
    let answer: Published = client.call("Publish", publish(CASE, events)).await.unwrap();
    assert_eq!(answer.schema, topic.schema);
    let [first, short, long] = answer.results.as_slice() else { panic!("{answer:?}") };
    assert!(first.error.is_none());
    assert_eq!(first.key, own);
    for (became, key) in [(short, "short"), (long, "long")] {
        let error = became.error.as_ref().unwrap();
        assert_eq!((error.code, became.key.as_str(), became.replay.as_slice()), (1, key, &[][..]));
    }
    let heard = stream.events(1).await.remove(0);
    assert_eq!((&heard.replay, &heard.event.as_ref().unwrap().id), (&first.replay, &own.to_owned()));
    let told = client.read(&heard).await.0;
    assert_eq!((&told["Case_Id__c"], &told["Account_Id__c"]), (&json!("c"), &Value::Null));

    let stranger = Produced { schema: "K98aAtiNFBjA-PJlcvaQ2g".to_owned(), ..event("x", &good) };
    for (topic, events, code, word) in [
        (CASE, vec![], Code::InvalidArgument, "publish.event.count.invalid"),
        (CASE, vec![event("x", &good); 201], Code::InvalidArgument, "publish.event.count.invalid"),
        (CASE, vec![stranger], Code::InvalidArgument, "schema.validation.failed"),
        (CASES, vec![event("x", &good)], Code::PermissionDenied, "topic.meta.permission"),
        ("", vec![event("x", &good)], Code::InvalidArgument, "topic.validation.empty"),
    ] {
        let status = client.call::<_, Published>("Publish", publish(topic, events)).await.unwrap_err();
        refused(&status, code, word);
    }
}
