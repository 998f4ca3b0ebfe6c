//! A filter to type into and a list to choose from. The caller filters; the picker shows what matched.

use std::borrow::Cow;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Position, Rect};
use ratatui_core::style::Style;

use crate::empty;
use crate::glyphs::Mark;
use crate::input::{InputView, TextInput};
use crate::scroll::{self, Move, Scroll};
use crate::text::{self, fill, pieces, put, put_fit};
use crate::theme::{Role, Theme};

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Item<'a> {
    /// What it is.
    pub text: Cow<'a, str>,
    /// Which characters of the text matched, by number from 0, ascending.
    pub matches: Cow<'a, [u32]>,
    /// What stands at the right: a key, a source, a reason.
    pub aside: Cow<'a, str>,
    /// A sign before the text.
    pub mark: Option<Mark>,
    /// Shown, but cannot be chosen; the aside says why.
    pub disabled: bool,
}

/// The lines of the list, made only when in sight.
pub trait Items {
    /// How many there are after filtering.
    fn len(&self) -> usize;

    /// The line at this place, from 0.
    fn item(&self, at: usize) -> Item<'_>;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What a picker remembers between frames.
#[derive(Debug, Clone, Default)]
pub struct PickerState {
    /// The filter.
    pub input: TextInput,
    /// Cursor and first line shown.
    pub scroll: Scroll,
}

impl PickerState {
    /// Moves in a list of `len` lines of a picker drawn in `area`.
    pub fn go(&mut self, step: Move, len: usize, area: Rect) {
        self.scroll.go(step, len, usize::from(list(area).height));
    }

    /// The line at this place of the screen.
    pub fn item_at(&self, area: Rect, len: usize, at: Position) -> Option<usize> {
        let list = list(area);
        let shown = self.scroll.visible(len, usize::from(list.height));
        let item = shown.into_iter().nth(usize::from(at.y.checked_sub(list.y)?))?;
        list.contains(at).then_some(item)
    }
}

/// Below the filter and a blank line, or right below it where there is little room.
const fn list(area: Rect) -> Rect {
    let above = match area.height {
        0 => 0,
        1..=6 => 1,
        _ => 2,
    };
    Rect { y: area.y + above, height: area.height - above, ..area }
}

/// A picker ready to draw.
pub struct Picker<'a, I: ?Sized> {
    /// Filter, cursor, offset.
    pub state: &'a PickerState,
    /// The filtered lines.
    pub items: &'a I,
    /// What an empty filter suggests.
    pub placeholder: &'a str,
    /// What to say when nothing matches.
    pub empty: &'a str,
}

impl<I: Items + ?Sized> Picker<'_, I> {
    /// Draws the picker and returns where the terminal's cursor belongs.
    pub fn render(&self, area: Rect, buf: &mut Buffer, theme: &Theme) -> Option<Position> {
        let area = area.intersection(buf.area);
        let view = InputView { placeholder: self.placeholder, focused: true, ..InputView::default() };
        let field = Rect { height: area.height.min(1), ..area };
        let cursor = view.render(&self.state.input, field, buf, theme);
        let list = list(area);
        let len = self.items.len();
        if len == 0 {
            empty::render(list, buf, theme, self.empty);
            return cursor;
        }
        let scroll = self.state.scroll.fitted(len, usize::from(list.height));
        for (y, at) in (list.top()..list.bottom()).zip(scroll.visible(len, usize::from(list.height))) {
            line(&self.items.item(at), at == scroll.cursor, Rect { y, height: 1, ..list }, buf, theme);
        }
        if list.width > 3 {
            scroll::render(Rect { x: list.right() - 1, width: 1, ..list }, buf, theme, scroll.offset, len);
        }
        cursor
    }
}

fn line(item: &Item<'_>, selected: bool, area: Rect, buf: &mut Buffer, theme: &Theme) {
    let g = theme.glyphs;
    let over = selected.then(|| theme.style(Role::Selection));
    let style = |role: Role| over.unwrap_or_else(|| theme.style(role));
    let right = area.right().saturating_sub(1);
    let room = |x: u16| right.saturating_sub(x);
    if let Some(over) = over {
        fill(buf, Rect { width: room(area.x), ..area }, over);
        put(buf, area.x, area.y, room(area.x).min(1), g.cursor, over);
    }
    let mut x = area.x + 2;
    if let Some(mark) = item.mark {
        put(buf, x, area.y, room(x).min(1), g.mark(mark), style(mark.role()));
        x += 2;
    }
    let role = if item.disabled { Role::Dim } else { Role::Text };
    // The aside takes half, or what a short text leaves: what is chosen matters more than why.
    let left = usize::from(room(x)).saturating_sub(text::width(&item.text) + 2);
    let aside = (text::width(&item.aside).min(left.max(usize::from(room(x)) / 2))) as u16;
    let words = room(x).saturating_sub(if aside > 0 { aside + 2 } else { 0 });
    matched(item, x, words, style(role), area.y, buf, theme);
    put_fit(buf, right - aside.min(right), area.y, aside, &item.aside, style(Role::Dim), g.ellipsis);
}

