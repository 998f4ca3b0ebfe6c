//! One HTTP client per system, and everything a call must respect: time limits, retry of reads only, the circuit
//! breaker, the rate budget, a size cap, and silence about what was said.
//!
//! The log gets system, action, trace id, status, duration and size. Query text, bodies and names never reach it, nor do
//! they reach an [`Error`]: errors are shown, copied and logged.

mod probe;

use std::fmt;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{Client, RequestBuilder, StatusCode};
use tokio::sync::Notify;
use tokio::time::Instant;
use url::Url;

use super::breaker::{Breaker, BreakerRules, Leave, Refusal};
use super::jitter::Jitter;
use super::pace::{Budget, OverBudget, Pace};
use super::trust::Trust;
use crate::domain::system::System;
use crate::flow::fault::{Fault, FaultKind, Hint};
use crate::flow::said::{self, Message};
pub use probe::{Reached, Unreached};

/// Time for the answer to a write: charging a card or setting up a service takes WHMCS longer than any read, and what was
/// given up may still have its effect.
pub const WRITE_LIMIT: Duration = Duration::from_mins(2);

/// How one system is called.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Time to connect.
    pub connect: Duration,
    /// Time for one whole answer to a read.
    pub answer: Duration,
    /// Time for one whole answer to a write.
    pub write: Duration,
    /// How many times a read may be repeated.
    pub retries: usize,
    /// First pause before a repetition; doubled each time, with jitter.
    pub pause: Duration,
    /// A pause asked for by `Retry-After` is honoured up to this; a longer one is told instead of waited for.
    pub longest_pause: Duration,
    /// Biggest answer taken, in bytes after decompression.
    pub largest_answer: usize,
    /// Rate budget.
    pub budget: Budget,
    /// Circuit breaker.
    pub breaker: BreakerRules,
}

impl Rules {
    /// Sensible limits around a system's own budget.
    pub fn with_budget(budget: Budget) -> Self {
        Self {
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(30),
            write: WRITE_LIMIT,
            retries: 2,
            pause: Duration::from_millis(200),
            longest_pause: Duration::from_secs(10),
            largest_answer: 16 << 20,
            budget,
            breaker: BreakerRules::default(),
        }
    }
}

/// What went wrong on the way. Holds no text from outside.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No connection.
    #[error("no connection could be made")]
    Connect,
    /// Whoever answered is not who they should be, or not known here.
    #[error("no connection could be made: its certificate is not trusted here (ca_file in the profile names more)")]
    Untrusted,
    /// No whole answer within the limit.
    #[error("no answer within {} s", .0.as_secs())]
    Timeout(Duration),
    /// The connection ended in the middle.
    #[error("the connection was dropped before the whole answer came")]
    Dropped,
    /// HTTP 5xx.
    #[error("answered HTTP {status}{}", if *.page { " with a web page instead of data" } else { "" })]
    Server {
        /// The status.
        status: u16,
        /// The body is HTML.
        page: bool,
        /// How long it asked to wait.
        retry_after: Option<Duration>,
    },
    /// HTTP 429.
    #[error("answered HTTP 429: too many calls")]
    Busy {
        /// How long it asked to wait.
        retry_after: Option<Duration>,
    },
    /// HTTP 3xx. Never followed: credentials would go along.
    #[error("answered with a redirect (HTTP {0}), which is not followed")]
    Redirect(u16),
    /// The answer is bigger than the cap, in bytes.
    #[error("the answer is larger than {} MB", .0 >> 20)]
    TooLarge(usize),
    /// The circuit breaker is open.
    #[error("failed several times in a row, so nothing is sent to it for now")]
    Held {
        /// When the next call may try.
        retry_in: Duration,
    },
    /// The rate budget is used up.
    #[error("the rate budget is used up")]
    OverBudget {
        /// When a call fits again.
        retry_in: Duration,
    },
    /// Before its turn came whoever wanted it changed their mind.
    #[error("nothing was sent")]
    Withheld,
    /// The request could not be built; a defect of the desk or its configuration.
    #[error("the request could not be built")]
    Request,
}

