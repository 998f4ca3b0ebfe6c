//! Freebit's answers → the desk's own words.

use jiff::{SignedDuration, Timestamp};

use super::wire::Fields;
use crate::domain::line::{Line, LineState, Lock, Operation, Planned, TopUp, Usage};
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
    let (lock, planned) = change(&detail.object("async"), now);
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
        lock,
        planned,
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

/// Longer than any change locks a line: what lies further ahead is planned, not running.
const LONGEST_LOCK: SignedDuration = SignedDuration::from_hours(3);

/// A change that was accepted: one that runs and locks the line, or one for a later day, which locks nothing before.
fn change(change: &Fields, now: Timestamp) -> (Option<Lock>, Option<Planned>) {
    let what = operation(Text::line(&change.text("func")));
    let Some(what) = what else { return (None, None) };
    let written = change.text("date");
    let date = time::freebit_datetime(&written).ok();
    let ahead = date.is_some_and(|date| date.duration_since(now) > LONGEST_LOCK);
    if ahead || matches!(what, Operation::Plan | Operation::Cancellation) {
        let on = date.map(time::today).or_else(|| time::freebit_date(&written).ok());
        return (None, Some(Planned { what, on }));
    }
    (Some(lock(what, date, now)), None)
}

/// A change that runs. Its date is the expected end when it lies ahead; otherwise it is when the change was asked for, and
/// the end follows from how long such a change takes.
fn lock(what: Operation, date: Option<Timestamp>, now: Timestamp) -> Lock {
    let takes = SignedDuration::from_mins(what.usual_minutes().unwrap_or(30));
    let (since, until) = match date {
        // How long it takes in the end is not what it usually takes: when it was asked for is not known.
        Some(end) if end > now => (None, Some(end)),
        begin => (begin, begin.and_then(|begin| begin.checked_add(takes).ok())),
    };
    Lock { what, since, until }
}

/// The function a change belongs to, as its request is named; the vendor's list is not public, so others stay as written.
fn operation(word: Text) -> Option<Operation> {
    let lower = word.to_ascii_lowercase();
    Some(match lower.as_str() {
        "" => return None,
        "contractline" => Operation::Network,
        "talkoption" => Operation::VoiceOptions,
        "plan" | "changeplan" => Operation::Plan,
        "cancel" | "cnclacnt" => Operation::Cancellation,
        "esim" | "reissue" => Operation::Reissue,
        _ if lower.starts_with("regist") || lower == "addacnt" => Operation::Registration,
        _ => Operation::Other(word),
    })
}

/// Data used. The days are one text, newest first.
pub fn usage(traffic: &Fields) -> Usage {
    let days = traffic.text("inRecentDays");
    Usage {
        today_kb: traffic.int("today"),
        // Nothing told is no day; one that cannot be read keeps its place, so that the others keep their dates.
        days_kb: days.split(',').filter(|_| !days.is_empty()).map(|kb| kb.trim().parse().ok()).collect(),
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

    fn at(text: &str) -> Timestamp {
        time::freebit_datetime(text).unwrap()
    }

    fn read(change: &serde_json::Value) -> (Option<Lock>, Option<Planned>) {
        super::change(&Fields::of(change), at("20261122120000"))
    }

    #[test]
    fn a_lock_ends_when_told_or_after_its_usual_time() {
        let lock = |date: &str| read(&json!({"func": "contractline", "date": date})).0.unwrap();
        assert_eq!(lock("20261122121000").until, Some(at("20261122121000")));
        assert_eq!(lock("20261122115000").until, Some(at("20261122122000")));
        assert_eq!(lock("20261122115000").since, Some(at("20261122115000")));
        assert_eq!(lock("20261122121000").since, None, "only the end is told");
        assert_eq!(lock("").until, None);
        assert_eq!(read(&json!(null)), (None, None));
        let registering = read(&json!({"func": "regist", "date": "20261122120400"})).0.unwrap();
        assert_eq!((registering.what, registering.until), (Operation::Registration, Some(at("20261122120400"))));
    }

    #[test]
    fn a_change_for_a_later_day_locks_nothing() {
        let first = Some(jiff::civil::date(2026, 12, 1));
        for (func, what) in [("plan", Operation::Plan), ("cancel", Operation::Cancellation)] {
            for date in ["20261201000000", "20261201"] {
                let planned = Planned { what: what.clone(), on: first };
                assert_eq!(read(&json!({"func": func, "date": date})), (None, Some(planned)), "{func} {date}");
            }
        }
        let (lock, planned) = read(&json!({"func": "roaming", "date": "20261201000000"}));
        assert_eq!((lock, planned.unwrap().what), (None, Operation::Other(Text::line("roaming"))));
        assert_eq!(read(&json!({"func": "plan"})).1.unwrap().on, None);
    }

    #[test]
    fn what_is_not_told_is_not_zero() {
        let days = |text: &str| usage(&Fields::of(&json!({"today": "", "inRecentDays": text}))).days_kb;
        assert_eq!(days("12,0,x,4"), [Some(12), Some(0), None, Some(4)], "a gap keeps its place");
        assert_eq!(days(""), []);
        assert_eq!(
            usage(&Fields::of(&json!({"today": ""}))),
            Usage { today_kb: None, days_kb: vec![], throttled: None }
        );
    }
}
