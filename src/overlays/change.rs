//! The form of a change, made from its verb's fields. What is wrong is said beside the field, as soon as one leaves it.

use std::sync::Arc;

use madoguchi_ui::form::{Field as FormField, Form, FormState, Value};
use madoguchi_ui::input::TextInput;
use madoguchi_ui::overlay;
use madoguchi_ui::panel::Panel;
use madoguchi_ui::scroll::Move;
use madoguchi_ui::text;
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::change::{Change, Field, FieldKind, Need, Reader, Spec, Values, What, Who, Wrong};
use crate::domain::name::fold;
use crate::domain::office::Office;
use crate::domain::phone::Fixtures;
use crate::domain::phrase::Phrase;
use crate::domain::sim;
use crate::flow::{Input, Key, KeyPress, MouseKind};
use crate::locale;
use crate::scene::Scene;
use crate::tabs::edit;

use super::{Outcome, Wish, frame};

const WIDTH: u16 = 78;
/// Lines above the form: what the change is about and what the verb does.
const HEAD: u16 = 3;

/// A word that a field takes, and how it is named on the screen.
pub type FieldOption = (String, Phrase);

/// A field that is asked.
#[derive(Debug)]
pub struct Asked {
    /// The field.
    pub field: &'static Field,
    /// What it can be; empty where it is typed.
    pub options: Vec<FieldOption>,
}

/// What a form is made from.
#[derive(Debug)]
pub struct Asking {
    /// The verb.
    pub spec: &'static Spec,
    /// Whose change it is.
    pub who: Who,
    /// Fields told by where the cursor stands, each with its words.
    pub told: Vec<(&'static str, String, Phrase)>,
    /// Fields to fill in, in order.
    pub asked: Vec<Asked>,
    /// The rules of the house.
    pub office: Arc<Office>,
    /// Whether numbers that can belong to nobody are lines.
    pub fixtures: Fixtures,
}

impl Asking {
    /// Reads the fields: the change, or what is wrong.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn read(&self, values: &Values, now: jiff::Timestamp) -> Result<Change, Vec<Wrong>> {
        let mut reader = Reader::new(self.spec, values, &self.office, now, self.fixtures);
        let what = What::read(self.spec, &mut reader);
        match (what, reader.wrong()) {
            (Some(what), wrong) if wrong.is_empty() => Ok(Change { who: self.who.clone(), what }),
            (_, wrong) => Err(wrong),
        }
    }

    /// What the cursor told.
    pub fn values(&self) -> Values {
        self.told.iter().map(|(name, value, _)| ((*name).to_owned(), value.clone())).collect()
    }

    /// Under which key its draft is kept: the verb and what it is about.
    pub fn key(&self) -> String {
        let mut parts = vec![self.spec.name.to_owned(), self.who.number.to_string()];
        parts.extend(self.told.iter().map(|(name, value, _)| format!("{name}={value}")));
        parts.join(":")
    }
}

/// The form being filled in.
#[derive(Debug)]
pub struct ChangeForm {
    asking: Asking,
    form: FormState,
    /// Fields that were left or asked for, so that what is wrong with them is said.
    judged: Vec<bool>,
    /// What was wrong when it was last read, by the fields' names.
    wrong: Vec<Wrong>,
    /// It holds what was typed another time.
    restored: bool,
}

impl ChangeForm {
    /// A form with its defaults.
    pub fn new(asking: Asking) -> Self {
        let values = asking.asked.iter().map(blank).collect();
        let judged = vec![false; asking.asked.len()];
        Self { asking, form: FormState::new(values), judged, wrong: Vec::new(), restored: false }
    }

    /// The same form with what was typed another time.
    pub fn restore(&mut self, typed: &Values) {
        for (asked, value) in self.asking.asked.iter().zip(&mut self.form.values) {
            let Some(typed) = typed.get(asked.field.name).filter(|typed| !typed.is_empty()) else { continue };
            self.restored = true;
            fill(asked, value, typed);
        }
    }

    /// Takes over fields from elsewhere, such as a change that undoes another. Those are no draft.
    pub fn prefill(&mut self, typed: &Values) {
        self.restore(typed);
        self.restored = false;
    }

    /// What it asks.
    pub const fn asking(&self) -> &Asking {
        &self.asking
    }

    /// Everything that was told or typed, by the fields' names.
    pub fn values(&self) -> Values {
        let mut values = self.asking.values();
        values.extend(self.typed());
        values
    }

    /// What was typed or chosen.
    pub fn typed(&self) -> Values {
        let written = |(asked, value): (&Asked, &Value)| {
            let text = match value {
                Value::Text(input) => input.value().trim().to_owned(),
                Value::Choice { at, .. } => asked.options.get(*at).map(|(word, _)| word.clone()).unwrap_or_default(),
                Value::Check(yes) => if *yes { "yes" } else { "no" }.to_owned(),
            };
            (asked.field.name.to_owned(), text)
        };
        self.asking.asked.iter().zip(&self.form.values).map(written).collect()
    }

