//! The crash matrix. Every kind of change is carried out by a real process against a sandbox in this one, and killed
//! (SIGKILL) at every boundary: while each write hangs before and after its effect, and at the first call after it. Answers
//! are lost, requests never arrive, and a system says yes and does nothing. Then a desk that starts anew settles what is
//! left, and the systems are compared with what they hold when nothing goes wrong.
//!
//! What may wait in the outbox is tried a second time from there: written while Salesforce could not be reached, then looked at
//! and sent, and killed at every boundary of that.
//!
//! The matrix is made from the changes themselves: how many writes one has is found by letting the first, the second, the
//! third hang until none does. Every verb of the table is in it. It prints cases / lost / doubled / unexplained.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]
#![expect(clippy::print_stdout, reason = "the matrix is printed")]

mod samples;
mod world;

use std::env;
use std::fs;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use madoguchi::audit::{self, AuditLog};
use madoguchi::backend::Backend;
use madoguchi::backend::journal::{Journal, World as JournalWorld};
use madoguchi::backend::operations::{Engine, PinHash, Rules, Supervisor};
use madoguchi::domain::access::{CallerLevel, Role};
use madoguchi::domain::change::{Change, Reader, Values, What, Who, spec, specs};
use madoguchi::domain::office::Office;
use madoguchi::domain::operation::{Actor, Decision};
use madoguchi::domain::phone::Fixtures;
use madoguchi::domain::text::Text;
use madoguchi::flow::{
    Carried, Command as Order, CustomerPart, Looking, Msg, OperationState, OperationView, Pin, Query, Reply,
    SearchReply, Slot,
};
use madoguchi::runtime::connect::settings_at;
use madoguchi::sandbox::faults::{Fault, Order as FaultOrder, System as Vendor};
use madoguchi::sandbox::worker::Mode;
use madoguchi::sandbox::{Credentials, Sandbox, World};
use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use url::Url;

use samples::{ALONE, BELIEVED, SAMPLES, Sample, WAITING, resolved};
use world::{Seen, difference};

/// Set for the process that is killed.
const INSIDE: &str = "MADOGUCHI_TEST_CRASH";
/// The verbs that are tried, separated by commas; all of them when it is not set. For who works on one.
const ONLY: &str = "MADOGUCHI_TEST_CRASH_VERBS";
/// Sunday, 22 November 2026, 10:00 in Japan.
const NOW: &str = "2026-11-22T01:00:00Z";
/// Nothing takes this long when all is well.
const PATIENCE: Duration = Duration::from_mins(1);
/// No change has as many writes.
const MOST_WRITES: u32 = 20;
/// Between two changes that are made one after the other: Salesforce's stamps are whole seconds.
const BETWEEN: SignedDuration = SignedDuration::from_secs(5);

/// What the process inside is told.
#[derive(Debug, Serialize, Deserialize)]
struct Job {
    salesforce: Url,
    whmcs: Url,
    freebit: Url,
    folder: PathBuf,
    /// Seconds after [`NOW`].
    late: i64,
    /// Whether a worker fulfils orders.
    worker: bool,
    verb: String,
    customer: String,
    fields: Vec<(String, String)>,
    /// It waits in the outbox, and is sent from there.
    kept: bool,
}

/// Not a test of its own: the desk that is killed.
#[test]
fn inside() {
    let Ok(job) = env::var(INSIDE) else { return };
    let job: Job = serde_json::from_str(&job).unwrap();
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio.block_on(async {
        let clock = Arc::new(AtomicI64::new(job.late));
        let desk = Desk::open([job.salesforce, job.whmcs, job.freebit], &job.folder, clock, office(job.worker)).await;
        if job.kept {
            desk.send_kept(&job.verb).await;
        } else {
            desk.carry_out(&job.verb, &job.customer, &job.fields).await;
        }
    });
}

/// The house the desks are in. One of its lines stands for it at the carrier.
fn office(worker: bool) -> Arc<Office> {
    let mut office = Office::default();
    office.orders.worker = worker;
    "09002000001".clone_into(&mut office.sim.representative);
    Arc::new(office)
}

