//! An operation: a confirmed change on its way through the systems.
//!
//! Everything that happens to it is an [`Entry`] in the journal, written before the act it tells of and after it. What to do
//! next follows from the plan and the entries alone ([`next`]), so a desk that died and one that starts decide alike:
//!
//! - A write is sent after its intent is on the disk. An intent without an outcome is *indeterminate*, and settled by reading.
//! - Up to the point of no return, a write that failed for good has those before it undone. Behind it, the way is forward,
//!   and where it is blocked a person is asked.
//! - What may wait and cannot be sent is kept in the outbox, and is planned anew before a person sends it.
//! - Only a person has a write sent again, and only after reading proved that it had no effect. The exception is a write of
//!   which no byte left this machine.

mod next;
mod outbox;
#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::access::{CallerLevel, Role};
use super::bulk::Bulk;
use super::change::{Change, Harm};
use super::money::Yen;
pub use super::operation_id::OperationId;
use super::phrase::Phrase;
use super::text::Text;
use super::write::{Facts, Write};
pub use next::{Next, Progress, StepState, TRIES, in_force, next};
pub use outbox::{Compared, Fact, Outbox, Since, Typing, Unread};

/// What a change will do, read and checked: what is confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The operation's id, given when it is planned: confirming one plan twice is one operation.
    pub id: OperationId,
    /// What was asked for.
    pub change: Change,
    /// What it does, in a sentence.
    pub title: Phrase,
    /// What it is about, e.g. the line and its holder.
    pub about: Phrase,
    /// The writes, in order.
    pub steps: Vec<Step>,
    /// What was looked at before, and how it stands.
    pub checks: Vec<Check>,
    /// What the customer pays.
    pub price: Option<Yen>,
    /// When it takes effect, in words; nothing for at once.
    pub effective: Option<Phrase>,
    /// What changes, before and after.
    pub differences: Vec<Difference>,
    /// What cannot be undone, and what to tell the customer.
    pub warnings: Vec<Phrase>,
    /// How it is confirmed.
    pub confirm: Confirm,
    /// A second person confirms too.
    pub second: bool,
    /// By when it should be done; after that a person is asked.
    pub deadline: Option<Timestamp>,
    /// What undoes it once it is done, where something does.
    pub inverse: Option<Box<Change>>,
    /// What else can be done when it cannot go on, e.g. give credit for what was paid and not delivered.
    pub instead: Vec<Change>,
    /// When the systems were read for it.
    pub read_at: Timestamp,
    /// Which rows it was confirmed with, where it was one of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bulk: Option<Bulk>,
    /// What the records that it is about said when they were read, where that may have to be compared later.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Fact>,
    /// That it waits in the outbox, or waited there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outbox: Option<Box<Outbox>>,
    /// What was typed for it, where it may come to wait: it can be typed on then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typing: Option<Typing>,
}

/// One write of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What is written.
    pub write: Write,
    /// In a sentence.
    pub says: Phrase,
    /// What takes it back, while the point of no return is ahead.
    pub undo: Option<Write>,
    /// With this the change can only go on.
    pub no_return: bool,
    /// Who takes this step has the change: found taken, it is another's, and this one ends.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub first: bool,
}

/// Something that was looked at before a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What.
    pub what: Phrase,
    /// How it stands.
    pub state: CheckState,
}

/// How a check stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// As it should.
    Passed,
    /// A person should know.
    Warns(Phrase),
    /// The change cannot be made.
    Failed(Phrase),
}

/// A value before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// What it is.
    pub what: Phrase,
    /// Now.
    pub from: Phrase,
    /// Afterwards.
    pub to: Phrase,
}

/// How a plan is confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirm {
    /// With one key.
    Key,
    /// By typing this: an amount in digits, a line's last four, a word.
    Typed(Typed),
}

/// What is typed to confirm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Typed {
    /// The amount, without signs.
    Amount(Yen),
    /// The last four digits of the line.
    LastFour(String),
    /// A word.
    Word(String),
}

impl Typed {
    /// What must be typed.
    pub fn expected(&self) -> String {
        match self {
            Self::Amount(yen) => yen.0.to_string(),
            Self::LastFour(digits) => digits.clone(),
            Self::Word(word) => word.clone(),
        }
    }
}

impl Plan {
    /// The first thing that stands against it.
    pub fn blocked(&self) -> Option<&Phrase> {
        self.checks.iter().find_map(|check| match &check.state {
            CheckState::Failed(why) => Some(why),
            CheckState::Passed | CheckState::Warns(_) => None,
        })
    }

