//! Freebit's API for mobile lines: one form field `json` per call, decided by the result code in the answer.
//!
//! The vendor forbids bulk retrieval, so lines are read one at a time within a budget of their own, and nothing here can
//! read a list. Result codes and paths that are not certain are data.

pub mod convert;
pub mod notices;
pub mod wire;
mod write;

use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp, ToSpan};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::http::{Http, SIGN_IN_OEM, Safety};
use super::lenient;
use super::pace::{Budget, OverBudget, Pace, Turn};
use super::session::Sessions;
use crate::domain::line::Line;
use crate::domain::phone::Msisdn;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::domain::time;
use crate::flow::fault::{Fault, FaultKind, Hint};
use crate::flow::query::LineReads;
use crate::flow::said::{self, Message, Sentence};
use convert::QuotaUnit;
use wire::{Fields, Meaning, Outcome};

/// What opens Freebit's API.
#[derive(Clone)]
pub struct Login {
    /// Reseller's id.
    pub oem_id: SecretString,
    /// Reseller's key.
    pub oem_key: SecretString,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Login(…)")
    }
}

/// Paths and units that an installation may have otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Setup {
    /// Where the key comes from.
    pub sign_in: String,
    /// Where a line's detail is.
    pub detail: String,
    /// Where a line's usage is.
    pub traffic: String,
    /// Where a line's top-ups are.
    pub history: String,
    /// Where data is added to a line.
    pub add_quota: String,
    /// Where a line's plan is changed.
    pub change_plan: String,
    /// Where a line's voice options are changed.
    pub set_voice: String,
    /// Where the voice options of a new line are registered.
    pub register_voice: String,
    /// Where a line is registered.
    pub register: String,
    /// Where a line changes between 4G and 5G.
    pub change_network: String,
    /// Where an eSIM profile is issued again.
    pub esim: String,
    /// Where a line is ended.
    pub end_line: String,
    /// Where a card is queued for a number.
    pub queue_card: String,
    /// What top-ups are counted in.
    pub quota_unit: QuotaUnit,
    /// How many months of top-ups to read.
    pub history_months: i32,
    /// How many seconds reading a line may wait for its turn before it is refused with the reason.
    pub patience_seconds: u64,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            sign_in: "authOem/".to_owned(),
            detail: "mvno/getDetail/".to_owned(),
            traffic: "mvno/getTrafficInfo/".to_owned(),
            history: "mvno/getQuotaHistory/".to_owned(),
            add_quota: "master/addSpec/".to_owned(),
            change_plan: "mvno/changePlan/".to_owned(),
            set_voice: "mvno/talkoption/changeOrder/".to_owned(),
            register_voice: "mvno/talkoption/addOrder/".to_owned(),
            register: "master/addAcnt/".to_owned(),
            change_network: "mvno/contractline/change/".to_owned(),
            esim: "mvno/esim/addAcnt/".to_owned(),
            end_line: "master/cnclAcnt/".to_owned(),
            queue_card: "mvno/semiblack/addTempAcnt/".to_owned(),
            quota_unit: QuotaUnit::default(),
            history_months: 6,
            patience_seconds: 3,
        }
    }
}

/// The client of Freebit.
#[derive(Debug)]
pub struct Freebit {
    http: Http,
    base: Url,
    login: Login,
    setup: Setup,
    keys: Sessions<SecretString>,
    lines: Pace,
    reads: Mutex<LineReads>,
}

/// Lines that may be read at once after a rest.
const BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(2);
/// Seconds until one more may be read.
const EVERY: u32 = 1;

/// Lines read a second, at most three at once after a rest. One line is three calls.
fn lines(setup: &Setup) -> Budget {
    Budget {
        per_second: NonZeroU32::MIN,
        burst: BURST,
        parallel: 1,
        patience: Duration::from_secs(setup.patience_seconds),
    }
}

impl Freebit {
    /// A client for the API at `base`, which ends in `/emptool/api/` (see [`super::http::base_address`]).
    pub fn new(http: Http, base: &Url, login: Login, setup: Setup) -> Self {
        let lines = Pace::new(lines(&setup));
        let reads = Mutex::new(LineReads::with_left(BURST.get(), EVERY, BURST.get(), Timestamp::MIN));
        Self { http, base: base.clone(), login, setup, keys: Sessions::default(), lines, reads }
    }

