//! A line to type into.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Position, Rect};
use ratatui_core::style::Modifier;
pub use tui_input::InputRequest as Edit;

use crate::text::{self, fill, pieces, put, put_fit};
use crate::theme::{Role, Theme};

/// A line being typed. Holds nothing that cannot be drawn: no newlines, controls or zero-width characters.
#[derive(Clone, Default)]
pub struct TextInput {
    inner: tui_input::Input,
    /// What it holds was suggested and nobody touched it yet: what is typed takes its place.
    suggested: bool,
}

/// A line has no reason to be longer, and a pasted novel has no business in one.
const MAX_CHARS: usize = 1000;

// What is typed may be a person's or a secret: it is not for debug output.
impl std::fmt::Debug for TextInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TextInput").field("chars", &self.value().chars().count()).finish_non_exhaustive()
    }
}

impl TextInput {
    /// A line that already holds something, cursor at its end.
    pub fn new(value: &str) -> Self {
        let mut it = Self::default();
        it.paste(value);
        it
    }

    /// A line that holds a suggestion: the first that is typed or pasted takes its place, and whatever else is done to it
    /// makes it a text like any other.
    pub fn suggesting(value: &str) -> Self {
        Self { suggested: !value.is_empty(), ..Self::new(value) }
    }

    /// What was typed.
    pub fn value(&self) -> &str {
        self.inner.value()
    }

    /// Whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.value().is_empty()
    }

    /// Empties the line.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Edits or moves. Returns whether the value changed.
    pub fn edit(&mut self, edit: Edit) -> bool {
        if let Edit::InsertChar(c) = edit {
            return self.paste(c.encode_utf8(&mut [0; 4]));
        }
        self.suggested = false;
        self.inner.handle(edit).is_some_and(|changed| changed.value)
    }

    /// Inserts text at the cursor: line breaks and tabs become spaces, what cannot be drawn is dropped, and so is what
    /// exceeds a thousand characters. Returns whether the value changed.
    pub fn paste(&mut self, text: &str) -> bool {
        let value = if self.suggested { "" } else { self.inner.value() };
        let room = MAX_CHARS.saturating_sub(value.chars().count());
        let mut clean = String::new();
        let mut chars = text.trim_end_matches(['\r', '\n']).chars().peekable();
        let mut kept = 0;
        while let Some(c) = chars.next().filter(|_| kept < room) {
            let c = match c {
                '\r' if chars.peek() == Some(&'\n') => continue,
                '\r' | '\n' | '\t' => ' ',
                c if text::is_drawable(c) => c,
                _ => continue,
            };
            clean.push(c);
            kept += 1;
        }
        if clean.is_empty() {
            return false;
        }
        let cursor = if self.suggested { 0 } else { self.inner.cursor() };
        let at = byte_of(value, cursor);
        let joined = format!("{}{clean}{}", &value[..at], &value[at..]);
        self.inner = std::mem::take(&mut self.inner).with_value(joined).with_cursor(cursor + kept);
        self.suggested = false;
        true
    }

    /// Puts the cursor where a click on the field of this view fell. Returns whether the click was on it.
    pub fn click(&mut self, at: Position, area: Rect, view: InputView<'_>) -> bool {
        let field = view.field(area);
        if !field.contains(at) {
            return false;
        }
        let (skipped, _) = self.scroll(field.width, view.masked);
        let target = skipped + usize::from(at.x - field.x);
        let mut cell = 0;
        let hit = pieces(self.value()).find(|piece| {
            cell += if view.masked { 1 } else { piece.width };
            cell > target
        });
        let chars = hit.map_or(usize::MAX, |piece| self.value()[..piece.start].chars().count());
        self.suggested = false;
        self.inner.handle(Edit::SetCursor(chars));
        true
    }

    /// Cells hidden at the left of a field this wide, and the cursor's cell within the field. The cursor is always shown.
    fn scroll(&self, width: u16, masked: bool) -> (usize, usize) {
        let before = &self.value()[..byte_of(self.value(), self.inner.cursor())];
        let cells = |piece: text::Piece<'_>| if masked { 1 } else { piece.width };
        let cursor: usize = pieces(before).map(cells).sum();
        let hidden = (cursor + 1).saturating_sub(usize::from(width));
        // A wide character is hidden whole.
        let mut skipped = 0;
        for piece in pieces(before) {
            if skipped >= hidden {
                break;
            }
            skipped += cells(piece);
        }
        (skipped, cursor - skipped)
    }
}

