//! Changes as the screen knows them: who may ask for what, the operations on their way, what was being typed.

mod ask;
mod follow;
mod offered;
mod outbox;
mod rows;
mod subject;

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::access::{Access, CallerLevel, Seat};
use crate::domain::change::Values;
use crate::domain::customer::CustomerKey;
use crate::domain::operation::OperationId;
use crate::domain::status::Tone;
use crate::domain::text::Text;
use crate::flow::{AuditAct, AuditEntry, Effect, Environment, OperationView};

use super::App;

pub(super) use follow::Toast;
pub(super) use offered::offered_in;
pub(super) use rows::value_of;
pub(super) use subject::{none_of, subjects};

/// What is known of changes.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Who sits here.
    seat: Seat,
    /// How sure they are that the caller is the customer who is open.
    pub(super) caller: CallerLevel,
    /// This desk only looks until somebody switches it.
    looks_only: bool,
    /// Operations, newest first.
    pub(super) operations: Vec<OperationView>,
    /// Confirmed at this desk in this run, each with the draft it was made from.
    begun: BTreeMap<OperationId, Option<Draft>>,
    /// Somebody was told that operations of before wait.
    told_of_waiting: bool,
    /// What was being typed, by its key.
    drafts: BTreeMap<String, String>,
    /// What was typed since it was last kept, and when.
    unsaved: Option<(Timestamp, String, Values)>,
    /// What the last change came to, while it is news.
    pub(super) toast: Option<Toast>,
}

/// What was typed for a change that was confirmed: it comes back where nothing was changed.
#[derive(Debug)]
struct Draft {
    key: String,
    typed: Values,
    /// The change is in the journal: it is no draft while that is on its way.
    used: bool,
}

impl Changes {
    pub(super) fn new(seat: Seat) -> Self {
        Self { seat, ..Self::default() }
    }

    pub(super) fn draft(&mut self, key: String, body: String) {
        self.drafts.insert(key, body);
    }

    /// A customer's operations that are not over.
    pub(super) fn open_of(&self, key: &CustomerKey) -> Vec<OperationView> {
        let of_customer = self.operations.iter().filter(|it| !it.state.over() && it.who().key.same_customer(key));
        of_customer.cloned().collect()
    }

    /// What was typed for a change another time.
    fn draft_of(&self, key: &str) -> Option<Values> {
        serde_json::from_str(self.drafts.get(key)?).ok()
    }
}

impl App {
    /// Who may change what at this desk now.
    pub(super) fn access(&self) -> Access {
        let Changes { seat, caller, looks_only, .. } = &self.changes;
        Access { role: seat.role, caller: *caller, read_only: seat.read_only || *looks_only }
    }

    /// Who sits at this desk.
    pub(super) fn actor_name(&self) -> Text {
        self.changes.seat.name.clone()
    }

    /// What the desk is connected to became known: on real systems it only looks until somebody switches it.
    pub(super) fn looks_first(&mut self, environment: &Environment) {
        self.changes.looks_only = matches!(environment, Environment::Live { .. });
    }

    /// Lets this desk change things, or only look.
    pub(super) fn switch_writing(&mut self) {
        if self.changes.seat.read_only {
            self.say(Tone::Warning, "notice-read-only-fixed");
            return;
        }
        self.changes.looks_only = !self.changes.looks_only;
        self.say(Tone::Info, if self.changes.looks_only { "notice-read-only" } else { "notice-writing" });
    }

    /// Another customer is open: nobody knows who is calling about them.
    pub(super) fn forget_caller(&mut self) {
        self.changes.caller = CallerLevel::V0;
        self.changes.toast = None;
        self.drop_activation();
    }

    /// The person at the desk says how sure they are of the caller.
    fn caller_is(&mut self, level: CallerLevel, note: &str) {
        let Some(customer) = &self.customer else { return };
        self.changes.caller = level;
        let note = format!("{} {note}", level.name());
        let customer = customer.reference();
        let entry = AuditEntry { at: self.now, act: AuditAct::VerifyCaller, customer, note, step: None };
        self.effects.push(Effect::Audit(entry));
        let text = self.look.words.with("notice-caller", &[("level", crate::locale::Value::Text(level.name()))]);
        self.notices.add(self.now, Tone::Info, text);
    }
}
