//! The bar of pages inside a tab. One sign marks the open page, so it is told without colour.

use std::borrow::Cow;
use std::ops::Range;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Position, Rect};

use crate::text::{self, put, put_fit};
use crate::theme::{Role, Theme};

/// A page in the bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<'a> {
    /// Its name.
    pub title: Cow<'a, str>,
    /// How much is on it, in words: `12`, `100+`, `?`. Empty says nothing.
    pub count: Cow<'a, str>,
}

impl<'a> Page<'a> {
    /// A page without a count.
    pub fn new(title: impl Into<Cow<'a, str>>) -> Self {
        Self { title: title.into(), count: Cow::Borrowed("") }
    }

    /// The same page with a count.
    pub fn count(self, count: impl Into<Cow<'a, str>>) -> Self {
        Self { count: count.into(), ..self }
    }

    /// The sign, the name, perhaps the count, and a blank cell.
    fn cells(&self, counted: bool) -> usize {
        let count = if counted && !self.count.is_empty() { text::width(&self.count) + 1 } else { 0 };
        1 + text::width(&self.title) + count + 1
    }
}

/// The pages and which one is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pages<'a> {
    /// In order.
    pub pages: &'a [Page<'a>],
    /// The open one, from 0.
    pub active: usize,
}

/// What the bar has room for.
struct Fitted {
    /// The pages shown, always with the open one.
    shown: Range<usize>,
    /// Whether pages that are not open have their counts.
    counted: bool,
}

/// Cells of the ellipsis that stands for the pages at one side.
const MORE: usize = 2;

impl Pages<'_> {
    /// Draws the bar in the first row of the area.
    pub fn render(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let area = area.intersection(buf.area);
        if area.is_empty() || self.pages.is_empty() {
            return;
        }
        let ellipsis = theme.glyphs.ellipsis;
        let dim = theme.style(Role::Dim);
        let fitted = self.fitted(area.width.into());
        if fitted.shown.start > 0 {
            put(buf, area.x, area.y, area.width, ellipsis, dim);
        }
        let mut right = area.x;
        for (page, place) in self.places(area, &fitted) {
            let active = page == self.active();
            let page = &self.pages[page];
            let style = theme.style(if active { Role::Accent } else { Role::Tab });
            if active {
                put(buf, place.x, place.y, place.width, theme.glyphs.cursor, style);
            }
            let room = |x: u16| place.right().saturating_sub(x + 1);
            let x = put_fit(buf, place.x + 1, place.y, room(place.x + 1), &page.title, style, ellipsis);
            if active || fitted.counted {
                put_fit(buf, x + 1, place.y, room(x + 1), &page.count, if active { style } else { dim }, ellipsis);
            }
            right = place.right();
        }
        if fitted.shown.end < self.pages.len() {
            put(buf, right, area.y, area.right().saturating_sub(right), ellipsis, dim);
        }
    }

    /// The page at this place of the screen. An ellipsis leads to the nearest page it stands for.
    pub fn page_at(&self, area: Rect, at: Position) -> Option<usize> {
        let bar = Rect { height: area.height.min(1), ..area };
        if !bar.contains(at) || self.pages.is_empty() {
            return None;
        }
        let fitted = self.fitted(area.width.into());
        let mut right = area.x;
        for (page, place) in self.places(area, &fitted) {
            if at.x < place.x {
                return page.checked_sub(1);
            }
            if place.contains(at) {
                return Some(page);
            }
            right = place.right();
        }
        let next = fitted.shown.end;
        (next < self.pages.len() && usize::from(at.x - right) < MORE).then_some(next)
    }

    fn active(&self) -> usize {
        self.active.min(self.pages.len().saturating_sub(1))
    }

    /// Counts go before names, and the names farthest from the open page first.
    fn fitted(&self, room: usize) -> Fitted {
        let (active, len) = (self.active(), self.pages.len());
        let cells = |page: usize, counted: bool| self.pages[page].cells(counted || page == active);
        for counted in [true, false] {
            if (0..len).map(|page| cells(page, counted)).sum::<usize>() <= room {
                return Fitted { shown: 0..len, counted };
            }
        }
        let mut shown = active..active + 1;
        let fits = |shown: &Range<usize>| {
            let more = usize::from(shown.start > 0) * MORE + usize::from(shown.end < len) * MORE;
            shown.clone().map(|page| cells(page, false)).sum::<usize>() + more <= room
        };
        loop {
            let right = shown.start..(shown.end + 1).min(len);
            let left = shown.start.saturating_sub(1)..shown.end;
            match [right, left].into_iter().find(|wider| *wider != shown && fits(wider)) {
                Some(wider) => shown = wider,
                None => return Fitted { shown, counted: false },
            }
        }
    }

    fn places(&self, area: Rect, fitted: &Fitted) -> impl Iterator<Item = (usize, Rect)> {
        let (active, counted) = (self.active(), fitted.counted);
        let mut x = usize::from(area.x) + usize::from(fitted.shown.start > 0) * MORE;
        let height = area.height.min(1);
        fitted.shown.clone().map_while(move |page| {
            let wanted = self.pages[page].cells(counted || page == active);
            let width = wanted.min(usize::from(area.right()).saturating_sub(x));
            let place = Rect { x: x as u16, y: area.y, width: width as u16, height };
            x += width;
            (width > 0).then_some((page, place))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{lines, theme};

    fn pages() -> Vec<Page<'static>> {
        vec![
            Page::new("Invoices").count("12"),
            Page::new("Transactions").count("100+"),
            Page::new("クレジット"),
            Page::new("Pay methods").count("?"),
        ]
    }

    fn draw(active: usize, width: u16) -> String {
        let mut buf = Buffer::empty(Rect::new(0, 0, width, 1));
        Pages { pages: &pages(), active }.render(buf.area, &mut buf, &theme());
        lines(&buf).remove(0)
    }

    #[test]
    fn counts_go_before_names_and_far_names_before_near_ones() {
        assert_eq!(draw(0, 63), "▸Invoices 12  Transactions 100+  クレジット  Pay methods ?     ");
        assert_eq!(draw(3, 59), " Invoices 12  Transactions 100+  クレジット ▸Pay methods ? ");
        assert_eq!(draw(1, 54), " Invoices ▸Transactions 100+  クレジット  Pay methods ");
        assert_eq!(draw(1, 44), " Invoices ▸Transactions 100+  クレジット ⋯  ");
        assert_eq!(draw(3, 30), "⋯  クレジット ▸Pay methods ?  ");
        assert_eq!(draw(2, 16), "⋯ ▸クレジット ⋯ ");
        assert_eq!(draw(1, 9), "⋯ ▸Tran⋯ ");
        assert_eq!(draw(9, 1), "⋯");
    }

    #[test]
    fn clicks_find_pages_and_ellipses_lead_on() {
        let pages = pages();
        let it = Pages { pages: &pages, active: 2 };
        let area = Rect::new(10, 2, 16, 3);
        let at = |x, y| it.page_at(area, Position::new(x, y));
        assert_eq!(
            [at(10, 2), at(11, 2), at(12, 2), at(23, 2), at(24, 2)],
            [Some(1), Some(1), Some(2), Some(2), Some(3)]
        );
        assert_eq!([at(9, 2), at(12, 3), at(40, 2)], [None, None, None]);
        let wide = Rect::new(0, 0, 80, 1);
        assert_eq!(it.page_at(wide, Position::new(1, 0)), Some(0));
        assert_eq!(it.page_at(wide, Position::new(70, 0)), None);
        assert_eq!(Pages { pages: &[], active: 0 }.page_at(wide, Position::new(1, 0)), None);
    }
}
