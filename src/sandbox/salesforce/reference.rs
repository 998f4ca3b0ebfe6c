//! `@{account.records[0].Id}`: what a part of a composite call takes from the answer to an earlier one.

use serde_json::Value;

use super::error::ApiError;
use super::http::Answer;

/// Puts in the place of every reference what it stands for.
pub(super) fn resolve<'a>(text: &str, known: &impl Fn(&str) -> Option<&'a Answer>) -> Result<String, ApiError> {
    let mut resolved = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("@{") {
        let (path, after) = after.split_once('}').ok_or_else(|| invalid(text))?;
        resolved.push_str(before);
        resolved.push_str(&look_up(path, known)?);
        rest = after;
    }
    resolved.push_str(rest);
    Ok(resolved)
}

fn look_up<'a>(path: &str, known: &impl Fn(&str) -> Option<&'a Answer>) -> Result<String, ApiError> {
    let (name, fields) = path.split_once('.').unwrap_or((path, ""));
    let (name, first) = name.split_once('[').map_or((name, None), |(name, index)| (name, Some(index)));
    let answer = known(name).filter(|answer| answer.status < 400).ok_or_else(|| invalid(path))?;
    let mut value = answer.body.as_ref().ok_or_else(|| invalid(path))?;
    if let Some(index) = first {
        value = at(value, index).ok_or_else(|| invalid(path))?;
    }
    for step in fields.split('.').filter(|step| !step.is_empty()) {
        let mut pieces = step.split('[');
        value = value.get(pieces.next().unwrap_or_default()).ok_or_else(|| invalid(path))?;
        for index in pieces {
            value = at(value, index).ok_or_else(|| invalid(path))?;
        }
    }
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        _ => Err(invalid(path)),
    }
}

/// `0]` of a list.
fn at<'a>(value: &'a Value, index: &str) -> Option<&'a Value> {
    value.get(index.strip_suffix(']')?.parse::<usize>().ok()?)
}

fn invalid(path: &str) -> ApiError {
    let message = format!("Invalid reference specified. No value for {path} found in previous responses");
    ApiError::new("PROCESSING_HALTED", message)
}
