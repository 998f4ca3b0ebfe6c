//! Cells and words that several lists share.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};
use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::table::Cell;
use madoguchi_ui::theme::Role;

use crate::domain::agreement::Fact;
use crate::domain::billing::{CardExpiry, InvoiceStatus, PayMethod, PayMethodKind, ProductKind, ServiceStatus};
use crate::domain::history::{Change, Field, MessageKind, Side, Subject};
use crate::domain::line::{LineState, Operation};
use crate::domain::mask::Personal;
use crate::domain::order::{ActivationStatus, OrderStatus};
use crate::domain::queue::Queue;
use crate::domain::service::Cycle;
use crate::domain::sla::Owed;
use crate::domain::system::System;
use crate::domain::words::List;
use crate::locale::Value;
use crate::scene::Scene;

use super::records::Key;

/// A word for a state: a key of the language table, or a word the desk does not know, as written.
pub struct Word<'a> {
    key: Result<&'static str, &'a str>,
    mark: Option<Mark>,
}

impl<'a> Word<'a> {
    const fn known(key: &'static str, mark: Option<Mark>) -> Self {
        Self { key: Ok(key), mark }
    }

    /// A word from outside that no table knows.
    pub const fn raw(text: &'a str) -> Self {
        Self { key: Err(text), mark: None }
    }

    /// The word in the desk's language.
    pub fn say(&self, scene: &Scene<'a>) -> Cow<'a, str> {
        match self.key {
            Ok(key) => scene.say(key),
            Err(raw) => Cow::Borrowed(raw),
        }
    }

    /// As a cell: with its mark where it matters.
    pub fn cell(&self, scene: &Scene<'a>) -> Cell<'a> {
        match self.mark {
            Some(mark) => Cell::marked(mark, self.say(scene)),
            None => Cell { mark: Some(Mark::Off), ..Cell::new(self.say(scene), Role::Text) },
        }
    }

    /// How rows are ordered by it: what matters most first, equal words together.
    pub fn key(&self) -> Key<'a> {
        let rank = match self.mark {
            Some(Mark::Critical) => 0,
            Some(Mark::Warning) => 1,
            Some(Mark::Pending) => 2,
            Some(Mark::Info) => 3,
            Some(Mark::Good) => 4,
            Some(Mark::Unknown | Mark::Stale | Mark::Off | Mark::Blank) | None => 5,
        };
        Key::Rank(rank, Cow::Borrowed(self.key.unwrap_or_else(|raw| raw)))
    }

    /// The role its value is drawn in.
    pub fn role(&self) -> Role {
        self.mark.map_or(Role::Text, Mark::role)
    }
}

/// The word for a WHMCS service's status.
pub fn service_status(status: &ServiceStatus) -> Word<'_> {
    match status {
        ServiceStatus::Pending => Word::known("status-pending", Some(Mark::Pending)),
        ServiceStatus::Active => Word::known("status-active", Some(Mark::Good)),
        ServiceStatus::Completed => Word::known("status-completed", None),
        ServiceStatus::Suspended => Word::known("status-suspended", Some(Mark::Warning)),
        ServiceStatus::Terminated => Word::known("status-terminated", None),
        ServiceStatus::Cancelled => Word::known("status-cancelled", None),
        ServiceStatus::Fraud => Word::known("status-fraud", Some(Mark::Critical)),
        ServiceStatus::Other(word) => Word::raw(word),
    }
}

/// The word for an invoice's status.
pub fn invoice_status(status: &InvoiceStatus, overdue: bool) -> Word<'_> {
    match status {
        InvoiceStatus::Unpaid if overdue => Word::known("column-overdue", Some(Mark::Critical)),
        InvoiceStatus::Unpaid => Word::known("status-unpaid", Some(Mark::Warning)),
        InvoiceStatus::Paid => Word::known("status-paid", Some(Mark::Good)),
        InvoiceStatus::Draft => Word::known("status-draft", None),
        InvoiceStatus::Cancelled => Word::known("status-cancelled", None),
        InvoiceStatus::Refunded => Word::known("status-refunded", Some(Mark::Info)),
        InvoiceStatus::Collections => Word::known("status-collections", Some(Mark::Critical)),
        InvoiceStatus::PaymentPending => Word::known("status-payment-pending", Some(Mark::Pending)),
        InvoiceStatus::Other(word) => Word::raw(word),
    }
}

/// The word for a Salesforce order's status.
pub fn order_status(status: &OrderStatus) -> Word<'_> {
    match status {
        OrderStatus::Draft => Word::known("status-draft", None),
        OrderStatus::PendingReview => Word::known("status-pending-review", Some(Mark::Warning)),
        OrderStatus::Approved => Word::known("status-approved", Some(Mark::Pending)),
        OrderStatus::Processed => Word::known("status-processed", Some(Mark::Good)),
        OrderStatus::Cancelled => Word::known("status-cancelled", None),
        OrderStatus::Reactivate => Word::known("status-reactivate", Some(Mark::Pending)),
        OrderStatus::Other(word) => Word::raw(word),
    }
}

