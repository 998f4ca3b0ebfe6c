//! Writes to Freebit. Most are taken at once and carried out later; a line that carries one out is locked meanwhile.
//!
//! Freebit has no key by which a repeated request would be known. A top-up carries our id; everything else is proved by the
//! line itself: it was one way before, nothing else was running, and now it is another way, or on its way there.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::backend::freebit::notices;
use crate::domain::effective::EffectiveDate;
use crate::domain::line::{Line, LineState, Lock, Operation, VoiceOptions};
use crate::domain::phone::Msisdn;
use crate::domain::phrase::Phrase;
use crate::domain::port_in::PortIn;
use crate::domain::sim::Eid;
use crate::domain::write::Facts;
use crate::domain::write::freebit::{Profile, Write};
use crate::flow::fault::{Fault, FaultKind};

use super::{Carrier, Looked, Proof, Sent, unsent};

/// When a request that a notice will answer was about to be sent.
const SINCE: &str = "_since";
/// When such a request was accepted.
const ACCEPTED: &str = "_accepted";

impl Carrier<'_> {
    pub(super) async fn look_freebit(&self, write: &Write) -> Result<Looked, Fault> {
        if let Write::AddQuota { line, .. } = write
            && self.our_top_up(line).await?
        {
            return Ok(Looked::Already(self.quota_code()));
        }
        if let Write::QueueCard(port_in) = write {
            return self.look_queue_card(&port_in.line).await;
        }
        let line = self.backend.freebit.detail(write.line(), self.now).await?;
        if let Write::EndLine { on, .. } = write
            && ends(&line, on.day(self.now), false)
        {
            return Ok(Looked::Already(Facts::new()));
        }
        if let Some(why) = unready(&line, write) {
            return Ok(Looked::Refused(why));
        }
        Ok(match write {
            Write::AddQuota { .. } | Write::QueueCard(_) => Looked::Ready(Facts::new()),
            Write::Reissue { old, .. } => {
                if Profile::of(&line) == *old {
                    Looked::Ready(Facts::from([(SINCE.to_owned(), self.now.to_string())]))
                } else {
                    Looked::Refused("line-other-profile".into())
                }
            }
            Write::EndLine { on, .. } => match (stale_day(*on, self), &line.planned) {
                (Some(why), _) => Looked::Refused(why),
                (None, Some(_)) => Looked::Refused("line-has-plans".into()),
                (None, None) => Looked::Ready(Facts::new()),
            },
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
            Write::Reissue { line, eid, old } => freebit.reissue(line, eid, old).await,
            Write::EndLine { line, on } => freebit.end_line(line, *on, self.now).await,
            Write::QueueCard(port_in) => freebit.queue_card(port_in, &self.backend.office.sim.representative).await,
        };
        match answer {
            Ok(()) => Sent::Answered(match write {
                Write::AddQuota { .. } => self.quota_code(),
                Write::Reissue { .. } | Write::QueueCard(_) => {
                    Facts::from([(ACCEPTED.to_owned(), self.now.to_string())])
                }
                _ => Facts::new(),
            }),
            Err(fault) => unsent(&fault),
        }
    }

    pub(super) async fn prove_freebit(&self, write: &Write) -> Result<Proof, Fault> {
        if let Write::AddQuota { line, .. } = write {
            return Ok(if self.our_top_up(line).await? { Proof::Done(self.quota_code()) } else { Proof::Absent });
        }
        if let Write::QueueCard(port_in) = write {
            return self.prove_queue_card(port_in).await;
        }
        let line = self.backend.freebit.detail(write.line(), self.now).await?;
        Ok(match write {
            Write::AddQuota { .. } | Write::QueueCard(_) => Proof::Absent,
            Write::Reissue { eid, old, .. } => self.prove_reissue(&line, eid, old).await,
            Write::EndLine { on, .. } => {
                if ends(&line, on.day(self.now), true) {
                    Proof::Done(Facts::new())
                } else {
                    unseen(&line)
                }
            }
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

    /// The line is reached by another profile on the new chip, or the carrier's notice says so. As long as neither is there,
    /// an accepted request is waited for: no call tells that it is given up.
    async fn prove_reissue(&self, line: &Line, eid: &Eid, old: &Profile) -> Proof {
        let now = Profile::of(line);
        let other = now.product_number != old.product_number || now.iccid != old.iccid;
        if now.eid.as_ref() == Some(eid) && other {
            return Proof::Done(Facts::new());
        }
        let since: Option<Timestamp> = self.facts.get(SINCE).and_then(|at| at.parse().ok());
        let since = since.and_then(notices::earliest);
        let folder = &self.backend.office.sim.notice_folder;
        let notices = notices::about(folder, line.msisdn.digits()).await;
        let ours = notices.iter().find(|notice| {
            notice.what.contains("esim") && notice.at >= since && (notice.eid.is_empty() || notice.eid == eid.as_str())
        });
        let accepted = line.lock.is_some() || self.facts.contains_key(ACCEPTED);
        match ours {
            Some(notice) if notice.done => Proof::Done(Facts::from([("notice".to_owned(), notice.file.to_string())])),
            None if accepted => Proof::Pending {
                waits: "waits-for-notice".into(),
                until: line.lock.as_ref().and_then(|lock| lock.until),
            },
            // The carrier says that it did not, or never took it.
            Some(_) | None => Proof::Absent,
        }
    }

    async fn look_queue_card(&self, line: &Msisdn) -> Result<Looked, Fault> {
        match self.backend.freebit.detail(line, self.now).await {
            Ok(_) => Ok(Looked::Refused("port-in-line-exists".into())),
            Err(fault) if fault.kind == FaultKind::NotFound => Ok(Looked::Ready(Facts::new())),
            Err(fault) => Err(fault),
        }
    }

    /// Nothing tells what is queued. A line with that card shows that it was; before that only the answer does, and where
    /// none came a person has to look at the vendor's own screen.
    async fn prove_queue_card(&self, port_in: &PortIn) -> Result<Proof, Fault> {
        match self.backend.freebit.detail(&port_in.line, self.now).await {
            Ok(line) if *line.product_number == *port_in.card.as_str() => return Ok(Proof::Done(Facts::new())),
            Ok(_) => {}
            Err(fault) if fault.kind == FaultKind::NotFound => {}
            Err(fault) => return Err(fault),
        }
        Ok(if self.facts.contains_key(ACCEPTED) {
            Proof::Done(Facts::new())
        } else {
            Proof::Pending { waits: "waits-for-queue".into(), until: None }
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

/// Why this cannot be asked of the line now. More data can be added while voice options or a profile are being changed, and
/// a suspended line can be ended.
fn unready(line: &Line, write: &Write) -> Option<Phrase> {
    let more_data = matches!(write, Write::AddQuota { .. });
    let end = matches!(write, Write::EndLine { .. });
    let lock = line.lock.as_ref().filter(|lock| !(more_data && lock.leaves_data()));
    match (lock, &line.state) {
        (Some(lock), _) => Some(locked(lock)),
        (None, LineState::Active) => None,
        (None, LineState::Suspended) if end => None,
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

/// Whether the line has ended, or is going to with that day. An end without a day is ours only when we asked for one.
fn ends(line: &Line, day: Date, asked: bool) -> bool {
    let planned = line.planned.as_ref().filter(|it| it.what == Operation::Cancellation);
    line.state == LineState::Ended || planned.is_some_and(|it| it.on.map_or(asked, |on| on == day))
}

/// The effect is not there. Nothing ran when the write was sent, so what runs now is most likely it; when nothing runs, it
/// had none.
fn unseen(line: &Line) -> Proof {
    match &line.lock {
        Some(lock) => Proof::Pending { waits: "waits-for-carrier".into(), until: lock.until },
        None => Proof::Absent,
    }
}
