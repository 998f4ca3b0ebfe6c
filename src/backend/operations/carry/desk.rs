//! Writes of the desk to its own journal: a line's protection. Nothing is sent, so there is always an answer.

use jiff::SignedDuration;

use crate::backend::journal::{Journal, JournalError, Protection};
use crate::domain::operation::OperationId;
use crate::domain::phone::Msisdn;
use crate::domain::phrase::Phrase;
use crate::domain::system::System;
use crate::domain::write::Facts;
use crate::domain::write::desk::Write;
use crate::flow::fault::{Fault, FaultKind, Hint};
use crate::flow::said::{self, Message, Sentence};

use super::super::engine::Refused;
use super::{Carrier, Looked, Proof, Sent};

impl Carrier<'_> {
    pub(super) async fn look_desk(&self, write: &Write) -> Result<Looked, Fault> {
        if let Write::SetAside { operation } = write {
            if self.instead_elsewhere(*operation).await? {
                return Ok(Looked::Refused("instead-is-over".into()));
            }
            return Ok(match self.backend.sets_aside(*operation).await {
                Ok(()) => Looked::Ready(Facts::new()),
                Err(why) => Looked::Refused(why),
            });
        }
        Ok(if self.is_so(write).await? { Looked::Already(Facts::new()) } else { Looked::Ready(Facts::new()) })
    }

    pub(super) async fn send_desk(&self, write: &Write) -> Sent {
        let Some(journal) = self.journal() else { return Sent::Stayed("operation-not-connected".into()) };
        if let Write::Settle { operation, reason } = write {
            return match self.backend.settle(*operation, self.operation, reason).await {
                Ok(()) => Sent::Answered(Facts::new()),
                Err(Refused(why)) => Sent::Stayed(why),
            };
        }
        match self.keep(journal, write).await {
            Ok(()) => Sent::Answered(Facts::new()),
            Err(why) => Sent::Stayed(Phrase::as_it_is(why.to_string())),
        }
    }

    pub(super) async fn prove_desk(&self, write: &Write) -> Result<Proof, Fault> {
        Ok(if self.is_so(write).await? { Proof::Done(Facts::new()) } else { Proof::Absent })
    }

    async fn keep(&self, journal: &Journal, write: &Write) -> Result<(), JournalError> {
        let by = self.mark();
        match write {
            Write::Protect { line, reason } => {
                journal.protect(line.digits().to_owned(), None, by, reason.to_string()).await
            }
            Write::Lift { line, reason, minutes } => {
                let line = line.digits().to_owned();
                if journal.protection(line.clone()).await?.is_none() {
                    // Where every line is protected, this one has only never been written down.
                    journal.protect(line.clone(), None, by, reason.to_string()).await?;
                }
                let until = self.now.saturating_add(SignedDuration::from_mins(*minutes));
                journal.lift_protection(line, until.unwrap_or(jiff::Timestamp::MAX)).await
            }
            // That it is being done is in the journal with its intent; that it is settled was said before.
            Write::SetAside { .. } | Write::Settle { .. } => Ok(()),
        }
    }

    async fn is_so(&self, write: &Write) -> Result<bool, Fault> {
        Ok(match write {
            Write::Protect { line, .. } => self.kept(line).await?.is_some_and(|it| it.lifted_until.is_none()),
            Write::Lift { line, .. } => self.kept(line).await?.is_some_and(|it| it.lifted_until.is_some()),
            Write::SetAside { .. } => true,
            Write::Settle { operation, .. } => {
                self.backend.is_over(*operation).await.map_err(|Refused(_)| unread(said::JOURNAL_UNREAD))?
            }
        })
    }

    /// Whether a line must not be ended now: somebody protected it or all are protected, and nobody lifted that.
    pub(super) async fn is_protected(&self, line: &Msisdn) -> Result<bool, Fault> {
        let kept = self.kept(line).await?;
        Ok(kept.map_or(self.backend.office.sim.protect_all, |it| it.lifted_until.is_none()))
    }

    async fn kept(&self, line: &Msisdn) -> Result<Option<Protection>, Fault> {
        let Some(journal) = self.journal() else { return Ok(None) };
        journal.protection(line.digits().to_owned()).await.map_err(|_| unread(said::JOURNAL_UNREAD))
    }

    /// Whether another operation than this one is on its way in the place of what that one promised.
    async fn instead_elsewhere(&self, operation: OperationId) -> Result<bool, Fault> {
        let Ok(engine) = &self.backend.engine else { return Ok(false) };
        let ours = engine.known(self.operation).await.map_err(|Refused(_)| unread(said::JOURNAL_UNREAD))?;
        debug_assert_eq!(ours.plan.change.instead_of(), Some(operation), "the plan says so");
        let other = engine.shut_out_by(self.operation, &ours.plan.change).await;
        Ok(other.map_err(|Refused(_)| unread(said::JOURNAL_UNREAD))?.is_some())
    }

    fn journal(&self) -> Option<&Journal> {
        self.backend.engine.as_ref().ok().map(|engine| &engine.journal)
    }
}

/// The journal cannot be read.
fn unread(why: Sentence) -> Fault {
    let message = Message::ours(why);
    Fault { system: System::Freebit, kind: FaultKind::Held, message, hint: Hint::TryAgain }
}
