//! WHMCS's answers as they come. Every field may be missing and most come in more than one type, so all are lenient; what
//! they mean is decided in `convert`. Secrets in these answers (`password`, `remote_token`, a ticket's `c`) have no field
//! here, so they are dropped while parsing.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::backend::lenient::{self, id, int, text};
use crate::domain::text::Text;

/// Part of a list and the total WHMCS claims for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows of this page.
    pub rows: Vec<T>,
    /// `totalresults`; the number of rows where it is missing.
    pub total: u64,
}

/// Reads the list `outer.inner[]` of an answer, in any of the shapes it may have.
pub fn page<T: DeserializeOwned>(mut answer: Value, outer: &str, inner: &str) -> Result<Page<T>, serde_json::Error> {
    let list = answer.get_mut(outer).map(Value::take).unwrap_or_default();
    let rows = lenient::rows_of(list, inner).into_iter().map(serde_json::from_value).collect::<Result<Vec<T>, _>>()?;
    let claimed = answer.get("totalresults").and_then(lenient::int_of).and_then(|n| u64::try_from(n).ok());
    let total = claimed.unwrap_or(0).max(rows.len() as u64);
    Ok(Page { rows, total })
}

/// The 9 of `{"whmcs": {"version": "9.0.1"}}`.
pub fn major_version(answer: &Value) -> Option<u32> {
    let version = lenient::text_of(answer.get("whmcs")?.get("version")?);
    version.split('.').next()?.trim().parse().ok()
}

/// A row of `GetClients`. It has no phone and no address.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default)]
pub struct ClientRow {
    /// Client id.
    #[serde(deserialize_with = "id")]
    pub id: Option<u64>,
    /// Given name.
    #[serde(deserialize_with = "text")]
    pub firstname: String,
    /// Family name.
    #[serde(deserialize_with = "text")]
    pub lastname: String,
    /// Company.
    #[serde(deserialize_with = "text")]
    pub companyname: String,
    /// E-mail.
    #[serde(deserialize_with = "text")]
    pub email: String,
}

/// The client of `GetClientsDetails`, which comes under `client` and, on older versions only, at the root.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default)]
pub struct ClientDetails {
    /// Client id, under one of three names.
    #[serde(deserialize_with = "id")]
    pub id: Option<u64>,
    /// The same.
    #[serde(deserialize_with = "id")]
    pub client_id: Option<u64>,
    /// The same; named "user" since before users and clients were told apart.
    #[serde(deserialize_with = "id")]
    pub userid: Option<u64>,
    /// Given name.
    #[serde(deserialize_with = "text")]
    pub firstname: String,
    /// Family name.
    #[serde(deserialize_with = "text")]
    pub lastname: String,
    /// Company.
    #[serde(deserialize_with = "text")]
    pub companyname: String,
    /// E-mail.
    #[serde(deserialize_with = "text")]
    pub email: String,
    /// Address line 1.
    #[serde(deserialize_with = "text")]
    pub address1: String,
    /// Address line 2.
    #[serde(deserialize_with = "text")]
    pub address2: String,
    /// City.
    #[serde(deserialize_with = "text")]
    pub city: String,
    /// Prefecture, free text.
    #[serde(deserialize_with = "text")]
    pub state: String,
    /// Postal code.
    #[serde(deserialize_with = "text")]
    pub postcode: String,
    /// Phone, free text.
    #[serde(deserialize_with = "text")]
    pub phonenumber: String,
    /// Active, Inactive, Closed.
    #[serde(deserialize_with = "text")]
    pub status: String,
    /// Credit, decimal string.
    #[serde(deserialize_with = "text")]
    pub credit: String,
    /// Language.
    #[serde(deserialize_with = "text")]
    pub language: String,
    /// Custom fields: ids and values, without names.
    #[serde(deserialize_with = "custom_fields")]
    pub customfields: Vec<CustomField>,
}

/// Takes the client out of a `GetClientsDetails` answer, wherever it is.
pub fn client_details(mut answer: Value) -> Result<ClientDetails, serde_json::Error> {
    match answer.get_mut("client").map(Value::take) {
        Some(client @ Value::Object(_)) => serde_json::from_value(client),
        _ => serde_json::from_value(answer),
    }
}

/// A custom field of a client (id and value) or of a service (also a name, under either of two keys).
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default)]
pub struct CustomField {
    /// Field id.
    #[serde(deserialize_with = "id")]
    pub id: Option<u64>,
    /// Name.
    #[serde(deserialize_with = "text")]
    pub name: String,
    /// Name, as some versions call it.
    #[serde(deserialize_with = "text")]
    pub fieldname: String,
    /// Value.
    #[serde(deserialize_with = "text")]
    pub value: String,
}

