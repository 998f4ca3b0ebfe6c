//! Plans: what a change will do, found out by reading.

mod billing;
mod customer;
mod order;
mod outbox;
mod service;
mod sim;
mod support;

use jiff::Timestamp;

use crate::backend::{Backend, journal};
use crate::domain::change::{self, Change, Harm, Offline, What};
use crate::domain::customer::ClientId;
use crate::domain::links::client_in_link;
use crate::domain::money::Yen;
use crate::domain::office::Office;
use crate::domain::operation::{Check, CheckState, Confirm, Difference, Fact, OperationId, Plan, Step, Typed};
use crate::domain::phone::Msisdn;
use crate::domain::phrase::Phrase;
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::text::Text;
use crate::domain::write::Write;
use crate::flow::operation::PlanRefused;

use super::engine::Refused;

/// Reads what a change needs to know and says what it will do. Nothing is written. A change that may wait and cannot be read
/// for is planned of what is remembered, to be kept in the outbox.
///
/// # Errors
/// Why there is no plan. A plan whose checks failed is a plan: the screen shows what stands against it.
pub async fn plan(backend: &Backend, change: Change) -> Result<Plan, PlanRefused> {
    Box::pin(planned(backend, change, Purpose::Ask)).await
}

/// The same for what waits in the outbox, as it was written or as it was edited: with what the records say now beside what
/// was known then.
///
/// # Errors
/// As [`plan`] does; or it does not wait any more.
pub async fn kept(backend: &Backend, id: OperationId, edited: Option<Change>) -> Result<Plan, PlanRefused> {
    let blocked = |Refused(why): Refused| PlanRefused::Blocked(why);
    let known = backend.engine().map_err(blocked)?.known(id).await.map_err(blocked)?;
    let Some(kept) = known.kept() else { return Err(PlanRefused::Blocked("operation-not-now".into())) };
    let change = edited.unwrap_or_else(|| kept.change.clone());
    let plan = Box::pin(planned(backend, change, Purpose::Compare)).await?;
    Ok(kept.anew(plan))
}

/// What a plan is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// To be carried out at once: what cannot be read for may be kept.
    Ask,
    /// To be compared with what was known when it was written.
    Compare,
    /// To be carried out at once or not at all.
    Now,
}

async fn planned(backend: &Backend, change: Change, purpose: Purpose) -> Result<Plan, PlanRefused> {
    let now = (backend.now.0)();
    let planner = Planner { backend, office: &backend.office, change: &change, now, purpose };
    let read = match &change.what {
        What::Service(service) => Box::pin(planner.service(service)).await,
        What::Billing(billing) => Box::pin(planner.billing(billing)).await,
        What::Customer(customer) => Box::pin(planner.customer(customer)).await,
        What::Order(order) => Box::pin(planner.change_order(order)).await,
        What::Sim(sim) => planner.sim(sim).await,
        What::Support(support) => Box::pin(planner.support(support)).await,
    };
    let id = journal::new_id(now).map_err(|why| PlanRefused::Blocked(Phrase::as_it_is(why.to_string())))?;
    let fault = match read {
        Ok(draft) => return Ok(draft.finish(id, change, now)),
        Err(PlanRefused::Fault(fault)) if fault.shuts_out() && purpose != Purpose::Now => fault,
        Err(why) => return Err(why),
    };
    let waits = change.what.offline() == Offline::Waits;
    let Some(remembered) = waits.then(|| planner.remembered()).flatten() else { return Err(PlanRefused::Fault(fault)) };
    Ok(remembered.finish(&fault, id, change, now))
}

/// The same for a row of a list, which may not tell whose it is in the words that people and the audit log use.
///
/// # Errors
/// As [`plan`] does.
pub async fn row(backend: &Backend, mut change: Change) -> Result<Plan, PlanRefused> {
    let who = &mut change.who;
    if who.number.is_empty()
        && let Some(account) = who.key.account
    {
        let names = &backend.salesforce.names;
        let fields = [names.account_number.as_str(), names.account_whmcs.as_str()];
        let row = backend.salesforce.record("Account", account.as_str(), &fields).await?;
        let text = |field: &str| row.get(field).and_then(serde_json::Value::as_str).unwrap_or_default();
        who.number = Text::line(text(fields[0]));
        who.key.client = who.key.client.or_else(|| client_in_link(text(fields[1])));
    }
    if let (true, Some(client)) = (who.number.is_empty(), who.key.client) {
        who.number = Text::line(&client.to_string());
    }
    if who.number.is_empty() {
        return Err(PlanRefused::Blocked("bulk-nobody".into()));
    }
    self::now(backend, change).await
}

