//! What is known to be behind an order that stopped, and what to do about it.

use crate::domain::customer::VerificationState;
use crate::domain::order::OrderStatus;

use super::{Fact, Parts, Step, StepName, StepState, has_line};

/// Why an order stands where it stands. The words are the locale's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// It waits for our review.
    AwaitingReview,
    /// The customer's residence card is not verified.
    IdentityNotVerified {
        /// It was sent in and waits for us, rather than for the customer.
        under_review: bool,
    },
    /// Nothing to charge was on file, so the worker paused.
    PaymentMethodMissing {
        /// By now there is something on file; `None` when that was not read.
        now_on_file: Option<bool>,
    },
    /// Approved, and the worker never began: the approval's event was lost.
    EventLost,
    /// Freebit does not know the account (210): the card was not registered beforehand.
    UnknownAccount,
    /// The carrier does not offer this combination (400-356).
    UnsupportedCombination,
    /// Freebit refused for another reason.
    CarrierRefused,
    /// Activation runs for too long, and the line could not be seen.
    ActivatingTooLong,
    /// The other systems went on, and Freebit has no such line.
    LineMissing,
    /// The line is live, and Salesforce was not told.
    SalesforceNotUpdated,
    /// A product of the order has no WHMCS product.
    ProductMappingMissing,
    /// The order never came to WHMCS.
    NotOrdered,
    /// Salesforce names a WHMCS order that is not there.
    WhmcsOrderMissing,
    /// Ordered at WHMCS and not accepted.
    NotAccepted,
    /// WHMCS's order was cancelled or held as fraud.
    WhmcsOrderEnded,
    /// Accepted, and the service does not carry its card.
    ServiceFieldsMissing,
    /// WHMCS is ready, and Salesforce does not have its ids or is not processed.
    IdsNotWrittenBack,
    /// All is delivered, and the opportunity is at an earlier stage.
    OpportunityBehind,
    /// All is delivered, but not every loose end.
    SideEffectsMissing {
        /// The card is not assigned.
        card: bool,
        /// The customer was not told.
        mail: bool,
    },
    /// Salesforce shows a code that the desk does not know.
    Unrecognised,
}

/// What to do. The words are the locale's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Remedy {
    /// Review the order.
    Review,
    /// Review the residence card.
    ReviewIdentity,
    /// Ask the customer for the residence card.
    AskForIdentity,
    /// Ask the customer for a pay method; the order goes on once it is there.
    AskForPayMethod,
    /// Set the order to be tried again: nothing final has happened yet.
    TryAgain,
    /// Register the card at Freebit, then try again.
    RegisterCard,
    /// Agree another combination with the customer and correct the order.
    ChangeOrder,
    /// Read the line before anything else; never send the activation a second time unseen.
    ReadLine,
    /// Do Freebit's step only.
    ActivateOnly,
    /// Bring Salesforce up to what Freebit says.
    CorrectSalesforce,
    /// Give the product its WHMCS product, then drive the order on.
    MapProduct,
    /// Look for the order's id in WHMCS; only when it is not there, order.
    LookThenOrder,
    /// Accept the pending order at WHMCS, nothing else.
    Accept,
    /// Find out who ended WHMCS's order, and why.
    AskWho,
    /// Fill the service's fields.
    FillFields,
    /// Write WHMCS's ids to the order and set it processed.
    WriteBack,
    /// Move the opportunity to its stage.
    MoveStage,
    /// Assign the card and tell the customer, as far as it is missing.
    TieUp,
    /// Read the message, and ask whoever looks after the worker.
    AskOperations,
}

