//! Freebit's answers as they come: numbers as text or as numbers, field names in changing case, success as a code and not as
//! an HTTP status. Absent, empty and null all mean "not told", never zero.

use serde_json::{Map, Value};

use crate::backend::lenient;

/// An object whose fields are found whatever their case.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fields(Map<String, Value>);

impl Fields {
    /// Reads a value; what is no object has no fields.
    pub fn of(value: &Value) -> Self {
        let map = value.as_object();
        Self(map.into_iter().flatten().map(|(key, value)| (key.to_ascii_lowercase(), value.clone())).collect())
    }

    fn value(&self, name: &str) -> &Value {
        self.0.get(&name.to_ascii_lowercase()).unwrap_or(&Value::Null)
    }

    /// A field as text, trimmed; empty when not told.
    pub fn text(&self, name: &str) -> String {
        lenient::text_of(self.value(name)).trim().to_owned()
    }

    /// A field as a whole number.
    pub fn int(&self, name: &str) -> Option<i64> {
        lenient::int_of(self.value(name))
    }

    /// A flag: `10` is yes, `20` is no, anything else is not told.
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.int(name) {
            Some(10) => Some(true),
            Some(20) => Some(false),
            _ => None,
        }
    }

    /// An object within; without fields when there is none.
    pub fn object(&self, name: &str) -> Self {
        Self::of(self.value(name))
    }

    /// A list of objects within; a single object counts as a list of one.
    pub fn list(&self, name: &str) -> Vec<Self> {
        match self.value(name) {
            one @ Value::Object(row) if !row.is_empty() => vec![Self::of(one)],
            other => lenient::rows_of(other.clone(), "").iter().map(Self::of).collect(),
        }
    }
}

/// What a result code means. The vendor's table is not public, so this one is data: a code that is not in it is shown as it
/// came, with the vendor's sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The call did what it was asked.
    Done,
    /// The key is wrong or over: sign in again, once.
    SignIn,
    /// There is no such line.
    UnknownLine,
    /// The combination of fields is not supported.
    Unsupported,
    /// Too many lines were asked for: the vendor forbids bulk retrieval.
    Bulk,
    /// The line is locked by a change that runs.
    Locked,
    /// The line shares its data with a group.
    InShareGroup,
}

/// Result codes the desk knows, as `result` or `result-status`; the longer one wins.
pub const CODES: &[(&str, Meaning)] = &[
    ("100", Meaning::Done),
    ("210", Meaning::UnknownLine),
    ("400-356", Meaning::Unsupported),
    ("401", Meaning::SignIn),
    ("403", Meaning::SignIn),
    ("429", Meaning::Bulk),
    ("423", Meaning::Locked),
    ("212", Meaning::Locked),
    ("214", Meaning::InShareGroup),
];

/// The result of a call: its code and the vendor's sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// `resultCode`, as text.
    pub result: String,
    /// `status.statusCode`, as text.
    pub status: String,
    /// `status.message`.
    pub message: String,
}

impl Outcome {
    /// Reads the envelope.
    pub fn of(body: &Fields) -> Self {
        let status = body.object("status");
        Self { result: body.text("resultCode"), status: status.text("statusCode"), message: status.text("message") }
    }

    /// What it means; `None` for a code that is not known.
    pub fn meaning(&self) -> Option<Meaning> {
        let both = format!("{}-{}", self.result, self.status);
        let find = |code: &str| CODES.iter().find(|(known, _)| *known == code).map(|(_, meaning)| *meaning);
        find(&both).or_else(|| find(&self.result))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_are_found_in_any_case_and_type() {
        let fields = Fields::of(
            &json!({"PlanCode": "A", "quota": "120", "voicemail": 10, "sms": "20", "talk": "", "async": null}),
        );
        assert_eq!(fields.text("planCode"), "A");
        assert_eq!(fields.int("quota"), Some(120));
        assert_eq!(
            (fields.flag("voiceMail"), fields.flag("sms"), fields.flag("talk")),
            (Some(true), Some(false), None)
        );
        assert_eq!(fields.object("async"), Fields::default());
    }

    #[test]
    fn codes_are_text_or_numbers_and_the_longer_one_wins() {
        let meaning = |value: Value| Outcome::of(&Fields::of(&value)).meaning();
        assert_eq!(meaning(json!({"resultCode": "100"})), Some(Meaning::Done));
        assert_eq!(meaning(json!({"resultCode": 100, "status": {"statusCode": 200}})), Some(Meaning::Done));
        assert_eq!(meaning(json!({"resultCode": "400", "status": {"statusCode": "356"}})), Some(Meaning::Unsupported));
        assert_eq!(meaning(json!({"resultCode": "400"})), None);
        assert_eq!(meaning(json!({})), None);
    }
}
