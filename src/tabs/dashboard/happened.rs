//! What happened, in words: the timeline's sentences.

use madoguchi_ui::glyphs::Mark;

use crate::domain::customer::{EligibilityState, VerificationState};
use crate::domain::history::{Side, Subject};
use crate::domain::ledger::EmailState;
use crate::domain::mask::Personal;
use crate::domain::phone::Msisdn;
use crate::domain::service::CancelEffect;
use crate::domain::status::Place;
use crate::domain::time;
use crate::domain::timeline::{Gap, GapWhy, Part, What, When};
use crate::flow::FaultKind;
use crate::locale::Value;
use crate::scene::Scene;
use crate::tabs::cells;

use Value::{Number, Text};

/// The kind of an event: its rank, the word a filter finds it by in either language, and the key of its name.
pub const fn kind(what: &What) -> (u8, &'static str, &'static str) {
    match what {
        What::Logged { .. } => (1, "log", "timeline-kind-log"),
        What::InvoiceIssued { .. } | What::InvoicePaid { .. } | What::CaptureTried { .. } => {
            (2, "invoice", "timeline-kind-invoice")
        }
        What::Money { .. } => (3, "payment", "timeline-kind-payment"),
        What::Credit { .. } => (4, "credit", "timeline-kind-credit"),
        What::Mail { .. } => (5, "mail", "timeline-kind-mail"),
        What::WhmcsOrderPlaced { .. } | What::OrderPlaced { .. } => (6, "order", "timeline-kind-order"),
        What::ServiceRegistered { .. } | What::CancelAsked { .. } => (7, "service", "timeline-kind-service"),
        What::TicketOpened { .. } | What::TicketReplied { .. } => (8, "ticket", "timeline-kind-ticket"),
        What::CaseOpened { .. } => (9, "case", "timeline-kind-case"),
        What::Said { .. } => (10, "message", "timeline-kind-message"),
        What::Changed(_) => (11, "change", "timeline-kind-change"),
        What::Promised { .. } => (12, "promise", "timeline-kind-promise"),
        What::AccountMade
        | What::EligibilityAsked
        | What::EligibilityAnswered(_)
        | What::IdentitySent
        | What::IdentityReviewed(_) => (13, "account", "timeline-kind-account"),
        What::LineStarted(_) | What::LineLocked { .. } | What::ToppedUp { .. } => (14, "line", "timeline-kind-line"),
    }
}

/// The mark of what went well or wrong; most events are neither.
pub const fn mark(what: &What) -> Option<Mark> {
    match what {
        What::InvoicePaid { .. } => Some(Mark::Good),
        What::Mail { state: EmailState::Failed(_), .. } => Some(Mark::Critical),
        What::Said { public: true, side: Side::Customer, .. } => Some(Mark::Info),
        What::LineLocked { .. } => Some(Mark::Pending),
        What::CaptureTried { .. }
        | What::Said { public: false, .. }
        | What::IdentityReviewed(VerificationState::Rejected)
        | What::EligibilityAnswered(EligibilityState::Ineligible) => Some(Mark::Warning),
        _ => None,
    }
}

