//! What this site's operations wrote to Salesforce, by the journal: what it was about to be set to, before anything was sent.

use jiff::Timestamp;
use serde_json::Value;

use super::engine::{Engine, Refused};
use super::view::Known;
use crate::backend::journal;
use crate::domain::operation::{Entry, OperationId, Written, facts};
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::write::salesforce::{Content, Write};
use crate::domain::write::{self, Facts};

/// Operations that are over and looked at for what they wrote lately.
const OVER: u32 = 50;

/// Fields of one record that an operation was about to set.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnWrite {
    /// What kind of record.
    pub object: String,
    /// Which; `None` for a new one whose id was not answered yet.
    pub id: Option<SalesforceId>,
    /// Its fields and what they were to become.
    pub fields: Vec<(String, Value)>,
    /// When it was about to be sent.
    pub at: Timestamp,
}

impl Engine {
    /// What an operation wrote; nothing where the journal knows no such one.
    pub(in crate::backend) async fn wrote(&self, id: OperationId) -> Result<Vec<OwnWrite>, Refused> {
        match self.journal.operation(id).await? {
            Some(found) => Ok(own_writes(&self.known_of(found).await?)),
            None => Ok(Vec::new()),
        }
    }

    /// What all of them wrote after a moment.
    pub(in crate::backend) async fn wrote_since(&self, since: Timestamp) -> Result<Vec<OwnWrite>, Refused> {
        let open = self.journal.open_operations().await?;
        let over = self.journal.recent(OVER).await?;
        let touched = |found: &journal::Operation| found.updated_at >= since;
        let mut writes = Vec::new();
        for found in open.into_iter().chain(over).filter(touched) {
            writes.extend(own_writes(&self.known_of(found).await?).into_iter().filter(|it| it.at >= since));
        }
        Ok(writes)
    }
}

/// Every write to Salesforce of which the journal says that it was about to be sent.
fn own_writes(known: &Known) -> Vec<OwnWrite> {
    let learned = facts(&known.entries);
    let about_to = |written: &Written| {
        let step = known.plan.steps.get(written.step)?;
        match &written.entry {
            Entry::Intent(_) => Some((&step.write, written.at)),
            Entry::UndoIntent => Some((step.undo.as_ref()?, written.at)),
            _ => None,
        }
    };
    let sent = known.entries.iter().filter_map(about_to);
    sent.flat_map(|(write, at)| match write {
        write::Write::Salesforce(write) => of_write(write, &learned, at),
        write::Write::Whmcs(_) | write::Write::Freebit(_) | write::Write::Desk(_) => Vec::new(),
    })
    .collect()
}

fn of_write(write: &Write, learned: &Facts, at: Timestamp) -> Vec<OwnWrite> {
    let record = |id: Option<&str>| id.and_then(|id| SalesforceId::parse(id).ok());
    let all = |fields: &[(String, Content)]| {
        fields.iter().map(|(field, content)| (field.clone(), value(content, learned))).collect()
    };
    let new = |object: &str, fact: &str, fields: &[(String, Content)]| OwnWrite {
        object: object.to_owned(),
        id: record(learned.get(fact).map(String::as_str)),
        fields: all(fields),
        at,
    };
    match write {
        Write::Update { object, id, fields, .. } => {
            let fields = fields.iter().map(|set| (set.field.clone(), value(&set.to, learned))).collect();
            // Without its id nothing can have been sent.
            let id = record(id.get(learned));
            id.map(|id| OwnWrite { object: object.clone(), id: Some(id), fields, at }).into_iter().collect()
        }
        Write::Create { object, fields, fact, .. } => vec![new(object, fact, fields)],
        Write::Plant { object, fields, below, fact, .. } => {
            let mut writes = vec![new(object, fact, fields)];
            let row = |row: &Vec<(String, Content)>| {
                let (object, fields) = (below.object.clone(), all(row));
                OwnWrite { object, id: None, fields, at }
            };
            writes.extend(below.rows.iter().map(row));
            writes
        }
        Write::Tell { task, .. } => vec![new("Task", "task", task)],
    }
}

fn value(content: &Content, learned: &Facts) -> Value {
    match content {
        Content::Value(value) => value.clone(),
        Content::Fact(name) => learned.get(name).map_or(Value::Null, |it| it.as_str().into()),
    }
}
