//! Following changes: what an operation came to, what is read again after it, what waits for somebody.

use jiff::{SignedDuration, Timestamp};
use madoguchi_ui::toast;

use crate::domain::change::Change;
use crate::domain::operation::OperationId;
use crate::domain::phone::Msisdn;
use crate::domain::phrase::Arg;
use crate::domain::status::Tone;
use crate::domain::system::System;
use crate::flow::{
    Action, Carried, Command, Effect, Looking, Notice, NoticeText, OperationState, OperationView, Query, Slot,
    StepState, Tab,
};
use crate::locale::Value;
use crate::overlays::{OperationList, Overlay, reissued};
use crate::scene::{Scene, tone_mark};
use crate::told;

use super::super::{App, View};

/// How long the end of a change stays in its corner.
const NEWS: SignedDuration = SignedDuration::from_secs(30);

/// What the last change came to.
#[derive(Debug)]
pub(in crate::app) struct Toast {
    id: OperationId,
    at: Timestamp,
    tone: Tone,
    text: String,
    /// The receipt, to copy.
    receipt: Option<String>,
    /// What undoes it.
    inverse: Option<Box<Change>>,
    /// The line whose eSIM has an activation code now.
    code_of: Option<Msisdn>,
}

impl App {
    /// A command is over. What was refused was not sent.
    pub(in crate::app) fn carried(&mut self, carried: Carried) {
        if let Carried::Refused(why) = carried {
            let sentence = self.look.words.phrase(&why, self.revealed);
            for overlay in &mut self.overlays {
                match overlay {
                    Overlay::Second(second) => second.refused(sentence.clone()),
                    Overlay::Rows(rows) => rows.refused(&sentence),
                    Overlay::Routine(run) => run.refused(&sentence),
                    _ => {}
                }
            }
            self.notice(Notice { tone: Tone::Critical, text: NoticeText::Sentence(sentence) });
        }
    }

    /// An operation stands otherwise than before.
    pub(in crate::app) fn operation(&mut self, view: OperationView) {
        let before = self.changes.operations.iter().position(|it| it.id == view.id);
        let was = before.map(|at| self.changes.operations[at].state.clone());
        let mine = self.changes.begun.contains_key(&view.id);
        let followed = was.as_ref().is_some_and(|was| !was.over());
        self.settle_draft(&view, mine || followed);
        if was.as_ref() != Some(&view.state) {
            match &view.state {
                // Of many rows, only the end of all is news.
                state
                    if state.over() && view.bulk.is_some() && (mine || was.as_ref().is_some_and(|was| !was.over())) =>
                {
                    self.row_ended(&view);
                    self.read_touched(&view);
                }
                state if state.over() && (mine || was.as_ref().is_some_and(|was| !was.over())) => {
                    self.ended_with(&view);
                }
                OperationState::Outbox(why) if mine => self.told_kept(&view, why.is_some()),
                // The status bar counts it.
                OperationState::Outbox(_) => {}
                OperationState::WaitsForPerson(_) if mine || was.is_some() => self.asks(&view),
                OperationState::WaitsForSystem { waits, .. } if mine => {
                    let why = self.look.words.phrase(waits, self.revealed);
                    let what = self.look.words.phrase(&view.title, self.revealed);
                    let values = [("what", Value::Text(&what)), ("why", Value::Text(&why))];
                    let text = self.look.words.with("notice-operation-waits", &values);
                    self.notices.add(self.now, Tone::Info, text);
                    self.read_touched(&view);
                }
                state if !state.over() && was.is_none() && !mine => self.tell_of_waiting(),
                _ => {}
            }
        }
        if let Some(toast) = self.changes.toast.as_mut().filter(|toast| toast.id == view.id && toast.receipt.is_none())
        {
            // The end is known before its receipt is written.
            toast.receipt = view.receipt.as_ref().map(|receipt| told::receipt(receipt, &self.look.words));
        }
        if let Some(at) = before {
            self.changes.operations[at] = view;
        } else {
            let at = self.changes.operations.iter().position(|it| it.started <= view.started);
            let end = self.changes.operations.len();
            self.changes.operations.insert(at.unwrap_or(end), view);
        }
        self.show_operations();
    }

