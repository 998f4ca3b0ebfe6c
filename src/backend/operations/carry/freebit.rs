//! Writes to Freebit. Most are taken at once and carried out later; a line that carries one out is locked meanwhile.
//!
//! Freebit has no key by which a repeated request would be known. A top-up carries our id; everything else is proved by the
//! line itself: it was one way before, nothing else was running, and now it is another way, or on its way there.

use crate::domain::effective::EffectiveDate;
use crate::domain::line::{Line, LineState, Lock, Operation, VoiceOptions};
use crate::domain::phone::Msisdn;
use crate::domain::phrase::Phrase;
use crate::domain::write::Facts;
use crate::domain::write::freebit::Write;
use crate::flow::fault::Fault;

use super::{Carrier, Looked, Proof, Sent, unsent};

impl Carrier<'_> {
    pub(super) async fn look_freebit(&self, write: &Write) -> Result<Looked, Fault> {
        if let Write::AddQuota { line, .. } = write
            && self.our_top_up(line).await?
        {
            return Ok(Looked::Already(self.quota_code()));
        }
        let line = self.backend.freebit.detail(write.line(), self.now).await?;
        if let Some(why) = unready(&line, matches!(write, Write::AddQuota { .. })) {
            return Ok(Looked::Refused(why));
        }
        Ok(match write {
            Write::AddQuota { .. } => Looked::Ready(Facts::new()),
            Write::ChangePlan { from, to, on, .. } => {
                if let Some(why) = stale_day(*on, self) {
                    return Ok(Looked::Refused(why));
                }
                match &line.planned {
                    _ if line.plan == *to => Looked::Already(Facts::new()),
                    Some(_) => Looked::Refused("line-has-plans".into()),
                    None if line.plan == *from => Looked::Ready(Facts::new()),
                    None => Looked::Refused("line-other-plan".into()),
                }
            }
            Write::SetVoice { from, to, .. } => {
                let now = VoiceOptions::of(&line);
                if to.beyond(now).is_empty() {
                    Looked::Already(Facts::new())
                } else if to.before(now) == *from {
                    Looked::Ready(Facts::new())
                } else {
                    Looked::Refused("line-other-options".into())
                }
            }
            Write::ChangeNetwork { to, .. } => {
                if line.network == to.word() {
                    Looked::Already(Facts::new())
                } else {
                    Looked::Ready(Facts::new())
                }
            }
        })
    }

    pub(super) async fn send_freebit(&self, write: &Write) -> Sent {
        let freebit = &self.backend.freebit;
        let answer = match write {
            Write::AddQuota { line, quota } => freebit.add_quota(line, *quota, &self.operation.to_string()).await,
            Write::ChangePlan { line, to, on, .. } => freebit.change_plan(line, to, *on, self.now).await,
            Write::SetVoice { line, to, .. } => freebit.set_voice(line, *to).await,
            Write::ChangeNetwork { line, to } => freebit.change_network(line, *to).await,
        };
        match answer {
            Ok(()) => Sent::Answered(match write {
                Write::AddQuota { .. } => self.quota_code(),
                _ => Facts::new(),
            }),
            Err(fault) => unsent(&fault),
        }
    }

    pub(super) async fn prove_freebit(&self, write: &Write) -> Result<Proof, Fault> {
        if let Write::AddQuota { line, .. } = write {
            return Ok(if self.our_top_up(line).await? { Proof::Done(self.quota_code()) } else { Proof::Absent });
        }
        let line = self.backend.freebit.detail(write.line(), self.now).await?;
        Ok(match write {
            Write::AddQuota { .. } => Proof::Absent,
            Write::ChangePlan { to, on, .. } => {
                let planned = line
                    .planned
                    .as_ref()
                    .is_some_and(|it| it.what == Operation::Plan && it.on.is_none_or(|day| day == on.day(self.now)));
                if line.plan == *to || planned { Proof::Done(Facts::new()) } else { unseen(&line) }
            }
            Write::SetVoice { to, .. } => {
                if to.beyond(VoiceOptions::of(&line)).is_empty() {
                    Proof::Done(Facts::new())
                } else {
                    unseen(&line)
                }
            }
            Write::ChangeNetwork { to, .. } => {
                if line.network == to.word() {
                    Proof::Done(Facts::new())
                } else {
                    unseen(&line)
                }
            }
        })
    }

    async fn our_top_up(&self, line: &Msisdn) -> Result<bool, Fault> {
        let code = self.operation.to_string();
        Ok(self.backend.freebit.top_ups(line, self.now).await?.iter().any(|top_up| top_up.code == code.as_str()))
    }

    fn quota_code(&self) -> Facts {
        Facts::from([("quota_code".to_owned(), self.operation.to_string())])
    }
}

/// Why this cannot be asked of the line now. More data can be added while voice options or a profile are being changed.
fn unready(line: &Line, more_data: bool) -> Option<Phrase> {
    let lock = line.lock.as_ref().filter(|lock| !(more_data && lock.leaves_data()));
    match (lock, &line.state) {
        (Some(lock), _) => Some(locked(lock)),
        (None, LineState::Active) => None,
        (None, _) => Some("check-line-not-active".into()),
    }
}

fn locked(lock: &Lock) -> Phrase {
    match lock.until {
        Some(until) => Phrase::new("line-locked-until").with("until", until),
        None => Phrase::new("line-locked"),
    }
}

/// A day that was to come when the change was confirmed and is over now.
fn stale_day(on: EffectiveDate, carrier: &Carrier<'_>) -> Option<Phrase> {
    on.is_over(carrier.now).then(|| Phrase::new("line-day-is-over"))
}

/// The effect is not there. Nothing ran when the write was sent, so what runs now is most likely it; when nothing runs, it
/// had none.
fn unseen(line: &Line) -> Proof {
    match &line.lock {
        Some(lock) => Proof::Pending { waits: "waits-for-carrier".into(), until: lock.until },
        None => Proof::Absent,
    }
}
