//! WHMCS's rows → the desk's own words. WHMCS stores what people type with HTML entities, so text is decoded here, once.

use serde::Deserialize;

use super::wire;
use crate::domain::billing::{
    Activity, Invoice, InvoiceStatus, Listing, PayMethod, PayMethodKind, ProductKind, ServiceStatus, Subscription,
    Ticket, WhmcsOrder,
};
use crate::domain::customer::{Client, ClientId, Contact};
use crate::domain::money::Yen;
use crate::domain::phone::{Fixtures, Msisdn, Phone};
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::text::Text;
use crate::domain::time;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// What one WHMCS installation calls things. Client custom fields come with ids only, service custom fields with names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Names {
    /// Id of the client custom field that holds the Salesforce customer number.
    pub customer_number_field: u64,
    /// Service custom field: Salesforce opportunity.
    pub opportunity: String,
    /// Service custom field: the line's number.
    pub sim_number: String,
    /// Service custom field: the card's product number.
    pub product_number: String,
    /// Service custom field: EID.
    pub eid: String,
    /// What stands before the Salesforce order's id in an order's notes.
    pub order_mark: String,
    /// Words in a product's or its group's name that tell what it is, first match wins.
    pub kinds: Vec<(String, Kind)>,
    /// The time zone the installation is set to.
    #[serde(deserialize_with = "time_zone")]
    pub time_zone: TimeZone,
    /// Whether numbers that can belong to nobody are lines: only in the sandbox.
    #[serde(skip)]
    pub fixtures: Fixtures,
}

/// A zone by its name. Japan's is the compiled-in one, which needs no look-up.
fn time_zone<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<TimeZone, D::Error> {
    let name = String::deserialize(deserializer)?;
    if name == "Asia/Tokyo" { Ok(time::jst()) } else { TimeZone::get(&name).map_err(serde::de::Error::custom) }
}

/// [`ProductKind`] as the configuration writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Fibre.
    Internet,
    /// A mobile line.
    Sim,
    /// A VPN.
    Vpn,
    /// Anything else.
    Other,
}

impl Default for Names {
    fn default() -> Self {
        let kinds = [
            ("vpn", Kind::Vpn),
            ("sim", Kind::Sim),
            ("mobile", Kind::Sim),
            ("internet", Kind::Internet),
            ("home 1g", Kind::Internet),
            ("apartment", Kind::Internet),
            ("hikari", Kind::Internet),
            ("fibre", Kind::Internet),
        ];
        Self {
            customer_number_field: 198,
            opportunity: "OpportunityId".to_owned(),
            sim_number: "SIM Number".to_owned(),
            product_number: "Serial Number".to_owned(),
            eid: "EID".to_owned(),
            order_mark: "sfOrderId=".to_owned(),
            kinds: kinds.into_iter().map(|(word, kind)| (word.to_owned(), kind)).collect(),
            time_zone: time::jst(),
            fixtures: Fixtures::Refused,
        }
    }
}

impl Names {
    fn kind(&self, product: &str, group: &str) -> ProductKind {
        let text = format!("{product} {group}").to_lowercase();
        let found = self.kinds.iter().find(|(word, _)| text.contains(&word.to_lowercase()));
        match found.map_or(Kind::Other, |(_, kind)| *kind) {
            Kind::Internet => ProductKind::Internet,
            Kind::Sim => ProductKind::Sim,
            Kind::Vpn => ProductKind::Vpn,
            Kind::Other => ProductKind::Other,
        }
    }
}

/// A page → a listing. Rows that cannot be told (no id) are left out but stay in the total, so that it shows.
pub fn listing<W, T>(page: &wire::Page<W>, read: impl Fn(&W) -> Option<T>) -> Listing<T> {
    Listing { rows: page.rows.iter().filter_map(read).collect(), total: page.total }
}

/// A calendar day; `None` for every way WHMCS writes "none".
pub(super) fn date(written: &str) -> Option<Date> {
    time::whmcs_date(written).ok().flatten()
}

impl Names {
    /// WHMCS writes its server's wall clock without a zone.
    pub(super) fn moment(&self, written: &str) -> Option<Timestamp> {
        time::whmcs_datetime(written, &self.time_zone).ok().flatten()
    }

    /// When a day begins where the installation is.
    pub(super) fn midnight(&self, day: Date) -> Option<Timestamp> {
        self.time_zone.to_timestamp(day.to_datetime(jiff::civil::Time::midnight())).ok()
    }
}

