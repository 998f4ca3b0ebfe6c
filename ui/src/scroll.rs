//! The arithmetic that every list shares: a cursor, the first row shown, and how they follow each other.

use std::ops::Range;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;

use crate::text::put;
use crate::theme::{Role, Theme};

/// A cursor in a list, and the first row shown.
///
/// Lengths and heights are given at each move, so a list that shrank meanwhile is never a special case. Drawing uses
/// [`Scroll::fitted`], so even a state that missed a resize shows its cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scroll {
    /// The row under the cursor, from 0.
    pub cursor: usize,
    /// The first row shown, from 0.
    pub offset: usize,
}

/// A way to move a [`Scroll`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// The cursor, by rows; negative is up.
    By(isize),
    /// The cursor, by screens; negative is up. One row stays in sight.
    Page(isize),
    /// The cursor to the first row.
    Home,
    /// The cursor to the last row.
    End,
    /// The cursor to this row.
    To(usize),
    /// What is shown, by rows; the cursor comes along only where it would leave the sight.
    View(isize),
}

impl Scroll {
    /// Moves within a list of `len` rows of which `height` are shown.
    pub fn go(&mut self, step: Move, len: usize, height: usize) {
        let last = len.saturating_sub(1);
        let rows = height.max(1);
        match step {
            Move::By(by) => self.cursor = self.cursor.min(last).saturating_add_signed(by),
            Move::Page(by) => {
                let page = isize::try_from((rows - 1).max(1)).unwrap_or(isize::MAX);
                self.cursor = self.cursor.min(last).saturating_add_signed(by.saturating_mul(page));
            }
            Move::Home => self.cursor = 0,
            Move::End => self.cursor = last,
            Move::To(row) => self.cursor = row,
            Move::View(by) => {
                // From what is shown: a list that was sorted anew has moved its cursor and not yet its first row.
                self.offset = self.fitted(len, height).offset.saturating_add_signed(by).min(len.saturating_sub(rows));
                self.cursor = self.cursor.clamp(self.offset, self.offset + rows - 1);
            }
        }
        *self = self.fitted(len, height);
    }

    /// Moves, and where the cursor leaves the sight what is shown moves on by half a screen.
    ///
    /// A terminal can only scroll whole rows. Where something else stands beside the list, every row of both would be sent
    /// again at every step; this way it is one step in many.
    pub fn go_by_halves(&mut self, step: Move, len: usize, height: usize) {
        let before = self.fitted(len, height).offset;
        self.go(step, len, height);
        let half = height / 2;
        if self.offset > before {
            self.offset = (self.offset + half).min(self.cursor);
        } else if self.offset < before {
            self.offset = self.offset.saturating_sub(half);
        }
        *self = self.fitted(len, height);
    }

    /// The same place in a list of `len` rows of which `height` are shown: cursor on a row and in sight, no blank rows at
    /// the end while some are hidden at the start.
    pub fn fitted(self, len: usize, height: usize) -> Self {
        let cursor = self.cursor.min(len.saturating_sub(1));
        let rows = height.max(1);
        let lowest = (cursor + 1).saturating_sub(rows);
        let offset = self.offset.clamp(lowest, cursor).min(len.saturating_sub(rows));
        Self { cursor, offset }
    }

    /// The rows shown.
    pub fn visible(self, len: usize, height: usize) -> Range<usize> {
        let offset = self.fitted(len, height).offset;
        offset..len.min(offset + height)
    }
}

/// The first line shown of a text of `len` lines after moving by `by`, with no blank line at the end.
pub fn scrolled(offset: usize, by: isize, len: usize, height: usize) -> usize {
    offset.min(len).saturating_add_signed(by).min(len.saturating_sub(height))
}

/// The rows of the scrollbar's thumb, or nothing when everything is shown.
pub fn thumb(offset: usize, len: usize, height: u16) -> Option<Range<u16>> {
    let rows = usize::from(height);
    if len <= rows || rows == 0 {
        return None;
    }
    let size = (rows * rows / len).max(1);
    let hidden = len - rows;
    let start = (offset.min(hidden) * (rows - size) + hidden / 2) / hidden;
    Some(start as u16..(start + size) as u16)
}

