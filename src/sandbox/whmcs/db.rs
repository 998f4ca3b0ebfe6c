//! What one WHMCS installation stores. Text is kept plain; the wire escapes it the way WHMCS does.
//!
//! Dates are the server's local time (JST), money is whole yen, 0 means "none" for an id, as in the vendor's tables.

#![expect(missing_docs, reason = "a column's name is its description; only the surprising ones are explained")]

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

pub use super::installation::{Actions, Admin, ApiCredential, Currency, Department, Gateway, Settings, TicketStatus};
pub use super::table::{Id, Row, Table};
pub use super::words::{
    BillingCycle, CancelKind, ClientStatus, InvoiceStatus, PayMethodKind, Priority, Requestor, ServiceStatus,
    ToDoStatus,
};

/// The whole installation. `Default` is an empty one; [`Db::installed`] has what a fresh install brings.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Db {
    /// Who may call, and how the installation is set up.
    pub settings: Settings,
    /// Staff.
    pub admins: Table<Admin>,
    /// Billing identities.
    pub clients: Table<Client>,
    /// Login identities; since 8.0 apart from clients.
    pub users: Table<User>,
    /// Further people of a client.
    pub contacts: Table<Contact>,
    /// The catalogue.
    pub products: Table<Product>,
    /// Subscriptions.
    pub services: Table<Service>,
    /// Extras on a subscription.
    pub addons: Table<Addon>,
    /// Requested cancellations.
    pub cancel_requests: Table<CancelRequest>,
    /// Bills.
    pub invoices: Table<Invoice>,
    /// Payments and refunds.
    pub transactions: Table<Transaction>,
    /// Movements of client credit.
    pub credits: Table<Credit>,
    /// Stored cards and bank accounts.
    pub pay_methods: Table<PayMethod>,
    /// Orders.
    pub orders: Table<Order>,
    /// Support tickets.
    pub tickets: Table<Ticket>,
    /// Sent mail.
    pub emails: Table<Email>,
    /// The activity log.
    pub activity: Table<Activity>,
    /// Provisioning calls that failed.
    pub module_queue: Table<ModuleQueueEntry>,
    /// Staff to-do list.
    pub todos: Table<ToDo>,
    /// Mail templates.
    pub email_templates: Table<EmailTemplate>,
    /// Last id given to an invoice line.
    pub last_item: Id,
    /// Last id given to a ticket reply or note.
    pub last_message: Id,
    /// Last id given to a client note; the notes themselves cannot be read back through the API.
    pub last_note: Id,
}

impl std::fmt::Debug for Db {
    /// Counts only: rows hold people and secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db")
            .field("clients", &self.clients.len())
            .field("services", &self.services.len())
            .field("invoices", &self.invoices.len())
            .finish_non_exhaustive()
    }
}

impl Db {
    /// Adds an invoice, giving ids to lines that have none.
    pub fn add_invoice(&mut self, mut invoice: Invoice) -> Id {
        for item in &mut invoice.items {
            number(&mut item.id, &mut self.last_item);
        }
        self.invoices.insert(invoice)
    }

    /// Adds a ticket, giving ids to replies and notes that have none.
    pub fn add_ticket(&mut self, mut ticket: Ticket) -> Id {
        for reply in &mut ticket.replies {
            number(&mut reply.id, &mut self.last_message);
        }
        for note in &mut ticket.notes {
            number(&mut note.id, &mut self.last_message);
        }
        self.tickets.insert(ticket)
    }

    /// What was paid towards an invoice, refunds taken off, in yen.
    pub fn paid_towards(&self, invoice: &Invoice) -> i64 {
        let of = self.transactions.of(invoice.client_id).filter(|it| it.invoice_id == invoice.id);
        of.map(|it| it.amount_in - it.amount_out).sum()
    }
}

fn number(id: &mut Id, last: &mut Id) {
    if *id == 0 {
        *id = *last + 1;
    }
    *last = (*last).max(*id);
}

