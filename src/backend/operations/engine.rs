//! The engine: takes what a person confirmed or decided, and drives operations over the journal.
//!
//! Every command ends in one [`Msg::Carried`]; what becomes of an operation comes as [`Msg::Operation`] whenever something
//! changed. A command is never cancelled: it ends when its operation is over or waits for a system or a person.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tokio::sync::mpsc::Sender;

use super::beside::{busy, shuts_out};
use super::pins::{Pins, Supervisor};
use super::run::Run;
use super::view::{Known, Now, written};
use crate::audit::AuditLog;
use crate::backend::Backend;
use crate::backend::journal::{
    self, AWAITS_SECOND, ApprovalError, Asked, Confirmed, Hands, Inserted, Journal, JournalError, Lease, Standing,
    Verdict,
};
use crate::domain::access::{self, Access, Role};
use crate::domain::change::{self, Offline};
use crate::domain::operation::{Actor, Decision, Entry, Next, OperationId, Plan, in_force};
use crate::domain::phrase::Phrase;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::flow::effect::{AuditAct, AuditEntry, AuditStep};
use crate::flow::msg::Msg;
use crate::flow::operation::{Can, Carried, Command, Looking, OperationState, OperationView, Pin};

/// Operations that are over and shown all the same, when a desk starts.
const RECENT: u32 = 50;
/// Operations looked at side by side.
const SIDE_BY_SIDE: usize = 3;

/// How operations are carried out.
#[derive(Debug, Clone)]
pub struct Rules {
    /// How long after it was about to be sent a request may still have its effect, so that reading nothing proves nothing.
    pub settle: SignedDuration,
    /// Pause before a write of which nothing left this machine is sent once more.
    pub pause: Duration,
    /// How long a system may take where a plan names no deadline, before a person is asked.
    pub ask_after: SignedDuration,
    /// How long after its confirmation an operation goes on by itself when a desk starts.
    pub resume_within: SignedDuration,
    /// How long a second person's code is good.
    pub code_good: SignedDuration,
    /// Between two looks at one waiting operation that nobody asked for.
    pub look_pause: SignedDuration,
    /// Roles and caller levels that are others here.
    pub access: access::Rules,
    /// Nothing is changed by this desk, whoever asks.
    pub read_only: bool,
    /// Who may confirm as a second person at this desk, with their PIN.
    pub supervisors: Vec<Supervisor>,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            settle: SignedDuration::from_secs(30),
            pause: Duration::from_secs(2),
            ask_after: SignedDuration::from_hours(1),
            resume_within: SignedDuration::from_hours(1),
            code_good: SignedDuration::from_mins(15),
            look_pause: SignedDuration::from_secs(20),
            access: access::Rules::default(),
            read_only: false,
            supervisors: Vec::new(),
        }
    }
}

/// What changes are carried out with, besides the clients.
#[derive(Debug)]
pub struct Engine {
    pub(super) journal: Journal,
    audit: AuditLog,
    pub(super) rules: Rules,
    pins: Pins,
    /// Codes for second persons that this desk was given, for who asked to read them out.
    codes: Mutex<HashMap<OperationId, String>>,
    /// When each waiting operation was last looked at.
    looked: Mutex<HashMap<OperationId, Timestamp>>,
    /// Rows of which no further one is to be begun, by the first one's id.
    pub(super) stopped: Mutex<HashSet<OperationId>>,
    /// The journal's last entry that was shown; below 0 before the first look.
    seen: AtomicI64,
}

/// A command that was not taken, and why.
#[derive(Debug)]
pub struct Refused(pub Phrase);

impl From<JournalError> for Refused {
    fn from(error: JournalError) -> Self {
        tracing::error!(%error, "the journal refused");
        Self(error.phrase())
    }
}

impl From<ApprovalError> for Refused {
    fn from(error: ApprovalError) -> Self {
        match error {
            ApprovalError::Journal(error) => error.into(),
            ApprovalError::Wrong => Self("operation-code-wrong".into()),
            ApprovalError::Expired => Self("operation-code-expired".into()),
            ApprovalError::SamePerson => Self("operation-same-person".into()),
            ApprovalError::NotAwaited => Self("operation-not-awaited".into()),
        }
    }
}

