//! What the terminal shows, and the fewest bytes that make it show the next frame.
//!
//! Ratatui draws into a buffer; this decides what is sent. Its own backends were decided against: they send a
//! cursor move after every wide character and every gap, several writes a frame, bytes for a frame without
//! changes, and they never let the terminal scroll. On a slow line that is the difference between a desk that
//! follows the hand and one that is ten seconds behind.
//!
//! Pure: bytes come out, nobody is written to, and the terminal is never asked anything.

use madoguchi_ui::ambiguous::is_letter;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::links::{Links, Open};
use super::pen::{self, Pen, SEEN_ON_BLANK, is_blank, looks_same, number};
use super::scroll::{self, Scroll};
use crate::flow::ScreenLink;

/// Begins a synchronized update: the terminal shows nothing until its end.
const SYNC_BEGIN: &[u8] = b"\x1b[?2026h";
const SYNC_END: &[u8] = b"\x1b[?2026l";
/// A smaller frame arrives in one piece anyway.
const SYNC_WORTH: usize = 1024;
/// Blank cells at a row's end that cost more than erasing them.
const ERASE_WORTH: usize = 4;

/// Blanking a stretch of a row before its text is written must save more bytes than this.
const BLANK_WORTH: usize = 8;
/// A move over blank cells: what `CSI n C` takes.
const SKIP: usize = 5;

/// What a frame has besides its cells.
#[derive(Debug, Default)]
pub struct Shown {
    /// Where the cursor stands; `None` to hide it.
    pub cursor: Option<Position>,
    /// What of it leads elsewhere; nothing for a terminal that is told no links.
    pub links: Vec<ScreenLink>,
}

impl From<Option<Position>> for Shown {
    fn from(cursor: Option<Position>) -> Self {
        Self { cursor, links: Vec::new() }
    }
}

impl From<(Option<Position>, Vec<ScreenLink>)> for Shown {
    fn from((cursor, links): (Option<Position>, Vec<ScreenLink>)) -> Self {
        Self { cursor, links }
    }
}

/// The shadow of the terminal's glass.
#[derive(Debug)]
pub struct Screen {
    /// Every cell as the terminal has it, `""` under the right half of a wide character.
    shown: Buffer,
    /// Where the next frame is drawn.
    next: Buffer,
    /// The terminal's content is unknown; the next frame begins with clearing it.
    unknown: bool,
    /// Erasing fills with the pen's background (BCE), so a coloured blank tail can be erased too.
    colour_erase: bool,
    /// Characters of ambiguous width take two cells.
    wide: bool,
    /// It knows what a VT100 knows and no more.
    old: bool,
    pen: Pen,
    /// Where the cells lead that it has, and those it is to have.
    leads: Links,
    to_lead: Links,
    /// The link it writes with.
    open: Open,
    /// Where the terminal will write next, as far as it is known.
    row: Option<u16>,
    column: Option<u16>,
    /// Is the cursor visible; `None` before the first frame.
    cursor_visible: Option<bool>,
    out: Vec<u8>,
}

impl Screen {
    /// A screen of this many cells, nothing of which is known yet.
    ///
    /// `colour_erase`: the terminal erases with the current background colour.
    pub fn new(width: u16, height: u16, colour_erase: bool) -> Self {
        let area = Rect::new(0, 0, width, height);
        Self {
            shown: Buffer::empty(area),
            next: Buffer::empty(area),
            unknown: true,
            colour_erase,
            wide: false,
            old: false,
            pen: Pen::PLAIN,
            leads: Links::default(),
            to_lead: Links::default(),
            open: Open::default(),
            row: None,
            column: None,
            cursor_visible: None,
            out: Vec::new(),
        }
    }

    /// The same for a terminal that draws characters of ambiguous width two cells wide, if so.
    pub fn widening(self, wide: bool) -> Self {
        Self { wide, ..self }
    }

    /// The same for a terminal that knows what a VT100 knows and no more, if so: no colours, no weights but bold, and few
    /// ways to move and to erase.
    pub fn knowing_little(self, old: bool) -> Self {
        Self { old, ..self }
    }

    /// Columns and rows.
    pub fn size(&self) -> (u16, u16) {
        (self.next.area.width, self.next.area.height)
    }

