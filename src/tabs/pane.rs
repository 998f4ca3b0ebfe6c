//! The detail pane: a sheet in a frame, beside the list or below it by width. With the keyboard in it, a cursor goes over
//! its values: they can be copied, and those that are links lead elsewhere.

use madoguchi_ui::detail::{Detail, DetailState, Entry};
use madoguchi_ui::panel::Panel;
use madoguchi_ui::scroll::Move;
use madoguchi_ui::text;
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::aloud::Spoken;
use crate::flow::{Action, Mouse, MouseKind};
use crate::scene::Scene;

use super::sheet::Sheet;
use super::{Aloud, Copied, Did};

/// From this width on, in cells, the pane stands beside the list.
const BESIDE: u16 = 110;
/// From this height on, in rows, the pane stands below the list when there is no room beside it.
const BELOW: u16 = 12;
/// The narrowest pane, and the narrowest list beside it, in cells.
const LEAST_WIDTH: (u16, u16) = (24, 40);
/// The lowest pane, and the lowest list above it, in rows.
const LEAST_HEIGHT: (u16, u16) = (4, 4);
/// Columns that a key makes the pane wider by. Below the list it is half as many rows.
const STEP: i16 = 4;

/// Where someone is in the pane, and how large they want it.
#[derive(Debug, Clone, Copy)]
pub struct Pane {
    shown: bool,
    focused: bool,
    at: DetailState,
    /// Columns beyond its ordinary width.
    wider: i16,
    /// Rows the list above it needs, its titles among them.
    above: u16,
    /// From this width on, in cells, it stands beside the list.
    beside: u16,
}

impl Default for Pane {
    fn default() -> Self {
        Self { shown: true, focused: false, at: DetailState::default(), wider: 0, above: u16::MAX, beside: BESIDE }
    }
}

impl Pane {
    /// A pane beside something that needs more room than a list before it is shared.
    pub fn beside_from(width: u16) -> Self {
        Self { beside: width, ..Self::default() }
    }

    /// A pane that is not shown before somebody asks for it.
    pub fn hidden() -> Self {
        Self { shown: false, ..Self::default() }
    }

    /// Whether the pane has the keyboard.
    pub const fn focused(&self) -> bool {
        self.focused
    }

    /// Another record is shown: from its beginning, with the keyboard back in the list.
    pub fn reset(&mut self) {
        self.at = DetailState::default();
        self.focused = false;
    }

    /// The same pane for another list: as large, from the beginning.
    pub fn anew(self) -> Self {
        Self { focused: false, at: DetailState::default(), ..self }
    }

    /// The same pane below a list of so many rows. A list that needs less than its half leaves the rest to the pane; one
    /// without rows may still be read, and the pane would jump.
    pub fn below(self, rows: usize) -> Self {
        let above = match u16::try_from(rows) {
            Ok(0) | Err(_) => u16::MAX,
            Ok(rows) => rows.saturating_add(1),
        };
        Self { above, ..self }
    }

    /// Divides the room into the list's and the pane's; without one when it is hidden or there is no room.
    pub fn split(&self, room: Rect) -> (Rect, Option<Rect>) {
        match (self.shown, room.width, room.height) {
            (true, width, _) if width >= self.beside => {
                let most = room.width - LEAST_WIDTH.1;
                let ordinary = (room.width * 2 / 5).min(72);
                let width = ordinary.saturating_add_signed(self.wider).clamp(LEAST_WIDTH.0, most);
                let list = Rect { width: room.width - width, ..room };
                (list, Some(Rect { x: list.right(), width, ..room }))
            }
            (true, _, BELOW..) => {
                let most = room.height - LEAST_HEIGHT.1;
                let ordinary = (room.height / 2).max(room.height.saturating_sub(self.above));
                let height = ordinary.saturating_add_signed(self.wider / 2).clamp(LEAST_HEIGHT.0, most);
                let list = Rect { height: room.height - height, ..room };
                (list, Some(Rect { y: list.bottom(), height, ..room }))
            }
            _ => (room, None),
        }
    }

