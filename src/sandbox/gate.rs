//! What every call passes before it reaches a vendor: the world must be there, the call is counted, and it suffers
//! the faults in force.
//!
//! A call that hangs can be waited for, so that a test knows when its caller is between sending and hearing.

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    handler::Handler as _,
    http::{HeaderValue, Method, StatusCode, Uri, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
    routing::any_service,
};
use futures_util::stream;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::{Notify, watch};

use super::{
    Credentials, Shared, amend,
    day::Made,
    faults::{Call, Fault, Faults, Moment, System},
    form, freebit,
    outbox::Outbox,
    salesforce::events::streams::Streams,
    serve::shared,
    worker,
};

/// No call of these protocols is larger.
const BODY_LIMIT: usize = 16 * 1024 * 1024;
/// Distinct names counted per system; a client that invents paths must not fill the memory.
const COUNTED_NAMES: usize = 500;

/// How often each call came, by system and by action or path.
pub type Counts = BTreeMap<System, BTreeMap<String, u64>>;

/// Calls that are not answered, by a fault's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Hanging {
    /// How many callers wait at this moment.
    pub now: u64,
    /// How many calls were left hanging since the sandbox started; those that took effect first, count once they did.
    pub ever: u64,
}

/// What the three gates and the control endpoint share.
#[derive(Debug)]
pub(super) struct Switchboard {
    pub(super) world: Shared,
    /// True once the world is made.
    pub(super) ready: watch::Receiver<bool>,
    faults: Mutex<Faults>,
    counts: Mutex<Counts>,
    hanging: watch::Sender<Hanging>,
    /// Something may have been written; the keeper of the state file waits for it.
    pub(super) changed: Notify,
    /// The same, for whoever files the notices.
    pub(super) stirred: Notify,
    /// Where notices are filed.
    pub(super) outbox: Outbox,
    /// How far the day at the desk is.
    pub(super) day: watch::Sender<Made>,
    /// Who listens to Salesforce's events.
    pub(super) streams: Arc<Streams>,
}

impl Switchboard {
    pub(super) fn new(world: Shared, ready: watch::Receiver<bool>, seed: u64) -> Self {
        Self {
            world,
            ready,
            faults: Mutex::new(Faults::seeded(seed)),
            counts: Mutex::default(),
            hanging: watch::Sender::default(),
            changed: Notify::new(),
            stirred: Notify::new(),
            outbox: Outbox::default(),
            day: watch::Sender::default(),
            streams: Arc::default(),
        }
    }

    /// Says that something may have been written, or that time moved.
    pub(super) fn touch(&self) {
        self.changed.notify_one();
        self.stirred.notify_one();
    }

    pub(super) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn counts(&self) -> Counts {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn forget_counts(&self) {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Forgets counts and faults.
    pub(super) fn calm(&self) {
        self.forget_counts();
        self.faults().clear();
    }

    pub(super) fn count(&self, system: System, label: &str) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let names = counts.entry(system).or_default();
        let name = if names.len() >= COUNTED_NAMES && !names.contains_key(label) { "(others)" } else { label };
        *names.entry(name.to_owned()).or_default() += 1;
    }

    /// The calls that hang, now and ever.
    pub(super) fn hanging(&self) -> watch::Receiver<Hanging> {
        self.hanging.subscribe()
    }

    /// Never returns; ends when the caller goes away.
    pub(super) async fn hang(&self) -> Response {
        /// Takes the call off the count when it is dropped with its connection.
        struct Gone<'a>(&'a watch::Sender<Hanging>);
        impl Drop for Gone<'_> {
            fn drop(&mut self) {
                self.0.send_modify(|hanging| hanging.now = hanging.now.saturating_sub(1));
            }
        }
        self.hanging.send_modify(|hanging| {
            hanging.now += 1;
            hanging.ever += 1;
        });
        let _gone = Gone(&self.hanging);
        std::future::pending().await
    }

    /// Waits for the world; false when it will never come.
    pub(super) async fn world_is_there(&self) -> bool {
        self.ready.clone().wait_for(|ready| *ready).await.is_ok()
    }
}

/// What a vendor complains about in an answer: counted beside the calls, so that nobody abuses it unseen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Complaint(pub(super) &'static str);

/// A vendor's paths over a world.
pub(super) type Vendor = fn(Shared, &Credentials) -> Router;

/// One system's gate.
#[derive(Debug, Clone)]
pub(super) struct Gate {
    pub(super) system: System,
    pub(super) switchboard: Arc<Switchboard>,
    /// The system again, for answers that are lies.
    pub(super) vendor: Vendor,
    pub(super) credentials: Credentials,
}

