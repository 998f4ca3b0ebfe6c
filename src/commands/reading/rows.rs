//! Records as rows: which values of each are told, under which names. The names are promised to scripts.

use jiff::ToSpan as _;

use super::answer::{Cell, Row};
use crate::domain::billing::{
    Invoice, InvoiceStatus, PayMethod, PayMethodKind, ProductKind, ServiceStatus, Subscription, Ticket, WhmcsOrder,
};
use crate::domain::customer::{Account, Client, EligibilityState, VerificationState};
use crate::domain::history::{Message, MessageKind, Side};
use crate::domain::ledger::{InvoiceDetail, InvoiceItem, Transaction};
use crate::domain::line::{Line, LineState, Operation, TopUp, Usage};
use crate::domain::mask::{Personal, mask};
use crate::domain::order::{ActivationStatus, Case, Order, OrderItem, OrderStatus, SimCard};
use crate::domain::phone::Msisdn;
use crate::domain::queue::QueueItem;
use crate::domain::time;
use crate::domain::web::WebRecord;
use crate::domain::xray::{Step, StepState, Whom, Xray};

/// A line's number.
pub fn line(line: &Msisdn, revealed: bool) -> Cell {
    Cell::personal(Personal::Phone, &line.to_string(), revealed)
}

/// The account.
pub fn account(it: &Account, revealed: bool) -> Row {
    let personal = |kind, text: &str| Cell::personal(kind, text, revealed);
    let phones = it
        .phones
        .iter()
        .map(|phone| if revealed { phone.written.to_string() } else { mask(Personal::Phone, &phone.written) });
    let eligibility = match &it.eligibility.state {
        EligibilityState::NotRequested => Cell::Word("eligibility-not-requested"),
        EligibilityState::Pending => Cell::Word("eligibility-pending"),
        EligibilityState::Eligible => Cell::Word("eligibility-eligible"),
        EligibilityState::Ineligible => Cell::Word("eligibility-ineligible"),
        EligibilityState::Other(word) => Cell::text(word),
    };
    let verification = match &it.verification.state {
        VerificationState::NotSubmitted => Cell::Word("verification-not-submitted"),
        VerificationState::UnderReview => Cell::Word("verification-under-review"),
        VerificationState::Verified => Cell::Word("verification-verified"),
        VerificationState::Rejected => Cell::Word("verification-rejected"),
        VerificationState::Other(word) => Cell::text(word),
    };
    let born = it.birthdate.map(time::iso).unwrap_or_default();
    vec![
        ("number", "label-customer-number", Cell::text(&it.number)),
        ("id", "label-record-id", Cell::text(it.id.as_str()).of(WebRecord::Salesforce(it.id))),
        ("name", "label-name", Cell::text(&it.name)),
        ("kana", "label-name-kana", Cell::text(&it.kana)),
        ("corporate", "cli-corporate", Cell::Flag(it.corporate)),
        ("email", "label-email", personal(Personal::Email, &it.email)),
        ("phones", "label-phone", Cell::List(phones.collect())),
        ("address", "label-address", personal(Personal::Address, &it.address)),
        ("birthdate", "label-birthdate", personal(Personal::BirthDate, &born)),
        ("eligibility", "panel-eligibility", eligibility),
        ("verification", "panel-verification", verification),
        ("created", "label-registered", Cell::told(it.created, Cell::Moment)),
        ("modified", "label-modified", Cell::told(it.modified, Cell::Moment)),
    ]
}

/// The WHMCS client.
pub fn client(it: &Client, revealed: bool) -> Row {
    let personal = |kind, text: &str| Cell::personal(kind, text, revealed);
    vec![
        ("id", "label-client", Cell::count(it.id.0).of(WebRecord::Client(it.id))),
        ("name", "label-name", Cell::text(&it.name)),
        ("company", "cli-corporate", Cell::text(&it.company)),
        ("email", "label-email", personal(Personal::Email, &it.email)),
        ("phone", "label-phone", personal(Personal::Phone, &it.phone.written)),
        ("address", "label-address", personal(Personal::Address, &it.address)),
        ("status", "label-status", Cell::text(&it.status)),
        ("credit", "label-credit", Cell::told(it.credit, Cell::Yen)),
        ("customer_number", "label-customer-number", Cell::text(&it.customer_number)),
    ]
}