fn byte_of(text: &str, chars: usize) -> usize {
    text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at)
}

/// How a line is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct InputView<'a> {
    /// What stands before the field.
    pub prompt: &'a str,
    /// What an empty field suggests.
    pub placeholder: &'a str,
    /// What is wrong with what was typed. Stands below the field, or at its right in an area of one row.
    pub error: &'a str,
    /// Show one sign a character instead of the characters.
    pub masked: bool,
    /// Whether it has the keyboard.
    pub focused: bool,
}

impl InputView<'_> {
    /// The cells of the field itself in an area.
    fn field(&self, area: Rect) -> Rect {
        let prompt = text::width(self.prompt).min(usize::from(area.width / 2)) as u16;
        let mut field = Rect { x: area.x + prompt, width: area.width - prompt, height: area.height.min(1), ..area };
        if area.height == 1 && !self.error.is_empty() {
            field.width -= (text::width(self.error).min(usize::from(area.width)) as u16 + 1).min(field.width / 2);
        }
        field
    }

    /// Draws the line and returns where the terminal's cursor belongs, if the field has the keyboard. Put the real cursor
    /// there: input methods open their candidate window at it.
    pub fn render(&self, input: &TextInput, area: Rect, buf: &mut Buffer, theme: &Theme) -> Option<Position> {
        let area = area.intersection(buf.area);
        if area.is_empty() {
            return None;
        }
        let ellipsis = theme.glyphs.ellipsis;
        let field = self.field(area);
        put_fit(buf, area.x, area.y, field.x - area.x, self.prompt, theme.style(Role::Label), ellipsis);
        fill(buf, field, theme.style(Role::Input));
        // A suggestion is no text of one's own yet; where the keyboard is, it looks chosen, as what is typed replaces it. It is
        // underlined too: without colours a selection can look like a field.
        let suggestion = |role| theme.style(role).add_modifier(Modifier::UNDERLINED);
        let style = match (input.suggested, self.focused) {
            (false, _) => theme.style(Role::Input),
            (true, false) => suggestion(Role::Placeholder),
            (true, true) => suggestion(Role::Selection),
        };
        let (skipped, cursor) = input.scroll(field.width, self.masked);
        if input.is_empty() {
            let style = theme.style(Role::Placeholder);
            put_fit(buf, field.x, field.y, field.width, self.placeholder, style, ellipsis);
        } else {
            let mut cell = 0;
            let mut x = field.x;
            for piece in pieces(input.value()) {
                let shown = cell >= skipped;
                cell += if self.masked { 1 } else { piece.width };
                if shown {
                    let symbol = if self.masked { theme.glyphs.masked } else { piece.symbol };
                    let next = put(buf, x, field.y, field.right() - x, symbol, style);
                    if next == x {
                        break;
                    }
                    x = next;
                }
            }
        }
        if !self.error.is_empty() {
            let style = theme.style(Role::Critical);
            if area.height > 1 {
                put_fit(buf, field.x, area.y + 1, field.width, self.error, style, ellipsis);
            } else {
                let x = field.right() + 1;
                put_fit(buf, x, area.y, area.right().saturating_sub(x), self.error, style, ellipsis);
            }
        }
        let at = Position::new(field.x + (cursor as u16).min(field.width.saturating_sub(1)), field.y);
        (self.focused && field.width > 0).then_some(at)
    }
}

#[cfg(test)]
#[path = "input_tests.rs"]
mod tests;