    /// What was typed for a change is no draft once the change is in the journal, and one again where nothing was changed.
    fn settle_draft(&mut self, view: &OperationView, here: bool) {
        let Some(Some(draft)) = self.changes.begun.get_mut(&view.id) else {
            // Of what waited, the journal knows what was typed.
            let typing = view.kept.as_ref().and_then(|plan| plan.typing.clone());
            if let (true, OperationState::Undone(_), Some(typing)) = (here, &view.state, typing) {
                self.keep_draft(typing.key, Some(typing.values));
            }
            return;
        };
        let key = draft.key.clone();
        if matches!(view.state, OperationState::Undone(_)) {
            let typed = std::mem::take(&mut draft.typed);
            self.changes.begun.insert(view.id, None);
            self.keep_draft(key, Some(typed));
        } else if !std::mem::replace(&mut draft.used, true) {
            self.keep_draft(key, None);
        }
    }

    /// Overlays that show operations see how they stand now.
    fn show_operations(&mut self) {
        let operations = &self.changes.operations;
        for overlay in &mut self.overlays {
            match overlay {
                Overlay::Operations(list) => list.take(operations),
                Overlay::Rows(rows) => rows.follow(operations),
                Overlay::Second(second) => second.take(operations),
                _ => {}
            }
        }
        self.follow_outbox();
        self.overlays.retain(|overlay| !matches!(overlay, Overlay::Second(second) if second.is_over()));
        self.routine_follows();
        if let Some(customer) = &mut self.customer {
            customer.operations = self.changes.open_of(&customer.key);
        }
        self.refresh_tabs();
    }

    /// Operations of before wait: said once, because all of them come at once.
    fn tell_of_waiting(&mut self) {
        if !std::mem::replace(&mut self.changes.told_of_waiting, true) {
            self.say(Tone::Warning, "notice-operations-waiting");
        }
    }

    fn ended_with(&mut self, view: &OperationView) {
        let what = self.look.words.phrase(&view.title, self.revealed);
        let (tone, key, why) = match &view.state {
            OperationState::Done => (Tone::Info, "toast-done", String::new()),
            OperationState::Undone(Some(why)) => {
                (Tone::Warning, "toast-undone-because", self.look.words.phrase(why, self.revealed))
            }
            OperationState::Undone(None) => (Tone::Warning, "toast-undone", String::new()),
            _ => (Tone::Neutral, "toast-closed", String::new()),
        };
        let text = self.look.words.with(key, &[("what", Value::Text(&what)), ("why", Value::Text(&why))]);
        let receipt = view.receipt.as_ref().map(|receipt| told::receipt(receipt, &self.look.words));
        let inverse = view.inverse.clone().filter(|_| matches!(view.state, OperationState::Done));
        self.notices.add(self.now, tone, text.clone());
        let done = matches!(view.state, OperationState::Done);
        let code_of = reissued(&view.change).filter(|_| done).map(|(line, _)| line.clone());
        self.changes.toast = Some(Toast { id: view.id, at: self.now, tone, text, receipt, inverse, code_of });
        self.read_touched(view);
    }

    fn asks(&mut self, view: &OperationView) {
        let key = if view.paid_not_delivered { "notice-paid-not-delivered" } else { "notice-operation-asks" };
        let what = self.look.words.phrase(&view.title, self.revealed);
        let text = self.look.words.with(key, &[("what", Value::Text(&what))]);
        self.notices.add(self.now, Tone::Critical, text);
        self.read_touched(view);
    }

    /// Reads again what an operation may have changed of the open customer.
    fn read_touched(&mut self, view: &OperationView) {
        let Some(customer) = &mut self.customer else { return };
        if !view.who().key.same_customer(&customer.key) {
            return;
        }
        let touched =
            |system: System| view.steps.iter().any(|step| step.system == system && step.state != StepState::Ahead);
        if touched(System::Salesforce) || touched(System::Whmcs) {
            customer.begin();
            customer.forget_asked();
            let query = Query::Customer(customer.key.clone());
            self.read(Slot::Customer, query);
        }
        if touched(System::Freebit)
            && let Some(line) = line_of(view)
            && let Some(customer) = &mut self.customer
        {
            customer.line_mut(&line).begin();
            self.read(Slot::Line, Query::Line(line));
        }
    }

    /// Shows the operations.
    pub(in crate::app) fn show_list(&mut self, of_customer: bool) {
        let customer = self.customer.as_ref().filter(|_| of_customer).map(|it| it.key.clone());
        let mut list = OperationList::new(customer, self.access());
        list.take(&self.changes.operations);
        self.overlays.push(Overlay::Operations(Box::new(list)));
        if self.connected {
            self.effects.push(Effect::Run(Command::Look(Looking::GoesOn)));
        }
    }