/// An amount; `None` when it is none, so that it is never taken for zero.
pub(super) fn yen(written: &str) -> Option<Yen> {
    Yen::parse(written).ok()
}

/// Full name, given name first as WHMCS writes it.
pub fn name(first: &str, last: &str) -> Text {
    Text::html(format!("{first} {last}").trim())
}

/// A client; `None` when the answer names none.
pub fn client(row: &wire::ClientDetails, names: &Names) -> Option<Client> {
    let id = row.id.or(row.client_id).or(row.userid)?;
    let number = row.customfields.iter().find(|field| field.id == Some(names.customer_number_field));
    let address = [&row.address1, &row.address2, &row.city, &row.state, &row.postcode];
    let address: Vec<&str> = address.into_iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    let written = Text::html(&row.phonenumber);
    Some(Client {
        id: ClientId(id),
        name: name(&row.firstname, &row.lastname),
        company: Text::html(&row.companyname),
        email: Text::html(&row.email),
        phone: Contact { phone: Phone::parse(&written).ok(), written },
        address: Text::html(&address.join(", ")),
        status: Text::html(&row.status),
        credit: yen(&row.credit),
        customer_number: number.map(|field| Text::html(&field.value)).unwrap_or_default(),
        language: Text::html(&row.language),
    })
}

/// A service.
pub fn subscription(row: &wire::Product, names: &Names) -> Option<Subscription> {
    let named =
        |field: &wire::CustomField| if field.name.is_empty() { field.fieldname.clone() } else { field.name.clone() };
    let custom = |wanted: &str| {
        let field = row.customfields.iter().find(|field| named(field).eq_ignore_ascii_case(wanted));
        field.map(|field| Text::html(&field.value)).unwrap_or_default()
    };
    let known = [&names.opportunity, &names.sim_number, &names.product_number, &names.eid];
    let others = row.customfields.iter().filter(|field| {
        !field.value.is_empty() && !known.iter().any(|known| known.eq_ignore_ascii_case(&named(field)))
    });
    let label = Text::html(&row.domain);
    let line = |text: &Text| Msisdn::parse(text, names.fixtures).ok();
    Some(Subscription {
        id: row.id?,
        name: Text::html(&row.name),
        group: Text::html(&row.groupname),
        kind: names.kind(&row.name, &row.groupname),
        status: service_status(Text::html(&row.status)),
        amount: yen(&row.recurringamount),
        cycle: Text::html(&row.billingcycle),
        registered: date(&row.regdate),
        next_due: date(&row.nextduedate),
        order: row.orderid,
        line: line(&custom(&names.sim_number)).or_else(|| line(&label)),
        label,
        product_number: custom(&names.product_number),
        eid: custom(&names.eid),
        opportunity: SalesforceId::parse(&custom(&names.opportunity)).ok(),
        suspension_reason: Text::html(&row.suspensionreason),
        no_suspend_until: date(&row.overidesuspenduntil),
        fields: others.map(|field| (Text::html(&named(field)), Text::html(&field.value))).collect(),
        options: row.configoptions.iter().map(|it| (Text::html(&it.option), Text::html(&it.value))).collect(),
        product: row.pid,
    })
}

/// Where a service or an add-on stands.
pub(super) fn service_status(word: Text) -> ServiceStatus {
    match word.as_str() {
        "Pending" => ServiceStatus::Pending,
        "Active" => ServiceStatus::Active,
        "Completed" => ServiceStatus::Completed,
        "Suspended" => ServiceStatus::Suspended,
        "Terminated" => ServiceStatus::Terminated,
        "Cancelled" => ServiceStatus::Cancelled,
        "Fraud" => ServiceStatus::Fraud,
        _ => ServiceStatus::Other(word),
    }
}

/// An invoice. One whose total is no amount is left out: a wrong sum would be worse.
pub fn invoice(row: &wire::Invoice, names: &Names) -> Option<Invoice> {
    let capture = if row.last_capture_attempt.is_empty() { &row.lastcaptureattempt } else { &row.last_capture_attempt };
    Some(Invoice {
        id: row.id.or(row.invoiceid)?,
        number: Text::html(&row.invoicenum),
        date: date(&row.date),
        due: date(&row.duedate),
        paid: names.moment(&row.datepaid),
        last_capture: names.moment(capture),
        total: yen(&row.total)?,
        credit: yen(&row.credit).unwrap_or_default(),
        status: invoice_status(Text::html(&row.status)),
        gateway: Text::html(&row.paymentmethod),
    })
}

