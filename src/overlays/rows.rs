//! One change for many rows: each row's plan, the confirmation of all, and what came of each.
//!
//! As with one plan, only keys pressed by a person who has seen the plans confirm: the number of rows that will be changed is
//! typed, and nothing that arrives within [`DWELL`] of the last plan counts.

use jiff::Timestamp;
use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::input::{InputView, TextInput};
use madoguchi_ui::overlay;
use madoguchi_ui::panel::Panel;
use madoguchi_ui::scroll::Move;
use madoguchi_ui::table::{Cell, Column, Rows, Table, TableState, Width};
use madoguchi_ui::text;
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::change::Change;
use crate::domain::operation::{OperationId, Plan};
use crate::domain::phrase::Phrase;
use crate::domain::text::{Text, folded};
use crate::flow::{Action, Input, KeyPress, Layer, MouseKind, OperationState, OperationView, Over, PlanRefused};
use crate::locale::Value;
use crate::scene::Scene;
use crate::tabs::{Copied, edit};

use super::confirm::DWELL;
use super::operations::{state_words, waits};
use super::{Outcome, Wish, frame, in_form, step_while_typing};

const WIDTH: u16 = 104;
const HEIGHT: u16 = 34;
/// Lines above the rows: what is done with them.
const HEAD: u16 = 2;
/// Lines below: a blank, the question or the count, the keys.
const FOOT: u16 = 3;
/// What stands against a change that would change nothing.
const ALREADY: [&str; 2] = ["check-case-already", "check-task-closed"];

/// The rows and how each stands.
#[derive(Debug)]
pub struct RowList {
    verb: &'static str,
    rows: Vec<Row>,
    /// What is done with each, in the words of the first plan: what it is, and what becomes of what.
    says: Option<(Phrase, Vec<Phrase>)>,
    stage: Stage,
    typed: TextInput,
    /// What was typed is not the number that was asked for.
    wrong: bool,
    table: TableState,
}

#[derive(Debug)]
struct Row {
    called: String,
    /// Whose, by number, once it is known.
    number: Text,
    change: Change,
    stands: Stands,
}

/// How a row stands.
#[derive(Debug)]
enum Stands {
    /// Its plan is being read.
    Reading,
    /// It will be changed.
    Ready(Box<Plan>),
    /// There is nothing to change.
    Already(Phrase),
    /// It cannot be changed.
    Blocked(Phrase),
    /// There is no plan.
    Refused(PlanRefused),
    /// It was confirmed; how its operation stands, once that is told.
    Confirmed(OperationId, Option<Box<OperationView>>),
}

#[derive(Debug)]
enum Stage {
    /// The plans are read, or lie before a person since then.
    Planned(Timestamp),
    /// They were confirmed under this name.
    Confirmed(OperationId),
    /// They were not taken, and why. Nothing was sent.
    Refused(String),
}

impl RowList {
    /// The rows of a change that are about to be planned.
    pub fn reading(verb: &'static str, rows: Vec<(String, Change)>, now: Timestamp) -> Self {
        let row = |(called, change): (String, Change)| {
            let number = change.who.number.clone();
            Row { called, number, change, stands: Stands::Reading }
        };
        let rows = rows.into_iter().map(row).collect();
        Self {
            verb,
            rows,
            says: None,
            stage: Stage::Planned(now),
            typed: TextInput::default(),
            wrong: false,
            table: TableState::default(),
        }
    }

    /// The rows that were confirmed under this name, as their operations stand. Nothing where none is known.
    pub fn following(id: OperationId, operations: &[OperationView], scene: &Scene<'_>) -> Option<Self> {
        let mut of: Vec<&OperationView> =
            operations.iter().filter(|it| it.bulk.is_some_and(|bulk| bulk.id == id)).collect();
        of.sort_by_key(|it| it.bulk.map(|bulk| bulk.at));
        let verb = of.first()?.change.what.verb();
        let row = |view: &&OperationView| Row {
            called: scene.words.phrase(&view.about, scene.revealed),
            number: view.who().number.clone(),
            change: view.change.clone(),
            stands: Stands::Confirmed(view.id, Some(Box::new((*view).clone()))),
        };
        let rows = of.iter().map(row).collect();
        let says = of.first().map(|view| (view.title.clone(), Vec::new()));
        Some(Self { stage: Stage::Confirmed(id), rows, says, ..Self::reading(verb, Vec::new(), scene.now) })
    }

    /// The changes, in the order of the rows.
    pub fn changes(&self) -> Vec<Change> {
        self.rows.iter().map(|row| row.change.clone()).collect()
    }

