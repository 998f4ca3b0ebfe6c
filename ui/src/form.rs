//! A small form: lines to type into, choices and ticks, each with its label, and its help or what is wrong with it below.
//!
//! The state holds what was entered; the fields, made anew each frame, say how it is named. Field number `n` shows value
//! number `n`, and the value decides what kind of field it is, so that the two cannot disagree.

use std::borrow::Cow;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Position, Rect};

use crate::glyphs::Mark;
use crate::input::{Edit, InputView, TextInput};
use crate::scroll::{self, Move};
use crate::stack::{Stack, Walk};
use crate::text::{self, put, put_fit, wrap};
use crate::theme::{Role, Theme};

/// What one field holds.
#[derive(Debug, Clone)]
pub enum Value {
    /// A line of text.
    Text(TextInput),
    /// One of a few options.
    Choice {
        /// The chosen one, from 0.
        at: usize,
        /// How many there are.
        of: usize,
    },
    /// Yes or no.
    Check(bool),
}

/// What was entered, and which field has the keyboard.
#[derive(Debug, Clone, Default)]
pub struct FormState {
    /// One for each field, in order.
    pub values: Vec<Value>,
    /// The field with the keyboard, from 0.
    pub focus: usize,
    /// The first line shown.
    pub offset: usize,
}

impl FormState {
    /// A form that holds these, with the keyboard on its first field.
    pub const fn new(values: Vec<Value>) -> Self {
        Self { values, focus: 0, offset: 0 }
    }

    /// What was typed into a field. Empty where it is no line of text.
    pub fn text(&self, field: usize) -> &str {
        match self.values.get(field) {
            Some(Value::Text(input)) => input.value(),
            _ => "",
        }
    }

    /// What was chosen in a field, from 0. Nothing where it is no choice.
    pub fn choice(&self, field: usize) -> Option<usize> {
        match self.values.get(field) {
            Some(Value::Choice { at, of }) if at < of => Some(*at),
            _ => None,
        }
    }

    /// Whether a field is ticked.
    pub fn is_checked(&self, field: usize) -> bool {
        matches!(self.values.get(field), Some(Value::Check(true)))
    }

    /// Moves the keyboard among the fields drawn in `area`.
    pub fn go(&mut self, step: Move, fields: &[Field<'_>], area: Rect) {
        let layout = Layout::of(fields, self, area);
        (self.focus, self.offset) = layout.walk(|walk| walk.go((self.focus, self.offset), step));
    }

    /// Edits the line with the keyboard. Returns whether what it holds changed; never for what is not a line.
    pub fn edit(&mut self, edit: Edit) -> bool {
        self.line().is_some_and(|input| input.edit(edit))
    }

    /// Pastes into the line with the keyboard. Returns as [`FormState::edit`] does.
    pub fn paste(&mut self, text: &str) -> bool {
        self.line().is_some_and(|input| input.paste(text))
    }

    fn line(&mut self) -> Option<&mut TextInput> {
        match self.values.get_mut(self.focus) {
            Some(Value::Text(input)) => Some(input),
            _ => None,
        }
    }

    /// Goes on to the next option (or back), around the end; ticks or clears. Returns whether there was something to turn.
    pub fn turn(&mut self, forward: bool) -> bool {
        match self.values.get_mut(self.focus) {
            Some(Value::Choice { at, of }) if *of > 0 => {
                *at = (*at + if forward { 1 } else { *of - 1 }) % *of;
                true
            }
            Some(Value::Check(checked)) => {
                *checked = !*checked;
                true
            }
            _ => false,
        }
    }

    /// A click: focuses the field, puts the cursor into its line, takes the option or turns the tick. Returns whether a
    /// field was hit.
    pub fn click(&mut self, at: Position, fields: &[Field<'_>], area: Rect) -> bool {
        let layout = Layout::of(fields, self, area);
        if !area.contains(at) {
            return false;
        }
        let offset = layout.offset(self);
        let Some(hit) = layout.stack.at(offset + usize::from(at.y - area.y)) else { return false };
        self.focus = hit;
        let place = layout.control(hit, offset, area);
        let Some(place) = place.filter(|place| place.contains(at)) else { return true };
        match self.values.get_mut(hit) {
            Some(Value::Text(input)) => {
                input.click(at, place, fields[hit].view(true));
            }
            Some(Value::Choice { at: chosen, of }) => match spots(&fields[hit].options, *of, place.width) {
                Some(spots) => {
                    let x = usize::from(at.x - place.x);
                    *chosen = spots.iter().position(|spot| spot.contains(&x)).unwrap_or(*chosen);
                }
                None => {
                    self.turn(true);
                }
            },
            Some(Value::Check(checked)) => *checked = !*checked,
            None => {}
        }
        true
    }
}

/// How a field is named and explained.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Field<'a> {
    /// Its name.
    pub label: Cow<'a, str>,
    /// What it is for.
    pub help: Cow<'a, str>,
    /// What is wrong with what it holds; stands in the place of the help.
    pub error: Cow<'a, str>,
    /// What an empty line suggests.
    pub placeholder: Cow<'a, str>,
    /// Show one sign a character instead of the characters.
    pub masked: bool,
    /// The names of the options of a choice.
    pub options: Vec<Cow<'a, str>>,
    /// Nobody is asked for it now: it takes no line, and the keyboard passes it over. What it holds stays.
    pub hidden: bool,
}

impl<'a> Field<'a> {
    /// A field of this name.
    pub fn new(label: impl Into<Cow<'a, str>>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }

    /// The same field, explained.
    pub fn help(self, help: impl Into<Cow<'a, str>>) -> Self {
        Self { help: help.into(), ..self }
    }

    /// The same field with something wrong in it; empty is nothing wrong.
    pub fn error(self, error: impl Into<Cow<'a, str>>) -> Self {
        Self { error: error.into(), ..self }
    }

    /// The same field with the names of its options.
    pub fn options(self, options: Vec<Cow<'a, str>>) -> Self {
        Self { options, ..self }
    }

    /// The same field, shown or not.
    pub fn hidden(self, hidden: bool) -> Self {
        Self { hidden, ..self }
    }

    fn view(&self, focused: bool) -> InputView<'_> {
        InputView { placeholder: &self.placeholder, masked: self.masked, focused, ..InputView::default() }
    }

