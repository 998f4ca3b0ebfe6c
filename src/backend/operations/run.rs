//! Drives one operation as far as it goes. What is about to be sent is on the disk before the first byte leaves, and what
//! came of it before anything else is done.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tokio::sync::mpsc::Sender;

use super::carry::{Carrier, Looked, Proof, Sent};
use super::engine::{Engine, Refused};
use super::view::{CANNOT_READ, HELD, IN_LINE, Known, NO_AUDIT, Now, READ_ONLY, SETTLING, kind};
use crate::backend::Backend;
use crate::backend::http::WRITE_LIMIT;
use crate::backend::journal::{Gate, Hands, Lease, Record};
use crate::domain::change::Offline;
use crate::domain::operation::{Entry, Next, StepState, TRIES, Written, facts, settles};
use crate::domain::phrase::Phrase;
use crate::domain::system::System;
use crate::domain::write::{Facts, Write};
use crate::flow::effect::AuditAct;
use crate::flow::fault::Fault;
use crate::flow::msg::Msg;

/// One operation in this desk's hands.
pub struct Run<'a> {
    pub backend: &'a Backend,
    pub engine: &'a Engine,
    pub messages: &'a Sender<Msg>,
    pub known: Known,
    /// Nobody else works on it as long as this lives.
    pub lease: Lease,
    /// Whether it is taken further than reading takes it.
    pub sends: bool,
}

/// Whether there is more to be done at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum On {
    Go,
    Stop,
}

