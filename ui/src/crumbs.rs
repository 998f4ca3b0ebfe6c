//! Where one is: breadcrumbs.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;

use crate::text::{self, put, put_fit};
use crate::theme::{Role, Theme};

/// Draws the path in the first row of the area over a bar of role `bar`, and returns the cell after it. The last part is
/// where one is and stays longest; the first parts give way to an ellipsis.
pub fn render(parts: &[&str], area: Rect, buf: &mut Buffer, theme: &Theme, bar: Role) -> u16 {
    let area = area.intersection(buf.area);
    let Some((here, before)) = parts.split_last() else { return area.x };
    if area.is_empty() {
        return area.x;
    }
    let g = theme.glyphs;
    let style = theme.style(bar);
    let room = usize::from(area.width);
    let between = 3;
    let needed = |from: usize| {
        let parts: usize = before[from..].iter().map(|part| text::width(part) + between).sum();
        parts + text::width(here) + if from > 0 { 1 + between } else { 0 }
    };
    let from = (0..=before.len()).find(|from| needed(*from) <= room).unwrap_or(before.len());
    let mut x = area.x;
    let separated = |x: u16, part: &str, buf: &mut Buffer| {
        let mut x = put(buf, x, area.y, area.right() - x, part, style);
        for piece in [" ", g.separator, " "] {
            x = put(buf, x, area.y, area.right() - x, piece, style);
        }
        x
    };
    // Where not even the last part fits, a leading ellipsis would only take room from it.
    if from > 0 && needed(from) <= room {
        x = separated(x, g.ellipsis, buf);
    }
    for part in &before[from..] {
        x = separated(x, part, buf);
    }
    put_fit(buf, x, area.y, area.right() - x, here, style.patch(theme.style(Role::HeaderText)), g.ellipsis)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{lines, theme};

    #[test]
    fn the_end_of_the_path_stays() {
        let draw = |width| {
            let mut buf = Buffer::empty(Rect::new(0, 0, width, 1));
            render(&["Search", "田中　太郎", "Billing"], buf.area, &mut buf, &theme(), Role::Header);
            lines(&buf).remove(0)
        };
        assert_eq!(draw(30), "Search › 田中　太郎 › Billing ");
        assert_eq!(draw(26), "⋯ › 田中　太郎 › Billing  ");
        assert_eq!(draw(13), "⋯ › Billing  ");
        assert_eq!(draw(9), "Billing  ");
        assert_eq!(draw(5), "Bill⋯");
    }
}
