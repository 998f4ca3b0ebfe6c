//! Turns questions into answers: the only room that speaks to the three systems.
//!
//! [`Backend::read`] takes one [`Query`] and sends its answer piece by piece into a bounded channel, awaited, so that a
//! slow screen slows the reading and nothing is lost. Dropping its future cancels the read. Nothing here starts a task.

mod board;
pub mod breaker;
mod cache;
mod customer;
mod deeper;
mod doctor;
pub mod freebit;
mod health;
pub mod http;
pub mod jitter;
pub mod journal;
pub mod lenient;
pub mod notify;
pub mod operations;
pub mod pace;
pub mod pack;
pub mod salesforce;
mod search;
pub mod session;
mod sign_in;
pub mod trust;
pub mod whmcs;

use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc::Sender;
use url::Url;

use crate::domain::office::Office;
use crate::domain::phone::{Fixtures, Msisdn};
use crate::domain::phrase::Phrase;
use crate::domain::recognise::Shapes;
use crate::domain::sla::Promises;
use crate::domain::system::System;
use crate::flow::fault::Fault;
use crate::flow::msg::Msg;
use crate::flow::query::{CustomerPart, Generation, Query, Reply, Slot};
use crate::flow::remote::{Known, Remote};
use cache::{Cache, Owner};
use freebit::Freebit;
pub use health::HealthSink;
use http::{AddressError, Http, Rules, base_address};
use notify::{Ears, KnownHealth};
use operations::Engine;
use pace::{Budget, Rest};
use pack::Packs;
use salesforce::session::kept::Kept;
use salesforce::{Salesforce, SignIn};
use trust::Trust;
use whmcs::Whmcs;

/// Tells the time. The sandbox's world may have another one than this machine.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Where the systems are, what opens them and what they call things.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The org's My Domain address.
    pub salesforce: Url,
    /// What opens it.
    pub salesforce_login: salesforce::SignIn,
    /// Its own names.
    pub salesforce_names: salesforce::names::Names,
    /// Who is who there.
    pub salesforce_people: salesforce::People,
    /// What counts as waiting there.
    pub waiting: salesforce::queues::Rules,
    /// By when customers were promised an answer.
    pub promises: Promises,
    /// The rules of the house.
    pub office: Arc<Office>,
    /// The installation's address, without `includes/api.php`.
    pub whmcs: Url,
    /// What opens it.
    pub whmcs_login: whmcs::Login,
    /// Its own names.
    pub whmcs_names: whmcs::convert::Names,
    /// The API's address, with `/emptool/api/`.
    pub freebit: Url,
    /// What opens it.
    pub freebit_login: freebit::Login,
    /// Its own paths and units.
    pub freebit_setup: freebit::Setup,
    /// Whether numbers that can belong to nobody are lines: only in the sandbox.
    pub fixtures: Fixtures,
    /// How customer numbers are written.
    pub shapes: Shapes,
    /// Whom all of them are believed by.
    pub trust: Trust,
    /// What is heard from elsewhere, and how.
    pub live: notify::Setup,
    /// How long nothing may be typed before a search is sent. Somebody who types on replaces a search within its pause,
    /// so that a name costs one call a system and not one a letter.
    pub search_pause: Duration,
}

/// Why a backend cannot be made from its settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// An address may not be used.
    #[error("{}: {why}", .system.name())]
    Address {
        /// Whose.
        system: System,
        /// Why.
        why: AddressError,
    },
    /// The event bus cannot be listened to.
    #[error("{system}: {0}", system = System::Salesforce.name())]
    Bus(notify::pubsub::BusError),
    /// The HTTP client could not be set up.
    #[error("the client for {} could not be set up", .0.name())]
    Client(System),
}

/// Where the pieces of one answer go.
struct Replies {
    slot: Slot,
    generation: Generation,
    messages: Sender<Msg>,
}

impl Replies {
    /// Waits for room. A closed channel means that nobody waits any more, and the read is about to be dropped.
    async fn send(&self, reply: Reply) {
        let (slot, generation) = (self.slot, self.generation);
        let _ = self.messages.send(Msg::Reply { slot, generation, reply }).await;
    }
}

/// The three clients and what they remember.
#[derive(Debug)]
pub struct Backend {
    salesforce: Salesforce,
    whmcs: Whmcs,
    freebit: Freebit,
    cache: Cache,
    now: Clock,
    fixtures: Fixtures,
    shapes: Shapes,
    waiting: salesforce::queues::Rules,
    promises: Promises,
    office: Arc<Office>,
    search_pause: Duration,
    cursor: Rest,
    /// Why nothing can be changed, where nothing can.
    engine: Result<Engine, Phrase>,
    notify: Ears,
    /// Where field packs lie.
    packs: Packs,
}

struct Clock(Now);

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

fn budget(per_second: u32, burst: u32, parallel: usize) -> Budget {
    let at_least_one = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
    Budget {
        per_second: at_least_one(per_second),
        burst: at_least_one(burst),
        parallel,
        patience: Duration::from_secs(10),
    }
}

