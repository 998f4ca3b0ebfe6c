//! How an operation stands: follows from its plan, what is written down, the second person's answer and the time.

use jiff::Timestamp;
use serde_json::json;

use super::engine::Rules;
use crate::backend::journal::{self, Answer, Approval, Hands, Standing};
use crate::domain::change::order::Order;
use crate::domain::change::{Change, What};
use crate::domain::operation::{
    Actor, Decision, Ending, Entry, Next, Plan, Progress, StepState as Stood, Written, facts,
};
use crate::domain::phrase::Phrase;
use crate::domain::receipt::Receipt;
use crate::domain::text::Text;
use crate::flow::operation::{Can, OperationState, OperationView, StepState, StepView};

/// What is waited for when a system cannot be read.
pub const CANNOT_READ: &str = "operation-cannot-read";
/// What is waited for when a request without an answer may still be on its way.
pub const SETTLING: &str = "operation-settling";
/// What is waited for when the audit log cannot be written.
pub const NO_AUDIT: &str = "operation-no-audit";

/// What is waited for at a desk that only reads.
pub const READ_ONLY: &str = "operation-read-only";

/// What is waited for when a system is held.
pub const HELD: &str = "operation-held";
/// What is waited for when a system was held, and others are let go first.
pub const IN_LINE: &str = "operation-in-line";

/// Everything that is known of an operation.
#[derive(Debug, Clone)]
pub struct Known {
    /// What was confirmed.
    pub plan: Plan,
    /// Who confirmed it.
    pub actor: Actor,
    /// When.
    pub started: Timestamp,
    /// When something was last written about it.
    pub changed: Timestamp,
    /// What happened since.
    pub entries: Vec<Written>,
    /// What the second person said, where one was asked.
    pub approval: Option<Approval>,
    /// The code this desk was given for them.
    pub code: Option<String>,
}

/// What is to be done now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Now {
    /// A second person has to say yes first.
    Awaits,
    /// It is one of several rows and was not begun: a person says when.
    Queued,
    /// It waits in the outbox: a person reads it again and sends it.
    Kept,
    /// Nobody touched it for so long that a person has to say again that it shall go on.
    Stale(usize),
    /// This.
    Next(Next),
}

