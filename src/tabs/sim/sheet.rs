//! What the detail pane says of a line. The line, the operation that runs on it, its card and its eSIM profile are four
//! things with a state each; one status for all of them would say "done" of what is only accepted.

use madoguchi_ui::bars;
use madoguchi_ui::gauge::{self, Level};
use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::theme::Role;

use crate::domain::agreement::{self, Fact};
use crate::domain::line::{Line, Lock, TopUp, Usage};
use crate::domain::mask::Personal;
use crate::domain::order::{Order, PortIn};
use crate::domain::profile::{self, Profile};
use crate::domain::sim::{self, MnpReservation};
use crate::domain::status::Place;
use crate::domain::time;
use crate::domain::words::List;
use crate::flow::{Action, Customer};
use crate::locale::Value;
use crate::tabs::cells::{activation_status, chosen, data, data_kb, fact, line_state, order_status, service_status};
use crate::tabs::days;
use crate::tabs::sheet::Sheet;

use super::{LineRow, freshness, operation};

/// Cells of the gauge of what is left: beside its words it fits the pane of a narrow window.
const GAUGE: u16 = 7;
/// Days of the sparkline before today: with more it would break into two lines there. The page of the usage shows all.
const SPARK_DAYS: usize = 21;

/// Everything that is known of a line.
pub fn line(row: &LineRow, customer: &Customer, sheet: &mut Sheet<'_>) {
    sheet.personal("label-line", Personal::Phone, &row.msisdn.to_string());
    differences(row, sheet);
    // What holds the line up comes first: in a small window nothing below it would be in sight.
    let held = row.line.value().is_some_and(|line| line.lock.is_some() || line.planned.is_some());
    if held {
        running(row, sheet);
    }
    contract(row, customer, sheet);
    if !held {
        running(row, sheet);
    }
    if let Some(line) = row.line.value() {
        quota(line, row.plan_size(), sheet);
        usage(line.usage.as_ref(), sheet);
        top_ups(line.top_ups.as_deref(), sheet);
    }
    card(row, sheet);
    profile(row, sheet);
    if let Some(order) = &row.order {
        sold(order, sheet);
    }
    service(row, sheet);
}

fn differences(row: &LineRow, sheet: &mut Sheet<'_>) {
    let scene = sheet.scene();
    for found in agreement::of_line(row.line.value(), row.card.as_ref(), row.service.as_ref()) {
        let words = match (found.about, found.said.as_slice()) {
            (Fact::EndedButBilled, _) => scene.say("disagree-ended-billed").into_owned(),
            (Fact::StoppedButBilled, _) => scene.say("disagree-stopped-billed").into_owned(),
            (Fact::ActiveButNotBilled, _) => scene.say("disagree-active-unbilled").into_owned(),
            (Fact::Kind, [(_, freebit), (_, salesforce)]) => {
                let values = [("freebit", Value::Text(freebit)), ("salesforce", Value::Text(salesforce))];
                scene.with("disagree-kind", &values)
            }
            (about, said) => {
                let what = scene.say(fact(about).0);
                let said = said.iter().map(|(system, value)| {
                    format!("{} {}", system.name(), scene.personal(Personal::Id, &sim::grouped(value)))
                });
                let values = said.collect::<Vec<_>>().join(" / ");
                scene.with("disagree-number", &[("what", Value::Text(&what)), ("values", Value::Text(&values))])
            }
        };
        sheet.private(|sheet| sheet.note(words, Role::Warning, Some(Mark::Warning)));
    }
}

