//! The hints line: which keys do what here.

use std::borrow::Cow;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Position, Rect};

use crate::fit::fit;
use crate::text::{self, put};
use crate::theme::{Role, Theme};

/// A key and what it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint<'a> {
    /// The key as a person reads it, e.g. `Enter`.
    pub key: Cow<'a, str>,
    /// What it does, in a word or two.
    pub word: Cow<'a, str>,
    /// When there is no room for all, the hint with the highest number goes first.
    pub priority: u8,
}

impl<'a> Hint<'a> {
    /// A hint.
    pub fn new(key: impl Into<Cow<'a, str>>, word: impl Into<Cow<'a, str>>, priority: u8) -> Self {
        Self { key: key.into(), word: word.into(), priority }
    }

    fn cells(&self) -> usize {
        text::width(&self.key) + 1 + text::width(&self.word)
    }
}

const GAP: u16 = 2;

/// Draws the hints that fit into the first row of the area.
pub fn render(hints: &[Hint<'_>], area: Rect, buf: &mut Buffer, theme: &Theme) {
    let area = area.intersection(buf.area);
    if area.is_empty() {
        return;
    }
    for (hint, at) in places(hints, area) {
        let hint = &hints[hint];
        let x = put(buf, at.x, at.y, at.width, &hint.key, theme.style(Role::Key));
        put(buf, x + 1, at.y, at.right().saturating_sub(x + 1), &hint.word, theme.style(Role::Dim));
    }
}

/// The hint at this place of the screen, from 0, so that a click can do what the key does.
pub fn hint_at(hints: &[Hint<'_>], area: Rect, at: Position) -> Option<usize> {
    places(hints, area).find(|(_, place)| place.contains(at)).map(|(hint, _)| hint)
}

fn places(hints: &[Hint<'_>], area: Rect) -> impl Iterator<Item = (usize, Rect)> {
    let shown = fit(hints.iter().map(|hint| (hint.cells(), hint.priority)), area.width.into(), GAP.into());
    let mut x = area.x;
    hints.iter().enumerate().filter(move |(i, _)| shown[*i]).map(move |(i, hint)| {
        let place = Rect { x, width: hint.cells() as u16, height: area.height.min(1), ..area };
        x += place.width + GAP;
        (i, place)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{lines, theme};

    #[test]
    fn less_important_hints_go_first() {
        let hints = [Hint::new("/", "検索", 0), Hint::new("Enter", "open", 1), Hint::new("?", "help", 0)];
        let draw = |width| {
            let mut buf = Buffer::empty(Rect::new(0, 0, width, 1));
            render(&hints, buf.area, &mut buf, &theme());
            lines(&buf).remove(0)
        };
        assert_eq!(draw(28), "/ 検索  Enter open  ? help  ");
        assert_eq!(draw(20), "/ 検索  ? help      ");
        assert_eq!(draw(7), "/ 検索 ");
        assert_eq!(draw(3), "   ");
        assert_eq!(hint_at(&hints, Rect::new(0, 0, 20, 1), Position::new(9, 0)), Some(2));
        assert_eq!(hint_at(&hints, Rect::new(0, 0, 20, 1), Position::new(7, 0)), None);
    }
}
