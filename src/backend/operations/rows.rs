//! One change for many rows: kept in the journal all together, begun one after the other, each an operation of its own.
//!
//! A row that was not begun is told apart by having no entries. Only a person has such a row begun: at their word, or when
//! they go on after a stop, a crash, or a system that was down.

use jiff::SignedDuration;
use tokio::sync::mpsc::Sender;

use super::engine::{Engine, Refused, confirmed, locked};
use super::plan;
use super::view::{CANNOT_READ, Known, Now};
use crate::backend::Backend;
use crate::backend::journal::Standing;
use crate::domain::bulk::Bulk;
use crate::domain::change;
use crate::domain::operation::{Actor, Confirm, Decision, Entry, OperationId, Plan};
use crate::domain::phrase::Phrase;
use crate::flow::effect::AuditAct;
use crate::flow::msg::Msg;
use crate::flow::operation::PlanRefused;

/// A row whose plan is older is read again before it is begun.
const FRESH: SignedDuration = SignedDuration::from_mins(2);

/// Whether the next row may be begun after one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum On {
    Go,
    Stop,
}

impl Backend {
    /// Keeps the confirmed plans of many rows, all of them or none, and begins one after the other.
    pub(super) async fn begin_rows(
        &self,
        engine: &Engine,
        plans: Vec<Plan>,
        actor: &Actor,
        messages: &Sender<Msg>,
    ) -> Result<(), Refused> {
        let of = plans.len();
        let Some(id) = plans.first().map(|plan| plan.id) else { return Ok(()) };
        engine.rules.access.bulk.allows(of, actor.role).map_err(Refused)?;
        let mut rows = Vec::with_capacity(of);
        for (at, plan) in (1..).zip(plans) {
            let many = change::spec(plan.change.what.verb()).is_some_and(|spec| spec.bulk);
            if !many || plan.second || plan.waits() || plan.confirm != Confirm::Key {
                return Err("bulk-one-by-one".into());
            }
            rows.push(confirmed(engine, &Plan { bulk: Some(Bulk { id, at, of }), ..plan }, actor)?);
        }
        engine.journal.insert_all(rows, Standing::open("queued")).await?;
        Box::pin(self.run_rows(engine, id, actor, messages)).await
    }

    /// Begins the rows that were not begun yet, until there is none, somebody stops it, or a system cannot be read.
    pub(super) async fn run_rows(
        &self,
        engine: &Engine,
        id: OperationId,
        actor: &Actor,
        messages: &Sender<Msg>,
    ) -> Result<(), Refused> {
        locked(&engine.stopped).remove(&id);
        let mut rows = Vec::new();
        for found in engine.journal.open_operations().await? {
            let known = engine.known_of(found).await?;
            let Some(bulk) = known.plan.bulk.filter(|bulk| bulk.id == id) else { continue };
            if known.now(&engine.rules, (self.now.0)()) == Now::Queued {
                rows.push((bulk.at, known));
            }
        }
        rows.sort_by_key(|(at, _)| *at);
        for (_, known) in &rows {
            engine.permits(known.plan.change.what.verb(), &Actor { caller: known.actor.caller, ..actor.clone() })?;
            self.show(engine, known, messages).await?;
        }
        for (_, known) in rows {
            let stopped = locked(&engine.stopped).remove(&id);
            if stopped || self.run_row(engine, known.plan.id, actor, messages).await? == On::Stop {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn run_row(
        &self,
        engine: &Engine,
        id: OperationId,
        actor: &Actor,
        messages: &Sender<Msg>,
    ) -> Result<On, Refused> {
        // Another desk may be at it, or have done it.
        let Some(lease) = engine.journal.lease(id).await? else { return Ok(On::Go) };
        let known = engine.known(id).await?;
        if known.now(&engine.rules, (self.now.0)()) != Now::Queued {
            return Ok(On::Go);
        }
        let against = match self.still_as_planned(&known).await {
            Ok(against) => against,
            Err(PlanRefused::Fault(fault)) => return Err(Refused(fault.phrase())),
            Err(PlanRefused::Blocked(why)) => Some(why),
            Err(PlanRefused::Wrong(wrong)) => wrong.into_iter().next().map(|wrong| wrong.why),
        };
        if known.actor.name != actor.name {
            let note = format!("{} went on with it", actor.name);
            if !engine.audit((self.now.0)(), AuditAct::Outcome, &known, Some(0), &note).await {
                return Err("operation-no-audit".into());
            }
        }
        let mut run = self.run(engine, known, lease, messages);
        run.record(0, Entry::Decided(actor.clone(), Decision::DriveOn)).await?;
        if let Some(why) = against {
            run.record(0, Entry::Refused(why)).await?;
        }
        self.finish(engine, run).await?;
        let known = engine.known(id).await?;
        let unread = known.pending().is_some_and(|(waits, _)| waits.key == CANNOT_READ);
        Ok(if unread { On::Stop } else { On::Go })
    }

    /// What stands against a row by now, where its plan is old. A record that somebody changed is noticed when it is sent.
    async fn still_as_planned(&self, known: &Known) -> Result<Option<Phrase>, PlanRefused> {
        if (self.now.0)().duration_since(known.plan.read_at) <= FRESH {
            return Ok(None);
        }
        let plan = Box::pin(plan::now(self, known.plan.change.clone())).await?;
        Ok(plan.blocked().cloned())
    }
}