/// The line itself: the contract at Freebit.
fn contract(row: &LineRow, customer: &Customer, sheet: &mut Sheet<'_>) {
    let scene = sheet.scene();
    sheet.section("section-line");
    if let Some(fault) = &row.line.fault {
        sheet.note(scene.fault(fault), Role::Critical, Some(Mark::Critical));
    }
    let fresh = freshness(row.line.known.as_ref(), customer, &scene);
    if row.line.loading {
        sheet.note(scene.say("loading"), Role::Dim, Some(Mark::Pending));
    } else if row.line.known.is_none() {
        let (open, read) = (scene.key(Action::Open), scene.key(Action::ReadLine));
        let keys = [("open", Value::Text(&open)), ("read", Value::Text(&read))];
        sheet.note(scene.with("line-not-read", &keys), Role::Unknown, Some(Mark::Unknown));
    }
    if !fresh.is_empty() {
        sheet.note(fresh, Role::Dim, None);
    }
    let Some(line) = row.line.value() else { return };
    let state = line_state(&line.state);
    sheet.styled("label-status", state.say(&scene).into_owned(), state.role(), None);
    sheet.field("label-plan", line.plan.to_string());
    sheet.field("label-network", line.network.to_string());
    sheet.field("label-started", scene.date(line.started));
    sheet.yes_no("label-voice", line.voice);
    sheet.yes_no("label-sms", line.sms);
    sheet.yes_no("label-voice-mail", line.voice_mail);
    sheet.yes_no("label-call-waiting", line.call_waiting);
    sheet.yes_no("label-roaming", line.roaming);
}

/// What runs on the line and what is planned for it.
fn running(row: &LineRow, sheet: &mut Sheet<'_>) {
    let scene = sheet.scene();
    let Some(line) = row.line.value() else { return };
    sheet.section("section-operation");
    if let Some(lock) = &line.lock {
        locked(lock, sheet);
    }
    if let Some(planned) = &line.planned {
        let what = operation(&planned.what, &scene);
        let when = planned.on.map_or_else(|| scene.unknown(), |on| days::day_and_distance(on, &scene));
        let values = [("what", Value::Text(&what)), ("when", Value::Text(&when))];
        sheet.note(scene.with("operation-planned", &values), Role::Info, Some(Mark::Info));
    }
    if line.lock.is_none() && line.planned.is_none() {
        sheet.note(scene.say("operation-none"), Role::Dim, Some(Mark::Off));
    }
}

fn locked(lock: &Lock, sheet: &mut Sheet<'_>) {
    let scene = sheet.scene();
    sheet.styled("label-lock", operation(&lock.what, &scene), Role::Warning, Some(Mark::Warning));
    let since =
        lock.since.map_or_else(|| scene.unknown(), |since| format!("{} · {}", time::clock(since), scene.age(since)));
    sheet.field("label-since", since);
    let until = match lock.until {
        None => scene.unknown(),
        Some(until) => {
            let clock = time::clock(until);
            match days::left(until, &scene) {
                Some(left) => format!("{clock} · {left}"),
                None => scene.with("lock-over", &[("time", Value::Text(&clock))]),
            }
        }
    };
    sheet.styled("label-lock-until", until, Role::Warning, None);
    if let Some(minutes) = lock.what.usual_minutes() {
        let values = [("n", Value::Number(minutes))];
        sheet.field("label-lock-usual", scene.with("lock-usual", &values));
    }
    sheet.note(scene.say("lock-means"), Role::Dim, None);
}

/// What is left, as a bar only where it is known of how much.
fn quota(line: &Line, plan: Option<i64>, sheet: &mut Sheet<'_>) {
    let scene = sheet.scene();
    sheet.section("section-data");
    let Some(left) = line.quota_left_mb else {
        sheet.styled("label-quota", scene.unknown(), Role::Unknown, None);
        return;
    };
    let role = if left <= 0 { Role::Critical } else { Role::Text };
    let Some(plan) = plan else {
        let values = [("left", Value::Text(&data(left)))];
        sheet.styled("label-quota", scene.with("quota-of-unknown", &values), role, None);
        return;
    };
    let level = Level::Of { part: left.max(0).unsigned_abs(), whole: plan.unsigned_abs() };
    let values = [("left", Value::Text(&data(left))), ("plan", Value::Text(&data(plan)))];
    let words = scene.with(if left > plan { "quota-over-plan" } else { "quota-of-plan" }, &values);
    sheet.styled("label-quota", format!("{} {words}", gauge::written(level, GAUGE, scene.theme)), role, None);
}

