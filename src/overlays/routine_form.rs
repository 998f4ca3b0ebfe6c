//! What was recorded, before it is kept: its name, its steps, and for each value whether it is always so or asked each time.

use madoguchi_ui::input::{InputView, TextInput};
use madoguchi_ui::overlay;
use madoguchi_ui::panel::Panel;
use madoguchi_ui::scroll::Move;
use madoguchi_ui::table::{Cell, Column, Rows, Table, TableState, Width};
use madoguchi_ui::text;
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::routine::record::{Recorded, RecordedChange, RecordedValue, routine};
use crate::domain::routine::{Asked, Step, Value as Said, is_name};
use crate::domain::text::Text;
use crate::flow::{Action, Input, KeyPress, Layer, MouseKind, Over};
use crate::locale::Value;
use crate::scene::Scene;
use crate::tabs::edit;
use crate::told;

use super::{Outcome, Wish, frame, in_form, step};

const WIDTH: u16 = 92;
const HEIGHT: u16 = 34;
/// Lines above the list: the name, what is wrong with it, a blank.
const HEAD: u16 = 3;
/// Lines below it: a blank, and the keys.
const FOOT: u16 = 2;

/// The form.
#[derive(Debug)]
pub struct RoutineForm {
    name: TextInput,
    steps: Vec<Recorded>,
    /// What others are called.
    taken: Vec<String>,
    /// The keyboard is at the name.
    naming: bool,
    /// It was to be kept under a name that cannot be.
    wrong: bool,
    table: TableState,
}

/// A line of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Row {
    /// A step.
    Step(usize),
    /// One of its values.
    Value(usize, usize),
}

impl RoutineForm {
    /// A form of what was recorded.
    pub fn new(steps: Vec<Recorded>, taken: Vec<String>) -> Self {
        let name = TextInput::default();
        Self { name, steps, taken, naming: true, wrong: false, table: TableState::default() }
    }

    /// The steps that are left.
    pub fn steps(&self) -> &[Recorded] {
        &self.steps
    }

    fn rows(&self) -> Vec<Row> {
        let of = |(at, step): (usize, &Recorded)| {
            let values = match step {
                Recorded::Change(RecordedChange { fields, .. }) => fields.len(),
                Recorded::Filter(_) => 1,
                Recorded::Go(_) | Recorded::Sort(..) | Recorded::Mark(_) => 0,
            };
            std::iter::once(Row::Step(at)).chain((0..values).map(move |n| Row::Value(at, n)))
        };
        self.steps.iter().enumerate().flat_map(of).collect()
    }

    fn value(&self, step: usize, n: usize) -> Option<&RecordedValue> {
        match self.steps.get(step)? {
            Recorded::Filter(value) => Some(value),
            Recorded::Change(change) => change.fields.get(n).map(|(_, value)| value),
            Recorded::Go(_) | Recorded::Sort(..) | Recorded::Mark(_) => None,
        }
    }

    fn value_mut(&mut self, step: usize, n: usize) -> Option<&mut RecordedValue> {
        match self.steps.get_mut(step)? {
            Recorded::Filter(value) => Some(value),
            Recorded::Change(change) => change.fields.get_mut(n).map(|(_, value)| value),
            Recorded::Go(_) | Recorded::Sort(..) | Recorded::Mark(_) => None,
        }
    }

    fn parts(inner: Rect) -> (Rect, Rect, Rect) {
        let head = Rect { height: HEAD.min(inner.height), ..inner };
        let foot = FOOT.min(inner.height - head.height);
        let body = Rect { y: head.bottom(), height: inner.height - head.height - foot, ..inner };
        (head, body, Rect { y: body.bottom(), height: foot, ..inner })
    }

    fn area(&self, screen: Rect) -> Rect {
        let rows = u16::try_from(self.rows().len()).unwrap_or(HEIGHT);
        overlay::centred(screen, WIDTH, rows.saturating_add(HEAD + FOOT + 3).min(HEIGHT))
    }

