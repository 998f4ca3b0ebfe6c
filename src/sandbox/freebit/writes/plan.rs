//! Another plan, another network.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{begin_of, plan_code, today};
use crate::sandbox::freebit::{
    change::{Change, Kind},
    code::{Refusal, bad},
    db::Db,
    request::Request,
    wire,
};

/// PA05-21: without `runTime`, or with today's, at once; on a later day from its first minute. A fixed address stays with
/// the line and is told in the answer; `globalIp` "10" asks for one, which the contract must have.
pub(in crate::sandbox::freebit) fn change(db: &mut Db, ask: &Request, now: Timestamp) -> Result<Value, Refusal> {
    let account = ask.account()?;
    let code = plan_code(db, ask)?.ok_or_else(|| bad("planCode"))?;
    let day = ask.day("runTime")?.unwrap_or_else(|| today(now));
    if day < today(now) {
        return Err(bad("runTime"));
    }
    let address = ask.flag("globalIp")?;
    let line = db.in_service(&account, Kind::Plan, now)?;
    if address == Some(true) && line.ipv4.is_none() {
        return Err(bad("globalIp"));
    }
    let mut answer = wire::accepted(&account);
    if let (Some(ipv4), Some(true) | None) = (&line.ipv4, address) {
        answer["ipv4"] = json!(ipv4);
    }
    if day == today(now) {
        line.plan_code = code;
    } else {
        db.plan(&account, Change::Plan(code), now, begin_of(day));
    }
    Ok(answer)
}

/// PA05-38: locks the line for everything until it is over, and cannot be called off. A card's number, when it is sent,
/// must be the line's.
pub(in crate::sandbox::freebit) fn change_network(
    db: &mut Db,
    ask: &Request,
    now: Timestamp,
) -> Result<Value, Refusal> {
    let account = ask.account()?;
    let generation = ask.one_of("contractLine", &["4G", "5G"])?.ok_or_else(|| bad("contractLine"))?;
    let card = ask.product_number("productNumber")?;
    let line = db.in_service(&account, Kind::Network, now)?;
    if line.contract_line == generation {
        return Err(bad("contractLine"));
    }
    if card.is_some_and(|card| card != line.product_number) {
        return Err(bad("productNumber"));
    }
    let minutes = db.rules.network_minutes;
    db.begin(&account, Change::ContractLine(generation), now, minutes, None);
    Ok(wire::accepted(&account))
}
