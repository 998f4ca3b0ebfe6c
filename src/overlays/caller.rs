//! How sure one is of the caller: facts to compare with what they say, or a proof that came over a channel on file.
//!
//! The facts are shown here and nowhere else unmasked, and only for as long as the card lies open. What the caller says is
//! compared by the person; the desk keeps which facts fitted, never the facts.

use madoguchi_ui::form::{Field, Form, FormState, Value};
use madoguchi_ui::input::TextInput;
use madoguchi_ui::overlay;
use madoguchi_ui::panel::Panel;
use madoguchi_ui::scroll::Move;
use madoguchi_ui::text;
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::access::CallerLevel;
use crate::domain::time;
use crate::flow::{Customer, Input, Key, MouseKind, Over};
use crate::scene::Scene;
use crate::tabs::edit;

use super::{Outcome, Wish, frame, in_form};

const WIDTH: u16 = 78;
const HEIGHT: u16 = 15;
/// Lines above the form.
const HEAD: u16 = 2;
/// As many facts have to fit.
const FACTS: usize = 2;

/// The words in the audit log, by the place of the fact.
const NAMES: [&str; 3] = ["birth-date", "address", "last-invoice"];
const CHANNEL: usize = 3;
const REFERENCE: usize = 4;
/// How a proof came, by its word in the audit log.
const CHANNELS: [&str; 4] = ["", "code-by-mail", "code-by-phone", "portal-login"];

/// The card.
#[derive(Debug)]
pub struct CallerForm {
    /// What is on file, in the order of [`NAMES`]; empty where nothing is.
    facts: [Fact; 3],
    before: CallerLevel,
    form: FormState,
    /// It was to be kept and not enough fits.
    lacking: bool,
}

/// A fact of the customer. Its `Debug` shows nothing of it.
struct Fact(String);

impl std::fmt::Debug for Fact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fact(…)")
    }
}

impl CallerForm {
    /// The facts of this customer; nobody has compared them yet.
    pub fn new(customer: &Customer, before: CallerLevel) -> Self {
        let account = customer.account.value();
        let birth = account.and_then(|account| account.birthdate).map(time::iso).unwrap_or_default();
        let address = account.map(|account| account.address.to_string()).unwrap_or_default();
        let invoices = customer.invoices.value().map(|list| list.rows.as_slice()).unwrap_or_default();
        let last = invoices.iter().max_by_key(|invoice| invoice.date).map(|it| it.total.to_string());
        let mut values = vec![Value::Check(false); NAMES.len()];
        values.push(Value::Choice { at: 0, of: CHANNELS.len() });
        values.push(Value::Text(TextInput::default()));
        let facts = [birth, address, last.unwrap_or_default()].map(Fact);
        Self { facts, before, form: FormState::new(values), lacking: false }
    }

    fn fitting(&self) -> Vec<&'static str> {
        let fits = |at: &usize| self.form.is_checked(*at) && !self.facts[*at].0.is_empty();
        (0..NAMES.len()).filter(fits).map(|at| NAMES[at]).collect()
    }

    fn channel(&self) -> &'static str {
        self.form.choice(CHANNEL).map_or("", |at| CHANNELS[at])
    }

    fn keep(&mut self) -> Outcome {
        let (facts, channel) = (self.fitting(), self.channel());
        let reference = self.form.text(REFERENCE).trim();
        let (level, note) = if !channel.is_empty() && !reference.is_empty() {
            (CallerLevel::V2, format!("{channel} {reference}"))
        } else if channel.is_empty() && facts.len() >= FACTS {
            (CallerLevel::V1, facts.join(" "))
        } else {
            self.lacking = true;
            return Outcome::Stay;
        };
        Outcome::Wish(Wish::Caller { level, note })
    }

    fn area(screen: Rect) -> Rect {
        let inner = Panel::inner(overlay::centred(screen, WIDTH, HEIGHT));
        Rect { y: inner.y + HEAD, height: inner.height.saturating_sub(HEAD + 1), ..inner }
    }

    /// Ticks, chooses, keeps.
    pub fn input(&mut self, input: &Input, screen: Rect, scene: &Scene<'_>) -> Outcome {
        let area = Self::area(screen);
        let fields = self.fields(scene);
        match input {
            Input::Key(press) => match (in_form(*press, scene), press.key, self.form.focus) {
                (Some(Over::Submit), ..) if press.repeat => {}
                (Some(Over::Submit), ..) => return self.keep(),
                (Some(Over::PreviousField), ..) => self.form.go(Move::By(-1), &fields, area),
                (Some(Over::NextField), ..) => self.form.go(Move::By(1), &fields, area),
                (.., REFERENCE) => {
                    if let Some(Value::Text(line)) = self.form.values.get_mut(REFERENCE) {
                        edit::key(line, *press);
                    }
                }
                // Its number ticks a fact without going there.
                (_, Key::Char(c @ '1'..='3'), _) => {
                    let at = c as usize - '1' as usize;
                    if let Some(Value::Check(fits)) = self.form.values.get_mut(at) {
                        *fits = !*fits;
                    }
                }
                (_, Key::Left, _) => {
                    self.form.turn(false);
                }
                (_, Key::Right | Key::Char(' '), _) => {
                    self.form.turn(true);
                }
                _ => {}
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

    fn fields<'a>(&self, scene: &Scene<'a>) -> Vec<Field<'a>> {
        let keys = ["caller-birth-date", "caller-address", "caller-last-invoice"];
        let fact = |(at, key): (usize, &'static str)| {
            let on_file = self.facts[at].0.as_str();
            let on_file =
                if on_file.is_empty() { scene.say("caller-not-on-file").into_owned() } else { on_file.to_owned() };
            Field::new(format!("{} {}", at + 1, scene.say(key))).help(on_file)
        };
        let mut fields: Vec<Field<'a>> = keys.into_iter().enumerate().map(fact).collect();
        let channels = ["choice-none", "caller-by-mail", "caller-by-phone", "caller-portal"];
        fields.push(Field::new(scene.say("caller-channel")).options(channels.map(|key| scene.say(key)).into()));
        let lacking = match (self.lacking, self.channel()) {
            (false, _) => "".into(),
            (true, "") => scene.say("caller-lacking-facts"),
            (true, _) => scene.say("caller-lacking-reference"),
        };
        fields.push(Field::new(scene.say("caller-reference")).help(scene.say("caller-reference-help")).error(lacking));
        fields
    }

    /// Draws it. Returns where the terminal's cursor belongs.
    pub fn view(&self, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) -> Option<Position> {
        let theme = scene.theme;
        let inner = frame(&scene.say("caller-title"), screen, WIDTH, HEIGHT, buf, scene);
        let now = scene.with("caller-now", &[("level", crate::locale::Value::Text(self.before.name()))]);
        let put = |buf: &mut Buffer, y: u16, words: &str| {
            text::put_fit(buf, inner.x, y, inner.width, words, theme.style(Role::Dim), theme.glyphs.ellipsis);
        };
        put(buf, inner.y, &now);
        put(buf, inner.bottom().saturating_sub(1), &scene.say_keyed("caller-keys"));
        Form { fields: &self.fields(scene), state: &self.form }.render(Self::area(screen), buf, theme)
    }
}