/// How widely each system may be asked. Every WHMCS call starts PHP, so four at a time; Freebit has a budget of lines on
/// top of this one of calls.
fn budget_of(system: System) -> Budget {
    match system {
        System::Salesforce => budget(20, 60, 6),
        System::Whmcs => budget(40, 80, 4),
        System::Freebit => budget(6, 12, 3),
    }
}

impl Settings {
    /// The same, with a sign-in by browser kept for a profile below the desk's state folder.
    #[must_use]
    pub fn kept_in(self, state: Option<&Path>, profile: &str) -> Self {
        let salesforce_login = match self.salesforce_login {
            SignIn::Browser(login) => SignIn::Browser(login.kept(state.map(|state| Kept::of(state, profile)))),
            other => other,
        };
        Self { salesforce_login, ..self }
    }
}

/// A client of an org alone, for signing in and out by hand.
///
/// # Errors
/// The address may not be used, or there is no client.
pub fn alone(org: &salesforce::Org) -> Result<(Http, Url), SettingsError> {
    let system = System::Salesforce;
    let base = base_address(org.url.clone()).map_err(|why| SettingsError::Address { system, why })?;
    let rules = Rules::with_budget(budget_of(system));
    let http = Http::trusting(system, &base, rules, Arc::new(|_| {}), &org.trust);
    Ok((http.map_err(|_| SettingsError::Client(system))?, base))
}

impl Backend {
    /// Clients for the systems of `settings`. Nothing is sent yet.
    pub fn new(settings: Settings, now: Now, health: &HealthSink) -> Result<Self, SettingsError> {
        let known = KnownHealth::default();
        let (told, noted) = (Arc::clone(health), known.clone());
        let health: HealthSink = Arc::new(move |health| {
            notify::note(&noted, &health);
            told(health);
        });
        let open = |system, address: Url| {
            let base = base_address(address).map_err(|why| SettingsError::Address { system, why })?;
            let watcher = health::watcher(system, Arc::clone(&now), Arc::clone(&health));
            let http = Http::trusting(system, &base, Rules::with_budget(budget_of(system)), watcher, &settings.trust);
            Ok((http.map_err(|_| SettingsError::Client(system))?, base))
        };
        let (http, base) = open(System::Salesforce, settings.salesforce)?;
        let mut live = settings.live;
        let bus = live.bus.take().map(base_address).transpose();
        live.bus = bus.map_err(|why| SettingsError::Address { system: System::Salesforce, why })?;
        let ears = Ears::new(live, &settings.trust, &base, known).map_err(SettingsError::Bus)?;
        let Settings { salesforce_login: login, salesforce_names: names, salesforce_people: people, .. } = settings;
        let salesforce = Salesforce::new(http, &base, login, names, people).speaking(settings.office.words.clone());
        let (http, base) = open(System::Whmcs, settings.whmcs)?;
        let names = whmcs::convert::Names { fixtures: settings.fixtures, ..settings.whmcs_names };
        let whmcs =
            Whmcs::new(http, &base, settings.whmcs_login, names).map_err(|_| SettingsError::Client(System::Whmcs))?;
        let (http, base) = open(System::Freebit, settings.freebit)?;
        let freebit = Freebit::new(http, &base, settings.freebit_login, settings.freebit_setup);
        let Settings { fixtures, shapes, waiting, promises, office, search_pause, .. } = settings;
        Ok(Self {
            salesforce,
            whmcs,
            freebit,
            cache: Cache::default(),
            now: Clock(now),
            fixtures,
            shapes,
            waiting,
            promises,
            office,
            search_pause,
            cursor: Rest::new(search_pause),
            engine: Err(Phrase::new("operation-not-connected")),
            notify: ears,
            packs: Packs::new(None, ""),
        })
    }

    /// The same with what changes are carried out with, or why there is nothing to carry them out with.
    #[must_use]
    pub fn with_engine(self, engine: Result<Engine, Phrase>) -> Self {
        let salesforce = match &engine {
            Ok(engine) => self.salesforce.of_site(engine.journal().site()),
            Err(_) => self.salesforce,
        };
        Self { salesforce, engine, ..self }
    }

