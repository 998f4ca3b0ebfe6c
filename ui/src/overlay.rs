//! What lies over the screen: its place, and clearing what is under it.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;

use crate::panel::Panel;
use crate::text::{fill, is_wide};
use crate::theme::Theme;

/// A place of at most this size in the middle of the area.
pub fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}

/// Blanks the area, and with it any wide character of which only one half lies inside: half a character cannot be drawn,
/// and terminals that try shift the rest of the row.
pub fn clear(area: Rect, buf: &mut Buffer, theme: &Theme) {
    let area = area.intersection(buf.area);
    for y in area.top()..area.bottom() {
        // `fill` blanks a straddler at the left edge; at the right its second half lies outside.
        if area.width > 0 && is_wide(&buf[(area.right() - 1, y)]) && area.right() < buf.area.right() {
            buf[(area.right(), y)].set_symbol(" ");
        }
    }
    fill(buf, area, theme.base());
}

/// Clears the area, draws a focused frame with a title, and returns the room inside.
pub fn open(title: &str, area: Rect, buf: &mut Buffer, theme: &Theme) -> Rect {
    clear(area, buf, theme);
    Panel { title, aside: None, focused: true }.render(area, buf, theme)
}

#[cfg(test)]
mod tests {
    use ratatui_core::style::Style;

    use super::*;
    use crate::testing::{lines, theme};
    use crate::text::put;

    #[test]
    fn half_characters_go_with_the_overlay() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 12, 3));
        for y in 0..3 {
            put(&mut buf, 0, y, 12, "田中太郎髙﨑", Style::new());
        }
        open("", Rect::new(3, 0, 6, 3), &mut buf, &theme());
        assert_eq!(lines(&buf), ["田 ┌────┐ 﨑", "田 │    │ 﨑", "田 └────┘ 﨑"]);
    }

    #[test]
    fn centred_never_exceeds() {
        assert_eq!(centred(Rect::new(10, 5, 80, 24), 40, 10), Rect::new(30, 12, 40, 10));
        assert_eq!(centred(Rect::new(10, 5, 8, 2), 40, 10), Rect::new(10, 5, 8, 2));
    }
}
