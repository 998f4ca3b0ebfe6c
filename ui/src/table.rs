//! A table of any length: only the rows in sight are asked for, so a hundred thousand cost what ten do.

use std::borrow::Cow;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Position, Rect};
use ratatui_core::style::Style;

use crate::empty;
use crate::fit::fit;
use crate::glyphs::Mark;
use crate::scroll::{self, Move, Scroll};
use crate::text::{self, Align, fill, put, put_aligned, put_fit};
use crate::theme::{Role, Theme};
use crate::written::Written;

/// How wide a column is, in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// Exactly this.
    Fixed(u16),
    /// At least this, and one share of the room to spare.
    Min(u16),
    /// At least this, and three shares of the room to spare.
    Fill(u16),
}

impl Width {
    const fn least(self) -> u16 {
        match self {
            Self::Fixed(cells) | Self::Min(cells) | Self::Fill(cells) => cells,
        }
    }

    const fn shares(self) -> u16 {
        match self {
            Self::Fixed(_) => 0,
            Self::Min(_) => 1,
            Self::Fill(_) => 3,
        }
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column<'a> {
    /// What stands above it.
    pub title: Cow<'a, str>,
    /// How wide it is.
    pub width: Width,
    /// Where its cells stand.
    pub align: Align,
    /// When there is no room for all, the column with the highest number goes first.
    pub priority: u8,
}

impl<'a> Column<'a> {
    /// A column at the left of its room that is among the last to be hidden.
    pub fn new(title: impl Into<Cow<'a, str>>, width: Width) -> Self {
        Self { title: title.into(), width, align: Align::Left, priority: 0 }
    }

    /// The same column with its cells at the right, as numbers stand.
    pub fn right(self) -> Self {
        Self { align: Align::Right, ..self }
    }

    /// The same column with this priority.
    pub fn priority(self, priority: u8) -> Self {
        Self { priority, ..self }
    }
}

/// What stands in one cell of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell<'a> {
    /// The text. May be hostile: what cannot be drawn is left out.
    pub text: Written<'a>,
    /// How it looks, unless its row is selected.
    pub role: Role,
    /// A sign before the text, in two cells of its own.
    pub mark: Option<Mark>,
}

impl<'a> Cell<'a> {
    /// A cell of this text in this role.
    pub fn new(text: impl Into<Written<'a>>, role: Role) -> Self {
        Self { text: text.into(), role, mark: None }
    }

    /// A cell that a mark explains; both have the mark's role.
    pub fn marked(mark: Mark, text: impl Into<Written<'a>>) -> Self {
        Self { text: text.into(), role: mark.role(), mark: Some(mark) }
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::new(text, Role::Text)
    }
}

impl<'a> From<Written<'a>> for Cell<'a> {
    fn from(text: Written<'a>) -> Self {
        Self::new(text, Role::Text)
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Self::new(text, Role::Text)
    }
}

/// The rows of a table, made one cell at a time and only when in sight.
pub trait Rows {
    /// How many there are.
    fn len(&self) -> usize;

    /// What stands in this row and column, both from 0. Columns are numbered as given to the table, hidden ones included.
    fn cell(&self, row: usize, column: usize) -> Cell<'_>;

    /// Whether a row is marked: a sign beside the cursor's says so.
    fn is_marked(&self, _row: usize) -> bool {
        false
    }

    /// Whether a row changed a moment ago: unless it is marked, a sign beside the cursor's says so.
    fn is_changed(&self, _row: usize) -> bool {
        false
    }

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Up or down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// By which column the rows are sorted. The caller sorts; the table only shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sort {
    /// The column, from 0.
    pub column: usize,
    /// Which way.
    pub direction: Direction,
}

/// What a table remembers between frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TableState {
    /// Cursor and first row shown.
    pub scroll: Scroll,
    /// By what the rows are sorted; nothing is the order they came in.
    pub sort: Option<Sort>,
    /// Nobody moved the cursor yet, and no row looks chosen.
    pub unplaced: bool,
}