/// A row's key, its client, its search words and whether it is open, in one line each.
macro_rules! row {
    ($name:ident $(, of $owner:ident)? $(, words $($word:ident)+)? $(, open |$it:ident| $open:expr)?) => {
        impl Row for $name {
            fn id(&self) -> Id {
                self.id
            }
            fn set_id(&mut self, id: Id) {
                self.id = id;
            }
            $(fn owners(&self, add: &mut dyn FnMut(Id)) {
                add(self.$owner);
            })?
            $(fn words(&self, add: &mut dyn FnMut(&str)) {
                $(add(&self.$word);)+
            })?
            $(fn is_open(&self) -> bool {
                let $it = self;
                $open
            })?
        }
    };
}
pub(super) use row;

row!(Contact, of client_id, words email phone);
row!(Product);
row!(Service, of client_id, words domain, open |it| it.status == ServiceStatus::Pending);
row!(Addon, of client_id);
row!(CancelRequest, of client_id);
row!(Invoice, of client_id, words number, open |it| matches!(it.status, InvoiceStatus::Unpaid | InvoiceStatus::Draft));
row!(Transaction, of client_id, words transid);
row!(Credit, of client_id);
row!(PayMethod, of client_id);
row!(Order, of client_id, open |it| it.status == "Pending");
row!(Ticket, of client_id, words tid email, open |it| it.status != "Closed");
row!(Email, of client_id);
row!(Activity, of client_id);
row!(ModuleQueueEntry, open | it | !it.completed);
row!(ToDo, open | it | it.status != ToDoStatus::Completed);
row!(EmailTemplate, words name);

/// A billing identity.
#[derive(Clone, Serialize, Deserialize)]
pub struct Client {
    pub id: Id,
    pub uuid: String,
    /// The [`User`] that owns it.
    pub owner_user_id: Id,
    pub firstname: String,
    pub lastname: String,
    pub companyname: String,
    pub email: String,
    pub address1: String,
    pub address2: String,
    pub city: String,
    /// Free text for Japan.
    pub state: String,
    pub postcode: String,
    /// ISO 3166 two letters.
    pub country: String,
    /// As the customer typed it.
    pub phone: String,
    pub status: ClientStatus,
    /// Credit balance in yen.
    pub credit: i64,
    pub created: Date,
    pub group_id: Id,
    /// Gateway module the client prefers; empty for none.
    pub default_gateway: String,
    /// Notes staff may overwrite.
    pub notes: String,
    pub language: String,
    pub tax_exempt: bool,
    /// Whether automatic card charges are switched off.
    pub auto_charge_off: bool,
    pub marketing_opt_in: bool,
    pub email_verified: bool,
    pub last_login: Option<Login>,
    /// Values by custom field id; the API never tells the fields' names.
    pub custom_fields: BTreeMap<Id, String>,
}

impl Client {
    /// First and last name as WHMCS joins them.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.firstname, self.lastname)
    }
}

impl Row for Client {
    fn id(&self) -> Id {
        self.id
    }
    fn set_id(&mut self, id: Id) {
        self.id = id;
    }
    fn words(&self, add: &mut dyn FnMut(&str)) {
        add(&self.email);
        add(&self.firstname);
        add(&self.lastname);
        add(&self.full_name());
        add(&self.companyname);
    }
}

/// A client's last sign-in.
#[derive(Clone, Serialize, Deserialize)]
pub struct Login {
    pub at: DateTime,
    pub ip: String,
    pub host: String,
}

/// A login identity, which may open several clients.
#[derive(Clone, Serialize, Deserialize)]
pub struct User {
    pub id: Id,
    pub firstname: String,
    pub lastname: String,
    pub email: String,
    pub created: DateTime,
    /// Client ids, and whether the user owns each.
    pub clients: Vec<(Id, bool)>,
}

