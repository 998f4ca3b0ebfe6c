//! Text measured and drawn in cells.
//!
//! One rule decides what a string looks like, and every function here follows it, so that what was measured is what is
//! drawn: a character of width one or two starts a cell, combining marks join the cell before them, and whatever could
//! move things (controls, zero-width characters, bidi overrides, joiners, variation selectors that change a width) is not
//! drawn at all. Emoji sequences are drawn as their parts: terminals disagree about how wide a joined sequence is, and a
//! family shown as four faces moves nothing, while a family of unknown width moves the whole row.
//!
//! Widths are additive: `width(a) + width(b)` is the width of both together.

use std::borrow::Cow;
use std::cell::Cell as Kept;

use ratatui_core::buffer::{Buffer, Cell};
use ratatui_core::layout::Rect;
use ratatui_core::style::Style;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::ambiguous;

/// Where a text stands in more room than it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Align {
    /// At the left.
    #[default]
    Left,
    /// In the middle.
    Center,
    /// At the right, as numbers do.
    Right,
}

thread_local! {
    /// See [`draw_ambiguous_wide`].
    static AMBIGUOUS_WIDE: Kept<bool> = const { Kept::new(false) };
}

/// Says that this thread's terminal draws characters of ambiguous width (`○`, `→`, Greek, Cyrillic) two cells wide, as many
/// in Japan are set to. Said once, before anything is measured; answers what was said before.
pub fn draw_ambiguous_wide(wide: bool) -> bool {
    AMBIGUOUS_WIDE.replace(wide)
}

/// Cells of a character, as this thread's terminal draws it.
fn char_width(c: char) -> Option<usize> {
    match AMBIGUOUS_WIDE.get() {
        true if ambiguous::is_letter(c) => Some(2),
        true => c.width_cjk(),
        false => c.width(),
    }
}

/// What is drawn into one cell, or into two for a wide character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece<'a> {
    /// Where it starts in the text, in bytes.
    pub(crate) start: usize,
    /// The character and the marks that join it.
    pub(crate) symbol: &'a str,
    /// Cells: 1 or 2.
    pub(crate) width: usize,
}

/// The pieces of a text, in order, without what is not drawn.
pub(crate) fn pieces(text: &str) -> Pieces<'_> {
    Pieces { text, at: 0 }
}

#[derive(Debug, Clone)]
pub(crate) struct Pieces<'a> {
    text: &'a str,
    at: usize,
}

/// More marks on one character than any language stacks are an attack on the eyes.
const MAX_MARKS: usize = 4;

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let bytes = self.text.as_bytes();
        loop {
            let start = self.at;
            let first = *bytes.get(start)?;
            // Plain ASCII followed by ASCII: no mark can join it.
            if matches!(first, 0x20..=0x7e) && bytes.get(start + 1).is_none_or(u8::is_ascii) {
                self.at += 1;
                return Some(Piece { start, symbol: &self.text[start..=start], width: 1 });
            }
            let mut rest = self.text[start..].chars();
            let base = rest.next()?;
            self.at += base.len_utf8();
            let Some(width @ 1..) = cells_of(base) else { continue };
            if is_regional(base) && rest.clone().next().is_some_and(is_regional) {
                self.at += base.len_utf8();
                return Some(Piece { start, symbol: &self.text[start..self.at], width: 2 });
            }
            let bare = &self.text[start..self.at];
            let marks: usize = rest.take_while(|c| cells_of(*c) == Some(0)).take(MAX_MARKS).map(char::len_utf8).sum();
            if marks > 0 {
                self.at += marks;
                let marked = &self.text[start..self.at];
                // A few scripts get wider by their marks; without them the width is certain.
                if marked.width() == base.width().unwrap_or(width) {
                    return Some(Piece { start, symbol: marked, width });
                }
            }
            return Some(Piece { start, symbol: bare, width });
        }
    }
}

const fn is_regional(c: char) -> bool {
    matches!(c, '\u{1F1E6}'..='\u{1F1FF}')
}