/// Draws the thumb into the first column of the area. The track stays blank: fewer bytes, and no doubt what is data.
pub fn render(area: Rect, buf: &mut Buffer, theme: &Theme, offset: usize, len: usize) {
    let area = area.intersection(buf.area);
    if let Some(rows) = thumb(offset, len, area.height).filter(|_| area.width > 0) {
        for y in rows {
            put(buf, area.x, area.y + y, 1, theme.glyphs.thumb, theme.style(Role::Scrollbar));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn moves() {
        let mut it = Scroll::default();
        let mut after = |step| {
            it.go(step, 100, 10);
            (it.cursor, it.offset)
        };
        assert_eq!(after(Move::By(-1)), (0, 0));
        assert_eq!(after(Move::By(12)), (12, 3));
        assert_eq!(after(Move::Page(1)), (21, 12));
        assert_eq!(after(Move::End), (99, 90));
        assert_eq!(after(Move::By(1)), (99, 90));
        assert_eq!(after(Move::View(-3)), (96, 87));
        assert_eq!(after(Move::View(-1000)), (9, 0));
        assert_eq!(after(Move::To(50)), (50, 41));
        assert_eq!(after(Move::Home), (0, 0));
    }

    #[test]
    fn the_wheel_turns_what_is_shown() {
        let mut it = Scroll { cursor: 99, offset: 0 };
        it.go(Move::View(-3), 100, 10);
        assert_eq!(it, Scroll { cursor: 96, offset: 87 });
    }

    #[test]
    fn at_the_edge_half_a_screen_is_turned() {
        let mut it = Scroll { cursor: 9, offset: 0 };
        let mut after = |by| {
            it.go_by_halves(Move::By(by), 100, 10);
            (it.cursor, it.offset)
        };
        assert_eq!(after(-1), (8, 0));
        assert_eq!(after(2), (10, 6));
        assert_eq!(after(5), (15, 6));
        assert_eq!(after(1), (16, 12));
        assert_eq!(after(-5), (11, 6));
        assert_eq!(after(100), (99, 90));
        assert_eq!(after(-100), (0, 0));
    }

    #[test]
    fn a_list_that_shrank() {
        let mut it = Scroll { cursor: 90, offset: 85 };
        it.go(Move::By(-1), 3, 10);
        assert_eq!(it, Scroll { cursor: 1, offset: 0 });
        it.go(Move::By(1), 0, 0);
        assert_eq!(it, Scroll::default());
    }

    fn step() -> impl Strategy<Value = Move> {
        prop_oneof![
            any::<isize>().prop_map(Move::By),
            (-9isize..9).prop_map(Move::By),
            any::<isize>().prop_map(Move::Page),
            Just(Move::Home),
            Just(Move::End),
            any::<usize>().prop_map(Move::To),
            any::<isize>().prop_map(Move::View),
            (-9isize..9).prop_map(Move::View),
        ]
    }

    proptest! {
        #[test]
        fn the_cursor_is_always_in_sight(
            start: (u16, u16), steps in prop::collection::vec((step(), 0usize..60, 0usize..20), 1..12)
        ) {
            let mut it = Scroll { cursor: start.0.into(), offset: start.1.into() };
            for (step, len, height) in steps {
                it.go(step, len, height);
                prop_assert!(it.cursor < len.max(1));
                prop_assert!(it.offset <= it.cursor && it.cursor < it.offset + height.max(1));
                prop_assert!(it.offset + height <= len || it.offset == 0 || height == 0);
                prop_assert_eq!(it, it.fitted(len, height));
            }
        }

        #[test]
        fn the_thumb_stays_on_its_track(offset in 0usize..2000, len in 0usize..1000, height in 0u16..80) {
            if let Some(rows) = thumb(offset, len, height) {
                prop_assert!(rows.start < rows.end && rows.end <= height);
                if offset == 0 { prop_assert_eq!(rows.start, 0); }
                if offset + usize::from(height) >= len { prop_assert_eq!(rows.end, height); }
            }
        }
    }
}
