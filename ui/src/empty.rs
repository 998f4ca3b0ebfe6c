//! A sentence where there is nothing to show, in the middle of the room.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;

use crate::text::{Align, put_aligned, wrap};
use crate::theme::{Role, Theme};

/// Draws the message, wrapped and centred, as many lines as fit.
pub fn render(area: Rect, buf: &mut Buffer, theme: &Theme, message: &str) {
    let area = area.intersection(buf.area);
    let lines: Vec<&str> = wrap(message, usize::from(area.width)).take(usize::from(area.height)).collect();
    let top = area.y + (area.height - lines.len() as u16) / 3;
    for (y, line) in (top..).zip(lines) {
        put_aligned(buf, area.x, y, area.width, line, theme.style(Role::Dim), "", Align::Center);
    }
}
