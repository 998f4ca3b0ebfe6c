//! Changes: what a person can ask to have changed, typed and complete.
//!
//! A change is asked for by a verb (`top-up`) and the values of its fields. The same table of verbs makes the forms of the
//! desk and the commands of the command line, and the same reader turns what was typed into a [`Change`] or says beside each
//! field what would be right. What a change means in the three systems is planned by the backend.

pub mod billing;
pub mod customer;
mod offline;
pub mod order;
pub mod read;
pub mod service;
pub mod sim;
pub mod support;
mod wrong;

use serde::{Deserialize, Serialize};

use super::access::{CallerLevel, Role};
use super::billing::ProductKind;
use super::customer::CustomerKey;
use super::operation_id::OperationId;
use super::text::Text;
pub use offline::{Never, Offline, may_wait};
pub use read::{Reader, Values, Wrong};

/// Whose change it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// How to open the customer.
    pub key: CustomerKey,
    /// Customer number of Salesforce, or WHMCS's client number: how people and the audit log name them.
    pub number: Text,
}

/// A change, as a person asked for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Whose.
    pub who: Who,
    /// What.
    pub what: What,
}

impl Change {
    /// Whether this and another shut each other out: the second is not begun while the first is on its way.
    pub fn shuts_out(&self, other: &Self) -> bool {
        match (&self.what, &other.what) {
            (What::Sim(ours), What::Sim(theirs)) => {
                ours.line() == theirs.line() && sim::is_exclusive(ours.verb()) && sim::is_exclusive(theirs.verb())
            }
            // Two who work on one order make two of what it makes; two who settle one invoice take its money twice.
            (What::Order(ours), What::Order(theirs)) => ours.order().is_some() && ours.order() == theirs.order(),
            (What::Billing(ours), What::Billing(theirs)) if ours.settles().is_some() => {
                ours.settles() == theirs.settles()
            }
            _ => self.instead_of().is_some() && self.instead_of() == other.instead_of(),
        }
    }

    /// The operation that is settled by this change in the place of what it promised.
    pub const fn instead_of(&self) -> Option<OperationId> {
        match &self.what {
            What::Billing(billing::Billing::AddCredit { instead_of, .. }) => *instead_of,
            _ => None,
        }
    }

    /// The same change in the place of what an operation promised, where it can be that.
    #[must_use]
    pub fn settling(mut self, operation: OperationId) -> Self {
        if let What::Billing(billing::Billing::AddCredit { instead_of, .. }) = &mut self.what {
            *instead_of = Some(operation);
        }
        self
    }
}

/// What is to be changed, by the part of the desk it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Subscriptions.
    Service(service::Service),
    /// Invoices, payments, credit.
    Billing(billing::Billing),
    /// The customer as a person.
    Customer(customer::Customer),
    /// Orders.
    Order(order::Order),
    /// Lines and cards.
    Sim(sim::Sim),
    /// Cases.
    Support(support::Support),
}

/// A part of the desk's verbs.
pub trait Verbs: Sized {
    /// Its verbs.
    const SPECS: &'static [Spec];

    /// Reads the fields of a verb. `None` when something is wrong, which the reader then knows, or when the verb is none of
    /// these.
    fn read(verb: &str, reader: &mut Reader<'_>) -> Option<Self>;

    /// The verb's name.
    fn verb(&self) -> &'static str;
}

/// Every verb, in the order of the desk's tabs.
pub fn specs() -> impl Iterator<Item = &'static Spec> {
    let parts = [
        customer::Customer::SPECS,
        service::Service::SPECS,
        billing::Billing::SPECS,
        order::Order::SPECS,
        sim::Sim::SPECS,
        support::Support::SPECS,
    ];
    parts.into_iter().flatten()
}

/// A verb by its name.
pub fn spec(name: &str) -> Option<&'static Spec> {
    specs().find(|spec| spec.name == name)
}

impl What {
    /// Reads the fields of a verb. `None` when something is wrong, which the reader then knows.
    pub fn read(spec: &Spec, reader: &mut Reader<'_>) -> Option<Self> {
        match spec.part {
            Part::Sim => sim::Sim::read(spec.name, reader).map(Self::Sim),
            Part::Service => service::Service::read(spec.name, reader).map(Self::Service),
            Part::Billing => billing::Billing::read(spec.name, reader).map(Self::Billing),
            Part::Customer => customer::Customer::read(spec.name, reader).map(Self::Customer),
            Part::Order => order::Order::read(spec.name, reader).map(Self::Order),
            Part::Support => support::Support::read(spec.name, reader).map(Self::Support),
        }
    }

    /// The verb's name.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Service(it) => it.verb(),
            Self::Billing(it) => it.verb(),
            Self::Customer(it) => it.verb(),
            Self::Order(it) => it.verb(),
            Self::Sim(it) => it.verb(),
            Self::Support(it) => it.verb(),
        }
    }
}

