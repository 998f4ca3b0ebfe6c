//! What the org refuses, and what it does by itself.

use super::setup::{Queue, Staff};
use super::*;

/// An org with a customer, a price book and a product in it.
struct Shop {
    org: Org,
    account: String,
    book: String,
    entry: String,
}

impl Shop {
    async fn open() -> Self {
        let org = Org::open().await;
        let fields = json!({"LastName": "Mori", "FirstName": "Aiko", "PersonEmail": "aiko@example.jp"});
        let account = org.insert("Account", fields);
        let book = org.insert("Pricebook2", json!({"Name": "Portal", "IsActive": true}));
        let product = org.insert("Product2", json!({"Name": "SIM 10GB"}));
        let entry = json!({"Pricebook2Id": book, "Product2Id": product, "UnitPrice": 1980});
        let entry = org.insert("PricebookEntry", entry);
        Self { org, account, book, entry }
    }

    fn order(&self, more: &Value) -> Value {
        let mut order = json!({"AccountId": self.account, "EffectiveDate": "2026-11-22", "Status": "Draft",
                               "Pricebook2Id": self.book});
        for (name, value) in more.as_object().unwrap() {
            order[name] = value.clone();
        }
        order
    }

    fn item(&self, order: &str) -> Value {
        json!({"OrderId": order, "PricebookEntryId": self.entry, "Quantity": 1, "UnitPrice": 1980})
    }

    async fn made(&self, object: &str, fields: Value) -> String {
        let (status, body) = self.org.call("POST", &format!("/sobjects/{object}"), fields).await;
        assert_eq!(status, 201, "{body}");
        body["id"].as_str().unwrap().to_owned()
    }

    async fn patched(&self, object: &str, id: &str, fields: Value) {
        let (status, body) = self.org.call("PATCH", &format!("/sobjects/{object}/{id}"), fields).await;
        assert_eq!(status, 204, "{body}");
    }

    /// The code and the fields of what must be refused.
    async fn refused(&self, method: &str, path: &str, fields: Value) -> (String, Value) {
        let (status, body) = self.org.call(method, &format!("/sobjects/{path}"), fields).await;
        assert_eq!(status, 400, "{body}");
        (body[0]["errorCode"].as_str().unwrap().to_owned(), body[0]["fields"].clone())
    }
}

const OWN: &str = "FIELD_CUSTOM_VALIDATION_EXCEPTION";
const INTEGRITY: &str = "FIELD_INTEGRITY_EXCEPTION";
const PICKLIST: &str = "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST";