const fn kind(kind: ProductKind) -> Cell {
    Cell::Word(match kind {
        ProductKind::Internet => "kind-internet",
        ProductKind::Sim => "kind-sim",
        ProductKind::Vpn => "kind-vpn",
        ProductKind::Other => "kind-other",
    })
}

/// A WHMCS service.
pub fn service(it: &Subscription, revealed: bool) -> Row {
    let status = match &it.status {
        ServiceStatus::Pending => Cell::Word("status-pending"),
        ServiceStatus::Active => Cell::Word("status-active"),
        ServiceStatus::Completed => Cell::Word("status-completed"),
        ServiceStatus::Suspended => Cell::Word("status-suspended"),
        ServiceStatus::Terminated => Cell::Word("status-terminated"),
        ServiceStatus::Cancelled => Cell::Word("status-cancelled"),
        ServiceStatus::Fraud => Cell::Word("status-fraud"),
        ServiceStatus::Other(word) => Cell::text(word),
    };
    vec![
        ("id", "column-id", Cell::count(it.id).of(WebRecord::Service(it.id))),
        ("name", "column-name", Cell::text(&it.name)),
        ("kind", "column-kind", kind(it.kind)),
        ("status", "column-status", status),
        ("amount", "column-price", Cell::told(it.amount, Cell::Yen)),
        ("cycle", "column-cycle", Cell::text(&it.cycle)),
        ("next_due", "column-next-due", Cell::any(it.next_due, Cell::Day)),
        ("line", "column-line", Cell::any(it.line.as_ref(), |it| line(it, revealed))),
    ]
}

fn invoice_status(status: &InvoiceStatus) -> Cell {
    Cell::Word(match status {
        InvoiceStatus::Draft => "status-draft",
        InvoiceStatus::Unpaid => "status-unpaid",
        InvoiceStatus::Paid => "status-paid",
        InvoiceStatus::Cancelled => "status-cancelled",
        InvoiceStatus::Refunded => "status-refunded",
        InvoiceStatus::Collections => "status-collections",
        InvoiceStatus::PaymentPending => "status-payment-pending",
        InvoiceStatus::Other(word) => return Cell::text(word),
    })
}

/// An invoice.
pub fn invoice(it: &Invoice) -> Row {
    vec![
        ("id", "column-id", Cell::count(it.id).of(WebRecord::Invoice(it.id))),
        ("number", "column-number", Cell::text(&it.number)),
        ("date", "column-date", Cell::any(it.date, Cell::Day)),
        ("due", "column-due", Cell::any(it.due, Cell::Day)),
        ("total", "column-total", Cell::Yen(it.total)),
        ("credit", "label-credit-applied", Cell::Yen(it.credit)),
        ("status", "column-status", invoice_status(&it.status)),
        ("paid", "column-paid", Cell::any(it.paid, Cell::Moment)),
        ("gateway", "column-gateway", Cell::text(&it.gateway)),
    ]
}

/// What only the invoice itself tells.
pub fn invoice_detail(it: &InvoiceDetail, revealed: bool) -> Row {
    vec![
        ("status", "label-status", invoice_status(&it.status)),
        ("subtotal", "label-subtotal", Cell::told(it.subtotal, Cell::Yen)),
        ("tax", "label-tax", Cell::told(it.tax, Cell::Yen)),
        ("balance", "label-balance", Cell::told(it.balance, Cell::Yen)),
        ("notes", "label-note", Cell::free(&it.notes, revealed)),
    ]
}

