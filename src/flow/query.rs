//! app → backend: what to read; backend → app: what was read.

use jiff::{SignedDuration, Timestamp};

use crate::domain::billing::{Activity, Invoice, Listing, PayMethod, Subscription, Ticket, WhmcsOrder};
use crate::domain::catalogue::Entry;
use crate::domain::change::Change;
use crate::domain::customer::{Account, Client, CustomerKey};
use crate::domain::history::{self, FollowUp, Message};
use crate::domain::ledger::{CreditEntry, Email, InvoiceDetail, Transaction};
use crate::domain::line::Line;
use crate::domain::links::LinkFinding;
use crate::domain::mail::Template;
use crate::domain::mask::Personal;
use crate::domain::operation::{OperationId, Plan};
use crate::domain::order::{Case, Opportunity, Order, SimCard};
use crate::domain::phone::Msisdn;
use crate::domain::phrase::Phrase;
use crate::domain::queue::{Queue, Tally};
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::service::{Addon, CancelRequest, Cycle, Product, Quote};
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::domain::text::Text;

use super::activation::{Activation, ActivationOf};
use super::board::{Cursor, QueuePage};
use super::deeper::{Deeper, DeeperKind};
use super::doctor::{Examination, Finding};
use super::fault::Fault;
use super::operation::PlanRefused;
use super::pack::{PackQuery, PackReply};
use super::remote::Remote;
use super::sign_in::{SignInQuery, SignInReply};

/// Something to read. Reads have no effect and may be cancelled or repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// Sign in and say hello to each system once, so that the status bar tells the truth from the start.
    Hello,
    /// Find customers by what was typed.
    Search(String),
    /// Read everything about one customer.
    Customer(CustomerKey),
    /// Read again what changed elsewhere of an open customer, and nothing else.
    Renew(CustomerKey, Renewal),
    /// Read one line from Freebit.
    Line(Msisdn),
    /// Read one more part of a customer.
    Deeper(CustomerKey, Deeper),
    /// Read what a change needs to know, and plan it.
    Plan(Box<Change>),
    /// Look through the carrier's notices for an eSIM's activation code: whether there is one, or the code itself.
    Activation {
        /// Whose.
        of: Box<ActivationOf>,
        /// The code itself is wanted. That is written into the audit log before.
        code: bool,
    },
    /// Plan the same change of many rows, one after the other.
    PlanRows(Vec<Change>),
    /// Plan what waits in the outbox anew, as it was edited or as it is.
    PlanKept(OperationId, Option<Box<Change>>),
    /// Read what the records of these say now, which wait in the outbox.
    Outbox(Vec<OperationId>),
    /// Count what waits in every queue.
    Board,
    /// Read a page of a queue: the first, or the one where another ended.
    Queue(Queue, Option<Cursor>),
    /// What is asked about field packs.
    Pack(PackQuery),
    /// What is asked about signing in by hand.
    SignIn(SignInQuery),
    /// Tell once what is kept of what happened elsewhere, as [`super::live::Live`]. Nothing is listened to.
    Kept,
    /// Look at everything that the desk needs of each system, and change nothing.
    Examine(Examination),
}

/// What can be read again of an open customer by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Renewal {
    /// The account with its orders, cases, opportunities and cards, which are one call.
    Salesforce,
    /// The invoices of the WHMCS client.
    Invoices,
}

/// A place on the screen that waits for at most one read at a time: a newer read in a slot replaces the older.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Slot {
    /// The greeting at start.
    Hello,
    /// The hits below the search box.
    Search,
    /// The open customer.
    Customer,
    /// What changed elsewhere of the open customer.
    Renew(Renewal),
    /// The line shown on the SIM tab.
    Line,
    /// One more part of the open customer, by its kind.
    Deeper(DeeperKind),
    /// The board's counts.
    Board,
    /// The list of a queue.
    Queue,
    /// The change that is being asked for.
    Plan,
    /// The activation code that somebody wants to see.
    Activation,
    /// Whether there is a field pack.
    PackSeen,
    /// The field pack that is made or opened.
    Pack,
    /// The sign-in by hand.
    SignIn,
    /// The browser of that sign-in, until it comes back.
    Browser,
    /// What the records say of what waits in the outbox.
    Outbox,
    /// What is kept of what happened elsewhere.
    Kept,
    /// How the desk and its systems are.
    Examination,
}

impl Slot {
    /// Whether it waits for a person rather than for a system: nothing is owed by it.
    pub fn waits_for_a_person(self) -> bool {
        self == Self::Browser
    }
}

/// Counts the reads of a slot, so that the answer of an older one is recognised and dropped.
pub type Generation = u64;

