//! What the look through an order says, in words: steps, states, facts, causes and what to do.

use jiff::Timestamp;
use madoguchi_ui::glyphs::Mark;

use crate::domain::customer::VerificationState;
use crate::domain::mask::Personal;
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::domain::time;
use crate::domain::words::List;
use crate::domain::xray::{Fact, Lane, StepState, Whom, Why};
use crate::locale::Value;
use crate::scene::Scene;
use crate::tabs::cells::{
    activation_status, chosen, invoice_status, line_state, order_status, service_status, whmcs_order_status, word_of,
};

/// The lane's title.
pub fn lane(lane: Lane, scene: &Scene<'_>) -> String {
    match lane {
        Lane::Salesforce => System::Salesforce.name().to_owned(),
        Lane::Whmcs => System::Whmcs.name().to_owned(),
        Lane::Freebit => System::Freebit.name().to_owned(),
        Lane::Worker => scene.say("xray-worker").into_owned(),
    }
}

/// The sign of a state.
pub const fn mark(state: &StepState) -> Mark {
    match state {
        StepState::Done { .. } => Mark::Good,
        StepState::Waiting { .. } => Mark::Pending,
        StepState::Failed { .. } => Mark::Critical,
        StepState::NotReached | StepState::NotNeeded => Mark::Off,
        StepState::Unknown { .. } => Mark::Unknown,
    }
}

/// A state in a few words, for a lane.
pub fn short(state: &StepState, scene: &Scene<'_>) -> String {
    match state {
        StepState::Done { at } => {
            let done = scene.say("xray-done");
            at.map_or_else(|| done.clone().into_owned(), |at| format!("{done} {}", month_and_clock(at)))
        }
        StepState::Waiting { whom, since } => {
            let whom = scene.say(whom.key());
            since.map_or_else(|| whom.clone().into_owned(), |since| format!("{whom} · {}", scene.age(since)))
        }
        StepState::Failed { code, .. } => format!("{} {code}", scene.say("xray-failed")).trim_end().to_owned(),
        StepState::NotReached => scene.say("xray-not-reached").into_owned(),
        StepState::NotNeeded => scene.say("xray-not-needed").into_owned(),
        StepState::Unknown { .. } => scene.unknown(),
    }
}

/// A state in full.
pub fn long(state: &StepState, scene: &Scene<'_>) -> String {
    match state {
        StepState::Done { at: None } => scene.say("xray-done-some-time").into_owned(),
        StepState::Done { at } => format!("{} {}", scene.say("xray-done"), scene.moment(*at)),
        StepState::Waiting { whom: Whom::Date(Some(date)), .. } => {
            format!("{} {}", scene.say("xray-waits-date"), scene.moment(Some(*date)))
        }
        StepState::Waiting { whom, since } => {
            let whom = scene.say(whom.key());
            let since = since.map_or_else(
                || scene.say("xray-since-unknown").into_owned(),
                |since| format!("{} · {}", scene.moment(Some(since)), scene.age(since)),
            );
            format!("{whom} · {since}")
        }
        StepState::Failed { code, message } => {
            let said = [code.as_str(), message.as_str()];
            let said: Vec<&str> = said.into_iter().filter(|text| !text.is_empty()).collect();
            format!("{}: {}", scene.say("xray-failed"), said.join(" · "))
        }
        StepState::NotReached | StepState::NotNeeded => short(state, scene),
        StepState::Unknown { why } => format!("{}: {}", scene.unknown(), why_words(*why, scene)),
    }
}

/// A fact for a lane, where there is no room for a year.
pub fn brief(it: &Fact, scene: &Scene<'_>) -> String {
    match it {
        Fact::Changed { at: Some(at), who, new } => {
            format!("{} {who}: {}", month_and_clock(*at), word_of(System::Salesforce, new, scene))
        }
        _ => fact(it, scene),
    }
}

fn month_and_clock(at: Timestamp) -> String {
    let wall = time::date_time(at);
    wall.get(5..).unwrap_or(&wall).to_owned()
}

fn why_words(why: Why, scene: &Scene<'_>) -> String {
    let (key, system) = match why {
        Why::NotRead(system) => ("xray-why-not-read", system.name()),
        Why::Truncated(system) => ("xray-why-truncated", system.name()),
        Why::NoLine => ("xray-why-no-line", ""),
        Why::NoLink => ("xray-why-no-link", ""),
        Why::NoTrace => ("xray-why-no-trace", ""),
        Why::UnknownWord => ("xray-why-word", ""),
    };
    scene.with(key, &[("system", Value::Text(system))])
}

/// What a fact means for its step: a sign where it is good or bad by itself.
pub const fn fact_mark(fact: &Fact) -> Mark {
    match fact {
        Fact::LineMissing(_)
        | Fact::WhmcsOrderMissing(_)
        | Fact::FieldsMissing(_)
        | Fact::IdsDisagree { .. }
        | Fact::CardNotAssigned
        | Fact::WrittenBack(None)
        | Fact::PayMethods(0)
        | Fact::Locked { .. }
        | Fact::NoMail => Mark::Warning,
        Fact::LineUnread(_) => Mark::Unknown,
        _ => Mark::Info,
    }
}

