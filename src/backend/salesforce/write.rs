//! Writes: sent once, whatever comes of them. And the reads that prove them.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::names::standard as s;
use super::soql::{Condition, Name, Order, Soql};
use super::wire::Record;
use super::{Part, Salesforce, VERSION, joined, unreadable};
use crate::domain::operation_id::OperationId;
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::time;
use crate::flow::fault::{Fault, FaultKind};
use crate::flow::said;

/// New records are looked for among so many of the newest beside them.
const NEWEST: u32 = 200;
/// How a new record is called in the call that makes it and those below it.
const ROOT: &str = "root";

impl Salesforce {
    /// Fields of one record, with its `Id`, `SystemModstamp` and `LastModifiedById`.
    pub async fn record(&self, object: &str, id: &str, fields: &[&str]) -> Result<Map<String, Value>, Fault> {
        let object = name(object)?;
        let mut names = vec![s::ID, s::STAMP];
        for field in fields {
            names.push(name(field)?);
        }
        let query = Soql::select(&names, &object).filter(&Condition::Is(s::ID, id.to_owned())).limit(1);
        let found = self.rows("record", query).await?.into_iter().next();
        let gone = || Fault { kind: FaultKind::NotFound, ..unreadable(said::NO_RECORD) };
        found.map(Record::into_fields).ok_or_else(gone)
    }

    /// Sets fields of one record. Salesforce refuses (HTTP 412) where the record was changed after `seen`, in whole seconds.
    pub async fn update(
        &self,
        of: OperationId,
        object: &str,
        id: &str,
        fields: &Map<String, Value>,
        seen: Option<Timestamp>,
    ) -> Result<(), Fault> {
        let (object, id) = (name(object)?, record_id(id)?);
        let path = format!("services/data/{VERSION}/sobjects/{object}/{}", id.as_str());
        let seen = seen.map(|seen| seen.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string());
        let build = |client: &reqwest::Client, instance: &url::Url| {
            let patch = client.patch(joined(instance, &path)).json(fields);
            match &seen {
                Some(seen) => patch.header("If-Unmodified-Since", seen),
                None => patch,
            }
        };
        self.carry(Some(of), "update", build).await.map(drop)
    }

    /// Makes a record and answers its id.
    pub async fn create(&self, of: OperationId, object: &str, fields: &Map<String, Value>) -> Result<String, Fault> {
        let object = name(object)?;
        let path = format!("services/data/{VERSION}/sobjects/{object}");
        let build = |client: &reqwest::Client, instance: &url::Url| client.post(joined(instance, &path)).json(fields);
        let answer = self.carry(Some(of), "create", build).await?;
        let id = answer.get("id").and_then(Value::as_str).ok_or_else(|| unreadable(said::NO_ID))?;
        Ok(record_id(id)?.as_str().to_owned())
    }

    /// Makes a record and those below it, all or none, and answers the record's id.
    pub async fn plant(
        &self,
        of: OperationId,
        object: &str,
        fields: &Map<String, Value>,
        (relation, child): (&str, &str),
        rows: &[Map<String, Value>],
    ) -> Result<String, Fault> {
        let (object, relation, child) = (name(object)?, name(relation)?, name(child)?);
        let with_attributes = |object: &Name, reference: String, fields: &Map<String, Value>| {
            let mut record = fields.clone();
            record.insert("attributes".to_owned(), json!({"type": object.as_str(), "referenceId": reference}));
            record
        };
        let below: Vec<Map<String, Value>> =
            rows.iter().zip(1..).map(|(row, n)| with_attributes(&child, format!("item{n}"), row)).collect();
        let mut record = with_attributes(&object, ROOT.to_owned(), fields);
        record.insert(relation.as_str().to_owned(), json!({"records": below}));
        let body = json!({"records": [record]});
        let path = format!("services/data/{VERSION}/composite/tree/{object}");
        let build = |client: &reqwest::Client, instance: &url::Url| client.post(joined(instance, &path)).json(&body);
        let answer = self.carry(Some(of), "plant", build).await?;
        let results = answer.get("results").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let root = results.iter().find(|it| it.get("referenceId").and_then(Value::as_str) == Some(ROOT));
        let id = root.and_then(|it| it.get("id")).and_then(Value::as_str);
        Ok(record_id(id.ok_or_else(|| unreadable(said::NO_ID))?)?.as_str().to_owned())
    }

