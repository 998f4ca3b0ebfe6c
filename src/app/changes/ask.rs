//! Asking for a change: whether it can be asked for, its form, its plan, its confirmation.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::SignedDuration;

use crate::domain::change::{
    self, Change, Field, FieldKind, Need, Offline, Part, Source, Spec, SubjectKind, Values, Verbs as _, What, When,
    Who, sim,
};
use crate::domain::macros::Macro;
use crate::domain::operation::{Actor, Decision, OperationId, Plan};
use crate::domain::phone::{Fixtures, Msisdn};
use crate::domain::phrase::Phrase;
use crate::domain::sim_rules;
use crate::domain::status::{Place, Tone};
use crate::domain::template::Tongue;
use crate::domain::text::Text;
use crate::domain::time;
use crate::domain::xray::Remedy;
use crate::flow::{
    Action, AuditAct, AuditEntry, Command, Effect, Environment, Fault, OperationState, OperationView, PlanRefused,
    Query, Slot,
};
use crate::locale::{Language, Value};
use crate::overlays::{Asked, Asking, CallerForm, ChangeForm, ConfirmPlan, FieldOption, Overlay, SecondPerson, Wish};
use crate::told;

use super::super::{App, View};
use super::Draft;
use super::offered;
use super::subject::{self, Subject};

/// How long typing pauses before it is kept: every keeping waits for the disk.
const PAUSE: SignedDuration = SignedDuration::from_millis(800);

impl App {
    /// Why an action cannot be done now, where that is not said by where its key works.
    pub(in crate::app) fn why_not(&self, action: Action) -> Option<String> {
        let verb = match action {
            Action::Change(verb) => verb,
            Action::ChangeRows(verb) => return self.why_not_rows(verb),
            Action::ActivationCode => {
                return self.no_activation_here().map(|why| self.look.words.say(why).into_owned());
            }
            Action::Pack | Action::OpenPack | Action::DropPack => {
                return self.no_pack_here(action).map(|why| self.look.words.say(why).into_owned());
            }
            _ => return None,
        };
        let spec = change::spec(verb)?;
        self.stands_against_here(spec).map(|why| self.look.words.phrase(&why, self.revealed))
    }

    /// The same of what the cursor stands on: what is said in a case is not meant for a ticket.
    fn stands_against_here(&self, spec: &'static Spec) -> Option<Phrase> {
        let of_case = spec.fields.iter().any(|field| field.kind == FieldKind::Subject(SubjectKind::Case));
        if of_case && self.stands_on(SubjectKind::Ticket) {
            return Some("change-ticket-in-whmcs".into());
        }
        self.stands_against(spec)
    }

    /// Whether the cursor is on a record of this kind.
    fn stands_on(&self, kind: SubjectKind) -> bool {
        let all = self.customer.as_ref().map(|customer| subject::subjects(kind, customer)).unwrap_or_default();
        all.iter().flat_map(|it| &it.places).any(|place| self.tabs.stands_at(place))
    }

    /// Whether the cursor is on a record of the change's own tab that is none of the change's: it is not about the only other
    /// one then.
    fn stands_elsewhere(&self, part: Part) -> bool {
        self.changes_part() == Some(part) && SubjectKind::ALL.into_iter().any(|kind| self.stands_on(kind))
    }

    /// What stands against asking for a change here.
    fn stands_against(&self, spec: &'static Spec) -> Option<Phrase> {
        if let Some(why) = self.stands_against_verb(spec) {
            return Some(why);
        }
        // A line takes one change at a time.
        let line = (spec.part == Part::Sim).then(|| self.line_under_cursor()).flatten()?;
        self.line_waits(spec.name, &line)
    }