    /// Whether somebody who saw the other saw what this does: the same writes at the same price, confirmed in the same way,
    /// and nothing to mind that was not told there. What is there before may differ: a change before it may have made it so.
    pub fn does_what(&self, seen: &Self) -> bool {
        // A step may say when it was planned.
        let writes =
            |plan: &Self| plan.steps.iter().map(|it| (it.write.system(), it.says.key.clone())).collect::<Vec<_>>();
        let warns = |plan: &Self| {
            let checks = plan.checks.iter().filter_map(|check| match &check.state {
                CheckState::Warns(why) => Some(why.clone()),
                CheckState::Passed | CheckState::Failed(_) => None,
            });
            plan.warnings.iter().cloned().chain(checks).collect::<Vec<_>>()
        };
        let told = warns(seen);
        self.change == seen.change
            && (&self.title, &self.about, self.price) == (&seen.title, &seen.about, seen.price)
            && (&self.effective, &self.confirm, self.second) == (&seen.effective, &seen.confirm, seen.second)
            && self.waits() == seen.waits()
            && self.blocked().is_none()
            && writes(self) == writes(seen)
            && warns(self).iter().all(|why| told.contains(why))
    }

    /// The harm its confirmation stands for.
    pub fn harm(&self) -> Harm {
        match (&self.confirm, self.second) {
            (_, true) => Harm::Irreversible,
            (Confirm::Key, _) => Harm::Harmless,
            (Confirm::Typed(Typed::Amount(_)), _) => Harm::Money,
            (Confirm::Typed(_), _) => Harm::Moving,
        }
    }
}

/// Who has a change carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The person, as the configuration or the machine names them.
    pub name: Text,
    /// Their role.
    pub role: Role,
    /// How sure they were of the caller.
    pub caller: CallerLevel,
}

/// Something that happened to an operation. A line of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// The step's write is about to be sent; what was there before, so that its effect can be told from it.
    Intent(Facts),
    /// The step's write was accepted; its effect is not proved yet.
    Answered(Facts),
    /// No answer came, or none that could be understood: whether it had its effect is not known.
    Unanswered(Phrase),
    /// Nothing left this machine.
    NotSent(Phrase),
    /// The system refused the write for good.
    Refused(Phrase),
    /// Reading proved that the write had its effect.
    Done(Facts),
    /// Reading proved that the write had no effect.
    Absent,
    /// Reading showed that it is under way.
    Pending {
        /// What is waited for.
        waits: Phrase,
        /// Until when, where that can be said.
        until: Option<Timestamp>,
    },
    /// The write that takes the step back is about to be sent.
    UndoIntent,
    /// The step is taken back.
    Undone(Facts),
    /// It could not be taken back, or whether it was is not known.
    UndoFailed(Phrase),
    /// A person decided.
    Decided(Actor, Decision),
    /// It waited in the outbox and is planned anew: edited there, or read and looked at and to be sent so.
    Planned(Actor, Box<Plan>),
    /// Nothing of it was sent and nothing can be, so it waits in the outbox, and why.
    Kept(Phrase),
    /// It is over.
    Finished(Ending),
}

/// What a person may decide about an operation that waits for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Look again.
    Verify,
    /// Go on: send what was proved to have had no effect.
    DriveOn,
    /// Take back what can be taken back.
    Undo,
    /// What is waited for has come, e.g. the carrier's notice.
    Confirm(Text),
    /// A colleague has it now.
    Hand(Text),
    /// It is settled outside the desk, for this reason.
    Close(Text),
}

/// How an operation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Everything was done.
    Done,
    /// Nothing was done, or all of it was taken back.
    Undone,
    /// A person closed it.
    Closed,
}

/// Until when a request of this step may still be on its way: for `settle` after it was answered or was seen to stay
/// unanswered, and for `answer` longer where nobody was left to see that. Without `settle` what is read is believed at once.
pub fn settles(entries: &[Written], step: usize, settle: SignedDuration, answer: SignedDuration) -> Option<Timestamp> {
    let last = entries.iter().rev().filter(|it| it.step == step).find_map(|it| match it.entry {
        Entry::Answered(_) | Entry::Unanswered(_) => Some((it.at, SignedDuration::ZERO)),
        Entry::Intent(_) | Entry::UndoIntent => Some((it.at, answer)),
        _ => None,
    });
    let (at, longer) = last.filter(|_| !settle.is_zero())?;
    Some(at.saturating_add(settle + longer).unwrap_or(at))
}

/// Everything that was learned so far.
pub fn facts(entries: &[Written]) -> Facts {
    let mut all = Facts::new();
    for Written { entry, .. } in entries {
        if let Entry::Intent(facts) | Entry::Answered(facts) | Entry::Done(facts) | Entry::Undone(facts) = entry {
            all.extend(facts.iter().map(|(name, value)| (name.clone(), value.clone())));
        }
    }
    all
}

/// An entry with the step it is about and when it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The step, from 0; for what is about the whole operation, the step it stood at.
    pub step: usize,
    /// When.
    pub at: Timestamp,
    /// What.
    pub entry: Entry,
}
