//! Operations: how each stands, what it waits for, and what a person may do about it.

use madoguchi_ui::detail::{self, Entry};
use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::input::{InputView, TextInput};
use madoguchi_ui::overlay;
use madoguchi_ui::panel::Panel;
use madoguchi_ui::scroll::{self, Move};
use madoguchi_ui::table::{Cell, Column, Rows, Table, TableState, Width};
use madoguchi_ui::text;
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::access::{self, Access};
use crate::domain::customer::CustomerKey;
use crate::domain::operation::{Decision, OperationId};
use crate::domain::text::Text;
use crate::domain::time;
use crate::flow::{Action, Can, Input, KeyPress, Layer, MouseKind, OperationState, OperationView, Over, StepState};
use crate::locale::{Shown, Value};
use crate::scene::Scene;
use crate::tabs::{Copied, edit};
use crate::told;

use super::activation::reissued;
use super::{Outcome, Wish, frame, in_form, step};

const WIDTH: u16 = 110;
const HEIGHT: u16 = 34;
/// Lines below: what is being asked or was refused, and the keys, which take both where they have to.
const FOOT: u16 = 2;

/// The list, and the operation that is looked at.
#[derive(Debug)]
pub struct OperationList {
    /// Only this customer's.
    customer: Option<CustomerKey>,
    access: Access,
    operations: Vec<OperationView>,
    table: TableState,
    /// The operation that is looked at, and the first line shown of it.
    open: Option<(OperationId, usize)>,
    /// What is being typed.
    asking: Option<(Question, TextInput)>,
    /// Why the last key did nothing: the list may stand over where notices are said.
    refused: String,
}

/// What has to be typed before something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Question {
    /// Why it is closed.
    Close,
    /// Who has it now.
    Hand,
    /// What has come.
    Confirm,
    /// The code one was told as a second person.
    Code,
}

impl Question {
    const fn key(self) -> &'static str {
        match self {
            Self::Close => "operations-ask-close",
            Self::Hand => "operations-ask-hand",
            Self::Confirm => "operations-ask-confirm",
            Self::Code => "operations-ask-code",
        }
    }
}

impl OperationList {
    /// A list of everybody's operations, or of one customer's.
    pub fn new(customer: Option<CustomerKey>, access: Access) -> Self {
        let (operations, table) = (Vec::new(), TableState::default());
        Self { customer, access, operations, table, open: None, asking: None, refused: String::new() }
    }

    /// The same list with the code of a second person being asked.
    pub fn asking_code(mut self) -> Self {
        self.asking = Some((Question::Code, TextInput::default()));
        self
    }

    /// What was asked for cannot be done, and why.
    pub fn refused(&mut self, why: String) {
        self.refused = why;
    }

    /// Sees how the operations stand now. The cursor stays on its own; what waits for a person stands first.
    pub fn take(&mut self, all: &[OperationView]) {
        let under_cursor = self.current().map(|it| it.id);
        let ours =
            |it: &&OperationView| self.customer.as_ref().is_none_or(|customer| it.who().key.same_customer(customer));
        self.operations = all.iter().filter(ours).cloned().collect();
        self.operations.sort_by_key(|it| (rank(&it.state), std::cmp::Reverse(it.started)));
        if let Some(at) = under_cursor.and_then(|id| self.operations.iter().position(|it| it.id == id)) {
            self.table.scroll.cursor = at;
        }
    }

    fn current(&self) -> Option<&OperationView> {
        match self.open {
            Some((id, _)) => self.operations.iter().find(|it| it.id == id),
            None => self.operations.get(self.table.scroll.cursor),
        }
    }

    fn parts(inner: Rect) -> (Rect, Rect) {
        let foot = FOOT.min(inner.height);
        let body = Rect { height: inner.height - foot, ..inner };
        (body, Rect { y: body.bottom(), height: foot, ..inner })
    }