/// A desk without its screen.
struct Desk {
    backend: Arc<Backend>,
    journal: Journal,
    office: Arc<Office>,
    now: Timestamp,
}

impl Desk {
    /// `late`: seconds after [`NOW`].
    async fn open(
        [salesforce, whmcs, freebit]: [Url; 3],
        folder: &Path,
        late: Arc<AtomicI64>,
        office: Arc<Office>,
    ) -> Self {
        let start: Timestamp = NOW.parse().unwrap();
        let opened = start + SignedDuration::from_secs(late.load(Ordering::Relaxed));
        let now: madoguchi::backend::Now =
            Arc::new(move || start + SignedDuration::from_secs(late.load(Ordering::Relaxed)));
        let world = JournalWorld::Lasting("crash".to_owned());
        let journal = Journal::open(folder, world, Arc::clone(&now)).await.unwrap();
        let rules = Rules {
            settle: SignedDuration::ZERO,
            pause: Duration::ZERO,
            look_pause: SignedDuration::ZERO,
            resume_within: SignedDuration::from_hours(10_000),
            supervisors: vec![Supervisor { name: "Kato".to_owned(), pin: PinHash::of_sandbox("4711") }],
            ..Rules::default()
        };
        let engine = Engine::new(journal.clone(), AuditLog::open(Some(folder), "hana(1000)"), rules);
        let mut settings = settings_at(salesforce, whmcs, freebit, &Credentials::default());
        settings.office = Arc::clone(&office);
        let backend = Backend::new(settings, now, &(Arc::new(|_| {}) as _)).unwrap().with_engine(Ok(engine));
        Self { backend: Arc::new(backend), journal, office, now: opened }
    }

