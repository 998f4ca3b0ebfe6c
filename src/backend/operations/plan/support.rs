//! Plans for cases.

mod memory;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::backend::salesforce::Part;
use crate::backend::salesforce::names::standard as s;
use crate::backend::salesforce::soql::{Condition, Name, Order, Soql};
use crate::backend::salesforce::wire::Record;
use crate::domain::change::support::{Said, Support};
use crate::domain::change::{Change, What, Wrong};
use crate::domain::operation::{CheckState, Difference, Fact};
use crate::domain::phrase::{Arg, Phrase};
use crate::domain::template::{self, Tongue};
use crate::domain::text::Text;
use crate::domain::time;
use crate::domain::words::List;
use crate::domain::write::salesforce::{Content, Set, Unchanged, Write as Salesforce};
use crate::domain::write::{Id, Write};
use crate::flow::operation::PlanRefused;

use super::customer::{reminder, text_of};
use super::outbox::last_change;
use super::{Draft, Planner};

/// An open case of the same customer this young may well be about the same.
const YOUNG: SignedDuration = SignedDuration::from_hours(24);

/// The most characters of a task's subject.
const LONGEST_SUBJECT: usize = 255;

/// A case as it stands.
#[derive(Default)]
struct Now {
    id: String,
    number: Text,
    subject: Text,
    status: String,
    priority: String,
    closed: bool,
    owner_id: String,
    owner: Text,
    /// The customer, as the account is called.
    customer: Text,
    stamp: String,
    modified: Option<Timestamp>,
}

impl Now {
    /// What it says, to be compared with what it said.
    fn facts(&self) -> Vec<Fact> {
        let says = |what, says: &str| Fact::new(what, Phrase::as_it_is(says));
        let mut facts = vec![
            says("case-status", &self.status),
            says("case-priority", &self.priority),
            says("case-owner", &self.owner),
        ];
        facts.extend(last_change(self.modified));
        facts
    }

    /// A plan about it.
    fn draft(&self, title: impl Into<Phrase>) -> Draft {
        Draft { facts: self.facts(), ..Draft::new(title.into(), self.about()) }
    }

    fn about(&self) -> Phrase {
        Phrase::new("about-case").with("case", self.number.clone()).with("subject", Arg::Free(self.subject.clone()))
    }

    /// One field, expected as it was read: who changed the case since is not overwritten.
    fn set(&self, field: &Name, from: &str, to: &str) -> Write {
        Write::Salesforce(self.update(field, from, to, Some(self.stamp.clone())))
    }

    /// One field, expected as it was read, whatever else was changed since: behind a write of our own the case is not the
    /// one that was read.
    fn set_behind(&self, field: &Name, from: &str, to: &str) -> Write {
        Write::Salesforce(self.update(field, from, to, None))
    }

    fn update(&self, field: &Name, from: &str, to: &str, stamp: Option<String>) -> Salesforce {
        Salesforce::Update {
            object: s::CASE.as_str().to_owned(),
            id: Id::Known(self.id.clone()),
            fields: vec![Set { field: field.as_str().to_owned(), from: from.into(), to: to.into() }],
            stamp,
        }
    }

    /// A comment. What the customer reads is written for the case as it was read; what colleagues read hurts nobody.
    fn say(&self, text: &Text, public: bool) -> Write {
        let unchanged =
            Unchanged { object: s::CASE.as_str().to_owned(), id: self.id.clone(), stamp: self.stamp.clone() };
        let value = |value: Value| Content::Value(value);
        Write::Salesforce(Salesforce::Create {
            object: s::CASE_COMMENT.as_str().to_owned(),
            fields: vec![
                (s::PARENT_ID.as_str().to_owned(), self.id.as_str().into()),
                (s::COMMENT_BODY.as_str().to_owned(), text.as_str().into()),
                (s::IS_PUBLISHED.as_str().to_owned(), value(public.into())),
            ],
            fact: if public { "comment" } else { "note" }.to_owned(),
            unchanged: public.then_some(unchanged),
        })
    }
}

