//! Waiting for the second person: the code to tell them, or their name and PIN at this desk.

use jiff::Timestamp;
use madoguchi_ui::detail::{self, Entry};
use madoguchi_ui::form::{Field, Form, FormState, Value};
use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::input::TextInput;
use madoguchi_ui::overlay;
use madoguchi_ui::panel::Panel;
use madoguchi_ui::scroll::Move;
use madoguchi_ui::text;
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::operation::{OperationId, Plan};
use crate::domain::phrase::Phrase;
use crate::domain::time;
use crate::flow::{Input, OperationState, OperationView, Over, Pin};
use crate::locale;
use crate::scene::Scene;
use crate::tabs::edit;

use super::{Outcome, Wish, frame, in_form};

const WIDTH: u16 = 76;
const HEIGHT: u16 = 16;
/// Lines above the form.
const HEAD: u16 = 7;

/// A plan that waits for its second person.
#[derive(Debug)]
pub struct SecondPerson {
    id: OperationId,
    title: Phrase,
    about: Phrase,
    code: Option<(String, Timestamp)>,
    /// A second person was there, or it was given up.
    over: bool,
    refused: String,
    form: FormState,
}

impl SecondPerson {
    /// For this plan.
    pub fn new(plan: &Plan) -> Self {
        let lines = vec![Value::Text(TextInput::default()), Value::Text(TextInput::default())];
        Self {
            id: plan.id,
            title: plan.title.clone(),
            about: plan.about.clone(),
            code: None,
            over: false,
            refused: String::new(),
            form: FormState::new(lines),
        }
    }

    /// Sees how its operation stands now.
    pub fn take(&mut self, operations: &[OperationView]) {
        let Some(view) = operations.iter().find(|it| it.id == self.id) else { return };
        match &view.state {
            OperationState::AwaitsSecond { code, until } => self.code = code.clone().map(|code| (code, *until)),
            _ => self.over = true,
        }
    }

    /// Until when somebody is waited for, while that is so.
    pub fn waits_until(&self) -> Option<Timestamp> {
        self.code.as_ref().filter(|_| !self.over).map(|(_, until)| *until)
    }

    /// Whether nobody is waited for any more.
    pub const fn is_over(&self) -> bool {
        self.over
    }

    /// It was refused, and why.
    pub fn refused(&mut self, why: String) {
        self.refused = why;
        self.form.values[1] = Value::Text(TextInput::default());
    }

    /// Types name and PIN, or leaves it waiting.
    pub fn input(&mut self, input: &Input, screen: Rect, scene: &Scene<'_>) -> Outcome {
        let fields = fields(scene);
        let inner = Panel::inner(overlay::centred(screen, WIDTH, HEIGHT));
        let area = Rect { y: inner.y + HEAD, height: inner.height.saturating_sub(HEAD + 1), ..inner };
        let Input::Key(press) = input else { return Outcome::Stay };
        match in_form(*press, scene) {
            Some(Over::Submit) if press.repeat => {}
            Some(Over::Submit) => {
                let (name, pin) = (self.form.text(0).trim().to_owned(), self.form.text(1).trim().to_owned());
                if name.is_empty() || pin.is_empty() {
                    self.form.focus = usize::from(!name.is_empty());
                    return Outcome::Stay;
                }
                self.refused.clear();
                return Outcome::Wish(Wish::ApproveHere { id: self.id, name, pin: Pin(pin) });
            }
            Some(Over::PreviousField) => self.form.go(Move::By(-1), &fields, area),
            Some(Over::NextField) => self.form.go(Move::By(1), &fields, area),
            _ => {
                if let Some(Value::Text(line)) = self.form.values.get_mut(self.form.focus) {
                    edit::key(line, *press);
                }
            }
        }
        Outcome::Stay
    }

    /// Draws it. Returns where the terminal's cursor belongs.
    pub fn view(&self, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) -> Option<Position> {
        let theme = scene.theme;
        let inner = frame(&scene.say("second-title"), screen, WIDTH, HEIGHT, buf, scene);
        let what = scene.words.phrase(&self.title, scene.revealed);
        let about = scene.words.phrase(&self.about, scene.revealed);
        let mut entries = vec![Entry::toned(scene.words.say("confirm-what").into_owned(), what, Role::Heading)];
        entries.push(Entry::field(scene.words.say("confirm-about").into_owned(), about));
        match &self.code {
            Some((code, until)) => {
                let until = time::clock(*until);
                let told = scene.with("second-tell", &[("until", locale::Value::Text(&until))]);
                entries.push(Entry::toned(scene.words.say("second-code").into_owned(), code.clone(), Role::Accent));
                entries.push(Entry::Text(told.into(), Role::Text));
            }
            None => entries.push(Entry::Text(scene.words.say("second-asking").into_owned().into(), Role::Dim)),
        }
        if self.refused.is_empty() {
            entries.push(Entry::Text(scene.words.say("second-here").into_owned().into(), Role::Dim));
        } else {
            entries.push(Entry::marked("", self.refused.clone(), Mark::Critical));
        }
        detail::render(&entries, 0, Rect { height: HEAD.min(inner.height), ..inner }, buf, theme);
        let form = Rect { y: inner.y + HEAD, height: inner.height.saturating_sub(HEAD + 1), ..inner };
        let y = inner.bottom().saturating_sub(1);
        let style = theme.style(Role::Dim);
        text::put_fit(buf, inner.x, y, inner.width, &scene.say_keyed("second-keys"), style, theme.glyphs.ellipsis);
        Form { fields: &fields(scene), state: &self.form }.render(form, buf, theme)
    }
}

fn fields<'a>(scene: &Scene<'a>) -> Vec<Field<'a>> {
    let pin = Field { masked: true, ..Field::new(scene.say("second-pin")) };
    vec![Field::new(scene.say("second-name")), pin]
}