impl TableState {
    /// Moves in a table of `len` rows drawn in `area`.
    pub fn go(&mut self, step: Move, len: usize, area: Rect) {
        self.scroll.go(step, len, body_height(area));
    }

    /// Sorts by the column: upwards, then downwards, then not at all.
    pub fn toggle_sort(&mut self, column: usize) {
        let direction = match self.sort {
            Some(Sort { column: same, direction: Direction::Ascending }) if same == column => {
                Some(Direction::Descending)
            }
            Some(Sort { column: same, direction: Direction::Descending }) if same == column => None,
            _ => Some(Direction::Ascending),
        };
        self.sort = direction.map(|direction| Sort { column, direction });
    }

    /// The row at this place of the screen.
    pub fn row_at(&self, area: Rect, len: usize, at: Position) -> Option<usize> {
        let body = body(area);
        let row = self.scroll.visible(len, body_height(area)).nth(usize::from(at.y.checked_sub(body.y)?))?;
        body.contains(at).then_some(row)
    }
}

/// Rows that fit under the header.
pub const fn body_height(area: Rect) -> usize {
    body(area).height as usize
}

const fn body(area: Rect) -> Rect {
    let header = if area.height > 0 { 1 } else { 0 };
    Rect { y: area.y.saturating_add(header), height: area.height - header, ..area }
}

/// The column whose header is at this place of the screen.
pub fn column_at(columns: &[Column<'_>], area: Rect, at: Position) -> Option<usize> {
    if at.y != area.y || !area.contains(at) {
        return None;
    }
    let x = at.x - area.x;
    layout(columns, area.width).into_iter().find(|it| (it.x..it.x + it.width).contains(&x)).map(|it| it.column)
}

/// Where a column came to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Its number as given.
    pub column: usize,
    /// Cells from the table's left edge.
    pub x: u16,
    /// Its width in cells.
    pub width: u16,
}

/// The cursor's mark and a blank.
const GUTTER: u16 = 2;
/// Between columns.
const GAP: u16 = 1;
/// The scrollbar's cell. Kept even when everything is shown, so that nothing jumps when a row is added.
const BAR: u16 = 1;

/// Which columns are shown in a table this wide, and where.
pub fn layout(columns: &[Column<'_>], width: u16) -> Vec<Placed> {
    let room = width.saturating_sub(GUTTER + BAR);
    let least = |column: &Column<'_>| usize::from(column.width.least());
    let kept = fit(columns.iter().map(|it| (least(it), it.priority)), usize::from(room), usize::from(GAP));
    let mut shown: Vec<usize> = (0..columns.len()).filter(|i| kept[*i]).collect();
    if shown.is_empty() {
        // Too narrow for any: the most important one, cut.
        shown.extend((0..columns.len()).min_by_key(|i| columns[*i].priority));
    }
    let needed = shown.iter().map(|i| least(&columns[*i])).sum::<usize>() + usize::from(GAP) * (shown.len().max(1) - 1);
    let mut spare = usize::from(room).saturating_sub(needed) as u16;
    let mut shares: u16 = shown.iter().map(|i| columns[*i].width.shares()).sum();
    let mut x = GUTTER;
    let mut placed = Vec::with_capacity(shown.len());
    for column in shown {
        let share = columns[column].width.shares();
        // Handing out what is left by what is left to hand out spends the last cell exactly.
        let extra = (u32::from(spare) * u32::from(share)).checked_div(u32::from(shares)).unwrap_or(0) as u16;
        spare -= extra;
        shares -= share;
        let cells = (columns[column].width.least() + extra).min((width.saturating_sub(BAR)).saturating_sub(x));
        if cells > 0 {
            placed.push(Placed { column, x, width: cells });
        }
        x = x.saturating_add(cells + GAP);
    }
    placed
}

/// A table ready to draw.
pub struct Table<'a, R: ?Sized> {
    /// Its columns.
    pub columns: &'a [Column<'a>],
    /// Its rows.
    pub rows: &'a R,
    /// Cursor, offset, sort.
    pub state: &'a TableState,
    /// Whether it has the keyboard.
    pub focused: bool,
    /// What to say when there are no rows.
    pub empty: &'a str,
}

