//! Another eSIM profile for a line.

use crate::domain::mask::Personal;
use crate::domain::operation::CheckState;
use crate::domain::phone::Msisdn;
use crate::domain::phrase::{Arg, Phrase};
use crate::domain::sim::Eid;
use crate::domain::text::Text;
use crate::domain::write::freebit::Profile;
use crate::domain::write::{Write, freebit};
use crate::flow::operation::PlanRefused;

use super::super::{Draft, Planner};
use super::{about, line_active, line_free, nothing_planned};

impl Planner<'_> {
    pub(super) async fn esim_reissue(&self, line: &Msisdn, eid: &Eid) -> Result<Draft, PlanRefused> {
        let found = self.backend.freebit.detail(line, self.now).await?;
        let old = Profile::of(&found);
        let known = if old.product_number.is_none() && old.eid.is_none() {
            CheckState::Failed("check-profile-unknown".into())
        } else {
            CheckState::Passed
        };
        let another =
            if old.eid.as_ref() == Some(eid) { CheckState::Warns("check-same-eid".into()) } else { CheckState::Passed };
        let chip = |eid: Option<&Eid>| match eid {
            // The whole number is personal data: it is compared by its end, or revealed.
            Some(eid) => Phrase::new("as-it-is").with("text", Arg::Masked(Personal::Id, Text::line(&eid.to_string()))),
            None => Phrase::new("no-esim"),
        };
        let mut draft = Draft::new("plan-esim-reissue".into(), about(line));
        draft.differences.push(crate::domain::operation::Difference {
            what: "field-eid".into(),
            from: chip(old.eid.as_ref()),
            to: chip(Some(eid)),
        });
        let mut draft = draft
            .step(
                Write::Freebit(freebit::Write::Reissue { line: line.clone(), eid: eid.clone(), old }),
                Phrase::new("step-reissue").with("line", line.clone()),
                None,
            )
            .no_return()
            .check("check-line-active", line_active(&found))
            .check("check-line-free", line_free(&found))
            .check("check-nothing-planned", nothing_planned(&found))
            .check("check-profile", known)
            .check("check-eid", another);
        let minutes = self.office.sim.notice_minutes;
        draft.effective = Some(Phrase::new("effective-notice").with("at", self.after(minutes)));
        draft.deadline = Some(self.after(minutes));
        draft.line = Some(line.clone());
        draft.warnings.push(if found.is_esim() { "warning-profile-dies" } else { "warning-card-dies" }.into());
        draft.warnings.push("warning-esim-offline".into());
        draft.warnings.push("warning-esim-tell".into());
        Ok(draft)
    }
}