    /// The terminal has a new size. Terminals reflow, cut and keep as each likes, so the next frame is complete.
    pub fn resize(&mut self, width: u16, height: u16) {
        if self.size() != (width, height) {
            let area = Rect::new(0, 0, width, height);
            self.shown = Buffer::empty(area);
            self.next = Buffer::empty(area);
        }
        self.forget();
    }

    /// Somebody else wrote to the terminal (a resume, a child process): the next frame is complete.
    pub fn forget(&mut self) {
        self.unknown = true;
        self.cursor_visible = None;
    }

    /// Draws a frame and returns the bytes that show it, all in one piece; empty when nothing changed.
    ///
    /// `render` gets a blank buffer and answers where the cursor stands, and what leads elsewhere.
    pub fn draw<S: Into<Shown>>(&mut self, render: impl FnOnce(&mut Buffer) -> S) -> &[u8] {
        self.next.reset();
        let Shown { cursor, links } = render(&mut self.next).into();
        settle_widths(&mut self.next, self.wide);
        if self.old {
            self.next.content.iter_mut().for_each(pen::lower);
        }
        self.to_lead = Links::of(links, self.next.area.width, self.next.area.height);

        self.out.clear();
        self.out.extend_from_slice(SYNC_BEGIN);
        if self.unknown {
            self.clear();
        } else if let Some(scroll) = scroll::find(&self.shown, &self.next) {
            self.scroll(scroll);
        }
        for y in 0..self.next.area.height {
            self.paint_row(y);
        }
        self.open.change(None, &mut self.out);
        self.place_cursor(cursor);
        std::mem::swap(&mut self.shown, &mut self.next);
        std::mem::swap(&mut self.leads, &mut self.to_lead);

        if self.out.len() > SYNC_WORTH && !self.old {
            self.out.extend_from_slice(SYNC_END);
            &self.out
        } else {
            &self.out[SYNC_BEGIN.len()..]
        }
    }

    fn clear(&mut self) {
        self.out.extend_from_slice(b"\x1b[m\x1b[r\x1b[H\x1b[2J");
        self.shown.reset();
        self.leads = Links::default();
        self.pen = Pen::PLAIN;
        (self.row, self.column) = (Some(0), Some(0));
        self.unknown = false;
    }

    /// Lets the terminal move a band of rows. Line feed at the region's bottom and reverse index at its top are
    /// understood everywhere; `CSI S` and `CSI T` are not.
    fn scroll(&mut self, Scroll { top, bottom, by }: Scroll) {
        self.open.change(None, &mut self.out);
        self.set_pen(Pen::PLAIN); // rows that come in take the pen's background
        self.out.extend_from_slice(b"\x1b[");
        number(&mut self.out, top + 1);
        self.out.push(b';');
        number(&mut self.out, bottom + 1);
        self.out.push(b'r');
        // Setting the region homes the cursor, but to the screen's corner or the region's, as the terminal likes.
        (self.row, self.column) = (None, None);
        if by > 0 {
            self.move_to(0, bottom);
            (0..by).for_each(|_| self.out.push(b'\n'));
        } else {
            self.move_to(0, top);
            (0..-by).for_each(|_| self.out.extend_from_slice(b"\x1bM"));
        }
        self.out.extend_from_slice(b"\x1b[r");
        (self.row, self.column) = (None, None);

        let width = usize::from(self.shown.area.width);
        let band = usize::from(top) * width..(usize::from(bottom) + 1) * width;
        let cells = usize::from(by.unsigned_abs()) * width;
        self.leads.rotate(band.clone(), by > 0, cells);
        let band = &mut self.shown.content[band];
        if by > 0 {
            band.rotate_left(cells);
            let kept = band.len() - cells;
            band[kept..].iter_mut().for_each(Cell::reset);
        } else {
            band.rotate_right(cells);
            band[..cells].iter_mut().for_each(Cell::reset);
        }
    }