    async fn ask(&self, slot: Slot, query: Query) -> Vec<Reply> {
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

    async fn customer(&self, number: &str) -> Who {
        let found = self.ask(Slot::Search, Query::Search(number.to_owned())).await;
        let hits = found.into_iter().filter_map(|reply| match reply {
            Reply::Search(SearchReply::Hits(_, hits)) => Some(hits),
            _ => None,
        });
        let hit = hits.flatten().max_by_key(|hit| (hit.key.account.is_some(), hit.key.client.is_some()));
        let mut key = hit.unwrap_or_else(|| panic!("{number} is not found")).key;
        for reply in self.ask(Slot::Customer, Query::Customer(key.clone())).await {
            if let Reply::Customer(CustomerPart::Key(whole)) = reply {
                key = whole;
            }
        }
        Who { key, number: Text::line(number) }
    }

    /// Plans, confirms, and where a second person is needed, has one agree. Answers how it stands then.
    async fn carry_out(&self, verb: &str, customer: &str, fields: &[(String, String)]) -> OperationView {
        let change = self.change(verb, customer, fields).await;
        self.confirm(change).await
    }

    /// Sends the one of that verb that waits in the outbox, after reading what its records say.
    async fn send_kept(&self, verb: &str) {
        let id = self.command(Order::Look(Looking::GoesOn), verb).await.unwrap().id;
        let replies = self.ask(Slot::Outbox, Query::Outbox(vec![id])).await;
        let plan = replies.into_iter().find_map(|reply| match reply {
            Reply::PlannedKept(_, plan) => Some(*plan.unwrap()),
            _ => None,
        });
        self.command(Order::Send(vec![plan.unwrap()], hana()), verb).await;
    }

    async fn change(&self, verb: &str, customer: &str, fields: &[(String, String)]) -> Change {
        let who = self.customer(customer).await;
        let spec = spec(verb).unwrap();
        let values: Values = fields.iter().cloned().collect();
        let mut reader = Reader::new(spec, &values, &self.office, self.now, Fixtures::Allowed);
        let what = What::read(spec, &mut reader).unwrap_or_else(|| panic!("{verb}: {:?}", reader.wrong()));
        Change { who, what }
    }

    async fn confirm(&self, change: Change) -> OperationView {
        let verb = change.what.verb();
        let replies = self.ask(Slot::Plan, Query::Plan(Box::new(change))).await;
        let plan = replies.into_iter().find_map(|reply| if let Reply::Plan(plan) = reply { Some(plan) } else { None });
        let plan = plan.unwrap().unwrap_or_else(|why| panic!("{verb}: {why:?}"));
        assert_eq!(plan.blocked(), None, "{verb}");
        let actor = hana();
        let id = plan.id;
        let carried = if plan.second {
            self.command(Order::AskSecond(plan, actor), verb).await;
            self.command(Order::ApproveHere { id, name: "Kato".to_owned(), pin: Pin("4711".to_owned()) }, verb).await
        } else {
            self.command(Order::Begin(plan, actor), verb).await
        };
        carried.unwrap()
    }

    /// Carries a command out, and answers what was told last of an operation of that verb.
    async fn command(&self, command: Order, verb: &str) -> Option<OperationView> {
        let (sender, mut messages) = mpsc::channel(64);
        let carry = Arc::clone(&self.backend).carry(command, sender);
        let collect = async {
            let mut last = None;
            while let Some(message) = messages.recv().await {
                match message {
                    Msg::Operation(view) if view.change.what.verb() == verb => last = Some(*view),
                    Msg::Carried(Carried::Refused(why)) => panic!("{why:?}"),
                    _ => {}
                }
            }
            last
        };
        futures_util::future::join(carry, collect).await.1
    }
}

fn hana() -> Actor {
    Actor { name: Text::line("Hana"), role: Role::Admin, caller: CallerLevel::V2 }
}

/// What goes wrong.
#[derive(Debug, Clone)]
enum Trouble {
    None,
    /// Killed while a call hangs, which the fault says.
    Kill(FaultOrder),
    /// The call suffers this, and the desk lives.
    Suffer(FaultOrder),
}

/// How a case ended.
struct Ended {
    /// The operation, where one was confirmed.
    view: Option<OperationView>,
    /// What the systems hold.
    seen: Seen,
    /// The call at which it was killed: how many came before it, with it.
    killed_at: Option<u64>,
    /// How many calls came while the desk lived that carried it out.
    calls: u64,
    sound: bool,
}

/// Where a sample's cases begin: the systems, and what the desk kept, after what came before.
struct Ready {
    world: World,
    folder: tempfile::TempDir,
    /// Seconds after [`NOW`].
    late: i64,
    /// The change waits in the outbox.
    kept: bool,
}

impl Ready {
    /// Carries out what comes before the sample, and keeps the sample in the outbox where it is sent from there.
    async fn of(sandbox: &Sandbox, fresh: &World, sample: &Sample, kept: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        sandbox.behave();
        sandbox.change(|world| {
            *world = fresh.clone();
            if !sample.worker {
                world.worker.switch(Mode::Off);
            }
        });
        let late = Arc::new(AtomicI64::new(0));
        for (verb, fields) in sample.before {
            let desk = Desk::open(urls(sandbox), folder.path(), Arc::clone(&late), office(sample.worker)).await;
            let (customer, fields) = sandbox.look(|world| told(world, sample.customer, fields));
            let view = desk.carry_out(verb, &customer, &fields).await;
            assert_eq!(view.state, OperationState::Done, "{verb} before {}", sample.verb);
            desk.journal.close().await;
            late.fetch_add(BETWEEN.as_secs(), Ordering::Relaxed);
            sandbox.advance(BETWEEN);
        }
        if kept {
            let desk = Desk::open(urls(sandbox), folder.path(), Arc::clone(&late), office(sample.worker)).await;
            let (customer, fields) = sandbox.look(|world| told(world, sample.customer, sample.fields));
            let change = desk.change(sample.verb, &customer, &fields).await;
            sandbox.misbehave(FaultOrder::on(Vendor::Salesforce, Fault::TooMany429 { retry_after: 3600 }));
            let view = desk.confirm(change).await;
            assert!(view.state.in_outbox(), "{}: {:?}", sample.verb, view.state);
            sandbox.behave();
            desk.journal.close().await;
        }
        Self { world: sandbox.look(World::clone), folder, late: late.load(Ordering::Relaxed), kept }
    }

    /// What the desk kept, for one case.
    fn kept(&self) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for entry in fs::read_dir(self.folder.path()).unwrap() {
            let entry = entry.unwrap();
            // Locks stand in a folder of their own; nobody holds one.
            if entry.file_type().unwrap().is_file() {
                fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
            }
        }
        folder
    }
}

