//! Writes to Salesforce.
//!
//! Objects and fields are named as the org names them: whoever plans takes the names from the configuration. An update says
//! what it expects to find, so that what a colleague wrote meanwhile is noticed and not overwritten.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Id;

/// One write to Salesforce.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Write {
    /// Fields of a record.
    Update {
        /// What kind of record, e.g. `Order`.
        object: String,
        /// Which.
        id: Id,
        /// What is set.
        fields: Vec<Set>,
        /// `SystemModstamp` as it was read for the plan: if another stands there, somebody changed the record since, and
        /// nothing is sent. Nothing where that does not matter; that a field is not what it was always does.
        stamp: Option<String>,
    },
    /// A new record. Learns its id under `fact`. Found again as the one with these values that was not there before.
    Create {
        /// What kind of record, e.g. `CaseComment`.
        object: String,
        /// Its fields and what they hold.
        fields: Vec<(String, Content)>,
        /// The name under which its id is learned, such as `case`.
        fact: String,
        /// The record it goes to, where it must not have been changed since it was read for the plan.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unchanged: Option<Unchanged>,
    },
    /// A new record and those below it, all or none (`composite/tree`). Learns its id under `fact`, and its number. Found
    /// again by the operation's mark.
    Plant {
        /// What kind of record, e.g. `Order`.
        object: String,
        /// Its fields and what they hold.
        fields: Vec<(String, Content)>,
        /// Those below it.
        below: Below,
        /// The field that carries the operation's mark.
        mark: String,
        /// The field by which people name it, such as `OrderNumber`.
        number: String,
        /// The name under which its id is learned; its number is learned under this and `-number`.
        fact: String,
    },
    /// Makes sure that the customer is told: the org mails them by itself. Where reading finds no such mail, a task is made
    /// for somebody to tell them. Learns `told`.
    Tell {
        /// The customer's account.
        account: String,
        /// When the mail was not sent yet.
        since: Timestamp,
        /// The task, should it be needed.
        task: Vec<(String, Content)>,
    },
}

/// A record as it was read for a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unchanged {
    /// What kind of record.
    pub object: String,
    /// Which.
    pub id: String,
    /// `SystemModstamp` as it was read: if another stands there, somebody changed it since, and nothing is sent.
    pub stamp: String,
}

/// New records below another new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Below {
    /// The relationship they hang on, e.g. `OrderItems`.
    pub relation: String,
    /// What kind of record they are, e.g. `OrderItem`.
    pub object: String,
    /// The fields of each.
    pub rows: Vec<Vec<(String, Content)>>,
}

/// A field that is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Set {
    /// Its API name.
    pub field: String,
    /// What stood there when the change was planned.
    pub from: Value,
    /// What will stand there.
    pub to: Content,
}

/// What a field is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// This, as JSON.
    Value(Value),
    /// The fact of this name, learned by an earlier write.
    Fact(String),
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self::Value(text.into())
    }
}