impl Error {
    /// For the screen.
    pub fn fault(&self, system: System) -> Fault {
        let (kind, hint) = match self {
            Self::Connect | Self::Untrusted => (FaultKind::Unreachable, Hint::CheckNetwork),
            Self::Timeout(_) => (FaultKind::Timeout, Hint::TryAgain),
            Self::Dropped => (FaultKind::Dropped, Hint::TryAgain),
            Self::Server { .. } => (FaultKind::Broken, Hint::TryAgain),
            Self::Redirect(_) => (FaultKind::Broken, Hint::CheckNetwork),
            Self::Busy { .. } => (FaultKind::TooMany, Hint::Wait),
            Self::TooLarge(_) => (FaultKind::Unreadable, Hint::None),
            Self::Held { .. } | Self::OverBudget { .. } | Self::Withheld => (FaultKind::Held, Hint::Wait),
            Self::Request => (FaultKind::Refused, Hint::None),
        };
        Fault { system, kind, message: self.message(), hint }
    }

    fn message(&self) -> Message {
        let ours = Message::ours;
        let again = |sentence, wait: &Duration| ours(sentence).with("n", wait.as_secs().max(1));
        match self {
            Self::Connect => ours(said::NO_CONNECTION),
            Self::Untrusted => ours(said::UNTRUSTED),
            Self::Timeout(limit) => ours(said::NO_ANSWER).with("n", limit.as_secs()),
            Self::Dropped => ours(said::DROPPED),
            Self::Server { status, page, retry_after } => {
                let sentence = match (page, retry_after) {
                    (false, None) => said::SERVER,
                    (false, Some(_)) => said::SERVER_WAIT,
                    (true, None) => said::SERVER_PAGE,
                    (true, Some(_)) => said::SERVER_PAGE_WAIT,
                };
                ours(sentence).with("status", status).with("n", retry_after.unwrap_or_default().as_secs())
            }
            Self::Busy { retry_after: None } => ours(said::BUSY),
            Self::Busy { retry_after: Some(wait) } => ours(said::BUSY_WAIT).with("n", wait.as_secs()),
            Self::Redirect(status) => ours(said::REDIRECT).with("status", status),
            Self::TooLarge(most) => ours(said::TOO_LARGE).with("n", most >> 20),
            Self::Held { retry_in } => again(said::HELD, retry_in),
            Self::OverBudget { retry_in } => again(said::OVER_BUDGET, retry_in),
            Self::Withheld | Self::Request => ours(said::NO_REQUEST),
        }
    }

    /// A repetition of a read may help.
    fn passing(&self) -> bool {
        match self {
            Self::Connect | Self::Timeout(_) | Self::Dropped | Self::Busy { .. } => true,
            Self::Server { status, .. } => matches!(status, 500 | 502 | 503 | 504),
            Self::Untrusted
            | Self::Redirect(_)
            | Self::TooLarge(_)
            | Self::Held { .. }
            | Self::OverBudget { .. }
            | Self::Withheld
            | Self::Request => false,
        }
    }

    /// The system itself is in trouble, as opposed to refusing one call.
    fn counts_against_the_system(&self) -> bool {
        matches!(self, Self::Connect | Self::Untrusted | Self::Timeout(_) | Self::Dropped | Self::Server { .. })
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Server { retry_after, .. } | Self::Busy { retry_after } => *retry_after,
            _ => None,
        }
    }
}

/// May a call be repeated?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Safety {
    /// A read: repeating it changes nothing.
    Read,
    /// A write: an answer that never came may still have had its effect, so it is sent once.
    Write,
}

/// Any answer below HTTP 500 other than a redirect or 429. Its `Debug` tells sizes, not contents.
#[derive(Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// The body after decompression.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body is a web page: a firewall or a crashed program answered, not the interface.
    pub fn is_page(&self) -> bool {
        is_page(&self.headers, &self.body)
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).field("bytes", &self.body.len()).finish_non_exhaustive()
    }
}

/// How one call ended, for the status bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// How long it took, repetitions included.
    pub took: Duration,
    /// `None` when an answer came.
    pub fault: Option<Fault>,
    /// Calls used today and the day's allowance, where the answer told.
    pub calls: Option<(u64, u64)>,
    /// What kind of call it was.
    pub call: Call,
    /// After failures no call is sent for so long.
    pub held: Option<Duration>,
}

/// What an outcome is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// An ordinary call.
    Ordinary,
    /// A sign-in.
    SignIn,
    /// A call that was told already: its answer turned out to be a refusal.
    Told,
}

/// What signing in is called, at Salesforce and at Freebit.
pub const SIGN_IN: &str = "sign-in";
/// The second of these.
pub const SIGN_IN_OEM: &str = "authOem";

