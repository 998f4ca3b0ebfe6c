//! Writes to Salesforce. An update is proved by its fields, a new record by being there and not having been there before.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::domain::write::Facts;
use crate::domain::write::salesforce::{Content, Set, Write};
use crate::flow::fault::Fault;

use super::{Carrier, Looked, Proof, Sent, unsent};

/// What was there before a new record: ids, separated by blanks.
const BEFORE: &str = "_before";

impl Carrier<'_> {
    pub(super) async fn look_salesforce(&self, write: &Write) -> Result<Looked, Fault> {
        match write {
            Write::Update { object, id, fields, stamp } => {
                let Some(id) = id.get(self.facts) else { return Ok(Looked::Refused("operation-fact-missing".into())) };
                let names: Vec<&str> = fields.iter().map(|set| set.field.as_str()).collect();
                let now = self.backend.salesforce.record(object, id, &names).await?;
                if self.is_set(fields, &now) {
                    return Ok(Looked::Already(Facts::new()));
                }
                let other = stamp
                    .as_deref()
                    .is_some_and(|stamp| now.get("SystemModstamp").and_then(Value::as_str) != Some(stamp))
                    && fields.iter().any(|set| !same(now.get(&set.field).unwrap_or(&Value::Null), &set.from));
                Ok(if other { Looked::Refused("record-changed".into()) } else { Looked::Ready(Facts::new()) })
            }
            Write::Create { object, fields, .. } => {
                let there = self.alike(object, fields).await?;
                Ok(Looked::Ready(Facts::from([(BEFORE.to_owned(), there.join(" "))])))
            }
        }
    }

    pub(super) async fn send_salesforce(&self, write: &Write) -> Sent {
        let salesforce = &self.backend.salesforce;
        match write {
            Write::Update { object, id, fields, .. } => {
                let id = id.get(self.facts).unwrap_or_default();
                let body = fields.iter().map(|set| (set.field.clone(), self.content(&set.to))).collect();
                match salesforce.update(object, id, &body).await {
                    Ok(()) => Sent::Answered(Facts::new()),
                    Err(fault) => unsent(&fault),
                }
            }
            Write::Create { object, fields, fact } => {
                let body = fields.iter().map(|(field, content)| (field.clone(), self.content(content))).collect();
                match salesforce.create(object, &body).await {
                    Ok(id) => Sent::Answered(Facts::from([(fact.clone(), id)])),
                    Err(fault) => unsent(&fault),
                }
            }
        }
    }

    pub(super) async fn prove_salesforce(&self, write: &Write) -> Result<Proof, Fault> {
        match write {
            Write::Update { object, id, fields, .. } => {
                let Some(id) = id.get(self.facts) else { return Ok(Proof::Absent) };
                let names: Vec<&str> = fields.iter().map(|set| set.field.as_str()).collect();
                let now = self.backend.salesforce.record(object, id, &names).await?;
                Ok(if self.is_set(fields, &now) { Proof::Done(Facts::new()) } else { Proof::Absent })
            }
            Write::Create { object, fields, fact } => {
                let before = self.facts.get(BEFORE).map(String::as_str).unwrap_or_default();
                let before: BTreeSet<&str> = before.split_whitespace().collect();
                let there = self.alike(object, fields).await?;
                Ok(match there.into_iter().find(|id| !before.contains(id.as_str())) {
                    Some(id) => Proof::Done(Facts::from([(fact.clone(), id)])),
                    None => Proof::Absent,
                })
            }
        }
    }

    /// Records that hold what a new one is to hold.
    async fn alike(&self, object: &str, fields: &[(String, Content)]) -> Result<Vec<String>, Fault> {
        let wanted: Map<String, Value> =
            fields.iter().map(|(field, content)| (field.clone(), self.content(content))).collect();
        let beside = self.backend.salesforce.beside(object, &wanted).await?;
        let alike = beside
            .into_iter()
            .filter(|row| wanted.iter().all(|(field, value)| same(row.get(field).unwrap_or(&Value::Null), value)));
        Ok(alike.filter_map(|row| Some(row.get("Id")?.as_str()?.to_owned())).collect())
    }

    fn is_set(&self, fields: &[Set], now: &Map<String, Value>) -> bool {
        fields.iter().all(|set| same(now.get(&set.field).unwrap_or(&Value::Null), &self.content(&set.to)))
    }

    fn content(&self, content: &Content) -> Value {
        match content {
            Content::Value(value) => value.clone(),
            Content::Fact(name) => self.facts.get(name).map_or(Value::Null, |it| it.as_str().into()),
        }
    }
}

/// Whether Salesforce holds what was written. It trims text, takes an empty one for nothing, and writes moments its own way.
fn same(there: &Value, written: &Value) -> bool {
    let nothing = |value: &Value| value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty());
    match (there, written) {
        _ if nothing(there) || nothing(written) => nothing(there) && nothing(written),
        (Value::String(a), Value::String(b)) => {
            let moment = |text: &str| crate::domain::time::salesforce_datetime(text).ok();
            a.trim().replace("\r\n", "\n") == b.trim().replace("\r\n", "\n")
                || (moment(a).is_some() && moment(a) == moment(b))
        }
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        _ => there == written,
    }
}
