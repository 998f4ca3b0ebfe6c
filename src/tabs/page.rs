//! Pages: the screens of a tab, side by side, one of them open.

use std::fmt::Debug;

use jiff::Timestamp;
use madoguchi_ui::pages;
use madoguchi_ui::table::Direction;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::status::Place;
use crate::domain::xray::Remedy;
use crate::flow::{Action, Deeper, KeyPress, Layer, Mouse, MouseKind, View};
use crate::scene::Scene;

use super::ask::{Layout, Told};
use super::pane::Pane;
use super::{Did, Marked};

/// One screen. A list is a [`super::records::Records`] and gets all of this by saying what its rows are.
pub trait Page: Debug + Send {
    /// What it shows something of: the open customer for the six tabs.
    type Of: 'static;

    /// Key of its title in the language table.
    fn title(&self) -> &'static str;

    /// Where keys count while it is open, most specific first.
    fn layers(&self) -> &'static [Layer] {
        &[Layer::Customer, Layer::Desk]
    }

    /// Takes what is now known.
    fn refresh(&mut self, of: &Self::Of, scene: &Scene<'_>);

    /// Does what an action means here.
    fn act(&mut self, action: Action, area: Rect, of: &Self::Of, scene: &Scene<'_>) -> Did;

    /// Takes the mouse.
    fn mouse(&mut self, mouse: Mouse, area: Rect, of: &Self::Of, scene: &Scene<'_>) -> Did;

    /// Draws it. Returns where the terminal's cursor belongs.
    fn view(&self, area: Rect, buf: &mut Buffer, of: &Self::Of, scene: &Scene<'_>) -> Option<Position>;

    /// True while text is being typed.
    fn typing(&self) -> bool {
        false
    }

    /// True while its details have the keyboard.
    fn in_details(&self) -> bool {
        false
    }

    /// Takes a key while text is being typed.
    fn type_key(&mut self, _: KeyPress, _: &Scene<'_>) -> Did {
        Did::Nothing
    }

    /// Takes a paste.
    fn paste(&mut self, _: &str, _: &Scene<'_>) {}

    /// Whether this is where the place is shown, whether or not its row has been read.
    fn holds(&self, place: &Place) -> bool;

    /// Puts the cursor on a place this page holds, now or once it is read.
    fn go_to(&mut self, _: &Place, _: &Scene<'_>) {}

    /// What to do about what it shows, where it knows.
    fn remedy(&self) -> Option<Remedy> {
        None
    }

    /// Whether this place is what the cursor is on.
    fn stands_at(&self, _: &Place) -> bool {
        false
    }

    /// The rows of its list that are marked.
    fn marked(&self) -> Vec<Marked> {
        Vec::new()
    }

    /// How its list is looked at; nothing where it has none.
    fn look(&self) -> Option<ListLook> {
        None
    }

    /// Looks at its list through a filter, as if it had been typed. False where it has no list.
    fn filter_by(&mut self, _: &str, _: &Scene<'_>) -> bool {
        false
    }

    /// Sorts its list by a column, by what filters call it. False where there is no such column.
    fn sort_on(&mut self, _: &str, _: Direction, _: &Scene<'_>) -> bool {
        false
    }

    /// Marks every row shown, and no other; or none. False where it has no list.
    fn mark_shown(&mut self, _: bool) -> bool {
        false
    }

    /// What it needs beyond what is read anyway, of the page and of the row under its cursor.
    fn needs(&self, _: &Self::Of) -> Vec<Deeper> {
        Vec::new()
    }

    /// Each source with its age; empty where the page says it itself.
    fn freshness(&self, _: &Self::Of, _: &Scene<'_>) -> String {
        String::new()
    }

    /// Until when rows are marked because they changed elsewhere; nothing where none is.
    fn marked_until(&self) -> Option<Timestamp> {
        None
    }

    /// Takes the answer to what it asked.
    fn told(&mut self, _: Told, _: &Scene<'_>) -> Did {
        Did::Nothing
    }

    /// What the configuration calls its list; empty where it has none.
    fn list_name(&self) -> &'static str {
        ""
    }

    /// Whether a configured view of its list can be shown.
    ///
    /// # Errors
    /// What is wrong, with the word that would be right.
    fn check_view(&self, _: &View, _: &Scene<'_>) -> Result<(), String> {
        Ok(())
    }

    /// How somebody likes it, for the next customer; nothing where it can only be looked at one way.
    fn habits(&self) -> Option<Habits> {
        None
    }

    /// Takes over how somebody likes it.
    fn adopt(&mut self, _: Habits) {}

    /// Where it stands, to come back to.
    fn bookmark(&self) -> Bookmark;

    /// Comes back to where it stood.
    fn restore(&mut self, bookmark: &Bookmark, scene: &Scene<'_>);
}

/// How somebody likes a page: kept for the session, whoever's it is.
#[derive(Debug, Clone)]
pub struct Habits {
    /// The columns, and the sort that was chosen with them. Nothing where no list is.
    pub layout: Layout,
    /// The detail pane.
    pub pane: Pane,
}

/// How a list is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListLook {
    /// What is in the filter.
    pub filter: String,
    /// The column it is sorted by, by what filters call it, and how.
    pub sort: Option<(&'static str, Direction)>,
    /// How many rows are marked.
    pub marked: usize,
}

/// Where a page stood: enough to come back to the same row even when others were read meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bookmark {
    /// What was in the filter.
    pub filter: String,
    /// The row under the cursor, from 0.
    pub row: usize,
    /// Its identity, where the page's rows have one.
    pub identity: Option<String>,
}

/// The pages of a tab and which is open. A bar names them when there is more than one.
#[derive(Debug)]
pub struct Pages<Of: 'static> {
    all: Vec<Box<dyn Page<Of = Of>>>,
    active: usize,
}

impl<Of: 'static> Pages<Of> {
    /// A row of pages; the first is open. There is at least one.
    pub fn new(all: Vec<Box<dyn Page<Of = Of>>>) -> Self {
        debug_assert!(!all.is_empty(), "a tab without a page shows nothing");
        Self { all, active: 0 }
    }

    /// How many pages there are.
    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// The open page's number, from 0.
    pub const fn active(&self) -> usize {
        self.active
    }

    /// Opens a page by its number; one there is not changes nothing.
    pub fn open(&mut self, page: usize) {
        if page < self.all.len() {
            self.active = page;
        }
    }

    /// The open page.
    pub fn page(&self) -> &dyn Page<Of = Of> {
        self.all[self.active].as_ref()
    }

    /// The open page, to change.
    pub fn page_mut(&mut self) -> &mut dyn Page<Of = Of> {
        self.all[self.active].as_mut()
    }

    /// Every page takes what is now known, so that none is stale when it is opened.
    pub fn refresh(&mut self, of: &Of, scene: &Scene<'_>) {
        self.all.iter_mut().for_each(|page| page.refresh(of, scene));
    }

    /// Opens the page that holds the place, with the cursor on it. False when none does.
    pub fn go_to(&mut self, place: &Place, scene: &Scene<'_>) -> bool {
        let Some(page) = self.all.iter().position(|page| page.holds(place)) else { return false };
        self.active = page;
        self.all[page].go_to(place, scene);
        true
    }

    /// Does what an action means here: turns the page, or is the open page's.
    pub fn act(&mut self, action: Action, area: Rect, of: &Of, scene: &Scene<'_>) -> Did {
        let step = match action {
            Action::NextPage => 1,
            Action::PreviousPage => self.all.len() - 1,
            _ => {
                let area = self.areas(area).1;
                return self.page_mut().act(action, area, of, scene);
            }
        };
        if self.all.len() == 1 {
            return Did::Nothing;
        }
        self.active = (self.active + step) % self.all.len();
        Did::Something
    }

    /// Takes over how somebody likes the same pages.
    pub fn adopt(&mut self, other: &Self) {
        for (page, habits) in self.all.iter_mut().zip(other.all.iter().map(|page| page.habits())) {
            if let Some(habits) = habits {
                page.adopt(habits);
            }
        }
    }

    /// Every page.
    pub fn all(&self) -> impl Iterator<Item = &dyn Page<Of = Of>> {
        self.all.iter().map(AsRef::as_ref)
    }

    /// Takes the mouse: a click on a name opens its page.
    pub fn mouse(&mut self, mouse: Mouse, area: Rect, of: &Of, scene: &Scene<'_>) -> Did {
        let (bar, body) = self.areas(area);
        let at = Position::new(mouse.x, mouse.y);
        if !bar.contains(at) {
            return self.page_mut().mouse(mouse, body, of, scene);
        }
        let names = self.names(scene);
        let Some(page) = (pages::Pages { pages: &names, active: self.active }).page_at(bar, at) else {
            return Did::Nothing;
        };
        if mouse.kind == MouseKind::Click {
            self.active = page;
        }
        Did::Something
    }

    /// Draws the bar and the open page. Returns where the terminal's cursor belongs.
    pub fn view(&self, area: Rect, buf: &mut Buffer, of: &Of, scene: &Scene<'_>) -> Option<Position> {
        let (bar, body) = self.areas(area);
        let names = self.names(scene);
        pages::Pages { pages: &names, active: self.active }.render(bar, buf, scene.theme);
        self.page().view(body, buf, of, scene)
    }

    /// The bar, of no height when there is nothing to choose, and the open page below it.
    fn areas(&self, area: Rect) -> (Rect, Rect) {
        let height = u16::from(self.all.len() > 1).min(area.height);
        let bar = Rect { height, ..area };
        (bar, Rect { y: bar.bottom(), height: area.height - height, ..area })
    }

    fn names<'a>(&self, scene: &Scene<'a>) -> Vec<pages::Page<'a>> {
        self.all.iter().map(|page| pages::Page::new(scene.say(page.title()))).collect()
    }
}