/// Cells that a character takes: 0 joins the one before, `None` is never drawn.
fn cells_of(c: char) -> Option<usize> {
    match c {
        // Half-width voiced marks: some tables say "joins", terminals give them a cell of their own.
        ' '..='~' | '\u{FF9E}' | '\u{FF9F}' => Some(1),
        // Kana, ideographs and full-width forms: most of what is drawn here, so it skips the tables.
        '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}' | '\u{FF01}'..='\u{FF60}' => {
            Some(2)
        }
        '\u{00AD}'
        | '\u{034F}'
        | '\u{061C}'
        | '\u{115F}'..='\u{1160}'
        | '\u{17B4}'..='\u{17B5}'
        | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}'
        | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{2E3A}'..='\u{2E3B}'
        | '\u{3164}'
        | '\u{FE0E}'..='\u{FE0F}'
        | '\u{FEFF}'
        | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}'
        | '\u{1F3FB}'..='\u{1F3FF}'
        | '\u{E0000}'..='\u{E00FF}'
        | '\u{E01F0}'..='\u{E0FFF}' => None,
        _ => char_width(c).filter(|width| *width <= 2),
    }
}

/// Whether the character is ever drawn: false for controls, zero-width characters, bidi overrides and joiners.
pub fn is_drawable(c: char) -> bool {
    cells_of(c).is_some()
}

/// Cells that the text takes when drawn.
pub fn width(text: &str) -> usize {
    if text.bytes().all(|byte| matches!(byte, 0x20..=0x7e)) {
        return text.len();
    }
    pieces(text).map(|piece| piece.width).sum()
}

/// The longest start of the text that takes at most `cells`: its end in bytes, and its width.
fn prefix(text: &str, cells: usize) -> (usize, usize) {
    let mut used = 0;
    for piece in pieces(text) {
        if used + piece.width > cells {
            return (piece.start, used);
        }
        used += piece.width;
    }
    (text.len(), used)
}

/// The text, or its start and the ellipsis, in at most `cells`.
pub fn truncate<'a>(text: &'a str, cells: usize, ellipsis: &str) -> Cow<'a, str> {
    let (end, _) = prefix(text, cells);
    if end == text.len() {
        return Cow::Borrowed(text);
    }
    let mark = width(ellipsis);
    if mark > cells {
        return Cow::Borrowed(&text[..end]);
    }
    Cow::Owned(format!("{}{ellipsis}", &text[..prefix(text, cells - mark).0]))
}

/// The text, or its start and its end around the ellipsis, in at most `cells`. For identifiers, whose ends tell most.
pub fn middle<'a>(text: &'a str, cells: usize, ellipsis: &str) -> Cow<'a, str> {
    let (end, _) = prefix(text, cells);
    if end == text.len() {
        return Cow::Borrowed(text);
    }
    let Some(room) = cells.checked_sub(width(ellipsis)) else {
        return Cow::Borrowed(&text[..end]);
    };
    let head = prefix(text, room.div_ceil(2));
    let mut skip = width(text) - (room - head.1).min(width(text));
    let tail = pieces(text).find(|piece| {
        let found = skip == 0;
        skip = skip.saturating_sub(piece.width);
        found
    });
    Cow::Owned(format!("{}{ellipsis}{}", &text[..head.0], tail.map_or("", |piece| &text[piece.start..])))
}

/// The text in exactly `cells`: truncated without an ellipsis, or with spaces around.
pub fn pad(text: &str, cells: usize, align: Align) -> String {
    let (end, used) = prefix(text, cells);
    let left = indent(cells - used, align);
    format!("{:left$}{}{:right$}", "", &text[..end], "", right = cells - used - left)
}

const fn indent(spare: usize, align: Align) -> usize {
    match align {
        Align::Left => 0,
        Align::Center => spare / 2,
        Align::Right => spare,
    }
}

/// The lines of the text at this width.
///
/// Lines break at spaces and between wide characters, but not before closing punctuation and small kana nor after an
/// opening bracket (kinsoku); a word longer than a line is cut. Newlines break too. Lazy: take only what is shown.
/// An empty text and a width of zero have no lines.
pub fn wrap(text: &str, cells: usize) -> Wrap<'_> {
    Wrap { rest: if cells == 0 { "" } else { text }, cells }
}

