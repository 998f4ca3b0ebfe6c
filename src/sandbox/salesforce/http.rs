//! The edge: HTTP in, a [`Call`] for the rooms behind, an [`Answer`] out with the headers every answer has.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLockReadGuard, RwLockWriteGuard};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri, header};
use serde_json::Value;

use super::conditions::Conditions;
use super::error::ApiError;
use super::query::Cursors;
use super::{api, oauth};
use crate::sandbox::{Credentials, Shared, World, worker};

/// Calls a day that the org may make; every answer tells how many are used.
pub const DAILY_CALLS: u64 = 100_000;

/// Bytes of address and headers that a call may have: long lists of ids must go in several queries.
const HEAD_LIMIT: usize = 16_384;

/// What all requests share.
pub struct Site {
    /// The world.
    pub world: Shared,
    /// The one client app.
    pub app: Credentials,
    /// Answers too long for one page.
    pub cursors: Mutex<Cursors>,
    used: AtomicU64,
}

impl Site {
    /// The org's front door.
    pub fn new(world: Shared, credentials: &Credentials) -> Self {
        Self { world, app: credentials.clone(), cursors: Mutex::default(), used: AtomicU64::new(0) }
    }

    /// Calls made so far.
    pub fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    /// The world, to be looked at.
    pub fn read(&self) -> RwLockReadGuard<'_, World> {
        self.world.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The world, to be changed.
    pub fn write(&self) -> RwLockWriteGuard<'_, World> {
        self.world.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One call of the REST API, from the network or from within a composite one.
#[derive(Clone, Debug)]
pub struct Call {
    /// GET, POST, PATCH, PUT, DELETE or HEAD.
    pub method: Method,
    /// `68.0`
    pub version: String,
    /// What follows the version, decoded; empty parts (double and trailing slashes) left out.
    pub path: Vec<String>,
    /// Decoded parameters in order.
    pub query: Vec<(String, String)>,
    /// Rows per page asked for by `Sforce-Query-Options`.
    pub batch_size: Option<usize>,
    /// What the call is conditional on.
    pub conditions: Conditions,
    /// New cases go to the queue that the assignment rule names, unless `Sforce-Auto-Assign: FALSE`.
    pub assigns: bool,
    /// The JSON sent, if any.
    pub body: Option<Value>,
    /// Scheme, host and port the client called; empty within a composite call.
    pub origin: String,
}

impl Call {
    /// A parameter by name.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Takes in the headers that change what a call does; a part of a composite call may have its own.
    pub fn set_headers<'a>(&mut self, header: impl Fn(&str) -> Option<&'a str>) -> Result<(), ApiError> {
        self.assigns = !header("Sforce-Auto-Assign").is_some_and(|word| word.eq_ignore_ascii_case("false"));
        self.conditions = Conditions::read(header, self.only_reads())?;
        Ok(())
    }

    /// Does it only look? Searching by POST does, and so does reading many records by POST.
    pub fn only_reads(&self) -> bool {
        matches!(self.method, Method::GET | Method::HEAD)
            || (self.method == Method::POST
                && matches!(
                    self.path.iter().map(String::as_str).collect::<Vec<_>>().as_slice(),
                    ["parameterizedSearch"] | ["composite", "sobjects", _]
                ))
    }

    /// Takes a path apart, with or without query: `/services/data/v68.0/sobjects/Account`. `None` if it is another kind
    /// of path.
    pub fn parse(method: Method, target: &str, body: Option<Value>) -> Option<Self> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut segments = path.split('/').filter(|segment| !segment.is_empty()).map(decode);
        if segments.next()? != "services" || segments.next()? != "data" {
            return None;
        }
        let version = segments.next()?.strip_prefix('v')?.to_owned();
        let query = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Some(Self {
            method,
            version,
            path: segments.collect(),
            query,
            batch_size: None,
            conditions: Conditions::default(),
            assigns: true,
            body,
            origin: String::new(),
        })
    }
}

fn decode(segment: &str) -> String {
    percent_encoding::percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

/// What a call is answered with.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// JSON, or nothing (204).
    pub body: Option<Value>,
    /// `Location` of a created record.
    pub location: Option<String>,
    /// `ETag` of an account.
    pub etag: Option<Box<str>>,
}

impl Answer {
    /// 200.
    pub fn ok(body: Value) -> Self {
        Self::with(200, body)
    }

    /// Any status.
    pub fn with(status: u16, body: Value) -> Self {
        Self { status, body: Some(body), location: None, etag: None }
    }

    /// 204.
    pub fn nothing() -> Self {
        Self { status: 204, body: None, location: None, etag: None }
    }

    /// 304: what the client has is still right.
    pub fn not_modified() -> Self {
        Self { status: 304, ..Self::nothing() }
    }
}

impl From<ApiError> for Answer {
    fn from(error: ApiError) -> Self {
        Self::with(error.status, Value::Array(vec![error.to_json()]))
    }
}