    /// Esc leaves what is being typed, then the details, then the list.
    pub fn back(&mut self) -> bool {
        if self.asking.take().is_some() {
            return true;
        }
        self.open.take().is_some()
    }

    /// Moves, looks, decides.
    pub fn input(&mut self, input: &Input, screen: Rect, scene: &Scene<'_>) -> Outcome {
        let (body, _) = Self::parts(Panel::inner(overlay::centred(screen, WIDTH, HEIGHT)));
        if self.asking.is_some() {
            return self.answer(input, scene);
        }
        if matches!(input, Input::Key(_)) {
            self.refused.clear();
        }
        let step = match input {
            Input::Key(press) => match scene.keys.over(*press, Layer::Operations).and_then(step) {
                Some(step) => step,
                None => return self.key(*press, scene),
            },
            Input::Mouse(mouse) => match mouse.kind {
                MouseKind::WheelUp => Move::View(-3),
                MouseKind::WheelDown => Move::View(3),
                MouseKind::Click => return Outcome::Stay,
            },
            _ => return Outcome::Stay,
        };
        match self.open {
            None => self.table.scroll.go(step, self.operations.len(), usize::from(body.height.saturating_sub(1))),
            Some((id, offset)) => {
                let lines = self.current().map_or(0, |it| detail::height(&entries(it, scene), body.width));
                let height = usize::from(body.height);
                let by = match step {
                    Move::By(by) | Move::View(by) => by,
                    Move::Page(by) => by * height as isize,
                    Move::Home => -(lines as isize),
                    _ => lines as isize,
                };
                self.open = Some((id, scroll::scrolled(offset, by, lines, height)));
            }
        }
        Outcome::Stay
    }

    fn key(&mut self, press: KeyPress, scene: &Scene<'_>) -> Outcome {
        // A decision may send something: a key that is held decides nothing.
        if press.repeat {
            return Outcome::Stay;
        }
        // What can be done in a change's place has the key it has on its plan.
        let instead = || scene.keys.action(press, &[Layer::Confirm]).filter(|it| *it == Action::Over(Over::Instead));
        let own = scene.keys.action(press, &[Layer::Operations]);
        let action = own.or_else(instead).or_else(|| scene.keys.over(press, Layer::Operations));
        let Some(action) = action else { return Outcome::Stay };
        if action == Action::Over(Over::TypeCode) && self.access.role >= access::Role::Supervisor {
            self.asking = Some((Question::Code, TextInput::default()));
            return Outcome::Stay;
        }
        if matches!(action, Action::Quit | Action::Operations) {
            return Outcome::Close;
        }
        let Some(view) = self.current() else { return Outcome::Stay };
        let id = view.id;
        let can = |can: Can| view.can.contains(&can) && !self.access.read_only;
        let decide = |decision| Outcome::Wish(Wish::Decide(id, decision));
        let over = if let Action::Over(over) = action { Some(over) } else { None };
        let ask = match (action, over) {
            (Action::Open, _) => {
                self.open = Some((id, 0));
                return Outcome::Stay;
            }
            (Action::Copy, _) => {
                let line = view.receipt.as_ref().map(|receipt| told::receipt(receipt, scene.words));
                return line.map_or(Outcome::Stay, |line| Outcome::Copy(Copied::plain(line)));
            }
            (_, Some(Over::Post)) if view.receipt.is_some() && !self.access.read_only => {
                return Outcome::Wish(Wish::Post(id));
            }
            // To look again changes nothing, so a desk that only looks may.
            (_, Some(Over::Verify)) if view.can.contains(&Can::Verify) => return decide(Decision::Verify),
            (_, Some(Over::DriveOn)) if can(Can::DriveOn) => return decide(Decision::DriveOn),
            (_, Some(Over::ResumeRows)) if view.state == OperationState::Queued && !self.access.read_only => {
                return view.bulk.map_or(Outcome::Stay, |bulk| Outcome::Wish(Wish::ResumeRows(bulk.id)));
            }
            (_, Some(Over::TakeBack)) if can(Can::Undo) => return decide(Decision::Undo),
            (Action::Undo | Action::Over(Over::TakeBack), _)
                if view.inverse.is_some() && view.state == OperationState::Done =>
            {
                return view.inverse.clone().map_or(Outcome::Stay, |it| Outcome::Wish(Wish::Follow(it)));
            }
            (_, Some(Over::Instead)) if !view.state.over() && !self.access.read_only => {
                return view
                    .instead
                    .first()
                    .map_or(Outcome::Stay, |it| Outcome::Wish(Wish::Follow(Box::new(it.clone()))));
            }
            (_, Some(Over::ChangeCode)) if ends_with_code(view) => return Outcome::Wish(Wish::CodeOf(id)),
            (_, Some(Over::HandOver)) if can(Can::Hand) => Question::Hand,
            (_, Some(Over::CloseChange)) if can(Can::Close) => Question::Close,
            (_, Some(Over::HasCome)) if can(Can::Confirm) => Question::Confirm,
            _ => return Outcome::Stay,
        };
        self.open = Some((id, self.open.map_or(0, |(_, offset)| offset)));
        self.asking = Some((ask, TextInput::default()));
        Outcome::Stay
    }

