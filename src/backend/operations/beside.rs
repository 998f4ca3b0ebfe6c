//! Operations beside each other: what is not begun while another is on its way, and what settles another in its place.

use serde_json::Value;
use tokio::sync::mpsc;

use super::engine::{Engine, Refused};
use super::view::Now;
use crate::backend::Backend;
use crate::backend::journal::{AWAITS_SECOND, Operation};
use crate::domain::change::sim::Sim;
use crate::domain::change::{Change, What};
use crate::domain::operation::{Decision, Ending, Entry, Next, OperationId, Plan};
use crate::domain::phone::Msisdn;
use crate::domain::phrase::Phrase;
use crate::domain::text::Text;
use crate::flow::effect::AuditAct;

/// Whether an operation of the journal and a change shut each other out.
pub fn shuts_out(change: &Change, other: &Value) -> bool {
    serde_json::from_value::<Change>(other.clone()).is_ok_and(|other| change.shuts_out(&other))
}

/// Why a change is not begun now: this other one.
pub fn busy(other: &Operation) -> Refused {
    let plan: Result<Plan, _> = serde_json::from_value(other.confirmed.plan.clone());
    Refused(match plan {
        Ok(plan) => Phrase::new("line-has-ours").with("what", plan.title),
        Err(_) => "operation-elsewhere".into(),
    })
}

impl Engine {
    /// An open operation that shuts this one out. One that waits for its second person does not.
    pub(super) async fn shut_out_by(&self, id: OperationId, change: &Change) -> Result<Option<Operation>, Refused> {
        let mut open = self.journal.open_operations().await?.into_iter();
        Ok(open.find(|it| {
            let sent = it.standing.state != AWAITS_SECOND;
            sent && it.confirmed.id != id && shuts_out(change, &it.confirmed.change)
        }))
    }

    /// Whether something else is being done, or asked for, in the place of what this operation promised.
    pub(super) async fn has_instead(&self, id: OperationId) -> Result<bool, Refused> {
        let instead = |it: &Operation| {
            let change: Result<Change, _> = serde_json::from_value(it.confirmed.change.clone());
            change.is_ok_and(|change| change.instead_of() == Some(id))
        };
        Ok(self.journal.open_operations().await?.iter().any(instead))
    }
}

impl Backend {
    /// Whether something else may be done in the place of what an operation promised: the customer paid, nothing came, and
    /// reading proved that nothing will.
    ///
    /// # Errors
    /// Why not.
    pub(super) async fn sets_aside(&self, operation: OperationId) -> Result<(), Phrase> {
        let engine = self.engine().map_err(|Refused(why)| why)?;
        let stuck = async {
            // In nobody's hands: who drives it on at this moment may be delivering.
            let Some(_lease) = engine.journal.lease(operation).await? else { return Err("operation-elsewhere".into()) };
            let known = engine.known(operation).await?;
            let asks = matches!(known.now(&engine.rules, (self.now.0)()), Now::Stale(_) | Now::Next(Next::Ask { .. }));
            Ok(asks && known.progress().paid_not_delivered())
        };
        match stuck.await {
            Ok(true) => Ok(()),
            Ok(false) => Err("instead-is-over".into()),
            Err(Refused(why)) => Err(why),
        }
    }

    /// An open operation that is to add data to this line: what was paid for it comes with it, or is given back there.
    pub(super) async fn tops_up(&self, line: &Msisdn) -> Result<bool, Refused> {
        let adds = |it: &Operation| {
            let change: Result<Change, _> = serde_json::from_value(it.confirmed.change.clone());
            change.is_ok_and(|it| matches!(&it.what, What::Sim(Sim::TopUp { line: other, .. }) if other == line))
        };
        Ok(self.engine()?.journal.open_operations().await?.iter().any(adds))
    }

    /// Whether an operation is over.
    pub(super) async fn is_over(&self, operation: OperationId) -> Result<bool, Refused> {
        let known = self.engine()?.known(operation).await?;
        Ok(matches!(known.progress().next(), Next::Over(_)))
    }

    /// Closes an operation because another one, `by`, did something else in its place.
    pub(super) async fn settle(&self, operation: OperationId, by: OperationId, reason: &Text) -> Result<(), Refused> {
        let engine = self.engine()?;
        let lease = engine.journal.lease(operation).await?.ok_or("operation-elsewhere")?;
        let (known, actor) = (engine.known(operation).await?, engine.known(by).await?.actor);
        let step = known.progress().at();
        let said = format!("{} decided: close, {reason} ({by})", actor.name);
        if !engine.audit((self.now.0)(), AuditAct::Outcome, &known, Some(step), &said).await {
            return Err("operation-no-audit".into());
        }
        // How it stands afterwards is told by who drives the other one.
        let (messages, _) = mpsc::channel(1);
        let mut run = self.run(engine, known, lease, &messages);
        run.record(step, Entry::Decided(actor, Decision::Close(reason.clone()))).await?;
        run.record(step, Entry::Finished(Ending::Closed)).await
    }
}
