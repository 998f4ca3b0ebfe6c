//! What one WHMCS installation stores. Text is kept plain; the wire escapes it the way WHMCS does.

use serde::{Deserialize, Serialize};

pub use super::installation::{
    Actions, Admin, ApiCredential, CatalogueAddon, Currency, Department, Gateway, Settings, TicketStatus,
};
pub use super::rows::*;
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
    /// What goes on later bills.
    #[serde(default)]
    pub billable: Table<BillableItem>,
    /// Last id given to a credit note, which release 9 writes by itself and no action reads.
    #[serde(default)]
    pub last_credit_note: Id,
    /// Stored cards and bank accounts.
    pub pay_methods: Table<PayMethod>,
    /// Orders.
    pub orders: Table<Order>,
    /// Ordered changes of a service's product.
    #[serde(default)]
    pub upgrades: Table<Upgrade>,
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
