//! Freebit: the key, one line where somebody names one, and the folder with the carrier's notices.
//!
//! Every call of this vendor but the sign-in is about a line, and lines may not be read by the way: so none is, unless it is named.

use super::{Over, Visit};
use crate::backend::freebit::notices;
use crate::domain::phrase::Phrase;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::flow::doctor::{Area, Code, Finding};
use crate::flow::fault::FaultKind;

const SYSTEM: System = System::Freebit;

fn found(code: Code) -> Finding {
    Finding::new(Area::System(SYSTEM), code)
}

impl Visit<'_> {
    pub(super) async fn freebit(&self) -> Result<(), Over> {
        // Whatever the carrier's interface says, its notices come as files.
        self.notices().await;
        let freebit = &self.backend.freebit;
        let (http, base) = freebit.door();
        self.reach(SYSTEM, http, base).await?;
        match freebit.hello().await {
            Ok(()) => {
                let host = Text::line(base.host_str().unwrap_or_default());
                self.say(found(Code::SignedIn).with("who", Phrase::new("doctor-reseller")).with("where", host)).await;
            }
            Err(fault) => {
                let kind = fault.kind;
                let broken = kind == FaultKind::Unreadable || kind.is_outage() && kind != FaultKind::SignIn;
                let code = if broken { Code::Broken } else { Code::SignInRefused };
                self.say(found(code).with("about", "authOem").with("why", fault.message.phrase())).await;
                return Err(Over);
            }
        }
        let Some(line) = &self.how.line else {
            self.say(found(Code::LineUntried)).await;
            return Ok(());
        };
        let finding = |code| found(code).with("line", line.clone());
        self.say(match freebit.line(line, (self.backend.now.0)()).await {
            Ok(_) => finding(Code::Line),
            Err(fault) if fault.is_absence() => finding(Code::LineUnknown),
            Err(fault) if fault.kind.is_outage() => {
                found(Code::Broken).with("about", "getDetail").with("why", fault.message.phrase())
            }
            Err(fault) => finding(Code::LineRefused).with("why", fault.message.phrase()),
        })
        .await;
        Ok(())
    }

    async fn notices(&self) {
        let folder = &self.backend.office.sim.notice_folder;
        if folder.as_os_str().is_empty() {
            return self.say(found(Code::NoticesNone)).await;
        }
        let path = Text::line(&folder.display().to_string());
        self.say(match notices::count(folder).await {
            Ok(n) => found(Code::Notices).with("n", i64::try_from(n).unwrap_or(i64::MAX)).with("path", path),
            Err(why) => found(Code::NoticesUnread).with("path", path).with("why", why.to_string().as_str()),
        })
        .await;
    }
}
