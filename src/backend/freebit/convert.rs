//! Freebit's answers → the desk's own words.

use jiff::{SignedDuration, Timestamp};

use super::wire::Fields;
use crate::domain::line::{Line, LineState, Lock, TopUp, Usage};
use crate::domain::phone::Msisdn;
use crate::domain::text::Text;
use crate::domain::time;

/// KB in a MB, as Freebit and its plans count.
const KB: i64 = 1_000;

/// Whether top-ups are told in KB or MB; the vendor's sheets do not say, so it is configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum QuotaUnit {
    /// Thousands of bytes.
    #[default]
    Kb,
    /// Millions of bytes.
    Mb,
}

/// A line, without usage and top-ups, which are answers of their own.
pub fn line(msisdn: &Msisdn, detail: &Fields, now: Timestamp) -> Line {
    let text = |name: &str| Text::line(&detail.text(name));
    Line {
        msisdn: msisdn.clone(),
        state: state(text("state")),
        plan: text("planCode"),
        network: text("contractLine"),
        started: time::freebit_date(&detail.text("startDate")).ok(),
        product_number: text("productNumber"),
        iccid: text("iccid"),
        eid: text("eid"),
        size: text("size"),
        voice: detail.flag("talk"),
        sms: detail.flag("sms"),
        voice_mail: detail.flag("voiceMail"),
        call_waiting: detail.flag("callWaiting"),
        roaming: detail.flag("worldWing"),
        quota_left_mb: detail.int("quota").map(|kb| kb / KB),
        lock: lock(&detail.object("async"), now),
        usage: None,
        top_ups: None,
    }
}

fn state(word: Text) -> LineState {
    match word.to_ascii_lowercase().as_str() {
        "active" => LineState::Active,
        "suspended" => LineState::Suspended,
        "waiting" => LineState::Waiting,
        "temporary" => LineState::Temporary,
        "obsolete" => LineState::Ended,
        _ => LineState::Other(word),
    }
}

/// A change that runs. Its date is the expected end when it lies ahead; otherwise it is when the change was asked for, and
/// the end follows from how long such a change takes: half an hour, ten minutes for a registration.
fn lock(change: &Fields, now: Timestamp) -> Option<Lock> {
    let what = Text::line(&change.text("func"));
    if what.is_empty() {
        return None;
    }
    let date = time::freebit_datetime(&change.text("date")).ok();
    let minutes = if what.starts_with("regist") { 10 } else { 30 };
    let takes = SignedDuration::from_mins(minutes);
    let (since, until) = match date {
        Some(end) if end > now => (end.checked_sub(takes).ok(), Some(end)),
        begin => (begin, begin.and_then(|begin| begin.checked_add(takes).ok())),
    };
    Some(Lock { what, since, until })
}

/// Data used. The days are one text, newest first.
pub fn usage(traffic: &Fields) -> Usage {
    let days = traffic.text("inRecentDays");
    Usage {
        today_kb: traffic.int("today"),
        days_kb: days.split(',').map_while(|kb| kb.trim().parse().ok()).collect(),
        throttled: traffic.flag("blackList"),
    }
}

/// Top-ups, newest first.
pub fn top_ups(history: &[Fields], unit: QuotaUnit) -> Vec<TopUp> {
    let mb = |quota: i64| if unit == QuotaUnit::Kb { quota / KB } else { quota };
    let mut rows: Vec<TopUp> = history
        .iter()
        .map(|row| TopUp {
            mb: row.int("quota").map(mb),
            at: time::freebit_datetime(&row.text("date")).ok(),
            expires: time::freebit_date(&row.text("expire")).ok(),
            code: Text::line(&row.text("quotaCode")),
        })
        .collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.at));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_lock_ends_when_told_or_after_its_usual_time() {
        let at = |text: &str| time::freebit_datetime(text).unwrap();
        let now = at("20261122120000");
        let lock = |date: &str| lock(&Fields::of(&json!({"func": "contractline", "date": date})), now).unwrap();
        assert_eq!(lock("20261122121000").until, Some(at("20261122121000")));
        assert_eq!(lock("20261122115000").until, Some(at("20261122122000")));
        assert_eq!(lock("20261122115000").since, Some(at("20261122115000")));
        assert_eq!(lock("").until, None);
        assert_eq!(super::lock(&Fields::of(&json!(null)), now), None);
    }

    #[test]
    fn what_is_not_told_is_not_zero() {
        let usage = usage(&Fields::of(&json!({"today": "", "inRecentDays": "12,0,x,4"})));
        assert_eq!(usage, Usage { today_kb: None, days_kb: vec![12, 0], throttled: None });
    }
}
