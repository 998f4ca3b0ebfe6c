//! What was written down about a customer over time: changes of fields, words between people, promises.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::salesforce_id::SalesforceId;
use super::text::Text;

/// A change of one field of a Salesforce record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// When.
    pub at: Option<Timestamp>,
    /// Who did it: a person, or the portal's worker.
    pub who: Text,
    /// Which record.
    pub of: Subject,
    /// Which field.
    pub field: Field,
    /// Before. Empty when nothing was there, or when Salesforce does not tell.
    pub old: Text,
    /// After.
    pub new: Text,
}

/// A field of a Salesforce record that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Field {
    /// None: the record came to be.
    Created,
    /// Where an order or a case stands.
    Status,
    /// Whose it is.
    Owner,
    /// How pressing it is.
    Priority,
    /// The stage of an opportunity.
    Stage,
    /// An opportunity's amount.
    Amount,
    /// When an opportunity closes.
    CloseDate,
    /// Where an order's activation stands.
    Activation,
    /// Where the check of an address stands.
    Eligibility,
    /// Where the check of a residence card stands.
    Verification,
    /// Any other, by its API name.
    Other(Text),
}

/// A record that something is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subject {
    /// An order, by its number.
    Order(Text),
    /// A case, by its number.
    Case(Text),
    /// An opportunity.
    Opportunity {
        /// Record id.
        id: SalesforceId,
        /// Name.
        name: Text,
    },
    /// The account itself.
    Account,
}

/// One thing said in a case or a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// When.
    pub at: Option<Timestamp>,
    /// Who said it.
    pub who: Text,
    /// Which side said it.
    pub side: Side,
    /// How it was said.
    pub kind: MessageKind,
    /// The customer can read it.
    pub public: bool,
    /// Subject, of an e-mail.
    pub subject: Text,
    /// What was said, as plain text, lines kept.
    pub body: Text,
    /// Names of attached files.
    pub files: Vec<Text>,
}

/// Which side of the counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Side {
    /// The customer.
    Customer,
    /// The operator's people.
    Staff,
}

/// How something was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MessageKind {
    /// A comment on a Salesforce case.
    Comment,
    /// An e-mail.
    Email,
    /// A reply in a WHMCS ticket, or its opening post.
    Reply,
    /// A note that only staff see.
    Note,
}

/// A promise somebody made: a Salesforce task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// Record id.
    pub id: SalesforceId,
    /// What was promised.
    pub subject: Text,
    /// Details.
    pub description: Text,
    /// Status as written.
    pub status: Text,
    /// Done.
    pub closed: bool,
    /// Priority as written.
    pub priority: Text,
    /// Until which day (JST).
    pub due: Option<Date>,
    /// Whose it is.
    pub owner: Text,
    /// When it was written down.
    pub created: Option<Timestamp>,
}

impl FollowUp {
    /// Not done, and its day is over on `today` (JST).
    pub fn late(&self, today: Date) -> bool {
        !self.closed && self.due.is_some_and(|due| due < today)
    }
}