    /// Whether plans are still being read.
    pub fn is_reading(&self) -> bool {
        self.rows.iter().any(|row| matches!(row.stands, Stands::Reading))
    }

    /// The name under which they were confirmed.
    pub const fn confirmed_as(&self) -> Option<OperationId> {
        match self.stage {
            Stage::Confirmed(id) => Some(id),
            Stage::Planned(_) | Stage::Refused(_) => None,
        }
    }

    /// Takes the plan of a row that was read.
    pub fn take(&mut self, at: usize, plan: Result<Box<Plan>, PlanRefused>, now: Timestamp) {
        let Some(row) = self.rows.get_mut(at) else { return };
        row.stands = match plan {
            Ok(plan) => {
                row.number = plan.change.who.number.clone();
                let becomes = || plan.differences.iter().map(|it| it.to.clone()).collect();
                self.says.get_or_insert_with(|| (plan.title.clone(), becomes()));
                match plan.blocked() {
                    None => Stands::Ready(plan),
                    Some(why) if ALREADY.contains(&why.key.as_ref()) => Stands::Already(why.clone()),
                    Some(why) => Stands::Blocked(why.clone()),
                }
            }
            Err(PlanRefused::Blocked(why)) => Stands::Blocked(why),
            Err(why) => Stands::Refused(why),
        };
        self.stage = Stage::Planned(now);
    }

    /// Reading is over: what brought nothing is said to have.
    pub fn end_reading(&mut self) {
        for row in self.rows.iter_mut().filter(|row| matches!(row.stands, Stands::Reading)) {
            row.stands = Stands::Blocked("confirm-no-answer".into());
        }
    }

    /// Sees how the operations of its rows stand now.
    pub fn follow(&mut self, operations: &[OperationView]) {
        for row in &mut self.rows {
            if let Stands::Confirmed(id, known) = &mut row.stands
                && let Some(view) = operations.iter().find(|it| it.id == *id)
            {
                *known = Some(Box::new(view.clone()));
            }
        }
    }

    /// They were not taken, unless some of them were.
    pub fn refused(&mut self, why: &str) {
        let taken = |row: &Row| matches!(row.stands, Stands::Confirmed(_, Some(_)));
        if matches!(self.stage, Stage::Confirmed(_)) && !self.rows.iter().any(taken) {
            self.stage = Stage::Refused(why.to_owned());
        }
    }

    fn ready(&self) -> usize {
        self.rows.iter().filter(|row| matches!(row.stands, Stands::Ready(_))).count()
    }

    /// Confirmed rows whose operation is in a state.
    fn count(&self, is: impl Fn(Option<&OperationState>) -> bool) -> usize {
        let of = |row: &&Row| match &row.stands {
            Stands::Confirmed(_, view) => is(view.as_ref().map(|view| &view.state)),
            _ => false,
        };
        self.rows.iter().filter(of).count()
    }

    /// Some row is still to be begun, or on its way.
    fn runs(&self) -> bool {
        self.count(|state| matches!(state, None | Some(OperationState::Running))) > 0
    }

    fn parts(inner: Rect) -> (Rect, Rect, Rect) {
        let head = Rect { height: HEAD.min(inner.height), ..inner };
        let foot = FOOT.min(inner.height - head.height);
        let body = Rect { y: head.bottom(), height: inner.height - head.height - foot, ..inner };
        (head, body, Rect { y: body.bottom(), height: foot, ..inner })
    }

    /// Looks, confirms, stops.
    pub fn input(&mut self, input: &Input, screen: Rect, scene: &Scene<'_>) -> Outcome {
        let (_, body, _) = Self::parts(Panel::inner(overlay::centred(screen, WIDTH, HEIGHT)));
        let step = match input {
            Input::Key(press) => match step_while_typing(*press, scene) {
                Some(step) => step,
                None => return self.key(*press, scene),
            },
            Input::Mouse(mouse) => match mouse.kind {
                MouseKind::WheelUp => Move::View(-3),
                MouseKind::WheelDown => Move::View(3),
                MouseKind::Click => return Outcome::Stay,
            },
            Input::Paste(_) | Input::Resize { .. } | Input::Focus(_) => return Outcome::Stay,
        };
        self.table.scroll.go(step, self.rows.len(), usize::from(body.height.saturating_sub(1)));
        Outcome::Stay
    }

