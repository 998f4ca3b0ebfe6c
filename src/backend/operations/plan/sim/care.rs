//! What keeps a line safe: a request to suspend it, its protection from being ended.

use jiff::ToSpan as _;

use crate::backend::salesforce::names::standard as s;
use crate::backend::salesforce::soql::{Condition, Order, Soql};
use crate::backend::salesforce::wire::Record;
use crate::domain::change::What;
use crate::domain::change::sim::{Sim, SuspendReason, suspension_of};
use crate::domain::change::support::Support;
use crate::domain::line::{Line, LineState};
use crate::domain::operation::CheckState;
use crate::domain::phone::Msisdn;
use crate::domain::phrase::Phrase;
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::text::Text;
use crate::domain::time;
use crate::domain::write::salesforce::Content;
use crate::domain::write::{Id, Write, desk, salesforce};
use crate::flow::operation::PlanRefused;

use super::super::{Draft, Planner};
use super::about;

/// Open cases of one customer that are looked through for one about the same line.
const LOOKED_THROUGH: u32 = 50;

impl Planner<'_> {
    /// A case for who can suspend a line, and a task to ask again. No call of Freebit's is known that would do it.
    pub(super) async fn suspend_request(
        &self,
        line: &Msisdn,
        reason: SuspendReason,
        note: Option<&Text>,
    ) -> Result<Draft, PlanRefused> {
        let account = self.change.who.key.account.ok_or_else(|| PlanRefused::Blocked("plan-no-account".into()))?;
        let (found, twin) =
            futures_util::join!(self.backend.freebit.detail(line, self.now), self.suspension_asked(account, line));
        let (found, twin) = (found?, twin?);
        let (rules, words) = (&self.office.sim, &self.office.words);
        let subject = reason.subject(line);
        let said = note.map_or_else(String::new, |note| format!("\n\nCaller: {note}"));
        let description = format!(
            "Please suspend {} at the carrier. Reason: {}. Plan {}, network {}.{said}",
            line.digits(),
            reason.written(),
            found.plan,
            found.network,
        );
        let mut fields = vec![
            ("AccountId".to_owned(), Content::from(account.as_str())),
            ("Subject".to_owned(), Content::from(subject.as_str())),
            ("Description".to_owned(), Content::from(description.as_str())),
            ("Priority".to_owned(), Content::from(rules.suspension_priority.as_str())),
            ("Type".to_owned(), Content::from(words.case_type.problem.word())),
            ("Origin".to_owned(), Content::from(words.case_origin.phone.word())),
        ];
        if !rules.suspension_owner.is_empty() {
            fields.push(("OwnerId".to_owned(), Content::from(rules.suspension_owner.as_str())));
        }
        let case =
            salesforce::Write::Create { object: "Case".to_owned(), fields, fact: "case".to_owned(), unchanged: None };
        let day = time::today(self.now).saturating_add(rules.suspension_reminder_days.days());
        let reminder = format!("Is {} suspended? Does the customer want it back or a new SIM?", line.digits());
        let mut draft = Draft::new(Phrase::new("plan-suspend").with("reason", Phrase::new(reason.key())), about(line))
            .step(Write::Salesforce(case), Phrase::new("step-suspend-case").with("line", line.clone()), None)
            .no_return()
            .step(
                self.task_of_desk("task", &reminder, day, &words.task_priority.high, Some(Id::fact("case"))),
                Phrase::new("step-reminder").with("day", day),
                None,
            )
            .check("check-line-to-suspend", to_suspend(&found))
            .check(
                "check-suspension-twin",
                twin.as_ref().map_or(CheckState::Passed, |case| {
                    CheckState::Failed(Phrase::new("check-suspension-asked").with("case", case.clone()))
                }),
            );
        // What the caller says now belongs into the case that is open.
        draft.instead.extend(twin.map(|case| {
            let text = Text::block(&format!("{}{said}", reason.written()));
            self.also(What::Support(Support::Comment { case, text, public: false }))
        }));
        draft.line = Some(line.clone());
        draft.warnings.push("warning-suspend-asked".into());
        draft.warnings.push("warning-suspend-billing".into());
        if reason != SuspendReason::Asked {
            draft.warnings.push("warning-suspend-lost".into());
        }
        Ok(draft)
    }

    /// The open case that asks for this line already.
    async fn suspension_asked(&self, account: SalesforceId, line: &Msisdn) -> Result<Option<Text>, PlanRefused> {
        let open = Condition::All(vec![
            Condition::Is(s::ACCOUNT_ID, account.as_str().to_owned()),
            Condition::Flag(s::IS_CLOSED, false),
        ]);
        let query = Soql::select(&[s::ID, s::CASE_NUMBER, s::SUBJECT], &s::CASE)
            .filter(&open)
            .ordered(&[(&s::CREATED, Order::Falling)])
            .limit(LOOKED_THROUGH);
        let rows = self.backend.salesforce.rows("cases", query).await?;
        let asks = |row: &&Record| suspension_of(&row.text(&s::SUBJECT)) == Some(line.digits());
        Ok(rows.iter().find(asks).map(|row| Text::line(&row.text(&s::CASE_NUMBER))))
    }

    /// Nobody ends this line by mistake.
    pub(super) async fn protect(&self, line: &Msisdn, reason: &Text) -> Result<Draft, PlanRefused> {
        let so = match self.protected(line).await? {
            Some(None) => CheckState::Failed("check-protected".into()),
            Some(Some(_)) | None => CheckState::Passed,
        };
        let write = desk::Write::Protect { line: line.clone(), reason: reason.clone() };
        let mut draft = Draft::new(Phrase::new("plan-protect").with("line", line.clone()), about(line))
            .step(Write::Desk(write), Phrase::new("step-protect").with("line", line.clone()), None)
            .check("check-not-protected", so);
        draft.line = Some(line.clone());
        draft.warnings.push("warning-protect".into());
        draft.inverse = Some(self.instead_of(Sim::Unprotect { line: line.clone(), reason: reason.clone() }));
        Ok(draft)
    }

    /// For some minutes the line can be ended.
    pub(super) async fn unprotect(&self, line: &Msisdn, reason: &Text) -> Result<Draft, PlanRefused> {
        let minutes = self.office.sim.lifted_minutes;
        let so = match self.protected(line).await? {
            Some(None) => CheckState::Passed,
            Some(Some(until)) => CheckState::Failed(Phrase::new("check-lifted").with("until", until)),
            None => CheckState::Failed("check-unprotected".into()),
        };
        let write = desk::Write::Lift { line: line.clone(), reason: reason.clone(), minutes };
        let says = Phrase::new("step-lift").with("line", line.clone()).with("minutes", minutes);
        let mut draft = Draft::new(Phrase::new("plan-unprotect").with("line", line.clone()), about(line))
            .step(Write::Desk(write), says, None)
            .check("check-is-protected", so);
        draft.line = Some(line.clone());
        draft.effective = Some(Phrase::new("effective-lifted").with("until", self.after(minutes)));
        Ok(draft)
    }

    /// Whether a line may be ended, by its protection.
    pub(super) async fn protection(&self, line: &Msisdn) -> CheckState {
        match self.protected(line).await {
            Err(PlanRefused::Blocked(why)) => CheckState::Failed(why),
            Err(_) => CheckState::Failed("check-protection-unread".into()),
            Ok(Some(None)) => CheckState::Failed("check-protected-lift".into()),
            Ok(Some(Some(until))) => CheckState::Warns(Phrase::new("check-lifted").with("until", until)),
            Ok(None) => CheckState::Passed,
        }
    }

    /// Whether a line is protected, and until when that rests.
    async fn protected(&self, line: &Msisdn) -> Result<Option<Option<jiff::Timestamp>>, PlanRefused> {
        let journal = match &self.backend.engine {
            Ok(engine) => &engine.journal,
            Err(why) => return Err(PlanRefused::Blocked(why.clone())),
        };
        let found = journal.protection(line.digits().to_owned()).await;
        let found = found.map_err(|why| PlanRefused::Blocked(Phrase::as_it_is(why.to_string())))?;
        Ok(match found {
            Some(protection) => Some(protection.lifted_until),
            None => self.office.sim.protect_all.then_some(None),
        })
    }
}

fn to_suspend(line: &Line) -> CheckState {
    match line.state {
        LineState::Active => CheckState::Passed,
        LineState::Suspended => CheckState::Warns("check-suspended-already".into()),
        _ => CheckState::Warns("check-line-not-active".into()),
    }
}