impl From<serde_json::Error> for Refused {
    fn from(error: serde_json::Error) -> Self {
        JournalError::from(error).into()
    }
}

impl From<&'static str> for Refused {
    fn from(key: &'static str) -> Self {
        Self(key.into())
    }
}

impl Engine {
    /// An engine over an open journal.
    pub fn new(journal: Journal, audit: AuditLog, rules: Rules) -> Self {
        let pins = Pins::new(rules.supervisors.clone());
        Self {
            journal,
            audit,
            rules,
            pins,
            codes: Mutex::default(),
            looked: Mutex::default(),
            stopped: Mutex::default(),
            seen: AtomicI64::new(-1),
        }
    }

    /// The journal, for who plans: protected lines, drafts.
    pub const fn journal(&self) -> &Journal {
        &self.journal
    }

    /// This desk changes nothing.
    pub const fn read_only(&self) -> bool {
        self.rules.read_only
    }

    /// Everything that is known of an operation.
    pub(super) async fn known(&self, id: OperationId) -> Result<Known, Refused> {
        let found = self.journal.operation(id).await?.ok_or(JournalError::Unknown(id))?;
        self.known_of(found).await
    }

    /// How everything that is not over stands, as any desk sees it.
    pub(in crate::backend) async fn open_views(&self, now: Timestamp) -> Result<Vec<OperationView>, Refused> {
        let mut views = Vec::new();
        for found in self.journal.open_operations().await? {
            views.push(self.known_of(found).await?.view(&self.rules, now, Hands::Ours));
        }
        Ok(views)
    }

    /// How one stands.
    pub(in crate::backend) async fn one_view(&self, id: OperationId, now: Timestamp) -> Result<OperationView, Refused> {
        Ok(self.known(id).await?.view(&self.rules, now, Hands::Ours))
    }

    pub(super) async fn known_of(&self, found: journal::Operation) -> Result<Known, Refused> {
        let journal::Operation { confirmed, created_at, updated_at, .. } = found;
        let first: Plan = serde_json::from_value(confirmed.plan)?;
        let entries = written(self.journal.entries(first.id).await?)?;
        let plan = in_force(&first, &entries).clone();
        let approval = if plan.second { self.journal.approval(plan.id).await? } else { None };
        Ok(Known {
            actor: Actor {
                name: Text::line(&confirmed.actor),
                role: serde_json::from_value(json!(confirmed.role))?,
                caller: serde_json::from_value(json!(confirmed.caller_level))?,
            },
            started: created_at,
            changed: updated_at,
            entries,
            approval,
            code: locked(&self.codes).get(&plan.id).cloned(),
            plan,
        })
    }

    /// Whether that person may have that change carried out.
    pub(super) fn permits(&self, verb: &str, actor: &Actor) -> Result<(), Refused> {
        let spec = change::spec(verb).ok_or("operation-unknown-verb")?;
        let access = Access { role: actor.role, caller: actor.caller, read_only: self.rules.read_only };
        access.allows(spec, &self.rules.access).map_err(Refused)
    }

    /// Whether a person may hold systems and speak for every desk.
    pub(in crate::backend) fn leads(&self, actor: &Actor) -> Result<(), Refused> {
        if self.rules.read_only {
            return Err("access-read-only".into());
        }
        if actor.role < Role::Supervisor {
            let role = Phrase::new(Role::Supervisor.key());
            return Err(Refused(Phrase::new("access-role").with("role", role)));
        }
        Ok(())
    }

    /// The next look is at everything that waits, however lately it was looked at.
    pub(in crate::backend) fn look_anew(&self) {
        locked(&self.looked).clear();
    }