    fn answer(&mut self, input: &Input, scene: &Scene<'_>) -> Outcome {
        let Some((question, line)) = &mut self.asking else { return Outcome::Stay };
        match input {
            Input::Key(press) if in_form(*press, scene) == Some(Over::Submit) => {
                let (question, typed) = (*question, line.value().trim().to_owned());
                if typed.is_empty() || press.repeat {
                    return Outcome::Stay;
                }
                self.asking = None;
                let id = self.current().map(|it| it.id);
                let text = Text::line(&typed);
                return match (question, id) {
                    (Question::Code, _) => Outcome::Wish(Wish::Approve(typed.to_uppercase())),
                    (Question::Close, Some(id)) => Outcome::Wish(Wish::Decide(id, Decision::Close(text))),
                    (Question::Hand, Some(id)) => Outcome::Wish(Wish::Decide(id, Decision::Hand(text))),
                    (Question::Confirm, Some(id)) => Outcome::Wish(Wish::Decide(id, Decision::Confirm(text))),
                    (_, None) => Outcome::Stay,
                };
            }
            Input::Key(press) => {
                edit::key(line, *press);
            }
            Input::Paste(text) => {
                line.paste(text);
            }
            _ => {}
        }
        Outcome::Stay
    }

    /// Draws it. Returns where the terminal's cursor belongs.
    pub fn view(&self, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) -> Option<Position> {
        let theme = scene.theme;
        let title = scene.say(if self.customer.is_some() { "receipts-title" } else { "operations-title" });
        let inner = frame(&title, screen, WIDTH, HEIGHT, buf, scene);
        let (body, foot) = Self::parts(inner);
        if let Some((view, offset)) = self.open.and_then(|(_, offset)| Some((self.current()?, offset))) {
            let entries = entries(view, scene);
            let most = detail::height(&entries, body.width).saturating_sub(usize::from(body.height));
            detail::render(&entries, offset.min(most), body, buf, theme);
        } else {
            let columns = columns(scene);
            let rows = Listed { operations: &self.operations, scene };
            let empty = scene.say("operations-empty");
            let table = Table { columns: &columns, rows: &rows, state: &self.table, focused: true, empty: &empty };
            table.render(body, buf, theme);
        }
        if let Some((question, line)) = &self.asking {
            let prompt = format!("{} ", scene.say(question.key()));
            let view = InputView { prompt: &prompt, placeholder: "", error: "", masked: false, focused: true };
            return view.render(line, Rect { height: 1, ..foot }, buf, theme);
        }
        let mut lines = packed(&self.keys(scene), usize::from(foot.width)).into_iter().map(|it| (it, Role::Dim));
        let mut lines: Vec<_> = if self.refused.is_empty() {
            lines.by_ref().take(usize::from(FOOT)).collect()
        } else {
            std::iter::once((self.refused.clone(), Role::Warning)).chain(lines.next()).collect()
        };
        for (y, (words, role)) in (foot.top()..foot.bottom()).rev().zip(lines.drain(..).rev()) {
            text::put_fit(buf, foot.x, y, foot.width, &words, theme.style(role), theme.glyphs.ellipsis);
        }
        None
    }

