//! A list's screen: its rows, and what a person did to them.

use jiff::Timestamp;
use madoguchi_ui::input::TextInput;
use madoguchi_ui::scroll::{Move, Scroll};
use madoguchi_ui::table::{self, Direction, Sort, TableState};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::status::Place;
use crate::flow::{Action, Deeper, Key as KeyName, KeyPress, Layer, Mouse, MouseKind, View};
use crate::locale::Value;
use crate::scene::Scene;
use crate::tabs::ask::{Layout, Told};
use crate::tabs::edit;
use crate::tabs::page::{Bookmark, Habits, ListLook, Page};
use crate::tabs::pane::Pane;
use crate::tabs::sheet::Sheet;
use crate::tabs::{Copied, Did, Marked};

use super::Record;
use super::changed::Changed;
use super::columns::Columns;
use super::marks::Marks;
use super::menu::check;
use super::rows::{Rows, Taken, turned};
use super::view::Areas;

/// A records screen with its rows and what a person did to them.
#[derive(Debug)]
pub struct Records<R> {
    pub(super) rows: Rows<R>,
    pub(super) scroll: Scroll,
    /// By what the rows are sorted, by the column's number in [`Record::COLUMNS`].
    pub(super) sort: Option<Sort>,
    /// The sort that was chosen for every customer, not only for a look.
    usual: Option<Sort>,
    pub(super) columns: Columns,
    pub(super) marks: Marks,
    /// Rows that changed elsewhere a moment ago.
    pub(super) changed: Changed,
    pub(super) filter: TextInput,
    pub(super) filtering: bool,
    pub(super) pane: Pane,
    /// The cursor was put where it is. One that never was stays at the top while rows come in.
    placed: bool,
    /// What was asked for before its row was read.
    awaited: Option<Awaited>,
}

/// A row that the cursor goes to once it is read.
#[derive(Debug, Clone)]
enum Awaited {
    Place(Place),
    Identity(String),
}

impl Awaited {
    fn is<R: Record>(&self, row: &R) -> bool {
        match self {
            Self::Place(place) => row.is_at(place),
            Self::Identity(identity) => row.identity() == *identity,
        }
    }
}

impl<R: Record> Default for Records<R> {
    fn default() -> Self {
        Self {
            rows: Rows::default(),
            scroll: Scroll::default(),
            sort: None,
            usual: None,
            columns: Columns::all(R::COLUMNS.len()),
            marks: Marks::default(),
            changed: Changed::default(),
            filter: TextInput::default(),
            filtering: false,
            pane: if R::DETAIL { Pane::default() } else { Pane::hidden() },
            placed: false,
            awaited: None,
        }
    }
}

impl<R: Record> Records<R> {
    /// The same screen for other rows: its pane stays as it is, and columns of these names are not shown at first.
    pub fn another(&self, hidden: &[&str]) -> Self {
        let columns = R::COLUMNS.iter().enumerate().map(|(i, column)| (i, !hidden.contains(&column.name)));
        Self { columns: Columns::new(columns.collect()), pane: self.pane.anew(), ..Self::default() }
    }

    /// Every row, whatever the filter hides, in the order they came.
    pub fn rows(&self) -> &[R] {
        self.rows.all()
    }

    /// The row under the cursor.
    pub fn current(&self) -> Option<&R> {
        self.rows.at(self.cursor()?)
    }

    /// The row under the cursor, as if it were the only one marked.
    pub fn current_marked(&self) -> Option<Marked> {
        self.current().map(Self::as_marked)
    }

    fn as_marked(row: &R) -> Marked {
        Marked { place: row.stands_for(), whose: row.whose(), called: row.called() }
    }

    /// Where the cursor is among the rows shown.
    fn cursor(&self) -> Option<usize> {
        Some(self.scroll.cursor.min(self.rows.len().checked_sub(1)?))
    }

    /// The cursor comes near the last row read: when there are more, now is the time to read them.
    pub fn near_end(&self) -> bool {
        const NEAR: usize = 50;
        self.filter.is_empty() && self.scroll.cursor + NEAR >= self.rows.len()
    }

    /// Cursor and sort as the table shows them: by the columns in sight.
    pub(super) fn state(&self) -> TableState {
        let column = |sort: Sort| self.columns.shown().iter().position(|column| *column == sort.column);
        let sort = self.sort.and_then(|sort| Some(Sort { column: column(sort)?, ..sort }));
        TableState { scroll: self.scroll, sort, ..TableState::default() }
    }