fn matched(item: &Item<'_>, mut x: u16, cells: u16, style: Style, y: u16, buf: &mut Buffer, theme: &Theme) {
    if item.matches.is_empty() {
        put_fit(buf, x, y, cells, &item.text, style, theme.glyphs.ellipsis);
        return;
    }
    let shown = text::truncate(&item.text, usize::from(cells), theme.glyphs.ellipsis);
    let highlight = style.patch(theme.style(Role::Match));
    let mut matches = item.matches.iter().copied().peekable();
    let mut chars = 0;
    let mut counted = 0;
    let end = x.saturating_add(cells);
    for piece in pieces(&shown) {
        chars += shown[counted..piece.start].chars().count() as u32;
        counted = piece.start;
        let after = chars + piece.symbol.chars().count() as u32;
        while matches.next_if(|at| *at < chars).is_some() {}
        let hit = matches.peek().is_some_and(|at| *at < after);
        x = put(buf, x, y, end.saturating_sub(x), piece.symbol, if hit { highlight } else { style });
    }
}

#[cfg(test)]
mod tests {
    use ratatui_core::style::Modifier;

    use super::*;
    use crate::testing::{lines, theme};

    struct Names(usize);

    impl Items for Names {
        fn len(&self) -> usize {
            self.0
        }

        fn item(&self, at: usize) -> Item<'_> {
            Item {
                text: ["田中　太郎", "ﾔﾏﾀﾞ Hanako", "e\u{301}mile"][at % 3].into(),
                matches: [vec![1, 3], vec![2], vec![0]][at % 3].clone().into(),
                aside: "Ctrl-P".into(),
                disabled: at == 2,
                mark: None,
            }
        }
    }

    fn draw(state: &PickerState, len: usize, width: u16, height: u16) -> (Buffer, Option<Position>) {
        let mut buf = Buffer::empty(Rect::new(0, 0, width, height));
        let picker = Picker { state, items: &Names(len), placeholder: "type", empty: "no match" };
        let at = picker.render(buf.area, &mut buf, &theme());
        (buf, at)
    }

    #[test]
    fn matches_are_underlined_to_the_cell() {
        let (buf, at) = draw(&PickerState::default(), 3, 26, 4);
        assert_eq!(
            lines(&buf),
            [
                "type                      ",
                "▸ 田中　太郎       Ctrl-P ",
                "  ﾔﾏﾀﾞ Hanako      Ctrl-P ",
                "  e\u{301}mile            Ctrl-P ",
            ]
        );
        assert_eq!(at, Some(Position::new(0, 0)));
        let hit =
            |y: u16| -> Vec<u16> { (0..26).filter(|x| buf[(*x, y)].modifier.contains(Modifier::UNDERLINED)).collect() };
        assert_eq!(hit(1), [4, 5, 8, 9]);
        assert_eq!(hit(2), [4]);
        assert_eq!(hit(3), [2]);
    }

    #[test]
    fn an_aside_takes_what_a_short_text_leaves_and_never_more_than_half_of_a_long_one() {
        let row = |text: &str, aside: &str| {
            let item = Item {
                text: text.into(),
                matches: [].as_slice().into(),
                aside: aside.into(),
                mark: None,
                disabled: true,
            };
            let mut buf = Buffer::empty(Rect::new(0, 0, 24, 1));
            line(&item, false, buf.area, &mut buf, &theme());
            lines(&buf).remove(0)
        };
        assert_eq!(row("4G", "not by this one"), "  4G    not by this one ");
        assert_eq!(row("a long one, so long", "not by this one"), "  a long o⋯  not by th⋯ ");
    }

    #[test]
    fn clicks_and_emptiness() {
        let mut state = PickerState::default();
        let area = Rect::new(0, 0, 26, 4);
        state.go(Move::End, 9, area);
        assert_eq!(state.item_at(area, 9, Position::new(3, 1)), Some(6));
        assert_eq!(state.item_at(area, 9, Position::new(3, 0)), None);
        assert!(lines(&draw(&state, 0, 26, 4).0).iter().any(|line| line.contains("no match")));
    }
}
