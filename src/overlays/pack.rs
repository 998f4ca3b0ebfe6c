//! Making a field pack: who is read for it and how that went, and the passphrase that seals it, typed twice.

use jiff::Timestamp;
use madoguchi_ui::form::{Field, Form, FormState, Value as Line};
use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::input::TextInput;
use madoguchi_ui::overlay;
use madoguchi_ui::panel::Panel;
use madoguchi_ui::scroll::Move;
use madoguchi_ui::table::{Cell, Column, Rows, Table, TableState, Width};
use madoguchi_ui::text;
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::customer::CustomerKey;
use crate::domain::pack::LEAST_CHARS;
use crate::domain::text::Text;
use crate::domain::time;
use crate::flow::{Customer, Fault, Input, KeyPress, MouseKind, Over, Packed, Passphrase};
use crate::locale::Value;
use crate::scene::Scene;
use crate::tabs::edit;

use super::{Outcome, Wish, frame, in_form, step_while_typing};

const WIDTH: u16 = 78;
const HEIGHT: u16 = 30;
/// What the pack is.
const HEAD: u16 = 1;
/// A blank, the two lines of the passphrase, two of what is said of them, the keys.
const FOOT: u16 = 6;
const FIRST: usize = 0;
const AGAIN: usize = 1;

/// The pack that is made.
#[derive(Debug)]
pub struct PackForm {
    until: Timestamp,
    rows: Vec<Row>,
    /// How many more there were than go into a pack.
    left_out: usize,
    stage: Stage,
    form: FormState,
    /// What is wrong with the passphrase, by the key of the sentence.
    wrong: Option<&'static str>,
    table: TableState,
}

/// Somebody who goes into it.
#[derive(Debug)]
struct Row {
    called: Text,
    read: Option<Box<Customer>>,
}

#[derive(Debug)]
enum Stage {
    /// Who goes into it is being found out, or they are being read.
    Reading,
    /// All were read.
    Read,
    /// It is being sealed.
    Sealing,
    /// It is on the disk.
    Sealed,
    /// It is not, and why.
    Failed(String),
}

impl PackForm {
    /// A pack that is to be openable until then.
    pub fn new(until: Timestamp) -> Self {
        let lines = vec![Line::Text(TextInput::default()), Line::Text(TextInput::default())];
        Self {
            until,
            rows: Vec::new(),
            left_out: 0,
            stage: Stage::Reading,
            form: FormState::new(lines),
            wrong: None,
            table: TableState::default(),
        }
    }

    /// These are being read.
    pub fn reading(&mut self, rows: Vec<(CustomerKey, Text)>, left_out: usize) {
        self.rows = rows.into_iter().map(|(_, called)| Row { called, read: None }).collect();
        self.left_out = left_out;
    }

    /// One of them was.
    pub fn take(&mut self, at: usize, customer: Box<Customer>) {
        if let Some(row) = self.rows.get_mut(at) {
            row.read = Some(customer);
        }
    }

    /// No more is read.
    pub fn ended(&mut self, scene: &Scene<'_>) {
        if !matches!(self.stage, Stage::Reading) {
            return;
        }
        self.stage = if self.customers().next().is_some() {
            Stage::Read
        } else {
            Stage::Failed(scene.say("pack-nobody").into_owned())
        };
    }

    /// Nobody could be read.
    pub fn not_reading(&mut self, fault: &Fault, scene: &Scene<'_>) {
        self.failed(scene.fault(fault));
    }

    /// It was not sealed.
    pub fn failed(&mut self, why: String) {
        self.stage = Stage::Failed(why);
    }

    /// It is on the disk.
    pub fn sealed(&mut self) {
        self.stage = Stage::Sealed;
    }

    /// It is being sealed: the passphrase is on its way, and no longer here.
    pub fn sealing(&mut self) {
        self.stage = Stage::Sealing;
        self.form.values.iter_mut().for_each(|line| *line = Line::Text(TextInput::default()));
    }

    /// Whether its passphrase is on its way.
    pub const fn is_sealing(&self) -> bool {
        matches!(self.stage, Stage::Sealing)
    }

    /// Until when it can be opened.
    pub const fn until(&self) -> Timestamp {
        self.until
    }

    /// Those of whom anything is known.
    pub fn customers(&self) -> impl Iterator<Item = &Customer> {
        let read = self.rows.iter().filter_map(|row| row.read.as_deref());
        read.filter(|customer| customer.packed() != Packed::Nothing)
    }

