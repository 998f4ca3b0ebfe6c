//! An order seen through all systems: the ten steps of its fulfilment, which of them are done, and where it stopped.
//!
//! Nobody writes this down in one place. The portal's worker runs the steps and leaves traces in three systems; here the traces
//! are read side by side. A step is done when its own trace is seen. Steps that leave none (the checks, the mapping of products)
//! are done when something is seen that comes after them. What was not read makes a step unknown, never done or undone.

mod cause;
mod steps;

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan};

use serde::Deserialize;

use super::billing::{
    Invoice, InvoiceStatus, Listing, PayMethod, ProductKind, ServiceStatus, Subscription, WhmcsOrder,
};
use super::customer::{Verification, VerificationState};
use super::history::Change;
use super::ledger::Email;
use super::line::{Line, LineState, Operation};
use super::office::Office;
use super::order::{ActivationStatus, Opportunity, Order, OrderStatus, SimCard};
use super::phone::Msisdn;
use super::system::System;
use super::text::Text;

pub use cause::{Cause, Remedy};

/// Whose trace something is: the columns of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lane {
    /// Order, opportunity and card inventory.
    Salesforce,
    /// Order, service and invoice.
    Whmcs,
    /// The line.
    Freebit,
    /// The portal's worker: changes it made, mails it sent.
    Worker,
}

impl Lane {
    /// From left to right.
    pub const ALL: [Self; 4] = [Self::Salesforce, Self::Whmcs, Self::Freebit, Self::Worker];
}

/// The steps of fulfilment, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StepName {
    /// Approved, and nothing speaks against it.
    Validate,
    /// Salesforce says that activation runs.
    Activating,
    /// The line is made at Freebit. Nothing before it is final, and everything after it has to be driven on.
    Freebit,
    /// Salesforce says that activation is done.
    Activated,
    /// The products are known to WHMCS.
    Map,
    /// Ordered at WHMCS.
    AddOrder,
    /// Accepted at WHMCS, and the service's fields filled.
    AcceptOrder,
    /// WHMCS's ids are on the Salesforce order, and it is processed.
    WriteBack,
    /// The opportunity is at its last stage.
    Opportunity,
    /// The card is assigned and the customer was told.
    SideEffects,
}

impl StepName {
    /// Key of the step's name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Validate => "xray-validate",
            Self::Activating => "xray-activating",
            Self::Freebit => "xray-freebit",
            Self::Activated => "xray-activated",
            Self::Map => "xray-map",
            Self::AddOrder => "xray-add-order",
            Self::AcceptOrder => "xray-accept-order",
            Self::WriteBack => "xray-write-back",
            Self::Opportunity => "xray-opportunity",
            Self::SideEffects => "xray-side-effects",
        }
    }

    /// From the first to the last.
    pub const ALL: [Self; 10] = [
        Self::Validate,
        Self::Activating,
        Self::Freebit,
        Self::Activated,
        Self::Map,
        Self::AddOrder,
        Self::AcceptOrder,
        Self::WriteBack,
        Self::Opportunity,
        Self::SideEffects,
    ];

    /// Number as people count them, from 1.
    pub const fn number(self) -> usize {
        self as usize + 1
    }

    /// The system in which the step shows.
    pub const fn lane(self) -> Lane {
        match self {
            Self::Freebit => Lane::Freebit,
            Self::AddOrder | Self::AcceptOrder => Lane::Whmcs,
            Self::Map | Self::SideEffects => Lane::Worker,
            _ => Lane::Salesforce,
        }
    }
}

/// How a step stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepState {
    /// Done; when, if any system tells.
    Done {
        /// The moment.
        at: Option<Timestamp>,
    },
    /// Its turn, and not done.
    Waiting {
        /// Who has to act.
        whom: Whom,
        /// Since when, as far as the systems tell.
        since: Option<Timestamp>,
    },
    /// Tried, and failed.
    Failed {
        /// The code Salesforce shows, or WHMCS's status. Empty when there is none.
        code: Text,
        /// The message beside it.
        message: Text,
    },
    /// Its turn has not come.
    NotReached,
    /// Not part of this order, or no longer.
    NotNeeded,
    /// Cannot be told.
    Unknown {
        /// Why not.
        why: Why,
    },
}

/// Who has to act next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// The people at this desk.
    Us,
    /// The customer.
    Customer,
    /// The portal's worker.
    Worker,
    /// Freebit or the carrier behind it.
    Carrier,
    /// Nobody before this moment, which was agreed; `None` when Salesforce does not tell it.
    Date(Option<Timestamp>),
}

