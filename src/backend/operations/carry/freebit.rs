//! Writes to Freebit. Most are taken at once and carried out later; a line that carries one out is locked meanwhile.

use crate::domain::phrase::Phrase;
use crate::domain::write::Facts;
use crate::domain::write::freebit::Write;
use crate::flow::fault::Fault;

use super::{Carrier, Looked, Proof, Sent, unsent};

impl Carrier<'_> {
    pub(super) async fn look_freebit(&self, write: &Write) -> Result<Looked, Fault> {
        match write {
            Write::AddQuota { line, .. } => {
                if self.our_top_up(line).await? {
                    return Ok(Looked::Already(self.quota_code()));
                }
                let found = self.backend.freebit.line(line, self.now).await?;
                Ok(match found.lock {
                    Some(lock) => Looked::Refused(match lock.until {
                        Some(until) => Phrase::new("line-locked-until").with("until", until),
                        None => Phrase::new("line-locked"),
                    }),
                    None => Looked::Ready(Facts::new()),
                })
            }
        }
    }

    pub(super) async fn send_freebit(&self, write: &Write) -> Sent {
        let answer = match write {
            Write::AddQuota { line, quota } => {
                self.backend.freebit.add_quota(line, *quota, &self.operation.to_string()).await
            }
        };
        match answer {
            Ok(()) => Sent::Answered(self.quota_code()),
            Err(fault) => unsent(&fault),
        }
    }

    pub(super) async fn prove_freebit(&self, write: &Write) -> Result<Proof, Fault> {
        match write {
            Write::AddQuota { line, .. } => {
                Ok(if self.our_top_up(line).await? { Proof::Done(self.quota_code()) } else { Proof::Absent })
            }
        }
    }

    async fn our_top_up(&self, line: &crate::domain::phone::Msisdn) -> Result<bool, Fault> {
        let code = self.operation.to_string();
        Ok(self.backend.freebit.top_ups(line, self.now).await?.iter().any(|top_up| top_up.code == code.as_str()))
    }

    fn quota_code(&self) -> Facts {
        Facts::from([("quota_code".to_owned(), self.operation.to_string())])
    }
}
