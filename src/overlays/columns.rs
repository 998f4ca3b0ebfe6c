//! The columns of a list: which are shown, in which order, and which one sorts.

use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::overlay;
use madoguchi_ui::panel::Panel;
use madoguchi_ui::scroll::{Move, Scroll};
use madoguchi_ui::table::{self, Cell, Direction, Sort, Table, TableState, Width};
use madoguchi_ui::text;
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::flow::{Action, Input, Layer, MouseKind, Over};
use crate::scene::Scene;
use crate::tabs::Did;
use crate::tabs::ask::{ColumnsAsked, Told};

use super::{Outcome, frame, step};

const WIDTH: u16 = 60;
const HEIGHT: u16 = 20;

/// The columns being arranged.
#[derive(Debug)]
pub struct ColumnsForm {
    asked: ColumnsAsked,
    scroll: Scroll,
}

impl ColumnsForm {
    /// The columns as they stand.
    pub fn new(asked: ColumnsAsked) -> Self {
        Self { asked, scroll: Scroll::default() }
    }

    /// Table, and below it the line of keys.
    fn areas(inner: Rect) -> (Rect, Rect) {
        let keys = inner.height.min(1);
        let table = Rect { height: inner.height - keys, ..inner };
        (table, Rect { y: table.bottom(), height: keys, ..inner })
    }

    /// Arranges, takes it or leaves it.
    pub fn input(&mut self, input: &Input, screen: Rect, scene: &Scene<'_>) -> Outcome {
        let (area, _) = Self::areas(Panel::inner(overlay::centred(screen, WIDTH, HEIGHT)));
        let height = table::body_height(area);
        let len = self.asked.layout.columns.len();
        match input {
            Input::Key(press) => match scene.keys.over(*press, Layer::Columns) {
                Some(Action::Open) => return Outcome::Do(Did::Tell(Told::Layout(self.asked.layout.clone()))),
                Some(Action::Over(Over::ColumnUp)) => self.shift(-1, height),
                Some(Action::Over(Over::ColumnDown)) => self.shift(1, height),
                Some(Action::Over(Over::ShowColumn)) => self.toggle(),
                Some(Action::Over(Over::SortColumn)) => self.sort(),
                Some(Action::Quit | Action::Columns) => return Outcome::Close,
                action => {
                    if let Some(step) = action.and_then(step) {
                        self.scroll.go(step, len, height);
                    }
                }
            },
            Input::Mouse(mouse) => match mouse.kind {
                MouseKind::WheelUp => self.scroll.go(Move::View(-3), len, height),
                MouseKind::WheelDown => self.scroll.go(Move::View(3), len, height),
                MouseKind::Click => {
                    let state = TableState { scroll: self.scroll, ..TableState::default() };
                    if let Some(row) = state.row_at(area, len, Position::new(mouse.x, mouse.y)) {
                        self.scroll.go(Move::To(row), len, height);
                        self.toggle();
                    }
                }
            },
            Input::Paste(_) | Input::Resize { .. } | Input::Focus(_) => {}
        }
        Outcome::Stay
    }

    fn shift(&mut self, by: isize, height: usize) {
        let columns = &mut self.asked.layout.columns;
        let from = self.scroll.cursor;
        let Some(to) = from.checked_add_signed(by).filter(|to| *to < columns.len()) else { return };
        columns.swap(from, to);
        self.scroll.go(Move::To(to), columns.len(), height);
    }

    fn toggle(&mut self) {
        if let Some((_, shown)) = self.asked.layout.columns.get_mut(self.scroll.cursor) {
            *shown = !*shown;
        }
    }

    /// Sorts by the column under the cursor: smallest first, largest first, not at all.
    fn sort(&mut self) {
        let Some((column, _)) = self.asked.layout.columns.get(self.scroll.cursor) else { return };
        let mut state = TableState { scroll: self.scroll, sort: self.asked.layout.sort, ..TableState::default() };
        state.toggle_sort(*column);
        self.asked.layout.sort = state.sort;
    }

    /// Draws it.
    pub fn view(&self, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) {
        let inner = frame(&scene.say("columns-title"), screen, WIDTH, HEIGHT, buf, scene);
        let (area, keys) = Self::areas(inner);
        let columns = [
            table::Column::new(scene.say("columns-column"), Width::Fill(16)),
            table::Column::new(scene.say("columns-sorted"), Width::Fixed(18)),
        ];
        let state = TableState { scroll: self.scroll, ..TableState::default() };
        let rows = Listed { form: self, scene };
        Table { columns: &columns, rows: &rows, state: &state, focused: true, empty: "" }.render(
            area,
            buf,
            scene.theme,
        );
        let style = scene.theme.style(Role::Dim);
        text::put_fit(
            buf,
            keys.x,
            keys.y,
            keys.width,
            &scene.say_keyed("columns-keys"),
            style,
            scene.theme.glyphs.ellipsis,
        );
    }
}

struct Listed<'a> {
    form: &'a ColumnsForm,
    scene: &'a Scene<'a>,
}

impl table::Rows for Listed<'_> {
    fn len(&self) -> usize {
        self.form.asked.layout.columns.len()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let (number, shown) = self.form.asked.layout.columns[row];
        if column > 0 {
            let sort = self.form.asked.layout.sort.filter(|sort| sort.column == number);
            let words = match sort {
                Some(Sort { direction: Direction::Ascending, .. }) => self.scene.say("columns-ascending"),
                Some(Sort { direction: Direction::Descending, .. }) => self.scene.say("columns-descending"),
                None => "".into(),
            };
            return Cell::new(words, Role::Accent);
        }
        let title = self.form.asked.titles.get(number).map_or("", String::as_str);
        let (mark, role) = if shown { (Mark::Good, Role::Text) } else { (Mark::Off, Role::Dim) };
        Cell { mark: Some(mark), ..Cell::new(title, role) }
    }
}