    /// What can be done about the operation under the cursor, with its keys.
    fn keys(&self, scene: &Scene<'_>) -> Vec<String> {
        let mut keys = Vec::new();
        if let Some(view) = self.current() {
            let mut say = |key: &'static str| keys.push(scene.say_keyed(key));
            let can = |can: Can| view.can.contains(&can) && !self.access.read_only;
            if self.open.is_none() {
                say("operations-key-open");
            }
            if view.can.contains(&Can::Verify) {
                say("operations-key-verify");
            }
            let queued = view.state == OperationState::Queued;
            let offers = [
                (queued && !self.access.read_only, "operations-key-resume"),
                (can(Can::DriveOn), "operations-key-drive-on"),
                (can(Can::Undo) || view.inverse.is_some() && view.state == OperationState::Done, "operations-key-undo"),
                (can(Can::Confirm), "operations-key-confirm"),
                (can(Can::Hand), "operations-key-hand"),
                (can(Can::Close), "operations-key-close"),
                (view.receipt.is_some(), "operations-key-copy"),
                (ends_with_code(view), "operations-key-activation"),
                (view.receipt.is_some() && !self.access.read_only, "operations-key-post"),
            ];
            offers.into_iter().filter(|(offered, _)| *offered).for_each(|(_, key)| say(key));
            if let Some(instead) = view.instead.first().filter(|_| !view.state.over()) {
                let verb = scene.words.say(&format!("verb-{}", instead.what.verb())).into_owned();
                keys.push(scene.keyed(&scene.with("confirm-keys-instead", &[("verb", Value::Text(&verb))])));
            }
        }
        if self.access.role >= access::Role::Supervisor {
            keys.push(scene.say_keyed("operations-key-code"));
        }
        // What has no key is not offered.
        keys.retain(|it| !it.is_empty());
        keys
    }
}

/// Hints in lines of this width; none is broken.
fn packed(hints: &[String], width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for hint in hints {
        match lines.last_mut() {
            Some(line) if text::width(line) + 2 + text::width(hint) <= width => {
                line.push_str("  ");
                line.push_str(hint);
            }
            _ => lines.push(hint.clone()),
        }
    }
    lines
}

/// Whether there may be an activation code to show: for another profile that was not given up.
fn ends_with_code(view: &OperationView) -> bool {
    reissued(&view.change).is_some() && !matches!(view.state, OperationState::Undone(_))
}

/// What waits for somebody stands first, what is over last.
const fn rank(state: &OperationState) -> u8 {
    match state {
        OperationState::WaitsForPerson(_) => 0,
        OperationState::AwaitsSecond { .. } => 1,
        OperationState::Queued | OperationState::Outbox(_) | OperationState::Running => 2,
        OperationState::WaitsForSystem { .. } => 3,
        OperationState::Elsewhere => 4,
        OperationState::Done | OperationState::Undone(_) | OperationState::Closed(_) => 5,
    }
}

/// How an operation stands, as a sign and a word.
pub fn state_words(view: &OperationView, scene: &Scene<'_>) -> (Mark, String) {
    let say = |key: &'static str| scene.say(key).into_owned();
    match &view.state {
        OperationState::WaitsForPerson(_) if view.paid_not_delivered => {
            (Mark::Critical, say("state-paid-not-delivered"))
        }
        OperationState::WaitsForPerson(_) => (Mark::Critical, say("state-asks")),
        OperationState::AwaitsSecond { .. } => (Mark::Warning, say("state-second")),
        OperationState::Queued => (Mark::Off, say("state-queued")),
        OperationState::Outbox(_) => (Mark::Off, say("state-outbox")),
        OperationState::Running => (Mark::Pending, say("state-running")),
        OperationState::WaitsForSystem { .. } => (Mark::Pending, say("state-waits")),
        OperationState::Elsewhere => (Mark::Info, say("state-elsewhere")),
        OperationState::Done => (Mark::Good, say("ending-done")),
        OperationState::Undone(_) => (Mark::Off, say("ending-undone")),
        OperationState::Closed(_) => (Mark::Off, say("ending-closed")),
    }
}

