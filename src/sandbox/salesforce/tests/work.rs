//! The records of daily work: what changes leave behind, who owns what, and how queries reach it.

use super::setup::{Queue, Staff};
use super::*;

impl Org {
    async fn patch(&self, object: &str, id: &str, fields: Value) {
        let (status, body) = self.call("PATCH", &format!("/sobjects/{object}/{id}"), fields).await;
        assert_eq!(status, 204, "{body}");
    }

    /// The records of a query, without their attributes and ids.
    async fn rows(&self, query: &str) -> Vec<Value> {
        let mut answer = self.soql(query).await;
        let mut rows: Vec<Value> = answer["records"].as_array_mut().unwrap().drain(..).collect();
        rows.iter_mut().for_each(strip);
        rows
    }
}

fn strip(value: &mut Value) {
    if let Value::Object(fields) = value {
        fields.shift_remove("attributes");
        fields.values_mut().for_each(strip);
    }
}

#[tokio::test]
async fn a_change_of_a_tracked_field_leaves_a_row_dated_and_signed() {
    let org = Org::open().await;
    let account = org.insert("Account", json!({"Name": "A"}));
    let order = json!({"AccountId": account, "EffectiveDate": "2026-11-01", "Status": "Pending Review",
                       "Activation_Status__c": "Not Started"});
    let order = org.insert("Order", order);
    org.insert("OrderItem", json!({"OrderId": order, "Quantity": 1, "UnitPrice": 1}));
    org.wait(SignedDuration::from_mins(5));
    org.patch("Order", &order, json!({"Status": "Approved", "Description": "not tracked"})).await;
    org.wait(SignedDuration::from_mins(1));
    org.patch("Order", &order, json!({"Activation_Status__c": "Activating", "Status": "Approved"})).await;
    let query = format!(
        "SELECT Order.OrderNumber, Order.AccountId, Field, OldValue, NewValue, CreatedDate, CreatedBy.Name \
         FROM OrderHistory WHERE OrderId IN (SELECT Id FROM Order WHERE AccountId = '{account}') ORDER BY CreatedDate DESC"
    );
    let row = |field, old, new, at| {
        json!({"Order": {"OrderNumber": "00000001", "AccountId": account}, "Field": field, "OldValue": old,
               "NewValue": new, "CreatedDate": at, "CreatedBy": {"Name": "Sandbox Desk"}})
    };
    let expected = [
        row("Activation_Status__c", "Not Started", "Activating", "2026-11-22T01:06:00.000+0000"),
        row("Status", "Pending Review", "Approved", "2026-11-22T01:05:00.000+0000"),
        json!({"Order": {"OrderNumber": "00000001", "AccountId": account}, "Field": "created", "OldValue": null,
               "NewValue": null, "CreatedDate": "2026-11-22T01:00:00.000+0000", "CreatedBy": {"Name": "Sandbox Desk"}}),
    ];
    assert_eq!(org.rows(&query).await, expected);
    let children = format!("SELECT (SELECT Field FROM Histories) FROM Order WHERE Id = '{order}'");
    assert_eq!(org.rows(&children).await[0]["Histories"]["totalSize"], 3);
}

#[tokio::test]
async fn a_case_changes_hands_and_both_names_and_ids_are_kept() {
    let org = Org::open().await;
    let (queue, me) = (Queue::Sim.id().to_string(), Staff::Desk.id().to_string());
    let case = org.insert("Case", json!({"Subject": "No signal", "OwnerId": queue}));
    let owner = format!("SELECT Owner.Name, Owner.Type, OwnerId FROM Case WHERE Id = '{case}'");
    let held = json!({"Owner": {"Name": "SIM team", "Type": "Queue"}, "OwnerId": queue});
    assert_eq!(org.rows(&owner).await, [held]);
    org.patch("Case", &case, json!({"OwnerId": me, "Priority": "High"})).await;
    let held = json!({"Owner": {"Name": "Sandbox Desk", "Type": "User"}, "OwnerId": me});
    assert_eq!(org.rows(&owner).await, [held]);
    let history =
        "SELECT Case.CaseNumber, Field, OldValue, NewValue FROM CaseHistory WHERE Field != 'created' ORDER BY Id";
    let row = |field, old: &str, new: &str| json!({"Case": {"CaseNumber": "00000001"}, "Field": field, "OldValue": old, "NewValue": new});
    let expected =
        [row("Priority", "Medium", "High"), row("Owner", "SIM team", "Sandbox Desk"), row("Owner", &queue, &me)];
    assert_eq!(org.rows(history).await, expected);
}

#[tokio::test]
async fn an_opportunity_keeps_its_stages_and_an_account_its_reviews() {
    let org = Org::open().await;
    let account = org.insert("Account", json!({"Name": "A", "Id_Verification_Status__c": "Submitted"}));
    let fields = json!({"Name": "SIM", "AccountId": account, "StageName": "Introduction", "CloseDate": "2026-12-01",
                        "Amount": 1980});
    let opportunity = org.insert("Opportunity", fields);
    org.wait(SignedDuration::from_hours(1));
    org.patch("Opportunity", &opportunity, json!({"StageName": "Active"})).await;
    org.patch("Account", &account, json!({"Id_Verification_Status__c": "Verified"})).await;
    let snapshots = "SELECT Opportunity.AccountId, StageName, Amount, Probability, CloseDate, CreatedDate \
                     FROM OpportunityHistory ORDER BY CreatedDate";
    let row = |stage, probability, at| {
        json!({"Opportunity": {"AccountId": account}, "StageName": stage, "Amount": 1980.0, "Probability": probability,
               "CloseDate": "2026-12-01", "CreatedDate": at})
    };
    let expected = [
        row("Introduction", 30.0, "2026-11-22T01:00:00.000+0000"),
        row("Active", 90.0, "2026-11-22T02:00:00.000+0000"),
    ];
    assert_eq!(org.rows(snapshots).await, expected);
    let fields = "SELECT Field, OldValue, NewValue FROM OpportunityFieldHistory WHERE Field = 'StageName'";
    let row = json!({"Field": "StageName", "OldValue": "Introduction", "NewValue": "Active"});
    assert_eq!(org.rows(fields).await, [row]);
    let reviews = "SELECT Field, NewValue FROM AccountHistory WHERE Field != 'created'";
    assert_eq!(org.rows(reviews).await, [json!({"Field": "Id_Verification_Status__c", "NewValue": "Verified"})]);
}

