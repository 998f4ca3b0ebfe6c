//! The org's own events: what its flows say when an order is to be fulfilled, a review is decided, a case moves.

use std::sync::{Arc, LazyLock};

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::layout::Schema;
use crate::sandbox::salesforce::error::ApiError;
use crate::sandbox::salesforce::id::Id;
use crate::sandbox::salesforce::row::Record;

/// A platform event as declared.
const DECLARED: &[(&str, &[&str])] = &[
    (PROVISION, &["Order_Id__c", "Account_Id__c"]),
    (
        ELIGIBILITY,
        &[
            "Account_Id__c",
            "Internet_Eligibility__c",
            "Internet_Eligibility_Status__c",
            "Id_Verification_Status__c",
            "Id_Verification_Rejection_Message__c",
        ],
    ),
    (CASE, &["Account_Id__c", "Case_Id__c"]),
];

/// An order is to be fulfilled.
const PROVISION: &str = "OrderProvisionRequested__e";
/// An account's eligibility or verification moved.
const ELIGIBILITY: &str = "Account_Eligibility_Update__e";
/// A case's status moved, or something was said in it.
const CASE: &str = "Case_Status_Update__e";

/// The account's fields whose change makes an [`ELIGIBILITY`] event.
pub(super) const REVIEWED: &[&str] = &[
    "Internet_Eligibility__c",
    "Internet_Eligibility_Status__c",
    "Id_Verification_Status__c",
    "Id_Verification_Rejection_Message__c",
];

/// One kind of platform event. All its own fields are texts.
#[derive(Debug)]
pub struct PlatformEvent {
    /// API name.
    pub name: &'static str,
    /// Its own fields, in order.
    pub fields: &'static [&'static str],
    pub(super) schema: Schema,
}

/// An event that was said.
#[derive(Debug, Clone)]
pub struct Said {
    /// Which.
    pub event: &'static PlatformEvent,
    /// Its own id, known to whoever publishes it before it is committed.
    pub id: Uuid,
    /// World time, in milliseconds.
    pub at: i64,
    /// Who said it.
    pub by: Arc<str>,
    /// Its own fields.
    pub values: Vec<Option<String>>,
}

static EVENTS: LazyLock<Vec<PlatformEvent>> = LazyLock::new(|| {
    let declared = DECLARED.iter().zip(1..);
    declared.map(|((name, fields), nth)| PlatformEvent { name, fields, schema: schema(name, fields, nth) }).collect()
});

/// Every platform event of the org.
pub(super) fn all() -> &'static [PlatformEvent] {
    &EVENTS
}

/// One by API name, in any case.
pub(super) fn by_name(name: &str) -> Option<&'static PlatformEvent> {
    EVENTS.iter().find(|event| event.name.eq_ignore_ascii_case(name))
}

fn schema(name: &str, fields: &[&str], nth: u64) -> Schema {
    let stamps = [
        json!({"name": "CreatedDate", "type": "long", "doc": "CreatedDate:DateTime"}),
        json!({"name": "CreatedById", "type": "string", "doc": "CreatedBy:EntityId"}),
    ];
    let own = fields.iter().zip(1..).map(|(field, column)| {
        let id = Id::nth("00N", 500_000 + nth * 1000 + column);
        let doc = format!("Data:Text:{}", id.short());
        json!({"name": field, "type": ["null", "string"], "doc": doc, "default": null})
    });
    let fields: Vec<Value> = stamps.into_iter().chain(own).collect();
    Schema::named_by_content(
        json!({"name": name, "namespace": "com.sforce.eventbus", "type": "record", "fields": fields}),
    )
}

/// What is to be said, without its id, moment and author.
pub(in crate::sandbox::salesforce) type Words = (&'static PlatformEvent, Vec<Option<String>>);

fn words(name: &str, values: &[&str]) -> Option<Words> {
    let values = values.iter().map(|value| (!value.is_empty()).then(|| (*value).to_owned())).collect();
    by_name(name).map(|event| (event, values))
}

/// An order is to be fulfilled.
pub(in crate::sandbox::salesforce) fn provisioning(order: Record<'_>) -> Option<Words> {
    words(PROVISION, &[order.id(), order.text("AccountId")])
}

/// An account's reviews moved; nothing when they did not.
pub(in crate::sandbox::salesforce) fn eligibility(account: Record<'_>, old: Option<Record<'_>>) -> Option<Words> {
    let moved = |field: &&str| old.map_or("", |old| old.text(field)) != account.text(field);
    if !REVIEWED.iter().any(moved) {
        return None;
    }
    let [offering, internet, card, message] =
        [REVIEWED[0], REVIEWED[1], REVIEWED[2], REVIEWED[3]].map(|field| account.text(field));
    words(ELIGIBILITY, &[account.id(), offering, internet, card, message])
}

/// A case moved, or something was said in it.
pub(in crate::sandbox::salesforce) fn said_of_case(case: Record<'_>) -> Option<Words> {
    words(CASE, &[case.text("AccountId"), case.id()])
}

/// Reads the fields that somebody publishes through REST.
pub(super) fn read(event: &'static PlatformEvent, fields: &Map<String, Value>) -> Result<Words, ApiError> {
    let mut values = vec![None; event.fields.len()];
    for (name, value) in fields {
        let place = event.fields.iter().position(|field| field.eq_ignore_ascii_case(name)).ok_or_else(|| {
            ApiError::new("INVALID_FIELD", format!("No such column '{name}' on sobject of type {}", event.name))
        })?;
        values[place] = match value {
            Value::Null => None,
            Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
            other => {
                let message = format!("Cannot deserialize instance of string from value {other}");
                return Err(ApiError::new("JSON_PARSER_ERROR", message));
            }
        };
    }
    Ok((event, values))
}
