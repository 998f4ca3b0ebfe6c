//! What a person wants done about a change, or about what happened elsewhere: what an overlay asks of the app.

use std::sync::Arc;

use crate::domain::access::CallerLevel;
use crate::domain::change::{Change, Values};
use crate::domain::operation::{Decision, OperationId, Plan};
use crate::domain::routine::Routine;
use crate::domain::text::Text;
use crate::flow::{Passphrase, Pasted, Pin, Tend};

/// Something to be done. The overlay stays; the app closes it where that follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// This change is to be planned.
    Plan(Box<Change>),
    /// One that waits in the outbox was edited to this, and is to be planned.
    PlanKept(OperationId, Box<Change>),
    /// What the records of everything in the outbox say now is to be read.
    ReadOutbox,
    /// This is what one would do now: it is to be looked at before it is sent.
    LookAtKept(Box<Plan>),
    /// These were looked at and are to be sent.
    SendKept(Vec<Plan>),
    /// The form of one that waits is to be opened.
    EditKept(OperationId),
    /// This change of many rows, by what each is called, is to be planned.
    PlanRows(&'static str, Vec<(String, Change)>),
    /// The plans of these rows were confirmed.
    BeginRows(Vec<Plan>),
    /// This routine is to be looked at, with these parameters.
    RunRoutine(Arc<Routine>, Values),
    /// What was recorded is to be kept as this.
    KeepRoutine(Box<Routine>),
    /// What was recorded is to be thrown away.
    DropRecording,
    /// No further row of these is to be begun.
    StopRows(OperationId),
    /// The rows of these that were not begun are to be.
    ResumeRows(OperationId),
    /// The systems are to be read again for the plan in sight.
    PlanAgain,
    /// The form below is to be seen again.
    Mend,
    /// This plan was confirmed.
    Begin(Box<Plan>),
    /// A supervisor at this desk confirms it with name and PIN.
    ApproveHere {
        /// What they confirm.
        id: OperationId,
        /// Their name.
        name: String,
        /// Their PIN.
        pin: Pin,
    },
    /// A supervisor confirms with the code they were told.
    Approve(String),
    /// What a person decided about an operation.
    Decide(OperationId, Decision),
    /// This change is to be asked for instead, or as the undoing of another.
    Follow(Box<Change>),
    /// The activation code that a change ended with is to be looked for.
    CodeOf(OperationId),
    /// The activation code is to be shown.
    ShowCode,
    /// The notices are to be looked through again.
    FindCode,
    /// This is where the browser ended.
    SignInPasted(Pasted),
    /// One wants to be surer of the caller.
    VerifyCaller,
    /// This receipt is to be said in a case of the customer's.
    Post(OperationId),
    /// This is to be done about something that happened elsewhere.
    Tend(Tend),
    /// What was done last about something that happened elsewhere is to be taken back.
    Untend,
    /// This is out for many customers.
    Incident {
        /// What is out.
        what: Text,
        /// What to tell callers.
        tell: Text,
    },
    /// The customers that were read are to be sealed with this.
    SealPack(Passphrase),
    /// The field pack is to be opened with this.
    OpenPack(Passphrase),
    /// The field pack is to be thrown away.
    DropPack,
    /// This is how sure one is of the caller.
    Caller {
        /// How sure.
        level: CallerLevel,
        /// By what, for the audit log. Never the data itself.
        note: String,
    },
}