    /// Writes a line into the audit log. Answers whether it is there.
    pub(super) async fn audit(
        &self,
        at: Timestamp,
        act: AuditAct,
        known: &Known,
        step: Option<usize>,
        result: &str,
    ) -> bool {
        let plan = &known.plan;
        let stepped = step.and_then(|n| plan.steps.get(n));
        let learned = crate::domain::operation::facts(&known.entries);
        let learned = learned.iter().filter(|(name, _)| !name.starts_with('_'));
        let entry = AuditEntry {
            at,
            act,
            customer: plan.change.who.number.to_string(),
            note: by(&known.actor),
            step: Some(Box::new(AuditStep {
                operation: plan.id.to_string(),
                verb: plan.change.what.verb().to_owned(),
                step: stepped.map(|step| step.says.key.to_string()).unwrap_or_default(),
                system: stepped.map(|step| step.write.system()),
                before: String::new(),
                after: learned.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" "),
                result: result.to_owned(),
            })),
        };
        self.audited(entry).await
    }

    /// Writes what a person does for every desk of the site into the audit log, before it is done.
    ///
    /// # Errors
    /// It cannot be written: it must not be done.
    pub(in crate::backend) async fn audit_for_all(
        &self,
        at: Timestamp,
        act: AuditAct,
        actor: &Actor,
        (system, says): (Option<System>, String),
    ) -> Result<(), Refused> {
        let step = AuditStep {
            operation: String::new(),
            verb: String::new(),
            step: String::new(),
            system,
            before: String::new(),
            after: says,
            result: String::new(),
        };
        let entry = AuditEntry { at, act, customer: String::new(), note: by(actor), step: Some(Box::new(step)) };
        if self.audited(entry).await { Ok(()) } else { Err("tend-no-audit".into()) }
    }

    async fn audited(&self, entry: AuditEntry) -> bool {
        let log = self.audit.clone();
        // Waits for the disk and for other desks.
        let written = tokio::task::spawn_blocking(move || log.write(&entry)).await;
        let problem = match written {
            Ok(Ok(())) => return true,
            Ok(Err(error)) => error.kind(),
            Err(_) => std::io::ErrorKind::Other,
        };
        tracing::error!(?problem, "the audit log cannot be written");
        false
    }
}

/// Who does something, for the audit log: the log itself knows only who is signed in at this machine.
fn by(Actor { name, role, caller }: &Actor) -> String {
    format!("by {name} ({}, {})", json!(role).as_str().unwrap_or_default(), caller.name())
}

impl Backend {
    /// What changes are carried out with.
    ///
    /// # Errors
    /// Why nothing can be changed.
    pub(super) fn engine(&self) -> Result<&Engine, Refused> {
        self.engine.as_ref().map_err(|why| Refused(why.clone()))
    }

    /// Carries a command out as far as it goes: sends how operations stand, then one [`Msg::Carried`].
    pub async fn carry(self: Arc<Self>, command: Command, messages: Sender<Msg>) {
        let carried = match Box::pin(self.carry_out(command, &messages)).await {
            Ok(()) => Carried::Taken,
            Err(Refused(why)) => Carried::Refused(why),
        };
        let _ = messages.send(Msg::Carried(carried)).await;
    }

    async fn carry_out(&self, command: Command, messages: &Sender<Msg>) -> Result<(), Refused> {
        // A pack is no change of any system, and is there for days on which nothing can be changed.
        if let Command::Pack(command) = command {
            self.do_with_packs(command, messages).await;
            return Ok(());
        }
        if matches!(command, Command::Forget) {
            self.forget();
            return Ok(());
        }
        let engine = self.engine()?;
        match command {
            Command::Begin(plan, actor) => Box::pin(self.begin(engine, *plan, &actor, messages)).await,
            Command::Send(plans, actor) => Box::pin(self.send_kept(engine, plans, &actor, messages)).await,
            Command::BeginRows(plans, actor) => Box::pin(self.begin_rows(engine, plans, &actor, messages)).await,
            Command::ResumeRows(id, actor) => Box::pin(self.run_rows(engine, id, &actor, messages)).await,
            Command::StopRows(id) => {
                locked(&engine.stopped).insert(id);
                Ok(())
            }
            Command::AskSecond(plan, actor) => self.ask_second(engine, *plan, &actor, messages).await,
            Command::Approve { .. } | Command::ApproveHere { .. } if engine.rules.read_only => {
                Err("access-read-only".into())
            }
            Command::Approve { code, by } => {
                if by.role < Role::Supervisor {
                    return Err("operation-not-a-supervisor".into());
                }
                let id = engine.journal.find_approval(code.clone()).await?;
                self.approved(engine, id, Asked::Code(code), &by, messages).await
            }
            Command::ApproveHere { id, name, pin } => self.approve_here(engine, id, name, pin, messages).await,
            Command::Decide(id, actor, decision) => self.decide(engine, id, actor, decision, messages).await,
            Command::Look(looking) => self.look(engine, looking, messages).await,
            Command::Draft(key, Some(body)) => Ok(engine.journal.draft_save(key, body).await?),
            Command::Draft(key, None) => Ok(engine.journal.draft_drop(key).await?),
            Command::Tend(tend, actor) => self.tend(engine, (tend, &actor), messages).await,
            // Done above.
            Command::Pack(_) | Command::Forget => Ok(()),
        }
    }

