//! A connection for the length of one command, through the same reads and commands as the desk's.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use super::{Exit, Run, Stop};
use crate::audit::AuditLog;
use crate::domain::access::{Access, CallerLevel, Role};
use crate::domain::customer::CustomerKey;
use crate::domain::office::Office;
use crate::domain::operation::Actor;
use crate::domain::phone::Fixtures;
use crate::domain::recognise::Shapes;
use crate::domain::text::Text;
use crate::domain::web::WebPages;
use crate::flow::{
    AuditAct, AuditEntry, Carried, Command, Customer, Deeper, Environment, Live, Msg, OperationView, Query, Reply, Slot,
};
use crate::locale::Words;
use crate::runtime::connect::{self, Changes, Target};
use crate::runtime::{self, Listen, Work};

/// What a command works with.
pub(super) struct Session {
    /// In whose words it answers.
    pub words: Words,
    /// The pages of records elsewhere, where standard output makes links.
    pub pages: WebPages,
    /// The rules of the house.
    pub office: Arc<Office>,
    /// How numbers are written here.
    pub shapes: Shapes,
    /// Whether numbers that can belong to nobody are lines.
    pub fixtures: Fixtures,
    /// The systems are real ones.
    pub live: bool,
    /// What it is connected to.
    pub environment: Environment,
    /// Answers are sentences instead of tables.
    pub plain: bool,
    /// One command follows the other, and a person is asked on standard input whatever that is.
    pub talks: bool,
    /// The customers that were found last, as they are named.
    pub found: Vec<String>,
    /// Where the routines are.
    pub routines: PathBuf,
    /// Whose record was looked at last.
    pub in_hand: Option<String>,
    person: Text,
    role: Role,
    audit: AuditLog,
    work: Work,
    /// What hears from elsewhere, until somebody listens.
    ears: Option<Listen>,
    asked: u64,
    _keep: Option<Box<dyn Send>>,
}

impl Session {
    /// Connects.
    pub async fn open(run: Run<'_>, folder: Option<PathBuf>) -> Result<Self, Stop> {
        let routines = run.routines();
        let Run { words, target, rules, config, plain, pages, .. } = run;
        let mut work = Work::default();
        let person = runtime::person();
        let seat = config.seat(&person, matches!(target, Target::Sandbox { .. }));
        let audit = AuditLog::open(folder.as_deref(), &person);
        let changes = Changes { folder, person: person.clone(), rules };
        let connected = connect::connect(target, changes, work.messages()).await;
        let live = match &connected.environment {
            Environment::Failed(why) => return Err(Stop::new(Exit::Unreachable, why.clone())),
            Environment::Live { .. } => true,
            Environment::Sandbox { .. } | Environment::Starting => false,
        };
        if let Some(read) = connected.read {
            work.connect(read);
        }
        if let Some(carry) = connected.carry {
            work.connect_carry(carry);
        }
        Ok(Self {
            words,
            pages,
            office: Arc::new(config.office()),
            shapes: config.numbers.shapes(),
            fixtures: if live { Fixtures::Refused } else { Fixtures::Allowed },
            live,
            environment: connected.environment,
            plain,
            talks: false,
            found: Vec::new(),
            routines,
            in_hand: None,
            person: seat.name,
            role: seat.role,
            audit,
            work,
            ears: connected.live,
            asked: 0,
            _keep: connected.keep,
        })
    }

    /// Who works here.
    pub fn actor(&self, caller: CallerLevel) -> Actor {
        Actor { name: self.person.clone(), role: self.role, caller }
    }

    /// What they may do.
    pub fn access(&self, caller: CallerLevel, read_only: bool) -> Access {
        Access { role: self.role, caller, read_only }
    }

    /// The time.
    #[expect(clippy::disallowed_methods, reason = "a command without a screen has no loop that hands it the time")]
    pub fn now() -> Timestamp {
        Timestamp::now()
    }

