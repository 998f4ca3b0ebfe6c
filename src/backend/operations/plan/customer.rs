//! Plans for the customer as a person: reviews, promises, links, the address.

mod identity;
mod place;

use serde_json::{Map, Value};

use crate::backend::salesforce::names::standard as s;
use crate::backend::salesforce::soql::{Condition, Name};
use crate::domain::change::Wrong;
use crate::domain::change::customer::{Customer, Eligibility};
use crate::domain::customer::EligibilityState;
use crate::domain::operation::{CheckState, Difference, Fact};
use crate::domain::phrase::{Arg, Phrase};
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::text::Text;
use crate::domain::time;
use crate::domain::write::salesforce::{Content, Set};
use crate::domain::write::{Id, Write, salesforce};
use crate::flow::operation::PlanRefused;

use super::{Draft, Planner};

impl Planner<'_> {
    pub(super) async fn customer(&self, customer: &Customer) -> Result<Draft, PlanRefused> {
        match customer {
            Customer::IdApprove { checked, method, note } => self.id_approve(*checked, method, note.as_ref()).await,
            Customer::IdOverride { method, note } => self.id_override(method, note).await,
            Customer::IdReject { reason, message } => self.id_reject(reason, message.as_ref()).await,
            Customer::EligibilityResult { result, note, notify } => {
                self.eligibility(result, note.as_ref(), *notify).await
            }
            Customer::Note { text } => self.note(text).await,
            Customer::Task { subject, due } => {
                let what = Phrase::new("plan-task").with("subject", Arg::Free(subject.clone())).with("due", *due);
                self.promise(what, subject, vec![("ActivityDate".to_owned(), Content::from(time::iso(*due).as_str()))])
                    .await
            }
            Customer::Remind { subject, at } => {
                let what = Phrase::new("plan-remind").with("subject", Arg::Free(subject.clone())).with("at", *at);
                self.promise(what, subject, reminder(*at)).await
            }
            Customer::TaskDone { task } => self.task_done(*task).await,
            Customer::LinkRepair { client } => self.link_repair(*client).await,
            Customer::Address { post_code, japanese, letters, building } => {
                self.address(post_code, japanese, letters, building.as_ref()).await
            }
        }
    }

    async fn eligibility(&self, result: &Eligibility, note: Option<&Text>, notify: bool) -> Result<Draft, PlanRefused> {
        let names = &self.backend.salesforce.names;
        let (rules, words) = (&self.office.reviews, &self.office.words.eligibility);
        let account = AccountNow::read(
            self,
            &[&names.eligibility_status, &names.eligibility, &names.eligibility_notes, &names.eligibility_checked],
        )
        .await?;
        let (title, status, offering) = match result {
            Eligibility::Eligible(offering) => {
                ("plan-eligible", Some(words.eligible.word()), Value::from(offering.as_str()))
            }
            Eligibility::Ineligible => ("plan-ineligible", Some(words.ineligible.word()), Value::Null),
            Eligibility::NeedsBuilding => ("plan-needs-building", None, Value::Null),
        };
        let mut fields = Vec::new();
        if let Some(status) = status {
            fields.push(account.set(&names.eligibility_status, status.into()));
            fields.push(account.set(&names.eligibility, offering.clone()));
            fields.push(account.set(&names.eligibility_checked, moment(self.now).into()));
        }
        let building = note.is_none() && status.is_none();
        let note = if building { Some("Building information asked for.") } else { note.map(Text::as_str) };
        fields.extend(note.map(|note| account.set(&names.eligibility_notes, note.into())));
        let was = account.word(&names.eligibility_status);
        let waits = match self.office.words.eligibility(was.clone()) {
            EligibilityState::Pending => CheckState::Passed,
            EligibilityState::NotRequested => CheckState::Warns("check-eligibility-not-asked".into()),
            _ => CheckState::Warns(Phrase::new("check-decided-already").with("status", was.clone())),
        };
        let shown = offering.as_str().unwrap_or_default().to_owned();
        let mut draft = self
            .about(Phrase::new(title).with("offering", shown.as_str()))
            .step(account.update(fields), "step-eligibility".into(), None)
            .check("check-eligibility-waits", waits);
        draft.differences.push(Difference {
            what: "eligibility".into(),
            from: Phrase::as_it_is(&*was),
            to: Phrase::as_it_is(format!("{} {shown}", status.unwrap_or(&was))),
        });
        let stage = match result {
            Eligibility::Eligible(_) => &*rules.eligible_stage,
            Eligibility::Ineligible => &*rules.ineligible_stage,
            Eligibility::NeedsBuilding => "",
        };
        if !stage.is_empty() {
            draft = self.move_waiting_opportunity(draft, account.id, stage).await?;
        }
        Ok(match (status, notify) {
            (_, false) => {
                draft.warnings.push("warning-not-told".into());
                draft
            }
            (Some(status), true) => self.tell(draft, account.id, &format!("Internet: {status} {shown}")).await?,
            (None, true) => {
                self.tell_by_case(draft, account.id, "Your building / 建物について", &rules.building.both())
            }
        })
    }

    /// The opportunity that waits for the check goes on. Of several nobody can say which is meant.
    async fn move_waiting_opportunity(
        &self,
        mut draft: Draft,
        account: SalesforceId,
        stage: &str,
    ) -> Result<Draft, PlanRefused> {
        let waiting = &self.office.reviews.waiting_stage;
        let query = crate::backend::salesforce::soql::Soql::select(&[s::ID, s::NAME], &s::OPPORTUNITY)
            .filter(&Condition::All(vec![
                Condition::Is(s::ACCOUNT_ID, account.as_str().to_owned()),
                Condition::Is(s::STAGE, waiting.clone()),
            ]))
            .limit(2);
        let rows = self.backend.salesforce.rows("opportunities", query).await?;
        match rows.as_slice() {
            [] => {}
            [row] => {
                let write = Write::Salesforce(salesforce::Write::Update {
                    object: "Opportunity".to_owned(),
                    id: Id::Known(row.text(&s::ID)),
                    fields: vec![Set {
                        field: "StageName".to_owned(),
                        from: Value::from(waiting.as_str()),
                        to: Content::from(stage),
                    }],
                    stamp: None,
                });
                draft = draft.step(write, Phrase::new("step-opportunity").with("stage", stage), None);
            }
            _ => draft = draft.check("check-opportunity", CheckState::Warns("check-opportunities-several".into())),
        }
        Ok(draft)
    }

    async fn note(&self, text: &Text) -> Result<Draft, PlanRefused> {
        let what = Phrase::new("plan-note");
        let fields = vec![
            ("Status".to_owned(), Content::from(self.office.words.task_status.completed.word())),
            ("Description".to_owned(), Content::from(text.as_str())),
        ];
        let subject = Text::line(&format!("Note ({})", time::date_time(self.now)));
        let mut draft = self.promise(what, &subject, fields).await?;
        draft.differences.push(text_of(text));
        Ok(draft)
    }

    /// A task on the account, owned by who is at the desk.
    async fn promise(&self, what: Phrase, subject: &Text, more: Vec<(String, Content)>) -> Result<Draft, PlanRefused> {
        let account = self.account()?;
        let facts = self.account_now(account).await?;
        let fields = self.task(account, subject, more).await?;
        let write =
            salesforce::Write::Create { object: "Task".to_owned(), fields, fact: "task".to_owned(), unchanged: None };
        let draft = self.about(what).step(
            Write::Salesforce(write),
            Phrase::new("step-task").with("subject", Arg::Free(subject.clone())),
            None,
        );
        Ok(Draft { facts, ..draft })
    }

    pub(super) async fn task(
        &self,
        account: SalesforceId,
        subject: &str,
        more: Vec<(String, Content)>,
    ) -> Result<Vec<(String, Content)>, PlanRefused> {
        let owner = self.backend.salesforce.agent().await?.id;
        let mut fields = vec![
            ("WhatId".to_owned(), Content::from(account.as_str())),
            ("OwnerId".to_owned(), Content::from(owner.as_str())),
            ("Subject".to_owned(), Content::from(subject)),
        ];
        fields.extend(more);
        Ok(fields)
    }

    async fn task_done(&self, task: SalesforceId) -> Result<Draft, PlanRefused> {
        let account = self.account()?;
        let wrong = || PlanRefused::Wrong(vec![Wrong { field: "task", why: "wrong-task".into() }]);
        let now = self.backend.salesforce.record("Task", task.as_str(), &["Status", "Subject", "AccountId"]).await?;
        if now.get("AccountId").and_then(Value::as_str) != Some(account.as_str()) {
            return Err(wrong());
        }
        let subject = Text::line(now.get("Subject").and_then(Value::as_str).unwrap_or_default());
        let from = now.get("Status").cloned().unwrap_or(Value::Null);
        let done = &self.office.words.task_status.completed;
        let open = !from.as_str().is_some_and(|status| done.is(status));
        let done = done.word();
        let write = |from: Value, to: Value| {
            Write::Salesforce(salesforce::Write::Update {
                object: "Task".to_owned(),
                id: Id::Known(task.as_str().to_owned()),
                fields: vec![Set { field: "Status".to_owned(), from, to: Content::Value(to) }],
                stamp: None,
            })
        };
        let status = Phrase::as_it_is(from.as_str().unwrap_or_default());
        let mut draft = self
            .about(Phrase::new("plan-task-done").with("subject", Arg::Free(subject.clone())))
            .step(
                write(from.clone(), done.into()),
                Phrase::new("step-task-done").with("subject", Arg::Free(subject)),
                Some(write(done.into(), from)),
            )
            .check(
                "check-task-open",
                if open { CheckState::Passed } else { CheckState::Failed("check-task-closed".into()) },
            );
        draft.differences.push(ticked(status.clone(), done));
        draft.facts.push(Fact::new(TASK_STATUS, status));
        Ok(draft)
    }

    pub(super) fn about(&self, title: Phrase) -> Draft {
        Draft::new(title, Phrase::new("about-customer").with("number", self.change.who.number.clone()))
    }

    /// The org mails what was decided by itself; where it did not, somebody gets a task.
    async fn tell(&self, mut draft: Draft, account: SalesforceId, what: &str) -> Result<Draft, PlanRefused> {
        let today = time::iso(time::today(self.now));
        let subject = format!("Tell the customer: {what}");
        let more = vec![("ActivityDate".to_owned(), Content::from(today.as_str()))];
        let task = self.task(account, subject.trim(), more).await?;
        let write = salesforce::Write::Tell { account: account.as_str().to_owned(), since: self.now, task };
        draft = draft.step(Write::Salesforce(write), "step-tell".into(), None);
        draft.warnings.push("warning-told-by-org".into());
        Ok(draft)
    }
}

