//! The calls that change something, by what they are about.

mod account;
mod card;
mod data;
mod esim;
mod plan;
mod voice;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::Value;

use super::{
    code::{self, Refusal, bad},
    db::Db,
    request::Request,
};
use crate::sandbox::clock;

/// One call: it changes the tables or says why not.
pub(super) type Write = fn(&mut Db, &Request, Timestamp) -> Result<Value, Refusal>;

/// All of them, by path.
pub(super) const ALL: &[(&str, Write)] = &[
    ("/master/addAcnt/", account::register),
    ("/master/cnclAcnt/", account::cancel),
    ("/master/addSpec/", data::top_up),
    ("/mvno/changePlan/", plan::change),
    ("/mvno/contractline/change/", plan::change_network),
    ("/mvno/talkoption/addOrder/", voice::register),
    ("/mvno/talkoption/changeOrder/", voice::change),
    ("/mvno/esim/addAcnt/", esim::open),
    ("/mvno/semiblack/addTempAcnt/", card::queue),
    ("/mvno/semiblack/addAcnt/", card::open),
    ("/mvno/semiblack/changeState/", card::change_state),
];

fn today(now: Timestamp) -> Date {
    clock::jst(now).date()
}

/// The first moment of `day` in Japan.
fn begin_of(day: Date) -> Timestamp {
    let tz = TimeZone::fixed(jiff::tz::offset(9));
    day.at(0, 0, 0, 0).to_zoned(tz).map_or(Timestamp::MAX, |at| at.timestamp())
}

/// A plan code, when it is there: at most 32 characters, and one of the contract's.
fn plan_code(db: &Db, ask: &Request) -> Result<Option<String>, Refusal> {
    let Some(code) = ask.text("planCode") else { return Ok(None) };
    let plain = code.len() <= 32 && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let sold = db.rules.plans.is_empty() || db.rules.plans.contains(&code);
    if plain && sold { Ok(Some(code)) } else { Err(bad("planCode")) }
}

/// Who the new line belongs to: not looked at without user management or without a plan.
fn master(db: &Db, ask: &Request, plan: Option<&String>) -> Result<(), Refusal> {
    let kind = ask.one_of("createType", &["new", "add"])?;
    if !db.rules.user_management || plan.is_none() {
        return Ok(());
    }
    let kind = kind.ok_or_else(|| bad("createType"))?;
    ask.need("masterAccount")?;
    if kind == "new" {
        ask.need("masterPassword")?;
    }
    Ok(())
}

/// Number portability: the person as the other carrier knows them, and until when the number is reserved.
fn port_in(mnp: &Request, now: Timestamp) -> Result<Date, Refusal> {
    let number = mnp.text("reserveNumber").unwrap_or_default();
    if number.len() != 10 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(bad("mnp.reserveNumber"));
    }
    person(mnp, "mnp.", now)?;
    let until = mnp.day("reserveExpireDate")?.ok_or_else(|| bad("mnp.reserveExpireDate"))?;
    if until < today(now) { Err(code::PORT_IN_EXPIRED) } else { Ok(until) }
}

/// A subscriber: names in both scripts, gender or corporation, and a person's day of birth.
fn person(of: &Request, place: &str, now: Timestamp) -> Result<(), Refusal> {
    let wrong = |name: &str| bad(&format!("{place}{name}"));
    for name in ["lastnameKanji", "firstnameKanji"] {
        of.text(name).ok_or_else(|| wrong(name))?;
    }
    for name in ["lastnameZenKana", "firstnameZenKana"] {
        let kana = |char| matches!(char, 'ァ'..='ヶ' | 'ー' | '・' | 'ヽ' | 'ヾ' | '　');
        if !of.text(name).is_some_and(|text| text.chars().all(kana)) {
            return Err(wrong(name));
        }
    }
    let gender = of.one_of("gender", &["M", "W", "C"]).ok().flatten().ok_or_else(|| wrong("gender"))?;
    let born = of.day("birthday").map_err(|_| wrong("birthday"))?;
    let right = if gender == "C" { born.is_none() } else { born.is_some_and(|day| day <= today(now)) };
    if right { Ok(()) } else { Err(wrong("birthday")) }
}
