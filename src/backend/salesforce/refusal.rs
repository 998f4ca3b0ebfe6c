//! Salesforce's refusals as faults. A body is an array of errors; the message of a query's error repeats the query, which
//! holds what a person typed, so only its last line is shown.

use serde_json::Value;

use super::wire;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::flow::fault::{Fault, FaultKind, Hint};
use crate::flow::said::{self, Message};

/// Reads a body that is no success.
pub(super) fn fault(status: u16, body: &Value) -> Fault {
    let errors = wire::errors(body);
    let Some(first) = errors.first() else {
        return Fault {
            system: System::Salesforce,
            kind: if status == 404 { FaultKind::NotFound } else { FaultKind::Broken },
            message: Message::ours(said::NO_REASON).with("status", status),
            hint: Hint::TryAgain,
        };
    };
    let (kind, hint) = match first.code.as_str() {
        "INVALID_SESSION_ID" | "INVALID_AUTH_HEADER" => (FaultKind::SignIn, Hint::CheckCredentials),
        "REQUEST_LIMIT_EXCEEDED" => (FaultKind::TooMany, Hint::Wait),
        "API_DISABLED_FOR_ORG"
        | "API_CURRENTLY_DISABLED"
        | "INSUFFICIENT_ACCESS"
        | "INSUFFICIENT_ACCESS_OR_READONLY"
        | "FUNCTIONALITY_NOT_ENABLED" => (FaultKind::NotPermitted, Hint::AskPermission),
        "NOT_FOUND" | "ENTITY_IS_DELETED" => (FaultKind::NotFound, Hint::None),
        // Conditional on a record that others changed meanwhile.
        "PRECONDITION_FAILED" => (FaultKind::Refused, Hint::TryAgain),
        "INVALID_FIELD" | "INVALID_TYPE" => (FaultKind::Refused, Hint::CheckNames),
        // Others hold the record: nothing was done, and a little later it can be.
        "UNABLE_TO_LOCK_ROW" => (FaultKind::TooMany, Hint::TryAgain),
        "QUERY_TIMEOUT" | "UNKNOWN_EXCEPTION" | "SERVER_UNAVAILABLE" => (FaultKind::Broken, Hint::TryAgain),
        _ if status == 403 => (FaultKind::NotPermitted, Hint::AskPermission),
        _ => (FaultKind::Refused, Hint::None),
    };
    Fault { system: System::Salesforce, kind, message: Message::theirs(words(first)), hint }
}

fn words(error: &wire::ApiError) -> String {
    let code = Text::line(&error.code);
    // "\nSELECT …\n       ^\nERROR at Row:1:Column:8\nNo such column 'x' on entity 'Account'. …"
    let safe = match error.message.split_once("ERROR at Row:") {
        Some((_, after)) => after.split_once('\n').map_or("", |(_, last)| last),
        None if matches!(error.code.as_str(), "MALFORMED_QUERY" | "MALFORMED_SEARCH" | "INVALID_QUERY_LOCATOR") => "",
        None => &error.message,
    };
    let sentence = safe.split(" If you are attempting").next().unwrap_or_default();
    let sentence = Text::line(sentence);
    // Which field is at fault is worth more than the code beside it.
    let about = Text::line(&error.fields.join(", "));
    let about = if about.is_empty() { code.to_string() } else { format!("{about}, {code}") };
    if sentence.is_empty() { about } else { format!("{sentence} ({about})") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_query_is_not_repeated_on_the_screen() {
        let body = json!([{
            "errorCode": "INVALID_FIELD",
            "message": "\nSELECT Nope__c FROM Account WHERE PersonEmail = 'aiko@example.jp'\n       ^\nERROR at Row:1:Column:8\n\
                        No such column 'Nope__c' on entity 'Account'. If you are attempting to use a custom field, …",
        }]);
        let fault = fault(400, &body);
        assert_eq!(fault.message.as_str(), "No such column 'Nope__c' on entity 'Account'. (INVALID_FIELD)");
        assert_eq!(fault.hint, Hint::CheckNames);
        let body = json!([{"errorCode": "MALFORMED_QUERY", "message": "unexpected token: aiko@example.jp"}]);
        assert_eq!(super::fault(400, &body).message.as_str(), "MALFORMED_QUERY");
    }

    #[test]
    fn a_refused_field_is_named() {
        let body =
            json!([{"errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": "Say why.", "fields": ["Note__c"]}]);
        let fault = fault(400, &body);
        assert_eq!(fault.kind, FaultKind::Refused);
        assert_eq!(fault.message.as_str(), "Say why. (Note__c, FIELD_CUSTOM_VALIDATION_EXCEPTION)");
    }

    #[test]
    fn a_refused_tree_says_what_is_wrong_with_a_record() {
        let errors = json!([{"statusCode": "UNABLE_TO_LOCK_ROW", "message": "unable to obtain exclusive access"}]);
        let fault = fault(400, &json!({"hasErrors": true, "results": [{"referenceId": "item1", "errors": errors}]}));
        assert_eq!(
            (fault.kind, &*fault.message),
            (FaultKind::TooMany, "unable to obtain exclusive access (UNABLE_TO_LOCK_ROW)")
        );
    }

    #[test]
    fn what_is_no_error_list_is_a_broken_answer() {
        assert_eq!(fault(400, &json!({})).kind, FaultKind::Broken);
        assert_eq!(fault(404, &Value::Null).kind, FaultKind::NotFound);
    }
}
