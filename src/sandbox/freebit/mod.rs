//! Freebit as its clients see it: one form field `json`, paths that end in a slash, a key inside the JSON, results
//! told by `resultCode` and not by HTTP, numbers as text, and names whose capitals differ from answer to answer.
//!
//! The vendor's specification is confidential; what is here is what integrations in the open send and read.

mod card;
mod change;
mod code;
mod db;
mod line;
mod notice;
mod request;
mod wire;
mod writes;

pub use card::{Card, CardState};
pub use change::{Change, Kind, Pending, Profile, Voice};
pub use db::{Db, Rules};
pub use line::{Line, LineState, TopUp};
pub use notice::{COLUMNS, Notice};

use std::sync::{Arc, PoisonError};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::HeaderMap,
    response::{IntoResponse as _, Response},
    routing::post,
};
use serde_json::{Value, json};

use super::{Credentials, Shared, World, gate::Complaint};
use code::{BULK, KEY_REFUSED, Refusal, UNKNOWN_ACCOUNT, bad};
use request::Request;
use writes::Write;

/// Where the vendor's paths begin.
const ROOT: &str = "/emptool/api";

#[derive(Clone)]
struct Desk {
    world: Shared,
    oem_id: Arc<str>,
    oem_key: Arc<str>,
}

/// Freebit's paths over the shared world, open to whoever knows `credentials`.
pub fn router(world: Shared, credentials: &Credentials) -> Router {
    let desk = Desk {
        world,
        oem_id: credentials.freebit_oem_id.as_str().into(),
        oem_key: credentials.freebit_oem_key.as_str().into(),
    };
    let reads = Router::new()
        .route("/emptool/api/authOem/", post(sign_in))
        .route("/emptool/api/mvno/getDetail/", post(detail))
        .route("/emptool/api/master/getDetail/", post(detail))
        .route("/emptool/api/mvno/getTrafficInfo/", post(traffic))
        .route("/emptool/api/mvno/getQuotaHistory/", post(quota_history));
    let write = |router: Router<Desk>, (path, write): &(&str, Write)| {
        let write = *write;
        let handle = async move |State(desk): State<Desk>, headers: HeaderMap, body: Bytes| {
            answer(Request::read(&headers, &body).and_then(|request| desk.write(&request, write)))
        };
        router.route(&format!("{ROOT}{path}"), post(handle))
    };
    writes::ALL.iter().fold(reads, write).layer(DefaultBodyLimit::disable()).with_state(desk)
}

/// An error answer with a code such as `210` or `400-356` (result code and status code).
pub(super) fn error(code: &str, message: &str) -> Response {
    let (result, status) = code.split_once('-').unwrap_or((code, code));
    Json(json!({ "resultCode": result, "status": { "message": message, "statusCode": status } })).into_response()
}

async fn sign_in(State(desk): State<Desk>, headers: HeaderMap, body: Bytes) -> Response {
    answer(Request::read(&headers, &body).and_then(|request| {
        let is = |name: &str, expected: &str| request.text(name).is_some_and(|given| given == expected);
        if !is("oemId", &desk.oem_id) || !is("oemKey", &desk.oem_key) {
            return Err(KEY_REFUSED);
        }
        let mut world = desk.world.write().unwrap_or_else(PoisonError::into_inner);
        let now = world.clock.now();
        Ok(wire::signed_in(&world.freebit.issue_key(now)))
    }))
}

async fn detail(State(desk): State<Desk>, headers: HeaderMap, body: Bytes) -> Response {
    answer(Request::read(&headers, &body).and_then(|request| {
        let first = request.first("requestDatas").ok_or_else(|| bad("account"))?;
        if first.text("kind").is_none_or(|kind| kind != "MVNO") {
            return Err(bad("kind"));
        }
        desk.read_line(&request, &first).map(|line| wire::detail(&line))
    }))
}

async fn traffic(State(desk): State<Desk>, headers: HeaderMap, body: Bytes) -> Response {
    answer(Request::read(&headers, &body).and_then(|request| {
        let line = desk.read_line(&request, &request)?;
        if line.share_group.is_some() { Err(code::IN_SHARE_GROUP) } else { Ok(wire::traffic(&line)) }
    }))
}

async fn quota_history(State(desk): State<Desk>, headers: HeaderMap, body: Bytes) -> Response {
    answer(Request::read(&headers, &body).and_then(|request| {
        let line = desk.read_line(&request, &request)?;
        Ok(wire::quota_history(&line, request.day("fromDate")?, request.day("toDate")?))
    }))
}

impl Desk {
    /// The line that `place` names, after the key in `request` was found good and the request no bulk retrieval.
    fn read_line(&self, request: &Request, place: &Request) -> Result<Line, Refusal> {
        let mut world = self.world.write().unwrap_or_else(PoisonError::into_inner);
        signed_in(&world, request)?;
        let account = place.account()?;
        let now = world.clock.now();
        if !world.freebit.may_ask(&account, now) {
            return Err(BULK);
        }
        world.freebit.line(&account, now).ok_or(UNKNOWN_ACCOUNT)
    }

    /// Lets a call change the tables, after its key was found good.
    fn write(&self, request: &Request, write: Write) -> Result<Value, Refusal> {
        let mut world = self.world.write().unwrap_or_else(PoisonError::into_inner);
        signed_in(&world, request)?;
        let now = world.clock.now();
        write(&mut world.freebit, request, now)
    }
}

fn signed_in(world: &World, request: &Request) -> Result<(), Refusal> {
    let knows = |key: String| world.freebit.knows_key(&key, world.clock.now());
    if request.text("authKey").is_some_and(knows) { Ok(()) } else { Err(KEY_REFUSED) }
}

fn answer(result: Result<Value, Refusal>) -> Response {
    match result {
        Ok(value) => Json(value).into_response(),
        Err(refusal) => {
            let mut answer = error(refusal.code, &refusal.says);
            if refusal == BULK {
                answer.extensions_mut().insert(Complaint("bulk reading"));
            }
            answer
        }
    }
}

#[cfg(test)]
mod tests;
