//! The generic records screen: a table with a cursor, any column to sort by, a filter, and a detail pane. Written once; a
//! tab says what its rows are.
//!
//! # Adding a list
//!
//! 1. One file in `tabs/`: the row type and its [`Record`]. `NAME` is the list's name in the configuration and in exports,
//!    and never changes; `TITLE` is a key `page-…` of both language tables, and so is each column's `title`.
//! 2. A [`Column`] has a `name` (for `field:value`, configuration, export), a `cell` (what is read on the screen, masked
//!    where it is personal: the filter looks at nothing else), and a [`Key`] (what it is ordered and compared by). Give
//!    numbers, days and moments as what they are, `Word::key` for a state, [`Key::Missing`] where there is nothing.
//! 3. `sources` says which parts the rows come from; ages, faults, "first N of M" and skeletons follow from it.
//! 4. `list_needs` and `needs` say what is read only when somebody looks: for the list, and for the row under the cursor.
//! 5. `holds` names the places the list shows, `is_at` which of its rows a place is; every link on the desk then leads there.
//! 6. `act` is for keys the list does not know itself. It is asked first, except while the filter is typed.
//! 7. A line in [`Tabs::default`](super::Tabs) puts the page on its tab.

pub mod headed;
mod key;

use madoguchi_ui::input::{InputView, TextInput};
use madoguchi_ui::scroll::Move;
use madoguchi_ui::table::{self, Cell, Direction, Sort, Table, TableState, Width};
use madoguchi_ui::text::{self, Align};
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::name;
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::flow::{Action, Deeper, Fault, KeyPress, Mouse, MouseKind, Remote};
use crate::locale::Value;
use crate::scene::Scene;

use super::edit;
use super::page::{Bookmark, Page};
use super::pane::Pane;
use super::sheet::Sheet;
use super::{Copied, Did};

pub use key::Key;

/// A column of a records screen.
pub struct Column<R: 'static> {
    /// What filters, configuration and exports call it: a lower-case word that never changes.
    pub name: &'static str,
    /// Key of its title in the language table.
    pub title: &'static str,
    /// How wide it is.
    pub width: Width,
    /// Where its cells stand.
    pub align: Align,
    /// The higher, the sooner it is hidden in a narrow window.
    pub priority: u8,
    /// What stands in a row's cell.
    pub cell: for<'a> fn(&'a R, &Scene<'a>) -> Cell<'a>,
    /// What a row is ordered, compared and exported by.
    pub key: fn(&R) -> Key<'_>,
}

/// Where a list comes from, how old it is and what is wrong with it.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// Which system.
    pub system: System,
    /// When it was read; `None` when it never was.
    pub read_at: Option<jiff::Timestamp>,
    /// Why the last read failed.
    pub fault: Option<&'a Fault>,
    /// It is being read.
    pub loading: bool,
    /// Rows read and rows there are.
    pub rows: Option<(u64, u64)>,
}

impl<'a> Source<'a> {
    /// The state of a part; `rows` counts what was read and what there is.
    pub fn of<T>(system: System, part: &'a Remote<T>, rows: impl Fn(&T) -> (u64, u64)) -> Self {
        let known = part.known.as_ref();
        Self {
            system,
            read_at: known.map(|known| known.read_at),
            fault: part.fault.as_ref(),
            loading: part.loading,
            rows: known.map(|known| rows(&known.value)),
        }
    }
}