/// The part of the desk a verb belongs to: its tab, and its heading in help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// The customer as a person.
    Customer,
    /// Subscriptions.
    Service,
    /// Invoices and payments.
    Billing,
    /// Orders.
    Order,
    /// Lines and cards.
    Sim,
    /// Cases.
    Support,
}

impl Part {
    /// The key of its name in the language table.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Customer => "part-customer",
            Self::Service => "part-service",
            Self::Billing => "part-billing",
            Self::Order => "part-order",
            Self::Sim => "part-sim",
            Self::Support => "part-support",
        }
    }
}

/// A verb: a row of the table.
#[derive(Debug)]
pub struct Spec {
    /// Its name: on the command line, in the configuration, and in the language table under `verb-…`.
    pub name: &'static str,
    /// Where it belongs.
    pub part: Part,
    /// Its key on that part's tab; empty for none.
    pub key: &'static str,
    /// What it can do to the customer: how it is confirmed. A plan may be stricter.
    pub harm: Harm,
    /// The least role.
    pub role: Role,
    /// The least that must be known of the caller.
    pub level: CallerLevel,
    /// What must be told.
    pub fields: &'static [Field],
    /// Whether it can be made for many rows at once. Never what takes money, ends or moves a line.
    pub bulk: bool,
}

impl Spec {
    /// The same, and for many rows at once.
    const fn for_many(self) -> Self {
        Self { bulk: true, ..self }
    }
}

/// What a change can do to the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Harm {
    /// Can be undone, or hurts nobody: one key.
    Harmless,
    /// Takes or gives money: the amount is typed.
    Money,
    /// Moves a number or interrupts its service: the line's last four digits are typed.
    Moving,
    /// Cannot be undone by anybody: a word is typed, and a second person confirms.
    Irreversible,
}

/// Something that must be told of a change.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name: the option of the command line, and in the language table under `field-…`.
    pub name: &'static str,
    /// What it is.
    pub kind: FieldKind,
    /// Whether it can be left out.
    pub need: Need,
    /// When it is asked for.
    pub when: When,
}

/// When a field is asked for. One that is not asked for is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Always.
    Always,
    /// Of products of this kind.
    Kind(ProductKind),
    /// Where another field is asked for and is this.
    Is(&'static str, &'static str),
}

/// Whether a field can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It cannot.
    Required,
    /// It can.
    Optional,
    /// It can, and then is this.
    Default(&'static str),
}

impl Field {
    /// A field that must be told.
    pub const fn required(name: &'static str, kind: FieldKind) -> Self {
        Self { name, kind, need: Need::Required, when: When::Always }
    }

    /// A field that can be left out.
    pub const fn optional(name: &'static str, kind: FieldKind) -> Self {
        Self { name, kind, need: Need::Optional, when: When::Always }
    }

    /// A field that is `value` when left out.
    pub const fn default(name: &'static str, kind: FieldKind, value: &'static str) -> Self {
        Self { name, kind, need: Need::Default(value), when: When::Always }
    }

    /// The same field, asked for only then.
    #[must_use]
    pub const fn when(self, when: When) -> Self {
        Self { when, ..self }
    }
}

/// What a field is: how the form shows it and what the cursor fills in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// What the change is about: told by where the cursor stands.
    Subject(SubjectKind),
    /// A whole number, such as GB.
    Number,
    /// An amount in yen.
    Yen,
    /// A day: `2026-12-01`, or a word like `month-end`.
    Date,
    /// A moment: `3d`, `fri 10:00`, `2026-12-01 10:00`.
    Moment,
    /// A line of text.
    Line,
    /// Several lines of text.
    Block,
    /// Yes or no.
    Flag,
    /// Something secret or long that is checked as it is typed, such as an EID.
    Eid,
    /// One of these words, in the language table under `choice-…`.
    Choice(&'static [&'static str]),
    /// One of what the organisation or the customer has.
    OneOf(Source),
}

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectKind {
    /// A line, by its number.
    Line,
    /// A WHMCS service, by id.
    Service,
    /// An invoice, by id.
    Invoice,
    /// A Salesforce order, by its number.
    Order,
    /// An opportunity, by record id.
    Opportunity,
    /// A case, by its number.
    Case,
    /// A WHMCS ticket, by id.
    Ticket,
    /// A Salesforce task, by record id.
    Task,
}

impl SubjectKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Line,
        Self::Service,
        Self::Invoice,
        Self::Order,
        Self::Opportunity,
        Self::Case,
        Self::Ticket,
        Self::Task,
    ];
}

/// Where the options of a field come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The SIM plans of the configuration.
    Plans,
    /// WHMCS's catalogue.
    Products,
    /// The portal's catalogue in Salesforce.
    Catalogue,
    /// What internet the organisation offers.
    Offerings,
    /// E-mail templates of WHMCS.
    EmailTemplates,
    /// Reply templates of the configuration.
    ReplyTemplates,
    /// Macros of the configuration.
    Macros,
    /// Staff and queues of Salesforce.
    Owners,
}
