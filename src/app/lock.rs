//! The desk while nobody is at it. Nothing of anybody is on the screen until the PIN is typed, or whoever left signed in
//! again: no row, no notice, no field. What is on its way goes on, what happens elsewhere is counted and told afterwards.
//!
//! Time is looked at when a minute is told, so an idle desk wakes no oftener for it, and locks within the minute. The keys
//! of the desk do nothing meanwhile, those that leave or stop it too: behind them is a shell of the person who is away.
//!
//! A sign-in is asked for by the org's own page. Whether a browser that is signed in answers for somebody who is away is
//! for whoever locks that browser: the desk can only have the page ask anew, and be opened by that one person.

use jiff::{SignedDuration, Timestamp};
use madoguchi_ui::input::{InputView, TextInput};
use madoguchi_ui::text::{self, Align};
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::time;
use crate::flow::{
    Action, AuditAct, AuditEntry, Command, Effect, HashedPin, Input, Key, KeyPress, Layer, LockKey, MouseKind, Over,
    Pin, Query, SignInQuery, SignInReply, Slot, Unlock,
};
use crate::keymap::types_text;
use crate::locale::Value;
use crate::overlays::{Outcome, Overlay, SignInForm, Wish};
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

/// A desk that is locked, or hidden where nothing is needed to open it.
#[derive(Debug, Default)]
pub(super) struct Lock {
    pin: TextInput,
    /// Wrong ones so far.
    wrong: u32,
    /// No other is looked at before.
    not_before: Option<Timestamp>,
    /// One is being looked at.
    looking: bool,
    /// The sign-in that was begun.
    sign_in: Option<Box<SignInForm>>,
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
        // What was shown for a moment, and was written into the audit log for that, is shown no more: whoever opens the lock
        // may be somebody else. A sign-in is begun anew.
        self.overlays.retain(|overlay| {
            !matches!(overlay, Overlay::Text(_) | Overlay::ReadAloud(_) | Overlay::Caller(_) | Overlay::SignIn(_))
        });
        self.sign_in_left();
        if std::mem::take(&mut self.revealed) {
            self.refresh_tabs();
        }
        self.lock = Some(Lock::default());
        self.effects.push(Effect::Repaint);
    }

    /// Takes what is done at a locked desk.
    pub(super) fn at_the_lock(&mut self, input: &Input) {
        match self.look.options.lock.key.clone() {
            LockKey::Touch => {
                // A curtain: whoever touches the desk draws it aside.
                let touched = matches!(input, Input::Key(_))
                    || matches!(input, Input::Mouse(mouse) if mouse.kind == MouseKind::Click);
                if touched {
                    self.open_lock();
                }
            }
            LockKey::Pin(hash) => self.pin_at_the_lock(input, hash),
            LockKey::SignIn => self.sign_in_at_the_lock(input),
        }
    }

    fn pin_at_the_lock(&mut self, input: &Input, hash: HashedPin) {
        let Some(lock) = &mut self.lock else { return };
        if lock.looking || lock.not_before.is_some_and(|at| self.now < at) {
            return;
        }
        let scene = super::scene(&self.look, self.now, self.revealed);
        match input {
            Input::Key(press) if submits(*press, &scene) => {
                if !lock.pin.is_empty() {
                    let typed = Pin(lock.pin.value().to_owned());
                    lock.pin.clear();
                    lock.looking = true;
                    self.effects.push(Effect::Unlock(Unlock { typed, hash }));
                }
            }
            Input::Key(press) if leaves(*press, &scene) => lock.pin.clear(),
            Input::Key(press) => _ = edit::key(&mut lock.pin, *press),
            Input::Paste(text) => _ = lock.pin.paste(text),
            Input::Mouse(_) | Input::Resize { .. } | Input::Focus(_) => {}
        }
    }

    fn sign_in_at_the_lock(&mut self, input: &Input) {
        let Some(lock) = &mut self.lock else { return };
        let scene = super::scene(&self.look, self.now, self.revealed);
        let press = if let Input::Key(press) = input { Some(*press) } else { None };
        match &mut lock.sign_in {
            None if press.is_some_and(|press| !press.repeat && submits(press, &scene)) => {
                lock.sign_in = Some(Box::default());
                self.read(Slot::SignIn, Query::SignIn(SignInQuery::Return));
            }
            None => {}
            Some(_) if press.is_some_and(|press| leaves(press, &scene)) => self.give_sign_in_up(),
            Some(form) => match form.input(input, &scene) {
                Outcome::Copy(copied) => self.copy(copied),
                Outcome::Wish(Wish::SignInPasted(pasted)) => self.sign_in_pasted(pasted),
                Outcome::Close => self.give_sign_in_up(),
                _ => {}
            },
        }
    }

    /// Nobody waits for the sign-in that was begun any more.
    fn give_sign_in_up(&mut self) {
        if let Some(lock) = &mut self.lock {
            lock.sign_in = None;
        }
        self.sign_in_left();
    }

    /// What came of a sign-in at the locked desk. Only who had left opens it.
    pub(super) fn sign_in_told_at_the_lock(&mut self, reply: SignInReply) {
        let Some(form) = self.lock.as_mut().and_then(|lock| lock.sign_in.as_mut()) else { return };
        match reply {
            SignInReply::Returned(who) => {
                self.open_lock();
                self.signed_in(&who);
            }
            SignInReply::SomebodyElse(who) => {
                let note = who.as_str().to_owned();
                form.told(SignInReply::SomebodyElse(who));
                self.note_at_the_lock(AuditAct::WrongPerson, note);
            }
            reply => form.told(reply),
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
        let wrong = lock.wrong;
        self.note_at_the_lock(AuditAct::WrongPin, wrong.to_string());
        if wrong == MOST_WRONG {
            self.close_everything();
        }
    }

    fn note_at_the_lock(&mut self, act: AuditAct, note: String) {
        let entry = AuditEntry { at: self.now, act, customer: "-".to_owned(), note, step: None };
        self.effects.push(Effect::Audit(entry));
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
        if let Some(form) = &lock.sign_in {
            return self.draw_sign_in(form, screen, buf, scene);
        }
        let theme = scene.theme;
        let key = &self.look.options.lock.key;
        let pin = matches!(key, LockKey::Pin(_));
        let mut lines = self.head_of_the_lock(scene);
        lines.insert(2, (String::new(), Role::Text));
        let below = if *key == LockKey::Touch {
            (scene.say("locked-no-pin").into_owned(), Role::Dim)
        } else if *key == LockKey::SignIn {
            (scene.say_keyed("locked-sign-in"), Role::Dim)
        } else if lock.looking {
            (scene.say("locked-looking").into_owned(), Role::Dim)
        } else if let Some(at) = lock.not_before.filter(|_| lock.pin.is_empty()) {
            let clock = time::clock_with_seconds(at);
            let key = if lock.wrong >= MOST_WRONG { "locked-closed" } else { "locked-wrong" };
            (scene.with(key, &[("time", Value::Text(&clock))]), Role::Warning)
        } else {
            (scene.say_keyed("locked-forgotten"), Role::Dim)
        };
        let field = lines.len();
        if pin {
            lines.extend([(String::new(), Role::Text), (String::new(), Role::Text)]);
        }
        lines.push(below);
        if *key == LockKey::SignIn {
            lines.push((scene.say("locked-sign-in-else").into_owned(), Role::Dim));
        }
        lines.push((String::new(), Role::Text));
        lines.push((self.behind_the_lock(scene), Role::Dim));
        let top = screen.y + screen.height.saturating_sub(lines.len() as u16) / 2;
        put_lines(&lines, top, screen, buf, scene);
        let width = FIELD.min(screen.width);
        let x = screen.x + (screen.width - width) / 2;
        let at = Rect { x, y: top + field as u16, width, height: 1 }.intersection(screen);
        let view = InputView { prompt: "PIN ", masked: true, focused: true, ..InputView::default() };
        pin.then(|| view.render(&lock.pin, at, buf, theme)).flatten()
    }

    /// The sign-in that was begun, between what the locked desk says besides.
    fn draw_sign_in(&self, form: &SignInForm, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) -> Option<Position> {
        let head = self.head_of_the_lock(scene);
        put_lines(&head, screen.y, screen, buf, scene);
        let below = [(self.behind_the_lock(scene), Role::Dim)];
        put_lines(&below, screen.bottom().saturating_sub(1), screen, buf, scene);
        let (head, below) = (head.len() as u16, 1);
        let room = Rect { y: screen.y + head, height: screen.height.saturating_sub(head + below), ..screen };
        form.view(room.intersection(screen), buf, scene)
    }

    /// Whose desk it is, when, and that it is locked.
    fn head_of_the_lock(&self, scene: &Scene<'_>) -> Vec<(String, Role)> {
        let locked = self.look.options.lock.key != LockKey::Touch;
        vec![
            (format!("窓口 {}", scene.say("app-name")), Role::Title),
            (format!("{} JST  {}", time::clock(self.now), scene.words.day(scene.today())), Role::Text),
            (scene.say(if locked { "locked-title" } else { "locked-curtain" }).into_owned(), Role::Text),
        ]
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

fn put_lines(lines: &[(String, Role)], top: u16, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) {
    let theme = scene.theme;
    for ((words, role), y) in lines.iter().zip(top..screen.bottom()) {
        let style = theme.style(*role);
        text::put_aligned(buf, screen.x, y, screen.width, words, style, theme.glyphs.ellipsis, Align::Center);
    }
}

/// As in a form.
fn submits(press: KeyPress, scene: &Scene<'_>) -> bool {
    scene.keys.action(press, &[Layer::Form]) == Some(Action::Over(Over::Submit))
}

/// As in whatever lies over the screen, but what types is typed.
fn leaves(press: KeyPress, scene: &Scene<'_>) -> bool {
    (press.key == Key::Esc || !types_text(press))
        && scene.keys.action(press, &[Layer::Overlay]) == Some(Action::Over(Over::Leave))
}
