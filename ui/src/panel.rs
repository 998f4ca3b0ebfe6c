//! A frame with a title, and at its right how old the content is or what is wrong with it.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::Style;

use crate::glyphs::Mark;
use crate::text::{self, put, put_fit};
use crate::theme::{Role, Theme};

/// What stands at the right of a panel's title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Aside<'a> {
    /// The words, e.g. an age or a fault.
    pub text: &'a str,
    /// How they look.
    pub role: Role,
    /// A sign before them.
    pub mark: Option<Mark>,
}

/// A frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panel<'a> {
    /// What is in it.
    pub title: &'a str,
    /// What stands at the right of the title. Gives way to the title where both do not fit.
    pub aside: Option<Aside<'a>>,
    /// Whether it has the keyboard.
    pub focused: bool,
}

impl Panel<'_> {
    /// The room inside a panel drawn in `area`. Too small for a frame, it is the area itself.
    pub const fn inner(area: Rect) -> Rect {
        if area.width < 4 || area.height < 3 {
            return area;
        }
        Rect { x: area.x + 1, y: area.y + 1, width: area.width - 2, height: area.height - 2 }
    }

    /// Draws the frame and returns the room inside.
    pub fn render(&self, area: Rect, buf: &mut Buffer, theme: &Theme) -> Rect {
        let area = area.intersection(buf.area);
        let inner = Self::inner(area);
        if inner == area {
            return inner;
        }
        frame(area, buf, theme, theme.style(if self.focused { Role::BorderFocus } else { Role::Border }));
        // Corner, line, blank … blank, line, corner.
        let (left, right) = (area.x + 2, area.right() - 2);
        let room = right.saturating_sub(left);
        if room > 2 {
            let title = theme.style(if self.focused { Role::BorderFocus } else { Role::Title });
            let end = boxed(left, room, self.title, None, title, area.y, buf, theme);
            if let Some(aside) = self.aside {
                let sign = if aside.mark.is_some() { 2 } else { 0 };
                let whole = text::width(aside.text).min(usize::from(room)) as u16 + sign + 2;
                let cells = whole.min(right.saturating_sub(end + 1));
                // A fault cut short still says that there is one; cut to nothing it would only be noise.
                if cells == whole || cells >= sign + 6 {
                    let style = theme.style(aside.role);
                    boxed(right - cells, cells, aside.text, aside.mark, style, area.y, buf, theme);
                }
            }
        }
        inner
    }
}

/// A blank, the text, a blank. Returns the cell after.
#[expect(clippy::too_many_arguments, reason = "a private helper with one shape of call")]
fn boxed(
    x: u16,
    cells: u16,
    words: &str,
    mark: Option<Mark>,
    style: Style,
    y: u16,
    buf: &mut Buffer,
    theme: &Theme,
) -> u16 {
    if words.is_empty() || cells < 3 {
        return x;
    }
    let blank = theme.style(Role::Text);
    let end = x + cells - 1;
    let mut next = put(buf, x, y, 1, " ", blank);
    if let Some(mark) = mark {
        next = put(buf, next, y, end - next, theme.glyphs.mark(mark), style);
        next = put(buf, next, y, end - next, " ", blank);
    }
    next = put_fit(buf, next, y, end - next, words, style, theme.glyphs.ellipsis);
    put(buf, next, y, 1, " ", blank)
}

/// Draws only the lines of a frame.
pub(crate) fn frame(area: Rect, buf: &mut Buffer, theme: &Theme, style: Style) {
    let g = theme.glyphs;
    let (right, bottom) = (area.right() - 1, area.bottom() - 1);
    for x in area.x + 1..right {
        put(buf, x, area.y, 1, g.horizontal, style);
        put(buf, x, bottom, 1, g.horizontal, style);
    }
    for y in area.y + 1..bottom {
        put(buf, area.x, y, 1, g.vertical, style);
        put(buf, right, y, 1, g.vertical, style);
    }
    for ((x, y), corner) in
        [(area.x, area.y), (right, area.y), (area.x, bottom), (right, bottom)].into_iter().zip(g.corners)
    {
        put(buf, x, y, 1, corner, style);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{lines, theme};

    fn drawn(width: u16, panel: Panel<'_>) -> String {
        let mut buf = Buffer::empty(Rect::new(0, 0, width, 3));
        panel.render(buf.area, &mut buf, &theme());
        lines(&buf).remove(0)
    }

    #[test]
    fn the_aside_stands_at_the_right_and_gives_way() {
        let aside = Some(Aside { text: "12 s ago", role: Role::Dim, mark: Some(Mark::Stale) });
        let panel = Panel { title: "田中　太郎", aside, focused: false };
        assert_eq!(drawn(34, panel), "┌─ 田中　太郎 ────── ~ 12 s ago ─┐");
        assert_eq!(drawn(25, panel), "┌─ 田中　太郎 ─ ~ 12 ⋯ ─┐");
        assert_eq!(drawn(18, panel), "┌─ 田中　太郎 ───┐");
        assert_eq!(drawn(10, panel), "┌─ 田⋯ ──┐");
    }
}
