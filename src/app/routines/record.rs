//! Recording a routine: what one does at the desk is noted by what it means, and what cannot be noted is said at once.

use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::status::Segment;
use madoguchi_ui::table::Direction;

use crate::domain::change::{Spec, Values};
use crate::domain::customer::CustomerKey;
use crate::domain::routine::Routine;
use crate::domain::routine::record::{Look, Recorded, RecordedChange, Recording, is_personal};
use crate::domain::status::Tone;
use crate::flow::{Action, Customer, Effect, actions};
use crate::locale::Value;
use crate::overlays::{Overlay, RoutineForm};
use crate::scene::Scene;

use super::super::{App, View};

/// A recording on its way.
#[derive(Debug)]
pub(in crate::app) struct Recorder {
    recording: Recording,
    /// Whose records one is at.
    whose: Option<CustomerKey>,
    /// What was planned last. It counts once neither its form nor its plan is in sight.
    planned: Option<RecordedChange>,
    /// Every row shown was marked, or unmarked, by what was just done.
    marked_all: bool,
    /// What is to be said of what was just done, behind what that says itself.
    remark: Option<String>,
}

impl App {
    /// Whether a routine is being recorded.
    pub(in crate::app) const fn recording(&self) -> bool {
        self.recorder.is_some()
    }

    /// Begins to record, or ends it and asks what is to be kept.
    pub(in crate::app) fn switch_recording(&mut self) {
        let Some(recorder) = &mut self.recorder else {
            if self.look.options.routine_folder.is_none() {
                return self.say(Tone::Warning, "record-nowhere");
            }
            let whose = self.customer.as_ref().map(|open| open.key.clone());
            let recording = Recording::default();
            self.recorder =
                Some(Box::new(Recorder { recording, whose, planned: None, marked_all: false, remark: None }));
            let key = self.scene().key(Action::Record);
            let text = self.look.words.with("record-begins", &[("key", Value::Text(&key))]);
            self.notices.add(self.now, Tone::Info, text);
            return;
        };
        if let Some(change) = recorder.planned.take() {
            recorder.recording.change(change);
        }
        let steps = std::mem::take(&mut recorder.recording.steps);
        if !steps.iter().any(|step| !matches!(step, Recorded::Go(_))) && steps.len() < 2 {
            self.recorder = None;
            return self.say(Tone::Neutral, "record-nothing");
        }
        let taken = self.look.options.routines.iter().map(|file| file.name.clone()).collect();
        self.overlays.push(Overlay::RoutineForm(Box::new(RoutineForm::new(steps, taken))));
    }

    /// An action is about to be done. One that is in no routine is said to be in none.
    pub(in crate::app) fn note_action(&mut self, action: Action) {
        let Some(recorder) = &mut self.recorder else { return };
        match action {
            Action::Board => recorder.recording.board(),
            Action::MarkAll => recorder.marked_all = true,
            Action::Mark | Action::MarkRange => self.remark("record-not-marks"),
            Action::Reveal
            | Action::Copy
            | Action::CopyMenu
            | Action::Export
            | Action::AsText
            | Action::ReadAloud
            | Action::ActivationCode
            | Action::VerifyCaller
            | Action::Undo
            | Action::Approve
            | Action::Writing
            | Action::Pack
            | Action::OpenPack
            | Action::DropPack
            | Action::SignIn => self.not_recorded(action),
            _ => {}
        }
    }

    fn not_recorded(&mut self, action: Action) {
        let spec = actions().find(|spec| spec.action == action);
        let what = spec.map(|spec| self.look.words.say(&spec.words()).into_owned()).unwrap_or_default();
        let text = self.look.words.with("record-not", &[("what", Value::Text(&what))]);
        self.remark(&text);
    }

    /// Has this said, words or a key of them, behind what the action says itself.
    fn remark(&mut self, said: &str) {
        let text = self.look.words.say(said).into_owned();
        if let Some(recorder) = &mut self.recorder {
            recorder.remark = Some(text);
        }
    }

    /// What a change was planned with: by its form where there is one.
    pub(in crate::app) fn note_form(&mut self) {
        let form = self.overlays.iter().rev().find_map(|overlay| match overlay {
            Overlay::Change(form) => Some(form),
            _ => None,
        });
        let Some(form) = form.filter(|_| self.recorder.is_some()) else { return };
        let (spec, rows, values) = (form.asking().spec, form.asking().rows.as_ref().map(|it| it.0), form.values());
        self.note_change(spec, rows, &values);
    }

    /// A change was planned with these values.
    pub(in crate::app) fn note_change(&mut self, spec: &'static Spec, rows: Option<&'static str>, values: &Values) {
        if self.recorder.is_none() {
            return;
        }
        if self.view != View::Customer {
            // A routine runs on the customer in hand, and these are many.
            return self.remark("record-not-queue");
        }
        let facts = facts(self.customer.as_ref());
        let facts: Vec<&str> = facts.iter().map(String::as_str).collect();
        let change = RecordedChange::new(spec, rows, values, &|text: &str| is_personal(text, &facts));
        if let Some(field) = change.turned_own() {
            let field = self.look.words.say(&format!("field-{field}")).into_owned();
            let text = self.look.words.with("record-asked", &[("field", Value::Text(&field))]);
            self.notices.add(self.now, Tone::Info, text);
        }
        if let Some(recorder) = &mut self.recorder {
            recorder.planned = Some(change);
        }
    }