    /// What stands below it.
    fn note(&self) -> &str {
        if self.error.is_empty() { &self.help } else { &self.error }
    }
}

/// Labels stand at the left of their fields from this width on, in cells, and above them below it.
const WIDE: u16 = 44;
/// The cursor and a blank.
const GUTTER: u16 = 2;
/// A note is a sentence. More of it is cut.
const NOTE_LINES: usize = 3;

/// Where everything stands.
struct Layout {
    /// Cells from the left edge to the fields.
    indent: u16,
    /// Cells of the fields.
    width: u16,
    /// Whether labels have a line of their own.
    stacked: bool,
    /// Lines shown.
    height: u16,
    stack: Stack,
    /// Fields that nobody is asked for.
    hidden: Vec<bool>,
}

impl Layout {
    fn of(fields: &[Field<'_>], state: &FormState, area: Rect) -> Self {
        let stacked = area.width < WIDE;
        // The last cell is the scrollbar's.
        let whole = area.width.saturating_sub(GUTTER + 1);
        let seen = fields.iter().filter(|field| !field.hidden);
        let longest = seen.map(|field| text::width(&field.label)).max().unwrap_or(0);
        let label = if stacked { 0 } else { longest.min(usize::from(whole) * 2 / 5) as u16 + 2 };
        let width = whole.saturating_sub(label);
        let lines = |field: &Field<'_>| {
            if field.hidden {
                return 0;
            }
            let note = wrap(field.note(), note_cells(field, width)).take(NOTE_LINES).count();
            1 + usize::from(stacked) + note
        };
        let shown = fields.len().min(state.values.len());
        let stack = Stack::of(fields[..shown].iter().map(lines));
        let hidden = fields[..shown].iter().map(|field| field.hidden).collect();
        Self { indent: GUTTER + label, width, stacked, height: area.height, stack, hidden }
    }

    fn walk<T>(&self, go: impl Fn(&Walk<'_>) -> T) -> T {
        let height = usize::from(self.height).max(1);
        go(&Walk { stack: &self.stack, height, selectable: &|field| !self.hidden[field], lead: &|_| 0 })
    }

    fn offset(&self, state: &FormState) -> usize {
        self.walk(|walk| walk.nearest(state.focus, true).map_or(0, |field| walk.fitted(field, state.offset)))
    }

    /// Where the control of a field stands on the screen, if it is in sight.
    fn control(&self, field: usize, offset: usize, area: Rect) -> Option<Rect> {
        let line = self.stack.span(field).start + usize::from(self.stacked);
        let y = line.checked_sub(offset).filter(|y| *y < usize::from(area.height))?;
        Some(Rect { x: area.x.saturating_add(self.indent), y: area.y + y as u16, width: self.width, height: 1 })
    }
}

/// An error has a mark before it.
fn note_cells(field: &Field<'_>, width: u16) -> usize {
    usize::from(width.saturating_sub(if field.error.is_empty() { 0 } else { 2 }))
}

/// A form ready to draw.
#[derive(Debug, Clone, Copy)]
pub struct Form<'a> {
    /// How its values are named.
    pub fields: &'a [Field<'a>],
    /// What it holds.
    pub state: &'a FormState,
}

