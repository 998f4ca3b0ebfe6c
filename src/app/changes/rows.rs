//! One change for all marked rows of a list: what can be asked, its form, the plans of all, and what came of each.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::access::{Access, CallerLevel};
use crate::domain::bulk::Bulk;
use crate::domain::change::{self, Change, FieldKind, Spec, SubjectKind, Who};
use crate::domain::operation::{Actor, OperationId, Plan};
use crate::domain::phrase::Phrase;
use crate::domain::status::{Place, Tone};
use crate::domain::text::Text;
use crate::flow::{Command, Effect, OperationState, OperationView, PlanRefused, Query, Slot};
use crate::locale::Value;
use crate::overlays::{Asked, AskedRow, Asking, Overlay, Palette, RowList};
use crate::tabs::Marked;
use crate::tabs::page::Page as _;

use super::super::{App, View, scene};
use super::Draft;

impl App {
    /// The marked rows of the list in sight; in a queue, the row under the cursor where none is marked.
    pub(in crate::app) fn marked(&self) -> Vec<Marked> {
        match (self.view, &self.customer) {
            (View::Customer, Some(_)) => self.tabs.marked(),
            (View::Queue, _) => {
                let marked = self.queue_screen.marked();
                if marked.is_empty() { self.queue_screen.current_marked().into_iter().collect() } else { marked }
            }
            _ => Vec::new(),
        }
    }

    /// Chooses among the changes of the open customer and of the marked rows.
    pub(in crate::app) fn show_changes(&mut self) {
        let rows = self.marked();
        let many: Vec<&'static Spec> =
            change::specs().filter(|spec| spec.bulk && subject_of(spec, &rows).is_some()).collect();
        let customer = self.view == View::Customer && self.customer.is_some();
        if !customer && many.is_empty() {
            if self.view == View::Queue {
                self.say(Tone::Neutral, "bulk-nothing");
            }
            return;
        }
        let why_not = |action| self.why_not(action);
        let menu = Palette::of_changes(self.layers(), (rows.len(), &many), customer, why_not, &self.scene());
        self.overlays.push(Overlay::Palette(menu));
    }

    /// Who asks for a change of many rows. Of customers who are only rows of a queue nobody called.
    fn rows_access(&self) -> Access {
        let access = self.access();
        if self.view == View::Queue { Access { caller: CallerLevel::V0, ..access } } else { access }
    }

    /// What stands against asking for a change of all marked rows.
    pub(in crate::app) fn stands_against_rows(&self, spec: &'static Spec) -> Option<Phrase> {
        if self.shows_packed() {
            return Some("pack-read-only".into());
        }
        let rules = &self.look.options.office.access;
        let access = self.rows_access();
        access.allows(spec, rules).and_then(|()| rules.bulk.allows(self.marked().len(), access.role)).err()
    }

    /// Opens the form of a change of all marked rows; one that asks nothing more is planned at once.
    pub(in crate::app) fn ask_rows(&mut self, verb: &'static str) {
        let Some(spec) = change::spec(verb) else { return };
        if let Some(why) = self.stands_against_rows(spec) {
            return self.refuse_to_ask(&why);
        }
        let Some(asking) = self.asking_rows(spec) else { return };
        if asking.asked.is_empty()
            && let Ok(rows) = asking.read_rows(&asking.values(), self.now)
        {
            let field = asking.rows.as_ref().map(|it| it.0);
            self.note_change(spec, field, &asking.values());
            return self.plan_rows(verb, rows);
        }
        self.open_form(asking, &change::Values::new());
    }