    fn key(&mut self, press: KeyPress, scene: &Scene<'_>) -> Outcome {
        if press.repeat {
            return Outcome::Stay;
        }
        let copied = || Outcome::Copy(Copied::plain(self.as_text(scene)));
        let action = scene.keys.action(press, &[Layer::Rows, Layer::Customer, Layer::Desk]);
        let submits = in_form(press, scene) == Some(Over::Submit);
        let since = match (&self.stage, action) {
            (Stage::Confirmed(id), Some(Action::Over(Over::StopRows))) if self.waiting() > 0 => {
                return Outcome::Wish(Wish::StopRows(*id));
            }
            (Stage::Confirmed(id), Some(Action::Over(Over::GoOn))) if self.waiting() > 0 && !self.runs() => {
                return Outcome::Wish(Wish::ResumeRows(*id));
            }
            (_, Some(Action::Copy)) => return copied(),
            (Stage::Confirmed(_) | Stage::Refused(_), Some(Action::Open)) => return Outcome::Close,
            (Stage::Confirmed(_) | Stage::Refused(_), _) => return Outcome::Stay,
            (Stage::Planned(since), _) => *since,
        };
        if self.is_reading() {
            return Outcome::Stay;
        }
        match action {
            _ if scene.now.duration_since(since) < DWELL => Outcome::Stay,
            Some(Action::Refresh) => Outcome::Wish(Wish::PlanAgain),
            _ if submits && (self.typed.is_empty() || self.ready() == 0) => Outcome::Close,
            _ if submits => {
                self.wrong = folded(self.typed.value().trim()) != self.ready().to_string();
                if self.wrong {
                    self.typed.clear();
                    return Outcome::Stay;
                }
                self.confirmed()
            }
            _ => {
                self.wrong = false;
                edit::key(&mut self.typed, press);
                Outcome::Stay
            }
        }
    }

    /// Those that can be changed are, in their order.
    fn confirmed(&mut self) -> Outcome {
        let mut plans = Vec::new();
        for row in &mut self.rows {
            if let Stands::Ready(plan) = &row.stands {
                let plan = (**plan).clone();
                row.stands = Stands::Confirmed(plan.id, None);
                plans.push(plan);
            }
        }
        if let Some(first) = plans.first() {
            self.stage = Stage::Confirmed(first.id);
        }
        Outcome::Wish(Wish::BeginRows(plans))
    }

    /// The rows are read again.
    pub fn read_again(&mut self) {
        self.typed.clear();
        self.rows.iter_mut().for_each(|row| row.stands = Stands::Reading);
    }

    /// Confirmed and not begun.
    fn waiting(&self) -> usize {
        self.count(|state| matches!(state, Some(OperationState::Queued)))
    }

