//! The outbox at the desk: what waits because a system could not be reached, read again when it can be, sent, edited.

use std::sync::Arc;

use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::status::Segment;

use crate::domain::change::{self, FieldKind, Need, Never, Offline, Values};
use crate::domain::operation::{OperationId, Plan, Typing};
use crate::domain::status::Tone;
use crate::domain::system::System;
use crate::domain::template::Tongue;
use crate::flow::{Action, Command, Effect, Fault, Looking, OperationView, PlanRefused, Query, Slot};
use crate::locale::Value;
use crate::overlays::{Asked, Asking, ChangeForm, ConfirmPlan, OutboxList, Overlay};
use crate::scene::Scene;

use super::super::App;

impl App {
    /// Opens the outbox, and reads what its records say now.
    pub(in crate::app) fn open_outbox(&mut self) {
        let list = OutboxList::new(self.access(), &self.changes.operations, self.now);
        self.overlays.push(Overlay::Outbox(Box::new(list)));
        if self.connected {
            self.effects.push(Effect::Run(Command::Look(Looking::GoesOn)));
        }
        self.read_outbox();
    }

    fn outbox_list(&mut self) -> Option<&mut OutboxList> {
        self.overlays.iter_mut().find_map(|overlay| match overlay {
            Overlay::Outbox(list) => Some(list.as_mut()),
            _ => None,
        })
    }

    /// Reads what the records of everything in the outbox say now, where it is in sight.
    pub(super) fn read_outbox(&mut self) {
        if !self.connected {
            return;
        }
        let Some(list) = self.outbox_list() else { return };
        let ids = list.read_all();
        if !ids.is_empty() {
            self.read(Slot::Outbox, Query::Outbox(ids));
        }
    }

    /// The outbox in sight sees how its operations stand. What nobody has read yet is read.
    pub(super) fn follow_outbox(&mut self) {
        let operations = std::mem::take(&mut self.changes.operations);
        let wants = self.outbox_list().is_some_and(|list| {
            list.take(&operations);
            list.wants_reading()
        });
        self.changes.operations = operations;
        if wants {
            self.read_outbox();
        }
    }

    /// What the records of one say now.
    pub(in crate::app) fn kept_planned(&mut self, id: OperationId, plan: Result<Box<Plan>, PlanRefused>) {
        let now = self.now;
        if let Some(list) = self.outbox_list() {
            list.take_read(id, plan, now);
        }
    }

    /// Everything in the outbox was read.
    pub(in crate::app) fn outbox_ended(&mut self) {
        if let Some(list) = self.outbox_list() {
            list.end_reading();
        }
    }

    /// A system answers again: what waits for it can be looked at and sent. Nothing is sent by itself.
    pub(in crate::app) fn outbox_can_go(&mut self, system: System) {
        let n = self.in_outbox().count();
        if n == 0 {
            return;
        }
        let key = self.scene().key(Action::Outbox);
        let values =
            [("system", Value::Text(system.name())), ("n", Value::Number(n as i64)), ("key", Value::Text(&key))];
        let text = self.look.words.with("notice-outbox-can-go", &values);
        self.notices.add(self.now, Tone::Warning, text);
        self.read_outbox();
    }

    fn in_outbox(&self) -> impl Iterator<Item = &OperationView> {
        self.changes.operations.iter().filter(|it| it.state.in_outbox())
    }

    /// Whether anything waits in the outbox.
    pub(in crate::app) fn outbox_waits(&self) -> bool {
        self.in_outbox().next().is_some()
    }