/// What it waits for, or why it ended as it did.
pub fn waits(view: &OperationView, scene: &Scene<'_>) -> String {
    let phrase = |it| scene.words.phrase(it, scene.shown(&view.who().key));
    match &view.state {
        OperationState::WaitsForPerson(why) | OperationState::Undone(Some(why)) | OperationState::Outbox(Some(why)) => {
            phrase(why)
        }
        OperationState::Outbox(None) => say_outbox(scene),
        OperationState::WaitsForSystem { waits, until: None } => phrase(waits),
        OperationState::WaitsForSystem { waits, until: Some(until) } => {
            let until = time::date_time(*until);
            let values = [("what", phrase(waits)), ("until", until)];
            let values: Vec<_> = values.iter().map(|(name, text)| (*name, Value::Text(text.as_str()))).collect();
            scene.with("operations-until", &values)
        }
        OperationState::AwaitsSecond { until, .. } => {
            let until = time::clock(*until);
            scene.with("operations-second-until", &[("until", Value::Text(&until))])
        }
        OperationState::Closed(why) => why.clone(),
        OperationState::Queued
        | OperationState::Running
        | OperationState::Elsewhere
        | OperationState::Done
        | OperationState::Undone(None) => String::new(),
    }
}

/// Where what waits in the outbox is looked at.
fn say_outbox(scene: &Scene<'_>) -> String {
    let key = scene.key(Action::Outbox);
    scene.with("operations-outbox", &[("key", Value::Text(&key))])
}

fn columns<'a>(scene: &Scene<'a>) -> Vec<Column<'a>> {
    vec![
        // As wide as what was paid and did not come, and as a line with its last digits.
        Column::new(scene.say("operations-state"), Width::Fixed(21)),
        Column::new(scene.say("operations-what"), Width::Fill(18)),
        Column::new(scene.say("operations-about"), Width::Fixed(18)).priority(2),
        Column::new(scene.say("column-number"), Width::Fixed(9)).priority(1),
        Column::new(scene.say("operations-step"), Width::Fixed(5)).priority(4),
        Column::new(scene.say("operations-age"), Width::Fixed(8)).priority(3),
        Column::new(scene.say("operations-deadline"), Width::Fixed(16)).priority(6),
        Column::new(scene.say("operations-waits"), Width::Min(16)).priority(5),
    ]
}

struct Listed<'a> {
    operations: &'a [OperationView],
    scene: &'a Scene<'a>,
}

impl Rows for Listed<'_> {
    fn len(&self) -> usize {
        self.operations.len()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let view = &self.operations[row];
        let scene = self.scene;
        let phrase = |says| scene.words.phrase(says, scene.shown(&view.who().key));
        match column {
            0 => {
                let (mark, words) = state_words(view, scene);
                Cell::marked(mark, words)
            }
            1 => phrase(&view.title).into(),
            2 => phrase(&view.about).into(),
            3 => view.who().number.to_string().into(),
            4 => {
                let done = view.steps.iter().filter(|step| step.state == StepState::Done).count();
                format!("{done}/{}", view.steps.len()).into()
            }
            5 => scene.age(view.started).into(),
            6 => scene.moment(view.deadline).into_owned().into(),
            _ => waits(view, scene).into(),
        }
    }
}

