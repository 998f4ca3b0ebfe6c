//! An eSIM's activation code: a square to scan and the two values to type, for a minute.
//!
//! Whoever has the code can take the line. It comes here only after a person asked to see it and the audit log has it, it is
//! never copied and spelled for nobody, and what shows it is dropped when its time is over.

mod square;

use jiff::{SignedDuration, Timestamp};
use madoguchi_ui::detail::{self, Entry};
use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::modules::ModulesView;
use madoguchi_ui::overlay;
use madoguchi_ui::panel::Panel;
use madoguchi_ui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::change::sim::Sim;
use crate::domain::change::{Change, What, Who};
use crate::domain::phone::Msisdn;
use crate::domain::sim::{Eid, Lpa};
use crate::flow::{Action, Activation, ActivationOf, ActivationTold, Input, Layer, NoActivation, OperationView, Over};
use crate::locale::Value;
use crate::scene::Scene;

use super::{Outcome, Wish, frame};
use square::Squares;

/// How long a code can be seen.
const SHOWN: SignedDuration = SignedDuration::from_secs(60);
const WIDTH: u16 = 78;
/// Room for the words beside the square: the longest server name that is common fits.
const BESIDE: u16 = 32;
const GAP: u16 = 2;

/// The overlay.
#[derive(Debug)]
pub struct ActivationCode {
    of: ActivationOf,
    /// Whose the line is.
    who: Who,
    /// When a change that is not over was asked for, and when somebody should ask the carrier.
    waits: Option<(Timestamp, Option<Timestamp>)>,
    known: Known,
    /// Why it is not shown, although it was asked for.
    refused: Option<String>,
    shown: Option<Shown>,
    /// It was asked for before it was known whether there is one.
    wanted: bool,
    /// It was shown and its time was over.
    wiped: bool,
    /// The terminal is light where the theme expects it dark, or the other way round.
    inverted: bool,
}

/// What the notices said so far.
#[derive(Debug)]
enum Known {
    Reading,
    /// The reading ended without an answer.
    Unanswered,
    Told(ActivationTold),
    Missing(NoActivation),
}

/// A code in sight.
#[derive(Debug)]
struct Shown {
    code: Lpa,
    squares: Squares,
    since: Timestamp,
}

impl Shown {
    /// Whole seconds until it is wiped. A clock that was set back ends it too.
    fn left(&self, now: Timestamp) -> Option<i64> {
        let passed = now.duration_since(self.since);
        let left = SHOWN.checked_sub(passed)?;
        let begun = i64::from(left.subsec_millis() > 0);
        (!passed.is_negative() && left.is_positive()).then(|| left.as_secs() + begun)
    }

    /// Why there is no square.
    fn too_small(&self, scene: &Scene<'_>) -> String {
        match self.squares.least(scene.theme) {
            Some((width, height)) => {
                let edge = 2;
                let (width, height) = (width + GAP + BESIDE + edge, height + edge);
                let values = [("width", Value::Number(width.into())), ("height", Value::Number(height.into()))];
                scene.with("activation-too-small", &values)
            }
            None => scene.words.say("activation-too-long").into_owned(),
        }
    }
}

/// The line and the chip that a change gives a new profile; `None` for every other change.
pub fn reissued(change: &Change) -> Option<(&Msisdn, &Eid)> {
    match &change.what {
        What::Sim(Sim::EsimReissue { line, eid }) => Some((line, eid)),
        _ => None,
    }
}

impl ActivationCode {
    /// The code of a line. The notices are being looked through.
    pub const fn of_line(of: ActivationOf, who: Who) -> Self {
        Self {
            of,
            who,
            waits: None,
            known: Known::Reading,
            refused: None,
            shown: None,
            wanted: false,
            wiped: false,
            inverted: false,
        }
    }

    /// The code that a change of profile ends with. `None` for a change that ends with none.
    pub fn of_operation(view: &OperationView) -> Option<Self> {
        let (line, eid) = reissued(&view.change)?;
        let of = ActivationOf { line: line.clone(), eid: Some(eid.clone()), since: Some(view.started) };
        let waits = (!view.state.over()).then_some((view.started, view.deadline));
        Some(Self { waits, ..Self::of_line(of, view.who().clone()) })
    }

    /// Whose code it is.
    pub const fn of(&self) -> &ActivationOf {
        &self.of
    }

    /// Whose the line is.
    pub const fn who(&self) -> &Who {
        &self.who
    }

    /// The notice's file, for the audit log; empty where there is none.
    pub fn file(&self) -> &str {
        if let Known::Told(told) = &self.known { &told.file } else { "" }
    }

    /// Whether there is a code that could be shown.
    pub const fn is_there(&self) -> bool {
        matches!(self.known, Known::Told(_)) && self.shown.is_none()
    }

