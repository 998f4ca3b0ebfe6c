//! Salesforce's REST API: one session, queries in batches so that a whole customer is one call.

mod catalogue;
pub mod convert;
mod history;
pub mod live;
mod look;
pub mod names;
pub mod queues;
mod refusal;
pub mod session;
pub mod soql;
mod talk;
pub mod wire;
mod write;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Client, RequestBuilder};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tokio::sync::Mutex as Waiting;
use url::Url;

use super::http::{Answer, Http, Safety};
use super::lenient;
use super::session::Sessions;
use super::trust::Trust;
use crate::domain::customer::ClientId;
use crate::domain::operation_id::OperationId;
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::domain::words::Words;
use crate::flow::fault::{Fault, FaultKind, Hint};
use crate::flow::query::Agent;
use crate::flow::said::{self, Message, Sentence};
use crate::flow::sign_in::{SignInQuery, SignInReply};
pub(super) use look::{Described, Field};
use names::{Names, standard as s};
use session::Grant;
use session::browser::{self, NoCode, NotSignedIn, Request, Whom};
use session::callback::Door;
pub use session::{Login, Pass, SignIn};
use soql::{Condition, Like, Name, Soql, Sosl};
use wire::Record;

/// The REST version the desk speaks; every org of the last years knows it.
const VERSION: &str = "v66.0";
/// Further pages of 2,000 rows read of one query before the rest is left out; the listing then says so.
const MORE_PAGES: usize = 4;

/// The client of one Salesforce org.
#[derive(Debug)]
pub struct Salesforce {
    http: Arc<Http>,
    base: Url,
    login: SignIn,
    sessions: Sessions<Grant>,
    /// What the org calls its own fields.
    pub names: Names,
    /// What its words mean.
    pub words: Arc<Words>,
    people: People,
    /// Who is at the desk, once that was asked. Held while it is asked.
    agent: Waiting<Option<Agent>>,
    /// The sign-in by hand that was begun last.
    begun: Mutex<Option<Begun>>,
    /// What the org lacks of the fields of persons, as far as it refused one.
    lacking: Mutex<Arc<[Name]>>,
    /// Who is at the desk, as far as any session said.
    here: Mutex<Option<SalesforceId>>,
    /// What the desk calls itself in every call. Salesforce repeats it beside the changes that come of them.
    client: String,
}

/// A sign-in by hand that was begun.
#[derive(Debug)]
struct Begun {
    request: Arc<Request>,
    /// Where its browser comes back to, until somebody waits there.
    door: Option<Door>,
}

/// What every desk calls itself; those of one site add its name.
pub const CLIENT: &str = "madoguchi";

/// An org and what opens it.
#[derive(Debug, Clone)]
pub struct Org {
    /// Its My Domain address.
    pub url: Url,
    /// How the desk signs in.
    pub sign_in: SignIn,
    /// Whom it is believed by.
    pub trust: Trust,
}

/// Who is who among the org's users.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct People {
    /// User name of the person at the desk; empty for the one the sign-in acts as.
    pub agent: String,
    /// User names under which the customer portal stores what customers write.
    pub portal: Vec<String>,
}

/// One part of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A SOQL query.
    Query(Soql),
    /// A SOSL search.
    Search(Sosl),
}

/// The rows of one query.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// What was read.
    pub records: Vec<Record>,
    /// How many match.
    pub total: u64,
}

/// What was read, and what of it could not be. Both, when parts failed.
#[derive(Debug)]
pub struct Partly<T> {
    /// What was read, if anything was.
    pub value: Option<T>,
    /// What is missing, and why.
    pub fault: Option<Fault>,
}

impl<T> Partly<T> {
    fn failed(fault: Fault) -> Self {
        Self { value: None, fault: Some(fault) }
    }
}

/// Names what did not answer, each once, with the first one's reason.
fn missing(faults: Vec<(String, Fault)>) -> Option<Fault> {
    let mut who: Vec<&str> = faults.iter().map(|(who, _)| who.as_str()).collect();
    who.dedup();
    let who = who.join(", ");
    let (_, first) = faults.into_iter().next()?;
    let message = Message::ours(said::OF_PARTS).with("who", who).with_said("what", &first.message);
    Some(Fault { message, ..first })
}

