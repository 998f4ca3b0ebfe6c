//! Voice options.

use jiff::Timestamp;
use serde_json::Value;

use super::person;
use crate::sandbox::freebit::{
    change::{Change, Kind, Voice},
    code::{self, Refusal, bad},
    db::Db,
    request::Request,
    wire,
};

/// PA05-05: sets all options, and what is left out is off. It carries the subscriber's identity.
pub(in crate::sandbox::freebit) fn register(db: &mut Db, ask: &Request, now: Timestamp) -> Result<Value, Refusal> {
    person(ask, "", now)?;
    order(db, ask, Some(false), now)
}

/// PA05-06: sets the options that are named, at least one.
pub(in crate::sandbox::freebit) fn change(db: &mut Db, ask: &Request, now: Timestamp) -> Result<Value, Refusal> {
    order(db, ask, None, now)
}

fn order(db: &mut Db, ask: &Request, left_out: Option<bool>, now: Timestamp) -> Result<Value, Refusal> {
    let account = ask.account()?;
    if ask.flag("userConfirmed")? != Some(true) {
        return Err(bad("userConfirmed"));
    }
    let voice = options(ask, left_out)?;
    let line = db.in_service(&account, Kind::Voice, now)?;
    if !line.talk {
        return Err(code::NO_VOICE);
    }
    let minutes = db.rules.voice_minutes;
    db.begin(&account, Change::VoiceOptions(voice), now, minutes, None);
    Ok(wire::accepted(&account))
}

fn options(ask: &Request, left_out: Option<bool>) -> Result<Voice, Refusal> {
    let wrong = || bad("talkOption");
    let given = ask.object("talkOption").ok_or_else(wrong)?;
    let known = ["voiceMail", "callWaiting", "callTransfer", "worldWing"];
    if given.names().any(|name| !known.contains(&name)) {
        return Err(wrong());
    }
    let option = |name: &str| given.flag(name).map(|flag| flag.or(left_out)).map_err(|_| wrong());
    let voice = Voice {
        voice_mail: option("voiceMail")?,
        call_waiting: option("callWaiting")?,
        call_transfer: option("callTransfer")?,
        world_wing: option("worldWing")?,
    };
    if voice == Voice::default() { Err(wrong()) } else { Ok(voice) }
}