/// Answers every path of the host.
pub async fn handle(
    State(site): State<Arc<Site>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    if let Some(refusal) = too_long(&uri, &headers) {
        return refusal;
    }
    let path = uri.path();
    if path.starts_with("/services/oauth2/") || path.starts_with("/id/") || path.starts_with("/.well-known/") {
        return oauth::web::answer(&site, &method, &uri, &headers, &body);
    }
    let used = site.used.fetch_add(1, Ordering::Relaxed) + 1;
    let answer = rest(&site, method, &uri, &headers, &body).unwrap_or_else(Answer::from);
    let mut response = Response::builder()
        .status(StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
        .header("Sforce-Limit-Info", format!("api-usage={used}/{DAILY_CALLS}"))
        .header(header::CACHE_CONTROL, "no-cache,must-revalidate,max-age=0,no-store,private");
    if let Some(location) = answer.location {
        response = response.header(header::LOCATION, location);
    }
    if let Some(etag) = answer.etag {
        response = response.header(header::ETAG, &*etag);
    }
    let body = match answer.body {
        Some(body) => {
            response = response.header(header::CONTENT_TYPE, "application/json;charset=UTF-8");
            let pretty = text(&headers, "X-PrettyPrint") == Some("1");
            Body::from(if pretty { format!("{body:#}") } else { body.to_string() })
        }
        None => Body::empty(),
    };
    response.body(body).unwrap_or_default()
}

/// The front server takes 16,384 bytes of address and headers, and refuses more with a page of its own.
fn too_long(uri: &Uri, headers: &HeaderMap) -> Option<Response<Body>> {
    let address = uri.path_and_query().map_or(1, |target| target.as_str().len());
    let all: usize = address + headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum::<usize>();
    let (status, reason) = match (address > HEAD_LIMIT, all > HEAD_LIMIT) {
        (true, _) => (StatusCode::URI_TOO_LONG, "URI Too Long"),
        (_, true) => (StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "Request Header Fields Too Large"),
        _ => return None,
    };
    let page = format!("<h1>Bad Message {}</h1><pre>reason: {reason}</pre>", status.as_u16());
    let response = Response::builder().status(status).header(header::CONTENT_TYPE, "text/html;charset=iso-8859-1");
    Some(response.body(Body::from(page)).unwrap_or_default())
}

/// Where the client thinks it is: the sandbox listens on whatever port it was given.
pub fn origin(headers: &HeaderMap) -> String {
    // TLS may end before it comes here.
    let scheme = text(headers, "X-Forwarded-Proto").filter(|scheme| *scheme == "https").unwrap_or("http");
    format!("{scheme}://{}", text(headers, "Host").unwrap_or("127.0.0.1"))
}

fn rest(site: &Site, method: Method, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Result<Answer, ApiError> {
    if uri.path().trim_end_matches('/') == "/services/data" {
        return Ok(api::versions());
    }
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let mut call = Call::parse(method, target, None).ok_or_else(ApiError::not_found)?;
    if call.method == Method::POST
        && let Some(method) = call.param("_HttpMethod")
    {
        call.method = method.to_ascii_uppercase().parse().map_err(ApiError::bad_body)?;
    }
    authorise(site, headers)?;
    api::check_version(&call.version)?;
    call.origin = origin(headers);
    call.body = read_body(&call, headers, body)?;
    call.batch_size = text(headers, "Sforce-Query-Options").and_then(batch_size);
    call.set_headers(|name| text(headers, name))?;
    if call.only_reads() {
        let world = site.read();
        let mut answer = api::read(site, &world.salesforce, world.clock.now(), &call)?;
        answer.body.iter_mut().for_each(|body| world.salesforce.words.tell(body));
        Ok(answer)
    } else {
        let mut world = site.write();
        let now = world.clock.now();
        world.salesforce.set_now(now);
        world.salesforce.act_for(&change_origin(&call, headers));
        let answer = api::write(site, &mut world.salesforce, now, &call);
        world.salesforce.act_for("");
        worker::listen(&mut world);
        let mut answer = answer?;
        answer.body.iter_mut().for_each(|body| world.salesforce.words.tell(body));
        Ok(answer)
    }
}

fn authorise(site: &Site, headers: &HeaderMap) -> Result<(), ApiError> {
    let given = text(headers, "Authorization").ok_or_else(ApiError::no_session)?;
    let token = given
        .split_once(' ')
        .filter(|(scheme, _)| ["Bearer", "OAuth"].iter().any(|it| it.eq_ignore_ascii_case(scheme)));
    let Some((_, token)) = token else {
        return Err(ApiError::new("INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE").with_status(401));
    };
    let world = site.read();
    if world.salesforce.sessions.is_open(token.trim(), world.clock.now()) {
        Ok(())
    } else {
        Err(ApiError::no_session())
    }
}

fn read_body(call: &Call, headers: &HeaderMap, body: &Bytes) -> Result<Option<Value>, ApiError> {
    if body.is_empty() || matches!(call.method, Method::GET | Method::HEAD) {
        return Ok(None);
    }
    if text(headers, "Content-Type").is_some_and(|kind| !kind.to_ascii_lowercase().contains("json")) {
        let message = "Content-Type header specified in HTTP request is not supported: use application/json";
        return Err(ApiError::new("UNSUPPORTED_MEDIA_TYPE", message).with_status(415));
    }
    serde_json::from_slice(body).map(Some).map_err(ApiError::bad_body)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// What change events say of who changed something, by which a client knows its own echo.
fn change_origin(call: &Call, headers: &HeaderMap) -> String {
    let options = text(headers, "Sforce-Call-Options").unwrap_or_default();
    let client = options.split(',').find_map(|option| option.trim().strip_prefix("client="));
    let api = format!("com/salesforce/api/rest/{}", call.version);
    client.map_or_else(|| api.clone(), |client| format!("{api};client={}", client.trim()))
}

/// `batchSize=200`, among other options.
fn batch_size(options: &str) -> Option<usize> {
    options.split([',', ';']).find_map(|option| option.trim().strip_prefix("batchSize=")?.trim().parse().ok())
}