/// A line of an invoice.
pub fn item(it: &InvoiceItem, revealed: bool) -> Row {
    vec![
        ("description", "label-description", Cell::free(&it.description, revealed)),
        ("amount", "label-amount", Cell::told(it.amount, Cell::Yen)),
        ("taxed", "label-tax", Cell::told(it.taxed, Cell::Flag)),
        ("service", "label-service", Cell::any(it.service, |id| Cell::count(id).of(WebRecord::Service(id)))),
    ]
}

/// A payment or a refund.
pub fn payment(it: &Transaction, revealed: bool) -> Row {
    vec![
        ("id", "column-id", Cell::count(it.id)),
        ("at", "column-when", Cell::told(it.at, Cell::Moment)),
        ("gateway", "column-gateway", Cell::text(&it.gateway)),
        ("reference", "column-reference", Cell::text(&it.reference)),
        ("received", "label-received", Cell::told(it.received, Cell::Yen)),
        ("paid_out", "label-paid-out", Cell::told(it.paid_out, Cell::Yen)),
        ("fee", "label-fee", Cell::told(it.fee, Cell::Yen)),
        ("description", "label-description", Cell::free(&it.description, revealed)),
    ]
}

/// A pay method.
pub fn pay_method(it: &PayMethod, revealed: bool) -> Row {
    let kind = match it.kind {
        PayMethodKind::Card => "paymethod-card",
        PayMethodKind::Bank => "paymethod-bank",
        PayMethodKind::Other => "paymethod-other",
    };
    vec![
        ("id", "column-id", Cell::count(it.id)),
        ("kind", "column-kind", Cell::Word(kind)),
        ("brand", "column-brand", Cell::text(&it.brand)),
        ("last_four", "column-last-four", Cell::personal(Personal::Card, &it.last_four, revealed)),
        ("expires", "column-expires", Cell::any(it.expires, Cell::Day)),
    ]
}

/// A Salesforce order.
pub fn order(it: &Order) -> Row {
    let status = match &it.status {
        OrderStatus::Draft => Cell::Word("status-draft"),
        OrderStatus::PendingReview => Cell::Word("status-pending-review"),
        OrderStatus::Approved => Cell::Word("status-approved"),
        OrderStatus::Processed => Cell::Word("status-processed"),
        OrderStatus::Cancelled => Cell::Word("status-cancelled"),
        OrderStatus::Reactivate => Cell::Word("status-reactivate"),
        OrderStatus::Other(word) => Cell::text(word),
    };
    let activation = match &it.activation {
        ActivationStatus::NotStarted => Cell::Word("status-not-started"),
        ActivationStatus::Activating => Cell::Word("status-activating"),
        ActivationStatus::Activated => Cell::Word("status-activated"),
        ActivationStatus::Failed => Cell::Word("status-failed"),
        ActivationStatus::Scheduled => Cell::Word("status-scheduled"),
        ActivationStatus::Other(word) => Cell::text(word),
    };
    vec![
        ("number", "column-number", Cell::text(&it.number).of(WebRecord::Salesforce(it.id))),
        ("kind", "column-kind", kind(it.kind)),
        ("status", "column-status", status),
        ("activation", "column-activation", activation),
        ("error_code", "label-error", Cell::text(&it.error_code)),
        ("total", "column-total", Cell::told(it.total, Cell::Yen)),
        ("whmcs_order", "label-whmcs-order", Cell::any(it.whmcs_order, |id| Cell::count(id).of(WebRecord::Order(id)))),
        ("created", "column-placed", Cell::told(it.created, Cell::Moment)),
        ("modified", "column-changed", Cell::told(it.modified, Cell::Moment)),
    ]
}