/// The middleware itself.
pub(super) async fn pass(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let board = &gate.switchboard;
    if !board.world_is_there().await {
        return (StatusCode::INTERNAL_SERVER_ERROR, "the sandbox's world could not be made").into_response();
    }
    worker::catch_up_shared(&board.world);
    let (mut parts, body) = request.into_parts();
    merge_slashes(&mut parts.uri);
    let Ok(body) = axum::body::to_bytes(body, BODY_LIMIT).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str()).replace('+', " ");
    let target = percent_encoding::percent_decode_str(&target).decode_utf8_lossy().into_owned();
    let label = label(gate.system, &parts, &body);
    board.count(gate.system, &label);
    let reads = only_reads(gate.system, &parts.method, &label, &body);
    let call = Call { system: gate.system, label: &label, target: &target, reads, moment: Moment::Call };
    let sentence = board.faults().judge(&call);
    if !sentence.wait.is_zero() {
        tokio::time::sleep(sentence.wait).await;
    }
    if sentence.fault == Some(Fault::ExpiredSession) {
        expire(&gate);
    }
    if let Some(answer) = instead(&gate, sentence.fault.as_ref()) {
        return answer;
    }
    let request = Request::from_parts(parts, Body::from(body));
    match sentence.fault {
        Some(Fault::HangBefore) => return board.hang().await,
        Some(Fault::NoEffect) => return lie(&gate, request).await,
        _ => {}
    }
    let known = board.world.read().unwrap_or_else(PoisonError::into_inner).freebit.notices_accepted();
    let answer = next.run(request).await;
    if let Some(fault @ (Fault::DuplicateNotice | Fault::CarrierRefuses)) = &sentence.fault {
        let freebit = &mut board.world.write().unwrap_or_else(PoisonError::into_inner).freebit;
        match fault {
            Fault::DuplicateNotice => freebit.duplicate_notices(known),
            _ => freebit.fail_changes(known),
        }
    }
    if let Some(Complaint(about)) = answer.extensions().get() {
        board.count(gate.system, &format!("complaint: {about}"));
    }
    if !reads {
        board.touch();
    }
    match sentence.fault {
        Some(Fault::DropAfter) => cut(),
        Some(Fault::HangAfter) => board.hang().await,
        Some(Fault::Garbage) => garbage(),
        Some(Fault::SlowBody { ms }) => slowly(answer, ms).await,
        Some(Fault::Amended { at, to }) => amend::amended(answer, &at, to.as_ref()).await,
        Some(Fault::ClockOff { seconds }) => {
            let now = board.world.read().unwrap_or_else(PoisonError::into_inner).clock.now();
            amend::dated(answer, now, seconds)
        }
        _ => answer,
    }
}

/// What the vendor would say, from a world that nobody sees again.
async fn lie(gate: &Gate, request: Request) -> Response {
    let copy = gate.switchboard.world.read().unwrap_or_else(PoisonError::into_inner).clone();
    any_service((gate.vendor)(shared(copy), &gate.credentials)).call(request, ()).await
}

/// The answer that takes the place of the vendor's, when there is one: the call then has no effect.
pub(super) fn instead(gate: &Gate, fault: Option<&Fault>) -> Option<Response> {
    match fault? {
        Fault::Html500 => Some(html_500()),
        Fault::Unavailable503 => Some(StatusCode::SERVICE_UNAVAILABLE.into_response()),
        Fault::TooMany429 { retry_after } => Some(
            (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, HeaderValue::from(*retry_after))]).into_response(),
        ),
        Fault::DropBefore => Some(cut()),
        Fault::ExpiredSession if gate.system == System::Whmcs => {
            Some(vendor_error(System::Whmcs, "403", "Authentication Failed"))
        }
        Fault::VendorError { code, message } => {
            Some(vendor_error(gate.system, code, message.as_deref().unwrap_or(code)))
        }
        Fault::Latency { .. }
        | Fault::DropAfter
        | Fault::HangBefore
        | Fault::HangAfter
        | Fault::NoEffect
        | Fault::DuplicateNotice
        | Fault::CarrierRefuses
        | Fault::LoseEvent
        | Fault::DuplicateEvent
        | Fault::DelayEvent
        | Fault::GapEvent
        | Fault::OverflowEvent
        | Fault::CutStream
        | Fault::ExpiredStream
        | Fault::CorruptReplay
        | Fault::AllocationExhausted
        | Fault::ExpiredSession
        | Fault::Amended { .. }
        | Fault::ClockOff { .. }
        | Fault::Garbage
        | Fault::SlowBody { .. } => None,
    }
}