/// See [`wrap`].
#[derive(Debug, Clone)]
pub struct Wrap<'a> {
    rest: &'a str,
    cells: usize,
}

/// Sorted, because any two wide characters are asked about.
const NEVER_FIRST: [char; 57] = [
    '!', ')', ',', '.', ':', ';', '?', ']', '}', '、', '。', '々', '〉', '》', '」', '』', '】', '〕', 'ぁ', 'ぃ',
    'ぅ', 'ぇ', 'ぉ', 'っ', 'ゃ', 'ゅ', 'ょ', 'ゎ', '゛', '゜', 'ゝ', 'ゞ', 'ァ', 'ィ', 'ゥ', 'ェ', 'ォ', 'ッ', 'ャ',
    'ュ', 'ョ', 'ヮ', 'ヵ', 'ヶ', '・', 'ー', 'ヽ', 'ヾ', '！', '）', '，', '．', '：', '；', '？', '］', '｝',
];
const NEVER_LAST: [char; 12] = ['(', '[', '{', '〈', '《', '「', '『', '【', '〔', '（', '［', '｛'];

impl<'a> Iterator for Wrap<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        if self.rest.is_empty() {
            return None;
        }
        let (line, rest) = self.split();
        self.rest = rest;
        Some(line)
    }
}

impl<'a> Wrap<'a> {
    fn split(&self) -> (&'a str, &'a str) {
        // A line has few bytes, so a megabyte without a newline is never searched for one.
        let window = bounded(self.rest, self.cells);
        let newline = window.find('\n');
        let line = newline.map_or(window, |at| &window[..at]);
        let after = &self.rest[line.len() + newline.map_or(0, |_| 1)..];
        let mut used = 0;
        let mut before: Option<Piece<'a>> = None;
        let mut word_end = 0;
        let mut good: Option<(usize, usize)> = None;
        for piece in pieces(line) {
            let space = is_space(piece);
            if let Some(before) = before {
                if is_space(before) && !space {
                    good = Some((word_end, piece.start));
                } else if may_break(before, piece) {
                    good = Some((piece.start, piece.start));
                }
            }
            if used + piece.width > self.cells {
                let (end, next) = match good {
                    _ if space => (word_end, line.len() - line[piece.start..].trim_start_matches(SPACES).len()),
                    Some(good) => good,
                    // Not even one piece fits: draw it alone, the painter will leave it out.
                    None if piece.start == 0 => (piece.symbol.len(), piece.symbol.len()),
                    None => (piece.start, piece.start),
                };
                let rest = if next >= line.len() { after } else { &self.rest[next..] };
                return (&line[..end], rest);
            }
            used += piece.width;
            if !space {
                word_end = piece.start + piece.symbol.len();
            }
            before = Some(piece);
        }
        (line, after)
    }
}

const SPACES: [char; 2] = [' ', '\u{3000}'];

fn is_space(piece: Piece<'_>) -> bool {
    piece.symbol == " " || piece.symbol == "\u{3000}"
}

fn may_break(before: Piece<'_>, piece: Piece<'_>) -> bool {
    (before.width == 2 || piece.width == 2)
        && !is_space(piece)
        && !starts_with_any(piece, &NEVER_FIRST)
        && !starts_with_any(before, &NEVER_LAST)
}

fn starts_with_any(piece: Piece<'_>, sorted: &[char]) -> bool {
    piece.symbol.chars().next().is_some_and(|c| sorted.binary_search(&c).is_ok())
}

/// Draws the text from cell `x` of row `y` over at most `max_cells`, and returns the cell after it.
///
/// Never writes outside the buffer nor beyond `max_cells`, and never half a wide character. The style is laid over what the
/// cells have. A wide character whose second half is overwritten is blanked.
pub fn put(buf: &mut Buffer, x: u16, y: u16, max_cells: u16, text: &str, style: Style) -> u16 {
    let Some((row, room)) = row_from(buf, x, y, max_cells) else { return x };
    let mut used = 0;
    let bound = bounded(text, room);
    for piece in pieces(bound) {
        if used + piece.width > room {
            break;
        }
        set(&mut row[used], piece.symbol, style);
        if piece.width == 2 {
            row[used + 1].set_symbol(" ").set_style(style);
        }
        used += piece.width;
    }
    x + used as u16
}

