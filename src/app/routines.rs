//! Routines at the desk: which there are, and how one is asked for and run. What its changes do goes the way of every other
//! change; here is only what comes after what.

mod record;

use std::sync::Arc;

use madoguchi_ui::table::Direction;

use crate::domain::change::{Change, FieldKind, Reader, Spec, SubjectKind, Values, What, Who};
use crate::domain::operation::{Confirm, OperationId, Plan};
use crate::domain::routine::{Asked, BOARD, Routine, Step, Value as Said};
use crate::domain::status::Tone;
use crate::domain::text::Text;
use crate::flow::{Action, Effect, PlanRefused, Query, RoutineFile, Slot};
use crate::locale::Value;
use crate::overlays::{AskedParameter, ConfirmPlan, Overlay, RoutineAsk, RoutineNext, RoutineRun};
use crate::tabs::Did;
use crate::tabs::ask::{Ask, Choice, ChoiceOption};

use super::changes::{none_of, subjects, value_of};
use super::{App, View, scene};

pub(super) use record::Recorder;

impl App {
    /// Says which routines cannot be used, and why the first cannot.
    pub(super) fn warn_of_routines(&mut self) {
        let wrong = self.look.options.routines.iter().filter_map(|file| Some((file, file.routine.as_ref().err()?)));
        let told: Vec<(String, String)> = wrong.map(|(file, why)| (file.name.clone(), why.clone())).collect();
        for (name, why) in told {
            let values = [("name", Value::Text(&name)), ("why", Value::Text(&why))];
            let text = self.look.words.with("notice-routine-broken", &values);
            self.notices.add(self.now, Tone::Warning, text);
        }
    }

    /// Takes the routines as their files are now. One that was spoilt is told.
    pub(super) fn routines_read(&mut self, files: Vec<RoutineFile>) {
        if files != self.look.options.routines {
            self.said.routines.clone_from(&files);
            self.look.options.routines = files;
            self.warn_of_routines();
        }
    }

    /// Lists the routines, to run one.
    pub(super) fn choose_routine(&mut self) {
        if self.look.options.routines.is_empty() {
            let key = self.scene().key(Action::Record);
            let text = self.look.words.with("routine-none", &[("key", Value::Text(&key))]);
            self.notices.add(self.now, Tone::Neutral, text);
            return;
        }
        let one = |file: &RoutineFile| match &file.routine {
            Ok(routine) => {
                let n = Value::Number(routine.steps.len() as i64);
                let aside = self.look.words.with("routine-steps", &[("n", n)]);
                ChoiceOption { text: file.name.clone(), aside, did: Did::Routine(file.name.clone()) }
            }
            Err(why) => ChoiceOption {
                text: file.name.clone(),
                aside: self.look.words.say("routine-cannot-be-used").into_owned(),
                did: Did::Text { title: file.name.clone(), text: why.clone(), personal: false },
            },
        };
        let options = self.look.options.routines.iter().map(one).collect();
        self.overlays.push(Overlay::from(Ask::Choose(Choice { title: "action-routines", options })));
    }

    /// Asks what a routine needs to know; one that needs nothing is looked at at once.
    pub(super) fn ask_routine(&mut self, name: &str) {
        let file = self.look.options.routines.iter().find(|file| file.name == name);
        let Some(routine) = file.and_then(|file| file.routine.clone().ok()) else { return };
        if self.recording() {
            return self.say(Tone::Warning, "record-no-routine");
        }
        let Some(customer) = &self.customer else { return self.say(Tone::Warning, "change-needs-customer") };
        let who = customer.reference();
        let mut asked = Vec::with_capacity(routine.parameters.len());
        for parameter in &routine.parameters {
            let of = routine.field_of(&parameter.name);
            let (options, here) = match of.map(|(_, field)| field.kind) {
                Some(FieldKind::Subject(kind)) => self.subject_options(kind),
                _ => (of.map(|(_, field)| self.field_options(field)).unwrap_or_default(), None),
            };
            if let Some(FieldKind::Subject(kind)) = of.map(|(_, field)| field.kind)
                && options.is_empty()
            {
                return self.refuse_to_ask(&none_of(kind).into());
            }
            let start = here.or_else(|| parameter.default.clone()).unwrap_or_default();
            asked.push(AskedParameter { name: parameter.name.clone(), of, options, start });
        }
        if asked.is_empty() {
            return self.run_routine(&routine, &Values::new());
        }
        self.overlays.push(Overlay::RoutineAsk(Box::new(RoutineAsk::new(routine, who, asked))));
    }