/// Ends every session at Salesforce or Freebit; the vendor itself then refuses the call.
pub(super) fn expire(gate: &Gate) {
    let mut world = gate.switchboard.world.write().unwrap_or_else(PoisonError::into_inner);
    match gate.system {
        System::Salesforce => world.salesforce.sessions.expire_all(),
        System::Freebit => world.freebit.forget_keys(),
        System::Whmcs => {}
    }
}

/// The servers in front of all three make one slash of several: `https://host/` + `/includes/api.php` is a common slip.
fn merge_slashes(uri: &mut Uri) {
    if !uri.path().contains("//") {
        return;
    }
    let mut target = String::from("/");
    for segment in uri.path().split_inclusive('/').filter(|segment| *segment != "/") {
        target.push_str(segment);
    }
    if let Some(query) = uri.query() {
        target.push('?');
        target.push_str(query);
    }
    if let Ok(merged) = target.parse() {
        *uri = merged;
    }
}

/// What a call is counted as: WHMCS's action, otherwise the method and the path with record ids taken out.
fn label(system: System, head: &Parts, body: &[u8]) -> String {
    let (method, path) = (&head.method, head.uri.path());
    let action = || {
        let query = url::form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes()).into_owned();
        let kind = head.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let pairs = query.chain(form::fields(kind, body));
        pairs.filter(|(name, _)| name == "action").last().map(|(_, action)| action)
    };
    let label = match system {
        System::Whmcs => action().unwrap_or_else(|| path.to_owned()),
        System::Freebit => path.trim_start_matches("/emptool/api").to_owned(),
        System::Salesforce => format!("{method} {}", general(path)),
    };
    label.chars().take(80).collect()
}

/// `/services/data/v66.0/sobjects/Account/001…AAA` is one of many `/sobjects/Account/{id}`.
fn general(path: &str) -> String {
    let path = path.strip_prefix("/services/data").unwrap_or(path);
    let mut out = String::new();
    for (place, segment) in path.split('/').filter(|segment| !segment.is_empty()).enumerate() {
        let version = segment.strip_prefix('v').is_some_and(|number| number.parse::<f32>().is_ok());
        if place == 0 && version {
            continue;
        }
        let id = matches!(segment.len(), 15 | 18..=24)
            && segment.bytes().any(|byte| byte.is_ascii_digit())
            && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        out.push('/');
        out.push_str(if id { "{id}" } else { segment });
    }
    if out.is_empty() { "/".to_owned() } else { out }
}

/// Whether a call surely writes nothing that is kept, so that the state need not be saved. Sessions are not kept.
fn only_reads(system: System, method: &Method, label: &str, body: &[u8]) -> bool {
    let label = label.to_lowercase();
    match system {
        System::Whmcs => label.starts_with("get") || label == "whmcsdetails",
        System::Freebit => label.contains("/get") || label.contains("/authoem"),
        System::Salesforce => {
            method == Method::GET
                || label.contains("/oauth2/")
                || label.ends_with("/parameterizedsearch")
                || label.starts_with("post /composite/sobjects/")
                || ((label.ends_with("/composite") || label.ends_with("/composite/batch")) && all_gets(body))
        }
    }
}

/// Whether every part of a composite call is a GET: a customer's page is read that way.
fn all_gets(body: &[u8]) -> bool {
    let Ok(body) = serde_json::from_slice::<Value>(body) else { return false };
    let parts = ["compositeRequest", "batchRequests"].iter().find_map(|name| body.get(name)?.as_array());
    let get = |part: &Value| part["method"].as_str().is_some_and(|method| method.eq_ignore_ascii_case("GET"));
    parts.is_some_and(|parts| parts.iter().all(get))
}

fn html_500() -> Response {
    let page = "<!DOCTYPE html>\n<html><head><title>500 Internal Server Error</title></head><body>\
                <h1>Oops!</h1><p>Something went wrong and we couldn't process your request.</p></body></html>\n";
    (StatusCode::INTERNAL_SERVER_ERROR, axum::response::Html(page)).into_response()
}

/// An error body of the vendor's own kind.
fn vendor_error(system: System, code: &str, message: &str) -> Response {
    match system {
        System::Salesforce => {
            let status = match code {
                "INVALID_SESSION_ID" | "INVALID_AUTH_HEADER" => StatusCode::UNAUTHORIZED,
                "REQUEST_LIMIT_EXCEEDED"
                | "API_DISABLED_FOR_ORG"
                | "INSUFFICIENT_ACCESS"
                | "FUNCTIONALITY_NOT_ENABLED" => StatusCode::FORBIDDEN,
                "NOT_FOUND" | "ENTITY_IS_DELETED" => StatusCode::NOT_FOUND,
                "UNKNOWN_EXCEPTION" => StatusCode::INTERNAL_SERVER_ERROR,
                "SERVER_UNAVAILABLE" => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::BAD_REQUEST,
            };
            (status, axum::Json(json!([{"message": message, "errorCode": code}]))).into_response()
        }
        System::Whmcs => {
            let status = code.parse().ok().and_then(|code| StatusCode::from_u16(code).ok()).unwrap_or(StatusCode::OK);
            (status, axum::Json(json!({"result": "error", "message": message}))).into_response()
        }
        System::Freebit => freebit::error(code, message),
    }
}