fn usage(usage: Option<&Usage>, sheet: &mut Sheet<'_>) {
    let scene = sheet.scene();
    let Some(usage) = usage else {
        sheet.styled("label-used-today", scene.unknown(), Role::Unknown, None);
        return;
    };
    if usage.throttled == Some(true) {
        sheet.styled("label-throttled", scene.say("yes"), Role::Warning, Some(Mark::Warning));
    } else {
        sheet.yes_no("label-throttled", usage.throttled);
    }
    sheet.field("label-used-today", usage.today_kb.map_or_else(|| scene.unknown(), data_kb));
    let kb = |kb: &Option<i64>| kb.map(|kb| kb.max(0).unsigned_abs());
    let mut days: Vec<Option<u64>> = usage.days_kb.iter().take(SPARK_DAYS).rev().map(kb).collect();
    if !days.is_empty() {
        days.push(kb(&usage.today_kb));
        sheet.field("label-used-days", bars::spark(&days, scene.theme));
    }
}

fn top_ups(top_ups: Option<&[TopUp]>, sheet: &mut Sheet<'_>) {
    let scene = sheet.scene();
    match top_ups {
        None => sheet.styled("label-top-ups", scene.unknown(), Role::Unknown, None),
        Some([]) => sheet.field("label-top-ups", scene.say("top-ups-none")),
        Some(all) => {
            for top_up in all {
                let amount = top_up.mb.map_or_else(|| scene.unknown(), data);
                let mut words = format!("+{amount} · {}", scene.moment(top_up.at));
                if let Some(expires) = top_up.expires {
                    let key = if expires < scene.today() { "top-up-expired" } else { "top-up-expires" };
                    let day = time::iso(expires);
                    words = format!("{words} · {}", scene.with(key, &[("day", Value::Text(&day))]));
                }
                if !top_up.code.is_empty() {
                    words = format!("{words} · {}", top_up.code);
                }
                sheet.field("label-top-up", words);
            }
        }
    }
}

/// The card: Freebit's view of it, and Salesforce's inventory.
fn card(row: &LineRow, sheet: &mut Sheet<'_>) {
    let (line, card) = (row.line.value(), row.card.as_ref());
    let service = row.service.as_ref();
    let numbers =
        [line.map(|it| &it.product_number), card.map(|it| &it.product_number), service.map(|it| &it.product_number)];
    let iccids = [line.map(|it| &it.iccid), card.map(|it| &it.iccid)];
    let [number, iccid] = [numbers.as_slice(), &iccids].map(|said| said.iter().flatten().find(|it| !it.is_empty()));
    if number.is_none() && iccid.is_none() && card.is_none() {
        return;
    }
    sheet.section("section-card");
    sheet.personal("label-product-number", Personal::Id, number.map_or("", |it| it.as_str()));
    sheet.personal("label-iccid", Personal::Id, &iccid.map(|it| sim::grouped(it)).unwrap_or_default());
    sheet.field("label-size", line.map(|it| it.size.to_string()).unwrap_or_default());
    sheet.field(
        "label-sim-type",
        card.map(|it| chosen(List::SimTypeWords, &it.kind, &sheet.scene()).into_owned()).unwrap_or_default(),
    );
    match card {
        Some(card) => sheet.field("label-card-status", chosen(List::CardWords, &card.status, &sheet.scene())),
        None => sheet.styled("label-card-status", sheet.scene().say("card-not-in-inventory"), Role::Unknown, None),
    }
}

