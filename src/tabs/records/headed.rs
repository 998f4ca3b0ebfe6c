//! A list with something above it: a figure that is not a row's, a chart of the rows.

use madoguchi_ui::table::Direction;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::status::Place;
use crate::flow::{Action, Deeper, KeyPress, Layer, Mouse, View};
use crate::scene::Scene;
use crate::tabs::Did;
use crate::tabs::ask::Told;
use crate::tabs::page::{Bookmark, Habits, ListLook, Page};

use super::{Record, Records};

/// What stands above a list.
pub trait Head: Record {
    /// Rows it takes of an area above a list of `len` records. The list has the rest.
    fn height(len: usize, area: Rect) -> u16;

    /// Draws it over all the list's records; `current` is the one under the cursor.
    fn draw(all: &[Self], current: Option<&Self>, area: Rect, buf: &mut Buffer, of: &Self::Of, scene: &Scene<'_>);
}

/// A records screen below its head.
#[derive(Debug)]
pub struct Headed<R>(Records<R>);

impl<R: Record> Default for Headed<R> {
    fn default() -> Self {
        Self(Records::default())
    }
}

impl<R: Head> Headed<R> {
    /// The head and the list below it.
    fn areas(&self, area: Rect) -> (Rect, Rect) {
        let height = R::height(self.0.rows().len(), area).min(area.height);
        let head = Rect { height, ..area };
        (head, Rect { y: head.bottom(), height: area.height - height, ..area })
    }
}

impl<R: Head> Page for Headed<R> {
    type Of = R::Of;

    fn title(&self) -> &'static str {
        self.0.title()
    }

    fn layers(&self) -> &'static [Layer] {
        self.0.layers()
    }

    fn refresh(&mut self, of: &R::Of, scene: &Scene<'_>) {
        self.0.refresh(of, scene);
    }

    fn act(&mut self, action: Action, area: Rect, of: &R::Of, scene: &Scene<'_>) -> Did {
        let list = self.areas(area).1;
        self.0.act(action, list, of, scene)
    }

    fn mouse(&mut self, mouse: Mouse, area: Rect, of: &R::Of, scene: &Scene<'_>) -> Did {
        let (head, list) = self.areas(area);
        if head.contains(Position::new(mouse.x, mouse.y)) {
            return Did::Nothing;
        }
        self.0.mouse(mouse, list, of, scene)
    }

    fn view(&self, area: Rect, buf: &mut Buffer, of: &R::Of, scene: &Scene<'_>) -> Option<Position> {
        let (head, list) = self.areas(area);
        R::draw(self.0.rows(), self.0.current(), head, buf, of, scene);
        self.0.view(list, buf, of, scene)
    }

    fn in_details(&self) -> bool {
        self.0.in_details()
    }

    fn typing(&self) -> bool {
        self.0.typing()
    }

    fn type_key(&mut self, press: KeyPress, scene: &Scene<'_>) -> Did {
        self.0.type_key(press, scene)
    }

    fn paste(&mut self, text: &str, scene: &Scene<'_>) {
        self.0.paste(text, scene);
    }

    fn holds(&self, place: &Place) -> bool {
        self.0.holds(place)
    }

    fn go_to(&mut self, place: &Place, scene: &Scene<'_>) {
        self.0.go_to(place, scene);
    }

    fn stands_at(&self, place: &Place) -> bool {
        self.0.stands_at(place)
    }

    fn needs(&self, of: &R::Of) -> Vec<Deeper> {
        self.0.needs(of)
    }

    fn look(&self) -> Option<ListLook> {
        self.0.look()
    }

    fn filter_by(&mut self, filter: &str, scene: &Scene<'_>) -> bool {
        self.0.filter_by(filter, scene)
    }

    fn sort_on(&mut self, column: &str, direction: Direction, scene: &Scene<'_>) -> bool {
        self.0.sort_on(column, direction, scene)
    }

    fn mark_shown(&mut self, all: bool) -> bool {
        self.0.mark_shown(all)
    }

    fn freshness(&self, of: &R::Of, scene: &Scene<'_>) -> String {
        self.0.freshness(of, scene)
    }

    fn told(&mut self, told: Told, scene: &Scene<'_>) -> Did {
        self.0.told(told, scene)
    }

    fn list_name(&self) -> &'static str {
        self.0.list_name()
    }

    fn check_view(&self, view: &View, scene: &Scene<'_>) -> Result<(), String> {
        self.0.check_view(view, scene)
    }

    fn habits(&self) -> Option<Habits> {
        self.0.habits()
    }

    fn adopt(&mut self, habits: Habits) {
        self.0.adopt(habits);
    }

    fn bookmark(&self) -> Bookmark {
        self.0.bookmark()
    }

    fn restore(&mut self, bookmark: &Bookmark, scene: &Scene<'_>) {
        self.0.restore(bookmark, scene);
    }
}