/// One message of a read's answer; a read may send several, and ends with one `Msg::Ended`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Part of a search's answer.
    Search(SearchReply),
    /// Part of a customer.
    Customer(CustomerPart),
    /// A line.
    Line(Msisdn, Remote<Line>),
    /// What a change will do, or why it cannot be made.
    Plan(Result<Box<Plan>, PlanRefused>),
    /// An eSIM's activation code, or why there is none.
    Activation(Activation),
    /// What the change of one of many rows will do, by its place, or why it cannot be made.
    PlannedRow(usize, Result<Box<Plan>, PlanRefused>),
    /// What was found about field packs.
    Pack(PackReply),
    /// What came of signing in by hand.
    SignIn(SignInReply),
    /// What one that waits in the outbox would do now, or why it cannot be made.
    PlannedKept(OperationId, Result<Box<Plan>, PlanRefused>),
    /// Why what is kept of elsewhere cannot be read.
    Unkept(Phrase),
    /// Who Salesforce says is signed in.
    Agent(Agent),
    /// WHMCS's major version. From 9 on a published invoice cannot be changed.
    WhmcsMajor(u32),
    /// How much waits in a queue.
    Tally(Queue, Remote<Tally>),
    /// Something that an examination found.
    Finding(Finding),
    /// The examination of a system is over.
    Examined(System),
    /// A page of a queue.
    Queue {
        /// Which queue.
        queue: Queue,
        /// It is the first page, which replaces what was read before.
        first: bool,
        /// The page.
        page: Remote<QueuePage>,
    },
}

/// The person at the desk, as Salesforce knows them: whose cases are "mine".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// The user's record id.
    pub id: SalesforceId,
    /// Name as Salesforce writes it.
    pub name: Text,
}

/// How many lines may still be read from Freebit, which forbids bulk retrieval: the desk gives itself a small budget that
/// fills up again by one line each `every` seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineReads {
    /// As many can be read at once after a rest.
    pub most: u32,
    /// Seconds until one more may be read.
    pub every: u32,
    /// When the budget is full again.
    pub full_at: Timestamp,
}

impl LineReads {
    /// The budget of which so many are left at a moment.
    pub fn with_left(most: u32, every: u32, left: u32, now: Timestamp) -> Self {
        let missing = i64::from(most.saturating_sub(left)) * i64::from(every);
        let full_at = now.checked_add(SignedDuration::from_secs(missing)).unwrap_or(now);
        Self { most, every, full_at }
    }

    /// How many may be read now.
    pub fn left(&self, now: Timestamp) -> u32 {
        let seconds = self.full_at.duration_since(now).as_millis().max(0) as u128;
        let missing = seconds.div_ceil(u128::from(self.every.max(1)) * 1000);
        self.most.saturating_sub(u32::try_from(missing).unwrap_or(u32::MAX))
    }
}

/// Part of a search's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SearchReply {
    /// These systems were asked; each answers once at least.
    Asked(Vec<System>),
    /// A system's hits, best first. May be empty, may come in several pieces.
    Hits(System, Vec<Hit>),
    /// A system has answered all it was asked.
    Finished(System),
    /// A system cannot search by this at all.
    CannotSearch(System, Searched),
    /// A system looked only at a part, e.g. its newest orders.
    LookedOnlyAt {
        /// Which system.
        system: System,
        /// What was looked for.
        searched: Searched,
        /// How many of its newest records were looked at.
        newest: u64,
    },
    /// A system may have more than the first ones the desk asked it for.
    OnlyFirst(System),
    /// A system could not answer; its hits are of what the desk remembers.
    Remembered(System),
    /// A system could not answer.
    Failed(Fault),
}

/// What something typed was understood as, and so why a hit matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Searched {
    /// A phone number of the customer.
    Phone,
    /// The last digits of a phone or line number.
    PhoneTail,
    /// The number of one of the customer's lines.
    LineNumber,
    /// E-mail address or its beginning.
    Email,
    /// Name as written.
    Name,
    /// Name by its reading (kana).
    Kana,
    /// Salesforce customer number.
    CustomerNumber,
    /// WHMCS client id.
    ClientId,
    /// Invoice number.
    Invoice,
    /// Salesforce order number.
    Order,
    /// WHMCS order, by id or by the customer's ten-digit number.
    WhmcsOrder,
    /// Case number.
    Case,
    /// EID.
    Eid,
    /// ICCID.
    Iccid,
    /// Card product number.
    ProductNumber,
    /// A Salesforce record id.
    RecordId,
    /// The postal code of an address.
    PostalCode,
}

impl Searched {
    /// Key of the words for what something was understood as.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Phone => "what-phone",
            Self::PhoneTail => "what-phone-tail",
            Self::LineNumber => "what-line-number",
            Self::Email => "what-email",
            Self::Name => "what-name",
            Self::Kana => "what-kana",
            Self::CustomerNumber => "what-customer-number",
            Self::ClientId => "what-client-id",
            Self::Invoice => "what-invoice",
            Self::Order => "what-order",
            Self::WhmcsOrder => "what-whmcs-order",
            Self::Case => "what-case",
            Self::Eid => "what-eid",
            Self::Iccid => "what-iccid",
            Self::ProductNumber => "what-product-number",
            Self::RecordId => "what-record-id",
            Self::PostalCode => "what-postal-code",
        }
    }

    /// How it is masked, where it is personal data.
    pub const fn personal(self) -> Option<Personal> {
        match self {
            Self::Phone | Self::PhoneTail | Self::LineNumber => Some(Personal::Phone),
            Self::Email => Some(Personal::Email),
            Self::Eid | Self::Iccid | Self::ProductNumber => Some(Personal::Id),
            _ => None,
        }
    }
}

