//! Changes carried out over the real clients against the real sandbox: planned, confirmed, sent, proved. Time stands still
//! and nothing sleeps: the desk's clock and the sandbox's are moved by hand, and faults are counted.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod billing;
mod customer;
mod end;
mod engine;
mod fulfil;
mod hold;
mod invariants;
mod mail;
mod order;
mod outbox;
mod rows;
mod sale;
mod service;
mod sim;
mod support;
mod theirs;
mod words;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use madoguchi::backend::journal::World;
use madoguchi::backend::operations::{Engine, PinHash, Rules, Supervisor};
use madoguchi::backend::{Backend, Settings};
use madoguchi::config::Sla;
use madoguchi::domain::access::{CallerLevel, Role};
use madoguchi::domain::change::{Change, Reader, Values, What, Who, spec};
use madoguchi::domain::office::Office as House;
use madoguchi::domain::operation::{Actor, Decision, OperationId, Plan};
use madoguchi::domain::phone::Fixtures;
use madoguchi::domain::text::Text;
use madoguchi::domain::words::Words;
use madoguchi::domain::{catalogue, reviews, sim_rules, xray};
use madoguchi::flow::{
    Carried, Command, Held, Live, Looking, Msg, OperationState, OperationView, PlanRefused, Query, Reply, SearchReply,
    Slot,
};
use madoguchi::runtime::connect::settings_of;
use madoguchi::runtime::spoken::wordbook;
use madoguchi::sandbox::clock::Clock;
use madoguchi::sandbox::faults::{Fault, Order, System};
use madoguchi::sandbox::{Sandbox, SandboxOptions, World as SandboxWorld};
use tokio::sync::mpsc;

/// Sunday, 22 November 2026, 10:00 in Japan.
const NOW: &str = "2026-11-22T01:00:00Z";

/// A sandbox, and a desk on it with a journal of its own.
pub struct Office {
    /// The systems.
    pub sandbox: Arc<Sandbox>,
    /// The desk without its screen.
    pub backend: Arc<Backend>,
    /// Milliseconds since 1970, for desk and journal.
    clock: Arc<AtomicI64>,
    folder: Arc<tempfile::TempDir>,
    /// What was told last of each operation, and how often something was told.
    pub views: Mutex<BTreeMap<OperationId, OperationView>>,
    /// What was told of held systems.
    pub held: Mutex<Vec<Held>>,
    /// The rules of the house, as forms are read by them.
    house: Arc<House>,
}

impl Office {
    /// A desk on a sandbox of its own. What is read after an answer that never came is believed at once.
    pub async fn open() -> Self {
        Self::with(|_| {}).await
    }

    /// The same with rules of its own.
    pub async fn with(adjust: impl FnOnce(&mut Rules)) -> Self {
        let now: Timestamp = NOW.parse().unwrap();
        let sandbox = Arc::new(Sandbox::for_test(now).await.unwrap());
        let clock = Arc::new(AtomicI64::new(now.as_millisecond()));
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let mut rules = rules();
        adjust(&mut rules);
        let backend = desk(&sandbox, &clock, &folder, rules, |_| {}).await;
        Self { sandbox, backend, clock, folder, views: Mutex::default(), held: Mutex::default(), house: Arc::default() }
    }

    /// The same with settings of its own, such as another WHMCS.
    pub async fn with_settings(adjust: impl FnOnce(&mut Settings)) -> Self {
        let office = Self::open().await;
        let backend = desk(&office.sandbox, &office.clock, &office.folder, rules(), adjust).await;
        Self { backend, ..office }
    }

    /// A desk in an organisation whose Salesforce has these words. There is no worker in it.
    pub async fn speaking(words: Words) -> Self {
        let now: Timestamp = NOW.parse().unwrap();
        let options = SandboxOptions { words: wordbook(&words), ..SandboxOptions::new(0, 1, now) };
        let sandbox = madoguchi::sandbox::start(options).await.unwrap();
        sandbox.ready().await.unwrap();
        sandbox.change(|world| world.clock = Clock::stopped(now));
        let promises = Sla::default().promises(&words);
        let mut house = House { words, promises, ..House::default() };
        // The rules name stages by the desk's words again.
        house.orders = xray::Rules { worker: false, ..xray::Rules::default() };
        house.reviews = reviews::Rules::default();
        house.sale = catalogue::Rules::default();
        house.sim = sim_rules::Rules::default();
        let (sandbox, house) = (Arc::new(sandbox), Arc::new(house.in_their_words()));
        let clock = Arc::new(AtomicI64::new(now.as_millisecond()));
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let set = |settings: &mut Settings| {
            settings.promises = house.promises.clone();
            settings.office = Arc::clone(&house);
        };
        let backend = desk(&sandbox, &clock, &folder, rules(), set).await;
        Self { sandbox, backend, clock, folder, views: Mutex::default(), held: Mutex::default(), house }
    }

