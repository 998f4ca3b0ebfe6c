//! One record: labels and values, in sections, with values wrapped. Entries can be gone over with a cursor, and a value may
//! be a link to elsewhere.

use std::borrow::Cow;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Position, Rect};
use ratatui_core::style::{Modifier, Style};

use crate::glyphs::Mark;
use crate::scroll::{self, Move};
use crate::stack::{Stack, Walk};
use crate::text::{self, fill, put, put_fit, wrap};
use crate::theme::{Role, Theme};
use crate::written::Written;

/// A piece of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry<'a> {
    /// The heading of what follows. A blank line stands before it.
    Section(Cow<'a, str>),
    /// A name and its value.
    Field {
        /// The name.
        label: Cow<'a, str>,
        /// The value, of any length.
        value: Written<'a>,
        /// How the value looks.
        role: Role,
        /// A sign before the value.
        mark: Option<Mark>,
        /// Whether the value leads somewhere: it is underlined and a sign follows it.
        link: bool,
    },
    /// A paragraph over the whole width.
    Text(Cow<'a, str>, Role),
}

impl<'a> Entry<'a> {
    /// An ordinary name and value.
    pub fn field(label: impl Into<Cow<'a, str>>, value: impl Into<Written<'a>>) -> Self {
        Self::toned(label, value, Role::Text)
    }

    /// A name and a value in a role.
    pub fn toned(label: impl Into<Cow<'a, str>>, value: impl Into<Written<'a>>, role: Role) -> Self {
        Self::Field { label: label.into(), value: value.into(), role, mark: None, link: false }
    }

    /// A name and a value that a mark explains; the value has the mark's role.
    pub fn marked(label: impl Into<Cow<'a, str>>, value: impl Into<Written<'a>>, mark: Mark) -> Self {
        Self::Field { label: label.into(), value: value.into(), role: mark.role(), mark: Some(mark), link: false }
    }

    /// The same entry as a link. Only fields can be links.
    pub fn linked(mut self) -> Self {
        if let Self::Field { link, .. } = &mut self {
            *link = true;
        }
        self
    }

    /// What the cursor copies here: the value or the paragraph. A heading has none and is passed over.
    pub fn value(&self) -> Option<&str> {
        match self {
            Self::Section(_) => None,
            Self::Field { value, .. } => Some(value),
            Self::Text(words, _) => Some(words),
        }
    }

    /// Whether the entry leads somewhere.
    pub const fn is_link(&self) -> bool {
        matches!(self, Self::Field { link: true, .. })
    }

    const fn is_selectable(&self) -> bool {
        !matches!(self, Self::Section(_))
    }
}

/// From this width on, in cells, labels have a column that stays where it is from record to record.
const ROOMY: u16 = 44;
/// That column, in cells: what most labels and a moment need.
const STEADY: usize = 16;

/// More lines of one value than anyone reads here; the last one shown says that there is more.
const MAX_LINES: usize = 200;

/// Lines that the record takes at this width. The offset of [`render`] is kept below it by [`scroll::scrolled`].
pub fn height(entries: &[Entry<'_>], width: u16) -> usize {
    Layout::of(entries, width).stack.total()
}

/// Draws the record from line `offset` on, without a cursor, with a scrollbar where it does not fit.
pub fn render(entries: &[Entry<'_>], offset: usize, area: Rect, buf: &mut Buffer, theme: &Theme) {
    Detail { entries, state: &DetailState { cursor: 0, offset }, focused: false }.render(area, buf, theme);
}

/// Where someone is in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DetailState {
    /// The entry under the cursor, by its place among all entries, headings included.
    pub cursor: usize,
    /// The first line shown.
    pub offset: usize,
}

impl DetailState {
    /// Moves within the record drawn in `area`. Headings are passed over; a paragraph taller than the area is scrolled
    /// through before the cursor leaves it.
    pub fn go(&mut self, step: Move, entries: &[Entry<'_>], area: Rect) {
        let layout = Layout::of(entries, area.width);
        let at = layout.walk(entries, area.height, |walk| walk.go((self.cursor, self.offset), step));
        (self.cursor, self.offset) = at;
    }

    /// The entry under the cursor: none where a record has only headings.
    pub fn entry(&self, entries: &[Entry<'_>]) -> Option<usize> {
        let from = self.cursor.min(entries.len());
        let mut below = (from..entries.len()).chain((0..from).rev());
        below.find(|entry| entries[*entry].is_selectable())
    }

    /// The entry at this place of the screen, drawn in `area`. Headings are none.
    pub fn entry_at(&self, entries: &[Entry<'_>], area: Rect, at: Position) -> Option<usize> {
        let layout = Layout::of(entries, area.width);
        if !area.contains(at) || at.x + 1 >= area.right() {
            return None;
        }
        let offset = layout.fitted(*self, entries, area.height, false);
        let entry = layout.stack.at(offset + usize::from(at.y - area.y))?;
        entries[entry].is_selectable().then_some(entry)
    }
}

/// A record ready to draw.
#[derive(Debug, Clone, Copy)]
pub struct Detail<'a> {
    /// What it says.
    pub entries: &'a [Entry<'a>],
    /// Cursor and first line shown.
    pub state: &'a DetailState,
    /// Whether it has the keyboard. Without it no cursor is drawn.
    pub focused: bool,
}

impl Detail<'_> {
    /// Draws what is in sight, with a scrollbar where it is not all.
    pub fn render(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let area = area.intersection(buf.area);
        if area.is_empty() {
            return;
        }
        let layout = Layout::of(self.entries, area.width);
        let height = usize::from(area.height);
        let offset = layout.fitted(*self.state, self.entries, area.height, self.focused);
        let selected = self.state.entry(self.entries).filter(|_| self.focused);
        for entry in layout.stack.visible(offset, height) {
            let line = layout.stack.span(entry).start;
            let mut pen = Pen { line, offset, over: None, area, shape: &layout.shape, theme };
            if selected == Some(entry) {
                pen.select(layout.stack.span(entry).len(), buf);
            }
            pen.entry(&self.entries[entry], entry == 0, buf);
        }
        scroll::render(Rect { x: area.right() - 1, width: 1, ..area }, buf, theme, offset, layout.stack.total());
    }
}

/// How the width is divided.
struct Shape {
    label: u16,
    value: u16,
    whole: u16,
}

/// Where everything stands at one width.
struct Layout {
    shape: Shape,
    stack: Stack,
}

impl Layout {
    fn of(entries: &[Entry<'_>], width: u16) -> Self {
        let shape = Shape::of(entries, width);
        let stack = Stack::of(entries.iter().enumerate().map(|(i, entry)| shape.lines(entry, i == 0)));
        Self { shape, stack }
    }

    /// The first line to show: none beyond the end, and with a cursor some line of its entry is in sight.
    fn fitted(&self, state: DetailState, entries: &[Entry<'_>], height: u16, cursor: bool) -> usize {
        match state.entry(entries).filter(|_| cursor) {
            Some(entry) => self.walk(entries, height, |walk| walk.fitted(entry, state.offset)),
            None => scroll::scrolled(state.offset, 0, self.stack.total(), height.into()),
        }
    }

    fn walk<T>(&self, entries: &[Entry<'_>], height: u16, go: impl Fn(&Walk<'_>) -> T) -> T {
        let selectable = |entry: usize| entries[entry].is_selectable();
        // The heading, without the blank line before it.
        let lead = |entry: usize| usize::from(entry > 0 && !entries[entry - 1].is_selectable());
        let height = usize::from(height).max(1);
        go(&Walk { stack: &self.stack, height, selectable: &selectable, lead: &lead })
    }
}

impl Shape {
    fn of(entries: &[Entry<'_>], width: u16) -> Self {
        // The last cell is the scrollbar's.
        let whole = width.saturating_sub(1);
        let longest = entries.iter().filter_map(|entry| match entry {
            Entry::Field { label, .. } => Some(text::width(label)),
            _ => None,
        });
        // Values that jump sideways from record to record are hard to follow, and each costs its bytes again.
        let least = if width >= ROOMY { STEADY } else { 0 };
        let label = longest.max().map_or(0, |cells| cells.max(least).min(usize::from(whole) * 2 / 5) as u16 + 2);
        Self { label, value: whole.saturating_sub(label), whole }
    }

    fn lines(&self, entry: &Entry<'_>, first: bool) -> usize {
        match entry {
            Entry::Section(_) => 2 - usize::from(first),
            Entry::Field { value, mark, link, .. } => count(value, self.room(*mark, *link)),
            Entry::Text(words, _) => count(words, self.whole),
        }
    }

    /// Cells of a value between the signs before and after it.
    const fn room(&self, mark: Option<Mark>, link: bool) -> u16 {
        self.value.saturating_sub(sign(mark.is_some())).saturating_sub(sign(link))
    }
}

const fn sign(shown: bool) -> u16 {
    if shown { 2 } else { 0 }
}

fn count(words: &str, cells: u16) -> usize {
    // No character takes more cells than bytes, so what is short in bytes needs no measuring.
    if words.len() <= usize::from(cells) && !words.contains('\n') {
        return 1;
    }
    wrap(words, usize::from(cells)).take(MAX_LINES).count().max(1)
}

/// Draws one entry.
struct Pen<'a> {
    /// The record's line where the entry begins.
    line: usize,
    /// The record's first line shown.
    offset: usize,
    /// The style of everything, if the entry is selected.
    over: Option<Style>,
    area: Rect,
    shape: &'a Shape,
    theme: &'a Theme,
}

impl Pen<'_> {
    /// Where this line of the entry stands on the screen, if it does.
    fn row(&self, line: usize) -> Option<u16> {
        let y = (self.line + line).checked_sub(self.offset)?;
        (y < usize::from(self.area.height)).then_some(self.area.y + y as u16)
    }

    fn style(&self, role: Role) -> Style {
        self.over.unwrap_or_else(|| self.theme.style(role))
    }

    /// One style over the whole entry, as for the selected row of a table.
    fn select(&mut self, lines: usize, buf: &mut Buffer) {
        let style = self.theme.style(Role::Selection);
        self.over = Some(style);
        let first = self.offset.saturating_sub(self.line);
        for y in (first..lines).map_while(|line| self.row(line)) {
            fill(buf, Rect { y, height: 1, width: self.shape.whole, ..self.area }, style);
        }
    }

    fn entry(&self, entry: &Entry<'_>, first: bool, buf: &mut Buffer) {
        let (area, shape, glyphs) = (self.area, self.shape, self.theme.glyphs);
        match entry {
            Entry::Section(title) => {
                if let Some(y) = self.row(1 - usize::from(first)) {
                    put_fit(buf, area.x, y, shape.whole, title, self.style(Role::Heading), glyphs.ellipsis);
                }
            }
            Entry::Text(words, role) => {
                self.paragraph(words, area.x, shape.whole, self.style(*role), buf);
            }
            Entry::Field { label, value, role, mark, link } => {
                if let Some(y) = self.row(0) {
                    let style = self.style(Role::Label);
                    put_fit(buf, area.x, y, shape.label.saturating_sub(2), label, style, glyphs.ellipsis);
                    if let Some(mark) = mark {
                        let style = self.style(mark.role());
                        put(buf, area.x + shape.label, y, shape.value.min(1), glyphs.mark(*mark), style);
                    }
                }
                let x = area.x + shape.label + sign(mark.is_some());
                let room = shape.room(*mark, *link);
                if !*link {
                    self.paragraph(value, x, room, self.style(*role), buf);
                    return;
                }
                let style = self.style(if *role == Role::Text { Role::Link } else { *role });
                let end = self.paragraph(value, x, room, style.add_modifier(Modifier::UNDERLINED), buf);
                if let Some((x, y)) = end.filter(|_| shape.value > sign(mark.is_some()) + 2) {
                    put(buf, x + 1, y, 1, glyphs.link, self.style(Role::Link).remove_modifier(Modifier::UNDERLINED));
                }
            }
        }
    }

    /// Draws the lines in sight. Where the last of them ends, if it is in sight.
    fn paragraph(&self, words: &str, x: u16, cells: u16, style: Style, buf: &mut Buffer) -> Option<(u16, u16)> {
        let mut end = Some(x).zip(self.row(0));
        for (i, words) in wrap(words, usize::from(cells)).take(MAX_LINES).enumerate() {
            end = self.row(i).map(|y| {
                let words = if i + 1 == MAX_LINES { self.theme.glyphs.ellipsis } else { words };
                (put(buf, x, y, cells, words, style), y)
            });
            if self.line + i >= self.offset + usize::from(self.area.height) {
                break;
            }
        }
        end
    }
}

#[cfg(test)]
#[path = "detail_tests.rs"]
mod tests;