/// One customer a system found. Each system sends its own; the screen joins those that are one customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Which system found it.
    pub system: System,
    /// How to open it.
    pub key: CustomerKey,
    /// Name as that system writes it.
    pub name: Text,
    /// Reading in kana, where the system knows it.
    pub kana: Text,
    /// Salesforce customer number, where the system knows it.
    pub customer_number: Text,
    /// Why it matched.
    pub why: Searched,
    /// What matched, as stored. Masked on the screen when `why` is personal.
    pub matched: Text,
    /// Where to look first: e.g. an invoice number opens the Billing tab.
    pub opens: Place,
}

/// One part of an open customer, read on its own, with its own age and fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomerPart {
    /// The key, once a link gave the other half of it.
    Key(CustomerKey),
    /// Salesforce account.
    Account(Remote<Account>),
    /// WHMCS client.
    Client(Remote<Client>),
    /// How well the systems agree that this is one customer.
    Links(Remote<Vec<LinkFinding>>),
    /// WHMCS services.
    Subscriptions(Remote<Listing<Subscription>>),
    /// WHMCS invoices, newest first.
    Invoices(Remote<Listing<Invoice>>),
    /// WHMCS pay methods.
    PayMethods(Remote<Vec<PayMethod>>),
    /// Salesforce orders, newest first.
    Orders(Remote<Listing<Order>>),
    /// WHMCS orders, newest first.
    WhmcsOrders(Remote<Listing<WhmcsOrder>>),
    /// Salesforce opportunities.
    Opportunities(Remote<Listing<Opportunity>>),
    /// Salesforce cases, newest first.
    Cases(Remote<Listing<Case>>),
    /// WHMCS tickets, newest first.
    Tickets(Remote<Listing<Ticket>>),
    /// Cards assigned to the customer, from Salesforce's inventory.
    SimCards(Remote<Listing<SimCard>>),
    /// WHMCS's activity log for this client, newest first.
    Activity(Remote<Listing<Activity>>),
    /// One line from Freebit.
    Line(Msisdn, Remote<Line>),
    /// How many lines may still be read from Freebit.
    LineReads(LineReads),
    /// WHMCS transactions, newest first.
    Transactions(Remote<Listing<Transaction>>),
    /// WHMCS credit entries, newest first.
    Credits(Remote<Listing<CreditEntry>>),
    /// WHMCS e-mails, newest first.
    Emails(Remote<Listing<Email>>),
    /// E-mails older than the newest so many, newest first.
    OlderEmails(u64, Remote<Listing<Email>>),
    /// Activity older than the newest so many lines, newest first.
    OlderActivity(u64, Remote<Listing<Activity>>),
    /// Add-ons of the services.
    Addons(Remote<Listing<Addon>>),
    /// Cancellation requests, newest first.
    CancelRequests(Remote<Listing<CancelRequest>>),
    /// WHMCS's catalogue.
    Products(Remote<Vec<Product>>),
    /// The portal's catalogue.
    Catalogue(Remote<Vec<Entry>>),
    /// The templates of WHMCS's e-mails.
    EmailTemplates(Remote<Vec<Template>>),
    /// Changes of the Salesforce records, newest first.
    Changes(Remote<Listing<history::Change>>),
    /// Promises, the one due first at the top.
    FollowUps(Remote<Listing<FollowUp>>),
    /// Items and payments of one invoice.
    Invoice(u64, Remote<InvoiceDetail>),
    /// What was said in one case, newest first.
    Case(SalesforceId, Remote<Listing<Message>>),
    /// What was said in one ticket, newest first.
    Ticket(u64, Remote<Listing<Message>>),
    /// What a change of product would cost.
    Quote {
        /// The service.
        service: u64,
        /// The product it would become.
        product: u64,
        /// How it would be billed.
        cycle: Cycle,
        /// The answer.
        quote: Remote<Quote>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_come_back_one_by_one() {
        let now: Timestamp = "2026-11-22T01:00:00Z".parse().unwrap();
        let after = |millis: i64| now + SignedDuration::from_millis(millis);
        let reads = LineReads::with_left(3, 1, 0, now);
        for (millis, left) in [(0, 0), (999, 0), (1000, 1), (1500, 1), (2000, 2), (3000, 3), (90_000, 3), (-5000, 0)] {
            assert_eq!(reads.left(after(millis)), left, "{millis}");
        }
        assert_eq!(LineReads::with_left(3, 1, 3, now).left(now), 3);
    }
}