    /// Id and number of the record that holds these values.
    pub async fn marked(
        &self,
        object: &str,
        fields: &Map<String, Value>,
        number: &str,
    ) -> Result<Option<(String, String)>, Fault> {
        let number = name(number)?;
        let is = |(field, value): (&String, &Value)| {
            Ok(Condition::Is(name(field)?, value.as_str().unwrap_or_default().to_owned()))
        };
        let held = fields.iter().map(is).collect::<Result<Vec<_>, Fault>>()?;
        let query = Soql::select([&s::ID, &number], &name(object)?).filter(&Condition::All(held)).limit(1);
        let found = self.rows("marked", query).await?.into_iter().next();
        Ok(found.map(|row| (row.text(&s::ID), row.text(&number))))
    }

    /// The newest changes of one record: when, which field, what it became. Of objects whose history tells single fields.
    pub async fn changes_of(&self, object: &str, id: &str) -> Result<Vec<(Timestamp, String, Value)>, Fault> {
        let names = &self.names;
        let (history, record) = match object {
            "Account" => (&names.account_history, s::ACCOUNT_ID),
            "Order" => (&names.order_history, s::ORDER_ID),
            "Case" => (&names.case_history, s::CASE_ID),
            _ => return Ok(Vec::new()),
        };
        let query = Soql::select(&[s::CREATED, s::FIELD, s::NEW_VALUE], history)
            .filter(&Condition::Is(record, record_id(id)?.as_str().to_owned()))
            .newest_by(&s::CREATED)
            .limit(NEWEST);
        let rows = self.rows("changes", query).await?.into_iter();
        let read = |row: Record| {
            let mut fields = row.into_fields();
            let at = time::salesforce_datetime(fields.get("CreatedDate")?.as_str()?).ok()?;
            Some((at, fields.get("Field")?.as_str()?.to_owned(), fields.remove("NewValue")?))
        };
        Ok(rows.filter_map(read).collect())
    }

    /// The id of a mail to the customer about their account that was sent since then.
    pub async fn mail_since(&self, account: &str, since: Timestamp) -> Result<Option<String>, Fault> {
        let query = Soql::select(&[s::ID, s::CREATED], &s::EMAIL_MESSAGE)
            .filter(&Condition::All(vec![
                Condition::Is(s::RELATED_TO, record_id(account)?.as_str().to_owned()),
                Condition::Flag(s::INCOMING, false),
            ]))
            .newest_by(&s::CREATED)
            .limit(1);
        let newest = self.rows("mail", query).await?.into_iter().next();
        let newest = newest.filter(|row| super::convert::moment(row, &s::CREATED).is_some_and(|at| at >= since));
        Ok(newest.map(|row| row.text(&s::ID)))
    }

    /// The rows of one query.
    pub async fn rows(&self, action: &'static str, query: Soql) -> Result<Vec<Record>, Fault> {
        let rows = self.batch(action, &[Part::Query(query)]).await?.into_iter().next();
        Ok(rows.unwrap_or_else(|| Err(unreadable(said::PART_MISSING)))?.records)
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
        Ok(self.rows("beside", query).await?.into_iter().map(Record::into_fields).collect())
    }
}

fn name(text: &str) -> Result<Name, Fault> {
    Name::try_from(text.to_owned()).map_err(|_| Fault { kind: FaultKind::Refused, ..unreadable(said::NO_REQUEST) })
}

fn record_id(text: &str) -> Result<SalesforceId, Fault> {
    SalesforceId::parse(text).map_err(|_| Fault { kind: FaultKind::Refused, ..unreadable(said::NO_REQUEST) })
}