/// What a page lists.
pub trait Record: std::fmt::Debug + Send + Sized + 'static {
    /// What the rows are read from: the open customer, or what the whole desk works on.
    type Of: 'static;

    /// What configuration and exports call the list: a lower-case word that never changes.
    const NAME: &'static str;

    /// Key of the page's title in the language table.
    const TITLE: &'static str;

    /// The columns, the identifying one first.
    const COLUMNS: &'static [Column<Self>];

    /// The rows.
    fn collect(of: &Self::Of) -> Vec<Self>;

    /// Where the rows come from.
    fn sources(of: &Self::Of) -> Vec<Source<'_>>;

    /// What the detail pane says.
    fn detail(&self, of: &Self::Of, sheet: &mut Sheet<'_>);

    /// The same record after a new read has the same identity.
    fn identity(&self) -> String;

    /// What the copy key takes.
    fn copied(&self) -> Copied;

    /// What the list needs beyond what is read anyway.
    fn list_needs(_: &Self::Of) -> Vec<Deeper> {
        Vec::new()
    }

    /// What the row needs while the cursor rests on it.
    fn needs(&self, _: &Self::Of) -> Option<Deeper> {
        None
    }

    /// Whether this list shows places of this kind, be their rows read or not.
    fn holds(_: &Place) -> bool {
        false
    }

    /// Whether this row is the place.
    fn is_at(&self, _: &Place) -> bool {
        false
    }

    /// Where opening the row leads, when it is more than its details.
    fn opens(&self) -> Option<Place> {
        None
    }

    /// What an action means on this row that it does not mean on every list's.
    fn act(&self, _: Action, _: &Self::Of, _: &Scene<'_>) -> Did {
        Did::Nothing
    }
}

/// A records screen with its rows and what a person did to them.
#[derive(Debug)]
pub struct Records<R> {
    rows: Vec<R>,
    /// Indexes into `rows`, filtered and sorted.
    shown: Vec<usize>,
    table: TableState,
    filter: TextInput,
    filtering: bool,
    pane: Pane,
    /// The cursor was put where it is. One that never was stays at the top while rows come in.
    placed: bool,
    /// A place that was asked for before its row was read.
    awaited: Option<Place>,
}

impl<R> Default for Records<R> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            shown: Vec::new(),
            table: TableState::default(),
            filter: TextInput::default(),
            filtering: false,
            pane: Pane::default(),
            placed: false,
            awaited: None,
        }
    }
}

/// Where the parts of a records screen stand.
#[derive(Debug, Clone, Copy)]
struct Areas {
    filter: Rect,
    faults: Rect,
    /// What list and pane share.
    room: Rect,
    table: Rect,
    detail: Option<Rect>,
}

impl<R: Record> Records<R> {
    /// Every row, whatever the filter hides, in the order they came.
    pub fn rows(&self) -> &[R] {
        &self.rows
    }

    /// The row under the cursor.
    pub fn current(&self) -> Option<&R> {
        self.shown.get(self.table.scroll.cursor.min(self.shown.len().checked_sub(1)?)).map(|i| &self.rows[*i])
    }

    /// The cursor comes near the last row read: when there are more, now is the time to read them.
    pub fn near_end(&self) -> bool {
        const NEAR: usize = 50;
        self.filter.is_empty() && self.table.scroll.cursor + NEAR >= self.shown.len()
    }

    fn go(&mut self, step: Move, areas: Areas) {
        let before = self.table.scroll.cursor;
        self.placed = true;
        self.awaited = None;
        self.table.go(step, self.shown.len(), areas.table);
        if self.table.scroll.cursor != before {
            self.pane.reset();
        }
    }