    fn paint_row(&mut self, y: u16) {
        let width = self.next.area.width;
        let erase_from = self.erase_from(y);
        let mut x = 0;
        let mut looked_until = 0;
        while x < erase_from {
            let index = self.next.index_of(x, y);
            if !self.same(index) && !self.next.content[index].symbol().is_empty() {
                if x >= looked_until {
                    let stretch = self.stretch(x, y, erase_from);
                    looked_until = stretch.end;
                    if let Some(to) = stretch.blank_to {
                        self.blank(x, to, y);
                        continue;
                    }
                }
                self.advance_to(x, y);
                self.put(index);
            }
            x += 1;
        }
        if erase_from < width {
            self.advance_to(erase_from, y);
            let index = self.next.index_of(erase_from, y);
            self.open.change(None, &mut self.out);
            self.set_pen(self.pen.towards(&self.next.content[index]));
            self.out.extend_from_slice(b"\x1b[K");
        }
    }

    /// Whether the glass has a cell as it is to be.
    fn same(&self, index: usize) -> bool {
        looks_same(&self.shown.content[index], &self.next.content[index])
            && self.leads.at(index) == self.to_lead.at(index)
    }

    /// How far the row goes on in one background with nothing of it to be kept but blanks, and up to where it is better
    /// blanked first, so that the gaps between its texts are passed over instead of painted: a row that gets or loses the
    /// cursor is mostly gaps.
    fn stretch(&self, x: u16, y: u16, until: u16) -> Stretch {
        let start = self.next.index_of(x, y);
        let ground = self.next.content[start].bg;
        if self.old || ground != ratatui::style::Color::Reset && !self.colour_erase {
            return Stretch { end: until, blank_to: None };
        }
        let row = start..start + usize::from(until - x);
        let (mut end, mut blank_to, mut saved, mut blanks, mut painted) = (x, x, 0, 0, 0);
        for index in row {
            let new = &self.next.content[index];
            let changed = !self.same(index);
            let blank = is_blank(new) && self.to_lead.at(index).is_none();
            if new.bg != ground || !changed && !blank {
                break;
            }
            end += 1;
            if !blank {
                (blanks, painted) = (0, 0);
                continue;
            }
            blanks += 1;
            painted += usize::from(changed);
            // A gap pays once it is longer than the move over it.
            if painted == blanks && blanks > SKIP {
                saved += 1;
                blank_to = end;
            }
        }
        Stretch { end: end.max(x + 1), blank_to: (saved > BLANK_WORTH).then_some(blank_to) }
    }

    /// Blanks the cells `from..to` of a row.
    fn blank(&mut self, from: u16, to: u16, y: u16) {
        self.advance_to(from, y);
        let start = self.next.index_of(from, y);
        let mut cell = Cell::EMPTY;
        cell.set_bg(self.next.content[start].bg);
        // What is erased takes the background alone, so the pen of the text that follows serves as well.
        let first = self.pen.towards(&self.next.content[start]);
        let plain = !first.modifier.intersects(SEEN_ON_BLANK);
        self.open.change(None, &mut self.out);
        self.set_pen(if plain { first } else { self.pen.towards(&cell) });
        csi(&mut self.out, to - from, b'X');
        let blanked = start..start + usize::from(to - from);
        self.shown.content[blanked.clone()].fill(cell);
        self.leads.erase(blanked);
    }

    /// The column from which the rest of the row is better erased than painted; the width when it is not.
    fn erase_from(&self, y: u16) -> u16 {
        let width = usize::from(self.next.area.width);
        let row = usize::from(y) * width;
        let new = &self.next.content[row..row + width];
        let Some(last) = new.last().filter(|last| is_blank(last)) else { return width as u16 };
        if last.bg != ratatui::style::Color::Reset && !self.colour_erase {
            return width as u16;
        }
        let leads_nowhere = |(x, _): &(usize, &Cell)| self.to_lead.at(row + x).is_none();
        let tail = new.iter().enumerate().rev().take_while(leads_nowhere);
        let blank = tail.take_while(|(_, cell)| is_blank(cell) && cell.bg == last.bg).count();
        let tail = width - blank;
        let Some(first) = (tail..width).find(|x| !self.same(row + x)) else { return width as u16 };
        let changed = (first..width).filter(|x| !self.same(row + x)).count();
        if changed > ERASE_WORTH { first as u16 } else { width as u16 }
    }

