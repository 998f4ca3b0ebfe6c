//! What is to be done next with an operation. Follows from its plan and from what is written down alone.

use super::{Decision, Ending, Entry, Phrase, Plan, Write, Written};

/// What is to be done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Look whether the step can be taken, write its intent, send it.
    Send(usize),
    /// Read whether the step had its effect. Nothing is sent.
    Verify(usize),
    /// Write the intent and send what takes the step back.
    Undo(usize),
    /// Read whether the step was taken back.
    VerifyUndo(usize),
    /// Ask a person.
    Ask {
        /// The step it stands at.
        step: usize,
        /// Why it cannot go on.
        why: Phrase,
        /// Whether driving on would send something.
        again: bool,
    },
    /// Keep it in the outbox until a person sends it.
    Keep,
    /// Write that it is over.
    Finish(Ending),
    /// It is over.
    Over(Ending),
}

/// How often a write of which nothing left this machine is tried by itself.
pub const TRIES: usize = 3;

/// What the entries say of one step.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum StepState {
    /// Nothing of it was sent.
    #[default]
    New,
    /// Sent or about to be sent: only reading can tell.
    Open,
    /// Nothing left this machine, and why.
    NotSent(Phrase),
    /// The system refused it, and why.
    Refused(Phrase),
    /// It had no effect.
    Absent,
    /// It had its effect.
    Done,
    /// Being taken back: only reading can tell.
    UndoOpen,
    /// It stands and could not be taken back, and why.
    UndoFailed(Phrase),
    /// Taken back.
    Undone,
}

impl StepState {
    /// Its effect stands, or may stand.
    const fn stands(&self) -> bool {
        matches!(self, Self::Open | Self::Done | Self::UndoOpen | Self::UndoFailed(_))
    }
}

#[derive(Debug, Clone, Default)]
struct StepProgress {
    state: StepState,
    /// It went out, or may have. What was found done already is somebody else's, and theirs to take back.
    sent: bool,
    /// How often nothing left this machine since a person last drove on.
    unsent: usize,
    /// A person said that it may be sent again.
    go: bool,
}

/// How far an operation has come, as its entries tell it.
#[derive(Debug, Clone)]
pub struct Progress<'a> {
    plan: &'a Plan,
    steps: Vec<StepProgress>,
    undoing: bool,
    closed: bool,
    /// It waits in the outbox.
    kept: bool,
    over: Option<Ending>,
}

impl<'a> Progress<'a> {
    /// Reads the entries in order. One that was planned anew goes by its last plan.
    pub fn of(plan: &'a Plan, entries: &'a [Written]) -> Self {
        let plan = in_force(plan, entries);
        let steps = vec![StepProgress::default(); plan.steps.len()];
        let mut progress = Self { plan, steps, undoing: false, closed: false, kept: plan.waits(), over: None };
        for written in entries {
            progress.take(written);
        }
        progress
    }

    fn take(&mut self, Written { step, entry, .. }: &Written) {
        match entry {
            // What is over stays over as it ended.
            Entry::Finished(ending) => self.over = self.over.or(Some(*ending)),
            Entry::Decided(_, Decision::Close(_)) => self.closed = true,
            Entry::Decided(_, Decision::Undo) => self.undoing = true,
            Entry::Decided(_, Decision::DriveOn) => self.undoing = false,
            Entry::Planned(_, plan) => self.begin(plan.waits()),
            Entry::Kept(_) => self.begin(true),
            _ => {}
        }
        let Some(it) = self.steps.get_mut(*step) else { return };
        match entry {
            Entry::Intent(_) => (it.state, it.go, it.sent) = (StepState::Open, false, true),
            Entry::Answered(_) | Entry::Unanswered(_) => it.state = StepState::Open,
            Entry::NotSent(why) => {
                (it.state, it.sent) = (StepState::NotSent(why.clone()), false);
                it.unsent += 1;
            }
            Entry::Refused(why) => (it.state, it.go) = (StepState::Refused(why.clone()), false),
            Entry::Done(_) => it.state = StepState::Done,
            Entry::Absent => it.state = StepState::Absent,
            Entry::UndoIntent => (it.state, it.go) = (StepState::UndoOpen, false),
            Entry::Undone(_) => it.state = StepState::Undone,
            Entry::UndoFailed(why) => it.state = StepState::UndoFailed(why.clone()),
            Entry::Decided(_, Decision::DriveOn) => (it.go, it.unsent) = (true, 0),
            // A person saw what reading cannot see, such as the carrier's notice.
            Entry::Decided(_, Decision::Confirm(_)) if it.state == StepState::Open => it.state = StepState::Done,
            // What is waited for changes nothing that was proved or sent.
            Entry::Pending { .. } | Entry::Decided(..) | Entry::Planned(..) | Entry::Kept(_) | Entry::Finished(_) => {}
        }
    }

    /// It begins anew, or waits to. What was sent once is never taken for unsent.
    fn begin(&mut self, kept: bool) {
        if self.untouched() {
            self.kept = kept;
            self.undoing = false;
            self.steps.fill(StepProgress::default());
        }
    }