/// What an order has beyond its row in a list.
pub fn order_detail(it: &Order, revealed: bool) -> Row {
    let personal = |kind, text: &str| Cell::personal(kind, text, revealed);
    let port = it.port_in.as_ref();
    let port_in = port.map(|port| port.number.to_string()).unwrap_or_default();
    let mut row = order(it);
    row.extend([
        ("id", "label-record-id", Cell::text(it.id.as_str()).of(WebRecord::Salesforce(it.id))),
        ("error_message", "label-error", Cell::free(&it.error_message, revealed)),
        ("scheduled", "label-scheduled", Cell::any(it.scheduled, Cell::Moment)),
        ("sim_type", "label-sim-type", Cell::text(&it.sim_type)),
        ("eid", "label-eid", personal(Personal::Id, &it.eid)),
        ("port_in", "label-port-in", personal(Personal::Phone, &port_in)),
        ("port_in_expires", "label-port-in-expires", Cell::any(port.and_then(|port| port.expires), Cell::Day)),
        (
            "opportunity",
            "label-opportunity",
            Cell::any(it.opportunity, |id| Cell::text(id.as_str()).of(WebRecord::Salesforce(id))),
        ),
    ]);
    row
}

/// What is in an order.
pub fn order_item(it: &OrderItem) -> Row {
    vec![
        ("product", "column-name", Cell::text(&it.product)),
        ("quantity", "column-quantity", Cell::count(it.quantity.into())),
        ("price", "column-price", Cell::told(it.price, Cell::Yen)),
        ("cycle", "column-cycle", Cell::text(&it.cycle)),
        (
            "whmcs_service",
            "label-service",
            Cell::any(it.whmcs_service, |id| Cell::count(id).of(WebRecord::Service(id))),
        ),
    ]
}

/// A WHMCS order.
pub fn whmcs_order(it: &WhmcsOrder, revealed: bool) -> Row {
    vec![
        ("id", "column-id", Cell::count(it.id).of(WebRecord::Order(it.id))),
        ("number", "column-number", Cell::text(&it.number)),
        ("date", "column-placed", Cell::told(it.date, Cell::Moment)),
        ("status", "column-status", Cell::text(&it.status)),
        ("amount", "column-amount", Cell::told(it.amount, Cell::Yen)),
        ("invoice", "column-invoice", Cell::any(it.invoice, |id| Cell::count(id).of(WebRecord::Invoice(id)))),
        ("what", "column-what", Cell::free(&it.what, revealed)),
    ]
}

/// A Salesforce case.
pub fn case(it: &Case, revealed: bool) -> Row {
    vec![
        ("number", "column-number", Cell::text(&it.number).of(WebRecord::Salesforce(it.id))),
        ("subject", "column-subject", Cell::free(&it.subject, revealed)),
        ("status", "column-status", Cell::text(&it.status)),
        ("closed", "status-closed", Cell::Flag(it.closed)),
        ("priority", "column-priority", Cell::text(&it.priority)),
        ("owner", "column-owner", Cell::text(&it.owner)),
        ("created", "column-opened", Cell::told(it.created, Cell::Moment)),
        ("modified", "column-changed", Cell::told(it.modified, Cell::Moment)),
    ]
}

/// What a case has beyond its row in a list.
pub fn case_detail(it: &Case, revealed: bool) -> Row {
    let mut row = case(it, revealed);
    row.extend([
        ("id", "label-record-id", Cell::text(it.id.as_str()).of(WebRecord::Salesforce(it.id))),
        ("kind", "label-kind", Cell::text(&it.kind)),
        ("origin", "label-origin", Cell::text(&it.origin)),
        ("description", "label-description", Cell::free(&it.description, revealed)),
    ]);
    row
}

/// One thing said in a case.
pub fn message(it: &Message, revealed: bool) -> Row {
    let side = match it.side {
        Side::Customer => "side-customer",
        Side::Staff => "side-staff",
    };
    let kind = match it.kind {
        MessageKind::Comment => "said-comment",
        MessageKind::Email => "said-email",
        MessageKind::Reply => "said-reply",
        MessageKind::Note => "said-note",
    };
    vec![
        ("at", "column-when", Cell::told(it.at, Cell::Moment)),
        ("who", "label-by", Cell::text(&it.who)),
        ("side", "label-from", Cell::Word(side)),
        ("kind", "column-kind", Cell::Word(kind)),
        ("public", "cli-public", Cell::Flag(it.public)),
        ("body", "column-what", Cell::free(&it.body, revealed)),
    ]
}

