//! A connection for the length of one command, through the same reads and commands as the desk's.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use super::{Exit, Run, Stop};
use crate::domain::access::{Access, CallerLevel, Role};
use crate::domain::office::Office;
use crate::domain::operation::Actor;
use crate::domain::phone::Fixtures;
use crate::domain::recognise::Shapes;
use crate::domain::text::Text;
use crate::flow::{Carried, Command, Environment, Msg, OperationView, Query, Reply, Slot};
use crate::locale::Words;
use crate::runtime::connect::{self, Changes, Target};
use crate::runtime::{self, Work};

/// What a command works with.
pub(super) struct Session {
    /// In whose words it answers.
    pub words: Words,
    /// The rules of the house.
    pub office: Arc<Office>,
    /// How numbers are written here.
    pub shapes: Shapes,
    /// Whether numbers that can belong to nobody are lines.
    pub fixtures: Fixtures,
    /// The systems are real ones.
    pub live: bool,
    person: Text,
    role: Role,
    work: Work,
    asked: u64,
    _keep: Option<Box<dyn Send>>,
}

impl Session {
    /// Connects.
    pub async fn open(run: Run<'_>, folder: Option<PathBuf>) -> Result<Self, Stop> {
        let Run { words, target, rules, config } = run;
        let mut work = Work::default();
        let person = runtime::person();
        let seat = config.seat(&person, matches!(target, Target::Sandbox { .. }));
        let changes = Changes { folder, person: person.clone(), rules };
        let connected = connect::connect(target, changes, work.messages()).await;
        let live = match connected.environment {
            Environment::Failed(why) => return Err(Stop::new(Exit::Unreachable, why)),
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
            office: Arc::new(config.office()),
            shapes: config.numbers.shapes(),
            fixtures: if live { Fixtures::Refused } else { Fixtures::Allowed },
            live,
            person: seat.name,
            role: seat.role,
            work,
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