    /// What of this kind the customer has, and which the cursor is on.
    fn subject_options(&self, kind: SubjectKind) -> (Vec<crate::overlays::FieldOption>, Option<String>) {
        let Some(customer) = &self.customer else { return (Vec::new(), None) };
        let all = subjects(kind, customer);
        let here = all.iter().find(|it| it.places.iter().any(|place| self.tabs.stands_at(place)));
        let here = here.map(|it| it.value.clone());
        (all.into_iter().map(|it| (it.value, it.says)).collect(), here)
    }

    /// Looks at what a routine would do with these parameters.
    pub(super) fn run_routine(&mut self, routine: &Arc<Routine>, parameters: &Values) {
        self.overlays.retain(|overlay| !matches!(overlay, Overlay::RoutineAsk(_)));
        let Some(customer) = &self.customer else { return };
        let who = Who { key: customer.key.clone(), number: Text::line(&customer.reference()) };
        let filled = |value: &Said| Said::said(value.filled(parameters));
        let step = |step: &Step| match step {
            Step::Filter(value) => Step::Filter(filled(value)),
            Step::Change(Asked { spec, rows, fields }) => {
                let fields = fields.iter().map(|(name, value)| (*name, filled(value))).collect();
                Step::Change(Asked { spec, rows: *rows, fields })
            }
            other => other.clone(),
        };
        let steps = routine.steps.iter().map(step).collect();
        self.overlays.push(Overlay::Routine(Box::new(RoutineRun::new(routine.name.clone(), who, steps))));
    }

    fn routine_run(&mut self) -> Option<&mut RoutineRun> {
        self.overlays.iter_mut().rev().find_map(|overlay| match overlay {
            Overlay::Routine(run) => Some(run.as_mut()),
            _ => None,
        })
    }

    /// Does what is next about the routine that is looked at or made, as far as nothing has to be waited for.
    pub(super) fn drive_routine(&mut self) {
        // Behind a locked screen nothing is begun, and nothing while a person is asked.
        while self.lock.is_none() && matches!(self.overlays.last(), Some(Overlay::Routine(_))) && !self.reads_customer()
        {
            let now = self.now;
            let Some(run) = self.routine_run() else { return };
            match run.next(now) {
                RoutineNext::Nothing => return,
                RoutineNext::Look(step) => {
                    self.look_at_step(&step);
                    self.read_what_is_needed();
                }
                RoutineNext::Plan(change) => self.read(Slot::Plan, Query::Plan(change)),
                RoutineNext::Begin(plan) => self.begin_step(plan, true),
                RoutineNext::Rows(verb, rows) => self.plan_rows(verb, rows),
            }
        }
    }

    /// What is shown of the customer is still being read: rows may be missing.
    fn reads_customer(&self) -> bool {
        self.reading.iter().any(|slot| matches!(slot, Slot::Customer | Slot::Deeper(_) | Slot::Renew(_)))
    }

    /// Goes about in the desk as a step says, or tells which changes it asks for.
    fn look_at_step(&mut self, step: &Step) {
        let went = match step {
            Step::Go(BOARD) => {
                self.go_board();
                Ok(())
            }
            Step::Go(page) => {
                self.leave();
                self.view = View::Customer;
                self.search.focused = false;
                let there = self.tabs.go_page(page);
                // From the whole list, however somebody looked at it before.
                let scene = scene(&self.look, self.now, self.revealed);
                self.tabs.page_mut().filter_by("", &scene);
                self.tabs.page_mut().mark_shown(false);
                if there { Ok(()) } else { Err("routine-no-page") }
            }
            Step::Filter(value) => {
                let scene = scene(&self.look, self.now, self.revealed);
                let done = self.tabs.page_mut().filter_by(value.fixed().unwrap_or_default(), &scene);
                if done { Ok(()) } else { Err("routine-no-list") }
            }
            Step::Sort { column, descending } => {
                let direction = if *descending { Direction::Descending } else { Direction::Ascending };
                let scene = scene(&self.look, self.now, self.revealed);
                let done = self.tabs.page_mut().sort_on(column, direction, &scene);
                if done { Ok(()) } else { Err("routine-no-column") }
            }
            Step::Mark(all) => {
                if self.tabs.page_mut().mark_shown(*all) {
                    Ok(())
                } else {
                    Err("routine-no-list")
                }
            }
            Step::Change(asked) => {
                let changes = self.changes_of(asked);
                if let Some(run) = self.routine_run() {
                    match changes {
                        Ok(changes) => run.asks(changes),
                        Err(why) => run.cannot(why),
                    }
                }
                return;
            }
        };
        if let Some(run) = self.routine_run() {
            match went {
                Ok(()) => run.went(),
                Err(why) => run.cannot(PlanRefused::Blocked(why.into())),
            }
        }
    }

