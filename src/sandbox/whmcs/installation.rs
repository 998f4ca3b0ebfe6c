//! How an installation is set up: staff, credentials and their roles, gateways, departments, words.

#![expect(missing_docs, reason = "a column's name is its description; only the surprising ones are explained")]

use std::collections::BTreeSet;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::db::{Db, EmailTemplate, Id};
use super::style::Style;
use super::table::{Row, row};

/// Who may call, and the installation's own lists.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Settings {
    /// Which of the documented variants answers.
    #[serde(default)]
    pub style: Style,
    /// Further API credentials, each of one admin: the sandbox's own pair acts as the first admin and may do everything.
    pub credentials: Vec<ApiCredential>,
    /// Lets a caller with this key past the address list.
    pub access_key: Option<String>,
    /// Addresses that may call; `None` switches the list off.
    pub allowed_ips: Option<BTreeSet<IpAddr>>,
    /// The currencies; the first is the default.
    pub currencies: Vec<Currency>,
    /// Whole percent put on new invoices.
    #[serde(default)]
    pub tax_percent: i64,
    /// Payment gateways.
    pub gateways: Vec<Gateway>,
    /// Support departments.
    pub departments: Vec<Department>,
    /// Ticket statuses in their order.
    pub ticket_statuses: Vec<TicketStatus>,
    /// Order statuses in their order.
    pub order_statuses: Vec<String>,
    /// Extras on sale; no action lists them.
    #[serde(default)]
    pub addons: Vec<CatalogueAddon>,
}

/// An extra on sale, billed every month.
#[derive(Clone, Serialize, Deserialize)]
pub struct CatalogueAddon {
    pub id: Id,
    pub name: String,
    /// Yen once.
    pub setup_fee: i64,
    /// Yen a month.
    pub recurring: i64,
}

/// An API credential.
#[derive(Clone, Serialize, Deserialize)]
pub struct ApiCredential {
    pub identifier: String,
    pub secret: String,
    /// The admin who acts.
    pub admin_id: Id,
    /// The union of its API roles.
    pub actions: Actions,
}

/// What API roles allow.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Actions {
    /// Every action.
    All,
    /// These, in lower case.
    Only(BTreeSet<String>),
}

impl Actions {
    /// Whether the action, in lower case, is allowed.
    pub fn allow(&self, action: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(names) => names.contains(action),
        }
    }
}

/// A member of staff.
#[derive(Clone, Serialize, Deserialize)]
pub struct Admin {
    pub id: Id,
    pub uuid: String,
    pub role_id: Id,
    pub username: String,
    /// MD5 of the password in lower-case hex: what legacy callers send.
    pub password_md5: String,
    pub firstname: String,
    pub lastname: String,
    pub email: String,
    pub disabled: bool,
    /// The admin role's "API Access" permission.
    pub api_access: bool,
    /// Departments whose tickets this admin is assigned to.
    pub departments: Vec<Id>,
    /// Words of the admin role, such as `List Invoices`.
    pub permissions: Vec<String>,
    /// When and from where the admin area was opened last, while a session is alive.
    pub session: Option<Session>,
}

row!(Admin, words username);

impl Admin {
    /// First and last name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.firstname, self.lastname)
    }
}

/// An open admin session.
#[derive(Clone, Serialize, Deserialize)]
pub struct Session {
    pub login: jiff::civil::DateTime,
    pub last_visit: jiff::civil::DateTime,
    pub ip: String,
}

/// A currency.
#[derive(Clone, Serialize, Deserialize)]
pub struct Currency {
    pub id: Id,
    /// `JPY`
    pub code: String,
    pub prefix: String,
    pub suffix: String,
    /// WHMCS's number of a thousands style; 4 groups by comma without decimals.
    pub format: u8,
}

/// A payment gateway.
#[derive(Clone, Serialize, Deserialize)]
pub struct Gateway {
    /// What inputs name it by.
    pub module: String,
    pub display_name: String,
    /// Whether it charges stored cards.
    pub card: bool,
}

/// A support department.
#[derive(Clone, Serialize, Deserialize)]
pub struct Department {
    pub id: Id,
    pub name: String,
}

/// A ticket status.
#[derive(Clone, Serialize, Deserialize)]
pub struct TicketStatus {
    pub title: String,
    /// HTML colour.
    pub color: String,
    /// Counts as active.
    pub active: bool,
    /// Counts as awaiting a reply.
    pub awaiting: bool,
}

impl Db {
    /// A fresh installation billing in yen, with one administrator and no customers.
    pub fn installed() -> Self {
        let mut db = Self::default();
        db.admins.insert(Admin {
            id: 0,
            uuid: "5b4a1c7e-0000-4000-8000-000000000001".into(),
            role_id: 1,
            username: "desk".into(),
            // MD5 of "sandbox".
            password_md5: "93bc63e0b4f48fbbff568d9fc0dc3def".into(),
            firstname: "Desk".into(),
            lastname: "One".into(),
            email: "desk@example.jp".into(),
            disabled: false,
            api_access: true,
            departments: vec![1, 2],
            permissions: ["API Access", "List Clients", "View Invoices", "List Support Tickets"]
                .map(String::from)
                .into(),
            session: None,
        });
        db.settings.currencies =
            vec![Currency { id: 1, code: "JPY".into(), prefix: "¥".into(), suffix: " JPY".into(), format: 4 }];
        db.settings.tax_percent = 10;
        db.settings.gateways = [("stripe", "Credit Card", true), ("banktransfer", "Bank Transfer", false)]
            .map(|(module, name, card)| Gateway { module: module.into(), display_name: name.into(), card })
            .into();
        db.settings.departments = [(1, "Support"), (2, "Billing"), (3, "Network")]
            .map(|(id, name)| Department { id, name: name.into() })
            .into();
        db.settings.ticket_statuses = [
            ("Open", "#779500", true, true),
            ("Answered", "#000000", true, false),
            ("Customer-Reply", "#ff6600", true, true),
            ("On Hold", "#224488", true, false),
            ("In Progress", "#cc0000", true, false),
            ("Closed", "#888888", false, false),
        ]
        .map(|(title, color, active, awaiting)| TicketStatus {
            title: title.into(),
            color: color.into(),
            active,
            awaiting,
        })
        .into();
        db.settings.order_statuses = ["Pending", "Active", "Fraud", "Cancelled"].map(String::from).into();
        db.email_templates = [
            ("general", "Client Signup Email", "Welcome"),
            ("invoice", "Invoice Created", "Customer Invoice"),
            ("invoice", "First Invoice Overdue Notice", "Invoice Overdue Notice"),
            ("invoice", "Credit Card Payment Failed", "Credit Card Payment Failed"),
            ("product", "Service Suspension Notification", "Service Suspension Notification"),
            ("support", "Support Ticket Reply", "Support Ticket Response"),
        ]
        .into_iter()
        .map(|(kind, name, subject)| EmailTemplate {
            id: 0,
            kind: kind.into(),
            name: name.into(),
            subject: subject.into(),
            custom: false,
            language: String::new(),
        })
        .collect();
        db
    }
}
