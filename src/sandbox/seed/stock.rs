//! Cards and numbers that nobody has yet: what a new order is served from.

use serde_json::json;

use super::{numbers, town::Town};

/// Cards of each kind in stock.
const EACH: u64 = 8;

/// Numbers of cards and phones that no customer reaches.
const FROM: u64 = 9_900_000;

pub(super) fn fill(town: &mut Town) {
    let since = town.day(-30).to_string();
    for n in FROM..FROM + 2 * EACH {
        let kind = if n < FROM + EACH { "Physical SIM" } else { "eSIM" };
        town.put(
            "SIM_Inventory__c",
            json!({
                "Name": numbers::product_number(n),
                "MSISDN__c": numbers::mobile("0700", n),
                "ICCID__c": numbers::iccid(n),
                "SIM_Type__c": kind,
                "Status__c": "Available",
                "CreatedDate": format!("{since}T00:00:00Z"),
            }),
        );
    }
}