    /// Does what an action means to the pane; `room` is what it shares with the list. Nothing is left to the list. The
    /// sheet is written only when it is looked into.
    pub fn act<'a>(&mut self, action: Action, room: Rect, sheet: impl FnOnce() -> Sheet<'a>) -> Did {
        let area = self.split(room).1.map(Panel::inner);
        match (action, area) {
            (Action::Detail, _) => {
                self.shown = !self.shown;
                self.focused = false;
            }
            (Action::Wider, Some(_)) => self.resize(STEP, room),
            (Action::Narrower, Some(_)) => self.resize(-STEP, room),
            (Action::DetailUp, Some(area)) => self.at.go(Move::View(-1), &sheet().entries, area),
            (Action::DetailDown, Some(area)) => self.at.go(Move::View(1), &sheet().entries, area),
            (Action::Open, Some(_)) if !self.focused => {
                self.focused = self.at.entry(&sheet().entries).is_some();
                return if self.focused { Did::Something } else { Did::Nothing };
            }
            (_, Some(area)) if self.focused => return self.within(action, area, &sheet()),
            _ => return Did::Nothing,
        }
        Did::Something
    }

    fn within(&mut self, action: Action, area: Rect, sheet: &Sheet<'_>) -> Did {
        let step = match action {
            Action::Up => Move::By(-1),
            Action::Down => Move::By(1),
            Action::PageUp => Move::Page(-1),
            Action::PageDown => Move::Page(1),
            Action::First => Move::Home,
            Action::Last => Move::End,
            Action::Back => {
                self.focused = false;
                return Did::Something;
            }
            Action::Open => return self.jump(sheet),
            Action::ReadAloud => {
                // What is masked is spelled by the record itself, which knows it.
                let readable =
                    |entry: &usize| !matches!(sheet.entries[*entry], Entry::Field { role: Role::Masked, .. });
                let entry = self.at.entry(&sheet.entries).filter(readable);
                let value = entry.and_then(|entry| Some((entry, sheet.entries[entry].value()?)));
                return value.map_or(Did::Nothing, |(entry, text)| {
                    let personal = sheet.shows_personal(entry);
                    let text = text.to_owned();
                    Did::ReadAloud(vec![Aloud { label: "label-copied", kind: Spoken::Other, text, personal }])
                });
            }
            Action::Copy => {
                let entry = self.at.entry(&sheet.entries);
                let value = entry.and_then(|entry| Some((entry, sheet.entries[entry].value()?)));
                return value.map_or(Did::Nothing, |(entry, text)| {
                    Did::Copy(Copied { text: text.to_owned(), personal: sheet.shows_personal(entry) })
                });
            }
            _ => return Did::Nothing,
        };
        self.at.go(step, &sheet.entries, area);
        Did::Something
    }

    fn jump(self, sheet: &Sheet<'_>) -> Did {
        let place = self.at.entry(&sheet.entries).and_then(|entry| sheet.place(entry));
        place.map_or(Did::Something, |place| Did::Go(place.clone()))
    }

    fn resize(&mut self, by: i16, room: Rect) {
        let before = self.split(room);
        let wider = self.wider;
        self.wider += by;
        if self.split(room) == before {
            // At its end: a step that shows nothing would have to be taken back first.
            self.wider = wider;
        }
    }

    /// Takes the mouse over the pane: a click takes the keyboard there, a second one on a link follows it.
    pub fn mouse(&mut self, mouse: Mouse, area: Rect, sheet: &Sheet<'_>) -> Did {
        let inner = Panel::inner(area);
        match mouse.kind {
            MouseKind::WheelUp => self.at.go(Move::View(-3), &sheet.entries, inner),
            MouseKind::WheelDown => self.at.go(Move::View(3), &sheet.entries, inner),
            MouseKind::Click => {
                let Some(entry) = self.at.entry_at(&sheet.entries, inner, Position::new(mouse.x, mouse.y)) else {
                    return Did::Nothing;
                };
                if self.focused && self.at.entry(&sheet.entries) == Some(entry) {
                    return self.jump(sheet);
                }
                self.focused = true;
                self.at.go(Move::To(entry), &sheet.entries, inner);
            }
        }
        Did::Something
    }

    /// Draws the pane.
    pub fn view(&self, sheet: &Sheet<'_>, area: Rect, buf: &mut Buffer, scene: &Scene<'_>) {
        let title = scene.say("panel-detail");
        let inner = Panel { title: &title, aside: None, focused: self.focused }.render(area, buf, scene.theme);
        if let Some(record) = sheet.record.filter(|_| inner != area) {
            // Behind the corner, a line and a blank.
            let room = Rect { x: area.x + 3, y: area.y, width: text::width(&title) as u16, height: 1 };
            scene.leads(room.intersection(inner.union(area)), buf, record);
        }
        Detail { entries: &sheet.entries, state: &self.at, focused: self.focused }.render(inner, buf, scene.theme);
    }
}
