//! Looks at everything that the desk needs of its systems and says what is found: [`crate::flow::doctor`].
//!
//! - `reach`: the way to a system, its certificate and its clock.
//! - `salesforce`, with `fields` and `words`: who the desk is there, and whether the org is as it is configured.
//! - `whmcs`: its role, action by action, and the ids that are configured. `freebit`: the key, a line, the carrier's notices.
//!
//! Signing in goes the way of every other call. Nothing is changed.

mod fields;
mod freebit;
mod reach;
mod salesforce;
mod whmcs;
mod words;

use super::journal::Verified;
use super::{Backend, Replies};
use crate::domain::nearest;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::flow::doctor::{Area, Code, Examination, Finding};
use crate::flow::fault::{Fault, FaultKind};
use crate::flow::query::Reply;

/// An examination under way.
struct Visit<'a> {
    backend: &'a Backend,
    how: &'a Examination,
    replies: &'a Replies,
}

/// What stands where there is nothing to name.
const NONE: &str = "-";

/// The right word that was probably meant.
fn near<'a>(wrong: &str, right: &[&'a str]) -> &'a str {
    nearest::of(wrong, right).unwrap_or(NONE)
}

/// All that there is.
fn list(there: &[&str]) -> Text {
    Text::line(&if there.is_empty() { NONE.to_owned() } else { there.join(", ") })
}

/// Nothing more can be looked at; why was told.
struct Over;

impl Visit<'_> {
    async fn say(&self, finding: Finding) {
        self.replies.send(Reply::Finding(finding)).await;
    }

    async fn say_all(&self, findings: impl IntoIterator<Item = Finding>) {
        for finding in findings {
            self.say(finding).await;
        }
    }

    /// Something was not told: the system is in trouble, or keeps it from the desk.
    async fn unread(&self, what: &str, fault: &Fault) {
        let code = if fault.kind.is_outage() && fault.kind != FaultKind::SignIn { Code::Broken } else { Code::Unread };
        let finding = Finding::new(Area::System(fault.system), code).with("about", what);
        self.say(finding.with("why", fault.message.phrase())).await;
    }

    /// Changes may be made from this desk.
    fn changes(&self) -> bool {
        !matches!(&self.backend.engine, Ok(engine) if engine.read_only())
    }

    async fn journal(&self) {
        let journal = match &self.backend.engine {
            Ok(engine) => engine.journal(),
            Err(why) => {
                return self.say(Finding::new(Area::Machine, Code::JournalUnopened).with("why", why.clone())).await;
            }
        };
        let finding = |code| Finding::new(Area::Machine, code);
        self.say(match journal.verify().await {
            Ok(Verified { bad: Some(bad), .. }) => {
                finding(Code::JournalBroken).with("n", bad.seq).with("why", bad.why.as_str())
            }
            Ok(Verified { entries, bad: None }) => {
                finding(Code::JournalSound).with("n", i64::try_from(entries).unwrap_or(i64::MAX))
            }
            Err(error) => finding(Code::JournalUnopened).with("why", error.to_string().as_str()),
        })
        .await;
    }
}

impl Backend {
    /// Examines the journal and the systems, all of them at once, and sends what is found as it is found.
    pub(super) async fn examine(&self, how: &Examination, replies: &Replies) {
        let visit = Visit { backend: self, how, replies };
        visit.journal().await;
        let within = async |system, look: std::pin::Pin<Box<dyn Future<Output = Result<(), Over>> + Send + '_>>| {
            match tokio::time::timeout(how.patience, look).await {
                Ok(Ok(())) => {}
                Ok(Err(Over)) => visit.say(Finding::new(Area::System(system), Code::Skipped)).await,
                Err(_) => {
                    let seconds = i64::try_from(how.patience.as_secs()).unwrap_or(i64::MAX);
                    visit.say(Finding::new(Area::System(system), Code::OutOfTime).with("n", seconds)).await;
                }
            }
            replies.send(Reply::Examined(system)).await;
        };
        futures_util::join!(
            within(System::Salesforce, Box::pin(visit.salesforce())),
            within(System::Whmcs, Box::pin(visit.whmcs())),
            within(System::Freebit, Box::pin(visit.freebit())),
        );
    }
}