impl Known {
    /// How far it has come.
    pub fn progress(&self) -> Progress<'_> {
        Progress::of(&self.plan, &self.entries)
    }

    /// What is to be done at that time.
    pub fn now(&self, rules: &Rules, now: Timestamp) -> Now {
        let next = self.progress().next();
        match next {
            Next::Finish(_) | Next::Over(_) => return Now::Next(next),
            Next::Keep => return Now::Kept,
            _ => {}
        }
        if self.plan.bulk.is_some() && self.entries.is_empty() {
            return Now::Queued;
        }
        if self.plan.second && !matches!(&self.approval, Some(Approval { answer: Answer::Given { .. }, .. })) {
            return Now::Awaits;
        }
        match next {
            // What was never sent is not sent days later by a desk that happens to start. What is held is: who lets the system
            // go sees how much waits.
            Next::Send(step) if !self.waits_for(HELD) && now.duration_since(self.touched()) > rules.resume_within => {
                Now::Stale(step)
            }
            next => Now::Next(next),
        }
    }

    /// The plan as it waits in the outbox, where it does.
    pub fn kept(&self) -> Option<Plan> {
        if self.progress().next() != Next::Keep {
            return None;
        }
        let why = self.entries.iter().rev().find_map(|it| match &it.entry {
            Entry::Kept(why) => Some(why.clone()),
            _ => None,
        });
        Some(self.plan.kept(self.started, &why.unwrap_or_else(|| "outbox-waits".into())))
    }

    /// Why nothing of it was sent, where it was tried.
    fn kept_because(&self) -> Option<Phrase> {
        let last = self.entries.iter().rev().find(|it| matches!(it.entry, Entry::Kept(_) | Entry::Planned(..)))?;
        match &last.entry {
            Entry::Kept(why) => Some(why.clone()),
            _ => None,
        }
    }

    /// When it was last driven by somebody: confirmed, agreed to, decided about, or went on.
    fn touched(&self) -> Timestamp {
        let agreed = match &self.approval {
            Some(Approval { answer: Answer::Given { at, .. }, .. }) => *at,
            _ => self.started,
        };
        // Letting its system go is somebody's word too.
        let went_on = self.entries.iter().rev().find(|it| match &it.entry {
            Entry::Pending { waits, .. } => waits.key == IN_LINE,
            _ => true,
        });
        went_on.map_or(agreed, |it| it.at.max(agreed))
    }

    /// What is waited for: the last thing that happened, when it was that.
    pub fn pending(&self) -> Option<(&Phrase, Option<Timestamp>)> {
        let last = self
            .entries
            .iter()
            .rev()
            .find(|it| !matches!(it.entry, Entry::Decided(_, Decision::Verify | Decision::Hand(_))))?;
        match &last.entry {
            Entry::Pending { waits, until } => Some((waits, *until)),
            _ => None,
        }
    }

    fn waits_for(&self, key: &str) -> bool {
        self.pending().is_some_and(|(waits, _)| waits.key == key)
    }

    /// Whether others are let go before it.
    pub fn in_line(&self) -> bool {
        self.waits_for(IN_LINE)
    }

    /// Whether it waits because its system is held, or was.
    fn kept_back(&self) -> bool {
        self.waits_for(HELD) || self.in_line()
    }

    /// Whether it ever was kept back on purpose.
    pub fn was_held(&self) -> bool {
        let held =
            |it: &Written| matches!(&it.entry, Entry::Pending { waits, .. } if [HELD, IN_LINE].contains(&&*waits.key));
        self.entries.iter().any(held)
    }

    /// Whether a person is asked by now. What is kept back on purpose is late only where its plan says by when it is due.
    fn overdue(&self, rules: &Rules, now: Timestamp) -> bool {
        match self.plan.deadline {
            Some(deadline) => deadline < now,
            None => !self.kept_back() && self.touched() + rules.ask_after < now,
        }
    }

    /// How it stands, in these hands.
    pub fn state(&self, rules: &Rules, now: Timestamp, hands: Hands) -> OperationState {
        match self.now(rules, now) {
            Now::Next(Next::Over(ending) | Next::Finish(ending)) => self.ended(ending),
            Now::Awaits => match &self.approval {
                Some(Approval { answer: Answer::Awaited, expires_at, .. }) => {
                    OperationState::AwaitsSecond { code: self.code.clone(), until: *expires_at }
                }
                Some(Approval { answer: Answer::Refused { by, why, .. }, .. }) => OperationState::WaitsForPerson(
                    Phrase::new("operation-second-refused").with("by", by.as_str()).with("why", why.as_str()),
                ),
                Some(Approval { answer: Answer::Void, .. }) => {
                    OperationState::WaitsForPerson("operation-second-void".into())
                }
                _ => OperationState::WaitsForPerson("operation-second-expired".into()),
            },
            _ if hands == Hands::Others => OperationState::Elsewhere,
            Now::Queued => OperationState::Queued,
            Now::Kept => OperationState::Outbox(self.kept_because()),
            Now::Next(Next::Ask { why, .. }) => OperationState::WaitsForPerson(why),
            Now::Stale(_) => OperationState::WaitsForPerson("operation-stale".into()),
            Now::Next(_) => match self.pending() {
                Some((waits, _)) if self.overdue(rules, now) => {
                    OperationState::WaitsForPerson(Phrase::new("operation-overdue").with("waits", waits.clone()))
                }
                Some((waits, until)) => OperationState::WaitsForSystem { waits: waits.clone(), until },
                None => OperationState::Running,
            },
        }
    }

    fn ended(&self, ending: Ending) -> OperationState {
        match ending {
            Ending::Done => OperationState::Done,
            Ending::Undone => OperationState::Undone(self.progress().why()),
            Ending::Closed => {
                let reason = self.entries.iter().rev().find_map(|it| match &it.entry {
                    Entry::Decided(_, Decision::Close(why)) => Some(why.to_string()),
                    _ => None,
                });
                OperationState::Closed(reason.unwrap_or_default())
            }
        }
    }

    /// What a person may do.
    pub fn can(&self, rules: &Rules, now: Timestamp, state: &OperationState) -> Vec<Can> {
        let progress = self.progress();
        let ours = [CANNOT_READ, SETTLING, NO_AUDIT, HELD, IN_LINE];
        let told = self.pending().is_some_and(|(waits, _)| !ours.contains(&waits.key.as_ref()));
        let confirm = (told && progress.step(progress.at()) == Stood::Open).then_some(Can::Confirm);
        match state {
            OperationState::AwaitsSecond { .. } | OperationState::Outbox(_) => vec![Can::Close],
            OperationState::Queued => vec![Can::DriveOn, Can::Close],
            OperationState::WaitsForSystem { .. } => {
                // What is kept back may be given up.
                let gives_up = self.kept_back() && matches!(progress.next(), Next::Send(_));
                let unsent = !self.entries.iter().any(|it| matches!(it.entry, Entry::Intent(_)));
                let undo = (gives_up && !unsent && progress.can_be_undone()).then_some(Can::Undo);
                let close = (gives_up && unsent).then_some(Can::Close);
                [Some(Can::Verify), undo, confirm, Some(Can::Hand), close].into_iter().flatten().collect()
            }
            OperationState::WaitsForPerson(_) => {
                let now = self.now(rules, now);
                let verify = !matches!(now, Now::Awaits | Now::Stale(_));
                let again = matches!(now, Now::Stale(_) | Now::Next(Next::Ask { again: true, .. }));
                let undo = !matches!(now, Now::Awaits) && progress.can_be_undone();
                [
                    verify.then_some(Can::Verify),
                    again.then_some(Can::DriveOn),
                    undo.then_some(Can::Undo),
                    confirm,
                    Some(Can::Hand),
                    Some(Can::Close),
                ]
                .into_iter()
                .flatten()
                .collect()
            }
            _ => Vec::new(),
        }
    }

    /// As the screen shows it.
    pub fn view(&self, rules: &Rules, now: Timestamp, hands: Hands) -> OperationView {
        let state = self.state(rules, now, hands);
        let can = self.can(rules, now, &state);
        let waits_for_person = matches!(state, OperationState::WaitsForPerson(_));
        OperationView {
            id: self.plan.id,
            change: self.plan.change.clone(),
            title: self.plan.title.clone(),
            about: self.plan.about.clone(),
            steps: self.steps(),
            started: self.started,
            changed: self.changed,
            deadline: self.plan.deadline,
            actor: self.actor.clone(),
            handed_to: self.handed_to(),
            can,
            receipt: Receipt::of(&self.plan, &self.actor, &self.entries),
            inverse: self.inverse().filter(|_| state == OperationState::Done),
            instead: if waits_for_person { self.plan.instead.clone() } else { Vec::new() },
            bulk: self.plan.bulk,
            kept: self.kept().or_else(|| self.plan.typing.is_some().then(|| self.plan.clone())).map(Box::new),
            paid_not_delivered: waits_for_person && self.progress().paid_not_delivered(),
            state,
        }
    }

    /// What undoes it. Of an order that it made, whose number is known now.
    fn inverse(&self) -> Option<Box<Change>> {
        let mut inverse = self.plan.inverse.clone()?;
        if let What::Order(Order::Reject { order, .. }) = &mut inverse.what
            && order.is_empty()
        {
            *order = Text::line(facts(&self.entries).get("order-number")?);
        }
        Some(inverse)
    }

    fn steps(&self) -> Vec<StepView> {
        let progress = self.progress();
        let view = |(n, step): (usize, &crate::domain::operation::Step)| StepView {
            system: step.write.system(),
            says: step.says.clone(),
            state: match progress.step(n) {
                Stood::New => StepState::Ahead,
                Stood::Open if self.pending().is_some() => StepState::Waiting,
                Stood::Open | Stood::UndoOpen => StepState::Running,
                Stood::NotSent(_) | Stood::Refused(_) | Stood::Absent => StepState::Failed,
                Stood::Done | Stood::UndoFailed(_) => StepState::Done,
                Stood::Undone => StepState::Undone,
            },
            facts: {
                let own: Vec<Written> = self.entries.iter().filter(|it| it.step == n).cloned().collect();
                facts(&own).into_iter().filter(|(name, _)| !name.starts_with('_')).collect()
            },
        };
        self.plan.steps.iter().enumerate().map(view).collect()
    }

    fn handed_to(&self) -> Option<String> {
        self.entries.iter().rev().find_map(|it| match &it.entry {
            Entry::Decided(_, Decision::Hand(to)) => Some(to.to_string()),
            _ => None,
        })
    }

    /// As the journal keeps it.
    pub fn standing(&self, rules: &Rules, now: Timestamp) -> Standing {
        let state = self.state(rules, now, Hands::Ours);
        let (word, waits) = match &state {
            OperationState::AwaitsSecond { .. } => ("awaits-second", None),
            OperationState::Queued => ("queued", None),
            OperationState::Outbox(why) => ("outbox", why.as_ref()),
            OperationState::Running | OperationState::Elsewhere => ("running", None),
            OperationState::WaitsForSystem { waits, .. } => ("waits-for-system", Some(waits)),
            OperationState::WaitsForPerson(why) => ("waits-for-person", Some(why)),
            OperationState::Done => ("done", None),
            OperationState::Undone(why) => ("undone", why.as_ref()),
            OperationState::Closed(_) => ("closed", None),
        };
        // What is about to be finished is open until that is written down.
        let over = matches!(self.progress().next(), Next::Over(_));
        Standing {
            waits: waits.map(|waits| json!(waits)),
            deadline: self.plan.deadline,
            handed_to: self.handed_to(),
            closed: if let OperationState::Closed(why) = &state { Some(json!(why)) } else { None },
            ..if over { Standing::over(word) } else { Standing::open(word) }
        }
    }
}

