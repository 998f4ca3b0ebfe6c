//! What a key does where nothing lies over the screen: it types, counts, begins something, or is an action.

use madoguchi_ui::overlay;
use madoguchi_ui::text::{self, put, put_fit};
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::status::Tone;
use crate::flow::{Action, Key, KeyPress, Layer, actions};
use crate::keymap::{self, Chords, Meaning};
use crate::locale::Value;
use crate::scene::Scene;
use crate::tabs::page::Page as _;

use super::{App, View};

/// More rows no list has, and nobody counts.
const MOST_TIMES: u32 = 9_999;
/// The popup, with its frame, is at most so wide: why something cannot be done is cut.
const WIDTH: usize = 60;

/// What was pressed and has not come to anything yet.
#[derive(Debug, Default)]
pub(super) struct Pending {
    /// How often; 0 where nothing was said.
    times: u32,
    keys: Chords,
    /// What came behind them and means nothing.
    missed: Option<KeyPress>,
}

impl App {
    /// A key, where nothing lies over the screen.
    pub(super) fn key(&mut self, press: KeyPress) {
        if !self.begun() && self.types(press) {
            return;
        }
        if (self.begun() || self.pending.times > 0) && press.key == Key::Esc {
            self.pending = Pending::default();
            return;
        }
        if self.count(press) {
            return;
        }
        let keys = self.pending.keys.then(press);
        match self.look.keys.meaning(&keys, &self.layers()) {
            Meaning::Action(action) => {
                let times = std::mem::take(&mut self.pending).times;
                self.perform_times(action, times);
            }
            Meaning::Begun => (self.pending.keys, self.pending.missed) = (keys, None),
            // What was begun stays: the popup says what may follow.
            Meaning::Nothing if self.begun() => self.pending.missed = Some(press),
            Meaning::Nothing => self.pending = Pending::default(),
        }
    }

    /// Says which keys of the configuration another program may take first.
    pub(super) fn warn_of_keys(&mut self) {
        let fights = self.look.keys.fights();
        let Some(first) = fights.first() else { return };
        let why = self.look.words.say(first.rival.key()).into_owned();
        let n = Value::Number(fights.len() as i64);
        let values = [("key", Value::Text(&first.keys)), ("why", Value::Text(&why)), ("n", n)];
        let text = self.look.words.with("notice-keys-fight", &values);
        self.notices.add(self.now, Tone::Warning, text);
    }

    /// Keys were begun that something may follow on.
    pub(super) const fn begun(&self) -> bool {
        !self.pending.keys.is_empty()
    }

    /// What was begun is left: something else happened.
    pub(super) fn forget_begun(&mut self) {
        self.pending = Pending::default();
    }

    /// How often what follows will be done, where somebody said so.
    pub(super) fn times(&self) -> Option<u32> {
        (self.pending.times > 0).then_some(self.pending.times)
    }

    /// Whether the key went to a box that is being typed in.
    fn types(&mut self, press: KeyPress) -> bool {
        if self.view == View::Search && self.search.focused && self.search.input.is_empty() && begins_no_search(press) {
            // No search begins with one of these, so an empty box lets them mean what they mean everywhere.
            if let Some(action @ (Action::Help | Action::Palette | Action::Search)) =
                self.look.keys.action(press, &[Layer::Desk])
            {
                self.perform(action);
                return true;
            }
        }
        if !self.typing() || !keymap::types_text(press) {
            return false;
        }
        let scene = super::scene(&self.look, self.now, self.revealed);
        match self.view {
            View::Search => {
                if self.search.type_key(press) {
                    self.ask();
                }
            }
            View::Queue => {
                let did = self.queue_screen.type_key(press, &scene);
                self.follow(did);
            }
            View::Customer => {
                let did = self.tabs.type_key(press, &scene);
                self.follow(did);
            }
        }
        true
    }

    /// Whether the key was a digit that says how often. A number does not begin with 0.
    fn count(&mut self, press: KeyPress) -> bool {
        let counts = self.look.keys.counts() && !self.begun() && !self.typing();
        let Some(digit) = keymap::digit(press).filter(|digit| counts && (*digit > 0 || self.pending.times > 0)) else {
            return false;
        };
        self.pending.times = (self.pending.times * 10 + digit).min(MOST_TIMES);
        true
    }

    /// Does an action so many times, where that means something; with a number, the first and the last row are that row.
    fn perform_times(&mut self, action: Action, times: u32) {
        match action {
            Action::First | Action::Last if times > 0 => {
                self.perform(Action::First);
                (1..times).for_each(|_| self.perform(Action::Down));
            }
            action if action.repeats() => (0..times.max(1)).for_each(|_| self.perform(action)),
            action => self.perform(action),
        }
    }

    /// What may follow on the keys that were begun, at the lower right of the screen's body.
    pub(super) fn draw_following(&self, body: Rect, buf: &mut Buffer, scene: &Scene<'_>) {
        if !self.begun() {
            return;
        }
        let theme = scene.theme;
        let rows: Vec<(String, String, Option<String>)> = self
            .look
            .keys
            .following(&self.pending.keys, &self.layers())
            .into_iter()
            .map(|(press, action)| {
                let words = match action.and_then(|action| actions().find(|spec| spec.action == action)) {
                    Some(spec) => scene.words.say(&spec.words()).into_owned(),
                    None => scene.say("keys-more").into_owned(),
                };
                (keymap::label(press), words, action.and_then(|action| self.why_not(action)))
            })
            .collect();
        let missed = self
            .pending
            .missed
            .map(|press| scene.with("keys-missed", &[("key", Value::Text(&self.pending.keys.then(press).label()))]));
        let keys = rows.iter().map(|(key, ..)| text::width(key)).max().unwrap_or_default();
        let said =
            |words: &str, why: &Option<String>| text::width(words) + why.as_ref().map_or(0, |why| text::width(why) + 3);
        let widest = rows.iter().map(|(_, words, why)| keys + 2 + said(words, why));
        let inner = widest.chain(missed.iter().map(|it| text::width(it))).max().unwrap_or_default().min(WIDTH);
        let height = rows.len() + usize::from(missed.is_some());
        let (width, height) = ((inner as u16 + 4).min(body.width), (height as u16 + 2).min(body.height));
        let area = Rect { x: body.right() - width, y: body.bottom() - height, width, height };
        let inner = overlay::open(&self.pending.keys.label(), area, buf, theme);
        let ellipsis = theme.glyphs.ellipsis;
        let mut lines = (inner.top()..inner.bottom()).rev();
        if let (Some(missed), Some(y)) = (&missed, if missed.is_some() { lines.next() } else { None }) {
            put_fit(buf, inner.x, y, inner.width, missed, theme.style(Role::Warning), ellipsis);
        }
        for ((key, words, why), y) in rows.iter().zip(lines.rev()) {
            put(buf, inner.x, y, inner.width, key, theme.style(Role::Key));
            let x = inner.x + keys as u16 + 2;
            let room = inner.right().saturating_sub(x);
            match why {
                Some(why) => {
                    put_fit(buf, x, y, room, &format!("{words} ({why})"), theme.style(Role::Dim), ellipsis);
                }
                None => {
                    put_fit(buf, x, y, room, words, theme.style(Role::Text), ellipsis);
                }
            }
        }
    }
}

/// A sign that no name, number or address begins with.
fn begins_no_search(press: KeyPress) -> bool {
    !keymap::types_text(press)
        || matches!(press.key, Key::Char(c) if c.is_ascii_punctuation() && !matches!(c, '+' | '-' | '@' | '"' | '\'' | '(' | '#' | '_'))
}