    /// Reads, until the answer is whole or `take` has what it wants.
    pub async fn ask(&mut self, slot: Slot, query: Query, mut take: impl FnMut(Reply) -> ControlFlow<()>) {
        self.asked += 1;
        let mine = self.asked;
        self.work.start(slot, mine, query);
        loop {
            let (generation, reply) = match self.work.next().await {
                Msg::Reply { generation, reply, .. } => (generation, reply),
                Msg::Ended { generation, .. } if generation == mine => return,
                _ => continue,
            };
            if generation == mine && take(reply).is_break() {
                return self.work.cancel(slot);
            }
        }
    }

    /// Listens to what happens elsewhere from now on.
    pub fn listen(&mut self) {
        if let Some(ears) = self.ears.take() {
            self.work.listen(ears);
        }
    }

    /// The next message. May be dropped and called again.
    pub async fn next(&mut self) -> Msg {
        self.work.next().await
    }

    /// What is kept of what happened elsewhere.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn kept(&mut self, mut take: impl FnMut(Live)) -> Result<(), Stop> {
        self.asked += 1;
        let mine = self.asked;
        self.work.start(Slot::Kept, mine, Query::Kept);
        loop {
            match self.work.next().await {
                Msg::Live(live) => take(live),
                Msg::Reply { generation, reply: Reply::Unkept(why), .. } if generation == mine => {
                    return Err(super::refused(&why, &self.words));
                }
                Msg::Ended { generation, .. } if generation == mine => return Ok(()),
                _ => {}
            }
        }
    }

    /// Reads everything that the desk reads of a customer when it opens one.
    pub async fn open_customer(&mut self, key: CustomerKey) -> Customer {
        let mut customer = Customer::opening(key.clone(), Text::default());
        customer.office = Arc::clone(&self.office);
        self.ask(Slot::Customer, Query::Customer(key), |reply| {
            if let Reply::Customer(part) = reply {
                customer.take(part);
            }
            ControlFlow::Continue(())
        })
        .await;
        customer.end();
        customer
    }

    /// Reads one more part of a customer.
    pub async fn look(&mut self, customer: &mut Customer, deeper: Deeper) {
        let kind = deeper.kind();
        if !customer.ask(&deeper) {
            return;
        }
        self.ask(Slot::Deeper(kind), Query::Deeper(customer.key.clone(), deeper), |reply| {
            if let Reply::Customer(part) = reply {
                customer.take(part);
            }
            ControlFlow::Continue(())
        })
        .await;
        customer.ended(kind);
    }

    /// Whether personal data is shown: where a reason was given, and the audit log has it for each of these customers. What
    /// cannot be written there is not shown.
    pub fn reveals(&self, reason: Option<&str>, customers: &[String]) -> Result<bool, Stop> {
        let Some(reason) = reason else { return Ok(false) };
        let reason = Text::line(reason);
        if reason.is_empty() {
            let why = self.words.say("wrong-missing").into_owned();
            return Err(Stop::new(Exit::Usage, format!("--reveal: {why}")));
        }
        for customer in customers {
            let entry = AuditEntry {
                at: Self::now(),
                act: AuditAct::Reveal,
                customer: customer.clone(),
                note: reason.to_string(),
                step: None,
            };
            let unwritten = |_| Stop::new(Exit::Refused, self.words.say("notice-audit-failed").into_owned());
            self.audit.write(&entry).map_err(unwritten)?;
        }
        Ok(true)
    }

    /// Carries a command out. Answers every operation it told of, each as it stood last.
    pub async fn carry(&mut self, command: Command) -> Result<Vec<OperationView>, Stop> {
        let mut views: Vec<OperationView> = Vec::new();
        self.work.carry(command);
        loop {
            match self.work.next().await {
                Msg::Operation(view) => match views.iter_mut().find(|it| it.id == view.id) {
                    Some(old) => *old = *view,
                    None => views.push(*view),
                },
                Msg::Carried(Carried::Taken) => return Ok(views),
                Msg::Carried(Carried::Refused(why)) => return Err(super::refused(&why, &self.words)),
                _ => {}
            }
        }
    }
}