    /// What stands against a change of the open customer, whatever of theirs it is about.
    pub(in crate::app) fn stands_against_verb(&self, spec: &'static Spec) -> Option<Phrase> {
        let Some(customer) = &self.customer else { return Some("change-needs-customer".into()) };
        if self.changes.seat.read_only {
            return Some("notice-read-only-fixed".into());
        }
        // What is written down in a basement waits in the outbox; anything else goes by what a pack cannot know.
        if customer.from_pack.is_some() && !change::may_wait(spec.name) {
            return Some("pack-read-only".into());
        }
        if let Err(why) = self.access().allows(spec, &self.look.options.office.access) {
            return Some(why);
        }
        if spec.name == "fulfil"
            && let Some(why) = change::order::worker_fulfils(&self.look.options.office)
        {
            return Some(why);
        }
        for field in spec.fields {
            if let (FieldKind::Subject(kind), Need::Required) = (field.kind, field.need)
                && subject::subjects(kind, customer).is_empty()
            {
                return Some(subject::none_of(kind).into());
            }
        }
        None
    }

    /// The line under the cursor, or the customer's only one.
    pub(in crate::app) fn line_under_cursor(&self) -> Option<Msisdn> {
        let customer = self.customer.as_ref()?;
        let all = customer.all_lines();
        let here = |line: &&Msisdn| self.tabs.stands_at(&Place::Line(Some((*line).clone())));
        let chosen = all.iter().find(here).or_else(|| if all.len() == 1 { all.first() } else { None });
        chosen.cloned()
    }

    /// What a change of a line has to wait for: a lock of the carrier's, or a change of ours that is on its way.
    fn line_waits(&self, verb: &str, line: &Msisdn) -> Option<Phrase> {
        let customer = self.customer.as_ref()?;
        let lock = customer.line(line)?.value().and_then(|known| known.lock.as_ref());
        if let Some(lock) = lock.filter(|lock| sim::waits_for(verb, lock)) {
            return match lock.until {
                Some(until) if until <= self.now => None,
                Some(until) => Some(Phrase::new("line-locked-until").with("until", until)),
                None => Some("line-locked".into()),
            };
        }
        // Nothing of what waits for a second person was sent.
        let ours = |it: &&OperationView| {
            let awaited = matches!(it.state, OperationState::AwaitsSecond { .. });
            !awaited && matches!(&it.change.what, What::Sim(sim) if sim.line() == line && sim::is_exclusive(sim.verb()))
        };
        let ours = customer.operations.iter().find(ours).filter(|_| sim::is_exclusive(verb))?;
        Some(Phrase::new("line-has-ours").with("what", ours.title.clone()))
    }

    /// Opens the form of a change with what the cursor tells; one that asks nothing more is planned at once.
    pub(in crate::app) fn ask_change(&mut self, verb: &'static str) {
        let Some(spec) = change::spec(verb) else { return };
        if let Some(why) = self.stands_against_here(spec) {
            return self.refuse_to_ask(&why);
        }
        let Some(asking) = self.asking(spec) else { return };
        if asking.asked.is_empty()
            && let Ok(change) = asking.read(&asking.values(), self.now)
        {
            self.note_change(spec, None, &asking.values());
            return self.plan(change);
        }
        let remedy = self.tabs.remedy().and_then(Remedy::change).filter(|it| it.0 == verb).and_then(|it| it.1);
        self.open_form(asking, &remedy.map(|word| (verb.to_owned(), word.to_owned())).into_iter().collect());
        self.read_offered(spec);
    }

    /// Says what stands against asking for a change.
    pub(in crate::app) fn refuse_to_ask(&mut self, why: &Phrase) {
        let text = self.look.words.phrase(why, self.revealed);
        self.notices.add(self.now, Tone::Warning, text);
    }

    /// Opens a form with what was typed into it before; with these values where nothing was.
    pub(super) fn open_form(&mut self, asking: Asking, values: &Values) {
        let mut form = ChangeForm::new(asking);
        form.choose_fields(self.now);
        match self.changes.draft_of(&form.asking().key()) {
            Some(typed) => {
                form.restore(&typed);
                form.choose_fields(self.now);
            }
            None if !values.is_empty() => form.prefill(values),
            None => {}
        }
        self.overlays.push(Overlay::Change(Box::new(form)));
    }

