//! What happens elsewhere, from the bytes of the event bus to the messages for the screen: a hand-made bus that says what a
//! test tells it to, and the real sandbox for all that is read.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod bus;
mod codes;
mod drift;
mod events;
mod poll;
mod site;
mod stream;
mod tend;
mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use madoguchi::audit::AuditLog;
use madoguchi::backend::journal::{Journal, World};
use madoguchi::backend::notify::{Rules, Setup};
use madoguchi::backend::operations::{Engine, Rules as HowToChange};
use madoguchi::backend::{Backend, Now};
use madoguchi::domain::access::{CallerLevel, Role};
use madoguchi::domain::change::order::Order as Approved;
use madoguchi::domain::change::{Change, What, Who};
use madoguchi::domain::customer::CustomerKey;
use madoguchi::domain::links::client_in_link;
use madoguchi::domain::notification::{Kept, NotificationKind};
use madoguchi::domain::operation::{Actor, Plan};
use madoguchi::domain::text::Text;
use madoguchi::flow::{Carried, Changed, Command, Held, Live, Msg, Query, Reply, Slot, Stream, StreamState, Tend};
use madoguchi::runtime::{Work, connect};
use madoguchi::sandbox::Sandbox;
use madoguchi::sandbox::salesforce::row::Record;
use serde_json::{Map, Value};

use bus::Bus;

/// Nothing takes this long when all is well.
pub const PATIENCE: Duration = Duration::from_mins(1);
/// Sunday, 22 November 2026, 10:00 in Japan.
const NOW: &str = "2026-11-22T01:00:00Z";
/// The topic of most tests.
pub const ORDERS: &str = "/data/OrderChangeEvent";

/// The systems, the event bus, and the folder that the desks of one machine share.
pub struct Site {
    /// The systems.
    pub sandbox: Arc<Sandbox>,
    /// The event bus.
    pub bus: Bus,
    /// Where the desks of the machine keep their journal.
    pub folder: Arc<tempfile::TempDir>,
    clock: Arc<AtomicI64>,
    topics: Vec<String>,
    /// 0 for no look at what no event tells.
    pub poll_minutes: u32,
    /// Until when a topic may say its first word.
    pub settle: Duration,
    /// How long nothing happens to a customer before the systems are compared.
    pub quiet: SignedDuration,
}

impl Site {
    /// A machine whose desks listen to orders alone.
    pub async fn open() -> Self {
        Self::with(&[ORDERS]).await
    }

    /// A machine whose desks listen to these topics.
    pub async fn with(topics: &[&str]) -> Self {
        let now: Timestamp = NOW.parse().unwrap();
        Self {
            sandbox: Arc::new(Sandbox::for_test(now).await.unwrap()),
            bus: Bus::start().await,
            folder: Arc::new(tempfile::tempdir().unwrap()),
            clock: Arc::new(AtomicI64::new(now.as_millisecond())),
            topics: topics.iter().map(|&topic| topic.to_owned()).collect(),
            poll_minutes: 0,
            settle: Setup::default().settle,
            quiet: Setup::default().quiet,
        }
    }

    /// A desk that listens.
    pub async fn desk(&self) -> Desk {
        let told = Arc::clone(&self.clock);
        let now: Now = Arc::new(move || Timestamp::from_millisecond(told.load(Ordering::Relaxed)).unwrap());
        let folder = self.folder.path();
        let journal = Journal::open(folder, World::Lasting("test".to_owned()), Arc::clone(&now)).await.unwrap();
        let site = journal.site().to_owned();
        let engine = Engine::new(journal, AuditLog::open(Some(folder), "hana(1000)"), HowToChange::default());
        let mut settings = connect::settings_of(&self.sandbox);
        settings.live = Setup {
            rules: Rules {
                topics: self.topics.clone(),
                poll_minutes: self.poll_minutes,
                // Nobody waits in a test.
                compared_per_minute: 60_000,
                ..Rules::default()
            },
            bus: Some(self.bus.url.clone()),
            pause: Duration::from_millis(1),
            settle: self.settle,
            // Deadlines are looked at when a desk starts to listen, and not again while a test runs.
            look: Duration::from_hours(1),
            quiet: self.quiet,
            ..Setup::default()
        };
        let backend = Backend::new(settings, now, &(Arc::new(|_| {}) as _)).unwrap();
        let backend = Arc::new(backend.with_engine(Ok(engine)));
        let mut work = Work::default();
        let (read, carry) = connect::doors(&backend);
        work.connect(read);
        work.connect_carry(carry);
        work.listen(connect::ears(&backend, work.messages()));
        Desk { work, site }
    }

    /// The desks' time, in milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        self.clock.load(Ordering::Relaxed)
    }

    /// Lets time pass, for the desks and the systems.
    pub fn pass(&self, time: SignedDuration) {
        self.clock.fetch_add(i64::try_from(time.as_millis()).unwrap(), Ordering::Relaxed);
        self.sandbox.advance(time);
    }

    /// Some order, by its place: id, number, and its customer's name.
    pub fn order(&self, place: usize) -> (String, String) {
        self.sandbox.look(|world| {
            let order = world.salesforce.rows("Order").nth(place).unwrap();
            (order.id().to_owned(), order.text("OrderNumber").to_owned())
        })
    }

    /// Another order than that one.
    pub fn order_other_than(&self, id: &str) -> (String, String) {
        let place = usize::from(self.order(0).0 == id);
        self.order(place)
    }

    /// Writes fields of a record into Salesforce's own table, as somebody elsewhere does.
    pub fn write(&self, id: &str, fields: &[(&str, &str)]) {
        let fields: Map<String, Value> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
        let written = self.sandbox.change(|world| {
            world.salesforce.set_now(world.clock.now());
            world.salesforce.update(id, fields)
        });
        written.unwrap();
    }
}