impl Row for User {
    fn id(&self) -> Id {
        self.id
    }
    fn set_id(&mut self, id: Id) {
        self.id = id;
    }
    fn owners(&self, add: &mut dyn FnMut(Id)) {
        for (client, _) in &self.clients {
            add(*client);
        }
    }
    fn words(&self, add: &mut dyn FnMut(&str)) {
        add(&self.email);
        add(&self.firstname);
        add(&self.lastname);
    }
}

/// Somebody else of a client: a spouse, an accountant.
#[derive(Clone, Serialize, Deserialize)]
pub struct Contact {
    pub id: Id,
    pub client_id: Id,
    pub firstname: String,
    pub lastname: String,
    pub companyname: String,
    pub email: String,
    pub address1: String,
    pub address2: String,
    pub city: String,
    pub state: String,
    pub postcode: String,
    pub country: String,
    pub phone: String,
    /// Whether copies of invoices are mailed to this person.
    pub invoice_emails: bool,
    pub created: DateTime,
}

/// Something on sale.
#[derive(Clone, Serialize, Deserialize)]
pub struct Product {
    pub id: Id,
    pub group_id: Id,
    pub group: String,
    pub name: String,
    /// HTML.
    pub description: String,
    /// Server module that provisions it; empty for none.
    pub module: String,
    pub recurring: bool,
    /// Price and setup fee in yen by cycle; a cycle that is missing is not offered (`-1.00` on the wire).
    pub prices: BTreeMap<BillingCycle, (i64, i64)>,
    pub custom_fields: Vec<CustomField>,
}

/// A product's custom field, whose values its services carry.
#[derive(Clone, Serialize, Deserialize)]
pub struct CustomField {
    pub id: Id,
    pub name: String,
    pub required: bool,
}

/// A subscription.
#[derive(Clone, Serialize, Deserialize)]
pub struct Service {
    pub id: Id,
    pub client_id: Id,
    pub order_id: Id,
    pub product_id: Id,
    pub registered: Date,
    /// For a line, its phone number.
    pub domain: String,
    /// Yen, tax excluded.
    pub first_payment: i64,
    /// Yen per cycle, tax excluded.
    pub recurring: i64,
    /// Gateway module.
    pub gateway: String,
    pub cycle: BillingCycle,
    /// `None` for free and one-time services.
    pub next_due: Option<Date>,
    pub status: ServiceStatus,
    pub suspension_reason: String,
    pub username: String,
    /// Travels in clear text, as in the real system.
    pub password: String,
    pub notes: String,
    /// Grace: not suspended automatically before this day.
    pub no_suspend_until: Option<Date>,
    pub terminated: Option<Date>,
    /// Values by the product's custom field id.
    pub custom_fields: BTreeMap<Id, String>,
    pub options: Vec<ConfigOption>,
}

/// A chosen option of a service.
#[derive(Clone, Serialize, Deserialize)]
pub struct ConfigOption {
    pub id: Id,
    pub name: String,
    /// `dropdown`, `radio`, `yesno`, `quantity`.
    pub kind: String,
    pub value: String,
}

/// An extra on a subscription.
#[derive(Clone, Serialize, Deserialize)]
pub struct Addon {
    pub id: Id,
    pub service_id: Id,
    pub client_id: Id,
    pub order_id: Id,
    /// The catalogue's addon.
    pub addon_id: Id,
    pub name: String,
    pub setup_fee: i64,
    pub recurring: i64,
    pub cycle: BillingCycle,
    pub taxed: bool,
    pub status: ServiceStatus,
    pub registered: Date,
    pub next_due: Option<Date>,
    pub gateway: String,
    pub notes: String,
}

/// A request to cancel a service.
#[derive(Clone, Serialize, Deserialize)]
pub struct CancelRequest {
    pub id: Id,
    pub service_id: Id,
    pub client_id: Id,
    pub date: DateTime,
    pub reason: String,
    pub kind: CancelKind,
}