/// The account as it stands, with the fields that will be set.
struct AccountNow {
    id: SalesforceId,
    row: Map<String, Value>,
}

impl AccountNow {
    async fn read(planner: &Planner<'_>, fields: &[&Name]) -> Result<Self, PlanRefused> {
        let id = planner.account()?;
        let fields: Vec<&str> = fields.iter().map(|name| name.as_str()).collect();
        Ok(Self { id, row: planner.backend.salesforce.record("Account", id.as_str(), &fields).await? })
    }

    fn word(&self, field: &Name) -> Text {
        Text::line(self.row.get(field.as_str()).and_then(Value::as_str).unwrap_or_default())
    }

    fn set(&self, field: &Name, to: Value) -> Set {
        let from = self.row.get(field.as_str()).cloned().unwrap_or(Value::Null);
        Set { field: field.to_string(), from, to: Content::Value(to) }
    }

    fn update(&self, fields: Vec<Set>) -> Write {
        Write::Salesforce(salesforce::Write::Update {
            object: "Account".to_owned(),
            id: Id::Known(self.id.as_str().to_owned()),
            fields,
            stamp: self.row.get("SystemModstamp").and_then(Value::as_str).map(str::to_owned),
        })
    }
}

/// What a task's status is called.
pub(super) const TASK_STATUS: &str = "task-status";

/// A task is done.
pub(super) fn ticked(from: Phrase, done: &str) -> Difference {
    Difference { what: TASK_STATUS.into(), from, to: Phrase::as_it_is(done) }
}

/// A text with its lines, where there was none.
pub(super) fn text_of(text: &Text) -> Difference {
    let to = Phrase::new("as-it-is").with("text", Arg::Text(text.clone()));
    Difference { what: "case-text".into(), from: Phrase::as_it_is("–"), to }
}

/// What makes a task remind its owner at a moment.
pub(super) fn reminder(at: jiff::Timestamp) -> Vec<(String, Content)> {
    let day = time::iso(time::today(at));
    vec![
        ("ActivityDate".to_owned(), Content::from(day.as_str())),
        ("IsReminderSet".to_owned(), Content::Value(Value::Bool(true))),
        ("ReminderDateTime".to_owned(), Content::from(moment(at).as_str())),
    ]
}

/// A moment as Salesforce takes it; it keeps whole seconds.
fn moment(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.000+0000").to_string()
}