    async fn begin(&self, engine: &Engine, plan: Plan, actor: &Actor, messages: &Sender<Msg>) -> Result<(), Refused> {
        if plan.second {
            return Err("operation-needs-second".into());
        }
        if plan.waits() {
            let (id, lease) = self.insert(engine, plan, actor, Standing::open("outbox"), messages).await?;
            drop(lease);
            return self.show(engine, &engine.known(id).await?, messages).await;
        }
        let (id, lease) = self.insert(engine, plan, actor, Standing::open("running"), messages).await?;
        self.drive(engine, id, lease, messages).await
    }

    async fn ask_second(
        &self,
        engine: &Engine,
        plan: Plan,
        actor: &Actor,
        messages: &Sender<Msg>,
    ) -> Result<(), Refused> {
        let plan = Plan { second: true, ..plan };
        let (id, lease) = self.insert(engine, plan, actor, Standing::open(AWAITS_SECOND), messages).await?;
        drop(lease);
        // Asked twice, the code is another; agreed to already, there is nothing to ask.
        if engine.known(id).await?.now(&engine.rules, (self.now.0)()) != Now::Awaits {
            return self.drive(engine, id, None, messages).await;
        }
        let code = engine.journal.ask_approval(id, actor.name.to_string(), engine.rules.code_good).await?;
        locked(&engine.codes).insert(id, code.to_string());
        self.show(engine, &engine.known(id).await?, messages).await
    }

    async fn approve_here(
        &self,
        engine: &Engine,
        id: OperationId,
        name: String,
        pin: Pin,
        messages: &Sender<Msg>,
    ) -> Result<(), Refused> {
        let now = (self.now.0)();
        let by = engine.pins.recognise(name, pin, now).await?;
        self.approved(engine, id, Asked::Here(id), &by, messages).await
    }

    async fn approved(
        &self,
        engine: &Engine,
        id: OperationId,
        asked: Asked,
        by: &Actor,
        messages: &Sender<Msg>,
    ) -> Result<(), Refused> {
        let known = engine.known(id).await?;
        if let Some(other) = engine.shut_out_by(id, &known.plan.change).await? {
            return Err(busy(&other));
        }
        let note = format!("{} agreed", by.name);
        if !engine.audit((self.now.0)(), AuditAct::Approve, &known, None, &note).await {
            return Err("operation-no-audit".into());
        }
        let role = json!(by.role).as_str().unwrap_or_default().to_owned();
        if let Err(why) = engine.journal.answer_approval(asked, by.name.to_string(), role, Verdict::Approve).await {
            // The line above stands, and what came of it follows.
            let note = format!("what {} agreed to does not count: {why}", by.name);
            engine.audit((self.now.0)(), AuditAct::Approve, &known, None, &note).await;
            return Err(why.into());
        }
        locked(&engine.codes).remove(&id);
        // Who asked may have noticed first, and drives it.
        let lease = engine.journal.lease(id).await?;
        self.drive(engine, id, lease, messages).await
    }