    /// Writes one cell at the cursor, with its pen.
    fn put(&mut self, index: usize) {
        let cell = &self.next.content[index];
        let wide = cell_width(cell.symbol(), self.wide) as u16;
        let sure = sure_of_width(cell.symbol());
        let pen = self.pen.towards(cell);
        self.set_pen(pen);
        self.open.change(self.to_lead.at(index), &mut self.out);
        if !sure && wide > 1 {
            // A terminal that thinks this cluster narrower would leave its second cell as it was.
            self.out.extend_from_slice(b"  ");
            let (x, y) = self.next.pos_of(index);
            go_to(&mut self.out, x, y);
        }
        self.out.extend_from_slice(self.next.content[index].symbol().as_bytes());
        self.column = self.column.map(|x| x + wide).filter(|x| sure && *x < self.next.area.width);
    }

    fn set_pen(&mut self, pen: Pen) {
        if self.old {
            self.pen.renew(pen, &mut self.out);
        } else {
            self.pen.change(pen, &mut self.out);
        }
        self.pen = pen;
    }

    /// Goes right or down to a cell; a few unchanged cells on the way are rewritten where that is shorter.
    fn advance_to(&mut self, x: u16, y: u16) {
        if (self.row, self.column) == (Some(y), Some(x)) {
            return;
        }
        let start = self.out.len();
        let before = (self.row, self.column);
        self.move_to(x, y);
        if let (Some(row), Some(column)) = before
            && row == y
            && column < x
            && self.can_rewrite(column, x, y, self.out.len() - start)
        {
            self.out.truncate(start);
            for x in column..x {
                let index = self.next.index_of(x, y);
                self.out.extend_from_slice(self.next.content[index].symbol().as_bytes());
            }
        }
    }

    /// Do the cells `from..to` take the present pen, safe widths and no more than `budget` bytes?
    fn can_rewrite(&self, from: u16, to: u16, y: u16, budget: usize) -> bool {
        let mut bytes = 0;
        (from..to).all(|x| {
            let index = self.next.index_of(x, y);
            let cell = &self.next.content[index];
            bytes += cell.symbol().len();
            let as_it_writes = self.pen.towards(cell) == self.pen && self.open.is(self.to_lead.at(index));
            bytes <= budget && as_it_writes && sure_of_width(cell.symbol())
        })
    }

    /// Moves the cursor the shortest way from where it is known to be.
    fn move_to(&mut self, x: u16, y: u16) {
        if (self.row, self.column) == (Some(y), Some(x)) {
            return;
        }
        let start = self.out.len();
        go_to(&mut self.out, x, y);
        if let Some(row) = self.row {
            if row == y && !self.old {
                self.or_shorter(start, |out| csi(out, x + 1, b'G'));
            }
            match self.column {
                Some(column) if row == y && column < x => self.or_shorter(start, |out| csi(out, x - column, b'C')),
                Some(column) if row == y => self.or_shorter(start, |out| csi(out, column - x, b'D')),
                Some(column) if column == x && row < y => self.or_shorter(start, |out| csi(out, y - row, b'B')),
                Some(column) if column == x => self.or_shorter(start, |out| csi(out, row - y, b'A')),
                _ => {}
            }
            if row <= y && y - row < 4 {
                self.or_shorter(start, |out| {
                    out.push(b'\r');
                    (row..y).for_each(|_| out.push(b'\n'));
                    if x > 0 {
                        csi(out, x, b'C');
                    }
                });
            }
        }
        (self.row, self.column) = (Some(y), Some(x));
    }

    /// Replaces what was written since `start` if this way is shorter.
    fn or_shorter(&mut self, start: usize, write: impl FnOnce(&mut Vec<u8>)) {
        let middle = self.out.len();
        write(&mut self.out);
        if self.out.len() - middle < middle - start {
            self.out.drain(start..middle);
        } else {
            self.out.truncate(middle);
        }
    }