fn custom_fields<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<CustomField>, D::Error> {
    lenient::rows(deserializer, "customfield")
}

/// A configurable option of a service.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default)]
pub struct ConfigOption {
    /// What is chosen, e.g. `Voice mail`.
    #[serde(deserialize_with = "text")]
    pub option: String,
    /// The choice.
    #[serde(deserialize_with = "text")]
    pub value: String,
}

fn config_options<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ConfigOption>, D::Error> {
    lenient::rows(deserializer, "configoption")
}

/// A service of `GetClientsProducts`.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default)]
pub struct Product {
    /// Service id.
    #[serde(deserialize_with = "id")]
    pub id: Option<u64>,
    /// Client id.
    #[serde(deserialize_with = "id")]
    pub clientid: Option<u64>,
    /// WHMCS order id.
    #[serde(deserialize_with = "id")]
    pub orderid: Option<u64>,
    /// Product id.
    #[serde(deserialize_with = "id")]
    pub pid: Option<u64>,
    /// Product name.
    #[serde(deserialize_with = "text")]
    pub name: String,
    /// Product group.
    #[serde(deserialize_with = "text")]
    pub groupname: String,
    /// The line's number on a mobile service.
    #[serde(deserialize_with = "text")]
    pub domain: String,
    /// Registered on.
    #[serde(deserialize_with = "text")]
    pub regdate: String,
    /// Next due date.
    #[serde(deserialize_with = "text")]
    pub nextduedate: String,
    /// Recurring amount, decimal string.
    #[serde(deserialize_with = "text")]
    pub recurringamount: String,
    /// Billing cycle.
    #[serde(deserialize_with = "text")]
    pub billingcycle: String,
    /// Gateway.
    #[serde(deserialize_with = "text")]
    pub paymentmethod: String,
    /// Status.
    #[serde(deserialize_with = "text")]
    pub status: String,
    /// Why suspended.
    #[serde(deserialize_with = "text")]
    pub suspensionreason: String,
    /// Suspension held off until; spelled so.
    #[serde(deserialize_with = "text")]
    pub overidesuspenduntil: String,
    /// Custom fields.
    #[serde(deserialize_with = "custom_fields")]
    pub customfields: Vec<CustomField>,
    /// Configurable options.
    #[serde(deserialize_with = "config_options")]
    pub configoptions: Vec<ConfigOption>,
}

impl Product {
    /// The day until which suspension is held off, as `2026-12-01`; empty for none.
    pub fn suspension_held_until(&self) -> String {
        super::convert::date(&self.overidesuspenduntil).map(crate::domain::time::iso).unwrap_or_default()
    }

    /// The id of the custom field of this name, any case.
    pub fn field_named(&self, name: &str) -> Option<u64> {
        let named = |it: &&CustomField| it.name.eq_ignore_ascii_case(name) || it.fieldname.eq_ignore_ascii_case(name);
        self.customfields.iter().find(named).and_then(|it| it.id)
    }

    /// What stands in a custom field; empty where nothing does.
    pub fn custom(&self, id: u64) -> String {
        let field = self.customfields.iter().find(|field| field.id == Some(id));
        field.map(|field| Text::html(&field.value).to_string()).unwrap_or_default()
    }
}

/// A row of `GetInvoices`, or `GetInvoice` itself, which names some fields differently.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default)]
pub struct Invoice {
    /// Id in the list.
    #[serde(deserialize_with = "id")]
    pub id: Option<u64>,
    /// Id in `GetInvoice`.
    #[serde(deserialize_with = "id")]
    pub invoiceid: Option<u64>,
    /// Client id.
    #[serde(deserialize_with = "id")]
    pub userid: Option<u64>,
    /// Given name, in the list only.
    #[serde(deserialize_with = "text")]
    pub firstname: String,
    /// Family name, in the list only.
    #[serde(deserialize_with = "text")]
    pub lastname: String,
    /// Company, in the list only.
    #[serde(deserialize_with = "text")]
    pub companyname: String,
    /// Sequential number; empty on installs without.
    #[serde(deserialize_with = "text")]
    pub invoicenum: String,
    /// Issued.
    #[serde(deserialize_with = "text")]
    pub date: String,
    /// Due.
    #[serde(deserialize_with = "text")]
    pub duedate: String,
    /// Paid.
    #[serde(deserialize_with = "text")]
    pub datepaid: String,
    /// Last capture attempt, in the list.
    #[serde(deserialize_with = "text")]
    pub last_capture_attempt: String,
    /// Last capture attempt, in `GetInvoice`.
    #[serde(deserialize_with = "text")]
    pub lastcaptureattempt: String,
    /// Total, decimal string.
    #[serde(deserialize_with = "text")]
    pub total: String,
    /// Credit applied, decimal string.
    #[serde(deserialize_with = "text")]
    pub credit: String,
    /// Status.
    #[serde(deserialize_with = "text")]
    pub status: String,
    /// Gateway.
    #[serde(deserialize_with = "text")]
    pub paymentmethod: String,
}

