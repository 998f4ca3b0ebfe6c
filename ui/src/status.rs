//! A bar of segments at its left and right, for the header and the status line.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;

use crate::fit::fit;
use crate::glyphs::Mark;
use crate::text::{self, fill, put};
use crate::theme::{Role, Theme};
use crate::written::Written;

/// A piece of a bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment<'a> {
    /// The words.
    pub text: Written<'a>,
    /// How they look, laid over the bar; nothing is the bar's own look.
    pub role: Option<Role>,
    /// A sign before the words.
    pub mark: Option<Mark>,
    /// When there is no room for all, the segment with the highest number goes first.
    pub priority: u8,
}

impl<'a> Segment<'a> {
    /// Plain words.
    pub fn new(text: impl Into<Written<'a>>, priority: u8) -> Self {
        Self { text: text.into(), role: None, mark: None, priority }
    }

    /// The same words in a role.
    pub fn role(self, role: Role) -> Self {
        Self { role: Some(role), ..self }
    }

    /// The same words behind a mark. The mark has its own role; the words keep theirs.
    pub fn mark(self, mark: Mark) -> Self {
        Self { mark: Some(mark), ..self }
    }

    /// A role with a background of its own gets a blank on both sides.
    fn padding(&self, theme: &Theme) -> u16 {
        u16::from(self.role.is_some_and(|role| is_badge(role, theme)))
    }

    fn cells(&self, theme: &Theme) -> usize {
        text::width(&self.text) + usize::from(self.mark.is_some()) * 2 + usize::from(self.padding(theme)) * 2
    }

    fn draw(&self, x: u16, area: Rect, buf: &mut Buffer, theme: &Theme, bar: Role) -> u16 {
        let y = area.y;
        let room = |x: u16| area.right().saturating_sub(x);
        let style = self.role.map_or(theme.style(bar), |role| theme.style(bar).patch(theme.style(role)));
        let mut x = put(buf, x, y, self.padding(theme).min(room(x)), " ", style);
        if let Some(mark) = self.mark {
            let sign = theme.style(bar).patch(theme.style(mark.role()));
            x = put(buf, x, y, room(x), theme.glyphs.mark(mark), sign);
            x = put(buf, x, y, room(x), " ", style);
        }
        x = put(buf, x, y, room(x), &self.text, style);
        put(buf, x, y, self.padding(theme).min(room(x)), " ", style)
    }
}

fn is_badge(role: Role, theme: &Theme) -> bool {
    let style = theme.style(role);
    style.bg.is_some() || style.add_modifier.contains(ratatui_core::style::Modifier::REVERSED)
}

/// A bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar<'a> {
    /// What stands at the left, in order.
    pub left: &'a [Segment<'a>],
    /// What stands at the right, in order.
    pub right: &'a [Segment<'a>],
    /// What the bar is, e.g. [`Role::Header`] or [`Role::Status`].
    pub role: Role,
}

const GAP: u16 = 2;

impl Bar<'_> {
    /// Draws the bar into the first row of the area.
    pub fn render(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let area = Rect { height: area.height.min(1), ..area }.intersection(buf.area);
        if area.is_empty() {
            return;
        }
        fill(buf, area, theme.style(self.role));
        // One blank at each end.
        let room = usize::from(area.width.saturating_sub(2));
        let all = self.left.iter().chain(self.right);
        let shown = fit(all.map(|it| (it.cells(theme), it.priority)), room, usize::from(GAP));
        let (left, right) = shown.split_at(self.left.len());
        let kept = |segments: &'_ [Segment<'_>], shown: &[bool]| -> u16 {
            let cells = segments.iter().zip(shown).filter(|(_, shown)| **shown);
            cells.map(|(it, _)| it.cells(theme) as u16 + GAP).sum::<u16>().saturating_sub(GAP)
        };
        let mut x = area.x + 1;
        for (segment, _) in self.left.iter().zip(left).filter(|(_, shown)| **shown) {
            x = segment.draw(x, area, buf, theme, self.role) + GAP;
        }
        x = area.right().saturating_sub(1 + kept(self.right, right));
        for (segment, _) in self.right.iter().zip(right).filter(|(_, shown)| **shown) {
            x = segment.draw(x, area, buf, theme, self.role) + GAP;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{lines, theme};

    #[test]
    fn segments_stand_at_both_ends_and_drop_by_priority() {
        let left =
            [Segment::new("CRM 120 ms", 1).mark(Mark::Good), Segment::new("請求 落ちた", 0).mark(Mark::Critical)];
        let right = [Segment::new("SANDBOX", 0).role(Role::Sandbox), Segment::new("12:04", 2)];
        let draw = |width| {
            let mut buf = Buffer::empty(Rect::new(0, 0, width, 1));
            Bar { left: &left, right: &right, role: Role::Status }.render(buf.area, &mut buf, &theme());
            lines(&buf).remove(0)
        };
        assert_eq!(draw(50), " ✓ CRM 120 ms  ✗ 請求 落ちた      SANDBOX   12:04 ");
        assert_eq!(draw(44), " ✓ CRM 120 ms  ✗ 請求 落ちた       SANDBOX  ");
        assert_eq!(draw(30), " ✗ 請求 落ちた       SANDBOX  ");
        assert_eq!(draw(10).trim(), "");
    }
}