impl Cause {
    /// Key of why an order stands where it stands.
    pub const fn key(self) -> &'static str {
        match self {
            Self::AwaitingReview => "cause-review",
            Self::IdentityNotVerified { under_review: true } => "cause-identity-review",
            Self::IdentityNotVerified { under_review: false } => "cause-identity-missing",
            Self::PaymentMethodMissing { now_on_file: Some(true) } => "cause-pay-method-now",
            Self::PaymentMethodMissing { .. } => "cause-pay-method",
            Self::EventLost => "cause-event-lost",
            Self::UnknownAccount => "cause-unknown-account",
            Self::UnsupportedCombination => "cause-unsupported",
            Self::CarrierRefused => "cause-carrier-refused",
            Self::ActivatingTooLong => "cause-too-long",
            Self::LineMissing => "cause-line-missing",
            Self::SalesforceNotUpdated => "cause-salesforce-behind",
            Self::ProductMappingMissing => "cause-mapping",
            Self::NotOrdered => "cause-not-ordered",
            Self::WhmcsOrderMissing => "cause-whmcs-order-missing",
            Self::NotAccepted => "cause-not-accepted",
            Self::WhmcsOrderEnded => "cause-whmcs-order-ended",
            Self::ServiceFieldsMissing => "cause-fields",
            Self::IdsNotWrittenBack => "cause-not-written-back",
            Self::OpportunityBehind => "cause-opportunity",
            Self::SideEffectsMissing { card: true, mail: true } => "cause-side-both",
            Self::SideEffectsMissing { card: true, .. } => "cause-side-card",
            Self::SideEffectsMissing { .. } => "cause-side-mail",
            Self::Unrecognised => "cause-unrecognised",
        }
    }

    /// What to do about it.
    pub const fn remedy(self) -> Remedy {
        match self {
            Self::AwaitingReview => Remedy::Review,
            Self::IdentityNotVerified { under_review: true } => Remedy::ReviewIdentity,
            Self::IdentityNotVerified { under_review: false } => Remedy::AskForIdentity,
            Self::PaymentMethodMissing { now_on_file: Some(true) } | Self::EventLost => Remedy::TryAgain,
            Self::PaymentMethodMissing { .. } => Remedy::AskForPayMethod,
            Self::UnknownAccount => Remedy::RegisterCard,
            Self::UnsupportedCombination => Remedy::ChangeOrder,
            Self::CarrierRefused | Self::Unrecognised => Remedy::AskOperations,
            Self::ActivatingTooLong => Remedy::ReadLine,
            Self::LineMissing => Remedy::ActivateOnly,
            Self::SalesforceNotUpdated => Remedy::CorrectSalesforce,
            Self::ProductMappingMissing => Remedy::MapProduct,
            Self::NotOrdered => Remedy::LookThenOrder,
            Self::NotAccepted => Remedy::Accept,
            Self::WhmcsOrderMissing | Self::WhmcsOrderEnded => Remedy::AskWho,
            Self::ServiceFieldsMissing => Remedy::FillFields,
            Self::IdsNotWrittenBack => Remedy::WriteBack,
            Self::OpportunityBehind => Remedy::MoveStage,
            Self::SideEffectsMissing { .. } => Remedy::TieUp,
        }
    }
}

impl Remedy {
    /// Key of what to do.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Review => "remedy-review",
            Self::ReviewIdentity => "remedy-review-identity",
            Self::AskForIdentity => "remedy-ask-identity",
            Self::AskForPayMethod => "remedy-ask-pay-method",
            Self::TryAgain => "remedy-try-again",
            Self::RegisterCard => "remedy-register-card",
            Self::ChangeOrder => "remedy-change-order",
            Self::ReadLine => "remedy-read-line",
            Self::ActivateOnly => "remedy-activate-only",
            Self::CorrectSalesforce => "remedy-correct-salesforce",
            Self::MapProduct => "remedy-map-product",
            Self::LookThenOrder => "remedy-look-then-order",
            Self::Accept => "remedy-accept",
            Self::AskWho => "remedy-ask-who",
            Self::FillFields => "remedy-fill-fields",
            Self::WriteBack => "remedy-write-back",
            Self::MoveStage => "remedy-move-stage",
            Self::TieUp => "remedy-tie-up",
            Self::AskOperations => "remedy-ask-operations",
        }
    }

    /// The change that does it, where one does: its verb, and which repair.
    pub const fn change(self) -> Option<(&'static str, Option<&'static str>)> {
        Some(match self {
            Self::Review => ("approve", None),
            Self::ReviewIdentity => ("id-approve", None),
            Self::AskForPayMethod => ("client-area-link", None),
            Self::TryAgain | Self::LookThenOrder => ("reactivate", None),
            // Its plan reads the line, and stands against itself where there is none.
            Self::CorrectSalesforce | Self::ReadLine => ("repair", Some("activated")),
            Self::Accept => ("repair", Some("accept-order")),
            Self::WriteBack => ("repair", Some("write-back")),
            Self::MoveStage => ("repair", Some("opportunity")),
            Self::AskForIdentity
            | Self::RegisterCard
            | Self::ChangeOrder
            | Self::ActivateOnly
            | Self::MapProduct
            | Self::AskWho
            | Self::FillFields
            | Self::TieUp
            | Self::AskOperations => return None,
        })
    }
}