    /// Names, turns, deletes, keeps.
    pub fn input(&mut self, input: &Input, screen: Rect, scene: &Scene<'_>) -> Outcome {
        let (_, body, _) = Self::parts(Panel::inner(self.area(screen)));
        let height = usize::from(body.height.saturating_sub(1));
        let len = self.rows().len();
        match input {
            Input::Key(press) => return self.key(*press, height, scene),
            Input::Paste(text) if self.naming => {
                self.wrong = false;
                self.name.paste(text);
            }
            Input::Mouse(mouse) => match mouse.kind {
                MouseKind::WheelUp => self.table.scroll.go(Move::View(-3), len, height),
                MouseKind::WheelDown => self.table.scroll.go(Move::View(3), len, height),
                MouseKind::Click => {}
            },
            Input::Paste(_) | Input::Resize { .. } | Input::Focus(_) => {}
        }
        Outcome::Stay
    }

    fn key(&mut self, press: KeyPress, height: usize, scene: &Scene<'_>) -> Outcome {
        let len = self.rows().len();
        let over = in_form(press, scene);
        match over {
            Some(Over::Submit) if press.repeat => return Outcome::Stay,
            Some(Over::Submit) => return self.submit(),
            Some(Over::NextField) if self.naming => {
                self.naming = len == 0;
                return Outcome::Stay;
            }
            Some(Over::PreviousField) if !self.naming && self.table.scroll.cursor == 0 => {
                self.naming = true;
                return Outcome::Stay;
            }
            Some(Over::NextField) => {
                self.table.scroll.go(Move::By(1), len, height);
                return Outcome::Stay;
            }
            Some(Over::PreviousField) if !self.naming => {
                self.table.scroll.go(Move::By(-1), len, height);
                return Outcome::Stay;
            }
            _ => {}
        }
        if self.naming {
            self.wrong = false;
            edit::key(&mut self.name, press);
            return Outcome::Stay;
        }
        let action = scene.keys.over(press, Layer::Routine);
        match action {
            Some(Action::Over(Over::AskEachTime)) => {
                if let Some(Row::Value(at, n)) = self.rows().get(self.table.scroll.cursor).copied()
                    && let Some(value) = self.value_mut(at, n)
                {
                    value.turn();
                }
            }
            Some(Action::Over(Over::DropStep)) if !press.repeat => {
                if let Some(Row::Step(at) | Row::Value(at, _)) = self.rows().get(self.table.scroll.cursor).copied() {
                    self.steps.remove(at);
                    let rows = self.rows();
                    let to = rows.iter().position(|row| *row == Row::Step(at)).unwrap_or(rows.len().saturating_sub(1));
                    self.table.scroll.go(Move::To(to), rows.len(), height);
                    self.naming = rows.is_empty();
                }
            }
            Some(Action::Over(Over::DropRecording)) if !press.repeat => return Outcome::Wish(Wish::DropRecording),
            action => {
                if let Some(step) = action.and_then(step) {
                    self.table.scroll.go(step, len, height);
                }
            }
        }
        Outcome::Stay
    }

    fn submit(&mut self) -> Outcome {
        let name = self.name.value().trim();
        if !is_name(name) || self.steps.is_empty() {
            (self.wrong, self.naming) = (true, true);
            return Outcome::Stay;
        }
        Outcome::Wish(Wish::KeepRoutine(Box::new(routine(name, &self.steps))))
    }