    /// Whether nothing was typed that is worth keeping.
    pub fn is_untouched(&self) -> bool {
        let blank = Self::blank_values(&self.asking);
        self.typed() == blank
    }

    fn blank_values(asking: &Asking) -> Values {
        let of = |asked: &Asked| {
            let text = match blank(asked) {
                Value::Text(input) => input.value().to_owned(),
                Value::Choice { at, .. } => asked.options.get(at).map(|(word, _)| word.clone()).unwrap_or_default(),
                Value::Check(yes) => if yes { "yes" } else { "no" }.to_owned(),
            };
            (asked.field.name.to_owned(), text)
        };
        asking.asked.iter().map(of).collect()
    }

    /// The systems say that what was typed does not fit: that stands beside the fields now.
    pub fn refuse(&mut self, wrong: Vec<Wrong>) {
        self.judged.fill(true);
        self.focus_on(&wrong);
        self.wrong = wrong;
    }

    fn focus_on(&mut self, wrong: &[Wrong]) {
        let first = self.asking.asked.iter().position(|asked| wrong.iter().any(|it| it.field == asked.field.name));
        self.form.focus = first.unwrap_or(self.form.focus);
    }

    fn judge(&mut self, scene: &Scene<'_>) {
        self.wrong = self.asking.read(&self.values(), scene.now).err().unwrap_or_default();
    }

    fn submit(&mut self, scene: &Scene<'_>) -> Outcome {
        match self.asking.read(&self.values(), scene.now) {
            Ok(change) => {
                self.wrong.clear();
                Outcome::Wish(Wish::Plan(Box::new(change)))
            }
            Err(wrong) => {
                self.refuse(wrong);
                Outcome::Stay
            }
        }
    }

    /// Room for the whole form, as far as the screen has it.
    fn area(&self, screen: Rect, scene: &Scene<'_>) -> Rect {
        let fields = self.fields(scene);
        let inner = Panel::inner(overlay::centred(screen, WIDTH, u16::MAX));
        let lines = Form { fields: &fields, state: &self.form }.height(inner.width) as u16;
        // Frame, head, a blank, the keys; a line to spare, so that a message does not make the frame jump.
        overlay::centred(screen, WIDTH, lines + HEAD + 5)
    }

    fn parts(inner: Rect) -> (Rect, Rect, Rect) {
        let head = Rect { height: HEAD.min(inner.height), ..inner };
        let keys = Rect { y: inner.bottom().saturating_sub(1), height: inner.height.min(1), ..inner };
        let form = Rect { y: head.bottom(), height: inner.height.saturating_sub(HEAD + 1), ..inner };
        (head, form, keys)
    }

    /// Fills in, goes on or leaves it.
    pub fn input(&mut self, input: &Input, screen: Rect, scene: &Scene<'_>) -> Outcome {
        let (_, area, _) = Self::parts(Panel::inner(self.area(screen, scene)));
        let fields = self.fields(scene);
        let before = self.form.focus;
        match input {
            Input::Key(press) => match press.key {
                Key::Enter if !press.repeat => return self.submit(scene),
                Key::Up | Key::BackTab => self.form.go(Move::By(-1), &fields, area),
                Key::Down | Key::Tab => self.form.go(Move::By(1), &fields, area),
                _ => self.key(*press, scene),
            },
            Input::Paste(text) => {
                self.form.paste(text);
            }
            Input::Mouse(mouse) if mouse.kind == MouseKind::Click => {
                self.form.click(Position::new(mouse.x, mouse.y), &fields, area);
            }
            Input::Mouse(_) | Input::Resize { .. } | Input::Focus(_) => {}
        }
        if self.form.focus != before
            && let Some(judged) = self.judged.get_mut(before)
        {
            *judged = true;
        }
        self.judge(scene);
        Outcome::Stay
    }

    fn key(&mut self, press: KeyPress, scene: &Scene<'_>) {
        match self.form.values.get_mut(self.form.focus) {
            Some(Value::Text(input)) => {
                edit::key(input, press);
            }
            Some(Value::Choice { at, .. }) => match press.key {
                Key::Left => {
                    self.form.turn(false);
                }
                Key::Right | Key::Char(' ') => {
                    self.form.turn(true);
                }
                // A letter goes on to the next option that has it at its beginning, or else anywhere.
                Key::Char(c) if !press.modifiers.ctrl && !press.modifiers.alt => {
                    let options = &self.asking.asked[self.form.focus].options;
                    let named: Vec<String> =
                        options.iter().map(|(_, says)| fold(&scene.words.phrase(says, scene.revealed))).collect();
                    let typed = fold(c.encode_utf8(&mut [0; 4]));
                    let after = |holds: &dyn Fn(&String) -> bool| {
                        let n = named.len();
                        (1..=n).map(|step| (*at + step) % n.max(1)).find(|at| holds(&named[*at]))
                    };
                    let next = after(&|name| name.starts_with(&typed)).or_else(|| after(&|name| name.contains(&typed)));
                    *at = next.unwrap_or(*at);
                }
                _ => {}
            },
            Some(Value::Check(_)) => {
                if matches!(press.key, Key::Char(' ') | Key::Left | Key::Right) {
                    self.form.turn(true);
                }
            }
            None => {}
        }
    }

