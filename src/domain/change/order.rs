//! Changes of orders.

pub mod new;

use serde::{Deserialize, Serialize};

use super::{Field, FieldKind, Harm, Part, Reader, Spec, SubjectKind, Verbs};
use crate::domain::access::{CallerLevel, Role};
use crate::domain::office::Office;
use crate::domain::phrase::Phrase;
pub use crate::domain::port_in::Gender;
use crate::domain::text::Text;
pub use new::NewOrder;

/// A change of an order. Each but a new one names the order by its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "verb")]
pub enum Order {
    /// One more.
    Create(Box<NewOrder>),
    /// Fulfilment may begin.
    Approve {
        /// Which.
        order: Text,
    },
    /// It waits, for a reason that stands in the order.
    Hold {
        /// Which.
        order: Text,
        /// Why.
        reason: HoldReason,
        /// In words.
        note: Text,
    },
    /// It is not going to be delivered.
    Reject {
        /// Which.
        order: Text,
        /// Why, by the word of the configuration.
        reason: Text,
        /// What the customer reads besides the reason's own words.
        message: Option<Text>,
        /// It undoes an order that was just made at the desk.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        withdrawn: Option<Withdrawn>,
    },
    /// The worker is to take it up again.
    Reactivate {
        /// Which.
        order: Text,
    },
    /// It is fulfilled from the desk, where no worker does that.
    Fulfil {
        /// Which.
        order: Text,
        /// What the carrier asks of who gets a line with calls.
        gender: Option<Gender>,
    },
    /// One thing the systems disagree about is put right.
    Repair {
        /// Which.
        order: Text,
        /// What.
        repair: Repair,
    },
}

impl Order {
    /// The number of the order it is about; a new one has none.
    pub const fn order(&self) -> Option<&Text> {
        match self {
            Self::Create(_) => None,
            Self::Approve { order }
            | Self::Hold { order, .. }
            | Self::Reject { order, .. }
            | Self::Reactivate { order }
            | Self::Fulfil { order, .. }
            | Self::Repair { order, .. } => Some(order),
        }
    }
}

/// What an order that is undone leaves behind: nobody is told of it, and everything is as before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// The stage its opportunity was at before it was ordered, where there was one.
    pub stage: Option<Text>,
}

/// Why orders are not fulfilled from the desk: two who fulfil one order make two lines and two bills of it.
pub fn worker_fulfils(office: &Office) -> Option<Phrase> {
    office.orders.worker.then(|| "fulfil-worker-here".into())
}

/// Why an order waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HoldReason {
    /// A document of the customer.
    Documents,
    /// A pay method.
    Payment,
    /// A card or a device.
    Stock,
    /// A word of the customer.
    Customer,
}

impl HoldReason {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("documents", Self::Documents),
        ("payment", Self::Payment),
        ("stock", Self::Stock),
        ("customer", Self::Customer),
    ];

    /// The code that stands in the order.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Documents => "HOLD_DOCUMENTS",
            Self::Payment => "HOLD_PAYMENT",
            Self::Stock => "HOLD_STOCK",
            Self::Customer => "HOLD_CUSTOMER",
        }
    }
}

/// What can be put right, each in one system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Repair {
    /// The order that waits at WHMCS is accepted, nothing else.
    AcceptOrder,
    /// WHMCS's ids are written into Salesforce's order, which then is processed.
    WriteBack,
    /// The opportunity goes to its last stage and names its service.
    Opportunity,
    /// The line is live: Salesforce says so.
    Activated,
    /// There is no line: Salesforce says that activation failed.
    Failed,
}

impl Repair {
    /// Every repair with its word.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("accept-order", Self::AcceptOrder),
        ("write-back", Self::WriteBack),
        ("opportunity", Self::Opportunity),
        ("activated", Self::Activated),
        ("failed", Self::Failed),
    ];
}

const ORDER: Field = Field::required("order", FieldKind::Subject(SubjectKind::Order));

const fn spec(name: &'static str, key: &'static str, harm: Harm, fields: &'static [Field]) -> Spec {
    Spec { name, part: Part::Order, key, harm, role: Role::Operator, level: CallerLevel::V0, fields, bulk: false }
}

impl Verbs for Order {
    const SPECS: &'static [Spec] = &[
        Spec { level: CallerLevel::V1, ..spec("order-create", "O", Harm::Harmless, new::FIELDS) },
        spec("approve", "p", Harm::Harmless, &[ORDER]),
        spec(
            "hold",
            "",
            Harm::Harmless,
            &[
                ORDER,
                Field::required("hold-reason", FieldKind::Choice(&["documents", "payment", "stock", "customer"])),
                Field::required("remark", FieldKind::Line),
            ],
        ),
        // It cannot be taken back by anybody here, so its name is typed.
        spec(
            "reject",
            "D",
            Harm::Moving,
            &[
                ORDER,
                Field::required(
                    "order-reason",
                    FieldKind::Choice(&["unreachable", "duplicate", "unavailable", "documents", "withdrawn"]),
                ),
                Field::optional("message", FieldKind::Block),
            ],
        ),
        // From the line on there is no way back, so its name is typed.
        spec(
            "fulfil",
            "F",
            Harm::Moving,
            &[ORDER, Field::optional("gender", FieldKind::Choice(&["male", "female", "company"]))],
        ),
        spec("reactivate", "V", Harm::Harmless, &[ORDER]),
        spec(
            "repair",
            "!",
            Harm::Harmless,
            &[
                ORDER,
                Field::required(
                    "repair",
                    FieldKind::Choice(&["accept-order", "write-back", "opportunity", "activated", "failed"]),
                ),
            ],
        ),
    ];

    fn read(verb: &str, reader: &mut Reader<'_>) -> Option<Self> {
        if verb == "order-create" {
            return NewOrder::read(reader).map(|new| Self::Create(Box::new(new)));
        }
        let order = reader.text("order");
        match verb {
            "approve" => Some(Self::Approve { order: order? }),
            "hold" => {
                let reason = reader.choice("hold-reason", HoldReason::WORDS);
                let note = reader.text("remark");
                Some(Self::Hold { order: order?, reason: reason?, note: note? })
            }
            "reject" => {
                let known: Vec<String> = reader.office.reviews.order_reasons.keys().cloned().collect();
                let reason = reader.word_of("order-reason", &known);
                let message = reader.optional("message", |reader| reader.block("message"));
                Some(Self::Reject { order: order?, reason: reason?, message: message?, withdrawn: None })
            }
            "fulfil" => {
                let gender = reader.optional("gender", |it| it.choice("gender", Gender::WORDS));
                Some(Self::Fulfil { order: order?, gender: gender? })
            }
            "reactivate" => Some(Self::Reactivate { order: order? }),
            "repair" => {
                let repair = reader.choice("repair", Repair::WORDS);
                Some(Self::Repair { order: order?, repair: repair? })
            }
            _ => None,
        }
    }

    fn verb(&self) -> &'static str {
        match self {
            Self::Create(_) => "order-create",
            Self::Approve { .. } => "approve",
            Self::Hold { .. } => "hold",
            Self::Reject { .. } => "reject",
            Self::Fulfil { .. } => "fulfil",
            Self::Reactivate { .. } => "reactivate",
            Self::Repair { .. } => "repair",
        }
    }
}
