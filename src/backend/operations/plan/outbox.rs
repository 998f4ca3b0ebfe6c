//! Plans of what cannot be read for: made of what this desk remembers, to be kept in the outbox. They say what will be written
//! and what the records said, with the age of that; which writes they need is found out once the records can be read.

use jiff::Timestamp;

use crate::backend::cache::Owner;
use crate::domain::billing::Listing;
use crate::domain::change::customer::Customer;
use crate::domain::change::{Change, What};
use crate::domain::customer::Account;
use crate::domain::history::FollowUp;
use crate::domain::operation::{Fact, OperationId, Outbox, Plan, Unread};
use crate::domain::phrase::{Arg, Phrase};
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::domain::time;
use crate::flow::fault::Fault;
use crate::flow::msg::HealthState;
use crate::flow::operation::PlanRefused;
use crate::flow::remote::Known;

use super::customer::{TASK_STATUS, text_of, ticked};
use super::{Draft, Planner, Purpose};

/// What is to be kept, and how old what is known of its records is.
pub(super) struct Remembered {
    pub draft: Draft,
    pub known_at: Option<Timestamp>,
}

impl Remembered {
    /// The plan. What stands against it, and which writes it needs, is not known before the records are read.
    pub(super) fn finish(self, fault: &Fault, id: OperationId, change: Change, now: Timestamp) -> Plan {
        let Self { mut draft, known_at } = self;
        let then = std::mem::take(&mut draft.facts);
        let unread = Unread { system: fault.system, why: fault.message.phrase() };
        let draft = Draft {
            steps: Vec::new(),
            checks: Vec::new(),
            inverse: None,
            instead: Vec::new(),
            deadline: None,
            ..draft
        };
        let outbox = Outbox { unread: Some(unread), written: now, then, known_at };
        Plan { outbox: Some(Box::new(outbox)), ..draft.finish(id, change, now) }
    }
}

/// When a record was changed last.
pub(super) fn last_change(at: Option<Timestamp>) -> Option<Fact> {
    Some(Fact::new("outbox-last-change", Phrase::new("moment").with("at", at?)))
}

impl Planner<'_> {
    /// What can be said of a change without reading. Nothing of one that does not wait.
    pub(super) fn remembered(&self) -> Option<Remembered> {
        match &self.change.what {
            What::Customer(customer) => self.customer_remembered(customer),
            What::Support(support) => self.support_remembered(support),
            What::Service(_) | What::Billing(_) | What::Order(_) | What::Sim(_) => None,
        }
    }

    fn customer_remembered(&self, customer: &Customer) -> Option<Remembered> {
        Some(match customer {
            Customer::Note { text } => {
                let mut draft = self.about(Phrase::new("plan-note"));
                draft.differences.push(text_of(text));
                self.of_account(draft)
            }
            Customer::Task { subject, due } => {
                let title = Phrase::new("plan-task").with("subject", Arg::Free(subject.clone())).with("due", *due);
                self.of_account(self.about(title))
            }
            Customer::Remind { subject, at } => {
                let title = Phrase::new("plan-remind").with("subject", Arg::Free(subject.clone())).with("at", *at);
                self.of_account(self.about(title))
            }
            Customer::TaskDone { task } => self.task_remembered(*task),
            Customer::IdApprove { .. }
            | Customer::IdOverride { .. }
            | Customer::IdReject { .. }
            | Customer::EligibilityResult { .. }
            | Customer::LinkRepair { .. }
            | Customer::Address { .. } => return None,
        })
    }

    /// With what is remembered of the customer's record.
    pub(super) fn of_account(&self, mut draft: Draft) -> Remembered {
        let known: Option<Known<Account>> =
            self.change.who.key.account.and_then(|id| self.backend.cache.last(&Owner::Account(id)));
        draft.facts.extend(known.as_ref().and_then(|known| last_change(known.value.modified)));
        Remembered { draft, known_at: known.map(|known| known.read_at) }
    }

    fn task_remembered(&self, task: SalesforceId) -> Remembered {
        let account = self.change.who.key.account.map(Owner::Account);
        let known: Option<Known<Listing<FollowUp>>> = account.and_then(|owner| self.backend.cache.last(&owner));
        let found = known.as_ref().and_then(|known| known.value.rows.iter().find(|it| it.id == task));
        let subject = found.map_or_else(|| Text::line(task.as_str()), |it| it.subject.clone());
        let mut draft = self.about(Phrase::new("plan-task-done").with("subject", Arg::Free(subject)));
        let status = found.map(|it| Phrase::as_it_is(&*it.status));
        draft
            .differences
            .push(ticked(status.clone().unwrap_or_else(unknown), self.office.words.task_status.completed.word()));
        draft.facts.extend(status.map(|status| Fact::new(TASK_STATUS, status)));
        let known_at = known.filter(|_| !draft.facts.is_empty()).map(|known| known.read_at);
        Remembered { draft, known_at }
    }

    /// What the customer's record says, where that is compared; and else whether Salesforce answers at all, unless it just did.
    pub(super) async fn account_now(&self, account: SalesforceId) -> Result<Vec<Fact>, PlanRefused> {
        let salesforce = &self.backend.salesforce;
        let answers = self.backend.notify.state_of(System::Salesforce) == HealthState::Up;
        if self.purpose != Purpose::Compare && answers {
            return Ok(Vec::new());
        }
        let row = salesforce.record("Account", account.as_str(), &["LastModifiedDate"]).await?;
        let at = row.get("LastModifiedDate").and_then(serde_json::Value::as_str);
        Ok(last_change(at.and_then(|at| time::salesforce_datetime(at).ok())).into_iter().collect())
    }
}

/// What nobody knows.
pub(super) fn unknown() -> Phrase {
    Phrase::new("unknown")
}
