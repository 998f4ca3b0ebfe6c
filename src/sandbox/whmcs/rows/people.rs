//! Who: clients, their users and contacts.

#![expect(missing_docs, reason = "a column's name is its description; only the surprising ones are explained")]

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use super::super::table::{Id, Row, row};
use super::super::words::ClientStatus;

row!(Contact, of client_id, words email phone);

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