    /// Reads what `query` asks for and sends every piece of the answer as it comes. Failures are pieces too. The end is
    /// the end of this future; [`Msg::Ended`] is sent by whoever runs it.
    pub async fn read(&self, slot: Slot, generation: Generation, query: Query, messages: Sender<Msg>) {
        let replies = Replies { slot, generation, messages };
        match query {
            Query::Hello => self.hello(&replies).await,
            Query::Search(typed) => Box::pin(search::search(self, &typed, &replies)).await,
            Query::Customer(key) => {
                let whole = Box::pin(customer::open(self, key, customer::Scope::Whole, &replies)).await;
                self.compare_opened(&whole).await;
            }
            Query::Renew(key, renewal) => Box::pin(customer::renew(self, &key, renewal, &replies)).await,
            Query::Line(msisdn) => {
                let line = self.line(&msisdn).await;
                replies.send(Reply::Customer(CustomerPart::LineReads(self.freebit.reads()))).await;
                replies.send(Reply::Line(msisdn, line)).await;
            }
            Query::Deeper(key, deeper) => Box::pin(deeper::read(self, key, deeper, &replies)).await,
            Query::Plan(change) => {
                let plan = Box::pin(operations::plan::plan(self, *change)).await;
                replies.send(Reply::Plan(plan.map(Box::new))).await;
            }
            Query::Activation { of, code } => {
                let found = freebit::notices::activation(&self.office.sim.notice_folder, &of, code).await;
                replies.send(Reply::Activation(found)).await;
            }
            Query::PlanKept(id, edited) => {
                let plan = Box::pin(operations::plan::kept(self, id, edited.map(|change| *change))).await;
                replies.send(Reply::Plan(plan.map(Box::new))).await;
            }
            Query::Outbox(ids) => {
                for id in ids {
                    let plan = Box::pin(operations::plan::kept(self, id, None)).await;
                    replies.send(Reply::PlannedKept(id, plan.map(Box::new))).await;
                }
            }
            Query::PlanRows(changes) => {
                for (row, change) in changes.into_iter().enumerate() {
                    let plan = Box::pin(operations::plan::row(self, change)).await;
                    replies.send(Reply::PlannedRow(row, plan.map(Box::new))).await;
                }
            }
            Query::Board => Box::pin(board::count(self, &replies)).await,
            Query::Queue(queue, from) => Box::pin(board::page(self, queue, from, &replies)).await,
            Query::Pack(query) => Box::pin(self.about_packs(query, &replies)).await,
            Query::SignIn(query) => Box::pin(self.about_sign_in(query, &replies)).await,
            Query::Kept => {
                if let Err(why) = self.tell_kept(&replies.messages).await {
                    replies.send(Reply::Unkept(why)).await;
                }
            }
            Query::Examine(how) => Box::pin(self.examine(&how, &replies)).await,
        }
    }

    /// Says hello to all three at once; the answers show as health. Salesforce says who is at the desk, WHMCS its version.
    async fn hello(&self, replies: &Replies) {
        let salesforce = async {
            if self.salesforce.hello().await.is_ok()
                && let Ok(agent) = self.salesforce.agent().await
            {
                replies.send(Reply::Agent(agent)).await;
            }
        };
        let whmcs = async {
            if let Ok(Some(major)) = self.whmcs.hello().await {
                replies.send(Reply::WhmcsMajor(major)).await;
            }
        };
        let _ = futures_util::join!(salesforce, whmcs, self.freebit.hello());
    }

    async fn line(&self, msisdn: &Msisdn) -> Remote<crate::domain::line::Line> {
        let result = self.freebit.line(msisdn, (self.now.0)()).await;
        self.remembered(Some(&Owner::Line(msisdn.clone())), result)
    }

    /// A line that nobody looks at. It does not take the place of what somebody saw.
    async fn compared_line(&self, msisdn: &Msisdn) -> Remote<crate::domain::line::Line> {
        let result = self.freebit.line_without_usage(msisdn, (self.now.0)()).await;
        self.remembered(None, result)
    }

    /// Forgets what is remembered of customers.
    fn forget(&self) {
        self.cache.forget();
    }

    /// What was read last of somebody, if anything was.
    fn remembers<T: Clone + Send + 'static>(&self, owner: Option<&Owner>) -> Option<T> {
        self.cache.last(owner?).map(|known| known.value)
    }

    /// A fresh value is kept; a failure comes with the last known value and its age.
    fn remembered<T: Clone + Send + 'static>(&self, owner: Option<&Owner>, result: Result<T, Fault>) -> Remote<T> {
        match result {
            Ok(value) => {
                let read_at = (self.now.0)();
                if let Some(owner) = owner {
                    self.cache.remember(owner, Known { value: value.clone(), read_at });
                }
                Remote::read(value, read_at)
            }
            Err(fault) => Remote::failed(fault, owner.and_then(|owner| self.cache.last(owner))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The runtime moves reads between threads.
    #[expect(dead_code, reason = "compiling it is the test")]
    fn a_read_can_be_sent(backend: &Backend, messages: Sender<Msg>) -> impl Future + Send {
        backend.read(Slot::Hello, 1, Query::Hello, messages)
    }

    /// So it does with changes.
    #[expect(dead_code, reason = "compiling it is the test")]
    fn a_change_can_be_sent(backend: Arc<Backend>, messages: Sender<Msg>) -> impl Future + Send {
        backend.carry(crate::flow::Command::Look(crate::flow::Looking::GoesOn), messages)
    }

    /// And with what happens elsewhere.
    #[expect(dead_code, reason = "compiling it is the test")]
    fn what_happens_can_be_sent(backend: Arc<Backend>, messages: Sender<Msg>) -> impl Future + Send {
        backend.live(messages)
    }
}