    /// The notices are being looked through again.
    pub fn read_again(&mut self) {
        self.mask();
        self.known = Known::Reading;
        (self.refused, self.wanted, self.wiped) = (None, false, false);
    }

    /// Takes what the notices say. A code in it is shown from now on. Answers whether one that is there was asked for already.
    pub fn take(&mut self, found: Activation, now: Timestamp) -> bool {
        let wanted = std::mem::take(&mut self.wanted);
        match found {
            Activation::Found { told, code } => {
                self.known = Known::Told(told);
                if let Some(code) = code {
                    (self.refused, self.wiped) = (None, false);
                    self.shown = Some(Shown { squares: Squares::of(code.expose()), code, since: now });
                }
                wanted && self.shown.is_none()
            }
            Activation::Missing(why) => {
                self.mask();
                self.known = Known::Missing(why);
                false
            }
        }
    }

    /// The reading is over; where it brought nothing, that is said.
    pub fn ended(&mut self) {
        if matches!(self.known, Known::Reading) {
            self.known = Known::Unanswered;
        }
    }

    /// It cannot be shown, for this reason.
    pub fn refuse(&mut self, why: String) {
        self.mask();
        self.refused = Some(why);
    }

    /// Nothing of the code is kept.
    pub fn mask(&mut self) {
        self.shown = None;
    }

    /// Wipes a code whose time is over.
    pub fn mind_the_time(&mut self, now: Timestamp) {
        if self.shown.as_ref().is_some_and(|shown| shown.left(now).is_none()) {
            self.mask();
            self.wiped = true;
        }
    }

    /// Whether a code is in sight.
    pub const fn is_shown(&self) -> bool {
        self.shown.is_some()
    }

    /// Asks to see it, hides it, looks again. There is no key that copies.
    pub fn input(&mut self, input: &Input, scene: &Scene<'_>) -> Outcome {
        let Input::Key(press) = input else { return Outcome::Stay };
        if press.repeat {
            return Outcome::Stay;
        }
        match scene.keys.action(*press, &[Layer::Code, Layer::Customer, Layer::Desk]) {
            Some(Action::Reveal) if self.shown.is_some() => self.mask(),
            Some(Action::Reveal) if matches!(self.known, Known::Reading) => self.wanted = true,
            Some(Action::Reveal) if self.is_there() => return Outcome::Wish(Wish::ShowCode),
            Some(Action::VerifyCaller) if self.shown.is_none() => {
                self.refused = None;
                return Outcome::Wish(Wish::VerifyCaller);
            }
            Some(Action::Refresh) if self.shown.is_none() => return Outcome::Wish(Wish::FindCode),
            Some(Action::Quit) => return Outcome::Close,
            Some(Action::Over(Over::Invert)) if self.shown.is_some() => self.inverted = !self.inverted,
            _ => {}
        }
        Outcome::Stay
    }

    /// Draws it.
    pub fn view(&self, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) {
        let title = scene.say("activation-title");
        let Some(shown) = &self.shown else {
            words_alone(&title, &self.masked(scene), screen, buf, scene);
            return;
        };
        let room = Panel::inner(screen);
        let beside = Rect { width: room.width.saturating_sub(BESIDE + GAP), ..room };
        let Some(square) = shown.squares.fitting(beside, self.inverted, scene.theme) else {
            words_alone(&title, &self.open(shown, None, scene), screen, buf, scene);
            return;
        };
        let (width, height) = square.size(scene.theme.glyphs);
        let edges = screen.width - room.width;
        let inner = frame(&title, screen, WIDTH.max(width + GAP + BESIDE + edges), height + edges, buf, scene);
        square.render(inner, buf, scene.theme);
        let words = Rect { x: inner.x + width + GAP, width: inner.width.saturating_sub(width + GAP), ..inner };
        detail::render(&self.open(shown, Some(square), scene), 0, words, buf, scene.theme);
    }

