//! Salesforce's records → the desk's own words. Picklist words the desk does not know are kept as written.

use super::names::{Names, standard as s};
use super::soql::{Name, Soql};
use super::wire::Record;
use super::{Rows, Whose};
use crate::domain::billing::{Listing, ProductKind};
use crate::domain::customer::{Account, Contact, Eligibility, Verification, VerificationState};
use crate::domain::money::Yen;
use crate::domain::order::{Case, Opportunity, Order, OrderItem, PortIn, SimCard};
use crate::domain::phone::{Fixtures, Msisdn, Phone};
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::text::Text;
use crate::domain::time;
use crate::domain::words::Words;

/// What an org calls its fields, and what its words mean.
pub type Called<'a> = (&'a Names, &'a Words);

/// The phone fields of an account.
pub const PHONES: [Name; 4] = [s::PERSON_MOBILE_PHONE, s::PHONE, s::PERSON_HOME_PHONE, s::PERSON_OTHER_PHONE];

/// The fields of persons. An org without person accounts has none of them, and any may be hidden from the desk's user.
pub const OF_PERSONS: [Name; 10] = [
    s::IS_PERSON_ACCOUNT,
    s::PERSON_EMAIL,
    s::PERSON_BIRTHDATE,
    s::PERSON_MOBILE_PHONE,
    s::PERSON_HOME_PHONE,
    s::PERSON_OTHER_PHONE,
    s::MAILING_POSTAL_CODE,
    s::MAILING_STATE,
    s::MAILING_CITY,
    s::MAILING_STREET,
];

/// The queries behind [`super::Records`], in its order. What the org lacks of persons is left out: one field that is not there
/// is a query that is refused.
pub fn customer_queries(names: &Names, whose: &Whose, lacking: &[Name]) -> [Soql; 5] {
    let n = names;
    let of_account = || whose.through(n, &s::ACCOUNT_ID, &s::ACCOUNT_PARENT);
    let accounts = Soql::select(
        [s::ID, s::NAME, s::IS_PERSON_ACCOUNT, s::PERSON_EMAIL, s::PERSON_BIRTHDATE, s::CREATED, s::LAST_MODIFIED]
            .iter()
            .chain(&PHONES)
            .chain(&[s::MAILING_POSTAL_CODE, s::MAILING_STATE, s::MAILING_CITY, s::MAILING_STREET])
            .chain(&[s::BILLING_POSTAL_CODE, s::BILLING_STATE, s::BILLING_CITY, s::BILLING_STREET])
            .chain([&n.account_number, &n.account_whmcs, &n.account_last_kana, &n.account_first_kana])
            .chain([&n.eligibility, &n.eligibility_status, &n.eligibility_requested, &n.eligibility_checked])
            .chain([&n.eligibility_notes, &n.id_status, &n.id_submitted, &n.id_verified])
            .chain([&n.id_note, &n.id_rejection])
            .filter(|field| !lacking.contains(*field)),
        &s::ACCOUNT,
    )
    .filter(&whose.of_account(n))
    .limit(10);
    let orders = Soql::select(
        [s::ID, s::ACCOUNT_ID, s::ORDER_NUMBER, s::STATUS, s::TYPE, s::TOTAL_AMOUNT, s::OPPORTUNITY_ID]
            .iter()
            .chain(&[s::CREATED, s::LAST_MODIFIED])
            .chain([&n.order_type, &n.order_activation, &n.order_scheduled, &n.order_error_code])
            .chain([&n.order_error_message, &n.order_whmcs, &n.order_sim_type, &n.order_eid, &n.order_mnp])
            .chain([&n.order_mnp_number, &n.order_mnp_reservation, &n.order_mnp_expires]),
        &s::ORDER,
    )
    .with_children([&s::PRODUCT_NAME, &s::QUANTITY, &s::UNIT_PRICE, &n.item_cycle, &n.item_whmcs], &s::ORDER_ITEMS)
    .filter(&of_account())
    .newest_by(&s::CREATED);
    let opportunities = Soql::select(
        [s::ID, s::ACCOUNT_ID, s::NAME, s::STAGE].iter().chain([
            &n.opportunity_whmcs,
            &n.opportunity_cancels,
            &n.opportunity_notice,
            &n.opportunity_sim_cancels,
            &n.opportunity_sim_notice,
            &n.opportunity_line_return,
        ]),
        &s::OPPORTUNITY,
    )
    .filter(&of_account())
    .newest_by(&s::CREATED);
    let cases = Soql::select(
        &[
            s::ID,
            s::ACCOUNT_ID,
            s::CASE_NUMBER,
            s::SUBJECT,
            s::STATUS,
            s::IS_CLOSED,
            s::PRIORITY,
            s::TYPE,
            s::ORIGIN,
            s::OWNER_ID,
            s::DESCRIPTION,
            s::OWNER_NAME,
            s::CREATED,
            s::LAST_MODIFIED,
        ],
        &s::CASE,
    )
    .filter(&of_account())
    .newest_by(&s::CREATED);
    let cards = Soql::select(
        [&s::ID, &s::NAME, &n.sim_account, &n.sim_line, &n.sim_iccid, &n.sim_eid, &n.sim_type, &n.sim_status],
        &n.sim,
    )
    .filter(&whose.through(n, &n.sim_account, &n.sim_account.relation()))
    .newest_by(&s::CREATED);
    [accounts, orders, opportunities, cases, cards]
}

