//! What a person does about what happens elsewhere: kept for every desk of the machine, then shown.

use jiff::Timestamp;
use tokio::sync::mpsc::Sender;

use crate::backend::Backend;
use crate::backend::journal::Journal;
use crate::backend::operations::{Engine, Refused};
use crate::domain::notification::{Incident, NotificationKey, Standing};
use crate::domain::operation::Actor;
use crate::domain::system::System;
use crate::flow::effect::AuditAct;
use crate::flow::live::Tend;
use crate::flow::msg::Msg;

impl Backend {
    /// Does it, and tells how everything stands then.
    pub(in crate::backend) async fn tend(
        &self,
        engine: &Engine,
        (tend, actor): (Tend, &Actor),
        messages: &Sender<Msg>,
    ) -> Result<(), Refused> {
        let (journal, now) = (engine.journal(), (self.now.0)());
        if matches!(tend, Tend::Hold(..) | Tend::Incident(_)) {
            engine.leads(actor)?;
            // What every desk will see is on the record first, with who wanted it.
            let (act, about) = recorded(&tend);
            engine.audit_for_all(now, act, actor, about).await?;
        }
        match tend {
            Tend::Done(key) => stand(journal, key, Standing::Done(now), now).await?,
            Tend::Snooze(key, until) => stand(journal, key, Standing::Snoozed(until), now).await?,
            Tend::Again(key) => stand(journal, key, Standing::New, now).await?,
            Tend::Mute(rule) => {
                if rule.kind.is_none() && rule.customer.is_none() {
                    return Err("tend-mutes-nothing".into());
                }
                journal.mute(rule, true).await?;
            }
            Tend::Unmute(rule) => journal.mute(rule, false).await?,
            Tend::Incident(incident) => journal.incident(incident).await?,
            Tend::Hold(system, true) => journal.hold(system, Some(actor.name.to_string())).await?,
            Tend::Hold(system, false) => {
                journal.hold(system, None).await?;
                engine.look_anew();
            }
        }
        self.tell_news(journal, messages).await?;
        self.notify.nudge.notify_one();
        Ok(())
    }
}

/// What the audit log says of it.
fn recorded(tend: &Tend) -> (AuditAct, (Option<System>, String)) {
    match tend {
        Tend::Hold(system, true) => (AuditAct::Hold, (Some(*system), String::new())),
        Tend::Hold(system, false) => (AuditAct::LetGo, (Some(*system), String::new())),
        Tend::Incident(Some(Incident { what, tell, .. })) => {
            (AuditAct::Incident, (None, format!("{what}; callers are told: {tell}")))
        }
        _ => (AuditAct::IncidentOver, (None, String::new())),
    }
}

async fn stand(journal: &Journal, key: NotificationKey, standing: Standing, now: Timestamp) -> Result<(), Refused> {
    let Some(kept) = journal.notification(key.clone()).await? else { return Err("tend-unknown".into()) };
    if kept.notification.kind.stays() && standing != Standing::New {
        return Err("tend-stays".into());
    }
    if matches!(standing, Standing::Snoozed(until) if until <= now) {
        return Err("tend-past".into());
    }
    journal.stand(key, standing).await?;
    Ok(())
}