    fn fields<'a>(&self, scene: &Scene<'a>) -> Vec<FormField<'a>> {
        let of = |(at, asked): (usize, &Asked)| {
            let name = asked.field.name;
            let mut label = scene.words.say(&format!("field-{name}")).into_owned();
            if asked.field.need == Need::Required {
                label.push_str(" *");
            }
            let typed = self.form.text(at);
            let complete = asked.field.kind == FieldKind::Eid && digits(typed) >= 32;
            let wrong = self.wrong.iter().find(|it| it.field == name).filter(|_| self.judged[at] || complete);
            let error = wrong.map(|it| scene.words.phrase(&it.why, scene.revealed)).unwrap_or_default();
            let options = asked.options.iter().map(|(_, says)| scene.words.phrase(says, scene.revealed).into());
            FormField::new(label).options(options.collect()).help(help(asked, typed, scene)).error(error)
        };
        self.asking.asked.iter().enumerate().map(of).collect()
    }

    /// Draws it. Returns where the terminal's cursor belongs.
    pub fn view(&self, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) -> Option<Position> {
        let Asking { spec, who, told, .. } = &self.asking;
        let theme = scene.theme;
        let area = self.area(screen, scene);
        let title = scene.words.say(&format!("verb-{}", spec.name)).into_owned();
        let inner = frame(&title, screen, area.width, area.height, buf, scene);
        let (head, form, keys) = Self::parts(inner);
        let mut about: Vec<String> = told
            .iter()
            .map(|(.., says)| scene.words.phrase(says, scene.revealed))
            .filter(|it| !it.is_empty())
            .collect();
        about.insert(0, who.number.to_string());
        let put = |buf: &mut Buffer, y: u16, words: &str, role: Role| {
            text::put_fit(buf, head.x, y, head.width, words, theme.style(role), theme.glyphs.ellipsis);
        };
        put(buf, head.y, &about.join(" · "), Role::Heading);
        let help = scene.words.say(&format!("verb-{}-help", spec.name)).into_owned();
        put(buf, head.y + 1, &help, Role::Dim);
        let keys_words = if self.restored { "change-keys-restored" } else { "change-keys" };
        text::put_fit(
            buf,
            keys.x,
            keys.y,
            keys.width,
            &scene.words.say(keys_words),
            theme.style(Role::Dim),
            theme.glyphs.ellipsis,
        );
        // What is wrong with something that no field of the form asks.
        let elsewhere =
            self.wrong.iter().find(|it| !self.asking.asked.iter().any(|asked| asked.field.name == it.field));
        if let Some(wrong) = elsewhere {
            put(buf, head.y + 1, &scene.words.phrase(&wrong.why, scene.revealed), Role::Critical);
        }
        Form { fields: &self.fields(scene), state: &self.form }.render(form, buf, theme)
    }
}

/// A field as it is before anything is typed: its default.
fn blank(asked: &Asked) -> Value {
    let default = match asked.field.need {
        Need::Default(value) => value,
        Need::Required | Need::Optional => "",
    };
    let mut value = if !asked.options.is_empty() {
        Value::Choice { at: 0, of: asked.options.len() }
    } else if asked.field.kind == FieldKind::Flag {
        Value::Check(false)
    } else {
        Value::Text(TextInput::default())
    };
    if !default.is_empty() {
        fill(asked, &mut value, default);
    }
    value
}

fn fill(asked: &Asked, value: &mut Value, typed: &str) {
    match value {
        Value::Text(input) => *input = TextInput::new(typed),
        Value::Choice { at, .. } => *at = asked.options.iter().position(|(word, _)| word == typed).unwrap_or(*at),
        Value::Check(yes) => *yes = matches!(typed, "yes" | "true" | "1"),
    }
}

fn digits(typed: &str) -> usize {
    typed.chars().filter(char::is_ascii_digit).count()
}

/// What a field is for, or what is made of what was typed.
fn help(asked: &Asked, typed: &str, scene: &Scene<'_>) -> String {
    let words = |key: &'static str| scene.say(key).into_owned();
    match asked.field.kind {
        FieldKind::Eid if !typed.is_empty() => {
            // Read back to the caller while it is typed, in groups, with how many are missing.
            let grouped = sim::grouped(typed);
            let values = [("typed", locale::Value::Text(&grouped)), ("n", locale::Value::Number(digits(typed) as i64))];
            scene.with("change-help-eid-typed", &values)
        }
        FieldKind::Eid => words("change-help-eid"),
        FieldKind::Date => words("change-help-date"),
        FieldKind::Moment => words("change-help-moment"),
        FieldKind::Yen => words("change-help-yen"),
        _ if asked.options.len() > 1 => words("change-help-choice"),
        _ => String::new(),
    }
}