/// Is told every call's outcome. Must not block.
pub type Watcher = std::sync::Arc<dyn Fn(Outcome) + Send + Sync>;

/// The client of one system.
pub struct Http {
    system: System,
    client: Client,
    rules: Rules,
    pace: Pace,
    breaker: Mutex<Breaker>,
    /// Tells those who wait that the breaker's probe came back.
    probed: Notify,
    watcher: Watcher,
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("system", &self.system).finish_non_exhaustive()
    }
}

fn classify(error: &reqwest::Error, limit: Duration) -> Error {
    if error.is_builder() {
        Error::Request
    } else if error.is_connect() {
        if is_about_a_certificate(error) { Error::Untrusted } else { Error::Connect }
    } else if error.is_timeout() {
        Error::Timeout(limit)
    } else {
        Error::Dropped
    }
}

/// A base address that may not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Credentials would travel in the clear.
    #[error("{0} is not https: plain http is accepted for 127.0.0.1 and localhost only")]
    Plain(String),
    /// Not a web address.
    #[error("{0} is not an address: write https://host/path")]
    Shape(String),
    /// User names and passwords belong in the credentials.
    #[error("an address may not hold a user name or a password")]
    Userinfo,
}

/// True for addresses that never leave this machine.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Accepts https anywhere and http on loopback, and makes the path end in `/` so that [`Url::join`] adds to it.
pub fn base_address(mut url: Url) -> Result<Url, AddressError> {
    let shown = || format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default());
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressError::Userinfo);
    }
    match url.scheme() {
        "https" if url.has_host() => {}
        "http" if is_loopback(&url) => {}
        "http" => return Err(AddressError::Plain(shown())),
        _ => return Err(AddressError::Shape(shown())),
    }
    url.set_query(None);
    url.set_fragment(None);
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