fn urls(sandbox: &Sandbox) -> [Url; 3] {
    [sandbox.salesforce.clone(), sandbox.whmcs.clone(), sandbox.freebit.clone()]
}

/// A customer and fields, as they are called in this world.
fn told(world: &World, customer: &str, fields: &[(&str, &str)]) -> (String, Vec<(String, String)>) {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), resolved(world, value));
    (resolved(world, customer), fields.iter().map(own).collect())
}

fn orders(fault: Fault) -> FaultOrder {
    FaultOrder::everywhere(fault).times(1)
}

fn all_calls(sandbox: &Sandbox) -> u64 {
    sandbox.counts().values().flat_map(|names| names.values()).sum()
}

fn spawn(sandbox: &Sandbox, folder: &Path, ready: &Ready, sample: &Sample) -> Child {
    let (customer, fields) = sandbox.look(|world| told(world, sample.customer, sample.fields));
    let [salesforce, whmcs, freebit] = urls(sandbox);
    let job = Job {
        salesforce,
        whmcs,
        freebit,
        folder: folder.to_path_buf(),
        late: ready.late,
        worker: sample.worker,
        verb: sample.verb.to_owned(),
        customer,
        fields,
        kept: ready.kept,
    };
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["inside", "--exact", "--nocapture", "--test-threads=1"]);
    command.env(INSIDE, serde_json::to_string(&job).unwrap());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// One case, from where it begins to a settled world.
async fn run(sandbox: &Sandbox, ready: &Ready, sample: &Sample, trouble: &Trouble) -> Ended {
    let (folder, verb) = (ready.kept(), sample.verb);
    sandbox.behave();
    sandbox.change(|world| *world = ready.world.clone());
    let mut hanging = sandbox.hanging();
    let before = hanging.borrow_and_update().ever;
    let calls = all_calls(sandbox);
    if let Trouble::Kill(order) | Trouble::Suffer(order) = trouble {
        sandbox.misbehave(order.clone());
    }
    let child = spawn(sandbox, folder.path(), ready, sample);
    let pid = Pid::from_raw(child.id() as i32).unwrap();
    let mut ended = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap());
    let story = async {
        tokio::select! {
            output = &mut ended => {
                let output = output.unwrap();
                if !output.status.success() {
                    println!("{sample:?}: {}", String::from_utf8_lossy(&output.stderr));
                }
                None
            }
            _ = hanging.wait_for(|hanging| hanging.ever > before) => {
                let at = all_calls(sandbox) - calls;
                kill_process(pid, Signal::KILL).unwrap();
                ended.await.unwrap();
                Some(at)
            }
        }
    };
    let killed_at = tokio::time::timeout(PATIENCE, story).await.expect("the desk neither ends nor hangs");
    let calls = all_calls(sandbox) - calls;
    sandbox.behave();

    // A desk that starts anew.
    let late = Arc::new(AtomicI64::new(ready.late));
    let desk = Desk::open(urls(sandbox), folder.path(), Arc::clone(&late), office(sample.worker)).await;
    let mut view = desk.command(Order::Look(Looking::GoesOn), verb).await;
    // What a system works on is done a day later.
    if matches!(&view, Some(it) if matches!(it.state, OperationState::WaitsForSystem { .. })) {
        let day = SignedDuration::from_hours(26);
        late.fetch_add(day.as_secs(), Ordering::Relaxed);
        sandbox.advance(day);
        view = desk.command(Order::Look(Looking::GoesOn), verb).await.or(view);
        // Whatever was waited for longer than promised, a person is asked; telling it needs no news.
        if let Some(it) = view.clone().filter(|it| matches!(it.state, OperationState::WaitsForSystem { .. })) {
            let told = desk.command(Order::Decide(it.id, it.actor.clone(), Decision::Verify), verb).await;
            view = told.or(view);
        }
    }
    let journal = desk.journal.verify().await.unwrap();
    let log = fs::File::open(audit::path(folder.path()));
    let audited = log.map_or(true, |log| audit::verify(BufReader::new(log), None).unwrap().bad.is_none());
    let id = view.as_ref().map(|view| view.id.to_string());
    let seen = sandbox.look(|world| Seen::of(world, id.as_deref()));
    desk.journal.close().await;
    Ended { view, seen, killed_at, calls, sound: journal.bad.is_none() && audited }
}