    /// The changes that a step asks for: one, or one for each marked row.
    fn changes_of(&mut self, asked: &Asked) -> Result<Vec<(String, Change)>, PlanRefused> {
        let blocked = |why: &'static str| PlanRefused::Blocked(why.into());
        let Some(who) = self.routine_run().map(|run| run.who().clone()) else { return Err(blocked("routine-no-page")) };
        let values = asked.values(&Values::new());
        let Some(field) = asked.rows else {
            if let Some(why) = self.stands_against_verb(asked.spec) {
                return Err(PlanRefused::Blocked(why));
            }
            return self.change_of(asked.spec, &values, who).map(|change| vec![(String::new(), change)]);
        };
        let marked = self.marked();
        if marked.is_empty() {
            return Err(blocked("routine-no-rows"));
        }
        if let Some(why) = self.stands_against_rows(asked.spec) {
            return Err(PlanRefused::Blocked(why));
        }
        let kind = asked.spec.fields.iter().find(|it| it.name == field).map(|it| it.kind);
        let mut changes = Vec::with_capacity(marked.len());
        for row in marked {
            let value = match (kind, &row.place) {
                (Some(FieldKind::Subject(kind)), Some(place)) => value_of(place, kind),
                _ => None,
            };
            let Some(value) = value else { return Err(blocked("routine-other-rows")) };
            let mut values = values.clone();
            values.insert(field.to_owned(), value);
            changes.push((row.called, self.change_of(asked.spec, &values, who.clone())?));
        }
        Ok(changes)
    }

    fn change_of(&self, spec: &'static Spec, values: &Values, who: Who) -> Result<Change, PlanRefused> {
        let mut reader = Reader::new(spec, values, &self.look.options.office, self.now, self.fixtures());
        let what = What::read(spec, &mut reader);
        let wrong = reader.wrong();
        match what {
            Some(what) if wrong.is_empty() => Ok(Change { who, what }),
            _ => Err(PlanRefused::Wrong(wrong)),
        }
    }

    /// Takes a plan that was read for the routine in sight. Answers whether it was one.
    pub(super) fn routine_planned(
        &mut self,
        plan: Result<Box<Plan>, PlanRefused>,
    ) -> Option<Result<Box<Plan>, PlanRefused>> {
        // What lies over it is asked about first.
        let waits = matches!(self.overlays.last(), Some(Overlay::Routine(run)) if run.wants_plan());
        if !waits {
            return Some(plan);
        }
        if let Some(Overlay::Routine(run)) = self.overlays.last_mut()
            && let Some((plan, same)) = run.take(plan)
        {
            self.begin_step(plan, same);
        }
        None
    }

    /// Carries out the plan of a step that was seen; what a person has to type for, what needs a second person, and what
    /// would do something else by now, lies before them first.
    fn begin_step(&mut self, plan: Box<Plan>, same: bool) {
        if same && plan.confirm == Confirm::Key && !plan.second {
            self.begin(plan);
            return;
        }
        let mut confirm = ConfirmPlan::reading(plan.change.clone(), None);
        confirm.take(Ok(plan), self.now);
        self.overlays.push(Overlay::Confirm(Box::new(confirm)));
        if !same {
            self.say(Tone::Warning, "routine-changed");
        }
    }

    /// These operations were begun: where a routine is being made, they are its step's.
    pub(super) fn routine_began(&mut self, ids: Vec<OperationId>) {
        if let Some(run) = self.routine_run() {
            run.began(ids);
        }
    }

    /// Reading plans is over.
    pub(super) fn routine_plan_ended(&mut self) {
        if let Some(Overlay::Routine(run)) = self.overlays.last_mut() {
            run.end_reading();
        }
    }

    /// A person left what a step of the routine asked: it stops there.
    pub(super) fn routine_left(&mut self) {
        let why = self.look.words.say("routine-left").into_owned();
        if let Some(run) = self.routine_run() {
            run.left(why);
        }
        self.routine_follows();
    }

    /// The routine in sight sees how its operations stand.
    pub(super) fn routine_follows(&mut self) {
        let second = self.overlays.iter().any(|overlay| matches!(overlay, Overlay::Second(_)));
        let operations = std::mem::take(&mut self.changes.operations);
        if let Some(run) = self.routine_run() {
            run.follow(&operations, second);
        }
        self.changes.operations = operations;
    }

    /// A routine was put away by a person. What was begun goes on by itself; what was not is said.
    pub(super) fn routine_closed(&mut self, run: &RoutineRun) {
        self.bump(Slot::Plan);
        self.effects.push(Effect::Cancel(Slot::Plan));
        if run.is_begun() {
            let (done, of) = run.count();
            let values = [("done", Value::Number(done as i64)), ("of", Value::Number(of as i64))];
            let text = self.look.words.with("routine-stopped-at", &values);
            self.notices.add(self.now, Tone::Warning, text);
        }
    }
}
