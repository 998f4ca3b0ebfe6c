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
/// When a registration of voice options was accepted.
const VOICE: &str = "_voice";

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
        if let Write::Register { .. } | Write::OpenEsim { .. } = write {
            return self.look_new_line(write).await;
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
            Write::AddQuota { .. }
            | Write::QueueCard(_)
            | Write::Register { .. }
            | Write::OpenEsim { .. }
            | Write::RegisterVoice { .. } => Looked::Ready(Facts::new()),
            Write::Reissue { old, .. } => {
                if Profile::of(&line) == *old {
                    Looked::Ready(Facts::from([(SINCE.to_owned(), self.now.to_string())]))
                } else {
                    Looked::Refused("line-other-profile".into())
                }
            }
            Write::EndLine { on, .. } => match self.against_end(&line, *on).await? {
                Some(why) => Looked::Refused(why),
                None => Looked::Ready(Facts::new()),
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
            Write::Register { line, plan, .. } => freebit.register(line, plan).await,
            Write::OpenEsim { line, eid, plan, kind, network } => {
                freebit.open_esim(line, eid, (plan, *kind), *network).await
            }
            Write::RegisterVoice { line, options, holder } => freebit.register_voice(line, *options, holder).await,
            Write::QueueCard(port_in) => freebit.queue_card(port_in, &self.backend.office.sim.representative).await,
        };
        match answer {
            Ok(()) => Sent::Answered(match write {
                Write::AddQuota { .. } => self.quota_code(),
                Write::Reissue { .. } | Write::QueueCard(_) | Write::Register { .. } | Write::OpenEsim { .. } => {
                    Facts::from([(ACCEPTED.to_owned(), self.now.to_string())])
                }
                Write::RegisterVoice { .. } => Facts::from([(VOICE.to_owned(), self.now.to_string())]),
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
        if let Write::Register { .. } | Write::OpenEsim { .. } = write {
            return self.prove_new_line(write).await;
        }
        let line = self.backend.freebit.detail(write.line(), self.now).await?;
        Ok(match write {
            Write::AddQuota { .. } | Write::QueueCard(_) | Write::Register { .. } | Write::OpenEsim { .. } => {
                Proof::Absent
            }
            // Options that are all off look as if nobody had registered them: then the answer is all there is.
            Write::RegisterVoice { options, .. } => {
                let so = options.beyond(VoiceOptions::of(&line)).is_empty();
                let told = self.facts.contains_key(VOICE) || options.all().iter().any(|(_, on)| *on == Some(true));
                if line.lock.is_none() && so && told { Proof::Done(Facts::new()) } else { unseen(&line) }
            }
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

    /// Why the line must not be ended after all. Between its plan and now, a colleague may have protected it, a lifted
    /// protection may hold again, and the last moment to ask may be over.
    async fn against_end(&self, line: &Line, on: EffectiveDate) -> Result<Option<Phrase>, Fault> {
        let late = || self.backend.office.sim.cut_off().too_late(on, self.now);
        if let Some(why) = stale_day(on, self).or_else(late) {
            return Ok(Some(why));
        }
        if self.is_protected(&line.msisdn).await? {
            return Ok(Some("check-protected-lift".into()));
        }
        Ok(line.planned.as_ref().map(|_| "line-has-plans".into()))
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

    /// The line is read before anybody asks for it: one that is there already is that of an earlier attempt.
    async fn look_new_line(&self, write: &Write) -> Result<Looked, Fault> {
        Ok(match self.backend.freebit.detail(write.line(), self.now).await {
            Ok(there) => match (&there.lock, &there.state) {
                (None, LineState::Active) if is_on_it(&there, write) => Looked::Already(Facts::new()),
                (Some(lock), _) => Looked::Refused(locked(lock)),
                (None, _) => Looked::Refused("line-not-new".into()),
            },
            Err(fault) if fault.kind == FaultKind::NotFound => Looked::Ready(Facts::new()),
            Err(fault) => return Err(fault),
        })
    }

    /// In service is done. What was accepted and is not there yet is waited for.
    async fn prove_new_line(&self, write: &Write) -> Result<Proof, Fault> {
        let pending = |until| Proof::Pending { waits: "waits-for-carrier".into(), until };
        Ok(match self.backend.freebit.detail(write.line(), self.now).await {
            Ok(there) => match (&there.lock, &there.state) {
                (Some(lock), _) => pending(lock.until),
                (None, LineState::Active) if is_on_it(&there, write) => Proof::Done(Facts::new()),
                (None, LineState::Active | LineState::Ended) => Proof::Absent,
                (None, _) => pending(None),
            },
            Err(fault) if fault.kind == FaultKind::NotFound => {
                if self.facts.contains_key(ACCEPTED) {
                    pending(None)
                } else {
                    Proof::Absent
                }
            }
            Err(fault) => return Err(fault),
        })
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

/// A new line is on the card or the chip that it was asked for: with another one it is somebody else's.
fn is_on_it(line: &Line, write: &Write) -> bool {
    match write {
        Write::Register { card, .. } => line.product_number == *card,
        Write::OpenEsim { eid, .. } => Profile::of(line).eid.as_ref() == Some(eid),
        _ => false,
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
