//! The notification centre: what happened elsewhere, by customer and newest first, what the desk itself said last. From each
//! a key leads to where it is cleared; what was dealt with is put aside, for every desk of the site.

mod groups;
mod rows;
mod view;

use std::sync::Arc;

use jiff::Timestamp;
use madoguchi_ui::input::TextInput;
use madoguchi_ui::overlay;
use madoguchi_ui::panel::Panel;
use madoguchi_ui::scroll::Move;
use madoguchi_ui::table::{self, TableState};
use ratatui::layout::{Position, Rect};

use crate::domain::notification::{Kept, Mute, Notification, NotificationKind, Standing};
use crate::domain::status::{Place, Tone};
use crate::domain::when;
use crate::flow::{Action, Input, Key, KeyPress, Layer, Mouse, MouseKind, Over, Tend};
use crate::scene::Scene;
use crate::tabs::{Did, edit};

use super::{Outcome, Wish, in_form, step};
use rows::Row;

const WIDTH: u16 = 118;
const HEIGHT: u16 = 36;
/// The line above the list: what is shown of how much.
const HEAD: u16 = 1;
/// Lines below: the row in full, what stands against something, the keys.
const FOOT: u16 = 4;

/// Something the desk itself said, in words.
#[derive(Debug, Clone)]
pub struct Remark {
    /// When.
    pub at: Timestamp,
    /// How much it matters.
    pub tone: Tone,
    /// What it says.
    pub text: String,
}

/// Everything there is to tell.
#[derive(Debug, Default)]
pub struct Told {
    /// Notifications, in any order.
    pub kept: Vec<Arc<Kept>>,
    /// The rules that mute them.
    pub mutes: Vec<Mute>,
    /// What the desk said, newest first.
    pub remarks: Vec<Remark>,
    /// Notifications that there was no room for.
    pub dropped: u64,
}

/// Whose matters are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Whose {
    #[default]
    All,
    Mine,
    MineAndQueues,
}

/// What the keyboard is for.
#[derive(Debug, Default)]
enum Mode {
    #[default]
    List,
    /// A moment to put it off to is typed.
    Snooze(TextInput),
    /// What is to be muted is chosen.
    Mute,
    /// The rules are shown.
    Rules(TableState),
}

/// The centre.
#[derive(Debug, Default)]
pub struct Centre {
    told: Told,
    rows: Vec<Row>,
    table: TableState,
    /// Only this kind.
    kind: Option<NotificationKind>,
    /// Only what is as urgent as this.
    least: Option<Tone>,
    whose: Whose,
    /// What was put aside is shown too.
    aside: bool,
    mode: Mode,
    /// Why something was not done.
    said: Option<&'static str>,
}

impl Centre {
    /// Takes how everything stands now. The cursor stays on its own, or where its own was.
    pub fn take(&mut self, told: Told, now: Timestamp) {
        self.told = told;
        self.choose(now);
    }

    fn choose(&mut self, now: Timestamp) {
        let under_cursor = self.current().map(Row::id);
        self.rows = rows::rows(self, now);
        let at = under_cursor.and_then(|id| self.rows.iter().position(|row| row.id() == id));
        let last = self.rows.len().saturating_sub(1);
        self.table.scroll.cursor = at.unwrap_or(self.table.scroll.cursor).min(last);
    }

    fn current(&self) -> Option<&Row> {
        self.rows.get(self.table.scroll.cursor)
    }

    fn chosen(&self) -> Option<&Arc<Kept>> {
        match self.current()? {
            Row::Kept { kept, .. } => Some(kept),
            Row::Remark { .. } => None,
        }
    }

    /// Esc leaves what is being asked, then the centre.
    pub fn back(&mut self) -> bool {
        self.said = None;
        !matches!(std::mem::take(&mut self.mode), Mode::List)
    }