impl Planner<'_> {
    pub(super) async fn support(&self, support: &Support) -> Result<Draft, PlanRefused> {
        match support {
            Support::Case { subject, text, kind, priority, origin } => {
                let words = [(&s::TYPE, kind), (&s::PRIORITY, priority), (&s::ORIGIN, origin)];
                self.new_case(subject, text, words).await
            }
            Support::Comment { case, text, public } => {
                let now = self.case(case).await?;
                Ok(Self::said(&now, text, *public, "plan-comment"))
            }
            Support::Reply { case, said, .. } => {
                let now = self.case(case).await?;
                let (text, language) = self.worded(said, &now, "template").await?;
                let draft = Self::said(&now, &text, true, "plan-reply");
                Ok(draft.check("check-language", language))
            }
            Support::Macro { case, code, reply, note, status, priority, remind } => {
                let now = self.case(case).await?;
                let sets = [
                    (&s::STATUS, "case-status", &now.status, status),
                    (&s::PRIORITY, "case-priority", &now.priority, priority),
                ];
                let draft = now.draft(Phrase::new("plan-macro").with("code", code.as_str()));
                let draft = self.answer_and_note(draft, &now, reply.as_ref(), note.as_ref()).await?;
                self.set_and_remind(draft, &now, sets, *remind).await
            }
            Support::CaseStatus { case, status } => {
                let now = self.case(case).await?;
                let mut draft = changed(&now, &s::STATUS, "case-status", (&now.status, &now.status), (status, status));
                draft.inverse = self.case_back(List::CaseStatusWords, &now.status, |status| Support::CaseStatus {
                    case: now.number.clone(),
                    status,
                });
                if self.office.words.case_status.closed.is(status) {
                    draft.warnings.push("warning-case-closed".into());
                }
                Ok(draft)
            }
            Support::CasePriority { case, priority } => {
                let now = self.case(case).await?;
                let (from, to) = ((&*now.priority, &*now.priority), (&**priority, &**priority));
                let mut draft = changed(&now, &s::PRIORITY, "case-priority", from, to);
                draft.inverse = self.case_back(List::CasePriorityWords, &now.priority, |priority| {
                    Support::CasePriority { case: now.number.clone(), priority }
                });
                Ok(draft)
            }
            Support::CaseTake { case } => {
                let (now, me) = futures_util::join!(self.case(case), self.backend.salesforce.agent());
                let (now, me) = (now?, me?);
                Ok(self.handed(&now, me.id.as_str(), &me.name))
            }
            Support::CaseAssign { case, owner } => {
                let (now, owner) = futures_util::join!(self.case(case), self.owner(owner));
                let (now, (id, name)) = (now?, owner?);
                Ok(self.handed(&now, &id, &name))
            }
        }
    }

    async fn new_case(&self, subject: &Text, text: &Text, words: [(&Name, &String); 3]) -> Result<Draft, PlanRefused> {
        let account = self.change.who.key.account.ok_or_else(|| PlanRefused::Blocked("plan-no-account".into()))?;
        let young = self.now.checked_sub(YOUNG).unwrap_or(self.now);
        let open = Condition::All(vec![
            Condition::Is(s::ACCOUNT_ID, account.as_str().to_owned()),
            Condition::Flag(s::IS_CLOSED, false),
        ]);
        let query = Soql::select(&[s::ID, s::CASE_NUMBER, s::SUBJECT, s::CREATED], &s::CASE)
            .filter(&open)
            .ordered(&[(&s::CREATED, Order::Falling)])
            .limit(1);
        let twin = self.rows(query).await?.into_iter().find(|row| {
            let at: Option<Timestamp> = time::salesforce_datetime(&row.text(&s::CREATED)).ok();
            at.is_some_and(|at| at >= young)
        });
        let mut fields: Vec<(String, Content)> = vec![
            (s::ACCOUNT_ID.as_str().to_owned(), account.as_str().into()),
            (s::SUBJECT.as_str().to_owned(), subject.as_str().into()),
            (s::DESCRIPTION.as_str().to_owned(), text.as_str().into()),
        ];
        fields.extend(words.map(|(field, word)| (field.as_str().to_owned(), word.as_str().into())));
        let write = Salesforce::Create {
            object: s::CASE.as_str().to_owned(),
            fields,
            fact: "case".to_owned(),
            unchanged: None,
        };
        let says = Phrase::new("step-case").with("subject", Arg::Free(subject.clone()));
        let about = Phrase::new("about-customer").with("number", self.change.who.number.clone());
        let draft = Draft::new("plan-case".into(), about).step(Write::Salesforce(write), says, None);
        let mut draft = Draft { facts: self.account_now(account).await?, ..draft };
        let state = match &twin {
            None => CheckState::Passed,
            Some(row) => {
                let number = Text::line(&row.text(&s::CASE_NUMBER));
                draft.instead.push(Change {
                    who: self.change.who.clone(),
                    what: What::Support(Support::Comment { case: number.clone(), text: text.clone(), public: false }),
                });
                let twin = Text::line(&row.text(&s::SUBJECT));
                CheckState::Warns(Phrase::new("check-case-young").with("case", number).with("subject", Arg::Free(twin)))
            }
        };
        draft = draft.check("check-case-twin", state);
        draft.differences.push(text_of(text));
        Ok(draft)
    }

    /// Something said in a case.
    fn said(now: &Now, text: &Text, public: bool, title: &'static str) -> Draft {
        let says = if public { "step-comment-public" } else { "step-comment-internal" };
        let state = if now.closed { CheckState::Warns("check-case-closed".into()) } else { CheckState::Passed };
        let mut draft = now
            .draft(title)
            .step(now.say(text, public), Phrase::new(says).with("case", now.number.clone()), None)
            .check("check-case-open", state);
        draft.differences.push(text_of(text));
        if public {
            draft.warnings.push("warning-public".into());
        }
        draft
    }

    /// What a reply says to this customer, and whether it is known in which language they read.
    async fn worded(&self, said: &Said, now: &Now, field: &'static str) -> Result<(Text, CheckState), PlanRefused> {
        let (tongue, known) = match (&said.theirs, self.change.who.key.client) {
            (None, _) => (None, CheckState::Passed),
            (Some(_), None) => (None, CheckState::Warns("check-language-unknown".into())),
            // What WHMCS does not tell now is no reason not to answer: both languages are right for everybody.
            (Some(_), Some(client)) => match self.backend.whmcs.client(client).await {
                Ok(client) => match Tongue::of(&client.language) {
                    Some(tongue) => (Some(tongue), CheckState::Passed),
                    None => (None, CheckState::Warns("check-language-unknown".into())),
                },
                Err(_) => (None, CheckState::Warns("check-language-unknown".into())),
            },
        };
        let text = said.to(tongue);
        if now.customer.is_empty() && template::gaps(text).any(|gap| gap == "name") {
            return Err(wrong(field, "wrong-no-name"));
        }
        let name = now.customer.as_str();
        Ok((Text::block(&template::filled(text, |gap| (gap == "name").then_some(name))), known))
    }

    /// The words of a macro: first what the customer reads, which nobody can take back.
    async fn answer_and_note(
        &self,
        mut draft: Draft,
        now: &Now,
        reply: Option<&Said>,
        note: Option<&Text>,
    ) -> Result<Draft, PlanRefused> {
        let closed = if now.closed { CheckState::Warns("check-case-closed".into()) } else { CheckState::Passed };
        draft = draft.check("check-case-open", closed);
        let case = || now.number.clone();
        if let Some(said) = reply {
            let (text, language) = self.worded(said, now, "macro").await?;
            let says = Phrase::new("step-comment-public").with("case", case());
            draft = draft.check("check-language", language).step(now.say(&text, true), says, None).no_return();
            draft.differences.push(text_of(&text));
            draft.warnings.push("warning-public".into());
        }
        if let Some(text) = note {
            let says = Phrase::new("step-comment-internal").with("case", case());
            draft = draft.step(now.say(text, false), says, None);
            draft.differences.push(Difference { what: "case-note".into(), ..text_of(text) });
        }
        Ok(draft)
    }

    /// What a macro sets, where it is not so already, and the reminder.
    async fn set_and_remind(
        &self,
        mut draft: Draft,
        now: &Now,
        sets: [(&Name, &'static str, &String, &Option<String>); 2],
        remind: Option<Timestamp>,
    ) -> Result<Draft, PlanRefused> {
        for (field, what, from, to) in sets {
            let Some(to) = to.as_ref().filter(|to| *to != from) else { continue };
            let says = Phrase::new("step-case-set").with("what", Phrase::new(what)).with("to", to.as_str());
            let write = if draft.steps.is_empty() { now.set(field, from, to) } else { now.set_behind(field, from, to) };
            draft = draft.step(write, says, Some(now.set_behind(field, to, from)));
            let name = |text: &str| Phrase::as_it_is(text);
            draft.differences.push(Difference { what: what.into(), from: name(from), to: name(to) });
            if field == &s::STATUS && self.office.words.case_status.closed.is(to) {
                draft.warnings.push("warning-case-closed".into());
            }
        }
        if let Some(at) = remind {
            let account = self.account()?;
            let subject: String =
                format!("Case {}: {}", now.number, now.subject).chars().take(LONGEST_SUBJECT).collect();
            let fields = self.task(account, &subject, reminder(at)).await?;
            let object = "Task".to_owned();
            let write = Salesforce::Create { object, fields, fact: "task".to_owned(), unchanged: None };
            let says = Phrase::new("step-remind").with("at", at);
            draft = draft.step(Write::Salesforce(write), says, None);
        }
        let state =
            if draft.steps.is_empty() { CheckState::Failed("check-case-already".into()) } else { CheckState::Passed };
        Ok(draft.check("check-case-changes", state))
    }

    /// Another owner.
    fn handed(&self, now: &Now, id: &str, name: &Text) -> Draft {
        let mut draft = changed(now, &s::OWNER_ID, "case-owner", (&now.owner_id, &now.owner), (id, name));
        if !now.owner.is_empty() {
            let what = Support::CaseAssign { case: now.number.clone(), owner: now.owner.clone() };
            draft.inverse = Some(Change { who: self.change.who.clone(), what: What::Support(what) });
        }
        draft
    }

    /// What sets a word back to what it was, where the desk knows that word.
    fn case_back(&self, list: List, was: &str, back: impl FnOnce(String) -> Support) -> Option<Change> {
        let known = self.office.words.meanings(list).iter().any(|it| it.said.is(was));
        known.then(|| Change { who: self.change.who.clone(), what: What::Support(back(was.to_owned())) })
    }

    /// A case of this customer.
    async fn case(&self, number: &Text) -> Result<Now, PlanRefused> {
        let account_name = s::ACCOUNT_PARENT.dot(&s::NAME);
        let names = [
            s::ID,
            s::STAMP,
            s::LAST_MODIFIED,
            s::SUBJECT,
            s::STATUS,
            s::PRIORITY,
            s::IS_CLOSED,
            s::OWNER_ID,
            s::OWNER_NAME,
            s::ACCOUNT_ID,
            account_name.clone(),
        ];
        let query = Soql::select(&names, &s::CASE).filter(&Condition::Is(s::CASE_NUMBER, number.to_string())).limit(1);
        let Some(row) = self.rows(query).await?.into_iter().next() else {
            return Err(wrong("case", "wrong-no-case"));
        };
        let account = self.change.who.key.account;
        if account.is_none_or(|account| account.as_str() != row.text(&s::ACCOUNT_ID)) {
            return Err(wrong("case", "wrong-case-of-another"));
        }
        let line = |name: &Name| Text::line(&row.text(name));
        Ok(Now {
            id: row.text(&s::ID),
            number: number.clone(),
            subject: line(&s::SUBJECT),
            status: row.text(&s::STATUS),
            priority: row.text(&s::PRIORITY),
            closed: row.flag(&s::IS_CLOSED),
            owner_id: row.text(&s::OWNER_ID),
            owner: line(&s::OWNER_NAME),
            customer: line(&account_name),
            stamp: row.text(&s::STAMP),
            modified: time::salesforce_datetime(&row.text(&s::LAST_MODIFIED)).ok(),
        })
    }

    /// The one person or queue of that name: record id and name.
    async fn owner(&self, typed: &Text) -> Result<(String, Text), PlanRefused> {
        let is = |field: &Name| Condition::Is(field.clone(), typed.to_string());
        let people = Condition::Any(vec![is(&s::NAME), is(&s::USERNAME)]);
        let people = Soql::select(&[s::ID, s::NAME], &s::USER).filter(&people).limit(3);
        let queues = Condition::All(vec![is(&s::NAME), Condition::Is(s::TYPE, "Queue".to_owned())]);
        let queues = Soql::select(&[s::ID, s::NAME], &s::GROUP).filter(&queues).limit(3);
        let mut found = self.rows(people).await?;
        found.extend(self.rows(queues).await?);
        match found.as_slice() {
            [one] => Ok((one.text(&s::ID), Text::line(&one.text(&s::NAME)))),
            [] => Err(wrong("owner", "wrong-no-owner")),
            _ => Err(wrong("owner", "wrong-owner-several")),
        }
    }

    async fn rows(&self, query: Soql) -> Result<Vec<Record>, PlanRefused> {
        let mut answers = self.backend.salesforce.batch("support", &[Part::Query(query)]).await?.into_iter();
        Ok(answers.next().transpose()?.unwrap_or_default().records)
    }
}

/// One field of a case becomes another: as it is stored, and as it is called.
fn changed(now: &Now, field: &Name, what: &'static str, from: (&str, &str), to: (&str, &str)) -> Draft {
    let name = |text: &str| Phrase::as_it_is(text);
    let says = Phrase::new("step-case-set").with("what", Phrase::new(what)).with("to", to.1);
    let mut draft = now.draft(Phrase::new("plan-case-set").with("what", Phrase::new(what))).step(
        now.set(field, from.0, to.0),
        says,
        None,
    );
    draft.differences.push(Difference { what: what.into(), from: name(from.1), to: name(to.1) });
    let same = from.0 == to.0;
    let state = if same { CheckState::Failed("check-case-already".into()) } else { CheckState::Passed };
    draft.check("check-case-changes", state)
}

fn wrong(field: &'static str, why: &'static str) -> PlanRefused {
    PlanRefused::Wrong(vec![Wrong { field, why: why.into() }])
}