/// The same, never to be kept.
///
/// # Errors
/// As [`plan`] does.
pub async fn now(backend: &Backend, change: Change) -> Result<Plan, PlanRefused> {
    Box::pin(planned(backend, change, Purpose::Now)).await
}

/// What a plan is made with.
struct Planner<'a> {
    backend: &'a Backend,
    office: &'a Office,
    change: &'a Change,
    now: Timestamp,
    purpose: Purpose,
}

impl Planner<'_> {
    /// The customer's Salesforce account.
    fn account(&self) -> Result<SalesforceId, PlanRefused> {
        self.change.who.key.account.ok_or_else(|| PlanRefused::Blocked("plan-no-account".into()))
    }

    /// Another change of the same customer.
    fn also(&self, what: What) -> Change {
        Change { who: self.change.who.clone(), what }
    }

    /// The customer's WHMCS client.
    fn client(&self) -> Result<ClientId, PlanRefused> {
        self.change.who.key.client.ok_or_else(|| PlanRefused::Blocked("plan-no-client".into()))
    }
}

/// A plan being made.
#[derive(Debug)]
struct Draft {
    title: Phrase,
    about: Phrase,
    steps: Vec<Step>,
    checks: Vec<Check>,
    price: Option<Yen>,
    effective: Option<Phrase>,
    differences: Vec<Difference>,
    warnings: Vec<Phrase>,
    line: Option<Msisdn>,
    deadline: Option<Timestamp>,
    inverse: Option<Change>,
    instead: Vec<Change>,
    /// What it can do, where that is worse than its verb usually is.
    harm: Option<Harm>,
    facts: Vec<Fact>,
}

impl Draft {
    fn new(title: Phrase, about: Phrase) -> Self {
        Self {
            title,
            about,
            steps: Vec::new(),
            checks: Vec::new(),
            price: None,
            effective: None,
            differences: Vec::new(),
            warnings: Vec::new(),
            line: None,
            deadline: None,
            inverse: None,
            instead: Vec::new(),
            harm: None,
            facts: Vec::new(),
        }
    }

    /// The next write. Until one is a point of no return, `undo` takes it back when a later one fails.
    fn step(mut self, write: Write, says: Phrase, undo: Option<Write>) -> Self {
        self.steps.push(Step { write, says, undo, no_return: false, first: false });
        self
    }

    /// The last write is the point of no return: behind it, the change can only go on.
    fn no_return(mut self) -> Self {
        if let Some(last) = self.steps.last_mut() {
            last.no_return = true;
        }
        self
    }

    /// Who takes the last write has the change: it is never two people's.
    fn first(mut self) -> Self {
        if let Some(last) = self.steps.last_mut() {
            last.first = true;
        }
        self
    }

    /// Something that was looked at, and how it stands.
    fn check(mut self, what: impl Into<Phrase>, state: CheckState) -> Self {
        self.checks.push(Check { what: what.into(), state });
        self
    }

    /// Whether something stands against it.
    fn is_stopped(&self) -> bool {
        self.checks.iter().any(|check| matches!(check.state, CheckState::Failed(_)))
    }

    /// The whole plan. How it is confirmed follows from the verb's harm: an amount, a line's last four digits, a word.
    fn finish(self, id: OperationId, change: Change, now: Timestamp) -> Plan {
        let verb = change.what.verb();
        let usual = change::spec(verb).map_or(Harm::Irreversible, |spec| spec.harm);
        let harm = self.harm.unwrap_or(usual);
        // What something stands against is never begun, so nothing of it can be settled by what is done instead.
        let stopped = self.is_stopped();
        let word = || Confirm::Typed(Typed::Word(verb.to_owned()));
        let confirm = match (harm, self.price, &self.line) {
            (Harm::Harmless, ..) => Confirm::Key,
            (Harm::Money, Some(price), _) => Confirm::Typed(Typed::Amount(price)),
            (Harm::Moving, _, Some(line)) => {
                let digits = line.digits();
                Confirm::Typed(Typed::LastFour(digits[digits.len() - 4..].to_owned()))
            }
            (Harm::Money | Harm::Moving | Harm::Irreversible, ..) => word(),
        };
        Plan {
            id,
            change,
            title: self.title,
            about: self.about,
            steps: self.steps,
            checks: self.checks,
            price: self.price,
            effective: self.effective,
            differences: self.differences,
            warnings: self.warnings,
            confirm,
            second: harm == Harm::Irreversible,
            deadline: self.deadline,
            inverse: self.inverse.map(Box::new),
            instead: self.instead.into_iter().map(|it| if stopped { it } else { it.settling(id) }).collect(),
            read_at: now,
            bulk: None,
            facts: self.facts,
            outbox: None,
            typing: None,
        }
    }
}