/// The word for a WHMCS order's status.
pub fn whmcs_order_status(status: &str) -> Word<'_> {
    match status {
        "Pending" => Word::known("status-pending", Some(Mark::Warning)),
        "Active" => Word::known("status-active", Some(Mark::Good)),
        "Cancelled" => Word::known("status-cancelled", None),
        "Fraud" => Word::known("status-fraud", Some(Mark::Critical)),
        _ => Word::raw(status),
    }
}

/// The key of the word for a WHMCS client's status; `None` for a word the desk does not know.
pub fn client_status_key(status: &str) -> Option<&'static str> {
    match status {
        "Active" => Some("status-active"),
        "Inactive" => Some("status-inactive"),
        "Closed" => Some("status-closed"),
        _ => None,
    }
}

/// The word for an activation's status.
pub fn activation_status(status: &ActivationStatus) -> Word<'_> {
    match status {
        ActivationStatus::NotStarted => Word::known("status-not-started", None),
        ActivationStatus::Activating => Word::known("status-activating", Some(Mark::Pending)),
        ActivationStatus::Activated => Word::known("status-activated", Some(Mark::Good)),
        ActivationStatus::Failed => Word::known("status-failed", Some(Mark::Critical)),
        ActivationStatus::Scheduled => Word::known("status-scheduled", Some(Mark::Info)),
        ActivationStatus::Other(word) => Word::raw(word),
    }
}

/// The word for a line's state.
pub fn line_state(state: &LineState) -> Word<'_> {
    match state {
        LineState::Active => Word::known("status-active", Some(Mark::Good)),
        LineState::Suspended => Word::known("status-suspended", Some(Mark::Warning)),
        LineState::Waiting => Word::known("status-waiting", Some(Mark::Pending)),
        LineState::Temporary => Word::known("status-temporary", Some(Mark::Pending)),
        LineState::Ended => Word::known("status-ended", None),
        LineState::Other(word) => Word::raw(word),
    }
}

/// A word out of a list of choices in Salesforce, in the desk's language; as written where it means nothing to the desk.
pub fn chosen<'a>(list: List, written: &'a str, scene: &Scene<'a>) -> Cow<'a, str> {
    scene.meanings.spoken(list, written).map_or(Cow::Borrowed(written), |key| scene.say(key))
}

/// A word of which only its system is known, in the desk's language; as written where it means nothing to the desk.
pub fn word_of<'a>(system: System, written: &'a str, scene: &Scene<'a>) -> Cow<'a, str> {
    let key = match system {
        System::Salesforce => scene.meanings.spoken_anywhere(written),
        System::Whmcs => whmcs_word(written),
        System::Freebit => None,
    };
    key.map_or(Cow::Borrowed(written), |key| scene.say(key))
}

/// The key of a word that WHMCS writes in every installation.
fn whmcs_word(written: &str) -> Option<&'static str> {
    Some(match written {
        "Open" => "choice-open",
        "Answered" => "choice-answered",
        "Customer-Reply" => "choice-customer-reply",
        "On Hold" => "choice-on-hold",
        "In Progress" => "choice-in-progress",
        "Closed" => "choice-closed",
        "High" => "choice-high",
        "Medium" => "choice-medium",
        "Low" => "choice-low",
        "No Invoice Due" => "choice-no-invoice",
        "Draft" => "status-draft",
        "Pending" => "status-pending",
        "Active" => "status-active",
        "Completed" => "status-completed",
        "Cancelled" => "status-cancelled",
        "Fraud" => "status-fraud",
        "Paid" => "status-paid",
        "Unpaid" => "status-unpaid",
        _ => return None,
    })
}

/// The mark that says what a card's expiry means.
pub const fn expiry_mark(expiry: CardExpiry) -> Mark {
    match expiry {
        CardExpiry::Good => Mark::Good,
        CardExpiry::Soon => Mark::Warning,
        CardExpiry::Expired => Mark::Critical,
        CardExpiry::Unknown => Mark::Unknown,
    }
}

/// Key of a product kind's word.
pub const fn kind_key(kind: ProductKind) -> &'static str {
    match kind {
        ProductKind::Internet => "kind-internet",
        ProductKind::Sim => "kind-sim",
        ProductKind::Vpn => "kind-vpn",
        ProductKind::Other => "kind-other",
    }
}