/// As [`put`], but a text that does not fit ends in the ellipsis.
pub fn put_fit(buf: &mut Buffer, x: u16, y: u16, max_cells: u16, text: &str, style: Style, ellipsis: &str) -> u16 {
    let cells = usize::from(max_cells);
    let bound = bounded(text, cells);
    let (end, _) = prefix(bound, cells);
    if end == text.len() {
        return put(buf, x, y, max_cells, text, style);
    }
    let mark = width(ellipsis).min(cells);
    let (cut, _) = prefix(bound, cells - mark);
    let next = put(buf, x, y, max_cells, &bound[..cut], style);
    put(buf, next, y, max_cells - (next - x), ellipsis, style)
}

/// As [`put_fit`], aligned within `cells`.
#[expect(clippy::too_many_arguments, reason = "one place, one text, how it looks: a struct would only rename them")]
pub fn put_aligned(
    buf: &mut Buffer,
    x: u16,
    y: u16,
    cells: u16,
    text: &str,
    style: Style,
    ellipsis: &str,
    align: Align,
) -> u16 {
    let used = match align {
        Align::Left => cells,
        Align::Center | Align::Right => prefix(bounded(text, cells.into()), cells.into()).1 as u16,
    };
    let left = indent(usize::from(cells.saturating_sub(used)), align) as u16;
    let cut = put_fit(buf, x.saturating_add(left), y, cells - left, text, style, ellipsis);
    cut.max(x)
}

/// Blanks the area and gives it the style, whatever was there.
pub fn fill(buf: &mut Buffer, area: Rect, style: Style) {
    let area = area.intersection(buf.area);
    for y in area.top()..area.bottom() {
        if let Some((row, room)) = row_from(buf, area.x, y, area.width) {
            for cell in &mut row[..room] {
                cell.reset();
                cell.set_style(style);
            }
        }
    }
}

/// The cells from `x` to the end of row `y`, and how many of them may be written.
fn row_from(buf: &mut Buffer, x: u16, y: u16, max_cells: u16) -> Option<(&mut [Cell], usize)> {
    let area = buf.area;
    if max_cells == 0 || !(area.left()..area.right()).contains(&x) || !(area.top()..area.bottom()).contains(&y) {
        return None;
    }
    let line = usize::from(y - area.y) * usize::from(area.width);
    let at = usize::from(x - area.x);
    let row = buf.content.get_mut(line..line + usize::from(area.width))?;
    if at > 0 && is_wide(&row[at - 1]) {
        row[at - 1].set_symbol(" ");
    }
    let room = usize::from(max_cells).min(row.len() - at);
    Some((&mut row[at..], room))
}

/// Cells that a cell's symbol, as drawn by [`put`], takes on the terminal: 1 or 2.
///
/// Not `ratatui_core::buffer::CellWidth`: that trait adds a cell for every half-width voiced mark, which unicode-width
/// 0.2.3 counts by itself, so that `ﾞ` would be two cells wide.
pub fn symbol_width(symbol: &str) -> u16 {
    if symbol.len() == 1 { 1 } else { width(symbol).max(1) as u16 }
}

/// Whether the cell holds a character that also takes the cell after it.
pub(crate) fn is_wide(cell: &Cell) -> bool {
    let symbol = cell.symbol();
    symbol.len() > 1 && symbol_width(symbol) > 1
}

fn set(cell: &mut Cell, symbol: &str, style: Style) {
    cell.set_symbol(symbol).set_style(style);
}

/// No row shows more than its first few bytes, so a text of a megabyte must not be read whole each frame.
fn bounded(text: &str, cells: usize) -> &str {
    &text[..text.floor_char_boundary(cells.saturating_mul(32).saturating_add(64))]
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
