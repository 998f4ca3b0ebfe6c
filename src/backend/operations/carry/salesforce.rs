//! Writes to Salesforce. An update is proved by its fields, or by the history of a record that went on since; a new record by
//! being there: the one that was answered, else one that was not there before, or that has the operation's mark.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::domain::time;
use crate::domain::write::Facts;
use crate::domain::write::salesforce::{Below, Content, Set, Unchanged, Write};
use crate::flow::fault::{Fault, FaultKind};

use super::{Carrier, Looked, Proof, Sent, unsent};

/// What was there before a new record: ids, separated by blanks.
const BEFORE: &str = "_before";
/// The record that the write is answered to have made; empty from its intent until then, so that it is no other write's.
const MADE: &str = "_made";
/// `SystemModstamp` of the record just before it was changed.
const SEEN: &str = "_seen";
/// What was looked at it for: the values that are set.
const SETS: &str = "_sets";
const STAMP: &str = "SystemModstamp";
const TASK: &str = "Task";
const ACCOUNT: &str = "AccountId";

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
                let there = now.get(STAMP).and_then(Value::as_str).unwrap_or_default();
                let touched = stamp.as_deref().is_some_and(|stamp| there != stamp);
                let other = fields.iter().any(|set| !same(now.get(&set.field).unwrap_or(&Value::Null), &set.from));
                Ok(if touched || other {
                    Looked::Refused("record-changed".into())
                } else {
                    Looked::Ready(Facts::from([
                        (SEEN.to_owned(), there.to_owned()),
                        (SETS.to_owned(), Value::from(self.body(fields)).to_string()),
                    ]))
                })
            }
            Write::Create { object, fields, unchanged, .. } => {
                if let Some(Unchanged { object, id, stamp }) = unchanged {
                    let now = self.backend.salesforce.record(object, id, &[]).await?;
                    if now.get(STAMP).and_then(Value::as_str) != Some(stamp) {
                        return Ok(Looked::Refused("record-changed".into()));
                    }
                }
                Ok(Looked::Ready(self.before_new(object, fields).await?))
            }
            Write::Plant { object, fields, mark, number, fact, .. } => {
                let there = self.planted(object, fields, [mark, number], fact).await?;
                Ok(there.map_or_else(|| Looked::Ready(Facts::new()), Looked::Already))
            }
            Write::Tell { account, since, task } => {
                if let Some(told) = self.mail(account, *since).await? {
                    return Ok(Looked::Already(told));
                }
                Ok(Looked::Ready(self.before_new(TASK, task).await?))
            }
        }
    }

    pub(super) async fn send_salesforce(&self, write: &Write) -> Sent {
        let salesforce = &self.backend.salesforce;
        match write {
            Write::Update { object, id, fields, .. } => {
                let id = id.get(self.facts).unwrap_or_default();
                match salesforce.update(self.operation, object, id, &self.body(fields), self.seen(fields)).await {
                    Ok(()) => Sent::Answered(Facts::new()),
                    Err(fault) => unsent(&fault),
                }
            }
            Write::Create { object, fields, fact, .. } => self.send_new(object, fields, fact).await,
            Write::Plant { object, fields, below, mark, fact, .. } => {
                let (record, rows) = self.tree(fields, below, mark);
                match salesforce.plant(self.operation, object, &record, (&below.relation, &below.object), &rows).await {
                    Ok(id) => Sent::Answered(Facts::from([(fact.clone(), id)])),
                    Err(fault) => unsent(&fault),
                }
            }
            Write::Tell { task, .. } => self.send_new(TASK, task, "task").await,
        }
    }

    /// A new record with its mark, and those below it.
    fn tree(
        &self,
        fields: &[(String, Content)],
        below: &Below,
        mark: &str,
    ) -> (Map<String, Value>, Vec<Map<String, Value>>) {
        let all = |fields: &[(String, Content)]| -> Map<String, Value> {
            fields.iter().map(|(field, content)| (field.clone(), self.content(content))).collect()
        };
        let mut record = all(fields);
        record.insert(mark.to_owned(), self.mark().into());
        (record, below.rows.iter().map(|row| all(row)).collect())
    }

    /// What this operation planted: its id and its number. Looked for among the account's, for the mark's field need not be
    /// indexed.
    async fn planted(
        &self,
        object: &str,
        fields: &[(String, Content)],
        [mark, number]: [&str; 2],
        fact: &str,
    ) -> Result<Option<Facts>, Fault> {
        let account = fields.iter().find(|(field, _)| field == ACCOUNT).map(|(_, content)| self.content(content));
        let wanted = account.map(|account| (ACCOUNT.to_owned(), account)).into_iter();
        let wanted = wanted.chain([(mark.to_owned(), self.mark().into())]);
        let there = self.backend.salesforce.marked(object, &wanted.collect(), number).await?;
        let known = |(id, number)| Facts::from([(fact.to_owned(), id), (format!("{fact}-number"), number)]);
        Ok(there.map(known))
    }

    async fn send_new(&self, object: &str, fields: &[(String, Content)], fact: &str) -> Sent {
        let body = fields.iter().map(|(field, content)| (field.clone(), self.content(content))).collect();
        match self.backend.salesforce.create(self.operation, object, &body).await {
            Ok(id) => Sent::Answered(Facts::from([(fact.to_owned(), id.clone()), (MADE.to_owned(), id)])),
            Err(fault) => unsent(&fault),
        }
    }

    /// What is remembered before a new record.
    async fn before_new(&self, object: &str, fields: &[(String, Content)]) -> Result<Facts, Fault> {
        let there = self.alike(object, fields).await?;
        Ok(Facts::from([(BEFORE.to_owned(), there.join(" ")), (MADE.to_owned(), String::new())]))
    }

    pub(super) async fn prove_salesforce(&self, write: &Write) -> Result<Proof, Fault> {
        match write {
            Write::Update { object, id, fields, .. } => {
                let Some(id) = id.get(self.facts) else { return Ok(Proof::Absent) };
                let names: Vec<&str> = fields.iter().map(|set| set.field.as_str()).collect();
                let now = self.backend.salesforce.record(object, id, &names).await?;
                if self.is_set(fields, &now) || self.was_set(object, id, fields).await? {
                    return Ok(Proof::Done(Facts::new()));
                }
                Ok(Proof::Absent)
            }
            Write::Create { object, fields, fact, .. } => Ok(match self.made(object, fields).await? {
                Some(id) => Proof::Done(Facts::from([(fact.clone(), id)])),
                None => Proof::Absent,
            }),
            Write::Plant { object, fields, mark, number, fact, .. } => {
                let there = self.planted(object, fields, [mark, number], fact).await?;
                Ok(there.map_or(Proof::Absent, Proof::Done))
            }
            Write::Tell { account, since, task } => {
                if let Some(told) = self.mail(account, *since).await? {
                    return Ok(Proof::Done(told));
                }
                Ok(match self.made(TASK, task).await? {
                    Some(id) => {
                        Proof::Done(Facts::from([("task".to_owned(), id), ("told".to_owned(), "task".to_owned())]))
                    }
                    None => Proof::Absent,
                })
            }
        }
    }

    /// The new record: the one that was answered, whatever an org's own flows have made of its fields since; without an
    /// answer, the one that holds these values and was not there before.
    async fn made(&self, object: &str, fields: &[(String, Content)]) -> Result<Option<String>, Fault> {
        if let Some(id) = self.facts.get(MADE).filter(|id| !id.is_empty()) {
            return match self.backend.salesforce.record(object, id, &[]).await {
                Ok(_) => Ok(Some(id.clone())),
                Err(Fault { kind: FaultKind::NotFound, .. }) => Ok(None),
                Err(fault) => Err(fault),
            };
        }
        // What cannot be told from the past must not be taken for an effect.
        let Some(before) = self.facts.get(BEFORE) else { return Ok(None) };
        let before: BTreeSet<&str> = before.split_whitespace().collect();
        Ok(self.alike(object, fields).await?.into_iter().find(|id| !before.contains(id.as_str())))
    }

    /// Whether the record's history tells that every field held its value since it was looked at: what is set may go on by
    /// itself, as an approved order does. An org that keeps no such history tells nothing.
    async fn was_set(&self, object: &str, id: &str, fields: &[Set]) -> Result<bool, Fault> {
        let Some(seen) = self.seen(fields) else { return Ok(false) };
        let changes = match self.backend.salesforce.changes_of(object, id).await {
            Ok(changes) => changes,
            Err(Fault { kind: FaultKind::Refused | FaultKind::NotPermitted | FaultKind::NotFound, .. }) => {
                return Ok(false);
            }
            Err(fault) => return Err(fault),
        };
        let told = |set: &Set| {
            let to = self.content(&set.to);
            changes.iter().any(|(at, field, new)| *at > seen && field == &set.field && same(new, &to))
        };
        let moved = |set: &&Set| !same(&set.from, &self.content(&set.to));
        let mut moved = fields.iter().filter(moved).peekable();
        Ok(moved.peek().is_some() && moved.all(told))
    }

    fn body(&self, fields: &[Set]) -> Map<String, Value> {
        fields.iter().map(|set| (set.field.clone(), self.content(&set.to))).collect()
    }

    /// When the record was last changed as this write saw it. What another write saw, e.g. the one that this one takes back,
    /// says nothing.
    fn seen(&self, fields: &[Set]) -> Option<Timestamp> {
        let ours = self.facts.get(SETS) == Some(&Value::from(self.body(fields)).to_string());
        let stamp = self.facts.get(SEEN).filter(|_| ours)?;
        time::salesforce_datetime(stamp).ok()
    }

    /// What the org told the customer by mail since then.
    async fn mail(&self, account: &str, since: Timestamp) -> Result<Option<Facts>, Fault> {
        if !self.backend.waiting.answers_by_email {
            return Ok(None);
        }
        let mail = self.backend.salesforce.mail_since(account, since).await?;
        Ok(mail.map(|id| Facts::from([("mail".to_owned(), id), ("told".to_owned(), "mail".to_owned())])))
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
            let moment = |text: &str| time::salesforce_datetime(text).ok();
            a.trim().replace("\r\n", "\n") == b.trim().replace("\r\n", "\n")
                || (moment(a).is_some() && moment(a) == moment(b))
        }
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        _ => there == written,
    }
}
