//! A bar that says how much of something is used.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;

use crate::text::put;
use crate::theme::{Role, Theme};

/// Draws `part` of `whole` as a bar between brackets in the first row of the area. More than the whole is full; a whole of
/// zero is empty. What is not nothing shows at least a sliver, what is not everything is never quite full.
pub fn render(part: u64, whole: u64, area: Rect, buf: &mut Buffer, theme: &Theme, role: Role) {
    let area = area.intersection(buf.area);
    if area.is_empty() || area.width < 3 {
        return;
    }
    let cells = u64::from(area.width - 2);
    let steps = steps(part, whole, cells * 8);
    let dim = theme.style(Role::Dim);
    let mut x = put(buf, area.x, area.y, 1, "[", dim);
    for cell in 0..cells {
        let eighths = steps.saturating_sub(cell * 8).min(8) as usize;
        x = put(buf, x, area.y, 1, theme.glyphs.eighths[eighths], theme.style(role));
    }
    put(buf, x, area.y, 1, "]", dim);
}

fn steps(part: u64, whole: u64, steps: u64) -> u64 {
    if part >= whole {
        return if whole == 0 { 0 } else { steps };
    }
    let exact = u128::from(part) * u128::from(steps) / u128::from(whole);
    (exact as u64).clamp(u64::from(part > 0), steps - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{lines, theme};

    #[test]
    fn bars() {
        let draw = |part, whole| {
            let mut buf = Buffer::empty(Rect::new(0, 0, 6, 1));
            render(part, whole, buf.area, &mut buf, &theme(), Role::Good);
            lines(&buf).remove(0)
        };
        assert_eq!(draw(0, 10), "[    ]");
        assert_eq!(draw(1, 1_000_000), "[▏   ]");
        assert_eq!(draw(5, 8), "[██▌ ]");
        assert_eq!(draw(u64::MAX - 1, u64::MAX), "[███▉]");
        assert_eq!(draw(9, 8), "[████]");
        assert_eq!(draw(1, 0), "[    ]");
    }
}