/// Ends the connection instead of answering: a body that fails at once makes the server close before it has sent
/// the head.
fn cut() -> Response {
    let gone = stream::iter([Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionAborted))]);
    Response::new(Body::from_stream(gone))
}

fn garbage() -> Response {
    let noise: &[u8] = b"\x1b]0;oops\x07<<\xff\xfe{\"result\":\"succ\xc3\x28";
    ([(header::CONTENT_TYPE, "application/json")], noise).into_response()
}

/// The same answer in eight pieces.
async fn slowly(answer: Response, ms: u64) -> Response {
    let (mut parts, body) = answer.into_parts();
    let Ok(whole) = axum::body::to_bytes(body, usize::MAX).await else { return cut() };
    parts.headers.remove(header::CONTENT_LENGTH);
    let size = whole.len().div_ceil(8).max(1);
    let pause = Duration::from_millis(ms / 8);
    let pieces = stream::unfold(whole, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        tokio::time::sleep(pause).await;
        let piece = rest.split_to(size.min(rest.len()));
        Some((Ok::<_, io::Error>(piece), rest))
    });
    Response::from_parts(parts, Body::from_stream(pieces))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_by_kind() {
        for (system, method, path, query, body, expected) in [
            (System::Whmcs, Method::POST, "/includes/api.php", "", "identifier=x&action=GetClients", "GetClients"),
            (System::Whmcs, Method::GET, "/includes/api.php", "action=getinvoice&invoiceid=1", "", "getinvoice"),
            (System::Whmcs, Method::GET, "/favicon.ico", "", "", "/favicon.ico"),
            (System::Freebit, Method::POST, "/emptool/api/mvno/getDetail/", "", "json=%7B%7D", "/mvno/getDetail/"),
            (System::Salesforce, Method::GET, "/services/data/v66.0/query/", "q=SELECT+Id", "", "GET /query"),
            (
                System::Salesforce,
                Method::PATCH,
                "/services/data/v66.0/sobjects/Account/001D000000IqhSLIAZ",
                "",
                "{}",
                "PATCH /sobjects/Account/{id}",
            ),
            (System::Salesforce, Method::POST, "/services/oauth2/token", "", "", "POST /services/oauth2/token"),
            (System::Salesforce, Method::GET, "/services/data", "", "", "GET /"),
        ] {
            let request = Request::builder().method(method).uri(format!("{path}?{query}"));
            let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            let (head, ()) = request.body(()).unwrap().into_parts();
            assert_eq!(label(system, &head, body.as_bytes()), expected);
        }
    }

    #[test]
    fn several_slashes_are_one() {
        for (given, merged) in [
            ("/services/data/", "/services/data/"),
            ("//includes/api.php?a=//b", "/includes/api.php?a=//b"),
            ("/emptool/api//authOem///", "/emptool/api/authOem/"),
            ("//", "/"),
        ] {
            let mut uri: Uri = given.parse().unwrap();
            merge_slashes(&mut uri);
            assert_eq!(uri.to_string(), merged);
        }
    }

    #[test]
    fn writes_are_told_from_reads() {
        let reads = |system, method: &Method, label, body: &str| only_reads(system, method, label, body.as_bytes());
        let batch = |second: &str| format!(r#"{{"batchRequests":[{{"method":"GET"}},{{"method" : "{second}"}}]}}"#);
        assert!(reads(System::Whmcs, &Method::POST, "GetInvoices", ""));
        assert!(!reads(System::Whmcs, &Method::POST, "LogActivity", ""));
        assert!(reads(System::Freebit, &Method::POST, "/mvno/getDetail/", ""));
        assert!(reads(System::Salesforce, &Method::GET, "GET /query", ""));
        assert!(reads(System::Salesforce, &Method::POST, "POST /composite/batch", &batch("get")));
        assert!(!reads(System::Salesforce, &Method::POST, "POST /composite/batch", &batch("PATCH")));
        assert!(!reads(System::Salesforce, &Method::POST, "POST /composite", "nonsense"));
        assert!(!reads(System::Salesforce, &Method::POST, "POST /composite/sobjects", &batch("GET")));
    }
}