    fn parts(screen: Rect) -> (Rect, Rect, Rect) {
        let inner = Panel::inner(overlay::centred(screen, WIDTH, HEIGHT));
        let head = Rect { height: HEAD.min(inner.height), ..inner };
        let foot = FOOT.min(inner.height - head.height);
        let body = Rect { y: head.bottom(), height: inner.height - head.height - foot, ..inner };
        (head, body, Rect { y: body.bottom(), height: foot, ..inner })
    }

    /// Moves, chooses what is shown, opens, puts aside, mutes.
    pub fn input(&mut self, input: &Input, screen: Rect, scene: &Scene<'_>) -> Outcome {
        let (_, body, _) = Self::parts(screen);
        match (input, &mut self.mode) {
            (Input::Key(press), Mode::Snooze(line)) => {
                if in_form(*press, scene) == Some(Over::Submit) {
                    return self.snooze(scene.now);
                }
                edit::key(line, *press);
            }
            (Input::Paste(text), Mode::Snooze(line)) => {
                line.paste(text);
            }
            (Input::Key(press), Mode::Mute) => return self.mute(press.key),
            (Input::Key(press), Mode::Rules(_)) => return self.in_rules(*press, body, scene),
            (Input::Key(press), Mode::List) => return self.key(*press, body, scene),
            (Input::Mouse(mouse), _) => return self.mouse(*mouse, body),
            _ => {}
        }
        Outcome::Stay
    }

    fn key(&mut self, press: KeyPress, body: Rect, scene: &Scene<'_>) -> Outcome {
        let Some(action) = scene.keys.over(press, Layer::Centre) else { return Outcome::Stay };
        if let Some(step) = step(action) {
            self.said = None;
            self.table.go(step, self.rows.len(), body);
            return Outcome::Stay;
        }
        // A key that is held down puts nothing aside.
        if press.repeat {
            return Outcome::Stay;
        }
        self.said = None;
        match action {
            Action::Open => return self.open(),
            Action::Quit | Action::Notices => return Outcome::Close,
            Action::Over(Over::Done) => return self.done(),
            Action::Over(Over::Untend) => return Outcome::Wish(Wish::Untend),
            Action::Over(Over::Later) if self.may_go() => self.mode = Mode::Snooze(TextInput::default()),
            Action::Over(Over::Mute) if self.may_go() => self.mode = Mode::Mute,
            Action::Over(Over::Rules) => self.mode = Mode::Rules(TableState::default()),
            Action::Over(Over::Kind) => {
                let under_cursor = self.chosen().map(|kept| kept.notification.kind);
                self.kind = if self.kind.is_some() { None } else { under_cursor };
            }
            Action::Over(Over::Urgency) => {
                self.least = match self.least {
                    None => Some(Tone::Critical),
                    Some(Tone::Critical) => Some(Tone::Warning),
                    Some(_) => None,
                };
            }
            Action::Over(Over::Whose) => {
                self.whose = match self.whose {
                    Whose::All => Whose::Mine,
                    Whose::Mine => Whose::MineAndQueues,
                    Whose::MineAndQueues => Whose::All,
                };
            }
            Action::Over(Over::Aside) => self.aside = !self.aside,
            _ => {}
        }
        self.choose(scene.now);
        Outcome::Stay
    }

    fn mouse(&mut self, mouse: Mouse, body: Rect) -> Outcome {
        let rules = self.told.mutes.len();
        let (table, len) = match &mut self.mode {
            Mode::Rules(table) => (table, rules),
            _ => (&mut self.table, self.rows.len()),
        };
        match mouse.kind {
            MouseKind::WheelUp => table.go(Move::View(-3), len, body),
            MouseKind::WheelDown => table.go(Move::View(3), len, body),
            MouseKind::Click => {
                // The first click chooses, a second one on the same row opens.
                if let Some(row) = table.row_at(body, len, Position::new(mouse.x, mouse.y)) {
                    let again = row == table.scroll.cursor;
                    table.scroll.go(Move::To(row), len, table::body_height(body));
                    if again && matches!(self.mode, Mode::List) {
                        return self.open();
                    }
                }
            }
        }
        Outcome::Stay
    }