/// A bill. Its sums follow from its lines.
#[derive(Clone, Serialize, Deserialize)]
pub struct Invoice {
    pub id: Id,
    pub client_id: Id,
    /// Empty unless sequential numbering is on; then the id is shown instead.
    pub number: String,
    pub date: Date,
    pub due: Date,
    pub paid_at: Option<DateTime>,
    pub captured_at: Option<DateTime>,
    pub refunded_at: Option<DateTime>,
    pub cancelled_at: Option<DateTime>,
    /// Credit applied, in yen.
    pub credit: i64,
    /// Whole percent.
    pub tax_percent: i64,
    pub status: InvoiceStatus,
    pub gateway: String,
    pub notes: String,
    pub created: DateTime,
    pub updated: DateTime,
    pub items: Vec<InvoiceItem>,
}

impl Invoice {
    /// Sum of the lines, in yen.
    pub fn subtotal(&self) -> i64 {
        self.items.iter().map(|it| it.amount).sum()
    }

    /// Tax on the taxed lines, rounded down to whole yen.
    pub fn tax(&self) -> i64 {
        let taxed: i64 = self.items.iter().filter(|it| it.taxed).map(|it| it.amount).sum();
        (taxed * self.tax_percent).div_euclid(100)
    }

    /// What is charged: lines and tax less applied credit, in yen.
    pub fn total(&self) -> i64 {
        self.subtotal() + self.tax() - self.credit
    }

    /// Unpaid and past its due date, which WHMCS decides by the server's date.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.status == InvoiceStatus::Unpaid && self.due < today
    }
}

/// A line of a bill.
#[derive(Clone, Serialize, Deserialize)]
pub struct InvoiceItem {
    pub id: Id,
    /// `Hosting`, `Addon`, `Item`, `LateFee`, or empty.
    pub kind: String,
    /// The service or addon it bills.
    pub rel_id: Id,
    pub description: String,
    pub amount: i64,
    pub taxed: bool,
}

/// Money in or out.
#[derive(Clone, Serialize, Deserialize)]
pub struct Transaction {
    pub id: Id,
    pub client_id: Id,
    pub invoice_id: Id,
    pub gateway: String,
    pub date: DateTime,
    pub description: String,
    pub amount_in: i64,
    pub fees: i64,
    pub amount_out: i64,
    pub transid: String,
    pub refund_id: Id,
}

/// A movement of a client's credit.
#[derive(Clone, Serialize, Deserialize)]
pub struct Credit {
    pub id: Id,
    pub client_id: Id,
    pub date: Date,
    pub description: String,
    /// Signed yen.
    pub amount: i64,
    pub rel_id: Id,
}

/// A stored card or bank account.
#[derive(Clone, Serialize, Deserialize)]
pub struct PayMethod {
    pub id: Id,
    pub client_id: Id,
    pub kind: PayMethodKind,
    pub description: String,
    /// Gateway module.
    pub gateway: String,
    /// Card only.
    pub last_four: String,
    /// Card only: the last month it is good for; the day is ignored.
    pub expires: Option<Date>,
    /// Card only: `Visa`, `JCB`, …
    pub brand: String,
    /// Bank only.
    pub bank_name: String,
    /// The gateway's secret handle.
    pub remote_token: String,
    pub updated: DateTime,
}

/// An order. Its lines point at what it created; their words are read from there.
#[derive(Clone, Serialize, Deserialize)]
pub struct Order {
    pub id: Id,
    /// The customer-facing number: up to ten random digits.
    pub number: u64,
    pub client_id: Id,
    pub contact_id: Id,
    /// The user who ordered.
    pub requestor_id: Id,
    /// The admin who ordered for the client.
    pub admin_id: Id,
    pub date: DateTime,
    pub amount: i64,
    pub gateway: String,
    /// 0 when no invoice was made.
    pub invoice_id: Id,
    /// A word of [`Settings::order_statuses`].
    pub status: String,
    pub ip: String,
    pub promo_code: String,
    pub notes: String,
    pub lines: Vec<OrderLine>,
}