    /// What a form of this verb asks for all marked rows. What differs from row to row is not asked.
    fn asking_rows(&self, spec: &'static Spec) -> Option<Asking> {
        let marked = self.marked();
        let (field, kind) = subject_of(spec, &marked)?;
        let open = self.customer.as_ref().filter(|_| self.view == View::Customer);
        let row = |row: &Marked| {
            let who = match (&row.whose, open) {
                (Some(key), _) => Who { key: key.clone(), number: Text::default() },
                (None, customer) => {
                    let customer = customer?;
                    Who { key: customer.key.clone(), number: Text::line(&customer.reference()) }
                }
            };
            Some(AskedRow { who, value: value_of(row.place.as_ref()?, kind)?, called: row.called.clone() })
        };
        let rows: Vec<AskedRow> = marked.iter().filter_map(row).collect();
        let first = rows.first()?.clone();
        let says = Phrase::new("bulk-rows").with("n", rows.len() as i64);
        let asked = |field: &'static change::Field| match field.kind {
            FieldKind::Subject(_) => None,
            _ => Some(Asked { field, options: self.field_options(field), start: None }),
        };
        Some(Asking {
            spec,
            who: first.who,
            told: vec![(field, first.value, says)],
            asked: spec.fields.iter().filter_map(asked).collect(),
            kinds: BTreeMap::new(),
            office: Arc::clone(&self.look.options.office),
            fixtures: self.fixtures(),
            name: Text::line("…"),
            theirs: None,
            rows: Some((field, rows)),
            kept: None,
        })
    }

    /// Has a change of many rows planned, one after the other, and shows the plans.
    pub(in crate::app) fn plan_rows(&mut self, verb: &'static str, rows: Vec<(String, Change)>) {
        let list = RowList::reading(verb, rows, self.now);
        let changes = list.changes();
        self.overlays.push(Overlay::Rows(Box::new(list)));
        self.read(Slot::Plan, Query::PlanRows(changes));
    }

    /// The rows that are planned or were confirmed.
    pub(super) fn row_list(&mut self) -> Option<&mut RowList> {
        self.overlays.iter_mut().rev().find_map(|overlay| match overlay {
            Overlay::Rows(rows) => Some(rows.as_mut()),
            _ => None,
        })
    }

    /// Takes the plan of one row.
    pub(in crate::app) fn row_planned(&mut self, at: usize, plan: Result<Box<Plan>, PlanRefused>) {
        let now = self.now;
        if let Some(list) = self.row_list() {
            list.take(at, plan, now);
        }
    }

    /// The plans of the rows were confirmed.
    pub(super) fn begin_rows(&mut self, plans: Vec<Plan>) {
        let mut draft = None;
        self.overlays.retain(|overlay| match overlay {
            Overlay::Change(form) => {
                draft = Some(Draft { key: form.asking().key(), typed: form.typed(), used: false });
                false
            }
            _ => true,
        });
        self.changes.unsaved = None;
        for plan in &plans {
            self.changes.begun.insert(plan.id, draft.take());
        }
        self.routine_began(plans.iter().map(|plan| plan.id).collect());
        let actor = self.rows_actor();
        self.effects.push(Effect::Run(Command::BeginRows(plans, actor)));
    }

    fn rows_actor(&self) -> Actor {
        Actor { caller: self.rows_access().caller, ..self.actor() }
    }

    /// Goes on with rows that were not begun, and shows how all of them stand.
    pub(super) fn resume_rows(&mut self, id: OperationId) {
        let scene = scene(&self.look, self.now, self.revealed);
        let list = RowList::following(id, &self.changes.operations, &scene);
        if self.row_list().is_none()
            && let Some(list) = list
        {
            self.overlays.push(Overlay::Rows(Box::new(list)));
        }
        let of = self.changes.operations.iter().filter(|it| it.bulk.is_some_and(|bulk| bulk.id == id));
        let ids: Vec<OperationId> = of.map(|it| it.id).collect();
        for id in ids {
            self.changes.begun.entry(id).or_default();
        }
        let actor = self.actor();
        self.effects.push(Effect::Run(Command::ResumeRows(id, actor)));
    }

    /// The desk is left: rows that were not begun wait for whoever comes next.
    pub(in crate::app) fn stop_rows(&mut self) {
        let queued = self.changes.operations.iter().filter(|it| it.state == OperationState::Queued);
        let mut ids: Vec<OperationId> = queued.filter_map(|it| it.bulk).map(|bulk| bulk.id).collect();
        ids.extend(self.row_list().and_then(|list| list.confirmed_as()));
        ids.sort_unstable();
        ids.dedup();
        self.effects.extend(ids.into_iter().map(|id| Effect::Run(Command::StopRows(id))));
    }

    /// The ids of all rows of an operation's kind that were not begun, itself first; itself alone where it is no such row.
    pub(super) fn rows_not_begun(&self, id: OperationId) -> Vec<OperationId> {
        let all = &self.changes.operations;
        let bulk = all.iter().find(|it| it.id == id && it.state == OperationState::Queued).and_then(|it| it.bulk);
        let Some(Bulk { id: of, .. }) = bulk else { return vec![id] };
        let same = |it: &&OperationView| it.state == OperationState::Queued && it.bulk.is_some_and(|it| it.id == of);
        all.iter().filter(same).map(|it| it.id).collect()
    }

    /// A row is over. The last one is news: how many were changed, and how many not.
    pub(super) fn row_ended(&mut self, view: &OperationView) {
        let Some(bulk) = view.bulk else { return };
        let mut of: Vec<&OperationState> = Vec::with_capacity(bulk.of);
        for it in self.changes.operations.iter().filter(|it| it.bulk.is_some_and(|it| it.id == bulk.id)) {
            of.push(if it.id == view.id { &view.state } else { &it.state });
        }
        if of.len() < bulk.of
            || of.iter().any(|state| matches!(state, OperationState::Queued | OperationState::Running))
        {
            return;
        }
        let done = of.iter().filter(|state| matches!(state, OperationState::Done)).count();
        let not = of.len() - done;
        let values = [("done", Value::Number(done as i64)), ("not", Value::Number(not as i64))];
        let text = self.look.words.with("notice-rows-over", &values);
        self.notices.add(self.now, if not == 0 { Tone::Info } else { Tone::Warning }, text);
        if self.view == View::Queue {
            self.read_queue();
        }
    }

    /// Whether an action about marked rows can be done now.
    pub(super) fn why_not_rows(&self, verb: &str) -> Option<String> {
        let why = self.stands_against_rows(change::spec(verb)?)?;
        Some(self.look.words.phrase(&why, self.revealed))
    }
}

/// The field of a verb that all the rows are, and what it takes.
fn subject_of(spec: &'static Spec, rows: &[Marked]) -> Option<(&'static str, SubjectKind)> {
    if rows.is_empty() {
        return None;
    }
    let fits = |kind| rows.iter().all(|row| row.place.as_ref().is_some_and(|place| value_of(place, kind).is_some()));
    spec.fields.iter().find_map(|field| match field.kind {
        FieldKind::Subject(kind) if fits(kind) => Some((field.name, kind)),
        _ => None,
    })
}

/// A place as a field of this kind takes it.
pub fn value_of(place: &Place, kind: SubjectKind) -> Option<String> {
    match (kind, place) {
        (SubjectKind::Case, Place::Case(Some(number))) => Some(number.to_string()),
        (SubjectKind::Task, Place::FollowUp(Some(id))) => Some(id.to_string()),
        (SubjectKind::Invoice, Place::Invoice(Some(id))) => Some(id.to_string()),
        _ => None,
    }
}
