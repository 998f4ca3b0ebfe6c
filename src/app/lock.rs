//! The desk while nobody is at it. Nothing of anybody is on the screen until the PIN is typed: no row, no notice, no field.
//! What is on its way goes on, what happens elsewhere is counted and told afterwards.
//!
//! Time is looked at when a minute is told, so an idle desk wakes no oftener for it, and locks within the minute. The keys
//! of the desk do nothing meanwhile, those that leave or stop it too: behind them is a shell of the person who is away.

use jiff::{SignedDuration, Timestamp};
use madoguchi_ui::input::{InputView, TextInput};
use madoguchi_ui::text::{self, Align};
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::time;
use crate::flow::{AuditAct, AuditEntry, Command, Effect, Input, Key, MouseKind, Pin, Slot, Unlock};
use crate::locale::Value;
use crate::overlays::Overlay;
use crate::scene::Scene;
use crate::tabs::{Tabs, edit};

use super::history::Trail;
use super::notices::Notices;
use super::search::Search;
use super::{App, View};

/// After so many wrong PINs what was open is closed.
const MOST_WRONG: u32 = 5;
/// Cells of the field.
const FIELD: u16 = 24;

/// A desk that is locked, or hidden where there is no PIN.
#[derive(Debug, Default)]
pub(super) struct Lock {
    pin: TextInput,
    /// Wrong ones so far.
    wrong: u32,
    /// No other is looked at before.
    not_before: Option<Timestamp>,
    /// One is being looked at.
    looking: bool,
}

/// How long nobody may try again after so many wrong ones: twice as long each time, and long once what was open is closed.
fn pause(wrong: u32) -> SignedDuration {
    if wrong >= MOST_WRONG { SignedDuration::from_mins(5) } else { SignedDuration::from_secs(1 << wrong) }
}

impl App {
    /// Locks a desk that nobody has touched for as long as the configuration says.
    pub(super) fn mind_lock(&mut self) {
        let minutes = self.look.options.lock.minutes;
        let idle = self.now.duration_since(self.touched);
        if minutes > 0 && idle >= SignedDuration::from_mins(i64::from(minutes)) {
            self.lock();
        }
    }

    /// Takes everything off the screen.
    pub(super) fn lock(&mut self) {
        if self.lock.is_some() {
            return;
        }
        self.keep_now();
        self.drop_activation();
        // What was shown for a moment, and was written into the audit log for that, is shown no more.
        self.overlays.retain(|overlay| !matches!(overlay, Overlay::Text(_) | Overlay::ReadAloud(_)));
        if std::mem::take(&mut self.revealed) {
            self.refresh_tabs();
        }
        self.lock = Some(Lock::default());
        self.effects.push(Effect::Repaint);
    }

    /// Takes what is done at a locked desk.
    pub(super) fn at_the_lock(&mut self, input: &Input) {
        let Some(lock) = &mut self.lock else { return };
        let Some(hash) = self.look.options.lock.pin.clone() else {
            // A curtain: whoever touches the desk draws it aside.
            let touched = matches!(input, Input::Key(_))
                || matches!(input, Input::Mouse(mouse) if mouse.kind == MouseKind::Click);
            if touched {
                self.open_lock();
            }
            return;
        };
        if lock.looking || lock.not_before.is_some_and(|at| self.now < at) {
            return;
        }
        match input {
            Input::Key(press) if press.key == Key::Enter && !lock.pin.is_empty() => {
                let typed = Pin(lock.pin.value().to_owned());
                lock.pin.clear();
                lock.looking = true;
                self.effects.push(Effect::Unlock(Unlock { typed, hash }));
            }
            Input::Key(press) if press.key == Key::Esc => lock.pin.clear(),
            Input::Key(press) => _ = edit::key(&mut lock.pin, *press),
            Input::Paste(text) => _ = lock.pin.paste(text),
            Input::Mouse(_) | Input::Resize { .. } | Input::Focus(_) => {}
        }
    }