    /// A change was planned that came from elsewhere than a form.
    pub(in crate::app) fn note_other_change(&mut self) {
        self.remark("record-not-this");
    }

    /// Sees what became of what was just done.
    pub(in crate::app) fn observe(&mut self) {
        let Some(mut recorder) = self.recorder.take() else { return };
        if !self.overlays.iter().any(|overlay| matches!(overlay, Overlay::RoutineForm(_))) {
            self.observed(&mut recorder);
        }
        if let Some(text) = recorder.remark.take() {
            self.notices.add(self.now, Tone::Warning, text);
        }
        self.recorder = Some(recorder);
    }

    fn observed(&mut self, recorder: &mut Recorder) {
        let asked = |overlay: &Overlay| matches!(overlay, Overlay::Change(_) | Overlay::Confirm(_) | Overlay::Rows(_));
        if !self.overlays.iter().any(asked)
            && let Some(change) = recorder.planned.take()
        {
            recorder.recording.change(change);
        }
        let marked_all = std::mem::take(&mut recorder.marked_all);
        let Some(customer) = self.customer.as_ref().filter(|_| self.view == View::Customer && !self.typing()) else {
            return;
        };
        let look = self.tabs.look();
        let marked = look.as_ref().map_or(0, |look| look.marked);
        let (filter, sort) = look.map_or((String::new(), None), |look| (look.filter, look.sort));
        let sort = sort.map(|(column, direction)| (column, direction == Direction::Descending));
        let look = Look { page: self.tabs.page_name(), filter, sort };
        let same = recorder.whose.as_ref().is_some_and(|key| key.same_customer(&customer.key));
        if !same {
            let first = recorder.whose.replace(customer.key.clone()).is_none();
            if !first {
                recorder.recording.begins_anew(look);
                recorder.remark = Some(self.look.words.say("record-not-customer").into_owned());
                return;
            }
        }
        let facts = facts(Some(customer));
        let facts: Vec<&str> = facts.iter().map(String::as_str).collect();
        recorder.recording.sees(look, &|text: &str| is_personal(text, &facts));
        if marked_all {
            recorder.recording.marks(marked > 0);
        }
    }

    /// The form below is left: what was recorded goes on where it was, without what was deleted there.
    pub(in crate::app) fn routine_form_left(&mut self, form: &RoutineForm) {
        if let Some(recorder) = &mut self.recorder {
            recorder.recording.steps = form.steps().to_vec();
            self.say(Tone::Info, "record-goes-on");
        }
    }

    /// What was recorded is to be kept under its name.
    pub(in crate::app) fn keep_routine(&mut self, routine: Routine) {
        self.overlays.retain(|overlay| !matches!(overlay, Overlay::RoutineForm(_)));
        self.recorder = None;
        if let Some(folder) = self.look.options.routine_folder.clone() {
            self.effects.push(Effect::KeepRoutine(folder, routine));
        }
    }

    /// What was recorded is thrown away.
    pub(in crate::app) fn drop_recording(&mut self) {
        self.overlays.retain(|overlay| !matches!(overlay, Overlay::RoutineForm(_)));
        self.recorder = None;
        self.say(Tone::Neutral, "record-dropped");
    }

    /// That a routine is being recorded, for the status bar.
    pub(in crate::app) fn recording_segment<'a>(&self, scene: &Scene<'a>) -> Option<Segment<'a>> {
        let kept = self.overlays.iter().any(|overlay| matches!(overlay, Overlay::RoutineForm(_)));
        let recorder = self.recorder.as_ref().filter(|_| !kept)?;
        let n = Value::Number(recorder.recording.steps.len() as i64);
        let key = scene.key(Action::Record);
        let words = scene.with("status-recording", &[("n", n), ("key", Value::Text(&key))]);
        Some(Segment::new(words, 0).mark(Mark::Warning).role(Mark::Warning.role()))
    }
}

/// What is the customer's own, as it may stand in a text.
fn facts(customer: Option<&Customer>) -> Vec<String> {
    let Some(customer) = customer else { return Vec::new() };
    let mut facts = vec![customer.name().to_string()];
    if let Some(account) = customer.account.value() {
        let of = [&account.number, &account.name, &account.kana, &account.email, &account.address];
        facts.extend(of.map(ToString::to_string));
        facts.extend(account.phones.iter().map(|it| it.written.to_string()));
    }
    if let Some(client) = customer.client.value() {
        let of = [&client.name, &client.company, &client.email, &client.address, &client.phone.written];
        facts.extend(of.map(ToString::to_string));
    }
    facts.extend(customer.all_lines().iter().map(|line| line.digits().to_owned()));
    facts.retain(|fact| !fact.is_empty());
    facts
}