    async fn decide(
        &self,
        engine: &Engine,
        id: OperationId,
        actor: Actor,
        decision: Decision,
        messages: &Sender<Msg>,
    ) -> Result<(), Refused> {
        let lease = engine.journal.lease(id).await?.ok_or("operation-elsewhere")?;
        let known = engine.known(id).await?;
        engine.permits(known.plan.change.what.verb(), &Actor { caller: known.actor.caller, ..actor.clone() })?;
        let now = (self.now.0)();
        let state = known.state(&engine.rules, now, Hands::Ours);
        let wanted = match &decision {
            Decision::Verify => Can::Verify,
            Decision::DriveOn => Can::DriveOn,
            Decision::Undo => Can::Undo,
            Decision::Confirm(_) => Can::Confirm,
            Decision::Hand(_) => Can::Hand,
            Decision::Close(_) => Can::Close,
        };
        // What is not waiting yet but stands still, such as after a crash, may be looked at.
        let running = state == OperationState::Running && decision == Decision::Verify;
        if !running && !known.can(&engine.rules, now, &state).contains(&wanted) {
            return Err("operation-not-now".into());
        }
        if decision == Decision::DriveOn && engine.has_instead(id).await? {
            return Err("operation-instead-runs".into());
        }
        if matches!(&decision, Decision::Close(why) if why.is_empty()) {
            return Err("operation-close-why".into());
        }
        let mut run = self.run(engine, known, lease, messages);
        if decision == Decision::Verify {
            run.look_again().await?;
        } else {
            let step = match run.known.progress().next() {
                Next::Ask { step, .. } => step,
                _ => run.known.progress().at(),
            };
            let word = format!("{wanted:?}").to_lowercase();
            if !engine
                .audit(now, AuditAct::Outcome, &run.known, Some(step), &format!("{} decided: {word}", actor.name))
                .await
            {
                return Err("operation-no-audit".into());
            }
            let turns = decision == Decision::Undo;
            run.record(step, Entry::Decided(actor, decision)).await?;
            if turns {
                engine.journal.leave_line(id).await?;
            }
        }
        self.finish(engine, run).await
    }

    /// Shows what the journal knows and this desk has not shown, and looks again at what waits.
    async fn look(&self, engine: &Engine, looking: Looking, messages: &Sender<Msg>) -> Result<(), Refused> {
        let journal = &engine.journal;
        let seen = engine.seen.load(Ordering::Relaxed);
        let (last, changed) = journal.changes_since(seen.max(0)).await?;
        engine.seen.store(last, Ordering::Relaxed);
        let open = journal.open_operations().await?;
        if seen < 0 {
            // The oldest first, so that the newest stands on top.
            for found in journal.recent(RECENT).await?.into_iter().rev().filter(|it| !it.standing.open) {
                self.show(engine, &engine.known_of(found).await?, messages).await?;
            }
            for draft in journal.drafts().await? {
                let _ = messages.send(Msg::Draft(draft.key, draft.body)).await;
            }
        } else {
            for id in changed.iter().filter(|id| open.iter().all(|it| it.confirmed.id != **id)) {
                self.show(engine, &engine.known(*id).await?, messages).await?;
            }
        }
        let mut waiting = Vec::new();
        for found in open {
            let fresh = seen < 0 || changed.contains(&found.confirmed.id);
            let known = engine.known_of(found).await?;
            if fresh {
                self.show(engine, &known, messages).await?;
            }
            waiting.push(known.plan.id);
        }
        let looks = stream::iter(waiting).map(|id| self.look_at(engine, id, looking, messages));
        let results: Vec<Result<(), Refused>> = looks.buffer_unordered(SIDE_BY_SIDE).collect().await;
        self.tell_holds(journal, messages).await?;
        results.into_iter().collect()
    }

    async fn look_at(
        &self,
        engine: &Engine,
        id: OperationId,
        looking: Looking,
        messages: &Sender<Msg>,
    ) -> Result<(), Refused> {
        let now = (self.now.0)();
        let known = engine.known(id).await?;
        let until = known.pending().and_then(|(_, until)| until);
        let looked = locked(&engine.looked).get(&id).copied();
        let due = until.is_some_and(|until| until <= now && looked.is_none_or(|looked| looked < until));
        let rested = looked.is_none_or(|looked| now.duration_since(looked) >= engine.rules.look_pause);
        // Who decides about it looks at it.
        let stands = known.now(&engine.rules, now);
        if matches!(stands, Now::Stale(_)) && known.in_line() {
            // It holds up nobody while a person is asked.
            engine.journal.leave_line(id).await?;
        }
        let asks =
            matches!(stands, Now::Awaits | Now::Queued | Now::Kept | Now::Stale(_) | Now::Next(Next::Ask { .. }));
        if asks || (!due && !rested) {
            return Ok(());
        }
        let Some(lease) = engine.journal.lease(id).await? else { return Ok(()) };
        locked(&engine.looked).insert(id, now);
        // Read again: whoever had it may have gone on.
        let known = engine.known(id).await?;
        let run = self.run(engine, known, lease, messages);
        let sends = run.sends && looking == Looking::GoesOn;
        self.finish(engine, Run { sends, ..run }).await
    }

