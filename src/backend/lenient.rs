//! Deserialisers for systems that are not strict about JSON types: WHMCS (whose types follow its PHP and database
//! versions) and Freebit (which mixes strings and numbers). Absent, null and empty all mean "not told".

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A string from a string, a number or a boolean; empty for everything else.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(text_of(&Value::deserialize(deserializer)?))
}

/// See [`text`].
pub fn text_of(value: &Value) -> String {
    match value {
        Value::String(s) => s.clone(),
        Value::Number(n) => n.to_string(),
        Value::Bool(b) => u8::from(*b).to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

/// A whole number from a number, a numeric string (`"12"`, `"12.00"`) or a boolean; `None` for everything else.
pub fn int<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(int_of(&Value::deserialize(deserializer)?))
}

/// See [`int`].
pub fn int_of(value: &Value) -> Option<i64> {
    match value {
        Value::Number(n) => n.as_i64().or_else(|| whole(&n.to_string())),
        Value::String(s) => whole(s.trim()),
        Value::Bool(b) => Some(i64::from(*b)),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn whole(text: &str) -> Option<i64> {
    let (int, fraction) = text.split_once('.').unwrap_or((text, ""));
    fraction.bytes().all(|b| b == b'0').then(|| int.parse().ok()).flatten()
}

/// An id: a whole number above zero. WHMCS writes 0 for "none".
pub fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(id_of(&Value::deserialize(deserializer)?))
}

/// See [`id`].
pub fn id_of(value: &Value) -> Option<u64> {
    int_of(value).and_then(|n| u64::try_from(n).ok()).filter(|n| *n > 0)
}

/// A switch from a boolean, a number, or a word as PHP writes them (`"on"`, `""`); `None` when it is not told.
pub fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Ok(flag_of(&Value::deserialize(deserializer)?))
}

/// See [`flag`].
pub fn flag_of(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(b) => Some(*b),
        Value::Number(_) => int_of(value).map(|n| n != 0),
        Value::String(s) => match s.trim().to_ascii_lowercase().as_str() {
            "1" | "on" | "true" | "yes" => Some(true),
            "0" | "" | "off" | "false" | "no" => Some(false),
            _ => None,
        },
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The rows of a list in any of the shapes PHP gives it: an array, an array under `inner`, a single row under `inner`,
/// rows under numeric keys, or one of the empty forms (`""`, `[]`, `{}`, null, missing). What is no object is no row.
pub fn rows_of(value: Value, inner: &str) -> Vec<Value> {
    let rows = match value {
        Value::Array(rows) => rows,
        Value::Object(mut map) => match map.remove(inner) {
            Some(Value::Array(rows)) => rows,
            Some(Value::Object(row)) if numbered(&row) => row.into_iter().map(|(_, row)| row).collect(),
            Some(row @ Value::Object(_)) => vec![row],
            None if numbered(&map) => map.into_iter().map(|(_, row)| row).collect(),
            Some(_) | None => Vec::new(),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    rows.into_iter().filter(|row| row.as_object().is_some_and(|row| !row.is_empty())).collect()
}

fn numbered(map: &serde_json::Map<String, Value>) -> bool {
    !map.is_empty() && map.keys().all(|key| key.parse::<usize>().is_ok())
}

/// [`rows_of`] for a field of a struct.
pub fn rows<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D, inner: &str) -> Result<Vec<T>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    rows_of(value, inner).into_iter().map(|row| serde_json::from_value(row).map_err(serde::de::Error::custom)).collect()
}

/// Parses JSON whatever its encoding mistakes: invalid UTF-8 becomes U+FFFD, a byte order mark is dropped.
pub fn json(body: &[u8]) -> Result<Value, serde_json::Error> {
    let text = String::from_utf8_lossy(body);
    serde_json::from_str(text.trim_start_matches('\u{feff}').trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_come_in_many_types() {
        for (value, expected) in [
            (json!(12), Some(12)),
            (json!("12"), Some(12)),
            (json!(" 12 "), Some(12)),
            (json!("12.00"), Some(12)),
            (json!(12.0), Some(12)),
            (json!("12.50"), None),
            (json!(""), None),
            (json!(null), None),
            (json!(true), Some(1)),
            (json!([]), None),
            (json!("4820193375"), Some(4_820_193_375)),
        ] {
            assert_eq!(int_of(&value), expected, "{value}");
        }
        assert_eq!(id_of(&json!("0")), None);
        assert_eq!(id_of(&json!(-3)), None);
    }

    #[test]
    fn switches_come_in_many_types() {
        for (value, expected) in [
            (json!(true), Some(true)),
            (json!(0), Some(false)),
            (json!("1"), Some(true)),
            (json!("on"), Some(true)),
            (json!(""), Some(false)),
            (json!("false"), Some(false)),
            (json!("perhaps"), None),
            (json!(null), None),
        ] {
            assert_eq!(flag_of(&value), expected, "{value}");
        }
    }

    #[test]
    fn lists_come_in_many_shapes() {
        let row = json!({"id": 1});
        for full in [
            json!([row]),
            json!({"x": [row]}),
            json!({"x": row}),
            json!({"0": row}),
            json!({"x": {"0": row}}),
            json!([[], row]),
        ] {
            assert_eq!(rows_of(full.clone(), "x"), vec![row.clone()], "{full}");
        }
        for empty in [
            json!(""),
            json!([]),
            json!({}),
            json!(null),
            json!({"x": ""}),
            json!({"x": []}),
            json!({"x": null}),
            json!([[]]),
        ] {
            assert!(rows_of(empty.clone(), "x").is_empty(), "{empty}");
        }
    }

    #[test]
    fn broken_utf8_is_read_all_the_same() {
        let value = json(b"\xef\xbb\xbf{\"a\":\"caf\xe9\"}").unwrap();
        assert_eq!(value, json!({"a": "caf\u{fffd}"}));
    }
}