/// The reqwest client under an [`Http`]: roots compiled in beside the machine's own, so that a machine without a
/// certificate bundle works, and what the profile trusts besides; no redirects, no cookies; a proxy, as the environment names
/// it, only for what is not on this machine.
fn client(rules: &Rules, base: &Url, trust: &Trust) -> Result<Client, reqwest::Error> {
    let loopback = is_loopback(base);
    let builder = Client::builder()
        .user_agent(concat!("madoguchi/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(rules.connect)
        .redirect(reqwest::redirect::Policy::none())
        .https_only(!loopback)
        // Until when its certificate is good is read from there.
        .tls_info(true)
        .pool_max_idle_per_host(rules.budget.parallel)
        .pool_idle_timeout(Duration::from_mins(1));
    let builder = if loopback { builder.no_proxy() } else { builder };
    if base.scheme() == "http" {
        // No certificates to load: the sandbox speaks plain http, and start-up stays quick.
        builder.tls_certs_only([]).build()
    } else {
        let roots =
            webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().filter_map(|der| reqwest::Certificate::from_der(der).ok());
        builder.tls_certs_merge(roots.chain(trust.certificates())).build()
    }
}

impl Http {
    /// A client for the system at `base` (see [`base_address`]).
    pub fn new(system: System, base: &Url, rules: Rules, watcher: Watcher) -> Result<Self, Error> {
        Self::trusting(system, base, rules, watcher, &Trust::default())
    }

    /// The same, with more certificates that are believed.
    pub fn trusting(system: System, base: &Url, rules: Rules, watcher: Watcher, trust: &Trust) -> Result<Self, Error> {
        Ok(Self {
            system,
            client: client(&rules, base, trust).map_err(|_| Error::Request)?,
            rules,
            pace: Pace::new(rules.budget),
            breaker: Mutex::new(Breaker::new(rules.breaker, Jitter::default())),
            probed: Notify::new(),
            watcher,
        })
    }

    /// The time limit for one answer.
    pub const fn limit(&self, safety: Safety) -> Duration {
        match safety {
            Safety::Read => self.rules.answer,
            Safety::Write => self.rules.write,
        }
    }

    /// Sends a call and repeats it where that is safe and may help. `action` is what the log calls it: a name, never data.
    pub async fn send(
        &self,
        safety: Safety,
        action: &str,
        build: impl Fn(&Client) -> RequestBuilder,
    ) -> Result<Answer, Error> {
        self.send_where((safety, action), || true, build).await
    }

    /// The same, where it still may be sent once its turn came.
    pub async fn send_where(
        &self,
        (safety, action): (Safety, &str),
        may: impl Fn() -> bool,
        build: impl Fn(&Client) -> RequestBuilder,
    ) -> Result<Answer, Error> {
        let trace = fastrand::u32(..);
        let start = Instant::now();
        let mut pauses = ExponentialBuilder::default()
            .with_min_delay(self.rules.pause)
            .with_max_delay(self.rules.longest_pause)
            .with_max_times(if safety == Safety::Read { self.rules.retries } else { 0 })
            .with_jitter()
            .build();
        let result = loop {
            let error = match self.once((safety, action, trace), &may, &build).await {
                Ok(answer) => break Ok(answer),
                Err(error) => error,
            };
            let Some(pause) = pauses.next().filter(|_| error.passing() && !self.breaker().is_open()) else {
                break Err(error);
            };
            let pause = pause.max(error.retry_after().unwrap_or_default());
            if pause > self.rules.longest_pause {
                break Err(error);
            }
            tracing::debug!(system = self.system.name(), action, trace, pause_ms = pause.as_millis(), "will repeat");
            tokio::time::sleep(pause).await;
        };
        // Our own budget says nothing about the system.
        if !matches!(result, Err(Error::OverBudget { .. } | Error::Withheld)) {
            (self.watcher)(Outcome {
                took: start.elapsed(),
                fault: result.as_ref().err().map(|error| error.fault(self.system)),
                calls: result.as_ref().ok().and_then(|answer| calls_used(&answer.headers)),
                call: if matches!(action, SIGN_IN | SIGN_IN_OEM) { Call::SignIn } else { Call::Ordinary },
                held: self.breaker().held(Instant::now()),
            });
        }
        result
    }

    /// Tells the status bar of trouble that only the vendor's own words show, such as a refused sign-in.
    pub fn tell(&self, fault: &Fault) {
        if fault.shuts_out() {
            let held = self.breaker().held(Instant::now());
            let fault = Some(fault.clone());
            (self.watcher)(Outcome { took: Duration::ZERO, fault, calls: None, call: Call::Told, held });
        }
    }

    /// One attempt, within budget and breaker.
    async fn once(
        &self,
        (safety, action, trace): (Safety, &str, u32),
        may: &impl Fn() -> bool,
        build: &impl Fn(&Client) -> RequestBuilder,
    ) -> Result<Answer, Error> {
        // The turn comes first: a call that queued while the system broke down must not go out afterwards.
        let _lane = self.pace.turn().await.map_err(|OverBudget(retry_in)| Error::OverBudget { retry_in })?;
        let leave = self.leave().await?;
        let mut in_flight = InFlight { http: self, leave, told: false };
        if !may() {
            return Err(Error::Withheld);
        }
        let start = Instant::now();
        let result = self.attempt(build(&self.client), self.limit(safety)).await;
        in_flight.tell(result.as_ref().err());
        let (status, bytes) = match &result {
            Ok(answer) => (Some(answer.status.as_u16()), Some(answer.body.len())),
            Err(Error::Server { status, .. }) => (Some(*status), None),
            Err(_) => (None, None),
        };
        let error = result.as_ref().err().map(tracing::field::display);
        let took_ms = start.elapsed().as_millis();
        tracing::info!(system = self.system.name(), action, trace, status, bytes, took_ms, error, "call");
        result
    }

    /// Leave of the breaker. While its probe is on its way everybody waits for the outcome: a customer's twelve reads
    /// come at once, and all of them should profit from the one that finds the system back.
    async fn leave(&self) -> Result<Leave, Error> {
        loop {
            let mut probed = pin!(self.probed.notified());
            probed.as_mut().enable();
            let asked = self.breaker().ask(Instant::now());
            match asked {
                Ok(leave) => return Ok(leave),
                Err(Refusal::For(retry_in)) => return Err(Error::Held { retry_in }),
                Err(Refusal::Probing) => probed.await,
            }
        }
    }

    async fn attempt(&self, request: RequestBuilder, limit: Duration) -> Result<Answer, Error> {
        let classify = |error: reqwest::Error| classify(&error, limit);
        let mut response = request.timeout(limit).send().await.map_err(classify)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(classify)? {
            if body.len() + chunk.len() > self.rules.largest_answer {
                return Err(Error::TooLarge(self.rules.largest_answer));
            }
            body.extend_from_slice(&chunk);
        }
        let retry_after = retry_after(&headers);
        match status.as_u16() {
            429 => Err(Error::Busy { retry_after }),
            300..=399 if status != StatusCode::NOT_MODIFIED && status != StatusCode::MULTIPLE_CHOICES => {
                Err(Error::Redirect(status.as_u16()))
            }
            500.. => Err(Error::Server { status: status.as_u16(), page: is_page(&headers, &body), retry_after }),
            _ => Ok(Answer { status, headers, body }),
        }
    }

    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells the breaker how a call ended, also when the call's future was dropped half way.
struct InFlight<'a> {
    http: &'a Http,
    leave: Leave,
    told: bool,
}

impl InFlight<'_> {
    fn tell(&mut self, error: Option<&Error>) {
        self.told = true;
        if error.is_some_and(Error::counts_against_the_system) {
            self.http.breaker().failed(self.leave, Instant::now());
        } else {
            self.http.breaker().succeeded();
        }
        self.http.probed.notify_waiters();
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        if !self.told {
            self.http.breaker().abandoned(self.leave, Instant::now());
            self.http.probed.notify_waiters();
        }
    }
}

/// A connection failed because of who answered. Only rustls's own words tell; nothing of them is shown.
fn is_about_a_certificate(error: &reqwest::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(why) = cause {
        if why.to_string().contains("invalid peer certificate") {
            return true;
        }
        cause = why.source();
    }
    false
}

/// `Retry-After` in seconds. The date form is not used by these systems and is ignored.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// Salesforce tells the day's use with every answer: `Sforce-Limit-Info: api-usage=18/15000`.
fn calls_used(headers: &HeaderMap) -> Option<(u64, u64)> {
    let info = headers.get("sforce-limit-info")?.to_str().ok()?;
    let usage = info.split(';').find_map(|part| part.trim().strip_prefix("api-usage="))?;
    let (used, allowed) = usage.split_once('/')?;
    Some((used.parse().ok()?, allowed.parse().ok()?))
}

fn is_page(headers: &HeaderMap, body: &[u8]) -> bool {
    let declared = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).is_some_and(|v| v.starts_with("text/html"));
    let first = body.trim_ascii_start().first().copied();
    // WHMCS sends JSON as text/html on some installs, so the first character decides.
    first == Some(b'<')
        || (declared && !matches!(first, Some(b'{' | b'[' | b'"') | None) && !body.starts_with(b"result="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_https_or_loopback() {
        let check = |text: &str| base_address(Url::parse(text).unwrap()).map(|url| url.to_string());
        assert_eq!(check("https://billing.example.jp/whmcs").unwrap(), "https://billing.example.jp/whmcs/");
        assert_eq!(check("http://127.0.0.1:8080").unwrap(), "http://127.0.0.1:8080/");
        assert!(matches!(check("http://billing.example.jp"), Err(AddressError::Plain(_))));
        assert!(matches!(check("ftp://billing.example.jp"), Err(AddressError::Shape(_))));
        assert_eq!(check("https://user:secret@example.jp"), Err(AddressError::Userinfo));
    }

    #[test]
    fn a_client_for_real_systems_needs_no_certificates_on_the_machine() {
        let base = base_address(Url::parse("https://billing.example.jp/whmcs").unwrap()).unwrap();
        let one = std::num::NonZeroU32::MIN;
        let budget = Budget { per_second: one, burst: one, parallel: 1, patience: Duration::ZERO };
        assert!(Http::new(System::Whmcs, &base, Rules::with_budget(budget), std::sync::Arc::new(|_| {})).is_ok());
    }

    #[test]
    fn pages_are_told_by_their_first_character() {
        let html: HeaderMap = [(CONTENT_TYPE, "text/html; charset=utf-8".parse().unwrap())].into_iter().collect();
        assert!(is_page(&html, b"\n<!DOCTYPE html>"));
        assert!(is_page(&HeaderMap::new(), b"<html>"));
        assert!(!is_page(&html, br#"{"result":"success"}"#));
        let limits: HeaderMap = [(
            "sforce-limit-info".parse().unwrap(),
            "api-usage=18/15000; per-app-api-usage=1/2(appName=x)".parse().unwrap(),
        )]
        .into_iter()
        .collect();
        assert_eq!(calls_used(&limits), Some((18, 15_000)));
        assert!(!is_page(&html, b"result=error;message=Invalid IP 203.0.113.9"));
    }
}