impl<R: Rows + ?Sized> Table<'_, R> {
    /// Draws the table: a header, the rows in sight, the scrollbar.
    pub fn render(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let area = area.intersection(buf.area);
        if area.is_empty() {
            return;
        }
        let placed = layout(self.columns, area.width);
        self.header(&placed, area, buf, theme);
        let body = body(area);
        let len = self.rows.len();
        if len == 0 {
            empty::render(body, buf, theme, self.empty);
            return;
        }
        let scroll = self.state.scroll.fitted(len, usize::from(body.height));
        for (y, row) in (body.top()..body.bottom()).zip(scroll.visible(len, usize::from(body.height))) {
            let selected = (row == scroll.cursor && !self.state.unplaced).then_some(self.focused);
            self.row(row, selected, &placed, Rect { y, height: 1, ..body }, buf, theme);
        }
        if area.width > GUTTER + BAR {
            let bar = Rect { x: area.right() - BAR, width: BAR, ..body };
            scroll::render(bar, buf, theme, scroll.offset, len);
        }
    }

    fn header(&self, placed: &[Placed], area: Rect, buf: &mut Buffer, theme: &Theme) {
        let style = theme.style(Role::Heading);
        for it in placed {
            let column = &self.columns[it.column];
            let x = area.x + it.x;
            let Some(sort) = self.state.sort.filter(|sort| sort.column == it.column) else {
                put_aligned(buf, x, area.y, it.width, &column.title, style, theme.glyphs.ellipsis, column.align);
                continue;
            };
            let arrow = match sort.direction {
                Direction::Ascending => theme.glyphs.ascending,
                Direction::Descending => theme.glyphs.descending,
            };
            let title_width = text::width(&column.title).min(usize::from(it.width - 1)) as u16;
            let start = if column.align == Align::Right { x + it.width - 1 - title_width } else { x };
            let next = put_fit(buf, start, area.y, title_width, &column.title, style, theme.glyphs.ellipsis);
            put(buf, next, area.y, 1, arrow, theme.style(Role::Accent));
        }
    }

    /// `selected`: not at all, or with or without the keyboard.
    fn row(&self, row: usize, selected: Option<bool>, placed: &[Placed], area: Rect, buf: &mut Buffer, theme: &Theme) {
        // One style for the whole selected row: one colour change on the wire instead of one a cell.
        let over = selected.map(|focused| {
            let style = theme.style(if focused { Role::Selection } else { Role::SelectionIdle });
            fill(buf, Rect { width: area.width.saturating_sub(BAR), ..area }, style);
            let cursor = if focused { theme.glyphs.cursor } else { theme.glyphs.cursor_idle };
            put(buf, area.x, area.y, 1, cursor, style);
            style
        });
        let style = |role: Role| over.unwrap_or_else(|| theme.style(role));
        if self.rows.is_marked(row) && area.width > GUTTER {
            put(buf, area.x + 1, area.y, 1, theme.glyphs.mark(Mark::Good), style(Role::Accent));
        } else if self.rows.is_changed(row) && area.width > GUTTER {
            put(buf, area.x + 1, area.y, 1, theme.glyphs.changed, style(Role::Accent));
        }
        for it in placed {
            let cell = self.rows.cell(row, it.column);
            let at = Rect { x: area.x + it.x, width: it.width, ..area };
            draw_cell(&cell, at, self.columns[it.column].align, buf, theme, style);
        }
    }
}

fn draw_cell(
    cell: &Cell<'_>,
    area: Rect,
    align: Align,
    buf: &mut Buffer,
    theme: &Theme,
    style: impl Fn(Role) -> Style,
) {
    let Rect { mut x, y, mut width, .. } = area;
    if let Some(mark) = cell.mark {
        put(buf, x, y, width.min(1), theme.glyphs.mark(mark), style(mark.role()));
        x += width.min(2);
        width = width.saturating_sub(2);
    }
    put_aligned(buf, x, y, width, &cell.text, style(cell.role), theme.glyphs.ellipsis, align);
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
