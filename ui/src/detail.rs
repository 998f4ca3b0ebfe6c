//! One record: labels and values, in sections, with values wrapped.

use std::borrow::Cow;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;

use crate::glyphs::Mark;
use crate::scroll;
use crate::text::{self, put, put_fit, wrap};
use crate::theme::{Role, Theme};

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
        value: Cow<'a, str>,
        /// How the value looks.
        role: Role,
        /// A sign before the value.
        mark: Option<Mark>,
    },
    /// A paragraph over the whole width.
    Text(Cow<'a, str>, Role),
}

impl<'a> Entry<'a> {
    /// An ordinary name and value.
    pub fn field(label: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        Self::toned(label, value, Role::Text)
    }

    /// A name and a value in a role.
    pub fn toned(label: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>, role: Role) -> Self {
        Self::Field { label: label.into(), value: value.into(), role, mark: None }
    }

    /// A name and a value that a mark explains; the value has the mark's role.
    pub fn marked(label: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>, mark: Mark) -> Self {
        Self::Field { label: label.into(), value: value.into(), role: mark.role(), mark: Some(mark) }
    }
}

/// More lines of one value than anyone reads here; the last one shown says that there is more.
const MAX_LINES: usize = 200;

/// Lines that the record takes at this width. The offset of [`render`] is kept below it by [`scroll::scrolled`].
pub fn height(entries: &[Entry<'_>], width: u16) -> usize {
    let shape = Shape::of(entries, width);
    entries.iter().enumerate().map(|(i, entry)| shape.lines(entry, i == 0)).sum()
}

/// Draws the record from line `offset` on, with a scrollbar where it does not fit.
pub fn render(entries: &[Entry<'_>], offset: usize, area: Rect, buf: &mut Buffer, theme: &Theme) {
    let area = area.intersection(buf.area);
    if area.is_empty() {
        return;
    }
    let shape = Shape::of(entries, area.width);
    let total = height(entries, area.width);
    let offset = scroll::scrolled(offset, 0, total, usize::from(area.height));
    // The line of the record that comes next; only those from `offset` on are drawn.
    let mut line = 0;
    for (i, entry) in entries.iter().enumerate() {
        let lines = shape.lines(entry, i == 0);
        if line + lines > offset {
            draw(entry, i == 0, line, offset, &shape, area, buf, theme);
        }
        line += lines;
        if line >= offset + usize::from(area.height) {
            break;
        }
    }
    scroll::render(Rect { x: area.right() - 1, width: 1, ..area }, buf, theme, offset, total);
}

/// How the width is divided.
struct Shape {
    label: u16,
    value: u16,
    whole: u16,
}

impl Shape {
    fn of(entries: &[Entry<'_>], width: u16) -> Self {
        // The last cell is the scrollbar's.
        let whole = width.saturating_sub(1);
        let longest = entries.iter().filter_map(|entry| match entry {
            Entry::Field { label, .. } => Some(text::width(label)),
            _ => None,
        });
        let label = longest.max().map_or(0, |cells| cells.min(usize::from(whole) * 2 / 5) as u16 + 2);
        Self { label, value: whole.saturating_sub(label), whole }
    }

    fn lines(&self, entry: &Entry<'_>, first: bool) -> usize {
        match entry {
            Entry::Section(_) => 2 - usize::from(first),
            Entry::Field { value, mark, .. } => count(value, self.value.saturating_sub(sign(*mark))),
            Entry::Text(words, _) => count(words, self.whole),
        }
    }
}

const fn sign(mark: Option<Mark>) -> u16 {
    if mark.is_some() { 2 } else { 0 }
}

fn count(words: &str, cells: u16) -> usize {
    wrap(words, usize::from(cells)).take(MAX_LINES).count().max(1)
}

#[expect(clippy::too_many_arguments, reason = "the inner step of one loop")]
fn draw(
    entry: &Entry<'_>,
    first: bool,
    line: usize,
    offset: usize,
    shape: &Shape,
    area: Rect,
    buf: &mut Buffer,
    theme: &Theme,
) {
    let ellipsis = theme.glyphs.ellipsis;
    let row = |line: usize| {
        let y = line.checked_sub(offset)?;
        (y < usize::from(area.height)).then_some(area.y + y as u16)
    };
    match entry {
        Entry::Section(title) => {
            if let Some(y) = row(line + 1 - usize::from(first)) {
                put_fit(buf, area.x, y, shape.whole, title, theme.style(Role::Heading), ellipsis);
            }
        }
        Entry::Text(words, role) => {
            paragraph(words, area.x, shape.whole, *role, line, row, buf, theme);
        }
        Entry::Field { label, value, role, mark } => {
            if let Some(y) = row(line) {
                put_fit(buf, area.x, y, shape.label.saturating_sub(2), label, theme.style(Role::Label), ellipsis);
                if let Some(mark) = mark {
                    let style = theme.style(mark.role());
                    put(buf, area.x + shape.label, y, shape.value.min(1), theme.glyphs.mark(*mark), style);
                }
            }
            let indent = shape.label + sign(*mark);
            paragraph(value, area.x + indent, shape.whole.saturating_sub(indent), *role, line, row, buf, theme);
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "the inner step of one loop")]
fn paragraph(
    words: &str,
    x: u16,
    cells: u16,
    role: Role,
    line: usize,
    row: impl Fn(usize) -> Option<u16>,
    buf: &mut Buffer,
    theme: &Theme,
) {
    let style = theme.style(role);
    for (i, words) in wrap(words, usize::from(cells)).take(MAX_LINES).enumerate() {
        if let Some(y) = row(line + i) {
            let words = if i + 1 == MAX_LINES { theme.glyphs.ellipsis } else { words };
            put(buf, x, y, cells, words, style);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{lines, theme};

    fn record() -> Vec<Entry<'static>> {
        vec![
            Entry::Section("Customer".into()),
            Entry::field("Name", "田中　太郎"),
            Entry::field("住所", "東京都千代田区丸の内一丁目、丸の内ビルディング"),
            Entry::Section("Line".into()),
            Entry::marked("State", "locked", Mark::Warning),
        ]
    }

    #[test]
    fn values_wrap_beside_their_labels() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 24, 9));
        render(&record(), 0, buf.area, &mut buf, &theme());
        assert_eq!(
            lines(&buf).iter().map(|line| line.trim_end()).collect::<Vec<_>>(),
            [
                "Customer",
                "Name   田中　太郎",
                "住所   東京都千代田区丸",
                "       の内一丁目、丸の",
                "       内ビルディング",
                "",
                "Line",
                "State  ! locked",
                "",
            ]
        );
    }

    #[test]
    fn scrolling_shows_the_rest_and_no_more() {
        let entries = record();
        assert_eq!(height(&entries, 24), 8);
        let mut buf = Buffer::empty(Rect::new(0, 0, 24, 3));
        render(&entries, 99, buf.area, &mut buf, &theme());
        assert_eq!(lines(&buf)[2].trim_end_matches(['▐', ' ']), "State  ! locked");
        assert!(lines(&buf)[2].ends_with('▐'));
    }

    #[test]
    fn a_megabyte_in_a_value_is_cut() {
        let entries = [Entry::field("Subject", "長い".repeat(200_000))];
        assert_eq!(height(&entries, 40), MAX_LINES);
    }
}