impl Run<'_> {
    fn now(&self) -> Timestamp {
        (self.backend.now.0)()
    }

    /// Goes on until it is over, or waits for a system or a person.
    ///
    /// # Errors
    /// The journal cannot be written. Nothing is sent after that.
    pub async fn drive(&mut self) -> Result<(), Refused> {
        loop {
            self.tell(Hands::Ours).await;
            let on = match self.known.now(&self.engine.rules, self.now()) {
                Now::Awaits
                | Now::Queued
                | Now::Kept
                | Now::Stale(_)
                | Now::Next(Next::Ask { .. } | Next::Keep | Next::Over(_)) => On::Stop,
                Now::Next(Next::Send(step)) => self.send(step).await?,
                Now::Next(Next::Verify(step)) => self.verify(step).await?,
                Now::Next(Next::Undo(step)) => self.undo(step).await?,
                Now::Next(Next::VerifyUndo(step)) => self.verify_undo(step).await?,
                Now::Next(Next::Finish(ending)) => {
                    let at = self.known.progress().at();
                    self.write(at, Entry::Finished(ending)).await?;
                    self.backend.touch(&self.known.plan.change.who.key).await;
                    On::Go
                }
            };
            if on == On::Stop {
                self.backend.went_on();
                return Ok(());
            }
        }
    }

    /// Reads once more whether a step that had no effect has one by now.
    pub async fn look_again(&mut self) -> Result<(), Refused> {
        let Next::Ask { step, .. } = self.known.progress().next() else { return Ok(()) };
        if self.known.progress().step(step) == StepState::Absent
            && let Ok(Proof::Done(learned)) = self.prove(&self.known.plan.steps[step].write).await
        {
            self.write(step, Entry::Done(learned)).await?;
        }
        Ok(())
    }

    async fn send(&mut self, step: usize) -> Result<On, Refused> {
        let write = self.known.plan.steps[step].write.clone();
        // Whoever began it may have written. It waits for a desk that may.
        if !self.sends {
            return self.wait(step, READ_ONLY.into(), None).await;
        }
        if let Some(stop) = self.kept_back(step).await? {
            return Ok(stop);
        }
        match self.look(&write).await {
            Err(fault) => return self.unread(step, &fault).await,
            Ok(Looked::Already(_)) if self.known.plan.steps[step].first && !self.known.progress().was_sent(step) => {
                return self.write(step, Entry::Refused("operation-taken".into())).await;
            }
            Ok(Looked::Already(learned)) => return self.write(step, Entry::Done(learned)).await,
            // What was looked at in the outbox is looked at again there.
            Ok(Looked::Refused(why)) if self.known.plan.outbox.is_some() && self.known.progress().untouched() => {
                return self.write(step, Entry::Kept(why)).await;
            }
            Ok(Looked::Refused(why)) => return self.write(step, Entry::Refused(why)).await,
            Ok(Looked::Ready(before)) => {
                if !self.audit(AuditAct::Intent, step, "").await {
                    return self.wait(step, NO_AUDIT.into(), None).await;
                }
                self.write(step, Entry::Intent(before)).await?;
            }
        }
        let came = match self.out(&write).await {
            Sent::Answered(learned) => Entry::Answered(learned),
            Sent::Refused(why) => Entry::Refused(why),
            Sent::Stayed(why) => Entry::NotSent(why),
            Sent::Unanswered(why) => Entry::Unanswered(why),
        };
        let unsent = if let Entry::NotSent(why) = &came { Some(why.clone()) } else { None };
        self.write(step, came).await?;
        if let Some(why) = unsent {
            if self.known.progress().next() == Next::Send(step) {
                tokio::time::sleep(self.engine.rules.pause).await;
            } else if self.may_be_kept() {
                return self.write(step, Entry::Kept(why)).await;
            }
        }
        Ok(On::Go)
    }

    /// The system that is to be written to cannot be read. What was begun waits for it; of what was not, that which may wait is
    /// kept in the outbox until somebody sends it, and the rest is given up.
    async fn unread(&mut self, step: usize, fault: &Fault) -> Result<On, Refused> {
        if !fault.shuts_out() || !self.known.progress().untouched() || self.known.plan.bulk.is_some() {
            return self.wait(step, cannot_read(fault), None).await;
        }
        match self.known.plan.change.what.offline() {
            Offline::Waits => self.write(step, Entry::Kept(cannot_read(fault))).await,
            // Somebody had it wait, and lets it go when the system is well again.
            Offline::Never(_) if self.known.was_held() => self.wait(step, cannot_read(fault), None).await,
            Offline::Never(why) => {
                let why = Phrase::new("offline-given-up")
                    .with("why", cannot_read(fault))
                    .with("never", Phrase::new(why.key()));
                self.write(step, Entry::Refused(why)).await
            }
        }
    }

    fn may_be_kept(&self) -> bool {
        let Known { plan, .. } = &self.known;
        plan.bulk.is_none() && plan.change.what.offline() == Offline::Waits && self.known.progress().untouched()
    }

    async fn verify(&mut self, step: usize) -> Result<On, Refused> {
        match self.prove(&self.known.plan.steps[step].write).await {
            Ok(Proof::Done(learned)) => self.write(step, Entry::Done(learned)).await,
            Ok(Proof::Absent) => match self.settles(step) {
                None => self.write(step, Entry::Absent).await,
                until => self.wait(step, SETTLING.into(), until).await,
            },
            Ok(Proof::Pending { waits, until }) => self.wait(step, waits, until).await,
            Err(fault) => self.wait(step, cannot_read(&fault), None).await,
        }
    }

    async fn undo(&mut self, step: usize) -> Result<On, Refused> {
        let Some(write) = self.known.plan.steps[step].undo.clone() else { return Ok(On::Stop) };
        if !self.sends {
            return self.wait(step, READ_ONLY.into(), None).await;
        }
        // Held means that nothing is sent, not even what takes something back: it can be taken back later as well.
        if let Some(stop) = self.kept_back_by(step, to(&write)).await? {
            return Ok(stop);
        }
        for tried in 1..=TRIES {
            match self.look(&write).await {
                Err(fault) => return self.wait(step, cannot_read(&fault), None).await,
                Ok(Looked::Already(learned)) => return self.write(step, Entry::Undone(learned)).await,
                Ok(Looked::Refused(why)) => return self.write(step, Entry::UndoFailed(why)).await,
                Ok(Looked::Ready(_)) => {
                    if !self.audit(AuditAct::Intent, step, "undo").await {
                        return self.wait(step, NO_AUDIT.into(), None).await;
                    }
                    self.write(step, Entry::UndoIntent).await?;
                }
            }
            match self.out(&write).await {
                // Reading tells.
                Sent::Answered(_) | Sent::Unanswered(_) => return Ok(On::Go),
                Sent::Stayed(_) if tried < TRIES => tokio::time::sleep(self.engine.rules.pause).await,
                Sent::Refused(why) | Sent::Stayed(why) => return self.write(step, Entry::UndoFailed(why)).await,
            }
        }
        Ok(On::Go)
    }

    async fn verify_undo(&mut self, step: usize) -> Result<On, Refused> {
        let Some(write) = self.known.plan.steps[step].undo.clone() else { return Ok(On::Stop) };
        match self.prove(&write).await {
            Ok(Proof::Done(learned)) => self.write(step, Entry::Undone(learned)).await,
            Ok(Proof::Absent) => match self.settles(step) {
                None => self.write(step, Entry::UndoFailed("operation-no-effect".into())).await,
                until => self.wait(step, SETTLING.into(), until).await,
            },
            Ok(Proof::Pending { waits, until }) => self.wait(step, waits, until).await,
            Err(fault) => self.wait(step, cannot_read(&fault), None).await,
        }
    }

    /// Stops where a system is held that the step writes to. Up to the point of no return the steps after it count as well:
    /// nobody pays for what cannot be delivered for now.
    async fn kept_back(&mut self, step: usize) -> Result<Option<On>, Refused> {
        let last = if self.known.progress().committed() { step } else { self.known.plan.steps.len() - 1 };
        let systems: BTreeSet<System> =
            self.known.plan.steps[step..=last].iter().filter_map(|step| to(&step.write)).collect();
        self.kept_back_by(step, systems).await
    }

    /// Stops where one of these systems is held, or others are let go first. Reading goes on.
    async fn kept_back_by(
        &mut self,
        step: usize,
        systems: impl IntoIterator<Item = System>,
    ) -> Result<Option<On>, Refused> {
        let pace = self.backend.release_pace();
        let mut shut = None;
        // Each is asked: who is in line somewhere and does not ask would hold up those behind.
        for system in systems {
            let gate = self.engine.journal.gate(self.known.plan.id, system, pace).await?;
            if gate != Gate::Open && shut.is_none() {
                shut = Some((system.name(), gate));
            }
        }
        let (waits, until) = match shut {
            None | Some((_, Gate::Open)) => return Ok(None),
            Some((system, Gate::Held { by })) => {
                (Phrase::new(HELD).with("system", system).with("by", by.as_str()), None)
            }
            Some((system, Gate::InLine { turn })) => {
                // What was said stands until that time is over.
                let said = self.known.pending().and_then(|(_, until)| until).filter(|_| self.known.in_line());
                let until = said.filter(|said| *said > self.now()).unwrap_or(turn);
                (Phrase::new(IN_LINE).with("system", system), Some(until))
            }
        };
        self.wait(step, waits, until).await.map(Some)
    }

    /// Until when a request may still be on its way.
    fn settles(&self, step: usize) -> Option<Timestamp> {
        let answer = SignedDuration::try_from(WRITE_LIMIT).unwrap_or_default();
        let until = settles(&self.known.entries, step, self.engine.rules.settle, answer)?;
        (self.now() < until).then_some(until)
    }

    async fn look(&self, write: &Write) -> Result<Looked, Fault> {
        let facts = self.facts();
        self.carrier(&facts).look(write).await
    }

    async fn out(&self, write: &Write) -> Sent {
        let facts = self.facts();
        self.carrier(&facts).send(write).await
    }

    async fn prove(&self, write: &Write) -> Result<Proof, Fault> {
        let facts = self.facts();
        self.carrier(&facts).prove(write).await
    }

    fn facts(&self) -> Facts {
        facts(&self.known.entries)
    }

    fn carrier<'a>(&'a self, facts: &'a Facts) -> Carrier<'a> {
        Carrier { backend: self.backend, operation: self.known.plan.id, facts, now: self.now() }
    }

    /// Says what is waited for, once, and lets go of the operation.
    async fn wait(&mut self, step: usize, waits: Phrase, until: Option<Timestamp>) -> Result<On, Refused> {
        let entry = Entry::Pending { waits, until };
        if self.known.entries.last().is_none_or(|last| last.step != step || last.entry != entry) {
            self.write(step, entry).await?;
            self.tell(Hands::Ours).await;
        }
        Ok(On::Stop)
    }

    /// Keeps an entry, and the operation's standing with it.
    async fn write(&mut self, step: usize, entry: Entry) -> Result<On, Refused> {
        self.record(step, entry.clone()).await?;
        let result = match &entry {
            Entry::Done(_) => "done",
            Entry::Refused(_) => "refused",
            Entry::Absent => "no effect",
            Entry::Undone(_) => "taken back",
            Entry::UndoFailed(_) => "not taken back",
            Entry::Unanswered(_) => "no answer",
            Entry::NotSent(_) => "not sent",
            Entry::Kept(_) => "kept in the outbox",
            _ => return Ok(On::Go),
        };
        // It happened whether or not the log takes it; the journal has it.
        self.audit(AuditAct::Outcome, step, result).await;
        Ok(On::Go)
    }

    /// Keeps an entry without a line in the audit log.
    pub async fn record(&mut self, step: usize, entry: Entry) -> Result<(), Refused> {
        let at = self.now();
        let (kind, body) = (kind(&entry), json!(entry));
        if let Entry::Planned(_, plan) = &entry {
            self.known.plan = (**plan).clone();
        }
        self.known.entries.push(Written { step, at, entry });
        self.known.changed = at;
        let record = Record {
            operation: self.known.plan.id,
            step: Some(u32::try_from(step).unwrap_or(u32::MAX)),
            kind,
            body,
            standing: Some(self.known.standing(&self.engine.rules, at)),
        };
        self.engine.journal.record(record).await?;
        Ok(())
    }

    async fn audit(&self, act: AuditAct, step: usize, result: &str) -> bool {
        self.engine.audit(self.now(), act, &self.known, Some(step), result).await
    }

    /// Shows how it stands.
    pub async fn tell(&self, hands: Hands) {
        let view = self.known.view(&self.engine.rules, self.now(), hands);
        let _ = self.messages.send(Msg::Operation(Box::new(view))).await;
    }
}

/// The system a write goes to. What only this desk keeps is never held.
const fn to(write: &Write) -> Option<System> {
    match write {
        Write::Desk(_) => None,
        write => Some(write.system()),
    }
}

fn cannot_read(fault: &Fault) -> Phrase {
    Phrase::new(CANNOT_READ).with("why", fault.phrase())
}
