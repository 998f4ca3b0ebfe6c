//! Signing in to Salesforce: the address a browser is sent to, and a line for the one it ended on.

use madoguchi_ui::detail::{self, Entry};
use madoguchi_ui::form::{Field, Form, FormState, Value as Line};
use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::input::TextInput;
use madoguchi_ui::text;
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::flow::{Input, KeyPress, Over, Pasted, SignInReply};
use crate::locale::Value;
use crate::scene::Scene;
use crate::tabs::{Copied, edit};

use super::{Outcome, Wish, frame, in_form};

const WIDTH: u16 = 78;
const HEIGHT: u16 = 20;

/// A sign-in under way.
#[derive(Debug)]
pub struct SignInForm {
    stage: Stage,
    /// What was wrong with what was pasted last.
    wrong: Option<SignInReply>,
    form: FormState,
}

#[derive(Debug)]
enum Stage {
    /// It is being begun.
    Beginning,
    /// The browser is to go there, and ends on what begins so.
    Begun(Way),
    /// What was pasted is looked at.
    Trying(Way),
    /// There is nothing to do, and why.
    Over(SignInReply),
}

/// The way of the browser.
#[derive(Debug)]
struct Way {
    url: String,
    /// What it ends on begins so.
    redirect: String,
    /// It can come back by itself.
    returns: bool,
}

impl Default for SignInForm {
    fn default() -> Self {
        let form = FormState::new(vec![Line::Text(TextInput::default())]);
        Self { stage: Stage::Beginning, wrong: None, form }
    }
}

impl SignInForm {
    /// What came of it so far.
    pub fn told(&mut self, reply: SignInReply) {
        let stage = std::mem::replace(&mut self.stage, Stage::Beginning);
        self.stage = match (reply, stage) {
            (SignInReply::Begun { url, redirect, returns }, _) => Stage::Begun(Way { url, redirect, returns }),
            // Another address may be the right one.
            (reply @ (SignInReply::Nonsense | SignInReply::OtherSignIn), Stage::Begun(way) | Stage::Trying(way)) => {
                self.wrong = Some(reply);
                Stage::Begun(way)
            }
            (reply, _) => Stage::Over(reply),
        };
    }

    /// Pastes, copies.
    pub fn input(&mut self, input: &Input, scene: &Scene<'_>) -> Outcome {
        match input {
            Input::Paste(text) if matches!(self.stage, Stage::Begun(_)) => {
                self.form.paste(text);
                // A line of a terminal ends somewhere, so what is pasted is taken as it is.
                self.send(&Pasted::new(text))
            }
            Input::Key(press) => self.key(*press, scene),
            _ => Outcome::Stay,
        }
    }

    fn key(&mut self, press: KeyPress, scene: &Scene<'_>) -> Outcome {
        match (&self.stage, in_form(press, scene)) {
            (Stage::Begun(way), Some(Over::CopyAddress)) => Outcome::Copy(Copied::plain(way.url.clone())),
            (Stage::Begun(_), Some(Over::Submit)) if press.repeat => Outcome::Stay,
            (Stage::Begun(_), Some(Over::Submit)) => self.send(&Pasted::new(self.form.text(0))),
            (Stage::Begun(_), _) => {
                if let Some(Line::Text(line)) = self.form.values.first_mut() {
                    edit::key(line, press);
                }
                Outcome::Stay
            }
            (Stage::Over(_), Some(Over::Submit)) if !press.repeat => Outcome::Close,
            _ => Outcome::Stay,
        }
    }

    fn send(&mut self, pasted: &Pasted) -> Outcome {
        self.form.values[0] = Line::Text(TextInput::default());
        if pasted.expose().trim().is_empty() {
            return Outcome::Stay;
        }
        if let Stage::Begun(way) = std::mem::replace(&mut self.stage, Stage::Beginning) {
            self.wrong = None;
            self.stage = Stage::Trying(way);
        }
        Outcome::Wish(Wish::SignInPasted(pasted.clone()))
    }

    fn entries(&self, scene: &Scene<'_>) -> Vec<Entry<'static>> {
        let says = |key: &str| scene.words.say(key).into_owned();
        let mut entries = Vec::new();
        match &self.stage {
            Stage::Beginning => entries.push(Entry::Text(says("loading").into(), Role::Dim)),
            Stage::Over(reply) => entries.push(Entry::marked("", sentence(reply, "", scene), Mark::Critical)),
            Stage::Begun(Way { url, redirect, returns }) | Stage::Trying(Way { url, redirect, returns }) => {
                entries.push(Entry::Text(says("login-open").into(), Role::Text));
                entries.push(Entry::Text(url.clone().into(), Role::Accent));
                let back = [("redirect", Value::Text(redirect.as_str()))];
                entries.push(Entry::Text(
                    scene.words.with(if *returns { "sign-in-back" } else { "sign-in-then" }, &back).into(),
                    Role::Text,
                ));
                if matches!(self.stage, Stage::Trying(_)) {
                    entries.push(Entry::marked("", says("sign-in-trying"), Mark::Pending));
                }
                if let Some(wrong) = &self.wrong {
                    entries.push(Entry::marked("", sentence(wrong, redirect, scene), Mark::Critical));
                }
            }
        }
        entries
    }

    /// Draws it. Returns where the terminal's cursor belongs.
    pub fn view(&self, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) -> Option<Position> {
        let theme = scene.theme;
        let inner = frame(&scene.say("sign-in-title"), screen, WIDTH, HEIGHT, buf, scene);
        let open = matches!(self.stage, Stage::Begun(_));
        let keys = scene.say_keyed(if open { "sign-in-keys" } else { "pack-keys-over" });
        let y = inner.bottom().saturating_sub(1);
        text::put_fit(buf, inner.x, y, inner.width, &keys, theme.style(Role::Dim), theme.glyphs.ellipsis);
        let room = Rect { height: inner.height.saturating_sub(1), ..inner };
        let entries = self.entries(scene);
        let height = (detail::height(&entries, room.width) as u16).min(room.height);
        detail::render(&entries, 0, Rect { height, ..room }, buf, theme);
        if !open {
            return None;
        }
        let form = Rect { y: room.y + height + 1, height: room.height.saturating_sub(height + 1), ..room };
        let field = Field::new(scene.say("sign-in-address"));
        Form { fields: &[field], state: &self.form }.render(form, buf, theme)
    }
}

/// What came of it, as a sentence.
fn sentence(reply: &SignInReply, redirect: &str, scene: &Scene<'_>) -> String {
    let with = |key: &str, name: &'static str, text: &str| scene.words.with(key, &[(name, Value::Text(text))]);
    match reply {
        SignInReply::Nonsense => with("login-nonsense", "redirect", redirect),
        SignInReply::OtherSignIn => scene.words.say("login-other").into_owned(),
        SignInReply::Denied(why) => with("login-denied", "why", why.as_str()),
        SignInReply::ByItself => scene.words.say("sign-in-by-itself").into_owned(),
        SignInReply::Failed(fault) => scene.words.phrase(&fault.phrase(), scene.revealed),
        SignInReply::Done(who) | SignInReply::Returned(who) => with("notice-signed-in", "who", who.as_str()),
        SignInReply::SomebodyElse(who) => with("sign-in-somebody-else", "who", who.as_str()),
        SignInReply::NobodyWasHere => scene.words.say("sign-in-nobody-was-here").into_owned(),
        SignInReply::Begun { .. } => String::new(),
    }
}
