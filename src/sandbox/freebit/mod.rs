//! Freebit as its clients see it: one form field `json`, paths that end in a slash, a key inside the JSON, results
//! told by `resultCode` and not by HTTP, numbers as text, and names whose capitals differ from answer to answer.
//!
//! The vendor's specification is confidential; what is here is what integrations in the open send and read.

mod db;
mod wire;

pub use db::{Change, Db, Line, LineState, Pending, Rules, TopUp};

use std::sync::{Arc, PoisonError};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, header},
    response::{IntoResponse as _, Response},
    routing::post,
};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{Credentials, Shared, form, gate::Complaint};

/// Result codes. `210` and `400-356` were seen in integrations; the others are this sandbox's own choice, because
/// the vendor's table is not public.
mod code {
    pub(super) const UNKNOWN_ACCOUNT: &str = "210";
    pub(super) const BAD_REQUEST: &str = "400";
    pub(super) const KEY_REFUSED: &str = "401";
    pub(super) const BULK: &str = "429";
}

#[derive(Clone)]
struct Desk {
    world: Shared,
    oem_id: Arc<str>,
    oem_key: Arc<str>,
}

/// A refusal: result code and the vendor's sentence.
struct Refusal(&'static str, &'static str);

const NO_JSON: Refusal = Refusal(code::BAD_REQUEST, "パラメータ不正エラー (json)");
const NO_ACCOUNT: Refusal = Refusal(code::BAD_REQUEST, "パラメータ不正エラー (account)");
const NO_KIND: Refusal = Refusal(code::BAD_REQUEST, "パラメータ不正エラー (kind)");
const NO_DATE: Refusal = Refusal(code::BAD_REQUEST, "パラメータ不正エラー (fromDate, toDate)");
const KEY_REFUSED: Refusal = Refusal(code::KEY_REFUSED, "認証エラー");
const UNKNOWN_ACCOUNT: Refusal = Refusal(code::UNKNOWN_ACCOUNT, "アカウント不在エラー");
const BULK: Refusal = Refusal(code::BULK, "一括取得はできません");

/// Freebit's paths over the shared world, open to whoever knows `credentials`.
pub fn router(world: Shared, credentials: &Credentials) -> Router {
    let desk = Desk {
        world,
        oem_id: credentials.freebit_oem_id.as_str().into(),
        oem_key: credentials.freebit_oem_key.as_str().into(),
    };
    Router::new()
        .route("/emptool/api/authOem/", post(sign_in))
        .route("/emptool/api/mvno/getDetail/", post(detail))
        .route("/emptool/api/master/getDetail/", post(detail))
        .route("/emptool/api/mvno/getTrafficInfo/", post(traffic))
        .route("/emptool/api/mvno/getQuotaHistory/", post(quota_history))
        .layer(DefaultBodyLimit::disable())
        .with_state(desk)
}

/// An error answer with a code such as `210` or `400-356` (result code and status code).
pub(super) fn error(code: &str, message: &str) -> Response {
    let (result, status) = code.split_once('-').unwrap_or((code, code));
    Json(json!({ "resultCode": result, "status": { "message": message, "statusCode": status } })).into_response()
}

async fn sign_in(State(desk): State<Desk>, headers: HeaderMap, body: Bytes) -> Response {
    answer(parameters(&headers, &body).and_then(|request| {
        let is = |name: &str, expected: &str| text(&request, name).is_some_and(|given| given == expected);
        if !is("oemId", &desk.oem_id) || !is("oemKey", &desk.oem_key) {
            return Err(KEY_REFUSED);
        }
        let mut world = desk.world.write().unwrap_or_else(PoisonError::into_inner);
        let now = world.clock.now();
        Ok(wire::signed_in(&world.freebit.issue_key(now)))
    }))
}

async fn detail(State(desk): State<Desk>, headers: HeaderMap, body: Bytes) -> Response {
    answer(parameters(&headers, &body).and_then(|request| {
        // The list is a list in form only: the vendor looks at the first item and drops the rest.
        let first = request.get("requestDatas").and_then(Value::as_array).and_then(|items| items.first());
        let first = first.and_then(Value::as_object).ok_or(NO_ACCOUNT)?;
        if text(first, "kind").is_none_or(|kind| kind != "MVNO") {
            return Err(NO_KIND);
        }
        desk.read_line(&request, first).map(|line| wire::detail(&line))
    }))
}

async fn traffic(State(desk): State<Desk>, headers: HeaderMap, body: Bytes) -> Response {
    answer(
        parameters(&headers, &body)
            .and_then(|request| desk.read_line(&request, &request).map(|line| wire::traffic(&line))),
    )
}

async fn quota_history(State(desk): State<Desk>, headers: HeaderMap, body: Bytes) -> Response {
    answer(parameters(&headers, &body).and_then(|request| {
        let line = desk.read_line(&request, &request)?;
        let day = |name| match text(&request, name) {
            None => Ok(None),
            Some(text) => wire::day(&text).map(Some).ok_or(NO_DATE),
        };
        Ok(wire::quota_history(&line, day("fromDate")?, day("toDate")?))
    }))
}

impl Desk {
    /// The line that `place` names, after the key in `request` was found good and the request no bulk retrieval.
    fn read_line(&self, request: &Map<String, Value>, place: &Map<String, Value>) -> Result<Line, Refusal> {
        let mut world = self.world.write().unwrap_or_else(PoisonError::into_inner);
        let now: Timestamp = world.clock.now();
        if !text(request, "authKey").is_some_and(|key| world.freebit.knows_key(&key, now)) {
            return Err(KEY_REFUSED);
        }
        let account = text(place, "account").filter(|account| wire::is_account(account)).ok_or(NO_ACCOUNT)?;
        if !world.freebit.may_ask(&account, now) {
            return Err(BULK);
        }
        world.freebit.line(&account, now).ok_or(UNKNOWN_ACCOUNT)
    }
}

/// The JSON object in the form field `json`, however the form is encoded. A bare `application/json` body is refused.
fn parameters(headers: &HeaderMap, body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let json = form::field(kind, body, "json").ok_or(NO_JSON)?;
    serde_json::from_str(&json).map_err(|_| NO_JSON)
}

/// A member as text: clients send numbers both ways.
fn text(object: &Map<String, Value>, name: &str) -> Option<String> {
    match object.get(name)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn answer(result: Result<Value, Refusal>) -> Response {
    match result {
        Ok(value) => Json(value).into_response(),
        Err(Refusal(code, message)) => {
            let mut answer = error(code, message);
            if code == code::BULK {
                answer.extensions_mut().insert(Complaint("bulk reading"));
            }
            answer
        }
    }
}

#[cfg(test)]
mod tests;