    /// What a form of this verb asks here.
    fn asking(&self, spec: &'static Spec) -> Option<Asking> {
        let customer = self.customer.as_ref()?;
        let mut asking = Asking {
            spec,
            who: Who { key: customer.key.clone(), number: Text::line(&customer.reference()) },
            told: Vec::new(),
            asked: Vec::new(),
            kinds: offered::plans(customer).1,
            office: Arc::clone(&self.look.options.office),
            fixtures: self.fixtures(),
            name: customer.name().clone(),
            theirs: customer.client.value().and_then(|client| Tongue::of(&client.language)),
            rows: None,
            kept: None,
        };
        for field in spec.fields {
            let options = match field.kind {
                FieldKind::Subject(kind) => {
                    let all = subject::subjects(kind, customer);
                    let here = |it: &&Subject| it.places.iter().any(|place| self.tabs.stands_at(place));
                    let is_meant = || field.need == Need::Required && !self.stands_elsewhere(spec.part);
                    let only = || if all.len() == 1 && is_meant() { all.first() } else { None };
                    if let Some(it) = all.iter().find(here).or_else(only) {
                        asking.told.push((field.name, it.value.clone(), it.says.clone()));
                        continue;
                    }
                    all.into_iter().map(|it| (it.value, it.says)).collect()
                }
                FieldKind::OneOf(Source::Plans) if spec.name == "plan-change" => self.plans_to_change_to(),
                _ => self.field_options(field),
            };
            let options = match field.kind {
                FieldKind::Subject(_) => with_none(options, field),
                _ => options,
            };
            let language = asking.theirs.filter(|_| field.name == "language").map(|tongue| match tongue {
                Tongue::English => "en",
                Tongue::Japanese => "ja",
                Tongue::Both => "both",
            });
            // A day is suggested that can still be had.
            let cut_off = self.look.options.office.sim.cut_off();
            let day = match (field.kind, field.need) {
                (FieldKind::Date, Need::Default(word)) if cut_off.is_over(self.now) => cut_off.soonest(word, self.now),
                _ => None,
            };
            let start = language.map(Cow::Borrowed).or_else(|| day.map(|day| Cow::Owned(day.to_string())));
            asking.asked.push(Asked { field, options, start });
        }
        Some(asking)
    }

    /// What a field of this kind can be; empty where it is typed.
    pub(in crate::app) fn field_options(&self, field: &Field) -> Vec<FieldOption> {
        let options = match field.kind {
            FieldKind::Choice(words) => words.iter().map(|word| ((*word).to_owned(), choice(word))).collect(),
            FieldKind::OneOf(source) => self.options(source),
            _ => Vec::new(),
        };
        with_none(options, field)
    }

    /// What a field can be, as far as it is known. Where nothing is, it is typed.
    pub(super) fn options(&self, source: Source) -> Vec<FieldOption> {
        match source {
            Source::Products => {
                let Some(customer) = &self.customer else { return Vec::new() };
                let products = customer.products.value().map(Vec::as_slice).unwrap_or_default();
                products.iter().map(|it| (it.id.to_string(), Phrase::as_it_is(&it.name))).collect()
            }
            Source::Macros => {
                let named = |it: &Macro| {
                    let name = match self.look.words.language() {
                        Language::English => &it.en,
                        Language::Japanese => &it.ja,
                    };
                    (it.code.clone(), Phrase::as_it_is(format!("{} · {name}", it.code)))
                };
                self.look.options.office.macros.0.iter().map(named).collect()
            }
            Source::Offerings => {
                let offerings = &self.look.options.office.reviews.offerings;
                offerings.iter().map(|it| (it.clone(), Phrase::as_it_is(it))).collect()
            }
            Source::Catalogue => self.customer.as_ref().map(|customer| offered::plans(customer).0).unwrap_or_default(),
            Source::Plans => self.look.options.office.sim.offered().map(plan_option).collect(),
            Source::EmailTemplates => self.customer.as_ref().map(offered::templates).unwrap_or_default(),
            Source::ReplyTemplates | Source::Owners => Vec::new(),
        }
    }