    /// What is wrong with the name, or that one is replaced.
    fn remark<'a>(&self, scene: &Scene<'a>) -> (std::borrow::Cow<'a, str>, Role) {
        let name = self.name.value().trim();
        if self.steps.is_empty() {
            (scene.say("record-no-steps"), Role::Critical)
        } else if self.wrong || !name.is_empty() && !is_name(name) {
            (scene.say("record-name-wrong"), Role::Critical)
        } else if self.taken.iter().any(|it| it == name) {
            (scene.say("record-replaces"), Role::Warning)
        } else {
            (scene.say("record-name-help"), Role::Dim)
        }
    }

    /// Draws it. Returns where the terminal's cursor belongs.
    pub fn view(&self, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) -> Option<Position> {
        let theme = scene.theme;
        let area = self.area(screen);
        let inner = frame(&scene.say("record-title"), screen, area.width, area.height, buf, scene);
        let (head, body, foot) = Self::parts(inner);
        let put = |buf: &mut Buffer, y: u16, words: &str, role: Role| {
            text::put_fit(buf, inner.x, y, inner.width, words, theme.style(role), theme.glyphs.ellipsis);
        };
        let prompt = format!("{}: ", scene.say("record-name"));
        let view = InputView { prompt: &prompt, placeholder: "", error: "", masked: false, focused: self.naming };
        let cursor = view.render(&self.name, Rect { height: 1.min(head.height), ..head }, buf, theme);
        let (remark, role) = self.remark(scene);
        put(buf, head.y + 1, &remark, role);
        let columns = [
            Column::new(scene.say("routine-column-step"), Width::Fill(40)),
            Column::new(scene.say("record-column-when"), Width::Min(24)),
        ];
        let rows = self.rows();
        let listed = Listed { form: self, rows: &rows, scene };
        Table { columns: &columns, rows: &listed, state: &self.table, focused: !self.naming, empty: "" }
            .render(body, buf, theme);
        let keys = if self.naming { "record-keys-name" } else { "record-keys-list" };
        put(buf, foot.y + FOOT.saturating_sub(1), &scene.say_keyed(keys), Role::Dim);
        cursor.filter(|_| self.naming)
    }

    fn says(&self, at: usize, scene: &Scene<'_>) -> String {
        let step = match &self.steps[at] {
            Recorded::Go(page) => Step::Go(page),
            Recorded::Sort(column, descending) => Step::Sort { column: (*column).to_owned(), descending: *descending },
            Recorded::Mark(all) => Step::Mark(*all),
            // What is a customer's own is not shown, here neither.
            Recorded::Filter(value) if value.own => Step::Filter(Said::asked("filter")),
            Recorded::Filter(value) => Step::Filter(Said::said(value.shown())),
            Recorded::Change(change) => {
                let asked = Asked { spec: change.spec, rows: change.rows, fields: Vec::new() };
                return told::routine::name(&asked, scene.words);
            }
        };
        told::routine::step(&step, scene.words)
    }

    fn field(&self, step: usize, n: usize, scene: &Scene<'_>) -> String {
        match &self.steps[step] {
            Recorded::Change(change) => match change.fields.get(n) {
                Some((name, _)) => scene.words.say(&format!("field-{name}")).into_owned(),
                None => String::new(),
            },
            _ => scene.say("record-filter").into_owned(),
        }
    }
}

struct Listed<'a> {
    form: &'a RoutineForm,
    rows: &'a [Row],
    scene: &'a Scene<'a>,
}

impl Rows for Listed<'_> {
    fn len(&self) -> usize {
        self.rows.len()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let scene = self.scene;
        match (self.rows[row], column) {
            (Row::Step(at), 0) => format!("{} {}", at + 1, self.form.says(at, scene)).into(),
            (Row::Value(at, n), 0) => {
                let shown = self.form.value(at, n).map(RecordedValue::shown).unwrap_or_default();
                let field = self.form.field(at, n, scene);
                let values = [("field", Value::Text(&field)), ("value", Value::Text(&Text::line(shown)))];
                let key = if shown.is_empty() { "record-field" } else { "record-value" };
                format!("    {}", scene.with(key, &values)).into()
            }
            (Row::Value(at, n), _) => {
                let key = match self.form.value(at, n) {
                    Some(value) if value.own => "record-own",
                    Some(value) if value.asked => "record-each-time",
                    _ => "record-always",
                };
                scene.say(key).into_owned().into()
            }
            (Row::Step(_), _) => "".into(),
        }
    }
}