    fn parts(screen: Rect, rows: usize) -> (Rect, Rect, Rect) {
        let inner = Panel::inner(overlay::centred(screen, WIDTH, Self::height(rows)));
        let head = Rect { height: HEAD.min(inner.height), ..inner };
        let foot = FOOT.min(inner.height - head.height);
        let body = Rect { y: head.bottom(), height: inner.height - head.height - foot, ..inner };
        (head, body, Rect { y: body.bottom(), height: foot, ..inner })
    }

    fn height(rows: usize) -> u16 {
        // The frame, the head of the table and a row at least.
        (rows.max(1) as u16).saturating_add(HEAD + FOOT + 3).min(HEIGHT)
    }

    /// Types the passphrase, looks at the rows, seals.
    pub fn input(&mut self, input: &Input, screen: Rect, scene: &Scene<'_>) -> Outcome {
        let (_, body, foot) = Self::parts(screen, self.rows.len());
        let step = match input {
            Input::Key(press) => match step_while_typing(*press, scene) {
                Some(step @ Move::Page(_)) => step,
                _ => return self.key(*press, foot, scene),
            },
            Input::Paste(text) if self.types() => {
                self.form.paste(text);
                return Outcome::Stay;
            }
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

    /// The passphrase can be typed while they are read.
    const fn types(&self) -> bool {
        matches!(self.stage, Stage::Reading | Stage::Read)
    }

    fn key(&mut self, press: KeyPress, area: Rect, scene: &Scene<'_>) -> Outcome {
        if !self.types() {
            return match in_form(press, scene) {
                Some(Over::Submit) if !matches!(self.stage, Stage::Sealing) && !press.repeat => Outcome::Close,
                _ => Outcome::Stay,
            };
        }
        match in_form(press, scene) {
            Some(Over::Submit) if press.repeat => Outcome::Stay,
            Some(Over::Submit) => self.seal(),
            Some(Over::PreviousField) => {
                self.form.go(Move::By(-1), &Self::fields(scene), area);
                Outcome::Stay
            }
            Some(Over::NextField) => {
                self.form.go(Move::By(1), &Self::fields(scene), area);
                Outcome::Stay
            }
            _ => {
                self.wrong = None;
                if let Some(Line::Text(line)) = self.form.values.get_mut(self.form.focus) {
                    edit::key(line, press);
                }
                Outcome::Stay
            }
        }
    }

    fn seal(&mut self) -> Outcome {
        let (first, again) = (Passphrase::new(self.form.text(FIRST)), Passphrase::new(self.form.text(AGAIN)));
        self.wrong = if first.chars() < LEAST_CHARS {
            self.form.focus = FIRST;
            Some("pack-passphrase-short")
        } else if again.chars() == 0 {
            self.form.focus = AGAIN;
            None
        } else if first != again {
            self.form.focus = AGAIN;
            self.form.values[AGAIN] = Line::Text(TextInput::default());
            Some("pack-passphrase-differs")
        } else if matches!(self.stage, Stage::Reading) {
            Some("pack-still-reading")
        } else {
            return Outcome::Wish(Wish::SealPack(first));
        };
        Outcome::Stay
    }

    fn fields<'a>(scene: &Scene<'a>) -> Vec<Field<'a>> {
        let line = |key: &'static str| Field { masked: true, ..Field::new(scene.say(key)) };
        vec![line("pack-passphrase"), line("pack-passphrase-again")]
    }

    /// How it stands, in the line above the rows.
    fn says(&self, scene: &Scene<'_>) -> (String, Role) {
        let number = |n: usize| Value::Number(n as i64);
        let until = time::date_time(self.until);
        match &self.stage {
            Stage::Reading if self.rows.is_empty() => (scene.say("loading").into_owned(), Role::Dim),
            Stage::Reading => {
                let read = self.rows.iter().filter(|row| row.read.is_some()).count();
                let values = [("n", number(read)), ("of", number(self.rows.len()))];
                (scene.with("pack-reading", &values), Role::Text)
            }
            Stage::Read | Stage::Sealing | Stage::Sealed => {
                let values = [("n", number(self.customers().count())), ("until", Value::Text(&until))];
                let mut words = scene.with("pack-holds", &values);
                if self.left_out > 0 {
                    words.push_str("  ");
                    words.push_str(&scene.with("pack-left-out", &[("n", number(self.left_out))]));
                }
                (words, Role::Heading)
            }
            Stage::Failed(_) => (scene.say("pack-not-made").into_owned(), Role::Heading),
        }
    }