fn entries(view: &OperationView, scene: &Scene<'_>) -> Vec<Entry<'static>> {
    let phrase = |it| scene.words.phrase(it, scene.shown(&view.who().key));
    let say = |key: &'static str| scene.words.say(key).into_owned();
    let (mark, state) = state_words(view, scene);
    let mut entries = vec![
        Entry::toned(say("confirm-what"), phrase(&view.title), Role::Heading),
        Entry::field(say("confirm-about"), format!("{} · {}", view.who().number, phrase(&view.about))),
        Entry::marked(say("operations-state"), state, mark),
    ];
    if let Some(bulk) = view.bulk {
        let values = [("at", Value::Number(bulk.at as i64)), ("of", Value::Number(bulk.of as i64))];
        entries.push(Entry::field(say("operations-rows"), scene.with("operations-row-of", &values)));
    }
    let why = waits(view, scene);
    if !why.is_empty() {
        entries.push(Entry::toned(say("operations-waits"), why, mark.role()));
    }
    if let OperationState::AwaitsSecond { code: Some(code), .. } = &view.state {
        entries.push(Entry::toned(say("second-code"), code.clone(), Role::Accent));
    }
    let who = match &view.handed_to {
        Some(to) => {
            let name = view.actor.name.to_string();
            scene.with("operations-handed", &[("from", Value::Text(&name)), ("to", Value::Text(to))])
        }
        None => view.actor.name.to_string(),
    };
    entries.push(Entry::field(say("operations-who"), who));
    entries.push(Entry::field(say("operations-started"), scene.moment(Some(view.started)).into_owned()));
    entries.push(Entry::field(say("operations-changed"), scene.moment(Some(view.changed)).into_owned()));
    if view.deadline.is_some() {
        entries.push(Entry::field(say("operations-deadline"), scene.moment(view.deadline).into_owned()));
    }
    entries.push(Entry::Section(say("confirm-steps").into()));
    for (n, step) in (1..).zip(&view.steps) {
        let (mark, key) = match step.state {
            StepState::Ahead => (Mark::Off, "step-ahead"),
            StepState::Running => (Mark::Pending, "step-running"),
            StepState::Waiting => (Mark::Pending, "step-waiting"),
            StepState::Done => (Mark::Good, "step-done"),
            StepState::Failed => (Mark::Critical, "step-failed"),
            StepState::Undone => (Mark::Off, "step-undone"),
        };
        let words = format!("{} ({})", phrase(&step.says), scene.say(key));
        let role = if step.state == StepState::Failed { Role::Critical } else { Role::Text };
        let label = format!("{n} {}", step.system.name());
        entries.push(Entry::Field { label: label.into(), value: words.into(), role, mark: Some(mark), link: false });
        for (name, value) in step.facts.iter().filter(|(name, _)| !name.starts_with('_')) {
            entries.push(Entry::toned("", format!("{}: {value}", told::fact(name, scene.words)), Role::Dim));
        }
    }
    if !view.instead.is_empty() && !view.state.over() {
        entries.push(Entry::Section(say("operations-instead").into()));
        for change in &view.instead {
            let words = scene.words.say(&format!("verb-{}", change.what.verb())).into_owned();
            entries.push(Entry::Text(words.into(), Role::Text));
        }
    }
    // A receipt is one sentence, to be pasted elsewhere.
    let private = scene.shown(&view.who().key) == Shown::Private;
    if let Some(receipt) = view.receipt.as_ref().filter(|_| !private) {
        entries.push(Entry::Section(say("operations-receipt").into()));
        entries.push(Entry::Text(told::receipt(receipt, scene.words).into(), Role::Text));
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_go_on_in_another_line_and_none_is_broken() {
        let hints = ["v look again", "h hand over", "c close"].map(str::to_owned);
        assert_eq!(packed(&hints, 34), ["v look again  h hand over  c close"]);
        assert_eq!(packed(&hints, 33), ["v look again  h hand over", "c close"]);
        assert_eq!(packed(&hints, 5), hints);
        assert!(packed(&[], 5).is_empty());
    }
}
