//! The vendor's errors: a code, a sentence, the fields concerned, and the HTTP status they travel with.

use serde_json::{Value, json};

/// An error as the API tells it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ApiError {
    /// HTTP status.
    pub status: u16,
    /// The vendor's word, such as `INVALID_FIELD`.
    pub code: &'static str,
    /// The sentence for a human.
    pub message: String,
    /// API names of the fields at fault.
    pub fields: Vec<String>,
}

impl ApiError {
    /// An error of HTTP status 400, as most are.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { status: 400, code, message: message.into(), fields: Vec::new() }
    }

    /// The same with another HTTP status.
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// The same, naming a field.
    pub fn on(mut self, field: impl Into<String>) -> Self {
        self.fields.push(field.into());
        self
    }

    /// 404: no such record or path.
    pub fn not_found() -> Self {
        Self::new("NOT_FOUND", "The requested resource does not exist").with_status(404)
    }

    /// 404: an object that this org does not have, in a path.
    pub fn no_such_object(name: &str) -> Self {
        Self::new(
            "INVALID_TYPE",
            format!(
                "sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to append \
                 the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names."
            ),
        )
    }

    /// 401: no session, or one that is over.
    pub fn no_session() -> Self {
        Self::new("INVALID_SESSION_ID", "Session expired or invalid").with_status(401)
    }

    /// 400: a body that is no JSON or not of the shape asked for.
    pub fn bad_body(why: impl std::fmt::Display) -> Self {
        Self::new("JSON_PARSER_ERROR", why.to_string())
    }

    /// One element of the error array, as every resource but the collections writes it.
    pub fn to_json(&self) -> Value {
        let mut element = json!({"message": self.message, "errorCode": self.code});
        if !self.fields.is_empty() {
            element["fields"] = json!(self.fields);
        }
        element
    }

    /// One element as the collections write it: the code is called `statusCode` there.
    pub fn to_collection_json(&self) -> Value {
        json!({"statusCode": self.code, "message": self.message, "fields": self.fields})
    }
}
