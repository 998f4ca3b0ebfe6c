//! What becomes of a change while a system that it needs cannot be reached.
//!
//! What only adds words, a promise or a state of a case waits in the outbox until somebody has seen what the records say by
//! then. What moves money or a line, or decides by what is read now, is never kept to be sent later.

use super::What;
use super::billing::Billing;
use super::customer::Customer;
use super::order::Order;
use super::service::Service;
use super::sim::Sim;
use super::support::Support;

/// What becomes of a change that cannot be made now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offline {
    /// It waits in the outbox until somebody sends it.
    Waits,
    /// It does not wait.
    Never(Never),
}

/// Why a change does not wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Never {
    /// It moves money, or what is billed.
    Money,
    /// It changes a line or a card.
    Line,
    /// It decides about an order.
    Order,
    /// It decides by what the record says now.
    Decides,
    /// It claims something, and nobody would see the claim.
    Claim,
    /// It writes to the customer at once.
    Mail,
}

impl Never {
    /// The key of its words in the language table.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Money => "offline-money",
            Self::Line => "offline-line",
            Self::Order => "offline-order",
            Self::Decides => "offline-decides",
            Self::Claim => "offline-claim",
            Self::Mail => "offline-mail",
        }
    }
}

const fn never(why: Never) -> Offline {
    Offline::Never(why)
}

/// The verbs whose changes may wait.
const WAITING: [&str; 10] =
    ["note", "task", "remind", "task-done", "case", "comment", "reply", "macro", "case-status", "case-priority"];

/// Whether a change of this verb may wait until a system can be reached.
pub fn may_wait(verb: &str) -> bool {
    WAITING.contains(&verb)
}