/// Whose records to read: the account itself, or one that is named from WHMCS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// The account with this id.
    Account(SalesforceId),
    /// Every account with this customer number. There should be one.
    Number(Text),
    /// Every account whose link names this WHMCS client. There should be one.
    Client(ClientId),
}

/// All of a customer's records, each part with its own failure.
#[derive(Debug)]
pub struct Records {
    /// Accounts: one, unless the number is ambiguous or nobody's.
    pub accounts: Result<Rows, Fault>,
    /// Orders with their items.
    pub orders: Result<Rows, Fault>,
    /// Opportunities.
    pub opportunities: Result<Rows, Fault>,
    /// Cases.
    pub cases: Result<Rows, Fault>,
    /// Cards of the inventory.
    pub cards: Result<Rows, Fault>,
}

impl Salesforce {
    /// A client for the org at `base`, its My Domain address (see [`super::http::base_address`]).
    pub fn new(http: Http, base: &Url, login: impl Into<SignIn>, names: Names, people: People) -> Self {
        Self {
            http: Arc::new(http),
            base: base.clone(),
            login: login.into(),
            sessions: Sessions::default(),
            names,
            words: Arc::default(),
            people,
            agent: Waiting::default(),
            begun: Mutex::default(),
            lacking: Mutex::default(),
            here: Mutex::default(),
            client: CLIENT.to_owned(),
        }
    }

    /// The same, of an org that has other words.
    #[must_use]
    pub fn speaking(self, words: Words) -> Self {
        Self { words: Arc::new(words), ..self }
    }

