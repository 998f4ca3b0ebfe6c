//! What a client sends: the JSON in the form field `json`, and its members read as the vendor reads them.

use axum::http::{HeaderMap, header};
use jiff::civil::Date;
use serde_json::{Map, Value};

use super::code::{Refusal, bad};
use crate::sandbox::form;

/// The members of a request, or of an object in it. Text and numbers are taken for each other, and empty is absent.
#[derive(Debug, Clone, Default)]
pub(super) struct Request(Map<String, Value>);

impl Request {
    /// The object in the form field `json`, however the form is encoded. A bare `application/json` body is refused.
    pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, Refusal> {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let json = form::field(kind, body, "json").ok_or_else(|| bad("json"))?;
        serde_json::from_str(&json).map(Self).map_err(|_| bad("json"))
    }

    /// A member as text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// A member that must be there.
    pub(super) fn need(&self, name: &str) -> Result<String, Refusal> {
        self.text(name).ok_or_else(|| bad(name))
    }

    /// A member that must be one of `words` when it is there.
    pub(super) fn one_of(&self, name: &str, words: &[&str]) -> Result<Option<String>, Refusal> {
        match self.text(name) {
            Some(text) if !words.contains(&text.as_str()) => Err(bad(name)),
            text => Ok(text),
        }
    }

    /// A flag in two digits: `10` yes, `20` no.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, Refusal> {
        Ok(self.one_of(name, &["10", "20"])?.map(|text| text == "10"))
    }

    /// A day, when it is there.
    pub(super) fn day(&self, name: &str) -> Result<Option<Date>, Refusal> {
        self.text(name).map(|text| day(&text).ok_or_else(|| bad(name))).transpose()
    }

    /// The phone number or share group the request is about.
    pub(super) fn account(&self) -> Result<String, Refusal> {
        self.text("account").filter(|account| is_account(account)).ok_or_else(|| bad("account"))
    }

    /// The number printed on a card, when it is there: two letters and thirteen digits.
    pub(super) fn product_number(&self, name: &str) -> Result<Option<String>, Refusal> {
        let right = |text: &str| {
            let (letters, digits) = text.split_at_checked(2).unwrap_or_default();
            digits.len() == 13
                && letters.bytes().all(|byte| byte.is_ascii_uppercase())
                && digits.bytes().all(|byte| byte.is_ascii_digit())
        };
        self.text(name).map(|text| if right(&text) { Ok(text) } else { Err(bad(name)) }).transpose()
    }

    /// A chip id, when it is there: 32 digits whose remainder by 97 is 1.
    pub(super) fn eid(&self, name: &str) -> Result<Option<String>, Refusal> {
        let right = |text: &str| {
            text.len() == 32
                && text.bytes().all(|byte| byte.is_ascii_digit())
                && text.parse::<u128>().is_ok_and(|number| number % 97 == 1)
        };
        self.text(name).map(|text| if right(&text) { Ok(text) } else { Err(bad(name)) }).transpose()
    }

    /// An object inside.
    pub(super) fn object(&self, name: &str) -> Option<Self> {
        self.0.get(name).and_then(Value::as_object).cloned().map(Self)
    }

    /// The first item of a list: the vendor looks at that one and drops the rest.
    pub(super) fn first(&self, name: &str) -> Option<Self> {
        self.0.get(name)?.as_array()?.first()?.as_object().cloned().map(Self)
    }

    /// The members' names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether a member is there, empty or not.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| !value.is_null())
    }
}

#[cfg(test)]
impl From<Value> for Request {
    fn from(value: Value) -> Self {
        Self(value.as_object().cloned().unwrap_or_default())
    }
}

/// Digits of a phone number, 11 to 14 of them, or a share group's code.
fn is_account(text: &str) -> bool {
    let phone = (11..=14).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let group = text.len() <= 32
        && text.contains('_')
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    phone || group
}

/// A day written `YYYYMMDD`, `YYYY/MM/DD` or `YYYY-MM-DD`.
fn day(text: &str) -> Option<Date> {
    let format = match (text.len(), text.as_bytes().get(4)?) {
        (8, byte) if byte.is_ascii_digit() => "%Y%m%d",
        (10, b'/') => "%Y/%m/%d",
        (10, b'-') => "%Y-%m-%d",
        _ => return None,
    };
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'/' | b'-'));
    plain.then(|| Date::strptime(format, text).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_have_three_spellings_and_must_exist() {
        for text in ["20261130", "2026/11/30", "2026-11-30"] {
            assert_eq!(day(text), Some(date(2026, 11, 30)), "{text}");
        }
        for text in ["20261131", "2026/1/30", "2026-11/30", "2611-30", "2026113", "+2611130", "二〇二六一一三〇", ""]
        {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn card_and_chip_numbers_are_checked() {
        let with = |text: &str| Request::from(serde_json::json!({ "n": text }));
        assert!(with("AX1234567890123").product_number("n").is_ok_and(|it| it.is_some()));
        for wrong in ["ax1234567890123", "AX123456789012", "あ1234567890123", "A"] {
            assert!(with(wrong).product_number("n").is_err(), "{wrong}");
        }
        assert!(with("89049032123451234512345678901235").eid("n").is_ok_and(|it| it.is_some()));
        assert!(with("35000000000000000000000000000033").eid("n").is_ok(), "not every chip id begins with 89");
        for wrong in
            ["89049032123451234512345678901234", "8904903212345123451234567890123", "+9049032123451234512345678901235"]
        {
            assert!(with(wrong).eid("n").is_err(), "{wrong}");
        }
        assert_eq!(with("").eid("n"), Ok(None), "empty is absent");
    }
}