    /// What the line under the cursor can change to; every plan where the line was not read.
    fn plans_to_change_to(&self) -> Vec<FieldOption> {
        let rules = &self.look.options.office.sim;
        let line = self.line_under_cursor();
        let line = line.as_ref().and_then(|line| self.customer.as_ref()?.line(line)?.value());
        match line {
            Some(line) => rules.plans_for(line).map(plan_option).collect(),
            None => rules.offered().map(plan_option).collect(),
        }
    }

    pub(in crate::app) fn fixtures(&self) -> Fixtures {
        match self.environment {
            Environment::Sandbox { .. } => Fixtures::Allowed,
            Environment::Starting | Environment::Live { .. } | Environment::Failed(_) => Fixtures::Refused,
        }
    }

    /// Who confirms what at this desk.
    pub(in crate::app) fn actor(&self) -> Actor {
        let access = self.access();
        Actor { name: self.changes.seat.name.clone(), role: access.role, caller: access.caller }
    }

    /// Has a change planned, and shows the plan.
    pub(super) fn plan(&mut self, change: Change) {
        self.plan_as(change, None);
    }

    /// The same of one that waits in the outbox, as it was edited.
    fn plan_as(&mut self, change: Change, kept: Option<OperationId>) {
        self.overlays.push(Overlay::Confirm(Box::new(ConfirmPlan::reading(change.clone(), kept))));
        self.read_plan(change, kept);
    }

    fn read_plan(&mut self, change: Change, kept: Option<OperationId>) {
        let change = Box::new(change);
        let query = kept.map_or_else(|| Query::Plan(change.clone()), |id| Query::PlanKept(id, Some(change.clone())));
        self.read(Slot::Plan, query);
    }

    /// The plan that is being confirmed.
    fn confirming(&mut self) -> Option<&mut ConfirmPlan> {
        self.overlays.iter_mut().rev().find_map(|overlay| match overlay {
            Overlay::Confirm(confirm) => Some(confirm.as_mut()),
            _ => None,
        })
    }

    /// Takes a plan that was read. What does not fit what the systems know is said in the form, if there is one.
    pub(in crate::app) fn planned(&mut self, plan: Result<Box<Plan>, PlanRefused>) {
        let now = self.now;
        let Some(plan) = self.routine_planned(plan) else { return };
        let form = self.overlays.iter().any(|overlay| matches!(overlay, Overlay::Change(_)));
        match plan {
            Err(PlanRefused::Wrong(wrong)) if form => {
                self.overlays.retain(|overlay| !matches!(overlay, Overlay::Confirm(_)));
                if let Some(Overlay::Change(form)) = self.overlays.last_mut() {
                    form.refuse(wrong);
                }
            }
            Err(PlanRefused::Fault(fault)) if form && fault.shuts_out() && self.refused_beside_form(&fault) => {}
            plan => {
                if let Some(confirm) = self.confirming() {
                    confirm.take(plan, now);
                }
            }
        }
    }

    /// Says in the form why what it asks for cannot be done while a system is out of reach. Answers whether it did.
    fn refused_beside_form(&mut self, fault: &Fault) -> bool {
        let Some(Offline::Never(never)) = self.confirming().map(|confirm| confirm.change().what.offline()) else {
            return false;
        };
        self.overlays.retain(|overlay| !matches!(overlay, Overlay::Confirm(_)));
        self.shut_out(fault, never)
    }