    /// What it calls its fields, and what its words mean.
    pub fn called(&self) -> convert::Called<'_> {
        (&self.names, &self.words)
    }

    /// The same, known by the name of its site.
    #[must_use]
    pub fn of_site(self, site: &str) -> Self {
        Self { client: format!("{CLIENT}-{site}"), ..self }
    }

    /// The operation of this site that a change says it comes from, by the origin its event names.
    pub fn operation_of(&self, origin: &str) -> Option<OperationId> {
        let client = origin.split(';').find_map(|part| part.trim().strip_prefix("client="))?;
        let named = client.strip_prefix(&self.client).filter(|_| self.client != CLIENT)?;
        named.strip_prefix('-')?.parse().ok()
    }

    /// What opens the event bus.
    pub async fn pass(&self) -> Result<Pass, Fault> {
        self.sessions.current(async || self.sign_in().await).await.map(Pass)
    }

    /// The same after one was refused.
    pub async fn pass_after(&self, refused: &Pass) -> Result<Pass, Fault> {
        self.sessions.after(&refused.0, async || self.sign_in().await).await.map(Pass)
    }

    /// Signs in, and remembers who that is.
    async fn sign_in(&self) -> Result<Grant, Fault> {
        let grant = session::sign_in(&self.http, &self.base, &self.login).await?;
        self.is_here(grant.user);
        Ok(grant)
    }

    /// Somebody is at the desk. Who it is stays known when their sign-in is over.
    fn is_here(&self, user: Option<SalesforceId>) {
        if let Some(user) = user {
            *self.here.lock().unwrap_or_else(PoisonError::into_inner) = Some(user);
        }
    }

    /// Who is at the desk, by a session that was had already or can be had now.
    async fn who_is_here(&self) -> Option<SalesforceId> {
        let known = *self.here.lock().unwrap_or_else(PoisonError::into_inner);
        match known {
            Some(user) => Some(user),
            None => self.pass().await.ok().and_then(|pass| pass.0.value.user),
        }
    }

    /// Begins a sign-in by hand, of whoever may or, where somebody left the desk, of them alone. Where another desk has the
    /// port, the browser cannot come back by itself.
    pub async fn begin_sign_in(&self, query: &SignInQuery) -> SignInReply {
        let SignIn::Browser(login) = &self.login else { return SignInReply::ByItself };
        let whom = match query {
            SignInQuery::Return => match self.who_is_here().await {
                Some(user) => Whom::Only(user),
                None => return SignInReply::NobodyWasHere,
            },
            _ => Whom::Anybody,
        };
        *self.begun() = None;
        let door = Door::open(login.port).await.ok();
        let port = door.as_ref().map_or(login.port, Door::port);
        match Request::new(&self.base, login, port, whom) {
            Ok(request) => {
                let (url, redirect) = (request.url().to_string(), request.redirect().to_string());
                let returns = door.is_some();
                *self.begun() = Some(Begun { request: Arc::new(request), door });
                SignInReply::Begun { url, redirect, returns }
            }
            Err(fault) => SignInReply::Failed(fault),
        }
    }

    fn begun(&self) -> MutexGuard<'_, Option<Begun>> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the browser of the sign-in that was begun comes back to. Whoever takes it closes it.
    pub fn door(&self) -> Option<Door> {
        self.begun().as_mut()?.door.take()
    }

    /// Finishes it with the address that the browser ended on.
    pub async fn finish_sign_in(&self, ended: &str) -> SignInReply {
        let begun = self.begun().as_ref().map(|begun| Arc::clone(&begun.request));
        let (SignIn::Browser(login), Some(request)) = (&self.login, begun) else { return SignInReply::OtherSignIn };
        let code = match request.code(ended) {
            Ok(code) => code,
            Err(NoCode::Nonsense) => return SignInReply::Nonsense,
            Err(NoCode::OtherSignIn) => return SignInReply::OtherSignIn,
            Err(NoCode::Denied(why)) => return SignInReply::Denied(why),
        };
        let signed_in = match browser::finish(&self.http, &self.base, login, &request, code).await {
            Ok(signed_in) => signed_in,
            Err(NotSignedIn::SomebodyElse(who)) => return SignInReply::SomebodyElse(who),
            Err(NotSignedIn::Fault(fault)) => return SignInReply::Failed(fault),
        };
        *self.begun() = None;
        self.is_here(signed_in.user);
        // Whoever was here before may be somebody else: nothing is done as them any more. The session goes first, so that
        // who is asked for from now on is whoever signed in.
        self.sessions.forget().await;
        *self.agent.lock().await = None;
        match request.whom() {
            Whom::Anybody => SignInReply::Done(signed_in.who),
            Whom::Only(_) => SignInReply::Returned(signed_in.who),
        }
    }

    /// Signs in and asks for the day's limits, which every role may.
    pub async fn hello(&self) -> Result<(), Fault> {
        let path = format!("services/data/{VERSION}/limits");
        self.call("limits", |client, instance| client.get(joined(instance, &path))).await.map(drop)
    }

    /// Who is at the desk: the user that the profile names, or the one that the session acts as. Asked for once, and again
    /// after a sign-in by hand.
    pub async fn agent(&self) -> Result<Agent, Fault> {
        let mut known = self.agent.lock().await;
        if let Some(agent) = &*known {
            return Ok(agent.clone());
        }
        let agent = self.find_agent().await?;
        *known = Some(agent.clone());
        Ok(agent)
    }

    async fn find_agent(&self) -> Result<Agent, Fault> {
        let unknown = |why| Fault {
            system: System::Salesforce,
            kind: FaultKind::Refused,
            message: Message::ours(why),
            hint: Hint::None,
        };
        let named = &self.people.agent;
        let is_it = if named.is_empty() {
            let user = self.pass().await?.0.value.user;
            let user = user.ok_or_else(|| unknown(said::AGENT_UNTOLD))?;
            Condition::Is(s::ID, user.as_str().to_owned())
        } else {
            Condition::Is(s::USERNAME, named.clone())
        };
        let query = Soql::select(&[s::ID, s::NAME], &s::USER).filter(&is_it).limit(1);
        let rows = self.batch("agent", &[Part::Query(query)]).await?.into_iter().next();
        let rows = rows.unwrap_or_else(|| Err(unreadable(said::PART_MISSING)))?;
        let agent = rows
            .records
            .first()
            .and_then(|row| Some(Agent { id: convert::id(row)?, name: Text::line(&row.text(&s::NAME)) }));
        agent.ok_or_else(|| unknown(said::AGENT_UNKNOWN))
    }

    /// Everything of one customer in one call.
    pub async fn customer(&self, whose: &Whose) -> Result<Records, Fault> {
        let parts = convert::customer_queries(&self.names, whose, &self.lacking()).map(Part::Query);
        let mut rows = self.batch("customer", &parts).await?.into_iter();
        let mut next = || rows.next().unwrap_or_else(|| Err(unreadable(said::PART_MISSING)));
        let [mut accounts, orders, opportunities, cases, cards] = [next(), next(), next(), next(), next()];
        if let Err(fault) = &accounts
            && self.learn_lacking(fault).await
        {
            let [account, ..] = convert::customer_queries(&self.names, whose, &self.lacking()).map(Part::Query);
            accounts = self.batch("customer", &[account]).await?.into_iter().next().unwrap_or(accounts);
        }
        Ok(Records { accounts, orders, opportunities, cases, cards })
    }

    fn lacking(&self) -> Arc<[Name]> {
        Arc::clone(&self.lacking.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Asks which fields of persons the org has, where it refused one of them. Answers whether it did.
    async fn learn_lacking(&self, fault: &Fault) -> bool {
        let refused = |field: &Name| fault.hint == Hint::CheckNames && fault.message.contains(field.as_str());
        if !convert::OF_PERSONS.iter().any(refused) {
            return false;
        }
        let account = self.describe(&s::ACCOUNT).await.ok().flatten();
        let lacks = |field: &Name| {
            refused(field) || account.as_ref().is_some_and(|account| account.field(field.as_str()).is_none())
        };
        let lacking: Arc<[Name]> = convert::OF_PERSONS.into_iter().filter(lacks).collect();
        tracing::warn!(?lacking, "the org lacks fields of persons");
        *self.lacking.lock().unwrap_or_else(PoisonError::into_inner) = lacking;
        true
    }

    /// Sends queries and searches as one call and answers each by itself, in order.
    pub async fn batch(&self, action: &'static str, parts: &[Part]) -> Result<Vec<Result<Rows, Fault>>, Fault> {
        let url = |kind: &str, q: &str| format!("{VERSION}/{kind}?q={}", utf8_percent_encode(q, NON_ALPHANUMERIC));
        let requests: Vec<Value> = parts
            .iter()
            .map(|part| match part {
                Part::Query(query) => json!({"method": "GET", "url": url("query", query.as_str())}),
                Part::Search(search) => json!({"method": "GET", "url": url("search", search.as_str())}),
            })
            .collect();
        let body = json!({"haltOnError": false, "batchRequests": requests});
        let path = format!("services/data/{VERSION}/composite/batch");
        let answer = self.call(action, |client, instance| client.post(joined(instance, &path)).json(&body)).await?;
        let batch: wire::Batch = serde_json::from_value(answer).map_err(|_| unreadable(said::OTHER_BATCH))?;
        let mut rows = Vec::with_capacity(parts.len());
        for (part, result) in parts.iter().zip(batch.results) {
            rows.push(self.part(part, result).await);
        }
        Ok(rows)
    }

    async fn part(
        &self,
        part: &Part,
        wire::BatchResult { status_code, result }: wire::BatchResult,
    ) -> Result<Rows, Fault> {
        if !(200..300).contains(&status_code) {
            return Err(refusal::fault(status_code, &result));
        }
        let shape = |_| unreadable(said::OTHER_PART);
        match part {
            Part::Query(_) => self.rest(serde_json::from_value(result).map_err(shape)?).await,
            Part::Search(_) => {
                let search: wire::Search = serde_json::from_value(result).map_err(shape)?;
                Ok(Rows { total: search.search_records.len() as u64, records: search.search_records })
            }
        }
    }

    /// Follows `nextRecordsUrl` to the end of a query, within reason.
    async fn rest(&self, first: wire::Query) -> Result<Rows, Fault> {
        let mut rows = Rows { records: first.records, total: first.total_size };
        let mut next = first.next_records_url;
        for _ in 0..MORE_PAGES {
            let Some(path) = next.take() else { break };
            // It is a path. Anything else would carry the session to another place.
            if !path.starts_with("/services/data/") {
                return Err(unreadable(said::STRANGE_PAGE));
            }
            let answer = self.call("query-more", |client, instance| client.get(joined(instance, &path))).await?;
            let page: wire::Query = serde_json::from_value(answer).map_err(|_| unreadable(said::OTHER_PAGE))?;
            rows.records.extend(page.records);
            next = page.next_records_url;
        }
        rows.total = rows.total.max(rows.records.len() as u64);
        Ok(rows)
    }

    /// One call within a session; a session found to be over is replaced once and the call repeated.
    async fn call(
        &self,
        action: &'static str,
        build: impl Fn(&Client, &Url) -> RequestBuilder,
    ) -> Result<Value, Fault> {
        self.carry(None, action, build).await
    }

    /// As [`Self::call`], for a write of an operation where there is one. A write that is refused because the session is over
    /// had no effect, so it may be repeated too.
    async fn carry(
        &self,
        of: Option<OperationId>,
        action: &'static str,
        build: impl Fn(&Client, &Url) -> RequestBuilder,
    ) -> Result<Value, Fault> {
        let sign_in = async || self.sign_in().await;
        let session = self.sessions.current(sign_in).await?;
        let answer = self.send(of, action, &session.value, &build).await?;
        if answer.status.as_u16() != 401 {
            return read(&answer).inspect_err(|fault| self.http.tell(fault));
        }
        let session = self.sessions.after(&session, sign_in).await?;
        read(&self.send(of, action, &session.value, &build).await?).inspect_err(|fault| self.http.tell(fault))
    }

    async fn send(
        &self,
        of: Option<OperationId>,
        action: &'static str,
        grant: &Grant,
        build: &impl Fn(&Client, &Url) -> RequestBuilder,
    ) -> Result<Answer, Fault> {
        let safety = if of.is_some() { Safety::Write } else { Safety::Read };
        // The change event of a write says who called: which operation it was, so that its echo is known.
        let called = of.map_or_else(|| self.client.clone(), |operation| format!("{}-{operation}", self.client));
        self.http
            .send(safety, action, |client| {
                build(client, &grant.instance)
                    .bearer_auth(grant.token.expose_secret())
                    .header("Sforce-Call-Options", format!("client={called}"))
            })
            .await
            .map_err(|error| error.fault(System::Salesforce))
    }
}

fn read(answer: &Answer) -> Result<Value, Fault> {
    let status = answer.status.as_u16();
    if answer.is_page() {
        let message = Message::ours(said::PAGE).with("status", status);
        return Err(Fault { kind: FaultKind::Broken, hint: Hint::CheckNetwork, message, ..unreadable(said::PAGE) });
    }
    let body = lenient::json(&answer.body);
    if !answer.status.is_success() {
        return Err(refusal::fault(status, &body.unwrap_or_default()));
    }
    if answer.body.is_empty() {
        // A change answers with nothing at all (HTTP 204).
        return Ok(Value::Null);
    }
    body.map_err(|_| unreadable(said::NO_JSON))
}

/// `path` on the instance's host. The path's shape is checked where it comes from outside.
fn joined(instance: &Url, path: &str) -> Url {
    let mut url = instance.clone();
    let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
    url.set_path(path);
    url.set_query(query);
    url
}

fn unreadable(why: Sentence) -> Fault {
    let message = Message::ours(why);
    Fault { system: System::Salesforce, kind: FaultKind::Unreadable, message, hint: Hint::TryAgain }
}

impl Whose {
    /// The condition on the account itself.
    pub(super) fn of_account(&self, names: &Names) -> Condition {
        match self {
            Self::Account(id) => Condition::Is(s::ID, id.as_str().to_owned()),
            Self::Number(number) => Condition::Is(names.account_number.clone(), number.to_string()),
            Self::Client(client) => link_names(names.account_whmcs.clone(), *client),
        }
    }

    /// The condition on a record that refers to the account, by its reference field and that field's relationship.
    fn through(&self, names: &Names, reference: &soql::Name, parent: &soql::Name) -> Condition {
        match self {
            Self::Account(id) => Condition::Is(reference.clone(), id.as_str().to_owned()),
            Self::Number(number) => Condition::Is(parent.dot(&names.account_number), number.to_string()),
            Self::Client(client) => link_names(parent.dot(&names.account_whmcs), *client),
        }
    }
}

/// The link is text, `#41 - Aiko Mori`; what comes back is read by [`crate::domain::links::client_in_link`].
fn link_names(field: soql::Name, client: ClientId) -> Condition {
    Condition::Any(vec![
        Condition::Is(field.clone(), client.to_string()),
        Condition::Like(field.clone(), Like::beginning(&format!("{client} "))),
        Condition::Like(field, Like::beginning(&format!("{client}-"))),
    ])
}