    /// Draws it. Returns where the terminal's cursor belongs.
    pub fn view(&self, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) -> Option<Position> {
        let theme = scene.theme;
        frame(&scene.say("pack-title"), screen, WIDTH, Self::height(self.rows.len()), buf, scene);
        let (head, body, foot) = Self::parts(screen, self.rows.len());
        let put = |buf: &mut Buffer, y: u16, words: &str, role: Role| {
            if y < foot.bottom() {
                text::put_fit(buf, foot.x, y, foot.width, words, theme.style(role), theme.glyphs.ellipsis);
            }
        };
        let (words, role) = self.says(scene);
        put(buf, head.y, &words, role);
        let columns = [
            Column::new(scene.say("column-name"), Width::Fill(18)),
            Column::new(scene.say("column-number"), Width::Fixed(10)).priority(1),
            Column::new(scene.say("pack-column-read"), Width::Fill(26)),
        ];
        let rows = Listed { rows: &self.rows, scene };
        // What can be done is done with all of them.
        let state = TableState { unplaced: true, ..self.table };
        Table { columns: &columns, rows: &rows, state: &state, focused: false, empty: "" }.render(body, buf, theme);
        let keys = match &self.stage {
            Stage::Reading | Stage::Read => "pack-keys-seal",
            Stage::Sealing => "pack-keys-sealing",
            Stage::Sealed | Stage::Failed(_) => "pack-keys-over",
        };
        put(buf, foot.bottom().saturating_sub(1), &scene.say_keyed(keys), Role::Dim);
        let said = |buf: &mut Buffer, from: u16, words: &str, mark: Mark| {
            let width = usize::from(foot.width.saturating_sub(2));
            let role = if mark == Mark::Info { Role::Dim } else { Role::Text };
            text::put(buf, foot.x, foot.y + from, 1, theme.glyphs.mark(mark), theme.style(mark.role()));
            for (at, line) in (from..FOOT - 1).zip(text::wrap(words, width)) {
                text::put(buf, foot.x + 2, foot.y + at, foot.width, line, theme.style(role));
            }
        };
        match &self.stage {
            Stage::Reading | Stage::Read => {
                let values = [("n", Value::Number(LEAST_CHARS as i64))];
                match self.wrong {
                    Some(key) => said(buf, 3, &scene.with(key, &values), Mark::Critical),
                    None => said(buf, 3, &scene.with("pack-passphrase-help", &values), Mark::Info),
                }
                let area = Rect { y: foot.y + 1, height: 2.min(foot.height), ..foot };
                return Form { fields: &Self::fields(scene), state: &self.form }.render(area, buf, theme);
            }
            Stage::Sealing => said(buf, 1, &scene.say("pack-sealing"), Mark::Pending),
            Stage::Sealed => {
                let until = time::date_time(self.until);
                said(buf, 1, &scene.with("pack-sealed", &[("until", Value::Text(&until))]), Mark::Good);
            }
            Stage::Failed(why) => said(buf, 1, why, Mark::Critical),
        }
        None
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
        match (column, &row.read) {
            (0, Some(customer)) => customer.name().as_str().into(),
            (0, None) => row.called.as_str().into(),
            (1, Some(customer)) => customer.reference().into(),
            (1, None) => "".into(),
            (_, None) => Cell::marked(Mark::Pending, self.scene.say("loading")),
            (_, Some(customer)) => verdict(customer, self.scene),
        }
    }
}

/// How much of a customer was read.
fn verdict<'a>(customer: &Customer, scene: &Scene<'a>) -> Cell<'a> {
    match customer.packed() {
        Packed::Whole => Cell::marked(Mark::Good, scene.say("pack-read-whole")),
        Packed::Nothing => Cell::marked(Mark::Critical, scene.say("pack-read-nothing")),
        Packed::Partly(parts) => {
            let part = |(system, at): &(crate::domain::system::System, Option<Timestamp>)| match at {
                Some(at) => {
                    let values = [("system", Value::Text(system.name())), ("age", Value::Text(&scene.age(*at)))];
                    scene.with("pack-read-old", &values)
                }
                None => scene.with("pack-read-missing", &[("system", Value::Text(system.name()))]),
            };
            Cell::marked(Mark::Warning, parts.iter().map(part).collect::<Vec<_>>().join(", "))
        }
    }
}