#[tokio::test]
async fn an_order_is_drafted_filled_approved_and_then_fixed() {
    let shop = Shop::open().await;
    let born = shop.order(&json!({"Status": "Approved"}));
    assert_eq!(shop.refused("POST", "Order", born).await, (INTEGRITY.into(), json!(["Status"])));
    let order = shop.made("Order", shop.order(&json!({}))).await;
    let path = format!("Order/{order}");
    let approve = || shop.refused("PATCH", &path, json!({"Status": "Approved"}));
    assert_eq!(approve().await, (OWN.into(), json!(["Status"])), "without a product");
    let item = shop.made("OrderItem", shop.item(&order)).await;
    let total = shop.org.get(&format!("/sobjects/Order/{order}?fields=TotalAmount")).await;
    assert_eq!(total["TotalAmount"], 1980.0);
    for word in ["Processed", "Reactivate"] {
        assert_eq!(shop.refused("PATCH", &path, json!({"Status": word})).await, (OWN.into(), json!(["Status"])));
    }
    assert_eq!(shop.refused("PATCH", &path, json!({"Status": "Shipped"})).await.0, PICKLIST);
    let port_in = shop.refused("PATCH", &path, json!({"Status": "Approved", "MNP_Application__c": true})).await;
    assert_eq!((port_in.0.as_str(), port_in.1.as_array().unwrap().len()), (OWN, 3));
    shop.patched("Order", &order, json!({"Status": "Approved"})).await;
    assert_eq!(shop.refused("POST", "OrderItem", shop.item(&order)).await, (INTEGRITY.into(), json!(["OrderId"])));
    let dearer = shop.refused("PATCH", &format!("OrderItem/{item}"), json!({"UnitPrice": 1})).await;
    assert_eq!(dearer.0, INTEGRITY);
    shop.patched("OrderItem", &item, json!({"WHMCS_Service_ID__c": "310"})).await;
    let other = shop.org.insert("Account", json!({"Name": "B"}));
    assert_eq!(shop.refused("PATCH", &path, json!({"AccountId": other})).await.0, INTEGRITY);
    assert_eq!(shop.refused("DELETE", &path, Value::Null).await.0, "DELETE_FAILED");
    shop.patched("Order", &order, json!({"Activation_Status__c": "Activating"})).await;
    assert_eq!(shop.refused("PATCH", &path, json!({"Status": "Pending Review"})).await.0, OWN);
    shop.patched("Order", &order, json!({"Status": "Processed", "WHMCS_Order_ID__c": "77"})).await;
    assert_eq!(shop.refused("PATCH", &path, json!({"Status": "Reactivate"})).await.0, OWN);
    shop.patched("Order", &order, json!({"Status": "Cancelled"})).await;
    assert_eq!(shop.refused("PATCH", &path, json!({"Status": "Approved"})).await.0, OWN);
}

#[tokio::test]
async fn a_new_order_says_what_it_cannot_be_delivered_without() {
    let shop = Shop::open().await;
    let refused = |fields: Value| {
        let order = shop.order(&fields);
        let shop = &shop;
        async move { shop.refused("POST", "Order", order).await }
    };
    assert_eq!(refused(json!({"Order_Type__c": "Internet"})).await, (OWN.into(), json!(["Order_Type__c"])));
    for eid in [json!(null), json!("8904903200000000000000000000423")] {
        let fields = json!({"Order_Type__c": "SIM", "SIM_Type__c": "eSIM", "EID__c": eid});
        assert_eq!(refused(fields).await, (OWN.into(), json!(["EID__c"])));
    }
    let when = refused(json!({"Activation_Type__c": "Scheduled"})).await;
    assert_eq!(when, (OWN.into(), json!(["Activation_Scheduled_At__c"])));
    let eligible = json!({"Internet_Eligibility_Status__c": "Eligible", "Internet_Eligibility__c": "Home 1G"});
    shop.patched("Account", &shop.account, eligible).await;
    let order = shop.made("Order", shop.order(&json!({"Order_Type__c": "Internet"}))).await;
    // What is no longer sold is not ordered.
    shop.patched("PricebookEntry", &shop.entry, json!({"IsActive": false})).await;
    let inactive = shop.refused("POST", "OrderItem", shop.item(&order)).await;
    assert_eq!(inactive, (INTEGRITY.into(), json!(["PricebookEntryId"])));
}

#[tokio::test]
async fn a_sim_order_waits_for_the_residence_card() {
    let shop = Shop::open().await;
    let order = shop.made("Order", shop.order(&json!({"Status": "Pending Review", "Order_Type__c": "SIM"}))).await;
    shop.made("OrderItem", shop.item(&order)).await;
    let path = format!("Order/{order}");
    assert_eq!(shop.refused("PATCH", &path, json!({"Status": "Approved"})).await.0, OWN);
    shop.patched("Account", &shop.account, json!({"Id_Verification_Status__c": "Verified"})).await;
    shop.patched("Order", &order, json!({"Status": "Approved"})).await;
}

