//! Cards with a number written onto them that are opened later.

use jiff::Timestamp;
use serde_json::Value;

use super::{master, plan_code, port_in, today};
use crate::sandbox::freebit::{
    card::{Card, CardState, STATES},
    code::{self, Refusal, bad},
    db::Db,
    line::LineState,
    request::Request,
    wire,
};

/// PA05-18: queues a card for a phone number. Nothing happens to any line. A card that is queued already, even with a
/// reservation that has ended, must be cancelled first.
pub(in crate::sandbox::freebit) fn queue(db: &mut Db, ask: &Request, now: Timestamp) -> Result<Value, Refusal> {
    let account = ask.account()?;
    let product_number = ask.product_number("productNumber")?.ok_or_else(|| bad("productNumber"))?;
    ask.need("repAccount")?;
    let plan_code = plan_code(db, ask)?;
    let mut port_in_until = None;
    if let Some(mnp) = ask.object("mnp") {
        let over_the_air = mnp.one_of("method", &["10", "20"])?.ok_or_else(|| bad("mnp.method"))? == "20";
        if over_the_air {
            ask.need("tempAccount")?;
        }
        port_in_until = Some(port_in(&mnp, now)?);
    }
    db.is_free(&account, now)?;
    let taken = db.lines().any(|line| line.product_number == product_number);
    let known = db.card(&product_number);
    if taken || known.is_some_and(|card| card.state != CardState::Cancelled) || db.queued(&account).is_some() {
        return Err(code::CARD_STATE);
    }
    db.prepare(Card { product_number, account: account.clone(), plan_code, port_in_until, state: CardState::Queued });
    Ok(wire::accepted(&account))
}

/// PA05-19: opens a queued card, at once.
pub(in crate::sandbox::freebit) fn open(db: &mut Db, ask: &Request, now: Timestamp) -> Result<Value, Refusal> {
    let account = ask.account()?;
    let product_number = ask.product_number("productNumber")?.ok_or_else(|| bad("productNumber"))?;
    ask.flag("aladinOperated")?;
    let plan = plan_code(db, ask)?;
    master(db, ask, plan.as_ref())?;
    db.is_free(&account, now)?;
    let card = db.card(&product_number).filter(|card| card.account == account).ok_or(code::UNKNOWN_ACCOUNT)?;
    if card.state != CardState::Queued {
        return Err(code::CARD_STATE);
    }
    let mut line = db.opened(&account, plan, now)?;
    line.state = LineState::Active;
    line.start = Some(today(now));
    db.insert(line);
    Ok(wire::accepted(&account))
}

/// PA05-20: takes a queued card off the queue. A card that is lost or was sent back stays so.
pub(in crate::sandbox::freebit) fn change_state(db: &mut Db, ask: &Request, _: Timestamp) -> Result<Value, Refusal> {
    let product_number = ask.product_number("productNumber")?.ok_or_else(|| bad("productNumber"))?;
    let account = if ask.has("account") { Some(ask.account()?) } else { None };
    let word = ask.need("state")?;
    let state = STATES.iter().find(|(code, _)| *code == word).map(|(_, state)| *state).ok_or_else(|| bad("state"))?;
    let card = db.card_mut(&product_number).ok_or(code::UNKNOWN_ACCOUNT)?;
    if account.is_some_and(|account| account != card.account) {
        return Err(code::UNKNOWN_ACCOUNT);
    }
    if !matches!(card.state, CardState::Queued | CardState::Cancelled) {
        return Err(code::CARD_STATE);
    }
    card.state = state;
    let account = card.account.clone();
    Ok(wire::accepted(&account))
}