/// A desk without its screen.
pub struct Desk {
    /// What it does.
    pub work: Work,
    /// What the desks of this machine are called together.
    pub site: String,
}

impl Desk {
    /// The next that is told of what happens elsewhere.
    pub async fn live(&mut self) -> Live {
        let next = async {
            loop {
                if let Msg::Live(live) = self.work.next().await {
                    return live;
                }
            }
        };
        tokio::time::timeout(PATIENCE, next).await.expect("nothing is told")
    }

    /// What is told next of notifications. The sandbox has orders that were stuck before any desk listened; they are told
    /// with the first deadlines, and are no part of what is tested here.
    pub async fn notifications(&mut self) -> Vec<Kept> {
        loop {
            if let Live::Notifications(mut kept) = self.live().await {
                kept.retain(|kept| kept.notification.kind != NotificationKind::OrderSlow);
                if !kept.is_empty() {
                    return kept;
                }
            }
        }
    }

    /// What changed next.
    pub async fn changed(&mut self) -> Changed {
        loop {
            if let Live::Changed(changed) = self.live().await {
                return changed;
            }
        }
    }

    /// How a system is held next.
    pub async fn held(&mut self) -> Held {
        loop {
            if let Live::Held(held) = self.live().await {
                return held;
            }
        }
    }

    /// How it is listened next, other than about to.
    pub async fn stream(&mut self) -> Stream {
        loop {
            match self.live().await {
                Live::Stream(stream) if stream.state != StreamState::Connecting => return stream,
                _ => {}
            }
        }
    }

    /// Everything told until records of a kind changed, by kinds of notifications.
    pub async fn told_until_changed(&mut self, id: &str) -> Vec<NotificationKind> {
        let mut told = Vec::new();
        loop {
            match self.live().await {
                Live::Notifications(kept) => told.extend(kinds(&kept)),
                Live::Changed(changed) if changed.ids.iter().any(|known| known.as_str() == id) => {
                    told.retain(|kind| *kind != NotificationKind::OrderSlow);
                    return told;
                }
                _ => {}
            }
        }
    }

    /// Approves the first order that can be: answers the plan that was carried out, and the order's id.
    pub async fn approves_an_order(&mut self, site: &Site) -> (Plan, String) {
        let waiting: Vec<(String, String, Who)> = site.sandbox.look(|world| {
            let waits = world.salesforce.rows("Order").filter(|it| it.text("Status") == "Pending Review");
            let read = |order: Record<'_>| {
                let account = world.salesforce.get(order.text("AccountId")).unwrap();
                let key = CustomerKey {
                    account: account.id().parse().ok(),
                    client: client_in_link(account.text("WH_Account__c")),
                    line: None,
                };
                let number = Text::line(account.text("SF_Account_No__c"));
                (order.id().to_owned(), order.text("OrderNumber").to_owned(), Who { key, number })
            };
            waits.map(read).collect()
        });
        for (id, number, who) in waiting {
            let what = What::Order(Approved::Approve { order: Text::line(&number) });
            let plan = self.plan(Change { who, what }).await;
            if plan.blocked().is_none() {
                let hana = Actor { name: Text::line("Hana"), role: Role::Supervisor, caller: CallerLevel::V2 };
                let (_, carried) = self.carry(Command::Begin(Box::new(plan.clone()), hana)).await;
                assert_eq!(carried, Carried::Taken);
                return (plan, id);
            }
        }
        panic!("no order can be approved");
    }

    async fn plan(&mut self, change: Change) -> Plan {
        self.work.start(Slot::Plan, 1, Query::Plan(Box::new(change)));
        let planned = async {
            loop {
                if let Msg::Reply { reply: Reply::Plan(plan), .. } = self.work.next().await {
                    return *plan.unwrap();
                }
            }
        };
        tokio::time::timeout(PATIENCE, planned).await.expect("it is not planned")
    }

    /// Does something about it, and answers what was told meanwhile and how it went.
    pub async fn tend(&mut self, tend: Tend) -> (Vec<Live>, Carried) {
        let kato = Actor { name: Text::line("Kato"), role: Role::Supervisor, caller: CallerLevel::V0 };
        self.carry(Command::Tend(tend, kato)).await
    }

    /// Carries a command out, and answers what was told meanwhile and how it went.
    async fn carry(&mut self, command: Command) -> (Vec<Live>, Carried) {
        self.work.carry(command);
        let mut told = Vec::new();
        let all = async {
            loop {
                match self.work.next().await {
                    Msg::Live(live) => told.push(live),
                    Msg::Carried(carried) => return carried,
                    _ => {}
                }
            }
        };
        let carried = tokio::time::timeout(PATIENCE, all).await.expect("it never ends");
        (told, carried)
    }
}

/// The kinds of notifications.
pub fn kinds(kept: &[Kept]) -> Vec<NotificationKind> {
    kept.iter().map(|kept| kept.notification.kind).collect()
}