#[tokio::test]
async fn products_come_from_the_orders_own_price_book() {
    let shop = Shop::open().await;
    let other = shop.org.insert("Pricebook2", json!({"Name": "Other", "IsActive": true}));
    let order = shop.made("Order", shop.order(&json!({"Pricebook2Id": other}))).await;
    let refused = shop.refused("POST", "OrderItem", shop.item(&order)).await;
    assert_eq!(refused, (INTEGRITY.into(), json!(["PricebookEntryId"])));
    let order = shop.made("Order", shop.order(&json!({"Pricebook2Id": null}))).await;
    assert_eq!(shop.refused("POST", "OrderItem", shop.item(&order)).await, (INTEGRITY.into(), json!(["OrderId"])));
    let without = json!({"OrderId": order, "Quantity": 1, "UnitPrice": 1});
    assert_eq!(shop.refused("POST", "OrderItem", without).await.0, "REQUIRED_FIELD_MISSING");
    let wrong = json!({"OrderId": order, "PricebookEntryId": shop.book, "Quantity": 1, "UnitPrice": 1});
    assert_eq!(shop.refused("POST", "OrderItem", wrong).await.0, INTEGRITY);
}

#[tokio::test]
async fn a_composite_makes_an_order_with_its_items_or_nothing() {
    let shop = Shop::open().await;
    let part = |method: &str, url: &str, name: &str, body: Value| json!({"method": method, "url": format!("/services/data/v68.0/sobjects/{url}"), "referenceId": name, "body": body});
    let parts = |status: &str| {
        json!({"allOrNone": true, "compositeRequest": [
            part("POST", "Order", "order", shop.order(&json!({}))),
            part("POST", "OrderItem", "item", shop.item("@{order.id}")),
            part("PATCH", "Order/@{order.id}", "approve", json!({"Status": status})),
        ]})
    };
    let asked = || shop.org.change(|world| world.salesforce.take_asked().len() + world.worker.busy_with().count());
    let (_, body) = shop.org.call("POST", "/composite", parts("Processed")).await;
    let codes = body["compositeResponse"].as_array().unwrap().iter().map(|it| it["body"][0]["errorCode"].clone());
    assert_eq!(codes.collect::<Vec<_>>(), [json!("PROCESSING_HALTED"), json!("PROCESSING_HALTED"), json!(OWN)]);
    assert_eq!(shop.org.soql("SELECT COUNT() FROM Order").await["totalSize"], 0);
    assert_eq!(asked(), 0);
    let (_, body) = shop.org.call("POST", "/composite", parts("Approved")).await;
    assert_eq!(body["compositeResponse"][2]["httpStatusCode"], 204, "{body}");
    assert_eq!(asked(), 1, "the worker hears of what was kept");
}

#[tokio::test]
async fn results_of_checks_need_their_reasons_and_the_customer_is_told() {
    let shop = Shop::open().await;
    let path = format!("Account/{}", shop.account);
    let rejected = json!({"Id_Verification_Status__c": "Rejected"});
    let field = json!(["Id_Verification_Rejection_Message__c"]);
    assert_eq!(shop.refused("PATCH", &path, rejected).await, (OWN.into(), field));
    let eligible = json!({"Internet_Eligibility_Status__c": "Eligible"});
    assert_eq!(shop.refused("PATCH", &path, eligible).await, (OWN.into(), json!(["Internet_Eligibility__c"])));
    let words = json!({"Id_Verification_Status__c": "Rejected",
                       "Id_Verification_Rejection_Message__c": "裏面が必要です。"});
    shop.patched("Account", &shop.account, words).await;
    let eligible = json!({"Internet_Eligibility_Status__c": "Eligible", "Internet_Eligibility__c": "Home 1G"});
    shop.patched("Account", &shop.account, eligible.clone()).await;
    shop.patched("Account", &shop.account, eligible).await;
    let query = format!(
        "SELECT Subject, TextBody, ToAddress, Status, Incoming, CreatedBy.Name FROM EmailMessage \
         WHERE RelatedToId = '{}' ORDER BY CreatedDate",
        shop.account
    );
    let mails = shop.org.soql(&query).await["records"].clone();
    let subjects: Vec<&str> = mails.as_array().unwrap().iter().map(|it| it["Subject"].as_str().unwrap()).collect();
    assert_eq!(subjects.len(), 2, "once for each decision: {subjects:?}");
    assert!(mails[0]["TextBody"].as_str().unwrap().ends_with("裏面が必要です。"));
    assert_eq!((&mails[0]["ToAddress"], &mails[0]["Status"]), (&json!("aiko@example.jp"), &json!("3")));
    assert_eq!(mails[0]["CreatedBy"]["Name"], "Portal Worker");

    let company = shop.org.insert("Account", json!({"Name": "Acme"}));
    shop.patched("Account", &company, json!({"Internet_Eligibility_Status__c": "Ineligible"})).await;
    let tasks = shop.org.soql(&format!("SELECT Subject, Owner.Name FROM Task WHERE WhatId = '{company}'")).await;
    assert_eq!(tasks["records"][0]["Owner"]["Name"], "Sandbox Desk", "nobody can be mailed, so somebody must tell");

    let flow = "SELECT ApiName, IsActive FROM FlowDefinitionView";
    assert_eq!(shop.org.soql(flow).await["records"][0]["IsActive"], true);
    shop.org.change(|world| assert!(world.salesforce.switch_flow(flows::TELL_CUSTOMER, false)));
    shop.patched("Account", &shop.account, json!({"Id_Verification_Status__c": "Verified"})).await;
    assert_eq!(shop.org.soql(&query).await["totalSize"], 2);
}