/// A fact in words. A line's number is personal data and masked here.
pub fn fact(fact: &Fact, scene: &Scene<'_>) -> String {
    let number = |key: &str, id: u64| scene.with(key, &[("id", Value::Text(&id.to_string()))]);
    let state = |key: &str, id: u64, state: &str| {
        scene.with(key, &[("id", Value::Text(&id.to_string())), ("state", Value::Text(state))])
    };
    let line = |key: &str, msisdn: &str| {
        let masked = scene.personal(Personal::Phone, msisdn);
        scene.with(key, &[("line", Value::Text(&masked))])
    };
    match fact {
        Fact::Status(status) => order_status(status).say(scene).into_owned(),
        Fact::Activation(status) => activation_status(status).say(scene).into_owned(),
        Fact::PayMethods(0) => scene.say("fact-no-pay-method").into_owned(),
        Fact::PayMethods(n) => scene.with("fact-pay-methods", &[("n", Value::Number(*n as i64))]),
        Fact::Identity(state) => {
            let word = match state {
                VerificationState::NotSubmitted => scene.say("verification-not-submitted"),
                VerificationState::UnderReview => scene.say("verification-under-review"),
                VerificationState::Verified => scene.say("verification-verified"),
                VerificationState::Rejected => scene.say("verification-rejected"),
                VerificationState::Other(word) => word.as_str().into(),
            };
            format!("{} {word}", scene.say("panel-verification"))
        }
        Fact::Line { msisdn, state, assumed } => {
            let masked = scene.personal(Personal::Phone, &msisdn.to_string());
            let words = format!("{masked} {}", line_state(state).say(scene));
            if *assumed { format!("{words} {}", scene.say("fact-assumed")) } else { words }
        }
        Fact::LineMissing(msisdn) => line("fact-line-missing", &msisdn.to_string()),
        Fact::LineUnread(msisdn) => line("fact-line-unread", &msisdn.to_string()),
        Fact::Locked { what, until } => {
            let what = crate::tabs::sim::operation(what, scene);
            let until = until.map_or_else(|| scene.unknown(), time::clock);
            scene.with("fact-locked", &[("what", Value::Text(&what)), ("until", Value::Text(&until))])
        }
        Fact::WhmcsOrder { id, status } => state("fact-whmcs-order", *id, &whmcs_order_status(status).say(scene)),
        Fact::WhmcsOrderMissing(id) => number("fact-whmcs-order-missing", *id),
        Fact::Invoice { id, status } => state("fact-invoice-state", *id, &invoice_status(status, false).say(scene)),
        Fact::Service { id, status } => state("fact-service-state", *id, &service_status(status).say(scene)),
        Fact::FieldsMissing(id) => number("fact-fields-missing", *id),
        Fact::WrittenBack(Some(id)) => number("fact-written-back", *id),
        Fact::WrittenBack(None) => scene.say("fact-not-written-back").into_owned(),
        Fact::IdsDisagree { salesforce, whmcs } => {
            let (salesforce, whmcs) = (salesforce.to_string(), whmcs.to_string());
            let values = [("salesforce", Value::Text(&salesforce)), ("whmcs", Value::Text(&whmcs))];
            scene.with("fact-ids-disagree", &values)
        }
        Fact::Stage(stage) => chosen(List::StageWords, stage, scene).into_owned(),
        Fact::CardAssigned(status) => {
            scene.with("fact-card-assigned", &[("status", Value::Text(&chosen(List::CardWords, status, scene)))])
        }
        Fact::CardNotAssigned => scene.say("fact-card-not-assigned").into_owned(),
        Fact::Mail(subject) => scene.with("fact-mail", &[("subject", Value::Text(subject))]),
        Fact::NoMail => scene.say("fact-no-mail").into_owned(),
        Fact::Changed { at, who, new } => {
            format!("{} {who}: {}", scene.moment(*at), word_of(System::Salesforce, new, scene))
        }
    }
}

/// Where a fact leads.
pub fn place(fact: &Fact) -> Option<Place> {
    Some(match fact {
        Fact::Line { msisdn, .. } | Fact::LineMissing(msisdn) | Fact::LineUnread(msisdn) => {
            Place::Line(Some(msisdn.clone()))
        }
        Fact::WhmcsOrder { id, .. } | Fact::WrittenBack(Some(id)) => Place::WhmcsOrder(Some(*id)),
        Fact::IdsDisagree { whmcs, .. } => Place::WhmcsOrder(Some(*whmcs)),
        Fact::Invoice { id, .. } => Place::Invoice(Some(*id)),
        Fact::Service { id, .. } | Fact::FieldsMissing(id) => Place::Subscription(Some(*id)),
        Fact::PayMethods(_) => Place::PayMethods,
        _ => return None,
    })
}