    /// An operation in this desk's hands. A desk that only reads sends nothing for it.
    pub(super) fn run<'a>(
        &'a self,
        engine: &'a Engine,
        known: Known,
        lease: Lease,
        messages: &'a Sender<Msg>,
    ) -> Run<'a> {
        Run { backend: self, engine, messages, known, lease, sends: !engine.rules.read_only }
    }

    /// Drives an operation, or shows it where another works on it.
    async fn drive(
        &self,
        engine: &Engine,
        id: OperationId,
        lease: Option<Lease>,
        messages: &Sender<Msg>,
    ) -> Result<(), Refused> {
        let known = engine.known(id).await?;
        match lease {
            Some(lease) => self.finish(engine, self.run(engine, known, lease, messages)).await,
            None => self.show(engine, &known, messages).await,
        }
    }

    /// Keeps a confirmed plan. Confirming one plan twice is one operation. What shuts it out is looked at first: it may be
    /// over, and nobody has looked yet.
    async fn insert(
        &self,
        engine: &Engine,
        plan: Plan,
        actor: &Actor,
        standing: Standing,
        messages: &Sender<Msg>,
    ) -> Result<(OperationId, Option<Lease>), Refused> {
        let confirmed = confirmed(engine, &plan, actor)?;
        let standing = Standing { deadline: plan.deadline, ..standing };
        let mut looked = false;
        loop {
            let change = plan.change.clone();
            let beside = move |other: &serde_json::Value| shuts_out(&change, other);
            match engine.journal.insert_beside(confirmed.clone(), standing.clone(), beside).await? {
                (Inserted::New(it) | Inserted::Already(it), lease) => return Ok((it.confirmed.id, lease)),
                (Inserted::ShutOut(other), _) if !looked => {
                    looked = true;
                    locked(&engine.looked).remove(&other.confirmed.id);
                    Box::pin(self.look_at(engine, other.confirmed.id, Looking::GoesOn, messages)).await?;
                }
                (Inserted::ShutOut(other), _) => return Err(busy(&other)),
            }
        }
    }

    pub(super) async fn finish(&self, engine: &Engine, mut run: Run<'_>) -> Result<(), Refused> {
        let driven = Box::pin(run.drive()).await;
        let Run { known, lease, messages, .. } = run;
        locked(&engine.looked).insert(known.plan.id, (self.now.0)());
        drop(lease);
        self.tell_holds(&engine.journal, messages).await?;
        if let Some(settled) = known.plan.change.instead_of() {
            self.show(engine, &engine.known(settled).await?, messages).await?;
        }
        if driven.is_err() {
            // What was told last may not be on the disk: what is there is shown.
            if let Ok(known) = engine.known(known.plan.id).await {
                self.show(engine, &known, messages).await?;
            }
        }
        driven
    }

    pub(super) async fn show(&self, engine: &Engine, known: &Known, messages: &Sender<Msg>) -> Result<(), Refused> {
        let hands = engine.journal.hands(known.plan.id).await?;
        let view = known.view(&engine.rules, (self.now.0)(), hands);
        let _ = messages.send(Msg::Operation(Box::new(view))).await;
        Ok(())
    }
}

pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the journal keeps of a confirmed plan. It is checked once more whether it may be carried out.
pub(super) fn confirmed(engine: &Engine, plan: &Plan, actor: &Actor) -> Result<Confirmed, Refused> {
    if let Some(why) = plan.blocked() {
        return Err(Refused(why.clone()));
    }
    if let (true, Offline::Never(why)) = (plan.waits(), plan.change.what.offline()) {
        return Err(why.key().into());
    }
    let verb = plan.change.what.verb();
    engine.permits(verb, actor)?;
    let word = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    Ok(Confirmed {
        id: plan.id,
        customer: plan.change.who.number.to_string(),
        verb: verb.to_owned(),
        change: json!(plan.change),
        plan: json!(plan),
        actor: actor.name.to_string(),
        role: word(json!(actor.role)),
        caller_level: word(json!(actor.caller)),
    })
}