#[tokio::test]
async fn what_a_history_holds_can_be_neither_filtered_nor_sorted() {
    let org = Org::open().await;
    for (query, code) in [
        ("SELECT Id FROM OrderHistory WHERE NewValue = 'Approved'", "INVALID_FIELD"),
        ("SELECT Id FROM CaseHistory WHERE OldValue = null", "INVALID_FIELD"),
        ("SELECT Id FROM CaseHistory ORDER BY NewValue", "MALFORMED_QUERY"),
        ("SELECT Id FROM CaseComment WHERE CommentBody LIKE '%a%'", "INVALID_FIELD"),
    ] {
        let (status, body) = answer(org.request("GET", "/query").query(&[("q", query)])).await;
        assert_eq!((status.as_u16(), &body[0]["errorCode"]), (400, &json!(code)), "{query}");
    }
    let described = org.get("/sobjects/OrderHistory/describe").await;
    let new = described["fields"].as_array().unwrap().iter().find(|it| it["name"] == "NewValue").unwrap();
    assert_eq!((&new["type"], &new["filterable"]), (&json!("anyType"), &json!(false)));
    let (status, _) = org.call("POST", "/sobjects/OrderHistory", json!({"Field": "Status"})).await;
    assert_eq!(status, 400, "nobody writes history");
}

#[tokio::test]
async fn queues_are_mine_by_membership_and_counted_by_aggregates() {
    let org = Org::open().await;
    let case = |owner: String, minutes: i64, subject: &str| {
        let at = now() - SignedDuration::from_mins(minutes);
        org.insert("Case", json!({"Subject": subject, "OwnerId": owner, "CreatedDate": at.to_string()}));
    };
    case(Queue::Sim.id().to_string(), 50, "a");
    case(Queue::Internet.id().to_string(), 40, "b");
    case(Staff::Desk.id().to_string(), 30, "c");
    case(Queue::Billing.id().to_string(), 20, "d");
    let me = Staff::Desk.id();
    let mine = format!(
        "SELECT Subject FROM Case WHERE OwnerId IN (SELECT GroupId FROM GroupMember WHERE UserOrGroupId = '{me}') \
         ORDER BY CreatedDate"
    );
    assert_eq!(org.rows(&mine).await, [json!({"Subject": "a"}), json!({"Subject": "d"})]);
    let unassigned =
        "SELECT COUNT(Id) n, MIN(CreatedDate) oldest FROM Case WHERE Owner.Type = 'Queue' AND IsClosed = false";
    assert_eq!(org.rows(unassigned).await, [json!({"n": 3, "oldest": "2026-11-22T00:10:00.000+0000"})]);
    let groups = "SELECT Owner.Name, COUNT(Id) FROM Case GROUP BY Owner.Name ORDER BY COUNT(Id) DESC, Owner.Name LIMIT 1 OFFSET 1";
    assert_eq!(org.rows(groups).await, [json!({"Name": "Internet team", "expr0": 1})]);
    let queues = "SELECT Queue.Name FROM QueueSobject WHERE SobjectType = 'Case' ORDER BY Queue.Name";
    assert_eq!(org.rows(queues).await.len(), 3);
}

#[tokio::test]
async fn a_task_names_whatever_it_is_about() {
    let org = Org::open().await;
    let account = org.insert("Account", json!({"Name": "A"}));
    let order = json!({"AccountId": account, "EffectiveDate": "2026-11-01", "Status": "Draft", "Name": "not this"});
    let order = org.insert("Order", order);
    let case = org.insert("Case", json!({"AccountId": account, "Subject": "s"}));
    for (what, day) in [(&account, Some("2026-11-23")), (&order, None), (&case, Some("2026-11-20"))] {
        org.insert("Task", json!({"WhatId": what, "Subject": "call", "ActivityDate": day}));
    }
    let query = format!(
        "SELECT What.Name, What.Type, ActivityDate, Owner.Name FROM Task WHERE AccountId = '{account}' AND IsClosed = false \
         ORDER BY ActivityDate NULLS LAST"
    );
    let row = |name, kind, day: Option<&str>| json!({"What": {"Name": name, "Type": kind}, "ActivityDate": day, "Owner": {"Name": "Sandbox Desk"}});
    let expected = [
        row("00000001", "Case", Some("2026-11-20")),
        row("A", "Account", Some("2026-11-23")),
        row("00000001", "Order", None),
    ];
    assert_eq!(org.rows(&query).await, expected);
    let task = org.soql("SELECT Id FROM Task WHERE ActivityDate < TODAY").await["records"][0]["Id"].clone();
    org.patch("Task", task.as_str().unwrap(), json!({"Status": "Completed"})).await;
    let done = org.rows("SELECT CompletedDateTime FROM Task WHERE IsClosed = true").await;
    assert_eq!(done, [json!({"CompletedDateTime": "2026-11-22T01:00:00.000+0000"})]);
}