    /// Every row with what came of it, to be copied.
    fn as_text(&self, scene: &Scene<'_>) -> String {
        let line = |row: &Row| format!("{}\t{}\t{}", row.called, row.number, stands(row, scene).1);
        self.rows.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// The line below the rows, how it looks, and which keys work.
    fn question(&self, scene: &Scene<'_>) -> (String, Role, &'static str) {
        let number = |n: usize| Value::Number(n as i64);
        match &self.stage {
            Stage::Refused(why) => (why.clone(), Role::Critical, "rows-keys-over"),
            Stage::Planned(_) if self.is_reading() => {
                let read = self.rows.iter().filter(|row| !matches!(row.stands, Stands::Reading)).count();
                let values = [("n", number(read)), ("of", number(self.rows.len()))];
                (scene.with("rows-reading", &values), Role::Dim, "rows-keys-reading")
            }
            Stage::Planned(_) if self.wrong => {
                (scene.say("confirm-wrong").into_owned(), Role::Critical, "rows-keys-confirm")
            }
            Stage::Planned(_) => {
                let ready = self.ready();
                let values = [("n", number(ready)), ("of", number(self.rows.len()))];
                match ready {
                    0 => (scene.say("rows-none").into_owned(), Role::Critical, "rows-keys-none"),
                    _ => (scene.with("rows-ask", &values), Role::Accent, "rows-keys-confirm"),
                }
            }
            Stage::Confirmed(_) => {
                let done = self.count(|state| matches!(state, Some(OperationState::Done)));
                let not = self.count(|it| matches!(it, Some(OperationState::Undone(_) | OperationState::Closed(_))));
                let waiting = self.waiting();
                let values = [("done", number(done)), ("not", number(not)), ("waiting", number(waiting))];
                let keys = match (self.runs(), waiting) {
                    (true, _) => "rows-keys-running",
                    (false, 0) => "rows-keys-over",
                    (false, _) => "rows-keys-stopped",
                };
                (scene.with("rows-done", &values), Role::Accent, keys)
            }
        }
    }

    /// Draws it. Returns where the terminal's cursor belongs.
    pub fn view(&self, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) -> Option<Position> {
        let theme = scene.theme;
        let title = scene.words.say(&format!("verb-{}", self.verb)).into_owned();
        let height = (self.rows.len() as u16).saturating_add(HEAD + FOOT + 3).min(HEIGHT);
        let inner = frame(&title, screen, WIDTH, height, buf, scene);
        let (head, body, foot) = Self::parts(inner);
        let put = |buf: &mut Buffer, x: u16, y: u16, room: u16, words: &str, role: Role| {
            text::put_fit(buf, x, y, room, words, theme.style(role), theme.glyphs.ellipsis);
        };
        put(buf, head.x, head.y, head.width, &self.what(scene), Role::Heading);
        let columns = [
            Column::new(scene.say("rows-column-row"), Width::Fill(20)),
            Column::new(scene.say("rows-column-customer"), Width::Min(10)).priority(1),
            Column::new(scene.say("rows-column-stands"), Width::Fill(24)),
        ];
        let listed = Listed { rows: &self.rows, scene };
        Table { columns: &columns, rows: &listed, state: &self.table, focused: true, empty: "" }
            .render(body, buf, theme);
        let (question, role, keys) = self.question(scene);
        put(buf, foot.x, foot.y + 1, foot.width, &question, role);
        let y = foot.y + FOOT - 1;
        let asks = matches!(self.stage, Stage::Planned(_)) && !self.is_reading() && self.ready() > 0;
        if !asks {
            put(buf, foot.x, y, foot.width, &scene.say_keyed(keys), Role::Dim);
            return None;
        }
        let box_width = 12.min(foot.width);
        let view = InputView { prompt: "> ", placeholder: "", error: "", masked: false, focused: true };
        let cursor = view.render(&self.typed, Rect { y, height: 1, width: box_width, ..foot }, buf, theme);
        let x = foot.x + box_width + 1;
        put(buf, x, y, foot.right().saturating_sub(x), &scene.say_keyed(keys), Role::Dim);
        cursor
    }

    /// What is done with each row, in the words of the first plan.
    fn what(&self, scene: &Scene<'_>) -> String {
        let Some((title, becomes)) = &self.says else { return String::new() };
        let phrase = |it: &Phrase| scene.words.phrase(it, scene.revealed).replace('\n', " ");
        let becomes: Vec<String> = becomes.iter().map(phrase).collect();
        if becomes.is_empty() { phrase(title) } else { format!("{}: {}", phrase(title), becomes.join(" · ")) }
    }
}

/// How a row stands, as a sign and words.
fn stands(row: &Row, scene: &Scene<'_>) -> (Mark, String) {
    let phrase = |it: &Phrase| scene.words.phrase(it, scene.revealed);
    match &row.stands {
        Stands::Reading => (Mark::Pending, scene.say("rows-row-reading").into_owned()),
        Stands::Ready(plan) => {
            let doubts = plan.checks.iter().filter_map(|check| match &check.state {
                crate::domain::operation::CheckState::Warns(why) => Some(phrase(why)),
                _ => None,
            });
            let doubts: Vec<String> = doubts.collect();
            let ok = scene.say("rows-row-ready").into_owned();
            if doubts.is_empty() { (Mark::Good, ok) } else { (Mark::Warning, format!("{ok}: {}", doubts.join(" "))) }
        }
        Stands::Already(why) => (Mark::Off, phrase(why)),
        Stands::Blocked(why) | Stands::Refused(PlanRefused::Blocked(why)) => (Mark::Critical, phrase(why)),
        Stands::Refused(PlanRefused::Fault(fault)) => (Mark::Critical, scene.fault(fault)),
        Stands::Refused(PlanRefused::Wrong(wrong)) => {
            let all: Vec<String> = wrong.iter().map(|it| phrase(&it.why)).collect();
            (Mark::Critical, all.join(" "))
        }
        Stands::Confirmed(_, None) => (Mark::Off, scene.say("state-queued").into_owned()),
        Stands::Confirmed(_, Some(view)) => {
            let (mark, words) = state_words(view, scene);
            let why = waits(view, scene);
            (mark, if why.is_empty() { words } else { format!("{words}: {why}") })
        }
    }
}

struct Listed<'a> {
    rows: &'a [Row],
    scene: &'a Scene<'a>,
}

impl Rows for Listed<'_> {
    fn len(&self) -> usize {
        self.rows.len()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let row = &self.rows[row];
        match column {
            0 => row.called.as_str().into(),
            1 => row.number.as_str().into(),
            _ => {
                let (mark, words) = stands(row, self.scene);
                Cell::marked(mark, words)
            }
        }
    }
}