    /// The client, for who only comes by, and where it calls.
    pub(super) const fn door(&self) -> (&Http, &Url) {
        (&self.http, &self.base)
    }

    /// Signs in; there is no call that would only say hello.
    pub async fn hello(&self) -> Result<(), Fault> {
        self.keys.current(async || self.sign_in().await).await.map(drop)
    }

    /// One line with its usage and top-ups. An unknown number is [`FaultKind::NotFound`]; usage or top-ups that could not be
    /// read are `None`.
    pub async fn line(&self, msisdn: &Msisdn, now: Timestamp) -> Result<Line, Fault> {
        let _turn = self.turn(now).await?;
        let traffic = self.call("getTrafficInfo", &self.setup.traffic, json!({"account": msisdn.digits()}));
        let (line, traffic) = futures_util::join!(self.with_top_ups(msisdn, now), traffic);
        let usage = traffic.ok().map(|answer| convert::usage(&answer.object("traffic")));
        Ok(Line { usage, ..line? })
    }

    /// One line with its top-ups and without its usage, which is read for somebody who asks and never for nobody: the vendor
    /// forbids it for the retrieval of many lines. Top-ups that could not be read are `None`.
    pub async fn line_without_usage(&self, msisdn: &Msisdn, now: Timestamp) -> Result<Line, Fault> {
        let _turn = self.turn(now).await?;
        self.with_top_ups(msisdn, now).await
    }

    async fn with_top_ups(&self, msisdn: &Msisdn, now: Timestamp) -> Result<Line, Fault> {
        let today = time::today(now);
        let from = today.saturating_sub(self.setup.history_months.months());
        let days = (time::to_freebit_date(from), time::to_freebit_date(today));
        let history = json!({"account": msisdn.digits(), "fromDate": days.0, "toDate": days.1});
        let (line, history) =
            futures_util::join!(self.detail(msisdn, now), self.call("getQuotaHistory", &self.setup.history, history),);
        let top_ups = history.ok().map(|answer| convert::top_ups(&answer.list("quotaHistory"), self.setup.quota_unit));
        Ok(Line { top_ups, ..line? })
    }

    /// A turn among the lines that are read.
    async fn turn(&self, now: Timestamp) -> Result<Turn<'_>, Fault> {
        match self.lines.turn().await {
            Ok(turn) => {
                self.note(turn.left, now);
                Ok(turn)
            }
            Err(OverBudget(wait)) => {
                self.note(0, now);
                Err(over_budget(wait, now))
            }
        }
    }

    /// One line without its usage and top-ups: a single call, for looking before a change and for proving it. It takes no
    /// turn among the lines that are read: it is one line that somebody is changing, and no retrieval.
    pub async fn detail(&self, msisdn: &Msisdn, now: Timestamp) -> Result<Line, Fault> {
        let request = json!({"requestDatas": [{"kind": "MVNO", "account": msisdn.digits()}]});
        told(msisdn, &self.call("getDetail", &self.setup.detail, request).await?, now)
    }

    /// How many lines may still be read, as of the last one.
    pub fn reads(&self) -> LineReads {
        *self.reads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, left: u32, now: Timestamp) {
        let mut reads = self.reads.lock().unwrap_or_else(PoisonError::into_inner);
        *reads = LineReads::with_left(BURST.get(), EVERY, left, now);
    }

    async fn call(&self, action: &'static str, path: &str, request: Value) -> Result<Fields, Fault> {
        self.carry(Safety::Read, action, path, request).await
    }

    /// A call that should do what it asks.
    async fn carry(&self, safety: Safety, action: &'static str, path: &str, request: Value) -> Result<Fields, Fault> {
        let (outcome, body) = self.asked(safety, action, path, request).await?;
        decide(&outcome, body)
    }

    /// A call with the key in it; a key found to be over is replaced once and the call repeated: with such a key nothing was
    /// done.
    async fn asked(
        &self,
        safety: Safety,
        action: &'static str,
        path: &str,
        request: Value,
    ) -> Result<(Outcome, Fields), Fault> {
        let sign_in = async || self.sign_in().await;
        let key = self.keys.current(sign_in).await?;
        let (outcome, body) = self.send(safety, action, path, &with_key(&request, &key.value)).await?;
        if outcome.meaning() != Some(Meaning::SignIn) {
            return Ok((outcome, body));
        }
        let key = self.keys.after(&key, sign_in).await?;
        self.send(safety, action, path, &with_key(&request, &key.value)).await
    }

    async fn sign_in(&self) -> Result<SecretString, Fault> {
        let request = json!({
            "oemId": self.login.oem_id.expose_secret(),
            "oemKey": self.login.oem_key.expose_secret(),
        });
        let (outcome, body) = self.send(Safety::Read, SIGN_IN_OEM, &self.setup.sign_in, &request).await?;
        if outcome.meaning() != Some(Meaning::Done) {
            let refused = Fault { kind: FaultKind::SignIn, hint: Hint::CheckCredentials, ..fault(&outcome) };
            self.http.tell(&refused);
            return Err(refused);
        }
        let key = body.text("authKey");
        if key.is_empty() { Err(unreadable(said::NO_KEY)) } else { Ok(key.into()) }
    }

    async fn send(
        &self,
        safety: Safety,
        action: &'static str,
        path: &str,
        request: &Value,
    ) -> Result<(Outcome, Fields), Fault> {
        let url = self.base.join(path).map_err(|_| unreadable(said::BAD_PATH))?;
        let json = request.to_string();
        let answer = self
            .http
            .send(safety, action, |client| client.post(url.clone()).form(&[("json", json.as_str())]))
            .await
            .map_err(|error| error.fault(System::Freebit))?;
        if answer.is_page() {
            let message = Message::ours(said::PAGE).with("status", answer.status.as_u16());
            return Err(Fault { kind: FaultKind::Broken, hint: Hint::CheckNetwork, message, ..unreadable(said::PAGE) });
        }
        let body = lenient::json(&answer.body).map_err(|_| unreadable(said::NO_JSON))?;
        let body = Fields::of(&body);
        Ok((Outcome::of(&body), body))
    }
}