#[tokio::test]
async fn a_cancellation_has_a_day_and_restricted_words_are_the_orgs() {
    let shop = Shop::open().await;
    let fields = json!({"Name": "SIM", "AccountId": shop.account, "StageName": "Active", "CloseDate": "2026-12-31"});
    let opportunity = shop.made("Opportunity", fields).await;
    let path = format!("Opportunity/{opportunity}");
    assert_eq!(shop.refused("PATCH", &path, json!({"StageName": "△Cancelling"})).await.0, OWN);
    assert_eq!(shop.refused("PATCH", &path, json!({"CancellationNotice__c": "maybe"})).await.0, PICKLIST);
    let cancel = json!({"StageName": "△Cancelling", "SIMCancellationNotice__c": "有",
                        "SIMScheduledCancellationDateAndTime__c": "2026-11-30T14:59:59.000+0000"});
    shop.patched("Opportunity", &opportunity, cancel).await;
    let read =
        shop.org.get(&format!("/sobjects/{path}?fields=Probability,SIMScheduledCancellationDateAndTime__c")).await;
    assert_eq!(read["SIMScheduledCancellationDateAndTime__c"], "2026-11-30T14:59:59.000+0000");
    assert_eq!(read["Probability"], 95.0);
}

#[tokio::test]
async fn a_case_is_numbered_assigned_taken_and_commented() {
    let shop = Shop::open().await;
    let owner = async |id: &str| {
        let query = format!("SELECT CaseNumber, Status, Priority, Owner.Name FROM Case WHERE Id = '{id}'");
        let row = shop.org.soql(&query).await["records"][0].clone();
        (row["Owner"]["Name"].as_str().unwrap().to_owned(), row)
    };
    let case = |more: Value| {
        let mut case = json!({"AccountId": shop.account, "Subject": "s"});
        case.as_object_mut().unwrap().extend(fields_of(more));
        case
    };
    let bill = shop.made("Case", case(json!({"Type": "Billing"}))).await;
    let (name, row) = owner(&bill).await;
    assert_eq!(name, "Billing");
    assert_eq!([&row["CaseNumber"], &row["Status"], &row["Priority"]], ["00000001", "New", "Medium"]);
    let mine = shop.made("Case", case(json!({"Type": "Billing", "OwnerId": Staff::Desk.id().to_string()}))).await;
    assert_eq!(owner(&mine).await.0, "Sandbox Desk");
    let phone = shop.made("Case", case(json!({"Origin": "Phone"}))).await;
    assert_eq!(owner(&phone).await.0, "Sandbox Desk", "no entry fits");
    let unassigned = shop.org.request("POST", "/sobjects/Case").header("Sforce-Auto-Assign", "FALSE");
    let (status, body) = answer(unassigned.json(&case(json!({"Type": "Billing"})))).await;
    assert_eq!(status, 201);
    assert_eq!(owner(body["id"].as_str().unwrap()).await.0, "Sandbox Desk");

    shop.patched("Case", &bill, json!({"OwnerId": Queue::Sim.id().to_string()})).await;
    shop.patched("Case", &bill, json!({"OwnerId": Staff::Naoko.id().to_string(), "Status": "In Progress"})).await;
    assert_eq!(owner(&bill).await.0, "Naoko Shirakawa");
    let path = format!("Case/{bill}");
    assert_eq!(shop.refused("PATCH", &path, json!({"Status": "Solved"})).await.0, PICKLIST);
    assert_eq!(shop.refused("PATCH", &path, json!({"OwnerId": shop.account})).await.0, INTEGRITY);
    let nobody = "005Q80AAAAAAAzzAAA";
    assert_eq!(shop.refused("PATCH", &path, json!({"OwnerId": &nobody[..15]})).await.0, "INVALID_CROSS_REFERENCE_KEY");
    let gone = Staff::Tomas.id().to_string();
    shop.org.change(|world| world.salesforce.update(&gone, fields_of(json!({"IsActive": false}))).unwrap());
    assert_eq!(shop.refused("PATCH", &path, json!({"OwnerId": gone})).await.0, "INACTIVE_OWNER_OR_USER");

    for (text, public) in [("内部メモ", false), ("We are on it.", true)] {
        let comment = json!({"ParentId": bill, "CommentBody": text, "IsPublished": public});
        shop.made("CaseComment", comment).await;
    }
    let published = "SELECT CommentBody FROM CaseComment WHERE IsPublished = true";
    assert_eq!(shop.org.soql(published).await["records"][0]["CommentBody"], "We are on it.");
    // Its limit is one of bytes, of which a Japanese character has three.
    shop.made("CaseComment", json!({"ParentId": bill, "CommentBody": "あ".repeat(1333)})).await;
    let long = json!({"ParentId": bill, "CommentBody": "あ".repeat(1334)});
    assert_eq!(shop.refused("POST", "CaseComment", long).await, ("STRING_TOO_LONG".into(), json!(["CommentBody"])));
    assert_eq!(shop.refused("DELETE", &format!("Account/{}", shop.account), Value::Null).await.0, "DELETE_FAILED");
    let (status, _) = shop.org.call("DELETE", &format!("/sobjects/Case/{mine}"), Value::Null).await;
    assert_eq!(status, 204);
}