/// What the engine wrote into the journal.
pub fn written(entries: Vec<journal::Entry>) -> Result<Vec<Written>, serde_json::Error> {
    use journal::EntryKind::{ApprovalAsked, ApprovalRefused, Approved, Confirmed};
    let ours = |it: &journal::Entry| !matches!(it.record.kind, Confirmed | ApprovalAsked | Approved | ApprovalRefused);
    let read = |it: journal::Entry| {
        let step = it.record.step.unwrap_or(0) as usize;
        Ok(Written { step, at: it.at, entry: serde_json::from_value(it.record.body)? })
    };
    entries.into_iter().filter(ours).map(read).collect()
}

/// Under which kind the journal keeps an entry.
pub const fn kind(entry: &Entry) -> journal::EntryKind {
    use journal::EntryKind as Kind;
    match entry {
        Entry::Intent(_) | Entry::UndoIntent => Kind::Intent,
        Entry::Answered(_) | Entry::Unanswered(_) | Entry::NotSent(_) => Kind::Answered,
        Entry::Planned(..) => Kind::Checked,
        Entry::Done(_) | Entry::Absent | Entry::Decided(_, Decision::Verify) => Kind::Verified,
        Entry::Refused(_) | Entry::UndoFailed(_) | Entry::Finished(_) => Kind::Outcome,
        Entry::Pending { .. } | Entry::Kept(_) => Kind::Waiting,
        Entry::Undone(_) => Kind::Undone,
        Entry::Decided(_, Decision::DriveOn | Decision::Undo) => Kind::DrivenOn,
        Entry::Decided(_, Decision::Confirm(_)) => Kind::Fact,
        Entry::Decided(_, Decision::Hand(_)) => Kind::HandedOver,
        Entry::Decided(_, Decision::Close(_)) => Kind::Closed,
    }
}
