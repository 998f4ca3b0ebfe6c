//! The tab bar. Each tab shows the number key that opens it.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Position, Rect};

use crate::text::{self, put, put_fit};
use crate::theme::{Role, Theme};

/// The tabs and which one is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tabs<'a> {
    /// Their names, in order.
    pub titles: &'a [&'a str],
    /// The open one, from 0.
    pub active: usize,
}

impl Tabs<'_> {
    /// Draws the bar in the first row of the area.
    pub fn render(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let area = area.intersection(buf.area);
        if area.is_empty() {
            return;
        }
        for (tab, place) in self.places(area) {
            let active = tab == self.active;
            let style = theme.style(if active { Role::TabActive } else { Role::Tab });
            let key = if active { style } else { style.patch(theme.style(Role::Key)) };
            let mut x = put(buf, place.x, place.y, place.width, " ", style);
            x = put(buf, x, place.y, place.right() - x, &(tab + 1).to_string(), key);
            x = put(buf, x, place.y, place.right() - x, " ", style);
            let titled = place.width > text::width(&(tab + 1).to_string()) as u16 + 2;
            if titled {
                let room = (place.right() - x).saturating_sub(1);
                x = put_fit(buf, x, place.y, room, self.titles[tab], style, theme.glyphs.ellipsis);
                put(buf, x, place.y, place.right() - x, " ", style);
            }
        }
    }

    /// The tab at this place of the screen.
    pub fn tab_at(&self, area: Rect, at: Position) -> Option<usize> {
        self.places(area).find(|(_, place)| place.contains(at)).map(|(tab, _)| tab)
    }

    /// Where each tab stands. Without room for every name, only the open tab has one.
    fn places(&self, area: Rect) -> impl Iterator<Item = (usize, Rect)> {
        let number = |tab: usize| text::width(&(tab + 1).to_string()) + 2;
        let full = move |tab: usize| number(tab) + text::width(self.titles[tab]) + 1;
        let all: usize = (0..self.titles.len()).map(full).sum();
        let named = all <= usize::from(area.width);
        let height = area.height.min(1);
        let mut x = usize::from(area.x);
        (0..self.titles.len()).map_while(move |tab| {
            let wanted = if named || tab == self.active { full(tab) } else { number(tab) };
            let width = wanted.min(usize::from(area.right()).saturating_sub(x));
            let place = Rect { x: x as u16, y: area.y, width: width as u16, height };
            x += width;
            (width > 0).then_some((tab, place))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{lines, theme};

    const TABS: Tabs<'_> = Tabs { titles: &["Dashboard", "請求", "SIM"], active: 1 };

    fn draw(width: u16) -> String {
        let mut buf = Buffer::empty(Rect::new(0, 0, width, 1));
        TABS.render(buf.area, &mut buf, &theme());
        lines(&buf).remove(0)
    }

    #[test]
    fn names_go_before_numbers() {
        assert_eq!(draw(30), " 1 Dashboard  2 請求  3 SIM   ");
        assert_eq!(draw(20), " 1  2 請求  3       ");
        assert_eq!(draw(8), " 1  2 ⋯ ");
        assert_eq!(draw(2), " 1");
    }

    #[test]
    fn clicks_find_tabs() {
        let area = Rect::new(10, 2, 20, 1);
        assert_eq!(TABS.tab_at(area, Position::new(11, 2)), Some(0));
        assert_eq!(TABS.tab_at(area, Position::new(14, 2)), Some(1));
        assert_eq!(TABS.tab_at(area, Position::new(29, 2)), None);
        assert_eq!(TABS.tab_at(area, Position::new(11, 3)), None);
    }
}