    /// Whether the PIN was right.
    pub(super) fn unlocked(&mut self, right: bool) {
        let Some(lock) = &mut self.lock else { return };
        if right {
            self.open_lock();
            return;
        }
        lock.looking = false;
        lock.wrong += 1;
        lock.not_before = self.now.checked_add(pause(lock.wrong)).ok();
        let (wrong, customer) = (lock.wrong, "-".to_owned());
        let entry =
            AuditEntry { at: self.now, act: AuditAct::WrongPin, customer, note: format!("{wrong}"), step: None };
        self.effects.push(Effect::Audit(entry));
        if wrong == MOST_WRONG {
            self.close_everything();
        }
    }

    fn open_lock(&mut self) {
        self.lock = None;
        self.touched = self.now;
        self.effects.push(Effect::Repaint);
    }

    /// Forgets every customer: the open one, those that were found or listed, the way here, and what is remembered of them.
    /// What is on its way goes on, and drafts are in the journal.
    fn close_everything(&mut self) {
        while let Some(overlay) = self.overlays.pop() {
            self.closed(&overlay);
        }
        self.close_pack();
        self.customer = None;
        self.drop_reads_of_customer();
        for slot in [Slot::Search, Slot::Customer] {
            self.bump(slot);
            self.effects.push(Effect::Cancel(slot));
        }
        self.forget_moved();
        self.forget_caller();
        self.tabs = Tabs::default();
        self.search = Search { focused: true, shapes: self.look.options.shapes.clone(), ..Search::default() };
        self.queue = None;
        (self.trail, self.notices) = (Trail::default(), Notices::default());
        (self.view, self.behind) = (View::Search, View::Search);
        self.effects.push(Effect::Run(Command::Forget));
    }

    /// Draws the lock, and nothing of what is behind it. Returns where the terminal's cursor belongs.
    pub(super) fn draw_lock(&self, lock: &Lock, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) -> Option<Position> {
        let theme = scene.theme;
        let pin = self.look.options.lock.pin.is_some();
        let mut lines: Vec<(String, Role)> = vec![
            (format!("窓口 {}", scene.say("app-name")), Role::Title),
            (format!("{} JST  {}", time::clock(self.now), scene.words.day(scene.today())), Role::Text),
            (String::new(), Role::Text),
            (scene.say(if pin { "locked-title" } else { "locked-curtain" }).into_owned(), Role::Text),
        ];
        let below = if !pin {
            (scene.say("locked-no-pin").into_owned(), Role::Dim)
        } else if lock.looking {
            (scene.say("locked-looking").into_owned(), Role::Dim)
        } else if let Some(at) = lock.not_before.filter(|_| lock.pin.is_empty()) {
            let clock = time::clock_with_seconds(at);
            let key = if lock.wrong >= MOST_WRONG { "locked-closed" } else { "locked-wrong" };
            (scene.with(key, &[("time", Value::Text(&clock))]), Role::Warning)
        } else {
            (scene.say("locked-forgotten").into_owned(), Role::Dim)
        };
        let field = lines.len();
        if pin {
            lines.extend([(String::new(), Role::Text), (String::new(), Role::Text)]);
        }
        lines.push(below);
        lines.push((String::new(), Role::Text));
        lines.push((self.behind_the_lock(scene), Role::Dim));
        let top = screen.y + screen.height.saturating_sub(lines.len() as u16) / 2;
        for ((words, role), y) in lines.iter().zip(top..screen.bottom()) {
            let style = theme.style(*role);
            text::put_aligned(buf, screen.x, y, screen.width, words, style, theme.glyphs.ellipsis, Align::Center);
        }
        let width = FIELD.min(screen.width);
        let x = screen.x + (screen.width - width) / 2;
        let at = Rect { x, y: top + field as u16, width, height: 1 }.intersection(screen);
        let view = InputView { prompt: "PIN ", masked: true, focused: true, ..InputView::default() };
        pin.then(|| view.render(&lock.pin, at, buf, theme)).flatten()
    }

    /// How much waits and is on its way, in numbers alone.
    fn behind_the_lock(&self, scene: &Scene<'_>) -> String {
        let running = self.changes.operations.iter().filter(|it| !it.state.over()).count();
        let mut parts = Vec::new();
        parts.extend(self.elsewhere.counted(scene));
        if running > 0 {
            parts.push(scene.with("locked-running", &[("n", Value::Number(running as i64))]));
        }
        parts.join("  ")
    }
}
