//! Reading a JSON value into a field: what the API takes, and what it says to the rest.

use serde_json::Value;

use super::cell::{Cell, parse_date, parse_datetime};
use super::error::ApiError;
use super::id::Id;
use super::schema::{self, Field, Kind};

/// The longest phone number, e-mail and web address.
const PHONE: u32 = 40;
const EMAIL: u32 = 80;
const URL: u32 = 255;

/// The value as stored, `None` for null. An empty string is null, as on the wire.
///
/// Fails with the vendor's code for the wrong type, a text too long, a word outside a restricted picklist, a bad
/// e-mail address, or an id of the wrong object.
pub(super) fn cell(field: &Field, value: Value) -> Result<Option<Cell>, ApiError> {
    let text = match value {
        Value::Null => return Ok(None),
        Value::String(text) if text.is_empty() => return Ok(None),
        Value::String(text) => text,
        Value::Bool(bool) if matches!(field.kind, Kind::Bool | Kind::Any) => return Ok(Some(Cell::Bool(bool))),
        Value::Number(number) => match field.kind {
            Kind::Int | Kind::Double | Kind::Currency | Kind::Percent | Kind::Any => {
                return Ok(number.as_f64().map(Cell::Number));
            }
            Kind::Text(_) | Kind::LongText(_) | Kind::Comment(_) | Kind::Phone => number.to_string(),
            _ => return Err(wrong_type(field, &number.to_string())),
        },
        other => return Err(wrong_type(field, &other.to_string())),
    };
    from_text(field, text).map(Some)
}

fn from_text(field: &Field, text: String) -> Result<Cell, ApiError> {
    let parsed = match field.kind {
        Kind::Bool => match text.as_str() {
            "true" => Some(Cell::Bool(true)),
            "false" => Some(Cell::Bool(false)),
            _ => None,
        },
        Kind::Int | Kind::Double | Kind::Currency | Kind::Percent => {
            text.parse().ok().filter(|n: &f64| n.is_finite()).map(Cell::Number)
        }
        Kind::Date => parse_date(&text).map(Cell::Date),
        Kind::DateTime => {
            parse_datetime(&text).or_else(|| parse_datetime(&format!("{text}T00:00:00Z"))).map(Cell::Time)
        }
        Kind::Id | Kind::Reference(_) => return reference(field, &text),
        Kind::Text(max) | Kind::LongText(max) | Kind::Comment(max) => return long_enough(field, text, max),
        Kind::Phone => return long_enough(field, text, PHONE),
        Kind::Url => return long_enough(field, text, URL),
        Kind::Email => {
            if !looks_like_email(&text) {
                let message = format!("{}: invalid email address: {text}", field.label());
                return Err(ApiError::new("INVALID_EMAIL_ADDRESS", message).on(field.name));
            }
            return long_enough(field, text, EMAIL);
        }
        Kind::Picklist(values, true) if !values.contains(&text.as_str()) => return Err(bad_word(field, &text)),
        Kind::MultiPicklist(values) => {
            if let Some(word) = text.split(';').find(|word| !values.contains(word)) {
                return Err(bad_word(field, word));
            }
            return Ok(Cell::Text(text.into()));
        }
        Kind::Picklist(..) | Kind::AutoNumber | Kind::Any => return long_enough(field, text, 255),
        Kind::Address(_) => None,
    };
    parsed.ok_or_else(|| wrong_type(field, &text))
}

fn reference(field: &Field, text: &str) -> Result<Cell, ApiError> {
    let wrong =
        |code| ApiError::new(code, format!("{}: id value of incorrect type: {text}", field.label())).on(field.name);
    let id = Id::parse(text).ok_or_else(|| wrong("MALFORMED_ID"))?;
    let fits = field.targets().iter().any(|name| schema::object(name).is_some_and(|o| o.prefix == id.prefix()));
    if field.kind != Kind::Id && !fits {
        return Err(wrong("FIELD_INTEGRITY_EXCEPTION"));
    }
    Ok(Cell::Text(id.to_string().into()))
}

fn long_enough(field: &Field, text: String, max: u32) -> Result<Cell, ApiError> {
    let length = if matches!(field.kind, Kind::Comment(_)) { text.len() } else { text.chars().count() };
    if length > max as usize {
        let start: String = text.chars().take(40).collect();
        let message = format!("{}: data value too large: {start}... (max length={max})", field.label());
        return Err(ApiError::new("STRING_TOO_LONG", message).on(field.name));
    }
    Ok(Cell::Text(text.into()))
}

fn looks_like_email(text: &str) -> bool {
    let mut halves = text.split('@');
    match (halves.next(), halves.next(), halves.next()) {
        (Some(local), Some(host), None) => {
            !local.is_empty()
                && host.split('.').count() > 1
                && host.split('.').all(|part| !part.is_empty())
                && !text.contains(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>'))
        }
        _ => false,
    }
}

pub(super) fn bad_word(field: &Field, word: &str) -> ApiError {
    let message = format!("{}: bad value for restricted picklist field: {word}", field.label());
    ApiError::new("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message).on(field.name)
}

fn wrong_type(field: &Field, value: &str) -> ApiError {
    let shown: String = value.chars().take(40).collect();
    let kind = match field.kind {
        Kind::Bool => "boolean",
        Kind::Int => "int",
        Kind::Double => "double",
        Kind::Currency => "currency",
        Kind::Percent => "percent",
        Kind::Date => "date",
        Kind::DateTime => "datetime",
        Kind::Id | Kind::Reference(_) => "reference",
        Kind::Address(_) => "address",
        _ => "string",
    };
    let message = format!(
        "Cannot deserialize instance of {kind} from value {shown} or request may be missing a required field at field {}",
        field.name
    );
    ApiError::new("JSON_PARSER_ERROR", message).on(field.name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_and_refusals() {
        let account = schema::object("Account").unwrap();
        for (name, value, expected) in [
            ("Phone", json!(""), Ok(None)),
            ("NumberOfEmployees", json!(5), Ok(Some(Cell::Number(5.0)))),
            ("PersonBirthdate", json!("1990-13-01"), Err("JSON_PARSER_ERROR")),
            ("PersonEmail", json!("taro@example.jp"), Ok(Some(Cell::Text("taro@example.jp".into())))),
            ("PersonEmail", json!("taro@@example.jp"), Err("INVALID_EMAIL_ADDRESS")),
            ("PersonEmail", json!("taro@jp"), Err("INVALID_EMAIL_ADDRESS")),
            ("Id_Verification_Status__c", json!("Maybe"), Err("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST")),
            ("Type", json!("Something new"), Ok(Some(Cell::Text("Something new".into())))),
            ("OwnerId", json!("001D000000IqhSL"), Err("FIELD_INTEGRITY_EXCEPTION")),
            ("OwnerId", json!("me"), Err("MALFORMED_ID")),
            ("LastName", json!("あ".repeat(81)), Err("STRING_TOO_LONG")),
            ("Phone", json!({"a": 1}), Err("JSON_PARSER_ERROR")),
        ] {
            let field = account.field(account.column(name).unwrap());
            assert_eq!(cell(field, value.clone()).map_err(|e| e.code), expected, "{name} = {value}");
        }
    }
}