    /// How much waits, for the status bar.
    pub(in crate::app) fn outbox_segment<'a>(&self, scene: &Scene<'a>) -> Option<Segment<'a>> {
        let n = self.in_outbox().count();
        let key = scene.key(Action::Outbox);
        let words = scene.with("status-outbox", &[("n", Value::Number(n as i64)), ("key", Value::Text(&key))]);
        (n > 0).then(|| Segment::new(words, 0).mark(Mark::Pending).role(Mark::Warning.role()))
    }

    /// One was put into the outbox, or came back into it.
    pub(super) fn told_kept(&mut self, view: &OperationView, tried: bool) {
        let key = self.scene().key(Action::Outbox);
        let what = self.look.words.phrase(&view.title, self.revealed);
        let values = [("what", Value::Text(&what)), ("key", Value::Text(&key))];
        let words = if tried { "notice-outbox-back" } else { "notice-outbox-kept" };
        let text = self.look.words.with(words, &values);
        self.notices.add(self.now, Tone::Warning, text);
    }

    /// Shows what one would do now, beside what was known when it was written, to be confirmed.
    pub(super) fn look_at_kept(&mut self, plan: Box<Plan>) {
        self.overlays.push(Overlay::Confirm(Box::new(ConfirmPlan::kept(plan, self.now))));
    }

    /// These were looked at and are to be sent, or were edited and are to be kept.
    pub(super) fn send_kept(&mut self, plans: Vec<Plan>) {
        for plan in &plans {
            self.changes.begun.entry(plan.id).or_default();
        }
        let actor = self.actor();
        self.effects.push(Effect::Run(Command::Send(plans, actor)));
    }

    /// Whether an operation waits in the outbox.
    pub(super) fn is_kept(&self, id: OperationId) -> bool {
        self.in_outbox().any(|it| it.id == id)
    }

    /// Opens the form of one that waits, with what was typed for it.
    pub(super) fn edit_kept(&mut self, id: OperationId) {
        let view = self.in_outbox().find(|it| it.id == id).cloned();
        let Some(view) = view else { return };
        let typing = view.kept.as_ref().and_then(|plan| plan.typing.clone());
        let (Some(spec), Some(typing)) = (change::spec(view.change.what.verb()), typing) else {
            self.refuse_in_outbox("outbox-cannot-edit");
            return;
        };
        if let Err(why) = self.access().allows(spec, &self.look.options.office.access) {
            let text = self.look.words.phrase(&why, self.revealed);
            self.refuse_in_outbox(&text);
            return;
        }
        let open = self.customer.as_ref().filter(|open| open.key.same_customer(&view.who().key));
        let mut asking = Asking {
            spec,
            who: view.who().clone(),
            told: Vec::new(),
            asked: Vec::new(),
            kinds: std::collections::BTreeMap::new(),
            office: Arc::clone(&self.look.options.office),
            fixtures: self.fixtures(),
            name: open.map(|open| open.name().clone()).unwrap_or_default(),
            theirs: open.and_then(|open| Tongue::of(&open.client.value()?.language)),
            rows: None,
            kept: Some(id),
        };
        for field in spec.fields {
            let value = typing.values.get(field.name).cloned().unwrap_or_default();
            match field.kind {
                // What it is about stays: another is another change.
                FieldKind::Subject(_) if field.need == Need::Required => {
                    asking.told.push((field.name, value, view.about.clone()));
                }
                _ => asking.asked.push(Asked { field, options: self.field_options(field), start: None }),
            }
        }
        let mut form = ChangeForm::new(asking);
        form.choose_fields(self.now);
        form.prefill(&typing.values);
        if let Some(typed) = self.changes.draft_of(&form.asking().key()) {
            form.restore(&typed);
        }
        form.choose_fields(self.now);
        self.overlays.push(Overlay::Change(Box::new(form)));
    }

    fn refuse_in_outbox(&mut self, why: &str) {
        let text = self.look.words.say(why).into_owned();
        match self.outbox_list() {
            Some(list) => list.refused(text),
            None => self.notices.add(self.now, Tone::Warning, text),
        }
    }

    /// What was typed goes with a change that may come to wait, so that it can be typed on.
    pub(super) fn with_typing(plan: &mut Plan, key: &str, values: Values) {
        if plan.change.what.offline() == Offline::Waits {
            let key = plan.typing.take().map_or_else(|| key.to_owned(), |typing| typing.key);
            plan.typing = Some(Typing { key, values });
        }
    }

    /// A change cannot be asked for now, because a system does not answer. What was typed stays in its form and as a draft.
    pub(super) fn shut_out(&mut self, fault: &Fault, never: Never) -> bool {
        let words = [self.look.words.say(never.key()).into_owned(), self.scene().fault(fault)];
        let Some(Overlay::Change(form)) = self.overlays.last_mut() else { return false };
        form.shut_out(words.join("\n"));
        let (key, typed, untouched) = (form.asking().key(), form.typed(), form.is_untouched());
        if !untouched {
            self.keep_draft(key, Some(typed));
        }
        true
    }
}