    /// A plan's read is over; one that brought nothing is said to have.
    pub(in crate::app) fn plan_ended(&mut self) {
        let now = self.now;
        self.routine_plan_ended();
        if let Some(list) = self.row_list() {
            list.end_reading();
        }
        if let Some(confirm) = self.confirming().filter(|confirm| confirm.is_reading()) {
            confirm.take(Err(PlanRefused::Blocked("confirm-no-answer".into())), now);
        }
    }

    /// An overlay was closed by a person: what was asked for it is no longer waited for.
    pub(in crate::app) fn closed(&mut self, overlay: &Overlay) {
        match overlay {
            Overlay::Confirm(_) | Overlay::Rows(_) => {
                self.bump(Slot::Plan);
                self.effects.push(Effect::Cancel(Slot::Plan));
                if !matches!(overlay, Overlay::Rows(rows) if rows.confirmed_as().is_some()) {
                    self.routine_left();
                }
            }
            Overlay::Routine(run) => self.routine_closed(run),
            Overlay::SignIn(_) => self.sign_in_left(),
            Overlay::RoutineForm(form) => self.routine_form_left(form),
            Overlay::Change(form) => {
                let (key, typed) = (form.asking().key(), form.typed());
                let untouched = form.is_untouched();
                self.keep_draft(key, (!untouched).then_some(typed));
                if !untouched {
                    self.say(Tone::Neutral, "change-draft-kept");
                }
            }
            Overlay::Second(second) => {
                if let Some(until) = second.waits_until() {
                    let until = time::clock(until);
                    let text = self.look.words.with("notice-second-waits", &[("until", Value::Text(&until))]);
                    self.notices.add(self.now, Tone::Neutral, text);
                }
                self.routine_follows();
            }
            Overlay::Activation(_) => self.activation_closed(),
            Overlay::Systems(panel) => self.systems_closed(panel),
            Overlay::Pack(_) | Overlay::PackDoor(_) => self.pack_closed(),
            _ => {}
        }
    }

    /// Does what an overlay asks for a change.
    pub(in crate::app) fn wish(&mut self, wish: Wish) {
        match wish {
            Wish::Plan(change) => {
                self.keep_now();
                self.note_form();
                self.plan(*change);
            }
            Wish::PlanKept(id, change) => {
                self.keep_now();
                self.note_other_change();
                self.plan_as(*change, Some(id));
            }
            Wish::ReadOutbox => self.read_outbox(),
            Wish::LookAtKept(plan) => self.look_at_kept(plan),
            Wish::SendKept(plans) => self.send_kept(plans),
            Wish::EditKept(id) => self.edit_kept(id),
            Wish::PlanRows(verb, rows) => {
                self.keep_now();
                self.note_form();
                self.plan_rows(verb, rows);
            }
            Wish::BeginRows(plans) => self.begin_rows(plans),
            Wish::RunRoutine(routine, values) => self.run_routine(&routine, &values),
            Wish::KeepRoutine(routine) => self.keep_routine(*routine),
            Wish::DropRecording => self.drop_recording(),
            Wish::SealPack(passphrase) => self.seal_pack(passphrase),
            Wish::OpenPack(passphrase) => self.try_pack(passphrase),
            Wish::DropPack => self.drop_pack(),
            Wish::SignInPasted(pasted) => self.sign_in_pasted(pasted),
            Wish::StopRows(id) => self.effects.push(Effect::Run(Command::StopRows(id))),
            Wish::ResumeRows(id) => self.resume_rows(id),
            Wish::PlanAgain => {
                if let Some(list) = self.row_list() {
                    list.read_again();
                    let changes = list.changes();
                    self.read(Slot::Plan, Query::PlanRows(changes));
                    return;
                }
                let Some(confirm) = self.confirming() else { return };
                confirm.read_again();
                let (change, kept) = (confirm.change().clone(), confirm.of_outbox());
                self.read_plan(change, kept);
            }
            Wish::Mend => self.overlays.retain(|overlay| !matches!(overlay, Overlay::Confirm(_))),
            Wish::Begin(plan) => self.begin(plan),
            Wish::ApproveHere { id, name, pin } => {
                self.effects.push(Effect::Run(Command::ApproveHere { id, name, pin }));
            }
            Wish::Approve(code) => {
                let by = self.actor();
                self.effects.push(Effect::Run(Command::Approve { code, by }));
            }
            Wish::Decide(id, decision) => {
                // Who closes a row that was not begun closes all of them.
                let ids = match decision {
                    Decision::Close(_) => self.rows_not_begun(id),
                    _ => vec![id],
                };
                for id in ids {
                    let command = Command::Decide(id, self.actor(), decision.clone());
                    self.effects.push(Effect::Run(command));
                }
            }
            Wish::CodeOf(id) => self.ask_activation_of(id),
            Wish::ShowCode => self.show_activation(),
            Wish::FindCode => self.find_activation(),
            Wish::VerifyCaller => self.ask_caller(),
            Wish::Follow(change) => {
                self.note_other_change();
                // It comes in the place of what was asked for before; what was typed for that is kept.
                while let Some(asked) =
                    self.overlays.pop_if(|it| matches!(it, Overlay::Change(_) | Overlay::Confirm(_)))
                {
                    self.closed(&asked);
                }
                self.plan(*change);
            }
            Wish::Post(id) => self.post_receipt(id),
            Wish::Tend(tend) => self.tend(tend),
            Wish::Untend => self.untend(),
            Wish::Incident { what, tell } => self.begin_incident(what, tell),
            Wish::Caller { level, note } => {
                self.overlays.pop();
                self.caller_is(level, &note);
            }
        }
    }

