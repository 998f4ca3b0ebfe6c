//! Writes: sent once, whatever comes of them. And the reads that prove them.

use serde_json::{Map, Value};

use super::names::standard as s;
use super::soql::{Condition, Name, Order, Soql};
use super::{Part, Salesforce, VERSION, joined, unreadable};
use crate::backend::http::Safety;
use crate::domain::salesforce_id::SalesforceId;
use crate::flow::fault::{Fault, FaultKind};

/// New records are looked for among so many of the newest beside them.
const NEWEST: u32 = 200;

impl Salesforce {
    /// Fields of one record, with its `Id`, `SystemModstamp` and `LastModifiedById`.
    pub async fn record(&self, object: &str, id: &str, fields: &[&str]) -> Result<Map<String, Value>, Fault> {
        let object = name(object)?;
        let mut names = vec![s::ID, s::STAMP];
        for field in fields {
            names.push(name(field)?);
        }
        let query = Soql::select(&names, &object).filter(&Condition::Is(s::ID, id.to_owned())).limit(1);
        let rows = self.batch("record", &[Part::Query(query)]).await?.into_iter().next();
        let rows = rows.unwrap_or_else(|| Err(unreadable("a part of the batch is missing")))?;
        let found = rows.records.into_iter().next();
        let gone = || Fault { kind: FaultKind::NotFound, ..unreadable("there is no such record") };
        found.map(super::wire::Record::into_fields).ok_or_else(gone)
    }

    /// Sets fields of one record.
    pub async fn update(&self, object: &str, id: &str, fields: &Map<String, Value>) -> Result<(), Fault> {
        let (object, id) = (name(object)?, record_id(id)?);
        let path = format!("services/data/{VERSION}/sobjects/{object}/{}", id.as_str());
        let build = |client: &reqwest::Client, instance: &url::Url| client.patch(joined(instance, &path)).json(fields);
        self.carry(Safety::Write, "update", build).await.map(drop)
    }

    /// Makes a record and answers its id.
    pub async fn create(&self, object: &str, fields: &Map<String, Value>) -> Result<String, Fault> {
        let object = name(object)?;
        let path = format!("services/data/{VERSION}/sobjects/{object}");
        let build = |client: &reqwest::Client, instance: &url::Url| client.post(joined(instance, &path)).json(fields);
        let answer = self.carry(Safety::Write, "create", build).await?;
        let id = answer.get("id").and_then(Value::as_str).ok_or_else(|| unreadable("the new record has no id"))?;
        Ok(record_id(id)?.as_str().to_owned())
    }

    /// The newest records that refer to the same others as `fields` do, newest first, with these fields. Long texts cannot be
    /// asked for in a query, so whoever wants one of them compares.
    pub async fn beside(&self, object: &str, fields: &Map<String, Value>) -> Result<Vec<Map<String, Value>>, Fault> {
        let object = name(object)?;
        let mut names = vec![s::ID];
        let mut same = Vec::new();
        for (field, value) in fields {
            let field = name(field)?;
            if let Some(id) = value.as_str().and_then(|text| SalesforceId::parse(text).ok()) {
                same.push(Condition::Is(field.clone(), id.as_str().to_owned()));
            }
            names.push(field);
        }
        let query = Soql::select(&names, &object)
            .filter(&Condition::All(same))
            .ordered(&[(&s::CREATED, Order::Falling)])
            .limit(NEWEST);
        let rows = self.batch("beside", &[Part::Query(query)]).await?.into_iter().next();
        let rows = rows.unwrap_or_else(|| Err(unreadable("a part of the batch is missing")))?;
        Ok(rows.records.into_iter().map(super::wire::Record::into_fields).collect())
    }
}

fn name(text: &str) -> Result<Name, Fault> {
    Name::try_from(text.to_owned()).map_err(|why| Fault { kind: FaultKind::Refused, ..unreadable(&why.to_string()) })
}

fn record_id(text: &str) -> Result<SalesforceId, Fault> {
    SalesforceId::parse(text).map_err(|why| Fault { kind: FaultKind::Refused, ..unreadable(&why.to_string()) })
}