    /// Goes where it is cleared.
    fn open(&self) -> Outcome {
        let Some(kept) = self.chosen() else { return Outcome::Stay };
        let Notification { who, opens, kind, .. } = &kept.notification;
        let Some(who) = who else {
            let of_systems = [NotificationKind::SystemDown, NotificationKind::SystemBack, NotificationKind::EventsRead];
            return Outcome::Run(if of_systems.contains(kind) { Action::Systems } else { Action::Board });
        };
        let key = who.key.clone();
        if key.account.is_none() && key.client.is_none() && key.line.is_none() {
            return Outcome::Do(Did::Search(who.number.to_string()));
        }
        let opens = opens.clone().unwrap_or(Place::Dashboard);
        Outcome::Do(Did::OpenCustomer { key, called: who.name.clone(), opens })
    }

    /// Whether what is under the cursor may be put off or muted; why not is said.
    fn may_go(&mut self) -> bool {
        let stays = self.chosen().map(|kept| kept.notification.kind.stays());
        if stays == Some(true) {
            self.said = Some("centre-stays");
        }
        stays == Some(false)
    }

    /// Dealt with; or, where it was, not after all.
    fn done(&mut self) -> Outcome {
        let Some((key, standing)) = self.chosen().map(|kept| (kept.notification.key.clone(), kept.standing)) else {
            return Outcome::Stay;
        };
        if matches!(standing, Standing::Done(_)) {
            return Outcome::Wish(Wish::Tend(Tend::Again(key)));
        }
        if self.may_go() { Outcome::Wish(Wish::Tend(Tend::Done(key))) } else { Outcome::Stay }
    }

    fn snooze(&mut self, now: Timestamp) -> Outcome {
        let Mode::Snooze(line) = &self.mode else { return Outcome::Stay };
        let until = match when::read(line.value(), now) {
            Some(at) if at > now => at,
            Some(_) => {
                self.said = Some("wrong-moment-past");
                return Outcome::Stay;
            }
            None => {
                self.said = Some("wrong-moment");
                return Outcome::Stay;
            }
        };
        (self.mode, self.said) = (Mode::List, None);
        let key = self.chosen().map(|kept| kept.notification.key.clone());
        key.map_or(Outcome::Stay, |key| Outcome::Wish(Wish::Tend(Tend::Snooze(key, until))))
    }

    fn mute(&mut self, key: Key) -> Outcome {
        let Some(told) = self.chosen().map(|kept| &kept.notification) else { return Outcome::Stay };
        let kind = Some(told.kind);
        let customer = told.who.as_ref().map(|who| who.number.clone()).filter(|number| !number.is_empty());
        let mute = match key {
            Key::Char('1') => Mute { kind, customer: None },
            Key::Char('2') if customer.is_some() => Mute { kind: None, customer },
            Key::Char('3') if customer.is_some() => Mute { kind, customer },
            _ => return Outcome::Stay,
        };
        self.mode = Mode::List;
        Outcome::Wish(Wish::Tend(Tend::Mute(mute)))
    }

    fn in_rules(&mut self, press: KeyPress, body: Rect, scene: &Scene<'_>) -> Outcome {
        let len = self.told.mutes.len();
        let Mode::Rules(table) = &mut self.mode else { return Outcome::Stay };
        let Some(action) = scene.keys.over(press, Layer::Centre) else { return Outcome::Stay };
        if let Some(step) = step(action) {
            table.go(step, len, body);
            return Outcome::Stay;
        }
        match action {
            Action::Open | Action::Over(Over::Announce) if !press.repeat => {
                let mute = self.told.mutes.get(table.scroll.cursor.min(len.saturating_sub(1))).cloned();
                return mute.map_or(Outcome::Stay, |mute| Outcome::Wish(Wish::Tend(Tend::Unmute(mute))));
            }
            Action::Over(Over::Untend) => return Outcome::Wish(Wish::Untend),
            Action::Quit | Action::Over(Over::Rules) => self.mode = Mode::List,
            _ => {}
        }
        Outcome::Stay
    }
}