    fn place_cursor(&mut self, cursor: Option<Position>) {
        let inside = cursor.filter(|at| self.next.area.contains(*at));
        if let Some(at) = inside {
            self.move_to(at.x, at.y);
        }
        // What cannot hide its cursor leaves it where it wrote last.
        if self.cursor_visible != Some(inside.is_some()) && !self.old {
            self.out.extend_from_slice(if inside.is_some() { b"\x1b[?25h" } else { b"\x1b[?25l" });
            self.cursor_visible = Some(inside.is_some());
        }
    }
}

/// Cells of a row that may be painted as one.
struct Stretch {
    /// The cell after it.
    end: u16,
    /// The cell after its last long gap, if blanking up to there pays.
    blank_to: Option<u16>,
}

/// Moves the cursor there from wherever it is.
fn go_to(out: &mut Vec<u8>, x: u16, y: u16) {
    out.extend_from_slice(b"\x1b[");
    match (x, y) {
        (0, 0) => {}
        (0, _) => number(out, y + 1),
        _ => {
            number(out, y + 1);
            out.push(b';');
            number(out, x + 1);
        }
    }
    out.push(b'H');
}

/// `CSI n final`, where 1 is left out.
fn csi(out: &mut Vec<u8>, n: u16, last: u8) {
    out.extend_from_slice(b"\x1b[");
    if n != 1 {
        number(out, n);
    }
    out.push(last);
}

/// Gives every cell what it will occupy: `""` under the right half of a wide character, a space where half a
/// character would stand, and no control character whoever let it through.
fn settle_widths(buffer: &mut Buffer, ambiguous: bool) {
    let width = usize::from(buffer.area.width);
    if width == 0 {
        return;
    }
    for row in buffer.content.chunks_exact_mut(width) {
        let mut x = 0;
        while x < width {
            let symbol = row[x].symbol();
            if let &[byte] = symbol.as_bytes() {
                if !(b' '..0x7f).contains(&byte) {
                    row[x].set_symbol(" ");
                }
                x += 1;
                continue;
            }
            let wide = if symbol.chars().any(char::is_control) { 0 } else { cell_width(symbol, ambiguous) };
            if wide == 0 || x + wide > width {
                row[x].set_symbol(" ");
                x += 1;
                continue;
            }
            let (fg, bg, modifier) = (row[x].fg, row[x].bg, row[x].modifier);
            for covered in &mut row[x + 1..x + wide] {
                covered.reset();
                covered.set_symbol("");
                (covered.fg, covered.bg, covered.modifier) = (fg, bg, modifier);
            }
            x += wide;
        }
    }
}

/// Cells of a cluster. Not ratatui's `CellWidth`: with unicode-width 0.2.3 that counts a half-width sound mark twice, and
/// `ﾊﾞｽ` would lose its last character under a mark two cells wide.
fn cell_width(symbol: &str, ambiguous: bool) -> usize {
    let letters = || symbol.chars().filter(|c| is_letter(*c)).count();
    if ambiguous { symbol.width_cjk() + letters() } else { symbol.width() }
}

/// Is this cluster as wide for every terminal as it is for us? Joined emoji, variation selectors and sound marks are
/// not, nor is a wide character that was not always one: the cursor's column is unknown after them.
fn sure_of_width(symbol: &str) -> bool {
    let mut chars = symbol.chars();
    match (chars.next(), chars.next()) {
        (None, _) => true,
        (Some('\u{ff9e}' | '\u{ff9f}'), _) | (_, Some(_)) => false,
        (Some(c), None) => c.width() != Some(2) || is_wide_everywhere(c),
    }
}

/// Whether terminals have always drawn this wide character so. Emoji and what Unicode added or widened later are as wide as
/// each terminal's tables are new.
fn is_wide_everywhere(c: char) -> bool {
    let widened = matches!(c, '\u{2e3a}' | '\u{2e3b}' | '\u{4dc0}'..='\u{4dff}');
    let hangul = matches!(c, '\u{1100}'..='\u{115f}' | '\u{ac00}'..='\u{d7a3}');
    // Radicals, kana, ideographs, and what goes with them.
    let han = matches!(c, '\u{2e80}'..='\u{a4cf}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3fffd}');
    let forms = matches!(c, '\u{fe30}'..='\u{fe4f}' | '\u{ff01}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}');
    hangul || han && !widened || forms
}

#[cfg(test)]
#[path = "screen_tests.rs"]
mod tests;