    /// Has a receipt said in a case of the customer's, for colleagues: its form, with the receipt as it would be copied.
    fn post_receipt(&mut self, id: OperationId) {
        let Some(view) = self.changes.operations.iter().find(|it| it.id == id) else { return };
        let Some(receipt) = &view.receipt else { return };
        if !self.customer.as_ref().is_some_and(|open| open.key.same_customer(&view.who().key)) {
            self.refuse_in_list(&"notice-open-customer-first".into());
            return;
        }
        let line = told::receipt(receipt, &self.look.words);
        let Some(spec) = change::spec("comment") else { return };
        if let Some(why) = self.stands_against(spec) {
            self.refuse_in_list(&why);
            return;
        }
        let Some(asking) = self.asking(spec) else { return };
        let mut form = ChangeForm::new(asking);
        form.prefill(&Values::from([("text".to_owned(), line)]));
        self.overlays.push(Overlay::Change(Box::new(form)));
    }

    /// Says why something cannot be done, in the list of operations too, which may stand over the notices.
    fn refuse_in_list(&mut self, why: &Phrase) {
        let text = self.look.words.phrase(why, self.revealed);
        if let Some(Overlay::Operations(list)) = self.overlays.last_mut() {
            list.refused(text.clone());
        }
        self.notices.add(self.now, Tone::Warning, text);
    }

    /// A plan was confirmed: it is carried out, or a second person is asked for.
    pub(in crate::app) fn begin(&mut self, mut plan: Box<Plan>) {
        let mut draft = None;
        self.overlays.retain(|overlay| match overlay {
            Overlay::Change(form) => {
                let key = form.asking().key();
                Self::with_typing(&mut plan, &key, form.values());
                draft = Some(Draft { key, typed: form.typed(), used: false });
                false
            }
            Overlay::Confirm(_) => false,
            _ => true,
        });
        self.changes.unsaved = None;
        let actor = self.actor();
        let id: OperationId = plan.id;
        if self.is_kept(id) {
            if let Some(Draft { key, .. }) = draft {
                self.keep_draft(key, None);
            }
            self.send_kept(vec![*plan]);
            return;
        }
        self.changes.begun.insert(id, draft);
        self.routine_began(vec![id]);
        if plan.second {
            self.overlays.push(Overlay::Second(Box::new(SecondPerson::new(&plan))));
            self.effects.push(Effect::Run(Command::AskSecond(plan, actor)));
        } else {
            self.effects.push(Effect::Run(Command::Begin(plan, actor)));
        }
    }

