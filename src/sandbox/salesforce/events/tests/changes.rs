//! What a change says: of what, by whom, which fields, and what it leaves out.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::client::*;
use crate::sandbox::salesforce::{ApiError, Db, setup};
use crate::sandbox::{Sandbox, World};

pub(super) fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        other => panic!("{other}"),
    }
}

/// A case that the org makes by itself.
pub(super) fn case(sandbox: &Sandbox, subject: &str) -> String {
    write(sandbox, |db| db.insert("Case", fields(json!({"Subject": subject}))).unwrap())
}

pub(super) fn write<T>(sandbox: &Sandbox, work: impl FnOnce(&mut Db) -> T) -> T {
    sandbox.change(|World { salesforce, clock, .. }| {
        salesforce.set_now(clock.now());
        work(salesforce)
    })
}

fn account(sandbox: &Sandbox, given: Value) -> String {
    write(sandbox, |db| db.insert("Account", fields(given)).unwrap())
}

#[tokio::test]
async fn an_update_names_what_changed_and_who_did_it() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let mut client = Client::of(&sandbox).await;
    let id = account(&sandbox, json!({"Name": "Madoguchi", "BillingCity": "Kobe", "Fax": "078-000-0000"}));
    let mut stream = client.listen(&sandbox, ACCOUNTS, 10).await;
    let before = sandbox.last_event();
    let change = json!({"Phone": "03-0000-0000", "BillingCity": "大阪", "Fax": null, "PersonDoNotCall": false});
    assert_eq!(client.rest("PATCH", &format!("/sobjects/Account/{id}"), change).await.0, 204);
    let events = stream.events(1).await;
    let read = client.read(&events[0]).await;
    assert_eq!(read.what(), ("UPDATE", "Account", 1));
    assert_eq!(read.header("recordIds"), &json!([id]));
    assert_eq!(read.header("changeOrigin"), "com/salesforce/api/rest/68.0;client=another");
    assert_eq!(read.header("commitUser"), &json!(setup::user_id().to_string()));
    assert_eq!(read.header("commitTimestamp"), today().as_millisecond());
    assert_eq!(read.header("sequenceNumber"), 1);
    // Counted by hand: Phone is field 5, Fax 6, LastModifiedDate 30; the city is part 1 of field 16.
    assert_eq!(read.header("changedFields"), &json!(["0x40000060", "16-0x02"]));
    assert_eq!(read.header("nulledFields"), &json!(["0x40"]));
    assert_eq!(read.header("diffFields"), &json!([]));
    assert_eq!(read.told(), ["Phone", "BillingAddress", "LastModifiedDate"]);
    assert_eq!(read.0["BillingAddress"]["City"], "大阪");
    assert_eq!(read.0["BillingAddress"]["Street"], Value::Null);
    let logged = sandbox.events_since(before);
    assert_eq!(logged.len(), 1);
    assert_eq!((logged[0].position, &logged[0].records), (position(&events[0].replay), &vec![id]));
    assert_eq!(read.header("transactionKey"), &json!(logged[0].transaction));
    assert_eq!(events[0].event.as_ref().unwrap().id, logged[0].id);
}

#[tokio::test]
async fn a_persons_name_is_told_in_parts_and_a_companys_as_a_whole() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let mut client = Client::of(&sandbox).await;
    let mut stream = client.listen(&sandbox, ACCOUNTS, 10).await;
    let company = account(&sandbox, json!({"Name": "窓口商事"}));
    let person = account(&sandbox, json!({"LastName": "高瀬", "FirstName": "花"}));
    write(&sandbox, |db| db.update(&company, fields(json!({"Name": "窓口"}))).unwrap());
    write(&sandbox, |db| db.update(&person, fields(json!({"LastName": "森", "FirstName": null}))).unwrap());
    let mut read = Vec::new();
    for event in stream.events(4).await {
        read.push(client.read(&event).await);
    }
    assert_eq!(read[0].0["Name"], "窓口商事");
    assert_eq!(read[1].0["Name"], json!({"Salutation": null, "FirstName": "花", "LastName": "高瀬"}));
    assert_eq!((read[0].what().0, read[1].header("changedFields")), ("CREATE", &json!([])));
    assert_eq!(read[1].0["PersonDoNotCall"], json!(false), "a box without a tick is no empty field");
    assert_eq!(read[1].header("changeOrigin"), "", "nobody outside did it");
    // Name is field 1; FirstName and LastName are its parts 1 and 2.
    assert_eq!((&read[2].0["Name"], read[2].header("changedFields")), (&json!("窓口"), &json!(["0x40000002"])));
    assert_eq!(read[3].0["Name"], json!({"Salutation": null, "FirstName": null, "LastName": "森"}));
    assert_eq!(read[3].header("changedFields"), &json!(["0x40000000", "1-0x06"]));
    assert_eq!(read[3].header("nulledFields"), &json!(["1-0x02"]));
}