/// The line an answer tells of, which must be the one that was asked for.
fn told(msisdn: &Msisdn, detail: &Fields, now: Timestamp) -> Result<Line, Fault> {
    let found = detail.list("responseDatas").into_iter().find(|row| {
        let answered = row.text("account");
        answered.is_empty() || answered == msisdn.digits()
    });
    found.map(|row| convert::line(msisdn, &row, now)).ok_or_else(|| unreadable(said::OTHER_LINE))
}

/// The desk's own refusal, with the moment from which it is none.
fn over_budget(wait: Duration, now: Timestamp) -> Fault {
    let at = SignedDuration::try_from(wait).ok().and_then(|wait| now.checked_add(wait).ok());
    Fault {
        system: System::Freebit,
        kind: FaultKind::Held,
        message: Message::ours(said::LINES_PACED),
        hint: at.map_or(Hint::Wait, Hint::WaitUntil),
    }
}

fn with_key(request: &Value, key: &SecretString) -> Value {
    let mut request = request.clone();
    if let Some(map) = request.as_object_mut() {
        map.insert("authKey".to_owned(), key.expose_secret().into());
    }
    request
}

/// HTTP says 200 whatever happened; the code decides.
fn decide(outcome: &Outcome, body: Fields) -> Result<Fields, Fault> {
    if outcome.meaning() == Some(Meaning::Done) { Ok(body) } else { Err(fault(outcome)) }
}

fn fault(outcome: &Outcome) -> Fault {
    let (kind, hint) = match outcome.meaning() {
        Some(Meaning::SignIn) => (FaultKind::SignIn, Hint::CheckCredentials),
        Some(Meaning::UnknownLine) => (FaultKind::NotFound, Hint::None),
        Some(Meaning::Bulk) => (FaultKind::TooMany, Hint::Wait),
        Some(Meaning::Locked) => (FaultKind::Refused, Hint::Wait),
        None if outcome.result.is_empty() => return unreadable(said::NO_CODE),
        Some(Meaning::Unsupported | Meaning::InShareGroup | Meaning::Done) | None => (FaultKind::Refused, Hint::None),
    };
    let code = if outcome.status.is_empty() || outcome.status == outcome.result {
        outcome.result.clone()
    } else {
        format!("{}-{}", outcome.result, outcome.status)
    };
    let message = Message::theirs(Text::line(&format!("{} ({code})", outcome.message)).to_string());
    Fault { system: System::Freebit, kind, message, hint }
}

fn unreadable(why: Sentence) -> Fault {
    let message = Message::ours(why);
    Fault { system: System::Freebit, kind: FaultKind::Unreadable, message, hint: Hint::TryAgain }
}