/// A row of `GetPayMethods`, whose list is flat.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default)]
pub struct PayMethod {
    /// Id.
    #[serde(deserialize_with = "id")]
    pub id: Option<u64>,
    /// `CreditCard`, `RemoteCreditCard`, `BankAccount`, `RemoteBankAccount`.
    #[serde(rename = "type", deserialize_with = "text")]
    pub kind: String,
    /// The customer's label.
    #[serde(deserialize_with = "text")]
    pub description: String,
    /// Last four digits.
    #[serde(deserialize_with = "text")]
    pub card_last_four: String,
    /// `MM/YY`.
    #[serde(deserialize_with = "text")]
    pub expiry_date: String,
    /// Brand.
    #[serde(deserialize_with = "text")]
    pub card_type: String,
    /// Bank, on bank rows.
    #[serde(deserialize_with = "text")]
    pub bank_name: String,
    /// The gateway's module.
    #[serde(deserialize_with = "text")]
    pub gateway_name: String,
}

/// A row of `GetOrders`.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default)]
pub struct Order {
    /// Internal id.
    #[serde(deserialize_with = "id")]
    pub id: Option<u64>,
    /// The ten-digit number; larger than 32 bits.
    #[serde(deserialize_with = "text")]
    pub ordernum: String,
    /// Client id.
    #[serde(deserialize_with = "id")]
    pub userid: Option<u64>,
    /// Client's name.
    #[serde(deserialize_with = "text")]
    pub name: String,
    /// Placed at.
    #[serde(deserialize_with = "text")]
    pub date: String,
    /// Amount, decimal string.
    #[serde(deserialize_with = "text")]
    pub amount: String,
    /// Its invoice.
    #[serde(deserialize_with = "id")]
    pub invoiceid: Option<u64>,
    /// Status.
    #[serde(deserialize_with = "text")]
    pub status: String,
    /// Paid or not.
    #[serde(deserialize_with = "text")]
    pub paymentstatus: String,
    /// Notes, which carry the Salesforce order.
    #[serde(deserialize_with = "text")]
    pub notes: String,
    /// What was ordered.
    #[serde(deserialize_with = "line_items")]
    pub lineitems: Vec<LineItem>,
}

/// One thing in an order.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default)]
pub struct LineItem {
    /// Product.
    #[serde(deserialize_with = "text")]
    pub product: String,
    /// Line number or label.
    #[serde(deserialize_with = "text")]
    pub domain: String,
}

fn line_items<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<LineItem>, D::Error> {
    lenient::rows(deserializer, "lineitem")
}

/// A row of `GetTickets`. Its `c` opens the ticket without a password and is not read.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default)]
pub struct Ticket {
    /// Internal id.
    #[serde(deserialize_with = "id")]
    pub id: Option<u64>,
    /// The customer's number; may hold letters.
    #[serde(deserialize_with = "text")]
    pub tid: String,
    /// Client id; 0 when somebody wrote who is none.
    #[serde(deserialize_with = "id")]
    pub userid: Option<u64>,
    /// Who wrote.
    #[serde(deserialize_with = "text")]
    pub name: String,
    /// Opened.
    #[serde(deserialize_with = "text")]
    pub date: String,
    /// Subject.
    #[serde(deserialize_with = "text")]
    pub subject: String,
    /// Status.
    #[serde(deserialize_with = "text")]
    pub status: String,
    /// Priority.
    #[serde(deserialize_with = "text")]
    pub priority: String,
    /// Last reply.
    #[serde(deserialize_with = "text")]
    pub lastreply: String,
}

/// A row of `GetActivityLog`.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default)]
pub struct Entry {
    /// Id.
    #[serde(deserialize_with = "int")]
    pub id: Option<i64>,
    /// When.
    #[serde(deserialize_with = "text")]
    pub date: String,
    /// What.
    #[serde(deserialize_with = "text")]
    pub description: String,
    /// Who.
    #[serde(deserialize_with = "text")]
    pub username: String,
}
