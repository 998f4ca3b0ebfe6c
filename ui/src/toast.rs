//! Notices in the lower right corner.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;

use crate::glyphs::Mark;
use crate::overlay;
use crate::panel::frame;
use crate::text::{self, put, wrap};
use crate::theme::{Role, Theme};

/// A notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Toast<'a> {
    /// What kind it is.
    pub mark: Mark,
    /// What it says.
    pub text: &'a str,
}

const MAX_WIDTH: u16 = 56;
const MAX_LINES: usize = 4;

/// Draws the notices, the first lowest, as many as fit.
pub fn render(toasts: &[Toast<'_>], area: Rect, buf: &mut Buffer, theme: &Theme) {
    let area = area.intersection(buf.area);
    // Frame, mark, blank, and at least a few letters.
    if area.width < 10 {
        return;
    }
    let mut bottom = area.bottom();
    for toast in toasts {
        let room = usize::from(area.width.min(MAX_WIDTH) - 6);
        let lines: Vec<&str> = wrap(toast.text, room).take(MAX_LINES + 1).collect();
        let cells = lines.iter().map(|line| text::width(line)).max().unwrap_or(0).clamp(1, room) as u16;
        let rows = lines.len().clamp(1, MAX_LINES) as u16;
        if bottom - area.y < rows + 2 {
            return;
        }
        let place = Rect { x: area.right() - cells - 6, y: bottom - rows - 2, width: cells + 6, height: rows + 2 };
        bottom = place.y;
        overlay::clear(place, buf, theme);
        let style = theme.style(toast.mark.role());
        frame(place, buf, theme, style);
        put(buf, place.x + 2, place.y + 1, 1, theme.glyphs.mark(toast.mark), style);
        for (y, line) in (place.y + 1..).zip(lines.iter().take(MAX_LINES)) {
            put(buf, place.x + 4, y, cells, line, theme.style(Role::Text));
        }
        if lines.len() > MAX_LINES {
            // The last cell of the last line says that there is more.
            put(buf, place.x + 3 + cells, bottom + rows, 1, theme.glyphs.ellipsis, theme.style(Role::Text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{lines, theme};

    #[test]
    fn stacked_from_below() {
        let toasts = [
            Toast { mark: Mark::Good, text: "saved" },
            Toast { mark: Mark::Critical, text: "請求システムが応答しません" },
            Toast { mark: Mark::Info, text: "no room for this one" },
        ];
        let mut buf = Buffer::empty(Rect::new(0, 0, 24, 8));
        render(&toasts, buf.area, &mut buf, &theme());
        assert_eq!(
            lines(&buf),
            [
                "                        ",
                "┌──────────────────────┐",
                "│ ✗ 請求システムが応答 │",
                "│   しません           │",
                "└──────────────────────┘",
                "             ┌─────────┐",
                "             │ ✓ saved │",
                "             └─────────┘",
            ]
        );
    }
}
