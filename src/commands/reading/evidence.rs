//! What the systems say about the steps of an order, for scripts. The names are promised to them.

use serde_json::{Value, json};

use crate::domain::billing::{InvoiceStatus, ServiceStatus};
use crate::domain::customer::VerificationState;
use crate::domain::line::{LineState, Operation};
use crate::domain::mask::{self, Personal};
use crate::domain::order::{ActivationStatus, OrderStatus};
use crate::domain::phone::Msisdn;
use crate::domain::xray::{Fact, Lane, Xray};

/// Everything that is said, step by step: the step's number, who says it, which fact it is, and the fact's own values.
pub fn of(xray: &Xray, revealed: bool) -> Vec<Value> {
    let steps = xray.steps.iter().flat_map(|step| step.evidence.iter().map(move |said| (step, said)));
    let told = steps.map(|(step, said)| {
        let mut row = fact(&said.fact, revealed);
        row["step"] = step.name.number().into();
        row["says"] = lane(said.lane).into();
        row
    });
    told.collect()
}

const fn lane(lane: Lane) -> &'static str {
    match lane {
        Lane::Salesforce => "salesforce",
        Lane::Whmcs => "whmcs",
        Lane::Freebit => "freebit",
        Lane::Worker => "worker",
    }
}

fn fact(fact: &Fact, revealed: bool) -> Value {
    let line = |line: &Msisdn| {
        let line = line.to_string();
        if revealed { line } else { mask::mask(Personal::Phone, &line) }
    };
    match fact {
        Fact::Status(status) => json!({"fact": "status", "state": order_status(status)}),
        Fact::Activation(status) => json!({"fact": "activation", "state": activation(status)}),
        Fact::PayMethods(n) => json!({"fact": "pay-methods", "count": n}),
        Fact::Identity(state) => json!({"fact": "identity", "state": verification(state)}),
        Fact::Line { msisdn, state, assumed } => {
            json!({"fact": "line", "line": line(msisdn), "state": line_state(state), "assumed": assumed})
        }
        Fact::LineMissing(msisdn) => json!({"fact": "line-missing", "line": line(msisdn)}),
        Fact::LineUnread(msisdn) => json!({"fact": "line-unread", "line": line(msisdn)}),
        Fact::Locked { what, until } => json!({"fact": "locked", "by": operation(what), "until": until}),
        Fact::WhmcsOrder { id, status } => json!({"fact": "whmcs-order", "id": id, "state": status.as_str()}),
        Fact::WhmcsOrderMissing(id) => json!({"fact": "whmcs-order-missing", "id": id}),
        Fact::Invoice { id, status } => json!({"fact": "invoice", "id": id, "state": invoice(status)}),
        Fact::Service { id, status } => json!({"fact": "service", "id": id, "state": service(status)}),
        Fact::FieldsMissing(id) => json!({"fact": "fields-missing", "id": id}),
        Fact::WrittenBack(id) => json!({"fact": "written-back", "id": id}),
        Fact::IdsDisagree { salesforce, whmcs } => {
            json!({"fact": "ids-disagree", "salesforce": salesforce, "whmcs": whmcs})
        }
        Fact::Stage(stage) => json!({"fact": "stage", "state": stage.as_str()}),
        Fact::CardAssigned(status) => json!({"fact": "card-assigned", "state": status.as_str()}),
        Fact::CardNotAssigned => json!({"fact": "card-not-assigned"}),
        Fact::Mail(subject) => {
            let subject = mask::shown(subject, revealed);
            json!({"fact": "mail", "subject": subject})
        }
        Fact::NoMail => json!({"fact": "no-mail"}),
        Fact::Changed { at, who, new } => {
            json!({"fact": "changed", "at": at, "by": who.as_str(), "to": new.as_str()})
        }
    }
}

fn order_status(status: &OrderStatus) -> &str {
    match status {
        OrderStatus::Draft => "draft",
        OrderStatus::PendingReview => "pending-review",
        OrderStatus::Approved => "approved",
        OrderStatus::Processed => "processed",
        OrderStatus::Cancelled => "cancelled",
        OrderStatus::Reactivate => "reactivate",
        OrderStatus::Other(word) => word,
    }
}

fn activation(status: &ActivationStatus) -> &str {
    match status {
        ActivationStatus::NotStarted => "not-started",
        ActivationStatus::Activating => "activating",
        ActivationStatus::Activated => "activated",
        ActivationStatus::Failed => "failed",
        ActivationStatus::Scheduled => "scheduled",
        ActivationStatus::Other(word) => word,
    }
}

fn verification(state: &VerificationState) -> &str {
    match state {
        VerificationState::NotSubmitted => "not-submitted",
        VerificationState::UnderReview => "under-review",
        VerificationState::Verified => "verified",
        VerificationState::Rejected => "rejected",
        VerificationState::Other(word) => word,
    }
}

fn line_state(state: &LineState) -> &str {
    match state {
        LineState::Active => "active",
        LineState::Suspended => "suspended",
        LineState::Waiting => "waiting",
        LineState::Temporary => "temporary",
        LineState::Ended => "ended",
        LineState::Other(word) => word,
    }
}

fn operation(what: &Operation) -> &str {
    match what {
        Operation::Registration => "registration",
        Operation::Network => "network",
        Operation::VoiceOptions => "voice-options",
        Operation::Plan => "plan",
        Operation::Cancellation => "cancellation",
        Operation::Reissue => "reissue",
        Operation::Other(word) => word,
    }
}

fn invoice(status: &InvoiceStatus) -> &str {
    match status {
        InvoiceStatus::Draft => "draft",
        InvoiceStatus::Unpaid => "unpaid",
        InvoiceStatus::Paid => "paid",
        InvoiceStatus::Cancelled => "cancelled",
        InvoiceStatus::Refunded => "refunded",
        InvoiceStatus::Collections => "collections",
        InvoiceStatus::PaymentPending => "payment-pending",
        InvoiceStatus::Other(word) => word,
    }
}

fn service(status: &ServiceStatus) -> &str {
    match status {
        ServiceStatus::Pending => "pending",
        ServiceStatus::Active => "active",
        ServiceStatus::Completed => "completed",
        ServiceStatus::Suspended => "suspended",
        ServiceStatus::Terminated => "terminated",
        ServiceStatus::Cancelled => "cancelled",
        ServiceStatus::Fraud => "fraud",
        ServiceStatus::Other(word) => word,
    }
}
