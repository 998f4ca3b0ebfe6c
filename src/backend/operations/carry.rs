//! How a write is carried out: a look before it, one sending, and the proof of its effect by reading.
//!
//! The three are apart because a desk may die between any two of them. A write is proved by what it leaves behind: an id of
//! ours in a text, a code in a history, a value that was another before. Each system's file says which.

mod desk;
mod freebit;
mod salesforce;
pub(super) mod whmcs;

use jiff::Timestamp;

use crate::backend::Backend;
use crate::domain::operation::OperationId;
use crate::domain::phrase::Phrase;
use crate::domain::write::{Facts, Write};
use crate::flow::fault::{Fault, FaultKind};

/// What a look before a write found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Looked {
    /// It can be sent. What stands there now, to tell the effect from it.
    Ready(Facts),
    /// It is so already, by this operation or by somebody else: there is nothing to send.
    Already(Facts),
    /// It must not be sent: what was planned does not fit what is there now.
    Refused(Phrase),
}

/// What came of sending a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// The system said that it took it.
    Answered(Facts),
    /// The system refused it, so it had no effect.
    Refused(Phrase),
    /// Nothing left this machine, or the system did not even look at it: the same may be sent again.
    Stayed(Phrase),
    /// No answer that could be understood: it may have had its effect.
    Unanswered(Phrase),
}

/// What reading proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// It had its effect.
    Done(Facts),
    /// It had none.
    Absent,
    /// The system works on it.
    Pending {
        /// What is waited for.
        waits: Phrase,
        /// Until when, where that can be said.
        until: Option<Timestamp>,
    },
}

/// Carries the writes of one operation.
#[derive(Debug, Clone, Copy)]
pub struct Carrier<'a> {
    /// Who reads and writes.
    pub backend: &'a Backend,
    /// Which operation: its id is the mark by which its effects are found again.
    pub operation: OperationId,
    /// Everything that was learned so far.
    pub facts: &'a Facts,
    /// The time.
    pub now: Timestamp,
}

impl Carrier<'_> {
    /// Looks whether the write can be sent. Only reads.
    ///
    /// # Errors
    /// The system did not answer; nothing was sent.
    pub async fn look(&self, write: &Write) -> Result<Looked, Fault> {
        match write {
            Write::Salesforce(write) => self.look_salesforce(write).await,
            Write::Whmcs(write) => self.look_whmcs(write).await,
            Write::Freebit(write) => self.look_freebit(write).await,
            Write::Desk(write) => self.look_desk(write).await,
        }
    }

    /// Sends the write, once.
    pub async fn send(&self, write: &Write) -> Sent {
        match write {
            Write::Salesforce(write) => self.send_salesforce(write).await,
            Write::Whmcs(write) => self.send_whmcs(write).await,
            Write::Freebit(write) => self.send_freebit(write).await,
            Write::Desk(write) => self.send_desk(write).await,
        }
    }

    /// Reads whether the write had its effect. Only reads.
    ///
    /// # Errors
    /// The system did not answer, so nothing is known.
    pub async fn prove(&self, write: &Write) -> Result<Proof, Fault> {
        match write {
            Write::Salesforce(write) => self.prove_salesforce(write).await,
            Write::Whmcs(write) => self.prove_whmcs(write).await,
            Write::Freebit(write) => self.prove_freebit(write).await,
            Write::Desk(write) => self.prove_desk(write).await,
        }
    }

    /// The mark of this operation in a text that people may see.
    fn mark(&self) -> String {
        format!("madoguchi:{}", self.operation)
    }
}

/// What a failed call means for a write. A refusal came from the system, so the write had no effect; a call that was held
/// back or found no connection never left, and one that came too often or met a locked record was not looked at; of
/// everything else nobody knows.
fn unsent(fault: &Fault) -> Sent {
    let why = fault.phrase();
    match fault.kind {
        FaultKind::Unreachable | FaultKind::Held | FaultKind::TooMany | FaultKind::NotPacked => Sent::Stayed(why),
        FaultKind::SignIn | FaultKind::NotPermitted | FaultKind::NotFound | FaultKind::Refused => Sent::Refused(why),
        FaultKind::Timeout | FaultKind::Dropped | FaultKind::Broken | FaultKind::Unreadable => Sent::Unanswered(why),
    }
}