    /// Opens the card of the caller's facts. They are shown there unmasked, which is audited.
    pub(in crate::app) fn ask_caller(&mut self) {
        let Some(customer) = &self.customer else { return };
        let form = CallerForm::new(customer, self.changes.caller);
        self.effects.push(Effect::Audit(AuditEntry {
            at: self.now,
            act: AuditAct::Reveal,
            customer: customer.reference(),
            note: "to verify the caller".to_owned(),
            step: None,
        }));
        self.overlays.push(Overlay::Caller(Box::new(form)));
    }

    /// The field that has the keyboard was typed into: it is kept once typing pauses.
    pub(in crate::app) fn typed(&mut self) {
        let Some(Overlay::Change(form)) = self.overlays.last() else { return };
        let (key, typed) = (form.asking().key(), form.typed());
        if self.changes.draft_of(&key).as_ref() == Some(&typed) {
            return;
        }
        if self.changes.unsaved.is_none() {
            self.effects.push(Effect::Tick);
        }
        self.changes.unsaved = Some((self.now, key, typed));
    }

    /// Keeps what was typed, once typing has paused.
    pub(in crate::app) fn keep_typed(&mut self) {
        match &self.changes.unsaved {
            Some((at, ..)) if self.now.duration_since(*at) >= PAUSE => self.keep_now(),
            Some(_) => self.effects.push(Effect::Tick),
            None => {}
        }
    }

    /// Leaves. What was typed last is kept first.
    pub(in crate::app) fn quit(&mut self) {
        self.keep_now();
        self.drop_activation();
        self.stop_rows();
        self.effects.push(Effect::Quit);
    }

    /// Keeps what was typed so far.
    pub(in crate::app) fn keep_now(&mut self) {
        if let Some((_, key, typed)) = self.changes.unsaved.take() {
            self.keep_draft(key, Some(typed));
        }
    }

    /// Keeps a draft, or forgets it.
    pub(super) fn keep_draft(&mut self, key: String, typed: Option<Values>) {
        self.changes.unsaved = None;
        let body = typed.and_then(|typed| serde_json::to_string(&typed).ok());
        let known = match &body {
            Some(body) => self.changes.drafts.insert(key.clone(), body.clone()),
            None => self.changes.drafts.remove(&key),
        };
        if known != body {
            self.effects.push(Effect::Run(Command::Draft(key, body)));
        }
    }

    /// On the tab of a part, its changes' keys come first.
    pub(in crate::app) fn changes_part(&self) -> Option<Part> {
        (self.view == View::Customer && self.customer.is_some()).then(|| self.tabs.active.part())
    }
}

/// A plan with its price a month.
fn plan_option(plan: &sim_rules::Plan) -> FieldOption {
    let price = Phrase::new("price-monthly").with("amount", plan.price());
    let says = Phrase::new("option-plan").with("name", Text::line(&plan.name)).with("price", price);
    (plan.code.clone(), says)
}

fn choice(word: &str) -> Phrase {
    Phrase { key: format!("choice-{}", word.to_lowercase()).into(), with: Vec::new() }
}

/// What can be left out can also be nothing.
fn with_none(mut options: Vec<FieldOption>, field: &Field) -> Vec<FieldOption> {
    if field.need == Need::Optional && field.when == When::Always && !options.is_empty() {
        // Of a switch, none would read as off.
        let switch = options.iter().any(|(word, _)| word == "off");
        options.insert(0, (String::new(), if switch { "choice-unchanged" } else { "choice-none" }.into()));
    }
    options
}
