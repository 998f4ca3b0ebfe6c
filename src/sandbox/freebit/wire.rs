//! Freebit's answers, quirks included: the clients of the real one have to survive all of them.

use jiff::civil;
use serde_json::{Map, Value, json};

use super::line::{Line, LineState};

pub(super) fn signed_in(key: &str) -> Value {
    // Sheets call the result code a number, this call sends it as text; the one for traffic keeps to the sheet.
    json!({ "resultCode": "100", "authKey": key, "status": { "message": "OK", "statusCode": "200" } })
}

/// A change that was accepted, which is not yet done. Sheets call the result code a number; it comes as either.
pub(super) fn accepted(account: &str) -> Value {
    let number = |text: &str| if even(account) { json!(text.parse::<u64>().ok()) } else { json!(text) };
    json!({ "resultCode": number("100"), "status": { "message": "OK", "statusCode": number("200") } })
}

fn even(account: &str) -> bool {
    account.bytes().last().is_some_and(|byte| byte % 2 == 0)
}

/// `responseDatas` with one line. Lines whose number is even answer in camelCase with numbers, the others in
/// lower case with text: both are seen in the wild.
pub(super) fn detail(line: &Line) -> Value {
    let camel = even(&line.account);
    let number = |value: u64| if camel { json!(value) } else { json!(value.to_string()) };
    let mut data = Map::new();
    let mut put = |name: &str, value: Value| data.insert(name.to_owned(), value);
    put("kind", json!("MVNO"));
    put("account", json!(line.account));
    put("state", json!(line.state.word()));
    put("startDate", json!(line.start.map(compact).unwrap_or_default()));
    put(if camel { "planCode" } else { "plancode" }, json!(line.plan_code));
    put("productNumber", json!(line.product_number));
    put("iccid", json!(line.iccid));
    put("imsi", json!(line.imsi));
    put("eid", json!(line.eid.clone().unwrap_or_default()));
    put("contractLine", json!(line.contract_line));
    put("size", json!(line.size));
    put("sms", flag(line.sms));
    put("talk", flag(line.talk));
    put(if camel { "voiceMail" } else { "voicemail" }, flag(line.voice_mail));
    put(if camel { "callWaiting" } else { "callwaiting" }, flag(line.call_waiting));
    put(if camel { "worldWing" } else { "worldwing" }, flag(line.world_wing));
    if line.state != LineState::Waiting {
        put("quota", number(line.quota_kb));
    }
    if let Some(address) = &line.ipv4 {
        put("ipv4", json!(address));
    }
    if let Some((func, date)) = line.told() {
        put("async", json!({ "func": func, "date": date.strftime("%Y%m%d%H%M%S").to_string() }));
    }
    json!({ "resultCode": "100", "status": { "message": "OK", "statusCode": "200" }, "responseDatas": [data] })
}

/// Usage in KB, text in text: the days before today are one string with commas.
pub(super) fn traffic(line: &Line) -> Value {
    let days: Vec<_> = line.recent_kb.iter().map(u64::to_string).collect();
    json!({
        "resultCode": 100,
        "status": { "message": "OK", "statusCode": 200 },
        "account": line.account,
        "traffic": {
            "today": line.today_kb.to_string(),
            "inRecentDays": days.join(","),
            "blackList": flag(line.throttled),
        },
    })
}

/// Top-ups between two days, newest first; without days all of them.
pub(super) fn quota_history(line: &Line, from: Option<civil::Date>, to: Option<civil::Date>) -> Value {
    let rows: Vec<_> = line
        .top_ups
        .iter()
        .filter(|up| from.is_none_or(|from| up.at.date() >= from) && to.is_none_or(|to| up.at.date() <= to))
        .map(|up| {
            json!({
                "quota": up.quota_kb.to_string(),
                "date": up.at.strftime("%Y%m%d%H%M%S").to_string(),
                "expire": compact(up.expires),
                "quotaCode": up.code,
            })
        })
        .collect();
    let total: u64 = line.top_ups.iter().map(|up| up.quota_kb).sum();
    json!({
        "resultCode": "100",
        "status": { "message": "OK", "statusCode": "200" },
        "account": line.account,
        "total": total.to_string(),
        "count": rows.len().to_string(),
        "quotaHistory": rows,
    })
}

/// Flags are two digits: `10` yes, `20` no.
fn flag(on: bool) -> Value {
    json!(if on { "10" } else { "20" })
}

fn compact(day: civil::Date) -> String {
    day.strftime("%Y%m%d").to_string()
}
