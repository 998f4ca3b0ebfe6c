//! What waits in the outbox: edited there, or read again, looked at and sent. The operation stays the one it was, so whatever
//! dies in between, it is sent once or waits on.

use tokio::sync::mpsc::Sender;

use super::engine::{Engine, Refused, confirmed};
use super::run::Run;
use super::view::Now;
use crate::backend::Backend;
use crate::domain::operation::{Actor, Confirm, Entry, OperationId, Plan};
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
        for plan in plans {
            if Box::pin(self.send_one(engine, plan, actor, messages)).await? == On::Stop {
                return Ok(());
            }
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
        let mut run = Run { backend: self, engine, messages, known, lease };
        run.record(0, Entry::Planned(actor.clone(), Box::new(plan))).await?;
        self.finish(engine, run).await?;
        let stands = engine.known(id).await?.now(&engine.rules, (self.now.0)());
        Ok(if stands == Now::Kept && !waits { On::Stop } else { On::Go })
    }
}
