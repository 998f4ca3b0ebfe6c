//! The beginning and the end of a line.

use jiff::{Span, Timestamp};
use serde_json::Value;

use super::{begin_of, master, plan_code, today};
use crate::sandbox::freebit::{
    change::{Change, Kind},
    code::{self, Refusal, bad},
    db::Db,
    line::Line,
    request::Request,
    wire,
};

/// PA02-01: registers the line of a card that is queued with this phone number; others are unknown. Takes up to ten
/// minutes.
pub(in crate::sandbox::freebit) fn register(db: &mut Db, ask: &Request, now: Timestamp) -> Result<Value, Refusal> {
    let first = ask.first("requestDatas").ok_or_else(|| bad("requestDatas"))?;
    if first.text("kind").is_none_or(|kind| kind != "MVNO") {
        return Err(bad("kind"));
    }
    let account = first.account()?;
    ask.one_of("createType", &["new", "add"])?.ok_or_else(|| bad("createType"))?;
    let plan = plan_code(db, &first)?;
    master(db, ask, plan.as_ref())?;
    db.register(&account, plan, now)?;
    Ok(wire::accepted(&account))
}

impl Db {
    /// Registers the line of the card that is queued for `account`, as PA02-01 does: it is in service some minutes later.
    pub fn register_line(&mut self, account: &str, plan: Option<String>, now: Timestamp) -> bool {
        self.register(account, plan, now).is_ok()
    }

    fn register(&mut self, account: &str, plan: Option<String>, now: Timestamp) -> Result<(), Refusal> {
        let line = self.opened(account, plan, now)?;
        self.insert(line);
        let minutes = self.rules.register_minutes;
        self.begin(account, Change::Register, now, minutes, None);
        Ok(())
    }

    /// A line for the card that is queued for `account`, not yet in service.
    pub(super) fn opened(&mut self, account: &str, plan: Option<String>, now: Timestamp) -> Result<Line, Refusal> {
        self.is_free(account, now)?;
        let card = self.queued(account).cloned().ok_or(code::UNKNOWN_ACCOUNT)?;
        if card.port_in_until.is_some_and(|until| until < today(now)) {
            return Err(code::PORT_IN_EXPIRED);
        }
        let (_, made) = self.new_card("");
        let plan_code = plan.or(card.plan_code).unwrap_or_default();
        Ok(Line {
            product_number: card.product_number,
            iccid: Some(made.iccid),
            imsi: Some(made.imsi),
            size: "nano".to_owned(),
            contract_line: "4G".to_owned(),
            ..new_line(account, &plan_code)
        })
    }
}

/// A line on a plan, its services told by the plan's code, which ends in `_V` when it has voice.
pub(super) fn new_line(account: &str, plan_code: &str) -> Line {
    let talk = plan_code.ends_with("_V");
    let gigabytes: String = plan_code.chars().filter(char::is_ascii_digit).collect();
    Line {
        account: account.to_owned(),
        plan_code: plan_code.to_owned(),
        sms: talk,
        talk,
        quota_kb: gigabytes.parse::<u64>().unwrap_or(0) * 1_000_000,
        ..Line::default()
    }
}

/// PA02-04: without `runDate` at once, which takes some minutes; otherwise when that day ends. There is no call that
/// takes it back.
pub(in crate::sandbox::freebit) fn cancel(db: &mut Db, ask: &Request, now: Timestamp) -> Result<Value, Refusal> {
    match ask.text("kind").as_deref() {
        Some("MVNO") => {}
        Some("MASTER") => return Err(code::IS_MASTER),
        _ => return Err(bad("kind")),
    }
    let account = ask.account()?;
    let day = ask.day("runDate")?;
    if day.is_some_and(|day| day < today(now)) {
        return Err(bad("runDate"));
    }
    db.line_for(&account, Kind::Cancel, now)?;
    if let Some(day) = day {
        let end = begin_of(day.saturating_add(Span::new().days(1)));
        db.plan(&account, Change::Cancel, now, end);
    } else {
        let minutes = db.rules.cancel_minutes;
        db.begin(&account, Change::Cancel, now, minutes, None);
    }
    Ok(wire::accepted(&account))
}
