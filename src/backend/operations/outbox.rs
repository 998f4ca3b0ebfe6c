//! What waits in the outbox: edited there, or read again, looked at and sent. The operation stays the one it was, so whatever
//! dies in between, it is sent once or waits on.

use tokio::sync::mpsc::Sender;

use super::engine::{Engine, Refused, confirmed};
use super::plan;
use super::view::{Known, Now};
use crate::backend::Backend;
use crate::domain::operation::{Actor, Confirm, Entry, Fact, Next, OperationId, Outbox, Plan};
use crate::flow::effect::AuditAct;
use crate::flow::msg::Msg;

/// Whether the next may be sent after one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum On {
    Go,
    Stop,
}

impl Backend {
    /// Gives what waits in the outbox the plans that a person saw, and carries them out in their order. Those that still cannot
    /// be read for wait on as they are planned now. Behind one that waits on because nothing could be sent, nothing is tried.
    pub(super) async fn send_kept(
        &self,
        engine: &Engine,
        plans: Vec<Plan>,
        actor: &Actor,
        messages: &Sender<Msg>,
    ) -> Result<(), Refused> {
        let mut plans = plans.into_iter();
        while let Some(plan) = plans.next() {
            let sent = plan.clone();
            if Box::pin(self.send_one(engine, plan, actor, messages)).await? == On::Stop {
                return Ok(());
            }
            let next: Vec<OperationId> = plans.as_slice().iter().map(|plan| plan.id).collect();
            Box::pin(self.know_own_write(engine, &sent, &next, messages)).await?;
        }
        Ok(())
    }

    /// What was sent changed its record, also for what waits behind it. Where that knew the record as it was before, it knows it
    /// as it is now: what this site wrote itself is no change by somebody else. What is sent `next` was seen already.
    async fn know_own_write(
        &self,
        engine: &Engine,
        sent: &Plan,
        next: &[OperationId],
        messages: &Sender<Msg>,
    ) -> Result<(), Refused> {
        let over = |known: &Known| matches!(known.now(&engine.rules, (self.now.0)()), Now::Next(Next::Over(_)));
        if !over(&engine.known(sent.id).await?) {
            return Ok(());
        }
        for found in engine.journal.open_operations().await? {
            let known = engine.known_of(found).await?;
            let Some(kept) = known.kept().filter(|kept| !next.contains(&kept.id) && knew(kept, sent)) else { continue };
            let Some(lease) = engine.journal.lease(kept.id).await? else { continue };
            let Ok(now) = plan::kept(self, kept.id, None).await else { continue };
            let known = engine.known(kept.id).await?;
            if now.about != sent.about || now.waits() || known.kept().as_ref() != Some(&kept) {
                continue;
            }
            let (facts, read_at, actor) = (now.facts, now.read_at, known.actor.clone());
            let outbox = kept.outbox.map(|it| Box::new(Outbox { then: facts, known_at: Some(read_at), ..*it }));
            let mut run = self.run(engine, known, lease, messages);
            run.record(0, Entry::Planned(actor, Box::new(Plan { outbox, ..kept }))).await?;
            self.show(engine, &run.known, messages).await?;
        }
        Ok(())
    }

    async fn send_one(
        &self,
        engine: &Engine,
        plan: Plan,
        actor: &Actor,
        messages: &Sender<Msg>,
    ) -> Result<On, Refused> {
        let id: OperationId = plan.id;
        let lease = engine.journal.lease(id).await?.ok_or("operation-elsewhere")?;
        let known = engine.known(id).await?;
        if known.now(&engine.rules, (self.now.0)()) != Now::Kept {
            // Sent, edited or dropped at another desk.
            self.show(engine, &known, messages).await?;
            return Err("outbox-not-there".into());
        }
        if plan.change.who != known.plan.change.who || plan.second || plan.confirm != Confirm::Key {
            return Err("operation-not-now".into());
        }
        // Whether it may be carried out is checked as for any plan.
        confirmed(engine, &plan, &Actor { caller: known.actor.caller, ..actor.clone() })?;
        let waits = plan.waits();
        let said = format!("{} {} it", actor.name, if waits { "edited" } else { "sent" });
        if !engine.audit((self.now.0)(), AuditAct::Outcome, &known, Some(0), &said).await {
            return Err("operation-no-audit".into());
        }
        let mut run = self.run(engine, known, lease, messages);
        run.record(0, Entry::Planned(actor.clone(), Box::new(plan))).await?;
        self.finish(engine, run).await?;
        let stands = engine.known(id).await?.now(&engine.rules, (self.now.0)());
        Ok(if stands == Now::Kept && !waits { On::Stop } else { On::Go })
    }
}

/// Whether what waits knew the record of what was sent as that found it.
fn knew(kept: &Plan, sent: &Plan) -> bool {
    let then: &[Fact] = kept.outbox.as_ref().map(|outbox| &outbox.then[..]).unwrap_or_default();
    kept.change.who.key == sent.change.who.key && !then.is_empty() && then.iter().all(|it| sent.facts.contains(it))
}