/// An event as a sentence.
pub fn words(what: &What, scene: &Scene<'_>) -> String {
    let say = |key: &str, values: &[(&str, Value<'_>)]| scene.with(key, values);
    match what {
        What::Logged { what, .. } => what.to_string(),
        What::InvoiceIssued { number, total } => {
            say("timeline-invoice-issued", &[("number", Text(number)), ("sum", Text(&total.to_string()))])
        }
        What::InvoicePaid { number, total } => {
            say("timeline-invoice-paid", &[("number", Text(number)), ("sum", Text(&total.to_string()))])
        }
        What::CaptureTried { number } => say("timeline-capture-tried", &[("number", Text(number))]),
        What::Money { received, paid_out, gateway } => {
            let (key, sum) = match (received, paid_out) {
                (_, Some(out)) if out.0 != 0 => ("timeline-paid-out", Some(*out)),
                (received, _) => ("timeline-received", *received),
            };
            say(key, &[("sum", Text(&scene.yen(sum))), ("gateway", Text(gateway))])
        }
        What::Credit { amount, description } => {
            say("timeline-credit", &[("sum", Text(&scene.yen(*amount))), ("what", Text(description))])
        }
        What::Mail { subject, state } => {
            let (key, why) = match state {
                EmailState::Sent => ("timeline-mail-sent", ""),
                EmailState::Pending => ("timeline-mail-pending", ""),
                EmailState::Failed(why) => ("timeline-mail-failed", why.as_str()),
            };
            say(key, &[("subject", Text(subject)), ("why", Text(why))])
        }
        What::WhmcsOrderPlaced { number, what } => {
            say("timeline-whmcs-order", &[("number", Text(number)), ("what", Text(what))])
        }
        What::ServiceRegistered { name } => say("timeline-service", &[("name", Text(name))]),
        What::CancelAsked { reason, effect } => {
            let effect = match effect {
                CancelEffect::Immediate => scene.say("timeline-cancel-now").into_owned(),
                CancelEffect::EndOfPeriod => scene.say("timeline-cancel-period").into_owned(),
                CancelEffect::Other(word) => word.to_string(),
            };
            say("timeline-cancel", &[("effect", Text(&effect)), ("reason", Text(reason))])
        }
        What::TicketOpened { number, subject } | What::CaseOpened { number, subject } => {
            say("timeline-opened", &[("number", Text(number)), ("subject", Text(subject))])
        }
        What::TicketReplied { number, subject } => {
            say("timeline-replied", &[("number", Text(number)), ("subject", Text(subject))])
        }
        What::Said { number, who, side, kind, public, beginning } => {
            let (how, _) = cells::told_apart(*kind, *side, *public);
            format!("{number} · {} · {who}: {beginning}", scene.words.say(how))
        }
        What::OrderPlaced { number, total } => {
            say("timeline-order", &[("number", Text(number)), ("sum", Text(&scene.yen(*total)))])
        }
        What::Changed(change) => {
            let of = match &change.of {
                Subject::Order(number) | Subject::Case(number) => number.to_string(),
                Subject::Opportunity { name, .. } => name.to_string(),
                Subject::Account => scene.say("timeline-of-account").into_owned(),
            };
            format!("{of} · {}", cells::change(change, scene))
        }
        What::Promised { subject, owner } => {
            say("timeline-promised", &[("subject", Text(subject)), ("owner", Text(owner))])
        }
        What::AccountMade => say("timeline-account-made", &[]),
        What::EligibilityAsked => say("timeline-eligibility-asked", &[]),
        What::EligibilityAnswered(state) => {
            let state = match state {
                EligibilityState::NotRequested => scene.say("eligibility-not-requested").into_owned(),
                EligibilityState::Pending => scene.say("eligibility-pending").into_owned(),
                EligibilityState::Eligible => scene.say("eligibility-eligible").into_owned(),
                EligibilityState::Ineligible => scene.say("eligibility-ineligible").into_owned(),
                EligibilityState::Other(word) => word.to_string(),
            };
            say("timeline-eligibility-answered", &[("state", Text(&state))])
        }
        What::IdentitySent => say("timeline-id-sent", &[]),
        What::IdentityReviewed(state) => {
            let state = match state {
                VerificationState::NotSubmitted => scene.say("verification-not-submitted").into_owned(),
                VerificationState::UnderReview => scene.say("verification-under-review").into_owned(),
                VerificationState::Verified => scene.say("verification-verified").into_owned(),
                VerificationState::Rejected => scene.say("verification-rejected").into_owned(),
                VerificationState::Other(word) => word.to_string(),
            };
            say("timeline-id-reviewed", &[("state", Text(&state))])
        }
        What::LineStarted(line) => say("timeline-line-started", &[("line", Text(&number(line, scene)))]),
        What::LineLocked { msisdn, what, until } => {
            let until = until.map_or_else(|| scene.unknown(), time::date_time);
            let line = number(msisdn, scene);
            say(
                "timeline-line-locked",
                &[("line", Text(&line)), ("what", Text(&cells::operation(what, scene))), ("until", Text(&until))],
            )
        }
        What::ToppedUp { msisdn, mb, .. } => {
            let data = mb.map_or_else(|| scene.unknown(), cells::data);
            say("timeline-topped-up", &[("line", Text(&number(msisdn, scene))), ("data", Text(&data))])
        }
    }
}

fn number(line: &Msisdn, scene: &Scene<'_>) -> String {
    scene.personal(Personal::Phone, &line.to_string())
}

/// What is not shown and why, as a sentence.
pub fn gap(gap: &Gap, loading: bool, fault: Option<FaultKind>, scene: &Scene<'_>) -> String {
    let part = match &gap.part {
        Part::Messages(of) => scene.with("part-messages", &[("number", Text(of))]),
        Part::Line(line) => scene.with("part-line", &[("line", Text(&number(line, scene)))]),
        Part::TopUps(line) => scene.with("part-top-ups", &[("line", Text(&number(line, scene)))]),
        part => scene.words.say(part_key(part)).into_owned(),
    };
    let part = [("part", Text(part.as_str()))];
    match (gap.why, fault) {
        (GapWhy::NotRead, _) if loading => scene.with("gap-reading", &part),
        (GapWhy::NotRead, Some(fault)) => {
            let why = scene.words.say(fault.key()).into_owned();
            scene.with("gap-failed", &[part[0], ("why", Text(&why))])
        }
        (GapWhy::NotRead, None) if gap.part == Part::CancelRequests => scene.with("gap-elsewhere", &part),
        (GapWhy::NotRead, None) => scene.with("gap-not-read", &part),
        (GapWhy::NotKept, _) => scene.with("gap-not-kept", &part),
        (GapWhy::Older { than, missing }, _) => {
            let than = match than {
                Some(When::At(at)) => time::date_time(at),
                Some(When::Day(day)) => time::iso(day),
                None => scene.unknown(),
            };
            let missing = Number(i64::try_from(missing).unwrap_or(i64::MAX));
            scene.with("gap-older", &[part[0], ("than", Text(&than)), ("n", missing)])
        }
    }
}

const fn part_key(part: &Part) -> &'static str {
    match part {
        Part::Account => "part-account",
        Part::Activity => "part-activity",
        Part::Invoices => "page-invoices",
        Part::Transactions => "part-transactions",
        Part::Credits => "part-credits",
        Part::Emails => "part-emails",
        Part::WhmcsOrders | Part::Orders => "page-orders",
        Part::Services => "page-subscriptions",
        Part::CancelRequests => "part-cancel-requests",
        Part::Tickets => "part-tickets",
        Part::Cases => "part-cases",
        Part::Changes => "part-changes",
        Part::FollowUps => "page-promises",
        Part::LineOperations | Part::Messages(_) | Part::Line(_) | Part::TopUps(_) => "part-line-operations",
    }
}

/// Key of the word for where an entry leads.
pub const fn place_key(place: &Place) -> &'static str {
    match place {
        Place::Dashboard | Place::Timeline => "page-overview",
        Place::Identity => "page-identity",
        Place::Subscription(_) | Place::Plans(_) => "page-subscriptions",
        Place::Cancellations => "page-cancellations",
        Place::Invoice(_) => "page-invoices",
        Place::PayMethods => "panel-pay-methods",
        Place::Order(_) | Place::WhmcsOrder(_) | Place::Xray(_) | Place::Opportunity(_) => "page-orders",
        Place::Line(_) => "page-lines",
        Place::Case(_) | Place::Ticket(_) => "page-support",
        Place::FollowUp(_) => "page-promises",
    }
}