    /// What can be seen by anybody.
    fn masked(&self, scene: &Scene<'_>) -> Vec<Entry<'static>> {
        let say = |key: &'static str| scene.words.say(key).into_owned();
        let whose = format!("{} · {}", self.who.number, self.of.line.masked());
        let mut entries = vec![Entry::field(say("label-line"), whose)];
        match &self.known {
            Known::Reading => entries.push(Entry::Text(say("loading").into(), Role::Dim)),
            Known::Unanswered => entries.push(note(say("activation-unanswered"), Role::Unknown)),
            Known::Told(told) => {
                let at = scene.moment(told.at);
                let values = [("at", Value::Text(&at)), ("file", Value::Text(&told.file))];
                let confirmed = scene.with("activation-confirmed", &values);
                entries.push(Entry::marked(say("activation-notice"), confirmed, Mark::Good));
                entries.push(Entry::field(say("activation-server"), told.host.clone()));
                let stars = scene.theme.glyphs.masked.repeat(8);
                entries.push(Entry::toned(say("activation-code"), stars, Role::Masked));
                if told.confirmation {
                    entries.push(note(say("activation-confirmation"), Role::Info));
                }
                entries.push(blank());
                if self.wiped {
                    entries.push(note(say("activation-wiped"), Role::Info));
                }
                let reveal = scene.key(Action::Reveal);
                let values = [("key", Value::Text(&reveal)), ("seconds", Value::Number(SHOWN.as_secs()))];
                entries.push(Entry::Text(scene.with("activation-reveal", &values).into(), Role::Text));
                entries.push(Entry::Text(say("activation-secret").into(), Role::Dim));
            }
            Known::Missing(why) => self.missing(why, scene, &mut entries),
        }
        if let Some(why) = &self.refused {
            entries.push(note(why.clone(), Role::Critical));
        }
        entries.push(blank());
        entries.push(Entry::Text(scene.say_keyed("activation-keys").into(), Role::Dim));
        entries
    }

    /// Why there is no code, and what can be done.
    fn missing(&self, why: &NoActivation, scene: &Scene<'_>, entries: &mut Vec<Entry<'static>>) {
        let with_file = |key: &str, file: &str| scene.with(key, &[("file", Value::Text(file))]);
        let (words, role) = match why {
            NoActivation::NoFolder => (scene.words.say("activation-no-folder").into_owned(), Role::Warning),
            NoActivation::Unreadable => (scene.words.say("activation-unreadable").into_owned(), Role::Critical),
            NoActivation::NoNotice => (scene.words.say("activation-no-notice").into_owned(), Role::Warning),
            NoActivation::Refused { at, file } => {
                let at = scene.moment(*at);
                let values = [("at", Value::Text(&at)), ("file", Value::Text(file))];
                (scene.with("activation-refused", &values), Role::Critical)
            }
            NoActivation::NoCode { file } => (with_file("activation-no-code", file), Role::Critical),
            NoActivation::OtherChip { file } => (with_file("activation-other-chip", file), Role::Critical),
            NoActivation::OtherLine { file } => (with_file("activation-other-line", file), Role::Critical),
        };
        entries.push(note(words, role));
        if let Some((since, until)) = self.waits {
            let (since, until) = (scene.moment(Some(since)), scene.moment(until));
            let values = [("since", Value::Text(&since)), ("until", Value::Text(&until))];
            entries.push(Entry::Text(scene.with("activation-waits", &values).into(), Role::Text));
        }
    }

    /// What is beside the square, or alone where none fits.
    fn open(&self, shown: &Shown, square: Option<ModulesView<'_>>, scene: &Scene<'_>) -> Vec<Entry<'static>> {
        let say = |key: &'static str| scene.words.say(key).into_owned();
        let left = shown.left(scene.now).unwrap_or_default();
        let id = shown.code.expose_matching_id();
        let blanks = id.contains(' ');
        let id = if id.is_empty() { say("activation-empty") } else { id };
        let mut entries = vec![
            Entry::Text(format!("{} · {}", self.who.number, self.of.line.masked()).into(), Role::Dim),
            note(scene.with("activation-left", &[("n", Value::Number(left))]), Role::Warning),
            Entry::Section(say("activation-server").into()),
            Entry::Text(shown.code.host().to_owned().into(), Role::Text),
            Entry::Section(say("activation-code").into()),
            Entry::Text(id.into(), Role::Accent),
        ];
        if blanks {
            entries.push(Entry::Text(say("activation-blanks").into(), Role::Dim));
        }
        if shown.code.confirmation_required() {
            entries.push(note(say("activation-confirmation"), Role::Info));
        }
        entries.push(blank());
        match square {
            None => entries.push(note(shown.too_small(scene), Role::Warning)),
            Some(_) if colourless(scene.theme) => {
                entries.push(Entry::Text(say("activation-invert").into(), Role::Dim));
            }
            Some(_) => {}
        }
        entries.push(Entry::Text(scene.say_keyed("activation-open-keys").into(), Role::Dim));
        entries
    }
}

/// A box as high as what it says.
fn words_alone(title: &str, entries: &[Entry<'_>], screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) {
    let room = Panel::inner(overlay::centred(screen, WIDTH, screen.height));
    let height = u16::try_from(detail::height(entries, room.width)).unwrap_or(u16::MAX);
    let height = height.saturating_add(screen.height - room.height);
    let inner = frame(title, screen, WIDTH, height, buf, scene);
    detail::render(entries, 0, inner, buf, scene.theme);
}

/// Whether light and dark are the terminal's own, so that nobody knows which is which.
fn colourless(theme: &Theme) -> bool {
    theme.paper(false) != theme.paper(true)
}

fn note(words: String, role: Role) -> Entry<'static> {
    Entry::Text(words.into(), role)
}

fn blank() -> Entry<'static> {
    Entry::Text("".into(), Role::Text)
}

#[cfg(test)]
mod tests;
