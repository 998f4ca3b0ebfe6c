//! The end of a line, in three systems: Salesforce says that it is coming, Freebit makes it so, WHMCS stops billing.

use jiff::civil::Date;
use serde_json::{Value, json};

use crate::backend::salesforce::Whose;
use crate::backend::salesforce::convert;
use crate::backend::salesforce::names::standard as s;
use crate::domain::agreement::opportunity_of;
use crate::domain::billing::Subscription;
use crate::domain::change::Harm;
use crate::domain::effective::EffectiveDate;
use crate::domain::line::{Line, LineState, Operation};
use crate::domain::operation::{CheckState, Difference};
use crate::domain::order::Opportunity;
use crate::domain::phone::Msisdn;
use crate::domain::phrase::Phrase;
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::service::{Cycle, period_with};
use crate::domain::text::Text;
use crate::domain::time;
use crate::domain::words::Said;
use crate::domain::write::salesforce::{Content, Set};
use crate::domain::write::{Id, Write, freebit, salesforce, whmcs};
use crate::flow::fault::Fault;
use crate::flow::operation::PlanRefused;

use super::super::{Draft, Planner};
use super::{about, line_free, services_of};

/// An opportunity's object.
const OPPORTUNITY: &str = "Opportunity";

impl Planner<'_> {
    pub(super) async fn sim_cancel(
        &self,
        line: &Msisdn,
        on: EffectiveDate,
        reason: &Text,
    ) -> Result<Draft, PlanRefused> {
        let client = self.client()?;
        let backend = self.backend;
        let (found, services, opportunities) = futures_util::join!(
            backend.freebit.detail(line, self.now),
            backend.whmcs.subscriptions(client),
            self.opportunities(),
        );
        let (found, services, opportunities) = (found?, services?, opportunities?);
        let of_line: Vec<&Subscription> = services_of(line, &services.rows).collect();
        // Of several, a person says which: ending the wrong one leaves the line's own billed on.
        let service = if let [one] = of_line.as_slice() { Some(*one) } else { None };
        let opportunity = service.and_then(|service| opportunity_of(service, &opportunities));
        let requested = backend.whmcs.cancel_requests(&services).await?;
        let billed = match of_line.as_slice() {
            [] => CheckState::Warns("check-no-service".into()),
            [service] if requested.rows.iter().any(|it| it.service == service.id) => {
                CheckState::Warns("check-cancel-requested".into())
            }
            [_] => CheckState::Passed,
            several => CheckState::Failed(Phrase::new("check-services-several").with("services", named(several))),
        };
        let sold = match opportunity {
            None => CheckState::Warns("check-no-opportunity".into()),
            Some(_) => CheckState::Passed,
        };
        let mut draft = Draft::new(Phrase::new("plan-sim-cancel").with("line", line.clone()), about(line));
        if let Some(opportunity) = opportunity {
            let names = &self.backend.salesforce.names;
            let fields = (names.opportunity_sim_cancels.as_str(), names.opportunity_sim_notice.as_str());
            let (write, undo) = self.cancelling(opportunity, on.day(self.now), fields).await?;
            let stage = self.office.sim.cancelling_stage.as_str();
            draft.differences.push(Difference {
                what: "field-stage".into(),
                from: Phrase::as_it_is(&opportunity.stage),
                to: Phrase::as_it_is(stage),
            });
            draft = draft.step(write, Phrase::new("step-cancelling").with("stage", stage), Some(undo));
        }
        draft = draft
            .step(
                Write::Freebit(freebit::Write::EndLine { line: line.clone(), on }),
                Phrase::new("step-end-line").with("line", line.clone()).with("when", on.ends()),
                None,
            )
            .no_return();
        if let Some(service) = service
            && billed == CheckState::Passed
        {
            draft = self.stop_billing(draft, service, (line, on), reason)?;
        }
        draft =
            draft.step(self.look_again(line, on), Phrase::new("step-look-again").with("day", on.day(self.now)), None);
        draft = draft
            .check("check-line-to-end", may_end(&found))
            .check("check-line-free", line_free(&found))
            .check("check-end-day", self.day_for_end(on))
            .check("check-protection", self.protection(line).await)
            .check("check-service", billed)
            .check("check-opportunity", sold);
        draft.effective = Some(on.ends());
        draft.line = Some(line.clone());
        draft.warnings.push("warning-number-lost".into());
        draft.warnings.push("warning-port-out".into());
        draft.warnings.push("warning-no-way-back".into());
        if on == EffectiveDate::Now {
            draft.harm = Some(Harm::Irreversible);
        }
        Ok(draft)
    }

    /// The customer's opportunities; none where no Salesforce account is known.
    pub(in crate::backend::operations::plan) async fn opportunities(&self) -> Result<Vec<Opportunity>, Fault> {
        let Some(account) = self.change.who.key.account else { return Ok(Vec::new()) };
        let salesforce = &self.backend.salesforce;
        let rows = salesforce.customer(&Whose::Account(account)).await?.opportunities?;
        let listing =
            convert::listing(&rows, &s::ACCOUNT_ID, &account, |row| convert::opportunity(row, &salesforce.names));
        Ok(listing.rows)
    }

    /// The opportunity says in these fields when the service ends and that the customer gave notice; and the same backwards.
    pub(in crate::backend::operations::plan) async fn cancelling(
        &self,
        opportunity: &Opportunity,
        last: Date,
        (day, notice): (&str, &str),
    ) -> Result<(Write, Write), Fault> {
        let stage = s::STAGE;
        let stage = stage.as_str();
        let id = opportunity.id.as_str();
        let now = self.backend.salesforce.record(OPPORTUNITY, id, &[stage, day, notice]).await?;
        let rules = &self.office.sim;
        // Salesforce holds a moment: the last second of the day in Japan.
        let end = time::from_jst(last.at(23, 59, 59, 0));
        let end = json!(end.map(|at| at.to_string()).unwrap_or_default());
        let to = [
            (stage, json!(rules.cancelling_stage)),
            (day, end),
            (notice, json!(self.office.words.notice.received.word())),
        ];
        let was = |field: &str| now.get(field).cloned().unwrap_or(Value::Null);
        let set = |field: &str, from: Value, to: Value| Set { field: field.to_owned(), from, to: Content::Value(to) };
        let forth = to.iter().map(|(field, value)| set(field, was(field), value.clone())).collect();
        let back = to.iter().map(|(field, value)| set(field, value.clone(), was(field))).collect();
        let update = |fields: Vec<Set>, stamp: Option<String>| {
            let (object, id) = (OPPORTUNITY.to_owned(), Id::Known(id.to_owned()));
            Write::Salesforce(salesforce::Write::Update { object, id, fields, stamp })
        };
        let stamp = now.get("SystemModstamp").and_then(Value::as_str).map(str::to_owned);
        Ok((update(forth, stamp), update(back, None)))
    }

    /// Billing ends with the period that the line ends in, and WHMCS can be asked for the end of the present one alone.
    /// Where the line lives longer, somebody asks when its last period has begun.
    fn stop_billing(
        &self,
        mut draft: Draft,
        service: &Subscription,
        (line, on): (&Msisdn, EffectiveDate),
        reason: &Text,
    ) -> Result<Draft, PlanRefused> {
        let says = |key| {
            Phrase::new(key).with("product", service.name.clone()).with("service", service.id.to_string().as_str())
        };
        let ask = |ends| -> Result<Write, PlanRefused> {
            let (client, service, reason) = (self.client()?, service.id, reason.clone());
            Ok(Write::Whmcs(whmcs::Write::CancelService { client, service, ends, reason }))
        };
        let end = match on {
            EffectiveDate::Now => {
                return Ok(draft.step(ask(whmcs::Ends::AtOnce)?, says("step-stop-billing-now"), None));
            }
            EffectiveDate::On(end) => end,
        };
        let Some(due) = service.next_due.filter(|due| *due <= end) else {
            return Ok(draft.step(ask(whmcs::Ends::WithPeriod)?, says("step-stop-billing"), None));
        };
        let last = period_with(end, due, Cycle::read(&service.cycle)).max(time::today(self.now));
        draft.warnings.push(says("warning-billed-until-end").with("due", due));
        Ok(draft.step(
            self.ask_later(line, service, (last, end)),
            says("step-stop-billing-later").with("day", last),
            None,
        ))
    }

    /// A task for the last period's first day: somebody asks WHMCS for its end.
    fn ask_later(&self, line: &Msisdn, service: &Subscription, (day, end): (Date, Date)) -> Write {
        let subject = format!(
            "Ask WHMCS to end service {} ({}) with its billing period, once it is next due after {end}: {} ends then",
            service.id,
            service.name,
            line.digits(),
        );
        let priority = &self.office.words.task_priority.normal;
        self.task_of_desk("billing_task", &subject, day, priority, self.change.who.key.account.map(known))
    }

    /// A task for the day after: somebody looks whether all three are closed.
    fn look_again(&self, line: &Msisdn, on: EffectiveDate) -> Write {
        let day = on.day(self.now).tomorrow().unwrap_or(Date::MAX);
        let subject = format!("Check that {} has ended in Freebit, WHMCS and Salesforce", line.digits());
        let priority = &self.office.words.task_priority.normal;
        self.task_of_desk("task", &subject, day, priority, self.change.who.key.account.map(known))
    }

    /// A line ends with a month, and that has to be asked for by the cut-off day.
    fn day_for_end(&self, on: EffectiveDate) -> CheckState {
        match self.office.sim.cut_off().too_late(on, self.now) {
            _ if on == EffectiveDate::Now => CheckState::Warns("check-end-now".into()),
            Some(why) => CheckState::Failed(why),
            None => CheckState::Passed,
        }
    }

    /// A task in Salesforce. Its id is learned under `fact`.
    pub(in crate::backend::operations::plan) fn task_of_desk(
        &self,
        fact: &str,
        subject: &str,
        day: Date,
        priority: &Said,
        about: Option<Id>,
    ) -> Write {
        let mut fields = vec![
            ("Subject".to_owned(), Content::from(subject)),
            ("ActivityDate".to_owned(), Content::from(time::iso(day).as_str())),
            ("Priority".to_owned(), Content::from(priority.word())),
            ("Status".to_owned(), Content::from(self.office.words.task_status.not_started.word())),
        ];
        match about {
            Some(Id::Known(id)) => fields.push(("WhatId".to_owned(), Content::from(id.as_str()))),
            Some(Id::Fact(name)) => fields.push(("WhatId".to_owned(), Content::Fact(name))),
            None => {}
        }
        Write::Salesforce(salesforce::Write::Create {
            object: "Task".to_owned(),
            fields,
            fact: fact.to_owned(),
            unchanged: None,
        })
    }
}

fn known(account: SalesforceId) -> Id {
    Id::Known(account.as_str().to_owned())
}

/// Services by their names and ids, for a sentence.
fn named(services: &[&Subscription]) -> Text {
    let names: Vec<String> = services.iter().map(|it| format!("{} ({})", it.name, it.id)).collect();
    Text::line(&names.join(", "))
}

/// It is in service or suspended, and its end is not planned.
fn may_end(line: &Line) -> CheckState {
    match (&line.state, &line.planned) {
        (LineState::Ended, _) => CheckState::Failed("check-line-ended".into()),
        (_, Some(planned)) if planned.what == Operation::Cancellation => CheckState::Failed(
            planned.on.map_or_else(|| Phrase::new("line-ends"), |day| Phrase::new("line-ends-on").with("day", day)),
        ),
        (LineState::Active | LineState::Suspended, Some(_)) => CheckState::Failed("check-plan-in-the-way".into()),
        (LineState::Active | LineState::Suspended, None) => CheckState::Passed,
        _ => CheckState::Failed("check-line-not-active".into()),
    }
}