/// Key of a billing cycle's word.
pub const fn cycle_key(cycle: Cycle) -> &'static str {
    match cycle {
        Cycle::Free => "cycle-free",
        Cycle::OneTime => "cycle-one-time",
        Cycle::Monthly => "cycle-monthly",
        Cycle::Quarterly => "cycle-quarterly",
        Cycle::SemiAnnually => "cycle-semi-annually",
        Cycle::Annually => "cycle-annually",
        Cycle::Biennially => "cycle-biennially",
        Cycle::Triennially => "cycle-triennially",
    }
}

/// A billing cycle in the desk's language; as written where the desk does not know it.
pub fn cycle<'a>(written: &'a str, scene: &Scene<'a>) -> Cow<'a, str> {
    Cycle::read(written).map_or(Cow::Borrowed(written), |cycle| scene.say(cycle_key(cycle)))
}

/// Megabytes as people say them: `850 MB`, `3.2 GB` (1 GB = 1,000 MB).
pub fn data(mb: i64) -> String {
    if mb.abs() < 1000 { format!("{mb} MB") } else { format!("{}.{} GB", mb / 1000, mb.abs() % 1000 / 100) }
}

/// Kilobytes as people say them: `400 KB`, or as [`data`] from a megabyte on. What is little is not said to be nothing.
pub fn data_kb(kb: i64) -> String {
    if kb.abs() < 1000 { format!("{kb} KB") } else { data(kb / 1000) }
}

/// A card's last month as it is printed on it.
pub fn month_words(day: jiff::civil::Date) -> String {
    format!("{:02}/{:02}", day.month(), day.year().rem_euclid(100))
}

/// A pay method in one line: brand, masked digits, what its expiry means.
pub fn pay_method(method: &PayMethod, scene: &Scene<'_>) -> String {
    let digits = scene.personal(Personal::Card, &method.last_four);
    if method.kind == PayMethodKind::Bank {
        // A bank account has no end to speak of.
        return if method.last_four.is_empty() {
            method.brand.to_string()
        } else {
            format!("{} {digits}", method.brand)
        };
    }
    let month = method.expires.map(month_words).unwrap_or_default();
    let month = [("month", Value::Text(&month))];
    let ends = match method.expiry(scene.today()) {
        CardExpiry::Good => scene.with("pay-ends", &month),
        CardExpiry::Soon => scene.with("pay-soon", &month),
        CardExpiry::Expired => scene.with("pay-expired", &month),
        CardExpiry::Unknown => scene.say("pay-unknown").into_owned(),
    };
    format!("{} {digits} · {ends}", method.brand)
}

/// Key of a queue's name in the language table.
pub const fn queue_key(queue: Queue) -> &'static str {
    match queue {
        Queue::OrdersInReview => "queue-orders-in-review",
        Queue::OrdersStuck => "queue-orders-stuck",
        Queue::OrdersFailed => "queue-orders-failed",
        Queue::IdWaiting => "queue-id-waiting",
        Queue::EligibilityWaiting => "queue-eligibility-waiting",
        Queue::CasesMine => "queue-cases-mine",
        Queue::CasesUnassigned => "queue-cases-unassigned",
        Queue::CasesBreaching => "queue-cases-breaching",
        Queue::CasesOpen => "queue-cases-open",
        Queue::FollowUpsDue => "queue-follow-ups-due",
        Queue::TicketsAwaiting => "queue-tickets-awaiting",
        Queue::InvoicesOverdue => "queue-invoices-overdue",
        Queue::WhmcsOrdersPending => "queue-whmcs-orders-pending",
        Queue::ModuleFailures => "queue-module-failures",
    }
}

/// By when an answer is owed, or how late it is. Empty where none is.
pub fn answer_due<'a>(due: Option<Timestamp>, scene: &Scene<'_>) -> Cell<'a> {
    let Some(due) = due else { return Cell::new("", Role::Dim) };
    if due < scene.now {
        return Cell::marked(Mark::Critical, scene.with("answer-late", &[("age", Value::Text(&scene.span(due)))]));
    }
    let soon = due.duration_since(scene.now) <= SignedDuration::from_hours(1);
    let words = scene.with("answer-in", &[("age", Value::Text(&scene.span(due)))]);
    if soon {
        Cell::marked(Mark::Warning, words)
    } else {
        Cell { mark: Some(Mark::Off), ..Cell::new(words, Role::Text) }
    }
}

/// What is owed in a case or a ticket.
pub fn owed<'a>(owed: Owed, scene: &Scene<'a>) -> Cell<'a> {
    match owed {
        Owed::Until(deadline) => answer_due(Some(deadline), scene),
        Owed::Held => Cell { mark: Some(Mark::Off), ..Cell::new(scene.say("answer-held"), Role::Dim) },
        Owed::Answered { late: None } => Cell { mark: Some(Mark::Good), ..Cell::new(scene.say("answered"), Role::Dim) },
        Owed::Answered { late: Some(minutes) } => {
            let hours = minutes / 60;
            let key = if hours > 0 { "span-hours" } else { "span-minutes" };
            let age = scene.with(key, &[("n", Value::Number(if hours > 0 { hours } else { minutes }))]);
            let words = scene.with("answered-late", &[("age", Value::Text(&age))]);
            Cell { mark: Some(Mark::Info), ..Cell::new(words, Role::Dim) }
        }
        Owed::Nothing => Cell::new("", Role::Dim),
        Owed::Unknown => Cell::new(scene.unknown(), Role::Unknown),
    }
}