/// The eSIM profile, as far as anybody but the phone can know it.
fn profile(row: &LineRow, sheet: &mut Sheet<'_>) {
    let scene = sheet.scene();
    let (line, card, order) = (row.line.value(), row.card.as_ref(), row.order.as_ref());
    let known = profile::profile(line, card, order);
    let eids = [
        line.map(|it| &it.eid),
        card.map(|it| &it.eid),
        row.service.as_ref().map(|it| &it.eid),
        order.map(|it| &it.eid),
    ];
    let eid = eids.into_iter().flatten().find(|eid| !eid.is_empty());
    if known == Profile::Physical || (known == Profile::Unknown && eid.is_none()) {
        return;
    }
    sheet.section("section-profile");
    sheet.personal("label-eid", Personal::Id, &eid.map(|eid| sim::grouped(eid)).unwrap_or_default());
    let (key, role) = match known {
        Profile::Confirmed => ("profile-confirmed", Role::Text),
        Profile::Requested => ("profile-requested", Role::Info),
        Profile::Physical | Profile::Unknown => ("unknown", Role::Unknown),
    };
    sheet.styled("label-profile", scene.say(key), role, None);
    sheet.note(scene.say("profile-limits"), Role::Dim, None);
}

/// The order the line came with, and the number it brought along.
fn sold(order: &Order, sheet: &mut Sheet<'_>) {
    let scene = sheet.scene();
    sheet.section("label-salesforce-order");
    sheet.link("label-number", order.number.to_string(), Place::Order(Some(order.number.clone())));
    let status = order_status(&order.status);
    sheet.styled("label-status", status.say(&scene).into_owned(), status.role(), None);
    let activation = activation_status(&order.activation);
    sheet.styled("column-activation", activation.say(&scene).into_owned(), activation.role(), None);
    if let Some(arriving) = &order.port_in {
        sheet.section("section-port-in");
        port_in(arriving, order.open(), sheet);
    }
}

/// A number from another carrier. The reservation's end matters while the order is open.
pub fn port_in(port_in: &PortIn, open: bool, sheet: &mut Sheet<'_>) {
    let scene = sheet.scene();
    sheet.personal("label-port-in", Personal::Phone, &port_in.number);
    let written = MnpReservation::parse(&port_in.reservation);
    let reservation = written.map_or_else(|_| port_in.reservation.to_string(), |number| number.to_string());
    sheet.personal("label-port-in-reservation", Personal::Id, &reservation);
    let Some(expires) = port_in.expires else {
        if !port_in.reservation.is_empty() {
            sheet.styled("label-port-in-expires", scene.unknown(), Role::Unknown, None);
        }
        return;
    };
    if !open {
        sheet.field("label-port-in-expires", time::iso(expires));
        return;
    }
    let left = time::days_until(expires, scene.now);
    let day = days::day(expires, &scene);
    let values = [("n", Value::Number(left)), ("day", Value::Text(&day))];
    let (key, role, mark) = match left {
        ..0 => ("port-in-over", Role::Critical, Some(Mark::Critical)),
        0 => ("port-in-last-day", Role::Critical, Some(Mark::Warning)),
        // The carriers want some days left when they are asked; the last week is the time to hurry.
        1..7 => ("port-in-left", Role::Warning, Some(Mark::Warning)),
        _ => ("port-in-left", Role::Text, None),
    };
    sheet.styled("label-port-in-expires", scene.with(key, &values), role, mark);
}

fn service(row: &LineRow, sheet: &mut Sheet<'_>) {
    let scene = sheet.scene();
    let Some(service) = &row.service else { return };
    sheet.section("section-service");
    sheet.link("column-id", service.id.to_string(), Place::Subscription(Some(service.id)));
    sheet.field("column-name", service.name.to_string());
    let status = service_status(&service.status);
    sheet.styled("label-status", status.say(&scene).into_owned(), status.role(), None);
    sheet.field("label-price", scene.yen(service.amount));
    sheet.field("label-next-due", scene.date(service.next_due));
    if let Some(order) = service.order {
        sheet.link("label-whmcs-order", order.to_string(), Place::WhmcsOrder(Some(order)));
    }
    if let Some(opportunity) = &service.opportunity {
        let place = Place::Opportunity(*opportunity);
        sheet.link("label-opportunity", opportunity.to_string(), place);
    }
}