    /// A second desk on the same systems and the same journal: of a colleague, or of the same person after a crash.
    pub async fn second_desk(&self) -> Self {
        self.second_desk_with(rules()).await
    }

    /// The same with rules of its own.
    pub async fn second_desk_with(&self, rules: Rules) -> Self {
        let backend = desk(&self.sandbox, &self.clock, &self.folder, rules, |_| {}).await;
        let (sandbox, clock, folder) = (Arc::clone(&self.sandbox), Arc::clone(&self.clock), Arc::clone(&self.folder));
        Self { sandbox, backend, clock, folder, views: Mutex::default(), held: Mutex::default(), house: Arc::default() }
    }

    /// The folder of journal and audit log.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// The desk's time.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.clock.load(Ordering::Relaxed)).unwrap()
    }

    /// Lets time pass, for the desk and for the systems.
    pub fn pass(&self, time: SignedDuration) {
        self.clock.fetch_add(i64::try_from(time.as_millis()).unwrap(), Ordering::Relaxed);
        self.sandbox.advance(time);
    }

    /// The customer with that number, e.g. `C-000001`.
    pub async fn customer(&self, number: &str) -> Who {
        let found = self.ask(Slot::Search, Query::Search(number.to_owned())).await;
        let hits = found.into_iter().filter_map(|reply| match reply {
            Reply::Search(SearchReply::Hits(_, hits)) => Some(hits),
            _ => None,
        });
        // Of a person with records in two systems, the hit that knows both.
        let hit = hits.flatten().max_by_key(|hit| (hit.key.account.is_some(), hit.key.client.is_some()));
        let mut key = hit.unwrap_or_else(|| panic!("{number} is not found")).key;
        for reply in self.ask(Slot::Customer, Query::Customer(key.clone())).await {
            if let Reply::Customer(madoguchi::flow::CustomerPart::Key(whole)) = reply {
                key = whole;
            }
        }
        Who { key, number: Text::line(number) }
    }

    /// Answers a question.
    pub async fn ask(&self, slot: Slot, query: Query) -> Vec<Reply> {
        let (sender, mut messages) = mpsc::channel(64);
        let read = self.backend.read(slot, 1, query, sender);
        let collect = async {
            let mut replies = Vec::new();
            while let Some(message) = messages.recv().await {
                if let Msg::Reply { reply, .. } = message {
                    replies.push(reply);
                }
            }
            replies
        };
        futures_util::future::join(Box::pin(read), collect).await.1
    }

    /// Reads the fields of a verb as the desk's form does. What is wrong with them makes the test fail.
    #[track_caller]
    pub fn change(&self, who: &Who, verb: &str, fields: &[(&str, &str)]) -> Change {
        let spec = spec(verb).unwrap_or_else(|| panic!("there is no verb {verb}"));
        let values: Values = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let mut reader = Reader::new(spec, &values, &self.house, self.now(), Fixtures::Allowed);
        let what = What::read(spec, &mut reader);
        what.map_or_else(|| panic!("{verb}: {:?}", reader.wrong()), |what| Change { who: who.clone(), what })
    }

    /// Plans a change.
    pub async fn try_plan(&self, change: Change) -> Result<Plan, PlanRefused> {
        let replies = self.ask(Slot::Plan, Query::Plan(Box::new(change))).await;
        let plan = replies.into_iter().find_map(|reply| if let Reply::Plan(plan) = reply { Some(plan) } else { None });
        plan.unwrap().map(|plan| *plan)
    }

    /// Plans a change of a customer, by number, verb and fields.
    pub async fn plan(&self, number: &str, verb: &str, fields: &[(&str, &str)]) -> Plan {
        let who = self.customer(number).await;
        self.try_plan(self.change(&who, verb, fields)).await.unwrap_or_else(|why| panic!("{verb}: {why:?}"))
    }

    /// Carries a command out, and answers how it went.
    pub async fn command(&self, command: Command) -> Carried {
        let (sender, mut messages) = mpsc::channel(64);
        let carry = Arc::clone(&self.backend).carry(command, sender);
        let collect = async {
            let mut ended = None;
            while let Some(message) = messages.recv().await {
                match message {
                    Msg::Operation(view) => drop(self.views.lock().unwrap().insert(view.id, *view)),
                    Msg::Live(Live::Held(held)) => self.held.lock().unwrap().push(held),
                    Msg::Carried(carried) => assert!(ended.replace(carried).is_none(), "a command ends once"),
                    _ => {}
                }
            }
            ended.unwrap()
        };
        futures_util::future::join(carry, collect).await.1
    }

    /// Confirms a plan as Hana, an operator who knows the caller well, and answers how it stands afterwards.
    pub async fn confirm(&self, plan: &Plan) -> OperationView {
        let carried = self.command(Command::Begin(Box::new(plan.clone()), hana())).await;
        assert_eq!(carried, Carried::Taken);
        self.view(plan.id)
    }

    /// Plans and confirms.
    pub async fn carry(&self, number: &str, verb: &str, fields: &[(&str, &str)]) -> OperationView {
        let plan = self.plan(number, verb, fields).await;
        assert_eq!(plan.blocked(), None, "{verb}");
        self.confirm(&plan).await
    }

    /// Decides about an operation as Hana, and answers how it stands afterwards.
    pub async fn decide(&self, id: OperationId, decision: Decision) -> OperationView {
        assert_eq!(self.command(Command::Decide(id, hana(), decision)).await, Carried::Taken);
        self.view(id)
    }

    /// Looks again at everything.
    pub async fn look(&self) {
        assert_eq!(self.command(Command::Look(Looking::GoesOn)).await, Carried::Taken);
    }

    /// What was told last of an operation.
    pub fn view(&self, id: OperationId) -> OperationView {
        self.views.lock().unwrap().get(&id).cloned().unwrap_or_else(|| panic!("nothing was told of {id}"))
    }

    /// Orders a fault for the next call that matches.
    pub fn once(&self, system: System, matching: &str, fault: Fault) {
        self.sandbox.misbehave(Order::on(system, fault).matching(matching).times(1));
    }

    /// How often a call came.
    pub fn calls(&self, system: System, label: &str) -> u64 {
        self.sandbox.counts().get(&system).and_then(|it| it.get(label)).copied().unwrap_or_default()
    }

    /// Looks into the systems' own tables.
    pub fn world<T>(&self, look: impl FnOnce(&SandboxWorld) -> T) -> T {
        self.sandbox.look(look)
    }
}

