//! Salesforce's answers as they come. Field names are an org's own, so records are read by [`Name`] at run time instead of
//! being mapped to structs.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::soql::Name;
use crate::backend::lenient;

/// The answer of a query: part of the rows, and where the rest is.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Query {
    /// How many rows match in all.
    #[serde(default)]
    pub total_size: u64,
    /// The path (not address) of the next part.
    #[serde(default)]
    pub next_records_url: Option<String>,
    /// This part.
    #[serde(default)]
    pub records: Vec<Record>,
}

/// The answer of a SOSL search.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Search {
    /// What was found, of any object.
    #[serde(default)]
    pub search_records: Vec<Record>,
}

/// One record: selected fields by name, parents as records within it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Record(Map<String, Value>);

impl Record {
    fn value(&self, name: &Name) -> &Value {
        let mut parts = name.as_str().split('.');
        let first = parts.next().and_then(|part| field(&self.0, part));
        parts.fold(first, |at, part| field(at?.as_object()?, part)).unwrap_or(&Value::Null)
    }

    /// All fields that were selected, as they came.
    pub fn into_fields(self) -> Map<String, Value> {
        self.0
    }

    /// A field as text; empty when null or not selected.
    pub fn text(&self, name: &Name) -> String {
        lenient::text_of(self.value(name))
    }

    /// A field as an amount, quantity or count: JSON numbers may come as `5000.0` or `1.0E7`. `None` when it has a
    /// fraction or is not told.
    pub fn int(&self, name: &Name) -> Option<i64> {
        match self.value(name) {
            Value::Number(number) => number.as_i64().or_else(|| {
                let number = number.as_f64()?;
                (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
            }),
            other => lenient::int_of(other),
        }
    }

    /// A text field that holds another system's id.
    pub fn foreign_id(&self, name: &Name) -> Option<u64> {
        lenient::id_of(self.value(name)).or_else(|| self.text(name).trim().trim_start_matches('#').parse().ok())
    }

    /// A checkbox.
    pub fn flag(&self, name: &Name) -> bool {
        self.value(name) == &Value::Bool(true)
    }

    /// A child query's rows; Salesforce writes null for none.
    pub fn children(&self, relationship: &Name) -> Vec<Self> {
        Query::deserialize(self.value(relationship)).map(|query| query.records).unwrap_or_default()
    }
}

/// Fields come back in the spelling of the describe, whatever case they were asked in.
fn field<'a>(map: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    map.get(name).or_else(|| map.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

/// The answer of `composite/batch`: one result per part, in order.
#[derive(Debug, Deserialize)]
pub struct Batch {
    /// The parts' answers.
    pub results: Vec<BatchResult>,
}

/// One part's answer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchResult {
    /// Its HTTP status.
    pub status_code: u16,
    /// Its body.
    #[serde(default)]
    pub result: Value,
}

/// The token endpoint's answer. It tells no lifetime: a session is used until it is refused.
#[derive(Deserialize)]
pub struct Token {
    /// The session.
    pub access_token: secrecy::SecretString,
    /// Where calls go from now on.
    pub instance_url: url::Url,
    /// The identity's address, `…/id/<org>/<user>`.
    #[serde(default)]
    pub id: String,
    /// What signs in again; a new one where the org replaces it each time.
    #[serde(default)]
    pub refresh_token: Option<secrecy::SecretString>,
}

/// The token endpoint's refusal.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TokenError {
    /// e.g. `invalid_grant`.
    pub error: String,
    /// A sentence.
    pub error_description: String,
}

/// One element of an error answer, which is an array. Collections call the code `statusCode`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ApiError {
    /// e.g. `INVALID_SESSION_ID`.
    #[serde(rename = "errorCode", alias = "statusCode")]
    pub code: String,
    /// A sentence; for a query it repeats the query.
    pub message: String,
    /// The fields at fault, of a refused change.
    pub fields: Vec<String>,
}

/// The errors of a body, if it holds any: an array of them, or a single one.
pub fn errors(body: &Value) -> Vec<ApiError> {
    match body {
        Value::Array(rows) => {
            rows.iter().filter_map(|row| ApiError::deserialize(row).ok()).filter(|e| !e.code.is_empty()).collect()
        }
        // A refused tree tells of each record what is wrong with it.
        Value::Object(tree) if tree.get("hasErrors") == Some(&Value::Bool(true)) => {
            let results = tree.get("results").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            results.iter().filter_map(|it| it.get("errors")).flat_map(errors).collect()
        }
        Value::Object(_) => ApiError::deserialize(body).ok().filter(|e| !e.code.is_empty()).into_iter().collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn record(value: Value) -> Record {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn fields_are_read_through_parents_and_in_any_case() {
        let row = record(json!({"Owner": {"Name": "Desk"}, "Account": null, "name": "x", "TotalAmount": 1.0E7}));
        assert_eq!(row.text(&Name::fixed("Owner.Name")), "Desk");
        assert_eq!(row.text(&Name::fixed("Account.Name")), "");
        assert_eq!(row.text(&Name::fixed("Name")), "x");
        assert_eq!(row.int(&Name::fixed("TotalAmount")), Some(10_000_000));
    }

    #[test]
    fn children_may_be_null() {
        let name = Name::fixed("OrderItems");
        assert!(record(json!({"OrderItems": null})).children(&name).is_empty());
        let full = record(json!({"OrderItems": {"totalSize": 1, "done": true, "records": [{"Id": "x"}]}}));
        assert_eq!(full.children(&name).len(), 1);
    }

    #[test]
    fn other_systems_ids_are_text() {
        let id = |value: Value| record(json!({"X": value})).foreign_id(&Name::fixed("X"));
        assert_eq!(id(json!("77")), Some(77));
        assert_eq!(id(json!(77.0)), Some(77));
        assert_eq!(id(json!("#77")), Some(77));
        assert_eq!(id(json!("none")), None);
    }
}