impl Whom {
    /// Key of whom it waits for.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Us => "xray-waits-us",
            Self::Customer => "xray-waits-customer",
            Self::Worker => "xray-waits-worker",
            Self::Carrier => "xray-waits-carrier",
            Self::Date(_) => "xray-waits-date",
        }
    }
}

/// Why a step cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// This system was not read, or could not be.
    NotRead(System),
    /// A longer list was read only in part, and what is looked for was not in it.
    Truncated(System),
    /// No system names the order's line yet.
    NoLine,
    /// The systems do not name the record that would tell.
    NoLink,
    /// The step leaves no trace.
    NoTrace,
    /// A status in a word that the desk does not know.
    UnknownWord,
}

/// Something a system says about a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Who says so.
    pub lane: Lane,
    /// What.
    pub fact: Fact,
}

/// What is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// The order's status.
    Status(OrderStatus),
    /// The order's activation.
    Activation(ActivationStatus),
    /// So many pay methods are on file.
    PayMethods(usize),
    /// Where the residence-card check stands.
    Identity(VerificationState),
    /// The line and where it stands.
    Line {
        /// The number.
        msisdn: Msisdn,
        /// Where it stands.
        state: LineState,
        /// No system says that this is the order's line; it is the only one of the customer that nothing else claims.
        assumed: bool,
    },
    /// Freebit does not know the line.
    LineMissing(Msisdn),
    /// The line was not read.
    LineUnread(Msisdn),
    /// A change runs at Freebit, until this moment by its usual duration.
    Locked {
        /// What is done.
        what: Operation,
        /// Expected end.
        until: Option<Timestamp>,
    },
    /// The order at WHMCS.
    WhmcsOrder {
        /// Id.
        id: u64,
        /// Status as written.
        status: Text,
    },
    /// Salesforce names a WHMCS order that WHMCS does not have.
    WhmcsOrderMissing(u64),
    /// The order's invoice.
    Invoice {
        /// Id.
        id: u64,
        /// Where it stands.
        status: InvoiceStatus,
    },
    /// The order's service.
    Service {
        /// Id.
        id: u64,
        /// Where it stands.
        status: ServiceStatus,
    },
    /// The service carries neither product number nor EID.
    FieldsMissing(u64),
    /// The WHMCS order that Salesforce names; `None` names none.
    WrittenBack(Option<u64>),
    /// The two systems name different WHMCS orders.
    IdsDisagree {
        /// The one Salesforce names.
        salesforce: u64,
        /// The one whose notes name the Salesforce order.
        whmcs: u64,
    },
    /// The opportunity's stage.
    Stage(Text),
    /// The card is assigned to the customer, with its status as written.
    CardAssigned(Text),
    /// No card of the customer is this line's.
    CardNotAssigned,
    /// The customer was told by this mail.
    Mail(Text),
    /// No mail told the customer.
    NoMail,
    /// A field was changed to this.
    Changed {
        /// When.
        at: Option<Timestamp>,
        /// By whom.
        who: Text,
        /// The new value.
        new: Text,
    },
}

/// A step with its state and what the systems say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Which step.
    pub name: StepName,
    /// How it stands.
    pub state: StepState,
    /// What is said, any lane.
    pub evidence: Vec<Evidence>,
}

impl Step {
    /// True when nothing is to be done about it any more.
    pub const fn settled(&self) -> bool {
        matches!(self.state, StepState::Done { .. } | StepState::NotNeeded)
    }
}

/// The whole picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Xray {
    /// All ten steps.
    pub steps: [Step; 10],
    /// Index of the step where the order stands: the first that is neither done nor unneeded.
    pub current: Option<usize>,
    /// Index of the first step that is not done while a later one is, or that failed or is stuck.
    pub divergence: Option<usize>,
    /// What is known to be behind it.
    pub cause: Option<Cause>,
    /// Freebit's step is done, so that the order can only be driven on; `None` when it cannot be told, or has no such step.
    pub past_return: Option<bool>,
}

/// A line that may be the order's, as far as it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineSeen<'a> {
    /// Not read, or the read failed.
    NotRead,
    /// Freebit says it has no such line.
    Missing,
    /// Read.
    Read(&'a Line),
}