    /// What the pane says of the row under the cursor.
    fn sheet<'a>(&self, of: &R::Of, scene: &Scene<'a>) -> Sheet<'a> {
        let mut sheet = Sheet::new(*scene);
        if let Some(row) = self.current() {
            row.detail(of, &mut sheet);
        }
        sheet
    }

    fn sort_by(&mut self, sort: Option<Sort>, scene: &Scene<'_>) {
        self.table.sort = sort;
        self.keep_cursor(scene);
    }

    /// Rearranges with the cursor staying on its record.
    fn keep_cursor(&mut self, scene: &Scene<'_>) {
        let under_cursor = self.current().map(R::identity);
        self.arrange(scene);
        let found = self.shown.iter().position(|i| Some(self.rows[*i].identity()) == under_cursor);
        self.table.scroll.cursor = found.unwrap_or(0);
    }

    /// Filters and sorts. The filter looks at what the cells show, so masked data cannot be guessed through it.
    fn arrange(&mut self, scene: &Scene<'_>) {
        let words: Vec<String> = self.filter.value().split_whitespace().map(name::fold).collect();
        let matches = |row: &R| {
            words.is_empty() || {
                let cells: String =
                    R::COLUMNS.iter().map(|column| name::fold(&(column.cell)(row, scene).text) + "\n").collect();
                words.iter().all(|word| cells.contains(word.as_str()))
            }
        };
        self.shown = (0..self.rows.len()).filter(|i| matches(&self.rows[*i])).collect();
        if let Some(Sort { column, direction }) = self.table.sort
            && let Some(column) = R::COLUMNS.get(column)
        {
            self.shown.sort_by(|a, b| (column.key)(&self.rows[*a]).order(&(column.key)(&self.rows[*b]), direction));
        }
    }

    fn areas(&self, area: Rect, of: &R::Of) -> Areas {
        let faults = R::sources(of).iter().filter(|source| source.fault.is_some()).count() as u16;
        let filter_height = u16::from(self.filtering || !self.filter.is_empty());
        let row = |y: u16, height: u16| Rect { x: area.x, y, width: area.width, height };
        let filter = row(area.y, filter_height.min(area.height));
        let faults = row(filter.bottom(), faults.min(area.height - filter.height));
        let room = row(faults.bottom(), area.height - filter.height - faults.height);
        let (table, detail) = self.pane.split(room);
        Areas { filter, faults, room, table, detail }
    }
}

impl<R: Record> Page for Records<R> {
    type Of = R::Of;