/// The record's own id; records without one are not shown.
pub fn id(record: &Record) -> Option<SalesforceId> {
    reference(record, &s::ID)
}

/// A field that refers to a record.
pub fn reference(record: &Record, field: &Name) -> Option<SalesforceId> {
    SalesforceId::parse(&record.text(field)).ok()
}

/// Rows → a listing, leaving out rows of other accounts and rows without an id. `owner` is the reference to the account.
pub fn listing<T>(
    rows: &Rows,
    owner: &Name,
    account: &SalesforceId,
    read: impl Fn(&Record) -> Option<T>,
) -> Listing<T> {
    let of_account = |record: &&Record| reference(record, owner).as_ref() == Some(account);
    let others = rows.records.iter().filter(|record| !of_account(record)).count() as u64;
    let own = rows.records.iter().filter(of_account).filter_map(read).collect();
    Listing { rows: own, total: rows.total.saturating_sub(others) }
}

pub(super) fn text(record: &Record, field: &Name) -> Text {
    Text::line(&record.text(field))
}

pub(super) fn moment(record: &Record, field: &Name) -> Option<jiff::Timestamp> {
    time::salesforce_datetime(&record.text(field)).ok()
}

pub(super) fn day(record: &Record, field: &Name) -> Option<jiff::civil::Date> {
    let text = record.text(field);
    time::salesforce_date(text.split('T').next().unwrap_or_default()).ok()
}

pub(super) fn yen(record: &Record, field: &Name) -> Option<Yen> {
    record.int(field).map(Yen)
}

/// An account.
pub fn account(record: &Record, (names, words): Called<'_>) -> Option<Account> {
    let n = names;
    let corporate = !record.flag(&s::IS_PERSON_ACCOUNT);
    let address = [
        [s::MAILING_POSTAL_CODE, s::MAILING_STATE, s::MAILING_CITY, s::MAILING_STREET],
        [s::BILLING_POSTAL_CODE, s::BILLING_STATE, s::BILLING_CITY, s::BILLING_STREET],
    ]
    .map(|fields| spaced(fields.iter().map(|field| record.text(field))));
    let address = address.into_iter().find(|address| !address.is_empty()).unwrap_or_default();
    Some(Account {
        id: id(record)?,
        number: text(record, &n.account_number),
        name: text(record, &s::NAME),
        kana: kana(record, n),
        email: text(record, &s::PERSON_EMAIL),
        phones: PHONES.iter().filter_map(|field| phone(&record.text(field))).collect(),
        address: Text::line(&address),
        birthdate: day(record, &s::PERSON_BIRTHDATE),
        corporate,
        whmcs_link: text(record, &n.account_whmcs),
        created: moment(record, &s::CREATED),
        modified: moment(record, &s::LAST_MODIFIED),
        eligibility: Eligibility {
            state: words.eligibility(text(record, &n.eligibility_status)),
            offering: text(record, &n.eligibility),
            requested: moment(record, &n.eligibility_requested),
            checked: moment(record, &n.eligibility_checked),
            note: text(record, &n.eligibility_notes),
        },
        verification: verification(record, n, words),
    })
}

/// Name in katakana, family name first.
pub fn kana(record: &Record, names: &Names) -> Text {
    Text::line(&spaced([&names.account_last_kana, &names.account_first_kana].map(|field| record.text(field))))
}

fn spaced(parts: impl IntoIterator<Item = String>) -> String {
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.trim().is_empty()).collect();
    parts.join(" ")
}

/// A phone as written and as understood; `None` when nothing is written.
pub fn phone(written: &str) -> Option<Contact> {
    let text = Text::line(written);
    (!text.is_empty()).then(|| Contact { phone: Phone::parse(&text).ok(), written: text })
}

