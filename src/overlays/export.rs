//! What of a list is written to a file, in which form, where, and why.

use madoguchi_ui::form::{Field, Form, FormState, Value};
use madoguchi_ui::input::TextInput;
use madoguchi_ui::overlay;
use madoguchi_ui::panel::Panel;
use madoguchi_ui::scroll::Move;
use madoguchi_ui::text;
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::flow::{Input, Key, KeyPress, MouseKind, Over};
use crate::locale;
use crate::scene::Scene;
use crate::tabs::ask::{ExportAsked, ExportFormat, ExportRows, ExportWish, Told};
use crate::tabs::{Did, edit};

use super::{Outcome, frame, in_form};

const WIDTH: u16 = 76;
const HEIGHT: u16 = 14;

/// The fields, in order.
const ROWS: usize = 0;
const FORMAT: usize = 1;
const PATH: usize = 2;
const REASON: usize = 3;

const FORMATS: [ExportFormat; 2] = [ExportFormat::Csv, ExportFormat::Json];

/// The form being filled in.
#[derive(Debug)]
pub struct ExportForm {
    asked: ExportAsked,
    choices: Vec<(ExportRows, usize)>,
    form: FormState,
    /// Something was missing when it was to be written.
    incomplete: bool,
}

impl ExportForm {
    /// A form that proposes the marked rows, or else those shown.
    pub fn new(asked: ExportAsked) -> Self {
        let [shown, all, marked] = asked.rows;
        let choices = [(ExportRows::Marked, marked), (ExportRows::Shown, shown), (ExportRows::All, all)];
        let choices: Vec<_> = choices.into_iter().filter(|(_, rows)| *rows > 0).collect();
        let path = asked.stem.with_extension(ExportFormat::Csv.extension());
        let mut values = vec![
            Value::Choice { at: 0, of: choices.len() },
            Value::Choice { at: 0, of: FORMATS.len() },
            Value::Text(TextInput::new(&path.to_string_lossy())),
        ];
        if asked.personal {
            values.push(Value::Text(TextInput::default()));
        }
        Self { asked, choices, form: FormState::new(values), incomplete: false }
    }

    fn format(&self) -> ExportFormat {
        self.form.choice(FORMAT).map_or(ExportFormat::Csv, |at| FORMATS[at])
    }

    /// The form's room, and below it the keys'.
    fn areas(inner: Rect) -> (Rect, Rect) {
        let height = inner.height.saturating_sub(1);
        let keys = Rect { y: inner.y + height, height: inner.height - height, ..inner };
        (Rect { height, ..inner }, keys)
    }

    fn wish(&mut self) -> Outcome {
        let path = self.form.text(PATH).trim();
        let reason = self.form.text(REASON).trim();
        let chosen = self.form.choice(ROWS).and_then(|at| self.choices.get(at));
        match chosen {
            Some((rows, _)) if !path.is_empty() && (!self.asked.personal || !reason.is_empty()) => {
                let wish =
                    ExportWish { rows: *rows, format: self.format(), path: path.into(), reason: reason.to_owned() };
                Outcome::Do(Did::Tell(Told::Export(wish)))
            }
            _ => {
                self.incomplete = true;
                self.form.focus = if path.is_empty() { PATH } else { REASON };
                Outcome::Stay
            }
        }
    }

    /// The file's name follows the form, unless it was given another ending.
    fn follow_format(&mut self, before: ExportFormat) {
        let after = self.format();
        let ending = format!(".{}", before.extension());
        if let Some(Value::Text(input)) = self.form.values.get_mut(PATH)
            && let Some(stem) = input.value().strip_suffix(&ending)
        {
            *input = TextInput::new(&format!("{stem}.{}", after.extension()));
        }
    }

    /// Fills in, writes or leaves it.
    pub fn input(&mut self, input: &Input, screen: Rect, scene: &Scene<'_>) -> Outcome {
        let (area, _) = Self::areas(Panel::inner(overlay::centred(screen, WIDTH, HEIGHT)));
        let fields = self.fields(scene);
        let before = self.format();
        match input {
            Input::Key(press) => match in_form(*press, scene) {
                Some(Over::Submit) => return self.wish(),
                Some(Over::PreviousField) => self.form.go(Move::By(-1), &fields, area),
                Some(Over::NextField) => self.form.go(Move::By(1), &fields, area),
                _ => self.key(*press),
            },
            Input::Paste(text) => {
                self.form.paste(text);
            }
            Input::Mouse(mouse) if mouse.kind == MouseKind::Click => {
                self.form.click(Position::new(mouse.x, mouse.y), &fields, area);
            }
            Input::Mouse(_) | Input::Resize { .. } | Input::Focus(_) => {}
        }
        self.follow_format(before);
        Outcome::Stay
    }

    fn key(&mut self, press: KeyPress) {
        match self.form.values.get_mut(self.form.focus) {
            Some(Value::Text(input)) => {
                edit::key(input, press);
            }
            _ => match press.key {
                Key::Left => {
                    self.form.turn(false);
                }
                Key::Right | Key::Char(' ') => {
                    self.form.turn(true);
                }
                _ => {}
            },
        }
    }

    fn fields<'a>(&self, scene: &Scene<'a>) -> Vec<Field<'a>> {
        let rows = |(rows, n): &(ExportRows, usize)| {
            let key = match rows {
                ExportRows::Shown => "export-shown",
                ExportRows::All => "export-all",
                ExportRows::Marked => "export-marked",
            };
            scene.with(key, &[("n", locale::Value::Number(*n as i64))]).into()
        };
        let missing = |field: usize| {
            let empty = self.incomplete && self.form.text(field).trim().is_empty();
            if empty { scene.say("export-missing") } else { "".into() }
        };
        let masked = if self.asked.personal { "export-help-revealed" } else { "export-help-masked" };
        let mut fields = vec![
            Field::new(scene.say("export-rows"))
                .options(self.choices.iter().map(rows).collect())
                .help(scene.say(masked)),
            Field::new(scene.say("export-format")).options(vec!["CSV".into(), "JSON".into()]),
            Field::new(scene.say("export-path")).help(scene.say("export-path-help")).error(missing(PATH)),
        ];
        if self.asked.personal {
            let reason = Field::new(scene.say("export-reason")).help(scene.say("export-reason-help"));
            fields.push(reason.error(missing(REASON)));
        }
        fields
    }

    /// Draws it. Returns where the terminal's cursor belongs.
    pub fn view(&self, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) -> Option<Position> {
        let inner = frame(&scene.say("export-title"), screen, WIDTH, HEIGHT, buf, scene);
        let (area, keys) = Self::areas(inner);
        let style = scene.theme.style(Role::Dim);
        text::put_fit(
            buf,
            keys.x,
            keys.y,
            keys.width,
            &scene.say_keyed("export-keys"),
            style,
            scene.theme.glyphs.ellipsis,
        );
        Form { fields: &self.fields(scene), state: &self.form }.render(area, buf, scene.theme)
    }
}
