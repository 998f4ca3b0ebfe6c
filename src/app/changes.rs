//! Changes as the screen knows them: the plan that is being confirmed, the operations on their way, what was being typed.

use std::collections::BTreeMap;

use crate::domain::operation::Plan;
use crate::domain::status::Tone;
use crate::flow::{Carried, Notice, NoticeText, OperationView, PlanRefused};

use super::App;

/// What is known of changes.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// What was planned last, until it is confirmed or left.
    plan: Option<Result<Box<Plan>, PlanRefused>>,
    /// Operations, newest first.
    operations: Vec<OperationView>,
    /// What was being typed, by its key.
    drafts: BTreeMap<String, String>,
}

impl Changes {
    pub(super) fn planned(&mut self, plan: Result<Box<Plan>, PlanRefused>) {
        self.plan = Some(plan);
    }

    pub(super) fn take(&mut self, view: OperationView) {
        match self.operations.iter_mut().find(|it| it.id == view.id) {
            Some(old) => *old = view,
            None => self.operations.insert(0, view),
        }
    }

    pub(super) fn draft(&mut self, key: String, body: String) {
        self.drafts.insert(key, body);
    }
}

impl App {
    pub(super) fn carried(&mut self, carried: Carried) {
        if let Carried::Refused(why) = carried {
            let sentence = self.look.words.phrase(&why, self.revealed);
            self.notice(Notice { tone: Tone::Critical, text: NoticeText::Sentence(sentence) });
        }
    }
}
