//! Changes: app → backend, what to carry out; backend → app, how it goes.

use jiff::Timestamp;

use crate::domain::bulk::Bulk;
use crate::domain::change::{Change, Who, Wrong};
use crate::domain::operation::{Actor, Decision, OperationId, Plan};
use crate::domain::phrase::Phrase;
use crate::domain::receipt::Receipt;
use crate::domain::system::System;

use super::fault::Fault;
use super::live::Tend;
use super::pack::PackCommand;

/// How far operations that are not over are taken by looking at them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looking {
    /// As far as they go.
    GoesOn,
    /// As far as reading settles them.
    OnlyReads,
}

/// Something to carry out. Never cancelled by the screen; each ends in exactly one [`super::Msg::Carried`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Carry out a confirmed plan.
    Begin(Box<Plan>, Actor),
    /// Send what waits in the outbox by these plans, one after the other, or keep it as it was edited.
    Send(Vec<Plan>, Actor),
    /// Carry out the confirmed plans of many rows, one after the other.
    BeginRows(Vec<Plan>, Actor),
    /// Go on with the rows of these that were not begun.
    ResumeRows(OperationId, Actor),
    /// Begin no further row of these.
    StopRows(OperationId),
    /// A second person is to confirm the plan: keep it, and answer the code they have to type.
    AskSecond(Box<Plan>, Actor),
    /// A second person confirms, with the code they were told.
    Approve {
        /// The code.
        code: String,
        /// Who.
        by: Actor,
    },
    /// A second person confirms at this desk, with their name and PIN.
    ApproveHere {
        /// What they confirm.
        id: OperationId,
        /// Their name, as the configuration has it.
        name: String,
        /// Their PIN. Never kept, never shown.
        pin: Pin,
    },
    /// What a person decided about an operation.
    Decide(OperationId, Actor, Decision),
    /// Look again at every operation that waits, and tell what the journal knows.
    Look(Looking),
    /// Keep what is being typed, or forget it.
    Draft(String, Option<String>),
    /// What a person does about what happens elsewhere.
    Tend(Tend, Actor),
    /// What is done about field packs.
    Pack(PackCommand),
    /// Forget what is remembered of customers.
    Forget,
}

/// A PIN on its way to be compared. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin(pub String);

impl std::fmt::Debug for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pin(…)")
    }
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanRefused {
    /// A system did not answer what has to be known first.
    Fault(Fault),
    /// What was told does not fit what the systems know.
    Wrong(Vec<Wrong>),
    /// It cannot be done.
    Blocked(Phrase),
}

impl From<Fault> for PlanRefused {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// An operation as the screen shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationView {
    /// Which.
    pub id: OperationId,
    /// What was asked for.
    pub change: Change,
    /// What it does.
    pub title: Phrase,
    /// What it is about.
    pub about: Phrase,
    /// Its steps.
    pub steps: Vec<StepView>,
    /// How it stands.
    pub state: OperationState,
    /// When it was confirmed.
    pub started: Timestamp,
    /// When something last happened to it.
    pub changed: Timestamp,
    /// By when it should be done.
    pub deadline: Option<Timestamp>,
    /// Who confirmed it.
    pub actor: Actor,
    /// The colleague who has it now.
    pub handed_to: Option<String>,
    /// What a person may do.
    pub can: Vec<Can>,
    /// What is left of it when it is over.
    pub receipt: Option<Receipt>,
    /// What undoes it, where something does.
    pub inverse: Option<Box<Change>>,
    /// What else can be done when it cannot go on.
    pub instead: Vec<Change>,
    /// The customer was charged and has not got what they paid for. It cannot be put aside until it is closed.
    pub paid_not_delivered: bool,
    /// Which rows it was confirmed with, where it was one of several.
    pub bulk: Option<Bulk>,
    /// As it waits in the outbox, or what was typed for it.
    pub kept: Option<Box<Plan>>,
}

impl OperationView {
    /// Whose.
    pub const fn who(&self) -> &Who {
        &self.change.who
    }
}

/// A step as the screen shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepView {
    /// Where it is written.
    pub system: System,
    /// What is written.
    pub says: Phrase,
    /// How it stands.
    pub state: StepState,
    /// What was learned, e.g. the invoice's number.
    pub facts: Vec<(String, String)>,
}

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// Not begun.
    Ahead,
    /// Sent, not proved yet.
    Running,
    /// The system works on it.
    Waiting,
    /// Proved.
    Done,
    /// Nothing was changed by it.
    Failed,
    /// Taken back.
    Undone,
}

/// How an operation stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OperationState {
    /// A second person has to confirm it; the code to tell them, where this desk asked.
    AwaitsSecond {
        /// The code.
        code: Option<String>,
        /// Until when it counts.
        until: Timestamp,
    },
    /// One of several rows, and not begun: nothing was sent.
    Queued,
    /// It waits in the outbox: nothing was sent, and why not, where that was tried.
    Outbox(Option<Phrase>),
    /// On its way.
    Running,
    /// A system works on it.
    WaitsForSystem {
        /// What is waited for.
        waits: Phrase,
        /// Until when, where that can be said.
        until: Option<Timestamp>,
    },
    /// A person has to decide.
    WaitsForPerson(Phrase),
    /// Another living desk works on it.
    Elsewhere,
    /// Everything was done.
    Done,
    /// Nothing was done, or all of it was taken back, and why.
    Undone(Option<Phrase>),
    /// A person closed it, for this reason.
    Closed(String),
}

impl OperationState {
    /// Whether it waits in the outbox.
    pub const fn in_outbox(&self) -> bool {
        matches!(self, Self::Outbox(_))
    }

    /// Whether it is over.
    pub const fn over(&self) -> bool {
        matches!(self, Self::Done | Self::Undone(_) | Self::Closed(_))
    }
}

/// What a person may do about an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Can {
    /// Look again.
    Verify,
    /// Go on.
    DriveOn,
    /// Take back.
    Undo,
    /// Say that what is waited for has come.
    Confirm,
    /// Give it to a colleague.
    Hand,
    /// Close it with a reason.
    Close,
}

/// How a command went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Carried {
    /// It was taken; what becomes of it came as [`super::Msg::Operation`].
    Taken,
    /// It was not: the journal could not be written, the lease is another desk's, the code is wrong. Nothing was sent.
    Refused(Phrase),
}