#[tokio::test]
async fn a_task_reminds_and_belongs_to_a_person() {
    let shop = Shop::open().await;
    let fields = json!({"WhatId": shop.account, "Subject": "Call back", "ActivityDate": "2026-11-23",
                        "IsReminderSet": true, "ReminderDateTime": "2026-11-23T09:30:00+09:00"});
    let task = shop.made("Task", fields).await;
    let read = shop.org.get(&format!("/sobjects/Task/{task}")).await;
    assert_eq!(
        (&read["ReminderDateTime"], &read["Status"]),
        (&json!("2026-11-23T00:30:00.000+0000"), &json!("Not Started"))
    );
    let queue = json!({"OwnerId": Queue::Sim.id().to_string()});
    assert_eq!(
        shop.refused("PATCH", &format!("Task/{task}"), queue).await.0,
        "INVALID_OPERATION",
        "queues own cases only"
    );
    shop.patched("Task", &task, json!({"Status": "Completed", "ReminderDateTime": null})).await;
    assert_eq!(shop.org.get(&format!("/sobjects/Task/{task}")).await["IsClosed"], true);
}

#[tokio::test]
async fn an_address_is_kept_in_both_scripts_and_stamps_move() {
    let shop = Shop::open().await;
    let stamps = async || {
        let read =
            shop.org.get(&format!("/sobjects/Account/{}?fields=LastModifiedDate,SystemModstamp", shop.account)).await;
        [read["LastModifiedDate"].clone(), read["SystemModstamp"].clone()]
    };
    let before = stamps().await;
    shop.org.wait(SignedDuration::from_secs(1));
    let fields = json!({"PersonMailingCity": "港区", "PersonMailingStreet": "芝1-2-3", "PersonOtherCity": "Minato-ku",
                        "PersonOtherStreet": "1-2-3 Shiba"});
    shop.patched("Account", &shop.account, fields).await;
    let after = stamps().await;
    assert_eq!(after, [json!("2026-11-22T01:00:01.000+0000"), json!("2026-11-22T01:00:01.000+0000")]);
    assert_ne!(before, after);
    let read = shop.org.get(&format!("/sobjects/Account/{}", shop.account)).await;
    assert_eq!(
        (&read["PersonMailingAddress"]["city"], &read["PersonOtherAddress"]["city"]),
        (&json!("港区"), &json!("Minato-ku"))
    );
}