    /// What the pane says of the row under the cursor.
    pub(super) fn sheet<'a>(&self, of: &R::Of, scene: &Scene<'a>) -> Sheet<'a> {
        let mut sheet = Sheet::new(*scene);
        if let Some(row) = self.current() {
            row.detail(of, &mut sheet);
            sheet.record = row.page();
        }
        sheet
    }

    fn go(&mut self, step: Move, areas: Areas) {
        let before = self.scroll.cursor;
        self.placed = true;
        self.awaited = None;
        let (rows, height) = (self.rows.len(), table::body_height(areas.table));
        if matches!(step, Move::By(_)) && areas.beside() {
            self.scroll.go_by_halves(step, rows, height);
        } else {
            self.scroll.go(step, rows, height);
        }
        if self.scroll.cursor != before {
            self.pane.reset();
        }
    }

    fn stand(&mut self, place: usize) {
        self.scroll.cursor = place;
        self.placed = true;
        self.awaited = None;
    }

    /// Sorts by a column, given by its place among those in sight.
    fn sort_by(&mut self, sort: Option<Sort>, scene: &Scene<'_>) {
        self.sort = sort.and_then(|sort| Some(Sort { column: *self.columns.shown().get(sort.column)?, ..sort }));
        let under_cursor = self.cursor().and_then(|at| self.rows.index(at));
        self.rows.sort(self.sort);
        self.rows.choose(self.filter.value(), scene);
        self.keep(under_cursor);
    }

    fn lay_out(&mut self, layout: Layout, scene: &Scene<'_>) {
        self.columns = Columns::new(layout.columns);
        (self.sort, self.usual) = (layout.sort, layout.sort);
        let under_cursor = self.cursor().and_then(|at| self.rows.index(at));
        self.rows.sort(self.sort);
        self.rows.choose(self.filter.value(), scene);
        self.keep(under_cursor);
    }

    /// Applies the filter as it is typed now, with the cursor staying on its record.
    fn choose(&mut self, scene: &Scene<'_>) {
        let under_cursor = self.cursor().and_then(|at| self.rows.index(at));
        self.rows.choose(self.filter.value(), scene);
        self.keep(under_cursor);
    }

    fn keep(&mut self, index: Option<u32>) {
        self.scroll.cursor = index.and_then(|index| self.rows.place(index)).unwrap_or(0);
        self.pane.reset();
    }

    /// What the copy key takes: the marked rows' numbers, or that of the row under the cursor.
    fn copied(&self) -> Did {
        if self.marks.is_empty() {
            return self.current().map_or(Did::Nothing, |row| Did::Copy(row.copied()));
        }
        let marked = self.marks.in_order(&self.rows);
        let copied: Vec<Copied> = marked.iter().filter_map(|i| self.rows.row(*i)).map(R::copied).collect();
        let personal = copied.iter().any(|it| it.personal);
        let texts: Vec<String> = copied.into_iter().map(|it| it.text).collect();
        Did::Copy(Copied { text: texts.join("\n"), personal })
    }

    /// What an action means to the row under the cursor or to the pane.
    fn act_on_row(&mut self, action: Action, areas: Areas, of: &R::Of, scene: &Scene<'_>) -> Did {
        if !self.pane.focused()
            && let Some(row) = self.current()
        {
            let did = row.act(action, of, scene);
            if did != Did::Nothing {
                return did;
            }
            if let (Action::Open, Some(place)) = (action, row.opens()) {
                return Did::Go(place);
            }
        }
        let mut pane = self.pane.below(self.rows.all().len());
        let did = pane.act(action, areas.room, || self.sheet(of, scene));
        self.pane = pane;
        did
    }

    fn sort_next(&mut self, areas: Areas, scene: &Scene<'_>) {
        // Only by what can be seen: an order nobody can see the reason of looks like no order.
        let seen = table::layout(&self.titles(scene), areas.table.width);
        let after = self.state().sort.map(|sort| sort.column);
        let next = seen.iter().map(|placed| placed.column).find(|column| after.is_none_or(|a| *column > a));
        self.sort_by(next.map(|column| Sort { column, direction: Direction::Ascending }), scene);
    }
}

impl<R: Record> Page for Records<R> {
    type Of = R::Of;

