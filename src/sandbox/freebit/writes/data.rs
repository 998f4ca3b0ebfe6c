//! More data.

use jiff::Timestamp;
use serde_json::Value;

use super::today;
use crate::sandbox::{
    clock,
    freebit::{
        change::Kind,
        code::{self, Refusal, bad},
        db::Db,
        line::TopUp,
        request::Request,
        wire,
    },
};

/// KB in a MB, as the vendor counts.
const KB: u64 = 1000;

/// PA04-04: `quota` in MB, as text, 1 to 512000. `quotaCode` is any text up to 512 characters; it comes back in the
/// history and need not differ from one top-up to the next, so that asking twice adds twice.
pub(in crate::sandbox::freebit) fn top_up(db: &mut Db, ask: &Request, now: Timestamp) -> Result<Value, Refusal> {
    if ask.text("kind").is_none_or(|kind| kind != "MVNO") {
        return Err(bad("kind"));
    }
    let account = ask.account()?;
    let quota = ask.need("quota")?;
    let digits = quota.len() <= 6 && quota.bytes().all(|byte| byte.is_ascii_digit());
    let mb = quota.parse::<u64>().ok().filter(|mb| digits && (1..=512_000).contains(mb)).ok_or_else(|| bad("quota"))?;
    let code = ask.text("quotaCode");
    if code.as_ref().is_some_and(|code| code.chars().count() > 512) {
        return Err(bad("quotaCode"));
    }
    let expire = ask.day("expire")?;
    if expire.is_some_and(|day| day < today(now)) {
        return Err(bad("expire"));
    }
    let line = db.in_service(&account, Kind::TopUp, now)?;
    if line.share_group.is_some() {
        return Err(code::IN_SHARE_GROUP);
    }
    line.quota_kb = line.quota_kb.saturating_add(mb * KB);
    line.throttled = false;
    let expires = expire.unwrap_or_else(|| today(now).last_of_month());
    line.top_ups.insert(0, TopUp { quota_kb: mb * KB, at: clock::jst(now).datetime(), expires, code });
    Ok(wire::accepted(&account))
}
