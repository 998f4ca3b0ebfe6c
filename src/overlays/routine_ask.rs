//! What a routine asks before it is run: a field for each of its parameters.

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

use crate::domain::change::{Field, FieldKind, Need, Spec, Values};
use crate::domain::phrase::Phrase;
use crate::domain::routine::Routine;
use crate::flow::{Input, MouseKind, Over};
use crate::locale;
use crate::scene::Scene;

use super::{FieldOption, Outcome, Wish, frame, in_field, in_form};

const WIDTH: u16 = 78;
/// Lines above the form.
const HEAD: u16 = 2;

/// A parameter as it is asked.
#[derive(Debug)]
pub struct AskedParameter {
    /// Its name.
    pub name: String,
    /// The field it fills, where it is all of one.
    pub of: Option<(&'static Spec, &'static Field)>,
    /// What it can be; empty where it is typed.
    pub options: Vec<FieldOption>,
    /// What it is at first.
    pub start: String,
}

/// The form.
#[derive(Debug)]
pub struct RoutineAsk {
    routine: Arc<Routine>,
    /// Whose, by number.
    who: String,
    asked: Vec<AskedParameter>,
    form: FormState,
    /// It was to be gone on with and something is missing.
    lacking: bool,
}

impl RoutineAsk {
    /// A form with what its parameters are at first.
    pub fn new(routine: Arc<Routine>, who: String, asked: Vec<AskedParameter>) -> Self {
        let value = |it: &AskedParameter| {
            if !it.options.is_empty() {
                let at = it.options.iter().position(|(word, _)| *word == it.start).unwrap_or(0);
                return Value::Choice { at, of: it.options.len() };
            }
            match it.of.map(|(_, field)| field.kind) {
                Some(FieldKind::Flag) => Value::Check(matches!(it.start.as_str(), "yes" | "true" | "1")),
                _ => Value::Text(TextInput::suggesting(&it.start)),
            }
        };
        let form = FormState::new(asked.iter().map(value).collect());
        Self { routine, who, asked, form, lacking: false }
    }

    fn written(&self, at: usize) -> String {
        match self.form.values.get(at) {
            Some(Value::Text(input)) => input.value().trim().to_owned(),
            Some(Value::Choice { at: chosen, .. }) => {
                self.asked[at].options.get(*chosen).map(|(word, _)| word.clone()).unwrap_or_default()
            }
            Some(Value::Check(yes)) => if *yes { "yes" } else { "no" }.to_owned(),
            None => String::new(),
        }
    }

    /// Whether it must be told and is not.
    fn lacks(&self, at: usize) -> bool {
        let needed = self.asked[at].of.is_none_or(|(_, field)| field.need == Need::Required);
        needed && self.written(at).is_empty()
    }

    fn submit(&mut self) -> Outcome {
        if let Some(first) = (0..self.asked.len()).find(|at| self.lacks(*at)) {
            self.form.focus = first;
            self.lacking = true;
            return Outcome::Stay;
        }
        let values: Values =
            self.asked.iter().enumerate().map(|(at, it)| (it.name.clone(), self.written(at))).collect();
        Outcome::Wish(Wish::RunRoutine(Arc::clone(&self.routine), values))
    }

    fn area(&self, screen: Rect, scene: &Scene<'_>) -> Rect {
        let inner = Panel::inner(overlay::centred(screen, WIDTH, u16::MAX));
        let form = Form { fields: &self.fields(scene), state: &self.form }.height(inner.width) as u16;
        overlay::centred(screen, WIDTH, form.saturating_add(HEAD + 5))
    }

    const fn form_area(inner: Rect) -> Rect {
        Rect { y: inner.y + HEAD, height: inner.height.saturating_sub(HEAD + 1), ..inner }
    }

    /// Fills in, goes on or leaves it.
    pub fn input(&mut self, input: &Input, screen: Rect, scene: &Scene<'_>) -> Outcome {
        let area = Self::form_area(Panel::inner(self.area(screen, scene)));
        let fields = self.fields(scene);
        match input {
            Input::Key(press) => match in_form(*press, scene) {
                Some(Over::Submit) if !press.repeat => return self.submit(),
                Some(Over::PreviousField) => self.form.go(Move::By(-1), &fields, area),
                Some(Over::NextField) => self.form.go(Move::By(1), &fields, area),
                _ => {
                    let options = self.asked.get(self.form.focus).map(|it| it.options.as_slice()).unwrap_or_default();
                    in_field::key(&mut self.form, options, *press, scene);
                }
            },
            Input::Paste(text) => {
                self.form.paste(text);
            }
            Input::Mouse(mouse) if mouse.kind == MouseKind::Click => {
                self.form.click(Position::new(mouse.x, mouse.y), &fields, area);
            }
            Input::Mouse(_) | Input::Resize { .. } | Input::Focus(_) => {}
        }
        Outcome::Stay
    }

    fn fields<'a>(&self, scene: &Scene<'a>) -> Vec<FormField<'a>> {
        let of = |(at, it): (usize, &AskedParameter)| {
            // One that is called as its field is known by the field's name.
            let mut label = match it.of {
                Some((_, field)) if field.name == it.name => {
                    scene.words.say(&format!("field-{}", it.name)).into_owned()
                }
                _ => it.name.clone(),
            };
            if it.of.is_none_or(|(_, field)| field.need == Need::Required) {
                label.push_str(" *");
            }
            let help = it.of.map(|(spec, _)| scene.words.say(&format!("verb-{}", spec.name)).into_owned());
            let wrong = self.lacking && self.lacks(at);
            let error = if wrong { scene.words.phrase(&Phrase::from("wrong-missing"), false) } else { String::new() };
            let options = it.options.iter().map(|(_, says)| scene.words.phrase(says, scene.revealed).into());
            FormField::new(label).options(options.collect()).help(help.unwrap_or_default()).error(error)
        };
        self.asked.iter().enumerate().map(of).collect()
    }

    /// Draws it. Returns where the terminal's cursor belongs.
    pub fn view(&self, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) -> Option<Position> {
        let theme = scene.theme;
        let area = self.area(screen, scene);
        let values = [("name", locale::Value::Text(&self.routine.name)), ("who", locale::Value::Text(&self.who))];
        let inner = frame(&scene.with("routine-title", &values), screen, area.width, area.height, buf, scene);
        let put = |buf: &mut Buffer, y: u16, words: &str| {
            text::put_fit(buf, inner.x, y, inner.width, words, theme.style(Role::Dim), theme.glyphs.ellipsis);
        };
        put(buf, inner.y, &scene.say("routine-ask-help"));
        put(buf, inner.bottom().saturating_sub(1), &scene.say_keyed("routine-keys-form"));
        Form { fields: &self.fields(scene), state: &self.form }.render(Self::form_area(inner), buf, theme)
    }
}
