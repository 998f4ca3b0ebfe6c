//! What the org does by itself: it tells customers what became of their requests, and gives new cases to queues.

use serde_json::{Map, Value, json};

use super::db::Db;
use super::error::ApiError;
use super::events;
use super::row::{Record, Row};
use super::rules::object_of;
use super::schema::{self, Object};
use super::setup::{Queue, Staff};

/// The flow that mails a customer when a check of eligibility or identity is decided.
pub const TELL_CUSTOMER: &str = "Tell_Customer_Of_Review";

/// A result that the customer is told of, and in which words.
struct Told {
    field: &'static str,
    word: &'static str,
    subject: &'static str,
    text: &'static str,
    /// A field whose words are added.
    more: &'static str,
}

const TOLD: &[Told] = &[
    Told {
        field: "Internet_Eligibility_Status__c",
        word: "Eligible",
        subject: "Internet is available at your address / インターネットをご利用いただけます",
        text: "You can order internet service in the portal now.\r\nポータルからお申し込みいただけます。",
        more: "Internet_Eligibility__c",
    },
    Told {
        field: "Internet_Eligibility_Status__c",
        word: "Ineligible",
        subject: "Internet is not available at your address / インターネットをご利用いただけません",
        text: "We are sorry: internet service cannot be provided at your address.\r\nご住所ではサービスを提供できません。",
        more: "",
    },
    Told {
        field: "Id_Verification_Status__c",
        word: "Verified",
        subject: "Your residence card is verified / 本人確認が完了しました",
        text: "You can order a SIM now.\r\nSIMをお申し込みいただけます。",
        more: "",
    },
    Told {
        field: "Id_Verification_Status__c",
        word: "Rejected",
        subject: "Please send your residence card again / 在留カードの再提出のお願い",
        text: "We could not verify your residence card.\r\n在留カードを確認できませんでした。",
        more: "Id_Verification_Rejection_Message__c",
    },
];

/// Tells the customer of what a change of the account decided: by mail, or where there is no address by a task for
/// whoever decided it.
pub(super) fn tell_customer(
    db: &mut Db,
    object: &'static Object,
    index: u32,
    old: Option<&Row>,
) -> Result<(), ApiError> {
    let account = db.at(object, index);
    let Some(old) = old.map(|row| Record { object, row }) else { return Ok(()) };
    let decided = |it: &&Told| account.text(it.field) == it.word && old.text(it.field) != it.word;
    if !TOLD.iter().any(|it| decided(&it)) || !db.flow_is_active(TELL_CUSTOMER) {
        return Ok(());
    }
    let messages: Vec<(&str, Map<String, Value>)> =
        TOLD.iter().filter(decided).map(|told| message(account, told)).collect();
    for (object, fields) in messages {
        db.insert(object, fields)?;
    }
    Ok(())
}

/// Publishes the org's own events: a review moved, a case moved or something was said in it.
pub(super) fn publish(db: &mut Db, object: &'static Object, index: u32, old: Option<&Row>) {
    let record = db.at(object, index);
    let before = old.map(|row| Record { object, row });
    let by = record.text("LastModifiedById").to_owned();
    let words = match object.name {
        "Account" => events::eligibility(record, before),
        "Case" if before.is_none_or(|before| before.text("Status") != record.text("Status")) => {
            events::said_of_case(record)
        }
        "CaseComment" | "EmailMessage" if before.is_none() => {
            db.get(record.text("ParentId")).and_then(events::said_of_case)
        }
        _ => None,
    };
    db.say(words, &by);
}

fn message(account: Record<'_>, told: &Told) -> (&'static str, Map<String, Value>) {
    let at = account.json(schema::LAST_MODIFIED_DATE);
    let author = Staff::Worker.id().to_string();
    let to = account.text("PersonEmail");
    if to.is_empty() {
        let fields = json!({
            "WhatId": account.id(), "Subject": format!("Tell the customer: {}", told.subject), "Description": told.text,
            "OwnerId": account.text("LastModifiedById"), "CreatedDate": at, "CreatedById": author,
        });
        return ("Task", object_of(fields));
    }
    let more = account.text(told.more);
    let text = if more.is_empty() { told.text.to_owned() } else { format!("{}\r\n\r\n{more}", told.text) };
    let fields = json!({
        "RelatedToId": account.id(), "Subject": told.subject, "TextBody": text, "FromAddress": "support@example.jp",
        "FromName": "Sandbox Telecom", "ToAddress": to, "Incoming": false, "Status": "3", "MessageDate": at,
        "CreatedDate": at, "CreatedById": author,
    });
    ("EmailMessage", object_of(fields))
}

/// The assignment rule of cases, entry by entry: the first that fits decides.
const ASSIGNMENT: &[(&str, &str, Queue)] = &[
    ("Type", "Billing", Queue::Billing),
    ("Reason", "Installation", Queue::Internet),
    ("Reason", "Performance", Queue::Internet),
    ("Origin", "Portal Support", Queue::Sim),
    ("Origin", "Web", Queue::Sim),
    ("Origin", "Email", Queue::Sim),
];

/// Gives a new case without an owner to a queue. Where no entry fits, its creator keeps it.
pub(super) fn assign(object: &Object, fields: &mut Map<String, Value>) {
    let given = |name: &str| {
        fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).and_then(|(_, value)| value.as_str())
    };
    if object.name != "Case" || given("OwnerId").is_some() {
        return;
    }
    if let Some((.., queue)) = ASSIGNMENT.iter().find(|(field, word, _)| given(field) == Some(*word)) {
        fields.insert("OwnerId".to_owned(), json!(queue.id().to_string()));
    }
}