/// A change of a Salesforce record in words: who, which field, from what to what.
pub fn change(change: &Change, scene: &Scene<'_>) -> String {
    let Change { who, of, field, old, new, .. } = change;
    let key = match (field, old.is_empty(), new.is_empty()) {
        (Field::Created, ..) => "change-created",
        (_, true, true) => "change-untold",
        (_, true, false) => "change-set",
        (_, false, true) => "change-cleared",
        (_, false, false) => "change-from-to",
    };
    let who = if who.is_empty() { "?" } else { who.as_str() };
    // Fields everybody knows are called as on the screen; any other by its API name, which is what Salesforce's setup shows.
    let (called, list) = match (field, of) {
        (Field::Status, Subject::Case(_)) => ("column-status", Some(List::CaseStatusWords)),
        (Field::Status, _) => ("column-status", Some(List::OrderStatusWords)),
        (Field::Owner, _) => ("column-owner", None),
        (Field::Priority, _) => ("column-priority", Some(List::CasePriorityWords)),
        (Field::Stage, _) => ("label-stage", Some(List::StageWords)),
        (Field::Activation, _) => ("column-activation", Some(List::ActivationWords)),
        (Field::Amount, _) => ("column-amount", None),
        (Field::CloseDate, _) => ("field-close-date", None),
        (Field::Eligibility, _) => ("panel-eligibility", Some(List::EligibilityWords)),
        (Field::Verification, _) => ("panel-verification", Some(List::IdStatusWords)),
        (Field::Created | Field::Other(_), _) => ("", None),
    };
    let field = match field {
        Field::Other(name) => name.to_string(),
        _ => scene.words.say(called).into_owned(),
    };
    let word = |written| list.map_or(Cow::Borrowed(written), |list| chosen(list, written, scene));
    scene.with(
        key,
        &[
            ("who", Value::Text(who)),
            ("field", Value::Text(&field)),
            ("old", Value::Text(&word(old))),
            ("new", Value::Text(&word(new))),
        ],
    )
}

/// What is done to a line, in words.
pub fn operation(what: &Operation, scene: &Scene<'_>) -> String {
    let key = match what {
        Operation::Registration => "operation-registration",
        Operation::Network => "operation-network",
        Operation::VoiceOptions => "operation-voice-options",
        Operation::Plan => "operation-plan",
        Operation::Cancellation => "operation-cancellation",
        Operation::Reissue => "operation-reissue",
        Operation::Other(word) => return word.to_string(),
    };
    scene.say(key).into_owned()
}

/// Key of the word and the mark of something said: what only staff see is never taken for what the customer was told.
pub const fn told_apart(kind: MessageKind, side: Side, public: bool) -> (&'static str, Mark) {
    match (kind, side, public) {
        (MessageKind::Email, Side::Customer, _) => ("talk-email-in", Mark::Info),
        (MessageKind::Email, Side::Staff, true) => ("talk-email-out", Mark::Good),
        (MessageKind::Email, Side::Staff, false) => ("talk-email-draft", Mark::Warning),
        (MessageKind::Note, ..) => ("talk-note", Mark::Warning),
        (MessageKind::Comment | MessageKind::Reply, _, false) => ("talk-internal", Mark::Warning),
        (MessageKind::Comment | MessageKind::Reply, Side::Customer, true) => ("talk-customer", Mark::Info),
        (MessageKind::Comment, Side::Staff, true) => ("talk-comment", Mark::Good),
        (MessageKind::Reply, Side::Staff, true) => ("talk-reply", Mark::Good),
    }
}

/// The label of a fact that several systems keep, and what kind of personal data it is.
pub const fn fact(about: Fact) -> (&'static str, Option<Personal>) {
    match about {
        Fact::Opportunity => ("label-opportunity", None),
        Fact::Service => ("label-service", None),
        Fact::Line => ("label-line", Some(Personal::Phone)),
        Fact::ProductNumber => ("label-product-number", Some(Personal::Id)),
        Fact::Iccid => ("label-iccid", Some(Personal::Id)),
        Fact::Eid => ("label-eid", Some(Personal::Id)),
        Fact::Kind => ("label-size", None),
        Fact::EndedButBilled | Fact::StoppedButBilled | Fact::ActiveButNotBilled => ("label-status", None),
    }
}
