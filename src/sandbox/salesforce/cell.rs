//! One stored value, small enough that a hundred thousand accounts fit in memory, and its wire spelling.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde_json::{Number, Value};

/// A value in a row. A field that is null is not in the row at all.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Checkbox.
    Bool(bool),
    /// Any number; the field's kind says whether it is written `5` or `5.0`.
    Number(f64),
    /// A calendar day without a zone.
    Date(Date),
    /// Milliseconds since 1970 UTC.
    Time(i64),
    /// Everything else, ids included (18 characters). Shared: rows are copied whenever they change, to be put back
    /// if the transaction fails.
    Text(Arc<str>),
}

impl Cell {
    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The value as JSON; `whole` numbers are written without a decimal point.
    pub fn to_json(&self, whole: bool) -> Value {
        match self {
            Self::Bool(bool) => Value::Bool(*bool),
            Self::Number(number) if whole => Value::from(*number as i64),
            Self::Number(number) => Number::from_f64(*number).map_or(Value::Null, Value::Number),
            Self::Date(date) => Value::String(date.to_string()),
            Self::Time(ms) => Value::String(datetime(*ms)),
            Self::Text(text) => Value::String(text.to_string()),
        }
    }
}

/// A moment as the wire writes it: milliseconds, and an offset without a colon (`2026-11-22T10:03:04.000+0000`).
pub fn datetime(ms: i64) -> String {
    let at = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH);
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%S%.3f+0000").to_string()
}

/// Reads a moment in any spelling the API takes: `Z`, `+0900` or `+09:00`, with or without fractions; milliseconds UTC.
pub fn parse_datetime(text: &str) -> Option<i64> {
    let text = text.trim();
    let (civil, offset_minutes) = split_offset(text)?;
    let civil: DateTime = civil.parse().ok()?;
    let utc = civil.to_zoned(TimeZone::UTC).ok()?.timestamp();
    Some(utc.as_millisecond() - i64::from(offset_minutes) * 60_000)
}

/// Reads a calendar day `YYYY-MM-DD`; a datetime gives its day, as the API allows.
pub fn parse_date(text: &str) -> Option<Date> {
    let day = text.get(..10)?;
    if text.len() > 10 {
        parse_datetime(text)?;
    }
    day.parse().ok()
}

fn split_offset(text: &str) -> Option<(&str, i32)> {
    if let Some(civil) = text.strip_suffix(['Z', 'z']) {
        return Some((civil, 0));
    }
    let at = text.rfind(['+', '-']).filter(|at| *at > 10)?;
    let (civil, offset) = text.split_at(at);
    let digits: String = offset[1..].chars().filter(|c| *c != ':').collect();
    if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let minutes = digits[..2].parse::<i32>().ok()? * 60 + digits[2..].parse::<i32>().ok()?;
    Some((civil, if offset.starts_with('-') { -minutes } else { minutes }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datetimes_in_every_spelling_become_one() {
        for text in [
            "2026-11-22T10:03:04.000+0000",
            "2026-11-22T10:03:04Z",
            "2026-11-22T19:03:04+09:00",
            "2026-11-22T05:03:04.000-0500",
        ] {
            assert_eq!(parse_datetime(text).map(datetime).as_deref(), Some("2026-11-22T10:03:04.000+0000"), "{text}");
        }
        for text in ["2026-11-22T10:03:04", "2026-11-22", "soon", "", "2026-11-22T10:03:04+9"] {
            assert_eq!(parse_datetime(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_whole_or_not_by_field() {
        assert_eq!(Cell::Number(5000.0).to_json(false).to_string(), "5000.0");
        assert_eq!(Cell::Number(5000.0).to_json(true).to_string(), "5000");
    }
}