#[tokio::test]
async fn what_somebody_else_changed_meanwhile_is_not_overwritten() {
    let shop = Shop::open().await;
    let case = shop.made("Case", json!({"AccountId": shop.account, "Subject": "s"})).await;
    let path = format!("/sobjects/Case/{case}");
    let patch = async |name: &str, value: &str, path: &str| {
        let request = shop.org.request("PATCH", path).header(name, value);
        answer(request.json(&json!({"Description": "x"}))).await
    };
    shop.org.wait(SignedDuration::from_secs(90));
    shop.patched("Case", &case, json!({"Subject": "t"})).await;
    let since = "If-Unmodified-Since";
    let (status, body) = patch(since, "Sun, 22 Nov 2026 01:01:00 GMT", &path).await;
    assert_eq!((status.as_u16(), &body[0]["errorCode"]), (412, &json!("PRECONDITION_FAILED")));
    assert_eq!(patch(since, "Sun, 22 Nov 2026 01:01:30 GMT", &path).await.0, 204);
    assert_eq!(patch(since, "yesterday", &path).await.0, 400);
    assert_eq!(patch("If-Match", "\"whatever\"", &path).await.0, 204, "cases have no tags");
    let part = json!({"allOrNone": true, "compositeRequest": [{"method": "PATCH", "referenceId": "a",
        "url": format!("/services/data/v68.0{path}"), "body": {"Subject": "u"},
        "httpHeaders": {"if-unmodified-since": "Sun, 22 Nov 2026 01:00:00 GMT"}}]});
    let (_, body) = shop.org.call("POST", "/composite", part).await;
    assert_eq!(body["compositeResponse"][0]["httpStatusCode"], 412, "{body}");

    let path = format!("/sobjects/Account/{}", shop.account);
    let tag = async || {
        let read = shop.org.request("GET", &path).send().await.unwrap();
        read.headers()["etag"].to_str().unwrap().to_owned()
    };
    let first = tag().await;
    assert!(first.starts_with('"') && first.ends_with("-gzip\""), "{first}");
    assert_eq!(patch("If-Match", &first, &path).await.0, 204);
    assert_eq!(patch("If-Match", &first, &path).await.0, 412);
    let second = tag().await;
    let known = shop.org.request("GET", &path).header("If-None-Match", format!("{first}, {second}"));
    assert_eq!(answer(known).await, (StatusCode::NOT_MODIFIED, Value::Null));
    let known = shop.org.request("GET", &path).header("If-Modified-Since", "Sun, 22 Nov 2026 02:00:00 GMT");
    assert_eq!(answer(known).await.0, 304);
    let read = shop.org.request("GET", &format!("/sobjects/Case/{case}")).send().await.unwrap();
    assert!(read.headers().get("etag").is_none());
}