/// What WHMCS calls an invoice's status.
pub(super) fn invoice_status(word: Text) -> InvoiceStatus {
    match word.as_str() {
        "Draft" => InvoiceStatus::Draft,
        "Unpaid" | "Overdue" => InvoiceStatus::Unpaid,
        "Paid" => InvoiceStatus::Paid,
        "Cancelled" => InvoiceStatus::Cancelled,
        "Refunded" => InvoiceStatus::Refunded,
        "Collections" => InvoiceStatus::Collections,
        "Payment Pending" => InvoiceStatus::PaymentPending,
        _ => InvoiceStatus::Other(word),
    }
}

/// A pay method.
pub fn pay_method(row: &wire::PayMethod) -> Option<PayMethod> {
    let kind = match row.kind.as_str() {
        "CreditCard" | "RemoteCreditCard" => PayMethodKind::Card,
        "BankAccount" | "RemoteBankAccount" => PayMethodKind::Bank,
        _ => PayMethodKind::Other,
    };
    Some(PayMethod {
        id: row.id?,
        kind,
        brand: Text::html(if row.card_type.is_empty() { &row.bank_name } else { &row.card_type }),
        last_four: Text::html(&row.card_last_four),
        expires: card_month(&row.expiry_date),
        description: Text::html(&row.description),
        gateway: Text::html(&row.gateway_name),
    })
}

/// `02/28`, also `02/2028`, as the first day of that month.
fn card_month(written: &str) -> Option<Date> {
    let (month, year) = written.trim().split_once('/')?;
    let year: i16 = year.parse().ok()?;
    Date::new(if year < 100 { 2000 + year } else { year }, month.parse().ok()?, 1).ok()
}

/// An order.
pub fn order(row: &wire::Order, names: &Names) -> Option<WhmcsOrder> {
    let what: Vec<&str> = row.lineitems.iter().map(|item| item.product.as_str()).filter(|it| !it.is_empty()).collect();
    Some(WhmcsOrder {
        id: row.id?,
        number: Text::html(&row.ordernum),
        date: names.moment(&row.date),
        status: Text::html(&row.status),
        amount: yen(&row.amount),
        invoice: row.invoiceid,
        payment: Text::html(&row.paymentstatus),
        salesforce_order: noted_order(&row.notes, &names.order_mark),
        what: Text::html(&what.join(" + ")),
    })
}

/// The Salesforce order an order's notes name: `sfOrderId=801…`.
fn noted_order(notes: &str, mark: &str) -> Option<SalesforceId> {
    let (_, after) = notes.split_once(mark)?;
    let end = after.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(after.len());
    SalesforceId::parse(&after[..end]).ok()
}

/// A ticket.
pub fn ticket(row: &wire::Ticket, names: &Names) -> Option<Ticket> {
    Some(Ticket {
        id: row.id?,
        number: Text::html(&row.tid),
        subject: Text::html(&row.subject),
        status: Text::html(&row.status),
        priority: Text::html(&row.priority),
        opened: names.moment(&row.date),
        last_reply: names.moment(&row.lastreply),
    })
}

/// A line of the activity log.
pub fn activity(row: &wire::Entry, names: &Names) -> Activity {
    Activity { at: names.moment(&row.date), what: Text::html(&row.description), who: Text::html(&row.username) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_month_is_read_in_both_spellings() {
        let month = |y, m| Some(Date::new(y, m, 1).unwrap());
        for (written, expected) in
            [("02/28", month(2028, 2)), ("12/2027", month(2027, 12)), ("", None), ("13/28", None)]
        {
            assert_eq!(card_month(written), expected, "{written}");
        }
    }

    #[test]
    fn notes_name_the_salesforce_order() {
        let id = SalesforceId::parse("801D000000IqhSL").unwrap();
        let mark = "sfOrderId=";
        assert_eq!(noted_order("web; sfOrderId=801D000000IqhSL, call first", mark), Some(id));
        assert_eq!(noted_order("sfOrderId=", mark), None);
        assert_eq!(noted_order("", mark), None);
    }

    #[test]
    fn products_are_told_by_their_words() {
        let names = Names::default();
        assert_eq!(names.kind("SIM 10GB", "Mobile"), ProductKind::Sim);
        assert_eq!(names.kind("Home 1G Gold", "Internet"), ProductKind::Internet);
        assert_eq!(names.kind("VPN USA", "Services"), ProductKind::Vpn);
        assert_eq!(names.kind("Router", "Hardware"), ProductKind::Other);
    }
}