    /// Asks for the code that a second person was told.
    pub(in crate::app) fn approve(&mut self) {
        if self.access().role < crate::domain::access::Role::Supervisor {
            self.say(Tone::Warning, "notice-only-supervisor");
            return;
        }
        let mut list = OperationList::new(None, self.access()).asking_code();
        list.take(&self.changes.operations);
        self.overlays.push(Overlay::Operations(Box::new(list)));
    }

    /// The news of the last change, while it is new.
    pub(in crate::app) fn toast(&self) -> Option<&Toast> {
        self.changes.toast.as_ref().filter(|toast| self.now.duration_since(toast.at) < NEWS)
    }

    /// Undoes the change that was just made.
    pub(in crate::app) fn undo(&mut self) {
        match self.toast().and_then(|toast| toast.inverse.clone()) {
            Some(change) => {
                self.changes.toast = None;
                self.plan(*change);
            }
            None => self.say(Tone::Neutral, "notice-nothing-to-undo"),
        }
    }

    /// The receipt that the copy key takes while it is news.
    pub(in crate::app) fn fresh_receipt(&self) -> Option<String> {
        self.toast()?.receipt.clone()
    }

    /// Draws the news.
    pub(in crate::app) fn draw_toast(
        &self,
        area: ratatui::layout::Rect,
        buf: &mut ratatui::buffer::Buffer,
        scene: &Scene<'_>,
    ) {
        let Some(news) = self.toast().filter(|_| self.overlays.is_empty()) else { return };
        let mut text = news.text.clone();
        if news.receipt.is_some() {
            text = format!("{text}  {}", scene.say_keyed("toast-keys-copy"));
        }
        if news.inverse.is_some() {
            text = format!("{text}  {}", scene.say_keyed("toast-keys-undo"));
        }
        // Where its key shows the code of just this line.
        let on_tab = self.view == View::Customer && self.tabs.active == Tab::Sim;
        if on_tab && news.code_of.is_some() && self.line_under_cursor() == news.code_of {
            text = format!("{text}  {}", scene.say_keyed("toast-keys-activation"));
        }
        let mark = if news.tone == Tone::Info { madoguchi_ui::glyphs::Mark::Good } else { tone_mark(news.tone) };
        toast::render(&[toast::Toast { mark, text: &text }], area, buf, scene.theme);
    }

    /// What the status bar says of changes: what waits unsaid is worse than what runs.
    pub(in crate::app) fn operations_in_short(&self, scene: &Scene<'_>) -> Option<(String, Tone)> {
        let open = || self.changes.operations.iter().filter(|it| !it.state.over());
        let key = scene.key(Action::Operations);
        if let Some(view) = open().find(|it| it.paid_not_delivered && !matches!(it.state, OperationState::Running)) {
            let who = view.who().number.to_string();
            let values = [("who", Value::Text(&who)), ("key", Value::Text(&key))];
            return Some((scene.with("status-paid-not-delivered", &values), Tone::Critical));
        }
        if let Some(view) = open().find(|it| matches!(it.state, OperationState::Running)) {
            let what = scene.words.phrase(&view.title, scene.shown(&view.who().key));
            let at = view.steps.iter().take_while(|step| step.state == StepState::Done).count();
            let system = view.steps.get(at).map(|step| step.system.name()).unwrap_or_default();
            let values = [
                ("what", Value::Text(&what)),
                ("at", Value::Number((at + 1).min(view.steps.len()) as i64)),
                ("of", Value::Number(view.steps.len() as i64)),
                ("system", Value::Text(system)),
            ];
            return Some((scene.with("status-operation", &values), Tone::Info));
        }
        let asking = open().filter(|it| matches!(it.state, OperationState::WaitsForPerson(_))).count();
        let values = [("n", Value::Number(asking as i64)), ("key", Value::Text(&key))];
        (asking > 0).then(|| (scene.with("status-operations-ask", &values), Tone::Warning))
    }

    /// Whether the copy key takes a receipt now.
    pub(in crate::app) fn copies_receipt(&self) -> bool {
        self.view == View::Customer && self.fresh_receipt().is_some()
    }
}

/// The line an operation is about, where it is about one.
fn line_of(view: &OperationView) -> Option<Msisdn> {
    view.about.with.iter().find_map(|(_, arg)| match arg {
        Arg::Line(line) => Some(line.clone()),
        _ => None,
    })
}