    /// Nothing of it was done, and nothing may have been: no byte of it left this machine.
    pub fn untouched(&self) -> bool {
        self.steps.iter().all(|it| matches!(it.state, StepState::New | StepState::NotSent(_)))
    }

    /// How a step stands.
    pub fn step(&self, step: usize) -> StepState {
        self.steps.get(step).map(|it| it.state.clone()).unwrap_or_default()
    }

    /// The point of no return is behind: the way is forward.
    pub fn committed(&self) -> bool {
        self.plan.steps.iter().zip(&self.steps).any(|(step, it)| step.no_return && it.state == StepState::Done)
    }

    /// Whether a step went out, or may have.
    pub fn was_sent(&self, step: usize) -> bool {
        self.steps.get(step).is_some_and(|it| it.sent)
    }

    /// Something of it was done, and all that was can be taken back.
    pub fn can_be_undone(&self) -> bool {
        let mut stands = self.plan.steps.iter().zip(&self.steps).filter(|(_, it)| it.state.stands() && it.sent);
        !self.committed() && stands.all(|(step, it)| step.undo.is_some() || it.state == StepState::Open)
    }

    /// The customer paid, and what they paid for did not come.
    pub fn paid_not_delivered(&self) -> bool {
        self.plan.price.is_some()
            && self.over.is_none()
            && self.committed()
            && self.plan.steps.iter().zip(&self.steps).any(|(step, it)| {
                // What only this desk keeps is no delivery.
                it.state != StepState::Done && !matches!(step.write, Write::Desk(_))
            })
    }

    /// The step it stands at: the first that is not done.
    pub fn at(&self) -> usize {
        let first = self.steps.iter().position(|it| it.state != StepState::Done);
        first.unwrap_or_else(|| self.steps.len().saturating_sub(1))
    }

    /// Why it did not go on, where something stood in its way.
    pub fn why(&self) -> Option<Phrase> {
        self.steps.iter().find_map(|it| match &it.state {
            StepState::NotSent(why) | StepState::Refused(why) => Some(why.clone()),
            StepState::Absent => Some(Phrase::new("operation-no-effect")),
            _ => None,
        })
    }

    /// What to do next.
    pub fn next(&self) -> Next {
        if let Some(ending) = self.over {
            return Next::Over(ending);
        }
        if self.closed {
            return Next::Finish(Ending::Closed);
        }
        if self.kept {
            return Next::Keep;
        }
        let taken_back =
            |it: &StepProgress| matches!(it.state, StepState::UndoOpen | StepState::Undone | StepState::UndoFailed(_));
        let turned = self.steps.iter().any(taken_back);
        if turned || (self.undoing && !self.committed()) { self.back(!turned) } else { self.forward() }
    }

    fn forward(&self) -> Next {
        let Some(at) = self.steps.iter().position(|it| it.state != StepState::Done) else {
            return Next::Finish(Ending::Done);
        };
        let it = &self.steps[at];
        match &it.state {
            StepState::New => return Next::Send(at),
            StepState::Open => return Next::Verify(at),
            StepState::NotSent(_) if it.unsent < TRIES => return Next::Send(at),
            _ if it.go => return Next::Send(at),
            _ => {}
        }
        if self.committed() {
            let why = self.why().unwrap_or_else(|| Phrase::new("operation-no-effect"));
            return Next::Ask { step: at, why, again: true };
        }
        self.back(true)
    }

    /// The last step that stands is taken back first. One that is open is settled before. `forward`: nothing was taken
    /// back yet, so that a person may still have it go on.
    fn back(&self, forward: bool) -> Next {
        for (at, it) in self.steps.iter().enumerate().rev() {
            let undo = self.plan.steps[at].undo.is_some();
            match &it.state {
                StepState::Done if !it.sent => {}
                StepState::Open => return Next::Verify(at),
                StepState::UndoOpen => return Next::VerifyUndo(at),
                StepState::UndoFailed(why) if !it.go => {
                    return Next::Ask { step: at, why: why.clone(), again: true };
                }
                StepState::Done | StepState::UndoFailed(_) if undo => return Next::Undo(at),
                StepState::Done => {
                    let cannot = || Phrase::new("operation-cannot-be-undone");
                    let why = self.why().filter(|_| forward).unwrap_or_else(cannot);
                    return Next::Ask { step: if forward { self.at() } else { at }, why, again: forward };
                }
                _ => {}
            }
        }
        Next::Finish(Ending::Undone)
    }
}

/// The plan that an operation goes by: the last it was given.
pub fn in_force<'a>(plan: &'a Plan, entries: &'a [Written]) -> &'a Plan {
    let anew = entries.iter().rev().find_map(|it| match &it.entry {
        Entry::Planned(_, plan) => Some(&**plan),
        _ => None,
    });
    anew.unwrap_or(plan)
}

/// What to do next with an operation. Follows from what is written down alone.
pub fn next(plan: &Plan, entries: &[Written]) -> Next {
    Progress::of(plan, entries).next()
}