/// The step a failure belongs to, by the code that Salesforce shows. Freebit's codes are digits, the worker's are words.
pub(super) fn failing_step(code: &str) -> Option<StepName> {
    let code = code.trim().to_ascii_uppercase();
    let has = |word: &str| code.contains(word);
    match code.as_str() {
        "" => None,
        _ if has("PAYMENT") || has("IDENTITY") || has("VERIFICATION") => Some(StepName::Validate),
        _ if code.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') => Some(StepName::Freebit),
        _ if has("MAPPING") => Some(StepName::Map),
        _ if has("ADD_ORDER") || has("ADDORDER") => Some(StepName::AddOrder),
        _ if has("ACCEPT") => Some(StepName::AcceptOrder),
        _ => None,
    }
}

/// The cause of standing at step `at`; `stopped` when it is a divergence and not a normal wait.
pub(super) fn cause(parts: &Parts<'_>, steps: &[Step; 10], at: Option<usize>, stopped: bool) -> Option<Cause> {
    let step = &steps[at?];
    let failed = matches!(step.state, StepState::Failed { .. });
    let says = |fact: &dyn Fn(&Fact) -> bool| step.evidence.iter().any(|evidence| fact(&evidence.fact));
    if step.name == StepName::Validate {
        return waits_at_the_gate(parts, &step.state);
    }
    if !stopped {
        return None;
    }
    let went_on = steps.iter().skip(step.name.number()).any(|later| matches!(later.state, StepState::Done { .. }));
    Some(match step.name {
        StepName::Activating if failed => Cause::Unrecognised,
        StepName::Validate | StepName::Activating => Cause::EventLost,
        StepName::Freebit => match &step.state {
            StepState::Failed { code, .. } if *code == "210" => Cause::UnknownAccount,
            StepState::Failed { code, .. } if *code == "400-356" => Cause::UnsupportedCombination,
            StepState::Failed { .. } => Cause::CarrierRefused,
            // Freebit is asked nothing twice because of a pause: only what was built on the line proves that it should be there.
            _ if went_on && says(&|fact| matches!(fact, Fact::LineMissing(_))) => Cause::LineMissing,
            _ => Cause::ActivatingTooLong,
        },
        StepName::Activated => {
            let live = matches!(steps[StepName::Freebit as usize].state, StepState::Done { .. });
            match (failed, live || !has_line(parts.order)) {
                (true, _) => Cause::Unrecognised,
                (false, true) => Cause::SalesforceNotUpdated,
                (false, false) => Cause::ActivatingTooLong,
            }
        }
        StepName::Map => Cause::ProductMappingMissing,
        StepName::AddOrder if says(&|fact| matches!(fact, Fact::WhmcsOrderMissing(_))) => Cause::WhmcsOrderMissing,
        StepName::AddOrder => Cause::NotOrdered,
        StepName::AcceptOrder if says(&|fact| matches!(fact, Fact::FieldsMissing(_))) => Cause::ServiceFieldsMissing,
        StepName::AcceptOrder => {
            let pending =
                says(&|fact| matches!(fact, Fact::WhmcsOrder { status, .. } if status.eq_ignore_ascii_case("pending")));
            if pending { Cause::NotAccepted } else { Cause::WhmcsOrderEnded }
        }
        StepName::WriteBack => Cause::IdsNotWrittenBack,
        StepName::Opportunity => Cause::OpportunityBehind,
        StepName::SideEffects => Cause::SideEffectsMissing {
            card: says(&|fact| *fact == Fact::CardNotAssigned),
            mail: says(&|fact| *fact == Fact::NoMail),
        },
    })
}

fn waits_at_the_gate(parts: &Parts<'_>, state: &StepState) -> Option<Cause> {
    let on_file = parts.pay_methods.map(|methods| !methods.is_empty());
    match state {
        StepState::Failed { code, .. } if code.to_ascii_uppercase().contains("PAYMENT") => {
            Some(Cause::PaymentMethodMissing { now_on_file: on_file })
        }
        StepState::Failed { .. } => Some(Cause::Unrecognised),
        StepState::Waiting { .. } if parts.order.status == OrderStatus::Draft => None,
        StepState::Waiting { .. } => {
            let identity = parts.verification.filter(|_| has_line(parts.order)).map(|check| &check.state);
            match identity {
                Some(VerificationState::UnderReview) => Some(Cause::IdentityNotVerified { under_review: true }),
                Some(VerificationState::Rejected | VerificationState::NotSubmitted) => {
                    Some(Cause::IdentityNotVerified { under_review: false })
                }
                _ if parts.order.status == OrderStatus::PendingReview => Some(Cause::AwaitingReview),
                _ if on_file == Some(false) => Some(Cause::PaymentMethodMissing { now_on_file: on_file }),
                _ => None,
            }
        }
        _ => None,
    }
}
