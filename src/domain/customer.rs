//! Who the customer is: the Salesforce account, the WHMCS client, and the key that opens both.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::money::Yen;
use super::phone::{Msisdn, Phone};
use super::salesforce_id::SalesforceId;
use super::text::Text;

/// A WHMCS client's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(pub u64);

impl std::fmt::Display for ClientId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// What is needed to open a customer: one of the two identities at least, found by a search or a link.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct CustomerKey {
    /// The Salesforce account, when known.
    pub account: Option<SalesforceId>,
    /// The WHMCS client, when known.
    pub client: Option<ClientId>,
    /// The line the caller named: it is the one read from Freebit first.
    pub line: Option<Msisdn>,
}

impl CustomerKey {
    /// True when both keys name the same account or the same client. Two clients that name one account are two customers:
    /// each has invoices of its own.
    pub fn same_customer(&self, other: &Self) -> bool {
        match (&self.account, &other.account, &self.client, &other.client) {
            (Some(a), Some(b), Some(client), Some(others)) => a == b && client == others,
            (Some(a), Some(b), ..) => a == b,
            (_, _, client, others) => client.is_some() && client == others,
        }
    }
}

/// The customer as Salesforce tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Record id.
    pub id: SalesforceId,
    /// Customer number, e.g. `C-000123`. Empty when not given.
    pub number: Text,
    /// Name as written, usually kanji or Latin letters.
    pub name: Text,
    /// Name in katakana, family name first. Empty when not recorded.
    pub kana: Text,
    /// E-mail. Personal data.
    pub email: Text,
    /// Mobile and other phones on record. Personal data. A number that is no phone number is kept as written.
    pub phones: Vec<Contact>,
    /// Postal address in one line. Personal data.
    pub address: Text,
    /// Birth date. Personal data.
    pub birthdate: Option<Date>,
    /// A company rather than a person.
    pub corporate: bool,
    /// The link to WHMCS as text, e.g. `#41 - Aiko Mori`. Empty when there is none.
    pub whmcs_link: Text,
    /// When the account was created.
    pub created: Option<Timestamp>,
    /// Last change.
    pub modified: Option<Timestamp>,
    /// Internet eligibility.
    pub eligibility: Eligibility,
    /// Residence-card verification.
    pub verification: Verification,
}

/// A phone number on record, with the text as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// As written in the system.
    pub written: Text,
    /// As understood; `None` when it is no phone number.
    pub phone: Option<Phone>,
}

/// Whether internet can be sold at the customer's address.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Eligibility {
    /// Where the check stands.
    pub state: EligibilityState,
    /// What can be sold, e.g. `Home 1G`. Empty unless eligible.
    pub offering: Text,
    /// When it was asked for.
    pub requested: Option<Timestamp>,
    /// When it was answered.
    pub checked: Option<Timestamp>,
    /// The checker's note.
    pub note: Text,
}

/// Where the eligibility check stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum EligibilityState {
    /// Nobody asked.
    #[default]
    NotRequested,
    /// Asked, not answered.
    Pending,
    /// Internet can be sold.
    Eligible,
    /// Internet cannot be sold.
    Ineligible,
    /// A word the desk does not know, as written.
    Other(Text),
}

/// Whether the residence card was checked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Verification {
    /// Where the check stands.
    pub state: VerificationState,
    /// When the card was sent in.
    pub submitted: Option<Timestamp>,
    /// When it was reviewed.
    pub reviewed: Option<Timestamp>,
    /// The reviewer's note or the reason for the rejection.
    pub note: Text,
}

impl Verification {
    /// When the card came to stand where it does, and how that moment is called: a card that was sent in again waits since
    /// then, and a review that nobody dated is not taken to be of the day it was sent in.
    pub fn last(&self) -> Option<(&'static str, Timestamp)> {
        let reviewed = self.reviewed.filter(|_| self.state != VerificationState::UnderReview);
        reviewed.map(|at| ("label-since", at)).or_else(|| Some(("label-sent-in", self.submitted?)))
    }
}

/// Where the residence-card check stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum VerificationState {
    /// Nothing was sent in.
    #[default]
    NotSubmitted,
    /// Sent in, waits for a reviewer.
    UnderReview,
    /// Accepted.
    Verified,
    /// Refused.
    Rejected,
    /// A word the desk does not know, as written.
    Other(Text),
}

/// The customer as WHMCS tells it: the billing identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// Client number.
    pub id: ClientId,
    /// Name in Latin letters.
    pub name: Text,
    /// Company, empty for a person.
    pub company: Text,
    /// E-mail. Personal data.
    pub email: Text,
    /// Phone as written. Personal data.
    pub phone: Contact,
    /// Romanised address in one line. Personal data.
    pub address: Text,
    /// Active, Inactive, Closed or another word.
    pub status: Text,
    /// Credit balance in yen.
    pub credit: Option<Yen>,
    /// The Salesforce customer number kept in a custom field. Empty when not set.
    pub customer_number: Text,
    /// Preferred language as WHMCS writes it, e.g. `japanese`.
    pub language: Text,
}