fn verification(record: &Record, names: &Names, words: &Words) -> Verification {
    let state = words.verification(text(record, &names.id_status));
    let rejection = text(record, &names.id_rejection);
    let note = if state == VerificationState::Rejected && !rejection.is_empty() {
        rejection
    } else {
        text(record, &names.id_note)
    };
    Verification {
        state,
        submitted: moment(record, &names.id_submitted),
        reviewed: moment(record, &names.id_verified),
        note,
    }
}

/// An order with its items.
pub fn order(record: &Record, (names, words): Called<'_>, fixtures: Fixtures) -> Option<Order> {
    let n = names;
    let kind = [&n.order_type, &s::TYPE].map(|field| text(record, field));
    let port_in = PortIn {
        number: text(record, &n.order_mnp_number),
        line: Msisdn::parse(&record.text(&n.order_mnp_number), fixtures).ok(),
        reservation: text(record, &n.order_mnp_reservation),
        expires: day(record, &n.order_mnp_expires),
    };
    let ports = record.flag(&n.order_mnp) || !port_in.number.is_empty() || !port_in.reservation.is_empty();
    let sim_type = text(record, &n.order_sim_type);
    Some(Order {
        id: id(record)?,
        number: text(record, &s::ORDER_NUMBER),
        status: words.order_status(text(record, &s::STATUS)),
        kind: kind.iter().find(|word| !word.is_empty()).map_or(ProductKind::Other, |word| words.product_kind(word)),
        activation: words.activation(text(record, &n.order_activation)),
        scheduled: moment(record, &n.order_scheduled),
        error_code: text(record, &n.order_error_code),
        error_message: text(record, &n.order_error_message),
        whmcs_order: record.foreign_id(&n.order_whmcs),
        esim: words.esim(&sim_type),
        sim_type,
        eid: text(record, &n.order_eid),
        port_in: ports.then_some(port_in),
        created: moment(record, &s::CREATED),
        modified: moment(record, &s::LAST_MODIFIED),
        total: yen(record, &s::TOTAL_AMOUNT),
        opportunity: reference(record, &s::OPPORTUNITY_ID),
        items: record.children(&s::ORDER_ITEMS).iter().map(|item| order_item(item, n)).collect(),
    })
}

fn order_item(record: &Record, names: &Names) -> OrderItem {
    OrderItem {
        product: text(record, &s::PRODUCT_NAME),
        quantity: record.int(&s::QUANTITY).and_then(|n| n.try_into().ok()).unwrap_or(1),
        price: yen(record, &s::UNIT_PRICE),
        cycle: text(record, &names.item_cycle),
        whmcs_service: record.foreign_id(&names.item_whmcs),
    }
}

/// An opportunity.
pub fn opportunity(record: &Record, names: &Names) -> Option<Opportunity> {
    Some(Opportunity {
        id: id(record)?,
        name: text(record, &s::NAME),
        stage: text(record, &s::STAGE),
        whmcs_service: record.foreign_id(&names.opportunity_whmcs),
        cancels: moment(record, &names.opportunity_cancels),
        sim_cancels: moment(record, &names.opportunity_sim_cancels),
        notice: text(record, &names.opportunity_notice),
        sim_notice: text(record, &names.opportunity_sim_notice),
        line_return: text(record, &names.opportunity_line_return),
    })
}

/// A case.
pub fn case(record: &Record) -> Option<Case> {
    Some(Case {
        id: id(record)?,
        number: text(record, &s::CASE_NUMBER),
        subject: text(record, &s::SUBJECT),
        status: text(record, &s::STATUS),
        closed: record.flag(&s::IS_CLOSED),
        priority: text(record, &s::PRIORITY),
        kind: text(record, &s::TYPE),
        origin: text(record, &s::ORIGIN),
        owner: text(record, &s::OWNER_NAME),
        owner_id: reference(record, &s::OWNER_ID),
        description: Text::block(&record.text(&s::DESCRIPTION)),
        created: moment(record, &s::CREATED),
        modified: moment(record, &s::LAST_MODIFIED),
    })
}

/// A card of the inventory.
pub fn sim_card(record: &Record, (names, words): Called<'_>, fixtures: Fixtures) -> Option<SimCard> {
    let kind = text(record, &names.sim_type);
    Some(SimCard {
        id: id(record)?,
        product_number: text(record, &s::NAME),
        line: Msisdn::parse(&record.text(&names.sim_line), fixtures).ok(),
        iccid: text(record, &names.sim_iccid),
        eid: text(record, &names.sim_eid),
        esim: words.esim(&kind),
        kind,
        status: text(record, &names.sim_status),
    })
}
