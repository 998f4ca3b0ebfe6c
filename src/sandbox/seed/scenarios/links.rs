//! Links between the systems that are doubled, broken or missing.

use serde_json::json;

use super::super::{
    catalogue::VOICE_10GB,
    town::{Town, at},
};
use crate::sandbox::names;

/// A client id nobody has.
const NO_SUCH_CLIENT: u64 = 999_999_036;
/// A customer number nobody has.
const NO_SUCH_ACCOUNT: &str = "C-999036";

pub(super) fn fill(town: &mut Town) {
    two_clients(town);
    client_missing(town);
    account_missing(town);
    no_link_at_all(town);
}

/// Signed up twice at WHMCS: both clients name the same account, which names the first.
fn two_clients(town: &mut Town) {
    let customer = town.regular(["Sørensen", "Mikkel", "セーレンセン", "ミケル", "Sørensen", "Mikkel"], 17);
    town.with_internet(&customer);
    town.monthly_bills(&customer, 12, 0);
    let mut second = customer.person.clone();
    second.email = "m.sorensen.second@example.com".into();
    let since = town.since(3);
    let number = names::customer_number(customer.number);
    // Beyond the ids that customers get in turn.
    let id = 900_000 + customer.number;
    town.client(&second, id, Some(&number), since);
    town.card_on_file(id, "JCB", "3530", 12);
}

/// The account names a client that is not there.
fn client_missing(town: &mut Town) {
    let person = town.somebody(["Tremblay", "Noémie", "トランブレ", "ノエミ", "Tremblay", "Noémie"]);
    let since = town.since(2);
    let customer = town.account_only(person, since);
    let text = names::billing_client(NO_SUCH_CLIENT, &customer.person.roman());
    town.change_on(&customer.account, &at(since, 15), json!({ names::BILLING_CLIENT: text }));
}

/// The client names an account that is not there.
fn account_missing(town: &mut Town) {
    let person = town.somebody(["Kovács", "Gergő", "コヴァーチ", "ゲルゲー", "Kovács", "Gergő"]);
    let since = town.since(4);
    let customer = town.client_only(person, Some(NO_SUCH_ACCOUNT), since);
    town.card_on_file(customer.client, "Visa", "4012", 6);
    let date = town.month(-1);
    let items = vec![(0, "SIM Voice 10GB".to_owned(), VOICE_10GB.price)];
    town.bill(&customer, date, items, crate::sandbox::whmcs::db::InvoiceStatus::Paid);
}

/// Account and client exist, and neither names the other.
fn no_link_at_all(town: &mut Town) {
    let customer = town.regular(["Murphy", "Aoife", "マーフィー", "イーファ", "Murphy", "Aoife"], 6);
    town.change_on(&customer.account, &at(customer.since, 15), json!({ names::BILLING_CLIENT: null }));
    town.whmcs.clients.update(customer.client, |it| it.custom_fields.clear());
}