    fn title(&self) -> &'static str {
        R::TITLE
    }

    fn layers(&self) -> &'static [Layer] {
        &[Layer::Records, Layer::Details, Layer::Customer, Layer::Desk]
    }

    /// Takes the rows anew. Cursor, marks, filter and order stay where they are.
    fn refresh(&mut self, of: &R::Of, scene: &Scene<'_>) {
        if self.rows.is_made_of(of, scene) {
            return;
        }
        let under_cursor = self.current().filter(|_| self.placed).map(R::identity);
        let marked = self.marks.identities(&self.rows);
        let before = scene.moved.then(|| Changed::prints(self.rows.all()));
        let taken = self.rows.take(of, scene);
        self.rows.sort(self.sort);
        self.rows.choose(self.filter.value(), scene);
        if taken == Taken::Rows {
            self.marks.mark(&marked, &self.rows);
            if let Some(before) = before {
                self.changed.compare(&before, self.rows.all(), scene.now);
            }
        }
        let wanted = self.awaited.clone().or_else(|| under_cursor.map(Awaited::Identity));
        if let Some(at) = wanted.and_then(|wanted| self.rows.find(|row| wanted.is(row))) {
            self.stand(at);
        }
    }

    fn holds(&self, place: &Place) -> bool {
        R::holds(place)
    }

    /// Puts the cursor on the row of a place, now or once it is read. A filter that hides it is dropped.
    fn go_to(&mut self, place: &Place, scene: &Scene<'_>) {
        if !place.is_record() {
            return;
        }
        self.pane.reset();
        self.filtering = false;
        if self.rows.find(|row| row.is_at(place)).is_none() {
            self.filter.clear();
            self.rows.choose("", scene);
        }
        match self.rows.find(|row| row.is_at(place)) {
            Some(at) => self.stand(at),
            None => self.awaited = Some(Awaited::Place(place.clone())),
        }
    }

    fn stands_at(&self, place: &Place) -> bool {
        self.current().is_some_and(|row| row.is_at(place) || row.opens().as_ref() == Some(place))
    }

    fn needs(&self, of: &R::Of) -> Vec<Deeper> {
        let mut needs = R::list_needs(of);
        needs.extend(self.current().and_then(|row| row.needs(of)));
        needs
    }

    fn marked(&self) -> Vec<Marked> {
        let marked = self.marks.in_order(&self.rows).into_iter();
        marked.filter_map(|index| self.rows.row(index)).map(Self::as_marked).collect()
    }

    fn look(&self) -> Option<ListLook> {
        let sort = self.sort.and_then(|sort| Some((R::COLUMNS.get(sort.column)?.name, sort.direction)));
        Some(ListLook { filter: self.filter.value().to_owned(), sort, marked: self.marks.len() })
    }

    fn filter_by(&mut self, filter: &str, scene: &Scene<'_>) -> bool {
        self.filter = TextInput::new(filter);
        self.filtering = false;
        self.choose(scene);
        true
    }

    fn sort_on(&mut self, column: &str, direction: Direction, scene: &Scene<'_>) -> bool {
        let column = R::COLUMNS.iter().position(|it| it.name == column);
        let at = column.and_then(|column| self.columns.shown().iter().position(|shown| *shown == column));
        if at.is_some() {
            self.sort_by(at.map(|column| Sort { column, direction }), scene);
        }
        at.is_some()
    }

    fn mark_shown(&mut self, all: bool) -> bool {
        self.marks.clear();
        if all && self.rows.len() > 0 {
            self.marks.all(&self.rows);
        }
        true
    }

    fn bookmark(&self) -> Bookmark {
        Bookmark {
            filter: self.filter.value().to_owned(),
            row: self.scroll.cursor,
            identity: self.current().map(R::identity),
        }
    }

    fn restore(&mut self, bookmark: &Bookmark, scene: &Scene<'_>) {
        self.filter.clear();
        self.filter.paste(&bookmark.filter);
        self.filtering = false;
        self.choose(scene);
        let wanted = bookmark.identity.clone().map(Awaited::Identity);
        let found = wanted.as_ref().and_then(|wanted| self.rows.find(|row| wanted.is(row)));
        self.stand(found.unwrap_or(bookmark.row));
        if found.is_none() {
            // Its customer may just be read again.
            self.awaited = wanted;
        }
    }

    fn in_details(&self) -> bool {
        self.pane.focused()
    }

    fn marked_until(&self) -> Option<Timestamp> {
        self.changed.until()
    }

    /// True while a filter is being typed.
    fn typing(&self) -> bool {
        self.filtering
    }

    /// Does what an action means here.
    fn act(&mut self, action: Action, area: Rect, of: &R::Of, scene: &Scene<'_>) -> Did {
        let areas = self.areas(area, of);
        if !self.filtering {
            let did = self.act_on_row(action, areas, of, scene);
            if did != Did::Nothing {
                return did;
            }
        }
        match action {
            Action::Up => self.go(Move::By(-1), areas),
            Action::Down => self.go(Move::By(1), areas),
            Action::PageUp => self.go(Move::Page(-1), areas),
            Action::PageDown => self.go(Move::Page(1), areas),
            Action::First => self.go(Move::Home, areas),
            Action::Last => self.go(Move::End, areas),
            Action::SortNext => self.sort_next(areas, scene),
            Action::SortReverse => {
                let first = Sort { column: 0, direction: Direction::Ascending };
                let sort = self.state().sort.unwrap_or(first);
                self.sort_by(Some(Sort { direction: turned(sort.direction), ..sort }), scene);
            }
            Action::Mark => {
                let Some(index) = self.cursor().and_then(|at| self.rows.index(at)) else { return Did::Nothing };
                self.marks.toggle(index);
                self.go(Move::By(1), areas);
            }
            Action::MarkRange => match self.cursor() {
                Some(at) => self.marks.range(&self.rows, at),
                None => return Did::Nothing,
            },
            Action::MarkAll => self.marks.all(&self.rows),
            Action::Filter => {
                self.pane.reset();
                self.filtering = true;
            }
            Action::Open if self.filtering => {
                self.filtering = false;
                if self.rows.len() == 0 && !self.filter.is_empty() {
                    // It moves on to the customers whole; the list is left as it was.
                    let text = self.filter.value().trim().to_owned();
                    self.filter.clear();
                    self.choose(scene);
                    return Did::Search(text);
                }
            }
            Action::Back if self.filtering || !self.filter.is_empty() => {
                self.filter.clear();
                self.filtering = false;
                self.choose(scene);
            }
            Action::Back if !self.marks.is_empty() => self.marks.clear(),
            Action::ReadAloud => return self.current().map_or(Did::Nothing, |row| Did::ReadAloud(row.aloud())),
            Action::Copy => return self.copied(),
            Action::CopyMenu => return self.copies(scene),
            Action::Columns => return self.ask_columns(scene),
            Action::Views => return Self::views(scene),
            Action::Export => return self.ask_export(scene),
            _ => return Did::Nothing,
        }
        Did::Something
    }

    fn told(&mut self, told: Told, scene: &Scene<'_>) -> Did {
        match told {
            Told::Layout(layout) => self.lay_out(layout, scene),
            Told::View(layout, filter) => {
                self.filter = TextInput::new(&filter);
                self.filtering = false;
                self.lay_out(layout, scene);
            }
            Told::Export(wish) => return self.export(wish, scene),
        }
        Did::Something
    }

    fn habits(&self) -> Option<Habits> {
        let layout = Layout { columns: self.columns.order().to_vec(), sort: self.usual };
        Some(Habits { layout, pane: self.pane.anew() })
    }

    fn adopt(&mut self, habits: Habits) {
        self.columns = Columns::new(habits.layout.columns);
        (self.sort, self.usual, self.pane) = (habits.layout.sort, habits.layout.sort, habits.pane);
    }

    fn list_name(&self) -> &'static str {
        R::NAME
    }

    fn check_view(&self, view: &View, scene: &Scene<'_>) -> Result<(), String> {
        check::<R>(view, scene)
    }

    /// Takes a key while the filter is being typed. The filter's own key on an empty one goes on to the customers.
    fn type_key(&mut self, press: KeyPress, scene: &Scene<'_>) -> Did {
        if self.filter.is_empty() && press.key == KeyName::Char('/') {
            self.filtering = false;
            return Did::Search(String::new());
        }
        if edit::key(&mut self.filter, press) {
            self.choose(scene);
        }
        Did::Something
    }

    /// Takes a paste while the filter is being typed.
    fn paste(&mut self, text: &str, scene: &Scene<'_>) {
        if self.filtering && self.filter.paste(text) {
            self.choose(scene);
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
        let (rows, height) = (self.rows.len(), table::body_height(areas.table));
        match mouse.kind {
            MouseKind::WheelUp => self.scroll.go(Move::View(-3), rows, height),
            MouseKind::WheelDown => self.scroll.go(Move::View(3), rows, height),
            MouseKind::Click => {
                let mut state = self.state();
                if let Some(column) = table::column_at(&self.titles(scene), areas.table, at) {
                    state.toggle_sort(column);
                    self.sort_by(state.sort, scene);
                } else if let Some(row) = state.row_at(areas.table, rows, at) {
                    self.pane.reset();
                    self.go(Move::To(row), areas);
                } else {
                    return Did::Nothing;
                }
            }
        }
        Did::Something
    }

    fn view(&self, area: Rect, buf: &mut Buffer, of: &R::Of, scene: &Scene<'_>) -> Option<Position> {
        self.draw(area, buf, of, scene)
    }

    /// How many rows are marked, each source with its age, and how much of a longer list was read: stands at the right of
    /// the tab bar.
    fn freshness(&self, of: &R::Of, scene: &Scene<'_>) -> String {
        let marks = [("n", Value::Number(self.marks.len() as i64))];
        let marked = (!self.marks.is_empty()).then(|| scene.with("records-marked", &marks));
        let changes = self.changed.len(scene.now);
        let values = [("n", Value::Number(changes as i64))];
        let changed = (changes > 0).then(|| scene.with("records-changed", &values));
        let said = R::sources(of).into_iter().map(|source| source.say(scene));
        let mut all: Vec<String> = marked.into_iter().chain(changed).chain(said).collect();
        // Two parts of one system that are equally old.
        all.dedup();
        all.join("  ")
    }
}