/// What one line of an order created.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderLine {
    /// A [`Service`].
    Service(Id),
    /// An [`Addon`].
    Addon(Id),
}

/// A support ticket.
#[derive(Clone, Serialize, Deserialize)]
pub struct Ticket {
    pub id: Id,
    /// The customer-facing number; may hold letters.
    pub tid: String,
    pub department_id: Id,
    /// 0 for a ticket without a client.
    pub client_id: Id,
    pub contact_id: Id,
    pub name: String,
    pub email: String,
    pub requestor: Requestor,
    pub cc: String,
    /// The secret that opens the ticket without signing in.
    pub secret: String,
    pub date: DateTime,
    pub subject: String,
    pub message: String,
    /// A word of [`Settings::ticket_statuses`].
    pub status: String,
    pub priority: Priority,
    /// The operator who opened it; empty for a customer.
    pub admin: String,
    /// File names.
    pub attachments: Vec<String>,
    pub last_reply: DateTime,
    /// The admin it is flagged to.
    pub flag: Id,
    /// `S<service id>`, `D<domain id>` or empty.
    pub service: String,
    pub replies: Vec<Reply>,
    pub notes: Vec<Note>,
}

/// An answer in a ticket.
#[derive(Clone, Serialize, Deserialize)]
pub struct Reply {
    pub id: Id,
    pub client_id: Id,
    pub contact_id: Id,
    pub name: String,
    pub email: String,
    pub requestor: Requestor,
    pub date: DateTime,
    pub message: String,
    /// File names.
    pub attachments: Vec<String>,
    /// The operator's name; empty for a customer.
    pub admin: String,
}

/// A note only staff sees.
#[derive(Clone, Serialize, Deserialize)]
pub struct Note {
    pub id: Id,
    pub admin: String,
    pub date: DateTime,
    pub message: String,
}

/// A mail that was sent, or was to be.
#[derive(Clone, Serialize, Deserialize)]
pub struct Email {
    pub id: Id,
    pub client_id: Id,
    pub subject: String,
    /// A full HTML page.
    pub message: String,
    pub date: DateTime,
    pub to: String,
    pub pending: bool,
    /// Why it was not delivered.
    pub failure: Option<String>,
    pub retries: u32,
}

/// A line of the activity log.
#[derive(Clone, Serialize, Deserialize)]
pub struct Activity {
    pub id: Id,
    pub client_id: Id,
    pub user_id: Id,
    pub admin_id: Id,
    pub date: DateTime,
    pub description: String,
    /// `System`, an admin's user name or a client's.
    pub username: String,
    pub ip: String,
}

/// A provisioning call that failed.
#[derive(Clone, Serialize, Deserialize)]
pub struct ModuleQueueEntry {
    pub id: Id,
    /// `service`, `addon` or `domain`.
    pub service_type: String,
    pub service_id: Id,
    pub module: String,
    /// `CreateAccount`, …
    pub action: String,
    pub last_attempt: DateTime,
    pub last_error: String,
    pub retries: u32,
    pub completed: bool,
    pub created: DateTime,
}

/// An item of the staff's to-do list.
#[derive(Clone, Serialize, Deserialize)]
pub struct ToDo {
    pub id: Id,
    pub date: Date,
    pub title: String,
    pub description: String,
    pub admin_id: Id,
    pub status: ToDoStatus,
    pub due: Option<Date>,
}

/// A mail template.
#[derive(Clone, Serialize, Deserialize)]
pub struct EmailTemplate {
    pub id: Id,
    /// `general`, `product`, `domain`, `invoice`, `support`, `affiliate`.
    pub kind: String,
    pub name: String,
    pub subject: String,
    /// Whether staff made it.
    pub custom: bool,
    pub language: String,
}
