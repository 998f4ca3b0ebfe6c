//! Tasks and findings as sentences of the desk's language.

use jiff::Timestamp;
use madoguchi_ui::glyphs::Mark;

use crate::domain::line::{Line, LineState};
use crate::domain::mask::Personal;
use crate::domain::status::TaskKind;
use crate::domain::time;
use crate::locale::Value;
use crate::scene::Scene;
use crate::tabs::cells::{data, kind_key, month_words};

use Value::{Number, Text};

/// A task in words.
pub fn task(kind: &TaskKind, scene: &Scene<'_>) -> String {
    let say = |key: &str, values: &[(&str, Value<'_>)]| scene.with(key, values);
    let since = |at: Option<Timestamp>| at.map_or_else(|| scene.unknown(), |at| scene.age(at));
    match kind {
        TaskKind::InvoiceOverdue { count, sum, oldest_days } => say(
            "task-invoice-overdue",
            &[("n", Number(count.n as i64)), ("sum", Text(&sum.to_string())), ("days", Number(*oldest_days))],
        ),
        TaskKind::InvoiceDue { due, total } => {
            say("task-invoice-due", &[("sum", Text(&total.to_string())), ("date", Text(&due.to_string()))])
        }
        TaskKind::NoPayMethod => say("task-no-pay-method", &[]),
        TaskKind::CardExpiring { month } => say("task-card-expiring", &[("month", Text(&month_words(*month)))]),
        TaskKind::CardExpired { month } => say("task-card-expired", &[("month", Text(&month_words(*month)))]),
        TaskKind::OrderInProgress { number, since: at } => {
            say("task-order-in-progress", &[("number", Text(number)), ("since", Text(&since(*at)))])
        }
        TaskKind::OrderInReview { number, since: at } => {
            say("task-order-in-review", &[("number", Text(number)), ("since", Text(&since(*at)))])
        }
        TaskKind::OrderFailed { number, code } => {
            say("task-order-failed", &[("number", Text(number)), ("code", Text(code))])
        }
        TaskKind::EligibilityPending { since: at } => say("task-eligibility-pending", &[("since", Text(&since(*at)))]),
        TaskKind::IdUnderReview { since: at } => say("task-id-under-review", &[("since", Text(&since(*at)))]),
        TaskKind::IdRejected => say("task-id-rejected", &[]),
        TaskKind::IdMissing { number } => say("task-id-missing", &[("number", Text(number))]),
        TaskKind::PaidNotDelivered { number, sum } => {
            say("task-paid-not-delivered", &[("number", Text(number)), ("sum", Text(&scene.yen(*sum)))])
        }
        TaskKind::TopUpNotDelivered { number, line, sum } => {
            let line = scene.personal(Personal::Phone, &line.to_string());
            say(
                "task-top-up-not-delivered",
                &[("number", Text(number)), ("line", Text(&line)), ("sum", Text(&sum.to_string()))],
            )
        }
        TaskKind::PromiseLate { subject, owner, days } => {
            let subject = scene.free_text(subject);
            say("task-promise-late", &[("subject", Text(&subject)), ("owner", Text(owner)), ("days", Number(*days))])
        }
        TaskKind::SuspensionAsked { line, number, since: at } => {
            let line = scene.personal(Personal::Phone, line);
            say(
                "task-suspension-asked",
                &[("line", Text(&line)), ("number", Text(number)), ("since", Text(&since(*at)))],
            )
        }
        TaskKind::DataRunOut(line) => {
            let line = scene.personal(Personal::Phone, &line.to_string());
            say("task-data-run-out", &[("line", Text(&line))])
        }
        TaskKind::CancellationScheduled { what, at } => {
            let what = scene.say(kind_key(*what));
            let date = time::date(*at);
            say("task-cancellation-scheduled", &[("what", Text(&what)), ("date", Text(&date))])
        }
        TaskKind::EndedLineBilled(line) => {
            let line = scene.personal(Personal::Phone, &line.to_string());
            say("task-ended-line-billed", &[("line", Text(&line))])
        }
        TaskKind::Drift(found) => scene.finding(found),
        TaskKind::Onboarding => say("task-onboarding", &[]),
    }
}

/// An unlocked line in a few words, with the mark its state has.
pub fn line(line: &Line, scene: &Scene<'_>) -> (String, Mark) {
    let (state, mark) = match &line.state {
        LineState::Active => (scene.say("active-line"), Mark::Good),
        LineState::Suspended => (scene.say("status-suspended"), Mark::Warning),
        LineState::Waiting => (scene.say("status-waiting"), Mark::Pending),
        LineState::Temporary => (scene.say("status-temporary"), Mark::Pending),
        LineState::Ended => (scene.say("status-ended"), Mark::Off),
        LineState::Other(word) => (std::borrow::Cow::Borrowed(word.as_str()), Mark::Unknown),
    };
    let empty = line.quota_left_mb.is_some_and(|mb| mb <= 0);
    let left = match line.quota_left_mb {
        Some(_) if empty => scene.say("data-run-out").into_owned(),
        Some(mb) => data(mb),
        None => "?".to_owned(),
    };
    let mark = if empty && mark == Mark::Good { Mark::Warning } else { mark };
    (format!("{state} · {} · {left}", line.network), mark)
}

/// Until when a line is locked, in words.
pub fn lock_words(until: Option<jiff::Timestamp>, scene: &Scene<'_>) -> String {
    match until {
        Some(until) => {
            // A change that ends another day, such as a dated cancellation, needs its day said.
            let time = if time::today(until) == scene.today() { time::clock(until) } else { time::date_time(until) };
            scene.with("lines-locked-until", &[("time", Text(&time))])
        }
        None => scene.say("lines-locked").into_owned(),
    }
}
