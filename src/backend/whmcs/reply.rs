//! WHMCS tells errors through five channels: HTTP 403 or 400 with JSON, HTTP 200 with `result: error`, a `warning` without
//! any result, `result=error;message=…` as plain text whatever format was asked for, and a web page. All are read here.

use serde_json::Value;

use crate::backend::http::Answer;
use crate::backend::lenient;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::flow::fault::{Fault, FaultKind, Hint};
use crate::flow::said::{self, Message, Sentence};

/// Why WHMCS gave no data. Messages are sanitised.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Wrong or disabled credentials.
    #[error("{0}")]
    SignIn(Text),
    /// The address the desk calls from is not on the allow list; the message holds it as WHMCS saw it.
    #[error("{0}")]
    Address(Text),
    /// The credentials' role lacks this action.
    #[error("{message} (action {action})")]
    Permission {
        /// WHMCS's words.
        message: Text,
        /// What the desk asked for.
        action: &'static str,
    },
    /// There is no such record.
    #[error("{0}")]
    NotFound(Text),
    /// This version does not know the action.
    #[error("this WHMCS does not know the action {0}")]
    UnknownAction(&'static str),
    /// Any other refusal.
    #[error("{0}")]
    Refused(Text),
    /// A web page, usually of a firewall in front of WHMCS.
    #[error("answered with a web page instead of data (HTTP {0})")]
    Page(u16),
    /// Not to be understood. Says what was wrong, never what was in it.
    #[error("the answer to {action} could not be read: {}", why.english)]
    Unreadable {
        /// What the desk asked for.
        action: &'static str,
        /// What was wrong with it.
        why: Sentence,
    },
}

impl Refusal {
    /// For the screen.
    pub fn fault(&self) -> Fault {
        let (kind, hint) = match self {
            Self::SignIn(_) => (FaultKind::SignIn, Hint::CheckCredentials),
            Self::Address(_) => (FaultKind::NotPermitted, Hint::AllowAddress),
            Self::Permission { .. } => (FaultKind::NotPermitted, Hint::AskPermission),
            Self::NotFound(_) => (FaultKind::NotFound, Hint::None),
            Self::UnknownAction(_) | Self::Refused(_) => (FaultKind::Refused, Hint::None),
            Self::Page(_) => (FaultKind::Broken, Hint::CheckNetwork),
            Self::Unreadable { .. } => (FaultKind::Unreadable, Hint::TryAgain),
        };
        Fault { system: System::Whmcs, kind, message: self.message(), hint }
    }
}

impl Refusal {
    fn message(&self) -> Message {
        match self {
            Self::SignIn(said) | Self::Address(said) | Self::NotFound(said) | Self::Refused(said) => {
                Message::theirs(said.to_string())
            }
            Self::Permission { message, action } => {
                let said = Message::theirs(message.to_string());
                Message::ours(said::OF_ACTION).with_said("what", &said).with("action", action)
            }
            Self::UnknownAction(action) => Message::ours(said::UNKNOWN_ACTION).with("action", action),
            Self::Page(status) => Message::ours(said::PAGE).with("status", status),
            Self::Unreadable { action, why } => {
                Message::ours(said::UNREADABLE_ACTION).with("action", action).with_said("why", &Message::ours(*why))
            }
        }
    }
}

/// The data of an answer, or why there is none.
pub fn read(action: &'static str, answer: &Answer) -> Result<Value, Refusal> {
    let status = answer.status.as_u16();
    if let Some(message) = plain_text_error(&answer.body) {
        return Err(classify(action, status, &message));
    }
    if answer.is_page() {
        return Err(Refusal::Page(status));
    }
    let Ok(data) = lenient::json(&answer.body) else {
        return Err(Refusal::Unreadable { action, why: said::NO_JSON });
    };
    let Value::Object(map) = &data else {
        return Err(Refusal::Unreadable { action, why: said::NO_OBJECT });
    };
    let word = |key: &str| map.get(key).and_then(Value::as_str);
    let message = word("message").or_else(|| word("error")).or_else(|| word("warning"));
    // `status` is the marker of a few actions and an ordinary field of others, so it counts only where `result` is missing.
    let verdict = word("result").or_else(|| word("status"));
    match verdict {
        _ if !answer.status.is_success() => Err(classify(action, status, message.unwrap_or_default())),
        Some("error") => Err(classify(action, status, message.unwrap_or_default())),
        None if word("warning").is_some() || word("message").is_some() => {
            Err(classify(action, status, message.unwrap_or_default()))
        }
        // "success", or no marker at all, which some reads answer.
        Some(_) | None => Ok(data),
    }
}

/// `result=error;message=…`, separated by `;` or a line break.
fn plain_text_error(body: &[u8]) -> Option<String> {
    let text = body.trim_ascii();
    if !text.starts_with(b"result=error") {
        return None;
    }
    let text = String::from_utf8_lossy(text);
    let message = text.split([';', '\n', '&']).find_map(|pair| pair.trim().strip_prefix("message="));
    Some(message.unwrap_or_default().to_owned())
}

fn classify(action: &'static str, status: u16, message: &str) -> Refusal {
    let text = Text::html(message);
    let lower = message.to_ascii_lowercase();
    let has = |needle: &str| lower.contains(needle);
    if has("invalid ip") || has("forbidden ip") {
        return Refusal::Address(text);
    }
    if has("invalid permissions") || has("access denied") || has("is not allowed") {
        return Refusal::Permission { message: text, action };
    }
    let sign_in = ["authentication failed", "missing credentials", "invalid password provided", "account disabled"];
    if sign_in.into_iter().any(has) {
        return Refusal::SignIn(text);
    }
    let unknown_action = ["command not found", "api function not found", "requested api action could not be found"];
    if unknown_action.into_iter().any(has) {
        return Refusal::UnknownAction(action);
    }
    if lower.trim_end_matches('.').ends_with("not found") {
        return Refusal::NotFound(text);
    }
    match (status, text.is_empty()) {
        (401 | 403, true) => Refusal::Permission { message: Text::line(&format!("HTTP {status}")), action },
        (401 | 403, false) => Refusal::Permission { message: text, action },
        (_, true) => Refusal::Refused(Text::line(&format!("{action} was refused without a reason (HTTP {status})"))),
        (_, false) => Refusal::Refused(text),
    }
}