impl Form<'_> {
    /// Lines that the form takes at this width.
    pub fn height(&self, width: u16) -> usize {
        Layout::of(self.fields, self.state, Rect::new(0, 0, width, 1)).stack.total()
    }

    /// Draws what is in sight and returns where the terminal's cursor belongs, if a line has the keyboard.
    pub fn render(&self, area: Rect, buf: &mut Buffer, theme: &Theme) -> Option<Position> {
        let area = area.intersection(buf.area);
        if area.is_empty() {
            return None;
        }
        let layout = Layout::of(self.fields, self.state, area);
        let offset = layout.offset(self.state);
        let ellipsis = theme.glyphs.ellipsis;
        let mut cursor = None;
        for at in layout.stack.visible(offset, area.height.into()) {
            let field = &self.fields[at];
            if field.hidden {
                continue;
            }
            let lines = layout.stack.span(at);
            let focused = self.state.focus.min(self.fields.len() - 1) == at;
            let row = |line: usize| {
                let y = (lines.start + line).checked_sub(offset).filter(|y| *y < usize::from(area.height))?;
                Some(area.y + y as u16)
            };
            if let Some(y) = row(0) {
                if focused {
                    put(buf, area.x, y, 1, theme.glyphs.cursor, theme.style(Role::Accent));
                }
                let room = if layout.stacked { layout.width } else { layout.indent.saturating_sub(GUTTER + 2) };
                put_fit(buf, area.x + GUTTER, y, room, &field.label, theme.style(Role::Label), ellipsis);
            }
            if let Some(place) = layout.control(at, offset, area) {
                let it = control(&self.state.values[at], field, focused, place, buf, theme);
                cursor = cursor.or(it);
            }
            let (role, sign) =
                if field.error.is_empty() { (Role::Dim, None) } else { (Role::Critical, Some(Mark::Critical)) };
            let first = 1 + usize::from(layout.stacked);
            let cells = note_cells(field, layout.width);
            for (i, words) in wrap(field.note(), cells).take(NOTE_LINES).enumerate() {
                let Some(y) = row(first + i) else { continue };
                let mut x = area.x + layout.indent;
                if let Some(sign) = sign {
                    if i == 0 {
                        put(buf, x, y, layout.width.min(1), theme.glyphs.mark(sign), theme.style(role));
                    }
                    x += 2;
                }
                put(buf, x, y, cells as u16, words, theme.style(role));
            }
        }
        scroll::render(Rect { x: area.right() - 1, width: 1, ..area }, buf, theme, offset, layout.stack.total());
        cursor
    }
}

fn control(
    value: &Value,
    field: &Field<'_>,
    focused: bool,
    area: Rect,
    buf: &mut Buffer,
    theme: &Theme,
) -> Option<Position> {
    let chosen = theme.style(if focused { Role::Selection } else { Role::Text });
    match value {
        Value::Text(input) => return field.view(focused).render(input, area, buf, theme),
        Value::Check(checked) => {
            put(buf, area.x, area.y, area.width, if *checked { "[x]" } else { "[ ]" }, chosen);
        }
        Value::Choice { at, of } => {
            let name = |at: usize| field.options.get(at).map_or("", |name| name.as_ref());
            let Some(spots) = spots(&field.options, *of, area.width) else {
                // Only the chosen one fits: arrows say that there are others.
                let end = area.right().min(buf.area.right());
                let x = put(buf, area.x, area.y, area.width, "< ", chosen);
                let room = end.saturating_sub(x + 2);
                let x = put_fit(buf, x, area.y, room, name(*at), chosen, theme.glyphs.ellipsis);
                put(buf, x, area.y, end.saturating_sub(x), " >", chosen);
                return None;
            };
            for (i, spot) in spots.into_iter().enumerate() {
                let style = if i == *at { chosen } else { theme.style(Role::Dim) };
                let x = put(buf, area.x + spot.start as u16, area.y, 4, if i == *at { "(*) " } else { "( ) " }, style);
                put(buf, x, area.y, area.right().saturating_sub(x), name(i), style);
            }
        }
    }
    None
}

/// Cells of every option, if there is room for all.
fn spots(options: &[Cow<'_, str>], of: usize, room: u16) -> Option<Vec<std::ops::Range<usize>>> {
    let mut x = 0;
    let spot = |at: usize| {
        let cells = 4 + options.get(at).map_or(0, |name| text::width(name));
        let start = x;
        x += cells + 2;
        start..start + cells
    };
    let spots: Vec<_> = (0..of).map(spot).collect();
    spots.last().is_none_or(|last| last.end <= usize::from(room)).then_some(spots)
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;