#[tokio::test]
async fn a_transaction_makes_one_event_of_a_record_and_of_records_that_changed_alike() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let mut client = Client::of(&sandbox).await;
    let [one, two, three] = ["one", "two", "three"].map(|subject| case(&sandbox, subject));
    let mut stream = client.listen(&sandbox, "/data/ChangeEvents", 50).await;
    let before = sandbox.last_event();
    let failed: Result<(), ApiError> = write(&sandbox, |db| {
        db.transaction(|db| {
            db.update(&one, fields(json!({"Priority": "High"})))?;
            db.update("500000000000000AAA", Map::new())
        })
    });
    failed.unwrap_err();
    assert_eq!(sandbox.last_event(), before, "what was taken back never happened");
    write(&sandbox, |db| {
        db.transaction(|db| {
            db.update(&one, fields(json!({"Priority": "High"})))?;
            db.update(&two, fields(json!({"Priority": "High"})))?;
            db.update(&one, fields(json!({"Subject": "once more"})))?;
            db.update(&three, fields(json!({"Priority": "High"})))?;
            let passing = db.insert("Case", fields(json!({"Subject": "never seen"})))?;
            db.delete(&passing)
        })
        .unwrap();
    });
    write(&sandbox, |db| db.delete(&two).unwrap());
    let events = stream.events(3).await;
    let mut read = Vec::new();
    for event in &events {
        read.push(client.read(event).await);
    }
    assert_eq!(read[0].header("recordIds"), &json!([one]));
    assert_eq!((&read[0].0["Subject"], &read[0].0["Priority"]), (&json!("once more"), &json!("High")));
    assert_eq!(read[1].header("recordIds"), &json!([two, three]));
    assert_eq!(read[0].header("transactionKey"), read[1].header("transactionKey"));
    assert_eq!((read[0].header("sequenceNumber"), read[1].header("sequenceNumber")), (&json!(1), &json!(2)));
    assert_eq!(read[2].what(), ("DELETE", "Case", 1));
    assert_eq!(read[2].told(), [""; 0]);
    assert_ne!(read[1].header("transactionKey"), read[2].header("transactionKey"));
    let number = |at: usize| read[at].header("commitNumber").as_i64().unwrap();
    assert!(number(0) == number(1) && number(1) < number(2));
    assert!(events.is_sorted_by_key(|event| position(&event.replay)));
}

#[tokio::test]
async fn collections_over_rest_merge_too() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let mut client = Client::of(&sandbox).await;
    let ids = ["one", "two"].map(|subject| case(&sandbox, subject));
    let mut stream = client.listen(&sandbox, CASES, 50).await;
    let records: Vec<Value> =
        ids.iter().map(|id| json!({"attributes": {"type": "Case"}, "Id": id, "Status": "Escalated"})).collect();
    let body = json!({"allOrNone": true, "records": records});
    assert_eq!(client.rest("PATCH", "/composite/sobjects", body).await.0, 200);
    let events = stream.events(1).await;
    assert_eq!(client.read(&events[0]).await.header("recordIds"), &json!(ids));
}

#[tokio::test]
async fn an_orders_items_and_total_come_with_it() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let mut client = Client::of(&sandbox).await;
    let account = account(&sandbox, json!({"Name": "A"}));
    let mut orders = client.listen(&sandbox, "/data/OrderChangeEvent", 50).await;
    let mut items = client.listen(&sandbox, "/data/OrderItemChangeEvent", 50).await;
    let order = write(&sandbox, |db| {
        let order = json!({"AccountId": account, "Status": "Draft", "EffectiveDate": "2026-11-23"});
        let order = db.insert("Order", fields(order)).unwrap();
        db.insert("OrderItem", fields(json!({"OrderId": order, "Quantity": 2, "UnitPrice": 500}))).unwrap();
        order
    });
    let events = orders.events(2).await;
    let (made, total) = (client.read(&events[0]).await, client.read(&events[1]).await);
    let midnight: Timestamp = "2026-11-23T00:00:00Z".parse().unwrap();
    assert_eq!(made.0["EffectiveDate"], midnight.as_millisecond(), "a day is its midnight in Greenwich");
    assert_eq!((total.header("recordIds"), &total.0["TotalAmount"]), (&json!([order]), &json!(1000.0)));
    let item = client.read(&items.events(1).await[0]).await;
    assert_eq!((&item.0["OrderId"], &item.0["Quantity"]), (&json!(order), &json!(2.0)));
    assert_eq!(item.header("transactionKey"), total.header("transactionKey"));
}

#[tokio::test]
async fn the_seed_makes_no_event_and_the_disk_keeps_the_count() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    assert_eq!(sandbox.events_since(0), []);
    case(&sandbox, "first");
    let last = sandbox.last_event();
    let text = sandbox.look(|world| serde_json::to_string(&world.salesforce).unwrap());
    let mut back: Db = serde_json::from_str(&text).unwrap();
    back.events.open();
    assert_eq!((back.events.last(), back.events.gone(today())), (last, last), "what was before is gone");
    back.set_now(today());
    back.insert("Case", fields(json!({"Subject": "second"}))).unwrap();
    let after: Vec<_> = back.events.log(last).collect();
    // The case itself, and the flow that tells of it.
    assert_eq!(after.len(), 2);
    assert!(after[0].position > last && after[1].position > after[0].position);
}