/// What the matrix counts.
#[derive(Debug, Default)]
struct Tally {
    cases: usize,
    lost: usize,
    doubled: usize,
    unexplained: usize,
    told: Vec<String>,
}

impl Tally {
    fn judge(&mut self, label: &str, fresh: &Seen, clean: &Ended, case: &Ended) {
        self.cases += 1;
        let whole = difference(fresh, &clean.seen);
        let seen = difference(fresh, &case.seen);
        let state = case.view.as_ref().map(|view| &view.state);
        let more: Vec<&String> = seen
            .iter()
            .filter(|(key, n)| **n > 0 && **n > whole.get(*key).copied().unwrap_or(0))
            .map(|it| it.0)
            .collect();
        let less: Vec<&String> = whole
            .iter()
            .filter(|(key, n)| **n > 0 && **n > seen.get(*key).copied().unwrap_or(0))
            .map(|it| it.0)
            .collect();
        let same = std::mem::discriminant(&clean.view.as_ref().unwrap().state);
        let as_clean = state.is_some_and(|state| std::mem::discriminant(state) == same);
        let problem = match state {
            _ if !case.sound => Some("the journal or the audit log does not verify"),
            None if seen.is_empty() => None,
            None => Some("changed without a word in the journal"),
            Some(_) if as_clean && !more.is_empty() => {
                self.doubled += 1;
                self.told.push(format!("{label}: doubled {more:?}"));
                return;
            }
            Some(_) if as_clean && !less.is_empty() => {
                self.lost += 1;
                self.told.push(format!("{label}: lost {less:?}"));
                return;
            }
            Some(_) if as_clean => None,
            Some(OperationState::Undone(_)) => {
                let left = seen.keys().any(|key| world::is_kept(key));
                left.then_some("undone, and something is left")
            }
            Some(OperationState::WaitsForPerson(_)) => None,
            Some(OperationState::Outbox(_)) => {
                (!seen.is_empty()).then_some("waits in the outbox, and something was written")
            }
            Some(OperationState::Done) if more.is_empty() && less.is_empty() => None,
            Some(_) => Some("neither over nor waiting for a person"),
        };
        if let Some(problem) = problem {
            self.unexplained += 1;
            self.told.push(format!("{label}: {problem}: {state:?} {seen:?}"));
        }
    }
}

/// Every boundary of one change, or of its sending from the outbox.
async fn boundaries(sandbox: &Sandbox, fresh: &World, sample: &Sample, kept: bool, tally: &mut Tally) {
    let verb = &*format!("{}{}", sample.verb, if kept { " from the outbox" } else { "" });
    let ready = Ready::of(sandbox, fresh, sample, kept).await;
    let blank = Seen::of(&ready.world, None);
    let clean = run(sandbox, &ready, sample, &Trouble::None).await;
    let state = clean.view.as_ref().map(|view| &view.state);
    if state != Some(&OperationState::Done) || !clean.sound {
        tally.told.push(format!("{verb} does not go through: {state:?}"));
        return;
    }
    let alone = ALONE.iter().any(|(name, _)| *name == sample.verb);
    for n in 0.. {
        assert!(n < MOST_WRITES, "{verb} never stops writing");
        let hang = |fault| Trouble::Kill(orders(fault).writes().after(n));
        let case = run(sandbox, &ready, sample, &hang(Fault::HangBefore)).await;
        let Some(at) = case.killed_at else {
            if alone != (n == 0) || alone && !difference(&blank, &clean.seen).is_empty() {
                tally.told.push(format!("{verb} has {n} writes, and is of the desk alone: {alone}"));
            }
            break;
        };
        tally.judge(&format!("{verb}, write {n}, killed before its effect"), &blank, &clean, &case);
        let case = run(sandbox, &ready, sample, &hang(Fault::HangAfter)).await;
        tally.judge(&format!("{verb}, write {n}, killed after its effect"), &blank, &clean, &case);
        let after = Trouble::Kill(orders(Fault::HangBefore).after(u32::try_from(at).unwrap()));
        let case = run(sandbox, &ready, sample, &after).await;
        tally.judge(&format!("{verb}, write {n}, killed at the first call after it"), &blank, &clean, &case);
        for fault in [Fault::DropBefore, Fault::DropAfter, Fault::NoEffect] {
            let label = format!("{verb}, write {n}, {fault:?}");
            let lie = fault == Fault::NoEffect && BELIEVED.iter().any(|(name, at, _)| (*name, *at) == (sample.verb, n));
            let case = run(sandbox, &ready, sample, &Trouble::Suffer(orders(fault).writes().after(n))).await;
            if lie {
                if case.seen == clean.seen {
                    tally.told.push(format!("{label}: it is not lost, so it need not be believed"));
                }
                continue;
            }
            tally.judge(&label, &blank, &clean, &case);
        }
    }
    if alone {
        // Nothing is sent, so the last that can hang is what was read to plan it.
        let last = u32::try_from(clean.calls - 1).unwrap();
        let case = run(sandbox, &ready, sample, &Trouble::Kill(orders(Fault::HangBefore).after(last))).await;
        assert!(case.killed_at.is_some(), "{verb}");
        tally.judge(&format!("{verb}, killed at the last call"), &blank, &clean, &case);
    }
}