/// What was read of the customer. `None` was not read.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// The order itself.
    pub order: &'a Order,
    /// WHMCS's orders.
    pub whmcs_orders: Option<&'a Listing<WhmcsOrder>>,
    /// WHMCS's services.
    pub services: Option<&'a Listing<Subscription>>,
    /// WHMCS's invoices.
    pub invoices: Option<&'a Listing<Invoice>>,
    /// Pay methods on file.
    pub pay_methods: Option<&'a [PayMethod]>,
    /// The residence-card check.
    pub verification: Option<&'a Verification>,
    /// Opportunities.
    pub opportunities: Option<&'a Listing<Opportunity>>,
    /// Every line that any system names for this customer.
    pub lines: &'a [(Msisdn, LineSeen<'a>)],
    /// Cards assigned to the customer.
    pub cards: Option<&'a Listing<SimCard>>,
    /// Changes of the customer's Salesforce records.
    pub changes: Option<&'a Listing<Change>>,
    /// Mails to the customer.
    pub emails: Option<&'a Listing<Email>>,
}

/// Words and times of an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// A step that waits for the worker or the carrier for longer than this is stuck. Minutes.
    #[serde(rename = "patience_minutes")]
    pub patience: i64,
    /// Stages of an opportunity whose order is delivered.
    pub delivered_stages: Vec<String>,
    /// How far a stage is on its way to an active contract, in percent.
    pub stage_percent: BTreeMap<String, u8>,
    /// Beginnings of the subjects of mails that tell a customer of the delivery. Empty: no mail is expected.
    pub delivered_subjects: Vec<String>,
    /// A worker of the customer portal fulfils approved orders. Where there is none, the desk may.
    pub worker: bool,
    /// What a mail says that tells a customer of a delivery from the desk; empty sends none.
    pub delivered_text: String,
}

impl Default for Rules {
    fn default() -> Self {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Self {
            patience: 30,
            delivered_stages: words(&["active", "cancelling", "cancelled", "completed"]),
            delivered_subjects: words(&["Your service is ready"]),
            stage_percent: [
                ("contact", 10),
                ("introduction", 30),
                ("ready", 60),
                ("post-processing", 75),
                ("active", 90),
            ]
            .map(|(stage, percent)| (stage.to_owned(), percent))
            .into(),
            worker: true,
            delivered_text: "Your service is ready.\nご利用いただけます。".to_owned(),
        }
    }
}

/// Looks through an order, as of `now`.
pub fn xray(parts: &Parts<'_>, office: &Office, now: Timestamp) -> Xray {
    let rules = &office.orders;
    let look = steps::Look::new(parts, office);
    let steps = look.steps();
    let cancelled = parts.order.status == OrderStatus::Cancelled;
    let current = steps.iter().position(|step| !step.settled());
    let divergence = if cancelled { None } else { divergence(&steps, rules.patience, now) };
    let cause =
        if cancelled { None } else { cause::cause(parts, &steps, divergence.or(current), divergence.is_some()) };
    let past_return = match &steps[StepName::Freebit as usize].state {
        StepState::Unknown { .. } | StepState::NotNeeded => None,
        state => Some(matches!(state, StepState::Done { .. })),
    };
    Xray { steps, current, divergence, cause, past_return }
}

fn divergence(steps: &[Step; 10], patience: i64, now: Timestamp) -> Option<usize> {
    let last_done = steps.iter().rposition(|step| matches!(step.state, StepState::Done { .. }));
    let over = |step: &Step| {
        let StepState::Waiting { whom, since } = step.state else { return false };
        let since = match whom {
            Whom::Us | Whom::Customer => None,
            Whom::Worker | Whom::Carrier => since,
            Whom::Date(date) => date,
        };
        since.and_then(|since| since.checked_add(patience.minutes()).ok()).is_some_and(|until| until < now)
    };
    // Where no worker fulfils, WHMCS's order is written before the line: while the carrier makes it, nothing was passed over.
    let freebit = &steps[StepName::Freebit as usize];
    let registering = matches!(freebit.state, StepState::Waiting { .. })
        && freebit.evidence.iter().any(|it| matches!(it.fact, Fact::Locked { .. }))
        && !over(freebit);
    steps.iter().enumerate().position(|(at, step)| match &step.state {
        StepState::Failed { .. } => true,
        StepState::Waiting { .. } | StepState::NotReached if last_done > Some(at) && !registering => true,
        StepState::Waiting { .. } => over(step),
        _ => false,
    })
}

/// Whether the order has a mobile line.
fn has_line(order: &Order) -> bool {
    order.kind == ProductKind::Sim
}

#[cfg(test)]
mod tests;
