//! eSIM: a new line, a number from another carrier, or a new profile for a line there is.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{account::new_line, master, plan_code, port_in};
use crate::sandbox::freebit::{
    change::{Change, Kind},
    code::{self, Refusal, bad},
    db::Db,
    line::Line,
    request::Request,
    wire,
};

/// What is asked for, as `addKind` says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Add {
    New,
    PortIn,
    Reissue,
}

/// PA05-41. It ends with a notice that carries the activation code; until then the line, or the profile before, stays as
/// it was.
pub(in crate::sandbox::freebit) fn open(db: &mut Db, ask: &Request, now: Timestamp) -> Result<Value, Refusal> {
    let by_hand = ask.flag("aladinOperated")?.unwrap_or(false);
    let add = match ask.text("addKind").as_deref() {
        Some("N") => Add::New,
        Some("M") => Add::PortIn,
        Some("R") => Add::Reissue,
        _ => return Err(bad("addKind")),
    };
    if by_hand && add != Add::New {
        return Err(code::PATTERN);
    }
    let eid = ask.eid("eid")?.ok_or_else(|| bad("eid"))?;
    for (name, belongs) in [("mnp", Add::PortIn), ("reissue", Add::Reissue)] {
        if ask.has(name) != (add == belongs) {
            return Err(bad(name));
        }
    }
    if by_hand {
        ask.day("shipDate")?.ok_or_else(|| bad("shipDate"))?;
        ask.need("repAccount")?;
    }
    // The vendor gives a number only to a new line that was not opened by hand.
    let account = if ask.has("account") || by_hand || add != Add::New { Some(ask.account()?) } else { None };
    match (add, account) {
        (Add::Reissue, account) => reissue(db, ask, &account.unwrap_or_default(), &eid, now),
        (_, account) => new(db, ask, account, &eid, now),
    }
}

fn new(db: &mut Db, ask: &Request, account: Option<String>, eid: &str, now: Timestamp) -> Result<Value, Refusal> {
    let plan = plan_code(db, ask)?;
    master(db, ask, plan.as_ref())?;
    let kind = ask.one_of("simKind", &["E0", "E2", "E3"])?.ok_or_else(|| bad("simKind"))?;
    let network = ask.one_of("contractLine", &["4G", "5G"])?.ok_or_else(|| bad("contractLine"))?;
    if let Some(mnp) = ask.object("mnp") {
        port_in(&mnp, now)?;
    }
    if let Some(account) = &account {
        db.is_free(account, now)?;
    }
    let account = account.unwrap_or_else(|| db.new_account());
    let (profile, activation_code) = db.new_profile(eid);
    db.insert(Line {
        product_number: profile.product_number,
        iccid: Some(profile.iccid),
        imsi: Some(profile.imsi),
        eid: Some(profile.eid),
        contract_line: network,
        size: "esim".to_owned(),
        sms: kind != "E2",
        talk: kind == "E0",
        ..new_line(&account, &plan.unwrap_or_default())
    });
    let minutes = db.rules.esim_minutes;
    db.begin(&account, Change::Register, now, minutes, Some(activation_code));
    let mut answer = wire::accepted(&account);
    answer["account"] = json!(account);
    Ok(answer)
}

fn reissue(db: &mut Db, ask: &Request, account: &str, eid: &str, now: Timestamp) -> Result<Value, Refusal> {
    let wrong = || bad("reissue");
    let old = ask.object("reissue").ok_or_else(wrong)?;
    let card = old.product_number("oldProductNumber").map_err(|_| bad("reissue.oldProductNumber"))?;
    let chip = old.eid("oldEid").map_err(|_| bad("reissue.oldEid"))?;
    if card.is_none() && chip.is_none() {
        return Err(wrong());
    }
    ask.one_of("contractLine", &["4G", "5G"])?;
    let line = db.in_service(account, Kind::Reissue, now)?;
    if card.is_some_and(|card| card != line.product_number) {
        return Err(bad("reissue.oldProductNumber"));
    }
    if chip.is_some_and(|chip| line.eid.as_ref() != Some(&chip)) {
        return Err(bad("reissue.oldEid"));
    }
    let (profile, activation_code) = db.new_profile(eid);
    let minutes = db.rules.esim_minutes;
    db.begin(account, Change::Reissue(profile), now, minutes, Some(activation_code));
    Ok(wire::accepted(account))
}