    fn title(&self) -> &'static str {
        R::TITLE
    }

    fn is_list(&self) -> bool {
        true
    }

    /// Takes the rows anew. Cursor, filter and order stay where they are.
    fn refresh(&mut self, of: &R::Of, scene: &Scene<'_>) {
        let under_cursor = self.current().filter(|_| self.placed).map(R::identity);
        self.rows = R::collect(of);
        self.arrange(scene);
        let place = self.awaited.clone();
        let is_wanted = |row: &R| match &place {
            Some(place) => row.is_at(place),
            None => under_cursor.as_ref().is_some_and(|id| row.identity() == *id),
        };
        if let Some(at) = self.shown.iter().position(|i| is_wanted(&self.rows[*i])) {
            self.table.scroll.cursor = at;
            self.placed = true;
            self.awaited = None;
        }
    }

    /// Puts the cursor on the row of a place, now or once it is read. A filter that hides it is dropped.
    fn go_to(&mut self, place: &Place, scene: &Scene<'_>) {
        if !place.is_record() {
            return;
        }
        self.filter.clear();
        self.filtering = false;
        self.arrange(scene);
        match self.shown.iter().position(|i| self.rows[*i].is_at(place)) {
            Some(at) => {
                self.table.scroll.cursor = at;
                self.placed = true;
                self.pane.reset();
                self.awaited = None;
            }
            None => self.awaited = Some(place.clone()),
        }
    }

    /// True while a filter is being typed.
    fn typing(&self) -> bool {
        self.filtering
    }

    /// Does what an action means here.
    fn act(&mut self, action: Action, area: Rect, of: &R::Of, scene: &Scene<'_>) -> Did {
        let areas = self.areas(area, of);
        if !self.filtering {
            let mut own = Did::Nothing;
            if !self.pane.focused() {
                own = self.current().map_or(Did::Nothing, |row| row.act(action, of, scene));
                if let (Did::Nothing, Action::Open, Some(place)) = (&own, action, self.current().and_then(R::opens)) {
                    own = Did::Go(place);
                }
            }
            if own == Did::Nothing {
                let mut pane = self.pane;
                own = pane.act(action, areas.room, || self.sheet(of, scene));
                self.pane = pane;
            }
            if own != Did::Nothing {
                return own;
            }
        }
        match action {
            Action::Up => self.go(Move::By(-1), areas),
            Action::Down => self.go(Move::By(1), areas),
            Action::PageUp => self.go(Move::Page(-1), areas),
            Action::PageDown => self.go(Move::Page(1), areas),
            Action::First => self.go(Move::Home, areas),
            Action::Last => self.go(Move::End, areas),
            Action::SortNext => {
                // Only by what can be seen: an order nobody can see the reason of looks like no order.
                let shown = table::layout(&columns::<R>(scene), areas.table.width);
                let after = self.table.sort.map(|sort| sort.column);
                let next = shown.iter().map(|placed| placed.column).find(|column| after.is_none_or(|a| *column > a));
                let sort = next.map(|column| Sort { column, direction: Direction::Ascending });
                self.sort_by(sort, scene);
            }
            Action::SortReverse => {
                let sort = self.table.sort.map_or((0, Direction::Descending), |sort| match sort.direction {
                    Direction::Ascending => (sort.column, Direction::Descending),
                    Direction::Descending => (sort.column, Direction::Ascending),
                });
                self.sort_by(Some(Sort { column: sort.0, direction: sort.1 }), scene);
            }
            Action::Filter => {
                self.pane.reset();
                self.filtering = true;
            }
            Action::Open if self.filtering => self.filtering = false,
            Action::Back if self.filtering || !self.filter.is_empty() => {
                self.filter.clear();
                self.filtering = false;
                self.keep_cursor(scene);
            }
            Action::Copy => return self.current().map_or(Did::Nothing, |row| Did::Copy(row.copied())),
            _ => return Did::Nothing,
        }
        Did::Something
    }

    fn holds(&self, place: &Place) -> bool {
        R::holds(place)
    }

    fn needs(&self, of: &R::Of) -> Vec<Deeper> {
        let mut needs = R::list_needs(of);
        needs.extend(self.current().and_then(|row| row.needs(of)));
        needs
    }

    fn bookmark(&self) -> Bookmark {
        Bookmark {
            filter: self.filter.value().to_owned(),
            row: self.table.scroll.cursor,
            identity: self.current().map(R::identity),
        }
    }

    fn restore(&mut self, bookmark: &Bookmark, scene: &Scene<'_>) {
        self.filter.clear();
        self.filter.paste(&bookmark.filter);
        self.filtering = false;
        self.awaited = None;
        self.arrange(scene);
        let same = |i: &usize| bookmark.identity.as_ref() == Some(&self.rows[*i].identity());
        self.table.scroll.cursor = self.shown.iter().position(same).unwrap_or(bookmark.row);
        self.placed = true;
        self.pane.reset();
    }

    /// Takes a key while the filter is being typed.
    fn type_key(&mut self, press: KeyPress, scene: &Scene<'_>) {
        if edit::key(&mut self.filter, press) {
            self.keep_cursor(scene);
        }
    }

    /// Takes a paste while the filter is being typed.
    fn paste(&mut self, text: &str, scene: &Scene<'_>) {
        if self.filtering && self.filter.paste(text) {
            self.keep_cursor(scene);
        }
    }

    /// Takes the mouse: a click on a row selects it, on a title sorts by it; the wheel scrolls what is under it.
    fn mouse(&mut self, mouse: Mouse, area: Rect, of: &R::Of, scene: &Scene<'_>) -> Did {
        let areas = self.areas(area, of);
        let at = Position::new(mouse.x, mouse.y);
        if let Some(detail) = areas.detail.filter(|detail| detail.contains(at)) {
            let mut pane = self.pane;
            let did = pane.mouse(mouse, detail, &self.sheet(of, scene));
            self.pane = pane;
            return did;
        }
        match mouse.kind {
            MouseKind::WheelUp => self.table.go(Move::View(-3), self.shown.len(), areas.table),
            MouseKind::WheelDown => self.table.go(Move::View(3), self.shown.len(), areas.table),
            MouseKind::Click => {
                let columns = columns::<R>(scene);
                if let Some(column) = table::column_at(&columns, areas.table, at) {
                    self.table.toggle_sort(column);
                    self.keep_cursor(scene);
                } else if let Some(row) = self.table.row_at(areas.table, self.shown.len(), at) {
                    self.pane.reset();
                    self.go(Move::To(row), areas);
                } else {
                    return Did::Nothing;
                }
            }
        }
        Did::Something
    }

    /// Draws the screen. Returns where the terminal's cursor belongs while the filter is typed.
    fn view(&self, area: Rect, buf: &mut Buffer, of: &R::Of, scene: &Scene<'_>) -> Option<Position> {
        let areas = self.areas(area, of);
        let theme = scene.theme;
        let sources = R::sources(of);
        let mut cursor = None;
        if areas.filter.height > 0 {
            let prompt = format!("{} ", scene.say("filter-label"));
            let placeholder = scene.say("filter-placeholder");
            let view = InputView {
                prompt: &prompt,
                placeholder: &placeholder,
                error: "",
                masked: false,
                focused: self.filtering,
            };
            cursor = view.render(&self.filter, areas.filter, buf, theme);
        }
        for (y, fault) in (areas.faults.top()..areas.faults.bottom()).zip(sources.iter().filter_map(|s| s.fault)) {
            let line = scene.fault(fault);
            text::put_fit(
                buf,
                area.x + 1,
                y,
                area.width.saturating_sub(2),
                &line,
                theme.style(Role::Critical),
                theme.glyphs.ellipsis,
            );
        }
        let never_read = sources.iter().all(|source| source.read_at.is_none());
        let empty = if !self.filter.is_empty() {
            "records-filtered-empty"
        } else if sources.iter().any(|source| source.loading) {
            "loading"
        } else if never_read {
            "records-no-source"
        } else {
            "records-empty"
        };
        let empty = scene.say(empty);
        let columns = columns::<R>(scene);
        let rows = Shown { records: self, scene };
        let table = Table {
            columns: &columns,
            rows: &rows,
            state: &self.table,
            focused: !self.filtering && !self.pane.focused(),
            empty: &empty,
        };
        table.render(areas.table, buf, theme);
        if let Some(area) = areas.detail {
            self.pane.view(&self.sheet(of, scene), area, buf, scene);
        }
        cursor
    }

    /// Each source with its age, and how much of a longer list was read: stands at the right of the tab bar.
    fn freshness(&self, of: &R::Of, scene: &Scene<'_>) -> String {
        let said = R::sources(of).into_iter().map(|source| {
            let age = match source.read_at {
                Some(at) => scene.age(at),
                None if source.loading => scene.say("loading").into_owned(),
                None => scene.unknown(),
            };
            let partial = source.rows.filter(|(read, all)| read < all).map(|(read, all)| {
                let values = [("shown", Value::Number(read as i64)), ("total", Value::Number(all as i64))];
                format!(", {}", scene.with("records-partial", &values))
            });
            format!("{} {age}{}", source.system.mark(), partial.unwrap_or_default())
        });
        said.collect::<Vec<_>>().join("  ")
    }
}

fn columns<'a, R: Record>(scene: &Scene<'a>) -> Vec<table::Column<'a>> {
    let column = |column: &'static Column<R>| table::Column {
        title: scene.say(column.title),
        width: column.width,
        align: column.align,
        priority: column.priority,
    };
    R::COLUMNS.iter().map(column).collect()
}

/// The rows as the table asks for them: only those in sight are made.
struct Shown<'a, R> {
    records: &'a Records<R>,
    scene: &'a Scene<'a>,
}

impl<R: Record> table::Rows for Shown<'_, R> {
    fn len(&self) -> usize {
        self.records.shown.len()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let record = self.records.shown.get(row).and_then(|i| self.records.rows.get(*i));
        match (record, R::COLUMNS.get(column)) {
            (Some(record), Some(column)) => (column.cell)(record, self.scene),
            _ => Cell::from(""),
        }
    }
}