/// Goes through the samples with others beside it: each takes the next that nobody took. They mostly wait for processes.
async fn lane(samples: &[(&Sample, bool)], next: &AtomicUsize) -> Tally {
    let now: Timestamp = NOW.parse().unwrap();
    let sandbox = Sandbox::for_test(now).await.unwrap();
    let fresh = sandbox.look(World::clone);
    let mut tally = Tally::default();
    while let Some((sample, kept)) = samples.get(next.fetch_add(1, Ordering::Relaxed)) {
        boundaries(&sandbox, &fresh, sample, *kept, &mut tally).await;
    }
    tally
}

/// The same from the outbox, where it may wait there.
fn kept(sample: &'static Sample) -> Option<(&'static Sample, bool)> {
    WAITING.contains(&sample.verb).then_some((sample, true))
}

#[test]
fn whatever_dies_when_nothing_is_lost_or_doubled() {
    let only = env::var(ONLY).unwrap_or_default();
    let wanted = |sample: &&Sample| only.is_empty() || only.split(',').any(|verb| verb == sample.verb);
    let samples: Vec<(&Sample, bool)> =
        SAMPLES.iter().filter(wanted).flat_map(|sample| [Some((sample, false)), kept(sample)]).flatten().collect();
    let lanes = (2 * thread::available_parallelism().map_or(1, usize::from)).min(samples.len());
    let next = AtomicUsize::new(0);
    let work = || {
        let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        tokio.block_on(Box::pin(lane(&samples, &next)))
    };
    let tallies: Vec<Tally> = thread::scope(|scope| {
        let lanes: Vec<_> = (0..lanes).map(|_| scope.spawn(work)).collect();
        lanes.into_iter().map(|lane| lane.join().unwrap()).collect()
    });
    let sum = |count: fn(&Tally) -> usize| tallies.iter().map(count).sum::<usize>();
    let (cases, lost, doubled, unexplained) =
        (sum(|it| it.cases), sum(|it| it.lost), sum(|it| it.doubled), sum(|it| it.unexplained));
    println!("crash matrix: {cases} cases / {lost} lost / {doubled} doubled / {unexplained} unexplained");
    let told: Vec<String> = tallies.into_iter().flat_map(|it| it.told).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[test]
fn every_verb_has_a_sample_and_every_sample_is_of_a_verb() {
    for sample in SAMPLES {
        assert!(spec(sample.verb).is_some(), "{}", sample.verb);
    }
    let covered = |name: &str| SAMPLES.iter().any(|sample| sample.verb == name);
    let missing: Vec<&str> = specs().map(|spec| spec.name).filter(|name| !covered(name)).collect();
    assert!(missing.is_empty(), "without a sample: {missing:?}");
    // That they send nothing is seen in the matrix.
    for (verb, why) in ALONE {
        assert!(covered(verb) && !why.is_empty(), "{verb}");
    }
}
