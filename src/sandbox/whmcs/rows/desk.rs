//! What staff work with: tickets, mail, logs, to-do items.

#![expect(missing_docs, reason = "a column's name is its description; only the surprising ones are explained")]

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use super::super::table::{Id, Row, row};
use super::super::words::{Priority, Requestor, ToDoStatus};

row!(Ticket, of client_id, words tid email, open |it| it.status != "Closed");
row!(Email, of client_id);
row!(Activity, of client_id);
row!(ToDo, open | it | it.status != ToDoStatus::Completed);
row!(EmailTemplate, words name);

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
    /// A word of the settings' `ticket_statuses`.
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
