//! Plans for cases while Salesforce cannot be reached, of what is remembered of them.

use crate::backend::cache::Owner;
use crate::backend::salesforce::names::standard as s;
use crate::domain::billing::Listing;
use crate::domain::change::support::{Said, Support};
use crate::domain::customer::{Account, Client};
use crate::domain::operation::Difference;
use crate::domain::order::Case;
use crate::domain::phrase::Phrase;
use crate::domain::template::{self, Tongue};
use crate::domain::text::Text;
use crate::flow::remote::Known;

use super::super::outbox::Remembered;
use super::super::{Draft, Planner};
use super::{Now, changed, text_of};

impl Planner<'_> {
    /// What can be said of a change of a case without reading.
    pub(in super::super) fn support_remembered(&self, support: &Support) -> Option<Remembered> {
        Some(match support {
            Support::Case { text, .. } => {
                let about = Phrase::new("about-customer").with("number", self.change.who.number.clone());
                let mut draft = Draft::new("plan-case".into(), about);
                draft.differences.push(text_of(text));
                self.of_account(draft)
            }
            Support::Comment { case, text, public } => {
                self.of_case(case, |now| Self::said(now, text, *public, "plan-comment"))
            }
            Support::Reply { case, said, .. } => {
                self.of_case(case, |now| Self::said(now, &self.worded_as_known(said), true, "plan-reply"))
            }
            Support::Macro { case, code, reply, note, status, priority, .. } => self.of_case(case, |now| {
                let mut draft = now.draft(Phrase::new("plan-macro").with("code", code.as_str()));
                if let Some(said) = reply {
                    draft.differences.push(text_of(&self.worded_as_known(said)));
                    draft.warnings.push("warning-public".into());
                }
                draft.differences.extend(note.iter().map(|it| Difference { what: "case-note".into(), ..text_of(it) }));
                for (what, from, to) in
                    [("case-status", &now.status, status), ("case-priority", &now.priority, priority)]
                {
                    let becomes = |to: &String| Difference {
                        what: what.into(),
                        from: Phrase::as_it_is(from),
                        to: Phrase::as_it_is(to),
                    };
                    draft.differences.extend(to.as_ref().map(becomes));
                }
                draft
            }),
            Support::CaseStatus { case, status } => self.of_case(case, |now| {
                let from = (&*now.status, &*now.status);
                let mut draft = changed(now, &s::STATUS, "case-status", from, (status, status));
                if self.office.words.case_status.closed.is(status) {
                    draft.warnings.push("warning-case-closed".into());
                }
                draft
            }),
            Support::CasePriority { case, priority } => self.of_case(case, |now| {
                let from = (&*now.priority, &*now.priority);
                changed(now, &s::PRIORITY, "case-priority", from, (priority, priority))
            }),
            Support::CaseTake { .. } | Support::CaseAssign { .. } => return None,
        })
    }

    /// A plan about a case as it is remembered. Of one that is not, nothing is said but its number.
    fn of_case(&self, number: &Text, plan: impl FnOnce(&Now) -> Draft) -> Remembered {
        let account = self.change.who.key.account.map(Owner::Account);
        let known: Option<Known<Listing<Case>>> = account.and_then(|owner| self.backend.cache.last(&owner));
        let case = known.as_ref().and_then(|known| known.value.rows.iter().find(|case| case.number == *number));
        let now = match case {
            Some(case) => Now {
                id: case.id.as_str().to_owned(),
                number: number.clone(),
                subject: case.subject.clone(),
                status: case.status.to_string(),
                priority: case.priority.to_string(),
                closed: case.closed,
                owner_id: String::new(),
                owner: case.owner.clone(),
                customer: Text::default(),
                stamp: String::new(),
                modified: case.modified,
            },
            None => Now { number: number.clone(), ..Now::default() },
        };
        let mut draft = plan(&now);
        if case.is_none() {
            draft.facts.clear();
        }
        let known_at = known.as_ref().filter(|_| case.is_some()).map(|known| known.read_at);
        Remembered { draft, known_at }
    }

    /// What a reply says, as far as the customer's name and language are remembered.
    fn worded_as_known(&self, said: &Said) -> Text {
        let key = &self.change.who.key;
        let account: Option<Known<Account>> = key.account.and_then(|id| self.backend.cache.last(&Owner::Account(id)));
        let client: Option<Known<Client>> = key.client.and_then(|id| self.backend.cache.last(&Owner::Client(id)));
        let text = said.to(client.and_then(|known| Tongue::of(&known.value.language)));
        let name = account.map(|known| known.value.name);
        Text::block(&template::filled(text, |gap| if gap == "name" { name.as_ref().map(Text::as_str) } else { None }))
    }
}