/// A WHMCS ticket.
pub fn ticket(it: &Ticket, revealed: bool) -> Row {
    vec![
        ("number", "column-number", Cell::text(&it.number).of(WebRecord::Ticket(it.id))),
        ("subject", "column-subject", Cell::free(&it.subject, revealed)),
        ("status", "column-status", Cell::text(&it.status)),
        ("priority", "column-priority", Cell::text(&it.priority)),
        ("opened", "column-opened", Cell::told(it.opened, Cell::Moment)),
        ("last_reply", "label-last-reply", Cell::any(it.last_reply, Cell::Moment)),
    ]
}

/// A card of the inventory.
pub fn card(it: &SimCard, revealed: bool) -> Row {
    let id = |text: &str| Cell::personal(Personal::Id, text, revealed);
    vec![
        ("product_number", "label-product-number", id(&it.product_number)),
        ("line", "column-line", Cell::any(it.line.as_ref(), |it| line(it, revealed))),
        ("iccid", "label-iccid", id(&it.iccid)),
        ("eid", "label-eid", id(&it.eid)),
        ("kind", "column-kind", Cell::text(&it.kind)),
        ("status", "column-status", Cell::text(&it.status)),
    ]
}

fn operation(it: &Operation) -> Cell {
    Cell::Word(match it {
        Operation::Registration => "operation-registration",
        Operation::Network => "operation-network",
        Operation::VoiceOptions => "operation-voice-options",
        Operation::Plan => "operation-plan",
        Operation::Cancellation => "operation-cancellation",
        Operation::Reissue => "operation-reissue",
        Operation::Other(word) => return Cell::text(word),
    })
}

/// A mobile line.
pub fn sim(it: &Line, revealed: bool) -> Row {
    let id = |text: &str| Cell::personal(Personal::Id, text, revealed);
    let state = match &it.state {
        LineState::Active => Cell::Word("status-active"),
        LineState::Suspended => Cell::Word("status-suspended"),
        LineState::Waiting => Cell::Word("status-waiting"),
        LineState::Temporary => Cell::Word("status-temporary"),
        LineState::Ended => Cell::Word("status-ended"),
        LineState::Other(word) => Cell::text(word),
    };
    let (lock, planned) = (it.lock.as_ref(), it.planned.as_ref());
    vec![
        ("line", "label-line", line(&it.msisdn, revealed)),
        ("state", "label-state", state),
        ("plan", "label-plan", Cell::text(&it.plan)),
        ("network", "label-network", Cell::text(&it.network)),
        ("started", "label-started", Cell::told(it.started, Cell::Day)),
        ("quota_left_mb", "label-quota", Cell::told(it.quota_left_mb, Cell::Megabytes)),
        ("voice", "label-voice", Cell::told(it.voice, Cell::Flag)),
        ("sms", "label-sms", Cell::told(it.sms, Cell::Flag)),
        ("voice_mail", "label-voice-mail", Cell::told(it.voice_mail, Cell::Flag)),
        ("call_waiting", "label-call-waiting", Cell::told(it.call_waiting, Cell::Flag)),
        ("roaming", "label-roaming", Cell::told(it.roaming, Cell::Flag)),
        ("locked_by", "label-lock", Cell::any(lock, |lock| operation(&lock.what))),
        ("locked_until", "label-lock-until", Cell::any(lock, |lock| Cell::told(lock.until, Cell::Moment))),
        ("planned", "cli-planned", Cell::any(planned, |planned| operation(&planned.what))),
        ("planned_on", "cli-planned-on", Cell::any(planned, |planned| Cell::told(planned.on, Cell::Day))),
        ("size", "label-size", Cell::text(&it.size)),
        ("product_number", "label-product-number", id(&it.product_number)),
        ("iccid", "label-iccid", id(&it.iccid)),
        ("eid", "label-eid", id(&it.eid)),
    ]
}