impl What {
    /// What becomes of it while a system that it needs cannot be reached.
    pub const fn offline(&self) -> Offline {
        use Offline::Waits;
        match self {
            Self::Customer(it) => match it {
                Customer::Note { .. } | Customer::Task { .. } | Customer::Remind { .. } | Customer::TaskDone { .. } => {
                    Waits
                }
                Customer::IdApprove { .. }
                | Customer::IdOverride { .. }
                | Customer::IdReject { .. }
                | Customer::EligibilityResult { .. }
                | Customer::LinkRepair { .. }
                | Customer::Address { .. } => never(Never::Decides),
            },
            Self::Support(it) => match it {
                Support::Case { .. }
                | Support::Comment { .. }
                | Support::Reply { .. }
                | Support::Macro { .. }
                | Support::CaseStatus { .. }
                | Support::CasePriority { .. } => Waits,
                Support::CaseTake { .. } | Support::CaseAssign { .. } => never(Never::Claim),
            },
            Self::Billing(it) => match it {
                Billing::Capture { .. }
                | Billing::MarkPaid { .. }
                | Billing::ApplyCredit { .. }
                | Billing::AddCredit { .. }
                | Billing::CreateInvoice { .. }
                | Billing::BillableItem { .. }
                | Billing::CancelInvoice { .. }
                // It holds a suspension off, which is for money too.
                | Billing::PromiseToPay { .. } => never(Never::Money),
                Billing::SendEmail { .. } | Billing::ClientAreaLink { .. } => never(Never::Mail),
            },
            Self::Service(it) => match it {
                Service::Cancel { .. } | Service::Upgrade { .. } | Service::AddOn { .. } => never(Never::Money),
                Service::Fields { .. } | Service::Status { .. } => never(Never::Decides),
            },
            Self::Order(it) => match it {
                Order::Create(..)
                | Order::Approve { .. }
                | Order::Hold { .. }
                | Order::Reject { .. }
                | Order::Reactivate { .. }
                | Order::Fulfil { .. }
                | Order::Repair { .. } => never(Never::Order),
            },
            Self::Sim(it) => match it {
                Sim::TopUp { .. }
                | Sim::PlanChange { .. }
                | Sim::VoiceOptions { .. }
                | Sim::Network { .. }
                | Sim::EsimReissue { .. }
                | Sim::SimCancel { .. }
                | Sim::SuspendRequest { .. }
                | Sim::Protect { .. }
                | Sim::Unprotect { .. }
                | Sim::PortIn(..) => never(Never::Line),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::access::Role;
    use crate::domain::change::{Field, FieldKind, Harm, Need, Part, Reader, Source, Spec, SubjectKind, Values, specs};
    use crate::domain::office::Office;
    use crate::domain::phone::Fixtures;

    /// Something that a field takes.
    fn typed(field: &Field, office: &Office) -> String {
        let known = match field.name {
            "post-code" => "105-0014",
            "eid" => "89049032000000000000000000004237",
            "reservation" => "1123456789",
            "expires" => "2026-12-05",
            "born" => "19900401",
            "network" => "4G",
            "items" => "Router rental 1,100",
            "number" => "09007770001",
            "card" => "AX0000000000042",
            "family-kana" => "クマシロ",
            "given-kana" => "サクラ",
            "link" => "https://portal.example.jp/cards",
            "gb" | "addon" => "2",
            "product" => "7",
            "transaction" => "BANK-1",
            "product-number" => "PT-NEW",
            _ => "",
        };
        if !known.is_empty() {
            return known.to_owned();
        }
        match field.kind {
            FieldKind::Subject(SubjectKind::Line) => "09002000001".to_owned(),
            FieldKind::Subject(SubjectKind::Task) => "00T000000000001AAA".to_owned(),
            FieldKind::Subject(SubjectKind::Opportunity) => "006000000000001AAA".to_owned(),
            FieldKind::Subject(_) | FieldKind::Number => "7".to_owned(),
            FieldKind::Yen => "500".to_owned(),
            FieldKind::Date => "month-end".to_owned(),
            FieldKind::Moment => "3d".to_owned(),
            FieldKind::Flag => "yes".to_owned(),
            FieldKind::Choice(words) => words[0].to_owned(),
            FieldKind::OneOf(Source::Plans) => office.sim.offered().next().unwrap().code.clone(),
            FieldKind::OneOf(Source::Offerings) => office.reviews.offerings[0].clone(),
            FieldKind::OneOf(Source::ReplyTemplates | Source::Macros) => "outage".to_owned(),
            FieldKind::OneOf(_) | FieldKind::Line | FieldKind::Block | FieldKind::Eid => "words".to_owned(),
        }
    }

    /// Whether a sample has something in a field: what must be told, and without which the verbs' samples would say nothing.
    fn told(field: &Field) -> bool {
        let needed = ["offering", "product-number", "roaming", "given", "given-kana", "born", "order"];
        field.need == Need::Required || needed.contains(&field.name)
    }

    /// A change of this verb, where its fields can be filled in one by one.
    fn some(spec: &Spec) -> Option<What> {
        let office = Office::default();
        let now: Timestamp = "2026-11-22T01:00:00Z".parse().unwrap();
        let values: Values =
            spec.fields.iter().filter(|it| told(it)).map(|it| (it.name.to_owned(), typed(it, &office))).collect();
        What::read(spec, &mut Reader::new(spec, &values, &office, now, Fixtures::Allowed))
    }

    #[test]
    fn nothing_that_moves_money_or_a_line_or_needs_a_second_person_waits() {
        let (mut waits, mut untried) = (Vec::new(), Vec::new());
        for spec in specs() {
            let Some(what) = some(spec) else {
                untried.push(spec.name);
                continue;
            };
            assert_eq!(what.verb(), spec.name);
            let harmless = spec.harm == Harm::Harmless && spec.role == Role::Operator;
            match what.offline() {
                Offline::Waits => {
                    assert!(harmless && matches!(spec.part, Part::Customer | Part::Support), "{} waits", spec.name);
                    waits.push(spec.name);
                }
                Offline::Never(why) if spec.part == Part::Sim => assert_eq!(why, Never::Line, "{}", spec.name),
                Offline::Never(why) if spec.harm == Harm::Money => {
                    assert!(matches!(why, Never::Money | Never::Order), "{}", spec.name);
                }
                Offline::Never(_) => {}
            }
        }
        assert_eq!(waits, WAITING);
        assert_eq!(untried, [""; 0], "a verb that is not tried here");
    }
}