/// Hana, an operator.
pub fn hana() -> Actor {
    Actor { name: Text::line("Hana"), role: Role::Admin, caller: CallerLevel::V2 }
}

/// Kato, a supervisor.
pub fn kato() -> Actor {
    Actor { name: Text::line("Kato"), role: Role::Supervisor, caller: CallerLevel::V0 }
}

/// What a port-in of this number is asked with.
pub fn port_in(number: &str) -> [(&str, &str); 11] {
    [
        ("number", number),
        ("card", "AX0000000000042"),
        ("plan", "PNEW_10GB_V"),
        ("reservation", "11-234-56789"),
        ("expires", "2026-12-05"),
        ("family", "山田"),
        ("given", "花子"),
        ("family-kana", "ヤマダ"),
        ("given-kana", "ハナコ"),
        ("gender", "female"),
        ("born", "19900401"),
    ]
}

fn rules() -> Rules {
    Rules {
        settle: SignedDuration::ZERO,
        pause: Duration::ZERO,
        look_pause: SignedDuration::ZERO,
        supervisors: vec![Supervisor { name: "Kato".to_owned(), pin: PinHash::of_sandbox("4711") }],
        ..Rules::default()
    }
}

async fn desk(
    sandbox: &Sandbox,
    clock: &Arc<AtomicI64>,
    folder: &tempfile::TempDir,
    rules: Rules,
    adjust: impl FnOnce(&mut Settings),
) -> Arc<Backend> {
    let told = Arc::clone(clock);
    let now: madoguchi::backend::Now =
        Arc::new(move || Timestamp::from_millisecond(told.load(Ordering::Relaxed)).unwrap());
    let audit = madoguchi::audit::AuditLog::open(Some(folder.path()), "hana(1000)");
    let journal =
        madoguchi::backend::journal::Journal::open(folder.path(), World::Lasting("test".to_owned()), Arc::clone(&now));
    let engine = Engine::new(journal.await.unwrap(), audit, rules);
    let mut settings = settings_of(sandbox);
    adjust(&mut settings);
    let backend = Backend::new(settings, now, &(Arc::new(|_| {}) as _)).unwrap();
    Arc::new(backend.with_engine(Ok(engine)))
}

/// The operation's state, without what a sentence says.
pub fn word(state: &OperationState) -> &'static str {
    match state {
        OperationState::AwaitsSecond { .. } => "awaits-second",
        OperationState::Queued => "queued",
        OperationState::Outbox(_) => "outbox",
        OperationState::Running => "running",
        OperationState::WaitsForSystem { .. } => "waits-for-system",
        OperationState::WaitsForPerson(_) => "waits-for-person",
        OperationState::Elsewhere => "elsewhere",
        OperationState::Done => "done",
        OperationState::Undone(_) => "undone",
        OperationState::Closed(_) => "closed",
    }
}