/// The days of a line's usage, the day of reading first.
pub fn days(usage: &Usage, today: jiff::civil::Date) -> Vec<Row> {
    let before = usage.days_kb.iter().zip(1_i64..).map(|(kb, back)| (today.saturating_sub(back.days()), *kb));
    let days = std::iter::once((today, usage.today_kb)).chain(before);
    days.map(|(day, kb)| {
        vec![("day", "column-date", Cell::Day(day)), ("kb", "cli-used", Cell::told(kb, Cell::Kilobytes))]
    })
    .collect()
}

/// One addition of data.
pub fn top_up(it: &TopUp) -> Row {
    vec![
        ("at", "column-when", Cell::told(it.at, Cell::Moment)),
        ("mb", "label-top-up", Cell::told(it.mb, Cell::Megabytes)),
        ("expires", "column-ends", Cell::told(it.expires, Cell::Day)),
    ]
}

/// Where an order stands and why.
pub fn xray(it: &Xray) -> Row {
    let step =
        |at: Option<usize>| Cell::any(at.and_then(|at| it.steps.get(at)), |step: &Step| Cell::Word(step.name.key()));
    vec![
        ("stands_at", "cli-stands-at", step(it.current)),
        ("stopped_at", "cli-stopped-at", step(it.divergence)),
        ("cause", "section-cause", Cell::any(it.cause, |cause| Cell::Word(cause.key()))),
        ("remedy", "label-remedy", Cell::any(it.cause, |cause| Cell::Word(cause.remedy().key()))),
        ("past_return", "cli-past-return", Cell::told(it.past_return, Cell::Flag)),
    ]
}

/// A step of an order's fulfilment.
pub fn step(it: &Step, revealed: bool) -> Row {
    let (state, at, says) = match &it.state {
        StepState::Done { at } => ("xray-done", Cell::told(*at, Cell::Moment), Cell::Nothing),
        StepState::Waiting { whom: whom @ Whom::Date(at), .. } => {
            (whom.key(), Cell::told(*at, Cell::Moment), Cell::Nothing)
        }
        StepState::Waiting { whom, since } => (whom.key(), Cell::told(*since, Cell::Moment), Cell::Nothing),
        StepState::Failed { code, message } => {
            let said = [code.as_str(), message.as_str()];
            let said: Vec<&str> = said.into_iter().filter(|text| !text.is_empty()).collect();
            ("xray-failed", Cell::Unknown, Cell::free(&said.join(" · "), revealed))
        }
        StepState::NotReached => ("xray-not-reached", Cell::Nothing, Cell::Nothing),
        StepState::NotNeeded => ("xray-not-needed", Cell::Nothing, Cell::Nothing),
        StepState::Unknown { .. } => ("cli-unknown", Cell::Unknown, Cell::Nothing),
    };
    vec![
        ("number", "column-id", Cell::count(it.name.number() as u64)),
        ("step", "column-what", Cell::Word(it.name.key())),
        ("state", "column-status", Cell::Word(state)),
        ("at", "column-when", at),
        ("says", "column-why", says),
    ]
}

/// What waits in a queue of cases.
pub fn waiting(it: &QueueItem) -> Row {
    let status: Vec<String> = it.status.iter().map(ToString::to_string).collect();
    vec![
        ("number", "column-number", Cell::text(&it.number)),
        ("subject", "column-subject", Cell::free(&it.what, false)),
        ("status", "column-status", Cell::List(status)),
        ("priority", "column-priority", Cell::text(&it.priority)),
        ("owner", "column-owner", Cell::text(&it.owner)),
        ("name", "panel-customer", Cell::text(&it.name)),
        (
            "account",
            "label-record-id",
            Cell::any(it.customer.account, |id| Cell::text(id.as_str()).of(WebRecord::Salesforce(id))),
        ),
        ("since", "column-waiting", Cell::told(it.since, Cell::Moment)),
        ("due", "column-answer", Cell::any(it.due, Cell::Moment)),
    ]
}
