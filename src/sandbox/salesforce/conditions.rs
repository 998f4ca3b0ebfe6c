//! Conditions a call may carry: answer or change a record only if it is still the one that was read.
//!
//! ETags are given for accounts alone, as the vendor does; the dates work for every record and count whole seconds.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;

use super::cell::Cell;
use super::error::ApiError;
use super::row::Record;
use super::schema;

/// What a call is conditional on.
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    if_match: Option<String>,
    if_none_match: Option<String>,
    unmodified_since: Option<Timestamp>,
    modified_since: Option<Timestamp>,
}

impl Conditions {
    /// Reads the headers; `header` answers one by name. A date that is none fails a change and is passed over by a read.
    pub fn read<'a>(header: impl Fn(&str) -> Option<&'a str>, only_reads: bool) -> Result<Self, ApiError> {
        let date = |name: &str| match header(name).map(jiff::fmt::rfc2822::parse) {
            None => Ok(None),
            Some(Ok(date)) => Ok(Some(date.timestamp())),
            Some(Err(_)) if only_reads => Ok(None),
            Some(Err(_)) => Err(ApiError::new("INVALID_HEADER", format!("{name} is no date of the form HTTP uses"))),
        };
        let tag = |name: &str| header(name).map(str::to_owned);
        Ok(Self {
            if_match: tag("If-Match"),
            if_none_match: tag("If-None-Match"),
            unmodified_since: date("If-Unmodified-Since")?,
            modified_since: date("If-Modified-Since")?,
        })
    }

    /// Refuses (412) what is conditional on a record that has changed since.
    pub fn hold(&self, record: Record<'_>) -> Result<(), ApiError> {
        let refuse = |message: &str| Err(ApiError::new("PRECONDITION_FAILED", message).with_status(412));
        if let (Some(since), Some(modified)) = (self.unmodified_since, modified(record))
            && modified > since.as_second()
        {
            return refuse("The record has been modified since the given date");
        }
        if let (Some(asked), Some(tag)) = (&self.if_match, etag(record))
            && !names(asked, &tag)
        {
            return refuse("The record's entity tag is another than the one given");
        }
        Ok(())
    }

    /// Whether a read has nothing new to tell (304).
    pub fn is_known(&self, record: Record<'_>) -> bool {
        match (&self.if_none_match, etag(record)) {
            (Some(asked), Some(tag)) => names(asked, &tag),
            _ => self.modified_since.zip(modified(record)).is_some_and(|(since, at)| at <= since.as_second()),
        }
    }
}

/// The tag of an account's present state.
pub fn etag(record: Record<'_>) -> Option<Box<str>> {
    if record.object.name != "Account" {
        return None;
    }
    // FNV-1a: it must only differ when the record does.
    let state = serde_json::Value::Object(record.stored()).to_string();
    let hash = state
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    Some(format!("\"{}--gzip\"", STANDARD.encode(hash.to_be_bytes())).into())
}

/// One tag of several, or any.
fn names(asked: &str, tag: &str) -> bool {
    asked.split(',').map(str::trim).any(|it| it == "*" || it == tag)
}

/// When the record was changed last, in whole seconds.
fn modified(record: Record<'_>) -> Option<i64> {
    match record.row.get(schema::LAST_MODIFIED_DATE) {
        Some(Cell::Time(ms)) => Some(ms.div_euclid(1000)),
        _ => None,
    }
}
