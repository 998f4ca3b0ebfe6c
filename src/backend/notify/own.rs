//! What this site wrote itself. An event names the operation it came from; what of it that operation did is what the journal
//! says it wrote: this field of this record, to this value. All else that comes in the same name is somebody else's and is
//! told: a flow of the org's writes in the same transaction, and a name proves nothing.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::avro::{Change, ChangeKind, Event, Field, Said};
use crate::backend::Backend;
use crate::backend::operations::{OwnWrite, Refused};
use crate::backend::salesforce::live::{Aspect, word};
use crate::backend::salesforce::names::Names;
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::time;
use crate::flow::live::RecordKind;

/// Salesforce's clock and this machine's may differ by as much.
const SKEW: SignedDuration = SignedDuration::from_mins(2);
/// What every change touches, whatever it sets.
const STAMPS: [&str; 3] = ["LastModifiedDate", "LastModifiedById", "SystemModstamp"];

/// What this site wrote of what some events tell.
#[derive(Debug, Default)]
pub struct Own {
    /// By what events say of their origin.
    named: HashMap<String, Vec<OwnWrite>>,
    /// Lately: for records that are read because no event says what became of them.
    lately: Vec<OwnWrite>,
}

impl Own {
    /// Looks into the journal for the operations that events name. What it cannot tell is somebody else's.
    pub async fn of(backend: &Backend, events: &[Event]) -> Self {
        let mut own = Self::default();
        let Ok(engine) = &backend.engine else { return own };
        for event in events {
            let Event::Change(change) = event else { continue };
            let origin = &change.header.origin;
            let Some(operation) = backend.salesforce.operation_of(origin).filter(|_| !own.named.contains_key(origin))
            else {
                continue;
            };
            let writes = told(engine.wrote(operation).await);
            own.named.insert(origin.clone(), writes);
        }
        own
    }

    /// The same, and what this site wrote since a moment.
    pub async fn lately(self, backend: &Backend, since: Timestamp) -> Self {
        let Ok(engine) = &backend.engine else { return self };
        Self { lately: told(engine.wrote_since(since).await), ..self }
    }

    /// What of a change may be this site's.
    pub fn of_change<'a>(&'a self, change: &'a Change) -> OwnChange<'a> {
        let named = self.named.get(&change.header.origin).map(Vec::as_slice).unwrap_or_default();
        let until = change.header.at.saturating_add(SKEW).unwrap_or(change.header.at);
        let may = |write: &&OwnWrite| {
            write.object.eq_ignore_ascii_case(&change.header.entity)
                && write.at <= until
                // One whose id nobody knows yet is new, and so is what the event tells of.
                && (write.id.is_some() || change.header.kind == ChangeKind::Create)
        };
        OwnChange { writes: named.iter().filter(may).collect(), change }
    }

    /// Whether this site lately brought a record to the state it is in now.
    pub fn did(&self, names: &Names, (kind, id): (RecordKind, &SalesforceId), aspect: Aspect, state: &str) -> bool {
        let fields = Aspect::fields(kind, names);
        let Some((_, field)) = fields.iter().find(|(it, _)| *it == aspect) else { return false };
        let written = self.lately.iter().filter(|write| write.id == Some(*id)).flat_map(|write| &write.fields);
        let mut written = written.filter(|(name, _)| name.eq_ignore_ascii_case(field.as_str()));
        written.any(|(_, value)| state_of(value) == state.trim())
    }
}

fn told(writes: Result<Vec<OwnWrite>, Refused>) -> Vec<OwnWrite> {
    writes.unwrap_or_else(|Refused(why)| {
        tracing::warn!(why = %why.key, "what this site wrote cannot be looked up, and is told as everybody's");
        Vec::new()
    })
}

/// What of one change may be this site's.
#[derive(Debug, Clone)]
pub struct OwnChange<'a> {
    writes: Vec<&'a OwnWrite>,
    change: &'a Change,
}

impl OwnChange<'_> {
    /// Whether this site set a field of a record to what the event says.
    pub fn set(&self, id: &SalesforceId, field: &str) -> bool {
        let of_it = self.writes.iter().filter(|write| write.id.is_none_or(|own| own == *id));
        let mut values = of_it.flat_map(|write| &write.fields).filter(|(name, _)| name.eq_ignore_ascii_case(field));
        values.any(|(_, value)| match self.change.said(field) {
            Said::Became(field) => is(value, field),
            Said::Emptied => state_of(value).is_empty(),
            // How a long text differs says nothing of what it is.
            Said::Nothing | Said::Differs => false,
        })
    }

    /// Whether it is this site's as a whole: every field that it touches of every record.
    pub fn is_all(&self, ids: &[SalesforceId]) -> bool {
        let own = |id: &SalesforceId| {
            let mut touched = self.change.touched().filter(|field| !STAMPS.contains(field));
            self.writes.iter().any(|write| write.id.is_none_or(|own| own == *id)) && touched.all(|it| self.set(id, it))
        };
        !ids.is_empty() && ids.iter().all(own)
    }
}

/// Whether a field is what was written.
fn is(value: &Value, field: &Field) -> bool {
    match field {
        Field::Empty => state_of(value).is_empty(),
        Field::Flag(flag) => value.as_bool() == Some(*flag),
        Field::Amount(amount) => value.as_f64() == Some(*amount),
        Field::Number(number) => {
            let written = value.as_str().unwrap_or_default();
            let moment = time::salesforce_datetime(written).ok();
            let day = || time::salesforce_date(written).ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok();
            value.as_i64() == Some(*number)
                || moment.or_else(|| Some(day()?.timestamp())).is_some_and(|at| at.as_millisecond() == *number)
        }
        Field::Text(text) => state_of(value) == text.replace("\r\n", "\n").trim(),
        Field::Parts(_) | Field::Other => false,
    }
}

/// A value as states are kept.
fn state_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => {
            time::salesforce_datetime(text).map_or_else(|_| text.replace("\r\n", "\n").trim().to_owned(), word)
        }
        value => value.to_string(),
    }
}
