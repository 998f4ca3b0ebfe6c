//! Residence cards: taken as good, taken although something does not fit, sent back.

use serde_json::Value;

use super::{AccountNow, moment};
use crate::backend::operations::plan::{Draft, Planner};
use crate::domain::change::customer::Checklist;
use crate::domain::customer::VerificationState;
use crate::domain::operation::{CheckState, Difference};
use crate::domain::phrase::Phrase;
use crate::domain::text::Text;
use crate::flow::operation::PlanRefused;

impl Planner<'_> {
    pub(super) async fn id_approve(
        &self,
        checked: Checklist,
        method: &Text,
        note: Option<&Text>,
    ) -> Result<Draft, PlanRefused> {
        let draft = self.verified("plan-id-approve", method, note, false).await?;
        let compared = [
            ("field-name-fits", checked.name),
            ("field-birth-fits", checked.birth),
            ("field-address-fits", checked.address),
            ("field-period-good", checked.period),
            ("field-both-sides", checked.sides),
        ];
        Ok(compared.into_iter().fold(draft, |draft, (what, good)| {
            let state = if good { CheckState::Passed } else { CheckState::Failed("check-not-ticked".into()) };
            draft.check(what, state)
        }))
    }

    /// The same without the checklist; a second person answers for it.
    pub(super) async fn id_override(&self, method: &Text, note: &Text) -> Result<Draft, PlanRefused> {
        let mut draft = self.verified("plan-id-override", method, Some(note), true).await?;
        draft.warnings.insert(0, "warning-id-override".into());
        Ok(draft)
    }

    async fn verified(
        &self,
        title: &'static str,
        method: &Text,
        note: Option<&Text>,
        any_method: bool,
    ) -> Result<Draft, PlanRefused> {
        let names = &self.backend.salesforce.names;
        let (rules, words) = (&self.office.reviews, &self.office.words);
        let verified = words.id_status.verified.word();
        let account = self.card().await?;
        let theirs = rules.methods.get(method.as_str()).map_or(method.as_str(), String::as_str);
        let mut fields = vec![
            account.set(&names.id_status, verified.into()),
            account.set(&names.id_verified, moment(self.now).into()),
            account.set(&names.id_method, theirs.into()),
        ];
        fields.extend(note.map(|note| account.set(&names.id_note, note.as_str().into())));
        if !account.word(&names.id_rejection).is_empty() {
            fields.push(account.set(&names.id_rejection, Value::Null));
        }
        let enough = any_method || rules.sim_methods.iter().any(|it| **it == **method);
        let was = account.word(&names.id_status);
        let mut draft = self
            .about(title.into())
            .step(account.update(fields), Phrase::new("step-id-status").with("status", verified), None)
            .check("check-card-waits", waits(&words.verification(was.clone()), false))
            .check(
                "check-method",
                if enough { CheckState::Passed } else { CheckState::Failed("check-method-not-enough".into()) },
            );
        draft.differences.push(difference(&was, verified));
        draft.warnings.push("warning-id-approve".into());
        self.tell(draft, account.id, "residence card verified").await
    }

    pub(super) async fn id_reject(&self, reason: &Text, message: Option<&Text>) -> Result<Draft, PlanRefused> {
        let names = &self.backend.salesforce.names;
        let words = &self.office.words;
        let rejected = words.id_status.rejected.word();
        let why = self.office.reviews.card_reasons.get(reason.as_str());
        let why = why.map(crate::domain::reviews::Words::both).unwrap_or_default();
        let text = message.map_or_else(|| why.clone(), |more| Text::block(&format!("{why}\n\n{more}")));
        let account = self.card().await?;
        let fields = vec![
            account.set(&names.id_status, rejected.into()),
            account.set(&names.id_verified, moment(self.now).into()),
            account.set(&names.id_rejection, text.as_str().into()),
            account.set(&names.id_note, format!("Rejected: {reason}").into()),
        ];
        let was = account.word(&names.id_status);
        let mut draft = self
            .about("plan-id-reject".into())
            .step(account.update(fields), Phrase::new("step-id-status").with("status", rejected), None)
            .check("check-card-waits", waits(&words.verification(was.clone()), true));
        draft.differences.push(difference(&was, rejected));
        draft.warnings.push(Phrase::new("warning-customer-reads").with("text", text));
        self.tell(draft, account.id, "residence card to be sent again").await
    }

    async fn card(&self) -> Result<AccountNow, PlanRefused> {
        let names = &self.backend.salesforce.names;
        AccountNow::read(
            self,
            &[&names.id_status, &names.id_verified, &names.id_method, &names.id_note, &names.id_rejection],
        )
        .await
    }
}

fn difference(was: &Text, to: &str) -> Difference {
    Difference { what: "identity".into(), from: Phrase::as_it_is(&**was), to: Phrase::as_it_is(to) }
}

/// Whether somebody here should decide now.
fn waits(was: &VerificationState, reject: bool) -> CheckState {
    match was {
        VerificationState::UnderReview => CheckState::Passed,
        VerificationState::Verified if !reject => CheckState::Failed("check-card-decided".into()),
        VerificationState::Verified => CheckState::Warns("check-card-verified-before".into()),
        VerificationState::Rejected => CheckState::Failed("check-card-decided".into()),
        VerificationState::NotSubmitted | VerificationState::Other(_) => {
            CheckState::Failed("check-card-not-there".into())
        }
    }
}
